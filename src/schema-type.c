/*
 * Types of fields: from their words in a descriptor, against a value, and back to the words. What
 * recutils accepts was found by trying recfix 1.9; where this differs, dossier-schema(5) says so.
 */
#include "schema-parts.h"

#include <assert.h>
#include <string.h>

/* A type that is being read from its words. */
struct reading {
	struct schema *schema;
	struct rectype *owner;
	struct str rest;
	const struct field *field;
	struct findings *findings;
	struct type *type;
};

static void
bad(struct reading *reading, struct str part, const char *problem, const char *advice)
{
	struct span at = schema_part(reading->owner->file, reading->field, part);

	fix(reading->findings, find(reading->findings, MSG_BAD_TYPE, at, "%s", problem), "%s",
	    advice);
}

static bool
no_more(struct reading *reading)
{
	struct str rest = str_trim(reading->rest);
	struct span at;

	if (rest.n == 0)
		return true;
	at = schema_part(reading->owner->file, reading->field, rest);
	fix(reading->findings,
	    find(reading->findings, MSG_BAD_TYPE, at, "'%s' is too much here",
		nam(reading->findings, rest)),
	    "take it out");
	return false;
}

static bool
read_range_end(struct reading *reading, struct str word, struct number *end, bool *is_end)
{
	*is_end = !str_is(word, "MIN") && !str_is(word, "MAX");
	if (!*is_end || (number_is_integer(word) && number_parse(word, end)))
		return true;
	bad(reading, word, "a range ends at an integer, MIN or MAX", "for example: range 0 10");
	return false;
}

static bool
read_range(struct reading *reading)
{
	struct type *type = reading->type;
	struct str first = str_word(&reading->rest), second = str_word(&reading->rest);

	if (first.n == 0) {
		bad(reading, reading->rest, "a range without its ends", "for example: range 0 10");
		return false;
	}
	type->min = number_of(0);
	type->is_min = true;
	if (second.n == 0)
		second = first;
	else if (!read_range_end(reading, first, &type->min, &type->is_min))
		return false;
	if (!read_range_end(reading, second, &type->max, &type->is_max) || !no_more(reading))
		return false;
	if ((str_is(first, "MAX") && first.p != second.p) || str_is(second, "MIN") ||
	    (type->is_min && type->is_max && number_cmp(type->min, type->max) > 0)) {
		bad(reading, first, "a range that ends before it begins",
		    "write the smaller end first");
		return false;
	}
	return true;
}

static bool
read_size(struct reading *reading)
{
	struct str word = str_word(&reading->rest);
	struct number number;

	if (!number_is_integer(word) || !number_parse(word, &number) || number.mantissa < 0 ||
	    number.mantissa > UINT32_MAX) {
		bad(reading, word, "a size is a number of characters", "for example: size 80");
		return false;
	}
	reading->type->size = (size_t)number.mantissa;
	return no_more(reading);
}

static bool
read_regexp(struct reading *reading)
{
	struct str rest = str_trim(reading->rest), text;
	const char *reason, *end;
	size_t at;
	struct span place;

	if (rest.n < 2 || (end = memchr(rest.p + 1, rest.p[0], rest.n - 1)) == NULL) {
		bad(reading, rest, "a regexp stands between two marks that are the same",
		    "for example: regexp /^GM[0-9]{4}$/");
		return false;
	}
	text = (struct str){ rest.p + 1, (size_t)(end - rest.p) - 1 };
	if (end != rest.p + rest.n - 1) {
		bad(reading, (struct str){ end, (size_t)(rest.p + rest.n - end) },
		    "the regexp ended before this",
		    "choose a mark that does not stand in the regexp itself, as in |a/b|");
		return false;
	}
	reading->type->regexp = text;
	reading->type->pattern = pattern_compile(text, false, &reading->schema->arena, &reason,
	    &at);
	if (reading->type->pattern == NULL) {
		place = schema_part(reading->owner->file, reading->field,
		    (struct str){ text.p + (at < text.n ? at : text.n), 0 });
		find(reading->findings, MSG_BAD_TYPE, place, "the regexp cannot be read: %s",
		    reason);
		return false;
	}
	schema_keep_pattern(reading->schema, reading->type->pattern);
	return true;
}

static bool
is_choice(struct str word)
{
	static const char
	    letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	for (size_t i = 0; i < word.n; i++)
		if (memchr(letters, word.p[i], sizeof letters - 1) == NULL &&
		    (i == 0 || (word.p[i] != '_' && word.p[i] != '-')))
			return false;
	return word.n > 0;
}

static bool
has_choice(const struct type *type, struct str word)
{
	for (size_t i = 0; i < type->n_choices; i++)
		if (str_eq(type->choices[i], word))
			return true;
	return false;
}

/* Skips blanks and comments in parentheses. */
static bool
skip_comment(struct reading *reading)
{
	struct str *rest = &reading->rest;
	const char *end;

	while (rest->n > 0 && (strchr(" \t\n", rest->p[0]) != NULL || rest->p[0] == '(')) {
		size_t skip = 1;

		if (rest->p[0] == '(') {
			end = memchr(rest->p, ')', rest->n);
			if (end == NULL) {
				bad(reading, *rest, "a comment in an enum does not end",
				    "close it with ')'");
				return false;
			}
			skip = (size_t)(end - rest->p) + 1;
		}
		rest->p += skip;
		rest->n -= skip;
	}
	return true;
}

static bool
read_choice(struct reading *reading, size_t *size)
{
	struct type *type = reading->type;
	struct str word = { reading->rest.p, 0 };
	struct str *choice;

	while (word.n < reading->rest.n && strchr(" \t\n(", word.p[word.n]) == NULL)
		word.n++;
	reading->rest.p += word.n;
	reading->rest.n -= word.n;
	if (!is_choice(word)) {
		bad(reading, word, "not a word of an enum",
		    "use letters, digits, '-' and '_', beginning with a letter or digit");
		return false;
	}
	if (has_choice(type, word)) {
		bad(reading, word, "this word stands twice in the enum", "take one of them out");
		return false;
	}
	choice = schema_more(&reading->schema->arena, type->choices, &type->n_choices, size,
	    sizeof *choice);
	type->choices = choice;
	choice[type->n_choices - 1] = word;
	return true;
}

static bool
read_enum(struct reading *reading)
{
	size_t size = 0;

	for (;;) {
		if (!skip_comment(reading))
			return false;
		if (reading->rest.n == 0)
			break;
		if (!read_choice(reading, &size))
			return false;
	}
	if (reading->type->n_choices > 0)
		return true;
	bad(reading, reading->rest, "an enum without words",
	    "write what may be chosen: enum low high");
	return false;
}

static bool
read_rec(struct reading *reading)
{
	struct str word = str_word(&reading->rest);

	if (!is_field_name(word)) {
		bad(reading, word, "a rec type names the record type it refers to",
		    "for example: rec Municipality");
		return false;
	}
	reading->type->target = word;
	reading->type->target_at = schema_part(reading->owner->file, reading->field, word);
	return no_more(reading);
}

static const struct builtin {
	const char *name;
	bool (*read)(struct reading *reading);
} builtins[] = {
	[TYPE_INT] = { "int", no_more },
	[TYPE_BOOL] = { "bool", no_more },
	[TYPE_RANGE] = { "range", read_range },
	[TYPE_REAL] = { "real", no_more },
	[TYPE_LINE] = { "line", no_more },
	[TYPE_SIZE] = { "size", read_size },
	[TYPE_REGEXP] = { "regexp", read_regexp },
	[TYPE_ENUM] = { "enum", read_enum },
	[TYPE_DATE] = { "date", no_more },
	[TYPE_EMAIL] = { "email", no_more },
	[TYPE_UUID] = { "uuid", no_more },
	[TYPE_FIELD] = { "field", no_more },
	[TYPE_REC] = { "rec", read_rec },
};

#define BUILTINS (sizeof builtins / sizeof builtins[0])

static bool
builtin_named(struct str name, size_t *i)
{
	for (*i = 0; *i < BUILTINS; ++*i)
		if (str_is(name, builtins[*i].name))
			return true;
	return false;
}

struct str
type_word(const struct type *type)
{
	return str_of(builtins[type->kind].name);
}

static struct typedef_rule *
typedef_named(const struct rectype *type, struct str name)
{
	for (size_t i = 0; type != NULL && i < type->n_typedefs; i++)
		if (str_eq(type->typedefs[i].name, name))
			return &type->typedefs[i];
	return NULL;
}

/* Compiles a typedef once; NULL after findings (then or at an earlier use). */
static const struct type *
typedef_compile(struct schema *schema, struct rectype *owner, struct typedef_rule *definition,
    struct findings *findings)
{
	if (definition->state == TYPEDEF_OPEN) {
		find(findings, MSG_TYPEDEF_LOOP, value_span(owner->file, definition->field),
		    "type '%s' is defined by itself", nam(findings, definition->name));
		return NULL;
	}
	if (definition->state == TYPEDEF_NEW) {
		definition->state = TYPEDEF_OPEN;
		definition->type = type_compile(schema, owner, definition->spec, definition->field,
		    findings);
		definition->state = TYPEDEF_DONE;
	}
	return definition->type;
}

static struct str
nearest_type(const struct schema *schema, const struct rectype *owner, struct str word)
{
	struct str names[BUILTINS + 128];
	size_t n = 0;
	const struct rectype *both[] = { owner, owner->is_kind ? schema->entry : NULL };

	for (; n < BUILTINS; n++)
		names[n] = str_of(builtins[n].name);
	for (size_t b = 0; b < 2; b++)
		for (size_t i = 0; both[b] != NULL && i < both[b]->n_typedefs && n < BUILTINS + 128;
		     i++)
			names[n++] = both[b]->typedefs[i].name;
	return nearest(word, names, n);
}

static const struct type *
unknown_type(struct reading *reading, struct str word)
{
	struct str guess = nearest_type(reading->schema, reading->owner, word);
	struct finding *finding = find(reading->findings, MSG_UNKNOWN_TYPE,
	    schema_part(reading->owner->file, reading->field, word), "no type '%s'%s",
	    nam(reading->findings, word), schema_mean_name(reading->findings, guess));

	fix(reading->findings, finding,
	    "types are int, bool, range, real, line, size, regexp, enum, date, email, uuid, "
	    "field, rec, and what %%typedef names");
	return NULL;
}

const struct type *
type_compile(struct schema *schema, struct rectype *owner, struct str spec,
    const struct field *field, struct findings *findings)
{
	struct reading reading = { schema, owner, spec, field, findings, NULL };
	struct str word = str_word(&reading.rest);
	struct typedef_rule *definition;
	struct rectype *defined_in = owner;
	size_t i;

	assert(owner != NULL);
	if (word.n == 0) {
		bad(&reading, spec, "a type is missing here", "for example: %type: Hours real");
		return NULL;
	}
	if (builtin_named(word, &i)) {
		reading.type = ARENA_NEW(&schema->arena, struct type, 1);
		reading.type->kind = (enum type_kind)i;
		return builtins[i].read(&reading) ? reading.type : NULL;
	}
	definition = typedef_named(owner, word);
	if (definition == NULL && owner->is_kind) {
		defined_in = schema->entry;
		definition = typedef_named(defined_in, word);
	}
	if (definition == NULL)
		return unknown_type(&reading, word);
	return no_more(&reading) ? typedef_compile(schema, defined_in, definition, findings) : NULL;
}

void
typedef_add(struct schema *schema, struct rectype *type, const struct field *field,
    struct findings *findings)
{
	struct span at = value_span(type->file, field);
	struct str rest = field->value, name = str_word(&rest);
	struct typedef_rule *list;
	size_t i;

	if (!is_field_name(name) || builtin_named(name, &i)) {
		fix(findings,
		    find(findings, MSG_BAD_TYPE, at, "'%s' cannot be the name of a type",
			nam(findings, name)),
		    "letters, digits and '_', beginning with a letter; not a type that there is");
		return;
	}
	if (typedef_named(type, name) != NULL) {
		find(findings, MSG_TYPE_TWICE, at, "type '%s' is defined twice in '%s'",
		    nam(findings, name), nam(findings, type->name));
		return;
	}
	list = schema_more(&schema->arena, type->typedefs, &type->n_typedefs, &type->typedefs_size,
	    sizeof *list);
	type->typedefs = list;
	list[type->n_typedefs - 1] = (struct typedef_rule){ name, rest, field, NULL, TYPEDEF_NEW };
}

void
typedef_compile_all(struct schema *schema, struct rectype *type, struct findings *findings)
{
	for (size_t i = 0; i < type->n_typedefs; i++)
		if (type->typedefs[i].state == TYPEDEF_NEW)
			typedef_compile(schema, type, &type->typedefs[i], findings);
}

/* Against a value. */

static size_t
digits(struct str s, size_t from)
{
	size_t i = from;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i - from;
}

/* [-] digits, or 0x and hexadecimal digits: no plus sign, as in recutils. */
static bool
is_int(struct str s)
{
	size_t i;

	s = str_trim(s);
	i = s.n > 0 && s.p[0] == '-';
	if (s.n > i + 2 && s.p[i] == '0' && s.p[i + 1] == 'x') {
		for (i += 2; i < s.n; i++)
			if (digits(s, i) == 0 && !(s.p[i] >= 'a' && s.p[i] <= 'f') &&
			    !(s.p[i] >= 'A' && s.p[i] <= 'F'))
				return false;
		return true;
	}
	return s.n > i && digits(s, i) == s.n - i;
}

static bool
is_real(struct str s)
{
	size_t i, whole, fraction;

	s = str_trim(s);
	i = s.n > 0 && s.p[0] == '-';
	whole = digits(s, i);
	i += whole;
	if (i == s.n)
		return whole > 0;
	if (s.p[i++] != '.')
		return false;
	fraction = digits(s, i);
	return fraction > 0 && i + fraction == s.n;
}

static bool
is_in_range(const struct type *type, struct str value)
{
	struct number number;

	return is_int(value) && number_parse(value, &number) &&
	    (!type->is_min || number_cmp(number, type->min) >= 0) &&
	    (!type->is_max || number_cmp(number, type->max) <= 0);
}

static const struct str bool_words[] = { { "yes", 3 }, { "no", 2 }, { "true", 4 }, { "false", 5 }, { "1", 1 }, { "0", 1 } };
#define BOOL_WORDS ((struct choice){ bool_words, sizeof(bool_words) / sizeof(*bool_words) })

struct choice
field_words(const struct field_info *field)
{
	if (field != NULL && str_is(field->type, "bool"))
		return BOOL_WORDS;
	return field != NULL && field->n_choices > 0 ? (struct choice){ field->choices, field->n_choices } :
	    (struct choice){ NULL, 0 };
}

bool
type_has(const struct type *type, struct str value)
{
	day unused;

	switch (type->kind) {
	case TYPE_INT:
		return is_int(value);
	case TYPE_BOOL:
		return choice_has(BOOL_WORDS, str_trim(value));
	case TYPE_RANGE:
		return is_in_range(type, value);
	case TYPE_REAL:
		return is_real(value);
	case TYPE_LINE:
		return memchr(value.p, '\n', value.n) == NULL;
	case TYPE_SIZE:
		return value.n <= type->size || utf8_count(value) <= type->size;
	case TYPE_REGEXP:
		return pattern_match(type->pattern, value, 0, NULL) == MATCH;
	case TYPE_ENUM:
		return has_choice(type, value);
	case TYPE_DATE:
		return date_parse(value, &unused, NULL);
	case TYPE_EMAIL:
		return is_email(value);
	case TYPE_UUID:
		return is_uuid(value);
	case TYPE_FIELD:
		return is_field_name(value);
	case TYPE_REC:
		return value.n > 0;
	}
	assert(!"a type that is not in the table");
	return false;
}

static void
blame_choice(const struct rule *rule, const struct recfile *file, const struct field *field,
    struct findings *findings)
{
	const struct type *type = rule->type;
	struct str guess = nearest(str_trim(field->value), type->choices, type->n_choices);
	struct finding *finding = find(findings, MSG_UNKNOWN_CHOICE, value_span(file, field),
	    "'%s' is not a choice of '%s'%s", val(findings, field->value),
	    nam(findings, rule->info.name), schema_mean(findings, guess));

	fix(findings, finding, "choose %s",
	    schema_choices(&findings->arena, type->choices, type->n_choices));
}

static void
blame_date(const struct rule *rule, const struct recfile *file, const struct field *field,
    struct findings *findings)
{
	const char *reason = "a date is written YYYY-MM-DD";
	char text[DATE_SIZE];
	struct str guess = STR_NULL;
	day guessed;
	struct finding *finding;

	date_parse(field->value, &guessed, &reason);
	if (date_guess(field->value, &guessed))
		guess = str_of(date_format(guessed, text));
	finding = find(findings, MSG_BAD_DATE, value_span(file, field),
	    "'%s' of '%s' is not a date: %s%s", val(findings, field->value),
	    nam(findings, rule->info.name), reason, schema_mean(findings, guess));
	if (guess.p != NULL && !findings->hide_values)
		fix(findings, finding, "write %s", text);
	else
		fix(findings, finding, "write a day that there is, as YYYY-MM-DD");
}

static const char *
wanted_number(const struct type *type, char text[3 * NUMBER_SIZE])
{
	char min[NUMBER_SIZE], max[NUMBER_SIZE];
	struct buf out = BUF_INIT;

	buf_text(&out, "expected an integer");
	if (type->is_min && type->is_max)
		buf_printf(&out, " from %s to %s", number_format(type->min, min),
		    number_format(type->max, max));
	else if (type->is_min)
		buf_printf(&out, " of at least %s", number_format(type->min, min));
	else if (type->is_max)
		buf_printf(&out, " of at most %s", number_format(type->max, max));
	memcpy(text, out.p, out.n + 1);
	buf_release(&out);
	return text;
}

static const char *
wanted(const struct type *type, struct arena *arena)
{
	char text[3 * NUMBER_SIZE];

	switch (type->kind) {
	case TYPE_INT:
	case TYPE_RANGE:
		return arena_printf(arena, "%s", wanted_number(type, text));
	case TYPE_BOOL:
		return "expected yes or no";
	case TYPE_REAL:
		return "expected a number such as 1.5";
	case TYPE_LINE:
		return "expected one line";
	case TYPE_SIZE:
		return arena_printf(arena, "expected at most %zu characters", type->size);
	case TYPE_REGEXP:
		return arena_printf(arena, "expected what matches %.*s", STRF(type->regexp));
	case TYPE_EMAIL:
		return "expected an e-mail address";
	case TYPE_UUID:
		return "expected a UUID such as 550e8400-e29b-41d4-a716-446655440000";
	case TYPE_FIELD:
		return "expected a field's name: letters, digits and '_', beginning with a letter";
	case TYPE_REC:
		return arena_printf(arena, "expected the key of a record of type '%.*s'",
		    STRF(type->target));
	case TYPE_ENUM:
	case TYPE_DATE:
		break;
	}
	assert(!"a type with words of its own");
	return "";
}

void
type_blame(const struct rectype *type, const struct rule *rule, const struct recfile *file, const struct field *field,
    struct findings *findings)
{
	struct finding *finding;

	if (rule->type->kind == TYPE_ENUM) {
		blame_choice(rule, file, field, findings);
		return;
	}
	if (rule->type->kind == TYPE_DATE) {
		blame_date(rule, file, field, findings);
		return;
	}
	if (field->value.n == 0)
		finding = find(findings, MSG_BAD_VALUE, value_span(file, field), "'%s' is empty: %s",
		    nam(findings, rule->info.name), wanted(rule->type, &findings->arena));
	else
		finding = find(findings, MSG_BAD_VALUE, value_span(file, field),
		    "'%s' does not fit '%s': %s", val(findings, field->value),
		    nam(findings, rule->info.name), wanted(rule->type, &findings->arena));
	if (rule->type->kind == TYPE_REGEXP)
		fix(findings, finding, "dossier help %s says in words what '%s' holds",
		    nam(findings, type->name), nam(findings, rule->info.name));
}

/* Back to recutils. */

/* What stands in a pattern for more than itself: the end of what does not let a blank match. 0: a blank might. */
static size_t
skip_blankless(struct str text, size_t i)
{
	static const char escapes[] = "d.-_/+()[]{}?*|";
	size_t end;

	if (text.p[i] == '\\')
		return i + 1 < text.n && text.p[i + 1] && strchr(escapes, text.p[i + 1]) ? i + 2 : 0;
	if (text.p[i] != '[')
		return text.p[i] == '.' || text.p[i] == '^' || text.p[i] == '$' || (unsigned char)text.p[i] <= ' ' ||
		    (unsigned char)text.p[i] >= 0x7f ? 0 : i + 1;
	for (end = i + 1; end < text.n && text.p[end] != ']'; end++)
		if (text.p[end] == '\\' || text.p[end] == '[' || (text.p[end] == '^' && end == i + 1) ||
		    (unsigned char)text.p[end] <= ' ' || (unsigned char)text.p[end] >= 0x7f)
			return 0;
	return end == i + 1 || end == text.n ? 0 : end + 1;
}

/* Whether the pattern holds its text from end to end and lets no blank stand in it: seen from its letters alone, so that it
 * says no where it cannot tell. */
static bool
is_blankless(struct str text)
{
	size_t i, depth = 0;

	if (text.n < 2 || text.p[0] != '^' || text.p[text.n - 1] != '$' || text.p[text.n - 2] == '\\')
		return false;
	text.n--;
	for (i = 1; i < text.n;) {
		depth += text.p[i] == '(';
		if (text.p[i] == '(' && i + 1 < text.n && text.p[i + 1] == '?') {
			if (i + 2 >= text.n || text.p[i + 2] != ':')
				return false;
			i += 2;
		}
		depth -= text.p[i] == ')' && depth > 0;
		if (text.p[i] == '|' && depth == 0)
			return false;
		i = skip_blankless(text, i);
		if (i == 0)
			return false;
	}
	return true;
}

enum field_form
type_form(const struct type *type)
{
	static const enum field_form forms[] = {
		[TYPE_INT] = FORM_INTEGER, [TYPE_BOOL] = FORM_BOOL, [TYPE_RANGE] = FORM_INTEGER,
		[TYPE_REAL] = FORM_DECIMAL, [TYPE_LINE] = FORM_PROSE, [TYPE_SIZE] = FORM_PROSE,
		[TYPE_REGEXP] = FORM_PROSE, [TYPE_ENUM] = FORM_CODE, [TYPE_DATE] = FORM_DATE,
		[TYPE_EMAIL] = FORM_PROSE, [TYPE_UUID] = FORM_CODE, [TYPE_FIELD] = FORM_CODE,
		[TYPE_REC] = FORM_REFERENCE,
	};

	if (type == NULL)
		return FORM_PROSE;
	if (type->kind == TYPE_REGEXP)
		return is_blankless(type->regexp) ? FORM_CODE : FORM_PROSE;
	if (type->kind == TYPE_REC && str_is(type->target, "Entry"))
		return FORM_ENTRY;
	if (type->kind == TYPE_REC && str_is(type->target, "Case"))
		return FORM_CODE;
	return forms[type->kind];
}

/* Its limits: bytes of a regexp, of a word of an enum, and of a range's ends. */
#define RECUTILS_REGEXP 200
#define RECUTILS_WORD 100

/* What follows a backslash and means the same in both: itself. */
static bool
is_plain_escape(char c)
{
	return strchr(".[]()*+?{}|^$\\/", c) != NULL;
}

/* Classes of ASCII without escapes; a negated one, like a dot, takes one byte there and one
 * character here, so that only a run of them is the same. */
static bool
is_shared_class(struct str text, size_t *i)
{
	bool negated = *i + 1 < text.n && text.p[*i + 1] == '^';
	size_t at = *i + 1 + negated;

	if (at < text.n && text.p[at] == ']')
		return false;
	for (; at < text.n && text.p[at] != ']'; at++)
		if (text.p[at] == '\\' || text.p[at] == '[' || (unsigned char)text.p[at] >= 0x80)
			return false;
	*i = at;
	return at < text.n &&
	    (!negated || (at + 1 < text.n && strchr("*+", text.p[at + 1]) != NULL));
}

bool
is_shared_regexp(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\0' || (unsigned char)c >= 0x80 || c == '\n')
			return false;
		if (c == '\\' && (++i == text.n || !is_plain_escape(text.p[i])))
			return false;
		if (c == '[' && !is_shared_class(text, &i))
			return false;
		if (c == '.' && (i + 1 == text.n || strchr("*+", text.p[i + 1]) == NULL))
			return false;
		/* (?...), (*...), and lazy or possessive repetition */
		if (strchr("(*+?}", c) != NULL && i + 1 < text.n &&
		    strchr("?+*", text.p[i + 1]) != NULL)
			return false;
	}
	return true;
}

static bool
write_regexp(const struct type *type, struct buf *out)
{
	static const char marks[] = "/|~!%@#,;";

	if (type->regexp.n >= RECUTILS_REGEXP || !is_shared_regexp(type->regexp))
		return false;
	for (const char *mark = marks; *mark != '\0'; mark++)
		if (memchr(type->regexp.p, *mark, type->regexp.n) == NULL) {
			buf_printf(out, "regexp %c%.*s%c", *mark, STRF(type->regexp), *mark);
			return true;
		}
	return false;
}

static bool
write_range(const struct type *type, struct buf *out)
{
	char min[NUMBER_SIZE] = "MIN", max[NUMBER_SIZE] = "MAX";
	struct number low = number_of(INT32_MIN), high = number_of(INT32_MAX);

	if ((type->is_min && number_cmp(type->min, low) < 0) ||
	    (type->is_max && number_cmp(type->max, high) > 0))
		return false;
	if (type->is_min)
		number_format(type->min, min);
	if (type->is_max)
		number_format(type->max, max);
	buf_printf(out, "range %s %s", min, max);
	return true;
}

static bool
write_enum(const struct type *type, struct buf *out)
{
	for (size_t i = 0; i < type->n_choices; i++)
		if (type->choices[i].n >= RECUTILS_WORD)
			return false;
	buf_text(out, "enum");
	for (size_t i = 0; i < type->n_choices; i++)
		buf_printf(out, " %.*s", STRF(type->choices[i]));
	return true;
}

bool
type_write(const struct type *type, struct buf *out)
{
	switch (type->kind) {
	case TYPE_RANGE:
		return write_range(type, out);
	case TYPE_REGEXP:
		return write_regexp(type, out);
	case TYPE_ENUM:
		return write_enum(type, out);
	case TYPE_SIZE:
		/* Characters here, bytes there: four at most. */
		buf_printf(out, "size %zu", 4 * type->size);
		return true;
	case TYPE_REC:
		buf_printf(out, "rec %.*s", STRF(type->target));
		return true;
	case TYPE_EMAIL:
	case TYPE_UUID:
	case TYPE_FIELD:
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_REAL:
	case TYPE_LINE:
	case TYPE_DATE:
		buf_str(out, type_word(type));
		return true;
	}
	assert(!"a type that is not in the table");
	return false;
}
