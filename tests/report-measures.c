/*
 * What reports measure, a second way: cases are made up as plain arrays, and each figure is worked out from these day by
 * day and one by one. The program sees them as journals.
 */
#include "journal.h"
#include "report.h"
#include "tap.h"

static uint64_t seed = 7;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* ---- the world ---- */

static const char schema_case[] =
	"%rec: Case\n%allowed: Case Opened Service Place Topic\n%type: Opened date\n"
	"%type: Service enum advice support\n%type: Place rec Place\n%type: Topic enum x y z\n\n"
	"%rec: Entry\n%allowed: Date Kind By Hours Place\n%type: Date date\n%type: Hours real\n%type: Place rec Place\n\n"
	"%rec: ask\n\n%rec: answer\n\n%rec: stop\n\n%rec: note\n";
static const char schema_others[] =
	"%rec: Place\n%key: Place\n%allowed: Place Name Region From Until\n%valid: From Until\n%type: From,Until date\n\n"
	"%rec: Talk\n%allowed: Date Place Hours Topic\n%type: Date date\n%type: Place rec Place\n\n"
	"%rec: Partner\n%key: Partner\n%allowed: Partner Sector From Until\n%valid: From Until\n%type: From,Until date\n\n"
	"%rec: Report\n%key: Report\n\n%rec: Table\n\n%rec: Label\n";
/* P changes its region in the middle of 2025; Q ends with that year; R is never used. */
static const char places[] =
	"%rec: Place\n\nPlace: P\nName: Pe\nRegion: north\nUntil: 2025-06-15\n\n"
	"Place: P\nName: Pe\nRegion: south\nFrom: 2025-06-15\n\n"
	"Place: Q\nName: Qu\nRegion: north\n\nPlace: R\nName: Er\nRegion: north\nUntil: 2026-01-01\n\n"
	"Place: S\nName: Es\nRegion: south\nFrom: 2026-01-01\n\n"
	"%rec: Partner\n\nPartner: a\nSector: care\n\nPartner: b\nSector: care\nUntil: 2025-03-01\n\n"
	"Partner: c\nSector: safety\nFrom: 2025-06-01\nUntil: 2025-07-01\n\nPartner: d\nFrom: 2026-01-01\nSector: care\n";
static const char centre[] = "Name: x\nSoon: P10D\n";

static const char definitions[] =
	"%rec: Report\n\nReport: t\nTitle: T\nProfile: commissioner\nParam: place rec Place\n"
	"Scope: #Param.place => (Place = Param.place)\n\n%rec: Table\n\n"
	/* 0 */ "Table: first\nReport: t\nTitle: T\nFrom: Kind = 'ask'\nTo: Kind = 'answer'\nGiven_up: Kind = 'stop'\n"
	"Target: P14D if Case.Service = 'support'\nTarget: Centre.Soon\nRows: Case.Service\nColumns: quarter\n"
	"Show: number median p90 longest within waiting overdue\n\n"
	/* 1 */ "Table: every\nReport: t\nTitle: T\nFrom: Kind = 'ask'\nTo: Kind = 'answer'\nEach: every\nRows: Case.Place\n"
	"Show: number median p90 longest waiting\n\n"
	/* 2 */ "Table: topics\nReport: t\nTitle: T\nFrom: Kind = 'ask'\nTo: Kind ~ 'answer|stop'\nRows: Case.Topic days\n"
	"Bins: days 7 14 40\nEach: every\n\n"
	/* 3 */ "Table: open\nReport: t\nTitle: T\nStock: not closed\nRows: Place\nColumns: quarter\n\n"
	/* 4 */ "Table: held\nReport: t\nTitle: T\nStock: held\nWhere: Service = 'support'\nRows: Place.Region\n\n"
	/* 5 */ "Table: months\nReport: t\nTitle: T\nStock: held\nRows: year month\nColumns: Topic\n\n"
	/* 6 */ "Table: hours\nReport: t\nTitle: T\nCount: entries\nRows: Hours\nColumns: Kind\nBins: Hours 1 2.5 5\n\n"
	/* 7 */ "Table: groups\nReport: t\nTitle: T\nCount: cases\nRow: no place: !#Place\nRow: x or y: Topic ~ 'x|y'\n"
	"Row: two topics: #Topic > 1\nColumns: Service\n\n"
	/* 8 */ "Table: compared\nReport: t\nTitle: T\nCount: cases\nRows: Service\nCompare: before year\n\n"
	/* 9 */ "Table: talks\nReport: t\nTitle: T\nCount: Talk\nWhere: #Place.Name\nSum: Hours\nRows: Place.Region\nColumns: month\n\n"
	/* 10 */ "Table: partners\nReport: t\nTitle: T\nCount: Partner\nRows: Sector\n\n"
	/* 11 */ "Table: found\nReport: t\nTitle: T\nCount: findings\nWhere: Verdict != 'due'\nRows: Rule Verdict\n"
	"Columns: Case.Service\n\n"
	/* 12 */ "Table: list\nReport: t\nTitle: T\nList: Place Case Topic\nCount: cases\nLimit: 7\nShown_by: Name\n\n"
	/* 13 */ "Table: places\nReport: t\nTitle: T\nCount: cases\nRows: Place\nEmpty: show\nShown_by: Name\n\n"
	/* 14 */ "Table: stocks\nReport: t\nTitle: T\nStock: not closed\nCompare: before year\n\n"
	/* 15 */ "Table: asked\nReport: t\nTitle: T\nCount: entries\nWhere: Kind = 'ask' && Date >> Period.from\nRows: Case\n"
	"Empty: hide\n\n"
	/* 16 */ "Table: spans\nReport: t\nTitle: T\nFrom: Kind = 'ask'\nTo: Kind = 'answer'\nCompare: before\n\n"
	/* 17 */ "Table: spent\nReport: t\nTitle: T\nCount: entries\nSum: Hours\nRows: Kind Place\nColumns: quarter\n\n"
	/* 18 */ "Table: with\nReport: t\nTitle: T\nCount: cases with entries\nRows: Kind\nColumns: Case.Topic\n\n";

static struct symbols symbols;
static struct arena arena;
static struct findings findings;
static struct schema *schema;
static struct directory *directory;
static struct terms terms;
static struct recfile centre_file;

static struct recfile *
parse(const char *path, const char *text)
{
	struct source *source = ARENA_NEW(&arena, struct source, 1);
	struct recfile *file = ARENA_NEW(&arena, struct recfile, 1);

	source->name = path;
	source->bytes = arena_str(&arena, str_of(text));
	record_parse(source, &symbols, &arena, &findings, file);
	return file;
}

/* ---- cases, and talks, as arrays ---- */

#define SMALL 5 /* counts below that */
#define CASES 160
#define ENTRIES 12
#define SPELLS 4
#define TALKS 60

enum kind { ASK, ANSWER, STOP, REMARK };
static const char *const kinds[] = { "ask", "answer", "stop", "note" };
static const char *const services[] = { "advice", "support" };
static const char *const place_names[] = { "P", "Q" };
static const char *const topics[] = { "x", "y", "z" };
static const char *const rules[] = { "one", "two" };
static const char *const verdicts[] = { "due", "overdue", "broken" };

struct made {
	struct casefile file;
	day opened;
	int service, place; /* 2: none */
	int n_topics, topics[2];
	size_t n;
	struct { day date; enum kind kind; int place, quarters; } entries[ENTRIES]; /* place -1: not told */
	struct { day from, until; } closed[SPELLS], held[SPELLS];
	size_t n_closed, n_held;
};

static struct made cases[CASES];
static struct { day date; int place, quarters; } talks[TALKS];

/* Whole entry dates fall together now and then, so that intervals of 0 days and steps on one day are there. */
static void
make_entries(struct made *c, struct buf *text)
{
	char date[DATE_SIZE];
	day d = c->opened;
	size_t i;

	c->n = below(ENTRIES + 1);
	for (i = 0; i < c->n; i++) {
		d += (day)(below(3) ? below(40) : 0);
		c->entries[i].date = d;
		c->entries[i].kind = (enum kind)below(4);
		c->entries[i].place = below(4) ? -1 : (int)below(2);
		c->entries[i].quarters = (int)below(24);
		buf_printf(text, "\nDate: %s\nKind: %s\n", date_format(d, date), kinds[c->entries[i].kind]);
		if (c->entries[i].place >= 0)
			buf_printf(text, "Place: %s\n", place_names[c->entries[i].place]);
		if (c->entries[i].quarters > 0)
			buf_printf(text, "Hours: %d.%02d\n", c->entries[i].quarters / 4, c->entries[i].quarters % 4 * 25);
	}
}

static void
make_case(struct made *c, size_t number)
{
	struct buf text = BUF_INIT;
	char date[DATE_SIZE];
	day d;
	size_t i;

	memset(c, 0, sizeof(*c));
	c->opened = date_make(2024, 6, 1) + (day)below(730);
	c->service = (int)below(2);
	c->place = (int)below(3);
	c->n_topics = (int)below(3);
	buf_printf(&text, "Case: c%zu\nOpened: %s\nService: %s\n", number, date_format(c->opened, date),
	    services[c->service]);
	if (c->place < 2)
		buf_printf(&text, "Place: %s\n", place_names[c->place]);
	for (i = 0; i < (size_t)c->n_topics; i++) {
		c->topics[i] = i == 0 ? (int)below(3) : (c->topics[0] + 1) % 3;
		buf_printf(&text, "Topic: %s\n", topics[c->topics[i]]);
	}
	make_entries(c, &text);
	for (d = c->opened, i = below(3); i > 0; i--) {
		d += (day)below(150);
		c->closed[c->n_closed].from = d;
		d += below(6) ? (day)below(60) : 0;
		c->closed[c->n_closed++].until = i == 1 && below(2) ? DAY_NONE : d;
	}
	for (d = c->opened - 20, i = below(4); i > 0; i--) {
		d += (day)below(90);
		c->held[c->n_held].from = d;
		d += (day)below(90);
		c->held[c->n_held++].until = d;
	}
	case_parse(&terms, "case", arena_str(&arena, buf_view(&text)), &arena, &findings, &c->file);
	buf_release(&text);
}

static void
make_talks(struct buf *text)
{
	char date[DATE_SIZE];
	size_t i;

	buf_text(text, "%rec: Talk\n");
	for (i = 0; i < TALKS; i++) {
		talks[i].date = date_make(2024, 12, 1) + (day)below(500);
		talks[i].place = (int)below(3);
		talks[i].quarters = (int)below(12);
		buf_printf(text, "\nDate: %s\nHours: %d.%02d\n", date_format(talks[i].date, date), talks[i].quarters / 4,
		    talks[i].quarters % 4 * 25);
		if (talks[i].place < 2)
			buf_printf(text, "Place: %s\n", place_names[talks[i].place]);
	}
}

static void
open_world(void)
{
	struct buf text = BUF_INIT;
	size_t i;

	symbols_init(&symbols);
	arena_init(&arena);
	findings_init(&findings);
	terms = (struct terms){ .symbols = &symbols, .known = { symbol(&symbols, STR("Case")),
		symbol(&symbols, STR("Opened")), symbol(&symbols, STR("Entry")), symbol(&symbols, STR("Date")),
		symbol(&symbols, STR("Kind")) } };
	for (i = 0; i < 6; i++)
		symbol(&symbols, str_of(((const char *[]){ "Place", "Hours", "Topic", "closed", "held", "Service" })[i]));
	schema = schema_new(&symbols);
	schema_add(schema, parse("schema/case.rec", schema_case), &findings);
	schema_add(schema, parse("schema/directory.rec", schema_others), &findings);
	schema_link(schema, &findings);
	directory = directory_new(schema);
	/* Names of the definitions are known before records are read, as fields must know them. */
	directory_add(directory, parse("reports/t.rec", definitions), &findings);
	directory_add(directory, parse("directory/places.rec", places), &findings);
	make_talks(&text);
	directory_add(directory, parse("activities/talks.rec", text.p), &findings);
	directory_link(directory, &findings);
	centre_file = *parse("centre.rec", centre);
	terms.schema = schema;
	terms.directory = directory;
	for (i = 0; i < CASES; i++)
		make_case(&cases[i], i);
	buf_release(&text);
}

/* ---- what the report asks ---- */

static struct entry_context context;

static void
on_day(void *c, day on, struct subject *subject)
{
	struct casefile *file = &((struct made *)c)->file;

	file->today = on;
	case_subject(file, &findings, subject);
}

static day
nth_entry(void *c, size_t i, struct subject *subject)
{
	struct casefile *file = &((struct made *)c)->file;

	entry_subject(file, &file->entries[i], &findings, &context, subject);
	return file->entries[i].date;
}

static size_t
spells(void *context_, int state, struct period *list, size_t max)
{
	const struct made *c = context_;
	bool closed = str_is(symbol_name(&symbols, state), "closed");
	size_t n = closed ? c->n_closed : c->n_held, i;

	for (i = 0; i < n && i < max; i++)
		list[i] = closed ? (struct period){ c->closed[i].from, c->closed[i].until } :
		    (struct period){ c->held[i].from, c->held[i].until };
	return n;
}

/* Two rules: what they say follows from the case and the day. */
static int
verdict_of(const struct made *c, int rule, day on)
{
	return (int)((c->n + (size_t)rule + (size_t)on / 30) % 4) - 1; /* -1: nothing */
}

static const struct report_finding *
findings_on(void *context_, day on, size_t *n)
{
	static struct report_finding list[2];
	const struct made *c = context_;
	int rule;

	*n = 0;
	for (rule = 0; rule < 2; rule++)
		if (verdict_of(c, rule, on) >= 0)
			list[(*n)++] = (struct report_finding){ str_of(rules[rule]), str_of(verdicts[verdict_of(c, rule, on)]),
				STR("error"), SIZE_MAX };
	return list;
}

static struct report *
load(struct period period, int place)
{
	static int states[2];
	struct report *report;
	size_t i;

	states[0] = symbol(&symbols, STR("closed"));
	states[1] = symbol(&symbols, STR("held"));
	report = report_load(schema, directory, (struct more_names){ states, 2 }, &symbols, STR("t"), &findings);
	for (i = 0; i < findings.n; i++)
		printf("# %s:%lu: %s\n", findings.list[i].path, (unsigned long)findings.list[i].line, findings.list[i].text);
	if (report == NULL)
		exit(1);
	report_set_centre(report, &centre_file.records[0]);
	if (place >= 0)
		report_set(report, STR("place"), str_of(place_names[place]), &findings);
	if (!report_begin(report, period, SMALL, &findings))
		exit(1);
	return report;
}

static struct counts *
count_part(const struct report *report, size_t first, size_t step)
{
	struct counts *counts = counts_new(report);
	size_t i;

	for (i = first; i < CASES; i += step) {
		struct report_case c = { &cases[i], cases[i].opened, cases[i].n, on_day, nth_entry, spells, findings_on };

		counts_case(counts, &c);
	}
	return counts;
}

/* ---- cells by what their headings are called in no language: "support/2025-Q1"; "+" where it is summed over ---- */

static bool
is_called(const struct heading *h, size_t n_levels, const char *name)
{
	struct buf text = BUF_INIT;
	size_t i;
	bool same;

	for (i = 0; i < n_levels; i++) {
		buf_text(&text, i ? "/" : "");
		if (i >= h->n || h->labels[i].p == NULL)
			buf_char(&text, '+');
		else
			buf_str(&text, h->ids[i].p ? h->ids[i] : STR("-"));
	}
	same = str_is(text.p ? buf_view(&text) : STR(""), name);
	buf_release(&text);
	return same;
}

static struct str
cell(const struct table *t, const char *row, const char *column)
{
	size_t i, k;

	for (i = 0; i < t->rows.n; i++)
		for (k = 0; k < t->columns.n; k++)
			if (is_called(&t->rows.list[i], t->rows.n_levels, row) &&
			    is_called(&t->columns.list[k], t->columns.n_levels, column))
				return t->cells[i * t->columns.n + k].kind == CELL_NONE ? STR("none") :
				    t->cells[i * t->columns.n + k].text;
	return STR("no cell");
}

static int wrong, tried;

/* `want` NULL: a cell without a figure; "0" is also right where there is no such row. */
static void
want(const struct table *t, const char *row, const char *column, const char *value)
{
	struct str got = cell(t, row, column);

	tried++;
	if (str_is(got, value) || (str_is(got, "no cell") && (!strcmp(value, "0") || !strcmp(value, "none"))))
		return;
	if (wrong++ < 8)
		printf("# %.*s [%s][%s]: got %.*s, want %s\n", STRF(t->name), row, column, STRF(got), value);
}

static void
want_n(const struct table *t, const char *row, const char *column, long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", n);
	want(t, row, column, text);
}

static void
settle(const char *what)
{
	char line[120];

	snprintf(line, sizeof(line), "%s: %d figures", what, tried);
	ok(wrong == 0 && tried > 0, line);
	wrong = tried = 0;
}

/* ---- the second way ---- */

static struct period now; /* the report's */
static int only; /* the place asked for, -1: all */

static bool
within(struct period p, day d)
{
	return (p.from == DAY_NONE || d >= p.from) && (p.to == DAY_NONE || d < p.to);
}

static int
place_on(const struct made *c, day d)
{
	int place = c->place;
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->entries[i].date <= d && c->entries[i].place >= 0)
			place = c->entries[i].place;
	return place;
}

static bool
scoped(const struct made *c, day d)
{
	return only < 0 || place_on(c, d) == only;
}

static const char *
region_on(int place, day d)
{
	return place == 2 ? "-" : place == 1 || d < date_make(2025, 6, 15) ? "north" : "south";
}

struct sample {
	int days[CASES * ENTRIES];
	int n, in_time, waiting, overdue;
};

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Definition 2 by its formula, doubled: the mean of the two order statistics around n p, or the next one. */
static void
quantile_text(struct sample *s, double p, char *text)
{
	double np = s->n * p;
	int low, twice;

	if (s->n == 0) {
		strcpy(text, "none");
		return;
	}
	qsort(s->days, (size_t)s->n, sizeof(int), compare_ints);
	low = (int)(np + 1e-9);
	twice = np - low > 1e-9 ? 2 * s->days[low] : s->days[low - 1] + s->days[low];
	snprintf(text, 32, twice % 2 ? "%d.5" : "%d", twice / 2);
}

/* Of fewer intervals there are no measures. */
static void
check_sample(const struct table *t, const char *row, const char *prefix, struct sample *s, bool all)
{
	char column[80], text[32];
	static const char *const names[] = { "number", "median", "p90", "longest", "within", "waiting", "overdue" };
	int i;

	for (i = 0; i < 7; i++) {
		if (!all && (i == 4 || i == 6))
			continue;
		snprintf(column, sizeof(column), "%s%s", prefix, names[i]);
		if (i == 1 || i == 2)
			quantile_text(s, i == 1 ? 0.5 : 0.9, text);
		else if (i == 3 || i == 4)
			snprintf(text, sizeof(text), s->n ? "%d" : "none", !s->n ? 0 : i == 4 ?
			    (int)(100.0 * s->in_time / s->n + 0.5 + 1e-9) : s->days[s->n - 1]);
		else
			snprintf(text, sizeof(text), "%d", i == 0 ? s->n : i == 5 ? s->waiting : s->overdue);
		want(t, row, column, i >= 1 && i <= 4 && s->n > 0 && s->n < SMALL ? "" : text);
	}
}

static int
target_of(const struct made *c)
{
	return c->service == 1 ? 14 : 10;
}

/* The first interval of a case: which of the days it begins and ends, or is given up. */
static void
first_of(const struct made *c, day *begin, day *end, bool *given)
{
	size_t i, k;

	*begin = *end = DAY_NONE;
	*given = false;
	for (i = 0; i < c->n && c->entries[i].kind != ASK; i++)
		;
	if (i == c->n)
		return;
	*begin = c->entries[i].date;
	for (k = i + 1; k < c->n; k++)
		if (c->entries[k].kind == ANSWER || c->entries[k].kind == STOP) {
			*end = c->entries[k].date;
			*given = c->entries[k].kind == STOP;
			return;
		}
}

static void
sample_first(struct sample *s, int service, struct period p)
{
	day last = p.to - 1, begin, end;
	bool given;
	size_t i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < CASES; i++) {
		const struct made *c = &cases[i];

		if (service >= 0 && c->service != service)
			continue;
		first_of(c, &begin, &end, &given);
		if (begin == DAY_NONE)
			continue;
		if (end != DAY_NONE && !given && within(p, end) && scoped(c, end)) {
			s->in_time += end - begin <= target_of(c);
			s->days[s->n++] = end - begin;
		}
		if (begin <= last && (end == DAY_NONE || end > last) && scoped(c, last)) {
			s->waiting++;
			s->overdue += last - begin > target_of(c);
		}
	}
}

static struct period
meet(struct period a, struct period b)
{
	if (b.from > a.from)
		a.from = b.from;
	if (b.to < a.to)
		a.to = b.to;
	return a;
}

static const char *const quarter_names[] = { "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2" };
#define QUARTERS 7

static struct period
quarter(int i)
{
	struct period p;

	period_parse(str_of(quarter_names[i]), &p, NULL);
	return p;
}

static void
check_first(const struct table *t)
{
	struct sample s;
	char prefix[20];
	int service, q;

	for (service = -1; service < 2; service++) {
		const char *row = service < 0 ? "+" : services[service];

		sample_first(&s, service, now);
		check_sample(t, row, "+/", &s, true);
		for (q = 0; q < QUARTERS; q++) {
			struct period p = meet(quarter(q), now);

			if (p.from >= p.to)
				continue;
			sample_first(&s, service, p);
			snprintf(prefix, sizeof(prefix), "%s/", quarter_names[q]);
			check_sample(t, row, prefix, &s, true);
		}
	}
	settle("first intervals, by service and quarter");
}

/* Each: every. An answer ends what runs; the ask after it begins anew. */
static void
check_every(const struct table *t)
{
	struct sample s;
	int place;
	size_t i, k;

	for (place = -1; place < 3; place++) {
		memset(&s, 0, sizeof(s));
		for (i = 0; i < CASES; i++) {
			const struct made *c = &cases[i];
			day begin = DAY_NONE, last = now.to - 1, left = DAY_NONE, left_over = DAY_NONE;

			for (k = 0; k < c->n; k++) {
				day d = c->entries[k].date;

				if (begin != DAY_NONE && c->entries[k].kind == ANSWER) {
					if (within(now, d) && scoped(c, d) && (place < 0 || place_on(c, d) == place))
						s.days[s.n++] = d - begin;
					if (begin <= last && d > last) {
						left = begin;
						left_over = d;
					}
					begin = DAY_NONE;
				} else if (begin == DAY_NONE && c->entries[k].kind == ASK) {
					begin = d;
				}
			}
			if (begin != DAY_NONE && begin <= last)
				left = begin;
			(void)left_over;
			if (left != DAY_NONE && scoped(c, last) && (place < 0 || place_on(c, last) == place))
				s.waiting++;
		}
		check_sample(t, place < 0 ? "+" : place == 2 ? "-" : place_names[place], "", &s, false);
	}
	settle("every interval, by where the case stood when it ended");
}

/* Bins of days, under a field that repeats. */
static void
check_topics(const struct table *t)
{
	static const int cuts[] = { 0, 7, 14, 40, 1 << 30 };
	static const char *const bins[] = { "..7", "7..14", "14..40", "40.." };
	int topic, bin;
	size_t i, k;
	char row[40];

	for (topic = -1; topic < 4; topic++)
		for (bin = -1; bin < 4; bin++) {
			long n = 0;

			if (topic < 0 && bin >= 0)
				continue; /* totals are of inner levels first */
			for (i = 0; i < CASES; i++) {
				const struct made *c = &cases[i];
				day begin = DAY_NONE;
				bool has = topic < 0 || (topic == 3 && c->n_topics == 0) ||
				    (c->n_topics > 0 && c->topics[0] == topic) || (c->n_topics > 1 && c->topics[1] == topic);

				for (k = 0; k < c->n; k++) {
					day d = c->entries[k].date;

					if (begin == DAY_NONE) {
						if (c->entries[k].kind == ASK)
							begin = d;
						continue;
					}
					if (c->entries[k].kind != ANSWER && c->entries[k].kind != STOP)
						continue;
					if (has && within(now, d) && scoped(c, d) &&
					    (bin < 0 || (d - begin >= cuts[bin] && d - begin < cuts[bin + 1])))
						n++;
					begin = DAY_NONE;
				}
			}
			snprintf(row, sizeof(row), "%s/%s", topic < 0 ? "+" : topic == 3 ? "-" : topics[topic],
			    bin < 0 ? "+" : bins[bin]);
			want_n(t, row, "number", n);
		}
	settle("lengths in bins, under a field that repeats");
}

/* ---- stock: day by day ---- */

struct stock {
	long start, in, out, moved_in, moved_out, end;
};

/* Whether the case belongs in the row on a day, whatever the State. */
typedef bool row_fn(const struct made *c, day d, int value);

static void
add_spell(struct stock *s, const struct made *c, day from, day until, struct period p, row_fn *row, int value)
{
	day d, first = p.from, last = p.to - 1;

	if (from == until) { /* comes and goes */
		if (within(p, from) && row(c, from, value)) {
			s->in++;
			s->out++;
		}
		return;
	}
	if (from < first && (until == DAY_NONE || until >= first))
		s->start += row(c, first - 1, value);
	for (d = first; d <= last; d++) {
		bool was = d > from && (until == DAY_NONE || d - 1 < until) && row(c, d - 1, value);
		bool is = d >= from && (until == DAY_NONE || d < until) && row(c, d, value);

		if (d == from)
			s->in += is;
		else if (d == until)
			s->out += was;
		else if (d > from && (until == DAY_NONE || d < until)) {
			s->moved_in += is && !was;
			s->moved_out += was && !is;
		}
	}
	s->end += last >= from && (until == DAY_NONE || last < until) && row(c, last, value);
}

static struct stock
stock_of(bool held, struct period p, row_fn *row, int value)
{
	struct stock s = { 0 };
	size_t i, k;

	for (i = 0; i < CASES; i++) {
		const struct made *c = &cases[i];
		day from = c->opened;

		if (held) {
			for (k = 0; k < c->n_held; k++)
				add_spell(&s, c, c->held[k].from, c->held[k].until, p, row, value);
			continue;
		}
		for (k = 0; k < c->n_closed && from != DAY_NONE; k++) {
			add_spell(&s, c, from, c->closed[k].from, p, row, value);
			from = c->closed[k].until;
		}
		if (from != DAY_NONE)
			add_spell(&s, c, from, DAY_NONE, p, row, value);
	}
	return s;
}

static void
check_stock(const struct table *t, const char *row, const char *prefix, struct stock s)
{
	const struct { const char *name; long n; } figures[] = { { "start", s.start }, { "in", s.in }, { "out", s.out },
		{ "moved-in", s.moved_in }, { "moved-out", s.moved_out }, { "end", s.end } };
	char column[80];
	size_t i;

	if (s.start + s.in + s.moved_in - s.out - s.moved_out != s.end)
		wrong++;
	for (i = 0; i < 6; i++) {
		snprintf(column, sizeof(column), "%s%s", prefix, figures[i].name);
		want_n(t, row, column, figures[i].n);
	}
}

static bool
in_place(const struct made *c, day d, int value)
{
	return scoped(c, d) && (value < 0 || place_on(c, d) == value);
}

static bool
in_region(const struct made *c, day d, int value)
{
	static const char *const regions[] = { "north", "south", "-" };

	return scoped(c, d) && c->service == 1 && (value < 0 || !strcmp(region_on(place_on(c, d), d), regions[value]));
}

static bool
has_topic(const struct made *c, day d, int value)
{
	return scoped(c, d) && (value < 0 || (value == 3 && c->n_topics == 0) ||
	    (c->n_topics > 0 && c->topics[0] == value) || (c->n_topics > 1 && c->topics[1] == value));
}

static void
check_open(const struct table *t)
{
	char prefix[20];
	int place, q;

	for (place = -1; place < 3; place++) {
		const char *row = place < 0 ? "+" : place == 2 ? "-" : place_names[place];

		check_stock(t, row, "+/", stock_of(false, now, in_place, place));
		for (q = 0; q < QUARTERS; q++) {
			struct period p = meet(quarter(q), now);

			snprintf(prefix, sizeof(prefix), "%s/", quarter_names[q]);
			if (p.from < p.to)
				check_stock(t, row, prefix, stock_of(false, p, in_place, place));
		}
	}
	settle("open cases by place and quarter, with moves");
}

static void
check_held(const struct table *t)
{
	static const char *const regions[] = { "north", "south", "-" };
	int value;

	for (value = -1; value < 3; value++)
		check_stock(t, value < 0 ? "+" : regions[value], "", stock_of(true, now, in_region, value));
	settle("a State by a reference that changes on a day without an entry");
}

static void
check_months(const struct table *t)
{
	static const char *const names[] = { "x", "y", "z", "-" };
	char row[40], prefix[40];
	int value, year, month;

	for (value = -1; value < 4; value++) {
		snprintf(prefix, sizeof(prefix), "%s/", value < 0 ? "+" : names[value]);
		check_stock(t, "+/+", prefix, stock_of(true, now, has_topic, value));
		for (year = 2025; year <= 2026; year++) {
			struct period p = { date_make(year, 1, 1), date_make(year + 1, 1, 1) };

			p = meet(p, now);
			snprintf(row, sizeof(row), "%d/+", year);
			if (p.from < p.to)
				check_stock(t, row, prefix, stock_of(true, p, has_topic, value));
			for (month = 1; month <= 12; month++) {
				p = (struct period){ date_make(year, month, 1), date_make(year, month + 1, 1) };
				p = meet(p, now);
				snprintf(row, sizeof(row), "%d/%d-%02d", year, year, month);
				if (p.from < p.to)
					check_stock(t, row, prefix, stock_of(true, p, has_topic, value));
			}
		}
	}
	settle("a State by year, month and a field that repeats");
}

/* ---- the others ---- */

static void
check_hours(const struct table *t)
{
	static const char *const bins[] = { "..1", "1..2.5", "2.5..5", "5..", "-" };
	static const int cuts[] = { 0, 4, 10, 20, 1000 };
	int bin, kind;
	size_t i, k;

	for (bin = -1; bin < 5; bin++)
		for (kind = -1; kind < 4; kind++) {
			long n = 0;

			for (i = 0; i < CASES; i++)
				for (k = 0; k < cases[i].n; k++) {
					int q = cases[i].entries[k].quarters;

					n += within(now, cases[i].entries[k].date) && scoped(&cases[i], cases[i].entries[k].date) &&
					    (kind < 0 || cases[i].entries[k].kind == (enum kind)kind) &&
					    (bin < 0 || (bin == 4 ? q == 0 : q > 0 && q >= cuts[bin] && q < cuts[bin + 1]));
				}
			want_n(t, bin < 0 ? "+" : bins[bin], kind < 0 ? "+" : kinds[kind], n);
		}
	settle("decimals in bins");
}

static void
check_groups(const struct table *t)
{
	static const char *const names[] = { "no place", "x or y", "two topics", "(none of these)", "+" };
	int group, service;
	size_t i;

	for (group = 0; group < 5; group++)
		for (service = -1; service < 2; service++) {
			long n = 0;

			for (i = 0; i < CASES; i++) {
				const struct made *c = &cases[i];
				bool none = place_on(c, c->opened) == 2, xy = false, two = c->n_topics == 2;
				int k;

				for (k = 0; k < c->n_topics; k++)
					xy = xy || c->topics[k] < 2;
				if (!within(now, c->opened) || !scoped(c, c->opened) || (service >= 0 && c->service != service))
					continue;
				n += group == 0 ? none : group == 1 ? xy : group == 2 ? two :
				    group == 3 ? !none && !xy && !two : 1;
			}
			want_n(t, names[group], service < 0 ? "+" : services[service], n);
		}
	settle("conditions, and what meets none");
}

static long
opened_in(struct period p, int service)
{
	long n = 0;
	size_t i;

	for (i = 0; i < CASES; i++)
		n += within(p, cases[i].opened) && scoped(&cases[i], cases[i].opened) &&
		    (service < 0 || cases[i].service == service);
	return n;
}

static void
check_talks(const struct table *talked, const struct table *partners)
{
	static const char *const regions[] = { "north", "south" };
	int region, year, month;
	char column[40], text[32];
	long care = 0, safety = 0;
	size_t i;

	for (region = -1; region < 2; region++)
		for (year = 2025; year <= 2026; year++)
			for (month = 1; month <= 12; month++) {
				struct period p = { date_make(year, month, 1), date_make(year, month + 1, 1) };
				long n = 0;

				p = meet(p, now);
				for (i = 0; i < TALKS; i++)
					n += within(p, talks[i].date) && p.from < p.to && talks[i].place < 2 && (region < 0 ||
					    !strcmp(region_on(talks[i].place, talks[i].date), regions[region])) ? talks[i].quarters : 0;
				snprintf(column, sizeof(column), "%d-%02d", year, month);
				snprintf(text, sizeof(text), n % 4 == 0 ? "%ld" : n % 4 == 2 ? "%ld.5" : n % 4 == 1 ? "%ld.25" : "%ld.75",
				    n / 4);
				want(talked, region < 0 ? "+" : regions[region], column, text);
			}
	settle("records by their date, a field's sum by a reference's field then");
	care += 1 + (now.from < date_make(2025, 3, 1)) + (now.to > date_make(2026, 1, 1));
	safety += now.from < date_make(2025, 7, 1) && now.to > date_make(2025, 6, 1);
	want_n(partners, "care", "", care);
	want_n(partners, "safety", "", safety);
	want_n(partners, "+", "", care + safety);
	settle("records without a date, by when they are valid");
}

static void
check_found(const struct table *t)
{
	int rule, verdict, service;
	char row[40];
	size_t i;
	day last = now.to - 1;

	for (rule = 0; rule < 2; rule++)
		for (verdict = 1; verdict < 3; verdict++)
			for (service = -1; service < 2; service++) {
				long n = 0;

				for (i = 0; i < CASES; i++)
					n += cases[i].opened <= last && scoped(&cases[i], last) &&
					    (service < 0 || cases[i].service == service) && verdict_of(&cases[i], rule, last) == verdict;
				snprintf(row, sizeof(row), "%s/%s", rules[rule], verdicts[verdict]);
				want_n(t, row, service < 0 ? "+" : services[service], n);
			}
	settle("findings of the period's last day");
}

static void
check_list(const struct table *t)
{
	day last = now.to - 1;
	char more[40] = "";
	bool sorted = true;
	long n = 0;
	size_t i;

	/* Those that stand on the last day, whenever they were opened. */
	for (i = 0; i < CASES; i++)
		n += cases[i].opened <= last && scoped(&cases[i], last);

	if (n > 7)
		snprintf(more, sizeof(more), "and %ld more", n - 7);
	for (i = 1; i < t->rows.n; i++) {
		struct str a = t->cells[3 * (i - 1)].text, b = t->cells[3 * i].text;

		sorted = sorted && (b.n == 0 || (a.n > 0 && str_cmp(a, b) <= 0));
	}
	ok(t->is_list && t->columns.n == 3 && str_is(t->columns.list[1].labels[0], "Case"), "a list has its fields");
	is_number((long)t->rows.n, n < 7 ? n : 7, "a line for each, as many as it may have");
	ok(sorted, "in order of the first field, what has none last");
	ok(n <= 7 ? t->n_notes == 0 : t->n_notes == 1 && str_is(t->notes[0], more), "and how many more there are");
	ok(t->rows.n == 0 || t->cells[0].text.n == 0 || str_is(t->cells[0].text, "P Pe") || str_is(t->cells[0].text, "Q Qu"),
	    "a record's key with what shows it");
}

static void
check_windows(const struct sheet *sheet)
{
	const struct table *t = &sheet->tables[8];
	struct period windows[3] = { now };
	size_t i;
	int service;

	ok(str_is(t->columns.list[0].labels[0], "this period") && str_is(t->columns.list[1].labels[0], "the period before") &&
	    (t->columns.n == 2 ? t->columns.list[0].ids[0].n == 4 : str_is(t->columns.list[2].labels[0], "a year before")),
	    "windows side by side, without a total; of a year the one before is the same twice");
	for (i = 1; i < t->columns.n; i++)
		if (!period_parse(t->columns.list[i].ids[0], &windows[i], NULL))
			wrong++;
	for (i = 0; i < t->columns.n; i++)
		for (service = -1; service < 2; service++) {
			char *name = arena_cstr(&arena, t->columns.list[i].ids[0]);

			want_n(t, service < 0 ? "+" : services[service], name, opened_in(windows[i], service));
			if (service < 0) {
				char prefix[40];

				snprintf(prefix, sizeof(prefix), "%s/", name);
				check_stock(&sheet->tables[14], "", prefix, stock_of(false, windows[i], in_place, -1));
			}
		}
	settle("windows hold what their period holds, stock too");
}

static void
check_places(const struct table *t)
{
	bool r_valid = now.from < date_make(2026, 1, 1), s_valid = now.to > date_make(2026, 1, 1);
	long n[3] = { 0 };
	size_t i;

	for (i = 0; i < CASES; i++)
		if (within(now, cases[i].opened) && scoped(&cases[i], cases[i].opened))
			n[place_on(&cases[i], cases[i].opened)]++;
	want_n(t, "P", "", n[0]);
	want_n(t, "Q", "", n[1]);
	want_n(t, "-", "", n[2]);
	ok(str_is(cell(t, "R", ""), r_valid ? "0" : "no cell"), "a record that is never used has a row while it is valid");
	ok(str_is(cell(t, "S", ""), s_valid ? "0" : "no cell"), "and none before");
	ok(str_is(t->rows.list[0].labels[0], "P Pe"), "shown by its name");
	settle("records shown though empty");
}

static void
check_asked(const struct table *t)
{
	size_t i, k;
	char row[20];

	for (i = 0; i < CASES; i++) {
		long n = 0;

		for (k = 0; k < cases[i].n; k++)
			n += cases[i].entries[k].kind == ASK && cases[i].entries[k].date > now.from &&
			    within(now, cases[i].entries[k].date) && scoped(&cases[i], cases[i].entries[k].date);
		snprintf(row, sizeof(row), "c%zu", i);
		want_n(t, row, "", n);
	}
	settle("entries by the case they stand in, after the period's first day");
}

/* ---- counts as bytes, and who watches ---- */

static void
check_bytes(const struct report *report, const struct counts *whole)
{
	struct counts *a = count_part(report, 0, 2), *b = count_part(report, 1, 2), *read = counts_new(report);
	struct buf one = BUF_INIT, two = BUF_INIT, three = BUF_INIT;

	counts_records(b);
	counts_merge(b, a);
	counts_write(whole, &one);
	counts_write(b, &two);
	ok(str_eq(buf_view(&one), buf_view(&two)), "parts add up to the same bytes");
	ok(counts_read(read, buf_view(&one)), "which are read");
	counts_write(read, &three);
	ok(str_eq(buf_view(&one), buf_view(&three)), "and written again");
	counts_free(a);
	counts_free(b);
	counts_free(read);
	buf_release(&one);
	buf_release(&two);
	buf_release(&three);
}

/* Bits that fell over: refused, or written again as they stand; and tables come of it all the same. */
static bool
same_counts(const struct counts *a, const struct counts *b)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	bool same;

	counts_write(a, &one);
	counts_write(b, &two);
	same = str_eq(buf_view(&one), buf_view(&two));
	buf_release(&one);
	buf_release(&two);
	return same;
}

/* Some of them without the day on which they were opened. */
static void
count_some(const bool *some, bool in, struct counts *counts)
{
	size_t i;

	for (i = 0; i < CASES; i++) {
		struct report_case c = { &cases[i], i % 7 ? cases[i].opened : DAY_NONE, cases[i].n, on_day, nth_entry, spells, findings_on };

		if (some[i] == in)
			counts_case(counts, &c);
	}
}

/* As it is kept: through bytes. */
static struct counts *
kept(const struct report *report, const struct counts *counts)
{
	struct counts *copy = counts_new(report);
	struct buf bytes = BUF_INIT;

	counts_write(counts, &bytes);
	if (!counts_read(copy, buf_view(&bytes)))
		abort();
	buf_release(&bytes);
	return copy;
}

/* Some cases are taken away again, as whole counts and as they were kept, then others are added, which takes the places of
 * figures that went. */
static void
check_removal(const struct report *report)
{
	bool some[CASES], none[CASES] = { false };
	int round, odd = 0;

	for (round = 0; round < 40; round++) {
		unsigned share = round % 4 == 0 ? 1 : round % 4 == 1 ? CASES / 2 : round % 4 == 2 ? CASES - 1 : below(CASES + 1);
		struct counts *x = counts_new(report), *y = counts_new(report), *all = counts_new(report), *copy, *again;
		size_t i;

		for (i = 0; i < CASES; i++)
			some[i] = below(CASES) < share;
		count_some(some, false, x);
		count_some(some, true, y);
		count_some(none, false, all);
		copy = kept(report, all);
		again = kept(report, y);
		odd += !counts_remove(all, y) || !same_counts(all, x);
		odd += !counts_remove(copy, round % 2 ? y : again) || !same_counts(copy, x);
		/* What is left is whole: it takes more, gives it back, and gives itself. */
		count_some(some, true, all);
		counts_merge(copy, y);
		odd += !same_counts(all, copy);
		odd += !counts_remove(copy, x) || !same_counts(copy, y);
		odd += !counts_remove(copy, y);
		counts_merge(copy, x);
		odd += !same_counts(copy, x);
		counts_free(x);
		counts_free(y);
		counts_free(all);
		counts_free(copy);
		counts_free(again);
	}
	ok(odd == 0, "what is taken away leaves what was never added, to the byte");
}

/* Nothing is taken away of what was not added, and then nothing changes. */
static void
check_refusal(const struct report *report)
{
	int odd = 0, refused = 0;
	size_t i;

	for (i = 0; i < CASES; i++) {
		bool one[CASES] = { false };
		struct counts *x = counts_new(report), *y = counts_new(report), *was, *twice = counts_new(report);

		one[i] = true;
		count_some(one, true, x);
		one[i] = false;
		one[(i + 1) % CASES] = true;
		count_some(one, true, y);
		was = kept(report, x);
		counts_merge(twice, x);
		counts_merge(twice, x);
		if (!counts_remove(x, y)) {
			refused++;
			odd += !same_counts(x, was);
		}
		if (!counts_remove(x, twice)) {
			refused++;
			odd += !same_counts(x, was);
		}
		counts_free(x);
		counts_free(y);
		counts_free(was);
		counts_free(twice);
	}
	ok(odd == 0 && refused > 2 * CASES / 3, "what was not added is not taken away");
}

static void
damage(const struct report *report)
{
	struct counts *part = count_part(report, 0, 20), *none = counts_new(report);
	struct buf bytes = BUF_INIT, empty = BUF_INIT;
	int refused = 0, bad = 0, i;
	struct sheet sheet;

	counts_write(part, &bytes);
	counts_write(none, &empty);
	for (i = 0; i < 4000; i++) {
		size_t at = (size_t)below((unsigned)bytes.n);
		char was = bytes.p[at];
		struct counts *read = counts_new(report);
		struct buf again = BUF_INIT;
		bool good;

		bytes.p[at] = (char)(was ^ 1 << below(8));
		good = counts_read(read, buf_view(&bytes));
		counts_write(read, &again);
		bad += !str_eq(buf_view(&again), good ? buf_view(&bytes) : buf_view(&empty));
		refused += !good;
		if (i % 16 == 0) {
			struct arena scratch;

			arena_init(&scratch);
			report_tables(report, read, &scratch, &sheet);
			arena_release(&scratch);
		}
		bytes.p[at] = was;
		counts_free(read);
		buf_release(&again);
	}
	is_number(bad, 0, "damaged counts are refused, or kept as they stand");
	ok(refused > 100 && refused < 4000, "some are refused, some not");
	counts_free(part);
	counts_free(none);
	buf_release(&bytes);
	buf_release(&empty);
}

/* ---- bins ---- */

/* Half-open bins divide all numbers: each stands in one, and between its ends. */
static void
divide(void)
{
	static const char *const tables[] = { "Bins: Hours 0.5 1 1.25\n", "Bins: Hours 3\n", "Bins: Hours -1 0 0.25 5.75 5.8\n",
		"Bins: Hours 0.0001 1000000\n" };
	size_t i, k, m;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		char name[8], text[300];
		struct directory *own = directory_new(schema);
		struct report *report;
		struct counts *counts;
		struct sheet sheet;
		long sum = 0, all = 0;

		snprintf(name, sizeof(name), "b%zu", i);
		snprintf(text, sizeof(text), "%%rec: Report\n\nReport: %s\nTitle: T\nProfile: commissioner\n\n%%rec: Table\n\n"
		    "Table: a\nReport: %s\nTitle: T\nCount: entries\nWhere: #Hours\nRows: Hours\n%s", name, name, tables[i]);
		directory_add(own, parse("reports/b.rec", text), &findings);
		directory_link(own, &findings);
		report = report_load(schema, own, (struct more_names){ NULL, 0 }, &symbols, str_of(name), &findings);
		report_begin(report, (struct period){ DAY_NONE, DAY_NONE }, 5, &findings);
		counts = count_part(report, 0, 1);
		report_tables(report, counts, &arena, &sheet);
		for (k = 0; k + 1 < sheet.tables[0].rows.n; k++) {
			struct str bin = sheet.tables[0].rows.list[k].ids[0], to = bin, from;
			double low = -1e9, high = 1e9;
			long n = 0;
			size_t e;

			for (e = 0; e + 1 < bin.n && memcmp(bin.p + e, "..", 2) != 0; e++)
				;
			from = (struct str){ bin.p, e };
			to = (struct str){ bin.p + e + 2, bin.n - e - 2 };
			if (from.n > 0)
				low = strtod(arena_cstr(&arena, from), NULL);
			if (to.n > 0)
				high = strtod(arena_cstr(&arena, to), NULL);
			for (m = 0; m < CASES; m++)
				for (e = 0; e < cases[m].n; e++) {
					double h = cases[m].entries[e].quarters / 4.0;

					n += h > 0 && h >= low && h < high;
				}
			want_n(&sheet.tables[0], arena_cstr(&arena, bin), "", n);
			sum += n;
		}
		for (m = 0; m < CASES; m++)
			for (k = 0; k < cases[m].n; k++)
				all += cases[m].entries[k].quarters > 0;
		wrong += sum != all;
		want_n(&sheet.tables[0], "+", "", all);
		counts_free(counts);
		report_free(report);
		directory_free(own);
	}
	settle("bins divide all numbers, with an open period");
}

struct tally_of {
	struct map seen[32]; /* place to how often */
};

static void
see(void *context_, const struct sighting *s)
{
	struct tally_of *all = context_;
	struct map_slot *slot = map_get(&all->seen[s->table], s->place);

	if (slot == NULL)
		slot = map_put(&all->seen[s->table], arena_str(&arena, s->place), NULL);
	slot->value.i++;
}

/* Each count, of totals too, is as often sighted. */
static void
check_sightings(const struct report *report, const struct sheet *sheet)
{
	struct tally_of all;
	struct counts *counts = counts_new(report);
	size_t i, k, r, c;

	for (i = 0; i < 32; i++)
		all.seen[i] = MAP_INIT;
	counts_watch(counts, see, &all);
	for (i = 0; i < CASES; i++) {
		struct report_case rc = { &cases[i], cases[i].opened, cases[i].n, on_day, nth_entry, spells, findings_on };

		counts_case(counts, &rc);
	}
	counts_records(counts);
	for (i = 0; i < sheet->n; i++) {
		const struct table *t = &sheet->tables[i];

		for (r = 0; r < t->rows.n && !t->is_list && i != 9 && i != 17; r++)
			for (c = 0; c < t->columns.n; c++) {
				struct buf name = BUF_INIT;
				const struct heading *h = &t->rows.list[r], *g = &t->columns.list[c];
				struct map_slot *slot;
				bool counted = t->cells[r * t->columns.n + c].kind == CELL_FIGURE;
				char text[32];

				for (k = 0; k < h->n; k++)
					buf_printf(&name, "%s%.*s=%.*s", name.n ? "\n" : "", STRF(t->rows.ids[k]),
					    STRF(h->ids[k].p ? h->ids[k] : STR("(not stated)")));
				for (k = 0; k < g->n; k++)
					if (g->labels[k].p != NULL)
						buf_printf(&name, "%s%.*s=%.*s", name.n ? "\n" : "", STRF(t->columns.ids[k]),
						    STRF(g->ids[k].p ? g->ids[k] : STR("(not stated)")));
				if (g->n > 0 && str_is(t->columns.ids[g->n - 1], "measure"))
					counted = counted && !str_is(g->ids[g->n - 1], "median") && !str_is(g->ids[g->n - 1], "p90") &&
					    !str_is(g->ids[g->n - 1], "longest") && !str_is(g->ids[g->n - 1], "within");
				slot = map_get(&all.seen[i], name.p ? buf_view(&name) : STR(""));
				snprintf(text, sizeof(text), "%zu", slot ? slot->value.i : 0);
				tried += counted;
				if (counted && !str_is(t->cells[r * t->columns.n + c].text, text) && wrong++ < 8)
					printf("# %.*s %s: sighted %s, shown %.*s\n", STRF(t->name), name.p, text,
					    STRF(t->cells[r * t->columns.n + c].text));
				buf_release(&name);
			}
	}
	settle("each count is sighted as often as it says");
	for (i = 0; i < 32; i++)
		map_release(&all.seen[i]);
	counts_free(counts);
}

static void
try_period(const char *text, int place)
{
	struct report *report;
	struct counts *counts;
	struct sheet sheet;

	printf("# %s%s%s\n", text, place < 0 ? "" : " in ", place < 0 ? "" : place_names[place]);
	if (!period_parse(str_of(text), &now, NULL))
		abort();
	only = place;
	report = load(now, place);
	counts = count_part(report, 0, 1);
	counts_records(counts);
	report_tables(report, counts, &arena, &sheet);
	check_first(&sheet.tables[0]);
	check_every(&sheet.tables[1]);
	check_topics(&sheet.tables[2]);
	check_open(&sheet.tables[3]);
	check_held(&sheet.tables[4]);
	check_months(&sheet.tables[5]);
	check_hours(&sheet.tables[6]);
	check_groups(&sheet.tables[7]);
	check_windows(&sheet);
	check_talks(&sheet.tables[9], &sheet.tables[10]);
	check_found(&sheet.tables[11]);
	check_list(&sheet.tables[12]);
	check_places(&sheet.tables[13]);
	check_asked(&sheet.tables[15]);
	check_bytes(report, counts);
	check_removal(report);
	check_refusal(report);
	check_sightings(report, &sheet);
	counts_free(counts);
	report_free(report);
}

int
main(void)
{
	struct report *named;

	open_world();
	/* Interns the names of the definition; records that were parsed before do not know them. */
	period_parse(STR("2025"), &now, NULL);
	named = load(now, -1);
	report_free(named);
	named = load(now, -1);
	damage(named);
	report_free(named);
	divide();
	try_period("2025", -1);
	try_period("2025", 0);
	try_period("2025-02-10..2026-04-20", -1);
	try_period("2025-03", -1);
	try_period("2026-03-05", -1);
	try_period("2025-Q4", 1);
	return tap_done();
}
