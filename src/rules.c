/*
 * Records become rules in two steps: rules_add keeps them, rules_link reads them when all names are there: first the
 * States, as rules and other States speak of them, then the rules. Whoever reads a record counts the faults it found; what has
 * one is dropped at the end, and what leans on a State that was dropped goes with it, with a finding of its own.
 */
#include "rules-parts.h"

#include <stdlib.h>
#include <string.h>

const char *const check_names[] = { "first", "count", "before", "after", "every", "together", "never", "while",
	"must", "settled", NULL };

static const char *const severity_names[] = { "note", "warning", "error", NULL };
static const char *const yes_no[] = { "no", "yes", NULL };

#define C(check) (1U << CHECK_##check)
#define ALL_CHECKS ((1U << CHECK_NONE) - 1)
#define WITH_ON (ALL_CHECKS & ~C(EVERY))

/* What a field of a Rule is for: which checks take it, which cannot do without. */
struct rule_field {
	const char *name;
	unsigned takes, needs;
	bool many;
};

static const struct rule_field rule_fields[] = {
	{ "Rule", ALL_CHECKS, ALL_CHECKS },
	{ "Check", ALL_CHECKS, ALL_CHECKS },
	{ "On", WITH_ON, WITH_ON },
	{ "Need", C(BEFORE) | C(AFTER) | C(EVERY) | C(TOGETHER), C(BEFORE) | C(AFTER) | C(EVERY) | C(TOGETHER) },
	{ "When", ALL_CHECKS },
	{ "Within", C(COUNT) | C(BEFORE) | C(AFTER) | C(EVERY) | C(TOGETHER) | C(NEVER), C(EVERY), true },
	{ "While", C(COUNT) | C(EVERY) | C(WHILE), C(EVERY) | C(WHILE), true },
	{ "After", C(NEVER) },
	{ "With", C(NEVER) },
	{ "Until", C(AFTER) | C(NEVER) },
	{ "Pause", C(AFTER) | C(EVERY) },
	{ "Same", C(BEFORE) | C(AFTER) | C(TOGETHER) | C(NEVER), 0, true },
	{ "Differs", C(BEFORE) | C(AFTER) | C(TOGETHER) | C(NEVER), 0, true },
	{ "Each", C(BEFORE) | C(AFTER) },
	{ "Next", C(BEFORE) | C(AFTER) | C(NEVER) },
	{ "Min", C(COUNT) },
	{ "Max", C(COUNT) },
	{ "Must", C(MUST), C(MUST), true },
	{ "Due", C(AFTER) },
	{ "Who", ALL_CHECKS },
	{ "Severity", ALL_CHECKS },
	{ "Message", ALL_CHECKS, ALL_CHECKS },
	{ "Fix", ALL_CHECKS },
	{ "Basis", ALL_CHECKS, ALL_CHECKS, true },
	{ "Since", ALL_CHECKS },
	{ "Expires", ALL_CHECKS },
	{ "Good", ALL_CHECKS, 0, true },
	{ "Bad", ALL_CHECKS, 0, true },
	{ "Doc", ALL_CHECKS },
	{ NULL, 0 },
};

/* A State is a check of its own here. */
static const struct rule_field state_fields[] = {
	{ "State", 1, 1 },
	{ "Start", 1, 1 },
	{ "Stop", 1 },
	{ "Ends", 1 },
	{ "Doc", 1 },
	{ "Basis", 1, 0, true },
	{ NULL, 0 },
};

/* ---- collections ---- */

struct rules *
rules_new(const struct schema *schema, struct symbols *symbols)
{
	struct rules *rules = xcalloc(1, sizeof(*rules));

	arena_init(&rules->arena);
	rules->schema = schema;
	rules->symbols = symbols;
	rules->kind = symbol(symbols, STR("Kind"));
	rules->date = symbol(symbols, STR("Date"));
	rules->by = symbol(symbols, STR("By"));
	rules->waives = symbol(symbols, STR("Waives"));
	rules->entry = symbol(symbols, STR("Entry"));
	rules->approved_by = symbol(symbols, STR("Approved_by"));
	rules->case_ = symbol(symbols, STR("Case"));
	return rules;
}

static void
free_rule(struct rule *rule)
{
	size_t i;

	expr_free(rule->when);
	for (i = 0; i < rule->n_within; i++)
		expr_free(rule->within[i].condition);
}

void
rules_free(struct rules *rules)
{
	size_t i;

	if (rules == NULL)
		return;
	for (i = 0; i < rules->n_predicates; i++)
		expr_free(rules->predicates[i].expr);
	for (i = 0; i < rules->n_rules; i++)
		free_rule(&rules->rules[i]);
	history_free(rules);
	upkeep_free(rules);
	arena_release(&rules->arena);
	free(rules);
}

void
rules_set_centre(struct rules *rules, const struct record *centre)
{
	rules->centre = centre;
}

bool
rules_duration(const struct rules *rules, struct str word, struct duration *span, const char **reason)
{
	struct str name = { word.p + 7, word.n - 7 };
	const struct field *field;

	if (!str_starts(word, STR("Centre.")))
		return duration_parse(word, span, reason);
	field = rules->centre ? record_named(rules->centre, name) : NULL;
	if (field != NULL)
		return duration_parse(str_trim(field->value), span, reason);
	*reason = "centre.rec sets nothing by that name";
	return false;
}

/* One more place in an array of the arena. */
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

struct finding *
rules_unknown_word(struct findings *findings, struct span at, const char *what, struct str word,
    const char *const *words)
{
	struct str list[RULES_MAX], near;
	struct finding *finding;
	struct buf all = BUF_INIT;
	size_t n;

	for (n = 0; n < RULES_MAX && words[n] != NULL; n++) {
		list[n] = str_of(words[n]);
		buf_printf(&all, "%s%s", n ? ", " : "", words[n]);
	}
	near = nearest(word, list, n);
	finding = find(findings, MSG_RULE_WORD, at, "unknown %s '%s'%s%s%s", what, nam(findings, word),
	    near.p ? ", did you mean '" : "", near.p ? nam(findings, near) : "", near.p ? "'?" : "");
	if (n > 0)
		fix(findings, finding, "write one of: %s", all.p);
	buf_release(&all);
	return finding;
}

static const char *const set_names[] = { "State", "Rule", "History", "Upkeep", NULL };

/* A descriptor says which records follow, and nothing else: what stands with it would be lost. */
static void
check_descriptor(const struct recfile *file, const struct record *record, struct findings *findings)
{
	uint32_t i;

	for (i = 0; i < record->n; i++) {
		const struct field *field = &record->fields[i];

		if (str_is(field->name, "%rec") || str_is(field->name, "%doc"))
			continue;
		fix(findings, find(findings, MSG_MISPLACED_SPECIAL, field_span(file, field),
		    field->name.p[0] == '%' ? "'%s' means nothing outside of schema/" :
		    "'%s' stands in one record with '%%rec', and is no part of a rule",
		    nam(findings, field->name)), field->name.p[0] == '%' ?
		    "take it out: what a rule may say is known" : "put an empty line behind '%%rec'");
		return;
	}
}

/* The type of the records after a descriptor; STR_NULL when it is none of ours. */
static struct str
record_set(const struct recfile *file, const struct record *record, struct findings *findings)
{
	const struct field *rec = record_named(record, STR("%rec"));
	struct str rest = rec->value, name = str_word(&rest);
	size_t i;

	for (i = 0; set_names[i] != NULL; i++)
		if (str_is(name, set_names[i]))
			return name;
	rules_unknown_word(findings, value_span(file, rec), "record set", name, set_names);
	return STR_NULL;
}

static void
add_definition(struct rules *rules, const struct recfile *file, const struct record *record,
    struct str set)
{
	rules->definitions = more(&rules->arena, rules->definitions, &rules->n_definitions,
	    &rules->definitions_size, sizeof(*rules->definitions));
	rules->definitions[rules->n_definitions - 1] = (struct definition){ file, record, set };
}

void
rules_add(struct rules *rules, const struct recfile *given, struct findings *findings)
{
	struct recfile *file = ARENA_NEW(&rules->arena, struct recfile, 1);
	struct str set = STR_NULL;
	bool in_set = false;
	size_t i;

	*file = *given;
	for (i = 0; i < file->n; i++) {
		const struct record *record = &file->records[i];

		if (record_named(record, STR("%rec")) != NULL) {
			set = record_set(file, record, findings);
			check_descriptor(file, record, findings);
			in_set = true;
		} else if (!in_set) {
			fix(findings, find(findings, MSG_NO_RECORD_TYPE, record_span(file, record),
			    "a record that belongs to no record set"), "begin the file with %%rec: Rule");
			in_set = true; /* said once */
		} else if (set.p != NULL) {
			add_definition(rules, file, record, set);
		}
	}
}

/* ---- reading one record ---- */

struct reading {
	struct rules *rules;
	struct findings *findings;
	const struct definition *definition; /* the record that is read */
	struct definition of_state; /* it, when it is a State's */
	unsigned check; /* of the rule, as a set of one; fields that it does not take are not looked at */
	size_t faults; /* in it */
};

static struct finding *
fault(struct reading *r, struct finding *finding)
{
	r->faults++;
	return finding;
}

static const struct rule_field *
table_field(const struct rule_field *table, struct str name)
{
	for (; table->name != NULL; table++)
		if (name.n > 0 && name.p[0] == table->name[0] && str_is(name, table->name))
			return table;
	return NULL;
}

static const struct field *
field_named(const struct reading *r, const char *name)
{
	const struct rule_field *known = table_field(rule_fields, str_of(name));

	if (known != NULL && !(known->takes & r->check))
		return NULL;
	return record_named(r->definition->record, str_of(name));
}

/* The field of the same name behind another. */
static const struct field *
next_field(const struct reading *r, const struct field *field)
{
	const struct record *record = r->definition->record;
	const struct field *end = record->fields + record->n, *f;

	for (f = field + 1; f < end; f++)
		if (str_eq(f->name, field->name))
			return f;
	return NULL;
}

static size_t
count_fields(const struct reading *r, const char *name)
{
	const struct field *field;
	size_t n = 0;

	for (field = field_named(r, name); field != NULL; field = next_field(r, field))
		n++;
	return n;
}

static struct span
value_at(const struct reading *r, const struct field *field)
{
	return value_span(r->definition->file, field);
}

/* The same over continuation lines: for expressions, which find their parts in it. */
static struct span
whole_value_at(const struct reading *r, const struct field *field)
{
	size_t n = field->end - field->value_at;

	while (n > 0 && r->definition->file->source->bytes.p[field->value_at + n - 1] == '\n')
		n--;
	return (struct span){ r->definition->file->source, field->value_at, n };
}

/* The place of a part of a field's value; of the whole when it stands over continuation lines. */
static struct span
part_at(const struct reading *r, const struct field *field, struct str part)
{
	struct str bytes = r->definition->file->source->bytes;

	if (part.p >= bytes.p && part.p + part.n <= bytes.p + bytes.n)
		return (struct span){ r->definition->file->source, (size_t)(part.p - bytes.p), part.n };
	return value_at(r, field);
}

/* Which of `words` a field says; `fallback` when it is not there, or none of them. */
static int
choose(struct reading *r, const char *name, const char *what, const char *const *words, int fallback)
{
	const struct field *field = field_named(r, name);
	struct str text;
	int i;

	if (field == NULL)
		return fallback;
	text = str_trim(field->value);
	for (i = 0; words[i] != NULL; i++)
		if (str_is(text, words[i]))
			return i;
	fault(r, rules_unknown_word(r->findings, value_at(r, field), what, text, words));
	return fallback;
}

/* The name of the one check in a set. */
static const char *
check_text(unsigned check)
{
	size_t i = 0;

	while (!(check & 1U << i))
		i++;
	return check_names[i];
}

/* "On, When and Within": the fields that a check takes beside those that every rule may have. */
static const char *
fields_taken(struct reading *r, unsigned check)
{
	const struct rule_field *f;
	struct buf out = BUF_INIT;
	const char *names[32], *text;
	size_t n = 0, i;

	for (f = rule_fields; f->name != NULL; f++)
		if ((f->takes & check) && f->takes != ALL_CHECKS)
			names[n++] = f->name;
	names[n++] = "When";
	for (i = 0; i < n; i++)
		buf_printf(&out, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", names[i]);
	text = arena_cstr(&r->findings->arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void
unknown_field(struct reading *r, const struct rule_field *table, const struct field *field)
{
	const char *names[40];
	size_t n = 0;

	for (; table->name != NULL; table++)
		names[n++] = table->name;
	names[n] = NULL;
	fault(r, rules_unknown_word(r->findings, field_span(r->definition->file, field), "field",
	    field->name, names));
}

/* `check` is a set of one. */
static void
check_field(struct reading *r, const struct rule_field *table, unsigned check,
    const struct field *field)
{
	const struct rule_field *known = table_field(table, field->name);
	const struct field *first = record_named(r->definition->record, field->name);
	const char *name = nam(r->findings, field->name);

	if (known == NULL) {
		unknown_field(r, table, field);
	} else if (check == 0) {
		return; /* which fields it takes is not known */
	} else if (!(known->takes & check)) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_FIELD,
		    field_span(r->definition->file, field), "the check '%s' takes no '%s'", check_text(check),
		    name)), "it takes %s", fields_taken(r, check));
	} else if (!known->many && field != first) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_FIELD,
		    field_span(r->definition->file, field), "'%s' stands here twice", name)),
		    "keep one of them");
	} else if (str_trim(field->value).n == 0) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE,
		    field_span(r->definition->file, field), "'%s' has no value", name)),
		    "write its value, or take the line out");
	}
}

static void
missing(struct reading *r, const char *name, const char *why)
{
	fix(r->findings, fault(r, find(r->findings, MSG_RULE_INCOMPLETE,
	    record_span(r->definition->file, r->definition->record), "missing field '%s'%s", name, why)),
	    "add a line: %s: ...", name);
}

static void
check_fields(struct reading *r, const struct rule_field *table, unsigned check)
{
	const struct record *record = r->definition->record;
	uint32_t i;

	for (i = 0; i < record->n; i++)
		check_field(r, table, check, &record->fields[i]);
	for (; table->name != NULL && check != 0; table++)
		if ((table->needs & check) && field_named(r, table->name) == NULL)
			missing(r, table->name, "");
}

/* ---- expressions ---- */

static int
add_predicate(struct rules *rules, struct expr *expr, struct str text)
{
	rules->predicates = more(&rules->arena, rules->predicates, &rules->n_predicates,
	    &rules->predicates_size, sizeof(*rules->predicates));
	rules->predicates[rules->n_predicates - 1] = (struct predicate){ expr, text };
	return (int)rules->n_predicates - 1;
}

#define ANY_KIND ((struct choice){ NULL, 0 })

/* The predicate that a field asks of entries of one of these kinds; -1 after a fault. */
static int
read_predicate(struct reading *r, const struct field *field, struct choice kinds)
{
	struct rules *rules = r->rules;
	struct str text = str_trim(field->value);
	struct expr *expr;
	size_t faults, i;

	if (text.n == 0)
		return -1;
	expr = expr_compile(field->value, whole_value_at(r, field), rules->symbols, &rules->arena, r->findings);
	faults = expr == NULL ? 1 : rules_check_predicate(rules, expr, kinds, value_at(r, field),
	    r->findings);
	r->faults += faults;
	for (i = 0; i < rules->n_predicates && faults == 0; i++)
		if (str_eq(rules->predicates[i].text, text)) {
			expr_free(expr);
			return (int)i;
		}
	if (faults == 0)
		return add_predicate(rules, expr, text);
	expr_free(expr);
	return -1;
}

static int
predicate(struct reading *r, const char *name)
{
	const struct field *field = field_named(r, name);

	return field ? read_predicate(r, field, ANY_KIND) : -1;
}

/* The kinds that entries must be of to match. */
static struct choice
kinds_of(const struct reading *r, int number)
{
	return number < 0 ? ANY_KIND : expr_needs(r->rules->predicates[number].expr, r->rules->kind,
	    &r->rules->arena);
}

/* What is asked of the case. */
static struct expr *
condition(struct reading *r, struct str text, struct span at)
{
	struct expr *expr = expr_compile(text, at, r->rules->symbols, &r->rules->arena, r->findings);

	r->faults += expr == NULL ? 1 : rules_check_condition(r->rules, expr, r->findings);
	return expr;
}

/* ---- names ---- */

/* Whether `name` is LETTERS(-LETTERS)*, or [a-z][a-z0-9_]*. */
static bool
is_name(struct str name, char joint)
{
	size_t i;

	if (name.n == 0)
		return false;
	for (i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && (joint == '-' || i > 0)))
			continue;
		if (c != joint || i == 0)
			return false;
		if (joint == '-' && (i + 1 == name.n || name.p[i - 1] == '-'))
			return false;
	}
	return true;
}

static struct str
definition_name(const struct definition *definition)
{
	const struct field *field = record_named(definition->record, definition->set);

	return field ? str_trim(field->value) : STR_NULL;
}

static struct finding *
taken(struct reading *r, const struct field *field, const char *what)
{
	return fault(r, find(r->findings, MSG_RULE_TWICE, value_at(r, field), "'%s' is the name of %s already",
	    nam(r->findings, str_trim(field->value)), what));
}

/* The name of a definition, which nothing else may have; it is in the map afterwards. */
static void
read_name(struct reading *r, struct map *names)
{
	const struct definition *d = r->definition;
	const struct field *field = record_named(d->record, d->set);
	struct str name = definition_name(d);
	bool is_state = str_is(d->set, "State"), is_new;
	struct map_slot *slot;

	if (field == NULL)
		return;
	if (!is_name(name, is_state ? '_' : '-')) {
		if (name.n > 0)
			fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, value_at(r, field),
			    "'%s' cannot be the name of a %s", nam(r->findings, name),
			    is_state ? "State" : "rule")), is_state ?
			    "small letters, digits and '_', beginning with a letter: in_support" :
			    "small letters and digits, joined by '-': consent-before-action");
		return;
	}
	slot = map_put(names, name, &is_new);
	if (is_new)
		slot->value.p = (void *)(uintptr_t)d;
	else
		taken(r, field, arena_printf(&r->findings->arena, "what stands at %s:%zu",
		    ((const struct definition *)slot->value.p)->file->source->name,
		    findings_line(r->findings, ((const struct definition *)slot->value.p)->file->source,
		    ((const struct definition *)slot->value.p)->record->at)));
	if (!is_state && message_named(name) != MESSAGE_COUNT)
		fix(r->findings, taken(r, field, "a message of dossier"), "choose another name");
	if (is_state && schema_type(r->rules->schema, STR("Case")) != NULL &&
	    rectype_field(schema_type(r->rules->schema, STR("Case")),
	    symbol(r->rules->symbols, name)) != NULL)
		fix(r->findings, taken(r, field, "a field of the case"), "choose another name");
}

/* ---- States ---- */

static const struct state *
state_named(const struct rules *rules, struct str name)
{
	size_t i;

	for (i = 0; i < rules->n_states; i++)
		if (str_eq(rules->states[i].name, name))
			return &rules->states[i];
	return NULL;
}

/* The State that a field of a rule names. */
static const struct state *
read_state_name(struct reading *r, const struct field *field)
{
	const struct rules *rules = r->rules;
	struct str name = str_trim(field->value);
	const struct state *state = state_named(rules, name);
	const char **names;
	size_t i;

	if (state != NULL || name.n == 0)
		return state;
	if (rules_check_dropped(rules, name, value_at(r, field), r->findings)) {
		r->faults++;
		return NULL;
	}
	names = arena_alloc(&r->findings->arena, (rules->n_states + 1) * sizeof(*names));
	for (i = 0; i < rules->n_states; i++)
		names[i] = nam(r->findings, rules->states[i].name);
	names[i] = NULL;
	fault(r, rules_unknown_word(r->findings, value_at(r, field), "State", name, names));
	return NULL;
}

/* The symbol of the field that a field names, 0 when it names none. */
static int
read_field_name(struct reading *r, const struct field *field)
{
	struct str name = field ? str_trim(field->value) : STR("");

	if (name.n == 0)
		return 0;
	if (is_field_name(name))
		return symbol(r->rules->symbols, name);
	fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, value_at(r, field),
	    "'%s' is not a field name", nam(r->findings, name))), "name one field");
	return 0;
}

/* The same for a date of entries that match a predicate. */
static int
read_date_field(struct reading *r, const char *name, int predicate)
{
	const struct field *field = field_named(r, name);
	int symbol = read_field_name(r, field);

	if (symbol != 0)
		r->faults += rules_check_field(r->rules, symbol, kinds_of(r, predicate), true,
		    value_at(r, field), r->findings);
	return symbol;
}

static void
read_state(struct reading *r, struct state *state)
{
	check_fields(r, state_fields, 1);
	state->start = predicate(r, "Start");
	state->stop = predicate(r, "Stop");
	state->ends = read_date_field(r, "Ends", state->start);
}

/* Before they are read, so that each is known to all. */
static void
name_states(struct rules *rules)
{
	struct state *state;
	size_t i;

	rules->states = ARENA_NEW(&rules->arena, struct state, rules->n_definitions + 1);
	for (i = 0; i < rules->n_definitions; i++) {
		const struct definition *d = &rules->definitions[i];

		if (!str_is(d->set, "State") || d->faults > 0 || definition_name(d).n == 0)
			continue;
		state = &rules->states[rules->n_states];
		state->name = definition_name(d);
		state->symbol = symbol(rules->symbols, state->name);
		rules->n_states++;
		state->is_closed = str_is(state->name, "closed");
		state->rules = rules;
		state->file = d->file;
		state->record = d->record;
	}
}

/* ---- rules ---- */

static void
read_within(struct reading *r, struct rule *rule, const struct field *field)
{
	struct within *within = &rule->within[rule->n_within];
	struct str rest = field->value, word = str_word(&rest);
	const char *reason;

	if (word.n == 0)
		return;
	within->text = str_trim(field->value);
	if (!rules_duration(r->rules, word, &within->span, &reason)) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, part_at(r, field, word),
		    "'%s' is not a duration: %s", nam(r->findings, word), reason)),
		    "write it as P14D, P6W, P3M or P1Y");
		return;
	}
	if (rule->n_within > 0 && within[-1].condition == NULL)
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, value_at(r, field),
		    "no case comes to this 'Within': the one above it holds always")),
		    "write those with an 'if' first");
	rule->n_within++;
	rest = str_trim(rest);
	if (rest.n == 0)
		return;
	word = str_word(&rest);
	if (!str_is(word, "if")) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, part_at(r, field, word),
		    "'%s' stands behind a duration", nam(r->findings, word))),
		    "write P14D, or P14D if CONDITION");
		return;
	}
	rest = str_trim(rest);
	within->condition = condition(r, rest, part_at(r, field, rest));
}

/* "Entry-name", or a field of entries that match a predicate. */
static bool
read_side(struct reading *r, const struct field *field, struct str word, int predicate, int *side)
{
	if (str_is(word, "Entry-name")) {
		*side = ENTRY_NAME;
		return true;
	}
	if (!is_field_name(word)) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, part_at(r, field, word),
		    "'%s' is not a field name", nam(r->findings, word))),
		    "write FIELD, FIELD=FIELD or Entry-name=FIELD, separated by blanks");
		return false;
	}
	*side = symbol(r->rules->symbols, word);
	r->faults += rules_check_field(r->rules, *side, kinds_of(r, predicate), false,
	    part_at(r, field, word), r->findings);
	return true;
}

static void
read_pairing(struct reading *r, struct rule *rule, const struct field *field, struct str word,
    bool differs)
{
	struct pairing pairing = { .differs = differs };
	int other = rule->need >= 0 ? rule->need : rule->after >= 0 ? rule->after : rule->with;
	struct str rest = word, own;

	str_cut(&rest, '=', &own);
	if (!read_side(r, field, own, rule->on, &pairing.own) ||
	    !read_side(r, field, rest.p ? rest : own, other, &pairing.other))
		return;
	rule->pairings = arena_grow(&r->rules->arena, rule->pairings,
	    rule->n_pairings * sizeof(*rule->pairings),
	    (rule->n_pairings + 1) * sizeof(*rule->pairings));
	rule->pairings[rule->n_pairings++] = pairing;
}

static void
read_pairings(struct reading *r, struct rule *rule, const char *name, bool differs)
{
	const struct field *field;
	struct str rest, word;

	for (field = field_named(r, name); field != NULL; field = next_field(r, field))
		for (rest = field->value; (word = str_word(&rest)).n > 0;)
			read_pairing(r, rule, field, word, differs);
}

static size_t
read_number(struct reading *r, const char *name, size_t fallback)
{
	const struct field *field = field_named(r, name);
	struct str text = field ? str_trim(field->value) : STR("");
	struct number number;

	if (text.n == 0)
		return fallback;
	if (!number_is_integer(text) || !number_parse(text, &number) || number.mantissa < 0 ||
	    number.mantissa > 1000000) {
		fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, value_at(r, field),
		    "'%s' is not a number of entries", nam(r->findings, text))), "write 1, 2, 3...");
		return fallback;
	}
	return (size_t)number.mantissa;
}

static day
read_date(struct reading *r, const char *name)
{
	const struct field *field = field_named(r, name);
	struct str text = field ? str_trim(field->value) : STR("");
	const char *reason;
	day date;

	if (text.n == 0)
		return DAY_NONE;
	if (date_parse(text, &date, &reason))
		return date;
	fix(r->findings, fault(r, find(r->findings, MSG_RULE_VALUE, value_at(r, field),
	    "'%s' is not a date: %s", nam(r->findings, text), reason)), "write it as 2026-03-04");
	return DAY_NONE;
}

/* The first field of the case that refers to a member of staff. */
static int
default_who(const struct rules *rules)
{
	const struct rectype *type = schema_type(rules->schema, STR("Case"));
	const struct field_info *fields;
	size_t n, i;

	if (type == NULL)
		return 0;
	fields = rectype_fields(type, &n);
	for (i = 0; i < n; i++)
		if (str_is(fields[i].target, "Staff"))
			return fields[i].symbol;
	return 0;
}

static void
read_lists(struct reading *r, struct rule *rule)
{
	struct arena *arena = &r->rules->arena;
	const struct field *field;

	rule->within = ARENA_NEW(arena, struct within, count_fields(r, "Within"));
	for (field = field_named(r, "Within"); field != NULL; field = next_field(r, field))
		read_within(r, rule, field);
	rule->while_ = arena_zero(arena, count_fields(r, "While"), sizeof(*rule->while_));
	for (field = field_named(r, "While"); field != NULL; field = next_field(r, field))
		rule->while_[rule->n_while++] = read_state_name(r, field);
	rule->must = ARENA_NEW(arena, int, count_fields(r, "Must"));
	for (field = field_named(r, "Must"); field != NULL; field = next_field(r, field))
		rule->must[rule->n_must++] = read_predicate(r, field, kinds_of(r, rule->on));
	read_pairings(r, rule, "Same", false);
	read_pairings(r, rule, "Differs", true);
}

static void
read_expressions(struct reading *r, struct rule *rule)
{
	const struct field *when = field_named(r, "When");

	rule->on = predicate(r, "On");
	rule->need = predicate(r, "Need");
	rule->after = predicate(r, "After");
	rule->until = predicate(r, "Until");
	rule->with = predicate(r, "With");
	if (when != NULL)
		rule->when = condition(r, when->value, whole_value_at(r, when));
}

static void
unfit(struct reading *r, const char *name, const char *text, const char *mend)
{
	fix(r->findings, fault(r, find(r->findings, MSG_RULE_FIELD,
	    field_span(r->definition->file, field_named(r, name)), "%s", text)), "%s", mend);
}

/* Fields that only mean something beside others. */
static void
check_company(struct reading *r, const struct rule *rule)
{
	bool after = field_named(r, "After") != NULL, with = field_named(r, "With") != NULL;
	bool within = field_named(r, "Within") != NULL, due = field_named(r, "Due") != NULL;
	bool min = field_named(r, "Min") != NULL, max = field_named(r, "Max") != NULL;
	bool never = rule->check == CHECK_NEVER;

	if (rule->check == CHECK_COUNT && !min && !max)
		missing(r, "Min", ", or 'Max'");
	if (rule->check == CHECK_COUNT && within && !min)
		unfit(r, "Within", "'Within' without 'Min': what may not happen too often has no date",
		    "add Min, or take Within out");
	if (min && max && rule->min > rule->max)
		unfit(r, "Max", "'Max' is less than 'Min'", "write the smaller number as Min");
	if (min && rule->min == 0)
		unfit(r, "Min", "'Min: 0' asks for nothing", "write 1 or more, or take Min out");
	if (field_named(r, "Pause") != NULL && !within && !due)
		unfit(r, "Pause", "'Pause' without a date: no clock runs that could stand still",
		    "add Within");
	if (never && after && with)
		unfit(r, "With", "'With' beside 'After'", "make two rules of it");
	if (never && with && (within || rule->next || field_named(r, "Until") != NULL))
		unfit(r, "With", "'With' looks at the whole case: 'Within', 'Next' and 'Until' say nothing",
		    "take them out, or write After instead of With");
	if (never && !with && !after && (within || rule->next))
		unfit(r, within ? "Within" : "Next", "it is not said after what", "add After, the entry that forbids it");
	if (never && !with && !after && rule->n_pairings > 0)
		unfit(r, field_named(r, "Same") ? "Same" : "Differs", "it is not said with what",
		    "add After or With");
	if (rule->since != DAY_NONE && rule->expires != DAY_NONE && rule->since >= rule->expires)
		unfit(r, "Expires", "'Expires' is not after 'Since': the rule holds on no day",
		    "write the day from which it no longer holds");
	if (rule->severity == ERROR && field_named(r, "Fix") == NULL)
		missing(r, "Fix", ", which an error needs");
}

static void
read_rule(struct reading *r, struct rule *rule)
{
	const struct field *who, *pause;
	int check;

	r->check = ALL_CHECKS;
	check = choose(r, "Check", "check", check_names, CHECK_NONE);
	rule->name = definition_name(r->definition);
	rule->rules = r->rules;
	rule->file = r->definition->file;
	rule->record = r->definition->record;
	rule->check = (enum check)check;
	if (field_named(r, "Check") == NULL)
		missing(r, "Check", "");
	r->check = check == CHECK_NONE ? 0 : 1U << check;
	check_fields(r, rule_fields, r->check);
	if (check == CHECK_NONE)
		return;
	rule->severity = (enum severity)choose(r, "Severity", "severity", severity_names, ERROR);
	rule->each = choose(r, "Each", "word", yes_no, 0);
	rule->next = choose(r, "Next", "word", yes_no, 0);
	rule->min = read_number(r, "Min", 0);
	rule->max = read_number(r, "Max", SIZE_MAX);
	rule->since = read_date(r, "Since");
	rule->expires = read_date(r, "Expires");
	who = field_named(r, "Who");
	rule->who = who ? read_field_name(r, who) : default_who(r->rules);
	if (who != NULL && rule->who != 0)
		r->faults += rules_check_case_field(r->rules, rule->who, value_at(r, who), r->findings);
	pause = field_named(r, "Pause");
	rule->pause = pause ? read_state_name(r, pause) : NULL;
	read_expressions(r, rule);
	rule->due = read_date_field(r, "Due", rule->on);
	read_lists(r, rule);
	check_company(r, rule);
}

/* ---- linking ---- */

/* Counts faults of one State: all, or only whether it asks for one that was dropped. */
static size_t
state_faults(struct reading *r, struct state *state, bool again)
{
	r->of_state = (struct definition){ state->file, state->record, STR("State"), 0 };
	r->definition = &r->of_state;
	r->check = ALL_CHECKS;
	r->faults = 0;
	if (!again)
		read_state(r, state);
	else
		r->faults = (state->start >= 0 ? rules_check_predicate(r->rules,
		    r->rules->predicates[state->start].expr, ANY_KIND,
		    value_at(r, field_named(r, "Start")), r->findings) : 0) +
		    (state->stop >= 0 ? rules_check_predicate(r->rules,
		    r->rules->predicates[state->stop].expr, ANY_KIND,
		    value_at(r, field_named(r, "Stop")), r->findings) : 0);
	return r->faults;
}

/* Reads the States, or looks at them again; takes out those that have a fault. False when none had. */
static bool
drop_states(struct reading *r, bool again)
{
	struct rules *rules = r->rules;
	bool *is_faulty = xcalloc(rules->n_states + 1, sizeof(*is_faulty));
	size_t kept = 0, i, n = rules->n_states;

	for (i = 0; i < n; i++)
		is_faulty[i] = state_faults(r, &rules->states[i], again) > 0;
	for (i = 0; i < n; i++) {
		if (is_faulty[i])
			rules->dropped[rules->n_dropped++] = rules->states[i].name;
		else
			rules->states[kept++] = rules->states[i];
	}
	rules->n_states = kept;
	free(is_faulty);
	return kept < n;
}

static void
link_states(struct reading *r)
{
	struct rules *rules = r->rules;
	bool again = false;
	size_t i;

	name_states(rules);
	rules->dropped = ARENA_NEW(&rules->arena, struct str, rules->n_states);
	while (drop_states(r, again))
		again = true;
	for (i = 0; i < rules->n_states; i++) {
		rules->states[i].number = i;
		if (rules->states[i].is_closed)
			rules->closed = &rules->states[i];
	}
}

static void
link_rules(struct reading *r)
{
	struct rules *rules = r->rules;
	struct rule *rule;
	size_t i;

	rules->rules = ARENA_NEW(&rules->arena, struct rule, rules->n_definitions + 1);
	for (i = 0; i < rules->n_definitions; i++) {
		const struct definition *d = &rules->definitions[i];

		if (!str_is(d->set, "Rule"))
			continue;
		rule = &rules->rules[rules->n_rules];
		memset(rule, 0, sizeof(*rule));
		r->definition = d;
		r->faults = d->faults;
		read_rule(r, rule);
		if (r->faults > 0)
			free_rule(rule);
		else
			rule->number = rules->n_rules++;
	}
}

static void
link_history(struct reading *r)
{
	struct rules *rules = r->rules;
	size_t i;

	for (i = 0; i < rules->n_definitions; i++)
		if (str_is(rules->definitions[i].set, "History"))
			history_add(rules, rules->definitions[i].file, rules->definitions[i].record, r->findings);
	history_link(rules, r->findings);
}

static bool
too_many(struct reading *r)
{
	const struct rules *rules = r->rules;
	const struct definition *d;

	if (rules->n_definitions <= RULES_MAX)
		return false;
	d = &rules->definitions[RULES_MAX];
	fix(r->findings, find(r->findings, MSG_TOO_MANY_RULES, record_span(d->file, d->record),
	    "more than %d rules and States: none is applied", RULES_MAX),
	    "take out those that no longer hold");
	return true;
}

void
rules_link(struct rules *rules, struct findings *findings)
{
	struct reading r = { .rules = rules, .findings = findings, .check = ALL_CHECKS };
	struct map names = MAP_INIT;
	size_t i;

	if (too_many(&r))
		return;
	for (i = 0; i < rules->n_definitions; i++) {
		r.definition = &rules->definitions[i];
		r.faults = 0;
		read_name(&r, &names);
		rules->definitions[i].faults = r.faults;
	}
	map_release(&names);
	link_states(&r);
	link_rules(&r);
	link_history(&r);
	for (i = 0; i < rules->n_definitions; i++)
		if (str_is(rules->definitions[i].set, "Upkeep") && rules->definitions[i].faults == 0)
			upkeep_link(rules, rules->definitions[i].file, rules->definitions[i].record, findings);
}

/* ---- what they say of themselves ---- */

size_t
rules_count(const struct rules *rules)
{
	return rules->n_rules;
}

const struct rule *
rules_at(const struct rules *rules, size_t i)
{
	return &rules->rules[i];
}

const struct rule *
rules_named(const struct rules *rules, struct str name)
{
	size_t i;

	for (i = 0; i < rules->n_rules; i++)
		if (str_eq(rules->rules[i].name, name))
			return &rules->rules[i];
	return NULL;
}

bool
rules_defines(const struct rules *rules, struct str name)
{
	size_t i;

	for (i = 0; i < rules->n_definitions; i++)
		if (str_eq(definition_name(&rules->definitions[i]), name))
			return true;
	return false;
}

size_t
rules_state_count(const struct rules *rules)
{
	return rules->n_states;
}

const struct state *
rules_state_at(const struct rules *rules, size_t i)
{
	return &rules->states[i];
}

bool
rules_is_state(const struct rules *rules, int symbol)
{
	size_t i;

	for (i = 0; i < rules->n_states; i++)
		if (rules->states[i].symbol == symbol)
			return true;
	return false;
}

struct str
state_name(const struct state *state)
{
	return state->name;
}

struct str
rule_name(const struct rule *rule)
{
	return rule->name;
}

struct str
rules_nth_text(const struct record *record, const char *name, size_t i)
{
	uint32_t k;

	for (k = 0; k < record->n; k++)
		if (str_is(record->fields[k].name, name) && i-- == 0)
			return str_trim(record->fields[k].value);
	return STR_NULL;
}

struct str
rule_text(const struct rule *rule, const char *field, size_t i)
{
	return rules_nth_text(rule->record, field, i);
}

struct str
state_text(const struct state *state, const char *field, size_t i)
{
	return rules_nth_text(state->record, field, i);
}

struct str
rule_message(const struct rule *rule)
{
	return rule_text(rule, "Message", 0);
}

struct str
rule_fix(const struct rule *rule)
{
	return rule_text(rule, "Fix", 0);
}

static bool
is_word_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

void
rules_write_fix(struct str fix, const struct casefile *file, struct buf *out)
{
	size_t i, start;

	for (i = 0; i < fix.n;) {
		for (start = i; i < fix.n && is_word_byte(fix.p[i]); i++)
			;
		if (i - start == 4 && memcmp(fix.p + start, "CASE", 4) == 0 && file->id[0])
			buf_text(out, file->id);
		else if (i > start)
			buf_add(out, fix.p + start, i - start);
		else
			buf_char(out, fix.p[i++]);
	}
}

void
rule_fix_write(const struct rule *rule, const struct casefile *file, struct buf *out)
{
	rules_write_fix(rule_fix(rule), file, out);
}

struct str
rule_basis(const struct rule *rule)
{
	return rule_text(rule, "Basis", 0);
}

enum severity
rule_severity(const struct rule *rule)
{
	return rule->severity;
}

int
rule_who(const struct rule *rule)
{
	return rule->who;
}

/* ---- what an entry is asked ---- */

struct asking {
	const struct rules *rules;
	struct str kind;
	bool is_must; /* then what the entry itself puts in force may help */
	void (*see)(void *context, int field);
	void *context;
};

/* "Approved_by" may be a field, or a field of the record that Approved names. */
static void
see_mention(void *context, const struct mention *mention)
{
	const struct asking *asking = context;
	const struct name *name = &mention->name;

	if ((mention->among.list != NULL && !choice_has(mention->among, asking->kind)) || name->field == asking->rules->kind)
		return;
	if (name->field == asking->rules->case_) {
		if (asking->is_must)
			asking->see(asking->context, name->sub);
		return;
	}
	asking->see(asking->context, name->joined);
	if (name->sub != 0)
		asking->see(asking->context, name->field);
}

static void
ask_predicate(const struct asking *asking, int number)
{
	struct arena arena;

	if (number < 0)
		return;
	arena_init(&arena);
	expr_mentions(asking->rules->predicates[number].expr, asking->rules->kind, ANY_KIND, &arena, see_mention,
	    (void *)asking);
	arena_release(&arena);
}

void
rule_asks(const struct rule *rule, struct str kind, bool any_part, void (*see)(void *context, int field),
    void *context)
{
	struct asking asking = { rule->rules, kind, false, see, context };
	const int others[] = { rule->need, rule->after, rule->until, rule->with };
	size_t i;

	ask_predicate(&asking, rule->on);
	for (i = 0; any_part && i < sizeof(others) / sizeof(*others); i++)
		ask_predicate(&asking, others[i]);
	asking.is_must = true;
	for (i = 0; i < rule->n_must; i++)
		ask_predicate(&asking, rule->must[i]);
	for (i = 0; i < rule->n_pairings; i++) {
		if (rule->pairings[i].own != ENTRY_NAME)
			see(context, rule->pairings[i].own);
		if (any_part && rule->pairings[i].other != ENTRY_NAME)
			see(context, rule->pairings[i].other);
	}
}

bool
rule_is_met_by(const struct rule *rule, struct casefile *file, const struct entry *entry)
{
	int number = rule->check == CHECK_COUNT ? rule->on : rule->need;
	struct entry_context context;
	struct subject subject;

	if (number < 0)
		return false;
	entry_subject(file, entry, NULL, &context, &subject);
	return expr_test(rule->rules->predicates[number].expr, &subject);
}
