/* Definitions are records of the directory; what they say is held against the schema, word by word. */
#include "report-parts.h"

#include <assert.h>
#include <string.h>
#include <stdlib.h>

const char *const unit_names[] = { NULL, "month", "quarter", "year", NULL };

/* ---- reading a definition ---- */

struct reading {
	struct report *report;
	struct findings *findings;
	const struct entity *entity; /* the record read now */
	size_t found; /* faults */
	bool over_case; /* whether names are looked up in cases, for expressions */
	struct str where; /* of the table read now */
};

static struct span
here(const struct reading *r, const struct field *field)
{
	return field ? value_span(r->entity->file, field) :
	    record_span(r->entity->file, r->entity->record);
}

static struct finding *
fault(struct reading *r, struct finding *finding)
{
	r->found++;
	return finding;
}

/* A word that is none of `words` (NULL-terminated). */
static void
unknown_word(struct reading *r, struct span at, const char *what, struct str word,
    const char *const *words)
{
	struct str list[32], near;
	struct buf all = BUF_INIT;
	struct finding *f;
	size_t n;

	for (n = 0; n < 32 && words[n] != NULL; n++) {
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

static const struct field *
field_of(const struct reading *r, const char *name)
{
	return record_named(r->entity->record, str_of(name));
}

static struct str
text_of(const struct reading *r, const char *name)
{
	const struct field *field = field_of(r, name);

	return field ? str_trim(field->value) : STR_NULL;
}

/* The text of a field that must be there. */
static struct str
need(struct reading *r, const char *name)
{
	struct str text = text_of(r, name);

	if (text.n == 0) {
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_INCOMPLETE, here(r, NULL),
		    "missing field '%s'", name)), "add a line: %s: ...", name);
		return STR("");
	}
	return text;
}

/* Takes a record of the definition into its hash. */
static void
hash_record(struct reading *r)
{
	const struct record *record = r->entity->record;
	uint64_t *hash = &r->report->definition;
	uint32_t i;

	for (i = 0; i < record->n; i++) {
		*hash = (*hash * 0x9e3779b97f4a7c15u) ^ str_hash(record->fields[i].name);
		*hash = (*hash * 0x9e3779b97f4a7c15u) ^ str_hash(record->fields[i].value);
	}
}

static void
check_fields(struct reading *r, const char *const *names)
{
	const struct record *record = r->entity->record;
	uint32_t i;
	size_t k;

	hash_record(r);
	for (i = 0; i < record->n; i++) {
		struct str name = record->fields[i].name;

		for (k = 0; names[k] != NULL && !str_is(name, names[k]); k++)
			;
		if (names[k] == NULL)
			unknown_word(r, field_span(r->entity->file, &record->fields[i]), "field", name,
			    names);
	}
}

/* Which of `words` a field says; `fallback` when it is not there. */
static int
choose(struct reading *r, const char *name, const char *const *words, int fallback)
{
	const struct field *field = field_of(r, name);
	struct str text;
	int i;

	if (field == NULL)
		return fallback;
	text = str_trim(field->value);
	for (i = 0; words[i] != NULL; i++)
		if (str_is(text, words[i]))
			return i;
	unknown_word(r, here(r, field), name, text, words);
	return fallback;
}

/* ---- names, against the schema ---- */

/* Whether records of a type may have a field; any field goes where %allowed is not set. */
static bool
type_has(const struct rectype *type, int symbol)
{
	return type == NULL || rectype_field(type, symbol) != NULL ||
	    rectype_special(type, STR("%allowed")).p == NULL;
}

/* What the descriptor of cases, or of entries of any kind, says of a field. */
static const struct field_info *
info_of(const struct reading *r, bool of_case, int symbol)
{
	const struct schema *schema = r->report->schema;
	const struct rectype *type = schema_type(schema, of_case ? STR("Case") : STR("Entry"));
	const struct field_info *info = type ? rectype_field(type, symbol) : NULL;
	const struct str *kinds;
	size_t n, i;

	if (info != NULL || of_case)
		return info;
	kinds = schema_kinds(schema, &n);
	for (i = 0; i < n && info == NULL; i++) {
		type = schema_kind(schema, kinds[i]);
		info = type ? rectype_field(type, symbol) : NULL;
	}
	return info;
}

static bool
has_field(const struct reading *r, bool of_case, int symbol)
{
	const struct schema *schema = r->report->schema;

	if (info_of(r, of_case, symbol) != NULL)
		return true;
	return type_has(schema_type(schema, of_case ? STR("Case") : STR("Entry")), symbol);
}

const struct param *
param_of(const struct report *report, int symbol)
{
	size_t i;

	for (i = 0; i < report->n_params; i++)
		if (str_eq(report->params[i].name, symbol_name(report->symbols, symbol)))
			return &report->params[i];
	return NULL;
}

/* A State is a field of the case. */
static bool
is_state(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	int symbol = name->sub != 0 && name->field == report->case_symbol ? name->sub : r->over_case ? name->joined : 0;
	size_t i;

	for (i = 0; symbol != 0 && i < report->states.n; i++)
		if (report->states.symbols[i] == symbol)
			return true;
	return false;
}

static bool
is_known(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	const struct field_info *info;

	if (name->field == report->param_symbol && name->sub != 0)
		return param_of(report, name->sub) != NULL;
	if (name->field == report->case_symbol && name->sub != 0)
		return has_field(r, true, name->sub);
	if (r->over_case && name->field == report->entry_symbol)
		return name->sub == 0 || has_field(r, false, name->sub);
	info = name->sub ? info_of(r, r->over_case, name->field) : NULL;
	if (info != NULL && info->target.n > 0 &&
	    type_has(schema_type(report->schema, info->target), name->sub))
		return true;
	return has_field(r, r->over_case, name->joined);
}

static void
add_names(const struct rectype *type, struct str *list, size_t *n, size_t max)
{
	const struct field_info *fields;
	size_t i, m;

	if (type == NULL)
		return;
	fields = rectype_fields(type, &m);
	for (i = 0; i < m && *n < max; i++)
		list[(*n)++] = fields[i].name;
}

/* The known name nearest to one part of an unknown one. */
static struct str
near_name(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	const struct schema *schema = report->schema;
	const struct field_info *info = info_of(r, r->over_case, name->field);
	struct str list[1024];
	size_t n = 0, i, m;
	int wrong = name->sub ? name->sub : name->field;
	const struct str *kinds = schema_kinds(schema, &m);

	if (name->sub != 0 && name->field == report->param_symbol) {
		for (i = 0; i < report->n_params && n < 1024; i++)
			list[n++] = report->params[i].name;
	} else if (name->sub != 0 && name->field == report->case_symbol) {
		add_names(schema_type(schema, STR("Case")), list, &n, 1024);
	} else if (name->sub != 0 && info != NULL && info->target.n > 0) {
		add_names(schema_type(schema, info->target), list, &n, 1024);
	} else {
		wrong = name->field;
		if (r->over_case)
			add_names(schema_type(schema, STR("Case")), list, &n, 1024);
		for (i = 0; i < m && !r->over_case; i++)
			add_names(schema_kind(schema, kinds[i]), list, &n, 1024);
	}
	for (i = 0; (r->over_case || name->field == report->case_symbol) && i < report->states.n && n < 1024; i++)
		list[n++] = symbol_name(report->symbols, report->states.symbols[i]);
	return nearest(symbol_name(report->symbols, wrong), list, n);
}

static void
check_name(void *context, const struct name *name, struct span at)
{
	struct reading *r = context;
	struct report *report = r->report;
	struct finding *f;
	struct str near;

	if (is_state(r, name)) {
		report->asks_states = true;
		return;
	}
	if (is_known(r, name))
		return;
	near = near_name(r, name);
	f = fault(r, find(r->findings, MSG_REPORT_FIELD, at, "no field '%s%s%s' in %s",
	    nam(r->findings, symbol_name(report->symbols, name->field)), name->sub ? "." : "",
	    name->sub ? nam(r->findings, symbol_name(report->symbols, name->sub)) : "",
	    r->over_case ? "cases" : "entries"));
	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
}

static struct expr *
read_expr(struct reading *r, const char *name, bool over_case)
{
	const struct field *field = field_of(r, name);
	struct expr *expr;

	if (field == NULL)
		return NULL;
	expr = expr_compile(field->value, here(r, field), r->report->symbols, &r->report->arena,
	    r->findings);
	if (expr == NULL) {
		r->found++;
		return NULL;
	}
	r->over_case = over_case;
	expr_names(expr, check_name, r);
	return expr;
}

/* "Field" or "Field.Sub", as in an expression. */
static bool
read_name(struct reading *r, struct str text, struct span at, struct name *name)
{
	struct expr *expr = expr_compile(text, at, r->report->symbols, &r->report->arena, r->findings);
	bool good;

	if (expr == NULL) {
		r->found++;
		return false;
	}
	good = expr_is_name(expr, name);
	expr_free(expr);
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

static void
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
	const struct schema *schema = r->report->schema;
	const struct name *name = &level->name;
	const struct field_info *info;

	if (name->sub != 0 && name->field == r->report->case_symbol)
		add_field_choices(r, level, schema_type(schema, STR("Case")), name->sub);
	else if (name->sub != 0 && (info = info_of(r, r->over_case, name->field)) != NULL &&
	    info->target.n > 0)
		add_field_choices(r, level, schema_type(schema, info->target), name->sub);
	else if (r->over_case)
		add_field_choices(r, level, schema_type(schema, STR("Case")), name->joined);
	else
		add_entry_choices(r, level, name->joined);
}

struct str
label_of(const struct report *report, struct str field, struct str word)
{
	struct str key;
	struct map_slot *slot;
	struct buf joined = BUF_INIT;

	if (report->labels.n == 0)
		return word;
	buf_str(&joined, field);
	buf_char(&joined, '\0');
	buf_str(&joined, word);
	key = buf_view(&joined);
	slot = map_get(&report->labels, key);
	if (slot == NULL)
		slot = map_get(&report->labels, word);
	buf_release(&joined);
	if (slot == NULL)
		return word;
	return record_named(slot->value.p, STR("Text"))->value;
}

/* "Case.Ended_by" reads "Ended by". */
static struct str
level_title(const struct report *report, struct arena *arena, struct str text)
{
	struct str label = label_of(report, STR(""), text), last = text, rest = text;
	char *title;
	size_t i;

	if (!str_eq(label, text))
		return label;
	if (str_starts(text, STR("Case.")))
		while (str_cut(&rest, '.', &last))
			;
	title = arena_cstr(arena, last);
	if (title[0] >= 'a' && title[0] <= 'z')
		title[0] -= 'a' - 'A';
	for (i = 0; i < last.n; i++)
		if (title[i] == '_' || title[i] == '.')
			title[i] = ' ';
	return str_of(title);
}

static void
read_level(struct reading *r, struct tally *t, struct str word, struct span at)
{
	struct level *level = &t->levels[t->n_levels];
	int unit;

	if (t->n_levels == LEVELS_MAX) {
		fault(r, find(r->findings, MSG_REPORT_WORD, at,
		    "too many levels of rows and columns, expected at most %d", LEVELS_MAX));
		return;
	}
	level->text = word;
	level->title = level_title(r->report, &r->report->arena, word);
	t->n_levels++;
	for (unit = UNIT_MONTH; unit <= UNIT_YEAR; unit++)
		if (str_is(word, unit_names[unit])) {
			level->unit = (enum unit)unit;
			return;
		}
	if (read_name(r, word, at, &level->name))
		find_choices(r, level);
}

static void
read_levels(struct reading *r, struct tally *t, const char *name)
{
	const struct record *record = r->entity->record;
	uint32_t i;

	r->over_case = t->counted == COUNT_CASES;
	for (i = 0; i < record->n; i++) {
		struct str rest = record->fields[i].value, word;

		if (!str_is(record->fields[i].name, name))
			continue;
		for (word = str_word(&rest); word.n > 0; word = str_word(&rest))
			read_level(r, t, word, here(r, &record->fields[i]));
	}
}

static struct str *
read_list(struct reading *r, const char *name, size_t *n)
{
	const struct record *record = r->entity->record;
	struct str *list = ARENA_NEW(&r->report->arena, struct str, record->n);
	uint32_t i;

	*n = 0;
	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, name))
			list[(*n)++] = record->fields[i].value;
	return list;
}

/* ---- Report, Table, Label records ---- */

static void
read_table(struct reading *r, struct tally *t)
{
	static const char *const fields[] = { "Table", "Report", "Title", "Count", "Sum", "Where", "Date",
		"On", "Rows", "Columns", "Total", "Empty", "Note", NULL };
	static const char *const counted[] = { "cases", "entries", "cases with entries", NULL };
	static const char *const on[] = { "date", "end", NULL };
	static const char *const totals[] = { "none", "rows", "columns", "both", NULL };
	static const char *const empty[] = { "outer", "show", "hide", NULL };
	const struct field *date = field_of(r, "Date"), *sum = field_of(r, "Sum");
	int total;

	check_fields(r, fields);
	t->name = need(r, "Table");
	t->title = label_of(r->report, STR(""), need(r, "Title"));
	if (need(r, "Count").n > 0)
		t->counted = (enum counted)choose(r, "Count", counted, COUNT_CASES);
	r->where = t->where_text = text_of(r, "Where");
	t->where = read_expr(r, "Where", t->counted == COUNT_CASES);
	t->at_end = choose(r, "On", on, 0) == 1;
	total = choose(r, "Total", totals, 3);
	t->total_rows = total & 1;
	t->total_columns = total & 2;
	t->empty = (enum empty)choose(r, "Empty", empty, EMPTY_OUTER);
	r->over_case = t->counted == COUNT_CASES;
	if (date != NULL)
		read_name(r, str_trim(date->value), here(r, date), &t->date);
	if (sum != NULL)
		read_name(r, str_trim(sum->value), here(r, sum), &t->sum);
	if (sum != NULL && t->counted == COUNT_CASES_WITH_ENTRIES)
		fault(r, find(r->findings, MSG_REPORT_WORD, here(r, sum),
		    "a sum over cases with entries says nothing, expected 'Count: entries' or 'Count: cases'"));
	if (t->at_end && t->counted != COUNT_CASES)
		fault(r, find(r->findings, MSG_REPORT_WORD, here(r, field_of(r, "On")),
		    "'On: end' goes with 'Count: cases' only: an entry is what it was on its date"));
	read_levels(r, t, "Rows");
	t->n_rows = t->n_levels;
	read_levels(r, t, "Columns");
	t->notes = read_list(r, "Note", &t->n_notes);
}

static void
read_tables(struct reading *r)
{
	struct report *report = r->report;
	size_t n, i;
	const struct entity *const *all = directory_all(report->directory, STR("Table"), &n);

	report->tables = ARENA_NEW(&report->arena, struct tally, n);
	for (i = 0; i < n; i++) {
		r->entity = all[i];
		if (str_eq(text_of(r, "Report"), report->name))
			read_table(r, &report->tables[report->n++]);
	}
}

static void
read_labels(struct reading *r, struct str language)
{
	struct report *report = r->report;
	size_t n, i;
	const struct entity *const *all = directory_all(report->directory, STR("Label"), &n);

	for (i = 0; i < n; i++) {
		struct str key, field;

		r->entity = all[i];
		if (!str_eq(text_of(r, "Language"), language) || text_of(r, "Text").p == NULL)
			continue;
		key = text_of(r, "Label");
		if (key.p == NULL)
			continue;
		field = text_of(r, "Field");
		if (field.p != NULL) {
			char *joined = arena_alloc(&report->arena, field.n + 1 + key.n);

			memcpy(joined, field.p, field.n);
			joined[field.n] = '\0';
			memcpy(joined + field.n + 1, key.p, key.n);
			key = (struct str){ joined, field.n + 1 + key.n };
		}
		map_put(&report->labels, key, NULL)->value.p = (void *)all[i]->record;
	}
}

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

	r->over_case = true;
	if (!read_name(r, word, at, &name))
		return;
	info = info_of(r, true, name.field);
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
	struct span at = here(r, field);
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
		unknown_word(r, at, "type", p->type, types);
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

static void
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
				fault(r, find(r->findings, MSG_REPORT_WORD, here(r, &record->fields[i]),
				    "there is no parameter '%s'", nam(r->findings, word)));
		}
	}
}

static void
check_param_name(void *context, const struct name *name, struct span at)
{
	struct reading *r = context;

	if (name->field == r->report->param_symbol && name->sub != 0)
		check_name(r, name, at);
	else
		fault(r, find(r->findings, MSG_REPORT_FIELD, at, "'%s' is no parameter, expected Param.NAME",
		    nam(r->findings, symbol_name(r->report->symbols, name->joined))));
}

/* TYPE [FIELD] [if EXPR] */
static void
read_succession(struct reading *r, const struct field *field, struct succession *s)
{
	struct str rest = field->value, word;
	struct span at = here(r, field);

	s->target = str_word(&rest);
	s->type = schema_type(r->report->schema, s->target);
	if (s->type == NULL || rectype_successor(s->type) == 0)
		fault(r, find(r->findings, MSG_REPORT_WORD, at, s->type == NULL ? "there is no record type '%s'" :
		    "records of type '%s' have no successors: its descriptor has no %%succession",
		    nam(r->findings, s->target)));
	word = str_word(&rest);
	if (word.n > 0 && !str_is(word, "if")) {
		s->shown_by = word;
		word = str_word(&rest);
	}
	if (word.n > 0 && !str_is(word, "if"))
		fault(r, find(r->findings, MSG_REPORT_WORD, at, "'%s' stands where only 'if' can: TYPE FIELD if CONDITION",
		    nam(r->findings, word)));
	if (word.n == 0)
		return;
	s->condition = expr_compile(str_trim(rest), at, r->report->symbols, &r->report->arena, r->findings);
	if (s->condition == NULL)
		r->found++;
	else
		expr_names(s->condition, check_param_name, r);
}

static void
read_successions(struct reading *r)
{
	struct report *report = r->report;
	const struct record *record = r->entity->record;
	uint32_t i;

	report->successions = ARENA_NEW(&report->arena, struct succession, record->n);
	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, "Succession"))
			read_succession(r, &record->fields[i], &report->successions[report->n_successions++]);
}

static void
read_report(struct reading *r)
{
	static const char *const fields[] = { "Report", "Title", "Doc", "Param", "Mandatory", "Scope",
		"Succession", "Profile", NULL };
	static const char *const profiles[] = { "commissioner", "public", NULL };
	struct report *report = r->report;
	const struct entity *entity = r->entity;

	check_fields(r, fields);
	report->title = label_of(report, STR(""), need(r, "Title"));
	report->doc = text_of(r, "Doc");
	need(r, "Profile");
	report->is_public = choose(r, "Profile", profiles, 1) == 1;
	read_params(r);
	read_successions(r);
	report->scope = read_expr(r, "Scope", true);
	read_tables(r);
	r->entity = entity;
	if (report->n == 0)
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_INCOMPLETE, here(r, NULL),
		    "report '%s' has no table", nam(r->findings, report->name))),
		    "add a Table record with 'Report: %s'", nam(r->findings, report->name));
}

static void
no_such_report(const struct directory *directory, struct str name, struct findings *findings)
{
	size_t n, i;
	const struct entity *const *all = directory_all(directory, STR("Report"), &n);
	struct str *list = xcalloc(n + 1, sizeof(*list)), near;
	struct buf names = BUF_INIT;
	struct finding *f;

	for (i = 0; i < n; i++) {
		list[i] = all[i]->key;
		buf_printf(&names, "%s%.*s", i ? ", " : "", STRF(list[i]));
	}
	f = find(findings, MSG_UNKNOWN_REPORT, (struct span){ NULL, 0, 0 }, "there is no report '%s'",
	    nam(findings, name));
	near = nearest(name, list, n);
	if (near.p != NULL)
		fix(findings, f, "did you mean '%s'?", nam(findings, near));
	else if (n > 0)
		fix(findings, f, "choose one of: %s", names.p);
	else
		fix(findings, f, "reports are defined by Report records in reports/*.rec");
	buf_release(&names);
	free(list);
}

struct report *
report_load(const struct schema *schema, const struct directory *directory, struct more_names states,
    struct symbols *symbols, struct str name, struct findings *findings)
{
	const struct entity *entity = directory_find(directory, STR("Report"), name, DAY_NONE, NULL);
	struct report *report;
	struct reading r = { .findings = findings };

	if (entity == NULL) {
		no_such_report(directory, name, findings);
		return NULL;
	}
	report = xcalloc(1, sizeof(*report));
	*report = (struct report){ .schema = schema, .directory = directory, .states = states,
		.symbols = symbols, .name = entity->key };
	arena_init(&report->arena);
	report->param_symbol = symbol(symbols, STR("Param"));
	report->case_symbol = symbol(symbols, STR("Case"));
	report->entry_symbol = symbol(symbols, STR("Entry"));
	r.report = report;
	read_labels(&r, STR("en"));
	r.entity = entity;
	read_report(&r);
	if (r.found > 0) {
		report_free(report);
		return NULL;
	}
	return report;
}

void
report_free(struct report *report)
{
	size_t i;

	if (report == NULL)
		return;
	for (i = 0; i < report->n; i++)
		if (report->tables[i].where != NULL)
			expr_free(report->tables[i].where);
	if (report->scope != NULL)
		expr_free(report->scope);
	for (i = 0; i < report->n_successions; i++)
		if (report->successions[i].condition != NULL)
			expr_free(report->successions[i].condition);
	map_release(&report->labels);
	arena_release(&report->arena);
	free(report);
}

struct str
report_title(const struct report *report)
{
	return report->title;
}

struct str
report_doc(const struct report *report)
{
	return report->doc;
}

struct str
report_table_name(const struct report *report, size_t table)
{
	return report->tables[table].name;
}

bool
report_is_public(const struct report *report)
{
	return report->is_public;
}

bool
report_asks_states(const struct report *report)
{
	return report->asks_states;
}

/* ---- parameters ---- */

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

static bool
bad_value(const struct param *p, struct str value, const char *expected, struct str near,
    struct findings *findings)
{
	struct finding *f = find(findings, MSG_REPORT_PARAMETER, (struct span){ NULL, 0, 0 },
	    "--%s '%s' is %s", nam(findings, p->name), nam(findings, value), expected);

	if (near.p != NULL)
		fix(findings, f, "did you mean '%s'?", nam(findings, near));
	return false;
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
		if (entity != NULL) {
			*value = entity->key;
			return true;
		}
		return bad_value(p, *value, "not in the directory", near_entity(report, p, *value),
		    findings);
	}
	if (p->n_choices > 0) {
		for (i = 0; i < p->n_choices; i++)
			if (str_eq(p->choices[i], *value))
				return true;
		return bad_value(p, *value, "none of its values",
		    nearest(*value, p->choices, p->n_choices), findings);
	}
	if (str_is(p->type, "date") && !date_parse(*value, &d, &reason))
		return bad_value(p, *value, "no date YYYY-MM-DD", STR_NULL, findings);
	if (str_is(p->type, "int") && !number_is_integer(*value))
		return bad_value(p, *value, "no whole number", STR_NULL, findings);
	return value->n > 0 || bad_value(p, *value, "empty", STR_NULL, findings);
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

/* All that decides what is counted, but the cases and what they refer to. */
static uint64_t
fingerprint(const struct report *report)
{
	struct buf text = BUF_INIT;
	uint64_t hash;
	size_t i;

	buf_printf(&text, "%llu %d %d\n", (unsigned long long)report->definition, (int)report->period.from,
	    (int)report->period.to);
	for (i = 0; i < report->n_params; i++)
		buf_printf(&text, "%.*s=%zu %.*s\n", STRF(report->params[i].name), report->params[i].value.n,
		    STRF(report->params[i].value));
	hash = str_hash(buf_view(&text));
	buf_release(&text);
	return hash;
}

bool
report_begin(struct report *report, struct period period, int64_t threshold,
    struct findings *findings)
{
	bool whole = true;
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
	report->fingerprint = fingerprint(report);
	succession_begin(report);
	return whole;
}

