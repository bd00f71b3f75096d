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

static const char *
head_branch(struct handle *handle, struct arena *arena)
{
	git_reference *head = NULL;
	const char *branch = NULL;

	if (git_reference_lookup(&head, handle->repository, "HEAD") == 0 &&
	    git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
		branch = arena_cstr(arena, str_of(git_reference_symbolic_target(head)));
	git_reference_free(head);
	return branch;
}

const char *
store_head_branch(struct store *store, struct arena *arena)
{
	struct handle *handle = take_handle(store);
	const char *branch = head_branch(handle, arena);

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

struct setting_values {
	struct arena *arena;
	const char *last;
	size_t n;
};

static int
see_value(const git_config_entry *entry, void *context)
{
	struct setting_values *values = context;

	values->last = arena_cstr(values->arena, str_of(entry->value ? entry->value : ""));
	values->n++;
	return 0;
}

static struct setting_values
setting_values(git_config *config, const char *section, const char *name, const char *key,
    struct arena *arena)
{
	struct setting_values values = { arena, "", 0 };

	git_config_get_multivar_foreach(config, arena_printf(arena, "%s.%s.%s", section, name, key), NULL,
	    see_value, &values);
	return values;
}

/* The reference that a branch follows, as a clone is set up. libgit2's own answer leaks, and is slow. */
static enum resolved
upstream_of(git_config *config, const char *branch, struct arena *arena, const char **name)
{
	struct setting_values remote = setting_values(config, "branch", branch, "remote", arena),
	    merge = setting_values(config, "branch", branch, "merge", arena), fetch;
	const char *folder;

	if (remote.n == 0 || merge.n == 0)
		return NONE;
	if (remote.n > 1 || merge.n > 1 || !str_starts(str_of(merge.last), STR("refs/heads/")))
		return UNSURE;
	*name = merge.last;
	if (strcmp(remote.last, ".") == 0)
		return FOUND;
	fetch = setting_values(config, "remote", remote.last, "fetch", arena);
	folder = arena_printf(arena, "refs/remotes/%s/", remote.last);
	if (fetch.n != 1 || strcmp(fetch.last, arena_printf(arena, "+refs/heads/*:%s*", folder)) != 0)
		return UNSURE;
	*name = arena_printf(arena, "%s%s", folder, merge.last + strlen("refs/heads/"));
	return FOUND;
}

/* What the current branch follows, by the repository's own configuration. */
static enum resolved
resolve_upstream(struct handle *handle, struct oid *oid)
{
	struct arena arena;
	const char *branch, *name;
	git_config *config;
	enum resolved resolved = UNSURE;

	arena_init(&arena);
	branch = head_branch(handle, &arena);
	if (branch == NULL || !str_starts(str_of(branch), STR("refs/heads/"))) {
		resolved = branch ? UNSURE : NONE;
	} else if (git_repository_config(&config, handle->repository) == 0) {
		resolved = upstream_of(config, branch + strlen("refs/heads/"), &arena, &name);
		git_config_free(config);
		if (resolved == FOUND)
			resolved = resolve_reference(handle, name, oid);
	}
	arena_release(&arena);
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
