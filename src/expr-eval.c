/*
 * Each comparison is a question of its own: is there a choice of one value for each field in it that
 * makes it true? It holds a frame of cursors, one for each different name, and turns them like an
 * odometer. What stands under `#` or inside another comparison is not of its frame.
 */
#include "expr-parts.h"

#include <assert.h>
#include <string.h>

#define ROOM 1024
#define BUDGET 50000000 /* steps of one evaluation */

/* ---- values of names ---- */

struct cursor {
	struct str value;
	const struct field *field; /* in self; NULL when get was asked */
	size_t i;
	bool there;
};

/* An error was found: as missing as a field that is not there, but "&" passes it on. */
#define RESULT_FAILED (RESULT_TEXT + 1)

struct value {
	int kind; /* enum result_kind */
	bool is_made; /* the text is in the evaluation's own memory */
	struct number number;
	struct str text;
};

struct eval {
	const struct expr *expr;
	const struct subject *subject;
	struct cursor *cursors; /* of the frame that is asked */
	long budget;
	size_t used; /* of room */
	size_t beyond; /* of more */
	struct arena more;
	_Alignas(max_align_t) char room[ROOM];
};

static const struct field *
field_from(const struct record *record, const struct field *field, int symbol)
{
	const struct field *end = record->fields + record->n;

	while (field < end && field->symbol != symbol)
		field++;
	return field < end ? field : NULL;
}

static bool
spend(struct eval *e, size_t cost)
{
	struct findings *findings = e->subject->findings;

	if (e->budget < 0)
		return false;
	e->budget -= (long)(cost < BUDGET ? cost : BUDGET) + 1;
	if (e->budget >= 0)
		return true;
	if (findings != NULL && e->expr != NULL)
		fix(findings, find(findings, MSG_TOO_COSTLY,
		    e->subject->at.source != NULL ? e->subject->at : e->expr->at,
		    "\"%s\" takes too long here, so it was given up", nam(findings, e->expr->text)),
		    "too many values are compared with one another");
	return false;
}

static bool
ask(struct eval *e, const struct name *name, size_t i, struct str *value)
{
	const struct subject *subject = e->subject;

	if (subject->get == NULL || (subject->self != NULL && name->sub == 0))
		return false;
	if (i > 1 && !spend(e, i))
		return false;
	return subject->get(subject->context, subject->self, name, i, value);
}

static bool
next_value(struct eval *e, const struct name *name, struct cursor *cursor)
{
	if (cursor->field != NULL) {
		cursor->field = field_from(e->subject->self, cursor->field + 1, name->joined);
		if (cursor->field == NULL)
			return false;
		cursor->value = cursor->field->value;
		return true;
	}
	return ask(e, name, ++cursor->i, &cursor->value);
}

/* The first value, or the one of the name's index. */
static void
first_value(struct eval *e, const struct name *name, struct cursor *cursor)
{
	const struct record *self = e->subject->self;
	int i;

	cursor->i = 0;
	cursor->field = self == NULL ? NULL : field_from(self, self->fields, name->joined);
	if (cursor->field == NULL) {
		cursor->i = name->index > 0 ? (size_t)name->index : 0;
		cursor->there = ask(e, name, cursor->i, &cursor->value);
		return;
	}
	cursor->value = cursor->field->value;
	cursor->there = true;
	for (i = 0; i < name->index && cursor->there; i++)
		cursor->there = next_value(e, name, cursor);
}

static void
first_values(struct eval *e, struct node *const *frame, size_t n, struct cursor *cursors)
{
	size_t i;

	for (i = 0; i < n; i++)
		first_value(e, &frame[i]->name, &cursors[i]);
}

/* The next choice of values; false after the last. */
static bool
turn(struct eval *e, const struct node *node, struct cursor *cursors)
{
	const struct name *name;
	size_t i;

	for (i = 0; i < node->n_frame; i++) {
		name = &node->frame[i]->name;
		if (name->index >= 0 || !cursors[i].there)
			continue;
		if (next_value(e, name, &cursors[i]))
			return spend(e, 0);
		first_value(e, name, &cursors[i]);
	}
	return false;
}

static size_t
count(struct eval *e, const struct name *name)
{
	struct cursor cursor;
	size_t n;

	first_value(e, name, &cursor);
	if (!cursor.there)
		return 0;
	for (n = 1; name->index < 0 && next_value(e, name, &cursor); n++)
		;
	return n;
}

/* ---- values ---- */

static void *
room_for(struct eval *e, size_t n)
{
	char *p = e->room + e->used;

	n = (n + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	spend(e, n / 64);
	if (n > ROOM - e->used) {
		e->beyond += n;
		return arena_alloc(&e->more, n);
	}
	e->used += n;
	return p;
}

/* Where to put a finding about a value: in the file, when it stands there as it is. */
static struct span
value_place(const struct eval *e, struct str value)
{
	const struct subject *subject = e->subject;
	const struct field *field;
	struct str bytes;
	uint32_t i;

	if (subject->file != NULL && subject->file->source != NULL) {
		bytes = subject->file->source->bytes;
		if ((uintptr_t)value.p >= (uintptr_t)bytes.p &&
		    (uintptr_t)value.p < (uintptr_t)bytes.p + bytes.n)
			return (struct span){ subject->file->source, (size_t)(value.p - bytes.p), value.n };
		for (i = 0; subject->self != NULL && i < subject->self->n; i++) {
			field = &subject->self->fields[i];
			if (field->value.p == value.p && field->value.n == value.n)
				return value_span(subject->file, field);
		}
	}
	return subject->at.source != NULL ? subject->at : e->expr->at;
}

static void
not_a(struct eval *e, enum message message, const struct node *node, struct str value)
{
	struct findings *findings = e->subject->findings;
	const char *what = message == MSG_DATE_NEEDED ? "a date" : "a number", *reason = NULL;
	struct finding *finding;
	char text[DATE_SIZE];
	day guess;

	if (findings == NULL)
		return;
	finding = find(findings, message, value_place(e, value), "'%s' is not %s, which \"%s\" needs",
	    val(findings, value), what, nam(findings, text_of(e->expr, node)));
	if (message == MSG_NUMBER_NEEDED && date_parse(value, &guess, &reason))
		fix(findings, finding, "dates are compared with '<<', '>>' and '=='");
	else if (message == MSG_NUMBER_NEEDED && node->op == OP_TRUTH)
		fix(findings, finding, "'#Field' asks whether a field is there");
	else if (message == MSG_DATE_NEEDED && date_guess(value, &guess))
		fix(findings, finding, "did you mean '%s'?", date_format(guess, text));
}

static void eval_value(struct eval *e, const struct node *node, struct value *value);
static bool eval_test(struct eval *e, const struct node *node);

/* `user` is the operation that needs it, for the finding. */
static bool
number_from(struct eval *e, const struct node *user, const struct value *value,
    struct number *number)
{
	if (value->kind == RESULT_MISSING || value->kind == RESULT_FAILED)
		return false;
	if (value->kind == RESULT_NUMBER) {
		*number = value->number;
		return true;
	}
	if (number_parse(value->text, number))
		return true;
	not_a(e, MSG_NUMBER_NEEDED, user, value->text);
	return false;
}

static void
number_to_text(struct eval *e, struct value *value)
{
	char text[NUMBER_SIZE];
	size_t n;

	number_format(value->number, text);
	n = strlen(text);
	value->text = (struct str){ memcpy(room_for(e, n), text, n), n };
	value->kind = RESULT_TEXT;
	value->is_made = true;
}

static void
eval_arithmetic(struct eval *e, const struct node *node, struct value *value)
{
	struct findings *findings = e->subject->findings;
	struct value left, right;
	struct number a, b;
	bool good;

	eval_value(e, node->args[0], &left);
	eval_value(e, node->args[1], &right);
	value->kind = left.kind == RESULT_MISSING || right.kind == RESULT_MISSING ? RESULT_MISSING :
	    RESULT_FAILED;
	if (value->kind == RESULT_MISSING || !number_from(e, node, &left, &a) || !number_from(e, node, &right, &b))
		return;
	switch (node->op) {
	case OP_ADD:
		good = number_add(a, b, &value->number);
		break;
	case OP_SUB:
		good = number_sub(a, b, &value->number);
		break;
	case OP_MUL:
		good = number_mul(a, b, &value->number);
		break;
	case OP_DIV:
		good = number_div(a, b, &value->number);
		break;
	default:
		good = number_mod(a, b, &value->number);
	}
	if (good) {
		value->kind = RESULT_NUMBER;
		return;
	}
	if (findings != NULL)
		find(findings, MSG_BAD_ARITHMETIC,
		    e->subject->at.source != NULL ? e->subject->at : e->expr->at,
		    b.mantissa == 0 && (node->op == OP_DIV || node->op == OP_MOD) ?
		    "\"%s\" divides by 0" : "\"%s\" has no exact result",
		    nam(findings, text_of(e->expr, node)));
}

/* What is missing adds nothing, but when all is. */
static void
eval_join(struct eval *e, const struct node *node, struct value *value)
{
	struct value *parts = room_for(e, node->n * sizeof(*parts));
	size_t i, n = 0, there = 0;
	char *p;

	value->kind = RESULT_FAILED;
	for (i = 0; i < node->n; i++) {
		eval_value(e, node->args[i], &parts[there]);
		if (parts[there].kind == RESULT_FAILED)
			return;
		if (parts[there].kind == RESULT_MISSING)
			continue;
		if (parts[there].kind == RESULT_NUMBER)
			number_to_text(e, &parts[there]);
		n += parts[there++].text.n;
	}
	value->kind = RESULT_MISSING;
	if (there == 0)
		return;
	p = room_for(e, n);
	*value = (struct value){ RESULT_TEXT, true, { 0, 0 }, { p, n } };
	for (i = 0; i < there; i++) {
		if (parts[i].text.n != 0)
			memcpy(p, parts[i].text.p, parts[i].text.n);
		p += parts[i].text.n;
	}
}

static void
eval_value(struct eval *e, const struct node *node, struct value *value)
{
	const struct cursor *cursor;

	value->is_made = false;
	switch (node->op) {
	case OP_NUMBER:
		value->kind = RESULT_NUMBER;
		value->number = node->number;
		break;
	case OP_TEXT:
		value->kind = RESULT_TEXT;
		value->text = node->text;
		break;
	case OP_NAME:
		cursor = &e->cursors[node->slot];
		value->kind = cursor->there ? RESULT_TEXT : RESULT_MISSING;
		value->text = cursor->value;
		break;
	case OP_COUNT:
		value->kind = RESULT_NUMBER;
		value->number = number_of((int64_t)count(e, &node->name));
		break;
	case OP_IF:
		eval_value(e, node->args[eval_test(e, node->args[0]) ? 1 : 2], value);
		break;
	case OP_JOIN:
		eval_join(e, node, value);
		break;
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
		eval_arithmetic(e, node, value);
		break;
	default:
		value->kind = RESULT_NUMBER;
		value->number = number_of(eval_test(e, node));
	}
}

/* ---- comparisons ---- */

static bool
order_holds(enum op op, int order)
{
	switch (op) {
	case OP_EQ:
	case OP_SAME:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
	case OP_BEFORE:
		return order < 0;
	case OP_GT:
	case OP_AFTER:
		return order > 0;
	case OP_LE:
		return order <= 0;
	default:
		assert(op == OP_GE);
		return order >= 0;
	}
}

static bool
numbers_hold(struct eval *e, const struct node *node, const struct value *left,
    const struct value *right)
{
	struct number a, b;

	if ((node->op == OP_EQ || node->op == OP_NE) && left->kind == RESULT_TEXT &&
	    right->kind == RESULT_TEXT)
		return str_eq(left->text, right->text) == (node->op == OP_EQ);
	return number_from(e, node, left, &a) && number_from(e, node, right, &b) &&
	    order_holds(node->op, number_cmp(a, b));
}

static bool
date_from(struct eval *e, const struct node *user, const struct node *node,
    const struct value *value, day *date)
{
	struct value text = *value;

	if (node->op == OP_TEXT) {
		*date = node->date;
		return true;
	}
	if (value->kind == RESULT_NUMBER)
		number_to_text(e, &text);
	if (date_parse(text.text, date, NULL))
		return true;
	not_a(e, MSG_DATE_NEEDED, user, text.text);
	return false;
}

static bool
dates_hold(struct eval *e, const struct node *node, const struct value *left,
    const struct value *right)
{
	day a, b;

	return date_from(e, node, node->args[0], left, &a) &&
	    date_from(e, node, node->args[1], right, &b) &&
	    order_holds(node->op, (a > b) - (a < b));
}

/* Patterns may only be tried on valid UTF-8. */
static bool
is_utf8(struct str text)
{
	uint64_t eight;
	uint32_t code;
	size_t n;

	while (text.n != 0) {
		if (text.n >= 8 && (memcpy(&eight, text.p, 8),
		    (eight & 0x8080808080808080u) == 0))
			n = 8;
		else
			n = utf8_decode(text, &code);
		if (n == 0)
			return false;
		text.p += n;
		text.n -= n;
	}
	return true;
}

static bool
match_holds(struct eval *e, const struct node *node, struct value *value)
{
	struct findings *findings = e->subject->findings;

	if (value->kind == RESULT_NUMBER)
		number_to_text(e, value);
	if (!is_utf8(value->text))
		return false;
	switch (pattern_match(node->pattern, value->text, 0, NULL)) {
	case NO_MATCH:
		return false;
	case MATCH:
		return true;
	default:
		break;
	}
	if (findings != NULL)
		fix(findings, find(findings, MSG_TOO_COSTLY, value_place(e, value->text),
		    "the pattern in \"%s\" takes too long on this value, so it was given up",
		    nam(findings, text_of(e->expr, node))),
		    "a repetition inside a repetition, such as (a+)+, is the usual cause");
	return false;
}

static bool
truth_holds(struct eval *e, const struct node *node, const struct value *value)
{
	enum truth truth;

	if (value->kind == RESULT_NUMBER)
		return value->number.mantissa != 0;
	truth = truth_of(value->text);
	if (truth == IS_NEITHER)
		not_a(e, MSG_NUMBER_NEEDED, node, value->text);
	return truth == IS_TRUE;
}

/* For the values that the cursors stand on. */
static bool
holds(struct eval *e, const struct node *node)
{
	struct value left, right;

	eval_value(e, node->args[0], &left);
	if (left.kind == RESULT_MISSING || left.kind == RESULT_FAILED)
		return false;
	if (node->op == OP_TRUTH)
		return truth_holds(e, node, &left);
	if (node->op == OP_MATCH)
		return match_holds(e, node, &left);
	eval_value(e, node->args[1], &right);
	if (right.kind == RESULT_MISSING || right.kind == RESULT_FAILED)
		return false;
	return expr_ops[node->op].level == LEVEL_DATE ? dates_hold(e, node, &left, &right) :
	    numbers_hold(e, node, &left, &right);
}

/* For any choice of values. */
static bool
holds_for_some(struct eval *e, const struct node *node)
{
	struct cursor cursors[NAMES_MAX], *outer = e->cursors;
	size_t used = e->used;
	bool found, is_empty = e->beyond == 0;

	first_values(e, node->frame, node->n_frame, cursors);
	e->cursors = cursors;
	do {
		found = holds(e, node);
		e->used = used;
		if (is_empty && e->beyond != 0) {
			arena_reset(&e->more);
			e->beyond = 0;
		}
	} while (!found && turn(e, node, cursors));
	e->cursors = outer;
	return found;
}

/* Whether some value of a name is `text` (or, for !=, is not). */
static bool
some_value_is(struct eval *e, const struct name *name, struct str text, bool wanted)
{
	const struct record *self = e->subject->self;
	const struct field *field = self ? field_from(self, self->fields, name->joined) : NULL;
	struct str value;
	size_t i;

	if (field == NULL) {
		for (i = 0; ask(e, name, i, &value); i++)
			if (str_eq(value, text) == wanted)
				return true;
		return false;
	}
	for (; field != NULL; field = field_from(self, field + 1, name->joined))
		if ((field->value.n == text.n && memcmp(field->value.p, text.p, text.n) == 0) == wanted)
			return true;
	return false;
}

static bool
has_value(struct eval *e, const struct name *name)
{
	struct cursor cursor;

	first_value(e, name, &cursor);
	return cursor.there;
}

static bool
eval_test(struct eval *e, const struct node *node)
{
	size_t i;

	switch (node->op) {
	case OP_NOT:
		return !eval_test(e, node->args[0]);
	case OP_IMPLIES:
		return !eval_test(e, node->args[0]) || eval_test(e, node->args[1]);
	case OP_AND:
		for (i = 0; i < node->n; i++)
			if (!eval_test(e, node->args[i]))
				return false;
		return true;
	case OP_OR:
		for (i = 0; i < node->n; i++)
			if (eval_test(e, node->args[i]))
				return true;
		return false;
	default:
		break;
	}
	if (node->is_fast)
		return node->op == OP_TRUTH ? has_value(e, &node->args[0]->name) :
		    some_value_is(e, &node->args[0]->name, node->args[1]->text, node->op == OP_EQ);
	return holds_for_some(e, node);
}

static void
eval_init(struct eval *e, const struct expr *expr, const struct subject *subject)
{
	e->expr = expr;
	e->subject = subject;
	e->cursors = NULL;
	e->budget = BUDGET;
	e->used = e->beyond = 0;
	arena_init(&e->more);
}

bool
expr_test(const struct expr *expr, const struct subject *subject)
{
	struct eval e;
	bool result;

	eval_init(&e, expr, subject);
	result = eval_test(&e, expr->test);
	if (e.more.chunk != NULL)
		arena_release(&e.more);
	return result;
}

static bool
is_about(const struct node *node, int symbol)
{
	size_t i;

	for (i = 0; i < node->n_frame; i++)
		if (node->frame[i]->name.field != symbol || node->frame[i]->name.sub != 0)
			return false;
	return node->n_frame > 0;
}

/* Whether a part counts or holds another comparison: those have names that are not of its frame. */
static bool
has_own_questions(const struct node *node)
{
	size_t i;

	if (node->op == OP_COUNT)
		return true;
	for (i = 0; i < node->n; i++)
		if (node->args[i] != NULL && (node->args[i]->n_frame > 0 ||
		    has_own_questions(node->args[i])))
			return true;
	return false;
}

static bool
is_absent(const struct node *node, const struct foreknown *given)
{
	const struct name *name = &node->name;
	const bool *absent = given->absent;

	if (absent == NULL || (node->op != OP_NAME && node->op != OP_COUNT) || (size_t)name->field >= given->n ||
	    (size_t)name->joined >= given->n)
		return false;
	return absent[name->joined] && absent[name->field];
}

/* Whether it compares, or asks for, a field that is not there. */
static bool
asks_absent(const struct node *node, const struct foreknown *given)
{
	if (node->op == OP_TRUTH || node->op == OP_MATCH)
		return is_absent(node->args[0], given);
	return node->n == 2 && ((node->args[0]->op == OP_NAME && is_absent(node->args[0], given)) ||
	    (node->args[1]->op == OP_NAME && is_absent(node->args[1], given)));
}

/* Kleene's three values: what is not decided decides nothing. */
static enum expr_given
decide(struct eval *e, const struct node *node, const struct foreknown *given)
{
	enum expr_given left, all;
	size_t i;

	switch (node->op) {
	case OP_NOT:
		left = decide(e, node->args[0], given);
		return left == GIVEN_UNDECIDED ? left : left == GIVEN_TRUE ? GIVEN_FALSE : GIVEN_TRUE;
	case OP_IMPLIES:
		left = decide(e, node->args[0], given);
		all = decide(e, node->args[1], given);
		if (left == GIVEN_FALSE || all == GIVEN_TRUE)
			return GIVEN_TRUE;
		return left == GIVEN_TRUE && all == GIVEN_FALSE ? GIVEN_FALSE : GIVEN_UNDECIDED;
	case OP_AND:
	case OP_OR:
		all = node->op == OP_AND ? GIVEN_TRUE : GIVEN_FALSE;
		for (i = 0; i < node->n; i++) {
			left = decide(e, node->args[i], given);
			if (left == (node->op == OP_AND ? GIVEN_FALSE : GIVEN_TRUE))
				return left;
			if (left == GIVEN_UNDECIDED)
				all = left;
		}
		return all;
	default:
		break;
	}
	if (asks_absent(node, given))
		return GIVEN_FALSE;
	if (!is_about(node, given->symbol) || has_own_questions(node))
		return GIVEN_UNDECIDED;
	return eval_test(e, node) ? GIVEN_TRUE : GIVEN_FALSE;
}

static struct node *
new_node(struct arena *arena, const struct node *like, size_t n)
{
	struct node *node = ARENA_NEW(arena, struct node, 1);

	*node = *like;
	node->args = ARENA_NEW(arena, struct node *, n);
	node->n = 0;
	return node;
}

/* An undecided node without its decided parts. */
static struct node *
rest_of(struct eval *e, struct node *node, const struct foreknown *given, struct arena *arena)
{
	struct node *rest;
	size_t i;

	switch (node->op) {
	case OP_NOT:
		rest = new_node(arena, node, 1);
		rest->args[rest->n++] = rest_of(e, node->args[0], given, arena);
		return rest;
	case OP_IMPLIES:
		if (decide(e, node->args[0], given) == GIVEN_TRUE)
			return rest_of(e, node->args[1], given, arena);
		if (decide(e, node->args[1], given) == GIVEN_FALSE) {
			static const struct node not = { .op = OP_NOT };

			rest = new_node(arena, &not, 1);
			rest->args[rest->n++] = rest_of(e, node->args[0], given, arena);
			return rest;
		}
		rest = new_node(arena, node, 2);
		for (i = 0; i < 2; i++)
			rest->args[rest->n++] = rest_of(e, node->args[i], given, arena);
		return rest;
	case OP_AND:
	case OP_OR:
		rest = new_node(arena, node, node->n);
		for (i = 0; i < node->n; i++)
			if (decide(e, node->args[i], given) == GIVEN_UNDECIDED)
				rest->args[rest->n++] = rest_of(e, node->args[i], given, arena);
		return rest->n == 1 ? rest->args[0] : rest;
	default:
		return node;
	}
}

enum expr_given
expr_given(const struct expr *expr, const struct foreknown *given, struct arena *arena,
    const struct expr **rest)
{
	struct field field = { STR(""), given->value, 0, 0, 0, given->symbol };
	const struct record record = { &field, 1, 0, 0 };
	const struct subject subject = { .self = &record };
	enum expr_given result;
	struct expr *left;
	struct eval e;

	eval_init(&e, expr, &subject);
	result = decide(&e, expr->test, given);
	if (result == GIVEN_UNDECIDED) {
		left = ARENA_NEW(arena, struct expr, 1);
		*left = *expr;
		left->test = rest_of(&e, expr->test, given, arena);
		*rest = left;
	}
	if (e.more.chunk != NULL)
		arena_release(&e.more);
	return result;
}

void
expr_value(const struct expr *expr, const struct subject *subject, struct buf *room,
    struct result *result)
{
	struct cursor cursors[NAMES_MAX];
	struct value value;
	struct eval e;

	buf_reset(room);
	eval_init(&e, expr, subject);
	first_values(&e, expr->frame, expr->n_frame, cursors);
	e.cursors = cursors;
	eval_value(&e, expr->root, &value);
	*result = (struct result){ value.kind == RESULT_FAILED ? RESULT_MISSING :
	    (enum result_kind)value.kind };
	if (value.kind == RESULT_NUMBER)
		result->number = value.number;
	if (value.kind == RESULT_TEXT && value.is_made)
		buf_str(room, value.text);
	if (value.kind == RESULT_TEXT)
		result->text = !value.is_made ? value.text : room->n ? buf_view(room) : STR("");
	if (e.more.chunk != NULL)
		arena_release(&e.more);
}

bool
expr_lookup(const struct subject *subject, const struct name *name, size_t i, struct str *value)
{
	struct cursor cursor;
	struct name nth = *name;
	struct eval e;

	if (name->index >= 0 && i > 0)
		return false;
	eval_init(&e, NULL, subject);
	if (name->index < 0)
		nth.index = (int)i;
	first_value(&e, &nth, &cursor);
	*value = cursor.value;
	return cursor.there;
}
