/*
 * An attack on public reports that knows more than sums. What is published is read by somebody who knows the
 * definition and what a case can be: each kind of case that there can be (which values, which dates, how long it took) is
 * an unknown number, whole and not below 0, and all that is shown - counts, shares, sums, that a row is there at all, that
 * no note speaks of cases in two rows - speaks of these numbers. So rows that overlap, tables of which one counts a part
 * of another, bins, windows and shares need no rule of their own. A hidden count is given away when every way to fill in
 * the numbers gives it the same value; so is a small count that no table shows but that two shown figures differ by.
 *
 * DISCLOSURE_ROUNDS sets the number of definitions, DISCLOSURE_SEED the first, DISCLOSURE_SAY=1 tells of each.
 */
#include "attack.h"
#include "simplex.h"
#include "tap.h"

#define ROUNDS 20
#define ROUNDS_MORE 8

/* Few of some, many of others. */
static int
skewed(int n)
{
	int i;

	for (i = 0; i < n - 1 && below(5) < 2; i++)
		;
	return i;
}

/* ---- units ---- */

#define TARGET 14 /* days */
#define QUARTERS 6 /* 2025-Q1 to 2026-Q2; the report's own are the last two */

static const int ns[] = { 2, 8, 12, 20 }, lengths[] = { 5, 10, 14, 20, 40, 7 };
static const char *const msets[] = { "", "1", "2", "3", "12", "13", "23", "123" };
#define MSETS 8
#define LENGTHS (int)(sizeof(lengths) / sizeof(*lengths))

/* What tables count. Cases have at most one interval each; findings and spells of a State are other units. */
enum counted {
	CASES,
	INTERVALS,
	FINDINGS,
	SPELLS,
};
#define COUNTED 4

struct unit {
	enum counted counted; /* a case's interval: CASES */
	int a, c, m, n, q; /* a, n: -1, not stated; n by place above */
	int length; /* by place above; none is of the last, but who reads cannot know that */
	int waits; /* for its end, so long */
	int rule, verdict;
	int from, to; /* quarters; from: 0 before the report's, -1 never; to: QUARTERS not yet */
};

enum { DIM_A = 1, DIM_C = 2, DIM_M = 4, DIM_N = 8, DIM_Q = 16, DIM_WINDOWS = 32, DIM_LENGTH = 64, DIM_BASE = 128,
	DIM_FINDINGS = 256, DIM_SPELLS = 512 };

/* Conditions over a case, as text and as they are. */
static const struct predicate {
	const char *text;
	unsigned dims;
} predicates[] = {
	{ "A = 'a1'", DIM_A }, { "A = 'a1' || A = 'a2'", DIM_A }, { "C = 'c1'", DIM_C }, { "!(C = 'c1')", DIM_C },
	{ "#A", DIM_A }, { "M = 'm1'", DIM_M }, { "A = 'a1' && C = 'c1'", DIM_A | DIM_C }, { "A ~ '^(a1|a3)$'", DIM_A },
	{ "!#M", DIM_M }, { "A != 'a2'", DIM_A }, { "C='c2'", DIM_C },
};
#define PREDICATES (int)(sizeof(predicates) / sizeof(*predicates))

static bool
has_m(const struct unit *u, char m)
{
	return strchr(msets[u->m], m) != NULL;
}

static bool
holds(int predicate, const struct unit *u)
{
	switch (predicate) {
	case 0:
		return u->a == 0;
	case 1:
		return u->a == 0 || u->a == 1;
	case 2:
		return u->c == 0;
	case 3:
		return u->c != 0;
	case 4:
		return u->a >= 0;
	case 5:
		return has_m(u, '1');
	case 6:
		return u->a == 0 && u->c == 0;
	case 7:
		return u->a == 0 || u->a == 2;
	case 8:
		return u->m == 0;
	case 9:
		return u->a >= 0 && u->a != 1;
	default:
		return u->c == 1;
	}
}

/* ---- definitions ---- */

#define TABLES_MAX 4

struct table_made {
	enum counted counted;
	bool is_sum;
	const char *empty, *total;
	int n_windows; /* each of two quarters */
	bool has_none; /* a place for what meets no condition */
	bool shows_number; /* of intervals that ended */
	int where[2], n_where, conditions[3], n_conditions;
};

static struct table_made made[TABLES_MAX];
static int n_made;
static unsigned dims; /* that tables speak of */
static struct buf definition;
static bool with_compare, with_more; /* windows; findings and stock */

/* Whether names of a case's fields begin with Case. */
static bool
is_of_case(enum counted counted)
{
	return counted == INTERVALS || counted == FINDINGS;
}

static void
write_condition(int predicate, enum counted counted)
{
	const char *p;

	for (p = predicates[predicate].text; *p; p++) {
		bool name = (*p >= 'A' && *p <= 'Z') && (p == predicates[predicate].text || p[-1] != '\'');

		buf_printf(&definition, "%s%c", name && is_of_case(counted) ? "Case." : "", *p);
	}
}

static void
add_where(struct table_made *t)
{
	int i;

	t->n_where = (int)below(3);
	for (i = 0; i < t->n_where; i++) {
		/* Often that of the table before, so that one counts a part of the other. */
		t->where[i] = n_made > 1 && i < made[n_made - 2].n_where && below(3) ? made[n_made - 2].where[i] :
		    (int)below(PREDICATES);
		dims |= predicates[t->where[i]].dims;
	}
	for (i = 0; i < t->n_where; i++) {
		bool or = strstr(predicates[t->where[i]].text, "||") != NULL;

		buf_text(&definition, i == 0 ? "\nWhere: " : " && ");
		buf_text(&definition, or ? "(" : "");
		write_condition(t->where[i], t->counted);
		buf_text(&definition, or ? ")" : "");
	}
}

static void
add_conditions(struct table_made *t, bool rows)
{
	int i;

	t->has_none = strcmp(t->total, "both") == 0 || strcmp(t->total, rows ? "rows" : "columns") == 0;
	t->n_conditions = 1 + (int)below(3);
	for (i = 0; i < t->n_conditions; i++) {
		t->conditions[i] = (int)below(PREDICATES);
		dims |= predicates[t->conditions[i]].dims;
		buf_printf(&definition, "\n%s: k%d: ", rows ? "Row" : "Column", i);
		write_condition(t->conditions[i], t->counted);
	}
}

/* Levels of an axis, some not used yet. */
static int
add_axis(struct table_made *t, bool rows, int *used, int most)
{
	static const struct {
		const char *name;
		unsigned dim;
	} fields[] = { { "A", DIM_A }, { "C", DIM_C }, { "M", DIM_M }, { "N", DIM_N }, { "quarter", DIM_Q },
		{ "days", DIM_LENGTH }, { "Rule", DIM_FINDINGS }, { "Verdict", DIM_FINDINGS } };
	static const int fields_of[COUNTED][6] = { { 0, 1, 2, 3, 4 }, { 0, 1, 2, 3, 4, 5 }, { 0, 1, 2, 6, 7 }, { 0, 1, 2, 4 } };
	static const unsigned n_fields[COUNTED] = { 5, 6, 5, 4 };
	int i, n = 0;

	for (i = 0; i < most; i++) {
		int k = fields_of[t->counted][below(n_fields[t->counted])];

		if (*used & 1 << k || (t->counted == INTERVALS && (k == 3 || (k == 2 && !with_more))) ||
		    (k == 4 && with_compare))
			continue;
		buf_printf(&definition, "%s%s%s", n++ ? " " : rows ? "\nRows: " : "\nColumns: ",
		    is_of_case(t->counted) && k < 4 ? "Case." : "", fields[k].name);
		*used |= 1 << k;
		dims |= fields[k].dim;
	}
	return n;
}

static void
add_bins(int used)
{
	static const char *const cuts[] = { "5", "10", "5 10", "5 10 15" };
	static const char *const day_cuts[] = { "7 14 30", "15", "7 15", "8 30" };

	if (used & 8)
		buf_printf(&definition, "\nBins: N %s", cuts[below(4)]);
	if (used & 32)
		buf_printf(&definition, "\nBins: days %s", day_cuts[below(4)]);
}

/* Of intervals; what waits has no quarter that it ended in. */
static void
add_measures(struct table_made *t, int used)
{
	static const char *const shows[] = { "number within", "number within waiting overdue", "within", "number",
		"waiting overdue", "number median within" };
	const char *show = used & 16 ? shows[below(2) * 3] : shows[below(6)];
	bool with_target = below(4);

	t->shows_number = !with_target || show[0] != 'w' || show[1] == 'i';
	if (with_target)
		buf_printf(&definition, "\nTarget: P14D\nShow: %s", show);
	else
		buf_text(&definition, "\nShow: number median");
	dims |= DIM_BASE | DIM_LENGTH;
}

static void
choose_counted(struct table_made *t)
{
	static const char *const counts[COUNTED] = { "\nCount: cases", "\nFrom: Kind = 'k1'\nTo: Kind = 'k2'",
		"\nCount: findings", "\nStock: held" };
	static const char *const totals[] = { "both", "both", "both", "rows", "columns", "none" };
	static const char *const empties[] = { "outer", "show", "hide" };

	t->counted = below(3) == 0 && !with_compare ? INTERVALS : CASES;
	if (with_more && below(2))
		t->counted = below(2) ? FINDINGS : SPELLS;
	t->is_sum = t->counted == CASES && below(5) == 0;
	t->empty = empties[below(3)];
	t->total = totals[below(6)];
	buf_printf(&definition, "\n\nTable: t%d\nReport: %%s\nTitle: t%d\nTotal: %s\nEmpty: %s", n_made - 1, n_made - 1,
	    t->total, t->empty);
	buf_text(&definition, counts[t->counted]);
	if (t->is_sum) {
		buf_text(&definition, "\nSum: N");
		dims |= DIM_N;
	}
	dims |= t->counted == FINDINGS ? DIM_FINDINGS : t->counted == SPELLS ? DIM_SPELLS : 0;
}

static void
add_table(void)
{
	struct table_made *t = &made[n_made++];
	int used = 0, conditions = (int)below(3), rows;

	memset(t, 0, sizeof(*t));
	t->n_windows = 1;
	choose_counted(t);
	add_where(t);
	rows = add_axis(t, true, &used, 1 + (int)below(2));
	add_axis(t, false, &used, (int)below(conditions && rows ? 2 : 3));
	if (conditions == 1)
		add_conditions(t, below(2));
	add_bins(used);
	if (t->counted == INTERVALS)
		add_measures(t, used);
	if (t->counted == CASES && with_compare) {
		t->n_windows = below(2) ? 2 : 3;
		buf_printf(&definition, "\nCompare: %s", t->n_windows == 2 ? "before" : "before year");
		dims |= DIM_WINDOWS;
	}
}

/* ---- the world ---- */

static const char schema_case[] =
	"%rec: Case\n%allowed: Case Opened A C M N\n%type: Opened date\n%type: A enum a1 a2 a3\n%type: C enum c1 c2\n"
	"%type: M enum m1 m2 m3\n%type: N int\n%unique: A C N\n\n%rec: Entry\n%allowed: Date Kind\n%type: Date date\n\n%rec: k1\n\n%rec: k2\n";

static int sym_a, sym_c, sym_m, sym_n, sym_kind;

static void
name_fields(void)
{
	sym_a = symbol(&symbols, STR("A"));
	sym_c = symbol(&symbols, STR("C"));
	sym_m = symbol(&symbols, STR("M"));
	sym_n = symbol(&symbols, STR("N"));
	sym_kind = symbol(&symbols, STR("Kind"));
}

#define UNITS_MAX 400

static struct unit units[UNITS_MAX], spells[UNITS_MAX], found[2 * UNITS_MAX]; /* found: case after case */
static int found_from[UNITS_MAX + 1]; /* of a case, the first that was found */
static day begins[UNITS_MAX]; /* a case's date; an interval ends there */
static int n_units, asked_entry;

static day
quarter_start(int q)
{
	return date_make(2025 + q / 4, q % 4 * 3 + 1, 1);
}

static void
make_units(int n)
{
	int i;

	n_units = n;
	for (i = 0; i < n; i++) {
		struct unit *u = &units[i];

		*u = (struct unit){ CASES, below(10) ? skewed(3) : -1, below(9) ? skewed(2) : -1, (int)below(below(3) ? 5 : MSETS), below(8) ? skewed(4) : -1,
			(int)below(QUARTERS + 4), skewed(5), false };
		u->q = u->q < QUARTERS ? u->q : QUARTERS - 1 - u->q % 2;
		if (below(5) == 0) {
			u->waits = 1;
			u->length = below(4) ? 0 : 4;
			u->q = u->q < QUARTERS - 2 ? QUARTERS - 1 : u->q;
		}
		begins[i] = quarter_start(u->q) + (day)below(80);
	}
}

static const char *const verdicts[] = { "due", "overdue", "late", "broken" };
#define VERDICTS 4
#define RULES 2

/* What the rules say of each case, and when it was held. */
static void
make_more(void)
{
	int i, k;

	for (i = 0; i < n_units; i++) {
		struct unit *u = &spells[i];

		found_from[i + 1] = found_from[i] + (int)below(3);
		for (k = found_from[i]; k < found_from[i + 1]; k++) {
			found[k] = units[i];
			found[k].counted = FINDINGS;
			found[k].rule = skewed(RULES);
			found[k].verdict = skewed(VERDICTS);
		}
		*u = units[i];
		u->counted = SPELLS;
		u->from = below(5) == 0 ? -1 : below(2) ? 0 : QUARTERS - 2 + (int)below(2);
		u->to = QUARTERS - (int)below(3);
		u->to = u->to < u->from ? u->from : u->to;
	}
}

static bool
say(char letter, int n, struct str *value)
{
	static char texts[8][16];
	static int next;

	next = (next + 1) % 8;
	snprintf(texts[next], sizeof(texts[next]), "%.1s%d", &letter, n);
	*value = str_of(letter ? texts[next] : texts[next] + 0);
	return true;
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct unit *u = context;
	int symbol = name->sub != 0 ? name->sub : name->field;

	(void)self;
	if (symbol == sym_m)
		return i < strlen(msets[u->m]) && say('m', msets[u->m][i] - '0', value);
	if (i > 0)
		return false;
	if (symbol == sym_kind)
		return say('k', asked_entry + 1, value);
	if (symbol == sym_n) {
		*value = u->n == 0 ? STR("2") : u->n == 1 ? STR("8") : u->n == 2 ? STR("12") : STR("20");
		return u->n >= 0;
	}
	if (symbol == sym_a)
		return u->a >= 0 && say('a', u->a + 1, value);
	return symbol == sym_c && u->c >= 0 && say('c', u->c + 1, value);
}

static void
on_day(void *context, day on, struct subject *subject)
{
	(void)on;
	*subject = (struct subject){ .get = get, .context = context, .findings = &findings };
}

/* An interval ends where the unit is dated; one that waits began 40 days, or one, before the end of the period. */
static day
nth_entry(void *context, size_t i, struct subject *subject)
{
	const struct unit *u = context;
	day end = quarter_start(QUARTERS);

	asked_entry = (int)i;
	*subject = (struct subject){ .get = get, .context = context, .findings = &findings };
	if (u->waits)
		return end - 1 - lengths[u->length];
	return i == 1 ? begins[u - units] : begins[u - units] - lengths[u->length];
}

static size_t
held(void *context, int state, struct period *list, size_t max)
{
	const struct unit *u = &spells[(const struct unit *)context - units];
	day from = u->from == 0 ? quarter_start(0) : quarter_start(u->from) + 10;

	(void)state;
	if (u->from < 0 || max == 0)
		return u->from >= 0;
	*list = (struct period){ from, u->to == QUARTERS ? DAY_NONE : quarter_start(u->to) + 40 };
	return 1;
}

static const struct report_finding *
findings_of(void *context, day on, size_t *n)
{
	static struct report_finding list[2];
	size_t i, at = (size_t)((const struct unit *)context - units);
	const struct unit *first = &found[found_from[at]];

	(void)on;
	*n = (size_t)(found_from[at + 1] - found_from[at]);
	for (i = 0; i < *n; i++)
		list[i] = (struct report_finding){ first[i].rule ? STR("r2") : STR("r1"), str_of(verdicts[first[i].verdict]), STR("error"),
			SIZE_MAX };
	return list;
}

/* Backwards: the same cases in another order. */
static void
publish(struct report *report, bool backwards, struct sheet *sheet)
{
	struct counts *counts = counts_new(report), *half = counts_new(report);
	int i;

	for (i = 0; i < n_units; i++) {
		struct unit *u = &units[backwards ? n_units - 1 - i : i];
		struct report_case c = { u, begins[u - units], u->waits ? 1 : 2, on_day, nth_entry, held, findings_of };

		counts_case(backwards && i % 3 == 0 ? half : counts, &c);
	}
	counts_merge(counts, half);
	report_tables(report, counts, &arena, sheet);
	counts_free(counts);
	counts_free(half);
}

/* ---- what is published, as sets of units ---- */

#define FIGURES_MAX 2000
#define KINDS_MAX 14000

enum sort {
	SORT_SHOWN,
	SORT_HIDDEN, /* published as such: to be found out */
	SORT_SECRET, /* those within or beyond a target of which the share is hidden or shown: small ones must not be found out */
	SORT_ROW, /* at least one: its row is there */
};

struct figure {
	enum sort sort;
	bool is_sum;
	int table;
	long truth;
	bool is_open;
	int share, of; /* within: of that figure so many percent; -1: not shown */
	const struct heading *row, *column;
	bool is_leaf, is_inner; /* no total; and under no window or measure */
	char name[160];
};

static struct figure figures[FIGURES_MAX];
static int n_figures;
static struct unit kinds[KINDS_MAX];
static int n_kinds;
static bool *members; /* figure by figure, of each kind of unit */
static bool cannot_be[COUNTED][KINDS_MAX]; /* kinds of cases, and of intervals, that a missing note or row rules out */

static bool *
member(int figure, int kind)
{
	return &members[(size_t)figure * KINDS_MAX + (size_t)kind];
}

static void
add_kind(struct unit u)
{
	if (n_kinds == KINDS_MAX)
		abort();
	kinds[n_kinds++] = u;
}

static void
add_kinds_of_case(struct unit u)
{
	int length;

	for (u.n = dims & DIM_N ? -1 : 0; u.n < (dims & DIM_N ? 4 : 1); u.n++)
		for (u.q = dims & DIM_WINDOWS ? 0 : QUARTERS - 2; u.q < QUARTERS; u.q += dims & (DIM_Q | DIM_WINDOWS) ? 1 : 2)
			for (length = 0; length < (dims & DIM_LENGTH ? 2 * LENGTHS : 1); length++) {
				u.length = length % LENGTHS;
				u.waits = length >= LENGTHS;
				add_kind(u);
			}
}

static void
add_kinds_of_more(struct unit u)
{
	u.counted = FINDINGS;
	for (u.rule = 0; dims & DIM_FINDINGS && u.rule < RULES; u.rule++)
		for (u.verdict = 0; u.verdict < VERDICTS; u.verdict++)
			add_kind(u);
	u.counted = SPELLS;
	u.rule = u.verdict = 0;
	for (u.from = 0; dims & DIM_SPELLS && u.from < QUARTERS; u.from = u.from == 0 ? QUARTERS - 2 : u.from + 1)
		for (u.to = u.from > QUARTERS - 2 ? u.from : QUARTERS - 2; u.to <= QUARTERS; u.to++)
			add_kind(u);
}

static void
list_kinds(void)
{
	struct unit u = { 0 };

	n_kinds = 0;
	for (u.a = dims & DIM_A ? -1 : 0; u.a < (dims & DIM_A ? 3 : 1); u.a++)
		for (u.c = dims & DIM_C ? -1 : 0; u.c < (dims & DIM_C ? 2 : 1); u.c++)
			for (u.m = 0; u.m < (dims & DIM_M ? MSETS : 1); u.m++) {
				add_kinds_of_case(u);
				add_kinds_of_more(u);
			}
}

/* The kind in the dimensions spoken of. */
static struct unit
reduced(const struct unit *u)
{
	struct unit r = *u;

	r.a = dims & DIM_A ? u->a : 0;
	r.c = dims & DIM_C ? u->c : 0;
	r.m = dims & DIM_M ? u->m : 0;
	if (u->counted != CASES) {
		r.n = r.q = r.length = r.waits = 0;
		return r;
	}
	r.n = dims & DIM_N ? u->n : 0;
	r.q = dims & (DIM_Q | DIM_WINDOWS) ? u->q : u->q < QUARTERS - 2 ? u->q : QUARTERS - 2;
	r.length = dims & DIM_LENGTH ? u->length : 0;
	r.waits = dims & DIM_LENGTH ? u->waits : 0;
	return r;
}

static bool
in_bin(const char *id, int value)
{
	const char *dots = strstr(id, "..");

	if (value < 0 || dots == NULL)
		return value < 0 && dots == NULL;
	return (dots == id || value >= strtol(id, NULL, 10)) && (dots[2] == '\0' || value < strtol(dots + 2, NULL, 10));
}

static bool
in_period(const char *id, int q)
{
	static char last[32];
	static struct period p;
	const char *reason;

	if (strcmp(id, last) != 0) {
		if (!period_parse(str_of(id), &p, &reason))
			abort();
		snprintf(last, sizeof(last), "%s", id);
	}
	return p.from <= quarter_start(q) && quarter_start(q) < p.to;
}

/* Whether a unit stands under a value of a level. */
static bool
stands(const struct table_made *t, const char *level, const char *id, const struct unit *u)
{
	int i;
	bool any = false;

	if (strncmp(level, "Case.", 5) == 0)
		level += 5;
	if (strcmp(level, "A") == 0)
		return id[0] == 'a' ? u->a == id[1] - '1' : u->a < 0;
	if (strcmp(level, "C") == 0)
		return id[0] == 'c' ? u->c == id[1] - '1' : u->c < 0;
	if (strcmp(level, "M") == 0)
		return id[0] == 'm' ? has_m(u, id[1]) : u->m == 0;
	if (strcmp(level, "N") == 0)
		return in_bin(id, u->n < 0 ? -1 : ns[u->n]);
	if (strcmp(level, "days") == 0)
		return in_bin(id, lengths[u->length]);
	if (strcmp(level, "Rule") == 0)
		return u->rule == id[1] - '1';
	if (strcmp(level, "Verdict") == 0)
		return strcmp(id, verdicts[u->verdict]) == 0;
	if (strcmp(level, "group") == 0) {
		for (i = 0; i < t->n_conditions; i++) {
			any = any || holds(t->conditions[i], u);
			if (id[0] == 'k' && id[1] == '0' + i)
				return holds(t->conditions[i], u);
		}
		return !any;
	}
	return t->counted == SPELLS || in_period(id, u->q);
}

/* A cell as its levels and values. */
struct spot {
	const struct table_made *t;
	char level[8][24], id[8][32], measure[16];
	int n;
	bool has_window;
};

static void
add_to_spot(struct spot *spot, const struct axis *axis, const struct heading *h)
{
	size_t k;

	for (k = 0; k < h->n; k++) {
		struct str id = h->ids[k].p ? h->ids[k] : STR("(none)");

		if (h->labels[k].p == NULL)
			continue;
		if (str_is(axis->ids[k], "measure")) {
			snprintf(spot->measure, sizeof(spot->measure), "%.*s", STRF(id));
			continue;
		}
		spot->has_window |= str_is(axis->ids[k], "period");
		snprintf(spot->level[spot->n], sizeof(spot->level[0]), "%.*s", STRF(axis->ids[k]));
		snprintf(spot->id[spot->n++], sizeof(spot->id[0]), "%.*s", STRF(id));
	}
}

/* Whether a spell is counted, in the report's period or a quarter of it. */
static bool
is_in_stock(const struct spot *spot, const struct unit *u, const char *measure)
{
	int first = QUARTERS - 2, last = QUARTERS - 1, i;

	for (i = 0; i < spot->n; i++)
		if (strcmp(spot->level[i], "quarter") == 0)
			first = last = in_period(spot->id[i], first) ? first : last;
	if (strcmp(measure, "start") == 0)
		return u->from < first && u->to >= first;
	if (strcmp(measure, "end") == 0)
		return u->from <= last && u->to > last;
	return strcmp(measure, "in") == 0 ? u->from >= first && u->from <= last : u->to >= first && u->to <= last;
}

static bool
is_in_spot(const struct spot *spot, const struct unit *u, const char *measure)
{
	const struct table_made *t = spot->t;
	int i;

	if (u->counted != (t->counted == INTERVALS ? CASES : t->counted))
		return false;
	for (i = 0; i < t->n_where; i++)
		if (!holds(t->where[i], u))
			return false;
	for (i = 0; i < spot->n; i++)
		if (!stands(t, spot->level[i], spot->id[i], u))
			return false;
	if (t->counted == FINDINGS || t->counted == SPELLS)
		return t->counted == FINDINGS || (u->from >= 0 && is_in_stock(spot, u, measure));
	if (t->counted == CASES)
		return spot->has_window || u->q >= QUARTERS - 2;
	if (strcmp(measure, "waiting") == 0 || strcmp(measure, "overdue") == 0)
		return u->waits && (measure[0] == 'w' || lengths[u->length] > TARGET);
	if (u->waits || u->q < QUARTERS - 2)
		return false;
	return strcmp(measure, "late") == 0 ? lengths[u->length] > TARGET : strcmp(measure, "within") != 0 || lengths[u->length] <= TARGET;
}

static int
add_figure(const struct spot *spot, int table, enum sort sort, long truth, const char *measure)
{
	struct figure *f = &figures[n_figures];
	int i, k = 0;

	if (n_figures == FIGURES_MAX)
		abort();
	*f = (struct figure){ .sort = sort, .is_sum = spot->t->is_sum, .table = table, .truth = truth, .share = -1 };
	k = snprintf(f->name, sizeof(f->name), "t%d %s", table, measure);
	for (i = 0; i < spot->n && k < 120; i++)
		k += snprintf(f->name + k, sizeof(f->name) - (size_t)k, "|%s=%s", spot->level[i], spot->id[i]);
	for (i = 0; i < n_kinds; i++)
		*member(n_figures, i) = is_in_spot(spot, &kinds[i], measure);
	return n_figures++;
}

/* The units that a table counts, one after another; NULL after the last. */
static const struct unit *
nth_unit(enum counted counted, int i)
{
	if (counted == FINDINGS)
		return i < found_from[n_units] ? &found[i] : NULL;
	return i >= n_units ? NULL : counted == SPELLS ? &spells[i] : &units[i];
}

static long
counted_in(const struct spot *spot, const char *measure)
{
	const struct unit *u;
	long n = 0;
	int i;

	for (i = 0; (u = nth_unit(spot->t->counted, i)) != NULL; i++)
		if (is_in_spot(spot, u, measure))
			n += !spot->t->is_sum ? 1 : u->n < 0 ? 0 : ns[u->n];
	return n;
}

struct outcome {
	long figures, small, hidden, given_away, differences, shares, wrong, small_shown, changed;
};

static void
add_share(const struct spot *spot, int table, const struct cell *cell)
{
	int of = add_figure(spot, table, SORT_SECRET, counted_in(spot, "number"), "number"), within;

	within = add_figure(spot, table, SORT_SECRET, counted_in(spot, "within"), "within");
	add_figure(spot, table, SORT_SECRET, counted_in(spot, "late"), "late");
	figures[within].of = of;
	if (cell->kind == CELL_FIGURE)
		figures[within].share = (int)strtol(cell->text.p, NULL, 10);
}

static void
add_cell(const struct spot *spot, int table, const struct cell *cell, struct outcome *o)
{
	const char *measure = spot->measure[0] ? spot->measure : "number";
	long truth;

	if (cell->kind == CELL_NONE || strcmp(measure, "median") == 0)
		return;
	if (strcmp(measure, "within") == 0) {
		add_share(spot, table, cell);
		return;
	}
	truth = counted_in(spot, measure);
	o->figures++;
	o->small += truth >= 1 && truth < T && !spot->t->is_sum;
	o->hidden += cell->kind == CELL_HIDDEN && !spot->t->is_sum;
	if (cell->kind == CELL_FIGURE) {
		o->small_shown += truth >= 1 && truth < T && !spot->t->is_sum;
		if (strtol(cell->text.p, NULL, 10) != truth) {
			o->wrong++;
			printf("# wrong: t%d shows %.*s, is %ld\n", table, STRF(cell->text), truth);
		}
	}
	add_figure(spot, table, cell->kind == CELL_HIDDEN ? SORT_HIDDEN : SORT_SHOWN, truth, measure);
}

/* Whether a value of a level has its row or column only because something was counted there. */
static bool
has_occurred(const struct table_made *t, const struct axis *axis, const struct heading *h, size_t level)
{
	struct str id = h->ids[level], name = axis->ids[level];

	if (str_is(name, "quarter") || str_is(name, "period") || str_is(name, "measure"))
		return false;
	if (id.p == NULL || str_starts(id, STR("(")) || strcmp(t->empty, "hide") == 0)
		return true;
	if (str_is(name, "Rule"))
		return true;
	return strcmp(t->empty, "outer") == 0 && level > 0 && !str_is(name, "N") && !str_is(name, "group");
}

static bool
is_under(const struct heading *h, const struct heading *other, size_t n)
{
	size_t k;

	if (other->n < n)
		return false;
	for (k = 0; k < n; k++)
		if ((h->ids[k].p == NULL) != (other->ids[k].p == NULL) || other->labels[k].p == NULL ||
		    (h->ids[k].p != NULL && !str_eq(h->ids[k], other->ids[k])))
			return false;
	return true;
}

/* A row or column that need not be there says that something is in it, or in those of its group. */
static void
add_occurrence(const struct table *table, int number, int first, const struct axis *axis, const struct heading *h)
{
	struct spot spot = { .t = &made[number] };
	size_t n = h->n, k;
	int end = n_figures, f, i;

	for (k = 0; k < h->n; k++)
		if (h->labels[k].p == NULL)
			return;
	while (n > 0 && !has_occurred(&made[number], axis, h, n - 1))
		n--;
	if (n == 0 || h->n < axis->n_levels)
		return;
	f = add_figure(&spot, number, SORT_ROW, 0, axis == &table->rows ? "row" : "column");
	memset(member(f, 0), 0, KINDS_MAX);
	for (; first < end; first++)
		for (i = 0; figures[first].is_leaf && i < n_kinds &&
		    is_under(h, axis == &table->rows ? figures[first].row : figures[first].column, n); i++)
			*member(f, i) |= *member(first, i);
}

static void
add_occurrences(const struct table *table, int number, int first)
{
	size_t i;

	if (made[number].is_sum || made[number].counted == INTERVALS || made[number].counted == SPELLS)
		return;
	for (i = 0; i < table->rows.n; i++)
		add_occurrence(table, number, first, &table->rows, &table->rows.list[i]);
	for (i = 0; i < table->columns.n; i++)
		add_occurrence(table, number, first, &table->columns, &table->columns.list[i]);
}

/* Kinds in two rows or columns of a table whose notes say nothing of such. */
static void
rule_out(const struct table *table, int number, int first)
{
	int i, k, n;
	size_t j;

	for (j = 0; j < table->n_notes; j++)
		if (str_starts(table->notes[j], STR("Some ")))
			return;
	for (k = 0; k < n_kinds; k++) {
		for (n = 0, i = first; i < n_figures; i++)
			n += figures[i].is_inner && *member(i, k);
		cannot_be[made[number].counted][k] |= n > 1;
	}
}

static bool placed[KINDS_MAX]; /* in some row and column of the table */

static void
place_kinds(const struct spot *spot)
{
	int i, k;

	for (k = 0; k < n_kinds; k++) {
		for (i = 0; i < spot->n && stands(spot->t, spot->level[i], spot->id[i], &kinds[k]); i++)
			;
		placed[k] |= i == spot->n;
	}
}

static bool
meets_condition(const struct table_made *t, const struct unit *u)
{
	int i;

	for (i = 0; i < t->n_conditions && !holds(t->conditions[i], u); i++)
		;
	return t->n_conditions == 0 || t->has_none || i < t->n_conditions;
}

/* What has no row or column was not counted. */
static void
rule_out_absent(int number)
{
	struct spot all = { .t = &made[number], .has_window = true };
	int k, from = QUARTERS - 2 * made[number].n_windows;

	if (all.t->counted == SPELLS || (all.t->counted == INTERVALS && !all.t->shows_number))
		return;
	for (k = 0; k < n_kinds; k++)
		if (!placed[k] && (all.t->counted == FINDINGS || kinds[k].q >= from) &&
		    meets_condition(all.t, &kinds[k]) && is_in_spot(&all, &kinds[k], "number"))
			cannot_be[all.t->counted][k] = true;
}

static void
read_table(const struct table *table, int number, struct outcome *o)
{
	const struct axis *rows = &table->rows, *columns = &table->columns;
	size_t i, k;
	int first = n_figures;

	memset(placed, 0, sizeof(placed));
	for (i = 0; i < rows->n * columns->n; i++) {
		struct spot spot = { .t = &made[number] };
		const struct heading *h = &rows->list[i / columns->n], *g = &columns->list[i % columns->n];
		bool leaf = h->n == rows->n_levels && g->n == columns->n_levels;
		int before = n_figures;

		for (k = 0; k < g->n; k++)
			leaf = leaf && g->labels[k].p != NULL;
		add_to_spot(&spot, rows, h);
		add_to_spot(&spot, columns, g);
		if (leaf)
			place_kinds(&spot);
		add_cell(&spot, number, &table->cells[i], o);
		if (n_figures == before)
			continue;
		figures[before].row = h;
		figures[before].column = g;
		figures[before].is_leaf = leaf;
		figures[before].is_inner = leaf && !spot.has_window && figures[before].sort < SORT_SECRET &&
		    (spot.measure[0] == '\0' || strcmp(spot.measure, "number") == 0);
	}
	add_occurrences(table, number, first);
	rule_out(table, number, first);
	if (rows->n > 0 && columns->n > 0)
		rule_out_absent(number);
}

/* ---- the attack ---- */

struct attack {
	bool is_sum;
	enum counted counted;
	int n_groups, group_of[KINDS_MAX]; /* kinds that nothing tells apart are one unknown; -1: they are none */
	int of_group[KINDS_MAX];
	struct program p;
	int slacks, size;
	long truth[KINDS_MAX];
};

/* Cases and intervals are told apart: not every case has one. */
static bool
is_about(const struct attack *a, int f)
{
	return figures[f].is_sum == a->is_sum && made[figures[f].table].counted == a->counted;
}

/* Which figures a kind is in, as a number: others differ, or are looked at. */
static void
mark_kinds(const struct attack *a, uint64_t *marks)
{
	int f, i;

	memset(marks, 0, (size_t)n_kinds * sizeof(*marks));
	for (f = 0; f < n_figures; f++)
		for (i = 0; is_about(a, f) && i < n_kinds; i++)
			if (*member(f, i))
				marks[i] += ((uint64_t)f + 1) * 0x9e3779b97f4a7c15u;
}

static bool
are_alike(const struct attack *a, int i, int k)
{
	int f;

	for (f = 0; f < n_figures && !(is_about(a, f) && *member(f, i) != *member(f, k)); f++)
		;
	return f == n_figures;
}

static void
group_kinds(struct attack *a)
{
	static uint64_t marks[KINDS_MAX];
	int i, k;

	a->n_groups = 0;
	mark_kinds(a, marks);
	for (i = 0; i < n_kinds; i++) {
		a->group_of[i] = -1;
		if (marks[i] == 0 || cannot_be[a->counted][i])
			continue;
		for (k = 0; k < a->n_groups; k++)
			if (marks[a->of_group[k]] == marks[i] && are_alike(a, i, a->of_group[k]))
				break;
		if (k == a->n_groups)
			a->of_group[a->n_groups++] = i;
		a->group_of[i] = k;
	}
}

static int
add_row_of(struct attack *a, const int *figure, const double *times, int n, int slack, double bound)
{
	struct program *p = &a->p;
	int row = p->n_rows++, i, k;

	if (row >= a->size)
		abort();
	memset(at(p, row, 0), 0, ((size_t)p->n_vars + 1) * sizeof(double));
	for (i = 0; i < n; i++)
		for (k = 0; k < a->n_groups; k++)
			if (*member(figure[i], a->of_group[k]))
				*at(p, row, k) += times[i];
	if (slack != 0)
		*at(p, row, a->n_groups + a->slacks++) = -slack;
	*at(p, row, p->n_vars) = bound;
	return row;
}

#define BOUNDS_MAX 60

/* Everything that is shown. */
static void
make_program(struct attack *a)
{
	int f;

	/* Each may be a row, each row of a bound has a slack, and there is room for the bounds of the search. */
	for (f = a->size = a->slacks = 0; f < n_figures; f++)
		if (is_about(a, f)) {
			a->size += figures[f].sort == SORT_SHOWN || figures[f].sort == SORT_ROW;
			a->size += figures[f].share >= 0 ? 2 : 0;
			a->slacks += (figures[f].sort == SORT_ROW) + (figures[f].share >= 0 ? 2 : 0);
		}
	a->size += BOUNDS_MAX;
	a->p = (struct program){ 0, a->n_groups + a->slacks + BOUNDS_MAX, NULL };
	a->slacks = 0;
	a->p.a = calloc((size_t)a->size * (size_t)(a->p.n_vars + 1), sizeof(double));
	for (f = 0; f < n_figures; f++) {
		double one = 1;

		if (!is_about(a, f))
			continue;
		if (figures[f].sort == SORT_SHOWN)
			add_row_of(a, &f, &one, 1, 0, (double)figures[f].truth);
		if (figures[f].sort == SORT_ROW)
			add_row_of(a, &f, &one, 1, 1, 1);
		if (figures[f].share >= 0) {
			int both[2] = { f, figures[f].of };
			double least[2] = { 200, 1 - 2 * figures[f].share }, most[2] = { 200, -1 - 2 * figures[f].share };

			add_row_of(a, both, least, 2, 1, 0);
			add_row_of(a, both, most, 2, -1, -1);
		}
	}
}

static void
sum_truths(struct attack *a)
{
	const struct unit *unit;
	int i, k;

	memset(a->truth, 0, sizeof(a->truth));
	for (i = 0; (unit = nth_unit(a->counted, i)) != NULL; i++) {
		struct unit u = reduced(unit);

		for (k = 0; k < n_kinds; k++)
			if (a->group_of[k] >= 0 && kinds[k].a == u.a && memcmp(&kinds[k], &u, sizeof(u)) == 0)
				a->truth[a->group_of[k]] += !a->is_sum ? 1 : unit->n < 0 ? 0 : ns[unit->n];
	}
}

/* The tester's own check: what there is agrees with all that is known. */
static bool
is_true(const struct attack *a)
{
	int i, k;

	for (i = 0; i < a->p.n_rows; i++) {
		double sum = 0, slack = 0;

		for (k = 0; k < a->n_groups; k++)
			sum += *at(&a->p, i, k) * (double)a->truth[k];
		for (k = a->n_groups; k < a->n_groups + a->slacks; k++)
			slack += *at(&a->p, i, k);
		sum -= *at(&a->p, i, a->p.n_vars);
		if (slack == 0 ? sum != 0 : slack < 0 ? sum < 0 : sum > 0)
			return false;
	}
	return true;
}

static double
value_of(const struct attack *a, int figure, const double *x)
{
	double sum = 0;
	int k;

	for (k = 0; k < a->n_groups; k++)
		if (*member(figure, a->of_group[k]))
			sum += x[k];
	return sum;
}

/* Marks what differs from the truth in x; whether all of it is whole. */
static bool
take(const struct attack *a, const double *x, int *broken)
{
	int k, f;

	for (k = 0; k < a->n_groups; k++)
		if (away(x[k] - (double)near_to(x[k])) > 1e-5) {
			*broken = k;
			return false;
		}
	for (f = 0; f < n_figures; f++)
		if (is_about(a, f) && near_to(value_of(a, f, x)) != figures[f].truth)
			figures[f].is_open = true;
	return true;
}

static bool
branch(struct attack *a, const double *costs, int depth, int *nodes)
{
	double *x = calloc((size_t)a->p.n_vars, sizeof(double));
	bool is_found = false;
	int broken = 0, side;

	if (++*nodes < 400 && depth < 50 && minimize(&a->p, costs, x)) {
		is_found = take(a, x, &broken);
		for (side = 0; !is_found && side < 2; side++) {
			int row = a->p.n_rows++;

			memset(at(&a->p, row, 0), 0, ((size_t)a->p.n_vars + 1) * sizeof(double));
			*at(&a->p, row, broken) = 1;
			*at(&a->p, row, a->n_groups + a->slacks++) = side ? -1 : 1;
			*at(&a->p, row, a->p.n_vars) = (double)(down(x[broken]) + side);
			is_found = branch(a, costs, depth + 1, nodes);
			a->slacks--;
			a->p.n_rows--;
		}
	}
	free(x);
	return is_found;
}

static void
attack_figure(struct attack *a, int f)
{
	double one = 1, *costs = calloc((size_t)a->p.n_vars, sizeof(double));
	int side, k, nodes = 0;

	for (side = 1; side >= -1 && !figures[f].is_open; side -= 2) {
		if (side < 0 && figures[f].truth == 0)
			break;
		for (k = 0; k < a->n_groups; k++)
			costs[k] = (double)below(4) * 0.001;
		add_row_of(a, &f, &one, 1, side, (double)(figures[f].truth + side));
		nodes = 0;
		branch(a, costs, 0, &nodes);
		a->p.n_rows--;
		a->slacks--;
	}
	free(costs);
}

/* Whether the units of one figure that another lacks are cells, each shown or hidden by itself. */
static bool
are_cells(int whole, int part)
{
	int f, k;
	bool covered[KINDS_MAX] = { false };
	const bool *none = cannot_be[made[figures[whole].table].counted];

	for (f = 0; f < n_figures; f++) {
		if (figures[f].sort > SORT_HIDDEN || figures[f].is_sum)
			continue;
		for (k = 0; k < n_kinds; k++)
			if (*member(f, k) && (!*member(whole, k) || *member(part, k)) && !none[k])
				break;
		if (k < n_kinds)
			continue;
		for (k = 0; k < n_kinds; k++)
			covered[k] |= *member(f, k);
	}
	for (k = 0; k < n_kinds; k++)
		if (*member(whole, k) && !*member(part, k) && !covered[k] && !none[k])
			return false;
	return true;
}

static bool
is_within(int part, int whole)
{
	int k;

	for (k = 0; k < n_kinds; k++)
		if (*member(part, k) && !*member(whole, k))
			return false;
	return true;
}

/* Whether a hidden figure lies between two: then it hides how much of the difference is on either side. */
static bool
has_between(int whole, int part)
{
	int f;

	for (f = 0; f < n_figures; f++)
		if (figures[f].sort == SORT_HIDDEN && !figures[f].is_sum && is_within(part, f) && is_within(f, whole) &&
		    !is_within(f, part) && !is_within(whole, f))
			return true;
	return false;
}

/* Small counts by which two shown figures differ. */
static void
attack_differences(struct outcome *o)
{
	int f, g;

	for (f = 0; f < n_figures; f++)
		for (g = 0; g < n_figures; g++) {
			long less = figures[g].truth - figures[f].truth;
			if (f == g || figures[f].sort != SORT_SHOWN || figures[g].sort != SORT_SHOWN || figures[f].is_sum ||
			    made[figures[f].table].counted != made[figures[g].table].counted ||
			    figures[g].is_sum || less < 1 || less >= T)
				continue;
			if (!is_within(f, g) || are_cells(g, f) || has_between(g, f))
				continue;
			o->differences++;
			printf("# %s = %ld and %s = %ld differ by few\n", figures[g].name, figures[g].truth,
			    figures[f].name, figures[f].truth);
		}
}

/* Whether there can be any such unit: that there are none in row C of what is not C is no secret. */
static bool
can_be(int f)
{
	int k;

	for (k = 0; k < n_kinds && (!*member(f, k) || cannot_be[made[figures[f].table].counted][k]); k++)
		;
	return k < n_kinds;
}

static void
attack_all(bool is_sum, enum counted counted, struct outcome *o)
{
	struct attack *a = calloc(1, sizeof(*a));
	int f;

	a->is_sum = is_sum;
	a->counted = counted;
	group_kinds(a);
	make_program(a);
	sum_truths(a);
	if (!is_true(a)) {
		o->wrong++;
		printf("# what is known is not true\n");
	}
	for (f = 0; f < n_figures; f++) {
		const struct figure *p = &figures[f];

		if (!is_about(a, f) || p->is_open || p->sort == SORT_SHOWN || p->sort == SORT_ROW ||
		    (p->sort == SORT_SECRET && (p->truth < 1 || p->truth >= T)))
			continue;
		attack_figure(a, f);
		if (figures[f].is_open || !can_be(f))
			continue;
		*(p->sort == SORT_SECRET ? &o->shares : &o->given_away) += 1;
		printf("# given away: %s = %ld%s\n", p->name, p->truth, is_sum ? " (sum)" : "");
	}
	free(a->p.a);
	free(a);
}

/* The definition as a file. */
static char *
definition_text(void)
{
	struct buf text = BUF_INIT;
	size_t i;

	buf_text(&text, "%rec: Report\n\nReport: public\nTitle: t\nProfile: public\n\n%rec: Table");
	for (i = 0; i < definition.n; i++)
		if (definition.p[i] == '%') {
			buf_text(&text, "public");
			i++;
		} else {
			buf_char(&text, definition.p[i]);
		}
	buf_text(&text, "\n");
	buf_char(&text, '\0');
	return text.p;
}

static void
attack_random(uint64_t with, struct outcome *o)
{
	const struct period period = { quarter_start(QUARTERS - 2), quarter_start(QUARTERS) };
	bool tell = getenv("DISCLOSURE_SAY") != NULL;
	struct outcome before = *o;
	struct report *report;
	struct sheet sheet, again;
	struct buf one = BUF_INIT, two = BUF_INIT;
	int i, n, state;
	char *text;

	seed = with * 2654435761u + 977;
	buf_reset(&definition);
	n_made = n_figures = 0;
	dims = 0;
	with_compare = below(5) == 0;
	n = 1 + (int)below(4);
	for (i = 0; i < n; i++)
		add_table();
	make_units(10 + (int)below(below(2) ? 60 : 390));
	if (with_more)
		make_more();
	text = definition_text();
	open_world(schema_case, text);
	name_fields();
	state = symbol(&symbols, STR("held"));
	report = load("public", (struct more_names){ &state, 1 }, period);
	publish(report, false, &sheet);
	publish(report, true, &again);
	sheet_csv(&sheet, &one);
	sheet_csv(&again, &two);
	o->changed += !str_eq(buf_view(&one), buf_view(&two));
	list_kinds();
	members = calloc((size_t)FIGURES_MAX, KINDS_MAX);
	memset(cannot_be, 0, sizeof(cannot_be));
	for (i = 0; i < n; i++)
		read_table(&sheet.tables[i], i, o);
	for (i = 0; i < COUNTED; i++)
		attack_all(false, (enum counted)i, o);
	attack_all(true, CASES, o);
	attack_differences(o);
	if (o->given_away + o->differences + o->shares + o->wrong + o->small_shown + o->changed > before.given_away +
	    before.differences + before.shares + before.wrong + before.small_shown + before.changed)
		printf("# %llu\n", (unsigned long long)with);
	if (tell)
		printf("%s\n%.*s\n", text, STRF(buf_view(&one)));
	free(members);
	free(text);
	buf_release(&one);
	buf_release(&two);
	report_free(report);
	close_world();
}

/* Definitions that once gave something away. */
static const uint64_t once[] = { 110, 134, 181, 226, 238, 242, 259, 270, 310, 313, 362, 384, 449, 613, 634, 645, 735, 773, 845,
	903, 1007, 1030, 1167, 1186, 1241, 1271, 1313, 1315, 1452, 1511, 1650, 1696, 1716, 1776, 1900, 1921, 1922, 1936,
	1965, 1990 };
static const uint64_t once_more[] = { 4, 37, 182, 198, 486, 744 }; /* with findings, stock and flow */

static void
attack_from(uint64_t first, uint64_t rounds, struct outcome *o)
{
	uint64_t i;

	for (i = first; i < first + rounds; i++)
		attack_random(i, o);
}

static void
attack_again(const uint64_t *list, size_t n, struct outcome *o)
{
	size_t i;

	for (i = 0; i < n; i++)
		attack_random(list[i], o);
}

static void
tell_outcome(const struct outcome *o, const char *of)
{
	char what[160];

	snprintf(what, sizeof(what), "%s: none of %ld hidden figures can be computed by who knows what a case can be", of, o->hidden);
	is_number(o->given_away, 0, what);
	is_number(o->differences, 0, "no two figures differ by few that stand nowhere");
	is_number(o->shares, 0, "no share tells of few");
	is_number(o->small_shown, 0, "no small figure is shown");
	is_number(o->wrong, 0, "what is shown is true");
	is_number(o->changed, 0, "in another order the same is hidden");
	printf("# of %ld figures %ld are small, %ld hidden: %.1f%% more than the small ones\n", o->figures, o->small, o->hidden,
	    100.0 * (double)(o->hidden - o->small) / (double)(o->figures ? o->figures : 1));
}

int
main(void)
{
	long rounds = setting("DISCLOSURE_ROUNDS", 0), first = setting("DISCLOSURE_SEED", 1);
	struct outcome o = { 0 }, more = { 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	attack_from((uint64_t)first, (uint64_t)(rounds ? rounds : ROUNDS), &o);
	if (rounds == 0)
		attack_again(once, sizeof(once) / sizeof(*once), &o);
	tell_outcome(&o, "cases and intervals");
	with_more = true;
	attack_from((uint64_t)first, (uint64_t)(rounds ? rounds : ROUNDS_MORE), &more);
	if (rounds == 0)
		attack_again(once_more, sizeof(once_more) / sizeof(*once_more), &more);
	tell_outcome(&more, "findings, stock and flow too");
	buf_release(&definition);
	return tap_done();
}
