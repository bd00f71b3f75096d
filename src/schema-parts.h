/*
 * What the parts of schema share, and nobody else includes: schema.c compiles descriptors,
 * schema-check.c checks records, schema-type.c holds the types, schema-directory.c keys and
 * references, schema-identifier.c what must stay out of files, schema-recutils.c the way back to
 * GNU recutils.
 */
#ifndef SCHEMA_PARTS_H
#define SCHEMA_PARTS_H

#include "schema.h"

enum type_kind {
	TYPE_INT,
	TYPE_BOOL,
	TYPE_RANGE,
	TYPE_REAL,
	TYPE_LINE,
	TYPE_SIZE,
	TYPE_REGEXP,
	TYPE_ENUM,
	TYPE_DATE,
	TYPE_EMAIL,
	TYPE_UUID,
	TYPE_FIELD,
	TYPE_REC,
};

struct type {
	enum type_kind kind;
	struct number min, max; /* range; MIN and MAX are open ends */
	bool is_min, is_max;
	size_t size;
	struct pattern *pattern;
	struct str regexp;
	struct str *choices;
	size_t n_choices;
	struct str target;
	struct span target_at;
	const struct rectype *target_type; /* NULL before schema_link */
};

struct typedef_rule {
	struct str name, spec;
	const struct field *field;
	const struct type *type;
	enum { TYPEDEF_NEW, TYPEDEF_OPEN, TYPEDEF_DONE } state;
};

struct rule {
	struct field_info info;
	const struct type *type; /* NULL: any text */
	struct span at; /* where it was first named */
	bool own; /* named by this descriptor, not only by Entry */
	bool allowed, singular, confidential, automatic;
	bool is_text; /* free text: identifiers are looked for */
	enum field_form form;
};

struct constraint {
	struct expr *expr;
	struct str text;
	bool own;
	int without; /* a field without which it holds, whatever else is there; 0: none is known */
};

/* Fields that one descriptor may name. */
#define RULES_MAX 512
#define RULE_WORDS (RULES_MAX / 64)

struct rectype {
	struct str name, doc;
	const struct recfile *file;
	const struct record *record;
	size_t place; /* among the schema's types */
	bool is_case, is_kind; /* a header or an entry; of these, a kind */
	bool closed; /* it has %allowed: other fields are unknown */

	struct rule *rules; /* in order of their being named */
	size_t n_rules, rules_size;
	uint16_t *by_symbol; /* rule + 1 */
	size_t n_symbols;
	struct rule **required; /* mandatory and key fields */
	size_t n_required;
	struct field_info *fields;

	struct typedef_rule *typedefs;
	size_t n_typedefs, typedefs_size;
	struct constraint *constraints;
	size_t n_constraints, constraints_size;

	int key, from, until, successor;
	size_t size_min, size_max; /* records in the set */
	struct span size_at;
};

/* A record in a schema file that is no descriptor. */
struct loose {
	const struct recfile *file;
	const struct record *record;
	struct str type; /* STR_NULL before the first %rec */
};

struct identifiers;

struct schema {
	struct symbols *symbols;
	struct arena arena;
	struct rectype **types;
	struct str *names;
	size_t n, size;
	struct str *kinds;
	size_t n_kinds;
	struct map by_name;
	struct rectype *entry;
	struct loose *loose;
	size_t n_loose, loose_size;
	struct pattern **patterns; /* to be freed */
	size_t n_patterns, patterns_size;
	struct identifiers *identifiers;
	int sym_date, sym_allow;
};

/* One more place in an array of the arena; returns it zeroed. */
void *schema_more(struct arena *arena, void *list, size_t *n, size_t *size, size_t each);
/* The place in the file of a part of a field's value, also where continuation lines were joined. */
struct span schema_part(const struct recfile *file, const struct field *field, struct str part);
/* "a, b or c" */
const char *schema_choices(struct arena *arena, const struct str *choices, size_t n);
void schema_keep_pattern(struct schema *schema, struct pattern *pattern);
const struct rule *schema_rule(const struct rectype *type, int symbol);
/* ", did you mean 'x'?", or "". Never when values are hidden: it would tell them. */
const char *schema_mean(struct findings *findings, struct str guess);
/* The same for names, which are never hidden. */
const char *schema_mean_name(struct findings *findings, struct str guess);
/* "path:line" */
const char *schema_place(struct findings *findings, struct span at);
/* Changes the severity of the last finding. */
void schema_severity(struct findings *findings, struct finding *finding, enum severity severity);

/* A type from its words, which are part of a field's value; NULL after findings. Typedefs are
 * those of `type`, then of Entry. */
const struct type *type_compile(struct schema *schema, struct rectype *type, struct str spec,
    const struct field *field, struct findings *findings);
void typedef_add(struct schema *schema, struct rectype *type, const struct field *field,
    struct findings *findings);
/* Compiles each typedef, used or not. */
void typedef_compile_all(struct schema *schema, struct rectype *type, struct findings *findings);
struct str type_word(const struct type *type);
/* Whether the value is of the type; references are not looked up. Never allocates. */
bool type_has(const struct type *type, struct str value);
/* NULL: any text. */
enum field_form type_form(const struct type *type);
/* Says what is wrong with a value that is not of its rule's type. */
void type_blame(const struct rectype *type, const struct rule *rule, const struct recfile *file, const struct field *field,
    struct findings *findings);
/* Writes the type in the words of recutils; false when it has no words for it. */
bool type_write(const struct type *type, struct buf *out);
/* Whether a pattern means the same as a POSIX extended regular expression. */
bool is_shared_regexp(struct str text);

/* A record that is being checked. */
struct check {
	const struct schema *schema;
	const struct directory *directory; /* NULL: references are not looked up */
	const struct rectype *type;
	const struct recfile *file;
	const struct record *record;
	day on;
	struct findings *findings;
};

/* No key of that type stands twice, for other times. */
bool directory_is_keyed(const struct directory *directory, const struct rectype *type);
/* Whether what a field refers to is there and valid; says so when not. */
void check_reference(const struct check *check, const struct rule *rule, const struct field *field);

/* Takes one Identifier record; after the last, identifiers_link. */
void identifier_add(struct schema *schema, const struct recfile *file, const struct record *record,
    struct findings *findings);
void identifiers_free(struct schema *schema);
/* The set of identifiers that are looked for in files of that path, 0 for none. */
uint64_t identifiers_for(const struct schema *schema, const char *path);
/* Allow fields of the record: which of the set they excuse; wrong ones are found. */
uint64_t identifiers_allowed(const struct check *check);
/* Looks for those of the set in a field's value. */
void check_identifiers(const struct check *check, uint64_t set, uint64_t allowed,
    const struct field *field);
bool schema_has_identifiers(const struct schema *schema);

#endif
