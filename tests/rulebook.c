/*
 * Rules as they are written: which words are faults and where, what a rule says in words, what is said of a verdict, and
 * what the search for rules that say nothing claims, and does not claim.
 */
#define _GNU_SOURCE
#include "rules.h"
#include "tap.h"

#include <stdint.h>

static const char schema_text[] =
	"%rec: Case\n%mandatory: Case\n%unique: Opened Service Level Lead\n%allowed: Case Opened Service Level Lead Area\n"
	"%type: Opened date\n%type: Service enum advice support\n%type: Level enum low high\n%type: Lead rec Staff\n"
	"%type: Area rec Area\n\n"
	"%rec: Entry\n%mandatory: Date Kind\n%unique: Date Kind By Text Level Service\n"
	"%allowed: Date Kind By Text Level Service Partner Approved_by\n%type: Date date\n%type: Level enum low high\n"
	"%type: Service enum advice support\n%type: By rec Staff\n%type: Partner rec Partner\n\n"
	"%rec: consent\n%unique: Decision\n%allowed: Decision Scope\n%type: Decision enum given refused withdrawn\n"
	"%type: Scope enum support sharing\n\n"
	"%rec: action\n%unique: Action\n%allowed: Action\n\n"
	"%rec: plan\n%unique: Review\n%allowed: Goal Review\n%type: Review date\n\n"
	"%rec: question\n\n%rec: answer\n%unique: Entry\n%allowed: Entry\n%type: Entry rec Entry\n\n"
	"%rec: end\n%unique: End\n%allowed: End\n%type: End enum done moved\n\n"
	"%rec: note\n%allowed: Urgent\n%type: Urgent bool\n\n"
	"%rec: suspension\n%unique: Until\n%allowed: Until\n%type: Until date\n\n%rec: resumption\n\n"
	"%rec: exception\n%allowed: Waives Entry Reason\n";
static const char directory_text[] =
	"%rec: Staff\n%key: Staff\n%allowed: Staff Role\n\n%rec: Partner\n%key: Partner\n%allowed: Partner Sector\n"
	"%type: Sector enum health safety\n\n%rec: Area\n%key: Area\n%allowed: Area Name\n";

struct world {
	struct symbols symbols;
	struct schema *schema;
	struct rules *rules;
	struct terms terms;
	struct findings findings;
	struct arena arena;
	struct source sources[3];
	struct recfile files[3];
};

static void
load(struct world *world, size_t i, const char *name, const char *text)
{
	world->sources[i] = (struct source){ name, str_of(text) };
	record_parse(&world->sources[i], NULL, &world->arena, &world->findings, &world->files[i]);
}

static void
set_up(struct world *world, const char *rules_text)
{
	struct known *known = &world->terms.known;

	memset(world, 0, sizeof(*world));
	symbols_init(&world->symbols);
	findings_init(&world->findings);
	arena_init(&world->arena);
	world->schema = schema_new(&world->symbols);
	load(world, 0, "schema/case.rec", schema_text);
	load(world, 1, "schema/directory.rec", directory_text);
	schema_add(world->schema, &world->files[0], &world->findings);
	schema_add(world->schema, &world->files[1], &world->findings);
	schema_link(world->schema, &world->findings);
	world->rules = rules_new(world->schema, &world->symbols);
	load(world, 2, "rules/process.rec", rules_text);
	rules_add(world->rules, &world->files[2], &world->findings);
	rules_link(world->rules, &world->findings);
	world->terms = (struct terms){ .symbols = &world->symbols, .schema = world->schema };
	known->case_ = symbol(&world->symbols, STR("Case"));
	known->opened = symbol(&world->symbols, STR("Opened"));
	known->entry = symbol(&world->symbols, STR("Entry"));
	known->date = symbol(&world->symbols, STR("Date"));
	known->kind = symbol(&world->symbols, STR("Kind"));
	known->by = symbol(&world->symbols, STR("By"));
}

static void
tear_down(struct world *world)
{
	rules_free(world->rules);
	schema_free(world->schema);
	findings_release(&world->findings);
	arena_release(&world->arena);
	symbols_release(&world->symbols);
}

/* "LINE:COLUMN rule; ...", in the order in which they are written. */
static const char *
found(struct world *world, struct buf *out)
{
	struct diag_style style = { .format = DIAG_GCC };
	struct buf text = BUF_INIT;
	size_t i;

	buf_reset(out);
	buf_text(out, "");
	findings_write(&world->findings, &style, &text);
	for (i = 0; i < world->findings.n; i++)
		buf_printf(out, "%s%u:%u %s", i ? "; " : "", world->findings.list[i].line,
		    world->findings.list[i].column, world->findings.list[i].rule);
	buf_release(&text);
	return out->p;
}

/* ---- faults ---- */

#define TAIL "Message: m\nFix: f\nBasis: b\n"
#define MUST "%rec: Rule\n\nRule: r\nCheck: must\n"

/* Rules, what is found, and how many rules and States are left. */
static const struct {
	const char *what, *rules, *found;
	size_t n_rules, n_states;
} faults[] = {
	{ "nothing", "", "", 0, 0 },
	{ "a comment", "# nothing\n", "", 0, 0 },
	{ "no record set", "Rule: r\n\nRule: s\n", "1:1 no-record-type", 0, 0 },
	{ "another record set", "%rec: Rulle\n\nRule: r\n", "1:7 rule-word", 0, 0 },
	{ "a rule in the descriptor", "%rec: Rule\nRule: r\nCheck: must\n", "2:1 misplaced-special-field", 0, 0 },
	{ "special fields", "%rec: Rule\n%key: Rule\n", "2:1 misplaced-special-field", 0, 0 },
	{ "a special field in a rule", MUST "On: Kind = 'action'\nMust: #Action\n%doc: x\n" TAIL, "7:1 rule-word", 0, 0 },
	{ "a rule", MUST "On: Kind = 'action'\nMust: #Action\n" TAIL, "", 1, 0 },
	{ "a check that is none", "%rec: Rule\n\nRule: r\nCheck: mst\nOn: Kind = 'action'\n" TAIL, "4:8 rule-word", 0, 0 },
	{ "no check", "%rec: Rule\n\nRule: r\nChck: must\n" TAIL, "3:1 rule-incomplete; 4:1 rule-word", 0, 0 },
	{ "no name", "%rec: Rule\n\nCheck: must\nOn: Kind = 'action'\nMust: #Action\n" TAIL, "3:1 rule-incomplete", 0, 0 },
	{ "a name with capitals", "%rec: Rule\n\nRule: R\nCheck: must\nOn: Kind = 'action'\nMust: #Action\n" TAIL,
	    "3:7 rule-value", 0, 0 },
	{ "a name that ends in -", "%rec: Rule\n\nRule: r-\nCheck: must\nOn: Kind = 'action'\nMust: #Action\n" TAIL,
	    "3:7 rule-value", 0, 0 },
	{ "a message's name", "%rec: Rule\n\nRule: unknown-kind\nCheck: must\nOn: Kind = 'action'\nMust: #Action\n" TAIL,
	    "3:7 duplicate-rule", 0, 0 },
	{ "a name twice", "%rec: State\n\nState: r\nStart: Kind = 'action'\n\n" MUST
	    "On: Kind = 'action'\nMust: #Action\n" TAIL, "8:7 duplicate-rule", 0, 1 },
	{ "a State named as a field of the case", "%rec: State\n\nState: Level\nStart: Kind = 'action'\n",
	    "3:8 rule-value", 0, 0 },
	{ "a field that stands twice", MUST "On: Kind = 'action'\nOn: Kind = 'plan'\nMust: #Text\n" TAIL, "6:1 rule-field", 0, 0 },
	{ "a field that the check does not take", MUST "On: Kind = 'action'\nMust: #Text\nNeed: Knd = 'x\n" TAIL,
	    "7:1 rule-field", 0, 0 },
	{ "On of every", "%rec: Rule\n\nRule: r\nCheck: every\nOn: Kind = 'action'\nNeed: Kind = 'note'\nWithin: P1D\nWhile: s\n"
	    TAIL "\n%rec: State\n\nState: s\nStart: Kind = 'action'\n", "5:1 rule-field", 0, 1 },
	{ "no Fix for an error", MUST "On: Kind = 'action'\nMust: #Action\nMessage: m\nBasis: b\n", "3:1 rule-incomplete", 0, 0 },
	{ "no Fix for a warning", MUST "Severity: warning\nOn: Kind = 'action'\nMust: #Action\nMessage: m\nBasis: b\n", "", 1, 0 },
	{ "an empty field", MUST "On:\nMust: #Action\n" TAIL, "5:1 rule-value", 0, 0 },
	{ "a severity", MUST "On: Kind = 'action'\nMust: #Action\nSeverity: fatal\n" TAIL, "7:11 rule-word", 0, 0 },
	{ "an expression that is none", MUST "On: Kind = 'action\nMust: #Action\n" TAIL, "5:12 bad-expression", 0, 0 },
	{ "a kind", MUST "On: Kind = 'acton'\nMust: #Text\n" TAIL, "5:12 rule-text", 0, 0 },
	{ "a kind in a pattern", MUST "On: Kind ~ '^(action|paln)$'\nMust: #Text\n" TAIL, "5:12 rule-text", 0, 0 },
	{ "a pattern that matches no kind", MUST "On: Kind ~ 'x.*y'\nMust: #Text\n" TAIL, "5:12 rule-text", 0, 0 },
	{ "a pattern that matches some", MUST "On: Kind ~ '^a'\nMust: #Text\n" TAIL, "", 1, 0 },
	{ "two kinds at once", MUST "On: Kind = 'action' && Kind = 'plan'\nMust: #Text\n" TAIL, "5:5 rule-text", 0, 0 },
	{ "a kind or another", MUST "On: Kind = 'action' || Kind = 'plan'\nMust: #Text\n" TAIL, "", 1, 0 },
	{ "a field that no entry has", MUST "On: Kind = 'action'\nMust: #Actoin\n" TAIL, "6:8 rule-name", 0, 0 },
	{ "a field of another kind", MUST "On: Kind = 'action' && Decision = 'given'\nMust: #Text\n" TAIL, "5:24 rule-name", 0, 0 },
	{ "a field of another kind in Must", MUST "On: Kind = 'action'\nMust: #Decision\n" TAIL, "6:8 rule-name", 0, 0 },
	{ "a field of that kind only where it is that kind", MUST "On: Kind = 'action' || Kind = 'consent'\n"
	    "Must: (Kind = 'consent') => #Decision\n" TAIL, "", 1, 0 },
	{ "a value that is no choice", MUST "On: Kind = 'consent' && Decision = 'gven'\nMust: #Text\n" TAIL,
	    "5:36 rule-text", 0, 0 },
	{ "a pattern of choices", MUST "On: Kind = 'consent' && Decision ~ '^(given|gone)$'\nMust: #Text\n" TAIL,
	    "5:36 rule-text", 0, 0 },
	{ "a reference", MUST "On: Kind = 'action' && Partner.Sector = 'health'\nMust: #Text\n" TAIL, "", 1, 0 },
	{ "a reference's field", MUST "On: Kind = 'action' && Partner.Sctor = 'health'\nMust: #Text\n" TAIL,
	    "5:24 rule-name", 0, 0 },
	{ "a reference's value", MUST "On: Kind = 'action' && Partner.Sector = 'helth'\nMust: #Text\n" TAIL,
	    "5:41 rule-text", 0, 0 },
	{ "a reference to an entry", MUST "On: Kind = 'answer' && Entry.Kind = 'note'\nMust: #Text\n" TAIL,
	    "5:24 rule-name", 0, 0 },
	{ "a name with an underscore", MUST "On: Kind = 'action'\nMust: Approved_by != By\n" TAIL, "", 1, 0 },
	{ "the case's field", MUST "On: Case.Level = 'high'\nMust: #Text\n" TAIL, "", 1, 0 },
	{ "a field that the case has not", MUST "On: Case.Levl = 'high'\nMust: #Text\n" TAIL, "5:5 rule-name", 0, 0 },
	{ "a value that the case cannot have", MUST "On: Case.Level = 'hi'\nMust: #Text\n" TAIL, "5:18 rule-text", 0, 0 },
	{ "When", MUST "On: Kind = 'action'\nWhen: Level = 'high' && Area.Name = 'x' && Case.Service = 'support'\nMust: #Text\n" TAIL,
	    "", 1, 0 },
	{ "When and a field of entries", MUST "On: Kind = 'action'\nWhen: Decision = 'given'\nMust: #Text\n" TAIL,
	    "6:7 rule-name", 0, 0 },
	{ "When and the journal", MUST "On: Kind = 'action'\nWhen: Entry = 'note' || #Entry.Text\nMust: #Text\n" TAIL,
	    "6:7 rule-name; 6:26 rule-name", 0, 0 },
	{ "When and a State", "%rec: State\n\nState: in_support\nStart: Kind = 'action'\n\n" MUST
	    "On: Kind = 'action' && #Case.in_support\nWhen: #in_support\nMust: #Text\n" TAIL, "", 1, 1 },
	{ "a State that is none", MUST "On: #Case.in_suport\nMust: #Text\n" TAIL, "5:6 rule-name", 0, 0 },
	{ "a State with a fault, and what leans on it",
	    "%rec: State\n\nState: a\nStart: Kind = 'x'\n\nState: b\nStart: #Case.a\n\nState: c\nStart: Kind = 'note'\nStop: #Case.b\n\n"
	    "%rec: Rule\n\nRule: r\nCheck: while\nOn: Kind = 'note'\nWhile: c\n" TAIL,
	    "4:15 rule-text; 7:9 left-out; 11:8 left-out; 18:8 left-out", 0, 0 },
	{ "States that ask for each other", "%rec: State\n\nState: a\nStart: #Case.b\n\nState: b\nStart: Kind = 'note' && !#Case.a\n",
	    "", 0, 2 },
	{ "a duration", "%rec: Rule\n\nRule: r\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nWithin: 14D\n" TAIL,
	    "7:9 rule-value", 0, 0 },
	{ "a duration with a word behind", "%rec: Rule\n\nRule: r\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n"
	    "Within: P14D when Level = 'high'\n" TAIL, "7:14 rule-value", 0, 0 },
	{ "durations in the wrong order", "%rec: Rule\n\nRule: r\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n"
	    "Within: P14D\nWithin: P7D if Level = 'high'\n" TAIL, "8:9 rule-value", 0, 0 },
	{ "a condition of a duration", "%rec: Rule\n\nRule: r\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n"
	    "Within: P14D if Level = 'hih'\n" TAIL, "7:25 rule-text", 0, 0 },
	{ "a date", MUST "On: Kind = 'action'\nMust: #Text\nSince: 2026-02-30\n" TAIL, "7:8 rule-value", 0, 0 },
	{ "no day on which it holds", MUST "On: Kind = 'action'\nMust: #Text\nSince: 2026-02-03\nExpires: 2026-02-03\n" TAIL,
	    "8:1 rule-field", 0, 0 },
	{ "count without a number", "%rec: Rule\n\nRule: r\nCheck: count\nOn: Kind = 'action'\n" TAIL, "3:1 rule-incomplete", 0, 0 },
	{ "count reversed", "%rec: Rule\n\nRule: r\nCheck: count\nOn: Kind = 'action'\nMin: 3\nMax: 2\n" TAIL, "7:1 rule-field", 0, 0 },
	{ "count of what is no number", "%rec: Rule\n\nRule: r\nCheck: count\nOn: Kind = 'action'\nMax: one\n" TAIL,
	    "6:6 rule-value", 0, 0 },
	{ "never: With and After", "%rec: Rule\n\nRule: r\nCheck: never\nOn: Kind = 'action'\nWith: Kind = 'plan'\nAfter: Kind = 'end'\n" TAIL,
	    "6:1 rule-field", 0, 0 },
	{ "never: Within of nothing", "%rec: Rule\n\nRule: r\nCheck: never\nOn: Kind = 'action'\nWithin: P1D\n" TAIL,
	    "6:1 rule-field", 0, 0 },
	{ "Pause without a date", "%rec: State\n\nState: s\nStart: Kind = 'note'\n\n%rec: Rule\n\nRule: r\nCheck: after\nOn: Kind = 'action'\n"
	    "Need: Kind = 'plan'\nPause: s\n" TAIL, "12:1 rule-field", 0, 1 },
	{ "Due that is no date", "%rec: Rule\n\nRule: r\nCheck: after\nOn: Kind = 'plan'\nNeed: Kind = 'note'\nDue: Goal\n" TAIL, "", 1, 0 },
	{ "Due of another kind", "%rec: Rule\n\nRule: r\nCheck: after\nOn: Kind = 'plan'\nNeed: Kind = 'note'\nDue: Until\n" TAIL,
	    "7:6 rule-name", 0, 0 },
	{ "Due with choices", "%rec: Rule\n\nRule: r\nCheck: after\nOn: Kind = 'consent'\nNeed: Kind = 'note'\nDue: Decision\n" TAIL,
	    "7:6 rule-name", 0, 0 },
	{ "Same of what only one has", "%rec: Rule\n\nRule: r\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nSame: Goal\n" TAIL,
	    "7:7 rule-name", 0, 0 },
	{ "Same", "%rec: Rule\n\nRule: r\nCheck: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\n"
	    "Same: Partner Entry-name=Entry\nDiffers: By=Approved_by\n" TAIL, "", 1, 0 },
	{ "Who", MUST "On: Kind = 'action'\nMust: #Text\nWho: Led\n" TAIL, "7:6 rule-name", 0, 0 },
	{ "Each", "%rec: Rule\n\nRule: r\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nEach: true\n" TAIL, "7:7 rule-word", 0, 0 },
	{ "Ends of another kind", "%rec: State\n\nState: s\nStart: Kind = 'suspension'\nEnds: Review\n", "5:7 rule-name", 0, 0 },
	{ "every field of a rule that is wrong is said", MUST "On: Kind = 'acton'\nMust: #Actoin\nSince: x\nNeeed: y\n" TAIL,
	    "5:12 rule-text; 6:8 rule-name; 7:8 rule-value; 8:1 rule-word", 0, 0 },
	{ "continuation lines", MUST "On: Kind = 'action' &&\n+ Actoin = 'x'\nMust: #Text\n" TAIL, "6:3 rule-name", 0, 0 },
};

static void
test_faults(void)
{
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct world world;

		set_up(&world, faults[i].rules);
		is_text(found(&world, &out), faults[i].found, faults[i].what);
		is_number((long long)rules_count(world.rules), (long long)faults[i].n_rules, "rules left");
		is_number((long long)rules_state_count(world.rules), (long long)faults[i].n_states, "States left");
		tear_down(&world);
	}
	buf_release(&out);
}

/* ---- in words ---- */

static const struct {
	const char *rule, *words;
} words[] = {
	{ "Check: first\nOn: Kind = 'question'\n", "The first entry of a case is a question entry." },
	{ "Check: first\nOn: Kind = 'question' || Kind = 'note'\nWhen: Service = 'advice'\n",
	    "In a case with Service 'advice', the first entry of a case is a question or note entry." },
	{ "Check: count\nOn: Kind = 'question'\nMin: 1\nWithin: P1M\nWho: Lead\n",
	    "Each case has at least 1 question entry, within 1 month of its opening. It is up to the Lead of the case." },
	{ "Check: count\nOn: Kind = 'plan'\nMin: 1\nMax: 3\nWhile: open\n",
	    "Each case has at least 1 and at most 3 plan entries, counted while 'open' holds. It is up to the Lead of the case." },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'consent' && Decision = 'given'\nWithin: P7D if Level = 'high'\nWithin: P90D\n",
	    "Each action entry needs before it a consent entry with Decision 'given', at most 7 days before if Level 'high', "
	    "else at most 90 days before." },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nEach: yes\nSame: Partner\nDiffers: By\n",
	    "Each action entry needs before it a plan entry. Each needs one of its own. The two have the same Partner. "
	    "The two differ in By." },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nNext: yes\n",
	    "Each action entry needs directly before it a plan entry." },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nWithin: P2W\nUntil: Kind = 'end'\nSame: Entry-name=Entry\nPause: open\n",
	    "Each question entry needs later an answer entry, within 14 days, unless first there is an end entry. "
	    "The other names it as its Entry. Days on which 'open' holds do not count. It is up to the Lead of the case." },
	{ "Check: after\nOn: Kind = 'plan'\nNeed: Kind = 'note'\nDue: Review\nWithin: P1Y\nEach: yes\n",
	    "Each plan entry needs later a note entry, by the date in its Review or, without one, within 1 year. It comes before "
	    "the next plan entry. It is up to the Lead of the case." },
	{ "Check: every\nWhile: open\nNeed: Kind ~ '^(note|action|plan)$'\nWithin: P1M7D\n",
	    "While 'open' holds, there is a note, action or plan entry at least every 1 month and 7 days. It is up to the Lead of the "
	    "case." },
	{ "Check: together\nOn: Kind = 'plan'\nNeed: Kind = 'note'\n",
	    "Each plan entry needs, before it or after, a note entry. It is up to the Lead of the case." },
	{ "Check: never\nOn: Kind = 'plan'\nSince: 2026-01-01\nExpires: 2027-01-01\n",
	    "There is no plan entry. It holds for what is dated from 2026-01-01 on and before 2027-01-01." },
	{ "Check: never\nOn: Kind = 'plan'\nAfter: Kind = 'end'\nUntil: Kind = 'note'\nWithin: P1D\n",
	    "After an end entry there is no plan entry, for 1 day, or until there is a note entry." },
	{ "Check: never\nOn: Kind = 'plan'\nWith: Kind = 'end' && End = 'moved'\n",
	    "A plan entry does not stand in one case with an end entry with End 'moved'." },
	{ "Check: while\nOn: Kind = 'plan'\nWhile: open\nWhile: resting\n", "Each plan entry stands where 'open' or 'resting' holds." },
	{ "Check: must\nOn: Kind = 'plan'\nMust: #Goal\nMust: Review >> Date\n", "Each plan entry has a Goal, and Review after Date." },
	{ "Check: settled\nOn: Kind = 'end'\n", "At each end entry, nothing that was begun before it is still due." },
};

#define STATES "%rec: State\n\nState: open\nStart: Kind = 'note'\nStop: Kind = 'end'\n\n" \
	"State: resting\nStart: Kind = 'suspension'\nStop: Kind = 'resumption'\nEnds: Until\n\n" \
	"State: closed\nStart: Kind = 'end'\n\n"

static void
test_words(void)
{
	struct buf out = BUF_INIT, text = BUF_INIT;
	struct world world;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		buf_reset(&text);
		buf_printf(&text, "%s%%rec: Rule\n\nRule: r\n%s" TAIL, STATES, words[i].rule);
		set_up(&world, text.p);
		is_text(found(&world, &out), "", words[i].rule);
		buf_reset(&out);
		if (ok(rules_count(world.rules) == 1, "understood"))
			rule_say(rules_at(world.rules, 0), &out);
		is_text(out.p, words[i].words, "in words");
		tear_down(&world);
	}
	set_up(&world, STATES);
	buf_reset(&out);
	for (i = 0; i < rules_state_count(world.rules); i++) {
		state_say(rules_state_at(world.rules, i), &out);
		buf_char(&out, '\n');
	}
	is_text(out.p, "It holds from just after a note entry until there is an end entry.\n"
	    "It holds from just after a suspension entry until there is a resumption entry, or until the date in its Until.\n"
	    "It holds from just after an end entry on, for good. While it holds the case is closed: what was still due is broken.\n",
	    "States");
	tear_down(&world);
	buf_release(&out);
	buf_release(&text);
}

/* ---- verdicts ---- */

#define HEADER "Case: 2026-7KQ43\nOpened: 2026-03-02\n\n"
#define E(date, kind) "Date: " date "\nKind: " kind "\n\n"

/* A rule, a journal, a day, what is said. */
static const struct {
	const char *rule, *journal, *today, *said;
} verdicts[] = {
	{ "Check: first\nOn: Kind = 'question'\n", E("2026-03-02", "note"), "2026-03-02", "m: the first entry is 2026-03-02/note" },
	{ "Check: count\nOn: Kind = 'plan'\nMax: 1\n", E("2026-03-02", "plan") E("2026-03-02", "plan"), "2026-03-02",
	    "m: the one before is 2026-03-02/plan; at most 1" },
	{ "Check: count\nOn: Kind = 'plan'\nMin: 1\nWithin: P7D\n", E("2026-03-02", "note"), "2026-03-08", "m: due 2026-03-09, in 1 day" },
	{ "Check: count\nOn: Kind = 'plan'\nMin: 1\nWithin: P7D\n", E("2026-03-02", "note"), "2026-03-09", "m: due 2026-03-09, today" },
	{ "Check: count\nOn: Kind = 'plan'\nMin: 1\nWithin: P7D\n", E("2026-03-02", "note"), "2026-03-10", "m: due 2026-03-09, 1 day over" },
	{ "Check: count\nOn: Kind = 'plan'\nMin: 1\n", E("2026-03-02", "end"), "2026-03-10",
	    "m: the case was closed by 2026-03-02/end before it was done" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", E("2026-03-02", "action"), "2026-03-02", "m" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nWithin: P30D\n", E("2026-01-21", "plan") E("2026-03-05", "action"),
	    "2026-03-05", "m: the last was 2026-01-21/plan, 43 days before; at most 30 days" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nNext: yes\n",
	    E("2026-03-02", "plan") E("2026-03-03", "note") E("2026-03-05", "action"), "2026-03-05",
	    "m: the last was 2026-03-02/plan, not directly before" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nEach: yes\n",
	    E("2026-03-02", "plan") E("2026-03-03", "action") E("2026-03-05", "action"), "2026-03-05",
	    "m: the last was 2026-03-02/plan, which an earlier one has used" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nSame: By\n",
	    "Date: 2026-03-02\nKind: plan\nBy: aj\n\nDate: 2026-03-03\nKind: action\nBy: bk\n\n", "2026-03-05",
	    "m: there is 2026-03-02/plan, but its By is another" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nDiffers: By\n",
	    "Date: 2026-03-02\nKind: plan\nBy: aj\n\nDate: 2026-03-03\nKind: action\nBy: aj\n\n", "2026-03-05",
	    "m: there is 2026-03-02/plan, but its By is the same" },
	{ "Check: before\nOn: Kind = 'answer'\nNeed: Kind = 'question'\nSame: Entry=Entry-name\n",
	    E("2026-03-02", "question") "Date: 2026-03-03\nKind: answer\nEntry: 2026-03-01/question\n\n", "2026-03-05",
	    "m: there is 2026-03-02/question, but Entry does not name it" },
	{ "Check: before\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nSame: Entry-name=Entry\n",
	    "Date: 2026-03-02\nKind: answer\nEntry: 2026-03-01/question\n\n" E("2026-03-03", "question"), "2026-03-05",
	    "m: there is 2026-03-02/answer, but its Entry names another entry" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\n", E("2026-03-02", "question"), "2026-03-05", "m: due, without a date" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nWithin: P14D\n", E("2026-03-04", "question"), "2026-03-30",
	    "m: due 2026-03-18, 12 days over" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nWithin: P14D\n",
	    E("2026-03-04", "question") E("2026-03-19", "answer"), "2026-03-30",
	    "m: due 2026-03-18, done 2026-03-19 by 2026-03-19/answer, 1 day over" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nWithin: P14D\nPause: resting\n",
	    E("2026-03-04", "question") E("2026-03-05", "suspension"), "2026-03-30",
	    "m: due, its clock stands still while 'resting' holds" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nNext: yes\n",
	    E("2026-03-04", "question") E("2026-03-05", "note"), "2026-03-30", "m: the next entry is 2026-03-05/note" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nEach: yes\n",
	    E("2026-03-04", "question") E("2026-03-05", "question") E("2026-03-06", "answer"), "2026-03-30",
	    "m: not before 2026-03-05/question" },
	{ "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\n", E("2026-03-04", "question") E("2026-05-01", "end"), "2026-06-01",
	    "m: the case was closed by 2026-05-01/end before it was done" },
	{ "Check: never\nOn: Kind = 'action'\nAfter: Kind = 'plan'\nWithin: P7D\n", E("2026-03-04", "plan") E("2026-03-05", "action"),
	    "2026-03-05", "m: after 2026-03-04/plan, 1 day before; not until after 2026-03-11" },
	{ "Check: never\nOn: Kind = 'action'\nWith: Kind = 'plan'\n", E("2026-03-04", "plan") E("2026-03-05", "action"), "2026-03-05",
	    "m: beside 2026-03-04/plan" },
	{ "Check: while\nOn: Kind = 'action'\nWhile: open\n", E("2026-03-04", "note") E("2026-03-05", "end") E("2026-03-06", "action"),
	    "2026-03-06", "m: 'open' was ended by 2026-03-05/end" },
	{ "Check: while\nOn: Kind = 'action'\nWhile: open\n", E("2026-03-06", "action"), "2026-03-06", "m" },
	{ "Check: must\nOn: Kind = 'plan'\nMust: #Goal\n", E("2026-03-06", "plan"), "2026-03-06", "m" },
	{ "Check: every\nWhile: open\nNeed: Kind = 'action'\nWithin: P7D\n", E("2026-03-02", "note"), "2026-03-12",
	    "m: due 2026-03-09, 3 days over" },
	{ "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", E("2026-03-02", "action")
	    "Date: 2026-03-05\nKind: exception\nBy: aj\nWaives: r\nApproved_by: jd\n\n", "2026-03-05",
	    "m: waived by 2026-03-05/exception, approved by jd" },
};

static void
test_verdicts(void)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		const struct judgement *list;
		struct world world;
		struct casefile file;
		struct judge *judge;
		size_t n = 0;
		day today = 0;

		buf_reset(&text);
		buf_printf(&text, "%s%%rec: Rule\n\nRule: r\n%s" TAIL, STATES, verdicts[i].rule);
		set_up(&world, text.p);
		judge = judge_new(world.rules);
		date_parse(str_of(verdicts[i].today), &today, NULL);
		case_parse(&world.terms, "cases/2026/7/2026-7KQ43.rec", str_of(arena_printf(&world.arena, HEADER "%s",
		    verdicts[i].journal)), &world.arena, &world.findings, &file);
		list = judge_case(judge, &file, today, &world.findings, &n);
		buf_reset(&out);
		if (n > 0)
			judgement_say(&list[0], &file, today, &out);
		is_text(out.p, verdicts[i].said, verdicts[i].rule);
		world.findings.hide_values = true;
		if (n > 0)
			judgement_report(&list[0], &file, today, &world.findings);
		if (ok(world.findings.n == 1, "one finding")) {
			is_text(world.findings.list[0].rule, "r", "the rule's name");
			ok(strstr(world.findings.list[0].text, "jd") == NULL, "no value is shown");
			is_text(world.findings.list[0].basis, "b", "its basis");
			ok(strncmp(world.findings.list[0].fix, "f", 1) == 0, "its fix");
		}
		judge_free(judge);
		tear_down(&world);
	}
	buf_release(&text);
	buf_release(&out);
}

/* ---- rules about rules ---- */

#define NOTED "Severity: note\n" TAIL

/* Rules, and what examining them finds. */
static const struct {
	const char *what, *rules, *found;
} examined[] = {
	{ "examples that do what they say", MUST "On: Kind = 'action'\nMust: #Action\n" TAIL
	    "Good: 2026-03-04 action Action=guidance\nBad: Case Level=high\n+ 2026-03-04 action\n", "" },
	{ "and that do not", MUST "On: Kind = 'action'\nMust: #Action\n" TAIL
	    "Good: 2026-03-04 note Text='two words'\n+ 2026-03-05 action\nBad: 2026-03-04 action Action=guidance\n",
	    "11:3 rule-example; 12:6 rule-example" },
	{ "no examples", MUST "On: Kind = 'action'\nMust: #Action\n" TAIL, "3:1 rule-without-example" },
	{ "words of examples", MUST "On: Kind = 'action'\nMust: #Action\n" TAIL
	    "Good: Case Levl=high\n+ 2026-03-04 acton\n+ 2026-03-04 consent Decision=no\n+ 2026-03-04 note Tex=x x\n+ today\n"
	    "Bad: 2026-03-04 action\n",
	    "10:12 rule-name; 11:14 rule-text; 12:31 rule-text; 13:19 rule-name; 13:25 rule-value; 14:3 rule-value" },
	{ "a value that is never yes or no", MUST "On: Kind = 'action'\nMust: #Action\n" TAIL
	    "Good: 2026-03-04 note Urgent=perhaps\nGood: 2026-03-04 note Urgent=no\nBad: 2026-03-04 action\n", "10:30 rule-text" },
	{ "the day that ends an example", "%rec: Rule\n\nRule: r\nCheck: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\nWithin: P7D\n" TAIL
	    "Good: 2026-03-04 question\n+ today 2026-03-11\nBad: 2026-03-04 question\n+ today 2026-03-12\n", "" },
	{ "a State that needs itself", "%rec: State\n\nState: s\nStart: Kind = 'note' && #Case.s\n", "3:1 state-never-begins" },
	{ "a State that needs one that never begins", "%rec: State\n\nState: s\nStart: Kind = 'note' && #Case.s\n\n"
	    "State: t\nStart: #Case.s\n", "3:1 state-never-begins; 6:1 state-never-begins" },
	{ "States that lead to each other", "%rec: State\n\nState: s\nStart: Kind = 'note'\n\nState: t\nStart: #Case.s && Kind = 'plan'\n\n"
	    "State: u\nStart: #Case.t && !#Case.s\n", "9:1 state-never-begins" },
	{ "unless one of them stops", "%rec: State\n\nState: s\nStart: Kind = 'note'\nStop: Kind = 'end'\n\nState: t\nStart: #Case.s && Kind = 'plan'\n\n"
	    "State: u\nStart: #Case.t && !#Case.s\n", "" },
	{ "what cannot be told is not said", "%rec: State\n\nState: s\nStart: Text ~ 'a.b' && Text ~ 'c.d' && !(Text ~ '.')\n", "" },
	{ "a rule that concerns nothing", MUST "On: Kind = 'consent' && Decision = 'given' && Decision = 'refused'\nMust: #Text\n" NOTED,
	    "3:1 rule-never-applies" },
	{ "two values where a field may stand twice", MUST "On: Kind = 'consent' && Scope = 'support' && Scope = 'sharing'\nMust: #Text\n" NOTED, "" },
	{ "a When that never holds", MUST "On: Kind = 'note'\nWhen: Level = 'low' && Level = 'high'\nMust: #Text\n" NOTED, "3:1 rule-never-applies" },
	{ "a When that holds later", MUST "On: Kind = 'note' && Case.Level = 'low' && #Level\nWhen: Level = 'low'\nMust: #Text\n" NOTED, "" },
};

/* Two rules of severity warning: whether they contradict each other. */
static const struct {
	const char *what, *a, *b;
	bool contradict;
} pairs[] = {
	{ "before and never", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", "Check: never\nOn: Kind = 'plan'\n", true },
	{ "before and never of something else", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", "Check: never\nOn: Kind = 'note'\n", false },
	{ "never in some cases", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n",
	    "Check: never\nOn: Kind = 'plan'\nWhen: Service = 'support'\n", false },
	{ "both in some cases, which may change", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nWhen: Service = 'support'\n",
	    "Check: never\nOn: Kind = 'plan'\nWhen: Service = 'support'\n", false },
	{ "after and never after", "Check: after\nOn: Kind = 'action'\nNeed: Kind = 'note'\n",
	    "Check: never\nOn: Kind = 'note'\nAfter: Kind = 'action'\n", true },
	{ "after and never after, until", "Check: after\nOn: Kind = 'action'\nNeed: Kind = 'note'\n",
	    "Check: never\nOn: Kind = 'note'\nAfter: Kind = 'action'\nUntil: Kind = 'plan'\n", false },
	{ "never after within", "Check: after\nOn: Kind = 'action'\nNeed: Kind = 'note'\n",
	    "Check: never\nOn: Kind = 'note'\nAfter: Kind = 'action'\nWithin: P30D\n", false },
	{ "each before the other", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n",
	    "Check: before\nOn: Kind = 'plan'\nNeed: Kind = 'action'\n", true },
	{ "each after the other", "Check: after\nOn: Kind = 'question'\nNeed: Kind = 'answer'\n",
	    "Check: after\nOn: Kind = 'answer'\nNeed: Kind = 'question'\n", false },
	{ "two firsts", "Check: first\nOn: Kind = 'note'\n", "Check: first\nOn: Kind = 'question'\n", true },
	{ "two musts", "Check: must\nOn: Kind = 'consent'\nMust: Decision = 'given'\n",
	    "Check: must\nOn: Kind = 'consent'\nMust: Decision != 'given'\n", true },
	{ "two musts, one of some of the entries", "Check: must\nOn: Kind = 'consent'\nMust: Decision = 'given'\n",
	    "Check: must\nOn: Kind = 'consent' && #Text\nMust: Decision != 'given'\n", true },
	{ "two musts of different entries", "Check: must\nOn: Kind = 'consent' && !#Text\nMust: Decision = 'given'\n",
	    "Check: must\nOn: Kind = 'consent' && #Text\nMust: Decision != 'given'\n", false },
	{ "next and next", "Check: after\nNext: yes\nOn: Kind = 'action'\nNeed: Kind = 'note'\n",
	    "Check: after\nNext: yes\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", true },
	{ "together and with", "Check: together\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n",
	    "Check: never\nOn: Kind = 'action'\nWith: Kind = 'plan'\n", true },
	{ "same and differs", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nSame: Partner\n",
	    "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nDiffers: Partner\n", false },
	{ "while a State and never its start", "Check: while\nOn: Kind = 'action'\nWhile: open\n", "Check: never\nOn: Kind = 'note'\n", true },
	{ "while a State, and something else never", "Check: while\nOn: Kind = 'action'\nWhile: open\n", "Check: never\nOn: Kind = 'plan'\n", false },
	{ "count and before", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\nEach: yes\n", "Check: count\nOn: Kind = 'plan'\nMax: 1\n", false },
	{ "count none", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", "Check: count\nOn: Kind = 'plan'\nMax: 0\n", true },
	{ "only from some day on", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan'\n", "Check: never\nOn: Kind = 'plan'\nSince: 2026-01-01\n", false },
	{ "what cannot be told", "Check: before\nOn: Kind = 'action'\nNeed: Kind = 'plan' && Text ~ 'x.'\n", "Check: never\nOn: Kind = 'plan'\n", false },
};

static void
test_examined(void)
{
	struct buf out = BUF_INIT, text = BUF_INIT;
	struct world world;
	size_t i, k;
	bool contradict;

	for (i = 0; i < sizeof(examined) / sizeof(*examined); i++) {
		set_up(&world, examined[i].rules);
		rules_examine(world.rules, &world.terms, &world.findings);
		is_text(found(&world, &out), examined[i].found, examined[i].what);
		tear_down(&world);
	}
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		buf_reset(&text);
		buf_printf(&text, "%s%%rec: Rule\n\nRule: a\n%sSeverity: warning\n" TAIL
		    "\nRule: b\n%sSeverity: warning\n" TAIL, STATES, pairs[i].a, pairs[i].b);
		set_up(&world, text.p);
		is_number((long long)rules_count(world.rules), 2, pairs[i].what);
		rules_examine(world.rules, &world.terms, &world.findings);
		for (k = 0, contradict = false; k < world.findings.n; k++)
			contradict |= strcmp(world.findings.list[k].rule, "rules-contradict") == 0;
		ok(contradict == pairs[i].contradict, pairs[i].contradict ? "contradict each other" : "go together");
		tear_down(&world);
	}
	buf_release(&out);
	buf_release(&text);
}

/* ---- accusations, against trying longer journals ---- */

#define LONGER 6
static const char *const letters[] = { "action", "plan", "note" };
static uint64_t seed = 20261124;

static unsigned
chance(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* A rule at random; its On comes back. */
static const char *
write_rule(struct buf *out, const char *name)
{
	static const char *const checks[] = { "before", "after", "together", "never", "never", "first", "count", "while" };
	const char *check = checks[chance(8)], *on = letters[chance(3)], *other = letters[chance(3)];

	buf_printf(out, "Rule: %s\nCheck: %s\nOn: Kind = '%s'\nSeverity: warning\n" TAIL, name, check, on);
	if (strcmp(check, "before") == 0 || strcmp(check, "after") == 0 || strcmp(check, "together") == 0)
		buf_printf(out, "Need: Kind = '%s'\n", other);
	if ((strcmp(check, "before") == 0 || strcmp(check, "after") == 0) && chance(2))
		buf_text(out, chance(2) ? "Each: yes\n" : "Next: yes\n");
	if (strcmp(check, "never") == 0 && chance(3))
		buf_printf(out, "%s: Kind = '%s'\n", chance(3) ? "After" : chance(2) ? "With" : "Until", other);
	if (strcmp(check, "count") == 0)
		buf_printf(out, "Max: %u\n", chance(3));
	if (strcmp(check, "while") == 0)
		buf_text(out, "While: open\n");
	buf_char(out, '\n');
	return on;
}

/* Whether in a journal nothing of the rules is broken and an entry of that kind has all that rule a asks for. */
static bool
is_kept(const struct judgement *list, size_t n, const struct casefile *file, const char *on, bool is_first)
{
	bool asked[LONGER] = { false };
	size_t i;

	for (i = 0; i < file->n; i++)
		asked[i] = is_first ? i == 0 : str_is(file->entries[i].kind, on);
	for (i = 0; i < n; i++) {
		if (list[i].verdict == VERDICT_BROKEN)
			return false;
		if (str_is(rule_name(list[i].rule), "a") && list[i].entry != NO_ENTRY)
			asked[list[i].entry] = false;
	}
	for (i = 0; i < file->n && !asked[i]; i++)
		;
	return i < file->n;
}

static bool
is_kept_by_any(struct world *world, const char *on, bool is_first)
{
	struct judge *judge = judge_new(world->rules);
	struct buf text = BUF_INIT;
	struct arena arena;
	bool kept = false;
	size_t length, word, rest, i, n, n_words = 1;

	arena_init(&arena);
	for (length = 1; length <= LONGER && !kept; length++) {
		n_words *= 3;
		for (word = 0; word < n_words && !kept; word++) {
			const struct judgement *list;
			struct casefile file;

			buf_reset(&text);
			buf_text(&text, HEADER);
			for (i = 0, rest = word; i < length; i++, rest /= 3)
				buf_printf(&text, "Date: 2026-03-0%zu\nKind: %s\n\n", i + 2, letters[rest % 3]);
			case_parse(&world->terms, "cases/2026/7/2026-7KQ43.rec", buf_view(&text), &arena, &world->findings,
			    &file);
			list = judge_case(judge, &file, file.entries[length - 1].date, &world->findings, &n);
			kept = is_kept(list, n, &file, on, is_first);
			arena_reset(&arena);
		}
	}
	arena_release(&arena);
	buf_release(&text);
	judge_free(judge);
	return kept;
}

static void
test_accusations(void)
{
	struct buf text = BUF_INIT;
	size_t i, k, accused = 0, wrong = 0;

	for (i = 0; i < 1000; i++) {
		struct world world;
		const char *on;
		bool is_accused = false;

		buf_reset(&text);
		buf_text(&text, "%rec: State\n\nState: open\nStart: Kind = 'note'\nStop: Kind = 'plan'\n\n%rec: Rule\n\n");
		on = write_rule(&text, "a");
		write_rule(&text, "b");
		set_up(&world, text.p);
		rules_examine(world.rules, &world.terms, &world.findings);
		for (k = 0; k < world.findings.n; k++)
			is_accused |= strncmp(world.findings.list[k].text, "no journal in which rule 'a'", 28) == 0;
		accused += is_accused;
		if (is_accused && is_kept_by_any(&world, on, strstr(text.p, "Check: first") != NULL &&
		    strstr(text.p, "Check: first") < strstr(text.p, "Rule: b"))) {
			wrong++;
			printf("# %s\n", text.p);
		}
		tear_down(&world);
	}
	ok(accused > 50, "rules at random contradict each other");
	is_number((long long)wrong, 0, "and no journal keeps those that do");
	buf_release(&text);
}

int
main(void)
{
	test_faults();
	test_words();
	test_verdicts();
	test_examined();
	test_accusations();
	return tap_done();
}
