/* Names and words of a definition, held against the schema. */
#include "report-parts.h"

#include <string.h>

#define NEAR_MAX 1024

/* ---- places and faults ---- */

struct span
reading_span(const struct reading *r, const struct field *field)
{
	return field ? value_span(r->entity->file, field) :
	    record_span(r->entity->file, r->entity->record);
}

struct span
reading_part(const struct reading *r, const struct field *field, struct str part)
{
	struct span whole = reading_span(r, field);
	const struct str *bytes = &whole.source->bytes;

	/* A value that is joined of several lines stands nowhere as it is. */
	if (part.p < bytes->p || part.p + part.n > bytes->p + bytes->n)
		return whole;
	return (struct span){ whole.source, (size_t)(part.p - bytes->p), part.n };
}

struct finding *
fault(struct reading *r, struct finding *finding)
{
	r->found++;
	return finding;
}

void
reading_unknown(struct reading *r, struct span at, const char *what, struct str word,
    const char *const *words)
{
	struct str list[48], near;
	struct buf all = BUF_INIT;
	struct finding *f;
	size_t n;

	for (n = 0; n < 48 && words[n] != NULL; n++) {
		list[n] = str_of(words[n]);
		buf_printf(&all, "%s%s", n ? ", " : "", words[n]);
	}
	f = fault(r, find(r->findings, MSG_REPORT_WORD, at, "unknown %s '%s', expected one of: %s", what,
	    nam(r->findings, word), all.p));
	near = nearest(word, list, n);
	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
	buf_release(&all);
}

const struct field *
reading_field(const struct reading *r, const char *name)
{
	return record_named(r->entity->record, str_of(name));
}

struct str
reading_text(const struct reading *r, const char *name)
{
	const struct field *field = reading_field(r, name);

	return field ? str_trim(field->value) : STR_NULL;
}

struct str
need(struct reading *r, const char *name)
{
	struct str text = reading_text(r, name);

	if (text.n == 0) {
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_INCOMPLETE, reading_span(r, NULL),
		    "missing field '%s'", name)), "add a line: %s: ...", name);
		return STR("");
	}
	return text;
}

/* ---- fields ---- */

/* Whether records of a type may have a field; any field goes where %allowed is not set. */
static bool
type_has(const struct rectype *type, int symbol)
{
	return type == NULL || rectype_field(type, symbol) != NULL ||
	    rectype_special(type, STR("%allowed")).p == NULL;
}

static const struct rectype *
type_over(const struct reading *r, enum over over)
{
	const struct schema *schema = r->report->schema;

	if (over == OVER_RECORD)
		return r->type;
	return schema_type(schema, over == OVER_ENTRY ? STR("Entry") : STR("Case"));
}

const struct field_info *
info_of(const struct reading *r, enum over over, int symbol)
{
	const struct schema *schema = r->report->schema;
	const struct rectype *type = type_over(r, over);
	const struct field_info *info = type ? rectype_field(type, symbol) : NULL;
	const struct str *kinds;
	size_t n, i;

	if (over == OVER_FINDING)
		return NULL;
	if (info != NULL || over != OVER_ENTRY)
		return info;
	kinds = schema_kinds(schema, &n);
	for (i = 0; i < n && info == NULL; i++) {
		type = schema_kind(schema, kinds[i]);
		info = type ? rectype_field(type, symbol) : NULL;
	}
	return info;
}

const struct field_info *
info_of_name(const struct reading *r, const struct name *name)
{
	const struct schema *schema = r->report->schema;
	const struct field_info *info = name->sub ? info_of(r, r->over, name->field) : NULL;
	const struct rectype *type;

	if (name->sub != 0 && name->field == r->report->case_symbol && r->over != OVER_RECORD)
		return info_of(r, OVER_CASE, name->sub);
	if (info == NULL || info->target.n == 0)
		return info_of(r, r->over, name->joined);
	type = schema_type(schema, info->target);
	return type ? rectype_field(type, name->sub) : NULL;
}

static bool
has_field(const struct reading *r, enum over over, int symbol)
{
	const struct report *report = r->report;

	if (over == OVER_FINDING)
		return symbol == report->rule_symbol || symbol == report->verdict_symbol ||
		    symbol == report->severity_symbol;
	return info_of(r, over, symbol) != NULL || type_has(type_over(r, over), symbol);
}

/* A State is a field of the case. */
static bool
is_state(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	bool of_case = name->sub != 0 && name->field == report->case_symbol && r->over != OVER_RECORD;
	int symbol = of_case ? name->sub : r->over == OVER_CASE ? name->joined : 0;
	size_t i;

	for (i = 0; symbol != 0 && i < report->states.n; i++)
		if (report->states.symbols[i] == symbol)
			return true;
	return false;
}

/* A reference to a record of the directory: to an entry or a case none is followed. */
static bool
leads_on(const struct field_info *info)
{
	return info->target.n > 0 && !str_is(info->target, "Entry") && !str_is(info->target, "Case");
}

static bool
is_known(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	const struct field_info *info;

	if (name->field == report->param_symbol && name->sub != 0)
		return param_of(report, name->sub) != NULL;
	if (name->field == report->period_symbol && name->sub != 0)
		return name->sub == report->from_symbol || name->sub == report->until_symbol;
	if (name->field == report->case_symbol && name->sub != 0 && r->over != OVER_RECORD)
		return has_field(r, OVER_CASE, name->sub);
	if (r->over == OVER_CASE && name->field == report->entry_symbol)
		return name->sub == 0 || has_field(r, OVER_ENTRY, name->sub);
	info = name->sub ? info_of(r, r->over, name->field) : NULL;
	if (info != NULL && leads_on(info) && type_has(schema_type(report->schema, info->target), name->sub))
		return true;
	return has_field(r, r->over, name->joined);
}

/* ---- what a field holds ---- */

/* Whether a value of that type can be a number or, else, a date; of a free text it can. */
static bool
can_be(const struct field_info *info, bool number)
{
	static const char *const never[] = { "rec", "field", "uuid", "email", "bool" };
	static const char *const numbers[] = { "int", "range", "real" };
	struct number n;
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(*never); i++)
		if (str_is(info->type, never[i]))
			return false;
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (str_is(info->type, numbers[i]))
			return number;
	if (str_is(info->type, "date"))
		return !number;
	for (i = 0; number && i < info->n_choices; i++)
		if (number_parse(info->choices[i], &n))
			return true;
	return info->n_choices == 0;
}

/* Kinds may differ in what a field of theirs holds. */
static bool
some_can_be(const struct reading *r, const struct name *name, bool number)
{
	const struct schema *schema = r->report->schema;
	const struct field_info *info = info_of_name(r, name);
	size_t n, i;
	const struct str *kinds = schema_kinds(schema, &n);

	if (info == NULL || can_be(info, number))
		return true;
	if (r->over != OVER_ENTRY || name->sub != 0)
		return false;
	for (i = 0; i < n; i++) {
		const struct rectype *kind = schema_kind(schema, kinds[i]);

		info = kind ? rectype_field(kind, name->field) : NULL;
		if (info != NULL && can_be(info, number))
			return true;
	}
	return false;
}

void
check_holds(struct reading *r, const struct name *name, struct span at, bool number)
{
	if (!some_can_be(r, name, number))
		fault(r, find(r->findings, MSG_REPORT_WORD, at, "'%s' holds no %s: its type is %s",
		    nam(r->findings, symbol_name(r->report->symbols, name->sub ? name->sub : name->field)),
		    number ? "numbers" : "dates", nam(r->findings, info_of_name(r, name)->type)));
}

/* ---- did you mean ---- */

struct near {
	struct str list[NEAR_MAX];
	size_t n;
};

static void
add_near(struct near *near, struct str name)
{
	if (near->n < NEAR_MAX)
		near->list[near->n++] = name;
}

static void
add_fields(struct near *near, const struct rectype *type)
{
	const struct field_info *fields;
	size_t i, n;

	if (type == NULL)
		return;
	fields = rectype_fields(type, &n);
	for (i = 0; i < n; i++)
		add_near(near, fields[i].name);
}

static void
add_plain(const struct reading *r, struct near *near)
{
	const struct schema *schema = r->report->schema;
	size_t n, i;
	const struct str *kinds = schema_kinds(schema, &n);

	if (r->over == OVER_FINDING) {
		add_near(near, STR("Rule"));
		add_near(near, STR("Verdict"));
		add_near(near, STR("Severity"));
	} else if (r->over == OVER_ENTRY) {
		for (i = 0; i < n; i++)
			add_fields(near, schema_kind(schema, kinds[i]));
	} else {
		add_fields(near, type_over(r, r->over));
	}
}

/* The known name nearest to one part of an unknown one. */
static struct str
near_name(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	const struct field_info *info = info_of(r, r->over, name->field);
	bool of_case = name->sub != 0 && name->field == report->case_symbol;
	struct near near = { .n = 0 };
	int wrong = name->sub ? name->sub : name->field;
	size_t i;

	if (name->sub != 0 && name->field == report->param_symbol) {
		for (i = 0; i < report->n_params; i++)
			add_near(&near, report->params[i].name);
	} else if (name->sub != 0 && name->field == report->period_symbol) {
		add_near(&near, STR("from"));
		add_near(&near, STR("until"));
	} else if (of_case) {
		add_fields(&near, schema_type(report->schema, STR("Case")));
	} else if (name->sub != 0 && info != NULL && info->target.n > 0) {
		add_fields(&near, schema_type(report->schema, info->target));
	} else {
		wrong = name->field;
		add_plain(r, &near);
	}
	for (i = 0; (r->over == OVER_CASE || of_case) && i < report->states.n; i++)
		add_near(&near, symbol_name(report->symbols, report->states.symbols[i]));
	return nearest(symbol_name(report->symbols, wrong), near.list, near.n);
}

static const char *
over_words(struct reading *r)
{
	switch (r->over) {
	case OVER_CASE:
		return "cases";
	case OVER_ENTRY:
		return "entries";
	case OVER_FINDING:
		return "findings";
	default:
		return nam(r->findings, r->type ? rectype_name(r->type) : STR("records"));
	}
}

static void
note_state(struct report *report, int symbol)
{
	size_t i;

	if (report->named_states == NULL)
		report->named_states = ARENA_NEW(&report->arena, int, report->states.n);
	for (i = 0; i < report->n_named_states; i++)
		if (report->named_states[i] == symbol)
			return;
	report->named_states[report->n_named_states++] = symbol;
}

/* A type of which a field is asked through a reference. */
static void
note_follow(struct reading *r, const struct name *name)
{
	struct report *report = r->report;
	const struct field_info *info = name->sub ? info_of(r, r->over, name->field) : NULL;
	size_t n, i;

	if (info == NULL || info->target.n == 0)
		return;
	if (report->followed == NULL) {
		schema_types(report->schema, &n);
		report->followed = ARENA_NEW(&report->arena, struct str, n + 1);
	}
	for (i = 0; i < report->n_followed; i++)
		if (str_eq(report->followed[i], info->target))
			return;
	if (schema_type(report->schema, info->target) != NULL)
		report->followed[report->n_followed++] = info->target;
}

void
check_name(void *context, const struct name *name, struct span at)
{
	struct reading *r = context;
	struct report *report = r->report;
	struct finding *f;
	struct str near;

	note_follow(r, name);
	if (is_state(r, name)) {
		report->asks_states = true;
		note_state(report, name->sub != 0 && name->field == report->case_symbol ? name->sub : name->joined);
		return;
	}
	if (is_known(r, name))
		return;
	near = near_name(r, name);
	f = fault(r, find(r->findings, MSG_REPORT_FIELD, at, "no field '%s%s%s' in %s",
	    nam(r->findings, symbol_name(report->symbols, name->field)), name->sub ? "." : "",
	    name->sub ? nam(r->findings, symbol_name(report->symbols, name->sub)) : "", over_words(r)));
	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
}

/* ---- texts that a name never is ---- */

/* The words that the field can have added to `words`; false when a type has it without. */
static bool
add_words(struct reading *r, struct level *words, const struct rectype *type, int symbol)
{
	const struct field_info *info = type ? rectype_field(type, symbol) : NULL;
	struct choice more = field_words(info);

	if (info == NULL)
		return type == NULL || !type_has(type, symbol);
	add_choices(&r->report->arena, words, more.list, more.n);
	return more.n > 0;
}

static bool
add_entry_words(struct reading *r, struct level *words, int symbol)
{
	const struct schema *schema = r->report->schema;
	size_t n, i;
	const struct str *kinds = schema_kinds(schema, &n);
	bool all = true;

	if (symbol == 0 || str_is(symbol_name(r->report->symbols, symbol), "Kind")) {
		add_choices(&r->report->arena, words, kinds, n);
		return true;
	}
	for (i = 0; i < n; i++)
		all = add_words(r, words, schema_kind(schema, kinds[i]), symbol) && all;
	return all && (words->n_choices > 0 || add_words(r, words, schema_type(schema, STR("Entry")), symbol));
}

/* All that the name can be; false when that is any text, or not known here. */
static bool
words_of_name(struct reading *r, const struct name *name, struct level *words)
{
	const struct report *report = r->report;
	bool of_case = name->sub != 0 && name->field == report->case_symbol && r->over != OVER_RECORD;

	if (of_case || (r->over == OVER_CASE && name->sub == 0 && name->field != report->entry_symbol))
		return add_words(r, words, type_over(r, OVER_CASE), of_case ? name->sub : name->field);
	if (r->over == OVER_CASE && name->field == report->entry_symbol)
		return add_entry_words(r, words, name->sub);
	if (name->sub != 0 || r->over == OVER_FINDING)
		return false;
	return r->over == OVER_ENTRY ? add_entry_words(r, words, name->field) :
	    add_words(r, words, type_over(r, r->over), name->field);
}

static void
check_text(void *context, const struct mention *mention)
{
	struct reading *r = context;
	struct level words = { .choices = NULL };
	struct finding *f;
	struct str near;
	size_t i;

	if (mention->sign == NULL || strcmp(mention->sign, "~") == 0 ||
	    !words_of_name(r, &mention->name, &words) || words.n_choices == 0)
		return;
	for (i = 0; i < words.n_choices; i++)
		if (str_eq(words.choices[i], mention->text))
			return;
	f = fault(r, find(r->findings, MSG_REPORT_WORD, mention->text_at, "'%s%s%s' is never '%s'",
	    nam(r->findings, symbol_name(r->report->symbols, mention->name.field)), mention->name.sub ? "." : "",
	    mention->name.sub ? nam(r->findings, symbol_name(r->report->symbols, mention->name.sub)) : "",
	    nam(r->findings, mention->text)));
	near = nearest(mention->text, words.choices, words.n_choices);
	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
}

struct expr *
read_expr(struct reading *r, struct str text, struct span at, enum over over)
{
	struct report *report = r->report;
	struct expr *expr = expr_compile(text, at, report->symbols, &report->arena, r->findings), **kept;

	if (expr == NULL) {
		r->found++;
		return NULL;
	}
	if (report->n_exprs == report->size_exprs) {
		report->size_exprs = report->size_exprs ? report->size_exprs * 2 : 16;
		kept = xrealloc(report->exprs, report->size_exprs * sizeof(*kept));
		report->exprs = kept;
	}
	report->exprs[report->n_exprs++] = expr;
	r->over = over;
	expr_names(expr, check_name, r);
	expr_mentions(expr, symbol(report->symbols, STR("Kind")), (struct choice){ NULL, 0 }, &report->arena, check_text, r);
	return expr;
}

struct expr *
read_field_expr(struct reading *r, const char *name, enum over over)
{
	const struct field *field = reading_field(r, name);

	return field ? read_expr(r, field->value, reading_span(r, field), over) : NULL;
}

bool
read_name(struct reading *r, struct str text, struct span at, struct name *name)
{
	const struct report *report = r->report;
	struct expr *expr = expr_compile(text, at, r->report->symbols, &r->report->arena, r->findings);
	bool good;

	if (expr == NULL) {
		r->found++;
		return false;
	}
	good = expr_is_name(expr, name);
	expr_free(expr);
	/* The case's own name, its id, where it is asked through an entry. */
	if (good && name->sub == 0 && name->field == report->case_symbol &&
	    (r->over == OVER_ENTRY || r->over == OVER_FINDING))
		name->sub = name->field;
	if (good)
		check_name(r, name, at);
	else
		fault(r, find(r->findings, MSG_REPORT_WORD, at,
		    "'%s' is no field name, expected a Field, a Reference.Field, or month, quarter, year",
		    nam(r->findings, text)));
	return good;
}

/* ---- levels ---- */

static bool
mentions(struct str text, struct str word)
{
	size_t i;

	for (i = 0; i + word.n + 2 <= text.n; i++)
		if ((text.p[i] == '\'' || text.p[i] == '"') && text.p[i + word.n + 1] == text.p[i] &&
		    memcmp(text.p + i + 1, word.p, word.n) == 0)
			return true;
	return false;
}

void
add_choices(struct arena *arena, struct level *level, const struct str *choices, size_t n)
{
	struct str *list = ARENA_NEW(arena, struct str, level->n_choices + n);
	size_t i, k, m = level->n_choices;

	if (m > 0)
		memcpy(list, level->choices, m * sizeof(*list));
	for (i = 0; i < n; i++) {
		for (k = 0; k < m && !str_eq(list[k], choices[i]); k++)
			;
		if (k == m)
			list[m++] = choices[i];
	}
	level->choices = list;
	level->n_choices = m;
}

static void
add_field_choices(struct reading *r, struct level *level, const struct rectype *type, int symbol)
{
	const struct field_info *info = type ? rectype_field(type, symbol) : NULL;

	if (info != NULL && info->n_choices > 0)
		add_choices(&r->report->arena, level, info->choices, info->n_choices);
}

/* An entry's field may be an enum in several kinds: of those that the table's Where names, else of all. */
static void
add_entry_choices(struct reading *r, struct level *level, int symbol)
{
	const struct schema *schema = r->report->schema;
	size_t n, i;
	const struct str *kinds = schema_kinds(schema, &n);
	bool any = false;

	add_field_choices(r, level, schema_type(schema, STR("Entry")), symbol);
	if (level->n_choices > 0)
		return;
	if (str_is(symbol_name(r->report->symbols, symbol), "Kind")) {
		add_choices(&r->report->arena, level, kinds, n);
		return;
	}
	for (i = 0; i < n; i++)
		any = any || mentions(r->where, kinds[i]);
	for (i = 0; i < n; i++)
		if (!any || mentions(r->where, kinds[i]))
			add_field_choices(r, level, schema_kind(schema, kinds[i]), symbol);
}

static void
find_choices(struct reading *r, struct level *level)
{
	static const struct str verdicts[] = { { "due", 3 }, { "overdue", 7 }, { "late", 4 }, { "broken", 6 } };
	static const struct str severities[] = { { "error", 5 }, { "warning", 7 }, { "note", 4 } };
	const struct name *name = &level->name;
	const struct field_info *info = info_of_name(r, name);

	if (info != NULL && info->target.n > 0)
		level->target = info->target;
	if (r->over == OVER_FINDING && name->sub == 0) {
		if (name->field == r->report->verdict_symbol)
			add_choices(&r->report->arena, level, verdicts, 4);
		if (name->field == r->report->severity_symbol)
			add_choices(&r->report->arena, level, severities, 3);
	} else if (r->over == OVER_ENTRY && (name->sub == 0 || (name->field != r->report->case_symbol &&
	    info_of(r, r->over, name->joined) != NULL))) {
		add_entry_choices(r, level, name->joined);
	} else if (info != NULL && info->n_choices > 0) {
		add_choices(&r->report->arena, level, info->choices, info->n_choices);
	}
}

static struct level *
new_level(struct reading *r, struct tally *t, enum level_kind kind, struct str text, struct span at)
{
	size_t max = t->is_list ? KEY_SIZE : LEVELS_MAX;
	struct level *level = &t->levels[t->n_levels];

	if (t->n_levels == max) {
		fault(r, find(r->findings, MSG_REPORT_WORD, at, t->is_list ? "too many fields, expected at most %zu" :
		    "too many levels of rows and columns, expected at most %zu", max));
		return NULL;
	}
	*level = (struct level){ .kind = kind, .text = text };
	t->n_levels++;
	return level;
}

static void
read_level(struct reading *r, struct tally *t, struct str word, struct span at)
{
	struct level *level = new_level(r, t, LEVEL_FIELD, word, at);
	int unit;

	if (level == NULL)
		return;
	for (unit = UNIT_MONTH; unit <= UNIT_YEAR && !t->is_list; unit++)
		if (str_is(word, unit_names[unit])) {
			level->kind = LEVEL_PERIOD;
			level->unit = (enum unit)unit;
			return;
		}
	if (t->counted == COUNT_DAYS && str_is(word, DAYS_LEVEL)) {
		level->kind = LEVEL_BINS;
		level->is_whole = true;
		return;
	}
	if (read_name(r, word, at, &level->name))
		find_choices(r, level);
}

static enum over
over_of(const struct tally *t)
{
	switch (t->counted) {
	case COUNT_CASES:
	case COUNT_STOCK:
		return OVER_CASE;
	case COUNT_FINDINGS:
		return OVER_FINDING;
	case COUNT_RECORDS:
		return OVER_RECORD;
	default:
		return OVER_ENTRY;
	}
}

static void
read_levels(struct reading *r, struct tally *t, const char *name)
{
	const struct record *record = r->entity->record;
	uint32_t i;

	for (i = 0; i < record->n; i++) {
		struct str rest = record->fields[i].value, word;

		if (!str_is(record->fields[i].name, name))
			continue;
		for (word = str_word(&rest); word.n > 0; word = str_word(&rest)) {
			r->over = over_of(t);
			read_level(r, t, word, reading_part(r, &record->fields[i], word));
		}
	}
}

/* LABEL: EXPR */
static void
read_condition(struct reading *r, struct tally *t, const struct field *field, struct condition *c)
{
	struct str rest = field->value;
	size_t i;

	for (i = 0; i + 1 < rest.n && !(rest.p[i] == ':' && (rest.p[i + 1] == ' ' || rest.p[i + 1] == '\n')); i++)
		;
	if (i == 0 || i + 1 >= rest.n) {
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, field),
		    "'%s' is no condition, expected a label, ': ' and an expression", nam(r->findings, rest))),
		    "write it as: %s: LABEL: CONDITION; fields stand in '%ss'", nam(r->findings, field->name),
		    nam(r->findings, field->name));
		return;
	}
	c->label = str_trim((struct str){ rest.p, i });
	rest = str_trim((struct str){ rest.p + i + 1, rest.n - i - 1 });
	c->expr = read_expr(r, rest, reading_part(r, field, rest), over_of(t));
}

/* All fields of that name make one level. */
static void
read_conditions(struct reading *r, struct tally *t, const char *name)
{
	const struct record *record = r->entity->record;
	struct condition *list = ARENA_NEW(&r->report->arena, struct condition, record->n);
	struct level *level;
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, name))
			read_condition(r, t, &record->fields[i], &list[n++]);
	if (n == 0)
		return;
	level = new_level(r, t, LEVEL_CONDITIONS, STR("group"), reading_span(r, reading_field(r, name)));
	if (level == NULL)
		return;
	level->conditions = list;
	level->n_conditions = n;
}

/* ---- bins ---- */

static void
read_cuts(struct reading *r, const struct field *field, struct str rest, struct level *level)
{
	struct number *cuts = ARENA_NEW(&r->report->arena, struct number, rest.n / 2 + 1);
	struct str word;
	size_t n = 0;

	for (word = str_word(&rest); word.n > 0; word = str_word(&rest)) {
		if (!number_parse(word, &cuts[n])) {
			fault(r, find(r->findings, MSG_REPORT_WORD, reading_part(r, field, word),
			    "'%s' is no number, where a bin begins", nam(r->findings, word)));
			return;
		}
		if (n > 0 && number_cmp(cuts[n - 1], cuts[n]) >= 0) {
			fault(r, find(r->findings, MSG_REPORT_WORD, reading_part(r, field, word),
			    "'%s' is not larger than the number before it", nam(r->findings, word)));
			return;
		}
		if (cuts[n++].scale > 0)
			level->is_whole = false;
	}
	if (n == 0)
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, field),
		    "'Bins' names no number where a bin begins"));
	level->cuts = cuts;
	level->n_cuts = n;
}

/* Bins: NAME CUT... */
static void
read_bins(struct reading *r, struct tally *t, const struct field *field)
{
	struct str rest = field->value, name = str_word(&rest);
	const struct field_info *info;
	struct level *level;
	size_t i;

	for (i = 0; i < t->n_levels && !str_eq(t->levels[i].text, name); i++)
		;
	level = &t->levels[i];
	if (i == t->n_levels || (level->kind != LEVEL_FIELD && level->kind != LEVEL_BINS)) {
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, field),
		    "'Bins' cuts '%s', which is no field of Rows or Columns", nam(r->findings, name)));
		return;
	}
	r->over = over_of(t);
	if (level->kind == LEVEL_FIELD) {
		check_holds(r, &level->name, reading_part(r, field, name), true);
		info = info_of_name(r, &level->name);
		level->is_whole = info != NULL && (str_is(info->type, "int") || str_is(info->type, "range"));
		level->kind = LEVEL_BINS;
		level->n_choices = 0;
		level->target = STR_NULL;
	}
	read_cuts(r, field, rest, level);
}

static void
read_all_bins(struct reading *r, struct tally *t)
{
	const struct record *record = r->entity->record;
	uint32_t i;
	size_t k;

	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, "Bins"))
			read_bins(r, t, &record->fields[i]);
	for (k = 0; k < t->n_levels; k++)
		if (t->levels[k].kind == LEVEL_BINS && t->levels[k].n_cuts == 0)
			fix(r->findings, fault(r, find(r->findings, MSG_REPORT_INCOMPLETE, reading_span(r, NULL),
			    "the level '%s' is cut nowhere", nam(r->findings, t->levels[k].text))),
			    "add a line: Bins: %s 7 14 30", nam(r->findings, t->levels[k].text));
}

/* ---- axes ---- */

static void
add_fixed(struct reading *r, struct tally *t)
{
	if (t->before || t->year) {
		t->n_fixed += new_level(r, t, LEVEL_WINDOWS, STR("period"), reading_span(r, reading_field(r, "Compare"))) != NULL;
	}
	if (t->n_measures > 0)
		t->n_fixed += new_level(r, t, LEVEL_MEASURES, STR("measure"), reading_span(r, NULL)) != NULL;
}

/* Which levels each total of a place is summed over: of the rows from some level on, and of the columns. */
static void
set_masks(struct tally *t)
{
	size_t n_columns = t->n_levels - t->n_rows - t->n_fixed, r, c, i;

	for (r = 0; r <= t->n_rows; r++)
		for (c = 0; c <= n_columns; c++) {
			/* the place itself first */
			size_t rows = t->n_rows - r, columns = n_columns - c;
			unsigned mask = 0;
			enum unit grain = UNIT_NONE;

			for (i = rows; i < t->n_rows; i++)
				mask |= 1u << i;
			for (i = t->n_rows + columns; i < t->n_rows + n_columns; i++)
				mask |= 1u << i;
			for (i = 0; i < t->n_levels; i++)
				if (!(mask & 1u << i) && t->levels[i].unit != UNIT_NONE &&
				    (grain == UNIT_NONE || t->levels[i].unit < grain))
					grain = t->levels[i].unit;
			t->masks[t->n_masks] = mask;
			t->grains[t->n_masks++] = grain;
		}
}

/* What has no date stands in no month. */
static void
check_dates(struct reading *r, const struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_levels && t->counted == COUNT_RECORDS && t->date.field == 0; i++)
		if (t->levels[i].unit != UNIT_NONE)
			fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, NULL),
			    "%s has no field 'Date' that says in which %s a record counts", nam(r->findings, t->type),
			    unit_names[t->levels[i].unit])), "name the field that does: Date: FIELD");
}

void
read_axes(struct reading *r, struct tally *t)
{
	struct str shown = reading_text(r, "Shown_by");
	size_t i;

	read_levels(r, t, t->is_list ? "List" : "Rows");
	read_conditions(r, t, "Row");
	t->n_rows = t->n_levels;
	read_levels(r, t, "Columns");
	read_conditions(r, t, "Column");
	read_all_bins(r, t);
	check_dates(r, t);
	add_fixed(r, t);
	for (i = 0; i < t->n_levels; i++)
		t->levels[i].shown_by = shown;
	if (t->is_list)
		t->n_masks = 1; /* there are no totals */
	else if (r->found == 0)
		set_masks(t);
}
