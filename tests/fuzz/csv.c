/* For any bytes: cells lie in the table, in order, and rows are of one width; written with
 * every cell in quotes, the table reads the same. */
#include <stdlib.h>
#include <string.h>

#include "csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
check_places(const struct csv *csv)
{
	size_t last = 0;

	for (size_t r = 0; r < csv->n; r++) {
		must(csv->rows[r].n == csv->rows[0].n && csv->rows[r].n > 0);
		for (size_t c = 0; c < csv->rows[r].n; c++) {
			const struct cell *cell = &csv->rows[r].cells[c];

			must(cell->at >= last && cell->at + cell->text.n <= csv->source.bytes.n);
			last = cell->at;
		}
	}
}

static void
write_quoted(const struct csv *csv, struct buf *out)
{
	for (size_t r = 0; r < csv->n; r++)
		for (size_t c = 0; c < csv->rows[r].n; c++) {
			struct str text = csv->rows[r].cells[c].text;

			buf_text(out, c ? ",\"" : "\"");
			for (size_t i = 0; i < text.n; i++)
				buf_text(out,
				    text.p[i] == '"' ? "\"\"" : (char[]){ text.p[i], '\0' });
			buf_text(out, c + 1 == csv->rows[r].n ? "\"\n" : "\"");
		}
}

static void
must_be_same(const struct csv *a, const struct csv *b)
{
	must(a->n == b->n);
	for (size_t r = 0; r < a->n; r++) {
		must(a->rows[r].n == b->rows[r].n);
		for (size_t c = 0; c < a->rows[r].n; c++)
			must(str_eq(a->rows[r].cells[c].text, b->rows[r].cells[c].text));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv csv = { .source = { "f", { (const char *)data, size } } },
		   again = { .source = { "g", STR("") } };
	struct findings findings;
	struct arena arena;
	struct buf out = BUF_INIT;

	if (data == NULL)
		return 0;
	arena_init(&arena);
	findings_init(&findings);
	if (csv_read(&csv, &arena, &findings)) {
		check_places(&csv);
		write_quoted(&csv, &out);
		again.source.bytes = buf_view(&out);
		must(csv_read(&again, &arena, &findings) && findings.n == 0);
		must_be_same(&csv, &again);
	} else {
		must(findings.n > 0);
	}
	buf_release(&out);
	findings_release(&findings);
	arena_release(&arena);
	return 0;
}
