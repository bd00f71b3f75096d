/*
 * Reading is one pass: text up to the next tag, then the tag. A template becomes a row of nodes in which a section knows where
 * it ends. Text is cut into lines, so that whoever fills it in can indent each. What makes a tag stand alone is looked up in
 * the source around it: blanks, and the ends of its line.
 */
#define _GNU_SOURCE
#include "template-parts.h"

#include <stdlib.h>
#include <string.h>

struct templates {
	struct symbols *symbols;
	partial_fn *partial;
	void *context;
	struct arena arena;
	struct map partials; /* by name; NULL: there is none of that name */
	struct expr **exprs;
	size_t n_exprs, size_exprs;
};

struct reader {
	struct templates *templates;
	struct template *template;
	struct findings *findings;
	struct str bytes;
	size_t p; /* behind what was read */
	struct str open, close; /* the delimiters */
	size_t sections[NESTED_MAX];
	size_t depth;
};

/* A tag: everything from its first delimiter to behind its last. */
struct tag {
	char type; /* one of "#^/!>={&", or 0 for a value */
	struct str text; /* what it says, without type and blanks */
	size_t from, to;
	bool is_alone;
};

/* ---- names and expressions ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* How many bytes of the text are a name, or a path of names, at its beginning. */
static size_t
head_length(struct str text)
{
	size_t i = 0;

	if (str_is(text, "."))
		return 1;
	while (i < text.n && is_letter(text.p[i])) {
		while (i < text.n && is_word(text.p[i]))
			i++;
		if (i + 1 >= text.n || text.p[i] != '.' || !is_letter(text.p[i + 1]))
			break;
		i++;
	}
	return i;
}

static struct str
behind(struct str text, size_t n)
{
	return (struct str){ text.p + n, text.n - n };
}

static struct str
trim(struct str text)
{
	while (text.n > 0 && is_blank(text.p[0]))
		text = behind(text, 1);
	while (text.n > 0 && is_blank(text.p[text.n - 1]))
		text.n--;
	return text;
}

/* Whether what follows a name begins something new, rather than going on with an operator. */
static bool
begins_condition(struct str rest)
{
	char c = rest.p[0], d = rest.n > 1 ? rest.p[1] : 0;

	return is_word(c) || c == '\'' || c == '"' || c == '#' || c == '(' ||
	    (c == '!' && d != '=' && d != '~');
}

static struct span
span_in(const struct reader *r, struct str text)
{
	return (struct span){ r->template->source, (size_t)(text.p - r->bytes.p), text.n };
}

static struct expr *
compile(struct reader *r, struct str text)
{
	struct templates *t = r->templates;
	struct expr *expr = expr_compile(text, span_in(r, text), t->symbols, &t->arena, r->findings);

	if (expr == NULL)
		return NULL;
	if (t->n_exprs == t->size_exprs) {
		t->size_exprs = t->size_exprs ? t->size_exprs * 2 : 32;
		t->exprs = xrealloc(t->exprs, t->size_exprs * sizeof(*t->exprs));
	}
	t->exprs[t->n_exprs++] = expr;
	return expr;
}

/* "A.B.C", or "A_B" which may mean A.B. False when it has too many parts. */
static bool
read_path(struct symbols *symbols, struct str text, struct path *path)
{
	const char *mark = memchr(text.p, '.', text.n);
	struct str rest = text, part;

	*path = (struct path){ .n = 0 };
	if (str_is(text, "."))
		return true;
	if (mark == NULL && (mark = memchr(text.p + 1, '_', text.n - 1)) != NULL &&
	    mark + 1 < text.p + text.n) {
		path->joined = symbol(symbols, text);
		path->parts[path->n++] = symbol(symbols, (struct str){ text.p, (size_t)(mark - text.p) });
		path->parts[path->n++] = symbol(symbols, behind(text, (size_t)(mark - text.p) + 1));
		return true;
	}
	while (str_cut(&rest, '.', &part)) {
		if (path->n == PARTS_MAX)
			return false;
		path->parts[path->n++] = symbol(symbols, part);
		if (path->n == 2)
			path->joined = symbol(symbols,
			    (struct str){ text.p, (size_t)(part.p + part.n - text.p) });
	}
	return true;
}

void
path_of_name(const struct name *name, struct path *path)
{
	*path = (struct path){ .parts = { name->field, name->sub }, .n = name->sub ? 2 : 1,
		.joined = name->sub ? name->joined : 0 };
}

/* What a value or section is about. */
static void
read_name(struct reader *r, struct node *node)
{
	struct str text = node->text, rest;
	size_t n = head_length(text);
	struct finding *f;

	if (text.n == 0) {
		f = find(r->findings, MSG_TEMPLATE_TAG, node->at, "the tag names nothing");
		fix(r->findings, f, "write a name or an expression in it, or take it away");
		return;
	}
	rest = trim(behind(text, n));
	if (n == 0 || (rest.n > 0 && (node->kind == NODE_VALUE || !begins_condition(rest)))) {
		node->expr = compile(r, text);
		return;
	}
	node->name = (struct str){ text.p, n };
	node->is_path = read_path(r->templates->symbols, node->name, &node->path);
	if (!node->is_path)
		find(r->findings, MSG_TEMPLATE_NAME, node->at, "a name of more than %d parts", PARTS_MAX);
	if (rest.n > 0)
		node->condition = compile(r, rest);
}

/* ---- nodes ---- */

static struct node *
add_node(struct reader *r, enum node_kind kind, struct str text, bool begins_line)
{
	struct template *t = r->template;
	size_t old = t->size * sizeof(*t->nodes);
	struct node *node;

	if (t->n == t->size) {
		t->size = t->size ? t->size * 2 : 32;
		t->nodes = arena_grow(&r->templates->arena, t->nodes, old, t->size * sizeof(*t->nodes));
	}
	node = &t->nodes[t->n++];
	*node = (struct node){ .kind = kind, .text = text, .begins_line = begins_line,
		.at = span_in(r, text) };
	return node;
}

static bool
is_line_start(const struct reader *r, size_t at)
{
	return at == 0 || r->bytes.p[at - 1] == '\n';
}

/* One node for each line. */
static void
add_text(struct reader *r, size_t from, size_t to)
{
	while (from < to) {
		const char *p = r->bytes.p + from, *lf = memchr(p, '\n', to - from);
		size_t n = lf ? (size_t)(lf - p) + 1 : to - from;

		add_node(r, NODE_TEXT, (struct str){ p, n }, is_line_start(r, from));
		from += n;
	}
}

/* ---- tags ---- */

static struct str
find_text(const struct reader *r, size_t from, struct str text)
{
	const char *p = memmem(r->bytes.p + from, r->bytes.n - from, text.p, text.n);

	return p ? (struct str){ p, text.n } : STR_NULL;
}

/* As much of a tag without an end as it was probably to have: up to a part of its end, else the rest of the line where it can
 * hold a condition, else a name. */
static size_t
likely_length(const struct reader *r, size_t at, char type, struct str end)
{
	struct str line = behind(r->bytes, at), next = find_text(r, at, r->open);
	const char *stop = memchr(line.p, '\n', line.n);
	size_t blanks;

	line.n = stop ? (size_t)(stop - line.p) : line.n;
	if (next.p != NULL && next.p < line.p + line.n)
		line.n = (size_t)(next.p - line.p);
	stop = memchr(line.p, end.p[0], line.n);
	if (stop != NULL)
		line.n = (size_t)(stop - line.p);
	blanks = (size_t)(trim(line).p - line.p);
	if (stop != NULL || (type != 0 && strchr("#^!", type)))
		return trim(line).n > 0 ? blanks + trim(line).n : 0;
	line.n = head_length(trim(line));
	return line.n > 0 ? blanks + line.n : 0;
}

/* Goes on as if the tag had the end that the finding gives it; false when nobody knows what it was to be. */
static bool
found_unclosed(struct reader *r, struct str open, size_t at, struct str end, struct tag *tag)
{
	struct finding *f = find(r->findings, MSG_TEMPLATE_TAG, span_in(r, open), "the tag that begins here has no end");
	size_t n = likely_length(r, at, tag->type, end);

	if (n == 0) {
		fix(r->findings, f, "end it with %s", nam(r->findings, end));
		return false;
	}
	tag->from = (size_t)(open.p - r->bytes.p);
	tag->to = at + n;
	tag->text = trim((struct str){ r->bytes.p + at, n });
	fix(r->findings, f, "write %s%s", nam(r->findings, (struct str){ open.p, tag->to - tag->from }), nam(r->findings, end));
	return true;
}

/* Before another tag begins; what is no name or expression may hold the sign that begins one. */
static struct str
find_end(const struct reader *r, size_t at, char type, struct str end)
{
	struct str next = type == '!' || type == '=' ? STR_NULL : find_text(r, at, r->open);
	struct reader before = *r;

	if (next.p != NULL && (size_t)(next.p - r->bytes.p) + end.n < r->bytes.n)
		before.bytes.n = (size_t)(next.p - r->bytes.p) + end.n;
	return find_text(&before, at, end);
}

/* The tag whose delimiter begins at `open`; false when it is none. */
static bool
read_tag(struct reader *r, struct str open, struct tag *tag)
{
	size_t at = (size_t)(open.p - r->bytes.p) + open.n;
	const char *mark = at < r->bytes.n ? r->bytes.p + at : "";
	struct str end = r->close, found;
	char longer[32];

	tag->type = *mark && strchr("#^/!>={&", *mark) ? *mark : 0;
	at += tag->type != 0;
	if ((tag->type == '{' || tag->type == '=') && end.n + 1 < sizeof(longer)) {
		longer[0] = tag->type == '{' ? '}' : '=';
		memcpy(longer + 1, end.p, end.n);
		end = (struct str){ longer, end.n + 1 };
	}
	found = find_end(r, at, tag->type, end);
	if (found.p == NULL)
		return found_unclosed(r, open, at, end, tag);
	tag->text = trim((struct str){ r->bytes.p + at, (size_t)(found.p - r->bytes.p) - at });
	if (tag->text.n == 0)
		tag->text.p = found.p;
	tag->from = (size_t)(open.p - r->bytes.p);
	tag->to = (size_t)(found.p - r->bytes.p) + end.n;
	return true;
}

/* Where the blanks before the tag begin, when nothing else stands before it on its line; else where it begins. */
static size_t
line_before(const struct reader *r, const struct tag *tag)
{
	size_t from = tag->from;

	while (from > 0 && (r->bytes.p[from - 1] == ' ' || r->bytes.p[from - 1] == '\t'))
		from--;
	return is_line_start(r, from) ? from : tag->from;
}

/* Behind the line's end, when nothing but blanks follow the tag; else SIZE_MAX. */
static size_t
line_behind(const struct reader *r, const struct tag *tag)
{
	size_t to = tag->to;

	while (to < r->bytes.n && (r->bytes.p[to] == ' ' || r->bytes.p[to] == '\t'))
		to++;
	if (to == r->bytes.n)
		return to;
	if (r->bytes.p[to] == '\r' && to + 1 < r->bytes.n && r->bytes.p[to + 1] == '\n')
		to++;
	return r->bytes.p[to] == '\n' ? to + 1 : SIZE_MAX;
}

static bool
is_alone(const struct reader *r, const struct tag *tag)
{
	return tag->type != 0 && strchr("#^/!>=", tag->type) &&
	    (line_before(r, tag) < tag->from || is_line_start(r, tag->from)) &&
	    line_behind(r, tag) != SIZE_MAX;
}

static void
set_delimiters(struct reader *r, const struct tag *tag)
{
	struct str rest = tag->text, open = str_word(&rest), close = str_word(&rest);
	struct finding *f;

	if (open.n > 0 && close.n > 0 && close.n < 24 && str_word(&rest).n == 0 && memchr(open.p, '=', open.n) == NULL &&
	    memchr(close.p, '=', close.n) == NULL) {
		r->open = open;
		r->close = close;
		return;
	}
	f = find(r->findings, MSG_TEMPLATE_TAG, span_in(r, tag->text), "these are no delimiters");
	fix(r->findings, f, "write two words without '=': {{=<%% %%>=}}");
}

/* ---- sections ---- */

static void
open_section(struct reader *r, const struct tag *tag, bool begins_line)
{
	enum node_kind kind = tag->type == '#' ? NODE_SECTION : NODE_INVERTED;
	struct node *node;

	if (r->depth == NESTED_MAX) {
		find(r->findings, MSG_TEMPLATE_SECTION, span_in(r, tag->text),
		    "sections inside one another more than %d deep", NESTED_MAX);
		return;
	}
	r->sections[r->depth++] = r->template->n;
	node = add_node(r, kind, tag->text, begins_line);
	read_name(r, node);
}

static bool
is_end_of(const struct node *section, struct str text)
{
	return str_eq(section->text, text) ||
	    str_eq((struct str){ section->text.p, head_length(section->text) }, text);
}

static void
found_wrong_end(struct reader *r, const struct tag *tag)
{
	struct str head;
	struct finding *f;

	f = find(r->findings, MSG_TEMPLATE_SECTION, span_in(r, tag->text), "no section '%s' is open here",
	    nam(r->findings, tag->text));
	if (r->depth == 0) {
		fix(r->findings, f, "take it away, or begin the section with {{#%s}}", nam(r->findings, tag->text));
		return;
	}
	head = r->template->nodes[r->sections[r->depth - 1]].text;
	if (head_length(head) > 0)
		head.n = head_length(head);
	fix(r->findings, f, "end the innermost one: {{/%s}}", nam(r->findings, head));
}

static void
found_unended(struct reader *r, const struct node *section)
{
	struct str head = section->text;
	struct finding *f;

	if (head_length(head) > 0)
		head.n = head_length(head);
	f = find(r->findings, MSG_TEMPLATE_SECTION, section->at, "section '%s' has no end",
	    nam(r->findings, section->text));
	fix(r->findings, f, "add {{/%s}} where it ends", nam(r->findings, head));
}

static void
pop_section(struct reader *r)
{
	r->template->nodes[r->sections[--r->depth]].end = r->template->n;
}

/* An end that fits a section further out ends those inside it too, which are then faulty. */
static void
close_section(struct reader *r, const struct tag *tag)
{
	size_t i = r->depth;

	while (i > 0 && !is_end_of(&r->template->nodes[r->sections[i - 1]], tag->text))
		i--;
	if (i == 0) {
		found_wrong_end(r, tag);
		return;
	}
	while (r->depth > i) {
		found_unended(r, &r->template->nodes[r->sections[r->depth - 1]]);
		pop_section(r);
	}
	pop_section(r);
}

/* ---- partials ---- */

static void read_nodes(struct reader *r);

static struct template *
new_template(struct templates *templates, const struct source *source)
{
	struct template *template = ARENA_NEW(&templates->arena, struct template, 1);

	template->source = source;
	return template;
}

static void
read_into(struct templates *templates, struct template *template, struct findings *findings)
{
	struct reader r = { .templates = templates, .template = template, .findings = findings,
		.bytes = template->source->bytes, .open = STR("{{"), .close = STR("}}") };

	if (r.bytes.p == NULL)
		r.bytes = STR("");
	template->is_open = true;
	findings_new_source(findings);
	read_nodes(&r);
	template->is_open = false;
}

static void
found_no_partial(struct reader *r, const struct node *node, struct str near)
{
	struct finding *f = find(r->findings, MSG_TEMPLATE_PARTIAL, node->at, "there is no partial '%s'",
	    nam(r->findings, node->text));

	if (near.p != NULL)
		fix(r->findings, f, "did you mean '%s'?", nam(r->findings, near));
}

/* The partial that a node names, read when it is new. */
static const struct template *
find_partial(struct reader *r, const struct node *node)
{
	struct templates *t = r->templates;
	struct map_slot *slot = map_get(&t->partials, node->text);
	struct str near = STR_NULL;
	const struct source *source;
	struct template *template;
	bool is_text = false;

	if (slot != NULL) {
		template = slot->value.p;
		if (template != NULL && template->is_open)
			fix(r->findings, find(r->findings, MSG_TEMPLATE_PARTIAL, node->at, "partial '%s' stands inside itself",
			    nam(r->findings, node->text)), "take it out of one of the files on the way");
		if (template == NULL)
			found_no_partial(r, node, STR_NULL);
		return template;
	}
	source = t->partial ? t->partial(t->context, node->text, &is_text, &near) : NULL;
	template = source ? new_template(t, source) : NULL;
	map_put(&t->partials, arena_str(&t->arena, node->text), NULL)->value.p = template;
	if (template == NULL) {
		found_no_partial(r, node, near);
		return NULL;
	}
	template->is_text = is_text;
	read_into(t, template, r->findings);
	findings_new_source(r->findings);
	return template;
}

static void
add_partial(struct reader *r, const struct tag *tag, bool begins_line)
{
	struct node *node = add_node(r, NODE_PARTIAL, tag->text, begins_line);
	size_t from = line_before(r, tag), at = r->template->n - 1;
	const struct template *partial;

	if (tag->is_alone)
		node->indent = (struct str){ r->bytes.p + from, tag->from - from };
	partial = find_partial(r, node);
	r->template->nodes[at].partial = partial;
}

/* ---- templates ---- */

static void
take_tag(struct reader *r, const struct tag *tag)
{
	bool begins_line = !tag->is_alone && is_line_start(r, tag->from);
	struct node *node;

	switch (tag->type) {
	case '#':
	case '^':
		open_section(r, tag, begins_line);
		return;
	case '>':
		add_partial(r, tag, begins_line);
		return;
	case '/':
	case '!':
	case '=':
		if (begins_line) /* of what follows on the line, whatever section it is in */
			add_node(r, NODE_TEXT, (struct str){ tag->text.p, 0 }, true);
		if (tag->type == '/')
			close_section(r, tag);
		else if (tag->type == '=')
			set_delimiters(r, tag);
		return;
	default:
		node = add_node(r, NODE_VALUE, tag->text, begins_line);
		node->is_raw = tag->type != 0;
		read_name(r, node);
	}
}

static void
read_nodes(struct reader *r)
{
	struct str open;
	struct tag tag;

	while ((open = find_text(r, r->p, r->open)).p != NULL) {
		if (!read_tag(r, open, &tag)) {
			if (tag.type == '!' || tag.type == '=')
				break;
			add_text(r, r->p, (size_t)(open.p - r->bytes.p) + open.n);
			r->p = (size_t)(open.p - r->bytes.p) + open.n;
			continue;
		}
		tag.is_alone = is_alone(r, &tag);
		add_text(r, r->p, tag.is_alone ? line_before(r, &tag) : tag.from);
		r->p = tag.is_alone ? line_behind(r, &tag) : tag.to;
		take_tag(r, &tag);
	}
	add_text(r, r->p, r->bytes.n);
	while (r->depth > 0) {
		found_unended(r, &r->template->nodes[r->sections[r->depth - 1]]);
		pop_section(r);
	}
}

struct templates *
templates_new(struct symbols *symbols, partial_fn *partial, void *context)
{
	struct templates *templates = xcalloc(1, sizeof(*templates));

	templates->symbols = symbols;
	templates->partial = partial;
	templates->context = context;
	arena_init(&templates->arena);
	return templates;
}

void
templates_free(struct templates *templates)
{
	size_t i;

	if (templates == NULL)
		return;
	for (i = 0; i < templates->n_exprs; i++)
		expr_free(templates->exprs[i]);
	free(templates->exprs);
	map_release(&templates->partials);
	arena_release(&templates->arena);
	free(templates);
}

const struct template *
template_read(struct templates *templates, const struct source *source, struct findings *findings)
{
	struct template *template = new_template(templates, source);

	read_into(templates, template, findings);
	return template;
}

/* ---- what it uses ---- */

struct search {
	int symbol;
	bool found;
	size_t budget; /* nodes that may still be looked at: circles are not gone round for ever */
};

static void
see_name(void *context, const struct name *name, struct span at)
{
	struct search *search = context;

	(void)at;
	if (name->field == search->symbol || name->joined == search->symbol)
		search->found = true;
}

static bool
path_uses(const struct path *path, int symbol)
{
	return path->n > 0 && (path->parts[0] == symbol || path->joined == symbol);
}

static bool
uses(const struct template *template, struct search *search, size_t depth)
{
	size_t i;

	for (i = 0; i < template->n && !search->found && search->budget > 0; i++) {
		const struct node *node = &template->nodes[i];

		search->budget--;
		search->found = node->is_path && path_uses(&node->path, search->symbol);
		if (node->expr != NULL)
			expr_names(node->expr, see_name, search);
		if (node->condition != NULL)
			expr_names(node->condition, see_name, search);
		if (node->partial != NULL && depth < PARTIALS_MAX)
			uses(node->partial, search, depth + 1);
	}
	return search->found;
}

bool
template_uses(const struct template *template, int symbol)
{
	struct search search = { symbol, false, 1000000 };

	return uses(template, &search, 0);
}
