/* Options are read as getopt_long would, permuting, but from one table that also makes help and completion. */
#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

const char version[] = "dossier " VERSION;

static const struct option common[] = {
	{ 'C', "directory", "DIR", "work in DIR instead of the current folder", NULL },
	{ 0, "today", "DATE", "take DATE for today", NULL },
	{ 0, "color", "WHEN", "colour the output", "auto|always|never" },
	{ 'f', "format", "FORMAT", "how the output is written", NULL },
	{ 'q', "quiet", NULL, "say only what is wrong", NULL },
	{ 'h', "help", NULL, "show this", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

enum { COMMON_DIR, COMMON_TODAY, COMMON_COLOR, COMMON_FORMAT, COMMON_QUIET, COMMON_HELP, N_COMMON };

/* ---- help ---- */

static void
write_option(struct buf *out, const struct option *option)
{
	size_t start = out->n;

	buf_text(out, "  ");
	if (option->letter)
		buf_printf(out, "-%c, ", option->letter);
	buf_printf(out, "--%s", option->name);
	if (option->argument)
		buf_printf(out, " %s", option->argument);
	buf_printf(out, "%*s", out->n - start < 28 ? (int)(28 - (out->n - start)) : 1, "");
	buf_text(out, option->help);
	if (option->choices)
		buf_printf(out, " (%s)", option->choices);
	buf_char(out, '\n');
}

void
write_usage(const struct command *command, struct buf *out)
{
	const struct option *option;
	int i;

	buf_printf(out, "usage: dossier %s%s%s%s\n", command->name,
	    command->options && command->options->name ? " [OPTION...]" : "",
	    command->operands && *command->operands ? " " : "",
	    command->operands ? command->operands : "");
	buf_printf(out, "%s\n\n", command->summary);
	for (option = command->options; option && option->name; option++)
		write_option(out, option);
	for (i = 0; i < N_COMMON; i++) {
		struct option shown = common[i];

		if (i == COMMON_FORMAT && command->formats == NULL)
			continue;
		if (i == COMMON_FORMAT)
			shown.choices = command->formats;
		write_option(out, &shown);
	}
	buf_printf(out, "\nThe manual: dossier help %s\n", command->name);
}

void
usage(const struct run *run, const char *format, ...)
{
	const struct command *command = run->command;
	va_list args;

	fflush(stdout);
	fputs("dossier", stderr);
	if (command)
		fprintf(stderr, " %s", command->name);
	fputs(": ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	if (command)
		fprintf(stderr, "usage: dossier %s%s%s%s\nMore: dossier %s -h\n", command->name,
		    command->options && command->options->name ? " [OPTION...]" : "",
		    command->operands && *command->operands ? " " : "",
		    command->operands ? command->operands : "", command->name);
	exit(2);
}

/* ---- options ---- */

static bool
is_choice(const char *choices, const char *value)
{
	struct str rest = str_of(choices), choice;

	while (str_cut(&rest, '|', &choice))
		if (str_is(choice, value))
			return true;
	return false;
}

static void
check_choice(const struct run *run, const char *name, const char *choices, const char *value)
{
	struct str rest = str_of(choices), list[32], near;
	size_t n = 0;

	if (choices == NULL || is_choice(choices, value))
		return;
	while (n < 32 && str_cut(&rest, '|', &list[n]))
		n++;
	near = nearest(str_of(value), list, n);
	if (near.p != NULL)
		usage(run, "--%s '%s' is not one of %s; did you mean '%.*s'?", name, value, choices,
		    STRF(near));
	usage(run, "--%s '%s' is not one of %s", name, value, choices);
}

static void
unknown_option(const struct run *run, const struct option *options, const char *given)
{
	struct str list[OPTIONS_MAX + N_COMMON], near, name = str_of(given + 2);
	const struct option *option;
	size_t n = 0;
	int i;

	if (given[1] != '-')
		usage(run, "there is no option '%s'", given);
	str_cut(&(struct str){ given + 2, name.n }, '=', &name);
	for (option = options; option && option->name; option++)
		list[n++] = str_of(option->name);
	for (i = 0; i < N_COMMON; i++)
		list[n++] = str_of(common[i].name);
	near = nearest(name, list, n);
	if (near.p != NULL)
		usage(run, "there is no option '--%.*s'; did you mean '--%.*s'?", STRF(name), STRF(near));
	usage(run, "there is no option '--%.*s'", STRF(name));
}

static void
repeat(struct run *run, size_t i, const char *value)
{
	size_t n = 0;

	while (run->repeated[i] && run->repeated[i][n])
		n++;
	run->repeated[i] = xrealloc(run->repeated[i], (n + 2) * sizeof(*run->repeated[i]));
	run->repeated[i][n] = value;
	run->repeated[i][n + 1] = NULL;
}

static void
set_color(struct run *run, const char *when)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
	bool plain = (no && *no) || (term && strcmp(term, "dumb") == 0);

	if (strcmp(when, "auto") == 0) {
		run->color_out = !plain && isatty(STDOUT_FILENO);
		run->color_err = !plain && isatty(STDERR_FILENO);
	} else {
		run->color_out = run->color_err = strcmp(when, "always") == 0;
	}
}

static void
set_common(struct run *run, int i, const char *value)
{
	const char *reason;

	switch (i) {
	case COMMON_DIR:
		run->dir = value;
		break;
	case COMMON_TODAY:
		if (!date_parse(str_of(value), &run->today, &reason))
			usage(run, "--today '%s': %s", value, reason);
		break;
	case COMMON_COLOR:
		check_choice(run, "color", common[i].choices, value);
		set_color(run, value);
		break;
	case COMMON_FORMAT:
		run->format = value;
		break;
	case COMMON_QUIET:
		run->quiet = true;
		break;
	default:
		break;
	}
}

static void
show_help(const struct run *run)
{
	struct buf out = BUF_INIT;

	if (run->command)
		write_usage(run->command, &out);
	print(buf_view(&out));
	buf_release(&out);
	flush_output();
	exit(0);
}

/* The option that `--name` or `-x` means: its place among the command's, or COMMON + OPTIONS_MAX; -1. */
static int
find_option(const struct option *options, struct str name, char letter)
{
	const struct option *option;
	int i;

	for (option = options; option && option->name; option++)
		if (letter ? option->letter == letter : str_is(name, option->name))
			return (int)(option - options);
	for (i = 0; i < N_COMMON; i++)
		if (letter ? common[i].letter == letter : str_is(name, common[i].name))
			return OPTIONS_MAX + i;
	return -1;
}

static void
take(struct run *run, const struct option *options, int at, const char *value)
{
	if (at >= OPTIONS_MAX) {
		set_common(run, at - OPTIONS_MAX, value);
		if (at - OPTIONS_MAX != COMMON_HELP)
			return;
		if (run->command == NULL)
			run->help = true;
		else if (run->command->open_options)
			run->argv[run->argc++] = xstrdup("--help");
		else
			show_help(run);
		return;
	}
	check_choice(run, options[at].name, options[at].choices, value);
	run->values[at] = value;
	repeat(run, (size_t)at, value);
}

static const struct option *
option_at(const struct option *options, int at)
{
	return at >= OPTIONS_MAX ? &common[at - OPTIONS_MAX] : &options[at];
}

/* "--name", "--name=value" or "--name value"; the number of arguments used, 0 when unknown. */
static int
take_long(struct run *run, const struct option *options, int argc, char **argv)
{
	struct str name = str_of(argv[0] + 2);
	const char *equals = strchr(argv[0], '=');
	const struct option *option;
	int at;

	if (equals)
		name.n = (size_t)(equals - argv[0]) - 2;
	at = find_option(options, name, 0);
	if (at < 0)
		return 0;
	option = option_at(options, at);
	if (option->argument == NULL) {
		if (equals)
			usage(run, "--%s takes no value", option->name);
		take(run, options, at, "");
		return 1;
	}
	if (equals) {
		take(run, options, at, equals + 1);
		return 1;
	}
	if (argc < 2)
		usage(run, "--%s wants a value: --%s %s", option->name, option->name,
		    option->argument);
	take(run, options, at, argv[1]);
	return 2;
}

/* "-x", "-xyz", "-xvalue" or "-x value". */
static int
take_short(struct run *run, const struct option *options, int argc, char **argv)
{
	const struct option *option;
	const char *p;
	int at;

	for (p = argv[0] + 1; *p; p++) {
		at = find_option(options, STR_NULL, *p);
		if (at < 0)
			usage(run, "there is no option '-%c'", *p);
		option = option_at(options, at);
		if (option->argument == NULL) {
			take(run, options, at, "");
			continue;
		}
		if (p[1]) {
			take(run, options, at, p + 1);
			return 1;
		}
		if (argc < 2)
			usage(run, "-%c wants a value: -%c %s", *p, *p, option->argument);
		take(run, options, at, argv[1]);
		return 2;
	}
	return 1;
}

static int
take_option(struct run *run, const struct option *options, int argc, char **argv)
{
	int used;

	if (argv[0][1] != '-')
		return take_short(run, options, argc, argv);
	used = take_long(run, options, argc, argv);
	if (used == 0 && !(run->command && run->command->open_options))
		unknown_option(run, options, argv[0]);
	return used;
}

void
parse_options(struct run *run, const struct command *command, int argc, char **argv)
{
	const struct option *options = command->options;
	int i = 0, used;

	run->command = command;
	run->argv = xcalloc((size_t)argc + 1, sizeof(*run->argv));
	run->argc = 0;
	while (i < argc) {
		if (strcmp(argv[i], "--") == 0) {
			for (i++; i < argc; i++)
				run->argv[run->argc++] = argv[i];
			break;
		}
		used = argv[i][0] == '-' && argv[i][1] != '\0' ?
		    take_option(run, options, argc - i, argv + i) : 0;
		if (used == 0)
			run->argv[run->argc++] = argv[i++];
		else
			i += used;
	}
	if (run->format && command->formats)
		check_choice(run, "format", command->formats, run->format);
	else if (run->format)
		usage(run, "it has no formats");
}

int
parse_common(struct run *run, int argc, char **argv)
{
	int i = 0, used;

	while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0') {
		used = take_option(run, NULL, argc - i, argv + i);
		i += used;
	}
	return i;
}

bool
take_help(struct run *run)
{
	bool asked = false;
	int i, n = 0;

	for (i = 0; i < run->argc; i++) {
		if (strcmp(run->argv[i], "--help") == 0)
			asked = true;
		else
			run->argv[n++] = run->argv[i];
	}
	run->argc = n;
	return asked;
}

static int
place_of(const struct run *run, const char *name)
{
	const struct option *option;

	for (option = run->command->options; option && option->name; option++)
		if (strcmp(option->name, name) == 0)
			return (int)(option - run->command->options);
	die("the program asks for an option '%s' that its table lacks", name);
}

const char *
option(const struct run *run, const char *name)
{
	return run->values[place_of(run, name)];
}

bool
has_option(const struct run *run, const char *name)
{
	return option(run, name) != NULL;
}

const char *const *
option_all(const struct run *run, const char *name)
{
	static const char *const none[] = { NULL };
	const char **all = run->repeated[place_of(run, name)];

	return all ? (const char *const *)all : none;
}

/* ---- what commands share ---- */

static day
local_today(void)
{
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return date_of_time((int64_t)now, 0);
	return date_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

void
run_init(struct run *run, const char *program)
{
	memset(run, 0, sizeof(*run));
	run->program = program;
	run->dir = ".";
	run->today = local_today();
	set_color(run, "auto");
}

struct store *
run_store(const struct run *run)
{
	struct store *store = store_open(run->dir);

	if (store == NULL)
		die("'%s' is in no centre repository: go to one, name it with -C DIR, or make one with "
		    "'dossier init DIR'", run->dir);
	return store;
}

struct snapshot *
run_commit(struct store *store, const char *revision)
{
	const char *reason;
	struct snapshot *snapshot = store_commit(store, revision, &reason);

	if (snapshot == NULL)
		die("'%s' names no commit: %s", revision, reason);
	return snapshot;
}

struct snapshot *
run_snapshot(const struct run *run, struct store *store)
{
	const char *commit = option(run, "commit");

	if (commit == NULL && store_root(store) != NULL)
		return store_worktree(store);
	return run_commit(store, commit ? commit : "HEAD");
}

/* `path` made absolute, without "." and "..", whether it exists or not. */
static char *
absolute(const char *path)
{
	char *real = realpath(path, NULL), *folder, *whole;
	const char *slash;
	struct buf buf = BUF_INIT;

	if (real != NULL)
		return real;
	slash = strrchr(path, '/');
	if (slash == NULL)
		folder = realpath(".", NULL);
	else {
		whole = xstrdup(path);
		whole[slash == path ? 1 : slash - path] = '\0';
		folder = realpath(whole, NULL);
		free(whole);
	}
	if (folder == NULL)
		return xstrdup(path);
	buf_printf(&buf, "%s/%s", strcmp(folder, "/") ? folder : "", slash ? slash + 1 : path);
	free(folder);
	return buf.p;
}

const char *
run_path(const struct run *run, struct store *store, const char *operand, struct arena *arena)
{
	const char *root = store_root(store);
	char *whole;
	size_t n;

	if (root == NULL || (strchr(operand, '/') == NULL && !str_ends(str_of(operand), STR(".rec"))))
		return operand;
	if (operand[0] != '/' && strcmp(run->dir, ".") != 0)
		operand = arena_printf(arena, "%s/%s", run->dir, operand);
	whole = absolute(operand);
	n = strlen(root);
	if (strncmp(whole, root, n) == 0 && whole[n] == '/')
		operand = arena_cstr(arena, str_of(whole + n + 1));
	free(whole);
	return operand;
}

/* From where the user stands to the centre's root: "", "../", "work/centre/", or absolute. */
static const char *
prefix_to_root(struct store *store, struct arena *arena)
{
	const char *root = store ? store_root(store) : NULL;
	char *here = realpath(".", NULL), *prefix = arena_cstr(arena, STR(""));
	size_t n, m;

	if (root == NULL || here == NULL) {
		free(here);
		return prefix;
	}
	n = strlen(root);
	m = strlen(here);
	if (strncmp(here, root, n) == 0 && (here[n] == '/' || here[n] == '\0')) {
		const char *p;

		for (p = here + n; *p; p++)
			if (*p == '/')
				prefix = arena_printf(arena, "../%s", prefix);
	} else if (strncmp(root, here, m) == 0 && root[m] == '/') {
		prefix = arena_printf(arena, "%s/", root + m + 1);
	} else {
		prefix = arena_printf(arena, "%s/", root);
	}
	free(here);
	return prefix;
}

struct str
run_email(struct store *store, struct arena *arena)
{
	const char *email = getenv("GIT_AUTHOR_EMAIL");

	return email && *email ? arena_str(arena, str_of(email)) :
	    store_config(store, "user.email", arena);
}

struct str
run_name(struct store *store, struct arena *arena)
{
	const char *name = getenv("GIT_AUTHOR_NAME");

	return name && *name ? arena_str(arena, str_of(name)) :
	    store_config(store, "user.name", arena);
}

size_t
terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 0;
}

struct progress {
	struct timespec start;
	bool shown;
	int percent;
};

static void
show_progress(void *context, size_t done, size_t total)
{
	struct progress *progress = context;
	struct timespec now;
	int percent = total ? (int)(done * 100 / total) : 100;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (done < total && (now.tv_sec - progress->start.tv_sec < 1 || percent == progress->percent))
		return;
	if (done == total && !progress->shown)
		return;
	progress->percent = percent;
	progress->shown = done < total;
	if (done == total)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%zu of %zu cases (%d %%)", done, total, percent);
	fflush(stderr);
}

void
run_progress(const struct run *run, struct visitor *visitor)
{
	static struct progress progress;

	if (run->quiet || !isatty(STDERR_FILENO))
		return;
	memset(&progress, 0, sizeof(progress));
	clock_gettime(CLOCK_MONOTONIC, &progress.start);
	visitor->progress = show_progress;
	visitor->progress_context = &progress;
}

void
run_style(const struct run *run, struct store *store, bool to_stdout, struct arena *arena,
    struct diag_style *style)
{
	memset(style, 0, sizeof(*style));
	style->format = DIAG_GCC;
	style->color = to_stdout ? run->color_out : run->color_err;
	style->excerpts = isatty(to_stdout ? STDOUT_FILENO : STDERR_FILENO) || style->color;
	style->prefix = prefix_to_root(store, arena);
}

int
run_finish(const struct run *run, struct store *store, struct findings *findings)
{
	struct diag_style style;
	struct buf out = BUF_INIT;
	struct arena arena;

	arena_init(&arena);
	if (findings->n > 0) {
		run_style(run, store, false, &arena, &style);
		findings_write(findings, &style, &out);
		fflush(stdout);
		fwrite(out.p, 1, out.n, stderr);
		buf_release(&out);
	}
	arena_release(&arena);
	return findings_status(findings);
}

void
print(struct str bytes)
{
	if (bytes.n > 0 && fwrite(bytes.p, 1, bytes.n, stdout) != bytes.n)
		die("cannot write the output: %s", strerror(errno));
}

void
flush_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "dossier: cannot write the output: %s\n", strerror(errno));
		_exit(2);
	}
}
