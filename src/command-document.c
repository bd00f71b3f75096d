/*
 * What may stand in a document is decided before it is filled in: which entries, which one it is about, which fields. Filling in
 * then sees nothing else. Where people are masked, it is filled in twice: the first time to count.
 */
#define _GNU_SOURCE
#include "command-document.h"
#include "command-things.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "templates/"
#define PARTIALS "templates/partials/"

/* A file of templates/: NAME[.LANG].SUFFIX. */
struct template_file {
	const char *path;
	struct str name, language, suffix; /* language STR_NULL: any; suffix with its dot */
	bool is_partial;
	bool is_used;
	struct source *source; /* NULL until it was read */
};

struct documents {
	struct archive *archive;
	struct arena arena;
	struct things *things;
	struct template_file *files;
	size_t n;
};

struct document {
	struct documents *documents;
	const struct entity *entity; /* its record */
	struct template_file *file;
	struct words *words;
	struct templates *templates;
	const struct template *template;
	enum escaping escaping;
	bool is_outside, has_case;
	struct expr *covered, *entry, *about; /* NULL: not said */
	struct expr **covered_by, **needs;
	size_t n_covered_by, n_needs;
	int *fields, *people;
	size_t n_fields, n_people;
	bool has_fields;
};

/* ---- files ---- */

static bool
is_language(struct str text)
{
	return text.n == 2 && text.p[0] >= 'a' && text.p[0] <= 'z' && text.p[1] >= 'a' && text.p[1] <= 'z';
}

/* NAME[.LANG][.SUFFIX]; what is not said is STR_NULL. False when it is none. */
static bool
split_name(struct str text, struct str *name, struct str *language, struct str *suffix)
{
	struct str rest = text, part;
	enum escaping escaping;

	*language = *suffix = STR_NULL;
	str_cut(&rest, '.', name);
	while (str_cut(&rest, '.', &part)) {
		struct str dotted = { part.p - 1, part.n + 1 };

		if (suffix->p == NULL && escaping_of(dotted, &escaping) && part.n > 0)
			*suffix = dotted;
		else if (suffix->p == NULL && language->p == NULL && is_language(part))
			*language = part;
		else
			return false;
	}
	return name->n > 0;
}

static void
list_files(struct documents *d)
{
	struct files files;
	size_t i;

	snapshot_files(d->archive->snapshot, "templates", &d->arena, &files);
	d->files = ARENA_NEW(&d->arena, struct template_file, files.n + 1);
	for (i = 0; i < files.n; i++) {
		struct template_file *f = &d->files[d->n];
		const char *path = files.list[i].path;
		struct str name = str_of(path + (str_starts(str_of(path), STR(PARTIALS)) ? strlen(PARTIALS) : strlen(FOLDER)));

		if ((files.list[i].kind != FILE_REGULAR && files.list[i].kind != FILE_EXECUTABLE) ||
		    memchr(name.p, '/', name.n) != NULL || str_ends(name, STR(".rec")))
			continue;
		f->path = path;
		f->is_partial = str_starts(str_of(path), STR(PARTIALS));
		if (split_name(name, &f->name, &f->language, &f->suffix) && f->suffix.p != NULL)
			d->n++;
	}
}

/* Lines that git leaves where two versions of a file say otherwise. */
static void
check_conflict(struct findings *findings, const struct source *source)
{
	struct str rest = source->bytes, line;

	while (rest.n > 0 && str_cut(&rest, '\n', &line))
		if (str_starts(line, STR("<<<<<<< ")) || str_starts(line, STR(">>>>>>> "))) {
			findings_new_source(findings);
			fix(findings, find(findings, MSG_MERGE_CONFLICT,
			    (struct span){ source, (size_t)(line.p - source->bytes.p), 7 },
			    "a merge conflict: what two people wrote stands here together"),
			    "keep what is right of both, and delete the lines that begin with '<<<<<<<', '=======' and '>>>>>>>'");
			return;
		}
}

static void
check_text(struct findings *findings, const struct source *source)
{
	static const enum message messages[] = { [TEXT_NUL] = MSG_NUL_BYTE, [TEXT_CR] = MSG_CARRIAGE_RETURN,
		[TEXT_CONTROL] = MSG_CONTROL_CHARACTER, [TEXT_BIDI] = MSG_BIDIRECTIONAL_CHARACTER,
		[TEXT_BOM] = MSG_BYTE_ORDER_MARK, [TEXT_INVALID] = MSG_INVALID_UTF8 };
	size_t at = 0;
	enum text_fault fault = text_check(source->bytes, &at);

	if (fault == TEXT_OK) {
		check_conflict(findings, source);
		return;
	}
	findings_new_source(findings);
	fix(findings, find(findings, messages[fault], (struct span){ source, at, 1 },
	    "a template is plain text: UTF-8, lines that end in LF, no control characters"),
	    "take this out, or save the file anew as UTF-8 text");
}

static const struct source *
read_file(struct documents *d, struct template_file *file, struct findings *findings)
{
	struct source *source;
	int error;

	if (file->source != NULL)
		return file->source;
	source = ARENA_NEW(&d->arena, struct source, 1);
	source->name = file->path;
	error = snapshot_read(d->archive->snapshot, file->path, &d->arena, &source->bytes);
	if (error != 0) {
		source->bytes = STR("");
		find(findings, MSG_UNREADABLE_FILE, (struct span){ source, 0, 0 }, "'%s' cannot be read: %s", file->path,
		    strerror(error));
		return NULL;
	}
	file->source = source;
	check_text(findings, source);
	return source;
}

struct documents *
documents_open(struct archive *archive)
{
	struct documents *d = xcalloc(1, sizeof(*d));

	d->archive = archive;
	arena_init(&d->arena);
	d->things = things_new(archive);
	list_files(d);
	return d;
}

void
documents_free(struct documents *d)
{
	if (d == NULL)
		return;
	things_free(d->things);
	arena_release(&d->arena);
	free(d);
}

/* ---- partials ---- */

struct partials {
	struct document *document;
	struct findings *findings;
};

/* How well a file serves a document, 0 not at all: its language and suffix, its suffix alone, text in its language, text. */
static int
fits(const struct template_file *partial, const struct document *document)
{
	bool is_text = str_is(partial->suffix, ".txt"), same = str_eq(partial->suffix, document->file->suffix);
	struct str language = words_language(document->words);
	int score = same ? 4 : is_text ? 2 : 0;

	if (score == 0 || (partial->language.p != NULL && !str_eq(partial->language, language)))
		return 0;
	return score + (partial->language.p != NULL);
}

static const struct source *
find_partial(void *context, struct str name, bool *is_text, struct str *near)
{
	struct partials *partials = context;
	struct document *document = partials->document;
	struct documents *d = document->documents;
	struct str *names = ARENA_NEW(&d->arena, struct str, d->n + 1);
	struct template_file *best = NULL;
	size_t i, n = 0;

	for (i = 0; i < d->n; i++) {
		struct template_file *file = &d->files[i];

		if (!file->is_partial)
			continue;
		names[n++] = file->name;
		if (str_eq(file->name, name) && fits(file, document) > (best ? fits(best, document) : 0))
			best = file;
	}
	*near = nearest(name, names, n);
	if (best == NULL)
		return NULL;
	best->is_used = true;
	*is_text = str_is(best->suffix, ".txt") && !str_eq(best->suffix, document->file->suffix);
	return read_file(d, best, partials->findings);
}

/* ---- the record ---- */

static struct span
place_of(const struct document *document, const struct field *field)
{
	const struct entity *e = document->entity;

	return field ? value_span(e->file, field) : record_span(e->file, e->record);
}

static const struct field *
field_of(const struct document *document, const char *name)
{
	return record_named(document->entity->record, str_of(name));
}

static struct str
text_of(const struct entity *entity, const char *name)
{
	const struct field *field = record_named(entity->record, str_of(name));

	return field ? str_trim(field->value) : STR_NULL;
}

/* A condition, and whether its names are known: `of_entries` or of the case. */
static struct expr *
read_condition(struct document *document, const struct field *field, bool of_entries, struct findings *findings)
{
	struct documents *d = document->documents;
	const struct sort *sorts[4];
	size_t n = things_sorts(d->things, true, sorts);
	struct expr *expr = expr_compile(field->value, place_of(document, field), &d->archive->symbols, &d->arena, findings);

	if (of_entries)
		sorts[n++] = things_entry_sort(d->things);
	if (expr != NULL)
		template_check_condition(expr, sorts, n, findings);
	return expr;
}

static struct expr *
read_one(struct document *document, const char *name, bool of_entries, struct findings *findings)
{
	const struct field *field = field_of(document, name);

	return field ? read_condition(document, field, of_entries, findings) : NULL;
}

static struct expr **
read_all(struct document *document, const char *name, size_t *n, struct findings *findings)
{
	const struct record *record = document->entity->record;
	struct expr **list = ARENA_NEW(&document->documents->arena, struct expr *, record->n);
	uint32_t i;

	for (i = 0; i < record->n; i++)
		if (str_is(record->fields[i].name, name) &&
		    (list[*n] = read_condition(document, &record->fields[i], true, findings)) != NULL)
			(*n)++;
	return list;
}

/* Names of fields of the header or of entries, in all fields of that name. */
static int *
read_fields(struct document *document, const char *name, size_t *n, struct findings *findings)
{
	struct documents *d = document->documents;
	const struct record *record = document->entity->record;
	const struct sort *sorts[4];
	size_t n_sorts = things_sorts(d->things, true, sorts), size = 0;
	int *list = NULL;
	uint32_t i;

	sorts[n_sorts++] = things_entry_sort(d->things);
	for (i = 0; i < record->n; i++) {
		struct str rest = record->fields[i].value, word;

		while (str_is(record->fields[i].name, name) && (word = str_word(&rest)).n > 0) {
			struct span at = place_of(document, &record->fields[i]);
			struct expr *expr = expr_compile(word, at, &d->archive->symbols, &d->arena, findings);

			if (expr == NULL)
				continue;
			template_check_condition(expr, sorts, n_sorts, findings);
			expr_free(expr);
			if (*n == size) {
				list = arena_grow(&d->arena, list, size * sizeof(*list), (size + 32) * sizeof(*list));
				size += 32;
			}
			list[(*n)++] = symbol(&d->archive->symbols, word);
		}
	}
	return list;
}

static void
read_record(struct document *document, struct findings *findings)
{
	struct finding *f;

	document->is_outside = str_is(text_of(document->entity, "Audience"), "outside");
	document->has_case = !str_is(text_of(document->entity, "Case"), "no");
	document->has_fields = field_of(document, "Field") != NULL;
	document->fields = read_fields(document, "Field", &document->n_fields, findings);
	document->people = read_fields(document, "People", &document->n_people, findings);
	document->covered = read_one(document, "Covered", false, findings);
	document->entry = read_one(document, "Entry", true, findings);
	document->about = read_one(document, "About", true, findings);
	document->covered_by = read_all(document, "Covered_by", &document->n_covered_by, findings);
	document->needs = read_all(document, "Needs", &document->n_needs, findings);
	if (!document->is_outside || !document->has_case ||
	    (field_of(document, "Covered") != NULL && field_of(document, "Entry") != NULL && document->has_fields))
		return;
	f = find(findings, MSG_DOCUMENT_OUTSIDE, place_of(document, NULL),
	    "document '%s' is for outside, and does not say what of a case may stand in it", nam(findings, document->entity->key));
	fix(findings, f, "say when (Covered), which entries (Entry) and which fields (Field)");
}

/* ---- reading a document ---- */

static const struct entity *
record_of(const struct documents *d, struct str name)
{
	return directory_find(d->archive->directory, STR("Document"), name, DAY_NONE, NULL);
}

static void
found_no_record(struct documents *d, const struct template_file *file, struct findings *findings)
{
	struct source *source = ARENA_NEW(&d->arena, struct source, 1);

	*source = (struct source){ file->path, STR("") };
	fix(findings, find(findings, MSG_DOCUMENT_TEMPLATE, (struct span){ source, 0, 0 },
	    "no record in templates/documents.rec says for whom '%s' is", nam(findings, file->name)),
	    "add a Document record: Document: %s", nam(findings, file->name));
}

static void
check_left_out(const struct document *document, struct findings *findings)
{
	if (!document->is_outside || !document->has_case ||
	    template_uses(document->template, things_left_out(document->documents->things)))
		return;
	fix(findings, find(findings, MSG_DOCUMENT_OUTSIDE, (struct span){ document->file->source, 0, 0 },
	    "a document for outside that never says what was left out"),
	    "use Left_out in it, as the partial {{>left-out}} does");
}

static void
free_document(struct document *document)
{
	size_t i;

	templates_free(document->templates);
	words_free(document->words);
	if (document->covered)
		expr_free(document->covered);
	if (document->entry)
		expr_free(document->entry);
	if (document->about)
		expr_free(document->about);
	for (i = 0; i < document->n_covered_by; i++)
		expr_free(document->covered_by[i]);
	for (i = 0; i < document->n_needs; i++)
		expr_free(document->needs[i]);
}

static struct str
language_of(const struct documents *d, const struct template_file *file, struct str asked)
{
	struct str own = archive_setting(d->archive, STR("Language"));

	return file->language.p ? file->language : asked.p ? asked : own.p ? own : STR("en");
}

/* Reads and checks; findings say whether it may be filled in. NULL when there is nothing to read. */
static struct document *
open_document(struct documents *d, struct template_file *file, struct str language, struct findings *findings)
{
	struct document *document;
	const struct entity *entity = record_of(d, file->name);
	const struct source *source = read_file(d, file, findings);
	struct view view = { .about = NO_ENTRY };
	const struct sort *sorts[3];
	struct partials partials;
	size_t n;

	if (entity == NULL)
		found_no_record(d, file, findings);
	if (source == NULL || entity == NULL)
		return NULL;
	document = ARENA_NEW(&d->arena, struct document, 1);
	*document = (struct document){ .documents = d, .entity = entity, .file = file };
	document->words = words_load(d->archive->directory, language_of(d, file, language));
	escaping_of(file->suffix, &document->escaping);
	read_record(document, findings);
	partials = (struct partials){ document, findings };
	document->templates = templates_new(&d->archive->symbols, find_partial, &partials);
	document->template = template_read(document->templates, source, findings);
	view.fields = document->has_fields ? document->fields : NULL;
	view.n_fields = document->n_fields;
	things_set_view(d->things, &view);
	n = things_sorts(d->things, document->has_case, sorts);
	template_check(document->template, sorts, n, document->escaping, findings);
	things_set_view(d->things, NULL);
	check_left_out(document, findings);
	return document;
}

/* ---- checking all ---- */

static void
check_unused(struct documents *d, struct template_file *file, struct findings *findings)
{
	struct templates *templates;
	const struct source *source = read_file(d, file, findings);

	if (source == NULL)
		return;
	templates = templates_new(&d->archive->symbols, NULL, NULL);
	template_read(templates, source, findings);
	templates_free(templates);
}

static void
check_records(struct documents *d, struct findings *findings)
{
	size_t n, i, k;
	const struct entity *const *all = directory_all(d->archive->directory, STR("Document"), &n);

	for (i = 0; i < n; i++) {
		for (k = 0; k < d->n && (d->files[k].is_partial || !str_eq(d->files[k].name, all[i]->key)); k++)
			;
		if (k < d->n)
			continue;
		fix(findings, find(findings, MSG_DOCUMENT_TEMPLATE, record_span(all[i]->file, all[i]->record),
		    "document '%s' has no template", nam(findings, all[i]->key)),
		    "write templates/%s.txt (or .md, .html, .ms), or take the record away", nam(findings, all[i]->key));
	}
}

void
documents_check(struct documents *d, struct findings *findings)
{
	struct document *document;
	size_t i;

	for (i = 0; i < d->n; i++) {
		if (d->files[i].is_partial)
			continue;
		document = open_document(d, &d->files[i], STR_NULL, findings);
		if (document != NULL)
			free_document(document);
	}
	for (i = 0; i < d->n; i++)
		if (d->files[i].is_partial && !d->files[i].is_used)
			check_unused(d, &d->files[i], findings);
	check_records(d, findings);
	findings_new_source(findings);
}

void
documents_list(struct documents *d, struct buf *out)
{
	size_t n, i, k, widest = 0;
	const struct entity *const *all = directory_all(d->archive->directory, STR("Document"), &n);

	for (i = 0; i < n; i++)
		widest = all[i]->key.n > widest ? all[i]->key.n : widest;
	for (i = 0; i < n; i++) {
		struct buf files = BUF_INIT;

		for (k = 0; k < d->n; k++)
			if (!d->files[k].is_partial && str_eq(d->files[k].name, all[i]->key))
				buf_printf(&files, "%s%.*s%.*s", files.n ? " " : "", STRF(d->files[k].language.p ?
				    d->files[k].language : STR("")), STRF(d->files[k].suffix));
		buf_printf(out, "%-*.*s  %-7.*s  %-16s  %.*s\n", (int)widest, STRF(all[i]->key),
		    STRF(text_of(all[i], "Audience").p ? text_of(all[i], "Audience") : STR("")), files.p ? files.p : "",
		    STRF(text_of(all[i], "Title").p ? text_of(all[i], "Title") : STR("")));
		buf_release(&files);
	}
}

/* ---- choosing one ---- */

struct wanted {
	struct str text; /* as it was written */
	struct str name, language, suffix;
};

/* How well a file is what was asked for; 0: it is not. */
static int
serves(const struct documents *d, const struct template_file *file, const struct wanted *wanted)
{
	struct str own = archive_setting(d->archive, STR("Language"));

	if (file->is_partial || !str_eq(file->name, wanted->name) ||
	    (wanted->suffix.p != NULL && !str_eq(file->suffix, wanted->suffix)))
		return 0;
	if (wanted->language.p == NULL && str_is(wanted->text, file->path + strlen(FOLDER)))
		return 4;
	if (file->language.p == NULL)
		return 2;
	if (wanted->language.p != NULL)
		return str_eq(file->language, wanted->language) ? 3 : 0;
	return own.p != NULL && str_eq(file->language, own) ? 3 : 1;
}

static struct document *
found_no_template(struct documents *d, struct str name, const struct wanted *wanted, struct findings *findings)
{
	struct str *names = ARENA_NEW(&d->arena, struct str, d->n + 1), near;
	struct finding *f;
	struct buf files = BUF_INIT;
	size_t i, n = 0;

	for (i = 0; i < d->n; i++) {
		if (d->files[i].is_partial)
			continue;
		names[n++] = d->files[i].name;
		if (str_eq(d->files[i].name, wanted->name))
			buf_printf(&files, "%s%s", files.n ? ", " : "", d->files[i].path + strlen(FOLDER));
	}
	f = find(findings, MSG_UNKNOWN_TEMPLATE, (struct span){ NULL, 0, 0 }, "there is no template '%s'%s%.*s",
	    nam(findings, name), wanted->language.p ? " in " : "",
	    STRF(wanted->language.p ? wanted->language : STR("")));
	near = nearest(wanted->name, names, n);
	if (files.n > 0)
		fix(findings, f, "there is: %s", files.p);
	else if (near.p != NULL)
		fix(findings, f, "did you mean '%s'?", nam(findings, near));
	else
		fix(findings, f, "dossier render lists them");
	buf_release(&files);
	return NULL;
}

struct document *
document_load(struct documents *d, struct str name, struct str language, struct findings *findings)
{
	struct wanted wanted;
	struct template_file *best = NULL;
	struct document *document;
	size_t errors = findings->count[ERROR], i;

	if (str_starts(name, STR(FOLDER)))
		name = (struct str){ name.p + strlen(FOLDER), name.n - strlen(FOLDER) };
	if (!split_name(name, &wanted.name, &wanted.language, &wanted.suffix))
		wanted = (struct wanted){ .name = name };
	wanted.text = name;
	if (language.p != NULL && wanted.language.p == NULL)
		wanted.language = language;
	for (i = 0; i < d->n; i++)
		if (serves(d, &d->files[i], &wanted) > (best ? serves(d, best, &wanted) : 0))
			best = &d->files[i];
	if (best == NULL || (language.p != NULL && !str_eq(wanted.language, language)))
		return found_no_template(d, name, &wanted, findings);
	document = open_document(d, best, wanted.language, findings);
	if (document != NULL && findings->count[ERROR] > errors) {
		free_document(document);
		return NULL;
	}
	return document;
}

void
document_close(struct document *document)
{
	if (document != NULL)
		free_document(document);
}

bool
document_needs_case(const struct document *document)
{
	return document->has_case;
}

const char *
document_path(const struct document *document)
{
	return document->file->path;
}

/* ---- what may stand in it ---- */

/* What is decided about one case. */
struct deciding {
	struct document *document;
	struct making_of *how;
	struct findings *findings;
	struct arena *arena;
	struct view open; /* of everything, for conditions */
	struct view view; /* of what the document may see */
	struct str marker; /* for whom is masked */
};

/* Whether a condition holds of an entry (NO_ENTRY: of the case). */
static bool
holds(struct deciding *g, const struct expr *expr, size_t entry)
{
	struct things *things = g->document->documents->things;
	struct item items[4];
	struct filling filling = { .items = items, .findings = g->findings };

	things_set_view(things, &g->open);
	filling.n = things_items(things, items);
	if (entry != NO_ENTRY)
		things_entry_item(things, entry, &items[filling.n++]);
	return template_test(expr, &filling);
}

/* Entries up to today, and of these the ones that the document may show. */
static void
choose_entries(struct deciding *g)
{
	const struct casefile *file = g->how->file;
	day today = g->document->documents->archive->today;
	size_t *all = ARENA_NEW(g->arena, size_t, file->n + 1), *shown = ARENA_NEW(g->arena, size_t, file->n + 1);
	size_t n = 0, m = 0, i;

	for (i = 0; i < file->n; i++)
		if (file->entries[i].date != DAY_NONE && file->entries[i].date <= today)
			all[n++] = i;
	g->open.shown = all;
	g->open.n_shown = n;
	for (i = 0; i < n; i++)
		if (g->document->entry == NULL || holds(g, g->document->entry, all[i]))
			shown[m++] = all[i];
	g->view.shown = shown;
	g->view.n_shown = m;
}

static struct finding *
refuse(struct deciding *g, enum message message, const char *field, const char *what, const char *condition)
{
	const struct document *document = g->document;
	char date[DATE_SIZE];

	return find(g->findings, message, place_of(document, field_of(document, field)), "document '%s' %s on %s: %s",
	    nam(g->findings, document->entity->key), what,
	    date_format(document->documents->archive->today, date), condition);
}

/* The record's own words on what to do, with the case's id for CASE. */
static void
fix_by_record(struct deciding *g, struct finding *finding)
{
	struct str text = text_of(g->document->entity, "Fix");
	struct buf out = BUF_INIT;
	const char *mark;

	if (text.p == NULL)
		return;
	while ((mark = memmem(text.p, text.n, "CASE", 4)) != NULL) {
		size_t n = (size_t)(mark - text.p);

		buf_add(&out, text.p, n);
		buf_text(&out, g->how->file->id);
		text = (struct str){ mark + 4, text.n - n - 4 };
	}
	buf_str(&out, text);
	fix(g->findings, finding, "%s", out.p);
	buf_release(&out);
}

static const char *
text_of_expr(struct deciding *g, const struct expr *expr)
{
	struct buf out = BUF_INIT;
	const char *text;

	expr_write(expr, &out);
	text = nam(g->findings, buf_view(&out));
	buf_release(&out);
	return text;
}

/* The entry that it is about. */
static bool
choose_about(struct deciding *g)
{
	const struct casefile *file = g->how->file;
	const struct expr *about = g->document->about;
	size_t i;

	for (i = g->view.n_shown; i-- > 0;) {
		size_t entry = g->view.shown[i];

		if (about != NULL && !holds(g, about, entry))
			continue;
		if (g->how->entry.p != NULL && !str_is(g->how->entry, entry_name(&file->entries[entry], g->arena)))
			continue;
		if (about != NULL || g->how->entry.p != NULL)
			g->open.about = g->view.about = entry;
		return true;
	}
	if (g->how->entry.p != NULL)
		fix(g->findings, refuse(g, MSG_DOCUMENT_NEEDS, "About", "cannot be about that entry", nam(g->findings,
		    g->how->entry)), "name one that it may show, DATE/KIND or DATE/KIND/2: dossier show %s", file->id);
	else if (about != NULL)
		fix_by_record(g, refuse(g, MSG_DOCUMENT_NEEDS, "About", "has no entry to be about", text_of_expr(g, about)));
	return g->how->entry.p == NULL && about == NULL;
}

static bool
any_holds(struct deciding *g, const struct expr *expr, const struct view *view)
{
	size_t i;

	for (i = 0; i < view->n_shown; i++)
		if (holds(g, expr, view->shown[i]))
			return true;
	return false;
}

static bool
is_covered(struct deciding *g)
{
	const struct document *document = g->document;
	const char *what = document->is_outside ? "may not leave the Centre" : "may not be made";
	size_t i;

	if (document->covered != NULL && !holds(g, document->covered, NO_ENTRY)) {
		fix_by_record(g, refuse(g, MSG_NOT_COVERED, "Covered", what, text_of_expr(g, document->covered)));
		return false;
	}
	for (i = 0; i < document->n_covered_by; i++)
		if (!any_holds(g, document->covered_by[i], &g->open)) {
			fix_by_record(g, refuse(g, MSG_NOT_COVERED, "Covered_by", what, arena_printf(g->arena, "no entry is %s",
			    text_of_expr(g, document->covered_by[i]))));
			return false;
		}
	for (i = 0; i < document->n_needs; i++)
		if (!any_holds(g, document->needs[i], &g->view)) {
			fix_by_record(g, refuse(g, MSG_DOCUMENT_NEEDS, "Needs", "lacks an entry", text_of_expr(g, document->needs[i])));
			return false;
		}
	return true;
}

/* ---- what was left out ---- */

static void
count_left(struct left_out *list, size_t *n, struct str name)
{
	size_t i;

	for (i = 0; i < *n && !str_eq(list[i].name, name); i++)
		;
	if (i == *n)
		list[(*n)++] = (struct left_out){ name, 0 };
	list[i].n++;
}

static size_t
most_fields(const struct casefile *file)
{
	size_t i, n = file->header ? file->header->n : 0;

	for (i = 0; i < file->n; i++)
		n += file->entries[i].record->n;
	return n;
}

static void
count_fields(struct deciding *g, const struct record *record, struct left_out *list, size_t *n)
{
	uint32_t i;

	for (i = 0; i < record->n; i++)
		if (!view_shows(g->document->documents->things, &g->view, record->fields[i].symbol))
			count_left(list, n, record->fields[i].name);
}

static void
count_left_out(struct deciding *g)
{
	const struct casefile *file = g->how->file;
	struct left_out *kinds = ARENA_NEW(g->arena, struct left_out, file->n + 1);
	struct left_out *fields = ARENA_NEW(g->arena, struct left_out, most_fields(file) + 1);
	size_t i, k = 0;

	if (file->header != NULL)
		count_fields(g, file->header, fields, &g->view.n_left_fields);
	for (i = 0; i < g->open.n_shown; i++) {
		const struct entry *entry = &file->entries[g->open.shown[i]];

		if (k < g->view.n_shown && g->view.shown[k] == g->open.shown[i]) {
			count_fields(g, entry->record, fields, &g->view.n_left_fields);
			k++;
			continue;
		}
		g->view.n_left++;
		count_left(kinds, &g->view.n_kinds, entry->kind.p ? entry->kind : STR("?"));
	}
	g->view.kinds = kinds;
	g->view.left_fields = fields;
}

/* ---- who is masked ---- */

static enum mask_when
when_of(const struct entity *person)
{
	struct str when = text_of(person, "When");

	return str_is(when, "named") ? MASK_NAMED : str_is(when, "never") ? MASK_NEVER : MASK_ALWAYS;
}

static void
add_people(struct mask *mask, const struct directory *directory)
{
	size_t n, i;
	const struct entity *const *all = directory_all(directory, STR("Person"), &n);
	uint32_t k;

	for (i = 0; i < n; i++) {
		const struct record *record = all[i]->record;

		mask_add_person(mask, all[i]->key, when_of(all[i]));
		for (k = 0; k < record->n; k++) {
			struct str rest = record->fields[k].value, word;

			while (str_is(record->fields[k].name, "Word") && (word = str_word(&rest)).n > 0)
				mask_add_word(mask, all[i]->key, word);
		}
	}
}

/* The labels that a record of the case uses are added; *found when one is the asker's. */
static void
add_labels(struct deciding *g, const struct record *record, struct str *labels, size_t *n)
{
	const struct document *document = g->document;
	uint32_t i;
	size_t k;

	for (i = 0; i < record->n; i++)
		for (k = 0; k < document->n_people; k++)
			if (record->fields[i].symbol == document->people[k] &&
			    mask_is_person(g->view.mask, record->fields[i].value)) {
				mask_add_label(g->view.mask, record->fields[i].value);
				labels[(*n)++] = record->fields[i].value;
			}
}

static bool
found_no_person(struct deciding *g, const struct str *labels, size_t n)
{
	struct str near = nearest(g->how->asker, labels, n);
	struct finding *f = find(g->findings, MSG_UNKNOWN_PERSON, (struct span){ NULL, 0, 0 }, "nobody in the case is '%s'",
	    nam(g->findings, g->how->asker));
	struct buf list = BUF_INIT;
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < i && !str_eq(labels[k], labels[i]); k++)
			;
		if (k == i)
			buf_printf(&list, "%s%.*s", list.n ? ", " : "", STRF(labels[i]));
	}
	if (near.p != NULL)
		fix(g->findings, f, "did you mean '%s'?", nam(g->findings, near));
	else if (list.n > 0)
		fix(g->findings, f, "there are: %s", list.p);
	buf_release(&list);
	return false;
}

static bool
set_mask(struct deciding *g)
{
	struct document *document = g->document;
	const struct casefile *file = g->how->file;
	struct str *labels = ARENA_NEW(g->arena, struct str, most_fields(file) + 1);
	size_t n = 0, i;

	if ((g->how->asker.p != NULL) != (document->n_people > 0)) {
		fix(g->findings, find(g->findings, MSG_UNKNOWN_PERSON, place_of(document, NULL), document->n_people ?
		    "document '%s' is made for one person, in front of whom the others are masked" :
		    "document '%s' is not made for one person: its record does not say People",
		    nam(g->findings, document->entity->key)), document->n_people ? "name them: --redact mother" :
		    "leave out --redact");
		return false;
	}
	if (document->n_people == 0)
		return true;
	g->marker = str_of(arena_printf(g->arena, "[%.*s]", STRF(word(document->words, "somebody else"))));
	g->view.mask = mask_new(g->how->asker, g->marker);
	add_people(g->view.mask, document->documents->archive->directory);
	if (file->header != NULL)
		add_labels(g, file->header, labels, &n);
	for (i = 0; i < file->n; i++)
		add_labels(g, file->entries[i].record, labels, &n);
	for (i = 0; i < n && !str_eq(labels[i], g->how->asker); i++)
		;
	return i < n || found_no_person(g, labels, n);
}

/* ---- writing ---- */

static size_t
count_text(struct str text, struct str part)
{
	const char *p = text.p, *end = text.p + text.n;
	size_t n = 0;

	while (p != NULL && (p = memmem(p, (size_t)(end - p), part.p, part.n)) != NULL) {
		n++;
		p += part.n;
	}
	return n;
}

static void
fill(struct deciding *g, struct buf *out)
{
	struct document *document = g->document;
	struct things *things = document->documents->things;
	struct item items[3];
	struct filling filling = { .items = items, .escaping = document->escaping, .show = things_show,
		.show_number = things_show_number, .context = things, .findings = g->findings };
	size_t start = out->n;

	things_set_view(things, &g->view);
	filling.n = things_items(things, items);
	if (g->view.mask != NULL) {
		template_fill(document->template, &filling, out);
		g->view.masked = count_text((struct str){ out->p + start, out->n - start }, g->marker);
		out->n = start;
	}
	template_fill(document->template, &filling, out);
}

static bool
decide(struct deciding *g)
{
	choose_entries(g);
	if (!set_mask(g) || !choose_about(g) || !is_covered(g))
		return false;
	count_left_out(g);
	return true;
}

bool
document_write(struct document *document, struct making_of *how, struct findings *findings, struct buf *out)
{
	struct arena arena;
	struct deciding g = { .document = document, .how = how, .findings = findings, .arena = &arena };
	size_t errors = findings->count[ERROR];
	bool good = true;

	arena_init(&arena);
	g.open = (struct view){ .file = how->file, .words = document->words, .document = document->entity,
		.about = NO_ENTRY, .asker = how->asker, .of_today = true };
	g.view = g.open;
	g.view.of_today = false;
	g.view.fields = document->has_fields ? document->fields : NULL;
	g.view.n_fields = document->n_fields;
	g.view.people = document->people;
	g.view.n_people = document->n_people;
	if (how->file != NULL)
		good = decide(&g);
	if (good)
		fill(&g, out);
	how->masked = g.view.masked;
	things_set_view(document->documents->things, NULL);
	mask_free(g.view.mask);
	arena_release(&arena);
	return good && findings->count[ERROR] == errors;
}
