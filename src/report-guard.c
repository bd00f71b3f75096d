/*
 * All tables of a report are protected together. What a figure is called (what it counts, under which values)
 * says which figures of different tables are one and the same; and each figure is the sum of the cells of every
 * table that divides it further, months adding up to quarters and quarters to years.
 *
 * A window is called by the period that it is, so that last quarter is the same in every table. What stands on a day (a
 * stock, what is waiting) is called by that day: what stood at the end of March is what stands at the beginning of April,
 * and no sum over months. Stock and flow balance in every place.
 */
#include "report-parts.h"

#include "disclosure.h"

#include <stdlib.h>
#include <string.h>

#define PATTERNS 15625 /* 5 to the power of LEVELS_MAX */

struct guard {
	const struct report *report;
	struct arena scratch, names_arena;
	struct buf name;
	struct disclosure *disclosure;
	struct map names; /* to the number of the count */
	struct map uses; /* how many tables can say a figure that none shows */
	bool counting; /* the first round: only uses */
	size_t *counts_of[PATTERNS]; /* by pattern, of one table: what each cell is part of */
};

/* How a level takes part in a sum: as it is, summed over, or in a coarser period. */
struct coarse {
	enum unit units[KEY_SIZE];
	bool dropped[KEY_SIZE];
};

static int
compare_parts(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static enum measure
measure_at(const struct tally *t, const uint32_t *key)
{
	return t->n_measures > 0 ? (enum measure)key[t->n_levels - 1] : MEASURES;
}

/* What stands on a day. */
static bool
is_standing(enum measure m)
{
	return m == MEASURE_START || m == MEASURE_END || m == MEASURE_WAITING || m == MEASURE_OVERDUE;
}

/* The bin of a level in the unit that it takes part in. */
static uint32_t
coarse_bin(const struct tally *t, const uint32_t *key, const struct coarse *coarse, size_t k)
{
	return bin_of(coarse->units[k], bin_start(t->levels[k].unit, key[k]));
}

/* The days that a figure is about. */
static struct period
span_of(const struct tally *t, const uint32_t *key, const struct coarse *coarse)
{
	struct period span = t->windows[0].period;
	size_t k;

	for (k = 0; k < t->n_levels; k++)
		if (t->levels[k].kind == LEVEL_WINDOWS)
			span = t->windows[key[k]].period;
	for (k = 0; k < t->n_levels; k++) {
		day from, to;

		if (t->levels[k].kind != LEVEL_PERIOD || key[k] == ANY || coarse->dropped[k])
			continue;
		from = bin_start(coarse->units[k], coarse_bin(t, key, coarse, k));
		to = bin_start(coarse->units[k], coarse_bin(t, key, coarse, k) + 1);
		span.from = span.from == DAY_NONE || from > span.from ? from : span.from;
		span.to = span.to == DAY_NONE || to < span.to ? to : span.to;
	}
	return span;
}

/* A window as the month, quarter or year that it is; of the report's own period nothing is said. */
static struct str
window_part(const struct tally *t, uint32_t window, struct arena *arena)
{
	const struct period *period = &t->windows[window].period;
	int unit;

	if (window == 0)
		return STR_NULL;
	for (unit = UNIT_MONTH; unit <= UNIT_YEAR && period->from != DAY_NONE; unit++) {
		uint32_t bin = bin_of((enum unit)unit, period->from);

		if (bin_start((enum unit)unit, bin) == period->from && bin_start((enum unit)unit, bin + 1) == period->to)
			return str_of(arena_printf(arena, "%s=%.*s", unit_names[unit],
			    STRF(bin_label((enum unit)unit, bin, arena))));
	}
	return str_of(arena_printf(arena, "from=%d to=%d", (int)period->from, (int)period->to));
}

/* A condition by what it says: labels may be alike. */
static struct str
condition_part(const struct level *level, uint32_t value, struct arena *arena)
{
	struct buf text = BUF_INIT;
	struct str part;
	size_t i;

	for (i = 0; i < level->n_conditions; i++)
		if (value == i || value >= level->n_conditions) {
			buf_text(&text, value < level->n_conditions ? "if " : "unless ");
			expr_write(level->conditions[i].expr, &text);
		}
	part = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return part;
}

/* What a place's value on one level adds to its name; STR_NULL: nothing. */
static struct str
name_part(struct guard *g, const struct drawn *drawn, const uint32_t *key, const struct coarse *coarse, size_t k)
{
	const struct tally *t = drawn->cube->tally;
	const struct level *level = &t->levels[k];
	enum unit unit = coarse->units[k];

	switch (level->kind) {
	case LEVEL_PERIOD:
		return is_standing(measure_at(t, key)) ? STR_NULL : str_of(arena_printf(&g->scratch, "%s=%.*s",
		    unit_names[unit], STRF(bin_label(unit, coarse_bin(t, key, coarse, k), &g->scratch))));
	case LEVEL_WINDOWS:
		return is_standing(measure_at(t, key)) ? STR_NULL : window_part(t, key[k], &g->scratch);
	case LEVEL_CONDITIONS:
		return condition_part(level, key[k], &g->scratch);
	case LEVEL_MEASURES:
		if (key[k] == MEASURE_START || key[k] == MEASURE_END)
			return STR("measure=stock");
		/* fall through */
	default:
		return str_of(arena_printf(&g->scratch, "%.*s=%.*s", STRF(level->text),
		    STRF(key_id(drawn->cube, k, key[k], &g->scratch))));
	}
}

/* What a figure is called, into g->name: what it counts, and its values in order of their levels' names. */
static struct str
figure_name(struct guard *g, const struct drawn *drawn, const uint32_t *key,
    const struct coarse *coarse)
{
	const struct tally *t = drawn->cube->tally;
	enum measure measure = measure_at(t, key);
	struct str parts[KEY_SIZE] = { STR_NULL };
	size_t n = 0, i, k;

	arena_reset(&g->scratch);
	buf_reset(&g->name);
	for (k = 0; k < t->n_levels; k++) {
		if (key[k] == ANY || coarse->dropped[k])
			continue;
		parts[n] = name_part(g, drawn, key, coarse, k);
		n += parts[n].n > 0;
	}
	if (n > 1)
		qsort(parts, n, sizeof(*parts), compare_parts);
	buf_str(&g->name, t->what);
	for (i = 0; i < n; i++) {
		if (i > 0 && str_eq(parts[i], parts[i - 1]))
			continue;
		buf_char(&g->name, '\n');
		buf_str(&g->name, parts[i]);
	}
	if (is_standing(measure)) {
		struct period span = span_of(t, key, coarse);

		buf_printf(&g->name, "\non %d", (int)(measure == MEASURE_START ? span.from : span.to));
	}
	return buf_view(&g->name);
}

/* The slot of a name that may not live on. */
static struct map_slot *
name_slot(struct guard *g, struct map *map, struct str name, bool *is_new)
{
	struct map_slot *slot = map_get(map, name);

	*is_new = slot == NULL;
	return slot != NULL ? slot : map_put(map, arena_str(&g->names_arena, name), NULL);
}

static void
as_it_is(const struct tally *t, struct coarse *coarse)
{
	size_t k;

	memset(coarse, 0, sizeof(*coarse));
	for (k = 0; k < t->n_levels; k++)
		coarse->units[k] = t->levels[k].unit;
}

static void
name_cells(struct guard *g, struct drawn *drawn)
{
	struct coarse coarse;
	uint32_t key[KEY_SIZE];
	size_t i, k, n = drawn->columns.n;

	as_it_is(drawn->cube->tally, &coarse);
	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < n; k++) {
			struct map_slot *slot;
			bool is_new;

			if (!row_is_shown(drawn, i))
				continue;
			cell_key(drawn, i, k, key);
			if (column_measure(drawn, k) < MEASURES && !measure_counts(column_measure(drawn, k)))
				key[drawn->cube->tally->n_levels - 1] = MEASURE_NUMBER; /* hidden with its base */
			slot = name_slot(g, &g->names, figure_name(g, drawn, key, &coarse), &is_new);
			if (is_new)
				slot->value.i = disclosure_count(g->disclosure,
				    drawn->figures[i * n + k], true);
			drawn->counts[i * n + k] = slot->value.i;
		}
}

/* The count that a figure is; SIZE_MAX when nobody can say it. */
static size_t
whole_of(struct guard *g, struct str name, int64_t total)
{
	struct map_slot *slot = map_get(&g->names, name), *use;

	if (slot != NULL)
		return slot->value.i;
	use = map_get(&g->uses, name);
	if (use == NULL || use->value.i < 2)
		return SIZE_MAX;
	slot = map_put(&g->names, use->key, NULL);
	slot->value.i = disclosure_count(g->disclosure, total, false);
	return slot->value.i;
}

/* The innermost cells of a table in groups, by what is left of their keys. */
struct groups {
	struct map map;
	size_t *of_cell; /* SIZE_MAX for cells that are totals */
	int64_t *totals;
	struct str *names;
	size_t n;
};

/* Whether figures of a measure add up when levels are left out or coarsened so: what stands on a day never over time, and
 * moves from row to row never over rows. */
static bool
adds_up(const struct tally *t, enum measure measure, const struct coarse *coarse)
{
	size_t k;

	if (measure == MEASURES)
		return true;
	if (!measure_counts(measure))
		return false;
	for (k = 0; k < t->n_levels; k++) {
		bool is_period = t->levels[k].kind == LEVEL_PERIOD;

		if (is_period && is_standing(measure) && (coarse->dropped[k] || coarse->units[k] != t->levels[k].unit))
			return false;
		if (!is_period && coarse->dropped[k] && (measure == MEASURE_MOVED_IN || measure == MEASURE_MOVED_OUT))
			return false;
	}
	return true;
}

static void
group_cells(struct guard *g, const struct drawn *drawn, const struct coarse *coarse,
    struct groups *groups)
{
	size_t columns = drawn->columns.n, cells = drawn->rows.n * columns, i;
	uint32_t key[KEY_SIZE];

	*groups = (struct groups){ .map = MAP_INIT };
	groups->of_cell = xmalloc((cells + 1) * sizeof(*groups->of_cell));
	groups->totals = xcalloc(cells + 1, sizeof(*groups->totals));
	groups->names = xcalloc(cells + 1, sizeof(*groups->names));
	for (i = 0; i < cells; i++) {
		struct map_slot *slot;
		bool is_new;

		groups->of_cell[i] = SIZE_MAX;
		if (!is_leaf(drawn, i / columns, i % columns) ||
		    !adds_up(drawn->cube->tally, column_measure(drawn, i % columns), coarse))
			continue;
		cell_key(drawn, i / columns, i % columns, key);
		slot = name_slot(g, &groups->map, figure_name(g, drawn, key, coarse), &is_new);
		if (is_new) {
			groups->names[groups->n] = slot->key;
			slot->value.i = groups->n++;
		}
		groups->of_cell[i] = slot->value.i;
		groups->totals[slot->value.i] += drawn->figures[i];
	}
}

static void
groups_release(struct groups *groups)
{
	map_release(&groups->map);
	free(groups->of_cell);
	free(groups->totals);
	free(groups->names);
}

/* A pattern of coarse as a number. */
static size_t
pattern(const struct coarse *coarse)
{
	size_t n = 0, k;

	for (k = 0; k < LEVELS_MAX; k++)
		n = n * 5 + (coarse->dropped[k] ? 4 : coarse->units[k]);
	return n;
}

/*
 * Which counts a pattern's groups are made of, cell by cell: those of the nearest finer pattern of which every
 * count is known; at last the cells themselves.
 */
static const size_t *
finer(const struct guard *g, const struct drawn *drawn, const struct coarse *coarse)
{
	const struct tally *t = drawn->cube->tally;
	struct coarse fine;
	size_t k;

	for (k = 0; k < t->n_levels; k++) {
		fine = *coarse;
		if (coarse->dropped[k]) {
			fine.dropped[k] = false;
			fine.units[k] = t->levels[k].unit == UNIT_NONE ? UNIT_NONE : UNIT_YEAR;
		} else if (coarse->units[k] > t->levels[k].unit) {
			fine.units[k]--;
		} else {
			continue;
		}
		if (g->counts_of[pattern(&fine)] != NULL)
			return g->counts_of[pattern(&fine)];
	}
	return drawn->counts;
}

static int
compare_counts(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

/* One group is the sum of what its cells are in the finer pattern. */
static void
add_sum(struct guard *g, size_t whole, size_t *parts, size_t n)
{
	size_t i, m = 0;

	qsort(parts, n, sizeof(*parts), compare_counts);
	for (i = 0; i < n; i++)
		if (m == 0 || parts[m - 1] != parts[i])
			parts[m++] = parts[i];
	if (m != 1 || parts[0] != whole)
		disclosure_sum(g->disclosure, whole, parts, m);
}

static void
add_sums(struct guard *g, const struct drawn *drawn, const struct coarse *coarse)
{
	size_t cells = drawn->rows.n * drawn->columns.n, i, k;
	const size_t *fine = finer(g, drawn, coarse);
	size_t *wholes, *starts, *parts, *counts = xmalloc((cells + 1) * sizeof(*counts));
	struct groups groups;
	bool known = true;

	group_cells(g, drawn, coarse, &groups);
	wholes = xcalloc(groups.n + 1, sizeof(*wholes));
	starts = xcalloc(groups.n + 2, sizeof(*starts));
	parts = xmalloc((cells + 1) * sizeof(*parts));
	for (i = 0; i < groups.n; i++) {
		wholes[i] = whole_of(g, groups.names[i], groups.totals[i]);
		known = known && wholes[i] != SIZE_MAX;
	}
	for (i = 0; i < cells; i++) {
		k = groups.of_cell[i];
		counts[i] = k == SIZE_MAX ? SIZE_MAX : wholes[k];
		starts[k == SIZE_MAX ? groups.n + 1 : k + 1]++;
	}
	for (i = 1; i <= groups.n; i++)
		starts[i] += starts[i - 1];
	for (i = 0; i < cells; i++)
		if ((k = groups.of_cell[i]) != SIZE_MAX)
			parts[starts[k]++] = fine[i];
	for (i = 0; i < groups.n; i++)
		if (wholes[i] != SIZE_MAX)
			add_sum(g, wholes[i], parts + (i ? starts[i - 1] : 0),
			    starts[i] - (i ? starts[i - 1] : 0));
	if (known)
		g->counts_of[pattern(coarse)] = counts;
	else
		free(counts);
	groups_release(&groups);
	free(wholes);
	free(starts);
	free(parts);
}

static void
add_uses(struct guard *g, const struct drawn *drawn, const struct coarse *coarse)
{
	struct groups groups;
	size_t i;
	bool is_new;

	group_cells(g, drawn, coarse, &groups);
	for (i = 0; i < groups.n; i++)
		if (map_get(&g->names, groups.names[i]) == NULL)
			name_slot(g, &g->uses, groups.names[i], &is_new)->value.i++;
	groups_release(&groups);
}

/* Every way of leaving out or coarsening levels, from `level` on. */
static void
add_all_sums(struct guard *g, struct drawn *drawn, struct coarse *coarse, size_t level)
{
	const struct tally *t = drawn->cube->tally;
	enum unit own;
	int unit;

	if (level == t->n_levels) {
		if (g->counting)
			add_uses(g, drawn, coarse);
		else
			add_sums(g, drawn, coarse);
		return;
	}
	own = t->levels[level].unit;
	for (unit = own; unit <= UNIT_YEAR; unit++) {
		coarse->units[level] = (enum unit)unit;
		add_all_sums(g, drawn, coarse, level + 1);
		if (own == UNIT_NONE)
			break;
	}
	coarse->units[level] = own;
	if (level >= t->n_levels - t->n_fixed)
		return; /* windows and measures add up to nothing */
	coarse->dropped[level] = true;
	add_all_sums(g, drawn, coarse, level + 1);
	coarse->dropped[level] = false;
}

/* The other measures of a place beside one of its first columns: its columns stand together. */
static size_t
columns_together(const struct drawn *drawn, size_t first)
{
	const struct head *list = drawn->columns.list;
	size_t measure = drawn->cube->tally->n_levels - 1, n = 1, k;

	for (; first + n < drawn->columns.n; n++)
		for (k = drawn->cube->tally->n_rows; k < measure; k++)
			if (list[first + n].key[k] != list[first].key[k])
				return n;
	return n;
}

/* start + in + moved in = out + moved out + end */
static void
add_balance(struct guard *g, const struct drawn *drawn, size_t row, size_t first, size_t n)
{
	const size_t *counts = drawn->counts + row * drawn->columns.n + first;
	const int64_t *figures = drawn->figures + row * drawn->columns.n + first;
	size_t came[3], went[3], n_came = 0, n_went = 0, i, all;
	int64_t total = 0;

	for (i = 0; i < n; i++) {
		enum measure m = column_measure(drawn, first + i);

		if (m == MEASURE_START || m == MEASURE_IN || m == MEASURE_MOVED_IN) {
			came[n_came++] = counts[i];
			total += figures[i];
		} else {
			went[n_went++] = counts[i];
		}
	}
	all = disclosure_count(g->disclosure, total, false);
	disclosure_sum(g->disclosure, all, came, n_came);
	disclosure_sum(g->disclosure, all, went, n_went);
}

static void
add_balances(struct guard *g, const struct drawn *drawn)
{
	size_t row, first, n;

	if (drawn->cube->tally->counted != COUNT_STOCK)
		return;
	for (row = 0; row < drawn->rows.n; row++)
		for (first = 0; first < drawn->columns.n && row_is_shown(drawn, row); first += n) {
			n = columns_together(drawn, first);
			add_balance(g, drawn, row, first, n);
		}
}

static void
forget_patterns(struct guard *g)
{
	size_t i;

	for (i = 0; i < PATTERNS; i++) {
		free(g->counts_of[i]);
		g->counts_of[i] = NULL;
	}
}

/* Whether a measure of so many says too much of one: of few, and the 90th percentile where fewer than the threshold
 * are as long or longer. */
static bool
is_of_few(const struct report *report, enum measure m, int64_t n)
{
	if (m == MEASURES || measure_counts(m) || n == 0)
		return false;
	return n < report->threshold || (report->is_public && m == MEASURE_P90 && n - n * 9 / 10 < report->threshold);
}

static bool
hide_measures_of_few(const struct report *report, struct drawn *drawn)
{
	bool any = false;
	size_t i, n = drawn->rows.n * drawn->columns.n;

	for (i = 0; i < n; i++)
		if (is_of_few(report, column_measure(drawn, i % drawn->columns.n), drawn->figures[i]))
			any = drawn->hidden[i] = true;
	return any;
}

static bool
protect_counts(const struct report *report, struct drawn *drawn)
{
	struct guard g = { .report = report };
	struct coarse coarse;
	bool any = false;
	size_t i, k;
	int round;

	arena_init(&g.scratch);
	arena_init(&g.names_arena);
	g.disclosure = disclosure_new(report->threshold);
	for (i = 0; i < report->n; i++)
		name_cells(&g, &drawn[i]);
	for (round = 0; round < 2; round++) {
		g.counting = round == 0;
		for (i = 0; i < report->n; i++) {
			as_it_is(drawn[i].cube->tally, &coarse);
			add_all_sums(&g, &drawn[i], &coarse, 0);
			forget_patterns(&g);
		}
	}
	for (i = 0; i < report->n; i++)
		add_balances(&g, &drawn[i]);
	disclosure_protect(g.disclosure);
	for (i = 0; i < report->n; i++)
		for (k = 0; k < drawn[i].rows.n * drawn[i].columns.n; k++) {
			if (!row_is_shown(&drawn[i], k / drawn[i].columns.n))
				continue;
			drawn[i].hidden[k] |= disclosure_is_hidden(g.disclosure, drawn[i].counts[k]);
			any = any || drawn[i].hidden[k];
		}
	disclosure_free(g.disclosure);
	map_release(&g.names);
	map_release(&g.uses);
	arena_release(&g.scratch);
	arena_release(&g.names_arena);
	buf_release(&g.name);
	return any;
}

bool
report_protect(const struct report *report, struct drawn *drawn)
{
	bool any = false;
	size_t i;

	for (i = 0; i < report->n; i++)
		any = (!report->tables[i].is_list && hide_measures_of_few(report, &drawn[i])) || any;
	return (report->is_public && protect_counts(report, drawn)) || any;
}
