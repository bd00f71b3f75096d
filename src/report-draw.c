/*
 * Rows and columns are drawn from the values that occur and those that a reader looks for.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

static const char *const counted_measures[] = { "cases", "entries", "cases" };

static bool
is_cut(const struct report *report, enum unit unit, uint32_t bin)
{
	const struct period *p = &report->period;

	return (p->from != DAY_NONE && bin_start(unit, bin) < p->from) ||
	    (p->to != DAY_NONE && bin_start(unit, bin + 1) > p->to);
}

/* ---- finished tables ---- */

struct drawing {
	const struct report *report;
	const struct cube *cube;
	struct figure **figures; /* those without ANY, in order of their values */
	size_t n;
	size_t first, end; /* levels of the axis drawn now */
	bool before; /* a group's total stands before it */
	bool totals;
	struct heads *heads;
};

/* Order of two values of a level: choices as in the schema, others by their bytes, missing last. */
static int
value_cmp(const struct cube *cube, size_t k, uint32_t a, uint32_t b)
{
	const struct level *level = &cube->tally->levels[k];

	if (a == b)
		return 0;
	if (level->unit != UNIT_NONE || a == MISSING || b == MISSING || a < level->n_choices ||
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

/* Values of a level that occur under a key, and those that are shown anyway; sorted, without doubles. */
static size_t
values_under(struct drawing *d, const uint32_t *key, size_t level, uint32_t **values)
{
	const struct cube *cube = d->cube;
	const struct level *l = &cube->tally->levels[level];
	enum empty empty = cube->tally->empty;
	size_t n = 0, i, j, k, from, to;

	*values = xmalloc((d->n + l->n_choices + 1) * sizeof(**values));
	for (i = 0; i < d->n; i++) {
		const uint32_t *other = d->figures[i]->key;

		if (memcmp(other + d->first, key + d->first, (level - d->first) * sizeof(*key)) == 0)
			(*values)[n++] = other[level];
	}
	if (l->unit == UNIT_NONE && (empty == EMPTY_SHOW || (empty == EMPTY_OUTER && level == d->first)))
		for (i = 0; i < l->n_choices; i++)
			(*values)[n++] = (uint32_t)i;
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
	uint32_t *values;
	size_t n, i;

	if (level == d->end) {
		add_head(d, key, level - d->first)->marked = marked;
		return;
	}
	n = l->unit == UNIT_NONE ? values_under(d, key, level, &values) :
	    bins_of(d, key, level, &values);
	for (i = 0; i < n; i++) {
		bool cut = l->unit != UNIT_NONE && is_cut(d->report, l->unit, values[i]);

		if (l->unit != UNIT_NONE && !fits_outer(d, key, level, values[i]))
			continue;
		key[level] = values[i];
		if (level + 1 < d->end && d->before)
			add_head(d, key, level + 1 - d->first)->marked = cut;
		draw_level(d, key, level + 1, marked || cut);
		if (level + 1 < d->end && !d->before && d->totals)
			add_head(d, key, level + 1 - d->first)->marked = cut;
	}
	for (i = level; i < d->end; i++)
		key[i] = ANY;
	free(values);
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

static void
draw_axis(struct drawing *d, size_t first, size_t end, bool before, bool totals,
    struct heads *heads)
{
	uint32_t key[KEY_SIZE];
	size_t k;

	for (k = 0; k < KEY_SIZE; k++)
		key[k] = ANY;
	d->first = first;
	d->end = end;
	d->before = before;
	d->totals = totals;
	d->heads = heads;
	draw_level(d, key, first, false);
	if (totals && end > first)
		add_head(d, key, 0);
}

static void
draw(const struct report *report, const struct cube *cube, struct drawn *drawn)
{
	const struct tally *t = cube->tally;
	struct drawing d = { .report = report, .cube = cube };
	uint32_t key[KEY_SIZE];
	size_t i, k, n;

	*drawn = (struct drawn){ .cube = cube };
	d.figures = xcalloc(cube->n + 1, sizeof(*d.figures));
	for (i = 0; i < cube->size; i++)
		if (cube->figures[i].n != 0 && !has_any(&cube->figures[i], t->n_levels))
			d.figures[d.n++] = &cube->figures[i];
	draw_axis(&d, 0, t->n_rows, true, t->total_rows, &drawn->rows);
	draw_axis(&d, t->n_rows, t->n_levels, false, t->total_columns, &drawn->columns);
	free(d.figures);
	n = drawn->columns.n;
	drawn->figures = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->figures));
	drawn->sums = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->sums));
	drawn->counts = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->counts));
	drawn->hidden = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->hidden));
	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < n && cube->size > 0; k++) {
			cell_key(drawn, i, k, key);
			drawn->figures[i * n + k] = figure_at(cube, key)->n;
			drawn->sums[i * n + k] = figure_at(cube, key)->sum;
		}
}

static void
drawn_release(struct drawn *drawn)
{
	free(drawn->rows.list);
	free(drawn->columns.list);
	free(drawn->figures);
	free(drawn->sums);
	free(drawn->counts);
	free(drawn->hidden);
}

struct str
key_label(const struct report *report, const struct cube *cube, size_t level, uint32_t value,
    bool raw, struct arena *arena)
{
	const struct level *l = &cube->tally->levels[level];

	if (raw || l->unit != UNIT_NONE || value == MISSING)
		return key_id(cube, level, value, arena);
	return label_of(report, l->text, cube->values[level].list[value]);
}

/* ---- into the sheet ---- */

/* Text for one line of a terminal, whatever the files hold. */
static struct str
plain(struct arena *arena, struct str text)
{
	struct buf out = BUF_INIT;
	struct str line, rest = text, kept;

	while (str_cut(&rest, '\n', &line)) {
		escape_text(&out, line, false);
		if (rest.p != NULL)
			buf_char(&out, ' ');
	}
	kept = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return kept;
}

static void
finish_axis(const struct report *report, const struct drawn *drawn, const struct heads *heads,
    size_t first, size_t end, struct arena *arena, struct axis *axis)
{
	const struct cube *cube = drawn->cube;
	struct str *names = ARENA_NEW(arena, struct str, end - first + 1);
	struct str *level_ids = ARENA_NEW(arena, struct str, end - first + 1);
	struct heading *list = ARENA_NEW(arena, struct heading, heads->n + 1);
	size_t i, k;

	for (k = first; k < end; k++) {
		names[k - first] = plain(arena, cube->tally->levels[k].title);
		level_ids[k - first] = plain(arena, cube->tally->levels[k].text);
	}
	for (i = 0; i < heads->n; i++) {
		const struct head *head = &heads->list[i];
		struct str *labels = ARENA_NEW(arena, struct str, head->n + 1);
		struct str *ids = ARENA_NEW(arena, struct str, head->n + 1);

		for (k = 0; k < head->n; k++) {
			uint32_t key = head->key[first + k];

			labels[k] = plain(arena, key_label(report, cube, first + k, key, false, arena));
			ids[k] = key == MISSING ? STR_NULL :
			    plain(arena, key_label(report, cube, first + k, key, true, arena));
		}
		list[i] = (struct heading){ labels, head->n, head->marked, ids };
	}
	*axis = (struct axis){ .names = names, .ids = level_ids, .n_levels = end - first, .list = list, .n = heads->n };
}

static bool
has_marks(const struct heads *heads)
{
	size_t i;

	for (i = 0; i < heads->n; i++)
		if (heads->list[i].marked)
			return true;
	return false;
}

static void
finish_notes(const struct report *report, const struct drawn *drawn, struct arena *arena,
    struct table *table)
{
	const struct cube *cube = drawn->cube;
	const struct tally *t = cube->tally;
	struct str *notes = ARENA_NEW(arena, struct str, t->n_notes + 4), what;
	size_t n = 0;

	what = label_of(report, STR(""), str_of(counted_measures[t->counted]));
	for (; n < t->n_notes; n++)
		notes[n] = plain(arena, label_of(report, STR(""), t->notes[n]));
	if (cube->spread > 0 && report->is_public)
		notes[n++] = str_of(arena_printf(arena, "Some %.*s stand in more than one row or column; each "
		    "counts once in a total.", STRF(what)));
	else if (cube->spread > 0)
		notes[n++] = str_of(arena_printf(arena, "%lld of the %.*s stand%s in more than one row or "
		    "column; each counts once in a total.", (long long)cube->spread,
		    STRF(what), cube->spread == 1 ? "s" : ""));
	if (cube->undated > 0 && !report->is_public)
		notes[n++] = str_of(arena_printf(arena, "%lld of the %.*s left out: no valid date.",
		    (long long)cube->undated, STRF(what)));
	if (cube->unsummed > 0 && !report->is_public)
		notes[n++] = str_of(arena_printf(arena, "%lld values of %.*s left out: no numbers.",
		    (long long)cube->unsummed, STRF(table->measure)));
	if (has_marks(&drawn->rows) || has_marks(&drawn->columns))
		notes[n++] = STR("* only partly within the period of this report");
	table->notes = notes;
	table->n_notes = n;
}

static struct str
figure_text(const struct drawn *drawn, size_t i, struct arena *arena)
{
	char text[NUMBER_SIZE];

	if (drawn->cube->tally->sum.field == 0)
		return str_of(arena_printf(arena, "%lld", (long long)drawn->figures[i]));
	return arena_str(arena, str_of(number_format(drawn->sums[i], text)));
}

/* What a table's figures are: cases, entries, or the field that it sums. */
static struct str
measure_of(const struct report *report, const struct tally *t)
{
	if (t->sum.field == 0)
		return label_of(report, STR(""), str_of(counted_measures[t->counted]));
	return label_of(report, STR(""), symbol_name(report->symbols,
	    t->sum.sub ? t->sum.sub : t->sum.field));
}

static void
finish(const struct report *report, const struct drawn *drawn, struct arena *arena,
    struct table *table)
{
	const struct tally *t = drawn->cube->tally;
	struct cell *cells = ARENA_NEW(arena, struct cell, drawn->rows.n * drawn->columns.n + 1);
	size_t i;

	table->name = plain(arena, t->name);
	table->title = plain(arena, t->title);
	table->measure = measure_of(report, t);
	finish_axis(report, drawn, &drawn->rows, 0, t->n_rows, arena, &table->rows);
	finish_axis(report, drawn, &drawn->columns, t->n_rows, t->n_levels, arena, &table->columns);
	for (i = 0; i < drawn->rows.n * drawn->columns.n; i++) {
		if (!row_is_shown(drawn, i / drawn->columns.n))
			continue;
		if (drawn->hidden[i]) {
			cells[i].kind = CELL_HIDDEN;
			continue;
		}
		cells[i].kind = CELL_FIGURE;
		cells[i].text = figure_text(drawn, i, arena);
	}
	table->cells = cells;
	finish_notes(report, drawn, arena, table);
}

void
report_tables(const struct report *report, const struct counts *counts, struct arena *arena,
    struct sheet *sheet)
{
	struct table *tables = ARENA_NEW(arena, struct table, report->n);
	struct drawn *drawn = xcalloc(report->n, sizeof(*drawn));
	struct str *notes = ARENA_NEW(arena, struct str, report->n_params + report->n_splits + 1);
	size_t i;

	*sheet = (struct sheet){ .name = report->name, .title = plain(arena, report->title), .tables = tables,
		.n = report->n, .notes = notes };
	for (i = 0; i < report->n; i++)
		draw(report, &counts->cubes[i], &drawn[i]);
	if (report->is_public && report_protect(report, drawn)) {
		notes[sheet->n_notes++] = str_of(arena_printf(arena, "x: not shown, being a count below %lld or one that would "
		    "give such a count away.", (long long)report->threshold));
	}
	sheet->n_notes += succession_notes(report, counts, NULL, arena, notes + sheet->n_notes);
	for (i = 0; i < report->n; i++) {
		finish(report, &drawn[i], arena, &tables[i]);
		drawn_release(&drawn[i]);
	}
	free(drawn);
}
