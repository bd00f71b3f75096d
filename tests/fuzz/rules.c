/*
 * The bytes are a file of rules under a small schema. Reading them crashes nothing, and reading them again finds the same;
 * what was understood explains itself; without an error no rule is left out; a small journal is judged, twice alike, and
 * what is found in it is written; the rules are examined when they are few.
 */
#include <stdlib.h>
#include <string.h>

#include "rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char schema_text[] =
	"%rec: Case\n%allowed: Case Opened Level Lead Service\n%type: Opened date\n%type: Level enum low high\n"
	"%type: Lead rec Staff\n\n%rec: Entry\n%allowed: Date Kind By Text Level Entry Waives Approved_by\n"
	"%type: Date date\n%type: Level enum low high\n\n"
	"%rec: consent\n%unique: Decision\n%allowed: Decision Scope\n%type: Decision enum given refused\n\n"
	"%rec: action\n\n%rec: plan\n%allowed: Review\n%type: Review date\n\n%rec: end\n\n%rec: exception\n\n"
	"%rec: Staff\n%key: Staff\n";
static const char journal[] =
	"Case: 2026-7KQ43\nOpened: 2026-03-02\nLevel: low\n\n"
	"Date: 2026-03-02\nKind: plan\nReview: 2026-03-20\nBy: aj\n\n"
	"Date: 2026-03-04\nKind: consent\nDecision: given\nScope: support\nScope: sharing\nLevel: high\n\n"
	"Date: 2026-03-04\nKind: action\nEntry: 2026-03-04/consent\n\nDate: 2026-03-30\nKind: action\n\n"
	"Date: 2026-04-01\nKind: consent\nDecision: refused\n\n"
	"Date: 2026-04-02\nKind: exception\nWaives: r\nApproved_by: bk\n\nDate: 2026-05-01\nKind: end\n\n"
	"Date: 2026-05-01\nKind: plan\n\n";

static void
must(bool good)
{
	if (!good)
		abort();
}

struct world {
	struct symbols symbols;
	struct arena arena;
	struct findings findings;
	struct source sources[2];
	struct recfile files[2];
	struct schema *schema;
	struct rules *rules;
	struct terms terms;
};

static void
open_world(struct world *world, struct str bytes)
{
	struct known *known = &world->terms.known;

	memset(world, 0, sizeof(*world));
	symbols_init(&world->symbols);
	arena_init(&world->arena);
	findings_init(&world->findings);
	world->sources[0] = (struct source){ "schema/case.rec", str_of(schema_text) };
	world->sources[1] = (struct source){ "rules/process.rec", bytes };
	record_parse(&world->sources[0], NULL, &world->arena, &world->findings, &world->files[0]);
	record_parse(&world->sources[1], NULL, &world->arena, &world->findings, &world->files[1]);
	world->schema = schema_new(&world->symbols);
	schema_add(world->schema, &world->files[0], &world->findings);
	schema_link(world->schema, &world->findings);
	world->rules = rules_new(world->schema, &world->symbols);
	rules_add(world->rules, &world->files[1], &world->findings);
	rules_link(world->rules, &world->findings);
	world->terms = (struct terms){ .symbols = &world->symbols, .schema = world->schema };
	known->case_ = symbol(&world->symbols, STR("Case"));
	known->opened = symbol(&world->symbols, STR("Opened"));
	known->entry = symbol(&world->symbols, STR("Entry"));
	known->date = symbol(&world->symbols, STR("Date"));
	known->kind = symbol(&world->symbols, STR("Kind"));
}

static void
close_world(struct world *world)
{
	rules_free(world->rules);
	schema_free(world->schema);
	findings_release(&world->findings);
	arena_release(&world->arena);
	symbols_release(&world->symbols);
}

static size_t
count_defined(const struct world *world, const char *type)
{
	size_t n = 0, i;

	for (i = 0; i < world->files[1].n; i++)
		n += record_named(&world->files[1].records[i], str_of(type)) != NULL;
	return n;
}

static void
explain_all(const struct world *world, struct buf *out)
{
	size_t i;

	for (i = 0; i < rules_count(world->rules); i++)
		rule_explain(rules_at(world->rules, i), out);
	for (i = 0; i < rules_state_count(world->rules); i++)
		state_explain(rules_state_at(world->rules, i), out);
	for (i = 0; i < rules_history_count(world->rules); i++)
		history_explain(rules_history_at(world->rules, i), out);
}

/* All that is said of the journal. */
static void
judge_journal(struct world *world, struct buf *out)
{
	struct judge *judge = judge_new(world->rules);
	const struct judgement *list;
	struct findings findings;
	struct diag_style style = { .format = DIAG_JSON };
	struct casefile file;
	size_t n, i;

	findings_init(&findings);
	case_parse(&world->terms, "cases/2026/7/2026-7KQ43.rec", str_of(journal), &world->arena, &findings, &file);
	list = judge_case(judge, &file, 20600, &findings, &n);
	for (i = 0; i < n; i++) {
		must(list[i].verdict != VERDICT_OK);
		must(list[i].entry == NO_ENTRY || list[i].entry < file.n);
		judgement_report(&list[i], &file, 20600, &findings);
	}
	findings_write(&findings, &style, out);
	findings_release(&findings);
	judge_free(judge);
}

static void
say_all(struct world *world, struct buf *out)
{
	struct diag_style style = { .format = DIAG_GCC, .excerpts = true };

	explain_all(world, out);
	judge_journal(world, out);
	judge_journal(world, out);
	if (rules_count(world->rules) + rules_state_count(world->rules) <= 3)
		rules_examine(world->rules, &world->terms, &world->findings);
	findings_write(&world->findings, &style, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct world world;
	size_t errors = 0, i;

	if (size == 0)
		return 0;
	open_world(&world, bytes);
	for (i = 0; i < world.findings.n; i++)
		errors += world.findings.list[i].severity == ERROR;
	must(rules_count(world.rules) <= count_defined(&world, "Rule"));
	if (errors == 0) {
		must(rules_count(world.rules) == count_defined(&world, "Rule"));
		must(rules_state_count(world.rules) == count_defined(&world, "State"));
	}
	say_all(&world, &first);
	close_world(&world);
	open_world(&world, bytes);
	say_all(&world, &second);
	close_world(&world);
	must(str_eq(buf_view(&first), buf_view(&second)));
	buf_release(&first);
	buf_release(&second);
	return 0;
}
