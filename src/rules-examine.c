/*
 * Good and Bad examples become journals in memory, written as text and parsed as any case is, so that an example is judged
 * by exactly what judges a case.
 */
#include "rules-parts.h"

#include <stdlib.h>
#include <string.h>

/* One line of an example. */
struct line {
	struct str text;
	size_t number; /* among the lines of its field's value, from 0 */
};

struct example {
	const struct rules *rules;
	const struct terms *terms;
	const struct rule *rule;
	const struct field *field; /* Good or Bad */
	bool is_good;
	struct findings *findings;
	struct arena *arena; /* of this example */
	struct buf *text; /* as a case file */
	size_t *lines; /* by entry: where it stands */
	size_t n_entries;
	day first, last, today; /* DAY_NONE: not given */
	bool opened; /* the header says when */
	size_t faults;
};

/* ---- places ---- */

/* The place of a part of a line; of the whole field where backslashes join lines. */
static struct span
place(const struct example *e, const struct line *line, struct str part)
{
	const struct recfile *file = e->rule->file;
	struct str bytes = file->source->bytes;
	size_t at = e->field->value_at, k, offset = part.p == NULL ? 0 : (size_t)(part.p - line->text.p);

	for (k = 0; k < line->number && at < e->field->end; at++)
		k += bytes.p[at] == '\n';
	if (line->number > 0 && at < e->field->end && bytes.p[at] == '+') {
		at++;
		at += at < e->field->end && bytes.p[at] == ' ';
	}
	at += offset;
	if (at + part.n > e->field->end || memcmp(bytes.p + at, part.p, part.n) != 0)
		return value_span(file, e->field);
	return (struct span){ file->source, at, part.n };
}

static struct finding *
fault(struct example *e, enum message message, const struct line *line, struct str part, const char *text)
{
	e->faults++;
	return find(e->findings, message, place(e, line, part), "%s", text);
}

static const char *
mean(struct findings *findings, struct str word, const struct str *list, size_t n)
{
	struct str near = nearest(word, list, n);

	return near.p ? arena_printf(&findings->arena, ", did you mean '%.*s'?", STRF(near)) : "";
}

/* ---- words ---- */

/* The next word of a line: blanks inside quotes belong to it. */
static struct str
next_word(struct str *rest)
{
	struct str word;
	char quote = 0;
	size_t i;

	while (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	for (i = 0; i < rest->n && (quote != 0 || (rest->p[i] != ' ' && rest->p[i] != '\t')); i++) {
		if (quote == 0 && i > 0 && rest->p[i - 1] == '=' && (rest->p[i] == '\'' || rest->p[i] == '"'))
			quote = rest->p[i];
		else if (quote != 0 && rest->p[i] == quote)
			quote = 0;
	}
	word = (struct str){ rest->p, i };
	*rest = (struct str){ rest->p + i, rest->n - i };
	return word;
}

static struct str
unquoted(struct str value)
{
	if (value.n >= 2 && (value.p[0] == '\'' || value.p[0] == '"') && value.p[value.n - 1] == value.p[0])
		return (struct str){ value.p + 1, value.n - 2 };
	return value;
}

/* Whether records of a type may have any field: schema has no %allowed for them. */
static bool
is_open(const struct example *e, const struct rectype *type)
{
	const struct rectype *entry = schema_type(e->rules->schema, STR("Entry"));

	return rectype_special(type, STR("%allowed")).p == NULL &&
	    (entry == NULL || rectype_special(entry, STR("%allowed")).p == NULL);
}

static void
check_choice(struct example *e, const struct line *line, struct str value, const struct field_info *info)
{
	struct findings *findings = e->findings;
	struct choice words = field_words(info);

	if (choice_has(words, value))
		return;
	fault(e, MSG_RULE_TEXT, line, value, arena_printf(&findings->arena, "'%.*s' is no value of '%.*s'%s",
	    STRF(value), STRF(info->name), mean(findings, value, words.list, words.n)));
}

static void
check_value(struct example *e, const struct line *line, struct str value, const struct field_info *info)
{
	const char *reason;
	day date;

	if (field_words(info).list != NULL)
		check_choice(e, line, value, info);
	else if (str_is(info->type, "date") && !date_parse(value, &date, &reason))
		fault(e, MSG_RULE_VALUE, line, value, arena_printf(&e->findings->arena, "'%.*s' is not a date: %s",
		    STRF(value), reason));
}

static void
unknown_field(struct example *e, const struct line *line, struct str name, const struct rectype *type)
{
	struct findings *findings = e->findings;
	size_t n, i;
	const struct field_info *fields = rectype_fields(type, &n);
	struct str *names = ARENA_NEW(e->arena, struct str, n + 1);

	for (i = 0; i < n; i++)
		names[i] = fields[i].name;
	fault(e, MSG_RULE_NAME, line, name, arena_printf(&findings->arena, "'%.*s' has no field '%.*s'%s",
	    STRF(rectype_name(type)), STRF(name), mean(findings, name, names, n)));
}

/* Field=value */
static void
add_field(struct example *e, const struct line *line, struct str word, const struct rectype *type)
{
	struct str value = word, name;
	const struct field_info *info;

	if (!str_cut(&value, '=', &name) || value.p == NULL || !is_field_name(name)) {
		fix(e->findings, fault(e, MSG_RULE_VALUE, line, word, arena_printf(&e->findings->arena,
		    "'%.*s' in an example is not Field=value", STRF(word))),
		    "write Decision=given; what holds blanks between quotes: Text='two words'");
		return;
	}
	value = unquoted(value);
	info = type ? rectype_field(type, symbol_find(e->rules->symbols, name)) : NULL;
	if (info != NULL)
		check_value(e, line, value, info);
	else if (type != NULL && !is_open(e, type))
		unknown_field(e, line, name, type);
	e->opened |= e->n_entries == 0 && str_is(name, "Opened");
	record_write_field(e->text, name, value);
}

static void
add_fields(struct example *e, const struct line *line, struct str rest, const struct rectype *type)
{
	struct str word;

	while ((word = next_word(&rest)).n > 0)
		add_field(e, line, word, type);
}

/* ---- lines ---- */

static void
unknown_kind(struct example *e, const struct line *line, struct str kind)
{
	struct findings *findings = e->findings;
	size_t n;
	const struct str *kinds = schema_kinds(e->rules->schema, &n);

	fault(e, MSG_RULE_TEXT, line, kind, arena_printf(&findings->arena, "no kind '%.*s'%s", STRF(kind),
	    mean(findings, kind, kinds, n)));
}

static void
add_entry(struct example *e, const struct line *line)
{
	struct str rest = line->text, date_word = next_word(&rest), kind = next_word(&rest);
	const struct rectype *type = schema_kind(e->rules->schema, kind);
	const char *reason;
	day date;

	if (!date_parse(date_word, &date, &reason)) {
		fix(e->findings, fault(e, MSG_RULE_VALUE, line, date_word, arena_printf(&e->findings->arena,
		    "'%.*s' begins a line of an example, but is not a date: %s", STRF(date_word), reason)),
		    "a line is DATE KIND Field=value...; the first may be Case Field=value..., the last today DATE");
		return;
	}
	if (kind.n == 0) {
		fault(e, MSG_RULE_VALUE, line, date_word, "an entry of an example without its kind");
		return;
	}
	if (type == NULL && schema_has_kinds(e->rules->schema))
		unknown_kind(e, line, kind);
	e->first = e->first == DAY_NONE || date < e->first ? date : e->first;
	e->last = e->last == DAY_NONE || date > e->last ? date : e->last;
	e->lines[e->n_entries++] = line->number;
	buf_char(e->text, '\n');
	record_write_field(e->text, STR("Date"), date_word);
	record_write_field(e->text, STR("Kind"), kind);
	add_fields(e, line, rest, type);
}

static void
set_today(struct example *e, const struct line *line, struct str rest)
{
	struct str word = next_word(&rest);
	const char *reason;

	if (!date_parse(word, &e->today, &reason) || next_word(&rest).n > 0)
		fix(e->findings, fault(e, MSG_RULE_VALUE, line, line->text,
		    "this line of an example is not 'today DATE'"), "write: today 2026-05-01");
}

static void
read_line(struct example *e, const struct line *line)
{
	struct str rest = line->text, word = next_word(&rest);

	if (word.n == 0)
		return;
	if (str_is(word, "Case") && e->n_entries == 0)
		add_fields(e, line, rest, schema_type(e->rules->schema, STR("Case")));
	else if (str_is(word, "today"))
		set_today(e, line, rest);
	else
		add_entry(e, line);
}

static void
read_example(struct example *e)
{
	struct str rest = e->field->value;
	struct line line = { STR_NULL, 0 };
	size_t n = 1, i;

	for (i = 0; i < rest.n; i++)
		n += rest.p[i] == '\n';
	e->lines = ARENA_NEW(e->arena, size_t, n);
	buf_reset(e->text);
	buf_text(e->text, "Case: 2026-00000\n");
	for (; str_cut(&rest, '\n', &line.text); line.number++)
		read_line(e, &line);
	if (e->n_entries == 0 && e->faults == 0) {
		fix(e->findings, find(e->findings, MSG_RULE_VALUE, value_span(e->rule->file, e->field),
		    "an example without an entry"), "write a line for each: 2026-03-04 consent Decision=given");
		e->faults++;
	}
	if (e->today == DAY_NONE)
		e->today = e->last;
}

/* ---- trying ---- */

/* The text as a case; its header is opened on the day of the first entry unless it says otherwise. */
static void
parse_example(struct example *e, struct casefile *file)
{
	struct findings quiet;
	struct buf whole = BUF_INIT;
	char date[DATE_SIZE];
	struct str text = buf_view(e->text), header;

	if (!e->opened) {
		str_cut(&text, '\n', &header);
		buf_printf(&whole, "%.*s\nOpened: %s\n", STRF(header), date_format(e->first, date));
	}
	buf_str(&whole, text);
	findings_init(&quiet);
	case_parse(e->terms, "example", arena_str(e->arena, buf_view(&whole)), e->arena, &quiet, file);
	findings_release(&quiet);
	buf_release(&whole);
}

static bool
is_failure(const struct example *e, const struct judgement *judgement)
{
	return judgement->rule == e->rule && judgement->verdict > VERDICT_DUE &&
	    judgement->waiver == NO_ENTRY;
}

/* A Good example that fails. */
static void
blame_good(struct example *e, const struct casefile *file, const struct judgement *judgement)
{
	struct line line = { STR_NULL, 0 };
	struct str rest = e->field->value;
	struct buf text = BUF_INIT;
	size_t number = 0;

	if (judgement->entry != NO_ENTRY) {
		const struct record *record = file->entries[judgement->entry].record;

		number = e->lines[record - file->file.records - 1];
	}
	for (line.number = 0; str_cut(&rest, '\n', &line.text) && line.number < number; line.number++)
		;
	judgement_say(judgement, file, e->today, &text);
	fix(e->findings, fault(e, MSG_RULE_EXAMPLE, &line, line.text, arena_printf(&e->findings->arena,
	    "this is to be good, but it is %s: %s", verdict_name(judgement->verdict), text.p)),
	    "mend the example, or the rule '%s'", nam(e->findings, e->rule->name));
	buf_release(&text);
}

/* A Bad example in which nothing fails. */
static void
blame_bad(struct example *e, const struct judgement *due)
{
	struct finding *finding = find(e->findings, MSG_RULE_EXAMPLE, value_span(e->rule->file, e->field),
	    "this is to be bad, but the rule '%s' finds nothing wrong in it", nam(e->findings, e->rule->name));
	char date[DATE_SIZE], next[DATE_SIZE];

	if (due != NULL && due->due != DAY_NONE)
		fix(e->findings, finding, "it is due by %s: end it with a line 'today %s' to go beyond",
		    date_format(due->due, date), date_format(due->due + 1, next));
	else if (due != NULL)
		fix(e->findings, finding, "it is due, without a date: only a closed case breaks it");
	else
		fix(e->findings, finding, "mend the example, or the rule");
}

static void
try_example(struct example *e, struct judge *judge)
{
	struct casefile file;
	const struct judgement *list, *due = NULL;
	struct findings quiet;
	size_t n, i;

	read_example(e);
	if (e->faults > 0)
		return;
	parse_example(e, &file);
	findings_init(&quiet);
	list = judge_case(judge, &file, e->today, &quiet, &n);
	for (i = 0; i < n && !is_failure(e, &list[i]); i++)
		if (list[i].rule == e->rule)
			due = &list[i];
	if (i < n && e->is_good)
		blame_good(e, &file, &list[i]);
	else if (i == n && !e->is_good)
		blame_bad(e, due);
	findings_release(&quiet);
}

static void
try_rule(const struct rule *rule, const struct terms *terms, struct judge *judge, struct arena *arena,
    struct buf *text, struct findings *findings)
{
	uint32_t i;

	for (i = 0; i < rule->record->n; i++) {
		const struct field *field = &rule->record->fields[i];
		struct example e = { .rules = rule->rules, .terms = terms, .rule = rule, .field = field,
			.is_good = str_is(field->name, "Good"), .findings = findings, .arena = arena,
			.text = text, .first = DAY_NONE, .last = DAY_NONE, .today = DAY_NONE };

		if (!e.is_good && !str_is(field->name, "Bad"))
			continue;
		try_example(&e, judge);
		arena_reset(arena);
	}
}

void
rules_try_examples(const struct rules *rules, const struct terms *terms, struct findings *findings)
{
	struct judge *judge = judge_new(rules);
	struct arena arena;
	struct buf text = BUF_INIT;
	size_t i;

	arena_init(&arena);
	for (i = 0; i < rules->n_rules; i++)
		try_rule(&rules->rules[i], terms, judge, &arena, &text, findings);
	buf_release(&text);
	arena_release(&arena);
	judge_free(judge);
}

static void
find_missing(const struct rule *rule, struct findings *findings)
{
	bool good = rule_text(rule, "Good", 0).p != NULL, bad = rule_text(rule, "Bad", 0).p != NULL;

	if (rule->severity == NOTE || (good && bad))
		return;
	fix(findings, find(findings, MSG_RULE_WITHOUT_EXAMPLE, record_span(rule->file, rule->record),
	    "rule '%s' has no %s example", nam(findings, rule->name), good ? "bad" : bad ? "good" :
	    "good and no bad"), "add %s, a line for each entry: 2026-03-04 consent Decision=given",
	    good ? "Bad:" : bad ? "Good:" : "Good: and Bad:");
}

static void
find_dead(const struct rules *rules, const struct terms *terms, struct findings *findings)
{
	size_t i;

	for (i = 0; i < rules->n_states; i++)
		if (!rules_may_enter(&rules->states[i], terms))
			fix(findings, find(findings, MSG_STATE_NEVER, record_span(rules->states[i].file,
			    rules->states[i].record), "State '%s' never begins: no journal leads to it",
			    nam(findings, rules->states[i].name)), "mend its Start");
	for (i = 0; i < rules->n_rules; i++)
		if (!rules_may_apply(&rules->rules[i], terms))
			fix(findings, find(findings, MSG_RULE_NEVER, record_span(rules->rules[i].file,
			    rules->rules[i].record), "rule '%s' never applies: no journal has an entry that it concerns",
			    nam(findings, rules->rules[i].name)), "mend its On or its When");
}

/* Whether there is something to be kept where it applies. */
static bool
is_positive(const struct rule *rule)
{
	return rule->severity != NOTE && rule->on >= 0 && (rule->check != CHECK_NEVER || rule->after >= 0 ||
	    rule->with >= 0 || rule->until >= 0) && (rule->check != CHECK_COUNT || rule->max > 0);
}

static void
blame_pair(const struct rule *a, const struct rule *b, struct findings *findings)
{
	struct finding *finding = find(findings, MSG_RULES_CONTRADICT, record_span(a->file, a->record),
	    "no journal in which rule '%s' applies keeps both it and '%s'", nam(findings, a->name),
	    nam(findings, b->name));

	fix(findings, finding, "mend one of the two; '%s' is at %s:%zu", nam(findings, b->name),
	    b->file->source->name, findings_line(findings, b->file->source, b->record->at));
}

/* Each rule alone, then beside each that the journal found breaks. */
static void
find_contradictions(const struct rules *rules, const struct terms *terms, struct findings *findings)
{
	size_t n = rules->n_rules, i, j;
	bool *kept = xcalloc(n + 1, sizeof(*kept)), *beside = xcalloc(n * n + 1, sizeof(*beside));

	for (i = 0; i < n; i++) {
		const struct rule *rule = &rules->rules[i];

		kept[i] = is_positive(rule) && rules_may_apply(rule, terms);
		if (!kept[i])
			continue;
		kept[i] = rules_may_be_kept(rule, NULL, terms, beside + i * n);
		if (kept[i])
			continue;
		fix(findings, find(findings, MSG_RULES_CONTRADICT, record_span(rule->file, rule->record),
		    "no journal keeps rule '%s' where it applies", nam(findings, rule->name)),
		    "mend what it asks for");
	}
	for (i = 0; i < n; i++)
		for (j = 0; j < n && beside[i * n + i]; j++) {
			const struct rule *a = &rules->rules[i], *b = &rules->rules[j];

			if (i != j && !beside[i * n + j] && b->severity != NOTE && b->check != CHECK_EVERY &&
			    (kept[j] || !is_positive(b)) && !rules_may_be_kept(a, b, terms, NULL))
				blame_pair(a, b, findings);
		}
	free(kept);
	free(beside);
}

void
rules_examine(const struct rules *rules, const struct terms *terms, struct findings *findings)
{
	size_t i;

	rules_try_examples(rules, terms, findings);
	for (i = 0; i < rules->n_rules; i++)
		find_missing(&rules->rules[i], findings);
	find_dead(rules, terms, findings);
	find_contradictions(rules, terms, findings);
}
