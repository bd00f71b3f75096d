/* Places, carets, texts, order and each format of diag. The formats are read by other programs in diag.t. */
#include "diag.h"
#include "tap.h"

#include <time.h>

static struct findings findings;
static struct buf out;

static void
begin(void)
{
	findings_release(&findings);
	findings_init(&findings);
	buf_reset(&out);
}

static const char *
written(struct diag_style style)
{
	buf_reset(&out);
	findings_write(&findings, &style, &out);
	return out.n ? out.p : "";
}

static struct span
span_of(const struct source *source, size_t at, size_t n)
{
	return (struct span){ source, at, n };
}

/* ---- places ---- */

static const struct {
	const char *what;
	const char *bytes;
	size_t n, at;
	unsigned line, column;
} places[] = {
	{ "empty source", "", 0, 0, 1, 1 },
	{ "beyond an empty source", "", 0, 9, 1, 1 },
	{ "first byte", "ab\ncd\n", 6, 0, 1, 1 },
	{ "line end itself", "ab\ncd\n", 6, 2, 1, 3 },
	{ "second line", "ab\ncd\n", 6, 3, 2, 1 },
	{ "end of file after a line end", "ab\ncd\n", 6, 6, 3, 1 },
	{ "end of file without one", "ab\ncd", 5, 5, 2, 3 },
	{ "far beyond the end", "ab\ncd", 5, 5000, 2, 3 },
	{ "after two-byte characters", "\xc3\xa9\xc3\xa9x", 5, 4, 1, 3 },
	{ "after a four-byte character", "\xf0\x9f\x98\x80x", 5, 4, 1, 2 },
	{ "after a tab", "\tx", 2, 1, 1, 2 },
	{ "inside a character", "a\xf0\x9f\x98\x80x", 6, 4, 1, 2 },
	{ "among continuation bytes", "\x80\x80\x80\x80x", 5, 3, 1, 4 },
	{ "after a NUL", "a\0b\n\0c", 6, 5, 2, 2 },
	{ "after invalid bytes", "\xff\xfe\x80x", 4, 3, 1, 4 },
	{ "after CR", "a\r\nb", 4, 3, 2, 1 },
	{ "only line ends", "\n\n\n", 3, 2, 3, 1 },
};

static void
test_places(void)
{
	struct source source = { "f", STR_NULL };
	struct finding *finding;
	size_t i, line, column;

	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		begin();
		source.bytes = (struct str){ places[i].bytes, places[i].n };
		finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, places[i].at, 1),
		    "x");
		source_position(&source, places[i].at, &line, &column);
		ok(finding->line == places[i].line && finding->column == places[i].column &&
		    line == places[i].line && column == places[i].column, places[i].what);
	}
}

/* A source of many blocks: every byte's place against one counted from the start. */
static void
test_large(size_t line_length, size_t step, const char *what)
{
	size_t n = 40000, i, k, line, column, wrong = 0;
	char *bytes = xmalloc(n);
	struct source source = { "f", { bytes, n } };
	struct finding *finding;

	for (i = 0; i < n; i++)
		bytes[i] = i % line_length == line_length - 1 ? '\n' :
		    i % 7 == 0 ? '\xc3' : i % 7 == 1 ? '\xa9' : 'x';
	begin();
	for (i = 0; i <= n + step; i += step)
		for (k = 0; k < 3; k++) {
			/* forwards, one back, the other way round */
			size_t at = k == 0 ? i : k == 1 ? i / 2 : n - (i < n ? i : n);

			finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, at, 2),
			    "x");
			source_position(&source, at, &line, &column);
			wrong += finding->line != line || finding->column != column;
		}
	is_number((long long)wrong, 0, what);
	/* The same address and size, other bytes. */
	memset(bytes, '\n', n);
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, n - 1, 1), "x");
	is_number(finding->line, (long long)n, "other bytes at the same address");
	free(bytes);
}

/* ---- excerpts ---- */

static const struct {
	const char *what;
	const char *bytes;
	size_t at, n;
	const char *want; /* the two lines below the first */
} excerpts[] = {
	{ "caret under a value", "Kind: consnt\nBy: aj\n", 6, 6, "  Kind: consnt\n        ^~~~~~\n" },
	{ "a place between two bytes", "By: aj\n", 4, 0, "  By: aj\n      ^\n" },
	{ "at the line's end", "By: aj\n", 6, 1, "  By: aj\n        ^\n" },
	{ "at the end of the file", "By: aj", 6, 0, "  By: aj\n        ^\n" },
	{ "no further than the line", "By: aj\nX: y\n", 4, 8, "  By: aj\n      ^~\n" },
	{ "an empty line", "a\n\nb\n", 2, 1, "  \n  ^\n" },
	{ "tabs as blanks", "By:\taj\tx\n", 7, 1, "  By:     aj      x\n                  ^\n" },
	{ "a tab under the caret", "\tx\n", 0, 1, "          x\n  ^~~~~~~~\n" },
	{ "a wide character before", "\xe5\xae\xb6: x\n", 5, 1, "  \xe5\xae\xb6: x\n      ^\n" },
	{ "a wide character under", "a\xe5\xae\xb6" "b\n", 1, 3, "  a\xe5\xae\xb6" "b\n   ^~\n" },
	{ "a combining mark before", "e\xcc\x81x\n", 3, 1, "  e\xcc\x81x\n   ^\n" },
	{ "CR is seen", "By: aj\r\n", 6, 1, "  By: aj<U+000D>\n        ^~~~~~~~\n" },
	{ "an escape sequence is seen", "\x1b[31m\n", 0, 1, "  <U+001B>[31m\n  ^~~~~~~~\n" },
	{ "an override is seen", "a\xe2\x80\xae" "b\n", 4, 1, "  a<U+202E>b\n           ^\n" },
	{ "an invalid byte is seen", "a\xff" "b\n", 1, 1, "  a<0xFF>b\n   ^~~~~~\n" },
	{ "inside a character", "a\xc3\xa9" "b\n", 2, 1, "  a\xc3\xa9" "b\n   ^\n" },
};

static void
test_excerpts(void)
{
	const struct diag_style style = { DIAG_GCC, .excerpts = true };
	const char *got;
	size_t i;

	for (i = 0; i < sizeof(excerpts) / sizeof(*excerpts); i++) {
		struct source source = { "f", str_of(excerpts[i].bytes) };

		begin();
		find(&findings, MSG_UNREADABLE_FILE,
		    span_of(&source, excerpts[i].at, excerpts[i].n), "x");
		got = written(style);
		is_text(strchr(got, '\n') + 1, excerpts[i].want, excerpts[i].what);
	}
}

static void
test_long_lines(void)
{
	size_t n = 3000000, i, carets = 0;
	char *bytes = xmalloc(n), *line;
	struct source source = { "f", { bytes, n } };
	struct finding *finding;
	clock_t start;

	memset(bytes, 'x', n);
	begin();
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, 2000000, 3), "x");
	is_number(finding->column, 2000001, "column on a line of three million");
	ok(strlen(finding->excerpt) < 140, "its excerpt is short");
	ok(finding->caret < 80 && finding->caret_n == 3, "and has the caret");
	bytes[2000000] = '!';
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, 2000000, 1), "x");
	line = strchr(finding->excerpt, '!');
	ok(line != NULL && line - finding->excerpt == (long)finding->caret,
	    "the caret stands under the byte");
	for (i = 0; i + 4 <= n; i += 4)
		memcpy(bytes + i, "\xf0\x9f\x98\x80", 4);
	begin();
	start = clock();
	for (i = 0; i + 4 <= n; i += 40) {
		finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, i, 4), "x");
		carets += finding->caret_n == 2 && finding->column == i / 4 + 1;
	}
	is_number((long long)carets, (long long)n / 40, "all places on it");
	printf("# %.2f s\n", (double)(clock() - start) / CLOCKS_PER_SEC);
	free(bytes);
}

/* ---- texts ---- */

static const struct {
	const char *what, *text;
	size_t n;
	bool lines;
	const char *want;
} escapes[] = {
	{ "plain text", "a\tb \xc3\xa9", 6, false, "a\tb \xc3\xa9" },
	{ "nothing", "", 0, false, "" },
	{ "LF hidden", "a\nb", 3, false, "a<U+000A>b" },
	{ "LF kept", "a\nb\x07", 4, true, "a\nb<U+0007>" },
	{ "NUL", "a\0b", 3, false, "a<U+0000>b" },
	{ "C1", "\xc2\x9b" "0m", 4, false, "<U+009B>0m" },
	{ "DEL", "\x7f", 1, false, "<U+007F>" },
	{ "BOM", "\xef\xbb\xbf", 3, false, "<U+FEFF>" },
	{ "cut off", "a\xe2\x82", 3, false, "a<0xE2><0x82>" },
	{ "overlong", "\xc0\x80", 2, false, "<0xC0><0x80>" },
};

static void
test_escapes(void)
{
	size_t i;

	for (i = 0; i < sizeof(escapes) / sizeof(*escapes); i++) {
		buf_reset(&out);
		escape_text(&out, (struct str){ escapes[i].text, escapes[i].n }, escapes[i].lines);
		is_text(out.n ? out.p : "", escapes[i].want, escapes[i].what);
	}
}

static void
test_values(void)
{
	struct source source = { "f", STR("Phone: 0612345678\n") };
	char long_text[100];
	struct finding *finding;

	begin();
	memset(long_text, 'y', sizeof(long_text));
	is_text(val(&findings, STR("mother")), "mother", "a short value is shown");
	is_number((long long)strlen(val(&findings, (struct str){ long_text, 60 })), 60,
	    "60 characters are shown");
	is_number((long long)strlen(val(&findings, (struct str){ long_text, 61 })), 63,
	    "61 are shortened");
	is_text(val(&findings, STR("one\ntwo")), "one...", "the first line only");
	is_text(val(&findings, (struct str){ "a\0b", 3 }), "a<U+0000>b", "NUL in a value");
	is_text(val(&findings, STR_NULL), "", "no value");
	is_text(nam(&findings, (struct str){ "Kind and more", 4 }), "Kind", "a name");
	ok(val(&findings, STR("mother")) == val(&findings, STR("mother")),
	    "equal texts are kept once");
	findings.hide_values = true;
	is_text(val(&findings, STR("mother")), "***", "hidden values are masked");
	is_text(nam(&findings, STR("Kind")), "Kind", "names are not");
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, 7, 10), "no '%s'",
	    val(&findings, STR("0612345678")));
	ok(finding->excerpt == NULL, "no excerpt of hidden values");
	ok(strstr(written((struct diag_style){ DIAG_GCC, .excerpts = true }), "0612") == NULL,
	    "and they are nowhere in the output");
	begin();
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(NULL, 0, 0), "a\x1b[0m\nb");
	is_text(finding->text, "a<U+001B>[0m<U+000A>b", "a message is one line and harmless");
}

/* ---- order ---- */

static void
add(const struct source *source, size_t at, enum severity severity, const char *text)
{
	struct finding *finding =
	    find(&findings, MSG_UNREADABLE_FILE, span_of(source, at, 1), "%s", text);

	regrade(&findings, finding, severity);
}

static void
test_order(void)
{
	struct source a = { "a", STR("1\n2\n3\n") }, b = { "b", STR("1\n2\n3\n") };
	struct source unread = { "c", STR_NULL };

	begin();
	is_number(findings_status(&findings), 0, "status of nothing");
	is_text(written((struct diag_style){ DIAG_GCC }), "", "nothing to say");
	add(&b, 2, NOTE, "note");
	add(&b, 4, WARNING, "late");
	is_number(findings_status(&findings), 0, "warnings are no error");
	add(&b, 2, ERROR, "two");
	is_number(findings_status(&findings), 1, "an error is");
	add(&b, 0, ERROR, "z");
	add(&a, 0, ERROR, "y");
	add(&b, 0, ERROR, "x");
	add(&b, 0, ERROR, "z");
	add(&unread, 0, ERROR, "whole");
	add(NULL, 0, ERROR, "no file");
	is_text(written((struct diag_style){ DIAG_GCC }),
	    "dossier: error: no file [unreadable-file]\n"
	    "a:1:1: error: y [unreadable-file]\n"
	    "b:1:1: error: x [unreadable-file]\n"
	    "b:1:1: error: z [unreadable-file]\n"
	    "b:2:1: error: two [unreadable-file]\n"
	    "c: error: whole [unreadable-file]\n"
	    "b:3:1: warning: late [unreadable-file]\n"
	    "b:2:1: note: note [unreadable-file]\n", "severity, path, place; duplicates once");
	is_number((long long)findings.count[ERROR], 6, "counts follow");
	is_text(written((struct diag_style){ DIAG_GCC, .prefix = "../" }) +
	    strlen("dossier: error: no file [unreadable-file]\n"),
	    "../a:1:1: error: y [unreadable-file]\n"
	    "../b:1:1: error: x [unreadable-file]\n"
	    "../b:1:1: error: z [unreadable-file]\n"
	    "../b:2:1: error: two [unreadable-file]\n"
	    "../c: error: whole [unreadable-file]\n"
	    "../b:3:1: warning: late [unreadable-file]\n"
	    "../b:2:1: note: note [unreadable-file]\n", "written again, with a prefix");
}

static void
test_move(void)
{
	struct source a = { "a", STR("1\n") };
	struct findings from;

	begin();
	add(&a, 0, ERROR, "first");
	findings_init(&from);
	from.case_id = "2026-7KQ43";
	from.entry = "2026-03-04/consent";
	fix(&from, find(&from, MSG_UNREADABLE_FILE, span_of(&a, 0, 1), "second"), "do\nthis");
	findings_move(&findings, &from);
	ok(from.n == 0 && from.count[ERROR] == 0, "what was moved is gone");
	find(&from, MSG_UNREADABLE_FILE, span_of(&a, 1, 0), "third");
	findings_move(&findings, &from);
	findings_move(&findings, &from);
	findings_release(&from);
	is_number((long long)findings.n, 3, "moved twice, and nothing once");
	is_text(findings.list[1].case_id, "2026-7KQ43", "the case is stamped");
	is_text(findings.list[2].entry, "2026-03-04/consent", "so is the entry");
	is_text(findings.list[1].fix, "do\nthis", "the fix came along");
}

static void
test_move_unsaid(void)
{
	struct source a = { "a", STR("1\n2\n") }, b = { "b", STR("1\n") };
	struct findings from;

	begin();
	add(&a, 0, ERROR, "said");
	add(&a, 2, WARNING, "warned");
	findings_init(&from);
	find(&from, MSG_UNREADABLE_FILE, span_of(&a, 0, 1), "said again");
	find(&from, MSG_UNREADABLE_FILE, span_of(&a, 2, 1), "worse than the warning");
	find(&from, MSG_UNREADABLE_FILE, span_of(&b, 0, 1), "another file");
	find(&from, MSG_UNREADABLE_FILE, span_of(&b, 0, 1), "two of one line");
	find(&from, MSG_UNREADABLE_FILE, (struct span){ NULL, 0, 0 }, "about no file");
	findings_move_unsaid(&findings, &from);
	findings_release(&from);
	is_number((long long)findings.n, 6, "what is said of a line is not said again");
	is_number((long long)findings.count[ERROR], 5, "and not counted");
	is_text(findings.list[2].text, "worse than the warning", "but what is worse is");
}

static void
test_many(void)
{
	struct source source = { "f", STR("a\nb\nc\nd\n") };
#ifdef __SANITIZE_ADDRESS__
	size_t n = 50000;
#else
	size_t n = 1000000;
#endif
	size_t i, kept = 0;
	clock_t start = clock();

	begin();
	for (i = 0; i < n; i++)
		find(&findings, MSG_UNREADABLE_FILE, span_of(&source, i * 7919 % 8, 1),
		    "finding %zu", i * 7919 % n);
	printf("# found in %.2f s\n", (double)(clock() - start) / CLOCKS_PER_SEC);
	start = clock();
	written((struct diag_style){ DIAG_GCC });
	printf("# sorted and written in %.2f s\n", (double)(clock() - start) / CLOCKS_PER_SEC);
	for (i = 0; i < out.n; i++)
		kept += out.p[i] == '\n';
	is_number((long long)kept, (long long)n, "very many findings");
}

/* ---- did you mean ---- */

static const struct {
	const char *word, *want;
} words[] = {
	{ "consnt", "consent" },
	{ "cosnent", "consent" },
	{ "CONSENT", "consent" },
	{ "conset", "consent" },
	{ "consultaton", "consultation" },
	{ "acton", "action" },
	{ "xyzzy", NULL },
	{ "", NULL },
	{ "e", NULL },
	{ "ned", "end" },
	{ "gezin\xc3\xab", "gezin\xc3\xa9" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
};

static void
test_nearest(void)
{
	const struct str candidates[] = { STR("request"), STR("consent"), STR("consultation"),
		STR("action"), STR("end"), STR("gezin\xc3\xa9"), STR("") };
	struct str got;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		got = nearest(str_of(words[i].word), candidates, 7);
		if (words[i].word[0] == '\0')
			ok(got.p != NULL && got.n == 0, "nothing is nearest to nothing");
		else
			is_text(got.p, words[i].want, words[i].word);
	}
	ok(nearest(STR("a"), NULL, 0).p == NULL, "no candidates");
	got = nearest(STR("abcd"), (const struct str[]){ STR("abcx"), STR("abcy") }, 2);
	is_text(got.p, "abcx", "the first of equals");
}

/* ---- formats ---- */

static void
findings_of_all_sorts(void)
{
	static struct source source = { "cases/2026/7/2026-7KQ43.rec",
		STR("Case: 2026-7KQ43\n\nDate: 2026-03-04\nKind: consnt\n") };
	static struct source odd = { "activities/a b,c:d%\xc3\xa9\\", STR("x\n") };
	struct finding *finding;

	begin();
	findings.case_id = "2026-7KQ43";
	findings.entry = "2026-03-04/consnt";
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&source, 41, 6),
	    "unknown kind '%s'", val(&findings, STR("consnt")));
	fix(&findings, finding, "did you mean '%s'?\nor add it", "consent");
	finding->basis = "S5, \"voluntary\"";
	finding->due = "2026-03-18";
	findings.case_id = findings.entry = NULL;
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(&odd, 0, 1),
	    "100%% \"odd\": a, b\\");
	regrade(&findings, finding, WARNING);
	finding = find(&findings, MSG_UNREADABLE_FILE, span_of(NULL, 0, 0), "about no file");
	regrade(&findings, finding, NOTE);
}

static void
test_formats(void)
{
	enum diag_format format;

	findings_of_all_sorts();
	is_text(written((struct diag_style){ DIAG_GCC, .excerpts = true }),
	    "cases/2026/7/2026-7KQ43.rec:4:7: error: unknown kind 'consnt' [unreadable-file]\n"
	    "  Kind: consnt\n        ^~~~~~\n  fix: did you mean 'consent'?\n       or add it\n"
	    "  basis: S5, \"voluntary\"\n"
	    "activities/a b,c:d%\xc3\xa9\\:1:1: warning: 100% \"odd\": a, b\\ [unreadable-file]\n"
	    "  x\n  ^\n"
	    "dossier: note: about no file [unreadable-file]\n", "gcc with excerpts");
	is_text(written((struct diag_style){ DIAG_REC }),
	    "%rec: Finding\n%mandatory: Rule State Severity Message\n%type: Line,Column int\n"
	    "%type: State enum ok due overdue late broken\n"
	    "%type: Severity enum error warning note\n%type: Due date\n\n"
	    "Path: cases/2026/7/2026-7KQ43.rec\nLine: 4\nColumn: 7\nRule: unreadable-file\n"
	    "State: broken\nSeverity: error\nCase: 2026-7KQ43\nEntry: 2026-03-04/consnt\n"
	    "Due: 2026-03-18\nMessage: unknown kind 'consnt'\n"
	    "Fix: did you mean 'consent'?\n+ or add it\nBasis: S5, \"voluntary\"\n\n"
	    "Path: activities/a b,c:d%\xc3\xa9\\ \nLine: 1\nColumn: 1\nRule: unreadable-file\n"
	    "State: broken\nSeverity: warning\nMessage: 100% \"odd\": a, b\\ \n\n"
	    "Rule: unreadable-file\nState: broken\nSeverity: note\nMessage: about no file\n", "rec");
	is_text(written((struct diag_style){ DIAG_GITHUB }),
	    "::error file=cases/2026/7/2026-7KQ43.rec,line=4,col=7,title=unreadable-file"
	    "::unknown kind 'consnt'%0Adid you mean 'consent'?%0Aor add it\n"
	    "::warning file=activities/a b%2Cc%3Ad%25\xc3\xa9\\,line=1,col=1,title=unreadable-file"
	    "::100%25 \"odd\": a, b\\\n"
	    "::notice title=unreadable-file::about no file\n", "github");
	ok(diag_format_named(STR("sarif"), &format) && format == DIAG_SARIF, "a format by name");
	ok(!diag_format_named(STR("xml"), &format), "no such format");
	ok(message_named(STR("unreadable-file")) == MSG_UNREADABLE_FILE, "a message by name");
	ok(message_named(STR("unreadable")) == MESSAGE_COUNT, "no such message");
}

static void
test_color(void)
{
	struct source source = { "a", STR("x\n") };

	begin();
	find(&findings, MSG_UNREADABLE_FILE, span_of(&source, 0, 1), "x");
	is_text(written((struct diag_style){ DIAG_GCC, .excerpts = true, .color = true }),
	    "\033[1ma:1:1:\033[0m \033[1;31merror:\033[0m x [unreadable-file]\n"
	    "  x\n  \033[1;31m^\033[0m\n", "colours");
}

/* `diag FORMAT` writes all sorts of findings for diag.t. */
static int
write_for(const char *name)
{
	struct diag_style style = { DIAG_GCC };
	struct source twice = { "a", STR("x\ny\n") };

	if (!diag_format_named(str_of(name), &style.format))
		return 2;
	findings_of_all_sorts();
	find(&findings, MSG_UNREADABLE_FILE, span_of(&twice, 0, 1), "again");
	find(&findings, MSG_UNREADABLE_FILE, span_of(&twice, 2, 1), "again");
	findings_write(&findings, &style, &out);
	fwrite(out.p, 1, out.n, stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return write_for(argv[1]);
	test_places();
	test_large(50, 1, "places in short lines");
	test_large(9000, 13, "places in lines longer than a block");
	test_large(40001, 97, "places in a file of one line");
	test_excerpts();
	test_long_lines();
	test_escapes();
	test_values();
	test_order();
	test_move();
	test_move_unsaid();
	test_many();
	test_nearest();
	test_formats();
	test_color();
	findings_release(&findings);
	buf_release(&out);
	return tap_done();
}
