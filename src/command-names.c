#include "command-names.h"

#include <string.h>

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

/* ---- texts that a name never is ---- */

/* What a name can be, by all descriptors that it may be a field of: one that does not have it says nothing. */
struct possible {
	struct choice words; /* of enums, of yes and no */
	struct str target; /* a reference: of this type; else STR_NULL */
	bool any; /* or what nobody lists */
};

static void
add_words(struct possible *possible, const struct str *list, size_t n, struct arena *arena)
{
	struct str *all = ARENA_NEW(arena, struct str, possible->words.n + n);
	size_t i;

	if (possible->words.n > 0)
		memcpy(all, possible->words.list, possible->words.n * sizeof(*all));
	possible->words.list = all;
	for (i = 0; i < n; i++)
		if (!choice_has(possible->words, list[i]))
			all[possible->words.n++] = list[i];
}

static void
add_field(struct possible *possible, const struct rectype *type, int symbol, struct arena *arena)
{
	const struct field_info *info = type ? rectype_field(type, symbol) : NULL;
	struct choice words = field_words(info);

	if (info == NULL)
		return;
	if (words.list != NULL)
		add_words(possible, words.list, words.n, arena);
	else if (info->target.n > 0 && (possible->target.p == NULL || str_eq(possible->target, info->target)))
		possible->target = info->target;
	else
		possible->any = true;
}

/* Of the kinds `among`, where that says any that there are. */
static void
add_entry_field(const struct names *names, struct possible *possible, int symbol, struct choice among,
    struct arena *arena)
{
	const struct schema *schema = names->archive->schema;
	size_t n, i, seen = 0;
	const struct str *kinds = schema_kinds(schema, &n);

	if (symbol == names->archive->known.kind && n > 0) {
		add_words(possible, kinds, n, arena);
		return;
	}
	possible->any |= entries_are_open(names);
	for (i = 0; i < n; i++)
		if (among.list == NULL || choice_has(among, kinds[i])) {
			add_field(possible, schema_kind(schema, kinds[i]), symbol, arena);
			seen++;
		}
	if (seen == 0 && among.list != NULL)
		add_entry_field(names, possible, symbol, (struct choice){ NULL, 0 }, arena);
	else if (n == 0)
		add_field(possible, schema_type(schema, STR("Entry")), symbol, arena);
}

/* A field of the case: what is in force is the header's or an entry's. */
static void
add_case_field(const struct names *names, struct possible *possible, int symbol, struct arena *arena)
{
	const struct rectype *type = schema_type(names->archive->schema, STR("Case"));

	possible->any |= is_open(type) && !type_has(type, symbol);
	add_field(possible, type, symbol, arena);
	add_entry_field(names, possible, symbol, (struct choice){ NULL, 0 }, arena);
}

static void
find_possible(const struct names *names, const struct mention *mention, struct possible *possible, struct arena *arena)
{
	const struct known *known = &names->archive->known;
	const struct name *name = &mention->name;
	bool is_field = name->sub == 0 || any_kind_has(names, name->joined) ||
	    type_has(schema_type(names->archive->schema, STR("Case")), name->joined);

	if (is_field && names_is_own(names, name))
		possible->any = true;
	else if (is_field && names->is_entries)
		add_entry_field(names, possible, name->joined, mention->among, arena);
	else if (is_field)
		add_case_field(names, possible, name->joined, arena);
	else if (name->field == known->case_)
		add_case_field(names, possible, name->sub, arena);
	else if (name->field == names->last || (name->field == known->entry && !names->is_entries))
		add_entry_field(names, possible, name->sub, (struct choice){ NULL, 0 }, arena);
	else
		add_field(possible, target_anywhere(names, name->field), name->sub, arena);
}

static const char *
name_text(const struct names *names, const struct name *name)
{
	const struct symbols *symbols = &names->archive->symbols;
	struct buf out = BUF_INIT;
	const char *text;

	buf_str(&out, symbol_name(symbols, name->field));
	if (name->sub != 0)
		buf_printf(&out, ".%.*s", STRF(symbol_name(symbols, name->sub)));
	text = nam(names->faults, buf_view(&out));
	buf_release(&out);
	return text;
}

/* ", did you mean 'advice'?", else what there is. */
static const char *
advice(struct findings *faults, struct str word, struct choice words)
{
	struct str near = nearest(word, words.list, words.n);
	struct buf out = BUF_INIT;
	const char *text;
	size_t i;

	if (near.p != NULL)
		buf_printf(&out, ", did you mean '%.*s'?", STRF(near));
	for (i = 0; near.p == NULL && i < words.n; i++)
		buf_printf(&out, "%s%.*s", i == 0 ? ", it is one of: " : ", ", STRF(words.list[i]));
	text = nam(faults, buf_view(&out));
	buf_release(&out);
	return text;
}

/* A pattern is how a faulty value is looked for: it is not refused. */
static void
check_pattern(struct names *names, const struct mention *mention, struct choice words, struct arena *arena)
{
	struct findings *faults = names->faults;
	const char *reason;
	size_t at, i;
	struct pattern *pattern = pattern_compile(mention->text, false, arena, &reason, &at);

	for (i = 0; pattern != NULL && i < words.n; i++)
		if (pattern_match(pattern, words.list[i], 0, NULL) != NO_MATCH)
			break;
	if (pattern != NULL && i == words.n)
		regrade(faults, find(faults, MSG_NO_SUCH_VALUE, mention->text_at, "'%s' matches nothing that '%s' can be%s",
		    nam(faults, mention->text), name_text(names, &mention->name), advice(faults, mention->text, words)),
		    WARNING);
	pattern_free(pattern);
}

/* The key of a record in which the text stands: who writes a name means the record of that name. */
static struct str
key_of_record_with(const struct entity *const *all, size_t n, struct str text)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++)
		for (k = 0; k < all[i]->record->n; k++)
			if (str_eq(str_trim(all[i]->record->fields[k].value), text))
				return all[i]->key;
	return STR_NULL;
}

/* A key that no record has now, it may have had: that is not refused either. */
static void
check_key(struct names *names, const struct mention *mention, struct str target, struct arena *arena)
{
	struct findings *faults = names->faults;
	struct finding *f;
	size_t n, i;
	const struct entity *const *all = directory_all(names->archive->directory, target, &n);
	struct str *keys = ARENA_NEW(arena, struct str, n + 1), near;

	if (n == 0 || directory_find(names->archive->directory, target, mention->text, DAY_NONE, NULL) != NULL)
		return;
	for (i = 0; i < n; i++)
		keys[i] = all[i]->key;
	near = key_of_record_with(all, n, mention->text);
	if (near.p == NULL)
		near = nearest(mention->text, keys, n);
	f = find(faults, MSG_NO_SUCH_VALUE, mention->text_at, near.p != NULL ?
	    "'%s' is never '%s': no %s is called so, did you mean '%s'?" : "'%s' is never '%s': no %s is called so",
	    name_text(names, &mention->name), nam(faults, mention->text), nam(faults, target), nam(faults, near));
	regrade(faults, f, WARNING);
}

static void
see_mention(void *context, const struct mention *mention)
{
	struct names *names = context;
	struct findings *faults = names->faults;
	struct possible possible = { .any = false };
	struct arena arena;
	bool is_pattern = mention->sign != NULL && strcmp(mention->sign, "~") == 0;

	if (mention->sign == NULL || (!is_pattern && strcmp(mention->sign, "=") != 0 && strcmp(mention->sign, "!=") != 0))
		return;
	arena_init(&arena);
	find_possible(names, mention, &possible, &arena);
	if (possible.any || (possible.target.p != NULL && possible.words.n > 0))
		; /* it can be what nobody lists */
	else if (possible.target.p != NULL && !is_pattern)
		check_key(names, mention, possible.target, &arena);
	else if (possible.words.n > 0 && is_pattern)
		check_pattern(names, mention, possible.words, &arena);
	else if (possible.words.n > 0 && !choice_has(possible.words, mention->text))
		find(faults, MSG_NO_SUCH_VALUE, mention->text_at, "'%s' is never '%s'%s", name_text(names, &mention->name),
		    nam(faults, mention->text), advice(faults, mention->text, possible.words));
	arena_release(&arena);
}

void
names_check(struct names *names, const struct expr *expr, bool *has_own)
{
	struct naming naming = { names, false };
	struct arena arena;

	arena_init(&arena);
	expr_names(expr, see_name, &naming);
	expr_mentions(expr, names->is_entries ? names->archive->known.kind : 0, (struct choice){ NULL, 0 }, &arena,
	    see_mention, names);
	arena_release(&arena);
	if (has_own != NULL)
		*has_own = naming.has_own;
}
