/*
 * disclosure hides which figures of published tables must not be shown so that nobody can compute a small
 * one: primary and complementary cell suppression over any number of linked tables. Counts only; it knows
 * neither rows nor columns, but which count is the sum of which.
 */
#ifndef DISCLOSURE_H
#define DISCLOSURE_H

#include "base.h"

struct disclosure;

/* Counts from 1 to threshold - 1 are small. */
struct disclosure *disclosure_new(int64_t threshold);
void disclosure_free(struct disclosure *disclosure);

/* A count; `shown` unless it stands in no table and serves only to say what adds up. Returns its number. */
size_t disclosure_count(struct disclosure *disclosure, int64_t count, bool shown);
/* It is so many after all. */
void disclosure_recount(struct disclosure *disclosure, size_t count, int64_t value);
/* It stands in a table after all. */
void disclosure_show(struct disclosure *disclosure, size_t count);
/* `whole` is the sum of `parts`. Those that add up only almost (a case in two rows, once in the total) belong
 * here too: a bound gives small counts away as well. */
void disclosure_sum(struct disclosure *disclosure, size_t whole, const size_t *parts, size_t n);

/* Both sides add up to the same; no count stands on both. */
void disclosure_equal(struct disclosure *disclosure, const size_t *left, size_t n_left, const size_t *right, size_t n);
/* Not to be found out although it is not small, or although it stands in no table. */
void disclosure_hide(struct disclosure *disclosure, size_t count);
/* Everybody knows it, whatever is shown. */
void disclosure_known(struct disclosure *disclosure, size_t count);
/* What everybody knows it to be at least; 0 unless this says otherwise. */
void disclosure_least(struct disclosure *disclosure, size_t count, int64_t least);

/*
 * Hides what must be hidden. Afterwards there is, for each hidden count, another set of whole, non-negative
 * counts that agrees with everything shown and in which that count is different. Depends on nothing but the
 * counts and sums in the order in which they were added.
 */
void disclosure_protect(struct disclosure *disclosure);
bool disclosure_is_hidden(const struct disclosure *disclosure, size_t count);

#endif
