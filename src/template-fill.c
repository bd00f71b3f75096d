/*
 * Filling in walks the nodes with a stack of what is around them. A section asks for the first, second, ... of what its name
 * stands for, so that nothing is gathered beforehand. Every node costs a little of a budget, as does every byte: sections and
 * partials inside one another could otherwise be longer than any time.
 */
#include "template-parts.h"

#include <assert.h>
#include <string.h>

#define BUDGET 20000000

struct frame {
	const struct item *item;
	const struct frame *out;
};

struct fill {
	const struct filling *filling;
	struct buf *out;
	struct buf value; /* of one tag, before it is escaped */
	struct buf room; /* of an expression */
	struct buf indent;
	size_t partials; /* inside one another */
	long budget;
	bool has_stopped;
};

/* What an expression is asked about. */
struct asked {
	struct fill *fill;
	const struct frame *frame;
};

/* ---- names ---- */

/* The i-th of what `parts` lead to from a thing; *i counts down over several things on the way. */
static bool
follow(const struct thing *thing, const int *parts, size_t n, size_t *i, struct item *item)
{
	struct item step;
	size_t k;

	for (k = 0; thing->sort->get(thing, parts[0], k, &step); k++) {
		if (n > 1 && step.thing.sort != NULL && step.thing.sort->knows(step.thing.sort, parts[1]) &&
		    follow(&step.thing, parts + 1, n - 1, i, item))
			return true;
		if (n == 1 && (*i)-- == 0) {
			*item = step;
			return true;
		}
	}
	return false;
}

static bool
itself(const struct item *item, size_t i, struct item *found)
{
	const struct thing *thing = &item->thing;

	if (thing->sort != NULL && thing->sort->get(thing, 0, i, found))
		return true;
	*found = *item;
	return i == 0;
}

static bool
lookup(const struct frame *frame, const struct path *path, size_t i, struct item *item)
{
	int joined[PARTS_MAX];

	if (path->n == 0)
		return itself(frame->item, i, item);
	for (; frame != NULL; frame = frame->out) {
		const struct thing *thing = &frame->item->thing;

		if (thing->sort == NULL)
			continue;
		if (path->joined != 0 && thing->sort->knows(thing->sort, path->joined)) {
			joined[0] = path->joined;
			memcpy(joined + 1, path->parts + 2, (path->n - 2) * sizeof(*joined));
			return follow(thing, joined, path->n - 1, &i, item);
		}
		if (thing->sort->knows(thing->sort, path->parts[0]))
			return follow(thing, path->parts, path->n, &i, item);
	}
	return false;
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct asked *asked = context;
	struct path path;
	struct item item;

	(void)self;
	asked->fill->budget -= 4;
	path_of_name(name, &path);
	if (asked->fill->budget < 0 || !lookup(asked->frame, &path, i, &item))
		return false;
	*value = item.text;
	return true;
}

static void
subject_of(struct asked *asked, const struct node *node, struct subject *subject)
{
	*subject = (struct subject){ .get = get, .context = asked,
		.findings = asked->fill->filling->findings, .at = node->at };
}

static bool
holds(struct fill *f, const struct frame *frame, const struct node *node, const struct expr *expr)
{
	struct asked asked = { f, frame };
	struct subject subject;

	subject_of(&asked, node, &subject);
	return expr_test(expr, &subject);
}

/* ---- writing ---- */

static bool
has_stopped(struct fill *f, const struct node *node, size_t cost)
{
	f->budget -= (long)cost + 1;
	if (f->budget < 0 && !f->has_stopped) {
		find(f->filling->findings, MSG_TEMPLATE_ENDLESS, node->at,
		    "the document grows without end: it stops at '%s'", val(f->filling->findings, str_trim(node->text)));
		f->has_stopped = true;
	}
	return f->has_stopped;
}

static void
write_text(struct fill *f, const struct template *template, struct str text)
{
	if (template->is_text)
		escape_value(f->filling->escaping, text, f->out);
	else
		buf_str(f->out, text);
}

static void
show_item(struct fill *f, const struct item *item)
{
	if (f->filling->show != NULL)
		f->filling->show(f->filling->context, item, &f->value);
	else
		buf_str(&f->value, item->text);
}

static void
show_result(struct fill *f, const struct result *result)
{
	char text[NUMBER_SIZE];

	if (result->kind == RESULT_TEXT)
		buf_str(&f->value, result->text);
	if (result->kind != RESULT_NUMBER)
		return;
	number_format(result->number, text);
	if (f->filling->show_number != NULL)
		f->filling->show_number(f->filling->context, str_of(text), &f->value);
	else
		buf_text(&f->value, text);
}

static void
fill_value(struct fill *f, const struct frame *frame, const struct node *node)
{
	struct asked asked = { f, frame };
	struct subject subject;
	struct result result;
	struct item item;

	buf_reset(&f->value);
	if (node->is_path && lookup(frame, &node->path, 0, &item)) {
		show_item(f, &item);
	} else if (node->expr != NULL) {
		subject_of(&asked, node, &subject);
		expr_value(node->expr, &subject, &f->room, &result);
		show_result(f, &result);
	}
	/* what follows in the template begins no line of its own, which could be a request */
	while (f->filling->escaping == ESCAPE_ROFF && f->value.n > 0 && f->value.p[f->value.n - 1] == '\n')
		f->value.n--;
	escape_value(node->is_raw ? ESCAPE_NONE : f->filling->escaping, buf_view(&f->value), f->out);
	f->budget -= (long)f->value.n;
}

/* ---- nodes ---- */

static void fill_nodes(struct fill *f, const struct frame *frame, const struct template *template, size_t from,
    size_t to);

static bool
is_true(const struct item *item)
{
	return !item->is_false && (item->thing.sort != NULL || item->text.n > 0);
}

/* Whether an item of a section is shown. */
static bool
passes(struct fill *f, const struct frame *frame, const struct node *node)
{
	return is_true(frame->item) && (node->condition == NULL || holds(f, frame, node, node->condition));
}

/* The items that pass, or whether one does. */
static bool
fill_items(struct fill *f, const struct frame *frame, const struct template *template, size_t at)
{
	const struct node *node = &template->nodes[at];
	struct item item;
	struct frame inner = { &item, frame };
	bool any = false;
	size_t i;

	for (i = 0; !has_stopped(f, node, 4) && lookup(frame, &node->path, i, &item); i++) {
		if (!passes(f, &inner, node))
			continue;
		any = true;
		if (node->kind == NODE_INVERTED)
			break;
		fill_nodes(f, &inner, template, at + 1, node->end);
	}
	return any;
}

static void
fill_section(struct fill *f, const struct frame *frame, const struct template *template, size_t at)
{
	const struct node *node = &template->nodes[at];
	bool holds_now;

	if (node->is_path) {
		if (!fill_items(f, frame, template, at) && node->kind == NODE_INVERTED)
			fill_nodes(f, frame, template, at + 1, node->end);
		return;
	}
	if (node->expr == NULL)
		return;
	holds_now = holds(f, frame, node, node->expr);
	if (holds_now == (node->kind == NODE_SECTION))
		fill_nodes(f, frame, template, at + 1, node->end);
}

static void
fill_partial(struct fill *f, const struct frame *frame, const struct node *node)
{
	size_t indent = f->indent.n;

	if (node->partial == NULL)
		return;
	if (f->partials == PARTIALS_MAX) {
		if (!f->has_stopped)
			find(f->filling->findings, MSG_TEMPLATE_ENDLESS, node->at, "partials inside one another more than %d deep",
			    PARTIALS_MAX);
		f->has_stopped = true;
		return;
	}
	f->partials++;
	buf_str(&f->indent, node->indent);
	fill_nodes(f, frame, node->partial, 0, node->partial->n);
	f->indent.n = indent;
	f->partials--;
}

static void
fill_nodes(struct fill *f, const struct frame *frame, const struct template *template, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to && !has_stopped(f, &template->nodes[i], template->nodes[i].text.n); i++) {
		const struct node *node = &template->nodes[i];

		if (node->begins_line && f->indent.n > 0)
			buf_str(f->out, buf_view(&f->indent));
		switch (node->kind) {
		case NODE_TEXT:
			write_text(f, template, node->text);
			break;
		case NODE_VALUE:
			fill_value(f, frame, node);
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			fill_section(f, frame, template, i);
			i = node->end - 1;
			break;
		case NODE_PARTIAL:
			fill_partial(f, frame, node);
			break;
		}
	}
}

/* The items around everything, one inside the other; the innermost is returned. */
static const struct frame *
frames_of(const struct filling *filling, struct frame frames[ITEMS_MAX])
{
	size_t i;

	assert(filling->n > 0 && filling->n <= ITEMS_MAX);
	for (i = 0; i < filling->n; i++)
		frames[i] = (struct frame){ &filling->items[i], i ? &frames[i - 1] : NULL };
	return &frames[i - 1];
}

bool
template_test(const struct expr *expr, const struct filling *filling)
{
	struct fill f = { .filling = filling, .budget = BUDGET };
	struct frame frames[ITEMS_MAX];
	struct asked asked = { &f, frames_of(filling, frames) };
	struct subject subject = { .get = get, .context = &asked, .findings = filling->findings };

	return expr_test(expr, &subject);
}

void
template_fill(const struct template *template, const struct filling *filling, struct buf *out)
{
	struct fill f = { .filling = filling, .out = out, .value = BUF_INIT, .room = BUF_INIT,
		.indent = BUF_INIT, .budget = BUDGET };
	struct frame frames[ITEMS_MAX];

	fill_nodes(&f, frames_of(filling, frames), template, 0, template->n);
	buf_release(&f.value);
	buf_release(&f.room);
	buf_release(&f.indent);
}
