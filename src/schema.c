/*
 * Descriptors become tables: a rule for each field that a descriptor names, found by the field's
 * symbol. A kind of entry takes over the rules of Entry once, when all descriptors are there, so
 * that checking a record is one pass over its fields with a bit for each rule that was met. When
 * all is well nothing is allocated.
 */
#include "schema-parts.h"

#include <stdlib.h>
#include <string.h>

void *
schema_more(struct arena *arena, void *list, size_t *n, size_t *size, size_t each)
{
	if (*n == *size) {
		size_t old = *size;

		*size = old ? 2 * old : 8;
		list = arena_grow(arena, list, old * each, *size * each);
	}
	memset((char *)list + *n * each, 0, each);
	++*n;
	return list;
}

/* Walks value and source side by side: the source has more, "+ " after a line's end and a
 * backslash before one. */
static size_t
source_offset(struct str bytes, const struct field *field, size_t offset)
{
	size_t at = field->value_at;

	for (size_t k = 0; k < offset && at < field->end; k++) {
		while (at + 1 < bytes.n && bytes.p[at] == '\\' && bytes.p[at + 1] == '\n')
			at += 2;
		if (bytes.p[at++] != '\n')
			continue;
		at++;
		at += at < bytes.n && (bytes.p[at] == ' ' || bytes.p[at] == '\t');
	}
	return at;
}

struct span
schema_part(const struct recfile *file, const struct field *field, struct str part)
{
	struct str value = field->value, bytes = file->source->bytes;
	size_t at, end;

	if (part.p != NULL && part.p >= bytes.p && part.p + part.n <= bytes.p + bytes.n)
		return (struct span){ file->source, (size_t)(part.p - bytes.p), part.n };
	if (part.p == NULL || part.p < value.p || part.p + part.n > value.p + value.n)
		return value_span(file, field);
	at = source_offset(bytes, field, (size_t)(part.p - value.p));
	end = source_offset(bytes, field, (size_t)(part.p - value.p) + part.n);
	return (struct span){ file->source, at, end - at };
}

/* The most choices that a message lists. */
#define CHOICES_SHOWN 24

const char *
schema_choices(struct arena *arena, const struct str *choices, size_t n)
{
	struct buf out = BUF_INIT;
	size_t shown = n > CHOICES_SHOWN ? CHOICES_SHOWN : n;
	char *text;

	for (size_t i = 0; i < shown; i++)
		buf_printf(&out, "%s%.*s",
		    i == 0         ? "" :
			i + 1 == n ? " or " :
				     ", ",
		    STRF(choices[i]));
	if (shown < n)
		buf_printf(&out, " or one of %zu more", n - shown);
	text = arena_cstr(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

const char *
schema_mean(struct findings *findings, struct str guess)
{
	if (guess.p == NULL || findings->hide_values)
		return "";
	return arena_printf(&findings->arena, ", did you mean '%.*s'?", STRF(guess));
}

void
schema_severity(struct findings *findings, struct finding *finding, enum severity severity)
{
	findings->count[finding->severity]--;
	finding->severity = severity;
	findings->count[severity]++;
}

void
schema_keep_pattern(struct schema *schema, struct pattern *pattern)
{
	schema->patterns = schema_more(&schema->arena, schema->patterns, &schema->n_patterns,
	    &schema->patterns_size, sizeof *schema->patterns);
	schema->patterns[schema->n_patterns - 1] = pattern;
}

const char *
schema_mean_name(struct findings *findings, struct str guess)
{
	return guess.p ? arena_printf(&findings->arena, ", did you mean '%.*s'?", STRF(guess)) : "";
}

struct schema *
schema_new(struct symbols *symbols)
{
	struct schema *schema = xcalloc(1, sizeof *schema);

	schema->symbols = symbols;
	arena_init(&schema->arena);
	schema->by_name = MAP_INIT;
	schema->sym_date = symbol(symbols, STR("Date"));
	schema->sym_allow = symbol(symbols, STR("Allow"));
	return schema;
}

void
schema_free(struct schema *schema)
{
	if (schema == NULL)
		return;
	for (size_t i = 0; i < schema->n; i++)
		for (size_t c = 0; c < schema->types[i]->n_constraints; c++)
			if (schema->types[i]->constraints[c].own)
				expr_free(schema->types[i]->constraints[c].expr);
	for (size_t i = 0; i < schema->n_patterns; i++)
		pattern_free(schema->patterns[i]);
	identifiers_free(schema);
	map_release(&schema->by_name);
	arena_release(&schema->arena);
	free(schema);
}

/* Descriptors as they come. */

static bool
is_special(struct str name)
{
	return name.n > 0 && name.p[0] == '%';
}

static bool
is_descriptor(const struct record *record)
{
	for (size_t i = 0; i < record->n; i++)
		if (is_special(record->fields[i].name))
			return true;
	return false;
}

static struct rectype *
type_named(const struct schema *schema, struct str name)
{
	struct map_slot *slot = map_get(&schema->by_name, name);

	return slot ? slot->value.p : NULL;
}

static void
name_kind(struct rectype *type)
{
	struct str path = str_of(type->file->source->name);
	bool in_case_file = str_ends(path, STR("/schema/case.rec")) ||
	    str_is(path, "schema/case.rec");

	type->is_kind = in_case_file && !str_is(type->name, "Case") && !str_is(type->name, "Entry");
	type->is_case = in_case_file;
}

const char *
schema_place(struct findings *findings, struct span at)
{
	return arena_printf(&findings->arena, "%s:%zu", at.source->name,
	    findings_line(findings, at.source, at.at));
}

static struct rectype *
add_descriptor(struct schema *schema, const struct recfile *file, const struct record *record,
    const struct field *rec, struct findings *findings)
{
	struct str rest = rec->value, name = str_word(&rest);
	struct rectype *type;
	struct map_slot *slot;
	bool is_new;

	if (!is_field_name(name) || is_special(name)) {
		fix(findings,
		    find(findings, MSG_BAD_SPECIAL, value_span(file, rec),
			"'%s' cannot be the name of a record type", nam(findings, name)),
		    "letters, digits and '_', beginning with a letter");
		return NULL;
	}
	rest = str_trim(rest);
	if (rest.n > 0)
		fix(findings,
		    find(findings, MSG_BAD_SPECIAL, schema_part(file, rec, rest),
			"the descriptor of '%s' is not taken from elsewhere", nam(findings, name)),
		    "write the descriptor here, under schema/");
	slot = map_put(&schema->by_name, name, &is_new);
	if (!is_new) {
		type = slot->value.p;
		find(findings, MSG_DESCRIPTOR_TWICE, value_span(file, rec),
		    "'%s' is described already, at %s", nam(findings, name),
		    schema_place(findings, record_span(type->file, type->record)));
		return type;
	}
	schema->types = schema_more(&schema->arena, schema->types, &schema->n, &schema->size,
	    sizeof *schema->types);
	type = ARENA_NEW(&schema->arena, struct rectype, 1);
	schema->types[schema->n - 1] = type;
	slot->value.p = type;
	type->name = name;
	type->file = file;
	type->record = record;
	type->place = schema->n - 1;
	type->size_max = SIZE_MAX;
	name_kind(type);
	if (str_is(name, "Entry"))
		schema->entry = type;
	return type;
}

static void
add_loose(struct schema *schema, const struct recfile *file, const struct record *record,
    struct str type)
{
	schema->loose = schema_more(&schema->arena, schema->loose, &schema->n_loose,
	    &schema->loose_size, sizeof *schema->loose);
	schema->loose[schema->n_loose - 1] = (struct loose){ file, record, type };
}

void
schema_add(struct schema *schema, const struct recfile *given, struct findings *findings)
{
	struct recfile *file = ARENA_NEW(&schema->arena, struct recfile, 1);
	struct str type = STR_NULL;

	*file = *given;
	for (size_t i = 0; i < file->n; i++) {
		const struct record *record = &file->records[i];
		const struct field *rec;
		struct str rest;

		if (!is_descriptor(record)) {
			add_loose(schema, file, record, type);
			continue;
		}
		rec = record_named(record, STR("%rec"));
		if (rec == NULL) {
			fix(findings,
			    find(findings, MSG_BAD_SPECIAL, record_span(file, record),
				"special fields without '%%rec'"),
			    "begin the descriptor with %%rec: and the record type's name");
			continue;
		}
		rest = rec->value;
		type = str_word(&rest);
		add_descriptor(schema, file, record, rec, findings);
	}
}

/* From special fields to rules. */

struct compiling {
	struct schema *schema;
	struct rectype *type;
	const struct field *field; /* the special field */
	struct findings *findings;
};

static struct rule *
rule_of(const struct rectype *type, int sym)
{
	for (size_t i = 0; i < type->n_rules; i++)
		if (type->rules[i].info.symbol == sym)
			return &type->rules[i];
	return NULL;
}

/* The rule for a field that a special field names, made when it is new; NULL after a finding. */
static struct rule *
rule_for(struct compiling *c, struct str name, struct span at)
{
	struct rectype *type = c->type;
	struct rule *rule;
	int sym;

	if (!is_field_name(name) || is_special(name)) {
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, at, "'%s' is not a field name",
			nam(c->findings, name)),
		    "names are separated by blanks: letters, digits and '_', beginning with a letter");
		return NULL;
	}
	sym = symbol(c->schema->symbols, name);
	rule = rule_of(type, sym);
	if (rule != NULL)
		return rule;
	if (type->n_rules == RULES_MAX) {
		find(c->findings, MSG_BAD_SPECIAL, at, "more than %d fields in one descriptor",
		    RULES_MAX);
		return NULL;
	}
	type->rules = schema_more(&c->schema->arena, type->rules, &type->n_rules, &type->rules_size,
	    sizeof *rule);
	rule = &type->rules[type->n_rules - 1];
	rule->info.name = name;
	rule->info.symbol = sym;
	rule->info.type = STR("");
	rule->at = at;
	rule->own = true;
	return rule;
}

static struct span
here(const struct compiling *c)
{
	return value_span(c->type->file, c->field);
}

static struct span
part(const struct compiling *c, struct str text)
{
	return schema_part(c->type->file, c->field, text);
}

static void
each_name(struct compiling *c, void (*apply)(struct compiling *c, struct rule *rule))
{
	struct str rest = c->field->value, name = str_word(&rest);
	struct rule *rule;

	if (name.n == 0)
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, here(c), "'%s' names no field",
			nam(c->findings, c->field->name)),
		    "name a field, or take the line out");
	for (; name.n > 0; name = str_word(&rest)) {
		rule = rule_for(c, name, part(c, name));
		if (rule != NULL)
			apply(c, rule);
	}
}

static void
set_use(struct compiling *c, struct rule *rule, enum field_use use)
{
	if (rule->info.use != FIELD_OPTIONAL && rule->info.use != use)
		fix(c->findings,
		    find(c->findings, MSG_CONTRADICTION, here(c),
			"'%s' of '%s' is mandatory and prohibited at once",
			nam(c->findings, rule->info.name), nam(c->findings, c->type->name)),
		    "take one of the two out");
	else
		rule->info.use = use;
}

static void
apply_mandatory(struct compiling *c, struct rule *rule)
{
	set_use(c, rule, FIELD_MANDATORY);
}

static void
apply_prohibit(struct compiling *c, struct rule *rule)
{
	set_use(c, rule, FIELD_PROHIBITED);
}

static void
apply_unique(struct compiling *c, struct rule *rule)
{
	(void)c;
	rule->info.unique = true;
}

static void
apply_allowed(struct compiling *c, struct rule *rule)
{
	c->type->closed = true;
	rule->allowed = true;
}

static void
apply_confidential(struct compiling *c, struct rule *rule)
{
	(void)c;
	rule->confidential = true;
}

static void
apply_auto(struct compiling *c, struct rule *rule)
{
	(void)c;
	rule->automatic = true;
}

static void
apply_nothing(struct compiling *c, struct rule *rule)
{
	(void)c;
	(void)rule;
}

static void
do_mandatory(struct compiling *c)
{
	each_name(c, apply_mandatory);
}

static void
do_prohibit(struct compiling *c)
{
	each_name(c, apply_prohibit);
}

static void
do_unique(struct compiling *c)
{
	each_name(c, apply_unique);
}

static void
do_allowed(struct compiling *c)
{
	c->type->closed = true;
	each_name(c, apply_allowed);
}

static void
do_confidential(struct compiling *c)
{
	each_name(c, apply_confidential);
}

static void
do_auto(struct compiling *c)
{
	each_name(c, apply_auto);
}

static void
do_sort(struct compiling *c)
{
	each_name(c, apply_nothing);
}

/* The only field that a special field may name; NULL after a finding. */
static struct rule *
one_name(struct compiling *c)
{
	struct str rest = c->field->value, name = str_word(&rest);
	const char *special = nam(c->findings, c->field->name);

	rest = str_trim(rest);
	if (name.n == 0 || rest.n > 0) {
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, part(c, rest), "'%s' names one field",
			special),
		    str_is(c->field->name, "%key") ? "a record type has one key" :
						     "write a line '%s: FIELD' for each",
		    special);
		return NULL;
	}
	return rule_for(c, name, part(c, name));
}

/* A demand on the set as a whole says nothing of cases, which are read one at a time. */
static bool
is_demand_on_cases(struct compiling *c)
{
	if (!c->type->is_case)
		return false;
	fix(c->findings,
	    find(c->findings, MSG_BAD_SPECIAL, field_span(c->type->file, c->field),
		"'%s' cannot hold for '%s': cases are read one at a time",
		nam(c->findings, c->field->name), nam(c->findings, c->type->name)),
	    "take it out; it is for record types of the directory");
	return true;
}

static void
do_key(struct compiling *c)
{
	struct rule *rule;

	if (!str_is(c->type->name, "Case") && is_demand_on_cases(c))
		return;
	rule = one_name(c);
	if (rule == NULL)
		return;
	set_use(c, rule, FIELD_MANDATORY);
	rule->info.unique = true;
	c->type->key = rule->info.symbol;
}

static void
do_singular(struct compiling *c)
{
	struct rule *rule = is_demand_on_cases(c) ? NULL : one_name(c);

	if (rule != NULL)
		rule->singular = true;
}

static void
do_valid(struct compiling *c)
{
	struct str rest = c->field->value, name[2] = { str_word(&rest), str_word(&rest) };
	int *symbols[2] = { &c->type->from, &c->type->until };

	if (name[1].n == 0 || str_trim(rest).n > 0) {
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, here(c), "'%%valid' names two fields"),
		    "the first day and the first day no more: %%valid: From Until");
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		struct rule *rule = rule_for(c, name[i], part(c, name[i]));

		if (rule == NULL)
			return;
		rule->info.unique = true;
		*symbols[i] = rule->info.symbol;
	}
}

static void
do_succession(struct compiling *c)
{
	struct rule *rule = is_demand_on_cases(c) ? NULL : one_name(c);

	if (rule != NULL)
		c->type->successor = rule->info.symbol;
}

static void
do_size(struct compiling *c)
{
	static const char *const signs[] = { "<=", ">=", "<", ">", "" };
	struct str rest = str_trim(c->field->value);
	struct number number;
	size_t sign = 0, n;

	if (is_demand_on_cases(c))
		return;
	while (!str_starts(rest, str_of(signs[sign])))
		sign++;
	rest.p += strlen(signs[sign]);
	rest.n -= strlen(signs[sign]);
	if (!number_is_integer(rest) || !number_parse(rest, &number) || number.mantissa < 0 ||
	    number.mantissa > INT32_MAX) {
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, here(c), "'%%size' is a number of records"),
		    "for example: %%size: >= 1");
		return;
	}
	n = (size_t)number.mantissa;
	c->type->size_at = here(c);
	if (signs[sign][0] != '<')
		c->type->size_min = n + (sign == 3);
	if (signs[sign][0] != '>')
		c->type->size_max = sign == 2 && n > 0 ? n - 1 : n;
}

static void
do_doc(struct compiling *c)
{
	if (c->type->doc.p == NULL)
		c->type->doc = c->field->value;
}

static void
do_typedef(struct compiling *c)
{
	typedef_add(c->schema, c->type, c->field, c->findings);
}

static void
set_type(struct compiling *c, struct rule *rule, const struct type *type, struct str spec)
{
	if (rule->info.type.n > 0) {
		find(c->findings, MSG_TYPE_TWICE, here(c), "'%s' of '%s' is given a second type",
		    nam(c->findings, rule->info.name), nam(c->findings, c->type->name));
		return;
	}
	rule->type = type;
	rule->info.type = type ? type_word(type) : spec;
	if (type != NULL) {
		rule->info.target = type->kind == TYPE_REC ? type->target : STR_NULL;
		rule->info.choices = type->choices;
		rule->info.n_choices = type->n_choices;
	}
}

/* A list of fields with commas and no blanks, then the type's words. */
static void
do_type(struct compiling *c)
{
	struct str spec = c->field->value, list = str_word(&spec), name;
	const struct type *type;

	if (list.n == 0 || str_trim(spec).n == 0) {
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, here(c),
			"'%%type' names fields and their type"),
		    "for example: %%type: From,Until date");
		return;
	}
	spec = str_trim(spec);
	if (list.p[list.n - 1] == ',') {
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, part(c, list),
			"a blank within a list of fields"),
		    "write the fields with commas alone: From,Until");
		return;
	}
	type = type_compile(c->schema, c->type, spec, c->field, c->findings);
	while (str_cut(&list, ',', &name)) {
		struct rule *rule = rule_for(c, name, part(c, name));

		if (rule != NULL)
			set_type(c, rule, type, spec);
	}
}

struct lack {
	struct compiling *c;
	const struct expr *expr;
	int found;
};

/* Whether the constraint holds wherever that field is not. */
static void
try_lack(void *context, const struct name *name, struct span at)
{
	struct lack *lack = context;
	struct foreknown given = { .symbol = -1, .value = STR("") };
	const struct expr *rest;
	bool *absent;

	(void)at;
	if (lack->found != 0 || name->sub != 0)
		return;
	given.n = (size_t)name->field + 1;
	given.absent = absent = ARENA_NEW(&lack->c->schema->arena, bool, given.n);
	absent[name->field] = true;
	if (expr_given(lack->expr, &given, &lack->c->schema->arena, &rest) == GIVEN_TRUE)
		lack->found = name->field;
}

static void
do_constraint(struct compiling *c)
{
	struct lack lack = { .c = c };
	struct rectype *type = c->type;
	struct expr *expr = expr_compile(c->field->value, here(c), c->schema->symbols,
	    &c->schema->arena, c->findings);

	if (expr == NULL)
		return;
	type->constraints = schema_more(&c->schema->arena, type->constraints, &type->n_constraints,
	    &type->constraints_size, sizeof *type->constraints);
	lack.expr = expr;
	expr_names(expr, try_lack, &lack);
	type->constraints[type->n_constraints - 1] = (struct constraint){ expr, c->field->value,
		true, lack.found };
}

static void
do_nothing(struct compiling *c)
{
	(void)c;
}

/* Typedefs come first, since a type may stand before what it is made of. */
static const struct special {
	const char *name;
	void (*early)(struct compiling *c);
	void (*late)(struct compiling *c);
	bool once;
} specials[] = {
	{ "%rec", do_nothing, do_nothing, true },
	{ "%mandatory", do_nothing, do_mandatory, false },
	{ "%unique", do_nothing, do_unique, false },
	{ "%key", do_nothing, do_key, true },
	{ "%doc", do_nothing, do_doc, false },
	{ "%typedef", do_typedef, do_nothing, false },
	{ "%type", do_nothing, do_type, false },
	{ "%auto", do_nothing, do_auto, false },
	{ "%sort", do_nothing, do_sort, true },
	{ "%size", do_nothing, do_size, true },
	{ "%constraint", do_nothing, do_constraint, false },
	{ "%confidential", do_nothing, do_confidential, false },
	{ "%allowed", do_nothing, do_allowed, false },
	{ "%prohibit", do_nothing, do_prohibit, false },
	{ "%singular", do_nothing, do_singular, false },
	{ "%valid", do_nothing, do_valid, true },
	{ "%succession", do_nothing, do_succession, true },
};

#define SPECIALS (sizeof specials / sizeof specials[0])

static const struct special *
special_named(struct str name)
{
	for (size_t i = 0; i < SPECIALS; i++)
		if (str_is(name, specials[i].name))
			return &specials[i];
	return NULL;
}

static void
unknown_special(struct compiling *c)
{
	struct str names[SPECIALS];
	const char *guess;

	for (size_t i = 0; i < SPECIALS; i++)
		names[i] = str_of(specials[i].name);
	guess = is_special(c->field->name) ?
	    schema_mean_name(c->findings, nearest(c->field->name, names, SPECIALS)) :
	    ": a descriptor has special fields only";
	find(c->findings, MSG_UNKNOWN_SPECIAL, field_span(c->type->file, c->field),
	    "'%s' is not a special field%s", nam(c->findings, c->field->name), guess);
}

static void
early(struct compiling *c)
{
	unsigned char seen[SPECIALS] = { 0 };

	for (size_t i = 0; i < c->type->record->n; i++) {
		const struct special *special;

		c->field = &c->type->record->fields[i];
		special = special_named(c->field->name);
		if (special == NULL) {
			unknown_special(c);
			continue;
		}
		if (special->once && seen[special - specials]++)
			find(c->findings, MSG_BAD_SPECIAL, field_span(c->type->file, c->field),
			    "'%s' stands twice in '%s'", special->name,
			    nam(c->findings, c->type->name));
		else
			special->early(c);
	}
}

static void
late(struct compiling *c)
{
	unsigned char seen[SPECIALS] = { 0 };

	typedef_compile_all(c->schema, c->type, c->findings);
	for (size_t i = 0; i < c->type->record->n; i++) {
		const struct special *special;

		c->field = &c->type->record->fields[i];
		special = special_named(c->field->name);
		if (special != NULL && !(special->once && seen[special - specials]++))
			special->late(c);
	}
}

/* A kind takes over what Entry says. Of two types the kind's holds, as it knows better. */
static void
inherit_rule(struct compiling *c, const struct rule *given)
{
	struct rule *rule = rule_of(c->type, given->info.symbol);

	if (rule == NULL) {
		rule = rule_for(c, given->info.name, given->at);
		if (rule != NULL) {
			*rule = *given;
			rule->own = false;
		}
		return;
	}
	if (given->info.use != FIELD_OPTIONAL)
		set_use(c, rule, given->info.use);
	rule->info.unique |= given->info.unique;
	rule->allowed |= given->allowed;
	rule->confidential |= given->confidential;
	if (rule->info.type.n == 0) {
		rule->type = given->type;
		rule->info.type = given->info.type;
		rule->info.target = given->info.target;
		rule->info.choices = given->info.choices;
		rule->info.n_choices = given->info.n_choices;
	}
}

static void
inherit(struct compiling *c, const struct rectype *entry)
{
	struct rectype *type = c->type;

	c->field = record_named(type->record, STR("%rec"));
	for (size_t i = 0; i < entry->n_rules; i++)
		inherit_rule(c, &entry->rules[i]);
	for (size_t i = 0; i < entry->n_constraints; i++) {
		type->constraints = schema_more(&c->schema->arena, type->constraints,
		    &type->n_constraints, &type->constraints_size, sizeof *type->constraints);
		type->constraints[type->n_constraints - 1] = entry->constraints[i];
		type->constraints[type->n_constraints - 1].own = false;
	}
	type->closed |= entry->closed;
}

/* What of a descriptor can only be said when all are there. */

static void
link_target(struct compiling *c, struct rule *rule)
{
	struct type *type = (struct type *)rule->type;
	struct rectype *target;

	if (type == NULL || type->kind != TYPE_REC || type->target_type != NULL)
		return;
	target = type_named(c->schema, type->target);
	if (target == NULL) {
		find(c->findings, MSG_UNKNOWN_TARGET, type->target_at, "no record type '%s'%s",
		    nam(c->findings, type->target),
		    schema_mean_name(c->findings,
			nearest(type->target, c->schema->names, c->schema->n)));
		return;
	}
	if (!target->is_case && target->key == 0) {
		fix(c->findings,
		    find(c->findings, MSG_UNKNOWN_TARGET, type->target_at,
			"record type '%s' has no key to refer to", nam(c->findings, type->target)),
		    "give '%s' a %%key", nam(c->findings, type->target));
		return;
	}
	type->target_type = target;
}

static void
check_auto(struct compiling *c, const struct rule *rule)
{
	if (rule->type != NULL && rule->type->kind != TYPE_INT && rule->type->kind != TYPE_RANGE &&
	    rule->type->kind != TYPE_UUID && rule->type->kind != TYPE_DATE)
		find(c->findings, MSG_BAD_SPECIAL, rule->at,
		    "'%s' is of type %s, which %%auto cannot fill in: int, range, uuid or date",
		    nam(c->findings, rule->info.name), nam(c->findings, rule->info.type));
}

static bool
is_free_text(const struct type *type)
{
	return type == NULL || type->kind == TYPE_LINE || type->kind == TYPE_REGEXP ||
	    type->kind == TYPE_SIZE;
}

struct naming {
	struct compiling *c;
	const struct rectype *type;
};

/* Kinds are described by conditions on Entry too, so any field of a case may be named in one. */
static void
see_name(void *context, const struct name *name, struct span at)
{
	struct naming *naming = context;
	struct compiling *c = naming->c;
	struct str names[RULES_MAX], word = symbol_name(c->schema->symbols, name->field);

	if (rule_of(naming->type, name->field) != NULL ||
	    (name->joined && rule_of(naming->type, name->joined) != NULL))
		return;
	if (str_is(word, "Case") || str_is(word, "Entry") ||
	    (naming->type->is_case && !naming->type->is_kind))
		return;
	for (size_t i = 0; i < naming->type->n_rules; i++)
		names[i] = naming->type->rules[i].info.name;
	find(c->findings, MSG_UNKNOWN_NAME, at, "'%s' has no field '%s'%s",
	    nam(c->findings, naming->type->name), nam(c->findings, word),
	    schema_mean_name(c->findings, nearest(word, names, naming->type->n_rules)));
}

static void
link_constraints(struct compiling *c)
{
	struct naming naming = { c, c->type };

	if (!c->type->closed)
		return;
	for (size_t i = 0; i < c->type->n_constraints; i++)
		if (c->type->constraints[i].own)
			expr_names(c->type->constraints[i].expr, see_name, &naming);
}

static void
link_valid(struct compiling *c)
{
	int symbols[2] = { c->type->from, c->type->until };

	for (size_t i = 0; i < 2; i++) {
		struct rule *rule = rule_of(c->type, symbols[i]);

		if (rule != NULL && (rule->type == NULL || rule->type->kind != TYPE_DATE))
			fix(c->findings,
			    find(c->findings, MSG_BAD_SPECIAL, rule->at,
				"'%s' of %%valid is no date", nam(c->findings, rule->info.name)),
			    "add %%type: %s date", nam(c->findings, rule->info.name));
	}
}

/* A chain goes from record to record of one type, each of which ends on a day. */
static void
link_succession(struct compiling *c)
{
	struct rule *rule = rule_of(c->type, c->type->successor);

	if (rule == NULL)
		return;
	if (rule->type == NULL || rule->type->kind != TYPE_REC || rule->type->target_type != c->type)
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, rule->at,
			"'%s' of %%succession does not refer to '%s'", nam(c->findings, rule->info.name),
			nam(c->findings, c->type->name)),
		    "add %%type: %s rec %s", nam(c->findings, rule->info.name), nam(c->findings, c->type->name));
	else if (c->type->until == 0)
		fix(c->findings,
		    find(c->findings, MSG_BAD_SPECIAL, rule->at,
			"%%succession of '%s', whose records never end", nam(c->findings, c->type->name)),
		    "say with %%valid: FROM UNTIL when they do");
}

/* Entry's own first, then what the kind adds; of each, mandatory ones before the others. */
static int
form_order(const struct rectype *type, const struct rule *rule)
{
	bool required = rule->info.use == FIELD_MANDATORY;

	if (!type->is_kind)
		return required ? 0 : 1;
	return required ? rule->own : 2 + !rule->own;
}

/* A key is a name whatever its type; what is confidential is for nobody else. */
static enum field_form
form_of(const struct rectype *type, const struct rule *rule)
{
	enum field_form form = rule->confidential ? FORM_PROSE : type_form(rule->type);

	return form == FORM_PROSE && !rule->confidential && rule->info.symbol == type->key ? FORM_CODE : form;
}

static void
build_tables(struct schema *schema, struct rectype *type)
{
	struct field_info *next;

	type->n_symbols = schema->symbols->n;
	type->by_symbol = ARENA_NEW(&schema->arena, uint16_t, type->n_symbols + 1);
	type->required = ARENA_NEW(&schema->arena, struct rule *, type->n_rules + 1);
	type->fields = next = ARENA_NEW(&schema->arena, struct field_info, type->n_rules + 1);
	for (size_t i = 0; i < type->n_rules; i++) {
		struct rule *rule = &type->rules[i];

		rule->is_text = is_free_text(rule->type);
		rule->form = form_of(type, rule);
		type->by_symbol[rule->info.symbol] = (uint16_t)(i + 1);
	}
	for (int order = 0; order < 4; order++)
		for (size_t i = 0; i < type->n_rules; i++) {
			struct rule *rule = &type->rules[i];

			if (form_order(type, rule) != order)
				continue;
			*next++ = rule->info;
			if (rule->info.use == FIELD_MANDATORY)
				type->required[type->n_required++] = rule;
		}
}

static void
name_types(struct schema *schema)
{
	schema->names = ARENA_NEW(&schema->arena, struct str, schema->n + 1);
	schema->kinds = ARENA_NEW(&schema->arena, struct str, schema->n + 1);
	for (size_t i = 0; i < schema->n; i++) {
		schema->names[i] = schema->types[i]->name;
		if (schema->types[i]->is_kind)
			schema->kinds[schema->n_kinds++] = schema->types[i]->name;
	}
}

void
schema_link(struct schema *schema, struct findings *findings)
{
	struct compiling c = { schema, NULL, NULL, findings };

	name_types(schema);
	for (size_t i = 0; i < schema->n; i++) {
		c.type = schema->types[i];
		early(&c);
	}
	for (size_t i = 0; i < schema->n; i++) {
		c.type = schema->types[i];
		late(&c);
	}
	for (size_t i = 0; i < schema->n && schema->entry != NULL; i++) {
		c.type = schema->types[i];
		if (c.type->is_kind)
			inherit(&c, schema->entry);
	}
	for (size_t i = 0; i < schema->n; i++) {
		c.type = schema->types[i];
		for (size_t r = 0; r < c.type->n_rules; r++) {
			link_target(&c, &c.type->rules[r]);
			if (c.type->rules[r].automatic)
				check_auto(&c, &c.type->rules[r]);
		}
		link_constraints(&c);
		link_valid(&c);
		link_succession(&c);
	}
	for (size_t i = 0; i < schema->n; i++)
		build_tables(schema, schema->types[i]);
	for (size_t i = 0; i < schema->n_loose; i++)
		if (str_is(schema->loose[i].type, "Identifier"))
			identifier_add(schema, schema->loose[i].file, schema->loose[i].record,
			    findings);
}

/* What a descriptor says. */

const struct rule *
schema_rule(const struct rectype *type, int sym)
{
	if (sym <= 0 || (size_t)sym >= type->n_symbols || type->by_symbol[sym] == 0)
		return NULL;
	return &type->rules[type->by_symbol[sym] - 1];
}

const struct rectype *
schema_type(const struct schema *schema, struct str name)
{
	return type_named(schema, name);
}

bool
schema_has_kinds(const struct schema *schema)
{
	return schema->n_kinds > 0;
}

const struct rectype *
schema_kind(const struct schema *schema, struct str kind)
{
	const struct rectype *type;

	if (schema->n_kinds == 0)
		return schema->entry;
	type = type_named(schema, kind);
	return type != NULL && type->is_kind ? type : NULL;
}

const struct str *
schema_kinds(const struct schema *schema, size_t *n)
{
	*n = schema->n_kinds;
	return schema->kinds;
}

const struct str *
schema_types(const struct schema *schema, size_t *n)
{
	*n = schema->n;
	return schema->names;
}

struct str
rectype_name(const struct rectype *type)
{
	return type->name;
}

struct str
rectype_doc(const struct rectype *type)
{
	return type->doc;
}

int
rectype_key(const struct rectype *type)
{
	return type->key;
}

int
rectype_successor(const struct rectype *type)
{
	return type->successor;
}

const struct field_info *
rectype_fields(const struct rectype *type, size_t *n)
{
	*n = type->n_rules;
	return type->fields;
}

const struct field_info *
rectype_field(const struct rectype *type, int sym)
{
	const struct rule *rule = schema_rule(type, sym);

	return rule ? &rule->info : NULL;
}

/* Of a code no more is known than that it is one word: a blank would end it. */
static bool
is_word(struct str value)
{
	size_t i;

	for (i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] <= ' ' || value.p[i] == 0x7f)
			return false;
	return value.n > 0;
}

enum field_form
rectype_form(const struct rectype *type, int sym)
{
	const struct rule *rule = schema_rule(type, sym);

	return rule ? rule->form : FORM_PROSE;
}

bool
rectype_holds(const struct rectype *type, int sym, struct str value)
{
	const struct rule *rule = schema_rule(type, sym);
	struct str day_part = { value.p, 10 };

	if (rule == NULL || rule->form == FORM_PROSE)
		return true;
	if (rule->form == FORM_ENTRY)
		return is_word(value) && value.n > 11 && value.p[10] == '/' &&
		    date_parse(day_part, &(day){ 0 }, NULL);
	if (rule->form == FORM_CODE && !is_word(value))
		return false;
	return rule->type == NULL || type_has(rule->type, value);
}

struct str
rectype_special(const struct rectype *type, struct str special)
{
	const struct field *field = record_named(type->record, special);

	return field ? field->value : STR_NULL;
}
