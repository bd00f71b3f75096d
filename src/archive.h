/*
 * archive hides how a repository is worked through: its schema and directory, which files are cases, in
 * which order and by how many threads they are read, and what of them is in force when.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include "base.h"
#include "diag.h"
#include "expr.h"
#include "journal.h"
#include "record.h"
#include "rules.h"
#include "schema.h"
#include "store.h"
#include "value.h"

struct archive {
	struct snapshot *snapshot;
	struct symbols symbols;
	struct schema *schema;
	struct directory *directory;
	struct rules *rules; /* those of rules/; none when there is no such folder */
	struct known known;
	struct terms terms; /* the same for who reads cases */
	day today;
	const struct record *centre; /* the record of centre.rec, NULL when there is none */
	struct recfile centre_file;
	struct recfile *loaded; /* every other file that was read at opening */
	size_t n_loaded;
	size_t n_named; /* symbols that their fields know */
	struct arena arena; /* lives as long as the archive */
};

/* Loads centre.rec, schema/, directory/, activities/ and rules/, with their findings. The archive is usable even when some
 * were found. */
struct archive *archive_open(struct snapshot *snapshot, day today, struct findings *findings);
/* With schema/ alone, for who asks for nothing else. */
struct archive *archive_open_schema(struct snapshot *snapshot, day today, struct findings *findings);
void archive_free(struct archive *archive);
/* After new names were compiled: fields of the directory know them too. archive_each does it; not beside other
 * threads. */
void archive_name_fields(struct archive *archive);
/* A field of centre.rec, STR_NULL when it is not set. */
struct str archive_setting(const struct archive *archive, struct str name);
/* Symbols of the States of its rules: names that are known of a case beside its fields. */
const int *archive_states(struct archive *archive, struct arena *arena, size_t *n);

/* Header, entries, path, id, against the schema. */
void case_check(struct archive *archive, struct casefile *file, struct findings *findings);

/* What a visitor is given beside the case: memory reset after it, a place for findings, output that appears in the
 * order of the cases, and its thread's own state. */
struct visit {
	struct arena *arena;
	struct findings *findings;
	struct buf *out;
	void *state;
	/* With `judge`: what the rules say of the case on archive->today, judged on it; the States answer by their names. */
	const struct judgement *judgements;
	size_t n_judgements;
	struct judge *judge; /* the thread's, to ask for spells or to judge another journal */
	bool faulty; /* errors were found in the file itself: what the rules say of it may follow from them */
};

struct visitor {
	void (*see)(void *context, struct visit *visit, struct casefile *file);
	void *context;
	/* A thread's state, made before its first case; merged one after another at the end. Both may be NULL. */
	void *(*begin)(void *context);
	void (*end)(void *context, void *state);
	/* Output of finished cases, in order of path, one thread at a time. May be NULL. */
	void (*write)(void *context, struct str out);
	bool check; /* case_check each before see (which may be NULL), so that its findings are there */
	bool judge; /* judge each case before see */
	enum verdict report; /* with judge: verdicts from this one on are findings; OK: none is */
	bool quiet; /* faults in the form of a case are not said: who sees it looks for them itself */
	bool alone; /* one thread only: for a visitor that is not thread-safe */
	/* Called now and then, one thread at a time. May be NULL. */
	void (*progress)(void *context, size_t done, size_t total);
	void *progress_context;
};

/* Which cases: all when n is 0; else each a path (of a folder too), an id or a unique prefix of one. Unknown ones
 * are found. */
struct selection {
	const char *const *names;
	size_t n;
};

/* False when a name of the selection was not resolved (and that was found). */
bool archive_each(struct archive *archive, const struct selection *selection,
    const struct visitor *visitor, struct findings *findings);
/* The path of a case named by id, unique prefix or path; NULL after a finding. */
const char *archive_case_path(struct archive *archive, const char *name, struct arena *arena,
    struct findings *findings);
/* cases/2026/7/2026-7KQ43.rec */
char *case_path_of(const char id[CASE_ID_SIZE], struct arena *arena);

/* Where a step comes from: a parent of a commit. */
struct origin {
	struct archive *archive; /* NULL: schema, rules and directory are those of the step */
	const struct changes *changes; /* of snapshot_changes from there */
};

/* From one or two origins (nothing is one too) to the snapshot of an archive. */
struct archive_step {
	struct archive *archive;
	const struct origin *origins;
	size_t n;
	struct snapshot *shared; /* what the main branch holds; NULL: there is none yet */
	const struct entity *committer; /* NULL: not known */
	bool begins; /* the first commit of all: nothing in it is new, as its cases were kept elsewhere before */
};

/*
 * Checks the files that a step touches, by schema, rules and history records; of the rules only what they say broken
 * that was not so in any origin. A change of schema/ or rules/, or one that takes a directory record away or alters it,
 * looks at every case: one that was valid at an origin and is not any more is found. What a merge takes over unchanged
 * from an origin of the same definitions was judged there. archive->today is the day of the step.
 */
void archive_check_step(const struct archive_step *step, struct findings *findings);

/*
 * Of what archive_open found keeps that about files which the changes touch, and of the others what was not found
 * at that place before: a record taken away is missed elsewhere. before NULL: the others have nothing new.
 */
void archive_keep_new(struct findings *findings, const struct changes *changes,
    const struct findings *before);

/* The member of staff with that e-mail (case folded) active on a day, NULL when there is none. */
const struct entity *archive_staff_by_email(const struct archive *archive, struct str email,
    day on);
bool staff_has_role(const struct archive *archive, const struct entity *staff, struct str role);

#endif
