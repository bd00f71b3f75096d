/* History records: reading them, and what they say of themselves. What a step does against them: rules-step.c. */
#include "rules-parts.h"

#include <stdlib.h>
#include <string.h>

static const char *const history_checks[] = { "append-only", "fixed", "only-by", "reason-needed",
	"approved-by", NULL };

/* ---- reading ---- */

#define H(check) (1U << HISTORY_##check)
#define ANY ((1U << HISTORY_NONE) - 1)

static const struct {
	const char *name;
	unsigned takes, needs; /* sets of checks */
	bool many;
} history_fields[] = {
	{ "History", ANY, ANY, false },
	{ "Check", ANY, ANY, false },
	{ "On", H(APPEND_ONLY) | H(ONLY_BY) | H(REASON_NEEDED) | H(APPROVED_BY), H(ONLY_BY) | H(APPROVED_BY), false },
	{ "Field", H(FIXED) | H(APPROVED_BY), H(FIXED) | H(APPROVED_BY), true },
	{ "Role", H(ONLY_BY), H(ONLY_BY), true },
	{ "Within", H(REASON_NEEDED), H(REASON_NEEDED), false },
	{ "Need", H(REASON_NEEDED), H(REASON_NEEDED), false },
	{ "Message", ANY, ANY, false },
	{ "Fix", ANY, ANY, false },
	{ "Basis", ANY, ANY, true },
	{ "Since", ANY, 0, false },
	{ "Expires", ANY, 0, false },
	{ "Doc", ANY, 0, false },
};

#define N_FIELDS (sizeof(history_fields) / sizeof(*history_fields))

/* A record that is read. */
struct reading {
	struct rules *rules;
	struct history *history;
	struct findings *findings;
};

static struct finding *
fault(struct reading *r, enum message message, const struct field *field, const char *text)
{
	struct history *h = r->history;

	h->faulty = true;
	return find(r->findings, message, field ? value_span(h->file, field) :
	    record_span(h->file, h->record), "%s", text);
}

static size_t
known_field(struct str name)
{
	size_t i;

	for (i = 0; i < N_FIELDS && !str_is(name, history_fields[i].name); i++)
		;
	return i;
}

static void
unknown_field(struct reading *r, const struct field *field)
{
	const char *names[N_FIELDS + 1];
	size_t i;

	for (i = 0; i < N_FIELDS; i++)
		names[i] = history_fields[i].name;
	names[N_FIELDS] = NULL;
	rules_unknown_word(r->findings, field_span(r->history->file, field), "field", field->name, names);
	r->history->faulty = true;
}

static const char *
fields_of_check(struct reading *r)
{
	struct buf out = BUF_INIT;
	const char *text;
	size_t i;

	for (i = 0; i < N_FIELDS; i++)
		if ((history_fields[i].takes & 1U << r->history->check) && history_fields[i].takes != ANY)
			buf_printf(&out, "%s%s", out.n ? " and " : "", history_fields[i].name);
	text = arena_cstr(&r->findings->arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static void
check_field(struct reading *r, const struct field *field)
{
	size_t i = known_field(field->name);
	const char *name = nam(r->findings, field->name);
	struct arena *arena = &r->findings->arena;

	if (i == N_FIELDS)
		unknown_field(r, field);
	else if (!(history_fields[i].takes & 1U << r->history->check))
		fix(r->findings, fault(r, MSG_RULE_FIELD, field,
		    arena_printf(arena, "the check '%s' takes no '%s'", history_checks[r->history->check], name)),
		    "it takes %s", fields_of_check(r));
	else if (!history_fields[i].many && record_named(r->history->record, field->name) != field)
		fix(r->findings, fault(r, MSG_RULE_FIELD, field, arena_printf(arena, "'%s' stands here twice", name)),
		    "keep one of them");
	else if (str_trim(field->value).n == 0)
		fix(r->findings, fault(r, MSG_RULE_VALUE, field, arena_printf(arena, "'%s' has no value", name)),
		    "write its value, or take the line out");
}

static void
check_fields(struct reading *r)
{
	const struct record *record = r->history->record;
	size_t i;

	for (i = 0; i < record->n; i++)
		check_field(r, &record->fields[i]);
	for (i = 0; i < N_FIELDS; i++)
		if ((history_fields[i].needs & 1U << r->history->check) &&
		    record_named(record, str_of(history_fields[i].name)) == NULL)
			fix(r->findings, fault(r, MSG_RULE_INCOMPLETE, NULL,
			    arena_printf(&r->findings->arena, "missing field '%s'", history_fields[i].name)),
			    "add a line: %s: ...", history_fields[i].name);
}

static enum history_check
read_check(struct reading *r)
{
	const struct field *field = record_named(r->history->record, STR("Check"));
	struct str text;
	size_t i;

	if (field == NULL) {
		fix(r->findings, fault(r, MSG_RULE_INCOMPLETE, NULL, "missing field 'Check'"),
		    "add a line: Check: append-only");
		return HISTORY_NONE;
	}
	text = str_trim(field->value);
	for (i = 0; i < HISTORY_NONE; i++)
		if (str_is(text, history_checks[i]))
			return (enum history_check)i;
	rules_unknown_word(r->findings, value_span(r->history->file, field), "check", text, history_checks);
	r->history->faulty = true;
	return HISTORY_NONE;
}

static day
read_date(struct reading *r, const char *name)
{
	const struct field *field = record_named(r->history->record, str_of(name));
	const char *reason;
	day date;

	if (field == NULL || date_parse(str_trim(field->value), &date, &reason))
		return field ? date : DAY_NONE;
	fix(r->findings, fault(r, MSG_RULE_VALUE, field, arena_printf(&r->findings->arena,
	    "'%s' is not a date: %s", nam(r->findings, field->value), reason)), "write it as 2026-03-04");
	return DAY_NONE;
}

static void
read_within(struct reading *r)
{
	const struct field *field = record_named(r->history->record, STR("Within"));
	const char *reason;

	if (field != NULL && !rules_duration(r->rules, str_trim(field->value), &r->history->within, &reason))
		fix(r->findings, fault(r, MSG_RULE_VALUE, field, arena_printf(&r->findings->arena,
		    "'%s' is not a duration: %s", nam(r->findings, field->value), reason)),
		    "write it as P14D, P6W, P3M or P1Y");
}

/* Words of all fields of that name; several may stand in one. */
static struct str *
read_words(struct reading *r, const char *name, size_t *n)
{
	const struct record *record = r->history->record;
	struct str *words, rest;
	size_t i, most = 0;

	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, name))
			most += record->fields[i].value.n;
	words = ARENA_NEW(&r->rules->arena, struct str, most + 1);
	for (i = 0; i < record->n; i++) {
		rest = str_is(record->fields[i].name, name) ? record->fields[i].value : STR("");
		while ((words[*n] = str_word(&rest)).n > 0)
			++*n;
	}
	return words;
}

static void
read_fields(struct reading *r)
{
	struct history *h = r->history;
	const struct field *field = record_named(h->record, STR("Field"));
	size_t n = 0, i, faults;
	struct str *words = read_words(r, "Field", &n);
	struct span at;

	h->fields = ARENA_NEW(&r->rules->arena, int, n + 1);
	for (i = 0; i < n; i++) {
		at = value_span(h->file, field);
		if (words[i].p >= h->file->source->bytes.p &&
		    words[i].p < h->file->source->bytes.p + h->file->source->bytes.n)
			at = (struct span){ h->file->source, (size_t)(words[i].p - h->file->source->bytes.p),
				words[i].n };
		h->fields[h->n_fields++] = symbol(r->rules->symbols, words[i]);
		faults = h->check == HISTORY_FIXED ?
		    rules_check_case_field(r->rules, h->fields[i], at, r->findings) :
		    rules_check_field(r->rules, h->fields[i], (struct choice){ NULL, 0 }, false, at, r->findings);
		h->faulty |= faults > 0;
	}
}

/* A role that nobody has is none that the schema knows. */
static void
read_roles(struct reading *r)
{
	struct history *h = r->history;
	const struct field *field = record_named(h->record, STR("Role"));
	const struct rectype *staff = schema_type(r->rules->schema, STR("Staff"));
	const struct field_info *info = staff ? rectype_field(staff, symbol(r->rules->symbols, STR("Role"))) : NULL;
	const char *choices[64];
	size_t i, j, n = 0;

	h->roles = read_words(r, "Role", &h->n_roles);
	if (info == NULL || info->n_choices == 0)
		return;
	for (n = 0; n < info->n_choices && n < 63; n++)
		choices[n] = arena_cstr(&r->rules->arena, info->choices[n]);
	choices[n] = NULL;
	for (i = 0; i < h->n_roles; i++) {
		for (j = 0; j < info->n_choices && !str_eq(info->choices[j], h->roles[i]); j++)
			;
		if (j < info->n_choices)
			continue;
		rules_unknown_word(r->findings, value_span(h->file, field), "role", h->roles[i], choices);
		h->faulty = true;
	}
}

static struct expr *
read_expr(struct reading *r, const char *name)
{
	const struct field *field = record_named(r->history->record, str_of(name));
	struct expr *expr;

	if (field == NULL)
		return NULL;
	expr = expr_compile(field->value, value_span(r->history->file, field), r->rules->symbols,
	    &r->rules->arena, r->findings);
	r->history->faulty |= expr == NULL ||
	    rules_check_step_predicate(r->rules, expr, r->findings) > 0;
	return expr;
}

static struct book *
book_of(struct rules *rules)
{
	if (rules->book == NULL) {
		rules->book = ARENA_NEW(&rules->arena, struct book, 1);
		rules->book->old = symbol(rules->symbols, STR("Old"));
		rules->book->new = symbol(rules->symbols, STR("New"));
		rules->book->committer = symbol(rules->symbols, STR("Committer"));
	}
	return rules->book;
}

bool
history_add(struct rules *rules, const struct recfile *file, const struct record *record,
    struct findings *findings)
{
	struct book *book = book_of(rules);
	struct reading r = { rules, NULL, findings };
	const struct field *name = record_named(record, STR("History"));

	if (book->n == book->size) {
		size_t old = book->size;

		book->size = old ? 2 * old : 16;
		book->list = arena_grow(&rules->arena, book->list, old * sizeof(*book->list),
		    book->size * sizeof(*book->list));
	}
	r.history = &book->list[book->n++];
	*r.history = (struct history){ .name = name ? str_trim(name->value) : STR(""), .rules = rules,
		.file = file, .record = record };
	r.history->check = read_check(&r);
	if (r.history->check != HISTORY_NONE)
		check_fields(&r);
	return !r.history->faulty;
}

void
history_link(struct rules *rules, struct findings *findings)
{
	struct reading r = { rules, NULL, findings };
	size_t i;

	for (i = 0; rules->book != NULL && i < rules->book->n; i++) {
		struct history *h = r.history = &rules->book->list[i];

		if (h->check == HISTORY_NONE)
			continue;
		h->since = read_date(&r, "Since");
		h->expires = read_date(&r, "Expires");
		h->on = read_expr(&r, "On");
		h->need = read_expr(&r, "Need");
		read_within(&r);
		read_fields(&r);
		read_roles(&r);
	}
}

void
history_free(struct rules *rules)
{
	size_t i;

	for (i = 0; rules->book != NULL && i < rules->book->n; i++) {
		expr_free(rules->book->list[i].on);
		expr_free(rules->book->list[i].need);
	}
}

/* ---- what they say of themselves ---- */

size_t
rules_history_count(const struct rules *rules)
{
	size_t n = 0, i;

	for (i = 0; rules->book != NULL && i < rules->book->n; i++)
		n += !rules->book->list[i].faulty;
	return n;
}

const struct history *
rules_history_at(const struct rules *rules, size_t i)
{
	size_t k;

	for (k = 0; k < rules->book->n; k++)
		if (!rules->book->list[k].faulty && i-- == 0)
			break;
	return &rules->book->list[k];
}

struct str
history_name(const struct history *history)
{
	return history->name;
}

struct str
history_text(const struct history *history, const char *field, size_t i)
{
	return rules_nth_text(history->record, field, i);
}

/* "Case, Opened and Service": the words of all fields of that name. */
static void
say_words(const struct history *h, const char *field, const char *last, struct buf *out)
{
	struct str rest, words[64];
	size_t i, n = 0;

	for (i = 0; (rest = history_text(h, field, i)).p != NULL; i++)
		while (n < 64 && (words[n] = str_word(&rest)).n > 0)
			n++;
	for (i = 0; i < n; i++)
		buf_printf(out, "%s%.*s", i == 0 ? "" : i + 1 == n ? last : ", ", STRF(words[i]));
}

void
history_say(const struct history *h, struct buf *out)
{
	switch (h->check) {
	case HISTORY_APPEND_ONLY:
		rules_say_entry(out, "Each", h->rules, h->on);
		buf_text(out, " stays as it is, and stays there, once it is shared.");
		break;
	case HISTORY_FIXED:
		buf_text(out, "In the header of a case that is shared, ");
		say_words(h, "Field", " and ", out);
		buf_text(out, h->n_fields == 1 ? " keeps its value; it may be added when it is missing." :
		    " keep their value; a missing one may be added.");
		break;
	case HISTORY_ONLY_BY:
		rules_say_entry(out, "Each", h->rules, h->on);
		buf_text(out, " is added by a member of staff with the role ");
		say_words(h, "Role", " or ", out);
		buf_text(out, ", and by nobody else.");
		break;
	case HISTORY_REASON_NEEDED:
		rules_say_entry(out, "Each", h->rules, h->on);
		buf_text(out, " that is written down more than ");
		rules_say_duration(out, h->within);
		buf_text(out, " after its date has ");
		rules_say_expr(out, h->rules, h->need, false);
		buf_char(out, '.');
		break;
	case HISTORY_APPROVED_BY:
		rules_say_entry(out, "Each", h->rules, h->on);
		buf_text(out, " names in ");
		say_words(h, "Field", " and ", out);
		buf_text(out, " an active member of staff who is neither its author nor who commits it.");
		break;
	case HISTORY_NONE:
		break;
	}
	rules_say_period(out, "committed", h->since, h->expires);
}
