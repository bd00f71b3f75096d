/*
 * rows hides how a list's rows wait, are put in order and are written: as aligned text, CSV, JSON or rec. A
 * row is packed into bytes first, by any thread, and taken in by one; rows that need no order are written as
 * they come. Row by row it knows neither fields nor cases.
 */
#ifndef ROWS_H
#define ROWS_H

#include "base.h"
#include "expr.h"

/*
 * Packing: begin, keys, cells, end; several rows may follow one another in a buffer. A cell is of as many
 * values as were added since row_cell. Bytes of keys compare as values do: numbers, then text by its bytes, then what
 * is missing, also when descending.
 */
struct row {
	struct buf *out;
	size_t start, cell;
};

void row_begin(struct row *row, struct buf *out);
void row_key(struct row *row, const struct result *value, bool is_descending);
void row_cell(struct row *row);
void row_value(struct row *row, const struct result *value);
void row_end(struct row *row);
/* The first value of the n-th cell of a packed row. */
void row_first(struct str packed, size_t n, struct result *value);

enum rows_format {
	ROWS_TEXT,
	ROWS_CSV, /* RFC 4180 */
	ROWS_JSON, /* one array, one object a line; several values are an array, none is null */
	ROWS_REC, /* several values are fields of one name, none is no field */
	ROWS_RAW, /* one cell: a record as it stands */
};

struct rows_style {
	enum rows_format format;
	const struct str *names; /* of the columns; field names for ROWS_REC */
	size_t n;
	bool is_sorted; /* rows have keys: nothing is written before the last */
	size_t memory; /* bytes of rows that are sorted at once, the rest in a file; 0: some megabytes */
	size_t limit; /* 0: all */
	size_t width; /* of the terminal, to which lines are cut; 0: they are not */
	bool bold; /* the heading */
	void (*write)(struct str bytes);
};

struct rows;

/* The style is copied; its names must outlive the rows. */
struct rows *rows_new(const struct rows_style *style);
void rows_take(struct rows *rows, struct str packed);
/* True once the limit is reached: what follows is thrown away. */
bool rows_full(const struct rows *rows);
/* Writes what waits and what closes the whole; returns how many rows were written. */
size_t rows_finish(struct rows *rows);
void rows_free(struct rows *rows);

#endif
