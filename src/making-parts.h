/* What the files of making share. */
#ifndef MAKING_PARTS_H
#define MAKING_PARTS_H

#include "making.h"

/* Opens the version that `as_of` names (see making_open), and the day up to which it is known. */
struct snapshot *making_find(struct making *making, const char *as_of, day today);
day making_day(struct making *making, day today);

/* ---- making-repos.c: several centres ---- */

/* After the sum's own: definitions of the parts; false after findings. They must be the same: what is not is found, all of
 * it, before parts_begin is false. */
bool parts_load(struct making *making);
bool parts_begin(struct making *making);
void parts_count(struct making *making, const struct visitor *progress);
void parts_close(struct making *making);
/* The journal that counts for a case of a part: its own, that of all centres which have it, or none: another counts it. */
struct casefile *parts_case(const struct making *making, struct visit *visit, struct casefile *file);
/* Whether two are made from the same repository. */
bool parts_is_same_folder(const struct making *a, const struct making *b);
/* What a centre is called, all of them, and what is to be said of their sum: at most PART_NOTES. */
#define PART_NOTES 3
struct str parts_name(const struct making *making, size_t i);
struct str parts_names(struct making *making);
size_t parts_notes(struct making *making, struct str *notes);

#endif
