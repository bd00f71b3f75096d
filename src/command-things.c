/*
 * A sort for each type of record, one for the case, one for entries (and one for those that a condition narrows), and the
 * world around them. What may not be seen has no value; what may not be read is masked before anybody is handed it, so
 * that no condition can ask either.
 */
#define _GNU_SOURCE
#include "command-things.h"

#include <stdlib.h>
#include <string.h>

enum of {
	OF_WORLD,
	OF_DIRECTORY, /* {{#Directory.Partner}} */
	OF_CASE,
	OF_ENTRY,
	OF_RECORD,
	OF_LEFT_OUT,
	OF_FIELD,
};

/* Names that are no field's; those of the world first. */
enum own_name {
	TODAY,
	CENTRE,
	DIRECTORY,
	DOCUMENT,
	THIS,
	ASKER,
	MASKED,
	LEFT_OUT,
	LEFT_OUT_KIND,
	LEFT_OUT_FIELD,
	NAME, /* of things that are no record */
	NUMBER,
	VALUE,
	MEANING,
	FIELDS, /* of the case and of entries: all that they have */
	NAMES,
};

static const char *const own_names[NAMES] = { "Today", "Centre", "Directory", "Document", "This", "Asker", "Masked",
	"Left_out", "Left_out_kind", "Left_out_field", "Name", "Number", "Value", "Meaning", "Fields" };

struct kind_of_thing { /* a sort of ours */
	struct sort sort;
	enum of of;
	struct things *things;
	const struct rectype *type; /* OF_RECORD */
	struct choice kinds; /* OF_ENTRY; list NULL: any */
};

struct things {
	struct archive *archive;
	struct arena arena;
	const struct view *view;
	const struct rectype *case_type, *entry_type;
	struct kind_of_thing world, directory, case_, entry, left_out, field;
	struct kind_of_thing *records; /* by place in schema_types */
	size_t n_types;
	int names[NAMES];
};

/* How values that are no field's are shown. */
static const struct field_info a_date = { .type = { "date", 4 } }, a_number = { .type = { "int", 3 } },
    a_kind = { .name = { "Kind", 4 }, .type = { "enum", 4 } }, a_field = { .type = { "field", 5 } },
    a_person = { .name = { "With", 4 }, .type = { "regexp", 6 } };

static const struct kind_of_thing *
ours(const struct sort *sort)
{
	return (const struct kind_of_thing *)sort;
}

/* ---- what is known ---- */

static bool
type_has(const struct rectype *type, int symbol)
{
	return type != NULL && (rectype_field(type, symbol) != NULL || rectype_special(type, STR("%allowed")).p == NULL);
}

static bool
entries_have(const struct things *things, struct choice kinds, int symbol)
{
	const struct schema *schema = things->archive->schema;
	size_t i;

	if (symbol == things->archive->known.case_ || symbol == things->names[FIELDS])
		return true;
	if (kinds.list == NULL)
		kinds.list = schema_kinds(schema, &kinds.n);
	for (i = 0; i < kinds.n; i++) {
		const struct rectype *type = schema_kind(schema, kinds.list[i]);

		if (type != NULL && rectype_field(type, symbol) != NULL)
			return true;
	}
	return type_has(things->entry_type, symbol);
}

static bool
world_has(const struct things *things, int symbol)
{
	size_t i;

	for (i = 0; i < NAME; i++)
		if (things->names[i] == symbol)
			return true;
	return false;
}

/* The sort of a record type, by its symbol or name. */
static const struct kind_of_thing *
sort_of_type(const struct things *things, struct str name)
{
	size_t i;

	for (i = 0; i < things->n_types; i++)
		if (things->records[i].type != NULL && str_eq(rectype_name(things->records[i].type), name))
			return &things->records[i];
	return NULL;
}

static bool
knows(const struct sort *sort, int symbol)
{
	const struct kind_of_thing *kind = ours(sort);
	const struct things *things = kind->things;
	const struct known *known = &things->archive->known;

	switch (kind->of) {
	case OF_WORLD:
		return world_has(things, symbol);
	case OF_DIRECTORY:
		return sort_of_type(things, symbol_name(&things->archive->symbols, symbol)) != NULL;
	case OF_CASE:
		return symbol == known->case_ || symbol == known->entry || symbol == things->names[FIELDS] ||
		    type_has(things->case_type, symbol) || rules_is_state(things->archive->rules, symbol);
	case OF_ENTRY:
		return entries_have(things, kind->kinds, symbol);
	case OF_RECORD:
		return type_has(kind->type, symbol);
	case OF_LEFT_OUT:
		return symbol == things->names[NAME] || symbol == things->names[NUMBER];
	case OF_FIELD:
		return symbol == things->names[NAME] || symbol == things->names[VALUE] ||
		    symbol == things->names[MEANING];
	}
	return false;
}

/* What a descriptor says of a field. Of entries, the first kind that has it. */
static const struct field_info *
info_of(const struct kind_of_thing *kind, int symbol)
{
	const struct things *things = kind->things;
	const struct schema *schema = things->archive->schema;
	const struct field_info *info = NULL;
	struct choice kinds = kind->kinds;
	size_t i;

	if (kind->of == OF_CASE)
		return things->case_type ? rectype_field(things->case_type, symbol) : NULL;
	if (kind->of == OF_RECORD)
		return rectype_field(kind->type, symbol);
	if (kind->of != OF_ENTRY)
		return NULL;
	if (kinds.list == NULL)
		kinds.list = schema_kinds(schema, &kinds.n);
	for (i = 0; i < kinds.n && info == NULL; i++) {
		const struct rectype *type = schema_kind(schema, kinds.list[i]);

		info = type ? rectype_field(type, symbol) : NULL;
	}
	return info || things->entry_type == NULL ? info : rectype_field(things->entry_type, symbol);
}

static const struct sort *
sort_of_reference(const struct things *things, const struct field_info *info)
{
	const struct kind_of_thing *kind;

	if (info == NULL || info->target.n == 0 || str_is(info->target, "Entry"))
		return NULL;
	kind = sort_of_type(things, info->target);
	return kind ? &kind->sort : NULL;
}

static const struct sort *
inside_world(const struct things *things, int symbol)
{
	const struct kind_of_thing *kind;

	if (symbol == things->names[DIRECTORY])
		return &things->directory.sort;
	if (symbol == things->names[THIS])
		return &things->entry.sort;
	if (symbol == things->names[LEFT_OUT_KIND] || symbol == things->names[LEFT_OUT_FIELD])
		return &things->left_out.sort;
	if (symbol != things->names[CENTRE] && symbol != things->names[DOCUMENT])
		return NULL;
	kind = sort_of_type(things, symbol == things->names[CENTRE] ? STR("Centre") : STR("Document"));
	return kind ? &kind->sort : NULL;
}

static const struct sort *
inside(const struct sort *sort, int symbol)
{
	const struct kind_of_thing *kind = ours(sort);
	const struct things *things = kind->things;
	const struct known *known = &things->archive->known;
	const struct kind_of_thing *type;

	if (symbol == 0)
		return sort;
	switch (kind->of) {
	case OF_WORLD:
		return inside_world(things, symbol);
	case OF_DIRECTORY:
		type = sort_of_type(things, symbol_name(&things->archive->symbols, symbol));
		return type ? &type->sort : NULL;
	case OF_CASE:
	case OF_ENTRY:
		if (symbol == known->case_)
			return &things->case_.sort;
		if (symbol == things->names[FIELDS])
			return &things->field.sort;
		if (kind->of == OF_CASE && symbol == known->entry)
			return &things->entry.sort;
		return sort_of_reference(things, info_of(kind, symbol));
	case OF_RECORD:
		return sort_of_reference(things, info_of(kind, symbol));
	case OF_LEFT_OUT:
	case OF_FIELD:
		break;
	}
	return NULL;
}

/* ---- for checking ---- */

static const struct sort *
narrow(const struct sort *sort, const struct expr *condition, struct arena *arena)
{
	const struct kind_of_thing *kind = ours(sort);
	struct choice kinds = expr_needs(condition, kind->things->archive->known.kind, arena);
	struct kind_of_thing *narrower;

	if (kind->of != OF_ENTRY || kinds.list == NULL)
		return sort;
	narrower = ARENA_NEW(arena, struct kind_of_thing, 1);
	*narrower = *kind;
	narrower->kinds = kinds;
	narrower->sort.what = kinds.n == 1 ? arena_printf(arena, "entries of kind %.*s", STRF(kinds.list[0])) :
	    "such entries";
	return &narrower->sort;
}

static void
add_words(struct str *list, size_t *n, size_t max, const struct field_info *info)
{
	struct choice words = field_words(info);
	size_t i;

	for (i = 0; i < words.n; i++)
		if (!choice_has((struct choice){ list, *n }, words.list[i]) && *n < max)
			list[(*n)++] = words.list[i];
}

/* All that a field can be; of entries those of every kind that has the field. */
static const struct str *
words_of(const struct sort *sort, int symbol, struct arena *arena, size_t *n)
{
	const struct kind_of_thing *kind = ours(sort);
	const struct schema *schema = kind->things->archive->schema;
	const struct field_info *info = info_of(kind, symbol);
	struct choice kinds = kind->kinds;
	struct str *list;
	size_t i;

	if (kind->of == OF_ENTRY && symbol == kind->things->archive->known.kind)
		return schema_has_kinds(schema) ? schema_kinds(schema, n) : NULL;
	if (kind->of != OF_ENTRY) {
		*n = field_words(info).n;
		return field_words(info).list;
	}
	if (kinds.list == NULL)
		kinds.list = schema_kinds(schema, &kinds.n);
	list = ARENA_NEW(arena, struct str, 256);
	for (i = 0; i < kinds.n; i++) {
		const struct rectype *type = schema_kind(schema, kinds.list[i]);

		info = type ? rectype_field(type, symbol) : NULL;
		if (info != NULL && field_words(info).list == NULL)
			return NULL;
		if (info != NULL)
			add_words(list, n, 256, info);
	}
	return *n ? list : NULL;
}

static size_t
names_of_type(const struct rectype *type, struct str *names, size_t n, size_t max)
{
	const struct field_info *fields;
	size_t i, m = 0;

	fields = type ? rectype_fields(type, &m) : NULL;
	for (i = 0; i < m && n < max; i++)
		names[n++] = fields[i].name;
	return n;
}

static size_t
names_of_entries(const struct kind_of_thing *kind, struct str *names, size_t max)
{
	const struct schema *schema = kind->things->archive->schema;
	struct choice kinds = kind->kinds;
	size_t i, n = names_of_type(kind->things->entry_type, names, 0, max);

	if (kinds.list == NULL)
		kinds.list = schema_kinds(schema, &kinds.n);
	for (i = 0; i < kinds.n; i++)
		n = names_of_type(schema_kind(schema, kinds.list[i]), names, n, max);
	return n;
}

static size_t
names_of_case(const struct things *things, struct str *names, size_t max)
{
	const struct rules *rules = things->archive->rules;
	size_t i, n = names_of_type(things->case_type, names, 0, max);

	for (i = 0; i < rules_state_count(rules) && n < max; i++)
		names[n++] = state_name(rules_state_at(rules, i));
	if (n < max)
		names[n++] = STR("Entry");
	return n;
}

static size_t
names_of(const struct sort *sort, struct str *names, size_t max)
{
	const struct kind_of_thing *kind = ours(sort);
	const struct things *things = kind->things;
	size_t n = 0, i, own = 0, end = NAME;

	switch (kind->of) {
	case OF_DIRECTORY:
		for (i = 0; i < things->n_types && n < max; i++)
			if (things->records[i].type != NULL)
				names[n++] = rectype_name(things->records[i].type);
		return n;
	case OF_CASE:
		return names_of_case(things, names, max);
	case OF_ENTRY:
		return names_of_entries(kind, names, max);
	case OF_RECORD:
		return names_of_type(kind->type, names, 0, max);
	case OF_LEFT_OUT:
	case OF_FIELD:
		own = NAME;
		end = FIELDS;
		break;
	case OF_WORLD:
		break;
	}
	for (; own < end && n < max; own++)
		names[n++] = str_of(own_names[own]);
	return n;
}

bool
view_shows(const struct things *things, const struct view *view, int symbol)
{
	const struct known *known = &things->archive->known;
	size_t i;

	if (view == NULL || view->fields == NULL || symbol == known->case_ || symbol == known->entry ||
	    symbol == known->date || symbol == known->kind || symbol == things->names[FIELDS])
		return true;
	for (i = 0; i < view->n_fields; i++)
		if (view->fields[i] == symbol)
			return true;
	return false;
}

static const char *
objection(const struct sort *sort, int symbol)
{
	const struct kind_of_thing *kind = ours(sort);

	if ((kind->of != OF_CASE && kind->of != OF_ENTRY) || view_shows(kind->things, kind->things->view, symbol))
		return NULL;
	return "take it out, or add it to Field of the document's record in templates/documents.rec";
}

/* ---- values ---- */

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

/* The record that a value names; no thing when there is none. */
static struct thing
referred(const struct things *things, const struct field_info *info, struct str key, day on)
{
	const struct sort *sort = sort_of_reference(things, info);
	const struct entity *entity = sort ? directory_find(things->archive->directory, info->target, key, on, NULL) : NULL;

	return entity ? (struct thing){ sort, entity, on } : (struct thing){ NULL };
}

static void
set_item(const struct things *things, const struct field_info *info, struct str value, day on, struct item *item)
{
	*item = (struct item){ .text = value, .type = info, .thing = referred(things, info, value, on) };
	item->is_false = info != NULL && str_is(info->type, "bool") &&
	    (str_is(value, "no") || str_is(value, "false") || str_is(value, "0"));
}

static bool
is_prose(const struct field_info *info)
{
	return info == NULL || info->type.n == 0 || str_is(info->type, "line");
}

static bool
is_of_people(const struct view *view, int symbol)
{
	size_t i;

	for (i = 0; i < view->n_people; i++)
		if (view->people[i] == symbol)
			return true;
	return false;
}

/* A value of the case, without whom the asker may not read of. */
static struct str
masked(const struct things *things, const struct field_info *info, int symbol, struct str value)
{
	const struct view *view = things->view;
	struct buf out = BUF_INIT;
	struct str kept = value;

	if (view->mask == NULL)
		return value;
	if (is_of_people(view, symbol))
		mask_label(view->mask, value, &out);
	else if (is_prose(info))
		mask_text(view->mask, value, &out);
	if (out.n > 0)
		kept = arena_str(&((struct things *)things)->arena, buf_view(&out));
	buf_release(&out);
	return kept;
}

/* ---- fields, one after another ---- */

/* One that may be seen. */
struct seen_field {
	const struct field *field;
	const struct field_info *info;
	day on;
};

static bool
get_of_field(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	const struct things *things = ours(thing->sort)->things;
	const struct seen_field *seen = thing->p;
	const struct entity *entity;
	const struct field *name;

	if (symbol == things->names[MEANING]) {
		entity = referred(things, seen->info, seen->field->value, seen->on).p;
		name = entity ? record_named(entity->record, STR("Name")) : NULL;
		*item = (struct item){ .text = name ? name->value : STR("") };
		return i == 0 && name != NULL;
	}
	if (symbol == things->names[NAME]) {
		*item = (struct item){ .text = seen->field->name, .type = &a_field };
	} else {
		set_item(things, seen->info, seen->field->value, seen->on, item);
		item->text = masked(things, seen->info, seen->field->symbol, seen->field->value);
	}
	return i == 0;
}

/* The i-th field of a record that may be seen. */
static bool
field_item(struct things *things, const struct record *record, const struct rectype *type, day on, size_t i,
    struct item *item)
{
	struct seen_field *seen;
	uint32_t k;

	for (k = 0; record != NULL && k < record->n; k++) {
		const struct field *field = &record->fields[k];

		if (!view_shows(things, things->view, field->symbol) || i-- > 0)
			continue;
		seen = ARENA_NEW(&things->arena, struct seen_field, 1);
		*seen = (struct seen_field){ field, type ? rectype_field(type, field->symbol) : NULL, on };
		if (field->symbol == things->archive->known.kind)
			seen->info = &a_kind;
		*item = (struct item){ .text = field->name, .type = &a_field, .thing = { &things->field.sort, seen, 0 } };
		return true;
	}
	return false;
}

/* ---- the case ---- */

static bool
state_value(const struct things *things, int symbol, day on, struct item *item)
{
	const struct casefile *file = things->view->file;
	struct str since;

	if (file->standing == NULL || !rules_is_state(things->archive->rules, symbol) ||
	    !file->standing->since(file->standing, file, symbol, on, &since))
		return false;
	*item = (struct item){ .text = since, .type = &a_date };
	return true;
}

static bool
get_of_case(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	const struct kind_of_thing *kind = ours(thing->sort);
	const struct things *things = kind->things;
	const struct view *view = things->view;
	const struct known *known = &things->archive->known;
	const struct field_info *info = info_of(kind, symbol);
	day on = (day)thing->n;
	struct str value;

	if (view == NULL || view->file == NULL || !view_shows(things, view, symbol))
		return false;
	if (symbol == 0 || symbol == known->case_) {
		*item = (struct item){ .text = str_of(view->file->id), .thing = *thing };
		return i == 0;
	}
	if (symbol == known->entry) {
		if (i < view->n_shown)
			things_entry_item(things, view->shown[i], item);
		return i < view->n_shown;
	}
	if (symbol == things->names[FIELDS])
		return field_item(kind->things, view->file->header, things->case_type, view->file->opened, i, item);
	if (i == 0 && state_value(things, symbol, on, item))
		return true;
	if (!case_value(view->file, symbol, on, i, &value))
		return false;
	set_item(things, info, value, on, item);
	item->text = masked(things, info, symbol, value);
	return true;
}

/* ---- entries ---- */

void
things_entry_item(const struct things *things, size_t entry, struct item *item)
{
	const struct entry *e = &things->view->file->entries[entry];

	*item = (struct item){ .text = e->kind.p ? e->kind : STR(""), .type = &a_kind,
		.thing = { &things->entry.sort, e, e->date } };
}

static bool
get_of_entry(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	const struct things *things = ours(thing->sort)->things;
	const struct view *view = things->view;
	const struct known *known = &things->archive->known;
	const struct entry *entry = thing->p;
	const struct rectype *type = schema_kind(things->archive->schema, entry->kind);
	const struct field_info *info;
	struct str value;

	if (view == NULL || !view_shows(things, view, symbol))
		return false;
	if (symbol == 0) {
		things_entry_item(things, (size_t)(entry - view->file->entries), item);
		return i == 0;
	}
	if (symbol == known->case_) {
		*item = (struct item){ .text = str_of(view->file->id),
			.thing = { &things->case_.sort, NULL, view->of_today ? things->archive->today : entry->date } };
		return i == 0;
	}
	if (type == NULL)
		type = things->entry_type;
	if (symbol == things->names[FIELDS])
		return field_item(ours(thing->sort)->things, entry->record, type, entry->date, i, item);
	if (!nth_value(entry->record, symbol, i, &value))
		return false;
	info = type ? rectype_field(type, symbol) : NULL;
	if (symbol == known->kind)
		info = &a_kind;
	set_item(things, info, value, view->of_today ? things->archive->today : entry->date, item);
	item->text = masked(things, info, symbol, value);
	return true;
}

/* ---- the directory ---- */

static bool
get_of_record(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	const struct kind_of_thing *kind = ours(thing->sort);
	const struct entity *entity = thing->p;
	struct str value;

	if (symbol == 0) {
		*item = (struct item){ .text = entity->key.p ? entity->key : STR(""), .thing = *thing };
		return i == 0;
	}
	if (!nth_value(entity->record, symbol, i, &value))
		return false;
	set_item(kind->things, info_of(kind, symbol), value, (day)thing->n, item);
	return true;
}

static bool
is_valid_on(const struct entity *entity, day on)
{
	return (entity->from == DAY_NONE || entity->from <= on) && (entity->until == DAY_NONE || on < entity->until);
}

/* The i-th record of a type that is valid today. */
static bool
get_of_directory(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	const struct things *things = ours(thing->sort)->things;
	const struct kind_of_thing *kind = sort_of_type(things, symbol_name(&things->archive->symbols, symbol));
	const struct entity *const *all;
	day today = things->archive->today;
	size_t n = 0, k;

	all = kind ? directory_all(things->archive->directory, rectype_name(kind->type), &n) : NULL;
	for (k = 0; k < n; k++) {
		if (!is_valid_on(all[k], today) || i-- > 0)
			continue;
		*item = (struct item){ .text = all[k]->key.p ? all[k]->key : STR(""), .thing = { &kind->sort, all[k], today } };
		return true;
	}
	return false;
}

/* ---- the world ---- */

static bool
get_of_left_out(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	struct things *things = ours(thing->sort)->things;
	const struct left_out *left = thing->p;

	if (symbol == things->names[NUMBER])
		*item = (struct item){ .text = str_of(arena_printf(&things->arena, "%zu", left->n)), .type = &a_number };
	else
		*item = (struct item){ .text = left->name, .type = thing->n ? &a_kind : &a_field, .thing = *thing };
	return i == 0;
}

static bool
number_item(struct things *things, size_t n, size_t i, struct item *item)
{
	*item = (struct item){ .text = str_of(arena_printf(&things->arena, "%zu", n)), .type = &a_number,
		.is_false = n == 0 };
	return i == 0;
}

static bool
record_item(const struct things *things, struct str type, const struct entity *entity, size_t i, struct item *item)
{
	const struct kind_of_thing *kind = sort_of_type(things, type);

	if (entity == NULL || kind == NULL || i > 0)
		return false;
	*item = (struct item){ .text = entity->key.p ? entity->key : STR(""),
		.thing = { &kind->sort, entity, things->archive->today } };
	return true;
}

static bool
left_item(const struct things *things, const struct left_out *list, size_t n, bool is_kind, size_t i, struct item *item)
{
	if (i >= n)
		return false;
	*item = (struct item){ .text = list[i].name, .type = is_kind ? &a_kind : &a_field,
		.thing = { &things->left_out.sort, &list[i], is_kind } };
	return true;
}

static bool
get_of_view(struct things *things, int symbol, size_t i, struct item *item)
{
	const struct view *view = things->view;

	if (symbol == things->names[DOCUMENT])
		return record_item(things, STR("Document"), view->document, i, item);
	if (symbol == things->names[THIS]) {
		if (view->about == NO_ENTRY || i > 0)
			return false;
		things_entry_item(things, view->about, item);
		return true;
	}
	if (symbol == things->names[ASKER]) {
		*item = (struct item){ .text = view->asker, .type = &a_person };
		return view->asker.p != NULL && i == 0;
	}
	if (symbol == things->names[MASKED])
		return number_item(things, view->masked, i, item);
	if (symbol == things->names[LEFT_OUT])
		return number_item(things, view->n_left, i, item);
	if (symbol == things->names[LEFT_OUT_KIND])
		return left_item(things, view->kinds, view->n_kinds, true, i, item);
	if (symbol == things->names[LEFT_OUT_FIELD])
		return left_item(things, view->left_fields, view->n_left_fields, false, i, item);
	return false;
}

static const struct entity *
centre_entity(const struct things *things)
{
	size_t n;
	const struct entity *const *all = directory_all(things->archive->directory, STR("Centre"), &n);

	return n > 0 ? all[0] : NULL;
}

static bool
get_of_world(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	struct things *things = ours(thing->sort)->things;
	char date[DATE_SIZE];

	if (symbol == things->names[TODAY]) {
		*item = (struct item){ .text = arena_str(&things->arena,
		    str_of(date_format(things->archive->today, date))), .type = &a_date };
		return i == 0;
	}
	if (symbol == things->names[CENTRE])
		return record_item(things, STR("Centre"), centre_entity(things), i, item);
	if (symbol == things->names[DIRECTORY]) {
		*item = (struct item){ .text = STR(""), .thing = { &things->directory.sort, NULL, 0 } };
		return i == 0;
	}
	return things->view != NULL && get_of_view(things, symbol, i, item);
}

/* ---- all together ---- */

static void
set_sort(struct things *things, struct kind_of_thing *kind, enum of of, const char *what,
    bool (*get)(const struct thing *thing, int symbol, size_t i, struct item *item))
{
	*kind = (struct kind_of_thing){ .of = of, .things = things };
	kind->sort = (struct sort){ what, knows, get, inside, narrow, words_of, names_of, objection };
}

struct things *
things_new(struct archive *archive)
{
	struct things *things = xcalloc(1, sizeof(*things));
	const struct str *types;
	size_t i;

	things->archive = archive;
	arena_init(&things->arena);
	things->case_type = schema_type(archive->schema, STR("Case"));
	things->entry_type = schema_type(archive->schema, STR("Entry"));
	set_sort(things, &things->world, OF_WORLD, "what stands here", get_of_world);
	set_sort(things, &things->directory, OF_DIRECTORY, "the directory", get_of_directory);
	set_sort(things, &things->case_, OF_CASE, "the case", get_of_case);
	set_sort(things, &things->entry, OF_ENTRY, "entries", get_of_entry);
	set_sort(things, &things->left_out, OF_LEFT_OUT, "what was left out", get_of_left_out);
	set_sort(things, &things->field, OF_FIELD, "fields", get_of_field);
	types = schema_types(archive->schema, &things->n_types);
	things->records = ARENA_NEW(&things->arena, struct kind_of_thing, things->n_types + 1);
	for (i = 0; i < things->n_types; i++) {
		set_sort(things, &things->records[i], OF_RECORD, arena_cstr(&things->arena, types[i]), get_of_record);
		things->records[i].type = schema_type(archive->schema, types[i]);
	}
	for (i = 0; i < NAMES; i++)
		things->names[i] = symbol(&archive->symbols, str_of(own_names[i]));
	return things;
}

void
things_free(struct things *things)
{
	if (things == NULL)
		return;
	arena_release(&things->arena);
	free(things);
}

void
things_set_view(struct things *things, const struct view *view)
{
	things->view = view;
}

size_t
things_sorts(const struct things *things, bool has_case, const struct sort *sorts[3])
{
	sorts[0] = &things->world.sort;
	sorts[1] = &things->case_.sort;
	return has_case ? 2 : 1;
}

const struct sort *
things_entry_sort(const struct things *things)
{
	return &things->entry.sort;
}

size_t
things_items(const struct things *things, struct item items[3])
{
	items[0] = (struct item){ .text = STR(""), .thing = { &things->world.sort, NULL, 0 } };
	items[1] = (struct item){ .text = STR(""), .thing = { &things->case_.sort, NULL, things->archive->today } };
	return things->view && things->view->file ? 2 : 1;
}

int
things_left_out(const struct things *things)
{
	return things->names[LEFT_OUT];
}

/* ---- what a person reads ---- */

void
things_show_number(void *context, struct str exact, struct buf *out)
{
	const struct things *things = context;

	words_number(things->view ? things->view->words : NULL, exact, out);
}

/* The word's Label; without one, the word without its hyphens. */
static void
show_word(const struct words *words, struct str field, struct str value, struct buf *out)
{
	size_t i;

	if (words_know(words, field, value)) {
		buf_str(out, words_label(words, field, value));
		return;
	}
	for (i = 0; i < value.n; i++)
		buf_char(out, value.p[i] == '-' ? ' ' : value.p[i]);
}

void
things_show(void *context, const struct item *item, struct buf *out)
{
	const struct things *things = context;
	const struct words *words = things->view ? things->view->words : NULL;
	const struct field_info *info = item->type;
	day d;

	if (info == NULL)
		buf_str(out, item->text);
	else if (str_is(info->type, "date") && date_parse(item->text, &d, NULL))
		words_date(words, d, out);
	else if (str_is(info->type, "enum") || str_is(info->type, "bool"))
		show_word(words, info->name, item->text, out);
	else if (str_is(info->type, "int") || str_is(info->type, "real") || str_is(info->type, "range"))
		words_number(words, item->text, out);
	else if (str_is(info->type, "regexp") && words_know(words, info->name, item->text))
		buf_str(out, words_label(words, info->name, item->text));
	else if (info == &a_field)
		words_heading(words, item->text, out);
	else
		buf_str(out, item->text);
}
