/*
 * Looks for journals that show what is asked: an entry that a rule concerns, a State that begins, two rules that are both
 * kept. From what the expressions mention comes a small set of entries that tell them apart (the values named, another,
 * none); words of these, one a day, are judged as any journal is, shortest first, and a word in which something is broken
 * is not gone on from, as nothing repairs it. That there is none is said only when these entries are all that can matter
 * and what is asked must show within the length looked at: arithmetic, references, dates, free patterns, and rules that
 * wait for days to pass are passed over in silence.
 */
#include "rules-parts.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH 5 /* of the longest word */
#define LETTERS_MAX 48
#define RAW_MAX 512 /* entries before those that no expression tells apart are taken together */
#define HEADERS_MAX 12
#define STATES_MAX 4
#define WORDS_MAX 40000 /* judged in one search */
#define VALUES_MAX 6 /* of one field */
#define FIRST_DAY 20514 /* 2026-03-02 */

/* A field that expressions ask for, and the texts that they compare it with. */
struct atom {
	int symbol;
	bool of_case; /* asked of the case too */
	struct str texts[VALUES_MAX];
	size_t n;
	bool all; /* each of its choices */
};

/* States that are supposed to hold: bits of a number, in the order of those that matter. */
struct supposed {
	struct standing standing; /* first: it is the context */
	const struct search *search;
	unsigned bits;
};

struct search {
	const struct rules *rules;
	const struct terms *terms;
	struct arena arena; /* of this search */
	bool sure; /* every expression was understood, and all values are there */
	bool *predicates, *states; /* those that matter */
	size_t n_states;
	struct atom *atoms;
	size_t n_atoms, size_atoms;
	struct str headers[HEADERS_MAX]; /* fields, as text */
	size_t n_headers;
	struct str raw[RAW_MAX];
	size_t n_raw;
	struct str letters[LETTERS_MAX];
	size_t n_letters;
	struct supposed supposed;
	/* the word looked at */
	struct casefile file;
	struct source source;
	struct entry entries[LENGTH];
	struct rules sub; /* the rules that are judged: those asked about, and a probe */
	struct rule list[3];
	struct judge *judge;
	size_t words;
	bool found; /* the word looked at last is one */
};

/* ---- what matters ---- */

static void add_state(struct search *s, const struct state *state);

static struct atom *
atom_for(struct search *s, bool of_case, int symbol)
{
	size_t i;

	for (i = 0; i < s->n_atoms; i++)
		if (s->atoms[i].symbol == symbol) {
			s->atoms[i].of_case |= of_case;
			return &s->atoms[i];
		}
	if (s->n_atoms == s->size_atoms) {
		size_t old = s->size_atoms;

		s->size_atoms = old ? 2 * old : 16;
		s->atoms = arena_grow(&s->arena, s->atoms, old * sizeof(*s->atoms),
		    s->size_atoms * sizeof(*s->atoms));
	}
	s->atoms[s->n_atoms] = (struct atom){ .symbol = symbol, .of_case = of_case };
	return &s->atoms[s->n_atoms++];
}

static void
add_text(struct search *s, struct atom *atom, struct str text)
{
	size_t i;

	for (i = 0; i < atom->n; i++)
		if (str_eq(atom->texts[i], text))
			return;
	if (atom->n == VALUES_MAX || text.n == 0)
		s->sure = false;
	else
		atom->texts[atom->n++] = text;
}

/* The kinds of the schema that have a field; of the case when of_case. NULL when none has. */
static const struct field_info *
info_of(const struct search *s, bool of_case, int symbol)
{
	const struct schema *schema = s->rules->schema;
	const struct rectype *type = schema_type(schema, STR("Case"));
	const struct field_info *info = type && of_case ? rectype_field(type, symbol) : NULL;
	const struct str *kinds;
	size_t n, i;

	kinds = schema_kinds(schema, &n);
	for (i = 0; !of_case && info == NULL && i < n; i++)
		info = rectype_field(schema_kind(schema, kinds[i]), symbol);
	return info;
}

static void
add_atom(struct search *s, const struct mention *mention, bool of_case, int symbol)
{
	const struct field_info *info = info_of(s, of_case, symbol);
	struct choice words = { &mention->text, 1 };
	struct atom *atom = atom_for(s, of_case, symbol);
	size_t i;

	if (mention->is_asked)
		return;
	if (mention->sign != NULL && strcmp(mention->sign, "~") == 0) {
		words = pattern_words(mention->text, &s->arena);
		atom->all |= words.list == NULL;
		s->sure &= words.list != NULL || (info != NULL && str_is(info->type, "enum"));
	} else if (mention->sign == NULL || (strcmp(mention->sign, "=") != 0 && strcmp(mention->sign, "!=") != 0)) {
		s->sure = false;
		return;
	}
	for (i = 0; words.list != NULL && i < words.n; i++)
		add_text(s, atom, words.list[i]);
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

static void
see_case_name(struct search *s, const struct mention *mention, int symbol)
{
	const struct state *state = state_of(s->rules, symbol);

	if (state == NULL) {
		add_atom(s, mention, true, symbol);
		return;
	}
	s->sure &= mention->is_asked;
	add_state(s, state);
}

static bool
is_reference(const struct search *s, bool of_case, const struct name *name)
{
	const struct field_info *info = name->sub ? info_of(s, of_case, name->field) : NULL;

	return info != NULL && info->target.n > 0;
}

static void
see_in_entry(void *context, const struct mention *mention)
{
	struct search *s = context;
	const struct rules *rules = s->rules;
	const struct name *name = &mention->name;

	s->sure &= name->index < 0;
	if (name->field == rules->case_ && name->sub != 0)
		see_case_name(s, mention, name->sub);
	else if (is_reference(s, false, name))
		s->sure = false;
	else if (name->joined == rules->kind)
		s->sure &= mention->sign != NULL || mention->is_asked;
	else if (name->joined == rules->date)
		s->sure = false;
	else
		add_atom(s, mention, false, name->joined);
}

static void
see_in_case(void *context, const struct mention *mention)
{
	struct search *s = context;
	const struct name *name = &mention->name;

	s->sure &= name->index < 0;
	if (name->field == s->rules->case_ && name->sub != 0)
		see_case_name(s, mention, name->sub);
	else if (is_reference(s, true, name))
		s->sure = false;
	else
		see_case_name(s, mention, name->joined);
}

static void
add_predicate(struct search *s, int predicate)
{
	if (predicate < 0 || s->predicates[predicate])
		return;
	s->predicates[predicate] = true;
	expr_mentions(s->rules->predicates[predicate].expr, 0, (struct choice){ NULL, 0 }, &s->arena, see_in_entry, s);
}

static void
add_state(struct search *s, const struct state *state)
{
	if (s->states[state->number])
		return;
	s->states[state->number] = true;
	s->n_states++;
	s->sure &= state->ends == 0 && s->n_states <= STATES_MAX;
	add_predicate(s, state->start);
	add_predicate(s, state->stop);
}

static void
add_condition(struct search *s, const struct expr *expr)
{
	if (expr != NULL)
		expr_mentions(expr, 0, (struct choice){ NULL, 0 }, &s->arena, see_in_case, s);
}

/* A Need at most P5D before its On may be out of reach for words of a day each. */
static bool
is_long(struct duration span)
{
	return span.months > 0 || span.days > LENGTH;
}

static void
add_rule(struct search *s, const struct rule *rule)
{
	size_t i;

	add_predicate(s, rule->on);
	add_predicate(s, rule->need);
	add_predicate(s, rule->after);
	add_predicate(s, rule->until);
	add_predicate(s, rule->with);
	add_condition(s, rule->when);
	for (i = 0; i < rule->n_must; i++)
		add_predicate(s, rule->must[i]);
	for (i = 0; i < rule->n_while; i++)
		add_state(s, rule->while_[i]);
	for (i = 0; i < rule->n_within; i++) {
		add_condition(s, rule->within[i].condition);
		s->sure &= rule->check != CHECK_NEVER;
		s->sure &= rule->check != CHECK_BEFORE || is_long(rule->within[i].span);
	}
	for (i = 0; i < rule->n_pairings; i++) {
		s->sure &= rule->pairings[i].own != ENTRY_NAME && rule->pairings[i].other != ENTRY_NAME;
		if (rule->pairings[i].own > 0)
			add_text(s, atom_for(s, false, rule->pairings[i].own), STR("one"));
		if (rule->pairings[i].other > 0)
			add_text(s, atom_for(s, false, rule->pairings[i].other), STR("one"));
	}
	s->sure &= rule->since == DAY_NONE && rule->expires == DAY_NONE;
	s->sure &= rule->min <= 1;
}

/* ---- entries that differ in what matters ---- */

struct values {
	struct str list[2 * VALUES_MAX + 4]; /* each some lines of a record, or none */
	size_t n;
};

static void
add_value(struct search *s, struct values *values, int symbol, const struct str *texts, size_t n)
{
	struct buf out = BUF_INIT;
	size_t i;

	if (values->n == sizeof(values->list) / sizeof(*values->list)) {
		s->sure = false;
		return;
	}
	for (i = 0; i < n; i++)
		record_write_field(&out, symbol_name(s->rules->symbols, symbol), texts[i]);
	values->list[values->n++] = out.n ? arena_str(&s->arena, buf_view(&out)) : STR("");
	buf_release(&out);
}

static bool
is_named(const struct atom *atom, struct str text)
{
	size_t i;

	for (i = 0; i < atom->n; i++)
		if (str_eq(atom->texts[i], text))
			return true;
	return false;
}

/* None, each text that is named, one that is not, and all at once where a field may stand several times. */
static void
values_of(struct search *s, const struct atom *atom, const struct field_info *info, struct values *values)
{
	struct str other = STR("another");
	size_t i;
	bool is_enum = info != NULL && str_is(info->type, "enum");

	values->n = 0;
	add_value(s, values, atom->symbol, NULL, 0);
	for (i = 0; i < atom->n; i++)
		add_value(s, values, atom->symbol, &atom->texts[i], 1);
	for (i = 0; is_enum && i < info->n_choices; i++)
		if (!is_named(atom, info->choices[i])) {
			add_value(s, values, atom->symbol, &info->choices[i], 1);
			if (!atom->all)
				break;
		}
	if (!is_enum)
		add_value(s, values, atom->symbol, &other, 1);
	if (info != NULL && info->unique)
		return;
	if (atom->n > 1)
		add_value(s, values, atom->symbol, atom->texts, atom->n);
	s->sure &= atom->n <= 2;
}

/* All ways to put the fields together, behind what `text` holds already. */
static void
combine(struct search *s, const struct values *values, size_t n, struct buf *text, struct str *list,
    size_t *n_list, size_t max)
{
	size_t length = text->n, i;

	if (*n_list == max) {
		s->sure = false;
		return;
	}
	if (n == 0) {
		list[(*n_list)++] = arena_str(&s->arena, buf_view(text));
		return;
	}
	for (i = 0; i < values->n; i++) {
		buf_str(text, values->list[i]);
		combine(s, values + 1, n - 1, text, list, n_list, max);
		text->n = length;
	}
}

/* Headers: the fields of the case that are asked for. */
static void
make_headers(struct search *s)
{
	struct values *values = ARENA_NEW(&s->arena, struct values, s->n_atoms + 1);
	struct buf text = BUF_INIT;
	size_t n = 0, i;

	buf_text(&text, "");
	for (i = 0; i < s->n_atoms; i++)
		if (s->atoms[i].of_case)
			values_of(s, &s->atoms[i], info_of(s, true, s->atoms[i].symbol), &values[n++]);
	combine(s, values, n, &text, s->headers, &s->n_headers, HEADERS_MAX);
	buf_release(&text);
}

static void
make_kind(struct search *s, struct str kind)
{
	const struct rectype *type = schema_kind(s->rules->schema, kind);
	struct values *values = ARENA_NEW(&s->arena, struct values, s->n_atoms + 1);
	struct buf text = BUF_INIT;
	size_t n = 0, i;

	buf_text(&text, "");
	record_write_field(&text, STR("Kind"), kind);
	for (i = 0; i < s->n_atoms; i++) {
		const struct field_info *info = type ? rectype_field(type, s->atoms[i].symbol) : NULL;

		if (info != NULL)
			values_of(s, &s->atoms[i], info, &values[n++]);
		else if (type == NULL || !schema_has_kinds(s->rules->schema))
			s->sure = false;
	}
	combine(s, values, n, &text, s->raw, &s->n_raw, RAW_MAX);
	buf_release(&text);
}

/* ---- telling them apart ---- */

static bool
supposed_since(const struct standing *standing, const struct casefile *file, int symbol, day on,
    struct str *value)
{
	const struct supposed *supposed = (const struct supposed *)standing;
	const struct search *s = supposed->search;
	size_t i;
	unsigned bit = 1;

	(void)file;
	(void)on;
	*value = STR("2026-01-01");
	for (i = 0; i < s->rules->n_states; i++) {
		if (!s->states[i])
			continue;
		if (s->rules->states[i].symbol == symbol)
			return (supposed->bits & bit) != 0;
		bit <<= 1;
	}
	return false;
}

/* What the predicates say of an entry below a header, whatever States hold. */
static void
write_answers(struct search *s, struct casefile *file, const struct record *record, struct buf *out)
{
	struct supposed *supposed = &s->supposed;
	struct entry_context context;
	struct subject subject;
	size_t i;

	*supposed = (struct supposed){ { supposed_since }, s, 0 };
	file->standing = &supposed->standing;
	for (; supposed->bits < 1U << s->n_states; supposed->bits++)
		for (i = 0; i < s->rules->n_predicates; i++) {
			if (!s->predicates[i])
				continue;
			record_subject(file, record, schema_kind(s->rules->schema,
			    record_value(record, s->rules->kind)), FIRST_DAY, NULL, &context, &subject);
			buf_char(out, expr_test(s->rules->predicates[i].expr, &subject) ? '1' : '0');
		}
	file->standing = NULL;
}

/* What else of an entry matters: values that it puts in force, and those that are compared between entries. */
static void
write_carried(const struct search *s, const struct record *record, struct buf *out)
{
	uint32_t i;
	size_t k;

	for (i = 0; i < record->n; i++)
		for (k = 0; k < s->n_atoms; k++)
			if (record->fields[i].symbol == s->atoms[k].symbol &&
			    (s->atoms[k].of_case || is_named(&s->atoms[k], STR("one")))) {
				buf_char(out, ' ');
				buf_str(out, record->fields[i].value);
			}
}

/* Headers first, then entries, as one file. */
static void
parse_all(struct search *s, const struct str *entries, size_t n, size_t days)
{
	struct buf text = BUF_INIT;
	struct findings quiet;
	char date[DATE_SIZE];
	size_t i, d;

	for (i = 0; i < s->n_headers; i++)
		buf_printf(&text, "Case: 2026-00000\nOpened: %s\n%.*s\n", date_format(FIRST_DAY, date),
		    STRF(s->headers[i]));
	for (d = 0; d < days; d++)
		for (i = 0; i < n; i++)
			buf_printf(&text, "Date: %s\n%.*s\n", date_format((day)(FIRST_DAY + d), date),
			    STRF(entries[i]));
	memset(&s->file, 0, sizeof(s->file));
	s->source = (struct source){ "journal", arena_str(&s->arena, buf_view(&text)) };
	buf_release(&text);
	findings_init(&quiet);
	record_parse(&s->source, s->rules->symbols, &s->arena, &quiet, &s->file.file);
	findings_release(&quiet);
	s->file.terms = s->terms;
	s->file.source = s->source;
	s->file.path = s->source.name;
	s->file.opened = FIRST_DAY;
	s->file.entries = s->entries;
	s->sure &= s->file.file.n == s->n_headers + n * days;
}

static void
choose_letters(struct search *s)
{
	struct map seen = MAP_INIT;
	struct buf answers = BUF_INIT;
	bool is_new;
	size_t i, h;

	parse_all(s, s->raw, s->n_raw, 1);
	for (i = 0; i < s->n_raw && s->sure; i++) {
		const struct record *record = &s->file.file.records[s->n_headers + i];

		buf_reset(&answers);
		for (h = 0; h < s->n_headers; h++) {
			s->file.header = &s->file.file.records[h];
			write_answers(s, &s->file, record, &answers);
		}
		write_carried(s, record, &answers);
		map_put(&seen, arena_str(&s->arena, buf_view(&answers)), &is_new);
		if (!is_new)
			continue;
		if (s->n_letters == LETTERS_MAX)
			s->sure = false;
		else
			s->letters[s->n_letters++] = s->raw[i];
	}
	map_release(&seen);
	buf_release(&answers);
}

static void
make_letters(struct search *s)
{
	size_t n, i;
	const struct str *kinds = schema_kinds(s->rules->schema, &n);

	make_headers(s);
	for (i = 0; i < n; i++)
		make_kind(s, kinds[i]);
	s->sure &= n > 0;
	if (!s->sure)
		return;
	choose_letters(s);
	if (s->sure)
		parse_all(s, s->letters, s->n_letters, LENGTH);
}

/* ---- words ---- */

/* What is looked for in a word that was judged. */
enum found {
	FOUND_NOT, /* but a longer one may have it */
	FOUND_NEVER, /* nor any longer one */
	FOUND,
};

typedef enum found look_fn(struct search *s, const struct judgement *list, size_t n, const void *context);

static enum found
look_at(struct search *s, size_t n, look_fn *look, const void *context)
{
	const struct judgement *list;
	struct findings quiet;
	enum found found;
	size_t n_list;

	s->file.n = n;
	s->file.today = s->entries[n - 1].date;
	s->words++;
	findings_init(&quiet);
	list = judge_case(s->judge, &s->file, s->file.today, &quiet, &n_list);
	found = look(s, list, n_list, context);
	findings_release(&quiet);
	return found;
}

/* Words of just `length` entries that begin with the first `n`. */
static enum found
extend(struct search *s, size_t n, size_t length, look_fn *look, const void *context)
{
	enum found found = FOUND_NEVER, one;
	size_t i;

	for (i = 0; i < s->n_letters; i++) {
		const struct record *record = &s->file.file.records[s->n_headers + n * s->n_letters + i];

		if (s->words == WORDS_MAX)
			return FOUND_NOT;
		s->entries[n] = (struct entry){ record, (day)(FIRST_DAY + n),
			record_value(record, s->rules->kind), 1 };
		one = look_at(s, n + 1, look, context);
		if (one == FOUND_NOT && n + 1 < length)
			one = extend(s, n + 1, length, look, context);
		if (one == FOUND)
			return FOUND;
		if (one == FOUND_NOT)
			found = FOUND_NOT;
	}
	return found;
}

/* Whether there is a word of at most `length` entries; true too when it cannot be told. */
static bool
may_be(struct search *s, size_t length, look_fn *look, const void *context)
{
	size_t h, n;

	for (h = 0; h < s->n_headers; h++) {
		s->file.header = &s->file.file.records[h];
		for (n = 1; n <= length; n++) {
			enum found found = extend(s, 0, n, look, context);

			if (found == FOUND)
				return s->found = true;
			if (found == FOUND_NEVER)
				break;
		}
	}
	return s->words == WORDS_MAX;
}

static void
begin(struct search *s, const struct rules *rules, const struct terms *terms)
{
	memset(s, 0, sizeof(*s));
	s->rules = rules;
	s->terms = terms;
	s->sure = true;
	arena_init(&s->arena);
	s->predicates = ARENA_NEW(&s->arena, bool, rules->n_predicates + 1);
	s->states = ARENA_NEW(&s->arena, bool, rules->n_states + 1);
	s->sub = *rules;
	s->sub.rules = s->list;
	s->sub.n_rules = 0;
	s->sub.closed = NULL; /* closing only breaks what would be due: what cannot be kept without, cannot be with it */
}

static void
end(struct search *s)
{
	judge_free(s->judge);
	arena_release(&s->arena);
}

/* A rule to be judged, or one like it that shows where it applies. */
static const struct rule *
judge_rule(struct search *s, const struct rule *rule, bool as_probe)
{
	struct rule *own = &s->list[s->sub.n_rules];

	if (as_probe)
		*own = (struct rule){ .name = rule->name, .check = CHECK_NEVER, .on = rule->on, .need = -1, .after = -1,
			.until = -1, .with = -1, .when = rule->when, .max = SIZE_MAX, .since = DAY_NONE,
			.expires = DAY_NONE, .rules = rule->rules, .file = rule->file, .record = rule->record };
	else
		*own = *rule;
	own->number = s->sub.n_rules++;
	return own;
}

static bool
is_ready(struct search *s)
{
	if (s->sure)
		make_letters(s);
	if (s->sure)
		s->judge = judge_new(&s->sub);
	return s->sure;
}

/* ---- questions ---- */

static enum found
look_for_any(struct search *s, const struct judgement *list, size_t n, const void *context)
{
	(void)s;
	(void)list;
	(void)context;
	return n > 0 ? FOUND : FOUND_NOT;
}

bool
rules_may_apply(const struct rule *rule, const struct terms *terms)
{
	struct search s;
	bool may;

	if (rule->on < 0 || rule->check == CHECK_FIRST)
		return true;
	begin(&s, rule->rules, terms);
	add_predicate(&s, rule->on);
	add_condition(&s, rule->when);
	judge_rule(&s, rule, true);
	may = !is_ready(&s) || may_be(&s, s.n_states + 1, look_for_any, NULL);
	end(&s);
	return may;
}

static enum found
look_for_spell(struct search *s, const struct judgement *list, size_t n_list, const void *context)
{
	size_t n, i;
	const struct spell *spells = judge_spells(s->judge, &n);

	(void)list;
	(void)n_list;
	for (i = 0; i < n; i++)
		if (spells[i].state == context)
			return FOUND;
	return FOUND_NOT;
}

bool
rules_may_enter(const struct state *state, const struct terms *terms)
{
	struct search s;
	bool may;

	begin(&s, state->rules, terms);
	add_state(&s, state);
	may = !is_ready(&s) || may_be(&s, s.n_states + 1, look_for_spell, state);
	end(&s);
	return may;
}

/* The rules of a search for a journal that keeps them. */
struct keeping {
	const struct rule *first, *probe, *second; /* of the search's own list; second may be NULL */
};

/* Nothing of either is broken, and one entry that the first concerns has all it asks for. */
static enum found
look_for_kept(struct search *s, const struct judgement *list, size_t n, const void *context)
{
	const struct keeping *k = context;
	bool concerned[LENGTH] = { false }, any = false;
	size_t i;

	if (k->first->check == CHECK_FIRST)
		concerned[0] = true;
	for (i = 0; i < n; i++)
		if (list[i].rule == k->probe && list[i].entry != NO_ENTRY)
			concerned[list[i].entry] = true;
	for (i = 0; i < n; i++) {
		if (list[i].rule == k->probe)
			continue;
		if (list[i].verdict == VERDICT_BROKEN)
			return FOUND_NEVER;
		if (list[i].rule == k->first && list[i].verdict != VERDICT_LATE && list[i].entry != NO_ENTRY)
			concerned[list[i].entry] = false;
	}
	for (i = 0; i < s->file.n; i++)
		any |= concerned[i];
	return any ? FOUND : FOUND_NOT;
}

/* How many entries a journal may need that shows both kept: what the first asks for, and what the second does for each of
 * these. */
static size_t
length_needed(const struct search *s, const struct rule *first, const struct rule *second)
{
	size_t own = 1 + (first->need >= 0), states = s->n_states;

	if (second != NULL && second->need >= 0)
		own *= 2;
	return own + states + (first->check == CHECK_WHILE || first->after >= 0 ? 1 : 0);
}

/* The rules that are not broken in the word that was found: with these there is nothing to look for. */
static void
note_beside(struct search *s, const struct rule *first, bool *beside)
{
	struct judge *judge = judge_new(s->rules);
	const struct judgement *list;
	struct findings quiet;
	size_t n, i;

	findings_init(&quiet);
	list = judge_case(judge, &s->file, s->file.today, &quiet, &n);
	for (i = 0; i < s->rules->n_rules; i++)
		beside[i] = true;
	for (i = 0; i < n; i++)
		beside[list[i].rule->number] &= list[i].verdict != VERDICT_BROKEN;
	beside[first->number] = true;
	findings_release(&quiet);
	judge_free(judge);
}

bool
rules_may_be_kept(const struct rule *first, const struct rule *second, const struct terms *terms, bool *beside)
{
	struct search s;
	struct keeping k = { NULL };
	bool may;

	begin(&s, first->rules, terms);
	add_rule(&s, first);
	k.first = judge_rule(&s, first, false);
	k.probe = judge_rule(&s, first, true);
	if (second != NULL) {
		add_rule(&s, second);
		k.second = judge_rule(&s, second, false);
	}
	may = length_needed(&s, first, second) > LENGTH || !is_ready(&s) || may_be(&s, LENGTH, look_for_kept, &k);
	if (beside != NULL && s.found)
		note_beside(&s, first, beside);
	end(&s);
	return may;
}
