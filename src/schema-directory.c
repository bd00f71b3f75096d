/*
 * Records that others refer to: by type a table from key to the records of that key, in order of
 * the time they hold. It is built when the last file is in: one sort finds double keys and
 * overlapping times alike.
 */
#include "schema-parts.h"

#include <stdlib.h>
#include <string.h>

struct table {
	struct entity **all; /* in order of files and places */
	size_t n, size;
	struct map by_key; /* to the first struct entity of that key */
};

struct directory {
	const struct schema *schema;
	struct arena arena;
	struct table *tables; /* by the type's place */
};

struct directory *
directory_new(const struct schema *schema)
{
	struct directory *directory = xcalloc(1, sizeof *directory);

	directory->schema = schema;
	arena_init(&directory->arena);
	directory->tables = ARENA_NEW(&directory->arena, struct table, schema->n + 1);
	return directory;
}

void
directory_free(struct directory *directory)
{
	if (directory == NULL)
		return;
	for (size_t i = 0; i < directory->schema->n; i++)
		map_release(&directory->tables[i].by_key);
	arena_release(&directory->arena);
	free(directory);
}

static const struct table *
table_of(const struct directory *directory, const struct rectype *type)
{
	return &directory->tables[type->place];
}

/* A day that a %valid field holds; a wrong one was found as such. */
static day
day_of(const struct record *record, int sym)
{
	struct str value = sym ? record_value(record, sym) : STR_NULL;
	day day_there;

	return value.p != NULL && date_parse(value, &day_there, NULL) ? day_there : DAY_NONE;
}

static void
add_entity(struct directory *directory, const struct recfile *file, const struct record *record,
    const struct rectype *type, struct findings *findings)
{
	struct table *table = &directory->tables[type->place];
	struct entity *entity = ARENA_NEW(&directory->arena, struct entity, 1);

	entity->file = file;
	entity->record = record;
	entity->type = type;
	entity->key = type->key ? record_value(record, type->key) : STR_NULL;
	entity->from = day_of(record, type->from);
	entity->until = day_of(record, type->until);
	if (entity->from != DAY_NONE && entity->until != DAY_NONE && entity->from >= entity->until)
		fix(findings,
		    find(findings, MSG_REVERSED_VALIDITY,
			value_span(file, record_field(record, type->until)),
			"'%s' ends before it begins", val(findings, entity->key)),
		    "the last of the two is the first day that it no longer holds");
	table->all = schema_more(&directory->arena, table->all, &table->n, &table->size,
	    sizeof *table->all);
	entity->place = table->n - 1;
	table->all[entity->place] = entity;
}

/* The descriptor of the record set that begins here; NULL after a finding. */
static const struct rectype *
set_type(const struct directory *directory, const struct recfile *file, const struct record *record,
    struct findings *findings)
{
	const struct schema *schema = directory->schema;
	const struct field *rec = record_named(record, STR("%rec"));
	const struct rectype *type;
	struct str rest, name, guess;
	bool in_schema = str_starts(str_of(file->source->name), STR("schema/"));

	for (size_t i = 0; i < record->n && !in_schema; i++) {
		struct str special = record->fields[i].name;

		if (!str_is(special, "%rec") && !str_is(special, "%doc"))
			fix(findings,
			    find(findings, MSG_MISPLACED_SPECIAL,
				field_span(file, &record->fields[i]),
				"'%s' means nothing outside of schema/", nam(findings, special)),
			    "move it to the descriptor under schema/");
	}
	if (rec == NULL)
		return NULL;
	rest = rec->value;
	name = str_word(&rest);
	type = schema_type(schema, name);
	if (type != NULL && !type->is_case)
		return type;
	if (in_schema || schema->n == 0)
		return NULL; /* a descriptor, which schema_add has taken; or there is no schema, which was said */
	guess = nearest(name, schema->names, schema->n);
	find(findings, MSG_UNKNOWN_RECORD_TYPE, value_span(file, rec),
	    "no record type '%s' in the schema%s", nam(findings, name),
	    schema_mean_name(findings, guess));
	return NULL;
}

void
directory_add(struct directory *directory, const struct recfile *given, struct findings *findings)
{
	struct recfile *file = ARENA_NEW(&directory->arena, struct recfile, 1);
	const struct rectype *type = NULL;
	bool is_typed = false;

	*file = *given;
	for (size_t i = 0; i < file->n; i++) {
		const struct record *record = &file->records[i];

		if (record->n > 0 && record->fields[0].name.p[0] == '%') {
			type = set_type(directory, file, record, findings);
			is_typed = true;
			continue;
		}
		if (!is_typed) {
			fix(findings,
			    find(findings, MSG_NO_RECORD_TYPE, record_span(file, record),
				"a record that belongs to no record type"),
			    "put a line '%%rec: NAME' and an empty line before it");
			is_typed = true;
		}
		if (type == NULL)
			continue;
		schema_check(directory->schema, NULL, type, file, record, DAY_NONE, NULL, findings);
		add_entity(directory, file, record, type, findings);
	}
	schema_check_comments(directory->schema, file, findings);
}

/* Keys, by one sort. */

struct sorted {
	struct entity *entity;
	size_t order;
};

static int
compare_entities(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int by_key = str_cmp(x->entity->key, y->entity->key);

	if (by_key != 0)
		return by_key;
	if (x->entity->from != y->entity->from)
		return x->entity->from < y->entity->from ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static const char *
place_of(struct findings *findings, const struct entity *entity)
{
	return schema_place(findings, record_span(entity->file, entity->record));
}

static struct span
key_span(const struct entity *entity)
{
	return value_span(entity->file, record_field(entity->record, entity->type->key));
}

static bool
overlaps(const struct entity *first, const struct entity *second)
{
	return first->until == DAY_NONE || second->from == DAY_NONE || second->from < first->until;
}

static void
double_key(const struct rectype *type, const struct entity *first, const struct entity *second,
    struct findings *findings)
{
	bool timed = type->from || type->until;

	if (!timed || (first->from == second->from && first->until == second->until))
		fix(findings,
		    find(findings, MSG_DUPLICATE_KEY, key_span(second),
			"two records of type '%s' have the key '%s', the other at %s",
			nam(findings, type->name), val(findings, second->key),
			place_of(findings, first)),
		    "give one of them another key%s",
		    timed ? ", or times that do not overlap" : "");
	else
		fix(findings,
		    find(findings, MSG_OVERLAPPING_VALIDITY, key_span(second),
			"'%s' holds twice at one time, also at %s", val(findings, second->key),
			place_of(findings, first)),
		    "let the earlier one end where the later begins");
}

/* Chains those of one key, which are in order of time, and returns the first. */
static void
chain(struct table *table, const struct rectype *type, struct sorted *run, size_t n,
    struct findings *findings)
{
	const struct entity *longest = run[0].entity;

	map_put(&table->by_key, run[0].entity->key, NULL)->value.p = run[0].entity;
	for (size_t i = 1; i < n; i++) {
		struct entity *entity = run[i].entity;

		run[i - 1].entity->next = entity;
		if (overlaps(longest, entity))
			double_key(type, longest, entity, findings);
		if (longest->until != DAY_NONE &&
		    (entity->until == DAY_NONE || entity->until > longest->until))
			longest = entity;
	}
}

static void
link_keys(struct table *table, const struct rectype *type, struct findings *findings)
{
	struct sorted *sorted = xmalloc((table->n + 1) * sizeof *sorted);
	size_t n = 0, first = 0;

	for (size_t i = 0; i < table->n; i++)
		if (table->all[i]->key.n > 0)
			sorted[n++] = (struct sorted){ table->all[i], i };
	if (n > 0)
		qsort(sorted, n, sizeof *sorted, compare_entities);
	for (size_t i = 1; i <= n; i++)
		if (i == n || !str_eq(sorted[i].entity->key, sorted[first].entity->key)) {
			chain(table, type, sorted + first, i - first, findings);
			first = i;
		}
	free(sorted);
}

static void
link_singular(const struct table *table, const struct rule *rule, struct findings *findings)
{
	struct map seen = MAP_INIT;

	for (size_t i = 0; i < table->n; i++) {
		const struct entity *entity = table->all[i];
		const struct field *field = record_field(entity->record, rule->info.symbol);

		for (; field != NULL;
		     field = record_next(entity->record, rule->info.symbol, field)) {
			bool is_new;
			struct map_slot *slot = map_put(&seen, field->value, &is_new);

			if (is_new)
				slot->value.p = (void *)entity;
			else if (slot->value.p != entity)
				fix(findings,
				    find(findings, MSG_DUPLICATE_VALUE,
					value_span(entity->file, field),
					"'%s' of '%s' stands on another record too, at %s",
					val(findings, field->value), nam(findings, rule->info.name),
					place_of(findings, slot->value.p)),
				    "each record has a value of its own here");
		}
	}
	map_release(&seen);
}

static void
link_size(const struct table *table, const struct rectype *type, struct findings *findings)
{
	if (table->n < type->size_min)
		find(findings, MSG_WRONG_SIZE, type->size_at,
		    "%zu records of type '%s', at least %zu expected", table->n,
		    nam(findings, type->name), type->size_min);
	else if (table->n > type->size_max)
		find(findings, MSG_WRONG_SIZE, type->size_at,
		    "%zu records of type '%s', at most %zu expected", table->n,
		    nam(findings, type->name), type->size_max);
}

/* A record with a date of its own, such as an activity, refers to what is valid then; else no
 * time is asked for. */
static void
link_references(const struct directory *directory, const struct entity *entity,
    struct findings *findings)
{
	const struct schema *schema = directory->schema;
	struct check check = { schema, directory, entity->type, entity->file, entity->record,
		day_of(entity->record, schema->sym_date), findings };

	for (size_t i = 0; i < entity->record->n; i++) {
		const struct field *field = &entity->record->fields[i];
		const struct rule *rule = schema_rule(entity->type, field->symbol);

		if (rule != NULL && rule->type != NULL && rule->type->kind == TYPE_REC &&
		    field->value.n > 0 && !rule->confidential)
			check_reference(&check, rule, field);
	}
}

bool
directory_is_keyed(const struct directory *directory, const struct rectype *type)
{
	const struct table *table = table_of(directory, type);

	for (size_t i = 0; i < table->n; i++)
		if (table->all[i]->next != NULL)
			return false;
	return true;
}

static bool
is_valid_on(const struct entity *entity, day on)
{
	return on == DAY_NONE ||
	    ((entity->from == DAY_NONE || entity->from <= on) &&
		(entity->until == DAY_NONE || on < entity->until));
}

static const struct entity *
find_in(const struct table *table, struct str key, day on, const struct entity **near)
{
	struct map_slot *slot = map_get(&table->by_key, key);
	const struct entity *found = NULL, *closest = NULL;

	for (const struct entity *e = slot ? slot->value.p : NULL; e != NULL; e = e->next) {
		if (is_valid_on(e, on))
			found = e;
		/* The last that began before, else the first. */
		if (closest == NULL || e->from == DAY_NONE || e->from <= on)
			closest = e;
	}
	if (near != NULL)
		*near = found ? NULL : closest;
	return found;
}

const struct entity *
directory_find(const struct directory *directory, struct str name, struct str key, day on,
    const struct entity **near)
{
	const struct rectype *type = schema_type(directory->schema, name);

	if (near != NULL)
		*near = NULL;
	return type ? find_in(table_of(directory, type), key, on, near) : NULL;
}

const struct entity *const *
directory_all(const struct directory *directory, struct str name, size_t *n)
{
	const struct rectype *type = schema_type(directory->schema, name);

	*n = type ? table_of(directory, type)->n : 0;
	return type ? (const struct entity *const *)table_of(directory, type)->all : NULL;
}

/* ---- succession ---- */

/* What a record names as coming after it: what held when it ended, or else was nearest to that day. */
static const struct entity *
named_by(const struct table *table, const struct entity *entity, struct str key)
{
	const struct entity *near, *found = find_in(table, key, entity->until, &near);

	return found ? found : near;
}

/* The one that came after; NULL when there is none, or several. */
static const struct entity *
next_of(const struct table *table, const struct entity *entity, bool *is_split)
{
	int symbol = entity->type->successor;
	const struct field *first = record_field(entity->record, symbol), *other = first;

	while (other != NULL && str_eq(other->value, first->value))
		other = record_next(entity->record, symbol, other);
	*is_split = other != NULL;
	return first == NULL || *is_split ? NULL : named_by(table, entity, first->value);
}

static bool
has_ended(const struct entity *entity, day on)
{
	return entity->until != DAY_NONE && (on == DAY_NONE || entity->until <= on);
}

const struct entity *
directory_successor(const struct directory *directory, const struct entity *entity, day on, bool *is_split)
{
	const struct table *table = table_of(directory, entity->type);

	*is_split = false;
	for (size_t hops = 0; has_ended(entity, on) && hops < table->n; hops++) {
		const struct entity *next = next_of(table, entity, is_split);

		if (next == NULL)
			break;
		entity = next;
	}
	return entity;
}

/* A way through the successors, and where on it each record stands. */
struct way {
	const struct table *table;
	const struct entity **steps;
	const struct field **fields; /* of each step, the one that it went on by */
	unsigned char *state; /* by place: 0 not seen, 1 on the way, 2 done */
	size_t n;
};

static void
found_cycle(const struct way *way, const struct entity *back, const struct field *field,
    struct findings *findings)
{
	const struct entity *last = way->steps[way->n - 1];
	struct buf names = BUF_INIT;
	size_t i = way->n - 1;

	while (way->steps[i] != back)
		i--;
	for (; i < way->n && names.n < 200; i++)
		buf_printf(&names, "%s, then ", val(findings, way->steps[i]->key));
	fix(findings,
	    find(findings, MSG_SUCCESSION_CYCLE, value_span(last->file, field), "'%s' comes after itself: %s%s",
		val(findings, back->key), names.p, val(findings, back->key)),
	    "name what came after it; the last of a chain names nothing");
	buf_release(&names);
}

/* One step on from the last of the way, or back. */
static void
walk(struct way *way, struct findings *findings)
{
	const struct entity *last = way->steps[way->n - 1], *next;
	const struct field **field = &way->fields[way->n - 1];
	int symbol = last->type->successor;

	*field = *field == NULL ? record_field(last->record, symbol) :
	    record_next(last->record, symbol, *field);
	if (*field == NULL) {
		way->state[last->place] = 2;
		way->n--;
		return;
	}
	next = named_by(way->table, last, (*field)->value);
	if (next != NULL && way->state[next->place] == 1)
		found_cycle(way, next, *field, findings);
	if (next == NULL || way->state[next->place] != 0)
		return;
	way->state[next->place] = 1;
	way->steps[way->n] = next;
	way->fields[way->n++] = NULL;
}

static void
link_succession(const struct table *table, struct findings *findings)
{
	struct way way = { .table = table };

	way.steps = xcalloc(table->n + 1, sizeof *way.steps);
	way.fields = xcalloc(table->n + 1, sizeof *way.fields);
	way.state = xcalloc(table->n + 1, sizeof *way.state);
	for (size_t i = 0; i < table->n; i++) {
		if (way.state[i] != 0 || table->all[i]->key.n == 0)
			continue;
		way.state[i] = 1;
		way.steps[0] = table->all[i];
		way.fields[0] = NULL;
		for (way.n = 1; way.n > 0;)
			walk(&way, findings);
	}
	free(way.steps);
	free(way.fields);
	free(way.state);
}

void
directory_link(struct directory *directory, struct findings *findings)
{
	const struct schema *schema = directory->schema;

	for (size_t t = 0; t < schema->n; t++) {
		const struct rectype *type = schema->types[t];
		struct table *table = &directory->tables[t];

		link_keys(table, type, findings);
		for (size_t i = 0; i < type->n_rules; i++)
			if (type->rules[i].singular)
				link_singular(table, &type->rules[i], findings);
		if (!type->is_case)
			link_size(table, type, findings);
	}
	for (size_t t = 0; t < schema->n; t++) {
		const struct table *table = &directory->tables[t];

		for (size_t i = 0; i < table->n; i++)
			link_references(directory, table->all[i], findings);
		if (schema->types[t]->successor != 0)
			link_succession(table, findings);
	}
}
/* What a wrong reference is told. */

static bool
same_folded(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		unsigned char x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];

		if (x != y && ((x | 0x20) != (y | 0x20) || (x | 0x20) < 'a' || (x | 0x20) > 'z'))
			return false;
	}
	return true;
}

/* The record valid then that carries the value in a text: a name instead of a key. */
static const struct entity *
find_by_name(const struct table *table, struct str value, day on)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct entity *entity = table->all[i];

		for (size_t f = 0;
		     f < entity->record->n && entity->key.n > 0 && is_valid_on(entity, on); f++) {
			const struct field *field = &entity->record->fields[f];
			const struct rule *rule = schema_rule(entity->type, field->symbol);

			if ((rule == NULL || rule->is_text) && same_folded(field->value, value))
				return entity;
		}
	}
	return NULL;
}

static struct str
nearest_key(const struct table *table, struct str value, day on)
{
	struct str *keys = xmalloc((table->n + 1) * sizeof *keys), found;
	size_t n = 0;

	for (size_t i = 0; i < table->n; i++)
		if (table->all[i]->key.n > 0 && is_valid_on(table->all[i], on))
			keys[n++] = table->all[i]->key;
	found = nearest(value, keys, n);
	free(keys);
	return found;
}

/* Beyond so many findings nobody reads hints, which cost a look at the whole directory each. */
#define HINTS_MAX 500

static void
unknown_reference(const struct check *check, const struct rule *rule, const struct field *field)
{
	struct findings *findings = check->findings;
	const struct table *table = table_of(check->directory, rule->type->target_type);
	bool hint = !findings->hide_values && findings->n < HINTS_MAX;
	const struct entity *named = hint ? find_by_name(table, field->value, check->on) : NULL;
	struct str guess = named ? named->key :
	    hint                 ? nearest_key(table, field->value, check->on) :
				   STR_NULL;
	struct finding *finding = find(findings, MSG_UNKNOWN_REFERENCE,
	    value_span(check->file, field), "'%s' of '%s' is no record of type '%s'%s",
	    val(findings, field->value), nam(findings, rule->info.name),
	    nam(findings, rule->type->target), schema_mean(findings, guess));

	if (named != NULL)
		fix(findings, finding, "write the key: %.*s", STRF(guess));
	else
		fix(findings, finding, "write the '%s' of a record of type '%s' in the directory",
		    nam(findings,
			symbol_name(check->schema->symbols, rule->type->target_type->key)),
		    nam(findings, rule->type->target));
}

/* Says to write what came after a record that has ended, as far as that can be said. */
static void
name_successor(const struct check *check, const struct entity *near, struct finding *finding)
{
	struct findings *findings = check->findings;
	int symbol = near->type->successor;
	const struct field *field;
	struct str names[16];
	size_t n = 0;
	bool is_split;

	near = directory_successor(check->directory, near, check->on, &is_split);
	if (!is_split) {
		fix(findings, finding, "write %.*s, which holds on that day", STRF(near->key));
		return;
	}
	for (field = record_field(near->record, symbol); field != NULL && n < 16;
	     field = record_next(near->record, symbol, field))
		names[n++] = field->value;
	fix(findings, finding, "'%.*s' was split: write the one that it is now, %s", STRF(near->key),
	    schema_choices(&findings->arena, names, n));
}

static void
not_valid(const struct check *check, const struct rule *rule, const struct field *field,
    const struct entity *near)
{
	struct findings *findings = check->findings;
	char on[DATE_SIZE], edge[DATE_SIZE];
	bool early = near->from != DAY_NONE && check->on < near->from;
	bool is_split;
	const struct entity *now = directory_successor(check->directory, near, check->on, &is_split);
	bool is_known = is_split || (now != near && is_valid_on(now, check->on));
	struct finding *finding = find(findings, MSG_NOT_VALID_THEN, value_span(check->file, field),
	    "'%s' of '%s' does not hold on %s: %s %s%s", val(findings, field->value),
	    nam(findings, rule->info.name), date_format(check->on, on),
	    early ? "it holds from" : "it ended on",
	    date_format(early ? near->from : near->until, edge), schema_mean(findings, is_known && !is_split ? now->key : STR_NULL));

	if (is_known && !findings->hide_values)
		name_successor(check, near, finding);
	else
		fix(findings, finding,
		    "write a record of type '%s' that holds on that day, or mend the date",
		    nam(findings, rule->type->target));
}

void
check_reference(const struct check *check, const struct rule *rule, const struct field *field)
{
	const struct rectype *target = rule->type->target_type;
	const struct entity *near;

	/* Cases and entries are no records of the directory; an unknown type was found in the
	 * schema. */
	if (target == NULL || target->is_case)
		return;
	if (find_in(table_of(check->directory, target), field->value, check->on, &near) != NULL)
		return;
	if (near == NULL)
		unknown_reference(check, rule, field);
	else
		not_valid(check, rule, field, near);
}
