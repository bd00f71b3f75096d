/*
 * The parameters of a report are options that only its definition names. So the command line is read twice:
 * what every report has comes parsed, the rest once the definition is there.
 */
#define _GNU_SOURCE
#include "command.h"
#include "making.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{ 'p', "period", "PERIOD", "count what is dated in it: 2026, 2026-Q3, 2026-03, 2026-01..2026-06", NULL },
	{ 0, "as-of", "DATE|REV", "as it was known then: at a commit, or at the end of a day", NULL },
	{ 0, "repo", "PATH", "add up several centres: the repository of each; cases that they share count once", NULL },
	{ 0, "lang", "LANGUAGE", "in this language, of those that Labels are there for; default: the Centre's", NULL },
	{ 'o', "output", "FILE", "write to FILE; its suffix says the format", NULL },
	{ 0, "no-cache", NULL, "count every case anew, and keep nothing for the next time", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

/* ---- the command line ---- */

static void
write_params(struct making *making, struct buf *out)
{
	size_t n, i;
	const struct param *params = report_params(making->report, &n);

	if (n > 0)
		buf_text(out, "\nIts own options:\n");
	for (i = 0; i < n; i++) {
		const struct param *p = &params[i];
		struct str name = param_option(&making->arena, p->name);
		size_t start = out->n, k;

		buf_printf(out, "  --%.*s %s", STRF(name), p->target.n ? "CODE" : "VALUE");
		buf_printf(out, "%*s", out->n - start < 28 ? (int)(28 - (out->n - start)) : 1, "");
		if (p->target.n > 0)
			buf_printf(out, "a %.*s of the directory", STRF(p->target));
		else if (p->n_choices == 0)
			buf_str(out, p->type);
		for (k = 0; k < p->n_choices; k++)
			buf_printf(out, "%s%.*s", k ? "|" : "", STRF(p->choices[k]));
		buf_text(out, p->mandatory ? " (must be given)\n" : "\n");
	}
}

static int
show_help(struct run *run, struct making *making)
{
	struct buf out = BUF_INIT;

	write_usage(run->command, &out);
	if (making != NULL) {
		buf_printf(&out, "\n%.*s\n", STRF(report_title(making->report)));
		if (report_doc(making->report).n > 0)
			buf_printf(&out, "%.*s\n", STRF(report_doc(making->report)));
		write_params(making, &out);
	}
	print(buf_view(&out));
	buf_release(&out);
	return 0;
}

static int
list_reports(struct making *making)
{
	size_t n, i;
	const struct entity *const *all = directory_all(making->archive->directory, STR("Report"), &n);
	struct buf out = BUF_INIT;

	making_speak(making);
	for (i = 0; i < n; i++) {
		const struct field *title = record_named(all[i]->record, STR("Title"));

		buf_printf(&out, "%-16.*s%.*s\n", STRF(all[i]->key),
		    STRF(title ? words_label(making->words, STR(""), title->value) : STR("")));
	}
	print(buf_view(&out));
	buf_release(&out);
	if (n == 0)
		fputs("no reports: they are defined in reports/*.rec\n", stderr);
	return 0;
}

static const struct param *
find_param(struct making *making, struct str name)
{
	size_t n, i;
	const struct param *params = report_params(making->report, &n);

	for (i = 0; i < n; i++)
		if (str_eq(params[i].name, name) ||
		    str_eq(param_option(&making->arena, params[i].name), name))
			return &params[i];
	return NULL;
}

static void
unknown_param(struct run *run, struct making *making, struct str name)
{
	size_t n, i;
	const struct param *params = report_params(making->report, &n);
	struct str *list = ARENA_NEW(&making->arena, struct str, n + sizeof(options) / sizeof(*options)), near;
	struct buf own = BUF_INIT;

	for (i = 0; i < n; i++)
		list[i] = param_option(&making->arena, params[i].name);
	for (i = 0; options[i].name != NULL; i++)
		list[n + i] = str_of(options[i].name);
	near = nearest(name, list, n + i);
	if (near.p != NULL)
		usage(run, "this report has no option '--%.*s'; did you mean '--%.*s'?", STRF(name),
		    STRF(near));
	for (i = 0; i < n; i++)
		buf_printf(&own, "%s--%.*s", i ? ", " : "", STRF(list[i]));
	usage(run, "'%.*s' has no option '--%.*s'; %s%.*s", STRF(making->name), STRF(name), n ? "its own are " :
	    "it has none of its own", STRF(own.p ? buf_view(&own) : STR("")));
}

/* The operands without the report's name: its parameters, as --name=value or --name value. */
static bool
take_params(struct run *run, struct making *making, char **argv, int argc)
{
	bool good = true;
	int i;

	for (i = 0; i < argc; i++) {
		struct str name = str_of(argv[i]), value;
		const struct param *p;

		if (!str_starts(name, STR("--")))
			usage(run, "one report at a time; '%s' is one too many", argv[i]);
		name = (struct str){ name.p + 2, name.n - 2 };
		value = name;
		str_cut(&value, '=', &name);
		p = find_param(making, name);
		if (p == NULL)
			unknown_param(run, making, name);
		if (value.p == NULL) {
			if (++i == argc)
				usage(run, "--%.*s wants a value", STRF(name));
			value = str_of(argv[i]);
		}
		if (p->value.p != NULL)
			usage(run, "--%.*s is given twice", STRF(name));
		good = report_set(making->report, p->name, value, &making->findings) && good;
	}
	return good;
}

/* The report's name is the first operand; options may stand before it. */
static int
name_place(struct run *run)
{
	int i;

	for (i = 0; i < run->argc; i++) {
		if (strncmp(run->argv[i], "--", 2) != 0)
			return i;
		if (strchr(run->argv[i], '=') == NULL && strcmp(run->argv[i], "--help") != 0)
			i++;
	}
	return -1;
}

static struct period
period_of(struct run *run, day today)
{
	const char *text = option(run, "period"), *reason;
	struct period period;
	int year, month, dom;

	date_split(today, &year, &month, &dom);
	period = (struct period){ date_make(year, 1, 1), today + 1 };
	if (text != NULL && !period_parse(str_of(text), &period, &reason))
		usage(run, "--period '%s': %s", text, reason);
	if (period.from != DAY_NONE && period.from >= (period.to == DAY_NONE ? today + 1 : period.to))
		usage(run, "--period '%s' begins after it ends", text);
	return period;
}

/* ---- the command ---- */

static sheet_writer_fn *
choose_writer(struct run *run)
{
	const char *format = run->format, *file = option(run, "output"), *suffix;
	sheet_writer_fn *writer;

	if (format == NULL && file != NULL && (suffix = strrchr(file, '.')) != NULL &&
	    strchr(suffix, '/') == NULL) {
		writer = sheet_writer(str_of(suffix + 1));
		if (writer == NULL)
			usage(run, "'%s' says no format that there is; name one with -f %s", file,
			    run->command->formats);
		return writer;
	}
	return sheet_writer(str_of(format ? format : "text"));
}

static void
write_sheet(struct run *run, sheet_writer_fn *write, const struct sheet *sheet)
{
	const char *file = option(run, "output");
	struct buf out = BUF_INIT;
	int error;

	write(sheet, &out);
	if (file == NULL)
		print(buf_view(&out));
	else if ((error = file_replace(file, buf_view(&out))) != 0)
		die_unwritten(file, error);
	buf_release(&out);
}

static void
choose_language(struct run *run, struct making *making)
{
	const struct directory *directory = making->archive->directory;
	struct buf list = BUF_INIT;

	making->language = option(run, "lang");
	if (making->language == NULL || language_exists(directory, str_of(making->language)))
		return;
	language_list(directory, &list);
	usage(run, "there are no Labels in '%s'; choose one of: %s", making->language, list.p);
}

/* What is wrong before any case was looked at ends the command with 2: nothing was counted. */
static int
make(struct run *run, struct making *making, bool help)
{
	int at = name_place(run), i, n = 0;
	struct visitor progress = { NULL };
	sheet_writer_fn *writer;
	struct period period;
	struct sheet sheet;

	if (at < 0 && help)
		return show_help(run, making);
	choose_language(run, making);
	if (at < 0)
		return list_reports(making);
	if (!making_load(making, str_of(run->argv[at])))
		return 2;
	if (help)
		return show_help(run, making);
	for (i = 0; i < run->argc; i++)
		if (i != at)
			run->argv[n++] = run->argv[i];
	period = period_of(run, making->today);
	if (!take_params(run, making, run->argv, n) || !making_begin(making, period))
		return 2;
	writer = choose_writer(run);
	run_progress(run, &progress);
	making_count(making, &progress);
	making_sheet(making, &sheet);
	write_sheet(run, writer, &sheet);
	return 0;
}

/* A path is seen from where -C leads. */
static void
open_several(struct run *run, const char *const *repos, struct making *making)
{
	const char *as_of = option(run, "as-of");
	const char **places;
	struct arena arena;
	size_t n = 0, i;
	day on;

	while (repos[n] != NULL)
		n++;
	if (n > 1 && as_of != NULL && !date_parse(str_of(as_of), &on, NULL))
		usage(run, "'%s' is no day: several centres have no commit in common; name that of each: --repo PATH@COMMIT",
		    as_of);
	arena_init(&arena);
	places = ARENA_NEW(&arena, const char *, n);
	for (i = 0; i < n; i++)
		places[i] = *repos[i] == '/' || strcmp(run->dir, ".") == 0 ? repos[i] :
		    arena_printf(&arena, "%s/%s", run->dir, repos[i]);
	making_open_several(making, places, n, as_of, run->today, version);
	arena_release(&arena);
}

/* Each centre's findings, by the names that its files have from here. */
static int
finish(struct run *run, struct making *making)
{
	int found = 0;
	size_t i;

	for (i = 0; i < making->n_parts; i++) {
		making_keep_errors(&making->parts[i]);
		found |= run_finish(run, making->parts[i].store, &making->parts[i].findings);
	}
	making_keep_errors(making);
	return run_finish(run, making->store, &making->findings) | found;
}

static int
run_report(struct run *run)
{
	const char *const *repos = option_all(run, "repo");
	bool help = take_help(run);
	struct making making;
	struct store *store = NULL;
	int status, found;

	if (help && name_place(run) < 0)
		return show_help(run, NULL);
	if (*repos != NULL) {
		open_several(run, repos, &making);
	} else {
		store = run_store(run);
		making_open(&making, store, option(run, "as-of"), run->today, version);
	}
	/* In a quarantine nothing is written: what is pushed may be refused. */
	making.cached = !has_option(run, "no-cache") && getenv("GIT_QUARANTINE_PATH") == NULL;
	status = make(run, &making, help);
	found = finish(run, &making);
	making_close(&making);
	if (store != NULL)
		store_free(store);
	return status ? status : found;
}

const struct command cmd_report = {
	.name = "report",
	.operands = "[NAME [--PARAMETER VALUE...]]",
	.summary = "tables for municipalities and the Centre",
	.options = options,
	.formats = "text|csv|json|rec|html",
	.complete = "report",
	.run = run_report,
	.open_options = true,
};
