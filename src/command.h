/*
 * command hides the command line: options, help, defaults that all commands share, and the way from a
 * command's findings to stderr and the exit status. Only command.c, main.c and cmd-*.c touch stdout, argv, the
 * environment and the clock.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "archive.h"
#include "base.h"
#include "diag.h"
#include "store.h"
#include "value.h"

#define OPTIONS_MAX 24

struct option {
	char letter; /* 0 for none */
	const char *name; /* without the dashes */
	const char *argument; /* NULL for a switch, else its name in help: "DATE" */
	const char *help; /* one line, lower case */
	const char *choices; /* "always|never|auto": checked, and completed; may be NULL */
};

/* Values of the options every command has. */
struct run {
	const struct command *command;
	const char *dir; /* -C */
	day today; /* --today, else the local date */
	bool color_out, color_err;
	const char *format; /* -f, NULL when not given */
	bool quiet; /* -q */
	bool help; /* -h before any command */
	const char *program; /* argv[0] */
	int argc; /* operands */
	char **argv;
	const char *values[OPTIONS_MAX]; /* by place in command->options; NULL: not given; a switch: "" */
	const char **repeated[OPTIONS_MAX]; /* all values of it, NULL-terminated; NULL: not given */
};

struct command {
	const char *name;
	const char *operands; /* "[CASE|PATH...]" */
	const char *summary; /* one line, as in the table of dossier(1) */
	const struct option *options; /* ends with a zero name */
	const char *formats; /* choices of -f: "text|csv"; NULL: it has none */
	const char *complete; /* what operands are: "case", "kind", "service", "file", "report", "rule", "command"; or NULL */
	int (*run)(struct run *run); /* exit status */
	/* Options that it does not know (and -h, --help) stay among the operands, as they were written, for `run` to
	 * read: a report's parameters are options that only its definition names. */
	bool open_options;
	bool hidden; /* called by git or by completion, not by people */
};

/* Defined one in each cmd-NAME.c, listed in commands.h. */
#define C(symbol) extern const struct command cmd_##symbol;
#include "commands.h"
#undef C

/* NULL-terminated, in the order of dossier(1). */
extern const struct command *const commands[];

/* The value of an option by name; NULL when not given. */
const char *option(const struct run *run, const char *name);
bool has_option(const struct run *run, const char *name);
/* All values of an option that was given several times, NULL-terminated. */
const char *const *option_all(const struct run *run, const char *name);
/* For a command with open options: takes --help out of the operands; whether it was there. */
bool take_help(struct run *run);
/* Usage error: message, the command's usage line, exit 2. */
void usage(const struct run *run, const char *format, ...) PRINTF_LIKE(2, 3) NORETURN;

/* For main: sets the defaults; takes the options before the command's name and returns their number. */
void run_init(struct run *run, const char *program);
int parse_common(struct run *run, int argc, char **argv);
/* Reads options wherever they stand until "--", then operands; dies of what it does not understand. */
void parse_options(struct run *run, const struct command *command, int argc, char **argv);
/* "usage: dossier check [CASE|PATH...]", options one a line. */
void write_usage(const struct command *command, struct buf *out);

/* Opens what -C names, or dies saying what to do. */
struct store *run_store(const struct run *run);
/* What a commit holds; dies when the revision names none. */
struct snapshot *run_commit(struct store *store, const char *revision);
/* What --commit names; without it the work tree, in a bare repository HEAD. */
struct snapshot *run_snapshot(const struct run *run, struct store *store);
/* An operand that is a path, as the centre sees it: relative to its root. Anything else stays as it is. */
const char *run_path(const struct run *run, struct store *store, const char *operand,
    struct arena *arena);
/* The e-mail and name of git's identity (GIT_AUTHOR_EMAIL, user.email); STR_NULL when there is none. */
struct str run_email(struct store *store, struct arena *arena);
struct str run_name(struct store *store, struct arena *arena);
/* Columns of the terminal that standard output is; 0 when it is none. */
size_t terminal_width(void);
/* Progress on stderr, on a terminal only, after a second. */
void run_progress(const struct run *run, struct visitor *visitor);
/* Style for findings on stdout or stderr; store may be NULL. Its prefix lives in the arena. */
void run_style(const struct run *run, struct store *store, bool to_stdout, struct arena *arena,
    struct diag_style *style);
/* Writes findings to stderr as gcc lines (unless there are none), returns their status. */
int run_finish(const struct run *run, struct store *store, struct findings *findings);
/* Writes to stdout; dies on failure. */
void print(struct str bytes);
/* A full disk or a closed pipe must not look like success: dies of it. */
void flush_output(void);

/* What this program is: "dossier 1a2b3c4". */
extern const char version[];

#endif
