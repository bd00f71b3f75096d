/*
 * What an expression speaks of. The texts that a guard must have are found by a walk over the tree: "&&" takes what all
 * its operands allow, "||" what any does, and whatever else might hold for any text.
 */
#include "expr-parts.h"

#include <string.h>

#define ANY ((struct choice){ NULL, 0 })
#define CHOICE_MAX 256 /* more words than that are as good as any */

/* ---- choices ---- */

bool
choice_has(struct choice choice, struct str word)
{
	size_t i;

	for (i = 0; i < choice.n; i++)
		if (str_eq(choice.list[i], word))
			return true;
	return false;
}

/* Of a's words those that b has too. */
static struct choice
both(struct choice a, struct choice b, struct arena *arena)
{
	struct str *list;
	size_t n = 0, i;

	if (a.list == NULL || b.list == NULL)
		return a.list == NULL ? b : a;
	list = ARENA_NEW(arena, struct str, a.n + 1);
	for (i = 0; i < a.n; i++)
		if (choice_has(b, a.list[i]))
			list[n++] = a.list[i];
	return (struct choice){ list, n };
}

static struct choice
either(struct choice a, struct choice b, struct arena *arena)
{
	struct str *list;
	size_t n = a.n, i;

	if (a.list == NULL || b.list == NULL || a.n + b.n > CHOICE_MAX)
		return ANY;
	list = ARENA_NEW(arena, struct str, a.n + b.n + 1);
	memcpy(list, a.list, a.n * sizeof(*list));
	for (i = 0; i < b.n; i++)
		if (!choice_has(a, b.list[i]))
			list[n++] = b.list[i];
	return (struct choice){ list, n };
}

static bool
is_plain_word(struct str word)
{
	size_t i;

	for (i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '_'))
			return false;
	}
	return word.n > 0;
}

struct choice
pattern_words(struct str pattern, struct arena *arena)
{
	struct str word, rest, *list;
	bool in_parens;
	size_t n = 1, i;

	if (pattern.n < 3 || pattern.p[0] != '^' || pattern.p[pattern.n - 1] != '$')
		return ANY;
	rest = (struct str){ pattern.p + 1, pattern.n - 2 };
	in_parens = rest.n > 2 && rest.p[0] == '(' && rest.p[rest.n - 1] == ')';
	if (in_parens)
		rest = (struct str){ rest.p + 1, rest.n - 2 };
	for (i = 0; i < rest.n; i++)
		n += rest.p[i] == '|';
	if ((n > 1 && !in_parens) || n > CHOICE_MAX)
		return ANY;
	list = ARENA_NEW(arena, struct str, n);
	for (i = 0; str_cut(&rest, '|', &word); i++) {
		if (!is_plain_word(word))
			return ANY;
		list[i] = word;
	}
	return (struct choice){ list, n };
}

/* ---- comparisons ---- */

static bool
is_comparison(const struct node *node)
{
	return (node->op >= OP_EQ && node->op <= OP_SAME) || node->op == OP_MATCH;
}

/* The text that operand i of a comparison is held against, NULL when it is no text. */
static const struct node *
text_beside(const struct node *node, size_t i)
{
	const struct node *other;

	if (!is_comparison(node) || (node->op == OP_MATCH && i != 0))
		return NULL;
	other = node->args[1 - i];
	return other->op == OP_TEXT ? other : NULL;
}

static bool
is_guard(const struct node *node, int guard)
{
	return node->op == OP_NAME && node->name.joined == guard;
}

/* ---- what the guard must be ---- */

static struct choice
compared(const struct node *node, int guard, struct arena *arena)
{
	const struct node *text;
	struct str *list;
	size_t i;

	if (node->op == OP_MATCH)
		return is_guard(node->args[0], guard) && text_beside(node, 0) != NULL ?
		    pattern_words(node->args[1]->text, arena) : ANY;
	for (i = 0; i < 2; i++) {
		text = text_beside(node, i);
		if (node->op != OP_EQ || text == NULL || !is_guard(node->args[i], guard))
			continue;
		list = ARENA_NEW(arena, struct str, 1);
		list[0] = text->text;
		return (struct choice){ list, 1 };
	}
	return ANY;
}

struct choice
node_needs(const struct node *node, int guard, struct arena *arena)
{
	struct choice choice = ANY;
	size_t i;

	if (is_comparison(node))
		return compared(node, guard, arena);
	if (node->op == OP_TRUTH)
		return node_needs(node->args[0], guard, arena);
	if (node->op != OP_AND && node->op != OP_OR)
		return ANY;
	for (i = 0; i < node->n; i++) {
		struct choice one = node_needs(node->args[i], guard, arena);

		choice = i == 0 ? one : node->op == OP_AND ? both(choice, one, arena) :
		    either(choice, one, arena);
	}
	return choice;
}

struct choice
expr_needs(const struct expr *expr, int guard, struct arena *arena)
{
	return node_needs(expr->root, guard, arena);
}

/* ---- mentions ---- */

struct walk {
	const struct expr *expr;
	int guard;
	struct arena *arena;
	void (*see)(void *context, const struct mention *mention);
	void *context;
};

static void
mention(const struct walk *walk, const struct node *node, const struct node *over, size_t i,
    struct choice among)
{
	const struct node *text = over ? text_beside(over, i) : NULL;
	struct mention mention = { .name = node->name, .among = among };

	mention.is_asked = node->op == OP_COUNT && (over == NULL || over->op == OP_TRUTH || over->op == OP_NOT);
	mention.at = span_of(walk->expr, node->at, node->end);
	if (text != NULL) {
		mention.sign = expr_ops[over->op].sign;
		mention.text = text->text;
		mention.text_at = span_of(walk->expr, text->at, text->end);
	}
	walk->see(walk->context, &mention);
}

/* What is known of the guard where operand i stands. */
static struct choice
known_at(const struct walk *walk, const struct node *node, size_t i, struct choice among)
{
	if (node->op == OP_AND)
		return both(among, node_needs(node, walk->guard, walk->arena), walk->arena);
	if ((node->op == OP_IMPLIES || node->op == OP_IF) && i == 1)
		return both(among, node_needs(node->args[0], walk->guard, walk->arena), walk->arena);
	return among;
}

static void
walk_node(const struct walk *walk, const struct node *node, const struct node *over, size_t i,
    struct choice among)
{
	struct choice inner = among;
	size_t k;

	if (node->op == OP_NAME || node->op == OP_COUNT)
		mention(walk, node, over, i, among);
	for (k = 0; k < node->n; k++) {
		if (k < 3)
			inner = known_at(walk, node, k, among);
		walk_node(walk, node->args[k], node, k, inner);
	}
}

void
expr_mentions(const struct expr *expr, int guard, struct choice outer, struct arena *arena,
    void (*see)(void *context, const struct mention *mention), void *context)
{
	struct walk walk = { expr, guard, arena, see, context };

	walk_node(&walk, expr->root, NULL, 0, outer);
}
