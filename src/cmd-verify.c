/*
 * A report says in its foot which command made it. That command is done again: the same bytes, or figures that differ.
 * A figure is explained by the units that stand in it now and did not then, and the other way round: counted
 * again, and only those cases whose files differ between the two commits, unless schema, rules or reports do.
 */
#define _GNU_SOURCE
#include "command.h"
#include "making.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ 0, "now", NULL, "against what is known now: which figures changed, and why", NULL },
	{ 0, "as-of", "DATE|REV", "the same against what was known then", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

/* A published report, and the command that it says made it. */
struct paper {
	const char *file, *format;
	struct str bytes;
	struct str *words;
	size_t n;
};

/* ---- reading a report ---- */

static const char *
format_of(struct str bytes)
{
	if (str_starts(bytes, STR("{")))
		return "json";
	if (str_starts(bytes, STR("<")))
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

static void
read_command(const struct paper *paper, struct buf *out)
{
	static const struct str begins = { "dossier report ", 15 };
	struct str rest = paper->bytes;
	char *p = NULL, *next = rest.n ? memmem(rest.p, rest.n, begins.p, begins.n) : NULL;

	while (next != NULL) { /* the last: it stands in the foot */
		p = next;
		next = memmem(p + 1, (size_t)(rest.p + rest.n - p - 1), begins.p, begins.n);
	}
	if (p == NULL)
		return;
	rest = (struct str){ p, (size_t)(rest.p + rest.n - p) };
	if (*paper->format == 't' || *paper->format == 'c')
		read_lines(rest, p > paper->bytes.p && p[-1] == '"', *paper->format == 'c', out);
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

static void
read_paper(const char *file, struct arena *arena, struct paper *paper)
{
	struct buf line = BUF_INIT;
	int error;

	*paper = (struct paper){ .file = file };
	error = file_read(AT_FDCWD, file, arena, &paper->bytes);
	if (error)
		die("cannot read '%s': %s", file, strerror(error));
	paper->format = format_of(paper->bytes);
	read_command(paper, &line);
	split(paper, buf_view(&line), arena);
	buf_release(&line);
	if (paper->n < 3)
		die("'%s' does not say which command made it: only a report of a commit does", file);
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

/* The paper's report, of what was known then; false after findings. */
static bool
make(struct run *run, struct store *store, const struct paper *paper, const char *as_of, struct making *making,
    struct sheet *sheet)
{
	const char *text = said(paper, "--period"), *reason;
	struct period period;

	if (text == NULL || !period_parse(str_of(text), &period, &reason))
		die("'%s': the command that made it names no period", paper->file);
	making_open(making, store, as_of, run->today, version);
	making->cached = getenv("GIT_QUARANTINE_PATH") == NULL;
	making->language = said(paper, "--lang");
	if (!making_load(making, paper->words[2]) || !set_params(making, paper) || !making_begin(making, period))
		return false;
	making_count(making, NULL);
	making_sheet(making, sheet);
	return true;
}

/* The commit that it was made from: what comes last in --as-of. */
static const char *
commit_of(const struct paper *paper)
{
	const char *as_of = said(paper, "--as-of");
	size_t n = as_of ? strlen(as_of) : 0;

	if (n < OID_HEX)
		die("'%s': the command that made it names no commit", paper->file);
	return as_of + n - OID_HEX;
}

/* Whether its commit is where it should be; says it when not. */
static bool
is_in_history(struct store *store, const struct paper *paper)
{
	static const char *const names[] = { "refs/heads/main", "refs/heads/master", "HEAD" };
	const char *commit = commit_of(paper), *reason;
	struct snapshot *tip = NULL, *own = store_commit(store, commit, &reason);
	bool found = own != NULL;
	size_t i;

	for (i = 0; i < 3 && tip == NULL; i++)
		tip = store_commit(store, names[i], &reason);
	if (!found)
		printf("%s: its commit %s is not in this repository: get what is new (git pull); if it is still missing,"
		    " the history was changed\n", paper->file, commit);
	else if (tip == NULL || (strcmp(snapshot_commit(tip), commit) != 0 &&
	    !store_is_ancestor(store, commit, snapshot_commit(tip)))) {
		printf("%s: its commit %s is not part of the history of the main branch\n", paper->file, commit);
		found = false;
	}
	if (own != NULL)
		snapshot_free(own);
	if (tip != NULL)
		snapshot_free(tip);
	return found;
}

/* ---- explaining ---- */

struct unit {
	struct str key; /* case, entry and what it says */
	struct str id, entry, bytes, path;
};

/* Units of one side, by table and place. */
struct places {
	struct arena *arena;
	struct map by_place; /* to struct units */
};

struct units {
	struct unit *list;
	size_t n, size;
};

static void
keep_unit(void *context, const struct made_unit *made)
{
	struct places *places = context;
	struct arena *arena = places->arena;
	struct str place = str_of(arena_printf(arena, "%zu", made->table)), rest = made->place, line;
	struct map_slot *slot;
	struct units *units;
	bool is_new;

	while (str_cut(&rest, '\n', &line)) { /* values alone: levels stand in one order */
		str_cut(&line, '=', &(struct str){ 0 });
		place = str_of(arena_printf(arena, "%.*s\n%.*s", STRF(place), STRF(line)));
	}
	slot = map_put(&places->by_place, place, &is_new);
	if (is_new)
		slot->value.p = ARENA_NEW(arena, struct units, 1);
	units = slot->value.p;
	if (units->n == units->size) {
		units->list = arena_grow(arena, units->list, units->size * sizeof(*units->list),
		    (units->size * 2 + 4) * sizeof(*units->list));
		units->size = units->size * 2 + 4;
	}
	units->list[units->n++] = (struct unit){
		str_of(arena_printf(arena, "%s %.*s", made->id, STRF(made->entry))),
		arena_str(arena, str_of(made->id)), arena_str(arena, made->entry), arena_str(arena, made->bytes),
		arena_str(arena, str_of(made->path)) };
}

static const struct units *
units_at(const struct places *places, struct str place)
{
	static const struct units none;
	struct map_slot *slot = map_get(&places->by_place, place);

	return slot ? slot->value.p : &none;
}

static bool
holds(const struct units *units, const struct unit *unit)
{
	size_t i;

	for (i = 0; i < units->n; i++)
		if (str_eq(units->list[i].key, unit->key))
			return true;
	return false;
}

/* The first commit between two in which the bytes are in the file, or are not: "recorded on 2026-03-20 (1a2b3c4)". */
static void
say_when(struct store *store, const char *from, const char *to, const struct unit *unit, bool came, struct buf *out)
{
	char range[2 * OID_HEX + 3], path[256];
	const char *const args[] = { "log", "--format=%H %cs", "--reverse", range, "--", path, NULL };
	struct buf log = BUF_INIT, err = BUF_INIT;
	struct str rest, line, hex, bytes;
	const char *reason;
	struct arena arena;

	snprintf(range, sizeof(range), "%s..%s", from, to);
	snprintf(path, sizeof(path), "%.*s", STRF(unit->path));
	arena_init(&arena);
	rest = store_git(store, args, &log, &err) == 0 ? buf_view(&log) : STR_NULL;
	while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
		struct snapshot *snapshot;
		bool is_there;

		str_cut(&line, ' ', &hex);
		snapshot = store_commit(store, arena_cstr(&arena, hex), &reason);
		if (snapshot == NULL)
			continue;
		is_there = snapshot_read(snapshot, path, &arena, &bytes) == 0 &&
		    memmem(bytes.p, bytes.n, unit->bytes.p, unit->bytes.n) != NULL;
		snapshot_free(snapshot);
		if (is_there != came)
			continue;
		buf_printf(out, ", %s on %.*s (%.*s)", came ? "recorded" : "changed", STRF(line), 7, hex.p);
		break;
	}
	arena_release(&arena);
	buf_release(&log);
	buf_release(&err);
}

struct compare {
	struct store *store;
	struct making *old, *new;
	struct places before, after;
	bool watched;
	size_t n; /* figures that differ */
	struct buf out;
};

static void
say_units(struct compare *compare, const struct units *units, const struct units *other, bool came)
{
	const char *from = snapshot_commit(compare->old->snapshot), *to = snapshot_commit(compare->new->snapshot);
	size_t i;

	for (i = 0; i < units->n; i++) {
		const struct unit *unit = &units->list[i];

		if (holds(other, unit))
			continue;
		buf_printf(&compare->out, "  %c %.*s%s%.*s", came ? '+' : '-', STRF(unit->id), unit->entry.n ? " " : "",
		    STRF(unit->entry));
		say_when(compare->store, from, to, unit, came, &compare->out);
		buf_char(&compare->out, '\n');
	}
}

/* Only what differs between the commits can make figures differ, if what decides figures is the same. */
static void
watch(struct compare *compare)
{
	static const char *const decides[] = { "centre.rec", "schema", "rules", "reports", "directory", "activities" };
	struct making *sides[2] = { compare->old, compare->new };
	struct places *places[2] = { &compare->before, &compare->after };
	struct arena *arena = &compare->new->arena;
	struct changes changes;
	const char **paths;
	size_t side, i, n;
	bool same = true;

	if (compare->watched)
		return;
	compare->watched = true;
	for (i = 0; i < sizeof(decides) / sizeof(*decides); i++) {
		struct oid a = { { 0 } }, b = { { 0 } };

		snapshot_oid(compare->old->snapshot, decides[i], &a);
		snapshot_oid(compare->new->snapshot, decides[i], &b);
		same = same && memcmp(&a, &b, sizeof(a)) == 0;
	}
	snapshot_changes(compare->old->snapshot, compare->new->snapshot, arena, &changes);
	for (side = 0; side < 2; side++) {
		paths = ARENA_NEW(arena, const char *, changes.n + 1);
		for (i = n = 0; i < changes.n; i++)
			if (str_starts(str_of(changes.list[i].path), STR("cases/")) &&
			    (side ? changes.list[i].is_new : changes.list[i].is_old))
				paths[n++] = changes.list[i].path;
		if (!same || n > 0)
			making_watch(sides[side], paths, same ? n : 0, keep_unit, places[side]);
	}
}

/* Whether it is a total of some level; else what the cell is called, and its place. */
static bool
name_cell(const struct axis *axis, size_t i, struct buf *place, struct buf *name)
{
	const struct heading *h = &axis->list[i];
	bool total = h->n < axis->n_levels;
	size_t k;

	for (k = 0; k < h->n; k++) {
		total = total || h->labels[k].p == NULL;
		buf_printf(place, "\n%.*s", STRF(h->ids ? h->ids[k] : h->labels[k]));
		buf_printf(name, ", %.*s", STRF(h->labels[k].p ? h->labels[k] : STR("total")));
	}
	if (h->n == 0 && axis->n_levels > 0)
		buf_text(name, ", total");
	return total;
}

static void
name_place(const struct table *table, size_t t, size_t i, struct buf *place, struct buf *name, bool *total)
{
	size_t columns = table->columns.n, row = columns ? i / columns : i, column = columns ? i % columns : 0;

	buf_printf(place, "%zu", t);
	*total = row < table->rows.n && name_cell(&table->rows, row, place, name);
	*total = (column < columns && name_cell(&table->columns, column, place, name)) || *total;
}

/* The cell of that name in the other sheet; NULL when it has none. */
static const struct cell *
cell_named(const struct sheet *sheet, size_t t, struct str name)
{
	const struct cell *found = NULL;
	size_t i, n;
	bool total;

	if (t >= sheet->n)
		return NULL;
	n = sheet->tables[t].rows.n * sheet->tables[t].columns.n;
	for (i = 0; i < n && found == NULL; i++) {
		struct buf place = BUF_INIT, own = BUF_INIT;

		name_place(&sheet->tables[t], t, i, &place, &own, &total);
		if (str_eq(buf_view(&own), name))
			found = &sheet->tables[t].cells[i];
		buf_release(&place);
		buf_release(&own);
	}
	return found;
}

static void
compare_cell(struct compare *compare, const struct sheet *old, const struct sheet *new, size_t t, size_t i)
{
	const struct table *table = &new->tables[t];
	struct buf place = BUF_INIT, name = BUF_INIT;
	const struct cell *now = &table->cells[i], *then;
	struct str zero = STR("0");
	bool total;

	name_place(table, t, i, &place, &name, &total);
	then = cell_named(old, t, buf_view(&name));
	/* What a public report hides, on either side, stays unsaid. */
	if (now->kind == CELL_FIGURE && (then == NULL || then->kind == CELL_FIGURE) &&
	    !str_eq(then ? then->text : zero, now->text)) {
		compare->n++;
		buf_printf(&compare->out, "%.*s%.*s: %.*s became %.*s\n", STRF(table->name), STRF(buf_view(&name)),
		    STRF(then ? then->text : zero), STRF(now->text));
		if (!total && !report_is_public(compare->new->report)) {
			watch(compare);
			say_units(compare, units_at(&compare->after, buf_view(&place)),
			    units_at(&compare->before, buf_view(&place)), true);
			say_units(compare, units_at(&compare->before, buf_view(&place)),
			    units_at(&compare->after, buf_view(&place)), false);
		}
	}
	buf_release(&place);
	buf_release(&name);
}

static int
explain(struct store *store, struct making *old, const struct sheet *then, struct making *new, const struct sheet *now)
{
	struct compare compare = { .store = store, .old = old, .new = new,
		.before = { &new->arena, MAP_INIT }, .after = { &new->arena, MAP_INIT } };
	size_t t, i;

	for (t = 0; t < now->n; t++)
		for (i = 0; i < now->tables[t].rows.n * now->tables[t].columns.n; i++)
			compare_cell(&compare, then, now, t, i);
	if (compare.n == 0)
		buf_text(&compare.out, "no figure that is shown differs\n");
	print(buf_view(&compare.out));
	buf_release(&compare.out);
	map_release(&compare.before.by_place);
	map_release(&compare.after.by_place);
	return compare.n > 0;
}

/* ---- the command ---- */

/* From 1: where two texts part. */
static size_t
line_of_difference(struct str a, struct str b)
{
	size_t line = 1, i;

	for (i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++)
		line += a.p[i] == '\n';
	return line;
}

static int
compare_bytes(const struct paper *paper, struct making *making, const struct sheet *sheet)
{
	struct str program = str_of(making->program);
	struct buf again = BUF_INIT;
	bool same;

	sheet_writer(str_of(paper->format))(sheet, &again);
	same = str_eq(buf_view(&again), paper->bytes);
	if (same)
		printf("%s: the same to the byte, made again from commit %s\n", paper->file,
		    snapshot_commit(making->snapshot));
	else if (memmem(paper->bytes.p, paper->bytes.n, program.p, program.n) == NULL)
		printf("%s: not the same; it was made by another version of the program, this is %s\n", paper->file,
		    making->program);
	else
		printf("%s: not the same: what its commit gives is something else, first in line %zu\n", paper->file,
		    line_of_difference(buf_view(&again), paper->bytes));
	buf_release(&again);
	return !same;
}

static int
finish(struct run *run, struct store *store, struct making *making, int status)
{
	making_keep_errors(making);
	run_finish(run, store, &making->findings);
	making_close(making);
	return status;
}

static int
verify(struct run *run, struct store *store, struct arena *arena)
{
	const char *as_of = has_option(run, "now") ? "HEAD" : option(run, "as-of");
	struct paper first, second;
	struct making old, new;
	struct sheet then, now;
	int status;

	read_paper(run->argv[0], arena, &first);
	second = first;
	if (run->argc == 2)
		read_paper(run->argv[1], arena, &second);
	if (!is_in_history(store, &first) || (run->argc == 2 && !is_in_history(store, &second)))
		return 1;
	if (!make(run, store, &first, said(&first, "--as-of"), &old, &then))
		return finish(run, store, &old, 2);
	status = compare_bytes(&first, &old, &then);
	if (run->argc == 2)
		as_of = said(&second, "--as-of");
	if (as_of != NULL && status == 0) {
		bool made = make(run, store, &second, as_of, &new, &now);

		status = !made ? 2 : run->argc == 2 && compare_bytes(&second, &new, &now) ? 1 :
		    explain(store, &old, &then, &new, &now);
		finish(run, store, &new, 0);
	}
	return finish(run, store, &old, status);
}

static int
run_verify(struct run *run)
{
	struct arena arena;
	struct store *store;
	int status;

	if (run->argc < 1 || run->argc > 2)
		usage(run, "name a report, or two");
	if (run->argc == 2 && (has_option(run, "now") || option(run, "as-of") != NULL))
		usage(run, "two reports are compared with each other");
	arena_init(&arena);
	store = run_store(run);
	status = verify(run, store, &arena);
	store_free(store);
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
