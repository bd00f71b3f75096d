/*
 * Days count from 1970-01-01 in eras of 400 years (H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms"). Decimals are 128-bit mantissas; what could overflow is multiplied unsigned. Patterns
 * begin in PCRE2's interpreter, so that a short command pays for no compilation, and go over to machine
 * code once they have been used some dozens of times. A search of a long text is cut into windows of
 * starting points: between two of them the processor time is looked at, since PCRE2's own limits hold
 * for one starting point only.
 */
#define _GNU_SOURCE
#include "value.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static const char *const month_names[] = { "January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December" };

static _Thread_local char reason_text[96];

static bool PRINTF_LIKE(2, 3)
refuse(const char **reason, const char *format, ...)
{
	va_list args;

	if (reason == NULL)
		return false;
	va_start(args, format);
	vsnprintf(reason_text, sizeof(reason_text), format, args);
	va_end(args);
	*reason = reason_text;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 0x20) : c;
}

/* ---- the calendar ---- */

#define DAY_FIRST (-719162) /* 0001-01-01 */
#define DAY_LAST 2932896 /* 9999-12-31 */
#define DATE_FORM "a date is written YYYY-MM-DD"

static day
days_from(int year, int month, int dom)
{
	int y = year - (month <= 2);
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dom - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static int
month_days(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static day
clamp_day(int64_t d)
{
	return d < DAY_FIRST ? DAY_FIRST : d > DAY_LAST ? DAY_LAST : (day)d;
}

static bool
is_form(struct str text, const char *form)
{
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (i == text.n || (form[i] == '9' ? !is_digit(text.p[i]) : text.p[i] != form[i]))
			return false;
	return i == text.n;
}

static int
number_at(const char *p, int n)
{
	int value = 0;

	while (n-- > 0)
		value = value * 10 + (*p++ - '0');
	return value;
}

static bool
check_date(int year, int month, int dom, const char **reason)
{
	if (year < 1 || year > 9999)
		return refuse(reason, "years go from 0001 to 9999");
	if (month < 1 || month > 12)
		return refuse(reason, "months go from 01 to 12");
	if (dom < 1)
		return refuse(reason, "the days of a month begin at 01");
	if (dom > month_days(year, month))
		return refuse(reason, "%s %d has %d days", month_names[month - 1], year,
		    month_days(year, month));
	return true;
}

/* The first eight bytes at once: xor leaves 0 to 9 of a digit and 0 of a hyphen. */
static bool
is_date_form(struct str text)
{
	uint64_t w, zeros, above_9 = 0x7676767676767676u, high = 0x8080808080808080u;

	if (text.n != 10)
		return false;
	memcpy(&w, text.p, 8);
	memcpy(&zeros, "0000-00-", 8);
	w ^= zeros;
	return ((w | (w + above_9)) & high) == 0 && text.p[4] == '-' && text.p[7] == '-' &&
	    is_digit(text.p[8]) && is_digit(text.p[9]);
}

bool
date_parse(struct str text, day *date, const char **reason)
{
	int year, month, dom;

	if (!is_date_form(text))
		return refuse(reason, DATE_FORM);
	year = number_at(text.p, 4);
	month = number_at(text.p + 5, 2);
	dom = number_at(text.p + 8, 2);
	if ((year < 1 || month - 1u > 11 || dom - 1u > 27) && !check_date(year, month, dom, reason))
		return false;
	*date = days_from(year, month, dom);
	return true;
}

void
date_split(day date, int *year, int *month, int *dom)
{
	int z = date + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*dom = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

static char *
put_digits(char *p, int value, int n)
{
	int i;

	for (i = n - 1; i >= 0; i--, value /= 10)
		p[i] = (char)('0' + value % 10);
	return p + n;
}

char *
date_format(day date, char text[DATE_SIZE])
{
	int year, month, dom;
	char *p;

	assert(date >= DAY_FIRST && date <= DAY_LAST);
	date_split(date, &year, &month, &dom);
	p = put_digits(text, year, 4);
	*p++ = '-';
	p = put_digits(p, month, 2);
	*p++ = '-';
	p = put_digits(p, dom, 2);
	*p = '\0';
	return text;
}

static day
make_day(int64_t year, int64_t month, int dom)
{
	int64_t m = year * 12 + month - 1;
	int y, last;

	if (m < 12)
		return DAY_FIRST;
	if (m >= 10000 * 12)
		return DAY_LAST;
	y = (int)(m / 12);
	month = m % 12 + 1;
	last = month_days(y, (int)month);
	return days_from(y, (int)month, dom < 1 ? 1 : dom > last ? last : dom);
}

day
date_make(int year, int month, int dom)
{
	return make_day(year, month, dom);
}

day
date_of_time(int64_t seconds, int offset_minutes)
{
	int64_t local;

	if (__builtin_add_overflow(seconds, (int64_t)offset_minutes * 60, &local))
		return seconds < 0 ? DAY_FIRST : DAY_LAST;
	return clamp_day(local / 86400 - (local % 86400 < 0));
}

/* ---- dates in other styles ---- */

struct piece {
	int number; /* -1: a name */
	int digits;
	int month; /* of a name; 0: none */
};

static bool
is_same_word(struct str word, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (i == word.n || name[i] == '\0' || upper(word.p[i]) != upper(name[i]))
			return false;
	return word.n == n;
}

static int
month_named(struct str word)
{
	static const char *const dutch[] = { "januari", "februari", "maart", "april", "mei", "juni",
		"juli", "augustus", "september", "oktober", "november", "december" };
	int i;

	for (i = 0; i < 12; i++)
		if (is_same_word(word, month_names[i], strlen(month_names[i])) ||
		    is_same_word(word, dutch[i], strlen(dutch[i])) ||
		    is_same_word(word, month_names[i], 3) || is_same_word(word, dutch[i], 3))
			return i + 1;
	return is_same_word(word, "sept", 4) ? 9 : is_same_word(word, "mrt", 3) ? 3 : 0;
}

/* A time of day is no part of the date before it. */
static bool
is_time_behind(struct str rest)
{
	return rest.n > 0 && (rest.p[0] == ' ' || (rest.p[0] == 'T' && rest.n > 1 && is_digit(rest.p[1])));
}

/* Takes a number of up to 8 digits, with "th" and the like behind it, or a month's name. */
static bool
take_piece(struct str *rest, struct piece *piece)
{
	static const char *const ordinals[] = { "st", "nd", "rd", "th", "e", "ste", "de" };
	size_t i, n = 0;

	*piece = (struct piece){ .number = -1 };
	while (n < rest->n && n < 8 && is_digit(rest->p[n]))
		n++;
	if (n > 0) {
		piece->number = number_at(rest->p, (int)n);
		piece->digits = (int)n;
		*rest = (struct str){ rest->p + n, rest->n - n };
	}
	if (piece->number >= 0 && is_time_behind(*rest))
		return true;
	for (n = 0; n < rest->n && is_letter(rest->p[n]); n++)
		;
	if (piece->number < 0)
		piece->month = month_named((struct str){ rest->p, n });
	for (i = 0; piece->number >= 0 && n > 0; i++) {
		if (i == sizeof(ordinals) / sizeof(ordinals[0]))
			return false;
		if (is_same_word((struct str){ rest->p, n }, ordinals[i], strlen(ordinals[i])))
			break;
	}
	*rest = (struct str){ rest->p + n, rest->n - n };
	return piece->number >= 0 || piece->month > 0;
}

static bool
set_date(int year, int month, int dom, day *date)
{
	if (!check_date(year, month, dom, NULL))
		return false;
	*date = days_from(year, month, dom);
	return true;
}

static bool
guess_from(const struct piece p[3], day *date)
{
	if (p[1].month > 0 && p[2].digits == 4)
		return set_date(p[2].number, p[1].month, p[0].number, date);
	if (p[1].month > 0 && p[0].digits == 4)
		return set_date(p[0].number, p[1].month, p[2].number, date);
	if (p[0].month > 0 && p[2].digits == 4)
		return set_date(p[2].number, p[0].month, p[1].number, date);
	if (p[0].digits == 4)
		return set_date(p[0].number, p[1].number, p[2].number, date);
	if (p[2].digits == 4)
		return set_date(p[2].number, p[1].number, p[0].number, date) ||
		    set_date(p[2].number, p[0].number, p[1].number, date);
	return false;
}

bool
date_guess(struct str text, day *date)
{
	struct piece pieces[3];
	struct str rest = str_trim(text);
	int i;

	if (is_form(rest, "99999999"))
		return set_date(number_at(rest.p, 4), number_at(rest.p + 4, 2),
		    number_at(rest.p + 6, 2), date);
	for (i = 0; i < 3; i++) {
		while (i > 0 && rest.n > 0 && strchr(" -/.,", rest.p[0]) != NULL && rest.p[0])
			rest = (struct str){ rest.p + 1, rest.n - 1 };
		if (!take_piece(&rest, &pieces[i]))
			return false;
	}
	return (rest.n == 0 || is_time_behind(rest)) && guess_from(pieces, date);
}

/* ---- durations ---- */

#define DURATION_FORM "a duration is written like P14D, P6W, P3M or P1Y6M"

/* Takes digits and the designator behind them. */
static bool
take_part(struct str *rest, int64_t *value, char *designator)
{
	size_t n = 0;

	*value = 0;
	for (; n < rest->n && is_digit(rest->p[n]); n++)
		if (*value <= INT32_MAX)
			*value = *value * 10 + (rest->p[n] - '0');
	if (n == 0 || n == rest->n)
		return false;
	*designator = rest->p[n];
	*rest = (struct str){ rest->p + n + 1, rest->n - n - 1 };
	return true;
}

bool
duration_parse(struct str text, struct duration *duration, const char **reason)
{
	static const char order[] = "YMWD";
	static const int factor[] = { 12, 1, 7, 1 };
	int64_t value, months = 0, days = 0;
	struct str rest;
	const char *at, *next = order;
	char c;

	if (text.n < 2 || text.p[0] != 'P')
		return refuse(reason, DURATION_FORM);
	for (rest = (struct str){ text.p + 1, text.n - 1 }; rest.n > 0; next = at + 1) {
		if (rest.p[0] == 'T')
			return refuse(reason, "days are the finest part of a duration");
		if (!take_part(&rest, &value, &c) || c == '\0')
			return refuse(reason, DURATION_FORM);
		if ((at = strchr(order, c)) == NULL)
			return refuse(reason, DURATION_FORM);
		if (at < next)
			return refuse(reason, "years, months, weeks, days stand in this order, each once");
		*(at - order < 2 ? &months : &days) += value * factor[at - order];
		if (months > INT32_MAX || days > INT32_MAX)
			return refuse(reason, "the duration is too long");
	}
	*duration = (struct duration){ (int32_t)months, (int32_t)days };
	return true;
}

char *
duration_format(struct duration duration, char text[32])
{
	char *p = text, *end = text + 32;

	assert(duration.months >= 0 && duration.days >= 0);
	*p++ = 'P';
	if (duration.months >= 12)
		p += snprintf(p, (size_t)(end - p), "%dY", duration.months / 12);
	if (duration.months % 12 > 0)
		p += snprintf(p, (size_t)(end - p), "%dM", duration.months % 12);
	if (duration.days > 0 || duration.months == 0)
		snprintf(p, (size_t)(end - p), "%dD", duration.days);
	return text;
}

day
date_add(day start, struct duration duration, int sign)
{
	int64_t days = (int64_t)sign * duration.days;
	int year, month, dom;

	if (duration.months == 0)
		return clamp_day(start + days);
	date_split(start, &year, &month, &dom);
	return clamp_day(make_day(year, month + (int64_t)sign * duration.months, dom) + days);
}

/* ---- periods ---- */

#define PERIOD_FORM "a period is written 2026, 2026-Q3, 2026-H2, 2026-03, 2026-W05, 2026-03-05 or A..B"

/* What is written nearly like a period: Q3, 2026Q3, 2026-q3, Q3-2026, 2026-3. */
static bool
refuse_form(struct str text, const char **reason)
{
	static const struct {
		const char *form;
		int year, part; /* where they stand; year -1: it says none */
	} forms[] = {
		{ "Q9", -1, 1 }, { "q9", -1, 1 }, { "9999Q9", 0, 5 }, { "9999q9", 0, 5 }, { "9999-q9", 0, 6 },
		{ "9999 Q9", 0, 6 }, { "9999/Q9", 0, 6 }, { "Q9-9999", 3, 1 }, { "Q9 9999", 3, 1 },
		{ "9999-9", 0, -1 },
	};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(*forms) && !is_form(text, forms[i].form); i++)
		;
	if (i == sizeof(forms) / sizeof(*forms))
		return refuse(reason, PERIOD_FORM);
	if (forms[i].year < 0)
		return refuse(reason, "a quarter is written with its year, like 2026-Q%c", text.p[1]);
	if (forms[i].part < 0)
		return refuse(reason, "a month has two digits: %.4s-0%c", text.p, text.p[5]);
	return refuse(reason, "a quarter is written %.4s-Q%c", text.p + forms[i].year, text.p[forms[i].part]);
}

/* The Monday of ISO week 1: the week that holds 4 January. */
static day
first_week(int year)
{
	day d = days_from(year, 1, 4);

	return d - ((d + 3) % 7 + 7) % 7;
}

static bool
week_period(int year, int week, struct period *period, const char **reason)
{
	day first = first_week(year);
	int weeks = (first_week(year + 1) - first) / 7;

	if (week < 1 || week > weeks)
		return refuse(reason, "%d has weeks 01 to %d", year, weeks);
	period->from = clamp_day(first + (week - 1) * 7);
	period->to = clamp_day(first + week * 7 - 1) + 1;
	return true;
}

/* `count` parts of a year, `part` from 1. */
static bool
part_period(int year, int part, int count, struct period *period, const char **reason)
{
	int months = 12 / count;

	if (part < 1 || part > count)
		return refuse(reason, count == 12 ? "months go from 01 to 12" :
		    count == 4 ? "quarters go from Q1 to Q4" : "half years are H1 and H2");
	period->from = days_from(year, (part - 1) * months + 1, 1);
	period->to = days_from(year, part * months, month_days(year, part * months)) + 1;
	return true;
}

static bool
one_period(struct str text, struct period *period, const char **reason)
{
	int year;

	if (text.n < 4 || !is_form((struct str){ text.p, 4 }, "9999"))
		return refuse_form(text, reason);
	year = number_at(text.p, 4);
	if (year < 1)
		return refuse(reason, "years go from 0001 to 9999");
	if (text.n == 4)
		return part_period(year, 1, 1, period, reason);
	if (is_form(text, "9999-Q9"))
		return part_period(year, text.p[6] - '0', 4, period, reason);
	if (is_form(text, "9999-H9"))
		return part_period(year, text.p[6] - '0', 2, period, reason);
	if (is_form(text, "9999-99"))
		return part_period(year, number_at(text.p + 5, 2), 12, period, reason);
	if (is_form(text, "9999-W99"))
		return week_period(year, number_at(text.p + 6, 2), period, reason);
	if (!is_form(text, "9999-99-99"))
		return refuse_form(text, reason);
	if (!date_parse(text, &period->from, reason))
		return false;
	period->to = period->from + 1;
	return true;
}

bool
period_parse(struct str text, struct period *period, const char **reason)
{
	const char *dots = text.n ? memmem(text.p, text.n, "..", 2) : NULL;
	struct period from = { DAY_NONE, DAY_NONE }, to = from;
	struct str a, b;

	if (dots == NULL)
		return one_period(text, period, reason);
	a = (struct str){ text.p, (size_t)(dots - text.p) };
	b = (struct str){ dots + 2, text.n - a.n - 2 };
	if (a.n == 0 && b.n == 0)
		return refuse(reason, PERIOD_FORM);
	if ((a.n > 0 && !one_period(a, &from, reason)) || (b.n > 0 && !one_period(b, &to, reason)))
		return false;
	if (a.n > 0 && b.n > 0 && to.to <= from.from)
		return refuse(reason, "the period ends before it begins");
	*period = (struct period){ from.from, to.to };
	return true;
}

/* ---- numbers ---- */

typedef unsigned __int128 magnitude;

#define SCALE_MAX 18
#define MANTISSA_MAX ((magnitude)-1 >> 1)

static magnitude
size_of(number_mantissa m)
{
	return m < 0 ? -(magnitude)m : (magnitude)m;
}

static bool
with_sign(magnitude size, bool negative, number_mantissa *m)
{
	if (size > MANTISSA_MAX + negative)
		return false;
	*m = (number_mantissa)(negative ? -size : size);
	return true;
}

static bool
times(magnitude a, magnitude b, magnitude *product)
{
	if ((uint64_t)a == a && (uint64_t)b == b) {
		*product = a * b;
		return true;
	}
	if (a != 0 && b > (magnitude)-1 / a)
		return false;
	*product = a * b;
	return true;
}

static uint64_t
power_of_ten(int n)
{
	uint64_t power = 1;

	assert(n >= 0 && n <= SCALE_MAX);
	while (n-- > 0)
		power *= 10;
	return power;
}

/* size * 10^exponent, exact, as a mantissa and a scale from 0 to SCALE_MAX. */
static bool
scaled(magnitude size, int64_t exponent, bool negative, struct number *number)
{
	for (; exponent > 0 && size != 0; exponent--)
		if (!times(size, 10, &size))
			return false;
	if (exponent > 0)
		exponent = 0;
	for (; exponent < -SCALE_MAX && size % 10 == 0 && size != 0; exponent++)
		size /= 10;
	if (exponent < -SCALE_MAX && size != 0)
		return false;
	number->scale = exponent < -SCALE_MAX ? SCALE_MAX : (int)-exponent;
	return with_sign(size, negative, &number->mantissa);
}

static int
digit_of(char c)
{
	return is_digit(c) ? c - '0' : is_letter(c) ? upper(c) - 'A' + 10 : 99;
}

/* All of `text` in `base`. */
static bool
parse_based(struct str text, int base, bool negative, struct number *number)
{
	magnitude size = 0;
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (digit_of(text.p[i]) >= base || !times(size, (magnitude)base, &size) ||
		    size + (magnitude)digit_of(text.p[i]) < size)
			return false;
		size += (magnitude)digit_of(text.p[i]);
	}
	number->scale = 0;
	return text.n > 0 && with_sign(size, negative, &number->mantissa);
}

/* "e3", "E-12", or nothing; added to *exponent. */
static bool
parse_exponent(struct str text, int64_t *exponent)
{
	bool negative;
	int64_t value = 0;
	size_t i = 1;

	if (text.n == 0)
		return true;
	if (text.p[0] != 'e' && text.p[0] != 'E')
		return false;
	negative = text.n > 1 && text.p[1] == '-';
	if (text.n > 1 && (text.p[1] == '-' || text.p[1] == '+'))
		i++;
	if (i == text.n)
		return false;
	for (; i < text.n && is_digit(text.p[i]); i++)
		if (value < 1000000000)
			value = value * 10 + (text.p[i] - '0');
	*exponent += negative ? -value : value;
	return i == text.n;
}

static bool
parse_decimal(struct str text, bool negative, struct number *number)
{
	magnitude size = 0;
	int64_t exponent = 0;
	bool point = false;
	size_t i, digits = 0, zeros = 0;

	for (i = 0; i < text.n && (is_digit(text.p[i]) || (text.p[i] == '.' && !point)); i++) {
		if (text.p[i] == '.') {
			point = true;
			continue;
		}
		digits++;
		exponent -= point;
		/* Zeros are held back, so that a long row of them behind the point costs nothing. */
		if (text.p[i] == '0' && (size != 0 || point)) {
			zeros++;
			continue;
		}
		for (; zeros > 0 && size != 0; zeros--)
			if (!times(size, 10, &size))
				return false;
		zeros = 0;
		if (!times(size, 10, &size) || size + (magnitude)(text.p[i] - '0') < size)
			return false;
		size += (magnitude)(text.p[i] - '0');
	}
	if (digits == 0 || !parse_exponent((struct str){ text.p + i, text.n - i }, &exponent))
		return false;
	for (; zeros > 0 && size != 0 && exponent >= -SCALE_MAX; zeros--)
		if (!times(size, 10, &size))
			return false;
	return scaled(size, size == 0 ? exponent : exponent + (int64_t)zeros, negative, number);
}

/* Takes the blanks and the sign off. */
static struct str
unsigned_part(struct str text, bool *negative)
{
	struct str s = str_trim(text);

	*negative = s.n > 0 && s.p[0] == '-';
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = (struct str){ s.p + 1, s.n - 1 };
	return s;
}

static bool
is_all_digits(struct str s)
{
	size_t i;

	for (i = 0; i < s.n && is_digit(s.p[i]); i++)
		;
	return i == s.n && s.n > 0;
}

static bool
parse_integer(struct str s, bool negative, struct number *number)
{
	if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X'))
		return parse_based((struct str){ s.p + 2, s.n - 2 }, 16, negative, number);
	if (!is_all_digits(s))
		return false;
	return parse_based(s, s.p[0] == '0' && s.n > 1 ? 8 : 10, negative, number);
}

bool
number_parse(struct str text, struct number *number)
{
	bool negative;
	struct str s = unsigned_part(text, &negative);

	if (parse_integer(s, negative, number))
		return true;
	/* 09 is no number: as an octal one it would be wrong, as a decimal one 010 would surprise. */
	return !is_all_digits(s) && parse_decimal(s, negative, number);
}

bool
number_is_integer(struct str text)
{
	struct str s = str_trim(text);
	struct number number;
	bool negative;

	return s.n > 0 && s.p[0] != '+' && parse_integer(unsigned_part(s, &negative), false, &number);
}

bool
number_is_real(struct str text)
{
	struct str s = str_trim(text);
	struct number number;
	size_t i;

	for (i = s.n > 0 && s.p[0] == '-'; i < s.n; i++)
		if (!is_digit(s.p[i]) && s.p[i] != '.')
			return false;
	return s.n > 0 && is_digit(s.p[s.n - 1]) && number_parse(s, &number);
}

char *
number_format(struct number number, char text[NUMBER_SIZE])
{
	char digits[48], *p = text;
	magnitude size = size_of(number.mantissa);
	int n = 0, scale = number.scale;

	for (; scale > 0 && size % 10 == 0; scale--)
		size /= 10;
	do {
		digits[n++] = (char)('0' + (int)(size % 10));
		size /= 10;
	} while (size != 0 || n <= scale);
	if (number.mantissa < 0)
		*p++ = '-';
	while (n > 0) {
		if (n == scale)
			*p++ = '.';
		*p++ = digits[--n];
	}
	*p = '\0';
	return text;
}

int
number_cmp(struct number a, struct number b)
{
	number_mantissa ta, tb;

	if (a.scale == b.scale)
		return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
	ta = power_of_ten(a.scale);
	tb = power_of_ten(b.scale);
	if (a.mantissa / ta != b.mantissa / tb)
		return a.mantissa / ta > b.mantissa / tb ? 1 : -1;
	a.mantissa = a.mantissa % ta * power_of_ten(SCALE_MAX - a.scale);
	b.mantissa = b.mantissa % tb * power_of_ten(SCALE_MAX - b.scale);
	return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
}

static bool
to_scale(struct number *number, int scale)
{
	magnitude size;

	if (number->scale == scale)
		return true;
	if (!times(size_of(number->mantissa), power_of_ten(scale - number->scale), &size))
		return false;
	number->scale = scale;
	return with_sign(size, number->mantissa < 0, &number->mantissa);
}

static bool
same_scale(struct number *a, struct number *b)
{
	int scale = a->scale > b->scale ? a->scale : b->scale;

	return to_scale(a, scale) && to_scale(b, scale);
}

bool
number_add(struct number a, struct number b, struct number *sum)
{
	if (!same_scale(&a, &b))
		return false;
	sum->scale = a.scale;
	return !__builtin_add_overflow(a.mantissa, b.mantissa, &sum->mantissa);
}

bool
number_sub(struct number a, struct number b, struct number *difference)
{
	if (!same_scale(&a, &b))
		return false;
	difference->scale = a.scale;
	return !__builtin_sub_overflow(a.mantissa, b.mantissa, &difference->mantissa);
}

/* One more when `rest` of `whole` is more than half, or half and `size` odd. */
static magnitude
half_even(magnitude size, magnitude rest, magnitude whole)
{
	magnitude other = whole - rest;

	return size + (rest > other || (rest == other && size % 2 == 1));
}

bool
number_mul(struct number a, struct number b, struct number *product)
{
	magnitude size, power;
	int scale = a.scale + b.scale;

	if (!times(size_of(a.mantissa), size_of(b.mantissa), &size))
		return false;
	if (scale > SCALE_MAX) {
		power = power_of_ten(scale - SCALE_MAX);
		size = half_even(size / power, size % power, power);
		scale = SCALE_MAX;
	}
	product->scale = scale;
	return with_sign(size, (a.mantissa < 0) != (b.mantissa < 0), &product->mantissa);
}

#define QUOTIENT_SCALE 12

/* a / b to 12 decimals, digit by digit; a real quotient stays one, so that 6.0 / 2 / 2 is 1.5. */
static bool
divide_real(magnitude a, magnitude b, bool negative, struct number *quotient)
{
	magnitude size = a / b, rest = a % b;
	int scale;

	if (b > (magnitude)-1 / 10)
		return false;
	for (scale = 0; scale < QUOTIENT_SCALE && (rest != 0 || scale == 0); scale++) {
		if (!times(size, 10, &size))
			return false;
		size += rest * 10 / b;
		rest = rest * 10 % b;
	}
	quotient->scale = scale;
	return with_sign(half_even(size, rest, b), negative, &quotient->mantissa);
}

bool
number_div(struct number a, struct number b, struct number *quotient)
{
	bool negative = (a.mantissa < 0) != (b.mantissa < 0);
	magnitude n = size_of(a.mantissa), d = size_of(b.mantissa);

	if (d == 0)
		return false;
	if (a.scale == 0 && b.scale == 0) {
		quotient->scale = 0;
		return with_sign(n / d, negative, &quotient->mantissa);
	}
	if (a.scale > b.scale ? !times(d, power_of_ten(a.scale - b.scale), &d) :
	    !times(n, power_of_ten(b.scale - a.scale), &n))
		return false;
	return divide_real(n, d, negative, quotient);
}

bool
number_mod(struct number a, struct number b, struct number *remainder)
{
	if (a.scale != 0 || b.scale != 0 || b.mantissa == 0)
		return false;
	remainder->scale = 0;
	return with_sign(size_of(a.mantissa) % size_of(b.mantissa), a.mantissa < 0,
	    &remainder->mantissa);
}

struct number
number_of(int64_t integer)
{
	return (struct number){ integer, 0 };
}

/* ---- case ids ---- */

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The canonical symbol, or NUL. */
static char
symbol_of(char c)
{
	c = upper(c);
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c != '\0' && strchr(crockford, c) != NULL ? c : '\0';
}

/* Luhn's sum with base 32: from the right every other symbol counts double, its two digits added. */
char
case_id_check(const char id[9])
{
	int i, value, sum = 0;
	bool twice = true;

	for (i = 8; i >= 0; i--) {
		if (i == 4)
			continue;
		value = (int)(strchr(crockford, id[i]) - crockford) << twice;
		sum += value / 32 + value % 32;
		twice = !twice;
	}
	return crockford[(32 - sum % 32) % 32];
}

enum case_id_fault
case_id_parse(struct str text, char id[CASE_ID_SIZE])
{
	char symbols[CASE_ID_SIZE];
	bool hyphen = text.n == 10;
	size_t i, n = 0;

	if ((text.n != 9 && text.n != 10) || (hyphen && text.p[4] != '-'))
		return CASE_ID_FORM;
	for (i = 0; i < text.n; i++) {
		if (i == 4)
			symbols[n++] = '-';
		if (i == 4 && hyphen)
			continue;
		if ((symbols[n++] = symbol_of(text.p[i])) == '\0')
			return CASE_ID_FORM;
	}
	symbols[n] = '\0';
	if (!is_form((struct str){ symbols, 4 }, "9999") || number_at(symbols, 4) == 0)
		return CASE_ID_FORM;
	memcpy(id, symbols, sizeof(symbols));
	return case_id_check(id) == id[9] ? CASE_ID_OK : CASE_ID_CHECK;
}

void
case_id_make(int year, uint32_t random, char id[CASE_ID_SIZE])
{
	int i;

	assert(year >= 1 && year <= 9999);
	put_digits(id, year, 4);
	id[4] = '-';
	for (i = 5; i < 9; i++, random >>= 5)
		id[i] = crockford[random & 31];
	id[9] = case_id_check(id);
	id[10] = '\0';
}

uint32_t
random_bits(void)
{
	uint32_t bits;
	ssize_t got;

	do
		got = getrandom(&bits, sizeof(bits), 0);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(bits))
		die("cannot get random bits from the system: %s", strerror(got < 0 ? errno : EIO));
	return bits;
}

/* ---- patterns ---- */

#define MATCH_STEPS 500000 /* backtracks from one starting point */
#define MATCH_HEAP_KIB 16384
#define MACHINE_STACK (512 << 10)
#define USES_BEFORE_JIT 48u
#define BYTES_PER_USE 1024
#define WINDOW_TEXT 4096 /* a text up to this long is searched in one go */
#define WINDOW_WORK ((size_t)1 << 26) /* starting points times text */
#define WINDOW_MIN 256 /* starting points: fewer cost more than they save */
#define SECONDS_PER_TEXT 1.0
#define SECONDS_PER_BYTE 1e-7

/* What changes as a pattern is used, by several threads at once. */
struct pattern_use {
	atomic_uint uses;
	_Atomic(pcre2_code *) machine; /* a copy of the code, with machine code */
};

struct pattern {
	pcre2_code *code;
	struct pattern_use *use;
};

/* What a thread needs to match. */
struct matcher {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static pthread_once_t matcher_once = PTHREAD_ONCE_INIT;
static pthread_key_t matcher_key;
static _Thread_local struct matcher *thread_matcher;

static void
free_matcher(void *p)
{
	struct matcher *matcher = p;

	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	pcre2_jit_stack_free(matcher->stack);
	free(matcher);
	thread_matcher = NULL;
}

static void
make_matcher_key(void)
{
	if (pthread_key_create(&matcher_key, free_matcher) != 0)
		die("cannot make thread storage");
}

static struct matcher *
new_matcher(void)
{
	struct matcher *matcher = xcalloc(1, sizeof(*matcher));

	pthread_once(&matcher_once, make_matcher_key);
	matcher->data = pcre2_match_data_create(1, NULL);
	matcher->context = pcre2_match_context_create(NULL);
	if (matcher->data == NULL || matcher->context == NULL)
		die("out of memory");
	pcre2_set_match_limit(matcher->context, MATCH_STEPS);
	pcre2_set_depth_limit(matcher->context, MATCH_STEPS);
	pcre2_set_heap_limit(matcher->context, MATCH_HEAP_KIB);
	/* Without one (no JIT in this PCRE2) matching works as well. */
	matcher->stack = pcre2_jit_stack_create(32 << 10, MACHINE_STACK, NULL);
	if (matcher->stack != NULL)
		pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
	pthread_setspecific(matcher_key, matcher);
	return thread_matcher = matcher;
}

struct pattern *
pattern_compile(struct str text, bool ignore_case, struct arena *arena, const char **reason,
    size_t *at)
{
	uint32_t options = PCRE2_MATCH_INVALID_UTF | PCRE2_UCP | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
	    PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT | (ignore_case ? PCRE2_CASELESS : 0);
	struct pattern *pattern;
	pcre2_code *code;
	char *words;
	int error;

	code = pcre2_compile((PCRE2_SPTR)(text.n ? text.p : ""), text.n, options, &error, at, NULL);
	if (code == NULL) {
		words = arena_alloc(arena, 256);
		if (pcre2_get_error_message(error, (PCRE2_UCHAR *)words, 256) < 0)
			snprintf(words, 256, "error %d", error);
		*reason = words;
		*at = *at > text.n ? text.n : *at;
		return NULL;
	}
	pattern = arena_alloc(arena, sizeof(*pattern));
	pattern->code = code;
	pattern->use = xcalloc(1, sizeof(*pattern->use));
	return pattern;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(atomic_load(&pattern->use->machine));
	pcre2_code_free(pattern->code);
	free(pattern->use);
}

/* The thread whose use completes the count makes the machine code; the others go on meanwhile. */
static const pcre2_code *
code_to_run(const struct pattern *pattern, size_t n)
{
	struct pattern_use *use = pattern->use;
	pcre2_code *machine = atomic_load_explicit(&use->machine, memory_order_acquire);
	unsigned more, before;

	if (machine != NULL)
		return machine;
	if (atomic_load_explicit(&use->uses, memory_order_relaxed) >= USES_BEFORE_JIT)
		return pattern->code;
	more = n / BYTES_PER_USE < USES_BEFORE_JIT ? 1 + (unsigned)(n / BYTES_PER_USE) : USES_BEFORE_JIT;
	before = atomic_fetch_add_explicit(&use->uses, more, memory_order_relaxed);
	if (before >= USES_BEFORE_JIT || before + more < USES_BEFORE_JIT)
		return pattern->code;
	machine = pcre2_code_copy(pattern->code);
	if (machine == NULL || pcre2_jit_compile(machine, PCRE2_JIT_COMPLETE) != 0) {
		pcre2_code_free(machine);
		return pattern->code;
	}
	atomic_store_explicit(&use->machine, machine, memory_order_release);
	return machine;
}

static double
thread_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Searches from window to window until time is up. */
static int
match_long(const pcre2_code *code, struct str text, size_t start, size_t until, struct matcher *matcher)
{
	size_t step = WINDOW_WORK / text.n + WINDOW_MIN, last, jit_size = 0;
	double end = thread_seconds() + SECONDS_PER_TEXT + SECONDS_PER_BYTE * (double)text.n;
	int result;

	/* The interpreter looks each time whether all of the text is UTF-8. */
	if (pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &jit_size) != 0 || jit_size == 0)
		step += text.n / 16;
	for (;; start = last + 1) {
		last = until - start > step ? start + step : until;
		/* The next window begins with a whole character. */
		while (last + 1 < until && ((unsigned char)text.p[last + 1] & 0xc0) == 0x80)
			last++;
		pcre2_set_offset_limit(matcher->context, last);
		result = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, start, 0, matcher->data,
		    matcher->context);
		if (result != PCRE2_ERROR_NOMATCH || last == until)
			break;
		if (thread_seconds() > end) {
			result = PCRE2_ERROR_MATCHLIMIT;
			break;
		}
	}
	pcre2_set_offset_limit(matcher->context, PCRE2_UNSET);
	return result;
}

enum match
pattern_match(const struct pattern *pattern, struct str text, size_t start, struct str *found)
{
	return pattern_match_until(pattern, text, start, text.n, found);
}

enum match
pattern_match_until(const struct pattern *pattern, struct str text, size_t start, size_t last, struct str *found)
{
	struct matcher *matcher = thread_matcher ? thread_matcher : new_matcher();
	const pcre2_code *code = code_to_run(pattern, text.n);
	const size_t *at;
	int result;

	if (start > last)
		return NO_MATCH;
	if (text.p == NULL)
		text.p = "";
	if (last - start > WINDOW_TEXT) {
		result = match_long(code, text, start, last, matcher);
	} else {
		pcre2_set_offset_limit(matcher->context, last < text.n ? last : PCRE2_UNSET);
		result = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, start, 0, matcher->data,
		    matcher->context);
	}
	if (result == PCRE2_ERROR_NOMATCH)
		return NO_MATCH;
	if (result < 0)
		return MATCH_LIMIT;
	at = pcre2_get_ovector_pointer(matcher->data);
	if (found != NULL)
		*found = (struct str){ text.p + at[0], at[1] > at[0] ? at[1] - at[0] : 0 };
	return MATCH;
}

static uint32_t
pattern_info(const struct pattern *pattern, uint32_t what)
{
	uint32_t value = 0;

	if (pcre2_pattern_info(pattern->code, what, &value) != 0)
		return 0;
	return value;
}

/* Whether a code unit was meant in one case only is not told, so both count. */
static void
unit_study(uint32_t unit, bool bytes[256])
{
	bytes[unit & 0xff] = true;
	if (unit < 0x80 && is_letter((char)unit))
		bytes[unit ^ 0x20] = true;
}

void
pattern_study(const struct pattern *pattern, struct pattern_study *study)
{
	const uint8_t *bitmap = NULL;
	unsigned unit;

	memset(study, 0, sizeof(*study));
	pcre2_pattern_info(pattern->code, PCRE2_INFO_FIRSTBITMAP, &bitmap);
	if (pattern_info(pattern, PCRE2_INFO_FIRSTCODETYPE) == 1) {
		study->has_first = true;
		unit_study(pattern_info(pattern, PCRE2_INFO_FIRSTCODEUNIT), study->first);
	} else if (bitmap != NULL) {
		study->has_first = true;
		for (unit = 0; unit < 256; unit++)
			study->first[unit] = bitmap[unit / 8] >> unit % 8 & 1;
	}
	if (pattern_info(pattern, PCRE2_INFO_LASTCODETYPE) == 1) {
		study->has_needs = true;
		unit_study(pattern_info(pattern, PCRE2_INFO_LASTCODEUNIT), study->needs);
	}
}

/* ---- check digits ---- */

/* Takes the next character that is no separator; NUL at the end. */
static char
next_symbol(struct str *rest)
{
	char c;

	while (rest->n > 0) {
		c = *rest->p++;
		rest->n--;
		if (c != ' ' && c != '.' && c != '-')
			return c ? c : '?';
	}
	return '\0';
}

static bool
is_bsn(struct str text)
{
	int weight, sum = 0, any = 0;
	char c;

	for (weight = 9; weight > 0; weight--) {
		c = next_symbol(&text);
		if (!is_digit(c))
			return false;
		any |= c - '0';
		sum += (weight > 1 ? weight : -1) * (c - '0');
	}
	return any != 0 && sum % 11 == 0 && next_symbol(&text) == '\0';
}

static bool
is_iban(struct str text)
{
	char symbols[34 + 4];
	int i, n = 0, rest = 0, value;
	char c;

	while ((c = next_symbol(&text)) != '\0') {
		if (n == 34 || digit_of(c) > 35)
			return false;
		symbols[n++] = c;
	}
	if (n < 15 || !is_letter(symbols[0]) || !is_letter(symbols[1]) ||
	    !is_digit(symbols[2]) || !is_digit(symbols[3]))
		return false;
	memcpy(symbols + n, symbols, 4);
	for (i = 4; i < n + 4; i++) {
		value = digit_of(symbols[i]);
		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return rest == 1;
}

static bool
is_luhn(struct str text)
{
	int odd = 0, even = 0, n = 0, digit, twice;
	char c;

	/* From the right every other digit counts double; which ones is known at the end. */
	for (; (c = next_symbol(&text)) != '\0'; n++) {
		if (!is_digit(c))
			return false;
		digit = c - '0';
		twice = digit > 4 ? digit * 2 - 9 : digit * 2;
		odd = (odd + (n % 2 ? twice : digit)) % 10;
		even = (even + (n % 2 ? digit : twice)) % 10;
	}
	return n > 1 && (n % 2 ? odd : even) == 0;
}

static const char *const check_names[] = { "bsn", "iban", "luhn", NULL };
static check_digit_fn *const checks[] = { is_bsn, is_iban, is_luhn };

check_digit_fn *
check_digit_named(struct str name)
{
	size_t i;

	for (i = 0; check_names[i] != NULL; i++)
		if (str_is(name, check_names[i]))
			return checks[i];
	return NULL;
}

const char *const *
check_digit_names(void)
{
	return check_names;
}

/* ---- other types ---- */

bool
is_uuid(struct str text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? text.p[i] != '-' : digit_of(text.p[i]) > 15)
			return false;
	return text.n == 36;
}

static bool
is_domain_label(struct str label)
{
	size_t i;

	for (i = 0; i < label.n; i++)
		if (!is_letter(label.p[i]) && !is_digit(label.p[i]) && label.p[i] != '-')
			return false;
	return label.n > 0 && label.n < 64 && label.p[0] != '-' && label.p[label.n - 1] != '-';
}

static bool
is_domain(struct str domain)
{
	struct str label = STR_NULL;
	size_t i, n = 0;

	while (str_cut(&domain, '.', &label)) {
		if (!is_domain_label(label))
			return false;
		n++;
	}
	for (i = 0; i < label.n; i++)
		if (!is_letter(label.p[i]))
			return false;
	return n > 1 && label.n > 1;
}

bool
is_email(struct str text)
{
	const char *at = text.n ? memchr(text.p, '@', text.n) : NULL;
	const char *p;

	if (at == NULL || at == text.p || text.n > 254)
		return false;
	for (p = text.p; p < at; p++)
		if (!is_letter(*p) && !is_digit(*p) && (*p == '\0' || strchr("._%+-", *p) == NULL))
			return false;
	return is_domain((struct str){ at + 1, text.n - (size_t)(at - text.p) - 1 });
}
