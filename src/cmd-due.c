/*
 * Every field of the case that refers to a record of the directory is an option: --municipality GM0344 exists because
 * the schema has such a field. So the command line is read twice, the second time once the schema is there.
 */
#define _GNU_SOURCE
#include "command-form.h"
#include "ical.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILTERS_MAX 64
#define COLUMNS_MAX 16
#define WIDTH_FOR_RULE 100 /* a terminal narrower than this has no room for the rule, */
#define WIDTH_FOR_ENTRY 120 /* or the entry, beside what is to be done */

static const struct option options[] = {
	{ 'b', "by", "STAFF", "only what this member of staff must do (may repeat)", NULL },
	{ 'm', "mine", NULL, "only what you must do", NULL },
	{ 'u', "until", "DATE", "only what is due by DATE", NULL },
	{ 'd', "days", "N", "only what is due within N days", NULL },
	{ 'o', "overdue", NULL, "only what is overdue", NULL },
	{ 'c', "count", NULL, "how many there are", NULL },
	{ 0, "commit", "REV", "as it stood at a commit", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

/* --FIELD VALUE: the case has that value in force. */
struct filter {
	const struct field_info *field;
	struct str value;
};

enum column { COLUMN_DUE, COLUMN_DAYS, COLUMN_CASE, COLUMN_WHO, COLUMN_WHAT, COLUMN_RULE, COLUMN_ENTRY, COLUMN_STATE,
	COLUMN_FIX, COLUMN_RECORD };

struct due {
	struct run *run;
	struct store *store;
	struct archive *archive;
	struct arena arena;
	struct filter filters[FILTERS_MAX];
	size_t n_filters;
	struct str by[FILTERS_MAX];
	size_t n_by;
	const char **cases;
	size_t n_cases;
	day until; /* DAY_NONE: all */
	bool is_text, is_calendar;
	enum column columns[COLUMNS_MAX];
	struct str names[COLUMNS_MAX];
	size_t n_columns;
	struct rows *rows;
	struct str calendar; /* what stands behind @ in the names of its items */
	size_t count;
};

/* ---- the command line ---- */

/* "Approved_by" is --approved-by. */
static struct str
option_of(struct due *due, struct str field)
{
	char *name = arena_cstr(&due->arena, field);
	size_t i;

	for (i = 0; i < field.n; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] - 'A' + 'a');
		else if (name[i] == '_')
			name[i] = '-';
	return str_of(name);
}

/* A field of the case that refers to a record of the directory. */
static bool
is_reference(const struct due *due, const struct field_info *field)
{
	const struct rectype *target = schema_type(due->archive->schema, field->target);

	return field->target.n > 0 && field->use != FIELD_PROHIBITED && target != NULL && rectype_key(target) != 0;
}

static const struct field_info *
case_fields(const struct due *due, size_t *n)
{
	const struct rectype *type = schema_type(due->archive->schema, STR("Case"));

	*n = 0;
	return type == NULL ? NULL : rectype_fields(type, n);
}

static const struct field_info *
field_of_option(struct due *due, struct str name)
{
	size_t i, n;
	const struct field_info *fields = case_fields(due, &n);

	for (i = 0; i < n; i++)
		if (is_reference(due, &fields[i]) && str_eq(option_of(due, fields[i].name), name))
			return &fields[i];
	return NULL;
}

static void
unknown_option(struct due *due, struct str name)
{
	struct str list[OPTIONS_MAX + FILTERS_MAX], near;
	size_t i, n, n_list = 0;
	const struct field_info *fields = case_fields(due, &n);

	for (i = 0; options[i].name != NULL; i++)
		list[n_list++] = str_of(options[i].name);
	for (i = 0; i < n && n_list < OPTIONS_MAX + FILTERS_MAX; i++)
		if (is_reference(due, &fields[i]))
			list[n_list++] = option_of(due, fields[i].name);
	near = nearest(name, list, n_list);
	if (near.p != NULL)
		usage(due->run, "there is no option '--%.*s'; did you mean '--%.*s'?", STRF(name), STRF(near));
	usage(due->run, "there is no option '--%.*s'", STRF(name));
}

/* Dies unless the directory has, or once had, a record of that key. */
static void
check_key(struct due *due, const char *option_name, struct str type, struct str key)
{
	size_t i, n;
	const struct entity *const *all = directory_all(due->archive->directory, type, &n);
	struct str *keys, near;

	if (directory_find(due->archive->directory, type, key, DAY_NONE, NULL) != NULL)
		return;
	keys = ARENA_NEW(&due->arena, struct str, n + 1);
	for (i = 0; i < n; i++)
		keys[i] = all[i]->key;
	near = nearest(key, keys, n);
	if (near.p != NULL)
		usage(due->run, "--%s '%.*s': the directory has no such %.*s; did you mean '%.*s'?", option_name, STRF(key),
		    STRF(type), STRF(near));
	usage(due->run, "--%s '%.*s': the directory has no such %.*s", option_name, STRF(key), STRF(type));
}

static void
add_filter(struct due *due, const struct field_info *field, struct str name, struct str value)
{
	if (due->n_filters == FILTERS_MAX)
		usage(due->run, "more than %d options that name a record", FILTERS_MAX);
	check_key(due, arena_cstr(&due->arena, name), field->target, value);
	due->filters[due->n_filters++] = (struct filter){ field, value };
}

/* What the table of options does not know: options of fields, with their values, and cases. */
static void
take_operands(struct due *due)
{
	struct run *run = due->run;
	const struct field_info *field;
	struct str name, value;
	int i;

	due->cases = arena_alloc(&due->arena, sizeof(*due->cases) * (size_t)(run->argc + 1));
	for (i = 0; i < run->argc; i++) {
		if (strncmp(run->argv[i], "--", 2) != 0 || run->argv[i][2] == '\0') {
			due->cases[due->n_cases++] = run_path(run, due->store, run->argv[i], &due->arena);
			continue;
		}
		value = str_of(run->argv[i] + 2);
		str_cut(&value, '=', &name);
		field = field_of_option(due, name);
		if (field == NULL)
			unknown_option(due, name);
		if (value.p == NULL && ++i == run->argc)
			usage(run, "--%.*s wants a value: --%.*s %.*s", STRF(name), STRF(name), STRF(field->target));
		add_filter(due, field, name, value.p ? value : str_of(run->argv[i]));
	}
}

static void
take_by(struct due *due)
{
	const char *const *all = option_all(due->run, "by");
	struct str me;

	if (has_option(due->run, "mine")) {
		me = staff_at_work(due->archive, due->store, due->run->today, &due->arena);
		if (me.p == NULL) {
			say_nobody(due->store);
			usage(due->run, "--mine: who are you? Say it with --by STAFF");
		}
		due->by[due->n_by++] = me;
	}
	for (; *all != NULL; all++) {
		if (due->n_by == FILTERS_MAX)
			usage(due->run, "more than %d members of staff", FILTERS_MAX);
		check_key(due, "by", STR("Staff"), str_of(*all));
		due->by[due->n_by++] = str_of(*all);
	}
}

static void
take_until(struct due *due)
{
	const char *until = option(due->run, "until"), *days = option(due->run, "days"), *reason;
	char *end;
	long n;

	due->until = DAY_NONE;
	if (until != NULL && days != NULL)
		usage(due->run, "--until and --days say the same: give one of them");
	if (until != NULL && !date_parse(str_of(until), &due->until, &reason))
		usage(due->run, "--until '%s': %s", until, reason);
	if (days == NULL)
		return;
	n = strtol(days, &end, 10);
	if (*end != '\0' || end == days || n < 0 || n > 100000)
		usage(due->run, "--days '%s' is not a number such as 14", days);
	due->until = due->run->today + (day)n;
}

/* ---- what counts ---- */

static bool
has_value(const struct casefile *file, int symbol, struct str wanted)
{
	struct str value;
	size_t i;

	for (i = 0; case_value(file, symbol, file->today, i, &value); i++)
		if (str_eq(value, wanted))
			return true;
	return false;
}

/* Options of one field are alternatives, those of several all hold. */
static bool
is_case_wanted(const struct due *due, const struct casefile *file)
{
	size_t i, j;
	bool held;

	for (i = 0; i < due->n_filters; i++) {
		const struct field_info *field = due->filters[i].field;

		for (held = false, j = 0; j < due->n_filters && !held; j++)
			held = due->filters[j].field == field && has_value(file, field->symbol, due->filters[j].value);
		if (!held)
			return false;
	}
	return true;
}

static bool
is_for_them(const struct due *due, const struct casefile *file, const struct judgement *judgement)
{
	int who = rule_who(judgement->rule);
	size_t i;

	for (i = 0; i < due->n_by; i++)
		if (who != 0 && has_value(file, who, due->by[i]))
			return true;
	return due->n_by == 0;
}

static bool
is_wanted(const struct due *due, const struct casefile *file, const struct judgement *judgement)
{
	if (judgement->verdict != VERDICT_OVERDUE && judgement->verdict != VERDICT_DUE)
		return false;
	if (judgement->verdict == VERDICT_DUE && has_option(due->run, "overdue"))
		return false;
	if (due->until != DAY_NONE && (judgement->paused || judgement->due == DAY_NONE || judgement->due > due->until))
		return false;
	return is_for_them(due, file, judgement);
}

/* ---- rows ---- */

struct item {
	const struct due *due;
	struct casefile *file;
	const struct judgement *judgement;
};

static const char *
state_of(const struct judgement *judgement)
{
	return judgement->paused ? "paused" : verdict_name(judgement->verdict);
}

static void
text_cell(struct row *row, struct str text)
{
	struct result result = { RESULT_TEXT, { 0, 0 }, text };

	if (text.n > 0)
		row_value(row, &result);
}

static void
due_cell(const struct item *item, struct row *row)
{
	const struct judgement *judgement = item->judgement;
	char date[DATE_SIZE];

	if (judgement->due != DAY_NONE && !judgement->paused)
		text_cell(row, str_of(date_format(judgement->due, date)));
	else if (item->due->is_text)
		text_cell(row, judgement->paused ? STR("paused") : STR("-"));
}

static void
days_cell(const struct item *item, struct row *row)
{
	const struct judgement *judgement = item->judgement;
	struct result number = { RESULT_NUMBER };
	char text[32];
	int left;

	if (judgement->due == DAY_NONE || judgement->paused)
		return;
	left = judgement->due - item->file->today;
	number.number = number_of(left);
	if (!item->due->is_text) {
		row_value(row, &number);
		return;
	}
	if (left == 0)
		snprintf(text, sizeof(text), "today");
	else
		snprintf(text, sizeof(text), "%d %s", abs(left), left < 0 ? "over" : "left");
	text_cell(row, str_of(text));
}

static void
who_cell(const struct item *item, struct row *row)
{
	int who = rule_who(item->judgement->rule);
	struct str value;
	size_t i;

	for (i = 0; who != 0 && case_value(item->file, who, item->file->today, i, &value); i++)
		text_cell(row, value);
}

static void
entry_cell(const struct item *item, struct row *row)
{
	char name[280];

	if (item->judgement->entry == NO_ENTRY)
		return;
	entry_name_write(&item->file->entries[item->judgement->entry], name, sizeof(name));
	text_cell(row, str_of(name));
}

static void
fix_cell(const struct item *item, struct row *row)
{
	struct buf fix = BUF_INIT;

	rule_fix_write(item->judgement->rule, item->file, &fix);
	text_cell(row, buf_view(&fix));
	buf_release(&fix);
}

static void
pack_cell(const struct item *item, enum column column, struct row *row)
{
	const struct rule *rule = item->judgement->rule;

	row_cell(row);
	switch (column) {
	case COLUMN_DUE:
		due_cell(item, row);
		break;
	case COLUMN_DAYS:
		days_cell(item, row);
		break;
	case COLUMN_CASE:
		text_cell(row, str_of(item->file->id));
		break;
	case COLUMN_WHO:
		who_cell(item, row);
		break;
	case COLUMN_WHAT:
		text_cell(row, rule_message(rule));
		break;
	case COLUMN_RULE:
		text_cell(row, rule_name(rule));
		break;
	case COLUMN_ENTRY:
		entry_cell(item, row);
		break;
	case COLUMN_STATE:
		text_cell(row, str_of(state_of(item->judgement)));
		break;
	case COLUMN_FIX:
		fix_cell(item, row);
		break;
	case COLUMN_RECORD:
		break;
	}
}

/* Records of the directory that are to be kept up stand in the list too: their key in place of the case. */
static void
pack_upkept_cell(const struct due *due, const struct upkept *item, enum column column, struct row *row)
{
	struct result number = { RESULT_NUMBER };
	struct buf name = BUF_INIT;
	struct str value;
	char text[64];
	size_t i;
	int left = item->due == DAY_NONE ? 0 : item->due - due->run->today;

	row_cell(row);
	switch (column) {
	case COLUMN_DUE:
		text_cell(row, item->due != DAY_NONE ? str_of(date_format(item->due, text)) :
		    due->is_text ? STR("-") : STR(""));
		break;
	case COLUMN_DAYS:
		if (item->due == DAY_NONE)
			break;
		number.number = number_of(left);
		if (!due->is_text) {
			row_value(row, &number);
			break;
		}
		if (left == 0)
			snprintf(text, sizeof(text), "today");
		else
			snprintf(text, sizeof(text), "%d %s", abs(left), left < 0 ? "over" : "left");
		text_cell(row, str_of(text));
		break;
	case COLUMN_CASE:
		if (due->is_text)
			text_cell(row, item->entity->key);
		break;
	case COLUMN_WHO:
		for (i = 0; upkept_who(item, i, &value); i++)
			text_cell(row, value);
		break;
	case COLUMN_WHAT:
		text_cell(row, upkeep_text(item->upkeep, "Message", 0));
		break;
	case COLUMN_RULE:
		text_cell(row, upkeep_name(item->upkeep));
		break;
	case COLUMN_ENTRY:
		break;
	case COLUMN_RECORD:
		buf_printf(&name, "%.*s/%.*s", STRF(rectype_name(item->entity->type)), STRF(item->entity->key));
		text_cell(row, buf_view(&name));
		buf_release(&name);
		break;
	case COLUMN_STATE:
		text_cell(row, str_of(verdict_name(item->verdict)));
		break;
	case COLUMN_FIX:
		text_cell(row, upkeep_text(item->upkeep, "Fix", 0));
		break;
	}
}

static void
pack_upkept(const struct due *due, const struct upkept *item, struct buf *out)
{
	int class = item->verdict == VERDICT_OVERDUE ? 0 : item->due != DAY_NONE ? 1 : 3;
	struct result key = { RESULT_NUMBER, number_of(class), STR_NULL };
	struct row row;
	size_t i;

	row_begin(&row, out);
	row_key(&row, &key, false);
	key.number = number_of(item->due);
	key.kind = item->due != DAY_NONE ? RESULT_NUMBER : RESULT_MISSING;
	row_key(&row, &key, false);
	for (i = 0; i < due->n_columns; i++)
		pack_upkept_cell(due, item, due->columns[i], &row);
	row_end(&row);
}

/* Overdue first, by date; then what stands still; what has no date last. Equals stay in order of case and rule. */
static void
pack_item(const struct item *item, struct buf *out)
{
	const struct judgement *judgement = item->judgement;
	bool has_date = judgement->due != DAY_NONE && !judgement->paused;
	int class = judgement->verdict == VERDICT_OVERDUE ? 0 : has_date ? 1 : judgement->paused ? 2 : 3;
	struct result key = { RESULT_NUMBER, number_of(class), STR_NULL };
	struct row row;
	size_t i;

	row_begin(&row, out);
	row_key(&row, &key, false);
	key.number = number_of(judgement->due);
	key.kind = has_date ? RESULT_NUMBER : RESULT_MISSING;
	row_key(&row, &key, false);
	for (i = 0; i < item->due->n_columns; i++)
		pack_cell(item, item->due->columns[i], &row);
	row_end(&row);
}

/* ---- the calendar ---- */

/* What has no date stands in no agenda; what is overdue stands on today. */
static void
write_event(const struct item *item, struct buf *out)
{
	const struct judgement *judgement = item->judgement;
	struct str rule = rule_name(judgement->rule);
	bool is_overdue = judgement->verdict == VERDICT_OVERDUE;
	struct buf uid = BUF_INIT, summary = BUF_INIT, description = BUF_INIT;
	char entry[280] = "case", date[DATE_SIZE];
	struct ical_event event;

	if (judgement->due == DAY_NONE || judgement->paused)
		return;
	if (judgement->entry != NO_ENTRY)
		entry_name_write(&item->file->entries[judgement->entry], entry, sizeof(entry));
	buf_printf(&uid, "%s/%.*s/%s@%.*s", item->file->id, STRF(rule), entry, STRF(item->due->calendar));
	buf_printf(&summary, "%s: %.*s", item->file->id, STRF(rule_message(judgement->rule)));
	if (is_overdue)
		buf_printf(&summary, " (overdue, was due %s)", date_format(judgement->due, date));
	rule_fix_write(judgement->rule, item->file, &description);
	buf_printf(&description, "%sDue: %s\nFor: %s\nRule: %.*s", description.n > 0 ? "\n\n" : "",
	    date_format(judgement->due, date),
	    judgement->entry != NO_ENTRY ? entry : "the case", STRF(rule));
	event = (struct ical_event){ buf_view(&uid), is_overdue ? item->file->today : judgement->due, buf_view(&summary),
		buf_view(&description), str_of(verdict_name(judgement->verdict)) };
	ical_event(out, &event, item->file->today);
	buf_release(&uid);
	buf_release(&summary);
	buf_release(&description);
}

/* The Centre's name as a word: the same item has the same name in every clone. */
static struct str
calendar_name(struct due *due)
{
	struct str name = archive_setting(due->archive, STR("Name")), word;
	struct buf out = BUF_INIT;
	size_t i;
	char c;

	for (i = 0; i < name.n; i++) {
		c = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] - 'A' + 'a') : name.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_char(&out, c);
		else if (out.n > 0 && out.p[out.n - 1] != '-')
			buf_char(&out, '-');
	}
	while (out.n > 0 && out.p[out.n - 1] == '-')
		out.n--;
	word = out.n > 0 ? arena_str(&due->arena, buf_view(&out)) : STR("dossier");
	buf_release(&out);
	return word;
}

static void
open_calendar(struct due *due)
{
	struct str name = archive_setting(due->archive, STR("Name"));
	struct buf out = BUF_INIT;

	due->calendar = calendar_name(due);
	ical_begin(&out, name.p ? name : STR("dossier"));
	print(buf_view(&out));
	buf_release(&out);
}

static void
close_calendar(void)
{
	struct buf out = BUF_INIT;

	ical_end(&out);
	print(buf_view(&out));
	buf_release(&out);
}

/* ---- cases ---- */

static void *
begin(void *context)
{
	(void)context;
	return xcalloc(1, sizeof(size_t));
}

static void
end(void *context, void *state)
{
	struct due *due = context;

	due->count += *(size_t *)state;
	free(state);
}

static void
see(void *context, struct visit *visit, struct casefile *file)
{
	const struct due *due = context;
	struct item item = { due, file, NULL };
	size_t *count = visit->state, i;

	if (!is_case_wanted(due, file))
		return;
	for (i = 0; i < visit->n_judgements; i++) {
		item.judgement = &visit->judgements[i];
		if (!is_wanted(due, file, item.judgement))
			continue;
		++*count;
		if (due->is_calendar)
			write_event(&item, visit->out);
		else if (due->rows != NULL)
			pack_item(&item, visit->out);
	}
}

static void
take(void *context, struct str out)
{
	struct due *due = context;

	if (due->is_calendar)
		print(out);
	else if (due->rows != NULL)
		rows_take(due->rows, out);
}

/* ---- records of the directory ---- */

static bool
record_has(const struct entity *entity, int symbol, struct str wanted)
{
	const struct field *field = record_field(entity->record, symbol);

	while (field != NULL && !str_eq(field->value, wanted))
		field = record_next(entity->record, symbol, field);
	return field != NULL;
}

/* It is the record that an option names, or says that it is about it. */
static bool
is_record_wanted(const struct due *due, const struct entity *entity)
{
	const struct filter *filters = due->filters;
	size_t i, j;
	bool held;

	for (i = 0; i < due->n_filters; i++) {
		for (held = false, j = 0; j < due->n_filters && !held; j++)
			held = filters[j].field == filters[i].field &&
			    (record_has(entity, filters[j].field->symbol, filters[j].value) ||
			    (str_eq(rectype_name(entity->type), filters[j].field->target) &&
			    str_eq(entity->key, filters[j].value)));
		if (!held)
			return false;
	}
	return true;
}

static bool
is_upkept_for_them(const struct due *due, const struct upkept *item)
{
	struct str who;
	size_t i, k;

	for (i = 0; i < due->n_by; i++)
		for (k = 0; upkept_who(item, k, &who); k++)
			if (str_eq(who, due->by[i]))
				return true;
	return due->n_by == 0;
}

static bool
is_upkept_wanted(const struct due *due, const struct upkept *item)
{
	if (item->verdict == VERDICT_DUE && has_option(due->run, "overdue"))
		return false;
	if (due->until != DAY_NONE && (item->due == DAY_NONE || item->due > due->until))
		return false;
	return is_record_wanted(due, item->entity) && is_upkept_for_them(due, item);
}

static void
write_upkept_event(const struct due *due, const struct upkept *item, struct buf *out)
{
	struct buf uid = BUF_INIT, summary = BUF_INIT, description = BUF_INIT;
	struct str key = item->entity->key, message = upkeep_text(item->upkeep, "Message", 0),
	    mend = upkeep_text(item->upkeep, "Fix", 0);
	bool is_overdue = item->verdict == VERDICT_OVERDUE;
	struct ical_event event;
	char date[DATE_SIZE];

	if (item->due == DAY_NONE)
		return;
	date_format(item->due, date);
	buf_printf(&uid, "%.*s/%.*s@%.*s", STRF(upkeep_name(item->upkeep)), STRF(key), STRF(due->calendar));
	buf_printf(&summary, "%.*s: %.*s", STRF(key), STRF(message));
	if (is_overdue)
		buf_printf(&summary, " (overdue, was due %s)", date);
	buf_printf(&description, "%.*s%sDue: %s\nRule: %.*s", STRF(mend), mend.n > 0 ? "\n\n" : "", date,
	    STRF(upkeep_name(item->upkeep)));
	event = (struct ical_event){ buf_view(&uid), is_overdue ? due->run->today : item->due, buf_view(&summary),
		buf_view(&description), str_of(verdict_name(item->verdict)) };
	ical_event(out, &event, due->run->today);
	buf_release(&uid);
	buf_release(&summary);
	buf_release(&description);
}

/* Who names cases asks for these alone. */
static void
take_upkept(struct due *due)
{
	const struct upkept *items;
	struct buf out = BUF_INIT;
	size_t n, i;

	items = rules_upkeep(due->archive->rules, due->archive->directory, due->run->today, &due->arena, &n);
	for (i = 0; due->n_cases == 0 && i < n; i++) {
		if (!is_upkept_wanted(due, &items[i]))
			continue;
		due->count++;
		if (due->is_calendar)
			write_upkept_event(due, &items[i], &out);
		else if (due->rows != NULL)
			pack_upkept(due, &items[i], &out);
	}
	take(due, buf_view(&out));
	buf_release(&out);
}

/* ---- the command ---- */

static void
add_column(struct due *due, enum column column, const char *name)
{
	due->columns[due->n_columns] = column;
	due->names[due->n_columns++] = str_of(name);
}

/* For a person what matters comes first and no row is wider than the terminal; for programs there is more of it. */
static void
choose_columns(struct due *due, size_t width)
{
	if (!due->is_text) {
		add_column(due, COLUMN_CASE, "Case");
		add_column(due, COLUMN_STATE, "State");
	}
	add_column(due, COLUMN_DUE, "Due");
	add_column(due, COLUMN_DAYS, "Days");
	if (due->is_text)
		add_column(due, COLUMN_CASE, "Case");
	add_column(due, COLUMN_WHO, "Who");
	if (width == 0 || width >= WIDTH_FOR_ENTRY)
		add_column(due, COLUMN_ENTRY, due->is_text ? "For" : "Entry");
	if (width == 0 || width >= WIDTH_FOR_RULE)
		add_column(due, COLUMN_RULE, "Rule");
	add_column(due, COLUMN_WHAT, due->is_text ? "What" : "Message");
	if (!due->is_text) {
		add_column(due, COLUMN_FIX, "Fix");
		add_column(due, COLUMN_RECORD, "Record");
	}
}

static void
choose_output(struct due *due)
{
	const char *format = due->run->format ? due->run->format : "text";
	struct rows_style style = { .names = due->names, .is_sorted = true, .bold = due->run->color_out, .write = print };

	due->is_text = strcmp(format, "text") == 0;
	due->is_calendar = strcmp(format, "ical") == 0 && !has_option(due->run, "count");
	if (due->is_calendar || has_option(due->run, "count"))
		return;
	style.width = due->is_text ? terminal_width() : 0;
	style.format = due->is_text ? ROWS_TEXT : strcmp(format, "csv") == 0 ? ROWS_CSV :
	    strcmp(format, "json") == 0 ? ROWS_JSON : ROWS_REC;
	choose_columns(due, style.width);
	style.n = due->n_columns;
	due->rows = rows_new(&style);
}

static void
say_nothing(const struct due *due)
{
	char date[DATE_SIZE];

	if (due->run->quiet || !isatty(STDOUT_FILENO) || !isatty(STDERR_FILENO))
		return;
	if (rules_count(due->archive->rules) + rules_upkeep_count(due->archive->rules) == 0)
		fputs("nothing is due: there are no rules, they are written in rules/*.rec\n", stderr);
	else if (due->until != DAY_NONE)
		fprintf(stderr, "nothing is due until %s\n", date_format(due->until, date));
	else
		fputs(has_option(due->run, "overdue") ? "nothing is overdue\n" : "nothing is due\n", stderr);
}

static void
walk(struct due *due, struct findings *findings)
{
	struct visitor visitor = { .see = see, .context = due, .begin = begin, .end = end, .write = take, .judge = true };
	struct selection selection = { due->cases, due->n_cases };
	bool is_count = has_option(due->run, "count");

	run_progress(due->run, &visitor);
	if (due->is_calendar)
		open_calendar(due);
	archive_each(due->archive, &selection, &visitor, findings);
	take_upkept(due);
	if (due->is_calendar)
		close_calendar();
	else if (due->rows != NULL)
		rows_finish(due->rows);
	if (is_count)
		print(str_of(arena_printf(&due->arena, "%zu\n", due->count)));
	else if (due->count == 0 && due->is_text)
		say_nothing(due);
}

static void
show_help(struct due *due)
{
	struct buf out = BUF_INIT;
	size_t i, n, start;
	const struct field_info *fields = case_fields(due, &n);

	write_usage(due->run->command, &out);
	buf_text(&out, "\nOptions of this centre's cases:\n");
	for (i = 0; i < n; i++) {
		if (!is_reference(due, &fields[i]))
			continue;
		start = out.n;
		buf_printf(&out, "  --%.*s CODE", STRF(option_of(due, fields[i].name)));
		buf_printf(&out, "%*s", out.n - start < 28 ? (int)(28 - (out.n - start)) : 1, "");
		buf_printf(&out, "only cases with this %.*s (may repeat)\n", STRF(fields[i].target));
	}
	print(buf_view(&out));
	buf_release(&out);
}

/* Outside of a centre there are no fields to name. */
static int
show_usage(const struct run *run)
{
	struct buf out = BUF_INIT;

	write_usage(run->command, &out);
	print(buf_view(&out));
	buf_release(&out);
	return 0;
}

static int
run_due(struct run *run)
{
	bool is_help = take_help(run);
	struct due due = { .run = run, .store = is_help ? store_open(run->dir) : run_store(run) };
	struct snapshot *snapshot;
	struct findings findings;
	int status = 0;

	if (due.store == NULL)
		return show_usage(run);
	snapshot = run_snapshot(run, due.store);
	arena_init(&due.arena);
	findings_init(&findings);
	due.archive = archive_open(snapshot, run->today, &findings);
	if (is_help) {
		show_help(&due);
	} else {
		take_operands(&due);
		take_by(&due);
		take_until(&due);
		choose_output(&due);
		walk(&due, &findings);
		status = run_finish(run, due.store, &findings);
	}
	if (due.rows != NULL)
		rows_free(due.rows);
	archive_free(due.archive);
	snapshot_free(snapshot);
	findings_release(&findings);
	store_free(due.store);
	arena_release(&due.arena);
	return status;
}

const struct command cmd_due = {
	.name = "due",
	.operands = "[--FIELD CODE] [CASE|PATH...]",
	.summary = "what must happen, by when, by whom: overdue first",
	.options = options,
	.formats = "text|csv|json|rec|ical",
	.complete = "case",
	.run = run_due,
	.open_options = true,
};
