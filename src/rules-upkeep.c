/*
 * Records of the directory that somebody keeps up: a date in them may only be so old. There is no journal, so there is
 * nothing but today, the date and a duration: the record's own, the Centre's, or the one that stands here.
 */
#include "rules-parts.h"

#include <stdlib.h>
#include <string.h>

struct span_of {
	struct duration span;
	int field; /* a field of the record that holds it; 0: span */
	struct expr *condition; /* NULL: always */
};

struct upkeep {
	struct str name, of;
	const struct rectype *type;
	int field, who;
	struct span_of *within;
	size_t n_within;
	struct expr *when;
	enum severity severity;
	const struct recfile *file;
	const struct record *record;
	bool faulty; /* left out */
};

struct upkeeps {
	struct upkeep *list;
	size_t n, size;
};

static const struct {
	const char *name;
	bool needed, many;
} upkeep_fields[] = {
	{ "Upkeep", true, false },
	{ "Of", true, false },
	{ "Field", true, false },
	{ "Within", true, true },
	{ "When", false, false },
	{ "Who", false, false },
	{ "Severity", false, false },
	{ "Message", true, false },
	{ "Fix", false, false },
	{ "Basis", true, true },
	{ "Doc", false, false },
};

#define N_FIELDS (sizeof(upkeep_fields) / sizeof(*upkeep_fields))

struct reading {
	struct rules *rules;
	struct upkeep *upkeep;
	struct findings *findings;
};

static struct finding *
fault(struct reading *r, struct finding *finding)
{
	r->upkeep->faulty = true;
	return finding;
}

static struct span
at_word(const struct reading *r, const struct field *field, struct str word)
{
	const struct source *source = r->upkeep->file->source;

	if (word.p >= source->bytes.p && word.p < source->bytes.p + source->bytes.n)
		return (struct span){ source, (size_t)(word.p - source->bytes.p), word.n };
	return value_span(r->upkeep->file, field);
}

static void
check_field(struct reading *r, const struct field *field)
{
	const char *names[N_FIELDS + 1] = { NULL };
	size_t i;

	for (i = 0; i < N_FIELDS && !str_is(field->name, upkeep_fields[i].name); i++)
		names[i] = upkeep_fields[i].name;
	if (i < N_FIELDS) {
		if (!upkeep_fields[i].many && record_named(r->upkeep->record, field->name) != field)
			fix(r->findings, fault(r, find(r->findings, MSG_RULE_FIELD,
			    field_span(r->upkeep->file, field), "'%s' stands here twice",
			    nam(r->findings, field->name))), "keep one of them");
		else if (str_trim(field->value).n == 0)
			fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE,
			    field_span(r->upkeep->file, field), "'%s' has no value",
			    nam(r->findings, field->name))), "write its value, or take the line out");
		return;
	}
	fault(r, rules_unknown_word(r->findings, field_span(r->upkeep->file, field), "field", field->name, names));
}

static void
check_fields(struct reading *r)
{
	const struct record *record = r->upkeep->record;
	size_t i;

	for (i = 0; i < record->n; i++)
		check_field(r, &record->fields[i]);
	for (i = 0; i < N_FIELDS; i++)
		if (upkeep_fields[i].needed && record_named(record, str_of(upkeep_fields[i].name)) == NULL)
			fix(r->findings, fault(r, find(r->findings, MSG_RULE_INCOMPLETE,
			    record_span(r->upkeep->file, record), "missing field '%s'", upkeep_fields[i].name)),
			    "add a line: %s: ...", upkeep_fields[i].name);
}

/* A field of the type; false after a finding. */
static bool
type_field(struct reading *r, struct str name, struct span at, bool is_date, int *symbol_out)
{
	const struct rectype *type = r->upkeep->type;
	const struct field_info *fields, *info;
	const char **names;
	size_t n, i;

	*symbol_out = symbol(r->rules->symbols, name);
	if (type == NULL)
		return false;
	info = rectype_field(type, *symbol_out);
	if (info == NULL) {
		fields = rectype_fields(type, &n);
		names = arena_alloc(&r->rules->arena, (n + 1) * sizeof(*names));
		for (i = 0; i < n; i++)
			names[i] = arena_cstr(&r->rules->arena, fields[i].name);
		names[n] = NULL;
		fault(r, rules_unknown_word(r->findings, at, "field", name, names));
		return false;
	}
	if (is_date && !str_is(info->type, "date")) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, at, "'%s' does not hold a date",
		    nam(r->findings, name))), "name a field that the schema says is of type date");
		return false;
	}
	return true;
}

static void
see_name(void *context, const struct name *name, struct span at)
{
	struct reading *r = context;
	int symbol;

	type_field(r, symbol_name(r->rules->symbols, name->joined), at, false, &symbol);
}

static struct expr *
condition(struct reading *r, struct str text, struct span at)
{
	struct expr *expr = expr_compile(text, at, r->rules->symbols, &r->rules->arena, r->findings);

	if (expr == NULL)
		r->upkeep->faulty = true;
	else
		expr_names(expr, see_name, r);
	return expr;
}

static void
read_within(struct reading *r, const struct field *field)
{
	struct span_of *within = &r->upkeep->within[r->upkeep->n_within];
	struct str rest = field->value, word = str_word(&rest);
	const char *reason;

	if (word.n == 0)
		return;
	r->upkeep->n_within++;
	if (word.p[0] != 'P' && !str_starts(word, STR("Centre."))) {
		type_field(r, word, at_word(r, field, word), false, &within->field);
	} else if (!rules_duration(r->rules, word, &within->span, &reason)) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, at_word(r, field, word),
		    "'%s' is not a duration: %s", nam(r->findings, word), reason)),
		    "write it as P14D, P6W, P3M or P1Y, as Centre.SETTING, or name a field of the record that holds it");
		return;
	}
	rest = str_trim(rest);
	if (rest.n == 0)
		return;
	word = str_word(&rest);
	if (!str_is(word, "if"))
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, at_word(r, field, word),
		    "'%s' stands behind a duration", nam(r->findings, word))),
		    "write P14D, or P14D if CONDITION");
	else
		within->condition = condition(r, str_trim(rest), at_word(r, field, str_trim(rest)));
}

static void
read_type(struct reading *r)
{
	const struct field *field = record_named(r->upkeep->record, STR("Of"));
	const struct schema *schema = r->rules->schema;
	size_t n_types, n = 0, i;
	const struct str *types = schema_types(schema, &n_types);
	const char **names;

	if (field == NULL)
		return;
	r->upkeep->of = str_trim(field->value);
	r->upkeep->type = schema_type(schema, r->upkeep->of);
	if (r->upkeep->type != NULL && rectype_key(r->upkeep->type) != 0)
		return;
	r->upkeep->type = NULL;
	if (n_types == 0) { /* there is no schema, which was said */
		r->upkeep->faulty = true;
		return;
	}
	names = arena_alloc(&r->rules->arena, (n_types + 1) * sizeof(*names));
	for (i = 0; i < n_types; i++)
		if (rectype_key(schema_type(schema, types[i])) != 0 && !str_is(types[i], "Case"))
			names[n++] = arena_cstr(&r->rules->arena, types[i]);
	names[n] = NULL;
	fault(r, rules_unknown_word(r->findings, value_span(r->upkeep->file, field), "type of record",
	    r->upkeep->of, names));
}

static void
read_severity(struct reading *r)
{
	static const char *const words[] = { "note", "warning", NULL };
	const struct field *field = record_named(r->upkeep->record, STR("Severity"));
	struct str word = field ? str_trim(field->value) : STR("warning");

	r->upkeep->severity = str_is(word, "note") ? NOTE : WARNING;
	if (!str_is(word, "note") && !str_is(word, "warning"))
		fault(r, rules_unknown_word(r->findings, value_span(r->upkeep->file, field), "severity", word, words));
}

static size_t
count_within(const struct record *record)
{
	size_t i, n = 0;

	for (i = 0; i < record->n; i++)
		n += str_is(record->fields[i].name, "Within");
	return n;
}

static void
read_upkeep(struct reading *r)
{
	struct upkeep *u = r->upkeep;
	const struct record *record = u->record;
	const struct field *field = record_named(record, STR("Field")), *when = record_named(record, STR("When"));
	const struct field *who = record_named(record, STR("Who"));
	uint32_t i;

	check_fields(r);
	read_type(r);
	read_severity(r);
	if (field != NULL)
		type_field(r, str_trim(field->value), value_span(u->file, field), true, &u->field);
	if (who != NULL)
		type_field(r, str_trim(who->value), value_span(u->file, who), false, &u->who);
	if (when != NULL)
		u->when = condition(r, when->value, value_span(u->file, when));
	u->within = ARENA_NEW(&r->rules->arena, struct span_of, count_within(record) + 1);
	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, "Within"))
			read_within(r, &record->fields[i]);
}

void
upkeep_link(struct rules *rules, const struct recfile *file, const struct record *record,
    struct findings *findings)
{
	struct reading r = { rules, NULL, findings };
	const struct field *name = record_named(record, STR("Upkeep"));
	struct upkeeps *all = rules->upkeeps;

	if (all == NULL)
		all = rules->upkeeps = ARENA_NEW(&rules->arena, struct upkeeps, 1);
	if (all->n == all->size) {
		size_t old = all->size;

		all->size = old ? 2 * old : 8;
		all->list = arena_grow(&rules->arena, all->list, old * sizeof(*all->list),
		    all->size * sizeof(*all->list));
	}
	r.upkeep = &all->list[all->n];
	*r.upkeep = (struct upkeep){ .name = name ? str_trim(name->value) : STR(""), .file = file,
		.record = record };
	read_upkeep(&r);
	all->n++;
}

void
upkeep_free(struct rules *rules)
{
	size_t i, j;

	for (i = 0; rules->upkeeps != NULL && i < rules->upkeeps->n; i++) {
		struct upkeep *u = &rules->upkeeps->list[i];

		expr_free(u->when);
		for (j = 0; j < u->n_within; j++)
			expr_free(u->within[j].condition);
	}
}

/* ---- what there is ---- */

size_t
rules_upkeep_count(const struct rules *rules)
{
	size_t i, n = 0;

	for (i = 0; rules->upkeeps != NULL && i < rules->upkeeps->n; i++)
		n += !rules->upkeeps->list[i].faulty;
	return n;
}

const struct upkeep *
rules_upkeep_at(const struct rules *rules, size_t i)
{
	size_t k;

	for (k = 0; rules->upkeeps->list[k].faulty || i-- > 0; k++)
		;
	return &rules->upkeeps->list[k];
}

struct str
upkeep_name(const struct upkeep *upkeep)
{
	return upkeep->name;
}

struct str
upkeep_text(const struct upkeep *upkeep, const char *field, size_t i)
{
	return rules_nth_text(upkeep->record, field, i);
}

/* ---- judging ---- */

static bool
nth_value(const struct record *record, int symbol, size_t i, struct str *value)
{
	const struct field *field = record_field(record, symbol);

	while (field != NULL && i-- > 0)
		field = record_next(record, symbol, field);
	if (field != NULL)
		*value = field->value;
	return field != NULL;
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	(void)context;
	return nth_value(self, name->sub ? name->joined : name->field, i, value);
}

static bool
is_so(const struct expr *expr, const struct entity *entity)
{
	const struct subject subject = { .file = entity->file, .self = entity->record, .get = get };

	return expr == NULL || expr_test(expr, &subject);
}

/* The first duration that holds; false when there is none. */
static bool
duration_of(const struct upkeep *u, const struct entity *entity, struct duration *span)
{
	size_t i;
	struct str value;

	for (i = 0; i < u->n_within; i++) {
		if (!is_so(u->within[i].condition, entity))
			continue;
		*span = u->within[i].span;
		if (u->within[i].field == 0)
			return true;
		value = record_value(entity->record, u->within[i].field);
		if (value.n > 0 && duration_parse(str_trim(value), span, NULL))
			return true;
	}
	return false;
}

static void
judge_record(const struct upkeep *u, const struct entity *entity, day today, struct upkept *item)
{
	struct str text = record_value(entity->record, u->field);
	struct duration span;

	*item = (struct upkept){ .upkeep = u, .entity = entity, .verdict = VERDICT_DUE, .last = DAY_NONE,
		.due = DAY_NONE };
	if (text.n == 0 || !date_parse(str_trim(text), &item->last, NULL)) {
		item->last = DAY_NONE;
		return;
	}
	if (!duration_of(u, entity, &span))
		return;
	item->due = date_add(item->last, span, 1);
	if (item->due < today)
		item->verdict = VERDICT_OVERDUE;
}

const struct upkept *
rules_upkeep(const struct rules *rules, const struct directory *directory, day today, struct arena *arena,
    size_t *n)
{
	const struct entity *const *all;
	struct upkept *list = NULL;
	size_t i, k, count, size = 0;

	*n = 0;
	for (i = 0; i < rules_upkeep_count(rules); i++) {
		const struct upkeep *u = rules_upkeep_at(rules, i);

		all = directory_all(directory, u->of, &count);
		for (k = 0; k < count; k++) {
			if ((all[k]->from != DAY_NONE && today < all[k]->from) ||
			    (all[k]->until != DAY_NONE && today >= all[k]->until) || !is_so(u->when, all[k]))
				continue;
			if (*n == size) {
				list = arena_grow(arena, list, size * sizeof(*list),
				    (2 * size + 16) * sizeof(*list));
				size = 2 * size + 16;
			}
			judge_record(u, all[k], today, &list[(*n)++]);
		}
	}
	return list;
}

bool
upkept_who(const struct upkept *item, size_t i, struct str *value)
{
	return item->upkeep->who != 0 && nth_value(item->entity->record, item->upkeep->who, i, value);
}

void
upkept_report(const struct upkept *item, day today, struct findings *findings)
{
	const struct upkeep *u = item->upkeep;
	const struct field *field = record_field(item->entity->record, u->field);
	struct span at = field ? value_span(item->entity->file, field) :
	    record_span(item->entity->file, item->entity->record);
	struct str message = upkeep_text(u, "Message", 0), mend = upkeep_text(u, "Fix", 0),
	    basis = upkeep_text(u, "Basis", 0);
	struct arena *arena = &findings->arena;
	char date[DATE_SIZE];
	struct finding *f;
	int over = item->due == DAY_NONE ? 0 : today - item->due;

	if (item->due == DAY_NONE)
		f = find(findings, MSG_PROCESS_RULE, at, "%s: %s", nam(findings, message),
		    item->last == DAY_NONE ? "it was never written down when that was last done" : "due");
	else
		f = find(findings, MSG_PROCESS_RULE, at, "%s: due %s%s", nam(findings, message),
		    date_format(item->due, date), over == 1 ? ", 1 day over" :
		    over > 1 ? arena_printf(arena, ", %d days over", over) : "");
	f->rule = arena_cstr(arena, u->name);
	f->state = verdict_name(item->verdict);
	f->due = item->due == DAY_NONE ? NULL : arena_cstr(arena, str_of(date_format(item->due, date)));
	f->basis = basis.n > 0 ? arena_cstr(arena, basis) : NULL;
	regrade(findings, f, item->verdict == VERDICT_DUE ? NOTE : u->severity);
	if (mend.n > 0)
		fix(findings, f, "%s", nam(findings, mend));
}

/* ---- in words ---- */

void
upkeep_say(const struct upkeep *u, struct buf *out)
{
	struct str text, word;
	size_t i;

	buf_printf(out, "In each %.*s record", STRF(u->of));
	if (u->when != NULL) {
		buf_text(out, " with ");
		expr_write(u->when, out);
	}
	buf_printf(out, ", the date in %.*s is renewed within ", STRF(upkeep_text(u, "Field", 0)));
	for (i = 0; i < u->n_within; i++) {
		text = upkeep_text(u, "Within", i);
		word = str_word(&text);
		buf_text(out, i ? "; else within " : "");
		if (u->within[i].field == 0)
			rules_say_duration(out, u->within[i].span);
		else
			buf_printf(out, "what %.*s says", STRF(word));
		if (u->within[i].condition != NULL) {
			buf_text(out, " where ");
			expr_write(u->within[i].condition, out);
		}
	}
	buf_char(out, '.');
}
