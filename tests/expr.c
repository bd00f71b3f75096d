/*
 * Expressions as lines of text: tests/expr-cases.txt. With -e EXPR FILE it prints the field N of each record of
 * FILE that the expression selects (for tests/expr.t), or the fault.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "expr.h"
#include "tap.h"

static struct symbols symbols;
static struct findings findings;
static struct arena arena;

/* What stands behind the record: a reference Ref to one of two records, and a Case. */
static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	struct str field = symbol_name(&symbols, name->field), sub = symbol_name(&symbols, name->sub);
	const struct field *ref;

	(void)context;
	if (str_is(field, "Case") && str_is(sub, "Severity")) {
		*value = STR("high");
		return i == 0;
	}
	if (str_is(field, "Case") && str_is(sub, "Scope")) {
		*value = i == 0 ? STR("support") : STR("share");
		return i < 2;
	}
	ref = self == NULL ? NULL : record_field(self, name->field);
	if (ref == NULL || i > 0 || !str_is(sub, "Region"))
		return false;
	*value = str_is(ref->value, "GM1") ? STR("north") : STR("south");
	return true;
}

static void
parse(struct source *source, const char *name, struct str bytes, struct recfile *file)
{
	source->name = name;
	source->bytes = bytes;
	record_parse(source, &symbols, &arena, &findings, file);
}

static void
add_findings(struct buf *out, bool is_whole)
{
	size_t i;

	for (i = 0; i < findings.n; i++) {
		buf_text(out, i > 0 || !is_whole ? " !" : "!");
		buf_printf(out, " %u: %s", findings.list[i].column, findings.list[i].text);
		if (findings.list[i].fix != NULL)
			buf_printf(out, "; %s", findings.list[i].fix);
		buf_printf(out, " [%s]", findings.list[i].rule);
	}
	findings_release(&findings);
	findings_init(&findings);
}

static void
add_value(struct buf *out, const struct expr *expr, const struct subject *subject)
{
	char number[NUMBER_SIZE];
	struct buf room = BUF_INIT;
	struct result result;
	size_t i;

	expr_value(expr, subject, &room, &result);
	switch (result.kind) {
	case RESULT_MISSING:
		buf_text(out, "missing");
		break;
	case RESULT_NUMBER:
		buf_printf(out, "number %s", number_format(result.number, number));
		break;
	case RESULT_TEXT:
		buf_text(out, "text ");
		for (i = 0; i < result.text.n; i++)
			if (result.text.p[i] == '\n')
				buf_text(out, "\\n");
			else
				buf_char(out, result.text.p[i]);
		break;
	}
	buf_release(&room);
}

/* `want` begins with "true" or "false" for a condition, else the value is asked. */
static void
evaluate(struct str text, const struct recfile *file, struct str want, struct buf *out)
{
	struct source source = { "-e", text };
	struct subject subject = { file, file->n ? file->records : NULL, get, NULL, &findings };
	struct expr *expr;

	expr = expr_compile(text, (struct span){ &source, 0, text.n }, &symbols, &arena, &findings);
	if (expr == NULL) {
		add_findings(out, true);
		return;
	}
	if (str_starts(want, STR("true")) || str_starts(want, STR("false")))
		buf_text(out, expr_test(expr, &subject) ? "true" : "false");
	else
		add_value(out, expr, &subject);
	add_findings(out, false);
	expr_free(expr);
}

static struct str
kept(struct buf *buf)
{
	struct str text = arena_str(&arena, buf_view(buf));

	buf_release(buf);
	return text;
}

/* "A: 1; B: 2" as a record of two lines; "\n" within it as a line's end. */
static struct str
record_text(struct str line)
{
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < line.n; i++) {
		if (line.p[i] == ';' && i + 1 < line.n && line.p[i + 1] == ' ') {
			buf_char(&out, '\n');
			i++;
		} else if (line.p[i] == '\\' && i + 1 < line.n && line.p[i + 1] == 'n') {
			buf_text(&out, "\n+ ");
			i++;
		} else {
			buf_char(&out, line.p[i]);
		}
	}
	buf_char(&out, '\n');
	return kept(&out);
}

/* Names become symbols before the record is parsed. */
static void
know_names(struct str text)
{
	struct findings none;

	findings_init(&none);
	expr_free(expr_compile(text, (struct span){ NULL, 0, 0 }, &symbols, &arena, &none));
	findings_release(&none);
}

static void
run_line(struct str line, struct str record, size_t number)
{
	struct str text, want = line;
	struct recfile file = { 0 };
	struct source source;
	struct buf got = BUF_INIT, what = BUF_INIT, wanted = BUF_INIT;

	str_cut(&want, '\t', &text);
	while (want.n > 0 && *want.p == '\t') {
		want.p++;
		want.n--;
	}
	know_names(text);
	parse(&source, "case.rec", record, &file);
	evaluate(text, &file, want, &got);
	buf_char(&got, 0);
	buf_printf(&what, "%zu: %.*s", number, STRF(text));
	buf_printf(&wanted, "%.*s", STRF(want));
	is_text(got.p, wanted.p, what.p);
	buf_release(&got);
	buf_release(&what);
	buf_release(&wanted);
}

static void
run_cases(const char *path)
{
	struct str rest, line, record = STR("");
	size_t number = 0;
	int error = file_read(AT_FDCWD, path, &arena, &rest);

	if (!ok(error == 0, path))
		return;
	while (str_cut(&rest, '\n', &line)) {
		number++;
		if (line.n == 0 || str_starts(line, STR("% ")))
			continue;
		if (line.p[0] == '@')
			record = record_text((struct str){ line.p + 2, line.n - 2 });
		else
			run_line(line, record, number);
	}
}

/* ---- what no line can say ---- */

static struct expr *
compile(struct str text)
{
	return expr_compile(text, (struct span){ NULL, 0, 0 }, &symbols, &arena, &findings);
}

static struct str
repeat(const char *before, const char *each, size_t n, const char *behind)
{
	struct buf out = BUF_INIT;

	buf_text(&out, before);
	while (n-- > 0)
		buf_text(&out, each);
	buf_text(&out, behind);
	return kept(&out);
}

static void
test_size(void)
{
	static const struct {
		const char *before, *each;
		size_t n;
		const char *behind;
		bool good;
	} table[] = {
		{ "", "(", 100000, "A", false },
		{ "", "!", 100000, "A", false },
		{ "", "#", 100000, "A", false },
		{ "", "0 => ", 100000, "A", false },
		{ "", "1 ? ", 100000, "A", false },
		{ "", "1 + ", 100000, "1", false },
		{ "", "(1 + ", 100000, "1", false },
		{ "", "1 < (", 100000, "1", false },
		{ "", "A = 'x' && ", 100000, "B", true },
		{ "", "A = 'x' || ", 100000, "B", true },
		{ "", "A & ", 100000, "B", true },
		{ "'", "x", 1000000, "'", true },
		{ "", " ", 1000000, "A", true },
		{ "", "A", 100000, " = 1", true },
		{ "", "9", 100000, " = A", false },
		{ "", "(", 150, "A", false },
		{ "", "!", 150, "A", true },
	};
	struct str text;
	struct expr *expr;
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		text = repeat(table[i].before, table[i].each, table[i].n, table[i].behind);
		expr = compile(text);
		ok((expr != NULL) == table[i].good, table[i].each);
		ok(expr != NULL || findings.n == 1, "one finding for it, or none");
		expr_free(expr);
		findings_release(&findings);
		findings_init(&findings);
	}
}

static void
test_costly(void)
{
	struct str record = repeat("", "A: 1\nB: 2\nC: 3\n", 1000, "");
	struct str text = STR("A + B + C = 0");
	struct recfile file = { 0 };
	struct source source;
	struct subject subject = { &file, NULL, NULL, NULL, &findings };
	struct expr *expr;

	know_names(text);
	parse(&source, "case.rec", record, &file);
	subject.self = file.records;
	expr = compile(text);
	ok(!expr_test(expr, &subject), "1000 * 1000 * 1000 choices are given up");
	is_text(findings.n == 1 ? findings.list[0].rule : NULL, "too-costly", "and that is found");
	expr_free(expr);
	findings_release(&findings);
	findings_init(&findings);
	subject.findings = NULL;
	expr = compile(STR("A + 1 = 2 && (B & 'x' = '2x') && !(#A < 1000)"));
	ok(expr_test(expr, &subject), "no findings are wanted");
	expr_free(expr);
}

static bool
bad_bytes(void *context, const struct record *self, const struct name *name, size_t i,
    struct str *value)
{
	(void)self;
	(void)name;
	*value = *(struct str *)context;
	return i == 0;
}

static void
test_bytes(void)
{
	struct str value = { "caf\xe9\0 \xff", 7 };
	struct subject subject = { NULL, NULL, bad_bytes, &value, &findings };
	struct expr *expr = compile(STR("A ~ '.'"));

	ok(!expr_test(expr, &subject), "a pattern does not match what is not UTF-8");
	expr_free(expr);
	expr = compile((struct str){ "A = 'caf\xe9\0 \xff'", 13 });
	ok(expr != NULL && expr_test(expr, &subject), "= compares any bytes");
	expr_free(expr);
	expr = compile((struct str){ "A \0= 1", 6 });
	ok(expr == NULL, "a NUL between operators");
	findings_release(&findings);
	findings_init(&findings);
}

/* A fault in a value over several lines. */
static void
test_place(void)
{
	static const char source_text[] = "%constraint: A = 1 &&\n+ B = = 2\n";
	struct source source = { "schema/case.rec", { source_text, sizeof(source_text) - 1 } };
	struct span at = { &source, 13, sizeof(source_text) - 2 - 13 };

	ok(expr_compile(STR("A = 1 &&\nB = = 2"), at, &symbols, &arena, &findings) == NULL, "refused");
	is_number((long long)findings.list[0].line, 2, "the second line");
	is_number((long long)findings.list[0].column, 7, "behind '+ B = '");
	findings_release(&findings);
	findings_init(&findings);
	ok(expr_compile(STR("B = = 2"), (struct span){ &source, 0, 11 }, &symbols, &arena,
	    &findings) == NULL, "text that does not stand there");
	is_number((long long)findings.list[0].column, 1, "the fault is of the whole place");
	findings_release(&findings);
	findings_init(&findings);
}

static void
see(void *context, const struct name *name, struct span at)
{
	struct buf *out = context;

	buf_printf(out, "%.*s", STRF(symbol_name(&symbols, name->field)));
	if (name->sub != 0)
		buf_printf(out, ".%.*s", STRF(symbol_name(&symbols, name->sub)));
	if (name->index >= 0)
		buf_printf(out, "[%d]", name->index);
	buf_printf(out, "@%zu ", at.at);
}

static void
test_names(void)
{
	struct source source = { "-e", STR("#A && (B.C = D_E_F[2]) || X_ = _") };
	struct buf out = BUF_INIT;
	struct expr *expr;

	source.bytes = STR("#A && (B.C = D_E_F[2]) && X_ = #A");
	expr = expr_compile(source.bytes, (struct span){ &source, 0, source.bytes.n }, &symbols,
	    &arena, &findings);
	if (!ok(expr != NULL, "compiled"))
		return;
	expr_names(expr, see, &out);
	is_text(out.p, "A@1 B.C@7 D.E_F[2]@13 X_@26 A@32 ", "names in order");
	buf_release(&out);
	expr_free(expr);
}

/* ---- mentions ---- */

static void
write_choice(struct buf *out, struct choice choice)
{
	size_t i;

	if (choice.list == NULL) {
		buf_text(out, "any");
		return;
	}
	for (i = 0; i < choice.n; i++)
		buf_printf(out, "%s%.*s", i ? "|" : "", STRF(choice.list[i]));
	if (choice.n == 0)
		buf_text(out, "none");
}

static void
see_mention(void *context, const struct mention *mention)
{
	struct buf *out = context;

	buf_printf(out, "%.*s", STRF(symbol_name(&symbols, mention->name.joined)));
	if (mention->sign != NULL)
		buf_printf(out, "%s%.*s@%zu", mention->sign, STRF(mention->text), mention->text_at.at);
	buf_char(out, ':');
	write_choice(out, mention->among);
	buf_char(out, ' ');
}

static void
test_mentions(void)
{
	static const struct {
		const char *expression, *needs, *mentions;
	} rows[] = {
		{ "Kind = 'plan'", "plan", "Kind=plan@7:any " },
		{ "'plan' = Kind", "plan", "Kind=plan@0:any " },
		{ "'plan' != Kind", "any", "Kind!=plan@0:any " },
		{ "Kind = 'plan' && #Review", "plan", "Kind=plan@7:plan Review:plan " },
		{ "#Review && Kind = 'plan'", "plan", "Review:plan Kind=plan@18:plan " },
		{ "Kind = 'a' || Kind = 'b'", "a|b", "Kind=a@7:any Kind=b@21:any " },
		{ "Kind = 'a' || #B", "any", "Kind=a@7:any B:any " },
		{ "(Kind = 'a' && #A) || (Kind = 'b' && #B)", "a|b",
		    "Kind=a@8:a A:a Kind=b@30:b B:b " },
		{ "Kind ~ '^(a|b)$' && Kind ~ '^(b|c)$'", "b", "Kind~^(a|b)$@7:b Kind~^(b|c)$@27:b " },
		{ "Kind = 'a' && Kind = 'b'", "none", "Kind=a@7:none Kind=b@21:none " },
		{ "Kind ~ '^a-1$'", "a-1", "Kind~^a-1$@7:any " },
		{ "Kind ~ '^a|b$'", "any", "Kind~^a|b$@7:any " },
		{ "Kind ~ '^(a|.)$'", "any", "Kind~^(a|.)$@7:any " },
		{ "Kind ~ '^(a|)$'", "any", "Kind~^(a|)$@7:any " },
		{ "Kind ~ '^()$'", "any", "Kind~^()$@7:any " },
		{ "Kind ~ 'a'", "any", "Kind~a@7:any " },
		{ "'a' ~ 'a'", "any", "" },
		{ "!(Kind = 'a')", "any", "Kind=a@9:any " },
		{ "(Kind = 'a') => #B", "any", "Kind=a@8:any B:a " },
		{ "Kind = 'a' ? #B : #C", "any", "Kind=a@7:any B:a C:any " },
		{ "Case.Kind = 'a'", "any", "Case_Kind=a@12:any " },
		{ "A >> '2026-03-04' && A_B.C = D", "any", "A>>2026-03-04@5:any A_B_C:any D:any " },
	};
	struct buf out = BUF_INIT;
	int kind = symbol(&symbols, STR("Kind"));
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct source source = { "expression", str_of(rows[i].expression) };
		struct expr *expr = expr_compile(source.bytes, (struct span){ &source, 0, source.bytes.n },
		    &symbols, &arena, &findings);

		if (!ok(expr != NULL, rows[i].expression))
			continue;
		buf_reset(&out);
		write_choice(&out, expr_needs(expr, kind, &arena));
		is_text(out.p, rows[i].needs, "what it needs of the guard");
		buf_reset(&out);
		buf_text(&out, "");
		expr_mentions(expr, kind, (struct choice){ NULL, 0 }, &arena, see_mention, &out);
		is_text(out.p ? out.p : "", rows[i].mentions, "what it mentions");
		expr_free(expr);
	}
	buf_release(&out);
}

/* ---- in words ---- */

static bool
is_some_state(void *context, int number)
{
	return str_is(symbol_name(context, number), "open");
}

static void
test_words(void)
{
	static const struct {
		const char *expression, *kinds, *words;
		bool of_case;
	} rows[] = {
		{ "Kind = 'a'", "a", "" },
		{ "Kind ~ '^(a|b)$' && #C", "a|b", "a C" },
		{ "#C && (Kind = 'a' || Kind = 'b')", "a|b", "a C" },
		{ "Kind ~ 'a'", "any", "Kind like 'a'" },
		{ "Kind != 'a' && Kind != 'b'", "any", "another Kind than 'a' and another Kind than 'b'" },
		{ "!(Kind ~ '^(a|b)$') && !(Kind = 'c')", "any", "another Kind than 'a' or 'b' and another Kind than 'c'" },
		{ "A = 'x' && B != 'y'", "any", "A 'x' and another B than 'y'" },
		{ "!(A = 'x') && !(B != 'y')", "any", "no A 'x' and no other B than 'y'" },
		{ "!(A = 'x' || #B)", "any", "no A 'x' and no B" },
		{ "!(A = 'x' && #B)", "any", "no A 'x' or no B" },
		{ "A = 'x' && (#B || !#C)", "any", "A 'x' and (a B or no C)" },
		{ "A ~ '^(x|y|z)$'", "any", "A 'x', 'y' or 'z'" },
		{ "'x' = A", "any", "A 'x'" },
		{ "A = B", "any", "A equal to B" },
		{ "!(A = Case.B)", "any", "no A equal to the B of the case" },
		{ "A >> '2026-01-01' && A << B && A == B", "any", "A after '2026-01-01' and A before B and A on B" },
		{ "A < 3 && A <= 3 && A > 3 && A >= 3", "any", "A less than 3 and A at most 3 and A more than 3 and A at least 3" },
		{ "#A > 2", "any", "the number of A more than 2" },
		{ "(A = 'x') => #B", "any", "a B if there is A 'x'" },
		{ "!((A = 'x') => #B)", "any", "A 'x' and no B" },
		{ "#Case.A && Case.B = 'x'", "any", "an A of the case and B 'x' of the case" },
		{ "#Case.open && !#Case.open", "any", "'open' in force and 'open' not in force" },
		{ "#open", "any", "'open' in force", true },
		{ "#open", "any", "an open" },
		{ "Flag", "any", "Flag 'yes'" },
		{ "A * 2 = 4", "any", "A * 2 equal to 4" },
	};
	struct wording wording = { symbol(&symbols, STR("Case")), false, is_some_state, &symbols };
	struct buf out = BUF_INIT, kinds = BUF_INIT;
	int kind = symbol(&symbols, STR("Kind"));
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct expr *expr = expr_compile(str_of(rows[i].expression), (struct span){ NULL, 0, 0 }, &symbols,
		    &arena, &findings);

		if (!ok(expr != NULL, rows[i].expression))
			continue;
		wording.of_case = rows[i].of_case;
		buf_reset(&out);
		buf_reset(&kinds);
		buf_text(&out, "");
		write_choice(&kinds, expr_say(expr, 0, kind, &wording, &arena, &out));
		is_text(kinds.p, rows[i].kinds, "its kinds");
		is_text(out.p ? out.p : "", rows[i].words, "the rest");
		expr_free(expr);
	}
	buf_release(&out);
	buf_release(&kinds);
}

/* ---- several threads at once ---- */

struct shared {
	const struct expr *expr;
	const struct recfile *file;
};

static void *
evaluate_often(void *argument)
{
	const struct shared *shared = argument;
	struct findings own;
	struct subject subject = { shared->file, shared->file->records, NULL, NULL, &own };
	size_t i, n = 0;

	findings_init(&own);
	for (i = 0; i < 20000; i++)
		n += expr_test(shared->expr, &subject);
	findings_release(&own);
	return (void *)n;
}

static void
test_threads(void)
{
	struct str text = STR("A ~ 'b+' && A & B = 'abbb' && C + 1 = 3 && D << '2027-01-01'");
	struct recfile file = { 0 };
	struct source source;
	struct shared shared = { NULL, &file };
	pthread_t threads[4];
	void *n;
	int i;

	know_names(text);
	parse(&source, "case.rec", STR("A: x\nA: abb\nB: b\nC: 1\nC: 2\nD: 2026-01-01\n"), &file);
	shared.expr = compile(text);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, evaluate_often, &shared);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &n);
		is_number((long long)(size_t)n, 20000, "a thread's results");
	}
	expr_free((struct expr *)shared.expr);
}

/* ---- for tests/expr.t ---- */

static int
select_records(const char *text, const char *path)
{
	struct source source = { "-e", { text, strlen(text) } }, file_source;
	struct diag_style style = { DIAG_GCC, false, false, "" };
	struct subject subject = { NULL, NULL, NULL, NULL, &findings };
	struct buf out = BUF_INIT;
	struct recfile file = { 0 };
	struct str bytes;
	struct expr *expr;
	int n = symbol(&symbols, STR("N"));
	size_t i;

	expr = expr_compile(source.bytes, (struct span){ &source, 0, source.bytes.n }, &symbols,
	    &arena, &findings);
	if (file_read(AT_FDCWD, path, &arena, &bytes) != 0)
		die("cannot read '%s'", path);
	parse(&file_source, path, bytes, &file);
	for (i = 0; expr != NULL && i < file.n; i++) {
		subject.file = &file;
		subject.self = &file.records[i];
		if (expr_test(expr, &subject))
			printf("%.*s\n", STRF(record_value(subject.self, n)));
	}
	expr_free(expr);
	findings_write(&findings, &style, &out);
	if (out.n > 0)
		fwrite(out.p, 1, out.n, stderr);
	buf_release(&out);
	return expr == NULL;
}

int
main(int argc, char **argv)
{
	symbols_init(&symbols);
	findings_init(&findings);
	arena_init(&arena);
	if (argc == 4 && strcmp(argv[1], "-e") == 0)
		return select_records(argv[2], argv[3]);
	run_cases(access("tests/expr-cases.txt", R_OK) == 0 ? "tests/expr-cases.txt" :
	    "expr-cases.txt");
	test_size();
	test_costly();
	test_bytes();
	test_place();
	test_names();
	test_mentions();
	test_words();
	test_threads();
	arena_release(&arena);
	findings_release(&findings);
	symbols_release(&symbols);
	return tap_done();
}
