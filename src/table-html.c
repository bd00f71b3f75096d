/*
 * One file that needs nothing else: no script, style and charts within. A table's heads say what they are heads of (scope),
 * groups of rows are bodies of their own, so a screen reader tells them apart. Wide tables scroll on a screen; on paper they
 * get a page on its side and smaller letters, and the widest are cut into strips that repeat their labels. Colours reach
 * the contrast of WCAG 2.2 level AA (4.5 to 1 for text, 3 to 1 for what is drawn) in light and in dark.
 */
#include "table-parts.h"

#include <stdio.h>

/* Characters beside each other that an upright page holds, a page on its side, and one with the smallest letters. */
#define UPRIGHT 92
#define SIDEWAYS 150
#define SMALLEST 205
#define SHORT 14 /* what is no longer stays on one line */

static const char style[] =
    ":root{--paper:#fff;--ink:#1a1b20;--soft:#54565f;--line:#c6c8d0;--head:#eef0f5;--total:#e4e7ef;--link:#1a4f96;"
    "--c0:#1f5fa8;--c1:#b0470a;--c2:#2f7a2c;--c3:#7a47a6;--c4:#806400;--c5:#a92f63;--c6:#00717a;--c7:#5b5d66}\n"
    "@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#15161a;--ink:#ecedf2;--soft:#b4b6c0;"
    "--line:#4a4d57;--head:#23252c;--total:#2d3039;--link:#9cc4ff;--c0:#7fb3f2;--c1:#f2a470;--c2:#8fd189;--c3:#cba7ef;"
    "--c4:#dfc25e;--c5:#f29dbb;--c6:#70d0d6;--c7:#b9bbc4}}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:68rem;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif}\n"
    "h1{font-size:1.75rem;line-height:1.2;margin:0 0 1rem}\n"
    "h2{font-size:1.2rem;line-height:1.3;margin:2.5rem 0 .5rem}\n"
    "h1,h2,p,dd,li{overflow-wrap:anywhere}\n"
    "a{color:var(--link)}\n"
    "a:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:0}\n"
    "dl>div{display:contents}\n"
    "dt{color:var(--soft)}\n"
    "dd{margin:0}\n"
    "nav ul{margin:1.25rem 0 0;padding:0;list-style:none;columns:20rem auto;column-gap:2rem}\n"
    "nav li{break-inside:avoid;padding:.2rem 0}\n"
    ".scroll{overflow-x:auto;position:relative}\n"
    "figure{margin:.5rem 0 1rem}\n"
    "figure svg{display:block;width:100%;min-width:34rem;max-width:45rem;height:auto}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums lining-nums}\n"
    "caption{text-align:left;color:var(--soft);font-size:.9rem;padding:0 0 .4rem}\n"
    "th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}\n"
    "td{text-align:right;white-space:nowrap}\n"
    "td.text{text-align:left;white-space:normal;min-width:6rem}\n"
    "th{text-align:left;font-weight:600}\n"
    "th.short,td.text.short{white-space:nowrap;min-width:0}\n"
    ".scroll+.scroll{margin-top:1.25rem}\n"
    "thead th,thead td{background:var(--head);vertical-align:bottom}\n"
    "thead th.figure{text-align:right}\n"
    "thead th.over{text-align:center;border-left:1px solid var(--line);border-right:1px solid var(--line)}\n"
    "tbody th{font-weight:400;min-width:9rem;max-width:22rem}\n"
    "tbody tr.group>*{font-weight:600}\n"
    "th.in1{padding-left:1.9rem}\nth.in2{padding-left:3.1rem}\nth.in3{padding-left:4.3rem}\nth.in4{padding-left:5.5rem}\n"
    "tr.total>*{font-weight:700;background:var(--total);border-top:2px solid var(--soft)}\n"
    "td.total{font-weight:600;background:var(--total)}\n"
    "thead th.total{background:var(--total)}\n"
    "td.hidden{color:var(--soft);font-style:italic}\n"
    ".note{font-size:.9rem;color:var(--soft);margin:.5rem 0 0;max-width:46rem}\n"
    "footer{margin-top:3rem;border-top:1px solid var(--line);font-size:.9rem}\n"
    "footer h2{font-size:1rem;margin:1rem 0 .5rem}\n"
    "footer dd{overflow-wrap:anywhere}\n"
    ".unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}\n"
    "svg text{fill:var(--ink);font-size:13px;font-family:inherit}\n"
    "svg .soft{fill:var(--soft)}\n"
    "svg .halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}\n"
    "svg .grid{stroke:var(--line);stroke-width:1}\n"
    "svg .axis{stroke:var(--soft);stroke-width:1}\n"
    "svg .curve{fill:none;stroke-width:2.5}\n"
    "@media (max-width:36rem){body{padding:1rem .75rem 2rem}h1{font-size:1.45rem}dl{grid-template-columns:1fr;gap:0}"
    "dd{margin:0 0 .5rem}th,td{padding:.3rem .5rem}}\n"
    "@media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}.scroll{overflow:visible}"
    "a{color:inherit;text-decoration:none}h1{font-size:18pt}h2{font-size:12.5pt;margin-top:16pt}"
    "h2,caption{break-after:avoid}figure,tr,dl>div,.note{break-inside:avoid}.whole{break-inside:avoid}"
    "thead{display:table-header-group}tfoot{display:table-row-group}th,td{padding:2.5pt 6pt}"
    "figure svg{min-width:0;max-width:155mm}.wide,.wider{page:sideways}.wide table{font-size:8.5pt}"
    ".wider table{font-size:6.5pt}.wide th,.wide td{padding:2pt 4pt}.wider th,.wider td{padding:1.5pt 3pt}"
    "tbody th,td.text{min-width:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";

/* ---- a table's head ---- */

struct page {
	const struct sheet *sheet;
	const struct table *table;
	size_t n; /* the table's number */
	size_t first, end; /* the columns of this strip */
	struct arena *arena;
};

static size_t
head_levels(const struct table *table)
{
	return table->columns.n_levels ? table->columns.n_levels : 1;
}

/* Whether two columns have the same head at a level and over it. */
static bool
same_head(const struct axis *columns, size_t a, size_t b, size_t level)
{
	const struct heading *x = &columns->list[a], *y = &columns->list[b];
	size_t i;

	for (i = 0; i <= level; i++) {
		if (heading_stands_at(x, i) != heading_stands_at(y, i))
			return false;
		if (heading_stands_at(x, i) && !str_eq(x->labels[i], y->labels[i]))
			return false;
	}
	return true;
}

/* The first level from which on a column is a total and has nothing more to say. */
static size_t
total_from(const struct axis *columns, size_t column)
{
	size_t level = columns->n_levels;

	while (level > 0 && !heading_stands_at(&columns->list[column], level - 1))
		level--;
	return level;
}

static void
star(struct buf *out, bool marked)
{
	if (marked)
		buf_char(out, '*');
}

static void
one_head(const struct page *page, size_t column, size_t level, size_t span, struct buf *out)
{
	const struct axis *columns = &page->table->columns;
	const struct heading *h = &columns->list[column];
	size_t down = total_from(columns, column) <= level ? columns->n_levels - level : 1;
	bool last = level + down >= columns->n_levels, is_total = !heading_stands_at(h, level);

	buf_printf(out, "<th scope=\"%s\"", level == 0 && columns->n_levels > 1 ? "colgroup" : "col");
	if (span > 1)
		buf_printf(out, " colspan=\"%zu\"", span);
	if (down > 1)
		buf_printf(out, " rowspan=\"%zu\"", down);
	buf_printf(out, " class=\"%s%s%s\">", last ? "figure" : "over", is_total ? " total" : "",
	    !is_total && utf8_width(h->labels[level]) <= SHORT ? " short" : "");
	markup_text(out, is_total ? word(page->sheet->words, "Total") : h->labels[level]);
	star(out, h->marked && last);
	buf_text(out, "</th>");
}

static void
head_row(const struct page *page, size_t level, struct buf *out)
{
	const struct axis *columns = &page->table->columns;
	size_t i, span;

	for (i = page->first; i < page->end; i += span) {
		bool last = level + 1 == columns->n_levels;

		for (span = 1; !last && i + span < page->end && same_head(columns, i, i + span, level); span++)
			;
		if (total_from(columns, i) < level)
			continue; /* a head above goes down to here */
		one_head(page, i, level, span, out);
	}
}

/* Columns under one head of the first level are a group. */
static void
column_groups(const struct page *page, struct buf *out)
{
	const struct axis *columns = &page->table->columns;
	size_t i, span;

	if (page->table->is_list || columns->n_levels < 2)
		return;
	buf_text(out, "<colgroup></colgroup>");
	for (i = page->first; i < page->end; i += span) {
		for (span = 1; i + span < page->end && same_head(columns, i, i + span, 0); span++)
			;
		buf_printf(out, "<colgroup span=\"%zu\"></colgroup>", span);
	}
	buf_char(out, '\n');
}

static void
corner(const struct page *page, struct buf *out)
{
	const struct axis *rows = &page->table->rows;
	size_t levels = head_levels(page->table), i;

	buf_text(out, rows->n_levels ? "<th scope=\"col\"" : "<td");
	if (levels > 1)
		buf_printf(out, " rowspan=\"%zu\"", levels);
	buf_char(out, '>');
	for (i = 0; i < rows->n_levels; i++) {
		buf_text(out, i ? " / " : "");
		markup_text(out, rows->names[i]);
	}
	buf_text(out, rows->n_levels ? "</th>" : "</td>");
}

static void
table_head(const struct page *page, struct buf *out)
{
	const struct table *table = page->table;
	size_t level, i;

	buf_text(out, "<thead>\n");
	for (level = 0; level < head_levels(table); level++) {
		buf_text(out, "<tr>");
		if (level == 0 && !table->is_list)
			corner(page, out);
		if (table->columns.n_levels == 0) {
			buf_text(out, "<th scope=\"col\" class=\"figure\">");
			markup_text(out, table->measure);
			buf_text(out, "</th>");
		} else if (table->is_list) {
			for (i = page->first; i < page->end; i++) {
				buf_text(out, "<th scope=\"col\">");
				markup_text(out, heading_label(page->sheet->words, &table->columns.list[i]));
				buf_text(out, "</th>");
			}
		} else {
			head_row(page, level, out);
		}
		buf_text(out, "</tr>\n");
	}
	buf_text(out, "</thead>\n");
}

/* ---- its body ---- */

static void
one_cell(const struct page *page, size_t row, size_t column, struct buf *out)
{
	const struct table *table = page->table;
	const struct cell *cell = cell_at(table, row, column);
	bool is_total = heading_is_total(&table->columns, &table->columns.list[column]);

	if (cell->kind == CELL_TEXT)
		buf_text(out, utf8_width(cell->text) <= SHORT ? "<td class=\"text short\">" : "<td class=\"text\">");
	else if (cell->kind == CELL_HIDDEN)
		buf_text(out, is_total ? "<td class=\"total hidden\">" : "<td class=\"hidden\">");
	else
		buf_text(out, is_total ? "<td class=\"total\">" : "<td>");
	markup_text(out, cell_words(page->sheet->words, cell, page->arena));
	if (cell->kind == CELL_HIDDEN) {
		buf_text(out, "<span class=\"unseen\"> ");
		markup_text(out, word(page->sheet->words, "(not shown)"));
		buf_text(out, "</span>");
	}
	buf_text(out, "</td>");
}

static void
row_head(const struct page *page, size_t row, struct buf *out)
{
	const struct axis *rows = &page->table->rows;
	const struct heading *h = &rows->list[row];
	bool is_group = h->n == 1 && rows->n_levels > 1;
	size_t in = h->n > 0 ? h->n - 1 : 0;

	buf_printf(out, "<th scope=\"%s\"", is_group ? "rowgroup" : "row");
	if (in > 0)
		buf_printf(out, " class=\"in%zu\"", in < 4 ? in : 4);
	buf_char(out, '>');
	markup_text(out, heading_label(page->sheet->words, h));
	star(out, h->marked);
	buf_text(out, "</th>");
}

static void
body_row(const struct page *page, size_t row, struct buf *out)
{
	const struct axis *rows = &page->table->rows;
	const struct heading *h = &rows->list[row];
	size_t i;

	if (page->table->is_list)
		buf_text(out, "<tr>");
	else if (rows->n_levels > 0 && h->n == 0)
		buf_text(out, "<tr class=\"total\">");
	else
		buf_text(out, heading_is_total(rows, h) ? "<tr class=\"group\">" : "<tr>");
	if (!page->table->is_list)
		row_head(page, row, out);
	for (i = page->first; i < page->end; i++)
		one_cell(page, row, i, out);
	buf_text(out, "</tr>\n");
}

/* Each group of the outermost level is a body of its own, and so is the total. */
static bool
begins_body(const struct table *table, size_t row)
{
	const struct axis *rows = &table->rows;

	return row == 0 || (!table->is_list && rows->n_levels > 0 &&
	    (rows->list[row].n == 0 || (rows->n_levels > 1 && rows->list[row].n == 1)));
}

static void
table_body(const struct page *page, struct buf *out)
{
	size_t i;

	for (i = 0; i < page->table->rows.n; i++) {
		if (begins_body(page->table, i))
			buf_text(out, i > 0 ? "</tbody>\n<tbody>\n" : "<tbody>\n");
		body_row(page, i, out);
	}
	buf_text(out, "</tbody>\n");
}

/* ---- a table with all that belongs to it ---- */

/* "cases by Service, Quarter". */
void
table_caption(const struct words *words, const struct table *table, struct buf *out)
{
	struct buf levels = BUF_INIT;
	char count[24];
	struct blank blanks[2];
	size_t i, n = table->columns.n_levels - has_measures(table);

	if (table->is_list) {
		snprintf(count, sizeof(count), "%zu", table->rows.n);
		blanks[0] = (struct blank){ "n", str_of(count) };
		words_fill(words, table->rows.n == 1 ? WORD("{n} line") : WORD("{n} lines"), blanks, 1, out);
		return;
	}
	for (i = 0; i < table->rows.n_levels + n; i++)
		buf_printf(&levels, "%s%.*s", i ? ", " : "", STRF(i < table->rows.n_levels ?
		    table->rows.names[i] : table->columns.names[i - table->rows.n_levels]));
	blanks[0] = (struct blank){ "what", table->measure };
	blanks[1] = (struct blank){ "levels", buf_view(&levels) };
	if (levels.n == 0)
		buf_str(out, table->measure);
	else
		words_fill(words, WORD("{what} by {levels}"), blanks, 2, out);
	buf_release(&levels);
}

static size_t
longest_word(struct str text)
{
	size_t most = 0, w;
	struct str part;

	for (part = str_word(&text); part.n > 0; part = str_word(&text)) {
		w = utf8_width(part);
		most = w > most ? w : most;
	}
	return most;
}

/* Characters that a column takes at least, its padding with them. */
static size_t
column_needs(const struct page *page, size_t column)
{
	const struct table *table = page->table;
	const struct heading *h = &table->columns.list[column];
	size_t most = h->n > 0 ? longest_word(h->labels[h->n - 1]) : 5, i, w;

	for (i = 0; i < table->rows.n; i++) {
		const struct cell *cell = cell_at(table, i, column);
		struct str text = cell_words(page->sheet->words, cell, page->arena);

		w = cell->kind == CELL_TEXT ? longest_word(text) : utf8_width(text);
		most = w > most ? w : most;
	}
	return most + 2;
}

static size_t
labels_need(const struct page *page)
{
	size_t most = 10, i, w;

	for (i = 0; !page->table->is_list && i < page->table->rows.n; i++) {
		w = utf8_width(heading_label(page->sheet->words, &page->table->rows.list[i]));
		most = w > most ? w : most;
	}
	return most < 32 ? most : 32;
}

/* Characters beside each other in the whole table. */
static size_t
table_needs(const struct page *page)
{
	size_t n = columns_shown(page->table), width = labels_need(page), i;

	for (i = 0; i < n; i++)
		width += column_needs(page, i);
	return width;
}

/* " (2 of 3)" */
static void
part_of(const struct page *page, size_t strip, size_t strips, struct buf *out)
{
	char part[24], parts[24];
	struct blank blanks[2];

	snprintf(part, sizeof(part), "%zu", strip);
	snprintf(parts, sizeof(parts), "%zu", strips);
	blanks[0] = (struct blank){ "part", str_of(part) };
	blanks[1] = (struct blank){ "parts", str_of(parts) };
	buf_char(out, ' ');
	words_fill(page->sheet->words, WORD("({part} of {parts})"), blanks, 2, out);
}

static void
strip_html(const struct page *page, size_t strip, size_t strips, struct buf *out)
{
	buf_printf(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"t%zu t%zu-%zu\">\n", page->n,
	    page->n, page->first);
	buf_printf(out, "<table>\n<caption id=\"t%zu-%zu\">", page->n, page->first);
	table_caption(page->sheet->words, page->table, out);
	if (strips > 1)
		part_of(page, strip, strips, out);
	buf_text(out, "</caption>\n");
	column_groups(page, out);
	table_head(page, out);
	table_body(page, out);
	buf_text(out, "</table>\n</div>\n");
}

/* Where a strip of at most `each` columns ends: where a group of columns does, if one does in its second half. */
static size_t
strip_end(const struct page *page, size_t each)
{
	const struct axis *columns = &page->table->columns;
	size_t n = columns_shown(page->table), end = page->first + each, i;

	if (end >= n)
		return n;
	for (i = end; columns->n_levels > 1 && i > page->first + each / 2; i--)
		if (!same_head(columns, i - 1, i, 0))
			return i;
	return end;
}

/* In as few strips as the widest page allows, of about as many columns each; a list in one. */
static void
strips_html(struct page *page, size_t width, struct buf *out)
{
	size_t n = columns_shown(page->table), labels = labels_need(page), strips, each, i;

	strips = width > SMALLEST && !page->table->is_list ? (width - labels) / (SMALLEST - labels) + 1 : 1;
	each = (n + strips - 1) / strips;
	for (page->first = strips = 0; page->first < n; strips++)
		page->first = strip_end(page, each);
	for (i = page->first = 0; i < strips; i++, page->first = page->end) {
		page->end = strip_end(page, each);
		strip_html(page, i + 1, strips, out);
	}
}

static void
note_html(struct str text, struct buf *out)
{
	buf_text(out, "<p class=\"note\">");
	markup_text(out, text);
	buf_text(out, "</p>\n");
}

static bool
has_hidden(const struct table *table)
{
	size_t i;

	for (i = 0; i < table->rows.n * table->columns.n; i++)
		if (table->cells[i].kind == CELL_HIDDEN)
			return true;
	return false;
}

static void
table_html(struct page *page, struct buf *out)
{
	const struct table *table = page->table;
	const struct words *words = page->sheet->words;
	size_t width = table_needs(page), i;

	buf_printf(out, "<section class=\"%s%s\">\n<h2 id=\"t%zu\">", width > SIDEWAYS ? "wider" : width > UPRIGHT ? "wide" : "upright", table->rows.n <= 24 ? " whole" : "",
	    page->n);
	markup_text(out, table->title);
	buf_text(out, "</h2>\n");
	if (table->rows.n == 0 || table->columns.n == 0) {
		buf_text(out, "<p>");
		markup_text(out, word(words, "Nothing to count."));
		buf_text(out, "</p>\n");
	} else {
		write_chart(page->sheet, page->n, out);
		strips_html(page, width, out);
	}
	if (has_hidden(table))
		note_html(word(words, "x: not shown; see the notes below the tables."), out);
	for (i = 0; i < table->n_notes; i++)
		note_html(table->notes[i], out);
	buf_text(out, "</section>\n");
}

/* ---- the page ---- */

static void
about_html(const struct about *about, size_t n, struct buf *out)
{
	size_t i;

	if (n == 0)
		return;
	buf_text(out, "<dl>\n");
	for (i = 0; i < n; i++) {
		buf_text(out, "<div><dt>");
		markup_text(out, about[i].name);
		buf_text(out, "</dt><dd");
		if (about[i].id != NULL) {
			buf_text(out, " data-id=\"");
			markup_text(out, str_of(about[i].id));
			buf_char(out, '"');
		}
		if (about[i].text.p != NULL) {
			buf_text(out, " data-value=\"");
			markup_text(out, about[i].value);
			buf_char(out, '"');
		}
		buf_char(out, '>');
		markup_text(out, about[i].text.p ? about[i].text : about[i].value);
		buf_text(out, "</dd></div>\n");
	}
	buf_text(out, "</dl>\n");
}

/* The list of tables, where there are several. */
static void
contents_html(const struct sheet *sheet, struct buf *out)
{
	size_t i;

	if (sheet->n < 3)
		return;
	buf_text(out, "<nav aria-label=\"");
	markup_text(out, word(sheet->words, "Tables"));
	buf_text(out, "\">\n<ul>\n");
	for (i = 0; i < sheet->n; i++) {
		buf_printf(out, "<li><a href=\"#t%zu\">", i);
		markup_text(out, sheet->tables[i].title);
		buf_text(out, "</a></li>\n");
	}
	buf_text(out, "</ul>\n</nav>\n");
}

/* Inside of a string of CSS, in a style element. */
static void
css_text(struct buf *out, struct str text)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&')
			buf_printf(out, "\\%x ", c);
		else
			buf_char(out, text.p[i]);
	}
}

/* What stands on each page on paper: the report, what it is about, which page. */
static void
page_style(const struct sheet *sheet, struct buf *out)
{
	size_t i;

	buf_text(out, "@page{size:A4;margin:20mm 16mm 18mm;@top-left{content:\"");
	css_text(out, sheet->title);
	buf_text(out, "\";font:8pt sans-serif;color:#54565f}@top-right{content:\"");
	for (i = 0; i < sheet->n_head; i++) {
		buf_text(out, i ? " \xc2\xb7 " : "");
		css_text(out, sheet->head[i].text.p ? sheet->head[i].text : sheet->head[i].value);
	}
	buf_text(out, "\";font:8pt sans-serif;color:#54565f;text-align:right}@bottom-right{content:counter(page)\" / \""
	    "counter(pages);font:8pt sans-serif;color:#54565f}}\n"
	    "@page sideways{size:A4 landscape}\n");
}

static void
head_html(const struct sheet *sheet, struct buf *out)
{
	buf_text(out, "<!DOCTYPE html>\n<html lang=\"");
	markup_text(out, words_language(sheet->words));
	buf_text(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"robots\" content=\"noindex\">\n<title>");
	markup_text(out, sheet->title);
	buf_text(out, "</title>\n<style>\n");
	buf_text(out, style);
	page_style(sheet, out);
	buf_text(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
	markup_text(out, sheet->title);
	buf_text(out, "</h1>\n");
	about_html(sheet->head, sheet->n_head, out);
	buf_text(out, "</header>\n");
}

static void
notes_html(const struct sheet *sheet, struct buf *out)
{
	size_t i;

	if (sheet->n_notes == 0)
		return;
	buf_text(out, "<section class=\"whole\">\n<h2 id=\"notes\">");
	markup_text(out, word(sheet->words, "Notes"));
	buf_text(out, "</h2>\n");
	for (i = 0; i < sheet->n_notes; i++)
		note_html(sheet->notes[i], out);
	buf_text(out, "</section>\n");
}

void
sheet_html(const struct sheet *sheet, struct buf *out)
{
	struct arena arena;
	size_t i;

	arena_init(&arena);
	head_html(sheet, out);
	contents_html(sheet, out);
	buf_text(out, "<main>\n");
	for (i = 0; i < sheet->n; i++) {
		struct page page = { sheet, &sheet->tables[i], i, 0, 0, &arena };

		table_html(&page, out);
		arena_reset(&arena);
	}
	notes_html(sheet, out);
	buf_text(out, "</main>\n");
	if (sheet->n_foot > 0) {
		buf_text(out, "<footer class=\"whole\">\n<h2>");
		markup_text(out, word(sheet->words, "How this report was made"));
		buf_text(out, "</h2>\n");
		about_html(sheet->foot, sheet->n_foot, out);
		buf_text(out, "</footer>\n");
	}
	buf_text(out, "</body>\n</html>\n");
	arena_release(&arena);
}
