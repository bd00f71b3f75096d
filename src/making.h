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
	struct period period;
	struct arena arena; /* for whatever the sheet points to */
	struct findings findings;
	day today;
	const char *program; /* its name and version, for the foot */
	/* making's own: what was counted, of how many cases, and the paths of those with errors. */
	struct counts *counts;
	size_t cases;
	struct map faulty;
};

/* Opens what `as_of` names: a day, or a commit; NULL for the work tree, in a bare repository HEAD. Dies when it
 * names neither. */
void making_open(struct making *making, struct store *store, const char *as_of, day today,
    const char *program);
/* Releases all but the store. */
void making_close(struct making *making);
/* The definition of that name. False after findings. */
bool making_load(struct making *making, struct str name);
/* After the last report_set: the period, of which an end that is DAY_NONE is today. False after findings. */
bool making_begin(struct making *making, struct period period);
/* Counts all cases; of `progress` (may be NULL) only what tells of progress is used. */
void making_count(struct making *making, const struct visitor *progress);
/* Drops what was found and does not matter to figures: all but errors. Also done by making_count. */
void making_keep_errors(struct making *making);
/* The finished tables with head, foot and notes; it lives as long as the making. */
void making_sheet(struct making *making, struct sheet *sheet);

#endif
