/*
 * Values that refer to what has ended are read as what came after, on the period's last day. A view stands between an
 * expression and what it asks about: it looks a name up as if it were not there, and where the name refers to a type of
 * a Succession, answers with the heir. Heirs are worked out once, before anything is counted.
 *
 * What was split has no heir. How many cases that leaves out of a report is counted: those that stand in it under the
 * split value, and those that would be in its scope if the value were that part of it which a parameter names.
 */
#include "report-parts.h"

#include <stdio.h>
#include <string.h>

#define PARTS_MAX 64 /* of a split, where its parts were split in turn */

/* ---- heirs ---- */

static const struct succession *
succession_to(const struct report *report, struct str target)
{
	size_t i;

	for (i = 0; i < report->n_successions; i++)
		if (report->successions[i].applies && str_eq(report->successions[i].target, target))
			return &report->successions[i];
	return NULL;
}

struct str
report_follows(const struct report *report, size_t i)
{
	size_t k;

	for (k = 0; k < report->n_successions; k++)
		if (report->successions[k].applies && i-- == 0)
			return report->successions[k].target;
	return STR_NULL;
}

static const struct entity *
find_then(const struct report *report, struct str target, struct str key, day on)
{
	const struct entity *near, *found = directory_find(report->directory, target, key, on, &near);

	return found ? found : near;
}

static const struct heir *
heir_of(const struct report *report, const struct succession *s, struct str key, day on)
{
	const struct entity *entity = find_then(report, s->target, key, on);

	return entity ? &s->heirs[entity->place] : NULL;
}

static day
last_day(const struct report *report)
{
	return report->period.to == DAY_NONE ? DAY_NONE : report->period.to - 1;
}

/* What a split entity became, as it is called at the end of the period; through further splits too. */
static void
add_parts(const struct report *report, const struct succession *s, const struct entity *entity, int depth,
    struct split *split)
{
	int symbol = rectype_successor(s->type);
	const struct field *field = record_field(entity->record, symbol);

	for (; field != NULL; field = record_next(entity->record, symbol, field)) {
		const struct entity *part = find_then(report, s->target, field->value, entity->until);
		bool is_split;

		if (part == NULL)
			continue;
		part = directory_successor(report->directory, part, last_day(report), &is_split);
		if (is_split && depth > 0)
			add_parts(report, s, part, depth - 1, split);
		else if (split->n < PARTS_MAX)
			split->parts[split->n++] = part->key;
	}
}

static size_t
split_number(struct report *report, const struct succession *s, const struct entity *entity)
{
	struct split *split;
	size_t i;

	for (i = 0; i < report->n_splits; i++)
		if (report->splits[i].entity == entity)
			return i;
	split = &report->splits[report->n_splits++];
	*split = (struct split){ s, entity, ARENA_NEW(&report->arena, struct str, PARTS_MAX), 0 };
	add_parts(report, s, entity, 4, split);
	return i;
}

static void
find_heirs(struct report *report, struct succession *s)
{
	size_t n, i;
	const struct entity *const *all = directory_all(report->directory, s->target, &n);

	s->heirs = ARENA_NEW(&report->arena, struct heir, n + 1);
	for (i = 0; i < n; i++) {
		bool is_split;

		s->heirs[i].now = directory_successor(report->directory, all[i], last_day(report), &is_split);
		s->heirs[i].split = is_split ? split_number(report, s, s->heirs[i].now) : SIZE_MAX;
	}
}

/* Which fields refer to which succession, by symbol. */
static void
mark_fields(struct report *report, const struct rectype *type)
{
	size_t n, i, k;
	const struct field_info *fields = rectype_fields(type, &n);

	for (i = 0; i < n; i++)
		for (k = 0; k < report->n_successions; k++)
			if ((size_t)fields[i].symbol < report->n_by_symbol && report->successions[k].applies &&
			    str_eq(fields[i].target, report->successions[k].target))
				report->by_symbol[fields[i].symbol] = &report->successions[k];
}

static void
mark_all_fields(struct report *report)
{
	const struct str *kinds;
	size_t n, i;

	report->n_by_symbol = report->symbols->n + 1;
	report->by_symbol = ARENA_NEW(&report->arena, const struct succession *, report->n_by_symbol);
	if (schema_type(report->schema, STR("Case")) != NULL)
		mark_fields(report, schema_type(report->schema, STR("Case")));
	if (schema_type(report->schema, STR("Entry")) != NULL)
		mark_fields(report, schema_type(report->schema, STR("Entry")));
	kinds = schema_kinds(report->schema, &n);
	for (i = 0; i < n; i++)
		mark_fields(report, schema_kind(report->schema, kinds[i]));
}

static bool
get_param(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct report *report = context;
	const struct param *p = name->field == report->param_symbol ? param_of(report, name->sub) : NULL;

	(void)self;
	if (p == NULL || i > 0 || p->value.p == NULL)
		return false;
	*value = p->value;
	return true;
}

void
succession_begin(struct report *report)
{
	struct subject params = { .get = get_param, .context = report };
	size_t i, n, all = 0;

	report->succeeds = false;
	report->n_splits = 0;
	for (i = 0; i < report->n_successions; i++) {
		struct succession *s = &report->successions[i];

		s->applies = s->condition == NULL || expr_test(s->condition, &params);
		report->succeeds = report->succeeds || s->applies;
		directory_all(report->directory, s->target, &n);
		all += n;
	}
	if (!report->succeeds)
		return;
	report->splits = ARENA_NEW(&report->arena, struct split, all + 1);
	for (i = 0; i < report->n_successions; i++)
		if (report->successions[i].applies)
			find_heirs(report, &report->successions[i]);
	mark_all_fields(report);
}

struct str
succession_param(const struct report *report, const struct param *p)
{
	const struct succession *s = p->target.n > 0 && p->value.p != NULL ? succession_to(report, p->target) : NULL;
	const struct heir *heir = s != NULL ? heir_of(report, s, p->value, DAY_NONE) : NULL;

	return heir ? heir->now->key : p->value;
}

struct str
report_read_as(const struct report *report, const struct param *param)
{
	return succession_param(report, param);
}

/* ---- the view ---- */

static const struct succession *
succession_of(const struct heir_view *view, int symbol)
{
	const struct report *report = view->counts->report;
	const struct field_info *info;

	if (view->type != NULL) {
		info = rectype_field(view->type, symbol);
		return info != NULL && info->target.n > 0 ? succession_to(report, info->target) : NULL;
	}
	return (size_t)symbol < report->n_by_symbol ? report->by_symbol[symbol] : NULL;
}

/* The part of a split that a parameter names, else the split itself. */
static struct str
part_asked_for(const struct report *report, const struct split *split)
{
	size_t i, k;

	for (i = 0; i < report->n_params; i++) {
		const struct param *p = &report->params[i];

		if (p->value.p == NULL || !str_eq(p->target, split->succession->target))
			continue;
		for (k = 0; k < split->n; k++)
			if (str_eq(split->parts[k], succession_param(report, p)))
				return split->parts[k];
	}
	return split->entity->key;
}

static void
meet(struct counts *counts, size_t split)
{
	size_t i;

	for (i = 0; i < counts->n_met && counts->met[i] != split; i++)
		;
	if (i == counts->n_met && i < MET_MAX)
		counts->met[counts->n_met++] = split;
}

/* The record that a value is read as; NULL when the directory has none. */
static const struct entity *
read_as(const struct heir_view *view, const struct succession *s, struct str key)
{
	const struct report *report = view->counts->report;
	const struct heir *heir = heir_of(report, s, key, view->on);

	if (heir == NULL)
		return NULL;
	if (heir->split == SIZE_MAX)
		return heir->now;
	meet(view->counts, heir->split);
	if (!view->counts->as_if)
		return heir->now;
	return find_then(report, s->target, part_asked_for(report, &report->splits[heir->split]), DAY_NONE);
}

static bool
nth_of(const struct record *record, int symbol, size_t *i, struct str *value)
{
	const struct field *field = record_field(record, symbol);

	for (; field != NULL; field = record_next(record, symbol, field))
		if ((*i)-- == 0) {
			*value = field->value;
			return true;
		}
	return false;
}

/* The i-th value of Reference.Field. */
static bool
follow(const struct heir_view *view, const struct succession *s, const struct name *name, size_t i,
    struct str *value)
{
	struct name reference = { name->field, 0, -1, name->field }, joined = { name->joined, 0, -1, name->joined };
	struct str key;
	size_t k, left = i;

	for (k = 0; expr_lookup(&view->inner, &reference, k, &key); k++) {
		const struct entity *entity = read_as(view, s, str_trim(key));

		if (entity != NULL && nth_of(entity->record, name->sub, &left, value))
			return true;
	}
	return expr_lookup(&view->inner, &joined, i, value);
}

static bool
view_get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct heir_view *view = context;
	const struct report *report = view->counts->report;
	const struct succession *s;
	const struct entity *entity;
	bool is_plain = name->sub == 0 || name->field == report->case_symbol || name->field == report->entry_symbol;

	(void)self;
	s = succession_of(view, is_plain && name->sub != 0 ? name->sub : name->field);
	if (s != NULL && !is_plain)
		return follow(view, s, name, i, value);
	if (!expr_lookup(&view->inner, name, i, value))
		return false;
	if (s != NULL && (entity = read_as(view, s, str_trim(*value))) != NULL)
		*value = entity->key;
	return true;
}

void
succession_view(struct heir_view *view, struct counts *counts, const struct rectype *type, day on,
    struct subject *subject)
{
	if (!counts->report->succeeds)
		return;
	*view = (struct heir_view){ counts, *subject, type, on };
	subject->self = NULL;
	subject->get = view_get;
	subject->context = view;
}

/* ---- splits ---- */

void
succession_count(struct counts *counts)
{
	size_t i;

	for (i = 0; i < counts->n_met; i++)
		if (counts->split_stamps[counts->met[i]] != counts->n_cases) {
			counts->split_stamps[counts->met[i]] = counts->n_cases;
			counts->splits[counts->met[i]]++;
		}
	counts->n_met = 0;
}

bool
succession_scope(struct counts *counts, const struct subject *subject)
{
	const struct expr *scope = counts->report->scope;
	bool is_in, would_be;

	counts->n_met = 0;
	is_in = would_be = expr_test(scope, subject);
	if (counts->n_met == 0)
		return is_in;
	if (!is_in) {
		counts->as_if = true;
		would_be = expr_test(scope, subject);
		counts->as_if = false;
	}
	if (would_be)
		succession_count(counts);
	counts->n_met = 0;
	return is_in;
}

/* ---- notes ---- */

/* "GM0788 Haaren" */
static void
write_entity(const struct succession *s, struct str key, const struct entity *entity, struct buf *out)
{
	const struct field *shown = entity && s && s->shown_by.n ? record_named(entity->record, s->shown_by) : NULL;

	buf_str(out, key);
	if (shown != NULL) {
		buf_char(out, ' ');
		buf_str(out, shown->value);
	}
}

static void
write_parts(const struct report *report, const struct words *words, const struct split *split, struct buf *out)
{
	int symbol = rectype_successor(split->succession->type);
	const struct record *record = split->entity->record;
	const struct field *field = record_field(record, symbol), *next;
	bool any = false;

	for (; field != NULL; field = next) {
		next = record_next(record, symbol, field);
		if (any && next == NULL)
			buf_printf(out, " %.*s ", STRF(word(words, "and")));
		else if (any)
			buf_text(out, ", ");
		any = true;
		write_entity(split->succession, field->value, find_then(report, split->succession->target,
		    field->value, split->entity->until), out);
	}
}

static void
split_note(const struct report *report, const struct words *words, const struct split *split, int64_t cases,
    struct buf *out)
{
	struct buf code = BUF_INIT, parts = BUF_INIT, on = BUF_INIT;
	char number[32];
	struct blank blanks[4];

	write_entity(split->succession, split->entity->key, split->entity, &code);
	write_parts(report, words, split, &parts);
	words_date(words, split->entity->until, &on);
	snprintf(number, sizeof(number), "%lld", (long long)cases);
	blanks[0] = (struct blank){ "code", buf_view(&code) };
	blanks[1] = (struct blank){ "parts", buf_view(&parts) };
	blanks[2] = (struct blank){ "date", buf_view(&on) };
	blanks[3] = (struct blank){ "cases", str_of(number) };
	words_fill(words, report->is_public ? WORD("{code} was split over {parts} on {date}: its cases are not added up.") :
	    cases == 1 ? WORD("{code} was split over {parts} on {date}: its one case is not added to any of them.") :
	    WORD("{code} was split over {parts} on {date}: its {cases} cases are not added to any of them."),
	    blanks, 4, out);
	buf_release(&code);
	buf_release(&parts);
	buf_release(&on);
}

/* What a parameter is read as, where that is something else. */
static void
param_note(const struct report *report, const struct words *words, const struct param *p, struct buf *out)
{
	const struct succession *s = succession_to(report, p->target);
	struct str now = succession_param(report, p);
	const struct entity *entity = find_then(report, p->target, p->value, DAY_NONE);
	struct buf code = BUF_INIT, heir = BUF_INIT, on = BUF_INIT;
	struct blank blanks[3];

	write_entity(s, p->value, entity, &code);
	write_entity(s, now, find_then(report, p->target, now, DAY_NONE), &heir);
	words_date(words, entity->until, &on);
	blanks[0] = (struct blank){ "code", buf_view(&code) };
	blanks[1] = (struct blank){ "successor", buf_view(&heir) };
	blanks[2] = (struct blank){ "date", buf_view(&on) };
	words_fill(words, "{code} ended on {date} and is read as {successor}.", blanks, 3, out);
	buf_release(&code);
	buf_release(&heir);
	buf_release(&on);
}

static struct str
kept(struct buf *text, struct arena *arena)
{
	struct str note = arena_str(arena, buf_view(text));

	buf_reset(text);
	return note;
}

/* Whether a split is worth a word: in a public report by its date alone, which tells of nobody. */
static bool
is_told(const struct report *report, const struct split *split, int64_t cases)
{
	if (!report->is_public)
		return cases > 0;
	return report->period.from == DAY_NONE || split->entity->until > report->period.from;
}

size_t
succession_notes(const struct report *report, const struct counts *counts, const struct words *words,
    struct arena *arena, struct str *notes)
{
	struct buf text = BUF_INIT;
	size_t n = 0, i;

	if (!report->succeeds)
		return 0;
	for (i = 0; i < report->n_params; i++) {
		const struct param *p = &report->params[i];

		if (p->value.p == NULL || str_eq(p->value, succession_param(report, p)))
			continue;
		param_note(report, words, p, &text);
		notes[n++] = kept(&text, arena);
	}
	for (i = 0; i < report->n_splits; i++)
		if (is_told(report, &report->splits[i], counts->splits[i])) {
			split_note(report, words, &report->splits[i], counts->splits[i], &text);
			notes[n++] = kept(&text, arena);
		}
	buf_release(&text);
	return n;
}
