/*
 * A record against its descriptor: one pass over its fields, with a bit for each rule that was
 * met. When all is well nothing is allocated; what is wrong is said by functions that only then
 * run.
 */
#include "schema-parts.h"

#include <ctype.h>
#include <string.h>

/* The kind that a field belongs to, when it is not this one's. */
static const struct rectype *
owner_of(const struct check *check, int sym)
{
	if (!check->type->is_case)
		return NULL;
	for (size_t i = 0; i < check->schema->n; i++) {
		const struct rectype *type = check->schema->types[i];
		const struct rule *rule = schema_rule(type, sym);

		if (type != check->type && rule != NULL && rule->own && type->is_kind)
			return type;
	}
	return NULL;
}

/* The most bytes of a field name that a message shows. */
#define NAME_SHOWN 80

static void
unknown_field(const struct check *check, const struct field *field)
{
	struct findings *findings = check->findings;
	const struct rectype *type = check->type, *owner = owner_of(check, field->symbol);
	struct str names[RULES_MAX], guess, name = field->name;
	struct span at = field_span(check->file, field);
	struct finding *finding;

	/* The entry's kind is missing or unknown, which is found elsewhere. */
	if (type == check->schema->entry && owner != NULL)
		return;
	name.n = name.n > NAME_SHOWN ? NAME_SHOWN : name.n;
	for (size_t i = 0; i < type->n_rules; i++)
		names[i] = type->rules[i].info.name;
	guess = nearest(field->name, names, type->n_rules);
	if (guess.p != NULL || owner == NULL) {
		finding = find(findings, MSG_UNKNOWN_FIELD, at, "'%s' has no field '%s'%s",
		    nam(findings, type->name), nam(findings, name),
		    schema_mean_name(findings, guess));
		if (guess.p == NULL)
			fix(findings, finding, "fields of '%s' are %s%s", nam(findings, type->name),
			    schema_choices(&findings->arena, names, type->n_rules),
			    field == check->record->fields ? "" :
			    "; if the value above goes on here, begin the line with '+ '");
		return;
	}
	finding = find(findings, MSG_UNKNOWN_FIELD, at,
	    "'%s' has no field '%s': it belongs to '%s'", nam(findings, type->name),
	    nam(findings, name), nam(findings, owner->name));
	fix(findings, finding, "make an entry of its own for it, or take it out");
}

/* What to write for a field: its line as it could stand there. */
static const char *
sample(const struct check *check, const struct rule *rule)
{
	struct arena *arena = &check->findings->arena;
	struct str name = rule->info.name, word = rule->info.type;

	if (rule->info.n_choices > 0)
		return arena_printf(arena, "add a line '%.*s: ' with %s", STRF(name),
		    schema_choices(arena, rule->info.choices, rule->info.n_choices));
	if (rule->type != NULL && rule->type->kind == TYPE_DATE)
		return arena_printf(arena, "add a line '%.*s: ' with a date, as YYYY-MM-DD",
		    STRF(name));
	if (rule->info.target.p != NULL)
		return arena_printf(arena,
		    "add a line '%.*s: ' with the key of a record of type %.*s", STRF(name),
		    STRF(rule->info.target));
	if (rule->type != NULL && rule->type->kind == TYPE_REGEXP)
		return arena_printf(arena, "add a line '%.*s: '; dossier help %.*s says what it holds",
		    STRF(name), STRF(check->type->name));
	if (word.n > 0 && !rule->is_text)
		return arena_printf(arena, "add a line '%.*s: ' with a value of type %.*s",
		    STRF(name), STRF(word));
	return arena_printf(arena, "add a line '%.*s: ' with its value", STRF(name));
}

static void
missing_field(const struct check *check, const struct rule *rule)
{
	struct findings *findings = check->findings;
	const struct field *empty = record_field(check->record, rule->info.symbol);
	struct finding *finding;

	if (empty != NULL)
		finding = find(findings, MSG_MISSING_FIELD, field_span(check->file, empty),
		    "'%s' needs '%s', which is empty", nam(findings, check->type->name),
		    nam(findings, rule->info.name));
	else
		finding = find(findings, MSG_MISSING_FIELD, record_span(check->file, check->record),
		    "'%s' needs '%s'", nam(findings, check->type->name),
		    nam(findings, rule->info.name));
	fix(findings, finding, "%s", sample(check, rule));
}

static void
repeated_field(const struct check *check, const struct rule *rule, const struct field *field)
{
	const struct field *first = record_field(check->record, rule->info.symbol);
	struct findings *findings = check->findings;

	fix(findings,
	    find(findings, MSG_REPEATED_FIELD, field_span(check->file, field),
		"'%s' stands twice, first at %s", nam(findings, rule->info.name),
		schema_place(findings, field_span(check->file, first))),
	    "keep one of them; if a new record begins here, put an empty line above it");
}

static void
prohibited_field(const struct check *check, const struct rule *rule, const struct field *field)
{
	fix(check->findings,
	    find(check->findings, MSG_PROHIBITED_FIELD, field_span(check->file, field),
		"'%s' may not stand in '%s'", nam(check->findings, rule->info.name),
		nam(check->findings, check->type->name)),
	    "take it out");
}

/* recutils writes what it encrypted so. */
#define ENCRYPTED STR("encrypted-")

/* False when the value is not of its type. */
static bool
check_value(const struct check *check, const struct rule *rule, const struct field *field)
{
	if (rule->confidential && !str_starts(field->value, ENCRYPTED))
		find(check->findings, MSG_NOT_ENCRYPTED, field_span(check->file, field),
		    "'%s' is confidential, but not encrypted",
		    nam(check->findings, rule->info.name));
	if (rule->type == NULL || rule->confidential)
		return true;
	/* An empty mandatory field is found once, as missing. */
	if (field->value.n == 0 && rule->info.use == FIELD_MANDATORY)
		return true;
	if (!type_has(rule->type, field->value)) {
		type_blame(check->type, rule, check->file, field, check->findings);
		return false;
	}
	if (rule->type->kind == TYPE_REC && check->directory != NULL)
		check_reference(check, rule, field);
	return true;
}

struct following {
	const struct check *check;
	const struct subject *beyond;
};

/* The i-th value of a name that a constraint uses beyond the record itself: a field of what a
 * field refers to. */
static bool
follow(void *context, const struct record *self, const struct name *name, size_t i,
    struct str *value)
{
	const struct following *following = context;
	const struct check *check = following->check;
	const struct rule *rule = schema_rule(check->type, name->field);

	(void)self;
	if (following->beyond != NULL && following->beyond->get != NULL)
		return following->beyond->get(following->beyond->context, self, name, i, value);
	if (name->sub == 0 || rule == NULL || rule->info.target.p == NULL ||
	    check->directory == NULL)
		return false;
	for (const struct field *field = record_field(check->record, name->field); field != NULL;
	     field = record_next(check->record, name->field, field)) {
		const struct entity *entity = directory_find(check->directory, rule->info.target,
		    field->value, check->on, NULL);
		const struct field *there = entity ? record_field(entity->record, name->sub) : NULL;

		for (; there != NULL; there = record_next(entity->record, name->sub, there))
			if (i-- == 0) {
				*value = there->value;
				return true;
			}
	}
	return false;
}

/* Which rules were met in a record, which with a value, and which with one that is not of its
 * type. */
struct met {
	uint64_t seen[RULE_WORDS], filled[RULE_WORDS], faulty[RULE_WORDS];
	uint64_t fields; /* field_bit of each */
	bool any_faulty;
};

struct asking {
	const struct rectype *type;
	const struct met *met;
	bool faulty;
};

static void
see_faulty(void *context, const struct name *name, struct span at)
{
	struct asking *asking = context;
	const struct rule *rule = schema_rule(asking->type, name->field);
	size_t bit = rule ? (size_t)(rule - asking->type->rules) : 0;

	(void)at;
	if (rule != NULL && (asking->met->faulty[bit / 64] >> (bit % 64) & 1))
		asking->faulty = true;
}

/* Whether an expression asks about a value that was found faulty already: then it says nothing
 * new. */
static bool
asks_faulty(const struct check *check, const struct expr *expr, const struct met *met)
{
	struct asking asking = { check->type, met, false };

	if (met->any_faulty)
		expr_names(expr, see_faulty, &asking);
	return asking.faulty;
}

struct naming {
	const struct record *record;
	const struct field *first;
};

static void
see_first(void *context, const struct name *name, struct span at)
{
	struct naming *naming = context;

	(void)at;
	if (naming->first == NULL)
		naming->first = record_field(naming->record, name->field);
}

/* The first field of the record that an expression asks about, else the record. */
static struct span
place_of(const struct check *check, const struct expr *expr)
{
	struct naming naming = { check->record, NULL };

	expr_names(expr, see_first, &naming);
	return naming.first ? field_span(check->file, naming.first) :
			      record_span(check->file, check->record);
}

static bool
is_name(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!isalnum((unsigned char)text.p[i]) && text.p[i] != '_')
			return false;
	return text.n > 0;
}

/* "... => #NAME" is mended by a field; anything else is explained where the kind is. */
static void
fix_constraint(const struct check *check, struct finding *finding, struct str text)
{
	struct findings *findings = check->findings;
	size_t at = text.n;

	while (at > 0 && text.p[at - 1] != '#')
		at--;
	if (at >= 4 && at < text.n && memcmp(text.p + at - 4, "=> #", 4) == 0 &&
	    is_name((struct str){ text.p + at, text.n - at }))
		fix(findings, finding, "add a line '%s: ', or change what stands left of '=>'; see dossier help %s",
		    nam(findings, (struct str){ text.p + at, text.n - at }), nam(findings, check->type->name));
	else
		fix(findings, finding, "see dossier help %s; 'A => B' means: where A holds, B must hold too",
		    nam(findings, check->type->name));
}

/* Of fields by their symbols: may say yes of one that is not there. */
static uint64_t
field_bit(int symbol)
{
	return (uint64_t)1 << ((unsigned)symbol % 64);
}

static void
check_constraints(const struct check *check, const struct met *met, const struct subject *beyond)
{
	struct following following = { check, beyond };
	struct subject subject = { check->file, check->record, follow, &following, check->findings,
		record_span(check->file, check->record) };
	struct findings *findings = check->findings;

	for (size_t i = 0; i < check->type->n_constraints; i++) {
		const struct constraint *constraint = &check->type->constraints[i];

		if (constraint->without != 0 && !(met->fields & field_bit(constraint->without)))
			continue;
		if (!asks_faulty(check, constraint->expr, met) &&
		    !expr_test(constraint->expr, &subject))
			fix_constraint(check,
			    find(findings, MSG_BROKEN_CONSTRAINT, place_of(check, constraint->expr),
				"'%s' must satisfy %s", nam(findings, check->type->name),
				nam(findings, constraint->text)),
			    constraint->text);
	}
}

static void
check_required(const struct check *check, const uint64_t *met)
{
	for (size_t i = 0; i < check->type->n_required; i++) {
		const struct rule *rule = check->type->required[i];
		size_t bit = (size_t)(rule - check->type->rules);

		if (!(met[bit / 64] >> (bit % 64) & 1))
			missing_field(check, rule);
	}
}

static void
check_field(const struct check *check, const struct rule *rule, const struct field *field,
    struct met *met)
{
	size_t bit = (size_t)(rule - check->type->rules), word = bit / 64;
	uint64_t mask = (uint64_t)1 << (bit % 64);

	if (rule->info.unique && (met->seen[word] & mask))
		repeated_field(check, rule, field);
	if (rule->info.use == FIELD_PROHIBITED)
		prohibited_field(check, rule, field);
	met->seen[word] |= mask;
	if (field->value.n > 0)
		met->filled[word] |= mask;
	if (!check_value(check, rule, field)) {
		met->faulty[word] |= mask;
		met->any_faulty = true;
	}
}

void
schema_check(const struct schema *schema, const struct directory *directory,
    const struct rectype *type, const struct recfile *file, const struct record *record, day on,
    const struct subject *beyond, struct findings *findings)
{
	struct check check = { schema, directory, type, file, record, on, findings };
	uint64_t identifiers = identifiers_for(schema, file->source->name);
	uint64_t allowed = identifiers ? identifiers_allowed(&check) : 0;
	size_t words = (type->n_rules + 63) / 64;
	struct met met;

	memset(met.seen, 0, words * sizeof *met.seen);
	memset(met.filled, 0, words * sizeof *met.filled);
	memset(met.faulty, 0, words * sizeof *met.faulty);
	met.any_faulty = false;
	met.fields = 0;
	for (size_t i = 0; i < record->n; i++) {
		const struct field *field = &record->fields[i];
		const struct rule *rule = schema_rule(type, field->symbol);

		met.fields |= field_bit(field->symbol);
		if (identifiers && (rule == NULL || rule->is_text))
			check_identifiers(&check, identifiers, allowed, field);
		if (rule != NULL)
			check_field(&check, rule, field, &met);
		else if (type->closed && !(identifiers && field->symbol == schema->sym_allow))
			unknown_field(&check, field);
	}
	check_required(&check, met.filled);
	check_constraints(&check, &met, beyond);
}
