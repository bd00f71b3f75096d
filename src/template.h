/*
 * template hides Mustache: the tags of its public specification (interpolation, sections, inverted sections, partials,
 * comments, delimiters; no inheritance and no lambdas), lines that hold nothing but a tag, indentation, and escaping by the
 * kind of document. It knows nothing of what documents are about: whoever fills one in says what names stand for.
 *
 * A name is any expression (dossier-expr(5)), or a path A.B.C of any length. A section over things may carry a condition,
 * asked about each of them: {{#Entry Kind = 'plan'}}, ended by {{/Entry}}.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "base.h"
#include "diag.h"
#include "expr.h"
#include "record.h"

/* ---- what is filled in ---- */

struct sort;
struct item;

/* Something in which names are looked up: a case, an entry, a partner. What p and n are, its sort knows. */
struct thing {
	const struct sort *sort; /* NULL: a text, in which no name is known */
	const void *p;
	int64_t n;
};

/*
 * What things of a sort have in common. A name belongs to the innermost thing around it whose sort knows it, whether that has
 * a value or not: so that it means the same in every document. Symbol 0 is the thing itself, "." in a template.
 */
struct sort {
	const char *what; /* for messages: "the case", "entries" */
	bool (*knows)(const struct sort *sort, int symbol);
	/* The i-th of what a name stands for; false when there are no more. */
	bool (*get)(const struct thing *thing, int symbol, size_t i, struct item *item);
	/*
	 * For template_check, which looks at sorts alone; each may be NULL.
	 */
	/* The sort of the things that a name stands for; NULL: texts. */
	const struct sort *(*inside)(const struct sort *sort, int symbol);
	/* The same sort as far as a condition lets its things through. */
	const struct sort *(*narrow)(const struct sort *sort, const struct expr *condition, struct arena *arena);
	/* The words that a name can be; NULL: any. */
	const struct str *(*words)(const struct sort *sort, int symbol, struct arena *arena, size_t *n);
	/* Fills in up to `max` names that it knows and returns their number, for "did you mean". */
	size_t (*names)(const struct sort *sort, struct str *names, size_t max);
	/* Why a name that is known may not stand in this document; NULL: it may. */
	const char *(*objection)(const struct sort *sort, int symbol);
};

/* One of the values of a name. */
struct item {
	struct str text; /* for expressions, and to be shown; lives as long as the filling */
	struct thing thing; /* what a section over it looks into */
	bool is_false; /* a section over it is not shown, though it is there; an empty text never is */
	const void *type; /* for `show` */
};

/* ---- reading ---- */

enum escaping {
	ESCAPE_NONE, /* .txt .md */
	ESCAPE_HTML, /* .html: safe in text and between the quotes of attributes */
	ESCAPE_ROFF, /* .ms: no value begins a request or an escape; on a request's line it stays on it */
};

/* By the end of a file's name. False when it is none of a template's. */
bool escaping_of(struct str path, enum escaping *escaping);
/* Adds a value to a document; what was written before decides where in a line it stands. */
void escape_value(enum escaping escaping, struct str value, struct buf *out);

struct template;

/* Templates that were read, partials among them: each is read once. symbols and findings stay the caller's. */
struct templates;

/*
 * Where partials come from: the bytes of the one that a template calls `name`. NULL when there is none; then *near is a name
 * that might be meant, or STR_NULL. The source outlives the templates. A partial whose *is_text is set true is text, and
 * escaped like a value in the document that it stands in.
 */
typedef const struct source *partial_fn(void *context, struct str name, bool *is_text, struct str *near);

struct templates *templates_new(struct symbols *symbols, partial_fn *partial, void *context);
void templates_free(struct templates *templates);
/* Reads a template and the partials in it; interns symbols, so what is filled in must be named after that. Faults are
 * found, with their place; what could be read is there all the same. source outlives it. */
const struct template *template_read(struct templates *templates, const struct source *source,
    struct findings *findings);

/* ---- checking and filling in ---- */

/* Whether the names of a template are known where they stand, within `sorts` (outermost first); faults are found. `escaping`:
 * a value that is not escaped, {{{X}}}, is found where that matters. Partials inside are checked as they stand there. */
void template_check(const struct template *template, const struct sort *const *sorts, size_t n, enum escaping escaping,
    struct findings *findings);
/* Whether it uses a name, itself or in its partials. */
bool template_uses(const struct template *template, int symbol);

struct filling {
	const struct item *items; /* what the whole document is about, outermost first */
	size_t n;
	enum escaping escaping;
	/* Adds what a person is to read of a value, before it is escaped. NULL: its text. */
	void (*show)(void *context, const struct item *item, struct buf *out);
	/* The same for a number that an expression gave. */
	void (*show_number)(void *context, struct str exact, struct buf *out);
	void *context;
	struct findings *findings; /* conversion errors of expressions, partials that never end */
};

void template_fill(const struct template *template, const struct filling *filling, struct buf *out);

/* The same for a condition that stands outside of any template. Names compiled by it are looked up as in one. */
void template_check_condition(const struct expr *expr, const struct sort *const *sorts, size_t n, struct findings *findings);
bool template_test(const struct expr *expr, const struct filling *filling);

#endif
