#define _GNU_SOURCE
#include "command-form.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOWN_MAX 12 /* keys of a directory that are listed */
#define TRIES_MAX 50 /* an editor that is a program may never stop */

extern char **environ;

/* ---- Field=value ---- */

static struct str
read_stdin(const struct run *run, struct arena *arena)
{
	static bool was_read;
	struct buf text = BUF_INIT;
	struct str copy;
	ssize_t got;

	if (was_read)
		usage(run, "only one value can come from standard input");
	was_read = true;
	while ((got = read(STDIN_FILENO, buf_room(&text, 65536), 65536)) > 0) {
		text.n += (size_t)got;
		if (text.n > RECORD_FILE_MAX)
			die("standard input is too long for a value");
	}
	if (got < 0)
		die("cannot read standard input: %s", strerror(errno));
	copy = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return copy;
}

static struct str
read_value(const struct run *run, const char *value, struct arena *arena)
{
	struct str text;
	int error;

	if (strcmp(value, "-") == 0) {
		text = read_stdin(run, arena);
	} else if (value[0] == '@' && value[1] != '@') {
		error = file_read(AT_FDCWD, value + 1, arena, &text);
		if (error != 0)
			die("cannot read '%s': %s", value + 1, strerror(error));
	} else {
		return str_of(value[0] == '@' ? value + 1 : value);
	}
	while (text.n > 0 && strchr(" \t\r\n", text.p[text.n - 1]) != NULL && text.p[text.n - 1] != '\0')
		text.n--;
	return text;
}

void
givens_read(const struct run *run, int first, struct arena *arena, struct givens *givens)
{
	const char *equals;
	struct given *given;
	int i;

	givens->n = 0;
	givens->list = ARENA_NEW(arena, struct given, (size_t)(run->argc > first ? run->argc - first : 0));
	for (i = first; i < run->argc; i++) {
		equals = strchr(run->argv[i], '=');
		given = &givens->list[givens->n++];
		if (equals != NULL)
			given->name = (struct str){ run->argv[i], (size_t)(equals - run->argv[i]) };
		if (equals == NULL || !is_field_name(given->name))
			usage(run, "'%s' is not written Field=value", run->argv[i]);
		given->value = read_value(run, equals + 1, arena);
	}
}

bool
givens_have(const struct givens *givens, struct str name)
{
	size_t i;

	for (i = 0; i < givens->n; i++)
		if (str_eq(givens->list[i].name, name))
			return true;
	return false;
}

struct str
staff_at_work(const struct archive *archive, struct store *store, day on, struct arena *arena)
{
	struct str email = run_email(store, arena);
	const struct entity *staff = email.p ? archive_staff_by_email(archive, email, on) : NULL;

	return staff ? staff->key : STR_NULL;
}

void
say_nobody(struct store *store)
{
	struct arena arena;
	struct str email;

	arena_init(&arena);
	email = run_email(store, &arena);
	if (email.p != NULL)
		fprintf(stderr, "git's e-mail '%.*s' belongs to no member of staff active on that day: use the one in directory/staff.rec (git "
		    "config user.email), or have a coordinator add it\n",
		    STRF(email));
	else
		fputs("git does not know who you are: git config user.email YOU@...\n", stderr);
	arena_release(&arena);
}

/* ---- what a field takes ---- */

static bool
is_valid_on(const struct entity *entity, day on)
{
	return on == DAY_NONE || ((entity->from == DAY_NONE || entity->from <= on) &&
	    (entity->until == DAY_NONE || on < entity->until));
}

static void
list_keys(const struct archive *archive, struct str target, day on, struct buf *out)
{
	size_t i, n, shown = 0;
	const struct entity *const *all = directory_all(archive->directory, target, &n);

	for (i = 0; i < n && shown < SHOWN_MAX; i++) {
		if (all[i]->key.p == NULL || !is_valid_on(all[i], on))
			continue;
		buf_text(out, shown++ ? ", " : ": ");
		buf_str(out, all[i]->key);
	}
	if (i < n)
		buf_text(out, ", ...");
}

void
describe_field(const struct archive *archive, const struct field_info *info, day on, struct buf *out)
{
	size_t i;

	if (info->n_choices > 0) {
		buf_text(out, "one of ");
		for (i = 0; i < info->n_choices; i++) {
			buf_text(out, i ? ", " : "");
			buf_str(out, info->choices[i]);
		}
	} else if (str_is(info->target, "Entry")) {
		buf_text(out, "an entry of the case, DATE/KIND");
	} else if (info->target.n > 0) {
		buf_printf(out, "a %.*s", STRF(info->target));
		list_keys(archive, info->target, on, out);
	} else if (str_is(info->type, "date")) {
		buf_text(out, "a date, YYYY-MM-DD");
	} else if (str_is(info->type, "int") || str_is(info->type, "real") || str_is(info->type, "range")) {
		buf_text(out, "a number");
	} else if (str_is(info->type, "bool")) {
		buf_text(out, "yes or no");
	} else if (str_is(info->type, "line")) {
		buf_text(out, "text on one line");
	} else {
		buf_text(out, "text");
	}
}

/* ---- what a field will mostly be ---- */

static bool
is_taking_the_same(const struct field_info *a, const struct field_info *b)
{
	size_t i;

	if (a->target.n > 0 || b->target.n > 0)
		return str_eq(a->target, b->target);
	if (a->n_choices == 0 || a->n_choices != b->n_choices)
		return false;
	for (i = 0; i < a->n_choices; i++)
		if (!str_eq(a->choices[i], b->choices[i]))
			return false;
	return true;
}

/* The key of the only record that is valid on a day. */
static struct str
only_key(const struct archive *archive, struct str target, day on)
{
	size_t i, n;
	const struct entity *const *all = directory_all(archive->directory, target, &n);
	struct str key = STR_NULL;

	for (i = 0; i < n; i++) {
		if (all[i]->key.p == NULL || !is_valid_on(all[i], on))
			continue;
		if (key.p != NULL)
			return STR_NULL;
		key = all[i]->key;
	}
	return key;
}

struct str
likely_value(const struct archive *archive, const struct casefile *file, const struct field_info *info, day on)
{
	const struct rectype *type = schema_type(archive->schema, STR("Case"));
	const struct field_info *fields;
	struct str value;
	size_t i, n = 0;

	if (str_is(info->target, "Staff"))
		return STR_NULL;
	fields = type && file ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++)
		if (is_taking_the_same(info, &fields[i]) && case_value(file, fields[i].symbol, on, 0, &value))
			return value;
	if (info->n_choices == 1)
		return info->choices[0];
	return info->target.n > 0 ? only_key(archive, info->target, on) : STR_NULL;
}

/* ---- questions ---- */

bool
can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void
say_not(const char *what, struct str value, struct str near)
{
	struct buf shown = BUF_INIT;

	escape_text(&shown, value, false);
	fprintf(stderr, "  '%s' is not %s", shown.p ? shown.p : "", what);
	if (near.p != NULL)
		fprintf(stderr, "; did you mean '%.*s'?", STRF(near));
	fputc('\n', stderr);
	buf_release(&shown);
}

static bool
is_a_key(const struct archive *archive, const struct field_info *info, struct str value, day on)
{
	size_t i, n, kept = 0;
	const struct entity *const *all = directory_all(archive->directory, info->target, &n);
	struct str *keys;

	/* Some references are no directory's: the schema judges those. */
	if (n == 0 || directory_find(archive->directory, info->target, value, on, NULL) != NULL)
		return true;
	keys = xcalloc(n, sizeof(*keys));
	for (i = 0; i < n; i++)
		if (all[i]->key.p != NULL && is_valid_on(all[i], on))
			keys[kept++] = all[i]->key;
	say_not("known", value, nearest(value, keys, kept));
	free(keys);
	return false;
}

/* Whether a value fits; else says why not. What takes more than a look is left to the schema. */
static bool
fits(const struct archive *archive, const struct field_info *info, struct str value, day on)
{
	char guess[DATE_SIZE];
	size_t i;
	day date;

	for (i = 0; i < info->n_choices; i++)
		if (str_eq(info->choices[i], value))
			return true;
	if (info->n_choices > 0) {
		say_not("one of them", value, nearest(value, info->choices, info->n_choices));
		return false;
	}
	if (info->target.n > 0)
		return is_a_key(archive, info, value, on);
	if (str_is(info->type, "date") && !date_parse(value, &date, NULL)) {
		say_not("a date", value, date_guess(value, &date) ? str_of(date_format(date, guess)) : STR_NULL);
		return false;
	}
	return true;
}

bool
ask_field(const struct archive *archive, const struct field_info *info, bool is_mandatory, struct str likely, day on,
    struct arena *arena, struct str *value)
{
	struct buf what = BUF_INIT;
	char *line = NULL;
	size_t size = 0;
	bool answered = false;

	describe_field(archive, info, on, &what);
	*value = STR_NULL;
	while (!answered) {
		fprintf(stderr, "%.*s (%s%s)", STRF(info->name), what.p, is_mandatory ? "" : "; may be left out");
		if (likely.n > 0)
			fprintf(stderr, " [%.*s]", STRF(likely));
		fputs(": ", stderr);
		fflush(stderr);
		if (getline(&line, &size, stdin) < 0) {
			fputc('\n', stderr);
			break;
		}
		*value = str_trim(str_of(line));
		if (value->n == 0 && likely.n > 0)
			*value = likely;
		answered = value->n == 0 ? !is_mandatory : fits(archive, info, *value, on);
	}
	*value = answered && value->n > 0 ? arena_str(arena, *value) : STR_NULL;
	free(line);
	buf_release(&what);
	return answered;
}

void
say_missing(const struct archive *archive, const char *command, const struct field_info *const *missing,
    size_t n, day on)
{
	struct buf what = BUF_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_reset(&what);
		describe_field(archive, missing[i], on, &what);
		fprintf(stderr, "  %-14.*s %s\n", STRF(missing[i]->name), what.p);
	}
	fprintf(stderr, "fill in and run: %s", command);
	for (i = 0; i < n; i++)
		fprintf(stderr, " %.*s=", STRF(missing[i]->name));
	fputc('\n', stderr);
	buf_release(&what);
}

void
drop_findings(struct findings *findings, enum message message)
{
	const char *rule = message_info(message)->name;
	size_t i, kept = 0;

	for (i = 0; i < findings->n; i++)
		if (strcmp(findings->list[i].rule, rule) == 0)
			findings->count[findings->list[i].severity]--;
		else
			findings->list[kept++] = findings->list[i];
	findings->n = kept;
}

const char *
typed_command(const struct run *run, struct arena *arena)
{
	struct buf out = BUF_INIT;
	const char *p, *command;
	int i;

	buf_printf(&out, "dossier %s", run->command->name);
	for (i = 0; i < run->argc; i++) {
		buf_char(&out, ' ');
		if (run->argv[i][0] != '\0' && strspn(run->argv[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789-_=./@:,+%") == strlen(run->argv[i])) {
			buf_text(&out, run->argv[i]);
			continue;
		}
		buf_char(&out, '\'');
		for (p = run->argv[i]; *p; p++)
			if (*p == '\'')
				buf_text(&out, "'\\''");
			else
				buf_char(&out, *p);
		buf_char(&out, '\'');
	}
	command = arena_cstr(arena, buf_view(&out));
	buf_release(&out);
	return command;
}

/* ---- forms ---- */

#define HINT "#:"

void
write_hint(struct buf *out, const char *lead, struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		buf_text(out, HINT);
		if (line.n > 0 || *lead != '\0')
			buf_printf(out, " %s", lead);
		buf_str(out, line);
		buf_char(out, '\n');
	}
}

static void
without_hints(struct str form, struct buf *out)
{
	struct str line;

	while (form.n > 0 && str_cut(&form, '\n', &line)) {
		if (str_starts(line, STR(HINT)))
			continue;
		buf_str(out, line);
		buf_char(out, '\n');
	}
}

void
form_text(struct str form, struct buf *out)
{
	struct source source = { "form", STR_NULL };
	struct findings ignored;
	struct recfile file;
	struct buf text = BUF_INIT;
	struct edits edits;
	struct arena arena;
	size_t i;
	uint32_t j;

	without_hints(form, &text);
	source.bytes = buf_view(&text);
	arena_init(&arena);
	findings_init(&ignored);
	edits_init(&edits);
	record_parse(&source, NULL, &arena, &ignored, &file);
	for (i = 0; file.whole && i < file.n; i++)
		for (j = 0; j < file.records[i].n; j++)
			if (str_trim(file.records[i].fields[j].value).n == 0)
				edit_remove_field(&edits, &file.records[i].fields[j]);
	edits_apply(&edits, source.bytes, out);
	edits_release(&edits);
	findings_release(&ignored);
	arena_release(&arena);
	buf_release(&text);
}

/* A folder for drafts where there is no repository to keep them in: among everybody's files, so nobody else's hand may be in it. */
static const char *
own_folder(struct arena *arena)
{
	const char *temp = getenv("TMPDIR");
	char *path = arena_printf(arena, "%s/dossier-%ld", temp && *temp ? temp : "/tmp", (long)getuid());
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		die("cannot make the folder '%s' for a draft: %s", path, strerror(errno));
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid() || (st.st_mode & 077) != 0)
		die("'%s' is not yours alone: remove it, or name another place with TMPDIR", path);
	return path;
}

const char *
draft_path(struct store *store, const char *name, struct arena *arena)
{
	const char *folder = store_git_dir(store);

	if (folder != NULL)
		return arena_printf(arena, "%s/dossier/drafts/%s.rec", folder, name);
	return arena_printf(arena, "%s/%s.rec", own_folder(arena), name);
}

/* ---- the editor ---- */

static const char *
editor_of(struct store *store, struct arena *arena)
{
	static const char *const args[] = { "var", "GIT_EDITOR", NULL };
	struct buf out = BUF_INIT, err = BUF_INIT;
	const char *editor = NULL;

	if (store_git(store, args, &out, &err) == 0 && str_trim(buf_view(&out)).n > 0)
		editor = arena_cstr(arena, str_trim(buf_view(&out)));
	buf_release(&out);
	buf_release(&err);
	if (editor == NULL)
		die("there is no editor: set one with 'git config core.editor NAME', or give the values as Field=value");
	return editor;
}

/* The editor is a shell command, as git has it; it gets the keyboard's signals, not we. */
static bool
run_editor(const char *editor, const char *path)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	struct buf command = BUF_INIT;
	char *args[] = { (char *)"sh", (char *)"-c", NULL, (char *)editor, (char *)path, NULL };
	posix_spawnattr_t attr;
	sigset_t defaults;
	int status = -1, error;
	pid_t pid;

	buf_printf(&command, "%s \"$@\"", editor);
	args[2] = command.p;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	error = posix_spawn(&pid, "/bin/sh", NULL, &attr, args, environ);
	while (error == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	posix_spawnattr_destroy(&attr);
	buf_release(&command);
	return error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
write_draft(const char *path, struct str text)
{
	mode_t mask = umask(077); /* for nobody else's eyes */
	int error = file_make_parents(path);

	if (error == 0)
		error = file_replace(path, text);
	umask(mask);
	if (error != 0)
		die_unwritten(path, error);
}

static struct str
read_draft(const char *path, struct arena *arena)
{
	struct str text = STR("");
	int error = file_read(AT_FDCWD, path, arena, &text);

	if (error != 0 && error != ENOENT)
		die("cannot read the draft '%s': %s", path, strerror(error));
	return text;
}

/* The form with what was found on top, in place of what was found before. */
static void
with_findings(struct str form, const struct findings *findings, struct buf *out)
{
	const struct finding *f;
	size_t i;

	write_hint(out, "", STR("It does not pass yet. Mend it, or leave it unchanged to give up."));
	for (i = 0; i < findings->n; i++) {
		f = &findings->list[i];
		if (f->severity != ERROR)
			continue;
		write_hint(out, "error: ", str_of(f->text));
		if (f->excerpt != NULL)
			write_hint(out, "  in: ", str_of(f->excerpt));
		if (f->fix != NULL)
			write_hint(out, "  ", str_of(f->fix));
	}
	write_hint(out, "", STR(""));
	while (str_starts(form, STR(HINT " It does not pass yet."))) {
		struct str line;

		while (str_cut(&form, '\n', &line) && !str_is(line, HINT))
			;
	}
	buf_str(out, form);
}

static bool
has_no_values(struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		if (str_trim(line).n > 0 && line.p[0] != '#')
			return false;
	return true;
}

static void
give_up(const char *draft, const char *why)
{
	fprintf(stderr, "dossier: %s: nothing was written\n", why);
	if (access(draft, F_OK) == 0)
		fprintf(stderr, "what you typed is kept in %s; the same command opens it again\n", draft);
}

bool
edit_form(const struct run *run, struct store *store, const char *draft, struct str form, accept_fn *accept,
    void *context, struct findings *findings)
{
	struct arena arena;
	struct buf text = BUF_INIT, before = BUF_INIT;
	const char *editor, *why = NULL;
	struct str typed;
	bool accepted = false, is_new, is_same;
	int tries = 0;

	(void)run;
	arena_init(&arena);
	editor = editor_of(store, &arena);
	typed = read_draft(draft, &arena);
	is_new = typed.n == 0;
	buf_str(&before, is_new ? form : typed);
	while (!accepted && why == NULL) {
		write_draft(draft, buf_view(&before));
		if (!run_editor(editor, draft))
			why = "the editor failed";
		typed = read_draft(draft, &arena);
		is_same = str_eq(typed, buf_view(&before));
		buf_reset(&text);
		form_text(typed, &text);
		if (has_no_values(buf_view(&text)) || (is_new && is_same)) {
			unlink(draft);
			why = why ? why : is_same ? "the form was left as it was" : "the form is empty";
		}
		if (why != NULL)
			break;
		findings_release(findings);
		findings_init(findings);
		accepted = accept(context, buf_view(&text), findings);
		if (!accepted && (is_same || ++tries == TRIES_MAX))
			why = is_same ? "the form was left as it was" : "it did not pass after many tries";
		buf_reset(&before);
		with_findings(typed, findings, &before);
		is_new = false;
	}
	if (!accepted)
		give_up(draft, why);
	buf_release(&text);
	buf_release(&before);
	arena_release(&arena);
	return accepted;
}
