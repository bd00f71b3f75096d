/*
 * The work tree is read with openat and readdir alone. Commits are read through libgit2's object database; trees are
 * parsed here, so that a walk can skip what is equal, keep modes as they are stored, and refuse a
 * tree that git would not have written. The index is what git itself says it is.
 */
#define _GNU_SOURCE
#include "store-parts.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2/sys/commit_graph.h>
#include <git2/sys/odb_backend.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Deeper folders are listed, not descended: a centre has four levels. */
#define DEPTH_MAX 12
/* As many folders may wait for one thread. */
#define ALONE_MOST 8
#define LISTERS_MAX 8
#define MODE_FOLDER 040000u
#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

enum snapshot_kind {
	WORKTREE,
	INDEX,
	COMMIT,
};

struct snapshot {
	struct store *store;
	enum snapshot_kind kind;
	struct oid tree; /* of the commit, or of HEAD under the index; zero: nothing */
	char commit[OID_HEX + 1];
	struct arena arena;
	struct changes staged; /* INDEX: against `tree`, in order of path */
};

/* ---- running git ---- */

static const char *const *
child_environment(struct arena *arena)
{
	static const char *const ours[] = { "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0",
		"LC_ALL=C" };
	size_t n = 0, i, kept = 0;
	const char **list;

	while (environ[n] != NULL)
		n++;
	list = arena_alloc(arena, (n + sizeof(ours) / sizeof(*ours) + 1) * sizeof(*list));
	for (i = 0; i < n; i++)
		if (strncmp(environ[i], "LC_ALL=", 7) != 0)
			list[kept++] = environ[i];
	for (i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		list[kept++] = ours[i];
	list[kept] = NULL;
	return list;
}

static void
take_output(int fd, struct buf *out)
{
	struct stat st;
	ssize_t got;
	size_t n = 0;

	if (fstat(fd, &st) != 0)
		die("cannot read what git wrote: %s", strerror(errno));
	buf_room(out, (size_t)st.st_size);
	while ((got = pread(fd, out->p + out->n, (size_t)st.st_size - n, (off_t)n)) > 0) {
		out->n += (size_t)got;
		n += (size_t)got;
	}
	if (out->p != NULL)
		out->p[out->n] = '\0';
}

/* Output goes to memory files: no pipe can fill while nobody reads it. */
static int
memory_file(void)
{
	int fd = memfd_create("git", MFD_CLOEXEC);

	if (fd < 0)
		die("cannot make room for what git writes: %s", strerror(errno));
	return fd;
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("cannot wait for git: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
store_run_git(const char *dir, const char *const *args, struct buf *out, struct buf *err)
{
	posix_spawn_file_actions_t actions;
	struct arena arena;
	const char **argv;
	int out_fd = memory_file(), err_fd = err ? memory_file() : -1, failed, status;
	size_t n = 0;
	pid_t pid;

	arena_init(&arena);
	while (args[n] != NULL)
		n++;
	argv = arena_alloc(&arena, (n + 4) * sizeof(*argv));
	argv[0] = "git";
	argv[1] = "-C";
	argv[2] = dir;
	memcpy(argv + 3, args, (n + 1) * sizeof(*argv));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out_fd, 1);
	if (err != NULL)
		posix_spawn_file_actions_adddup2(&actions, err_fd, 2);
	failed = posix_spawnp(&pid, "git", &actions, NULL, (char *const *)argv,
	    (char *const *)child_environment(&arena));
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		die("cannot run git: %s", strerror(failed));
	status = wait_for(pid);
	if (out != NULL)
		take_output(out_fd, out);
	close(out_fd);
	if (err != NULL) {
		take_output(err_fd, err);
		close(err_fd);
	}
	arena_release(&arena);
	return status;
}

/* ---- finding the repository ---- */

static const char *
join(struct arena *arena, const char *folder, const char *name)
{
	if (name[0] == '/')
		return arena_cstr(arena, str_of(name));
	return arena_printf(arena, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
}

static bool
exists(struct arena *arena, const char *folder, const char *name)
{
	struct stat st;

	return stat(join(arena, folder, name), &st) == 0;
}

static bool
is_bare(struct arena *arena, const char *folder)
{
	return exists(arena, folder, "HEAD") && exists(arena, folder, "objects") &&
	    exists(arena, folder, "refs");
}

/* The one line of a file that names a folder, from there; NULL when there is no such file. */
static const char *
read_pointer(struct arena *arena, const char *folder, const char *name, const char *keyword)
{
	struct str text, key = str_of(keyword);

	if (file_read(AT_FDCWD, join(arena, folder, name), arena, &text) != 0)
		return NULL;
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	if (!str_starts(text, key))
		return NULL;
	text.p += key.n;
	text.n -= key.n;
	return join(arena, folder, arena_cstr(arena, text));
}

/* .git of a work tree: a folder, or the file of a linked worktree. */
static const char *
git_dir_of(struct arena *arena, const char *root)
{
	const char *path = join(arena, root, ".git");
	struct stat st;

	if (stat(path, &st) != 0)
		return NULL;
	return S_ISDIR(st.st_mode) ? path : read_pointer(arena, root, ".git", "gitdir: ");
}

static bool
is_same_folder(const char *a, const char *b)
{
	struct stat sa, sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
	    sa.st_ino == sb.st_ino;
}

/* As git has it: GIT_DIR says that the folder we stand in, or GIT_WORK_TREE, is the work tree's top. */
static void
locate_by_environment(struct store *store, const char *git_dir)
{
	const char *root = getenv("GIT_WORK_TREE");

	store->git_dir = join(&store->arena, store->dir, git_dir);
	if (root != NULL && root[0] != '\0')
		store->root = join(&store->arena, store->dir, root);
	else if (!is_same_folder(store->git_dir, store->dir))
		store->root = store->dir;
}

static bool
locate(struct store *store)
{
	struct arena *arena = &store->arena;
	char *folder = arena_cstr(arena, str_of(store->dir)), *slash;

	for (;;) {
		store->git_dir = git_dir_of(arena, folder);
		if (store->git_dir != NULL || exists(arena, folder, "centre.rec")) {
			store->root = folder;
			break;
		}
		if (is_bare(arena, folder)) {
			store->git_dir = folder;
			break;
		}
		slash = strrchr(folder, '/');
		if (slash == NULL || strcmp(folder, "/") == 0)
			return false;
		slash[slash == folder] = '\0';
	}
	store->dir = folder;
	return true;
}

static struct store *
store_new(const char *dir)
{
	struct store *store;
	char *real = realpath(dir, NULL);

	if (real == NULL)
		die("cannot open '%s': %s", dir, strerror(errno));
	store = xcalloc(1, sizeof(*store));
	arena_init(&store->arena);
	pthread_mutex_init(&store->lock, NULL);
	store->root_fd = -1;
	store->dir = arena_cstr(&store->arena, str_of(real));
	free(real);
	return store;
}

static void
open_root(struct store *store)
{
	if (store->root == NULL)
		return;
	store->root_fd = open(store->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->root_fd < 0)
		die("cannot open '%s': %s", store->root, strerror(errno));
}

struct store *
store_open(const char *dir)
{
	struct store *store = store_new(dir);
	const char *git_dir = getenv("GIT_DIR");

	if (git_dir != NULL && git_dir[0] != '\0') {
		locate_by_environment(store, git_dir);
	} else if (!locate(store)) {
		store_free(store);
		return NULL;
	}
	open_root(store);
	if (store->git_dir != NULL) {
		store->common_dir = read_pointer(&store->arena, store->git_dir, "commondir", "");
		if (store->common_dir == NULL)
			store->common_dir = store->git_dir;
	}
	return store;
}

struct store *
store_open_folder(const char *dir)
{
	struct store *store = store_new(dir);

	store->root = store->dir;
	open_root(store);
	return store;
}

const char *
store_root(const struct store *store)
{
	return store->root;
}

const char *
store_git_dir(struct store *store)
{
	return store->git_dir;
}

const char *
store_common_dir(struct store *store)
{
	return store->common_dir;
}

int
store_git(struct store *store, const char *const *args, struct buf *out, struct buf *err)
{
	return store_run_git(store->dir, args, out, err);
}

struct str
store_config(struct store *store, const char *name, struct arena *arena)
{
	const char *const args[] = { "config", "-z", "--get", name, NULL };
	struct buf out = BUF_INIT;
	struct str value = STR_NULL;

	if (store_git(store, args, &out, NULL) == 0 && out.n > 0)
		value = arena_str(arena, (struct str){ out.p, out.n - 1 });
	buf_release(&out);
	return value;
}

/* ---- object ids ---- */

char *
oid_format(const struct oid *oid, char text[OID_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < sizeof(oid->id); i++) {
		text[2 * i] = digits[oid->id[i] >> 4];
		text[2 * i + 1] = digits[oid->id[i] & 15];
	}
	text[OID_HEX] = '\0';
	return text;
}

static int
digit_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
oid_parse(struct str text, struct oid *oid)
{
	size_t i;
	int high, low;

	if (text.n != OID_HEX)
		return false;
	for (i = 0; i < sizeof(oid->id); i++) {
		high = digit_value(text.p[2 * i]);
		low = digit_value(text.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		oid->id[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

bool
oid_is_zero(const struct oid *oid)
{
	static const struct oid zero;

	return memcmp(oid, &zero, sizeof(zero)) == 0;
}

bool
oid_eq(const struct oid *a, const struct oid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

const git_oid *
their(const struct oid *oid)
{
	_Static_assert(sizeof(git_oid) == sizeof(struct oid), "libgit2 with SHA-1");
	return (const git_oid *)oid;
}

/* ---- libgit2: begun when first needed, one handle per thread at a time ---- */

const char *
git_reason(void)
{
	const git_error *error = git_error_last();

	return error && error->message ? error->message : "unknown error";
}

static void
begin_git(void)
{
	/* Harmless to a reader; libgit2 knows none of them. */
	static const char *extensions[] = { "worktreeconfig", "preciousobjects", "partialclone",
		"relativeworktrees" };

	if (git_libgit2_init() < 0)
		die("cannot start libgit2: %s", git_reason());
	/* git has just checked what is pushed; `verify` asks git. */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	/* It guards against running what a stranger's configuration names; nothing here does. */
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
	    sizeof(extensions) / sizeof(*extensions));
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)2 << 20);
	/* Paths lead through the same folders again and again. */
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)64 << 10);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)1 << 20);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)16 << 20);
	/* Configuration is asked of git; libgit2 need not look for a HOME. */
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, "");
}

static char
unescape(const char **p)
{
	static const char letters[] = "abfnrtv\\\"", meant[] = "\a\b\f\n\r\t\v\\\"";
	const char *found;
	int code = 0, i;

	for (i = 0; i < 3 && **p >= '0' && **p <= '7'; i++)
		code = code * 8 + *(*p)++ - '0';
	if (i > 0)
		return (char)code;
	found = strchr(letters, **p);
	if (found == NULL || *found == '\0')
		die("cannot read GIT_ALTERNATE_OBJECT_DIRECTORIES");
	(*p)++;
	return meant[found - letters];
}

/* The next of the folders in `p`, separated by ':', in C quotes where a path holds one itself. */
static const char *
next_alternate(const char *p, struct buf *folder)
{
	bool quoted = *p == '"';

	buf_reset(folder);
	for (p += quoted; *p != '\0' && *p != (quoted ? '"' : ':');) {
		if (!quoted || *p != '\\') {
			buf_char(folder, *p++);
			continue;
		}
		p++;
		buf_char(folder, unescape(&p));
	}
	while (*p == '"' || *p == ':')
		p++;
	return p;
}

static void
add_objects(struct handle *handle, const char *folder)
{
	if (git_odb_add_disk_alternate(handle->odb, folder) != 0)
		die("cannot read the objects in '%s': %s", folder, git_reason());
}

/* Where git is in a hook that may see objects not accepted yet. */
static void
add_environment_objects(struct store *store, struct handle *handle)
{
	const char *own = getenv("GIT_OBJECT_DIRECTORY"), *p;
	struct buf folder = BUF_INIT;
	struct arena arena;

	handle->is_quarantine = own != NULL;
	arena_init(&arena);
	if (own != NULL && own[0] != '\0')
		add_objects(handle, join(&arena, store->dir, own));
	p = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	while (p != NULL && *p != '\0') {
		p = next_alternate(p, &folder);
		if (folder.n > 0)
			add_objects(handle, join(&arena, store->dir, folder.p));
	}
	buf_release(&folder);
	arena_release(&arena);
}

static struct handle *
open_handle(struct store *store)
{
	struct handle *handle = xcalloc(1, sizeof(*handle));
	struct arena arena;
	git_commit_graph *graph;

	if (git_repository_open(&handle->repository, store->git_dir) != 0)
		die("cannot open the git repository '%s': %s", store->git_dir, git_reason());
	if (git_repository_odb(&handle->odb, handle->repository) != 0)
		die("cannot open the objects of '%s': %s", store->git_dir, git_reason());
	add_environment_objects(store, handle);
	arena_init(&arena);
	if (git_commit_graph_open(&graph, join(&arena, store->common_dir, "objects")) == 0 &&
	    git_odb_set_commit_graph(handle->odb, graph) != 0)
		git_commit_graph_free(graph);
	arena_release(&arena);
	return handle;
}

struct handle *
take_handle(struct store *store)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct handle *handle;

	if (store->git_dir == NULL)
		die("'%s' is not in a git repository", store->dir);
	pthread_once(&once, begin_git);
	pthread_mutex_lock(&store->lock);
	handle = store->idle;
	if (handle != NULL)
		store->idle = handle->next;
	pthread_mutex_unlock(&store->lock);
	return handle ? handle : open_handle(store);
}

void
give_handle(struct store *store, struct handle *handle)
{
	pthread_mutex_lock(&store->lock);
	handle->next = store->idle;
	store->idle = handle;
	pthread_mutex_unlock(&store->lock);
}

void
store_free(struct store *store)
{
	struct handle *handle, *next;

	if (store == NULL)
		return;
	for (handle = store->idle; handle != NULL; handle = next) {
		next = handle->next;
		git_odb_free(handle->odb);
		git_repository_free(handle->repository);
		free(handle);
	}
	if (store->root_fd >= 0)
		close(store->root_fd);
	pthread_mutex_destroy(&store->lock);
	arena_release(&store->arena);
	free(store);
}

int
read_object(struct handle *handle, const struct oid *oid, git_object_t kind, size_t limit,
    struct arena *arena, struct str *bytes)
{
	git_odb_object *object;
	git_object_t found;
	size_t size;
	int status;

	/* What was not accepted yet may be of any size: that is asked first, which takes as long as reading. */
	if (handle->is_quarantine && git_odb_read_header(&size, &found, handle->odb, their(oid)) == 0 && size > limit)
		return found == kind ? EFBIG : EISDIR;
	status = git_odb_read(&object, handle->odb, their(oid));
	if (status != 0)
		return status == GIT_ENOTFOUND ? ENOENT : EIO;
	size = git_odb_object_size(object);
	status = git_odb_object_type(object) != kind ? EISDIR : size > limit ? EFBIG : 0;
	if (status == 0)
		*bytes = arena_str(arena, (struct str){ git_odb_object_data(object), size });
	git_odb_object_free(object);
	return status;
}

/* ---- trees ---- */

struct tree_entry {
	unsigned mode;
	struct str name;
	struct oid oid;
};

/* A tree's entries, one after another. */
struct tree {
	struct oid oid;
	struct arena arena;
	struct str rest;
	struct tree_entry entry; /* the current one */
	bool at_end;
};

static bool
is_folder(const struct tree_entry *entry)
{
	return entry->mode == MODE_FOLDER;
}

static int
at_byte(const struct tree_entry *entry, size_t i)
{
	if (i < entry->name.n)
		return (unsigned char)entry->name.p[i];
	return i == entry->name.n && is_folder(entry) ? '/' : -1;
}

/* git's order: a folder's name as if it ended in '/'. So paths come in order of their bytes. */
static int
entry_cmp(const struct tree_entry *a, const struct tree_entry *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int order = memcmp(a->name.p, b->name.p, n);

	for (; order == 0 && (at_byte(a, n) >= 0 || at_byte(b, n) >= 0); n++)
		order = at_byte(a, n) - at_byte(b, n);
	return order;
}

static void NORETURN
die_of_tree(const struct tree *tree)
{
	char hex[OID_HEX + 1];

	die("the folder object %s is damaged", oid_format(&tree->oid, hex));
}

static void
tree_parse_entry(struct tree *tree, struct tree_entry *entry)
{
	struct str *rest = &tree->rest;
	const char *end;
	unsigned mode = 0;

	if (rest->n && rest->p[0] == '0')
		die_of_tree(tree);
	for (; rest->n && rest->p[0] >= '0' && rest->p[0] <= '7' && mode < 01000000;
	    rest->p++, rest->n--)
		mode = mode * 8 + (unsigned)(rest->p[0] - '0');
	if (rest->n == 0 || rest->p[0] != ' ')
		die_of_tree(tree);
	rest->p++, rest->n--;
	end = memchr(rest->p, '\0', rest->n);
	if (end == NULL || end == rest->p || memchr(rest->p, '/', (size_t)(end - rest->p)))
		die_of_tree(tree);
	entry->mode = mode;
	entry->name = (struct str){ rest->p, (size_t)(end - rest->p) };
	rest->n -= entry->name.n + 1;
	rest->p = end + 1;
	if (rest->n < sizeof(entry->oid.id))
		die_of_tree(tree);
	memcpy(entry->oid.id, rest->p, sizeof(entry->oid.id));
	rest->p += sizeof(entry->oid.id);
	rest->n -= sizeof(entry->oid.id);
}

static void
tree_next(struct tree *tree)
{
	struct tree_entry before = tree->entry;

	if (tree->rest.n == 0) {
		tree->at_end = true;
		return;
	}
	tree_parse_entry(tree, &tree->entry);
	if (before.name.p != NULL && entry_cmp(&before, &tree->entry) >= 0)
		die_of_tree(tree);
}

/* Stands at the first entry; oid NULL or zero is a tree with none. */
static void
tree_open(struct tree *tree, struct handle *handle, const struct oid *oid)
{
	char hex[OID_HEX + 1];
	int failed;

	memset(tree, 0, sizeof(*tree));
	arena_init(&tree->arena);
	if (oid == NULL || oid_is_zero(oid)) {
		tree->at_end = true;
		return;
	}
	tree->oid = *oid;
	failed = read_object(handle, oid, GIT_OBJECT_TREE, FILE_MAX_BYTES, &tree->arena,
	    &tree->rest);
	if (failed)
		die("cannot read the folder object %s: %s", oid_format(oid, hex), strerror(failed));
	tree_next(tree);
}

static void
tree_release(struct tree *tree)
{
	arena_release(&tree->arena);
}

/* The entry at `path` below a tree; false when there is none. */
static bool
tree_find(struct handle *handle, const struct oid *root, struct str path, struct tree_entry *found)
{
	struct oid at = *root;
	struct tree tree;
	struct str name;
	bool is_there = false;

	while (str_cut(&path, '/', &name)) {
		tree_open(&tree, handle, &at);
		while (!tree.at_end && !str_eq(tree.entry.name, name))
			tree_next(&tree);
		is_there = !tree.at_end;
		*found = tree.entry;
		tree_release(&tree);
		if (!is_there || (path.p != NULL && !is_folder(found)))
			return false;
		at = found->oid;
	}
	return is_there;
}

static enum file_kind
kind_of_mode(unsigned mode)
{
	switch (mode & 0170000) {
	case 0100000:
		return mode & 0100 ? FILE_EXECUTABLE : FILE_REGULAR;
	case 0120000:
		return FILE_LINK;
	case 0040000:
	case 0160000:
		return FILE_FOLDER;
	default:
		return FILE_OTHER;
	}
}

/* ---- what differs between two trees ---- */

struct walk {
	struct handle *handle;
	struct arena *arena; /* of paths and the list */
	struct changes *changes;
	size_t size;
	struct buf path;
	int depth;
};

static void
add_change(struct walk *walk, const struct tree_entry *old, const struct tree_entry *new)
{
	struct changes *changes = walk->changes;
	struct change *change;
	size_t path_n = walk->path.n;

	if (changes->n == walk->size) {
		walk->size = walk->size ? 2 * walk->size : 16;
		changes->list = arena_grow(walk->arena, changes->list,
		    changes->n * sizeof(*change), walk->size * sizeof(*change));
	}
	change = memset(&changes->list[changes->n++], 0, sizeof(*change));
	buf_str(&walk->path, (new ? new : old)->name);
	change->path = arena_cstr(walk->arena, buf_view(&walk->path));
	walk->path.n = path_n;
	if (old != NULL) {
		change->is_old = true;
		change->old_mode = old->mode;
		change->old_kind = kind_of_mode(old->mode);
		change->old_oid = old->oid;
	}
	if (new != NULL) {
		change->is_new = true;
		change->new_mode = new->mode;
		change->new_kind = kind_of_mode(new->mode);
		change->new_oid = new->oid;
	}
}

static void compare_trees(struct walk *walk, const struct oid *old, const struct oid *new);

/* One name, on one side or on both. */
static void
compare_entries(struct walk *walk, const struct tree_entry *old, const struct tree_entry *new)
{
	size_t path_n = walk->path.n;

	if (old && new && old->mode == new->mode && oid_eq(&old->oid, &new->oid))
		return;
	if (!is_folder(new ? new : old) || walk->depth >= DEPTH_MAX) {
		add_change(walk, old, new);
		return;
	}
	buf_str(&walk->path, (new ? new : old)->name);
	buf_char(&walk->path, '/');
	walk->depth++;
	compare_trees(walk, old ? &old->oid : NULL, new ? &new->oid : NULL);
	walk->depth--;
	walk->path.n = path_n;
}

static void
compare_trees(struct walk *walk, const struct oid *old, const struct oid *new)
{
	struct tree a, b;
	int order;

	tree_open(&a, walk->handle, old);
	tree_open(&b, walk->handle, new);
	while (!a.at_end || !b.at_end) {
		order = a.at_end ? 1 : b.at_end ? -1 : entry_cmp(&a.entry, &b.entry);
		compare_entries(walk, order <= 0 ? &a.entry : NULL, order >= 0 ? &b.entry : NULL);
		if (order <= 0)
			tree_next(&a);
		if (order >= 0)
			tree_next(&b);
	}
	tree_release(&a);
	tree_release(&b);
}

static void
walk_trees(struct store *store, const struct oid *old, const struct oid *new, const char *prefix,
    struct arena *arena, struct changes *changes)
{
	struct walk walk = { NULL, arena, changes, 0, BUF_INIT, 0 };

	*changes = (struct changes){ NULL, 0 };
	walk.handle = take_handle(store);
	buf_text(&walk.path, prefix);
	compare_trees(&walk, old, new);
	buf_release(&walk.path);
	give_handle(store, walk.handle);
}

/* ---- snapshots ---- */

static struct snapshot *
snapshot_new(struct store *store, enum snapshot_kind kind)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));

	snapshot->store = store;
	snapshot->kind = kind;
	arena_init(&snapshot->arena);
	return snapshot;
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	arena_release(&snapshot->arena);
	free(snapshot);
}

struct store *
snapshot_store(const struct snapshot *snapshot)
{
	return snapshot->store;
}

const char *
snapshot_commit(const struct snapshot *snapshot)
{
	return snapshot->commit;
}

struct snapshot *
store_worktree(struct store *store)
{
	if (store->root == NULL)
		die("'%s' is a bare repository: it has no files, only commits", store->git_dir);
	return snapshot_new(store, WORKTREE);
}

static bool
tree_of_commit(struct store *store, const struct oid *oid, struct oid *tree)
{
	struct handle *handle = take_handle(store);
	struct arena arena;
	struct str bytes, header = STR("tree ");
	bool good;

	arena_init(&arena);
	good = read_object(handle, oid, GIT_OBJECT_COMMIT, FILE_MAX_BYTES, &arena, &bytes) == 0 &&
	    str_starts(bytes, header) && bytes.n > header.n + OID_HEX &&
	    oid_parse((struct str){ bytes.p + header.n, OID_HEX }, tree);
	arena_release(&arena);
	give_handle(store, handle);
	return good;
}

struct snapshot *
store_commit_oid(struct store *store, const struct oid *oid)
{
	struct snapshot *snapshot = snapshot_new(store, COMMIT);

	if (!tree_of_commit(store, oid, &snapshot->tree)) {
		snapshot_free(snapshot);
		return NULL;
	}
	oid_format(oid, snapshot->commit);
	return snapshot;
}

/* ---- the index ---- */

static unsigned
parse_mode(struct str text)
{
	unsigned mode = 0;

	for (; text.n; text.p++, text.n--)
		mode = mode * 8 + (unsigned)(text.p[0] - '0');
	return mode;
}

/* ":100644 100644 OLD NEW M" NUL "PATH" NUL */
static void
parse_staged(struct str meta, struct str path, struct arena *arena, struct change *change)
{
	struct str old_mode, new_mode, old, new;

	memset(change, 0, sizeof(*change));
	old_mode = str_word(&meta);
	new_mode = str_word(&meta);
	old = str_word(&meta);
	new = str_word(&meta);
	if (old_mode.n < 2 || old_mode.p[0] != ':' || !oid_parse(old, &change->old_oid) ||
	    !oid_parse(new, &change->new_oid))
		die("cannot read what git says is staged");
	if (path.n == 0)
		die("the index is damaged: 'git reset' makes it anew from the last commit");
	if (str_is(str_trim(meta), "U"))
		die("'%.*s' is not merged yet: settle its conflict, then 'git add' it",
		    STRF(path));
	change->path = arena_cstr(arena, path);
	change->old_mode = parse_mode((struct str){ old_mode.p + 1, old_mode.n - 1 });
	change->new_mode = parse_mode(new_mode);
	change->is_old = change->old_mode != 0;
	change->is_new = change->new_mode != 0;
	change->old_kind = kind_of_mode(change->old_mode);
	change->new_kind = kind_of_mode(change->new_mode);
}

static void
parse_all_staged(struct snapshot *snapshot, struct str rest)
{
	struct changes *staged = &snapshot->staged;
	struct str meta, path;
	size_t n = 0, i;

	for (i = 0; i < rest.n; i++)
		n += rest.p[i] == '\0';
	staged->list = arena_alloc(&snapshot->arena, (n / 2 + 1) * sizeof(*staged->list));
	while (rest.n > 0 && str_cut(&rest, '\0', &meta) && str_cut(&rest, '\0', &path))
		parse_staged(meta, path, &snapshot->arena, &staged->list[staged->n++]);
}

static void
ask_git_what_is_staged(struct snapshot *snapshot, const char *head)
{
	const char *const args[] = { "diff-index", "--cached", "--raw", "-z", "--no-renames",
		"--no-abbrev", "--ita-invisible-in-index", head, "--", NULL };
	struct buf out = BUF_INIT;

	if (store_git(snapshot->store, args, &out, NULL) != 0)
		die("git could not read the index");
	parse_all_staged(snapshot, buf_view(&out));
	buf_release(&out);
}

/* git's index file; -1 when it is not certain which one that is. */
static int
open_index(struct store *store)
{
	const char *path = getenv("GIT_INDEX_FILE"), *folder = store->root;
	struct arena arena;
	int fd;

	if (path == NULL || path[0] == '\0') {
		path = "index";
		folder = store->git_dir;
	}
	if (folder == NULL)
		return -1;
	arena_init(&arena);
	fd = open(join(&arena, folder, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	arena_release(&arena);
	return fd;
}

static bool
has_tree(struct store *store, const struct oid *oid)
{
	struct handle *handle = take_handle(store);
	git_object_t kind = GIT_OBJECT_ANY;
	size_t size;
	bool has = git_odb_read_header(&size, &kind, handle->odb, their(oid)) == 0 &&
	    kind == GIT_OBJECT_TREE;

	give_handle(store, handle);
	return has;
}

/* git compares modes as it would store them now, not as an old program stored them. */
static unsigned
canonical(unsigned mode)
{
	switch (kind_of_mode(mode)) {
	case FILE_REGULAR:
		return 0100644;
	case FILE_EXECUTABLE:
		return 0100755;
	case FILE_LINK:
		return 0120000;
	default:
		return 0160000;
	}
}

/* What differs between two trees, as diff-index puts it; false at what it puts otherwise. */
static bool
settle_staged(struct changes *staged)
{
	size_t i, n = 0;
	struct change change;

	for (i = 0; i < staged->n; i++) {
		change = staged->list[i];
		if (change.old_mode == MODE_FOLDER || change.new_mode == MODE_FOLDER)
			return false;
		change.old_mode = change.is_old ? canonical(change.old_mode) : 0;
		change.new_mode = change.is_new ? canonical(change.new_mode) : 0;
		if (change.old_mode != change.new_mode || !oid_eq(&change.old_oid, &change.new_oid))
			staged->list[n++] = change;
	}
	staged->n = n;
	return true;
}

/* Through the tree that the index names: in a hook git has just brought it up to date. */
static bool
compare_with_index(struct snapshot *snapshot)
{
	struct store *store = snapshot->store;
	int fd = open_index(store);
	struct oid tree;
	bool known;

	if (fd < 0)
		return false;
	known = index_tree(fd, &tree);
	close(fd);
	if (!known || !has_tree(store, &tree))
		return false;
	walk_trees(store, &snapshot->tree, &tree, "", &snapshot->arena, &snapshot->staged);
	return settle_staged(&snapshot->staged);
}

struct snapshot *
store_index(struct store *store)
{
	struct snapshot *snapshot = snapshot_new(store, INDEX);
	char head[OID_HEX + 1] = EMPTY_TREE;
	struct oid oid;

	if (head_of(store, &oid)) {
		oid_format(&oid, head);
		if (!tree_of_commit(store, &oid, &snapshot->tree))
			die("cannot read the commit %s", head);
	}
	if (!compare_with_index(snapshot)) {
		snapshot->staged = (struct changes){ NULL, 0 };
		ask_git_what_is_staged(snapshot, head);
	}
	return snapshot;
}

/* What is staged at a path; NULL when it is as in HEAD. */
static const struct change *
staged_at(const struct snapshot *snapshot, struct str path)
{
	size_t low = 0, high = snapshot->staged.n, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = str_cmp(path, str_of(snapshot->staged.list[middle].path));
		if (order == 0)
			return &snapshot->staged.list[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* ---- listing ---- */

struct listing {
	struct arena *arena;
	struct files *files;
	size_t size;
};

static void
add_file(struct listing *listing, const char *path, enum file_kind kind, const struct oid *oid)
{
	struct files *files = listing->files;
	struct file *file;

	if (files->n == listing->size) {
		listing->size = listing->size ? 2 * listing->size : 64;
		files->list = xrealloc(files->list, listing->size * sizeof(*file));
	}
	file = &files->list[files->n++];
	memset(file, 0, sizeof(*file));
	file->path = path;
	file->kind = kind;
	if (oid != NULL)
		file->oid = *oid;
}

/* The list grew on the heap: an arena would keep every size it had. */
static void
settle(struct listing *listing)
{
	struct files *files = listing->files;
	struct file *list = arena_alloc(listing->arena, (files->n + 1) * sizeof(*list));

	if (files->n)
		memcpy(list, files->list, files->n * sizeof(*list));
	free(files->list);
	files->list = list;
}

struct name_in_folder {
	const char *path; /* a folder's ends in '/' */
	enum file_kind kind;
	struct folder *folder; /* NULL: it is none */
};

struct folder {
	const char *path; /* without the '/' */
	const char *prefix; /* of what is in it */
	int depth;
	int error; /* why it could not be read */
	struct name_in_folder *names;
	size_t n;
	struct folder *next; /* that waits to be read */
};

/* Folders are read by several threads, each of which may find more of them. */
struct search {
	int root;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct folder *waiting;
	size_t n_waiting, n_open; /* n_open: waiting or being read */
	size_t n_names, n_folders;
	struct lister {
		struct search *search;
		struct arena arena;
		pthread_t thread;
	} listers[LISTERS_MAX];
	size_t n_listers; /* the first is who asked */
};

static int
name_cmp(const void *a, const void *b)
{
	return strcmp(((const struct name_in_folder *)a)->path,
	    ((const struct name_in_folder *)b)->path);
}

static enum file_kind
kind_of_dirent(int folder, const struct dirent *entry)
{
	struct stat st;
	int type = entry->d_type;

	if (type == DT_UNKNOWN && fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		type = IFTODT(st.st_mode);
	return type == DT_REG ? FILE_REGULAR : type == DT_DIR ? FILE_FOLDER :
	    type == DT_LNK ? FILE_LINK : FILE_OTHER;
}

static struct folder *
folder_new(struct arena *arena, const char *prefix, int depth)
{
	struct folder *folder = ARENA_NEW(arena, struct folder, 1);
	size_t n = strlen(prefix);

	folder->prefix = prefix;
	folder->path = n > 0 ? arena_cstr(arena, (struct str){ prefix, n - 1 }) : ".";
	folder->depth = depth;
	return folder;
}

static void
name_init(struct name_in_folder *name, struct folder *in, int fd, const struct dirent *entry,
    struct arena *arena)
{
	size_t prefix_n = strlen(in->prefix), length = strlen(entry->d_name);
	char *path = arena_alloc(arena, prefix_n + length + 2);

	name->kind = kind_of_dirent(fd, entry);
	memcpy(path, in->prefix, prefix_n);
	memcpy(path + prefix_n, entry->d_name, length);
	path[prefix_n + length] = name->kind == FILE_FOLDER ? '/' : '\0';
	path[prefix_n + length + 1] = '\0';
	name->path = path;
	name->folder = name->kind == FILE_FOLDER ? folder_new(arena, path, in->depth + 1) : NULL;
}

/* The names in an open folder, sorted as git sorts them. */
static int
read_names(DIR *stream, struct folder *folder, struct arena *arena)
{
	size_t size = 0;
	const struct dirent *entry;
	int error;

	while (errno = 0, (entry = readdir(stream)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    strcmp(entry->d_name, ".git") == 0)
			continue;
		if (folder->n == size) {
			size = size ? 2 * size : 32;
			folder->names = xrealloc(folder->names, size * sizeof(*folder->names));
		}
		name_init(&folder->names[folder->n++], folder, dirfd(stream), entry, arena);
	}
	error = errno;
	if (folder->n > 0)
		qsort(folder->names, folder->n, sizeof(*folder->names), name_cmp);
	return error;
}

static void
read_folder(struct search *search, struct folder *folder, struct arena *arena)
{
	int fd = openat(search->root, folder->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (stream == NULL) {
		folder->error = errno;
		return;
	}
	folder->error = read_names(stream, folder, arena);
	closedir(stream);
}

static bool
is_descended(const struct folder *folder)
{
	return folder != NULL && folder->depth <= DEPTH_MAX;
}

static void
add_waiting(struct search *search, struct folder *folder)
{
	folder->next = search->waiting;
	search->waiting = folder;
	search->n_waiting++;
	search->n_open++;
	search->n_folders++;
}

/* Under the lock. */
static void
folder_is_read(struct search *search, struct folder *folder)
{
	size_t i;

	for (i = 0; i < folder->n; i++)
		if (is_descended(folder->names[i].folder))
			add_waiting(search, folder->names[i].folder);
	search->n_names += folder->n;
	search->n_open--;
	pthread_cond_broadcast(&search->changed);
}

static void *read_waiting(void *lister);

/* A few folders are read sooner than a thread begins. */
static void
add_listers(struct search *search)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct lister *lister;

	while (search->n_listers < LISTERS_MAX && (long)search->n_listers < cores) {
		lister = &search->listers[search->n_listers++];
		lister->search = search;
		arena_init(&lister->arena);
		if (pthread_create(&lister->thread, NULL, read_waiting, lister) != 0)
			die("cannot start a thread");
	}
}

static void *
read_waiting(void *argument)
{
	struct lister *lister = argument;
	struct search *search = lister->search;
	struct folder *folder;

	pthread_mutex_lock(&search->lock);
	while (search->n_open > 0) {
		folder = search->waiting;
		if (folder == NULL) {
			pthread_cond_wait(&search->changed, &search->lock);
			continue;
		}
		search->waiting = folder->next;
		search->n_waiting--;
		pthread_mutex_unlock(&search->lock);
		read_folder(search, folder, &lister->arena);
		pthread_mutex_lock(&search->lock);
		folder_is_read(search, folder);
		if (search->n_listers == 1 && search->n_waiting > ALONE_MOST)
			add_listers(search);
	}
	pthread_mutex_unlock(&search->lock);
	return NULL;
}

static void
add_name(struct files *files, const char *path, enum file_kind kind)
{
	files->list[files->n++] = (struct file){ .path = path, .kind = kind };
}

/* In order, what is not descended; an empty folder is listed too, but for the root. */
static void
add_names(const struct folder *folder, struct files *files)
{
	const struct name_in_folder *name;
	size_t i;

	if (folder->error)
		die("cannot read the folder '%s': %s", folder->prefix[0] ? folder->prefix : ".",
		    strerror(folder->error));
	if (folder->n == 0 && folder->prefix[0] != '\0')
		add_name(files, folder->path, FILE_FOLDER);
	for (i = 0; i < folder->n; i++) {
		name = &folder->names[i];
		if (is_descended(name->folder))
			add_names(name->folder, files);
		else
			add_name(files, name->folder ? name->folder->path : name->path, name->kind);
	}
	free(folder->names);
}

static void
list_folder(int root, const char *prefix, struct arena *arena, struct files *files)
{
	struct search search = { .root = root, .lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER, .n_listers = 1 };
	struct lister *first = &search.listers[0];
	struct folder *top;
	size_t i;

	first->search = &search;
	arena_init(&first->arena);
	top = folder_new(&first->arena, prefix, 0);
	add_waiting(&search, top);
	read_waiting(first);
	for (i = 0; i < search.n_listers; i++) {
		if (i > 0)
			pthread_join(search.listers[i].thread, NULL);
		arena_take(arena, &search.listers[i].arena);
	}
	files->list = arena_alloc(arena, (search.n_names + search.n_folders) * sizeof(*files->list));
	add_names(top, files);
	pthread_mutex_destroy(&search.lock);
	pthread_cond_destroy(&search.changed);
}

static void
list_worktree(int root, const char *prefix, struct arena *arena, struct files *files)
{
	struct stat st;
	enum file_kind kind;

	if (prefix[0] == '\0') {
		list_folder(root, "", arena, files);
		return;
	}
	if (fstatat(root, prefix, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return;
		die("cannot read '%s': %s", prefix, strerror(errno));
	}
	kind = S_ISREG(st.st_mode) ? FILE_REGULAR : S_ISDIR(st.st_mode) ? FILE_FOLDER :
	    S_ISLNK(st.st_mode) ? FILE_LINK : FILE_OTHER;
	if (kind == FILE_FOLDER) {
		list_folder(root, arena_printf(arena, "%s/", prefix), arena, files);
		return;
	}
	files->list = ARENA_NEW(arena, struct file, 1);
	add_name(files, arena_cstr(arena, str_of(prefix)), kind);
}

static bool
is_below(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(path, prefix, n) == 0 && (n == 0 || path[n] == '/' || path[n] == '\0');
}

/* A tree is listed as what differs between nothing and it. */
static void
changes_below(struct snapshot *snapshot, const char *prefix, struct arena *arena,
    struct changes *changes)
{
	struct handle *handle;
	struct tree_entry entry = { MODE_FOLDER, STR_NULL, snapshot->tree };
	bool is_there = true;

	*changes = (struct changes){ NULL, 0 };
	if (oid_is_zero(&snapshot->tree))
		return;
	if (prefix[0] != '\0') {
		handle = take_handle(snapshot->store);
		is_there = tree_find(handle, &snapshot->tree, str_of(prefix), &entry);
		give_handle(snapshot->store, handle);
	}
	if (!is_there)
		return;
	if (is_folder(&entry)) {
		walk_trees(snapshot->store, NULL, &entry.oid,
		    prefix[0] ? arena_printf(arena, "%s/", prefix) : "", arena, changes);
		return;
	}
	changes->list = ARENA_NEW(arena, struct change, 1);
	changes->n = 1;
	changes->list[0].path = arena_cstr(arena, str_of(prefix));
	changes->list[0].new_oid = entry.oid;
	changes->list[0].new_kind = kind_of_mode(entry.mode);
}

/* HEAD's files below prefix and what is staged there, merged by path. */
static void
list_commit(struct listing *listing, struct snapshot *snapshot, const char *prefix)
{
	const struct changes *staged = &snapshot->staged;
	const struct change *change;
	struct changes base;
	size_t i = 0, j = 0;
	int order;

	changes_below(snapshot, prefix, listing->arena, &base);
	while (i < base.n || j < staged->n) {
		if (j < staged->n && !is_below(staged->list[j].path, prefix)) {
			j++;
			continue;
		}
		order = i == base.n ? 1 : j == staged->n ? -1 :
		    strcmp(base.list[i].path, staged->list[j].path);
		change = order < 0 ? &base.list[i] : &staged->list[j];
		i += order <= 0;
		j += order >= 0;
		if (order < 0 || change->is_new)
			add_file(listing, change->path, change->new_kind, &change->new_oid);
	}
}

void
snapshot_files(struct snapshot *snapshot, const char *prefix, struct arena *arena,
    struct files *files)
{
	struct listing listing = { arena, files, 0 };

	*files = (struct files){ NULL, 0 };
	if (snapshot->kind == WORKTREE) {
		list_worktree(snapshot->store->root_fd, prefix, arena, files);
		return;
	}
	list_commit(&listing, snapshot, prefix);
	settle(&listing);
}

/* ---- reading ---- */

int
store_blob_size(struct store *store, const struct oid *oid, size_t *size)
{
	struct handle *handle = take_handle(store);
	git_object_t kind = GIT_OBJECT_ANY;
	int result = git_odb_read_header(size, &kind, handle->odb, their(oid)) != 0 ? ENOENT :
	    kind != GIT_OBJECT_BLOB ? EISDIR : 0;

	give_handle(store, handle);
	return result;
}

int
store_blob(struct store *store, const struct oid *oid, size_t limit, struct arena *arena,
    struct str *bytes)
{
	struct handle *handle = take_handle(store);
	int result = read_object(handle, oid, GIT_OBJECT_BLOB, limit, arena, bytes);

	give_handle(store, handle);
	return result;
}

static bool
find_in_commit(struct snapshot *snapshot, const char *path, struct tree_entry *entry)
{
	const struct change *staged = staged_at(snapshot, str_of(path));
	struct handle *handle;
	bool found;

	if (staged != NULL) {
		*entry = (struct tree_entry){ staged->new_mode, STR_NULL, staged->new_oid };
		return staged->is_new;
	}
	if (oid_is_zero(&snapshot->tree))
		return false;
	handle = take_handle(snapshot->store);
	found = tree_find(handle, &snapshot->tree, str_of(path), entry);
	give_handle(snapshot->store, handle);
	return found;
}

int
snapshot_read(struct snapshot *snapshot, const char *path, struct arena *arena, struct str *bytes)
{
	struct tree_entry entry;

	if (snapshot->kind == WORKTREE)
		return file_read(snapshot->store->root_fd, path, arena, bytes);
	if (!find_in_commit(snapshot, path, &entry))
		return ENOENT;
	if (kind_of_mode(entry.mode) == FILE_FOLDER)
		return EISDIR;
	return store_blob(snapshot->store, &entry.oid, FILE_MAX_BYTES, arena, bytes);
}

/* A file of the work tree that is the object, to the byte: it is at hand, while the object lies packed behind others. */
static bool
read_checked_out(struct snapshot *snapshot, const struct file *file, struct arena *arena, struct str *bytes)
{
	git_oid oid;

	return snapshot->kind == COMMIT && snapshot->store->root_fd >= 0 &&
	    (file->kind == FILE_REGULAR || file->kind == FILE_EXECUTABLE) &&
	    file_read(snapshot->store->root_fd, file->path, arena, bytes) == 0 &&
	    git_odb_hash(&oid, bytes->p, bytes->n, GIT_OBJECT_BLOB) == 0 &&
	    git_oid_equal(&oid, their(&file->oid));
}

int
snapshot_read_file(struct snapshot *snapshot, const struct file *file, struct arena *arena,
    struct str *bytes)
{
	if (snapshot->kind == WORKTREE)
		return file_read(snapshot->store->root_fd, file->path, arena, bytes);
	if (file->kind == FILE_FOLDER)
		return EISDIR;
	if (read_checked_out(snapshot, file, arena, bytes))
		return 0;
	return store_blob(snapshot->store, &file->oid, FILE_MAX_BYTES, arena, bytes);
}

bool
snapshot_oid(struct snapshot *snapshot, const char *path, struct oid *oid)
{
	struct tree_entry entry;

	assert(snapshot->kind != WORKTREE);
	if (!find_in_commit(snapshot, path, &entry))
		return false;
	*oid = entry.oid;
	return true;
}

static const char *
path_below(struct arena *arena, struct str folder, struct str name)
{
	char *path = arena_alloc(arena, folder.n + name.n + 2);

	memcpy(path, folder.p, folder.n);
	path[folder.n] = '/';
	memcpy(path + folder.n + 1, name.p, name.n);
	path[folder.n + 1 + name.n] = '\0';
	return path;
}

void
snapshot_list(struct snapshot *snapshot, const char *folder, struct arena *arena,
    struct files *files)
{
	struct listing listing = { arena, files, 0 };
	struct tree_entry entry;
	struct handle *handle;
	struct tree tree;

	assert(snapshot->kind == COMMIT);
	*files = (struct files){ NULL, 0 };
	if (!find_in_commit(snapshot, folder, &entry) || !is_folder(&entry))
		return;
	handle = take_handle(snapshot->store);
	for (tree_open(&tree, handle, &entry.oid); !tree.at_end; tree_next(&tree))
		add_file(&listing, path_below(arena, str_of(folder), tree.entry.name),
		    kind_of_mode(tree.entry.mode), &tree.entry.oid);
	tree_release(&tree);
	give_handle(snapshot->store, handle);
	settle(&listing);
}

bool
snapshot_has(struct snapshot *snapshot, const char *path)
{
	struct tree_entry entry;
	struct stat st;
	size_t i;

	if (snapshot->kind == WORKTREE)
		return fstatat(snapshot->store->root_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (find_in_commit(snapshot, path, &entry))
		return true;
	for (i = 0; i < snapshot->staged.n; i++)
		if (snapshot->staged.list[i].is_new &&
		    is_below(snapshot->staged.list[i].path, path))
			return true;
	return false;
}

/* ---- differences ---- */

/* Through the two lists of files: for an index that does not stand on `old`. */
static void
compare_lists(struct snapshot *old, struct snapshot *new, struct arena *arena,
    struct changes *changes)
{
	struct walk walk = { NULL, arena, changes, 0, BUF_INIT, 0 };
	struct files a = { NULL, 0 }, b;
	struct tree_entry x, y;
	size_t i = 0, j = 0;
	int order;
	static const unsigned modes[] = { 0100644, 0100755, 0120000, MODE_FOLDER, 0 };

	*changes = (struct changes){ NULL, 0 };
	if (old != NULL)
		snapshot_files(old, "", arena, &a);
	snapshot_files(new, "", arena, &b);
	while (i < a.n || j < b.n) {
		order = i == a.n ? 1 : j == b.n ? -1 : strcmp(a.list[i].path, b.list[j].path);
		if (order <= 0)
			x = (struct tree_entry){ modes[a.list[i].kind], str_of(a.list[i].path),
				a.list[i].oid };
		if (order >= 0)
			y = (struct tree_entry){ modes[b.list[j].kind], str_of(b.list[j].path),
				b.list[j].oid };
		if (order != 0 || x.mode != y.mode || !oid_eq(&x.oid, &y.oid))
			add_change(&walk, order <= 0 ? &x : NULL, order >= 0 ? &y : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	buf_release(&walk.path);
}

void
snapshot_changes(struct snapshot *old, struct snapshot *new, struct arena *arena,
    struct changes *changes)
{
	static const struct oid nothing;
	const struct oid *old_tree = old ? &old->tree : &nothing;
	size_t i;

	assert(new->kind != WORKTREE && (old == NULL || old->kind != WORKTREE));
	if (new->kind == COMMIT && (old == NULL || old->kind == COMMIT)) {
		walk_trees(new->store, old_tree, &new->tree, "", arena, changes);
		return;
	}
	if (new->kind != INDEX || (old && old->kind == INDEX) || !oid_eq(old_tree, &new->tree)) {
		compare_lists(old, new, arena, changes);
		return;
	}
	*changes = new->staged;
	changes->list = arena_alloc(arena, (changes->n + 1) * sizeof(*changes->list));
	for (i = 0; i < changes->n; i++) {
		changes->list[i] = new->staged.list[i];
		changes->list[i].path = arena_cstr(arena, str_of(new->staged.list[i].path));
	}
}

static void
folder_oid(struct snapshot *snapshot, const char *folder, struct oid *oid)
{
	if (!snapshot_oid(snapshot, folder, oid))
		memset(oid, 0, sizeof(*oid));
}

static void
add_changes(struct changes *to, const struct changes *more, struct arena *arena)
{
	struct change *list = arena_alloc(arena, (to->n + more->n + 1) * sizeof(*list));

	if (to->n > 0)
		memcpy(list, to->list, to->n * sizeof(*list));
	if (more->n > 0)
		memcpy(list + to->n, more->list, more->n * sizeof(*list));
	*to = (struct changes){ list, to->n + more->n };
}

struct snapshot *
snapshot_overlay(struct snapshot *base, struct snapshot *top, const char *const *folders)
{
	struct snapshot *snapshot = snapshot_new(base->store, base->kind);
	struct changes changes;
	struct oid old, new;

	assert(base->kind == COMMIT && top->kind == COMMIT);
	snapshot->tree = base->tree;
	memcpy(snapshot->commit, base->commit, sizeof(snapshot->commit));
	for (; *folders != NULL; folders++) {
		folder_oid(base, *folders, &old);
		folder_oid(top, *folders, &new);
		walk_trees(base->store, &old, &new, arena_printf(&snapshot->arena, "%s/", *folders),
		    &snapshot->arena, &changes);
		add_changes(&snapshot->staged, &changes, &snapshot->arena);
	}
	return snapshot;
}
