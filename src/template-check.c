/* Names are held against sorts in the way in which they will be looked up, without anything to fill in. */
#include "template-parts.h"

#include <assert.h>
#include <string.h>

#define GUESSES_MAX 1024

/* What is around a place, innermost first; sort NULL: a text. */
struct level {
	const struct sort *sort;
	const struct level *out;
};

struct check {
	struct findings *findings;
	enum escaping escaping;
	const struct template *open[PARTIALS_MAX];
	size_t n_open;
	size_t budget;
};

/* Where a path leads to: a name in a sort. */
struct target {
	const struct sort *sort; /* NULL: nowhere */
	int symbol;
	const struct sort *inside;
};

/* What one expression is asked against. */
struct naming {
	struct check *check;
	const struct level *level;
};

/* ---- faults ---- */

static struct str
near_name(const struct level *level, bool all, struct str word)
{
	struct str names[GUESSES_MAX];
	size_t n = 0;

	for (; level != NULL; level = all ? level->out : NULL)
		if (level->sort != NULL && level->sort->names != NULL)
			n += level->sort->names(level->sort, names + n, GUESSES_MAX - n);
	return nearest(word, names, n);
}

/* "A.B" of "A.B.C", for the part that is not known. */
static struct str
part_of(struct str text, size_t k)
{
	struct str rest = text, part = text;
	size_t i;

	for (i = 0; i <= k; i++)
		if (!str_cut(&rest, memchr(text.p, '.', text.n) ? '.' : '_', &part))
			break;
	return part;
}

static void
found_unknown(struct check *c, const struct level *level, struct str text, struct span at)
{
	struct str whole = near_name(level, true, text), word = part_of(text, 0);
	struct str near = whole.p ? whole : near_name(level, true, word);
	struct finding *f = find(c->findings, MSG_TEMPLATE_NAME, at, "'%s' is no name of %s", nam(c->findings,
	    memchr(text.p, '.', text.n) ? word : text), level->sort ? level->sort->what : "what stands here");

	if (near.p != NULL)
		fix(c->findings, f, "did you mean '%s'?", nam(c->findings, near));
	else
		fix(c->findings, f, "write a field of it (dossier help KIND lists those of a kind), "
		    "or a name that dossier-template(5) lists");
}

static void
found_unknown_part(struct check *c, const struct sort *sort, struct str text, size_t k, struct span at)
{
	struct level level = { sort, NULL };
	struct str word = part_of(text, k), near = near_name(&level, false, word);
	struct finding *f;

	if (sort == NULL)
		f = find(c->findings, MSG_TEMPLATE_NAME, at, "'%s' is a text: it has no '%s'",
		    nam(c->findings, part_of(text, k - 1)), nam(c->findings, word));
	else
		f = find(c->findings, MSG_TEMPLATE_NAME, at, "'%s' is no name of %s", nam(c->findings, word), sort->what);
	if (near.p != NULL)
		fix(c->findings, f, "did you mean '%s'?", nam(c->findings, near));
}

static void
object(struct check *c, const struct sort *sort, int symbol, struct str text, struct span at)
{
	const char *why = sort->objection ? sort->objection(sort, symbol) : NULL;
	struct finding *f;

	if (why == NULL)
		return;
	f = find(c->findings, MSG_DOCUMENT_FIELD, at, "'%s' may not stand in this document", nam(c->findings, text));
	fix(c->findings, f, "%s", why);
}

/* ---- paths ---- */

static const struct sort *
inside(const struct sort *sort, int symbol)
{
	return sort->inside ? sort->inside(sort, symbol) : NULL;
}

/* Goes on from a name that is known: parts from k on. */
static struct target
descend(struct check *c, struct target target, const struct path *path, size_t k, struct str text, struct span at)
{
	for (; k < path->n; k++) {
		const struct sort *sort = target.inside;

		if (sort == NULL || !sort->knows(sort, path->parts[k])) {
			found_unknown_part(c, sort, text, k, at);
			return (struct target){ NULL };
		}
		object(c, sort, path->parts[k], text, at);
		target = (struct target){ sort, path->parts[k], inside(sort, path->parts[k]) };
	}
	return target;
}

static struct target
resolve(struct check *c, const struct level *level, const struct path *path, struct str text, struct span at)
{
	const struct level *l;
	struct target target;

	if (path->n == 0)
		return (struct target){ level->sort, 0, level->sort ? inside(level->sort, 0) : NULL };
	for (l = level; l != NULL; l = l->out) {
		int symbol = path->parts[0];
		bool is_joined;

		if (l->sort == NULL)
			continue;
		is_joined = path->joined != 0 && l->sort->knows(l->sort, path->joined);
		if (is_joined)
			symbol = path->joined;
		else if (!l->sort->knows(l->sort, symbol))
			continue;
		object(c, l->sort, symbol, text, at);
		target = (struct target){ l->sort, symbol, inside(l->sort, symbol) };
		return descend(c, target, path, is_joined ? 2 : 1, text, at);
	}
	found_unknown(c, level, text, at);
	return (struct target){ NULL };
}

/* ---- expressions ---- */

static void
check_word(struct check *c, const struct target *target, struct str word, const struct mention *mention)
{
	const struct str *words;
	struct str near;
	struct finding *f;
	size_t n = 0, i;

	if (target->sort == NULL || target->sort->words == NULL)
		return;
	words = target->sort->words(target->sort, target->symbol, &c->findings->arena, &n);
	for (i = 0; words != NULL && i < n; i++)
		if (str_eq(words[i], word))
			return;
	if (words == NULL)
		return;
	near = nearest(word, words, n);
	f = find(c->findings, MSG_TEMPLATE_WORD, mention->text_at, "'%s' is never '%s'",
	    nam(c->findings, (struct str){ mention->at.source->bytes.p + mention->at.at, mention->at.n }),
	    nam(c->findings, word));
	if (near.p != NULL)
		fix(c->findings, f, "did you mean '%s'?", nam(c->findings, near));
}

/* The name that stands somewhere in the place of a mention. */
static struct str
name_in(struct str text)
{
	size_t n = 0;

	while (text.n > 0 && (text.p[0] == '#' || text.p[0] == ' '))
		text = (struct str){ text.p + 1, text.n - 1 };
	while (n < text.n && text.p[n] != ')' && text.p[n] != ' ')
		n++;
	return (struct str){ text.p, n };
}

static void
see(void *context, const struct mention *mention)
{
	const struct naming *naming = context;
	struct check *c = naming->check;
	struct str text = { mention->at.source->bytes.p + mention->at.at, mention->at.n };
	struct choice words = { NULL, 0 };
	struct target target;
	struct path path;
	size_t i;

	text = name_in(text);
	path_of_name(&mention->name, &path);
	target = resolve(c, naming->level, &path, text, mention->at);
	if (mention->sign == NULL)
		return;
	if (strcmp(mention->sign, "=") == 0 || strcmp(mention->sign, "!=") == 0)
		check_word(c, &target, mention->text, mention);
	else if (strcmp(mention->sign, "~") == 0)
		words = pattern_words(mention->text, &c->findings->arena);
	for (i = 0; i < words.n; i++)
		check_word(c, &target, words.list[i], mention);
}

static void
check_expr(struct check *c, const struct level *level, const struct expr *expr)
{
	struct naming naming = { c, level };

	expr_mentions(expr, 0, (struct choice){ NULL, 0 }, &c->findings->arena, see, &naming);
}

/* ---- nodes ---- */

static void check_nodes(struct check *c, const struct level *level, const struct template *template, size_t from,
    size_t to);

static void
check_value(struct check *c, const struct level *level, const struct node *node)
{
	struct finding *f;

	if (node->is_path)
		resolve(c, level, &node->path, node->name, node->at);
	else if (node->expr != NULL)
		check_expr(c, level, node->expr);
	if (!node->is_raw || c->escaping == ESCAPE_NONE)
		return;
	f = find(c->findings, MSG_UNESCAPED_VALUE, node->at, "'%s' is not escaped: what it holds can change the document",
	    nam(c->findings, node->text));
	fix(c->findings, f, "write {{%s}}", nam(c->findings, node->text));
}

static void
check_section(struct check *c, const struct level *level, const struct template *template, size_t at)
{
	const struct node *node = &template->nodes[at];
	struct level inner = { NULL, level };
	struct target target;

	if (!node->is_path) {
		if (node->expr != NULL)
			check_expr(c, level, node->expr);
		check_nodes(c, level, template, at + 1, node->end);
		return;
	}
	target = resolve(c, level, &node->path, node->name, (struct span){ node->at.source, node->at.at, node->name.n });
	if (target.sort == NULL && node->path.n > 0)
		return; /* what is inside cannot be told */
	inner.sort = target.inside;
	if (node->condition != NULL)
		check_expr(c, &inner, node->condition);
	if (node->condition != NULL && inner.sort != NULL && inner.sort->narrow != NULL)
		inner.sort = inner.sort->narrow(inner.sort, node->condition, &c->findings->arena);
	check_nodes(c, node->kind == NODE_SECTION ? &inner : level, template, at + 1, node->end);
}

static void
check_partial(struct check *c, const struct level *level, const struct template *partial)
{
	size_t i;

	for (i = 0; i < c->n_open; i++)
		if (c->open[i] == partial)
			return;
	if (c->n_open == PARTIALS_MAX)
		return;
	c->open[c->n_open++] = partial;
	findings_new_source(c->findings);
	check_nodes(c, level, partial, 0, partial->n);
	findings_new_source(c->findings);
	c->n_open--;
}

static void
check_nodes(struct check *c, const struct level *level, const struct template *template, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to && c->budget > 0; i++) {
		const struct node *node = &template->nodes[i];

		c->budget--;
		if (node->kind == NODE_VALUE) {
			check_value(c, level, node);
		} else if (node->kind == NODE_SECTION || node->kind == NODE_INVERTED) {
			check_section(c, level, template, i);
			i = node->end - 1;
		} else if (node->kind == NODE_PARTIAL && node->partial != NULL) {
			check_partial(c, level, node->partial);
		}
	}
}

/* The sorts around everything, one inside the other; the innermost is returned. */
static const struct level *
levels_of(const struct sort *const *sorts, size_t n, struct level levels[ITEMS_MAX])
{
	size_t i;

	assert(n > 0 && n <= ITEMS_MAX);
	for (i = 0; i < n; i++)
		levels[i] = (struct level){ sorts[i], i ? &levels[i - 1] : NULL };
	return &levels[i - 1];
}

void
template_check(const struct template *template, const struct sort *const *sorts, size_t n, enum escaping escaping,
    struct findings *findings)
{
	struct check c = { .findings = findings, .escaping = escaping, .open = { template }, .n_open = 1,
		.budget = 200000 };
	struct level levels[ITEMS_MAX];

	findings_new_source(findings);
	check_nodes(&c, levels_of(sorts, n, levels), template, 0, template->n);
}

void
template_check_condition(const struct expr *expr, const struct sort *const *sorts, size_t n, struct findings *findings)
{
	struct check c = { .findings = findings };
	struct level levels[ITEMS_MAX];

	findings_new_source(findings);
	check_expr(&c, levels_of(sorts, n, levels), expr);
}
