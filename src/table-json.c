/* RFC 8259. Small enough to be read by a person too: a cell a line. */
#include "table-parts.h"

static void
member(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, "\"%s\": ", name);
	json_string(out, text);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as JSON has it: no leading zeros, digits on both sides of the point. */
static bool
is_number(struct str text)
{
	size_t i = text.n > 0 && text.p[0] == '-', start = i;

	while (i < text.n && is_digit(text.p[i]))
		i++;
	if (i == start || (text.p[start] == '0' && i > start + 1))
		return false;
	if (i == text.n)
		return true;
	start = i + 1;
	if (text.p[i] != '.')
		return false;
	for (i = start; i < text.n && is_digit(text.p[i]); i++)
		;
	return i == text.n && i > start;
}

static void
figure(struct buf *out, const struct cell *cell)
{
	if (cell->kind == CELL_FIGURE && is_number(cell->text))
		buf_str(out, cell->text);
	else
		json_string(out, cell->text);
}

static void
list(struct buf *out, const struct str *texts, size_t n)
{
	size_t i;

	buf_char(out, '[');
	for (i = 0; i < n; i++) {
		buf_text(out, i > 0 ? ", " : "");
		json_string(out, texts[i]);
	}
	buf_char(out, ']');
}

static void
levels(struct buf *out, const char *name, const struct axis *axis)
{
	size_t i;

	buf_printf(out, "\"%s\": [", name);
	for (i = 0; i < axis->n_levels; i++) {
		buf_text(out, i > 0 ? ", " : "");
		json_string(out, level_id(axis, i));
	}
	buf_char(out, ']');
}

static void
values(struct buf *out, const char *name, const struct axis *axis, const struct heading *heading)
{
	size_t i;

	buf_printf(out, "\"%s\": [", name);
	for (i = 0; i < axis->n_levels; i++) {
		buf_text(out, i > 0 ? ", " : "");
		if (heading_stands_at(heading, i))
			json_string(out, heading_id(heading, i));
		else
			buf_text(out, "null");
	}
	buf_char(out, ']');
}

/* ---- what things are called ---- */

struct labels {
	struct map seen; /* words that have been said */
	struct buf *out;
};

static void
label(struct labels *labels, struct str id, struct str text)
{
	bool is_new;

	if (id.p == NULL || id.n == 0 || str_eq(id, text))
		return;
	map_put(&labels->seen, id, &is_new);
	if (!is_new)
		return;
	buf_text(labels->out, labels->seen.n > 1 ? ", " : "");
	json_string(labels->out, id);
	buf_text(labels->out, ": ");
	json_string(labels->out, text);
}

static void
axis_labels(struct labels *labels, const struct axis *axis)
{
	size_t i, k;

	for (i = 0; i < axis->n_levels; i++)
		label(labels, level_id(axis, i), axis->names[i]);
	for (i = 0; i < axis->n; i++)
		for (k = 0; k < axis->n_levels; k++)
			if (heading_stands_at(&axis->list[i], k))
				label(labels, heading_id(&axis->list[i], k), axis->list[i].labels[k]);
}

static void
table_labels(struct buf *out, const struct table *table)
{
	struct labels labels = { MAP_INIT, out };

	buf_text(out, "\"labels\": {");
	label(&labels, measure_id(table), table->measure);
	if (!table->is_list)
		axis_labels(&labels, &table->rows);
	axis_labels(&labels, &table->columns);
	buf_char(out, '}');
	map_release(&labels.seen);
}

/* ---- tables ---- */

static void
cell_json(struct buf *out, const struct table *table, size_t row, size_t column)
{
	const struct cell *cell = cell_at(table, row, column);
	const struct heading *r = &table->rows.list[row], *c = &table->columns.list[column];

	buf_char(out, '{');
	values(out, "row", &table->rows, r);
	buf_text(out, ", ");
	values(out, "column", &table->columns, c);
	if (cell->kind == CELL_HIDDEN) {
		buf_text(out, ", \"hidden\": true");
	} else {
		buf_text(out, ", \"value\": ");
		figure(out, cell);
	}
	if (r->marked || c->marked)
		buf_text(out, ", \"partial\": true");
	buf_char(out, '}');
}

static void
cells_json(struct buf *out, const struct table *table)
{
	size_t i, k;
	bool any = false;

	buf_text(out, "\"measure\": ");
	json_string(out, measure_id(table));
	buf_text(out, ",\n  ");
	levels(out, "rows", &table->rows);
	buf_text(out, ", ");
	levels(out, "columns", &table->columns);
	buf_text(out, ",\n  \"cells\": [");
	for (i = 0; i < table->rows.n; i++)
		for (k = 0; k < table->columns.n; k++) {
			if (cell_at(table, i, k)->kind == CELL_NONE)
				continue;
			buf_text(out, any ? ",\n   " : "\n   ");
			cell_json(out, table, i, k);
			any = true;
		}
	buf_text(out, "]");
}

static void
lines_json(struct buf *out, const struct table *table)
{
	size_t i, k;

	buf_text(out, "\"fields\": [");
	for (k = 0; k < table->columns.n; k++) {
		buf_text(out, k > 0 ? ", " : "");
		json_string(out, heading_id(&table->columns.list[k], 0));
	}
	buf_text(out, "],\n  \"lines\": [");
	for (i = 0; i < table->rows.n; i++) {
		buf_text(out, i > 0 ? ",\n   [" : "\n   [");
		for (k = 0; k < table->columns.n; k++) {
			const struct cell *cell = cell_at(table, i, k);

			buf_text(out, k > 0 ? ", " : "");
			if (cell->kind == CELL_NONE || cell->kind == CELL_HIDDEN)
				buf_text(out, "null");
			else if (cell->kind == CELL_FIGURE)
				figure(out, cell);
			else
				json_string(out, cell_id(table, i, k));
		}
		buf_char(out, ']');
	}
	buf_text(out, "]");
}

static void
table_json(struct buf *out, const struct table *table)
{
	buf_char(out, '{');
	member(out, "name", table->name);
	buf_text(out, ", ");
	member(out, "title", table->title);
	buf_text(out, ", ");
	if (table->is_list)
		lines_json(out, table);
	else
		cells_json(out, table);
	buf_text(out, ",\n  ");
	table_labels(out, table);
	buf_text(out, ",\n  \"notes\": ");
	list(out, table->notes, table->n_notes);
	buf_char(out, '}');
}

/* Under its id; a name that has none stands for itself. */
static void
about_json(struct buf *out, const char *name, const struct about *about, size_t n)
{
	size_t i;

	buf_printf(out, ",\n\"%s\": {", name);
	for (i = 0; i < n; i++) {
		buf_text(out, i > 0 ? ", " : "");
		json_string(out, about[i].id ? str_of(about[i].id) : about[i].name);
		buf_text(out, ": ");
		json_string(out, about[i].value);
	}
	buf_char(out, '}');
}

void
sheet_json(const struct sheet *sheet, struct buf *out)
{
	size_t i;

	buf_text(out, "{\"version\": 1, ");
	member(out, "report", sheet->name);
	buf_text(out, ", ");
	member(out, "title", sheet->title);
	buf_text(out, ", ");
	member(out, "language", words_language(sheet->words));
	about_json(out, "head", sheet->head, sheet->n_head);
	buf_text(out, ",\n\"tables\": [");
	for (i = 0; i < sheet->n; i++) {
		buf_text(out, i > 0 ? ",\n " : "\n ");
		table_json(out, &sheet->tables[i]);
	}
	buf_text(out, "],\n\"notes\": ");
	list(out, sheet->notes, sheet->n_notes);
	about_json(out, "foot", sheet->foot, sheet->n_foot);
	buf_text(out, "}\n");
}
