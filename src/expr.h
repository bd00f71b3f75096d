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

/*
 * A name in an expression: Field, or Field.Sub (sub 0 for none), Field[i] (index -1 for any). Field_Sub is
 * the same as Field.Sub, split at its first "_": whether it is a reference or the name of a field, who looks
 * it up knows.
 */
struct name {
	int field, sub, index;
	int joined; /* the symbol of "Field_Sub"; that of Field when sub is 0 */
};

/*
 * What an expression is asked about. A name is looked up in `self` (Field.Sub as Field_Sub); when self is
 * NULL, and when it holds no Field_Sub, `get` is asked for the i-th value (false when there are no more; it
 * tries joined too). get and findings may be NULL.
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
 * Compiles `text`, which stands at `at`: as it is, or over continuation lines; where it does not, faults are
 * those of the whole. NULL after findings. Names become symbols, so records parsed before do not hold new
 * ones. Lives in the arena, but holds patterns: free it before the arena. The source of `at` outlives it.
 */
struct expr *expr_compile(struct str text, struct span at, struct symbols *symbols,
    struct arena *arena, struct findings *findings);
void expr_free(struct expr *expr);

/* Evaluation may go on in several threads at once. It allocates only when it joins texts of more than
 * a kilobyte. */
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

/* The value of an expression such as `#Entry` or `Hours * 2` or `Kind & ' ' & By`: of repeated fields the
 * first. room is reset first and holds joined text. */
void expr_value(const struct expr *expr, const struct subject *subject, struct buf *room,
    struct result *result);

/* Whether the expression is a name and nothing else: then lookup gives each of its values. */
bool expr_is_name(const struct expr *expr, struct name *name);
bool expr_lookup(const struct subject *subject, const struct name *name, size_t i,
    struct str *value);

enum expr_given {
	GIVEN_FALSE,
	GIVEN_TRUE,
	GIVEN_UNDECIDED,
};

/* What is known of a record before it is looked at: the field `symbol` stands once, with `value`; fields of `absent` (by
 * symbol, n of them; NULL: none) do not stand in it. */
struct foreknown {
	int symbol;
	struct str value;
	const bool *absent;
	size_t n;
};

/*
 * What the expression comes to for every record of which that is so, whatever else it holds: so that who asks the same
 * of many records of a kind need not ask at all. When that does not decide it, *rest
 * is what is left to be asked: only for expr_test, as long as the expression and the arena live; not to be freed.
 */
enum expr_given expr_given(const struct expr *expr, const struct foreknown *given, struct arena *arena,
    const struct expr **rest);

/* Calls `see` for each name used, in order of place: to check them against a schema. */
void expr_names(const struct expr *expr,
    void (*see)(void *context, const struct name *name, struct span at), void *context);

/* Some texts, of which a field must have one; list NULL: any will do. Without a text none will. */
struct choice {
	const struct str *list;
	size_t n;
};

/* Whether the word is one of those listed. */
bool choice_has(struct choice choice, struct str word);

/*
 * A place where an expression uses a name. Where the name is compared with a text, `sign` is the operator and `text` what
 * it is compared with (of "~" the pattern). `among`: what the guard, a field of one value, must be for this place to
 * count: in `Kind = 'plan' && Review >> Date`, Review counts where Kind is plan.
 */
struct mention {
	struct name name;
	struct span at;
	const char *sign; /* NULL: it is not compared with a text */
	struct str text;
	struct span text_at;
	bool is_asked; /* #Name as a condition: whether it is there */
	struct choice among;
};

/* Calls `see` for each, in order of place. `outer` is what is known of the guard beforehand. */
void expr_mentions(const struct expr *expr, int guard, struct choice outer, struct arena *arena,
    void (*see)(void *context, const struct mention *mention), void *context);
/* What the guard must be for the expression to hold, as far as comparisons by "=" and patterns of the form
 * '^(this|that)$' say it. */
struct choice expr_needs(const struct expr *expr, int guard, struct arena *arena);
/* The words of a pattern of that form; list NULL: it has another. */
struct choice pattern_words(struct str pattern, struct arena *arena);

/* How an expression is put into English. */
struct wording {
	int case_; /* the symbol of "Case": Case.Level is "Level of the case" */
	bool of_case; /* plain names are the case's: they may be States */
	bool (*is_state)(void *context, int symbol);
	void *context;
};

/* How many alternatives the expression has: the operands of "||", else 1. Those that say nothing but what the guard may be
 * count as one. */
size_t expr_alternatives(const struct expr *expr, int guard);
/* Says one in words: "Decision 'given' and a Partner". What says only what the guard (0: none) may be is not written but
 * returned. */
struct choice expr_say(const struct expr *expr, size_t alternative, int guard, const struct wording *wording,
    struct arena *arena, struct buf *out);

/* Writes it in normal form: one blank around operators, single quotes, numbers in decimal, parentheses
 * wherever one operator is an operand of another. Compiling that gives the same expression. */
void expr_write(const struct expr *expr, struct buf *out);

#endif
