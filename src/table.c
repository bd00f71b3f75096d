/*
 * Text: the row labels on the left, inner levels set in; figures to the right, under headings that wrap at
 * blanks and hyphens. Columns that do not fit into the width go on below with the row labels again. Lists have all
 * columns beside each other; what does not fit into a column goes on in its next line.
 */
#include "table-parts.h"

#include <stdio.h>
#include <stdlib.h>

#define WIDTH 80
#define LABEL_WIDTH 36
#define HEAD_WIDTH 14
#define GAP 2
#define LIST_NARROW 10

/* ---- what all writers ask ---- */

struct str
heading_label(const struct words *words, const struct heading *heading)
{
	return heading->n > 0 && heading->labels[heading->n - 1].p != NULL ? heading->labels[heading->n - 1] :
	    word(words, "Total");
}

bool
heading_stands_at(const struct heading *heading, size_t level)
{
	return level < heading->n && heading->labels[level].p != NULL;
}

bool
heading_is_total(const struct axis *axis, const struct heading *heading)
{
	size_t i;

	for (i = 0; i < axis->n_levels; i++)
		if (!heading_stands_at(heading, i))
			return true;
	return false;
}

struct str
level_id(const struct axis *axis, size_t level)
{
	return axis->ids ? axis->ids[level] : axis->names[level];
}

struct str
heading_id(const struct heading *heading, size_t level)
{
	return heading->ids ? heading->ids[level] : heading->labels[level];
}

struct str
measure_id(const struct table *table)
{
	return table->measure_id.p ? table->measure_id : table->measure;
}

bool
has_measures(const struct table *table)
{
	const struct axis *columns = &table->columns;

	return columns->n_levels > 0 && str_is(level_id(columns, columns->n_levels - 1), "measure");
}

size_t
columns_shown(const struct table *table)
{
	const struct axis *columns = &table->columns;
	bool alone = columns->n_levels == 1 && columns->n == 2 && columns->list[1].n == 0;

	return alone ? 1 : columns->n;
}

const struct cell *
cell_at(const struct table *table, size_t row, size_t column)
{
	return &table->cells[row * table->columns.n + column];
}

struct str
cell_id(const struct table *table, size_t row, size_t column)
{
	const struct str *ids = table->is_list ? table->rows.list[row].ids : NULL;

	if (ids == NULL)
		return cell_at(table, row, column)->text;
	return ids[column].p != NULL ? ids[column] : STR("");
}

struct str
cell_words(const struct words *words, const struct cell *cell, struct arena *arena)
{
	struct buf text = BUF_INIT;
	struct str kept;

	if (cell->kind == CELL_HIDDEN)
		return STR(HIDDEN_MARK);
	if (cell->kind != CELL_FIGURE)
		return cell->kind == CELL_TEXT ? cell->text : STR("");
	words_number(words, cell->text, &text);
	kept = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

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

struct str
take_part(struct str *rest, size_t width, bool hyphens)
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
		bool is_break = rest->p[i] == ' ' || (hyphens && rest->p[i - 1] == '-');

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

struct str
take_line(struct str *rest, size_t width)
{
	return take_part(rest, width, true);
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

/* A table as it is laid out: its cells in words. */
struct layout {
	const struct table *table;
	const struct words *words;
	const struct str *texts;
};

static struct str
text_at(const struct layout *layout, size_t row, size_t column)
{
	return layout->texts[row * layout->table->columns.n + column];
}

/* A heading's label at a level; a total says so at the first level that it sums up, and is silent further down. */
static struct str
label_at(const struct layout *layout, const struct heading *h, size_t level)
{
	if (heading_stands_at(h, level))
		return h->labels[level];
	if (level > 0 && !heading_stands_at(h, level - 1))
		return STR("");
	return word(layout->words, "Total");
}

/* What stands over a column at a level; empty where the column before says it already. */
static struct str
column_label(const struct layout *layout, size_t column, size_t level, size_t first)
{
	const struct axis *columns = &layout->table->columns;
	const struct heading *h = &columns->list[column];
	size_t i;

	if (columns->n_levels == 0)
		return level == 0 ? layout->table->measure : STR("");
	if (level + 1 < columns->n_levels && column != first) {
		for (i = 0; i <= level && str_eq(label_at(layout, h - 1, i), label_at(layout, h, i)); i++)
			;
		if (i > level)
			return STR("");
	}
	return label_at(layout, h, level);
}

static size_t
n_head_levels(const struct table *table)
{
	return table->columns.n_levels ? table->columns.n_levels : 1;
}

static size_t
column_width(const struct layout *layout, size_t column, size_t first)
{
	const struct table *table = layout->table;
	size_t width = 1, level, i, w;

	for (level = 0; level < n_head_levels(table); level++)
		count_lines(column_label(layout, column, level, first), HEAD_WIDTH, &width);
	for (i = 0; i < table->rows.n; i++) {
		w = utf8_width(text_at(layout, i, column));
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
label_column(const struct layout *layout, struct str corner)
{
	const struct table *table = layout->table;
	size_t width = 0, i, w;

	count_lines(corner, LABEL_WIDTH, &width);
	for (i = 0; i < table->rows.n; i++) {
		w = 0;
		count_lines(heading_label(layout->words, &table->rows.list[i]),
		    LABEL_WIDTH - row_indent(table, i), &w);
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
	const struct layout *layout;
	struct str corner;
	size_t label, first, end, width;
	size_t *widths;
};

static void
head_level(const struct strip *s, size_t level, struct buf *out)
{
	const struct table *table = s->layout->table;
	size_t n = 1, i, line, widest = 0, lines, corner = 0;
	bool last = level + 1 == n_head_levels(table);

	for (i = s->first; i < s->end; i++) {
		lines = count_lines(column_label(s->layout, i, level, s->first), HEAD_WIDTH, &widest);
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
			struct str label = column_label(s->layout, i, level, s->first);
			bool mark = table->columns.list[i].marked && last && line + 1 == n;

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
	const struct table *table = s->layout->table;
	struct str label = heading_label(s->layout->words, &table->rows.list[row]), text;
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
		text = text_at(s->layout, row, i);
		pad(out, GAP + s->widths[i] - utf8_width(text) - table->columns.list[i].marked);
		buf_str(out, text);
		pad(out, table->columns.list[i].marked);
	}
	trim_line(out);
}

static void
write_strip(const struct strip *s, struct buf *out)
{
	const struct table *table = s->layout->table;
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

/* A strip after the other, as many columns in each as fit. */
static void
write_strips(const struct layout *layout, struct buf *out)
{
	const struct table *table = layout->table;
	struct buf corner = BUF_INIT;
	struct strip s = { .layout = layout };
	size_t n = columns_shown(table);

	buf_text(&corner, "");
	names_of(&table->rows, &corner);
	s.corner = buf_view(&corner);
	s.widths = xcalloc(table->columns.n + 1, sizeof(*s.widths));
	s.label = label_column(layout, s.corner);
	while (s.end < n) {
		s.first = s.end;
		s.width = s.label;
		while (s.end < n) {
			s.widths[s.end] = column_width(layout, s.end, s.first);
			if (s.end > s.first && s.width + GAP + s.widths[s.end] > WIDTH)
				break;
			s.width += GAP + s.widths[s.end++];
		}
		if (s.first > 0)
			buf_char(out, '\n');
		write_strip(&s, out);
	}
	free(s.widths);
	buf_release(&corner);
}

/* Takes from the widest columns until the line fits or all are narrow; returns its width. */
static size_t
narrow(size_t *widths, size_t n)
{
	size_t sum = GAP * (n - 1), i, widest;

	for (i = 0; i < n; i++)
		sum += widths[i];
	while (sum > WIDTH) {
		for (i = widest = 0; i < n; i++)
			if (widths[i] > widths[widest])
				widest = i;
		if (widths[widest] <= LIST_NARROW)
			break;
		widths[widest]--;
		sum--;
	}
	return sum;
}

/* One line of a list, over as many lines as its longest text needs. */
static void
list_row(struct str *texts, const bool *right, const size_t *widths, size_t n, struct buf *out)
{
	bool more = true;
	size_t i, w;

	while (more) {
		more = false;
		for (i = 0; i < n; i++) {
			struct str text = take_line(&texts[i], widths[i]);

			w = utf8_width(text);
			w = w < widths[i] ? widths[i] - w : 0;
			pad(out, (i > 0 ? GAP : 0) + (right[i] ? w : 0));
			buf_str(out, text);
			pad(out, right[i] ? 0 : w);
			more = more || texts[i].n > 0;
		}
		trim_line(out);
	}
}

static void
write_list(const struct layout *layout, struct buf *out)
{
	const struct table *table = layout->table;
	size_t n = table->columns.n, i, k, w, sum;
	size_t *widths = xcalloc(n, sizeof(*widths));
	bool *right = xcalloc(n, sizeof(*right));
	struct str *texts = xcalloc(n, sizeof(*texts));

	for (i = 0; i < n; i++) {
		widths[i] = utf8_width(heading_label(layout->words, &table->columns.list[i]));
		for (k = 0; k < table->rows.n; k++) {
			w = utf8_width(text_at(layout, k, i));
			widths[i] = w > widths[i] ? w : widths[i];
			right[i] = right[i] || cell_at(table, k, i)->kind == CELL_FIGURE;
		}
		texts[i] = heading_label(layout->words, &table->columns.list[i]);
	}
	sum = narrow(widths, n);
	list_row(texts, right, widths, n, out);
	rule(out, sum);
	for (k = 0; k < table->rows.n; k++) {
		for (i = 0; i < n; i++)
			texts[i] = text_at(layout, k, i);
		list_row(texts, right, widths, n, out);
	}
	free(widths);
	free(right);
	free(texts);
}

static void
table_text(const struct words *words, const struct table *table, struct buf *out)
{
	size_t n = table->rows.n * table->columns.n, i;
	struct arena arena;
	struct str *texts;
	struct layout layout = { table, words, NULL };

	arena_init(&arena);
	layout.texts = texts = ARENA_NEW(&arena, struct str, n + 1);
	for (i = 0; i < n; i++)
		texts[i] = cell_words(words, &table->cells[i], &arena);
	underlined(out, table->title, '-');
	if (n == 0)
		paragraph(out, word(words, "Nothing to count."));
	else if (table->is_list)
		write_list(&layout, out);
	else
		write_strips(&layout, out);
	for (i = 0; i < table->n_notes; i++)
		paragraph(out, table->notes[i]);
	arena_release(&arena);
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
		struct str rest = list[i].text.p ? list[i].text : list[i].value;

		buf_str(out, list[i].name);
		pad(out, width - utf8_width(list[i].name) + GAP);
		do {
			buf_str(out, take_part(&rest, WIDTH - width - GAP, false));
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
		table_text(sheet->words, &sheet->tables[i], out);
	}
	if (sheet->n_notes > 0)
		buf_char(out, '\n');
	for (i = 0; i < sheet->n_notes; i++)
		paragraph(out, sheet->notes[i]);
	if (sheet->n_foot > 0)
		buf_char(out, '\n');
	about_text(sheet->foot, sheet->n_foot, out);
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
		{ "json", sheet_json },
		{ "rec", sheet_rec },
		{ "html", sheet_html },
	};
	size_t i;

	for (i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (str_is(format, writers[i].name))
			return writers[i].write;
	return NULL;
}
