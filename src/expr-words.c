/*
 * Expressions in English, for who does not read signs. A negation is carried inwards (A. De Morgan), where it becomes "no":
 * what is not there makes a comparison false, so `!(A = 'x')` is "no A 'x'", and `A != 'x'` "another A than 'x'".
 */
#include "expr-parts.h"

#include <string.h>

struct saying {
	const struct expr *expr;
	const struct wording *wording;
	int guard; /* is always there: "another Kind than" is the opposite of "Kind" */
	struct arena *arena;
	struct buf *out;
};

static void say_node(const struct saying *s, const struct node *node, bool not, bool in_parens);

static bool
is_comparison(const struct node *node)
{
	return (node->op >= OP_EQ && node->op <= OP_SAME) || node->op == OP_MATCH;
}

/* ---- names ---- */

static bool
is_of_case(const struct saying *s, const struct name *name)
{
	return name->field == s->wording->case_ && name->sub != 0;
}

/* The symbol that may be a State's; 0 when none may stand there. */
static int
state_symbol(const struct saying *s, const struct name *name)
{
	int symbol = is_of_case(s, name) ? name->sub : s->wording->of_case ? name->joined : 0;

	return symbol != 0 && s->wording->is_state(s->wording->context, symbol) ? symbol : 0;
}

static struct str
name_text(const struct saying *s, const struct node *node)
{
	struct str text = { s->expr->text.p + node->at, node->end - node->at }, name;

	if (node->op == OP_COUNT && text.n > 0 && text.p[0] == '#')
		text = (struct str){ text.p + 1, text.n - 1 };
	if (is_of_case(s, &node->name) && text.n > 5) {
		name = (struct str){ text.p + 5, text.n - 5 };
		return name;
	}
	return str_trim(text);
}

static const char *
of_case(const struct saying *s, const struct node *node)
{
	return is_of_case(s, &node->name) ? " of the case" : "";
}

static const char *
article(struct str word)
{
	return word.n > 0 && strchr("AEIOUaeiou", word.p[0]) != NULL ? "an" : "a";
}

/* ---- comparisons ---- */

static void
say_text(struct buf *out, struct str text)
{
	buf_char(out, '\'');
	buf_str(out, text);
	buf_char(out, '\'');
}

static void
say_operand(const struct saying *s, const struct node *node)
{
	if (node->op == OP_NAME)
		buf_printf(s->out, "%s%.*s%s", is_of_case(s, &node->name) ? "the " : "", STRF(name_text(s, node)),
		    of_case(s, node));
	else if (node->op == OP_COUNT)
		buf_printf(s->out, "the number of %.*s%s", STRF(name_text(s, node)), of_case(s, node));
	else if (node->op == OP_TEXT)
		say_text(s->out, node->text);
	else
		buf_str(s->out, text_of(s->expr, node));
}

static void
say_words(const struct saying *s, struct choice words)
{
	size_t i;

	for (i = 0; i < words.n; i++) {
		buf_text(s->out, i == 0 ? "" : i + 1 == words.n ? " or " : ", ");
		say_text(s->out, words.list[i]);
	}
}

/* A field against a text. */
static void
say_field_is(const struct saying *s, const struct node *node, const struct node *name, struct str text, bool not)
{
	struct choice words = { &text, 1 };

	if (node->op == OP_MATCH)
		words = pattern_words(text, s->arena);
	if (node->op == OP_NE ? !not : not && name->name.joined == s->guard)
		buf_printf(s->out, "another %.*s than ", STRF(name_text(s, name)));
	else
		buf_printf(s->out, node->op == OP_NE ? "no other %.*s than " : not ? "no %.*s " : "%.*s ",
		    STRF(name_text(s, name)));
	if (words.list != NULL) {
		say_words(s, words);
	} else {
		buf_text(s->out, "like ");
		say_text(s->out, text);
	}
	buf_text(s->out, of_case(s, name));
}

static const char *
comparison_words(enum op op)
{
	switch (op) {
	case OP_EQ:
		return "equal to";
	case OP_NE:
		return "different from";
	case OP_LT:
		return "less than";
	case OP_GT:
		return "more than";
	case OP_LE:
		return "at most";
	case OP_GE:
		return "at least";
	case OP_BEFORE:
		return "before";
	case OP_AFTER:
		return "after";
	case OP_SAME:
		return "on";
	default:
		return "like";
	}
}

static void
say_comparison(const struct saying *s, const struct node *node, bool not)
{
	const struct node *a = node->args[0], *b = node->args[1];
	bool is_match = node->op == OP_MATCH || node->op == OP_EQ || node->op == OP_NE;

	if (is_match && a->op == OP_NAME && b->op == OP_TEXT) {
		say_field_is(s, node, a, b->text, not);
		return;
	}
	if (is_match && node->op != OP_MATCH && b->op == OP_NAME && a->op == OP_TEXT) {
		say_field_is(s, node, b, a->text, not);
		return;
	}
	if (not)
		buf_text(s->out, a->op == OP_NAME ? "no " : "not ");
	say_operand(s, a);
	buf_printf(s->out, " %s ", comparison_words(node->op));
	say_operand(s, b);
}

/* ---- the whole ---- */

static void
say_there(const struct saying *s, const struct node *node, bool not)
{
	struct str name = name_text(s, node);

	if (state_symbol(s, &node->name) != 0)
		buf_printf(s->out, "'%.*s' %sin force", STRF(name), not ? "not " : "");
	else if (node->op == OP_COUNT)
		buf_printf(s->out, "%s %.*s%s", not ? "no" : article(name), STRF(name), of_case(s, node));
	else
		buf_printf(s->out, "%s%.*s 'yes'%s", not ? "no " : "", STRF(name), of_case(s, node));
}

/* Its operands but one, which is NULL for none. */
static void
say_chain(const struct saying *s, const struct node *node, const struct node *without, bool not, bool in_parens)
{
	bool is_or = (node->op == OP_OR) != not, is_first = true;
	size_t n = node->n - (without != NULL), i;

	in_parens &= n > 1;
	buf_text(s->out, in_parens ? "(" : "");
	for (i = 0; i < node->n; i++) {
		if (node->args[i] == without)
			continue;
		buf_text(s->out, is_first ? "" : is_or ? " or " : " and ");
		say_node(s, node->args[i], not, n > 1);
		is_first = false;
	}
	buf_text(s->out, in_parens ? ")" : "");
}

static void
say_implies(const struct saying *s, const struct node *node, bool not)
{
	if (not) {
		say_node(s, node->args[0], false, true);
		buf_text(s->out, " and ");
		say_node(s, node->args[1], true, true);
	} else {
		say_node(s, node->args[1], false, true);
		buf_text(s->out, " if there is ");
		say_node(s, node->args[0], false, true);
	}
}

static void
say_node(const struct saying *s, const struct node *node, bool not, bool in_parens)
{
	if (node->op == OP_TRUTH || node->op == OP_NOT) {
		say_node(s, node->args[0], not != (node->op == OP_NOT), in_parens);
	} else if (node->op == OP_AND || node->op == OP_OR) {
		say_chain(s, node, NULL, not, in_parens);
	} else if (node->op == OP_IMPLIES) {
		buf_text(s->out, in_parens ? "(" : "");
		say_implies(s, node, not);
		buf_text(s->out, in_parens ? ")" : "");
	} else if (node->op == OP_COUNT || node->op == OP_NAME) {
		say_there(s, node, not);
	} else if (is_comparison(node)) {
		say_comparison(s, node, not);
	} else {
		buf_text(s->out, not ? "not " : "");
		buf_str(s->out, text_of(s->expr, node));
	}
}

/* Whether a node says only what the guard must be. */
static bool
is_of_guard(const struct node *node, int guard)
{
	size_t i;

	if (node->op == OP_OR) {
		for (i = 0; i < node->n && is_of_guard(node->args[i], guard); i++)
			;
		return i == node->n;
	}
	return (node->op == OP_EQ || node->op == OP_MATCH) && node->args[0]->op == OP_NAME &&
	    node->args[0]->name.joined == guard && node->args[1]->op == OP_TEXT;
}

/* The operand of "&&", or the whole, that says so; NULL. */
static const struct node *
guard_of(const struct node *node, int guard)
{
	size_t i;

	if (guard == 0 || is_of_guard(node, guard))
		return guard == 0 ? NULL : node;
	for (i = 0; node->op == OP_AND && i < node->n; i++)
		if (is_of_guard(node->args[i], guard))
			return node->args[i];
	return NULL;
}

size_t
expr_alternatives(const struct expr *expr, int guard)
{
	return expr->root->op == OP_OR && !is_of_guard(expr->root, guard) ? expr->root->n : 1;
}

struct choice
expr_say(const struct expr *expr, size_t alternative, int guard, const struct wording *wording,
    struct arena *arena, struct buf *out)
{
	struct saying s = { expr, wording, guard, arena, out };
	const struct node *node = expr->root, *first;
	struct choice words = { NULL, 0 };

	if (expr_alternatives(expr, guard) > 1)
		node = node->args[alternative];
	first = guard_of(node, guard);
	if (first != NULL)
		words = node_needs(first, guard, arena);
	if (words.list == NULL)
		say_node(&s, node, false, false);
	else if (first != node)
		say_chain(&s, node, first, false, false);
	return words;
}
