/*
 * What the parts of report share, and nobody else includes. report-names.c holds the words of a definition against the
 * schema, report-define.c reads its records, report-param.c its parameters; report.c counts, with report-days.c for
 * intervals, report-stock.c for stock and flow, report-records.c for what is no case and report-succession.c for what has
 * ended and is read as what came after; report-keep.c writes and reads counts, report-remove.c takes some away again;
 * report-draw.c makes rows and columns of them, report-guard.c hides small ones by what report-called.c calls them,
 * report-beside.c tells of tables that cannot be compared so, report-show.c writes the sheet.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "report.h"

#define LEVELS_MAX 6 /* of a table that counts */
#define KEY_SIZE 8 /* places of a figure's key: levels, then what a table counts beside them; fields of a list */
#define WINDOWS_MAX 3
#define MASKS_MAX ((LEVELS_MAX / 2 + 1) * (LEVELS_MAX / 2 + 1)) /* ways of summing over inner levels */
#define DAYS_LEVEL "days" /* the name of an interval's length, as a level */

/* ---- definitions ---- */

enum unit {
	UNIT_NONE, /* a field, no period */
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR,
};

enum level_kind {
	LEVEL_FIELD, /* its values */
	LEVEL_PERIOD, /* months, quarters, years */
	LEVEL_BINS, /* a number, cut into half-open bins */
	LEVEL_CONDITIONS, /* Row: and Column: */
	LEVEL_WINDOWS, /* this period, the one before, a year before; never summed over */
	LEVEL_MEASURES, /* of a table with several; never summed over */
};

/* A unit stands under each that holds; under the number beyond the last when none does and a total wants it. */
struct condition {
	struct str label;
	struct expr *expr;
};

struct level {
	enum level_kind kind;
	struct str text; /* as the definition has it: "Municipality.Province" */
	enum unit unit; /* LEVEL_PERIOD */
	struct name name; /* LEVEL_FIELD, LEVEL_BINS; field 0: the days of an interval */
	struct str target, shown_by; /* a reference: the type referred to, the field shown beside its key */
	const struct str *choices; /* values shown even where they count nothing, in order */
	size_t n_choices;
	const struct number *cuts; /* LEVEL_BINS: bin i begins with cut i - 1 and ends before cut i */
	size_t n_cuts;
	bool is_whole; /* LEVEL_BINS: of whole numbers */
	const struct condition *conditions; /* LEVEL_CONDITIONS */
	size_t n_conditions;
};

enum counted {
	COUNT_CASES,
	COUNT_ENTRIES,
	COUNT_CASES_WITH_ENTRIES,
	COUNT_FINDINGS,
	COUNT_RECORDS, /* of a type of the directory */
	COUNT_DAYS, /* From and To */
	COUNT_STOCK,
};

enum measure {
	MEASURE_NUMBER, /* COUNT_DAYS: ended */
	MEASURE_MEDIAN,
	MEASURE_P90,
	MEASURE_LONGEST,
	MEASURE_WITHIN, /* the target */
	MEASURE_WAITING,
	MEASURE_OVERDUE,
	MEASURE_START, /* COUNT_STOCK */
	MEASURE_IN,
	MEASURE_MOVED_IN,
	MEASURE_OUT,
	MEASURE_MOVED_OUT,
	MEASURE_END,
	MEASURES,
};

extern const char *const measure_names[]; /* by measure; NULL-terminated */
/* Whether its figure counts units: then it is protected like any count. Of the others the figure of MEASURE_NUMBER in the
 * same place is the base. */
bool measure_counts(enum measure measure);

/* Whether values that count nothing have a row or column all the same. */
enum empty {
	EMPTY_OUTER, /* on the outermost level of an axis */
	EMPTY_SHOW,
	EMPTY_HIDE,
};

/* A period in which a table counts. */
struct window {
	struct period period;
	const char *name; /* in English: "this period" */
	char from[DATE_SIZE], until[DATE_SIZE]; /* Period.from, Period.until; empty for an open end */
};

/* Target: P14D if CONDITION */
struct target {
	struct duration span;
	struct str setting; /* of centre.rec, where the duration stands; STR_NULL: it is given */
	struct expr *condition; /* NULL: always */
	struct span at;
};

/* A Table record. */
struct tally {
	struct str name, title;
	enum counted counted;
	struct expr *where;
	struct name date; /* field 0: the case's Opened, the entry's Date */
	struct name sum; /* field 0: units are counted; else the sum of this field's values */
	struct str type; /* COUNT_RECORDS */
	bool at_end; /* cases as they stand on the period's last day, not on the date that counts them */
	bool standing; /* with at_end: whatever the day they were opened, not only those dated in the period */
	bool total_rows, total_columns;
	enum empty empty;
	struct level levels[KEY_SIZE]; /* rows, then columns; windows and measures last */
	size_t n_rows, n_levels;
	size_t n_fixed; /* the last levels of the columns, never summed over */
	unsigned masks[MASKS_MAX]; /* levels summed over, as bits: of the place itself, then of each of its totals */
	enum unit grains[MASKS_MAX]; /* the finest period that is left; UNIT_NONE: the whole window */
	size_t n_masks;
	struct str *notes;
	size_t n_notes;
	enum chart chart;
	/* COUNT_DAYS */
	struct expr *from, *to, *given_up;
	bool is_every;
	struct target *targets;
	size_t n_targets;
	/* COUNT_STOCK: the State's symbol; the cases in it, or those that are not */
	int state;
	bool is_not;
	enum measure measures[MEASURES]; /* shown, in order */
	size_t n_measures;
	/* Compare */
	bool before, year;
	bool is_year_left_out; /* of a public report, where it overlaps another window in part */
	struct window windows[WINDOWS_MAX]; /* the first is the report's period */
	size_t n_windows;
	/* List */
	bool is_list;
	size_t limit; /* 0: none */
};

/* What a record has become by the end of the period. */
struct heir {
	const struct entity *now;
	size_t split; /* among the report's splits, SIZE_MAX: it was not split */
};

/* A type whose records are read as what came after them. */
struct succession {
	const struct rectype *type;
	struct str target; /* its name */
	struct str shown_by; /* the field shown beside its key */
	struct expr *condition; /* over Param; NULL: always */
	bool applies;
	struct heir *heirs; /* by place in the directory */
};

/* A record that was split, and the keys of its parts. */
struct split {
	const struct succession *succession;
	const struct entity *entity;
	struct str *parts;
	size_t n;
};

struct report {
	const struct schema *schema;
	const struct directory *directory;
	struct more_names states;
	bool asks_states, asks_findings;
	struct symbols *symbols;
	struct arena arena;
	struct str name, title, doc;
	bool is_public;
	struct param *params;
	size_t n_params;
	struct expr *scope;
	struct tally *tables;
	size_t n;
	struct expr **exprs; /* all that were compiled, to be freed */
	size_t n_exprs, size_exprs;
	const struct words *words; /* the language of the tables */
	const struct record *centre; /* centre.rec's; NULL: there is none */
	/* What a stock looks at beside the entries of a case: days on which a record that an expression goes through begins or
	 * ends, and States that one names. */
	struct str *followed;
	size_t n_followed;
	int *named_states;
	size_t n_named_states;
	day *turns;
	size_t n_turns;
	int param_symbol, case_symbol, entry_symbol, period_symbol, from_symbol, until_symbol;
	int rule_symbol, verdict_symbol, severity_symbol;
	day known; /* the last day of which anything is known; DAY_NONE: all are */
	struct period period;
	int64_t threshold;
	struct succession *successions;
	size_t n_successions;
	bool succeeds; /* one of them applies */
	const struct succession **by_symbol; /* which a field of cases and entries refers to */
	size_t n_by_symbol;
	struct split *splits;
	size_t n_splits;
	uint64_t definition; /* a hash of its records */
	uint64_t fingerprint; /* of the definition, the period and the parameters */
};

extern const char *const unit_names[]; /* by unit; NULL-terminated from UNIT_MONTH on */

/* ---- reading a definition ---- */

/* In what names are looked up. */
enum over {
	OVER_CASE,
	OVER_ENTRY,
	OVER_FINDING,
	OVER_RECORD,
};

struct reading {
	struct report *report;
	struct findings *findings;
	const struct entity *entity; /* the record read now */
	size_t found; /* faults */
	enum over over;
	const struct rectype *type; /* OVER_RECORD */
	struct str where; /* of the table read now */
};

struct span reading_span(const struct reading *r, const struct field *field); /* NULL: the record */
/* A part of a field's value. */
struct span reading_part(const struct reading *r, const struct field *field, struct str part);
struct finding *fault(struct reading *r, struct finding *finding); /* counts it, and gives it back */
/* A word that is none of `words` (NULL-terminated). */
void reading_unknown(struct reading *r, struct span at, const char *what, struct str word, const char *const *words);
const struct field *reading_field(const struct reading *r, const char *name);
struct str reading_text(const struct reading *r, const char *name); /* trimmed; STR_NULL when it is not there */
/* The text of a field that must be there; else a fault, and empty. */
struct str need(struct reading *r, const char *name);
/* Holds a name against what is read now (r->over); for expr_names. */
void check_name(void *reading, const struct name *name, struct span at);
/* Compiles an expression and checks its names; NULL after faults. */
struct expr *read_expr(struct reading *r, struct str text, struct span at, enum over over);
struct expr *read_field_expr(struct reading *r, const char *name, enum over over); /* NULL when it is not there too */
/* "Field" or "Field.Sub", as in an expression. */
bool read_name(struct reading *r, struct str text, struct span at, struct name *name);
/* What the schema says of the field that a name is, over what is read now; NULL when it says nothing. */
const struct field_info *info_of(const struct reading *r, enum over over, int symbol);
/* The same through references: of Case.Service, of Municipality.Province. */
/* A fault where what the name stands for can be no number (or else, no date). */
void check_holds(struct reading *r, const struct name *name, struct span at, bool number);
const struct field_info *info_of_name(const struct reading *r, const struct name *name);
void add_choices(struct arena *arena, struct level *level, const struct str *choices, size_t n);
/* Rows, Row, Columns, Column and Bins of a table; windows and measures. */
void read_axes(struct reading *r, struct tally *t);
void read_params(struct reading *r);
/* Tells which tables of a public report cannot be proved safe beside each other; `entities` are their records. */
void read_beside(struct reading *r, const struct entity *const *entities);

/* ---- days ---- */

/* Months, quarters and years as numbers that count on without a gap. */
uint32_t bin_of(enum unit unit, day d);
day bin_start(enum unit unit, uint32_t bin); /* its first day */
struct str bin_label(enum unit unit, uint32_t bin, struct arena *arena); /* 2026-Q1 */
bool is_in(const struct period *period, day d);
day final_day(const struct period *period);
/* Its last day that is known: on it is judged what is due and what still waits. */
day judged_day(const struct report *report, const struct period *period);
/* Whether a record is valid on some day of the period. */
bool meets(const struct entity *entity, const struct period *period);
/* The windows in which a table counts, of the report's period. */
void set_windows(const struct report *report, struct tally *t);

/* ---- counts ---- */

/*
 * A table's figures, each under a key: for each level a value's number, a bin, MISSING, or ANY where the level is
 * summed over.
 */
#define ANY UINT32_MAX
#define MISSING (UINT32_MAX - 1)
#define NOT_STATED "(not stated)"
#define NONE_OF_THESE "(none of these)"

struct figure {
	uint32_t key[KEY_SIZE];
	uint64_t stamp; /* the last unit counted here */
	int64_t n; /* units; 0: a free place */
	struct number sum;
};

/* Values of a level as small numbers. */
struct values {
	struct map map;
	struct str *list;
	size_t n, size;
};

struct cube {
	const struct tally *tally;
	struct figure *figures;
	size_t n, size;
	struct values values[KEY_SIZE];
	uint64_t unit;
	size_t places[WINDOWS_MAX]; /* of the unit: keys without ANY */
	int64_t spread; /* units in more than one place */
	int64_t undated;
	int64_t unsummed; /* values of the field summed that are no numbers, or too large ones */
};

#define MET_MAX 8

struct counts {
	const struct report *report;
	struct arena arena;
	struct cube *cubes; /* one a table */
	void (*see)(void *context, const struct sighting *sighting); /* NULL: nobody watches */
	void *see_context;
	const struct report_case *c; /* counted now; NULL: none */
	const struct entity *entity; /* the record counted now; NULL: none */
	const struct report_finding *finding; /* counted now; NULL: none */
	struct intervals *intervals; /* memory of report-days.c and report-stock.c, grown and kept */
	struct standing_places *standing;
	uint64_t n_cases;
	int64_t *splits; /* cases that a split leaves out, by its number */
	uint64_t *split_stamps;
	size_t met[MET_MAX], n_met; /* splits that what was asked last had to do with */
	bool as_if; /* a split is read as the part that a parameter names */
};

/* Whether what stands in a level are values with numbers of the cube's own. */
bool has_values(const struct level *level);
/* Places of a key that a table uses. */
size_t key_places(const struct tally *tally);
/* Whether a number other than ANY and MISSING can stand at a place of the key that has no values of its own. */
bool may_hold(const struct tally *tally, size_t place, uint32_t number);
/* The number of a value, a new one when it was not met before. */
uint32_t value_number(struct counts *counts, struct values *values, struct str value);
/* Adds to a figure; false when this unit (stamp, 0 for many units) was counted there before. */
bool add_figure(struct cube *cube, const uint32_t *key, uint64_t stamp, int64_t n, struct number sum);
/* Room for as many figures, in a cube that has none yet. */
void expect_figures(struct cube *cube, size_t n);
/* The figure of a key, or the free place where it belongs; the cube must have places. */
struct figure *figure_at(const struct cube *cube, const uint32_t *key);
/* Units under a key. */
int64_t units_at(const struct cube *cube, const uint32_t *key);
/* Text for one line of a terminal, whatever the files hold. */
struct str plain_text(struct arena *arena, struct str text);
/* What a value of a level is called untranslated: "advice", "2026-Q1". */
struct str key_id(const struct cube *cube, size_t level, uint32_t value, struct arena *arena);

/* What counts: a case, an entry, a record, an interval. */
struct item {
	const struct subject *subject;
	size_t entry; /* SIZE_MAX: the case, or none */
	day date;
	struct number amount;
	uint32_t window;
	uint32_t days; /* of an interval */
	enum measure measure;
};

/* On its way into a cube. */
struct placing {
	struct counts *counts;
	struct cube *cube;
	struct item item;
	void (*put)(struct placing *placing); /* called with each place where it belongs */
	uint32_t place[KEY_SIZE];
	void *context;
};

/* Calls `put` for each combination of the item's values. */
void place_item(struct placing *placing);
/* Counts the unit in the place and in its totals that have this grain of periods (GRAIN_ALL: in all); false when it was
 * counted in the place before. */
#define GRAIN_ALL (-1)
bool count_place(struct placing *placing, int grain);
/* Tells who watches of the figure under the key. */
void show_place(const struct placing *placing, const uint32_t *key);
void begin_unit(struct cube *cube);
void end_unit(struct cube *cube);
/* Counts a unit with a date wherever its values put it. */
void place_unit(struct counts *counts, struct cube *cube, const struct subject *subject, size_t entry, day d,
    uint32_t window);

/* ---- succession ---- */

/* The parameter of that name, NULL when there is none. */
const struct param *param_of(const struct report *report, int symbol);
/* Once parameters and period are known: which successions apply, and who is whose heir. */
void succession_begin(struct report *report);
/* What expressions see of a parameter. */
struct str succession_param(const struct report *report, const struct param *p);

struct heir_view {
	struct counts *counts;
	struct subject inner;
	const struct rectype *type;
	day on;
};

/* From now on the subject (a record of `type`, NULL: a case or entry, as it is on that day) answers with heirs. */
void succession_view(struct heir_view *view, struct counts *counts, const struct rectype *type, day on,
    struct subject *subject);
/* Whether the case is in scope; a case that only a split keeps out is counted as left out. */
bool succession_scope(struct counts *counts, const struct subject *subject);
/* The case stands in the report under the splits met since counts->n_met was set to 0. */
void succession_count(struct counts *counts);
/* Notes about parameters read as something else and about splits; `notes` has room for each parameter and split. */
size_t succession_notes(const struct report *report, const struct counts *counts, const struct words *words,
    struct arena *arena, struct str *notes);

/* ---- asking ---- */

/* A subject that also answers for Param and Period, and for Case as the case stood on another day. */
struct asking {
	const struct report *report;
	const struct window *window;
	const struct report_case *c;
	day case_on; /* DAY_NONE: what the subject says of Case holds */
	const struct report_finding *finding; /* Rule, Verdict, Severity; NULL: none */
	struct subject inner, of_case;
	struct heir_view view, case_view;
};

/* The subject: a record of `type`; NULL: a case or entry, as it is on that day. */
void ask_also(struct asking *asking, struct counts *counts, const struct window *window, const struct rectype *type,
    day on, struct subject *subject);
/* The same with Case as it stood on another day. */
void ask_case_on(struct asking *asking, struct counts *counts, const struct report_case *c, day on);
/* Entry, of the case, is its journal up to that day. */
void read_until(const struct report_case *c, day last);
bool in_scope(struct counts *counts, const struct report_case *c, const struct window *window, day on);

/* The parts of a case's counting that are not units with a date. */
void count_days(struct counts *counts, struct cube *cube, const struct report_case *c);
void count_stock(struct counts *counts, struct cube *cube, const struct report_case *c);
void intervals_free(struct intervals *intervals);
void standing_free(struct standing_places *standing);
/* Counts of stock with what stands at the beginning and end of every period worked out; `full` is released by
 * stock_release. */
void stock_fill(const struct cube *cube, struct cube *full);
void stock_release(struct cube *full);

/* ---- finished tables ---- */

/* A heading as keys, beside its labels. */
struct head {
	uint32_t key[KEY_SIZE];
	size_t n; /* levels with a label: all, but for totals; ANY among them is a total under a window or measure */
	bool marked;
};

struct heads {
	struct head *list;
	size_t n, size;
};

/* A table while it is drawn: its figures row by row. */
struct drawn {
	const struct cube *cube;
	struct cube full; /* COUNT_STOCK: what `cube` points to */
	struct heads rows, columns;
	int64_t *figures; /* units; of a measure that counts none, its base */
	struct number *sums;
	size_t *counts; /* their numbers for disclosure */
	bool *hidden;
	size_t more; /* lines of a list beyond its limit */
};

void draw_table(const struct report *report, const struct cube *cube, struct drawn *drawn);
void drawn_release(struct drawn *drawn);
/* Order of two values of a level. */
int value_cmp(const struct cube *cube, size_t level, uint32_t a, uint32_t b);
/* Whether a row shows figures: a group's heading without totals only names the group. */
bool row_is_shown(const struct drawn *drawn, size_t row);
/* Whether a cell is no total of others. */
bool is_leaf(const struct drawn *drawn, size_t row, size_t column);
void cell_key(const struct drawn *drawn, size_t row, size_t column, uint32_t *key);
/* What a column shows; MEASURES where the table has but one. */
enum measure column_measure(const struct drawn *drawn, size_t column);
/* What a value is called; `raw`: as the files have it. */
struct str key_label(const struct report *report, const struct cube *cube, size_t level, uint32_t value,
    bool raw, struct arena *arena);
/* The figure of a measure of days as it is written; STR_NULL when there is none. Sorts the lengths once. */
struct lengths;
struct lengths *lengths_of(const struct cube *cube);
void lengths_free(struct lengths *lengths);
struct str length_text(const struct lengths *lengths, const struct cube *cube, const uint32_t *key,
    enum measure measure, struct arena *arena);

/* ---- what figures are called ---- */

#define ATOMS_MAX 24
#define BLENDS_MAX 3
#define MEASURE_LATE ((enum measure)(MEASURES + 1)) /* those of MEASURE_NUMBER that are not MEASURE_WITHIN */

/* How a level takes part in a sum: as it is, in a coarser period, its values blended as another table has them, or summed
 * over. */
struct coarse {
	enum unit units[KEY_SIZE];
	bool dropped[KEY_SIZE];
	size_t blended[KEY_SIZE]; /* 0: no; from 1 on, which of its blends */
};

/* What a figure counts: units and days in `fixed`, and conditions that all hold, in order. */
struct called {
	struct str fixed;
	struct str atoms[ATOMS_MAX];
	size_t n;
};

struct naming;

struct naming *naming_new(const struct report *report, const struct drawn *drawn);
void naming_free(struct naming *naming);
/* From now on names are those of the sums of tables, not of their counts. */
void naming_sums(struct naming *naming, bool sums);
size_t naming_blends(const struct naming *naming, size_t table, size_t level);
/* Good until the next call. Measures that are held against a target: against that of the table `target`. */
void naming_call(struct naming *naming, size_t table, const uint32_t *key, const struct coarse *coarse,
    enum measure measure, size_t target, struct called *called);
/* As one text, without the conditions of a set, and with one more (STR_NULL: none). */
void called_write(const struct called *called, uint32_t without, struct str with, struct buf *out);
/* What counts the rest of those that satisfy all but some of its conditions. Good until the next call of naming_call. */
void naming_rest(struct naming *naming, const struct called *called, uint32_t conditions, struct called *rest);
/* What counts the units that two figures have in common; false when there can be none. Good until the next call of
 * naming_call; with ATOMS_MAX conditions some may be missing. */
bool naming_both(struct naming *naming, const struct called *a, const struct called *b, struct called *both);
/* Whether its conditions exclude each other, so that it counts nothing ever. */
bool naming_is_void(const struct naming *naming, const struct called *called);
/* The same of the next coarser period, quarter or year or the report's own; false where there is none. Its conditions are
 * those of `called`, its name good until the next call of naming_call. */
bool naming_wider(struct naming *naming, const struct called *called, struct called *wider);
/* Whether a condition is one of Row or Column of a table. */
bool naming_is_row(const struct naming *naming, size_t table, struct str atom);
/* Whether one table counts a part of another by its Where: then the conditions that it has beside. */
bool naming_where(const struct naming *naming, size_t table, size_t other, const struct str **extra, size_t *n);
/* What a condition, or a level, of a table is about. */
#define TOPIC_NAMES 12
#define TOPICS_MAX 48
struct topic {
	struct str atom; /* a condition, whether it must hold or must not */
	const struct level *level; /* NULL: a condition */
	bool is_where; /* it holds in the whole table */
	bool is_equality; /* Name = 'value' */
	bool has_room; /* a level that can be blended by one more */
	const void *domain; /* of the one field with few values that it is about; NULL: it is about others */
	struct name names[TOPIC_NAMES]; /* without Case; field 0: the days of an interval */
	size_t n;
};

struct topics {
	struct topic list[TOPICS_MAX];
	size_t n;
};

void naming_topics(struct naming *naming, size_t table, struct topics *topics);
/* What a table counts. */
struct str naming_base(const struct naming *naming, size_t table, bool with_target);
bool is_standing(enum measure measure);
/* What a bin is called: "..7", "7..14", "90.." */
struct str cut_id(const struct level *level, uint32_t bin, struct arena *arena);

/* Fills in which cells of all tables stay hidden, in a public report small counts and what gives them away, in any the measures
 * of few; whether any does. */
bool report_protect(const struct report *report, struct drawn *drawn);

#endif
