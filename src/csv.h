/*
 * csv hides tables as text (RFC 4180): quotes, the three separators in use, line ends of either
 * kind, a byte order mark. It reads; what writes tables is report's.
 */
#ifndef CSV_H
#define CSV_H

#include "base.h"
#include "diag.h"

struct cell {
	struct str text; /* without its quotes; blanks around are kept */
	size_t at; /* in the table's bytes */
};

struct row {
	struct cell *cells;
	size_t n;
	size_t at;
};

struct csv {
	struct source source;
	struct row *rows; /* the first is the head; each has as many cells as it */
	size_t n;
};

/* Reads a table whose source is set, which must outlive it; rows of blank cells are left out.
 * False after a finding: then the rows are those before it. */
bool csv_read(struct csv *csv, struct arena *arena, struct findings *findings);
struct span csv_span(const struct csv *csv, size_t at, size_t n);

#endif
