/*
 * A record a figure, so that recsel finds one and recutils add up: levels are fields by their own names. A name that is no
 * name of a field, or one that has its own meaning here, is made one.
 */
#include "table-parts.h"

/* Writes a field named after a level or a head line. */
static void
named_field(struct buf *out, struct str name, struct str value)
{
	static const char *const taken[] = { "Report", "Title", "Language", "Table", "Measure", "Value", "Hidden",
		"Total", "Partial", "Text", NULL };
	struct buf field = BUF_INIT;
	size_t i;

	for (i = 0; taken[i] != NULL && !str_is(name, taken[i]); i++)
		;
	if (taken[i] != NULL)
		buf_text(&field, "Level_");
	for (i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ;
		bool digit = (c >= '0' && c <= '9') || c == '_';

		if (i == 0 && !letter)
			buf_text(&field, "Level_");
		buf_char(&field, letter || digit ? c : '_');
	}
	if (field.n == 0)
		buf_text(&field, "Level_");
	record_write_field(out, buf_view(&field), value);
	buf_release(&field);
}

static void
field(struct buf *out, const char *name, struct str value)
{
	record_write_field(out, str_of(name), value);
}

static void
about_rec(struct buf *out, const struct about *about, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct buf name = BUF_INIT;

		buf_str(&name, about[i].id ? str_of(about[i].id) : about[i].name);
		if (name.n > 0 && name.p[0] >= 'a' && name.p[0] <= 'z')
			name.p[0] -= 'a' - 'A';
		named_field(out, buf_view(&name), about[i].value);
		buf_release(&name);
	}
}

static void
axis_rec(struct buf *out, const struct axis *axis, const struct heading *heading)
{
	size_t i;

	for (i = 0; i < heading->n; i++) {
		struct str id = heading_id(heading, i), level = level_id(axis, i);

		if (!heading_stands_at(heading, i))
			continue;
		if (id.p == NULL)
			id = STR("(not stated)");
		if (str_is(level, "measure"))
			field(out, "Measure", id);
		else
			named_field(out, level, id);
	}
}

static void
figure_rec(struct buf *out, const struct table *table, size_t row, size_t column)
{
	const struct heading *r = &table->rows.list[row], *c = &table->columns.list[column];
	const struct cell *cell = cell_at(table, row, column);

	if (cell->kind == CELL_NONE)
		return;
	buf_char(out, '\n');
	field(out, "Table", table->name);
	if (!has_measures(table))
		field(out, "Measure", measure_id(table));
	axis_rec(out, &table->rows, r);
	axis_rec(out, &table->columns, c);
	if (cell->kind == CELL_HIDDEN)
		field(out, "Hidden", STR("yes"));
	else
		field(out, "Value", cell->text);
	if (heading_is_total(&table->rows, r) || heading_is_total(&table->columns, c))
		field(out, "Total", STR("yes"));
	if (r->marked || c->marked)
		field(out, "Partial", STR("yes"));
}

static void
line_rec(struct buf *out, const struct table *table, size_t row)
{
	size_t k;

	buf_char(out, '\n');
	field(out, "Table", table->name);
	for (k = 0; k < table->columns.n; k++) {
		const struct cell *cell = cell_at(table, row, k);

		if (cell->kind == CELL_FIGURE || (cell->kind == CELL_TEXT && cell->text.n > 0))
			named_field(out, heading_id(&table->columns.list[k], 0), cell_id(table, row, k));
	}
}

static bool
has_tables(const struct sheet *sheet, bool lists)
{
	size_t i;

	for (i = 0; i < sheet->n; i++)
		if (sheet->tables[i].is_list == lists && sheet->tables[i].rows.n > 0)
			return true;
	return false;
}

static void
tables_rec(struct buf *out, const struct sheet *sheet)
{
	size_t i, j, k;

	if (has_tables(sheet, false))
		buf_text(out, "\n%rec: Figure\n");
	for (i = 0; i < sheet->n; i++)
		for (j = 0; !sheet->tables[i].is_list && j < sheet->tables[i].rows.n; j++)
			for (k = 0; k < sheet->tables[i].columns.n; k++)
				figure_rec(out, &sheet->tables[i], j, k);
	if (has_tables(sheet, true))
		buf_text(out, "\n%rec: Line\n");
	for (i = 0; i < sheet->n; i++)
		for (j = 0; sheet->tables[i].is_list && j < sheet->tables[i].rows.n; j++)
			line_rec(out, &sheet->tables[i], j);
}

static void
note_rec(struct buf *out, struct str table, struct str text, bool *any)
{
	buf_text(out, *any ? "\n" : "\n%rec: Note\n\n");
	*any = true;
	if (table.n > 0)
		field(out, "Table", table);
	field(out, "Text", text);
}

void
sheet_rec(const struct sheet *sheet, struct buf *out)
{
	bool any = false;
	size_t i, k;

	buf_text(out, "%rec: Report\n\n");
	field(out, "Report", sheet->name);
	field(out, "Title", sheet->title);
	field(out, "Language", words_language(sheet->words));
	about_rec(out, sheet->head, sheet->n_head);
	about_rec(out, sheet->foot, sheet->n_foot);
	tables_rec(out, sheet);
	for (i = 0; i < sheet->n; i++)
		for (k = 0; k < sheet->tables[i].n_notes; k++)
			note_rec(out, sheet->tables[i].name, sheet->tables[i].notes[k], &any);
	for (i = 0; i < sheet->n_notes; i++)
		note_rec(out, STR(""), sheet->notes[i], &any);
}
