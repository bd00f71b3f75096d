/*
 * expr hides selection expressions (GNU recutils manual, "Selection Expressions"): precedence,
 * missing values, repeated fields, references. An expression is compiled once and evaluated without
 * allocating. What differs from recsel stands in dossier-expr(5).
 */
#ifndef EXPR_H
#define EXPR_H

#include "base.h"
#include "diag.h"
#include "record.h"
#include "value.h"

struct expr;

/* A name in an expression: Field, or Field.Sub (sub 0 for none), Field[i] (index -1 for any). */
struct name {
	int field, sub, index;
	int joined; /* the symbol of "Field_Sub" */
};

/*
 * What an expression is asked about. A plain name is looked up in `self`; when self is NULL, and for
 * Field.Sub, `get` is asked for the i-th value (false when there are no more). get may be NULL.
 */
struct subject {
	const struct recfile *file; /* of self, for places in findings */
	const struct record *self;
	bool (*get)(void *context, const struct record *self, const struct name *name, size_t i,
	    struct str *value);
	void *context;
	struct findings *findings; /* conversion errors: found, and the comparison is false */
	struct span at; /* where to put them when no field is to blame */
};

/*
 * Compiles `text`, which stands at `at` (for faults; text need not be verbatim there). NULL after
 * findings. Names become symbols. Lives in the arena, but holds patterns: free it before the arena.
 */
struct expr *expr_compile(struct str text, struct span at, struct symbols *symbols,
    struct arena *arena, struct findings *findings);
void expr_free(struct expr *expr);

bool expr_test(const struct expr *expr, const struct subject *subject);

enum result_kind {
	RESULT_MISSING,
	RESULT_NUMBER,
	RESULT_TEXT,
};

struct result {
	enum result_kind kind;
	struct number number;
	struct str text; /* points into records, the expression, or `room` of the caller */
};

/* The value of an expression such as `#Entry` or `Hours * 2` or `Kind & ' ' & By`. room is reset first and
 * holds joined text. */
void expr_value(const struct expr *expr, const struct subject *subject, struct buf *room,
    struct result *result);

/* Calls `see` for each name used, in order of place: to check them against a schema. */
void expr_names(const struct expr *expr,
    void (*see)(void *context, const struct name *name, struct span at), void *context);

#endif
