/*
 * Any bytes as the definitions of reports/. Each report that loads is counted over a few cases: in one go and in two
 * halves to the same bytes, and a public one shows no small count.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

static const char cases_schema[] =
	"%rec: Case\n%allowed: Case Opened Service Place Situation\n%type: Opened date\n"
	"%type: Service enum advice support\n%type: Place rec Place\n\n"
	"%rec: Entry\n%allowed: Date Kind By Hours\n%type: Date date\n%type: Hours real\n\n"
	"%rec: request\n%allowed: From\n\n%rec: end\n%allowed: End\n%type: End enum done moved\n";
static const char other_schema[] =
	"%rec: Place\n%key: Place\n%allowed: Place Province\n\n"
	"%rec: Report\n%key: Report\n\n%rec: Table\n\n%rec: Label\n";
static const char places[] =
	"%rec: Place\n\nPlace: A\nProvince: North\n\nPlace: B\nProvince: South\n";
static const char *const case_texts[] = {
	"Case: 1\nOpened: 2025-01-31\nService: advice\nPlace: A\n\nDate: 2025-02-01\nKind: request\nHours: 1.5\n",
	"Case: 2\nOpened: 2025-12-31\nService: support\nPlace: B\nSituation: x\nSituation: y\n\n"
	"Date: 2026-01-01\nKind: end\nEnd: done\n\nDate: 2026-03-01\nKind: end\nEnd: moved\nHours: 2\n",
	"Case: 3\nOpened: 2026-06-15\n",
};
#define CASES (sizeof(case_texts) / sizeof(*case_texts))
#define REPORTS_MAX 4

struct world {
	struct symbols symbols;
	struct arena arena;
	struct findings findings;
	struct schema *schema;
	struct directory *directory;
	struct recfile cases[CASES], *now;
};

static void
parse(struct world *world, const char *path, struct str bytes, struct recfile *file)
{
	struct source *source = ARENA_NEW(&world->arena, struct source, 1);

	source->name = path;
	source->bytes = arena_str(&world->arena, bytes);
	record_parse(source, &world->symbols, &world->arena, &world->findings, file);
}

static void
on_day(void *context, day on, struct subject *subject)
{
	struct world *world = context;

	(void)on;
	*subject = (struct subject){ .file = world->now, .self = &world->now->records[0],
		.findings = &world->findings };
}

static day
nth_entry(void *context, size_t i, struct subject *subject)
{
	struct world *world = context;
	const struct field *date = record_named(&world->now->records[i + 1], STR("Date"));
	day d;

	on_day(context, 0, subject);
	subject->self = &world->now->records[i + 1];
	return date != NULL && date_parse(date->value, &d, NULL) ? d : DAY_NONE;
}

static void
write_report(struct world *world, const struct report *report, bool split, struct buf *out,
    struct sheet *sheet)
{
	struct counts *a = counts_new(report), *b = counts_new(report);
	size_t i;

	for (i = 0; i < CASES; i++) {
		struct report_case c = { world, DAY_NONE, 0, on_day, nth_entry };

		world->now = &world->cases[i];
		c.n = world->now->n - 1;
		date_parse(record_named(world->now->records, STR("Opened"))->value, &c.opened, NULL);
		counts_case(split && i == 1 ? b : a, &c);
	}
	if (split)
		counts_merge(b, a);
	report_tables(report, split ? b : a, &world->arena, sheet);
	sheet_csv(sheet, out);
	sheet_text(sheet, out);
	counts_free(a);
	counts_free(b);
}

static void
no_small(const struct sheet *sheet)
{
	size_t i, k;

	for (i = 0; i < sheet->n; i++)
		for (k = 0; k < sheet->tables[i].rows.n * sheet->tables[i].columns.n; k++) {
			const struct cell *cell = &sheet->tables[i].cells[k];

			if ((str_is(sheet->tables[i].measure, "cases") ||
			    str_is(sheet->tables[i].measure, "entries")) &&
			    cell->kind == CELL_FIGURE && !str_is(cell->text, "0"))
				abort(); /* three cases: every count is small */
		}
}

static void
try_report(struct world *world, struct str name)
{
	struct report *report = report_load(world->schema, world->directory, (struct more_names){ NULL },
	    &world->symbols, name, &world->findings);
	struct buf whole = BUF_INIT, halves = BUF_INIT;
	struct sheet sheet;
	struct period period = { date_make(2025, 1, 15), date_make(2026, 7, 1) };
	size_t i;

	if (report == NULL) {
		if (world->findings.count[ERROR] == 0)
			abort(); /* refused without a word */
		return;
	}
	for (i = 0; i < CASES; i++)
		parse(world, "case", str_of(case_texts[i]), &world->cases[i]);
	report_begin(report, period, 5, &world->findings);
	write_report(world, report, false, &whole, &sheet);
	write_report(world, report, true, &halves, &sheet);
	if (!str_eq(buf_view(&whole), buf_view(&halves)))
		abort();
	if (report_is_public(report))
		no_small(&sheet);
	buf_release(&whole);
	buf_release(&halves);
	report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world;
	struct recfile file;
	const struct entity *const *reports;
	size_t n, i;

	memset(&world, 0, sizeof(world));
	symbols_init(&world.symbols);
	arena_init(&world.arena);
	findings_init(&world.findings);
	world.schema = schema_new(&world.symbols);
	parse(&world, "schema/case.rec", str_of(cases_schema), &file);
	schema_add(world.schema, &file, &world.findings);
	parse(&world, "schema/directory.rec", str_of(other_schema), &file);
	schema_add(world.schema, &file, &world.findings);
	schema_link(world.schema, &world.findings);
	world.directory = directory_new(world.schema);
	parse(&world, "directory/places.rec", str_of(places), &file);
	directory_add(world.directory, &file, &world.findings);
	parse(&world, "reports/x.rec", (struct str){ (const char *)data, size }, &file);
	directory_add(world.directory, &file, &world.findings);
	directory_link(world.directory, &world.findings);
	reports = directory_all(world.directory, STR("Report"), &n);
	for (i = 0; i < n && i < REPORTS_MAX; i++)
		try_report(&world, reports[i]->key);
	directory_free(world.directory);
	schema_free(world.schema);
	findings_release(&world.findings);
	arena_release(&world.arena);
	symbols_release(&world.symbols);
	return 0;
}
