/* Finished tables into the sheet: what rows, columns and figures are called, and the notes beneath. */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

static struct str
kept(struct buf *text, struct arena *arena)
{
	struct str copy = arena_str(arena, text->p ? buf_view(text) : STR(""));

	buf_release(text);
	return copy;
}

static struct str
number_text(struct arena *arena, long long n)
{
	return str_of(arena_printf(arena, "%lld", n));
}

static struct str
filled(const struct report *report, const char *english, const struct blank *blanks, size_t n, struct arena *arena)
{
	struct buf text = BUF_INIT;

	words_fill(report->words, english, blanks, n, &text);
	return kept(&text, arena);
}

/* ---- labels ---- */

static struct str
period_label(const struct report *report, enum unit unit, uint32_t bin, struct arena *arena)
{
	struct buf text = BUF_INIT;

	if (unit == UNIT_MONTH)
		words_month(report->words, bin_start(unit, bin), &text);
	else if (unit == UNIT_QUARTER)
		words_quarter(report->words, bin_start(unit, bin), &text);
	else
		buf_printf(&text, "%04u", bin);
	return kept(&text, arena);
}

static void
write_number(const struct report *report, struct number n, struct buf *out)
{
	char text[NUMBER_SIZE];

	words_number(report->words, str_of(number_format(n, text)), out);
}

/* "under 7", "7 to 13" of whole numbers, "7 to under 14" of others, "90 or more" */
static struct str
bin_text(const struct report *report, const struct level *level, uint32_t bin, struct arena *arena)
{
	struct buf from = BUF_INIT, to = BUF_INIT;
	struct number last, one = number_of(1);
	struct blank blanks[2];
	struct str text;
	bool single = false;

	if (bin > 0)
		write_number(report, level->cuts[bin - 1], &from);
	if (bin < level->n_cuts) {
		last = level->cuts[bin];
		if (bin > 0 && level->is_whole && number_sub(last, one, &last))
			single = number_cmp(last, level->cuts[bin - 1]) == 0;
		write_number(report, last, &to);
	}
	blanks[0] = (struct blank){ "from", from.p ? buf_view(&from) : STR("") };
	blanks[1] = (struct blank){ "to", to.p ? buf_view(&to) : STR("") };
	text = filled(report, bin == 0 ? WORD("under {to}") : bin == level->n_cuts ? WORD("{from} or more") :
	    single ? WORD("{from}") : level->is_whole ? WORD("{from} to {to}") : WORD("{from} to under {to}"), blanks, 2, arena);
	buf_release(&from);
	buf_release(&to);
	return text;
}

static struct str
measure_label(const struct report *report, const struct tally *t, enum measure measure, struct arena *arena)
{
	static const char *const english[] = { WORD("number"), WORD("median (days)"), WORD("90th percentile (days)"),
		WORD("longest (days)"), WORD("within target (%)"), WORD("waiting"), WORD("overdue"), WORD("start"), WORD("in"),
		WORD("moved in"), WORD("out"), WORD("moved out"), WORD("end") };
	struct blank days = { "days", STR_NULL };

	if (measure == MEASURE_WITHIN && t->n_targets == 1 && t->targets[0].span.months == 0) {
		days.text = number_text(arena, t->targets[0].span.days);
		return filled(report, WORD("within {days} days (%)"), &days, 1, arena);
	}
	return words_label(report->words, STR("measure"), str_of(english[measure]));
}

/* "GM0344 Utrecht" */
static struct str
record_label(const struct report *report, const struct level *level, struct str key, struct arena *arena)
{
	const struct entity *near = NULL, *entity;
	const struct field *shown;

	entity = directory_find(report->directory, level->target, key, final_day(&report->period), &near);
	if (entity == NULL)
		entity = near;
	shown = entity ? record_named(entity->record, level->shown_by) : NULL;
	if (shown == NULL)
		return key;
	return str_of(arena_printf(arena, "%.*s %.*s", STRF(key), STRF(shown->value)));
}

/* Whether a level's values are names of records: what a word is called is nothing to them. */
static bool
is_of_keys(const struct report *report, const struct tally *t, const struct level *level)
{
	const struct rectype *type = t->counted == COUNT_RECORDS ? schema_type(report->schema, t->type) : NULL;

	return level->target.p != NULL || (type != NULL && level->name.sub == 0 && level->name.field == rectype_key(type));
}

struct str
key_label(const struct report *report, const struct cube *cube, size_t level, uint32_t value,
    bool raw, struct arena *arena)
{
	const struct tally *t = cube->tally;
	const struct level *l = &t->levels[level];

	if (raw)
		return key_id(cube, level, value, arena);
	if (value == MISSING)
		return word(report->words, NOT_STATED);
	switch (l->kind) {
	case LEVEL_PERIOD:
		return period_label(report, l->unit, value, arena);
	case LEVEL_BINS:
		return bin_text(report, l, value, arena);
	case LEVEL_CONDITIONS:
		return value < l->n_conditions ? words_label(report->words, STR(""), l->conditions[value].label) :
		    word(report->words, NONE_OF_THESE);
	case LEVEL_WINDOWS:
		return word(report->words, t->windows[value].name);
	case LEVEL_MEASURES:
		return measure_label(report, t, (enum measure)value, arena);
	default:
		if (l->shown_by.p != NULL && l->target.p != NULL)
			return record_label(report, l, cube->values[level].list[value], arena);
		if (is_of_keys(report, t, l))
			return cube->values[level].list[value];
		return words_label(report->words, l->text, cube->values[level].list[value]);
	}
}

/* ---- axes ---- */

static struct str
level_title(const struct report *report, const struct level *level, struct arena *arena)
{
	struct buf text = BUF_INIT;
	struct str title;

	words_heading(report->words, level->text, &text);
	title = plain_text(arena, buf_view(&text));
	buf_release(&text);
	return title;
}

static void
finish_heading(const struct report *report, const struct drawn *drawn, const struct head *head, size_t first,
    struct arena *arena, struct heading *heading)
{
	const struct cube *cube = drawn->cube;
	struct str *labels = ARENA_NEW(arena, struct str, head->n + 1);
	struct str *ids = ARENA_NEW(arena, struct str, head->n + 1);
	size_t k;

	for (k = 0; k < head->n; k++) {
		uint32_t key = head->key[first + k];

		if (key == ANY)
			continue;
		labels[k] = plain_text(arena, key_label(report, cube, first + k, key, false, arena));
		if (key != MISSING)
			ids[k] = plain_text(arena, key_label(report, cube, first + k, key, true, arena));
	}
	*heading = (struct heading){ labels, head->n, head->marked, ids };
}

static void
finish_axis(const struct report *report, const struct drawn *drawn, const struct heads *heads,
    size_t first, size_t end, struct arena *arena, struct axis *axis)
{
	const struct tally *t = drawn->cube->tally;
	struct str *names = ARENA_NEW(arena, struct str, end - first + 1);
	struct str *level_ids = ARENA_NEW(arena, struct str, end - first + 1);
	struct heading *list = ARENA_NEW(arena, struct heading, heads->n + 1);
	size_t i, k;

	for (k = first; k < end; k++) {
		names[k - first] = level_title(report, &t->levels[k], arena);
		level_ids[k - first] = plain_text(arena, t->levels[k].text);
	}
	for (i = 0; i < heads->n; i++)
		finish_heading(report, drawn, &heads->list[i], first, arena, &list[i]);
	*axis = (struct axis){ .names = names, .ids = level_ids, .n_levels = end - first, .list = list, .n = heads->n };
}

/* ---- notes ---- */

static bool
has_marks(const struct heads *heads)
{
	size_t i;

	for (i = 0; i < heads->n; i++)
		if (heads->list[i].marked)
			return true;
	return false;
}

/* What is counted, in English. */
static const char *
counted_name(const struct tally *t)
{
	switch (t->counted) {
	case COUNT_ENTRIES:
		return WORD("entries");
	case COUNT_FINDINGS:
		return WORD("findings");
	case COUNT_RECORDS:
		return WORD("records");
	case COUNT_DAYS:
		return WORD("intervals");
	default:
		return WORD("cases");
	}
}

struct notes {
	const struct report *report;
	struct arena *arena;
	struct str *list;
	size_t n;
};

static void
add_note(struct notes *notes, const char *english, int64_t count, struct str what)
{
	const struct blank blanks[] = { { "n", number_text(notes->arena, (long long)count) }, { "what", what } };

	notes->list[notes->n++] = filled(notes->report, english, blanks, 2, notes->arena);
}

static void
window_notes(struct notes *notes, const struct tally *t)
{
	const struct report *report = notes->report;
	size_t i;

	for (i = 0; i < t->n_windows && t->n_fixed > (t->n_measures > 0); i++) {
		const struct window *window = &t->windows[i];
		bool is_over = judged_day(report, &window->period) == final_day(&window->period);
		struct buf period = BUF_INIT, known = BUF_INIT;
		struct blank blanks[3] = { { "window", word(report->words, window->name) } };

		words_period(report->words, window->period, &period);
		blanks[1] = (struct blank){ "period", kept(&period, notes->arena) };
		if (!is_over)
			words_date(report->words, report->known, &known);
		blanks[2] = (struct blank){ "date", kept(&known, notes->arena) };
		notes->list[notes->n++] = filled(report, is_over ? WORD("{window}: {period}") :
		    WORD("{window}: {period} (not over: known up to {date})"), blanks, is_over ? 2 : 3, notes->arena);
	}
}

static void
finish_notes(const struct report *report, const struct drawn *drawn, struct arena *arena,
    struct table *table)
{
	const struct cube *cube = drawn->cube;
	const struct tally *t = cube->tally;
	struct notes notes = { report, arena, ARENA_NEW(arena, struct str, t->n_notes + WINDOWS_MAX + 6), 0 };
	struct str what = word(report->words, counted_name(t));
	size_t i;

	for (i = 0; i < t->n_notes; i++)
		notes.list[notes.n++] = plain_text(arena, words_label(report->words, STR(""), t->notes[i]));
	window_notes(&notes, t);
	if (t->is_year_left_out)
		add_note(&notes, WORD("Not compared with a year before, which overlaps another period of this report in part."), 0, what);
	if (drawn->more > 0)
		add_note(&notes, WORD("and {n} more"), (int64_t)drawn->more, what);
	if (cube->spread > 0)
		add_note(&notes, report->is_public ? WORD("Some {what} stand in more than one row or column; each counts once "
		    "in a total.") : cube->spread == 1 ? WORD("{n} of the {what} stands in more than one row or column; each "
		    "counts once in a total.") : WORD("{n} of the {what} stand in more than one row or column; each counts once "
		    "in a total."), cube->spread, what);
	if (cube->undated > 0 && !report->is_public)
		add_note(&notes, WORD("{n} of the {what} left out: no valid date."), cube->undated, what);
	if (cube->unsummed > 0 && !report->is_public)
		add_note(&notes, WORD("{n} values of {what} left out: no numbers."), cube->unsummed, table->measure);
	if (has_marks(&drawn->rows) || has_marks(&drawn->columns))
		add_note(&notes, WORD("* only partly within the period of this report"), 0, what);
	table->notes = notes.list;
	table->n_notes = notes.n;
}

/* ---- cells ---- */

static struct str
figure_text(const struct drawn *drawn, const struct lengths *lengths, size_t row, size_t column, struct arena *arena)
{
	const struct tally *t = drawn->cube->tally;
	size_t i = row * drawn->columns.n + column;
	enum measure measure = column_measure(drawn, column);
	char text[NUMBER_SIZE];
	uint32_t key[KEY_SIZE];

	if (measure < MEASURES && !measure_counts(measure)) {
		cell_key(drawn, row, column, key);
		return length_text(lengths, drawn->cube, key, measure, arena);
	}
	if (t->sum.field == 0)
		return number_text(arena, (long long)drawn->figures[i]);
	return arena_str(arena, str_of(number_format(drawn->sums[i], text)));
}

static void
finish_cells(const struct drawn *drawn, struct arena *arena, struct table *table)
{
	size_t n = drawn->columns.n, i;
	struct cell *cells = ARENA_NEW(arena, struct cell, drawn->rows.n * n + 1);
	struct lengths *lengths = drawn->cube->tally->counted == COUNT_DAYS ? lengths_of(drawn->cube) : NULL;

	for (i = 0; i < drawn->rows.n * n; i++) {
		if (!row_is_shown(drawn, i / n))
			continue;
		if (drawn->hidden[i]) {
			cells[i].kind = CELL_HIDDEN;
			continue;
		}
		cells[i].text = figure_text(drawn, lengths, i / n, i % n, arena);
		cells[i].kind = cells[i].text.p ? CELL_FIGURE : CELL_NONE;
	}
	lengths_free(lengths);
	table->cells = cells;
}

/* A line a row, its fields as columns. */
static void
finish_list(const struct report *report, const struct drawn *drawn, struct arena *arena, struct table *table)
{
	const struct tally *t = drawn->cube->tally;
	size_t n = t->n_levels, i, k;
	struct heading *fields = ARENA_NEW(arena, struct heading, n), *lines;
	struct cell *cells = ARENA_NEW(arena, struct cell, drawn->rows.n * n + 1);
	struct str *labels = ARENA_NEW(arena, struct str, 2 * n), *name = ARENA_NEW(arena, struct str, 1);

	lines = ARENA_NEW(arena, struct heading, drawn->rows.n + 1);
	name[0] = STR("field");
	for (k = 0; k < n; k++) {
		labels[2 * k] = level_title(report, &t->levels[k], arena);
		labels[2 * k + 1] = plain_text(arena, t->levels[k].text);
		fields[k] = (struct heading){ &labels[2 * k], 1, false, &labels[2 * k + 1] };
	}
	for (i = 0; i < drawn->rows.n; i++) {
		struct str *ids = ARENA_NEW(arena, struct str, n);

		for (k = 0; k < n; k++) {
			uint32_t key = drawn->rows.list[i].key[k];

			cells[i * n + k].kind = CELL_TEXT;
			cells[i * n + k].text = key == MISSING ? STR("") :
			    plain_text(arena, key_label(report, drawn->cube, k, key, false, arena));
			ids[k] = key == MISSING ? STR_NULL : plain_text(arena, key_id(drawn->cube, k, key, arena));
		}
		lines[i].ids = ids;
	}
	table->is_list = true;
	table->rows = (struct axis){ .list = lines, .n = drawn->rows.n };
	table->columns = (struct axis){ .names = name, .ids = name, .n_levels = 1, .list = fields, .n = n };
	table->cells = cells;
}

/* What a table's figures are: cases, entries, or the field that it sums. */
static void
finish_measure(const struct report *report, const struct tally *t, struct arena *arena, struct table *table)
{
	struct buf text = BUF_INIT;

	if (t->sum.field != 0) {
		table->measure_id = plain_text(arena, symbol_name(report->symbols, t->sum.sub ? t->sum.sub : t->sum.field));
		words_heading(report->words, table->measure_id, &text);
		table->measure = plain_text(arena, kept(&text, arena));
	} else if (t->counted == COUNT_RECORDS) {
		table->measure_id = plain_text(arena, t->type);
		table->measure = plain_text(arena, words_label(report->words, STR("measure"), t->type));
	} else {
		table->measure_id = str_of(counted_name(t));
		table->measure = word(report->words, counted_name(t));
	}
}

static void
finish(const struct report *report, const struct drawn *drawn, struct arena *arena,
    struct table *table)
{
	const struct tally *t = drawn->cube->tally;

	*table = (struct table){ .name = plain_text(arena, t->name), .chart = t->chart };
	table->title = plain_text(arena, words_label(report->words, STR(""), t->title));
	finish_measure(report, t, arena, table);
	if (t->is_list) {
		finish_list(report, drawn, arena, table);
	} else {
		finish_axis(report, drawn, &drawn->rows, 0, t->n_rows, arena, &table->rows);
		finish_axis(report, drawn, &drawn->columns, t->n_rows, t->n_levels, arena, &table->columns);
		finish_cells(drawn, arena, table);
	}
	finish_notes(report, drawn, arena, table);
}

void
report_tables(const struct report *report, const struct counts *counts, struct arena *arena,
    struct sheet *sheet)
{
	struct table *tables = ARENA_NEW(arena, struct table, report->n);
	struct drawn *drawn = xcalloc(report->n, sizeof(*drawn));
	struct str *notes = ARENA_NEW(arena, struct str, report->n_params + report->n_splits + 1);
	struct blank threshold = { "n", number_text(arena, (long long)report->threshold) };
	size_t i;

	*sheet = (struct sheet){ .name = report->name, .title = plain_text(arena, report_title(report)), .tables = tables,
		.n = report->n, .notes = notes, .words = report->words };
	for (i = 0; i < report->n; i++)
		draw_table(report, &counts->cubes[i], &drawn[i]);
	if (report_protect(report, drawn))
		notes[sheet->n_notes++] = filled(report, report->is_public ? WORD("x: not shown, being a count below {n} or one "
		    "that would give such a count away.") : WORD("x: not shown, being a measure of fewer than {n}."), &threshold, 1,
		    arena);
	sheet->n_notes += succession_notes(report, counts, report->words, arena, notes + sheet->n_notes);
	for (i = 0; i < report->n; i++) {
		finish(report, &drawn[i], arena, &tables[i]);
		drawn_release(&drawn[i]);
	}
	free(drawn);
}
