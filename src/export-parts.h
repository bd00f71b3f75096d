/*
 * What the parts of export share, and nobody else includes: export.c holds the plan and takes records apart, export-rows.c
 * writes CSV and JSON lines, export-xes.c and export-ocel.c a log each.
 */
#ifndef EXPORT_PARTS_H
#define EXPORT_PARTS_H

#include "export.h"

/* A column of a table: of entries one for all kinds that have the field. */
struct column {
	struct str name;
	enum field_form form; /* FORM_CODE where kinds differ */
	bool repeats; /* in some kind */
};

struct export_table {
	struct str name;
	struct column *columns;
	size_t n, size;
};

/* A structured field of a record type. */
struct slot {
	struct str name;
	int symbol;
	enum field_form form;
	struct str target;
	bool repeats;
	size_t column;
};

/* A record type: Case, a kind (Entry, where there are none), or one of the directory. */
struct plan {
	struct str name;
	const struct rectype *type;
	struct export_table *table;
	struct slot *slots;
	size_t n;
	uint16_t *by_symbol; /* slot + 1 */
	size_t n_symbols;
	const struct entity **entities; /* those that are data, in order of files and places */
	size_t *next; /* the next of the same key, SIZE_MAX: there is none */
	bool *is_first; /* of its key */
	size_t n_entities;
};

struct export {
	const struct terms *terms;
	struct arena arena;
	struct plan *header, *kinds, *types;
	size_t n_kinds, n_types;
	struct map by_kind;
	struct export_table cases, entries; /* by place: types' tables are plan->table */
	struct str *names;
	size_t n_names;
	bool is_free; /* the schema knows no kinds: any word is one */
};

/* A value of a structured field, in its normal form. */
struct pick {
	const struct slot *slot;
	struct str value;
	uint32_t next; /* the next of the same column, 0: none, else its place + 1 */
};

/* Takes a record apart: then exporter->first[column] is the place of its first value + 1, or 0. */
void pick_record(struct exporter *exporter, const struct plan *plan, const struct record *record);
const struct pick *first_pick(const struct exporter *exporter, size_t column);
const struct pick *next_pick(const struct exporter *exporter, const struct pick *pick);
/* NULL when the entry has no date or no kind that there is: then it stays behind. */
const struct plan *plan_of_entry(struct exporter *exporter, const struct entry *entry);
/* False for a case without a header or an id: it stays behind. */
bool is_exported(struct exporter *exporter, const struct casefile *file);
/* "2026-03-04/consent/2" */
void write_entry_name(const struct entry *entry, struct buf *out);
/* "Staff/1": a record of the directory by its place. */
void write_record_name(const struct plan *plan, size_t i, struct buf *out);

/* All values of a column, with a blank between: none holds one. */
void write_joined(const struct exporter *exporter, const struct pick *pick, struct buf *out);
void write_json_text(struct buf *out, struct str text);
/* A number or truth as it is, anything else as a text. */
void write_json_value(struct buf *out, enum field_form form, struct str value);

/* One of each for every format. */
void rows_begin_part(const struct export_part *part, struct buf *out);
void rows_case(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out);
void rows_record(struct exporter *exporter, const struct export_part *part, const struct plan *plan, size_t i, struct buf *out);
void xes_begin(struct buf *out);
void xes_case(struct exporter *exporter, const struct casefile *file, struct buf *out);
void xes_end(struct buf *out);
void ocel_begin(const struct export *export, const struct export_part *part, struct buf *out);
void ocel_case(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out);
void ocel_record(struct exporter *exporter, const struct export_part *part, const struct plan *plan, size_t i, struct buf *out);
void ocel_end(const struct export_part *part, struct buf *out);

#endif
