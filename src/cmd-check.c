#include "command-definitions.h"
#include "command.h"
#include "push.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdio.h>
#include <time.h>

static const struct option options[] = {
	{ 0, "staged", NULL, "check what is staged, as the pre-commit hook does", NULL },
	{ 0, "commit", "REV", "check everything as it stood at a commit", NULL },
	{ 0, "range", "A..B", "check what each commit from A to B touched", NULL },
	{ 0, "due", NULL, "show what is due too", NULL },
	{ 0, "no-rules", NULL, "check form and schema only, no process rules", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct check {
	struct run *run;
	struct store *store;
	struct findings findings;
	struct arena arena;
	size_t cases;
};

/* A thread counts its own. */
static void *
begin(void *context)
{
	(void)context;
	return xcalloc(1, sizeof(size_t));
}

static void
see(void *context, struct visit *visit, struct casefile *file)
{
	(void)context;
	(void)file;
	++*(size_t *)visit->state;
}

static void
end(void *context, void *state)
{
	((struct check *)context)->cases += *(size_t *)state;
	free(state);
}

static bool
is_under(const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(path, prefix, n) == 0 &&
	    (path[n] == '\0' || path[n] == '/' || n == 0 || prefix[n - 1] == '/');
}

static bool
is_case_operand(const char *operand)
{
	static const char *const others[] = { "schema", "directory", "activities", "reports", "rules",
		"templates", "centre.rec", "README.md" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (is_under(operand, others[i]))
			return false;
	return true;
}

/* With operands, of the other files only errors are shown: they make every result doubtful. */
static void
keep_selected(struct findings *findings, const char *const *paths, size_t n)
{
	size_t i, j, kept = 0;

	for (i = 0; i < findings->n; i++) {
		const struct finding *f = &findings->list[i];
		bool selected = f->path == NULL || f->severity == ERROR || f->case_id != NULL;

		for (j = 0; j < n && !selected; j++)
			selected = is_under(f->path, paths[j]);
		if (selected)
			findings->list[kept++] = *f;
		else
			findings->count[f->severity]--;
	}
	findings->n = kept;
}

/* The rules themselves: their examples, and all about them when they were asked for. */
static void
examine_rules(struct check *check, const struct archive *archive, const char *const *paths)
{
	int argc = check->run->argc, i;

	if (has_option(check->run, "no-rules"))
		return;
	for (i = 0; i < argc && !is_under(paths[i], "rules"); i++)
		;
	if (argc == 0)
		rules_try_examples(archive->rules, &archive->terms, &check->findings);
	else if (i < argc)
		rules_examine(archive->rules, &archive->terms, &check->findings);
}

/* Templates and definitions of reports, when everything is checked, or they are asked for. */
static bool
is_asked_for(const struct check *check, const char *const *paths, const char *folder)
{
	int argc = check->run->argc, i;

	for (i = 0; i < argc && !is_under(paths[i], folder); i++)
		;
	return argc == 0 || i < argc;
}

static void
find_missing(struct check *check, struct snapshot *snapshot, const char *path)
{
	struct source nowhere = { path, STR("") };
	struct files files;

	snapshot_files(snapshot, path, &check->arena, &files);
	if (files.n == 0)
		fix(&check->findings, find(&check->findings, MSG_UNREADABLE_FILE,
		    (struct span){ &nowhere, 0, 0 }, "'%s' is not there", path),
		    "write the name of a file or folder of the centre");
}

static void
check_upkeep(struct check *check, struct archive *archive, enum verdict least)
{
	const struct upkept *items;
	size_t n, i;

	items = rules_upkeep(archive->rules, archive->directory, check->run->today, &check->arena, &n);
	for (i = 0; i < n; i++)
		if (items[i].verdict >= least)
			upkept_report(&items[i], check->run->today, &check->findings);
}

static void
check_snapshot(struct check *check, struct snapshot *snapshot)
{
	struct run *run = check->run;
	struct archive *archive = archive_open(snapshot, run->today, &check->findings);
	struct visitor visitor = { .see = see, .begin = begin, .end = end, .context = check,
		.check = true, .judge = !has_option(run, "no-rules"),
		.report = has_option(run, "due") ? VERDICT_DUE : VERDICT_OVERDUE };
	const char **names = arena_alloc(&check->arena, sizeof(*names) * (size_t)(run->argc + 1));
	const char **paths = arena_alloc(&check->arena, sizeof(*paths) * (size_t)(run->argc + 1));
	size_t n = 0, i;

	for (i = 0; i < (size_t)run->argc; i++) {
		paths[i] = run_path(run, check->store, run->argv[i], &check->arena);
		if (is_case_operand(paths[i]))
			names[n++] = paths[i];
		else
			find_missing(check, snapshot, paths[i]);
	}
	run_progress(run, &visitor);
	if (n > 0 || run->argc == 0)
		archive_each(archive, &(struct selection){ names, n }, &visitor, &check->findings);
	examine_rules(check, archive, paths);
	if (is_asked_for(check, paths, "templates"))
		definitions_check_documents(archive, &check->findings);
	if (is_asked_for(check, paths, "reports"))
		definitions_check_reports(archive, &check->findings);
	if (visitor.judge)
		check_upkeep(check, archive, visitor.report);
	if (run->argc > 0)
		keep_selected(&check->findings, paths, (size_t)run->argc);
	archive_free(archive);
}

/* From where and to what; who made it, when. */
struct step {
	struct snapshot *old[2], *new;
	size_t n_old;
	struct snapshot *shared;
	struct str committer; /* an e-mail; STR_NULL: it is not known */
	day on;
	const char *label;
};

/* What the step brought, judged by the files it touches. */
static void
judge_step(struct check *check, const struct step *step, struct archive *before[2], struct findings *found)
{
	struct archive *after = archive_open(step->new, step->on, found);
	size_t n = step->n_old ? step->n_old : 1, i;
	struct changes changes[2] = { { NULL, 0 }, { NULL, 0 } }, own;
	struct origin origins[2];
	struct archive_step made = { .archive = after, .origins = origins, .n = n, .shared = step->shared };
	struct findings quiet;

	findings_init(&quiet);
	for (i = 0; i < n; i++) {
		if (step->n_old > 0)
			before[i] = archive_open(step->old[i], step->on, &quiet);
		snapshot_changes(step->old[i], step->new, &check->arena, &changes[i]);
		origins[i] = (struct origin){ before[i], &changes[i] };
	}
	own = changes[0];
	if (n == 2)
		push_own_changes(&changes[0], &changes[1], &check->arena, &own);
	archive_keep_new(found, &own, &quiet);
	definitions_check_step(after, before, step->n_old, &own, found);
	if (step->committer.p != NULL)
		made.committer = archive_staff_by_email(before[0] ? before[0] : after, step->committer, step->on);
	archive_check_step(&made, found);
	archive_free(after);
	findings_release(&quiet);
}

static void
check_step(struct check *check, const struct step *step)
{
	struct archive *before[2] = { NULL, NULL };
	struct findings found;
	size_t i;

	findings_init(&found);
	judge_step(check, step, before, &found);
	for (i = 0; i < found.n && step->label[0] != '\0'; i++)
		if (found.list[i].path != NULL)
			found.list[i].path = arena_printf(&found.arena, "%.10s:%s", step->label,
			    found.list[i].path);
	findings_move(&check->findings, &found);
	for (i = 0; i < step->n_old; i++)
		archive_free(before[i]);
	findings_release(&found);
}

static void
check_staged(struct check *check)
{
	const char *reason;
	struct person committer;
	struct step step = { .new = store_index(check->store), .shared = push_shared(check->store),
		.on = check->run->today, .label = "" };

	if (store_committer(check->store, (int64_t)time(NULL), &check->arena, &committer))
		step.committer = committer.email;
	step.old[0] = store_commit(check->store, "HEAD", &reason);
	step.old[1] = step.old[0] ? store_commit(check->store, "MERGE_HEAD", &reason) : NULL;
	step.n_old = (step.old[0] != NULL) + (step.old[1] != NULL);
	check_step(check, &step);
	snapshot_free(step.shared);
	snapshot_free(step.old[0]);
	snapshot_free(step.old[1]);
	snapshot_free(step.new);
}

static void
check_commit(struct check *check, const struct commit *commit, struct snapshot *shared)
{
	char name[OID_HEX + 1];
	struct step step = { .new = store_commit_oid(check->store, &commit->oid), .shared = shared,
		.committer = commit->committer.email,
		.on = date_of_time(commit->committer.time, commit->committer.offset),
		.label = oid_format(&commit->oid, name) };
	size_t i;

	for (i = 0; i < commit->n_parents && i < 2; i++)
		step.old[step.n_old++] = store_commit_oid(check->store, &commit->parents[i]);
	check_step(check, &step);
	for (i = 0; i < step.n_old; i++)
		snapshot_free(step.old[i]);
	snapshot_free(step.new);
}

static void
check_range(struct check *check, const char *range)
{
	const char *dots = strstr(range, ".."), *reason;
	struct commits commits;
	struct snapshot *from, *to;
	size_t i;

	if (dots == NULL || dots == range || dots[2] == '.' || dots[2] == '\0')
		usage(check->run, "--range '%s' is not written A..B, such as origin/main..HEAD", range);
	from = run_commit(check->store, arena_cstr(&check->arena,
	    (struct str){ range, (size_t)(dots - range) }));
	to = run_commit(check->store, dots + 2);
	if (!store_new_commits(check->store, snapshot_commit(from), snapshot_commit(to), &check->arena,
	    &commits, &reason))
		die("cannot walk from %s to %s: %s", snapshot_commit(from), snapshot_commit(to), reason);
	for (i = 0; i < commits.n; i++)
		check_commit(check, &commits.list[i], from);
	snapshot_free(from);
	snapshot_free(to);
}

static void
say_summary(const struct check *check, bool on_terminal)
{
	const size_t *count = check->findings.count;

	if (check->run->quiet || !on_terminal)
		return;
	if (check->findings.n == 0)
		fprintf(stderr, "%zu case%s checked: nothing wrong\n", check->cases,
		    check->cases == 1 ? "" : "s");
	else
		fprintf(stderr, "%zu case%s checked: %zu error%s, %zu warning%s, %zu note%s\n",
		    check->cases, check->cases == 1 ? "" : "s", count[ERROR],
		    count[ERROR] == 1 ? "" : "s", count[WARNING], count[WARNING] == 1 ? "" : "s",
		    count[NOTE], count[NOTE] == 1 ? "" : "s");
}

static int
write_findings(struct check *check)
{
	struct diag_style style;
	struct buf out = BUF_INIT;

	run_style(check->run, check->store, true, &check->arena, &style);
	if (check->run->format != NULL)
		diag_format_named(str_of(check->run->format), &style.format);
	if (style.format != DIAG_GCC)
		style.prefix = "";
	findings_write(&check->findings, &style, &out);
	print(buf_view(&out));
	buf_release(&out);
	return findings_status(&check->findings);
}

static int
run_check(struct run *run)
{
	bool staged = has_option(run, "staged");
	const char *commit = option(run, "commit"), *range = option(run, "range");
	struct check check = { .run = run };
	struct snapshot *snapshot;
	int status;

	if (staged + (commit != NULL) + (range != NULL) > 1)
		usage(run, "--staged, --commit and --range exclude each other");
	if ((staged || range) && run->argc > 0)
		usage(run, "--staged and --range take no cases: they check what was touched");
	check.store = run_store(run);
	findings_init(&check.findings);
	arena_init(&check.arena);
	if (staged) {
		check_staged(&check);
	} else if (range) {
		check_range(&check, range);
	} else {
		snapshot = run_snapshot(run, check.store);
		check_snapshot(&check, snapshot);
		snapshot_free(snapshot);
	}
	status = write_findings(&check);
	if (!staged && !range)
		say_summary(&check, isatty(STDERR_FILENO));
	findings_release(&check.findings);
	arena_release(&check.arena);
	store_free(check.store);
	return status;
}

const struct command cmd_check = {
	.name = "check",
	.operands = "[CASE|PATH...]",
	.summary = "validate: format, schema, references, rules",
	.options = options,
	.formats = "gcc|rec|json|sarif|github|gitlab",
	.complete = "case",
	.run = run_check,
};
