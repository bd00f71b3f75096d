/*
 * Names are checked against the schema before the first case is read: a misspelt one would only ever be
 * missing. Beside fields stand a few names of the list's own: Last (the last entry; Last.Field, a field of it),
 * Path and Id, and for entries Case and Self (DATE/KIND). A field of that name comes first.
 */
#define _GNU_SOURCE
#include "command.h"
#include "command-names.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ITEMS_MAX 64
#define FAULTS_MAX 100 /* conversion errors that are shown */

static const struct option options[] = {
	{ 'e', "expression", "EXPR", "only what satisfies EXPR (may repeat: all of them)", NULL },
	{ 'n', "entries", NULL, "entries instead of cases", NULL },
	{ 'k', "kind", "KIND", "entries of this kind (may repeat: any of them)", NULL },
	{ 'p', "print", "COLUMNS", "what to show: 'Opened, Municipality.Name, #Entry'", NULL },
	{ 's', "sort", "FIELDS", "in this order; -FIELD turns it round", NULL },
	{ 'g', "group", "FIELDS", "how many there are of each", NULL },
	{ 'c', "count", NULL, "how many there are", NULL },
	{ 'l', "limit", "N", "at most the first N", NULL },
	{ 0, "commit", "REV", "as it stood at a commit", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

/* A thread's counts: keys are packed cells without order. */
struct tally {
	struct map map;
	struct arena arena;
	struct buf room, key;
	size_t count;
};

/* An expression with what it is for. */
struct item {
	struct expr *expr;
	struct str label;
	struct name name; /* when it is only that */
	bool is_name;
	bool has_own; /* one of the list's own names stands in it */
	bool is_descending;
};

struct items {
	struct item list[ITEMS_MAX];
	size_t n;
};

struct list {
	struct run *run;
	struct store *store;
	struct archive *archive;
	struct findings faults; /* of the command line */
	bool is_entries, is_raw; /* raw: whole records */
	struct items where, columns, keys, groups;
	const char *const *kinds;
	struct names known; /* which names there are */
	struct str names[ITEMS_MAX];
	struct rows *rows;
	struct tally total;
	size_t count;
	_Atomic size_t n_faults; /* found while cases were asked */
	size_t limit;
	int sort_group[ITEMS_MAX]; /* with --group: its column, n for the count */
};

/* ---- the command line ---- */

static void
add_item(struct list *list, struct items *items, struct str text, struct span at, struct str label)
{
	struct archive *archive = list->archive;
	struct item *item = &items->list[items->n];

	if (items->n == ITEMS_MAX)
		usage(list->run, "more than %d expressions in one option", ITEMS_MAX);
	*item = (struct item){ .label = label };
	item->expr = expr_compile(text, at, &archive->symbols, &archive->arena, &list->faults);
	if (item->expr == NULL)
		return;
	item->is_name = expr_is_name(item->expr, &item->name);
	names_check(&list->known, item->expr, &item->has_own);
	items->n++;
}

/* Takes what stands before the next comma outside quotes and parentheses. */
static bool
cut_item(struct str *rest, struct str *item)
{
	size_t i, depth = 0;
	char quote = 0, c;

	if (rest->p == NULL)
		return false;
	for (i = 0; i < rest->n; i++) {
		c = rest->p[i];
		if (quote != 0)
			quote = c == quote && rest->p[i - 1] != '\\' ? 0 : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (c == ',' && depth == 0)
			break;
	}
	*item = (struct str){ rest->p, i };
	*rest = i < rest->n ? (struct str){ rest->p + i + 1, rest->n - i - 1 } : STR_NULL;
	return true;
}

/* "Municipality.Name:Town": what stands behind the last colon, when that is a field's name and no "?" comes before. */
static struct str
take_label(struct str *text)
{
	const char *colon = memrchr(text->p, ':', text->n);
	struct str label;

	if (colon == NULL || memchr(text->p, '?', text->n) != NULL)
		return *text;
	label = str_trim((struct str){ colon + 1, (size_t)(text->p + text->n - colon - 1) });
	if (!is_field_name(label))
		return *text;
	*text = str_trim((struct str){ text->p, (size_t)(colon - text->p) });
	return label;
}

static struct source *
option_source(struct list *list, const char *name, const char *value)
{
	struct source *source = ARENA_NEW(&list->archive->arena, struct source, 1);

	source->name = name;
	source->bytes = str_of(value);
	return source;
}

static void
add_items(struct list *list, struct items *items, const char *option_name, const char *value,
    bool is_order)
{
	struct source *source = option_source(list, option_name, value);
	struct str rest = source->bytes, text, label;
	bool is_descending;

	while (cut_item(&rest, &text)) {
		text = str_trim(text);
		is_descending = is_order && text.n > 0 && text.p[0] == '-';
		if (is_descending)
			text = str_trim((struct str){ text.p + 1, text.n - 1 });
		label = is_order ? text : take_label(&text);
		add_item(list, items, text, (struct span){ source, (size_t)(text.p - source->bytes.p),
		    text.n }, label);
		if (items->n > 0)
			items->list[items->n - 1].is_descending = is_descending;
	}
}

static void
add_conditions(struct list *list)
{
	const char *const *all = option_all(list->run, "expression");
	struct source *source;

	for (; *all != NULL; all++) {
		source = option_source(list, "-e", *all);
		add_item(list, &list->where, source->bytes, (struct span){ source, 0, source->bytes.n },
		    source->bytes);
	}
}

/* What the Centre wants to see: a setting; else what each case must have. */
static void
add_default_columns(struct list *list)
{
	struct archive *archive = list->archive;
	const struct rectype *type = schema_type(archive->schema,
	    list->is_entries ? STR("Entry") : STR("Case"));
	struct str setting = archive_setting(archive, list->is_entries ? STR("List_entries") : STR("List"));
	const struct field_info *fields;
	struct buf all = BUF_INIT;
	size_t i, n = 0;

	if (setting.p != NULL) {
		add_items(list, &list->columns, "centre.rec", arena_cstr(&archive->arena, setting), false);
		return;
	}
	buf_text(&all, list->is_entries ? "Case" : "Id");
	fields = type == NULL ? NULL : rectype_fields(type, &n);
	for (i = 0; i < n; i++)
		if (fields[i].use == FIELD_MANDATORY && fields[i].symbol != archive->known.case_)
			buf_printf(&all, ", %.*s", STRF(fields[i].name));
	if (!list->is_entries)
		buf_text(&all, ", Last");
	add_items(list, &list->columns, "-p", arena_cstr(&archive->arena, buf_view(&all)), false);
	buf_release(&all);
}

static void
check_kinds(struct list *list)
{
	const struct schema *schema = list->archive->schema;
	const char *const *kind = list->kinds;
	size_t i, n;
	const struct str *kinds = schema_kinds(schema, &n);
	struct str near;

	for (; kind != NULL && *kind != NULL && schema_has_kinds(schema); kind++) {
		for (i = 0; i < n && !str_is(kinds[i], *kind); i++)
			;
		near = nearest(str_of(*kind), kinds, n);
		if (i == n && near.p != NULL)
			usage(list->run, "there is no kind '%s', did you mean '%.*s'?", *kind, STRF(near));
		if (i == n)
			usage(list->run, "there is no kind '%s'", *kind);
	}
}

static size_t
limit_of(const struct run *run)
{
	const char *value = option(run, "limit");
	char *end;
	long limit;

	if (value == NULL)
		return 0;
	limit = strtol(value, &end, 10);
	if (*end != '\0' || end == value || limit < 1 || limit > 1000000000)
		usage(run, "--limit '%s' is not a number from 1 on", value);
	return (size_t)limit;
}

/* Prints what is wrong with the command line; ends where that is an error. */
static void
stop_on_faults(struct list *list)
{
	struct diag_style style;
	struct buf out = BUF_INIT;

	if (list->faults.n == 0)
		return;
	run_style(list->run, NULL, false, &list->archive->arena, &style);
	style.prefix = NULL;
	findings_write(&list->faults, &style, &out);
	if (write(STDERR_FILENO, out.p, out.n) < 0 || findings_status(&list->faults))
		exit(2);
	buf_release(&out);
}

/* ---- values ---- */

struct asked {
	const struct list *list;
	struct casefile *file;
	const struct entry *entry;
	struct arena *arena;
	struct entry_context context; /* for entries */
	struct subject inner;
	struct subject plain, own; /* own: with the list's own names */
};

static struct str
own_value(struct asked *asked, const struct name *name)
{
	const struct list *list = asked->list;
	struct casefile *file = asked->file;

	if (name->field == list->known.path)
		return str_of(file->path);
	if (name->field == list->known.id || name->field == list->archive->known.case_)
		return str_of(file->id);
	if (name->field == list->known.self)
		return str_of(entry_name(asked->entry, asked->arena));
	return file->n == 0 ? STR_NULL : str_of(entry_name(&file->entries[file->n - 1], asked->arena));
}

static bool
own_get(void *context, const struct record *self, const struct name *name, size_t i,
    struct str *value)
{
	struct asked *asked = context;
	const struct field *field;

	(void)self;
	if (!names_is_own(&asked->list->known, name))
		return asked->inner.get(asked->inner.context, asked->inner.self, name, i, value);
	if (name->sub == 0) {
		*value = i > 0 ? STR_NULL : own_value(asked, name);
		return value->p != NULL;
	}
	if (asked->file->n == 0)
		return false;
	field = record_field(asked->file->entries[asked->file->n - 1].record, name->sub);
	for (; field != NULL && i > 0; i--)
		field = record_next(asked->file->entries[asked->file->n - 1].record, name->sub, field);
	if (field != NULL)
		*value = field->value;
	return field != NULL;
}

static const struct subject *
subject_of(const struct asked *asked, const struct item *item)
{
	return item->has_own ? &asked->own : &asked->plain;
}

static void
ask_about(struct asked *asked, const struct entry *entry, struct findings *findings)
{
	asked->entry = entry;
	if (entry != NULL)
		entry_subject(asked->file, entry, findings, &asked->context, &asked->inner);
	else
		case_subject(asked->file, findings, &asked->inner);
	asked->plain = asked->own = asked->inner;
	asked->own.self = NULL;
	asked->own.get = own_get;
	asked->own.context = asked;
}

static bool
is_wanted(const struct asked *asked)
{
	const struct list *list = asked->list;
	const char *const *kind = list->kinds;
	size_t i;

	while (kind != NULL && *kind != NULL && !str_is(asked->entry->kind, *kind))
		kind++;
	if (kind != NULL && *kind == NULL)
		return false;
	for (i = 0; i < list->where.n; i++)
		if (!expr_test(list->where.list[i].expr, subject_of(asked, &list->where.list[i])))
			return false;
	return true;
}

static void
value_of(const struct asked *asked, const struct item *item, struct buf *room,
    struct result *result)
{
	expr_value(item->expr, subject_of(asked, item), room, result);
}

static void
pack_cell(const struct asked *asked, const struct item *item, struct row *row, struct buf *room)
{
	struct result result = { RESULT_TEXT };
	size_t i;

	row_cell(row);
	if (!item->is_name) {
		value_of(asked, item, room, &result);
		row_value(row, &result);
		return;
	}
	for (i = 0; expr_lookup(subject_of(asked, item), &item->name, i, &result.text); i++)
		row_value(row, &result);
}

static void
pack_row(const struct asked *asked, struct buf *out, struct buf *room)
{
	const struct list *list = asked->list;
	struct result result;
	struct row row;
	size_t i;

	row_begin(&row, out);
	for (i = 0; i < list->keys.n; i++) {
		value_of(asked, &list->keys.list[i], room, &result);
		row_key(&row, &result, list->keys.list[i].is_descending);
	}
	for (i = 0; i < list->columns.n; i++)
		pack_cell(asked, &list->columns.list[i], &row, room);
	row_end(&row);
}

/* ---- groups ---- */

static void
tally_add(struct tally *tally, struct str key, size_t n)
{
	bool is_new;
	struct map_slot *slot = map_get(&tally->map, key);

	if (slot == NULL)
		slot = map_put(&tally->map, arena_str(&tally->arena, key), &is_new);
	slot->value.i += n;
}

/* For each choice of values of the group's fields. */
static void
count_groups(const struct asked *asked, struct tally *tally, struct row *row, size_t column)
{
	const struct list *list = asked->list;
	const struct item *item = &list->groups.list[column];
	struct result result = { RESULT_TEXT };
	size_t start = tally->key.n, i;

	if (column == list->groups.n) {
		row_end(row);
		tally_add(tally, buf_view(&tally->key), 1);
		return;
	}
	for (i = 0;; i++) {
		if (!item->is_name)
			value_of(asked, item, &tally->room, &result);
		else if (!expr_lookup(subject_of(asked, item), &item->name, i, &result.text))
			result.kind = RESULT_MISSING;
		if (i > 0 && (!item->is_name || result.kind == RESULT_MISSING))
			return;
		tally->key.n = start;
		row_cell(row);
		row_value(row, &result);
		count_groups(asked, tally, row, column + 1);
		if (result.kind == RESULT_MISSING)
			return;
	}
}

static void
see_group(const struct asked *asked, struct tally *tally)
{
	struct row row;

	buf_reset(&tally->key);
	row_begin(&row, &tally->key);
	count_groups(asked, tally, &row, 0);
}

/* A group as a row: its sort keys, its cells, its count. */
static void
take_group(struct list *list, struct str key, size_t n)
{
	struct result count = { RESULT_NUMBER, number_of((int64_t)n), STR_NULL };
	struct buf packed = BUF_INIT;
	struct row row;
	size_t i;

	row_begin(&row, &packed);
	for (i = 0; i < list->keys.n; i++) {
		struct result value = count;

		if ((size_t)list->sort_group[i] < list->groups.n)
			row_first(key, (size_t)list->sort_group[i], &value);
		row_key(&row, &value, list->keys.list[i].is_descending);
	}
	for (i = 0; i < list->groups.n; i++) {
		struct result value;

		row_first(key, i, &value);
		if (list->keys.n == 0)
			row_key(&row, &value, false);
	}
	for (i = 0; i < list->groups.n; i++) {
		struct result value;

		row_first(key, i, &value);
		row_cell(&row);
		row_value(&row, &value);
	}
	row_cell(&row);
	row_value(&row, &count);
	row_end(&row);
	rows_take(list->rows, buf_view(&packed));
	buf_release(&packed);
}

/* ---- cases ---- */

static void *
begin(void *context)
{
	struct tally *tally = xcalloc(1, sizeof(*tally));

	(void)context;
	arena_init(&tally->arena);
	return tally;
}

static void
end(void *context, void *state)
{
	struct list *list = context;
	struct tally *tally = state;
	size_t i;

	list->count += tally->count;
	for (i = 0; i < tally->map.size; i++)
		if (tally->map.slots[i].key.p != NULL)
			tally_add(&list->total, tally->map.slots[i].key, tally->map.slots[i].value.i);
	map_release(&tally->map);
	arena_release(&tally->arena);
	buf_release(&tally->room);
	buf_release(&tally->key);
	free(tally);
}

/* The record itself, an entry with its case. */
static void
pack_raw(const struct asked *asked, struct buf *out, struct buf *room)
{
	const struct list *list = asked->list;
	const struct record *record = asked->entry != NULL ? asked->entry->record :
	    asked->file->header;
	struct result result = { RESULT_TEXT };
	struct row row;
	size_t i;

	if (record == NULL)
		return;
	row_begin(&row, out);
	for (i = 0; i < list->keys.n; i++) {
		value_of(asked, &list->keys.list[i], room, &result);
		row_key(&row, &result, list->keys.list[i].is_descending);
	}
	buf_reset(room);
	if (asked->entry != NULL)
		buf_printf(room, "Case: %s\n", asked->file->id);
	buf_add(room, asked->file->source.bytes.p + record->at, record->end - record->at);
	if (room->p[room->n - 1] != '\n')
		buf_char(room, '\n');
	result = (struct result){ RESULT_TEXT, { 0, 0 }, buf_view(room) };
	row_cell(&row);
	row_value(&row, &result);
	row_end(&row);
}

static void
see_one(struct asked *asked, struct visit *visit, const struct entry *entry)
{
	struct list *list = (struct list *)asked->list;
	struct tally *tally = visit->state;
	size_t before = visit->findings->n;

	ask_about(asked, entry, list->n_faults < FAULTS_MAX ? visit->findings : NULL);
	if (is_wanted(asked)) {
		tally->count++;
		if (list->groups.n > 0)
			see_group(asked, tally);
		else if (list->is_raw)
			pack_raw(asked, visit->out, &tally->room);
		else if (list->columns.n > 0)
			pack_row(asked, visit->out, &tally->room);
	}
	if (visit->findings->n != before)
		list->n_faults += visit->findings->n - before;
}

static void
see_case(void *context, struct visit *visit, struct casefile *file)
{
	struct list *list = context;
	struct asked asked = { list, file, NULL, visit->arena };
	size_t i;

	if (!list->is_entries) {
		see_one(&asked, visit, NULL);
		return;
	}
	for (i = 0; i < file->n; i++)
		see_one(&asked, visit, &file->entries[i]);
}

static void
take_rows(void *context, struct str packed)
{
	struct list *list = context;

	rows_take(list->rows, packed);
}

/* ---- the command ---- */

/* A column's label as the name of a field: "#Entry" is Entry_count, whatever else is no letter an underscore. */
static struct str
field_name(struct arena *arena, struct str label)
{
	struct buf name = BUF_INIT;
	struct str result;
	size_t i;
	char c;

	for (i = 0; i < label.n; i++) {
		c = label.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			buf_char(&name, c);
		else if (name.n > 0 && name.p[name.n - 1] != '_')
			buf_char(&name, '_');
	}
	while (name.n > 0 && name.p[name.n - 1] == '_')
		name.n--;
	if (name.n == 0 || (name.p[0] >= '0' && name.p[0] <= '9'))
		result = arena_str(arena, STR("Value"));
	else
		result = str_of(arena_printf(arena, "%.*s%s", STRF(buf_view(&name)),
		    label.p[0] == '#' ? "_count" : ""));
	buf_release(&name);
	return result;
}

static enum rows_format
format_of(const struct list *list)
{
	const char *format = list->run->format;

	if (list->is_raw)
		return ROWS_RAW;
	if (format == NULL || strcmp(format, "text") == 0)
		return ROWS_TEXT;
	return strcmp(format, "csv") == 0 ? ROWS_CSV : strcmp(format, "json") == 0 ? ROWS_JSON :
	    ROWS_REC;
}

static void
make_rows(struct list *list)
{
	const struct items *columns = list->groups.n > 0 ? &list->groups : &list->columns;
	struct rows_style style = { .format = format_of(list), .names = list->names,
		.n = columns->n, .limit = list->limit, .width = terminal_width(),
		.bold = list->run->color_out, .write = print };
	size_t i;

	for (i = 0; i < columns->n; i++)
		list->names[i] = style.format == ROWS_REC ?
		    field_name(&list->archive->arena, columns->list[i].label) : columns->list[i].label;
	if (list->groups.n > 0)
		list->names[style.n++] = STR("Count");
	if (list->is_raw)
		style.n = 1;
	style.is_sorted = list->keys.n > 0 || list->groups.n > 0;
	list->rows = rows_new(&style);
}

/* With --group, what is sorted by is a column. */
static void
match_sort(struct list *list)
{
	size_t i, k;

	for (i = 0; i < list->keys.n; i++) {
		struct str label = list->keys.list[i].label;

		for (k = 0; k < list->groups.n && !str_eq(list->groups.list[k].label, label); k++)
			;
		if (k == list->groups.n && !str_is(label, "Count"))
			usage(list->run, "--sort '%.*s': with --group, sort by one of its fields or by Count",
			    STRF(label));
		list->sort_group[i] = (int)k;
	}
}

/* Keys of --sort beside --group are labels, not expressions. */
static void
add_group_keys(struct list *list, const char *value)
{
	struct str rest = str_of(value), text;
	struct item *item;

	while (cut_item(&rest, &text)) {
		text = str_trim(text);
		if (list->keys.n == ITEMS_MAX)
			usage(list->run, "more than %d expressions in one option", ITEMS_MAX);
		item = &list->keys.list[list->keys.n++];
		item->is_descending = text.n > 0 && text.p[0] == '-';
		item->label = item->is_descending ? str_trim((struct str){ text.p + 1, text.n - 1 }) : text;
	}
	match_sort(list);
}

static void
read_options(struct list *list)
{
	struct run *run = list->run;
	const char *print_option = option(run, "print"), *sort = option(run, "sort");
	const char *group = option(run, "group");

	list->kinds = has_option(run, "kind") ? option_all(run, "kind") : NULL;
	list->is_entries = list->known.is_entries = has_option(run, "entries") || list->kinds != NULL;
	list->limit = limit_of(run);
	if (group != NULL && print_option != NULL)
		usage(run, "--group and --print exclude one another");
	check_kinds(list);
	add_conditions(list);
	if (group != NULL)
		add_items(list, &list->groups, "--group", group, false);
	if (sort != NULL && group != NULL)
		add_group_keys(list, sort);
	else if (sort != NULL)
		add_items(list, &list->keys, "--sort", sort, true);
	list->is_raw = run->format != NULL && strcmp(run->format, "rec") == 0 && print_option == NULL &&
	    group == NULL;
	if (print_option != NULL)
		add_items(list, &list->columns, "--print", print_option, false);
	else if (group == NULL && !list->is_raw && !has_option(run, "count"))
		add_default_columns(list);
	stop_on_faults(list);
}

static void
write_result(struct list *list)
{
	struct buf out = BUF_INIT;
	size_t i;

	if (has_option(list->run, "count")) {
		buf_printf(&out, "%zu\n", list->count);
		print(buf_view(&out));
		buf_release(&out);
		return;
	}
	for (i = 0; i < list->total.map.size; i++)
		if (list->total.map.slots[i].key.p != NULL)
			take_group(list, list->total.map.slots[i].key, list->total.map.slots[i].value.i);
	rows_finish(list->rows);
	if (list->count == 0 && !list->run->quiet && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) &&
	    write(STDERR_FILENO, list->is_entries ? "no entry is like that\n" :
	    "no case is like that\n", list->is_entries ? 22 : 21) < 0)
		exit(2);
}

static void
walk(struct list *list, struct findings *findings)
{
	struct run *run = list->run;
	struct visitor visitor = { .see = see_case, .context = list, .begin = begin, .end = end,
		.judge = list->known.asks_states };
	struct selection selection;
	const char **names = arena_alloc(&list->archive->arena,
	    sizeof(*names) * (size_t)(run->argc + 1));
	int i;

	for (i = 0; i < run->argc; i++)
		names[i] = run_path(run, list->store, run->argv[i], &list->archive->arena);
	selection = (struct selection){ names, (size_t)run->argc };
	if (!has_option(run, "count") && list->groups.n == 0)
		visitor.write = take_rows;
	run_progress(run, &visitor);
	archive_each(list->archive, &selection, &visitor, findings);
	write_result(list);
}

static void
free_items(struct items *items)
{
	size_t i;

	for (i = 0; i < items->n; i++)
		expr_free(items->list[i].expr);
}

static int
run_list(struct run *run)
{
	struct store *store = run_store(run);
	struct snapshot *snapshot = run_snapshot(run, store);
	struct list *list = xcalloc(1, sizeof(*list));
	struct findings findings;
	int status;

	findings_init(&findings);
	findings_init(&list->faults);
	arena_init(&list->total.arena);
	list->run = run;
	list->store = store;
	list->archive = archive_open(snapshot, run->today, &findings);
	list->known.archive = list->archive;
	list->known.faults = &list->faults;
	list->known.entries_option = "--entries";
	list->known.last = symbol(&list->archive->symbols, STR("Last"));
	list->known.path = symbol(&list->archive->symbols, STR("Path"));
	list->known.id = symbol(&list->archive->symbols, STR("Id"));
	list->known.self = symbol(&list->archive->symbols, STR("Self"));
	read_options(list);
	make_rows(list);
	walk(list, &findings);
	status = run_finish(run, store, &findings);
	rows_free(list->rows);
	free_items(&list->where);
	free_items(&list->columns);
	free_items(&list->keys);
	free_items(&list->groups);
	map_release(&list->total.map);
	arena_release(&list->total.arena);
	archive_free(list->archive);
	snapshot_free(snapshot);
	findings_release(&list->faults);
	findings_release(&findings);
	store_free(store);
	free(list);
	return status;
}

const struct command cmd_list = {
	.name = "list",
	.operands = "[CASE|PATH...]",
	.summary = "select cases or entries; choose fields, sort, group",
	.options = options,
	.formats = "text|csv|json|rec",
	.complete = "case",
	.run = run_list,
};
