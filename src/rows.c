/*
 * A packed row is: its size, the size of its key, the key, then for each cell the number of its values and for
 * each value its kind, size and bytes. Keys are made so that memcmp orders them; a sort moves pairs of the
 * key's first eight bytes and the row's place, never rows. What exceeds a few megabytes is sorted in runs, which
 * wait in a temporary file and are merged (D. E. Knuth, "Sorting and Searching", 5.4). Text is laid out by the
 * widths of the first thousand rows, so that it streams.
 */
#define _GNU_SOURCE
#include "rows.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define PLAN 1000 /* rows that decide the widths of text */
#define WIDTH_MAX 60 /* of a column that others follow */
#define WIDTH_MIN 6 /* a column is not cut below this */
#define GAP 2
#define RUN_MAX ((size_t)24 << 20)
#define READ_SIZE ((size_t)128 << 10)
#define FLUSH ((size_t)1 << 16)

/* ---- packing ---- */

static void
put_size(struct buf *out, size_t at, size_t size)
{
	uint32_t n = (uint32_t)size;

	memcpy(out->p + at, &n, sizeof(n));
}

static size_t
get_size(const char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

void
row_begin(struct row *row, struct buf *out)
{
	*row = (struct row){ out, out->n, 0 };
	memset(buf_room(out, 8), 0, 8);
	out->n += 8;
}

/* Sign, digits before the point, digits, NUL; all but the sign turned round below zero. */
static void
key_number(struct buf *out, struct number number)
{
	char text[NUMBER_SIZE];
	char *p = number_format(number, text);
	bool is_negative = *p == '-';
	size_t whole, start, i;

	p += is_negative;
	buf_char(out, is_negative ? 1 : 2);
	start = out->n;
	whole = strcspn(p, ".");
	buf_char(out, (char)whole);
	buf_add(out, p, whole);
	if (p[whole] == '.')
		buf_text(out, p + whole + 1);
	buf_char(out, 0);
	for (i = start; is_negative && i < out->n; i++)
		out->p[i] = (char)~out->p[i];
}

static void
key_text(struct buf *out, struct str text)
{
	size_t i;

	buf_char(out, 3);
	for (i = 0; i < text.n; i++) {
		buf_char(out, text.p[i]);
		if (text.p[i] == 0)
			buf_char(out, (char)0xff);
	}
	buf_add(out, "\0", 2);
}

void
row_key(struct row *row, const struct result *value, bool is_descending)
{
	struct buf *out = row->out;
	struct number number = value->number;
	size_t start = out->n, i;

	if (value->kind == RESULT_MISSING) {
		buf_char(out, (char)0xff);
	} else {
		if (value->kind == RESULT_NUMBER || number_parse(value->text, &number))
			key_number(out, number);
		else
			key_text(out, value->text);
		for (i = start; is_descending && i < out->n; i++)
			out->p[i] = (char)~out->p[i];
	}
	put_size(out, row->start + 4, out->n - row->start - 8);
}

void
row_cell(struct row *row)
{
	row->cell = row->out->n;
	memset(buf_room(row->out, 4), 0, 4);
	row->out->n += 4;
}

void
row_value(struct row *row, const struct result *value)
{
	struct buf *out = row->out;
	char number[NUMBER_SIZE];
	struct str text = value->text;
	uint32_t size;

	if (value->kind == RESULT_MISSING)
		return;
	if (value->kind == RESULT_NUMBER)
		text = str_of(number_format(value->number, number));
	size = (uint32_t)text.n;
	put_size(out, row->cell, get_size(out->p + row->cell) + 1);
	buf_char(out, (char)value->kind);
	buf_add(out, &size, sizeof(size));
	buf_str(out, text);
}

void
row_end(struct row *row)
{
	put_size(row->out, row->start, row->out->n - row->start);
}

/* ---- reading ---- */

struct reader {
	const char *p;
	size_t n; /* values left in the cell */
};

static struct str
key_of(const char *row)
{
	return (struct str){ row + 8, get_size(row + 4) };
}

static struct reader
cells_of(const char *row)
{
	return (struct reader){ row + 8 + get_size(row + 4), 0 };
}

/* How many values the next cell has. */
static size_t
next_cell(struct reader *reader)
{
	reader->n = get_size(reader->p);
	reader->p += 4;
	return reader->n;
}

static bool
next_value(struct reader *reader, struct str *text, bool *is_number)
{
	if (reader->n == 0)
		return false;
	reader->n--;
	*is_number = *reader->p == RESULT_NUMBER;
	*text = (struct str){ reader->p + 5, get_size(reader->p + 1) };
	reader->p += 5 + text->n;
	return true;
}

void
row_first(struct str packed, size_t n, struct result *value)
{
	struct reader reader = cells_of(packed.p);
	bool is_number = false;
	struct str text;

	for (;; n--) {
		next_cell(&reader);
		*value = (struct result){ reader.n > 0 ? RESULT_TEXT : RESULT_MISSING };
		if (n == 0 && next_value(&reader, &value->text, &is_number) && is_number &&
		    number_parse(value->text, &value->number))
			value->kind = RESULT_NUMBER;
		if (n == 0)
			return;
		while (next_value(&reader, &text, &is_number))
			;
	}
}

/* ---- rows that wait ---- */

struct place {
	uint64_t prefix; /* of the key */
	size_t at; /* in waiting */
};

/* Rows in order, in the temporary file. */
struct run {
	off_t at, end; /* not yet read */
	struct buf buf; /* read */
	size_t p; /* in buf: the next row */
};

struct rows {
	struct rows_style style;
	struct buf waiting;
	struct place *list;
	size_t n, size;
	FILE *file;
	struct run *runs;
	size_t n_runs;
	bool is_ordered; /* rows come in the order in which they are written */
	bool is_planned;
	size_t *widths;
	bool *to_right;
	size_t written;
	struct buf out, cell;
};

struct rows *
rows_new(const struct rows_style *style)
{
	struct rows *rows = xcalloc(1, sizeof(*rows));

	rows->style = *style;
	rows->widths = xcalloc(style->n, sizeof(*rows->widths));
	rows->to_right = xcalloc(style->n, sizeof(*rows->to_right));
	rows->is_ordered = !style->is_sorted;
	if (style->memory == 0)
		rows->style.memory = RUN_MAX;
	return rows;
}

void
rows_free(struct rows *rows)
{
	size_t i;

	for (i = 0; i < rows->n_runs; i++)
		buf_release(&rows->runs[i].buf);
	if (rows->file != NULL)
		fclose(rows->file);
	free(rows->runs);
	buf_release(&rows->waiting);
	buf_release(&rows->out);
	buf_release(&rows->cell);
	free(rows->list);
	free(rows->widths);
	free(rows->to_right);
	free(rows);
}

static uint64_t
prefix_of(struct str key)
{
	unsigned char bytes[8] = { 0 };
	uint64_t prefix = 0;
	size_t i;

	memcpy(bytes, key.p, key.n < 8 ? key.n : 8);
	for (i = 0; i < 8; i++)
		prefix = prefix << 8 | bytes[i];
	return prefix;
}

static const char *
row_at(const struct rows *rows, const struct place *place)
{
	return rows->waiting.p + place->at;
}

static void
keep(struct rows *rows, const char *row, size_t n)
{
	if (rows->n == rows->size) {
		rows->size = rows->size ? rows->size + rows->size / 2 : 1024;
		rows->list = xrealloc(rows->list, rows->size * sizeof(*rows->list));
	}
	rows->list[rows->n++] = (struct place){ prefix_of(key_of(row)), rows->waiting.n };
	buf_add(&rows->waiting, row, n);
}

/* ---- order ---- */

static int
compare(const struct rows *rows, const struct place *a, const struct place *b)
{
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	return str_cmp(key_of(row_at(rows, a)), key_of(row_at(rows, b)));
}

/* Two neighbours to `to`: equal keys keep their order. */
static void
merge(const struct rows *rows, const struct place *a, size_t n, const struct place *b, size_t m,
    struct place *to)
{
	while (n > 0 && m > 0)
		if (compare(rows, a, b) <= 0) {
			*to++ = *a++;
			n--;
		} else {
			*to++ = *b++;
			m--;
		}
	memcpy(to, n > 0 ? a : b, (n > 0 ? n : m) * sizeof(*to));
}

static void
sort(struct rows *rows)
{
	struct place *from = rows->list, *to, *swap;
	size_t run, i, n, m;

	if (rows->n < 2)
		return;
	to = xmalloc(rows->n * sizeof(*to));
	for (run = 1; run < rows->n; run *= 2) {
		for (i = 0; i < rows->n; i += 2 * run) {
			n = rows->n - i < run ? rows->n - i : run;
			m = rows->n - i - n < run ? rows->n - i - n : run;
			merge(rows, from + i, n, from + i + n, m, to + i);
		}
		swap = from;
		from = to;
		to = swap;
	}
	rows->list = from;
	rows->size = rows->n;
	free(to);
}

/* Sorts what waits and puts it away. */
static void
put_run(struct rows *rows)
{
	struct run *run;
	const char *row;
	size_t i;

	if (rows->file == NULL && (rows->file = tmpfile()) == NULL)
		die("cannot make a temporary file to sort in: %s", strerror(errno));
	rows->runs = xrealloc(rows->runs, (rows->n_runs + 1) * sizeof(*rows->runs));
	run = &rows->runs[rows->n_runs++];
	*run = (struct run){ .at = ftello(rows->file) };
	sort(rows);
	for (i = 0; i < rows->n; i++) {
		row = row_at(rows, &rows->list[i]);
		if (fwrite(row, get_size(row), 1, rows->file) != 1)
			die("cannot write the temporary file to sort in: %s", strerror(errno));
	}
	run->end = ftello(rows->file);
	rows->n = 0;
	buf_reset(&rows->waiting);
}

/* Makes `n` bytes of the run be there from p on; false at its end. */
static bool
read_run(struct rows *rows, struct run *run, size_t n)
{
	size_t more = READ_SIZE > n ? READ_SIZE : n;

	if (run->buf.n - run->p >= n)
		return true;
	if (run->at == run->end)
		return false;
	if (run->p > 0)
		memmove(run->buf.p, run->buf.p + run->p, run->buf.n - run->p);
	run->buf.n -= run->p;
	run->p = 0;
	if ((off_t)more > run->end - run->at)
		more = (size_t)(run->end - run->at);
	buf_room(&run->buf, more);
	if (fseeko(rows->file, run->at, SEEK_SET) != 0 ||
	    fread(run->buf.p + run->buf.n, more, 1, rows->file) != 1)
		die("cannot read the temporary file to sort in: %s", strerror(errno));
	run->buf.n += more;
	run->at += (off_t)more;
	return true;
}

/* The next row of a run, NULL at its end. */
static const char *
first_of(struct rows *rows, struct run *run)
{
	if (!read_run(rows, run, 4))
		return NULL;
	read_run(rows, run, get_size(run->buf.p + run->p));
	return run->buf.p + run->p;
}

/* The least row of all runs, of equal ones that of the first; NULL when all are at their end. */
static struct run *
least_run(struct rows *rows)
{
	struct run *least = NULL;
	const char *row, *best = NULL;
	size_t i;

	for (i = 0; i < rows->n_runs; i++) {
		row = first_of(rows, &rows->runs[i]);
		if (row != NULL && (best == NULL || str_cmp(key_of(row), key_of(best)) < 0)) {
			best = row;
			least = &rows->runs[i];
		}
	}
	return least;
}

/* ---- CSV ---- */

static void
csv_cell(struct buf *out, struct str text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.p[i] == '"' || text.p[i] == ',' || text.p[i] == '\n' || text.p[i] == '\r')
			break;
	if (i == text.n && !(text.n > 0 && (text.p[0] == ' ' || text.p[text.n - 1] == ' '))) {
		buf_str(out, text);
		return;
	}
	buf_char(out, '"');
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.p[i]);
	}
	buf_char(out, '"');
}

/* Several values as one text. */
static struct str
joined(struct rows *rows, struct reader *reader)
{
	struct str text = STR(""), next;
	bool is_number;

	if (next_cell(reader) == 0)
		return text;
	next_value(reader, &text, &is_number);
	if (reader->n == 0)
		return text;
	buf_reset(&rows->cell);
	buf_str(&rows->cell, text);
	while (next_value(reader, &next, &is_number)) {
		buf_text(&rows->cell, ", ");
		buf_str(&rows->cell, next);
	}
	return buf_view(&rows->cell);
}

static void
csv_row(struct rows *rows, const char *row)
{
	struct reader reader = cells_of(row);
	size_t i;

	for (i = 0; i < rows->style.n; i++) {
		if (i > 0)
			buf_char(&rows->out, ',');
		csv_cell(&rows->out, joined(rows, &reader));
	}
	buf_text(&rows->out, "\r\n");
}

/* ---- JSON ---- */

static void
json_text(struct buf *out, struct str text)
{
	uint32_t code;
	size_t n;

	buf_char(out, '"');
	for (; text.n > 0; text.p += n, text.n -= n) {
		n = utf8_decode(text, &code);
		if (n == 0) {
			n = 1;
			buf_text(out, "\xef\xbf\xbd");
		} else if (code == '"' || code == '\\') {
			buf_char(out, '\\');
			buf_char(out, (char)code);
		} else if (code == '\n') {
			buf_text(out, "\\n");
		} else if (code < ' ') {
			buf_printf(out, "\\u%04x", (unsigned)code);
		} else {
			buf_add(out, text.p, n);
		}
	}
	buf_char(out, '"');
}

static void
json_row(struct rows *rows, const char *row)
{
	struct reader reader = cells_of(row);
	struct buf *out = &rows->out;
	struct str text;
	bool is_number;
	size_t i, n;

	buf_text(out, rows->written > 0 ? ",\n{" : "{");
	for (i = 0; i < rows->style.n; i++) {
		if (i > 0)
			buf_text(out, ", ");
		json_text(out, rows->style.names[i]);
		buf_text(out, ": ");
		n = next_cell(&reader);
		buf_text(out, n == 0 ? "null" : n > 1 ? "[" : "");
		while (next_value(&reader, &text, &is_number)) {
			if (is_number)
				buf_str(out, text);
			else
				json_text(out, text);
			buf_text(out, reader.n > 0 ? ", " : n > 1 ? "]" : "");
		}
	}
	buf_char(out, '}');
}

/* ---- rec ---- */

static void
rec_row(struct rows *rows, const char *row)
{
	struct reader reader = cells_of(row);
	struct str text;
	bool is_number;
	size_t i;

	if (rows->written > 0)
		buf_char(&rows->out, '\n');
	for (i = 0; i < rows->style.n; i++) {
		next_cell(&reader);
		while (next_value(&reader, &text, &is_number))
			record_write_field(&rows->out, rows->style.names[i], text);
	}
}

static void
raw_row(struct rows *rows, const char *row)
{
	struct reader reader = cells_of(row);
	struct str text = STR("");
	bool is_number;

	next_cell(&reader);
	next_value(&reader, &text, &is_number);
	if (rows->written > 0)
		buf_char(&rows->out, '\n');
	buf_str(&rows->out, text);
}

/* ---- text ---- */

/* What a cell shows: one line, safe for a terminal. */
static struct str
shown(struct rows *rows, struct reader *reader, struct buf *safe)
{
	struct str text = joined(rows, reader);
	size_t i;

	buf_reset(safe);
	escape_text(safe, text, true);
	for (i = 0; i < safe->n; i++)
		if (safe->p[i] == '\n' || safe->p[i] == '\t')
			safe->p[i] = ' ';
	return safe->n ? buf_view(safe) : STR("");
}

/* Narrows the widest columns until the line fits. */
static void
fit(struct rows *rows)
{
	size_t total = 0, widest = 0, i;

	for (i = 0; i < rows->style.n; i++)
		total += rows->widths[i] + (i > 0 ? GAP : 0);
	while (total > rows->style.width) {
		for (widest = i = 0; i < rows->style.n; i++)
			if (rows->widths[i] > rows->widths[widest])
				widest = i;
		if (rows->widths[widest] <= WIDTH_MIN)
			return;
		rows->widths[widest]--;
		total--;
	}
}

static void
plan(struct rows *rows)
{
	struct buf safe = BUF_INIT;
	size_t i, k, width;
	struct reader reader;
	struct number number;
	struct str text;

	for (k = 0; k < rows->style.n; k++) {
		rows->widths[k] = utf8_width(rows->style.names[k]);
		rows->to_right[k] = rows->n > 0;
	}
	for (i = 0; i < rows->n; i++) {
		reader = cells_of(row_at(rows, &rows->list[i]));
		for (k = 0; k < rows->style.n; k++) {
			text = shown(rows, &reader, &safe);
			width = utf8_width(text);
			if (width > rows->widths[k])
				rows->widths[k] = width;
			if (text.n > 0 && !number_parse(text, &number))
				rows->to_right[k] = false;
		}
	}
	for (k = 0; k < rows->style.n; k++)
		if (rows->widths[k] > WIDTH_MAX && (rows->style.width == 0 || k + 1 < rows->style.n))
			rows->widths[k] = WIDTH_MAX;
	if (rows->style.width > 0)
		fit(rows);
	buf_release(&safe);
}

/* The bytes of text that take at most `width` columns. */
static size_t
cut(struct str text, size_t width)
{
	size_t at = 0, n, used = 0, w;
	uint32_t code;

	while (at < text.n) {
		n = utf8_decode((struct str){ text.p + at, text.n - at }, &code);
		n = n ? n : 1;
		w = utf8_width((struct str){ text.p + at, n });
		if (used + w > width)
			break;
		used += w;
		at += n;
	}
	return at;
}

static void
text_cell(struct rows *rows, size_t column, struct str text)
{
	size_t width = rows->widths[column], taken = utf8_width(text);
	bool is_last = column + 1 == rows->style.n;
	struct buf *out = &rows->out;

	if (rows->style.width > 0 && taken > width) {
		buf_add(out, text.p, cut(text, width - 1));
		buf_text(out, "\xe2\x80\xa6");
		taken = width;
	} else {
		if (rows->to_right[column] && taken < width)
			buf_printf(out, "%*s", (int)(width - taken), "");
		buf_str(out, text);
		if (rows->to_right[column])
			taken = width;
	}
	if (!is_last)
		buf_printf(out, "%*s", (int)((taken < width ? width - taken : 0) + GAP), "");
}

static void
end_line(struct buf *out)
{
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	buf_char(out, '\n');
}

static void
text_row(struct rows *rows, const char *row)
{
	struct reader reader = cells_of(row);
	struct buf safe = BUF_INIT;
	size_t i;

	for (i = 0; i < rows->style.n; i++)
		text_cell(rows, i, shown(rows, &reader, &safe));
	end_line(&rows->out);
	buf_release(&safe);
}

static void
text_heading(struct rows *rows)
{
	size_t i;

	if (rows->style.bold)
		buf_text(&rows->out, "\033[1m");
	for (i = 0; i < rows->style.n; i++)
		text_cell(rows, i, rows->style.names[i]);
	end_line(&rows->out);
	if (rows->style.bold) {
		rows->out.n--;
		buf_text(&rows->out, "\033[0m\n");
	}
}

/* ---- writing ---- */

static void
flush(struct rows *rows)
{
	if (rows->out.n > 0)
		rows->style.write(buf_view(&rows->out));
	buf_reset(&rows->out);
}

static void
open_output(struct rows *rows)
{
	size_t i;

	rows->is_planned = true;
	if (rows->style.format == ROWS_TEXT && rows->n > 0) {
		plan(rows);
		text_heading(rows);
	} else if (rows->style.format == ROWS_JSON) {
		buf_text(&rows->out, "[");
	} else if (rows->style.format == ROWS_CSV) {
		for (i = 0; i < rows->style.n; i++) {
			if (i > 0)
				buf_char(&rows->out, ',');
			csv_cell(&rows->out, rows->style.names[i]);
		}
		buf_text(&rows->out, "\r\n");
	}
}

static void
write_row(struct rows *rows, const char *row)
{
	static void (*const writers[])(struct rows *, const char *) = {
		[ROWS_TEXT] = text_row,
		[ROWS_CSV] = csv_row,
		[ROWS_JSON] = json_row,
		[ROWS_REC] = rec_row,
		[ROWS_RAW] = raw_row,
	};

	if (rows_full(rows))
		return;
	writers[rows->style.format](rows, row);
	rows->written++;
	if (rows->out.n > FLUSH)
		flush(rows);
}

static void
write_waiting(struct rows *rows)
{
	size_t i;

	open_output(rows);
	for (i = 0; i < rows->n; i++)
		write_row(rows, row_at(rows, &rows->list[i]));
	rows->n = 0;
	buf_release(&rows->waiting);
}

bool
rows_full(const struct rows *rows)
{
	return rows->style.limit > 0 && rows->written >= rows->style.limit;
}

static void
take(struct rows *rows, const char *row, size_t n)
{
	if (rows->is_planned) {
		write_row(rows, row);
		return;
	}
	keep(rows, row, n);
	if (rows->is_ordered && (rows->style.format != ROWS_TEXT || rows->n == PLAN))
		write_waiting(rows);
	else if (!rows->is_ordered && rows->waiting.n > rows->style.memory)
		put_run(rows);
}

void
rows_take(struct rows *rows, struct str packed)
{
	size_t n;

	for (; packed.n > 0; packed.p += n, packed.n -= n) {
		n = get_size(packed.p);
		assert(n <= packed.n);
		take(rows, packed.p, n);
	}
}

static void
merge_runs(struct rows *rows)
{
	struct run *run;
	size_t n;

	put_run(rows);
	rows->is_ordered = true;
	while (!rows_full(rows) && (run = least_run(rows)) != NULL) {
		n = get_size(run->buf.p + run->p);
		take(rows, run->buf.p + run->p, n);
		run->p += n;
	}
}

size_t
rows_finish(struct rows *rows)
{
	if (rows->n_runs > 0)
		merge_runs(rows);
	else if (!rows->is_ordered)
		sort(rows);
	if (rows->style.limit > 0 && rows->n > rows->style.limit)
		rows->n = rows->style.limit;
	if (!rows->is_planned)
		write_waiting(rows);
	if (rows->style.format == ROWS_JSON)
		buf_text(&rows->out, "]\n");
	flush(rows);
	return rows->written;
}
