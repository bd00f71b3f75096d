/* For any expression (before the first NUL) and record (behind it): compiling finds a fault or gives an expression; its
 * normal form compiles to itself; both give the same result, twice; and !( ) gives the opposite. */
#include <stdlib.h>
#include <string.h>

#include "expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct symbols symbols;

static void
must(bool good)
{
	if (!good)
		abort();
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	(void)context;
	if (self == NULL || i > 2)
		return false;
	*value = symbol_name(&symbols, name->sub);
	return true;
}

struct all {
	struct arena arena;
	struct findings findings;
	struct recfile file;
};

static struct expr *
compile(struct all *all, struct str text)
{
	struct source *source = ARENA_NEW(&all->arena, struct source, 1);
	size_t before = all->findings.n;
	struct expr *expr;

	source->name = "-e";
	source->bytes = arena_str(&all->arena, text);
	expr = expr_compile(text, (struct span){ source, 0, text.n }, &symbols, &all->arena,
	    &all->findings);

	must((expr != NULL) == (all->findings.n == before));
	return expr;
}

static bool
test(struct all *all, const struct expr *expr, size_t i)
{
	struct findings findings;
	struct subject subject = { &all->file, i < all->file.n ? &all->file.records[i] : NULL, get, NULL,
		&findings };
	bool first, second;

	findings_init(&findings);
	first = expr_test(expr, &subject);
	second = expr_test(expr, &subject);
	must(first == second && findings.n % 2 == 0);
	findings_release(&findings);
	return first;
}

static void
same_value(struct all *all, const struct expr *a, const struct expr *b)
{
	struct subject subject = { &all->file, all->file.n ? all->file.records : NULL, get, NULL, NULL };
	struct buf room_a = BUF_INIT, room_b = BUF_INIT;
	struct result x, y;

	expr_value(a, &subject, &room_a, &x);
	expr_value(b, &subject, &room_b, &y);
	must(x.kind == y.kind);
	must(x.kind != RESULT_TEXT || str_eq(x.text, y.text));
	must(x.kind != RESULT_NUMBER || number_cmp(x.number, y.number) == 0);
	buf_release(&room_a);
	buf_release(&room_b);
}

static void
check(struct all *all, const struct expr *expr)
{
	struct buf normal = BUF_INIT, again = BUF_INIT, not = BUF_INIT;
	struct expr *copy, *opposite;
	size_t i, at = all->findings.n;

	expr_write(expr, &normal);
	copy = compile(all, buf_view(&normal));
	must(copy != NULL || strstr(all->findings.list[at].text, "inside one another") != NULL);
	if (copy != NULL) {
		expr_write(copy, &again);
		must(str_eq(buf_view(&normal), buf_view(&again)));
		same_value(all, expr, copy);
		buf_printf(&not, "!(");
		buf_str(&not, buf_view(&normal));
		buf_printf(&not, ")");
		opposite = compile(all, buf_view(&not));
		for (i = 0; i <= all->file.n && i < 5; i++) {
			must(test(all, expr, i) == test(all, copy, i));
			must(opposite == NULL || test(all, opposite, i) != test(all, expr, i));
		}
		expr_free(opposite);
	}
	expr_free(copy);
	buf_release(&normal);
	buf_release(&again);
	buf_release(&not);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *nul = memchr(data, 0, size);
	size_t n = nul ? (size_t)(nul - p) : size;
	struct source source = { "case.rec", { nul ? nul + 1 : "", nul ? size - n - 1 : 0 } };
	struct findings parse_findings;
	struct expr *expr;
	struct all all = { 0 };

	if (size > 4096)
		return 0;
	symbols_init(&symbols);
	arena_init(&all.arena);
	findings_init(&all.findings);
	findings_init(&parse_findings);
	expr = compile(&all, (struct str){ p, n });
	record_parse(&source, &symbols, &all.arena, &parse_findings, &all.file);
	if (expr != NULL)
		check(&all, expr);
	expr_free(expr);
	findings_release(&parse_findings);
	findings_release(&all.findings);
	arena_release(&all.arena);
	symbols_release(&symbols);
	return 0;
}
