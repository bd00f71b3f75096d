/*
 * Any bytes as a source, and places in it. The place that is kept must be the one that is counted from the start; what
 * is written for people holds no control character but the ends of its own lines, and one line for each
 * finding, its excerpt and its caret.
 */
#include "diag.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool good)
{
	if (!good)
		abort();
}

static void
find_at(struct findings *findings, const struct source *source, size_t at, size_t n)
{
	struct span span = { source, at, n };
	size_t line, column;
	struct finding *finding =
	    find(findings, MSG_UNREADABLE_FILE, span, "'%s'", val(findings, source->bytes));

	source_position(source, at, &line, &column);
	demand(finding->line == line && finding->column == column);
	demand(strchr(finding->excerpt, '\n') == NULL && strlen(finding->excerpt) < 1500);
	fix(findings, finding, "%s", val(findings, source->bytes));
}

static void
try_source(struct str bytes)
{
	static const size_t places[] = { 0, 5, 1, 7, 3, 2 };
	struct source source = { "cases/x.rec", bytes };
	struct findings findings;
	struct diag_style style = { DIAG_GCC, .excerpts = true };
	struct buf out = BUF_INIT;
	size_t i, at = 0, format;

	findings_init(&findings);
	for (i = 0; i < sizeof(places) / sizeof(*places); i++)
		find_at(&findings, &source, bytes.n * places[i] / 7, bytes.n % (i + 2));
	for (format = DIAG_GCC; format <= DIAG_GITLAB; format++) {
		buf_reset(&out);
		style.format = (enum diag_format)format;
		findings_write(&findings, &style, &out);
		at = 0;
		demand(text_check(buf_view(&out), &at) == TEXT_OK);
	}
	buf_release(&out);
	findings_release(&findings);
}

/* As it is, and so often that it takes more than one block. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf bytes = BUF_INIT;

	try_source((struct str){ (const char *)data, size });
	while (size > 0 && bytes.n < 9000)
		buf_add(&bytes, data, size);
	try_source(buf_view(&bytes));
	buf_release(&bytes);
	return 0;
}
