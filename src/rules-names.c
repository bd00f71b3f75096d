/*
 * Every word of an expression in a rule is held against the schema: names of fields against the kinds that can be meant
 * where they stand, texts against the kinds and the choices of an enum. What is compared with a word that cannot be
 * is silently false, and a rule that says nothing is worse than none.
 */
#include "rules-parts.h"

#include <string.h>

#define NEAR_MAX 1024 /* names that a guess is made from */

/* Asks what one expression says. */
struct naming {
	const struct rules *rules;
	struct findings *findings;
	bool of_case; /* plain names are what is in force */
	bool of_step; /* Old, New and Committer may be asked too */
	const char *field; /* where the expression stands */
	size_t faults;
};

/* ---- what the schema has ---- */

static const struct rectype *
case_type(const struct rules *rules)
{
	return schema_type(rules->schema, STR("Case"));
}

static bool
is_open(const struct rules *rules, const struct rectype *type)
{
	const struct rectype *entry = schema_type(rules->schema, STR("Entry"));

	(void)rules;
	return rectype_special(type, STR("%allowed")).p == NULL &&
	    (type == case_type(rules) || entry == NULL ||
	    rectype_special(entry, STR("%allowed")).p == NULL);
}

/* Whether records of the type may have a field. */
static bool
has_field(const struct rules *rules, const struct rectype *type, int symbol)
{
	return type == NULL || rectype_field(type, symbol) != NULL || is_open(rules, type);
}

/* What a type says of a field or, for Ref.Field, of that of the record referred to. *known: whether it can be there. */
static const struct field_info *
info_of(const struct rules *rules, const struct rectype *type, const struct name *name, bool *known)
{
	const struct field_info *info = type && name->sub ? rectype_field(type, name->field) : NULL;
	const struct rectype *target;

	if (info != NULL && info->target.n > 0 && !str_is(info->target, "Entry")) {
		target = schema_type(rules->schema, info->target);
		*known = target == NULL || rectype_field(target, name->sub) != NULL ||
		    rectype_special(target, STR("%allowed")).p == NULL;
		if (*known)
			return target ? rectype_field(target, name->sub) : NULL;
	}
	*known = has_field(rules, type, name->joined);
	return type ? rectype_field(type, name->joined) : NULL;
}

static const struct state *
state_of(const struct rules *rules, int symbol)
{
	size_t i;

	for (i = 0; i < rules->n_states; i++)
		if (rules->states[i].symbol == symbol)
			return &rules->states[i];
	return NULL;
}

/* The kinds that can be meant where a mention stands: those of the schema, or of `among` that the schema has. */
static struct choice
kinds_of(const struct rules *rules, struct choice among)
{
	struct choice all;

	if (among.list != NULL)
		return among;
	all.list = schema_kinds(rules->schema, &all.n);
	return all;
}

/* ---- guesses ---- */

struct guesses {
	struct str list[NEAR_MAX];
	size_t n;
};

static void
guess_type(struct guesses *guesses, const struct rectype *type)
{
	const struct field_info *fields;
	size_t i, n = 0;

	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n && guesses->n < NEAR_MAX; i++)
		guesses->list[guesses->n++] = fields[i].name;
}

static void
guess_states(struct guesses *guesses, const struct rules *rules)
{
	size_t i;

	for (i = 0; i < rules->n_states && guesses->n < NEAR_MAX; i++)
		guesses->list[guesses->n++] = rules->states[i].name;
}

static void
guess_entries(struct guesses *guesses, const struct rules *rules, struct choice kinds)
{
	size_t i;

	guess_type(guesses, schema_type(rules->schema, STR("Entry")));
	for (i = 0; i < kinds.n; i++)
		guess_type(guesses, schema_kind(rules->schema, kinds.list[i]));
}

/* ", did you mean 'x'?", or "". */
static const char *
mean(struct findings *findings, struct str word, const struct str *list, size_t n)
{
	struct str near = nearest(word, list, n);

	return near.p ? arena_printf(&findings->arena, ", did you mean '%.*s'?", STRF(near)) : "";
}

/* ---- faults ---- */

static struct finding *
fault(struct naming *naming, struct finding *finding)
{
	naming->faults++;
	return finding;
}

static const char *
name_text(struct naming *naming, const struct name *name)
{
	const struct symbols *symbols = naming->rules->symbols;
	struct arena *arena = &naming->findings->arena;
	struct str field = symbol_name(symbols, name->field), sub = symbol_name(symbols, name->sub);

	return arena_printf(arena, "%.*s%s%.*s", STRF(field), name->sub ? "." : "", STRF(sub));
}

/* "consent, plan or review", of at most a few. */
static const char *
list_text(struct arena *arena, struct choice choice)
{
	struct buf out = BUF_INIT;
	size_t shown = choice.n > 12 ? 12 : choice.n, i;
	const char *text;

	for (i = 0; i < shown; i++)
		buf_printf(&out, "%s%.*s", i == 0 ? "" : i + 1 == choice.n ? " or " : ", ",
		    STRF(choice.list[i]));
	if (shown < choice.n)
		buf_printf(&out, " or %zu more", choice.n - shown);
	text = arena_cstr(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* A Case.Name or, where the case is asked, a plain one. */
static void
unknown_in_case(struct naming *naming, const struct mention *mention, int symbol)
{
	const struct rules *rules = naming->rules;
	struct guesses *guesses = ARENA_NEW(&naming->findings->arena, struct guesses, 1);
	struct str word = symbol_name(rules->symbols, symbol);

	guess_type(guesses, case_type(rules));
	guess_states(guesses, rules);
	fix(naming->findings, fault(naming, find(naming->findings, MSG_RULE_NAME, mention->at,
	    "'%s' is neither a field of the case nor a State%s", nam(naming->findings, word),
	    mean(naming->findings, word, guesses->list, guesses->n))),
	    "what is in force are the fields of %%rec: Case, and States of rules/");
}

static void
unknown_in_target(struct naming *naming, const struct mention *mention, struct str target)
{
	const struct rules *rules = naming->rules;
	struct guesses *guesses = ARENA_NEW(&naming->findings->arena, struct guesses, 1);
	struct str word = symbol_name(rules->symbols, mention->name.sub);

	guess_type(guesses, schema_type(rules->schema, target));
	fault(naming, find(naming->findings, MSG_RULE_NAME, mention->at, "%s has no field '%s'%s",
	    nam(naming->findings, target), nam(naming->findings, word),
	    mean(naming->findings, word, guesses->list, guesses->n)));
}

/* The kinds that have a field, of all. */
static struct choice
kinds_with(struct naming *naming, const struct name *name)
{
	const struct rules *rules = naming->rules;
	size_t n, i, found = 0;
	const struct str *kinds = schema_kinds(rules->schema, &n);
	struct str *list = ARENA_NEW(&naming->findings->arena, struct str, n + 1);
	bool known;

	for (i = 0; i < n; i++) {
		info_of(rules, schema_kind(rules->schema, kinds[i]), name, &known);
		if (known)
			list[found++] = kinds[i];
	}
	return (struct choice){ list, found };
}

static void
unknown_in_entries(struct naming *naming, const struct mention *mention, struct choice kinds)
{
	const struct rules *rules = naming->rules;
	struct arena *arena = &naming->findings->arena;
	struct guesses *guesses = ARENA_NEW(arena, struct guesses, 1);
	const char *name = name_text(naming, &mention->name);
	int first = mention->name.sub ? mention->name.field : mention->name.joined;
	struct choice others = kinds_with(naming, &mention->name);
	struct finding *finding;

	if (mention->among.list != NULL && others.n > 0) {
		fix(naming->findings, fault(naming, find(naming->findings, MSG_RULE_NAME, mention->at,
		    "'%s' is no field of %s", name, list_text(arena, kinds))),
		    "it is a field of %s", list_text(arena, others));
		return;
	}
	guess_entries(guesses, rules, kinds);
	finding = fault(naming, find(naming->findings, MSG_RULE_NAME, mention->at,
	    "no entry has a field '%s'%s", name, mean(naming->findings,
	    symbol_name(rules->symbols, first), guesses->list, guesses->n)));
	if (mention->name.sub != 0 && mention->name.field == rules->entry)
		fix(naming->findings, finding, "the entry that another names is not followed; "
		    "'Same: Entry-name=Entry' compares the two");
	else if (state_of(rules, mention->name.joined) != NULL || (case_type(rules) != NULL &&
	    rectype_field(case_type(rules), mention->name.joined) != NULL))
		fix(naming->findings, finding, "what is in force in the case is written Case.%s",
		    nam(naming->findings, symbol_name(rules->symbols, mention->name.joined)));
}

/* ---- texts that a name is compared with ---- */

static bool
matches_one(struct findings *findings, struct str text, struct choice words)
{
	const char *reason;
	size_t at, i;
	struct pattern *pattern = pattern_compile(text, false, &findings->arena, &reason, &at);
	bool matches = pattern == NULL;

	for (i = 0; i < words.n && !matches; i++)
		matches = pattern_match(pattern, words.list[i], 0, NULL) != NO_MATCH;
	pattern_free(pattern);
	return matches;
}

static void
unknown_text(struct naming *naming, const struct mention *mention, struct str word, struct choice words)
{
	struct findings *findings = naming->findings;
	bool is_kind = mention->name.joined == naming->rules->kind && !naming->of_case;
	struct finding *finding = fault(naming, find(findings, MSG_RULE_TEXT, mention->text_at,
	    is_kind ? "no kind '%s'%s%s" : "'%s' is no value of '%s'%s", nam(findings, word),
	    is_kind ? "" : name_text(naming, &mention->name),
	    mean(findings, word, words.list, words.n)));

	fix(findings, finding, "it is one of: %s", list_text(&findings->arena, words));
}

/* A text that is none of the words that the name can have. */
static void
check_text(struct naming *naming, const struct mention *mention, struct choice words)
{
	struct findings *findings = naming->findings;
	struct choice named = { &mention->text, 1 };
	size_t i;

	if (words.n == 0)
		return;
	if (strcmp(mention->sign, "~") == 0) {
		named = pattern_words(mention->text, &findings->arena);
		if (named.list == NULL && !matches_one(findings, mention->text, words))
			fix(findings, fault(naming, find(findings, MSG_RULE_TEXT, mention->text_at,
			    "the pattern matches no value that '%s' can have",
			    name_text(naming, &mention->name))), "it has one of: %s",
			    list_text(&findings->arena, words));
	} else if (strcmp(mention->sign, "=") != 0 && strcmp(mention->sign, "!=") != 0) {
		return;
	}
	for (i = 0; named.list != NULL && i < named.n; i++)
		if (!choice_has(words, named.list[i]))
			unknown_text(naming, mention, named.list[i], words);
}

/* The words that a field can have added to those of other kinds; false when the field takes any text. */
static bool
add_choices(struct arena *arena, struct choice *words, const struct field_info *info)
{
	struct choice more = field_words(info);
	struct str *list;
	size_t i, n = words->n;

	if (more.list == NULL)
		return false;
	list = arena_alloc(arena, (n + more.n + 1) * sizeof(*list));
	if (n > 0)
		memcpy(list, words->list, n * sizeof(*list));
	for (i = 0; i < more.n; i++)
		if (!choice_has(*words, more.list[i]))
			list[n++] = more.list[i];
	*words = (struct choice){ list, n };
	return true;
}

/* ---- names ---- */

static void see(void *context, const struct mention *mention);

/* A field of the case, or a State: `name` without "Case.". */
static void
check_case_name(struct naming *naming, const struct mention *mention, const struct name *name)
{
	const struct rules *rules = naming->rules;
	const struct rectype *type = case_type(rules);
	const struct field_info *info;
	struct choice words = { NULL, 0 };
	bool known;

	if (state_of(rules, name->joined) != NULL)
		return;
	if (rules_check_dropped(rules, symbol_name(rules->symbols, name->joined), mention->at,
	    naming->findings)) {
		naming->faults++;
		return;
	}
	info = info_of(rules, type, name, &known);
	if (!known) {
		const struct field_info *ref = type && name->sub ? rectype_field(type, name->field) : NULL;

		if (ref != NULL && ref->target.n > 0)
			unknown_in_target(naming, mention, ref->target);
		else
			unknown_in_case(naming, mention, name->sub ? name->field : name->joined);
	} else if (mention->sign != NULL && add_choices(&naming->findings->arena, &words, info)) {
		check_text(naming, mention, words);
	}
}

/* The type that a name refers to in one of the kinds, "" when it refers to none. */
static struct str
target_of(const struct rules *rules, struct choice kinds, const struct name *name)
{
	const struct field_info *info;
	const struct rectype *type;
	size_t i;

	for (i = 0; i < kinds.n && name->sub != 0; i++) {
		type = schema_kind(rules->schema, kinds.list[i]);
		info = type ? rectype_field(type, name->field) : NULL;
		if (info != NULL && info->target.n > 0 && !str_is(info->target, "Entry") &&
		    schema_type(rules->schema, info->target) != NULL)
			return info->target;
	}
	return STR("");
}

static void
check_entry_name(struct naming *naming, const struct mention *mention)
{
	const struct rules *rules = naming->rules;
	struct choice kinds = kinds_of(rules, mention->among), words = { NULL, 0 };
	bool all_enum = true, any = kinds.n == 0, known;
	size_t i;

	if (!schema_has_kinds(rules->schema)) {
		info_of(rules, schema_type(rules->schema, STR("Entry")), &mention->name, &any);
		kinds.n = 0;
	}
	for (i = 0; i < kinds.n; i++) {
		const struct rectype *type = schema_kind(rules->schema, kinds.list[i]);
		const struct field_info *info;

		if (type == NULL) { /* no kind of ours: said where it is compared */
			any = true;
			all_enum = false;
			continue;
		}
		info = info_of(rules, type, &mention->name, &known);
		any |= known;
		if (known)
			all_enum &= add_choices(&naming->findings->arena, &words, info);
	}
	if (!any && target_of(rules, kinds, &mention->name).n > 0)
		unknown_in_target(naming, mention, target_of(rules, kinds, &mention->name));
	else if (!any)
		unknown_in_entries(naming, mention, kinds);
	else if (mention->sign != NULL && all_enum)
		check_text(naming, mention, words);
}

/* A field of whoever commits. */
static void
check_committer_name(struct naming *naming, const struct mention *mention)
{
	const struct rectype *staff = schema_type(naming->rules->schema, STR("Staff"));

	if (staff != NULL && rectype_field(staff, mention->name.sub) == NULL)
		unknown_in_target(naming, mention, STR("Staff"));
}

/* Old.Field, New.Field, Committer.Field: false when it is none of these. */
static bool
check_step_name(struct naming *naming, const struct mention *mention)
{
	const struct rules *rules = naming->rules;
	struct str who = symbol_name(rules->symbols, mention->name.field);
	struct mention plain = *mention;

	if (!naming->of_step || mention->name.sub == 0)
		return false;
	if (str_is(who, "Committer")) {
		check_committer_name(naming, mention);
		return true;
	}
	if (!str_is(who, "Old") && !str_is(who, "New"))
		return false;
	plain.name = (struct name){ mention->name.sub, 0, mention->name.index, mention->name.sub };
	see(naming, &plain);
	return true;
}

static void
see(void *context, const struct mention *mention)
{
	struct naming *naming = context;
	const struct rules *rules = naming->rules;
	struct name name = mention->name;
	struct choice kinds;

	if (check_step_name(naming, mention))
		return;
	if (name.field == rules->case_ && name.sub != 0) {
		name.field = name.joined = name.sub;
		name.sub = 0;
		check_case_name(naming, mention, &name);
	} else if (naming->of_case && name.field == rules->entry) {
		fix(naming->findings, fault(naming, find(naming->findings, MSG_RULE_NAME, mention->at,
		    "'%s' asks the whole journal, also what comes later", name_text(naming, &name))),
		    "ask what is in force on the day: a field of the case, or a State");
	} else if (naming->of_case) {
		check_case_name(naming, mention, &name);
	} else if (name.sub == 0 && name.field == rules->kind && schema_has_kinds(rules->schema)) {
		kinds.list = schema_kinds(rules->schema, &kinds.n);
		if (mention->sign != NULL)
			check_text(naming, mention, kinds);
	} else {
		check_entry_name(naming, mention);
	}
}

size_t
rules_check_condition(const struct rules *rules, const struct expr *expr, struct findings *findings)
{
	struct naming naming = { rules, findings, true };

	expr_mentions(expr, 0, (struct choice){ NULL, 0 }, &findings->arena, see, &naming);
	return naming.faults;
}

size_t
rules_check_predicate(const struct rules *rules, const struct expr *expr, struct choice kinds,
    struct span at, struct findings *findings)
{
	struct naming naming = { rules, findings, false };
	struct choice needs;

	expr_mentions(expr, rules->kind, kinds, &findings->arena, see, &naming);
	needs = expr_needs(expr, rules->kind, &findings->arena);
	if (naming.faults == 0 && needs.list != NULL && needs.n == 0)
		fix(findings, fault(&naming, find(findings, MSG_RULE_TEXT, at,
		    "no entry is of all these kinds at once")), "write '||' between them");
	return naming.faults;
}

size_t
rules_check_step_predicate(const struct rules *rules, const struct expr *expr, struct findings *findings)
{
	struct naming naming = { rules, findings, .of_step = true };

	expr_mentions(expr, rules->kind, (struct choice){ NULL, 0 }, &findings->arena, see, &naming);
	return naming.faults;
}

/* Whether the field is a date, or any text, in one of the kinds. */
static bool
may_be_date(const struct rules *rules, int symbol, struct choice kinds)
{
	const struct rectype *type;
	const struct field_info *info;
	bool any = kinds.n == 0;
	size_t i;

	for (i = 0; i < kinds.n && !any; i++) {
		type = schema_kind(rules->schema, kinds.list[i]);
		info = type ? rectype_field(type, symbol) : NULL;
		any = info == NULL || info->type.n == 0 || str_is(info->type, "date");
	}
	return any;
}

size_t
rules_check_field(const struct rules *rules, int symbol, struct choice kinds, bool is_date, struct span at,
    struct findings *findings)
{
	struct naming naming = { rules, findings, false };
	struct mention mention = { .name = { symbol, 0, -1, symbol }, .at = at, .among = kinds };

	check_entry_name(&naming, &mention);
	if (naming.faults == 0 && is_date && !may_be_date(rules, symbol, kinds_of(rules, kinds)))
		fault(&naming, find(findings, MSG_RULE_NAME, at, "'%s' holds no date",
		    nam(findings, symbol_name(rules->symbols, symbol))));
	return naming.faults;
}

size_t
rules_check_case_field(const struct rules *rules, int symbol, struct span at, struct findings *findings)
{
	struct naming naming = { rules, findings, true };
	struct mention mention = { .name = { symbol, 0, -1, symbol }, .at = at };

	if (!has_field(rules, case_type(rules), symbol))
		unknown_in_case(&naming, &mention, symbol);
	return naming.faults;
}

bool
rules_check_dropped(const struct rules *rules, struct str name, struct span at, struct findings *findings)
{
	size_t i;

	for (i = 0; i < rules->n_dropped; i++)
		if (str_eq(rules->dropped[i], name)) {
			fix(findings, find(findings, MSG_LEFT_OUT, at, "State '%s' was left out for its faults, and "
			    "with it what asks for it", nam(findings, name)), "mend the State");
			return true;
		}
	return false;
}
