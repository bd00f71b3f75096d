/*
 * command-form hides how a person fills in a record at the command line: Field=value operands, questions on a
 * terminal, and an editor that opens again until what was written passes.
 */
#ifndef COMMAND_FORM_H
#define COMMAND_FORM_H

#include "command.h"

/* Field=value operands, in their order. A field may repeat. */
struct given {
	struct str name, value;
	bool used; /* for the caller */
};

struct givens {
	struct given *list;
	size_t n;
};

/*
 * Reads operands from argv[first] on. A value "@FILE" is the text of that file, "-" that of standard input (once), "@@x" is
 * "@x". Dies when one is not Field=value or a file cannot be read.
 */
void givens_read(const struct run *run, int first, struct arena *arena, struct givens *givens);
bool givens_have(const struct givens *givens, struct str name);

/* The id of the member of staff whose e-mail git's identity has, on a day; STR_NULL when there is none. */
struct str staff_at_work(const struct archive *archive, struct store *store, day on,
    struct arena *arena);

/* Says on stderr why there is none. */
void say_nobody(struct store *store);

/* What a field takes: "one of given, refused", "a date, YYYY-MM-DD", "a Municipality: GM0344, GM0363, ...". */
void describe_field(const struct archive *archive, const struct field_info *info, day on, struct buf *out);

/*
 * What a field of a new entry will mostly be: the value in force of the case's field that takes the same (the same record
 * type, the same choices), else the only one that there is. STR_NULL when nothing is likely; who acts is never
 * guessed. file may be NULL.
 */
struct str likely_value(const struct archive *archive, const struct casefile *file, const struct field_info *info,
    day on);

/* Whether there is a person to ask: standard input and standard error are a terminal. */
bool can_ask(void);
/* Asks for one value, again until it fits; an empty answer takes the likely one (STR_NULL: there is none); an optional one
 * may be left out (value STR_NULL). False when the person gives up (end of input). */
bool ask_field(const struct archive *archive, const struct field_info *info, bool is_mandatory, struct str likely, day on,
    struct arena *arena, struct str *value);

/* Says on stderr which fields are missing, what they take, and the command that would do: `command` and "Field=..." for
 * each. */
void say_missing(const struct archive *archive, const char *command, const struct field_info *const *missing,
    size_t n, day on);

/* Takes out findings that were said in other words. */
void drop_findings(struct findings *findings, enum message message);

/* The command as it was typed, quoted for a shell. */
const char *typed_command(const struct run *run, struct arena *arena);

/* Writes each line of text behind "#: ": such lines are hints, which form_text takes out. */
void write_hint(struct buf *out, const char *lead, struct str text);
/* What a filled-in form says: without hints, and without fields that were left empty. */
void form_text(struct str form, struct buf *out);

/* Where a form is kept while it is edited, and afterwards when it was not accepted: in the git directory. */
const char *draft_path(struct store *store, const char *name, struct arena *arena);

/*
 * Opens an editor (as git chooses it) on a form; `accept` is given its text and finds what is wrong with it. While it
 * finds errors, the form opens again with them on top. False when the person gives up: by leaving it unchanged, or
 * empty, or when the editor fails; that was said, and so was where the draft is.
 */
typedef bool accept_fn(void *context, struct str text, struct findings *findings);
bool edit_form(const struct run *run, struct store *store, const char *draft, struct str form,
    accept_fn *accept, void *context, struct findings *findings);

#endif
