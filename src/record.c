/*
 * One pass over the lines of a source, after one over its bytes that looks for what may not stand in
 * text. The grammar is that of GNU recutils 1.9 as its parser reads it, not as its manual puts it:
 *
 *	field    = name ":" [space / tab] text *( LF "+" [space] text )
 *	text     = anything but LF; a "\" before LF takes both away and the next line with it
 *	name     = ["%"] letter *( letter / digit / "_" )
 *	record   = 1*( field / comment ), ended by a line of blanks only
 *
 * After a fault the parser goes on at the next line that makes sense, and takes a field whose meaning is plain
 * ("Date 2026-03-04") as what it was meant to be, so that one slip is one finding.
 */
#include "record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SAME_MAX 10 /* findings of one kind in a file; the rest is counted */
#define MARKER 7 /* length of a conflict marker */

/* ---- symbols ---- */

void
symbols_init(struct symbols *symbols)
{
	memset(symbols, 0, sizeof(*symbols));
	arena_init(&symbols->arena);
	symbols->size = 64;
	symbols->names = xcalloc(symbols->size, sizeof(*symbols->names));
	symbols->names[0] = STR("");
	symbols->n = 1;
}

void
symbols_release(struct symbols *symbols)
{
	map_release(&symbols->map);
	arena_release(&symbols->arena);
	free(symbols->names);
	memset(symbols, 0, sizeof(*symbols));
}

static bool
has_dot(struct str name)
{
	return name.n > 0 && memchr(name.p, '.', name.n) != NULL;
}

/* "Field.Sub" as "Field_Sub", in `room`. */
static struct str
joined_name(struct str name, struct buf *room)
{
	size_t i;

	buf_str(room, name);
	for (i = 0; i < room->n; i++)
		if (room->p[i] == '.')
			room->p[i] = '_';
	return buf_view(room);
}

static size_t
quick_place(struct str name)
{
	const unsigned char *p = (const unsigned char *)name.p;
	uint32_t key = (uint32_t)name.n | (uint32_t)p[0] << 8 | (uint32_t)p[name.n / 2] << 16 | (uint32_t)p[name.n - 1] << 24;

	return (uint32_t)(key * 2654435761u) >> 22;
}

static int
add_symbol(struct symbols *symbols, struct str name)
{
	struct map_slot *slot;

	if (symbols->n == symbols->size) {
		symbols->size *= 2;
		symbols->names = xrealloc(symbols->names, symbols->size * sizeof(*symbols->names));
	}
	name = arena_str(&symbols->arena, name);
	slot = map_put(&symbols->map, name, NULL);
	slot->value.i = symbols->n;
	symbols->names[symbols->n] = name;
	symbols->quick[quick_place(name)] = (int)symbols->n;
	return (int)symbols->n++;
}

int
symbol(struct symbols *symbols, struct str name)
{
	struct buf room = BUF_INIT;
	int found = symbol_find(symbols, name);

	if (found != 0 || name.n == 0)
		return found;
	if (has_dot(name))
		name = joined_name(name, &room);
	found = add_symbol(symbols, name);
	buf_release(&room);
	return found;
}

int
symbol_find(const struct symbols *symbols, struct str name)
{
	int quick = name.n > 0 ? symbols->quick[quick_place(name)] : 0;
	const struct map_slot *slot;
	struct buf room = BUF_INIT;

	if (quick != 0 && str_eq(symbols->names[quick], name))
		return quick;
	slot = map_get(&symbols->map, name);
	if (slot == NULL && has_dot(name)) {
		slot = map_get(&symbols->map, joined_name(name, &room));
		buf_release(&room);
	}
	return slot == NULL ? 0 : (int)slot->value.i;
}

struct str
symbol_name(const struct symbols *symbols, int symbol)
{
	assert(symbol >= 0 && (size_t)symbol < symbols->n);
	return symbols->names[symbol];
}

/* ---- characters ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What a line without text consists of: blanks, and what only a faulty file has. */
static bool
is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\f' || c == '\v';
}

static bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

#define LETTERS(a) [a] = 1, [a + 1] = 1, [a + 2] = 1, [a + 3] = 1, [a + 4] = 1, [a + 5] = 1, [a + 6] = 1, \
	[a + 7] = 1, [a + 8] = 1, [a + 9] = 1, [a + 10] = 1, [a + 11] = 1, [a + 12] = 1, [a + 13] = 1, \
	[a + 14] = 1, [a + 15] = 1, [a + 16] = 1, [a + 17] = 1, [a + 18] = 1, [a + 19] = 1, [a + 20] = 1, \
	[a + 21] = 1, [a + 22] = 1, [a + 23] = 1, [a + 24] = 1, [a + 25] = 1

/* Bytes that a name goes on with. */
static const unsigned char in_name[256] = {
	LETTERS('a'), LETTERS('A'), ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
	['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['_'] = 1,
};

/* Where the name that begins at `at` ends; `at` itself when none does. */
static const char *
name_end(const char *at, const char *end)
{
	const char *p = at;

	if (p < end && *p == '%')
		p++;
	if (p == end || !is_letter(*p))
		return at;
	while (p < end && in_name[(unsigned char)*p])
		p++;
	return p;
}

bool
is_field_name(struct str name)
{
	return name.n > 0 && name_end(name.p, name.p + name.n) == name.p + name.n;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* ---- the parser's state ---- */

struct tally {
	uint32_t n;
	size_t at; /* the first that is only counted */
};

struct parser {
	const struct source *source;
	const struct symbols *symbols;
	struct arena *arena;
	struct findings *findings;
	const char *start, *end;
	struct field *fields;
	size_t n_fields, fields_size;
	struct record *records;
	size_t n, size;
	bool in_record;
	bool faulty; /* an error was found */
	bool dirty; /* there are text faults, so that lines may end in CR */
	bool hushed; /* stray continuation lines were already explained */
	bool endless; /* a conflict without end was seen: look for no other's end */
	const char *skip_from, *skip_to; /* the sides of a conflict that are not read, NULL when in none */
	struct tally *tallies; /* by message, NULL before the first */
};

static size_t
offset(const struct parser *p, const char *at)
{
	return (size_t)(at - p->start);
}

static struct span
span_of(const struct parser *p, const char *from, const char *to)
{
	return (struct span){ p->source, offset(p, from), (size_t)(to - from) };
}

/* Whether one more of this kind is said; else it is counted. */
static bool
may_say(struct parser *p, enum message message, const char *at)
{
	struct tally *tally;

	if (message_info(message)->severity == ERROR)
		p->faulty = true;
	if (p->tallies == NULL)
		p->tallies = ARENA_NEW(p->arena, struct tally, MESSAGE_COUNT);
	tally = &p->tallies[message];
	if (tally->n++ < SAME_MAX)
		return true;
	if (tally->n == SAME_MAX + 1)
		tally->at = offset(p, at);
	return false;
}

static void
say_counts(struct parser *p)
{
	struct tally *tally;
	int i;

	for (i = 0; p->tallies != NULL && i < MESSAGE_COUNT; i++) {
		tally = &p->tallies[i];
		if (tally->n > SAME_MAX)
			find(p->findings, (enum message)i, (struct span){ p->source, tally->at, 0 },
			    "%u more of this kind in this file, from here on",
			    (unsigned)(tally->n - SAME_MAX));
	}
}

/* ---- lines ---- */

static const char *
line_end(const struct parser *p, const char *at)
{
	const char *lf = memchr(at, '\n', (size_t)(p->end - at));

	return lf == NULL ? p->end : lf;
}

static const char *
next_line(const struct parser *p, const char *at)
{
	const char *end = line_end(p, at);

	return end < p->end ? end + 1 : end;
}

/* The line without CR or blanks at its end. */
static struct str
line_text(const struct parser *p, const char *at)
{
	const char *end = line_end(p, at);

	while (end > at && is_space(end[-1]))
		end--;
	return (struct str){ at, (size_t)(end - at) };
}

/* '<', '|', '=' or '>' when the line is a conflict marker, else 0. */
static char
marker(const struct parser *p, const char *at)
{
	const char *q = at;

	if (at == p->end || strchr("<|=>", *at) == NULL || *at == '\0')
		return 0;
	while (q < p->end && *q == *at)
		q++;
	if (q - at < MARKER || (q < p->end && *q != '\n' && !is_space(*q)))
		return 0;
	return *at;
}

/* ---- records and fields ---- */

static void
end_record(struct parser *p)
{
	p->in_record = false;
}

static void
begin_record(struct parser *p, const char *at)
{
	struct record *record;
	size_t old = p->size;

	if (p->n == p->size) {
		p->size = p->size ? p->size * 2 : (size_t)(p->end - p->start) / 128 + 4;
		p->records = arena_grow(p->arena, p->records, old * sizeof(*p->records),
		    p->size * sizeof(*p->records));
	}
	record = &p->records[p->n++];
	*record = (struct record){ .at = (uint32_t)offset(p, at), .end = (uint32_t)offset(p, at) };
	p->in_record = true;
}

static void
grow_fields(struct parser *p)
{
	size_t old = p->fields_size;

	p->fields_size = old ? old * 2 : (size_t)(p->end - p->start) / 24 + 8;
	p->fields = arena_grow(p->arena, p->fields, old * sizeof(*p->fields),
	    p->fields_size * sizeof(*p->fields));
}

static bool
is_too_many(struct parser *p, const char *at)
{
	size_t here = p->in_record ? p->records[p->n - 1].n : 0;

	if (here < RECORD_FIELDS_MAX && p->n_fields < RECORD_FILE_FIELDS_MAX)
		return false;
	if (may_say(p, MSG_TOO_MANY_FIELDS, at))
		fix(p->findings, find(p->findings, MSG_TOO_MANY_FIELDS, span_of(p, at, at),
		    here < RECORD_FIELDS_MAX ? "the file has more than %d fields" :
		    "the record has more than %d fields",
		    here < RECORD_FIELDS_MAX ? RECORD_FILE_FIELDS_MAX : RECORD_FIELDS_MAX),
		    "put an empty line between records; nothing of this file is read as it is");
	p->n = 0;
	return true;
}

/* Adds a field; false when the file has too many of them to be one of ours. */
static bool
add_field(struct parser *p, struct str name, struct str value, const char *value_at, const char *end)
{
	struct record *record;

	if (is_too_many(p, name.p))
		return false;
	if (!p->in_record)
		begin_record(p, name.p);
	if (p->n_fields == p->fields_size)
		grow_fields(p);
	p->fields[p->n_fields++] = (struct field){
		.name = name,
		.value = value,
		.at = (uint32_t)offset(p, name.p),
		.end = (uint32_t)offset(p, end),
		.value_at = (uint32_t)offset(p, value_at),
		.symbol = p->symbols != NULL ? symbol_find(p->symbols, name) : 0,
	};
	record = &p->records[p->n - 1];
	record->n++;
	record->end = (uint32_t)offset(p, end);
	p->hushed = false;
	return true;
}

/* ---- values ---- */

static void
say_backslash(struct parser *p, const char *at)
{
	if (may_say(p, MSG_TRAILING_BACKSLASH, at))
		fix(p->findings, find(p->findings, MSG_TRAILING_BACKSLASH, span_of(p, at, at + 1),
		    "a '\\' at the end of a line joins it with the next"),
		    "write on one line, or begin the next line with '+ '");
}

/* The piece of a value on the line at `at`, and how it goes on: '\\', '+' or 0. */
static char
value_piece(const struct parser *p, const char *at, struct str *piece, const char **next)
{
	const char *eol = line_end(p, at), *end = eol;

	*next = eol < p->end ? eol + 1 : eol;
	if (end > at && end[-1] == '\\') {
		*piece = (struct str){ at, (size_t)(end - 1 - at) };
		return '\\';
	}
	if (p->dirty && end > at && end[-1] == '\r')
		end--;
	*piece = (struct str){ at, (size_t)(end - at) };
	return *next < p->end && *eol == '\n' && **next == '+' ? '+' : 0;
}

/* Past "+" and one space; a tab is kept, unlike behind the colon. */
static const char *
after_plus(const struct parser *p, const char *at)
{
	at++;
	return at < p->end && *at == ' ' ? at + 1 : at;
}

/* A value of several lines: joined by LF, or by nothing where a line ends in a backslash. */
static struct str
long_value(struct parser *p, const char *at, const char **next)
{
	const char *line = at;
	struct str piece;
	char *to, *q;
	char how;

	while ((how = value_piece(p, line, &piece, next)) != 0) {
		if (how == '\\')
			say_backslash(p, piece.p + piece.n);
		if (*next == p->end)
			break;
		line = *next;
	}
	q = to = arena_alloc(p->arena, (size_t)(*next - at) + 1);
	for (line = at; line < *next || line == at;) {
		const char *after;

		how = value_piece(p, line, &piece, &after);
		memcpy(q, piece.p, piece.n);
		q += piece.n;
		if (how == 0 || after == p->end)
			break;
		if (how == '+')
			*q++ = '\n';
		line = how == '+' ? after_plus(p, after) : after;
	}
	*q = '\0';
	return (struct str){ to, (size_t)(q - to) };
}

/* A field whose colon stands before `at`. Returns the next line, or the end when the file is given up. */
static const char *
read_field(struct parser *p, struct str name, const char *at)
{
	const char *next;
	struct str value;

	if (at < p->end && is_blank(*at))
		at++;
	if (value_piece(p, at, &value, &next) != 0)
		value = long_value(p, at, &next);
	return add_field(p, name, value, at, next) ? next : p->end;
}

/* ---- faults of lines ---- */

/* What may not stand in text was found there already. */
static bool
is_spoilt(const struct parser *p, struct str line)
{
	size_t at = 0;
	enum text_fault fault;

	if (!p->dirty)
		return false;
	while ((fault = text_check(line, &at)) != TEXT_OK) {
		if (fault != TEXT_CR && fault != TEXT_BIDI)
			return true;
		at++;
	}
	return false;
}

static size_t
count_words(struct str text)
{
	size_t n = 0;

	while (str_word(&text).n > 0)
		n++;
	return n;
}

/* The field that text without a name would continue, NULL when there is none. */
static const struct field *
field_before(const struct parser *p)
{
	return p->n_fields > 0 && p->n > 0 ? &p->fields[p->n_fields - 1] : NULL;
}

/* What "Word rest" was meant as: the name of "Word: rest", or STR_NULL for a further line of the text before it. */
static struct str
meant_name(const struct parser *p, struct str name, struct str rest)
{
	const struct field *before = p->in_record ? field_before(p) : NULL;
	bool is_short = count_words(rest) < 4;

	if (name.n == 0 || (rest.n > 0 && !is_blank(rest.p[0])))
		return STR_NULL;
	if (!is_short && before != NULL && count_words(before->value) >= 4 && name.p[0] != '%')
		return STR_NULL;
	if (p->symbols == NULL)
		return name.p[0] >= 'a' ? STR_NULL : name;
	if (symbol_find(p->symbols, name) != 0)
		return name;
	return is_short && name.p[0] < 'a' ? nearest(name, p->symbols->names + 1, p->symbols->n - 1) : STR_NULL;
}

/* "Date 2026-03-04": as a field, unless its name is misspelt too. */
static const char *
missing_colon(struct parser *p, struct str name, const char *at, struct str meant)
{
	struct str line = line_text(p, name.p), rest;

	at = skip_blanks(at, p->end);
	rest = at < line.p + line.n ? (struct str){ at, (size_t)(line.p + line.n - at) } : STR("");
	if (may_say(p, MSG_MISSING_COLON, name.p))
		fix(p->findings, find(p->findings, MSG_MISSING_COLON, span_of(p, name.p, name.p + name.n),
		    "no colon after '%s'", nam(p->findings, name)),
		    "did you mean '%s:%s%s'?", nam(p->findings, meant), rest.n ? " " : "",
		    val(p->findings, rest));
	if (!str_eq(name, meant)) {
		p->hushed = true;
		return next_line(p, name.p);
	}
	return read_field(p, name, rest.n ? at : line.p + line.n);
}

/* "Date : x", "Date-of-birth: x", ": x" */
static const char *
bad_name(struct parser *p, struct str name, const char *colon)
{
	struct buf better = BUF_INIT;
	struct str trimmed = str_trim(name);
	struct finding *finding;
	size_t i;

	for (i = 0; i < trimmed.n; i++)
		buf_char(&better, in_name[(unsigned char)trimmed.p[i]] || (i == 0 && trimmed.p[i] == '%') ?
		    trimmed.p[i] : '_');
	if (may_say(p, MSG_FIELD_NAME, name.p)) {
		finding = find(p->findings, MSG_FIELD_NAME, span_of(p, name.p, colon),
		    name.n == 0 ? "no name before ':'%s" : is_field_name(trimmed) ?
		    "a blank stands between '%s' and its colon" :
		    "'%s' is not a field name: expected a letter, then letters, digits and '_'",
		    nam(p->findings, trimmed));
		if (is_field_name(buf_view(&better)))
			fix(p->findings, finding, "did you mean '%s:'?", better.p);
	}
	buf_release(&better);
	if (is_field_name(trimmed))
		return read_field(p, trimmed, colon + 1);
	p->hushed = true;
	return next_line(p, colon);
}

/* Whether the line at `at` can only be a further line of text. */
static bool
is_prose(const struct parser *p, const char *at)
{
	struct str line = line_text(p, at), rest;
	const char *end = name_end(at, p->end), *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

	if (line.n == 0 || *at == '#' || *at == '+' || marker(p, at))
		return false;
	if (colon != NULL && count_words((struct str){ at, (size_t)(colon - at) }) < 2)
		return false;
	rest = (struct str){ end, (size_t)(line.p + line.n - end) };
	return meant_name(p, (struct str){ at, (size_t)(end - at) }, rest).p == NULL;
}

static const char *
missing_plus(struct parser *p, const char *at)
{
	const struct field *before = field_before(p);
	struct str line = line_text(p, at);
	struct finding *finding;

	if (may_say(p, MSG_MISSING_PLUS, at)) {
		finding = find(p->findings, MSG_MISSING_PLUS, span_of(p, at, line.p + line.n),
		    "'%s' is no field: expected 'Name: value', '+ ' and more of a value, or '# ' and a comment",
		    val(p->findings, line));
		if (before != NULL && p->in_record)
			fix(p->findings, finding, "to continue '%s', begin each further line with '+ '",
			    nam(p->findings, before->name));
		else if (before != NULL)
			fix(p->findings, finding, "to continue '%s', begin each further line with '+ ', and write "
			    "'+' where the empty line is: that ends a record",
			    nam(p->findings, before->name));
		else
			fix(p->findings, finding, "put the name of a field and a colon before it");
	}
	p->hushed = true;
	/* The text's further lines are the same slip. */
	do
		at = next_line(p, at);
	while (at < p->end && is_prose(p, at));
	return at;
}

/* A line that begins like no other: which slip is it? */
static const char *
not_a_field(struct parser *p, const char *at)
{
	struct str line = line_text(p, at), name, rest, meant;
	const char *end = name_end(at, p->end), *colon;

	if (line.n == 0)
		return next_line(p, at);
	if (is_spoilt(p, line)) {
		p->hushed = true;
		return next_line(p, at);
	}
	colon = memchr(line.p, ':', line.n);
	name = (struct str){ at, (size_t)(end - at) };
	if (colon != NULL && (skip_blanks(end, colon) == colon ||
	    count_words((struct str){ at, (size_t)(colon - at) }) == 1))
		return bad_name(p, (struct str){ at, (size_t)(colon - at) }, colon);
	rest = (struct str){ end, (size_t)(line.p + line.n - end) };
	meant = meant_name(p, name, rest);
	if (meant.p != NULL)
		return missing_colon(p, name, end, meant);
	return missing_plus(p, at);
}

/* A line that begins with blanks and has text behind them. */
static const char *
indented(struct parser *p, const char *at)
{
	struct str line = line_text(p, at);
	const char *text = skip_blanks(at, p->end), *end;

	if (text >= line.p + line.n) {
		end_record(p);
		return next_line(p, at);
	}
	end = name_end(text, p->end);
	if (!p->in_record && (*text == '#' || (end > text && end < p->end && *end == ':')))
		return text;
	if (*text != '#' && *text != '+' && !(end > text && end < p->end && *end == ':'))
		return not_a_field(p, text);
	if (may_say(p, MSG_INDENTED_LINE, at))
		fix(p->findings, find(p->findings, MSG_INDENTED_LINE, span_of(p, at, text),
		    "a line of a record begins with a blank"), *text == '#' || *text == '+' ?
		    "begin it with the '%c'" : "begin it with the field's name, or with '+ ' if it continues the value "
		    "above", *text);
	p->hushed = true;
	return text;
}

static const char *
stray_continuation(struct parser *p, const char *at)
{
	const struct field *before = field_before(p);
	struct finding *finding;

	if (!p->hushed && may_say(p, MSG_STRAY_CONTINUATION, at)) {
		finding = find(p->findings, MSG_STRAY_CONTINUATION, span_of(p, at, at + 1),
		    before == NULL ? "'+' continues a value, but no field stands above it" :
		    p->in_record ? "'+' continues a value, but a comment stands between" :
		    "'+' continues a value, but an empty line ended its record");
		fix(p->findings, finding, before == NULL ? "put the name of a field and a colon before the text" :
		    p->in_record ? "move the comment above the field '%s'" :
		    "write '+' on the empty line, to have it in the value of '%s'",
		    before ? nam(p->findings, before->name) : "");
	}
	p->hushed = true;
	return next_line(p, at);
}

/* ---- conflicts ---- */

struct conflict {
	const char *middle, *base, *last; /* lines "=======", "|||||||", ">>>>>>>"; NULL when not there */
};

/* The lines that belong to the "<<<<<<<" at `at`; others may stand inside. */
static void
find_conflict(const struct parser *p, const char *at, struct conflict *conflict)
{
	size_t depth = 1;

	memset(conflict, 0, sizeof(*conflict));
	for (at = next_line(p, at); at < p->end; at = next_line(p, at)) {
		switch (marker(p, at)) {
		case '<':
			depth++;
			break;
		case '|':
			if (depth == 1 && conflict->base == NULL)
				conflict->base = at;
			break;
		case '=':
			if (depth == 1 && conflict->middle == NULL)
				conflict->middle = at;
			break;
		case '>':
			if (--depth == 0) {
				conflict->last = at;
				return;
			}
		}
	}
}

static size_t
line_number(const struct parser *p, const char *at)
{
	size_t line, column;

	source_position(p->source, offset(p, at), &line, &column);
	return line;
}

static void
say_conflict(struct parser *p, const char *at, const struct conflict *conflict)
{
	struct finding *finding;
	struct span span = span_of(p, at, at + MARKER);

	if (!may_say(p, MSG_MERGE_CONFLICT, at))
		return;
	if (*at != '<')
		finding = find(p->findings, MSG_MERGE_CONFLICT, span,
		    "a merge conflict's '%.7s' without a '<<<<<<<' above it", at);
	else if (conflict->last == NULL)
		finding = find(p->findings, MSG_MERGE_CONFLICT, span,
		    "a merge conflict begins here and has no '>>>>>>>' below it");
	else if (conflict->middle == NULL)
		finding = find(p->findings, MSG_MERGE_CONFLICT, span,
		    "a merge conflict from here to '>>>>>>>' on line %zu has no '=======' between",
		    line_number(p, conflict->last));
	else
		finding = find(p->findings, MSG_MERGE_CONFLICT, span,
		    "a merge conflict: one text begins here, the other at '=======' on line %zu, the end is "
		    "'>>>>>>>' on line %zu", line_number(p, conflict->middle), line_number(p, conflict->last));
	fix(p->findings, finding, "keep what is right of both, each record whole and with an empty line above it, "
	    "and delete the lines that begin with '<<<<<<<', '=======' and '>>>>>>>'; 'git merge --abort' or 'git rebase --abort' gives the merge up");
}

/* Of a conflict only the first side is read; what its markers cut in two is not held against it. */
static const char *
read_conflict(struct parser *p, const char *at)
{
	struct conflict conflict = { NULL };

	p->hushed = true;
	if (p->skip_to != NULL)
		return next_line(p, at);
	if (*at == '<' && !p->endless)
		find_conflict(p, at, &conflict);
	if (*at == '<' && conflict.last == NULL)
		p->endless = true;
	if (*at == '<' || !p->endless)
		say_conflict(p, at, &conflict);
	if (conflict.last != NULL) {
		p->skip_from = conflict.base ? conflict.base : conflict.middle ? conflict.middle :
		    conflict.last;
		if (conflict.base && conflict.middle && conflict.middle < conflict.base)
			p->skip_from = conflict.middle;
		p->skip_to = next_line(p, conflict.last);
	}
	return next_line(p, at);
}

/* ---- text faults ---- */

static const char *
bidi_name(uint32_t c)
{
	switch (c) {
	case 0x202a: return "left-to-right embedding";
	case 0x202b: return "right-to-left embedding";
	case 0x202c: return "pop directional formatting";
	case 0x202d: return "left-to-right override";
	case 0x202e: return "right-to-left override";
	case 0x2066: return "left-to-right isolate";
	case 0x2067: return "right-to-left isolate";
	case 0x2068: return "first strong isolate";
	case 0x2069: return "pop directional isolate";
	case 0x200e: return "left-to-right mark";
	case 0x200f: return "right-to-left mark";
	default: return "Arabic letter mark";
	}
}

/* Characters that make a text look other than it is, or that no text holds. */
static void
say_character(struct parser *p, enum text_fault fault, const char *at)
{
	enum message message = fault == TEXT_NUL ? MSG_NUL_BYTE : fault == TEXT_BIDI ? MSG_BIDIRECTIONAL_CHARACTER :
	    fault == TEXT_BOM ? MSG_BYTE_ORDER_MARK : MSG_CONTROL_CHARACTER;
	uint32_t c = 0;
	size_t n = utf8_decode((struct str){ at, (size_t)(p->end - at) }, &c);
	struct finding *finding;

	if (!may_say(p, message, at))
		return;
	if (fault == TEXT_NUL)
		finding = find(p->findings, message, span_of(p, at, at + n), "a byte 0, which no text holds");
	else if (fault == TEXT_BIDI)
		finding = find(p->findings, message, span_of(p, at, at + n),
		    "invisible character U+%04X (%s) changes the order in which text is shown", (unsigned)c,
		    bidi_name(c));
	else if (fault == TEXT_BOM)
		finding = find(p->findings, message, span_of(p, at, at + n), at == p->start ?
		    "the file begins with a byte order mark" : "a byte order mark (U+FEFF) inside text");
	else
		finding = find(p->findings, message, span_of(p, at, at + n), "control character U+%04X",
		    (unsigned)c);
	fix(p->findings, finding, fault != TEXT_BOM || at > p->start ? "delete it" :
	    "save the file as UTF-8 without it, or: sed -i '1s/^\\xEF\\xBB\\xBF//' %s", p->source->name);
}

static void
say_invalid(struct parser *p, const char *at)
{
	if (may_say(p, MSG_INVALID_UTF8, at))
		fix(p->findings, find(p->findings, MSG_INVALID_UTF8, span_of(p, at, at + 1),
		    "byte 0x%02X (byte %zu of the file) is not UTF-8", (unsigned)(unsigned char)*at,
		    offset(p, at) + 1),
		    "save the file as UTF-8; from an old Windows encoding: iconv -f WINDOWS-1252 -t UTF-8 %s >new "
		    "&& mv new %s", p->source->name, p->source->name);
}

/* Once for the file, however many there are. */
static void
say_returns(struct parser *p, const char *first, size_t n, bool at_ends)
{
	if (n > 0 && may_say(p, MSG_CARRIAGE_RETURN, first))
		fix(p->findings, find(p->findings, MSG_CARRIAGE_RETURN, span_of(p, first, first + 1), at_ends ?
		    "lines end in CR LF, as on Windows (%zu of them, first here)" :
		    "carriage return inside a line (%zu of them, first here)", n),
		    at_ends ? "let your editor write LF (Unix) line ends, or: sed -i 's/\\r$//' %s" :
		    "delete it, or: sed -i 's/\\r//g' %s", p->source->name);
}

/* A file of another kind altogether: said once, and not read. */
static bool
is_foreign(struct parser *p)
{
	struct str head = { p->start, (size_t)(p->end - p->start) };
	size_t at = 0, bad = 0, controls = 0;
	enum text_fault fault;

	if (str_starts(head, STR("\xff\xfe")) || str_starts(head, STR("\xfe\xff"))) {
		may_say(p, MSG_INVALID_UTF8, p->start);
		fix(p->findings, find(p->findings, MSG_INVALID_UTF8, span_of(p, p->start, p->start + 2),
		    "the file is UTF-16, expected UTF-8"), "save the file as UTF-8, or: iconv -f UTF-16 -t UTF-8 %s "
		    ">new && mv new %s", p->source->name, p->source->name);
		return true;
	}
	if (head.n > 65536)
		head.n = 65536;
	for (; (fault = text_check(head, &at)) != TEXT_OK; at++) {
		controls += fault == TEXT_NUL || fault == TEXT_CONTROL;
		bad += fault == TEXT_NUL || fault == TEXT_CONTROL || fault == TEXT_INVALID;
	}
	if (controls == 0 || bad <= 16 || bad * 10 < head.n)
		return false;
	may_say(p, MSG_BINARY_FILE, p->start);
	fix(p->findings, find(p->findings, MSG_BINARY_FILE, (struct span){ p->source, 0, 0 },
	    "not a text file"), "keep documents, pictures and archives out of the repository; a case file is plain UTF-8 text");
	return true;
}

/* False when the file is not to be read as records. */
static bool
check_text(struct parser *p)
{
	struct str bytes = { p->start, (size_t)(p->end - p->start) };
	const char *first_end = NULL, *first_inner = NULL, *here;
	size_t at = 0, ends = 0, inner = 0;
	enum text_fault fault = text_check(bytes, &at);
	uint32_t c;

	if (fault == TEXT_OK)
		return true;
	p->dirty = true;
	if (is_foreign(p))
		return false;
	for (; fault != TEXT_OK; at++, fault = text_check(bytes, &at)) {
		here = p->start + at;
		if (fault == TEXT_CR && (here + 1 == p->end || here[1] == '\n')) {
			first_end = ends++ ? first_end : here;
		} else if (fault == TEXT_CR) {
			first_inner = inner++ ? first_inner : here;
		} else if (fault == TEXT_INVALID) {
			say_invalid(p, here);
		} else {
			say_character(p, fault, here);
			at += utf8_decode((struct str){ here, bytes.n - at }, &c) - 1;
		}
	}
	say_returns(p, first_end, ends, true);
	say_returns(p, first_inner, inner, false);
	return true;
}

/* ---- the whole ---- */

/* Reads what begins at `at`, the start of a line or of what indented() left of one; returns what comes next. */
static const char *
read_line(struct parser *p, const char *at)
{
	const char *end = name_end(at, p->end);

	if (end > at && end < p->end && *end == ':')
		return read_field(p, (struct str){ at, (size_t)(end - at) }, end + 1);
	switch (*at) {
	case '\n':
		end_record(p);
		return at + 1;
	case ' ':
	case '\t':
		return indented(p, at);
	case '\r':
	case '\f':
	case '\v':
		if (line_text(p, at).n > 0)
			return not_a_field(p, at);
		end_record(p);
		return next_line(p, at);
	case '#':
		return next_line(p, at);
	case '+':
		return stray_continuation(p, at);
	default:
		return marker(p, at) ? read_conflict(p, at) : not_a_field(p, at);
	}
}

static void
read_lines(struct parser *p)
{
	const char *at = p->start;

	if (str_starts(p->source->bytes, STR("\xef\xbb\xbf")))
		at += 3;
	while (at < p->end) {
		if (p->skip_to != NULL && at >= p->skip_from) {
			at = at > p->skip_to ? at : p->skip_to;
			p->skip_to = NULL;
			p->hushed = true;
			continue;
		}
		at = read_line(p, at);
	}
}

/* The fields have moved while they grew: only now do records point at them. */
static void
attach_fields(struct parser *p)
{
	struct field *fields = p->fields;
	size_t i;

	for (i = 0; i < p->n; i++) {
		p->records[i].fields = fields;
		fields += p->records[i].n;
	}
}

static bool
is_too_large(struct parser *p)
{
	if (p->source->bytes.n <= RECORD_FILE_MAX)
		return false;
	may_say(p, MSG_FILE_TOO_LARGE, p->start);
	fix(p->findings, find(p->findings, MSG_FILE_TOO_LARGE, (struct span){ p->source, 0, 0 },
	    "the file has %zu bytes, at most %zu are read", p->source->bytes.n, (size_t)RECORD_FILE_MAX),
	    "divide it, or take out what does not belong in it");
	return true;
}

void
record_parse(const struct source *source, const struct symbols *symbols, struct arena *arena,
    struct findings *findings, struct recfile *file)
{
	struct parser p = { .source = source, .symbols = symbols, .arena = arena, .findings = findings };

	p.start = source->bytes.p ? source->bytes.p : "";
	p.end = p.start + source->bytes.n;
	if (!is_too_large(&p) && check_text(&p))
		read_lines(&p);
	attach_fields(&p);
	say_counts(&p);
	*file = (struct recfile){ source, p.records, p.n, !p.faulty };
}

/* ---- places and values ---- */

struct span
field_span(const struct recfile *file, const struct field *field)
{
	return (struct span){ file->source, field->at, field->name.n };
}

struct span
value_span(const struct recfile *file, const struct field *field)
{
	struct str bytes = file->source->bytes;
	size_t end = field->value_at;

	while (end < bytes.n && end < field->end && bytes.p[end] != '\n')
		end++;
	while (end > field->value_at && is_space(bytes.p[end - 1]))
		end--;
	return (struct span){ file->source, field->value_at, end - field->value_at };
}

struct span
record_span(const struct recfile *file, const struct record *record)
{
	struct str rest = file->source->bytes;
	const char *lf;

	rest.p += record->at;
	rest.n -= record->at;
	lf = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
	return (struct span){ file->source, record->at, lf ? (size_t)(lf - rest.p) : rest.n };
}

const struct field *
record_field(const struct record *record, int symbol)
{
	return record_next(record, symbol, NULL);
}

const struct field *
record_next(const struct record *record, int symbol, const struct field *after)
{
	const struct field *field = after ? after + 1 : record->fields, *end = record->fields + record->n;

	if (symbol == 0)
		return NULL;
	for (; field < end; field++)
		if (field->symbol == symbol)
			return field;
	return NULL;
}

const struct field *
record_named(const struct record *record, struct str name)
{
	uint32_t i;

	for (i = 0; i < record->n; i++)
		if (str_eq(record->fields[i].name, name))
			return &record->fields[i];
	return NULL;
}

struct str
record_value(const struct record *record, int symbol)
{
	const struct field *field = record_field(record, symbol);

	return field ? field->value : STR_NULL;
}

/* ---- writing ---- */

void
record_write_field(struct buf *out, struct str name, struct str value)
{
	struct str rest = value.p ? value : STR(""), line;
	const char *lead = ":";

	buf_str(out, name);
	while (str_cut(&rest, '\n', &line)) {
		buf_text(out, lead);
		if (line.n > 0)
			buf_char(out, ' ');
		buf_str(out, line);
		if (line.n > 0 && line.p[line.n - 1] == '\\')
			buf_char(out, ' ');
		buf_char(out, '\n');
		lead = "+";
	}
}

/* ---- edits ---- */

void
edits_init(struct edits *edits)
{
	memset(edits, 0, sizeof(*edits));
	arena_init(&edits->arena);
}

void
edits_release(struct edits *edits)
{
	free(edits->list);
	arena_release(&edits->arena);
	memset(edits, 0, sizeof(*edits));
}

void
edits_add(struct edits *edits, size_t at, size_t n, struct str with)
{
	if (edits->n == edits->size) {
		edits->size = edits->size ? edits->size * 2 : 8;
		edits->list = xrealloc(edits->list, edits->size * sizeof(*edits->list));
	}
	edits->list[edits->n++] = (struct edit){ at, n, arena_str(&edits->arena, with) };
}

/* In order of place, insertions before what is replaced there, else of adding. */
static int
compare_edits(const void *a, const void *b)
{
	const struct edit *x = *(const struct edit *const *)a, *y = *(const struct edit *const *)b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if ((x->n == 0) != (y->n == 0))
		return x->n == 0 ? -1 : 1;
	return x < y ? -1 : x > y;
}

void
edits_apply(const struct edits *edits, struct str source, struct buf *out)
{
	const struct edit **order = xcalloc(edits->n, sizeof(*order));
	size_t at = 0, i;

	for (i = 0; i < edits->n; i++)
		order[i] = &edits->list[i];
	qsort(order, edits->n, sizeof(*order), compare_edits);
	for (i = 0; i < edits->n; i++) {
		assert(order[i]->at >= at && order[i]->n <= source.n && order[i]->at <= source.n - order[i]->n);
		buf_add(out, source.p + at, order[i]->at - at);
		buf_str(out, order[i]->with);
		at = order[i]->at + order[i]->n;
	}
	buf_add(out, source.p + at, source.n - at);
	free(order);
}

/* What will stand before text that is added at the source's end, given the edits so far. */
static struct str
text_before_end(const struct edits *edits, struct str source)
{
	size_t i;

	for (i = edits->n; i-- > 0;)
		if (edits->list[i].at + edits->list[i].n == source.n) {
			if (edits->list[i].with.n > 0)
				return edits->list[i].with;
			source.n = edits->list[i].at;
		}
	return source;
}

/* What must stand before a new line at the end: nothing, a LF, or one more where a backslash takes one. */
static const char *
line_break(const struct recfile *file, struct str before)
{
	const struct record *last = file->n ? &file->records[file->n - 1] : NULL;
	struct str bytes = file->source->bytes;
	bool is_source = before.p == bytes.p && before.n == bytes.n;
	bool is_ended = before.n == 0 || before.p[before.n - 1] == '\n';
	size_t end = bytes.n;

	if (is_source && last != NULL && last->end == end && end > 0) {
		if (bytes.p[end - 1] == '\n')
			end--;
		if (end > 0 && bytes.p[end - 1] == '\\')
			return is_ended ? "\n" : "\n\n";
	}
	return is_ended ? "" : "\n";
}

/* Whether the last line consists of blanks only. */
static bool
ends_blank(struct str text)
{
	size_t end = text.n;

	if (end > 0 && text.p[end - 1] == '\n')
		end--;
	while (end > 0 && is_blank(text.p[end - 1]))
		end--;
	return end == 0 || text.p[end - 1] == '\n';
}

void
edit_append_record(struct edits *edits, const struct recfile *file, struct str text)
{
	struct str before = text_before_end(edits, file->source->bytes);
	const struct record *last = file->n ? &file->records[file->n - 1] : NULL;
	bool is_source = before.p == file->source->bytes.p, in_field;
	struct buf with = BUF_INIT;

	in_field = is_source && last != NULL && last->end == before.n;
	buf_text(&with, line_break(file, before));
	if (in_field || !ends_blank(before))
		buf_char(&with, '\n');
	buf_str(&with, text);
	if (text.n > 0 && text.p[text.n - 1] != '\n')
		buf_char(&with, '\n');
	edits_add(edits, file->source->bytes.n, 0, buf_view(&with));
	buf_release(&with);
}

void
edit_set_field(struct edits *edits, const struct recfile *file, const struct record *record,
    const struct field *field, struct str name, struct str value)
{
	struct str bytes = file->source->bytes;
	struct buf with = BUF_INIT;

	if (field == NULL && record->end == bytes.n)
		buf_text(&with, line_break(file, text_before_end(edits, bytes)));
	record_write_field(&with, name, value);
	if (field == NULL) {
		edits_add(edits, record->end, 0, buf_view(&with));
	} else {
		/* A file without LF at its end stays so. */
		if (field->end > 0 && bytes.p[field->end - 1] != '\n')
			with.n--;
		edits_add(edits, field->at, field->end - field->at, buf_view(&with));
	}
	buf_release(&with);
}

void
edit_remove_field(struct edits *edits, const struct field *field)
{
	edits_add(edits, field->at, field->end - field->at, STR_NULL);
}

/* ---- canonical form ---- */

static struct str
without_end_blanks(struct str line)
{
	while (line.n > 0 && is_blank(line.p[line.n - 1]))
		line.n--;
	return line;
}

/* Without blanks at the ends of lines, nor before the first. */
static void
canonical_value(struct str value, struct buf *out)
{
	struct str line;
	bool first = true;

	while (value.n > 0 && is_blank(value.p[0]))
		value.p++, value.n--;
	while (str_cut(&value, '\n', &line)) {
		if (!first)
			buf_char(out, '\n');
		buf_str(out, without_end_blanks(line));
		first = false;
	}
}

static void
replace_unless_same(struct edits *edits, struct str source, size_t at, size_t end, struct str with)
{
	if (!str_eq((struct str){ source.p + at, end - at }, with))
		edits_add(edits, at, end - at, with);
}

/* Of what stands between fields: one empty line for several, none at the file's ends, comments from column 1. */
static void
canonical_gap(struct edits *edits, struct str source, size_t at, size_t end, size_t content_end)
{
	struct str rest = { source.p + at, end - at }, line, text;
	struct buf with = BUF_INIT;
	bool blank_before = at == 0;
	size_t next;

	while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
		at = (size_t)(line.p - source.p);
		next = at + line.n + (at + line.n < end);
		text = str_trim(line);
		buf_reset(&with);
		if (text.n > 0) {
			buf_str(&with, text);
			buf_char(&with, '\n');
		} else if (!blank_before && at < content_end) {
			buf_char(&with, '\n');
		}
		replace_unless_same(edits, source, at, next, buf_view(&with));
		blank_before = text.n == 0;
	}
	buf_release(&with);
}

/* Where the last field or comment ends. */
static size_t
content_end(const struct recfile *file)
{
	struct str source = file->source->bytes;
	size_t end = file->n ? file->records[file->n - 1].end : 0, i = source.n;

	while (i > end && (is_blank(source.p[i - 1]) || source.p[i - 1] == '\n'))
		i--;
	return i > end ? i : end;
}

static void
canonical_field(struct edits *edits, struct str source, size_t at, const struct field *field)
{
	struct buf value = BUF_INIT, with = BUF_INIT;

	canonical_value(field->value, &value);
	record_write_field(&with, field->name, buf_view(&value));
	replace_unless_same(edits, source, at, field->end, buf_view(&with));
	buf_release(&value);
	buf_release(&with);
}

void
edit_canonical(struct edits *edits, const struct recfile *file)
{
	struct str source = file->source->bytes;
	size_t i, at = 0, start, last = content_end(file);
	uint32_t j;

	for (i = 0; i < file->n; i++)
		for (j = 0; j < file->records[i].n; j++) {
			const struct field *field = &file->records[i].fields[j];

			start = field->at;
			while (start > at && is_blank(source.p[start - 1]))
				start--;
			canonical_gap(edits, source, at, start, last);
			canonical_field(edits, source, start, field);
			at = field->end;
		}
	canonical_gap(edits, source, at, source.n, last);
}
