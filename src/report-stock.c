/*
 * Stock and flow. A case stands in a table on a day when the State holds (or does not, as the table says) and Scope and
 * Where do. What is counted are its steps: in and out, and into and out of a row when what puts it there changes while it
 * stays. Each is counted in every total by whether it is a step of that total, so that a move between two rows is none
 * of both together. What stands at the end of a day is what stood at the beginning and all steps since; that is worked
 * out when the table is drawn, and adds up in every row because it is made of what is shown.
 *
 * A day's stock is what stands at its end: a case that comes and goes on one day is an in and an out.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

struct place {
	uint32_t key[KEY_SIZE];
};

struct places {
	struct place *list;
	size_t n, size;
};

/* One thread's memory, grown and kept. */
struct standing_places {
	struct places now, then;
	struct period *spells, *others; /* of the State looked at, of one that an expression names */
	size_t n_spells, size_spells, size_others;
	day *days; /* on which something may have changed */
	size_t n_days, size_days;
};

void
standing_free(struct standing_places *s)
{
	if (s == NULL)
		return;
	free(s->now.list);
	free(s->then.list);
	free(s->spells);
	free(s->others);
	free(s->days);
	free(s);
}

/* ---- where a case stands ---- */

struct walk {
	struct counts *counts;
	struct cube *cube;
	const struct report_case *c;
	struct standing_places *s;
	uint32_t window;
	bool is_spread;
};

static void
put_place(struct placing *p)
{
	struct places *places = p->context;

	if (places->n == places->size) {
		places->size = places->size ? places->size * 2 : 8;
		places->list = xrealloc(places->list, places->size * sizeof(*places->list));
	}
	memcpy(places->list[places->n++].key, p->place, sizeof(p->place));
}

/* Its places on a day, with nothing yet where a period stands. */
static void
places_on(struct walk *w, day on, struct places *places)
{
	const struct tally *t = w->cube->tally;
	const struct window *window = &t->windows[w->window];
	struct subject subject;
	struct asking asking;
	struct placing p = { w->counts, w->cube, { &subject, SIZE_MAX, on, { 0, 0 }, w->window, 0, MEASURE_START },
		put_place, { 0 }, places };
	size_t i, k;

	places->n = 0;
	read_until(w->c, on);
	if (!in_scope(w->counts, w->c, window, on))
		return;
	w->c->on(w->c->context, on, &subject);
	ask_also(&asking, w->counts, window, NULL, on, &subject);
	w->counts->n_met = 0;
	if (t->where != NULL && !expr_test(t->where, &subject))
		return;
	place_item(&p);
	succession_count(w->counts);
	for (i = 0; i < places->n; i++)
		for (k = 0; k < t->n_levels; k++)
			if (t->levels[k].unit != UNIT_NONE)
				places->list[i].key[k] = 0;
	w->is_spread = w->is_spread || places->n > 1;
}

static void
mask_key(unsigned mask, const struct place *place, uint32_t *key)
{
	size_t k;

	for (k = 0; k < KEY_SIZE; k++)
		key[k] = mask & 1u << k ? ANY : place->key[k];
}

/* Whether one of the first n places is, in that total, under the key. */
static bool
stands_under(const struct places *places, size_t n, unsigned mask, const uint32_t *key)
{
	uint32_t other[KEY_SIZE];
	size_t i;

	for (i = 0; i < n; i++) {
		mask_key(mask, &places->list[i], other);
		if (memcmp(other, key, sizeof(other)) == 0)
			return true;
	}
	return false;
}

static void
set_period(const struct tally *t, uint32_t *key, day d)
{
	size_t k;

	for (k = 0; k < t->n_levels; k++)
		if (t->levels[k].unit != UNIT_NONE && key[k] != ANY)
			key[k] = bin_of(t->levels[k].unit, d);
}

static void
tell(struct walk *w, const uint32_t *key, enum measure measure, day d)
{
	struct placing p = { w->counts, w->cube, { NULL, SIZE_MAX, d, { 0, 0 }, w->window, 0, measure }, NULL, { 0 },
		NULL };

	memcpy(p.place, key, sizeof(p.place));
	p.place[w->cube->tally->n_levels - 1] = measure;
	show_place(&p, p.place);
}

/* A step on a day, in each total that it is a step of: not where the case also stands in `but`. */
static void
count_step(struct walk *w, enum measure measure, day d, const struct places *places, const struct places *but)
{
	const struct tally *t = w->cube->tally;
	uint32_t key[KEY_SIZE];
	size_t m, i;

	for (m = 0; m < t->n_masks; m++)
		for (i = 0; i < places->n; i++) {
			mask_key(t->masks[m], &places->list[i], key);
			if (stands_under(places, i, t->masks[m], key) ||
			    (but != NULL && stands_under(but, but->n, t->masks[m], key)))
				continue;
			set_period(t, key, d);
			key[t->n_levels - 1] = measure;
			add_figure(w->cube, key, 0, 1, (struct number){ 0, 0 });
			if (w->counts->see != NULL)
				tell(w, key, measure, d);
		}
}

/* A stay from one day to the other, at the end of each month, quarter or year in it and the beginning of the next. */
static void
tell_stay(struct walk *w, enum unit grain, uint32_t *key, day from, day to)
{
	const struct tally *t = w->cube->tally;
	const struct period *period = &t->windows[w->window].period;
	day last = final_day(period), end;

	for (end = from; end <= to && end <= last;) {
		day next = grain == UNIT_NONE ? last + 1 : bin_start(grain, bin_of(grain, end) + 1);

		end = next - 1 < last ? next - 1 : last;
		if (end > to || (period->from != DAY_NONE && end < period->from)) {
			end++;
			continue;
		}
		set_period(t, key, end);
		tell(w, key, MEASURE_END, end);
		if (++end <= last) {
			set_period(t, key, end);
			tell(w, key, MEASURE_START, end);
		}
	}
}

/* Who watches is told of the stock too, of each total once: the case stood in the same places from one day to the other. */
static void
tell_stock(struct walk *w, day from, day to)
{
	const struct tally *t = w->cube->tally;
	const struct places *now = &w->s->now;
	uint32_t key[KEY_SIZE];
	size_t i, m;

	for (m = 0; m < t->n_masks && w->counts->see != NULL; m++)
		for (i = 0; i < now->n; i++) {
			mask_key(t->masks[m], &now->list[i], key);
			if (!stands_under(now, i, t->masks[m], key))
				tell_stay(w, t->grains[m], key, from, to);
		}
}

/* ---- days on which something may change ---- */

static void
add_day(struct standing_places *s, day d)
{
	if (d == DAY_NONE || (s->n_days > 0 && s->days[s->n_days - 1] == d))
		return;
	if (s->n_days == s->size_days) {
		s->size_days = s->size_days ? s->size_days * 2 : 32;
		s->days = xrealloc(s->days, s->size_days * sizeof(*s->days));
	}
	s->days[s->n_days++] = d;
}

static size_t
spells_of(const struct report_case *c, int state, struct period **list, size_t *size)
{
	size_t n = c->spells(c->context, state, *list, *size);

	if (n > *size) {
		*size = 2 * n;
		*list = xrealloc(*list, *size * sizeof(**list));
		n = c->spells(c->context, state, *list, *size);
	}
	return n;
}

static int
compare_days(const void *a, const void *b)
{
	day x = *(const day *)a, y = *(const day *)b;

	return x < y ? -1 : x > y;
}

static void
find_days(struct walk *w)
{
	const struct report *report = w->counts->report;
	struct standing_places *s = w->s;
	struct subject subject;
	size_t i, k, n;

	s->n_days = 0;
	for (i = 0; i < w->c->n; i++)
		add_day(s, w->c->entry(w->c->context, i, &subject));
	for (i = 0; i < report->n_named_states; i++) {
		n = spells_of(w->c, report->named_states[i], &s->others, &s->size_others);
		for (k = 0; k < n; k++) {
			add_day(s, s->others[k].from);
			add_day(s, s->others[k].to);
		}
	}
	for (i = 0; i < report->n_turns; i++)
		add_day(s, report->turns[i]);
	if (report->n_named_states + report->n_turns > 0 && s->n_days > 1)
		qsort(s->days, s->n_days, sizeof(*s->days), compare_days);
}

/* ---- counting ---- */

/* The case stays from `from` on, where it has just been counted in or stood at the beginning, until before `until`. */
static void
walk_spell(struct walk *w, day from, day until)
{
	struct standing_places *s = w->s;
	day last = final_day(&w->cube->tally->windows[w->window].period);
	size_t i;

	for (i = 0; i < s->n_days; i++) {
		day d = s->days[i];
		struct places swap;

		if (d <= from || (i > 0 && s->days[i - 1] == d))
			continue;
		if (d > last || (until != DAY_NONE && d >= until))
			break;
		places_on(w, d, &s->then);
		tell_stock(w, from, d - 1);
		count_step(w, MEASURE_MOVED_OUT, d, &s->now, &s->then);
		count_step(w, MEASURE_MOVED_IN, d, &s->then, &s->now);
		swap = s->now;
		s->now = s->then;
		s->then = swap;
		from = d;
	}
	tell_stock(w, from, until != DAY_NONE && until <= last ? until - 1 : last);
	if (until != DAY_NONE && until <= last)
		count_step(w, MEASURE_OUT, until, &s->now, NULL);
}

static void
count_spell(struct walk *w, struct period spell)
{
	const struct period *period = &w->cube->tally->windows[w->window].period;

	if (spell.from > final_day(period) ||
	    (spell.to != DAY_NONE && period->from != DAY_NONE && spell.to < period->from))
		return;
	if (period->from != DAY_NONE && spell.from < period->from) {
		places_on(w, period->from - 1, &w->s->now);
		count_step(w, MEASURE_START, period->from, &w->s->now, NULL);
		walk_spell(w, period->from - 1, spell.to);
		return;
	}
	places_on(w, spell.from, &w->s->now);
	count_step(w, MEASURE_IN, spell.from, &w->s->now, NULL);
	walk_spell(w, spell.from, spell.to);
}

/* The times between those of the State, from the case's first day on. */
static size_t
turn_around(const struct report_case *c, struct standing_places *s, size_t n)
{
	day from = c->opened;
	size_t i, m = 0;
	bool holds = true;

	for (i = 0; i < n && holds; i++) {
		struct period in = s->spells[i];

		if (in.from >= from)
			s->spells[m++] = (struct period){ from, in.from };
		holds = in.to != DAY_NONE;
		if (holds && in.to > from)
			from = in.to;
	}
	if (!holds)
		return m;
	if (m == s->size_spells) {
		s->size_spells = s->size_spells ? s->size_spells * 2 : 8;
		s->spells = xrealloc(s->spells, s->size_spells * sizeof(*s->spells));
	}
	s->spells[m++] = (struct period){ from, DAY_NONE };
	return m;
}

void
count_stock(struct counts *counts, struct cube *cube, const struct report_case *c)
{
	const struct tally *t = cube->tally;
	struct walk w = { counts, cube, c, counts->standing, 0, false };
	size_t i, n;

	if (c->opened == DAY_NONE) {
		cube->undated++;
		return;
	}
	if (w.s == NULL)
		w.s = counts->standing = xcalloc(1, sizeof(*w.s));
	n = spells_of(c, t->state, &w.s->spells, &w.s->size_spells);
	if (t->is_not)
		n = turn_around(c, w.s, n);
	find_days(&w);
	for (w.window = 0; w.window < t->n_windows; w.window++)
		for (i = 0; i < n; i++)
			count_spell(&w, w.s->spells[i]);
	cube->spread += w.is_spread;
}

/* ---- beginnings and ends ---- */

/* A figure by what it is the stock of: its key without period and measure. */
struct flow {
	uint32_t row[KEY_SIZE], bin;
	enum unit grain;
	const struct figure *figure;
};

static int
compare_flows(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;
	int k;

	if (x->grain != y->grain)
		return x->grain < y->grain ? -1 : 1;
	for (k = 0; k < KEY_SIZE; k++)
		if (x->row[k] != y->row[k])
			return x->row[k] < y->row[k] ? -1 : 1;
	return x->bin < y->bin ? -1 : x->bin > y->bin;
}

static bool
is_same_row(const struct flow *a, const struct flow *b)
{
	return a->grain == b->grain && memcmp(a->row, b->row, sizeof(a->row)) == 0;
}

static void
flow_of(const struct tally *t, const struct figure *figure, struct flow *flow)
{
	size_t k;

	memset(flow, 0, sizeof(*flow));
	flow->figure = figure;
	memcpy(flow->row, figure->key, sizeof(flow->row));
	flow->row[t->n_levels - 1] = 0;
	for (k = 0; k < t->n_levels; k++) {
		enum unit unit = t->levels[k].unit;

		if (unit == UNIT_NONE || figure->key[k] == ANY)
			continue;
		flow->row[k] = 0;
		if (flow->grain == UNIT_NONE || unit < flow->grain) {
			flow->grain = unit;
			flow->bin = figure->key[k];
		}
	}
}

/* What the figure does to the stock: of START nothing, it is the stock. */
static int64_t
step_of(const struct tally *t, const struct figure *figure)
{
	switch (figure->key[t->n_levels - 1]) {
	case MEASURE_IN:
	case MEASURE_MOVED_IN:
		return figure->n;
	case MEASURE_OUT:
	case MEASURE_MOVED_OUT:
		return -figure->n;
	default:
		return 0;
	}
}

static void
set_stock(struct cube *full, const struct flow *row, uint32_t bin, enum measure measure, int64_t n)
{
	const struct tally *t = full->tally;
	uint32_t key[KEY_SIZE];

	if (n == 0)
		return;
	memcpy(key, row->row, sizeof(key));
	if (row->grain != UNIT_NONE)
		set_period(t, key, bin_start(row->grain, bin));
	key[t->n_levels - 1] = measure;
	add_figure(full, key, 0, n, (struct number){ 0, 0 });
}

/* The bins of a row: those of the period; where that is open, to the last in which anything happens. */
static void
fill_row(struct cube *full, const struct flow *flows, size_t n, const struct period *period, day last)
{
	enum unit grain = flows->grain;
	uint32_t bin = 0, end = 0;
	int64_t stock = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (flows[i].figure->key[full->tally->n_levels - 1] == MEASURE_START)
			stock += flows[i].figure->n;
	if (grain != UNIT_NONE) {
		bin = period->from == DAY_NONE ? flows->bin : bin_of(grain, period->from);
		end = bin_of(grain, last);
	}
	for (i = 0; bin <= end; bin++) {
		set_stock(full, flows, bin, MEASURE_START, stock);
		for (; i < n && flows[i].bin <= bin; i++)
			stock += step_of(full->tally, flows[i].figure);
		set_stock(full, flows, bin, MEASURE_END, stock);
	}
}

static day
last_step(const struct flow *flows, size_t n)
{
	day last = date_make(1, 1, 1), d;
	size_t i;

	for (i = 0; i < n; i++)
		if (flows[i].grain != UNIT_NONE && (d = bin_start(flows[i].grain, flows[i].bin)) > last)
			last = d;
	return last;
}

void
stock_fill(const struct cube *cube, struct cube *full)
{
	const struct tally *t = cube->tally;
	size_t n = 0, i, first, window_level = t->n_levels - 2;
	struct flow *flows = xcalloc(cube->n + 1, sizeof(*flows));
	struct number none = { 0, 0 };

	*full = *cube;
	full->figures = NULL;
	full->n = full->size = 0;
	for (i = 0; i < cube->size; i++) {
		if (cube->figures[i].n == 0)
			continue;
		flow_of(t, &cube->figures[i], &flows[n++]);
		if (cube->figures[i].key[t->n_levels - 1] != MEASURE_START)
			add_figure(full, cube->figures[i].key, 0, cube->figures[i].n, none);
	}
	if (n > 1)
		qsort(flows, n, sizeof(*flows), compare_flows);
	for (first = 0; first < n; first = i) {
		const struct period *period = &t->windows[t->n_fixed > 1 ? flows[first].row[window_level] : 0].period;

		for (i = first + 1; i < n && is_same_row(&flows[first], &flows[i]); i++)
			;
		fill_row(full, flows + first, i - first, period,
		    period->to == DAY_NONE ? last_step(flows, n) : period->to - 1);
	}
	free(flows);
}

void
stock_release(struct cube *full)
{
	free(full->figures);
}
