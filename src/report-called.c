/*
 * What a figure is called says what it counts: the kind of unit and the days, and a set of conditions - those of the
 * table's Where, joined by &&, and the values of its row and column. So a row of one table and the Where of another may
 * be the same condition, figures with the same conditions are one figure, and one with more conditions counts a part of
 * one with fewer, whatever tables they stand in.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

#define NOT "not:"

/* Values of a level taken together, as another table of the report has them. */
struct blend {
	enum {
		BLEND_CONDITION, /* those that satisfy a condition, and those that do not */
		BLEND_SUB, /* Municipality as Municipality.Province */
		BLEND_BINS, /* fewer cuts */
	} kind;
	struct str atom; /* BLEND_CONDITION: what the condition is called */
	struct expr *expr;
	struct str sub; /* BLEND_SUB: the field */
	const struct level *level; /* that of the other table */
};

/* A condition of Row or Column: what must hold in it, and what must not in the row of none of these. */
struct known_row {
	struct str atoms[ATOMS_MAX], none;
	size_t n;
};

struct known_table {
	struct str base, with_target; /* what is counted, and with the target that it is held against */
	struct str where[ATOMS_MAX];
	size_t n_where;
	struct blend blends[KEY_SIZE][BLENDS_MAX];
	size_t n_blends[KEY_SIZE];
	struct known_row *rows[KEY_SIZE];
};

#define DOMAIN_MAX 62

/* A field that can hold only so many values, on which several conditions of the report bear: what one of them implies. */
struct domain {
	struct name name;
	struct str text; /* the name as it is written */
	const struct field_info *info;
};

/* A condition that some table has, as it is called and as it is written. */
struct condition_known {
	struct str atom, none, text; /* none: as it is called where it does not hold */
	bool is_negated; /* somewhere */
	struct domain *domain; /* NULL: it is about more than one field, or one that can hold anything */
	uint64_t values; /* for which of its values it holds; behind them: for none */
	bool is_some; /* it holds when it holds for one of several values */
	struct str *parts; /* of several conditions joined by &&, which no table has but as what does not hold */
	size_t n_parts;
};

/* A bin of some table: values from one number to below another. */
struct bin {
	struct str field, atom; /* as it is called: Field=5..10 */
	const struct number *from, *to; /* NULL: without an end */
};

struct naming {
	const struct report *report;
	const struct drawn *drawn;
	struct arena arena, scratch;
	struct findings findings;
	struct known_table *tables;
	bool sums;
	struct condition_known *conditions;
	size_t n_conditions, size_conditions;
	struct domain *domains;
	size_t n_domains;
	struct bin *bins;
	size_t n_bins;
};

/* ---- conditions ---- */

static struct str
slice(struct str text, size_t from, size_t to)
{
	return (struct str){ text.p + from, to - from };
}

/* How far what begins here reaches: a text in quotes, something in parentheses, or one character. */
static size_t
span_at(struct str text, size_t i)
{
	size_t depth = 0;
	bool quoted = false;

	for (; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\\' && quoted) {
			i++;
			continue;
		}
		quoted ^= c == '\'';
		depth += !quoted && c == '(';
		depth -= !quoted && c == ')';
		if (!quoted && depth == 0)
			return i + 1;
	}
	return text.n;
}

static struct str
bare(struct str text)
{
	while (text.n > 1 && text.p[0] == '(' && span_at(text, 0) == text.n)
		text = slice(text, 1, text.n - 1);
	return text;
}

/* The place of a sign that joins the whole of a text in normal form; SIZE_MAX when there is none. */
static size_t
joint(struct str text, struct str sign)
{
	size_t i;

	for (i = 0; i < text.n; i = span_at(text, i))
		if (text.n - i >= sign.n && memcmp(text.p + i, sign.p, sign.n) == 0)
			return i;
	return SIZE_MAX;
}

/* Name = 'value', as a level calls it: Name=value. */
static struct str
equality(struct str text, struct arena *arena)
{
	size_t i = joint(text, STR(" = ")), k;

	if (i == SIZE_MAX || i + 4 >= text.n || text.p[i + 3] != '\'' || span_at(text, i + 3) != text.n)
		return text;
	for (k = 0; k < text.n; k++)
		if ((k < i && text.p[k] == ' ') || text.p[k] == '\\')
			return text;
	return str_of(arena_printf(arena, "%.*s=%.*s", STRF(slice(text, 0, i)), STRF(slice(text, i + 4, text.n - 1))));
}

static struct str
negated(struct str atom, struct arena *arena)
{
	if (str_starts(atom, STR(NOT)))
		return slice(atom, sizeof(NOT) - 1, atom.n);
	return str_of(arena_printf(arena, NOT "%.*s", STRF(atom)));
}

static void
know(struct naming *naming, struct str atom, struct str text, bool is_negated)
{
	size_t i;

	for (i = 0; i < naming->n_conditions && !str_eq(naming->conditions[i].atom, atom); i++)
		;
	if (i == naming->size_conditions) {
		naming->size_conditions = i ? i * 2 : 16;
		naming->conditions = xrealloc(naming->conditions, naming->size_conditions * sizeof(*naming->conditions));
	}
	if (i == naming->n_conditions)
		naming->conditions[naming->n_conditions++] = (struct condition_known){ .atom = atom, .text = text,
			.none = negated(atom, &naming->arena) };
	naming->conditions[i].is_negated |= is_negated;
}

/* What a condition in normal form, without && at its top, is called. */
static struct str
atom_of(struct naming *naming, struct str text, bool is_negated)
{
	struct str rest, atom;

	text = bare(text);
	rest = text.n > 1 && text.p[0] == '!' ? slice(text, 1, text.n) : STR_NULL;
	if (rest.n > 0 && (span_at(rest, 0) == rest.n || joint(rest, STR(" ")) == SIZE_MAX))
		return negated(atom_of(naming, rest, !is_negated), &naming->arena);
	atom = equality(text, &naming->arena);
	know(naming, atom, text, is_negated);
	return atom;
}

struct atoms {
	struct str *list;
	size_t n;
};

static void
add_atom(struct atoms *atoms, struct str atom)
{
	size_t i;

	for (i = 0; i < atoms->n && !str_eq(atoms->list[i], atom); i++)
		;
	if (i == atoms->n && atoms->n < ATOMS_MAX)
		atoms->list[atoms->n++] = atom;
}

/* The conditions that must all hold. */
static void
add_conjuncts(struct naming *naming, struct atoms *atoms, struct str text)
{
	size_t i;

	text = bare(text);
	i = joint(text, STR(" && "));
	if (i == SIZE_MAX || atoms->n + 2 > ATOMS_MAX / 2) {
		add_atom(atoms, atom_of(naming, text, false));
		return;
	}
	add_conjuncts(naming, atoms, slice(text, 0, i));
	add_conjuncts(naming, atoms, slice(text, i + 4, text.n));
}

static struct str
normal_form(const struct expr *expr, struct arena *arena)
{
	struct buf text = BUF_INIT;
	struct str copy;

	if (expr != NULL)
		expr_write(expr, &text);
	copy = arena_str(arena, text.p ? buf_view(&text) : STR(""));
	buf_release(&text);
	return copy;
}

/* ---- what tables count ---- */

static struct str
base_of(const struct report *report, const struct tally *t, bool with_target, struct arena *arena)
{
	struct buf text = BUF_INIT;
	struct str base;
	size_t i;

	buf_printf(&text, "%d %.*s", (int)t->counted, STRF(t->type));
	if (t->counted == COUNT_DAYS)
		buf_printf(&text, " from %.*s to %.*s or %.*s%s", STRF(normal_form(t->from, arena)),
		    STRF(normal_form(t->to, arena)), STRF(normal_form(t->given_up, arena)), t->is_every ? " every" : "");
	else if (t->counted == COUNT_STOCK)
		buf_printf(&text, " %s%d", t->is_not ? "not " : "", t->state);
	else if (t->date.field != 0)
		buf_printf(&text, " by %.*s", STRF(symbol_name(report->symbols, t->date.joined)));
	for (i = 0; with_target && i < t->n_targets; i++)
		buf_printf(&text, " in %d %d %.*s if %.*s", (int)t->targets[i].span.months, (int)t->targets[i].span.days,
		    STRF(t->targets[i].setting), STRF(normal_form(t->targets[i].condition, arena)));
	base = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return base;
}

/* ---- blends ---- */

struct one_name {
	const struct report *report;
	struct name name;
	bool is_one;
};

static void
see_name(void *context, const struct name *name, struct span at)
{
	struct one_name *one = context;

	(void)at;
	if (name->field == one->report->param_symbol)
		return;
	if (one->name.field == 0)
		one->name = *name;
	one->is_one = one->is_one && name->index < 0 && name->field != one->report->period_symbol &&
	    name->field == one->name.field && name->sub == one->name.sub;
}

/* A value of a level, to ask a condition about. */
struct valued {
	const struct report *report;
	const struct level *level;
	struct str value; /* STR_NULL: none */
};

static bool
sub_value(const struct report *report, const struct level *level, struct str key, struct str sub, struct str *value)
{
	const struct entity *near = NULL, *entity = directory_find(report->directory, level->target, key,
	    final_day(&report->period), &near);
	const struct field *field;

	entity = entity ? entity : near;
	field = entity ? record_named(entity->record, sub) : NULL;
	if (field != NULL)
		*value = str_trim(field->value);
	return field != NULL;
}

static bool
get_value(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct valued *v = context;
	const struct param *p;

	(void)self;
	if (name->field == v->report->param_symbol) {
		p = param_of(v->report, name->sub);
		*value = p != NULL ? succession_param(v->report, p) : STR_NULL;
		return i == 0 && value->p != NULL;
	}
	if (i > 0 || v->value.p == NULL)
		return false;
	if (name->sub != v->level->name.sub)
		return sub_value(v->report, v->level, v->value, symbol_name(v->report->symbols, name->sub), value);
	*value = v->value;
	return true;
}

static struct expr *
compiled(struct naming *naming, const struct condition_known *known)
{
	struct source *source = ARENA_NEW(&naming->arena, struct source, 1);

	source->name = "";
	source->bytes = known->text;
	return expr_compile(known->text, (struct span){ source, 0, known->text.n }, naming->report->symbols, &naming->arena,
	    &naming->findings);
}

/* ---- what conditions imply ---- */

static const struct field_info *
field_of(const struct report *report, const struct name *name)
{
	const struct rectype *type = schema_type(report->schema, STR("Case"));
	int symbol = name->sub == 0 ? name->field : name->field == report->case_symbol ? name->sub : 0;
	const struct field_info *info = type != NULL && symbol != 0 ? rectype_field(type, symbol) : NULL;

	return info != NULL && info->n_choices > 0 && info->n_choices <= DOMAIN_MAX ? info : NULL;
}

static struct domain *
domain_of(struct naming *naming, const struct name *name)
{
	const struct report *report = naming->report;
	const struct field_info *info = field_of(report, name);
	struct domain *domain;
	size_t i;

	for (i = 0; i < naming->n_domains; i++)
		if (naming->domains[i].name.field == name->field && naming->domains[i].name.sub == name->sub)
			return &naming->domains[i];
	if (info == NULL)
		return NULL;
	domain = &naming->domains[naming->n_domains++];
	*domain = (struct domain){ *name, symbol_name(report->symbols, name->field), info };
	if (name->sub != 0)
		domain->text = str_of(arena_printf(&naming->arena, "%.*s.%.*s", STRF(domain->text),
		    STRF(symbol_name(report->symbols, name->sub))));
	return domain;
}

static void
know_values(struct naming *naming, struct condition_known *known)
{
	struct one_name one = { naming->report, { 0, 0, -1, 0 }, true };
	struct expr *expr = compiled(naming, known);
	struct level level = { .kind = LEVEL_FIELD };
	struct valued valued = { naming->report, &level, STR_NULL };
	struct subject subject = { .get = get_value, .context = &valued, .findings = &naming->findings };
	size_t i, n;

	if (expr == NULL)
		return;
	expr_names(expr, see_name, &one);
	known->domain = one.is_one && one.name.field != 0 ? domain_of(naming, &one.name) : NULL;
	if (known->domain != NULL) {
		level.name = known->domain->name;
		n = known->domain->info->n_choices;
		for (i = 0; i <= n; i++) {
			valued.value = i < n ? known->domain->info->choices[i] : STR_NULL;
			known->values |= (uint64_t)expr_test(expr, &subject) << i;
		}
		known->is_some = !(known->values >> n & 1);
		for (i = 0; i < known->text.n; i++)
			known->is_some = known->is_some && (known->text.p[i] != '!' || (i + 1 < known->text.n && known->text.p[i + 1] == '='));
	}
	expr_free(expr);
}

/* The values that a condition of that name leaves; whether it is about the domain. */
static bool
values_of(const struct naming *naming, const struct domain *domain, struct str atom, uint64_t *values, bool *is_some)
{
	bool negated = str_starts(atom, STR(NOT));
	struct str text = negated ? slice(atom, sizeof(NOT) - 1, atom.n) : atom, value;
	uint64_t all = (UINT64_C(2) << domain->info->n_choices) - 1;
	size_t i;

	*is_some = false;
	for (i = 0; i < naming->n_conditions; i++)
		if (naming->conditions[i].domain == domain && str_eq(naming->conditions[i].atom, text)) {
			*values = negated ? all & ~naming->conditions[i].values : naming->conditions[i].values;
			*is_some = !negated && naming->conditions[i].is_some;
			return true;
		}
	if (negated || !str_starts(text, domain->text) || text.n <= domain->text.n || text.p[domain->text.n] != '=')
		return false;
	value = slice(text, domain->text.n + 1, text.n);
	for (i = 0; i < domain->info->n_choices && !str_eq(domain->info->choices[i], value); i++)
		;
	*values = UINT64_C(1) << i;
	*is_some = i < domain->info->n_choices;
	return *is_some || str_is(value, NOT_STATED);
}

/* Of a field of one value: what those that are left imply. */
static void
close_single(struct naming *naming, const struct domain *domain, struct atoms *atoms)
{
	uint64_t left = (UINT64_C(2) << domain->info->n_choices) - 1, values;
	bool any = false, is_some;
	size_t i;

	for (i = 0; i < atoms->n; i++)
		if (values_of(naming, domain, atoms->list[i], &values, &is_some)) {
			left &= values;
			any = true;
		}
	if (!any || left == 0)
		return;
	for (i = 0; i < naming->n_conditions; i++) {
		const struct condition_known *known = &naming->conditions[i];

		if (known->domain != domain)
			continue;
		if ((left & ~known->values) == 0)
			add_atom(atoms, known->atom);
		else if ((left & known->values) == 0)
			add_atom(atoms, known->none);
	}
	for (i = 0; i <= domain->info->n_choices; i++)
		if (left == UINT64_C(1) << i)
			add_atom(atoms, str_of(arena_printf(&naming->scratch, "%.*s=%.*s", STRF(domain->text),
			    STRF(i < domain->info->n_choices ? domain->info->choices[i] : STR(NOT_STATED)))));
}

/* Of a field that has no value: what follows. */
static void
close_none(struct naming *naming, const struct domain *domain, struct atoms *atoms)
{
	size_t i;

	add_atom(atoms, str_of(arena_printf(&naming->scratch, "%.*s=" NOT_STATED, STRF(domain->text))));
	for (i = 0; i < naming->n_conditions; i++) {
		const struct condition_known *known = &naming->conditions[i];

		if (known->domain == domain)
			add_atom(atoms, known->values >> domain->info->n_choices & 1 ? known->atom : known->none);
	}
}

/* Of a field that may have several values: what one of them implies, or that there is none of some. */
static void
close_repeated(struct naming *naming, const struct domain *domain, struct atoms *atoms)
{
	uint64_t all = (UINT64_C(2) << domain->info->n_choices) - 1, values;
	size_t i, k, n = atoms->n;
	bool is_some;

	for (i = 0; i < n; i++) {
		if (!values_of(naming, domain, atoms->list[i], &values, &is_some))
			continue;
		for (k = 0; k < naming->n_conditions; k++) {
			const struct condition_known *known = &naming->conditions[k];

			if (known->domain != domain || !known->is_some)
				continue;
			if (is_some && (values & ~known->values) == 0)
				add_atom(atoms, known->atom);
			else if (!is_some && (known->values & values) == 0 && (values & ~all) == 0 && str_starts(atoms->list[i], STR(NOT)))
				add_atom(atoms, known->none);
		}
		if (values == UINT64_C(1) << domain->info->n_choices)
			close_none(naming, domain, atoms);
	}
}

static const struct bin *
bin_called(const struct naming *naming, struct str atom)
{
	size_t i;

	for (i = 0; i < naming->n_bins; i++)
		if (str_eq(naming->bins[i].atom, atom))
			return &naming->bins[i];
	return NULL;
}

static bool
lies_in(const struct bin *bin, const struct bin *other)
{
	return str_eq(bin->field, other->field) &&
	    (other->from == NULL || (bin->from != NULL && number_cmp(*bin->from, *other->from) >= 0)) &&
	    (other->to == NULL || (bin->to != NULL && number_cmp(*bin->to, *other->to) <= 0));
}

/* What lies in a bin lies in the wider ones of other tables. */
static void
close_bins(const struct naming *naming, struct atoms *atoms)
{
	size_t n = atoms->n, i, k;

	for (i = 0; i < n && naming->n_bins > 0; i++) {
		const struct bin *bin = bin_called(naming, atoms->list[i]);

		for (k = 0; bin != NULL && k < naming->n_bins; k++)
			if (lies_in(bin, &naming->bins[k]))
				add_atom(atoms, naming->bins[k].atom);
	}
}

static bool
has_atom(const struct atoms *atoms, struct str atom)
{
	size_t i;

	for (i = 0; i < atoms->n && !str_eq(atoms->list[i], atom); i++)
		;
	return i < atoms->n;
}

/* All of several hold, or one does not; and where they do not all and all but one do, that one does not. */
static void
close_joined(struct naming *naming, const struct condition_known *known, struct atoms *atoms)
{
	struct str missing = STR_NULL, no = STR_NULL;
	size_t i, n = 0;

	for (i = 0; i < known->n_parts; i++) {
		if (has_atom(atoms, known->parts[i]))
			continue;
		missing = negated(known->parts[i], &naming->scratch);
		no = has_atom(atoms, missing) ? missing : no;
		n++;
	}
	if (n == 0)
		add_atom(atoms, known->atom);
	else if (no.p != NULL)
		add_atom(atoms, known->none);
	else if (n == 1 && has_atom(atoms, known->none))
		add_atom(atoms, missing);
}

static void
close_fields(struct naming *naming, struct atoms *atoms)
{
	size_t i;

	for (i = 0; i < naming->n_domains; i++)
		if (naming->domains[i].info->unique)
			close_single(naming, &naming->domains[i], atoms);
		else
			close_repeated(naming, &naming->domains[i], atoms);
}

/* Adds what a set of conditions implies, as far as single fields, and && between them, tell. */
static void
close_atoms(struct naming *naming, struct atoms *atoms)
{
	size_t i, n;

	close_bins(naming, atoms);
	do {
		n = atoms->n;
		close_fields(naming, atoms);
		for (i = 0; i < naming->n_conditions; i++)
			if (naming->conditions[i].n_parts > 0)
				close_joined(naming, &naming->conditions[i], atoms);
	} while (atoms->n > n);
}

static void
know_parts(struct naming *naming)
{
	size_t i;

	for (i = 0; i < naming->n_conditions; i++) {
		struct atoms parts = { ARENA_NEW(&naming->arena, struct str, ATOMS_MAX), 0 };

		if (joint(naming->conditions[i].text, STR(" && ")) == SIZE_MAX)
			continue;
		add_conjuncts(naming, &parts, naming->conditions[i].text);
		naming->conditions[i].parts = parts.list;
		naming->conditions[i].n_parts = parts.n > 1 ? parts.n : 0;
	}
}

static void
know_bins(struct naming *naming, const struct level *level)
{
	uint32_t i;

	for (i = 0; level->kind == LEVEL_BINS && i <= level->n_cuts; i++) {
		struct bin *bin = &naming->bins[naming->n_bins];

		*bin = (struct bin){ level->text, str_of(arena_printf(&naming->arena, "%.*s=%.*s", STRF(level->text),
		    STRF(cut_id(level, i, &naming->arena)))), i > 0 ? &level->cuts[i - 1] : NULL,
			i < level->n_cuts ? &level->cuts[i] : NULL };
		if (bin_called(naming, bin->atom) == NULL)
			naming->n_bins++;
	}
}

static void
find_bins(struct naming *naming)
{
	const struct report *report = naming->report;
	size_t i, k, n = 0;

	for (i = 0; i < report->n; i++)
		for (k = 0; k < report->tables[i].n_levels; k++)
			n += report->tables[i].levels[k].n_cuts + 1;
	naming->bins = xcalloc(n + 1, sizeof(*naming->bins));
	for (i = 0; i < report->n; i++)
		for (k = 0; k < report->tables[i].n_levels; k++)
			know_bins(naming, &report->tables[i].levels[k]);
}

/* ---- which blends there are ---- */

static struct blend *
new_blend(struct known_table *table, size_t level)
{
	if (table->n_blends[level] == BLENDS_MAX)
		return NULL;
	return &table->blends[level][table->n_blends[level]++];
}

/* Whether a condition is about one level's value and nothing else. */
static bool
is_about(const struct naming *naming, const struct expr *expr, const struct level *level)
{
	struct one_name one = { naming->report, { 0, 0, -1, 0 }, true };

	expr_names(expr, see_name, &one);
	return one.is_one && one.name.field != 0 && one.name.field == level->name.field &&
	    (one.name.sub == level->name.sub || (level->name.sub == 0 && level->target.n > 0));
}

static void
blend_by_condition(struct naming *naming, struct known_table *table, const struct tally *t, size_t k,
    const struct condition_known *known)
{
	struct expr *expr;
	struct blend *blend = NULL;

	/* Equal to a value is a value of the level as it is; the others together are only asked for as such. */
	if (known->atom.p != known->text.p && !known->is_negated)
		return;
	expr = compiled(naming, known);
	if (expr != NULL && is_about(naming, expr, &t->levels[k]))
		blend = new_blend(table, k);
	if (blend != NULL)
		*blend = (struct blend){ .kind = BLEND_CONDITION, .atom = known->atom, .expr = expr };
	else if (expr != NULL)
		expr_free(expr);
}

/* Whether all cuts of one level are among those of another. */
static bool
is_coarser(const struct level *fewer, const struct level *more)
{
	size_t i, k;

	for (i = 0; i < fewer->n_cuts; i++) {
		for (k = 0; k < more->n_cuts && number_cmp(fewer->cuts[i], more->cuts[k]) != 0; k++)
			;
		if (k == more->n_cuts)
			return false;
	}
	return fewer->n_cuts < more->n_cuts;
}

static void
blend_by_level(struct known_table *table, const struct level *own, size_t k, const struct level *other)
{
	struct blend blend = { .level = other };
	struct blend *room;
	size_t i;

	if (own->kind == LEVEL_BINS && other->kind == LEVEL_BINS && str_eq(own->text, other->text) && is_coarser(other, own)) {
		blend.kind = BLEND_BINS;
	} else if (own->kind == LEVEL_FIELD && other->kind == LEVEL_FIELD && own->target.n > 0 &&
	    str_starts(other->text, own->text) && other->text.n > own->text.n + 1 && other->text.p[own->text.n] == '.') {
		blend.kind = BLEND_SUB;
		blend.sub = slice(other->text, own->text.n + 1, other->text.n);
	} else {
		return;
	}
	for (i = 0; i < table->n_blends[k]; i++)
		if (table->blends[k][i].kind == blend.kind && (blend.kind == BLEND_SUB ?
		    str_eq(table->blends[k][i].level->text, other->text) : table->blends[k][i].level->n_cuts == other->n_cuts &&
		    !is_coarser(other, table->blends[k][i].level)))
			return;
	room = new_blend(table, k);
	if (room != NULL)
		*room = blend;
}

static void
find_blends(struct naming *naming, size_t table)
{
	const struct report *report = naming->report;
	const struct tally *t = &report->tables[table], *other;
	size_t i, k, j;

	for (k = 0; k < t->n_levels; k++) {
		for (i = 0; i < report->n; i++)
			for (j = 0, other = &report->tables[i]; i != table && j < other->n_levels; j++)
				blend_by_level(&naming->tables[table], &t->levels[k], k, &other->levels[j]);
		for (i = 0; i < naming->n_conditions && t->levels[k].kind == LEVEL_FIELD; i++)
			blend_by_condition(naming, &naming->tables[table], t, k, &naming->conditions[i]);
	}
}

size_t
naming_blends(const struct naming *naming, size_t table, size_t level)
{
	return naming->tables[table].n_blends[level];
}

/* ---- names ---- */

static void
know_rows(struct naming *naming, struct known_table *table, const struct level *level, size_t k)
{
	size_t i;

	if (level->kind != LEVEL_CONDITIONS)
		return;
	table->rows[k] = ARENA_NEW(&naming->arena, struct known_row, level->n_conditions);
	for (i = 0; i < level->n_conditions; i++) {
		struct known_row *row = &table->rows[k][i];
		struct str text = normal_form(level->conditions[i].expr, &naming->arena);
		struct atoms atoms = { row->atoms, 0 };

		add_conjuncts(naming, &atoms, text);
		row->n = atoms.n;
		row->none = negated(atom_of(naming, text, true), &naming->arena);
	}
}

struct naming *
naming_new(const struct report *report, const struct drawn *drawn)
{
	struct naming *naming = xcalloc(1, sizeof(*naming));
	size_t i, k;

	naming->report = report;
	naming->drawn = drawn;
	arena_init(&naming->arena);
	arena_init(&naming->scratch);
	findings_init(&naming->findings);
	naming->tables = xcalloc(report->n, sizeof(*naming->tables));
	for (i = 0; i < report->n; i++) {
		const struct tally *t = &report->tables[i];
		struct known_table *table = &naming->tables[i];
		struct atoms atoms = { table->where, 0 };

		table->base = base_of(report, t, false, &naming->arena);
		table->with_target = base_of(report, t, true, &naming->arena);
		if (t->where != NULL)
			add_conjuncts(naming, &atoms, normal_form(t->where, &naming->arena));
		table->n_where = atoms.n;
		for (k = 0; k < t->n_levels; k++)
			know_rows(naming, table, &t->levels[k], k);
	}
	find_bins(naming);
	know_parts(naming);
	naming->domains = xcalloc(naming->n_conditions + 1, sizeof(*naming->domains));
	for (i = 0; i < naming->n_conditions; i++)
		know_values(naming, &naming->conditions[i]);
	for (i = 0; i < report->n; i++) {
		struct atoms atoms = { naming->tables[i].where, naming->tables[i].n_where };

		close_atoms(naming, &atoms);
		for (k = 0; k < atoms.n; k++)
			atoms.list[k] = arena_str(&naming->arena, atoms.list[k]);
		naming->tables[i].n_where = atoms.n;
		find_blends(naming, i);
	}
	return naming;
}

void
naming_sums(struct naming *naming, bool sums)
{
	naming->sums = sums;
}

void
naming_free(struct naming *naming)
{
	size_t i, k, j;

	for (i = 0; i < naming->report->n; i++)
		for (k = 0; k < KEY_SIZE; k++)
			for (j = 0; j < naming->tables[i].n_blends[k]; j++)
				if (naming->tables[i].blends[k][j].expr != NULL)
					expr_free(naming->tables[i].blends[k][j].expr);
	free(naming->tables);
	free(naming->conditions);
	free(naming->domains);
	free(naming->bins);
	findings_release(&naming->findings);
	arena_release(&naming->arena);
	arena_release(&naming->scratch);
	free(naming);
}

/* What stands on a day. */
bool
is_standing(enum measure m)
{
	return m == MEASURE_START || m == MEASURE_END || m == MEASURE_WAITING || m == MEASURE_OVERDUE;
}

static uint32_t
coarse_bin(const struct tally *t, const uint32_t *key, const struct coarse *coarse, size_t k)
{
	return bin_of(coarse->units[k], bin_start(t->levels[k].unit, key[k]));
}

/* The days that a figure is about. */
static struct period
span_of(const struct tally *t, const uint32_t *key, const struct coarse *coarse)
{
	struct period span = t->windows[0].period;
	size_t k;

	for (k = 0; k < t->n_levels; k++)
		if (t->levels[k].kind == LEVEL_WINDOWS)
			span = t->windows[key[k]].period;
	for (k = 0; k < t->n_levels; k++) {
		day from, to;

		if (t->levels[k].kind != LEVEL_PERIOD || key[k] == ANY || coarse->dropped[k])
			continue;
		from = bin_start(coarse->units[k], coarse_bin(t, key, coarse, k));
		to = bin_start(coarse->units[k], coarse_bin(t, key, coarse, k) + 1);
		span.from = span.from == DAY_NONE || from > span.from ? from : span.from;
		span.to = span.to == DAY_NONE || to < span.to ? to : span.to;
	}
	return span;
}

/* A window as the month, quarter or year that it is; of the report's own period nothing is said. */
static void
window_part(const struct tally *t, uint32_t window, struct arena *arena, struct atoms *parts)
{
	const struct period *period = &t->windows[window].period;
	int unit;

	if (window == 0)
		return;
	for (unit = UNIT_MONTH; unit <= UNIT_YEAR && period->from != DAY_NONE; unit++) {
		uint32_t bin = bin_of((enum unit)unit, period->from);

		if (bin_start((enum unit)unit, bin) == period->from && bin_start((enum unit)unit, bin + 1) == period->to) {
			add_atom(parts, str_of(arena_printf(arena, "%s=%.*s", unit_names[unit],
			    STRF(bin_label((enum unit)unit, bin, arena)))));
			return;
		}
	}
	add_atom(parts, str_of(arena_printf(arena, "from=%d to=%d", (int)period->from, (int)period->to)));
}

/* A condition by what it says: labels may be alike. */
static void
condition_parts(const struct known_row *rows, size_t n, uint32_t value, struct atoms *atoms)
{
	size_t i, k;

	for (k = 0; value < n && k < rows[value].n; k++)
		add_atom(atoms, rows[value].atoms[k]);
	for (i = 0; value >= n && i < n; i++)
		add_atom(atoms, rows[i].none);
}

static struct str
level_part(const struct drawn *drawn, size_t k, uint32_t value, struct arena *arena)
{
	return str_of(arena_printf(arena, "%.*s=%.*s", STRF(drawn->cube->tally->levels[k].text),
	    STRF(key_id(drawn->cube, k, value, arena))));
}

/* The bin of another level in which a bin lies. */
static uint32_t
bin_in(const struct level *own, uint32_t bin, const struct level *other)
{
	uint32_t i = 0;

	while (bin > 0 && i < other->n_cuts && number_cmp(other->cuts[i], own->cuts[bin - 1]) <= 0)
		i++;
	return i;
}

static void
blended_part(struct naming *naming, size_t table, size_t k, uint32_t value, const struct blend *blend, struct atoms *atoms)
{
	const struct drawn *drawn = &naming->drawn[table];
	const struct level *level = &drawn->cube->tally->levels[k];
	struct valued valued = { naming->report, level, STR_NULL };
	struct subject subject = { .get = get_value, .context = &valued, .findings = &naming->findings };
	struct str sub = STR(NOT_STATED);

	if (value != MISSING)
		valued.value = key_id(drawn->cube, k, value, &naming->scratch);
	switch (blend->kind) {
	case BLEND_CONDITION:
		add_atom(atoms, expr_test(blend->expr, &subject) ? blend->atom : negated(blend->atom, &naming->scratch));
		return;
	case BLEND_SUB:
		if (value != MISSING)
			sub_value(naming->report, level, valued.value, blend->sub, &sub);
		add_atom(atoms, str_of(arena_printf(&naming->scratch, "%.*s=%.*s", STRF(blend->level->text), STRF(sub))));
		return;
	default:
		if (value == MISSING)
			sub = valued.value.p ? valued.value : STR(NOT_STATED);
		else
			sub = cut_id(blend->level, bin_in(level, value, blend->level), &naming->scratch);
		add_atom(atoms, str_of(arena_printf(&naming->scratch, "%.*s=%.*s", STRF(level->text), STRF(sub))));
	}
}

static int
compare_texts(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
add_value(struct naming *naming, size_t table, const uint32_t *key, const struct coarse *coarse, size_t k, bool standing,
    struct atoms *parts, struct atoms *atoms)
{
	const struct drawn *drawn = &naming->drawn[table];
	const struct tally *t = drawn->cube->tally;
	enum unit unit = coarse->units[k];

	switch (t->levels[k].kind) {
	case LEVEL_MEASURES:
		return;
	case LEVEL_PERIOD:
		if (!standing)
			add_atom(parts, str_of(arena_printf(&naming->scratch, "%s=%.*s", unit_names[unit],
			    STRF(bin_label(unit, coarse_bin(t, key, coarse, k), &naming->scratch)))));
		return;
	case LEVEL_WINDOWS:
		if (!standing)
			window_part(t, key[k], &naming->scratch, parts);
		return;
	case LEVEL_CONDITIONS:
		condition_parts(naming->tables[table].rows[k], t->levels[k].n_conditions, key[k], atoms);
		return;
	default:
		if (coarse->blended[k] > 0)
			blended_part(naming, table, k, key[k], &naming->tables[table].blends[k][coarse->blended[k] - 1], atoms);
		else
			add_atom(atoms, level_part(drawn, k, key[k], &naming->scratch));
	}
}

/* Cases on another day than the one that counts them are others only under some condition. */
static const char *
day_part(const struct naming *naming, const struct tally *t, size_t n_atoms)
{
	if (t->standing)
		return " standing";
	return t->at_end && (n_atoms > 0 || naming->report->scope != NULL) ? " at the end" : "";
}

void
naming_call(struct naming *naming, size_t table, const uint32_t *key, const struct coarse *coarse, enum measure measure,
    size_t target, struct called *called)
{
	static const char *const stock = "stock", *const late = "late", *const number = "number";
	const struct tally *t = naming->drawn[table].cube->tally;
	const struct known_table *own = &naming->tables[table], *held = &naming->tables[target];
	struct str unsorted[ATOMS_MAX];
	struct atoms parts = { unsorted, 0 }, atoms = { called->atoms, 0 };
	bool standing = is_standing(measure), with_target = measure == MEASURE_WITHIN || measure == MEASURE_LATE ||
	    measure == MEASURE_OVERDUE;
	struct buf text = BUF_INIT;
	size_t k;

	arena_reset(&naming->scratch);
	for (k = 0; k < own->n_where; k++)
		add_atom(&atoms, own->where[k]);
	for (k = 0; k < t->n_levels; k++)
		if (key[k] != ANY && !coarse->dropped[k])
			add_value(naming, table, key, coarse, k, standing, &parts, &atoms);
	close_atoms(naming, &atoms);
	if (atoms.n > 1)
		qsort(atoms.list, atoms.n, sizeof(*atoms.list), compare_texts);
	if (parts.n > 1)
		qsort(parts.list, parts.n, sizeof(*parts.list), compare_texts);
	called->n = atoms.n;
	buf_str(&text, with_target ? held->with_target : own->base);
	buf_printf(&text, "%s %s", day_part(naming, t, atoms.n), measure == MEASURE_LATE ? late : measure == MEASURES ? number :
	    measure == MEASURE_START || measure == MEASURE_END ? stock : measure_names[measure]);
	if (naming->sums)
		buf_printf(&text, " of %.*s", STRF(symbol_name(naming->report->symbols, t->sum.joined)));
	for (k = 0; k < parts.n; k++)
		buf_printf(&text, "\n%.*s", STRF(parts.list[k]));
	if (standing) {
		struct period span = span_of(t, key, coarse);

		buf_printf(&text, "\non %d", (int)(measure == MEASURE_START ? span.from : span.to));
	}
	called->fixed = arena_str(&naming->scratch, buf_view(&text));
	buf_release(&text);
}

void
called_write(const struct called *called, uint32_t without, struct str with, struct buf *out)
{
	struct str list[ATOMS_MAX + 1];
	size_t n = 0, i;

	for (i = 0; i < called->n; i++)
		if (!(without >> i & 1))
			list[n++] = called->atoms[i];
	if (with.n > 0)
		list[n++] = with;
	if (n > 1)
		qsort(list, n, sizeof(*list), compare_texts);
	buf_reset(out);
	buf_str(out, called->fixed);
	for (i = 0; i < n; i++) {
		if (i > 0 && str_eq(list[i], list[i - 1]))
			continue;
		buf_text(out, "\n|");
		buf_str(out, list[i]);
	}
}

void
naming_rest(struct naming *naming, const struct called *called, uint32_t conditions, struct called *rest)
{
	struct buf text = BUF_INIT;
	struct atoms atoms = { rest->atoms, 0 };
	uint32_t implied = 0;
	size_t i, k, n = 0;

	for (i = 0; i < called->n; i++) {
		struct str others[ATOMS_MAX];
		struct atoms closed = { others, 0 };

		if (!(conditions >> i & 1)) {
			add_atom(&atoms, called->atoms[i]);
			continue;
		}
		for (k = 0; k < called->n; k++)
			if (k != i && conditions >> k & ~implied >> k & 1)
				add_atom(&closed, called->atoms[k]);
		close_atoms(naming, &closed);
		for (k = 0; k < closed.n && !str_eq(closed.list[k], called->atoms[i]); k++)
			;
		implied |= (uint32_t)(k < closed.n) << i;
	}
	for (i = 0; i < called->n; i++)
		if (conditions >> i & ~implied >> i & 1)
			buf_printf(&text, "%s%.*s", n++ ? " && " : "", STRF(called->atoms[i]));
	add_atom(&atoms, negated(arena_str(&naming->scratch, text.p ? buf_view(&text) : STR("")), &naming->scratch));
	buf_release(&text);
	close_atoms(naming, &atoms);
	if (atoms.n > 1)
		qsort(atoms.list, atoms.n, sizeof(*atoms.list), compare_texts);
	rest->fixed = called->fixed;
	rest->n = atoms.n;
}

/* The field of "Field=value"; STR_NULL of other conditions. */
static struct str
field_in(struct str atom)
{
	size_t i;

	for (i = 0; i < atom.n && atom.p[i] != '='; i++)
		if (strchr(" !'(:~", atom.p[i]) != NULL)
			return STR_NULL;
	return i < atom.n ? slice(atom, 0, i) : STR_NULL;
}

/* Whether a field has at most one value: days have, and those of cases may. */
static bool
is_single(const struct naming *naming, struct str field, bool counts_cases)
{
	const struct rectype *type = schema_type(naming->report->schema, STR("Case"));
	const struct field_info *info;

	if (str_is(field, DAYS_LEVEL))
		return true;
	if (str_starts(field, STR("Case.")))
		field = slice(field, sizeof("Case.") - 1, field.n);
	else if (!counts_cases)
		return false;
	info = type != NULL ? rectype_field(type, symbol(naming->report->symbols, field)) : NULL;
	return info != NULL && info->unique;
}

static bool
is_negation(struct str atom, struct str of)
{
	return str_starts(atom, STR(NOT)) && str_eq(slice(atom, sizeof(NOT) - 1, atom.n), of);
}

static bool
meet(const struct bin *a, const struct bin *b)
{
	return (a->from == NULL || b->to == NULL || number_cmp(*a->from, *b->to) < 0) &&
	    (b->from == NULL || a->to == NULL || number_cmp(*b->from, *a->to) < 0);
}

/* Whether no unit satisfies both. */
static bool
are_apart(const struct naming *naming, struct str a, struct str b, bool counts_cases)
{
	struct str field = field_in(a), other = field_in(b);
	const struct bin *bin = bin_called(naming, a), *wider = bin_called(naming, b);

	if (bin != NULL && wider != NULL && meet(bin, wider))
		return false;
	if (is_negation(a, b) || is_negation(b, a))
		return true;
	if (field.p == NULL || other.p == NULL || !str_eq(field, other) || str_eq(a, b))
		return false;
	return is_single(naming, field, counts_cases) || str_is(slice(a, field.n + 1, a.n), NOT_STATED) ||
	    str_is(slice(b, field.n + 1, b.n), NOT_STATED);
}

bool
naming_both(struct naming *naming, const struct called *a, const struct called *b, struct called *both)
{
	struct atoms atoms = { both->atoms, 0 };
	bool counts_cases = a->fixed.p[0] == '0' + COUNT_CASES;
	size_t i, k;

	if (!str_eq(a->fixed, b->fixed))
		return false;
	for (i = 0; i < a->n; i++)
		for (k = 0; k < b->n; k++)
			if (are_apart(naming, a->atoms[i], b->atoms[k], counts_cases))
				return false;
	for (i = 0; i < a->n; i++)
		add_atom(&atoms, a->atoms[i]);
	for (i = 0; i < b->n; i++)
		add_atom(&atoms, b->atoms[i]);
	close_atoms(naming, &atoms);
	if (atoms.n > 1)
		qsort(atoms.list, atoms.n, sizeof(*atoms.list), compare_texts);
	both->fixed = a->fixed;
	both->n = atoms.n;
	return true;
}

bool
naming_is_void(const struct naming *naming, const struct called *called)
{
	bool counts_cases = called->fixed.p[0] == '0' + COUNT_CASES;
	size_t i, k;

	for (i = 0; i < called->n; i++)
		for (k = 0; k < i; k++)
			if (are_apart(naming, called->atoms[i], called->atoms[k], counts_cases))
				return true;
	return false;
}

/* The one month, quarter or year that is said, from its place on; UNIT_NONE when there is none, or there are two. */
static enum unit
unit_said(struct str fixed, size_t *at)
{
	enum unit found = UNIT_NONE;
	size_t i;
	int unit;

	for (i = 0; i < fixed.n; i++)
		for (unit = UNIT_MONTH; fixed.p[i] == '\n' && unit <= UNIT_YEAR; unit++) {
			struct str name = str_of(unit_names[unit]), rest = slice(fixed, i + 1, fixed.n);

			if (!str_starts(rest, name) || rest.n == name.n || rest.p[name.n] != '=')
				continue;
			if (found != UNIT_NONE)
				return UNIT_NONE;
			found = (enum unit)unit;
			*at = i;
		}
	return found;
}

bool
naming_wider(struct naming *naming, const struct called *called, struct called *wider)
{
	const struct period *own = &naming->report->period;
	struct period period;
	const char *reason;
	size_t at = 0, end;
	enum unit unit = unit_said(called->fixed, &at);

	if (unit == UNIT_NONE)
		return false;
	for (end = at + 1; end < called->fixed.n && called->fixed.p[end] != '\n'; end++)
		;
	if (!period_parse(slice(called->fixed, at + 2 + strlen(unit_names[unit]), end), &period, &reason) ||
	    (own->to != DAY_NONE && period.from >= own->to) || (own->from != DAY_NONE && period.to <= own->from))
		return false;
	*wider = *called;
	if (unit == UNIT_YEAR)
		wider->fixed = str_of(arena_printf(&naming->scratch, "%.*s%.*s", STRF(slice(called->fixed, 0, at)),
		    STRF(slice(called->fixed, end, called->fixed.n))));
	else
		wider->fixed = str_of(arena_printf(&naming->scratch, "%.*s\n%s=%.*s%.*s", STRF(slice(called->fixed, 0, at)),
		    unit_names[unit + 1], STRF(bin_label(unit + 1, bin_of(unit + 1, period.from), &naming->scratch)),
		    STRF(slice(called->fixed, end, called->fixed.n))));
	return true;
}

bool
naming_is_row(const struct naming *naming, size_t table, struct str atom)
{
	const struct tally *t = naming->drawn[table].cube->tally;
	size_t k, i, j;

	for (k = 0; k < t->n_levels; k++)
		for (i = 0; t->levels[k].kind == LEVEL_CONDITIONS && i < t->levels[k].n_conditions; i++) {
			const struct known_row *row = &naming->tables[table].rows[k][i];

			for (j = 0; j < row->n; j++)
				if (str_eq(row->atoms[j], atom))
					return true;
			if (str_eq(row->none, atom))
				return true;
		}
	return false;
}

bool
naming_where(const struct naming *naming, size_t table, size_t other, const struct str **extra, size_t *n)
{
	const struct known_table *a = &naming->tables[table], *b = &naming->tables[other];
	struct str *list = ARENA_NEW(&((struct naming *)naming)->arena, struct str, ATOMS_MAX);
	size_t i, k;

	*n = 0;
	*extra = list;
	if (!str_eq(a->base, b->base))
		return false;
	for (i = 0; i < b->n_where; i++) {
		for (k = 0; k < a->n_where && !str_eq(a->where[k], b->where[i]); k++)
			;
		if (k == a->n_where)
			list[(*n)++] = b->where[i];
	}
	return *n > 0 && *n + a->n_where == b->n_where;
}

/* ---- what conditions are about ---- */

struct topic_seen {
	const struct report *report;
	struct topic *topic;
};

static void
see_topic(void *context, const struct name *name, struct span at)
{
	struct topic_seen *seen = context;
	struct topic *topic = seen->topic;
	struct name plain = { name->field, name->sub, -1, name->joined };

	(void)at;
	if (name->field == seen->report->param_symbol || name->field == seen->report->period_symbol)
		return;
	if (name->field == seen->report->case_symbol && name->sub != 0)
		plain.field = name->sub, plain.sub = 0;
	if (topic->n < TOPIC_NAMES)
		topic->names[topic->n++] = plain;
}

static const struct condition_known *
known_as(const struct naming *naming, struct str atom)
{
	size_t i;

	if (str_starts(atom, STR(NOT)))
		atom = slice(atom, sizeof(NOT) - 1, atom.n);
	for (i = 0; i < naming->n_conditions; i++)
		if (str_eq(naming->conditions[i].atom, atom))
			return &naming->conditions[i];
	return NULL;
}

/* What a closing adds is implied, and not asked about. */
static void
add_topic(struct naming *naming, struct str atom, bool is_where, struct topics *topics)
{
	const struct condition_known *known = known_as(naming, atom);
	struct topic_seen seen = { naming->report, &topics->list[topics->n] };
	struct expr *expr;

	if (known == NULL || topics->n == TOPICS_MAX)
		return;
	*seen.topic = (struct topic){ .atom = known->atom, .is_where = is_where, .domain = known->domain,
		.is_equality = known->atom.p != known->text.p };
	expr = compiled(naming, known);
	if (expr != NULL) {
		expr_names(expr, see_topic, &seen);
		expr_free(expr);
	}
	topics->n++;
}

void
naming_topics(struct naming *naming, size_t table, struct topics *topics)
{
	const struct known_table *own = &naming->tables[table];
	const struct tally *t = &naming->report->tables[table];
	struct topic_seen seen = { .report = naming->report };
	size_t i, k, j;

	topics->n = 0;
	for (i = 0; i < own->n_where; i++)
		add_topic(naming, own->where[i], true, topics);
	for (k = 0; k < t->n_levels; k++) {
		const struct level *level = &t->levels[k];

		for (i = 0; level->kind == LEVEL_CONDITIONS && i < level->n_conditions; i++)
			for (j = 0; j < own->rows[k][i].n; j++)
				add_topic(naming, own->rows[k][i].atoms[j], false, topics);
		if ((level->kind != LEVEL_FIELD && level->kind != LEVEL_BINS) || topics->n == TOPICS_MAX)
			continue;
		seen.topic = &topics->list[topics->n++];
		*seen.topic = (struct topic){ .level = level, .has_room = own->n_blends[k] < BLENDS_MAX };
		see_topic(&seen, &level->name, (struct span){ NULL, 0, 0 });
	}
}

struct str
naming_base(const struct naming *naming, size_t table, bool with_target)
{
	return with_target ? naming->tables[table].with_target : naming->tables[table].base;
}
