/*
 * A journal is gone through once, day by day. Before a day's entries are judged the values in force on it are set; for
 * each entry the predicates that may hold of its kind are asked once, the rules that one of them concerns take a step,
 * then the States do. Which predicates a kind decides by itself is worked out when the kind is met first.
 *
 * What waits for a later entry stands in a queue, by the value that Same compares; a deadline is worked out when it is
 * answered or at the end. A change of value makes a new segment of the rule's durations: the deadline of what waits is
 * counted in each segment until one in which it passed. Later starts never pass earlier, so the segment from
 * which to look only moves forward, and a journal costs time in proportion to its length.
 */
#include "rules-parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
#define WORD_BITS 64

#define ROWS_MAX 64 /* of a kind */

/* What the kind of an entry decides, and which fields it has. */
struct kind_row {
	struct kind_row *next; /* of the same kind, with other fields */
	uint64_t fields; /* the bits of those it has */
	const struct rectype *type;
	uint64_t *known, *holds; /* predicates: decided, and how */
	const struct expr **asked; /* of the others, what is left to ask */
	size_t *rules, n_rules; /* those that an entry of the kind may concern */
	size_t *states, n_states;
};

struct spell_text {
	char since[DATE_SIZE];
	size_t before; /* the State's spell before, NONE */
};

struct holding {
	size_t spell; /* the State's latest, NONE */
	bool holds;
	day ends; /* when by itself; DAY_NONE: never */
};

/* Something that waits for a later entry. */
struct wait {
	size_t entry;
	day start;
	size_t next; /* of its rule */
	bool done;
};

struct node {
	size_t item; /* a wait, or an entry */
	size_t next; /* waits: the next in the bucket */
	size_t different; /* entries: the one before that has other values */
};

/* Of a rule and a value that Same compares. */
struct bucket {
	size_t rule;
	struct str value;
	uint64_t hash;
	size_t first_wait, last_wait; /* nodes, oldest first */
	size_t last_seen; /* node of the entry seen last: a Need, an After, a With */
	size_t last_on;
};

/* From `from` on, a rule's duration is within[index]; n_within: there is none. */
struct segment {
	day from;
	size_t index;
};

struct monitor {
	size_t in_case; /* the case that it was reset for */
	size_t ons, last_on;
	size_t last_until;
	size_t seen; /* of Need, After or With: the last entry, NONE */
	struct bucket all; /* without Same; its waits are the open ones */
	size_t first_open, last_open; /* waits, oldest first; done ones fall out when they are met */
	size_t live; /* of these, not done */
	bool met; /* count: below Min was judged at a closing */
	/* every */
	bool running, asked;
	size_t since_entry;
	day since_day;
	/* durations that depend on the case */
	struct segment *segments;
	size_t n_segments, size_segments;
	size_t frontier;
	day frontier_start;
	size_t stamp; /* judge->stamp when they were asked last */
};

struct running {
	struct standing standing; /* first: it is the context */
	struct judge *judge;
};

struct judge {
	const struct rules *rules;
	struct arena arena; /* rows, as long as the judge */
	struct map kinds;
	struct kind_row *any; /* for kinds that nobody described */
	size_t n_words;
	uint8_t *bits; /* by symbol: which bit, from 1, stands for a field that entries are asked for; 0 for none */
	bool *absent; /* by symbol: those of them that an entry lacks */
	size_t n_bits;
	bool *watched; /* symbols of case fields that expressions name */
	const struct state **state_of; /* by symbol */
	size_t n_symbols;
	size_t *always, n_always; /* rules that every entry concerns */
	size_t *everies, n_everies, *settleds, n_settleds, *counts, n_counts, *timed, n_timed;
	struct running running;
	struct in_force in_force;
	const struct record **carriers;

	/* of the case judged */
	struct casefile *file;
	struct findings *findings;
	day today;
	bool is_past; /* the journal is through: States answer by day */
	size_t case_number;
	size_t i;
	const struct kind_row *row;
	uint64_t *known, *holds;
	bool has_subject;
	struct entry_context context;
	struct subject subject;
	struct monitor *monitors;
	size_t *touched, n_touched;
	struct holding *holdings;
	size_t stamp; /* counts changes of values and States */
	size_t live; /* waits that `settled` minds */
	size_t opened; /* of these at this entry */

	struct spell *spells;
	struct spell_text *spell_texts;
	size_t n_spells, size_spells;
	struct wait *waits;
	size_t n_waits, size_waits;
	struct node *nodes;
	size_t n_nodes, size_nodes;
	struct bucket *buckets;
	size_t *table; /* buckets by hash, NONE */
	size_t n_buckets, size_buckets, size_table;
	struct judgement *list;
	size_t n, size;
	struct arena scratch; /* of the case */
};

static struct field no_fields[1];
static const struct record no_record = { no_fields, 0, 0, 0 };

const char *
verdict_name(enum verdict verdict)
{
	static const char *const names[] = { "ok", "due", "overdue", "late", "broken" };

	return names[verdict];
}

#define GROW(list, n, size) \
	((n) < (size) ? (void)0 : \
	(void)((size) = (size) ? 2 * (size) : 64, (list) = xrealloc((list), (size) * sizeof(*(list)))))

/* ---- what an expression asks ---- */

static bool
bit(const uint64_t *words, size_t i)
{
	return words[i / WORD_BITS] >> (i % WORD_BITS) & 1;
}

static void
set_bit(uint64_t *words, size_t i, bool on)
{
	if (on)
		words[i / WORD_BITS] |= (uint64_t)1 << (i % WORD_BITS);
}

static const struct entry *
entry_at(const struct judge *judge, size_t i)
{
	return &judge->file->entries[i];
}

static day
day_at(const struct judge *judge, size_t i)
{
	return judge->file->entries[i].date;
}

/* Whether the entry that is judged now matches a predicate. */
static bool
matches(struct judge *judge, int predicate)
{
	size_t i = (size_t)predicate;
	bool holds;

	if (predicate < 0)
		return false;
	if (bit(judge->known, i))
		return bit(judge->holds, i);
	if (!judge->has_subject) {
		const struct entry *entry = entry_at(judge, judge->i);

		record_subject(judge->file, entry->record, judge->row->type, entry->date,
		    judge->findings, &judge->context, &judge->subject);
		judge->has_subject = true;
	}
	holds = expr_test(judge->row->asked[i], &judge->subject);
	set_bit(judge->known, i, true);
	set_bit(judge->holds, i, holds);
	return holds;
}

/* Of the case on the day that is judged now. */
static bool
case_holds(struct judge *judge, const struct expr *expr)
{
	struct subject subject;

	if (expr == NULL)
		return true;
	case_subject(judge->file, judge->findings, &subject);
	return expr_test(expr, &subject);
}

static bool
spell_since(struct judge *judge, size_t spell, struct str *value)
{
	*value = (struct str){ judge->spell_texts[spell].since, DATE_SIZE - 1 };
	return true;
}

static bool
state_since(const struct standing *standing, const struct casefile *file, int symbol, day on,
    struct str *value)
{
	struct judge *judge = ((const struct running *)standing)->judge;
	size_t i, spell;

	(void)file;
	if (symbol <= 0 || (size_t)symbol >= judge->n_symbols || judge->state_of[symbol] == NULL)
		return false;
	i = judge->state_of[symbol]->number;
	spell = judge->holdings[i].spell;
	if (!judge->is_past)
		return judge->holdings[i].holds && spell_since(judge, spell, value);
	for (; spell != NONE; spell = judge->spell_texts[spell].before)
		if (judge->spells[spell].from <= on)
			return (judge->spells[spell].until == DAY_NONE ||
			    on < judge->spells[spell].until) && spell_since(judge, spell, value);
	return false;
}

/* ---- making a judge ---- */

static bool
may_match(int predicate, const struct kind_row *row)
{
	return predicate >= 0 && (!bit(row->known, (size_t)predicate) || bit(row->holds, (size_t)predicate));
}

static bool
concerns(const struct rule *rule, const struct kind_row *row)
{
	return may_match(rule->on, row) || may_match(rule->need, row) ||
	    may_match(rule->after, row) || may_match(rule->until, row) ||
	    may_match(rule->with, row);
}

static bool
is_always(const struct rule *rule)
{
	return rule->check == CHECK_FIRST || (rule->next && rule->check == CHECK_AFTER);
}

static void
fill_row(struct judge *judge, struct kind_row *row)
{
	const struct rules *rules = judge->rules;
	size_t i;

	row->rules = ARENA_NEW(&judge->arena, size_t, rules->n_rules + 1);
	row->states = ARENA_NEW(&judge->arena, size_t, rules->n_states + 1);
	for (i = 0; i < rules->n_rules; i++)
		if (!is_always(&rules->rules[i]) && rules->rules[i].check != CHECK_SETTLED &&
		    concerns(&rules->rules[i], row))
			row->rules[row->n_rules++] = i;
	for (i = 0; i < rules->n_states; i++)
		if (may_match(rules->states[i].start, row) ||
		    may_match(rules->states[i].stop, row))
			row->states[row->n_states++] = i;
}

/* Decides what can be, of what is not yet. */
static void
decide_row(struct judge *judge, struct kind_row *row, const struct foreknown *given)
{
	enum expr_given decided;
	size_t i;

	for (i = 0; given->value.p != NULL && i < judge->rules->n_predicates; i++) {
		if (bit(row->known, i))
			continue;
		decided = expr_given(row->asked[i], given, &judge->arena, &row->asked[i]);
		set_bit(row->known, i, decided != GIVEN_UNDECIDED);
		set_bit(row->holds, i, decided == GIVEN_TRUE);
	}
}

static struct kind_row *
row_new(struct judge *judge, struct str kind)
{
	const struct foreknown given = { judge->rules->kind, kind, NULL, 0 };
	struct kind_row *row = ARENA_NEW(&judge->arena, struct kind_row, 1);
	const struct rules *rules = judge->rules;
	size_t i;

	row->known = ARENA_NEW(&judge->arena, uint64_t, judge->n_words);
	row->holds = ARENA_NEW(&judge->arena, uint64_t, judge->n_words);
	row->asked = ARENA_NEW(&judge->arena, const struct expr *, rules->n_predicates + 1);
	for (i = 0; i < rules->n_predicates; i++)
		row->asked[i] = rules->predicates[i].expr;
	row->type = kind.p != NULL ? schema_kind(rules->schema, kind) : NULL;
	if (row->type == NULL)
		row->type = schema_type(rules->schema, STR("Entry"));
	decide_row(judge, row, &given);
	fill_row(judge, row);
	return row;
}

/* The same for entries of the kind that have these fields, of those that are asked for, and no others. */
static struct kind_row *
row_with_fields(struct judge *judge, const struct kind_row *base, struct str kind, uint64_t fields)
{
	struct kind_row *row = ARENA_NEW(&judge->arena, struct kind_row, 1);
	const struct foreknown given = { judge->rules->kind, kind, judge->absent, judge->n_symbols };
	size_t i, n = judge->rules->n_predicates + 1;

	for (i = 0; i < judge->n_symbols; i++)
		judge->absent[i] = judge->bits[i] > 0 && !(fields >> (judge->bits[i] - 1) & 1);
	row->fields = fields;
	row->type = base->type;
	row->known = ARENA_NEW(&judge->arena, uint64_t, judge->n_words);
	row->holds = ARENA_NEW(&judge->arena, uint64_t, judge->n_words);
	row->asked = ARENA_NEW(&judge->arena, const struct expr *, n);
	memcpy(row->known, base->known, judge->n_words * sizeof(*row->known));
	memcpy(row->holds, base->holds, judge->n_words * sizeof(*row->holds));
	memcpy(row->asked, base->asked, n * sizeof(*row->asked));
	decide_row(judge, row, &given);
	fill_row(judge, row);
	return row;
}

/* Rows are kept for the kinds of the schema: a file may name others without end. */
static const struct kind_row *
row_of(struct judge *judge, const struct entry *entry)
{
	struct map_slot *slot = entry->kind.p != NULL ? map_get(&judge->kinds, entry->kind) : NULL;
	struct kind_row *base, *row;
	uint64_t fields = 0;
	size_t n = 0;
	uint32_t i;

	if (slot == NULL)
		return judge->any;
	if (slot->value.p == NULL)
		slot->value.p = row_new(judge, slot->key);
	base = slot->value.p;
	for (i = 0; i < entry->record->n; i++) {
		int symbol = entry->record->fields[i].symbol;

		if (symbol > 0 && (size_t)symbol < judge->n_symbols && judge->bits[symbol] > 0)
			fields |= (uint64_t)1 << (judge->bits[symbol] - 1);
	}
	for (row = base->next; row != NULL; row = row->next, n++)
		if (row->fields == fields)
			return row;
	if (n == ROWS_MAX)
		return base;
	row = row_with_fields(judge, base, slot->key, fields);
	row->next = base->next;
	base->next = row;
	return row;
}

struct watching {
	struct judge *judge;
	bool of_case; /* plain names are the case's */
};

static void
watch_name(void *context, const struct name *name, struct span at)
{
	struct watching *watching = context;
	struct judge *judge = watching->judge;
	int symbols[3] = { 0, 0, 0 };
	size_t i;

	(void)at;
	if (name->sub != 0 && name->field == judge->rules->case_)
		symbols[0] = name->sub;
	else if (watching->of_case) {
		symbols[0] = name->field;
		symbols[1] = name->joined;
	}
	for (i = 0; i < 2; i++)
		if (symbols[i] > 0 && (size_t)symbols[i] < judge->n_symbols)
			judge->watched[symbols[i]] = true;
}

static void
ask_symbol(struct judge *judge, int symbol)
{
	const struct rules *rules = judge->rules;

	if (symbol > 0 && (size_t)symbol < judge->n_symbols && judge->bits[symbol] == 0 && judge->n_bits < 64 &&
	    symbol != rules->kind && symbol != rules->case_)
		judge->bits[symbol] = (uint8_t)++judge->n_bits;
}

/* A field of the entry itself, or one that refers to a record. */
static void
ask_name(void *context, const struct name *name, struct span at)
{
	struct judge *judge = context;

	(void)at;
	if (name->field == judge->rules->case_)
		return;
	ask_symbol(judge, name->field);
	ask_symbol(judge, name->joined);
}

static void
watch_all(struct judge *judge)
{
	const struct rules *rules = judge->rules;
	struct watching watching = { judge, false };
	size_t i, j;

	for (i = 0; i < rules->n_predicates; i++) {
		expr_names(rules->predicates[i].expr, watch_name, &watching);
		expr_names(rules->predicates[i].expr, ask_name, judge);
	}
	watching.of_case = true;
	for (i = 0; i < rules->n_rules; i++) {
		if (rules->rules[i].when != NULL)
			expr_names(rules->rules[i].when, watch_name, &watching);
		for (j = 0; j < rules->rules[i].n_within; j++)
			if (rules->rules[i].within[j].condition != NULL)
				expr_names(rules->rules[i].within[j].condition, watch_name,
				    &watching);
	}
}

static bool
is_timed(const struct rule *rule)
{
	return rule->n_within > 1 || (rule->n_within == 1 && rule->within[0].condition != NULL);
}

static void
sort_rules(struct judge *judge)
{
	const struct rules *rules = judge->rules;
	size_t **lists[] = { &judge->always, &judge->everies, &judge->settleds, &judge->counts,
		&judge->timed, &judge->touched };
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		*lists[i] = ARENA_NEW(&judge->arena, size_t, rules->n_rules + 1);
	for (i = 0; i < rules->n_rules; i++) {
		const struct rule *rule = &rules->rules[i];

		if (is_always(rule))
			judge->always[judge->n_always++] = i;
		if (rule->check == CHECK_EVERY)
			judge->everies[judge->n_everies++] = i;
		if (rule->check == CHECK_SETTLED)
			judge->settleds[judge->n_settleds++] = i;
		if (rule->check == CHECK_COUNT && rule->min > 0)
			judge->counts[judge->n_counts++] = i;
		if (is_timed(rule))
			judge->timed[judge->n_timed++] = i;
	}
}

struct judge *
judge_new(const struct rules *rules)
{
	struct judge *judge = xcalloc(1, sizeof(*judge));
	size_t i, n;
	const struct str *kinds = schema_kinds(rules->schema, &n);

	judge->rules = rules;
	arena_init(&judge->arena);
	arena_init(&judge->scratch);
	judge->running = (struct running){ { state_since }, judge };
	judge->n_words = rules->n_predicates / WORD_BITS + 1;
	judge->known = ARENA_NEW(&judge->arena, uint64_t, judge->n_words);
	judge->holds = ARENA_NEW(&judge->arena, uint64_t, judge->n_words);
	judge->monitors = ARENA_NEW(&judge->arena, struct monitor, rules->n_rules + 1);
	judge->holdings = ARENA_NEW(&judge->arena, struct holding, rules->n_states + 1);
	judge->n_symbols = rules->symbols->n;
	judge->bits = ARENA_NEW(&judge->arena, uint8_t, judge->n_symbols + 1);
	judge->absent = ARENA_NEW(&judge->arena, bool, judge->n_symbols + 1);
	judge->watched = ARENA_NEW(&judge->arena, bool, judge->n_symbols + 1);
	judge->carriers = ARENA_NEW(&judge->arena, const struct record *, judge->n_symbols + 1);
	judge->in_force = (struct in_force){ DAY_NONE, judge->carriers, judge->n_symbols };
	judge->state_of = ARENA_NEW(&judge->arena, const struct state *, judge->n_symbols + 1);
	for (i = 0; i < rules->n_states; i++)
		judge->state_of[rules->states[i].symbol] = &rules->states[i];
	watch_all(judge);
	for (i = 0; i < rules->n_states; i++)
		judge->watched[rules->states[i].symbol] = false;
	sort_rules(judge);
	for (i = 0; i < n; i++)
		map_put(&judge->kinds, kinds[i], NULL);
	judge->any = row_new(judge, STR_NULL);
	return judge;
}

void
judge_free(struct judge *judge)
{
	size_t i;

	if (judge == NULL)
		return;
	for (i = 0; i < judge->rules->n_rules; i++)
		free(judge->monitors[i].segments);
	map_release(&judge->kinds);
	free(judge->spells);
	free(judge->spell_texts);
	free(judge->waits);
	free(judge->nodes);
	free(judge->buckets);
	free(judge->table);
	free(judge->list);
	arena_release(&judge->arena);
	arena_release(&judge->scratch);
	free(judge);
}

/* ---- verdicts ---- */

static struct judgement *
judged(struct judge *judge, const struct rule *rule, enum verdict verdict, size_t entry, size_t near)
{
	struct judgement *judgement;

	GROW(judge->list, judge->n, judge->size);
	judgement = &judge->list[judge->n++];
	*judgement = (struct judgement){ rule, verdict, entry, near, NO_ENTRY, DAY_NONE, DAY_NONE, false,
		false };
	return judgement;
}

static bool
applies_on(const struct rule *rule, day on)
{
	return (rule->since == DAY_NONE || on >= rule->since) &&
	    (rule->expires == DAY_NONE || on < rule->expires);
}

/* Whether the rule blames the entry judged now. */
static bool
is_on(struct judge *judge, const struct rule *rule)
{
	return matches(judge, rule->on) && applies_on(rule, day_at(judge, judge->i)) &&
	    case_holds(judge, rule->when);
}

static void
bucket_clear(struct bucket *bucket)
{
	bucket->first_wait = bucket->last_wait = bucket->last_seen = bucket->last_on = NONE;
}

static struct monitor *
touch(struct judge *judge, const struct rule *rule)
{
	struct monitor *monitor = &judge->monitors[rule->number];

	if (monitor->in_case == judge->case_number)
		return monitor;
	monitor->in_case = judge->case_number;
	monitor->ons = monitor->live = monitor->n_segments = monitor->stamp = 0;
	monitor->frontier = 0;
	monitor->frontier_start = DAY_NONE;
	monitor->last_on = monitor->last_until = monitor->seen = NONE;
	monitor->met = monitor->running = monitor->asked = false;
	monitor->first_open = monitor->last_open = NONE;
	bucket_clear(&monitor->all);
	judge->touched[judge->n_touched++] = rule->number;
	return monitor;
}

/* ---- durations ---- */

static size_t
within_now(struct judge *judge, const struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->n_within; i++)
		if (case_holds(judge, rule->within[i].condition))
			break;
	return i;
}

/* Asks what a rule's duration is from this day on; only after something changed. */
static void
update_within(struct judge *judge, const struct rule *rule, struct monitor *monitor, day on)
{
	size_t index;

	if (monitor->n_segments > 0 && monitor->stamp == judge->stamp)
		return;
	monitor->stamp = judge->stamp;
	index = within_now(judge, rule);
	if (monitor->n_segments > 0 && monitor->segments[monitor->n_segments - 1].index == index)
		return;
	if (monitor->n_segments > 0 && monitor->segments[monitor->n_segments - 1].from == on) {
		monitor->segments[monitor->n_segments - 1].index = index;
		return;
	}
	GROW(monitor->segments, monitor->n_segments, monitor->size_segments);
	monitor->segments[monitor->n_segments++] = (struct segment){ on, index };
}

/* Before something starts to wait: what was in force earlier is of no use when nothing waits. */
static void
start_within(struct judge *judge, const struct rule *rule, struct monitor *monitor, day on)
{
	if (rule->n_within == 0)
		return;
	if (monitor->live == 0 && !monitor->running) {
		monitor->n_segments = monitor->frontier = 0;
		monitor->frontier_start = DAY_NONE;
	}
	update_within(judge, rule, monitor, on);
}

static void
update_all_within(struct judge *judge, day on)
{
	size_t i;

	for (i = 0; i < judge->n_timed; i++) {
		struct monitor *monitor = &judge->monitors[judge->timed[i]];

		if (monitor->in_case == judge->case_number && (monitor->live > 0 || monitor->running))
			update_within(judge, &judge->rules->rules[judge->timed[i]], monitor, on);
	}
}

/* The first spell of a State that touches [from, ...): the oldest whose end is after it. */
static size_t
spells_after(const struct judge *judge, const struct state *state, day from)
{
	size_t spell = judge->holdings[state->number].spell, first = NONE;

	for (; spell != NONE; spell = judge->spell_texts[spell].before) {
		if (judge->spells[spell].until != DAY_NONE && judge->spells[spell].until <= from)
			break;
		first = spell;
	}
	return first;
}

/*
 * The last day of what started on `start` and is counted anew since `change`: days in the State `pause` do not count. Those
 * before the change all do not, as it was not over then. *paused: the clock stands still at the end of what is known.
 */
static day
with_pause(const struct judge *judge, const struct state *pause, day start, day due, day change,
    bool *paused)
{
	size_t spell = spells_after(judge, pause, start);
	bool clamped = false;
	day from, until;

	for (; spell != NONE && spell < judge->n_spells; spell++) {
		if (judge->spells[spell].state != pause)
			continue;
		from = judge->spells[spell].from > start ? judge->spells[spell].from : start;
		until = judge->spells[spell].until;
		if (from < change) {
			due += (until == DAY_NONE || until > change ? change : until) - from;
			if (until != DAY_NONE && until <= change)
				continue;
			from = change;
		}
		if (!clamped && due < change)
			due = change;
		clamped = true;
		if (from > due)
			break;
		if (until == DAY_NONE) {
			*paused = true;
			break;
		}
		due += until - from;
	}
	return due < change ? change : due;
}

static size_t
segment_of(const struct monitor *monitor, day start)
{
	size_t low = 0, high = monitor->n_segments, middle;

	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (monitor->segments[middle].from <= start)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The last day for what started on a day, as it stood on `until`; DAY_NONE when it has none. */
static day
deadline(struct judge *judge, const struct rule *rule, struct monitor *monitor, day start, day until,
    bool *paused)
{
	size_t k, n = monitor->n_segments;
	day due = DAY_NONE, next, from;

	*paused = false;
	if (n == 0)
		return DAY_NONE;
	k = segment_of(monitor, start);
	if (monitor->frontier_start != DAY_NONE && start >= monitor->frontier_start &&
	    monitor->frontier > k && monitor->frontier < n)
		k = monitor->frontier;
	for (;; k++) {
		next = k + 1 < n && monitor->segments[k + 1].from <= until ?
		    monitor->segments[k + 1].from : DAY_NONE;
		due = DAY_NONE;
		*paused = false;
		if (monitor->segments[k].index < rule->n_within) {
			due = date_add(start, rule->within[monitor->segments[k].index].span, 1);
			from = monitor->segments[k].from > start ? monitor->segments[k].from : start;
			if (rule->pause != NULL)
				due = with_pause(judge, rule->pause, start, due, from, paused);
			else if (due < from)
				due = from;
		}
		/* On the day of the change the new duration counts already: it was over only if it was the day before. */
		if (next == DAY_NONE || (due != DAY_NONE && !*paused && due < next - 1))
			break;
	}
	monitor->frontier = k;
	monitor->frontier_start = start;
	return due;
}

/* ---- Same and Differs ---- */

static struct str
own_name(struct judge *judge, size_t entry)
{
	return str_of(entry_name(entry_at(judge, entry), &judge->scratch));
}

/* The i-th value of a side of a pairing. */
static bool
side_value(struct judge *judge, size_t entry, int side, size_t i, struct str *value)
{
	const struct record *record = entry_at(judge, entry)->record;
	const struct field *field;

	if (side == ENTRY_NAME) {
		*value = i == 0 ? own_name(judge, entry) : STR_NULL;
		return i == 0;
	}
	field = record_field(record, side);
	while (field != NULL && i-- > 0)
		field = record_next(record, side, field);
	if (field == NULL)
		return false;
	*value = field->value;
	return true;
}

static bool
is_pairing_met(struct judge *judge, const struct pairing *pairing, size_t own, size_t other)
{
	struct str a, b;
	size_t i, j;
	bool both = false;

	for (i = 0; side_value(judge, own, pairing->own, i, &a); i++)
		for (j = 0; side_value(judge, other, pairing->other, j, &b); j++) {
			both = true;
			if (str_eq(a, b))
				return !pairing->differs;
		}
	return both && pairing->differs;
}

/* own: an entry that On matches; other: one that Need, After or With does. */
static bool
are_related(struct judge *judge, const struct rule *rule, size_t own, size_t other)
{
	size_t i;

	for (i = 0; i < rule->n_pairings; i++)
		if (!is_pairing_met(judge, &rule->pairings[i], own, other))
			return false;
	return true;
}

/* Whether two entries say the same wherever the rule looks at them. */
static bool
is_alike(struct judge *judge, const struct rule *rule, size_t a, size_t b)
{
	struct str x, y;
	size_t i, j;
	bool has_x, has_y;

	for (i = 0; i < rule->n_pairings; i++)
		for (j = 0;; j++) {
			has_x = side_value(judge, a, rule->pairings[i].other, j, &x);
			has_y = side_value(judge, b, rule->pairings[i].other, j, &y);
			if (has_x != has_y || (has_x && !str_eq(x, y)))
				return false;
			if (!has_x)
				break;
		}
	return true;
}

/* The pairing by whose values entries are kept apart; NULL when all are kept together. */
static const struct pairing *
key_of(const struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->n_pairings; i++)
		if (!rule->pairings[i].differs)
			return &rule->pairings[i];
	return NULL;
}

static void
rehash(struct judge *judge)
{
	size_t i, at;

	judge->size_table = judge->size_table ? 2 * judge->size_table : 128;
	judge->table = xrealloc(judge->table, judge->size_table * sizeof(*judge->table));
	for (i = 0; i < judge->size_table; i++)
		judge->table[i] = NONE;
	for (i = 0; i < judge->n_buckets; i++) {
		at = judge->buckets[i].hash & (judge->size_table - 1);
		while (judge->table[at] != NONE)
			at = (at + 1) & (judge->size_table - 1);
		judge->table[at] = i;
	}
}

/* Index of the bucket of a rule and a value; NONE when it is not there and not to be made. */
static size_t
bucket_at(struct judge *judge, const struct rule *rule, struct str value, bool make)
{
	uint64_t hash = str_hash(value) ^ (uint64_t)(rule->number + 1) * 0x9E3779B97F4A7C15u;
	size_t at;
	struct bucket *bucket;

	if (2 * judge->n_buckets >= judge->size_table)
		rehash(judge);
	at = hash & (judge->size_table - 1);
	for (; judge->table[at] != NONE; at = (at + 1) & (judge->size_table - 1)) {
		bucket = &judge->buckets[judge->table[at]];
		if (bucket->hash == hash && bucket->rule == rule->number &&
		    str_eq(bucket->value, value))
			return judge->table[at];
	}
	if (!make)
		return NONE;
	GROW(judge->buckets, judge->n_buckets, judge->size_buckets);
	bucket = &judge->buckets[judge->n_buckets];
	bucket_clear(bucket);
	bucket->rule = rule->number;
	bucket->value = value;
	bucket->hash = hash;
	judge->table[at] = judge->n_buckets;
	return judge->n_buckets++;
}

/* The bucket for the i-th value of an entry's side; NULL when there are no more (or, without `make`, is none yet: then
 * *more says whether to ask on). */
static struct bucket *
nth_bucket(struct judge *judge, const struct rule *rule, struct monitor *monitor, size_t entry,
    bool own, size_t i, bool make, bool *more)
{
	const struct pairing *key = key_of(rule);
	struct str value;
	size_t bucket;

	if (key == NULL) {
		*more = i == 0;
		return i == 0 ? &monitor->all : NULL;
	}
	*more = side_value(judge, entry, own ? key->own : key->other, i, &value);
	if (!*more)
		return NULL;
	bucket = bucket_at(judge, rule, value, make);
	return bucket == NONE ? NULL : &judge->buckets[bucket];
}

/* Remembers that `entry` is a Need (After, With). */
static void
remember(struct judge *judge, const struct rule *rule, struct monitor *monitor, size_t entry)
{
	struct bucket *bucket;
	struct node *node;
	size_t i, last;
	bool more;

	monitor->seen = entry;
	for (i = 0;; i++) {
		bucket = nth_bucket(judge, rule, monitor, entry, false, i, true, &more);
		if (bucket == NULL)
			break;
		last = bucket->last_seen;
		GROW(judge->nodes, judge->n_nodes, judge->size_nodes);
		node = &judge->nodes[judge->n_nodes];
		*node = (struct node){ entry, NONE, last };
		if (last != NONE && is_alike(judge, rule, judge->nodes[last].item, entry))
			node->different = judge->nodes[last].different;
		bucket->last_seen = judge->n_nodes++;
	}
}

/* The last remembered entry that fits `entry`; NONE. */
static size_t
recall(struct judge *judge, const struct rule *rule, struct monitor *monitor, size_t entry)
{
	struct bucket *bucket;
	size_t i, node, best = NONE;
	bool more;

	if (rule->n_pairings == 0)
		return monitor->seen;
	for (i = 0;; i++) {
		bucket = nth_bucket(judge, rule, monitor, entry, true, i, false, &more);
		if (!more)
			break;
		for (node = bucket ? bucket->last_seen : NONE; node != NONE;
		    node = judge->nodes[node].different)
			if (are_related(judge, rule, entry, judge->nodes[node].item)) {
				if (best == NONE || judge->nodes[node].item > best)
					best = judge->nodes[node].item;
				break;
			}
	}
	return best;
}

/* ---- waiting ---- */

static bool
is_minded(const struct rule *rule)
{
	return rule->severity != NOTE && (rule->check == CHECK_AFTER || rule->check == CHECK_TOGETHER);
}

/* With Same, a wait stands in the bucket of each of its values; one that lacks the field is never answered. */
static void
wait_in_buckets(struct judge *judge, const struct rule *rule, struct monitor *monitor, size_t wait)
{
	struct bucket *bucket;
	size_t i;
	bool more;

	for (i = 0;; i++) {
		bucket = nth_bucket(judge, rule, monitor, judge->waits[wait].entry, true, i, true, &more);
		if (bucket == NULL)
			break;
		GROW(judge->nodes, judge->n_nodes, judge->size_nodes);
		judge->nodes[judge->n_nodes] = (struct node){ wait, NONE, NONE };
		if (bucket->last_wait == NONE)
			bucket->first_wait = judge->n_nodes;
		else
			judge->nodes[bucket->last_wait].next = judge->n_nodes;
		bucket->last_wait = judge->n_nodes++;
	}
}

static void
wait_for(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	size_t wait;

	start_within(judge, rule, monitor, day_at(judge, judge->i));
	GROW(judge->waits, judge->n_waits, judge->size_waits);
	wait = judge->n_waits++;
	judge->waits[wait] = (struct wait){ judge->i, day_at(judge, judge->i), NONE, false };
	if (monitor->last_open == NONE)
		monitor->first_open = wait;
	else
		judge->waits[monitor->last_open].next = wait;
	monitor->last_open = wait;
	if (key_of(rule) != NULL)
		wait_in_buckets(judge, rule, monitor, wait);
	monitor->live++;
	if (is_minded(rule)) {
		judge->live++;
		judge->opened++;
	}
}

static void
done_waiting(struct judge *judge, const struct rule *rule, struct monitor *monitor, struct wait *wait)
{
	wait->done = true;
	monitor->live--;
	if (is_minded(rule)) {
		judge->live--;
		judge->opened -= wait->entry == judge->i;
	}
}

static day
due_day(struct judge *judge, const struct rule *rule, struct monitor *monitor, const struct wait *wait,
    day until, bool *paused)
{
	day due;

	*paused = false;
	if (rule->due != 0 && date_parse(record_value(entry_at(judge, wait->entry)->record, rule->due),
	    &due, NULL))
		return due;
	return deadline(judge, rule, monitor, wait->start, until, paused);
}

static void
answered(struct judge *judge, const struct rule *rule, struct monitor *monitor, struct wait *wait)
{
	day on = day_at(judge, judge->i), due;
	struct judgement *judgement;
	bool paused;

	due = due_day(judge, rule, monitor, wait, on, &paused);
	done_waiting(judge, rule, monitor, wait);
	if (due == DAY_NONE || paused || on <= due)
		return;
	judgement = judged(judge, rule, VERDICT_LATE, wait->entry, judge->i);
	judgement->due = due;
	judgement->done = on;
}

static void
broke(struct judge *judge, const struct rule *rule, struct monitor *monitor, struct wait *wait,
    bool at_end)
{
	struct judgement *judgement;
	bool paused;
	day due = due_day(judge, rule, monitor, wait, day_at(judge, judge->i), &paused);

	done_waiting(judge, rule, monitor, wait);
	judgement = judged(judge, rule, VERDICT_BROKEN, wait->entry, judge->i);
	judgement->due = due;
	judgement->at_end = at_end;
}

/* What a wait comes to by the entry judged now. */
enum fate {
	FATE_ANSWERED,
	FATE_RELEASED,
	FATE_BROKEN,
	FATE_CLOSED,
};

/* Whether it has come to its end; what began to wait at this very entry is ended by a closing only. */
static bool
end_wait(struct judge *judge, const struct rule *rule, struct monitor *monitor, struct wait *wait,
    enum fate fate, bool only_related)
{
	if (wait->done)
		return true;
	if ((wait->entry == judge->i && fate != FATE_CLOSED) ||
	    (only_related && !are_related(judge, rule, wait->entry, judge->i)))
		return false;
	if (fate == FATE_ANSWERED)
		answered(judge, rule, monitor, wait);
	else if (fate == FATE_RELEASED)
		done_waiting(judge, rule, monitor, wait);
	else
		broke(judge, rule, monitor, wait, fate == FATE_CLOSED);
	return true;
}

/* All of a rule. */
static void
end_open(struct judge *judge, const struct rule *rule, struct monitor *monitor, enum fate fate,
    bool only_related)
{
	size_t wait = monitor->first_open, next, last = NONE;

	monitor->first_open = NONE;
	for (; wait != NONE; wait = next) {
		next = judge->waits[wait].next;
		if (end_wait(judge, rule, monitor, &judge->waits[wait], fate, only_related))
			continue;
		judge->waits[wait].next = NONE;
		if (last == NONE)
			monitor->first_open = wait;
		else
			judge->waits[last].next = wait;
		last = wait;
	}
	monitor->last_open = last;
}

static void
end_in_bucket(struct judge *judge, const struct rule *rule, struct monitor *monitor,
    struct bucket *bucket, enum fate fate, bool only_related)
{
	size_t node = bucket->first_wait, next, last = NONE;

	bucket->first_wait = NONE;
	for (; node != NONE; node = next) {
		next = judge->nodes[node].next;
		if (end_wait(judge, rule, monitor, &judge->waits[judge->nodes[node].item], fate,
		    only_related))
			continue;
		judge->nodes[node].next = NONE;
		if (last == NONE)
			bucket->first_wait = node;
		else
			judge->nodes[last].next = node;
		last = node;
	}
	bucket->last_wait = last;
}

/* Those with which the entry judged now shares a value of Same; it stands on the side of On (own) or on the other. */
static void
end_like(struct judge *judge, const struct rule *rule, struct monitor *monitor, bool own, enum fate fate)
{
	bool only_related = !own && rule->n_pairings > 0, more;
	struct bucket *bucket;
	size_t i;

	if (monitor->live == 0)
		return;
	if (key_of(rule) == NULL) {
		end_open(judge, rule, monitor, fate, only_related);
		return;
	}
	for (i = 0;; i++) {
		bucket = nth_bucket(judge, rule, monitor, judge->i, own, i, false, &more);
		if (!more)
			break;
		if (bucket != NULL)
			end_in_bucket(judge, rule, monitor, bucket, fate, only_related);
	}
}

/* ---- the checks ---- */

static void
step_first(struct judge *judge, const struct rule *rule)
{
	if (judge->i == 0 && !matches(judge, rule->on) && applies_on(rule, day_at(judge, 0)) &&
	    case_holds(judge, rule->when))
		judged(judge, rule, VERDICT_BROKEN, 0, NO_ENTRY);
}

static bool
holds_one(const struct judge *judge, const struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->n_while; i++)
		if (judge->holdings[rule->while_[i]->number].holds)
			return true;
	return false;
}

static void
step_count(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	if (!is_on(judge, rule) || (rule->n_while > 0 && !holds_one(judge, rule)))
		return;
	if (++monitor->ons > rule->max)
		judged(judge, rule, VERDICT_BROKEN, judge->i, monitor->last_on);
	monitor->last_on = judge->i;
}

/* How long before its On a Need may lie: asked on the day of the On. */
static bool
is_near_enough(struct judge *judge, const struct rule *rule, size_t earlier, day *due)
{
	size_t index = rule->n_within ? within_now(judge, rule) : 0;

	if (index >= rule->n_within)
		return true;
	*due = date_add(day_at(judge, earlier), rule->within[index].span, 1);
	return day_at(judge, judge->i) <= *due;
}

/* The On before this one, of those that the same Needs serve. */
static size_t
turn_of_ons(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	struct bucket *bucket;
	size_t i, last = NONE;
	bool more;

	for (i = 0;; i++) {
		bucket = nth_bucket(judge, rule, monitor, judge->i, true, i, true, &more);
		if (bucket == NULL)
			break;
		if (bucket->last_on != NONE && (last == NONE || bucket->last_on > last))
			last = bucket->last_on;
		bucket->last_on = judge->i;
	}
	return last;
}

static void
step_before(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	size_t need, last_on = NONE;
	day due = DAY_NONE;
	bool fits;

	if (is_on(judge, rule)) {
		need = recall(judge, rule, monitor, judge->i);
		if (rule->each)
			last_on = turn_of_ons(judge, rule, monitor);
		fits = need != NONE && (!rule->next || need + 1 == judge->i) &&
		    (last_on == NONE || need > last_on) && is_near_enough(judge, rule, need, &due);
		if (!fits)
			judged(judge, rule, VERDICT_BROKEN, judge->i,
			    need != NONE ? need : monitor->seen)->due = due;
	}
	if (matches(judge, rule->need))
		remember(judge, rule, monitor, judge->i);
}

static void
step_after(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	if (matches(judge, rule->need))
		end_like(judge, rule, monitor, false, FATE_ANSWERED);
	if (monitor->live > 0 && matches(judge, rule->until))
		end_open(judge, rule, monitor, FATE_RELEASED, false);
	if (rule->next && monitor->live > 0)
		end_open(judge, rule, monitor, FATE_BROKEN, false);
	if (!is_on(judge, rule))
		return;
	if (rule->each)
		end_like(judge, rule, monitor, true, FATE_BROKEN);
	wait_for(judge, rule, monitor);
}

static void
step_together(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	if (matches(judge, rule->need)) {
		end_like(judge, rule, monitor, false, FATE_ANSWERED);
		remember(judge, rule, monitor, judge->i);
	}
	if (is_on(judge, rule) && recall(judge, rule, monitor, judge->i) == NONE)
		wait_for(judge, rule, monitor);
}

/* Both in one case: whichever comes first. */
static void
step_never_with(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	size_t near;

	if (matches(judge, rule->with)) {
		end_like(judge, rule, monitor, false, FATE_BROKEN);
		remember(judge, rule, monitor, judge->i);
	}
	if (!is_on(judge, rule))
		return;
	near = recall(judge, rule, monitor, judge->i);
	if (near != NONE)
		judged(judge, rule, VERDICT_BROKEN, judge->i, near);
	else
		wait_for(judge, rule, monitor);
}

static void
step_never(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	size_t after;
	day last = DAY_NONE;

	if (matches(judge, rule->until))
		monitor->last_until = judge->i;
	if (is_on(judge, rule)) {
		if (rule->after < 0) {
			if (rule->until < 0 || monitor->last_until == NONE)
				judged(judge, rule, VERDICT_BROKEN, judge->i, NO_ENTRY);
		} else {
			after = recall(judge, rule, monitor, judge->i);
			if (after != NONE && (!rule->next || after + 1 == judge->i) &&
			    (monitor->last_until == NONE || monitor->last_until <= after) &&
			    is_near_enough(judge, rule, after, &last))
				judged(judge, rule, VERDICT_BROKEN, judge->i, after)->due = last;
		}
	}
	if (matches(judge, rule->after))
		remember(judge, rule, monitor, judge->i);
}

static void
step_while(struct judge *judge, const struct rule *rule)
{
	size_t i, near = NO_ENTRY, spell, stop;

	if (!is_on(judge, rule) || holds_one(judge, rule))
		return;
	for (i = 0; i < rule->n_while; i++) {
		spell = judge->holdings[rule->while_[i]->number].spell;
		stop = spell == NONE ? NO_ENTRY : judge->spells[spell].stop;
		if (stop != NO_ENTRY && (near == NO_ENTRY || stop > near))
			near = stop;
	}
	judged(judge, rule, VERDICT_BROKEN, judge->i, near);
}

static void
step_must(struct judge *judge, const struct rule *rule)
{
	size_t i;

	if (!is_on(judge, rule))
		return;
	for (i = 0; i < rule->n_must; i++)
		if (!matches(judge, rule->must[i])) {
			judged(judge, rule, VERDICT_BROKEN, judge->i, NO_ENTRY);
			return;
		}
}

static bool
is_closed(const struct judge *judge)
{
	return judge->rules->closed != NULL && judge->holdings[judge->rules->closed->number].holds;
}

/* ---- every ---- */

static void
interval_start(struct judge *judge, const struct rule *rule, struct monitor *monitor, size_t entry,
    day on)
{
	if (rule->since != DAY_NONE && on < rule->since)
		on = rule->since;
	monitor->running = false;
	monitor->asked = case_holds(judge, rule->when);
	start_within(judge, rule, monitor, day_at(judge, entry));
	monitor->running = true;
	monitor->since_entry = entry;
	monitor->since_day = on;
}

/* The interval ends on a day, by an entry (NO_ENTRY: by itself). */
static void
interval_end(struct judge *judge, const struct rule *rule, struct monitor *monitor, size_t by, day on)
{
	struct judgement *judgement;
	bool paused;
	day due;

	if (!monitor->asked)
		return;
	due = deadline(judge, rule, monitor, monitor->since_day, on, &paused);
	if (due == DAY_NONE || paused || on <= due ||
	    (rule->expires != DAY_NONE && due >= rule->expires))
		return;
	judgement = judged(judge, rule, VERDICT_LATE, monitor->since_entry, by);
	judgement->due = due;
	judgement->done = on;
}

static void
step_every(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	if (!monitor->running || !matches(judge, rule->need))
		return;
	interval_end(judge, rule, monitor, judge->i, day_at(judge, judge->i));
	interval_start(judge, rule, monitor, judge->i, day_at(judge, judge->i));
}

/* After States changed: intervals begin and end with them. by: the entry, NO_ENTRY when one ended by itself. */
static void
turn_everies(struct judge *judge, size_t by, day on)
{
	size_t i;

	for (i = 0; i < judge->n_everies; i++) {
		const struct rule *rule = &judge->rules->rules[judge->everies[i]];
		bool holds = holds_one(judge, rule) && !is_closed(judge);
		struct monitor *monitor;

		if (!holds && judge->monitors[rule->number].in_case != judge->case_number)
			continue;
		monitor = touch(judge, rule);
		if (holds && !monitor->running && by != NO_ENTRY) {
			interval_start(judge, rule, monitor, by, on);
		} else if (!holds && monitor->running) {
			interval_end(judge, rule, monitor, by, on);
			monitor->running = false;
		}
	}
}

/* ---- States ---- */

static void
spell_start(struct judge *judge, const struct state *state, day on)
{
	struct holding *holding = &judge->holdings[state->number];
	size_t size = judge->size_spells;

	GROW(judge->spells, judge->n_spells, judge->size_spells);
	if (judge->size_spells != size)
		judge->spell_texts = xrealloc(judge->spell_texts,
		    judge->size_spells * sizeof(*judge->spell_texts));
	judge->spells[judge->n_spells] = (struct spell){ state, judge->i, NO_ENTRY, on, DAY_NONE };
	date_format(on, judge->spell_texts[judge->n_spells].since);
	judge->spell_texts[judge->n_spells].before = holding->spell;
	holding->spell = judge->n_spells++;
	holding->holds = true;
	holding->ends = DAY_NONE;
}

static void
spell_stop(struct judge *judge, const struct state *state, size_t by, day on)
{
	struct holding *holding = &judge->holdings[state->number];

	judge->spells[holding->spell].stop = by;
	judge->spells[holding->spell].until = on;
	holding->holds = false;
}

static void
set_end(struct judge *judge, const struct state *state)
{
	struct holding *holding = &judge->holdings[state->number];

	if (state->ends == 0 || !date_parse(record_value(entry_at(judge, judge->i)->record,
	    state->ends), &holding->ends, NULL))
		holding->ends = DAY_NONE;
}

/* Stops first: an entry that is both begins a new spell. All States see how it was before the entry, so what they come
 * to is worked out before the first of them changes. */
static bool
step_states(struct judge *judge)
{
	const struct kind_row *row = judge->row;
	day on = day_at(judge, judge->i);
	bool changed = false, start;
	size_t i;

	for (i = 0; i < row->n_states; i++) {
		const struct state *state = &judge->rules->states[row->states[i]];

		matches(judge, state->start);
		matches(judge, state->stop);
	}
	for (i = 0; i < row->n_states; i++) {
		const struct state *state = &judge->rules->states[row->states[i]];
		struct holding *holding = &judge->holdings[state->number];

		start = matches(judge, state->start);
		if (holding->holds && matches(judge, state->stop)) {
			spell_stop(judge, state, judge->i, on);
			changed = true;
		}
		if (start && !holding->holds) {
			spell_start(judge, state, on);
			changed = true;
		}
		if (start)
			set_end(judge, state);
	}
	return changed;
}

/* Those that end by themselves on or before a day; in order of that day. */
static void
expire_states(struct judge *judge, day on)
{
	const struct rules *rules = judge->rules;
	size_t i, next;
	day first;

	for (;;) {
		next = NONE;
		for (i = 0; i < rules->n_states; i++)
			if (judge->holdings[i].holds && judge->holdings[i].ends != DAY_NONE &&
			    judge->holdings[i].ends <= on &&
			    (next == NONE || judge->holdings[i].ends < judge->holdings[next].ends))
				next = i;
		if (next == NONE)
			return;
		first = judge->holdings[next].ends;
		if (first < judge->spells[judge->holdings[next].spell].from)
			first = judge->spells[judge->holdings[next].spell].from;
		spell_stop(judge, &rules->states[next], NO_ENTRY, first);
		judge->stamp++;
		turn_everies(judge, NO_ENTRY, first);
	}
}

static bool
is_count_short(struct judge *judge, const struct rule *rule, const struct monitor *monitor)
{
	return !monitor->met && monitor->ons < rule->min &&
	    (judge->file->opened == DAY_NONE || applies_on(rule, judge->file->opened)) &&
	    case_holds(judge, rule->when);
}

/* The case is closed: what is still due can no more be done. */
static void
close_case(struct judge *judge)
{
	const struct rules *rules = judge->rules;
	size_t i;

	for (i = 0; i < judge->n_touched; i++) {
		const struct rule *rule = &rules->rules[judge->touched[i]];
		struct monitor *monitor = &judge->monitors[rule->number];

		if (monitor->live > 0 && rule->check != CHECK_NEVER)
			end_open(judge, rule, monitor, FATE_CLOSED, false);
	}
	for (i = 0; i < judge->n_counts; i++) {
		const struct rule *rule = &rules->rules[judge->counts[i]];
		struct monitor *monitor = touch(judge, rule);

		if (!is_count_short(judge, rule, monitor))
			continue;
		monitor->met = true;
		judged(judge, rule, VERDICT_BROKEN, NO_ENTRY, judge->i)->at_end = true;
	}
}

/* ---- settled ---- */

/* The first entry that still waits for another, NO_ENTRY when none does. */
static size_t
first_waiting(const struct judge *judge)
{
	const struct rules *rules = judge->rules;
	size_t i, wait, first = NO_ENTRY;

	for (i = 0; i < judge->n_touched; i++) {
		const struct rule *rule = &rules->rules[judge->touched[i]];
		const struct monitor *monitor = &judge->monitors[rule->number];

		if (monitor->live == 0 || !is_minded(rule))
			continue;
		wait = monitor->first_open;
		while (judge->waits[wait].done)
			wait = judge->waits[wait].next;
		if (judge->waits[wait].entry < first)
			first = judge->waits[wait].entry;
	}
	return first;
}

static void
step_settled(struct judge *judge)
{
	const struct rules *rules = judge->rules;
	size_t i, j;
	bool waits;

	for (i = 0; i < judge->n_settleds; i++) {
		const struct rule *rule = &rules->rules[judge->settleds[i]];

		if (!is_on(judge, rule))
			continue;
		waits = judge->live > judge->opened;
		if (waits) {
			judged(judge, rule, VERDICT_BROKEN, judge->i, first_waiting(judge));
			continue;
		}
		for (j = 0; j < judge->n_counts && !waits; j++) {
			const struct rule *count = &rules->rules[judge->counts[j]];

			waits = count->severity != NOTE &&
			    is_count_short(judge, count, touch(judge, count));
		}
		if (waits)
			judged(judge, rule, VERDICT_BROKEN, judge->i, NO_ENTRY);
	}
}

/* ---- going through ---- */

static void
step_rule(struct judge *judge, const struct rule *rule)
{
	switch (rule->check) {
	case CHECK_FIRST:
		step_first(judge, rule);
		break;
	case CHECK_COUNT:
		step_count(judge, rule, touch(judge, rule));
		break;
	case CHECK_BEFORE:
		step_before(judge, rule, touch(judge, rule));
		break;
	case CHECK_AFTER:
		step_after(judge, rule, touch(judge, rule));
		break;
	case CHECK_EVERY:
		step_every(judge, rule, touch(judge, rule));
		break;
	case CHECK_TOGETHER:
		step_together(judge, rule, touch(judge, rule));
		break;
	case CHECK_NEVER:
		if (rule->with >= 0)
			step_never_with(judge, rule, touch(judge, rule));
		else
			step_never(judge, rule, touch(judge, rule));
		break;
	case CHECK_WHILE:
		step_while(judge, rule);
		break;
	case CHECK_MUST:
		step_must(judge, rule);
		break;
	case CHECK_SETTLED:
	case CHECK_NONE:
		break;
	}
}

static void
step(struct judge *judge, size_t i)
{
	const struct rule *rules = judge->rules->rules;
	size_t k;

	judge->i = i;
	judge->row = row_of(judge, entry_at(judge, i));
	memcpy(judge->known, judge->row->known, judge->n_words * sizeof(*judge->known));
	memcpy(judge->holds, judge->row->holds, judge->n_words * sizeof(*judge->holds));
	judge->has_subject = false;
	judge->opened = 0;
	for (k = 0; k < judge->n_always; k++)
		step_rule(judge, &rules[judge->always[k]]);
	for (k = 0; k < judge->row->n_rules; k++)
		step_rule(judge, &rules[judge->row->rules[k]]);
	step_settled(judge);
	if (judge->row->n_states > 0 && step_states(judge)) {
		judge->stamp++;
		turn_everies(judge, i, day_at(judge, i));
	}
	if (is_closed(judge))
		close_case(judge);
}

/* The fields of a record that are watched are in force from now on. */
static bool
carry(struct judge *judge, const struct record *record)
{
	bool changed = false;
	uint32_t i;

	for (i = 0; i < record->n; i++) {
		int symbol = record->fields[i].symbol;

		if (symbol > 0 && (size_t)symbol < judge->n_symbols && judge->watched[symbol]) {
			judge->carriers[symbol] = record;
			changed = true;
		}
	}
	return changed;
}

static size_t
begin_day(struct judge *judge, size_t i)
{
	day on = day_at(judge, i);
	size_t end;
	bool changed = false;

	expire_states(judge, on);
	for (end = i; end < judge->file->n && day_at(judge, end) == on; end++)
		changed |= carry(judge, entry_at(judge, end)->record);
	judge->stamp += changed;
	judge->in_force.on = on;
	judge->file->today = on;
	update_all_within(judge, on);
	return end;
}

static void
begin_case(struct judge *judge, struct casefile *file, day today, struct findings *findings)
{
	size_t i;

	judge->file = file;
	judge->findings = findings;
	judge->today = today;
	judge->is_past = false;
	judge->case_number++;
	judge->stamp = 1;
	judge->live = judge->opened = 0;
	judge->n_touched = judge->n_spells = judge->n_waits = judge->n_nodes = judge->n = 0;
	if (judge->n_buckets > 0)
		for (i = 0; i < judge->size_table; i++)
			judge->table[i] = NONE;
	judge->n_buckets = 0;
	arena_reset(&judge->scratch);
	for (i = 0; i < judge->rules->n_states; i++)
		judge->holdings[i] = (struct holding){ NONE, false, DAY_NONE };
	for (i = 0; i < judge->n_symbols; i++)
		judge->carriers[i] = judge->watched[i] ? &no_record : NULL;
	if (file->header != NULL)
		carry(judge, file->header);
	file->standing = &judge->running.standing;
	file->in_force = &judge->in_force;
}

/* ---- the end ---- */

static void
still_waiting(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	struct judgement *judgement;
	size_t wait;
	bool paused;
	day due;

	for (wait = monitor->first_open; wait != NONE; wait = judge->waits[wait].next) {
		if (judge->waits[wait].done)
			continue;
		due = due_day(judge, rule, monitor, &judge->waits[wait], judge->today, &paused);
		judgement = judged(judge, rule, due != DAY_NONE && !paused && judge->today > due ?
		    VERDICT_OVERDUE : VERDICT_DUE, judge->waits[wait].entry, NO_ENTRY);
		judgement->due = paused ? DAY_NONE : due;
		judgement->paused = paused;
	}
}

static void
still_running(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	struct judgement *judgement;
	bool paused;
	day due;

	if (!monitor->asked)
		return;
	due = deadline(judge, rule, monitor, monitor->since_day, judge->today, &paused);
	if (rule->expires != DAY_NONE && due != DAY_NONE && due >= rule->expires)
		return;
	judgement = judged(judge, rule, due != DAY_NONE && !paused && judge->today > due ?
	    VERDICT_OVERDUE : VERDICT_DUE, monitor->since_entry, NO_ENTRY);
	judgement->due = paused ? DAY_NONE : due;
	judgement->paused = paused;
}

static void
still_short(struct judge *judge, const struct rule *rule, struct monitor *monitor)
{
	day opened = judge->file->opened, due = DAY_NONE;
	size_t index;

	if (!is_count_short(judge, rule, monitor))
		return;
	index = rule->n_within ? within_now(judge, rule) : 0;
	if (opened != DAY_NONE && index < rule->n_within)
		due = date_add(opened, rule->within[index].span, 1);
	judged(judge, rule, due != DAY_NONE && judge->today > due ? VERDICT_OVERDUE : VERDICT_DUE, NO_ENTRY,
	    NO_ENTRY)->due = due;
}

static int
judgement_order(const void *left, const void *right)
{
	const struct judgement *a = left, *b = right;

	if (a->entry != b->entry)
		return a->entry < b->entry ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule->number < b->rule->number ? -1 : 1;
	if (a->due != b->due)
		return a->due < b->due ? -1 : 1;
	return (a->near > b->near) - (a->near < b->near);
}

/* ---- exceptions ---- */

static bool
is_approved(const struct judge *judge, const struct entry *entry)
{
	const struct rules *rules = judge->rules;
	const struct directory *directory = judge->file->terms->directory;
	struct str approved = record_value(entry->record, rules->approved_by);

	if (approved.n == 0 || str_eq(approved, record_value(entry->record, rules->by)))
		return false;
	return directory == NULL ||
	    directory_find(directory, STR("Staff"), approved, entry->date, NULL) != NULL;
}

static const char *
waiver_key(struct judge *judge, struct str rule, struct str entry)
{
	if (str_ends(entry, STR("/1")))
		entry.n -= 2;
	return arena_printf(&judge->scratch, "%.*s %.*s", STRF(rule), STRF(entry));
}

/* What exceptions there are: by rule and entry, and by rule alone, the last one. */
static void
collect_waivers(struct judge *judge, struct map *waivers)
{
	const struct rules *rules = judge->rules;
	size_t i;

	for (i = 0; i < judge->file->n; i++) {
		const struct entry *entry = entry_at(judge, i);
		struct str entry_named;

		if (!str_is(entry->kind, "exception") || entry->date == DAY_NONE ||
		    !is_approved(judge, entry))
			continue;
		entry_named = record_value(entry->record, rules->entry);
		map_put(waivers, str_of(waiver_key(judge, record_value(entry->record, rules->waives),
		    entry_named.p ? entry_named : STR(""))), NULL)->value.i = i;
	}
}

static size_t
waiver_of(struct judge *judge, const struct map *waivers, const struct judgement *judgement)
{
	struct str rule = judgement->rule->name;
	const struct map_slot *slot = NULL;

	if (judgement->entry != NO_ENTRY)
		slot = map_get(waivers, str_of(waiver_key(judge, rule,
		    own_name(judge, judgement->entry))));
	if (slot != NULL)
		return slot->value.i;
	slot = map_get(waivers, str_of(waiver_key(judge, rule, STR(""))));
	if (slot == NULL || (judgement->entry != NO_ENTRY &&
	    day_at(judge, judgement->entry) > day_at(judge, slot->value.i)))
		return NO_ENTRY;
	return slot->value.i;
}

static void
find_waivers(struct judge *judge)
{
	struct map waivers = MAP_INIT;
	bool collected = false;
	size_t i;

	for (i = 0; i < judge->n; i++) {
		if (judge->list[i].verdict != VERDICT_BROKEN)
			continue;
		if (!collected)
			collect_waivers(judge, &waivers);
		collected = true;
		if (waivers.n == 0)
			break;
		judge->list[i].waiver = waiver_of(judge, &waivers, &judge->list[i]);
	}
	map_release(&waivers);
}

static void
end_case(struct judge *judge)
{
	const struct rules *rules = judge->rules;
	size_t i;

	judge->file->today = judge->today;
	judge->in_force.on = judge->today;
	for (i = 0; i < judge->n_touched; i++) {
		const struct rule *rule = &rules->rules[judge->touched[i]];
		struct monitor *monitor = &judge->monitors[rule->number];

		if (rule->check == CHECK_EVERY && monitor->running)
			still_running(judge, rule, monitor);
		else if (monitor->live > 0 && rule->check != CHECK_NEVER)
			still_waiting(judge, rule, monitor);
	}
	for (i = 0; i < judge->n_counts; i++)
		still_short(judge, &rules->rules[judge->counts[i]],
		    touch(judge, &rules->rules[judge->counts[i]]));
	if (judge->n > 1)
		qsort(judge->list, judge->n, sizeof(*judge->list), judgement_order);
	find_waivers(judge);
}

const struct judgement *
judge_case(struct judge *judge, struct casefile *file, day today, struct findings *findings, size_t *n)
{
	day restore = file->today;
	size_t i, end;

	begin_case(judge, file, today, findings);
	for (i = 0; i < file->n && day_at(judge, i) != DAY_NONE; i = end) {
		end = begin_day(judge, i);
		for (; i < end; i++)
			step(judge, i);
		if (judge->n_timed > 0)
			update_all_within(judge, judge->in_force.on);
	}
	expire_states(judge, today);
	end_case(judge);
	judge->is_past = true;
	file->in_force = NULL;
	file->today = restore;
	*n = judge->n;
	return judge->list;
}

const struct spell *
judge_spells(const struct judge *judge, size_t *n)
{
	*n = judge->n_spells;
	return judge->spells;
}
