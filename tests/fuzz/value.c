/*
 * Every reader of value.h on the same bytes. What was read and written again reads as the same value;
 * an id's canonical form is its own; a pattern's prefilter lets through all that matches.
 */
#include "prefilter.h"
#include "value.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void
hold(bool true_here)
{
	if (!true_here)
		abort();
}

static void
try_dates(struct str text)
{
	char written[DATE_SIZE];
	struct period period;
	const char *reason = NULL;
	day date, again;
	int y, m, d;

	if (date_parse(text, &date, &reason)) {
		hold(str_is(text, date_format(date, written)));
		date_split(date, &y, &m, &d);
		hold(date_make(y, m, d) == date);
		hold(date_guess(text, &again) && again == date);
		hold(period_parse(text, &period, NULL) && period.from == date && period.to == date + 1);
	} else {
		hold(reason != NULL && reason[0] != '\0');
	}
	if (date_guess(text, &date))
		hold(date_parse(str_of(date_format(date, written)), &again, NULL) && again == date);
	reason = NULL;
	if (period_parse(text, &period, &reason))
		hold(period.from == DAY_NONE || period.to == DAY_NONE || period.from < period.to);
	else
		hold(reason != NULL && reason[0] != '\0');
}

static void
try_duration(struct str text)
{
	struct duration duration, again;
	char written[32], date[DATE_SIZE];
	const char *reason = NULL;
	day later;

	if (!duration_parse(text, &duration, &reason)) {
		hold(reason != NULL && reason[0] != '\0');
		return;
	}
	hold(duration_parse(str_of(duration_format(duration, written)), &again, NULL));
	hold(again.months == duration.months && again.days == duration.days);
	later = date_add(20521, duration, 1);
	hold(later >= 20521 && date_add(20521, duration, -1) <= 20521);
	date_format(later, date);
}

static void
try_operations(struct number a, struct number b)
{
	struct number c, d;

	hold(number_cmp(a, b) == -number_cmp(b, a));
	if (number_add(a, b, &c) && number_sub(c, b, &d))
		hold(number_cmp(a, d) == 0);
	if (number_mul(a, b, &c) && number_mul(b, a, &d))
		hold(number_cmp(c, d) == 0);
	number_div(a, b, &c);
	if (number_mod(a, b, &c) && number_div(a, b, &d) && number_mul(d, b, &d) && number_add(d, c, &d))
		hold(number_cmp(d, a) == 0);
}

/* Two numbers with a comma between them. */
static void
try_numbers(struct str text)
{
	struct number number[2], again;
	char written[NUMBER_SIZE];
	struct str piece;
	int n = 0;

	while (n < 2 && str_cut(&text, ',', &piece)) {
		if (!number_parse(piece, &number[n])) {
			hold(!number_is_integer(piece) && !number_is_real(piece));
			continue;
		}
		hold(number_parse(str_of(number_format(number[n], written)), &again));
		hold(number_cmp(number[n], again) == 0);
		n++;
	}
	if (n == 2)
		try_operations(number[0], number[1]);
}

static void
try_ids(struct str text)
{
	const char *const *name;
	char id[CASE_ID_SIZE], again[CASE_ID_SIZE];
	enum case_id_fault fault = case_id_parse(text, id);

	if (fault != CASE_ID_FORM) {
		hold(case_id_parse(str_of(id), again) == fault && strcmp(id, again) == 0);
		hold((case_id_check(id) == id[9]) == (fault == CASE_ID_OK));
	}
	for (name = check_digit_names(); *name != NULL; name++)
		check_digit_named(str_of(*name))(text);
	is_uuid(text);
	is_email(text);
}

/* The first line is the pattern, the rest what it is looked for in. */
static void
try_pattern(struct str text, struct arena *arena)
{
	struct str source, found = STR_NULL;
	struct pattern_study study;
	struct prefilter filter;
	struct pattern *pattern;
	const char *reason = NULL;
	enum match match = NO_MATCH;
	size_t at = SIZE_MAX;
	int k;

	if (!str_cut(&text, '\n', &source) || text.p == NULL || source.n > 60 || text.n > 200)
		return;
	pattern = pattern_compile(source, text.n % 2, arena, &reason, &at);
	if (pattern == NULL) {
		hold(reason != NULL && at <= source.n);
		return;
	}
	prefilter_init(&filter);
	pattern_study(pattern, &study);
	prefilter_add(&filter, 3, study.has_first ? study.first : NULL, study.has_needs ? study.needs : NULL);
	for (k = 0; k < 50 && match != MATCH_LIMIT; k++) {
		match = pattern_match(pattern, text, 0, &found);
		if (match != NO_MATCH)
			hold(prefilter_test(&filter, text) == 1 << 3);
		if (match == MATCH)
			hold(found.p >= text.p && found.p + found.n <= text.p + text.n);
	}
	prefilter_release(&filter);
	pattern_free(pattern);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	/* A copy that does not end in NUL, so that a step too far is seen. */
	char *copy = xmalloc(n);
	struct str text = { memcpy(copy, bytes, n), n };
	struct arena arena;

	arena_init(&arena);
	try_dates(text);
	try_duration(text);
	try_numbers(text);
	try_ids(text);
	try_pattern(text, &arena);
	arena_release(&arena);
	free(copy);
	return 0;
}
