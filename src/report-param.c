/* Parameters: what a definition says of them, and the values that a command gives them. */
#include "report-parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct param *
param_of(const struct report *report, int symbol)
{
	size_t i;

	for (i = 0; i < report->n_params; i++)
		if (str_eq(report->params[i].name, symbol_name(report->symbols, symbol)))
			return &report->params[i];
	return NULL;
}

/* ---- in the definition ---- */

/* Options of the command itself, which a parameter must not take away. */
static bool
is_taken(struct str name)
{
	static const char *const taken[] = { "period", "as-of", "output", "format", "today", "color",
		"directory", "quiet", "help", "lang", "repo", NULL };
	size_t i;

	for (i = 0; taken[i] != NULL; i++)
		if (str_is(name, taken[i]))
			return true;
	return false;
}

static void
param_of_field(struct reading *r, struct param *p, struct str word, struct span at)
{
	struct name name;
	const struct field_info *info;

	r->over = OVER_CASE;
	if (!read_name(r, word, at, &name))
		return;
	info = info_of(r, OVER_CASE, name.field);
	if (info == NULL)
		return;
	p->type = info->type;
	p->target = info->target;
	p->choices = info->choices;
	p->n_choices = info->n_choices;
}

/* NAME, NAME rec TYPE [FIELD], NAME enum WORD..., NAME field FIELD, NAME date|int|line */
static void
read_param(struct reading *r, const struct field *field, struct param *p)
{
	static const char *const types[] = { "rec", "enum", "field", "date", "int", "line", NULL };
	struct str rest = field->value, word;
	struct span at = reading_span(r, field);
	struct level words = { .choices = NULL };
	int i;

	p->name = str_word(&rest);
	p->value = STR_NULL;
	if (!is_field_name(p->name) || is_taken(p->name))
		fault(r, find(r->findings, MSG_REPORT_WORD, at,
		    "'%s' cannot be a parameter, expected a name of letters, digits and '_' that is no option of "
		    "'dossier report'", nam(r->findings, p->name)));
	p->type = str_word(&rest);
	if (p->type.n == 0)
		p->type = STR("line");
	for (i = 0; types[i] != NULL && !str_is(p->type, types[i]); i++)
		;
	if (types[i] == NULL) {
		reading_unknown(r, at, "type", p->type, types);
		return;
	}
	if (str_is(p->type, "rec")) {
		p->target = str_word(&rest);
		p->shown_by = str_word(&rest);
		if (schema_type(r->report->schema, p->target) == NULL)
			fault(r, find(r->findings, MSG_REPORT_WORD, at, "there is no record type '%s'",
			    nam(r->findings, p->target)));
	} else if (str_is(p->type, "field")) {
		param_of_field(r, p, str_word(&rest), at);
	} else if (str_is(p->type, "enum")) {
		for (word = str_word(&rest); word.n > 0; word = str_word(&rest))
			add_choices(&r->report->arena, &words, &word, 1);
		p->choices = words.choices;
		p->n_choices = words.n_choices;
	}
	if (str_word(&rest).n > 0)
		fault(r, find(r->findings, MSG_REPORT_WORD, at, "too many words for parameter '%s'",
		    nam(r->findings, p->name)));
}

static struct param *
param_named(struct report *report, struct str name)
{
	size_t i;

	for (i = 0; i < report->n_params; i++)
		if (str_eq(report->params[i].name, name))
			return &report->params[i];
	return NULL;
}

void
read_params(struct reading *r)
{
	struct report *report = r->report;
	const struct record *record = r->entity->record;
	uint32_t i;

	report->params = ARENA_NEW(&report->arena, struct param, record->n);
	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, "Param"))
			read_param(r, &record->fields[i], &report->params[report->n_params++]);
	for (i = 0; i < record->n; i++) {
		struct str rest = record->fields[i].value, word;

		if (!str_is(record->fields[i].name, "Mandatory"))
			continue;
		for (word = str_word(&rest); word.n > 0; word = str_word(&rest)) {
			struct param *p = param_named(report, word);

			if (p != NULL)
				p->mandatory = true;
			else
				fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, &record->fields[i]),
				    "there is no parameter '%s'", nam(r->findings, word)));
		}
	}
}

/* ---- values ---- */


const struct param *
report_params(const struct report *report, size_t *n)
{
	*n = report->n_params;
	return report->params;
}

/* Keys, and what is shown beside them: a person may have typed either. */
static struct str
near_entity(const struct report *report, const struct param *p, struct str value)
{
	size_t n, i, m = 0;
	const struct entity *const *all = directory_all(report->directory, p->target, &n);
	struct str *list = xcalloc(2 * n + 1, sizeof(*list)), near;

	for (i = 0; i < n; i++) {
		const struct field *shown = record_named(all[i]->record, p->shown_by);

		list[m++] = all[i]->key;
		if (shown != NULL)
			list[m++] = shown->value;
	}
	near = nearest(value, list, m);
	for (i = 0; i < n && near.p != NULL; i++) {
		const struct field *shown = record_named(all[i]->record, p->shown_by);

		if (shown != NULL && str_eq(shown->value, near))
			near = all[i]->key;
	}
	free(list);
	return near;
}

static struct finding *
bad_value(const struct param *p, struct str value, const char *expected, struct findings *findings)
{
	return find(findings, MSG_REPORT_PARAMETER, (struct span){ NULL, 0, 0 }, "--%s '%s' is %s",
	    nam(findings, p->name), nam(findings, value), expected);
}

/* Where the records stand that a value may name. */
static void
unknown_entity(const struct report *report, const struct param *p, struct str value, struct findings *findings)
{
	struct finding *finding = bad_value(p, value, "not in the directory", findings);
	struct str near = near_entity(report, p, value);
	size_t n;
	const struct entity *const *all = directory_all(report->directory, p->target, &n);

	if (near.p != NULL)
		fix(findings, finding, "did you mean '%s'?", nam(findings, near));
	else if (n > 0)
		fix(findings, finding, "write the '%s' of a record of %s, such as %s", nam(findings, p->target),
		    all[0]->file->source->name, nam(findings, all[0]->key));
	else
		fix(findings, finding, "there is no record of type '%s' yet: add it to the directory", nam(findings, p->target));
}

static void
unknown_choice(const struct param *p, struct str value, struct findings *findings)
{
	struct finding *finding = bad_value(p, value, "none of its values", findings);
	struct str near = nearest(value, p->choices, p->n_choices);
	struct buf list = BUF_INIT;
	size_t i;

	for (i = 0; i < p->n_choices; i++)
		buf_printf(&list, "%s%.*s", i ? ", " : "", STRF(p->choices[i]));
	if (near.p != NULL)
		fix(findings, finding, "did you mean '%s'?", nam(findings, near));
	else
		fix(findings, finding, "it can be %s", nam(findings, buf_view(&list)));
	buf_release(&list);
}

static bool
check_value(const struct report *report, const struct param *p, struct str *value,
    struct findings *findings)
{
	const struct entity *entity;
	const char *reason;
	size_t i;
	day d;

	if (p->target.n > 0) {
		entity = directory_find(report->directory, p->target, *value, DAY_NONE, NULL);
		if (entity == NULL)
			unknown_entity(report, p, *value, findings);
		else
			*value = entity->key;
		return entity != NULL;
	}
	if (p->n_choices > 0) {
		for (i = 0; i < p->n_choices && !str_eq(p->choices[i], *value); i++)
			;
		if (i == p->n_choices)
			unknown_choice(p, *value, findings);
		return i < p->n_choices;
	}
	if (str_is(p->type, "date") && !date_parse(*value, &d, &reason))
		fix(findings, bad_value(p, *value, "no date YYYY-MM-DD", findings), "write it like 2026-03-31");
	else if (str_is(p->type, "int") && !number_is_integer(*value))
		fix(findings, bad_value(p, *value, "no whole number", findings), "write digits, like 12");
	else if (value->n == 0)
		fix(findings, bad_value(p, *value, "empty", findings), "write a value behind it: --%s VALUE", nam(findings, p->name));
	else
		return true;
	return false;
}

bool
report_set(struct report *report, struct str name, struct str value, struct findings *findings)
{
	struct param *p = param_named(report, name);

	assert(p != NULL);
	if (!check_value(report, p, &value, findings))
		return false;
	p->value = arena_str(&report->arena, value);
	return true;
}

void
report_set_centre(struct report *report, const struct record *centre)
{
	report->centre = centre;
}

/* Targets that stand in centre.rec. */
static bool
settle_targets(const struct report *report, struct tally *t, struct findings *findings)
{
	bool good = true;
	size_t i;

	for (i = 0; i < t->n_targets; i++) {
		struct target *target = &t->targets[i];
		const struct field *field = NULL;

		if (target->setting.p == NULL)
			continue;
		if (report->centre != NULL)
			field = record_named(report->centre, target->setting);
		if (field != NULL && duration_parse(str_trim(field->value), &target->span, NULL))
			continue;
		fix(findings, find(findings, MSG_REPORT_WORD, target->at, field ?
		    "'%s' of centre.rec is not a duration" : "centre.rec has no '%s'",
		    nam(findings, target->setting)), "give it a duration there: %s: P14D", nam(findings, target->setting));
		good = false;
	}
	return good;
}

static int
compare_keys(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Records of a type that are valid in one of the windows have a row even where nothing counts. */
static void
show_records(struct report *report, const struct tally *t, struct level *level)
{
	size_t n, i, w, m = 0, kept = 0;
	const struct entity *const *all = directory_all(report->directory, level->target, &n);
	struct str *keys = ARENA_NEW(&report->arena, struct str, n);

	for (i = 0; i < n; i++) {
		for (w = 0; w < t->n_windows && !meets(all[i], &t->windows[w].period); w++)
			;
		if (w < t->n_windows)
			keys[m++] = all[i]->key;
	}
	if (m > 1)
		qsort(keys, m, sizeof(*keys), compare_keys);
	for (i = 0; i < m; i++)
		if (i == 0 || !str_eq(keys[kept - 1], keys[i]))
			keys[kept++] = keys[i];
	level->choices = keys;
	level->n_choices = kept;
}

static void
show_empty(struct report *report, struct tally *t)
{
	size_t k;

	for (k = 0; k < t->n_levels && t->empty == EMPTY_SHOW; k++)
		if (t->levels[k].target.p != NULL)
			show_records(report, t, &t->levels[k]);
}

static int
compare_days(const void *a, const void *b)
{
	day x = *(const day *)a, y = *(const day *)b;

	return x < y ? -1 : x > y;
}

/* Days on which what an expression goes through begins or ends. */
static void
find_turns(struct report *report)
{
	size_t i, k, n, m = 0;
	day *days;

	for (i = 0; i < report->n_followed; i++) {
		directory_all(report->directory, report->followed[i], &n);
		m += 2 * n;
	}
	days = ARENA_NEW(&report->arena, day, m);
	for (i = m = 0; i < report->n_followed; i++) {
		const struct entity *const *all = directory_all(report->directory, report->followed[i], &n);

		for (k = 0; k < n; k++) {
			if (all[k]->from != DAY_NONE)
				days[m++] = all[k]->from;
			if (all[k]->until != DAY_NONE)
				days[m++] = all[k]->until;
		}
	}
	if (m > 1)
		qsort(days, m, sizeof(*days), compare_days);
	report->n_turns = 0;
	for (i = 0; i < m; i++)
		if (i == 0 || days[i] != days[i - 1])
			days[report->n_turns++] = days[i];
	report->turns = days;
}

/* All that decides what is counted, but the cases and what they refer to. */
/* Whether a figure depends on the day on which it is asked for. */
static bool
asks_clock(const struct report *report)
{
	size_t i, k;

	for (i = 0; i < report->n; i++) {
		const struct tally *t = &report->tables[i];

		if (t->counted == COUNT_FINDINGS)
			return true;
		for (k = 0; k < t->n_measures; k++)
			if (t->measures[k] == MEASURE_WAITING || t->measures[k] == MEASURE_OVERDUE)
				return true;
	}
	return false;
}

static uint64_t
fingerprint(const struct report *report)
{
	struct buf text = BUF_INIT;
	uint64_t hash;
	size_t i;

	buf_printf(&text, "%llu %d %d\n", (unsigned long long)report->definition, (int)report->period.from,
	    (int)report->period.to);
	if (asks_clock(report))
		buf_printf(&text, "%d\n", (int)judged_day(report, &report->period));
	for (i = 0; i < report->n_params; i++)
		buf_printf(&text, "%.*s=%zu %.*s\n", STRF(report->params[i].name), report->params[i].value.n,
		    STRF(report->params[i].value));
	hash = str_hash(buf_view(&text));
	buf_release(&text);
	return hash;
}

void
report_set_known(struct report *report, day known)
{
	report->known = known;
}

#define YEAR_MIN 1900
#define YEAR_MAX 2199

/* Every quarter of a period is a column: one of thousands of years is a slip of the pen. */
static bool
check_period(const struct period *period, struct findings *findings)
{
	if ((period->from == DAY_NONE || period->from >= date_make(YEAR_MIN, 1, 1)) &&
	    (period->to == DAY_NONE || period->to <= date_make(YEAR_MAX + 1, 1, 1)))
		return true;
	fix(findings, find(findings, MSG_REPORT_PARAMETER, (struct span){ NULL, 0, 0 },
	    "the period reaches beyond the years %d to %d", YEAR_MIN, YEAR_MAX), "write it like --period 2026-Q3");
	return false;
}

bool
report_begin(struct report *report, struct period period, int64_t threshold,
    struct findings *findings)
{
	bool whole = check_period(&period, findings);
	size_t i;

	for (i = 0; i < report->n_params; i++) {
		const struct param *p = &report->params[i];

		if (!p->mandatory || p->value.p != NULL)
			continue;
		fix(findings, find(findings, MSG_REPORT_PARAMETER, (struct span){ NULL, 0, 0 },
		    "report '%s' needs --%s", nam(findings, report->name), nam(findings, p->name)),
		    "add: --%s %s", nam(findings, p->name), p->target.n ? "CODE" : "VALUE");
		whole = false;
	}
	report->period = period;
	report->threshold = threshold;
	for (i = 0; i < report->n; i++) {
		struct tally *t = &report->tables[i];

		whole = settle_targets(report, t, findings) && whole;
		set_windows(report, t);
		show_empty(report, t);
	}
	find_turns(report);
	report->fingerprint = fingerprint(report);
	succession_begin(report);
	return whole;
}

