/*
 * record hides the grammar of GNU rec files (recutils manual, "The Rec Format"): fields, continuation
 * lines, comments, records, and how to go on after a fault so that one run reports them all. It
 * parses in place: names and values are slices of the source but where continuation lines make a value
 * that stands nowhere as it is. It writes edits that leave every other byte alone.
 */
#ifndef RECORD_H
#define RECORD_H

#include "base.h"
#include "diag.h"

/*
 * Field names as small numbers: interned while schema and expressions are compiled by one thread,
 * then only looked up. "Field.Sub" and "Field_Sub" are one name. Symbol 0 is "no name of ours".
 */
struct symbols {
	struct map map;
	struct arena arena;
	struct str *names; /* by symbol; names[0] is empty */
	size_t n, size;
	int quick[1024]; /* by its length and three letters: the newest symbol of such a name */
};

void symbols_init(struct symbols *symbols);
void symbols_release(struct symbols *symbols);
int symbol(struct symbols *symbols, struct str name);
/* 0 when it is not known. */
int symbol_find(const struct symbols *symbols, struct str name);
struct str symbol_name(const struct symbols *symbols, int symbol);

struct field {
	struct str name; /* without the colon */
	struct str value; /* continuation lines joined by LF, their "+ " taken off */
	uint32_t at, end; /* its bytes in the source, from the name to beyond its last line's end */
	uint32_t value_at; /* where the value begins in the source */
	int symbol; /* 0 when symbols does not hold the name */
};

struct record {
	struct field *fields;
	uint32_t n;
	uint32_t at, end; /* from its first field to beyond its last (comments between belong to it) */
};

/* More than these is not a file of ours: one finding, and nothing of it is read. */
#define RECORD_FILE_MAX ((size_t)64 << 20)
#define RECORD_FIELDS_MAX 10000 /* in a record */
#define RECORD_FILE_FIELDS_MAX 500000

/* A parsed file. Without records and not whole, it could not be read at all, which was said. */
struct recfile {
	const struct source *source;
	struct record *records;
	size_t n;
	bool whole; /* no fault: only then may the file be rewritten */
};

/*
 * Parses a source; everything lives in the arena, and points into the source's bytes. Faults are found, and what
 * could be read is there all the same. Text faults (NUL, CR, BOM, control, bidirectional, invalid UTF-8)
 * are found here too. symbols may be NULL.
 */
void record_parse(const struct source *source, const struct symbols *symbols, struct arena *arena,
    struct findings *findings, struct recfile *file);

struct span field_span(const struct recfile *file, const struct field *field); /* the name */
struct span value_span(const struct recfile *file, const struct field *field);
struct span record_span(const struct recfile *file, const struct record *record); /* first line */

/* The first field of that symbol (or name), NULL when there is none; the next one after `after`. */
const struct field *record_field(const struct record *record, int symbol);
const struct field *record_next(const struct record *record, int symbol, const struct field *after);
const struct field *record_named(const struct record *record, struct str name);
/* Its value, STR_NULL when there is none. */
struct str record_value(const struct record *record, int symbol);

bool is_field_name(struct str name);

/* Writes "Name: value\n", long values over continuation lines ("+ "), so that parsing gives it back. A line of the value
 * that ends in a backslash gets a blank behind it: the grammar has no way to say it. */
void record_write_field(struct buf *out, struct str name, struct str value);

/*
 * Edits: each is a replacement of n bytes at `at`; they must not overlap. edits_apply writes the
 * source with all of them to `out`, in order of place, then of their adding.
 */
struct edit {
	size_t at, n;
	struct str with;
};

struct edits {
	struct edit *list;
	size_t n, size;
	struct arena arena;
};

void edits_init(struct edits *edits);
void edits_release(struct edits *edits);
void edits_add(struct edits *edits, size_t at, size_t n, struct str with);
void edits_apply(const struct edits *edits, struct str source, struct buf *out);
/* A record behind the last, with the blank line between that the grammar wants. */
void edit_append_record(struct edits *edits, const struct recfile *file, struct str text);
/* Sets the value of a field, or adds the field at the end of its record when field is NULL (set the record's last
 * field before). */
void edit_set_field(struct edits *edits, const struct recfile *file, const struct record *record,
    const struct field *field, struct str name, struct str value);
void edit_remove_field(struct edits *edits, const struct field *field);
/* What brings a whole file into canonical form: "Name: value" with one blank, one empty line between records and none at
 * the ends, no blanks at the ends of lines, a LF at the end, comments from column 1. Each edit replaces whole lines
 * by whole lines that differ. Nothing is dropped or moved. */
void edit_canonical(struct edits *edits, const struct recfile *file);

#endif
