#define _GNU_SOURCE
#include "making-parts.h"

#include <string.h>
#include <stdlib.h>

struct str
param_option(struct arena *arena, struct str name)
{
	char *option = arena_cstr(arena, name);
	size_t i;

	for (i = 0; i < name.n; i++)
		if (option[i] == '_')
			option[i] = '-';
	return str_of(option);
}

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

/* Records in the work tree that HEAD does not hold as they are; false when git cannot say: what it may not read it warns of,
 * and passes over. */
static bool
count_changed(struct making *making, size_t *n)
{
	static const char *const args[] = { "status", "--porcelain", "-z", "--no-renames",
		"--untracked-files=all", "--ignored", NULL };
	struct buf out = BUF_INIT, err = BUF_INIT;
	struct str rest, piece;
	bool good;

	*n = 0;
	good = store_git_dir(making->store) != NULL && store_git(making->store, args, &out, &err) == 0 && err.n == 0;
	rest = buf_view(&out);
	while (good && rest.n > 0 && str_cut(&rest, '\0', &piece))
		*n += str_ends(piece, STR(".rec"));
	buf_release(&out);
	buf_release(&err);
	return good;
}

/* Whether the work tree holds the records of HEAD and no other. */
static bool
is_committed(struct making *making)
{
	return count_changed(making, &making->changed) && making->changed == 0;
}

/* The last commit of the main branch that is dated on the day or before it. */
static bool
dated_by(struct store *store, struct oid from, day on, struct oid *found)
{
	struct commit commit;
	struct arena arena;
	bool good;

	arena_init(&arena);
	*found = from;
	while ((good = store_read_commit(store, found, &arena, &commit)) &&
	    date_of_time(commit.committer.time, commit.committer.offset) > on) {
		good = commit.n_parents > 0;
		if (!good)
			break;
		*found = commit.parents[0];
		arena_reset(&arena);
	}
	arena_release(&arena);
	return good;
}

/*
 * Where the main branch of a shared repository stood at the end of a day. Before its log begins only the dates of commits
 * are left: then *tip goes back to the commit that it began with.
 */
static bool
received_by(struct making *making, const char *branch, struct oid *tip, struct oid *found)
{
	struct moves moves = { NULL, 0 };
	size_t i;

	if (store_root(making->store) == NULL)
		store_moves(making->store, branch, &making->arena, &moves);
	for (i = moves.n; i-- > 0;) {
		const struct move *move = &moves.list[i];

		*found = move->new;
		if (date_of_time(move->time, move->offset) <= making->as_of && !oid_is_zero(&move->new))
			return true;
	}
	if (moves.n > 0)
		*tip = moves.list[0].old;
	return false;
}

static struct snapshot *
commit_of_day(struct making *making)
{
	const char *branch = main_tip(making->store), *reason;
	struct snapshot *snapshot = store_commit(making->store, branch, &reason);
	struct oid tip, found;
	char date[DATE_SIZE];

	date_format(making->as_of, date);
	if (snapshot == NULL)
		die("there is no commit yet to be read as of %s: %s", date, reason);
	if (!oid_parse(str_of(snapshot_commit(snapshot)), &tip))
		die("HEAD is no commit");
	snapshot_free(snapshot);
	if (received_by(making, branch, &tip, &found))
		return store_commit_oid(making->store, &found);
	making->by_dates = true;
	if (oid_is_zero(&tip))
		die("nothing had been received by the end of %s", date);
	if (!dated_by(making->store, tip, making->as_of, &found))
		die("nothing was committed on %s or before", date);
	return store_commit_oid(making->store, &found);
}

/* "2026-03-31=1a2b...", as a foot has it. */
static const char *
split_as_of(struct making *making, const char *as_of)
{
	struct str text = str_of(as_of), date = { as_of, text.n < 10 ? text.n : 10 };
	struct oid oid;
	day on;

	if (text.n != 11 + OID_HEX || (as_of[10] != '=' && as_of[10] != '~') ||
	    !date_parse(date, &on, NULL) || !oid_parse(str_of(as_of + 11), &oid))
		return as_of;
	making->as_of = on;
	making->by_dates = as_of[10] == '~';
	return as_of + 11;
}

/* ---- whether a day stands for a commit ---- */

/* Whether the main branch came to the commit on the day itself. */
static bool
was_received_on(struct making *making, const char *branch, const struct oid *commit)
{
	struct moves moves = { NULL, 0 };
	size_t i;

	store_moves(making->store, branch, &making->arena, &moves);
	for (i = 0; i < moves.n; i++)
		if (memcmp(&moves.list[i].new, commit, sizeof(*commit)) == 0 &&
		    date_of_time(moves.list[i].time, moves.list[i].offset) == making->as_of)
			return true;
	return false;
}

/* A day later is no contradiction: days begin and end by the zone of who commits. */
static bool
is_dated_later(struct making *making, const struct oid *oid)
{
	struct commit commit;

	return store_read_commit(making->store, oid, &making->arena, &commit) &&
	    date_of_time(commit.committer.time, commit.committer.offset) > making->as_of + !making->by_dates;
}

static enum claim
claim_of(struct making *making, const struct oid *commit, struct oid *found)
{
	const char *branch = main_tip(making->store), *reason;
	struct snapshot *snapshot = store_commit(making->store, branch, &reason);
	bool known, good = snapshot != NULL && oid_parse(str_of(snapshot_commit(snapshot)), found);
	struct oid tip = *found;

	snapshot_free(snapshot);
	if (is_dated_later(making, commit))
		return CLAIM_DATED_LATER;
	known = good && received_by(making, branch, &tip, found);
	if (known && memcmp(found, commit, sizeof(*found)) == 0)
		return CLAIM_HOLDS;
	if (known && !making->by_dates)
		return was_received_on(making, branch, commit) ? CLAIM_EARLY : CLAIM_FALSE;
	if (!making->by_dates || !good || oid_is_zero(&tip) || !dated_by(making->store, tip, making->as_of, found))
		return CLAIM_UNKNOWN;
	return memcmp(found, commit, sizeof(*found)) == 0 ? CLAIM_HOLDS : CLAIM_FALSE;
}

enum claim
making_claim(struct store *store, const char *version, char other[OID_HEX + 1])
{
	struct making making = { .store = store, .as_of = DAY_NONE };
	const char *hex = split_as_of(&making, version);
	enum claim claim = CLAIM_NONE;
	struct oid commit, found = { { 0 } };

	other[0] = '\0';
	arena_init(&making.arena);
	if (making.as_of != DAY_NONE && oid_parse(str_of(hex), &commit)) {
		claim = claim_of(&making, &commit, &found);
		if (claim == CLAIM_EARLY || claim == CLAIM_FALSE)
			oid_format(&found, other);
	}
	arena_release(&making.arena);
	return claim;
}

struct snapshot *
making_find(struct making *making, const char *as_of, day today)
{
	const char *reason = NULL;
	struct snapshot *snapshot;

	if (as_of != NULL && date_parse(str_of(as_of), &making->as_of, NULL)) {
		if (making->as_of > today)
			die("nobody knows yet what will be known on %s: take a day up to today", as_of);
		return commit_of_day(making);
	}
	making->as_of = DAY_NONE;
	if (as_of != NULL)
		as_of = split_as_of(making, as_of);
	else if (store_root(making->store) == NULL || is_committed(making))
		as_of = "HEAD";
	snapshot = as_of ? store_commit(making->store, as_of, &reason) : store_worktree(making->store);
	if (snapshot == NULL)
		die("'%s' names neither a day (YYYY-MM-DD) nor a commit: %s", as_of, reason);
	return snapshot;
}

/* The day of what was opened: see making.h. */
day
making_day(struct making *making, day today)
{
	struct commit commit;
	struct oid oid;

	if (making->as_of != DAY_NONE)
		return making->as_of;
	if (!oid_parse(str_of(snapshot_commit(making->snapshot)), &oid) ||
	    !store_read_commit(making->store, &oid, &making->arena, &commit))
		return today;
	return date_of_time(commit.committer.time, commit.committer.offset);
}

/* A sentence of the language, filled; of English when `words` is NULL. */
static struct str
filled(struct making *making, const struct words *words, const char *english, const struct blank *blanks, size_t n)
{
	struct buf text = BUF_INIT;
	struct str kept;

	words_fill(words, english, blanks, n, &text);
	kept = arena_str(&making->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* "commit 1a2b...", or what the work tree holds beside it. */
static struct str
made_from(struct making *making, const struct words *words)
{
	const char *commit = snapshot_commit(making->snapshot), *reason;
	struct blank blanks[2] = { { "commit", str_of(commit) } };
	struct snapshot *head;
	struct str text;

	if (*commit)
		return filled(making, words, WORD("commit {commit}"), blanks, 1);
	if (making->changed == 0 || (head = store_commit(making->store, "HEAD", &reason)) == NULL)
		return word(words, "work tree, not committed");
	blanks[0].text = str_of(snapshot_commit(head));
	blanks[1] = (struct blank){ "n", str_of(arena_printf(&making->arena, "%zu", making->changed)) };
	text = filled(making, words, making->changed == 1 ?
	    WORD("work tree, not committed: {n} file changed since commit {commit}") :
	    WORD("work tree, not committed: {n} files changed since commit {commit}"), blanks, 2);
	snapshot_free(head);
	return text;
}

/* Stands for the bytes of schema and definitions, to see at a glance whether two reports were made alike. */
static struct str
fingerprint(struct making *making, const char *folder)
{
	uint64_t hash = 0;
	struct files files;
	size_t i;

	snapshot_files(making->snapshot, folder, &making->arena, &files);
	for (i = 0; i < files.n; i++) {
		struct str bytes;

		if (!str_ends(str_of(files.list[i].path), STR(".rec")) ||
		    snapshot_read(making->snapshot, files.list[i].path, &making->arena, &bytes) != 0)
			continue;
		hash = hash * 31 + str_hash(str_of(files.list[i].path));
		hash = hash * 31 + str_hash(bytes);
	}
	return files.n == 0 ? STR("none") :
	    str_of(arena_printf(&making->arena, "%016llx", (unsigned long long)hash));
}

void
making_keep_errors(struct making *making)
{
	struct findings *findings = &making->findings;
	const char *future = message_info(MSG_FUTURE_DATE)->name;
	size_t i, n = 0;

	for (i = 0; i < findings->n; i++) {
		struct finding *f = &findings->list[i];
		bool is_case = f->path != NULL && str_starts(str_of(f->path), STR("cases/"));

		if (is_case && strcmp(f->rule, future) == 0)
			map_put(&making->ahead, str_of(f->path), NULL);
		if (f->severity != ERROR)
			continue;
		if (is_case)
			map_put(&making->faulty, str_of(f->path), NULL);
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

/* A line in no language and, where that is another text, in the report's. */
static void
say(struct making *making, struct lines *lines, const char *id, const char *name, struct str value, struct str text)
{
	if (lines->n < sizeof(lines->list) / sizeof(*lines->list))
		lines->list[lines->n++] = (struct about){ word(making->words, name), value, id,
			text.p != NULL && !str_eq(text, value) ? text : STR_NULL };
}

/* For people in their language, else with ISO dates. */
static struct str
date_text(struct making *making, day d, bool people)
{
	struct buf text = BUF_INIT;
	char date[DATE_SIZE];
	struct str kept;

	if (!people)
		return arena_str(&making->arena, str_of(date_format(d, date)));
	words_date(making->words, d, &text);
	kept = arena_str(&making->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static struct str
period_text(struct making *making, bool people)
{
	const struct words *words = people ? making->words : NULL;
	struct str until = date_text(making, making->period.to - 1, people);
	struct blank blanks[2] = { { "until", until } };
	struct buf text = BUF_INIT;

	if (people)
		words_period(words, making->period, &text);
	else if (making->period.from == DAY_NONE)
		buf_printf(&text, "to %.*s", STRF(until));
	else
		buf_printf(&text, "%.*s to %.*s", STRF(date_text(making, making->period.from, false)), STRF(until));
	blanks[0] = (struct blank){ "period", arena_str(&making->arena, buf_view(&text)) };
	blanks[1] = (struct blank){ "date", date_text(making, making->today, people) };
	buf_release(&text);
	if (making->period.to <= making->today + 1)
		return blanks[0].text;
	return filled(making, words, WORD("{period} (not over: known up to {date})"), blanks, 2);
}

/* What a parameter may be called, with what the definition wants shown beside it. */
static struct str
value_text(struct making *making, const struct param *p, struct str called, const struct entity *entity)
{
	const struct field *shown = entity ? record_named(entity->record, p->shown_by) : NULL;
	struct buf text = BUF_INIT;
	struct str kept;

	escape_text(&text, called, false);
	if (shown != NULL) {
		buf_char(&text, ' ');
		escape_text(&text, shown->value, false);
	}
	kept = arena_str(&making->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* A parameter's value, and when what it names began or ended. */
static struct str
param_text(struct making *making, const struct param *p, bool people)
{
	const struct words *words = people ? making->words : NULL;
	const struct directory *directory = making->archive->directory;
	const struct entity *entity = directory_find(directory, p->target, p->value, DAY_NONE, NULL);
	struct str now = report_read_as(making->report, p);
	struct blank blanks[3] = { { "value", value_text(making, p, words_label(words, p->name, p->value), entity) } };

	if (entity != NULL && entity->from != DAY_NONE && entity->from > making->period.from) {
		blanks[1] = (struct blank){ "date", date_text(making, entity->from, people) };
		blanks[0].text = filled(making, words, WORD("{value} (began on {date})"), blanks, 2);
	}
	if (entity != NULL && entity->until != DAY_NONE && entity->until < making->period.to) {
		blanks[1] = (struct blank){ "date", date_text(making, entity->until, people) };
		blanks[2] = (struct blank){ "successor",
			value_text(making, p, now, directory_find(directory, p->target, now, DAY_NONE, NULL)) };
		blanks[0].text = filled(making, words, str_eq(now, p->value) ? WORD("{value} (ended on {date})") :
		    WORD("{value} (ended on {date}, read as {successor})"), blanks, 3);
	}
	return blanks[0].text;
}

static struct str
escaped(struct making *making, struct str value)
{
	struct buf text = BUF_INIT;
	struct str kept;

	escape_text(&text, value, false);
	kept = arena_str(&making->arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

static void
head_of(struct making *making, struct lines *head)
{
	size_t n, i;
	const struct param *params = report_params(making->report, &n);
	struct str centre = archive_setting(making->archive, STR("Name"));

	if (making->n_parts > 0)
		centre = parts_names(making);
	if (centre.p != NULL)
		say(making, head, "centre", WORD("From"), escaped(making, centre), STR_NULL);
	for (i = 0; i < n; i++)
		if (params[i].value.p != NULL) {
			struct buf name = BUF_INIT;

			words_heading(making->words, params[i].name, &name);
			say(making, head, arena_cstr(&making->arena, params[i].name), arena_cstr(&making->arena, buf_view(&name)),
			    param_text(making, &params[i], false), param_text(making, &params[i], true));
			buf_release(&name);
		}
	say(making, head, "period", WORD("Period"), period_text(making, false), period_text(making, true));
}

/* As a shell reads it back. */
static void
add_word(struct buf *out, struct str word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=~,+@%";
	size_t i;

	buf_char(out, ' ');
	for (i = 0; i < word.n && memchr(plain, word.p[i], sizeof(plain) - 1) != NULL; i++)
		continue;
	if (i == word.n && i > 0) {
		buf_str(out, word);
		return;
	}
	buf_char(out, '\'');
	for (i = 0; i < word.n; i++)
		if (word.p[i] == '\'')
			buf_text(out, "'\\''");
		else
			buf_char(out, word.p[i]);
	buf_char(out, '\'');
}

static void
add_option(struct buf *out, struct arena *arena, const char *name, const char *value)
{
	add_word(out, str_of(arena_printf(arena, "--%s", name)));
	add_word(out, str_of(value));
}

static const char *
version_of(struct making *making)
{
	const char *commit = snapshot_commit(making->snapshot);
	char date[DATE_SIZE];

	if (making->as_of == DAY_NONE)
		return commit;
	return arena_printf(&making->arena, "%s%c%s", date_format(making->as_of, date), making->by_dates ? '~' : '=',
	    commit);
}

/* The last day, and the first unless the period is open there. */
static const char *
period_words(struct making *making)
{
	char from[DATE_SIZE] = "", to[DATE_SIZE];

	if (making->period.from != DAY_NONE)
		date_format(making->period.from, from);
	return arena_printf(&making->arena, "%s..%s", from, date_format(making->period.to - 1, to));
}

struct str
making_command(struct making *making)
{
	const char *commit = snapshot_commit(making->snapshot);
	struct arena *arena = &making->arena;
	struct buf out = BUF_INIT;
	size_t n, i;
	const struct param *params = report_params(making->report, &n);
	struct str kept;

	if (*commit == '\0')
		return STR_NULL;
	buf_text(&out, "dossier report");
	add_word(&out, making->name);
	for (i = 0; i < making->n_parts; i++)
		add_option(&out, arena, "repo", arena_printf(arena, "%s@%s", making->parts[i].place,
		    version_of(&making->parts[i])));
	for (i = 0; i < n; i++)
		if (params[i].value.p != NULL)
			add_option(&out, arena, param_option(arena, params[i].name).p,
			    arena_cstr(arena, params[i].value));
	add_option(&out, arena, "period", period_words(making));
	if (making->n_parts == 0)
		add_option(&out, arena, "as-of", version_of(making));
	add_option(&out, arena, "lang", arena_cstr(arena, words_language(making->words)));
	kept = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return kept;
}

/* The day asked for. */
static struct str
as_of_text(struct making *making, bool people)
{
	struct blank date = { "date", date_text(making, making->as_of, people) };

	return filled(making, people ? making->words : NULL, !making->by_dates ? WORD("{date}") :
	    WORD("{date}, as commits are dated; the shared repository knows when they were received"), &date, 1);
}

/* Centre and commit. */
static struct str
part_version(struct making *making, size_t i, const struct words *words)
{
	struct str version = made_from(&making->parts[i], words);

	return str_of(arena_printf(&making->arena, "%.*s, %.*s", STRF(escaped(making, parts_name(making, i))), STRF(version)));
}

static void
foot_of(struct making *making, struct lines *foot)
{
	const struct words *words = making->words;
	struct str profile = report_is_public(making->report) ? STR("public") : STR("commissioner");
	struct blank n = { "n", str_of(arena_printf(&making->arena, "%zu", making->cases)) };
	size_t i;

	for (i = 0; i < making->n_parts; i++)
		say(making, foot, i == 0 ? "commit" : arena_printf(&making->arena, "commit-%zu", i + 1), WORD("Made from"),
		    part_version(making, i, NULL), part_version(making, i, words));
	if (making->n_parts == 0)
		say(making, foot, "commit", WORD("Made from"), made_from(making, NULL), made_from(making, words));
	if (making->as_of != DAY_NONE)
		say(making, foot, "as-of", WORD("As of"), as_of_text(making, false), as_of_text(making, true));
	say(making, foot, "schema", WORD("Schema"), fingerprint(making, "schema"), STR_NULL);
	say(making, foot, "rules", WORD("Rules"), fingerprint(making, "rules"), STR_NULL);
	say(making, foot, "definition", WORD("Definition"), fingerprint(making, "reports"), STR_NULL);
	say(making, foot, "profile", WORD("Profile"), profile, words_label(words, STR("Profile"), profile));
	say(making, foot, "program", WORD("Program"), str_of(making->program), STR_NULL);
	if (*snapshot_commit(making->snapshot))
		say(making, foot, "command", WORD("Made with"), making_command(making), STR_NULL);
	if (!report_is_public(making->report))
		say(making, foot, "cases", WORD("Case files"), filled(making, NULL, WORD("{n} read"), &n, 1),
		    filled(making, words, WORD("{n} read"), &n, 1));
}

/* A public report does not say how many: they may be all that stand in a later month of the period. */
static void
add_note_ahead(struct making *making, struct sheet *sheet, struct str *notes)
{
	struct blank n = { "n", str_of(arena_printf(&making->arena, "%zu", making->ahead.n)) };

	if (making->ahead.n == 0)
		return;
	notes[sheet->n_notes++] = filled(making, making->words, report_is_public(making->report) ?
	    WORD("Some case files have a date that has not come yet, and may be miscounted: see 'dossier check'.") :
	    making->ahead.n == 1 ?
	    WORD("{n} case file has a date that has not come yet, and may be miscounted: see 'dossier check'.") :
	    WORD("{n} case files have a date that has not come yet, and may be miscounted: see 'dossier check'."), &n, 1);
}

static void
add_notes(struct making *making, struct sheet *sheet)
{
	struct str *notes = ARENA_NEW(&making->arena, struct str, sheet->n_notes + 2 + PART_NOTES);
	struct blank n = { "n", str_of(arena_printf(&making->arena, "%zu", making->faulty.n)) };

	if (sheet->n_notes > 0)
		memcpy(notes, sheet->notes, sheet->n_notes * sizeof(*notes));
	if (making->faulty.n > 0)
		notes[sheet->n_notes++] = filled(making, making->words, making->faulty.n == 1 ?
		    WORD("{n} case file has errors and may be miscounted: see 'dossier check'.") :
		    WORD("{n} case files have errors and may be miscounted: see 'dossier check'."), &n, 1);
	add_note_ahead(making, sheet, notes);
	sheet->n_notes += parts_notes(making, notes + sheet->n_notes);
	sheet->notes = notes;
}

static int64_t
threshold_of(struct making *making)
{
	struct str text = archive_setting(making->archive, STR("Small_counts"));
	struct number n;

	if (text.p == NULL)
		return 5;
	if (!number_is_integer(text) || !number_parse(text, &n) || n.mantissa < 1 ||
	    n.mantissa > 1000000)
		die("centre.rec: Small_counts '%.*s' is no whole number from 1 on", STRF(text));
	return (int64_t)n.mantissa;
}

/* ---- the steps ---- */

void
making_open(struct making *making, struct store *store, const char *as_of, day today,
    const char *program)
{
	*making = (struct making){ .store = store, .program = program };
	arena_init(&making->arena);
	findings_init(&making->findings);
	making->snapshot = making_find(making, as_of, today);
	making->today = making_day(making, today);
	making->archive = archive_open(making->snapshot, making->today, &making->findings);
}

void
making_open_snapshot(struct making *making, struct store *store, struct snapshot *snapshot, day today,
    const char *program)
{
	*making = (struct making){ .store = store, .snapshot = snapshot, .today = today, .as_of = DAY_NONE,
		.program = program };
	arena_init(&making->arena);
	findings_init(&making->findings);
	making->archive = archive_open(snapshot, today, &making->findings);
}

void
making_close(struct making *making)
{
	if (making->counts != NULL)
		counts_free(making->counts);
	report_free(making->report);
	words_free(making->words);
	parts_close(making);
	archive_free(making->archive);
	snapshot_free(making->snapshot);
	findings_release(&making->findings);
	map_release(&making->faulty);
	map_release(&making->ahead);
	map_release(&making->moved);
	arena_release(&making->arena);
}

static struct more_names
states_of(struct making *making)
{
	struct more_names states;

	states.symbols = archive_states(making->archive, &making->arena, &states.n);
	return states;
}

/* What could not be read, or is not as the schema wants it, was found when its file was. */
static bool
has_errors(const struct making *making)
{
	const struct findings *findings = &making->findings;
	size_t i;

	for (i = 0; i < findings->n; i++)
		if (findings->list[i].severity == ERROR && findings->list[i].path != NULL &&
		    report_stands_in(making->report, findings->list[i].path))
			return true;
	return false;
}

void
making_speak(struct making *making)
{
	const struct archive *archive = making->archive;
	struct str language = archive_setting(archive, STR("Language"));

	if (making->language != NULL)
		language = str_of(making->language);
	else if (language.p == NULL || !language_exists(archive->directory, language))
		language = STR("en");
	making->words = words_load(archive->directory, language);
}

bool
making_load(struct making *making, struct str name)
{
	struct archive *archive = making->archive;
	struct findings found;

	making->name = arena_str(&making->arena, name);
	findings_init(&found);
	making->report = report_load(archive->schema, archive->directory, states_of(making), &archive->symbols, name,
	    &found);
	findings_move_unsaid(&making->findings, &found);
	findings_release(&found);
	if (making->report == NULL || has_errors(making))
		return false;
	making_speak(making);
	report_set_words(making->report, making->words);
	report_set_centre(making->report, archive->centre);
	return parts_load(making);
}

bool
making_begin(struct making *making, struct period period)
{
	int64_t threshold = threshold_of(making);
	size_t i;

	making->period = period;
	if (period.to == DAY_NONE)
		making->period.to = making->today + 1;
	report_set_known(making->report, making->today);
	for (i = 0; i < making->n_parts; i++)
		if (threshold_of(&making->parts[i]) > threshold)
			threshold = threshold_of(&making->parts[i]);
	return report_begin(making->report, making->period, threshold, &making->findings) && parts_begin(making);
}

void
making_sheet(struct making *making, struct sheet *sheet)
{
	struct lines *head = arena_zero(&making->arena, 1, sizeof(*head));
	struct lines *foot = arena_zero(&making->arena, 1, sizeof(*foot));

	report_tables(making->report, making->counts, &making->arena, sheet);
	head_of(making, head);
	foot_of(making, foot);
	add_notes(making, sheet);
	sheet->head = head->list;
	sheet->n_head = head->n;
	sheet->foot = foot->list;
	sheet->n_foot = foot->n;
}
