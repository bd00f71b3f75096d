/*
 * command-names hides which names an expression of the command line may use of cases or of entries, and what the right one
 * may have been: a misspelt name would only ever be missing.
 */
#ifndef COMMAND_NAMES_H
#define COMMAND_NAMES_H

#include "archive.h"
#include "expr.h"

struct names {
	const struct archive *archive;
	bool is_entries; /* of entries, else of cases */
	const char *entries_option; /* what lists entries instead, for advice; NULL: nothing does */
	/* Symbols of names that the command itself answers, 0 for none: the last entry (Last.Field too), the path, the id, an entry's
	 * name; and Case of entries. A field of that name comes first. */
	int last, path, id, self;
	struct findings *faults;
	bool asks_states; /* a State was named in what was checked so far: only then must cases be judged */
};

/* Finds the names of an expression that there are not, and texts that what they are compared with never is; of these patterns and
 * keys of records are warnings. *has_own (may be NULL): it uses one of the command's own. */
void names_check(struct names *names, const struct expr *expr, bool *has_own);
bool names_is_own(const struct names *names, const struct name *name);

#endif
