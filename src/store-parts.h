/*
 * What the parts of store share, and nobody else includes: store.c finds repositories, reads work trees and trees;
 * store-index.c reads the index, store-name.c names of commits, store-identity.c who commits; store-commit.c reads
 * commits and walks history.
 */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "store.h"

#include <git2.h>
#include <pthread.h>

/* libgit2's view of the repository, one thread's at a time. */
struct handle {
	git_repository *repository;
	git_odb *odb;
	bool is_quarantine; /* it sees objects that are not accepted yet */
	struct handle *next;
};

struct store {
	struct arena arena;
	const char *dir; /* where git is run */
	const char *root, *git_dir, *common_dir;
	int root_fd;
	pthread_mutex_t lock;
	struct handle *idle;
};

struct handle *take_handle(struct store *store);
void give_handle(struct store *store, struct handle *handle);
/* 0, ENOENT, EISDIR (another kind of object), EFBIG. */
int read_object(struct handle *handle, const struct oid *oid, git_object_t kind, size_t limit,
    struct arena *arena, struct str *bytes);
const git_oid *their(const struct oid *oid);
bool oid_eq(const struct oid *a, const struct oid *b);
/* What libgit2 said last. */
const char *git_reason(void);
/* HEAD's commit; false before the first one. */
bool head_of(struct store *store, struct oid *oid);
/* The tree that git would make of an index, from where `fd` stands; false when that is not plainly to be seen, or the
 * index is damaged: git knows. */
bool index_tree(int fd, struct oid *tree);
/* Who commits, as far as plain files and the environment say it beyond doubt. */
bool plain_committer(struct store *store, int64_t now, struct arena *arena, struct person *person);

#endif
