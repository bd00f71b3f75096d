/*
 * Charts as inline SVG, in units of a canvas 720 wide. What a bar or a line stands for is never said by its colour alone:
 * bars have patterns, lines have marks, dashes and their name at the end, and every figure stands beside what is drawn for
 * it where there is room. Figures that are not shown are not drawn: an x stands in their place. Totals are not drawn
 * beside their parts. Heights are computed with doubles and written with one decimal.
 */
#include "table-parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CANVAS 720.0
#define LETTER 7.7 /* a wide estimate of a letter's width at 13 px */
#define PATTERNS 8
#define SERIES_MAX 8 /* lines drawn */
#define LEFT_MAX 230.0

/* What is drawn of a table: some of its rows and columns. */
struct plot {
	const struct sheet *sheet;
	const struct table *table;
	struct arena arena;
	struct buf *out;
	size_t id;
	size_t *rows, *columns;
	size_t n_rows, n_columns;
};

/* ---- which rows and columns ---- */

static bool
stands_to(const struct heading *heading, size_t levels)
{
	size_t i;

	for (i = 0; i < levels; i++)
		if (!heading_stands_at(heading, i))
			return false;
	return heading->n <= levels;
}

/* Rows of the outermost level where they have figures of their own, else of the innermost. */
static void
choose_rows(struct plot *plot)
{
	const struct table *table = plot->table;
	const struct axis *rows = &table->rows;
	size_t levels = rows->n_levels > 1 ? 1 : rows->n_levels, i;

	plot->rows = ARENA_NEW(&plot->arena, size_t, rows->n + 1);
	for (i = 0; i < rows->n && levels == 1 && rows->n_levels > 1; i++)
		if (stands_to(&rows->list[i], 1) && table->columns.n > 0 && cell_at(table, i, 0)->kind == CELL_NONE)
			levels = rows->n_levels;
	for (i = 0; i < rows->n; i++)
		if (stands_to(&rows->list[i], levels))
			plot->rows[plot->n_rows++] = i;
}

/* The measure that stands for the others: of a stock its end, else the first. STR_NULL where there is but one. */
static struct str
main_measure(const struct table *table)
{
	const struct axis *columns = &table->columns;
	size_t i;

	if (!has_measures(table) || columns->n == 0)
		return STR_NULL;
	for (i = 0; i < columns->n; i++)
		if (columns->list[i].n == columns->n_levels &&
		    str_is(heading_id(&columns->list[i], columns->n_levels - 1), "end"))
			return STR("end");
	return columns->list[0].n == columns->n_levels ? heading_id(&columns->list[0], columns->n_levels - 1) : STR_NULL;
}

/* All columns that are no totals, of one measure. */
static void
choose_columns(struct plot *plot)
{
	const struct axis *columns = &plot->table->columns;
	struct str measure = main_measure(plot->table);
	size_t i;

	plot->columns = ARENA_NEW(&plot->arena, size_t, columns->n + 1);
	for (i = 0; i < columns->n; i++) {
		const struct heading *h = &columns->list[i];

		if (stands_to(h, columns->n_levels) &&
		    (measure.p == NULL || str_eq(heading_id(h, columns->n_levels - 1), measure)))
			plot->columns[plot->n_columns++] = i;
	}
	if (plot->n_columns == 0 && measure.p != NULL)
		plot->columns[plot->n_columns++] = 0; /* no period but the whole */
}

static const struct cell *
cell_of(const struct plot *plot, size_t row, size_t column)
{
	return cell_at(plot->table, plot->rows[row], plot->columns[column]);
}

/* 0 for what is no figure, and below. */
static double
value_of(const struct cell *cell)
{
	struct number number;
	double value;
	int i;

	if (cell->kind != CELL_FIGURE || !number_parse(cell->text, &number) || number.mantissa < 0)
		return 0;
	value = (double)number.mantissa;
	for (i = 0; i < number.scale; i++)
		value /= 10;
	return value;
}

static struct str
words_of(struct plot *plot, const struct cell *cell)
{
	return cell_words(plot->sheet->words, cell, &plot->arena);
}

static bool
holds(struct str text, struct str part)
{
	size_t i;

	for (i = 0; i + part.n <= text.n; i++)
		if (memcmp(text.p + i, part.p, part.n) == 0)
			return true;
	return false;
}

/* A heading's labels in one line, a year but once; without the measure, and for no label what is counted. */
static struct str
label_of_heading(struct plot *plot, const struct axis *axis, size_t i, bool measured)
{
	const struct heading *h = &axis->list[i];
	struct buf text = BUF_INIT;
	struct str kept;
	size_t k, n = h->n - (measured && h->n > 0);

	for (k = 0; k < n; k++)
		if (heading_stands_at(h, k) && (k + 1 == n || !heading_stands_at(h, n - 1) ||
		    !holds(h->labels[n - 1], h->labels[k])))
			buf_printf(&text, "%s%.*s", text.n ? " " : "", STRF(h->labels[k]));
	if (text.n == 0)
		buf_str(&text, measured && h->n > 0 ? h->labels[h->n - 1] : plot->table->measure);
	if (h->marked)
		buf_char(&text, '*');
	kept = arena_str(&plot->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static struct str
row_label(struct plot *plot, size_t row)
{
	return label_of_heading(plot, &plot->table->rows, plot->rows[row], false);
}

static struct str
column_label(struct plot *plot, size_t column)
{
	return label_of_heading(plot, &plot->table->columns, plot->columns[column],
	    has_measures(plot->table));
}

/* ---- drawing ---- */

static void
text_at(struct plot *plot, double x, double y, const char *anchor, const char *class, struct str text)
{
	buf_printf(plot->out, "<text x=\"%.1f\" y=\"%.1f\"", x, y);
	if (anchor != NULL)
		buf_printf(plot->out, " text-anchor=\"%s\"", anchor);
	if (class != NULL)
		buf_printf(plot->out, " class=\"%s\"", class);
	buf_char(plot->out, '>');
	markup_text(plot->out, text);
	buf_text(plot->out, "</text>\n");
}

static void
line_at(struct plot *plot, double x1, double y1, double x2, double y2, const char *class)
{
	buf_printf(plot->out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2,
	    y2, class);
}

/* Series are told apart by their pattern. */
static void
bar_at(struct plot *plot, double x, double y, double width, double height, size_t series)
{
	size_t k = series % PATTERNS;

	buf_printf(plot->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"url(#p%zu-%zu)\" "
	    "style=\"stroke:var(--c%zu)\"/>\n", x, y, width > 0.5 ? width : 0.5, height, plot->id, k, k);
}

static const char *const pattern_marks[PATTERNS] = {
	"<rect width=\"8\" height=\"8\" style=\"fill:var(--c0)\"/>",
	"<path d=\"M-2 2L2-2M0 8L8 0M6 10L10 6\" style=\"stroke:var(--c1);stroke-width:2\"/>",
	"<circle cx=\"2\" cy=\"2\" r=\"1.5\" style=\"fill:var(--c2)\"/><circle cx=\"6\" cy=\"6\" r=\"1.5\" style=\"fill:var(--c2)\"/>",
	"<path d=\"M0 2H8M0 6H8\" style=\"stroke:var(--c3);stroke-width:1.5\"/>",
	"<path d=\"M0 0L8 8M0 8L8 0\" style=\"stroke:var(--c4);stroke-width:1.2\"/>",
	"<path d=\"M2 0V8M6 0V8\" style=\"stroke:var(--c5);stroke-width:1.5\"/>",
	"<path d=\"M-2 6L2 10M0 0L8 8M6-2L10 2\" style=\"stroke:var(--c6);stroke-width:3\"/>",
	"",
};

static void
patterns(struct plot *plot, size_t n)
{
	size_t i;

	buf_text(plot->out, "<defs>\n");
	for (i = 0; i < n && i < PATTERNS; i++)
		buf_printf(plot->out, "<pattern id=\"p%zu-%zu\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
		    "<rect width=\"8\" height=\"8\" style=\"fill:var(--paper)\"/>%s</pattern>\n", plot->id, i,
		    pattern_marks[i]);
	buf_text(plot->out, "</defs>\n");
}

/* Begins the picture; `kind` is a sentence with {what}. */
static void
begin(struct plot *plot, double height, const char *kind)
{
	const struct words *words = plot->sheet->words;
	struct buf what = BUF_INIT, sentence = BUF_INIT;
	struct blank blank = { "what", STR_NULL };

	table_caption(words, plot->table, &what);
	blank.text = buf_view(&what);
	words_fill(words, kind, &blank, 1, &sentence);
	buf_char(&sentence, ' ');
	buf_str(&sentence, word(words, "The figures stand in the table below."));
	buf_printf(plot->out, "<figure class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"g%zu d%zu\">\n"
	    "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"g%zu d%zu\">\n<title id=\"g%zu\">", plot->id,
	    plot->id, CANVAS, height, plot->id, plot->id, plot->id);
	markup_text(plot->out, plot->table->title);
	buf_printf(plot->out, "</title>\n<desc id=\"d%zu\">", plot->id);
	markup_text(plot->out, buf_view(&sentence));
	buf_text(plot->out, "</desc>\n");
	buf_release(&what);
	buf_release(&sentence);
}

static void
end(struct plot *plot)
{
	buf_text(plot->out, "</svg>\n</figure>\n");
}

/* Lines that a label takes at most beside bars. */
#define LABEL_LINES 2

static double
text_width(struct str text)
{
	return LETTER * (double)utf8_width(text);
}

/* Right of x0, in the middle of y, over up to two lines. */
static void
side_label(struct plot *plot, double x, double y, struct str label)
{
	struct str rest = label, first = take_line(&rest, (size_t)(LEFT_MAX / LETTER)), second;

	if (rest.n == 0) {
		text_at(plot, x, y + 4.5, "end", NULL, first);
		return;
	}
	second = take_line(&rest, (size_t)(LEFT_MAX / LETTER));
	if (rest.n > 0)
		second = str_of(arena_printf(&plot->arena, "%.*s \xe2\x80\xa6", STRF(second)));
	text_at(plot, x, y - 3, "end", NULL, first);
	text_at(plot, x, y + 12, "end", NULL, second);
}

static double
left_margin(struct plot *plot)
{
	double most = 52, w;
	size_t i;

	for (i = 0; i < plot->n_rows; i++) {
		w = text_width(row_label(plot, i)) + 16;
		most = w > most ? w : most;
	}
	return most < LEFT_MAX + 12 ? most : LEFT_MAX + 12;
}

/* A pattern and what it stands for, in as many lines as they need; returns the height taken. */
static double
legend(struct plot *plot, bool draw)
{
	double x = 0, y = 6, w;
	size_t i;

	if (plot->n_columns < 2)
		return 4;
	for (i = 0; i < plot->n_columns; i++) {
		struct str label = column_label(plot, i);

		w = text_width(label) + 46;
		if (x > 0 && x + w > CANVAS) {
			x = 0;
			y += 22;
		}
		if (draw) {
			bar_at(plot, x + 1, y, 22, 13, i);
			text_at(plot, x + 29, y + 11, NULL, NULL, label);
		}
		x += w;
	}
	return y + 28;
}

static double
largest(const struct plot *plot, bool stacked)
{
	double most = 0, sum, v;
	size_t i, k;

	for (i = 0; i < plot->n_rows; i++) {
		sum = 0;
		for (k = 0; k < plot->n_columns; k++) {
			v = value_of(cell_of(plot, i, k));
			sum = stacked ? sum + v : v;
			most = sum > most ? sum : most;
		}
	}
	return most;
}

/* ---- bars ---- */

static bool
draw_bars(struct plot *plot)
{
	double most = largest(plot, false), left = left_margin(plot), bar = plot->n_columns > 1 ? 15 : 18;
	double top = legend(plot, false), step = bar * (double)plot->n_columns + 12, scale, y, height;
	size_t i, k;

	if (most <= 0)
		return false;
	if (step < 32)
		step = 32;
	height = top + step * (double)plot->n_rows + 4;
	scale = (CANVAS - left - 70) / most;
	begin(plot, height, WORD("Bar chart: {what}."));
	patterns(plot, plot->n_columns);
	legend(plot, true);
	for (i = 0; i < plot->n_rows; i++) {
		y = top + step * (double)i + (step - bar * (double)plot->n_columns) / 2;
		side_label(plot, left - 8, top + step * ((double)i + 0.5), row_label(plot, i));
		for (k = 0; k < plot->n_columns; k++, y += bar) {
			const struct cell *cell = cell_of(plot, i, k);
			double width = value_of(cell) * scale;

			if (cell->kind == CELL_FIGURE && width > 0)
				bar_at(plot, left, y + 1, width, bar - 3, k);
			text_at(plot, left + width + 6, y + bar / 2 + 4, NULL,
			    cell->kind == CELL_HIDDEN ? "soft" : NULL, words_of(plot, cell));
		}
	}
	line_at(plot, left, top, left, height - 4, "axis");
	end(plot);
	return true;
}

/* ---- stacked bars ---- */

/* One bar of segments; an x behind it where parts are not shown. */
static void
stack(struct plot *plot, size_t row, double left, double y, double scale)
{
	double x = left;
	bool hidden = false;
	size_t k;

	for (k = 0; k < plot->n_columns; k++) {
		const struct cell *cell = cell_of(plot, row, k);
		double width = value_of(cell) * scale;
		struct str text = words_of(plot, cell);

		hidden = hidden || cell->kind == CELL_HIDDEN;
		if (width <= 0)
			continue;
		bar_at(plot, x, y, width, 20, k);
		if (width > text_width(text) + 8)
			text_at(plot, x + width / 2, y + 14.5, "middle", "halo", text);
		x += width;
	}
	if (hidden)
		text_at(plot, x + 6, y + 14.5, NULL, "soft", STR("+ " HIDDEN_MARK));
}

static bool
draw_stacked(struct plot *plot)
{
	double most = largest(plot, true), left = left_margin(plot), top = legend(plot, false), height;
	size_t i;

	if (most <= 0)
		return false;
	height = top + 32 * (double)plot->n_rows + 4;
	begin(plot, height, WORD("Stacked bars: {what}."));
	patterns(plot, plot->n_columns);
	legend(plot, true);
	for (i = 0; i < plot->n_rows; i++) {
		side_label(plot, left - 8, top + 32 * (double)i + 16, row_label(plot, i));
		stack(plot, i, left, top + 32 * (double)i + 6, (CANVAS - left - 60) / most);
	}
	line_at(plot, left, top, left, height - 4, "axis");
	end(plot);
	return true;
}

/* ---- lines ---- */

/* Where points lie: n of them beside each other, values from the bottom up. */
struct frame {
	double left, right, top, bottom, most;
	size_t n;
};

static double
x_of(const struct frame *f, size_t i)
{
	return f->n < 2 ? (f->left + f->right) / 2 :
	    f->left + (f->right - f->left) * (double)i / (double)(f->n - 1);
}

static double
y_of(const struct frame *f, double value)
{
	return f->bottom - (f->bottom - f->top) * value / f->most;
}

/* 1, 2 or 5 times a power of ten, so that the highest is reached in at most five steps. */
static double
nice_step(double most)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double power = 1;
	size_t i;

	while (power * 50 < most)
		power *= 10;
	for (i = 0; i < 3 && steps[i] * power * 5 < most; i++)
		;
	return steps[i] * power;
}

static struct str
tick_text(struct plot *plot, double value)
{
	char text[NUMBER_SIZE];
	struct cell cell = { CELL_FIGURE, STR_NULL };

	cell.text = str_of(number_format(number_of((int64_t)value), text));
	return arena_str(&plot->arena, words_of(plot, &cell));
}

/* Lines across, with their values; makes `most` a whole number of steps. */
static void
grid(struct plot *plot, struct frame *f)
{
	double step = nice_step(f->most), v;

	while (step * (double)(int64_t)(f->most / step) < f->most)
		f->most = step * (double)((int64_t)(f->most / step) + 1);
	for (v = 0; v <= f->most; v += step) {
		line_at(plot, f->left - 6, y_of(f, v), f->right + 6, y_of(f, v), v > 0 ? "grid" : "axis");
		text_at(plot, f->left - 12, y_of(f, v) + 4.5, "end", "soft", tick_text(plot, v));
	}
}

/* A mark of its own for each series. */
static void
mark_at(struct plot *plot, double x, double y, size_t series)
{
	static const char *const marks[PATTERNS] = {
		"M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z", "M-4-4h8v8h-8z", "M0-5.5L5.2 4h-10.4z",
		"M0-6L5 0L0 6L-5 0z", "M-5-4h10L0 5.5z", "M-4.5-4.5L4.5 4.5M-4.5 4.5L4.5-4.5",
		"M0-5.5V5.5M-5.5 0H5.5", "M-5-2.5h10v5h-10z",
	};
	size_t k = series % PATTERNS;

	buf_printf(plot->out, "<path transform=\"translate(%.1f %.1f)\" d=\"%s\" style=\"fill:var(--%s);"
	    "stroke:var(--c%zu);stroke-width:2\"/>\n", x, y, marks[k], k == 0 ? "c0" : "paper", k);
}

static const char *const dashes[PATTERNS] = { "none", "7 4", "2 4", "10 3 2 3", "4 2", "12 4", "1 3", "6 2 1 2 1 2" };

/* The parts of a line between figures that are not shown. */
static void
curve(struct plot *plot, const struct frame *f, const struct cell **cells, size_t series)
{
	size_t k = series % PATTERNS, i;
	bool pen = false;

	buf_printf(plot->out, "<path class=\"curve\" style=\"stroke:var(--c%zu);stroke-dasharray:%s\" d=\"", k,
	    dashes[k]);
	for (i = 0; i < f->n; i++) {
		bool there = cells[i]->kind == CELL_FIGURE;

		if (there)
			buf_printf(plot->out, "%s%.1f %.1f", pen ? "L" : "M", x_of(f, i),
			    y_of(f, value_of(cells[i])));
		pen = there;
	}
	buf_text(plot->out, "\"/>\n");
	for (i = 0; i < f->n; i++) {
		if (cells[i]->kind == CELL_FIGURE)
			mark_at(plot, x_of(f, i), y_of(f, value_of(cells[i])), series);
		else if (cells[i]->kind == CELL_HIDDEN)
			text_at(plot, x_of(f, i), f->bottom - 5, "middle", "soft halo",
			    STR(HIDDEN_MARK));
	}
}

/* Right of the last point, for half of what stands under it. */
static double
right_margin(struct str label)
{
	double half = text_width(label) / 2 + 4;

	return half < 40 ? 40 : half < 100 ? half : 100;
}

/* Under the points, in up to two lines; where they are many only some. */
static void
point_labels(struct plot *plot, const struct frame *f, struct str *labels)
{
	double room = f->n > 1 ? (f->right - f->left) / (double)(f->n - 1) : CANVAS, most = 0, w;
	size_t i, each = 1;

	room = room < 16 ? 16 : room;
	for (i = 0; i < f->n; i++) {
		struct str rest = labels[i], line;

		do {
			line = take_part(&rest, (size_t)((room - 8) / LETTER), false);
			w = text_width(line) + 8;
			most = w > most ? w : most;
		} while (rest.n > 0);
	}
	while (room * (double)each < most)
		each++;
	for (i = 0; i < f->n; i += each) {
		struct str rest = labels[i];
		double y = f->bottom + 20;

		for (; rest.n > 0 && y < f->bottom + 50; y += 15)
			text_at(plot, x_of(f, i), y, "middle", "soft",
			    take_part(&rest, (size_t)((room * (double)each - 8) / LETTER), false));
	}
}

struct line {
	struct str label;
	const struct cell **cells;
	double sum, y;
	size_t order;
};

static int
larger_first(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->sum != y->sum)
		return x->sum > y->sum ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static int
higher_first(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a, *y = *(const struct line *const *)b;

	if (x->y != y->y)
		return x->y < y->y ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* A line for each row over the columns, or one over the rows; the largest of them. */
static struct line *
make_lines(struct plot *plot, struct str **labels, size_t *n_points, size_t *n)
{
	bool over_rows = plot->n_columns < 2;
	struct line *lines;
	size_t i, k;

	*n = over_rows ? 1 : plot->n_rows;
	*n_points = over_rows ? plot->n_rows : plot->n_columns;
	lines = ARENA_NEW(&plot->arena, struct line, *n + 1);
	*labels = ARENA_NEW(&plot->arena, struct str, *n_points + 1);
	for (k = 0; k < *n_points; k++)
		(*labels)[k] = over_rows ? row_label(plot, k) : column_label(plot, k);
	for (i = 0; i < *n; i++) {
		lines[i].order = i;
		lines[i].label = over_rows ? column_label(plot, 0) : row_label(plot, i);
		lines[i].cells = ARENA_NEW(&plot->arena, const struct cell *, *n_points + 1);
		for (k = 0; k < *n_points; k++) {
			lines[i].cells[k] = over_rows ? cell_of(plot, k, 0) : cell_of(plot, i, k);
			lines[i].sum += value_of(lines[i].cells[k]);
		}
	}
	if (*n > SERIES_MAX) {
		qsort(lines, *n, sizeof(*lines), larger_first);
		*n = SERIES_MAX;
	}
	return lines;
}

/* Names at the ends of the lines, moved apart. */
static void
name_lines(struct plot *plot, const struct frame *f, struct line *lines, size_t n)
{
	struct line *by_height[SERIES_MAX] = { NULL };
	double y = 0;
	size_t i, k;

	for (i = 0; i < n; i++) {
		by_height[i] = &lines[i];
		lines[i].y = f->bottom;
		for (k = 0; k < f->n; k++)
			if (lines[i].cells[k]->kind == CELL_FIGURE)
				lines[i].y = y_of(f, value_of(lines[i].cells[k]));
	}
	qsort(by_height, n, sizeof(*by_height), higher_first);
	for (i = 0; i < n; i++) {
		if (i > 0 && by_height[i]->y < y + 16)
			by_height[i]->y = y + 16;
		y = by_height[i]->y;
	}
	for (i = n; i-- > 0;) {
		double limit = f->bottom + 8 - 16 * (double)(n - 1 - i);

		if (by_height[i]->y > limit)
			by_height[i]->y = limit;
	}
	for (i = 0; i < n; i++) {
		struct str rest = by_height[i]->label, text = take_line(&rest, 22);

		if (rest.n > 0)
			text = str_of(arena_printf(&plot->arena, "%.*s \xe2\x80\xa6", STRF(text)));
		mark_at(plot, f->right + 20, by_height[i]->y, (size_t)(by_height[i] - lines));
		text_at(plot, f->right + 30, by_height[i]->y + 4.5, NULL, NULL, text);
	}
}

static bool
draw_lines(struct plot *plot)
{
	struct str *labels;
	size_t n, i, k;
	struct frame f = { 0 };
	struct line *lines = make_lines(plot, &labels, &f.n, &n);

	if (f.n == 0)
		return false;
	f = (struct frame){ 70, CANVAS - (n > 1 ? 190 : right_margin(labels[f.n - 1])), 26, 250, largest(plot, false), f.n };
	if (f.most <= 0 || f.n < 2)
		return draw_bars(plot);
	begin(plot, 300, WORD("Lines: {what}."));
	grid(plot, &f);
	point_labels(plot, &f, labels);
	for (i = 0; i < n; i++)
		curve(plot, &f, lines[i].cells, i);
	for (k = 0; n == 1 && k < f.n && f.n <= 24; k++)
		if (lines[0].cells[k]->kind == CELL_FIGURE)
			text_at(plot, x_of(&f, k), y_of(&f, value_of(lines[0].cells[k])) - 10, "middle", "halo",
			    words_of(plot, lines[0].cells[k]));
	if (n > 1)
		name_lines(plot, &f, lines, n);
	end(plot);
	return true;
}

/* ---- stock and flow ---- */

/* The measures of one period, in the row drawn; NULL when a table has it not. */
struct flow {
	struct str label;
	const struct cell *start, *in, *moved_in, *out, *moved_out, *end;
};

static void
take_measure(struct flow *flow, struct str id, const struct cell *cell)
{
	struct {
		const char *name;
		const struct cell **place;
	} places[] = { { "start", &flow->start }, { "in", &flow->in }, { "moved-in", &flow->moved_in },
		{ "out", &flow->out }, { "moved-out", &flow->moved_out }, { "end", &flow->end } };
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (str_is(id, places[i].name))
			*places[i].place = cell;
}

static bool
same_period(const struct axis *columns, size_t a, size_t b)
{
	size_t i;

	for (i = 0; i + 1 < columns->n_levels; i++)
		if (!str_eq(columns->list[a].labels[i], columns->list[b].labels[i]))
			return false;
	return true;
}

/* Each period's measures in a row; columns that sum periods up are left out, unless there are no others. */
static size_t
take_flows(struct plot *plot, size_t row, bool totals, struct flow *flows)
{
	const struct axis *columns = &plot->table->columns;
	size_t i, n = 0, last = 0;

	for (i = 0; i < columns->n; i++) {
		const struct heading *h = &columns->list[i];

		if (h->n < columns->n_levels || !heading_stands_at(h, columns->n_levels - 1) ||
		    (columns->n_levels > 1 && stands_to(h, columns->n_levels) == totals))
			continue;
		if (n == 0 || !same_period(columns, last, i))
			flows[n++] = (struct flow){ .label = label_of_heading(plot, columns, i, true) };
		last = i;
		take_measure(&flows[n - 1], heading_id(h, columns->n_levels - 1), cell_at(plot->table, row, i));
	}
	return n;
}

/* Whether the rows are periods, one after the other. */
static bool
rows_are_periods(const struct table *table)
{
	const struct axis *rows = &table->rows;
	struct str level = rows->n_levels ? level_id(rows, rows->n_levels - 1) : STR("");

	return table->columns.n_levels == 1 &&
	    (str_is(level, "month") || str_is(level, "quarter") || str_is(level, "year"));
}

static size_t
take_row_flows(struct plot *plot, struct flow *flows)
{
	const struct axis *rows = &plot->table->rows, *columns = &plot->table->columns;
	size_t i, k, n = 0;

	for (i = 0; i < rows->n; i++) {
		if (!stands_to(&rows->list[i], rows->n_levels))
			continue;
		flows[n] = (struct flow){ .label = label_of_heading(plot, rows, i, false) };
		for (k = 0; k < columns->n; k++)
			if (heading_stands_at(&columns->list[k], 0))
				take_measure(&flows[n], heading_id(&columns->list[k], 0), cell_at(plot->table, i, k));
		n++;
	}
	return n;
}

static double
amount(const struct cell *cell)
{
	return cell != NULL ? value_of(cell) : 0;
}

/* A bar up or down from the middle, its parts one behind the other, and what they add up to. */
static void
flow_bar(struct plot *plot, double x, double middle, double scale, const struct flow *f, bool in)
{
	const struct cell *first = in ? f->in : f->out, *second = in ? f->moved_in : f->moved_out;
	double a = amount(first) * scale, b = amount(second) * scale, y = middle;
	struct buf text = BUF_INIT;

	if (a > 0)
		bar_at(plot, x - 15, in ? y - a : y, 30, a, in ? 0 : 1);
	y = in ? y - a : y + a;
	if (b > 0)
		bar_at(plot, x - 15, in ? y - b : y, 30, b, in ? 2 : 3);
	y = in ? y - b : y + b;
	buf_text(&text, in ? "+" : "\xe2\x88\x92");
	if (first != NULL)
		buf_str(&text, words_of(plot, first));
	if (b > 0)
		buf_printf(&text, " %s%.*s", in ? "+" : "\xe2\x88\x92", STRF(words_of(plot, second)));
	text_at(plot, x, in ? y - 5 : y + 15, "middle", "halo", buf_view(&text));
	buf_release(&text);
}

/* The row that speaks for the table: its total, or its only one. */
static size_t
flow_row(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->rows.n; i++)
		if (table->rows.list[i].n == 0)
			return i;
	return table->rows.n == 1 ? 0 : SIZE_MAX;
}

static double
most_in_flows(const struct flow *flows, size_t n, bool stock)
{
	double most = 0, v;
	size_t i;

	for (i = 0; i < n; i++) {
		v = stock ? amount(flows[i].end) : amount(flows[i].in) + amount(flows[i].moved_in);
		most = v > most ? v : most;
		v = stock ? amount(flows[i].start) : amount(flows[i].out) + amount(flows[i].moved_out);
		most = v > most ? v : most;
	}
	return most;
}

static void
flow_legend(struct plot *plot, const struct flow *flows, size_t n)
{
	static const char *const names[] = { WORD("in"), WORD("out"), WORD("moved in"), WORD("moved out") };
	const struct words *words = plot->sheet->words;
	bool there[4] = { true, true, false, false };
	double x = 60;
	size_t i;

	for (i = 0; i < n; i++) {
		there[2] = there[2] || amount(flows[i].moved_in) > 0;
		there[3] = there[3] || amount(flows[i].moved_out) > 0;
	}
	mark_at(plot, x + 8, 11, 4);
	text_at(plot, x + 22, 16, NULL, NULL, words_label(words, STR("measure"), STR("end")));
	x += 46 + text_width(words_label(words, STR("measure"), STR("end")));
	for (i = 0; i < 4; i++) {
		struct str name = words_label(words, STR("measure"), str_of(names[i]));

		if (!there[i])
			continue;
		bar_at(plot, x, 5, 22, 13, i);
		text_at(plot, x + 29, 16, NULL, NULL, name);
		x += 52 + text_width(name);
	}
}

/* Above, how many there were at each period's end, after those at the start; below, how many came and went. */
static void
flow_panels(struct plot *plot, const struct flow *flows, size_t n)
{
	const struct cell **stock = ARENA_NEW(&plot->arena, const struct cell *, n + 1);
	static const struct cell none;
	struct frame f = { 90, CANVAS - right_margin(flows[n - 1].label), 58, 170, most_in_flows(flows, n, true), n + 1 };
	struct str *labels = ARENA_NEW(&plot->arena, struct str, n + 1);
	double most = most_in_flows(flows, n, false), middle = 290, scale = most > 0 ? 62 / most : 0;
	size_t i;

	f.most = f.most > 0 ? f.most : 1;
	flow_legend(plot, flows, n);
	stock[0] = flows[0].start ? flows[0].start : &none;
	labels[0] = words_label(plot->sheet->words, STR("measure"), STR("start"));
	for (i = 0; i < n; i++) {
		stock[i + 1] = flows[i].end ? flows[i].end : &none;
		labels[i + 1] = flows[i].label;
	}
	line_at(plot, f.left - 30, f.bottom, f.right + 20, f.bottom, "axis");
	curve(plot, &f, stock, 4);
	for (i = 0; i <= n; i++)
		if (stock[i]->kind == CELL_FIGURE)
			text_at(plot, x_of(&f, i), y_of(&f, value_of(stock[i])) - 10, "middle", "halo",
			    words_of(plot, stock[i]));
	line_at(plot, f.left - 30, middle, f.right + 20, middle, "axis");
	for (i = 0; i < n; i++) {
		flow_bar(plot, x_of(&f, i + 1), middle, scale, &flows[i], true);
		flow_bar(plot, x_of(&f, i + 1), middle, scale, &flows[i], false);
	}
	f.bottom = 370;
	point_labels(plot, &f, labels);
}

/* The periods stand in rows or in columns; of the columns' the row of the total is drawn. */
static size_t
find_flows(struct plot *plot, struct flow **flows)
{
	const struct table *table = plot->table;
	size_t row = flow_row(table), n;

	if (!has_measures(table))
		return 0;
	*flows = ARENA_NEW(&plot->arena, struct flow, table->columns.n + table->rows.n + 1);
	if (rows_are_periods(table))
		return take_row_flows(plot, *flows);
	if (row == SIZE_MAX)
		return 0;
	n = take_flows(plot, row, false, *flows);
	return n > 0 ? n : take_flows(plot, row, true, *flows);
}

static bool
draw_flow(struct plot *plot)
{
	struct flow *flows;
	size_t n = find_flows(plot, &flows);

	if (n == 0 || most_in_flows(flows, n, true) + most_in_flows(flows, n, false) <= 0)
		return false;
	begin(plot, 422, WORD("Stock and flow: {what}."));
	patterns(plot, 4);
	flow_panels(plot, flows, n);
	end(plot);
	return true;
}

bool
write_chart(const struct sheet *sheet, size_t n, struct buf *out)
{
	static bool (*const draw[])(struct plot *plot) = {
		[CHART_BARS] = draw_bars,
		[CHART_STACKED] = draw_stacked,
		[CHART_LINES] = draw_lines,
		[CHART_FLOW] = draw_flow,
	};
	struct plot plot = { .sheet = sheet, .table = &sheet->tables[n], .out = out, .id = n };
	bool drawn = false;

	if (plot.table->chart == CHART_NONE || plot.table->is_list)
		return false;
	arena_init(&plot.arena);
	choose_rows(&plot);
	choose_columns(&plot);
	if (plot.n_rows > 0 && plot.n_columns > 0)
		drawn = draw[plot.table->chart](&plot);
	arena_release(&plot.arena);
	return drawn;
}
