/*
 * Cases are independent of each other, so they are shared out in small chunks of paths in order; each
 * thread has its arena and its findings, and output is written by whoever finishes the next chunk in
 * order. Everything the threads share is read only.
 */
#define _GNU_SOURCE
#include "archive.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CHUNK 64
#define THREADS_MAX 16

/* ---- opening ---- */

static const char *const typed_folders[] = { "schema", "directory", "activities", "reports", "rules" };
#define FOLDERS (sizeof(typed_folders) / sizeof(*typed_folders))

static bool
is_editor_leaving(const char *path)
{
	const char *name = strrchr(path, '/');
	size_t n;

	name = name ? name + 1 : path;
	n = strlen(name);
	return name[0] == '.' || name[0] == '#' || (n > 0 && name[n - 1] == '~');
}

static bool
is_rec_file(const char *path)
{
	return str_ends(str_of(path), STR(".rec"));
}

static void
found_unreadable(struct findings *findings, const char *path, int error)
{
	struct source nowhere = { path, STR("") };
	struct finding *f = find(findings, MSG_UNREADABLE_FILE, (struct span){ &nowhere, 0, 0 },
	    "'%s' cannot be read: %s", path, error == EINVAL ? "it is no plain file or folder" :
	    strerror(error));

	switch (error) {
	case EISDIR:
		fix(findings, f, "move the folder away and put the file back: git checkout -- '%s'", path);
		break;
	case EACCES:
		fix(findings, f, "give yourself the right to read it: chmod u+r '%s'", path);
		break;
	case EINVAL:
		fix(findings, f, "put a file or folder itself there: links are not followed");
		break;
	case EFBIG:
		fix(findings, f, "keep large material elsewhere and refer to it");
		break;
	case ENOENT:
		fix(findings, f, "look for the right name: dossier list");
		break;
	default:
		fix(findings, f, "look at it with: ls -l '%s'", path);
	}
}

/* Reads and parses a typed file into the archive's arena; false when it could not be read. */
static bool
load(struct archive *archive, const char *path, struct findings *findings, struct recfile *file)
{
	struct source *source = ARENA_NEW(&archive->arena, struct source, 1);
	int error = snapshot_read(archive->snapshot, path, &archive->arena, &source->bytes);

	if (error != 0) {
		found_unreadable(findings, path, error);
		return false;
	}
	source->name = arena_cstr(&archive->arena, str_of(path));
	record_parse(source, NULL, &archive->arena, findings, file);
	return true;
}

static bool
is_irregular(const struct file *file)
{
	return file->kind == FILE_LINK || file->kind == FILE_OTHER;
}

/* What looks like part of the folder, and is not. */
static void
found_unread(struct findings *findings, const struct file *file, const char *folder)
{
	struct source nowhere = { file->path, STR("") };

	if (file->kind != FILE_FOLDER)
		fix(findings, find(findings, MSG_STRAY_FILE, (struct span){ &nowhere, 0, 0 },
		    "'%s' is not read: %s/ holds only files named NAME.rec", file->path, folder),
		    "end its name in .rec, or move it out of %s/", folder);
}

struct loaded {
	struct recfile *list;
	size_t n, size;
};

static void
make_room(struct archive *archive, struct loaded *loaded)
{
	size_t old = loaded->size * sizeof(*loaded->list);

	if (loaded->n < loaded->size)
		return;
	loaded->size = loaded->size ? loaded->size * 2 : 16;
	loaded->list = arena_grow(&archive->arena, loaded->list, old, loaded->size * sizeof(*loaded->list));
}

static void
load_folder(struct archive *archive, const char *folder, struct findings *findings,
    struct loaded *loaded)
{
	struct files files;
	size_t i;

	snapshot_files(archive->snapshot, folder, &archive->arena, &files);
	for (i = 0; i < files.n; i++) {
		const char *path = files.list[i].path;

		if (is_editor_leaving(path))
			continue;
		if (is_irregular(&files.list[i])) {
			found_unreadable(findings, path, EINVAL);
			continue;
		}
		if (!is_rec_file(path)) {
			found_unread(findings, &files.list[i], folder);
			continue;
		}
		make_room(archive, loaded);
		if (load(archive, path, findings, &loaded->list[loaded->n]))
			loaded->n++;
	}
}

/* templates/ holds records of documents in one file; what else stands there is no record of ours. */
static void
load_documents(struct archive *archive, struct findings *findings, struct loaded *loaded)
{
	if (!snapshot_has(archive->snapshot, "templates/documents.rec"))
		return;
	make_room(archive, loaded);
	if (load(archive, "templates/documents.rec", findings, &loaded->list[loaded->n]))
		loaded->n++;
}

static void
name_symbols(const struct symbols *symbols, struct recfile *file)
{
	size_t i;
	uint32_t j;

	for (i = 0; i < file->n; i++)
		for (j = 0; j < file->records[i].n; j++) {
			struct field *field = &file->records[i].fields[j];

			field->symbol = symbol_find(symbols, field->name);
		}
}

/*
 * Field names become symbols when schema and expressions are compiled, that is after these files were
 * parsed: so their fields are told.
 */
void
archive_name_fields(struct archive *archive)
{
	size_t i;

	if (archive->n_named == archive->symbols.n)
		return;
	for (i = 0; i < archive->n_loaded; i++)
		name_symbols(&archive->symbols, &archive->loaded[i]);
	name_symbols(&archive->symbols, &archive->centre_file);
	archive->n_named = archive->symbols.n;
}

static void
know(struct archive *archive)
{
	struct known *known = &archive->known;

	known->case_ = symbol(&archive->symbols, STR("Case"));
	known->opened = symbol(&archive->symbols, STR("Opened"));
	known->entry = symbol(&archive->symbols, STR("Entry"));
	known->date = symbol(&archive->symbols, STR("Date"));
	known->kind = symbol(&archive->symbols, STR("Kind"));
	known->by = symbol(&archive->symbols, STR("By"));
	known->staff = symbol(&archive->symbols, STR("Staff"));
	known->email = symbol(&archive->symbols, STR("Email"));
	known->role = symbol(&archive->symbols, STR("Role"));
	known->from = symbol(&archive->symbols, STR("From"));
	known->until = symbol(&archive->symbols, STR("Until"));
}

static void
found_no_file(struct findings *findings, enum message message, const char *path, const char *what)
{
	struct source nowhere = { path, STR("") };

	fix(findings, find(findings, message, (struct span){ &nowhere, 0, 0 }, "%s", what),
	    "bring it back with 'git checkout -- %s', or make a centre with 'dossier init'", path);
}

static void
find_no_schema(const struct archive *archive, size_t n_files, struct findings *findings)
{
	bool has_case = schema_type(archive->schema, STR("Case")) != NULL;

	if (n_files == 0)
		found_no_file(findings, MSG_NO_SCHEMA, "schema/case.rec",
		    "there is no schema: nothing can be checked against it");
	else if (!has_case || schema_type(archive->schema, STR("Entry")) == NULL)
		found_no_file(findings, MSG_NO_SCHEMA, "schema/case.rec", has_case ?
		    "the schema has no '%rec: Entry': entries cannot be checked against it" :
		    "the schema has no '%rec: Case': cases cannot be checked against it");
}

static void
load_centre(struct archive *archive, struct findings *findings)
{
	const struct recfile *file = &archive->centre_file;
	size_t i;

	if (!snapshot_has(archive->snapshot, "centre.rec")) {
		found_no_file(findings, MSG_NO_CENTRE, "centre.rec", "there is no 'centre.rec' here");
		return;
	}
	if (!load(archive, "centre.rec", findings, &archive->centre_file))
		return;
	for (i = 0; i < file->n && archive->centre == NULL; i++)
		if (file->records[i].n > 0 && file->records[i].fields[0].name.p[0] != '%')
			archive->centre = &file->records[i];
}

static struct archive *
open_folders(struct snapshot *snapshot, day today, size_t n_folders, struct findings *findings)
{
	struct archive *archive = xcalloc(1, sizeof(*archive));
	struct loaded loaded = { NULL, 0, 0 };
	size_t i, schema_end, rules_start = 0;

	archive->snapshot = snapshot;
	archive->today = today;
	arena_init(&archive->arena);
	symbols_init(&archive->symbols);
	know(archive);
	archive->schema = schema_new(&archive->symbols);
	load_folder(archive, typed_folders[0], findings, &loaded);
	schema_end = loaded.n;
	for (i = 0; i < schema_end; i++)
		schema_add(archive->schema, &loaded.list[i], findings);
	schema_link(archive->schema, findings);
	for (i = 1; i < n_folders; i++) {
		if (i + 1 == FOLDERS)
			load_documents(archive, findings, &loaded);
		rules_start = loaded.n;
		load_folder(archive, typed_folders[i], findings, &loaded);
	}
	if (n_folders == FOLDERS)
		load_centre(archive, findings);
	else
		rules_start = loaded.n;
	archive->rules = rules_new(archive->schema, &archive->symbols);
	for (i = rules_start; i < loaded.n; i++)
		rules_add(archive->rules, &loaded.list[i], findings);
	rules_set_centre(archive->rules, archive->centre);
	rules_link(archive->rules, findings);
	archive->directory = directory_new(archive->schema);
	archive->loaded = loaded.list;
	archive->n_loaded = loaded.n;
	archive_name_fields(archive);
	for (i = 0; i < rules_start; i++)
		directory_add(archive->directory, &loaded.list[i], findings);
	if (archive->centre_file.source != NULL)
		directory_add(archive->directory, &archive->centre_file, findings);
	directory_link(archive->directory, findings);
	archive->terms = (struct terms){ &archive->symbols, archive->schema, archive->directory,
		archive->known, today };
	find_no_schema(archive, schema_end, findings);
	return archive;
}

struct archive *
archive_open(struct snapshot *snapshot, day today, struct findings *findings)
{
	return open_folders(snapshot, today, FOLDERS, findings);
}

struct archive *
archive_open_schema(struct snapshot *snapshot, day today, struct findings *findings)
{
	return open_folders(snapshot, today, 1, findings);
}

void
archive_free(struct archive *archive)
{
	if (archive == NULL)
		return;
	rules_free(archive->rules);
	directory_free(archive->directory);
	schema_free(archive->schema);
	symbols_release(&archive->symbols);
	arena_release(&archive->arena);
	free(archive);
}

struct str
archive_setting(const struct archive *archive, struct str name)
{
	const struct field *field = archive->centre ? record_named(archive->centre, name) : NULL;

	return field ? field->value : STR_NULL;
}

const int *
archive_states(struct archive *archive, struct arena *arena, size_t *n)
{
	int *symbols;
	size_t i;

	*n = rules_state_count(archive->rules);
	symbols = ARENA_NEW(arena, int, *n);
	for (i = 0; i < *n; i++)
		symbols[i] = symbol(&archive->symbols, state_name(rules_state_at(archive->rules, i)));
	return symbols;
}

/* ---- cases and their paths ---- */

char *
case_path_of(const char id[CASE_ID_SIZE], struct arena *arena)
{
	return arena_printf(arena, "cases/%.4s/%c/%s.rec", id, id[5], id);
}

/* ---- checking ---- */

static struct span
start_of(const struct casefile *file)
{
	return (struct span){ &file->source, 0, 0 };
}

static void
check_no_header(const struct casefile *file, struct findings *findings)
{
	struct finding *f;

	if (!file->file.whole && file->file.n == 0)
		return; /* what stands there was already found to be no record */
	if (file->file.n == 0)
		f = find(findings, MSG_EMPTY_CASE, start_of(file), "the file holds no record%s",
		    file->source.bytes.n ? ", only comments or blank lines" : ": it is empty");
	else
		f = find(findings, MSG_NO_HEADER, record_span(&file->file, &file->file.records[0]),
		    "the first record is no header: it has no field 'Case'");
	if (file->id[0])
		fix(findings, f, "begin the file with a header: Case: %s", file->id);
	else
		fix(findings, f, "begin the file with a header, as 'dossier new' writes it");
}

static void
check_path(struct archive *archive, const struct casefile *file, const char id[CASE_ID_SIZE], const struct field *field,
    struct findings *findings)
{
	struct arena arena;
	struct finding *f;
	const char *right;

	arena_init(&arena);
	right = case_path_of(id, &arena);
	if (strcmp(right, file->path) != 0) {
		if (snapshot_has(archive->snapshot, right)) {
			f = find(findings, MSG_DUPLICATE_CASE, value_span(&file->file, field),
			    "case '%s' already stands in '%s'", id, right);
			fix(findings, f, "take this one away if it is a copy; else give it an id of its own: dossier new makes one");
		} else {
			f = find(findings, MSG_CASE_PATH, value_span(&file->file, field),
			    "case '%s' belongs in '%s', not here", id, right);
			fix(findings, f, "if the id is right: git mv '%s' '%s'", file->path, right);
		}
	}
	arena_release(&arena);
}

static void
check_id(struct archive *archive, const struct casefile *file, struct findings *findings)
{
	const struct field *field = record_field(file->header, file->terms->known.case_);
	struct span at = value_span(&file->file, field);
	char id[CASE_ID_SIZE];
	struct finding *f;

	switch (case_id_parse(field->value, id)) {
	case CASE_ID_FORM:
		f = find(findings, MSG_CASE_ID_FORM, at,
		    "'%s' is no case id: one is written YYYY-XXXXC, such as 2026-7KQ43",
		    val(findings, field->value));
		if (file->id[0])
			fix(findings, f, "the file's name says %s", file->id);
		else
			fix(findings, f, "let 'dossier new' make one");
		return;
	case CASE_ID_CHECK:
		f = find(findings, MSG_CASE_ID_CHECK, at,
		    "'%s' is mistyped: its last symbol does not fit the others",
		    val(findings, field->value));
		if (file->id[0] && strcmp(file->id, id) != 0)
			fix(findings, f, "the file's name says %s", file->id);
		else
			fix(findings, f, "compare it with where you have it from, symbol by symbol");
		return;
	case CASE_ID_OK:
		break;
	}
	if (!str_is(field->value, id)) {
		f = find(findings, MSG_CASE_ID_FORM, at,
		    "'%s' is not written as case ids are in files: %s",
		    val(findings, field->value), id);
		fix(findings, f, "write %s", id);
		return;
	}
	check_path(archive, file, id, field, findings);
}

/* An unknown kind is one finding: the fields are judged by the kind that was meant, or not at all. */
static const struct rectype *
found_unknown_kind(struct casefile *file, const struct entry *entry, struct findings *findings)
{
	const struct terms *terms = file->terms;
	const struct field *field = record_field(entry->record, terms->known.kind);
	size_t n;
	const struct str *kinds = schema_kinds(terms->schema, &n);
	struct str near = nearest(entry->kind, kinds, n);
	struct finding *f = find(findings, MSG_UNKNOWN_KIND, value_span(&file->file, field),
	    "'%s' is not a kind of entry", val(findings, entry->kind));

	if (near.p == NULL) {
		fix(findings, f, "see the kinds with: dossier help kinds");
		return NULL;
	}
	fix(findings, f, "did you mean '%s'? dossier help kinds lists them all", nam(findings, near));
	return schema_kind(terms->schema, near);
}

/* Journals tell what was: a later day is a slip, often in the year, and would be counted in the wrong period. */
static void
check_not_ahead(const struct casefile *file, const struct record *record, int symbol, day date,
    struct findings *findings)
{
	char today[DATE_SIZE];

	if (date == DAY_NONE || date <= file->today)
		return;
	fix(findings, find(findings, MSG_FUTURE_DATE,
	    value_span(&file->file, record_field(record, symbol)), "this day has not come yet: today is %s",
	    date_format(file->today, today)),
	    "write the day on which it took place; what is planned goes into the text of an entry");
}

static void
check_entry(struct casefile *file, const struct entry *entry, const struct rectype *plain,
    struct findings *findings)
{
	const struct terms *terms = file->terms;
	const struct rectype *type = entry->kind.p ? schema_kind(terms->schema, entry->kind) : plain;
	const struct field *field = record_field(entry->record, terms->known.case_);
	struct entry_context context;
	struct subject beyond;

	if (field != NULL) {
		fix(findings, find(findings, MSG_SECOND_HEADER, field_span(&file->file, field),
		    "a second header: a file holds one case"),
		    "move it, and the entries below it, to a file of its own: dossier new");
		return;
	}
	if (type == NULL && schema_has_kinds(terms->schema))
		type = found_unknown_kind(file, entry, findings);
	if (type == NULL)
		return;
	check_not_ahead(file, entry->record, terms->known.date, entry->date, findings);
	record_subject(file, entry->record, type, entry->date, findings, &context, &beyond);
	schema_check(terms->schema, terms->directory, type, &file->file, entry->record,
	    entry->date, &beyond, findings);
}

/* The findings from `before` on are about that entry; most have none, and names take time. */
static void
name_entry(struct findings *findings, size_t before, const struct entry *entry)
{
	const char *name;

	if (findings->n == before)
		return;
	name = entry_name(entry, &findings->arena);
	for (; before < findings->n; before++)
		findings->list[before].entry = name;
}

void
case_check(struct archive *archive, struct casefile *file, struct findings *findings)
{
	const struct schema *schema = file->terms->schema;
	const struct rectype *type = schema_type(schema, STR("Case"));
	const struct rectype *plain = schema_type(schema, STR("Entry"));
	struct entry_context context;
	struct subject beyond;
	size_t i, before;

	findings->case_id = file->id[0] ? file->id : NULL;
	if (file->header == NULL) {
		check_no_header(file, findings);
	} else {
		check_id(archive, file, findings);
		check_not_ahead(file, file->header, file->terms->known.opened, file->opened, findings);
		if (type != NULL) {
			record_subject(file, file->header, type, file->opened, findings, &context,
			    &beyond);
			schema_check(schema, file->terms->directory, type, &file->file,
			    file->header, file->opened, &beyond, findings);
		}
	}
	for (i = 0; i < file->n; i++) {
		/* A first record without Case was named above; as an entry it would only echo. */
		if (file->header == NULL && file->entries[i].record == &file->file.records[0] &&
		    file->entries[i].kind.p == NULL)
			continue;
		before = findings->n;
		check_entry(file, &file->entries[i], plain, findings);
		name_entry(findings, before, &file->entries[i]);
	}
	/* A file that was refused whole would be one comment. */
	if (file->file.whole || file->file.n > 0)
		schema_check_comments(schema, &file->file, findings);
	findings->case_id = NULL;
}

/* ---- working through cases ---- */

struct chunk {
	struct buf out;
	bool done;
};

struct pool {
	struct archive *archive;
	const struct visitor *visitor;
	struct file *files;
	size_t n;
	struct findings *into;
	pthread_mutex_t lock;
	size_t next; /* the next chunk to be taken */
	size_t written; /* chunks of which the output is out */
	size_t finished; /* cases that are done */
	struct chunk *chunks;
	size_t n_chunks;
};

struct worker {
	struct pool *pool;
	struct findings findings;
	struct arena arena;
	void *state;
	struct judge *judge;
	pthread_t thread;
};

static int
read_case(struct snapshot *snapshot, const struct file *file, struct arena *arena, struct str *bytes)
{
	return oid_is_zero(&file->oid) ? snapshot_read(snapshot, file->path, arena, bytes) :
	    snapshot_read_file(snapshot, file, arena, bytes);
}

/* A file that is not whole is not judged: what it lacks would be found missing. Of one with errors of its own nothing is
 * said: a misspelt kind or value makes the rules miss what stands there. */
static void
judge_visit(struct worker *worker, struct casefile *file, struct visit *visit)
{
	enum verdict least = worker->pool->visitor->report;
	day today = worker->pool->archive->today;
	size_t i;

	if (!file->file.whole || file->header == NULL)
		return;
	visit->judgements = judge_case(worker->judge, file, today, &worker->findings,
	    &visit->n_judgements);
	for (i = 0; least != VERDICT_OK && !visit->faulty && i < visit->n_judgements; i++)
		if (visit->judgements[i].verdict >= least)
			judgement_report(&visit->judgements[i], file, today, &worker->findings);
}

static void
parse_visited(struct worker *worker, const struct file *file, struct str bytes,
    struct casefile *casefile)
{
	const struct terms *terms = &worker->pool->archive->terms;
	struct findings quiet;

	if (!worker->pool->visitor->quiet) {
		case_parse(terms, file->path, bytes, &worker->arena, &worker->findings, casefile);
		return;
	}
	findings_init(&quiet);
	case_parse(terms, file->path, bytes, &worker->arena, &quiet, casefile);
	findings_release(&quiet);
}

static void
visit_file(struct worker *worker, const struct file *file, struct buf *out)
{
	const struct visitor *visitor = worker->pool->visitor;
	struct visit visit = { .arena = &worker->arena, .findings = &worker->findings, .out = out,
		.state = worker->state, .judge = worker->judge };
	size_t errors = worker->findings.count[ERROR];
	struct casefile casefile;
	struct str bytes;
	int error;

	arena_reset(&worker->arena);
	if (file->kind == FILE_LINK || file->kind == FILE_OTHER || file->kind == FILE_FOLDER)
		error = file->kind == FILE_FOLDER ? EISDIR : EINVAL;
	else
		error = read_case(worker->pool->archive->snapshot, file, &worker->arena, &bytes);
	if (error != 0) {
		found_unreadable(&worker->findings, file->path, error);
		return;
	}
	parse_visited(worker, file, bytes, &casefile);
	if (visitor->check)
		case_check(worker->pool->archive, &casefile, &worker->findings);
	visit.faulty = worker->findings.count[ERROR] > errors;
	if (visitor->judge)
		judge_visit(worker, &casefile, &visit);
	if (visitor->see != NULL)
		visitor->see(visitor->context, &visit, &casefile);
}

/* Under the lock: whoever completes the next chunk in order writes all that are ready. */
static void
write_ready(struct pool *pool)
{
	const struct visitor *visitor = pool->visitor;

	while (pool->written < pool->n_chunks && pool->chunks[pool->written].done) {
		struct chunk *chunk = &pool->chunks[pool->written++];

		if (visitor->write != NULL && chunk->out.n > 0)
			visitor->write(visitor->context, buf_view(&chunk->out));
		buf_release(&chunk->out);
	}
	if (visitor->progress != NULL)
		visitor->progress(visitor->progress_context, pool->finished, pool->n);
}

static void *
work(void *argument)
{
	struct worker *worker = argument;
	struct pool *pool = worker->pool;
	size_t chunk, i, end;

	pthread_mutex_lock(&pool->lock);
	while ((chunk = pool->next) < pool->n_chunks) {
		pool->next++;
		pthread_mutex_unlock(&pool->lock);
		end = (chunk + 1) * CHUNK < pool->n ? (chunk + 1) * CHUNK : pool->n;
		for (i = chunk * CHUNK; i < end; i++)
			visit_file(worker, &pool->files[i], &pool->chunks[chunk].out);
		pthread_mutex_lock(&pool->lock);
		pool->chunks[chunk].done = true;
		pool->finished += end - chunk * CHUNK;
		write_ready(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static size_t
thread_count(const struct pool *pool)
{
	long cores;
	size_t n;

	if (pool->visitor->alone || pool->n_chunks <= 1)
		return 1;
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	n = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (size_t)cores;
	return n < pool->n_chunks ? n : pool->n_chunks;
}

static void
run_pool(struct pool *pool)
{
	const struct visitor *visitor = pool->visitor;
	struct worker workers[THREADS_MAX];
	size_t n, i;

	pool->n_chunks = (pool->n + CHUNK - 1) / CHUNK;
	n = thread_count(pool);
	pool->chunks = xcalloc(pool->n_chunks, sizeof(*pool->chunks));
	pthread_mutex_init(&pool->lock, NULL);
	for (i = 0; i < n; i++) {
		workers[i].pool = pool;
		findings_init(&workers[i].findings);
		workers[i].findings.hide_values = pool->into->hide_values;
		arena_init(&workers[i].arena);
		workers[i].judge = visitor->judge ? judge_new(pool->archive->rules) : NULL;
		workers[i].state = visitor->begin ? visitor->begin(visitor->context) : NULL;
	}
	for (i = 1; i < n; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			die("cannot start a thread");
	work(&workers[0]);
	for (i = 0; i < n; i++) {
		if (i > 0)
			pthread_join(workers[i].thread, NULL);
		if (visitor->end != NULL)
			visitor->end(visitor->context, workers[i].state);
		judge_free(workers[i].judge);
		findings_move(pool->into, &workers[i].findings);
		findings_release(&workers[i].findings);
		arena_release(&workers[i].arena);
	}
	pthread_mutex_destroy(&pool->lock);
	free(pool->chunks);
}

static void
found_stray(struct findings *findings, const char *path, struct arena *arena)
{
	const char *rec = strstr(path, ".rec/");
	struct source nowhere = { path, STR("") };

	if (rec != NULL) {
		found_unreadable(findings, arena_cstr(arena, (struct str){ path, (size_t)(rec - path) + 4 }),
		    EISDIR);
		return;
	}
	fix(findings, find(findings, MSG_STRAY_FILE, (struct span){ &nowhere, 0, 0 },
	    "'%s' is no case: cases/ holds only files named YYYY/X/ID.rec", path),
	    "move it out of cases/, or remove it");
}

/* Every file below cases/ but what editors leave; what is no case is found and left out. */
static void
all_cases(struct archive *archive, struct arena *arena, struct findings *findings,
    struct files *files)
{
	size_t i, n = 0;

	snapshot_files(archive->snapshot, "cases", arena, files);
	for (i = 0; i < files->n; i++) {
		const struct file *file = &files->list[i];

		if (is_editor_leaving(file->path))
			continue;
		if (is_rec_file(file->path))
			files->list[n++] = *file;
		else if (is_irregular(file))
			found_unreadable(findings, file->path, EINVAL);
		else if (file->kind != FILE_FOLDER)
			found_stray(findings, file->path, arena);
	}
	files->n = n;
}

static struct str
without_root(const struct archive *archive, const char *name)
{
	struct str path = str_of(name);

	(void)archive;
	while (str_starts(path, STR("./")))
		path = (struct str){ path.p + 2, path.n - 2 };
	return path;
}

static void
found_no_case(struct findings *findings, const char *name, const char *what)
{
	fix(findings, find(findings, MSG_NO_SUCH_CASE, (struct span){ NULL, 0, 0 },
	    "'%s' %s", name, what),
	    "name a case by its id, the beginning of one, or its file: see 'dossier list'");
}

/* The symbols of an id's beginning in canonical form: "2026-7k" and "20267K" give "2026-7K". */
static struct str
prefix_of_id(struct str text, char out[CASE_ID_SIZE])
{
	size_t i, n = 0;

	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '-' && n <= 5)
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (n > 4)
			c = c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
		if (n == 4)
			out[n++] = '-';
		if (n + 1 >= CASE_ID_SIZE)
			return STR_NULL;
		out[n++] = c;
	}
	out[n] = '\0';
	return (struct str){ out, n };
}

static const char *
path_by_prefix(struct archive *archive, const char *name, struct arena *arena,
    struct findings *findings)
{
	char canonical[CASE_ID_SIZE], id[CASE_ID_SIZE], *folder;
	struct str prefix = prefix_of_id(str_of(name), canonical);
	const char *found = NULL;
	struct files files;
	size_t i, n = 0;

	if (prefix.n == 0) {
		found_no_case(findings, name, "is no case");
		return NULL;
	}
	folder = prefix.n > 5 ? arena_printf(arena, "cases/%.4s/%c", canonical, canonical[5]) :
	    prefix.n >= 4 ? arena_printf(arena, "cases/%.4s", canonical) : arena_cstr(arena, STR("cases"));
	snapshot_files(archive->snapshot, folder, arena, &files);
	for (i = 0; i < files.n; i++) {
		if (!is_rec_file(files.list[i].path))
			continue;
		case_id_of_path(files.list[i].path, id);
		if (str_starts(str_of(id), prefix)) {
			found = files.list[i].path;
			n++;
		}
	}
	if (n == 1)
		return found;
	found_no_case(findings, name, n == 0 ? "is no case here" :
	    arena_printf(arena, "is the beginning of %zu ids: write more of it", n));
	return NULL;
}

const char *
archive_case_path(struct archive *archive, const char *name, struct arena *arena,
    struct findings *findings)
{
	struct str path = without_root(archive, name);
	char id[CASE_ID_SIZE];

	if (memchr(path.p, '/', path.n) != NULL || str_ends(path, STR(".rec"))) {
		if (snapshot_has(archive->snapshot, arena_cstr(arena, path)))
			return arena_cstr(arena, path);
		if (memchr(path.p, '/', path.n) != NULL) {
			found_no_case(findings, name, "is not there");
			return NULL;
		}
		path.n -= 4;
	}
	switch (case_id_parse(path, id)) {
	case CASE_ID_OK:
		if (snapshot_has(archive->snapshot, case_path_of(id, arena)))
			return case_path_of(id, arena);
		found_no_case(findings, name, "is no case here");
		return NULL;
	case CASE_ID_CHECK:
		if (snapshot_has(archive->snapshot, case_path_of(id, arena)))
			return case_path_of(id, arena);
		found_no_case(findings, name, "is mistyped: its last symbol does not fit the others");
		return NULL;
	case CASE_ID_FORM:
		break;
	}
	return path_by_prefix(archive, arena_cstr(arena, path), arena, findings);
}

static void
add_file(struct files *files, size_t *size, struct file file, struct arena *arena)
{
	if (files->n == *size) {
		size_t old = *size * sizeof(file);

		*size = *size ? *size * 2 : 16;
		files->list = arena_grow(arena, files->list, old, *size * sizeof(file));
	}
	files->list[files->n++] = file;
}

/* A folder stands for the cases below it. */
static bool
add_folder(struct archive *archive, const char *name, struct arena *arena, struct files *files,
    size_t *size)
{
	struct str path = without_root(archive, name);
	struct files below;
	size_t i;

	while (str_ends(path, STR("/")))
		path.n--;
	if (!str_is(path, "cases") && !str_starts(path, STR("cases/")))
		return false;
	if (str_ends(path, STR(".rec")))
		return false;
	snapshot_files(archive->snapshot, arena_cstr(arena, path), arena, &below);
	for (i = 0; i < below.n; i++)
		if (is_rec_file(below.list[i].path) && !is_editor_leaving(below.list[i].path))
			add_file(files, size, below.list[i], arena);
	return below.n > 0;
}

static bool
selected_cases(struct archive *archive, const struct selection *selection, struct arena *arena,
    struct findings *findings, struct files *files)
{
	bool all = true;
	size_t i, size = 0;

	*files = (struct files){ NULL, 0 };
	for (i = 0; i < selection->n; i++) {
		const char *path;

		if (add_folder(archive, selection->names[i], arena, files, &size))
			continue;
		path = archive_case_path(archive, selection->names[i], arena, findings);
		if (path == NULL)
			all = false;
		else
			add_file(files, &size, (struct file){ path, FILE_REGULAR, { { 0 } } },
			    arena);
	}
	return all;
}

static void
each_file(struct archive *archive, struct files files, const struct visitor *visitor,
    struct findings *findings)
{
	struct pool pool = { .archive = archive, .visitor = visitor, .files = files.list,
		.n = files.n, .into = findings };

	run_pool(&pool);
}

bool
archive_each(struct archive *archive, const struct selection *selection,
    const struct visitor *visitor, struct findings *findings)
{
	struct arena arena;
	struct files files;
	bool all = true;

	arena_init(&arena);
	archive_name_fields(archive);
	if (selection == NULL || selection->n == 0)
		all_cases(archive, &arena, findings, &files);
	else
		all = selected_cases(archive, selection, &arena, findings, &files);
	each_file(archive, files, visitor, findings);
	arena_release(&arena);
	return all;
}

/* ---- steps ---- */

static struct str
raw_record(const struct recfile *file, size_t i)
{
	return (struct str){ file->source->bytes.p + file->records[i].at,
		file->records[i].end - file->records[i].at };
}

/* Of which type the i-th record is, when those before it are of `type`. */
static struct str
type_at(const struct recfile *file, size_t i, struct str type)
{
	const struct field *rec = record_named(&file->records[i], STR("%rec"));

	return rec ? rec->value : type;
}

/* Records that are all still there, to the byte and of the same type: `new` only adds to `old`. */
static bool
only_adds(const struct recfile *old, const struct recfile *new, struct arena *arena)
{
	struct str *types = ARENA_NEW(arena, struct str, new->n + 1), type = STR("");
	struct map raw = MAP_INIT;
	struct map_slot *slot;
	bool adds = true;
	size_t i;

	for (i = 0; i < new->n; i++) {
		types[i] = type = type_at(new, i, type);
		map_put(&raw, raw_record(new, i), NULL)->value.p = &types[i];
	}
	type = STR("");
	for (i = 0; i < old->n && adds; i++) {
		type = type_at(old, i, type);
		slot = map_get(&raw, raw_record(old, i));
		adds = slot != NULL && str_eq(*(const struct str *)slot->value.p, type);
	}
	map_release(&raw);
	return adds;
}

static bool
parse_side(struct archive *archive, const char *path, struct arena *arena,
    struct findings *findings, struct recfile *file)
{
	struct source *source = ARENA_NEW(arena, struct source, 1);

	if (snapshot_read(archive->snapshot, path, arena, &source->bytes) != 0)
		return false;
	source->name = path;
	record_parse(source, NULL, arena, findings, file);
	return true;
}

static bool
directory_only_adds(struct archive *archive, struct archive *old, const char *path)
{
	struct findings quiet;
	struct arena arena;
	struct recfile before, after;
	bool adds;

	findings_init(&quiet);
	arena_init(&arena);
	adds = parse_side(old, path, &arena, &quiet, &before) &&
	    parse_side(archive, path, &arena, &quiet, &after) && only_adds(&before, &after, &arena);
	arena_release(&arena);
	findings_release(&quiet);
	return adds;
}

/* Whether a change may make a case invalid that it does not touch. */
static bool
reaches_all_cases(struct archive *archive, struct archive *old, const struct change *change)
{
	struct str path = str_of(change->path);

	if (old == NULL || !is_rec_file(change->path))
		return false;
	if (str_starts(path, STR("schema/")) || str_starts(path, STR("rules/")))
		return true;
	if (!str_starts(path, STR("directory/")) || !change->is_old)
		return false;
	return !change->is_new || !directory_only_adds(archive, old, change->path);
}

static size_t
errors_under(struct archive *archive, const char *path, struct str bytes, struct arena *arena,
    struct findings *findings)
{
	struct casefile file;

	case_parse(&archive->terms, path, bytes, arena, findings, &file);
	case_check(archive, &file, findings);
	return findings->count[ERROR];
}

static const struct change *
change_of(const struct changes *changes, const char *path)
{
	size_t low = 0, high = changes->n, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(path, changes->list[middle].path);
		if (order == 0)
			return &changes->list[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* What an origin of the same definitions has as it is was judged there. */
static bool
is_unjudged(const struct archive_step *step, const char *path)
{
	size_t i;

	for (i = 0; i < step->n; i++)
		if (step->origins[i].archive == NULL && change_of(step->origins[i].changes, path) == NULL)
			return false;
	return true;
}

/* A step that is checked, for the threads. */
struct stepping {
	const struct archive_step *step;
	size_t origin; /* when every case is looked at: for the sake of which */
	struct map touched; /* by path */
};

/* One judge for each origin. */
static void *
begin_step(void *context)
{
	const struct archive_step *step = ((struct stepping *)context)->step;
	struct judge **judges = xcalloc(step->n, sizeof(*judges));
	size_t i;

	for (i = 0; i < step->n; i++)
		judges[i] = judge_new(step->origins[i].archive ? step->origins[i].archive->rules :
		    step->archive->rules);
	return judges;
}

static void
end_step(void *context, void *state)
{
	const struct archive_step *step = ((struct stepping *)context)->step;
	struct judge **judges = state;
	size_t i;

	for (i = 0; i < step->n; i++)
		judge_free(judges[i]);
	free(judges);
}

static void
keep_broken(struct version *version, const struct judgement *all, size_t n, struct arena *arena)
{
	struct judgement *broken = ARENA_NEW(arena, struct judgement, n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		if (all[i].verdict == VERDICT_BROKEN)
			broken[version->n++] = all[i];
	version->broken = broken;
}

static struct casefile *
parse_quietly(struct archive *archive, const char *path, struct str bytes, struct arena *arena,
    struct findings *quiet)
{
	struct casefile *file = ARENA_NEW(arena, struct casefile, 1);

	case_parse(&archive->terms, path, bytes, arena, quiet, file);
	return file;
}

/* A case as an origin has it, with what was broken in it there, by its rules and on the day of the step; also where its
 * form was not right: what mends that is not to answer for the rest. judge NULL: it is not asked. */
static void
judge_origin(struct stepping *stepping, size_t i, struct judge *judge, const struct casefile *new,
    struct str bytes, struct arena *arena, struct version *version)
{
	struct archive *now = stepping->step->archive, *old = stepping->step->origins[i].archive;
	const struct judgement *all;
	struct casefile *file;
	struct findings quiet;
	size_t n;

	findings_init(&quiet);
	*version = (struct version){ .file = parse_quietly(now, new->path, bytes, arena, &quiet) };
	file = old && judge ? parse_quietly(old, new->path, bytes, arena, &quiet) : version->file;
	if (judge != NULL && file->header != NULL) {
		all = judge_case(judge, file, now->today, &quiet, &n);
		keep_broken(version, all, n, arena);
	}
	findings_release(&quiet);
}

/* False when the origin has no such case. */
static bool
read_origin(struct stepping *stepping, size_t i, const struct casefile *new, struct arena *arena,
    struct str *bytes)
{
	const struct archive_step *step = stepping->step;
	const struct change *change = change_of(step->origins[i].changes, new->path);

	*bytes = new->source.bytes;
	return change == NULL || (change->is_old && store_blob(snapshot_store(step->archive->snapshot),
	    &change->old_oid, RECORD_FILE_MAX, arena, bytes) == 0);
}

/* Where there is no change it costs nothing: the case of the main branch is the origin's. */
static struct casefile *
read_shared(const struct archive_step *step, const struct case_step *made, struct arena *arena)
{
	struct casefile *new = made->new.file, *shared = NULL;
	struct findings quiet;
	struct str bytes;
	size_t i;

	if (step->shared == NULL || snapshot_read(step->shared, new->path, arena, &bytes) != 0)
		return NULL;
	for (i = 0; i < made->n_old; i++)
		if (str_eq(bytes, made->old[i].file->source.bytes))
			return made->old[i].file;
	findings_init(&quiet);
	shared = parse_quietly(step->archive, new->path, bytes, arena, &quiet);
	findings_release(&quiet);
	return shared;
}

static void
check_case_step(struct stepping *stepping, struct visit *visit, struct casefile *file, bool kept_only)
{
	const struct archive_step *step = stepping->step;
	struct version *old = ARENA_NEW(visit->arena, struct version, step->n);
	struct case_step made = { .new = { .file = file }, .old = old, .committer = step->committer,
		.on = step->archive->today, .kept_only = kept_only };
	struct str bytes;
	size_t i;

	if (step->begins || (!file->file.whole && visit->findings->count[ERROR] > 0))
		return;
	for (i = 0; i < step->n; i++)
		if (read_origin(stepping, i, file, visit->arena, &bytes))
			judge_origin(stepping, i, kept_only ? NULL : ((struct judge **)visit->state)[i], file,
			    bytes, visit->arena, &old[made.n_old++]);
	keep_broken(&made.new, visit->judgements, visit->faulty ? 0 : visit->n_judgements, visit->arena);
	made.shared = read_shared(step, &made, visit->arena);
	rules_check_step(step->archive->rules, &made, visit->findings);
}

static void
see_touched(void *context, struct visit *visit, struct casefile *file)
{
	check_case_step(context, visit, file, false);
}

static void
see_taken_over(void *context, struct visit *visit, struct casefile *file)
{
	check_case_step(context, visit, file, true);
}

static bool
is_as_shared(const struct archive_step *step, const struct change *change)
{
	struct oid oid;

	return step->shared == NULL || !snapshot_oid(step->shared, change->path, &oid) ||
	    memcmp(&oid, &change->new_oid, sizeof(oid)) == 0;
}

/* Cases that the step touches: those to be judged, or those that a merge takes over, which may lack what is shared. */
static void
touched_cases(struct stepping *stepping, bool taken_over, struct arena *arena, struct files *files)
{
	const struct archive_step *step = stepping->step;
	size_t i, j, most = 0;
	bool is_new;

	for (i = 0; i < step->n; i++)
		most += step->origins[i].changes->n;
	*files = (struct files){ ARENA_NEW(arena, struct file, most + 1), 0 };
	for (i = 0; i < step->n; i++)
		for (j = 0; j < step->origins[i].changes->n; j++) {
			const struct change *change = &step->origins[i].changes->list[j];

			if (!change->is_new || !str_starts(str_of(change->path), STR("cases/")) ||
			    !is_rec_file(change->path) || is_unjudged(step, change->path) == taken_over ||
			    (taken_over && is_as_shared(step, change)))
				continue;
			map_put(&stepping->touched, str_of(change->path), &is_new);
			if (is_new)
				files->list[files->n++] = (struct file){ change->path, change->new_kind,
					change->new_oid };
		}
}

static void
check_touched(struct stepping *stepping, struct arena *arena, struct findings *findings)
{
	const struct visitor judged = { .check = true, .judge = true, .see = see_touched,
		.begin = begin_step, .end = end_step, .context = stepping };
	const struct visitor taken_over = { .quiet = true, .see = see_taken_over, .begin = begin_step, .end = end_step,
		.context = stepping };
	struct files files;

	touched_cases(stepping, false, arena, &files);
	if (files.n > 0)
		each_file(stepping->step->archive, files, &judged, findings);
	if (stepping->step->n > 1)
		touched_cases(stepping, true, arena, &files);
	if (stepping->step->n > 1 && files.n > 0)
		each_file(stepping->step->archive, files, &taken_over, findings);
}

/* What is broken by the rules of the step, and was not by those of an origin. */
static void
compare_verdicts(struct stepping *stepping, struct visit *visit, struct casefile *file)
{
	struct version old;
	struct case_step made = { .new = { .file = file }, .old = &old, .n_old = 1,
		.committer = stepping->step->committer, .on = stepping->step->archive->today, .is_same = true };

	keep_broken(&made.new, visit->judgements, visit->faulty ? 0 : visit->n_judgements, visit->arena);
	if (made.new.n == 0)
		return;
	judge_origin(stepping, stepping->origin, ((struct judge **)visit->state)[stepping->origin], file,
	    file->source.bytes, visit->arena, &old);
	rules_check_step(stepping->step->archive->rules, &made, visit->findings);
}

/* Keeps a case's findings only when it was valid before. */
static void
see_all(void *context, struct visit *visit, struct casefile *file)
{
	struct stepping *stepping = context;
	struct findings now, before;

	if (map_get(&stepping->touched, str_of(file->path)) != NULL)
		return;
	findings_init(&now);
	now.hide_values = visit->findings->hide_values;
	if (errors_under(stepping->step->archive, file->path, file->source.bytes, visit->arena, &now) > 0) {
		findings_init(&before);
		if (errors_under(stepping->step->origins[stepping->origin].archive, file->path,
		    file->source.bytes, visit->arena, &before) == 0)
			findings_move(visit->findings, &now);
		findings_release(&before);
	}
	findings_release(&now);
	compare_verdicts(stepping, visit, file);
}

static bool
reaches_all(const struct archive_step *step, size_t origin)
{
	const struct changes *changes = step->origins[origin].changes;
	size_t i;

	for (i = 0; i < changes->n; i++)
		if (reaches_all_cases(step->archive, step->origins[origin].archive, &changes->list[i]) &&
		    is_unjudged(step, changes->list[i].path))
			return true;
	return false;
}

void
archive_check_step(const struct archive_step *step, struct findings *findings)
{
	struct stepping stepping = { step, 0, MAP_INIT };
	const struct visitor all = { .quiet = true, .judge = true, .see = see_all, .begin = begin_step, .end = end_step,
		.context = &stepping };
	struct arena arena;
	size_t i;

	arena_init(&arena);
	archive_name_fields(step->archive);
	for (i = 0; i < step->n; i++)
		if (step->origins[i].archive != NULL)
			archive_name_fields(step->origins[i].archive);
	check_touched(&stepping, &arena, findings);
	for (i = 0; i < step->n; i++) {
		stepping.origin = i;
		if (reaches_all(step, i))
			archive_each(step->archive, NULL, &all, findings);
	}
	map_release(&stepping.touched);
	arena_release(&arena);
}

static struct str
rule_and_place(const struct finding *f, struct arena *arena)
{
	return str_of(arena_printf(arena, "%s %u %u %s", f->rule, (unsigned)f->line,
	    (unsigned)f->column, f->path ? f->path : ""));
}

void
archive_keep_new(struct findings *findings, const struct changes *changes,
    const struct findings *before)
{
	struct map touched = MAP_INIT, known = MAP_INIT;
	struct arena arena;
	size_t i, kept = 0;

	arena_init(&arena);
	for (i = 0; i < changes->n; i++)
		map_put(&touched, str_of(changes->list[i].path), NULL);
	for (i = 0; before != NULL && i < before->n; i++)
		map_put(&known, rule_and_place(&before->list[i], &arena), NULL);
	for (i = 0; i < findings->n; i++) {
		const struct finding *f = &findings->list[i];

		if (f->path == NULL || map_get(&touched, str_of(f->path)) != NULL ||
		    (before != NULL && map_get(&known, rule_and_place(f, &arena)) == NULL))
			findings->list[kept++] = *f;
		else
			findings->count[f->severity]--;
	}
	findings->n = kept;
	map_release(&touched);
	map_release(&known);
	arena_release(&arena);
}

/* ---- staff ---- */

static bool
is_same_email(struct str a, struct str b)
{
	return a.n == b.n && a.n > 0 && strncasecmp(a.p, b.p, a.n) == 0;
}

const struct entity *
archive_staff_by_email(const struct archive *archive, struct str email, day on)
{
	const struct field *field;
	size_t i, n;
	const struct entity *const *staff = directory_all(archive->directory, STR("Staff"), &n);

	for (i = 0; i < n; i++) {
		if ((staff[i]->from != DAY_NONE && on < staff[i]->from) ||
		    (staff[i]->until != DAY_NONE && on >= staff[i]->until))
			continue;
		for (field = record_field(staff[i]->record, archive->known.email); field != NULL;
		    field = record_next(staff[i]->record, archive->known.email, field))
			if (is_same_email(field->value, email))
				return staff[i];
	}
	return NULL;
}

bool
staff_has_role(const struct archive *archive, const struct entity *staff, struct str role)
{
	const struct field *field;

	for (field = record_field(staff->record, archive->known.role); field != NULL;
	    field = record_next(staff->record, archive->known.role, field))
		if (str_eq(field->value, role))
			return true;
	return false;
}
