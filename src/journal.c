/* Values are looked for backwards from a date: what is in force was mostly said lately. */
#define _GNU_SOURCE
#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

void
case_id_of_path(const char *path, char id[CASE_ID_SIZE])
{
	struct str name = str_of(path);
	const char *slash = strrchr(path, '/');

	if (slash != NULL)
		name = str_of(slash + 1);
	if (str_ends(name, STR(".rec")))
		name.n -= 4;
	if (case_id_parse(name, id) == CASE_ID_FORM)
		id[0] = '\0';
}

static int
by_date(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int64_t dx = x->date == DAY_NONE ? INT64_MAX : x->date;
	int64_t dy = y->date == DAY_NONE ? INT64_MAX : y->date;

	if (dx != dy)
		return dx < dy ? -1 : 1;
	return (x->record > y->record) - (x->record < y->record);
}

/* How many of its date and kind stand before each. */
static void
number_entries(struct casefile *file)
{
	struct map seen = MAP_INIT;
	size_t i, j, start = 0;

	for (i = 0; i < file->n; i++) {
		struct entry *entry = &file->entries[i];

		if (i > 0 && entry->date != file->entries[i - 1].date) {
			start = i;
			map_release(&seen);
		}
		entry->nth = 1;
		if (i - start < 16) {
			for (j = start; j < i; j++)
				entry->nth += str_eq(file->entries[j].kind, entry->kind);
			continue;
		}
		for (j = seen.n ? i : start; j < i; j++)
			if (file->entries[j].kind.p != NULL)
				map_put(&seen, file->entries[j].kind, NULL)->value.i++;
		if (entry->kind.p != NULL)
			entry->nth = (uint32_t)++map_put(&seen, entry->kind, NULL)->value.i;
	}
	map_release(&seen);
}

static void
collect_entries(const struct terms *terms, struct casefile *file, struct arena *arena)
{
	const struct known *known = &terms->known;
	size_t i, first = file->header != NULL;
	bool sorted = true;

	file->n = file->file.n - first;
	file->entries = arena_alloc(arena, file->n * sizeof(*file->entries));
	for (i = 0; i < file->n; i++) {
		struct entry *entry = &file->entries[i];

		entry->record = &file->file.records[i + first];
		entry->kind = record_value(entry->record, known->kind);
		if (!date_parse(record_value(entry->record, known->date), &entry->date, NULL))
			entry->date = DAY_NONE;
		sorted &= i == 0 || by_date(entry - 1, entry) <= 0;
	}
	if (!sorted)
		qsort(file->entries, file->n, sizeof(*file->entries), by_date);
	number_entries(file);
}

void
case_parse(const struct terms *terms, const char *path, struct str bytes, struct arena *arena,
    struct findings *findings, struct casefile *file)
{
	struct str id;

	memset(file, 0, sizeof(*file));
	file->terms = terms;
	file->today = terms->today;
	file->path = path;
	file->source = (struct source){ path, bytes };
	file->opened = DAY_NONE;
	case_id_of_path(path, file->id);
	findings->case_id = file->id[0] ? file->id : NULL;
	findings_new_source(findings);
	record_parse(&file->source, terms->symbols, arena, findings, &file->file);
	if (file->file.n > 0 && record_field(&file->file.records[0], terms->known.case_) != NULL) {
		file->header = &file->file.records[0];
		id = record_value(file->header, terms->known.case_);
		if (file->id[0] == '\0' && case_id_parse(id, file->id) == CASE_ID_FORM)
			file->id[0] = '\0';
		if (!date_parse(record_value(file->header, terms->known.opened), &file->opened, NULL))
			file->opened = DAY_NONE;
	}
	collect_entries(terms, file, arena);
	findings->case_id = NULL;
}

/* ---- what is in force, and what expressions see ---- */

static bool
nth_value(const struct record *record, int symbol, size_t i, struct str *value)
{
	const struct field *field = record_field(record, symbol);

	while (field != NULL && i-- > 0)
		field = record_next(record, symbol, field);
	if (field == NULL)
		return false;
	*value = field->value;
	return true;
}

bool
case_value(const struct casefile *file, int symbol, day on, size_t i, struct str *value)
{
	const struct in_force *force = file->in_force;
	size_t j;

	if (force != NULL && force->on == on && (size_t)symbol < force->n &&
	    force->carriers[symbol] != NULL)
		return nth_value(force->carriers[symbol], symbol, i, value);
	for (j = file->n; j-- > 0;) {
		const struct entry *entry = &file->entries[j];

		if (entry->date == DAY_NONE || entry->date > on)
			continue;
		if (record_field(entry->record, symbol) != NULL)
			return nth_value(entry->record, symbol, i, value);
	}
	return file->header != NULL && nth_value(file->header, symbol, i, value);
}

/* The i-th value of a field over all entries. */
static bool
any_entry_value(struct casefile *file, int symbol, size_t i, struct str *value)
{
	const struct field *field = NULL;
	size_t e = 0, n = 0, end = file->n - file->n_later;

	if (file->cursor.field != NULL && file->cursor.symbol == symbol && file->cursor.i < i) {
		e = file->cursor.entry;
		n = file->cursor.i + 1;
		field = file->cursor.field;
		field = record_next(file->entries[e].record, symbol, field);
	} else if (end > 0) {
		field = record_field(file->entries[0].record, symbol);
	}
	for (;;) {
		while (field == NULL && ++e < end)
			field = record_field(file->entries[e].record, symbol);
		if (e >= end || field == NULL)
			return false;
		if (n == i)
			break;
		n++;
		field = record_next(file->entries[e].record, symbol, field);
	}
	file->cursor.entry = e;
	file->cursor.i = i;
	file->cursor.symbol = symbol;
	file->cursor.field = field;
	*value = field->value;
	return true;
}

/* The i-th value of field `sub` of the records that `values` name, one value after another. */
static bool
follow(const struct casefile *file, const struct rectype *type, int field, int sub, day on, size_t i,
    bool (*value_of)(const void *context, int symbol, size_t i, struct str *value),
    const void *context, struct str *value)
{
	const struct field_info *info = type ? rectype_field(type, field) : NULL;
	const struct entity *entity, *near;
	struct str key;
	size_t k, j;

	if (info == NULL || info->target.n == 0)
		return false;
	for (k = 0; value_of(context, field, k, &key); k++) {
		entity = directory_find(file->terms->directory, info->target, key, on, &near);
		/* What has ended still says when, and what came after it: else nobody could look for it. */
		if (entity == NULL)
			entity = near;
		if (entity == NULL)
			continue;
		for (j = 0; nth_value(entity->record, sub, j, value); j++)
			if (i-- == 0)
				return true;
	}
	return false;
}

static bool
case_value_today(const void *context, int symbol, size_t i, struct str *value)
{
	const struct casefile *file = context;

	return case_value(file, symbol, file->today, i, value);
}

/* A State is a field of the case: its value is the date since when it holds. */
static bool
state_value(const struct casefile *file, int symbol, day on, size_t i, struct str *value)
{
	return i == 0 && file->standing != NULL &&
	    file->standing->since(file->standing, file, symbol, on, value);
}

/* A field of the case that may be a State too. */
static bool
standing_value(const struct casefile *file, int symbol, day on, size_t i, struct str *value)
{
	const struct in_force *force = file->in_force;

	/* Who goes through the journal knows of every field and State that is asked about. */
	if (force != NULL && force->on == on && (size_t)symbol < force->n)
		return force->carriers[symbol] != NULL ? nth_value(force->carriers[symbol], symbol, i, value) :
		    state_value(file, symbol, on, i, value);
	return state_value(file, symbol, on, i, value) || case_value(file, symbol, on, i, value);
}

static bool
case_get(void *context, const struct record *self, const struct name *name, size_t i,
    struct str *value)
{
	struct casefile *file = context;
	const struct terms *terms = file->terms;

	(void)self;
	if (name->sub == 0 && name->field == terms->known.entry) {
		if (i >= file->n - file->n_later)
			return false;
		*value = file->entries[i].kind.p ? file->entries[i].kind : STR("");
		return true;
	}
	if (name->sub == 0)
		return standing_value(file, name->field, file->today, i, value);
	if (name->field == terms->known.entry)
		return any_entry_value(file, name->sub, i, value);
	if (name->field == terms->known.case_)
		return standing_value(file, name->sub, file->today, i, value);
	if (follow(file, schema_type(terms->schema, STR("Case")), name->field, name->sub, file->today, i,
	    case_value_today, file, value))
		return true;
	return standing_value(file, name->joined, file->today, i, value);
}

void
case_subject(struct casefile *file, struct findings *findings, struct subject *subject)
{
	*subject = (struct subject){ &file->file, NULL, case_get, file, findings,
		{ &file->source, 0, 0 } };
}

static bool
record_nth(const void *context, int symbol, size_t i, struct str *value)
{
	return nth_value(context, symbol, i, value);
}

static bool
entry_get(void *context, const struct record *self, const struct name *name, size_t i,
    struct str *value)
{
	const struct entry_context *entry = context;
	const struct casefile *file = entry->file;

	if (self == NULL)
		self = entry->record;
	if (name->sub == 0)
		return nth_value(self, name->field, i, value);
	if (name->field == file->terms->known.case_)
		return standing_value(file, name->sub, entry->on, i, value);
	if (follow(file, entry->type, name->field, name->sub, entry->on, i, record_nth, self,
	    value))
		return true;
	return nth_value(self, name->joined, i, value);
}

void
record_subject(struct casefile *file, const struct record *record, const struct rectype *type,
    day on, struct findings *findings, struct entry_context *context, struct subject *subject)
{
	*context = (struct entry_context){ file, record, type, on };
	*subject = (struct subject){ &file->file, record, entry_get, context, findings,
		record_span(&file->file, record) };
}

void
entry_subject(struct casefile *file, const struct entry *entry, struct findings *findings,
    struct entry_context *context, struct subject *subject)
{
	const struct schema *schema = file->terms->schema;
	const struct rectype *type = schema_kind(schema, entry->kind);

	if (type == NULL)
		type = schema_type(schema, STR("Entry"));
	record_subject(file, entry->record, type, entry->date, findings, context, subject);
}

/* ---- names ---- */

static size_t
write_plain_name(const struct entry *entry, char *to, size_t size)
{
	struct str kind = entry->kind.p ? entry->kind : STR("?");
	char date[DATE_SIZE] = "(no date)";
	size_t n = 0, i;

	if (entry->date != DAY_NONE)
		date_format(entry->date, date);
	for (i = 0; date[i] != '\0' && n + 1 < size; i++)
		to[n++] = date[i];
	if (n + 1 < size)
		to[n++] = '/';
	for (i = 0; i < kind.n && n + 1 < size; i++)
		to[n++] = kind.p[i];
	to[n] = '\0';
	return n;
}

size_t
entry_name_write(const struct entry *entry, char *to, size_t size)
{
	size_t n = write_plain_name(entry, to, size);
	int more = entry->nth > 1 ? snprintf(to + n, size - n, "/%u", entry->nth) : 0;

	return n + (more < 0 ? 0 : (size_t)more < size - n ? (size_t)more : size - n - 1);
}

char *
entry_name(const struct entry *entry, struct arena *arena)
{
	char name[256];

	entry_name_write(entry, name, sizeof(name));
	return arena_cstr(arena, str_of(name));
}
