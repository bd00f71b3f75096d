/*
 * export hides how other programs are given what a centre holds: which fields are more than prose, how CSV (RFC 4180),
 * JSON lines, XES (IEEE 1849-2016) and OCEL 2.0 say them, and what is left out on the way. It is asked case by case, by several
 * threads at once, and never learns where cases come from. See dossier-export(1).
 *
 * A field is exported when its values are dates, numbers, references or single words (rectype_form); and of such a field only
 * values that are what the schema says, so that no sentence gets through in a place where none belongs.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "base.h"
#include "journal.h"
#include "record.h"
#include "schema.h"

enum export_format {
	EXPORT_CSV,
	EXPORT_JSONL,
	EXPORT_XES,
	EXPORT_OCEL,
};

/* A table of the plan, or one field of it that may repeat. */
struct export_table;

/* Something that is written from its beginning to its end: a table, all journals, the objects or events of a log. */
struct export_part {
	enum export_format format;
	enum export_what {
		EXPORT_TABLE, /* a line a record */
		EXPORT_VALUES, /* a line a value of one field that may repeat */
		EXPORT_JOURNALS, /* each case with its entries */
		EXPORT_OBJECTS,
		EXPORT_EVENTS,
	} what;
	const struct export_table *table;
	size_t column; /* EXPORT_VALUES: which */
	struct str name; /* "cases", "entries-Scope", "Staff" */
	bool has_commas; /* each item begins with a comma, which the first must lose */
};

struct export; /* which fields of which records, made once and then read by all */

/* Everything given must outlive it. */
struct export *export_new(const struct terms *terms);
void export_free(struct export *export);

/* The table of that name ("cases", "entries", a record type of the directory); false when there is none. */
bool export_part_named(const struct export *export, enum export_format format, struct str name, struct export_part *part);
/* All tables, then the fields of each that may repeat: cases, entries and the types of which there is a record. Of JSON lines
 * each case stands with its entries, and repeated fields in their record. */
const struct export_part *export_parts(const struct export *export, enum export_format format, struct arena *arena, size_t *n);
/* Names of all tables. */
const struct str *export_names(const struct export *export, size_t *n);
/* "Case: Text; Entry: Text, Goal": fields that stay, as they are prose, of one table, or of all when it is NULL; "" when none do. */
void export_left_out(const struct export *export, const struct export_table *table, struct buf *out);

/* A thread's own. */
struct exporter {
	const struct export *export;
	struct arena *arena; /* for one case or record; the caller sets and resets it */
	bool has_faults; /* something was not as the schema says, and stayed behind */
	struct pick *picks; /* its own, from here on */
	size_t n, size;
	uint32_t *first, *last;
};

void exporter_init(struct exporter *exporter, const struct export *export);
void exporter_release(struct exporter *exporter);

/* What stands before the first item and behind the last. */
void export_begin(const struct export *export, const struct export_part *part, struct buf *out);
void export_end(const struct export_part *part, struct buf *out);
/* What a case gives to a part: nothing, an item or several. */
void export_case(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out);
/* What the directory and the activities give to it. */
void export_directory(struct exporter *exporter, const struct export_part *part, struct buf *out);

#endif
