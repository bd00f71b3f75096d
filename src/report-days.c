/*
 * Days between two entries. Each interval of a case is found once; it counts on the day on which it ended, under its length
 * too, so that the lengths of every cell are there to be put in order: quantiles are those of definition 2 of R. J. Hyndman
 * and Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), the inverse of the empirical
 * distribution with averaging where it is flat. What is not ended waits on the last day of the period; under a month or a
 * quarter, on the last day of that.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- intervals ---- */

struct interval {
	size_t entry; /* that began it */
	day begin;
	day over; /* ended or given up; DAY_NONE: neither */
	bool is_done; /* ended */
};

struct intervals {
	struct interval *list;
	size_t n, size;
};

static void
add_interval(struct intervals *all, size_t entry, day begin)
{
	if (all->n == all->size) {
		all->size = all->size ? all->size * 2 : 8;
		all->list = xrealloc(all->list, all->size * sizeof(*all->list));
	}
	all->list[all->n++] = (struct interval){ entry, begin, DAY_NONE, false };
}

/* Whether the entry ends the interval, or gives it up. */
static void
try_end(const struct tally *t, const struct subject *subject, day d, struct interval *running)
{
	if (expr_test(t->to, subject))
		running->is_done = true;
	else if (t->given_up == NULL || !expr_test(t->given_up, subject))
		return;
	running->over = d;
}

static void
find_intervals(struct counts *counts, const struct tally *t, const struct report_case *c,
    struct intervals *all)
{
	struct subject subject;
	struct asking asking;
	bool running = false;
	size_t i;

	all->n = 0;
	for (i = 0; i < c->n; i++) {
		day d = c->entry(c->context, i, &subject);

		if (d == DAY_NONE || (all->n == 1 && !running && !t->is_every))
			return;
		ask_also(&asking, counts, &t->windows[0], NULL, d, &subject);
		if (running) {
			try_end(t, &subject, d, &all->list[all->n - 1]);
			running = all->list[all->n - 1].over == DAY_NONE;
			if (running || !t->is_every)
				continue;
		}
		if (expr_test(t->from, &subject)) {
			add_interval(all, i, d);
			running = true;
		}
	}
}

/* ---- counting them ---- */

/* An interval on a day, in a window: asked about as the entry that began it, and as the case stood on that day. */
struct looking {
	struct counts *counts;
	struct cube *cube;
	const struct report_case *c;
	const struct interval *interval;
	uint32_t window;
	day on;
	struct subject subject;
	struct asking asking;
	bool is_within; /* the target on that day */
};

static day
due_day(const struct looking *l)
{
	const struct tally *t = l->cube->tally;
	size_t i;

	for (i = 0; i < t->n_targets; i++)
		if (t->targets[i].condition == NULL || expr_test(t->targets[i].condition, &l->subject))
			return date_add(l->interval->begin, t->targets[i].span, 1);
	return DAY_NONE;
}

/* False when it does not count then. */
static bool
look(struct looking *l, day on)
{
	const struct tally *t = l->cube->tally;
	const struct window *window = &t->windows[l->window];
	day due;

	l->on = on;
	read_until(l->c, final_day(&window->period));
	if (!in_scope(l->counts, l->c, window, on))
		return false;
	l->c->entry(l->c->context, l->interval->entry, &l->subject);
	ask_also(&l->asking, l->counts, window, NULL, l->interval->begin, &l->subject);
	ask_case_on(&l->asking, l->counts, l->c, on);
	l->counts->n_met = 0;
	if (t->where != NULL && !expr_test(t->where, &l->subject))
		return false;
	due = due_day(l);
	l->is_within = due != DAY_NONE && on <= due;
	return true;
}

static bool
put_measure(struct placing *p, enum measure measure, uint32_t length, int grain)
{
	const struct tally *t = p->cube->tally;

	p->item.measure = measure;
	p->place[t->n_levels - 1] = measure;
	p->place[t->n_levels] = length;
	return count_place(p, grain);
}

static void
put_ended(struct placing *p)
{
	const struct looking *l = p->context;

	if (put_measure(p, MEASURE_NUMBER, 0, GRAIN_ALL))
		p->cube->places[p->item.window]++;
	put_measure(p, MEASURE_MEDIAN, p->item.days, GRAIN_ALL);
	if (l->is_within)
		put_measure(p, MEASURE_WITHIN, 0, GRAIN_ALL);
}

struct waiting {
	const struct looking *looking;
	int grain;
};

static void
put_waiting(struct placing *p)
{
	const struct waiting *w = p->context;

	put_measure(p, MEASURE_WAITING, 0, w->grain);
	if (p->cube->tally->n_targets > 0 && !w->looking->is_within)
		put_measure(p, MEASURE_OVERDUE, 0, w->grain);
}

static struct placing
placing_of(struct looking *l, void (*put)(struct placing *p), void *context)
{
	struct placing p = { l->counts, l->cube, { &l->subject, l->interval->entry, l->on, { 0, 0 }, l->window,
		(uint32_t)(l->on - l->interval->begin), MEASURE_NUMBER }, put, { 0 }, context };

	return p;
}

static void
count_ended(struct looking *l)
{
	struct placing p;

	if (!is_in(&l->cube->tally->windows[l->window].period, l->interval->over) || !look(l, l->interval->over))
		return;
	p = placing_of(l, put_ended, l);
	place_item(&p);
	succession_count(l->counts);
}

static void
wait_on(struct looking *l, day on, int grain)
{
	struct waiting waiting = { l, grain };
	struct placing p;

	if (on < l->interval->begin || (l->interval->over != DAY_NONE && l->interval->over <= on) || !look(l, on))
		return;
	p = placing_of(l, put_waiting, &waiting);
	place_item(&p);
	succession_count(l->counts);
}

/* On the last day of the window, and of each of its months, quarters or years where the table has them. */
static void
count_waiting(struct looking *l)
{
	const struct tally *t = l->cube->tally;
	const struct period *period = &t->windows[l->window].period;
	day last = judged_day(l->counts->report, period), from = l->interval->begin;
	bool done[UNIT_YEAR + 1] = { false };
	size_t m;

	if (period->from != DAY_NONE && from < period->from)
		from = period->from;
	if (from > last)
		return;
	for (m = 0; m < t->n_masks; m++) {
		enum unit grain = t->grains[m];
		uint32_t bin;

		if (done[grain])
			continue;
		done[grain] = true;
		if (grain == UNIT_NONE) {
			wait_on(l, last, grain);
			continue;
		}
		if (period->to == DAY_NONE)
			continue; /* such a period has no last month */
		for (bin = bin_of(grain, from); bin <= bin_of(grain, last); bin++) {
			day end = bin_start(grain, bin + 1) - 1;

			if (l->interval->over != DAY_NONE && bin_start(grain, bin) > l->interval->over)
				break;
			wait_on(l, end < last ? end : last, grain);
		}
	}
}

static bool
shows_waiting(const struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_measures; i++)
		if (t->measures[i] == MEASURE_WAITING || t->measures[i] == MEASURE_OVERDUE)
			return true;
	return false;
}

void
intervals_free(struct intervals *all)
{
	if (all != NULL)
		free(all->list);
	free(all);
}

void
count_days(struct counts *counts, struct cube *cube, const struct report_case *c)
{
	const struct tally *t = cube->tally;
	struct looking l = { .counts = counts, .cube = cube, .c = c };
	bool waiting = shows_waiting(t);
	size_t i;

	if (counts->intervals == NULL)
		counts->intervals = xcalloc(1, sizeof(*counts->intervals));
	find_intervals(counts, t, c, counts->intervals);
	for (i = 0; i < counts->intervals->n; i++) {
		l.interval = &counts->intervals->list[i];
		begin_unit(cube);
		for (l.window = 0; l.window < t->n_windows; l.window++) {
			if (l.interval->is_done)
				count_ended(&l);
			if (waiting)
				count_waiting(&l);
		}
		end_unit(cube);
	}
}

/* ---- quantiles ---- */

struct lengths {
	const struct figure **list; /* by key, then length */
	size_t n, n_levels;
};

static int
compare_lengths(const void *a, const void *b)
{
	const struct figure *x = *(const struct figure *const *)a, *y = *(const struct figure *const *)b;
	int k;

	for (k = 0; k < KEY_SIZE; k++)
		if (x->key[k] != y->key[k])
			return x->key[k] < y->key[k] ? -1 : 1;
	return 0;
}

struct lengths *
lengths_of(const struct cube *cube)
{
	struct lengths *lengths = xcalloc(1, sizeof(*lengths));
	size_t measure = cube->tally->n_levels - 1, i;

	lengths->n_levels = cube->tally->n_levels;
	lengths->list = xcalloc(cube->n + 1, sizeof(*lengths->list));
	for (i = 0; i < cube->size; i++)
		if (cube->figures[i].n > 0 && cube->figures[i].key[measure] == MEASURE_MEDIAN)
			lengths->list[lengths->n++] = &cube->figures[i];
	if (lengths->n > 1)
		qsort(lengths->list, lengths->n, sizeof(*lengths->list), compare_lengths);
	return lengths;
}

void
lengths_free(struct lengths *lengths)
{
	if (lengths != NULL)
		free(lengths->list);
	free(lengths);
}

/* Those of a cell: [first, end) of the list, and how many intervals they are. */
struct run {
	const struct lengths *lengths;
	size_t first, end;
	int64_t n;
};

static struct run
run_of(const struct lengths *lengths, const uint32_t *key)
{
	struct figure wanted = { .n = 0 };
	const struct figure *p = &wanted;
	struct run run = { lengths, 0, lengths->n, 0 };
	size_t middle;

	memcpy(wanted.key, key, lengths->n_levels * sizeof(*key));
	wanted.key[lengths->n_levels - 1] = MEASURE_MEDIAN;
	while (run.first < run.end) {
		middle = (run.first + run.end) / 2;
		if (compare_lengths(&lengths->list[middle], &p) < 0)
			run.first = middle + 1;
		else
			run.end = middle;
	}
	for (; run.end < lengths->n; run.end++) {
		if (memcmp(lengths->list[run.end]->key, wanted.key, lengths->n_levels * sizeof(*key)) != 0)
			break;
		run.n += lengths->list[run.end]->n;
	}
	return run;
}

/* The length of the i-th in order, from 1. */
static int64_t
nth_length(const struct run *run, int64_t i)
{
	size_t k = run->first;

	while (k + 1 < run->end && i > run->lengths->list[k]->n)
		i -= run->lengths->list[k++]->n;
	return run->lengths->list[k]->key[run->lengths->n_levels];
}

static struct str
quantile(const struct run *run, int64_t tenths, struct arena *arena)
{
	int64_t at = run->n * tenths / 10, twice;

	if (run->n * tenths % 10 != 0)
		return str_of(arena_printf(arena, "%lld", (long long)nth_length(run, at + 1)));
	twice = nth_length(run, at) + nth_length(run, at + 1);
	return str_of(arena_printf(arena, "%lld%s", (long long)(twice / 2), twice % 2 ? ".5" : ""));
}

struct str
length_text(const struct lengths *lengths, const struct cube *cube, const uint32_t *key, enum measure measure,
    struct arena *arena)
{
	struct run run = run_of(lengths, key);
	uint32_t within[KEY_SIZE];
	int64_t n;

	if (run.n == 0)
		return STR_NULL;
	switch (measure) {
	case MEASURE_MEDIAN:
		return quantile(&run, 5, arena);
	case MEASURE_P90:
		return quantile(&run, 9, arena);
	case MEASURE_LONGEST:
		return str_of(arena_printf(arena, "%lld", (long long)nth_length(&run, run.n)));
	default:
		memcpy(within, key, sizeof(within));
		within[lengths->n_levels - 1] = MEASURE_WITHIN;
		n = units_at(cube, within);
		return str_of(arena_printf(arena, "%lld", (long long)((200 * n + run.n) / (2 * run.n))));
	}
}
