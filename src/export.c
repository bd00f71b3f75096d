/*
 * The plan: for each record type its structured fields, and for each table the columns that they come to. A record is taken
 * apart once; its values hang in chains, one a column, so that writers go column by column whatever the order of fields.
 */
#include "export-parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- the plan ---- */

static size_t
column_named(const struct export_table *table, struct str name)
{
	size_t i;

	for (i = 0; i < table->n && !str_eq(table->columns[i].name, name); i++)
		;
	return i;
}

static size_t
add_column(struct arena *arena, struct export_table *table, const struct slot *slot)
{
	size_t at = column_named(table, slot->name), old = table->size;
	struct column *column;

	if (at == table->n) {
		if (table->n == old) {
			table->size = old ? 2 * old : 16;
			table->columns = arena_grow(arena, table->columns, old * sizeof(*column),
			    table->size * sizeof(*column));
		}
		table->columns[table->n++] = (struct column){ slot->name, slot->form, slot->repeats };
	}
	column = &table->columns[at];
	column->repeats |= slot->repeats;
	if (column->form != slot->form)
		column->form = FORM_CODE;
	return at;
}

static bool
is_own_column(const struct export *export, const struct plan *plan, int symbol)
{
	bool is_of_case = plan->table == &export->cases || plan->table == &export->entries;

	return is_of_case && symbol == export->terms->known.case_;
}

static void
plan_fields(struct export *export, struct plan *plan)
{
	struct arena *arena = &export->arena;
	size_t n, i;
	const struct field_info *fields = rectype_fields(plan->type, &n);

	plan->n_symbols = export->terms->symbols->n;
	plan->by_symbol = ARENA_NEW(arena, uint16_t, plan->n_symbols);
	plan->slots = ARENA_NEW(arena, struct slot, n);
	for (i = 0; i < n; i++) {
		struct slot *slot = &plan->slots[plan->n];
		enum field_form form = rectype_form(plan->type, fields[i].symbol);

		if (fields[i].use == FIELD_PROHIBITED || is_own_column(export, plan, fields[i].symbol))
			continue;
		/* What kind an entry is, is known to be one of a list even if the field has no type. */
		if (plan->table == &export->entries && fields[i].symbol == export->terms->known.kind)
			form = FORM_CODE;
		if (form == FORM_PROSE)
			continue;
		*slot = (struct slot){ fields[i].name, fields[i].symbol, form, fields[i].target,
			!fields[i].unique && fields[i].symbol != rectype_key(plan->type), 0 };
		if (plan->table == &export->entries && (slot->symbol == export->terms->known.date ||
		    slot->symbol == export->terms->known.kind))
			slot->repeats = false;
		slot->column = add_column(arena, plan->table, slot);
		plan->by_symbol[slot->symbol] = (uint16_t)++plan->n;
	}
}

/* Definitions (reports, identifiers, ...) are no data. */
static bool
is_data(const struct entity *entity)
{
	struct str path = str_of(entity->file->source->name);

	return str_starts(path, STR("directory/")) || str_starts(path, STR("activities/"));
}

/* Which records are one thing at different times: those of one key. */
static void
join_keys(struct plan *plan)
{
	struct map keys = MAP_INIT;
	size_t i;

	for (i = plan->n_entities; i-- > 0;) {
		bool is_new = true;
		struct map_slot *slot = NULL;

		if (rectype_key(plan->type) != 0)
			slot = map_put(&keys, plan->entities[i]->key, &is_new);
		plan->next[i] = is_new ? SIZE_MAX : slot->value.i;
		plan->is_first[i] = true;
		if (!is_new)
			plan->is_first[slot->value.i] = false;
		if (slot != NULL)
			slot->value.i = i;
	}
	map_release(&keys);
}

static void
plan_entities(struct export *export, struct plan *plan)
{
	struct arena *arena = &export->arena;
	size_t n, i;
	const struct entity *const *all = directory_all(export->terms->directory, plan->name, &n);

	plan->entities = arena_alloc(arena, n * sizeof(*plan->entities));
	plan->next = ARENA_NEW(arena, size_t, n);
	plan->is_first = ARENA_NEW(arena, bool, n);
	for (i = 0; i < n; i++)
		if (is_data(all[i]))
			plan->entities[plan->n_entities++] = all[i];
	join_keys(plan);
}

static void
plan_kinds(struct export *export)
{
	const struct schema *schema = export->terms->schema;
	size_t n, i;
	const struct str *kinds = schema_kinds(schema, &n);

	export->is_free = !schema_has_kinds(schema);
	if (export->is_free)
		n = schema_type(schema, STR("Entry")) != NULL;
	export->kinds = ARENA_NEW(&export->arena, struct plan, n);
	for (i = 0; i < n; i++) {
		struct plan *plan = &export->kinds[export->n_kinds++];

		plan->name = export->is_free ? STR("Entry") : kinds[i];
		plan->type = export->is_free ? schema_type(schema, plan->name) : schema_kind(schema, plan->name);
		plan->table = &export->entries;
		plan_fields(export, plan);
		map_put(&export->by_kind, plan->name, NULL)->value.p = plan;
	}
}

static bool
is_kind(const struct export *export, struct str name)
{
	return !export->is_free && map_get(&export->by_kind, name) != NULL;
}

static void
plan_types(struct export *export)
{
	const struct schema *schema = export->terms->schema;
	size_t n, i;
	const struct str *types = schema_types(schema, &n);

	export->types = ARENA_NEW(&export->arena, struct plan, n);
	for (i = 0; i < n; i++) {
		struct plan *plan = &export->types[export->n_types];

		if (str_is(types[i], "Case") || str_is(types[i], "Entry") || is_kind(export, types[i]))
			continue;
		plan->name = types[i];
		plan->type = schema_type(schema, types[i]);
		plan->table = ARENA_NEW(&export->arena, struct export_table, 1);
		plan->table->name = types[i];
		plan_fields(export, plan);
		plan_entities(export, plan);
		/* Definitions and the Centre itself have none, and are not offered. */
		if (plan->n > 0)
			export->n_types++;
		else
			*plan = (struct plan){ .n = 0 };
	}
}

struct export *
export_new(const struct terms *terms)
{
	struct export *export = xcalloc(1, sizeof(*export));
	size_t i;

	arena_init(&export->arena);
	export->terms = terms;
	export->cases.name = STR("cases");
	export->entries.name = STR("entries");
	export->by_kind = MAP_INIT;
	if (schema_type(terms->schema, STR("Case")) != NULL) {
		export->header = ARENA_NEW(&export->arena, struct plan, 1);
		export->header->name = STR("Case");
		export->header->type = schema_type(terms->schema, STR("Case"));
		export->header->table = &export->cases;
		plan_fields(export, export->header);
	}
	plan_kinds(export);
	plan_types(export);
	export->names = ARENA_NEW(&export->arena, struct str, export->n_types + 2);
	export->names[export->n_names++] = export->cases.name;
	export->names[export->n_names++] = export->entries.name;
	for (i = 0; i < export->n_types; i++)
		export->names[export->n_names++] = export->types[i].name;
	return export;
}

void
export_free(struct export *export)
{
	if (export == NULL)
		return;
	map_release(&export->by_kind);
	arena_release(&export->arena);
	free(export);
}

/* ---- parts ---- */

const struct str *
export_names(const struct export *export, size_t *n)
{
	*n = export->n_names;
	return export->names;
}

static const struct export_table *
table_named(const struct export *export, struct str name)
{
	size_t i;

	if (str_eq(name, export->cases.name))
		return &export->cases;
	if (str_eq(name, export->entries.name))
		return &export->entries;
	for (i = 0; i < export->n_types; i++)
		if (str_eq(export->types[i].name, name))
			return export->types[i].table;
	return NULL;
}

bool
export_part_named(const struct export *export, enum export_format format, struct str name, struct export_part *part)
{
	struct str field = name, table;

	*part = (struct export_part){ format, EXPORT_TABLE, table_named(export, name), 0, name, false };
	if (part->table != NULL || format != EXPORT_CSV)
		return part->table != NULL;
	str_cut(&field, '-', &table);
	part->what = EXPORT_VALUES;
	part->table = field.p == NULL ? NULL : table_named(export, table);
	part->column = part->table == NULL ? 0 : column_named(part->table, field);
	return part->table != NULL && part->column < part->table->n && part->table->columns[part->column].repeats;
}

struct parts {
	struct export_part *list;
	size_t n;
	struct arena *arena;
	enum export_format format;
};

static void
add_values(struct parts *parts, const struct export_table *table)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (table->columns[i].repeats)
			parts->list[parts->n++] = (struct export_part){ parts->format, EXPORT_VALUES, table, i,
				str_of(arena_printf(parts->arena, "%.*s-%.*s", STRF(table->name),
				STRF(table->columns[i].name))), false };
}

static void
add_table(struct parts *parts, const struct export_table *table)
{
	parts->list[parts->n++] = (struct export_part){ parts->format, EXPORT_TABLE, table, 0, table->name, false };
}

static void
add_log(struct parts *parts, const struct export *export)
{
	static const enum export_what whats[] = { EXPORT_OBJECTS, EXPORT_EVENTS };
	size_t i;

	if (parts->format == EXPORT_XES) {
		parts->list[parts->n++] = (struct export_part){ parts->format, EXPORT_JOURNALS, &export->cases, 0,
			STR("log"), false };
		return;
	}
	for (i = 0; i < 2; i++)
		parts->list[parts->n++] = (struct export_part){ parts->format, whats[i], NULL, 0, STR("log"), true };
}

const struct export_part *
export_parts(const struct export *export, enum export_format format, struct arena *arena, size_t *n)
{
	size_t most = 2 + export->n_types + export->cases.n + export->entries.n, i;
	struct parts parts = { NULL, 0, arena, format };

	for (i = 0; i < export->n_types; i++)
		most += export->types[i].table->n;
	parts.list = ARENA_NEW(arena, struct export_part, most);
	if (format == EXPORT_XES || format == EXPORT_OCEL)
		add_log(&parts, export);
	else {
		add_table(&parts, &export->cases);
		if (format == EXPORT_CSV)
			add_table(&parts, &export->entries);
		else
			parts.list[0].what = EXPORT_JOURNALS;
		for (i = 0; i < export->n_types; i++)
			if (export->types[i].n_entities > 0)
				add_table(&parts, export->types[i].table);
	}
	if (format == EXPORT_CSV) {
		add_values(&parts, &export->cases);
		add_values(&parts, &export->entries);
		for (i = 0; i < export->n_types; i++)
			if (export->types[i].n_entities > 0)
				add_values(&parts, export->types[i].table);
	}
	*n = parts.n;
	return parts.list;
}

/* ---- what stays ---- */

struct prose {
	struct str list[512];
	size_t n;
};

static void
add_prose(struct prose *prose, struct str name)
{
	size_t i;

	for (i = 0; i < prose->n; i++)
		if (str_eq(prose->list[i], name))
			return;
	if (prose->n < sizeof(prose->list) / sizeof(*prose->list))
		prose->list[prose->n++] = name;
}

/* A field that is prose in some kinds only is said with those. */
static void
find_prose(const struct export *export, const struct plan *plan, struct arena *arena, struct prose *prose)
{
	size_t n, i;
	const struct field_info *fields = rectype_fields(plan->type, &n);

	for (i = 0; i < n; i++) {
		struct str name = fields[i].name;

		if (fields[i].use == FIELD_PROHIBITED || plan->by_symbol[fields[i].symbol] != 0 ||
		    is_own_column(export, plan, fields[i].symbol))
			continue;
		if (column_named(plan->table, name) < plan->table->n)
			name = str_of(arena_printf(arena, "%.*s of %.*s", STRF(name), STRF(plan->name)));
		add_prose(prose, name);
	}
}

static void
say_prose(const struct export *export, struct str name, const struct plan *plans, size_t n, struct buf *out)
{
	struct prose prose = { .n = 0 };
	struct arena arena;
	size_t i;

	arena_init(&arena);
	for (i = 0; i < n; i++)
		find_prose(export, &plans[i], &arena, &prose);
	for (i = 0; i < prose.n; i++) {
		buf_text(out, i > 0 ? ", " : out->n > 0 ? "; " : "");
		if (i == 0)
			buf_printf(out, "%.*s: ", STRF(name));
		buf_str(out, prose.list[i]);
	}
	arena_release(&arena);
}

void
export_left_out(const struct export *export, const struct export_table *table, struct buf *out)
{
	size_t i;

	if (export->header != NULL && (table == NULL || table == &export->cases))
		say_prose(export, STR("Case"), export->header, 1, out);
	if (table == NULL || table == &export->entries)
		say_prose(export, STR("Entry"), export->kinds, export->n_kinds, out);
	for (i = 0; i < export->n_types; i++)
		if (table != NULL ? table == export->types[i].table : export->types[i].n_entities > 0)
			say_prose(export, export->types[i].name, &export->types[i], 1, out);
}

/* ---- taking apart ---- */

void
exporter_init(struct exporter *exporter, const struct export *export)
{
	size_t most = export->cases.n > export->entries.n ? export->cases.n : export->entries.n, i;

	for (i = 0; i < export->n_types; i++)
		if (export->types[i].table->n > most)
			most = export->types[i].table->n;
	*exporter = (struct exporter){ .export = export };
	exporter->first = xcalloc(most + 1, sizeof(*exporter->first));
	exporter->last = xcalloc(most + 1, sizeof(*exporter->last));
}

void
exporter_release(struct exporter *exporter)
{
	free(exporter->picks);
	free(exporter->first);
	free(exporter->last);
}

static struct str
normal_number(struct exporter *exporter, struct str value)
{
	char text[NUMBER_SIZE];
	struct number number;

	if (!number_parse(value, &number))
		return value;
	number_format(number, text);
	return str_is(value, text) ? value : arena_str(exporter->arena, str_of(text));
}

static struct str
normal(struct exporter *exporter, enum field_form form, struct str value)
{
	if (form == FORM_INTEGER || form == FORM_DECIMAL)
		return normal_number(exporter, value);
	if (form == FORM_BOOL)
		return str_is(value, "yes") || str_is(value, "true") || str_is(value, "1") ? STR("true") : STR("false");
	return value;
}

static bool
is_good(const struct exporter *exporter, const struct plan *plan, const struct slot *slot, struct str value)
{
	const struct entity *entity;

	if (!rectype_holds(plan->type, slot->symbol, value))
		return false;
	if (slot->form != FORM_REFERENCE)
		return true;
	entity = directory_find(exporter->export->terms->directory, slot->target, value, DAY_NONE, NULL);
	return entity != NULL && is_data(entity);
}

static void
hang(struct exporter *exporter, const struct slot *slot, struct str value)
{
	if (exporter->n == exporter->size) {
		exporter->size = exporter->size ? 2 * exporter->size : 64;
		exporter->picks = xrealloc(exporter->picks, exporter->size * sizeof(*exporter->picks));
	}
	exporter->picks[exporter->n++] = (struct pick){ slot, value, 0 };
	if (exporter->first[slot->column] == 0)
		exporter->first[slot->column] = (uint32_t)exporter->n;
	else
		exporter->picks[exporter->last[slot->column] - 1].next = (uint32_t)exporter->n;
	exporter->last[slot->column] = (uint32_t)exporter->n;
}

void
pick_record(struct exporter *exporter, const struct plan *plan, const struct record *record)
{
	uint32_t i;

	exporter->n = 0;
	memset(exporter->first, 0, plan->table->n * sizeof(*exporter->first));
	for (i = 0; i < record->n; i++) {
		const struct field *field = &record->fields[i];
		const struct slot *slot;

		if (field->symbol <= 0 || (size_t)field->symbol >= plan->n_symbols ||
		    plan->by_symbol[field->symbol] == 0)
			continue;
		slot = &plan->slots[plan->by_symbol[field->symbol] - 1];
		if (!is_good(exporter, plan, slot, field->value) ||
		    (!slot->repeats && exporter->first[slot->column] != 0))
			exporter->has_faults = true;
		else
			hang(exporter, slot, normal(exporter, slot->form, field->value));
	}
}

const struct pick *
first_pick(const struct exporter *exporter, size_t column)
{
	return exporter->first[column] == 0 ? NULL : &exporter->picks[exporter->first[column] - 1];
}

const struct pick *
next_pick(const struct exporter *exporter, const struct pick *pick)
{
	return pick->next == 0 ? NULL : &exporter->picks[pick->next - 1];
}

const struct plan *
plan_of_entry(struct exporter *exporter, const struct entry *entry)
{
	const struct export *export = exporter->export;
	const struct map_slot *slot = map_get(&export->by_kind, export->is_free ? STR("Entry") : entry->kind);

	if (slot == NULL || entry->date == DAY_NONE || (export->is_free && !is_field_name(entry->kind))) {
		exporter->has_faults = true;
		return NULL;
	}
	return slot->value.p;
}

bool
is_exported(struct exporter *exporter, const struct casefile *file)
{
	if (exporter->export->header != NULL && file->header != NULL && file->id[0] != '\0')
		return true;
	exporter->has_faults = true;
	return false;
}

void
write_record_name(const struct plan *plan, size_t i, struct buf *out)
{
	buf_printf(out, "%.*s/%zu", STRF(plan->name), i + 1);
}

void
write_entry_name(const struct entry *entry, struct buf *out)
{
	size_t room = entry->kind.n + 2 * DATE_SIZE;

	out->n += entry_name_write(entry, buf_room(out, room), room);
}

/* ---- what all formats write ---- */

void
write_joined(const struct exporter *exporter, const struct pick *pick, struct buf *out)
{
	const struct pick *first = pick;

	for (; pick != NULL; pick = next_pick(exporter, pick)) {
		if (pick != first)
			buf_char(out, ' ');
		buf_str(out, pick->value);
	}
}

void
write_json_text(struct buf *out, struct str text)
{
	size_t i;

	buf_char(out, '"');
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_char(out, '\\');
		if ((unsigned char)text.p[i] < ' ')
			buf_printf(out, "\\u%04x", (unsigned)text.p[i]);
		else
			buf_char(out, text.p[i]);
	}
	buf_char(out, '"');
}

void
write_json_value(struct buf *out, enum field_form form, struct str value)
{
	if (form == FORM_INTEGER || form == FORM_DECIMAL || form == FORM_BOOL)
		buf_str(out, value);
	else
		write_json_text(out, value);
}

/* ---- by format ---- */

void
export_begin(const struct export *export, const struct export_part *part, struct buf *out)
{
	if (part->format == EXPORT_XES)
		xes_begin(out);
	else if (part->format == EXPORT_OCEL)
		ocel_begin(export, part, out);
	else
		rows_begin_part(part, out);
}

void
export_end(const struct export_part *part, struct buf *out)
{
	if (part->format == EXPORT_XES)
		xes_end(out);
	else if (part->format == EXPORT_OCEL)
		ocel_end(part, out);
}

void
export_case(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out)
{
	if (!is_exported(exporter, file))
		return;
	if (part->format == EXPORT_XES)
		xes_case(exporter, file, out);
	else if (part->format == EXPORT_OCEL)
		ocel_case(exporter, part, file, out);
	else
		rows_case(exporter, part, file, out);
}

void
export_directory(struct exporter *exporter, const struct export_part *part, struct buf *out)
{
	const struct export *export = exporter->export;
	size_t i, k;

	for (i = 0; i < export->n_types; i++) {
		const struct plan *plan = &export->types[i];

		for (k = 0; k < plan->n_entities; k++)
			if (part->format == EXPORT_OCEL)
				ocel_record(exporter, part, plan, k, out);
			else if (part->table == plan->table)
				rows_record(exporter, part, plan, k, out);
	}
}
