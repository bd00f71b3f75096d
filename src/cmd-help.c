/*
 * Help comes from where it is kept: commands from their table, manuals from the pages beside the source
 * or the installed ones, kinds and record types from the schema of the centre at hand. Completion is
 * made from the same table.
 */
#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{ 0, "completion", "SHELL", "print the completion script", "bash|zsh" },
	{ 0, "complete", "WHAT", "print candidates, for completion",
	    "case|kind|service|report|rule|type|name|staff|reference|command" },
	{ 0, NULL, NULL, NULL, NULL },
};

/* ---- the list of commands ---- */

static void
list_commands(struct buf *out)
{
	size_t i;

	buf_text(out, "usage: dossier [-C DIR] COMMAND [ARGUMENT...]\n\n"
	    "Case files of a Family Support Centre as plain text in a git repository.\n\n");
	for (i = 0; commands[i] != NULL; i++)
		if (!commands[i]->hidden)
			buf_printf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	buf_text(out, "\nA case is named by its id, the beginning of one, or its file.\n"
	    "More:  dossier COMMAND -h     options of a command\n"
	    "       dossier help COMMAND   its manual\n"
	    "       dossier help kinds     the kinds of entries of the centre at hand\n"
	    "       dossier help KIND      what an entry of that kind needs\n"
	    "       dossier explain RULE   what a message in [brackets] means\n");
}

/* ---- the schema at hand ---- */

struct hand {
	struct store *store;
	struct snapshot *snapshot;
	struct archive *archive;
	struct findings findings;
};

/* False where there is no centre. */
static bool
open_hand(const struct run *run, struct hand *hand)
{
	const char *reason;

	hand->store = store_open(run->dir);
	if (hand->store == NULL)
		return false;
	hand->snapshot = store_root(hand->store) ? store_worktree(hand->store) :
	    store_commit(hand->store, "HEAD", &reason);
	if (hand->snapshot == NULL) {
		store_free(hand->store);
		return false;
	}
	findings_init(&hand->findings);
	hand->archive = archive_open(hand->snapshot, run->today, &hand->findings);
	return true;
}

static void
close_hand(struct hand *hand)
{
	archive_free(hand->archive);
	findings_release(&hand->findings);
	snapshot_free(hand->snapshot);
	store_free(hand->store);
}

static struct str
first_line(struct str text)
{
	struct str line = STR("");

	str_cut(&text, '\n', &line);
	return line;
}

static void
list_types(const struct archive *archive, const struct str *names, size_t n, struct buf *out)
{
	size_t i, width = 0;

	for (i = 0; i < n; i++)
		if (names[i].n > width)
			width = names[i].n;
	for (i = 0; i < n; i++) {
		const struct rectype *type = schema_type(archive->schema, names[i]);

		buf_printf(out, "  %-*.*s  %.*s\n", (int)width, STRF(names[i]),
		    STRF(first_line(type ? rectype_doc(type) : STR(""))));
	}
}

static void
list_kinds(const struct archive *archive, struct buf *out)
{
	size_t n;
	const struct str *kinds = schema_kinds(archive->schema, &n);

	buf_text(out, "Kinds of entries (dossier help KIND says what one needs):\n\n");
	list_types(archive, kinds, n, out);
}

static void
write_field_help(const struct field_info *field, struct buf *out)
{
	size_t i, column;

	if (field->use == FIELD_PROHIBITED)
		return;
	buf_printf(out, "  %-22.*s %s", STRF(field->name),
	    field->use == FIELD_MANDATORY ? "needed   " : "optional ");
	if (field->n_choices > 0) {
		for (i = 0, column = 34; i < field->n_choices; i++) {
			if (column + field->choices[i].n + 1 > 78) {
				out->n--; /* the blank behind the comma */
				buf_printf(out, "\n%34s", "");
				column = 34;
			}
			buf_printf(out, "%.*s%s", STRF(field->choices[i]),
			    i + 1 < field->n_choices ? ", " : "");
			column += field->choices[i].n + 2;
		}
	} else if (field->target.n > 0) {
		buf_printf(out, "%.*s, from the directory", STRF(field->target));
	} else if (field->type.n > 0) {
		buf_printf(out, "%.*s", STRF(field->type));
	} else {
		buf_text(out, "text");
	}
	buf_char(out, '\n');
}

/* A field of an entry that its kind says nothing new about: it may stand on any entry. */
static bool
is_common(const struct rectype *plain, const struct field_info *field)
{
	const struct field_info *common = plain ? rectype_field(plain, field->symbol) : NULL;

	return common != NULL && field->use == FIELD_OPTIONAL;
}

static void
list_common(const struct rectype *plain, const struct field_info *fields, size_t n, struct buf *out)
{
	size_t i, column = 80;

	buf_text(out, "\nAs on any entry (dossier help Entry):");
	for (i = 0; i < n; i++) {
		if (!is_common(plain, &fields[i]))
			continue;
		if (column + fields[i].name.n + 2 > 78) {
			buf_text(out, "\n ");
			column = 1;
		}
		buf_printf(out, " %.*s", STRF(fields[i].name));
		column += fields[i].name.n + 1;
	}
	buf_char(out, '\n');
}

static void
describe_type(const struct archive *archive, struct str name, struct buf *out)
{
	const struct rectype *type = schema_type(archive->schema, name), *plain = NULL;
	const struct rectype *kind = schema_kind(archive->schema, name);
	const struct field_info *fields;
	size_t i, n;

	if (schema_has_kinds(archive->schema) && kind != NULL) {
		type = kind;
		plain = schema_type(archive->schema, STR("Entry"));
	}
	buf_printf(out, "%.*s\n\n", STRF(name));
	if (rectype_doc(type).n > 0)
		buf_printf(out, "%.*s\n\n", STRF(rectype_doc(type)));
	fields = rectype_fields(type, &n);
	for (i = 0; i < n; i++)
		if (!is_common(plain, &fields[i]))
			write_field_help(&fields[i], out);
	if (plain != NULL) {
		list_common(plain, fields, n, out);
		buf_printf(out, "\nAdd one:  dossier add CASE %.*s\n", STRF(name));
	}
}

static bool
help_from_schema(const struct run *run, const char *topic, struct buf *out)
{
	struct hand hand;
	bool found = true;
	size_t n;

	if (!open_hand(run, &hand)) {
		if (strcmp(topic, "kinds") == 0 || strcmp(topic, "types") == 0)
			die("'%s' is in no centre repository, so there are no %s to list: go to one, or name it "
			    "with -C DIR", run->dir, topic);
		return false;
	}
	if (strcmp(topic, "kinds") == 0)
		list_kinds(hand.archive, out);
	else if (strcmp(topic, "types") == 0)
		list_types(hand.archive, schema_types(hand.archive->schema, &n), n, out);
	else if (schema_type(hand.archive->schema, str_of(topic)) != NULL)
		describe_type(hand.archive, str_of(topic), out);
	else
		found = false;
	close_hand(&hand);
	return found;
}

/* ", did you mean '...'?" of the types of the centre at hand, else "". */
static const char *
hint_of(const struct run *run, const char *topic, struct arena *arena)
{
	const char *hint = "";
	struct hand hand;
	const struct str *types;
	struct str near;
	size_t n;

	if (!open_hand(run, &hand))
		return hint;
	types = schema_types(hand.archive->schema, &n);
	near = nearest(str_of(topic), types, n);
	if (near.p != NULL)
		hint = arena_printf(arena, ", did you mean '%.*s'?", STRF(near));
	close_hand(&hand);
	return hint;
}

/* ---- manuals ---- */

/* The page's file: beside the source when run from a build, else installed. NULL when there is none. */
static char *
find_page(const char *name, struct arena *arena)
{
	static const char sections[] = "157";
	char exe[PATH_MAX], *path;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	struct str folder = { exe, n > 0 ? (size_t)n : 0 };
	size_t i;

	while (folder.n > 0 && folder.p[folder.n - 1] != '/')
		folder.n--;
	for (i = 0; i < 3; i++) {
		path = arena_printf(arena, "%.*s../src/%s.%c", STRF(folder), name, sections[i]);
		if (access(path, R_OK) == 0)
			return path;
		path = arena_printf(arena, "%.*s%s.%c", STRF(folder), name, sections[i]);
		if (access(path, R_OK) == 0)
			return path;
		path = arena_printf(arena, "%s/share/man/man%c/%s.%c", PREFIX, sections[i], name,
		    sections[i]);
		if (access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}

static void
open_page(char *path)
{
	fflush(stdout);
	execlp("man", "man", path, (char *)NULL);
	execlp("mandoc", "mandoc", "-a", path, (char *)NULL);
	execlp("groff", "groff", "-mandoc", "-Tutf8", path, (char *)NULL);
	die("the manual is in '%s', but there is no 'man' to show it: apt-get install man-db", path);
}

static void
help_on(const struct run *run, const char *topic)
{
	struct buf out = BUF_INIT;
	struct arena arena;
	char *path;
	size_t i;

	arena_init(&arena);
	path = find_page(arena_printf(&arena, "dossier-%s", topic), &arena);
	if (path == NULL && strcmp(topic, "dossier") == 0)
		path = find_page("dossier", &arena);
	if (path != NULL)
		open_page(path);
	for (i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, topic) == 0)
			write_usage(commands[i], &out);
	if (out.n == 0 && !help_from_schema(run, topic, &out))
		die("there is no help on '%s'%s: 'dossier help' lists the commands, 'dossier help kinds' the "
		    "kinds of entries", topic, hint_of(run, topic, &arena));
	print(buf_view(&out));
	buf_release(&out);
	arena_release(&arena);
}

/* ---- completion ---- */

static void
write_choices(const char *choices, struct buf *out)
{
	for (; choices && *choices; choices++)
		buf_char(out, *choices == '|' ? ' ' : *choices);
}

static void
write_option_words(const struct command *command, struct buf *out)
{
	const struct option *option;

	for (option = command->options; option && option->name; option++)
		buf_printf(out, "--%s%s ", option->name, option->argument ? "=" : "");
	buf_text(out, "--today= --color= --quiet --help");
	if (command->formats)
		buf_text(out, " --format=");
}

/* Arms of a shell `case`: what follows an option with choices. */
static void
write_choice_arms(const struct command *command, struct buf *out)
{
	const struct option *option;

	for (option = command->options; option && option->name; option++) {
		if (option->choices == NULL)
			continue;
		buf_printf(out, "\t%s:--%s) cands=\"", command->name, option->name);
		write_choices(option->choices, out);
		buf_text(out, "\" ;;\n");
	}
	if (command->formats) {
		buf_printf(out, "\t%s:--format|%s:-f) cands=\"", command->name, command->name);
		write_choices(command->formats, out);
		buf_text(out, "\" ;;\n");
	}
}

static void
write_words_function(struct buf *out)
{
	size_t i;

	buf_text(out, "_dossier_words() {\n"
	    "\t# $1 command, $2 the option whose value is wanted (or -), $3 how many operands stand before\n"
	    "\tcands=\n\tcase $1:$2 in\n\t*:--color) cands=\"auto always never\" ;;\n");
	for (i = 0; commands[i] != NULL; i++)
		if (!commands[i]->hidden)
			write_choice_arms(commands[i], out);
	buf_text(out, "\tlist:-p|list:--print|list:-g|list:--group|list:-s|list:--sort|list:-e|list:--expression)\n"
	    "\t\tcands=$(dossier help --complete name 2>/dev/null) ;;\n"
	    "\tlist:-k|list:--kind|show:-k|show:--kind) cands=$(dossier help --complete kind 2>/dev/null) ;;\n"
	    "\tdue:-b|due:--by) cands=$(dossier help --complete staff 2>/dev/null) ;;\n"
	    "\t*:--*) ;;\n");
	for (i = 0; commands[i] != NULL; i++) {
		const char *what = commands[i]->complete;

		if (commands[i]->hidden || what == NULL || *what == '\0')
			continue;
		if (strcmp(commands[i]->name, "add") == 0)
			buf_text(out, "\tadd:-) if [ \"$3\" = 0 ]; then cands=$(dossier help --complete case 2>/dev/null)\n"
			    "\t\telse cands=$(dossier help --complete kind 2>/dev/null); fi ;;\n");
		else if (strcmp(commands[i]->name, "render") == 0)
			buf_text(out, "\trender:-) if [ \"$3\" = 0 ]; then cands=$(dossier help --complete document 2>/dev/null)\n"
			    "\t\telse cands=$(dossier help --complete case 2>/dev/null); fi ;;\n");
		else
			buf_printf(out, "\t%s:-) cands=$(dossier help --complete %s 2>/dev/null) ;;\n",
			    commands[i]->name, what);
	}
	buf_text(out, "\tesac\n}\n\n_dossier_options() {\n\tcase $1 in\n");
	for (i = 0; commands[i] != NULL; i++) {
		if (commands[i]->hidden)
			continue;
		buf_printf(out, "\t%s) cands=\"", commands[i]->name);
		write_option_words(commands[i], out);
		if (strcmp(commands[i]->name, "due") == 0)
			buf_text(out, " $(dossier help --complete reference 2>/dev/null)");
		buf_text(out, "\" ;;\n");
	}
	buf_text(out, "\tesac\n}\n\n");
}

static void
write_command_words(struct buf *out)
{
	size_t i;

	for (i = 0; commands[i] != NULL; i++)
		if (!commands[i]->hidden)
			buf_printf(out, "%s%s", i ? " " : "", commands[i]->name);
}

static void
write_bash(struct buf *out)
{
	buf_text(out, "# bash completion for dossier: source <(dossier help --completion bash)\n");
	write_words_function(out);
	buf_text(out, "_dossier() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= operands=0 cands= i\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t-C) ((i++)) ;;\n"
	    "\t\t-*|=) ;;\n"
	    "\t\t*) if [ -z \"$command\" ]; then command=${COMP_WORDS[i]}; else operands=$((operands + 1)); fi ;;\n"
	    "\t\tesac\n"
	    "\tdone\n"
	    "\tif [ \"$cur\" = = ]; then cur=; elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	    "\tif [ -z \"$command\" ]; then cands=\"");
	write_command_words(out);
	buf_text(out, "\"\n"
	    "\telif [[ $prev == -* && $prev != --*=* ]]; then _dossier_words \"$command\" \"$prev\" 0\n"
	    "\t\t[ -n \"$cands\" ] || _dossier_words \"$command\" - \"$operands\"\n"
	    "\telif [[ $cur == -* ]]; then _dossier_options \"$command\"\n"
	    "\telse _dossier_words \"$command\" - \"$operands\"; fi\n"
	    "\tmapfile -t COMPREPLY < <(compgen -W \"$cands\" -- \"$cur\")\n"
	    "\t[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
	    "\treturn 0\n"
	    "}\n"
	    "complete -o default -F _dossier dossier\n");
}

static void
write_zsh(struct buf *out)
{
	size_t i;

	buf_text(out, "#compdef dossier\n# zsh completion for dossier: source <(dossier help --completion zsh)\n");
	write_words_function(out);
	buf_text(out, "_dossier_complete() {\n\tlocal command= operands=0 cands= w skip=0\n"
	    "\tlocal -a commands\n\tcommands=(\n");
	for (i = 0; commands[i] != NULL; i++) {
		const char *p;

		if (commands[i]->hidden)
			continue;
		buf_printf(out, "\t\t'%s:", commands[i]->name);
		for (p = commands[i]->summary; *p; p++)
			if (*p == '\'')
				buf_text(out, "'\\''");
			else
				buf_char(out, *p);
		buf_text(out, "'\n");
	}
	buf_text(out, "\t)\n"
	    "\tlocal -a line; line=(\"${(@)_dossier_line}\")\n"
	    "\tfor w in \"${(@)line[2,CURRENT-1]}\"; do\n"
	    "\t\tif (( skip )); then skip=0; continue; fi\n"
	    "\t\tcase $w in\n"
	    "\t\t-C) skip=1 ;;\n"
	    "\t\t-*) ;;\n"
	    "\t\t*) if [ -z \"$command\" ]; then command=$w; else operands=$((operands + 1)); fi ;;\n"
	    "\t\tesac\n"
	    "\tdone\n"
	    "\tif [ -z \"$command\" ]; then _describe command commands; return; fi\n"
	    "\tlocal prev=${line[CURRENT-1]} cur=${line[CURRENT]}\n"
	    "\tif [[ $prev == -* && $prev != --*=* ]]; then _dossier_words \"$command\" \"$prev\" 0; fi\n"
	    "\tif [ -z \"$cands\" ]; then\n"
	    "\t\tif [[ $cur == -* ]]; then _dossier_options \"$command\"\n"
	    "\t\telse _dossier_words \"$command\" - \"$operands\"; fi\n"
	    "\tfi\n"
	    "\tif [ -n \"$cands\" ]; then compadd -- ${=cands}; else _files; fi\n"
	    "}\n"
	    "_dossier() { local -a _dossier_line; _dossier_line=(\"${(@)words}\"); _dossier_complete; }\n"
	    "# Loaded by name when it is first wanted, or sourced.\n"
	    "if [[ ${funcstack[1]} == _dossier ]]; then _dossier; else compdef _dossier dossier; fi\n");
}

static void
see_id(void *context, struct visit *visit, struct casefile *file)
{
	(void)context;
	if (file->id[0])
		buf_printf(visit->out, "%s\n", file->id);
}

static void
write_out(void *context, struct str out)
{
	(void)context;
	print(out);
}

static void
print_names(const struct str *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		print(names[i]);
		print(STR("\n"));
	}
}

/* Choices of the header's field Service: `dossier new SERVICE`. */
static void
print_services(struct hand *hand)
{
	const struct rectype *type = schema_type(hand->archive->schema, STR("Case"));
	const struct field_info *field = type ? rectype_field(type,
	    symbol_find(&hand->archive->symbols, STR("Service"))) : NULL;

	if (field != NULL)
		print_names(field->choices, field->n_choices);
}

/* Keys of the records of a type: reports, documents. */
static void
print_keys(struct hand *hand, struct str type)
{
	size_t n, i;
	const struct entity *const *all = directory_all(hand->archive->directory, type, &n);

	for (i = 0; i < n; i++)
		print_names(&all[i]->key, 1);
}

/* What a case answers to: its fields and States. */
static void
print_case_names(struct hand *hand)
{
	const struct rectype *type = schema_type(hand->archive->schema, STR("Case"));
	const struct rules *rules = hand->archive->rules;
	const struct field_info *fields;
	struct str name;
	size_t i, n = 0;

	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++)
		print_names(&fields[i].name, 1);
	for (i = 0; i < rules_state_count(rules); i++) {
		name = state_name(rules_state_at(rules, i));
		print_names(&name, 1);
	}
}

/* Fields of the case that refer to the directory are options of due. */
static void
print_references(struct hand *hand)
{
	const struct rectype *type = schema_type(hand->archive->schema, STR("Case"));
	const struct field_info *fields;
	struct buf out = BUF_INIT;
	size_t i, k, n = 0;

	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++) {
		if (fields[i].target.n == 0)
			continue;
		buf_text(&out, "--");
		for (k = 0; k < fields[i].name.n; k++)
			buf_char(&out, fields[i].name.p[k] == '_' ? '-' : fields[i].name.p[k] >= 'A' &&
			    fields[i].name.p[k] <= 'Z' ? (char)(fields[i].name.p[k] - 'A' + 'a') : fields[i].name.p[k]);
		buf_text(&out, "=\n");
	}
	print(buf_view(&out));
	buf_release(&out);
}

static void
print_staff(struct hand *hand)
{
	size_t i, n;
	const struct entity *const *staff = directory_all(hand->archive->directory, STR("Staff"), &n);

	for (i = 0; i < n; i++)
		if (staff[i]->until == DAY_NONE || hand->archive->today < staff[i]->until)
			print_names(&staff[i]->key, 1);
}

static void
print_rules(void)
{
	int i;

	for (i = 0; i < MESSAGE_COUNT; i++)
		print_names(&(struct str){ message_info((enum message)i)->name,
		    strlen(message_info((enum message)i)->name) }, 1);
}

/* Those of the messages, and of the centre where there is one. */
static void
print_all_rules(const struct run *run)
{
	const struct rules *rules;
	struct hand hand;
	struct str name;
	size_t i;

	print_rules();
	if (!open_hand(run, &hand))
		return;
	rules = hand.archive->rules;
	for (i = 0; i < rules_count(rules); i++) {
		name = rule_name(rules_at(rules, i));
		print_names(&name, 1);
	}
	for (i = 0; i < rules_state_count(rules); i++) {
		name = state_name(rules_state_at(rules, i));
		print_names(&name, 1);
	}
	for (i = 0; i < rules_history_count(rules); i++) {
		name = history_name(rules_history_at(rules, i));
		print_names(&name, 1);
	}
	close_hand(&hand);
}

static int
complete(const struct run *run, const char *what)
{
	struct visitor ids = { .see = see_id, .write = write_out };
	struct buf out = BUF_INIT;
	struct hand hand;
	const struct str *names;
	size_t n;

	if (strcmp(what, "command") == 0) {
		write_command_words(&out);
		buf_char(&out, '\n');
		print(buf_view(&out));
		buf_release(&out);
		return 0;
	}
	if (strcmp(what, "rule") == 0) {
		print_all_rules(run);
		return 0;
	}
	if (!open_hand(run, &hand))
		return 0;
	if (strcmp(what, "case") == 0) {
		archive_each(hand.archive, NULL, &ids, &hand.findings);
	} else if (strcmp(what, "service") == 0) {
		print_services(&hand);
	} else if (strcmp(what, "report") == 0) {
		print_keys(&hand, STR("Report"));
	} else if (strcmp(what, "document") == 0) {
		print_keys(&hand, STR("Document"));
	} else if (strcmp(what, "name") == 0) {
		print_case_names(&hand);
	} else if (strcmp(what, "reference") == 0) {
		print_references(&hand);
	} else if (strcmp(what, "staff") == 0) {
		print_staff(&hand);
	} else {
		names = strcmp(what, "kind") == 0 ? schema_kinds(hand.archive->schema, &n) :
		    schema_types(hand.archive->schema, &n);
		print_names(names, n);
	}
	close_hand(&hand);
	return 0;
}

static int
run_help(struct run *run)
{
	const char *shell = run->command ? option(run, "completion") : NULL;
	const char *what = run->command ? option(run, "complete") : NULL;
	struct buf out = BUF_INIT;

	if (what)
		return complete(run, what);
	if (run->command && run->argc > 0) {
		help_on(run, run->argv[0]);
		return 0;
	}
	if (shell && strcmp(shell, "bash") == 0)
		write_bash(&out);
	else if (shell)
		write_zsh(&out);
	else
		list_commands(&out);
	print(buf_view(&out));
	buf_release(&out);
	return 0;
}

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND|KIND|kinds|types]",
	.summary = "commands, manuals, and the kinds of entries of the centre at hand",
	.options = options,
	.complete = "command",
	.run = run_help,
};
