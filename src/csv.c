#include "csv.h"

#include <string.h>

struct span
csv_span(const struct csv *csv, size_t at, size_t n)
{
	return (struct span){ &csv->source, at, n };
}

/* What stands between cells: the most frequent of three in the first line, outside of quotes. */
static char
separator_of(struct str bytes)
{
	static const char candidates[] = ",;\t";
	size_t count[3] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < bytes.n && (quoted || (bytes.p[i] != '\n' && bytes.p[i] != '\r'));
	     i++) {
		const char *found = bytes.p[i] ? strchr(candidates, bytes.p[i]) : NULL;

		if (bytes.p[i] == '"')
			quoted = !quoted;
		else if (found != NULL && !quoted)
			count[found - candidates]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (count[i] > count[best])
			best = i;
	return candidates[best];
}

struct reading {
	struct csv *csv;
	struct arena *arena;
	struct findings *findings;
	char separator;
	size_t at;
};

static bool
bad(struct reading *reading, size_t at, const char *problem, const char *advice)
{
	struct span span = csv_span(reading->csv, at, at < reading->csv->source.bytes.n);

	fix(reading->findings, find(reading->findings, MSG_BAD_TABLE, span, "%s", problem), "%s",
	    advice);
	return false;
}

/* A cell in quotes, of which two stand for one: from the first quote to behind the last. */
static bool
quoted_cell(struct reading *reading, struct cell *cell)
{
	struct str bytes = reading->csv->source.bytes;
	size_t end = reading->at + 1, n = 0;
	char *to;

	while (end < bytes.n &&
	    (bytes.p[end] != '"' || (end + 1 < bytes.n && bytes.p[end + 1] == '"')))
		end += 1 + (bytes.p[end] == '"');
	if (end >= bytes.n)
		return bad(reading, reading->at, "a quote that nothing closes",
		    "close it, or take it out");
	to = arena_alloc(reading->arena, end - reading->at);
	for (size_t i = reading->at + 1; i < end; i++) {
		to[n++] = bytes.p[i];
		i += bytes.p[i] == '"';
	}
	cell->text = (struct str){ to, n };
	reading->at = end + 1;
	return true;
}

static bool
is_cell_end(const struct reading *reading)
{
	struct str bytes = reading->csv->source.bytes;
	size_t at = reading->at;

	return at >= bytes.n || bytes.p[at] == reading->separator || bytes.p[at] == '\n' ||
	    (bytes.p[at] == '\r' && (at + 1 >= bytes.n || bytes.p[at + 1] == '\n'));
}

static bool
read_cell(struct reading *reading, struct cell *cell)
{
	struct str bytes = reading->csv->source.bytes;
	size_t start = reading->at;

	cell->at = start;
	if (start < bytes.n && bytes.p[start] == '"') {
		if (!quoted_cell(reading, cell))
			return false;
		return is_cell_end(reading) ||
		    bad(reading, reading->at, "text behind a closing quote",
			"write a quote within quotes twice");
	}
	while (!is_cell_end(reading))
		reading->at++;
	cell->text = (struct str){ bytes.p + start, reading->at - start };
	return true;
}

static void *
more(struct arena *arena, void *list, size_t n, size_t *size, size_t each)
{
	size_t old = *size;

	if (n < old)
		return list;
	*size = old ? 2 * old : 16;
	return arena_grow(arena, list, old * each, *size * each);
}

static bool
read_row(struct reading *reading, struct row *row)
{
	struct str bytes = reading->csv->source.bytes;
	size_t size = 0;

	row->at = reading->at;
	for (;;) {
		row->cells = more(reading->arena, row->cells, row->n, &size, sizeof *row->cells);
		if (!read_cell(reading, &row->cells[row->n++]))
			return false;
		if (reading->at >= bytes.n || bytes.p[reading->at] != reading->separator)
			break;
		reading->at++;
	}
	reading->at += reading->at < bytes.n && bytes.p[reading->at] == '\r';
	reading->at += reading->at < bytes.n;
	return true;
}

static bool
is_blank(const struct row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (str_trim(row->cells[i].text).n > 0)
			return false;
	return true;
}

/* Old tables come in an encoding of one byte a character; guessing at it would spoil names. */
static bool
check_encoding(struct reading *reading)
{
	struct str bytes = reading->csv->source.bytes;
	size_t at = reading->at;
	enum text_fault fault;

	while ((fault = text_check(bytes, &at)) == TEXT_CR)
		at++;
	if (fault == TEXT_INVALID)
		return bad(reading, at, "the table is not UTF-8",
		    "save it as UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8 old.csv >new.csv");
	return fault == TEXT_OK ||
	    bad(reading, at, "a character that may not stand in a record",
		"take it out of the table");
}

static bool
wrong_width(struct reading *reading, const struct row *row)
{
	find(reading->findings, MSG_BAD_TABLE, csv_span(reading->csv, row->at, 0),
	    "%zu cells in a table of %zu columns", row->n, reading->csv->rows[0].n);
	return false;
}

bool
csv_read(struct csv *csv, struct arena *arena, struct findings *findings)
{
	struct str bytes = csv->source.bytes;
	struct reading reading = { csv, arena, findings, '\0', 0 };
	size_t size = 0;

	reading.at = str_starts(bytes, STR("\xef\xbb\xbf")) ? 3 : 0;
	if (!check_encoding(&reading))
		return false;
	reading.separator = separator_of((struct str){
	    bytes.p + reading.at, bytes.n - reading.at });
	while (reading.at < bytes.n) {
		struct row row = { NULL, 0, 0 };

		if (!read_row(&reading, &row))
			return false;
		if (is_blank(&row))
			continue;
		if (csv->n > 0 && row.n != csv->rows[0].n)
			return wrong_width(&reading, &row);
		csv->rows = more(arena, csv->rows, csv->n, &size, sizeof *csv->rows);
		csv->rows[csv->n++] = row;
	}
	return csv->n > 0 || bad(&reading, 0, "an empty table", "the first line names the columns");
}
