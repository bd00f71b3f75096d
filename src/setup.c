#define _GNU_SOURCE
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "# dossier hook "

const char *const setup_clone_hooks[] = { "pre-commit", "prepare-commit-msg", "commit-msg", NULL };
const char *const setup_shared_hooks[] = { "pre-receive", NULL };

const struct setting setup_clone_settings[] = {
	{ "user.useConfigOnly", "true", "git does not guess who you are" },
	{ "pull.rebase", "true", "a pull puts your commits behind the others'" },
	{ "commitGraph.generationVersion", "1", "this program reads git's commit graph" },
	{ "index.threads", "true", "git writes where the entries of its index end, and need not be read" },
	{ NULL, NULL, NULL },
};

const struct setting setup_shared_settings[] = {
	{ "receive.fsckObjects", "true", "damaged objects are refused" },
	{ "receive.denyNonFastForwards", "true", "history only grows" },
	{ "receive.denyDeletes", "true", "branches are not deleted" },
	{ "receive.maxInputSize", "104857600", "a push holds 100 MiB at most" },
	{ "receive.autogc", "false", "nothing is thrown away behind a push" },
	{ "gc.auto", "0", "nothing is thrown away unasked" },
	{ "gc.reflogExpire", "never", "when each push came is kept" },
	{ "gc.reflogExpireUnreachable", "never", "when each push came is kept" },
	{ "core.logAllRefUpdates", "true", "when each push came is written down" },
	{ "commitGraph.generationVersion", "1", "this program reads git's commit graph" },
	{ NULL, NULL, NULL },
};

const char *
setup_program(struct arena *arena)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0)
		die("cannot find out where this program is: %s", strerror(errno));
	return arena_str(arena, (struct str){ path, (size_t)n }).p;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *
setup_folder(const char *name, struct arena *arena)
{
	const char *given = getenv(strcmp(name, "hooks") == 0 ? "DOSSIER_HOOKS" :
	    "DOSSIER_TEMPLATES");
	const char *program, *path;
	size_t n;

	if (given != NULL && given[0] != '\0') {
		if (!is_folder(given))
			die("there is no folder '%s'", given);
		return given;
	}
	program = setup_program(arena);
	n = strlen(program);
	while (n > 0 && program[n - 1] != '/')
		n--;
	path = arena_printf(arena, "%.*s../%s", (int)n, program, name);
	if (is_folder(path))
		return path;
	path = arena_printf(arena, "%s/share/dossier/%s", PREFIX, name);
	if (!is_folder(path))
		die("the folder '%s' is missing: install dossier anew", path);
	return path;
}

const char *
setup_hooks_folder(struct store *store, struct arena *arena)
{
	const char *const args[] = { "rev-parse", "--path-format=absolute", "--git-path", "hooks",
		NULL };
	struct buf out = BUF_INIT;
	const char *path;

	if (store_git(store, args, &out, NULL) != 0 || out.n == 0)
		die("git does not say where its hooks are");
	path = arena_cstr(arena, (struct str){ out.p, out.n - 1 });
	buf_release(&out);
	return path;
}

/* In single quotes, for sh. */
static void
quote(struct buf *out, const char *text)
{
	buf_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_text(out, "'\\''");
		else
			buf_char(out, *text);
	}
	buf_char(out, '\'');
}

static struct str
hook_text(const char *hook, struct arena *arena)
{
	const char *path = arena_printf(arena, "%s/%s", setup_folder("hooks", arena), hook), *at;
	struct buf out = BUF_INIT;
	struct str text, whole;
	const struct str place = STR("@PROGRAM@");
	int failed = file_read(AT_FDCWD, path, arena, &text);

	if (failed)
		die("cannot read '%s': %s", path, strerror(failed));
	at = strstr(text.p, place.p);
	if (at == NULL)
		die("'%s' is no hook of dossier: install it anew", path);
	buf_add(&out, text.p, (size_t)(at - text.p));
	quote(&out, setup_program(arena));
	buf_text(&out, at + place.n);
	whole = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return whole;
}

enum hook_state
setup_hook_state(const char *folder, const char *hook, struct arena *arena)
{
	const char *path = arena_printf(arena, "%s/%s", folder, hook);
	struct str text;
	int failed = file_read(AT_FDCWD, path, arena, &text);

	if (failed == ENOENT || failed == ENOTDIR)
		return HOOK_MISSING;
	if (failed || strstr(text.p, MARK) == NULL)
		return HOOK_FOREIGN;
	if (!str_eq(text, hook_text(hook, arena)))
		return HOOK_STALE;
	return access(path, X_OK) == 0 ? HOOK_CURRENT : HOOK_IDLE;
}

int
setup_install_hook(const char *folder, const char *hook, struct arena *arena)
{
	const char *path = arena_printf(arena, "%s/%s", folder, hook);
	int failed = file_make_parents(path);

	if (failed == 0)
		failed = file_replace(path, hook_text(hook, arena));
	if (failed == 0 && chmod(path, 0755) != 0)
		failed = errno;
	return failed;
}

void
setup_set(struct store *store, const struct setting *setting)
{
	const char *const args[] = { "config", "--local", setting->name, setting->value, NULL };

	if (store_git(store, args, NULL, NULL) != 0)
		die("git could not set %s", setting->name);
}
