/* Text to values and back: tables by hand, and plain slow oracles over whole ranges. */
#include "value.h"
#include "tap.h"

#include <pthread.h>
#include <time.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char *
quoted(const char *format, const char *text)
{
	static char name[200];
	char *p;

	snprintf(name, sizeof(name), format, text);
	for (p = name; *p != '\0'; p++)
		if (*p == '\n' || *p == '#')
			*p = '.';
	return name;
}

static day
day_of(const char *text)
{
	day d = DAY_NONE;

	date_parse(str_of(text), &d, NULL);
	return d;
}

/* ---- dates ---- */

static void
test_dates(void)
{
	static const struct { const char *text; int day; } good[] = {
		{ "1970-01-01", 0 }, { "1969-12-31", -1 }, { "1970-03-01", 59 }, { "2000-02-29", 11016 },
		{ "2026-03-09", 20521 }, { "0001-01-01", -719162 }, { "9999-12-31", 2932896 },
		{ "2024-02-29", 19782 }, { "1600-02-29", -135081 },
	};
	static const struct { const char *text, *reason; } bad[] = {
		{ "2026-02-29", "February 2026 has 28 days" },
		{ "2024-02-30", "February 2024 has 29 days" },
		{ "1900-02-29", "February 1900 has 28 days" },
		{ "2026-04-31", "April 2026 has 30 days" },
		{ "2026-12-32", "December 2026 has 31 days" },
		{ "2026-00-10", "months go from 01 to 12" },
		{ "2026-13-01", "months go from 01 to 12" },
		{ "2026-01-00", "the days of a month begin at 01" },
		{ "0000-01-01", "years go from 0001 to 9999" },
		{ "", "a date is written YYYY-MM-DD" },
		{ "2026", "a date is written YYYY-MM-DD" },
		{ "2026-3-9", "a date is written YYYY-MM-DD" },
		{ "2026-03-09 ", "a date is written YYYY-MM-DD" },
		{ " 2026-03-09", "a date is written YYYY-MM-DD" },
		{ "2026/03/09", "a date is written YYYY-MM-DD" },
		{ "2026-03/09", "a date is written YYYY-MM-DD" },
		{ "20260309", "a date is written YYYY-MM-DD" },
		{ "+026-03-09", "a date is written YYYY-MM-DD" },
		{ "-026-03-09", "a date is written YYYY-MM-DD" },
		{ "2026-03-0x", "a date is written YYYY-MM-DD" },
		{ "2026-03-:9", "a date is written YYYY-MM-DD" },
		{ "202:-03-09", "a date is written YYYY-MM-DD" },
		{ "2\xb2" "26-03-09", "a date is written YYYY-MM-DD" },
		{ "2026-03-09T00:00", "a date is written YYYY-MM-DD" },
	};
	const char *reason;
	size_t i;
	day d;

	for (i = 0; i < N(good); i++)
		is_number(day_of(good[i].text), good[i].day, quoted("date %s", good[i].text));
	for (i = 0; i < N(bad); i++) {
		reason = "none";
		d = 77;
		ok(!date_parse(str_of(bad[i].text), &d, &reason) && d == 77, quoted("no date: '%s'", bad[i].text));
		is_text(reason, bad[i].reason, quoted("why '%s' is none", bad[i].text));
	}
	ok(!date_parse((struct str){ "2026-03\0009", 10 }, &d, NULL), "a NUL is no digit");
	ok(!date_parse(STR_NULL, &d, NULL), "nothing is no date");
}

/* Day by day through the whole calendar. */
static void
test_calendar(void)
{
	int y = 1, m = 1, dom = 1, sy, sm, sd, last;
	char text[DATE_SIZE], want[32];
	day d, parsed, wrong = 0;

	for (d = -719162; d <= 2932896; d++) {
		snprintf(want, sizeof(want), "%04d-%02d-%02d", y, m, dom);
		date_split(d, &sy, &sm, &sd);
		if (strcmp(date_format(d, text), want) != 0 || sy != y || sm != m || sd != dom ||
		    !date_parse(str_of(want), &parsed, NULL) || parsed != d || date_make(y, m, dom) != d)
			wrong++;
		last = m == 2 ? 28 + ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) :
		    m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
		if (++dom > last)
			dom = 1, m++;
		if (m > 12)
			m = 1, y++;
	}
	is_number(wrong, 0, "every day from 0001-01-01 to 9999-12-31, there and back");
}

static void
test_date_make(void)
{
	static const struct { int year, month, dom; const char *date; } rows[] = {
		{ 2026, 2, 31, "2026-02-28" }, { 2024, 2, 31, "2024-02-29" }, { 2026, 13, 1, "2027-01-01" },
		{ 2026, 0, 31, "2025-12-31" }, { 2026, -11, 5, "2025-01-05" }, { 2026, -12, 5, "2024-12-05" },
		{ 2026, 4, 0, "2026-04-01" }, { 2026, 4, -9, "2026-04-01" }, { 2026, 26, 31, "2028-02-29" },
		{ 9999, 13, 1, "9999-12-31" }, { 1, 0, 1, "0001-01-01" },
		{ INT32_MAX, INT32_MAX, INT32_MAX, "9999-12-31" },
		{ INT32_MIN, INT32_MIN, INT32_MIN, "0001-01-01" },
		{ 200000, -2377688, 31, "1859-04-30" },
	};
	static const struct { int64_t seconds; int offset; const char *date; } times[] = {
		{ 0, 0, "1970-01-01" }, { -1, 0, "1969-12-31" }, { 86399, 0, "1970-01-01" },
		{ 86399, 1, "1970-01-02" }, { 0, -1, "1969-12-31" }, { 1773014399, 60, "2026-03-09" },
		{ 1773014399, -600, "2026-03-08" }, { INT64_MAX, 60, "9999-12-31" },
		{ INT64_MIN, -60, "0001-01-01" }, { INT64_MAX, -60, "9999-12-31" },
	};
	char text[DATE_SIZE];
	size_t i;

	for (i = 0; i < N(rows); i++)
		is_text(date_format(date_make(rows[i].year, rows[i].month, rows[i].dom), text),
		    rows[i].date, quoted("made: %s", rows[i].date));
	for (i = 0; i < N(times); i++)
		is_text(date_format(date_of_time(times[i].seconds, times[i].offset), text),
		    times[i].date, quoted("of a time: %s", times[i].date));
}

static void
test_guesses(void)
{
	static const struct { const char *text, *date; } rows[] = {
		{ "4-3-2026", "2026-03-04" }, { "4/3/2026", "2026-03-04" }, { "04.03.2026", "2026-03-04" },
		{ "20260304", "2026-03-04" }, { "4 March 2026", "2026-03-04" }, { "4 maart 2026", "2026-03-04" },
		{ "4 mrt 2026", "2026-03-04" }, { "4 Mar 2026", "2026-03-04" }, { "March 4, 2026", "2026-03-04" },
		{ "March 4th, 2026", "2026-03-04" }, { "1e mei 2026", "2026-05-01" }, { "2026/3/4", "2026-03-04" },
		{ "2026-3-4", "2026-03-04" }, { "2026.03.04", "2026-03-04" }, { "3/25/2026", "2026-03-25" },
		{ "2026-03-04T10:00:00", "2026-03-04" }, { "4-3-2026 10:00", "2026-03-04" },
		{ "  4-3-2026  ", "2026-03-04" }, { "4OKT2026", NULL }, { "4 okt 2026", "2026-10-04" },
		{ "2 AUGUSTUS 2026", "2026-08-02" }, { "30-2-2026", NULL }, { "25/25/2026", NULL },
		{ "4-3-26", NULL }, { "20261304", NULL }, { "today", NULL }, { "", NULL }, { "4 Foo 2026", NULL },
		{ "4 3", NULL }, { "March March 2026", NULL }, { "99999999999999999999", NULL },
		{ "-", NULL }, { "4--3--2026", "2026-03-04" }, { "4-3-2026x", NULL }, { "2026-W05", NULL },
		{ "2026 March 4", "2026-03-04" }, { "0-0-0000", NULL },
	};
	char text[DATE_SIZE];
	size_t i;
	day d;

	for (i = 0; i < N(rows); i++) {
		d = DAY_NONE;
		is_text(date_guess(str_of(rows[i].text), &d) ? date_format(d, text) : NULL, rows[i].date,
		    quoted("guess at '%s'", rows[i].text));
	}
}

/* ---- durations ---- */

static void
test_durations(void)
{
	static const struct { const char *text; int months, days; const char *written; } good[] = {
		{ "P14D", 0, 14, "P14D" }, { "P6W", 0, 42, "P42D" }, { "P3M", 3, 0, "P3M" },
		{ "P1Y6M", 18, 0, "P1Y6M" }, { "P18M", 18, 0, "P1Y6M" }, { "P1Y2M3W4D", 14, 25, "P1Y2M25D" },
		{ "P0D", 0, 0, "P0D" }, { "P0M", 0, 0, "P0D" }, { "P1Y", 12, 0, "P1Y" },
		{ "P2147483647D", 0, INT32_MAX, "P2147483647D" },
		{ "P2147483647M2147483647D", INT32_MAX, INT32_MAX, "P178956970Y7M2147483647D" },
		{ "P00000000000000000001D", 0, 1, "P1D" },
	};
	static const struct { const char *text, *reason; } bad[] = {
		{ "", "like P14D" }, { "P", "like P14D" }, { "14D", "like P14D" }, { "p14d", "like P14D" },
		{ "P14", "like P14D" }, { "PD", "like P14D" }, { "P-1D", "like P14D" }, { "P+1D", "like P14D" },
		{ "P1.5D", "like P14D" }, { "P1X", "like P14D" }, { "P1D ", "like P14D" }, { "P 1D", "like P14D" },
		{ "PT5H", "finest" }, { "P1DT5H", "finest" }, { "P1M1Y", "order" }, { "P1D1D", "order" },
		{ "P1D1W", "order" }, { "P2147483648D", "too long" }, { "P178956971Y", "too long" },
		{ "P99999999999999999999999999D", "too long" }, { "P306783379W", "too long" },
	};
	char text[32];
	const char *reason;
	struct duration duration;
	size_t i;

	for (i = 0; i < N(good); i++) {
		duration = (struct duration){ -1, -1 };
		ok(duration_parse(str_of(good[i].text), &duration, NULL) && duration.months == good[i].months &&
		    duration.days == good[i].days, quoted("duration %s", good[i].text));
		if (duration.months >= 0)
			is_text(duration_format(duration, text), good[i].written,
			    quoted("written: %s", good[i].text));
	}
	for (i = 0; i < N(bad); i++) {
		reason = "none";
		ok(!duration_parse(str_of(bad[i].text), &duration, &reason) &&
		    strstr(reason, bad[i].reason) != NULL, quoted("no duration: '%s'", bad[i].text));
	}
}

static void
test_adding(void)
{
	static const struct { const char *date, *duration; int sign; const char *result; } rows[] = {
		{ "2026-01-31", "P1M", 1, "2026-02-28" }, { "2024-01-31", "P1M", 1, "2024-02-29" },
		{ "2026-03-31", "P1M", -1, "2026-02-28" }, { "2024-03-31", "P1M", -1, "2024-02-29" },
		{ "2026-03-31", "P1M", 1, "2026-04-30" }, { "2026-02-28", "P1M", 1, "2026-03-28" },
		{ "2024-02-29", "P1Y", 1, "2025-02-28" }, { "2024-02-29", "P4Y", 1, "2028-02-29" },
		{ "2024-02-29", "P1Y", -1, "2023-02-28" }, { "2026-12-31", "P2M", 1, "2027-02-28" },
		{ "2026-01-15", "P1M", -1, "2025-12-15" }, { "2026-01-31", "P1M1D", 1, "2026-03-01" },
		{ "2026-03-01", "P1M1D", -1, "2026-01-31" }, { "2026-02-27", "P2D", 1, "2026-03-01" },
		{ "2026-03-09", "P0D", 1, "2026-03-09" }, { "2026-03-09", "P14D", -1, "2026-02-23" },
		{ "9999-12-31", "P1D", 1, "9999-12-31" }, { "9999-12-01", "P1M", 1, "9999-12-31" },
		{ "0001-01-01", "P1D", -1, "0001-01-01" }, { "0001-01-31", "P1M", -1, "0001-01-01" },
		{ "2026-01-01", "P2147483647M2147483647D", 1, "9999-12-31" },
		{ "2026-01-01", "P2147483647M2147483647D", -1, "0001-01-01" },
		{ "2026-01-01", "P2147483647D", 1, "9999-12-31" },
	};
	char text[DATE_SIZE], name[80];
	struct duration duration;
	size_t i;

	for (i = 0; i < N(rows); i++) {
		duration_parse(str_of(rows[i].duration), &duration, NULL);
		snprintf(name, sizeof(name), "%s %c %s", rows[i].date, rows[i].sign > 0 ? '+' : '-',
		    rows[i].duration);
		is_text(date_format(date_add(day_of(rows[i].date), duration, rows[i].sign), text),
		    rows[i].result, name);
	}
}

/* ---- periods ---- */

static const char *
period_text(struct period period)
{
	static char text[40];
	char from[DATE_SIZE] = "", to[DATE_SIZE] = "";

	if (period.from != DAY_NONE)
		date_format(period.from, from);
	if (period.to != DAY_NONE)
		date_format(period.to - 1, to);
	snprintf(text, sizeof(text), "%s..%s", from, to);
	return text;
}

static void
test_periods(void)
{
	static const struct { const char *text, *days; } good[] = {
		{ "2026", "2026-01-01..2026-12-31" }, { "2026-Q1", "2026-01-01..2026-03-31" },
		{ "2026-Q3", "2026-07-01..2026-09-30" }, { "2026-Q4", "2026-10-01..2026-12-31" },
		{ "2026-H1", "2026-01-01..2026-06-30" }, { "2026-H2", "2026-07-01..2026-12-31" },
		{ "2026-02", "2026-02-01..2026-02-28" }, { "2024-02", "2024-02-01..2024-02-29" },
		{ "2026-12", "2026-12-01..2026-12-31" }, { "2026-03-05", "2026-03-05..2026-03-05" },
		{ "2026-W01", "2025-12-29..2026-01-04" }, { "2026-W05", "2026-01-26..2026-02-01" },
		{ "2026-W53", "2026-12-28..2027-01-03" }, { "2020-W53", "2020-12-28..2021-01-03" },
		{ "2027-W01", "2027-01-04..2027-01-10" }, { "2021-W01", "2021-01-04..2021-01-10" },
		{ "2026-01..2026-03", "2026-01-01..2026-03-31" }, { "2025..2026-Q1", "2025-01-01..2026-03-31" },
		{ "2026-03-05..", "2026-03-05.." }, { "..2026-Q2", "..2026-06-30" }, { "2026..2026", "2026-01-01..2026-12-31" },
		{ "2026-Q1..2026-01", "2026-01-01..2026-01-31" }, { "9999", "9999-01-01..9999-12-31" },
		{ "0001-W01", "0001-01-01..0001-01-07" },
	};
	static const struct { const char *text, *reason; } bad[] = {
		{ "Q3", "a quarter is written with its year, like 2026-Q3" },
		{ "Q3-2026", "a quarter is written 2026-Q3" }, { "2026..Q3", "a quarter is written with" },
		{ "last year", "a period is written" }, { "Q", "a period is written" },
		{ "", "a period is written" }, { "..", "a period is written" }, { "26", "a period is written" },
		{ "2026-", "a period is written" }, { "2026-Q", "a period is written" },
		{ "2026-q1", "a quarter is written 2026-Q1" }, { "2026Q1", "a quarter is written 2026-Q1" },
		{ "2026-W5", "a period is written" }, { "2026-1", "a month has two digits: 2026-01" },
		{ "2026-01-1", "a period is written" }, { "2026...2027", "a period is written" },
		{ "2026..2027..2028", "a period is written" }, { "2026 ", "a period is written" },
		{ "2026-Q5", "quarters go" }, { "2026-Q0", "quarters go" }, { "2026-H3", "half years" },
		{ "2026-00", "months go" }, { "2026-13", "months go" }, { "2025-W53", "2025 has weeks 01 to 52" },
		{ "2026-W00", "2026 has weeks 01 to 53" }, { "2026-W54", "2026 has weeks 01 to 53" },
		{ "2026-02-29", "February 2026 has 28 days" }, { "0000", "years go" },
		{ "2026..2025", "ends before it begins" }, { "2026-03-05..2026-03-04", "ends before it begins" },
	};
	struct period period;
	const char *reason;
	size_t i;

	for (i = 0; i < N(good); i++) {
		period = (struct period){ 0, 0 };
		is_text(period_parse(str_of(good[i].text), &period, NULL) ? period_text(period) : NULL,
		    good[i].days, quoted("period %s", good[i].text));
	}
	for (i = 0; i < N(bad); i++) {
		reason = "none";
		ok(!period_parse(str_of(bad[i].text), &period, &reason) &&
		    strstr(reason, bad[i].reason) != NULL,
		    quoted("no period: '%s'", bad[i].text));
	}
}

/* A week belongs to the year of its Thursday; 1970-01-01 was one. */
static void
test_weeks(void)
{
	char text[32];
	struct period period;
	int year, month, dom, week = 0, at = 0, wrong = 0;
	day thursday;

	for (thursday = day_of("1801-01-01"); thursday < day_of("2400-01-01"); thursday += 7) {
		date_split(thursday, &year, &month, &dom);
		week = year == at ? week + 1 : 1;
		at = year;
		snprintf(text, sizeof(text), "%04d-W%02d", year, week);
		if (!period_parse(str_of(text), &period, NULL) || period.from != thursday - 3 ||
		    period.to != thursday + 4)
			wrong++;
		snprintf(text, sizeof(text), "%04d-W%02d", year, week + 1);
		date_split(thursday + 7, &year, &month, &dom);
		if (year != at && period_parse(str_of(text), &period, NULL))
			wrong++;
	}
	is_number(wrong, 0, "every ISO week from 1801 to 2399, and none beyond a year's last");
}

/* ---- numbers ---- */

static const char *
number_text(struct str text)
{
	static char out[NUMBER_SIZE];
	struct number number;

	return number_parse(text, &number) ? number_format(number, out) : NULL;
}

#define BIG "170141183460469231731687303715884105727"

static void
test_numbers(void)
{
	static const struct { const char *text, *written; } rows[] = {
		{ "0", "0" }, { "-0", "0" }, { "7", "7" }, { "+7", "7" }, { "-12", "-12" }, { " 42\n", "42" },
		{ "\t5 ", "5" }, { "0x1F", "31" }, { "-0xff", "-255" }, { "0X10", "16" }, { "010", "8" },
		{ "-017", "-15" }, { "00", "0" }, { "1.50", "1.5" }, { "3.0", "3" }, { ".5", "0.5" },
		{ "-.25", "-0.25" }, { "5.", "5" }, { "0.000000000000000001", "0.000000000000000001" },
		{ "010.5", "10.5" }, { "1e3", "1000" }, { "1.5e3", "1500" }, { "15e-1", "1.5" },
		{ "1E+2", "100" }, { "1000e-3", "1" }, { "0e999999999999", "0" }, { "0.0e-999999999999", "0" },
		{ "100000000000000000000000e-23", "1" }, { "0.10000000000000000000000000000000000", "0.1" },
		{ BIG, BIG }, { "-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728" },
		{ "0x7fffffffffffffffffffffffffffffff", BIG }, { "123456789012345678901.5", "123456789012345678901.5" },
		{ "1e38", "100000000000000000000000000000000000000" },
		{ "0.00000000000000000000000000000000000000000000e50", "0" },
		{ "", NULL }, { " ", NULL }, { "-", NULL }, { "+", NULL }, { ".", NULL }, { "-.", NULL },
		{ "0x", NULL }, { "0xg", NULL }, { "08", NULL }, { "09", NULL }, { "1e", NULL }, { "1e+", NULL },
		{ "1e1.5", NULL }, { "1,5", NULL }, { "1 000", NULL }, { "--1", NULL }, { "+-1", NULL },
		{ "1.2.3", NULL }, { "1f", NULL }, { "inf", NULL }, { "nan", NULL }, { "NaN", NULL },
		{ "0x1p3", NULL }, { "0x1.8", NULL }, { "1e39", NULL }, { "1e999999999999999999999999", NULL },
		{ "0.0000000000000000001", NULL }, { "1e-19", NULL },
		{ "170141183460469231731687303715884105728", NULL }, { "\xd9\xa1", NULL },
		{ "99999999999999999999999999999999999999999999999999", NULL },
	};
	static const struct { const char *text; bool integer, real; } kinds[] = {
		{ "5", true, true }, { "-5", true, true }, { "+5", false, false }, { "0x1F", true, false },
		{ "010", true, true }, { "09", false, false }, { "1.5", false, true }, { ".5", false, true },
		{ "5.", false, false }, { "1e3", false, false }, { "", false, false }, { "-", false, false },
		{ " 7 ", true, true }, { "0x", false, false }, { "-.5", false, true }, { "1.2.3", false, false },
	};
	size_t i;

	for (i = 0; i < N(rows); i++)
		is_text(number_text(str_of(rows[i].text)), rows[i].written, quoted("number '%s'", rows[i].text));
	for (i = 0; i < N(kinds); i++)
		ok(number_is_integer(str_of(kinds[i].text)) == kinds[i].integer &&
		    number_is_real(str_of(kinds[i].text)) == kinds[i].real,
		    quoted("int or real: '%s'", kinds[i].text));
	ok(number_text((struct str){ "1\0", 2 }) == NULL, "a NUL ends no number");
}

static struct number
num(const char *text)
{
	struct number number = { 0, 0 };

	if (!number_parse(str_of(text), &number))
		printf("# not a number in the test itself: %s\n", text);
	return number;
}

static void
test_arithmetic(void)
{
	static const struct { const char *a; char op; const char *b, *result; } rows[] = {
		{ "1", '+', "2", "3" }, { "0.1", '+', "0.2", "0.3" }, { "1.50", '+', "-1.5", "0" },
		{ BIG, '+', "1", NULL }, { BIG, '+', "-1", "170141183460469231731687303715884105726" },
		{ BIG, '+', "0.1", NULL }, { "1", '-', "0.000000000000000001", "0.999999999999999999" },
		{ "-" BIG, '-', "2", NULL }, { "-" BIG, '-', "1", "-170141183460469231731687303715884105728" },
		{ "3", '*', "-4", "-12" }, { "0.1", '*', "0.1", "0.01" }, { "1.5", '*', "1.5", "2.25" },
		{ BIG, '*', "2", NULL }, { BIG, '*', "1", BIG }, { BIG, '*', "0", "0" },
		{ "18446744073709551616", '*', "18446744073709551616", NULL },
		{ "18446744073709551616", '*', "9223372036854775807", "170141183460469231713240559642174554112" },
		{ "0.000000001", '*', "0.000000001", "0.000000000000000001" },
		/* half to even at the nineteenth decimal */
		{ "0.000000000000000001", '*', "0.5", "0" }, { "0.000000000000000003", '*', "0.5", "0.000000000000000002" },
		{ "0.000000000000000005", '*', "0.5", "0.000000000000000002" },
		{ "0.000000000000000005", '*', "-0.5", "-0.000000000000000002" },
		{ "0.000000000000000001", '*', "0.6", "0.000000000000000001" },
		{ "7", '/', "2", "3" }, { "-7", '/', "2", "-3" }, { "7", '/', "-2", "-3" }, { "0", '/', "5", "0" },
		{ "5", '/', "0", NULL }, { "5.0", '/', "0.0", NULL }, { "7.0", '/', "2", "3.5" }, { "7", '/', "2.0", "3.5" },
		{ "1.0", '/', "3", "0.333333333333" }, { "2.0", '/', "3", "0.666666666667" },
		{ "-2.0", '/', "3", "-0.666666666667" }, { "6.0", '/', "2", "3" }, { "0.3", '/', "0.1", "3" },
		/* half to even at the thirteenth decimal */
		{ "0.000000000001", '/', "2", "0" }, { "0.000000000003", '/', "2", "0.000000000002" },
		{ "0.000000000005", '/', "2", "0.000000000002" }, { "0.000000000007", '/', "2.0", "0.000000000004" },
		{ "-0.000000000003", '/', "2", "-0.000000000002" },
		{ "-170141183460469231731687303715884105728", '/', "-1", NULL },
		{ BIG, '/', "1.0", NULL }, { "100000000000000000000.0", '/', "0.5", "200000000000000000000" },
		{ "7", '%', "3", "1" }, { "-7", '%', "3", "-1" }, { "7", '%', "-3", "1" }, { "7", '%', "0", NULL },
		{ "-170141183460469231731687303715884105728", '%', "-1", "0" }, { "7.5", '%', "2", NULL },
		{ "1", '<', "2", "-1" }, { "2", '<', "1", "1" }, { "1.50", '<', "1.5", "0" }, { "-0.5", '<', "0.5", "-1" },
		{ "-1.5", '<', "-1", "-1" }, { BIG, '<', "0.000000000000000001", "1" },
		{ "-" BIG, '<', "-0.000000000000000001", "-1" }, { "0.1", '<', "0.10000000000000001", "-1" },
		{ BIG, '<', BIG, "0" }, { "3.0", '<', "3", "0" }, { "-0.3", '<', "-0.25", "-1" },
	};
	char name[200], text[NUMBER_SIZE];
	struct number a, b, result;
	bool good;
	size_t i;

	for (i = 0; i < N(rows); i++) {
		a = num(rows[i].a);
		b = num(rows[i].b);
		good = true;
		switch (rows[i].op) {
		case '+': good = number_add(a, b, &result); break;
		case '-': good = number_sub(a, b, &result); break;
		case '*': good = number_mul(a, b, &result); break;
		case '/': good = number_div(a, b, &result); break;
		case '%': good = number_mod(a, b, &result); break;
		default: result = number_of(number_cmp(a, b));
		}
		snprintf(name, sizeof(name), "%s %c %s", rows[i].a, rows[i].op, rows[i].b);
		is_text(good ? number_format(result, text) : NULL, rows[i].result, name);
	}
	number_div(num("6.0"), num("2"), &a);
	number_div(a, num("2"), &result);
	is_text(number_format(result, text), "1.5", "a real quotient stays real: 6.0 / 2 / 2");
	is_text(number_format(number_of(INT64_MIN), text), "-9223372036854775808", "number_of");
}

/* Small numbers against 64-bit arithmetic. */
static void
test_small_numbers(void)
{
	long wrong = 0;
	int a, b, sa, sb, want;
	struct number x, y, z;
	static const int ten[] = { 1, 10, 100, 1000 };

	for (a = -60; a <= 60; a++)
		for (b = -60; b <= 60; b++)
			for (sa = 0; sa < 3; sa++)
				for (sb = 0; sb < 3; sb++) {
					x = (struct number){ a, sa };
					y = (struct number){ b, sb };
					want = (a * ten[sb] > b * ten[sa]) - (a * ten[sb] < b * ten[sa]);
					wrong += number_cmp(x, y) != want;
					wrong += !number_add(x, y, &z) ||
					    number_cmp(z, (struct number){ a * ten[sb] + b * ten[sa], sa + sb }) != 0;
					wrong += !number_sub(x, y, &z) ||
					    number_cmp(z, (struct number){ a * ten[sb] - b * ten[sa], sa + sb }) != 0;
					wrong += !number_mul(x, y, &z) ||
					    number_cmp(z, (struct number){ a * b, sa + sb }) != 0;
				}
	is_number(wrong, 0, "sums, differences, products and order of small decimals");
}

/* ---- case ids ---- */

static void
test_case_ids(void)
{
	static const struct { const char *text; enum case_id_fault fault; const char *id; } rows[] = {
		{ "2026-7KQ43", CASE_ID_OK, "2026-7KQ43" }, { "2026-7kq43", CASE_ID_OK, "2026-7KQ43" },
		{ "20267KQ43", CASE_ID_OK, "2026-7KQ43" }, { "2o26-7KQ43", CASE_ID_OK, "2026-7KQ43" },
		{ "2026-7KQ44", CASE_ID_CHECK, "2026-7KQ44" }, { "2026-7QK43", CASE_ID_CHECK, "2026-7QK43" },
		{ "2026-7KQ4", CASE_ID_FORM, NULL }, { "2026-7KQ433", CASE_ID_FORM, NULL },
		{ "2026-7KU43", CASE_ID_FORM, NULL }, { "2026_7KQ43", CASE_ID_FORM, NULL },
		{ "2026-7K-43", CASE_ID_FORM, NULL }, { "A026-7KQ43", CASE_ID_FORM, NULL },
		{ "0000-7KQ43", CASE_ID_FORM, NULL }, { "", CASE_ID_FORM, NULL }, { "2026-7KQ4\xc3", CASE_ID_FORM, NULL },
		{ " 2026-7KQ43", CASE_ID_FORM, NULL }, { "2026-7KQ43\n", CASE_ID_FORM, NULL },
		{ "20267KQ4-3", CASE_ID_FORM, NULL },
	};
	char id[CASE_ID_SIZE];
	size_t i;

	ok(case_id_check("2026-7KQ4") == '3', "the check symbol of 2026-7KQ4 is 3");
	for (i = 0; i < N(rows); i++) {
		strcpy(id, "-");
		ok(case_id_parse(str_of(rows[i].text), id) == rows[i].fault, quoted("id '%s'", rows[i].text));
		is_text(id, rows[i].id ? rows[i].id : "-", quoted("canonical '%s'", rows[i].text));
	}
	ok(case_id_parse((struct str){ "2026-7KQ\0003", 10 }, id) == CASE_ID_FORM, "a NUL in an id");
	ok(case_id_parse(STR_NULL, id) == CASE_ID_FORM, "no id");
}

/* I and L for 1, O for 0, wherever a symbol stands. */
static void
test_ambiguous(void)
{
	char id[CASE_ID_SIZE], other[CASE_ID_SIZE], back[CASE_ID_SIZE];
	const char *p;
	uint32_t random;
	int i, tried = 0, wrong = 0;

	for (random = 0; random < 1 << 20; random += 37) {
		case_id_make(2010 + (int)(random % 20), random, id);
		for (i = 0; i < 10; i++)
			for (p = id[i] == '0' ? "oO" : id[i] == '1' ? "iIlL" : ""; *p != '\0'; p++, tried++) {
				memcpy(other, id, sizeof(id));
				other[i] = *p;
				wrong += case_id_parse(str_of(other), back) != CASE_ID_OK || strcmp(back, id) != 0;
			}
	}
	ok(tried > 10000 && wrong == 0, "ambiguous letters read as the digits they look like");
}

static void
test_typing_errors(void)
{
	static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char id[CASE_ID_SIZE], typed[CASE_ID_SIZE], back[CASE_ID_SIZE];
	int substituted = 0, swapped = 0, missed = 0, unswapped = 0, i, j;
	const char *s;
	uint32_t random;
	bool blind;

	for (random = 0; random < 1 << 20; random += 251) {
		case_id_make(2000 + (int)(random % 100), random, id);
		missed += case_id_parse(str_of(id), back) != CASE_ID_OK;
		for (i = 0; i < 10; i++) {
			for (s = symbols; i != 4 && *s != '\0'; s++) {
				if (*s == id[i] || (i < 4 && (*s > '9')))
					continue;
				memcpy(typed, id, sizeof(id));
				typed[i] = *s;
				substituted++;
				missed += case_id_parse(str_of(typed), back) == CASE_ID_OK;
			}
			j = i == 3 ? 5 : i + 1; /* neighbours across the hyphen too */
			if (i == 4 || j > 9 || id[i] == id[j])
				continue;
			blind = (id[i] == '0' && id[j] == 'Z') || (id[i] == 'Z' && id[j] == '0');
			memcpy(typed, id, sizeof(id));
			typed[i] = id[j];
			typed[j] = id[i];
			swapped++;
			unswapped += case_id_parse(str_of(typed), back) == CASE_ID_OK && !blind;
		}
	}
	ok(substituted > 100000, "enough substitutions");
	is_number(missed, 0, "every single substitution is caught");
	ok(swapped > 10000, "enough transpositions");
	is_number(unswapped, 0, "every transposition of neighbours is caught but that of 0 and Z");
	ok(random_bits() != random_bits() || random_bits() != random_bits(), "random bits differ");
}

/* ---- patterns ---- */

static struct arena arena;

static struct pattern *
compiled(const char *text, bool ignore_case)
{
	const char *reason;
	size_t at;
	struct pattern *pattern = pattern_compile(str_of(text), ignore_case, &arena, &reason, &at);

	if (pattern == NULL)
		printf("# %s does not compile: %s at %zu\n", text, reason, at);
	return pattern;
}

static void
test_matches(void)
{
	static const struct { const char *pattern; bool ignore_case; const char *text; int start; enum match match; const char *found; } rows[] = {
		{ "b+", false, "abbc", 0, MATCH, "bb" }, { "b+", false, "aBBc", 0, NO_MATCH, NULL },
		{ "b+", true, "aBBc", 0, MATCH, "BB" }, { "b", false, "abcb", 2, MATCH, "b" },
		{ "^b", false, "abb", 1, NO_MATCH, NULL }, { "a.b", false, "a\nb", 0, MATCH, "a\nb" },
		{ "a$", false, "a\n", 0, NO_MATCH, NULL }, { "^$", false, "", 0, MATCH, "" },
		{ "x*", false, "", 0, MATCH, "" }, { "\\bé\\w", false, "x éa", 0, MATCH, "éa" },
		{ "É", true, "é", 0, MATCH, "é" }, { "^.$", false, "\xf0\x9f\x98\x80", 0, MATCH, "\xf0\x9f\x98\x80" },
		{ "\\d", false, "\xd9\xa1", 0, MATCH, "\xd9\xa1" }, { "k", true, "\xe2\x84\xaa", 0, MATCH, "\xe2\x84\xaa" },
		{ "(?<=a)b", false, "ab", 1, MATCH, "b" }, { "\\b\\d{9}\\b", false, "nr 123456782.", 0, MATCH, "123456782" },
		{ "a", false, "abc", 9, NO_MATCH, NULL }, { "$", false, "abc", 3, MATCH, "" },
		{ "12", false, "\xff" "12\xfe", 0, MATCH, "12" }, { ".*", false, "\xff", 0, MATCH, "" },
		{ "1.2", false, "1\xff" "2", 0, NO_MATCH, NULL }, { "b", false, "\xc3\xa9" "b", 1, MATCH, "b" },
		{ "(a)(b)(c)(d)\\4", false, "abcdd", 0, MATCH, "abcdd" },
	};
	struct str found;
	struct pattern *pattern;
	bool same;
	size_t i;
	int k;

	for (i = 0; i < N(rows); i++) {
		pattern = compiled(rows[i].pattern, rows[i].ignore_case);
		same = pattern != NULL;
		/* Before and after it was made machine code. */
		for (k = 0; same && k < 100; k++) {
			found = STR_NULL;
			same = pattern_match(pattern, str_of(rows[i].text), (size_t)rows[i].start, &found) == rows[i].match &&
			    str_eq(found, rows[i].found ? str_of(rows[i].found) : STR_NULL);
		}
		if (!ok(same, quoted("pattern %s", rows[i].pattern)))
			printf("# round %d found '%.*s'\n", k, STRF(found));
		pattern_free(pattern);
	}
	pattern = compiled("", false);
	ok(pattern_match(pattern, STR_NULL, 0, NULL) == MATCH, "an empty pattern in nothing");
	pattern_free(pattern);
	pattern_free(NULL);
}

/* A match may begin at `last`, and go on beyond it; also in a text that is searched window by window. */
static void
test_matches_until(void)
{
	static const struct { size_t start, last; enum match match; size_t at; } rows[] = {
		{ 0, 11, MATCH, 2 }, { 0, 2, MATCH, 2 }, { 0, 1, NO_MATCH, 0 }, { 3, 11, MATCH, 6 }, { 3, 6, MATCH, 6 },
		{ 3, 5, NO_MATCH, 0 }, { 6, 6, MATCH, 6 }, { 7, 11, NO_MATCH, 0 }, { 6, 5, NO_MATCH, 0 }, { 11, 11, NO_MATCH, 0 },
	};
	struct pattern *pattern = compiled("a\\w+", false);
	struct str text = STR("--abc-abcd-"), found;
	struct buf large = BUF_INIT;
	bool same = true;
	size_t i;
	int k;

	for (k = 0; k < 100; k++)
		for (i = 0; i < N(rows); i++) {
			found = STR_NULL;
			same &= pattern_match_until(pattern, text, rows[i].start, rows[i].last, &found) == rows[i].match &&
			    (rows[i].match == NO_MATCH || found.p == text.p + rows[i].at);
		}
	ok(same, "matches that begin at a byte or before it");
	for (k = 0; k < 300000; k++)
		buf_char(&large, '-');
	buf_text(&large, "abc");
	text = buf_view(&large);
	ok(pattern_match_until(pattern, text, 0, text.n - 3, &found) == MATCH && found.n == 3 &&
	    pattern_match_until(pattern, text, 0, text.n - 4, NULL) == NO_MATCH, "in a long text too");
	buf_release(&large);
	pattern_free(pattern);
}

static void
test_bad_patterns(void)
{
	static const struct { const char *text; size_t at; const char *reason; } rows[] = {
		{ "a(b", 3, "parenthesis" }, { "a)b", 1, "parenthesis" }, { "[a", 2, "character class" },
		{ "*a", 0, "quantifier" }, { "a\\", 2, "\\ at end" }, { "x\\C", 3, "\\C" },
		{ "a\xff", 1, "UTF-8" }, { "(?<n>a)(?<n>b)", 12, "same name" }, { "[z-a]", 3, "range" },
		{ "\\p{Foo}", 7, "\\p" }, { "(?<=a*)b", 0, "lookbehind" },
	};
	const char *reason;
	size_t at, i;

	for (i = 0; i < N(rows); i++) {
		reason = "none";
		at = 99;
		ok(pattern_compile(str_of(rows[i].text), false, &arena, &reason, &at) == NULL &&
		    strstr(reason, rows[i].reason) != NULL, quoted("no pattern: %s", rows[i].text));
		is_number((long long)at, (long long)rows[i].at, quoted("and where: %s", rows[i].text));
	}
}

static double
seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The bound of 20 seconds is not about speed: unlimited, each would take longer than the Sun has. */
static void
test_costly(void)
{
	static const struct { const char *pattern; char fill; size_t n; const char *end; } rows[] = {
		{ "(a+)+$", 'a', 64, "!" }, { "(a|aa)+$", 'a', 3000, "!" }, { "(a|a?)+$", 'a', 64, "!" },
		{ "(\\w+\\s?)+$", 'a', 200, "!" }, { "^(([a-z])+.)+[A-Z]([a-z])+$", 'a', 100, "" },
		{ "(?:a(?:a(?:a|b)?)?)*c$", 'a', 200, "cc" }, { "(.+)+(.+)+(.+)+=!", 'x', 500, "!=" },
		{ "((a)|(b)|a)*\\1\\3!", 'a', 400, "!" },
	};
	struct pattern *pattern;
	struct buf text = BUF_INIT;
	double begun = seconds();
	size_t i;
	int k, gave_up;

	for (i = 0; i < N(rows); i++) {
		buf_reset(&text);
		memset(buf_room(&text, rows[i].n), rows[i].fill, rows[i].n);
		text.n = rows[i].n;
		buf_text(&text, rows[i].end);
		pattern = compiled(rows[i].pattern, false);
		for (k = gave_up = 0; k < 60; k++)
			gave_up += pattern_match(pattern, buf_view(&text), 0, NULL) == MATCH_LIMIT;
		if (!ok(gave_up > 0 && (gave_up == 60 || gave_up >= 11), quoted("gives up on %s", rows[i].pattern)))
			printf("# %d of 60\n", gave_up);
		pattern_free(pattern);
	}
	pattern = compiled("\\w+@", false);
	memset(buf_room(&text, 1 << 20), 'a', 1 << 20);
	text.n = 1 << 20;
	ok(pattern_match(pattern, buf_view(&text), 0, NULL) == MATCH_LIMIT,
	    "gives up on a megabyte that costs its square");
	pattern_free(pattern);
	ok(seconds() - begun < 60, "and soon");
	buf_release(&text);
}

/* A long text is searched in windows: nothing is lost where two meet. */
static void
test_windows(void)
{
	size_t n = 300000, i, at;
	struct buf text = BUF_INIT, copy = BUF_INIT;
	struct pattern *pattern = compiled("(?<=é)12(?=é)", false), *end = compiled("é\\z", false);
	struct str found;
	int k, wrong = 0;

	for (i = 0; i < n; i++)
		buf_text(&text, i % 7 == 3 ? "é" : "a");
	for (k = 0; k < 60; k++) {
		at = (size_t)k * 5927 % (text.n - 8);
		while (((unsigned char)text.p[at] & 0xc0) == 0x80)
			at++;
		buf_reset(&copy);
		buf_add(&copy, text.p, at);
		buf_text(&copy, "é12é");
		buf_add(&copy, text.p + at, text.n - at);
		wrong += pattern_match(pattern, buf_view(&copy), 0, &found) != MATCH ||
		    found.p != copy.p + at + 2 || found.n != 2;
	}
	is_number(wrong, 0, "found wherever it stands in a long text");
	ok(pattern_match(pattern, buf_view(&text), 0, NULL) == NO_MATCH, "and nowhere when it does not");
	memset(text.p, 'b', text.n);
	buf_add(&copy, text.p, text.n);
	for (k = 0; k < 6; k++)
		buf_add(&text, copy.p, copy.n);
	buf_text(&text, "é");
	ok(pattern_match(end, buf_view(&text), 0, &found) == MATCH && found.p == text.p + text.n - 2,
	    "found at the very end");
	buf_release(&text);
	buf_release(&copy);
	pattern_free(pattern);
	pattern_free(end);
}

static void *
match_much(void *p)
{
	const struct pattern *const *patterns = p;
	char text[40];
	long wrong = 0, i;

	for (i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "mother 0%ld text", 600000000 + i);
		wrong += pattern_match(patterns[0], str_of(text), 0, NULL) != MATCH;
		wrong += pattern_match(patterns[1], str_of(text), 0, NULL) != NO_MATCH;
	}
	return (void *)wrong;
}

static void
test_threads(void)
{
	struct pattern *patterns[2] = { compiled("\\b0[0-9]{9}\\b", false), compiled("\\w+@\\w+", false) };
	pthread_t threads[4];
	void *wrong;
	long total = 0;
	int i;

	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, match_much, patterns);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &wrong);
		total += (long)wrong;
	}
	is_number(total, 0, "four threads share two patterns");
	pattern_free(patterns[0]);
	pattern_free(patterns[1]);
}

/* ---- check digits, uuid, e-mail ---- */

static void
test_check_digits(void)
{
	static const struct { const char *name, *text; bool good; } rows[] = {
		{ "bsn", "111222333", true }, { "bsn", "123456782", true }, { "bsn", "1234.56.782", true },
		{ "bsn", "123 456 782", true }, { "bsn", "123456789", false }, { "bsn", "000000000", false },
		{ "bsn", "12345678", false }, { "bsn", "1234567822", false }, { "bsn", "12345678x", false },
		{ "bsn", "", false }, { "bsn", "010000008", true }, { "bsn", "123-456-782", true },
		{ "bsn", "123456782 ", true }, { "bsn", "123456728", false },
		{ "iban", "NL91ABNA0417164300", true }, { "iban", "nl91 abna 0417 1643 00", true },
		{ "iban", "NL91ABNA0417164301", false }, { "iban", "GB82 WEST 1234 5698 7654 32", true },
		{ "iban", "DE89370400440532013000", true }, { "iban", "NL91ABNA0417164", false },
		{ "iban", "91NLABNA0417164300", false }, { "iban", "NL91ABNA04171643\xc3\xa9", false },
		{ "iban", "", false }, { "iban", "NO9386011117947", true },
		{ "iban", "MT84MALT011000012345MTLCAST001SMALT001SMALT001", false },
		{ "luhn", "79927398713", true }, { "luhn", "79927398710", false }, { "luhn", "4111 1111 1111 1111", true },
		{ "luhn", "4111-1111-1111-1112", false }, { "luhn", "0", false }, { "luhn", "18", true }, { "luhn", "", false },
		{ "luhn", "1a8", false },
	};
	size_t i, n = 0;

	for (i = 0; i < N(rows); i++)
		ok(check_digit_named(str_of(rows[i].name))(str_of(rows[i].text)) == rows[i].good,
		    quoted("check digits of '%s'", rows[i].text));
	ok(!check_digit_named(STR("bsn"))((struct str){ "123456782\0", 10 }), "a NUL behind a number");
	ok(check_digit_named(STR("BSN")) == NULL && check_digit_named(STR("")) == NULL, "no function of that name");
	for (; check_digit_names()[n] != NULL; n++)
		ok(check_digit_named(str_of(check_digit_names()[n])) != NULL, check_digit_names()[n]);
	is_number((long long)n, 3, "three functions");
}

static void
test_other_types(void)
{
	static const struct { const char *text; bool uuid, email; } rows[] = {
		{ "123e4567-e89b-12d3-a456-426614174000", true, false },
		{ "123E4567-E89B-12D3-A456-426614174000", true, false },
		{ "123e4567-e89b-12d3-a456-42661417400", false, false },
		{ "123e4567-e89b-12d3-a456-4266141740000", false, false },
		{ "123e4567xe89b-12d3-a456-426614174000", false, false },
		{ "123e4567-e89b-12d3-a456-42661417400g", false, false },
		{ "{23e4567-e89b-12d3-a456-426614174000", false, false },
		{ "aj@centre.example", false, true }, { "a.b+c%d_e-f@sub.centre.nl", false, true },
		{ "aj@centre", false, false }, { "aj@", false, false }, { "@centre.nl", false, false },
		{ "a j@centre.nl", false, false }, { "aj@centre.n", false, false }, { "aj@centre.n1", false, false },
		{ "aj@@centre.nl", false, false }, { "aj@centre..nl", false, false }, { "aj@-centre.nl", false, false },
		{ "aj@centre.nl.", false, false }, { "aj@centre.nl\n", false, false }, { "", false, false },
		{ "<aj@centre.nl>", false, false }, { "aj@.nl", false, false },
	};
	size_t i;

	for (i = 0; i < N(rows); i++)
		ok(is_uuid(str_of(rows[i].text)) == rows[i].uuid && is_email(str_of(rows[i].text)) == rows[i].email,
		    quoted("uuid or e-mail: '%s'", rows[i].text));
}

int
main(void)
{
	arena_init(&arena);
	test_dates();
	test_calendar();
	test_date_make();
	test_guesses();
	test_durations();
	test_adding();
	test_periods();
	test_weeks();
	test_numbers();
	test_arithmetic();
	test_small_numbers();
	test_case_ids();
	test_ambiguous();
	test_typing_errors();
	test_matches();
	test_matches_until();
	test_bad_patterns();
	test_costly();
	test_windows();
	test_threads();
	test_check_digits();
	test_other_types();
	arena_release(&arena);
	return tap_done();
}
