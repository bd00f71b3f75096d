/*
 * Commits are taken parents first. What each holds (a view) is kept for the commits after it; an archive is kept for
 * every state of schema, directory and settings met, so that a thousand commits which touch only cases parse
 * these once. A merge is judged by what it has different from all its parents, and its cases by what differs from
 * any parent that was judged by other definitions.
 */
#define _GNU_SOURCE
#include "push.h"
#include "command-definitions.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CLOCK_SKEW 600 /* seconds that a committer's clock may be ahead */
#define FILE_LIMIT_KIB 1024
#define MESSAGE_MAX ((size_t)64 << 10)
#define NAME_MAX_BYTES 64

static struct span
about(struct source *source, const char *path)
{
	*source = (struct source){ path, STR("") };
	return (struct span){ source, 0, 0 };
}

/* ---- which paths there are ---- */

enum place {
	PLACE_NONE,
	PLACE_CASE,
	PLACE_GUARDED, /* a coordinator's */
	PLACE_OPEN,
};

static const struct {
	const char *folder, *endings;
	enum place place;
	bool is_year; /* its files are named after years */
} folders[] = {
	{ "schema/", ".rec", PLACE_GUARDED, false },
	{ "rules/", ".rec", PLACE_GUARDED, false },
	{ "reports/", ".rec", PLACE_GUARDED, false },
	{ "templates/partials/", ".txt .md .html .ms", PLACE_GUARDED, false },
	{ "templates/", ".txt .md .html .ms .rec", PLACE_GUARDED, false },
	{ "directory/", ".rec", PLACE_OPEN, false },
	{ "activities/", ".rec", PLACE_OPEN, true },
};

static const char *const top_files[] = { "centre.rec", ".gitattributes", ".gitignore", "README.md" };

/* Letters, digits, '-', '_' and '.', and none of the names that a computer keeps for devices. */
static bool
is_plain_name(struct str name)
{
	static const char *const devices[] = { "con", "prn", "aux", "nul", "com", "lpt" };
	size_t i, stem = 0;

	if (name.n == 0 || name.n > NAME_MAX_BYTES || name.p[0] == '.' || name.p[0] == '-')
		return false;
	for (i = 0; i < name.n; i++)
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= 'A' && name.p[i] <= 'Z') ||
		    (name.p[i] >= '0' && name.p[i] <= '9') || strchr("-_.", name.p[i])))
			return false;
	while (stem < name.n && name.p[stem] != '.')
		stem++;
	for (i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (strncasecmp(name.p, devices[i], 3) == 0 && (stem == 3 || (stem == 4 && i > 3)))
			return false;
	return true;
}

static bool
has_ending(struct str name, const char *endings)
{
	struct str rest = str_of(endings), ending;

	while (str_cut(&rest, ' ', &ending))
		if (name.n > ending.n && str_ends(name, ending))
			return true;
	return false;
}

static bool
is_year_file(struct str name)
{
	return name.n == strlen("2026.rec") && strspn(name.p, "0123456789") == 4;
}

static bool
is_case_path(struct str path)
{
	char id[CASE_ID_SIZE], right[sizeof("cases/2026/7/2026-7KQ43.rec")];
	size_t n = sizeof(right) - 1;

	if (path.n != n || case_id_parse((struct str){ path.p + 13, 10 }, id) == CASE_ID_FORM)
		return false;
	snprintf(right, sizeof(right), "cases/%.4s/%c/%s.rec", id, id[5], id);
	return memcmp(path.p, right, n) == 0;
}

static enum place
place_of(const char *text)
{
	struct str path = str_of(text), folder, name;
	size_t i;

	for (i = 0; i < sizeof(top_files) / sizeof(*top_files); i++)
		if (strcmp(text, top_files[i]) == 0)
			return PLACE_GUARDED;
	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		folder = str_of(folders[i].folder);
		if (!str_starts(path, folder))
			continue;
		name = (struct str){ path.p + folder.n, path.n - folder.n };
		return is_plain_name(name) && has_ending(name, folders[i].endings) &&
		    (!folders[i].is_year || is_year_file(name)) ? folders[i].place : PLACE_NONE;
	}
	return is_case_path(path) ? PLACE_CASE : PLACE_NONE;
}

static void
found_foreign(const char *path, struct findings *findings)
{
	struct source source;
	struct finding *f = find(findings, MSG_FOREIGN_PATH, about(&source, path),
	    "'%s' has no place in a centre repository", nam(findings, str_of(path)));

	if (str_starts(str_of(path), STR("cases/")))
		fix(findings, f, "name a case's file cases/YYYY/X/ID.rec; 'dossier new' does");
	else
		fix(findings, f, "take it out of the commit: git rm --cached FILE");
}

static void
check_mode(const struct change *change, struct findings *findings)
{
	struct source source;
	const char *what = change->new_kind == FILE_LINK ? "a link" :
	    change->new_kind == FILE_FOLDER ? "a repository of its own or a folder nested too deep" :
	    change->new_kind == FILE_EXECUTABLE ? "executable" : "of a strange mode";
	struct finding *f = find(findings, MSG_FILE_MODE, about(&source, change->path),
	    "'%s' is %s, not a plain file", nam(findings, str_of(change->path)), what);

	if (change->new_kind == FILE_EXECUTABLE)
		fix(findings, f, "chmod a-x '%s', then git add it again", change->path);
	else
		fix(findings, f, "put a plain file there, then git add it");
}

static size_t
size_limit(const struct archive *authority)
{
	struct number number;
	struct str text = authority ? archive_setting(authority, STR("Largest_file")) : STR_NULL;
	size_t kib = FILE_LIMIT_KIB;

	if (text.p != NULL && number_parse(text, &number) && number.scale == 0 &&
	    number.mantissa > 0 && number.mantissa < 1 << 20)
		kib = (size_t)number.mantissa;
	return kib << 10;
}

/* False when it is too large to be looked at. */
static bool
check_size(struct store *store, const struct change *change, size_t limit,
    struct findings *findings)
{
	struct source source;
	size_t size;

	if (store_blob_size(store, &change->new_oid, &size) != 0)
		die("cannot read the object of '%s'", change->path);
	if (size <= limit)
		return true;
	fix(findings, find(findings, MSG_FILE_SIZE, about(&source, change->path),
	    "'%s' holds %zu KiB, more than the %zu KiB that are allowed", change->path,
	    (size + 1023) >> 10, limit >> 10), "keep large material elsewhere and refer to it");
	return false;
}

static const char *const text_faults[] = { "", "a NUL byte", "a carriage return (CRLF line ends?)",
	"a control character", "a character that turns the direction of writing",
	"a byte order mark", "bytes that are not UTF-8" };

/* Files beside the records: record_parse says this of its own. */
static void
check_plain_text(struct store *store, const struct change *change, size_t limit,
    struct findings *findings)
{
	struct source source = { change->path, STR("") };
	struct arena arena;
	enum text_fault fault;
	size_t at = 0;

	if (str_ends(str_of(change->path), STR(".rec")))
		return;
	arena_init(&arena);
	if (store_blob(store, &change->new_oid, limit, &arena, &source.bytes) != 0)
		die("cannot read the object of '%s'", change->path);
	fault = text_check(source.bytes, &at);
	if (fault != TEXT_OK)
		fix(findings, find(findings, MSG_TEXT_FILE, (struct span){ &source, at, 1 },
		    "%s in a file that people read as text", text_faults[fault]),
		    "save it as UTF-8 without control characters, with LF at line ends");
	arena_release(&arena);
}

/* Names that differ only in case: among plain ASCII names there is no other way to collide. */
static void
check_collision(struct snapshot *new, const struct change *change, struct findings *findings)
{
	const char *slash = strrchr(change->path, '/');
	struct source source;
	struct files files;
	struct arena arena;
	size_t i;

	arena_init(&arena);
	if (slash != NULL) {
		snapshot_files(new, arena_cstr(&arena, (struct str){ change->path,
		    (size_t)(slash - change->path) }), &arena, &files);
		for (i = 0; i < files.n; i++)
			if (strcasecmp(files.list[i].path, change->path) == 0 &&
			    strcmp(files.list[i].path, change->path) != 0)
				fix(findings, find(findings, MSG_NAME_COLLISION,
				    about(&source, change->path),
				    "'%s' and '%s' differ only in capital letters", change->path,
				    files.list[i].path), "rename one of them: git mv");
	}
	arena_release(&arena);
}

static void
found_removed(const struct change *change, struct findings *findings)
{
	struct source source;

	fix(findings, find(findings, MSG_CASE_REMOVED, about(&source, change->path),
	    "the case '%s' is taken away", change->path),
	    "bring it back: git checkout origin/main -- %s", change->path);
}

static bool
check_new_file(struct snapshot *new, const struct change *change, size_t limit,
    struct findings *findings)
{
	struct store *store = snapshot_store(new);
	enum place place = place_of(change->path);

	if (place == PLACE_NONE)
		found_foreign(change->path, findings);
	if (change->new_mode != 0100644) {
		check_mode(change, findings);
		return false;
	}
	if (!check_size(store, change, limit, findings))
		return false;
	if (place == PLACE_GUARDED)
		check_plain_text(store, change, limit, findings);
	return true;
}

/* Also what a merge brings together: each of its parents had one name. */
static void
check_names(struct snapshot *new, const struct changes *changes, struct findings *findings)
{
	enum place place;
	size_t i;

	for (i = 0; i < changes->n; i++) {
		place = place_of(changes->list[i].path);
		if (changes->list[i].is_new && !changes->list[i].is_old &&
		    (place == PLACE_GUARDED || place == PLACE_OPEN))
			check_collision(new, &changes->list[i], findings);
	}
}

bool
push_check_files(const struct archive *authority, struct snapshot *new,
    const struct changes *changes, struct findings *findings)
{
	size_t limit = size_limit(authority), i;
	bool readable = true;

	for (i = 0; i < changes->n; i++) {
		const struct change *change = &changes->list[i];

		if (change->is_new)
			readable &= check_new_file(new, change, limit, findings);
		else if (place_of(change->path) == PLACE_CASE)
			found_removed(change, findings);
	}
	check_names(new, changes, findings);
	return readable;
}

/* ---- people ---- */

static bool
has_email(const struct archive *archive, const struct entity *staff, struct str email)
{
	const struct field *field;

	for (field = record_field(staff->record, archive->known.email); field != NULL;
	    field = record_next(staff->record, archive->known.email, field))
		if (field->value.n == email.n && email.n > 0 &&
		    strncasecmp(field->value.p, email.p, email.n) == 0)
			return true;
	return false;
}

static const struct entity *
staff_at_any_time(const struct archive *authority, struct str email)
{
	size_t n, i;
	const struct entity *const *staff = directory_all(authority->directory, STR("Staff"), &n);

	for (i = 0; i < n; i++)
		if (has_email(authority, staff[i], email))
			return staff[i];
	return NULL;
}

const struct entity *
push_check_staff(const struct archive *authority, struct str email, day on, const char *what,
    struct findings *findings)
{
	const struct entity *staff = archive_staff_by_email(authority, email, on), *once;
	struct finding *f;
	char date[DATE_SIZE];

	if (staff != NULL)
		return staff;
	date_format(on, date);
	once = staff_at_any_time(authority, email);
	if (once != NULL)
		f = find(findings, MSG_NOT_STAFF, (struct span){ NULL, 0, 0 },
		    "the %s <%s> ('%s') was not active staff on %s", what, nam(findings, email),
		    nam(findings, once->key), date);
	else
		f = find(findings, MSG_NOT_STAFF, (struct span){ NULL, 0, 0 },
		    "the %s <%s> is not in the directory of staff", what, nam(findings, email));
	fix(findings, f, once ? "a coordinator sets From and Until in the staff record" :
	    "use the e-mail of your staff record: git config user.email ADDRESS; "
	    "a commit made already: git commit --amend --reset-author; a coordinator adds people");
	return NULL;
}

void
push_check_rights(const struct archive *authority, const struct entity *staff,
    const struct changes *changes, struct findings *findings)
{
	struct source source;
	size_t i;

	if (staff == NULL || staff_has_role(authority, staff, STR("coordinator")))
		return;
	for (i = 0; i < changes->n; i++)
		if (place_of(changes->list[i].path) == PLACE_GUARDED)
			fix(findings, find(findings, MSG_COORDINATOR_ONLY,
			    about(&source, changes->list[i].path),
			    "only a coordinator may change '%s', and '%s' is none",
			    changes->list[i].path, nam(findings, staff->key)),
			    "ask a coordinator; take it out of yours: git checkout origin/main -- %s",
			    changes->list[i].path);
}

/* Whether two directories hold the same people, to the byte. */
static bool
is_same_staff(const struct archive *a, const struct archive *b)
{
	size_t n, m, i;
	const struct entity *const *x = directory_all(a->directory, STR("Staff"), &n);
	const struct entity *const *y = directory_all(b->directory, STR("Staff"), &m);

	if (n != m)
		return false;
	for (i = 0; i < n; i++)
		if (!str_eq((struct str){ x[i]->file->source->bytes.p + x[i]->record->at,
		    x[i]->record->end - x[i]->record->at },
		    (struct str){ y[i]->file->source->bytes.p + y[i]->record->at,
		    y[i]->record->end - y[i]->record->at }))
			return false;
	return true;
}

/* ---- messages ---- */

/* Staff may be named, and so may the address that git names in a merge. */
static void
blank_out(struct str text, struct str word)
{
	char *p = (char *)text.p, *end = p + text.n;

	for (; word.n > 0 && p + word.n <= end; p++)
		if (strncasecmp(p, word.p, word.n) == 0)
			memset(p, ' ', word.n);
}

static void
blank_merge_source(struct str text)
{
	struct str rest = text, line, word;

	while (str_cut(&rest, '\n', &line)) {
		if (!str_starts(line, STR("Merge ")))
			continue;
		while ((word = str_word(&line)).n > 0)
			if (memchr(word.p, '@', word.n) != NULL)
				memset((char *)word.p, ' ', word.n);
	}
}

static void
blank_staff(const struct archive *authority, struct str text)
{
	const struct field *field;
	size_t n, i;
	const struct entity *const *staff = directory_all(authority->directory, STR("Staff"), &n);

	for (i = 0; i < n; i++)
		for (field = record_field(staff[i]->record, authority->known.email); field != NULL;
		    field = record_next(staff[i]->record, authority->known.email, field))
			blank_out(text, field->value);
}

/* As if the message stood in a case. */
static void
check_message_identifiers(const struct archive *authority, struct str message,
    struct findings *findings)
{
	struct arena arena;
	struct source source;
	struct recfile file = { &source, NULL, 0, false };
	struct findings found;
	size_t i;

	arena_init(&arena);
	findings_init(&found);
	found.hide_values = findings->hide_values;
	source = (struct source){ "cases/message", arena_str(&arena, message) };
	blank_merge_source(source.bytes);
	blank_staff(authority, source.bytes);
	schema_check_comments(authority->schema, &file, &found);
	for (i = 0; i < found.n; i++)
		if (found.list[i].severity == ERROR)
			fix(findings, find(findings, MSG_MESSAGE_IDENTIFIER, (struct span){ NULL, 0, 0 },
			    "in the commit's message, line %u: %s", (unsigned)found.list[i].line,
			    found.list[i].text), "write the message without it");
	findings_release(&found);
	arena_release(&arena);
}

void
push_check_message(const struct archive *authority, struct str message, struct findings *findings)
{
	struct span nowhere = { NULL, 0, 0 };
	enum text_fault fault;
	size_t at = 0;

	if (message.n > MESSAGE_MAX) {
		fix(findings, find(findings, MSG_MESSAGE_TEXT, nowhere,
		    "the commit's message is longer than 64 KiB"), "write a short one");
		return;
	}
	fault = text_check(message, &at);
	if (fault != TEXT_OK) {
		fix(findings, find(findings, MSG_MESSAGE_TEXT, nowhere,
		    "the commit's message holds %s", text_faults[fault]),
		    "write it anew");
		return;
	}
	if (str_trim(message).n == 0)
		fix(findings, find(findings, MSG_EMPTY_SUBJECT, nowhere, "the commit's message is empty"),
		    "name the case and what happened");
	else if (authority != NULL)
		check_message_identifiers(authority, message, findings);
}

/* ---- what a commit holds ---- */

#define N_DEFINITIONS 7
static const char *const definitions[N_DEFINITIONS] = { "schema", "directory", "activities",
	"reports", "rules", "centre.rec", "templates" };

static size_t
definition_number(const char *name)
{
	size_t i;

	for (i = 0; strcmp(definitions[i], name) != 0; i++)
		;
	return i;
}

/* Of these the old tip's count, until a coordinator changes them. In order of bytes. */
#define N_METHODS 2
static const char *const methods[] = { "rules", "schema", NULL };
static const char *const method_prefixes[] = { "rules/", "schema/" };

struct view {
	struct snapshot *plain;
	struct snapshot *judged; /* plain, or with the old tip's schema or rules */
	struct oid key[N_DEFINITIONS]; /* of judged: what it is judged by */
	bool own[N_METHODS]; /* a coordinator of this push changed it */
	bool own_staff; /* so were people */
	bool descends; /* from the old tip, or is it */
	int64_t time;
};

struct known_archive {
	struct oid key[N_DEFINITIONS];
	struct archive *archive;
	struct findings opened; /* what was found in opening it */
	size_t used; /* when last: the one unused longest makes room, and a step uses three at most */
};

#define ARCHIVES 7
#define AUTHORITY 0 /* the one that stays: of the old tip */

struct judge {
	struct push *push;
	struct store *store;
	struct arena arena; /* for the push */
	struct arena room; /* for one commit */
	struct map views; /* by binary id */
	struct map seen; /* findings that were said */
	size_t n_judged; /* commits */
	struct oid old_tip;
	bool has_old;
	struct snapshot *old_snapshot;
	struct archive *authority;
	const char *branch; /* the main one */
	struct map on_branches; /* new to the main branch, but pushed before: by hex id */
	bool branches_allowed;
	struct known_archive archives[ARCHIVES];
	size_t clock; /* of `used` */
};

static struct str
oid_key(struct arena *arena, const struct oid *oid)
{
	return arena_str(arena, (struct str){ (const char *)oid->id, sizeof(oid->id) });
}

static void
read_key(struct snapshot *snapshot, struct oid key[N_DEFINITIONS])
{
	size_t i;

	for (i = 0; i < N_DEFINITIONS; i++)
		if (!snapshot_oid(snapshot, definitions[i], &key[i]))
			memset(&key[i], 0, sizeof(key[i]));
}

/* Zero when it has none. */
static struct oid
folder_oid(struct snapshot *snapshot, const char *folder)
{
	struct oid oid;

	if (!snapshot_oid(snapshot, folder, &oid))
		memset(&oid, 0, sizeof(oid));
	return oid;
}

/* Judged by the old tip's schema and rules, until it is said to have its own. */
static void
set_method(struct judge *judge, struct view *view)
{
	const char *taken[N_METHODS + 1];
	struct oid old, new;
	size_t i, n = 0;

	if (view->judged != view->plain)
		snapshot_free(view->judged);
	view->judged = view->plain;
	for (i = 0; judge->has_old && i < N_METHODS; i++) {
		old = folder_oid(judge->old_snapshot, methods[i]);
		new = folder_oid(view->plain, methods[i]);
		if (!view->own[i] && memcmp(&old, &new, sizeof(old)) != 0)
			taken[n++] = methods[i];
	}
	taken[n] = NULL;
	if (n > 0)
		view->judged = snapshot_overlay(view->plain, judge->old_snapshot, taken);
	read_key(view->plain, view->key);
	for (i = 0; i < n; i++)
		view->key[definition_number(taken[i])] = folder_oid(judge->old_snapshot, taken[i]);
}

/* NULL when there is no such commit. */
static struct view *
view_of(struct judge *judge, const struct oid *oid)
{
	struct map_slot *slot;
	struct commit commit;
	struct view *view;
	struct snapshot *plain;
	bool is_new;

	slot = map_get(&judge->views, (struct str){ (const char *)oid->id, sizeof(oid->id) });
	if (slot != NULL)
		return slot->value.p;
	plain = store_commit_oid(judge->store, oid);
	if (plain == NULL || !store_read_commit(judge->store, oid, &judge->room, &commit)) {
		snapshot_free(plain);
		return NULL;
	}
	view = ARENA_NEW(&judge->arena, struct view, 1);
	view->plain = view->judged = plain;
	view->time = commit.committer.time;
	view->descends = judge->has_old && memcmp(oid, &judge->old_tip, sizeof(*oid)) == 0;
	set_method(judge, view);
	map_put(&judge->views, oid_key(&judge->arena, oid), &is_new)->value.p = view;
	return view;
}

static void
free_views(struct judge *judge)
{
	size_t i;

	for (i = 0; i < judge->views.size; i++) {
		struct view *view = judge->views.slots[i].key.p ? judge->views.slots[i].value.p : NULL;

		if (view == NULL)
			continue;
		if (view->judged != view->plain)
			snapshot_free(view->judged);
		snapshot_free(view->plain);
	}
	map_release(&judge->views);
}

static void
open_known(struct judge *judge, struct known_archive *known, struct snapshot *snapshot, day on)
{
	archive_free(known->archive);
	findings_release(&known->opened);
	known->opened.hide_values = judge->push->findings->hide_values;
	known->archive = archive_open(snapshot, on, &known->opened);
}

/* The archive of a view, good until two others were asked for. */
static const struct known_archive *
archive_of(struct judge *judge, struct view *view, day on)
{
	struct known_archive *known = NULL, *oldest = &judge->archives[AUTHORITY + 1];
	size_t i;

	for (i = 0; i < ARCHIVES && known == NULL; i++) {
		struct known_archive *here = &judge->archives[i];

		if (here->archive != NULL && memcmp(here->key, view->key, sizeof(here->key)) == 0)
			known = here;
		else if (i != AUTHORITY && here->used < oldest->used)
			oldest = here;
	}
	if (known == NULL) {
		known = oldest;
		open_known(judge, known, view->judged, on);
		memcpy(known->key, view->key, sizeof(known->key));
	}
	known->used = ++judge->clock;
	known->archive->snapshot = view->judged;
	known->archive->today = known->archive->terms.today = on;
	return known;
}

/* ---- headers ---- */

static void
found_header(struct findings *findings, const char *what)
{
	fix(findings, find(findings, MSG_COMMIT_HEADER, (struct span){ NULL, 0, 0 },
	    "the commit's header %s", what), "make the commit anew with git commit");
}

static bool
is_signature_line(struct str line)
{
	return str_starts(line, STR("gpgsig ")) || str_starts(line, STR("gpgsig-sha256 ")) ||
	    str_starts(line, STR(" "));
}

/* tree, parents, author, committer, in that order; then a signature at most. */
static void
check_header_lines(const struct commit *commit, struct findings *findings)
{
	static const char *const order[] = { "tree ", "parent ", "author ", "committer " };
	struct str rest = commit->raw_header, line;
	size_t at = 0, seen[4] = { 0 };

	while (str_cut(&rest, '\n', &line) && line.n > 0) {
		if (is_signature_line(line) && seen[3] == 1)
			continue;
		while (at < 4 && !str_starts(line, str_of(order[at])))
			at++;
		if (at == 4) {
			found_header(findings, "has a line that is not tree, parent, author, committer or "
			    "a signature");
			return;
		}
		seen[at]++;
	}
	if (seen[0] != 1 || seen[2] != 1 || seen[3] != 1 || seen[1] != commit->n_parents)
		found_header(findings, "does not name one tree, one author and one committer");
}

static void
check_person(const struct person *person, const char *what, int64_t now, struct arena *arena,
    struct findings *findings)
{
	size_t at = 0;

	if (text_check(person->name, &at) != TEXT_OK || memchr(person->name.p, '\t', person->name.n))
		found_header(findings, arena_printf(arena, "has characters that are no text in its %s",
		    what));
	if (person->name.n == 0 || person->email.n == 0)
		found_header(findings, arena_printf(arena, "does not say who its %s is", what));
	else if (person->time <= 0 || person->time > now + CLOCK_SKEW ||
	    person->offset < -14 * 60 || person->offset > 14 * 60)
		fix(findings, find(findings, MSG_COMMIT_DATE, (struct span){ NULL, 0, 0 },
		    "the commit's %s date is %s", what, person->time > now ?
		    "ahead of this server's clock" : "impossible"),
		    "set your clock right, then git commit --amend --date=now --no-edit");
}

static bool
has_twin_parents(const struct commit *commit)
{
	return commit->n_parents == 2 &&
	    memcmp(&commit->parents[0], &commit->parents[1], sizeof(struct oid)) == 0;
}

static void
check_shape(struct judge *judge, const struct commit *commit, struct findings *findings)
{
	struct span nowhere = { NULL, 0, 0 };
	struct view *parent;
	size_t i;

	check_header_lines(commit, findings);
	check_person(&commit->author, "author", judge->push->now, &judge->room, findings);
	check_person(&commit->committer, "committer", judge->push->now, &judge->room, findings);
	if (commit->n_parents == 0 && judge->has_old)
		fix(findings, find(findings, MSG_SECOND_ROOT, nowhere,
		    "the commit begins a second history"),
		    "make your change in a clone of the shared repository");
	if (commit->n_parents > 2)
		fix(findings, find(findings, MSG_MANY_PARENTS, nowhere,
		    "the commit has %zu parents: two are the most", commit->n_parents),
		    "merge one branch at a time, or git pull --rebase");
	else if (has_twin_parents(commit))
		fix(findings, find(findings, MSG_MANY_PARENTS, nowhere,
		    "the commit names the same parent twice"), "make the commit anew with git commit");
	for (i = 0; i < commit->n_parents; i++) {
		parent = view_of(judge, &commit->parents[i]);
		if (parent == NULL || commit->committer.time >= parent->time)
			continue;
		fix(findings, find(findings, MSG_COMMIT_DATE, nowhere,
		    "the commit's committer date is before its parent's"),
		    "set your clock right, then git commit --amend --date=now --no-edit");
		break;
	}
}

static bool
is_pusher(const struct archive *authority, const struct entity *staff, struct str pusher)
{
	return str_eq(staff->key, pusher) || has_email(authority, staff, pusher);
}

/* To another branch: then it was asked there who pushed it. */
static bool
was_pushed(const struct judge *judge, const struct commit *commit)
{
	char hex[OID_HEX + 1];

	return map_get(&judge->on_branches, str_of(oid_format(&commit->oid, hex))) != NULL;
}

static day
day_of(const struct person *person)
{
	int64_t limit = (int64_t)253402300799; /* the end of 9999 */
	int64_t time = person->time < 0 ? 0 : person->time > limit ? limit : person->time;

	return date_of_time(time, person->offset);
}

static const struct entity *
check_people(struct judge *judge, const struct commit *commit, struct findings *findings)
{
	const char *pusher = judge->push->pusher;
	const struct entity *staff = push_check_staff(judge->authority, commit->committer.email,
	    day_of(&commit->committer), "committer", findings);

	if (!str_eq(commit->author.email, commit->committer.email))
		push_check_staff(judge->authority, commit->author.email, day_of(&commit->author),
		    "author", findings);
	if (staff != NULL && pusher != NULL && !was_pushed(judge, commit) &&
	    !is_pusher(judge->authority, staff, str_of(pusher)))
		fix(findings, find(findings, MSG_OTHER_COMMITTER, (struct span){ NULL, 0, 0 },
		    "'%s' pushes what '%s' committed", nam(findings, str_of(pusher)),
		    nam(findings, staff->key)),
		    "push your own commits only; to take over: git rebase --force-rebase origin/main");
	return staff;
}

/* ---- one commit ---- */

struct step {
	const struct commit *commit;
	struct view *view;
	struct view **parents;
	struct changes *changes; /* against each parent; one, against nothing, for a root */
	size_t n;
};

static bool
is_changed(const struct changes *changes, const char *path)
{
	size_t low = 0, high = changes->n, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(path, changes->list[middle].path);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

void
push_own_changes(const struct changes *first, const struct changes *second, struct arena *arena,
    struct changes *own)
{
	size_t i;

	own->n = 0;
	own->list = arena_alloc(arena, (first->n + 1) * sizeof(*own->list));
	for (i = 0; i < first->n; i++)
		if (is_changed(second, first->list[i].path))
			own->list[own->n++] = first->list[i];
}

/* What differs from every parent, or from every one that holds the old tip where there are such. */
static void
own_changes(const struct step *step, bool descending, struct arena *arena, struct changes *own)
{
	const struct changes *first = NULL;
	bool any = false, is_own;
	size_t i, j;

	for (i = 0; i < step->n && step->parents != NULL; i++)
		any |= step->parents[i]->descends;
	descending &= any;
	for (i = 0; i < step->n && first == NULL; i++)
		if (!descending || step->parents[i]->descends)
			first = &step->changes[i];
	own->n = 0;
	own->list = arena_alloc(arena, (first->n + 1) * sizeof(*own->list));
	for (j = 0; j < first->n; j++) {
		is_own = true;
		for (i = 0; i < step->n && is_own; i++)
			if (!descending || step->parents[i]->descends)
				is_own = is_changed(&step->changes[i], first->list[j].path);
		if (is_own)
			own->list[own->n++] = first->list[j];
	}
}

/* A merge may not lose a case that one of its parents has. */
static void
check_lost_cases(const struct step *step, struct findings *findings)
{
	size_t i, j;

	for (i = 0; step->n > 1 && i < step->n; i++)
		for (j = 0; j < step->changes[i].n; j++) {
			const struct change *change = &step->changes[i].list[j];

			if (!change->is_new && place_of(change->path) == PLACE_CASE)
				found_removed(change, findings);
		}
}

static bool
is_same_key(const struct view *a, const struct view *b)
{
	return memcmp(a->key, b->key, sizeof(a->key)) == 0;
}

static bool
touches(const struct changes *changes, struct str prefix)
{
	size_t i;

	for (i = 0; i < changes->n; i++)
		if (str_starts(str_of(changes->list[i].path), prefix))
			return true;
	return false;
}

/* The people of the step's directory, wherever their records stand, against every parent that holds the old tip. */
static void
check_staff_change(struct judge *judge, const struct step *step, const struct entity *committer,
    const struct archive *archive, struct findings *findings)
{
	struct source source;
	bool is_new = step->parents != NULL, any = false;
	size_t i;

	if (committer == NULL || staff_has_role(judge->authority, committer, STR("coordinator")))
		return;
	for (i = 0; i < step->n && step->parents != NULL; i++)
		any |= step->parents[i]->descends;
	for (i = 0; i < step->n && is_new; i++)
		if (!any || step->parents[i]->descends)
			is_new = !is_same_key(step->parents[i], step->view) &&
			    !is_same_staff(archive_of(judge, step->parents[i],
			    day_of(&step->commit->committer))->archive, archive);
	if (is_new)
		fix(findings, find(findings, MSG_COORDINATOR_ONLY, about(&source, "directory/staff.rec"),
		    "only a coordinator may change records of staff, and '%s' is none",
		    nam(findings, committer->key)), "ask a coordinator to make the change");
}

/* What is wrong with the definitions: nothing new when a parent has the same. */
static void
check_definitions(struct judge *judge, const struct step *step, const struct changes *own, day on,
    struct findings *findings)
{
	size_t n = step->parents != NULL ? step->n : 0, i;
	struct archive **archives = ARENA_NEW(&judge->room, struct archive *, n + 1);
	const struct known_archive *known;
	struct findings opened, before;

	for (i = 0; i < n; i++)
		if (is_same_key(step->parents[i], step->view))
			return;
	findings_init(&opened);
	findings_init(&before);
	for (i = 0; i < n; i++) {
		known = archive_of(judge, step->parents[i], on);
		archives[i] = known->archive;
		findings_copy(&before, &known->opened);
	}
	known = archive_of(judge, step->view, on);
	findings_copy(&opened, &known->opened);
	archive_keep_new(&opened, own, &before);
	findings_move(findings, &opened);
	definitions_check_step(known->archive, archives, n, own, findings);
	findings_release(&opened);
	findings_release(&before);
}

static void
check_content(struct judge *judge, const struct step *step, const struct entity *committer,
    struct findings *findings)
{
	day on = day_of(&step->commit->committer);
	struct origin *origins = ARENA_NEW(&judge->room, struct origin, step->n);
	struct archive_step made = { .origins = origins, .n = step->n, .committer = committer,
		.shared = judge->has_old ? judge->old_snapshot : NULL,
		.begins = !judge->has_old && step->parents == NULL };
	struct changes own;
	size_t i;

	own_changes(step, false, &judge->room, &own);
	check_definitions(judge, step, &own, on, findings);
	made.archive = archive_of(judge, step->view, on)->archive;
	for (i = 0; i < step->n; i++) {
		origins[i].changes = &step->changes[i];
		if (step->parents != NULL && !is_same_key(step->parents[i], step->view))
			origins[i].archive = archive_of(judge, step->parents[i], on)->archive;
	}
	made.archive->snapshot = step->view->judged;
	archive_check_step(&made, findings);
	check_staff_change(judge, step, committer, made.archive, findings);
}

/* Its own schema or rules, or to have none, count when a coordinator changed them here or further down in the push. */
static bool
has_own_method(struct judge *judge, const struct step *step, const struct entity *committer, size_t method)
{
	struct changes own;
	struct oid mine = folder_oid(step->view->plain, methods[method]), theirs;
	size_t i;

	if (!judge->has_old)
		return false;
	for (i = 0; i < step->n && step->parents != NULL; i++)
		if (step->parents[i]->own[method]) {
			theirs = folder_oid(step->parents[i]->plain, methods[method]);
			if (memcmp(&mine, &theirs, sizeof(mine)) == 0)
				return true;
		}
	own_changes(step, false, &judge->room, &own);
	return committer != NULL && touches(&own, str_of(method_prefixes[method])) &&
	    staff_has_role(judge->authority, committer, STR("coordinator"));
}

/* The same person without the roles that their other record has not. */
static const struct entity *
with_roles_of(struct judge *judge, const struct entity *staff, const struct entity *other)
{
	struct entity *less = ARENA_NEW(&judge->room, struct entity, 1);
	struct record *record = ARENA_NEW(&judge->room, struct record, 1);
	const struct field *field = staff->record->fields, *end = field + staff->record->n;

	*less = *staff;
	less->record = record;
	*record = *staff->record;
	record->fields = ARENA_NEW(&judge->room, struct field, staff->record->n);
	for (record->n = 0; field < end; field++)
		if (!str_is(field->name, "Role") || staff_has_role(judge->authority, other, field->value))
			record->fields[record->n++] = *field;
	return less;
}

/* A role that was taken away further down in the push is gone, one that was given there is not yet. */
static const struct entity *
who_acts(struct judge *judge, const struct step *step, const struct entity *committer,
    struct findings *findings)
{
	day on = day_of(&step->commit->committer);
	const struct entity *here;
	size_t i;

	for (i = 0; i < step->n && step->parents != NULL && committer != NULL; i++) {
		if (!step->parents[i]->own_staff)
			continue;
		here = push_check_staff(archive_of(judge, step->parents[i], on)->archive,
		    step->commit->committer.email, on, "committer", findings);
		committer = here ? with_roles_of(judge, committer, here) : NULL;
	}
	return committer;
}

/* Whether the push has changed people so far. */
static bool
has_own_staff(struct judge *judge, const struct step *step)
{
	day on = day_of(&step->commit->committer);
	struct changes own;
	size_t i;

	for (i = 0; i < step->n && step->parents != NULL; i++)
		if (step->parents[i]->own_staff)
			return true;
	own_changes(step, false, &judge->room, &own);
	if (step->parents == NULL || !touches(&own, STR("directory/")))
		return false;
	for (i = 0; i < step->n; i++)
		if (is_same_staff(archive_of(judge, step->parents[i], on)->archive,
		    archive_of(judge, step->view, on)->archive))
			return false;
	return true;
}

static bool
open_step(struct judge *judge, const struct commit *commit, struct step *step)
{
	size_t i, n = commit->n_parents;

	step->commit = commit;
	step->view = view_of(judge, &commit->oid);
	step->n = n ? n : 1;
	step->changes = ARENA_NEW(&judge->room, struct changes, step->n);
	step->parents = n ? ARENA_NEW(&judge->room, struct view *, n) : NULL;
	if (step->view == NULL)
		return false;
	for (i = 0; i < n; i++) {
		step->parents[i] = view_of(judge, &commit->parents[i]);
		if (step->parents[i] == NULL)
			return false;
		step->view->descends |= step->parents[i]->descends;
		snapshot_changes(step->parents[i]->plain, step->view->plain, &judge->room,
		    &step->changes[i]);
	}
	if (n == 0)
		snapshot_changes(NULL, step->view->plain, &judge->room, &step->changes[0]);
	return true;
}

static void
check_commit(struct judge *judge, const struct commit *commit, struct findings *findings)
{
	const struct entity *committer;
	struct changes own, guarded;
	struct step step;
	size_t i;

	check_shape(judge, commit, findings);
	committer = check_people(judge, commit, findings);
	push_check_message(judge->authority, commit->message, findings);
	if (commit->n_parents > 2)
		return;
	if (!open_step(judge, commit, &step))
		die("the commit or its parents cannot be read");
	committer = who_acts(judge, &step, committer, findings);
	for (i = 0; i < N_METHODS; i++)
		step.view->own[i] = has_own_method(judge, &step, committer, i);
	set_method(judge, step.view);
	own_changes(&step, true, &judge->room, &guarded);
	push_check_rights(judge->authority, committer, &guarded, findings);
	check_lost_cases(&step, findings);
	if (step.n > 1)
		check_names(step.view->plain, &step.changes[0], findings);
	own_changes(&step, false, &judge->room, &own);
	if (!push_check_files(judge->authority, step.view->plain, &own, findings))
		return;
	check_content(judge, &step, committer, findings);
	step.view->own_staff = has_own_staff(judge, &step);
}

/* ---- what a clone knows ---- */

struct snapshot *
push_shared(struct store *store)
{
	static const char *const names[] = { "@{upstream}", "refs/remotes/origin/HEAD",
		"refs/remotes/origin/main" };
	struct snapshot *shared = NULL;
	const char *reason;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names) && shared == NULL; i++)
		shared = store_commit(store, names[i], &reason);
	return shared;
}

/* ---- the push ---- */

/* How often a finding was said: at most as often as the commit has it that has it most. */
struct said {
	size_t times, commit, here; /* in the commit of that number, so far */
};

static bool
was_said(struct judge *judge, const struct finding *f, size_t commit)
{
	const char *key = arena_printf(&judge->room, "%s\n%s\n%s", f->rule, f->path ? f->path : "",
	    f->text);
	struct map_slot *slot = map_get(&judge->seen, str_of(key));
	struct said *said;

	if (slot == NULL) {
		slot = map_put(&judge->seen, arena_str(&judge->arena, str_of(key)), NULL);
		slot->value.p = ARENA_NEW(&judge->arena, struct said, 1);
	}
	said = slot->value.p;
	said->here = said->commit == commit ? said->here + 1 : 1;
	said->commit = commit;
	if (said->here <= said->times)
		return true;
	said->times = said->here;
	return false;
}

/* Takes over what was not said of an earlier commit; several commits are told apart. */
static void
take_findings(struct judge *judge, struct findings *found, const struct commit *commit, bool alone)
{
	char hex[OID_HEX + 1];
	size_t i, kept = 0, number = ++judge->n_judged;

	oid_format(&commit->oid, hex);
	for (i = 0; i < found->n; i++) {
		struct finding *f = &found->list[i];

		if (was_said(judge, f, number)) {
			found->count[f->severity]--;
			continue;
		}
		if (!alone)
			f->text = arena_printf(&found->arena, "%s (commit %.10s)", f->text, hex);
		found->list[kept++] = *f;
	}
	found->n = kept;
	findings_move(judge->push->findings, found);
}

static bool
is_zero_hex(const char *hex)
{
	return hex[strspn(hex, "0")] == '\0';
}

static bool
is_branch_name(struct str ref)
{
	struct str prefix = STR("refs/heads/"), name;

	if (!str_starts(ref, prefix))
		return false;
	name = (struct str){ ref.p + prefix.n, ref.n - prefix.n };
	return is_plain_name(name);
}

/* False when nothing needs to be looked at behind it. */
static bool
check_ref(struct judge *judge, const struct push_update *update)
{
	struct findings *findings = judge->push->findings;
	struct span nowhere = { NULL, 0, 0 };
	const char *ref = nam(findings, str_of(update->ref));
	bool is_main = judge->branch != NULL && strcmp(update->ref, judge->branch) == 0;

	if (!is_main && !(judge->branches_allowed && is_branch_name(str_of(update->ref)))) {
		fix(findings, find(findings, MSG_OTHER_REF, nowhere,
		    "'%s' may not be pushed: only the main branch is shared", ref),
		    "push your commits to it: git push origin HEAD:%s",
		    judge->branch ? judge->branch + strlen("refs/heads/") : "main");
		return false;
	}
	if (is_zero_hex(update->new)) {
		if (is_main)
			fix(findings, find(findings, MSG_MAIN_DELETED, nowhere,
			    "the main branch would be deleted"), "leave it: the shared history stays");
		return false;
	}
	return true;
}

static void
check_forward(struct judge *judge, const struct push_update *update)
{
	struct findings *findings = judge->push->findings;
	char old[OID_HEX + 1];

	if (!judge->has_old || strcmp(update->ref, judge->branch) != 0 ||
	    store_is_ancestor(judge->store, oid_format(&judge->old_tip, old), update->new))
		return;
	fix(findings, find(findings, MSG_HISTORY_REWRITTEN, (struct span){ NULL, 0, 0 },
	    "the push would take commits away that others already have"),
	    "bring them in, then push without force: git pull --rebase");
}

/* Staff, roles, settings and schema: of the main branch as it stands, else of what begins it. */
static void
open_authority(struct judge *judge, const struct push_update *update)
{
	struct known_archive *known = &judge->archives[AUTHORITY];
	char hex[OID_HEX + 1];
	const char *tip, *reason;

	assert(judge->has_old || update != NULL);
	tip = judge->has_old ? oid_format(&judge->old_tip, hex) : update->new;
	judge->old_snapshot = store_commit(judge->store, tip, &reason);
	if (judge->old_snapshot == NULL)
		die("cannot read the commit %s: %s", tip, reason);
	open_known(judge, known, judge->old_snapshot, date_of_time(judge->push->now, 0));
	read_key(judge->old_snapshot, known->key);
	judge->authority = known->archive;
	judge->branches_allowed = str_is(archive_setting(judge->authority, STR("Branches")), "allowed");
}

/* What the branches hold of it that the main one does not. */
static void
find_pushed(struct judge *judge)
{
	char main_tip[OID_HEX + 2] = "^";
	const char *const args[] = { "rev-list", "--branches", main_tip, "--", NULL };
	struct buf out = BUF_INIT;
	struct str rest, line;

	if (!judge->has_old || !judge->branches_allowed || judge->push->pusher == NULL)
		return;
	oid_format(&judge->old_tip, main_tip + 1);
	if (store_git(judge->store, args, &out, NULL) != 0)
		die("git could not list the branches");
	rest = arena_str(&judge->arena, buf_view(&out));
	while (str_cut(&rest, '\n', &line) && line.n > 0)
		map_put(&judge->on_branches, line, NULL);
	buf_release(&out);
}

static void
check_update(struct judge *judge, const struct push_update *update)
{
	char old[OID_HEX + 1] = "";
	struct commits commits;
	struct findings found;
	const char *reason;
	size_t i;

	check_forward(judge, update);
	if (judge->has_old)
		oid_format(&judge->old_tip, old);
	if (!store_new_commits(judge->store, old, update->new, &judge->arena, &commits, &reason))
		die("cannot walk the history of what is pushed: %s", reason);
	judge->push->n_commits += commits.n;
	for (i = 0; i < commits.n; i++) {
		findings_init(&found);
		found.hide_values = judge->push->findings->hide_values;
		check_commit(judge, &commits.list[i], &found);
		take_findings(judge, &found, &commits.list[i], commits.n == 1);
		findings_release(&found);
		arena_reset(&judge->room);
	}
}

static void
release_judge(struct judge *judge)
{
	size_t i;

	for (i = 0; i < ARCHIVES; i++) {
		archive_free(judge->archives[i].archive);
		findings_release(&judge->archives[i].opened);
	}
	snapshot_free(judge->old_snapshot);
	free_views(judge);
	map_release(&judge->seen);
	map_release(&judge->on_branches);
	arena_release(&judge->room);
	arena_release(&judge->arena);
}

void
push_check(struct push *push, const struct push_update *updates, size_t n)
{
	struct judge judge = { .push = push, .store = push->store };
	const struct push_update *first = NULL;
	const char *reason;
	struct snapshot *head;
	size_t i;

	arena_init(&judge.arena);
	arena_init(&judge.room);
	push->n_commits = 0;
	judge.branch = store_head_branch(push->store, &judge.arena);
	head = store_commit(push->store, "HEAD", &reason);
	judge.has_old = head != NULL && oid_parse(str_of(snapshot_commit(head)), &judge.old_tip);
	snapshot_free(head);
	for (i = 0; i < n && first == NULL; i++)
		if (!is_zero_hex(updates[i].new))
			first = &updates[i];
	if (judge.has_old || first != NULL)
		open_authority(&judge, first);
	find_pushed(&judge);
	for (i = 0; i < n; i++)
		if (check_ref(&judge, &updates[i]))
			check_update(&judge, &updates[i]);
	release_judge(&judge);
}
