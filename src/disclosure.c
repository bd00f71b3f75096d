/*
 * A hidden count is safe when some other table agrees with all that is shown and differs there. So for each
 * small count we look for such a table: a change of +1 or -1 on it that is carried on through the sums it stands
 * in, over hidden counts, until every sum balances again, no count falling below 0. Where hidden counts do not
 * suffice, as few shown ones as possible join them, and all that the change touches is then hidden. The change is
 * the proof, and hiding more never spoils it.
 *
 * In a table of two dimensions the change is the cycle of the network method (L. H. Cox, "Network Models for
 * Complementary Cell Suppression", JASA 90, 1995), in more the corners of the hypercube method (R. D. Repsilber;
 * S. Giessing and D. Repsilber, "Tools and Strategies to Protect Multiple Tables with the GHQUAR Cell Suppression
 * Engine", 2002). The search is by iterative deepening on the counts newly hidden, most constrained sum first, and in it
 * first what brings other sums nearer to balance too: the corner that closes a cube.
 */
#include "disclosure.h"

#include <stdlib.h>
#include <string.h>

/* How many counts a search may newly hide, one search after another, and how far it goes. */
static const struct {
	size_t new_max, steps;
	int unrest;
} searches[] = { { 0, 400, 12 }, { 1, 400, 12 }, { 2, 400, 12 }, { 3, 400, 12 }, { 4, 400, 12 }, { 5, 400, 12 },
	{ 6, 400, 12 }, { 7, 400, 12 }, { 8, 400, 12 }, { 11, 1000, 16 }, { 15, 2000, 16 }, { 24, 4000, 24 },
	{ 48, 20000, 32 } };
#define SEARCHES (sizeof(searches) / sizeof(*searches))
#define CHANGES_MAX 128
#define RETRIED (SEARCHES - 4) /* the search that is tried again where all have failed, with moves in other orders */
#define TRIES 100

struct count {
	int64_t value, least;
	bool shown, hidden, safe;
	bool known; /* to everybody: it never changes */
	bool secret; /* in no table, and not to be found out */
	signed char change;
	size_t *sums; /* those it stands in */
	size_t n, size;
};

struct sum {
	size_t *parts; /* those on the left first */
	size_t n_left;
	size_t *order; /* places in parts, the counts that are hidden at the least cost first */
	size_t n;
	int balance; /* of the changes */
};

struct disclosure {
	struct count *counts;
	size_t n, size;
	struct sum *sums;
	size_t n_sums, size_sums;
	int64_t threshold;
	size_t *changed; /* counts with a change, in order */
	size_t n_changed;
	size_t n_new, new_max, steps, steps_max;
	int unrest_max;
	uint64_t noise; /* 0: none */
	int degree; /* the most sums that a count stands in */
	int unrest; /* how far all sums together are from balance */
};

struct disclosure *
disclosure_new(int64_t threshold)
{
	struct disclosure *d = xcalloc(1, sizeof(*d));

	d->threshold = threshold;
	return d;
}

void
disclosure_free(struct disclosure *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		free(d->counts[i].sums);
	for (i = 0; i < d->n_sums; i++) {
		free(d->sums[i].parts);
		free(d->sums[i].order);
	}
	free(d->counts);
	free(d->sums);
	free(d->changed);
	free(d);
}

size_t
disclosure_count(struct disclosure *d, int64_t count, bool shown)
{
	if (d->n == d->size) {
		d->size = d->size ? d->size * 2 : 64;
		d->counts = xrealloc(d->counts, d->size * sizeof(*d->counts));
	}
	d->counts[d->n] = (struct count){ .value = count, .shown = shown };
	return d->n++;
}

static void
stands_in(struct count *count, size_t sum)
{
	if (count->n == count->size) {
		count->size = count->size ? count->size * 2 : 4;
		count->sums = xrealloc(count->sums, count->size * sizeof(*count->sums));
	}
	count->sums[count->n++] = sum;
}

void
disclosure_equal(struct disclosure *d, const size_t *left, size_t n_left, const size_t *right, size_t n)
{
	struct sum *sum;
	size_t i;

	if (d->n_sums == d->size_sums) {
		d->size_sums = d->size_sums ? d->size_sums * 2 : 64;
		d->sums = xrealloc(d->sums, d->size_sums * sizeof(*d->sums));
	}
	sum = &d->sums[d->n_sums];
	*sum = (struct sum){ xmalloc((n_left + n + 1) * sizeof(*left)), n_left, NULL, n_left + n, 0 };
	if (n_left > 0)
		memcpy(sum->parts, left, n_left * sizeof(*left));
	if (n > 0)
		memcpy(sum->parts + n_left, right, n * sizeof(*right));
	for (i = 0; i < sum->n; i++)
		stands_in(&d->counts[sum->parts[i]], d->n_sums);
	d->n_sums++;
}

void
disclosure_sum(struct disclosure *d, size_t whole, const size_t *parts, size_t n)
{
	disclosure_equal(d, &whole, 1, parts, n);
}

void
disclosure_recount(struct disclosure *d, size_t count, int64_t value)
{
	d->counts[count].value = value;
}

void
disclosure_show(struct disclosure *d, size_t count)
{
	d->counts[count].shown = true;
}

void
disclosure_hide(struct disclosure *d, size_t count)
{
	d->counts[count].secret = true;
}

void
disclosure_known(struct disclosure *d, size_t count)
{
	d->counts[count].known = true;
}

void
disclosure_least(struct disclosure *d, size_t count, int64_t least)
{
	d->counts[count].least = least;
}

bool
disclosure_is_hidden(const struct disclosure *d, size_t count)
{
	return d->counts[count].hidden;
}

/* ---- the search ---- */

/* Whether a count that stands in this place may change by `by`, and at the price of hiding it. */
static bool
may_change(const struct disclosure *d, const struct count *count, int by)
{
	if (count->change != 0 || count->known || (by < 0 && count->value <= count->least))
		return false;
	return count->hidden || !count->shown || d->n_new < d->new_max;
}

static int
sign_in(const struct sum *sum, size_t count)
{
	size_t i;

	for (i = 0; i < sum->n_left; i++)
		if (sum->parts[i] == count)
			return -1;
	return 1;
}

static void
change(struct disclosure *d, size_t i, int by)
{
	struct count *count = &d->counts[i];
	size_t k;

	count->change += by;
	if (count->change != 0) {
		d->changed[d->n_changed++] = i;
		d->n_new += count->shown && !count->hidden;
	} else {
		d->n_changed--;
		d->n_new -= count->shown && !count->hidden;
	}
	for (k = 0; k < count->n; k++) {
		struct sum *sum = &d->sums[count->sums[k]];

		d->unrest -= abs(sum->balance);
		sum->balance += by * sign_in(sum, i);
		d->unrest += abs(sum->balance);
	}
}

/* Which change of parts[k] brings a sum nearer to balance. */
static int
mends(const struct sum *sum, size_t k)
{
	return (sum->balance > 0 ? -1 : 1) * (k < sum->n_left ? -1 : 1);
}

/* The sum out of balance that leaves the fewest choices; NULL when all balance. */
static struct sum *
most_constrained(struct disclosure *d, size_t *choices)
{
	struct sum *best = NULL;
	size_t i, j, k, n;

	for (i = 0; i < d->n_changed; i++) {
		const struct count *count = &d->counts[d->changed[i]];

		for (j = 0; j < count->n; j++) {
			struct sum *sum = &d->sums[count->sums[j]];

			if (sum->balance == 0 || sum == best)
				continue;
			for (k = n = 0; k < sum->n; k++)
				n += may_change(d, &d->counts[sum->parts[k]], mends(sum, k));
			if (best == NULL || n < *choices) {
				best = sum;
				*choices = n;
			}
		}
	}
	return best;
}

/* A way to mend a sum. */
struct move {
	size_t at, place;
	int by, score;
};

static int
compare_moves(const void *a, const void *b)
{
	const struct move *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* How much further from balance, over all sums, a change leads: a corner that closes a cube mends two or three. */
static int
unrest(const struct disclosure *d, const struct count *count, size_t at, int by)
{
	int more = 0;
	size_t k;

	for (k = 0; k < count->n; k++) {
		const struct sum *sum = &d->sums[count->sums[k]];

		more += abs(sum->balance + by * sign_in(sum, at)) - abs(sum->balance);
	}
	return more;
}

/* Turns the order of moves that are nearly as good, another way at each try. */
static int
noise(const struct disclosure *d, size_t at)
{
	return d->noise == 0 ? 0 : (int)((at + 1) * d->noise >> 40 & 7);
}

static size_t
moves_of(const struct disclosure *d, const struct sum *sum, struct move *moves)
{
	size_t i, n = 0;

	for (i = 0; i < sum->n; i++) {
		size_t k = sum->order[i], at = sum->parts[k];
		const struct count *count = &d->counts[at];
		int by = mends(sum, k), more;

		if (!may_change(d, count, by))
			continue;
		more = unrest(d, count, at, by);
		if (d->unrest + more > d->unrest_max)
			continue;
		moves[n++] = (struct move){ at, i, by, 2 * more + (count->shown && !count->hidden) + noise(d, at) };
	}
	if (n > 1)
		qsort(moves, n, sizeof(*moves), compare_moves);
	return n;
}

/* Carries the changes on until every sum balances; false, with the changes as they were, when that cannot be. */
static bool
balance(struct disclosure *d)
{
	size_t choices = 0, n, i;
	struct sum *sum = most_constrained(d, &choices);
	struct move *moves;
	bool found = false;

	if (sum == NULL)
		return true;
	if (choices == 0 || d->n_changed == CHANGES_MAX)
		return false;
	moves = xmalloc(choices * sizeof(*moves));
	n = moves_of(d, sum, moves);
	for (i = 0; i < n && !found && d->steps < d->steps_max; i++) {
		d->steps++;
		change(d, moves[i].at, moves[i].by);
		found = balance(d);
		if (!found)
			change(d, moves[i].at, -moves[i].by);
	}
	free(moves);
	return found;
}

/* What the change found touches is hidden, and safe; forgets the change. */
static void
keep(struct disclosure *d)
{
	while (d->n_changed > 0) {
		size_t i = d->changed[d->n_changed - 1];
		struct count *count = &d->counts[i];

		count->hidden = count->shown || count->secret;
		count->safe = true;
		change(d, i, -count->change);
	}
	d->n_new = 0;
}

static bool
protect_at(struct disclosure *d, size_t i, size_t search)
{
	int by;

	d->new_max = searches[search].new_max;
	d->steps_max = searches[search].steps;
	d->unrest_max = searches[search].unrest + (d->degree > 4 ? 2 * (d->degree - 4) : 0);
	for (by = 1; by >= -1; by -= 2) {
		d->steps = 0;
		if (by < 0 && d->counts[i].value <= d->counts[i].least)
			continue;
		change(d, i, by);
		if (balance(d)) {
			keep(d);
			return true;
		}
		change(d, i, -by);
	}
	return false;
}

static bool
find_change(struct disclosure *d, size_t i)
{
	size_t k;
	bool found = false;

	for (k = 0; !found && k < SEARCHES; k++)
		found = protect_at(d, i, k);
	for (k = 1; !found && k <= TRIES; k++) {
		d->noise = k * UINT64_C(0x9e3779b97f4a7c15);
		found = protect_at(d, i, RETRIED);
	}
	d->noise = 0;
	return found;
}

/* Where no small change was found: everything that hangs together with the count by sums is hidden. What is then shown has
 * nothing to do with it, so one unit more, wherever such a unit counts, is a change that proves it. */
static void
hide_all_around(struct disclosure *d, size_t i)
{
	size_t *queue = xmalloc((d->n + 1) * sizeof(*queue)), n = 0, at, j, k;
	bool *seen = xcalloc(d->n + 1, sizeof(*seen));

	queue[n++] = i;
	seen[i] = true;
	for (at = 0; at < n; at++) {
		struct count *count = &d->counts[queue[at]];

		count->hidden = count->safe = count->shown || count->secret;
		for (j = 0; j < count->n; j++) {
			const struct sum *sum = &d->sums[count->sums[j]];

			for (k = 0; k < sum->n; k++)
				if (!seen[sum->parts[k]]) {
					seen[sum->parts[k]] = true;
					queue[n++] = sum->parts[k];
				}
		}
	}
	free(queue);
	free(seen);
}

static bool
is_small(const struct disclosure *d, const struct count *count)
{
	return count->secret || (count->shown && count->value >= 1 && count->value < d->threshold);
}

struct cost {
	int64_t value;
	size_t at, place;
};

/* Small before large, none last: hiding a figure that everybody knows to be 0 protects little. */
static int
compare_costs(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	if ((x->value == 0) != (y->value == 0))
		return x->value == 0 ? 1 : -1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void
put_in_order(const struct disclosure *d, struct sum *sum)
{
	struct cost *costs = xmalloc(sum->n * sizeof(*costs));
	size_t k;

	for (k = 0; k < sum->n; k++)
		costs[k] = (struct cost){ d->counts[sum->parts[k]].value, sum->parts[k], k };
	qsort(costs, sum->n, sizeof(*costs), compare_costs);
	free(sum->order);
	sum->order = xmalloc(sum->n * sizeof(*sum->order));
	for (k = 0; k < sum->n; k++)
		sum->order[k] = costs[k].place;
	free(costs);
}

void
disclosure_protect(struct disclosure *d)
{
	size_t i;

	for (i = 0; i < d->n_sums; i++)
		put_in_order(d, &d->sums[i]);

	free(d->changed);
	d->changed = xmalloc((d->n + 1) * sizeof(*d->changed));
	d->n_changed = 0;
	for (i = 0; i < d->n; i++)
		if (d->counts[i].n > (size_t)d->degree)
			d->degree = (int)d->counts[i].n;
	for (i = 0; i < d->n; i++)
		if (is_small(d, &d->counts[i]))
			d->counts[i].hidden = true;
	for (i = 0; i < d->n; i++)
		if (d->counts[i].hidden && !d->counts[i].safe && !find_change(d, i))
			hide_all_around(d, i);
}
