/*
 * What the parts of template share, and nobody else includes: template.c reads, template-check.c holds names against sorts,
 * template-fill.c fills in, template-escape.c makes values safe.
 */
#ifndef TEMPLATE_PARTS_H
#define TEMPLATE_PARTS_H

#include "template.h"

#define NESTED_MAX 64 /* sections inside one another */
#define PARTIALS_MAX 64 /* partials inside one another, when a document is filled in */
#define ITEMS_MAX 8 /* around a whole document */
#define PARTS_MAX 16 /* of a path A.B.C */

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL,
};

/* A.B.C as symbols; n 0 is ".". A_B is A.B too, and `joined` (0: n is 1) the symbol of both: which of the two is meant
 * decides who knows it. */
struct path {
	int parts[PARTS_MAX];
	size_t n;
	int joined;
};

struct node {
	enum node_kind kind;
	bool begins_line; /* of its template: a partial's indentation comes before it */
	bool is_raw; /* {{{X}}}, {{&X}} */
	bool is_path; /* else expr */
	struct str text; /* NODE_TEXT: what it says; else what stands in the tag */
	struct span at; /* of that in the source */
	struct str name; /* the path's text, without a condition */
	struct path path;
	struct expr *expr; /* NULL when it had a fault */
	struct expr *condition; /* of a section; NULL: it has none */
	struct str indent; /* of a partial on a line of its own */
	const struct template *partial; /* NULL: there is none of that name */
	size_t end; /* of a section: the node behind its last */
};

struct template {
	const struct source *source;
	bool is_text;
	bool is_open; /* it is being read now */
	struct node *nodes;
	size_t n, size;
};

/* The path of a name in an expression. */
void path_of_name(const struct name *name, struct path *path);

#endif
