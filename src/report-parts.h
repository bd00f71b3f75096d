/*
 * What the parts of report share, and nobody else includes: report-define.c reads definitions and parameters,
 * report.c counts, report-succession.c reads what has ended as what came after, report-keep.c writes and reads counts, report-draw.c makes finished tables of them,
 * report-guard.c hides small ones.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "report.h"
#include "words.h"

#define LEVELS_MAX 6 /* of a table that counts */
#define KEY_SIZE 8 /* places of a figure's key: levels, then what a table counts beside them */

enum unit {
	UNIT_NONE, /* a field, no period */
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR,
};

struct level {
	struct str text; /* as the definition has it: "Municipality.Province" */
	struct str title; /* as a reader sees it */
	enum unit unit;
	struct name name;
	const struct str *choices; /* values shown even where they count nothing, in order */
	size_t n_choices;
};

enum counted {
	COUNT_CASES,
	COUNT_ENTRIES,
	COUNT_CASES_WITH_ENTRIES,
};

/* Whether values that count nothing have a row or column all the same. */
enum empty {
	EMPTY_OUTER, /* on the outermost level of an axis */
	EMPTY_SHOW,
	EMPTY_HIDE,
};

/* A Table record. */
struct tally {
	struct str name, title;
	enum counted counted;
	struct str where_text;
	struct expr *where;
	struct name date; /* field 0: the case's Opened, the entry's Date */
	struct name sum; /* field 0: units are counted; else the sum of this field's values */
	bool at_end; /* cases as they stand on the period's last day, not on the date that counts them */
	bool total_rows, total_columns;
	enum empty empty;
	struct level levels[KEY_SIZE]; /* rows, then columns */
	size_t n_rows, n_levels;
	struct str *notes;
	size_t n_notes;
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
	bool asks_states;
	struct symbols *symbols;
	struct arena arena;
	struct str name, title, doc;
	bool is_public;
	struct param *params;
	size_t n_params;
	struct expr *scope;
	struct tally *tables;
	size_t n;
	struct map labels; /* word, or field NUL word, to its Label record */
	int param_symbol, case_symbol, entry_symbol;
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
/* What a word of the files (a value of `field`, a title) is called. */
struct str label_of(const struct report *report, struct str field, struct str word);

/* Months, quarters and years as numbers that count on without a gap. */
uint32_t bin_of(enum unit unit, day d);
day bin_start(enum unit unit, uint32_t bin); /* its first day */

/*
 * A table's figures, each under a key: for each level a value's number, a bin, MISSING, or ANY where the level is
 * summed over.
 */
#define ANY UINT32_MAX
#define MISSING (UINT32_MAX - 1)
#define NOT_STATED "(not stated)"

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
	size_t places; /* of the unit: keys without ANY */
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
	uint64_t n_cases;
	int64_t *splits; /* cases that a split leaves out, by its number */
	uint64_t *split_stamps;
	size_t met[MET_MAX], n_met; /* splits that what was asked last had to do with */
	bool as_if; /* a split is read as the part that a parameter names */
};

/* Whether what stands in a level are values with numbers of the cube's own, not bins. */
bool has_values(const struct level *level);
/* Places of a key that a table uses. */
size_t key_places(const struct tally *tally);
/* Whether a number other than ANY and MISSING can stand at a place of the key that has no values of its own. */
bool may_hold(const struct tally *tally, size_t place, uint32_t number);
/* The number of a value, a new one when it was not met before. */
uint32_t value_number(struct counts *counts, struct values *values, struct str value);
/* Adds to a figure; false when this unit (stamp, 0 for many units) was counted there before. */
bool add_figure(struct cube *cube, const uint32_t *key, uint64_t stamp, int64_t n, struct number sum);
/* What a value of a level is called untranslated: "advice", "2026-Q1". */
struct str key_id(const struct cube *cube, size_t level, uint32_t value, struct arena *arena);

/* The figure of a key, or the free place where it belongs; the cube must have places. */
struct figure *figure_at(const struct cube *cube, const uint32_t *key);

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

/* A heading as keys, beside its labels. */
struct head {
	uint32_t key[KEY_SIZE];
	size_t n; /* levels with a value */
	bool marked;
};

struct heads {
	struct head *list;
	size_t n, size;
};

/* A table while it is drawn: its figures row by row. */
struct drawn {
	const struct cube *cube;
	struct heads rows, columns;
	int64_t *figures; /* units */
	struct number *sums;
	size_t *counts; /* their numbers for disclosure */
	bool *hidden;
};

/* Whether a row shows figures: a group's heading without totals only names the group. */
bool row_is_shown(const struct drawn *drawn, size_t row);
void cell_key(const struct drawn *drawn, size_t row, size_t column, uint32_t *key);
struct str bin_label(enum unit unit, uint32_t bin, struct arena *arena); /* 2026-Q1 */
/* What a value is called; `raw`: as the files have it. */
struct str key_label(const struct report *report, const struct cube *cube, size_t level, uint32_t value,
    bool raw, struct arena *arena);

/* Fills in which cells of all tables stay hidden; whether any does. */
bool report_protect(const struct report *report, struct drawn *drawn);

#endif
