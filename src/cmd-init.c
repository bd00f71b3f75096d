/*
 * A new repository is made whole in a folder of its own beside the place it is for, and put there by renaming: what
 * goes wrong before leaves nothing behind.
 */
#define _GNU_SOURCE
#include "command.h"
#include "setup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STAFF_FILE "directory/staff.rec"
#define BUILDING ".new-" /* and six letters: the folder in an empty one where a centre is made */

static const struct option options[] = {
	{ 0, "shared", NULL, "make the bare repository that all push to, or set one up", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct init {
	struct run *run;
	struct arena arena;
	struct store *store; /* of what is there already */
	const char *target; /* absolute */
	bool shared;
	struct str name, email; /* of who runs it */
	const char *id;
	size_t done; /* things that were set up just now */
};

static char *building; /* what is to be taken away when the program ends early */
static volatile sig_atomic_t is_interrupted;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Processes of git that are ending may still write there. */
static void
remove_building(void)
{
	const struct timespec a_while = { .tv_nsec = 20000000 };
	int i;

	if (building != NULL)
		remove_tree(building);
	for (i = 0; building != NULL && access(building, F_OK) == 0 && i < 10; i++) {
		nanosleep(&a_while, NULL);
		remove_tree(building);
	}
}

static void
note_signal(int signal)
{
	(void)signal;
	is_interrupted = 1;
}

/* From here on a signal ends the program at the next step, and what is built goes. */
static void
take_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static void
end_if_interrupted(void)
{
	if (is_interrupted)
		die("interrupted: nothing was made");
}

/* ---- who runs it ---- */

static struct str
git_setting(const char *variable, const char *other, const char *name, struct arena *arena)
{
	const char *const args[] = { "config", "--get", name, NULL };
	const char *given = getenv(variable);
	struct buf out = BUF_INIT;
	struct str value = STR_NULL;

	if (given == NULL || given[0] == '\0')
		given = getenv(other);
	if (given != NULL && given[0] != '\0')
		return arena_str(arena, str_of(given));
	if (store_run_git("/", args, &out, NULL) == 0)
		value = arena_str(arena, str_trim(buf_view(&out)));
	buf_release(&out);
	return value.n ? value : STR_NULL;
}

static void
who_runs_it(struct init *init)
{
	size_t at = 0;

	init->name = git_setting("GIT_COMMITTER_NAME", "GIT_AUTHOR_NAME", "user.name", &init->arena);
	init->email = git_setting("GIT_COMMITTER_EMAIL", "GIT_AUTHOR_EMAIL", "user.email",
	    &init->arena);
	if (init->name.p == NULL || init->email.p == NULL)
		die("git does not know who you are, and whoever makes a centre is its first member of "
		    "staff; run\n  git config --global user.name 'Your Name'\n"
		    "  git config --global user.email you@centre.example\nand then this again");
	if (!is_email(init->email))
		die("'%.*s' is no e-mail address; set yours with\n"
		    "  git config --global user.email you@centre.example", STRF(init->email));
	if (text_check(init->name, &at) != TEXT_OK || memchr(init->name.p, '\n', init->name.n))
		die("your name in git holds characters that are no text; set it with\n"
		    "  git config --global user.name 'Your Name'");
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Initials of a name, or the first two letters of a name of one word; else of the address. One letter is none. */
static size_t
initials(struct str text, char id[8])
{
	size_t n = 0, i;
	bool in_word = false;

	for (i = 0; i < text.n && n < 4; i++) {
		if (is_letter(text.p[i]) && !in_word)
			id[n++] = (char)(text.p[i] | 0x20);
		in_word = (unsigned char)text.p[i] >= 0x80 || is_letter(text.p[i]) ||
		    text.p[i] == '\'';
	}
	if (n == 1)
		for (i = 0; i + 1 < text.n && n == 1; i++)
			if ((text.p[i] | 0x20) == id[0] && is_letter(text.p[i + 1]))
				id[n++] = (char)(text.p[i + 1] | 0x20);
	id[n] = '\0';
	return n;
}

static bool
is_taken(const struct recfile *staff, struct str id)
{
	const struct field *field;
	size_t i;

	for (i = 0; i < staff->n; i++) {
		field = record_named(&staff->records[i], STR("Staff"));
		if (field != NULL && str_eq(field->value, id))
			return true;
	}
	return false;
}

static void
choose_id(struct init *init, const struct recfile *staff)
{
	struct str address = init->email, local;
	char stem[8];
	int i;

	str_cut(&address, '@', &local);
	if (initials(init->name, stem) < 2 && initials(local, stem) < 2)
		memcpy(stem, "me", 3);
	init->id = arena_cstr(&init->arena, str_of(stem));
	for (i = 2; is_taken(staff, str_of(init->id)); i++)
		init->id = arena_printf(&init->arena, "%s%d", stem, i);
}

/* ---- the skeleton ---- */

static void
write_file(const char *path, struct str bytes)
{
	int failed;

	end_if_interrupted();
	failed = file_make_parents(path);
	if (failed == 0)
		failed = file_create(path, bytes);
	if (failed)
		die_unwritten(path, failed);
}

/* No later than the first commit, which may be given another date than today's. */
static day
first_day(struct init *init)
{
	struct store *store = store_open_folder("/");
	struct person person;
	day today = init->run->today, on = today;

	if (store_committer(store, (int64_t)time(NULL), &init->arena, &person))
		on = date_of_time(person.time, person.offset);
	store_free(store);
	return on < today ? on : today;
}

/* The first member of staff, behind what the skeleton's file says. */
static struct str
with_staff(struct init *init, struct str bytes)
{
	struct source source = { STAFF_FILE, bytes };
	struct findings findings;
	struct recfile file;
	struct buf out = BUF_INIT;
	char date[DATE_SIZE];
	struct str whole;

	findings_init(&findings);
	record_parse(&source, NULL, &init->arena, &findings, &file);
	choose_id(init, &file);
	buf_str(&out, bytes);
	if (out.n > 0 && out.p[out.n - 1] != '\n')
		buf_char(&out, '\n');
	buf_char(&out, '\n');
	record_write_field(&out, STR("Staff"), str_of(init->id));
	record_write_field(&out, STR("Name"), init->name);
	record_write_field(&out, STR("Email"), init->email);
	record_write_field(&out, STR("Role"), STR("coordinator"));
	record_write_field(&out, STR("From"), str_of(date_format(first_day(init), date)));
	whole = arena_str(&init->arena, buf_view(&out));
	buf_release(&out);
	findings_release(&findings);
	return whole;
}

static void
copy_skeleton(struct init *init, const char *to)
{
	const char *from = setup_folder("templates", &init->arena);
	struct store *store = store_open_folder(from);
	struct snapshot *skeleton = store_worktree(store);
	struct files files;
	struct str bytes;
	size_t i;
	int failed;

	snapshot_files(skeleton, "", &init->arena, &files);
	for (i = 0; i < files.n; i++) {
		failed = snapshot_read(skeleton, files.list[i].path, &init->arena, &bytes);
		if (failed)
			die("cannot read '%s/%s': %s", from, files.list[i].path, strerror(failed));
		if (strcmp(files.list[i].path, STAFF_FILE) == 0)
			bytes = with_staff(init, bytes);
		write_file(arena_printf(&init->arena, "%s/%s", to, files.list[i].path), bytes);
	}
	if (init->id == NULL)
		die("the skeleton in '%s' has no %s", from, STAFF_FILE);
	snapshot_free(skeleton);
	store_free(store);
}

static void
git_or_die(const char *dir, const char *const *args, const char *what)
{
	struct buf err = BUF_INIT;

	end_if_interrupted();
	if (store_run_git(dir, args, NULL, &err) != 0)
		die("git could not %s: %.*s", what, STRF(str_trim(buf_view(&err))));
	buf_release(&err);
}

/* git_dir is made, the skeleton goes to `tree`, and is its first commit. */
static void
make_repository(struct init *init, const char *git_dir, const char *tree)
{
	const char *git_option = arena_printf(&init->arena, "--git-dir=%s", git_dir);
	const char *tree_option = arena_printf(&init->arena, "--work-tree=%s", tree);
	const char *const create[] = { git_option, "init", "-q", "--initial-branch=main",
		init->shared ? "--bare" : "--template=", init->shared ? "--template=" : NULL, NULL };
	const char *const add[] = { git_option, tree_option, "add", "--all", NULL };
	const char *const commit[] = { git_option, tree_option, "-c", "core.hooksPath=/dev/null",
		"-c", "commit.gpgSign=false", "commit", "-q", "--no-verify", "-m",
		"centre: the skeleton", NULL };

	copy_skeleton(init, tree);
	git_or_die(tree, create, "make the repository");
	git_or_die(tree, add, "take the skeleton in");
	git_or_die(tree, commit, "commit the skeleton");
}

/* ---- putting it in place ---- */

static const char *
make_building(struct init *init, const char *pattern)
{
	char *path = arena_cstr(&init->arena, str_of(pattern));
	mode_t mask = umask(0);

	umask(mask);
	take_signals();
	if (mkdtemp(path) == NULL)
		die("cannot make a folder beside '%s': %s", init->target, strerror(errno));
	if (chmod(path, 0777 & ~mask) != 0)
		die("cannot set the mode of '%s': %s", path, strerror(errno));
	building = path;
	atexit(remove_building);
	return path;
}

static void
move_or_die(const char *from, const char *to)
{
	if (rename(from, to) != 0)
		die("cannot move '%s' to '%s': %s", from, to, strerror(errno));
}

/* Into a folder that is there and empty: the repository itself last. */
static void
move_content(struct init *init, const char *from, const char *to)
{
	DIR *folder = opendir(from);
	const struct dirent *entry;
	static const char *const last[] = { ".git", "HEAD" };
	const char *path;
	size_t i;

	if (folder == NULL)
		die("cannot read '%s': %s", from, strerror(errno));
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    strcmp(entry->d_name, last[0]) == 0 || strcmp(entry->d_name, last[1]) == 0)
			continue;
		path = arena_printf(&init->arena, "%s/%s", from, entry->d_name);
		move_or_die(path, arena_printf(&init->arena, "%s/%s", to, entry->d_name));
	}
	closedir(folder);
	for (i = 0; i < sizeof(last) / sizeof(*last); i++) {
		path = arena_printf(&init->arena, "%s/%s", from, last[i]);
		if (access(path, F_OK) == 0)
			move_or_die(path, arena_printf(&init->arena, "%s/%s", to, last[i]));
	}
}

/* What an `init` that was killed left of what it built does not count; it is named. */
static bool
is_empty_folder(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	struct buf left = BUF_INIT;
	size_t n = 0;

	if (folder == NULL)
		return false;
	while ((entry = readdir(folder)) != NULL) {
		if (strncmp(entry->d_name, BUILDING, strlen(BUILDING)) == 0)
			buf_printf(&left, "dossier init: '%s/%s' was left by one that was ended: it can go\n", path,
			    entry->d_name);
		else
			n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	}
	closedir(folder);
	if (n == 0 && left.n > 0)
		fputs(left.p, stderr);
	buf_release(&left);
	return n == 0;
}

/* ---- hooks and settings ---- */

static void
say(const struct init *init, const char *format, ...)
{
	va_list args;

	if (init->run->quiet)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

static void
install_hook(struct init *init, const char *folder, const char *hook)
{
	int failed;

	switch (setup_hook_state(folder, hook, &init->arena)) {
	case HOOK_CURRENT:
		return;
	case HOOK_FOREIGN:
		die("there is a hook of another program, '%s/%s'; to keep it, and have it run first:\n"
		    "  mv '%s/%s' '%s/%s.local'\nand then this again", folder, hook, folder, hook, folder,
		    hook);
	default:
		failed = setup_install_hook(folder, hook, &init->arena);
		if (failed)
			die_unwritten(arena_printf(&init->arena, "%s/%s", folder, hook), failed);
		init->done++;
		say(init, "installed the hook %s\n", hook);
	}
}

/* What somebody set for all of their repositories is overruled in a new one; in one that is there, they decide. */
static void
settle_hooks_path(struct init *init, struct store *store, const char *git_dir)
{
	struct str path = store_config(store, "core.hooksPath", &init->arena);

	if (path.p == NULL)
		return;
	if (building != NULL) {
		setup_set(store, &(struct setting){ "core.hooksPath",
		    arena_printf(&init->arena, "%s/hooks", git_dir), NULL });
		return;
	}
	die("git looks for hooks in '%.*s' (core.hooksPath), not in this repository; to have them here:\n"
	    "  git config core.hooksPath '%s/hooks'\nand then this again", STRF(path),
	    store_common_dir(store));
}

static bool
is_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* git_dir: where it will be. */
static void
set_up(struct init *init, struct store *store, const char *git_dir)
{
	const char *const *hook = init->shared ? setup_shared_hooks : setup_clone_hooks;
	const struct setting *setting = init->shared ? setup_shared_settings : setup_clone_settings;
	const char *folder = setup_hooks_folder(store, &init->arena);
	struct str value;

	if (!is_inside(folder, git_dir) && !is_inside(folder, store_common_dir(store))) {
		settle_hooks_path(init, store, git_dir);
		folder = arena_printf(&init->arena, "%s/hooks", store_common_dir(store));
	}
	for (; *hook != NULL; hook++)
		install_hook(init, folder, *hook);
	for (; setting->name != NULL; setting++) {
		value = store_config(store, setting->name, &init->arena);
		if (value.p == NULL) {
			setup_set(store, setting);
			init->done++;
		} else if (!str_is(value, setting->value)) {
			say(init, "kept %s = %.*s, though %s asks for %s\n", setting->name, STRF(value),
			    setting->why, setting->value);
		}
	}
}

/* ---- the three things it does ---- */

static void
set_up_existing(struct init *init, struct store *store)
{
	set_up(init, store, store_common_dir(store));
	if (init->done == 0)
		say(init, "'%s' is set up already\n", init->target);
	else if (!init->shared)
		say(init, "ready: 'dossier doctor' looks it over\n");
}

static const char *
quoted_path(struct init *init)
{
	const char *here = realpath(".", NULL), *path = init->target;

	if (here != NULL && is_inside(path, here))
		path += strlen(here) + 1;
	free((char *)here);
	return path;
}

static void
say_next(struct init *init)
{
	const char *path = quoted_path(init);

	if (init->shared)
		say(init, "made the shared repository %s; you are '%s', its coordinator\n"
		    "next: git clone %s centre && dossier init centre\n", path, init->id, path);
	else
		say(init, "made a centre in %s; you are '%s', its coordinator\n"
		    "next: write its name into centre.rec, then read README.md\n", path, init->id);
}

/* Hooks go in before it is moved: from its first moment on it is guarded. */
static void
make_new(struct init *init, bool exists)
{
	const char *pattern = exists ? arena_printf(&init->arena, "%s/" BUILDING "XXXXXX", init->target) :
	    arena_printf(&init->arena, "%s.new-XXXXXX", init->target);
	const char *path = make_building(init, pattern), *tree, *git_dir;
	struct store *store;
	bool quiet;

	tree = init->shared ? arena_printf(&init->arena, "%s/skeleton", path) : path;
	git_dir = init->shared ? path : arena_printf(&init->arena, "%s/.git", path);
	if (init->shared && mkdir(tree, 0777) != 0)
		die("cannot make '%s': %s", tree, strerror(errno));
	make_repository(init, git_dir, tree);
	if (init->shared) {
		remove_tree(tree);
		unlink(arena_printf(&init->arena, "%s/index", git_dir));
		unlink(arena_printf(&init->arena, "%s/COMMIT_EDITMSG", git_dir));
	}
	store = store_open(git_dir);
	quiet = init->run->quiet;
	init->run->quiet = true;
	set_up(init, store, init->shared ? init->target :
	    arena_printf(&init->arena, "%s/.git", init->target));
	init->run->quiet = quiet;
	store_free(store);
	end_if_interrupted();
	if (exists)
		move_content(init, path, init->target);
	else
		move_or_die(path, init->target);
	if (exists)
		rmdir(path);
	building = NULL;
	say_next(init);
}

static const char *
absolute_target(struct init *init, const char *dir)
{
	char *real = realpath(dir, NULL), *parent;
	const char *slash, *path;
	struct str name = str_of(dir);

	if (real != NULL) {
		path = arena_cstr(&init->arena, str_of(real));
		free(real);
		return path;
	}
	while (name.n > 1 && name.p[name.n - 1] == '/')
		name.n--;
	dir = arena_cstr(&init->arena, name);
	slash = strrchr(dir, '/');
	parent = realpath(slash == NULL ? "." : slash == dir ? "/" : arena_cstr(&init->arena,
	    (struct str){ dir, (size_t)(slash - dir) }), NULL);
	if (parent == NULL)
		die("cannot make '%s': the folder to make it in: %s", dir, strerror(errno));
	path = arena_printf(&init->arena, "%s/%s", strcmp(parent, "/") ? parent : "",
	    slash ? slash + 1 : dir);
	free(parent);
	return path;
}

/* A repository right here, not one further up. */
static struct store *
open_here(struct init *init)
{
	struct store *store = store_open(init->target);
	const char *root = store ? store_root(store) : NULL;

	if (store != NULL && strcmp(root ? root : store_git_dir(store), init->target) == 0)
		return store;
	store_free(store);
	return NULL;
}

static void
refuse_other(struct init *init)
{
	struct store *store = init->store;

	if (store == NULL)
		die("'%s' is not empty: make the centre in a new folder, 'dossier init DIR'",
		    init->target);
	if (store_git_dir(store) == NULL)
		die("'%s' has a centre.rec but is no git repository: clone the centre, or make one in a "
		    "new folder", init->target);
	if (init->shared && store_root(store) != NULL)
		die("'%s' has a work tree: the shared repository is a bare one, such as\n"
		    "  dossier init --shared %s.git", init->target, init->target);
	if (!init->shared && store_root(store) == NULL)
		die("'%s' is a bare repository: set it up with 'dossier init --shared'", init->target);
}

static bool
is_centre(struct store *store)
{
	const char *reason;
	struct snapshot *snapshot = store_root(store) ? store_worktree(store) :
	    store_commit(store, "HEAD", &reason);
	bool has = snapshot != NULL && snapshot_has(snapshot, "centre.rec");

	snapshot_free(snapshot);
	return has;
}

static int
run_init_command(struct run *run)
{
	struct init init = { .run = run, .shared = has_option(run, "shared") };
	struct stat st;
	bool exists;

	if (run->argc > 1)
		usage(run, "it takes one folder");
	arena_init(&init.arena);
	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
	unsetenv("GIT_INDEX_FILE");
	if (strcmp(run->dir, ".") != 0 && chdir(run->dir) != 0)
		die("cannot go to '%s': %s", run->dir, strerror(errno));
	init.target = absolute_target(&init, run->argc ? run->argv[0] : ".");
	exists = stat(init.target, &st) == 0;
	if (exists && !S_ISDIR(st.st_mode))
		die("'%s' is a file", init.target);
	if (!exists || is_empty_folder(init.target)) {
		who_runs_it(&init);
		make_new(&init, exists);
	} else {
		init.store = open_here(&init);
		refuse_other(&init);
		if (!is_centre(init.store))
			die("'%s' is a git repository, but no centre: make one in a new folder, "
			    "'dossier init DIR'", init.target);
		set_up_existing(&init, init.store);
		store_free(init.store);
	}
	arena_release(&init.arena);
	return 0;
}

const struct command cmd_init = {
	.name = "init",
	.operands = "[DIR]",
	.summary = "make a centre repository, or set up a clone of one",
	.options = options,
	.complete = "file",
	.run = run_init_command,
};
