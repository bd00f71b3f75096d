/*
 * Rows and columns are drawn from the values that occur and those that a reader looks for. The last levels of the
 * columns, windows and measures, are never summed over: they stand under every column and every total of columns.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

static bool
is_cut(const struct report *report, enum unit unit, uint32_t bin)
{
	const struct period *p = &report->period;

	return (p->from != DAY_NONE && bin_start(unit, bin) < p->from) ||
	    (p->to != DAY_NONE && bin_start(unit, bin + 1) > p->to);
}

/* ---- headings ---- */

struct drawing {
	const struct report *report;
	const struct cube *cube;
	struct figure **figures; /* those without ANY */
	size_t n;
	size_t first, end; /* levels of the axis drawn now */
	size_t n_fixed; /* of these, the last */
	const enum measure *measures;
	size_t n_measures;
	bool before; /* a group's total stands before it */
	bool totals;
	struct heads *heads;
};

/* Choices as in the schema, others by their bytes, missing last. */
int
value_cmp(const struct cube *cube, size_t k, uint32_t a, uint32_t b)
{
	const struct level *level = &cube->tally->levels[k];

	if (a == b)
		return 0;
	if (!has_values(level) || a == MISSING || b == MISSING || a < level->n_choices ||
	    b < level->n_choices)
		return a < b ? -1 : 1;
	return str_cmp(cube->values[k].list[a], cube->values[k].list[b]);
}

static struct head *
add_head(struct drawing *d, const uint32_t *key, size_t n)
{
	struct heads *heads = d->heads;
	struct head *head;

	if (heads->n == heads->size) {
		heads->size = heads->size ? heads->size * 2 : 32;
		heads->list = xrealloc(heads->list, heads->size * sizeof(*heads->list));
	}
	head = &heads->list[heads->n++];
	*head = (struct head){ .n = n };
	memcpy(head->key, key, sizeof(head->key));
	return head;
}

/* A heading of n levels, once under each window and measure: then the levels summed over have their place too. */
static void
add_heads(struct drawing *d, uint32_t *key, size_t n, size_t fixed, bool marked)
{
	const struct tally *t = d->cube->tally;
	size_t level = d->end - d->n_fixed + fixed, i, values;

	if (fixed == d->n_fixed) {
		add_head(d, key, d->n_fixed > 0 ? d->end - d->first : n)->marked = marked;
		return;
	}
	values = t->levels[level].kind == LEVEL_WINDOWS ? t->n_windows : d->n_measures;
	for (i = 0; i < values; i++) {
		key[level] = t->levels[level].kind == LEVEL_WINDOWS ? (uint32_t)i : (uint32_t)d->measures[i];
		add_heads(d, key, n, fixed + 1, marked);
	}
	key[level] = ANY;
}

/* Values without which a reader would miss something. */
static size_t
add_shown(const struct drawing *d, size_t level, uint32_t *values)
{
	const struct level *l = &d->cube->tally->levels[level];
	enum empty empty = d->cube->tally->empty;
	size_t n, i;

	if (l->kind == LEVEL_BINS)
		n = empty == EMPTY_HIDE ? 0 : l->n_cuts + 1;
	else if (l->kind == LEVEL_CONDITIONS)
		n = empty == EMPTY_HIDE ? 0 : l->n_conditions;
	else if (l->kind == LEVEL_FIELD && (empty == EMPTY_SHOW || (empty == EMPTY_OUTER && level == d->first)))
		n = l->n_choices;
	else
		n = 0;
	for (i = 0; i < n; i++)
		values[i] = (uint32_t)i;
	return n;
}

static size_t
n_shown_at_most(const struct level *level)
{
	return level->n_choices + level->n_cuts + level->n_conditions + 1;
}

/* Values of a level that occur under a key, and those that are shown anyway; sorted, without doubles. */
static size_t
values_under(struct drawing *d, const uint32_t *key, size_t level, uint32_t **values)
{
	const struct cube *cube = d->cube;
	const struct level *l = &cube->tally->levels[level];
	size_t n = 0, i, j, k, from, to;

	*values = xmalloc((d->n + n_shown_at_most(l)) * sizeof(**values));
	for (i = 0; i < d->n; i++) {
		const uint32_t *other = d->figures[i]->key;

		if (memcmp(other + d->first, key + d->first, (level - d->first) * sizeof(*key)) == 0)
			(*values)[n++] = other[level];
	}
	n += add_shown(d, level, *values + n);
	/* insertion keeps the few distinct values in order */
	for (i = k = 0; i < n; i++) {
		uint32_t v = (*values)[i];

		for (from = 0, to = k; from < to;) {
			j = (from + to) / 2;
			if (value_cmp(cube, level, (*values)[j], v) < 0)
				from = j + 1;
			else
				to = j;
		}
		if (from < k && (*values)[from] == v)
			continue;
		memmove(*values + from + 1, *values + from, (k - from) * sizeof(v));
		(*values)[from] = v;
		k++;
	}
	return k;
}

/* Every bin of the period; with an open end, from the first or to the last that occurs. */
static size_t
bins_of(struct drawing *d, const uint32_t *key, size_t level, uint32_t **values)
{
	const struct period *period = &d->report->period;
	enum unit unit = d->cube->tally->levels[level].unit;
	size_t n = values_under(d, key, level, values), i;
	uint32_t first, last;

	if (n == 0 && (period->from == DAY_NONE || period->to == DAY_NONE))
		return 0;
	first = period->from == DAY_NONE ? (*values)[0] : bin_of(unit, period->from);
	last = period->to == DAY_NONE ? (*values)[n - 1] : bin_of(unit, period->to - 1);
	n = last >= first ? last - first + 1 : 0;
	*values = xrealloc(*values, (n + 1) * sizeof(**values));
	for (i = 0; i < n; i++)
		(*values)[i] = first + (uint32_t)i;
	return n;
}

/* Bins of an inner period level that lie in the outer ones: a quarter of another year is no row of this one. */
static bool
fits_outer(const struct drawing *d, const uint32_t *key, size_t level, uint32_t bin)
{
	const struct level *levels = d->cube->tally->levels;
	size_t i;

	for (i = d->first; i < level; i++) {
		enum unit outer = levels[i].unit, inner = levels[level].unit;
		day start = bin_start(inner, bin);

		if (outer == UNIT_NONE)
			continue;
		if (outer > inner ? bin_of(outer, start) != key[i] :
		    bin_of(inner, bin_start(outer, key[i])) != bin)
			return false;
	}
	return true;
}

static void
draw_level(struct drawing *d, uint32_t *key, size_t level, bool marked)
{
	const struct level *l = &d->cube->tally->levels[level];
	size_t end = d->end - d->n_fixed, n, i;
	uint32_t *values;

	if (level == end) {
		add_heads(d, key, level - d->first, 0, marked);
		return;
	}
	n = l->unit == UNIT_NONE ? values_under(d, key, level, &values) :
	    bins_of(d, key, level, &values);
	for (i = 0; i < n; i++) {
		bool cut = l->unit != UNIT_NONE && is_cut(d->report, l->unit, values[i]);

		if (l->unit != UNIT_NONE && !fits_outer(d, key, level, values[i]))
			continue;
		key[level] = values[i];
		if (level + 1 < end && d->before)
			add_heads(d, key, level + 1 - d->first, 0, cut);
		draw_level(d, key, level + 1, marked || cut);
		if (level + 1 < end && !d->before && d->totals)
			add_heads(d, key, level + 1 - d->first, 0, cut);
	}
	for (i = level; i < d->end; i++)
		key[i] = ANY;
	free(values);
}

static void
draw_axis(struct drawing *d, bool is_rows, struct heads *heads)
{
	const struct tally *t = d->cube->tally;
	uint32_t key[KEY_SIZE];
	size_t k;

	for (k = 0; k < KEY_SIZE; k++)
		key[k] = ANY;
	d->first = is_rows ? 0 : t->n_rows;
	d->end = is_rows ? t->n_rows : t->n_levels;
	d->n_fixed = is_rows ? 0 : t->n_fixed;
	d->before = is_rows;
	d->totals = is_rows ? t->total_rows : t->total_columns;
	d->heads = heads;
	draw_level(d, key, d->first, false);
	if (d->totals && d->end - d->n_fixed > d->first)
		add_heads(d, key, 0, 0, false);
}

static bool
has_any(const struct figure *figure, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (figure->key[k] == ANY)
			return true;
	return false;
}

/* Innermost figures, without those that only say how long an interval was. */
static void
find_figures(struct drawing *d)
{
	const struct cube *cube = d->cube;
	const struct tally *t = cube->tally;
	size_t i;

	d->figures = xcalloc(cube->n + 1, sizeof(*d->figures));
	for (i = 0; i < cube->size; i++) {
		struct figure *figure = &cube->figures[i];

		if (figure->n == 0 || has_any(figure, t->n_levels) ||
		    (t->counted == COUNT_DAYS && figure->key[t->n_levels - 1] == MEASURE_MEDIAN))
			continue;
		d->figures[d->n++] = figure;
	}
}

/* Moves between rows are shown only where there are some. */
static size_t
choose_measures(const struct cube *cube, enum measure *measures)
{
	const struct tally *t = cube->tally;
	bool moved[MEASURES] = { false };
	size_t i, n = 0;

	for (i = 0; i < cube->size && t->counted == COUNT_STOCK; i++)
		if (cube->figures[i].n != 0)
			moved[cube->figures[i].key[t->n_levels - 1]] = true;
	for (i = 0; i < t->n_measures; i++)
		if ((t->measures[i] != MEASURE_MOVED_IN && t->measures[i] != MEASURE_MOVED_OUT) || moved[t->measures[i]])
			measures[n++] = t->measures[i];
	return n;
}

/* ---- tables ---- */

bool
row_is_shown(const struct drawn *drawn, size_t row)
{
	const struct tally *t = drawn->cube->tally;

	return t->total_rows || drawn->rows.list[row].n == t->n_rows;
}

void
cell_key(const struct drawn *drawn, size_t row, size_t column, uint32_t *key)
{
	const struct tally *t = drawn->cube->tally;
	size_t k;

	for (k = 0; k < KEY_SIZE; k++)
		key[k] = k >= t->n_levels ? 0 : k < t->n_rows ? drawn->rows.list[row].key[k] :
		    drawn->columns.list[column].key[k];
}

bool
is_leaf(const struct drawn *drawn, size_t row, size_t column)
{
	uint32_t key[KEY_SIZE];
	size_t k;

	cell_key(drawn, row, column, key);
	for (k = 0; k < drawn->cube->tally->n_levels; k++)
		if (key[k] == ANY)
			return false;
	return true;
}

enum measure
column_measure(const struct drawn *drawn, size_t column)
{
	const struct tally *t = drawn->cube->tally;

	return t->n_measures > 0 ? (enum measure)drawn->columns.list[column].key[t->n_levels - 1] : MEASURES;
}

static void
take_figures(struct drawn *drawn)
{
	const struct cube *cube = drawn->cube;
	uint32_t key[KEY_SIZE];
	size_t i, k, n = drawn->columns.n;

	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < n && cube->size > 0; k++) {
			enum measure measure = column_measure(drawn, k);

			cell_key(drawn, i, k, key);
			if (measure < MEASURES && !measure_counts(measure))
				key[cube->tally->n_levels - 1] = MEASURE_NUMBER;
			drawn->figures[i * n + k] = figure_at(cube, key)->n;
			drawn->sums[i * n + k] = figure_at(cube, key)->sum;
		}
}

/* ---- lists ---- */

struct line {
	const struct cube *cube;
	const struct figure *figure;
};

static int
compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	size_t k;
	int order;

	for (k = 0; k < x->cube->tally->n_levels; k++)
		if ((order = value_cmp(x->cube, k, x->figure->key[k], y->figure->key[k])) != 0)
			return order;
	return 0;
}

static void
draw_list(struct drawing *d, struct drawn *drawn)
{
	const struct tally *t = d->cube->tally;
	struct line *lines = xcalloc(d->n + 1, sizeof(*lines));
	size_t i;
	int64_t k;

	for (i = 0; i < d->n; i++)
		lines[i] = (struct line){ d->cube, d->figures[i] };
	if (d->n > 1)
		qsort(lines, d->n, sizeof(*lines), compare_lines);
	d->heads = &drawn->rows;
	for (i = 0; i < d->n; i++)
		for (k = 0; k < lines[i].figure->n; k++) {
			if (t->limit > 0 && drawn->rows.n == t->limit) {
				drawn->more += (size_t)(lines[i].figure->n - k);
				break;
			}
			add_head(d, lines[i].figure->key, t->n_levels);
		}
	free(lines);
	free(d->figures);
}

void
draw_table(const struct report *report, const struct cube *cube, struct drawn *drawn)
{
	const struct tally *t = cube->tally;
	struct drawing d = { .report = report, .cube = cube };
	enum measure measures[MEASURES];
	size_t n;

	*drawn = (struct drawn){ .cube = cube };
	if (t->counted == COUNT_STOCK) {
		stock_fill(cube, &drawn->full);
		d.cube = drawn->cube = &drawn->full;
	}
	find_figures(&d);
	if (t->is_list) {
		draw_list(&d, drawn);
		return;
	}
	d.n_measures = choose_measures(d.cube, measures);
	d.measures = measures;
	draw_axis(&d, true, &drawn->rows);
	draw_axis(&d, false, &drawn->columns);
	free(d.figures);
	n = drawn->rows.n * drawn->columns.n + 1;
	drawn->figures = xcalloc(n, sizeof(*drawn->figures));
	drawn->sums = xcalloc(n, sizeof(*drawn->sums));
	drawn->counts = xcalloc(n, sizeof(*drawn->counts));
	drawn->hidden = xcalloc(n, sizeof(*drawn->hidden));
	take_figures(drawn);
}

void
drawn_release(struct drawn *drawn)
{
	if (drawn->cube->tally->counted == COUNT_STOCK)
		stock_release(&drawn->full);
	free(drawn->rows.list);
	free(drawn->columns.list);
	free(drawn->figures);
	free(drawn->sums);
	free(drawn->counts);
	free(drawn->hidden);
}
