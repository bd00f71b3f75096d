/*
 * Steps from one journal to the next, at random, against multisets counted by hand: what is new is said, what is old is
 * not, nothing is laundered by inserting, moving or rewriting, and what is shared is not lost in silence.
 */
#define _GNU_SOURCE
#include "rules.h"
#include "tap.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 4000
#define MOST 12 /* entries */
#define DAY 20518 /* 2026-03-06 */

static const char schema_text[] =
	"%rec: Case\n%type: Opened date\n\n"
	"%rec: Entry\n%allowed: Date Kind By Field Waives Entry Approved_by Reason\n%type: Date date\n\n"
	"%rec: a\n\n%rec: b\n\n%rec: c\n\n%rec: exception\n";
static const char staff_schema_text[] = "%rec: Staff\n%key: Staff\n%allowed: Staff Email Role\n";
static const char staff_text[] =
	"%rec: Staff\n\nStaff: aj\nEmail: aj@centre.example\nRole: coordinator\n\nStaff: bk\nEmail: bk@centre.example\n";
static const char rules_text[] =
	"%rec: Rule\n\n"
	"Rule: b-before-a\nCheck: before\nOn: Kind = 'a'\nNeed: Kind = 'b'\nMessage: m\nFix: f\nBasis: none\n\n"
	"Rule: no-c-after-a\nCheck: never\nOn: Kind = 'c'\nAfter: Kind = 'a'\nUntil: Kind = 'b'\nMessage: m\nFix: f\nBasis: none\n\n"
	"Rule: b-is-one\nCheck: must\nOn: Kind = 'b'\nMust: Field = '1'\nMessage: m\nFix: f\nBasis: none\n\n"
	"Rule: few-c\nCheck: count\nOn: Kind = 'c'\nMax: 2\nMessage: m\nFix: f\nBasis: none\n\n"
	"%rec: History\n\n"
	"History: stays\nCheck: append-only\nMessage: m\nFix: f\nBasis: none\n";
static const char *const rule_names[] = { "b-before-a", "no-c-after-a", "b-is-one", "few-c" };
#define RULES (sizeof(rule_names) / sizeof(*rule_names))

struct world {
	struct symbols symbols;
	struct schema *schema;
	struct directory *directory;
	struct rules *rules;
	struct judge *judge;
	struct terms terms;
	struct findings findings;
	struct arena arena, room;
	struct source sources[4];
	struct recfile files[4];
};

static void
parse(struct world *w, size_t i, const char *name, const char *text)
{
	w->sources[i] = (struct source){ name, str_of(text) };
	record_parse(&w->sources[i], i < 2 ? NULL : &w->symbols, &w->arena, &w->findings, &w->files[i]);
}

static void
set_up(struct world *w)
{
	struct known *known = &w->terms.known;

	memset(w, 0, sizeof(*w));
	symbols_init(&w->symbols);
	findings_init(&w->findings);
	arena_init(&w->arena);
	arena_init(&w->room);
	known->case_ = symbol(&w->symbols, STR("Case"));
	known->opened = symbol(&w->symbols, STR("Opened"));
	known->entry = symbol(&w->symbols, STR("Entry"));
	known->date = symbol(&w->symbols, STR("Date"));
	known->kind = symbol(&w->symbols, STR("Kind"));
	known->by = symbol(&w->symbols, STR("By"));
	w->schema = schema_new(&w->symbols);
	parse(w, 0, "schema/case.rec", schema_text);
	parse(w, 1, "schema/directory.rec", staff_schema_text);
	schema_add(w->schema, &w->files[0], &w->findings);
	schema_add(w->schema, &w->files[1], &w->findings);
	schema_link(w->schema, &w->findings);
	w->rules = rules_new(w->schema, &w->symbols);
	parse(w, 2, "rules/process.rec", rules_text);
	rules_add(w->rules, &w->files[2], &w->findings);
	rules_link(w->rules, &w->findings);
	w->directory = directory_new(w->schema);
	parse(w, 3, "directory/staff.rec", staff_text);
	directory_add(w->directory, &w->files[3], &w->findings);
	directory_link(w->directory, &w->findings);
	w->judge = judge_new(w->rules);
	w->terms.symbols = &w->symbols;
	w->terms.schema = w->schema;
	w->terms.directory = w->directory;
	if (w->findings.count[ERROR] > 0)
		die("the test's own rules are wrong: %s", w->findings.list[0].text);
}

static void
tear_down(struct world *w)
{
	judge_free(w->judge);
	rules_free(w->rules);
	directory_free(w->directory);
	schema_free(w->schema);
	symbols_release(&w->symbols);
	findings_release(&w->findings);
	arena_release(&w->arena);
	arena_release(&w->room);
}

/* ---- journals at random ---- */

static uint32_t seed = 20260304;

static size_t
below(size_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

struct journal {
	char entry[MOST][160];
	size_t n;
};

static void
random_entry(char entry[160])
{
	static const char kinds[] = "abc";
	int dom = 1 + (int)below(3);

	if (below(5) > 0)
		snprintf(entry, 160, "Date: 2026-03-0%d\nKind: %c\nBy: aj\nField: %zu\n", dom, kinds[below(3)],
		    below(3));
	else if (below(2) > 0)
		snprintf(entry, 160, "Date: 2026-03-03\nKind: exception\nBy: aj\nWaives: %s\nApproved_by: bk\n",
		    rule_names[below(RULES)]);
	else
		snprintf(entry, 160, "Date: 2026-03-03\nKind: exception\nBy: aj\nWaives: %s\nEntry: 2026-03-0%d/%c\n"
		    "Approved_by: bk\n", rule_names[below(RULES)], dom, kinds[below(3)]);
}

static void
random_journal(struct journal *journal)
{
	size_t i;

	journal->n = below(7);
	for (i = 0; i < journal->n; i++)
		random_entry(journal->entry[i]);
}

static void
insert(struct journal *journal, size_t at, const char *entry)
{
	if (journal->n == MOST)
		return;
	memmove(journal->entry[at + 1], journal->entry[at], (journal->n - at) * sizeof(*journal->entry));
	snprintf(journal->entry[at], sizeof(*journal->entry), "%s", entry);
	journal->n++;
}

static void
take_out(struct journal *journal, size_t at)
{
	memmove(journal->entry[at], journal->entry[at + 1], (--journal->n - at) * sizeof(*journal->entry));
}

/* Only entries are added, or anything at all happens. */
static void
mutate(struct journal *journal, bool only_adds)
{
	size_t times = 1 + below(3), at;
	char entry[160];

	while (times-- > 0) {
		random_entry(entry);
		if (only_adds || journal->n == 0 || below(3) == 0) {
			if (journal->n > 0 && below(4) == 0)
				snprintf(entry, sizeof(entry), "%s", journal->entry[below(journal->n)]);
			insert(journal, below(journal->n + 1), entry);
			continue;
		}
		at = below(journal->n);
		if (below(2) > 0)
			take_out(journal, at);
		else
			snprintf(journal->entry[at], sizeof(*journal->entry), "%s", entry);
	}
}

static void
judge_journal(struct world *w, const struct journal *journal, struct version *version)
{
	struct buf text = BUF_INIT;
	struct judgement *broken;
	const struct judgement *all;
	size_t n, i;

	buf_text(&text, "Case: 2026-7KQ43\nOpened: 2026-03-01\n");
	for (i = 0; i < journal->n; i++)
		buf_printf(&text, "\n%s", journal->entry[i]);
	version->file = ARENA_NEW(&w->room, struct casefile, 1);
	case_parse(&w->terms, "cases/2026/7/2026-7KQ43.rec", arena_str(&w->room, buf_view(&text)), &w->room,
	    &w->findings, version->file);
	all = judge_case(w->judge, version->file, DAY, &w->findings, &n);
	broken = ARENA_NEW(&w->room, struct judgement, n + 1);
	version->n = 0;
	for (i = 0; i < n; i++)
		if (all[i].verdict == VERDICT_BROKEN)
			broken[version->n++] = all[i];
	version->broken = broken;
	buf_release(&text);
}

/* ---- counted by hand ---- */

static struct str
raw(const struct version *version, size_t entry)
{
	const struct record *record = version->file->entries[entry].record;
	struct str bytes = version->file->source.bytes;

	return str_trim((struct str){ bytes.p + record->at, record->end - record->at });
}

/* Verdicts of a rule, on entries of these bytes (STR_NULL: any), waived or not. */
static size_t
count(const struct version *version, const char *rule, struct str bytes, bool waived)
{
	size_t i, n = 0;

	for (i = 0; i < version->n; i++)
		n += str_is(rule_name(version->broken[i].rule), rule) &&
		    (version->broken[i].waiver != NO_ENTRY) == waived &&
		    (bytes.p == NULL || str_eq(raw(version, version->broken[i].entry), bytes));
	return n;
}

static size_t
count_entries(const struct version *version, struct str bytes)
{
	size_t i, n = 0;

	for (i = 0; i < version->file->n; i++)
		n += str_eq(raw(version, i), bytes);
	return n;
}

static size_t
count_said(const struct findings *findings, const char *rule)
{
	size_t i, n = 0;

	for (i = 0; i < findings->n; i++)
		n += findings->list[i].severity == ERROR && strcmp(findings->list[i].rule, rule) == 0;
	return n;
}

static size_t
more(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

static void
check(struct world *w, const struct version *new, const struct version *old, size_t n_old,
    struct casefile *shared, struct findings *findings)
{
	struct case_step step = { .new = *new, .old = old, .n_old = n_old, .shared = shared, .on = DAY };

	findings_init(findings);
	rules_check_step(w->rules, &step, findings);
}

static void
show(const struct journal *old, const struct journal *new, const struct findings *findings)
{
	size_t i;

	for (i = 0; i < old->n; i++)
		fprintf(stderr, "--- old\n%s", old->entry[i]);
	for (i = 0; i < new->n; i++)
		fprintf(stderr, "+++ new\n%s", new->entry[i]);
	for (i = 0; i < findings->n; i++)
		fprintf(stderr, "%s %s %s\n", findings->list[i].rule, findings->list[i].entry ? findings->list[i].entry : "",
		    findings->list[i].text);
}

/* No more is broken without a waiver than was, but for what is said. */
static bool
is_not_laundered(const struct version *old, const struct version *new, const struct findings *findings)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		if (count_said(findings, rule_names[i]) < more(count(new, rule_names[i], STR_NULL, false),
		    count(old, rule_names[i], STR_NULL, false)))
			return false;
	return true;
}

/* Of entries that are there as they were, exactly what was not so before. */
static bool
is_exact(const struct version *old, const struct version *new, const struct findings *findings)
{
	size_t i, j, k, want, got;

	for (i = 0; i < RULES; i++) {
		want = got = 0;
		for (j = 0; j < new->file->n; j++) {
			struct str bytes = raw(new, j);

			for (k = 0; k < j && !str_eq(raw(new, k), bytes); k++)
				;
			if (k == j)
				want += more(count(new, rule_names[i], bytes, false), count(old, rule_names[i], bytes, false));
		}
		/* A waiver that is older than what it is said to waive counts for nothing: these come on top. */
		got = count_said(findings, rule_names[i]);
		if (got < want || got > want + count(new, rule_names[i], STR_NULL, true))
			return false;
	}
	return true;
}

static bool
is_loss_said(const struct version *old, const struct version *new, const struct findings *findings)
{
	size_t i, k, lost = 0;

	for (i = 0; i < old->file->n; i++) {
		for (k = 0; k < i && !str_eq(raw(old, k), raw(old, i)); k++)
			;
		if (k == i)
			lost += more(count_entries(old, raw(old, i)), count_entries(new, raw(old, i)));
	}
	return lost == 0 || count_said(findings, "stays") == lost;
}

struct failures {
	size_t same, laundered, inexact, lost, twice, order;
};

static void
try_step(struct world *w, bool only_adds, struct failures *failures)
{
	struct journal journals[2], other;
	struct version old[2], new;
	struct findings findings, again;
	size_t i;

	arena_reset(&w->room);
	random_journal(&journals[0]);
	journals[1] = other = journals[0];
	mutate(&journals[1], only_adds);
	mutate(&other, false);
	judge_journal(w, &journals[0], &old[0]);
	judge_journal(w, &other, &old[1]);
	judge_journal(w, &journals[1], &new);
	check(w, &old[0], &old[0], 1, old[0].file, &findings);
	failures->same += findings.n > 0;
	findings_release(&findings);

	check(w, &new, &old[0], 1, old[0].file, &findings);
	if (!is_not_laundered(&old[0], &new, &findings) && failures->laundered++ == 0)
		show(&journals[0], &journals[1], &findings);
	if (only_adds && !is_exact(&old[0], &new, &findings) && failures->inexact++ == 0)
		show(&journals[0], &journals[1], &findings);
	if (!is_loss_said(&old[0], &new, &findings) && failures->lost++ == 0)
		show(&journals[0], &journals[1], &findings);
	check(w, &new, (struct version[]){ old[0], old[0] }, 2, old[0].file, &again);
	failures->twice += again.n != findings.n;
	findings_release(&again);
	findings_release(&findings);

	check(w, &new, old, 2, NULL, &findings);
	check(w, &new, (struct version[]){ old[1], old[0] }, 2, NULL, &again);
	for (i = 0; i < RULES; i++)
		failures->order += count_said(&findings, rule_names[i]) != count_said(&again, rule_names[i]);
	findings_release(&again);
	findings_release(&findings);
}

int
main(void)
{
	struct failures adds = { 0 }, any = { 0 };
	struct world world;
	size_t i;

	set_up(&world);
	for (i = 0; i < ROUNDS; i++)
		try_step(&world, true, &adds);
	for (i = 0; i < ROUNDS; i++)
		try_step(&world, false, &any);
	tear_down(&world);
	ok(adds.same + any.same == 0, "a step that changes nothing says nothing");
	ok(adds.laundered + any.laundered == 0, "no more is broken than was, but for what is said");
	ok(adds.inexact == 0, "of what is added exactly that is said which was not so before");
	ok(adds.lost + any.lost == 0, "each entry that is lost is said");
	ok(adds.twice + any.twice == 0, "a merge of two of the same is a step from one");
	ok(adds.order + any.order == 0, "the order of parents does not matter");
	return tap_done();
}
