/*
 * report hides what a report definition means: its parameters, which cases and entries count, where in its
 * tables each belongs, how totals are exact when a case stands in two rows, and which counts must stay
 * hidden. See dossier-report(5). It is asked case by case and never learns where cases come from.
 */
#ifndef REPORT_H
#define REPORT_H

#include "base.h"
#include "diag.h"
#include "expr.h"
#include "record.h"
#include "schema.h"
#include "table.h"
#include "value.h"
#include "words.h"

struct report;

/* Names that a case answers to beside its fields: symbols of States. */
struct more_names {
	const int *symbols;
	size_t n;
};

/*
 * The definition of that name among the directory's Report and Table records, compiled; interns symbols. NULL
 * after findings: a definition with a fault counts nothing.
 */
struct report *report_load(const struct schema *schema, const struct directory *directory,
    struct more_names states, struct symbols *symbols, struct str name, struct findings *findings);
void report_free(struct report *report);
/* Whether the definition, or one of its tables, stands in that file. */
bool report_stands_in(const struct report *report, const char *path);
/* The language of titles and labels; NULL, and before: English without any Label. The words outlive the report. */
void report_set_words(struct report *report, const struct words *words);
/* The record of centre.rec, where `Target: Centre.SETTING` is looked up; before report_begin. */
void report_set_centre(struct report *report, const struct record *centre);
struct str report_title(const struct report *report);
struct str report_doc(const struct report *report);
struct str report_table_name(const struct report *report, size_t table);
/* Stands for its records: the same where they say the same. */
uint64_t report_definition(const struct report *report);
/* What its profile calls for: small counts stay hidden. */
bool report_is_public(const struct report *report);
/* Whether the definition names a State: only then must cases answer to them. */
bool report_asks_states(const struct report *report);
/* Whether it counts findings of the rules. */
bool report_asks_findings(const struct report *report);

/* A `Param` of the definition: an option of the command. */
struct param {
	struct str name; /* as in the definition: the option's name */
	struct str type; /* "rec", "enum", "date", "int", "line" */
	struct str target; /* rec: the type referred to */
	struct str shown_by; /* rec: the field shown beside the key */
	const struct str *choices; /* enum */
	size_t n_choices;
	bool mandatory;
	struct str value; /* STR_NULL until report_set */
};

const struct param *report_params(const struct report *report, size_t *n);
/* The key of what came after what a parameter names, where that is read so; else its value. */
struct str report_read_as(const struct report *report, const struct param *param);
/* Gives a parameter its value, checked against its type. False after findings. */
bool report_set(struct report *report, struct str name, struct str value,
    struct findings *findings);
/* Before report_begin: nothing is known of the days after that one, so that what is due or waits then is judged on it. */
void report_set_known(struct report *report, day known);
/* After the last report_set: the period (open ends mean from the first event, to the last), and the smallest count
 * that a public report shows. False after findings: a parameter is missing. */
bool report_begin(struct report *report, struct period period, int64_t threshold,
    struct findings *findings);
/* Types of which what ended is read as what came after it, one after another, from 0; STR_NULL after the last. */
struct str report_follows(const struct report *report, size_t i);

/* A case as a report asks about it; all of it is the caller's. */
struct report_case {
	void *context;
	day opened;
	size_t n; /* entries */
	/* The case as it stands on a day: plain names are the values in force then. */
	void (*on)(void *context, day on, struct subject *subject);
	/* Its i-th entry, in order of their dates; returns its date, DAY_NONE when it has none (these come last). Good until
	 * the next one is asked for. */
	day (*entry)(void *context, size_t i, struct subject *subject);
	/* When a State holds, from <= d < to, to DAY_NONE: still; in order. Writes at most `max` of them, and returns how
	 * many there are. Asked only when report_asks_states; may be NULL else. */
	size_t (*spells)(void *context, int state, struct period *list, size_t max);
	/* What the rules say of the case as it stood on a day, good until asked again. Asked only when
	 * report_asks_findings; may be NULL else. */
	const struct report_finding *(*findings)(void *context, day on, size_t *n);
	/* From now on Entry is its journal up to that day; NULL: always all of it. */
	void (*read_until)(void *context, day last);
};

/* What a rule says of a case. */
struct report_finding {
	struct str rule, verdict, severity; /* verdict: due, overdue, late, broken */
	size_t entry; /* the entry blamed; SIZE_MAX: the case */
};

/* One thread's counts. */
struct counts;

struct counts *counts_new(const struct report *report);
void counts_free(struct counts *counts);
void counts_case(struct counts *counts, const struct report_case *c);
/* Counts the records of the directory that tables ask for: once for a report, by one thread. Their fields must know the
 * names of the definition (archive_name_fields). */
void counts_records(struct counts *counts);
/* Adds `from` to `into`; the order of merging changes nothing in the report. */
void counts_merge(struct counts *into, const struct counts *from);
/* Takes away what was added: of counts to which `from` was merged there remains what counts_write writes of them as if it
 * never had been. False, and nothing changed, when `from` cannot be part of `into`, or a sum is not whole. */
bool counts_remove(struct counts *into, const struct counts *from);

/*
 * Counts as bytes: the same for the same counts, in whatever order they were counted. counts_read adds them to `into`;
 * false, and nothing added, for any bytes that counts_write of the same report, period and parameters cannot have written.
 * Whether a figure is the one that was written, it cannot know: who keeps the bytes keeps a checksum.
 */
void counts_write(const struct counts *counts, struct buf *out);
bool counts_read(struct counts *into, struct str bytes);

/* That a unit was counted in a figure of a table: as many as the figure says, where it is a count. */
struct sighting {
	size_t table;
	/* "Service=advice\nquarter=2026-Q1": levels and values as the ids of the sheet's headings have them; those that are summed
	 * over are left out. Good until the next sighting. */
	struct str place;
	bool is_total; /* some are */
	const struct report_case *c; /* NULL: a record of the directory */
	const struct entity *entity; /* that record */
	const struct report_finding *finding; /* COUNT: findings; else NULL */
	size_t entry; /* SIZE_MAX: the case */
	day date;
	struct number amount; /* 1, or what is summed */
};

/* From now on `see` is called under counting for each figure in which a unit counts. */
void counts_watch(struct counts *counts, void (*see)(void *context, const struct sighting *sighting), void *context);

/* The finished tables; lives in the arena. Head, foot and notes of the sheet are the caller's to add. */
void report_tables(const struct report *report, const struct counts *counts, struct arena *arena,
    struct sheet *sheet);

#endif
