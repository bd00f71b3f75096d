/*
 * Cases are walked once, however many tables are written: what a case gives to each of them is put behind one another as pieces
 * (which, how long, bytes), and taken apart in the order of the cases. Only the log of OCEL, which has its objects before its events, wants
 * a second walk.
 */
#include "command.h"
#include "command-names.h"
#include "export.h"
#include "making.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct option options[] = {
	{ 't', "table", "TABLE", "one table: cases, entries, or a record type of the directory", NULL },
	{ 'e', "expression", "EXPR", "only cases that satisfy EXPR (may repeat: all of them)", NULL },
	{ 0, "as-of", "DATE|REV", "as it was known then: at a commit, or the last one of a day", NULL },
	{ 'o', "output", "FILE|DIR/", "write to FILE, whose suffix says the format, or each table to a file of DIR", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

#define EXPRESSIONS_MAX 64

/* Where a part goes. */
struct sink {
	const char *path; /* NULL: standard output */
	struct replacement file;
	bool is_open;
};

struct work {
	struct run *run;
	struct making making;
	enum export_format format;
	const char *folder; /* NULL: one file, or standard output */
	struct export *export;
	struct expr *where[EXPRESSIONS_MAX];
	size_t n_where;
	struct findings faults; /* of the command line */
	struct names names;
	const struct export_part *parts;
	struct sink *sinks;
	bool *has_items;
	size_t n, from, to; /* of the parts, those of this walk */
	bool has_faults;
};

/* ---- the command line ---- */

static bool
format_named(struct str name, enum export_format *format)
{
	static const struct {
		const char *name;
		enum export_format format;
	} names[] = { { "csv", EXPORT_CSV }, { "jsonl", EXPORT_JSONL }, { "ndjson", EXPORT_JSONL }, { "xes", EXPORT_XES },
		{ "ocel", EXPORT_OCEL }, { "json", EXPORT_OCEL }, { "jsonocel", EXPORT_OCEL } };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(name, names[i].name)) {
			*format = names[i].format;
			return true;
		}
	return false;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return str_ends(str_of(path), STR("/")) || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static void
read_format(struct work *work)
{
	struct run *run = work->run;
	const char *output = option(run, "output"), *suffix = output ? strrchr(output, '.') : NULL;

	work->format = EXPORT_JSONL;
	if (output != NULL && is_folder(output)) {
		work->folder = output;
		work->format = EXPORT_CSV;
	}
	if (run->format != NULL)
		format_named(str_of(run->format), &work->format);
	else if (work->folder == NULL && output != NULL && (suffix == NULL || strchr(suffix, '/') != NULL ||
	    !format_named(str_of(suffix + 1), &work->format)))
		usage(run, "'%s' says no format that there is; name one with -f %s", output, run->command->formats);
	if (work->folder != NULL && work->format != EXPORT_CSV && work->format != EXPORT_JSONL)
		usage(run, "-f %s is one file: name it with -o FILE.%s", run->format, run->format);
}

/* ---- what is written where ---- */

static void
unknown_table(struct work *work, const char *name)
{
	size_t n;
	const struct str *names = export_names(work->export, &n);
	struct str near = nearest(str_of(name), names, n);

	if (near.p != NULL)
		usage(work->run, "there is no table '%s'; did you mean '%.*s'?", name, STRF(near));
	usage(work->run, "there is no table '%s': they are cases, entries, and the record types of the directory", name);
}

static void
choose_parts(struct work *work)
{
	struct run *run = work->run;
	struct arena *arena = &work->making.arena;
	const char *name = option(run, "table");
	struct export_part *one;

	if (name == NULL) {
		work->parts = export_parts(work->export, work->format, arena, &work->n);
		if (work->format == EXPORT_JSONL && work->folder == NULL)
			work->n = 1;
		if (work->format == EXPORT_CSV && work->folder == NULL)
			usage(run, "CSV is one table a file: say which (--table cases), or write all into a folder (-o DIR/)");
		return;
	}
	if (work->format == EXPORT_XES || work->format == EXPORT_OCEL)
		usage(run, "--table is for csv and jsonl: a log is a whole");
	one = ARENA_NEW(arena, struct export_part, 1);
	if (!export_part_named(work->export, work->format, str_of(name), one))
		unknown_table(work, name);
	work->parts = one;
	work->n = 1;
}

static void
choose_sinks(struct work *work)
{
	struct arena *arena = &work->making.arena;
	const char *suffix = work->format == EXPORT_CSV ? "csv" : "jsonl", *slash;
	size_t i;

	work->sinks = ARENA_NEW(arena, struct sink, work->n);
	work->has_items = ARENA_NEW(arena, bool, work->n);
	for (i = 0; i < work->n; i++) {
		work->sinks[i].path = option(work->run, "output");
		if (work->folder == NULL)
			continue;
		slash = str_ends(str_of(work->folder), STR("/")) ? "" : "/";
		work->sinks[i].path = arena_printf(arena, "%s%s%.*s.%s", work->folder, slash,
		    STRF(work->parts[i].name), suffix);
	}
}

/* Both parts of a log go into one file. */
static struct sink *
sink_of(struct work *work, size_t i)
{
	return &work->sinks[work->parts[i].format == EXPORT_OCEL ? 0 : i];
}

static void
open_sinks(struct work *work)
{
	size_t i;
	int error;

	for (i = 0; i < work->n; i++) {
		struct sink *sink = sink_of(work, i);

		if (sink->path == NULL || sink->is_open)
			continue;
		if (work->folder != NULL && (error = file_make_parents(sink->path)) != 0)
			die("cannot make the folder '%s': %s", work->folder, strerror(error));
		replacement_begin(&sink->file, sink->path);
		sink->is_open = true;
		if (sink->file.error != 0)
			die_unwritten(sink->path, sink->file.error);
	}
}

/* All of them are put in place, or none: what a full disk did not take is known before. */
static void
close_sinks(struct work *work)
{
	const char *failed = NULL;
	size_t i;
	int error = 0, this;

	for (i = 0; i < work->n && error == 0; i++) {
		failed = work->sinks[i].path;
		error = work->sinks[i].is_open ? work->sinks[i].file.error : 0;
	}
	for (i = 0; i < work->n; i++) {
		if (!work->sinks[i].is_open)
			continue;
		this = replacement_end(&work->sinks[i].file, error == 0);
		if (error == 0 && this != 0) {
			error = this;
			failed = work->sinks[i].path;
		}
	}
	if (error != 0)
		die_unwritten(failed, error);
}

static void
put(struct work *work, size_t i, struct str bytes, bool is_item)
{
	struct sink *sink = sink_of(work, i);

	if (is_item && bytes.n > 0 && work->parts[i].has_commas && !work->has_items[i])
		bytes = (struct str){ bytes.p + 1, bytes.n - 1 };
	work->has_items[i] |= is_item && bytes.n > 0;
	if (sink->path == NULL)
		print(bytes);
	else
		replacement_add(&sink->file, bytes);
}

/* ---- cases ---- */

/* A thread's own. */
struct thread {
	struct exporter exporter;
	struct buf piece;
};

static void *
begin(void *context)
{
	struct work *work = context;
	struct thread *thread = xcalloc(1, sizeof(*thread));

	exporter_init(&thread->exporter, work->export);
	return thread;
}

static void
end(void *context, void *state)
{
	struct work *work = context;
	struct thread *thread = state;

	work->has_faults |= thread->exporter.has_faults;
	exporter_release(&thread->exporter);
	buf_release(&thread->piece);
	free(thread);
}

static bool
is_wanted(const struct work *work, struct visit *visit, struct casefile *file)
{
	struct subject subject;
	size_t i;

	if (work->n_where == 0)
		return true;
	case_subject(file, visit->findings, &subject);
	for (i = 0; i < work->n_where; i++)
		if (!expr_test(work->where[i], &subject))
			return false;
	return true;
}

static void
see(void *context, struct visit *visit, struct casefile *file)
{
	struct work *work = context;
	struct thread *thread = visit->state;
	size_t i, head[2];

	if (!is_wanted(work, visit, file))
		return;
	thread->exporter.arena = visit->arena;
	for (i = work->from; i < work->to; i++) {
		buf_reset(&thread->piece);
		export_case(&thread->exporter, &work->parts[i], file, &thread->piece);
		if (thread->piece.n == 0)
			continue;
		head[0] = i;
		head[1] = thread->piece.n;
		buf_add(visit->out, head, sizeof(head));
		buf_str(visit->out, buf_view(&thread->piece));
	}
}

static void
take(void *context, struct str out)
{
	struct work *work = context;
	size_t head[2];

	while (out.n > 0) {
		memcpy(head, out.p, sizeof(head));
		out = (struct str){ out.p + sizeof(head), out.n - sizeof(head) };
		put(work, head[0], (struct str){ out.p, head[1] }, true);
		out = (struct str){ out.p + head[1], out.n - head[1] };
	}
}

static void
write_directory(struct work *work, size_t i)
{
	struct exporter exporter;
	struct buf out = BUF_INIT;

	exporter_init(&exporter, work->export);
	exporter.arena = &work->making.arena;
	export_directory(&exporter, &work->parts[i], &out);
	put(work, i, buf_view(&out), true);
	work->has_faults |= exporter.has_faults;
	exporter_release(&exporter);
	buf_release(&out);
}

/* The parts from work->from on. What is wrong with a case is said in the first walk. */
static void
walk(struct work *work, const struct selection *selection)
{
	struct findings quiet;
	struct visitor visitor = { .see = see, .write = take, .context = work, .begin = begin, .end = end,
		.judge = work->names.asks_states };
	struct buf out = BUF_INIT;
	size_t i;

	for (i = work->from; i < work->to; i++) {
		buf_reset(&out);
		export_begin(work->export, &work->parts[i], &out);
		put(work, i, buf_view(&out), false);
		write_directory(work, i);
	}
	run_progress(work->run, &visitor);
	findings_init(&quiet);
	archive_each(work->making.archive, selection, &visitor, work->from == 0 ? &work->making.findings : &quiet);
	findings_release(&quiet);
	for (i = work->from; i < work->to; i++) {
		buf_reset(&out);
		export_end(&work->parts[i], &out);
		put(work, i, buf_view(&out), false);
	}
	buf_release(&out);
}

/* ---- the command ---- */

/* Prints what is wrong with the command line; ends where that is an error. */
static void
stop_on_faults(struct work *work)
{
	struct diag_style style;
	struct buf out = BUF_INIT;

	if (work->faults.n == 0)
		return;
	run_style(work->run, NULL, false, &work->making.arena, &style);
	style.prefix = NULL;
	findings_write(&work->faults, &style, &out);
	fwrite(out.p, 1, out.n, stderr);
	if (findings_status(&work->faults))
		exit(2);
	buf_release(&out);
}

static void
add_conditions(struct work *work)
{
	const char *const *all = has_option(work->run, "expression") ? option_all(work->run, "expression") : NULL;
	struct archive *archive = work->making.archive;

	findings_init(&work->faults);
	work->names = (struct names){ .archive = archive, .faults = &work->faults };
	for (; all != NULL && *all != NULL; all++) {
		struct source *source = ARENA_NEW(&archive->arena, struct source, 1);
		struct expr *expr;

		*source = (struct source){ "-e", str_of(*all) };
		if (work->n_where == EXPRESSIONS_MAX)
			usage(work->run, "more than %d expressions", EXPRESSIONS_MAX);
		expr = expr_compile(source->bytes, (struct span){ source, 0, source->bytes.n }, &archive->symbols,
		    &archive->arena, &work->faults);
		if (expr == NULL)
			continue;
		names_check(&work->names, expr, NULL);
		work->where[work->n_where++] = expr;
	}
	stop_on_faults(work);
}

static void
say_left_out(struct work *work)
{
	struct buf out = BUF_INIT;

	export_left_out(work->export, option(work->run, "table") != NULL ? work->parts[0].table : NULL, &out);
	fflush(stdout);
	if (out.n > 0 && !work->run->quiet)
		fprintf(stderr, "dossier: left out, as they may hold prose: %s\n", out.p);
	if (work->has_faults)
		fputs("dossier: something is not as the schema says and was left out: see 'dossier check'\n", stderr);
	buf_release(&out);
}

static void
write_all(struct work *work)
{
	struct run *run = work->run;
	const char **names = arena_alloc(&work->making.arena, sizeof(*names) * (size_t)(run->argc + 1));
	bool is_ocel = work->format == EXPORT_OCEL;
	struct selection selection;
	int i;

	for (i = 0; i < run->argc; i++)
		names[i] = run_path(run, work->making.store, run->argv[i], &work->making.arena);
	selection = (struct selection){ names, (size_t)run->argc };
	open_sinks(work);
	for (work->from = 0; work->from < work->n; work->from = work->to) {
		work->to = is_ocel ? work->from + 1 : work->n;
		walk(work, &selection);
	}
	close_sinks(work);
	say_left_out(work);
}

/* Files of the work tree are read many times as fast as what git holds of them. */
static void
open_centre(struct work *work, struct store *store)
{
	struct run *run = work->run;
	const char *as_of = option(run, "as-of");

	if (as_of != NULL)
		making_open(&work->making, store, as_of, run->today, version);
	else
		making_open_snapshot(&work->making, store, store_root(store) != NULL ? store_worktree(store) :
		    run_commit(store, "HEAD"), run->today, version);
}

static int
run_export(struct run *run)
{
	struct work *work = xcalloc(1, sizeof(*work));
	struct store *store = run_store(run);
	int status;
	size_t i;

	work->run = run;
	read_format(work);
	open_centre(work, store);
	if (schema_type(work->making.archive->schema, STR("Case")) == NULL)
		die("schema/case.rec describes no Case: without it nothing says which fields are more than prose");
	work->export = export_new(&work->making.archive->terms);
	choose_parts(work);
	choose_sinks(work);
	add_conditions(work);
	write_all(work);
	status = run_finish(run, store, &work->making.findings);
	if (status == 0 && work->has_faults)
		status = 1;
	for (i = 0; i < work->n_where; i++)
		expr_free(work->where[i]);
	export_free(work->export);
	findings_release(&work->faults);
	making_close(&work->making);
	store_free(store);
	free(work);
	return status;
}

const struct command cmd_export = {
	.name = "export",
	.operands = "[CASE...]",
	.summary = "structured fields as CSV, JSON lines, XES or OCEL",
	.options = options,
	.formats = "csv|jsonl|xes|ocel",
	.complete = "case",
	.run = run_export,
};
