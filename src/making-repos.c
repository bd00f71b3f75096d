/*
 * Several centres. Each counts its own cases by its own directory, rules and settings; their counts are added up as the bytes
 * that a report keeps counts in, which fit no other definition, parameters or period. The sum itself is made of the first
 * centre's files and of a directory to which the others add what it lacks: by that one its parameters are checked,
 * records are counted and rows are named.
 *
 * A case that several have is counted by the one which opened it first. Its journal is that of all of them: the header of
 * the one, then the entries of each in the order in which the centres were given, those left out that are the same to the byte
 * (of equal entries in one journal, as many stay as the journal with most of them has).
 *
 * What a definition uses is found by its words: a descriptor or a State that it never names cannot change its figures.
 */
#define _GNU_SOURCE
#include "making-parts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMED_MAX 10 /* in a note */

/* ---- opening ---- */

const char *
place_version(const char *place)
{
	const char *at = strrchr(place, '@');
	size_t n = at ? strlen(at + 1) : 0;
	struct oid oid;
	day on;

	if (n == OID_HEX && oid_parse(str_of(at + 1), &oid))
		return at + 1;
	if (n == 11 + OID_HEX && (at[11] == '=' || at[11] == '~') && date_parse((struct str){ at + 1, 10 }, &on, NULL) &&
	    oid_parse(str_of(at + 12), &oid))
		return at + 1;
	return NULL;
}

/* A branch or a part of an id behind the '@' is another commit tomorrow. */
static void
refuse_short(const char *place)
{
	const char *at = strrchr(place, '@');
	struct buf folder = BUF_INIT;

	if (at == NULL || at == place || access(place, F_OK) == 0)
		return;
	buf_str(&folder, (struct str){ place, (size_t)(at - place) });
	buf_char(&folder, '\0');
	if (access(folder.p, F_OK) == 0)
		die("'%s': no whole commit stands behind the '@': git -C '%s' rev-parse '%s' says its 40 characters", place,
		    folder.p, at + 1);
	buf_release(&folder);
}

static void
open_part(struct making *part, const char *place, const char *as_of, day today, const char *program)
{
	const char *version = place_version(place), *folder;

	*part = (struct making){ .program = program };
	arena_init(&part->arena);
	findings_init(&part->findings);
	if (version == NULL)
		refuse_short(place);
	if (version != NULL && as_of != NULL)
		die("'%s' says already which version is meant: leave --as-of out", place);
	folder = arena_cstr(&part->arena, version ? (struct str){ place, (size_t)(version - 1 - place) } : str_of(place));
	part->place = folder;
	part->store = store_open(folder);
	if (part->store == NULL || store_git_dir(part->store) == NULL)
		die("there is no centre's repository in '%s'", folder);
	part->snapshot = making_find(part, version ? version : as_of ? as_of : "HEAD", today);
	part->today = making_day(part, today);
}

bool
parts_is_same_folder(const struct making *a, const struct making *b)
{
	char x[PATH_MAX], y[PATH_MAX];

	return realpath(store_common_dir(a->store), x) != NULL && realpath(store_common_dir(b->store), y) != NULL &&
	    strcmp(x, y) == 0;
}

/* The same commit is the same history too. */
static void
refuse_same(const struct making *making, size_t n)
{
	const struct making *part = &making->parts[n];
	size_t i;

	for (i = 0; i < n; i++)
		if (parts_is_same_folder(&making->parts[i], part) ||
		    strcmp(snapshot_commit(making->parts[i].snapshot), snapshot_commit(part->snapshot)) == 0)
			die("'%s' and '%s' are the same centre: name each once", making->parts[i].place, part->place);
}

void
making_open_several(struct making *making, const char *const *places, size_t n, const char *as_of, day today,
    const char *program)
{
	struct findings said; /* by the first part */
	struct oid oid;
	size_t i;

	*making = (struct making){ .program = program, .parts = xcalloc(n, sizeof(*making->parts)), .n_parts = n };
	arena_init(&making->arena);
	findings_init(&making->findings);
	for (i = 0; i < n; i++) {
		open_part(&making->parts[i], places[i], as_of, today, program);
		refuse_same(making, i);
		making->as_of = i == 0 || making->parts[i].as_of == making->as_of ? making->parts[i].as_of : DAY_NONE;
		making->by_dates = making->by_dates || making->parts[i].by_dates;
		if (i == 0 || making->parts[i].today > making->today)
			making->today = making->parts[i].today;
	}
	for (i = 0; i < n; i++) {
		making->parts[i].today = making->today;
		making->parts[i].archive = archive_open(making->parts[i].snapshot, making->today,
		    &making->parts[i].findings);
	}
	making->store = making->parts[0].store;
	oid_parse(str_of(snapshot_commit(making->parts[0].snapshot)), &oid);
	making->snapshot = store_commit_oid(making->store, &oid);
	findings_init(&said);
	making->archive = archive_open(making->snapshot, making->today, &said);
	findings_release(&said);
}

void
parts_close(struct making *making)
{
	size_t i;

	for (i = 0; i < making->n_parts; i++) {
		struct store *store = making->parts[i].store;

		if (i == 0) { /* it is the sum's too */
			snapshot_free(making->snapshot);
			making->snapshot = NULL;
		}
		making_close(&making->parts[i]);
		store_free(store);
	}
	free(making->parts);
}

struct str
parts_name(const struct making *making, size_t i)
{
	struct str name = archive_setting(making->parts[i].archive, STR("Name"));

	return name.p != NULL ? name : str_of(making->parts[i].place);
}

struct str
parts_names(struct making *making)
{
	struct str all = parts_name(making, 0);
	size_t i;

	for (i = 1; i < making->n_parts; i++)
		all = str_of(arena_printf(&making->arena, "%.*s; %.*s", STRF(all), STRF(parts_name(making, i))));
	return all;
}

/* ---- one definition ---- */

/* But for what it says to people. */
static bool
is_same_record(const struct record *a, const struct record *b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a->n && (str_is(a->fields[i].name, "%doc") || str_is(a->fields[i].name, "Doc")))
			i++;
		while (k < b->n && (str_is(b->fields[k].name, "%doc") || str_is(b->fields[k].name, "Doc")))
			k++;
		if (i == a->n || k == b->n)
			return i == a->n && k == b->n;
		if (!str_eq(a->fields[i].name, b->fields[k].name) ||
		    !str_eq(str_trim(a->fields[i].value), str_trim(b->fields[k].value)))
			return false;
	}
}

/* Where a record stands; NULL: in no file of that centre. */
struct stood {
	const struct recfile *file;
	const struct record *record;
};

/* "north/reports/sum.rec:12" */
static const char *
place_of(struct making *part, struct stood at)
{
	size_t line, column;

	source_position(at.file->source, record_span(at.file, at.record).at, &line, &column);
	return arena_printf(&part->arena, "%s/%s:%zu", part->place, at.file->source->name, line);
}

/* What two centres do not have alike is found in the second; in the first where the second has none of it. */
static void
unlike(struct making *first, struct making *part, struct str what, struct str name, struct stood ours,
    struct stood theirs)
{
	struct making *in = theirs.record != NULL ? part : first, *other = in == part ? first : part;
	struct stood at = in == part ? theirs : ours;
	struct findings *findings = &in->findings;
	struct finding *finding;

	if (ours.record != NULL && theirs.record != NULL) {
		finding = find(findings, MSG_CENTRES_DIFFER, record_span(at.file, at.record),
		    "%s '%s' is not as it is in '%s', and they are to be added up", nam(findings, what),
		    val(findings, name), first->place);
		fix(findings, finding, "make it the same as in %s, and commit that in its centre, or add up without '%s'",
		    place_of(first, ours), part->place);
	} else {
		finding = find(findings, MSG_CENTRES_DIFFER, record_span(at.file, at.record),
		    "%s '%s' is not there in '%s', and they are to be added up", nam(findings, what), val(findings, name),
		    other->place);
		fix(findings, finding, "copy it to '%s', or take it out here, and commit that, or add up without '%s'",
		    other->place, part->place);
	}
	first->is_unlike = true;
}

/* The same said of more than one record. */
static void
unlike_all(struct making *first, struct making *part, const char *text, struct str type)
{
	struct finding *finding = find(&part->findings, MSG_CENTRES_DIFFER, (struct span){ NULL, 0, 0 }, "'%s': %s %s '%s'",
	    part->place, nam(&part->findings, type), text, first->place);

	fix(&part->findings, finding, "make them the same in all centres, and commit that, or add up without '%s'", part->place);
	first->is_unlike = true;
}

/* The next record of the definition from *i on: the Report, or one of its Tables. */
static const struct entity *
next_of(const struct making *making, const char *type, size_t *i)
{
	size_t n;
	const struct entity *const *all = directory_all(making->archive->directory, str_of(type), &n);

	while (*i < n) {
		const struct entity *entity = all[(*i)++];
		const struct field *name = record_named(entity->record, STR("Report"));

		if (name != NULL && str_eq(str_trim(name->value), making->name))
			return entity;
	}
	return NULL;
}

static struct stood
stood_of(const struct entity *entity)
{
	return entity ? (struct stood){ entity->file, entity->record } : (struct stood){ NULL, NULL };
}

static struct str
title_of(const struct entity *entity, const char *type)
{
	const struct field *name = record_named(entity->record, str_of(type));

	return name ? str_trim(name->value) : STR("");
}

static const struct entity *
named_of(const struct making *making, const char *type, struct str name)
{
	const struct entity *entity;
	size_t i = 0;

	while ((entity = next_of(making, type, &i)) != NULL && !str_eq(title_of(entity, type), name))
		continue;
	return entity;
}

/* Tables in another order make another report too. */
static void
compare_definition(struct making *first, struct making *part, const char *type)
{
	size_t i = 0, k = 0;
	const struct entity *ours, *theirs, *beside;
	bool same = true;

	while ((ours = next_of(first, type, &i)) != NULL) {
		theirs = named_of(part, type, title_of(ours, type));
		if (theirs == NULL || !is_same_record(ours->record, theirs->record)) {
			unlike(first, part, str_of(type), title_of(ours, type), stood_of(ours), stood_of(theirs));
			same = false;
		}
	}
	while ((theirs = next_of(part, type, &k)) != NULL)
		if (named_of(first, type, title_of(theirs, type)) == NULL) {
			unlike(first, part, str_of(type), title_of(theirs, type), stood_of(NULL), stood_of(theirs));
			same = false;
		}
	for (i = k = 0; same && (ours = next_of(first, type, &i)) != NULL;) {
		beside = next_of(part, type, &k);
		same = beside != NULL && str_eq(title_of(ours, type), title_of(beside, type));
		if (!same)
			unlike_all(first, part, "records stand in another order than in", str_of(type));
	}
}

/* ---- what it uses ---- */

static bool
is_in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* The next name in a text; n is 0 at the end. */
static struct str
next_name(struct str *rest)
{
	struct str name;

	while (rest->n > 0 && !is_in_name(*rest->p))
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	name = (struct str){ rest->p, 0 };
	while (name.n < rest->n && is_in_name(rest->p[name.n]))
		name.n++;
	*rest = (struct str){ rest->p + name.n, rest->n - name.n };
	return name;
}

/* Ref_Name is Ref and Name too. */
static void
add_names(struct map *words, struct str text)
{
	struct str name, piece;

	while ((name = next_name(&text)).n > 0) {
		map_put(words, name, NULL);
		while (memchr(name.p, '_', name.n) != NULL && str_cut(&name, '_', &piece) && name.p != NULL) {
			map_put(words, piece, NULL);
			map_put(words, name, NULL);
		}
	}
}

static void
add_record(struct map *words, const struct record *record)
{
	uint32_t i;

	for (i = 0; i < record->n; i++)
		if (!str_is(record->fields[i].name, "Title") && !str_is(record->fields[i].name, "Doc") &&
		    !str_is(record->fields[i].name, "Note"))
			add_names(words, record->fields[i].value);
}

static void
words_of(const struct making *making, struct map *words)
{
	const struct entity *entity;
	size_t i = 0, k = 0;

	while ((entity = next_of(making, "Report", &i)) != NULL)
		add_record(words, entity->record);
	while ((entity = next_of(making, "Table", &k)) != NULL)
		add_record(words, entity->record);
}

/* Fields of a descriptor that are used refer to types, which are used then. */
static bool
add_targets(struct map *words, const struct rectype *type)
{
	size_t n, i;
	const struct field_info *fields = rectype_fields(type, &n);
	bool is_new, more = false;

	for (i = 0; i < n; i++)
		if (fields[i].target.n > 0 && map_get(words, fields[i].name) != NULL) {
			map_put(words, fields[i].target, &is_new);
			more = more || is_new;
		}
	return more;
}

static bool
add_all_targets(const struct making *making, struct map *words)
{
	const struct schema *schema = making->archive->schema;
	size_t n, i;
	const struct str *types = schema_types(schema, &n), *kinds;
	bool more = false;

	for (i = 0; i < n; i++)
		if (map_get(words, types[i]) != NULL || str_is(types[i], "Case") || str_is(types[i], "Entry"))
			more = add_targets(words, schema_type(schema, types[i])) || more;
	kinds = schema_kinds(schema, &n);
	for (i = 0; i < n; i++)
		more = add_targets(words, schema_kind(schema, kinds[i])) || more;
	return more;
}

static bool
is_used(const struct map *words, const struct str name, const struct record *descriptor)
{
	uint32_t i;

	if (str_is(name, "Case") || str_is(name, "Entry") || map_get(words, name) != NULL)
		return true;
	for (i = 0; i < descriptor->n; i++) {
		struct str rest = descriptor->fields[i].value, word;

		while (str_is(descriptor->fields[i].name, "%type") && (word = next_name(&rest)).n > 0)
			if (map_get(words, word) != NULL)
				return true;
	}
	return false;
}

/* A record of a folder, by its first field. */
static struct stood
find_record(const struct archive *archive, const char *folder, const struct field *first)
{
	size_t i, k;

	for (i = 0; i < archive->n_loaded; i++) {
		const struct recfile *file = &archive->loaded[i];

		if (!str_starts(str_of(file->source->name), str_of(folder)))
			continue;
		for (k = 0; k < file->n; k++)
			if (file->records[k].n > 0 && str_eq(file->records[k].fields[0].name, first->name) &&
			    str_eq(str_trim(file->records[k].fields[0].value), str_trim(first->value)))
				return (struct stood){ file, &file->records[k] };
	}
	return (struct stood){ NULL, NULL };
}

enum what { DESCRIPTORS, STATES, RULES };

static bool
is_asked(const struct record *record, enum what what, const struct map *words)
{
	struct str first = record->fields[0].name, name = record->fields[0].value;

	if (what == DESCRIPTORS)
		return str_is(first, "%rec") && is_used(words, str_word(&name), record);
	return what == RULES ? *first.p != '%' : str_is(first, "State");
}

/* Records of one centre that the other has not, or not so; `back`: of the part, those that the first has not. */
static void
compare_folder(struct making *first, struct making *part, const char *folder, enum what what, const struct map *words,
    bool back)
{
	const struct archive *archive = (back ? part : first)->archive;
	size_t i, k;

	for (i = 0; i < archive->n_loaded; i++) {
		const struct recfile *file = &archive->loaded[i];

		if (!str_starts(str_of(file->source->name), str_of(folder)))
			continue;
		for (k = 0; k < file->n; k++) {
			const struct record *record = &file->records[k];
			struct stood own = { file, record }, other;

			if (record->n == 0 || !is_asked(record, what, words))
				continue;
			other = find_record((back ? first : part)->archive, folder, &record->fields[0]);
			if (other.record == NULL || (!back && !is_same_record(record, other.record)))
				unlike(first, part, record->fields[0].name, str_trim(record->fields[0].value), back ? other : own,
				    back ? own : other);
		}
	}
}

/* Terms that stand in centre.rec. */
static void
compare_settings(struct making *first, struct making *part, const struct map *words)
{
	const struct record *centre = first->archive->centre;
	struct stood ours = { &first->archive->centre_file, centre };
	struct stood theirs = { &part->archive->centre_file, part->archive->centre };
	uint32_t i;

	for (i = 0; centre != NULL && map_get(words, STR("Centre")) != NULL && i < centre->n; i++) {
		const struct field *field = &centre->fields[i];
		struct str other = archive_setting(part->archive, field->name);

		if (map_get(words, field->name) != NULL && !str_is(field->name, "Centre") &&
		    (other.p == NULL || !str_eq(str_trim(other), str_trim(field->value))))
			unlike(first, part, STR("the setting"), field->name, ours, theirs);
	}
}

static void
compare_part(struct making *first, struct making *part, const struct map *words)
{
	compare_definition(first, part, "Report");
	compare_definition(first, part, "Table");
	compare_folder(first, part, "schema/", DESCRIPTORS, words, false);
	compare_folder(first, part, "schema/", DESCRIPTORS, words, true);
	if (report_asks_findings(first->report)) {
		compare_folder(first, part, "rules/", RULES, words, false);
		compare_folder(first, part, "rules/", RULES, words, true);
	} else if (report_asks_states(first->report)) {
		compare_folder(first, part, "rules/", STATES, words, false);
	}
	compare_settings(first, part, words);
}

/* ---- one directory ---- */

static struct str
bytes_of(const struct entity *entity)
{
	const struct record *record = entity->record;

	return str_trim((struct str){ entity->file->source->bytes.p + record->at, record->end - record->at });
}

static bool
is_of_directory(const struct entity *entity)
{
	struct str path = str_of(entity->file->source->name);

	return str_starts(path, STR("directory/")) || str_starts(path, STR("activities/"));
}

static void
add_text(struct buf *text, const struct entity *entity)
{
	struct str bytes = bytes_of(entity);

	buf_printf(text, "%%rec: %.*s\n\n", STRF(rectype_name(entity->type)));
	buf_str(text, bytes);
	buf_text(text, "\n\n");
}

/* Takes records of another centre into the directory; what is wrong with them was said there. */
static void
adopt(struct archive *archive, struct str text)
{
	struct arena *arena = &archive->arena;
	struct source *source = ARENA_NEW(arena, struct source, 1);
	struct recfile *loaded = ARENA_NEW(arena, struct recfile, archive->n_loaded + 1);
	struct findings said;

	if (text.n == 0)
		return;
	findings_init(&said);
	*source = (struct source){ "directory/others.rec", arena_str(arena, text) };
	memcpy(loaded, archive->loaded, archive->n_loaded * sizeof(*loaded));
	record_parse(source, &archive->symbols, arena, &said, &loaded[archive->n_loaded]);
	archive->loaded = loaded;
	directory_add(archive->directory, &loaded[archive->n_loaded++], &said);
	directory_link(archive->directory, &said);
	findings_release(&said);
}

struct joining {
	struct making *making;
	struct map known; /* texts of records, with their type */
	const struct map *words;
	struct map named; /* what is not the same: "Staff aj" */
	struct buf unlike;
};

static struct str
text_of(struct joining *joining, const struct entity *entity)
{
	return str_of(arena_printf(&joining->making->arena, "%.*s\n%.*s", STRF(rectype_name(entity->type)),
	    STRF(bytes_of(entity))));
}

static void
name_unlike(struct joining *joining, const struct entity *entity)
{
	struct str name = str_of(arena_printf(&joining->making->arena, "%.*s %.*s", STRF(rectype_name(entity->type)),
	    STRF(entity->key)));
	bool is_new;

	if (map_get(joining->words, rectype_name(entity->type)) == NULL)
		return;
	map_put(&joining->named, name, &is_new);
	if (!is_new || joining->named.n > NAMED_MAX + 1)
		return;
	buf_text(&joining->unlike, joining->named.n == 1 ? "" : ", ");
	if (joining->named.n > NAMED_MAX)
		buf_text(&joining->unlike, "...");
	else
		buf_str(&joining->unlike, name);
}

/* Records of a type of the directory; `into` NULL: those known already. */
static void
join_type(struct joining *joining, const struct making *part, struct str type, struct buf *into)
{
	size_t n, i;
	const struct entity *const *all = directory_all(part->archive->directory, type, &n);
	bool is_new;

	for (i = 0; i < n; i++) {
		if (!is_of_directory(all[i]))
			continue;
		map_put(&joining->known, text_of(joining, all[i]), &is_new);
		if (!is_new || into == NULL)
			continue;
		if (all[i]->key.n == 0 || directory_find(joining->making->archive->directory, type, all[i]->key,
		    DAY_NONE, NULL) == NULL)
			add_text(into, all[i]);
		else
			name_unlike(joining, all[i]);
	}
}

static void
join_directories(struct making *making, const struct map *words)
{
	struct joining joining = { .making = making, .known = MAP_INIT, .words = words, .named = MAP_INIT,
		.unlike = BUF_INIT };
	struct buf text = BUF_INIT;
	size_t n, i, k;
	const struct str *types = schema_types(making->archive->schema, &n);

	for (k = 0; k < n; k++)
		join_type(&joining, making, types[k], NULL);
	for (i = 1; i < making->n_parts; i++) {
		buf_reset(&text);
		for (k = 0; k < n; k++)
			join_type(&joining, &making->parts[i], types[k], &text);
		adopt(making->archive, buf_view(&text));
	}
	making->unlike = arena_str(&making->arena, buf_view(&joining.unlike));
	buf_release(&text);
	buf_release(&joining.unlike);
	map_release(&joining.known);
	map_release(&joining.named);
}

bool
parts_load(struct making *making)
{
	struct map words = MAP_INIT;
	bool good = true;
	size_t i;

	if (making->n_parts == 0)
		return true;
	words_of(making, &words);
	while (add_all_targets(making, &words))
		;
	for (i = 0; i < making->n_parts; i++) {
		making->parts[i].name = making->name;
		if (i > 0)
			compare_part(&making->parts[0], &making->parts[i], &words);
		good = making_load(&making->parts[i], making->name) && good;
	}
	join_directories(making, &words);
	map_release(&words);
	return good;
}

/* ---- counting ---- */

/* A value that a centre's directory does not know is lent to it, so that nothing there has it. */
static bool
set_params(const struct making *making, struct making *part)
{
	size_t n, i;
	const struct param *params = report_params(making->report, &n);
	bool good = true;

	for (i = 0; i < n; i++) {
		const struct directory *directory = part->archive->directory;
		struct str type = params[i].target, value = params[i].value;
		struct buf text = BUF_INIT;

		if (value.p == NULL)
			continue;
		if (type.n > 0 && directory_find(directory, type, value, DAY_NONE, NULL) == NULL) {
			add_text(&text, directory_find(making->archive->directory, type, value, DAY_NONE, NULL));
			adopt(part->archive, buf_view(&text));
			buf_release(&text);
		}
		if (!making->parts[0].is_unlike)
			good = report_set(part->report, params[i].name, value, &part->findings) && good;
	}
	return good;
}

/* Records of a type that have something after them, in order. */
static void
write_ended(const struct making *making, struct str type, struct buf *out)
{
	size_t n, i;
	const struct entity *const *all = directory_all(making->archive->directory, type, &n);

	for (i = 0; i < n; i++)
		if (record_field(all[i]->record, rectype_successor(all[i]->type)) != NULL) {
			buf_str(out, bytes_of(all[i]));
			buf_char(out, '\n');
		}
}

/* Predecessors are added up alike only where all know the same of them. */
static void
compare_ended(struct making *making, struct making *part)
{
	struct str type;
	size_t i;

	for (i = 0; (type = report_follows(making->report, i)).p != NULL; i++) {
		struct buf ours = BUF_INIT, theirs = BUF_INIT;

		write_ended(making, type, &ours);
		write_ended(part, type, &theirs);
		if (!str_eq(buf_view(&ours), buf_view(&theirs)))
			unlike_all(&making->parts[0], part, "records of directory/ that have a successor are not as they are in", type);
		buf_release(&ours);
		buf_release(&theirs);
	}
}

bool
parts_begin(struct making *making)
{
	bool good = true;
	size_t i;

	for (i = 0; i < making->n_parts; i++) {
		struct making *part = &making->parts[i];

		good = set_params(making, part) && good;
		compare_ended(making, part);
		if (!making->parts[0].is_unlike)
			good = making_begin(part, making->period) && good;
	}
	return good && (making->n_parts == 0 || !making->parts[0].is_unlike);
}

/* A case as the centres have it, from the first one on. */
struct moved {
	const char **paths; /* by centre; NULL: it has none */
	size_t n;
};

struct copy {
	struct making *part;
	struct casefile file;
};

static void
read_copies(struct making *making, const struct moved *moved, struct arena *arena, struct copy *copies, size_t *n)
{
	struct findings said; /* when the centre's own cases are counted */
	struct str bytes;
	size_t i;

	findings_init(&said);
	for (i = *n = 0; i < making->n_parts; i++) {
		struct making *part = &making->parts[i];

		if (moved->paths[i] == NULL || snapshot_read(part->snapshot, moved->paths[i], arena, &bytes) != 0)
			continue;
		copies[*n].part = part;
		case_parse(&part->archive->terms, moved->paths[i], bytes, arena, &said, &copies[(*n)++].file);
	}
	findings_release(&said);
}

static struct str
record_bytes(const struct casefile *file, const struct record *record)
{
	return str_trim((struct str){ file->source.bytes.p + record->at, record->end - record->at });
}

/* Entries of a copy beyond those that are there; `there` counts them by their bytes. */
static void
add_entries(struct buf *out, const struct casefile *file, struct map *there)
{
	struct map own = MAP_INIT;
	size_t i;

	for (i = file->header != NULL; i < file->file.n; i++) {
		struct str bytes = record_bytes(file, &file->file.records[i]);
		struct map_slot *slot = map_put(there, bytes, NULL);

		if (++map_put(&own, bytes, NULL)->value.i <= slot->value.i)
			continue;
		slot->value.i++;
		buf_char(out, '\n');
		buf_str(out, bytes);
		buf_char(out, '\n');
	}
	map_release(&own);
}

/* Which copy was opened first; whether they disagree. */
static size_t
first_opened(const struct copy *copies, size_t n, bool *differ)
{
	size_t i, first = 0;

	*differ = false;
	for (i = 1; i < n; i++) {
		*differ = *differ || copies[i].file.opened != copies[0].file.opened;
		if (copies[first].file.header == NULL || (copies[i].file.opened != DAY_NONE &&
		    (copies[first].file.opened == DAY_NONE || copies[i].file.opened < copies[first].file.opened)))
			first = i;
	}
	return first;
}

static void
join_case(struct making *making, struct str id, const struct moved *moved, struct buf *reopened)
{
	struct copy *copies = xcalloc(making->n_parts, sizeof(*copies));
	struct str *journal = ARENA_NEW(&making->arena, struct str, 1);
	struct map there = MAP_INIT;
	struct buf out = BUF_INIT;
	struct arena arena;
	size_t n, i, first;
	bool differ;

	arena_init(&arena);
	read_copies(making, moved, &arena, copies, &n);
	first = first_opened(copies, n, &differ);
	if (n > 0 && copies[first].file.header != NULL) {
		buf_str(&out, record_bytes(&copies[first].file, copies[first].file.header));
		buf_char(&out, '\n');
	}
	for (i = 0; i < n; i++)
		add_entries(&out, &copies[i].file, &there);
	*journal = arena_str(&making->arena, buf_view(&out));
	for (i = 0; i < n; i++)
		map_put(&copies[i].part->moved, id, NULL)->value.p = i == first ? journal : NULL;
	making->n_moved++;
	if (differ)
		buf_printf(reopened, "%s%.*s", reopened->n ? ", " : "", STRF(id));
	map_release(&there);
	buf_release(&out);
	arena_release(&arena);
	free(copies);
}

/* Cases that more than one centre has. */
static void
find_moved(struct making *making)
{
	struct arena *arena = &making->arena;
	struct map by_id = MAP_INIT;
	struct buf reopened = BUF_INIT;
	struct str *ids = NULL;
	size_t i, k, n = 0, size = 0;

	for (i = 0; i < making->n_parts; i++) {
		struct files files;

		snapshot_files(making->parts[i].snapshot, "cases", arena, &files);
		ids = xrealloc(ids, (size += files.n + 1) * sizeof(*ids));
		for (k = 0; k < files.n; k++) {
			char id[CASE_ID_SIZE];
			struct map_slot *slot;
			struct moved *moved;
			bool is_new;

			case_id_of_path(files.list[k].path, id);
			if (id[0] == '\0' || !str_ends(str_of(files.list[k].path), STR(".rec")))
				continue;
			slot = map_get(&by_id, str_of(id));
			if (slot == NULL) {
				ids[n] = arena_str(arena, str_of(id));
				slot = map_put(&by_id, ids[n++], &is_new);
				slot->value.p = moved = ARENA_NEW(arena, struct moved, 1);
				moved->paths = ARENA_NEW(arena, const char *, making->n_parts);
			}
			moved = slot->value.p;
			moved->n += moved->paths[i] == NULL;
			moved->paths[i] = files.list[k].path;
		}
	}
	for (k = 0; k < n; k++) {
		const struct moved *moved = map_get(&by_id, ids[k])->value.p;

		if (moved->n > 1)
			join_case(making, ids[k], moved, &reopened);
	}
	making->reopened = arena_str(arena, buf_view(&reopened));
	buf_release(&reopened);
	map_release(&by_id);
	free(ids);
}

struct casefile *
parts_case(const struct making *making, struct visit *visit, struct casefile *file)
{
	struct map_slot *slot = making->moved.n > 0 ? map_get(&making->moved, str_of(file->id)) : NULL;
	const struct str *journal = slot ? slot->value.p : NULL;
	struct findings said; /* of each centre's own file */
	struct casefile *all;

	if (slot == NULL || journal == NULL)
		return slot == NULL ? file : NULL;
	all = ARENA_NEW(visit->arena, struct casefile, 1);
	findings_init(&said);
	case_parse(file->terms, file->path, *journal, visit->arena, &said, all);
	if (visit->judge != NULL && all->header != NULL)
		visit->judgements = judge_case(visit->judge, all, making->today, &said, &visit->n_judgements);
	findings_release(&said);
	return all;
}

void
parts_count(struct making *making, const struct visitor *progress)
{
	size_t i, k;

	find_moved(making);
	making->counts = counts_new(making->report);
	for (i = 0; i < making->n_parts; i++) {
		struct making *part = &making->parts[i];
		struct buf bytes = BUF_INIT;

		making_count(part, progress);
		counts_write(part->counts, &bytes);
		if (!counts_read(making->counts, buf_view(&bytes)))
			die("'%s': what is counted there is not what is counted in '%s'", part->place,
			    making->parts[0].place);
		buf_release(&bytes);
		making->cases += part->cases;
		for (k = 0; k < part->faulty.n; k++)
			map_put(&making->faulty, str_of(arena_printf(&making->arena, "%zu %zu", i, k)), NULL);
		for (k = 0; k < part->ahead.n; k++)
			map_put(&making->ahead, str_of(arena_printf(&making->arena, "%zu %zu", i, k)), NULL);
	}
	archive_name_fields(making->archive);
	counts_records(making->counts);
	making_keep_errors(making);
}

/* ---- what is said of it ---- */

static void
add_note(struct making *making, struct str *notes, size_t *n, const char *english, const char *blank, struct str text)
{
	struct blank blanks[1] = { { blank, text } };
	struct buf note = BUF_INIT;

	words_fill(making->words, english, blanks, 1, &note);
	notes[(*n)++] = arena_str(&making->arena, buf_view(&note));
	buf_release(&note);
}

size_t
parts_notes(struct making *making, struct str *notes)
{
	struct str count = str_of(arena_printf(&making->arena, "%zu", making->n_moved));
	bool public = report_is_public(making->report);
	size_t n = 0;

	if (making->n_moved > 0 && !public)
		add_note(making, notes, &n, making->n_moved == 1 ?
		    WORD("{n} case stands in more than one centre: it counts once, with the journal of all.") :
		    WORD("{n} cases stand in more than one centre: each counts once, with the journal of all."), "n", count);
	if (making->reopened.n > 0 && !public)
		add_note(making, notes, &n, WORD("Opened on different days, read as opened on the first: {cases}."), "cases",
		    making->reopened);
	if (making->unlike.n > 0)
		add_note(making, notes, &n, WORD("Not the same in each centre, yet counted together: {records}."), "records",
		    making->unlike);
	return n;
}
