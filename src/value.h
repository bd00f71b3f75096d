/*
 * value hides how text stands for a date, a duration, a number, a case id or a pattern, and how each
 * is written back. It is the only module that knows PCRE2 and the calendar.
 */
#ifndef VALUE_H
#define VALUE_H

#include "base.h"

/*
 * Dates: ISO 8601 calendar dates YYYY-MM-DD, proleptic Gregorian, years 0001 to 9999, as days since
 * 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
typedef int32_t day;

#define DAY_NONE INT32_MIN
#define DATE_SIZE 11 /* YYYY-MM-DD and NUL */

/* A reason, here and below, is said in words ("February 2026 has 28 days", "a date is written
 * YYYY-MM-DD"), holds until the thread's next reason and may be asked for with NULL. Only the exact
 * form is read. */
bool date_parse(struct str text, day *date, const char **reason);
/* Returns `text`. */
char *date_format(day date, char text[DATE_SIZE]);
void date_split(day date, int *year, int *month, int *dom);
/* month may lie outside 1..12; dom is clamped to the month's end. */
day date_make(int year, int month, int dom);
/* The day in the civil time zone given in minutes east of UTC. */
day date_of_time(int64_t seconds, int offset_minutes);
/* A date in another common style, for "did you mean": 4-3-2026, 4/3/2026, 20260304, 4 March 2026,
 * 4 maart 2026. Day before month where both are numbers. */
bool date_guess(struct str text, day *date);

/*
 * Durations: ISO 8601 PnYnMnWnD, weeks also beside the others, each part at most once and in that
 * order, no time part (days are the finest), at least one part.
 */
struct duration {
	int32_t months, days;
};

bool duration_parse(struct str text, struct duration *duration, const char **reason);
/* At most 32 bytes with NUL. */
char *duration_format(struct duration duration, char text[32]);
/* Months first, clamped to the month's end (2026-01-31 and P1M give 2026-02-28), then days. Saturates
 * at the ends of the calendar. sign is 1 or -1. */
day date_add(day date, struct duration duration, int sign);

/*
 * Periods: half-open ranges of days. 2026, 2026-Q3, 2026-H2, 2026-03, 2026-W05 (ISO week), 2026-03-05,
 * A..B of any two of them (first day of A to last day of B), A.. and ..B.
 */
struct period {
	day from, to; /* from <= d < to; DAY_NONE for an open end; to may be 10000-01-01 */
};

bool period_parse(struct str text, struct period *period, const char **reason);

/*
 * Numbers: exact decimals, mantissa / 10^scale. Every operation says whether the result fits.
 */
typedef __int128 number_mantissa;
struct number {
	number_mantissa mantissa;
	int scale; /* 0..18 */
};

#define NUMBER_SIZE 64

/* Integers as recutils reads them (decimal, 0x hexadecimal, leading 0 octal, sign) and decimals
 * (123.45, .5, 1e3). Blanks around are allowed. 3.0 keeps its scale: it is no integer to divide. */
bool number_parse(struct str text, struct number *number);
/* The forms that the types int and real of recutils take: no plus sign, no exponent. */
bool number_is_integer(struct str text);
bool number_is_real(struct str text);
/* The shortest exact form: 2.50 is written 2.5. */
char *number_format(struct number number, char text[NUMBER_SIZE]);
int number_cmp(struct number a, struct number b);
bool number_add(struct number a, struct number b, struct number *sum);
bool number_sub(struct number a, struct number b, struct number *difference);
/* Exact up to 18 decimals, then half to even. */
bool number_mul(struct number a, struct number b, struct number *product);
/* Two integers divide as integers, towards zero; else to 12 decimals, half to even. False for a
 * divisor of 0 too. */
bool number_div(struct number a, struct number b, struct number *quotient);
/* Remainder of integers, with the sign of a. */
bool number_mod(struct number a, struct number b, struct number *remainder);
struct number number_of(int64_t integer);

/*
 * Case ids: YYYY-XXXXC, Crockford's base 32 (no I, L, O, U), C the Luhn mod 32 check symbol over the
 * four digits of the year and the four symbols.
 */
#define CASE_ID_SIZE 11 /* ten characters and NUL */

enum case_id_fault {
	CASE_ID_OK,
	CASE_ID_FORM, /* not of that form */
	CASE_ID_CHECK, /* the check symbol says that something is mistyped */
};

/* Reads either letter case, I and L as 1, O as 0, with or without the hyphen; writes the canonical form to
 * id (also on CASE_ID_CHECK). */
enum case_id_fault case_id_parse(struct str text, char id[CASE_ID_SIZE]);
/* The right check symbol for an id of which the first nine characters are given. */
char case_id_check(const char id[9]);
/* A new one from 20 random bits. */
void case_id_make(int year, uint32_t random, char id[CASE_ID_SIZE]);
/* 32 bits from the operating system's generator; dies when it has none. */
uint32_t random_bits(void);

/*
 * Patterns: PCRE2 with UTF, UCP, JIT; match, depth and heap limits, so that no pattern hangs. As in
 * POSIX, a dot matches a newline too and $ only the end of the text.
 */
struct pattern;

enum match {
	NO_MATCH,
	MATCH,
	MATCH_LIMIT, /* gave up: the pattern is too costly on this text */
};

/* NULL when it does not compile; then *reason (owned by the arena) and *at (byte in text) say why.
 * A pattern belongs to the arena's owner but must be freed. */
struct pattern *pattern_compile(struct str text, bool ignore_case, struct arena *arena,
    const char **reason, size_t *at);
void pattern_free(struct pattern *pattern);
/* Searches `text` from byte `start` on; may be called from several threads. *found, when not NULL, is
 * the matched part. Bytes that are not UTF-8 match nothing, what stands between them does. */
enum match pattern_match(const struct pattern *pattern, struct str text, size_t start,
    struct str *found);
/* The same for a match that begins at `last` or before it. */
enum match pattern_match_until(const struct pattern *pattern, struct str text, size_t start, size_t last,
    struct str *found);

/* What PCRE2's study of a pattern tells of every match: it begins with one of `first`, and one of `needs` stands in it. */
struct pattern_study {
	bool has_first, has_needs; /* false: nothing is known */
	bool first[256], needs[256];
};

void pattern_study(const struct pattern *pattern, struct pattern_study *study);

/*
 * Check-digit functions by name, for text that a pattern found; separators (space, '.', '-') are skipped.
 *   bsn   nine digits, eleven-test with weights 9 8 7 6 5 4 3 2 -1 (Dutch citizen service number); not all zero
 *   iban  ISO 13616, mod 97
 *   luhn  mod 10, ISO/IEC 7812
 */
typedef bool check_digit_fn(struct str text);
/* NULL when there is none of that name. */
check_digit_fn *check_digit_named(struct str name);
/* All names, NULL-terminated. */
const char *const *check_digit_names(void);

/* Other types of recutils: whole text. */
bool is_uuid(struct str text);
bool is_email(struct str text);

#endif
