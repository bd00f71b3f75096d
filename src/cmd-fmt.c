#define _POSIX_C_SOURCE 200809L
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CONTEXT 3 /* lines around a change in a diff */

static const struct option options[] = {
	{ 0, "check", NULL, "change nothing; exit 1 when something would change", NULL },
	{ 0, "diff", NULL, "change nothing; show what would change", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct fmt {
	struct run *run;
	struct store *store;
	struct snapshot *snapshot;
	struct findings findings; /* of files that were not understood whole */
	struct arena arena, file_arena;
	const char *prefix; /* from where the user stands to the root */
	bool only_check, only_diff;
	size_t changed;
};

/* ---- the diff ---- */

/*
 * Edits replace whole lines in order of place, so that a diff needs no search: a walk over the lines of the
 * source, with the edits where they stand.
 */
struct diff {
	struct str source;
	const struct edits *edits;
	struct buf *out;
	bool color;
};

static size_t
count_lines(struct str text)
{
	size_t n = 0, i;

	for (i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n + (text.n > 0 && text.p[text.n - 1] != '\n');
}

static void
write_lines(struct diff *diff, char sign, struct str text)
{
	const char *on = !diff->color || sign == ' ' ? "" : sign == '-' ? "\033[31m" : "\033[32m";
	struct str line;

	while (text.n > 0 && str_cut(&text, '\n', &line)) {
		buf_printf(diff->out, "%s%c", on, sign);
		buf_str(diff->out, line);
		buf_printf(diff->out, "%s\n", *on ? "\033[m" : "");
		if (text.p == NULL)
			buf_text(diff->out, "\\ No newline at end of file\n");
	}
}

/* The last CONTEXT lines of a text that ends in LF, or its first. */
static size_t
back(struct str source, size_t at, size_t floor)
{
	int lines;

	for (lines = 0; lines < CONTEXT && at > floor; lines++)
		for (at--; at > floor && source.p[at - 1] != '\n'; at--)
			;
	return at;
}

static size_t
forward(struct str source, size_t at, size_t ceiling)
{
	int lines;

	for (lines = 0; lines < CONTEXT && at < ceiling; lines++)
		for (at++; at < ceiling && source.p[at - 1] != '\n'; at++)
			;
	return at;
}

static struct str
slice(struct str s, size_t from, size_t to)
{
	return (struct str){ s.p + from, to - from };
}

static size_t
edit_end(const struct edit *edit)
{
	return edit->at + edit->n;
}

/* Edits first..last-1, close enough together for one hunk. *shift: lines added so far. */
static void
write_hunk(struct diff *diff, size_t first, size_t last, long *shift)
{
	const struct edit *list = diff->edits->list;
	size_t floor = first ? edit_end(&list[first - 1]) : 0;
	size_t from = back(diff->source, list[first].at, floor), to, at = from, i;
	size_t ceiling = last < diff->edits->n ? list[last].at : diff->source.n;
	size_t old, new, line = count_lines(slice(diff->source, 0, from));

	to = forward(diff->source, edit_end(&list[last - 1]), ceiling);
	old = new = count_lines(slice(diff->source, from, to));
	for (i = first; i < last; i++)
		new += count_lines(list[i].with) - count_lines(slice(diff->source, list[i].at, edit_end(&list[i])));
	buf_printf(diff->out, "%s@@ -%zu,%zu +%zu,%zu @@%s\n", diff->color ? "\033[36m" : "", line + (old > 0), old,
	    (size_t)((long)line + *shift) + (new > 0), new, diff->color ? "\033[m" : "");
	for (i = first; i < last; i++) {
		write_lines(diff, ' ', slice(diff->source, at, list[i].at));
		write_lines(diff, '-', slice(diff->source, list[i].at, edit_end(&list[i])));
		write_lines(diff, '+', list[i].with);
		at = edit_end(&list[i]);
	}
	write_lines(diff, ' ', slice(diff->source, at, to));
	*shift += (long)new - (long)old;
}

static void
write_diff(struct diff *diff, const char *path)
{
	const struct edit *list = diff->edits->list;
	size_t first, last;
	long shift = 0;

	buf_printf(diff->out, "--- a/%s\n+++ b/%s\n", path, path);
	for (first = 0; first < diff->edits->n; first = last) {
		for (last = first + 1; last < diff->edits->n; last++)
			if (count_lines(slice(diff->source, edit_end(&list[last - 1]), list[last].at)) > 2 * CONTEXT)
				break;
		write_hunk(diff, first, last, &shift);
	}
}

/* ---- one file ---- */

static void
report_change(struct fmt *fmt, const char *path, struct str source, const struct edits *edits)
{
	struct buf out = BUF_INIT;
	struct diff diff = { source, edits, &out, fmt->run->color_out };

	if (fmt->only_diff)
		write_diff(&diff, path);
	else if (!fmt->run->quiet)
		buf_printf(&out, "%s%s\n", fmt->prefix, path);
	print(buf_view(&out));
	buf_release(&out);
}

static void
rewrite(struct fmt *fmt, const char *path, struct str source, const struct edits *edits)
{
	const char *whole = arena_printf(&fmt->file_arena, "%s/%s", store_root(fmt->store), path);
	struct buf out = BUF_INIT;
	int error;

	edits_apply(edits, source, &out);
	error = file_update(whole, source, buf_view(&out));
	buf_release(&out);
	if (error != 0)
		die_unwritten(path, error);
}

static void
format_file(struct fmt *fmt, const struct file *file)
{
	struct source source = { file->path, STR("") };
	struct findings findings;
	struct recfile parsed;
	struct edits edits;
	int error = snapshot_read(fmt->snapshot, file->path, &fmt->file_arena, &source.bytes);

	if (error != 0) {
		find(&fmt->findings, MSG_UNREADABLE_FILE, (struct span){ &(struct source){ file->path, STR_NULL }, 0, 0 },
		    "'%s' cannot be read: %s", file->path, strerror(error));
		return;
	}
	findings_init(&findings);
	edits_init(&edits);
	record_parse(&source, NULL, &fmt->file_arena, &findings, &parsed);
	if (!parsed.whole) {
		findings_move(&fmt->findings, &findings);
	} else {
		edit_canonical(&edits, &parsed);
		if (edits.n > 0) {
			fmt->changed++;
			report_change(fmt, file->path, source.bytes, &edits);
			if (!fmt->only_check && !fmt->only_diff)
				rewrite(fmt, file->path, source.bytes, &edits);
		}
	}
	edits_release(&edits);
	findings_release(&findings);
	arena_reset(&fmt->file_arena);
}

/* ---- which files ---- */

static bool
is_ours(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return str_ends(str_of(path), STR(".rec")) && name[0] != '.' && name[0] != '#';
}

static void
format_under(struct fmt *fmt, const char *path, bool named)
{
	struct visitor progress = { NULL };
	struct files files;
	size_t i, n = 0;

	snapshot_files(fmt->snapshot, path, &fmt->arena, &files);
	run_progress(fmt->run, &progress);
	for (i = 0; i < files.n; i++) {
		if (files.list[i].kind != FILE_REGULAR && files.list[i].kind != FILE_EXECUTABLE)
			continue;
		if (!is_ours(files.list[i].path))
			continue;
		format_file(fmt, &files.list[i]);
		n++;
		if (progress.progress != NULL)
			progress.progress(progress.progress_context, i + 1, files.n);
	}
	if (named && n == 0)
		die("'%s' holds no file of records (one that ends in .rec)", path);
}

static bool
is_there(const struct fmt *fmt, const char *path)
{
	char *whole = arena_printf((struct arena *)&fmt->arena, "%s/%s", store_root(fmt->store), path);
	struct stat st;

	return lstat(whole, &st) == 0;
}

/* A name that is no path is a case's id, or the beginning of one. */
static void
format_named(struct fmt *fmt, const char *name)
{
	const char *path = run_path(fmt->run, fmt->store, name, &fmt->arena);
	struct archive *archive;
	struct findings ignored;

	if (is_there(fmt, path)) {
		format_under(fmt, path, true);
		return;
	}
	findings_init(&ignored);
	archive = archive_open(fmt->snapshot, fmt->run->today, &ignored);
	path = archive_case_path(archive, name, &fmt->arena, &fmt->findings);
	if (path != NULL)
		format_under(fmt, path, true);
	archive_free(archive);
	findings_release(&ignored);
}

static int
run_fmt(struct run *run)
{
	struct fmt fmt = { .run = run, .store = run_store(run) };
	struct diag_style style;
	int status, i;

	if (store_root(fmt.store) == NULL)
		die("this is a bare repository, without files to format: work in a clone of it");
	fmt.snapshot = store_worktree(fmt.store);
	fmt.only_check = has_option(run, "check");
	fmt.only_diff = has_option(run, "diff");
	arena_init(&fmt.arena);
	arena_init(&fmt.file_arena);
	findings_init(&fmt.findings);
	run_style(run, fmt.store, true, &fmt.arena, &style);
	fmt.prefix = style.prefix;
	if (run->argc == 0)
		format_under(&fmt, "", false);
	for (i = 0; i < run->argc; i++)
		format_named(&fmt, run->argv[i]);
	status = run_finish(run, fmt.store, &fmt.findings);
	if (fmt.only_check && fmt.changed > 0)
		status = 1;
	findings_release(&fmt.findings);
	arena_release(&fmt.file_arena);
	arena_release(&fmt.arena);
	snapshot_free(fmt.snapshot);
	store_free(fmt.store);
	return status;
}

const struct command cmd_fmt = {
	.name = "fmt",
	.operands = "[CASE|PATH...]",
	.summary = "bring files into canonical form: blanks, empty lines, line ends",
	.options = options,
	.complete = "case",
	.run = run_fmt,
};
