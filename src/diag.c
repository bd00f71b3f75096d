/*
 * A place is found from marks, the number of line ends before every 4096th byte, made as far as they are asked
 * for, and kept for the source that was asked about last: findings come in the order of the file, file by file.
 * Did-you-mean is the optimal string alignment distance (F. Damerau, "A technique for computer detection and
 * correction of spelling errors", CACM 7:3, 1964).
 *
 * Formats: GNU coding standards, "Formatting Error Messages"; SARIF 2.1.0 (OASIS, 2020), with columns in code points;
 * GitHub, "Workflow commands"; GitLab, "Code Quality report format".
 */
#define _GNU_SOURCE
#include "diag.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK ((size_t)4096)
#define VALUE_MAX 60
#define EXCERPT_MAX ((size_t)120)
#define EXCERPT_BEFORE ((size_t)60)
#define WORD_MAX 64
#define TAB 8
/* So few findings are copied: the memory of each is seldom full. */
#define COPIED_MOST 64

static const struct message_info catalogue[] = {
#define M(id, name, severity, meaning, mend, bad, good) \
	[MSG_##id] = { name, severity, meaning, mend, bad, good },
#include "messages.h"
#undef M
};

static const char *const severity_names[] = { "note", "warning", "error" };

const struct message_info *
message_info(enum message message)
{
	assert(message < MESSAGE_COUNT);
	return &catalogue[message];
}

enum message
message_named(struct str name)
{
	size_t i;

	for (i = 0; i < MESSAGE_COUNT; i++)
		if (str_is(name, catalogue[i].name))
			break;
	return (enum message)i;
}

/* ---- places ---- */

static struct str
part(struct str s, size_t from, size_t to)
{
	return (struct str){ s.p + from, to - from };
}

/* The first byte of the line that holds `at`, when no line begins before `from`. */
static size_t
line_start(struct str s, size_t from, size_t at)
{
	const char *end = memrchr(s.p + from, '\n', at - from);

	return end == NULL ? from : (size_t)(end - s.p) + 1;
}

/* `at`, no further than the end, and where it lies inside a character, that character's first byte. */
static size_t
char_start(struct str s, size_t at)
{
	size_t i = at, back;
	uint32_t code;

	if (at >= s.n)
		return s.n;
	for (back = 0; back < 3 && i > 0 && ((unsigned char)s.p[i] & 0xc0) == 0x80; back++)
		i--;
	return utf8_decode(part(s, i, s.n), &code) > at - i ? i : at;
}

static size_t
count_lines(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* Sources come and go, and another of the same size may stand at the same address: 64 words tell them apart. */
static uint64_t
fingerprint(struct str s)
{
	uint64_t hash = s.n, word;
	size_t i, step = (s.n - sizeof(word)) / 63;

	for (i = 0; i < 64; i++) {
		memcpy(&word, s.p + i * step, sizeof(word));
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	return hash;
}

void
findings_new_source(struct findings *findings)
{
	findings->place.bytes = STR_NULL;
}

static void
turn_to(struct place_cache *place, struct str bytes)
{
	uint64_t print = fingerprint(bytes);

	if (place->bytes.p == bytes.p && place->bytes.n == bytes.n && place->print == print)
		return;
	place->bytes = bytes;
	place->print = print;
	place->n_marks = 0;
	place->line_from = place->at = place->column = 0;
}

static size_t
mark(struct place_cache *place, size_t block)
{
	size_t i;

	for (i = place->n_marks; i <= block; i++) {
		if (i == place->size) {
			place->size = place->size ? place->size * 2 : 64;
			place->marks = xrealloc(place->marks, place->size * sizeof(*place->marks));
		}
		place->marks[i] = i == 0 ? 0 : place->marks[i - 1] +
		    (uint32_t)count_lines(part(place->bytes, (i - 1) * BLOCK, i * BLOCK));
		place->n_marks = i + 1;
	}
	return place->marks[block];
}

size_t
findings_line(struct findings *findings, const struct source *source, size_t at)
{
	struct str bytes = source->bytes;
	size_t block = at / BLOCK, line, column;

	if (bytes.n <= BLOCK) {
		source_position(source, at, &line, &column);
		return line;
	}
	turn_to(&findings->place, bytes);
	return mark(&findings->place, block) + count_lines(part(bytes, block * BLOCK, at)) + 1;
}

/* Goes on from the place found last where it can: one line may be the whole file. */
static void
find_place(struct place_cache *place, struct str bytes, size_t at, struct finding *finding,
    size_t *line_from)
{
	size_t block = at / BLOCK, from = 0;

	turn_to(place, bytes);
	finding->line = (uint32_t)(mark(place, block) +
	    count_lines(part(bytes, block * BLOCK, at)) + 1);
	if (at >= place->at) {
		from = line_start(bytes, place->at, at);
		if (from == place->at)
			from = place->line_from;
	} else {
		from = line_start(bytes, 0, at);
	}
	if (from == place->line_from && at >= place->at)
		place->column += utf8_count(part(bytes, place->at, at));
	else
		place->column = utf8_count(part(bytes, from, at));
	place->line_from = *line_from = from;
	place->at = at;
	finding->column = (uint32_t)place->column + 1;
}

void
source_position(const struct source *source, size_t at, size_t *line, size_t *column)
{
	struct str s = source->bytes;

	*line = *column = 1;
	at = char_start(s, at);
	if (at == 0)
		return;
	*line = count_lines(part(s, 0, at)) + 1;
	*column = utf8_count(part(s, line_start(s, 0, at), at)) + 1;
}

/* ---- texts ---- */

/* One character at s.p[i], shown; the bytes it takes. */
static size_t
show_char(struct buf *out, struct str s, size_t i, bool lines)
{
	struct str rest = { s.p + i, s.n - i }, one;
	uint32_t code = 0;
	size_t n = utf8_decode(rest, &code), at = 0;

	if (n == 0) {
		buf_printf(out, "<0x%02X>", (unsigned char)s.p[i]);
		return 1;
	}
	one = part(rest, 0, n);
	if (text_check(one, &at) != TEXT_OK || (code == '\n' && !lines))
		buf_printf(out, "<U+%04X>", (unsigned)code);
	else
		buf_str(out, one);
	return n;
}

void
escape_text(struct buf *out, struct str text, bool lines)
{
	size_t i, at = 0;

	if (text_check(text, &at) == TEXT_OK &&
	    (lines || text.n == 0 || memchr(text.p, '\n', text.n) == NULL)) {
		buf_str(out, text);
		return;
	}
	for (i = 0; i < text.n;)
		i += show_char(out, text, i, lines);
}

/* A copy that lives as long as the findings; the same one for a text that was kept lately. */
static const char *
keep(struct findings *findings, struct str text)
{
	const char **recent = &findings->recent[str_hash(text) & 255];

	if (*recent == NULL || !str_is(text, *recent))
		*recent = arena_cstr(&findings->arena, text);
	return *recent;
}

static const char *
keep_text(struct findings *findings, const char *text)
{
	return text == NULL ? NULL : keep(findings, str_of(text));
}

static const char *
keep_printf(struct findings *findings, bool lines, const char *format, va_list args)
{
	buf_reset(&findings->scratch);
	buf_reset(&findings->shown);
	buf_vprintf(&findings->scratch, format, args);
	escape_text(&findings->shown, buf_view(&findings->scratch), lines);
	return keep(findings, buf_view(&findings->shown));
}

const char *
nam(struct findings *findings, struct str name)
{
	buf_reset(&findings->shown);
	escape_text(&findings->shown, name, false);
	return keep(findings, buf_view(&findings->shown));
}

const char *
val(struct findings *findings, struct str value)
{
	struct buf *shown = &findings->shown;
	size_t i = 0, count;

	if (findings->hide_values)
		return "***";
	buf_reset(shown);
	for (count = 0; i < value.n && count < VALUE_MAX && value.p[i] != '\n'; count++)
		i += show_char(shown, value, i, false);
	if (i < value.n)
		buf_text(shown, "...");
	return keep(findings, buf_view(shown));
}

/* ---- collecting ---- */

void
findings_init(struct findings *findings)
{
	memset(findings, 0, sizeof(*findings));
}

void
findings_release(struct findings *findings)
{
	arena_release(&findings->arena);
	buf_release(&findings->scratch);
	buf_release(&findings->shown);
	free(findings->list);
	free(findings->place.marks);
	findings_init(findings);
}

static struct finding *
add_finding(struct findings *findings, enum severity severity)
{
	if (findings->n == findings->size) {
		findings->size = findings->size ? findings->size * 2 : 16;
		findings->list =
		    xrealloc(findings->list, findings->size * sizeof(*findings->list));
	}
	findings->count[severity]++;
	return &findings->list[findings->n++];
}

void
findings_copy(struct findings *into, const struct findings *from)
{
	struct finding *finding;
	size_t i;

	for (i = 0; i < from->n; i++) {
		finding = add_finding(into, from->list[i].severity);
		*finding = from->list[i];
		finding->rule = keep_text(into, finding->rule);
		finding->path = keep_text(into, finding->path);
		finding->text = keep_text(into, finding->text);
		finding->fix = keep_text(into, finding->fix);
		finding->basis = keep_text(into, finding->basis);
		finding->case_id = keep_text(into, finding->case_id);
		finding->entry = keep_text(into, finding->entry);
		finding->due = keep_text(into, finding->due);
		finding->excerpt = keep_text(into, finding->excerpt);
	}
}

/* With the memory that their texts are in. */
static void
take_over(struct findings *into, struct findings *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		*add_finding(into, from->list[i].severity) = from->list[i];
	arena_take(&into->arena, &from->arena);
}

void
findings_move(struct findings *into, struct findings *from)
{
	if (from->n > COPIED_MOST)
		take_over(into, from);
	else
		findings_copy(into, from);
	from->n = 0;
	memset(from->count, 0, sizeof(from->count));
	memset(from->recent, 0, sizeof(from->recent));
	arena_reset(&from->arena);
}

static bool
is_said(const struct findings *findings, const struct finding *f)
{
	size_t i;

	for (i = 0; i < findings->n && f->path != NULL; i++) {
		const struct finding *other = &findings->list[i];

		if (other->path != NULL && other->line == f->line && other->severity >= f->severity &&
		    strcmp(other->path, f->path) == 0)
			return true;
	}
	return false;
}

void
findings_move_unsaid(struct findings *into, struct findings *from)
{
	size_t i, kept = 0;

	for (i = 0; i < from->n; i++)
		if (is_said(into, &from->list[i]))
			from->count[from->list[i].severity]--;
		else
			from->list[kept++] = from->list[i];
	from->n = kept;
	findings_move(into, from);
}

/* The part of a long line around `at`, cut between characters. */
static void
window(struct str bytes, size_t line_from, size_t at, size_t *from, size_t *to)
{
	size_t limit = line_from + EXCERPT_MAX < bytes.n ? line_from + EXCERPT_MAX : bytes.n;
	const char *end = memchr(bytes.p + line_from, '\n', limit - line_from);

	*from = line_from;
	*to = end ? (size_t)(end - bytes.p) : limit;
	if (end != NULL || limit == bytes.n)
		return;
	if (at - line_from > EXCERPT_BEFORE)
		*from = at - EXCERPT_BEFORE;
	limit = *from + EXCERPT_MAX < bytes.n ? *from + EXCERPT_MAX : bytes.n;
	end = memchr(bytes.p + *from, '\n', limit - *from);
	*to = end ? (size_t)(end - bytes.p) : limit;
	while (*from > line_from && *from < at && ((unsigned char)bytes.p[*from] & 0xc0) == 0x80)
		++*from;
	while (*to < bytes.n && *to > at && ((unsigned char)bytes.p[*to] & 0xc0) == 0x80)
		--*to;
}

/* Appends the character at `i`, a tab as the blanks it stands for; its columns go to *columns. */
static size_t
excerpt_char(struct buf *out, struct str bytes, size_t i, size_t *columns)
{
	size_t before = out->n, n;

	if (bytes.p[i] == '\t') {
		n = TAB - *columns % TAB;
		buf_printf(out, "%*s", (int)n, "");
		*columns += n;
		return 1;
	}
	n = show_char(out, bytes, i, false);
	*columns += utf8_width((struct str){ out->p + before, out->n - before });
	return n;
}

static void
keep_excerpt(struct findings *findings, struct finding *finding, struct str bytes,
    size_t line_from, size_t at, size_t n)
{
	struct buf *out = &findings->shown;
	size_t from, to, i, columns, caret, caret_end;

	window(bytes, line_from, at, &from, &to);
	buf_reset(out);
	if (from > line_from)
		buf_text(out, "...");
	columns = caret = caret_end = out->n;
	for (i = from; i < to;) {
		if (i <= at)
			caret = columns;
		i += excerpt_char(out, part(bytes, 0, to), i, &columns);
		if (i <= at + n)
			caret_end = columns;
	}
	if (at >= to)
		caret = columns;
	if (to < bytes.n && bytes.p[to] != '\n')
		buf_text(out, "...");
	finding->excerpt = keep(findings, buf_view(out));
	finding->caret = (uint32_t)caret;
	finding->caret_n = caret_end > caret ? (uint32_t)(caret_end - caret) : 1;
}

static void
locate(struct findings *findings, struct finding *finding, struct span at)
{
	struct str bytes = at.source->bytes;
	size_t line, column, line_from;

	finding->path = keep_text(findings, at.source->name);
	if (bytes.p == NULL)
		return;
	at.at = char_start(bytes, at.at);
	if (at.n > bytes.n - at.at)
		at.n = bytes.n - at.at;
	if (bytes.n <= BLOCK) {
		source_position(at.source, at.at, &line, &column);
		line_from = line_start(bytes, 0, at.at);
		finding->line = (uint32_t)line;
		finding->column = (uint32_t)column;
	} else {
		find_place(&findings->place, bytes, at.at, finding, &line_from);
	}
	if (!findings->hide_values)
		keep_excerpt(findings, finding, bytes, line_from, at.at, at.n);
}

struct finding *
find(struct findings *findings, enum message message, struct span at, const char *format, ...)
{
	const struct message_info *info = message_info(message);
	struct finding *finding = add_finding(findings, info->severity);
	va_list args;

	*finding = (struct finding){ .rule = info->name, .state = "broken",
		.severity = info->severity };
	va_start(args, format);
	finding->text = keep_printf(findings, false, format, args);
	va_end(args);
	finding->case_id = keep_text(findings, findings->case_id);
	finding->entry = keep_text(findings, findings->entry);
	if (at.source != NULL)
		locate(findings, finding, at);
	return finding;
}

void
fix(struct findings *findings, struct finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finding->fix = keep_printf(findings, true, format, args);
	va_end(args);
}

void
regrade(struct findings *findings, struct finding *finding, enum severity severity)
{
	findings->count[finding->severity]--;
	finding->severity = severity;
	findings->count[severity]++;
}

int
findings_status(const struct findings *findings)
{
	return findings->count[ERROR] > 0;
}

/* ---- order ---- */

static int
text_order(const char *a, const char *b)
{
	if (a == b)
		return 0;
	return a == NULL ? -1 : b == NULL ? 1 : strcmp(a, b);
}

static int
place_order(const struct finding *a, const struct finding *b)
{
	int order;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if ((order = text_order(a->path, b->path)) != 0)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* 0 for exact duplicates only. */
static int
finding_order(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = place_order(a, b);

	if (order == 0)
		order = text_order(a->rule, b->rule);
	if (order == 0)
		order = text_order(a->text, b->text);
	if (order == 0)
		order = text_order(a->state, b->state);
	if (order == 0)
		order = text_order(a->case_id, b->case_id);
	if (order == 0)
		order = text_order(a->entry, b->entry);
	if (order == 0)
		order = text_order(a->due, b->due);
	if (order == 0)
		order = text_order(a->fix, b->fix);
	return order ? order : text_order(a->basis, b->basis);
}

static bool
is_sorted(const struct findings *findings)
{
	size_t i;

	for (i = 1; i < findings->n; i++)
		if (finding_order(&findings->list[i - 1], &findings->list[i]) > 0)
			return false;
	return true;
}

static void
sort_findings(struct findings *findings)
{
	size_t i, n = 0;

	if (!is_sorted(findings))
		qsort(findings->list, findings->n, sizeof(*findings->list), finding_order);
	memset(findings->count, 0, sizeof(findings->count));
	for (i = 0; i < findings->n; i++) {
		if (n > 0 && finding_order(&findings->list[n - 1], &findings->list[i]) == 0)
			continue;
		findings->list[n++] = findings->list[i];
		findings->count[findings->list[i].severity]++;
	}
	findings->n = n;
}

/* ---- gcc ---- */

static void
paint(struct buf *out, const struct diag_style *style, const char *code)
{
	if (style->color)
		buf_printf(out, "\033[%sm", code);
}

static void
write_place(const struct finding *finding, const struct diag_style *style, struct buf *out)
{
	if (finding->path == NULL) {
		buf_text(out, "dossier:");
		return;
	}
	if (style->prefix != NULL)
		escape_text(out, str_of(style->prefix), false);
	escape_text(out, str_of(finding->path), false);
	if (finding->line > 0)
		buf_printf(out, ":%u:%u", (unsigned)finding->line, (unsigned)finding->column);
	buf_char(out, ':');
}

/* Each further line of the text under the first. */
static void
write_remark(struct buf *out, const char *label, const char *text)
{
	struct str rest = str_of(text), line;
	bool first = true;

	while (str_cut(&rest, '\n', &line)) {
		buf_printf(out, "  %*s", (int)strlen(label), first ? label : "");
		escape_text(out, line, false);
		buf_char(out, '\n');
		first = false;
	}
}

static void
write_excerpt(const struct finding *finding, const struct diag_style *style, const char *color,
    struct buf *out)
{
	size_t i;

	if (finding->excerpt != NULL) {
		buf_printf(out, "  %s\n  %*s", finding->excerpt, (int)finding->caret, "");
		paint(out, style, color);
		buf_char(out, '^');
		for (i = 1; i < finding->caret_n; i++)
			buf_char(out, '~');
		paint(out, style, "0");
		buf_char(out, '\n');
	}
	if (finding->fix != NULL)
		write_remark(out, "fix: ", finding->fix);
	if (finding->basis != NULL)
		write_remark(out, "basis: ", finding->basis);
}

static void
write_gcc(const struct findings *findings, const struct diag_style *style, struct buf *out)
{
	static const char *const colors[] = { "1;36", "1;35", "1;31" };
	const struct finding *finding;
	size_t i;

	for (i = 0; i < findings->n; i++) {
		finding = &findings->list[i];
		paint(out, style, "1");
		write_place(finding, style, out);
		paint(out, style, "0");
		buf_char(out, ' ');
		paint(out, style, colors[finding->severity]);
		buf_printf(out, "%s:", severity_names[finding->severity]);
		paint(out, style, "0");
		buf_printf(out, " %s [%s]\n", finding->text, finding->rule);
		if (style->excerpts)
			write_excerpt(finding, style, colors[finding->severity], out);
	}
}

/* ---- rec and json: the same fields ---- */

#define N_FIELDS 12

struct named_value {
	const char *name; /* as rec has it; json in lower case */
	const char *text; /* NULL: left out */
	bool is_number;
};

static void
named_values(const struct finding *finding, char room[2][16], struct named_value values[N_FIELDS])
{
	const char *line = NULL, *column = NULL;

	if (finding->line > 0) {
		snprintf(room[0], 16, "%u", (unsigned)finding->line);
		snprintf(room[1], 16, "%u", (unsigned)finding->column);
		line = room[0];
		column = room[1];
	}
	values[0] = (struct named_value){ "Path", finding->path, false };
	values[1] = (struct named_value){ "Line", line, true };
	values[2] = (struct named_value){ "Column", column, true };
	values[3] = (struct named_value){ "Rule", finding->rule, false };
	values[4] = (struct named_value){ "State", finding->state, false };
	values[5] = (struct named_value){ "Severity", severity_names[finding->severity], false };
	values[6] = (struct named_value){ "Case", finding->case_id, false };
	values[7] = (struct named_value){ "Entry", finding->entry, false };
	values[8] = (struct named_value){ "Due", finding->due, false };
	values[9] = (struct named_value){ "Message", finding->text, false };
	values[10] = (struct named_value){ "Fix", finding->fix, false };
	values[11] = (struct named_value){ "Basis", finding->basis, false };
}

/* A backslash at the end of a line would take in the next: a blank keeps them apart. */
static void
write_rec_field(struct buf *out, const char *name, const char *text)
{
	struct str rest = str_of(text), line;

	buf_printf(out, "%s:", name);
	while (str_cut(&rest, '\n', &line)) {
		if (line.n > 0)
			buf_char(out, ' ');
		escape_text(out, line, false);
		if (str_ends(line, STR("\\")))
			buf_char(out, ' ');
		buf_text(out, rest.p == NULL ? "\n" : "\n+");
	}
}

static void
write_rec(const struct findings *findings, struct buf *out)
{
	struct named_value values[N_FIELDS];
	char room[2][16];
	size_t i, k;

	buf_text(out, "%rec: Finding\n"
	    "%mandatory: Rule State Severity Message\n"
	    "%type: Line,Column int\n"
	    "%type: State enum ok due overdue late broken\n"
	    "%type: Severity enum error warning note\n"
	    "%type: Due date\n");
	for (i = 0; i < findings->n; i++) {
		named_values(&findings->list[i], room, values);
		buf_char(out, '\n');
		for (k = 0; k < N_FIELDS; k++)
			if (values[k].text != NULL)
				write_rec_field(out, values[k].name, values[k].text);
	}
}

static bool
is_plain_json(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void
json_string(struct buf *out, struct str s)
{
	size_t i, n, run;
	uint32_t code;

	buf_char(out, '"');
	for (i = 0; i < s.n; i += n) {
		for (run = i; run < s.n && is_plain_json(s.p[run]); run++)
			;
		buf_add(out, s.p + i, run - i);
		i = run;
		if (i == s.n)
			break;
		n = utf8_decode(part(s, i, s.n), &code);
		if (n == 0) {
			buf_text(out, "\\ufffd");
			n = 1;
		} else if (code == '"' || code == '\\') {
			buf_printf(out, "\\%c", (int)code);
		} else if (code == '\n') {
			buf_text(out, "\\n");
		} else if (code < 0x80) {
			buf_printf(out, "\\u%04x", (unsigned)code);
		} else {
			buf_add(out, s.p + i, n);
		}
	}
	buf_char(out, '"');
}

/* , "name": "text" -- nothing when text is NULL. */
static void
write_json_member(struct buf *out, const char *separator, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(out, "%s\"%s\": ", separator, name);
	json_string(out, str_of(text));
}

static void
write_json_finding(const struct finding *finding, struct buf *out)
{
	struct named_value values[N_FIELDS];
	char room[2][16];
	const char *separator = "";
	size_t k;

	named_values(finding, room, values);
	buf_char(out, '{');
	for (k = 0; k < N_FIELDS; k++) {
		if (values[k].text == NULL)
			continue;
		buf_printf(out, "%s\"%c%s\": ", separator, values[k].name[0] | 0x20,
		    values[k].name + 1);
		if (values[k].is_number)
			buf_text(out, values[k].text);
		else
			json_string(out, str_of(values[k].text));
		separator = ", ";
	}
	buf_char(out, '}');
}

static void
write_json(const struct findings *findings, struct buf *out)
{
	size_t i;

	buf_text(out, "{\"version\": 1, \"findings\": [");
	for (i = 0; i < findings->n; i++) {
		buf_text(out, i ? ",\n" : "\n");
		write_json_finding(&findings->list[i], out);
	}
	buf_text(out, findings->n ? "\n]}\n" : "]}\n");
}

/* For readers that show one text: what to do follows what is wrong. */
static void
write_json_message(struct buf *out, const char *separator, const char *name, const struct finding *finding)
{
	struct buf text = BUF_INIT;

	buf_text(&text, finding->text);
	if (finding->fix != NULL)
		buf_printf(&text, "; %s", finding->fix);
	write_json_member(out, separator, name, text.p);
	buf_release(&text);
}

/* ---- what tells one finding from another over time ---- */

/* 64-bit FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo): the same on every machine. */
static uint64_t
mix(uint64_t hash, const char *text)
{
	const char *p = text ? text : "";

	do {
		hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
	} while (*p++ != '\0');
	return hash;
}

/* Without line and column: text that moves is the same finding. The second of equals differs by its number. */
static uint64_t
identity(const struct finding *finding, struct map *seen, struct arena *arena)
{
	uint64_t hash = mix(0xcbf29ce484222325u, finding->rule);
	struct map_slot *slot;
	char number[24];

	hash = mix(hash, finding->path);
	hash = mix(hash, finding->case_id);
	hash = mix(hash, finding->entry);
	hash = mix(hash, finding->text);
	for (;;) {
		slot = map_get(seen, (struct str){ (char *)&hash, sizeof(hash) });
		if (slot == NULL)
			break;
		snprintf(number, sizeof(number), "%zu", ++slot->value.i);
		hash = mix(hash, number);
	}
	map_put(seen, arena_str(arena, (struct str){ (char *)&hash, sizeof(hash) }), NULL);
	return hash;
}

/* ---- sarif ---- */

/* RFC 3986: all but unreserved characters and '/' in percent. */
static void
write_uri(struct buf *out, const char *path)
{
	const char *p;

	for (p = path; *p != '\0'; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr("-._~/", *p) != NULL)
			buf_char(out, *p);
		else
			buf_printf(out, "%%%02X", (unsigned char)*p);
}

static void
write_sarif_rules(struct buf *out)
{
	size_t i;

	for (i = 0; i < MESSAGE_COUNT; i++) {
		write_json_member(out, i ? ",\n{" : "\n{", "id", catalogue[i].name);
		write_json_member(out, ", \"shortDescription\": {", "text", catalogue[i].meaning);
		write_json_member(out, "}, \"help\": {", "text", catalogue[i].mend);
		write_json_member(out, "}, \"defaultConfiguration\": {", "level",
		    severity_names[catalogue[i].severity]);
		buf_text(out, "}}");
	}
}

static void
write_sarif_location(const struct finding *finding, struct buf *out)
{
	buf_text(out, ", \"locations\": [");
	if (finding->path != NULL) {
		buf_text(out, "{\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"");
		write_uri(out, finding->path);
		buf_text(out, "\", \"uriBaseId\": \"ROOT\"}");
		if (finding->line > 0)
			buf_printf(out, ", \"region\": {\"startLine\": %u, \"startColumn\": %u}",
			    (unsigned)finding->line, (unsigned)finding->column);
		buf_text(out, "}}");
	}
	buf_char(out, ']');
}

static void
write_sarif_result(const struct finding *finding, uint64_t id, struct buf *out)
{
	size_t i;

	write_json_member(out, "{", "ruleId", finding->rule);
	for (i = 0; i < MESSAGE_COUNT && catalogue[i].name != finding->rule; i++)
		;
	if (i < MESSAGE_COUNT)
		buf_printf(out, ", \"ruleIndex\": %zu", i);
	write_json_member(out, ", ", "level", severity_names[finding->severity]);
	write_json_message(out, ", \"message\": {", "text", finding);
	buf_char(out, '}');
	write_sarif_location(finding, out);
	buf_printf(out, ", \"partialFingerprints\": {\"finding/v1\": \"%016llx\"}",
	    (unsigned long long)id);
	write_json_member(out, ", \"properties\": {", "state", finding->state);
	write_json_member(out, ", ", "case", finding->case_id);
	write_json_member(out, ", ", "entry", finding->entry);
	write_json_member(out, ", ", "due", finding->due);
	write_json_member(out, ", ", "fix", finding->fix);
	write_json_member(out, ", ", "basis", finding->basis);
	buf_text(out, "}}");
}

static void
write_sarif(const struct findings *findings, struct buf *out)
{
	struct map seen = MAP_INIT;
	struct arena arena;
	size_t i;

	arena_init(&arena);
	buf_text(out, "{\"$schema\": \"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
	    "schemas/sarif-schema-2.1.0.json\",\n"
	    "\"version\": \"2.1.0\", \"runs\": [{\n"
	    "\"tool\": {\"driver\": {\"name\": \"dossier\", \"rules\": [");
	write_sarif_rules(out);
	buf_text(out, "\n]}},\n\"columnKind\": \"unicodeCodePoints\",\n"
	    "\"originalUriBaseIds\": {\"ROOT\": {\"description\": "
	    "{\"text\": \"the root of the centre's repository\"}}},\n\"results\": [");
	for (i = 0; i < findings->n; i++) {
		buf_text(out, i ? ",\n" : "\n");
		write_sarif_result(&findings->list[i],
		    identity(&findings->list[i], &seen, &arena), out);
	}
	buf_text(out, "\n]}]}\n");
	map_release(&seen);
	arena_release(&arena);
}

/* ---- github and gitlab ---- */

/* The data of a workflow command, or a property of one, where ':' and ',' are marks. */
static void
write_github_text(struct buf *out, const char *text, bool is_property)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
		if (*p == '%' || *p == '\r' || *p == '\n' ||
		    (is_property && (*p == ':' || *p == ',')))
			buf_printf(out, "%%%02X", (unsigned char)*p);
		else
			buf_char(out, *p);
}

static void
write_github(const struct findings *findings, struct buf *out)
{
	static const char *const commands[] = { "notice", "warning", "error" };
	const struct finding *finding;
	size_t i;

	for (i = 0; i < findings->n; i++) {
		finding = &findings->list[i];
		buf_printf(out, "::%s ", commands[finding->severity]);
		if (finding->path != NULL) {
			buf_text(out, "file=");
			write_github_text(out, finding->path, true);
			if (finding->line > 0)
				buf_printf(out, ",line=%u,col=%u", (unsigned)finding->line,
				    (unsigned)finding->column);
			buf_char(out, ',');
		}
		buf_text(out, "title=");
		write_github_text(out, finding->rule, true);
		buf_text(out, "::");
		write_github_text(out, finding->text, false);
		if (finding->fix != NULL) {
			buf_text(out, "%0A");
			write_github_text(out, finding->fix, false);
		}
		buf_char(out, '\n');
	}
}

static void
write_gitlab(const struct findings *findings, struct buf *out)
{
	static const char *const grades[] = { "info", "minor", "major" };
	const struct finding *finding;
	struct map seen = MAP_INIT;
	struct arena arena;
	size_t i;

	arena_init(&arena);
	buf_char(out, '[');
	for (i = 0; i < findings->n; i++) {
		finding = &findings->list[i];
		write_json_message(out, i ? ",\n{" : "\n{", "description", finding);
		write_json_member(out, ", ", "check_name", finding->rule);
		buf_printf(out, ", \"fingerprint\": \"%016llx\"",
		    (unsigned long long)identity(finding, &seen, &arena));
		write_json_member(out, ", ", "severity", grades[finding->severity]);
		write_json_member(out, ", \"location\": {", "path",
		    finding->path ? finding->path : ".");
		buf_printf(out, ", \"lines\": {\"begin\": %u}}}",
		    finding->line ? (unsigned)finding->line : 1);
	}
	buf_text(out, findings->n ? "\n]\n" : "]\n");
	map_release(&seen);
	arena_release(&arena);
}

bool
diag_format_named(struct str name, enum diag_format *format)
{
	static const char *const names[] = {
		[DIAG_GCC] = "gcc",
		[DIAG_REC] = "rec",
		[DIAG_JSON] = "json",
		[DIAG_SARIF] = "sarif",
		[DIAG_GITHUB] = "github",
		[DIAG_GITLAB] = "gitlab",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(name, names[i])) {
			*format = (enum diag_format)i;
			return true;
		}
	return false;
}

void
findings_write(struct findings *findings, const struct diag_style *style, struct buf *out)
{
	sort_findings(findings);
	switch (style->format) {
	case DIAG_GCC:
		write_gcc(findings, style, out);
		break;
	case DIAG_REC:
		write_rec(findings, out);
		break;
	case DIAG_JSON:
		write_json(findings, out);
		break;
	case DIAG_SARIF:
		write_sarif(findings, out);
		break;
	case DIAG_GITHUB:
		write_github(findings, out);
		break;
	case DIAG_GITLAB:
		write_gitlab(findings, out);
		break;
	}
}

/* ---- did you mean ---- */

/* Code points, ASCII letters in lower case; WORD_MAX + 1 when there are more than WORD_MAX. */
static size_t
fold(struct str s, uint32_t points[WORD_MAX])
{
	size_t i, n, count = 0;
	uint32_t code;

	for (i = 0; i < s.n; i += n, count++) {
		if (count == WORD_MAX)
			return WORD_MAX + 1;
		n = utf8_decode(part(s, i, s.n), &code);
		if (n == 0) {
			code = 0x110000 + (unsigned char)s.p[i];
			n = 1;
		}
		points[count] = code >= 'A' && code <= 'Z' ? code + 32 : code;
	}
	return count;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* limit + 1 as soon as it must be more than the limit. */
static size_t
distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, size_t limit)
{
	size_t rows[3][WORD_MAX + 1], *before = rows[0], *last = rows[1], *row = rows[2], *spare;
	size_t i, k, best;

	for (k = 0; k <= nb; k++)
		last[k] = k;
	for (i = 1; i <= na; i++) {
		best = row[0] = i;
		for (k = 1; k <= nb; k++) {
			row[k] = least(least(last[k], row[k - 1]) + 1,
			    last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = least(row[k], before[k - 2] + 1);
			best = least(best, row[k]);
		}
		if (best > limit)
			return limit + 1;
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[nb];
}

struct str
nearest(struct str word, const struct str *candidates, size_t n)
{
	uint32_t a[WORD_MAX], b[WORD_MAX];
	size_t na = fold(word, a), nb, limit, d, i, best = WORD_MAX;
	struct str found = STR_NULL;

	if (na > WORD_MAX)
		return STR_NULL;
	for (i = 0; i < n && best > 0; i++) {
		nb = fold(candidates[i], b);
		limit = (na > nb ? na : nb) / 3;
		if (nb > WORD_MAX || (na > nb ? na - nb : nb - na) > limit)
			continue;
		d = distance(a, na, b, nb, limit);
		if (d <= limit && d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

void
markup_text(struct buf *out, struct str text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '&':
			buf_text(out, "&amp;");
			break;
		case '<':
			buf_text(out, "&lt;");
			break;
		case '>':
			buf_text(out, "&gt;");
			break;
		case '"':
			buf_text(out, "&quot;");
			break;
		case '\'':
			buf_text(out, "&#39;");
			break;
		default:
			buf_char(out, text.p[i]);
		}
}
