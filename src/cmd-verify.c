/*
 * A report says in its foot which command made it. That command is done again: the same bytes, or lines that differ. What
 * changed since is told by making_compare.
 *
 * A report of several centres names their repositories as whoever made it saw them. Its reader has them elsewhere, and says
 * where: a commit says which is which.
 */
#define _GNU_SOURCE
#include "command.h"
#include "making.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{ 0, "now", NULL, "against what is known now: which figures changed, and why", NULL },
	{ 0, "as-of", "DATE|REV", "the same against what was known then", NULL },
	{ 0, "repo", "PATH", "of several centres: where the repository of each is, in any order", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

#define LINES_MAX 10 /* that differ, shown */
#define LINE_MAX_WIDTH 200

/* A centre that a report is made from. */
struct centre {
	const char *said; /* where, by the foot; NULL: it says none */
	const char *version, *commit;
	const char *folder; /* where it is */
	struct store *store;
};

/* A published report, and the command that it says made it. */
struct paper {
	const char *file, *format;
	struct str bytes;
	struct str plain; /* the same without what programs do to a text that they pass on */
	struct str *words;
	size_t n;
	struct centre *centres;
	size_t n_centres;
	bool is_sum; /* of several, each named */
	const char *program; /* that made it, by its foot; NULL: it does not say */
};

/* ---- reading a report ---- */

/* Without a byte order mark, and with lines that end in LF. */
static struct str
plain_text(struct str text, struct arena *arena)
{
	char *plain, *p;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = (struct str){ text.p + 3, text.n - 3 };
	plain = p = arena_alloc(arena, text.n + 1);
	for (; text.n > 0; text = (struct str){ text.p + 1, text.n - 1 })
		if (!str_starts(text, STR("\r\n")))
			*p++ = *text.p;
	return (struct str){ plain, (size_t)(p - plain) };
}

static const char *
format_of(struct str bytes)
{
	if (str_starts(bytes, STR("{")))
		return "json";
	if (str_starts(bytes, STR("<")) && !str_starts(bytes, STR("<<")))
		return "html";
	if (str_starts(bytes, STR("part,")))
		return "csv";
	return str_starts(bytes, STR("%rec:")) || str_starts(bytes, STR("#")) ? "rec" : "text";
}

static const struct {
	const char *written, *meant;
} escapes[] = {
	{ "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" }, { "&amp;", "&" },
};

/* One character of the command as the format writes it; false at the command's end. */
static bool
next_character(const char *format, struct str *rest, struct buf *out)
{
	size_t i;

	if (rest->n == 0)
		return false;
	for (i = 0; *format == 'h' && i < sizeof(escapes) / sizeof(*escapes); i++)
		if (str_starts(*rest, str_of(escapes[i].written))) {
			buf_text(out, escapes[i].meant);
			*rest = (struct str){ rest->p + strlen(escapes[i].written), rest->n - strlen(escapes[i].written) };
			return true;
		}
	if ((*format == 'h' && *rest->p == '<') || (*format == 'j' && *rest->p == '"') ||
	    (*format == 'r' && *rest->p == '\n'))
		return false;
	if (*format == 'j' && *rest->p == '\\' && rest->n > 1)
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	buf_char(out, *rest->p);
	*rest = (struct str){ rest->p + 1, rest->n - 1 };
	return true;
}

/* Text: further lines are set in; CSV: a cell, quoted where it must be. */
static void
read_lines(struct str rest, bool quoted, bool csv, struct buf *out)
{
	for (; rest.n > 0; rest = (struct str){ rest.p + 1, rest.n - 1 }) {
		bool pair = quoted && *rest.p == '"' && rest.n > 1 && rest.p[1] == '"';

		if (csv ? !pair && strchr(quoted ? "\"" : ",\r\n", *rest.p) != NULL :
		    *rest.p == '\n' && (rest.n == 1 || rest.p[1] != ' '))
			return;
		if (pair)
			rest = (struct str){ rest.p + 1, rest.n - 1 };
		if (!csv && *rest.p == '\n') {
			while (rest.n > 1 && rest.p[1] == ' ')
				rest = (struct str){ rest.p + 1, rest.n - 1 };
			buf_char(out, ' ');
		} else {
			buf_char(out, *rest.p);
		}
	}
}

/* The program's name and version stand in the foot before the command. */
static void
read_program(struct paper *paper, const char *command, struct arena *arena)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
	static const struct str begins = { "dossier ", 8 };
	const char *p = paper->plain.p, *found = NULL;
	size_t n = begins.n;

	while ((p = memmem(p, (size_t)(command - p), begins.p, begins.n)) != NULL)
		found = p++;
	if (found == NULL)
		return;
	while (found + n < command && memchr(plain, found[n], sizeof(plain) - 1) != NULL)
		n++;
	paper->program = arena_cstr(arena, (struct str){ found, n });
}

static void
read_command(struct paper *paper, struct arena *arena, struct buf *out)
{
	static const struct str begins = { "dossier report ", 15 };
	struct str rest = paper->plain;
	char *p = NULL, *next = rest.n ? memmem(rest.p, rest.n, begins.p, begins.n) : NULL;

	while (next != NULL) { /* the last: it stands in the foot */
		p = next;
		next = memmem(p + 1, (size_t)(rest.p + rest.n - p - 1), begins.p, begins.n);
	}
	if (p == NULL)
		return;
	read_program(paper, p, arena);
	rest = (struct str){ p, (size_t)(rest.p + rest.n - p) };
	if (*paper->format == 't' || *paper->format == 'c')
		read_lines(rest, p > paper->plain.p && p[-1] == '"', *paper->format == 'c', out);
	else
		while (next_character(paper->format, &rest, out))
			continue;
}

/* Words of a shell's line, quoted as making_command quotes them. */
static void
split(struct paper *paper, struct str line, struct arena *arena)
{
	struct buf word = BUF_INIT;
	bool quoted = false, begun = false;
	size_t i;

	paper->words = ARENA_NEW(arena, struct str, line.n + 1);
	for (i = 0; i <= line.n; i++) {
		char c = i < line.n ? line.p[i] : ' ';

		if (c == '\'') {
			quoted = !quoted;
			begun = true;
		} else if (!quoted && (c == ' ' || c == '\n')) {
			if (begun || word.n > 0)
				paper->words[paper->n++] = arena_str(arena, buf_view(&word));
			buf_reset(&word);
			begun = false;
		} else {
			if (!quoted && c == '\\' && i + 1 < line.n)
				c = line.p[++i];
			buf_char(&word, c);
		}
	}
	buf_release(&word);
}

/* The value of an option of the command; NULL when it has none. */
static const char *
said(const struct paper *paper, const char *name)
{
	size_t i;

	for (i = 3; i + 1 < paper->n; i += 2)
		if (str_is(paper->words[i], name))
			return paper->words[i + 1].p;
	return NULL;
}

/* The commit comes last in what names a version. */
static const char *
commit_of(const struct paper *paper, const char *text)
{
	size_t n = text ? strlen(text) : 0;
	struct oid oid;

	if (n < OID_HEX || !oid_parse(str_of(text + n - OID_HEX), &oid))
		die("'%s': the command that made it names no commit", paper->file);
	return text + n - OID_HEX;
}

/* --repo PATH@VERSION for each, or --as-of VERSION. */
static void
read_centres(struct paper *paper, struct arena *arena)
{
	size_t i;

	paper->centres = ARENA_NEW(arena, struct centre, paper->n);
	for (i = 3; i + 1 < paper->n; i += 2)
		if (str_is(paper->words[i], "--repo")) {
			struct str place = paper->words[i + 1];
			const char *at = place_version(place.p), *commit = commit_of(paper, at);

			paper->centres[paper->n_centres++] = (struct centre){ .version = at, .commit = commit,
				.said = arena_cstr(arena, (struct str){ place.p, (size_t)(at - 1 - place.p) }) };
		}
	paper->is_sum = paper->n_centres > 0;
	if (!paper->is_sum)
		paper->centres[paper->n_centres++] = (struct centre){ .version = said(paper, "--as-of"),
			.commit = commit_of(paper, said(paper, "--as-of")) };
}

static void
read_paper(const char *file, struct arena *arena, struct paper *paper)
{
	struct buf line = BUF_INIT;
	int error;

	*paper = (struct paper){ .file = file };
	error = file_read(AT_FDCWD, file, arena, &paper->bytes);
	if (error)
		die("cannot read '%s': %s", file, strerror(error));
	paper->plain = plain_text(paper->bytes, arena);
	paper->format = format_of(paper->plain);
	read_command(paper, arena, &line);
	split(paper, buf_view(&line), arena);
	buf_release(&line);
	if (paper->n < 3)
		die("'%s' does not say which command made it: only a report of a commit does", file);
	read_centres(paper, arena);
}

/* ---- where its centres are ---- */

/* As seen from where -C leads. */
static const char *
from_here(const struct run *run, const char *path, struct arena *arena)
{
	return *path == '/' || strcmp(run->dir, ".") == 0 ? path : arena_printf(arena, "%s/%s", run->dir, path);
}

static bool
has_commit(struct store *store, const char *commit)
{
	const char *reason;
	struct snapshot *snapshot = store_commit(store, commit, &reason);

	snapshot_free(snapshot);
	return snapshot != NULL;
}

/* NULL when there is no repository. */
static struct store *
open_centre(const char *folder)
{
	struct store *store = access(folder, F_OK) == 0 ? store_open(folder) : NULL;

	if (store != NULL && store_git_dir(store) == NULL) {
		store_free(store);
		store = NULL;
	}
	return store;
}

/* Where the foot says. */
static void
open_said(const struct run *run, struct paper *paper, struct arena *arena)
{
	struct buf repos = BUF_INIT;
	size_t i;

	for (i = 0; i < paper->n_centres; i++)
		buf_text(&repos, " --repo PATH");
	for (i = 0; i < paper->n_centres; i++) {
		struct centre *centre = &paper->centres[i];

		centre->folder = from_here(run, centre->said, arena);
		centre->store = open_centre(centre->folder);
		if (centre->store == NULL)
			die("'%s' is made from the centre in '%s', and there is no repository: say where they are, in any order:"
			    " dossier verify%s %s", paper->file, centre->folder, repos.p, paper->file);
	}
	buf_release(&repos);
}

static void
wrong_number(const struct run *run, const struct paper *paper)
{
	struct buf list = BUF_INIT;
	size_t i;

	for (i = 0; i < paper->n_centres; i++)
		buf_printf(&list, "%s'%s' (commit %.7s)", i ? ", " : "", paper->centres[i].said ? paper->centres[i].said : ".",
		    paper->centres[i].commit);
	usage(run, "'%s' is made from %zu %s: %s; give --repo as often", paper->file, paper->n_centres,
	    paper->n_centres == 1 ? "centre" : "centres", list.p);
}

/* Where the reader says: each where its commit is; one whose commit is nowhere takes what is left, and its commit is missed there. */
static void
open_given(const struct run *run, const char *const *given, struct paper *paper, struct arena *arena)
{
	struct store **stores = ARENA_NEW(arena, struct store *, paper->n_centres);
	size_t n = 0, i, k;
	int any;

	while (given[n] != NULL)
		n++;
	if (n != paper->n_centres)
		wrong_number(run, paper);
	for (i = 0; i < n; i++) {
		stores[i] = open_centre(from_here(run, given[i], arena));
		if (stores[i] == NULL)
			die("there is no centre's repository in '%s'", given[i]);
	}
	for (any = 0; any < 2; any++)
		for (i = 0; i < n; i++)
			for (k = 0; k < n && paper->centres[i].store == NULL; k++)
				if (stores[k] != NULL && (any || has_commit(stores[k], paper->centres[i].commit))) {
					paper->centres[i].store = stores[k];
					paper->centres[i].folder = from_here(run, given[k], arena);
					stores[k] = NULL;
				}
}

static void
open_centres(const struct run *run, struct paper *paper, struct arena *arena)
{
	const char *const *given = option_all(run, "repo");

	if (*given != NULL)
		open_given(run, given, paper, arena);
	else if (paper->is_sum)
		open_said(run, paper, arena);
	else
		paper->centres[0].store = run_store(run);
}

static void
close_centres(struct paper *paper)
{
	size_t i;

	for (i = 0; i < paper->n_centres; i++)
		store_free(paper->centres[i].store);
}

/* ---- whether it is where it should be ---- */

static void
print_centre(const struct paper *paper, const struct centre *centre)
{
	printf("%s: ", paper->file);
	if (paper->is_sum)
		printf("%s: ", centre->folder);
}

/* Whether its commit is part of the main branch; says it when not. */
static bool
is_in_history(const struct paper *paper, const struct centre *centre)
{
	static const char *const names[] = { "refs/heads/main", "refs/heads/master", "HEAD" };
	struct snapshot *tip = NULL;
	const char *reason;
	bool found;
	size_t i;

	for (i = 0; i < 3 && tip == NULL; i++)
		tip = store_commit(centre->store, names[i], &reason);
	found = tip != NULL && (strcmp(snapshot_commit(tip), centre->commit) == 0 ||
	    store_is_ancestor(centre->store, centre->commit, snapshot_commit(tip)));
	snapshot_free(tip);
	if (!found) {
		print_centre(paper, centre);
		printf("its commit %s is not part of the history of the main branch: that was changed since\n", centre->commit);
	}
	return found;
}

/* Whether the day that it says stands for its commit; says it when not. */
static bool
is_of_day(const struct paper *paper, const struct centre *centre)
{
	char other[OID_HEX + 1];
	enum claim claim = making_claim(centre->store, centre->version, other);
	bool dated = claim != CLAIM_NONE && centre->version[10] == '~';

	if (claim == CLAIM_NONE || claim == CLAIM_HOLDS)
		return true;
	print_centre(paper, centre);
	switch (claim) {
	case CLAIM_EARLY:
		printf("at the end of %.10s it was commit %s: more was received that day after %.7s\n", centre->version, other,
		    centre->commit);
		break;
	case CLAIM_DATED_LATER:
		printf("its commit %s cannot be what was known on %.10s: it is dated later\n", centre->commit, centre->version);
		break;
	case CLAIM_FALSE:
		printf(dated ? "by the dates of commits %.10s stands for commit %s here, not for %s\n" :
		    "what was received by the end of %.10s is commit %s, not %s\n", centre->version, other, centre->commit);
		break;
	default:
		printf("whether %.10s stands for its commit is not known in this repository: where pushes are received, it is\n",
		    centre->version);
		return true;
	}
	return false;
}

enum standing_of { GONE, ASIDE, IN_PLACE };

/* GONE: a commit is not there at all, so that nothing can be made again. */
static enum standing_of
stands(const struct paper *paper)
{
	enum standing_of all = IN_PLACE;
	size_t i;

	for (i = 0; i < paper->n_centres; i++) {
		const struct centre *centre = &paper->centres[i];
		bool in_history, of_day;

		if (!has_commit(centre->store, centre->commit)) {
			print_centre(paper, centre);
			printf("its commit %s is not in this repository: get what is new (git pull); if it is still missing, the history"
			    " was changed\n", centre->commit);
			all = GONE;
			continue;
		}
		in_history = is_in_history(paper, centre);
		of_day = is_of_day(paper, centre);
		if (!(in_history && of_day) && all != GONE)
			all = ASIDE;
	}
	return all;
}

/* ---- making it again ---- */

static bool
set_params(struct making *making, const struct paper *paper)
{
	size_t n, i, k;
	const struct param *params = report_params(making->report, &n);
	bool good = true;

	for (i = 3; i + 1 < paper->n; i += 2)
		for (k = 0; k < n; k++)
			if (str_starts(paper->words[i], STR("--")) && str_eq(param_option(&making->arena, params[k].name),
			    (struct str){ paper->words[i].p + 2, paper->words[i].n - 2 }))
				good = report_set(making->report, params[k].name, paper->words[i + 1],
				    &making->findings) && good;
	return good;
}

/* As of its own versions, or of another for all. */
static void
open_making(struct run *run, const struct paper *paper, const char *as_of, struct making *making, struct arena *arena)
{
	const char **places = ARENA_NEW(arena, const char *, paper->n_centres);
	size_t i;
	day on;

	if (!paper->is_sum) {
		making_open(making, paper->centres[0].store, as_of ? as_of : paper->centres[0].version, run->today, version);
		making->cached = getenv("GIT_QUARANTINE_PATH") == NULL;
		return;
	}
	if (as_of != NULL && strcmp(as_of, "HEAD") != 0 && !date_parse(str_of(as_of), &on, NULL))
		usage(run, "'%s' is no day: several centres have no commit in common", as_of);
	for (i = 0; i < paper->n_centres; i++)
		places[i] = as_of ? paper->centres[i].folder : arena_printf(arena, "%s@%s", paper->centres[i].folder,
		    paper->centres[i].version);
	making_open_several(making, places, paper->n_centres, as_of, run->today, version);
}

/* What stands in the foot is the paper's: where its centres were, and in its own version which program made it. */
static void
say_as(struct making *making, const struct paper *paper, bool own)
{
	size_t i;

	for (i = 0; i < making->n_parts; i++)
		making->parts[i].place = paper->centres[i].said;
	if (own && paper->program != NULL)
		making->program = paper->program;
}

/* The paper's report; false after findings. */
static bool
make(struct run *run, const struct paper *paper, const char *as_of, struct arena *arena, struct making *making,
    struct sheet *sheet)
{
	const char *text = said(paper, "--period"), *reason;
	struct period period;

	if (text == NULL || !period_parse(str_of(text), &period, &reason))
		die("'%s': the command that made it names no period", paper->file);
	open_making(run, paper, as_of, making, arena);
	making->language = said(paper, "--lang");
	if (!making_load(making, paper->words[2]) || !set_params(making, paper) || !making_begin(making, period))
		return false;
	making_count(making, NULL);
	say_as(making, paper, as_of == NULL);
	making_sheet(making, sheet);
	return true;
}

/* ---- comparing bytes ---- */

static size_t
count_lines(struct str text)
{
	size_t n = 0;
	struct str line;

	while (text.n > 0 && str_cut(&text, '\n', &line))
		n++;
	return n;
}

static struct str *
lines_of(struct str text, struct arena *arena, size_t *n)
{
	struct str *lines;
	size_t i;

	*n = count_lines(text);
	lines = ARENA_NEW(arena, struct str, *n + 1);
	for (i = 0; i < *n; i++)
		str_cut(&text, '\n', &lines[i]);
	return lines;
}

static void
print_line(const char *what, const struct str *line)
{
	struct buf out = BUF_INIT;
	struct str text = line ? *line : STR("(no line)");

	escape_text(&out, (struct str){ text.p, text.n < LINE_MAX_WIDTH ? text.n : LINE_MAX_WIDTH }, false);
	printf("    %s %s%s\n", what, out.p ? out.p : "", text.n > LINE_MAX_WIDTH ? "..." : "");
	buf_release(&out);
}

/* The table in which a line of the text stands; NULL when formats name it in each line, or it stands in none. */
static const struct table *
table_of_line(const struct paper *paper, const struct sheet *sheet, const struct str *lines, size_t at)
{
	size_t i, t;

	if (*paper->format != 't' && *paper->format != 'h')
		return NULL;
	for (i = at; i-- > 0;)
		for (t = 0; t < sheet->n; t++) {
			struct buf title = BUF_INIT;
			bool met;

			if (*paper->format == 'h')
				markup_text(&title, sheet->tables[t].title);
			else
				buf_str(&title, sheet->tables[t].title);
			met = title.n > 0 && memmem(lines[i].p, lines[i].n, title.p, title.n) != NULL;
			buf_release(&title);
			if (met)
				return &sheet->tables[t];
		}
	return NULL;
}

static bool
same_lines(const struct paper *paper, struct str again)
{
	struct arena arena;
	bool same;

	arena_init(&arena);
	same = str_eq(paper->plain, plain_text(again, &arena));
	arena_release(&arena);
	return same;
}

/* Lines that differ, from the first to the last. */
static void
print_lines(const struct paper *paper, const struct sheet *sheet, struct str again)
{
	struct arena arena;
	struct str *a, *b;
	size_t n, m, first = 0, end = 0, i, shown = 0;

	arena_init(&arena);
	a = lines_of(paper->plain, &arena, &n);
	b = lines_of(plain_text(again, &arena), &arena, &m);
	while (first < n && first < m && str_eq(a[first], b[first]))
		first++;
	while (end < n - first && end < m - first && str_eq(a[n - 1 - end], b[m - 1 - end]))
		end++;
	for (i = first; i < (n > m ? n : m) - end; i++) {
		const struct table *table = table_of_line(paper, sheet, b, i < m ? i : m);

		if (i < n - end && i < m - end && str_eq(a[i], b[i]))
			continue;
		if (shown++ == LINES_MAX) {
			puts("  and more");
			break;
		}
		printf("  line %zu%s%.*s:\n", i + 1, table ? ", table " : "", table ? (int)table->name.n : 0,
		    table ? table->name.p : "");
		print_line("says  ", i < n - end ? &a[i] : NULL);
		print_line("gives ", i < m - end ? &b[i] : NULL);
	}
	puts("  no case or entry explains this: the copy was changed, or the program writes or counts otherwise than then");
	arena_release(&arena);
}

static void
print_commits(const struct paper *paper)
{
	size_t i;

	for (i = 0; i < paper->n_centres; i++)
		printf("%s%s%s%s", i ? ", " : "commit ", paper->centres[i].commit, paper->is_sum ? " of " : "",
		    paper->is_sum ? paper->centres[i].folder : "");
}

static int
compare_bytes(const struct paper *paper, const struct sheet *sheet)
{
	struct buf again = BUF_INIT;
	bool same, alike;

	if (paper->program == NULL)
		printf("%s: it does not say which program made it; this is %s\n", paper->file, version);
	else if (strcmp(paper->program, version) != 0)
		printf("%s: it was made by another version of the program, %s; this is %s\n", paper->file, paper->program,
		    version);
	sheet_writer(str_of(paper->format))(sheet, &again);
	same = str_eq(buf_view(&again), paper->bytes);
	alike = same || same_lines(paper, buf_view(&again));
	printf("%s: %s ", paper->file, same ? "the same to the byte, made again from" :
	    alike ? "the same in every line, made again from" : "not the same as what is made again from");
	print_commits(paper);
	putchar('\n');
	if (!same && alike)
		puts("  only how lines end or a byte order mark is otherwise: a program that saved it or passed it on wrote it so");
	else if (!same)
		print_lines(paper, sheet, buf_view(&again));
	buf_release(&again);
	return !same;
}

/* ---- the command ---- */

/* Each centre's findings, by the names that its files have from here. */
static int
finish(struct run *run, struct making *making, int status)
{
	size_t i;

	for (i = 0; i < making->n_parts; i++) {
		making_keep_errors(&making->parts[i]);
		run_finish(run, making->parts[i].store, &making->parts[i].findings);
	}
	making_keep_errors(making);
	run_finish(run, making->store, &making->findings);
	making_close(making);
	return status;
}

static int
explain(struct making *old, const struct sheet *then, struct making *new, const struct sheet *now)
{
	struct buf out = BUF_INIT;
	size_t n = making_compare(old, then, new, now, &out);

	if (n == 0)
		buf_text(&out, "no figure that is shown differs\n");
	print(buf_view(&out));
	buf_release(&out);
	return n > 0;
}

/* Against another version of itself, or another report. */
static int
compare(struct run *run, const struct paper *second, const char *as_of, struct arena *arena, struct making *old,
    const struct sheet *then)
{
	struct making new;
	struct sheet now;
	int status;

	if (!make(run, second, as_of, arena, &new, &now))
		return finish(run, &new, 2);
	status = as_of == NULL ? compare_bytes(second, &now) : 0;
	return finish(run, &new, explain(old, then, &new, &now) | status);
}

static int
verify(struct run *run, struct arena *arena, struct paper *papers, size_t n)
{
	const char *as_of = has_option(run, "now") ? "HEAD" : option(run, "as-of");
	enum standing_of standing = IN_PLACE;
	struct making old;
	struct sheet then;
	int status;
	size_t i;

	for (i = 0; i < n; i++) {
		enum standing_of own;

		open_centres(run, &papers[i], arena);
		own = stands(&papers[i]);
		standing = own < standing ? own : standing;
	}
	if (standing == GONE)
		return 1;
	if (!make(run, &papers[0], NULL, arena, &old, &then))
		return finish(run, &old, 2);
	status = compare_bytes(&papers[0], &then);
	if (as_of != NULL || n == 2) {
		int other = compare(run, &papers[n - 1], as_of, arena, &old, &then);

		status = other > status ? other : status;
	}
	return finish(run, &old, status == 0 && standing == ASIDE ? 1 : status);
}

static void
refuse_strangers(const struct paper *a, const struct paper *b)
{
	if (!str_eq(a->words[2], b->words[2]))
		die("'%s' is report %.*s and '%s' is report %.*s: only two of one kind can be compared", a->file,
		    STRF(a->words[2]), b->file, STRF(b->words[2]));
	if (a->is_sum != b->is_sum)
		die("'%s' adds up several centres and '%s' is of one: only two of one kind can be compared",
		    (a->is_sum ? a : b)->file, (a->is_sum ? b : a)->file);
}

static int
run_verify(struct run *run)
{
	struct paper papers[2];
	struct arena arena;
	int status, i;

	if (run->argc < 1 || run->argc > 2)
		usage(run, "name a report, or two");
	if (run->argc == 2 && (has_option(run, "now") || option(run, "as-of") != NULL))
		usage(run, "two reports are compared with each other");
	arena_init(&arena);
	for (i = 0; i < run->argc; i++)
		read_paper(run->argv[i], &arena, &papers[i]);
	if (run->argc == 2)
		refuse_strangers(&papers[0], &papers[1]);
	status = verify(run, &arena, papers, (size_t)run->argc);
	for (i = 0; i < run->argc; i++)
		close_centres(&papers[i]);
	arena_release(&arena);
	return status;
}

const struct command cmd_verify = {
	.name = "verify",
	.operands = "REPORT [REPORT]",
	.summary = "make a published report again, and explain what changed",
	.options = options,
	.complete = "file",
	.run = run_verify,
};
