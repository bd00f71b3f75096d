/*
 * Verdicts and rules in words. What a rule says is put together from its fields, sentence by sentence, so that the words
 * cannot say anything else than what is judged; the rule's own Message says what it is for.
 */
#include "rules-parts.h"

#include <string.h>

/* ---- durations, days ---- */

static void
say_count(struct buf *out, int64_t n, const char *what)
{
	buf_printf(out, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}

void
rules_say_duration(struct buf *out, struct duration span)
{
	if (span.months != 0 && span.months % 12 == 0)
		say_count(out, span.months / 12, "year");
	else if (span.months != 0)
		say_count(out, span.months, "month");
	if (span.months != 0 && span.days != 0)
		buf_text(out, " and ");
	if (span.days != 0 || span.months == 0)
		say_count(out, span.days, "day");
}

static void
say_date(struct buf *out, const char *before, day date)
{
	char text[DATE_SIZE];

	buf_printf(out, "%s%s", before, date_format(date, text));
}

#define WITHIN_IN_LINE 4

/* ---- verdicts ---- */

struct saying {
	const struct judgement *judgement;
	const struct rule *rule;
	const struct casefile *file;
	day today;
	struct findings *findings; /* whose values may be hidden; NULL: they are not */
	struct buf *out;
};

static day
date_of(const struct saying *s, size_t entry)
{
	return entry == NO_ENTRY ? s->file->opened : s->file->entries[entry].date;
}

/* "2026-03-04/consent" */
static void
say_entry(const struct saying *s, const char *before, size_t entry)
{
	char name[256];

	entry_name_write(&s->file->entries[entry], name, sizeof(name));
	buf_printf(s->out, "%s%s", before, name);
}

static void
say_value(const struct saying *s, struct str value)
{
	if (s->findings != NULL)
		buf_text(s->out, val(s->findings, value));
	else
		buf_str(s->out, value);
}

/* The duration that leads from a day to another, as the rule has it: of several that which fits. */
static const struct within *
within_between(const struct rule *rule, day from, day to)
{
	size_t i;

	for (i = 0; i < rule->n_within; i++)
		if (date_add(from, rule->within[i].span, 1) == to)
			return &rule->within[i];
	return NULL;
}

/* The i-th value of one side of a pairing. */
static bool
side_value(const struct casefile *file, size_t entry, int side, size_t i, char name[256], struct str *value)
{
	const struct field *field;

	if (side == ENTRY_NAME) {
		value->n = entry_name_write(&file->entries[entry], name, 256);
		value->p = name;
		return i == 0;
	}
	field = record_field(file->entries[entry].record, side);
	while (field != NULL && i-- > 0)
		field = record_next(file->entries[entry].record, side, field);
	*value = field ? field->value : STR_NULL;
	return field != NULL;
}

static bool
is_pairing_met(const struct saying *s, const struct pairing *pairing, size_t own, size_t other)
{
	char a_name[256], b_name[256];
	struct str a, b;
	bool both = false;
	size_t i, j;

	for (i = 0; side_value(s->file, own, pairing->own, i, a_name, &a); i++)
		for (j = 0; side_value(s->file, other, pairing->other, j, b_name, &b); j++) {
			both = true;
			if (str_eq(a, b))
				return !pairing->differs;
		}
	return both && pairing->differs;
}

static const char *
side_name(const struct rule *rule, int side, struct str *name)
{
	*name = side == ENTRY_NAME ? STR("Entry-name") : symbol_name(rule->rules->symbols, side);
	return name->p;
}

/* The first pairing that does not hold between the two; NULL when all do. */
static const struct pairing *
unmet_pairing(const struct saying *s, size_t own, size_t other)
{
	size_t i;

	for (i = 0; i < s->rule->n_pairings; i++)
		if (!is_pairing_met(s, &s->rule->pairings[i], own, other))
			return &s->rule->pairings[i];
	return NULL;
}

/* What is wrong with the nearest Need before. */
static void
say_before(const struct saying *s)
{
	const struct judgement *j = s->judgement;
	const struct pairing *unmet = unmet_pairing(s, j->entry, j->near);
	day on = date_of(s, j->entry), near = date_of(s, j->near);
	const struct within *within = within_between(s->rule, near, j->due);
	struct str name;

	say_entry(s, unmet ? ": there is " : ": the last was ", j->near);
	if (unmet != NULL) {
		side_name(s->rule, unmet->other == ENTRY_NAME ? unmet->own : unmet->other, &name);
		buf_printf(s->out, unmet->other == ENTRY_NAME ? ", but %.*s does not name it" :
		    unmet->own == ENTRY_NAME ? ", but its %.*s names another entry" :
		    unmet->differs ? ", but its %.*s is the same" : ", but its %.*s is another", STRF(name));
	} else if (s->rule->next && j->near + 1 != j->entry) {
		buf_text(s->out, ", not directly before");
	} else if (j->due != DAY_NONE && on > j->due) {
		buf_text(s->out, ", ");
		say_count(s->out, (int64_t)on - near, "day");
		buf_text(s->out, " before");
		if (within != NULL) {
			buf_text(s->out, "; at most ");
			rules_say_duration(s->out, within->span);
		}
	} else if (s->rule->each) {
		buf_text(s->out, ", which an earlier one has used");
	}
}

static void
say_never(const struct saying *s)
{
	const struct judgement *j = s->judgement;
	day on = date_of(s, j->entry), near = date_of(s, j->near);

	say_entry(s, s->rule->with >= 0 ? ": beside " : ": after ", j->near);
	if (s->rule->after >= 0 && on > near) {
		buf_text(s->out, ", ");
		say_count(s->out, (int64_t)on - near, "day");
		buf_text(s->out, " before");
	}
	if (j->due != DAY_NONE)
		say_date(s->out, "; not until after ", j->due);
}

static void
say_broken(const struct saying *s)
{
	const struct judgement *j = s->judgement;

	if (j->at_end) {
		say_entry(s, ": the case was closed by ", j->near);
		buf_text(s->out, " before it was done");
		return;
	}
	if (s->rule->check == CHECK_FIRST && j->entry != NO_ENTRY) {
		say_entry(s, ": the first entry is ", j->entry);
		return;
	}
	if (j->near == NO_ENTRY)
		return;
	switch (s->rule->check) {
	case CHECK_BEFORE:
		say_before(s);
		break;
	case CHECK_NEVER:
		say_never(s);
		break;
	case CHECK_COUNT:
		say_entry(s, ": the one before is ", j->near);
		buf_printf(s->out, "; at most %zu", s->rule->max);
		break;
	case CHECK_AFTER:
		say_entry(s, s->rule->next ? ": the next entry is " : ": not before ", j->near);
		break;
	case CHECK_WHILE:
		buf_printf(s->out, ": '%.*s' was ended by ", STRF(s->rule->while_[0]->name));
		say_entry(s, "", j->near);
		break;
	case CHECK_SETTLED:
		say_entry(s, ": what ", j->near);
		buf_text(s->out, " asks for is still due");
		break;
	default:
		say_entry(s, ": see ", j->near);
	}
}

/* Due, overdue and late. */
static void
say_clock(const struct saying *s)
{
	const struct judgement *j = s->judgement;
	day end = j->verdict == VERDICT_LATE ? j->done : s->today;

	if (j->paused) {
		buf_printf(s->out, ": due, its clock stands still while '%.*s' holds",
		    STRF(s->rule->pause->name));
		return;
	}
	if (j->due == DAY_NONE) {
		buf_text(s->out, ": due, without a date");
		return;
	}
	say_date(s->out, ": due ", j->due);
	if (j->verdict == VERDICT_LATE && end != DAY_NONE) {
		say_date(s->out, s->rule->check == CHECK_EVERY && j->near == NO_ENTRY ? ", ended " : ", done ",
		    end);
		if (j->near != NO_ENTRY)
			say_entry(s, " by ", j->near);
	}
	if (end == DAY_NONE)
		return;
	buf_text(s->out, end > j->due ? ", " : end == j->due ? ", today" : ", in ");
	if (end != j->due)
		say_count(s->out, end > j->due ? (int64_t)end - j->due : (int64_t)j->due - end, "day");
	if (end > j->due)
		buf_text(s->out, " over");
}

static void
say_waived(const struct saying *s)
{
	const struct entry *waiver = &s->file->entries[s->judgement->waiver];
	struct str by = record_value(waiver->record, s->rule->rules->approved_by);

	say_entry(s, ": waived by ", s->judgement->waiver);
	if (by.n > 0) {
		buf_text(s->out, ", approved by ");
		say_value(s, by);
	}
}

static void
say_verdict(const struct saying *s)
{
	buf_str(s->out, rule_message(s->rule));
	if (s->judgement->verdict == VERDICT_BROKEN)
		(s->judgement->waiver != NO_ENTRY ? say_waived : say_broken)(s);
	else if (s->judgement->verdict != VERDICT_OK)
		say_clock(s);
}

void
judgement_say(const struct judgement *judgement, const struct casefile *file, day today, struct buf *out)
{
	struct saying s = { judgement, judgement->rule, file, today, NULL, out };

	say_verdict(&s);
}

static struct span
place_of(const struct judgement *judgement, const struct casefile *file)
{
	if (judgement->entry != NO_ENTRY)
		return record_span(&file->file, file->entries[judgement->entry].record);
	if (file->header != NULL)
		return record_span(&file->file, file->header);
	return (struct span){ &file->source, 0, 0 };
}

static enum severity
severity_of(const struct judgement *judgement)
{
	enum severity severity = rule_severity(judgement->rule);

	if (judgement->verdict == VERDICT_DUE || judgement->waiver != NO_ENTRY)
		return NOTE;
	return judgement->verdict != VERDICT_BROKEN && severity == ERROR ? WARNING : severity;
}

/* The rule's own advice; where the near entry is; the way past a rule that must not stand in the way. */
static void
say_fix(const struct saying *s, const char *entry)
{
	const struct judgement *j = s->judgement;
	const struct rule *rule = s->rule;
	size_t other = j->waiver != NO_ENTRY ? j->waiver : j->near;

	rule_fix_write(rule, s->file, s->out);
	if (other != NO_ENTRY) {
		say_entry(s, s->out->n ? "\n" : "", other);
		buf_printf(s->out, " is at %s:%zu", s->file->path, findings_line(s->findings,
		    &s->file->source, s->file->entries[other].record->at));
	}
	if (j->verdict == VERDICT_BROKEN && j->waiver == NO_ENTRY && rule->severity == ERROR) {
		buf_printf(s->out, "%sif it had to be so: dossier add %s exception Waives=%.*s", s->out->n ? "\n" : "",
		    s->file->id[0] ? s->file->id : "CASE", STRF(rule->name));
		if (entry != NULL)
			buf_printf(s->out, " Entry=%s", entry);
		buf_text(s->out, " Reason=... Approved_by=...");
	}
}

void
judgement_report(const struct judgement *judgement, const struct casefile *file, day today,
    struct findings *findings)
{
	struct buf text = BUF_INIT;
	struct saying s = { judgement, judgement->rule, file, today, findings, &text };
	struct arena *arena = &findings->arena;
	struct str basis = rule_basis(judgement->rule);
	char date[DATE_SIZE];
	struct finding *f;

	say_verdict(&s);
	f = find(findings, MSG_PROCESS_RULE, place_of(judgement, file), "%s", text.p ? text.p : "");
	f->rule = arena_cstr(arena, rule_name(judgement->rule));
	f->state = verdict_name(judgement->verdict);
	if (f->case_id == NULL && file->id[0] != '\0')
		f->case_id = arena_cstr(arena, str_of(file->id));
	f->entry = judgement->entry == NO_ENTRY ? NULL :
	    entry_name(&file->entries[judgement->entry], arena);
	f->due = judgement->due == DAY_NONE ? NULL :
	    arena_cstr(arena, str_of(date_format(judgement->due, date)));
	f->basis = basis.n > 0 ? arena_cstr(arena, basis) : NULL;
	regrade(findings, f, severity_of(judgement));
	buf_reset(&text);
	say_fix(&s, f->entry);
	if (text.n > 0)
		fix(findings, f, "%s", text.p);
	buf_release(&text);
}

/* ---- rules in words ---- */

struct words {
	const struct rules *rules;
	const struct rule *rule;
	struct buf *out;
};

static bool
is_state(void *context, int symbol)
{
	return rules_is_state(context, symbol);
}

/* The i-th alternative of an expression; its kinds come back. */
static struct choice
say_alternative(const struct rules *rules, const struct expr *expr, size_t i, bool of_case, struct arena *arena,
    struct buf *out)
{
	/* is_state only reads */
	struct wording wording = { rules->case_, of_case, is_state, (void *)(uintptr_t)rules };

	buf_reset(out);
	buf_text(out, "");
	return expr_say(expr, i, of_case ? 0 : rules->kind, &wording, arena, out);
}

void
rules_say_expr(struct buf *out, const struct rules *rules, const struct expr *expr, bool of_case)
{
	struct buf text = BUF_INIT;
	struct arena arena;
	struct choice kinds;
	size_t n = expr_alternatives(expr, of_case ? 0 : rules->kind), i, k;

	arena_init(&arena);
	for (i = 0; i < n; i++) {
		kinds = say_alternative(rules, expr, i, of_case, &arena, &text);
		buf_text(out, i == 0 ? "" : i + 1 == n ? " or " : ", ");
		for (k = 0; k < kinds.n; k++)
			buf_printf(out, "%s'%.*s'", k == 0 ? "Kind " : k + 1 == kinds.n ? " or " : ", ",
			    STRF(kinds.list[k]));
		buf_printf(out, "%s%s", kinds.n > 0 && text.n > 0 ? " and " : "", text.p);
	}
	arena_release(&arena);
	buf_release(&text);
}

static const char *
article_for(struct str word)
{
	return word.n > 0 && strchr("aeiouAEIOU", word.p[0]) != NULL ? "an" : "a";
}

/* "consent or plan entry with #Partner"; with its article when it wants one. */
static void
say_one_entry(struct buf *out, bool with_article, struct choice kinds, struct str rest, bool plural)
{
	size_t i;

	if (with_article)
		buf_printf(out, "%s ", kinds.n > 0 ? article_for(kinds.list[0]) : "an");
	for (i = 0; i < kinds.n; i++)
		buf_printf(out, "%.*s%s", STRF(kinds.list[i]), i + 2 < kinds.n ? ", " : i + 1 < kinds.n ? " or " : " ");
	buf_text(out, plural ? "entries" : "entry");
	if (rest.n > 0)
		buf_printf(out, " with %.*s", STRF(rest));
}

void
rules_say_entry(struct buf *out, const char *before, const struct rules *rules, const struct expr *expr)
{
	bool plural = before[0] != '\0' && before[strlen(before) - 1] == '*', with_article = strcmp(before, "a") == 0;
	struct choice kinds = { NULL, 0 };
	struct buf text = BUF_INIT;
	struct arena arena;
	size_t n, i;

	arena_init(&arena);
	if (!with_article && strlen(before) > plural)
		buf_printf(out, "%.*s ", (int)(strlen(before) - plural), before);
	n = expr ? expr_alternatives(expr, rules->kind) : 1;
	for (i = 0; i < n; i++) {
		if (expr != NULL)
			kinds = say_alternative(rules, expr, i, false, &arena, &text);
		buf_text(out, i == 0 ? "" : ", or ");
		say_one_entry(out, with_article, kinds, buf_view(&text), plural);
	}
	arena_release(&arena);
	buf_release(&text);
}

static void
say_phrase(const struct words *w, const char *before, int predicate)
{
	rules_say_entry(w->out, before, w->rules, w->rules->predicates[predicate].expr);
}

/* "14 days if Severity = 'high', else 30 days", each between `before` and `after`. */
static void
say_within(const struct words *w, const char *before, const char *after)
{
	const struct rule *rule = w->rule;
	size_t i;

	/* More than a sentence can hold is a list. */
	if (rule->n_within > WITHIN_IN_LINE)
		buf_text(w->out, "as the first of these says that holds:");
	for (i = 0; i < rule->n_within; i++) {
		buf_printf(w->out, "%s%s", rule->n_within > WITHIN_IN_LINE ? "\n    " : i == 0 ? "" : ", else ", before);
		rules_say_duration(w->out, rule->within[i].span);
		buf_text(w->out, after);
		if (rule->within[i].condition != NULL) {
			buf_text(w->out, " if ");
			rules_say_expr(w->out, w->rules, rule->within[i].condition, true);
		}
	}
	if (rule->n_within > 0 && rule->within[rule->n_within - 1].condition != NULL)
		buf_text(w->out, ", else at any time");
}

static void
say_states(const struct words *w)
{
	size_t i;

	for (i = 0; i < w->rule->n_while; i++)
		buf_printf(w->out, "%s'%.*s'", i == 0 ? "" : i + 1 == w->rule->n_while ? " or " : ", ",
		    STRF(w->rule->while_[i]->name));
	buf_text(w->out, " holds");
}

static void
say_pairing(const struct words *w, const struct pairing *pairing)
{
	struct str own, other;

	side_name(w->rule, pairing->own, &own);
	side_name(w->rule, pairing->other, &other);
	if (pairing->own == ENTRY_NAME || pairing->other == ENTRY_NAME)
		buf_printf(w->out, pairing->own == ENTRY_NAME ? " The other %s it as its %.*s." :
		    " It %s the other as its %.*s.", pairing->differs ? "does not name" : "names",
		    STRF(pairing->own == ENTRY_NAME ? other : own));
	else if (pairing->own == pairing->other)
		buf_printf(w->out, pairing->differs ? " The two differ in %.*s." :
		    " The two have the same %.*s.", STRF(own));
	else
		buf_printf(w->out, " Its %.*s is %sthe %.*s of the other.", STRF(own),
		    pairing->differs ? "not " : "", STRF(other));
}

static void
say_count_rule(const struct words *w)
{
	const struct rule *rule = w->rule;

	buf_text(w->out, "each case has ");
	if (rule->min > 0)
		buf_printf(w->out, "at least %zu%s", rule->min, rule->max != SIZE_MAX ? " and " : "");
	if (rule->max != SIZE_MAX)
		buf_printf(w->out, "at most %zu", rule->max);
	buf_char(w->out, ' ');
	say_phrase(w, (rule->max != SIZE_MAX ? rule->max : rule->min) == 1 ? "" : "*", rule->on);
	if (rule->n_while > 0) {
		buf_text(w->out, ", counted while ");
		say_states(w);
	}
	if (rule->n_within > 0) {
		buf_text(w->out, ", ");
		say_within(w, "within ", " of its opening");
	}
}

static void
say_after_rule(const struct words *w)
{
	const struct rule *rule = w->rule;
	struct str due = symbol_name(w->rules->symbols, rule->due);

	say_phrase(w, "each", rule->on);
	buf_text(w->out, rule->next ? " needs as its next entry " : " needs later ");
	say_phrase(w, "a", rule->need);
	if (rule->due != 0)
		buf_printf(w->out, ", by the date in its %.*s", STRF(due));
	if (rule->n_within > 0) {
		buf_text(w->out, rule->due != 0 ? " or, without one, " : ", ");
		say_within(w, "within ", "");
	}
	if (rule->until >= 0) {
		buf_text(w->out, ", unless first there is ");
		say_phrase(w, "a", rule->until);
	}
	if (rule->each) {
		buf_text(w->out, ". It comes before the next ");
		say_phrase(w, "", rule->on);
	}
}

static void
say_before_rule(const struct words *w)
{
	const struct rule *rule = w->rule;

	say_phrase(w, "each", rule->on);
	buf_text(w->out, rule->next ? " needs directly before it " : " needs before it ");
	say_phrase(w, "a", rule->need);
	if (rule->n_within > 0) {
		buf_text(w->out, ", ");
		say_within(w, "at most ", " before");
	}
	if (rule->each)
		buf_text(w->out, ". Each needs one of its own");
}

static void
say_never_rule(const struct words *w)
{
	const struct rule *rule = w->rule;

	if (rule->with >= 0) {
		say_phrase(w, "a", rule->on);
		buf_text(w->out, " does not stand in one case with ");
		say_phrase(w, "a", rule->with);
		return;
	}
	if (rule->after >= 0) {
		buf_text(w->out, rule->next ? "directly after " : "after ");
		say_phrase(w, "a", rule->after);
		buf_text(w->out, " there is ");
	} else {
		buf_text(w->out, "there is ");
	}
	say_phrase(w, "no", rule->on);
	if (rule->n_within > 0) {
		buf_text(w->out, ", ");
		say_within(w, "for ", "");
	}
	if (rule->until >= 0) {
		buf_text(w->out, rule->n_within > 0 ? ", or until there is " : " until there is ");
		say_phrase(w, "a", rule->until);
	}
}

static void
say_must_rule(const struct words *w)
{
	const struct rule *rule = w->rule;
	size_t i;

	say_phrase(w, "each", rule->on);
	buf_text(w->out, " has ");
	for (i = 0; i < rule->n_must; i++) {
		buf_text(w->out, i == 0 ? "" : i + 1 == rule->n_must ? ", and " : ", ");
		rules_say_expr(w->out, w->rules, w->rules->predicates[rule->must[i]].expr, false);
	}
}

static void
say_check(const struct words *w)
{
	const struct rule *rule = w->rule;

	switch (rule->check) {
	case CHECK_FIRST:
		buf_text(w->out, "the first entry of a case is ");
		say_phrase(w, "a", rule->on);
		break;
	case CHECK_COUNT:
		say_count_rule(w);
		break;
	case CHECK_BEFORE:
		say_before_rule(w);
		break;
	case CHECK_AFTER:
		say_after_rule(w);
		break;
	case CHECK_EVERY:
		buf_text(w->out, "while ");
		say_states(w);
		buf_text(w->out, ", there is ");
		say_phrase(w, "a", rule->need);
		buf_char(w->out, ' ');
		say_within(w, "at least every ", "");
		break;
	case CHECK_TOGETHER:
		say_phrase(w, "each", rule->on);
		buf_text(w->out, " needs, before it or after, ");
		say_phrase(w, "a", rule->need);
		if (rule->n_within > 0) {
			buf_text(w->out, ", ");
			say_within(w, "within ", "");
		}
		break;
	case CHECK_NEVER:
		say_never_rule(w);
		break;
	case CHECK_WHILE:
		say_phrase(w, "each", rule->on);
		buf_text(w->out, " stands where ");
		say_states(w);
		break;
	case CHECK_MUST:
		say_must_rule(w);
		break;
	case CHECK_SETTLED:
		say_phrase(w, "at each", rule->on);
		buf_text(w->out, ", nothing that was begun before it is still due");
		break;
	case CHECK_NONE:
		break;
	}
	buf_char(w->out, '.');
}

void
rules_say_period(struct buf *out, const char *what, day since, day expires)
{
	if (since == DAY_NONE && expires == DAY_NONE)
		return;
	buf_printf(out, " It holds for what is %s", what);
	if (since != DAY_NONE)
		say_date(out, " from ", since);
	if (since != DAY_NONE)
		buf_text(out, expires != DAY_NONE ? " on and" : " on");
	if (expires != DAY_NONE)
		say_date(out, " before ", expires);
	buf_char(out, '.');
}

static bool
can_be_due(const struct rule *rule)
{
	return rule->check == CHECK_AFTER || rule->check == CHECK_EVERY || rule->check == CHECK_TOGETHER ||
	    (rule->check == CHECK_COUNT && rule->min > 0);
}

void
rule_say(const struct rule *rule, struct buf *out)
{
	struct words w = { rule->rules, rule, out };
	size_t start, i;

	if (rule->when != NULL) {
		buf_text(out, "In a case with ");
		rules_say_expr(out, rule->rules, rule->when, true);
		buf_text(out, ", ");
	}
	buf_text(out, "");
	start = out->n;
	say_check(&w);
	if (rule->when == NULL && out->p[start] >= 'a' && out->p[start] <= 'z')
		out->p[start] += 'A' - 'a';
	for (i = 0; i < rule->n_pairings; i++)
		say_pairing(&w, &rule->pairings[i]);
	if (rule->pause != NULL)
		buf_printf(out, " Days on which '%.*s' holds do not count.", STRF(rule->pause->name));
	if (can_be_due(rule) && rule->who != 0)
		buf_printf(out, " It is up to the %.*s of the case.",
		    STRF(symbol_name(rule->rules->symbols, rule->who)));
	rules_say_period(out, "dated", rule->since, rule->expires);
}

/* A text as a paragraph of its own, with a heading. */
static void
say_field(struct buf *out, const char *heading, struct str text)
{
	if (text.n > 0)
		buf_printf(out, "\n%s%.*s\n", heading, STRF(text));
}

static void
say_example(struct buf *out, const char *heading, struct str text)
{
	struct str rest = text, line;

	buf_printf(out, "\n%s:\n", heading);
	while (str_cut(&rest, '\n', &line))
		buf_printf(out, "%s%.*s\n", line.n ? "    " : "", STRF(line));
}

static const char *
severity_word(enum severity severity)
{
	return severity == ERROR ? "error" : severity == WARNING ? "warning" : "note";
}

void
upkeep_explain(const struct upkeep *upkeep, struct buf *out)
{
	struct str text;
	size_t i;

	buf_printf(out, "%.*s (Upkeep)\n\n%.*s\n\n", STRF(upkeep_name(upkeep)),
	    STRF(upkeep_text(upkeep, "Message", 0)));
	upkeep_say(upkeep, out);
	buf_char(out, '\n');
	say_field(out, "", upkeep_text(upkeep, "Doc", 0));
	say_field(out, "What to do: ", upkeep_text(upkeep, "Fix", 0));
	for (i = 0; (text = upkeep_text(upkeep, "Basis", i)).p != NULL; i++)
		say_field(out, "Basis: ", text);
}

void
rule_explain(const struct rule *rule, struct buf *out)
{
	struct str text;
	size_t i;

	buf_printf(out, "%.*s (%s)\n\n%.*s\n\n", STRF(rule->name), severity_word(rule->severity),
	    STRF(rule_message(rule)));
	rule_say(rule, out);
	buf_char(out, '\n');
	say_field(out, "", rule_text(rule, "Doc", 0));
	say_field(out, "What to do: ", rule_fix(rule));
	for (i = 0; (text = rule_text(rule, "Basis", i)).p != NULL; i++)
		say_field(out, "Basis: ", text);
	for (i = 0; (text = rule_text(rule, "Bad", i)).p != NULL; i++)
		say_example(out, "This fails", text);
	for (i = 0; (text = rule_text(rule, "Good", i)).p != NULL; i++)
		say_example(out, "This passes", text);
}

void
state_say(const struct state *state, struct buf *out)
{
	struct words w = { state->rules, NULL, out };

	buf_text(out, "It holds from just after ");
	say_phrase(&w, "a", state->start);
	if (state->stop >= 0) {
		buf_text(out, " until there is ");
		say_phrase(&w, "a", state->stop);
	} else if (state->ends == 0) {
		buf_text(out, " on, for good");
	}
	if (state->ends != 0)
		buf_printf(out, "%s until the date in its %.*s", state->stop >= 0 ? ", or" : "",
		    STRF(symbol_name(state->rules->symbols, state->ends)));
	buf_char(out, '.');
	if (state->is_closed)
		buf_text(out, " While it holds the case is closed: what was still due is broken.");
}

void
state_explain(const struct state *state, struct buf *out)
{
	buf_printf(out, "%.*s (State)\n", STRF(state->name));
	say_field(out, "", state_text(state, "Doc", 0));
	buf_char(out, '\n');
	state_say(state, out);
	buf_char(out, '\n');
	say_field(out, "Basis: ", state_text(state, "Basis", 0));
}

void
history_explain(const struct history *history, struct buf *out)
{
	struct str text;
	size_t i;

	buf_printf(out, "%.*s (History)\n\n%.*s\n\n", STRF(history_name(history)),
	    STRF(history_text(history, "Message", 0)));
	history_say(history, out);
	buf_char(out, '\n');
	say_field(out, "", history_text(history, "Doc", 0));
	say_field(out, "What to do: ", history_text(history, "Fix", 0));
	for (i = 0; (text = history_text(history, "Basis", i)).p != NULL; i++)
		say_field(out, "Basis: ", text);
}
