/*
 * Descriptors in the words of recutils alone. recutils knows one descriptor for all entries: what
 * a kind demands becomes a constraint that holds for that kind, and a type stands there when
 * every kind that has the field agrees on it.
 */
#include "schema-parts.h"

#include <string.h>

struct writing {
	const struct schema *schema;
	const struct directory *directory;
	const struct rectype *type;
	struct str extra_field;
	struct buf *out;
	bool folded; /* Entry, with its kinds */
};

/* Calls `see` for the type, and for each kind when they are folded into it. */
static void
each_type(const struct writing *w, void (*see)(const struct writing *w, const struct rectype *type))
{
	see(w, w->type);
	for (size_t i = 0; w->folded && i < w->schema->n; i++)
		if (w->schema->types[i]->is_kind)
			see(w, w->schema->types[i]);
}

static void
write_names(const struct writing *w, const char *special, bool (*is)(const struct rule *rule))
{
	bool any = false;

	for (size_t i = 0; i < w->type->n_rules; i++) {
		if (!is(&w->type->rules[i]))
			continue;
		if (!any)
			buf_text(w->out, special);
		any = true;
		buf_printf(w->out, " %.*s", STRF(w->type->rules[i].info.name));
	}
	if (any)
		buf_char(w->out, '\n');
}

static bool
is_mandatory(const struct rule *rule)
{
	return rule->info.use == FIELD_MANDATORY;
}

static bool
is_prohibited(const struct rule *rule)
{
	return rule->info.use == FIELD_PROHIBITED;
}

static bool
is_unique(const struct rule *rule)
{
	return rule->info.unique;
}

static bool
is_confidential(const struct rule *rule)
{
	return rule->confidential;
}

/* Of the types before this one, none has the field: then it is written here. */
static bool
is_first(const struct writing *w, const struct rectype *type, int sym)
{
	if (type != w->type && schema_rule(w->type, sym) != NULL)
		return false;
	for (size_t i = 0; w->folded && type->is_kind && i < type->place; i++)
		if (w->schema->types[i]->is_kind && schema_rule(w->schema->types[i], sym) != NULL)
			return false;
	return true;
}

static void
add_allowed(const struct writing *w, const struct rectype *type)
{
	for (size_t i = 0; i < type->n_rules; i++)
		if (is_first(w, type, type->rules[i].info.symbol))
			buf_printf(w->out, "\n+ %.*s", STRF(type->rules[i].info.name));
}

static bool
is_closed(const struct writing *w)
{
	if (!w->folded || w->schema->n_kinds == 0)
		return w->type->closed;
	for (size_t i = 0; i < w->schema->n; i++)
		if (w->schema->types[i]->is_kind && !w->schema->types[i]->closed)
			return false;
	return true;
}

static void
write_allowed(const struct writing *w)
{
	int allow = w->schema->sym_allow;

	if (!is_closed(w))
		return;
	buf_text(w->out, "%allowed:");
	if (w->extra_field.p != NULL)
		buf_printf(w->out, " %.*s", STRF(w->extra_field));
	if (schema_has_identifiers(w->schema) && schema_rule(w->type, allow) == NULL)
		buf_text(w->out, " Allow");
	each_type(w, add_allowed);
	buf_char(w->out, '\n');
}

static bool
same_type(const struct type *a, const struct type *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	if (a == b)
		return true;
	if (a == NULL || b == NULL)
		return false;
	same = type_write(a, &x) && type_write(b, &y) && str_eq(buf_view(&x), buf_view(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* Whether each type that has the field gives it this type. */
static bool
all_agree(const struct writing *w, const struct rule *given)
{
	for (size_t i = 0; w->folded && i < w->schema->n; i++) {
		const struct rectype *type = w->schema->types[i];
		const struct rule *rule = schema_rule(type, given->info.symbol);

		/* In a kind that has any field, this one is free there. */
		if (type->is_kind && rule == NULL && !type->closed)
			return false;
		if (type->is_kind && rule != NULL && !same_type(rule->type, given->type))
			return false;
	}
	return true;
}

/* Whether recutils can be told of the key: a record that stands there several times, each for
 * another time, has none to it. */
static bool
has_written_key(const struct writing *w, const struct rectype *type)
{
	return type->key != 0 &&
	    (type->from == 0 || (w->directory != NULL && directory_is_keyed(w->directory, type)));
}

/* recfix 1.9 crashes on a reference to a type without a key, or to the type's own; and an
 * e-mail it takes only under a domain of two to four letters. */
static bool
upsets_recutils(const struct writing *w, const struct rule *rule)
{
	const struct rectype *target = rule->type->target_type;

	if (rule->type->kind == TYPE_EMAIL)
		return true;
	return rule->type->kind == TYPE_REC &&
	    (target == NULL || target == w->type || !has_written_key(w, target));
}

static void
add_types(const struct writing *w, const struct rectype *type)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < type->n_rules; i++) {
		const struct rule *rule = &type->rules[i];

		buf_reset(&words);
		if (rule->type != NULL && !rule->confidential && !upsets_recutils(w, rule) &&
		    is_first(w, type, rule->info.symbol) && all_agree(w, rule) &&
		    type_write(rule->type, &words))
			buf_printf(w->out, "%%type: %.*s %.*s\n", STRF(rule->info.name),
			    STRF(buf_view(&words)));
	}
	buf_release(&words);
}

/* What recutils may not know of an expression. */
struct portable {
	bool good;
};

static void
see_name(void *context, const struct name *name, struct span at)
{
	struct portable *portable = context;

	(void)at;
	if (name->sub != 0)
		portable->good = false;
}

/* Patterns of a constraint, which stand in quotes behind '~', must mean the same there. */
static bool
has_shared_patterns(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		struct str rest;
		const char *end;

		if (text.p[i] != '~')
			continue;
		rest = str_trim((struct str){ text.p + i + 1, text.n - i - 1 });
		if (rest.n < 2 || (rest.p[0] != '\'' && rest.p[0] != '"'))
			return false;
		end = memchr(rest.p + 1, rest.p[0], rest.n - 1);
		if (end == NULL ||
		    !is_shared_regexp((struct str){ rest.p + 1, (size_t)(end - rest.p) - 1 }))
			return false;
		i = (size_t)(end - text.p);
	}
	return true;
}

static bool
is_portable(const struct constraint *constraint)
{
	struct portable portable = { true };

	expr_names(constraint->expr, see_name, &portable);
	return portable.good && has_shared_patterns(constraint->text) &&
	    memchr(constraint->text.p, '\n', constraint->text.n) == NULL;
}

static void
write_guarded(const struct writing *w, const struct rectype *type, const char *before,
    struct str text, const char *after)
{
	if (type->is_kind && w->folded)
		buf_printf(w->out, "%%constraint: (Kind = '%.*s') => (%s%.*s%s)\n",
		    STRF(type->name), before, STRF(text), after);
	else
		buf_printf(w->out, "%%constraint: %s%.*s%s\n", before, STRF(text), after);
}

/* Of a kind: what it demands beyond Entry. */
static void
add_demands(const struct writing *w, const struct rectype *type)
{
	for (size_t i = 0; type != w->type && i < type->n_rules; i++) {
		const struct rule *rule = &type->rules[i],
				  *common = schema_rule(w->type, rule->info.symbol);
		enum field_use use = common ? common->info.use : FIELD_OPTIONAL;

		if (rule->info.use == FIELD_MANDATORY && use != FIELD_MANDATORY)
			write_guarded(w, type, "#", rule->info.name, "");
		if (rule->info.use == FIELD_PROHIBITED && use != FIELD_PROHIBITED)
			write_guarded(w, type, "#", rule->info.name, " = 0");
		if (rule->info.unique && !(common && common->info.unique))
			write_guarded(w, type, "#", rule->info.name, " <= 1");
	}
	for (size_t i = 0; i < type->n_constraints; i++)
		if ((type->constraints[i].own || !w->folded) && is_portable(&type->constraints[i]))
			write_guarded(w, type, "", type->constraints[i].text, "");
}

static void
write_key(const struct writing *w)
{
	struct str name = symbol_name(w->schema->symbols, w->type->key);

	if (has_written_key(w, w->type))
		buf_printf(w->out, "%%key: %.*s\n", STRF(name));
}

static void
write_as_is(const struct writing *w, const char *special)
{
	const struct record *record = w->type->record;

	for (uint32_t i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, special))
			record_write_field(w->out, record->fields[i].name, record->fields[i].value);
}

void
schema_write_recutils(const struct schema *schema, const struct directory *directory,
    const struct rectype *type, struct str extra_field, struct buf *out)
{
	struct writing w = { schema, directory, type, extra_field, out, type == schema->entry };

	buf_printf(out, "%%rec: %.*s\n", STRF(type->name));
	write_as_is(&w, "%doc");
	write_key(&w);
	write_names(&w, "%mandatory:", is_mandatory);
	write_names(&w, "%unique:", is_unique);
	write_names(&w, "%prohibit:", is_prohibited);
	write_allowed(&w);
	write_names(&w, "%confidential:", is_confidential);
	write_as_is(&w, "%singular");
	write_as_is(&w, "%auto");
	write_as_is(&w, "%sort");
	write_as_is(&w, "%size");
	each_type(&w, add_types);
	each_type(&w, add_demands);
}
