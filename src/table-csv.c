/*
 * RFC 4180 wants the same number of fields on every line, so tables do not stand one after another in their
 * own shapes; each cell is a line that says what it is, and what is known about the whole are lines too.
 */
#include "table-parts.h"

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
	bool labels; /* in another language, which follows */
};

static void
csv_axis(struct buf *out, const struct axis *axis, const struct heading *heading, size_t levels)
{
	size_t i;

	for (i = 0; i < levels; i++) {
		if (i < axis->n_levels)
			csv_field(out, level_id(axis, i));
		buf_char(out, ',');
		if (heading_stands_at(heading, i)) {
			struct str id = heading_id(heading, i);

			csv_label(out, id.p ? id : STR("(not stated)"));
		}
		buf_char(out, ',');
	}
}

static void
csv_labels(struct buf *out, const struct heading *heading, size_t levels)
{
	size_t i;

	for (i = 0; i < levels; i++) {
		buf_char(out, ',');
		if (heading_stands_at(heading, i))
			csv_label(out, heading->labels[i]);
	}
}

static void
csv_empty(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_char(out, ',');
}

/* ",row_label,row_label_2": once a level. */
static void
csv_names(struct buf *out, const char *format, const char *further, size_t levels)
{
	size_t i;

	buf_text(out, format);
	for (i = 2; i <= levels; i++)
		buf_printf(out, further, i, i);
}

static void
csv_header(struct buf *out, struct shape shape)
{
	buf_text(out, "part,table,measure");
	csv_names(out, ",row_field,row", ",row_field_%zu,row_%zu", shape.rows);
	csv_names(out, ",column_field,column", ",column_field_%zu,column_%zu", shape.columns);
	buf_text(out, ",value,note");
	if (shape.labels) {
		csv_names(out, ",row_label", ",row_label_%zu", shape.rows);
		csv_names(out, ",column_label", ",column_label_%zu", shape.columns);
	}
	buf_text(out, "\r\n");
}

/* What names a cell: which table, row and column; a line of a list has a number. */
static void
csv_place(struct buf *out, const struct table *table, size_t row, size_t column, struct shape shape)
{
	const struct heading *r = &table->rows.list[row], *c = &table->columns.list[column];
	bool total = heading_is_total(&table->rows, r) || heading_is_total(&table->columns, c);

	buf_text(out, table->is_list ? "line," : total ? "total," : "cell,");
	csv_field(out, table->name);
	buf_char(out, ',');
	csv_field(out, measure_id(table));
	buf_char(out, ',');
	if (table->is_list) {
		buf_printf(out, "line,%zu,", row + 1);
		csv_empty(out, 2 * (shape.rows - 1));
	} else {
		csv_axis(out, &table->rows, r, shape.rows);
	}
	csv_axis(out, &table->columns, c, shape.columns);
}

static void
csv_cell(struct buf *out, const struct table *table, size_t row, size_t column, struct shape shape)
{
	static const struct heading none;
	const struct cell *cell = cell_at(table, row, column);
	const struct heading *r = table->is_list ? &none : &table->rows.list[row];
	const struct heading *c = &table->columns.list[column];

	if (cell->kind == CELL_NONE)
		return;
	csv_place(out, table, row, column, shape);
	if (cell->kind == CELL_FIGURE)
		csv_field(out, cell->text);
	else if (cell->kind == CELL_TEXT)
		csv_label(out, cell_id(table, row, column));
	buf_char(out, ',');
	if (cell->kind == CELL_HIDDEN)
		buf_text(out, "hidden");
	else if (r->marked || c->marked)
		buf_text(out, "partial");
	if (shape.labels) {
		csv_labels(out, r, shape.rows);
		csv_labels(out, c, shape.columns);
	}
	buf_text(out, "\r\n");
}

static void
csv_line(struct buf *out, const char *part, struct str table, struct str name, struct str value,
    struct shape shape)
{
	buf_text(out, part);
	buf_char(out, ',');
	csv_field(out, table);
	buf_text(out, ",,");
	csv_label(out, name);
	buf_char(out, ',');
	csv_label(out, value);
	csv_empty(out, (shape.labels ? 3 : 2) * (shape.rows + shape.columns));
	buf_text(out, "\r\n");
}

static struct shape
shape_of(const struct sheet *sheet)
{
	struct shape shape = { 1, 1, !str_is(words_language(sheet->words), "en") };
	size_t i;

	for (i = 0; i < sheet->n; i++) {
		if (sheet->tables[i].rows.n_levels > shape.rows)
			shape.rows = sheet->tables[i].rows.n_levels;
		if (sheet->tables[i].columns.n_levels > shape.columns)
			shape.columns = sheet->tables[i].columns.n_levels;
	}
	return shape;
}

static void
csv_about(struct buf *out, const struct about *list, size_t n, struct shape shape)
{
	size_t i;

	for (i = 0; i < n; i++)
		csv_line(out, "about", STR(""), list[i].name, list[i].value, shape);
}

static void
csv_notes(struct buf *out, struct str table, const struct str *notes, size_t n, struct shape shape)
{
	size_t i;

	for (i = 0; i < n; i++)
		csv_line(out, "note", table, STR(""), notes[i], shape);
}

void
sheet_csv(const struct sheet *sheet, struct buf *out)
{
	struct shape shape = shape_of(sheet);
	struct str title = word(sheet->words, "Title");
	size_t i, j, k;

	csv_header(out, shape);
	csv_line(out, "about", STR(""), title, sheet->title, shape);
	csv_about(out, sheet->head, sheet->n_head, shape);
	for (i = 0; i < sheet->n; i++) {
		const struct table *table = &sheet->tables[i];

		csv_line(out, "about", table->name, title, table->title, shape);
		for (j = 0; j < table->rows.n; j++)
			for (k = 0; k < table->columns.n; k++)
				csv_cell(out, table, j, k, shape);
		csv_notes(out, table->name, table->notes, table->n_notes, shape);
	}
	csv_notes(out, STR(""), sheet->notes, sheet->n_notes, shape);
	csv_about(out, sheet->foot, sheet->n_foot, shape);
}
