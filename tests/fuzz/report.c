/*
 * Any bytes as the definitions of reports/. Each report that loads is counted over a few cases: in one go and in two
 * halves to the same bytes, of counts and of tables, and a public one shows no small count.
 *
 * What stands behind a NUL is read as counts of the first of them, or of a report of every kind of table: refused, with
 * nothing added, or written again as it was, and whatever the figures are, they make tables.
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
	"%rec: Talk\n%allowed: Talk Date Place\n%type: Date date\n%type: Place rec Place\n\n"
	"%rec: Report\n%key: Report\n\n%rec: Table\n\n%rec: Label\n";
static const char every[] =
	"%rec: Report\n\nReport: every\nTitle: T\nProfile: commissioner\n\n%rec: Table\n\n"
	"Table: a\nReport: every\nTitle: T\nCount: cases\nRows: Service Situation\nColumns: quarter\n\n"
	"Table: b\nReport: every\nTitle: T\nFrom: Kind = 'request'\nTo: Kind = 'end'\nEach: every\nTarget: P14D\n"
	"Rows: Case.Place days\nBins: days 7 30\nColumns: month\n"
	"Show: number median p90 longest within waiting overdue\n\n"
	"Table: c\nReport: every\nTitle: T\nStock: not closed\nRows: Place.Province\nColumns: year month\n\n"
	"Table: d\nReport: every\nTitle: T\nCount: entries\nSum: Hours\nRow: a: Kind = 'end'\nRow: b: #Hours\n"
	"Compare: before year\n\n"
	"Table: e\nReport: every\nTitle: T\nCount: findings\nList: Case Rule Verdict\nLimit: 5\n\n"
	"Table: f\nReport: every\nTitle: T\nCount: Talk\nRows: Place\nColumns: month\n\n"
	"Table: g\nReport: every\nTitle: T\nStock: closed\nCompare: before\n";
static const char places[] =
	"%rec: Place\n\nPlace: A\nProvince: North\n\nPlace: B\nProvince: South\n\n"
	"%rec: Talk\n\nTalk: t\nDate: 2025-03-01\nPlace: B\n";
static const char *const case_texts[] = {
	"Case: 1\nOpened: 2025-01-31\nService: advice\nPlace: A\n\nDate: 2025-02-01\nKind: request\nHours: 1.5\n",
	"Case: 2\nOpened: 2025-12-31\nService: support\nPlace: B\nSituation: x\nSituation: y\n\nDate: 2026-01-01\nKind: request\n\nDate: 2026-03-01\nKind: end\nEnd: moved\nHours: 2\n",
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

/* Every case was closed for a time, and one of two rules is broken in it. */
static size_t
spells(void *context, int state, struct period *list, size_t max)
{
	(void)context;
	(void)state;
	if (max > 0)
		list[0] = (struct period){ date_make(2025, 8, 1), date_make(2026, 2, 1) };
	return 1;
}

static const struct report_finding *
findings_on(void *context, day on, size_t *n)
{
	static const struct report_finding list[] = {
		{ { "one", 3 }, { "broken", 6 }, { "error", 5 }, SIZE_MAX },
		{ { "two", 3 }, { "due", 3 }, { "note", 4 }, 0 },
	};

	(void)context;
	*n = on % 2 ? 2 : 1;
	return list;
}

static void
write_report(struct world *world, const struct report *report, bool split, struct buf *out,
    struct sheet *sheet)
{
	struct counts *a = counts_new(report), *b = counts_new(report);
	size_t i;

	for (i = 0; i < CASES; i++) {
		struct report_case c = { world, DAY_NONE, 0, on_day, nth_entry, spells, findings_on };

		world->now = &world->cases[i];
		c.n = world->now->n - 1;
		date_parse(record_named(world->now->records, STR("Opened"))->value, &c.opened, NULL);
		counts_case(split && i == 1 ? b : a, &c);
	}
	counts_records(split ? b : a);
	if (split)
		counts_merge(b, a);
	counts_write(split ? b : a, out);
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

/* The fingerprint is not for a fuzzer to find: it stands before the bytes. */
static void
try_counts(struct world *world, const struct report *report, struct str bytes)
{
	struct counts *counts = counts_new(report), *empty = counts_new(report);
	struct buf given = BUF_INIT, again = BUF_INIT, none = BUF_INIT;
	struct sheet sheet;
	size_t n;
	bool read;

	counts_write(empty, &none);
	for (n = 0; (unsigned char)none.p[n] >= 0x80; n++)
		;
	buf_add(&given, none.p, n + 1);
	buf_str(&given, bytes);
	read = counts_read(counts, buf_view(&given));
	counts_write(counts, &again);
	if (!str_eq(buf_view(&again), read ? buf_view(&given) : buf_view(&none)))
		abort();
	report_tables(report, counts, &world->arena, &sheet);
	buf_reset(&again);
	sheet_csv(&sheet, &again);
	sheet_text(&sheet, &again);
	buf_release(&given);
	buf_release(&again);
	buf_release(&none);
	counts_free(counts);
	counts_free(empty);
}

static void
try_report(struct world *world, struct str name, struct str bytes)
{
	int states[] = { symbol(&world->symbols, STR("closed")) };
	struct report *report = report_load(world->schema, world->directory, (struct more_names){ states, 1 },
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
	if (!report_begin(report, period, 5, &world->findings)) {
		report_free(report);
		return;
	}
	write_report(world, report, false, &whole, &sheet);
	write_report(world, report, true, &halves, &sheet);
	if (!str_eq(buf_view(&whole), buf_view(&halves)))
		abort();
	if (report_is_public(report))
		no_small(&sheet);
	if (bytes.p != NULL)
		try_counts(world, report, bytes);
	buf_release(&whole);
	buf_release(&halves);
	report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str definitions = { (const char *)data, size }, counts = definitions;
	struct world world;
	struct recfile file;
	const struct entity *const *reports;
	size_t n, i;

	memset(&world, 0, sizeof(world));
	str_cut(&counts, '\0', &definitions);
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
	if (counts.p != NULL && definitions.n == 0)
		definitions = str_of(every);
	parse(&world, "reports/x.rec", definitions, &file);
	directory_add(world.directory, &file, &world.findings);
	directory_link(world.directory, &world.findings);
	reports = directory_all(world.directory, STR("Report"), &n);
	for (i = 0; i < n && i < REPORTS_MAX; i++)
		try_report(&world, reports[i]->key, i == 0 ? counts : STR_NULL);
	directory_free(world.directory);
	schema_free(world.schema);
	findings_release(&world.findings);
	arena_release(&world.arena);
	symbols_release(&world.symbols);
	return 0;
}
