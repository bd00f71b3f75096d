/*
 * Which tables of a public report stand beside each other without proof. The guard compares figures of the same units by
 * the conditions that they are under; two conditions it can compare when they are one (or one the contrary of the other),
 * are about different fields, or about one field that can hold only few values. Of the rest, and of tables that count
 * different things of the same cases, it does not know whether one counts a part of the other. Whoever writes the
 * definition is told, and says by `Checked` that they looked.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

enum doubt {
	DOUBT_NONE,
	DOUBT_UNITS,
	DOUBT_DAY,
	DOUBT_TARGET,
	DOUBT_BINS,
	DOUBT_CONDITIONS,
	DOUBTS,
};

static const char *const doubts[] = {
	[DOUBT_UNITS] = "they count different things of the same cases",
	[DOUBT_DAY] = "one counts cases as they stand on another day than the other",
	[DOUBT_TARGET] = "they hold the same intervals against different targets",
	[DOUBT_BINS] = "one has bins of days, the other a share of those within a target",
	[DOUBT_CONDITIONS] = "they have other conditions or rows on one field, ",
};

struct beside {
	struct reading *r;
	const struct entity *const *entities;
	struct naming *naming;
	struct topics *topics; /* by table */
	struct span *checked; /* by table, and table that its record says was looked at: where it says so */
	struct str field; /* on which the conditions compared last both bear */
};

/* ---- conditions ---- */

/* A finding's severity is its rule's. */
static int
about(const struct report *report, const struct name *name)
{
	return name->field == report->severity_symbol ? report->rule_symbol : name->field;
}

static bool
share_field(struct beside *b, const struct topic *x, const struct topic *y)
{
	const struct report *report = b->r->report;
	size_t i, k;

	for (i = 0; i < x->n; i++)
		for (k = 0; k < y->n; k++)
			if (about(report, &x->names[i]) == about(report, &y->names[k])) {
				b->field = x->names[i].field ? symbol_name(report->symbols, x->names[i].field) : STR(DAYS_LEVEL);
				return true;
			}
	return x->n == TOPIC_NAMES || y->n == TOPIC_NAMES;
}

static bool
are_cuts_of(const struct level *fewer, const struct level *more)
{
	size_t i, k;

	for (i = 0; i < fewer->n_cuts; i++) {
		for (k = 0; k < more->n_cuts && number_cmp(fewer->cuts[i], more->cuts[k]) != 0; k++)
			;
		if (k == more->n_cuts)
			return false;
	}
	return true;
}

/* Whether values of one are values of the other taken together, or the same. */
static bool
levels_compare(const struct level *x, const struct level *y)
{
	if (x->kind != y->kind)
		return false;
	if (x->kind == LEVEL_BINS)
		return str_eq(x->text, y->text) && (are_cuts_of(x, y) || are_cuts_of(y, x));
	return str_eq(x->text, y->text) || (x->name.sub == 0 && x->target.n > 0) || (y->name.sub == 0 && y->target.n > 0);
}

/* Whether a condition is about the value of a level and nothing else. */
static bool
level_compares(const struct topic *level, const struct topic *condition)
{
	const struct name *own = &level->names[0];
	size_t i;

	if (level->level->kind != LEVEL_FIELD || !level->has_room)
		return false;
	for (i = 0; i < condition->n; i++)
		if (condition->names[i].field != own->field || condition->names[i].index >= 0 ||
		    (condition->names[i].sub != own->sub && (own->sub != 0 || level->level->target.n == 0)))
			return false;
	return true;
}

static bool
topics_compare(struct beside *b, const struct topic *x, const struct topic *y)
{
	if (x->level == NULL && y->level == NULL) {
		if (str_eq(x->atom, y->atom) || (x->domain != NULL && y->domain != NULL))
			return true;
		if (x->is_equality && y->is_equality && x->n == 1 && y->n == 1 && x->names[0].joined == y->names[0].joined)
			return true;
	}
	if (!share_field(b, x, y))
		return true;
	if (x->level != NULL && y->level != NULL)
		return levels_compare(x->level, y->level);
	return x->level != NULL ? level_compares(x, y) : y->level != NULL && level_compares(y, x);
}

/* Whether all of a table is under the condition. */
static bool
holds_in(const struct topics *topics, const struct topic *topic)
{
	size_t i;

	for (i = 0; i < topics->n; i++)
		if (topics->list[i].is_where && str_eq(topics->list[i].atom, topic->atom))
			return true;
	return false;
}

/* The days by which a table counts, as something that it is about. */
static struct topic
days_of(const struct beside *b, const struct tally *t)
{
	const struct report *report = b->r->report;
	struct topic topic = { .n = 1, .level = &t->levels[0] };
	struct name name = t->date;

	if (name.field == report->case_symbol && name.sub != 0)
		name.field = name.sub;
	else if (name.field == 0)
		name.field = symbol(report->symbols, t->counted == COUNT_CASES || t->counted == COUNT_STOCK ? STR("Opened") : STR("Date"));
	topic.names[0] = name;
	return topic;
}

static bool
conditions_compare(struct beside *b, size_t x, size_t y)
{
	const struct topics *own = &b->topics[x], *others = &b->topics[y];
	struct topic days = days_of(b, &b->r->report->tables[y]);
	size_t i, k;

	for (i = 0; i < own->n; i++) {
		if (own->list[i].is_where && holds_in(others, &own->list[i]))
			continue;
		if (x != y && own->list[i].level == NULL && share_field(b, &own->list[i], &days))
			return false;
		for (k = x == y ? i + 1 : 0; k < others->n; k++)
			if (!(others->list[k].is_where && holds_in(own, &others->list[k])) &&
			    !topics_compare(b, &own->list[i], &others->list[k]))
				return false;
	}
	return own->n < TOPICS_MAX && others->n < TOPICS_MAX;
}

/* ---- pairs of tables ---- */

static bool
measures(const struct tally *t, enum measure a, enum measure b)
{
	size_t i;

	for (i = 0; i < t->n_measures; i++)
		if (t->measures[i] == a || t->measures[i] == b)
			return true;
	return false;
}

static bool
has_days(const struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_levels; i++)
		if (t->levels[i].kind == LEVEL_BINS && str_is(t->levels[i].text, DAYS_LEVEL))
			return true;
	return false;
}

static bool
is_held(const struct tally *t)
{
	return t->counted == COUNT_DAYS && measures(t, MEASURE_WITHIN, MEASURE_OVERDUE);
}

/* Records of the directory have nothing to do with cases, nor with those of another type. */
static bool
are_of_same(const struct tally *x, const struct tally *y)
{
	if (x->counted == COUNT_RECORDS || y->counted == COUNT_RECORDS)
		return x->counted == y->counted && str_eq(x->type, y->type);
	return true;
}

static enum doubt
doubt_between(struct beside *b, size_t x, size_t y)
{
	const struct tally *t = &b->r->report->tables[x], *u = &b->r->report->tables[y];

	if (t->is_list || u->is_list || !are_of_same(t, u))
		return DOUBT_NONE;
	if (x == y)
		return conditions_compare(b, x, y) ? DOUBT_NONE : DOUBT_CONDITIONS;
	if (!str_eq(naming_base(b->naming, x, false), naming_base(b->naming, y, false)))
		return DOUBT_UNITS;
	if (t->at_end != u->at_end || t->standing != u->standing)
		return DOUBT_DAY;
	if (is_held(t) && is_held(u) && !str_eq(naming_base(b->naming, x, true), naming_base(b->naming, y, true)))
		return DOUBT_TARGET;
	if ((has_days(t) && is_held(u)) || (has_days(u) && is_held(t)))
		return DOUBT_BINS;
	return conditions_compare(b, x, y) && conditions_compare(b, y, x) ? DOUBT_NONE : DOUBT_CONDITIONS;
}

/* ---- what was looked at ---- */

static struct span *
checked_at(const struct beside *b, size_t table, size_t other)
{
	return &b->checked[table * b->r->report->n + other];
}

static bool
is_checked(const struct beside *b, size_t table, size_t other)
{
	return checked_at(b, table, other)->source != NULL || checked_at(b, other, table)->source != NULL;
}

static void
unknown_table(struct reading *r, struct str name, struct span at)
{
	struct str *tables = xcalloc(r->report->n, sizeof(*tables)), near;
	struct finding *f;
	size_t i;

	for (i = 0; i < r->report->n; i++)
		tables[i] = r->report->tables[i].name;
	near = nearest(name, tables, r->report->n);
	f = fault(r, find(r->findings, MSG_REPORT_WORD, at, "the report has no table '%s'", nam(r->findings, name)));
	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
	free(tables);
}

static void
check_table(struct beside *b, size_t table, struct str name, struct span at)
{
	struct reading *r = b->r;
	struct findings *findings = r->findings;
	const struct tally *tables = r->report->tables;
	size_t i;

	for (i = 0; i < r->report->n && !str_eq(tables[i].name, name); i++)
		;
	if (i == r->report->n)
		unknown_table(r, name, at);
	else if (checked_at(b, table, i)->source != NULL)
		fault(r, find(findings, MSG_REPORT_WORD, at, "'Checked' names '%s' twice", nam(findings, name)));
	else if (is_checked(b, table, i))
		fault(r, find(findings, MSG_REPORT_WORD, at, "'Checked' of '%s' names '%s' already", nam(findings, name),
		    nam(findings, tables[table].name)));
	else
		*checked_at(b, table, i) = at;
}

/* TABLE...: REASON */
static void
read_checked(struct beside *b, size_t table, const struct field *field)
{
	struct reading *r = b->r;
	struct span at = reading_span(r, field);
	struct str names = field->value, name;
	size_t i, n = 0;

	if (!r->report->is_public) {
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, at,
		    "'Checked' says nothing in a report that is not public")), "leave it out");
		return;
	}
	for (i = 0; i < names.n && names.p[i] != ':'; i++)
		;
	if (i == names.n || str_trim((struct str){ names.p + i + 1, names.n - i - 1 }).n == 0) {
		fault(r, find(r->findings, MSG_REPORT_WORD, at, "'Checked' lacks a reason, expected TABLE: REASON"));
		return;
	}
	for (names.n = i; (name = str_word(&names)).n > 0; n++)
		check_table(b, table, name, reading_part(r, field, name));
	if (n == 0)
		fault(r, find(r->findings, MSG_REPORT_WORD, at, "'Checked' lacks a table, expected TABLE: REASON"));
}

static void
read_all_checked(struct beside *b)
{
	struct reading *r = b->r;
	size_t i;
	uint32_t k;

	for (i = 0; i < r->report->n; i++) {
		const struct record *record = b->entities[i]->record;

		r->entity = b->entities[i];
		for (k = 0; k < record->n; k++)
			if (str_is(record->fields[k].name, "Checked"))
				read_checked(b, i, &record->fields[k]);
	}
}

/* ---- telling ---- */

static void
tell(struct beside *b, size_t table, enum doubt doubt, const struct buf *others)
{
	struct reading *r = b->r;
	const char *name;
	struct finding *f;

	r->entity = b->entities[table];
	name = nam(r->findings, r->report->tables[table].name);
	f = find(r->findings, MSG_REPORT_BESIDE, reading_span(r, NULL), "table '%s' cannot be proved safe beside %.*s: %s%.*s", name,
	    (int)others->n, others->p, doubts[doubt], doubt == DOUBT_CONDITIONS ? (int)b->field.n : 0, b->field.p ? b->field.p : "");
	fix(r->findings, f, "make them one table, leave one out, or look yourself and say so there: 'Checked: TABLE: REASON'");
}

static void
tell_needless(struct beside *b, size_t table, size_t other)
{
	struct findings *findings = b->r->findings;
	const struct tally *tables = b->r->report->tables;
	struct span at = *checked_at(b, table, other);
	struct finding *f;

	if (table == other)
		f = find(findings, MSG_NEEDLESS_CHECKED, at, "the rows of table '%s' are proved safe beside each other",
		    nam(findings, tables[table].name));
	else
		f = find(findings, MSG_NEEDLESS_CHECKED, at, "table '%s' is proved safe beside '%s'",
		    nam(findings, tables[table].name), nam(findings, tables[other].name));
	fix(findings, f, "take '%s' out of 'Checked'", nam(findings, tables[other].name));
}

/* One finding for each doubt that a table has about those before it, and itself. */
static void
tell_of(struct beside *b, size_t table)
{
	struct buf others[DOUBTS];
	struct str fields = STR_NULL;
	size_t i;
	int doubt;

	memset(others, 0, sizeof(others));
	for (i = 0; i <= table; i++) {
		if (is_checked(b, table, i))
			continue;
		doubt = doubt_between(b, table, i);
		if (doubt == DOUBT_CONDITIONS && fields.p == NULL)
			fields = b->field;
		if (i == table)
			buf_printf(&others[doubt], "%sits own rows", others[doubt].n ? ", " : "");
		else
			buf_printf(&others[doubt], "%s'%.*s'", others[doubt].n ? ", " : "", STRF(b->r->report->tables[i].name));
	}
	b->field = fields;
	for (doubt = DOUBT_NONE; doubt < DOUBTS; doubt++) {
		if (doubt != DOUBT_NONE && others[doubt].n > 0)
			tell(b, table, (enum doubt)doubt, &others[doubt]);
		buf_release(&others[doubt]);
	}
}

static void
tell_all_needless(struct beside *b, size_t table)
{
	size_t i;

	for (i = 0; i < b->r->report->n; i++)
		if (checked_at(b, table, i)->source != NULL && doubt_between(b, table, i) == DOUBT_NONE)
			tell_needless(b, table, i);
}

void
read_beside(struct reading *r, const struct entity *const *entities)
{
	struct beside b = { .r = r, .entities = entities };
	size_t i, n = r->report->n;

	if (n == 0)
		return;
	b.checked = xcalloc(n * n, sizeof(*b.checked));
	read_all_checked(&b);
	if (r->report->is_public && r->found == 0) {
		b.naming = naming_new(r->report, NULL);
		b.topics = xcalloc(n, sizeof(*b.topics));
		for (i = 0; i < n; i++)
			naming_topics(b.naming, i, &b.topics[i]);
		for (i = 0; i < n; i++) {
			tell_of(&b, i);
			tell_all_needless(&b, i);
		}
		free(b.topics);
		naming_free(b.naming);
	}
	free(b.checked);
}
