/*
 * schema hides what record descriptors say and whether a record obeys them: the special fields
 * and types of GNU recutils 1.9, kinds of entries, keys, references between files and their
 * validity on a date, and identifiers that must stay out. See dossier-schema(5).
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "base.h"
#include "diag.h"
#include "expr.h"
#include "record.h"
#include "value.h"

struct schema;
struct rectype; /* a record descriptor: %rec: NAME */

/* symbols stays the caller's and must outlive it. */
struct schema *schema_new(struct symbols *symbols);
void schema_free(struct schema *schema);

/* Takes the descriptors (and Identifier records) of one parsed file; the file's bytes must
 * outlive the schema. Of a file whose path ends in schema/case.rec, descriptors other than
 * Case and Entry are kinds of entries. */
void schema_add(struct schema *schema, const struct recfile *file, struct findings *findings);
/* After the last schema_add: resolves typedefs, references, kinds and expressions, finds what
 * does not resolve. */
void schema_link(struct schema *schema, struct findings *findings);

/* NULL when there is none. "Case", "Entry", a kind, or a type of the directory. */
const struct rectype *schema_type(const struct schema *schema, struct str name);
/* Entry and the descriptor of that kind as one. NULL for an unknown kind when the schema
 * describes kinds; Entry itself when it describes none. */
const struct rectype *schema_kind(const struct schema *schema, struct str kind);
bool schema_has_kinds(const struct schema *schema);
/* Names of all kinds, types, in order of the files. */
const struct str *schema_kinds(const struct schema *schema, size_t *n);
const struct str *schema_types(const struct schema *schema, size_t *n);

struct str rectype_name(const struct rectype *type);
struct str rectype_doc(const struct rectype *type);
/* The key field's symbol, 0 when it has none. */
int rectype_key(const struct rectype *type);
/* The field that names what comes after a record (%succession), 0 when there is none. */
int rectype_successor(const struct rectype *type);

enum field_use {
	FIELD_OPTIONAL,
	FIELD_MANDATORY,
	FIELD_PROHIBITED,
};

/* What a descriptor says of a field, for forms, completion and reports. */
struct field_info {
	struct str name;
	int symbol;
	enum field_use use;
	bool unique;
	struct str type; /* "enum", "date", "rec", ... "" when free */
	struct str target; /* rec: the type referred to */
	const struct str *choices; /* enum */
	size_t n_choices;
};

/* Fields that the descriptor names, mandatory ones first, in their order. */
const struct field_info *rectype_fields(const struct rectype *type, size_t *n);
const struct field_info *rectype_field(const struct rectype *type, int symbol);
/* All that the field's value can be: of an enum, a bool. Else list is NULL, for a field that is NULL too. */
struct choice field_words(const struct field_info *field);

/* How others may read a field's values. */
enum field_form {
	FORM_PROSE, /* what people write: no type, line, size, email; a regexp that lets a blank stand; confidential fields */
	FORM_CODE, /* a word without blanks: enum, uuid, field, a regexp that lets none stand; a key */
	FORM_INTEGER,
	FORM_DECIMAL,
	FORM_BOOL,
	FORM_DATE,
	FORM_REFERENCE, /* the key of a record of the directory */
	FORM_ENTRY, /* the name of an entry: 2026-03-04/consent/2 */
};

enum field_form rectype_form(const struct rectype *type, int symbol);
/* Whether a value of that field is of its form; a reference is not looked up. Of prose anything is. */
bool rectype_holds(const struct rectype *type, int symbol, struct str value);

/*
 * Records that others refer to, by type and key: directory/ and activities/. Filled by one
 * thread, then read by many. Records are not copied.
 */
struct directory;

struct directory *directory_new(const struct schema *schema);
void directory_free(struct directory *directory);
/* Takes a parsed file of record sets (%rec: NAME, then records), checks each record against
 * its descriptor, keys too. References among the directory's own records are checked by
 * directory_link, after the last. */
void directory_add(struct directory *directory, const struct recfile *file,
    struct findings *findings);
void directory_link(struct directory *directory, struct findings *findings);

/* A directory record with its file. */
struct entity {
	const struct recfile *file;
	const struct record *record;
	const struct rectype *type;
	struct str key;
	day from, until; /* from <= d < until, of the fields that %valid names; DAY_NONE when open */
	struct entity *next; /* the same key at another time */
	size_t place; /* among those of its type */
};

/* The entity valid on `on` (DAY_NONE: whichever is last); else NULL, and *near (may be NULL)
 * is one of that key that is not valid then. */
const struct entity *directory_find(const struct directory *directory, struct str type,
    struct str key, day on, const struct entity **near);
/*
 * Where what a record stands for is on a day (DAY_NONE: at last): the record itself while it holds, else what came after it,
 * and after that. It ends at a record that has no successor, at one that was split, which has several
 * (*is_split: then nobody but a person can say), or, where a chain leads back to itself, somewhere on it.
 */
const struct entity *directory_successor(const struct directory *directory, const struct entity *entity, day on,
    bool *is_split);
/* All of a type, in order of files and places. */
const struct entity *const *directory_all(const struct directory *directory, struct str type,
    size_t *n);

/*
 * Checks one record: fields known, mandatory, unique, singular, prohibited, types, sizes,
 * constraints, references valid on `on`, identifiers. `get`/`context` serve constraints that look
 * beyond the record (struct subject). Thread-safe.
 */
void schema_check(const struct schema *schema, const struct directory *directory,
    const struct rectype *type, const struct recfile *file, const struct record *record, day on,
    const struct subject *beyond, struct findings *findings);
/* Looks for identifiers in what stands outside of a file's fields: its comments. */
void schema_check_comments(const struct schema *schema, const struct recfile *file,
    struct findings *findings);

/* %sort and %auto of the type, for writers; STR_NULL when it has none. */
struct str rectype_special(const struct rectype *type, struct str special);

/*
 * One descriptor in the words of GNU recutils alone, for `dossier cat`: our own special fields
 * left out, kinds folded into Entry (%allowed as the union, constraints guarded by the kind).
 * extra_field is a field that cat adds ("Case" on entries), or STR_NULL. A key with %valid is a
 * key to recutils only if the directory has none twice.
 */
void schema_write_recutils(const struct schema *schema, const struct directory *directory,
    const struct rectype *type, struct str extra_field, struct buf *out);

#endif
