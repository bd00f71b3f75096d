/*
 * Writers of finished tables, on a sheet with everything a sheet may have. With a folder as argument it writes the sheet
 * into it in all formats, in English and in made-up words, for tests/browser.t and for looking at.
 */
#include "table.h"
#include "tap.h"

#include <fcntl.h>

#define TEXT(text) { text, sizeof(text) - 1 }

static struct arena arena;

/* "a/b" to labels; "" to none; a part "-" to a total. */
static struct heading
heading(struct str text)
{
	struct str *labels = ARENA_NEW(&arena, struct str, 8), *ids = ARENA_NEW(&arena, struct str, 8), part;
	struct heading h = { .labels = labels, .ids = ids };

	if (str_ends(text, STR("*"))) {
		h.marked = true;
		text.n--;
	}
	while (text.n > 0 && text.p != NULL && str_cut(&text, '/', &part)) {
		labels[h.n] = str_is(part, "-") ? STR_NULL : part;
		ids[h.n] = str_is(part, "?") ? STR_NULL : labels[h.n];
		if (str_is(part, "?"))
			labels[h.n] = STR("(not stated)");
		h.n++;
	}
	return h;
}

static struct axis
axis(const char *names, const char *list)
{
	struct axis a = { 0 };
	struct str rest = str_of(names), part, *levels = ARENA_NEW(&arena, struct str, 8);
	struct heading *headings = ARENA_NEW(&arena, struct heading, 200);

	while (rest.n > 0 && rest.p != NULL && str_cut(&rest, '/', &part))
		levels[a.n_levels++] = part;
	rest = str_of(list);
	while (rest.p != NULL && str_cut(&rest, ';', &part))
		headings[a.n++] = heading(part);
	a.names = levels;
	a.list = headings;
	return a;
}

/* Cells by rows: words; "x" is hidden, "-" nothing. */
static const struct cell *
cells(const char *text, size_t n, bool words)
{
	struct cell *list = ARENA_NEW(&arena, struct cell, n + 1);
	struct str rest = str_of(text), part;
	size_t i;

	for (i = 0; i < n; i++) {
		if (words)
			str_cut(&rest, ';', &part);
		else
			part = str_word(&rest);
		list[i].kind = str_is(part, "x") ? CELL_HIDDEN : str_is(part, "-") ? CELL_NONE :
		    words ? CELL_TEXT : CELL_FIGURE;
		list[i].text = part;
	}
	return list;
}

static struct table
table(const char *name, const char *title, struct axis rows, struct axis columns, const char *text,
    enum chart chart)
{
	struct table t = { .name = str_of(name), .title = str_of(title), .measure = STR("cases"), .rows = rows,
		.columns = columns, .chart = chart };

	t.cells = cells(text, rows.n * columns.n, false);
	return t;
}

static void
fill_wide(struct buf *columns, struct buf *figures, int rows)
{
	int i, k;

	for (i = 0; i < 36; i++)
		buf_printf(columns, "%s%d/%d-%02d", i ? ";" : "", 2024 + i / 12, 2024 + i / 12, i % 12 + 1);
	for (k = 0; k < rows; k++)
		for (i = 0; i < 36; i++)
			buf_printf(figures, "%d ", (i * 7 + k * 13) % 23 * (k == rows - 1 ? 61 : 1));
}

#define QUARTERS "2026-Q1;2026-Q2;2026-Q3;2026-Q4*"
static const struct str notes[] = { TEXT("* only partly within the period of this report"),
	TEXT("A case may be about more than one situation; each counts once in a total.") };
static const struct str sheet_notes[] = { TEXT("x: not shown, being a count below 5 or one that would give such a count away.") };

static struct table tables[16];
static size_t n_tables;

static struct table *
add(struct table t)
{
	tables[n_tables] = t;
	return &tables[n_tables++];
}

static void
make_tables(void)
{
	struct buf columns = BUF_INIT, figures = BUF_INIT;
	struct table *t;

	t = add(table("services", "Cases opened, by service and applicant", axis("Service/Applicant",
	    "information;information/mother;information/youth-care;advice;advice/mother;advice/municipality;support;"
	    "support/mother;support/police-or-justice;"), axis("Quarter", QUARTERS ";"),
	    "3 2 0 1 6  1 1 0 0 2  2 1 0 1 4   14 11 17 8 50  9 5 11 8 33  5 6 6 0 17  1204 7 9 3 1223  1200 4 4 1 1209 "
	    "4 3 5 2 14  1221 20 26 12 1279", CHART_NONE));
	t->notes = notes;
	t->n_notes = 1;
	t = add(table("situations", "Cases opened, by situation", axis("Situation",
	    "becoming radicalised;wants to leave for a conflict area;stopped on the way;returned from a conflict area after "
	    "a long stay, with children who were born there;?;"), axis("", ""), "41 17 x 8 x 66", CHART_BARS));
	t->columns = axis("", "");
	t->notes = notes + 1;
	t->n_notes = 1;
	add(table("two", "Cases opened, by service and year", axis("Service", "information;advice;support;expertise;"),
	    axis("Year", "2025;2026;"), "12 15 27  40 35 75  x x 14  0 6 6  x x 122", CHART_BARS));
	add(table("stacked", "Cases by severity and level of support", axis("Severity", "low;moderate;high;acute;"),
	    axis("Level", "light;standard;intensive;(not stated);"), "20 10 2 1 33  12 19 4 0 35  x 9 12 x 26  0 2 7 0 9 "
	    "x 40 25 x 103", CHART_STACKED));
	add(table("lines", "Cases opened, by quarter and service", axis("Service", "information;advice;support;expertise;"),
	    axis("Year/Quarter", "2025/2025-Q1;2025/2025-Q2;2025/2025-Q3;2025/2025-Q4;2025;2026/2026-Q1;2026/2026-Q2;2026;"),
	    "30 32 28 35 125 31 36 67 192  50 47 61 58 216 63 70 133 349  12 x 9 14 39 13 15 28 67  x 11 8 x 26 9 12 21 47 "
	    "96 x 106 x 406 116 133 249 655", CHART_LINES));
	add(table("line", "Cases opened, by month", axis("Month", "January 2026;February 2026;March 2026;April 2026;"
	    "May 2026;June 2026;July 2026*;"), axis("", ""), "1204 1388 1290 902 x 1411 200 6395", CHART_LINES));
	tables[n_tables - 1].columns = axis("", "");
	t = add(table("flow", "Open at start, in, out, open at end", axis("Service", "advice;support;"),
	    axis("Quarter/measure", "2026-Q1/start;2026-Q1/in;2026-Q1/moved-in;2026-Q1/out;2026-Q1/moved-out;2026-Q1/end;"
	    "2026-Q2/start;2026-Q2/in;2026-Q2/moved-in;2026-Q2/out;2026-Q2/moved-out;2026-Q2/end;"
	    "-/start;-/in;-/moved-in;-/out;-/moved-out;-/end"),
	    "10 5 0 4 1 10  10 8 1 3 0 16  10 13 1 7 1 16   40 12 1 9 0 44  44 20 0 31 1 32  40 32 1 40 1 32 "
	    "50 17 0 13 0 54  54 28 0 34 0 48  50 45 0 47 0 48", CHART_FLOW));
	t = add(table("times", "From consent to the first conversation", axis("Severity", "low;high;"),
	    axis("measure", "number;median (days);p90 (days);within 14 days (%)"), "20 7.5 13 92  11 x 6.5 100  31 7 12 95",
	    CHART_NONE));
	t->measure = STR("days");
	fill_wide(&columns, &figures, 4);
	add(table("wide", "Three years of months", axis("Service", "information;advice;support;"),
	    axis("Year/Month", arena_cstr(&arena, buf_view(&columns))), arena_cstr(&arena, buf_view(&figures)), CHART_LINES));
	t = add(table("list", "Open cases on an ended code", axis("", "1;2;3"), axis("field",
	    "Case;Opened;Municipality;Counsellor;Text"), "", CHART_NONE));
	t->is_list = true;
	t->cells = cells("2026-7KQ43;2026-03-02;GM0344;aj;A long remark that needs more than one line in a terminal, and "
	    "says =1+1 about <nothing> & \"everything\";2026-00001;2026-03-05;GM0457;bk;;2026-00002;2026-04-01;GM0457;bk;=2",
	    15, true);
	add(table("none", "Nothing of it", axis("Service", ""), axis("Quarter", QUARTERS), "", CHART_BARS));
	tables[n_tables - 1].rows.n = 0;
	add(table("zeros", "Zeros only", axis("Service", "advice;support"), axis("Quarter", QUARTERS), "0 0 0 0 0 0 0 0",
	    CHART_STACKED));
	buf_release(&columns);
	buf_release(&figures);
}

static const struct about head[] = {
	{ TEXT("From"), TEXT("Family Support Centre"), "centre", { NULL, 0 } },
	{ TEXT("Municipality"), TEXT("GM0344 S\xc3\xba" "dwest-Frysl\xc3\xa2n <&\"'>"), "municipality", { NULL, 0 } },
	{ TEXT("Period"), TEXT("2026-01-01 to 2026-12-15"), "period", TEXT("1 January 2026 to 15 December 2026") },
};
static const struct about foot[] = {
	{ TEXT("Made from"), TEXT("commit 0123456789abcdef0123456789abcdef01234567"), "commit", { NULL, 0 } },
	{ TEXT("Made with"), TEXT("dossier report all --municipality GM0344 --period 2026-01-01..2026-12-15 --as-of "
	    "0123456789abcdef0123456789abcdef01234567"), "command", { NULL, 0 } },
};

static struct sheet
make_sheet(void)
{
	return (struct sheet){ .name = STR("all"), .title = STR("Report with \"everything\" </style> & more"), .head = head,
		.n_head = 3, .foot = foot, .n_foot = 2, .tables = tables, .n = n_tables, .notes = sheet_notes,
		.n_notes = 1 };
}

static bool
holds(struct str text, const char *what)
{
	size_t n = strlen(what), i;

	for (i = 0; i + n <= text.n; i++)
		if (memcmp(text.p + i, what, n) == 0)
			return true;
	printf("# not there: %s\n", what);
	return false;
}

static void
test_html(const struct sheet *sheet)
{
	static const char *const wanted[] = {
		"<html lang=\"en\">", "Report with &quot;everything&quot; &lt;/style&gt; &amp; more</h1>",
		"<title>Report with", "S\xc3\xba" "dwest-Frysl\xc3\xa2n &lt;&amp;&quot;&#39;&gt;",
		"data-id=\"period\" data-value=\"2026-01-01 to 2026-12-15\">1 January 2026 to 15 December 2026<",
		"@top-left{content:\"Report with \\22 everything\\22  \\3c /style\\3e  \\26  more\"",
		"<th scope=\"rowgroup\">advice</th><td>14</td>", "<th scope=\"row\" class=\"in1\">mother</th>",
		"<tr class=\"total\"><th scope=\"row\">Total</th><td>1,221</td>",
		"<th scope=\"col\" class=\"figure short\">2026-Q4*</th>",
		"<th scope=\"colgroup\" colspan=\"5\" class=\"over short\">2025</th>",
		"<td class=\"hidden\">x<span class=\"unseen\"> (not shown)</span></td>",
		"x: not shown; see the notes below the tables.", "<caption id=\"t0-0\">cases by Service, Applicant, Quarter</caption>",
		"3 lines</caption>", "says =1+1 about &lt;nothing&gt; &amp; &quot;everything&quot;</td>",
		"<p>Nothing to count.</p>", "class=\"wider whole\">\n<h2", "<desc id=\"d1\">Bar chart: cases by Situation.",
		"<desc id=\"d6\">Stock and flow:", NULL,
	};
	struct buf out = BUF_INIT;
	size_t i;

	sheet_html(sheet, &out);
	for (i = 0; wanted[i] != NULL; i++)
		ok(holds(buf_view(&out), wanted[i]), arena_printf(&arena, "HTML has part %zu", i));
	ok(memchr(out.p, '\0', out.n) == NULL && strstr(out.p, "nan") == NULL && strstr(out.p, "inf\"") == NULL,
	    "no figure of a chart is out of bounds");
	ok(strstr(out.p, "<script") == NULL && strstr(out.p, "http") == NULL, "no script, nothing from elsewhere");
	ok(strstr(out.p, "id=\"g11\"") == NULL, "no chart of zeros");
	buf_release(&out);
}

static void
test_text(const struct sheet *sheet)
{
	struct buf out = BUF_INIT;
	struct str rest, line;
	size_t most = 0, w;

	sheet_text(sheet, &out);
	rest = buf_view(&out);
	while (str_cut(&rest, '\n', &line)) {
		w = utf8_width(line);
		most = w > most ? w : most;
	}
	ok(most <= 80, "text is at most 80 columns wide");
	ok(holds(buf_view(&out), "Period        1 January 2026 to 15 December 2026\n"), "dates in words");
	ok(holds(buf_view(&out), "support                1,204        7        9        3   1,223\n"),
	    "thousands in the language's way");
	ok(holds(buf_view(&out), "2026-7KQ43  2026-03-02  GM0344        aj          A long remark that needs more\n"), "a list");
	ok(holds(buf_view(&out), "                                                  than one line in a terminal,\n"), "whose text goes on below");
	buf_release(&out);
}

/* ---- sheets of any shape ---- */

static uint32_t seed = 7;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Up to three levels; totals in any place, labels of all kinds, sometimes nothing at all. */
static struct axis
any_axis(bool measures)
{
	static const char *const labels[] = { "a", "long words that go on and on for a whole line and further", "?", "-",
		"\xe2\x80\x93\xc3\xa9", "2026-Q1", "x<y&z", "" };
	static const char *const measured[] = { "start", "in", "moved-in", "out", "moved-out", "end", "median" };
	static const char *const names[] = { "quarter", "Service", "measure", "month" };
	struct buf level = BUF_INIT, list = BUF_INIT;
	uint32_t levels = below(4), n = below(9), i, k, depth;
	struct axis a;

	for (k = 0; k < levels; k++)
		buf_printf(&level, "%s%s", k ? "/" : "", measures && k + 1 == levels ? "measure" : names[below(4)]);
	for (i = 0; i < n; i++) {
		buf_text(&list, i ? ";" : "");
		depth = below(levels + 1);
		for (k = 0; k < depth; k++)
			buf_printf(&list, "%s%s", k ? "/" : "", k + 1 == levels && measures ? measured[below(7)] :
			    labels[below(8)]);
		buf_text(&list, below(9) ? "" : "*");
	}
	buf_text(&level, "");
	buf_text(&list, "");
	a = axis(arena_cstr(&arena, buf_view(&level)), arena_cstr(&arena, buf_view(&list)));
	a.n = n;
	buf_release(&level);
	buf_release(&list);
	return a;
}

static struct table
any_table(void)
{
	static const char *const figures[] = { "0 ", "1 ", "7.5 ", "x ", "- ", "123456789012345678901234 ", "-3 ", "0.001 ", "9 " };
	struct axis rows = any_axis(false), columns = any_axis(below(2));
	struct buf text = BUF_INIT;
	uint32_t few = below(3) ? 9 : 1, i;
	struct table t;

	for (i = 0; i < rows.n * columns.n; i++)
		buf_text(&text, figures[below(few)]);
	buf_text(&text, "");
	t = table("any", "Any", rows, columns, arena_cstr(&arena, buf_view(&text)), (enum chart)below(5));
	t.is_list = columns.n_levels == 1 && below(4) == 0;
	for (i = 0; t.is_list && i < columns.n; i++)
		t.is_list = columns.list[i].n == 1 && columns.list[i].labels[0].p != NULL;
	buf_release(&text);
	return t;
}

static void
test_any(void)
{
	static const char *const formats[] = { "text", "csv", "json", "rec", "html" };
	struct buf out = BUF_INIT;
	size_t bad = 0, i, k;

	for (i = 0; i < 2000; i++) {
		struct table t = any_table();
		struct sheet sheet = { .name = STR("any"), .title = STR("Any"), .tables = &t, .n = 1 };

		for (k = 0; k < 5; k++) {
			buf_reset(&out);
			sheet_writer(str_of(formats[k]))(&sheet, &out);
			bad += memchr(out.p, '\0', out.n) != NULL;
		}
		if (strstr(out.p, "nan") != NULL || strstr(out.p, "\"inf") != NULL || strstr(out.p, "\"-inf") != NULL) {
			printf("# sheet %zu: a chart out of bounds\n", i);
			bad++;
		}
	}
	is_number((long long)bad, 0, "sheets of any shape");
	buf_release(&out);
}

static void
write_to(const char *folder, const char *name, struct buf *out)
{
	int error = file_replace(arena_printf(&arena, "%s/%s", folder, name), buf_view(out));

	if (error != 0)
		die("cannot write '%s/%s': %s", folder, name, strerror(error));
	buf_reset(out);
}

static int
write_all(const struct sheet *sheet, const char *folder)
{
	static const char *const formats[] = { "text", "csv", "json", "rec", "html" };
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < 5; i++) {
		sheet_writer(str_of(formats[i]))(sheet, &out);
		write_to(folder, arena_printf(&arena, "all.%s", formats[i]), &out);
	}
	buf_release(&out);
	return 0;
}

int
main(int argc, char **argv)
{
	struct sheet sheet;
	int status;

	arena_init(&arena);
	make_tables();
	sheet = make_sheet();
	if (argc > 1) {
		status = write_all(&sheet, argv[1]);
	} else {
		test_html(&sheet);
		test_text(&sheet);
		test_any();
		status = tap_done();
	}
	arena_release(&arena);
	return status;
}
