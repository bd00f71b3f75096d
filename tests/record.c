/*
 * Tests of record. With arguments it is a tool for record.t:
 *	record FILE             the records as recsel prints them; status 1 when the file is not whole, then the names of
 *	                        what was found on stderr
 *	record --generate SEED  a random file, mostly well formed
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>

#include "record.h"
#include "tap.h"

static struct symbols symbols;
static struct arena arena;

struct parsed {
	struct source source;
	struct recfile file;
	struct findings findings;
};

static void
parse(struct parsed *parsed, struct str text)
{
	/* A block of its own, so that reading beyond its end shows under the sanitizers. */
	char *copy = xmalloc(text.n);

	if (text.n)
		memcpy(copy, text.p, text.n);
	parsed->source = (struct source){ "f.rec", { copy, text.n } };
	findings_init(&parsed->findings);
	record_parse(&parsed->source, &symbols, &arena, &parsed->findings, &parsed->file);
}

static void
forget(struct parsed *parsed)
{
	findings_release(&parsed->findings);
	free((char *)parsed->source.bytes.p);
}

static void
show_value(struct buf *out, struct str value)
{
	size_t i;

	for (i = 0; i < value.n; i++)
		if (value.p[i] == '\n')
			buf_text(out, "\\n");
		else
			buf_char(out, value.p[i]);
}

/* "A=x B=y / C=z" */
static void
show_records(const struct recfile *file, struct buf *out)
{
	size_t i;
	uint32_t j;

	for (i = 0; i < file->n; i++) {
		buf_text(out, i ? " /" : "");
		for (j = 0; j < file->records[i].n; j++) {
			buf_text(out, i || j ? " " : "");
			buf_str(out, file->records[i].fields[j].name);
			buf_char(out, '=');
			show_value(out, file->records[i].fields[j].value);
		}
	}
}

/* "missing-colon@2:1 trailing-backslash@3:8", in the order of their finding */
static void
show_findings(const struct findings *findings, struct buf *out)
{
	size_t i;

	for (i = 0; i < findings->n; i++)
		buf_printf(out, "%s%s@%u:%u", i ? " " : "", findings->list[i].rule,
		    (unsigned)findings->list[i].line, (unsigned)findings->list[i].column);
}

static struct str
text_of(const struct buf *buf)
{
	return buf_view(buf);
}

/* ---- what is read, what is found ---- */

struct row {
	const char *what, *input;
	size_t n; /* 0: up to NUL */
	const char *records, *found;
};

static const struct row rows[] = {
	/* as recutils reads it */
	{ "a field", "A: x\n", 0, "A=x", "" },
	{ "no blank after the colon", "A:x\n", 0, "A=x", "" },
	{ "one blank is dropped", "A:  x \n", 0, "A= x ", "" },
	{ "a tab is a blank too", "A:\tx\t\n", 0, "A=x\t", "" },
	{ "an empty value", "A:\n", 0, "A=", "" },
	{ "an empty value with a blank", "A: \n", 0, "A=", "" },
	{ "colons in a value", "A:B: c\nhttp://x\n", 0, "A=B: c http=//x", "" },
	{ "a comment sign in a value", "A: #x\n+#y\n", 0, "A=#x\\n#y", "" },
	{ "continuation with and without blank", "A: x\n+y\n+  z\n+\tw\n", 0, "A=x\\ny\\n z\\n\tw", "" },
	{ "empty continuation lines", "A: x\n+\n+ \n+ y\n", 0, "A=x\\n\\n\\ny", "" },
	{ "a value that begins on the second line", "A:\n+ x\n", 0, "A=\\nx", "" },
	{ "a plus in a continuation", "A: 1\n++ y\n", 0, "A=1\\n+ y", "" },
	{ "no LF at the end", "A: x\nB: y", 0, "A=x B=y", "" },
	{ "no LF after an empty value", "A:", 0, "A=", "" },
	{ "no LF after a continuation", "A: x\n+ y", 0, "A=x\\ny", "" },
	{ "a single plus at the end", "A: x\n+", 0, "A=x\\n", "" },
	{ "several empty lines", "\n\n\nA: 1\n\n\n\nB: 2\n\n\n", 0, "A=1 / B=2", "" },
	{ "lines of blanks separate records", "A: 1\n \t\nB: 2\n  ", 0, "A=1 / B=2", "" },
	{ "comments between fields", "#c\nA: 1\n#d\nB: 2\n#e", 0, "A=1 B=2", "" },
	{ "comments between records", "#c\n\n  # d\nA: 1\n\n#e\nB: 2\n", 0, "A=1 / B=2", "" },
	{ "a comment takes no continuation", "#a\\\nA: 1\n", 0, "A=1", "" },
	{ "a blank before the first field of a record", "  A: 1\n\n\tB: 2\n", 0, "A=1 / B=2", "" },
	{ "special fields", "%rec: X\n%key: A\n\nA: 1\n", 0, "%rec=X %key=A / A=1", "" },
	{ "names with digits and underscores", "A_1: 1\na: 2\nA__: 3\n", 0, "A_1=1 a=2 A__=3", "" },
	{ "names end at the colon", "A::b\n", 0, "A=:b", "" },
	{ "nothing", "", 0, "", "" },
	{ "only comments", "# a\n# b\n", 0, "", "" },
	{ "UTF-8 in values", "A: caf\303\251 \360\237\230\200\n", 0, "A=caf\303\251 \360\237\230\200", "" },
	/* trailing backslash */
	{ "a backslash joins", "A: x\\\ny\nB: z\n", 0, "A=xy B=z", "trailing-backslash@1:5" },
	{ "two backslashes do too", "A: x\\\\\ny: 3\n", 0, "A=x\\y: 3", "trailing-backslash@1:6" },
	{ "a backslash takes a comment", "A: x\\\n# c\n", 0, "A=x# c", "trailing-backslash@1:5" },
	{ "a backslash takes a continuation", "A: x\\\n+ y\n", 0, "A=x+ y", "trailing-backslash@1:5" },
	{ "a backslash takes an empty line", "A: x\\\n\nB: 2\n", 0, "A=x B=2", "trailing-backslash@1:5" },
	{ "a backslash, an empty line, a continuation", "A: x\\\n\n+ y\n", 0, "A=x\\ny", "trailing-backslash@1:5" },
	{ "a backslash in a continuation", "A: x\n+ y\\\n+ z\n", 0, "A=x\\ny+ z", "trailing-backslash@2:4" },
	{ "a backslash at the end", "A: x\\\n", 0, "A=x", "trailing-backslash@1:5" },
	{ "a backslash at the end without LF", "A: x\\", 0, "A=x", "trailing-backslash@1:5" },
	{ "a backslash before the value", "A:\\\n b\n", 0, "A= b", "trailing-backslash@1:3" },
	{ "three backslashed lines", "A: x\\\n\\\n\\\ny\n", 0, "A=xy",
	  "trailing-backslash@1:5 trailing-backslash@2:1 trailing-backslash@3:1" },
	{ "backslashes elsewhere", "A: x\\y\\\\z\\ \n", 0, "A=x\\y\\\\z\\ ", "" },
	/* slips of the hand */
	{ "no colon", "Date 2026-03-04\nKind: x\n", 0, "Date=2026-03-04 Kind=x", "missing-colon@1:1" },
	{ "no colon, no value", "Date\nKind: x\n", 0, "Date= Kind=x", "missing-colon@1:1" },
	{ "no colon, goes on", "Text one\n+ two\nKind: x\n", 0, "Text=one\\ntwo Kind=x", "missing-colon@1:1" },
	{ "no colon, a slip in the name too", "Case: x\nDtae 2026-03-04\n", 0, "Case=x", "missing-colon@2:1" },
	{ "a blank before the colon", "Date : 2026-03-04\n", 0, "Date=2026-03-04", "field-name@1:1" },
	{ "a name with a hyphen", "A: 1\nDate-of: 2\n+ 3\nB: 4\n", 0, "A=1 B=4", "field-name@2:1" },
	{ "a name with an accent", "\303\211t\303\251: 2\n", 0, "", "field-name@1:1" },
	{ "a name that begins with a digit", "1A: 2\n_A: 3\n", 0, "", "field-name@1:1 field-name@2:1" },
	{ "no name", ": x\nA: 1\n", 0, "A=1", "field-name@1:1" },
	{ "special names need a letter", "%: 1\n%_a: 2\n%9: 3\nA%: 1\n", 0, "",
	  "field-name@1:1 field-name@2:1 field-name@3:1 field-name@4:1" },
	{ "a forgotten plus", "Text: she came\nand went\nand came\nBy: aj\n", 0, "Text=she came By=aj",
	  "missing-plus@2:1" },
	{ "a forgotten plus, then some", "Text: she came\nand went\n+ and came\nBy: aj\n", 0,
	  "Text=she came By=aj", "missing-plus@2:1" },
	{ "prose that begins with a field's name", "Text: she said on that day\nFrom now on it will be so\n", 0,
	  "Text=she said on that day", "missing-plus@2:1" },
	{ "prose with a colon", "Text: she said\nthe word was: no\n", 0, "Text=she said", "missing-plus@2:1" },
	{ "a forgotten plus after an empty line", "Text: a\n\nand went on\n", 0, "Text=a", "missing-plus@3:1" },
	{ "a continuation first", "+ x\n+ y\nA: 1\n", 0, "A=1", "stray-continuation@1:1" },
	{ "a continuation after a comment", "A: 1\n# c\n+ y\n+ z\nB: 2\n", 0, "A=1 B=2", "stray-continuation@3:1" },
	{ "a continuation after an empty line", "A: 1\n\n+ y\nB: 2\n", 0, "A=1 / B=2", "stray-continuation@3:1" },
	{ "two stray continuations", "+ x\nA: 1\n\n+ y\n", 0, "A=1",
	  "stray-continuation@1:1 stray-continuation@4:1" },
	{ "an indented field", "A: 1\n  B: 2\n", 0, "A=1 B=2", "indented-line@2:1" },
	{ "an indented comment", "A: 1\n # c\nB: 2\n", 0, "A=1 B=2", "indented-line@2:1" },
	{ "an indented continuation", "A: 1\n + y\nB: 2\n", 0, "A=1 B=2", "indented-line@2:1" },
	{ "indented text", "Text: a\n  more of it\n  and more\nBy: b\n", 0, "Text=a By=b", "missing-plus@2:3" },
	/* conflicts */
	{ "a conflict", "A: 1\n<<<<<<< HEAD\nB: 2\n=======\nB: 3\n>>>>>>> x\nC: 4\n", 0, "A=1 B=2 C=4",
	  "merge-conflict@2:1" },
	{ "a conflict with its base", "<<<<<<<\nB: 2\n||||||| b\nx\n=======\ny\n>>>>>>>\nC: 4\n", 0, "B=2 C=4",
	  "merge-conflict@1:1" },
	{ "a conflict inside a value", "A: 1\n<<<<<<< HEAD\n+ x\n=======\n+ y\n>>>>>>> x\n+ z\nC: 4\n", 0, "A=1 C=4",
	  "merge-conflict@2:1" },
	{ "two conflicts", "<<<<<<< a\n=======\n>>>>>>> b\nA: 1\n<<<<<<< a\n=======\n>>>>>>> b\n", 0, "A=1",
	  "merge-conflict@1:1 merge-conflict@5:1" },
	{ "a conflict in a conflict", "<<<<<<< a\n<<<<<<< b\nA: 1\n=======\nA: 2\n>>>>>>> b\n=======\nA: 3\n>>>>>>> a\n"
	  "B: 1\n", 0, "A=1 A=2 B=1", "merge-conflict@1:1" },
	{ "a conflict without end", "A: 1\n<<<<<<< a\nB: 2\n=======\nC: 3\n", 0, "A=1 B=2 C=3",
	  "merge-conflict@2:1" },
	{ "a conflict without beginning", "A: 1\n=======\nC: 3\n>>>>>>> b\n", 0, "A=1 C=3",
	  "merge-conflict@2:1 merge-conflict@4:1" },
	{ "a conflict without middle", "<<<<<<< a\nA: 1\n>>>>>>> b\n", 0, "A=1", "merge-conflict@1:1" },
	{ "a backslash before a marker", "<<<<<<< a\nA: 1\\\n=======\nA: 2\n>>>>>>> b\nB: 1\n", 0, "A=1======= B=1",
	  "merge-conflict@1:1 trailing-backslash@2:5" },
	{ "fewer signs are no marker", "A: 1\n<<<<<<\n", 0, "A=1", "missing-plus@2:1" },
	/* what may not stand in text */
	{ "CR LF", "A: 1\r\nB: 2\r\n+ 3\r\n\r\nC: 4\r\n", 0, "A=1 B=2\\n3 / C=4", "carriage-return@1:5" },
	{ "CR inside a line", "A: 1\rB: 2\nC: 3\n", 0, "A=1\rB: 2 C=3", "carriage-return@1:5" },
	{ "a byte order mark", "\357\273\277A: 1\n", 0, "A=1", "byte-order-mark@1:1" },
	{ "a byte order mark inside", "A: 1\357\273\277\n", 0, "A=1\357\273\277", "byte-order-mark@1:5" },
	{ "NUL in a value", "A: 1\0x\nB: 2\n", 11, "A=1\0x B=2", "nul-byte@1:5" },
	{ "NUL first in a line", "A: 1\n\0B: 2\nC: 3\n", 16, "A=1 C=3", "nul-byte@2:1" },
	{ "NUL alone", "\0", 1, "", "nul-byte@1:1" },
	{ "a control character", "A: \001\n\033[1m\n", 0, "A=\001", "control-character@1:4 control-character@2:1" },
	{ "DEL and C1", "A: \177 \302\205\n", 0, "A=\177 \302\205", "control-character@1:4 control-character@1:6" },
	{ "bidirectional characters", "A: \342\200\256x\330\234\n", 0, "A=\342\200\256x\330\234",
	  "bidirectional-character@1:4 bidirectional-character@1:6" },
	{ "Latin-1", "A: caf\351\nB: 1\n", 0, "A=caf\351 B=1", "invalid-utf8@1:7" },
	{ "Latin-1 first in a line", "\351t\351: 1\nB: 1\n", 0, "B=1", "invalid-utf8@1:1 invalid-utf8@1:3" },
	{ "a surrogate, an overlong form", "A: \355\240\200 \300\257\n", 0, "A=\355\240\200 \300\257",
	  "invalid-utf8@1:4 invalid-utf8@1:5 invalid-utf8@1:6 invalid-utf8@1:8 invalid-utf8@1:9" },
	{ "a character cut off", "A: \303", 0, "A=\303", "invalid-utf8@1:4" },
	{ "UTF-16", "\377\376A\0:\0 \0x\0\n\0", 12, "", "invalid-utf8@1:1" },
};

static void
test_rows(void)
{
	struct buf records = BUF_INIT, found = BUF_INIT, what = BUF_INIT;
	struct parsed parsed;
	size_t i, n;
	bool warned;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		n = rows[i].n ? rows[i].n : strlen(rows[i].input);
		parse(&parsed, (struct str){ rows[i].input, n });
		buf_reset(&records);
		buf_reset(&found);
		show_records(&parsed.file, &records);
		show_findings(&parsed.findings, &found);
		is_text(records.p ? records.p : "", rows[i].records, rows[i].what);
		buf_reset(&what);
		buf_printf(&what, "%s: found", rows[i].what);
		is_text(found.p ? found.p : "", rows[i].found, what.p);
		warned = parsed.findings.count[ERROR] == 0;
		buf_reset(&what);
		buf_printf(&what, "%s: whole without an error", rows[i].what);
		ok(parsed.file.whole == warned, what.p);
		forget(&parsed);
	}
	buf_release(&records);
	buf_release(&found);
	buf_release(&what);
}

/* ---- large and many ---- */

static void
is_found(struct str text, const char *want, const char *what)
{
	struct buf found = BUF_INIT;
	struct parsed parsed;

	parse(&parsed, text);
	show_findings(&parsed.findings, &found);
	is_text(found.p ? found.p : "", want, what);
	ok(!parsed.file.whole, "and is not whole");
	buf_release(&found);
	forget(&parsed);
}

static void
repeat(struct buf *text, const char *line, size_t n)
{
	buf_reset(text);
	while (n-- > 0)
		buf_text(text, line);
}

static void
test_much(void)
{
	struct buf text = BUF_INIT;
	struct parsed parsed;
	size_t i;

	repeat(&text, "Note: x\n", 1000000);
	is_found(text_of(&text), "too-many-fields@10001:1", "a million fields in a record");
	repeat(&text, "Note: x\n\n", 600000);
	is_found(text_of(&text), "too-many-fields@1000001:1", "600000 records");
	buf_reset(&text);
	for (i = 0; i < 100000; i++)
		buf_text(&text, "\1\2\3\0x"), buf_char(&text, '\0');
	is_found(text_of(&text), "binary-file@1:1", "a binary file");
	buf_reset(&text);
	memset(buf_room(&text, (size_t)65 << 20), 'x', (size_t)65 << 20);
	text.n = (size_t)65 << 20;
	is_found(text_of(&text), "file-too-large@1:1", "a line of 65 MB");
	text.n = (size_t)10 << 20;
	is_found(text_of(&text), "missing-plus@1:1", "a line of 10 MB");
	repeat(&text, "A: 1\nfoo\n\n", 100000);
	parse(&parsed, text_of(&text));
	is_number((long long)parsed.findings.n, 11, "the eleventh of a kind counts the rest");
	is_text(parsed.findings.list[10].text, "99990 more of this kind in this file, from here on", "in words");
	is_number((long long)parsed.findings.list[10].line, 32, "from the first that was not said");
	is_number((long long)parsed.file.n, 100000, "all records are there");
	forget(&parsed);
	repeat(&text, "<<<<<<< x\n", 100000);
	is_found(text_of(&text), "merge-conflict@1:1 merge-conflict@2:1 merge-conflict@3:1 merge-conflict@4:1 "
	    "merge-conflict@5:1 merge-conflict@6:1 merge-conflict@7:1 merge-conflict@8:1 merge-conflict@9:1 "
	    "merge-conflict@10:1 merge-conflict@11:1", "conflicts without end, in linear time");
	repeat(&text, "+ x\n", 1000000);
	is_found(text_of(&text), "stray-continuation@1:1", "a million stray continuations");
	repeat(&text, "text\n", 1000000);
	is_found(text_of(&text), "missing-plus@1:1", "a million lines of prose");
	buf_reset(&text);
	buf_text(&text, "A: 1\n");
	for (i = 0; i < 300000; i++)
		buf_text(&text, "+ 2\n");
	parse(&parsed, text_of(&text));
	ok(parsed.file.whole && parsed.file.records[0].fields[0].value.n == 600001, "a long value");
	forget(&parsed);
	buf_release(&text);
}

/* ---- places ---- */

static void
test_places(void)
{
	static const char text[] = "# c\nAbc:  x\n+ y\n\nD:\n";
	struct parsed parsed;
	const struct field *field;
	struct span span;

	parse(&parsed, str_of(text));
	field = &parsed.file.records[0].fields[0];
	is_number(field->at, 4, "where a field begins");
	is_number(field->end, 16, "where it ends");
	is_number(field->value_at, 9, "where its value begins");
	span = value_span(&parsed.file, field);
	is_number((long long)span.n, 2, "the value's first line");
	span = field_span(&parsed.file, field);
	is_number((long long)span.n, 3, "the name");
	span = record_span(&parsed.file, &parsed.file.records[0]);
	is_number((long long)span.n, 7, "the record's first line");
	field = &parsed.file.records[1].fields[0];
	span = value_span(&parsed.file, field);
	is_number((long long)span.at, 19, "an empty value stands behind the colon");
	is_number((long long)span.n, 0, "and has no bytes");
	forget(&parsed);
}

static void
test_symbols(void)
{
	int date = symbol(&symbols, STR("Date")), sub = symbol(&symbols, STR("Partner.Region"));
	static const char text[] = "Date: 1\nX: 2\nDate: 3\n\nPartner_Region: 4\n";
	struct parsed parsed;
	const struct record *record;
	const struct field *field;

	ok(date != 0 && symbol(&symbols, STR("Date")) == date, "a name is one symbol");
	ok(sub == symbol(&symbols, STR("Partner_Region")), "A.B and A_B are one");
	ok(sub == symbol_find(&symbols, STR("Partner.Region")), "also when looked up");
	is_number(symbol_find(&symbols, STR("Unknown.Name")), 0, "an unknown name is 0");
	ok(str_is(symbol_name(&symbols, sub), "Partner_Region"), "its name has an underscore");
	ok(symbol_name(&symbols, 0).n == 0, "symbol 0 has no name");
	parse(&parsed, str_of(text));
	record = &parsed.file.records[0];
	ok(str_is(record_value(record, date), "1"), "the first value of a symbol");
	field = record_next(record, date, record_field(record, date));
	ok(field != NULL && str_is(field->value, "3"), "the next one");
	ok(record_next(record, date, field) == NULL, "and no more");
	ok(record_field(record, 0) == NULL, "no field has symbol 0");
	ok(record_named(record, STR("X")) == &record->fields[1], "a field by name");
	ok(record_value(record, sub).p == NULL, "none is none");
	is_number(parsed.file.records[1].fields[0].symbol, sub, "symbols of joined names");
	forget(&parsed);
}

/* ---- edits ---- */

enum edit_kind {
	APPEND, /* a record */
	SET, /* the value of the first field of the last record */
	ADD, /* a field to the last record */
	REMOVE, /* the last field of the last record */
};

static const struct edit_row {
	const char *what, *input;
	enum edit_kind kind;
	const char *value, *want;
} edit_rows[] = {
	{ "append", "A: 1\n", APPEND, "B: 2\n", "A: 1\n\nB: 2\n" },
	{ "append without LF", "A: 1\n", APPEND, "B: 2", "A: 1\n\nB: 2\n" },
	{ "append to nothing", "", APPEND, "B: 2\n", "B: 2\n" },
	{ "append to a file without LF at its end", "A: 1", APPEND, "B: 2\n", "A: 1\n\nB: 2\n" },
	{ "append where an empty line stands", "A: 1\n\n", APPEND, "B: 2\n", "A: 1\n\nB: 2\n" },
	{ "append where a line of blanks stands", "A: 1\n \t", APPEND, "B: 2\n", "A: 1\n \t\nB: 2\n" },
	{ "append behind a comment", "A: 1\n# end\n", APPEND, "B: 2\n", "A: 1\n# end\n\nB: 2\n" },
	{ "append behind a comment without LF", "A: 1\n\n# end", APPEND, "B: 2\n", "A: 1\n\n# end\n\nB: 2\n" },
	{ "append behind a comment that ends in a backslash", "A: 1\n# end\\", APPEND, "B: 2\n",
	  "A: 1\n# end\\\n\nB: 2\n" },
	{ "append to comments alone", "# c\n", APPEND, "B: 2\n", "# c\n\nB: 2\n" },
	{ "append behind a backslash", "A: 1\\\n", APPEND, "B: 2\n", "A: 1\\\n\n\nB: 2\n" },
	{ "append behind a backslash without LF", "A: 1\\", APPEND, "B: 2\n", "A: 1\\\n\n\nB: 2\n" },
	{ "append behind a backslash and an empty line", "A: 1\\\n\n", APPEND, "B: 2\n", "A: 1\\\n\n\nB: 2\n" },
	{ "append behind an empty continuation", "A: 1\n+", APPEND, "B: 2\n", "A: 1\n+\n\nB: 2\n" },
	{ "set", "A: 1\nB: 2\n", SET, "3", "A: 3\nB: 2\n" },
	{ "set a long value", "A: 1\n+ 2\n+ 3\nB: 2\n", SET, "4", "A: 4\nB: 2\n" },
	{ "set to a long value", "# c\nA: 1 \nB:2\n", SET, "4\n\n5", "# c\nA: 4\n+\n+ 5\nB:2\n" },
	{ "set without LF", "A: 1", SET, "4", "A: 4" },
	{ "set behind blanks", "  A: 1\n", SET, "4", "  A: 4\n" },
	{ "set to nothing", "A: 1\n", SET, "", "A:\n" },
	{ "add", "A: 1\n# c\n\n# d\n", ADD, "2", "A: 1\nNew: 2\n# c\n\n# d\n" },
	{ "add without LF", "A: 1", ADD, "2", "A: 1\nNew: 2\n" },
	{ "add behind a backslash", "A: 1\\\n", ADD, "2", "A: 1\\\n\nNew: 2\n" },
	{ "add behind a backslash without LF", "A: 1\\", ADD, "2", "A: 1\\\n\nNew: 2\n" },
	{ "remove", "A: 1\n# c\nB: 2\n+ 3\n\n", REMOVE, "", "A: 1\n# c\n\n" },
	{ "remove without LF", "A: 1\nB: 2", REMOVE, "", "A: 1\n" },
};

static void
test_edits(void)
{
	struct buf out = BUF_INIT;
	struct parsed parsed;
	struct record *last;
	struct edits edits;
	size_t i;

	for (i = 0; i < sizeof(edit_rows) / sizeof(*edit_rows); i++) {
		const struct edit_row *row = &edit_rows[i];

		parse(&parsed, str_of(row->input));
		edits_init(&edits);
		last = parsed.file.n ? &parsed.file.records[parsed.file.n - 1] : NULL;
		if (row->kind == APPEND)
			edit_append_record(&edits, &parsed.file, str_of(row->value));
		else if (row->kind == REMOVE)
			edit_remove_field(&edits, &last->fields[last->n - 1]);
		else
			edit_set_field(&edits, &parsed.file, last, row->kind == SET ? last->fields : NULL,
			    row->kind == SET ? STR("A") : STR("New"), str_of(row->value));
		buf_reset(&out);
		edits_apply(&edits, parsed.source.bytes, &out);
		is_text(out.p, row->want, row->what);
		edits_release(&edits);
		forget(&parsed);
	}
	buf_release(&out);
}

static void
test_edits_together(void)
{
	static const char *const inputs[] = { "A: 1\nB: 2\n", "A: 1\nB: 2", "A: 1\nB: 2\n\n", "A: 1\nB: 2\n# c" };
	static const char *const wants[] = {
		"A: 3\nB: 2\nC: 4\nD: 5\n\nE: 6\n\nF: 7\n", "A: 3\nB: 2\nC: 4\nD: 5\n\nE: 6\n\nF: 7\n",
		"A: 3\nB: 2\nC: 4\nD: 5\n\nE: 6\n\nF: 7\n", "A: 3\nB: 2\nC: 4\nD: 5\n# c\n\nE: 6\n\nF: 7\n",
	};
	struct buf out = BUF_INIT;
	struct parsed parsed;
	struct edits edits;
	size_t i;

	for (i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		const struct record *record;

		parse(&parsed, str_of(inputs[i]));
		record = parsed.file.records;
		edits_init(&edits);
		edit_set_field(&edits, &parsed.file, record, NULL, STR("C"), STR("4"));
		edit_set_field(&edits, &parsed.file, record, NULL, STR("D"), STR("5"));
		edit_append_record(&edits, &parsed.file, STR("E: 6\n"));
		edit_append_record(&edits, &parsed.file, STR("F: 7\n"));
		edit_set_field(&edits, &parsed.file, record, record->fields, STR("A"), STR("3"));
		buf_reset(&out);
		edits_apply(&edits, parsed.source.bytes, &out);
		is_text(out.p, wants[i], "several edits, in the order of their places");
		edits_release(&edits);
		forget(&parsed);
	}
	buf_release(&out);
}

static void
test_writing(void)
{
	static const char *const rows_[][2] = {
		{ "x", "N: x\n" }, { "", "N:\n" }, { " x", "N:  x\n" }, { "x\ny", "N: x\n+ y\n" },
		{ "\nx", "N:\n+ x\n" }, { "x\n", "N: x\n+\n" }, { "x\n\n y", "N: x\n+\n+  y\n" },
		{ "x\\", "N: x\\ \n" }, { "x\\\n+ y", "N: x\\ \n+ + y\n" },
	};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(rows_) / sizeof(*rows_); i++) {
		buf_reset(&out);
		record_write_field(&out, STR("N"), str_of(rows_[i][0]));
		is_text(out.p, rows_[i][1], "a value written");
	}
	ok(is_field_name(STR("Date")) && is_field_name(STR("%rec")) && is_field_name(STR("a_1")), "field names");
	ok(!is_field_name(STR("")) && !is_field_name(STR("%")) && !is_field_name(STR("_a")) &&
	    !is_field_name(STR("1")) && !is_field_name(STR("a b")) && !is_field_name(STR("a%")), "and no field names");
	buf_release(&out);
}

static const char *const canonical_rows[][2] = {
	{ "", "" }, { "\n \n", "" }, { "A: 1\n", "A: 1\n" }, { "A:1", "A: 1\n" }, { "A:\t1\t \n", "A: 1\n" },
	{ "\n\nA:  1\n\n \n\n B: 2\n\n\n", "A: 1\n\nB: 2\n" }, { "A: \n", "A:\n" },
	{ "A:  \n+   \n+x\n+  y \n", "A:\n+\n+ x\n+  y\n" },
	{ "#c \n\n\n  # d\nA: 1\n#  e\nB: 1\n#f", "#c\n\n# d\nA: 1\n#  e\nB: 1\n#f\n" },
	{ "A: 1\n\n# c\n\n", "A: 1\n\n# c\n" }, { "# c\n\n\n", "# c\n" }, { "   # c", "# c\n" },
	{ "A: x\\\ny\nB: 1\n", "A: xy\nB: 1\n" }, { "A: x\\\n\nB: 1\n", "A: x\nB: 1\n" },
	{ "A: x\\\\\n\nB: 1\n", "A: x\\ \nB: 1\n" }, { "A: x\\  \n", "A: x\\ \n" },
	{ "A: x\\\n\n\n\n", "A: x\n" },
};

static void
test_canonical(void)
{
	struct buf out = BUF_INIT;
	struct parsed parsed, again;
	struct edits edits;
	size_t i;

	for (i = 0; i < sizeof(canonical_rows) / sizeof(*canonical_rows); i++) {
		parse(&parsed, str_of(canonical_rows[i][0]));
		edits_init(&edits);
		edit_canonical(&edits, &parsed.file);
		buf_reset(&out);
		edits_apply(&edits, parsed.source.bytes, &out);
		is_text(out.p ? out.p : "", canonical_rows[i][1], "canonical form");
		edits_release(&edits);
		parse(&again, buf_view(&out));
		edits_init(&edits);
		edit_canonical(&edits, &again.file);
		is_number((long long)edits.n, 0, "and stays so");
		edits_release(&edits);
		forget(&again);
		forget(&parsed);
	}
	buf_release(&out);
}

/* ---- the tool ---- */

/* As recsel prints: an empty line between records, "+ " before further lines. */
static void
print_as_recsel(const struct recfile *file)
{
	struct str rest, line;
	size_t i;
	uint32_t j;

	for (i = 0; i < file->n; i++)
		for (j = 0; j < file->records[i].n; j++) {
			const struct field *field = &file->records[i].fields[j];

			printf("%s%.*s:", i && !j ? "\n" : "", STRF(field->name));
			rest = field->value;
			if (rest.n)
				str_cut(&rest, '\n', &line), printf(" %.*s", STRF(line));
			else
				rest = STR_NULL;
			while (str_cut(&rest, '\n', &line))
				printf("\n+ %.*s", STRF(line));
			putchar('\n');
		}
}

static int
print_file(const char *path)
{
	struct parsed parsed;
	struct str bytes;
	size_t i;
	bool whole;

	if (file_read(AT_FDCWD, path, &arena, &bytes) != 0)
		die("cannot read '%s'", path);
	parse(&parsed, bytes);
	print_as_recsel(&parsed.file);
	for (i = 0; i < parsed.findings.n; i++)
		fprintf(stderr, "%s\n", parsed.findings.list[i].rule);
	whole = parsed.file.whole;
	forget(&parsed);
	return !whole;
}

static int
generate(const char *seed)
{
	static const char *const pieces[] = {
		/* that stand by themselves: SOUND of them */
		"A: 1\n", "B: 2\n", "A:\n", "Text: some words\n", "Date:2026-03-04\n", "A_1:\tx\n", "\n", "\n", "\n",
		"A: 1\n+ more\n", "B:\n+\n+more\n", "Text: a\n+  more\n+ \n+\tx\n", "# c\n", "#\n", " \n", "\t\n",
		"A: x\\\ny: 1\n", "A: x\n+ y\\\n+ z\n", "B: \\\n\\\n\n", "\n  B: 3\n", "A: #\n+ #\n", "http://x\n",
		/* that may not */
		"+ more\n", "+\n", "A: x\\\n", " # c\n", "  B: 3\n", "A: 1", "A", ":", " ", "\t", "x", "+", "#", "\\", "\n",
		"\303\251", "1", "_", "words without a colon\n", "Date 2026-03-04\n", "A : 1\n", "A::\n",
	};
	enum { SOUND = 22 };
	uint32_t state = (uint32_t)strtoul(seed, NULL, 10) * 2654435761u + 1;
	/* Every second file is of well-formed lines only. */
	size_t n = state & 0x10000 ? SOUND : sizeof(pieces) / sizeof(*pieces), i, count;

	for (i = 0, count = 1 + (state >> 20) % 12; i < count; i++) {
		state = state * 1664525u + 1013904223u;
		fputs(pieces[(state >> 8) % n], stdout);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "Case", "Date", "Kind", "By", "Text", "From", "A", "B" };
	int status;
	size_t i;

	arena_init(&arena);
	symbols_init(&symbols);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		symbol(&symbols, str_of(names[i]));
	if (argc == 3)
		return generate(argv[2]);
	if (argc == 2)
		return print_file(argv[1]);
	test_rows();
	test_much();
	test_places();
	test_symbols();
	test_edits();
	test_edits_together();
	test_writing();
	test_canonical();
	status = tap_done();
	symbols_release(&symbols);
	arena_release(&arena);
	return status;
}
