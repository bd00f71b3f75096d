/*
 * All tables of a report are protected together. What a figure is called says which figures of different tables are one and
 * the same; each figure is the sum of the cells of every table that divides it further, months adding up to quarters
 * and quarters to years; and where one figure counts a part of another that no table divides so, what is left of it is a
 * count too, in no table, that must not be found out when it is small: cases that satisfy one Where and not the other, or
 * stand in no row of a condition.
 *
 * A window is called by the period that it is, so that last quarter is the same in every table. What stands on a day (a
 * stock, what is waiting) is called by that day: what stood at the end of March is what stands at the beginning of April,
 * and no sum over months. Stock and flow balance in every place. A share is two counts, those within the target and those
 * beyond, which its base adds up to.
 *
 * Sums are protected after the counts beneath them, by the same means.
 */
#include "report-parts.h"

#include "disclosure.h"

#include <stdlib.h>
#include <string.h>

#define WAYS (5 + BLENDS_MAX) /* in which a level takes part in a sum */
#define DROPPED 4
#define MASK_TABLES 64

/* A figure that has a name. */
struct named {
	struct called called; /* its texts live as long as the guard */
	size_t count;
	int64_t value, units;
	uint64_t tables; /* that say it, and those of them in which it is of one condition */
	uint64_t rows;
	bool is_shown;
	bool is_true; /* its value is what was counted, not what parts with units in common come to */
};

/* A cell, or half of one: a share is two counts. */
struct part {
	size_t row, column;
	enum measure measure;
	int64_t value, units;
	size_t named; /* SIZE_MAX: it takes part in nothing */
};

struct parts {
	struct part *list;
	size_t n, size;
};

/* How often a figure that no table shows can be said, or a part of it is shown elsewhere, and which tables say it. */
struct use {
	size_t n;
	uint64_t tables;
};

struct guard {
	const struct report *report;
	struct drawn *drawn;
	struct naming *naming;
	struct arena arena;
	struct buf name;
	struct disclosure *disclosure;
	struct map names; /* to the number of the named */
	struct named *named;
	size_t n, size;
	struct map uses; /* who can say a figure that none shows */
	struct map rests; /* what is left of a figure without a part of it: to its count */
	struct parts *parts; /* by table */
	bool sums; /* protects sums, the counts being protected */
	int scale; /* of the sums' decimals */
	enum {
		ROUND_USES,
		ROUND_VALUES, /* of what no table shows */
		ROUND_SUMS,
	} round;
	size_t table; /* looked at now */
	size_t **of_pattern; /* by pattern, of one table: what each part is part of */
	size_t *patterns, n_patterns, size_patterns; /* those that are set */
};

static const struct tally *
tally_of(const struct guard *g, size_t table)
{
	return g->drawn[table].cube->tally;
}

/* ---- figures ---- */

static void
call(struct guard *g, const struct part *part, const struct coarse *coarse, struct called *called)
{
	uint32_t key[KEY_SIZE];

	cell_key(&g->drawn[g->table], part->row, part->column, key);
	naming_call(g->naming, g->table, key, coarse, part->measure, g->table, called);
}

static void
keep_called(struct guard *g, const struct called *called, struct called *copy)
{
	size_t i;

	copy->fixed = arena_str(&g->arena, called->fixed);
	copy->n = called->n;
	for (i = 0; i < called->n; i++)
		copy->atoms[i] = arena_str(&g->arena, called->atoms[i]);
}

static struct named *
find_named(struct guard *g, const struct called *called, uint32_t without)
{
	struct map_slot *slot;

	called_write(called, without, STR_NULL, &g->name);
	slot = map_get(&g->names, buf_view(&g->name));
	return slot != NULL ? &g->named[slot->value.i] : NULL;
}

/* Of a table of sums the counts beneath are protected, but not shown. */
static bool
shows_counts(const struct guard *g)
{
	return g->sums || tally_of(g, g->table)->sum.field == 0;
}

/* The figure of that name, made with a count when there was none. */
static struct named *
name_figure(struct guard *g, const struct called *called, int64_t value, int64_t units, bool shown)
{
	struct named *named = find_named(g, called, 0);

	if (named != NULL && shown) {
		disclosure_show(g->disclosure, named->count);
		named->is_true = true;
		named->is_shown |= shows_counts(g);
	}
	if (named != NULL)
		return named;
	if (g->n == g->size) {
		g->size = g->size ? g->size * 2 : 256;
		g->named = xrealloc(g->named, g->size * sizeof(*g->named));
	}
	map_put(&g->names, arena_str(&g->arena, buf_view(&g->name)), NULL)->value.i = g->n;
	named = &g->named[g->n++];
	*named = (struct named){ .count = disclosure_count(g->disclosure, value, shown), .value = value, .units = units,
		.is_shown = shown && shows_counts(g), .is_true = shown };
	keep_called(g, called, &named->called);
	if (value == 0 && naming_is_void(g->naming, called))
		disclosure_known(g->disclosure, named->count);
	return named;
}

static bool
has_row_of_condition(const struct tally *t, const struct coarse *coarse, const uint32_t *key)
{
	size_t k;

	for (k = 0; k < t->n_levels; k++)
		if (t->levels[k].kind == LEVEL_CONDITIONS && !coarse->dropped[k] && key[k] != ANY)
			return true;
	return false;
}

/* The table says this figure. */
static void
said_in(struct guard *g, struct named *named, const struct part *part, const struct coarse *coarse)
{
	uint32_t key[KEY_SIZE];

	if (g->table >= MASK_TABLES || !shows_counts(g))
		return;
	cell_key(&g->drawn[g->table], part->row, part->column, key);
	named->tables |= UINT64_C(1) << g->table;
	if (has_row_of_condition(tally_of(g, g->table), coarse, key))
		named->rows |= UINT64_C(1) << g->table;
}

static void
as_it_is(const struct tally *t, struct coarse *coarse)
{
	size_t k;

	memset(coarse, 0, sizeof(*coarse));
	for (k = 0; k < t->n_levels; k++)
		coarse->units[k] = t->levels[k].unit;
}

/* ---- parts ---- */

static struct part *
add_part(struct parts *parts, struct part part)
{
	if (parts->n == parts->size) {
		parts->size = parts->size ? parts->size * 2 : 64;
		parts->list = xrealloc(parts->list, parts->size * sizeof(*parts->list));
	}
	parts->list[parts->n] = part;
	return &parts->list[parts->n++];
}

static int64_t
scaled(const struct guard *g, struct number n)
{
	number_mantissa mantissa = n.mantissa;
	int scale = n.scale;

	for (; scale < g->scale && mantissa < INT64_MAX / 10; scale++)
		mantissa *= 10;
	return mantissa > INT64_MAX / 16 ? INT64_MAX / 16 : mantissa < 0 ? 0 : (int64_t)mantissa;
}

static bool
shows(const struct drawn *drawn, enum measure measure)
{
	size_t k;

	for (k = 0; k < drawn->columns.n; k++)
		if (column_measure(drawn, k) == measure)
			return true;
	return false;
}

static bool
is_of_few(const struct guard *g, int64_t units)
{
	return units > 0 && units < g->report->threshold;
}

/* Whether a length of days in this bin is surely within the target, or surely beyond it. */
static bool
is_surely(const struct tally *t, const uint32_t *key, enum measure measure)
{
	const struct target *target = &t->targets[0];
	size_t k;

	if (t->n_targets != 1 || target->span.months != 0)
		return false;
	for (k = 0; k < t->n_levels; k++) {
		const struct level *level = &t->levels[k];

		if (level->kind != LEVEL_BINS || !str_is(level->text, DAYS_LEVEL) || key[k] == ANY || key[k] == MISSING)
			continue;
		if (measure == MEASURE_LATE)
			return key[k] > 0 && number_cmp(level->cuts[key[k] - 1], number_of(target->span.days)) > 0;
		return key[k] < level->n_cuts && number_cmp(level->cuts[key[k]], number_of(target->span.days + 1)) <= 0;
	}
	return false;
}

/* A share, as two counts that its base adds up to. */
static void
add_share(struct guard *g, struct part part, bool is_shown)
{
	struct drawn *drawn = &g->drawn[g->table];
	struct parts *parts = &g->parts[g->table];
	struct coarse coarse;
	struct called called;
	uint32_t key[KEY_SIZE];
	size_t counts[2], number;
	int64_t base = part.value;
	int i;

	as_it_is(tally_of(g, g->table), &coarse);
	part.measure = MEASURE_NUMBER;
	call(g, &part, &coarse, &called);
	number = name_figure(g, &called, base, base, shows(drawn, MEASURE_NUMBER))->count;
	cell_key(drawn, part.row, part.column, key);
	part.value = units_at(drawn->cube, key);
	for (i = 0; i < 2; i++) {
		struct named *named;

		part.measure = i == 0 ? MEASURE_WITHIN : MEASURE_LATE;
		part.units = part.value = i == 0 ? part.value : base - part.value;
		call(g, &part, &coarse, &called);
		named = name_figure(g, &called, part.value, part.value, is_shown);
		if (is_surely(tally_of(g, g->table), key, i == 0 ? MEASURE_LATE : MEASURE_WITHIN))
			disclosure_known(g->disclosure, named->count);
		else if (!is_shown && is_of_few(g, part.value))
			disclosure_hide(g->disclosure, named->count);
		said_in(g, named, &part, &coarse);
		part.named = (size_t)(named - g->named);
		counts[i] = named->count;
		add_part(parts, part);
	}
	disclosure_sum(g->disclosure, number, counts, 2);
}

static void
add_cell(struct guard *g, size_t row, size_t column)
{
	struct drawn *drawn = &g->drawn[g->table];
	const struct tally *t = tally_of(g, g->table);
	size_t i = row * drawn->columns.n + column;
	struct part part = { row, column, column_measure(drawn, column), drawn->figures[i], drawn->figures[i], SIZE_MAX };
	uint32_t key[KEY_SIZE];
	struct coarse coarse;
	struct called called;
	struct named *named;

	if (part.measure == MEASURE_WITHIN) {
		add_share(g, part, part.value > 0 && !drawn->hidden[i]);
		return;
	}
	if (part.measure != MEASURES && !measure_counts(part.measure))
		part.measure = MEASURE_NUMBER; /* hidden with its base */
	if (g->sums)
		part.value = scaled(g, drawn->sums[i]);
	as_it_is(t, &coarse);
	cell_key(drawn, row, column, key);
	call(g, &part, &coarse, &called);
	named = name_figure(g, &called, part.value, part.units, part.measure != MEASURE_NUMBER || shows(drawn, MEASURE_NUMBER));
	if (part.measure == MEASURE_OVERDUE && is_surely(t, key, MEASURE_WITHIN))
		disclosure_known(g->disclosure, named->count);
	if (g->sums && (drawn->hidden[i] || (part.units > 0 && part.units < g->report->threshold)))
		disclosure_hide(g->disclosure, named->count);
	said_in(g, named, &part, &coarse);
	part.named = (size_t)(named - g->named);
	add_part(&g->parts[g->table], part);
}

static void
add_cells(struct guard *g)
{
	const struct drawn *drawn = &g->drawn[g->table];
	size_t i, k;

	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < drawn->columns.n && row_is_shown(drawn, i); k++)
			add_cell(g, i, k);
}

/* ---- sums ---- */

/* It was counted after all. */
static void
be_true(struct guard *g, struct named *named, int64_t value, int64_t units)
{
	if (named->is_true)
		return;
	named->is_true = true;
	named->value = value;
	named->units = units;
	disclosure_recount(g->disclosure, named->count, value);
}

/* The innermost parts of a table in groups, by what is left of their keys. */
struct group {
	struct called called;
	int64_t total, units;
	size_t first; /* one of its parts */
};

struct groups {
	struct map map;
	struct arena arena;
	size_t *of_part; /* SIZE_MAX for parts that are totals */
	struct group *list;
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
	for (k = 0; k < t->n_levels; k++) {
		bool is_period = t->levels[k].kind == LEVEL_PERIOD;

		if (is_period && is_standing(measure) && (coarse->dropped[k] || coarse->units[k] != t->levels[k].unit))
			return false;
		if (!is_period && (coarse->dropped[k] || coarse->blended[k] > 0) &&
		    (measure == MEASURE_MOVED_IN || measure == MEASURE_MOVED_OUT))
			return false;
	}
	return true;
}

/* Whether what is left counts all: without a total, what meets none of the conditions of an axis has no place. */
static bool
is_complete(const struct tally *t, const struct coarse *coarse)
{
	size_t k;

	for (k = 0; k < t->n_levels; k++)
		if (t->levels[k].kind == LEVEL_CONDITIONS && coarse->dropped[k] &&
		    !(k < t->n_rows ? t->total_rows : t->total_columns))
			return false;
	return true;
}

static bool
drops_conditions(const struct tally *t, const struct coarse *coarse)
{
	size_t k;

	for (k = 0; k < t->n_levels && !(t->levels[k].kind == LEVEL_CONDITIONS && coarse->dropped[k]); k++)
		;
	return k < t->n_levels;
}

static bool
is_blended(const struct tally *t, const struct coarse *coarse)
{
	size_t k;

	for (k = 0; k < t->n_levels && coarse->blended[k] == 0; k++)
		;
	return k < t->n_levels;
}

static void
group_parts(struct guard *g, const struct coarse *coarse, struct groups *groups)
{
	const struct drawn *drawn = &g->drawn[g->table];
	const struct parts *parts = &g->parts[g->table];
	size_t i;

	*groups = (struct groups){ .map = MAP_INIT };
	arena_init(&groups->arena);
	groups->of_part = xmalloc((parts->n + 1) * sizeof(*groups->of_part));
	groups->list = xcalloc(parts->n + 1, sizeof(*groups->list));
	for (i = 0; i < parts->n; i++) {
		const struct part *part = &parts->list[i];
		struct called called;
		struct map_slot *slot;

		groups->of_part[i] = SIZE_MAX;
		/* The base of a median is not counted once more. */
		if (part->measure == MEASURE_NUMBER && column_measure(drawn, part->column) != MEASURE_NUMBER)
			continue;
		if (!is_leaf(drawn, part->row, part->column) || !adds_up(drawn->cube->tally, part->measure, coarse))
			continue;
		call(g, part, coarse, &called);
		called_write(&called, 0, STR_NULL, &g->name);
		slot = map_get(&groups->map, buf_view(&g->name));
		if (slot == NULL) {
			slot = map_put(&groups->map, arena_str(&groups->arena, buf_view(&g->name)), NULL);
			slot->value.i = groups->n;
			keep_called(g, &called, &groups->list[groups->n].called);
			groups->list[groups->n++].first = i;
		}
		groups->of_part[i] = slot->value.i;
		groups->list[slot->value.i].total += part->value;
		groups->list[slot->value.i].units += part->units;
	}
}

static void
groups_release(struct groups *groups)
{
	map_release(&groups->map);
	arena_release(&groups->arena);
	free(groups->of_part);
	free(groups->list);
}

/* A pattern of coarse as a number. */
static size_t
pattern(const struct coarse *coarse)
{
	size_t n = 0, k;

	for (k = 0; k < LEVELS_MAX; k++)
		n = n * WAYS + (coarse->dropped[k] ? DROPPED : coarse->blended[k] > 0 ? DROPPED + coarse->blended[k] :
		    coarse->units[k]);
	return n;
}

/*
 * Which figures a pattern's groups are made of, part by part: those of the nearest finer pattern of which every
 * figure is known, looked for from a level on; NULL: the parts themselves.
 */
static const size_t *
finer(const struct guard *g, const struct coarse *coarse, size_t *level)
{
	const struct tally *t = tally_of(g, g->table);
	struct coarse fine;
	size_t k;
	int unit;

	for (k = *level; k < t->n_levels; k++) {
		fine = *coarse;
		fine.dropped[k] = false;
		fine.blended[k] = 0;
		unit = !coarse->dropped[k] ? (int)coarse->units[k] - 1 : t->levels[k].unit == UNIT_NONE ? UNIT_NONE : UNIT_YEAR;
		if (coarse->blended[k] > 0)
			unit = UNIT_NONE;
		*level = k + 1;
		for (; unit >= (int)t->levels[k].unit; unit--) {
			fine.units[k] = (enum unit)unit;
			if (g->of_pattern[pattern(&fine)] != NULL)
				return g->of_pattern[pattern(&fine)];
		}
	}
	*level = SIZE_MAX;
	return NULL;
}

static int
compare_counts(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

/* Figures that can be nothing but 0, since another is the sum of itself and these. */
static void
add_nothing(struct guard *g, const size_t *counts, size_t n)
{
	size_t nothing;

	if (n == 0)
		return;
	nothing = disclosure_count(g->disclosure, 0, false);
	disclosure_known(g->disclosure, nothing);
	disclosure_sum(g->disclosure, nothing, counts, n);
}

/* The parts of a sum. */
struct addition {
	size_t *figures, *counts, n;
	int64_t total, units;
	bool is_part; /* the whole is one of them */
	bool are_true;
};

#define EXTRAS 3
#define COMMON_MAX 32 /* parts of which it is looked at which have units in common */

/*
 * Units in common make parts come to more than the whole; by how many nobody is told, but, where they do, that there are some. A
 * unit more or less in each of several parts changes it by several, so it is several counts.
 */
static void
add_overlap(struct guard *g, const struct named *whole, const struct addition *a)
{
	size_t left[EXTRAS + 1] = { whole->count }, i, n = 1;
	int64_t extra = a->total > whole->value ? a->total - whole->value : 0;

	for (i = 1; i <= EXTRAS && i < a->n; i++)
		left[n++] = disclosure_count(g->disclosure, extra > (int64_t)i ? 1 : 0, false);
	disclosure_recount(g->disclosure, left[n - 1], extra > EXTRAS ? extra - EXTRAS + 1 : extra > 0);
	if (whole->is_true && a->are_true && extra > 0)
		disclosure_least(g->disclosure, left[n - 1], 1);
	disclosure_equal(g->disclosure, left, n, a->counts, a->n);
}

/* Parts that have nothing in common come to no more than the whole, which tells where they nearly do. */
static void
add_apart(struct guard *g, const struct named *whole, const struct addition *a)
{
	size_t *counts = xmalloc((a->n + 1) * sizeof(*counts)), *with = xmalloc((a->n + 1) * sizeof(*with)), i, j, k, n;
	struct called common;

	for (i = 0; whole->is_true && a->are_true && a->n <= COMMON_MAX && i < a->n; i++) {
		int64_t rest = whole->value - g->named[a->figures[i]].value;

		counts[0] = a->counts[i];
		with[0] = i;
		for (j = 0, n = 1; j < a->n; j++) {
			const struct named *part = &g->named[a->figures[j]];

			for (k = 0; k < n && j != with[k] &&
			    !naming_both(g->naming, &part->called, &g->named[a->figures[with[k]]].called, &common); k++)
				;
			if (k < n)
				continue;
			with[n] = j;
			counts[n++] = a->counts[j];
			rest -= part->value;
		}
		if (n < 2 || rest < 0 || rest > 1)
			continue;
		counts[n++] = disclosure_count(g->disclosure, rest, false);
		disclosure_sum(g->disclosure, whole->count, counts, n);
	}
	free(counts);
	free(with);
}

/* How many pairs of the parts can have units in common, at most two, and what those of the last have. */
static unsigned
find_common(struct guard *g, const struct addition *a, struct called *common)
{
	struct called found;
	unsigned pairs = a->n > COMMON_MAX ? 2 : 0;
	size_t i, k;

	for (i = 0; i < a->n; i++)
		for (k = 0; k < i && pairs < 2; k++)
			if (naming_both(g->naming, &g->named[a->figures[i]].called, &g->named[a->figures[k]].called,
			    &found)) {
				*common = found;
				pairs++;
			}
	return pairs == 1 && common->n == ATOMS_MAX ? 2 : pairs;
}

/* `whole` and what two parts have in common come to the parts; where one lies in the other, that one counts nothing more. */
static void
add_sides(struct guard *g, size_t whole, size_t common, struct addition *a)
{
	size_t left[2] = { whole, common }, i, n = 0;

	for (i = 0; i < a->n; i++)
		if (a->counts[i] != common)
			a->counts[n++] = a->counts[i];
	disclosure_equal(g->disclosure, left, n < a->n || common == SIZE_MAX ? 1 : 2, a->counts, n);
}

/* Where just two parts have units in common, these are a figure as others are. */
static bool
add_common(struct guard *g, const struct named *whole, struct addition *a)
{
	size_t count = whole->count;
	int64_t extra = a->total - whole->value;
	struct named *both;
	struct called common;

	if (!whole->is_true || !a->are_true || find_common(g, a, &common) != 1)
		return false;
	both = name_figure(g, &common, extra, a->units - whole->units, false);
	if (both->value != extra || both->count == count)
		return false;
	be_true(g, both, extra, both->units);
	add_sides(g, count, both->count, a);
	return true;
}

/* What the parts leave of the whole is a count too, and not to be found out when it is of few. */
static void
add_incomplete(struct guard *g, const struct named *whole, struct addition *a)
{
	struct called common;
	const struct named *both = NULL;
	unsigned pairs = find_common(g, a, &common);
	int64_t rest = whole->value - a->total, units = whole->units - a->units;

	if (pairs == 1)
		both = find_named(g, &common, 0);
	if (!a->are_true || pairs > 1 || (pairs == 1 && (both == NULL || !both->is_true)))
		return;
	rest += both != NULL ? both->value : 0;
	units += both != NULL ? both->units : 0;
	if (rest < 0)
		return;
	a->counts[a->n] = disclosure_count(g->disclosure, rest, false);
	if (is_of_few(g, units))
		disclosure_hide(g->disclosure, a->counts[a->n]);
	a->n++;
	add_sides(g, whole->count, both != NULL ? both->count : SIZE_MAX, a);
}

/* What else is known of a sum in which units may stand in several parts: one part is the whole, and what cannot have any in
 * common adds up. */
static void
find_true(struct guard *g, struct named *whole, const struct addition *a)
{
	struct called common;
	struct named *only = a->n == 1 ? &g->named[a->figures[0]] : NULL;

	if (only != NULL && whole->is_true)
		be_true(g, only, whole->value, whole->units);
	else if (a->are_true && !whole->is_true && find_common(g, a, &common) == 0)
		be_true(g, whole, a->total, a->units);
}

static void
addition_release(struct addition *a)
{
	free(a->figures);
	free(a->counts);
}

static void
collect(const struct guard *g, const struct named *whole, const size_t *figures, size_t n, struct addition *a)
{
	size_t i;

	*a = (struct addition){ .are_true = true };
	a->figures = xmalloc((n + 1) * sizeof(*figures));
	a->counts = xmalloc((n + 1) * sizeof(*figures));
	for (i = 0; i < n; i++) {
		const struct named *part = &g->named[figures[i]];

		if (i > 0 && figures[i] == figures[i - 1])
			continue;
		a->is_part = a->is_part || part == whole;
		if (part == whole)
			continue;
		a->figures[a->n] = figures[i];
		a->counts[a->n++] = part->count;
		a->total += part->value;
		a->units += part->units;
		a->are_true = a->are_true && part->is_true;
	}
}

static bool
is_within(const struct called *part, const struct called *whole)
{
	size_t i, k;

	for (i = 0; i < whole->n; i++) {
		for (k = 0; k < part->n && !str_eq(part->atoms[k], whole->atoms[i]); k++)
			;
		if (k == part->n)
			return false;
	}
	return str_eq(part->fixed, whole->fixed);
}

/* A part of another part counts nothing more. */
static void
leave_out_nested(const struct guard *g, struct addition *a)
{
	size_t i, k, n = 0;

	if (a->n > COMMON_MAX)
		return;
	for (i = 0; i < a->n; i++) {
		const struct named *part = &g->named[a->figures[i]];

		for (k = 0; k < a->n && (k == i || !is_within(&part->called, &g->named[a->figures[k]].called)); k++)
			;
		if (k < a->n) {
			a->total -= part->value;
			a->units -= part->units;
			continue;
		}
		a->figures[n] = a->figures[i];
		a->counts[n++] = a->counts[i];
	}
	a->n = n;
}

/* One figure is the sum of others, or less. */
static void
add_sum(struct guard *g, const struct named *whole, struct addition *a, const struct coarse *coarse)
{
	const struct tally *t = tally_of(g, g->table);
	bool is_spread = g->drawn[g->table].cube->spread > 0, adds_up;
	struct called common;

	if (is_spread && !is_blended(t, coarse))
		leave_out_nested(g, a);
	/* What comes to the whole is held to add up always: a proof that does so is one all the same. */
	adds_up = !is_spread || a->n == 1 || find_common(g, a, &common) == 0 ||
	    (a->are_true && a->total == whole->value && (whole->is_true || !drops_conditions(t, coarse)));
	if (a->is_part && a->total == 0)
		add_nothing(g, a->counts, a->n);
	else if (!a->is_part && !is_complete(t, coarse))
		add_incomplete(g, whole, a);
	else if (!a->is_part && adds_up)
		disclosure_sum(g->disclosure, whole->count, a->counts, a->n);
	else if (!a->is_part && !add_common(g, whole, a)) {
		add_overlap(g, whole, a);
		add_apart(g, whole, a);
	}
}

/* A group and the figures that it is made of. */
static void
add_group(struct guard *g, struct named *whole, const size_t *figures, size_t n, const struct coarse *coarse)
{
	const struct tally *t = tally_of(g, g->table);
	struct addition a;

	collect(g, whole, figures, n, &a);
	if (g->round == ROUND_SUMS)
		add_sum(g, whole, &a, coarse);
	else if (is_complete(t, coarse) && !is_blended(t, coarse) && !a.is_part)
		find_true(g, whole, &a);
	addition_release(&a);
}

static void
set_pattern(struct guard *g, const struct coarse *coarse, size_t *figures)
{
	if (g->n_patterns == g->size_patterns) {
		g->size_patterns = g->size_patterns ? g->size_patterns * 2 : 64;
		g->patterns = xrealloc(g->patterns, g->size_patterns * sizeof(*g->patterns));
	}
	g->patterns[g->n_patterns++] = pattern(coarse);
	free(g->of_pattern[pattern(coarse)]);
	g->of_pattern[pattern(coarse)] = figures;
}

static void
forget_patterns(struct guard *g)
{
	for (; g->n_patterns > 0; g->n_patterns--) {
		free(g->of_pattern[g->patterns[g->n_patterns - 1]]);
		g->of_pattern[g->patterns[g->n_patterns - 1]] = NULL;
	}
}

/* Each group as the sum of what its parts are part of in a finer pattern. */
static void
add_group_sums(struct guard *g, const struct groups *groups, const size_t *wholes, const size_t *fine,
    const struct coarse *coarse)
{
	const struct parts *parts = &g->parts[g->table];
	size_t *starts = xcalloc(groups->n + 2, sizeof(*starts)), *from = xmalloc((parts->n + 1) * sizeof(*from)), i, k;

	for (i = 0; i < parts->n; i++)
		starts[groups->of_part[i] == SIZE_MAX ? groups->n + 1 : groups->of_part[i] + 1]++;
	for (i = 1; i <= groups->n; i++)
		starts[i] += starts[i - 1];
	for (i = 0; i < parts->n; i++)
		if ((k = groups->of_part[i]) != SIZE_MAX)
			from[starts[k]++] = fine != NULL && fine[i] != SIZE_MAX ? fine[i] : parts->list[i].named;
	for (i = 0; i < groups->n; i++) {
		size_t first = i ? starts[i - 1] : 0;

		if (starts[i] - first > 1)
			qsort(from + first, starts[i] - first, sizeof(*from), compare_counts);
		if (wholes[i] != SIZE_MAX)
			add_group(g, &g->named[wholes[i]], from + first, starts[i] - first, coarse);
	}
	free(starts);
	free(from);
}

/* The figure that a group comes to; SIZE_MAX when nobody can say it. */
static size_t
whole_of(struct guard *g, const struct group *group, const struct coarse *coarse)
{
	struct named *named = find_named(g, &group->called, 0);
	struct map_slot *use;

	if (!is_complete(tally_of(g, g->table), coarse))
		return named != NULL && named->is_true ? (size_t)(named - g->named) : SIZE_MAX;
	if (named == NULL) {
		use = map_get(&g->uses, buf_view(&g->name));
		if (use == NULL || ((const struct use *)use->value.p)->n < 2)
			return SIZE_MAX;
		named = name_figure(g, &group->called, group->total, group->units, false);
	}
	if (g->drawn[g->table].cube->spread == 0)
		be_true(g, named, group->total, group->units);
	said_in(g, named, &g->parts[g->table].list[group->first], coarse);
	return (size_t)(named - g->named);
}

/* Sums over one level follow from those over another, but where units stand in several places. */
static void
add_sums(struct guard *g, const struct coarse *coarse)
{
	const struct parts *parts = &g->parts[g->table];
	bool is_spread = g->drawn[g->table].cube->spread > 0, known = is_complete(tally_of(g, g->table), coarse);
	size_t i, level = 0, *wholes, *figures = xmalloc((parts->n + 1) * sizeof(*figures));
	const size_t *fine;
	struct groups groups;

	group_parts(g, coarse, &groups);
	wholes = xcalloc(groups.n + 1, sizeof(*wholes));
	for (i = 0; i < groups.n; i++) {
		wholes[i] = whole_of(g, &groups.list[i], coarse);
		known = known && wholes[i] != SIZE_MAX;
	}
	for (i = 0; i < parts->n; i++)
		figures[i] = groups.of_part[i] == SIZE_MAX ? SIZE_MAX : wholes[groups.of_part[i]];
	fine = finer(g, coarse, &level);
	do {
		add_group_sums(g, &groups, wholes, fine, coarse);
		fine = level == SIZE_MAX ? NULL : finer(g, coarse, &level);
	} while (is_spread && fine != NULL);
	if (known)
		set_pattern(g, coarse, figures);
	else
		free(figures);
	groups_release(&groups);
	free(wholes);
}

static void
add_use(struct guard *g, struct str name)
{
	struct map_slot *slot;
	struct use *use;

	if (map_get(&g->names, name) != NULL)
		return;
	slot = map_get(&g->uses, name);
	if (slot == NULL) {
		slot = map_put(&g->uses, arena_str(&g->arena, name), NULL);
		slot->value.p = ARENA_NEW(&g->arena, struct use, 1);
	}
	use = slot->value.p;
	use->n++;
	use->tables |= UINT64_C(1) << g->table % MASK_TABLES;
}

/* What a table can say, and with it a table that counts a part of it, or of which it counts a part. */
static void
add_uses_of(struct guard *g, const struct called *called)
{
	const struct str *extra;
	struct called other;
	size_t i, k, j, n;
	uint32_t without;

	called_write(called, 0, STR_NULL, &g->name);
	add_use(g, buf_view(&g->name));
	for (i = 0; i < g->report->n; i++) {
		if (i == g->table)
			continue;
		if (naming_where(g->naming, g->table, i, &extra, &n) && called->n + n <= ATOMS_MAX) {
			other = *called;
			for (k = 0; k < n; k++)
				other.atoms[other.n++] = extra[k];
			called_write(&other, 0, STR_NULL, &g->name);
			add_use(g, buf_view(&g->name));
		} else if (naming_where(g->naming, i, g->table, &extra, &n)) {
			for (without = 0, j = 0; j < called->n; j++)
				for (k = 0; k < n; k++)
					if (str_eq(called->atoms[j], extra[k]))
						without |= UINT32_C(1) << j;
			called_write(called, without, STR_NULL, &g->name);
			add_use(g, buf_view(&g->name));
		}
	}
}

static void
add_uses(struct guard *g, const struct coarse *coarse)
{
	struct groups groups;
	size_t i;

	if (!is_complete(tally_of(g, g->table), coarse))
		return;
	group_parts(g, coarse, &groups);
	for (i = 0; i < groups.n; i++)
		add_uses_of(g, &groups.list[i].called);
	groups_release(&groups);
}

#define SUBSETS_MAX 10

/* What has a part that another table shows. */
static void
add_uses_by_part(struct guard *g, const struct named *part)
{
	uint32_t set, all = part->called.n > SUBSETS_MAX ? 0 : (UINT32_C(1) << part->called.n) - 1;

	for (set = 1; set <= all; set++) {
		struct map_slot *slot;
		struct use *use;

		called_write(&part->called, set, STR_NULL, &g->name);
		slot = map_get(&g->uses, buf_view(&g->name));
		use = slot != NULL ? slot->value.p : NULL;
		if (use != NULL && (use->tables & ~part->tables) != 0)
			use->n++;
	}
}

/* Every way of leaving out, coarsening or blending levels, from `level` on. */
static void
add_all_sums(struct guard *g, struct coarse *coarse, size_t level)
{
	const struct tally *t = tally_of(g, g->table);
	enum unit own;
	size_t i;
	int unit;

	if (level == t->n_levels) {
		if (g->round == ROUND_USES)
			add_uses(g, coarse);
		else
			add_sums(g, coarse);
		return;
	}
	own = t->levels[level].unit;
	for (unit = own; unit <= UNIT_YEAR; unit++) {
		coarse->units[level] = (enum unit)unit;
		add_all_sums(g, coarse, level + 1);
		if (own == UNIT_NONE)
			break;
	}
	coarse->units[level] = own;
	for (i = 1; i <= naming_blends(g->naming, g->table, level); i++) {
		coarse->blended[level] = i;
		add_all_sums(g, coarse, level + 1);
	}
	coarse->blended[level] = 0;
	if (level >= t->n_levels - t->n_fixed)
		return; /* windows and measures add up to nothing */
	coarse->dropped[level] = true;
	add_all_sums(g, coarse, level + 1);
	coarse->dropped[level] = false;
}

/* ---- what is left ---- */

/* `whole` is `part` and what is left of it without that: a count of its own, secret when it is of few. */
static void
add_rest(struct guard *g, const struct named *whole, const struct named *part, struct str name)
{
	struct map_slot *slot = map_get(&g->rests, name);
	size_t both[2] = { part->count, 0 };
	bool is_secret = is_of_few(g, whole->units - part->units);

	/* What is not secret counts only where one less or two would be below 0. */
	if (whole->value < part->value || whole->count == part->count || (!is_secret && whole->value - part->value > 1))
		return;
	if (slot == NULL) {
		slot = map_put(&g->rests, arena_str(&g->arena, name), NULL);
		slot->value.i = disclosure_count(g->disclosure, whole->value - part->value, false);
		if (is_secret)
			disclosure_hide(g->disclosure, slot->value.i);
	}
	both[1] = slot->value.i;
	disclosure_sum(g->disclosure, whole->count, both, 2);
}

/* The tables that divide one figure into the other and others, so that there are sums: not where it is one row of a
 * condition among others. */
static uint64_t
divided_by(const struct guard *g, const struct named *whole, const struct named *part, uint32_t conditions)
{
	uint64_t tables = whole->tables & part->tables & ~(whole->rows ^ part->rows);
	size_t i, k;

	for (i = 0; i < g->report->n && i < MASK_TABLES; i++)
		for (k = 0; k < part->called.n; k++)
			if ((part->rows & tables) >> i & 1 && conditions >> k & 1 && naming_is_row(g->naming, i, part->called.atoms[k]))
				tables &= ~(UINT64_C(1) << i);
	return tables;
}

/* Those of a table with units in several places add up only almost: a part is at most the whole. */
static bool
is_spread(const struct guard *g, uint64_t tables)
{
	size_t i;

	for (i = 0; i < g->report->n && i < MASK_TABLES; i++)
		if (tables >> i & 1 && g->drawn[i].cube->spread > 0)
			return true;
	return false;
}

/* Two figures of which one is a part of the other: without some conditions, and in the period of a wider one. */
struct link {
	const struct named *whole, *part;
	uint32_t conditions;
	bool is_wider;
};

/* The figure that counts the rest, if there is one; its name is left in g->name. */
static const struct named *
find_rest(struct guard *g, const struct link *link)
{
	struct called called;

	if (!link->is_wider) {
		naming_rest(g->naming, &link->part->called, link->conditions, &called);
		return find_named(g, &called, 0);
	}
	called_write(&link->part->called, 0, STR_NULL, &g->name);
	buf_printf(&g->name, "\nof %x %.*s", (unsigned)link->conditions, STRF(link->whole->called.fixed));
	return NULL;
}

static void
add_link(struct guard *g, const struct link *link)
{
	const struct named *w = link->whole, *p = link->part, *rest;
	uint64_t tables = divided_by(g, w, p, link->conditions);
	struct buf name = BUF_INIT;

	if ((tables != 0 && !is_spread(g, tables)) || !w->is_true || !p->is_true)
		return;
	rest = find_rest(g, link);
	if (rest == w || p == w)
		return;
	if (rest != NULL && rest != p && rest->value + p->value == w->value) {
		disclosure_sum(g->disclosure, w->count, (size_t[]){ p->count, rest->count }, 2);
		if (is_of_few(g, rest->units))
			disclosure_hide(g->disclosure, rest->count);
		return;
	}
	buf_str(&name, buf_view(&g->name));
	add_rest(g, w, p, buf_view(&name));
	buf_release(&name);
}

#define WHOLES_MAX 32
#define WIDER_MAX 4

/* Figures found to have a part: which conditions they lack, and in which wider period. */
struct wholes {
	uint32_t without[WHOLES_MAX];
	size_t wider[WHOLES_MAX], n;
};

static bool
is_above(const struct wholes *found, uint32_t conditions, size_t wider)
{
	size_t i;

	for (i = 0; i < found->n; i++)
		if ((conditions & found->without[i]) == found->without[i] && found->wider[i] <= wider)
			return true;
	return false;
}

static unsigned
n_bits(uint32_t set)
{
	unsigned n = 0;

	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

static void
link_whole(struct guard *g, size_t part, const struct called *called, uint32_t conditions, size_t wider,
    struct wholes *found)
{
	struct link link = { .part = &g->named[part], .conditions = conditions, .is_wider = wider > 0 };

	if (found->n == WHOLES_MAX || is_above(found, conditions, wider))
		return;
	link.whole = find_named(g, called, conditions);
	if (link.whole == NULL || !link.whole->is_true)
		return;
	if (link.whole->is_shown) {
		found->without[found->n] = conditions;
		found->wider[found->n++] = wider;
	}
	add_link(g, &link);
}

/* The figures that one is a part of, with none that is shown in between: those with the most of its conditions. */
static void
link_wholes(struct guard *g, size_t part)
{
	struct called called[WIDER_MAX];
	struct wholes found = { .n = 0 };
	uint32_t set, all;
	size_t wider, n = 1;
	unsigned bits, conditions = (unsigned)g->named[part].called.n, most = conditions > SUBSETS_MAX ? 3 : conditions;

	called[0] = g->named[part].called;
	while (n < WIDER_MAX && naming_wider(g->naming, &called[n - 1], &called[n]))
		n++;
	all = conditions >= 20 ? 0 : (UINT32_C(1) << conditions) - 1;
	for (bits = 0; bits <= most; bits++)
		for (set = 0; set <= all; set++)
			for (wider = bits == 0; n_bits(set) == bits && wider < n; wider++)
				link_whole(g, part, &called[wider], set, wider, &found);
}

/* What waits is over its target or not, and longer than that it surely is. */
static void
link_overdue(struct guard *g)
{
	const struct parts *parts = &g->parts[g->table];
	struct coarse coarse;
	struct called called;
	uint32_t key[KEY_SIZE];
	size_t i;

	as_it_is(tally_of(g, g->table), &coarse);
	for (i = 0; i < parts->n; i++) {
		struct part part = parts->list[i];
		struct named *waiting;

		if (part.measure != MEASURE_OVERDUE)
			continue;
		part.measure = MEASURE_WAITING;
		call(g, &part, &coarse, &called);
		waiting = find_named(g, &called, 0);
		if (waiting == NULL)
			continue;
		cell_key(&g->drawn[g->table], part.row, part.column, key);
		if (is_surely(tally_of(g, g->table), key, MEASURE_LATE)) {
			disclosure_sum(g->disclosure, waiting->count, &g->named[part.named].count, 1);
			continue;
		}
		called_write(&g->named[part.named].called, 0, STR("in time"), &g->name);
		add_rest(g, waiting, &g->named[part.named], buf_view(&g->name));
	}
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
add_balance(struct guard *g, const struct part *parts, size_t n)
{
	size_t came[3], went[3], n_came = 0, n_went = 0, i;

	for (i = 0; i < n; i++) {
		enum measure m = parts[i].measure;

		if (m == MEASURE_START || m == MEASURE_IN || m == MEASURE_MOVED_IN)
			came[n_came++] = g->named[parts[i].named].count;
		else
			went[n_went++] = g->named[parts[i].named].count;
	}
	disclosure_equal(g->disclosure, came, n_came, went, n_went);
}

/* Whether all that came and went is shown, so that it says what stands at the end. */
static bool
balances(const struct tally *t)
{
	unsigned shown = 0;
	size_t i;

	for (i = 0; i < t->n_measures; i++)
		shown |= 1U << t->measures[i];
	return t->counted == COUNT_STOCK && t->n_measures == MEASURE_END - MEASURE_START + 1 &&
	    shown == (1U << (MEASURE_END + 1)) - (1U << MEASURE_START);
}

static void
add_balances(struct guard *g)
{
	const struct drawn *drawn = &g->drawn[g->table];
	const struct parts *parts = &g->parts[g->table];
	size_t i, n;

	if (!balances(drawn->cube->tally))
		return;
	for (i = 0; i < parts->n; i += n) {
		n = columns_together(drawn, parts->list[i].column);
		add_balance(g, parts->list + i, n);
	}
}

/* Whether a value has its row or column only because something was counted there. */
static bool
has_occurred(const struct tally *t, size_t first, size_t k, uint32_t value)
{
	const struct level *level = &t->levels[k];
	size_t sure = level->kind == LEVEL_BINS ? level->n_cuts + 1 : level->kind == LEVEL_CONDITIONS ? level->n_conditions :
	    level->kind == LEVEL_FIELD && (t->empty == EMPTY_SHOW || k == first) ? level->n_choices : 0;

	if (level->kind != LEVEL_FIELD && level->kind != LEVEL_BINS && level->kind != LEVEL_CONDITIONS)
		return false;
	return t->empty == EMPTY_HIDE || value >= sure;
}

/* Of a heading's levels, from the outermost on, those that are there only because something was counted under them. */
static size_t
n_occurred(const struct tally *t, const struct head *head, size_t first, size_t end)
{
	size_t k, n = 0;

	for (k = first; k < end; k++)
		if (head->key[k] != ANY && has_occurred(t, first, k, head->key[k]))
			n = k + 1 - first;
	return head->n < end - first ? 0 : n;
}

static bool
is_under(const struct head *head, const struct head *group, size_t first, size_t n)
{
	return memcmp(head->key + first, group->key + first, n * sizeof(*head->key)) == 0;
}

/* A row or column, or a group of them, that is there because of one unit cannot have lost it. */
static void
add_occurrence(struct guard *g, const struct heads *heads, bool is_row, size_t place)
{
	const struct tally *t = tally_of(g, g->table);
	const struct parts *parts = &g->parts[g->table];
	const struct head *head = &heads->list[place];
	size_t first = is_row ? 0 : t->n_rows, end = is_row ? t->n_rows : t->n_levels, i, n, n_counts = 0, *counts;
	int64_t total = 0;

	n = n_occurred(t, head, first, end);
	if (n == 0 || t->n_measures > 0)
		return;
	if (place > 0 && n_occurred(t, head - 1, first, end) == n && is_under(head - 1, head, first, n))
		return; /* told by the one before */
	counts = xmalloc((parts->n + 1) * sizeof(*counts));
	for (i = 0; i < parts->n; i++) {
		const struct part *part = &parts->list[i];

		if (!is_under(&heads->list[is_row ? part->row : part->column], head, first, n) ||
		    !is_leaf(&g->drawn[g->table], part->row, part->column))
			continue;
		counts[n_counts++] = g->named[part->named].count;
		total += part->value;
	}
	if (total == 1) {
		i = disclosure_count(g->disclosure, 1, false);
		disclosure_least(g->disclosure, i, 1);
		disclosure_sum(g->disclosure, i, counts, n_counts);
	}
	free(counts);
}

static void
add_occurrences(struct guard *g)
{
	const struct drawn *drawn = &g->drawn[g->table];
	size_t i;

	for (i = 0; i < drawn->rows.n; i++)
		add_occurrence(g, &drawn->rows, true, i);
	for (i = 0; i < drawn->columns.n; i++)
		add_occurrence(g, &drawn->columns, false, i);
}

/* ---- protection ---- */

static bool
takes_part(const struct guard *g, size_t table)
{
	const struct tally *t = tally_of(g, table);

	return !t->is_list && (!g->sums || t->sum.field != 0);
}

static void
for_tables(struct guard *g, void (*act)(struct guard *g))
{
	for (g->table = 0; g->table < g->report->n; g->table++)
		if (takes_part(g, g->table))
			act(g);
}

static void
add_table_sums(struct guard *g)
{
	struct coarse coarse;

	as_it_is(tally_of(g, g->table), &coarse);
	add_all_sums(g, &coarse, 0);
	forget_patterns(g);
}

static void
hide_cells(struct guard *g)
{
	struct drawn *drawn = &g->drawn[g->table];
	const struct parts *parts = &g->parts[g->table];
	size_t i;

	for (i = 0; i < parts->n; i++)
		if (disclosure_is_hidden(g->disclosure, g->named[parts->list[i].named].count))
			drawn->hidden[parts->list[i].row * drawn->columns.n + parts->list[i].column] = true;
}

static void
find_scale(struct guard *g)
{
	const struct drawn *drawn = &g->drawn[g->table];
	size_t i;

	for (i = 0; i < drawn->rows.n * drawn->columns.n; i++)
		if (drawn->sums[i].scale > g->scale)
			g->scale = drawn->sums[i].scale;
}

static void
protect(const struct report *report, struct drawn *drawn, struct naming *naming, bool sums)
{
	struct guard g = { .report = report, .drawn = drawn, .naming = naming, .sums = sums };
	size_t i, n = 1;

	for (i = 0; i < LEVELS_MAX; i++)
		n *= WAYS;
	arena_init(&g.arena);
	g.of_pattern = xcalloc(n, sizeof(*g.of_pattern));
	g.parts = xcalloc(report->n, sizeof(*g.parts));
	g.disclosure = disclosure_new(sums ? 1 : report->threshold);
	naming_sums(naming, sums);
	for_tables(&g, find_scale);
	for_tables(&g, add_cells);
	for_tables(&g, add_table_sums);
	for (i = 0; i < g.n; i++)
		add_uses_by_part(&g, &g.named[i]);
	for (g.round = ROUND_VALUES; g.round <= ROUND_SUMS; g.round++)
		for_tables(&g, add_table_sums);
	for (i = 0; i < g.n; i++)
		link_wholes(&g, i);
	if (!sums) {
		for_tables(&g, link_overdue);
		for_tables(&g, add_balances);
		for_tables(&g, add_occurrences);
	}
	disclosure_protect(g.disclosure);
	for_tables(&g, hide_cells);
	for (i = 0; i < report->n; i++)
		free(g.parts[i].list);
	disclosure_free(g.disclosure);
	map_release(&g.names);
	map_release(&g.uses);
	map_release(&g.rests);
	arena_release(&g.arena);
	buf_release(&g.name);
	free(g.parts);
	free(g.named);
	free(g.of_pattern);
	free(g.patterns);
}

/* Whether a measure of so many says too much of one: of few, and the 90th percentile where fewer than the threshold
 * are as long or longer. */
static bool
says_too_much(const struct report *report, enum measure m, int64_t n)
{
	if (m == MEASURES || measure_counts(m) || n == 0)
		return false;
	return n < report->threshold || (report->is_public && m == MEASURE_P90 && n - n * 9 / 10 < report->threshold);
}

static void
hide_measures_of_few(const struct report *report, struct drawn *drawn)
{
	size_t i, n = drawn->rows.n * drawn->columns.n;

	for (i = 0; i < n; i++)
		if (says_too_much(report, column_measure(drawn, i % drawn->columns.n), drawn->figures[i]))
			drawn->hidden[i] = true;
}

static bool
any_is_hidden(const struct report *report, const struct drawn *drawn)
{
	size_t i, k;

	for (i = 0; i < report->n; i++)
		for (k = 0; !report->tables[i].is_list && k < drawn[i].rows.n * drawn[i].columns.n; k++)
			if (drawn[i].hidden[k] && row_is_shown(&drawn[i], k / drawn[i].columns.n))
				return true;
	return false;
}

bool
report_protect(const struct report *report, struct drawn *drawn)
{
	struct naming *naming;
	bool sums = false;
	size_t i;

	for (i = 0; i < report->n; i++) {
		sums = sums || report->tables[i].sum.field != 0;
		if (!report->tables[i].is_list)
			hide_measures_of_few(report, &drawn[i]);
	}
	if (report->is_public) {
		naming = naming_new(report, drawn);
		protect(report, drawn, naming, false);
		if (sums)
			protect(report, drawn, naming, true);
		naming_free(naming);
	}
	return any_is_hidden(report, drawn);
}
