#include "command-names.h"

static bool
is_open(const struct rectype *type)
{
	return type == NULL || rectype_special(type, STR("%allowed")).p == NULL;
}

static bool
type_has(const struct rectype *type, int symbol)
{
	return type != NULL && rectype_field(type, symbol) != NULL;
}

static bool
any_kind_has(const struct names *names, int symbol)
{
	const struct schema *schema = names->archive->schema;
	size_t i, n;
	const struct str *kinds = schema_kinds(schema, &n);

	for (i = 0; i < n; i++)
		if (type_has(schema_kind(schema, kinds[i]), symbol))
			return true;
	return type_has(schema_type(schema, STR("Entry")), symbol);
}

/* Without %allowed anything goes, and nothing can be said about a name. */
static bool
entries_are_open(const struct names *names)
{
	const struct schema *schema = names->archive->schema;
	size_t i, n;
	const struct str *kinds = schema_kinds(schema, &n);

	if (!is_open(schema_type(schema, STR("Entry"))))
		return false;
	for (i = 0; i < n; i++)
		if (is_open(schema_type(schema, kinds[i])))
			return true;
	return n == 0;
}

static bool
entry_field_known(const struct names *names, int symbol)
{
	return any_kind_has(names, symbol) || entries_are_open(names);
}

static bool
case_field_known(const struct names *names, int symbol)
{
	const struct rectype *type = schema_type(names->archive->schema, STR("Case"));

	return type_has(type, symbol) || is_open(type) || entry_field_known(names, symbol);
}

bool
names_is_own(const struct names *names, const struct name *name)
{
	const struct known *known = &names->archive->known;
	bool is_field = names->is_entries ? any_kind_has(names, name->joined) :
	    type_has(schema_type(names->archive->schema, STR("Case")), name->joined);

	if (is_field && !(names->is_entries && name->sub == 0 && name->field == known->case_))
		return false;
	if (name->field == names->last)
		return true;
	if (name->sub != 0)
		return false;
	return name->field == names->path || name->field == names->id ||
	    (names->is_entries && (name->field == known->case_ || name->field == names->self));
}

/* The record type that a field refers to, NULL when it does not. */
static const struct rectype *
target_of(const struct names *names, const struct rectype *type, int symbol)
{
	const struct field_info *info = type == NULL ? NULL : rectype_field(type, symbol);

	return info == NULL || info->target.n == 0 ? NULL :
	    schema_type(names->archive->schema, info->target);
}

static const struct rectype *
target_anywhere(const struct names *names, int symbol)
{
	const struct schema *schema = names->archive->schema;
	const struct rectype *target = target_of(names, schema_type(schema, STR("Case")), symbol);
	size_t i, n;
	const struct str *kinds = schema_kinds(schema, &n);

	if (target == NULL)
		target = target_of(names, schema_type(schema, STR("Entry")), symbol);
	for (i = 0; target == NULL && i < n; i++)
		target = target_of(names, schema_kind(schema, kinds[i]), symbol);
	return target;
}

/* A State is a field of the case. */
static bool
is_state(const struct names *names, const struct name *name)
{
	const struct rules *rules = names->archive->rules;

	if (name->sub != 0 && name->field == names->archive->known.case_)
		return rules_is_state(rules, name->sub);
	return !names->is_entries && rules_is_state(rules, name->joined);
}

static bool
is_known(const struct names *names, const struct name *name)
{
	const struct known *known = &names->archive->known;
	const struct rectype *target;

	if (names->is_entries ? any_kind_has(names, name->joined) : case_field_known(names, name->joined))
		return true;
	if (name->sub == 0)
		return names_is_own(names, name) || (names->is_entries ? entries_are_open(names) :
		    name->field == known->entry);
	if (name->field == names->last || (name->field == known->entry && !names->is_entries))
		return entry_field_known(names, name->sub);
	if (name->field == known->case_)
		return case_field_known(names, name->sub);
	target = target_anywhere(names, name->field);
	return target != NULL ? type_has(target, name->sub) || is_open(target) :
	    names->is_entries && entries_are_open(names);
}

struct candidates {
	struct str list[512];
	size_t n;
};

static void
add_candidates(struct candidates *candidates, const struct rectype *type)
{
	size_t i, n;
	const struct field_info *fields;

	if (type == NULL)
		return;
	fields = rectype_fields(type, &n);
	for (i = 0; i < n && candidates->n < sizeof(candidates->list) / sizeof(*candidates->list); i++)
		candidates->list[candidates->n++] = fields[i].name;
}

static void
add_all_candidates(const struct names *names, struct candidates *candidates)
{
	const struct schema *schema = names->archive->schema;
	size_t i, n;
	const struct str *kinds = schema_kinds(schema, &n);

	if (names->last != 0)
		candidates->list[candidates->n++] = STR("Last");
	candidates->list[candidates->n++] = STR("Case");
	if (!names->is_entries || names->self != 0)
		candidates->list[candidates->n++] = names->is_entries ? STR("Self") : STR("Entry");
	add_candidates(candidates, schema_type(schema, STR("Entry")));
	if (!names->is_entries)
		add_candidates(candidates, schema_type(schema, STR("Case")));
	for (i = 0; i < n; i++)
		add_candidates(candidates, schema_kind(schema, kinds[i]));
}

static void
add_states(const struct names *names, struct candidates *candidates)
{
	const struct rules *rules = names->archive->rules;
	size_t i, n = rules_state_count(rules);

	for (i = 0; i < n && candidates->n < sizeof(candidates->list) / sizeof(*candidates->list); i++)
		candidates->list[candidates->n++] = state_name(rules_state_at(rules, i));
}

static void
unknown_name(struct names *names, const struct name *name, struct span at)
{
	const struct symbols *symbols = &names->archive->symbols;
	struct candidates candidates = { .n = 0 };
	struct findings *faults = names->faults;
	const struct rectype *target = name->sub ? target_anywhere(names, name->field) : NULL;
	bool is_of_case = name->sub != 0 && name->field == names->archive->known.case_;
	struct str word = symbol_name(symbols, name->sub == 0 ? name->joined : target || is_of_case ? name->sub :
	    name->field), near;

	if (target == NULL && (is_of_case || !names->is_entries))
		add_states(names, &candidates);
	if (is_of_case)
		add_candidates(&candidates, schema_type(names->archive->schema, STR("Case")));
	else if (target != NULL)
		add_candidates(&candidates, target);
	else
		add_all_candidates(names, &candidates);
	near = nearest(word, candidates.list, candidates.n);
	if (near.p != NULL)
		find(faults, MSG_NO_SUCH_FIELD, at, "no field is named '%s', did you mean '%s'?",
		    nam(faults, word), nam(faults, near));
	else
		find(faults, MSG_NO_SUCH_FIELD, at,
		    "no field is named '%s'; if it is a text, quotes stand around it", nam(faults, word));
}

/* Fields that only an entry has: of a case they would be those of its last entry, which nobody means. */
static bool
is_of_entries(const struct names *names, const struct name *name)
{
	const struct known *known = &names->archive->known;

	return !names->is_entries && name->sub == 0 &&
	    (name->field == known->date || name->field == known->kind || name->field == known->by) &&
	    !type_has(schema_type(names->archive->schema, STR("Case")), name->field);
}

struct naming {
	struct names *names;
	bool has_own;
};

static void
see_name(void *context, const struct name *name, struct span at)
{
	struct naming *naming = context;
	struct names *names = naming->names;
	struct findings *faults = names->faults;
	const struct symbols *symbols = &names->archive->symbols;
	const char *word = nam(faults, symbol_name(symbols, name->field)), *option = names->entries_option;

	naming->has_own |= names_is_own(names, name);
	if (is_of_entries(names, name))
		find(faults, MSG_NO_SUCH_FIELD, at, "a case has no '%s': %s%s%swrite Entry.%s for any entry's", word,
		    option ? "list entries with " : "", option ? option : "", option ? ", or " : "", word);
	if (names->is_entries && rules_is_state(names->archive->rules, name->joined)) {
		word = nam(faults, symbol_name(symbols, name->joined));
		find(faults, MSG_NO_SUCH_FIELD, at, "an entry has no '%s', it is a State of the case: write Case.%s", word,
		    word);
	} else if (is_state(names, name)) {
		names->asks_states = true;
	} else if (!is_known(names, name)) {
		unknown_name(names, name, at);
	}
}

void
names_check(struct names *names, const struct expr *expr, bool *has_own)
{
	struct naming naming = { names, false };

	expr_names(expr, see_name, &naming);
	if (has_own != NULL)
		*has_own = naming.has_own;
}
