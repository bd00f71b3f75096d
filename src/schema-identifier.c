/*
 * Identifiers that stay out of files: patterns from Identifier records, tried in their order on
 * free text, so that what an earlier one claims is no later one's. One pass over a value's bytes
 * tells which could match at all.
 */
#include "prefilter.h"
#include "schema-parts.h"

#include <stdlib.h>
#include <string.h>

#define IDENTIFIERS_MAX PREFILTER_PATTERNS
/* Parts of one value that are claimed; more are not looked at. */
#define CLAIMS_MAX 32

struct identifier {
	struct str name, message, advice;
	struct pattern *pattern;
	check_digit_fn *check_digits;
	enum severity severity;
	bool may_allow;
	bool has_first, first[256]; /* the bytes with which a match begins */
};

/* Files below one path prefix and what is looked for there. */
struct scope {
	struct str prefix;
	uint64_t set;
};

struct identifiers {
	struct identifier list[IDENTIFIERS_MAX];
	size_t n;
	struct scope *scopes;
	size_t n_scopes, scopes_size;
	struct prefilter prefilter;
};

bool
schema_has_identifiers(const struct schema *schema)
{
	return schema->identifiers != NULL;
}

void
identifiers_free(struct schema *schema)
{
	if (schema->identifiers == NULL)
		return;
	for (size_t i = 0; i < schema->identifiers->n; i++)
		pattern_free(schema->identifiers->list[i].pattern);
	prefilter_release(&schema->identifiers->prefilter);
	free(schema->identifiers);
}

/* An Identifier record that is being read. */
struct reading {
	struct schema *schema;
	const struct recfile *file;
	const struct record *record;
	struct findings *findings;
};

static struct str
value_of(const struct reading *reading, const char *name)
{
	const struct field *field = record_named(reading->record, str_of(name));

	return field ? str_trim(field->value) : STR_NULL;
}

static void
bad(const struct reading *reading, const char *name, const char *problem, const char *advice)
{
	const struct field *field = record_named(reading->record, str_of(name));
	struct span at = field ? value_span(reading->file, field) :
				 record_span(reading->file, reading->record);

	fix(reading->findings, find(reading->findings, MSG_BAD_IDENTIFIER, at, "%s", problem), "%s",
	    advice);
}

static bool
read_pattern(const struct reading *reading, struct identifier *identifier)
{
	const struct field *field = record_named(reading->record, STR("Pattern"));
	const char *reason;
	struct span at;
	size_t offset;

	if (field == NULL || field->value.n == 0) {
		bad(reading, "Pattern", "an identifier without a pattern",
		    "add a line 'Pattern: ' with a regular expression");
		return false;
	}
	identifier->pattern = pattern_compile(field->value, false, &reading->schema->arena, &reason,
	    &offset);
	if (identifier->pattern != NULL)
		return true;
	at = value_span(reading->file, field);
	if (offset <= field->value.n)
		at = schema_part(reading->file, field, (struct str){ field->value.p + offset, 0 });
	find(reading->findings, MSG_BAD_IDENTIFIER, at, "the pattern cannot be read: %s", reason);
	return false;
}

static const char *
known_checks(struct arena *arena)
{
	const char *const *names = check_digit_names();
	struct str list[16];
	size_t n = 0;

	for (; n < 16 && names[n] != NULL; n++)
		list[n] = str_of(names[n]);
	return arena_printf(arena, "there is %s", schema_choices(arena, list, n));
}

static bool
read_check(const struct reading *reading, struct identifier *identifier)
{
	struct str name = value_of(reading, "Check");

	if (name.p == NULL)
		return true;
	identifier->check_digits = check_digit_named(name);
	if (identifier->check_digits == NULL)
		bad(reading, "Check", "no check-digit function of that name",
		    known_checks(&reading->findings->arena));
	return identifier->check_digits != NULL;
}

static bool
read_severity(const struct reading *reading, struct identifier *identifier)
{
	struct str word = value_of(reading, "Severity");

	identifier->severity = ERROR;
	if (word.p == NULL || str_is(word, "error"))
		return true;
	identifier->severity = str_is(word, "warning") ? WARNING : NOTE;
	if (identifier->severity == WARNING || str_is(word, "note"))
		return true;
	bad(reading, "Severity", "no such severity", "write error, warning or note");
	return false;
}

static bool
read_allow(const struct reading *reading, struct identifier *identifier)
{
	struct str word = value_of(reading, "Allow");

	identifier->may_allow = word.p == NULL || str_is(word, "yes");
	if (identifier->may_allow || str_is(word, "no"))
		return true;
	bad(reading, "Allow", "neither yes nor no",
	    "yes: an entry may excuse it with a reason; no: nothing does");
	return false;
}

static void
add_scope(struct schema *schema, struct str prefix, uint64_t bit)
{
	struct identifiers *all = schema->identifiers;

	for (size_t i = 0; i < all->n_scopes; i++)
		if (str_eq(all->scopes[i].prefix, prefix)) {
			all->scopes[i].set |= bit;
			return;
		}
	all->scopes = schema_more(&schema->arena, all->scopes, &all->n_scopes, &all->scopes_size,
	    sizeof *all->scopes);
	all->scopes[all->n_scopes - 1] = (struct scope){ prefix, bit };
}

static void
read_files(const struct reading *reading, uint64_t bit)
{
	const struct field *field;
	bool any = false;

	for (size_t i = 0; i < reading->record->n; i++) {
		struct str rest, prefix;

		field = &reading->record->fields[i];
		if (!str_is(field->name, "Files"))
			continue;
		rest = field->value;
		while ((prefix = str_word(&rest)).n > 0) {
			add_scope(reading->schema, prefix, bit);
			any = true;
		}
	}
	if (any)
		return;
	add_scope(reading->schema, STR("cases/"), bit);
	add_scope(reading->schema, STR("activities/"), bit);
}

static const struct identifier *
identifier_named(const struct identifiers *all, struct str name)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->list[i].name, name))
			return &all->list[i];
	return NULL;
}

static bool
read_name(const struct reading *reading, struct identifier *identifier)
{
	const struct identifiers *all = reading->schema->identifiers;
	struct str rest = value_of(reading, "Identifier");

	identifier->name = rest.p ? str_word(&rest) : STR_NULL;
	if (identifier->name.n == 0 || rest.n > 0)
		bad(reading, "Identifier", "an identifier has a name of one word",
		    "for example: Identifier: telephone");
	else if (identifier_named(all, identifier->name) != NULL)
		bad(reading, "Identifier", "an identifier of that name stands above already",
		    "give it another name");
	else if (all->n == IDENTIFIERS_MAX)
		bad(reading, "Identifier", "more than 64 identifiers",
		    "join some of their patterns");
	else
		return true;
	return false;
}

/* Any byte that may begin a digit of Unicode: the first beyond ASCII is U+0660, whose UTF-8
 * begins with 0xD9. */
static bool
may_be_digit(unsigned char byte)
{
	return ((unsigned char)(byte - '0') <= 9) | (byte >= 0xd9);
}

/* "digit" or "9-digits"; 0 for another word. */
static size_t
read_digits(struct str word)
{
	struct number number;
	struct str count;

	if (str_is(word, "digit"))
		return 1;
	if (!str_cut(&word, '-', &count) || !str_is(word, "digits") || !number_is_integer(count) ||
	    !number_parse(count, &number) || number.mantissa < 1 || number.mantissa > 99)
		return 0;
	return (size_t)number.mantissa;
}

/* Needs: words of which a match holds one: `digit`, several of them, or a character. *least: 0 without any. */
static bool
read_needs(const struct reading *reading, bool bytes[256], size_t *least)
{
	struct str rest = value_of(reading, "Needs"), word;
	size_t digits;

	*least = 0;
	memset(bytes, 0, 256 * sizeof(*bytes));
	while ((word = str_word(&rest)).n > 0) {
		digits = read_digits(word);
		*least = digits == 0 ? 1 : *least == 0 || digits < *least ? digits : *least;
		if (digits > 0) {
			for (size_t i = 0; i < 256; i++)
				bytes[i] |= may_be_digit((unsigned char)i);
		} else if (word.n == 1 && (unsigned char)word.p[0] < 0x80) {
			bytes[(unsigned char)word.p[0]] = true;
		} else {
			bad(reading, "Needs",
			    "neither 'digit', '9-digits' nor a character of ASCII",
			    "write what every match holds one of, with blanks between: Needs: @ (");
			return false;
		}
	}
	return true;
}

/* Words: of which every match holds one. */
static bool
read_words(const struct reading *reading, struct prefilter *filter, int bit)
{
	struct str rest = value_of(reading, "Words"), word;

	while ((word = str_word(&rest)).n > 0)
		if (!prefilter_word(filter, bit, word)) {
			bad(reading, "Words", "neither a word of ASCII letters nor the beginning of one",
			    "write what every match holds one of, with blanks between: Words: mr mrs born*");
			return false;
		}
	return true;
}

void
identifier_add(struct schema *schema, const struct recfile *file, const struct record *record,
    struct findings *findings)
{
	struct reading reading = { schema, file, record, findings };
	struct identifier identifier = { 0 };
	struct identifiers *all = schema->identifiers;
	struct pattern_study study;
	bool needs[256];
	size_t least;

	if (all == NULL) {
		all = schema->identifiers = xcalloc(1, sizeof *all);
		prefilter_init(&all->prefilter);
	}
	identifier.message = value_of(&reading, "Message");
	identifier.advice = value_of(&reading, "Fix");
	if (!read_name(&reading, &identifier) || !read_check(&reading, &identifier) ||
	    !read_severity(&reading, &identifier) || !read_allow(&reading, &identifier) ||
	    !read_needs(&reading, needs, &least) || !read_pattern(&reading, &identifier))
		return;
	if (!read_words(&reading, &all->prefilter, (int)all->n)) {
		all->prefilter.by_word &= ~((uint64_t)1 << all->n);
		pattern_free(identifier.pattern);
		return;
	}
	pattern_study(identifier.pattern, &study);
	identifier.has_first = study.has_first;
	memcpy(identifier.first, study.first, sizeof(identifier.first));
	prefilter_add(&all->prefilter, (int)all->n, study.has_first ? study.first : NULL,
	    study.has_needs ? study.needs : NULL);
	if (least > 0)
		prefilter_count(&all->prefilter, (int)all->n, needs, least);
	read_files(&reading, (uint64_t)1 << all->n);
	all->list[all->n++] = identifier;
}

uint64_t
identifiers_for(const struct schema *schema, const char *path)
{
	const struct identifiers *all = schema->identifiers;
	struct str name = str_of(path);
	uint64_t set = 0;

	for (size_t i = 0; all != NULL && i < all->n_scopes; i++)
		if (str_starts(name, all->scopes[i].prefix))
			set |= all->scopes[i].set;
	return set;
}

static struct str
nearest_identifier(const struct identifiers *all, struct str name)
{
	struct str names[IDENTIFIERS_MAX];

	for (size_t i = 0; i < all->n; i++)
		names[i] = all->list[i].name;
	return nearest(name, names, all->n);
}

/* What one Allow field excuses. */
static uint64_t
read_allowance(const struct check *check, const struct field *field)
{
	const struct identifiers *all = check->schema->identifiers;
	struct findings *findings = check->findings;
	struct span at = value_span(check->file, field);
	struct str rest = field->value, name = str_word(&rest);
	const struct identifier *identifier = identifier_named(all, name);

	if (identifier == NULL) {
		struct str guess = nearest_identifier(all, name);

		find(findings, MSG_BAD_ALLOWANCE, at, "no identifier '%s' to allow%s",
		    val(findings, name), schema_mean(findings, guess));
		return 0;
	}
	if (!identifier->may_allow) {
		find(findings, MSG_BAD_ALLOWANCE, at, "'%s' cannot be allowed",
		    nam(findings, identifier->name));
		return 0;
	}
	if (str_trim(rest).n == 0) {
		fix(findings,
		    find(findings, MSG_BAD_ALLOWANCE, at, "'%s' is allowed without a reason",
			nam(findings, identifier->name)),
		    "say why it may stand here, behind the name");
		return 0;
	}
	return (uint64_t)1 << (identifier - all->list);
}

uint64_t
identifiers_allowed(const struct check *check)
{
	uint64_t allowed = 0;
	int sym = check->schema->sym_allow;

	for (uint32_t i = 0; i < check->record->n; i++)
		if (check->record->fields[i].symbol == sym)
			allowed |= read_allowance(check, &check->record->fields[i]);
	return allowed;
}

/* Its beginning and its end, never more than half of it. */
static const char *
masked(struct findings *findings, struct str text)
{
	size_t count = utf8_count(text), head = count / 3 < 3 ? count / 3 : 3,
	       tail = count / 4 < 2 ? count / 4 : 2;
	struct buf out = BUF_INIT;
	const char *shown;

	for (size_t i = 0; i < count; i++) {
		uint32_t code;
		size_t n = utf8_decode(text, &code);

		n = n ? n : 1;
		if (i < head || i >= count - tail)
			buf_add(&out, text.p, n);
		else
			buf_char(&out, '*');
		text.p += n;
		text.n -= n;
	}
	shown = val(findings, buf_view(&out));
	buf_release(&out);
	return shown;
}

static void
report(const struct check *check, const struct identifier *identifier, struct str found,
    struct span at)
{
	struct findings *findings = check->findings;
	struct str message = identifier->message;
	struct finding *finding;

	if (message.p == NULL)
		message = arena_str(&findings->arena, STR("an identifier stands here"));
	finding = find(findings, MSG_IDENTIFIER, at, "'%s' (%s): %.*s", masked(findings, found),
	    nam(findings, identifier->name), STRF(message));
	/* The line itself would show what the message masks. */
	finding->excerpt = NULL;
	schema_severity(findings, finding, identifier->severity);
	if (identifier->advice.p != NULL)
		fix(findings, finding, "%.*s", STRF(identifier->advice));
	else if (identifier->may_allow)
		fix(findings, finding,
		    "take it out, or say why it may stand here: Allow: %.*s REASON",
		    STRF(identifier->name));
	else
		fix(findings, finding, "take it out");
}

struct claims {
	struct str list[CLAIMS_MAX];
	size_t n;
};

/* False when another has it, or there is no room. */
static bool
claim(struct claims *claims, struct str found)
{
	for (size_t i = 0; i < claims->n; i++)
		if (found.p < claims->list[i].p + claims->list[i].n &&
		    claims->list[i].p < found.p + found.n)
			return false;
	if (claims->n == CLAIMS_MAX)
		return false;
	claims->list[claims->n++] = found;
	return true;
}

/* As many bytes without a possible beginning are quicker passed over here than by the pattern. */
#define GAP 32

/* Where matches may begin: a stretch from *start to *last; false when nowhere from *start on. */
static bool
next_starts(const struct identifier *identifier, struct str value, size_t *start, size_t *last)
{
	const char *p = value.p + *start, *end = value.p + value.n, *seen;

	if (!identifier->has_first) {
		*last = value.n;
		return *start < value.n;
	}
	while (p < end && !identifier->first[(unsigned char)*p])
		p++;
	if (p == end)
		return false;
	*start = (size_t)(p - value.p);
	for (seen = p++; p < end && p - seen <= GAP; p++)
		if (identifier->first[(unsigned char)*p])
			seen = p;
	*last = (size_t)(seen - value.p);
	return true;
}

static void
took_too_long(const struct check *check, const struct identifier *identifier, const struct field *field)
{
	fix(check->findings,
	    find(check->findings, MSG_PATTERN_LIMIT, value_span(check->file, field),
		"looking for '%s' took too long here", nam(check->findings, identifier->name)),
	    "make the pattern of '%s' simpler in schema/", nam(check->findings, identifier->name));
}

static void
look_for(const struct check *check, const struct identifier *identifier, bool is_allowed,
    const struct field *field, struct claims *claims)
{
	struct str value = field->value, found;
	size_t start = 0, last;
	enum match match;

	while (claims->n < CLAIMS_MAX && next_starts(identifier, value, &start, &last)) {
		match = pattern_match_until(identifier->pattern, value, start, last, &found);
		start = last + 1;
		if (match == NO_MATCH)
			continue;
		if (match == MATCH_LIMIT)
			took_too_long(check, identifier, field);
		if (match != MATCH || found.n == 0)
			return;
		start = (size_t)(found.p - value.p) + found.n;
		if (identifier->check_digits != NULL && !identifier->check_digits(found))
			continue;
		if (claim(claims, found) && !is_allowed)
			report(check, identifier, found, schema_part(check->file, field, found));
	}
}

void
check_identifiers(const struct check *check, uint64_t set, uint64_t allowed,
    const struct field *field)
{
	const struct identifiers *all = check->schema->identifiers;
	struct claims claims;

	set &= prefilter_test(&all->prefilter, field->value);
	claims.n = 0;
	for (size_t i = 0; set >> i != 0; i++) {
		if (set >> i & 1)
			look_for(check, &all->list[i], allowed >> i & 1, field, &claims);
		if (i + 1 == IDENTIFIERS_MAX)
			break;
	}
}

/* Comments, and lines that were not understood: all that is in no field, looked at as if it
 * were one. */
static void
check_gap(const struct check *check, uint64_t set, size_t from, size_t to)
{
	struct field gap = { 0 };
	size_t fault = 0;

	if (to <= from + 1)
		return;
	gap.value = (struct str){ check->file->source->bytes.p + from, to - from };
	gap.at = gap.value_at = (uint32_t)from;
	gap.end = (uint32_t)to;
	if (text_check(gap.value, &fault) == TEXT_OK)
		check_identifiers(check, set, 0, &gap);
}

void
schema_check_comments(const struct schema *schema, const struct recfile *file,
    struct findings *findings)
{
	struct check check = { schema, NULL, NULL, file, NULL, DAY_NONE, findings };
	uint64_t set = identifiers_for(schema, file->source->name);
	size_t from = 0;

	if (set == 0)
		return;
	for (size_t r = 0; r < file->n; r++)
		for (uint32_t i = 0; i < file->records[r].n; i++) {
			check_gap(&check, set, from, file->records[r].fields[i].at);
			from = file->records[r].fields[i].end;
		}
	check_gap(&check, set, from, file->source->bytes.n);
}
