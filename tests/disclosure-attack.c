/*
 * An attack on public reports. Thousands of random definitions are run over random cases, and what is published, as CSV,
 * is read by somebody who knows nothing else but the definition: which figures are which sums. Each figure that is
 * not shown is an unknown whole number of at least 0; a figure has been given away when only one value of it agrees with
 * everything that is shown. A second value is looked for by linear programming and, where that gives fractions, by branch
 * and bound; no use is made of how the program hides figures.
 *
 * DISCLOSURE_ROUNDS sets the number of definitions, DISCLOSURE_SEED the first, DISCLOSURE_SAY=1 tells of each.
 */
#include "attack.h"
#include "simplex.h"
#include "tap.h"

/* ---- what an attacker knows ---- */

#define FIGURES_MAX 6000
#define PARTS_MAX 200
#define SUMS_MAX 20000

struct figure {
	char *name;
	long truth; /* the tester's, to begin from */
	bool is_published, is_hidden;
	bool is_open; /* it was seen to have a second value */
	int part; /* of the system that hangs together, while that is solved; else -1 */
	int group;
};

/* whole = parts, or, where units may stand in several of the parts, each part <= whole <= parts. */
struct sum {
	int whole, n;
	bool is_exact;
	int *parts;
};

static struct figure figures[FIGURES_MAX];
static int n_figures;
static struct sum sums[SUMS_MAX];
static int n_sums;
static struct map by_name;

static int
figure_named(const char *name)
{
	struct map_slot *slot = map_get(&by_name, str_of(name));

	if (slot == NULL) {
		if (n_figures == FIGURES_MAX)
			abort();
		figures[n_figures] = (struct figure){ .name = xstrdup(name), .part = -1, .truth = -1 };
		slot = map_put(&by_name, str_of(figures[n_figures].name), NULL);
		slot->value.i = (size_t)n_figures++;
	}
	return (int)slot->value.i;
}

static void
forget(void)
{
	int i;

	for (i = 0; i < n_figures; i++)
		free(figures[i].name);
	for (i = 0; i < n_sums; i++)
		free(sums[i].parts);
	map_release(&by_name);
	by_name = (struct map)MAP_INIT;
	n_figures = n_sums = 0;
}

/* A published line: which values, which figure. */
#define DIMS_MAX 6

struct line {
	char table[16];
	int n; /* levels of the table */
	char field[DIMS_MAX][24], value[DIMS_MAX][24]; /* value "": summed over */
	char figure[24];
	bool is_hidden;
};

/* One field of CSV. */
static const char *
read_field(const char *p, char *to, size_t size)
{
	size_t n = 0;
	bool quoted = *p == '"';

	for (p += quoted; quoted ? *p != '"' || p[1] == '"' : *p != ',' && *p != '\r'; p++) {
		if (quoted && *p == '"')
			p++;
		if (n + 1 < size)
			to[n++] = *p;
	}
	to[n] = '\0';
	return p + quoted;
}

/* The next line of a table; NULL after the last. */
static const char *
read_line(const char *p, int levels, struct line *line)
{
	char part[16], measure[24], note[400], field[400], value[400];
	int i;

	while (*p != '\0') {
		memset(line, 0, sizeof(*line));
		p = read_field(p, part, sizeof(part)) + 1;
		p = read_field(p, line->table, sizeof(line->table)) + 1;
		p = read_field(p, measure, sizeof(measure)) + 1;
		for (i = 0; i < levels; i++) {
			p = read_field(p, field, sizeof(field)) + 1;
			p = read_field(p, value, sizeof(value)) + 1;
			if (field[0] == '\0' || strlen(field) >= sizeof(line->field[0]))
				continue;
			snprintf(line->field[line->n], sizeof(line->field[0]), "%.23s", field);
			snprintf(line->value[line->n++], sizeof(line->value[0]), "%.23s", value);
		}
		p = read_field(p, line->figure, sizeof(line->figure)) + 1;
		p = read_field(p, note, sizeof(note));
		line->is_hidden = strcmp(note, "hidden") == 0;
		p += 2;
		if (strcmp(part, "cell") == 0 || strcmp(part, "total") == 0)
			return p;
	}
	return NULL;
}

/* What the attacker knows of a table from its definition. */
struct basis {
	const char *table, *counted; /* alike: the same units */
	bool all_spread; /* a unit may stand in several values of anything */
	char own[24]; /* of windows the report's own, which stands first */
};

static struct period own_period;

static bool
is_period(const char *field)
{
	return strcmp(field, "month") == 0 || strcmp(field, "quarter") == 0 || strcmp(field, "year") == 0;
}

/* A cell as dimensions: fields, and of periods the finest; and what is never summed over. */
struct place {
	int n;
	char field[DIMS_MAX][24], value[DIMS_MAX][24];
	char measure[24], fixed[64];
};

static bool
is_standing(const char *measure)
{
	return strcmp(measure, "start") == 0 || strcmp(measure, "end") == 0 || strcmp(measure, "waiting") == 0 ||
	    strcmp(measure, "overdue") == 0;
}

static bool
is_share(const char *measure)
{
	return strcmp(measure, "median") == 0 || strcmp(measure, "p90") == 0 || strcmp(measure, "longest") == 0 ||
	    strcmp(measure, "within") == 0;
}

/* The days of "2026", "2026-Q1", "2026-03" or "2026-01-05..2026-02-11". */
static struct period
days_of(const char *value)
{
	const char *reason;
	struct period period;

	if (!period_parse(str_of(value), &period, &reason))
		abort();
	return period;
}

static int
fineness(const char *field)
{
	return strcmp(field, "month") == 0 ? 3 : strcmp(field, "quarter") == 0 ? 2 : 1;
}

/* What stands on a day is called by the day; a window by the period that it is. */
static void
fix_place(struct place *place, const char *window)
{
	struct period span = window[0] != '\0' ? days_of(window) : own_period;
	int i, n = 0;

	if (!is_standing(place->measure)) {
		if (window[0] != '\0')
			snprintf(place->fixed, sizeof(place->fixed), "%s=%s", strlen(window) == 4 ? "year" :
			    window[5] == 'Q' ? "quarter" : strlen(window) == 7 ? "month" : "from", window);
		return;
	}
	for (i = 0; i < place->n; i++) {
		if (is_period(place->field[i])) {
			struct period bin;

			if (place->value[i][0] == '\0')
				continue;
			bin = days_of(place->value[i]);

			span.from = bin.from > span.from ? bin.from : span.from;
			span.to = bin.to < span.to ? bin.to : span.to;
			continue;
		}
		if (n < i) {
			strcpy(place->field[n], place->field[i]);
			strcpy(place->value[n], place->value[i]);
		}
		n++;
	}
	for (i = n; i < place->n; i++) {
		memset(place->field[i], 0, sizeof(place->field[i]));
		memset(place->value[i], 0, sizeof(place->value[i]));
	}
	place->n = n;
	snprintf(place->fixed, sizeof(place->fixed), "on %d", (int)(strcmp(place->measure, "start") == 0 ? span.from : span.to));
}

/* From a line; a table's missing levels become values "". */
static void
place_of(struct basis *basis, const struct line *line, struct place *place)
{
	const char *window = "";
	int i, k;

	memset(place, 0, sizeof(*place));
	for (i = 0; i < line->n; i++) {
		if (strcmp(line->field[i], "measure") == 0) {
			strcpy(place->measure, line->value[i]);
			continue;
		}
		if (strcmp(line->field[i], "period") == 0) {
			if (basis->own[0] == '\0')
				strcpy(basis->own, line->value[i]);
			window = strcmp(line->value[i], basis->own) == 0 ? "" : line->value[i];
			continue;
		}
		for (k = 0; k < place->n; k++)
			if (is_period(place->field[k]) && is_period(line->field[i]))
				break;
		if (k < place->n && (line->value[i][0] == '\0' || (place->value[k][0] != '\0' &&
		    fineness(line->field[i]) < fineness(place->field[k]))))
			continue;
		strcpy(place->field[k], line->field[i]);
		strcpy(place->value[k], line->value[i]);
		if (k == place->n)
			place->n++;
	}
	fix_place(place, window);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
figure_at(const struct basis *basis, const struct place *place)
{
	char parts[DIMS_MAX + 1][80], name[600];
	const char *measure = strcmp(place->measure, "start") == 0 || strcmp(place->measure, "end") == 0 ? "stock" : place->measure;
	int n = 0, i, k;

	for (i = 0; i < place->n; i++)
		if (place->value[i][0] != '\0')
			snprintf(parts[n++], sizeof(parts[0]), "%s=%s", place->field[i], place->value[i]);
	if (place->fixed[0] != '\0')
		snprintf(parts[n++], sizeof(parts[0]), "%s", place->fixed);
	qsort(parts, (size_t)n, sizeof(parts[0]), compare_texts);
	k = snprintf(name, sizeof(name), "%s %s", basis->counted, measure);
	for (i = 0; i < n; i++)
		k += snprintf(name + k, sizeof(name) - (size_t)k, "|%s", parts[i]);
	return figure_named(name);
}

/* The same place in the next coarser period, or over all values, of one dimension; false when it is so already. */
static bool
coarser(const struct place *place, int dim, struct place *to)
{
	char *field, *value;
	int month;

	*to = *place;
	field = to->field[dim];
	value = to->value[dim];
	if (value[0] == '\0' || (strncmp(to->measure, "moved", 5) == 0 && !is_period(field)))
		return false;
	if (strcmp(field, "month") == 0) {
		month = (int)strtol(value + 5, NULL, 10);
		strcpy(field, "quarter");
		memcpy(value + 4, (const char *[]){ "-Q1", "-Q2", "-Q3", "-Q4" }[(month - 1) / 3 % 4], 4);
	} else if (strcmp(field, "quarter") == 0) {
		strcpy(field, "year");
		value[4] = '\0';
	} else {
		value[0] = '\0';
	}
	return true;
}

static void
add_part(int whole, int part, bool is_exact, int first)
{
	struct sum *sum;
	int i, k;

	for (i = first; i < n_sums && sums[i].whole != whole; i++)
		;
	if (i == n_sums) {
		if (n_sums == SUMS_MAX)
			abort();
		sums[n_sums++] = (struct sum){ whole, 0, is_exact, malloc(PARTS_MAX * sizeof(int)) };
	}
	sum = &sums[i];
	for (k = 0; k < sum->n && sum->parts[k] != part; k++)
		;
	if (k < sum->n)
		return;
	if (sum->n == PARTS_MAX)
		abort();
	sum->parts[sum->n++] = part;
}

/* Every sum that a table's innermost cells say, one step of one dimension at a time. */
static void
add_sums(const struct basis *basis, const struct place *cells, int n)
{
	struct place *now = malloc((size_t)n * sizeof(*now));
	int size = n, i, k, dim;

	memcpy(now, cells, (size_t)n * sizeof(*now));
	/* `now` grows by the places coarser than those in it; each sum is made per dimension and fineness. */
	for (dim = 0; n > 0 && dim < cells[0].n; dim++) {
		bool again = true;
		int from = 0, to = n;

		while (again) {
			int first = n_sums;

			again = false;
			for (i = from; i < to; i++) {
				struct place up;

				if (!coarser(&now[i], dim, &up))
					continue;
				again = true;
				add_part(figure_at(basis, &up), figure_at(basis, &now[i]), !basis->all_spread &&
				    strcmp(up.field[dim], "M") != 0 && strcmp(up.field[dim], "Case.M") != 0, first);
				for (k = to; k < n; k++)
					if (memcmp(&now[k], &up, sizeof(up)) == 0)
						break;
				if (k < n)
					continue;
				if (n == size)
					now = xrealloc(now, (size_t)(size *= 2) * sizeof(*now));
				now[n++] = up;
			}
			from = to;
			to = n;
		}
	}
	free(now);
}

/* ---- the attack ---- */

static int
root(int i)
{
	while (figures[i].group != i)
		i = figures[i].group = figures[figures[i].group].group;
	return i;
}

static bool
is_unknown(int i)
{
	return !figures[i].is_published || figures[i].is_hidden;
}

/* Unknowns that hang together by sums. */
static void
group_unknowns(void)
{
	int i, k, last;

	for (i = 0; i < n_figures; i++)
		figures[i].group = i;
	for (i = 0; i < n_sums; i++) {
		last = is_unknown(sums[i].whole) ? sums[i].whole : -1;
		for (k = 0; k < sums[i].n; k++) {
			if (!is_unknown(sums[i].parts[k]))
				continue;
			if (last >= 0)
				figures[root(sums[i].parts[k])].group = root(last);
			last = sums[i].parts[k];
		}
	}
}

struct attack {
	int *unknowns, n;
	struct program program; /* variables: unknowns, then slacks */
	int rows_size;
};

static int
new_row(struct attack *a)
{
	struct program *p = &a->program;

	if (p->n_rows == a->rows_size)
		abort();
	return p->n_rows++;
}

static void
add_term(struct attack *a, int row, int figure, double sign)
{
	struct program *p = &a->program;

	if (figures[figure].part >= 0)
		*at(p, row, figures[figure].part) += sign;
	else
		*at(p, row, p->n_vars) -= sign * (double)figures[figure].truth;
}

/* Of the sums, the rows that speak of the group; slacks are counted from `*slack` on. */
static void
add_rows(struct attack *a, const struct sum *sum, int *slack)
{
	int row = new_row(a), i;

	add_term(a, row, sum->whole, -1);
	for (i = 0; i < sum->n; i++)
		add_term(a, row, sum->parts[i], 1);
	if (sum->is_exact)
		return;
	*at(&a->program, row, (*slack)++) = -1;
	for (i = 0; i < sum->n; i++) {
		row = new_row(a);
		add_term(a, row, sum->whole, 1);
		add_term(a, row, sum->parts[i], -1);
		*at(&a->program, row, (*slack)++) = -1;
	}
}

static bool
speaks_of(const struct sum *sum)
{
	bool any = figures[sum->whole].part >= 0;
	int i;

	for (i = 0; i < sum->n; i++)
		any = any || figures[sum->parts[i]].part >= 0;
	return any;
}

static void
make_program(struct attack *a)
{
	int i, slacks = 0, rows = 0, slack = a->n;

	for (i = 0; i < n_sums; i++)
		if (speaks_of(&sums[i])) {
			rows += sums[i].is_exact ? 1 : sums[i].n + 1;
			slacks += sums[i].is_exact ? 0 : sums[i].n + 1;
		}
	a->rows_size = rows + 60; /* and for bounds */
	a->program.n_vars = a->n + slacks + 60;
	a->program.a = calloc((size_t)a->rows_size * (size_t)(a->program.n_vars + 1), sizeof(double));
	for (i = 0; i < n_sums; i++)
		if (speaks_of(&sums[i]))
			add_rows(a, &sums[i], &slack);
}

/* x[v] at most (sign -1) or at least (sign 1) a bound; with its own slack, counted from the end. */
static void
bound(struct attack *a, int v, int sign, double by, int depth)
{
	struct program *p = &a->program;
	int row = new_row(a);

	memset(at(p, row, 0), 0, ((size_t)p->n_vars + 1) * sizeof(double));
	*at(p, row, v) = 1;
	*at(p, row, p->n_vars - 1 - depth) = -sign;
	*at(p, row, p->n_vars) = by;
}

/* Marks what differs from the truth in x; whether all of it is whole. */
static bool
take(const struct attack *a, const double *x)
{
	int i;

	for (i = 0; i < a->n; i++)
		if (away(x[i] - (double)near_to(x[i])) > 1e-5)
			return false;
	for (i = 0; i < a->n; i++)
		if (near_to(x[i]) != figures[a->unknowns[i]].truth)
			figures[a->unknowns[i]].is_open = true;
	return true;
}

/* Whole numbers under the bounds so far. */
static bool
branch(struct attack *a, const double *costs, int depth, int *nodes)
{
	double *x = calloc((size_t)a->program.n_vars, sizeof(double));
	bool found = false;
	int v = 0, side;

	if (++*nodes < (a->n > 60 ? 20 : 400) && depth < 50 && minimize(&a->program, costs, x)) {
		found = take(a, x);
		while (!found && away(x[v] - (double)near_to(x[v])) <= 1e-5)
			v++;
		for (side = 0; !found && side < 2; side++) {
			bound(a, v, side ? 1 : -1, side ? (double)(down(x[v]) + 1) : (double)down(x[v]), depth);
			found = branch(a, costs, depth + 1, nodes);
			a->program.n_rows--;
		}
	}
	free(x);
	return found;
}

/* Looks for another value of one unknown: at least one more, or at most one less. */
static void
attack_one(struct attack *a, int v)
{
	struct figure *f = &figures[a->unknowns[v]];
	double *costs = calloc((size_t)a->program.n_vars, sizeof(double));
	int side, nodes, k;

	for (side = 0; side < 2 && !f->is_open; side++) {
		if (side == 1 && f->truth == 0)
			break;
		/* Some other unknowns pull too, so that one answer opens many. */
		for (k = 0; k < a->n; k++)
			costs[k] = figures[a->unknowns[k]].is_open ? 0 : ((int)below(3) - 1) * 0.001;
		costs[v] = side ? 0.01 : -0.01;
		bound(a, v, side ? -1 : 1, (double)f->truth + (side ? -1 : 1), 0);
		/* Without an upper limit there is no least cost. */
		for (k = 0; k < a->n; k++)
			if (costs[k] < 0)
				costs[k] = 0;
		nodes = 0;
		branch(a, costs, 1, &nodes);
		a->program.n_rows--;
	}
	free(costs);
}

static void
attack_group(int group)
{
	struct attack a = { .unknowns = malloc((size_t)n_figures * sizeof(int)) };
	int i;

	for (i = 0; i < n_figures; i++)
		if (is_unknown(i) && root(i) == group) {
			figures[i].part = a.n;
			a.unknowns[a.n++] = i;
		}
	make_program(&a);
	for (i = 0; i < a.n; i++)
		if (figures[a.unknowns[i]].is_hidden && !figures[a.unknowns[i]].is_open)
			attack_one(&a, i);
	for (i = 0; i < a.n; i++)
		figures[a.unknowns[i]].part = -1;
	free(a.unknowns);
	free(a.program.a);
}

/* Truths of what no table shows: of sums that are exact. Others have none, and their sums are left out. */
static void
fill_in_truths(void)
{
	int again = 1, i, k, n;
	long all;

	while (again) {
		again = 0;
		for (i = 0; i < n_sums; i++) {
			for (all = 0, n = 0, k = 0; k < sums[i].n; k++) {
				all += figures[sums[i].parts[k]].truth;
				n += figures[sums[i].parts[k]].truth < 0;
			}
			if (!sums[i].is_exact || n > 0 || figures[sums[i].whole].truth >= 0)
				continue;
			figures[sums[i].whole].truth = all;
			again = 1;
		}
	}
	for (n = i = 0; i < n_sums; i++) {
		bool whole = figures[sums[i].whole].truth >= 0;

		for (k = 0; k < sums[i].n; k++)
			whole = whole && figures[sums[i].parts[k]].truth >= 0;
		if (whole)
			sums[n++] = sums[i];
		else
			free(sums[i].parts);
	}
	n_sums = n;
}

struct outcome {
	long published, small, hidden, leaks, shown_small, wrong, sums;
};

/* To see whether the attack works at all: only small figures are taken as hidden. */
static bool hide_small_only;

static void
attack(struct outcome *o)
{
	int i;

	group_unknowns();
	for (i = 0; i < n_figures; i++) {
		struct figure *f = &figures[i];

		o->published += f->is_published;
		o->small += f->is_published && f->truth >= 1 && f->truth < T;
		o->hidden += f->is_hidden;
		o->shown_small += f->is_published && !f->is_hidden && f->truth >= 1 && f->truth < T;
		if (f->is_hidden && !f->is_open)
			attack_group(root(i));
	}
	for (i = 0; i < n_figures; i++)
		if (figures[i].is_hidden && !figures[i].is_open) {
			o->leaks++;
			if (!hide_small_only)
				printf("# given away: %s = %ld\n", figures[i].name, figures[i].truth);
		}
	o->sums += n_sums;
}

/* ---- reading what is published ---- */

static struct basis *
basis_of(struct basis *bases, int n, const char *table)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(bases[i].table, table) == 0)
			return &bases[i];
	abort();
}

/* The levels that the header has room for: all fields but part, table, measure, value and note, in pairs. */
static int
levels_of(const char *csv)
{
	int n = 1;

	for (; *csv != '\r'; csv++)
		n += *csv == ',';
	return (n - 5) / 2;
}

static void
read_sheet(const char *csv, struct basis *bases, int n_bases, bool is_truth, struct outcome *o)
{
	int levels = levels_of(csv);
	struct line line;
	struct place place;

	csv = strchr(csv, '\n') + 1;
	while ((csv = read_line(csv, levels, &line)) != NULL) {
		struct figure *f;
		long value = strtol(line.figure, NULL, 10);

		place_of(basis_of(bases, n_bases, line.table), &line, &place);
		if (is_share(place.measure)) {
			strcpy(place.measure, "number");
			f = &figures[figure_at(basis_of(bases, n_bases, line.table), &place)];
			o->wrong += !is_truth && line.figure[0] != '\0' && (!f->is_published || f->is_hidden || f->truth < T);
			continue;
		}
		f = &figures[figure_at(basis_of(bases, n_bases, line.table), &place)];
		if (is_truth) {
			o->wrong += f->is_published && !f->is_hidden && f->truth != value;
			f->truth = value;
			if (hide_small_only)
				f->is_hidden = f->is_published && value >= 1 && value < T;
			continue;
		}
		/* One figure in two places is hidden in both or in none. */
		o->wrong += f->is_published && f->is_hidden != line.is_hidden;
		f->is_published = true;
		f->is_hidden = line.is_hidden;
		if (!line.is_hidden)
			f->truth = value;
	}
}

/* start + in + moved in = out + moved out + end, of each place. */
static void
add_balance(struct basis *basis, const char *csv, int levels)
{
	const char *p = strchr(csv, '\n') + 1;
	struct line line;

	while ((p = read_line(p, levels, &line)) != NULL) {
		struct place place;
		char name[600];
		int k, n;
		bool came;

		if (strcmp(line.table, basis->table) != 0)
			continue;
		n = snprintf(name, sizeof(name), "balance of %s", line.table);
		for (k = 0; k < line.n; k++)
			if (strcmp(line.field[k], "measure") != 0)
				n += snprintf(name + n, sizeof(name) - (size_t)n, "|%s", line.value[k]);
		place_of(basis, &line, &place);
		came = strcmp(place.measure, "start") == 0 || strstr(place.measure, "in") != NULL;
		/* Two sums, and that they are the same. */
		k = figure_named(name);
		snprintf(name + n, sizeof(name) - (size_t)n, "|went");
		n = figure_named(name);
		add_part(came ? k : n, figure_at(basis, &place), true, 0);
		if (strcmp(place.measure, "end") == 0)
			add_part(k, n, true, n_sums);
	}
}

static void
read_sums(const char *csv, struct basis *bases, int n_bases)
{
	static const char *const measures[] = { "", "number", "waiting", "overdue", "start", "in", "moved-in", "out",
		"moved-out", "end" };
	int levels = levels_of(csv), i, k, n;
	struct place *cells = malloc(4000 * sizeof(*cells));
	struct line line;

	for (i = 0; i < n_bases * 10; i++) {
		const char *p = strchr(csv, '\n') + 1;
		struct basis *basis = &bases[i / 10];

		for (n = 0; (p = read_line(p, levels, &line)) != NULL;) {
			bool inner = strcmp(line.table, basis->table) == 0;

			for (k = 0; k < line.n; k++)
				inner = inner && line.value[k][0] != '\0';
			if (!inner)
				continue;
			place_of(basis, &line, &cells[n]);
			n += strcmp(cells[n].measure, measures[i % 10]) == 0;
		}
		add_sums(basis, cells, n);
	}
	for (i = 0; i < n_bases; i++)
		if (strncmp(bases[i].counted, "stock", 5) == 0)
			add_balance(&bases[i], csv, levels);
	free(cells);
}

/* ---- random reports over random cases ---- */

static const char schema_case[] =
	"%rec: Case\n%allowed: Case Opened A B C M\n%type: Opened date\n%type: A enum a1 a2 a3\n%type: B enum b1 b2 b3 b4\n"
	"%type: C enum c1 c2\n%type: M enum m1 m2 m3\n\n"
	"%rec: Entry\n%allowed: Date Kind E\n%type: Date date\n\n%rec: k1\n%allowed: E\n%type: E enum e1 e2 e3\n\n%rec: k2\n";

#define CASES_MAX 400
#define ENTRIES 3

struct made {
	day opened, dates[ENTRIES];
	int a, b, c, m[2], n_m; /* -1: not stated */
	int a_then; /* from its first entry on */
	day asked;
	struct period held[2];
	int n, kinds[ENTRIES], e[ENTRIES], entry; /* the entry asked about */
};

static struct made cases[CASES_MAX];
static int n_cases;
static int sym_a, sym_b, sym_c, sym_m, sym_e, sym_kind;

/* Few of some, many of others. */
static int
skewed(int n)
{
	int i;

	for (i = 0; i < n - 1 && below(2); i++)
		;
	return i;
}

static int
compare_days(const void *a, const void *b)
{
	day x = *(const day *)a, y = *(const day *)b;

	return x < y ? -1 : x > y;
}

static void
make_cases(int n)
{
	int i, k, spread = 1 + (int)below(3);

	n_cases = n;
	for (i = 0; i < n; i++) {
		struct made *c = &cases[i];

		c->opened = date_make(2025, 1, 1) + (day)below(730);
		c->a = below(12) ? skewed(3) : -1;
		c->b = below(12) ? (below((unsigned)spread) ? skewed(4) : (int)below(4)) : -1;
		c->c = skewed(2);
		c->n_m = (int)below(3);
		c->m[0] = skewed(3);
		c->m[1] = (c->m[0] + 1) % 3;
		c->n = (int)below(ENTRIES + 1);
		for (k = 0; k < c->n; k++) {
			c->dates[k] = c->opened + (day)below(200);
			c->kinds[k] = (int)below(2);
			c->e[k] = skewed(3);
		}
		qsort(c->dates, (size_t)c->n, sizeof(*c->dates), compare_days);
		c->a_then = below(4) ? c->a : skewed(3);
		c->held[0] = (struct period){ c->opened, c->opened + 1 + (day)below(200) };
		c->held[1] = (struct period){ c->held[0].to + 20, below(2) ? DAY_NONE : c->held[0].to + 30 + (day)below(100) };
	}
}

static bool
say(const char *prefix, int n, struct str *value)
{
	static char texts[8][16];
	static int next;

	if (n < 0)
		return false;
	next = (next + 1) % 8;
	snprintf(texts[next], sizeof(texts[next]), "%s%d", prefix, n + 1);
	*value = str_of(texts[next]);
	return true;
}

static bool
get_on(const struct made *c, day on, const struct name *name, size_t i, struct str *value)
{
	int symbol = name->sub != 0 ? name->sub : name->field;

	if (symbol == sym_m)
		return i < (size_t)c->n_m && say("m", c->m[i], value);
	if (i > 0)
		return false;
	if (symbol == sym_kind)
		return say("k", c->kinds[c->entry], value);
	if (symbol == sym_e)
		return c->kinds[c->entry] == 0 && say("e", c->e[c->entry], value);
	return symbol == sym_a ? say("a", c->n > 0 && on >= c->dates[0] ? c->a_then : c->a, value) : symbol == sym_b ? say("b", c->b, value) :
	    symbol == sym_c && say("c", c->c, value);
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct made *c = context;

	(void)self;
	return get_on(c, c->asked, name, i, value);
}

static bool
get_entry(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct made *c = context;

	(void)self;
	return get_on(c, c->dates[c->entry], name, i, value);
}

static size_t
spells(void *context, int state, struct period *list, size_t max)
{
	const struct made *c = context;
	size_t i;

	(void)state;
	for (i = 0; i < 2 && i < max; i++)
		list[i] = c->held[i];
	return 2;
}

static void
on_day(void *context, day on, struct subject *subject)
{
	((struct made *)context)->asked = on;
	*subject = (struct subject){ .get = get, .context = context, .findings = &findings };
}

static day
nth_entry(void *context, size_t i, struct subject *subject)
{
	struct made *c = context;

	c->entry = (int)i;
	*subject = (struct subject){ .get = get_entry, .context = c, .findings = &findings };
	return c->dates[i];
}

/* The report as CSV. */
static char *
publish(const char *name, struct period period)
{
	int held = symbol(&symbols, STR("held"));
	struct report *report = load(name, (struct more_names){ &held, 1 }, period);
	struct counts *counts;
	struct sheet sheet;
	struct buf out = BUF_INIT;
	size_t i;

	counts = counts_new(report);
	for (i = 0; i < (size_t)n_cases; i++) {
		struct report_case c = { &cases[i], cases[i].opened, (size_t)cases[i].n, on_day, nth_entry, spells, NULL };

		counts_case(counts, &c);
	}
	report_tables(report, counts, &arena, &sheet);
	sheet_csv(&sheet, &out);
	counts_free(counts);
	report_free(report);
	buf_char(&out, '\0');
	return out.p;
}

/* ---- definitions ---- */

static bool with_measures;

struct definition {
	struct buf text;
	struct basis bases[5];
	char names[5][8], counted[5][80];
	int n;
};

static void
add_levels(struct definition *d, const char *const *fields, int n_fields, int *used, int n, const char *key)
{
	int i;

	for (i = 0; i < n; i++) {
		int k = (int)below((unsigned)n_fields);

		if (*used & 1 << k)
			continue;
		buf_printf(&d->text, "%s %s", *used & 1 << 30 ? "" : key, fields[k]);
		*used |= 1 << k | 1 << 30;
	}
	*used &= ~(1 << 30);
}

static void
add_period(struct definition *d, unsigned finest)
{
	static const char *const units[] = { " month", " quarter", " year", " year quarter", " quarter month", "" };

	buf_text(&d->text, units[finest + below(finest == 0 ? 5 : finest == 1 ? 3 : 1)]);
}

/* One table: what is counted decides which fields there are. */
static void
add_table(struct definition *d, unsigned finest, int dims)
{
	static const char *const counted[] = { "cases", "cases", "cases", "entries", "cases with entries" };
	static const char *const of_case[] = { "A", "B", "C", "M" }, *const of_entry[] = { "Case.A", "Case.B", "E", "Kind", "Case.M" };
	static const char *const wheres[] = { "", "", "A = 'a1'", "C = 'c1' && B != 'b1'" };
	static const char *const totals[] = { "both", "both", "both", "rows", "columns", "none" };
	static const char *const empties[] = { "outer", "show", "hide" };
	int i = d->n++, k = (int)below(5), used = 0, rows = (int)below((unsigned)dims + 1);
	bool entries = k > 2, by_time = below(2);
	const char *where = entries ? "" : wheres[below(4)];
	const char *const *fields = entries ? of_entry : of_case;
	int n_fields = entries ? 5 : 4;

	snprintf(d->names[i], sizeof(d->names[i]), "t%d", i);
	snprintf(d->counted[i], sizeof(d->counted[i]), "%s/%s", counted[k], where);
	d->bases[i] = (struct basis){ d->names[i], d->counted[i], k == 4, "" };
	buf_printf(&d->text, "\n\nTable: %s\nReport: %%s\nTitle: %s\nCount: %s\nTotal: %s\nEmpty: %s", d->names[i], d->names[i],
	    counted[k], totals[below(6)], empties[below(3)]);
	if (where[0] != '\0')
		buf_printf(&d->text, "\nWhere: %s", where);
	add_levels(d, fields, n_fields, &used, rows, "\nRows:");
	if (by_time) {
		buf_text(&d->text, "\nColumns:");
		used |= 1 << 30;
		if (below(4) == 0)
			add_levels(d, fields, n_fields, &used, dims - rows, "");
		add_period(d, finest);
	} else {
		add_levels(d, fields, n_fields, &used, dims - rows, "\nColumns:");
	}
}

/* Days between entries, or stock and flow. */
static void
add_measures(struct definition *d, unsigned finest)
{
	static const char *const fields[] = { "A", "B", "C" };
	static const char *const compares[] = { "", "\nCompare: before", "\nCompare: before year" };
	int i = d->n++;
	bool stock = below(2);
	unsigned compare = below(3);

	snprintf(d->names[i], sizeof(d->names[i]), "t%d", i);
	snprintf(d->counted[i], sizeof(d->counted[i]), stock ? "stock" : "days");
	d->bases[i] = (struct basis){ d->names[i], d->counted[i], false, "" };
	buf_printf(&d->text, "\n\nTable: %s\nReport: %%s\nTitle: %s\n%s%s", d->names[i], d->names[i], stock ? "Stock: held" :
	    "From: Kind = 'k1'\nTo: Kind = 'k2'\nTarget: P14D\nShow: number median within waiting overdue", compares[compare]);
	if (below(4))
		buf_printf(&d->text, "\nRows: %s%s", stock ? "" : "Case.", fields[below(3)]);
	if (compare == 0) {
		buf_text(&d->text, "\nColumns:");
		add_period(d, finest);
	}
}

static void
define(struct definition *d)
{
	unsigned finest = 1 + below(2);
	int n = 1 + (int)below(with_measures ? 2 : 4), i;

	memset(d, 0, sizeof(*d));
	if (below(4) == 0)
		finest = 0;
	for (i = 0; i < n; i++)
		if (with_measures && below(3) < 2)
			add_measures(d, 1 + below(2));
		else
			add_table(d, finest, 1 + (int)below(finest == 0 ? 1 : 3));
	buf_char(&d->text, '\0');
}

/* The definition twice, once for each profile. */
static void
open_definition(const struct definition *d)
{
	static const char *const profiles[] = { "public", "commissioner" };
	struct buf text = BUF_INIT;
	int k;

	buf_text(&text, "%rec: Report\n\nReport: public\nTitle: t\nProfile: public\n\nReport: commissioner\nTitle: t\n"
	    "Profile: commissioner\n\n%rec: Table");
	for (k = 0; k < 2; k++) {
		const char *p;

		for (p = d->text.p; *p != '\0'; p++)
			if (p[0] == '%' && p[1] == 's') {
				buf_text(&text, profiles[k]);
				p++;
			} else {
				buf_char(&text, *p);
			}
	}
	buf_text(&text, "\n");
	buf_char(&text, '\0');
	open_world(schema_case, text.p);
	buf_release(&text);
	sym_a = symbol(&symbols, STR("A"));
	sym_b = symbol(&symbols, STR("B"));
	sym_c = symbol(&symbols, STR("C"));
	sym_m = symbol(&symbols, STR("M"));
	sym_e = symbol(&symbols, STR("E"));
	sym_kind = symbol(&symbols, STR("Kind"));
}

static void
attack_random(uint64_t with, struct outcome *all, bool tell)
{
	struct definition d;
	struct outcome o = { 0 };
	struct period period;
	char *shown, *truth, *again;

	seed = with * 2654435761u + 12345;
	define(&d);
	make_cases(5 + (int)below(below(3) ? 60 : 380));
	period.from = date_make(2025, 1, 1) + (day)(below(3) ? 0 : below(200));
	period.to = date_make(2026, 1, 1) + (day)(below(3) ? (below(2) ? 365 : 0) : below(200));
	own_period = period;
	open_definition(&d);
	shown = publish("public", period);
	again = publish("public", period);
	truth = publish("commissioner", period);
	o.wrong += strcmp(shown, again) != 0;
	read_sheet(shown, d.bases, d.n, false, &o);
	read_sheet(truth, d.bases, d.n, true, &o);
	read_sums(shown, d.bases, d.n);
	fill_in_truths();
	attack(&o);
	if (tell || (!hide_small_only && o.leaks + o.shown_small + o.wrong > 0))
		printf("# %llu: published %ld, small %ld, hidden %ld, sums %ld, given away %ld, small shown %ld, wrong %ld\n",
		    (unsigned long long)with, o.published, o.small, o.hidden, o.sums, o.leaks, o.shown_small, o.wrong);
	if (o.leaks > 0 && tell)
		printf("%s\n%s\n", d.text.p, shown);
	all->published += o.published;
	all->small += o.small;
	all->hidden += o.hidden;
	all->leaks += o.leaks;
	all->shown_small += o.shown_small;
	all->wrong += o.wrong;
	forget();
	close_world();
	free(shown);
	free(again);
	free(truth);
	buf_release(&d.text);
}

int
main(void)
{
	long rounds = setting("DISCLOSURE_ROUNDS", 300), first = setting("DISCLOSURE_SEED", 1), i;
	struct outcome all = { 0 }, naive = { 0 }, measured = { 0 };
	char what[160];

	by_name = (struct map)MAP_INIT;
	for (i = first; i < first + rounds; i++)
		attack_random((uint64_t)i, &all, setting("DISCLOSURE_SAY", 0) != 0);
	hide_small_only = true;
	for (i = first; i < first + 30; i++)
		attack_random((uint64_t)i, &naive, false);
	hide_small_only = false;
	ok(naive.leaks > naive.hidden / 10, "where small figures alone are hidden, the attack finds many");
	printf("# %ld of %ld\n", naive.leaks, naive.hidden);
	snprintf(what, sizeof(what), "none of %ld hidden figures can be computed", all.hidden);
	is_number(all.leaks, 0, what);
	with_measures = true;
	for (i = first; i < first + rounds; i++)
		attack_random((uint64_t)i, &measured, setting("DISCLOSURE_SAY", 0) != 0);
	snprintf(what, sizeof(what), "none of %ld of days, stock, flow and windows", measured.hidden);
	is_number(measured.leaks, 0, what);
	is_number(measured.shown_small + measured.wrong, 0, "and all is true");
	printf("# of %ld figures %ld are small, %ld hidden\n", measured.published, measured.small, measured.hidden);
	is_number(all.shown_small, 0, "no small figure is shown");
	is_number(all.wrong, 0, "what is shown is true, the same everywhere, and the same again");
	printf("# of %ld figures %ld are small, %ld hidden: %.1f%% more than the small ones\n", all.published, all.small, all.hidden,
	    100.0 * (double)(all.hidden - all.small) / (double)(all.published ? all.published : 1));
	ok(all.hidden > all.small && all.hidden < all.published, "some figures are hidden beside the small ones, not all");
	return tap_done();
}
