/*
 * Any bytes as a template, before the first NUL, and as its partial "p", behind it. Reading, checking and filling in end; every
 * fault has its place; reading it twice gives the same; without an opening delimiter the template is given back as it is; and a
 * document of roff begins no request and no escape that the template does not.
 */
#define _GNU_SOURCE
#include "template.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct symbols symbols;
static struct source partial;

static void
must(bool good)
{
	if (!good)
		abort();
}

/* Knows a, b and c: a is a text that wants to be a request, b two things, c nothing. */
static bool
knows(const struct sort *sort, int symbol)
{
	struct str name = symbol_name(&symbols, symbol);

	(void)sort;
	return name.n == 1 && name.p[0] >= 'a' && name.p[0] <= 'c';
}

static bool
get(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	struct str name = symbol_name(&symbols, symbol);

	*item = (struct item){ .text = STR(".a\n'b\\c<&\">"), .thing = { NULL } };
	if (symbol == 0 || str_is(name, "a"))
		return i == 0;
	item->thing = *thing;
	return str_is(name, "b") && i < 2;
}

static const struct sort *
inside(const struct sort *sort, int symbol)
{
	return str_is(symbol_name(&symbols, symbol), "b") ? sort : NULL;
}

static const struct sort a_sort = { .what = "the data", .knows = knows, .get = get, .inside = inside };

static const struct source *
find_partial(void *context, struct str name, bool *is_text, struct str *near)
{
	(void)context;
	*near = STR("p");
	*is_text = partial.bytes.n % 2;
	return str_is(name, "p") ? &partial : NULL;
}

static void
are_located(const struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->n; i++)
		must(findings->list[i].path != NULL && findings->list[i].line > 0 && findings->list[i].column > 0);
}

static void
fill(const struct source *source, enum escaping escaping, struct buf *out)
{
	struct templates *templates = templates_new(&symbols, find_partial, NULL);
	const struct sort *sort = &a_sort;
	struct item item = { .text = STR("x"), .thing = { &a_sort, NULL, 0 } };
	struct filling filling = { .items = &item, .n = 1, .escaping = escaping };
	const struct template *template;
	struct findings findings;

	findings_init(&findings);
	filling.findings = &findings;
	template = template_read(templates, source, &findings);
	template_check(template, &sort, 1, escaping, &findings);
	template_fill(template, &filling, out);
	are_located(&findings);
	findings_release(&findings);
	templates_free(templates);
}

static size_t
count(struct str text, const char *part)
{
	size_t n = 0, i, m = strlen(part);

	for (i = 0; i + m <= text.n; i++)
		n += memcmp(text.p + i, part, m) == 0;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *nul = size ? memchr(p, 0, size) : NULL;
	size_t n = nul ? (size_t)(nul - p) : size;
	struct source source = { "x.ms", { n ? p : "", n } };
	struct buf first = BUF_INIT, second = BUF_INIT;

	if (size > 512)
		return 0;
	partial = (struct source){ "p.txt", { nul ? nul + 1 : "", nul ? size - n - 1 : 0 } };
	symbols_init(&symbols);
	fill(&source, ESCAPE_ROFF, &first);
	fill(&source, ESCAPE_ROFF, &second);
	must(str_eq(first.p ? buf_view(&first) : STR(""), second.p ? buf_view(&second) : STR("")));
	if (memmem(p, n, "{{", 2) == NULL)
		must(first.n == n && (n == 0 || memcmp(first.p, p, n) == 0));
	else if (count(source.bytes, "{{{") + count(source.bytes, "&") + count(partial.bytes, "{{{") + count(partial.bytes, "&") +
	    count(source.bytes, "=") + count(partial.bytes, "=") + count(source.bytes, "\\") + count(partial.bytes, "\\") + count(source.bytes, "'") +
	    count(partial.bytes, "'") == 0)
		must(count(buf_view(&first), "\\c") == 0 && count(buf_view(&first), "\n'b") == 0);
	buf_release(&first);
	buf_release(&second);
	symbols_release(&symbols);
	return 0;
}
