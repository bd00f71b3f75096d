/*
 * The parameters of a report are options that only its definition names. So the command line is read twice:
 * what every report has comes parsed, the rest once the definition is there.
 */
#define _GNU_SOURCE
#include "command.h"
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{ 'p', "period", "PERIOD", "count what is dated in it: 2026, 2026-Q3, 2026-03, 2026-01..2026-06", NULL },
	{ 0, "as-of", "DATE|REV", "as it was known then: at a commit, or the last one of a day", NULL },
	{ 'o', "output", "FILE", "write to FILE; its suffix says the format", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct work {
	struct run *run;
	struct store *store;
	struct snapshot *snapshot;
	struct archive *archive;
	struct report *report;
	struct arena arena;
	struct findings findings;
	struct period period;
	struct counts *counts;
	size_t cases;
	struct map faulty; /* paths of cases with errors */
};

/* ---- which version ---- */

/* The main branch: what the shared repository receives; else whatever is checked out. */
static const char *
main_tip(struct store *store)
{
	static const char *const names[] = { "refs/heads/main", "refs/heads/master", "HEAD" };
	const char *reason;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct snapshot *snapshot = store_commit(store, names[i], &reason);

		if (snapshot == NULL)
			continue;
		snapshot_free(snapshot);
		return names[i];
	}
	return "HEAD";
}

/* The last commit of the main branch that is dated on the day or before it. */
static struct snapshot *
commit_of_day(struct work *work, day on)
{
	const char *tip = main_tip(work->store), *reason;
	struct snapshot *snapshot = store_commit(work->store, tip, &reason);
	struct arena arena;
	char date[DATE_SIZE];
	struct commit commit;
	struct oid oid;
	bool found;

	if (snapshot == NULL)
		die("there is no commit yet to be read as of %s: %s", date_format(on, date), reason);
	found = oid_parse(str_of(snapshot_commit(snapshot)), &oid);
	snapshot_free(snapshot);
	arena_init(&arena);
	while (found) {
		found = store_read_commit(work->store, &oid, &arena, &commit);
		if (!found || date_of_time(commit.committer.time, commit.committer.offset) <= on)
			break;
		found = commit.n_parents > 0;
		if (found)
			oid = commit.parents[0];
		arena_reset(&arena);
	}
	arena_release(&arena);
	if (!found)
		die("nothing was committed on %s or before", date_format(on, date));
	return store_commit_oid(work->store, &oid);
}

static void
open_snapshot(struct work *work)
{
	const char *as_of = option(work->run, "as-of"), *reason = NULL;
	day on;

	work->store = run_store(work->run);
	if (as_of != NULL && date_parse(str_of(as_of), &on, NULL)) {
		work->snapshot = commit_of_day(work, on);
		return;
	}
	if (as_of == NULL && store_root(work->store) == NULL)
		as_of = "HEAD";
	work->snapshot = as_of ? store_commit(work->store, as_of, &reason) :
	    store_worktree(work->store);
	if (work->snapshot == NULL)
		die("'%s' names neither a day (YYYY-MM-DD) nor a commit: %s", as_of, reason);
}

/* Records in the work tree that HEAD does not hold as they are; false when git cannot say. */
static bool
count_changed(struct work *work, size_t *n)
{
	static const char *const args[] = { "status", "--porcelain", "-z", "--no-renames",
		"--untracked-files=all", "--ignored", NULL };
	struct buf out = BUF_INIT, err = BUF_INIT;
	struct str rest, piece;
	bool good;

	*n = 0;
	good = store_git_dir(work->store) != NULL && store_git(work->store, args, &out, &err) == 0;
	rest = buf_view(&out);
	while (good && rest.n > 0 && str_cut(&rest, '\0', &piece))
		*n += str_ends(piece, STR(".rec"));
	buf_release(&out);
	buf_release(&err);
	return good;
}

/* "commit 1a2b...", or what the work tree holds beside it. */
static struct str
made_from(struct work *work)
{
	const char *commit = snapshot_commit(work->snapshot), *reason;
	struct snapshot *head;
	struct str text;
	size_t n;

	if (*commit)
		return str_of(arena_printf(&work->arena, "commit %s", commit));
	if (!count_changed(work, &n) ||
	    (head = store_commit(work->store, "HEAD", &reason)) == NULL)
		return STR("work tree, not committed");
	commit = snapshot_commit(head);
	text = n == 0 ? str_of(arena_printf(&work->arena, "commit %s", commit)) :
	    str_of(arena_printf(&work->arena, "work tree, not committed: %zu file%s changed since commit %s",
	    n, n == 1 ? "" : "s", commit));
	snapshot_free(head);
	return text;
}

/* Stands for the bytes of schema and definitions, to see at a glance whether two reports were made alike. */
static struct str
fingerprint(struct work *work, const char *folder)
{
	uint64_t hash = 0;
	struct files files;
	size_t i;

	snapshot_files(work->snapshot, folder, &work->arena, &files);
	for (i = 0; i < files.n; i++) {
		struct str bytes;

		if (!str_ends(str_of(files.list[i].path), STR(".rec")) ||
		    snapshot_read(work->snapshot, files.list[i].path, &work->arena, &bytes) != 0)
			continue;
		hash = hash * 31 + str_hash(str_of(files.list[i].path));
		hash = hash * 31 + str_hash(bytes);
	}
	return str_of(arena_printf(&work->arena, "%016llx", (unsigned long long)hash));
}

/* ---- the command line ---- */

static struct str
option_name(struct arena *arena, struct str param)
{
	char *name = arena_cstr(arena, param);
	size_t i;

	for (i = 0; i < param.n; i++)
		if (name[i] == '_')
			name[i] = '-';
	return str_of(name);
}

static void
write_params(struct work *work, struct buf *out)
{
	size_t n, i;
	const struct param *params = report_params(work->report, &n);

	if (n > 0)
		buf_text(out, "\nIts own options:\n");
	for (i = 0; i < n; i++) {
		const struct param *p = &params[i];
		struct str name = option_name(&work->arena, p->name);
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
show_help(struct work *work)
{
	struct buf out = BUF_INIT;

	write_usage(work->run->command, &out);
	if (work->report != NULL) {
		buf_printf(&out, "\n%.*s\n", STRF(report_title(work->report)));
		if (report_doc(work->report).n > 0)
			buf_printf(&out, "%.*s\n", STRF(report_doc(work->report)));
		write_params(work, &out);
	}
	print(buf_view(&out));
	buf_release(&out);
	return 0;
}

static int
list_reports(struct work *work)
{
	size_t n, i;
	const struct entity *const *all = directory_all(work->archive->directory, STR("Report"), &n);
	struct buf out = BUF_INIT;

	for (i = 0; i < n; i++) {
		const struct field *title = record_named(all[i]->record, STR("Title"));

		buf_printf(&out, "%-16.*s%.*s\n", STRF(all[i]->key), STRF(title ? title->value : STR("")));
	}
	print(buf_view(&out));
	buf_release(&out);
	if (n == 0)
		fputs("no reports: they are defined in reports/*.rec\n", stderr);
	return 0;
}

static const struct param *
find_param(struct work *work, struct str name)
{
	size_t n, i;
	const struct param *params = report_params(work->report, &n);

	for (i = 0; i < n; i++)
		if (str_eq(params[i].name, name) ||
		    str_eq(option_name(&work->arena, params[i].name), name))
			return &params[i];
	return NULL;
}

static void
unknown_param(struct work *work, struct str name)
{
	size_t n, i;
	const struct param *params = report_params(work->report, &n);
	struct str *list = ARENA_NEW(&work->arena, struct str, n + 3), near;

	for (i = 0; i < n; i++)
		list[i] = option_name(&work->arena, params[i].name);
	for (i = 0; options[i].name != NULL; i++)
		list[n + i] = str_of(options[i].name);
	near = nearest(name, list, n + i);
	if (near.p != NULL)
		usage(work->run, "this report has no option '--%.*s'; did you mean '--%.*s'?", STRF(name),
		    STRF(near));
	usage(work->run, "this report has no option '--%.*s'", STRF(name));
}

/* The operands without the report's name: its parameters, as --name=value or --name value. */
static bool
take_params(struct work *work, char **argv, int argc)
{
	bool good = true;
	int i;

	for (i = 0; i < argc; i++) {
		struct str name = str_of(argv[i]), value;
		const struct param *p;

		if (!str_starts(name, STR("--")))
			usage(work->run, "one report at a time; '%s' is one too many", argv[i]);
		name = (struct str){ name.p + 2, name.n - 2 };
		value = name;
		str_cut(&value, '=', &name);
		p = find_param(work, name);
		if (p == NULL)
			unknown_param(work, name);
		if (value.p == NULL) {
			if (++i == argc)
				usage(work->run, "--%.*s wants a value", STRF(name));
			value = str_of(argv[i]);
		}
		if (p->value.p != NULL)
			usage(work->run, "--%.*s is given twice", STRF(name));
		good = report_set(work->report, p->name, value, &work->findings) && good;
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

static void
set_period(struct work *work)
{
	const char *text = option(work->run, "period"), *reason;
	day today = work->run->today;
	int year, month, dom;

	date_split(today, &year, &month, &dom);
	work->period = (struct period){ date_make(year, 1, 1), today + 1 };
	if (text != NULL && !period_parse(str_of(text), &work->period, &reason))
		usage(work->run, "--period '%s': %s", text, reason);
	if (work->period.to == DAY_NONE)
		work->period.to = today + 1;
	if (work->period.from != DAY_NONE && work->period.from >= work->period.to)
		usage(work->run, "--period '%s' begins after it ends", text);
}

/* ---- counting ---- */

/* A thread's own. */
struct thread {
	struct counts *counts;
	struct casefile *file;
	struct findings *findings;
	struct entry_context context;
	size_t cases;
};

static void
on_day(void *context, day on, struct subject *subject)
{
	struct thread *thread = context;

	thread->file->today = on;
	case_subject(thread->file, thread->findings, subject);
}

static day
nth_entry(void *context, size_t i, struct subject *subject)
{
	struct thread *thread = context;
	const struct entry *entry = &thread->file->entries[i];

	entry_subject(thread->file, entry, thread->findings, &thread->context, subject);
	return entry->date;
}

static void *
begin(void *context)
{
	struct work *work = context;
	struct thread *thread = xcalloc(1, sizeof(*thread));

	thread->counts = counts_new(work->report);
	return thread;
}

static void
see(void *context, struct visit *visit, struct casefile *file)
{
	struct thread *thread = visit->state;
	struct report_case c = { thread, file->opened, file->n, on_day, nth_entry };

	(void)context;
	thread->cases++;
	if (file->header == NULL)
		return;
	thread->file = file;
	thread->findings = visit->findings;
	counts_case(thread->counts, &c);
}

static void
end(void *context, void *state)
{
	struct work *work = context;
	struct thread *thread = state;

	counts_merge(work->counts, thread->counts);
	work->cases += thread->cases;
	counts_free(thread->counts);
	free(thread);
}

/* Only errors matter to figures; which cases have them. */
static void
keep_errors(struct work *work)
{
	struct findings *findings = &work->findings;
	size_t i, n = 0;

	for (i = 0; i < findings->n; i++) {
		struct finding *f = &findings->list[i];

		if (f->severity != ERROR)
			continue;
		if (f->path != NULL && str_starts(str_of(f->path), STR("cases/")))
			map_put(&work->faulty, str_of(f->path), NULL);
		findings->list[n++] = *f;
	}
	findings->n = n;
	findings->count[NOTE] = findings->count[WARNING] = 0;
}

/* ---- the sheet ---- */

struct lines {
	struct about list[24];
	size_t n;
};

static void
say(struct lines *lines, const char *name, struct str value)
{
	if (lines->n < sizeof(lines->list) / sizeof(*lines->list))
		lines->list[lines->n++] = (struct about){ str_of(name), value };
}

static struct str
period_text(struct work *work)
{
	char from[DATE_SIZE], to[DATE_SIZE], today[DATE_SIZE];
	const char *more = "";

	date_format(work->period.to - 1, to);
	if (work->period.to > work->run->today + 1)
		more = arena_printf(&work->arena, " (not over: made on %s)",
		    date_format(work->run->today, today));
	if (work->period.from == DAY_NONE)
		return str_of(arena_printf(&work->arena, "to %s%s", to, more));
	return str_of(arena_printf(&work->arena, "%s to %s%s", date_format(work->period.from, from), to,
	    more));
}

/* A parameter's value, with what the definition wants shown beside it. */
static struct str
param_text(struct work *work, const struct param *p)
{
	const struct entity *entity = directory_find(work->archive->directory, p->target, p->value,
	    DAY_NONE, NULL);
	const struct field *shown = entity ? record_named(entity->record, p->shown_by) : NULL;
	struct buf text = BUF_INIT;
	char date[DATE_SIZE];
	struct str kept;

	escape_text(&text, p->value, false);
	if (shown != NULL) {
		buf_char(&text, ' ');
		escape_text(&text, shown->value, false);
	}
	if (entity != NULL && entity->from != DAY_NONE && entity->from > work->period.from)
		buf_printf(&text, " (began on %s)", date_format(entity->from, date));
	if (entity != NULL && entity->until != DAY_NONE && entity->until < work->period.to)
		buf_printf(&text, " (ended on %s)", date_format(entity->until, date));
	kept = arena_str(&work->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static struct str
escaped(struct work *work, struct str value)
{
	struct buf text = BUF_INIT;
	struct str kept;

	escape_text(&text, value, false);
	kept = arena_str(&work->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static void
head_of(struct work *work, struct lines *head)
{
	size_t n, i;
	const struct param *params = report_params(work->report, &n);
	struct str centre = archive_setting(work->archive, STR("Name"));

	if (centre.p != NULL)
		say(head, "From", escaped(work, centre));
	for (i = 0; i < n; i++)
		if (params[i].value.p != NULL) {
			char *name = arena_cstr(&work->arena, params[i].name);

			if (name[0] >= 'a' && name[0] <= 'z')
				name[0] -= 'a' - 'A';
			say(head, name, param_text(work, &params[i]));
		}
	say(head, "Period", period_text(work));
}

static void
foot_of(struct work *work, struct lines *foot)
{
	say(foot, "Made from", made_from(work));
	say(foot, "Schema", fingerprint(work, "schema"));
	say(foot, "Definition", fingerprint(work, "reports"));
	say(foot, "Profile", report_is_public(work->report) ? STR("public") : STR("commissioner"));
	say(foot, "Program", str_of(version));
	if (!report_is_public(work->report))
		say(foot, "Case files", str_of(arena_printf(&work->arena, "%zu read", work->cases)));
}

static void
add_notes(struct work *work, struct sheet *sheet)
{
	struct str *notes = ARENA_NEW(&work->arena, struct str, sheet->n_notes + 1);
	size_t n = work->faulty.n;

	if (sheet->n_notes > 0)
		memcpy(notes, sheet->notes, sheet->n_notes * sizeof(*notes));
	if (n > 0)
		notes[sheet->n_notes++] = str_of(arena_printf(&work->arena,
		    "%zu case file%s errors and may be miscounted: see 'dossier check'.", n,
		    n == 1 ? " has" : "s have"));
	sheet->notes = notes;
}

/* ---- the command ---- */

static sheet_writer_fn *
choose_writer(struct work *work)
{
	const char *format = work->run->format, *file = option(work->run, "output"), *suffix;
	sheet_writer_fn *writer;

	if (format == NULL && file != NULL && (suffix = strrchr(file, '.')) != NULL &&
	    strchr(suffix, '/') == NULL) {
		writer = sheet_writer(str_of(suffix + 1));
		if (writer == NULL)
			usage(work->run, "'%s' says no format that there is; name one with -f %s", file,
			    work->run->command->formats);
		return writer;
	}
	return sheet_writer(str_of(format ? format : "text"));
}

static void
write_sheet(struct work *work, sheet_writer_fn *write, const struct sheet *sheet)
{
	const char *file = option(work->run, "output");
	struct buf out = BUF_INIT;
	int error;

	write(sheet, &out);
	if (file == NULL)
		print(buf_view(&out));
	else if ((error = file_replace(file, buf_view(&out))) != 0)
		die("cannot write '%s': %s", file, strerror(error));
	buf_release(&out);
}

static int64_t
threshold_of(struct work *work)
{
	struct str text = archive_setting(work->archive, STR("Small_counts"));
	struct number n;

	if (text.p == NULL)
		return 5;
	if (!number_is_integer(text) || !number_parse(text, &n) || n.mantissa < 1 ||
	    n.mantissa > 1000000)
		die("centre.rec: Small_counts '%.*s' is no whole number from 1 on", STRF(text));
	return (int64_t)n.mantissa;
}

static void
make(struct work *work)
{
	struct visitor visitor = { .see = see, .context = work, .begin = begin, .end = end,
		.check = true, .judge = report_asks_states(work->report) };
	sheet_writer_fn *writer = choose_writer(work);
	struct lines head = { .n = 0 }, foot = { .n = 0 };
	struct sheet sheet;

	run_progress(work->run, &visitor);
	work->counts = counts_new(work->report);
	archive_each(work->archive, NULL, &visitor, &work->findings);
	keep_errors(work);
	report_tables(work->report, work->counts, &work->arena, &sheet);
	head_of(work, &head);
	foot_of(work, &foot);
	add_notes(work, &sheet);
	sheet.head = head.list;
	sheet.n_head = head.n;
	sheet.foot = foot.list;
	sheet.n_foot = foot.n;
	write_sheet(work, writer, &sheet);
	counts_free(work->counts);
}

static struct more_names
states_of(struct work *work)
{
	const struct rules *rules = work->archive->rules;
	size_t n = rules_state_count(rules), i;
	int *symbols = ARENA_NEW(&work->arena, int, n);

	for (i = 0; i < n; i++)
		symbols[i] = symbol(&work->archive->symbols, state_name(rules_state_at(rules, i)));
	return (struct more_names){ symbols, n };
}

/* What is wrong before any case was looked at ends the command with 2: nothing was counted. */
static int
prepare_and_make(struct work *work, bool help)
{
	struct run *run = work->run;
	int at = name_place(run), i, n = 0;

	if (at < 0)
		return help ? show_help(work) : list_reports(work);
	work->report = report_load(work->archive->schema, work->archive->directory,
	    states_of(work), &work->archive->symbols, str_of(run->argv[at]), &work->findings);
	if (work->report == NULL)
		return 2;
	if (help)
		return show_help(work);
	for (i = 0; i < run->argc; i++)
		if (i != at)
			run->argv[n++] = run->argv[i];
	set_period(work);
	if (!take_params(work, run->argv, n) ||
	    !report_begin(work->report, work->period, threshold_of(work), &work->findings))
		return 2;
	make(work);
	return 0;
}

static int
run_report(struct run *run)
{
	struct work work = { .run = run, .faulty = MAP_INIT };
	bool help = take_help(run);
	int status, found;

	if (help && name_place(run) < 0)
		return show_help(&work);
	arena_init(&work.arena);
	findings_init(&work.findings);
	open_snapshot(&work);
	work.archive = archive_open(work.snapshot, run->today, &work.findings);
	status = prepare_and_make(&work, help);
	keep_errors(&work);
	found = run_finish(run, work.store, &work.findings);
	report_free(work.report);
	archive_free(work.archive);
	snapshot_free(work.snapshot);
	store_free(work.store);
	findings_release(&work.findings);
	map_release(&work.faulty);
	arena_release(&work.arena);
	return status ? status : found;
}

const struct command cmd_report = {
	.name = "report",
	.operands = "[NAME [--PARAMETER VALUE...]]",
	.summary = "tables for municipalities and the Centre",
	.options = options,
	.formats = "text|csv",
	.complete = "report",
	.run = run_report,
	.open_options = true,
};
