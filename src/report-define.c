/* Definitions are records of the directory: what a Report and its Tables say, word by word. */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

const char *const unit_names[] = { NULL, "month", "quarter", "year", NULL };
const char *const measure_names[] = { "number", "median", "p90", "longest", "within", "waiting", "overdue",
	"start", "in", "moved-in", "out", "moved-out", "end", NULL };

bool
measure_counts(enum measure measure)
{
	return measure != MEASURE_MEDIAN && measure != MEASURE_P90 && measure != MEASURE_LONGEST &&
	    measure != MEASURE_WITHIN;
}

/* ---- fields ---- */

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
			reading_unknown(r, field_span(r->entity->file, &record->fields[i]), "field", name,
			    names);
	}
}

/* Which of `words` a field says; `fallback` when it is not there. */
static int
choose(struct reading *r, const char *name, const char *const *words, int fallback)
{
	const struct field *field = reading_field(r, name);
	struct str text;
	int i;

	if (field == NULL)
		return fallback;
	text = str_trim(field->value);
	for (i = 0; words[i] != NULL; i++)
		if (str_is(text, words[i]))
			return i;
	reading_unknown(r, reading_span(r, field), name, text, words);
	return fallback;
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

/* ---- which fields go together ---- */

enum form {
	FORM_PLAIN = 1, /* units are counted */
	FORM_DAYS = 2,
	FORM_STOCK = 4,
	FORM_LIST = 8,
	FORM_ANY = 15,
};

static const struct table_field {
	const char *name;
	unsigned forms; /* where it has a meaning */
} table_fields[] = {
	{ "Table", FORM_ANY },
	{ "Report", FORM_ANY },
	{ "Title", FORM_ANY },
	{ "Count", FORM_PLAIN | FORM_LIST },
	{ "Sum", FORM_PLAIN },
	{ "From", FORM_DAYS },
	{ "To", FORM_DAYS },
	{ "Given_up", FORM_DAYS },
	{ "Each", FORM_DAYS },
	{ "Target", FORM_DAYS },
	{ "Show", FORM_DAYS | FORM_STOCK },
	{ "Stock", FORM_STOCK },
	{ "List", FORM_LIST },
	{ "Limit", FORM_LIST },
	{ "Where", FORM_ANY },
	{ "Date", FORM_PLAIN | FORM_LIST },
	{ "On", FORM_PLAIN | FORM_LIST },
	{ "Rows", FORM_ANY - FORM_LIST },
	{ "Row", FORM_ANY - FORM_LIST },
	{ "Columns", FORM_ANY - FORM_LIST },
	{ "Column", FORM_ANY - FORM_LIST },
	{ "Bins", FORM_ANY - FORM_LIST },
	{ "Shown_by", FORM_ANY },
	{ "Total", FORM_ANY - FORM_LIST },
	{ "Empty", FORM_ANY - FORM_LIST },
	{ "Compare", FORM_ANY - FORM_LIST },
	{ "Chart", FORM_ANY - FORM_LIST },
	{ "Note", FORM_ANY },
	{ "Checked", FORM_ANY },
};
#define TABLE_FIELDS (sizeof(table_fields) / sizeof(*table_fields))

static void
check_table_fields(struct reading *r, enum form form)
{
	static const char *const by_form[] = { [FORM_DAYS] = "From", [FORM_STOCK] = "Stock", [FORM_LIST] = "List" };
	const char *names[TABLE_FIELDS + 1];
	const struct field *field;
	size_t i;

	for (i = 0; i < TABLE_FIELDS; i++)
		names[i] = table_fields[i].name;
	names[i] = NULL;
	check_fields(r, names);
	for (i = 0; i < TABLE_FIELDS; i++) {
		const struct table_field *known = &table_fields[i];

		field = reading_field(r, known->name);
		if (field == NULL || known->forms & form ||
		    (str_is(str_of(known->name), "Count") && str_is(str_trim(field->value), "cases")))
			continue;
		if (form != FORM_PLAIN)
			fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, field), "'%s' does not go with '%s'",
			    known->name, by_form[form]));
		else
			fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, field),
			    "'%s' says nothing in a table without '%s'", known->name,
			    by_form[known->forms & FORM_DAYS ? FORM_DAYS : FORM_LIST]));
	}
}

static enum form
form_of(const struct reading *r)
{
	if (reading_field(r, "List") != NULL)
		return FORM_LIST;
	if (reading_field(r, "Stock") != NULL)
		return FORM_STOCK;
	return reading_field(r, "From") || reading_field(r, "To") ? FORM_DAYS : FORM_PLAIN;
}

/* ---- what is counted ---- */

/* A record type other than those of cases and their entries. */
static bool
is_counted(const struct schema *schema, struct str name)
{
	const struct str *kinds;
	size_t n, i;

	if (schema_type(schema, name) == NULL || str_is(name, "Case") || str_is(name, "Entry"))
		return false;
	kinds = schema_kinds(schema, &n);
	for (i = 0; i < n; i++)
		if (str_eq(kinds[i], name))
			return false;
	return true;
}

static void
unknown_count(struct reading *r, struct str text)
{
	static const struct str words[] = { { "cases", 5 }, { "entries", 7 }, { "cases with entries", 18 },
		{ "findings", 8 } };
	size_t n, i, m = 4;
	const struct str *types = schema_types(r->report->schema, &n);
	struct str *list = xcalloc(n + 4, sizeof(*list)), near;
	struct finding *f;

	memcpy(list, words, sizeof(words));
	for (i = 0; i < n; i++)
		if (is_counted(r->report->schema, types[i]))
			list[m++] = types[i];
	near = nearest(text, list, m);
	f = fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, reading_field(r, "Count")),
	    "unknown Count '%s', expected cases, entries, cases with entries, findings, or a type of record",
	    nam(r->findings, text)));
	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
	free(list);
}

static void
read_count(struct reading *r, struct tally *t)
{
	static const char *const words[] = { "cases", "entries", "cases with entries", "findings", NULL };
	const struct schema *schema = r->report->schema;
	struct str text = reading_field(r, "List") && !reading_field(r, "Count") ? STR("cases") : need(r, "Count");
	int i;

	if (text.n == 0)
		return;
	for (i = 0; words[i] != NULL; i++)
		if (str_is(text, words[i])) {
			t->counted = (enum counted)i;
			r->report->asks_findings |= t->counted == COUNT_FINDINGS;
			return;
		}
	if (!is_counted(schema, text)) {
		unknown_count(r, text);
		return;
	}
	r->type = schema_type(schema, text);
	t->counted = COUNT_RECORDS;
	t->type = text;
}

/* The records of a type are dated by their field Date, where they have one. */
static void
usual_date(struct reading *r, struct tally *t)
{
	int date = symbol(r->report->symbols, STR("Date"));

	if (t->counted == COUNT_RECORDS && t->date.field == 0 && rectype_field(r->type, date) != NULL)
		t->date = (struct name){ date, 0, -1, date };
}

/* ---- days between two entries ---- */

static bool
read_setting(struct reading *r, const struct field *field, struct str word, struct target *target)
{
	static const struct str prefix = { "Centre.", 7 };
	const char *reason;

	if (str_starts(word, prefix) && is_field_name((struct str){ word.p + prefix.n, word.n - prefix.n })) {
		target->setting = (struct str){ word.p + prefix.n, word.n - prefix.n };
		return true;
	}
	target->setting = STR_NULL;
	if (duration_parse(word, &target->span, &reason))
		return true;
	fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, reading_part(r, field, word),
	    "'%s' is not a duration: %s", nam(r->findings, word), reason)),
	    "write it as P14D, P6W, P3M, or Centre.SETTING for one of centre.rec");
	return false;
}

/* P14D, or P14D if CONDITION */
static void
read_target(struct reading *r, struct tally *t, const struct field *field)
{
	struct target *target = &t->targets[t->n_targets];
	struct str rest = field->value, word = str_word(&rest);

	target->at = reading_span(r, field);
	if (!read_setting(r, field, word, target))
		return;
	if (t->n_targets > 0 && target[-1].condition == NULL)
		fault(r, find(r->findings, MSG_REPORT_WORD, target->at,
		    "nothing comes to this 'Target': the one above it holds always"));
	t->n_targets++;
	rest = str_trim(rest);
	if (rest.n == 0)
		return;
	word = str_word(&rest);
	rest = str_trim(rest);
	if (!str_is(word, "if") || rest.n == 0) {
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, reading_part(r, field, word),
		    "'%s' stands behind a duration", nam(r->findings, word))), "write P14D, or P14D if CONDITION");
		return;
	}
	target->condition = read_expr(r, rest, reading_part(r, field, rest), OVER_ENTRY);
}

/* The measures from `first` to `last` that the table shows, in its order; those of `usual` where it does not say. */
static void
read_show(struct reading *r, struct tally *t, enum measure first, enum measure last, struct str usual)
{
	const struct field *field = reading_field(r, "Show");
	const char *words[MEASURES + 1] = { NULL };
	struct str rest = field ? field->value : usual, word;
	int i;

	memcpy(words, measure_names + first, (last - first + 1) * sizeof(*words));
	for (word = str_word(&rest); word.n > 0; word = str_word(&rest)) {
		for (i = 0; words[i] != NULL && !str_is(word, words[i]); i++)
			;
		if (words[i] == NULL)
			reading_unknown(r, reading_part(r, field, word), "measure", word, words);
		else if (t->n_measures < MEASURES)
			t->measures[t->n_measures++] = (enum measure)(first + i);
	}
}

/* Share and number within or over a target say nothing without one. */
static void
check_targets(struct reading *r, struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_measures && t->n_targets == 0; i++)
		if (t->measures[i] == MEASURE_WITHIN || t->measures[i] == MEASURE_OVERDUE)
			fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, reading_field(r, "Show")),
			    "'%s' needs a 'Target'", measure_names[t->measures[i]]));
}

/* The longest of many is still one person's. */
static void
check_longest(struct reading *r, const struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_measures && r->report->is_public; i++)
		if (t->measures[i] == MEASURE_LONGEST)
			fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, reading_field(r, "Show")),
			    "a public report does not show the 'longest': it is one person's")), "show 'p90' instead");
}

static void
read_days(struct reading *r, struct tally *t)
{
	static const char *const each[] = { "first", "every", NULL };
	const struct record *record = r->entity->record;
	uint32_t i;

	need(r, "From");
	need(r, "To");
	t->counted = COUNT_DAYS;
	t->from = read_field_expr(r, "From", OVER_ENTRY);
	t->to = read_field_expr(r, "To", OVER_ENTRY);
	t->given_up = read_field_expr(r, "Given_up", OVER_ENTRY);
	t->is_every = choose(r, "Each", each, 0) == 1;
	t->targets = ARENA_NEW(&r->report->arena, struct target, record->n);
	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, "Target"))
			read_target(r, t, &record->fields[i]);
	if (t->n_targets > 0 && t->targets[t->n_targets - 1].condition != NULL)
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_WORD, t->targets[t->n_targets - 1].at,
		    "the last 'Target' has a condition, so that some have no target")),
		    "add one without 'if' behind it");
	read_show(r, t, MEASURE_NUMBER, MEASURE_OVERDUE, t->n_targets ? STR("number median p90 within") :
	    STR("number median p90"));
	check_targets(r, t);
	check_longest(r, t);
}

/* ---- stock and flow ---- */

/* STATE, or not STATE */
static void
read_stock(struct reading *r, struct tally *t)
{
	struct report *report = r->report;
	const struct field *field = reading_field(r, "Stock");
	struct str rest = field->value, word = str_word(&rest), near;
	struct str *list = ARENA_NEW(&report->arena, struct str, report->states.n + 1);
	struct finding *f;
	size_t i;

	t->counted = COUNT_STOCK;
	read_show(r, t, MEASURE_START, MEASURE_END, STR("start in moved-in out moved-out end"));
	t->is_not = str_is(word, "not");
	if (t->is_not)
		word = str_word(&rest);
	report->asks_states = true;
	for (i = 0; i < report->states.n; i++) {
		list[i] = symbol_name(report->symbols, report->states.symbols[i]);
		if (str_eq(list[i], word))
			t->state = report->states.symbols[i];
	}
	if (t->state != 0 && str_trim(rest).n == 0)
		return;
	f = fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, field),
	    "'%s' is no State, expected the name of one, or 'not' and the name of one", nam(r->findings, field->value)));
	near = nearest(word, list, report->states.n);
	if (near.p != NULL && t->state == 0)
		fix(r->findings, f, "did you mean '%s%s'?", t->is_not ? "not " : "", nam(r->findings, near));
}

/* ---- Compare, List, Chart ---- */

static void
read_compare(struct reading *r, struct tally *t)
{
	static const char *const words[] = { "before", "year", NULL };
	const struct field *field = reading_field(r, "Compare");
	struct str rest = field ? field->value : STR(""), word;

	for (word = str_word(&rest); word.n > 0; word = str_word(&rest)) {
		if (str_is(word, "before"))
			t->before = true;
		else if (str_is(word, "year"))
			t->year = true;
		else
			reading_unknown(r, reading_part(r, field, word), "period", word, words);
	}
}

static void
check_compare(struct reading *r, const struct tally *t)
{
	size_t i;

	for (i = 0; i < t->n_levels; i++)
		if (t->levels[i].unit != UNIT_NONE && (t->before || t->year)) {
			fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, reading_field(r, "Compare")),
			    "'Compare' sets whole periods side by side: no rows or columns by %s beside it",
			    unit_names[t->levels[i].unit]));
			return;
		}
}

static void
read_listing(struct reading *r, struct tally *t)
{
	const struct field *list = reading_field(r, "List"), *limit = reading_field(r, "Limit");
	struct number n;

	if (r->report->is_public)
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, list),
		    "a public report has no list: its lines are about single cases"));
	t->is_list = true;
	if (str_trim(list->value).n == 0)
		need(r, "List");
	if (limit == NULL)
		return;
	if (number_is_integer(limit->value) && number_parse(limit->value, &n) && n.mantissa > 0 &&
	    n.mantissa <= 1000000)
		t->limit = (size_t)n.mantissa;
	else
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, limit),
		    "'%s' is no number of lines, expected 1 to 1000000", nam(r->findings, limit->value)));
}

static void
read_chart(struct reading *r, struct tally *t)
{
	static const char *const charts[] = { "none", "bars", "stacked", "lines", "flow", NULL };

	t->chart = (enum chart)choose(r, "Chart", charts, CHART_NONE);
	if (t->chart == CHART_FLOW && t->counted != COUNT_STOCK)
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, reading_field(r, "Chart")),
		    "'flow' draws a 'Stock'"));
}

/* ---- Report, Table records ---- */

static void
read_unit(struct reading *r, struct tally *t)
{
	static const char *const on[] = { "date", "end", "standing", NULL };
	bool is_list = reading_field(r, "List") != NULL;
	int when;
	const struct field *date = reading_field(r, "Date"), *sum = reading_field(r, "Sum");

	read_count(r, t);
	when = choose(r, "On", on, is_list && t->counted == COUNT_CASES ? 2 : 0);
	t->at_end = when > 0;
	t->standing = when == 2;
	r->over = t->counted == COUNT_CASES ? OVER_CASE : t->counted == COUNT_RECORDS ? OVER_RECORD :
	    t->counted == COUNT_FINDINGS ? OVER_FINDING : OVER_ENTRY;
	if (date != NULL && t->counted == COUNT_FINDINGS)
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, date),
		    "findings have no 'Date': they are those of the period's last day"));
	else if (date != NULL && read_name(r, str_trim(date->value), reading_span(r, date), &t->date))
		check_holds(r, &t->date, reading_span(r, date), false);
	usual_date(r, t);
	if (sum != NULL && read_name(r, str_trim(sum->value), reading_span(r, sum), &t->sum))
		check_holds(r, &t->sum, reading_span(r, sum), true);
	if (sum != NULL && t->counted == COUNT_CASES_WITH_ENTRIES)
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, sum),
		    "a sum over cases with entries says nothing, expected 'Count: entries' or 'Count: cases'"));
	if (t->at_end && t->counted != COUNT_CASES)
		fault(r, find(r->findings, MSG_REPORT_WORD, reading_span(r, reading_field(r, "On")),
		    "'On: %s' goes with 'Count: cases' only: an entry is what it was on its date", on[when]));
}

static void
read_where(struct reading *r, struct tally *t)
{
	struct str where = reading_text(r, "Where"), from = reading_text(r, "From");

	r->where = t->counted == COUNT_DAYS ? from : where;
	t->where = read_field_expr(r, "Where", t->counted == COUNT_CASES || t->counted == COUNT_STOCK ? OVER_CASE :
	    t->counted == COUNT_RECORDS ? OVER_RECORD : t->counted == COUNT_FINDINGS ? OVER_FINDING : OVER_ENTRY);
}

static void
read_table(struct reading *r, struct tally *t)
{
	static const char *const totals[] = { "none", "rows", "columns", "both", NULL };
	static const char *const empty[] = { "outer", "show", "hide", NULL };
	enum form form = form_of(r);
	int total;

	check_table_fields(r, form);
	t->name = need(r, "Table");
	t->title = need(r, "Title");
	if (form == FORM_DAYS)
		read_days(r, t);
	else if (form == FORM_STOCK)
		read_stock(r, t);
	else
		read_unit(r, t);
	if (form == FORM_LIST)
		read_listing(r, t);
	read_where(r, t);
	total = choose(r, "Total", totals, 3);
	t->total_rows = total & 1 && form != FORM_LIST;
	t->total_columns = total & 2 && form != FORM_LIST;
	t->empty = (enum empty)choose(r, "Empty", empty, EMPTY_OUTER);
	read_compare(r, t);
	read_axes(r, t);
	check_compare(r, t);
	read_chart(r, t);
	t->notes = read_list(r, "Note", &t->n_notes);
}

static void
read_tables(struct reading *r)
{
	struct report *report = r->report;
	size_t n, i;
	const struct entity *const *all = directory_all(report->directory, STR("Table"), &n);
	const struct entity **own;

	report->tables = ARENA_NEW(&report->arena, struct tally, n);
	own = ARENA_NEW(&report->arena, const struct entity *, n);
	for (i = 0; i < n; i++) {
		r->entity = all[i];
		if (!str_eq(reading_text(r, "Report"), report->name))
			continue;
		own[report->n] = all[i];
		read_table(r, &report->tables[report->n++]);
	}
	read_beside(r, own);
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
	struct span at = reading_span(r, field);

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
	rest = str_trim(rest);
	s->condition = expr_compile(rest, reading_part(r, field, rest), r->report->symbols, &r->report->arena, r->findings);
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
	report->title = need(r, "Title");
	report->doc = reading_text(r, "Doc");
	need(r, "Profile");
	report->is_public = choose(r, "Profile", profiles, 1) == 1;
	read_params(r);
	read_successions(r);
	report->scope = read_field_expr(r, "Scope", OVER_CASE);
	read_tables(r);
	r->entity = entity;
	if (report->n == 0)
		fix(r->findings, fault(r, find(r->findings, MSG_REPORT_INCOMPLETE, reading_span(r, NULL),
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

static void
name_symbols(struct report *report)
{
	struct symbols *symbols = report->symbols;

	report->param_symbol = symbol(symbols, STR("Param"));
	report->case_symbol = symbol(symbols, STR("Case"));
	report->entry_symbol = symbol(symbols, STR("Entry"));
	report->period_symbol = symbol(symbols, STR("Period"));
	report->from_symbol = symbol(symbols, STR("from"));
	report->until_symbol = symbol(symbols, STR("until"));
	report->rule_symbol = symbol(symbols, STR("Rule"));
	report->verdict_symbol = symbol(symbols, STR("Verdict"));
	report->severity_symbol = symbol(symbols, STR("Severity"));
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
		.symbols = symbols, .name = entity->key, .known = DAY_NONE };
	arena_init(&report->arena);
	name_symbols(report);
	r.report = report;
	r.entity = entity;
	read_report(&r);
	if (r.found > 0) {
		report_free(report);
		return NULL;
	}
	return report;
}

static bool
is_in_file(const struct entity *entity, const char *path)
{
	return strcmp(entity->file->source->name, path) == 0;
}

bool
report_stands_in(const struct report *report, const char *path)
{
	const struct entity *entity = directory_find(report->directory, STR("Report"), report->name, DAY_NONE, NULL);
	size_t n, i;
	const struct entity *const *all = directory_all(report->directory, STR("Table"), &n);

	if (entity != NULL && is_in_file(entity, path))
		return true;
	for (i = 0; i < n; i++) {
		const struct field *field = record_named(all[i]->record, STR("Report"));

		if (field != NULL && str_eq(str_trim(field->value), report->name) && is_in_file(all[i], path))
			return true;
	}
	return false;
}

void
report_free(struct report *report)
{
	size_t i;

	if (report == NULL)
		return;
	for (i = 0; i < report->n_exprs; i++)
		expr_free(report->exprs[i]);
	for (i = 0; i < report->n_successions; i++)
		if (report->successions[i].condition != NULL)
			expr_free(report->successions[i].condition);
	free(report->exprs);
	arena_release(&report->arena);
	free(report);
}

void
report_set_words(struct report *report, const struct words *words)
{
	report->words = words;
}

struct str
report_title(const struct report *report)
{
	return words_label(report->words, STR(""), report->title);
}

struct str
report_doc(const struct report *report)
{
	return report->doc.p ? words_label(report->words, STR(""), report->doc) : report->doc;
}

struct str
report_table_name(const struct report *report, size_t table)
{
	return report->tables[table].name;
}

uint64_t
report_definition(const struct report *report)
{
	return report->definition;
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

bool
report_asks_findings(const struct report *report)
{
	return report->asks_findings;
}
