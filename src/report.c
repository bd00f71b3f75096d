/*
 * Each table is a cube. A unit (a case or an entry) is put under every key that applies and counts once under
 * each, whatever the number of ways it got there; so a case with two values stands in two rows and once in
 * their total. A stamp on each figure says which unit it saw last.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- periods ---- */

uint32_t
bin_of(enum unit unit, day d)
{
	int year, month, dom;

	date_split(d, &year, &month, &dom);
	switch (unit) {
	case UNIT_MONTH:
		return (uint32_t)(year * 12 + month - 1);
	case UNIT_QUARTER:
		return (uint32_t)(year * 4 + (month - 1) / 3);
	default:
		return (uint32_t)year;
	}
}

day
bin_start(enum unit unit, uint32_t bin)
{
	switch (unit) {
	case UNIT_MONTH:
		return date_make((int)(bin / 12), (int)(bin % 12) + 1, 1);
	case UNIT_QUARTER:
		return date_make((int)(bin / 4), (int)(bin % 4) * 3 + 1, 1);
	default:
		return date_make((int)bin, 1, 1);
	}
}

struct str
bin_label(enum unit unit, uint32_t bin, struct arena *arena)
{
	switch (unit) {
	case UNIT_MONTH:
		return str_of(arena_printf(arena, "%04u-%02u", bin / 12, bin % 12 + 1));
	case UNIT_QUARTER:
		return str_of(arena_printf(arena, "%04u-Q%u", bin / 4, bin % 4 + 1));
	default:
		return str_of(arena_printf(arena, "%04u", bin));
	}
}

/* ---- keys ---- */

bool
has_values(const struct level *level)
{
	return level->unit == UNIT_NONE;
}

size_t
key_places(const struct tally *tally)
{
	return tally->n_levels;
}

bool
may_hold(const struct tally *tally, size_t place, uint32_t number)
{
	enum unit unit = tally->levels[place].unit;

	return number >= bin_of(unit, date_make(1, 1, 1)) && number <= bin_of(unit, date_make(9999, 12, 31));
}

struct str
key_id(const struct cube *cube, size_t level, uint32_t value, struct arena *arena)
{
	const struct level *l = &cube->tally->levels[level];

	if (value == MISSING)
		return STR(NOT_STATED);
	return l->unit == UNIT_NONE ? cube->values[level].list[value] : bin_label(l->unit, value, arena);
}

/* ---- counting ---- */

void
counts_free(struct counts *counts)
{
	size_t i, k;

	for (i = 0; i < counts->report->n; i++) {
		for (k = 0; k < KEY_SIZE; k++) {
			map_release(&counts->cubes[i].values[k].map);
			free(counts->cubes[i].values[k].list);
		}
		free(counts->cubes[i].figures);
	}
	free(counts->cubes);
	free(counts->splits);
	free(counts->split_stamps);
	arena_release(&counts->arena);
	free(counts);
}

uint32_t
value_number(struct counts *counts, struct values *values, struct str value)
{
	struct map_slot *slot = map_get(&values->map, value);
	bool is_new;

	if (slot != NULL)
		return (uint32_t)slot->value.i;
	value = arena_str(&counts->arena, value);
	slot = map_put(&values->map, value, &is_new);
	if (values->n == values->size) {
		values->size = values->size ? values->size * 2 : 16;
		values->list = xrealloc(values->list, values->size * sizeof(*values->list));
	}
	values->list[values->n] = value;
	slot->value.i = values->n;
	return (uint32_t)values->n++;
}

struct counts *
counts_new(const struct report *report)
{
	struct counts *counts = xcalloc(1, sizeof(*counts));
	size_t i, k, c;

	counts->report = report;
	arena_init(&counts->arena);
	counts->cubes = xcalloc(report->n, sizeof(*counts->cubes));
	counts->splits = xcalloc(report->n_splits + 1, sizeof(*counts->splits));
	counts->split_stamps = xcalloc(report->n_splits + 1, sizeof(*counts->split_stamps));
	for (i = 0; i < report->n; i++) {
		const struct tally *t = counts->cubes[i].tally = &report->tables[i];

		/* Choices are the first numbers of their level, in their order. */
		for (k = 0; k < t->n_levels; k++)
			for (c = 0; c < t->levels[k].n_choices; c++)
				value_number(counts, &counts->cubes[i].values[k],
				    t->levels[k].choices[c]);
	}
	return counts;
}

static size_t
key_hash(const uint32_t *key)
{
	uint64_t h = 0xcbf29ce484222325u;
	int i;

	for (i = 0; i < KEY_SIZE; i++)
		h = (h ^ key[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
	return (size_t)h;
}

struct figure *
figure_at(const struct cube *cube, const uint32_t *key)
{
	size_t i = key_hash(key) & (cube->size - 1);

	while (cube->figures[i].n != 0 &&
	    memcmp(cube->figures[i].key, key, sizeof(cube->figures[i].key)) != 0)
		i = (i + 1) & (cube->size - 1);
	return &cube->figures[i];
}

static void
make_room(struct cube *cube)
{
	struct figure *old = cube->figures;
	size_t size = cube->size, i;

	if (2 * (cube->n + 1) <= cube->size)
		return;
	cube->size = size ? size * 2 : 64;
	cube->figures = xcalloc(cube->size, sizeof(*cube->figures));
	for (i = 0; i < size; i++)
		if (old[i].n != 0)
			*figure_at(cube, old[i].key) = old[i];
	free(old);
}

bool
add_figure(struct cube *cube, const uint32_t *key, uint64_t stamp, int64_t n, struct number sum)
{
	struct figure *figure;

	make_room(cube);
	figure = figure_at(cube, key);
	if (figure->n == 0) {
		memcpy(figure->key, key, sizeof(figure->key));
		cube->n++;
	} else if (figure->stamp == stamp && stamp != 0) {
		return false;
	}
	figure->stamp = stamp;
	figure->n += n;
	if (!number_add(figure->sum, sum, &figure->sum))
		cube->unsummed++;
	return true;
}

/* A case or an entry that counts. */
struct item {
	const struct subject *subject;
	size_t entry; /* SIZE_MAX: the case */
	day date;
	struct number amount;
};

/* On its way into a cube. */
struct placing {
	struct counts *counts;
	struct cube *cube;
	struct item item;
	uint32_t place[KEY_SIZE];
};

/* Tells who watches. */
static void
show_place(struct counts *counts, const struct cube *cube, const uint32_t *place, const struct item *item)
{
	const struct tally *t = cube->tally;
	struct sighting sighting = { .table = (size_t)(cube - counts->cubes), .c = counts->c,
		.entry = item->entry, .date = item->date, .amount = item->amount };
	struct buf name = BUF_INIT;
	struct arena arena;
	size_t k;

	if (t->sum.field == 0)
		sighting.amount = number_of(1);
	arena_init(&arena);
	for (k = 0; k < t->n_levels; k++)
		buf_printf(&name, "%s%.*s=%.*s", k ? "\n" : "", STRF(t->levels[k].text),
		    STRF(key_id(cube, k, place[k], &arena)));
	sighting.place = buf_view(&name);
	counts->see(counts->see_context, &sighting);
	arena_release(&arena);
	buf_release(&name);
}

void
counts_watch(struct counts *counts, void (*see)(void *context, const struct sighting *sighting), void *context)
{
	counts->see = see;
	counts->see_context = context;
}

/* Counts the unit in a place and in the totals that hold it: ANY from some level of the rows on, and of the columns. */
static void
count_place(struct placing *p)
{
	struct cube *cube = p->cube;
	const struct tally *t = cube->tally;
	size_t n_columns = t->n_levels - t->n_rows, r, c, i;
	uint32_t key[KEY_SIZE];

	if (!add_figure(cube, p->place, cube->unit, 1, p->item.amount))
		return;
	cube->places++;
	if (p->counts->see != NULL)
		show_place(p->counts, cube, p->place, &p->item);
	for (r = 0; r <= t->n_rows; r++)
		for (c = 0; c <= n_columns; c++) {
			if (r == t->n_rows && c == n_columns)
				continue;
			memcpy(key, p->place, sizeof(key));
			for (i = r; i < t->n_rows; i++)
				key[i] = ANY;
			for (i = t->n_rows + c; i < t->n_levels; i++)
				key[i] = ANY;
			add_figure(cube, key, cube->unit, 1, p->item.amount);
		}
}

/* Puts it under each combination of its values from `level` on. */
static void
place_from(struct placing *p, size_t level)
{
	const struct level *l = &p->cube->tally->levels[level];
	struct str value;
	size_t i;

	if (level == p->cube->tally->n_levels) {
		count_place(p);
		return;
	}
	if (l->unit != UNIT_NONE) {
		p->place[level] = bin_of(l->unit, p->item.date);
		place_from(p, level + 1);
		return;
	}
	for (i = 0; expr_lookup(p->item.subject, &l->name, i, &value); i++) {
		p->place[level] = value_number(p->counts, &p->cube->values[level], str_trim(value));
		place_from(p, level + 1);
	}
	if (i == 0) {
		p->place[level] = MISSING;
		place_from(p, level + 1);
	}
}

/* The sum of a unit's values of the field that the table sums. */
static struct number
amount_of(struct cube *cube, const struct subject *subject)
{
	struct number amount = { 0, 0 }, n;
	struct str value;
	size_t i;

	if (cube->tally->sum.field == 0)
		return amount;
	for (i = 0; expr_lookup(subject, &cube->tally->sum, i, &value); i++)
		if (!number_parse(value, &n) || !number_add(amount, n, &amount))
			cube->unsummed++;
	return amount;
}

static void
place_unit(struct counts *counts, struct cube *cube, const struct subject *subject, size_t entry, day d)
{
	struct placing p = { counts, cube, { subject, entry, d, amount_of(cube, subject) }, { 0 } };

	place_from(&p, 0);
}

static void
begin_unit(struct cube *cube)
{
	cube->unit++;
	cube->places = 0;
}

static void
end_unit(struct cube *cube)
{
	cube->spread += cube->places > 1;
}

/* A subject that answers for Param too. */
struct asking {
	const struct report *report;
	struct subject inner;
	struct heir_view view;
};

static bool
ask(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct asking *asking = context;
	const struct param *p;

	if (name->field != asking->report->param_symbol || name->sub == 0)
		return asking->inner.get != NULL &&
		    asking->inner.get(asking->inner.context, self, name, i, value);
	p = param_of(asking->report, name->sub);
	if (p == NULL || p->value.p == NULL || i > 0)
		return false;
	*value = succession_param(asking->report, p);
	return true;
}

/* `on`: the day on which the subject is asked about. */
static void
ask_also(struct asking *asking, struct counts *counts, day on, struct subject *subject)
{
	succession_view(&asking->view, counts, NULL, on, subject);
	asking->report = counts->report;
	asking->inner = *subject;
	subject->get = ask;
	subject->context = asking;
}

static bool
is_in(const struct period *period, day d)
{
	return (period->from == DAY_NONE || d >= period->from) &&
	    (period->to == DAY_NONE || d < period->to);
}

/* The date that places a unit in the period. */
static day
date_of(const struct tally *t, const struct subject *subject, day usual)
{
	struct str value;
	day d;

	if (t->date.field == 0)
		return usual;
	if (!expr_lookup(subject, &t->date, 0, &value) || !date_parse(str_trim(value), &d, NULL))
		return DAY_NONE;
	return d;
}

static bool
in_scope(struct counts *counts, const struct report_case *c, day on)
{
	struct subject subject;
	struct asking asking;

	if (counts->report->scope == NULL)
		return true;
	c->on(c->context, on, &subject);
	ask_also(&asking, counts, on, &subject);
	return succession_scope(counts, &subject);
}

static void
count_case(struct counts *counts, struct cube *cube, const struct report_case *c)
{
	const struct report *report = counts->report;
	const struct tally *t = cube->tally;
	struct subject subject;
	struct asking asking;
	day d = c->opened, on = t->at_end ? report->period.to - 1 : d;

	if (t->date.field != 0) {
		c->on(c->context, on, &subject);
		d = date_of(t, &subject, d);
		on = t->at_end ? on : d;
	}
	if (d == DAY_NONE) {
		cube->undated++;
		return;
	}
	if (!is_in(&report->period, d) || !in_scope(counts, c, on))
		return;
	c->on(c->context, on, &subject);
	ask_also(&asking, counts, on, &subject);
	counts->n_met = 0;
	if (t->where != NULL && !expr_test(t->where, &subject))
		return;
	begin_unit(cube);
	place_unit(counts, cube, &subject, SIZE_MAX, d);
	succession_count(counts);
	end_unit(cube);
}

/* Whether the case was in scope on the last date asked about. */
struct scope_memo {
	day on;
	bool is_in, asked;
};

static bool
recall_scope(struct counts *counts, const struct report_case *c, day on, struct scope_memo *memo)
{
	if (!memo->asked || memo->on != on)
		*memo = (struct scope_memo){ on, in_scope(counts, c, on), true };
	return memo->is_in;
}

static void
count_entry(struct counts *counts, struct cube *cube, const struct report_case *c,
    const struct subject *subject, size_t entry, day d, struct scope_memo *memo)
{
	const struct report *report = counts->report;
	const struct tally *t = cube->tally;

	d = date_of(t, subject, d);
	if (d != DAY_NONE && !is_in(&report->period, d))
		return;
	if (t->where != NULL && !expr_test(t->where, subject))
		return;
	if (d == DAY_NONE) {
		cube->undated++;
		return;
	}
	if (!recall_scope(counts, c, d, memo))
		return;
	counts->n_met = 0;
	if (t->counted == COUNT_ENTRIES)
		begin_unit(cube);
	place_unit(counts, cube, subject, entry, d);
	succession_count(counts);
	if (t->counted == COUNT_ENTRIES)
		end_unit(cube);
}

static void
count_entries(struct counts *counts, const struct report_case *c)
{
	const struct report *report = counts->report;
	struct scope_memo memo = { DAY_NONE, false, false };
	struct subject subject;
	struct asking asking;
	size_t i, k;

	for (i = 0; i < c->n; i++) {
		day d = c->entry(c->context, i, &subject);

		ask_also(&asking, counts, d, &subject);
		for (k = 0; k < report->n; k++)
			if (report->tables[k].counted != COUNT_CASES)
				count_entry(counts, &counts->cubes[k], c, &subject, i, d, &memo);
	}
}

void
counts_case(struct counts *counts, const struct report_case *c)
{
	const struct report *report = counts->report;
	bool any = false;
	size_t k;

	counts->c = c;
	counts->n_cases++;
	for (k = 0; k < report->n; k++) {
		if (report->tables[k].counted == COUNT_CASES)
			count_case(counts, &counts->cubes[k], c);
		else
			any = true;
		if (report->tables[k].counted == COUNT_CASES_WITH_ENTRIES)
			begin_unit(&counts->cubes[k]);
	}
	if (any)
		count_entries(counts, c);
	for (k = 0; k < report->n; k++)
		if (report->tables[k].counted == COUNT_CASES_WITH_ENTRIES)
			end_unit(&counts->cubes[k]);
}

static void
merge_cube(struct counts *into, struct cube *a, const struct cube *b)
{
	const struct tally *t = a->tally;
	size_t i, k;

	for (i = 0; i < b->size; i++) {
		uint32_t key[KEY_SIZE];

		if (b->figures[i].n == 0)
			continue;
		memcpy(key, b->figures[i].key, sizeof(key));
		for (k = 0; k < t->n_levels; k++)
			if (has_values(&t->levels[k]) && key[k] != ANY && key[k] != MISSING)
				key[k] = value_number(into, &a->values[k], b->values[k].list[key[k]]);
		add_figure(a, key, 0, b->figures[i].n, b->figures[i].sum);
	}
	a->spread += b->spread;
	a->undated += b->undated;
	a->unsummed += b->unsummed;
}

void
counts_merge(struct counts *into, const struct counts *from)
{
	size_t i;

	for (i = 0; i < into->report->n; i++)
		merge_cube(into, &into->cubes[i], &from->cubes[i]);
	for (i = 0; i < into->report->n_splits; i++)
		into->splits[i] += from->splits[i];
}

