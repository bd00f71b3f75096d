/*
 * store hides git: where bytes come from (the work tree, the index, a commit), what differs between two
 * of these, and what a push brings. It is the only module that knows libgit2, and it opens nothing of
 * it until a commit is asked for: a command that reads the work tree pays for no git.
 *
 * Opening inside a hook honours GIT_DIR, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY and
 * GIT_ALTERNATE_OBJECT_DIRECTORIES (quoted or not), as git itself does.
 */
#ifndef STORE_H
#define STORE_H

#include "base.h"

/* A repository, or a folder that is none yet: then only its work tree can be read. */
struct store;

/* Finds the centre that holds `dir`: the nearest folder upwards with a centre.rec, else the git repository
 * there (a bare one, or one whose work tree lacks centre.rec). NULL when there is neither. */
struct store *store_open(const char *dir);
/* Just that folder, whatever it is in: its files only. */
struct store *store_open_folder(const char *dir);
void store_free(struct store *store);
/* The work tree's folder without a slash at the end; NULL for a bare repository. */
const char *store_root(const struct store *store);
/* The git directory, NULL when there is none. In a linked worktree store_common_dir is the shared one. */
const char *store_git_dir(struct store *store);
const char *store_common_dir(struct store *store);
/* A value of git's configuration, in the arena; STR_NULL when it is not set. */
struct str store_config(struct store *store, const char *name, struct arena *arena);
/*
 * Runs git itself, for what only it does, in the store's folder or in any: args without "git", ended by NULL. Its
 * standard output is added to `out` (NULL: dropped), its standard error to `err` (NULL: it goes to ours).
 * Returns its exit status. It sees the hook's environment, but no replace refs and no locale.
 */
int store_git(struct store *store, const char *const *args, struct buf *out, struct buf *err);
int store_run_git(const char *dir, const char *const *args, struct buf *out, struct buf *err);

#define OID_HEX 40

struct oid {
	unsigned char id[20];
};

char *oid_format(const struct oid *oid, char text[OID_HEX + 1]);
/* 40 digits in lower case. */
bool oid_parse(struct str text, struct oid *oid);
bool oid_is_zero(const struct oid *oid);

/* What the repository holds at one moment. */
struct snapshot;

struct snapshot *store_worktree(struct store *store);
/* The index as git sees it now (GIT_INDEX_FILE): HEAD's tree and what is staged against it. In a hook, where git has
 * just said which tree it will commit, that tree is taken; else git is asked, since libgit2 refuses split and
 * sparse indexes. */
struct snapshot *store_index(struct store *store);
/* Any name of a commit. NULL, and *reason, when there is none. */
struct snapshot *store_commit(struct store *store, const char *revision, const char **reason);
void snapshot_free(struct snapshot *snapshot);
struct store *snapshot_store(const struct snapshot *snapshot);
/* Hex id of a commit's snapshot, "" for the others. */
const char *snapshot_commit(const struct snapshot *snapshot);

enum file_kind {
	FILE_REGULAR,
	FILE_EXECUTABLE,
	FILE_LINK,
	FILE_FOLDER, /* also a submodule, as a thing that is listed */
	FILE_OTHER,
};

struct file {
	const char *path; /* relative to the root, with '/' */
	enum file_kind kind;
	struct oid oid; /* zero in the work tree */
};

struct files {
	struct file *list;
	size_t n;
};

/* All files below `prefix` ("" for everything, "cases", "directory"), or `prefix` itself when it is a file, in order of
 * bytes of their path. Folders are descended, not listed, but for those nested deeper than any centre's and
 * submodules; links are listed, never followed; .git is left out; what git ignores is not known here. In the work
 * tree every regular file is FILE_REGULAR. The list lives in the arena. */
void snapshot_files(struct snapshot *snapshot, const char *prefix, struct arena *arena,
    struct files *files);
/* 0, ENOENT, EISDIR, EACCES, EFBIG, ...; may be called from several threads at once. */
int snapshot_read(struct snapshot *snapshot, const char *path, struct arena *arena,
    struct str *bytes);
/* The same by object id, for a file of a list. */
int snapshot_read_file(struct snapshot *snapshot, const struct file *file, struct arena *arena,
    struct str *bytes);
bool snapshot_has(struct snapshot *snapshot, const char *path);
/* The object at `path` (a folder's too) of a commit or the index; false when there is none. */
bool snapshot_oid(struct snapshot *snapshot, const char *path, struct oid *oid);
/* What stands directly in a folder of a commit, folders with their object; nothing when it is no folder. */
void snapshot_list(struct snapshot *snapshot, const char *folder, struct arena *arena,
    struct files *files);
/* `base` as it would be with the files below some folders (in order of bytes, ended by NULL) taken from `top`; both are
 * commits, and stay the caller's. */
struct snapshot *snapshot_overlay(struct snapshot *base, struct snapshot *top, const char *const *folders);

/* One path that differs between two snapshots of commits or the index. */
struct change {
	const char *path;
	bool is_old, is_new; /* there before, there after */
	enum file_kind old_kind, new_kind;
	unsigned old_mode, new_mode; /* as git stores them */
	struct oid old_oid, new_oid;
};

struct changes {
	struct change *list;
	size_t n;
};

/* Skips equal subtrees; in order of path. `old` NULL stands for nothing. */
void snapshot_changes(struct snapshot *old, struct snapshot *new, struct arena *arena,
    struct changes *changes);
/* The size of a file's object, without reading it; ENOENT, or EISDIR when it is no file. */
int store_blob_size(struct store *store, const struct oid *oid, size_t *size);
/* Bytes of a side of a change: the size is known first, EFBIG when above `limit`. */
int store_blob(struct store *store, const struct oid *oid, size_t limit, struct arena *arena,
    struct str *bytes);

/* "refs/heads/main": what HEAD stands for, whether it is there yet or not; NULL when it stands for none. */
const char *store_head_branch(struct store *store, struct arena *arena);

struct person {
	struct str name, email;
	int64_t time; /* seconds since 1970 */
	int offset; /* minutes east of UTC */
};

/* Who git would write into a commit made now, and when (now, or GIT_COMMITTER_DATE); false when it does not know. git is asked
 * only where its configuration is not plain. */
bool store_committer(struct store *store, int64_t now, struct arena *arena, struct person *person);

struct commit {
	struct oid oid;
	struct oid *parents;
	size_t n_parents;
	struct person author, committer;
	struct str message;
	struct str raw_header; /* all header lines */
};

struct commits {
	struct commit *list;
	size_t n;
};

/* The commit's own data; false when there is no such commit. */
bool store_read_commit(struct store *store, const struct oid *oid, struct arena *arena,
    struct commit *commit);
/* Commits reachable from `new` and not from `old` (hex; old may be all zeros or ""), parents first. */
bool store_new_commits(struct store *store, const char *old, const char *new,
    struct arena *arena, struct commits *commits, const char **reason);
/* Where a branch stood since when: its reflog, oldest first; none when git keeps no log of it. In the shared repository this
 * is the order in which pushes were received, by its own clock; anywhere else, when its owner fetched or committed. */
struct move {
	struct oid old, new; /* zero: it was not there, is gone */
	int64_t time; /* seconds since 1970 */
	int offset; /* minutes east of UTC */
};

struct moves {
	struct move *list;
	size_t n;
};

void store_moves(struct store *store, const char *reference, struct arena *arena,
    struct moves *moves);
/* Whether `ancestor` is reachable from `commit`. */
bool store_is_ancestor(struct store *store, const char *ancestor, const char *commit);
struct snapshot *store_commit_oid(struct store *store, const struct oid *oid);

#endif
