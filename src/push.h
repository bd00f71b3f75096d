/*
 * push hides what may enter the shared history: which refs, commits, people, paths and messages, and by
 * which schema each new commit is judged. It judges and finds; it changes nothing and asks no clock. The
 * pre-receive hook is its user; the hooks of a clone say early what it would say late.
 */
#ifndef PUSH_H
#define PUSH_H

#include "archive.h"
#include "base.h"
#include "diag.h"
#include "store.h"

/* A ref that a push moves; ids in hex, all zeros for none. */
struct push_update {
	const char *old, *new, *ref;
};

struct push {
	struct store *store;
	int64_t now; /* the server's clock */
	const char *pusher; /* an id of staff or an e-mail, where the server says who pushes; else NULL */
	struct findings *findings; /* named once each, for the first commit that has them */
	size_t n_commits; /* set: how many are new */
};

/*
 * Every commit that is reachable from a new tip and not from the main branch as it stands, against each
 * of its parents. Staff, roles, settings and schema are those of the main branch as it stands; a schema that a
 * coordinator changes in the push counts from that commit on.
 */
void push_check(struct push *push, const struct push_update *updates, size_t n);

/* What the shared main branch holds, as far as a clone knows: the upstream of its branch, else that of its origin; NULL
 * when it has neither. */
struct snapshot *push_shared(struct store *store);
/* Of what differs from two parents what differs from both: a merge's own. Both in order of path. */
void push_own_changes(const struct changes *first, const struct changes *second, struct arena *arena,
    struct changes *own);

/*
 * What a step's files are beside their content: paths, modes, sizes, names that differ only in case, cases
 * taken away. authority may be NULL. Sizes and modes that are wrong make it false: then do not read them.
 */
bool push_check_files(const struct archive *authority, struct snapshot *new,
    const struct changes *changes, struct findings *findings);
/* Files that only a coordinator may change. */
void push_check_rights(const struct archive *authority, const struct entity *staff,
    const struct changes *changes, struct findings *findings);
/* The member of staff behind an e-mail, active on a day; NULL after a finding. what: "committer". */
const struct entity *push_check_staff(const struct archive *authority, struct str email, day on,
    const char *what, struct findings *findings);
/* A commit's message: text, with a subject, without identifiers. */
void push_check_message(const struct archive *authority, struct str message,
    struct findings *findings);

#endif
