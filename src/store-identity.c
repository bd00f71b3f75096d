/*
 * Starting git to ask who commits costs more than all of a hook's other work. Its rules are simple where people use them
 * simply: the environment, else the last value of the user's files and the repository's. Whatever is not as plain as
 * that (an include, a quote, a continued line, `git -c user.name=...`, a date that is given) is left to git.
 */
#define _GNU_SOURCE
#include "store-parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

struct identity {
	struct str name, email; /* STR_NULL: not said yet */
};

static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_plain_character(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* What git takes as it stands: it cuts off or out what could not be part of a name. */
static bool
is_plain(struct str text)
{
	size_t i;

	if (text.n == 0 || !is_plain_character(text.p[0]) || !is_plain_character(text.p[text.n - 1]))
		return false;
	for (i = 0; i < text.n; i++)
		if (!is_plain_character(text.p[i]) && memchr(" '@.-_+", text.p[i], 7) == NULL)
			return false;
	return true;
}

static bool
is_word(struct str text, const char *word)
{
	return text.n == strlen(word) && strncasecmp(text.p, word, text.n) == 0;
}

/* "name = value" in [user] or [committer]; false when the value is not plain. */
static bool
read_variable(struct str line, bool committer, struct identity *user, struct identity *own)
{
	struct identity *identity = committer ? own : user;
	struct str name, value = line;

	str_cut(&value, '=', &name);
	name = str_trim(name);
	if (!is_word(name, "name") && !is_word(name, "email"))
		return true;
	if (value.p == NULL || !is_plain(value = str_trim(value)))
		return false;
	*(is_word(name, "name") ? &identity->name : &identity->email) = value;
	return true;
}

enum section { OTHER, USER, COMMITTER };

/* "[section]" or "[section "name"]" alone on its line; false when it takes another file in. */
static bool
read_section(struct str line, enum section *section)
{
	const char *close = memchr(line.p, ']', line.n);
	struct str whole = { line.p + 1, line.n - 2 };

	if (close != line.p + line.n - 1 || memchr(whole.p, '[', whole.n) != NULL ||
	    (whole.n >= 7 && strncasecmp(whole.p, "include", 7) == 0))
		return false;
	*section = is_word(whole, "user") ? USER : is_word(whole, "committer") ? COMMITTER : OTHER;
	return true;
}

static bool
read_config_text(struct str text, struct identity *user, struct identity *own)
{
	enum section section = OTHER;
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (line.p[line.n - 1] == '\\' || line.p[line.n - 1] == '\r')
			return false;
		if (line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (line.p[0] == '[' ? !read_section(line, &section) : !is_letter(line.p[0]))
			return false;
		if (line.p[0] != '[' && section != OTHER &&
		    !read_variable(line, section == COMMITTER, user, own))
			return false;
	}
	return true;
}

/* A file that is not there says nothing. */
static bool
read_config(const char *path, struct arena *arena, struct identity *user, struct identity *own)
{
	struct str text;
	int failed = path[0] == '/' ? file_read(AT_FDCWD, path, arena, &text) : EINVAL;

	if (failed)
		return failed == ENOENT || failed == ENOTDIR;
	return read_config_text(text, user, own);
}

/* The user's own files: the later one wins. */
static bool
read_global(struct arena *arena, struct identity *user, struct identity *own)
{
	const char *only = getenv("GIT_CONFIG_GLOBAL"), *home = variable("HOME"),
	    *xdg = variable("XDG_CONFIG_HOME");

	if (only != NULL)
		return read_config(only, arena, user, own);
	if (home == NULL)
		return false;
	return read_config(xdg ? arena_printf(arena, "%s/git/config", xdg) :
	    arena_printf(arena, "%s/.config/git/config", home), arena, user, own) &&
	    read_config(arena_printf(arena, "%s/.gitconfig", home), arena, user, own);
}

/* Where that is depends on how git was built: below /usr, or anywhere. */
static const char *
system_file(struct arena *arena)
{
	static const char *const usual[] = { "/usr/bin", "/bin", "/usr/lib/git-core",
		"/usr/libexec/git-core" };
	const char *given = getenv("GIT_CONFIG_SYSTEM"), *path = getenv("PATH");
	struct str rest = str_of(path ? path : ""), folder;
	size_t i;

	if (given != NULL)
		return given;
	while (str_cut(&rest, ':', &folder))
		if (access(arena_printf(arena, "%.*s/git", STRF(folder)), X_OK) == 0)
			break;
	for (i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (str_is(folder, usual[i]))
			return "/etc/gitconfig";
	return "";
}

static bool
read_system(struct arena *arena, struct identity *user, struct identity *own)
{
	const char *none = getenv("GIT_CONFIG_NOSYSTEM");

	if (none != NULL)
		return strcmp(none, "1") == 0;
	return read_config(system_file(arena), arena, user, own);
}

/* What the program that called us may say. */
static bool
has_other_sources(void)
{
	const char *given = variable("GIT_CONFIG_PARAMETERS");

	return variable("GIT_CONFIG_COUNT") || getenv("GIT_COMMON_DIR") ||
	    (given && (strcasestr(given, "user.") || strcasestr(given, "committer.") ||
	    strcasestr(given, "include")));
}

/* A file that counts only in repositories that say so. */
static bool
read_worktree(struct store *store, struct arena *arena)
{
	struct identity user = { STR_NULL, STR_NULL }, own = user;

	return read_config(arena_printf(arena, "%s/config.worktree", store->git_dir), arena, &user,
	    &own) && !user.name.p && !user.email.p && !own.name.p && !own.email.p;
}

static bool
read_identity(struct store *store, struct arena *arena, struct identity *identity)
{
	const char *name = getenv("GIT_COMMITTER_NAME"), *email = getenv("GIT_COMMITTER_EMAIL");
	struct identity user = { STR_NULL, STR_NULL }, own = user;

	*identity = (struct identity){ str_of(name ? name : ""), str_of(email ? email : "") };
	if (name != NULL && email != NULL)
		return true;
	if (has_other_sources() || !read_worktree(store, arena) || !read_system(arena, &user, &own) ||
	    !read_global(arena, &user, &own) ||
	    !read_config(arena_printf(arena, "%s/config", store->common_dir), arena, &user, &own) ||
	    own.name.p != NULL || own.email.p != NULL || user.name.p == NULL || user.email.p == NULL)
		return false;
	if (name == NULL)
		identity->name = user.name;
	if (email == NULL)
		identity->email = user.email;
	return true;
}

bool
plain_committer(struct store *store, int64_t now, struct arena *arena, struct person *person)
{
	struct identity identity;
	time_t seconds = (time_t)now;
	struct tm tm;

	if (store->git_dir == NULL || getenv("GIT_COMMITTER_DATE") != NULL ||
	    !read_identity(store, arena, &identity) || !is_plain(identity.name) ||
	    !is_plain(identity.email) || localtime_r(&seconds, &tm) == NULL)
		return false;
	person->name = identity.name;
	person->email = identity.email;
	person->time = now;
	person->offset = (int)(tm.tm_gmtoff / 60);
	return true;
}
