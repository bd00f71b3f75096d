/*
 * What the parts of expr share, and nobody else includes: expr.c makes the tree of an expression,
 * expr-eval.c asks it, expr-mentions.c says what it speaks of, expr-words.c
 * says it in English.
 */
#ifndef EXPR_PARTS_H
#define EXPR_PARTS_H

#include "expr.h"

#define NAMES_MAX 16 /* different fields in one comparison */

enum op {
	OP_NUMBER,
	OP_TEXT,
	OP_NAME,
	OP_COUNT,
	OP_TRUTH, /* of a value: what stands where a condition is needed */
	OP_NOT,
	OP_IF,
	OP_IMPLIES,
	OP_OR,
	OP_AND,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_GT,
	OP_LE,
	OP_GE,
	OP_BEFORE,
	OP_AFTER,
	OP_SAME,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_MATCH,
	OP_JOIN,
	OP_NONE,
};

enum level {
	LEVEL_IF = 1,
	LEVEL_IMPLIES,
	LEVEL_LOGIC,
	LEVEL_COMPARE,
	LEVEL_DATE,
	LEVEL_SUM,
	LEVEL_PRODUCT,
	LEVEL_JOIN,
	LEVEL_NOT,
	LEVEL_ONE, /* names and literals */
};

struct op_info {
	const char *sign;
	enum level level;
};

extern const struct op_info expr_ops[];

struct node {
	enum op op;
	int depth;
	bool in_parens;
	bool is_fast; /* Field = 'literal', Field != 'literal', #Field as a condition */
	size_t at, end; /* in the text */
	size_t from, to; /* the same with parentheses around it, or "#" before it */
	struct node **args;
	size_t n;
	struct number number;
	struct str text;
	struct name name;
	int slot; /* of a name: its cursor in the frame it belongs to */
	day date; /* of a text that is one */
	struct pattern *pattern;
	struct node **frame; /* of a comparison or a truth: its different names */
	size_t n_frame;
	struct node *next; /* names, and matches, in order of place */
};

struct expr {
	struct str text;
	struct span at;
	struct node *root;
	struct node *test; /* root, or the truth of it */
	struct node **frame; /* names outside every comparison */
	size_t n_frame;
	struct node *names, *matches;
};

enum truth {
	IS_FALSE,
	IS_TRUE,
	IS_NEITHER,
};

/* Words of the recutils type bool, numbers; an empty text is false. */
enum truth truth_of(struct str text);
/* What stands there in the expression's own text, parentheses and all. */
struct str text_of(const struct expr *expr, const struct node *node);
/* What the guard must be where the node holds. */
struct choice node_needs(const struct node *node, int guard, struct arena *arena);
/* The place in the source of a part of the text; of the whole when the text does not stand there. */
struct span span_of(const struct expr *expr, size_t from, size_t to);

#endif
