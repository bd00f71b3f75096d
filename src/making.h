/*
 * making hides how a report comes to be: which version of the centre it is made from, how its cases are counted and by
 * how many threads, and what stands at its head and foot. Who makes one opens a centre, names the report, gives its
 * parameters and period, and is handed a sheet.
 */
#ifndef MAKING_H
#define MAKING_H

#include "archive.h"
#include "base.h"
#include "diag.h"
#include "report.h"
#include "store.h"
#include "table.h"
#include "value.h"

struct making {
	struct store *store; /* the caller's */
	struct snapshot *snapshot;
	struct archive *archive;
	struct report *report; /* NULL before making_load */
	const char *language; /* the caller's, before making_load; NULL: the Centre's own, where it has Labels */
	struct words *words; /* of that language */
	struct str name; /* the report's */
	struct period period;
	struct arena arena; /* for whatever the sheet points to */
	struct findings findings;
	/*
	 * Up to when the centre is known: the day asked for, else the commit's own. What is made from a commit never depends
	 * on the day on which it is made. Of a work tree that is not committed: the caller's today.
	 */
	day today;
	day as_of; /* the day asked for; DAY_NONE when none was */
	bool by_dates; /* as_of: found by the dates of commits, for want of a log of what was received */
	bool cached; /* what was counted of a commit is kept in the git directory for the next time; false unless set */
	const char *program; /* its name and version, for the foot */
	/* making's own: records that differ from HEAD, what was counted, of how many cases, the paths of those with errors, and
	 * of those with a date that had not come yet. */
	size_t changed;
	struct counts *counts;
	size_t cases;
	struct map faulty, ahead;
	/* Of a sum of several centres: each of them, NULL when there is but one. */
	struct making *parts;
	size_t n_parts;
	struct str unlike; /* records that are not the same in all of them: "Staff aj, Partner X" */
	bool is_unlike; /* the centres do not count by the same: that is found, and nothing can be counted */
	size_t n_moved; /* cases that more than one has */
	struct str reopened; /* those of them that were opened on different days */
	/* Of such a centre: where it is, and cases that others have too, by id: a struct str, NULL where another counts it. */
	const char *place;
	struct map moved;
};

/*
 * Opens what `as_of` names: a commit, or a day, of which the shared repository knows what it had received by then; elsewhere
 * the dates of commits must do. DAY=COMMIT says that this is what the day stands for, DAY~COMMIT that it is by dates of
 * commits: so a report made by day is repeated. NULL stands for the work tree, which is read as HEAD's commit
 * when no record of it differs, and in a bare repository for HEAD. Dies when it names none of these.
 */
void making_open(struct making *making, struct store *store, const char *as_of, day today,
    const char *program);
/* The same of a snapshot that the caller has opened and gives away, on a day of its own. */
void making_open_snapshot(struct making *making, struct store *store, struct snapshot *snapshot, day today,
    const char *program);
/*
 * A sum of several centres, each of a repository of its own: "PATH" or "PATH@COMMIT", "PATH@DAY=COMMIT". Each is read as HEAD has
 * it, or as of a day. The first gives definition, words and schema; that what is counted is the same in all is seen to by
 * making_load. Nothing is kept in a cache. Dies when one is no repository, or is given twice.
 */
void making_open_several(struct making *making, const char *const *places, size_t n, const char *as_of, day today,
    const char *program);
/* "PATH@COMMIT", "PATH@DAY=COMMIT", "PATH@DAY~COMMIT": where the version begins; NULL when the place is but a path. */
const char *place_version(const char *place);
/* Whether "DAY=COMMIT" or "DAY~COMMIT" is so, as far as this repository knows. */
enum claim {
	CLAIM_NONE, /* it names no day */
	CLAIM_HOLDS,
	CLAIM_UNKNOWN, /* what was received when is not known here */
	CLAIM_EARLY, /* more was received later on that day */
	CLAIM_DATED_LATER, /* the commit itself is of a later day */
	CLAIM_FALSE,
};

/* `other` is set to the commit for which the day stands here, "" when none is known. */
enum claim making_claim(struct store *store, const char *version, char other[OID_HEX + 1]);
/* Releases all but the store; the stores of several, too. */
void making_close(struct making *making);
/* Chooses the language's words; once. */
void making_speak(struct making *making);
/* The definition of that name, in the language. False after findings. */
bool making_load(struct making *making, struct str name);
/* After the last report_set: the period, of which an end that is DAY_NONE is making->today. False after findings. */
bool making_begin(struct making *making, struct period period);
/* Counts all cases; of `progress` (may be NULL) only what tells of progress is used. */
void making_count(struct making *making, const struct visitor *progress);
/* A unit that was counted in a figure of a table. All of it is good until the next. */
struct made_unit {
	const struct making *making; /* of several centres: the part that counted it */
	size_t table;
	struct str place; /* as in struct sighting */
	const char *path;
	const char *id; /* of the case; "": a record of the directory */
	struct str entry; /* "2026-03-05/conversation"; "": the case itself; of a record "Partner KEY", "Presentation DATE" */
	struct str rule; /* COUNT: findings; else STR_NULL */
	struct str bytes; /* the entry's own, the header's, the record's */
	struct number amount; /* 1, what is summed, the days of an interval */
};

/* Counts some cases again (all when n is 0, or when there are several centres), and records, and tells of each unit in which
 * figures it counts; what was counted stays as it is. */
void making_watch(struct making *making, const char *const *paths, size_t n,
    void (*see)(void *context, const struct made_unit *unit), void *context);
/*
 * What is not the same in two sheets of a report, for people: each figure that differs, and under it the cases and entries
 * that stand in it now and did not then, or did then and do not now, with the commit that recorded or changed them; of what
 * entries do not explain, what else changed. Of a public report no case is named, and nothing is said of a
 * figure that either side hides. Returns how many figures differ.
 */
size_t making_compare(struct making *old, const struct sheet *then, struct making *new, const struct sheet *now,
    struct buf *out);
/* Drops what was found and does not matter to figures: all but errors. Also done by making_count. */
void making_keep_errors(struct making *making);
/* The command that makes the same report of the same commit again; STR_NULL when it was made of none. */
struct str making_command(struct making *making);
/* What a parameter's option is called: "shown_by" is --shown-by. */
struct str param_option(struct arena *arena, struct str name);
/* The finished tables with head, foot and notes; it lives as long as the making. */
void making_sheet(struct making *making, struct sheet *sheet);

#endif
