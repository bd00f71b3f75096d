/*
 * Text: the row labels on the left, inner levels set in; figures to the right, under headings that wrap at
 * blanks and hyphens. Columns that do not fit into the width go on below with the row labels again.
 *
 * CSV: RFC 4180 wants the same number of fields on every line, so tables do not stand one after another in their
 * own shapes; each cell is a line that says what it is, and what is known about the whole are lines too.
 */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#define WIDTH 80
#define LABEL_WIDTH 36
#define HEAD_WIDTH 14
#define GAP 2
#define HIDDEN "x"

/* ---- text ---- */

static void
pad(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_char(out, ' ');
}

static void
trim_line(struct buf *out)
{
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	buf_char(out, '\n');
}

static void
underlined(struct buf *out, struct str title, char line)
{
	size_t n = utf8_width(title);

	buf_str(out, title);
	buf_char(out, '\n');
	while (n-- > 0)
		buf_char(out, line);
	buf_char(out, '\n');
}

/* Takes what fits into `width` off the front of *rest, at least one word; a hyphen stays on its line. */
static struct str
take_line(struct str *rest, size_t width)
{
	size_t i, best = 0;
	struct str line;

	*rest = str_trim(*rest);
	if (utf8_width(*rest) <= width) {
		line = *rest;
		*rest = STR("");
		return line;
	}
	for (i = 1; i < rest->n; i++) {
		bool is_break = rest->p[i] == ' ' || rest->p[i - 1] == '-';

		if (!is_break)
			continue;
		if (best > 0 && utf8_width((struct str){ rest->p, i }) > width)
			break;
		best = i;
		if (utf8_width((struct str){ rest->p, i }) > width)
			break;
	}
	if (best == 0)
		best = rest->n;
	line = str_trim((struct str){ rest->p, best });
	*rest = str_trim((struct str){ rest->p + best, rest->n - best });
	return line;
}

static size_t
count_lines(struct str text, size_t width, size_t *widest)
{
	size_t n = 0, w;

	do {
		w = utf8_width(take_line(&text, width));
		if (w > *widest)
			*widest = w;
		n++;
	} while (text.n > 0);
	return n;
}

static struct str
nth_line(struct str text, size_t width, size_t n)
{
	struct str line;

	do
		line = take_line(&text, width);
	while (n-- > 0);
	return line;
}

static void
paragraph(struct buf *out, struct str text)
{
	while (text.n > 0) {
		buf_str(out, take_line(&text, WIDTH));
		buf_char(out, '\n');
	}
}

/* The heading's own label: its innermost. */
static struct str
own_label(const struct heading *heading)
{
	return heading->n > 0 ? heading->labels[heading->n - 1] : STR("Total");
}

static bool
is_total(const struct axis *axis, const struct heading *heading)
{
	return axis->n_levels > 0 && heading->n < axis->n_levels;
}

static struct str
cell_text(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_FIGURE:
		return cell->text;
	case CELL_HIDDEN:
		return STR(HIDDEN);
	default:
		return STR("");
	}
}

/* What stands over a column at a level; empty where the column before says it already. */
static struct str
column_label(const struct table *table, size_t column, size_t level, size_t first)
{
	const struct heading *h = &table->columns.list[column], *before;
	size_t i;

	if (table->columns.n_levels == 0)
		return level == 0 ? table->measure : STR("");
	if (level > h->n)
		return STR("");
	if (level == h->n)
		return STR("Total");
	if (level + 1 == table->columns.n_levels || column == first)
		return h->labels[level];
	before = h - 1;
	for (i = 0; i <= level; i++)
		if (i >= before->n || !str_eq(before->labels[i], h->labels[i]))
			return h->labels[level];
	return STR("");
}

/* A total beside the only column would say the same again. */
static size_t
n_shown_columns(const struct table *table)
{
	const struct axis *columns = &table->columns;
	bool alone = columns->n_levels == 1 && columns->n == 2 && columns->list[1].n == 0;

	return alone ? 1 : columns->n;
}

static size_t
n_head_levels(const struct table *table)
{
	return table->columns.n_levels ? table->columns.n_levels : 1;
}

static size_t
column_width(const struct table *table, size_t column, size_t first)
{
	size_t width = 1, level, i, w;

	for (level = 0; level < n_head_levels(table); level++)
		count_lines(column_label(table, column, level, first), HEAD_WIDTH, &width);
	for (i = 0; i < table->rows.n; i++) {
		w = utf8_width(cell_text(&table->cells[i * table->columns.n + column]));
		if (w > width)
			width = w;
	}
	return width + table->columns.list[column].marked;
}

static size_t
row_indent(const struct table *table, size_t row)
{
	size_t n = table->rows.list[row].n;

	return n > 0 ? 2 * (n - 1) : 0;
}

static void
names_of(const struct axis *axis, struct buf *out)
{
	size_t i;

	for (i = 0; i < axis->n_levels; i++) {
		if (i > 0)
			buf_text(out, " / ");
		buf_str(out, axis->names[i]);
	}
}

static size_t
label_column(const struct table *table, struct str corner)
{
	size_t width = 0, i, w;

	count_lines(corner, LABEL_WIDTH, &width);
	for (i = 0; i < table->rows.n; i++) {
		w = 0;
		count_lines(own_label(&table->rows.list[i]), LABEL_WIDTH - row_indent(table, i), &w);
		w += row_indent(table, i) + table->rows.list[i].marked;
		if (w > width)
			width = w;
	}
	return width;
}

static void
rule(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_char(out, '-');
	buf_char(out, '\n');
}

/* A run of columns [first, end) that fits beside the labels. */
struct strip {
	const struct table *table;
	struct str corner;
	size_t label, first, end, width;
	size_t *widths;
};

static void
head_level(const struct strip *s, size_t level, struct buf *out)
{
	size_t n = 1, i, line, widest = 0, lines, corner = 0;
	bool last = level + 1 == n_head_levels(s->table);

	for (i = s->first; i < s->end; i++) {
		lines = count_lines(column_label(s->table, i, level, s->first), HEAD_WIDTH, &widest);
		if (lines > n)
			n = lines;
	}
	if (last) {
		corner = count_lines(s->corner, LABEL_WIDTH, &widest);
		if (corner > n)
			n = corner;
	}
	for (line = 0; line < n; line++) {
		struct str text = STR("");

		if (last && line + corner >= n)
			text = nth_line(s->corner, LABEL_WIDTH, line + corner - n);
		buf_str(out, text);
		pad(out, s->label - utf8_width(text));
		for (i = s->first; i < s->end; i++) {
			struct str label = column_label(s->table, i, level, s->first);
			bool mark = s->table->columns.list[i].marked && last && line + 1 == n;

			lines = count_lines(label, HEAD_WIDTH, &widest);
			text = line + lines >= n ? nth_line(label, HEAD_WIDTH, line + lines - n) : STR("");
			pad(out, GAP + s->widths[i] - utf8_width(text) - mark);
			buf_str(out, text);
			if (mark)
				buf_char(out, '*');
		}
		trim_line(out);
	}
}

static void
body_row(const struct strip *s, size_t row, struct buf *out)
{
	const struct table *table = s->table;
	struct str label = own_label(&table->rows.list[row]), text;
	size_t indent = row_indent(table, row), width = LABEL_WIDTH - indent, used, i;

	for (;;) {
		text = take_line(&label, width);
		pad(out, indent);
		buf_str(out, text);
		if (label.n == 0)
			break;
		trim_line(out);
	}
	if (table->rows.list[row].marked)
		buf_char(out, '*');
	used = indent + utf8_width(text) + table->rows.list[row].marked;
	pad(out, s->label - used);
	for (i = s->first; i < s->end; i++) {
		text = cell_text(&table->cells[row * table->columns.n + i]);
		pad(out, GAP + s->widths[i] - utf8_width(text) - table->columns.list[i].marked);
		buf_str(out, text);
		pad(out, table->columns.list[i].marked);
	}
	trim_line(out);
}

static void
write_strip(const struct strip *s, struct buf *out)
{
	const struct table *table = s->table;
	size_t i;

	for (i = 0; i < n_head_levels(table); i++)
		head_level(s, i, out);
	rule(out, s->width);
	for (i = 0; i < table->rows.n; i++) {
		if (table->rows.n > 1 && table->rows.n_levels > 0 && table->rows.list[i].n == 0)
			rule(out, s->width);
		body_row(s, i, out);
	}
}

static void
table_text(const struct table *table, struct buf *out)
{
	struct buf corner = BUF_INIT;
	struct strip s = { .table = table };
	size_t i, n = n_shown_columns(table);

	buf_text(&corner, "");
	names_of(&table->rows, &corner);
	s.corner = buf_view(&corner);
	s.widths = xcalloc(table->columns.n + 1, sizeof(*s.widths));
	s.label = label_column(table, s.corner);
	underlined(out, table->title, '-');
	if (table->rows.n == 0 || n == 0)
		buf_text(out, "Nothing to count.\n");
	while (table->rows.n > 0 && s.end < n) {
		s.first = s.end;
		s.width = s.label;
		while (s.end < n) {
			s.widths[s.end] = column_width(table, s.end, s.first);
			if (s.end > s.first && s.width + GAP + s.widths[s.end] > WIDTH)
				break;
			s.width += GAP + s.widths[s.end++];
		}
		if (s.first > 0)
			buf_char(out, '\n');
		write_strip(&s, out);
	}
	for (i = 0; i < table->n_notes; i++)
		paragraph(out, table->notes[i]);
	free(s.widths);
	buf_release(&corner);
}

/* A name and its value, the value's further lines set in under it. */
static void
about_text(const struct about *list, size_t n, struct buf *out)
{
	size_t width = 0, i, w;

	for (i = 0; i < n; i++) {
		w = utf8_width(list[i].name);
		if (w > width)
			width = w;
	}
	for (i = 0; i < n; i++) {
		struct str rest = list[i].value;

		buf_str(out, list[i].name);
		pad(out, width - utf8_width(list[i].name) + GAP);
		do {
			buf_str(out, take_line(&rest, WIDTH - width - GAP));
			trim_line(out);
			if (rest.n > 0)
				pad(out, width + GAP);
		} while (rest.n > 0);
	}
}

void
sheet_text(const struct sheet *sheet, struct buf *out)
{
	size_t i;

	underlined(out, sheet->title, '=');
	if (sheet->n_head > 0)
		buf_char(out, '\n');
	about_text(sheet->head, sheet->n_head, out);
	for (i = 0; i < sheet->n; i++) {
		buf_char(out, '\n');
		table_text(&sheet->tables[i], out);
	}
	if (sheet->n_notes > 0)
		buf_char(out, '\n');
	for (i = 0; i < sheet->n_notes; i++)
		paragraph(out, sheet->notes[i]);
	if (sheet->n_foot > 0)
		buf_char(out, '\n');
	about_text(sheet->foot, sheet->n_foot, out);
}

/* ---- CSV ---- */

static void
csv_field(struct buf *out, struct str text)
{
	bool quote = false;
	size_t i;

	for (i = 0; i < text.n && !quote; i++)
		quote = text.p[i] == '"' || text.p[i] == ',' || text.p[i] == '\n' || text.p[i] == '\r';
	if (quote)
		buf_char(out, '"');
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.p[i]);
	}
	if (quote)
		buf_char(out, '"');
}

/* Text that did not come from us: a spreadsheet must not take it for a formula. */
static void
csv_label(struct buf *out, struct str text)
{
	struct buf safe = BUF_INIT;

	if (text.n == 0 || (text.p[0] != '=' && text.p[0] != '+' && text.p[0] != '-' &&
	    text.p[0] != '@' && text.p[0] != '\t')) {
		csv_field(out, text);
		return;
	}
	buf_char(&safe, '\'');
	buf_str(&safe, text);
	csv_field(out, buf_view(&safe));
	buf_release(&safe);
}

struct shape {
	size_t rows, columns; /* levels */
};

static void
csv_axis(struct buf *out, const struct axis *axis, const struct heading *heading, size_t levels)
{
	size_t i;

	for (i = 0; i < levels; i++) {
		if (axis != NULL && i < axis->n_levels)
			csv_field(out, axis->names[i]);
		buf_char(out, ',');
		if (heading != NULL && i < heading->n)
			csv_label(out, heading->labels[i]);
		buf_char(out, ',');
	}
}

static void
csv_header(struct buf *out, struct shape shape)
{
	size_t i;

	buf_text(out, "part,table,measure,row_field,row");
	for (i = 2; i <= shape.rows; i++)
		buf_printf(out, ",row_field_%zu,row_%zu", i, i);
	buf_text(out, ",column_field,column");
	for (i = 2; i <= shape.columns; i++)
		buf_printf(out, ",column_field_%zu,column_%zu", i, i);
	buf_text(out, ",value,note\r\n");
}

static void
csv_cell(struct buf *out, const struct table *table, size_t row, size_t column, struct shape shape)
{
	const struct cell *cell = &table->cells[row * table->columns.n + column];
	const struct heading *r = &table->rows.list[row], *c = &table->columns.list[column];

	if (cell->kind == CELL_NONE)
		return;
	buf_text(out, is_total(&table->rows, r) || is_total(&table->columns, c) ? "total," : "cell,");
	csv_field(out, table->name);
	buf_char(out, ',');
	csv_field(out, table->measure);
	buf_char(out, ',');
	csv_axis(out, &table->rows, r, shape.rows);
	csv_axis(out, &table->columns, c, shape.columns);
	if (cell->kind == CELL_FIGURE)
		csv_field(out, cell->text);
	buf_char(out, ',');
	if (cell->kind == CELL_HIDDEN)
		buf_text(out, "hidden");
	else if (r->marked || c->marked)
		buf_text(out, "partial");
	buf_text(out, "\r\n");
}

static void
csv_line(struct buf *out, const char *part, struct str table, struct str name, struct str value,
    struct shape shape)
{
	size_t i;

	buf_text(out, part);
	buf_char(out, ',');
	csv_field(out, table);
	buf_text(out, ",,");
	csv_label(out, name);
	buf_char(out, ',');
	csv_label(out, value);
	for (i = 0; i < 2 * (shape.rows + shape.columns); i++)
		buf_char(out, ',');
	buf_text(out, "\r\n");
}

void
sheet_csv(const struct sheet *sheet, struct buf *out)
{
	struct shape shape = { 1, 1 };
	size_t i, j, k;

	for (i = 0; i < sheet->n; i++) {
		if (sheet->tables[i].rows.n_levels > shape.rows)
			shape.rows = sheet->tables[i].rows.n_levels;
		if (sheet->tables[i].columns.n_levels > shape.columns)
			shape.columns = sheet->tables[i].columns.n_levels;
	}
	csv_header(out, shape);
	csv_line(out, "about", STR(""), STR("Title"), sheet->title, shape);
	for (i = 0; i < sheet->n_head; i++)
		csv_line(out, "about", STR(""), sheet->head[i].name, sheet->head[i].value, shape);
	for (i = 0; i < sheet->n; i++) {
		const struct table *table = &sheet->tables[i];

		csv_line(out, "about", table->name, STR("Title"), table->title, shape);
		for (j = 0; j < table->rows.n; j++)
			for (k = 0; k < table->columns.n; k++)
				csv_cell(out, table, j, k, shape);
		for (j = 0; j < table->n_notes; j++)
			csv_line(out, "note", table->name, STR(""), table->notes[j], shape);
	}
	for (i = 0; i < sheet->n_notes; i++)
		csv_line(out, "note", STR(""), STR(""), sheet->notes[i], shape);
	for (i = 0; i < sheet->n_foot; i++)
		csv_line(out, "about", STR(""), sheet->foot[i].name, sheet->foot[i].value, shape);
}

sheet_writer_fn *
sheet_writer(struct str format)
{
	static const struct {
		const char *name;
		sheet_writer_fn *write;
	} writers[] = {
		{ "text", sheet_text },
		{ "txt", sheet_text },
		{ "csv", sheet_csv },
	};
	size_t i;

	for (i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (str_is(format, writers[i].name))
			return writers[i].write;
	return NULL;
}
