/* Names of commits. Those that hooks ask for are looked up here; all others git resolves. */
#include "store-parts.h"

#include <string.h>

bool
head_of(struct store *store, struct oid *oid)
{
	struct handle *handle = take_handle(store);
	git_oid found;
	int result = git_reference_name_to_id(&found, handle->repository, "HEAD");

	if (result != 0 && result != GIT_ENOTFOUND)
		die("cannot read HEAD of '%s': %s", store->git_dir, git_reason());
	give_handle(store, handle);
	memcpy(oid->id, found.id, sizeof(oid->id));
	return result == 0;
}

const char *
store_head_branch(struct store *store, struct arena *arena)
{
	struct handle *handle = take_handle(store);
	git_reference *head = NULL;
	const char *branch = NULL;

	if (git_reference_lookup(&head, handle->repository, "HEAD") == 0 &&
	    git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
		branch = arena_cstr(arena, str_of(git_reference_symbolic_target(head)));
	git_reference_free(head);
	give_handle(store, handle);
	return branch;
}

enum resolved {
	NONE,
	FOUND,
	UNSURE, /* git knows */
};

/* The name of a reference, whole. */
static enum resolved
resolve_reference(struct handle *handle, const char *name, struct oid *oid)
{
	git_oid found;
	int result = git_reference_name_to_id(&found, handle->repository, name);

	if (result != 0)
		return result == GIT_ENOTFOUND ? NONE : UNSURE;
	memcpy(oid->id, found.id, sizeof(oid->id));
	return FOUND;
}

/* What the current branch follows, by the repository's own configuration. */
static enum resolved
resolve_upstream(struct handle *handle, struct oid *oid)
{
	git_buf name = { NULL, 0, 0 };
	git_reference *head = NULL;
	enum resolved resolved = UNSURE;
	int result;

	if (git_reference_lookup(&head, handle->repository, "HEAD") == 0) {
		resolved = NONE;
		if (git_reference_type(head) == GIT_REFERENCE_SYMBOLIC) {
			result = git_branch_upstream_name(&name, handle->repository,
			    git_reference_symbolic_target(head));
			resolved = result == 0 ? resolve_reference(handle, name.ptr, oid) :
			    result == GIT_ENOTFOUND ? NONE : UNSURE;
		}
	}
	git_buf_dispose(&name);
	git_reference_free(head);
	return resolved;
}

/* Names that hooks ask for: starting git for each would cost more than the rest of a hook. */
static enum resolved
resolve(struct store *store, const char *revision, struct oid *oid)
{
	struct handle *handle;
	enum resolved resolved = UNSURE;

	if (oid_parse(str_of(revision), oid))
		return FOUND;
	if (strcmp(revision, "HEAD") == 0)
		return head_of(store, oid) ? FOUND : NONE;
	handle = take_handle(store);
	if (strcmp(revision, "@{upstream}") == 0)
		resolved = resolve_upstream(handle, oid);
	else if (strcmp(revision, "MERGE_HEAD") == 0 || (str_starts(str_of(revision), STR("refs/")) &&
	    strpbrk(revision, "@^~:") == NULL))
		resolved = resolve_reference(handle, revision, oid);
	give_handle(store, handle);
	return resolved;
}

static struct snapshot *
ask_git_for_commit(struct store *store, const char *revision)
{
	struct buf out = BUF_INIT, err = BUF_INIT;
	struct snapshot *snapshot = NULL;
	const char *args[] = { "rev-parse", "--verify", "--quiet", "--end-of-options", NULL, NULL };
	struct arena arena;
	struct oid oid;

	arena_init(&arena);
	args[4] = arena_printf(&arena, "%s^{commit}", revision);
	if (store_git(store, args, &out, &err) == 0 && oid_parse(str_trim(buf_view(&out)), &oid))
		snapshot = store_commit_oid(store, &oid);
	buf_release(&out);
	buf_release(&err);
	arena_release(&arena);
	return snapshot;
}

struct snapshot *
store_commit(struct store *store, const char *revision, const char **reason)
{
	struct snapshot *snapshot = NULL;
	enum resolved resolved;
	struct oid oid;

	*reason = "there is no commit of that name";
	if (store->git_dir == NULL) {
		*reason = "this is not a git repository";
		return NULL;
	}
	resolved = resolve(store, revision, &oid);
	if (resolved == FOUND)
		snapshot = store_commit_oid(store, &oid);
	/* A tag is found, but no commit. */
	if (snapshot == NULL && resolved != NONE && strcmp(revision, "HEAD") != 0)
		snapshot = ask_git_for_commit(store, revision);
	return snapshot;
}
