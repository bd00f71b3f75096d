/*
 * What a rule says and what to do. Rules are the messages of the catalogue for now; those that a repository defines
 * itself come in through find_rule and all_rules, as one more source of the same struct.
 */
#define _GNU_SOURCE
#include "command.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ 0, NULL, NULL, NULL, NULL },
};

static const char *
severity_word(enum severity severity)
{
	return severity == ERROR ? "error" : severity == WARNING ? "warning" : "note";
}

static int
rule_order(const void *left, const void *right)
{
	const struct message_info *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

/* All, by name; the array is the caller's. */
static const struct message_info **
all_rules(size_t *n)
{
	const struct message_info **rules = xcalloc(MESSAGE_COUNT, sizeof(*rules));
	size_t i;

	for (i = 0; i < MESSAGE_COUNT; i++)
		rules[i] = message_info((enum message)i);
	qsort(rules, MESSAGE_COUNT, sizeof(*rules), rule_order);
	*n = MESSAGE_COUNT;
	return rules;
}

static void
unknown_rule(struct str name)
{
	struct str names[MESSAGE_COUNT], near;
	size_t i;

	for (i = 0; i < MESSAGE_COUNT; i++)
		names[i] = str_of(message_info((enum message)i)->name);
	near = nearest(name, names, MESSAGE_COUNT);
	if (near.p != NULL)
		die("there is no rule '%.*s'; did you mean '%.*s'?", STRF(name), STRF(near));
	die("there is no rule '%.*s'; 'dossier explain' lists them", STRF(name));
}

/* As a finding shows it, with or without its brackets. */
static const struct message_info *
find_rule(const char *operand)
{
	struct str name = str_trim(str_of(operand));
	enum message message;

	if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		name = (struct str){ name.p + 1, name.n - 2 };
	message = message_named(name);
	if (message == MESSAGE_COUNT)
		unknown_rule(name);
	return message_info(message);
}

/* ---- text ---- */

static void
write_indented(struct buf *out, const char *heading, const char *text)
{
	struct str rest = str_of(text), line;

	if (text[0] == '\0')
		return;
	buf_printf(out, "\n%s:\n", heading);
	while (str_cut(&rest, '\n', &line))
		buf_printf(out, "%s%.*s\n", line.n ? "    " : "", STRF(line));
}

static void
write_text(const struct message_info *rule, struct buf *out)
{
	buf_printf(out, "%s (%s)\n\n%s\n\nWhat to do: %s\n", rule->name,
	    severity_word(rule->severity), rule->meaning, rule->mend);
	write_indented(out, "This fails", rule->bad);
	write_indented(out, "This passes", rule->good);
}

static void
write_list(const struct message_info *const *rules, size_t n, struct buf *out)
{
	size_t i, width = 0;

	for (i = 0; i < n; i++)
		if (strlen(rules[i]->name) > width)
			width = strlen(rules[i]->name);
	for (i = 0; i < n; i++)
		buf_printf(out, "%-*s  %-7s  %s\n", (int)width, rules[i]->name,
		    severity_word(rules[i]->severity), rules[i]->meaning);
}

/* ---- rec ---- */

static void
write_rec(const struct message_info *const *rules, size_t n, struct buf *out)
{
	size_t i;

	buf_text(out, "%rec: Rule\n%key: Rule\n%type: Severity enum error warning note\n");
	for (i = 0; i < n; i++) {
		buf_char(out, '\n');
		record_write_field(out, STR("Rule"), str_of(rules[i]->name));
		record_write_field(out, STR("Severity"), str_of(severity_word(rules[i]->severity)));
		record_write_field(out, STR("Meaning"), str_of(rules[i]->meaning));
		record_write_field(out, STR("Fix"), str_of(rules[i]->mend));
		record_write_field(out, STR("Bad"), str_of(rules[i]->bad));
		record_write_field(out, STR("Good"), str_of(rules[i]->good));
	}
}

/* ---- mdoc ---- */

/* One line of text: nothing in it is a request or an escape, and it is ASCII. */
static void
write_roff_line(struct buf *out, struct str line)
{
	size_t i, n;
	uint32_t code;

	if (line.n > 0 && (line.p[0] == '.' || line.p[0] == '\''))
		buf_text(out, "\\&");
	for (i = 0; i < line.n; i += n) {
		n = utf8_decode((struct str){ line.p + i, line.n - i }, &code);
		if (n == 0)
			n = 1;
		if (code == '\\')
			buf_text(out, "\\e");
		else if (code >= 0x80)
			buf_printf(out, "\\[u%04X]", (unsigned)code);
		else
			buf_add(out, line.p + i, n);
	}
	buf_char(out, '\n');
}

static void
write_example(struct buf *out, const char *heading, const char *text)
{
	struct str rest = str_of(text), line;

	if (text[0] == '\0')
		return;
	buf_printf(out, ".Pp\n%s:\n.Bd -literal -offset indent -compact\n", heading);
	while (str_cut(&rest, '\n', &line))
		write_roff_line(out, line);
	buf_text(out, ".Ed\n");
}

/* Each sentence on its own line. */
static void
write_sentences(struct buf *out, const char *text)
{
	struct str rest = str_of(text), line;
	const char *end;

	while ((end = memmem(rest.p, rest.n, ". ", 2)) != NULL) {
		line = (struct str){ rest.p, (size_t)(end - rest.p) + 1 };
		write_roff_line(out, line);
		rest.p += line.n + 1;
		rest.n -= line.n + 1;
	}
	write_roff_line(out, rest);
}

static void
write_mdoc(const struct message_info *const *rules, size_t n, struct buf *out)
{
	size_t i;

	buf_text(out, ".\\\" Made by dossier explain -f mdoc from src/messages.h.\n"
	    ".Dd November 24, 2026\n.Dt DOSSIER-FINDINGS 7\n.Os\n.Sh NAME\n.Nm dossier-findings\n"
	    ".Nd what dossier finds, and what to do\n.Sh DESCRIPTION\n"
	    "Every finding of\n.Xr dossier 1\nends with the name of a rule in brackets.\n"
	    "This page lists the rules by name, each with the severity that it has unless its text says otherwise.\n"
	    "An error makes\n.Ic dossier check\nexit with status 1; warnings and notes do not.\n"
	    ".Pp\n.Ic dossier explain Ar rule\nshows one of them.\n.Bl -tag -width Ds\n");
	for (i = 0; i < n; i++) {
		buf_printf(out, ".It Sy %s Pq %s\n", rules[i]->name,
		    severity_word(rules[i]->severity));
		write_sentences(out, rules[i]->meaning);
		write_sentences(out, rules[i]->mend);
		write_example(out, "Fails", rules[i]->bad);
		write_example(out, "Passes", rules[i]->good);
	}
	buf_text(out, ".El\n.Sh SEE ALSO\n.Xr dossier 1 ,\n.Xr dossier-check 1 ,\n"
	    ".Xr dossier-explain 1\n");
}

/* ---- the command ---- */

static void
write_rules(const struct run *run, const struct message_info *const *rules, size_t n,
    struct buf *out)
{
	size_t i;

	if (run->format != NULL && strcmp(run->format, "rec") == 0) {
		write_rec(rules, n, out);
	} else if (run->format != NULL && strcmp(run->format, "mdoc") == 0) {
		write_mdoc(rules, n, out);
	} else if (run->argc == 0) {
		write_list(rules, n, out);
	} else {
		for (i = 0; i < n; i++) {
			if (i > 0)
				buf_char(out, '\n');
			write_text(rules[i], out);
		}
	}
}

static int
run_explain(struct run *run)
{
	const struct message_info **rules;
	struct buf out = BUF_INIT;
	size_t n = (size_t)run->argc, i;

	if (n == 0) {
		rules = all_rules(&n);
	} else {
		rules = xcalloc(n, sizeof(*rules));
		for (i = 0; i < n; i++)
			rules[i] = find_rule(run->argv[i]);
	}
	write_rules(run, rules, n, &out);
	print(buf_view(&out));
	buf_release(&out);
	free(rules);
	return 0;
}

const struct command cmd_explain = {
	.name = "explain",
	.operands = "[RULE...]",
	.summary = "what a rule says, what to do, an example that fails and one that passes",
	.options = options,
	.formats = "text|rec|mdoc",
	.complete = "rule",
	.run = run_explain,
};
