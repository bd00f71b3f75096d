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
/* `whole` is the sum of `parts`. Those that add up only almost (a case in two rows, once in the total) belong
 * here too: a bound gives small counts away as well. */
void disclosure_sum(struct disclosure *disclosure, size_t whole, const size_t *parts, size_t n);

/*
 * Hides what must be hidden. Afterwards there is, for each hidden count, another set of whole, non-negative
 * counts that agrees with everything shown and in which that count is different. Depends on nothing but the
 * counts and sums in the order in which they were added.
 */
void disclosure_protect(struct disclosure *disclosure);
bool disclosure_is_hidden(const struct disclosure *disclosure, size_t count);

#endif
