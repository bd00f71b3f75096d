/*
 * Each table is a cube: figures under keys that hold, for each level of its rows and columns, a value, or
 * ANY where the level is summed over. A unit (a case or an entry) is put under every key that applies
 * and counts once under each, whatever the number of ways it got there; so a case with two values stands in two
 * rows and once in their total. A stamp on each figure says which unit it saw last.
 */
#include "report.h"

#include "disclosure.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 6
#define ANY UINT32_MAX
#define MISSING (UINT32_MAX - 1)
#define NOT_STATED "(not stated)"

enum unit {
	UNIT_NONE, /* a field, no period */
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR,
};

static const char *const unit_names[] = { NULL, "month", "quarter", "year" };

struct level {
	struct str text; /* as the definition has it: "Municipality.Province" */
	struct str title; /* as a reader sees it */
	enum unit unit;
	struct name name;
	const struct str *choices; /* values shown even where they count nothing, in order */
	size_t n_choices;
};

enum counted {
	COUNT_CASES,
	COUNT_ENTRIES,
	COUNT_CASES_WITH_ENTRIES,
};

static const char *const counted_measures[] = { "cases", "entries", "cases" };

struct tally {
	struct str name, title;
	enum counted counted;
	struct str where_text;
	struct expr *where;
	struct name date; /* field 0: the case's Opened, the entry's Date */
	bool at_end; /* cases as they stand on the period's last day, not on the date that counts them */
	bool total_rows, total_columns, show_empty;
	struct level levels[LEVELS_MAX]; /* rows, then columns */
	size_t n_rows, n_levels;
	struct str *notes;
	size_t n_notes;
};

struct report {
	const struct schema *schema;
	const struct directory *directory;
	struct symbols *symbols;
	struct arena arena;
	struct str name, title, doc;
	bool is_public;
	struct param *params;
	size_t n_params;
	struct str scope_text;
	struct expr *scope;
	struct tally *tables;
	size_t n;
	struct map labels; /* word, or field NUL word, to its Label record */
	int param_symbol, case_symbol, entry_symbol;
	struct period period;
	int64_t threshold;
};

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

	for (n = 0; words[n] != NULL && n < 32; n++) {
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

static void
check_fields(struct reading *r, const char *const *names)
{
	const struct record *record = r->entity->record;
	uint32_t i;
	size_t k;

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

static bool
has_param(const struct report *report, int symbol)
{
	size_t i;

	for (i = 0; i < report->n_params; i++)
		if (str_eq(report->params[i].name, symbol_name(report->symbols, symbol)))
			return true;
	return false;
}

static bool
is_known(const struct reading *r, const struct name *name)
{
	const struct report *report = r->report;
	const struct field_info *info;

	if (name->field == report->param_symbol && name->sub != 0)
		return has_param(report, name->sub);
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
	int symbol = name->sub ? name->sub : name->field;
	const struct str *kinds = schema_kinds(schema, &m);

	if (name->sub != 0 && name->field == report->param_symbol) {
		for (i = 0; i < report->n_params && n < 1024; i++)
			list[n++] = report->params[i].name;
	} else if (name->sub != 0 && name->field == report->case_symbol) {
		add_names(schema_type(schema, STR("Case")), list, &n, 1024);
	} else if (name->sub != 0 && info != NULL && info->target.n > 0) {
		add_names(schema_type(schema, info->target), list, &n, 1024);
	} else {
		symbol = name->field;
		if (r->over_case)
			add_names(schema_type(schema, STR("Case")), list, &n, 1024);
		for (i = 0; i < m && !r->over_case; i++)
			add_names(schema_kind(schema, kinds[i]), list, &n, 1024);
	}
	return nearest(symbol_name(report->symbols, symbol), list, n);
}

static void
check_name(void *context, const struct name *name, struct span at)
{
	struct reading *r = context;
	const struct report *report = r->report;
	struct finding *f;
	struct str near;

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

static struct str
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
	static const char *const fields[] = { "Table", "Report", "Title", "Count", "Where", "Date", "On",
		"Rows", "Columns", "Total", "Empty", "Note", NULL };
	static const char *const counted[] = { "cases", "entries", "cases with entries", NULL };
	static const char *const on[] = { "date", "end", NULL };
	static const char *const totals[] = { "none", "rows", "columns", "both", NULL };
	static const char *const empty[] = { "show", "hide", NULL };
	const struct field *date = field_of(r, "Date");
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
	t->show_empty = choose(r, "Empty", empty, 0) == 0;
	r->over_case = t->counted == COUNT_CASES;
	if (date != NULL)
		read_name(r, str_trim(date->value), here(r, date), &t->date);
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
read_report(struct reading *r)
{
	static const char *const fields[] = { "Report", "Title", "Doc", "Param", "Mandatory", "Scope",
		"Profile", NULL };
	static const char *const profiles[] = { "commissioner", "public", NULL };
	struct report *report = r->report;
	const struct entity *entity = r->entity;

	check_fields(r, fields);
	report->title = label_of(report, STR(""), need(r, "Title"));
	report->doc = text_of(r, "Doc");
	need(r, "Profile");
	report->is_public = choose(r, "Profile", profiles, 1) == 1;
	read_params(r);
	report->scope_text = text_of(r, "Scope");
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
report_load(const struct schema *schema, const struct directory *directory,
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
	*report = (struct report){ .schema = schema, .directory = directory, .symbols = symbols,
		.name = entity->key };
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

bool
report_is_public(const struct report *report)
{
	return report->is_public;
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
	    "--%s '%s' is not %s", nam(findings, p->name), nam(findings, value), expected);

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
		return bad_value(p, *value, nam(findings, p->target), near_entity(report, p, *value),
		    findings);
	}
	if (p->n_choices > 0) {
		for (i = 0; i < p->n_choices; i++)
			if (str_eq(p->choices[i], *value))
				return true;
		return bad_value(p, *value, "one of its values",
		    nearest(*value, p->choices, p->n_choices), findings);
	}
	if (str_is(p->type, "date") && !date_parse(*value, &d, &reason))
		return bad_value(p, *value, "a date YYYY-MM-DD", STR_NULL, findings);
	if (str_is(p->type, "int") && !number_is_integer(*value))
		return bad_value(p, *value, "a whole number", STR_NULL, findings);
	return value->n > 0 || bad_value(p, *value, "a text", STR_NULL, findings);
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
	return whole;
}

/* ---- periods ---- */

static uint32_t
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

/* Its first day. */
static day
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

static struct str
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

static bool
is_cut(const struct report *report, enum unit unit, uint32_t bin)
{
	const struct period *p = &report->period;

	return (p->from != DAY_NONE && bin_start(unit, bin) < p->from) ||
	    (p->to != DAY_NONE && bin_start(unit, bin + 1) > p->to);
}

/* ---- counting ---- */

struct figure {
	uint32_t key[LEVELS_MAX];
	uint64_t stamp; /* the last unit counted here */
	int64_t n; /* 0: a free place */
};

/* Values of a level as small numbers. */
struct values {
	struct map map;
	struct str *list;
	size_t n, size;
};

struct cube {
	const struct tally *tally;
	struct figure *figures;
	size_t n, size;
	struct values values[LEVELS_MAX];
	uint64_t unit;
	size_t places; /* of the unit: keys without ANY */
	int64_t spread; /* units in more than one place */
	int64_t undated;
};

struct counts {
	const struct report *report;
	struct arena arena;
	struct cube *cubes; /* one a table */
};

void
counts_free(struct counts *counts)
{
	size_t i, k;

	for (i = 0; i < counts->report->n; i++) {
		for (k = 0; k < LEVELS_MAX; k++) {
			map_release(&counts->cubes[i].values[k].map);
			free(counts->cubes[i].values[k].list);
		}
		free(counts->cubes[i].figures);
	}
	free(counts->cubes);
	arena_release(&counts->arena);
	free(counts);
}

static uint32_t
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

	for (i = 0; i < LEVELS_MAX; i++)
		h = (h ^ key[i]) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
	return (size_t)h;
}

/* The figure of a key, or the free place where it belongs. */
static struct figure *
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

/* Adds to a figure; false when this unit was counted there before. */
static bool
add_figure(struct cube *cube, const uint32_t *key, uint64_t stamp, int64_t n)
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
	return true;
}

/* Counts the unit in a place and in the totals that hold it: ANY from some level of the rows on, and of the columns. */
static void
count_place(struct cube *cube, const uint32_t *place)
{
	const struct tally *t = cube->tally;
	size_t n_columns = t->n_levels - t->n_rows, r, c, i;
	uint32_t key[LEVELS_MAX];

	if (!add_figure(cube, place, cube->unit, 1))
		return;
	cube->places++;
	for (r = 0; r <= t->n_rows; r++)
		for (c = 0; c <= n_columns; c++) {
			if (r == t->n_rows && c == n_columns)
				continue;
			memcpy(key, place, sizeof(key));
			for (i = r; i < t->n_rows; i++)
				key[i] = ANY;
			for (i = t->n_rows + c; i < t->n_levels; i++)
				key[i] = ANY;
			add_figure(cube, key, cube->unit, 1);
		}
}

/* Puts the unit under each combination of its values from `level` on. */
static void
place_unit(struct counts *counts, struct cube *cube, const struct subject *subject, day d,
    uint32_t *place, size_t level)
{
	const struct level *l = &cube->tally->levels[level];
	struct str value;
	size_t i;

	if (level == cube->tally->n_levels) {
		count_place(cube, place);
		return;
	}
	if (l->unit != UNIT_NONE) {
		place[level] = bin_of(l->unit, d);
		place_unit(counts, cube, subject, d, place, level + 1);
		return;
	}
	for (i = 0; expr_lookup(subject, &l->name, i, &value); i++) {
		place[level] = value_number(counts, &cube->values[level], str_trim(value));
		place_unit(counts, cube, subject, d, place, level + 1);
	}
	if (i == 0) {
		place[level] = MISSING;
		place_unit(counts, cube, subject, d, place, level + 1);
	}
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
};

static bool
ask(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct asking *asking = context;
	size_t k;

	if (name->field != asking->report->param_symbol || name->sub == 0)
		return asking->inner.get != NULL &&
		    asking->inner.get(asking->inner.context, self, name, i, value);
	for (k = 0; k < asking->report->n_params; k++) {
		const struct param *p = &asking->report->params[k];

		if (!str_eq(p->name, symbol_name(asking->report->symbols, name->sub)))
			continue;
		*value = p->value;
		return i == 0 && p->value.p != NULL;
	}
	return false;
}

static void
ask_also(struct asking *asking, const struct report *report, struct subject *subject)
{
	asking->report = report;
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
in_scope(const struct report *report, const struct report_case *c, day on)
{
	struct subject subject;
	struct asking asking;

	if (report->scope == NULL)
		return true;
	c->on(c->context, on, &subject);
	ask_also(&asking, report, &subject);
	return expr_test(report->scope, &subject);
}

static void
count_case(struct counts *counts, struct cube *cube, const struct report_case *c)
{
	const struct report *report = counts->report;
	const struct tally *t = cube->tally;
	uint32_t place[LEVELS_MAX] = { 0 };
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
	if (!is_in(&report->period, d) || !in_scope(report, c, on))
		return;
	c->on(c->context, on, &subject);
	ask_also(&asking, report, &subject);
	if (t->where != NULL && !expr_test(t->where, &subject))
		return;
	begin_unit(cube);
	place_unit(counts, cube, &subject, d, place, 0);
	end_unit(cube);
}

/* Whether the case was in scope on the last date asked about. */
struct scope_memo {
	day on;
	bool is_in, asked;
};

static bool
recall_scope(const struct report *report, const struct report_case *c, day on,
    struct scope_memo *memo)
{
	if (!memo->asked || memo->on != on)
		*memo = (struct scope_memo){ on, in_scope(report, c, on), true };
	return memo->is_in;
}

static void
count_entry(struct counts *counts, struct cube *cube, const struct report_case *c,
    const struct subject *subject, day d, struct scope_memo *memo)
{
	const struct report *report = counts->report;
	const struct tally *t = cube->tally;
	uint32_t place[LEVELS_MAX] = { 0 };

	d = date_of(t, subject, d);
	if (d != DAY_NONE && !is_in(&report->period, d))
		return;
	if (t->where != NULL && !expr_test(t->where, subject))
		return;
	if (d == DAY_NONE) {
		cube->undated++;
		return;
	}
	if (!recall_scope(report, c, d, memo))
		return;
	if (t->counted == COUNT_ENTRIES)
		begin_unit(cube);
	place_unit(counts, cube, subject, d, place, 0);
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

		ask_also(&asking, report, &subject);
		for (k = 0; k < report->n; k++)
			if (report->tables[k].counted != COUNT_CASES)
				count_entry(counts, &counts->cubes[k], c, &subject, d, &memo);
	}
}

void
counts_case(struct counts *counts, const struct report_case *c)
{
	const struct report *report = counts->report;
	bool any = false;
	size_t k;

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
		uint32_t key[LEVELS_MAX];

		if (b->figures[i].n == 0)
			continue;
		memcpy(key, b->figures[i].key, sizeof(key));
		for (k = 0; k < t->n_levels; k++)
			if (t->levels[k].unit == UNIT_NONE && key[k] != ANY && key[k] != MISSING)
				key[k] = value_number(into, &a->values[k], b->values[k].list[key[k]]);
		add_figure(a, key, 0, b->figures[i].n);
	}
	a->spread += b->spread;
	a->undated += b->undated;
}

void
counts_merge(struct counts *into, const struct counts *from)
{
	size_t i;

	for (i = 0; i < into->report->n; i++)
		merge_cube(into, &into->cubes[i], &from->cubes[i]);
}

/* ---- finished tables ---- */

/* A heading as keys, beside its labels. */
struct head {
	uint32_t key[LEVELS_MAX];
	size_t n; /* levels with a value */
	bool marked;
};

struct heads {
	struct head *list;
	size_t n, size;
};

struct drawing {
	const struct report *report;
	const struct cube *cube;
	struct arena *arena;
	struct figure **figures; /* those without ANY, in order of their values */
	size_t n;
	size_t first, end; /* levels of the axis drawn now */
	bool before; /* a group's total stands before it */
	bool totals;
	struct heads *heads;
};

/* Order of two values of a level: choices as in the schema, others by their bytes, missing last. */
static int
value_cmp(const struct cube *cube, size_t k, uint32_t a, uint32_t b)
{
	const struct level *level = &cube->tally->levels[k];

	if (a == b)
		return 0;
	if (level->unit != UNIT_NONE || a == MISSING || b == MISSING || a < level->n_choices ||
	    b < level->n_choices)
		return a < b ? -1 : 1;
	return str_cmp(cube->values[k].list[a], cube->values[k].list[b]);
}

static struct head *
add_head(struct drawing *d, const uint32_t *key, size_t n)
{
	struct heads *heads = d->heads;
	struct head *head;

	if (heads->n == heads->size) {
		heads->size = heads->size ? heads->size * 2 : 32;
		heads->list = xrealloc(heads->list, heads->size * sizeof(*heads->list));
	}
	head = &heads->list[heads->n++];
	*head = (struct head){ .n = n };
	memcpy(head->key, key, sizeof(head->key));
	return head;
}

/* Values of a level that occur under a key, and those that are shown anyway; sorted, without doubles. */
static size_t
values_under(struct drawing *d, const uint32_t *key, size_t level, uint32_t **values)
{
	const struct cube *cube = d->cube;
	const struct level *l = &cube->tally->levels[level];
	size_t n = 0, i, j, k, from, to;

	*values = xmalloc((d->n + l->n_choices + 1) * sizeof(**values));
	for (i = 0; i < d->n; i++) {
		const uint32_t *other = d->figures[i]->key;

		if (memcmp(other + d->first, key + d->first, (level - d->first) * sizeof(*key)) == 0)
			(*values)[n++] = other[level];
	}
	if (l->unit == UNIT_NONE && cube->tally->show_empty)
		for (i = 0; i < l->n_choices; i++)
			(*values)[n++] = (uint32_t)i;
	/* insertion keeps the few distinct values in order */
	for (i = k = 0; i < n; i++) {
		uint32_t v = (*values)[i];

		for (from = 0, to = k; from < to;) {
			j = (from + to) / 2;
			if (value_cmp(cube, level, (*values)[j], v) < 0)
				from = j + 1;
			else
				to = j;
		}
		if (from < k && (*values)[from] == v)
			continue;
		memmove(*values + from + 1, *values + from, (k - from) * sizeof(v));
		(*values)[from] = v;
		k++;
	}
	return k;
}

/* Every bin of the period; with an open end, from the first or to the last that occurs. */
static size_t
bins_of(struct drawing *d, const uint32_t *key, size_t level, uint32_t **values)
{
	const struct period *period = &d->report->period;
	enum unit unit = d->cube->tally->levels[level].unit;
	size_t n = values_under(d, key, level, values), i;
	uint32_t first, last;

	if (n == 0 && (period->from == DAY_NONE || period->to == DAY_NONE))
		return 0;
	first = period->from == DAY_NONE ? (*values)[0] : bin_of(unit, period->from);
	last = period->to == DAY_NONE ? (*values)[n - 1] : bin_of(unit, period->to - 1);
	n = last >= first ? last - first + 1 : 0;
	*values = xrealloc(*values, (n + 1) * sizeof(**values));
	for (i = 0; i < n; i++)
		(*values)[i] = first + (uint32_t)i;
	return n;
}

/* Bins of an inner period level that lie in the outer ones: a quarter of another year is no row of this one. */
static bool
fits_outer(const struct drawing *d, const uint32_t *key, size_t level, uint32_t bin)
{
	const struct level *levels = d->cube->tally->levels;
	size_t i;

	for (i = d->first; i < level; i++) {
		enum unit outer = levels[i].unit, inner = levels[level].unit;
		day start = bin_start(inner, bin);

		if (outer == UNIT_NONE)
			continue;
		if (outer > inner ? bin_of(outer, start) != key[i] :
		    bin_of(inner, bin_start(outer, key[i])) != bin)
			return false;
	}
	return true;
}

static void
draw_level(struct drawing *d, uint32_t *key, size_t level, bool marked)
{
	const struct level *l = &d->cube->tally->levels[level];
	uint32_t *values;
	size_t n, i;

	if (level == d->end) {
		add_head(d, key, level - d->first)->marked = marked;
		return;
	}
	n = l->unit == UNIT_NONE ? values_under(d, key, level, &values) :
	    bins_of(d, key, level, &values);
	for (i = 0; i < n; i++) {
		bool cut = l->unit != UNIT_NONE && is_cut(d->report, l->unit, values[i]);

		if (l->unit != UNIT_NONE && !fits_outer(d, key, level, values[i]))
			continue;
		key[level] = values[i];
		if (level + 1 < d->end && d->before)
			add_head(d, key, level + 1 - d->first)->marked = cut;
		draw_level(d, key, level + 1, marked || cut);
		if (level + 1 < d->end && !d->before && d->totals)
			add_head(d, key, level + 1 - d->first)->marked = cut;
	}
	for (i = level; i < d->end; i++)
		key[i] = ANY;
	free(values);
}

static bool
has_any(const struct figure *figure, size_t n)
{
	size_t k;

	for (k = 0; k < n; k++)
		if (figure->key[k] == ANY)
			return true;
	return false;
}

/* A table while it is drawn: its figures row by row. */
struct drawn {
	const struct cube *cube;
	struct heads rows, columns;
	int64_t *figures;
	size_t *counts; /* their numbers for disclosure */
	bool *hidden;
};

/* Whether a cell shows a figure: a group's heading without totals only names the group. */
static bool
is_shown(const struct drawn *drawn, size_t row)
{
	const struct tally *t = drawn->cube->tally;

	return t->total_rows || drawn->rows.list[row].n == t->n_rows;
}

static void
cell_key(const struct drawn *drawn, size_t row, size_t column, uint32_t *key)
{
	const struct tally *t = drawn->cube->tally;
	size_t k;

	for (k = 0; k < LEVELS_MAX; k++)
		key[k] = k >= t->n_levels ? 0 : k < t->n_rows ? drawn->rows.list[row].key[k] :
		    drawn->columns.list[column].key[k];
}

static void
draw_axis(struct drawing *d, size_t first, size_t end, bool before, bool totals,
    struct heads *heads)
{
	uint32_t key[LEVELS_MAX];
	size_t k;

	for (k = 0; k < LEVELS_MAX; k++)
		key[k] = ANY;
	d->first = first;
	d->end = end;
	d->before = before;
	d->totals = totals;
	d->heads = heads;
	draw_level(d, key, first, false);
	if (totals && end > first)
		add_head(d, key, 0);
}

static void
draw(const struct report *report, const struct cube *cube, struct arena *arena,
    struct drawn *drawn)
{
	const struct tally *t = cube->tally;
	struct drawing d = { .report = report, .cube = cube, .arena = arena };
	uint32_t key[LEVELS_MAX];
	size_t i, k, n;

	*drawn = (struct drawn){ .cube = cube };
	d.figures = xcalloc(cube->n + 1, sizeof(*d.figures));
	for (i = 0; i < cube->size; i++)
		if (cube->figures[i].n != 0 && !has_any(&cube->figures[i], t->n_levels))
			d.figures[d.n++] = &cube->figures[i];
	draw_axis(&d, 0, t->n_rows, true, t->total_rows, &drawn->rows);
	draw_axis(&d, t->n_rows, t->n_levels, false, t->total_columns, &drawn->columns);
	free(d.figures);
	n = drawn->columns.n;
	drawn->figures = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->figures));
	drawn->counts = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->counts));
	drawn->hidden = xcalloc(drawn->rows.n * n + 1, sizeof(*drawn->hidden));
	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < n && cube->size > 0; k++) {
			cell_key(drawn, i, k, key);
			drawn->figures[i * n + k] = figure_at(cube, key)->n;
		}
}

static void
drawn_release(struct drawn *drawn)
{
	free(drawn->rows.list);
	free(drawn->columns.list);
	free(drawn->figures);
	free(drawn->counts);
	free(drawn->hidden);
}

static struct str
key_label(const struct report *report, const struct cube *cube, size_t level, uint32_t value,
    bool raw, struct arena *arena)
{
	const struct level *l = &cube->tally->levels[level];

	if (l->unit != UNIT_NONE)
		return bin_label(l->unit, value, arena);
	if (value == MISSING)
		return STR(NOT_STATED);
	if (raw)
		return cube->values[level].list[value];
	return label_of(report, l->text, cube->values[level].list[value]);
}

/* ---- small counts ---- */

/*
 * All tables of a report are protected together. What a figure is called (what it counts, under which values)
 * says which figures of different tables are one and the same; and each figure is the sum of the cells of every
 * table that divides it further, months adding up to quarters and quarters to years.
 */
struct guard {
	const struct report *report;
	struct arena *arena;
	struct disclosure *disclosure;
	struct map names; /* to the number of the count */
	struct map uses; /* how many tables can say a figure that none shows */
	struct drawn *drawn;
	bool counting; /* the first round: only uses */
};

/* How a level takes part in a sum: as it is, summed over, or in a coarser period. */
struct coarse {
	enum unit units[LEVELS_MAX];
	bool dropped[LEVELS_MAX];
};

static int
compare_parts(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str
figure_name(struct guard *g, const struct drawn *drawn, const uint32_t *key,
    const struct coarse *coarse)
{
	const struct tally *t = drawn->cube->tally;
	struct str parts[LEVELS_MAX];
	struct buf name = BUF_INIT;
	struct str kept;
	size_t n = 0, i, k;

	for (k = 0; k < t->n_levels; k++) {
		enum unit unit = coarse->units[k];
		struct str what = unit != UNIT_NONE ? str_of(unit_names[unit]) : t->levels[k].text;
		struct str value;

		if (key[k] == ANY || coarse->dropped[k])
			continue;
		value = unit == UNIT_NONE ? key_label(g->report, drawn->cube, k, key[k], true, g->arena) :
		    bin_label(unit, bin_of(unit, bin_start(t->levels[k].unit, key[k])), g->arena);
		parts[n++] = str_of(arena_printf(g->arena, "%.*s=%.*s", STRF(what), STRF(value)));
	}
	qsort(parts, n, sizeof(*parts), compare_parts);
	buf_printf(&name, "%d\n%.*s\n%d\n%d", t->counted, STRF(t->where_text), t->date.joined, t->at_end);
	for (i = 0; i < n; i++) {
		if (i > 0 && str_eq(parts[i], parts[i - 1]))
			continue;
		buf_char(&name, '\n');
		buf_str(&name, parts[i]);
	}
	kept = arena_str(g->arena, buf_view(&name));
	buf_release(&name);
	return kept;
}

static void
as_it_is(const struct tally *t, struct coarse *coarse)
{
	size_t k;

	memset(coarse, 0, sizeof(*coarse));
	for (k = 0; k < t->n_levels; k++)
		coarse->units[k] = t->levels[k].unit;
}

static void
name_cells(struct guard *g, struct drawn *drawn)
{
	struct coarse coarse;
	uint32_t key[LEVELS_MAX];
	size_t i, k, n = drawn->columns.n;

	as_it_is(drawn->cube->tally, &coarse);
	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < n; k++) {
			struct map_slot *slot;
			bool is_new;

			if (!is_shown(drawn, i))
				continue;
			cell_key(drawn, i, k, key);
			slot = map_put(&g->names, figure_name(g, drawn, key, &coarse), &is_new);
			if (is_new)
				slot->value.i = disclosure_count(g->disclosure,
				    drawn->figures[i * n + k], true);
			drawn->counts[i * n + k] = slot->value.i;
		}
}

struct group {
	struct str name;
	size_t *parts;
	size_t n, size;
	int64_t total;
};

/* The count that a group adds up to; SIZE_MAX when nobody can say it. */
static size_t
whole_of(struct guard *g, const struct group *group)
{
	struct map_slot *slot = map_get(&g->names, group->name), *use;

	if (slot != NULL)
		return slot->value.i;
	use = map_put(&g->uses, group->name, NULL);
	if (g->counting) {
		use->value.i++;
		return SIZE_MAX;
	}
	if (use->value.i < 2)
		return SIZE_MAX;
	slot = map_put(&g->names, group->name, NULL);
	slot->value.i = disclosure_count(g->disclosure, group->total, false);
	return slot->value.i;
}

/* The innermost cells of a table, grouped by what is left of their keys. */
static void
add_sums(struct guard *g, struct drawn *drawn, const struct coarse *coarse)
{
	const struct tally *t = drawn->cube->tally;
	struct map groups = MAP_INIT;
	struct group *list = NULL, *group;
	uint32_t key[LEVELS_MAX];
	size_t n = 0, size = 0, i, k, columns = drawn->columns.n;

	for (i = 0; i < drawn->rows.n; i++)
		for (k = 0; k < columns; k++) {
			struct map_slot *slot;
			bool is_new;

			if (drawn->rows.list[i].n < t->n_rows ||
			    drawn->columns.list[k].n < t->n_levels - t->n_rows)
				continue;
			cell_key(drawn, i, k, key);
			slot = map_put(&groups, figure_name(g, drawn, key, coarse), &is_new);
			if (is_new) {
				if (n == size) {
					size = size ? size * 2 : 16;
					list = xrealloc(list, size * sizeof(*list));
				}
				list[n] = (struct group){ .name = slot->key };
				slot->value.i = n++;
			}
			group = &list[slot->value.i];
			if (group->n == group->size) {
				group->size = group->size ? group->size * 2 : 8;
				group->parts = xrealloc(group->parts, group->size * sizeof(*group->parts));
			}
			group->parts[group->n++] = drawn->counts[i * columns + k];
			group->total += drawn->figures[i * columns + k];
		}
	for (i = 0; i < n; i++) {
		size_t whole = whole_of(g, &list[i]);

		if (!g->counting && whole != SIZE_MAX &&
		    !(list[i].n == 1 && list[i].parts[0] == whole))
			disclosure_sum(g->disclosure, whole, list[i].parts, list[i].n);
		free(list[i].parts);
	}
	free(list);
	map_release(&groups);
}

/* Every way of leaving out or coarsening levels, from `level` on. */
static void
add_all_sums(struct guard *g, struct drawn *drawn, struct coarse *coarse, size_t level)
{
	const struct tally *t = drawn->cube->tally;
	enum unit own;
	int unit;

	if (level == t->n_levels) {
		add_sums(g, drawn, coarse);
		return;
	}
	own = t->levels[level].unit;
	for (unit = own; unit == UNIT_NONE || unit <= UNIT_YEAR; unit++) {
		coarse->units[level] = (enum unit)unit;
		add_all_sums(g, drawn, coarse, level + 1);
		if (own == UNIT_NONE)
			break;
	}
	coarse->units[level] = own;
	coarse->dropped[level] = true;
	add_all_sums(g, drawn, coarse, level + 1);
	coarse->dropped[level] = false;
}

static bool
protect(const struct report *report, struct arena *arena, struct drawn *drawn)
{
	struct guard g = { .report = report, .arena = arena, .drawn = drawn };
	struct coarse coarse;
	bool any = false;
	size_t i, k;
	int round;

	g.disclosure = disclosure_new(report->threshold);
	for (i = 0; i < report->n; i++)
		name_cells(&g, &drawn[i]);
	for (round = 0; round < 2; round++) {
		g.counting = round == 0;
		for (i = 0; i < report->n; i++) {
			as_it_is(drawn[i].cube->tally, &coarse);
			add_all_sums(&g, &drawn[i], &coarse, 0);
		}
	}
	disclosure_protect(g.disclosure);
	for (i = 0; i < report->n; i++)
		for (k = 0; k < drawn[i].rows.n * drawn[i].columns.n; k++) {
			if (!is_shown(&drawn[i], k / drawn[i].columns.n))
				continue;
			drawn[i].hidden[k] = disclosure_is_hidden(g.disclosure, drawn[i].counts[k]);
			any = any || drawn[i].hidden[k];
		}
	disclosure_free(g.disclosure);
	map_release(&g.names);
	map_release(&g.uses);
	return any;
}

/* ---- into the sheet ---- */

static void
finish_axis(const struct report *report, const struct drawn *drawn, const struct heads *heads,
    size_t first, size_t end, struct arena *arena, struct axis *axis)
{
	const struct cube *cube = drawn->cube;
	struct str *names = ARENA_NEW(arena, struct str, end - first + 1);
	struct heading *list = ARENA_NEW(arena, struct heading, heads->n + 1);
	size_t i, k;

	for (k = first; k < end; k++)
		names[k - first] = cube->tally->levels[k].title;
	for (i = 0; i < heads->n; i++) {
		const struct head *head = &heads->list[i];
		struct str *labels = ARENA_NEW(arena, struct str, head->n + 1);

		for (k = 0; k < head->n; k++)
			labels[k] = key_label(report, cube, first + k, head->key[first + k], false, arena);
		list[i] = (struct heading){ labels, head->n, head->marked };
	}
	*axis = (struct axis){ names, end - first, list, heads->n };
}

static bool
has_marks(const struct heads *heads)
{
	size_t i;

	for (i = 0; i < heads->n; i++)
		if (heads->list[i].marked)
			return true;
	return false;
}

static void
finish_notes(const struct report *report, const struct drawn *drawn, struct arena *arena,
    struct table *table)
{
	const struct cube *cube = drawn->cube;
	const struct tally *t = cube->tally;
	struct str *notes = ARENA_NEW(arena, struct str, t->n_notes + 3);
	size_t n = 0;

	for (; n < t->n_notes; n++)
		notes[n] = label_of(report, STR(""), t->notes[n]);
	if (cube->spread > 0 && report->is_public)
		notes[n++] = str_of(arena_printf(arena, "Some %.*s stand in more than one row or column; each "
		    "counts once in a total.", STRF(table->measure)));
	else if (cube->spread > 0)
		notes[n++] = str_of(arena_printf(arena, "%lld of the %.*s stand%s in more than one row or "
		    "column; each counts once in a total.", (long long)cube->spread,
		    STRF(table->measure), cube->spread == 1 ? "s" : ""));
	if (cube->undated > 0 && !report->is_public)
		notes[n++] = str_of(arena_printf(arena, "%lld of the %.*s left out: no valid date.",
		    (long long)cube->undated, STRF(table->measure)));
	if (has_marks(&drawn->rows) || has_marks(&drawn->columns))
		notes[n++] = STR("* only partly within the period of this report");
	table->notes = notes;
	table->n_notes = n;
}

static void
finish(const struct report *report, const struct drawn *drawn, struct arena *arena,
    struct table *table)
{
	const struct tally *t = drawn->cube->tally;
	struct cell *cells = ARENA_NEW(arena, struct cell, drawn->rows.n * drawn->columns.n + 1);
	size_t i;

	table->name = t->name;
	table->title = t->title;
	table->measure = label_of(report, STR(""), str_of(counted_measures[t->counted]));
	finish_axis(report, drawn, &drawn->rows, 0, t->n_rows, arena, &table->rows);
	finish_axis(report, drawn, &drawn->columns, t->n_rows, t->n_levels, arena, &table->columns);
	for (i = 0; i < drawn->rows.n * drawn->columns.n; i++) {
		if (!is_shown(drawn, i / drawn->columns.n))
			continue;
		if (drawn->hidden[i]) {
			cells[i].kind = CELL_HIDDEN;
			continue;
		}
		cells[i].kind = CELL_FIGURE;
		cells[i].text = str_of(arena_printf(arena, "%lld", (long long)drawn->figures[i]));
	}
	table->cells = cells;
	finish_notes(report, drawn, arena, table);
}

void
report_tables(const struct report *report, const struct counts *counts, struct arena *arena,
    struct sheet *sheet)
{
	struct table *tables = ARENA_NEW(arena, struct table, report->n);
	struct drawn *drawn = xcalloc(report->n, sizeof(*drawn));
	struct str *notes = ARENA_NEW(arena, struct str, 1);
	size_t i;

	*sheet = (struct sheet){ .name = report->name, .title = report->title, .tables = tables,
		.n = report->n, .notes = notes };
	for (i = 0; i < report->n; i++)
		draw(report, &counts->cubes[i], arena, &drawn[i]);
	if (report->is_public && protect(report, arena, drawn)) {
		notes[0] = str_of(arena_printf(arena, "x: not shown, being a count below %lld or one that would "
		    "give such a count away.", (long long)report->threshold));
		sheet->n_notes = 1;
	}
	for (i = 0; i < report->n; i++) {
		finish(report, &drawn[i], arena, &tables[i]);
		drawn_release(&drawn[i]);
	}
	free(drawn);
}
