/*
 * An expression becomes a tree by precedence climbing (M. Richards and C. Whitby-Strevens, "BCPL: The
 * Language and its Compiler", 1979). `&&`, `||` and `&` take any number of operands, so long chains stay
 * flat; all else is held to a depth, so that no input exhausts the stack.
 */
#include "expr-parts.h"

#include <string.h>

#define DEPTH_MAX 200

const struct op_info expr_ops[] = {
	[OP_NUMBER] = { "", LEVEL_ONE },
	[OP_TEXT] = { "", LEVEL_ONE },
	[OP_NAME] = { "", LEVEL_ONE },
	[OP_COUNT] = { "#", LEVEL_ONE },
	[OP_TRUTH] = { "", LEVEL_ONE },
	[OP_NOT] = { "!", LEVEL_NOT },
	[OP_IF] = { "?", LEVEL_IF },
	[OP_IMPLIES] = { "=>", LEVEL_IMPLIES },
	[OP_OR] = { "||", LEVEL_LOGIC },
	[OP_AND] = { "&&", LEVEL_LOGIC },
	[OP_EQ] = { "=", LEVEL_COMPARE },
	[OP_NE] = { "!=", LEVEL_COMPARE },
	[OP_LT] = { "<", LEVEL_COMPARE },
	[OP_GT] = { ">", LEVEL_COMPARE },
	[OP_LE] = { "<=", LEVEL_COMPARE },
	[OP_GE] = { ">=", LEVEL_COMPARE },
	[OP_BEFORE] = { "<<", LEVEL_DATE },
	[OP_AFTER] = { ">>", LEVEL_DATE },
	[OP_SAME] = { "==", LEVEL_DATE },
	[OP_ADD] = { "+", LEVEL_SUM },
	[OP_SUB] = { "-", LEVEL_SUM },
	[OP_MUL] = { "*", LEVEL_PRODUCT },
	[OP_DIV] = { "/", LEVEL_PRODUCT },
	[OP_MOD] = { "%", LEVEL_PRODUCT },
	[OP_MATCH] = { "~", LEVEL_PRODUCT },
	[OP_JOIN] = { "&", LEVEL_JOIN },
	[OP_NONE] = { "", LEVEL_ONE },
};

static bool
is_comparison(enum op op)
{
	return (op >= OP_EQ && op <= OP_SAME) || op == OP_MATCH;
}

static bool
is_condition(enum op op)
{
	return (op >= OP_TRUTH && op <= OP_AND && op != OP_IF) || is_comparison(op);
}

static bool
gives_number(enum op op)
{
	return op == OP_NUMBER || op == OP_COUNT || (op >= OP_ADD && op <= OP_MOD) ||
	    is_condition(op);
}

/* ---- places ---- */

/* The byte in the source at which `offset` of the text stands, when the text stands there over continuation lines. */
static bool
place(const struct expr *expr, size_t offset, size_t *at)
{
	struct str text = expr->text, source;
	size_t i = 0, j = expr->at.at, end = expr->at.at + expr->at.n;

	if (expr->at.source == NULL || expr->at.n < text.n)
		return false;
	source = expr->at.source->bytes;
	if (end > source.n)
		return false;
	if (text.n == expr->at.n && memcmp(text.p, source.p + expr->at.at, text.n) == 0) {
		*at = expr->at.at + offset;
		return true;
	}
	while (i < offset) {
		if (j + 1 < end && source.p[j] == '\\' && source.p[j + 1] == '\n') {
			j += 2;
			continue;
		}
		if (j >= end || text.p[i] != source.p[j])
			return false;
		j++;
		if (text.p[i++] == '\n' && j < end && source.p[j] == '+')
			j += j + 1 < end && source.p[j + 1] == ' ' ? 2 : 1;
	}
	*at = j;
	return true;
}

struct span
span_of(const struct expr *expr, size_t from, size_t to)
{
	size_t at, end;

	if (!place(expr, from, &at) || !place(expr, to, &end) || !place(expr, expr->text.n, &(size_t){ 0 }))
		return expr->at;
	return (struct span){ expr->at.source, at, end - at };
}

static struct str
slice(const struct expr *expr, size_t from, size_t to)
{
	return (struct str){ expr->text.p + from, to - from };
}

struct str
text_of(const struct expr *expr, const struct node *node)
{
	return slice(expr, node->from, node->to);
}

/* ---- tokens ---- */

enum token {
	T_END,
	T_NUMBER,
	T_TEXT,
	T_NAME,
	T_OP,
	T_OPEN,
	T_CLOSE,
	T_COLON,
	T_HASH,
	T_BAD, /* a fault that was found */
};

struct parser {
	struct expr *expr;
	struct symbols *symbols;
	struct arena *arena;
	struct findings *findings;
	struct str text;
	size_t p; /* behind the token */
	enum token token;
	size_t at; /* where the token begins */
	size_t last; /* where the one before ended */
	enum op op;
	int depth;
	bool failed;
	bool stopped; /* by a fault of syntax: no more tokens */
	bool has_escape; /* the token, or the one before, is a text with an escaped quote */
	struct node **last_name, **last_match;
};

#define FAULT(p, from, to, ...) fault((p), find((p)->findings, MSG_BAD_EXPRESSION, \
    span_of((p)->expr, (from), (to)), __VA_ARGS__))

/* Ends the parse. */
static struct finding *
fault(struct parser *p, struct finding *finding)
{
	p->failed = p->stopped = true;
	p->token = T_BAD;
	return finding;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_word(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

/* The byte k behind the start of the token; NUL beyond the end. */
static char
peek(const struct parser *p, size_t k)
{
	return p->at + k < p->text.n ? p->text.p[p->at + k] : 0;
}

static void
skip_while(struct parser *p, bool (*is)(char))
{
	while (p->p < p->text.n && is(p->text.p[p->p]))
		p->p++;
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The form that recutils reads: -?[0-9]+, -?0x[0-9a-fA-F]+, -?[0-9]*[.][0-9]+ */
static void
lex_number(struct parser *p)
{
	size_t digits = peek(p, 0) == '-' ? 1 : 0;
	bool is_hexadecimal = peek(p, digits) == '0' && peek(p, digits + 1) == 'x' &&
	    is_hex(peek(p, digits + 2));

	p->token = T_NUMBER;
	p->p = p->at + digits;
	if (is_hexadecimal) {
		p->p += 2;
		skip_while(p, is_hex);
	} else {
		skip_while(p, is_digit);
		if (p->p + 1 < p->text.n && p->text.p[p->p] == '.' && is_digit(p->text.p[p->p + 1])) {
			p->p++;
			skip_while(p, is_digit);
		}
	}
	if (p->p < p->text.n && (is_word(p->text.p[p->p]) || p->text.p[p->p] == '.')) {
		while (p->p < p->text.n && (is_word(p->text.p[p->p]) || p->text.p[p->p] == '.'))
			p->p++;
		fix(p->findings, FAULT(p, p->at, p->p, "'%s' is not a number",
		    nam(p->findings, slice(p->expr, p->at, p->p))),
		    "numbers are written 12, -0.5, 0xff (hexadecimal) or 017 (octal)");
	}
}

static void
lex_text(struct parser *p)
{
	char quote = peek(p, 0);

	p->token = T_TEXT;
	for (p->p = p->at + 1; p->p < p->text.n; p->p++) {
		if (p->text.p[p->p] == '\\' && p->p + 1 < p->text.n && p->text.p[p->p + 1] == quote) {
			p->has_escape = true;
			p->p++;
		} else if (p->text.p[p->p] == quote) {
			p->p++;
			return;
		}
	}
	fix(p->findings, FAULT(p, p->at, p->at + 1, "the text that begins here has no closing %c", quote),
	    p->has_escape ? "a quote behind a backslash is part of the text: end it with another %c" :
	    "add a %c where the text ends", quote);
}

static void
lex_name(struct parser *p)
{
	p->token = T_NAME;
	p->p = p->at;
	skip_while(p, is_word);
	if (p->p + 1 < p->text.n && p->text.p[p->p] == '.' && is_letter(p->text.p[p->p + 1])) {
		p->p++;
		skip_while(p, is_word);
	}
	if (p->p < p->text.n && p->text.p[p->p] == '.')
		fix(p->findings, FAULT(p, p->p, p->p + 1, "a '.' that no name follows"),
		    "a reference is followed once: Field.Sub");
}

/* Signs of other languages, longest first. */
static const struct {
	const char *wrong, *right;
} signs[] = {
	{ "===", "=" },
	{ "!==", "!=" },
	{ "<=>", "=" },
	{ "<>", "!=" },
	{ "=~", "~" },
	{ "=<", "<=" },
	{ "!~", "!(A ~ 'B')" },
	{ "**", "*" },
	{ "|", "||" },
	{ "^", NULL },
	{ "\xe2\x89\xa0", "!=" },
	{ "\xe2\x89\xa4", "<=" },
	{ "\xe2\x89\xa5", ">=" },
	{ "\xe2\x87\x92", "=>" },
	{ "\xe2\x80\x98", "'" },
	{ "\xe2\x80\x99", "'" },
	{ "\xe2\x80\x9c", "\"" },
	{ "\xe2\x80\x9d", "\"" },
	{ "\xe2\x80\x9e", "\"" },
	{ "`", "'" },
};

static bool
lex_wrong_sign(struct parser *p)
{
	size_t i, n;

	for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		n = strlen(signs[i].wrong);
		if (p->text.n - p->at < n || memcmp(p->text.p + p->at, signs[i].wrong, n) != 0)
			continue;
		if (strcmp(signs[i].wrong, "|") == 0 && peek(p, 1) == '|')
			continue;
		p->p = p->at + n;
		if (signs[i].right == NULL)
			FAULT(p, p->at, p->p, "'%s' is not an operator", signs[i].wrong);
		else if (signs[i].right[0] == '\'' || signs[i].right[0] == '"')
			FAULT(p, p->at, p->p, "a text stands between straight quotes, not \"%s\"",
			    signs[i].wrong);
		else
			FAULT(p, p->at, p->p, "'%s' is not an operator, did you mean \"%s\"?",
			    signs[i].wrong, signs[i].right);
		return true;
	}
	return false;
}

/* Two-character signs come before those that begin them. */
static const enum op signed_ops[] = {
	OP_AND, OP_OR, OP_IMPLIES, OP_NE, OP_LE, OP_GE, OP_BEFORE, OP_AFTER, OP_SAME, OP_EQ, OP_LT, OP_GT,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_MATCH, OP_JOIN, OP_NOT, OP_IF,
};

static bool
lex_sign(struct parser *p)
{
	size_t i, n;

	for (i = 0; i < sizeof(signed_ops) / sizeof(*signed_ops); i++) {
		n = strlen(expr_ops[signed_ops[i]].sign);
		if (p->text.n - p->at < n || memcmp(p->text.p + p->at, expr_ops[signed_ops[i]].sign, n) != 0)
			continue;
		p->token = T_OP;
		p->op = signed_ops[i];
		p->p = p->at + n;
		return true;
	}
	return false;
}

static void
lex_other(struct parser *p)
{
	static const struct {
		char c;
		enum token token;
	} marks[] = {
		{ '(', T_OPEN }, { ')', T_CLOSE }, { ':', T_COLON }, { '#', T_HASH },
	};
	struct finding *finding;
	uint32_t code;
	size_t i, n;

	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (peek(p, 0) == marks[i].c) {
			p->token = marks[i].token;
			p->p = p->at + 1;
			return;
		}
	n = utf8_decode((struct str){ p->text.p + p->at, p->text.n - p->at }, &code);
	p->p = p->at + (n ? n : 1);
	finding = FAULT(p, p->at, p->p, "'%s' has no meaning here",
	    nam(p->findings, slice(p->expr, p->at, p->p)));
	if (peek(p, 0) == '[')
		fix(p->findings, finding, "write it once, directly behind the name: Field[0]");
}

static void
next(struct parser *p)
{
	char c, d;

	if (p->stopped)
		return;
	p->last = p->p;
	skip_while(p, is_blank);
	p->at = p->p;
	if (p->at == p->text.n) {
		p->token = T_END;
		return;
	}
	c = peek(p, 0);
	d = peek(p, 1);
	if (is_digit(c) || (c == '.' && is_digit(d)) ||
	    (c == '-' && (is_digit(d) || (d == '.' && is_digit(peek(p, 2))))))
		lex_number(p);
	else if (c == '\'' || c == '"')
		lex_text(p);
	else if (is_letter(c))
		lex_name(p);
	else if (!lex_wrong_sign(p) && !lex_sign(p))
		lex_other(p);
}

/* ---- syntax ---- */

static struct node *
new_node(struct parser *p, enum op op, size_t at, size_t n)
{
	struct node *node = arena_zero(p->arena, 1, sizeof(*node));

	node->op = op;
	node->at = node->from = at;
	node->end = node->to = p->p;
	node->depth = 1;
	node->date = DAY_NONE;
	node->n = n;
	node->args = n ? ARENA_NEW(p->arena, struct node *, n) : NULL;
	return node;
}

/* After the operands are there. NULL when the tree is too deep. */
static struct node *
finish(struct parser *p, struct node *node)
{
	size_t i;

	node->end = node->to = node->args[node->n - 1]->to;
	for (i = 0; i < node->n; i++)
		if (node->args[i]->depth >= node->depth)
			node->depth = node->args[i]->depth + 1;
	if (node->depth > DEPTH_MAX) {
		FAULT(p, node->at, node->at, "more than %d operations inside one another", DEPTH_MAX);
		return NULL;
	}
	return node;
}

static struct node *
operation(struct parser *p, enum op op, struct node *a, struct node *b)
{
	struct node *node = new_node(p, op, a->from, b == NULL ? 1 : 2);

	node->args[0] = a;
	if (b != NULL)
		node->args[1] = b;
	return finish(p, node);
}

/* Words of other languages. */
static const struct {
	const char *word, *sign;
} words[] = {
	{ "and", "&&" }, { "or", "||" }, { "not", "!" }, { "is", "=" }, { "equals", "=" }, { "eq", "=" },
	{ "ne", "!=" }, { "like", "~" }, { "matches", "~" }, { "contains", "~" }, { "implies", "=>" },
	{ "mod", "%" }, { "before", "<<" }, { "after", ">>" }, { "lt", "<" }, { "gt", ">" }, { "le", "<=" },
	{ "ge", ">=" }, { "en", "&&" }, { "of", "||" },
};

static const char *
sign_for(struct str word)
{
	size_t i, k;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strlen(words[i].word) != word.n)
			continue;
		for (k = 0; k < word.n && (word.p[k] | 0x20) == words[i].word[k]; k++)
			;
		if (k == word.n)
			return words[i].sign;
	}
	return NULL;
}

static struct str
token_text(const struct parser *p)
{
	return slice(p->expr, p->at, p->p);
}

static void *
expected_operand(struct parser *p)
{
	if (p->token == T_BAD)
		return NULL;
	if (str_trim(p->text).n == 0)
		FAULT(p, 0, 0, "an empty expression");
	else if (p->token == T_END)
		FAULT(p, p->last, p->last,
		    "the expression ends where a field, a text, a number or '(' was expected");
	else if (p->token == T_OP && p->op == OP_SUB)
		fix(p->findings, FAULT(p, p->at, p->p, "'-' stands before what is not a digit"),
		    "write '0 - Field' for the opposite of a field");
	else
		FAULT(p, p->at, p->p, "'%s' where a field, a text, a number or '(' was expected",
		    nam(p->findings, token_text(p)));
	return NULL;
}

/* Behind a whole operand or expression. */
static void *
expected_operator(struct parser *p)
{
	struct str word = token_text(p);
	const char *sign = p->token == T_NAME ? sign_for(word) : NULL;
	struct finding *finding;

	if (p->token == T_BAD)
		return NULL;
	if (sign != NULL) {
		FAULT(p, p->at, p->p, "'%s' is not an operator, did you mean '%s'?",
		    nam(p->findings, word), sign);
		return NULL;
	}
	if (p->token == T_CLOSE) {
		FAULT(p, p->at, p->p, "a ')' that no '(' belongs to");
		return NULL;
	}
	if (p->token == T_COLON) {
		FAULT(p, p->at, p->p, "a ':' that no '?' belongs to");
		return NULL;
	}
	finding = FAULT(p, p->at, p->p, "'%s' where an operator was expected", val(p->findings, word));
	if (word.n > 1 && word.p[0] == '-')
		fix(p->findings, finding, "put a blank between '-' and '%s'",
		    nam(p->findings, (struct str){ word.p + 1, word.n - 1 }));
	else if (p->has_escape)
		fix(p->findings, finding, "a quote behind a backslash is part of the text");
	else if (word.p != NULL && (word.p[0] == '\'' || word.p[0] == '"'))
		fix(p->findings, finding, "texts are joined with '&', and compared with '='");
	return NULL;
}

static struct node *parse_if(struct parser *p);

static struct node *
parse_number(struct parser *p)
{
	struct node *node = new_node(p, OP_NUMBER, p->at, 0);
	struct str text = token_text(p);
	size_t digits = text.p[0] == '-' ? 1 : 0, i;
	bool is_octal = text.n - digits > 1 && text.p[digits] == '0' && is_digit(text.p[digits + 1]) &&
	    memchr(text.p, '.', text.n) == NULL;

	for (i = digits; is_octal && i < text.n; i++)
		if (text.p[i] > '7') {
			fix(p->findings, FAULT(p, p->at, p->p,
			    "'%s' begins with 0, so it is octal, and has a digit above 7",
			    nam(p->findings, text)), "leave out the 0 in front");
			return NULL;
		}
	if (!number_parse(text, &node->number)) {
		FAULT(p, p->at, p->p, "the number '%s' is too long", nam(p->findings, text));
		return NULL;
	}
	next(p);
	return node;
}

static struct node *
parse_text(struct parser *p)
{
	struct node *node = new_node(p, OP_TEXT, p->at, 0);
	struct str raw = slice(p->expr, p->at + 1, p->p - 1);
	char quote = p->text.p[p->at], *out;
	size_t i, n = 0;

	node->text = raw;
	if (memchr(raw.p, '\\', raw.n) != NULL) {
		out = arena_alloc(p->arena, raw.n);
		for (i = 0; i < raw.n; i++) {
			if (raw.p[i] == '\\' && i + 1 < raw.n && raw.p[i + 1] == quote)
				continue;
			out[n++] = raw.p[i];
		}
		node->text = (struct str){ out, n };
	}
	date_parse(node->text, &node->date, NULL);
	next(p);
	return node;
}

static void
set_name(struct parser *p, struct name *name, struct str text)
{
	char *joined = arena_cstr(p->arena, text);
	struct str all = { joined, text.n };
	char *dot = memchr(joined, '.', text.n), *split = dot;

	if (dot != NULL)
		*dot = '_';
	else
		split = memchr(joined, '_', text.n);
	name->joined = name->field = symbol(p->symbols, all);
	name->index = -1;
	if (split == NULL || split + 1 == joined + text.n || split == joined)
		return;
	name->field = symbol(p->symbols, (struct str){ joined, (size_t)(split - joined) });
	name->sub = symbol(p->symbols, (struct str){ split + 1, (size_t)(joined + text.n - split - 1) });
}

/* [digits] directly behind a name. */
static bool
parse_index(struct parser *p, struct name *name)
{
	size_t at = p->p;
	long index = 0;

	if (p->p == p->text.n || p->text.p[p->p] != '[')
		return true;
	for (p->p++; p->p < p->text.n && is_digit(p->text.p[p->p]); p->p++)
		if (index <= 100000000)
			index = index * 10 + (p->text.p[p->p] - '0');
	if (p->p == at + 1 || p->p == p->text.n || p->text.p[p->p] != ']') {
		FAULT(p, at, at + 1, "a place in [ ] is written [0] for the first value, [1] for the second");
		return false;
	}
	p->p++;
	name->index = (int)index;
	return true;
}

static struct node *
parse_name(struct parser *p)
{
	struct node *node = new_node(p, OP_NAME, p->at, 0);
	struct str text = token_text(p);
	size_t at = p->at, end;

	set_name(p, &node->name, text);
	if (!parse_index(p, &node->name))
		return NULL;
	node->end = node->to = end = p->p;
	*p->last_name = node;
	p->last_name = &node->next;
	next(p);
	if ((text.n == 3 && sign_for(text) != NULL && (text.p[0] | 0x20) == 'n') &&
	    (p->token == T_NAME || p->token == T_OPEN || p->token == T_HASH)) {
		FAULT(p, at, end, "'%s' is not an operator, did you mean '!'?", nam(p->findings, text));
		return NULL;
	}
	return node;
}

static struct node *
parse_count(struct parser *p)
{
	size_t at = p->at;
	struct node *node;

	next(p);
	if (p->token != T_NAME) {
		if (p->token != T_BAD)
			FAULT(p, at, at + 1, "'#' counts a field, so a field's name must follow it");
		return NULL;
	}
	node = parse_name(p);
	if (node == NULL)
		return NULL;
	node->op = OP_COUNT;
	node->from = at;
	return node;
}

static struct node *
parse_parens(struct parser *p)
{
	size_t open = p->at, close;
	struct node *node;

	next(p);
	node = parse_if(p);
	if (node == NULL)
		return NULL;
	if (p->token == T_END) {
		FAULT(p, open, open + 1, "a '(' that is not closed");
		return NULL;
	}
	if (p->token != T_CLOSE)
		return expected_operator(p);
	close = p->p;
	next(p);
	node->in_parens = true;
	node->from = open;
	node->to = close;
	return node;
}

static struct node *truth(struct parser *p, struct node *node);

static struct node *
parse_one(struct parser *p)
{
	struct node *node, *negation;
	size_t at = p->at;

	switch (p->token) {
	case T_NUMBER:
		return parse_number(p);
	case T_TEXT:
		return parse_text(p);
	case T_NAME:
		return parse_name(p);
	case T_HASH:
		return parse_count(p);
	case T_OPEN:
		return parse_parens(p);
	default:
		break;
	}
	if (p->token != T_OP || p->op != OP_NOT)
		return expected_operand(p);
	if (p->depth++ == DEPTH_MAX) {
		FAULT(p, at, at + 1, "more than %d operations inside one another", DEPTH_MAX);
		return NULL;
	}
	next(p);
	node = parse_one(p);
	p->depth--;
	if (node == NULL || (node = truth(p, node)) == NULL)
		return NULL;
	negation = operation(p, OP_NOT, node, NULL);
	if (negation != NULL)
		negation->at = negation->from = at;
	return negation;
}

/* ---- operands that an operator cannot work with ---- */

static void
mixed(struct parser *p, size_t from, size_t to, const char *what, const char *one,
    const char *other)
{
	find(p->findings, MSG_MIXED_OPERATORS, span_of(p->expr, from, to), "%s: write %s or %s", what,
	    one, other);
	p->failed = true;
}

#define WRONG(p, node, ...) ((p)->failed = true, find((p)->findings, MSG_WRONG_OPERAND, \
    span_of((p)->expr, (node)->from, (node)->to), __VA_ARGS__))

static bool
is_number_text(const struct node *node)
{
	struct number number;

	return node->op != OP_TEXT || number_parse(node->text, &number);
}

static void
check_number(struct parser *p, enum op op, const struct node *node)
{
	if (is_number_text(node))
		return;
	if (node->date != DAY_NONE && op >= OP_LT && op <= OP_GE)
		WRONG(p, node, "'%s' compares numbers, did you mean '%s'?", expr_ops[op].sign,
		    op == OP_LT || op == OP_LE ? "<<" : ">>");
	else
		WRONG(p, node, "'%s' is not a number, which '%s' needs", val(p->findings, node->text),
		    expr_ops[op].sign);
}

static void
check_date(struct parser *p, enum op op, const struct node *node)
{
	const char *reason = "", *subject;
	char text[DATE_SIZE];
	day guess;

	if (node->date != DAY_NONE || node->op == OP_NAME || node->op == OP_JOIN || node->op == OP_IF)
		return;
	if (node->op != OP_TEXT) {
		WRONG(p, node, "a number stands beside '%s', which compares dates, did you mean '%s'?",
		    expr_ops[op].sign, op == OP_SAME ? "=" : op == OP_BEFORE ? "<" : ">");
		return;
	}
	date_parse(node->text, &guess, &reason);
	subject = val(p->findings, node->text);
	if (date_guess(node->text, &guess))
		WRONG(p, node, "'%s' is not a date, which '%s' needs, did you mean '%s'?", subject,
		    expr_ops[op].sign, date_format(guess, text));
	else if (op == OP_SAME && !(node->text.n > 0 && is_digit(node->text.p[0])))
		WRONG(p, node, "'%s' is not a date, which '==' needs, did you mean '='?", subject);
	else
		WRONG(p, node, "'%s' is not a date, which '%s' needs: %s", subject, expr_ops[op].sign, reason);
}

/* Texts joined by & are one text. */
static bool
literal(struct parser *p, const struct node *node, struct str *text)
{
	struct buf all = BUF_INIT;
	bool good = true;
	size_t i;

	if (node->op == OP_TEXT) {
		*text = node->text;
		return true;
	}
	if (node->op != OP_JOIN)
		return false;
	for (i = 0; i < node->n && good; i++) {
		good = node->args[i]->op == OP_TEXT;
		if (good)
			buf_str(&all, node->args[i]->text);
	}
	if (good)
		*text = arena_str(p->arena, buf_view(&all));
	buf_release(&all);
	return good;
}

static void
check_match(struct parser *p, struct node *node)
{
	const struct node *subject = node->args[0], *pattern = node->args[1];
	const char *reason;
	struct str text;
	size_t at;

	if (subject->op == OP_NUMBER)
		WRONG(p, subject, "a number stands left of '~', which searches in text");
	if (!literal(p, pattern, &text)) {
		WRONG(p, pattern, "what stands right of '~' must be a pattern in quotes");
		return;
	}
	node->pattern = pattern_compile(text, false, p->arena, &reason, &at);
	if (node->pattern != NULL) {
		*p->last_match = node;
		p->last_match = &node->next;
		return;
	}
	p->failed = true;
	at = pattern->op == OP_TEXT && pattern->text.n + 2 == pattern->end - pattern->at ?
	    pattern->at + 1 + at : pattern->at;
	find(p->findings, MSG_BAD_PATTERN, span_of(p->expr, at, pattern->end - (at > pattern->at)),
	    "'%s' is not a valid pattern: %s", val(p->findings, text), reason);
}

static void
check_equal(struct parser *p, const struct node *node)
{
	if (gives_number(node->args[0]->op))
		check_number(p, node->op, node->args[1]);
	if (gives_number(node->args[1]->op))
		check_number(p, node->op, node->args[0]);
}

/* Whether a comparison or a "!" without parentheses stands as an operand of another operator. */
static bool
check_order(struct parser *p, enum op op, const struct node *a, const struct node *b)
{
	const struct node *inner = a;
	const char *sign = expr_ops[op].sign;
	struct arena *arena = p->arena;
	struct str left, right, in;

	left = text_of(p->expr, a);
	right = text_of(p->expr, b);
	if (a->op == OP_NOT && !a->in_parens) {
		in = text_of(p->expr, a->args[0]);
		mixed(p, a->from, b->to, arena_printf(arena, "'!' comes before '%s'", sign),
		    arena_printf(arena, "!(%.*s %s %.*s)", STRF(in), sign, STRF(right)),
		    arena_printf(arena, "(%.*s) %s %.*s", STRF(left), sign, STRF(right)));
		return false;
	}
	if (!is_comparison(a->op) || a->in_parens)
		inner = b;
	if (!is_comparison(inner->op) || inner->in_parens)
		return true;
	if (inner == a && expr_ops[a->op].level == LEVEL_COMPARE && expr_ops[op].level == LEVEL_COMPARE)
		mixed(p, a->from, b->to, arena_printf(arena, "'%s' compares what '%s' found", sign,
		    expr_ops[a->op].sign),
		    arena_printf(arena, "%.*s && %.*s %s %.*s", STRF(left),
		    STRF(text_of(p->expr, a->args[1])), sign, STRF(right)),
		    arena_printf(arena, "(%.*s) %s %.*s", STRF(left), sign, STRF(right)));
	else
		mixed(p, a->from, b->to, arena_printf(arena, "'%s' comes before '%s'",
		    expr_ops[inner->op].sign, sign),
		    inner == a ? arena_printf(arena, "(%.*s) %s %.*s", STRF(left), sign, STRF(right)) :
		    arena_printf(arena, "%.*s %s (%.*s)", STRF(left), sign, STRF(right)),
		    inner == a ? arena_printf(arena, "%.*s %s (%.*s %s %.*s)",
		    STRF(text_of(p->expr, a->args[0])), expr_ops[a->op].sign,
		    STRF(text_of(p->expr, a->args[1])), sign, STRF(right)) :
		    arena_printf(arena, "(%.*s %s %.*s) %s %.*s", STRF(left), sign,
		    STRF(text_of(p->expr, b->args[0])), expr_ops[b->op].sign,
		    STRF(text_of(p->expr, b->args[1]))));
	return false;
}

static struct node *
binary(struct parser *p, enum op op, struct node *a, struct node *b)
{
	struct node *node = operation(p, op, a, b);

	if (node == NULL || !check_order(p, op, a, b))
		return node;
	if (op == OP_EQ || op == OP_NE) {
		check_equal(p, node);
	} else if (op == OP_MATCH) {
		check_match(p, node);
	} else if (expr_ops[op].level == LEVEL_DATE) {
		check_date(p, op, a);
		check_date(p, op, b);
	} else {
		check_number(p, op, a);
		check_number(p, op, b);
	}
	return node;
}

enum truth
truth_of(struct str text)
{
	struct number number;

	if (text.n == 0 || str_is(text, "no") || str_is(text, "false"))
		return IS_FALSE;
	if (str_is(text, "yes") || str_is(text, "true"))
		return IS_TRUE;
	if (!number_parse(text, &number))
		return IS_NEITHER;
	return number.mantissa != 0 ? IS_TRUE : IS_FALSE;
}

/* A node that is a condition, or OP_TRUTH over one that is not. */
static struct node *
truth(struct parser *p, struct node *node)
{
	struct node *over;

	if (is_condition(node->op))
		return node;
	if (node->op == OP_TEXT && truth_of(node->text) == IS_NEITHER) {
		WRONG(p, node, "the text '%s' stands where a condition is needed", val(p->findings, node->text));
		return node;
	}
	over = new_node(p, OP_TRUTH, node->from, 1);
	over->args[0] = node;
	over->in_parens = node->in_parens;
	return finish(p, over);
}

/* ---- precedence ---- */

/* a & b & c, with the first there and the token on "&". */
static struct node *
parse_join(struct parser *p, struct node *first)
{
	struct node *node = new_node(p, OP_JOIN, first->from, 0), *operand;
	size_t size = 4;

	node->args = arena_alloc(p->arena, size * sizeof(*node->args));
	node->args[node->n++] = first;
	while (p->token == T_OP && p->op == OP_JOIN) {
		next(p);
		operand = parse_one(p);
		if (operand == NULL)
			return NULL;
		if (node->n == 1 && !check_order(p, OP_JOIN, first, operand))
			return NULL;
		if (node->n == size) {
			node->args = arena_grow(p->arena, node->args, size * sizeof(*node->args),
			    2 * size * sizeof(*node->args));
			size *= 2;
		}
		node->args[node->n++] = operand;
	}
	return finish(p, node);
}

static struct node *
parse_operators(struct parser *p, enum level level)
{
	struct node *node, *right;
	enum op op;

	node = parse_one(p);
	while (node != NULL && p->token == T_OP && expr_ops[p->op].level >= level &&
	    expr_ops[p->op].level <= LEVEL_JOIN) {
		op = p->op;
		if (op == OP_JOIN) {
			node = parse_join(p, node);
			continue;
		}
		next(p);
		right = parse_operators(p, expr_ops[op].level + 1);
		node = right == NULL ? NULL : binary(p, op, node, right);
	}
	return node;
}

/* Shows both ways to write a chain in which "&&" and "||" meet. */
static void
mixed_logic(struct parser *p, const struct node *node, enum op op, const struct node *operand)
{
	const struct node *last = node->args[node->n - 1];
	size_t from = node->args[0]->from;
	struct str right = text_of(p->expr, operand);

	mixed(p, from, operand->to, "'&&' and '||' stand together without parentheses",
	    arena_printf(p->arena, "(%.*s) %s %.*s", STRF(slice(p->expr, from, last->to)),
	    expr_ops[op].sign, STRF(right)),
	    arena_printf(p->arena, "%.*s(%.*s %s %.*s)", STRF(slice(p->expr, from, last->from)),
	    STRF(text_of(p->expr, last)), expr_ops[op].sign, STRF(right)));
}

static struct node *
parse_logic(struct parser *p)
{
	struct node *first, *node = NULL, *operand;
	size_t size = 0;
	enum op op;

	first = parse_operators(p, LEVEL_COMPARE);
	while (first != NULL && p->token == T_OP && expr_ops[p->op].level == LEVEL_LOGIC) {
		op = p->op;
		next(p);
		operand = parse_operators(p, LEVEL_COMPARE);
		if (operand == NULL || (operand = truth(p, operand)) == NULL)
			return NULL;
		if (node != NULL && node->op != op) {
			mixed_logic(p, node, op, operand);
			return NULL;
		}
		if (node == NULL) {
			first = truth(p, first);
			if (first == NULL)
				return NULL;
			node = new_node(p, op, first->from, 0);
			node->args = arena_alloc(p->arena, (size = 4) * sizeof(*node->args));
			node->args[node->n++] = first;
		}
		if (node->n == size) {
			node->args = arena_grow(p->arena, node->args, size * sizeof(*node->args),
			    2 * size * sizeof(*node->args));
			size *= 2;
		}
		node->args[node->n++] = operand;
	}
	if (node == NULL)
		return first;
	return finish(p, node);
}

static struct node *
parse_implies(struct parser *p)
{
	struct node *left, *right;

	left = parse_logic(p);
	if (left == NULL || p->token != T_OP || p->op != OP_IMPLIES)
		return left;
	if (p->depth++ == DEPTH_MAX) {
		FAULT(p, p->at, p->p, "more than %d operations inside one another", DEPTH_MAX);
		return NULL;
	}
	next(p);
	right = parse_implies(p);
	p->depth--;
	if (right == NULL)
		return NULL;
	if (right->op == OP_NUMBER)
		WRONG(p, right, "a number stands right of '=>', which says 'implies', did you mean '>='?");
	left = truth(p, left);
	right = truth(p, right);
	return left == NULL || right == NULL ? NULL : operation(p, OP_IMPLIES, left, right);
}

static struct node *
parse_branches(struct parser *p, struct node *condition)
{
	size_t question = p->at;
	struct node *node;

	next(p);
	node = new_node(p, OP_IF, condition->from, 3);
	node->args[0] = truth(p, condition);
	node->args[1] = parse_if(p);
	if (node->args[0] == NULL || node->args[1] == NULL)
		return NULL;
	if (p->token == T_END) {
		FAULT(p, question, question + 1, "a '?' without its ':'");
		return NULL;
	}
	if (p->token != T_COLON)
		return expected_operator(p);
	next(p);
	node->args[2] = parse_if(p);
	if (node->args[2] == NULL)
		return NULL;
	return finish(p, node);
}

static struct node *
parse_if(struct parser *p)
{
	struct node *node;

	if (p->depth++ == DEPTH_MAX) {
		FAULT(p, p->at, p->p, "more than %d operations inside one another", DEPTH_MAX);
		return NULL;
	}
	node = parse_implies(p);
	if (node != NULL && p->token == T_OP && p->op == OP_IF)
		node = parse_branches(p, node);
	p->depth--;
	return node;
}

/* ---- frames ---- */

struct framing {
	struct parser *parser;
	struct node *names[NAMES_MAX];
	size_t n;
};

static bool
same_name(const struct name *a, const struct name *b)
{
	return a->field == b->field && a->sub == b->sub && a->joined == b->joined &&
	    a->index == b->index;
}

static void
frame_name(struct framing *framing, struct node *node)
{
	size_t i;

	for (i = 0; i < framing->n; i++)
		if (same_name(&framing->names[i]->name, &node->name))
			break;
	if (i == NAMES_MAX) {
		if (!framing->parser->failed)
			FAULT(framing->parser, node->at, node->end,
			    "more than %d different fields in one comparison", NAMES_MAX);
		return;
	}
	if (i == framing->n)
		framing->names[framing->n++] = node;
	node->slot = (int)i;
}

static void
set_frames(struct framing *outer, struct node *node)
{
	struct framing own = { outer->parser, { NULL }, 0 };
	struct framing *inner = is_comparison(node->op) || node->op == OP_TRUTH ? &own : outer;
	size_t i;

	if (node->op == OP_NAME)
		frame_name(outer, node);
	for (i = 0; i < node->n; i++)
		set_frames(inner, node->args[i]);
	if (own.n != 0) {
		node->frame = ARENA_NEW(own.parser->arena, struct node *, own.n);
		memcpy(node->frame, own.names, own.n * sizeof(*own.names));
		node->n_frame = own.n;
	}
	node->is_fast = ((node->op == OP_EQ || node->op == OP_NE) && node->args[0]->op == OP_NAME &&
	    node->args[1]->op == OP_TEXT && node->args[0]->name.index < 0) ||
	    (node->op == OP_TRUTH && node->args[0]->op == OP_COUNT);
}

/* What expr_test asks. Names have cursors in one frame only, so a value's tree is shared with the truth of it: they
 * count alike in both. */
static void
set_test(struct parser *p)
{
	struct expr *expr = p->expr;
	struct node *over;

	expr->test = expr->root;
	if (is_condition(expr->root->op))
		return;
	over = new_node(p, OP_TRUTH, expr->root->at, 1);
	over->args[0] = expr->root;
	over->frame = expr->frame;
	over->n_frame = expr->n_frame;
	over->is_fast = expr->root->op == OP_COUNT;
	expr->test = over;
}

struct expr *
expr_compile(struct str text, struct span at, struct symbols *symbols, struct arena *arena,
    struct findings *findings)
{
	struct expr *expr = ARENA_NEW(arena, struct expr, 1);
	struct parser parser = { expr, symbols, arena, findings };
	struct framing framing = { &parser, { NULL }, 0 };

	if (text.p == NULL)
		text = STR("");
	expr->text = parser.text = arena_str(arena, text);
	expr->at = at;
	parser.last_name = &expr->names;
	parser.last_match = &expr->matches;
	next(&parser);
	expr->root = parse_if(&parser);
	if (expr->root != NULL && !parser.failed && parser.token != T_END)
		expected_operator(&parser);
	if (!parser.failed)
		set_frames(&framing, expr->root);
	if (parser.failed) {
		expr_free(expr);
		return NULL;
	}
	expr->frame = ARENA_NEW(arena, struct node *, framing.n + 1);
	memcpy(expr->frame, framing.names, framing.n * sizeof(*framing.names));
	expr->n_frame = framing.n;
	set_test(&parser);
	return expr;
}

void
expr_free(struct expr *expr)
{
	struct node *node;

	if (expr == NULL)
		return;
	for (node = expr->matches; node != NULL; node = node->next)
		pattern_free(node->pattern);
	expr->matches = NULL;
}

/* ---- names ---- */

bool
expr_is_name(const struct expr *expr, struct name *name)
{
	if (expr->root->op != OP_NAME)
		return false;
	*name = expr->root->name;
	return true;
}

void
expr_names(const struct expr *expr,
    void (*see)(void *context, const struct name *name, struct span at), void *context)
{
	const struct node *node;

	for (node = expr->names; node != NULL; node = node->next)
		see(context, &node->name, span_of(expr, node->at, node->end));
}

/* ---- normal form ---- */

static void
write_text(struct buf *out, struct str text)
{
	size_t i;

	buf_char(out, '\'');
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			buf_char(out, '\\');
		buf_char(out, text.p[i]);
	}
	buf_char(out, '\'');
}

static void write_node(const struct expr *expr, const struct node *node, struct buf *out);

static void
write_operand(const struct expr *expr, const struct node *node, const struct node *operand,
    struct buf *out)
{
	bool is_plain;

	while (operand->op == OP_TRUTH)
		operand = operand->args[0];
	is_plain = expr_ops[operand->op].level == LEVEL_ONE ||
	    (is_comparison(operand->op) && expr_ops[node->op].level <= LEVEL_LOGIC);
	if (!is_plain)
		buf_char(out, '(');
	write_node(expr, operand, out);
	if (!is_plain)
		buf_char(out, ')');
}

static void
write_node(const struct expr *expr, const struct node *node, struct buf *out)
{
	char number[NUMBER_SIZE];
	size_t i;

	switch (node->op) {
	case OP_NUMBER: /* 2.0 is another divisor than 2 */
		if (memchr(expr->text.p + node->at, '.', node->end - node->at) != NULL)
			buf_str(out, slice(expr, node->at, node->end));
		else
			buf_text(out, number_format(node->number, number));
		return;
	case OP_TEXT:
		write_text(out, node->text);
		return;
	case OP_COUNT:
		buf_char(out, '#');
		buf_str(out, slice(expr, node->at, node->end));
		return;
	case OP_NAME:
		buf_str(out, slice(expr, node->at, node->end));
		return;
	case OP_TRUTH:
		write_node(expr, node->args[0], out);
		return;
	case OP_NOT:
		buf_char(out, '!');
		write_operand(expr, node, node->args[0], out);
		return;
	default:
		break;
	}
	for (i = 0; i < node->n; i++) {
		if (i > 0)
			buf_printf(out, " %s ", i == 2 && node->op == OP_IF ? ":" : expr_ops[node->op].sign);
		write_operand(expr, node, node->args[i], out);
	}
}

void
expr_write(const struct expr *expr, struct buf *out)
{
	write_node(expr, expr->root, out);
}
