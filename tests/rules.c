/*
 * Judging journals. Without time: every word of up to five entries over three kinds, closed and running, against a plain
 * evaluator of linear temporal logic on finite traces with the past, for the Declare templates of dossier-rules(5);
 * the verdict of a running case is RV-LTL's, found by trying all continuations. With time: random journals
 * against an evaluator that counts day by day. Then what must hold of any rules and journals, and some by hand.
 */
#define _GNU_SOURCE
#include "rules.h"
#include "tap.h"

#include <stdint.h>

/* ---- a world: a schema and rules in memory ---- */

struct world {
	struct symbols symbols;
	struct schema *schema;
	struct rules *rules;
	struct judge *judge;
	struct terms terms;
	struct findings findings;
	struct arena arena, case_arena;
	struct casefile file;
	struct source schema_source, rules_source;
	struct recfile schema_file, rules_file;
};

static const char kinds_text[] =
	"%rec: Case\n%type: Opened date\n%type: Level enum low high\n\n"
	"%rec: Entry\n%allowed: Date Kind By Level Who Topic Review Text Ref Field Decision Waives Entry Approved_by Reason Until\n"
	"%type: Date date\n%type: Review date\n%type: Until date\n%type: Level enum low high\n\n"
	"%rec: a\n\n%rec: b\n\n%rec: c\n\n%rec: z\n\n%rec: r\n\n%rec: exception\n";
static const char free_text[] =
	"%rec: Case\n%type: Level enum low high\n\n%rec: Entry\n%type: Date date\n%type: Level enum low high\n";

static void
set_up(struct world *world, const char *schema_text, const char *rules_text)
{
	memset(world, 0, sizeof(*world));
	symbols_init(&world->symbols);
	findings_init(&world->findings);
	arena_init(&world->arena);
	arena_init(&world->case_arena);
	world->schema = schema_new(&world->symbols);
	world->schema_source = (struct source){ "schema/case.rec", str_of(schema_text) };
	record_parse(&world->schema_source, NULL, &world->arena, &world->findings, &world->schema_file);
	schema_add(world->schema, &world->schema_file, &world->findings);
	schema_link(world->schema, &world->findings);
	world->rules = rules_new(world->schema, &world->symbols);
	world->rules_source = (struct source){ "rules/process.rec", str_of(rules_text) };
	record_parse(&world->rules_source, &world->symbols, &world->arena, &world->findings,
	    &world->rules_file);
	rules_add(world->rules, &world->rules_file, &world->findings);
	rules_link(world->rules, &world->findings);
	world->judge = judge_new(world->rules);
	world->terms = (struct terms){ .symbols = &world->symbols, .schema = world->schema };
	world->terms.known.case_ = symbol(&world->symbols, STR("Case"));
	world->terms.known.opened = symbol(&world->symbols, STR("Opened"));
	world->terms.known.entry = symbol(&world->symbols, STR("Entry"));
	world->terms.known.date = symbol(&world->symbols, STR("Date"));
	world->terms.known.kind = symbol(&world->symbols, STR("Kind"));
	world->terms.known.by = symbol(&world->symbols, STR("By"));
	if (world->findings.count[ERROR] > 0) {
		struct buf out = BUF_INIT;
		struct diag_style style = { .format = DIAG_GCC };

		findings_write(&world->findings, &style, &out);
		die("the test's own rules are wrong:\n%s\n%s", rules_text, out.p);
	}
}

static void
tear_down(struct world *world)
{
	judge_free(world->judge);
	rules_free(world->rules);
	schema_free(world->schema);
	symbols_release(&world->symbols);
	findings_release(&world->findings);
	arena_release(&world->arena);
	arena_release(&world->case_arena);
}

static const struct judgement *
judge(struct world *world, struct str text, day today, size_t *n)
{
	arena_reset(&world->case_arena);
	case_parse(&world->terms, "cases/2026/7/2026-7KQ43.rec", text, &world->case_arena,
	    &world->findings, &world->file);
	return judge_case(world->judge, &world->file, today, &world->findings, n);
}

static day
on(const char *text)
{
	day d;

	if (!date_parse(str_of(text), &d, NULL))
		die("bad date in the test: %s", text);
	return d;
}

/* "2026-03-04/a talk broken near 2026-03-05/b due 2026-03-09 done 2026-03-10", a line each. */
static const char *
verdicts(struct world *world, const char *text, const char *today)
{
	static struct buf out;
	const struct judgement *list;
	char date[DATE_SIZE], name[64];
	size_t n, i;

	buf_reset(&out);
	buf_text(&out, "");
	list = judge(world, str_of(text), on(today), &n);
	for (i = 0; i < n; i++) {
		const struct judgement *j = &list[i];

		if (j->entry != NO_ENTRY)
			entry_name_write(&world->file.entries[j->entry], name, sizeof(name));
		buf_printf(&out, "%s%s %.*s %s", out.n ? "\n" : "", j->entry == NO_ENTRY ? "case" : name,
		    STRF(rule_name(j->rule)), verdict_name(j->verdict));
		if (j->near != NO_ENTRY) {
			entry_name_write(&world->file.entries[j->near], name, sizeof(name));
			buf_printf(&out, " near %s", name);
		}
		if (j->due != DAY_NONE)
			buf_printf(&out, " due %s", date_format(j->due, date));
		if (j->done != DAY_NONE)
			buf_printf(&out, " done %s", date_format(j->done, date));
		if (j->paused)
			buf_text(&out, " paused");
		if (j->at_end)
			buf_text(&out, " at end");
		if (j->waiver != NO_ENTRY)
			buf_text(&out, " waived");
	}
	return out.n ? out.p : "";
}

/* ---- linear temporal logic on finite traces, as it is defined ---- */

#define WORD_MAX 12

/* Prefix notation: a b c letters; 1 true; ! not; & and; | or; > implies; X strong next; N weak next; F eventually;
 * G always; U until; W weak until; Y yesterday; S since; O once. */
struct formula {
	const char *p;
};

static bool holds(struct formula *f, const char *word, size_t n, size_t i);

static void
skip(struct formula *f)
{
	switch (*f->p++) {
	case '!':
	case 'X':
	case 'N':
	case 'F':
	case 'G':
	case 'Y':
	case 'O':
		skip(f);
		break;
	case '&':
	case '|':
	case '>':
	case 'U':
	case 'W':
	case 'S':
		skip(f);
		skip(f);
		break;
	default:
		break;
	}
}

static bool
at(struct formula f, const char *word, size_t n, size_t i)
{
	return holds(&f, word, n, i);
}

/* until, over i..n-1 */
static bool
until_holds(struct formula left, struct formula right, const char *word, size_t n, size_t i, bool weak)
{
	for (; i < n; i++) {
		if (at(right, word, n, i))
			return true;
		if (!at(left, word, n, i))
			return false;
	}
	return weak;
}

static bool
since_holds(struct formula left, struct formula right, const char *word, size_t n, size_t i)
{
	for (;; i--) {
		if (at(right, word, n, i))
			return true;
		if (i == 0 || !at(left, word, n, i))
			return false;
	}
}

/* At position i of a word of n letters; an empty word is asked at 0, where no letter holds. */
static bool
holds(struct formula *f, const char *word, size_t n, size_t i)
{
	static const char one[] = "1";
	struct formula left, right, truth = { one };
	char op = *f->p++;

	left = *f;
	switch (op) {
	case '!':
		skip(f);
		return !at(left, word, n, i);
	case 'X':
		skip(f);
		return i + 1 < n && at(left, word, n, i + 1);
	case 'N':
		skip(f);
		return i + 1 >= n || at(left, word, n, i + 1);
	case 'F':
		skip(f);
		return until_holds(truth, left, word, n, i, false);
	case 'G':
		skip(f);
		for (; i < n; i++)
			if (!at(left, word, n, i))
				return false;
		return true;
	case 'Y':
		skip(f);
		return i > 0 && i <= n && at(left, word, n, i - 1);
	case 'O':
		skip(f);
		return n > 0 && since_holds(truth, left, word, n, i);
	case '1':
		return true;
	default:
		if (op >= 'a' && op <= 'z')
			return i < n && word[i] == op;
		break;
	}
	skip(f);
	right = *f;
	skip(f);
	switch (op) {
	case '&':
		return at(left, word, n, i) && at(right, word, n, i);
	case '|':
		return at(left, word, n, i) || at(right, word, n, i);
	case '>':
		return !at(left, word, n, i) || at(right, word, n, i);
	case 'U':
		return until_holds(left, right, word, n, i, false);
	case 'W':
		return until_holds(left, right, word, n, i, true);
	case 'S':
		return n > 0 && since_holds(left, right, word, n, i);
	default:
		die("no operator of the test's logic: %c", op);
	}
}

static bool
models(const char *formula, const char *word, size_t n)
{
	return at((struct formula){ formula }, word, n, 0);
}

/* Whether some continuation of up to `more` letters makes it true. */
static bool
can_become(const char *formula, char *word, size_t n, size_t more)
{
	size_t k;

	if (models(formula, word, n))
		return true;
	for (k = 0; more > 0 && k < 3; k++) {
		word[n] = "abc"[k];
		if (can_become(formula, word, n + 1, more - 1))
			return true;
	}
	return false;
}

struct template {
	const char *name, *rule, *formula;
	bool not_empty; /* nothing is said of a case without entries */
};

#define ON(k) "On: Kind = '" k "'\n"
#define NEED(k) "Need: Kind = '" k "'\n"

static const struct template templates[] = {
	{ "init", "Check: first\n" ON("a"), "a", true },
	{ "existence", "Check: count\n" ON("a") "Min: 1\n", "Fa" },
	{ "existence2", "Check: count\n" ON("a") "Min: 2\n", "F&aXFa" },
	{ "existence3", "Check: count\n" ON("a") "Min: 3\n", "F&aXF&aXFa" },
	{ "absence", "Check: never\n" ON("a"), "!Fa" },
	{ "absence by count", "Check: count\n" ON("a") "Max: 0\n", "!Fa" },
	{ "absence2", "Check: count\n" ON("a") "Max: 1\n", "!F&aXFa" },
	{ "absence3", "Check: count\n" ON("a") "Max: 2\n", "!F&aXF&aXFa" },
	{ "exactly1", "Check: count\n" ON("a") "Min: 1\nMax: 1\n", "&Fa!F&aXFa" },
	{ "exactly2", "Check: count\n" ON("a") "Min: 2\nMax: 2\n", "&F&aXFa!F&aXF&aXFa" },
	{ "responded existence", "Check: together\n" ON("a") NEED("b"), ">FaFb" },
	{ "response", "Check: after\n" ON("a") NEED("b"), "G>aFb" },
	{ "alternate response", "Check: after\n" ON("a") NEED("b") "Each: yes\n", "G>aXU!ab" },
	{ "chain response", "Check: after\n" ON("a") NEED("b") "Next: yes\n", "G>aXb" },
	{ "precedence", "Check: before\n" ON("b") NEED("a"), "W!ba" },
	{ "alternate precedence", "Check: before\n" ON("b") NEED("a") "Each: yes\n", "&W!baG>bNW!ba" },
	{ "chain precedence", "Check: before\n" ON("b") NEED("a") "Next: yes\n", "&!bG>Xba" },
	{ "not co-existence", "Check: never\n" ON("a") "With: Kind = 'b'\n", "!&FaFb" },
	{ "not succession", "Check: never\n" ON("b") "After: Kind = 'a'\n", "G>a!Fb" },
	{ "not chain succession", "Check: never\n" ON("b") "After: Kind = 'a'\nNext: yes\n", "G>a!Xb" },
	{ "response, released", "Check: after\n" ON("a") NEED("b") "Until: Kind = 'c'\n", "G>aF|bc" },
	{ "alternate response, released", "Check: after\n" ON("a") NEED("b") "Each: yes\nUntil: Kind = 'c'\n",
	    "G>aXU!a|bc" },
	{ "chain response, released", "Check: after\n" ON("a") NEED("b") "Next: yes\nUntil: Kind = 'c'\n",
	    "G>aX|bc" },
	{ "not succession, lifted", "Check: never\n" ON("b") "After: Kind = 'a'\nUntil: Kind = 'c'\n",
	    "G>aNW!bc" },
	{ "banned until", "Check: never\n" ON("b") "Until: Kind = 'c'\n", "W!bc" },
	{ "while", "Check: while\n" ON("b") "While: on_a\n", "G>bYS!ca" },
	{ "while one of two", "Check: while\n" ON("c") "While: on_a\nWhile: on_b\n", "G>c|YS!caYS!ab" },
	{ "must, of a State", "Check: must\n" ON("b") "Must: #Case.on_a\n", "G>bYS!ca" },
	{ "count in a State", "Check: count\n" ON("b") "While: on_a\nMax: 1\n",
	    "!F&&bYS!caXF&bYS!ca" },
	{ "settled", "Check: settled\n" ON("c"), "G>c!YS!ba" },
	{ "chain, itself", "Check: before\n" ON("a") NEED("a") "Next: yes\n", "!Fa" },
	{ "two kinds answer", "Check: after\n" ON("a") "Need: Kind ~ '^[bc]$'\n", "G>aF|bc" },
};

static const char states_text[] =
	"%rec: State\n\nState: closed\nStart: Kind = 'z'\nStop: Kind = 'r'\n\n"
	"State: on_a\nStart: Kind = 'a'\nStop: Kind = 'c'\n\n"
	"State: on_b\nStart: Kind = 'b'\nStop: Kind = 'a'\n\n%rec: Rule\n\n";

static const char pending_rule[] =
	"Rule: pending\nCheck: after\nOn: Kind = 'a'\nNeed: Kind = 'b'\nMessage: m\nFix: f\nBasis: b\n\n";

static void
write_case(struct buf *out, const char *word, size_t n, const char *end)
{
	size_t i;

	buf_reset(out);
	buf_text(out, "Case: 2026-7KQ43\nOpened: 2026-03-01\n");
	for (i = 0; i < n; i++)
		buf_printf(out, "\nDate: 2026-03-%02zu\nKind: %c\nBy: aj\n", 1 + i / 2, word[i]);
	if (end[0] != '\0')
		buf_printf(out, "\nDate: 2026-03-09\nKind: %s\nBy: aj\n", end);
}

static enum verdict
worst(struct world *world, const struct buf *text)
{
	const struct judgement *list;
	enum verdict verdict = VERDICT_OK;
	size_t n, i;

	list = judge(world, buf_view(text), on("2026-03-09"), &n);
	for (i = 0; i < n; i++)
		if (str_is(rule_name(list[i].rule), "tested") && list[i].verdict > verdict)
			verdict = list[i].verdict;
	return verdict;
}

static bool
agrees(const struct template *template, struct world *world, char *word, size_t n)
{
	struct buf text = BUF_INIT;
	bool now = models(template->formula, word, n), good;
	enum verdict running, closed, want;
	char copy[WORD_MAX];

	memcpy(copy, word, n);
	want = now ? VERDICT_OK : can_become(template->formula, copy, n, 4) ? VERDICT_DUE : VERDICT_BROKEN;
	write_case(&text, word, n, "");
	running = worst(world, &text);
	write_case(&text, word, n, "z");
	closed = worst(world, &text);
	good = closed == (now ? VERDICT_OK : VERDICT_BROKEN) && running == want;
	if (n == 0 && template->not_empty)
		good = running == VERDICT_OK;
	if (!good)
		printf("# '%.*s': running %s, want %s; closed %s, want %s\n", (int)n, word,
		    verdict_name(running), verdict_name(want), verdict_name(closed),
		    now ? "ok" : "broken");
	buf_release(&text);
	return good;
}

static bool
all_words(const struct template *template, struct world *world, char *word, size_t n, size_t most,
    size_t *count)
{
	bool good = agrees(template, world, word, n);
	size_t k;

	++*count;
	for (k = 0; n < most && k < 3; k++) {
		word[n] = "abc"[k];
		good &= all_words(template, world, word, n + 1, most, count);
	}
	return good;
}

static void
test_template(const struct template *template, const char *schema)
{
	struct buf rules = BUF_INIT, what = BUF_INIT;
	struct world world;
	char word[WORD_MAX];
	size_t count = 0;
	bool good;

	buf_printf(&rules, "%s%sRule: tested\n%sMessage: m\nFix: f\nBasis: b\n", states_text,
	    strstr(template->rule, "settled") ? pending_rule : "", template->rule);
	set_up(&world, schema, rules.p);
	good = all_words(template, &world, word, 0, 5, &count);
	buf_printf(&what, "%s: %s, every word up to five entries", template->name, template->formula);
	ok(good, what.p);
	if (count != 364)
		is_number((long long)count, 364, "words");
	tear_down(&world);
	buf_release(&rules);
	buf_release(&what);
}

static void
test_logic(void)
{
	size_t i;

	for (i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		test_template(&templates[i], kinds_text);
	for (i = 0; i < sizeof(templates) / sizeof(*templates); i += 3)
		test_template(&templates[i], free_text);
	/* The evaluator itself, by hand. */
	ok(models("G>aFb", "acb", 3) && !models("G>aFb", "aba", 3), "the evaluator: response");
	ok(models("W!ba", "cab", 3) && !models("W!ba", "cba", 3), "the evaluator: precedence");
	ok(!models("Fa", "", 0) && models("Ga", "", 0), "the evaluator: the empty word");
	ok(models("G>bYS!ca", "ab", 2) && !models("G>bYS!ca", "acb", 3), "the evaluator: the past");
}

/* ---- random journals ---- */

static uint64_t seed = 20261124;

static unsigned
chance(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

struct event {
	char kind;
	day date;
	int level; /* -1: not said */
	int topic; /* 0: not said */
};

static void
write_events(struct buf *out, const struct event *events, size_t n)
{
	static const char *const levels[] = { "low", "high" };
	char date[DATE_SIZE];
	size_t i;

	buf_reset(out);
	buf_text(out, "Case: 2026-7KQ43\nOpened: 2026-01-01\nLevel: low\n");
	for (i = 0; i < n; i++) {
		buf_printf(out, "\nDate: %s\nKind: %c\nBy: aj\n", date_format(events[i].date, date),
		    events[i].kind);
		if (events[i].level >= 0)
			buf_printf(out, "Level: %s\n", levels[events[i].level]);
		if (events[i].topic > 0)
			buf_printf(out, "Topic: t%d\n", events[i].topic);
	}
}

static size_t
random_events(struct event *events, size_t most, const char *kinds)
{
	size_t n = chance((unsigned)most + 1), i;
	day date = on("2026-01-01");

	for (i = 0; i < n; i++) {
		date += chance(3) ? (day)chance(9) : 0;
		events[i] = (struct event){ kinds[chance((unsigned)strlen(kinds))], date,
			chance(3) ? -1 : (int)chance(2), (int)chance(3) };
	}
	return n;
}

#define SPAN_LOW 20
#define SPAN_HIGH 7
#define EVENTS_MAX 14

static int
level_on(const struct event *events, size_t n, day date)
{
	int level = 0;
	size_t i;

	for (i = 0; i < n && events[i].date <= date; i++)
		if (events[i].level >= 0)
			level = events[i].level;
	return level;
}

static bool
is_paused_on(const struct event *events, size_t n, day date)
{
	bool paused = false;
	size_t i;

	for (i = 0; i < n && events[i].date <= date; i++)
		if (events[i].kind == 'p')
			paused = true;
		else if (events[i].kind == 'q')
			paused = false;
	return paused;
}

struct counted {
	day due;
	bool over, paused;
};

/* Day by day from a start to a day: the last day then, whether it has passed, whether the clock stands still. */
static struct counted
count_days(const struct event *events, size_t n, day start, day end, bool with_pause)
{
	struct counted c = { start, false, false };
	day date, spent = 0;
	int level = -1, now;

	for (date = start; date <= end; date++) {
		now = level_on(events, n, date);
		if (!c.over && now != level) {
			c.due = start + (now ? SPAN_HIGH : SPAN_LOW) + spent;
			if (c.due < date)
				c.due = date;
			level = now;
		}
		c.over |= date > c.due;
		c.paused = !c.over && with_pause && is_paused_on(events, n, date);
		if (c.paused) {
			c.due++;
			spent++;
		}
	}
	return c;
}

static void
add_line(struct buf *out, size_t entry, const char *verdict, day due, day done)
{
	char a[DATE_SIZE] = "-", b[DATE_SIZE] = "-";

	if (due != DAY_NONE)
		date_format(due, a);
	if (done != DAY_NONE)
		date_format(done, b);
	buf_printf(out, "%zu %s %s %s\n", entry, verdict, a, b);
}

static void
line_of(struct buf *out, size_t entry, struct counted c, day done)
{
	if (done != DAY_NONE && c.over)
		add_line(out, entry, "late", c.due, done);
	else if (done == DAY_NONE)
		add_line(out, entry, c.over ? "overdue" : "due", c.paused ? DAY_NONE : c.due, DAY_NONE);
}

/* after: a answered by b of the same topic when `same`, released by c. */
static void
expect_after(struct buf *out, const struct event *events, size_t n, day today, bool pause, bool same)
{
	size_t i, j;

	buf_reset(out);
	for (i = 0; i < n; i++) {
		if (events[i].kind != 'a')
			continue;
		for (j = i + 1; j < n; j++)
			if (events[j].kind == 'c' || (events[j].kind == 'b' && (!same ||
			    (events[i].topic > 0 && events[i].topic == events[j].topic))))
				break;
		if (j < n && events[j].kind == 'c')
			continue;
		line_of(out, i, count_days(events, n, events[i].date, j < n ? events[j].date : today, pause),
		    j < n ? events[j].date : DAY_NONE);
	}
}

/* every: while on_a (from a to c) a b. */
static void
expect_every(struct buf *out, const struct event *events, size_t n, day today, bool pause)
{
	size_t i, start = 0;
	bool running = false;

	buf_reset(out);
	for (i = 0; i < n; i++) {
		if (running && (events[i].kind == 'b' || events[i].kind == 'c')) {
			line_of(out, start, count_days(events, n, events[start].date, events[i].date,
			    pause), events[i].date);
			start = i;
			running = events[i].kind == 'b';
		} else if (!running && events[i].kind == 'a') {
			start = i;
			running = true;
		}
	}
	if (running)
		line_of(out, start, count_days(events, n, events[start].date, today, pause), DAY_NONE);
}

/* before: a with the same topic as an earlier b, at most so long before; each its own when `each`. */
static void
expect_before(struct buf *out, const struct event *events, size_t n, bool same, bool each)
{
	size_t i, j;

	buf_reset(out);
	for (i = 0; i < n; i++) {
		bool good = false;

		if (events[i].kind != 'a')
			continue;
		for (j = i; !good && j-- > 0;) {
			if (each && events[j].kind == 'a' && (!same || (events[i].topic > 0 &&
			    events[i].topic == events[j].topic)))
				break;
			good = events[j].kind == 'b' && (!same || (events[i].topic > 0 &&
			    events[i].topic == events[j].topic)) && events[i].date <= events[j].date +
			    (level_on(events, n, events[i].date) ? SPAN_HIGH : SPAN_LOW);
		}
		if (!good)
			add_line(out, i, "broken", DAY_NONE, DAY_NONE);
	}
}

static void
got_lines(struct buf *out, struct world *world, const struct buf *text, day today, bool with_days)
{
	const struct judgement *list;
	size_t n, i;

	buf_reset(out);
	list = judge(world, buf_view(text), today, &n);
	for (i = 0; i < n; i++)
		add_line(out, list[i].entry, verdict_name(list[i].verdict),
		    with_days ? list[i].due : DAY_NONE, with_days ? list[i].done : DAY_NONE);
}

static const char timed_text[] =
	"%rec: State\n\nState: on_a\nStart: Kind = 'a'\nStop: Kind = 'c'\n\n"
	"State: paused\nStart: Kind = 'p'\nStop: Kind = 'q'\n\n%rec: Rule\n\n"
	"Rule: tested\nMessage: m\nFix: f\nBasis: b\n"
	"Within: P7D if Level = 'high'\nWithin: P20D\n";

static const char wide_kinds[] =
	"%rec: Case\n%type: Level enum low high\n\n%rec: Entry\n%type: Date date\n%type: Level enum low high\n\n"
	"%rec: a\n%type: Topic line\n\n%rec: b\n%type: Topic line\n\n%rec: c\n\n%rec: p\n\n%rec: q\n";

enum timed {
	AFTER,
	AFTER_PAUSE,
	AFTER_SAME,
	EVERY,
	EVERY_PAUSE,
	BEFORE,
	BEFORE_SAME,
	BEFORE_EACH,
	BEFORE_EACH_SAME,
};

static const struct {
	const char *name, *rule;
} timed[] = {
	{ "after", "Check: after\n" ON("a") NEED("b") "Until: Kind = 'c'\n" },
	{ "after, with a pause", "Check: after\n" ON("a") NEED("b") "Until: Kind = 'c'\nPause: paused\n" },
	{ "after, the same topic", "Check: after\n" ON("a") NEED("b") "Until: Kind = 'c'\nSame: Topic\n" },
	{ "every", "Check: every\nWhile: on_a\n" NEED("b") },
	{ "every, with a pause", "Check: every\nWhile: on_a\n" NEED("b") "Pause: paused\n" },
	{ "before", "Check: before\n" ON("a") NEED("b") },
	{ "before, the same topic", "Check: before\n" ON("a") NEED("b") "Same: Topic\n" },
	{ "before, each", "Check: before\n" ON("a") NEED("b") "Each: yes\n" },
	{ "before, each, the same topic", "Check: before\n" ON("a") NEED("b") "Each: yes\nSame: Topic\n" },
};

static void
expect(struct buf *out, enum timed what, const struct event *events, size_t n, day today)
{
	switch (what) {
	case AFTER:
	case AFTER_PAUSE:
	case AFTER_SAME:
		expect_after(out, events, n, today, what == AFTER_PAUSE, what == AFTER_SAME);
		break;
	case EVERY:
	case EVERY_PAUSE:
		expect_every(out, events, n, today, what == EVERY_PAUSE);
		break;
	default:
		expect_before(out, events, n, what == BEFORE_SAME || what == BEFORE_EACH_SAME,
		    what == BEFORE_EACH || what == BEFORE_EACH_SAME);
	}
}

static void
test_timed(enum timed what)
{
	struct event events[EVENTS_MAX];
	struct buf rules = BUF_INIT, text = BUF_INIT, got = BUF_INIT, want = BUF_INIT;
	size_t tries = 4000, i, k, n, said = 0;
	struct world world;
	bool good = true;
	day today;

	buf_printf(&rules, "%s%s", timed_text, timed[what].rule);
	set_up(&world, wide_kinds, rules.p);
	for (i = 0; i < tries; i++) {
		n = random_events(events, EVENTS_MAX, "aabbcpq");
		for (k = 0; k < n; k++)
			if (strchr("cpq", events[k].kind) != NULL)
				events[k].topic = 0;
		today = (n ? events[n - 1].date : on("2026-01-01")) + (day)chance(30);

		write_events(&text, events, n);
		buf_text(&want, "");
		expect(&want, what, events, n, today);
		got_lines(&got, &world, &text, today, what < BEFORE);
		said += got.n > 0;
		if (str_eq(buf_view(&got), buf_view(&want)))
			continue;
		good = false;
		printf("# today %d\n# %s\n# got\n%s# want\n%s", (int)today, text.p, got.n ? got.p : "",
		    want.n ? want.p : "");
		break;
	}
	ok(good && said > tries / 4, timed[what].name);
	tear_down(&world);
	buf_release(&rules);
	buf_release(&text);
	buf_release(&got);
	buf_release(&want);
}

/* ---- what holds of any journal ---- */

static const char many_rules[] =
	"Rule: r1\nCheck: after\nOn: Kind = 'a'\nNeed: Kind = 'b'\nWithin: P10D\nEach: yes\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r2\nCheck: before\nOn: Kind = 'b'\nNeed: Kind = 'a'\nSame: Topic\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r3\nCheck: count\nOn: Kind = 'c'\nMin: 1\nMax: 2\nWithin: P20D\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r4\nCheck: every\nWhile: on_a\nNeed: Kind = 'b'\nWithin: P5D\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r5\nCheck: together\nOn: Kind = 'b'\nNeed: Kind = 'c'\nDiffers: Topic\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r6\nCheck: never\nOn: Kind = 'a'\nWith: Kind = 'c'\nSame: Topic\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r7\nCheck: never\nOn: Kind = 'b'\nAfter: Kind = 'c'\nUntil: Kind = 'a'\nWithin: P15D\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r8\nCheck: while\nOn: Kind = 'c'\nWhile: on_a\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r9\nCheck: settled\nOn: Kind = 'z'\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r10\nCheck: after\nOn: Kind = 'c'\nNeed: Kind = 'a'\nNext: yes\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r11\nCheck: first\nOn: Kind = 'a'\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r12\nCheck: must\nOn: Kind = 'b'\nMust: Level = 'low' || #Case.on_a\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r13\nCheck: after\nOn: Kind = 'b'\nNeed: Kind = 'c'\nSame: Topic\nUntil: Kind = 'r'\nPause: on_b\nWithin: P4D if Level = 'high'\nWithin: P9D\nMessage: m\nFix: f\nBasis: b\n\n"
	"Rule: r14\nCheck: after\nOn: Kind = 'a'\nNeed: Kind = 'c'\nDiffers: Topic\nWithin: P6D\nMessage: m\nFix: f\nBasis: b\n\n";

static const char property_kinds[] =
	"%rec: Case\n%type: Level enum low high\n\n%rec: Entry\n%type: Date date\n%type: Level enum low high\n%type: Topic line\n\n"
	"%rec: a\n\n%rec: b\n\n%rec: c\n\n%rec: z\n\n%rec: r\n";

/* "rule entry near due", of one verdict; sorted by rule's name. */
static void
list_of(struct buf *out, const struct judgement *list, size_t n, enum verdict verdict)
{
	size_t i;

	buf_reset(out);
	buf_text(out, "");
	for (i = 0; i < n; i++)
		if (list[i].verdict == verdict)
			buf_printf(out, "%.*s %zd;\n", STRF(rule_name(list[i].rule)),
			    (ssize_t)list[i].entry);
}

/* Every line of `small` stands in `large` at least as often. */
static bool
is_within(const struct buf *small, const struct buf *large)
{
	struct str rest = buf_view(small), line;

	while (str_cut(&rest, '\n', &line))
		if (line.n > 0 && (large->n == 0 || memmem(large->p, large->n, line.p, line.n) == NULL))
			return false;
	return true;
}

static void
test_appending(struct world *world)
{
	struct event events[EVENTS_MAX];
	struct buf text = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	const struct judgement *list;
	bool good = true;
	size_t i, k, n, m, broken = 0;

	for (i = 0; i < 3000 && good; i++) {
		n = random_events(events, EVENTS_MAX, "aaabbbcczr");
		buf_reset(&before);
		for (k = 0; k <= n && good; k++) {
			write_events(&text, events, k);
			list = judge(world, buf_view(&text), on("2026-01-01") + (day)chance(200), &m);
			list_of(&after, list, m, VERDICT_BROKEN);
			good = is_within(&before, &after);
			broken += after.n > 0;
			if (!good)
				printf("# %s\n# before\n%s# after\n%s", text.p, before.p, after.p);
			buf_reset(&before);
			buf_str(&before, buf_view(&after));
		}
	}
	ok(good && broken > 1000, "an entry more never repairs what is broken");
	buf_release(&text);
	buf_release(&before);
	buf_release(&after);
}

static void
test_clock(struct world *world)
{
	struct event events[EVENTS_MAX];
	struct buf text = BUF_INIT, over = BUF_INIT, later = BUF_INIT, broken = BUF_INIT, same = BUF_INIT;
	const struct judgement *list;
	bool good = true;
	size_t i, n, m, seen = 0;
	day today;

	for (i = 0; i < 3000 && good; i++) {
		n = random_events(events, EVENTS_MAX, "aaabbbcczr");
		write_events(&text, events, n);
		today = (n ? events[n - 1].date : on("2026-01-01")) + (day)chance(20);
		list = judge(world, buf_view(&text), today, &m);
		list_of(&over, list, m, VERDICT_OVERDUE);
		list_of(&broken, list, m, VERDICT_BROKEN);
		seen += over.n > 0;
		list = judge(world, buf_view(&text), today + 1 + (day)chance(40), &m);
		list_of(&later, list, m, VERDICT_OVERDUE);
		list_of(&same, list, m, VERDICT_BROKEN);
		good = is_within(&over, &later) && str_eq(buf_view(&broken), buf_view(&same));
		if (!good)
			printf("# %s\n# over\n%s# later\n%s", text.p, over.p, later.p);
	}
	ok(good && seen > 500, "the clock never turns overdue into due, nor touches what is broken");
	buf_release(&text);
	buf_release(&over);
	buf_release(&later);
	buf_release(&broken);
	buf_release(&same);
}

static int
line_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All of it, each a line, sorted. */
static void
sorted(struct buf *out, struct world *world, const struct buf *text, day today)
{
	const struct judgement *list;
	char *lines[1000];
	size_t n, i;

	list = judge(world, buf_view(text), today, &n);
	if (n > 1000)
		die("too many verdicts for the test");
	for (i = 0; i < n; i++)
		if (asprintf(&lines[i], "%.*s %s %zd %zd %d %d %d\n", STRF(rule_name(list[i].rule)),
		    verdict_name(list[i].verdict), (ssize_t)list[i].entry, (ssize_t)list[i].near,
		    (int)list[i].due, (int)list[i].done, list[i].paused) < 0)
			die("no memory");
	qsort(lines, n, sizeof(*lines), line_order);
	buf_reset(out);
	buf_text(out, "");
	for (i = 0; i < n; i++) {
		buf_text(out, lines[i]);
		free(lines[i]);
	}
}

/* The same rules, the records in another order. */
static char *
shuffled(void)
{
	const char *starts[20], *p = many_rules;
	struct buf out = BUF_INIT;
	size_t n = 0, i, k;

	while ((p = strstr(p, "Rule: ")) != NULL)
		starts[n++] = p++;
	buf_text(&out, states_text);
	while (n > 0) {
		i = chance((unsigned)n);
		p = strstr(starts[i], "\n\n");
		buf_add(&out, starts[i], (size_t)(p - starts[i]) + 2);
		for (k = i + 1; k < n; k++)
			starts[k - 1] = starts[k];
		n--;
	}
	return out.p;
}

static void
test_order(struct world *world)
{
	struct event events[EVENTS_MAX];
	struct buf text = BUF_INIT, one = BUF_INIT, two = BUF_INIT;
	struct world other;
	bool good = true;
	size_t i, j, n;
	char *rules;
	day today;

	for (j = 0; j < 5; j++) {
		rules = shuffled();
		set_up(&other, property_kinds, rules);
		for (i = 0; i < 500 && good; i++) {
			n = random_events(events, EVENTS_MAX, "aaabbbcczr");
			today = on("2026-01-01") + (day)chance(200);
			write_events(&text, events, n);
			sorted(&one, world, &text, today);
			sorted(&two, &other, &text, today);
			good = str_eq(buf_view(&one), buf_view(&two));
			if (!good)
				printf("# %s\n# one\n%s# two\n%s", text.p, one.p, two.p);
		}
		tear_down(&other);
		free(rules);
	}
	ok(good, "the order of the rules changes nothing");
	buf_release(&text);
	buf_release(&one);
	buf_release(&two);
}

static void
test_properties(void)
{
	struct buf rules = BUF_INIT;
	struct world world;

	buf_printf(&rules, "%s%s", states_text, many_rules);
	set_up(&world, property_kinds, rules.p);
	test_appending(&world);
	test_clock(&world);
	test_order(&world);
	tear_down(&world);
	buf_release(&rules);
}

/* ---- by hand ---- */

#define HEAD "Case: 2026-7KQ43\nOpened: 2026-01-01\nLevel: low\n"
#define E(date, kind, more) "\nDate: " date "\nKind: " kind "\nBy: aj\n" more

static const struct {
	const char *name, *rules, *text, *today, *want;
} by_hand[] = {
	{ "months clamp to the month's end, and the due day counts",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b") "Within: P1M\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", ""), "2026-02-28", "2026-01-31/a r due due 2026-02-28" },
	{ "the day after is over",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b") "Within: P1M\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", ""), "2026-03-01", "2026-01-31/a r overdue due 2026-02-28" },
	{ "done a day late",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b") "Within: P1M\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-03-01", "b", ""), "2026-03-05",
	    "2026-01-31/a r late near 2026-03-01/b due 2026-02-28 done 2026-03-01" },
	{ "the date that a field names",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b") "Within: P1M\nDue: Review\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "Review: 2026-06-01\n") E("2026-02-01", "a", ""), "2026-06-02",
	    "2026-01-31/a r overdue due 2026-06-01\n2026-02-01/a r overdue due 2026-03-01" },
	{ "the own name of an entry",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b") "Same: Entry-name=Ref\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-01-31", "a", "") E("2026-02-01", "b", "Ref: 2026-01-31/a/2\n"),
	    "2026-06-02", "2026-01-31/a r due" },
	{ "an exception for one entry",
	    "%rec: Rule\n\nRule: r\nCheck: never\n" ON("a") "Message: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "a", "")
	    E("2026-02-01", "exception", "Waives: r\nEntry: 2026-02-01/a\nApproved_by: bk\n"), "2026-06-02",
	    "2026-01-31/a r broken\n2026-02-01/a r broken waived" },
	{ "an exception for all until its day",
	    "%rec: Rule\n\nRule: r\nCheck: never\n" ON("a") "Message: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "exception", "Waives: r\nApproved_by: bk\n")
	    E("2026-02-02", "a", ""), "2026-06-02", "2026-01-31/a r broken waived\n2026-02-02/a r broken" },
	{ "nobody, or oneself, approves nothing",
	    "%rec: Rule\n\nRule: r\nCheck: never\n" ON("a") "Message: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "exception", "Waives: r\nApproved_by: aj\n")
	    E("2026-02-01", "exception", "Waives: r\n"), "2026-06-02", "2026-01-31/a r broken" },
	{ "a State that ends by itself",
	    "%rec: State\n\nState: s\nStart: Kind = 'a'\nEnds: Until\n\n"
	    "%rec: Rule\n\nRule: r\nCheck: while\n" ON("b") "While: s\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "Until: 2026-03-01\n") E("2026-02-28", "b", "") E("2026-03-01", "b", ""),
	    "2026-06-02", "2026-03-01/b r broken" },
	{ "a State renewed",
	    "%rec: State\n\nState: s\nStart: Kind = 'a'\nEnds: Until\n\n"
	    "%rec: Rule\n\nRule: r\nCheck: while\n" ON("b") "While: s\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "Until: 2026-03-01\n") E("2026-02-01", "a", "Until: 2026-04-01\n")
	    E("2026-03-05", "b", ""), "2026-06-02", "" },
	{ "what stopped the State is the nearest miss",
	    "%rec: State\n\nState: s\nStart: Kind = 'a'\nStop: Kind = 'c'\n\n"
	    "%rec: Rule\n\nRule: r\nCheck: while\n" ON("b") "While: s\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "c", "") E("2026-03-05", "b", ""), "2026-06-02",
	    "2026-03-05/b r broken near 2026-02-01/c" },
	{ "a State holds at the entry that stops it, not at the one that starts it",
	    "%rec: State\n\nState: s\nStart: Kind = 'a'\nStop: Kind = 'b'\n\n"
	    "%rec: Rule\n\nRule: r\nCheck: while\nOn: Kind = 'a' || Kind = 'b'\nWhile: s\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "b", ""), "2026-06-02", "2026-01-31/a r broken" },
	{ "closed: for good, even when it is reopened",
	    "%rec: State\n\nState: closed\nStart: Kind = 'z'\nStop: Kind = 'r'\n\n"
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b") "Message: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "z", "") E("2026-02-02", "r", "") E("2026-02-03", "b", ""),
	    "2026-06-02", "2026-01-31/a r broken near 2026-02-01/z at end" },
	{ "since and expires, on the date of the entry",
	    "%rec: Rule\n\nRule: r\nCheck: never\n" ON("a")
	    "Since: 2026-02-01\nExpires: 2026-03-01\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "a", "") E("2026-02-28", "a", "") E("2026-03-01", "a", ""),
	    "2026-06-02", "2026-02-01/a r broken\n2026-02-28/a r broken" },
	{ "the value in force on the day, said later on that day",
	    "%rec: Rule\n\nRule: r\nCheck: never\nWhen: Level = 'high'\n" ON("a") "Message: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-31", "a", "") E("2026-02-01", "a", "") E("2026-02-01", "b", "Level: high\n")
	    E("2026-02-03", "a", ""), "2026-06-02", "2026-02-01/a r broken\n2026-02-03/a r broken" },
	{ "severity raised: never due before the day on which it was",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b")
	    "Within: P7D if Level = 'high'\nWithin: P60D\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-01", "a", "") E("2026-02-10", "c", "Level: high\n"), "2026-02-10",
	    "2026-01-01/a r due due 2026-02-10" },
	{ "an overdue one stays overdue when there is more time later",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b")
	    "Within: P60D if Level = 'high'\nWithin: P7D\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-01", "a", "") E("2026-01-10", "c", "Level: high\n"), "2026-01-10",
	    "2026-01-01/a r overdue due 2026-01-08" },
	{ "more time on the day after the last one comes in time",
	    "%rec: Rule\n\nRule: r\nCheck: after\n" ON("a") NEED("b")
	    "Within: P60D if Level = 'high'\nWithin: P7D\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-01", "a", "") E("2026-01-09", "c", "Level: high\n"), "2026-01-10",
	    "2026-01-01/a r due due 2026-03-02" },
	{ "a count, with its date from the opening",
	    "%rec: Rule\n\nRule: r\nCheck: count\n" ON("a") "Min: 1\nWithin: P2W\nMessage: m\nFix: f\nBasis: b\n",
	    HEAD E("2026-01-09", "c", ""), "2026-01-16", "case r overdue due 2026-01-15" },
	{ "entries without a date are not judged",
	    "%rec: Rule\n\nRule: r\nCheck: never\n" ON("a") "Message: m\nFix: f\nBasis: b\n",
	    HEAD E("tomorrow", "a", ""), "2026-01-16", "" },
	{ "nothing at all",
	    "%rec: Rule\n\nRule: r\nCheck: never\n" ON("a") "Message: m\nFix: f\nBasis: b\n",
	    HEAD, "2026-01-16", "" },
};

static void
test_by_hand(void)
{
	struct world world;
	size_t i;

	for (i = 0; i < sizeof(by_hand) / sizeof(*by_hand); i++) {
		set_up(&world, kinds_text, by_hand[i].rules);
		is_text(verdicts(&world, by_hand[i].text, by_hand[i].today), by_hand[i].want,
		    by_hand[i].name);
		tear_down(&world);
	}
}

int
main(void)
{
	size_t i;

	test_logic();
	for (i = 0; i < sizeof(timed) / sizeof(*timed); i++)
		test_timed((enum timed)i);
	test_properties();
	test_by_hand();
	return tap_done();
}
