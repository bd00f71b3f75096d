/*
 * Reports counted a second way, by brute force over made-up cases, and attacks on tables with hidden figures: a
 * solver that knows what is shown, and that counts are whole and not negative, looks for a second table.
 */
#include "disclosure.h"
#include "report.h"
#include "tap.h"

/* ---- a solver for sums of whole numbers ---- */

#define VARS_MAX 400
#define SUMS_MAX 400
#define TERMS_MAX 64

struct term_sum {
	int n, vars[TERMS_MAX], signs[TERMS_MAX];
};

struct system {
	struct term_sum *sums; /* each is 0 */
	int n, n_sums;
	long steps;
	long low[VARS_MAX], high[VARS_MAX];
};

static struct term_sum all_sums[SUMS_MAX];

static void
clear(struct system *s)
{
	memset(s, 0, sizeof(*s));
	memset(all_sums, 0, sizeof(all_sums));
	s->sums = all_sums;
}

static bool
narrow(struct system *s, int k)
{
	long low = 0, high = 0;
	bool changed = false;
	int i;

	for (i = 0; i < s->sums[k].n; i++) {
		int v = s->sums[k].vars[i];

		low += s->sums[k].signs[i] > 0 ? s->low[v] : -s->high[v];
		high += s->sums[k].signs[i] > 0 ? s->high[v] : -s->low[v];
	}
	for (i = 0; i < s->sums[k].n; i++) {
		int v = s->sums[k].vars[i];
		bool plus = s->sums[k].signs[i] > 0;
		long rest_low = low - (plus ? s->low[v] : -s->high[v]);
		long rest_high = high - (plus ? s->high[v] : -s->low[v]);
		long from = plus ? -rest_high : rest_low, to = plus ? -rest_low : rest_high;

		if (from > s->low[v]) {
			s->low[v] = from;
			changed = true;
		}
		if (to < s->high[v]) {
			s->high[v] = to;
			changed = true;
		}
		if (changed)
			return true;
	}
	return false;
}

static bool
narrow_all(struct system *s)
{
	bool again = true;
	int k, v;

	while (again) {
		again = false;
		for (k = 0; k < s->n_sums; k++)
			while (narrow(s, k)) {
				again = true;
				for (v = 0; v < s->sums[k].n; v++)
					if (s->low[s->sums[k].vars[v]] > s->high[s->sums[k].vars[v]])
						return false;
			}
	}
	return true;
}

static bool
has_solution(struct system *s)
{
	struct system *copy;
	int v, best = -1;
	long value;
	bool found = false;

	if (!narrow_all(s))
		return false;
	for (v = 0; v < s->n; v++)
		if (s->low[v] < s->high[v] &&
		    (best < 0 || s->high[v] - s->low[v] < s->high[best] - s->low[best]))
			best = v;
	if (best < 0)
		return true;
	copy = malloc(sizeof(*copy));
	for (value = s->low[best]; value <= s->high[best] && !found && s->steps < 20000; value++) {
		*copy = *s;
		copy->low[best] = copy->high[best] = value;
		copy->steps++;
		found = has_solution(copy);
		s->steps = copy->steps;
	}
	free(copy);
	return found;
}

/* Whether a figure could be another than it is. */
static bool
is_open(const struct system *s, int v, long truth)
{
	struct system *copy = malloc(sizeof(*copy));
	static const long steps[] = { 1, -1, 2, -2, 3, -3, 4, -4, 5, 6, 7, 8 };
	bool found = false;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(*steps) && !found; i++) {
		if (truth + steps[i] < 0)
			continue;
		*copy = *s;
		copy->steps = 0;
		copy->low[v] = copy->high[v] = truth + steps[i];
		found = has_solution(copy);
	}
	free(copy);
	return found;
}

/* ---- attacks on disclosure alone ---- */

static uint64_t seed;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

struct trial {
	struct disclosure *d;
	struct system s;
	long truth[VARS_MAX];
};

static size_t
figure(struct trial *t, long n, bool shown)
{
	size_t i = disclosure_count(t->d, n, shown);

	t->truth[i] = n;
	t->s.n = (int)i + 1;
	return i;
}

static void
sum(struct trial *t, size_t whole, const size_t *parts, size_t n)
{
	int k = t->s.n_sums++;
	size_t i;

	disclosure_sum(t->d, whole, parts, n);
	t->s.sums[k].n = (int)n + 1;
	t->s.sums[k].vars[0] = (int)whole;
	t->s.sums[k].signs[0] = -1;
	for (i = 0; i < n; i++) {
		t->s.sums[k].vars[i + 1] = (int)parts[i];
		t->s.sums[k].signs[i + 1] = 1;
	}
}

/* A table of up to three dimensions with all its totals: each margin is the sum along one dimension. */
static void
fill(struct trial *t, const int *size, int dims, unsigned sparse)
{
	size_t at[5][5][5];
	long n[5][5][5] = { { { 0 } } };
	int i, j, k, l;

	for (i = 0; i < size[0]; i++)
		for (j = 0; j < size[1]; j++)
			for (k = 0; k < size[2]; k++)
				n[i][j][k] = below(sparse) ? (long)(below(3) ? below(6) : below(40)) : 0;
	for (i = 0; i < size[0]; i++)
		for (j = 0; j < size[1]; j++)
			for (k = 0; k < size[2]; k++) {
				n[size[0]][j][k] += n[i][j][k];
				n[i][size[1]][k] += n[i][j][k];
				n[size[0]][size[1]][k] += n[i][j][k];
				if (dims < 3)
					continue;
				n[i][j][size[2]] += n[i][j][k];
				n[size[0]][j][size[2]] += n[i][j][k];
				n[i][size[1]][size[2]] += n[i][j][k];
				n[size[0]][size[1]][size[2]] += n[i][j][k];
			}
	for (i = 0; i <= size[0]; i++)
		for (j = 0; j <= size[1]; j++)
			for (k = 0; k < size[2] + (dims == 3); k++)
				at[i][j][k] = figure(t, n[i][j][k], true);
	for (i = 0; i <= size[0]; i++)
		for (j = 0; j <= size[1]; j++) {
			size_t parts[5];

			for (l = 0; l < size[2]; l++)
				parts[l] = at[i][j][l];
			if (dims == 3)
				sum(t, at[i][j][size[2]], parts, (size_t)size[2]);
		}
	for (k = 0; k < size[2] + (dims == 3); k++) {
		size_t parts[5];

		for (i = 0; i <= size[0]; i++) {
			for (j = 0; j < size[1]; j++)
				parts[j] = at[i][j][k];
			sum(t, at[i][size[1]][k], parts, (size_t)size[1]);
		}
		for (j = 0; j <= size[1]; j++) {
			for (i = 0; i < size[0]; i++)
				parts[i] = at[i][j][k];
			sum(t, at[size[0]][j][k], parts, (size_t)size[0]);
		}
	}
}

/* How many hidden figures can be computed; and none that is small may be shown. */
static int
leaks(struct trial *t, int *hidden)
{
	int v, n = 0;

	for (v = 0; v < t->s.n; v++) {
		t->s.low[v] = 0;
		t->s.high[v] = 200;
		if (!disclosure_is_hidden(t->d, (size_t)v))
			t->s.low[v] = t->s.high[v] = t->truth[v];
		if (!disclosure_is_hidden(t->d, (size_t)v) && t->truth[v] >= 1 && t->truth[v] < 5)
			n += 1000;
	}
	for (v = 0; v < t->s.n; v++)
		if (disclosure_is_hidden(t->d, (size_t)v)) {
			++*hidden;
			n += !is_open(&t->s, v, t->truth[v]);
		}
	return n;
}

static void
attack_tables(int dims, int rounds, unsigned sparse, const char *what)
{
	struct trial *t = malloc(sizeof(*t));
	int round, n = 0, hidden = 0, cells = 0;
	char line[100];

	for (round = 0; round < rounds; round++) {
		int size[3] = { 1 + (int)below(4), 1 + (int)below(4), dims == 3 ? 1 + (int)below(3) : 1 };

		memset(t, 0, sizeof(*t));
		clear(&t->s);
		t->d = disclosure_new(5);
		fill(t, size, dims, sparse);
		disclosure_protect(t->d);
		n += leaks(t, &hidden);
		cells += t->s.n;
		disclosure_free(t->d);
	}
	free(t);
	snprintf(line, sizeof(line), "%s: none of %d hidden figures (of %d) can be computed", what, hidden,
	    cells);
	is_number(n, 0, line);
	ok(hidden > 0 && hidden < cells, "some figures are hidden, not all");
}

/* The solver must find a leak where there is one: only the small figure of a row is hidden. */
static void
attack_naive(void)
{
	struct trial *t = calloc(1, sizeof(*t));
	size_t parts[3];
	int v;

	clear(&t->s);
	t->d = disclosure_new(5);
	parts[0] = figure(t, 3, true);
	parts[1] = figure(t, 10, true);
	parts[2] = figure(t, 20, true);
	sum(t, figure(t, 33, true), parts, 3);
	for (v = 0; v < t->s.n; v++)
		t->s.low[v] = t->s.high[v] = t->truth[v];
	t->s.low[0] = 0;
	t->s.high[0] = 200;
	ok(!is_open(&t->s, 0, 3), "the solver computes a single hidden figure from the total");
	t->s.low[1] = 0;
	t->s.high[1] = 200;
	ok(is_open(&t->s, 0, 3), "and cannot compute two");
	disclosure_protect(t->d);
	ok(disclosure_is_hidden(t->d, 0) && disclosure_is_hidden(t->d, 1) &&
	    !disclosure_is_hidden(t->d, 2) && !disclosure_is_hidden(t->d, 3),
	    "the smallest other figure is hidden with it");
	disclosure_free(t->d);
	free(t);
}

/* ---- a world of cases ---- */

static struct symbols symbols;
static struct arena arena;
static struct findings findings;
static struct schema *schema;
static struct directory *directory;
static struct words *words;

static const char schema_case[] =
	"%rec: Case\n%allowed: Case Opened Service Municipality Situation Size\n%type: Opened date\n%type: Size int\n"
	"%type: Service enum information advice support\n%type: Municipality rec Municipality\n"
	"%type: Situation enum leaving returned arrested\n\n"
	"%rec: Entry\n%allowed: Date Kind By Hours\n%type: Date date\n%type: Hours real\n\n"
	"%rec: request\n%allowed: From\n%type: From enum mother municipality\n\n"
	"%rec: end\n%allowed: Reason\n%type: Reason enum completed declined\n";
static const char schema_others[] =
	"%rec: Municipality\n%key: Municipality\n%allowed: Municipality Name Province\n\n"
	"%rec: Report\n%key: Report\n\n%rec: Table\n\n%rec: Label\n";
static const char places[] =
	"%rec: Municipality\n\nMunicipality: GM1\nName: 's-Gravenhage\nProvince: Zuid-Holland\n\n"
	"Municipality: GM2\nName: S\xc3\xba" "dwest-Frysl\xc3\xa2n\nProvince: Frysl\xc3\xa2n\n";

static void
parse(const char *path, const char *text, struct recfile *file)
{
	struct source *source = ARENA_NEW(&arena, struct source, 1);

	source->name = path;
	source->bytes = arena_str(&arena, str_of(text));
	record_parse(source, &symbols, &arena, &findings, file);
}

static void
open_world(const char *definitions)
{
	struct recfile file;

	symbols_init(&symbols);
	arena_init(&arena);
	findings_init(&findings);
	schema = schema_new(&symbols);
	parse("schema/case.rec", schema_case, &file);
	schema_add(schema, &file, &findings);
	parse("schema/directory.rec", schema_others, &file);
	schema_add(schema, &file, &findings);
	schema_link(schema, &findings);
	directory = directory_new(schema);
	parse("directory/municipalities.rec", places, &file);
	directory_add(directory, &file, &findings);
	parse("reports/test.rec", definitions, &file);
	directory_add(directory, &file, &findings);
	directory_link(directory, &findings);
	words = words_load(directory, STR("en"));
}

static void
close_world(void)
{
	words_free(words);
	directory_free(directory);
	schema_free(schema);
	findings_release(&findings);
	arena_release(&arena);
	symbols_release(&symbols);
}

#define CASES 300
#define ENTRIES 4

struct made {
	struct recfile file;
	day opened, dates[ENTRIES];
	int service, n_situations, situations[2], place; /* place 2: none */
	size_t n;
	int kinds[ENTRIES], reasons[ENTRIES], quarters[ENTRIES]; /* of an hour */
};

static struct made cases[CASES];
static const char *const services[] = { "information", "advice", "support" };
static const char *const situations[] = { "leaving", "returned", "arrested" };
static const char *const municipalities[] = { "GM1", "GM2" };
static const char *const kinds[] = { "request", "end" };
static const char *const reasons[] = { "completed", "declined" };

static void
make_case(struct made *c)
{
	struct buf text = BUF_INIT;
	char date[DATE_SIZE];
	size_t i;

	memset(c, 0, sizeof(*c));
	c->opened = date_make(2025, 1, 1) + (day)below(730);
	c->service = (int)below(3);
	c->place = (int)below(3);
	c->n_situations = (int)below(3);
	buf_printf(&text, "Case: x\nOpened: %s\nService: %s\n", date_format(c->opened, date),
	    services[c->service]);
	if (c->place < 2)
		buf_printf(&text, "Municipality: %s\n", municipalities[c->place]);
	for (i = 0; i < (size_t)c->n_situations; i++) {
		c->situations[i] = i == 0 ? (int)below(3) : (c->situations[0] + 1) % 3;
		buf_printf(&text, "Situation: %s\n", situations[c->situations[i]]);
	}
	c->n = below(ENTRIES + 1);
	for (i = 0; i < c->n; i++) {
		c->dates[i] = c->opened + (day)below(90);
		c->kinds[i] = (int)below(2);
		c->reasons[i] = (int)below(2);
		buf_printf(&text, "\nDate: %s\nKind: %s\n", date_format(c->dates[i], date),
		    kinds[c->kinds[i]]);
		c->quarters[i] = (int)below(10);
		if (c->quarters[i] > 0)
			buf_printf(&text, "Hours: %d.%02d\n", c->quarters[i] / 4, c->quarters[i] % 4 * 25);
		if (c->kinds[i] == 1)
			buf_printf(&text, "Reason: %s\n", reasons[c->reasons[i]]);
	}
	parse("case", text.p, &c->file);
	buf_release(&text);
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct made *c = context;
	const struct entity *entity;
	const struct field *field;

	if (self == NULL)
		self = &c->file.records[0];
	if (name->sub != 0 && str_is(symbol_name(&symbols, name->field), "Case")) {
		struct name plain = { name->sub, 0, -1, name->sub };

		return get(context, &c->file.records[0], &plain, i, value);
	}
	field = record_field(self, name->field);
	if (name->sub == 0) {
		for (; field != NULL && i > 0; i--)
			field = record_next(self, name->field, field);
		if (field != NULL)
			*value = field->value;
		return field != NULL;
	}
	if (field == NULL || i > 0)
		return false;
	entity = directory_find(directory, STR("Municipality"), field->value, DAY_NONE, NULL);
	field = entity ? record_named(entity->record, symbol_name(&symbols, name->sub)) : NULL;
	if (field != NULL)
		*value = field->value;
	return field != NULL;
}

static void
on_day(void *context, day on, struct subject *subject)
{
	struct made *c = context;

	(void)on;
	*subject = (struct subject){ .file = &c->file, .get = get, .context = c, .findings = &findings };
}

static day
nth_entry(void *context, size_t i, struct subject *subject)
{
	struct made *c = context;

	*subject = (struct subject){ .file = &c->file, .self = &c->file.records[i + 1], .get = get,
		.context = c, .findings = &findings };
	return c->dates[i];
}

static struct report *
load(const char *name)
{
	struct report *report = report_load(schema, directory, (struct more_names){ NULL, 0 }, &symbols, str_of(name), &findings);
	size_t i;

	if (report != NULL)
		report_set_words(report, words);
	for (i = 0; report == NULL && i < findings.n; i++)
		printf("# %s:%lu: %s\n", findings.list[i].path, (unsigned long)findings.list[i].line,
		    findings.list[i].text);
	return report;
}

/* Counts cases [from, to), in two threads' worth of counts when asked. */
static void
count(struct report *report, size_t from, size_t to, bool split, struct sheet *sheet)
{
	struct counts *all = counts_new(report), *half = counts_new(report);
	size_t i;

	for (i = from; i < to; i++) {
		struct report_case c = { &cases[i], cases[i].opened, cases[i].n, on_day, nth_entry };

		counts_case(split && i % 3 != 0 ? half : all, &c);
	}
	if (split)
		counts_merge(half, all);
	report_tables(report, split ? half : all, &arena, sheet);
	counts_free(all);
	counts_free(half);
}

/* The cell under labels given as "a/b", "" for the total; NULL when there is none. */
static const struct cell *
find_cell(const struct table *table, const char *row, const char *column)
{
	size_t i, k, l;

	for (i = 0; i < table->rows.n; i++)
		for (k = 0; k < table->columns.n; k++) {
			struct buf r = BUF_INIT, c = BUF_INIT;
			const struct cell *found = &table->cells[i * table->columns.n + k];
			bool same;

			for (l = 0; l < table->rows.list[i].n; l++)
				buf_printf(&r, "%s%.*s", l ? "/" : "", STRF(table->rows.list[i].labels[l]));
			for (l = 0; l < table->columns.list[k].n; l++)
				buf_printf(&c, "%s%.*s", l ? "/" : "", STRF(table->columns.list[k].labels[l]));
			same = str_is(buf_view(&r), row) && str_is(buf_view(&c), column);
			if (r.p == NULL || c.p == NULL)
				same = (r.p ? str_is(buf_view(&r), row) : !*row) &&
				    (c.p ? str_is(buf_view(&c), column) : !*column);
			buf_release(&r);
			buf_release(&c);
			if (same)
				return found;
		}
	return NULL;
}

/* Its figure; -1 hidden, -2 no such cell. */
static long
cell(const struct table *table, const char *row, const char *column)
{
	const struct cell *found = find_cell(table, row, column);

	if (found == NULL || found->kind == CELL_NONE)
		return -2;
	return found->kind == CELL_FIGURE ? strtol(found->text.p, NULL, 10) : -1;
}

/* Its figure in quarters: 7.25 is 29. */
static long
quarters(const struct table *table, const char *row, const char *column)
{
	const struct cell *found = find_cell(table, row, column);

	return found ? (long)(4 * strtod(found->text.p, NULL)) : -2;
}

static const char definitions[] =
	"%rec: Report\n\nReport: test\nTitle: Test\nProfile: commissioner\n"
	"Param: municipality rec Municipality Name\nParam: service field Service\n"
	"Scope: (#Param.municipality => (Municipality = Param.municipality))"
	" && (#Param.service => (Service = Param.service))\n\n"
	"%rec: Table\n\n"
	"Table: services\nReport: test\nTitle: T\nCount: cases\nRows: Service\nColumns: quarter\n\n"
	"Table: situations\nReport: test\nTitle: T\nCount: cases\nRows: Situation\n\n"
	"Table: nested\nReport: test\nTitle: T\nCount: cases\nRows: Municipality.Name Service\nColumns: year month\n\n"
	"Table: ends\nReport: test\nTitle: T\nCount: entries\nWhere: Kind = 'end'\nRows: Reason\nColumns: Case.Service\n\n"
	"Table: ended\nReport: test\nTitle: T\nCount: cases with entries\nWhere: Kind = 'end'\nRows: Reason\n\n"
	"Table: hours\nReport: test\nTitle: T\nCount: entries\nSum: Hours\nRows: Kind\nColumns: Case.Service\n\n"
	"Table: bare\nReport: test\nTitle: T\nCount: cases\n\n"
	"%rec: Label\n\nLabel: advice\nLanguage: en\nText: advice to professionals\n\n"
	"Label: advice\nLanguage: nl\nText: advies\n\n"
	"Label: completed\nLanguage: en\nField: Reason\nText: done\n";

struct expect {
	long services[3], total, situations[4], distinct, nested, ends[2][3], ended[2], ended_once, hours[2][3], all_hours;
};

/* The same by plain loops. */
static struct expect
expect(day from, day to, int place)
{
	struct expect e = { .total = 0 };
	size_t i, k;

	for (i = 0; i < CASES; i++) {
		const struct made *c = &cases[i];
		bool had[2] = { false, false };

		if (place >= 0 && c->place != place)
			continue;
		if (c->opened >= from && c->opened < to) {
			e.services[c->service]++;
			e.total++;
			for (k = 0; k < (size_t)c->n_situations; k++)
				e.situations[c->situations[k]]++;
			e.situations[3] += c->n_situations == 0;
			e.distinct += c->n_situations == 2;
			e.nested += c->place == 1 && c->service == 2;
		}
		for (k = 0; k < c->n; k++)
			if (c->dates[k] >= from && c->dates[k] < to) {
				e.hours[c->kinds[k]][c->service] += c->quarters[k];
				e.all_hours += c->quarters[k];
				if (c->kinds[k] == 0)
					continue;
				e.ends[c->reasons[k]][c->service]++;
				had[c->reasons[k]] = true;
			}
		e.ended[0] += had[0];
		e.ended[1] += had[1];
		e.ended_once += had[0] || had[1];
	}
	return e;
}

static void
compare(const struct sheet *sheet, const struct expect *e)
{
	const struct table *t = sheet->tables;

	is_number(cell(&t[0], "support", ""), e->services[2], "cases by an enum");
	is_number(cell(&t[0], "advice to professionals", ""), e->services[1], "a label names a value");
	is_number(cell(&t[0], "", ""), e->total, "the total of all");
	is_number(cell(&t[1], "leaving", ""), e->situations[0], "a repeated field counts in each row");
	is_number(cell(&t[1], "returned", ""), e->situations[1], "in the second too");
	is_number(cell(&t[1], "(not stated)", "") < 0 ? 0 : cell(&t[1], "(not stated)", ""),
	    e->situations[3], "a missing value has a row");
	is_number(cell(&t[1], "", ""), e->total, "and once in the total");
	is_number((long)t[1].n_notes, e->distinct > 0, "which a note says");
	is_number(cell(&t[2], "S\xc3\xba" "dwest-Frysl\xc3\xa2n/support", "") < 0 ? 0 :
	    cell(&t[2], "S\xc3\xba" "dwest-Frysl\xc3\xa2n/support", ""), e->nested,
	    "two levels, by a reference's field");
	is_number(cell(&t[3], "done", "support"), e->ends[0][2], "entries by the case's field");
	is_number(cell(&t[3], "declined", "information"), e->ends[1][0], "another cell of them");
	is_number(cell(&t[4], "done", ""), e->ended[0], "a case counts once for its entries");
	is_number(cell(&t[4], "", ""), e->ended_once, "and once in the total of two rows");
	is_number(quarters(&t[5], "end", "support"), e->hours[1][2], "a sum of decimals");
	is_number(quarters(&t[5], "", ""), e->all_hours, "and its total");
	is_number(cell(&t[6], "", ""), e->total, "a table without rows or columns");
}

static void
count_periods(void)
{
	static const char *const periods[] = { "2025", "2026", "2025-02..2026-05", "2025-02-15..2025-03-10",
		"2025-01-01..2026-12-31", "2019" };
	struct report *report = load("test");
	struct sheet sheet;
	size_t i;

	for (i = 0; i < sizeof(periods) / sizeof(*periods); i++) {
		struct period p;
		struct expect e;
		int place;

		printf("# %s\n", periods[i]);
		if (!period_parse(str_of(periods[i]), &p, NULL))
			abort();
		for (place = -1; place < 2; place++) {
			report_free(report);
			report = load("test");
			if (place >= 0 && !report_set(report, STR("municipality"),
			    str_of(municipalities[place]), &findings))
				abort();
			report_begin(report, p, 5, &findings);
			count(report, 0, CASES, place == 0, &sheet);
			e = expect(p.from, p.to, place);
	compare(&sheet, &e);
		}
	}
	report_free(report);
}

/* Quarters add up to the year, months too, whatever the period cuts. */
static void
partitions(void)
{
	struct report *report = load("test");
	struct period p;
	struct sheet sheet, year;
	long sum_of = 0;
	size_t i;

	period_parse(STR("2025-02-15..2026-05-20"), &p, NULL);
	report_begin(report, p, 5, &findings);
	count(report, 0, CASES, false, &sheet);
	for (i = 0; i < sheet.tables[0].columns.n; i++) {
		const struct heading *h = &sheet.tables[0].columns.list[i];

		if (h->n == 1)
			sum_of += cell(&sheet.tables[0], "support", arena_cstr(&arena, h->labels[0]));
	}
	is_number(sum_of, cell(&sheet.tables[0], "support", ""), "quarters add up, cut ones too");
	ok(sheet.tables[0].columns.list[0].marked && !sheet.tables[0].columns.list[1].marked &&
	    sheet.tables[0].columns.list[5].marked, "cut quarters are marked");
	is_number((long)sheet.tables[0].columns.n, 7, "every quarter has a column");
	for (i = 0, sum_of = 0; i < sheet.tables[2].columns.n; i++)
		sum_of += sheet.tables[2].columns.list[i].n == 2;
	is_number(sum_of, 16, "each month stands under its own year");
	report_free(report);
	report = load("test");
	period_parse(STR("2025"), &p, NULL);
	report_begin(report, p, 5, &findings);
	count(report, 0, CASES, false, &year);
	is_number(cell(&year.tables[0], "support", "Q1 2025") + cell(&year.tables[0], "support", "Q2 2025") +
	    cell(&year.tables[0], "support", "Q3 2025") + cell(&year.tables[0], "support", "Q4 2025"),
	    cell(&year.tables[0], "support", ""), "four quarters are the year");
	report_free(report);
}

static void
few_cases(void)
{
	struct report *report = load("test");
	struct period p;
	struct sheet sheet;
	struct buf none = BUF_INIT, again = BUF_INIT;

	period_parse(STR("2025..2026"), &p, NULL);
	report_begin(report, p, 5, &findings);
	count(report, 0, 0, false, &sheet);
	is_number(cell(&sheet.tables[0], "", ""), 0, "no case: a total of 0");
	is_number(cell(&sheet.tables[0], "support", "Q2 2026"), 0, "and empty rows");
	is_number((long)sheet.tables[2].rows.n, 1, "no rows where only what occurs has one");
	sheet_text(&sheet, &none);
	count(report, 0, 0, true, &sheet);
	sheet_text(&sheet, &again);
	is_text(again.p, none.p, "the same twice");
	count(report, 0, 1, false, &sheet);
	is_number(cell(&sheet.tables[0], "", ""), 1, "one case");
	buf_release(&none);
	buf_release(&again);
	report_free(report);
}

static void
same_bytes(void)
{
	struct report *report = load("test");
	struct period p;
	struct sheet sheet;
	struct buf one = BUF_INIT, two = BUF_INIT;

	period_parse(STR("2025"), &p, NULL);
	report_begin(report, p, 5, &findings);
	count(report, 0, CASES, false, &sheet);
	sheet_csv(&sheet, &one);
	count(report, 0, CASES, true, &sheet);
	sheet_csv(&sheet, &two);
	is_text(two.p, one.p, "threads and their order change nothing");
	buf_release(&one);
	buf_release(&two);
	report_free(report);
}

/* ---- counts as bytes ---- */

static struct counts *
counted(const struct report *report, size_t from, size_t to, size_t step)
{
	struct counts *counts = counts_new(report);
	size_t i;

	for (i = from; i < to; i++) {
		size_t k = from + (i - from) * step % (to - from);
		struct report_case c = { &cases[k], cases[k].opened, cases[k].n, on_day, nth_entry };

		counts_case(counts, &c);
	}
	return counts;
}

static struct buf
written(const struct counts *counts)
{
	struct buf out = BUF_INIT;

	counts_write(counts, &out);
	return out;
}

/* Whatever stands in the bytes: refused, or what is written again. */
static bool
is_kept(const struct report *report, struct str bytes, int *refused)
{
	struct counts *counts = counts_new(report), *none = counts_new(report);
	bool read = counts_read(counts, bytes), good;
	struct buf again = written(counts), empty = written(none);

	*refused += !read;
	good = str_eq(buf_view(&again), read ? bytes : buf_view(&empty));
	buf_release(&again);
	buf_release(&empty);
	counts_free(counts);
	counts_free(none);
	return good;
}

static void
keep_damaged(const struct report *report, struct buf *bytes)
{
	int bad = 0, refused = 0, flipped = 0;
	size_t i;

	for (i = 0; i < bytes->n; i++)
		bad += !is_kept(report, (struct str){ bytes->p, i }, &refused);
	is_number(bad, 0, "counts cut short add nothing");
	is_number(refused, (long)bytes->n, "at whatever byte");
	for (i = 0; i < 4 * bytes->n; i++) {
		char was = bytes->p[i / 4];

		bytes->p[i / 4] = (char)(was ^ (1 << below(8)));
		bad += !is_kept(report, buf_view(bytes), &flipped);
		bytes->p[i / 4] = was;
	}
	is_number(bad, 0, "counts with a bit changed are refused or kept as they are");
	ok(flipped > 0, "some are refused");
}

static void
keep_counts(void)
{
	struct report *report = load("test"), *other = load("test");
	struct counts *a, *b, *c;
	struct buf one, two, again;
	struct sheet sheet;
	struct period p;

	period_parse(STR("2025-02..2026-05"), &p, NULL);
	report_begin(report, p, 5, &findings);
	a = counted(report, 0, CASES, 1);
	b = counted(report, 0, CASES, 7);
	one = written(a);
	two = written(b);
	ok(one.n > 100 && str_eq(buf_view(&one), buf_view(&two)), "the order of counting changes no byte");
	c = counts_new(report);
	ok(counts_read(c, buf_view(&one)), "they are read");
	again = written(c);
	ok(str_eq(buf_view(&one), buf_view(&again)), "and written again the same");
	counts_read(c, buf_view(&one));
	report_tables(report, c, &arena, &sheet);
	is_number(cell(&sheet.tables[0], "", ""), 2 * expect(p.from, p.to, -1).total, "read twice they count twice");
	is_number(quarters(&sheet.tables[5], "", ""), 2 * expect(p.from, p.to, -1).all_hours, "sums too");
	period_parse(STR("2025-02..2026-06"), &p, NULL);
	report_begin(other, p, 5, &findings);
	ok(!counts_read(c, STR("")) && !counts_read(c, STR("x")), "no counts at all");
	counts_free(b);
	b = counts_new(other);
	ok(!counts_read(b, buf_view(&one)), "counts of another period");
	counts_free(a);
	a = counted(report, 0, 20, 1);
	buf_reset(&one);
	counts_write(a, &one);
	keep_damaged(report, &one);
	counts_free(a);
	counts_free(b);
	counts_free(c);
	buf_release(&one);
	buf_release(&two);
	buf_release(&again);
	report_free(report);
	report_free(other);
}

struct watching {
	long n[8], sums[8];
	bool good;
};

static void
see(void *context, const struct sighting *s)
{
	struct watching *w = context;
	char text[NUMBER_SIZE];

	w->good = w->good && s->c != NULL && (s->entry == SIZE_MAX || s->entry < s->c->n);
	if (s->is_total)
		return;
	w->n[s->table] += s->table == 0 ? str_starts(s->place, STR("Service=support\nquarter=2025")) :
	    s->table == 1 ? str_is(s->place, "Situation=(not stated)") : 1;
	w->sums[s->table] += (long)(4 * strtod(number_format(s->amount, text), NULL));
}

static void
watch_counts(void)
{
	struct report *report = load("test");
	struct counts *counts;
	struct watching w = { .good = true };
	struct expect e;
	struct period p;
	size_t i;

	period_parse(STR("2025"), &p, NULL);
	report_begin(report, p, 5, &findings);
	e = expect(p.from, p.to, -1);
	counts = counts_new(report);
	counts_watch(counts, see, &w);
	for (i = 0; i < CASES; i++) {
		struct report_case c = { &cases[i], cases[i].opened, cases[i].n, on_day, nth_entry };

		counts_case(counts, &c);
	}
	ok(w.good, "who watches is told the case and the entry");
	is_number(w.n[0], e.services[2], "in which place a case counted");
	is_number(w.n[1], e.situations[3], "where it has no value");
	is_number(w.n[6], e.total, "and nothing twice");
	is_number(w.sums[5], e.all_hours, "and the amount");
	is_text(report_table_name(report, 5).p ? arena_cstr(&arena, report_table_name(report, 5)) : "", "hours",
	    "tables have names");
	counts_free(counts);
	report_free(report);
}

/* ---- attacks on public reports ---- */

static const char public_report[] =
	"%rec: Report\n\nReport: public\nTitle: Public\nProfile: public\n\n%rec: Table\n\n"
	"Table: a\nReport: public\nTitle: T\nCount: cases\nRows: Service\nColumns: quarter\n\n"
	"Table: b\nReport: public\nTitle: T\nCount: cases\nRows: Municipality.Name\nColumns: quarter\n\n"
	"Table: c\nReport: public\nTitle: T\nCount: cases\nRows: month\n\n"
	"Table: d\nReport: public\nTitle: T\nCount: cases\nRows: Municipality.Name Service\nTotal: none\n";

struct cells {
	const struct sheet *shown, *truth;
	struct system *s;
	long figures[VARS_MAX];
	int base[8];
};

static int
var_of(const struct cells *c, int table, size_t row, size_t column)
{
	return c->base[table] + (int)(row * c->shown->tables[table].columns.n + column);
}

static void
add_term(struct system *s, int var, int sign)
{
	int n = s->sums[s->n_sums].n++;

	s->sums[s->n_sums].vars[n] = var;
	s->sums[s->n_sums].signs[n] = sign;
}

/* Each total heading is the sum of the leaves below it, in every line of the other axis. */
static void
sums_of(struct cells *c, int table)
{
	const struct table *t = &c->shown->tables[table];
	size_t i, j, k, l;

	for (i = 0; i < t->rows.n; i++)
		for (j = 0; j < t->columns.n; j++) {
			if (t->cells[i * t->columns.n + j].kind == CELL_NONE)
				continue;
			if (t->rows.list[i].n < t->rows.n_levels) {
				add_term(c->s, var_of(c, table, i, j), -1);
				for (k = 0; k < t->rows.n; k++) {
					bool under = t->rows.list[k].n == t->rows.n_levels;

					for (l = 0; l < t->rows.list[i].n && under; l++)
						under = str_eq(t->rows.list[i].labels[l],
						    t->rows.list[k].labels[l]);
					if (under)
						add_term(c->s, var_of(c, table, k, j), 1);
				}
				c->s->n_sums++;
			}
			if (t->columns.n_levels == 1 && t->columns.list[j].n == 0) {
				add_term(c->s, var_of(c, table, i, j), -1);
				for (k = 0; k < t->columns.n; k++)
					if (t->columns.list[k].n == 1)
						add_term(c->s, var_of(c, table, i, k), 1);
				c->s->n_sums++;
			}
		}
}

static void
equal(struct cells *c, int a, int b)
{
	add_term(c->s, a, 1);
	add_term(c->s, b, -1);
	c->s->n_sums++;
}

/* What a reader knows of several tables: totals that are the same, quarters that are three months, a row of one
 * table that is the sum of rows of another. */
static void
links_of(struct cells *c)
{
	const struct table *t = c->shown->tables;
	size_t a = t[0].rows.n - 1, b = t[1].rows.n - 1, i, k;

	for (k = 0; k < t[0].columns.n; k++)
		equal(c, var_of(c, 0, a, k), var_of(c, 1, b, k));
	equal(c, var_of(c, 0, a, t[0].columns.n - 1), var_of(c, 2, t[2].rows.n - 1, 0));
	for (k = 0; k + 1 < t[0].columns.n; k++) {
		add_term(c->s, var_of(c, 0, a, k), -1);
		for (i = 0; i < 3; i++)
			add_term(c->s, var_of(c, 2, 3 * k + i, 0), 1);
		c->s->n_sums++;
	}
	for (i = 0; i < b; i++) { /* a municipality's services add up to it */
		add_term(c->s, var_of(c, 1, i, t[1].columns.n - 1), -1);
		for (k = 0; k < t[3].rows.n; k++)
			if (t[3].rows.list[k].n == 2 &&
			    str_eq(t[3].rows.list[k].labels[0], t[1].rows.list[i].labels[0]))
				add_term(c->s, var_of(c, 3, k, 0), 1);
		c->s->n_sums++;
	}
	for (i = 0; i < a; i++) { /* a service's municipalities too */
		add_term(c->s, var_of(c, 0, i, t[0].columns.n - 1), -1);
		for (k = 0; k < t[3].rows.n; k++)
			if (t[3].rows.list[k].n == 2 &&
			    str_eq(t[3].rows.list[k].labels[1], t[0].rows.list[i].labels[0]))
				add_term(c->s, var_of(c, 3, k, 0), 1);
		c->s->n_sums++;
	}
}

static int
attack_sheet(const struct sheet *shown, const struct sheet *truth, int *hidden, int *cells_n)
{
	struct cells *c = calloc(1, sizeof(*c));
	int v, n = 0;
	size_t i, k;

	c->s = malloc(sizeof(*c->s));
	clear(c->s);
	c->shown = shown;
	c->truth = truth;
	for (i = 0; i < shown->n; i++) {
		const struct table *t = &shown->tables[i];

		c->base[i] = c->s->n;
		for (k = 0; k < t->rows.n * t->columns.n; k++) {
			long value = truth->tables[i].cells[k].kind == CELL_FIGURE ?
			    strtol(truth->tables[i].cells[k].text.p, NULL, 10) : 0;

			v = c->s->n++;
			c->figures[v] = value;
			c->s->low[v] = t->cells[k].kind == CELL_FIGURE ? value : 0;
			c->s->high[v] = t->cells[k].kind == CELL_HIDDEN ? 500 : value;
			n += t->cells[k].kind == CELL_FIGURE && value >= 1 && value < 5 ? 1000 : 0;
		}
		sums_of(c, (int)i);
	}
	links_of(c);
	for (i = 0; i < shown->n; i++)
		for (k = 0; k < shown->tables[i].rows.n * shown->tables[i].columns.n; k++) {
			++*cells_n;
			if (shown->tables[i].cells[k].kind != CELL_HIDDEN)
				continue;
			++*hidden;
			n += !is_open(c->s, c->base[i] + (int)k, c->figures[c->base[i] + (int)k]);
		}
	free(c->s);
	free(c);
	return n;
}

static void
attack_reports(void)
{
	struct report *report = load("public");
	struct period p;
	struct sheet shown, truth;
	int n = 0, hidden = 0, cells_n = 0;
	size_t from, size;
	char line[100];

	if (!ok(report != NULL, "a public report"))
		return;
	period_parse(STR("2025"), &p, NULL);
	for (size = 6; size <= 240; size *= 2)
		for (from = 0; from + size <= CASES; from += size < 60 ? 60 : size) {
			report_begin(report, p, 5, &findings);
			count(report, from, from + size, false, &shown);
			report_begin(report, p, 1, &findings);
			count(report, from, from + size, false, &truth);
			n += attack_sheet(&shown, &truth, &hidden, &cells_n);
		}
	snprintf(line, sizeof(line), "none of %d hidden figures of linked tables (of %d) can be computed",
	    hidden, cells_n);
	is_number(n, 0, line);
	ok(hidden > 0 && hidden < cells_n, "some figures are hidden, not all");
	report_free(report);
}

/* ---- definitions with faults ---- */

#define DAYS "From: Kind = 'request'\nTo: Kind = 'end'\n"

static void
faults(void)
{
	static const char base[] = "%rec: Report\n\nReport: t\nTitle: T\nProfile: public\n", *const table =
		"\n%rec: Table\n\nTable: a\nReport: t\nTitle: T\nCount: cases\n";
	static const struct {
		const char *report, *table, *want;
	} rows[] = {
		{ "", "Rows: Sevice\n", "report-field: no field 'Sevice' in cases|did you mean 'Service'?" },
		{ "", "Rows: Reason\n", "report-field: no field 'Reason' in cases" },
		{ "", "Rows: Municipality.Provnce\n",
		    "report-field: no field 'Municipality.Provnce' in cases|did you mean 'Province'?" },
		{ "", "Where: Sevice = 'support'\n",
		    "report-field: no field 'Sevice' in cases|did you mean 'Service'?" },
		{ "", "Rows: 3 + 4\n", NULL },
		{ "", "Column: quarter\n",
		    "report-word: 'quarter' is no condition, expected a label, ': ' and an expression|write it as: Column: "
		    "LABEL: CONDITION; fields stand in 'Columns'" },
		{ "", "Clumns: quarter\n",
		    "report-word: unknown field 'Clumns', expected one of: Table, Report, Title, Count, Sum, From, To, "
		    "Given_up, Each, Target, Show, Stock, List, Limit, Where, Date, On, Rows, Row, Columns, Column, Bins, "
		    "Shown_by, Total, Empty, Compare, Chart, Note, Checked|did you mean 'Columns'?" },
		{ "", "Total: bth\n",
		    "report-word: unknown Total 'bth', expected one of: none, rows, columns, both|did you mean 'both'?" },
		{ "Scope: Service = Param.servce\nParam: service field Service\n", "",
		    "report-field: no field 'Param.servce' in cases|did you mean 'service'?" },
		{ "Param: period\n", "", "report-word: 'period' cannot be a parameter, expected a name of letters, "
		    "digits and '_' that is no option of 'dossier report'" },
		{ "Param: x rec Munic\n", "", "report-word: there is no record type 'Munic'" },
		{ "Param: x enom a b\n", "",
		    "report-word: unknown type 'enom', expected one of: rec, enum, field, date, int, line|did you mean 'enum'?" },
		{ "Mandatory: y\n", "", "report-word: there is no parameter 'y'" },
		{ "", "From: Kind = 'request'\n", "report-incomplete: missing field 'To'|add a line: To: ..." },
		{ "", DAYS "Target: 14\n", "report-word: '14' is not a duration: a duration is written like P14D, P6W, P3M or P1Y6M|"
		    "write it as P14D, P6W, P3M, or Centre.SETTING for one of centre.rec" },
		{ "", DAYS "Target: P14D if Kind = 'end'\n",
		    "report-word: the last 'Target' has a condition, so that some have no target|add one without 'if' behind it" },
		{ "", DAYS "Target: P14D\nTarget: P7D\n",
		    "report-word: nothing comes to this 'Target': the one above it holds always" },
		{ "", DAYS "Target: P14D when x\n",
		    "report-word: 'when' stands behind a duration|write P14D, or P14D if CONDITION" },
		{ "", DAYS "Show: meadian\n", "report-word: unknown measure 'meadian', expected one of: number, median, p90, "
		    "longest, within, waiting, overdue|did you mean 'median'?" },
		{ "", DAYS "Show: longest\n", "report-word: a public report does not show the 'longest': it is one person's|show 'p90' instead" },
		{ "", DAYS "Show: within\n", "report-word: 'within' needs a 'Target'" },
		{ "", DAYS "Each: evry\n", "report-word: unknown Each 'evry', expected one of: first, every|did you mean 'every'?" },
		{ "", DAYS "Date: Opened\n", "report-word: 'Date' does not go with 'From'" },
		{ "", DAYS "Rows: days\n",
		    "report-incomplete: the level 'days' is cut nowhere|add a line: Bins: days 7 14 30" },
		{ "", DAYS "Rows: Service\n", "report-field: no field 'Service' in entries" },
		{ "", "Stock: not clsed\n", "report-word: 'not clsed' is no State, expected the name of one, or 'not' and the "
		    "name of one|did you mean 'not closed'?" },
		{ "", "Stock: closed\nSum: Hours\n", "report-word: 'Sum' does not go with 'Stock'" },
		{ "", "Limit: 5\n", "report-word: 'Limit' says nothing in a table without 'List'" },
		{ "", "Show: median\n", "report-word: 'Show' says nothing in a table without 'From'" },
		{ "", "List: Case\n", "report-word: a public report has no list: its lines are about single cases" },
		{ "", "Compare: before\nColumns: quarter\n", "report-word: 'Compare' sets whole periods side by side: no rows or "
		    "columns by quarter beside it" },
		{ "", "Compare: bfore\n",
		    "report-word: unknown period 'bfore', expected one of: before, year|did you mean 'before'?" },
		{ "", "Chart: pie\n", "report-word: unknown Chart 'pie', expected one of: none, bars, stacked, lines, flow" },
		{ "", "Chart: flow\n", "report-word: 'flow' draws a 'Stock'" },
		{ "", "Bins: Service 7\n", "report-word: 'Bins' cuts 'Service', which is no field of Rows or Columns" },
		{ "", "Rows: Size\nBins: Size\n", "report-word: 'Bins' names no number where a bin begins" },
		{ "", "Rows: Size\nBins: Size 7 x\n", "report-word: 'x' is no number, where a bin begins" },
		{ "", "Rows: Size\nBins: Size 7 7\n", "report-word: '7' is not larger than the number before it" },
		{ "", "Row: a: Sevice = 'x'\n", "report-field: no field 'Sevice' in cases|did you mean 'Service'?" },
		{ "", "Where: Opened >> Period.form\n", "report-field: no field 'Period.form' in cases|did you mean 'from'?" },
		{ "", "Rows: month quarter year Service Situation Opened\nColumns: Case\n",
		    "report-word: too many levels of rows and columns, expected at most 6" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf text = BUF_INIT, got = BUF_INIT;
		struct report *report;
		char line[40];
		int closed;

		buf_printf(&text, "%s%s%s%s", base, rows[i].report, table, rows[i].table);
		open_world(text.p);
		closed = symbol(&symbols, STR("closed"));
		report = report_load(schema, directory, (struct more_names){ &closed, 1 }, &symbols, STR("t"), &findings);
		if (rows[i].want == NULL) {
			ok(report == NULL && findings.n > 0, "an expression is no level");
		} else {
			if (findings.n > 0)
				buf_printf(&got, "%s: %s%s%s", findings.list[0].rule, findings.list[0].text,
				    findings.list[0].fix ? "|" : "",
				    findings.list[0].fix ? findings.list[0].fix : "");
			ok(report == NULL, "a definition with a fault counts nothing");
			snprintf(line, sizeof(line), "fault %zu", i + 1);
			is_text(got.p, rows[i].want, line);
		}
		report_free(report);
		buf_release(&text);
		buf_release(&got);
		close_world();
	}
}

/* What is counted instead of cases. */
static void
count_faults(void)
{
	static const char base[] = "%rec: Report\n\nReport: t\nTitle: T\nProfile: commissioner\n\n%rec: Table\n\n"
		"Table: a\nReport: t\nTitle: T\n";
	static const struct {
		const char *table, *want;
	} rows[] = {
		{ "", "report-incomplete: missing field 'Count'|add a line: Count: ..." },
		{ "Count: Municpality\n", "report-word: unknown Count 'Municpality', expected cases, entries, cases with entries, "
		    "findings, or a type of record|did you mean 'Municipality'?" },
		{ "Count: Case\n", "report-word: unknown Count 'Case', expected cases, entries, cases with entries, "
		    "findings, or a type of record|did you mean 'cases'?" },
		{ "Count: Municipality\nWhere: Nme = 'x'\n",
		    "report-field: no field 'Nme' in Municipality|did you mean 'Name'?" },
		{ "Count: Municipality\nColumns: quarter\n", "report-word: Municipality has no field 'Date' that says in which "
		    "quarter a record counts|name the field that does: Date: FIELD" },
		{ "Count: findings\nRows: Verdit\n", "report-field: no field 'Verdit' in findings|did you mean 'Verdict'?" },
		{ "Count: findings\nDate: Rule\n",
		    "report-word: findings have no 'Date': they are those of the period's last day" },
		{ "Count: cases\nList: Case\nRows: Service\n", "report-word: 'Rows' does not go with 'List'" },
		{ "Count: cases\nList: Case\nLimit: 0\n", "report-word: '0' is no number of lines, expected 1 to 1000000" },
		{ "Count: cases\nList: Case Case Case Case Case Case Case Case Case\n",
		    "report-word: too many fields, expected at most 8" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf text = BUF_INIT, got = BUF_INIT;
		struct report *report;

		buf_printf(&text, "%s%s", base, rows[i].table);
		open_world(text.p);
		report = report_load(schema, directory, (struct more_names){ NULL, 0 }, &symbols, STR("t"), &findings);
		if (findings.n > 0)
			buf_printf(&got, "%s: %s%s%s", findings.list[0].rule, findings.list[0].text,
			    findings.list[0].fix ? "|" : "", findings.list[0].fix ? findings.list[0].fix : "");
		ok(report == NULL, "a definition with a fault counts nothing");
		is_text(got.p ? got.p : "", rows[i].want, rows[i].table);
		report_free(report);
		buf_release(&text);
		buf_release(&got);
		close_world();
	}
}

static void
parameters(void)
{
	static const struct {
		const char *name, *value, *want;
	} rows[] = {
		{ "municipality", "GM2", "" },
		{ "municipality", "GM3", "--municipality 'GM3' is not in the directory|did you mean 'GM1'?" },
		{ "municipality", "Sudwest-Fryslan", "--municipality 'Sudwest-Fryslan' is not in the directory|did you mean 'GM2'?" },
		{ "service", "suport", "--service 'suport' is none of its values|did you mean 'support'?" },
		{ "municipality", "zzzzzzzzz", "--municipality 'zzzzzzzzz' is not in the directory|write the 'Municipality' of a record of directory/municipalities.rec, such as GM1" },
		{ "service", "", "--service '' is none of its values|it can be information, advice, support" },
	};
	size_t i, before;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct report *report = load("test");
		struct buf got = BUF_INIT;

		before = findings.n;
		report_set(report, str_of(rows[i].name), str_of(rows[i].value), &findings);
		buf_text(&got, findings.n > before ? findings.list[before].text : "");
		if (findings.n > before && findings.list[before].fix)
			buf_printf(&got, "|%s", findings.list[before].fix);
		is_text(got.p, rows[i].want, rows[i].value);
		buf_release(&got);
		report_free(report);
	}
}

int
main(void)
{
	size_t i;

	seed = 1;
	attack_naive();
	attack_tables(2, 300, 4, "two dimensions");
	attack_tables(2, 200, 2, "two sparse dimensions");
	attack_tables(3, 60, 4, "three dimensions");
	open_world(definitions);
	for (i = 0; i < CASES; i++)
		make_case(&cases[i]);
	count_periods();
	partitions();
	few_cases();
	same_bytes();
	keep_counts();
	watch_counts();
	parameters();
	close_world();
	open_world(public_report);
	for (i = 0; i < CASES; i++)
		make_case(&cases[i]);
	attack_reports();
	close_world();
	faults();
	count_faults();
	return tap_done();
}
