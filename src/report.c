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

bool
is_in(const struct period *period, day d)
{
	return (period->from == DAY_NONE || d >= period->from) &&
	    (period->to == DAY_NONE || d < period->to);
}

day
final_day(const struct period *period)
{
	return period->to == DAY_NONE ? date_make(9999, 12, 31) : period->to - 1;
}

day
judged_day(const struct report *report, const struct period *period)
{
	day last = final_day(period);

	return report->known != DAY_NONE && report->known < last ? report->known : last;
}

bool
meets(const struct entity *entity, const struct period *period)
{
	return (entity->from == DAY_NONE || period->to == DAY_NONE || entity->from < period->to) &&
	    (entity->until == DAY_NONE || period->from == DAY_NONE || entity->until > period->from);
}

/* ---- windows ---- */

static int
month_of(day d)
{
	int year, month, dom;

	date_split(d, &year, &month, &dom);
	return year * 12 + month - 1;
}

static bool
is_first(day d)
{
	return date_make(month_of(d) / 12, month_of(d) % 12 + 1, 1) == d;
}

/* Whole months go back by months, other periods by days. */
static struct period
period_before(struct period p)
{
	int months = month_of(p.to) - month_of(p.from);

	if (is_first(p.from) && is_first(p.to))
		return (struct period){ date_add(p.from, (struct duration){ months, 0 }, -1), p.from };
	return (struct period){ date_add(p.from, (struct duration){ 0, p.to - p.from }, -1), p.from };
}

/* A last day that the month of a year before does not have becomes its last. */
static struct period
year_before(struct period p)
{
	static const struct duration year = { 12, 0 };

	if (p.from != DAY_NONE)
		p.from = date_add(p.from, year, -1);
	if (p.to != DAY_NONE)
		p.to = is_first(p.to) ? date_add(p.to, year, -1) : date_add(p.to - 1, year, -1) + 1;
	return p;
}

/* The day after the calendar's last is written as the last. */
static void
format_until(day until, char text[DATE_SIZE])
{
	date_format(date_add(until, (struct duration){ 0, 0 }, 1), text);
}

/* Equal windows appear once; before the calendar there is none. */
static void
add_window(struct tally *t, struct period period, const char *name)
{
	struct window *w = &t->windows[t->n_windows];
	size_t i;

	if (period.to != DAY_NONE && date_add(period.to, (struct duration){ 0, 1 }, -1) >= period.to)
		return;
	if (period.from != DAY_NONE && period.to != DAY_NONE && period.from >= period.to)
		return;
	for (i = 0; i < t->n_windows; i++)
		if (t->windows[i].period.from == period.from && t->windows[i].period.to == period.to)
			return;
	*w = (struct window){ .period = period, .name = name };
	if (period.from != DAY_NONE)
		date_format(period.from, w->from);
	if (period.to != DAY_NONE)
		format_until(period.to, w->until);
	t->n_windows++;
}

static bool
overlap_in_part(struct period a, struct period b)
{
	if (a.from == b.from && a.to == b.to)
		return false;
	return (a.from == DAY_NONE || b.to == DAY_NONE || a.from < b.to) &&
	    (b.from == DAY_NONE || a.to == DAY_NONE || b.from < a.to);
}

/* What is in one window and not in the other could be computed, whichever table of the report has them. */
static bool
overlaps_others(const struct report *report, struct period year)
{
	struct period p = report->period;
	bool before = false;
	size_t i;

	for (i = 0; i < report->n; i++)
		before = before || report->tables[i].before;
	return overlap_in_part(year, p) ||
	    (before && p.from != DAY_NONE && p.to != DAY_NONE && overlap_in_part(year, period_before(p)));
}

void
set_windows(const struct report *report, struct tally *t)
{
	struct period p = report->period;

	t->n_windows = 0;
	add_window(t, p, WORD("this period"));
	if (t->before && p.from != DAY_NONE && p.to != DAY_NONE)
		add_window(t, period_before(p), WORD("the period before"));
	t->is_year_left_out = t->year && report->is_public && overlaps_others(report, year_before(p));
	if (t->year && !t->is_year_left_out)
		add_window(t, year_before(p), WORD("a year before"));
}

/* ---- keys ---- */

bool
has_values(const struct level *level)
{
	return level->kind == LEVEL_FIELD;
}

size_t
key_places(const struct tally *tally)
{
	return tally->n_levels + (tally->counted == COUNT_DAYS);
}

bool
may_hold(const struct tally *tally, size_t place, uint32_t number)
{
	const struct level *level = &tally->levels[place];

	if (place == tally->n_levels)
		return number < 10000 * 366;
	switch (level->kind) {
	case LEVEL_PERIOD:
		number /= level->unit == UNIT_MONTH ? 12 : level->unit == UNIT_QUARTER ? 4 : 1;
		return number >= 1 && number <= 9999;
	case LEVEL_BINS:
		return number <= level->n_cuts;
	case LEVEL_CONDITIONS:
		return number <= level->n_conditions;
	case LEVEL_WINDOWS:
		return number < tally->n_windows;
	default:
		return level->kind == LEVEL_MEASURES && number < MEASURES;
	}
}

struct str
cut_id(const struct level *level, uint32_t bin, struct arena *arena)
{
	char from[NUMBER_SIZE] = "", to[NUMBER_SIZE] = "";

	if (bin > 0)
		number_format(level->cuts[bin - 1], from);
	if (bin < level->n_cuts)
		number_format(level->cuts[bin], to);
	return str_of(arena_printf(arena, "%s..%s", from, to));
}

/* As --period takes it: 2026-Q1, or its first and last day. */
static struct str
window_id(const struct window *w, struct arena *arena)
{
	const struct period *p = &w->period;
	char last[DATE_SIZE] = "";
	int unit;

	if (p->from != DAY_NONE && p->to != DAY_NONE)
		for (unit = UNIT_MONTH; unit <= UNIT_YEAR; unit++) {
			uint32_t bin = bin_of((enum unit)unit, p->from);

			if (bin_start((enum unit)unit, bin) == p->from && bin_start((enum unit)unit, bin + 1) == p->to)
				return bin_label((enum unit)unit, bin, arena);
		}
	if (p->to != DAY_NONE)
		date_format(p->to - 1, last);
	return str_of(arena_printf(arena, "%s..%s", w->from, last));
}

struct str
key_id(const struct cube *cube, size_t level, uint32_t value, struct arena *arena)
{
	const struct tally *t = cube->tally;
	const struct level *l = &t->levels[level];

	if (value == MISSING)
		return STR(NOT_STATED);
	switch (l->kind) {
	case LEVEL_PERIOD:
		return bin_label(l->unit, value, arena);
	case LEVEL_BINS:
		return cut_id(l, value, arena);
	case LEVEL_CONDITIONS:
		return value < l->n_conditions ? l->conditions[value].label : STR(NONE_OF_THESE);
	case LEVEL_WINDOWS:
		return window_id(&t->windows[value], arena);
	case LEVEL_MEASURES:
		return str_of(measure_names[value]);
	default:
		return cube->values[level].list[value];
	}
}

/* ---- cubes ---- */

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
	intervals_free(counts->intervals);
	standing_free(counts->standing);
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
make_room(struct cube *cube, size_t n)
{
	struct figure *old = cube->figures;
	size_t size = cube->size, i;

	if (4 * (cube->n + n) <= 3 * cube->size)
		return;
	for (cube->size = size ? size * 2 : 64; 4 * (cube->n + n) > 3 * cube->size; cube->size *= 2)
		;
	cube->figures = xcalloc(cube->size, sizeof(*cube->figures));
	for (i = 0; i < size; i++)
		if (old[i].n != 0)
			*figure_at(cube, old[i].key) = old[i];
	free(old);
}

void
expect_figures(struct cube *cube, size_t n)
{
	if (cube->n == 0 && n > 0)
		make_room(cube, n);
}

bool
add_figure(struct cube *cube, const uint32_t *key, uint64_t stamp, int64_t n, struct number sum)
{
	struct figure *figure;

	make_room(cube, 1);
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

int64_t
units_at(const struct cube *cube, const uint32_t *key)
{
	return cube->size > 0 ? figure_at(cube, key)->n : 0;
}

/* ---- places ---- */

struct str
plain_text(struct arena *arena, struct str text)
{
	struct buf out = BUF_INIT;
	struct str line, rest = text;

	while (str_cut(&rest, '\n', &line)) {
		escape_text(&out, line, false);
		if (rest.p != NULL)
			buf_char(&out, ' ');
	}
	text = arena_str(arena, out.p ? buf_view(&out) : STR(""));
	buf_release(&out);
	return text;
}

void
show_place(const struct placing *p, const uint32_t *key)
{
	const struct cube *cube = p->cube;
	const struct tally *t = cube->tally;
	struct sighting sighting = { .table = (size_t)(cube - p->counts->cubes), .c = p->counts->c,
		.entity = p->counts->entity, .finding = p->counts->finding, .entry = p->item.entry, .date = p->item.date,
		.amount = p->item.amount };
	struct buf name = BUF_INIT;
	struct arena arena;
	size_t k;

	if (t->sum.field == 0)
		sighting.amount = number_of(1);
	if (t->counted == COUNT_DAYS && p->item.measure == MEASURE_NUMBER)
		sighting.amount = number_of(p->item.days);
	arena_init(&arena);
	for (k = 0; k < t->n_levels; k++)
		if (key[k] == ANY)
			sighting.is_total = true;
		else
			buf_printf(&name, "%s%.*s=%.*s", name.n ? "\n" : "", STRF(plain_text(&arena, t->levels[k].text)),
			    STRF(plain_text(&arena, key_id(cube, k, key[k], &arena))));
	sighting.place = name.p ? buf_view(&name) : STR("");
	p->counts->see(p->counts->see_context, &sighting);
	arena_release(&arena);
	buf_release(&name);
}

void
counts_watch(struct counts *counts, void (*see)(void *context, const struct sighting *sighting), void *context)
{
	counts->see = see;
	counts->see_context = context;
}

bool
count_place(struct placing *p, int grain)
{
	struct cube *cube = p->cube;
	const struct tally *t = cube->tally;
	uint32_t key[KEY_SIZE];
	bool is_first = false;
	size_t m, k;

	for (m = 0; m < t->n_masks; m++) {
		if (grain != GRAIN_ALL && t->grains[m] != (enum unit)grain)
			continue;
		for (k = 0; k < KEY_SIZE; k++)
			key[k] = t->masks[m] & 1u << k ? ANY : p->place[k];
		if (!add_figure(cube, key, cube->unit, 1, p->item.amount)) {
			if (m == 0)
				return false; /* nor in any total */
			continue;
		}
		is_first = is_first || m == 0;
		if (p->counts->see != NULL && p->item.measure != MEASURE_MEDIAN)
			show_place(p, key);
	}
	return is_first;
}

static void
place_from(struct placing *p, size_t level);

static void
place_value(struct placing *p, size_t level, uint32_t value)
{
	p->place[level] = value;
	place_from(p, level + 1);
}

static void
place_values(struct placing *p, size_t level)
{
	struct str value;
	size_t i;

	for (i = 0; expr_lookup(p->item.subject, &p->cube->tally->levels[level].name, i, &value); i++)
		place_value(p, level, value_number(p->counts, &p->cube->values[level], str_trim(value)));
	if (i == 0)
		place_value(p, level, MISSING);
}

/* The values of a line's field as one. */
static void
place_line(struct placing *p, size_t level)
{
	const struct name *name = &p->cube->tally->levels[level].name;
	struct str value, more;
	struct buf all = BUF_INIT;
	size_t i;

	if (!expr_lookup(p->item.subject, name, 0, &value)) {
		place_value(p, level, MISSING);
		return;
	}
	for (i = 1; expr_lookup(p->item.subject, name, i, &more); i++) {
		if (i == 1)
			buf_str(&all, str_trim(value));
		buf_text(&all, ", ");
		buf_str(&all, str_trim(more));
	}
	value = i > 1 ? buf_view(&all) : str_trim(value);
	place_value(p, level, value_number(p->counts, &p->cube->values[level], value));
	buf_release(&all);
}

static uint32_t
cut_of(const struct level *level, struct number n)
{
	size_t low = 0, high = level->n_cuts, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (number_cmp(level->cuts[mid], n) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return (uint32_t)low;
}

static void
place_bins(struct placing *p, size_t level)
{
	const struct level *l = &p->cube->tally->levels[level];
	struct str value;
	struct number n;
	size_t i;

	if (l->name.field == 0) {
		place_value(p, level, cut_of(l, number_of(p->item.days)));
		return;
	}
	for (i = 0; expr_lookup(p->item.subject, &l->name, i, &value); i++)
		place_value(p, level, number_parse(value, &n) ? cut_of(l, n) : MISSING);
	if (i == 0)
		place_value(p, level, MISSING);
}

/* A total that counts what meets no condition explains it by a row or column of its own. */
static void
place_conditions(struct placing *p, size_t level)
{
	const struct tally *t = p->cube->tally;
	const struct level *l = &t->levels[level];
	bool any = false;
	size_t i;

	for (i = 0; i < l->n_conditions; i++)
		if (expr_test(l->conditions[i].expr, p->item.subject)) {
			any = true;
			place_value(p, level, (uint32_t)i);
		}
	if (!any && (level < t->n_rows ? t->total_rows : t->total_columns))
		place_value(p, level, (uint32_t)l->n_conditions);
}

/* Puts it under each combination of its values from `level` on. */
static void
place_from(struct placing *p, size_t level)
{
	const struct tally *t = p->cube->tally;
	const struct level *l = &t->levels[level];

	if (level == t->n_levels) {
		p->put(p);
		return;
	}
	switch (l->kind) {
	case LEVEL_FIELD:
		if (t->is_list)
			place_line(p, level);
		else
			place_values(p, level);
		break;
	case LEVEL_PERIOD:
		place_value(p, level, bin_of(l->unit, p->item.date));
		break;
	case LEVEL_BINS:
		place_bins(p, level);
		break;
	case LEVEL_CONDITIONS:
		place_conditions(p, level);
		break;
	case LEVEL_WINDOWS:
		place_value(p, level, p->item.window);
		break;
	case LEVEL_MEASURES:
		place_value(p, level, p->item.measure);
		break;
	}
}

void
place_item(struct placing *p)
{
	place_from(p, 0);
}

static void
put_unit(struct placing *p)
{
	if (count_place(p, GRAIN_ALL))
		p->cube->places[p->item.window]++;
}

void
begin_unit(struct cube *cube)
{
	cube->unit++;
	memset(cube->places, 0, sizeof(cube->places));
}

void
end_unit(struct cube *cube)
{
	size_t w;

	for (w = 0; w < WINDOWS_MAX; w++)
		cube->spread += cube->places[w] > 1;
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

void
place_unit(struct counts *counts, struct cube *cube, const struct subject *subject, size_t entry, day d,
    uint32_t window)
{
	struct placing p = { counts, cube, { subject, entry, d, amount_of(cube, subject), window, 0, MEASURES },
		put_unit, { 0 }, NULL };

	place_item(&p);
}

/* ---- asking ---- */

static bool
param_value(const struct report *report, int symbol, size_t i, struct str *value)
{
	const struct param *p = param_of(report, symbol);

	if (p == NULL || p->value.p == NULL || i > 0)
		return false;
	*value = succession_param(report, p);
	return true;
}

static bool
period_value(const struct asking *asking, int symbol, size_t i, struct str *value)
{
	*value = str_of(symbol == asking->report->from_symbol ? asking->window->from : asking->window->until);
	return i == 0 && value->n > 0;
}

static bool
finding_value(const struct asking *asking, int symbol, size_t i, struct str *value)
{
	const struct report *report = asking->report;

	*value = symbol == report->rule_symbol ? asking->finding->rule : symbol == report->verdict_symbol ?
	    asking->finding->verdict : symbol == report->severity_symbol ? asking->finding->severity : STR_NULL;
	return i == 0 && value->p != NULL;
}

static bool
case_field(const struct asking *asking, int symbol, size_t i, struct str *value)
{
	const struct name plain = { symbol, 0, -1, symbol };

	return expr_lookup(&asking->of_case, &plain, i, value);
}

static bool
ask(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct asking *asking = context;
	const struct report *report = asking->report;

	if (name->sub == 0 && asking->finding != NULL)
		return finding_value(asking, name->field, i, value);
	if (name->sub != 0 && name->field == report->param_symbol)
		return param_value(report, name->sub, i, value);
	if (name->sub != 0 && name->field == report->period_symbol)
		return period_value(asking, name->sub, i, value);
	if (name->sub != 0 && name->field == report->case_symbol && asking->case_on != DAY_NONE)
		return case_field(asking, name->sub, i, value);
	return asking->inner.get != NULL &&
	    asking->inner.get(asking->inner.context, self, name, i, value);
}

void
ask_also(struct asking *asking, struct counts *counts, const struct window *window, const struct rectype *type,
    day on, struct subject *subject)
{
	succession_view(&asking->view, counts, type, on, subject);
	asking->report = counts->report;
	asking->window = window;
	asking->case_on = DAY_NONE;
	asking->finding = NULL;
	asking->inner = *subject;
	subject->get = ask;
	subject->context = asking;
}

void
ask_case_on(struct asking *asking, struct counts *counts, const struct report_case *c, day on)
{
	asking->case_on = on;
	c->on(c->context, on, &asking->of_case);
	succession_view(&asking->case_view, counts, NULL, on, &asking->of_case);
}

void
read_until(const struct report_case *c, day last)
{
	if (c->read_until != NULL)
		c->read_until(c->context, last);
}

bool
in_scope(struct counts *counts, const struct report_case *c, const struct window *window, day on)
{
	struct subject subject;
	struct asking asking;

	if (counts->report->scope == NULL)
		return true;
	c->on(c->context, on, &subject);
	ask_also(&asking, counts, window, NULL, on, &subject);
	return succession_scope(counts, &subject);
}

/* ---- counting ---- */

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

/* In one window; false when the case has no date. */
static bool
count_case(struct counts *counts, struct cube *cube, const struct report_case *c, uint32_t window)
{
	const struct tally *t = cube->tally;
	const struct window *w = &t->windows[window];
	struct subject subject;
	struct asking asking;
	day d = c->opened, on = t->at_end ? final_day(&w->period) : d;

	read_until(c, final_day(&w->period));
	if (t->date.field != 0) {
		c->on(c->context, on, &subject);
		d = date_of(t, &subject, d);
		on = t->at_end ? on : d;
	}
	if (d == DAY_NONE)
		return false;
	if (t->standing && d <= on)
		d = on;
	if (!is_in(&w->period, d) || !in_scope(counts, c, w, on))
		return true;
	c->on(c->context, on, &subject);
	ask_also(&asking, counts, w, NULL, on, &subject);
	counts->n_met = 0;
	if (t->where != NULL && !expr_test(t->where, &subject))
		return true;
	place_unit(counts, cube, &subject, SIZE_MAX, d, window);
	succession_count(counts);
	return true;
}

static void
count_cases(struct counts *counts, struct cube *cube, const struct report_case *c)
{
	bool dated = true;
	uint32_t w;

	begin_unit(cube);
	for (w = 0; w < cube->tally->n_windows; w++)
		dated = count_case(counts, cube, c, w) && dated;
	end_unit(cube);
	cube->undated += !dated;
}

/* Whether the case was in scope on the last date asked about, in a window. */
struct scope_memo {
	const struct window *window;
	day on;
	bool is_in;
};

/* The report's own period is the first window of each table: one of them stands for all. */
static const struct window *
scope_window(const struct report *report, const struct tally *t, uint32_t window)
{
	return window == 0 ? &report->tables[0].windows[0] : &t->windows[window];
}

static bool
recall_scope(struct counts *counts, const struct report_case *c, const struct window *window, day on,
    struct scope_memo *memo)
{
	if (memo->window != window || memo->on != on) {
		read_until(c, final_day(&window->period));
		*memo = (struct scope_memo){ window, on, in_scope(counts, c, window, on) };
	}
	return memo->is_in;
}

/* An entry of the day `own`, counted on d, in one window; false when it has no date and would count. */
static bool
count_entry_in(struct counts *counts, struct cube *cube, const struct report_case *c, struct subject *subject,
    size_t entry, day own, day d, uint32_t window, struct scope_memo *memo)
{
	const struct tally *t = cube->tally;

	if (d != DAY_NONE && !is_in(&t->windows[window].period, d))
		return true;
	((struct asking *)subject->context)->window = &t->windows[window];
	if (t->where != NULL && !expr_test(t->where, subject))
		return true;
	if (d == DAY_NONE)
		return false;
	if (!recall_scope(counts, c, scope_window(counts->report, t, window), own != DAY_NONE ? own : d, memo))
		return true;
	counts->n_met = 0;
	place_unit(counts, cube, subject, entry, d, window);
	succession_count(counts);
	return true;
}

static void
count_entry(struct counts *counts, struct cube *cube, const struct report_case *c, struct subject *subject,
    size_t entry, day usual, struct scope_memo *memo)
{
	const struct tally *t = cube->tally;
	day d = date_of(t, subject, usual);
	bool dated = true;
	uint32_t w;

	if (t->counted == COUNT_ENTRIES)
		begin_unit(cube);
	for (w = 0; w < t->n_windows; w++)
		dated = count_entry_in(counts, cube, c, subject, entry, usual, d, w, memo) && dated;
	cube->undated += !dated;
	if (t->counted == COUNT_ENTRIES)
		end_unit(cube);
}

static bool
is_of_entries(const struct tally *t)
{
	return t->counted == COUNT_ENTRIES || t->counted == COUNT_CASES_WITH_ENTRIES;
}

static void
count_entries(struct counts *counts, const struct report_case *c)
{
	const struct report *report = counts->report;
	struct scope_memo memo = { NULL, DAY_NONE, false };
	struct subject subject;
	struct asking asking;
	size_t i, k;

	for (i = 0; i < c->n; i++) {
		day d = c->entry(c->context, i, &subject);

		ask_also(&asking, counts, NULL, NULL, d, &subject);
		for (k = 0; k < report->n; k++)
			if (is_of_entries(&report->tables[k]))
				count_entry(counts, &counts->cubes[k], c, &subject, i, d, &memo);
	}
}

static void
count_findings(struct counts *counts, struct cube *cube, const struct report_case *c)
{
	const struct tally *t = cube->tally;
	const struct report_finding *list;
	struct subject subject;
	struct asking asking;
	size_t i, n;
	uint32_t w;

	for (w = 0; w < t->n_windows; w++) {
		const struct window *window = &t->windows[w];
		day on = judged_day(counts->report, &window->period);

		read_until(c, on);
		if (c->opened == DAY_NONE || c->opened > on || !in_scope(counts, c, window, on))
			continue;
		list = c->findings(c->context, on, &n);
		for (i = 0; i < n; i++) {
			c->on(c->context, on, &subject);
			ask_also(&asking, counts, window, NULL, on, &subject);
			counts->finding = asking.finding = &list[i];
			if (t->where != NULL && !expr_test(t->where, &subject))
				continue;
			begin_unit(cube);
			place_unit(counts, cube, &subject, list[i].entry, on, w);
			end_unit(cube);
		}
		counts->finding = NULL;
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
		struct cube *cube = &counts->cubes[k];

		switch (report->tables[k].counted) {
		case COUNT_CASES:
			count_cases(counts, cube, c);
			break;
		case COUNT_CASES_WITH_ENTRIES:
			begin_unit(cube);
			any = true;
			break;
		case COUNT_ENTRIES:
			any = true;
			break;
		case COUNT_FINDINGS:
			count_findings(counts, cube, c);
			break;
		case COUNT_DAYS:
			count_days(counts, cube, c);
			break;
		case COUNT_STOCK:
			count_stock(counts, cube, c);
			break;
		case COUNT_RECORDS:
			break;
		}
	}
	if (any)
		count_entries(counts, c);
	for (k = 0; k < report->n; k++)
		if (report->tables[k].counted == COUNT_CASES_WITH_ENTRIES)
			end_unit(&counts->cubes[k]);
	counts->c = NULL;
}

static void
merge_cube(struct counts *into, struct cube *a, const struct cube *b)
{
	const struct tally *t = a->tally;
	size_t i, k;

	expect_figures(a, b->n);
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

