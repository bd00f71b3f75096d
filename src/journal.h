/*
 * journal hides how a case file is read: its header, its entries in order, what is in force when, and what
 * an expression sees when it is asked about the case or one of its entries.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base.h"
#include "diag.h"
#include "expr.h"
#include "record.h"
#include "schema.h"
#include "value.h"

/* Symbols of the few names that C knows. */
struct known {
	int case_, opened, entry, date, kind, by, staff, email, role, from, until;
};

/* What cases are read by: shared by threads, read only. */
struct terms {
	const struct symbols *symbols;
	const struct schema *schema;
	const struct directory *directory;
	struct known known;
	day today;
};

struct entry {
	const struct record *record;
	day date; /* DAY_NONE when it has no valid one: such entries come last */
	struct str kind;
	uint32_t nth; /* the how many-th of that date and kind, from 1 */
};

struct casefile;

/* Answers for States: `since` gives the date since when the State of that symbol has been in force on a day; false
 * when it is not in force, or is no State. The text lives as long as the standing. */
struct standing {
	bool (*since)(const struct standing *standing, const struct casefile *file, int symbol, day on,
	    struct str *value);
};

/* The records that carry the values in force on one day, by symbol: for who goes through a journal day by day, so that
 * asking costs nothing. NULL where it is not known, and for States. */
struct in_force {
	day on;
	const struct record **carriers;
	size_t n;
};

/* One case, parsed. */
struct casefile {
	const struct terms *terms;
	const struct standing *standing; /* where the case stands; NULL: no name is a State's */
	const struct in_force *in_force; /* NULL: values are looked for */
	day today; /* the day on which case_subject is asked about; case_parse sets that of the terms */
	const char *path;
	char id[CASE_ID_SIZE]; /* from its path, else from its header; "" when neither has one */
	struct source source;
	struct recfile file;
	const struct record *header; /* NULL when the file has none */
	day opened;
	struct entry *entries; /* by date, then place */
	size_t n;
	size_t n_later; /* the last of them, which `Entry` does not see */
	struct { /* where Entry.Field stands, so that asking for one value after another is linear */
		size_t entry, i;
		int symbol;
		const struct field *field;
	} cursor;
};

/* The id that a path stands for: what its file's name says, "" when that is none. */
void case_id_of_path(const char *path, char id[CASE_ID_SIZE]);
/* Parses bytes as a case. All in the arena. */
void case_parse(const struct terms *terms, const char *path, struct str bytes,
    struct arena *arena, struct findings *findings, struct casefile *file);
/* The value of a field in force on a date: the last entry on or before it that carries the field, else
 * the header. The i-th of its values there. */
bool case_value(const struct casefile *file, int symbol, day on, size_t i, struct str *value);
/* Writes "2026-03-04/consent/2", NUL-terminated, cut at `size`; returns its length. */
size_t entry_name_write(const struct entry *entry, char *to, size_t size);
/* The same in an arena. */
char *entry_name(const struct entry *entry, struct arena *arena);

/*
 * Subjects for expressions. A case's plain names are values in force on file->today, and States; `Entry` is the
 * kind of each entry, Entry.Field the field of any entry, but for the last n_later. An entry's plain names are its own fields,
 * Case.Field the value in force on its date (Case.State too). Ref.Field is a field of the record that Ref
 * names: the one valid on the day, else the last that began before it.
 */
void case_subject(struct casefile *file, struct findings *findings, struct subject *subject);
struct entry_context {
	const struct casefile *file;
	const struct record *record; /* an entry's, or the header */
	const struct rectype *type; /* NULL when the kind is unknown */
	day on;
};
/* The same for a record of the file, the header too, seen as a type on a day. */
void record_subject(struct casefile *file, const struct record *record, const struct rectype *type,
    day on, struct findings *findings, struct entry_context *context, struct subject *subject);
void entry_subject(struct casefile *file, const struct entry *entry, struct findings *findings,
    struct entry_context *context, struct subject *subject);

#endif
