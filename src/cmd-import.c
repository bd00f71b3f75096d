/*
 * Records from a table: RFC 4180 with commas, semicolons or tabs. Which column becomes which
 * field stands in an Import record under schema/. What would change is worked out and checked in
 * memory first; then the file is edited where it differs and nowhere else, and read back as it
 * would be, so that an import never leaves a directory that check refuses.
 */
#define _GNU_SOURCE
#include "command.h"
#include "csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{ 'n', "dry-run", NULL, "show what would change, and stop", NULL },
	{ 'y', "yes", NULL, "apply it without asking", NULL },
	{ 0, "ended", "DATE", "the day on which what the table lacks ended; today when not given",
	    NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

/* A column of the table that becomes a field. */
struct column {
	struct str name, field;
	struct str prefix, date, split; /* STR_NULL: as it is */
	bool adds; /* beside what the record holds, of which nothing is taken out */
	bool fills; /* only where the record has no such field */
	struct span at; /* in the Import record */
	size_t place; /* in the table */
};

/* One field that the table wants on a record; values of one field follow each other. */
struct wanted {
	struct str field, value;
	const struct column *column;
};

struct wants {
	struct wanted *list;
	size_t n, size;
	struct str key;
};

struct import {
	struct run *run;
	struct store *store;
	struct snapshot *snapshot;
	struct archive *archive;
	struct findings findings;
	struct arena arena;

	const struct entity *definition;
	const char *into;
	struct str record_type;
	const struct rectype *type;
	struct str key_field, until_field;
	bool ends_absent;
	struct expr *where;
	int *symbols; /* of the columns, by place in the table */
	struct column *columns;
	size_t n_columns;

	struct csv csv;
	struct source target_source;
	bool is_new; /* into has no file yet */
	struct recfile target;
	struct map by_key; /* to a struct known_record */
	struct edits edits;
	struct wants *fresh; /* records to add */
	size_t n_fresh, fresh_size;
	struct buf shown;
	size_t added, changed, ended, same;
};

struct known_record {
	const struct record *record;
	const struct row *row; /* of the table, NULL while none has its key */
};

static void *
more(struct arena *arena, void *list, size_t *n, size_t *size, size_t each)
{
	if (*n == *size) {
		size_t old = *size;

		*size = old ? 2 * old : 16;
		list = arena_grow(arena, list, old * each, *size * each);
	}
	memset((char *)list + *n * each, 0, each);
	++*n;
	return list;
}

static bool
read_table(struct import *import, const char *path)
{
	int error = file_read(AT_FDCWD, path, &import->arena, &import->csv.source.bytes);

	if (error != 0)
		die("cannot read '%s': %s", path, strerror(error));
	import->csv.source.name = path;
	return csv_read(&import->csv, &import->arena, &import->findings);
}

/* ---- the Import record ---- */

static struct span
definition_span(const struct import *import, const char *name)
{
	const struct field *field = record_named(import->definition->record, str_of(name));

	return field ? value_span(import->definition->file, field) :
		       record_span(import->definition->file, import->definition->record);
}

static bool
bad_definition(struct import *import, const char *name, const char *problem, const char *advice)
{
	fix(&import->findings,
	    find(&import->findings, MSG_BAD_IMPORT, definition_span(import, name), "%s", problem),
	    "%s", advice);
	return false;
}

static struct str
setting(const struct import *import, const char *name)
{
	const struct field *field = record_named(import->definition->record, str_of(name));

	return field ? str_trim(field->value) : STR_NULL;
}

/* What may stand behind a column's field. */
static bool
read_word(struct import *import, struct column *column, struct str word, struct str *rest)
{
	static const char advice[] =
	    "behind the field may stand: prefix TEXT, date FORM (as YYYYMMDD), split TEXT, add, fill";
	struct str *into = NULL;

	if (str_is(word, "prefix"))
		into = &column->prefix;
	else if (str_is(word, "date"))
		into = &column->date;
	else if (str_is(word, "split"))
		into = &column->split;
	else if (str_is(word, "add"))
		return column->adds = true;
	else if (str_is(word, "fill"))
		return column->fills = true;
	if (into != NULL && (*into = str_word(rest)).n > 0)
		return true;
	fix(&import->findings,
	    find(&import->findings, MSG_BAD_IMPORT, column->at, "'%s' is not understood here",
		nam(&import->findings, word)),
	    "%s", advice);
	return false;
}

/* COLUMN -> FIELD [prefix TEXT] [date FORM] [split TEXT] [add] [fill] */
static bool
read_column(struct import *import, const struct field *field, struct column *column)
{
	const char *arrow = memmem(field->value.p, field->value.n, "->", 2);
	struct findings *findings = &import->findings;
	struct str rest, word;

	column->at = value_span(import->definition->file, field);
	if (arrow == NULL) {
		fix(findings, find(findings, MSG_BAD_IMPORT, column->at, "a column without '->'"),
		    "for example: Column: name -> Name");
		return false;
	}
	column->name = str_trim((struct str){ field->value.p, (size_t)(arrow - field->value.p) });
	rest = (struct str){ arrow + 2, (size_t)(field->value.p + field->value.n - arrow) - 2 };
	column->field = str_word(&rest);
	if (!is_field_name(column->field) ||
	    rectype_field(import->type, symbol_find(&import->archive->symbols, column->field)) ==
		NULL) {
		find(findings, MSG_BAD_IMPORT, column->at, "'%s' has no field '%s'",
		    nam(findings, import->record_type), nam(findings, column->field));
		return false;
	}
	while ((word = str_word(&rest)).n > 0)
		if (!read_word(import, column, word, &rest))
			return false;
	return true;
}

static bool
read_columns(struct import *import)
{
	const struct record *record = import->definition->record;
	bool good = true;

	import->columns = ARENA_NEW(&import->arena, struct column, record->n + 1);
	for (uint32_t i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, "Column")) {
			if (read_column(import, &record->fields[i],
				&import->columns[import->n_columns]))
				import->n_columns++;
			else
				good = false;
		}
	for (size_t i = 0; i < import->n_columns; i++)
		if (str_eq(import->columns[i].field, import->key_field))
			return good;
	if (good)
		bad_definition(import, "Column", "no column becomes the key",
		    "add a column that becomes the key of the record type");
	return false;
}

static bool
read_definition(struct import *import)
{
	struct str into = setting(import, "Into"), absent = setting(import, "Absent"), valid;

	import->record_type = setting(import, "Record");
	import->type = import->record_type.p ?
	    schema_type(import->archive->schema, import->record_type) :
	    NULL;
	if (import->type == NULL || rectype_key(import->type) == 0)
		return bad_definition(import, "Record", "no record type with a key is named",
		    "name one: Record: TYPE");
	if (into.p == NULL || !str_starts(into, STR("directory/")) ||
	    !str_ends(into, STR(".rec")) || memmem(into.p, into.n, "..", 2) != NULL)
		return bad_definition(import, "Into", "not a file of the directory",
		    "for example: Into: directory/partners.rec");
	import->into = arena_cstr(&import->arena, into);
	import->key_field = symbol_name(&import->archive->symbols, rectype_key(import->type));
	valid = rectype_special(import->type, STR("%valid"));
	if (valid.p != NULL) {
		str_word(&valid);
		import->until_field = str_word(&valid);
	}
	import->ends_absent = absent.p != NULL && str_is(absent, "end");
	if (absent.p != NULL && !import->ends_absent && !str_is(absent, "keep"))
		return bad_definition(import, "Absent", "neither keep nor end",
		    "keep: what the table lacks stays; end: it ends");
	if (import->ends_absent && import->until_field.p == NULL)
		return bad_definition(import, "Absent", "records of that type never end",
		    "give the type a %valid, or write keep");
	return read_columns(import);
}

/* ---- columns of this table ---- */

static bool
column_place(const struct csv *csv, struct str name, size_t *place)
{
	const struct row *head = &csv->rows[0];

	for (*place = 0; *place < head->n; ++*place)
		if (str_eq(str_trim(head->cells[*place].text), name))
			return true;
	return false;
}

/* The Import record all of whose columns the table has, when the one that was named does not
 * fit. */
static struct str
fitting(const struct import *import)
{
	size_t n;
	const struct entity *const *all = directory_all(import->archive->directory, STR("Import"),
	    &n);

	for (size_t i = 0; i < n; i++) {
		const struct record *record = all[i]->record;
		bool fits = true;

		for (uint32_t f = 0; f < record->n && fits; f++) {
			struct str value = record->fields[f].value;
			const char *arrow = memmem(value.p, value.n, "->", 2);
			size_t place;

			if (str_is(record->fields[f].name, "Column") && arrow != NULL)
				fits = column_place(&import->csv,
				    str_trim((struct str){ value.p, (size_t)(arrow - value.p) }),
				    &place);
		}
		if (fits)
			return all[i]->key;
	}
	return STR_NULL;
}

static bool
place_columns(struct import *import)
{
	struct findings *findings = &import->findings;
	const struct row *head = &import->csv.rows[0];
	struct str names[64], other;
	size_t n = 0, missing = 0;

	for (; n < head->n && n < 64; n++)
		names[n] = str_trim(head->cells[n].text);
	for (size_t i = 0; i < import->n_columns; i++) {
		struct column *column = &import->columns[i];
		struct finding *finding;

		if (column_place(&import->csv, column->name, &column->place))
			continue;
		missing++;
		finding = find(findings, MSG_MISSING_COLUMN, csv_span(&import->csv, head->at, 0),
		    "the table has no column '%s'", nam(findings, column->name));
		other = fitting(import);
		if (other.p != NULL)
			fix(findings, finding, "this table fits another import: %s",
			    nam(findings, other));
		else if ((other = nearest(column->name, names, n)).p != NULL)
			fix(findings, finding,
			    "did you mean '%s'? change the column in the table, or the Import record",
			    nam(findings, other));
	}
	return missing == 0;
}

/* A column in Where: its name, what cannot stand in a field's name as '_'. */
static bool
compile_where(struct import *import)
{
	const struct field *field = record_named(import->definition->record, STR("Where"));
	const struct row *head = &import->csv.rows[0];

	if (field == NULL)
		return true;
	import->symbols = ARENA_NEW(&import->arena, int, head->n);
	for (size_t i = 0; i < head->n; i++) {
		char *name = arena_cstr(&import->arena, str_trim(head->cells[i].text));

		for (char *p = name; *p != '\0'; p++)
			if (!is_field_name((struct str){ p, 1 }) &&
			    (*p < '0' || *p > '9' || p == name))
				*p = '_';
		import->symbols[i] = symbol(&import->archive->symbols, str_of(name));
	}
	import->where = expr_compile(field->value, value_span(import->definition->file, field),
	    &import->archive->symbols, &import->arena, &import->findings);
	return import->where != NULL;
}

struct asking {
	const struct import *import;
	const struct row *row;
};

static bool
cell_named(void *context, const struct record *self, const struct name *name, size_t i,
    struct str *value)
{
	const struct asking *asking = context;

	(void)self;
	for (size_t c = 0; i == 0 && c < asking->row->n; c++)
		if (asking->import->symbols[c] == name->field) {
			*value = str_trim(asking->row->cells[c].text);
			return value->n > 0;
		}
	return false;
}

static bool
is_wanted(struct import *import, const struct row *row)
{
	struct asking asking = { import, row };
	struct subject subject = {
		.get = cell_named, .context = &asking, .findings = &import->findings
	};

	subject.at = csv_span(&import->csv, row->at, 0);
	return import->where == NULL || expr_test(import->where, &subject);
}

/* ---- from cells to values ---- */

/* The digits that stand where the form has that letter. */
static struct str
part_of(struct str text, struct str form, char letter)
{
	const char *first = memchr(form.p, letter, form.n);
	size_t at = first ? (size_t)(first - form.p) : form.n, n = 0;

	while (at + n < form.n && form.p[at + n] == letter)
		n++;
	return at + n <= text.n ? (struct str){ text.p + at, n } : STR_NULL;
}

static bool
is_date_form(struct str text, struct str form)
{
	if (text.n != form.n)
		return false;
	for (size_t i = 0; i < form.n; i++) {
		bool digit = text.p[i] >= '0' && text.p[i] <= '9';

		if (strchr("YMD", form.p[i]) != NULL ? !digit : text.p[i] != form.p[i])
			return false;
	}
	return true;
}

static bool
convert_date(struct import *import, const struct column *column, const struct cell *cell,
    struct str *value)
{
	struct str year = part_of(*value, column->date, 'Y'),
		   month = part_of(*value, column->date, 'M'),
		   dom = part_of(*value, column->date, 'D');
	const char *reason = "it is not of that form";
	day parsed;

	if (is_date_form(*value, column->date)) {
		char *text = arena_printf(&import->arena, "%.*s-%.*s-%.*s", STRF(year), STRF(month),
		    STRF(dom));

		if (date_parse(str_of(text), &parsed, &reason)) {
			*value = str_of(text);
			return true;
		}
	}
	find(&import->findings, MSG_IMPORT_VALUE, csv_span(&import->csv, cell->at, cell->text.n),
	    "'%s' is not a date written %s: %s", val(&import->findings, *value),
	    nam(&import->findings, column->date), reason);
	return false;
}

static void
want(struct import *import, struct wants *wants, const struct column *column, struct str value)
{
	for (size_t i = 0; i < wants->n; i++)
		if (str_eq(wants->list[i].field, column->field) &&
		    str_eq(wants->list[i].value, value))
			return;
	wants->list = more(&import->arena, wants->list, &wants->n, &wants->size,
	    sizeof *wants->list);
	wants->list[wants->n - 1] = (struct wanted){ column->field, value, column };
}

static bool
want_cell(struct import *import, const struct column *column, const struct cell *cell,
    struct wants *wants)
{
	struct str rest = str_trim(cell->text);

	while (rest.p != NULL && rest.n > 0) {
		const char *end = column->split.p ?
		    memmem(rest.p, rest.n, column->split.p, column->split.n) :
		    NULL;
		struct str value = { rest.p, end ? (size_t)(end - rest.p) : rest.n };

		if (end != NULL)
			rest = (struct str){ end + column->split.n,
				(size_t)(rest.p + rest.n - end) - column->split.n };
		else
			rest = STR_NULL;
		value = str_trim(value);
		if (value.n == 0)
			continue;
		if (column->date.p != NULL && !convert_date(import, column, cell, &value))
			return false;
		if (column->prefix.p != NULL)
			value = str_of(arena_printf(&import->arena, "%.*s%.*s",
			    STRF(column->prefix), STRF(value)));
		want(import, wants, column, value);
	}
	return true;
}

static bool
want_row(struct import *import, const struct row *row, struct wants *wants)
{
	bool good = true;

	for (size_t i = 0; i < import->n_columns; i++)
		good &= want_cell(import, &import->columns[i],
		    &row->cells[import->columns[i].place], wants);
	for (size_t i = 0; i < wants->n; i++)
		if (str_eq(wants->list[i].field, import->key_field))
			wants->key = wants->list[i].value;
	if (good && wants->key.n == 0) {
		find(&import->findings, MSG_IMPORT_VALUE, csv_span(&import->csv, row->at, 0),
		    "a row without '%s'", nam(&import->findings, import->key_field));
		return false;
	}
	return good;
}

/* ---- the file that is changed ---- */

static bool
read_target(struct import *import)
{
	struct str bytes;
	int error = snapshot_read(import->snapshot, import->into, &import->arena, &bytes);
	int key = rectype_key(import->type);
	bool ours = false;

	import->is_new = error == ENOENT;
	if (import->is_new)
		bytes = str_of(arena_printf(&import->arena, "%%rec: %.*s\n",
		    STRF(import->record_type)));
	else if (error != 0)
		die("cannot read '%s': %s", import->into, strerror(error));
	import->target_source = (struct source){ import->into, bytes };
	record_parse(&import->target_source, &import->archive->symbols, &import->arena,
	    &import->findings, &import->target);
	for (size_t i = 0; i < import->target.n; i++) {
		const struct record *record = &import->target.records[i];
		const struct field *rec = record_named(record, STR("%rec"));
		struct known_record *known;

		if (rec != NULL)
			ours = str_eq(str_trim(rec->value), import->record_type);
		if (rec != NULL || !ours || record_value(record, key).n == 0)
			continue;
		known = ARENA_NEW(&import->arena, struct known_record, 1);
		known->record = record;
		/* Of several times of one record the last is the one that a table of today
		 * speaks of. */
		map_put(&import->by_key, record_value(record, key), NULL)->value.p = known;
	}
	if (!ours)
		return bad_definition(import, "Into",
		    "the last record set of that file is of another type",
		    "name a file of its own");
	return import->target.whole;
}

static void show(struct import *import, char mark, struct str key, const char *format, ...)
    PRINTF_LIKE(4, 5);

static void
show(struct import *import, char mark, struct str key, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	buf_printf(&import->shown, "%c ", mark);
	escape_text(&import->shown, key, false);
	buf_char(&import->shown, ' ');
	escape_text(&import->shown, buf_view(&text), false);
	buf_char(&import->shown, '\n');
	buf_release(&text);
}

static void
add_record(struct import *import, const struct wants *wants)
{
	struct buf text = BUF_INIT, line = BUF_INIT;

	for (size_t i = 0; i < wants->n; i++) {
		record_write_field(&text, wants->list[i].field, wants->list[i].value);
		if (!str_eq(wants->list[i].field, import->key_field))
			buf_printf(&line, "%s%.*s", line.n ? ", " : "", STRF(wants->list[i].value));
	}
	edit_append_record(&import->edits, &import->target,
	    arena_str(&import->arena, buf_view(&text)));
	show(import, '+', wants->key, "%.*s", STRF(buf_view(&line)));
	import->added++;
	buf_release(&text);
	buf_release(&line);
}

static bool
is_in(const struct wants *wants, struct str field, struct str value)
{
	for (size_t i = 0; i < wants->n; i++)
		if (str_eq(wants->list[i].field, field) && str_eq(wants->list[i].value, value))
			return true;
	return false;
}

static bool
has_value(const struct record *record, struct str name, struct str value)
{
	for (uint32_t i = 0; i < record->n; i++)
		if (str_eq(record->fields[i].name, name) &&
		    str_eq(str_trim(record->fields[i].value), value))
			return true;
	return false;
}

/* A field of the record that the table has no such value for: it can take the new one. Each is
 * taken once. */
static const struct field *
spare_field(const struct record *record, const struct wants *wants, struct str name, uint32_t *from)
{
	for (; *from < record->n; ++*from) {
		const struct field *field = &record->fields[*from];

		if (str_eq(field->name, name) && !is_in(wants, name, str_trim(field->value))) {
			++*from;
			return field;
		}
	}
	return NULL;
}

/* Makes the values of one field those of the table. */
static bool
change_field(struct import *import, const struct record *record, const struct wants *wants,
    size_t first)
{
	struct str name = wants->list[first].field;
	const struct field *spare;
	bool changed = false, adds = wants->list[first].column->adds;
	uint32_t from = adds ? record->n : 0;

	if (wants->list[first].column->fills && record_named(record, name) != NULL)
		return false;
	for (size_t i = first; i < wants->n; i++) {
		struct str value = wants->list[i].value;

		if (!str_eq(wants->list[i].field, name) || has_value(record, name, value))
			continue;
		spare = spare_field(record, wants, name, &from);
		edit_set_field(&import->edits, &import->target, record, spare, name, value);
		if (spare != NULL)
			show(import, '~', wants->key, "%.*s: %.*s -> %.*s", STRF(name),
			    STRF(spare->value), STRF(value));
		else
			show(import, '~', wants->key, "%.*s: %.*s", STRF(name), STRF(value));
		changed = true;
	}
	while ((spare = spare_field(record, wants, name, &from)) != NULL) {
		edit_remove_field(&import->edits, spare);
		show(import, '~', wants->key, "%.*s: %.*s is taken out", STRF(name),
		    STRF(spare->value));
		changed = true;
	}
	return changed;
}

static void
change_record(struct import *import, const struct record *record, const struct wants *wants)
{
	bool changed = false;

	/* Fields that are there come before those that are new: an edit at a record's end must
	 * be the last. */
	for (int is_new = 0; is_new < 2; is_new++)
		for (size_t i = 0; i < wants->n; i++) {
			bool first = true;

			for (size_t j = 0; j < i && first; j++)
				first = !str_eq(wants->list[j].field, wants->list[i].field);
			if (first && (record_named(record, wants->list[i].field) == NULL) == is_new)
				changed |= change_field(import, record, wants, i);
		}
	if (changed)
		import->changed++;
	else
		import->same++;
}

static bool
take_row(struct import *import, const struct row *row)
{
	struct wants wants = { 0 };
	struct known_record *known;
	struct map_slot *slot;

	if (!want_row(import, row, &wants))
		return false;
	slot = map_put(&import->by_key, wants.key, NULL);
	known = slot->value.p;
	if (known == NULL)
		known = slot->value.p = ARENA_NEW(&import->arena, struct known_record, 1);
	if (known->row != NULL) {
		size_t line, column;

		source_position(&import->csv.source, known->row->at, &line, &column);
		find(&import->findings, MSG_IMPORT_VALUE, csv_span(&import->csv, row->at, 0),
		    "a second row for '%s', the first is on line %zu",
		    val(&import->findings, wants.key), line);
		return false;
	}
	known->row = row;
	if (known->record != NULL) {
		change_record(import, known->record, &wants);
	} else {
		import->fresh = more(&import->arena, import->fresh, &import->n_fresh,
		    &import->fresh_size, sizeof *import->fresh);
		import->fresh[import->n_fresh - 1] = wants;
	}
	return true;
}

static void
end_absent(struct import *import, day on)
{
	int key = rectype_key(import->type);
	char date[DATE_SIZE];

	date_format(on, date);
	for (size_t i = 0; i < import->target.n; i++) {
		const struct record *record = &import->target.records[i];
		struct str value = record_value(record, key);
		struct map_slot *slot = value.n ? map_get(&import->by_key, value) : NULL;
		const struct known_record *known = slot ? slot->value.p : NULL;

		if (known == NULL || known->record != record || known->row != NULL)
			continue;
		if (record_named(record, import->until_field) != NULL)
			continue;
		edit_set_field(&import->edits, &import->target, record, NULL, import->until_field,
		    arena_str(&import->arena, str_of(date)));
		show(import, '-', value, "ends: %.*s: %s", STRF(import->until_field), date);
		import->ended++;
	}
}

/* ---- would the directory still be right? ---- */

static void
load_beside(struct import *import, const char *folder, struct directory *directory,
    struct findings *findings)
{
	struct files files;

	snapshot_files(import->snapshot, folder, &import->arena, &files);
	for (size_t i = 0; i < files.n; i++) {
		struct source *source = ARENA_NEW(&import->arena, struct source, 1);
		struct recfile *file = ARENA_NEW(&import->arena, struct recfile, 1);

		if (!str_ends(str_of(files.list[i].path), STR(".rec")) ||
		    strcmp(files.list[i].path, import->into) == 0 ||
		    snapshot_read_file(import->snapshot, &files.list[i], &import->arena,
			&source->bytes) != 0)
			continue;
		source->name = files.list[i].path;
		record_parse(source, &import->archive->symbols, &import->arena, findings, file);
		directory_add(directory, file, findings);
	}
}

static bool
would_be_right(struct import *import, struct str bytes)
{
	struct directory *directory = directory_new(import->archive->schema);
	struct source source = { import->into, bytes };
	struct findings findings, *kept = &import->findings;
	struct recfile file;
	size_t before = kept->count[ERROR];

	findings_init(&findings);
	load_beside(import, "directory", directory, &findings);
	record_parse(&source, &import->archive->symbols, &import->arena, &findings, &file);
	directory_add(directory, &file, &findings);
	directory_link(directory, &findings);
	for (size_t i = 0; i < findings.n; i++)
		if (findings.list[i].path == NULL ||
		    strcmp(findings.list[i].path, import->into) != 0) {
			findings.count[findings.list[i].severity]--;
			findings.list[i--] = findings.list[--findings.n];
		}
	findings_move(kept, &findings);
	findings_release(&findings);
	directory_free(directory);
	return kept->count[ERROR] == before;
}

/* ---- the command ---- */

static const struct entity *
find_definition(struct import *import, const char *name)
{
	const struct entity *found = directory_find(import->archive->directory, STR("Import"),
	    str_of(name), DAY_NONE, NULL);
	struct buf list = BUF_INIT;
	size_t n;
	const struct entity *const *all = directory_all(import->archive->directory, STR("Import"),
	    &n);

	if (found != NULL)
		return found;
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%.*s", i ? ", " : "", STRF(all[i]->key));
	if (n == 0)
		die("there is no Import record in schema/ that says how a table is read: see dossier-schema(5)");
	if (name[0] == '\0')
		usage(import->run, "import what? There is %s", list.p);
	die("there is no Import record '%s' in schema/; there is %s", name, list.p);
}

static day
ended_on(const struct run *run)
{
	const char *text = option(run, "ended"), *reason;
	day on = run->today;

	if (text != NULL && !date_parse(str_of(text), &on, &reason))
		usage(run, "--ended '%s': %s", text, reason);
	return on;
}

/* Works out all edits; false after findings. */
static bool
work_out(struct import *import, const char *path)
{
	bool good;

	if (!read_definition(import) || !read_table(import, path) || !place_columns(import) ||
	    !compile_where(import) || !read_target(import))
		return false;
	good = true;
	for (size_t i = 1; i < import->csv.n; i++)
		if (is_wanted(import, &import->csv.rows[i]))
			good &= take_row(import, &import->csv.rows[i]);
	if (good && import->ends_absent)
		end_absent(import, ended_on(import->run));
	/* Behind the last record, and so behind what is added to it. */
	for (size_t i = 0; i < import->n_fresh; i++)
		add_record(import, &import->fresh[i]);
	return good && import->findings.count[ERROR] == 0;
}

static bool
has_agreed(const struct import *import)
{
	char answer[16] = "";

	if (has_option(import->run, "yes"))
		return true;
	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr, "dossier import: nothing was written; --yes applies it\n");
		return false;
	}
	fflush(stdout);
	fprintf(stderr, "apply this to %s? [y/N] ", import->into);
	return fgets(answer, sizeof answer, stdin) != NULL &&
	    (answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 'j' || answer[0] == 'J');
}

static void
write_target(const struct import *import, struct str bytes)
{
	const char *path = arena_printf((struct arena *)&import->arena, "%s/%s",
	    store_root(import->store), import->into);
	int error = file_make_parents(path);

	if (error == 0)
		error = file_update(path, import->is_new ? STR_NULL : import->target_source.bytes, bytes);
	if (error != 0)
		die_unwritten(import->into, error);
}

static int
apply(struct import *import)
{
	struct buf bytes = BUF_INIT;
	int status = 0;

	edits_apply(&import->edits, import->target_source.bytes, &bytes);
	if (!would_be_right(import, buf_view(&bytes))) {
		fprintf(stderr,
		    "dossier import: nothing was written: '%s' would be wrong, as follows\n",
		    import->into);
		status = 1;
	} else {
		if (!import->run->quiet)
			print(buf_view(&import->shown));
		buf_reset(&import->shown);
		buf_printf(&import->shown, "%s: %zu new, %zu changed, %zu ended, %zu the same\n",
		    import->into, import->added, import->changed, import->ended, import->same);
		print(buf_view(&import->shown));
		if (import->edits.n > 0 && !has_option(import->run, "dry-run")) {
			if (has_agreed(import))
				write_target(import, buf_view(&bytes));
			else
				status = 1;
		}
	}
	buf_release(&bytes);
	return status;
}

static int
run_import(struct run *run)
{
	struct import import = { .run = run, .by_key = MAP_INIT };
	struct findings quiet;
	int status = 1;

	if (run->argc > 2)
		usage(run, "one table at a time");
	import.store = run_store(run);
	if (store_root(import.store) == NULL)
		die("a bare repository has no files to change: import in a clone, and push");
	findings_init(&import.findings);
	findings_init(&quiet);
	arena_init(&import.arena);
	edits_init(&import.edits);
	import.snapshot = store_worktree(import.store);
	import.archive = archive_open(import.snapshot, run->today, &quiet);
	import.definition = find_definition(&import, run->argc > 0 ? run->argv[0] : "");
	if (run->argc < 2)
		usage(run, "which table? Such as: dossier import %s FILE.csv", run->argv[0]);
	if (work_out(&import, run->argv[1]))
		status = apply(&import);
	if (run_finish(run, import.store, &import.findings) != 0)
		status = 1;
	expr_free(import.where);
	buf_release(&import.shown);
	map_release(&import.by_key);
	edits_release(&import.edits);
	archive_free(import.archive);
	snapshot_free(import.snapshot);
	arena_release(&import.arena);
	findings_release(&quiet);
	findings_release(&import.findings);
	store_free(import.store);
	return status;
}

const struct command cmd_import = {
	.name = "import",
	.operands = "TYPE FILE",
	.summary = "directory records from a CSV table, by an Import record of the schema",
	.options = options,
	.complete = "file",
	.run = run_import,
};
