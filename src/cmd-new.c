/*
 * A new case is a template filled in: templates/new-NAME.rec, else templates/case.rec, else the fields that the schema
 * asks of a header. A value {{X}} stands for what X=... says on the command line, or {{Case}}, {{Today}} and {{Staff}} for the
 * new id, the day, and who is at work. An entry that says {{X?}} is left out when X has no value. Every step works on
 * records: the template is parsed, not searched.
 */
#define _GNU_SOURCE
#include "command-form.h"
#include "command-rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MISSING_MAX 64

static const struct option options[] = {
	{ 'e', "edit", NULL, "fill in the case in an editor", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct new {
	struct run *run;
	struct store *store;
	struct snapshot *snapshot;
	struct archive *archive;
	struct findings findings;
	struct arena arena;
	struct givens givens;
	bool by_form, asks;
	day opened;
	struct str staff; /* who is at work, STR_NULL when git's identity is nobody's */
	char id[CASE_ID_SIZE];
	const char *path; /* of the new case, from the root */
	struct source source; /* the template */
	struct recfile template;
	bool *left_out; /* by record of the template */
	struct casefile file; /* as it was accepted or refused last */
	struct outcome outcome; /* of all of it, for the rules */
	struct field_info missing[MISSING_MAX];
	size_t n_missing;
	bool gave_up;
	bool told; /* that nothing was written */
};

/* ---- the template ---- */

/* The enumerated field of a header that has a word among its choices. */
static const struct field_info *
field_with_choice(const struct new *new, struct str word)
{
	const struct rectype *type = schema_type(new->archive->schema, STR("Case"));
	const struct field_info *fields;
	size_t i, j, n = 0;

	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++)
		for (j = 0; j < fields[i].n_choices; j++)
			if (str_eq(fields[i].choices[j], word))
				return &fields[i];
	return NULL;
}

/* Names of templates, and the choices of the header's first enumerated field that must be there. */
static struct str
nearest_service(struct new *new, struct str word)
{
	const struct rectype *type = schema_type(new->archive->schema, STR("Case"));
	const struct field_info *fields;
	struct str names[128];
	struct files files;
	size_t i, j, n = 0, n_names = 0;

	snapshot_files(new->snapshot, "templates", &new->arena, &files);
	for (i = 0; i < files.n && n_names < 64; i++) {
		struct str name = str_of(files.list[i].path);

		if (!str_starts(name, STR("templates/new-")) || !str_ends(name, STR(".rec")))
			continue;
		names[n_names++] = (struct str){ name.p + 14, name.n - 14 - 4 };
	}
	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n && fields[i].n_choices == 0; i++)
		;
	for (j = 0; i < n && j < fields[i].n_choices && n_names < 128; j++)
		names[n_names++] = fields[i].choices[j];
	return nearest(word, names, n_names);
}

static void
give(struct new *new, struct str name, struct str value)
{
	struct given *list = arena_alloc(&new->arena, (new->givens.n + 1) * sizeof(*list));

	if (new->givens.n > 0)
		memcpy(list, new->givens.list, new->givens.n * sizeof(*list));
	list[new->givens.n++] = (struct given){ name, value, false };
	new->givens.list = list;
}

/* What stands for a template where there is none: the fields that a header must have. */
static struct str
template_of_schema(struct new *new)
{
	const struct rectype *type = schema_type(new->archive->schema, STR("Case"));
	const struct field_info *fields;
	struct buf text = BUF_INIT;
	struct str copy;
	size_t i, n = 0;

	buf_text(&text, "Case: {{Case}}\nOpened: {{Today}}\n");
	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++) {
		if (fields[i].use != FIELD_MANDATORY || str_is(fields[i].name, "Case") || str_is(fields[i].name, "Opened"))
			continue;
		buf_str(&text, fields[i].name);
		buf_text(&text, ": {{");
		buf_str(&text, str_is(fields[i].target, "Staff") ? STR("Staff") : fields[i].name);
		buf_text(&text, "}}\n");
	}
	copy = arena_str(&new->arena, buf_view(&text));
	buf_release(&text);
	return copy;
}

/* Reads and parses the template for a service; false after findings. */
static bool
read_template(struct new *new, struct str service)
{
	const char *name = arena_printf(&new->arena, "templates/new-%.*s.rec", STRF(service));
	const struct field_info *field = field_with_choice(new, service);
	struct str near;

	if (memchr(service.p, '/', service.n) == NULL &&
	    snapshot_read(new->snapshot, name, &new->arena, &new->source.bytes) == 0) {
		new->source.name = name;
	} else if (field == NULL) {
		near = nearest_service(new, service);
		if (near.p != NULL)
			usage(new->run, "there is no '%.*s'; did you mean '%.*s'?", STRF(service), STRF(near));
		usage(new->run, "there is no '%.*s': neither the file %s nor a field of a case knows it", STRF(service),
		    name);
	} else {
		if (!givens_have(&new->givens, field->name))
			give(new, field->name, service);
		new->source.name = "templates/case.rec";
		if (snapshot_read(new->snapshot, new->source.name, &new->arena, &new->source.bytes) != 0)
			new->source.bytes = template_of_schema(new);
	}
	record_parse(&new->source, &new->archive->symbols, &new->arena, &new->findings, &new->template);
	new->left_out = ARENA_NEW(&new->arena, bool, new->template.n + 1);
	return new->template.whole;
}

/* ---- values ---- */

static const struct rectype *
type_of(const struct new *new, const struct record *record)
{
	const struct schema *schema = new->archive->schema;
	const struct rectype *type;

	if (record == new->template.records)
		return schema_type(schema, STR("Case"));
	type = schema_kind(schema, record_value(record, new->archive->known.kind));
	return type ? type : schema_type(schema, STR("Entry"));
}

static const struct field_info *
info_in(const struct new *new, const struct rectype *type, struct str name)
{
	return type ? rectype_field(type, symbol_find(&new->archive->symbols, name)) : NULL;
}

/* The i-th value of a name in braces; STR_NULL when there are no more. */
static struct str
value_of(struct new *new, struct str name, size_t i)
{
	char date[DATE_SIZE];
	size_t j;

	if (str_is(name, "Case"))
		return i ? STR_NULL : str_of(new->id);
	if (str_is(name, "Today"))
		return i ? STR_NULL : arena_str(&new->arena, str_of(date_format(new->opened, date)));
	if (str_is(name, "Staff") && !givens_have(&new->givens, STR("By")))
		return i ? STR_NULL : new->staff;
	if (str_is(name, "Staff"))
		name = STR("By");
	for (j = 0; j < new->givens.n; j++)
		if (str_eq(new->givens.list[j].name, name) && i-- == 0)
			return new->givens.list[j].value;
	return STR_NULL;
}

/* "{{Name}}" or "{{Name?}}" taken off the front of *rest, with the text before it. */
static bool
next_name(struct str *rest, struct str *before, struct str *name, bool *is_optional)
{
	const char *open = memmem(rest->p, rest->n, "{{", 2), *close, *end = rest->p + rest->n;

	close = open ? memmem(open, (size_t)(end - open), "}}", 2) : NULL;
	if (close == NULL)
		return false;
	*before = (struct str){ rest->p, (size_t)(open - rest->p) };
	*name = str_trim((struct str){ open + 2, (size_t)(close - open) - 2 });
	*is_optional = str_ends(*name, STR("?"));
	name->n -= *is_optional;
	*rest = (struct str){ close + 2, (size_t)(end - close) - 2 };
	return true;
}

/* The i-th filling of a template's value; STR_NULL when a name has no value, *lacking is then that name. */
static struct str
fill(struct new *new, struct str value, size_t i, struct str *lacking)
{
	struct buf text = BUF_INIT;
	struct str before, name, one, copy = STR_NULL;
	bool is_optional;

	*lacking = STR_NULL;
	while (next_name(&value, &before, &name, &is_optional)) {
		one = value_of(new, name, i);
		if (one.p == NULL)
			*lacking = name;
		buf_str(&text, before);
		buf_str(&text, one);
	}
	buf_str(&text, value);
	if (lacking->p == NULL)
		copy = arena_str(&new->arena, buf_view(&text));
	buf_release(&text);
	return copy;
}

static bool
has_name(struct str value)
{
	struct str before, name;
	bool is_optional;

	return next_name(&value, &before, &name, &is_optional);
}

/* ---- what is missing ---- */

static void
note_missing(struct new *new, const struct field_info *info, struct str name)
{
	size_t i;

	for (i = 0; i < new->n_missing; i++)
		if (str_eq(new->missing[i].name, name))
			return;
	if (new->n_missing == MISSING_MAX)
		return;
	new->missing[new->n_missing] = *info;
	new->missing[new->n_missing++].name = name;
}

/* A field without a value: asked for, left open in a form, noted as missing, or left out. */
static void
lack(struct new *new, const struct field_info *info, struct str field, struct str name, struct buf *out)
{
	bool is_mandatory = info != NULL && info->use == FIELD_MANDATORY;
	struct field_info named;
	struct buf what = BUF_INIT;
	struct str value;

	if (new->by_form) {
		if (info != NULL)
			describe_field(new->archive, info, new->opened, &what);
		buf_printf(out, "#: %.*s%s: %s\n%.*s: \n", STRF(field), is_mandatory ? ", needed" : "",
		    what.p ? what.p : "text", STRF(field));
		buf_release(&what);
		return;
	}
	if (info != NULL && new->asks && !new->gave_up && !givens_have(&new->givens, name)) {
		named = *info;
		named.name = name;
		if (!ask_field(new->archive, &named, is_mandatory, is_mandatory ?
		    likely_value(new->archive, NULL, &named, new->opened) : STR_NULL, new->opened, &new->arena, &value)) {
			new->gave_up = true;
			return;
		}
		/* What was left out is remembered as such, and not asked again. */
		give(new, name, value);
		new->givens.list[new->givens.n - 1].used = true;
		if (value.p != NULL)
			record_write_field(out, field, value);
		return;
	}
	if (is_mandatory)
		note_missing(new, info, name);
}

/* ---- entries that may be left out ---- */

/* The field of an entry that says {{X?}} and X, which has no value; NULL when there is none. */
static const struct field *
lacks_optional(struct new *new, const struct record *record, struct str *name)
{
	struct str rest, before;
	bool is_optional;
	uint32_t j;

	for (j = 0; j < record->n; j++)
		for (rest = record->fields[j].value; next_name(&rest, &before, name, &is_optional);)
			if (is_optional && value_of(new, *name, 0).n == 0)
				return &record->fields[j];
	return NULL;
}

/* A person is asked for it first. */
static bool
is_left_out(struct new *new, const struct record *record)
{
	const struct field *field;
	struct str name, value;
	struct field_info info;

	while ((field = lacks_optional(new, record, &name)) != NULL) {
		const struct field_info *known = info_in(new, type_of(new, record), field->name);

		if (!new->asks || new->gave_up || known == NULL || givens_have(&new->givens, name))
			return true;
		info = *known;
		info.name = name;
		if (!ask_field(new->archive, &info, false, STR_NULL, new->opened, &new->arena, &value))
			new->gave_up = true;
		give(new, name, value);
	}
	return false;
}

static void
decide_left_out(struct new *new)
{
	struct str name;
	size_t i;

	for (i = 0; i < new->template.n; i++)
		new->left_out[i] = !new->asks && lacks_optional(new, &new->template.records[i], &name) != NULL;
}

/* ---- records ---- */

/* Whether Field=value on the command line takes the place of a field of the template. */
static bool
is_overridden(const struct new *new, const struct record *record, struct str name)
{
	const struct rectype *header = schema_type(new->archive->schema, STR("Case"));

	return givens_have(&new->givens, name) &&
	    (record == new->template.records || info_in(new, header, name) == NULL);
}

/* The record that takes a value which the template has no place for. */
static const struct record *
home_of(const struct new *new, struct str name)
{
	size_t i;

	for (i = 0; i < new->template.n; i++)
		if (!new->left_out[i] && info_in(new, type_of(new, &new->template.records[i]), name) != NULL)
			return &new->template.records[i];
	return new->template.records;
}

static void
write_values(struct new *new, struct str field, struct str name, struct buf *out)
{
	struct str value;
	size_t i;

	for (i = 0; (value = value_of(new, name, i)).p != NULL; i++)
		record_write_field(out, field, value);
}

static void
write_field(struct new *new, const struct record *record, const struct field *field, struct buf *out)
{
	struct str value, lacking;
	size_t i;

	if (is_overridden(new, record, field->name)) {
		if (record_named(record, field->name) == field)
			write_values(new, field->name, field->name, out);
		return;
	}
	if (!has_name(field->value)) {
		record_write_field(out, field->name, field->value);
		return;
	}
	value = fill(new, field->value, 0, &lacking);
	if (value.p == NULL) {
		lack(new, info_in(new, type_of(new, record), field->name), field->name,
		    str_is(lacking, "Staff") ? field->name : lacking, out);
		return;
	}
	record_write_field(out, field->name, value);
	/* {{Case}} and the like have one value; a name that was given several times has several. */
	for (i = 1; (value = fill(new, field->value, i, &lacking)).p != NULL; i++)
		record_write_field(out, field->name, value);
}

/* Fields that the record must have, and the template lacks. */
static void
write_mandatory(struct new *new, const struct record *record, struct buf *out)
{
	const struct rectype *type = type_of(new, record);
	const struct field_info *fields;
	size_t i, n = 0;

	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++)
		if (fields[i].use == FIELD_MANDATORY && record_named(record, fields[i].name) == NULL) {
			if (givens_have(&new->givens, fields[i].name))
				write_values(new, fields[i].name, fields[i].name, out);
			else
				lack(new, &fields[i], fields[i].name, fields[i].name, out);
		}
}

static void
write_unused(struct new *new, const struct record *record, struct buf *out)
{
	size_t i;

	for (i = 0; i < new->givens.n; i++) {
		struct given *given = &new->givens.list[i];

		if (given->used || given->value.p == NULL || home_of(new, given->name) != record)
			continue;
		record_write_field(out, given->name, given->value);
		given->used = true;
	}
}

static void
use(struct new *new, struct str name)
{
	size_t i;

	if (str_is(name, "Staff"))
		name = STR("By");
	for (i = 0; i < new->givens.n; i++)
		if (str_eq(new->givens.list[i].name, name))
			new->givens.list[i].used = true;
}

/* Names that the template has a place for anywhere. */
static void
use_placed(struct new *new)
{
	struct str rest, before, name;
	bool is_optional;
	size_t i;
	uint32_t j;

	for (i = 0; i < new->givens.n; i++)
		new->givens.list[i].used = false;
	for (i = 0; i < new->template.n; i++) {
		const struct record *record = &new->template.records[i];

		for (j = 0; j < record->n && !new->left_out[i]; j++) {
			if (is_overridden(new, record, record->fields[j].name))
				use(new, record->fields[j].name);
			for (rest = record->fields[j].value; next_name(&rest, &before, &name, &is_optional);)
				use(new, name);
		}
	}
}

/* The case as the template and the command line have it; what is between the template's fields is kept. */
static void
compose(struct new *new, struct buf *out)
{
	struct str bytes = new->source.bytes;
	size_t i, at = 0;
	uint32_t j;

	new->n_missing = 0;
	decide_left_out(new);
	use_placed(new);
	for (i = 0; i < new->template.n; i++) {
		const struct record *record = &new->template.records[i];

		if (is_left_out(new, record)) {
			at = record->fields[record->n - 1].end;
			continue;
		}
		for (j = 0; j < record->n; j++) {
			buf_add(out, bytes.p + at, record->fields[j].at - at);
			write_field(new, record, &record->fields[j], out);
			at = record->fields[j].end;
		}
		write_mandatory(new, record, out);
		write_unused(new, record, out);
	}
	buf_add(out, bytes.p + at, bytes.n - at);
}

/* ---- writing ---- */

static void
judge_new_case(struct new *new, struct findings *findings)
{
	const struct verdicts *told[] = { &new->outcome.broken, &new->outcome.late };
	struct judge *judge = judge_new(new->archive->rules);
	size_t i, k;

	outcome_of(judge, NULL, NULL, &new->file, &new->arena, findings, &new->outcome);
	for (k = 0; k < sizeof(told) / sizeof(*told); k++)
		for (i = 0; i < told[k]->n; i++)
			judgement_report(&told[k]->list[i], &new->file, new->archive->today, findings);
	judge_free(judge);
	check_history(new->archive, new->store, NULL, &new->file, findings);
}

static bool
accept_case(void *context, struct str text, struct findings *findings)
{
	struct new *new = context;

	new->outcome = (struct outcome){ { NULL, 0 } };
	case_parse(&new->archive->terms, new->path, arena_str(&new->arena, text), &new->arena, findings, &new->file);
	if (new->file.file.whole)
		case_check(new->archive, &new->file, findings);
	if (findings->count[ERROR] == 0 && new->n_missing == 0 && new->file.file.whole)
		judge_new_case(new, findings);
	return findings->count[ERROR] == 0;
}

/* What is wrong with a case that was not written stands in no file. */
static void
without_places(const struct new *new, struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->n; i++)
		if (findings->list[i].path != NULL && strcmp(findings->list[i].path, new->path) == 0) {
			findings->list[i].path = NULL;
			findings->list[i].line = findings->list[i].column = 0;
		}
}

static void
write_case(struct new *new, struct str text)
{
	const char *file = arena_printf(&new->arena, "%s/%s", store_root(new->store), new->path);
	struct diag_style style;
	int error = file_make_parents(file);

	if (error == 0)
		error = file_create(file, text);
	if (error != 0)
		die_unwritten(new->path, error);
	run_style(new->run, new->store, true, &new->arena, &style);
	print(str_of(arena_printf(&new->arena, "%s%s\n", style.prefix ? style.prefix : "", new->path)));
	if (fflush(stdout) != 0)
		die("made '%s', but cannot write its name: %s", new->path, strerror(errno));
	say_due(new->run, &new->outcome.due);
}

static void
say_refused(struct new *new)
{
	new->told = true;
	fprintf(stderr, "dossier new: nothing was written: a case of '%s' also needs\n", new->run->argv[0]);
	if (new->n_missing > 0) {
		const struct field_info *missing[MISSING_MAX];
		size_t i;

		for (i = 0; i < new->n_missing; i++)
			missing[i] = &new->missing[i];
		say_missing(new->archive, typed_command(new->run, &new->arena), missing, new->n_missing, new->opened);
	}
	if (new->staff.p == NULL)
		say_nobody(new->store);
}

/* From the command line and the answers to questions. */
static bool
new_given(struct new *new)
{
	struct buf text = BUF_INIT;
	bool good;

	compose(new, &text);
	if (can_ask() && (new->n_missing > 0 || new->run->argc == 1)) {
		new->asks = true;
		buf_reset(&text);
		compose(new, &text);
	}
	good = accept_case(new, buf_view(&text), &new->findings);
	if (new->gave_up || new->n_missing > 0) {
		good = false;
		drop_findings(&new->findings, MSG_MISSING_FIELD);
		if (!new->gave_up)
			say_refused(new);
	}
	if (good)
		write_case(new, buf_view(&text));
	buf_release(&text);
	return good;
}

struct editing {
	struct new *new;
	struct buf text; /* the last that was accepted */
};

static bool
accept_edited(void *context, struct str text, struct findings *findings)
{
	struct editing *editing = context;

	buf_reset(&editing->text);
	buf_str(&editing->text, text);
	return accept_case(editing->new, text, findings);
}

/* A draft that was kept has an id already. */
static void
take_id_of(struct new *new, const char *draft)
{
	struct source source = { draft, STR("") };
	const struct field *field;
	struct findings ignored;
	struct recfile file;
	char id[CASE_ID_SIZE];

	if (file_read(AT_FDCWD, draft, &new->arena, &source.bytes) != 0)
		return;
	findings_init(&ignored);
	record_parse(&source, NULL, &new->arena, &ignored, &file);
	field = file.n ? record_named(&file.records[0], STR("Case")) : NULL;
	if (field != NULL && case_id_parse(field->value, id) == CASE_ID_OK &&
	    !snapshot_has(new->snapshot, case_path_of(id, &new->arena))) {
		memcpy(new->id, id, sizeof(id));
		new->path = case_path_of(id, &new->arena);
	}
	findings_release(&ignored);
}

static bool
new_by_form(struct new *new)
{
	const char *draft = draft_path(new->store, arena_printf(&new->arena, "new-%s", new->run->argv[0]), &new->arena);
	struct editing editing = { new, BUF_INIT };
	struct buf form = BUF_INIT;
	bool good;

	take_id_of(new, draft);
	write_hint(&form, "", STR("A new case. Lines like these are left out, and so are fields left empty.\n"
	    "A value goes on over several lines when each further one begins with '+ '.\n"));
	compose(new, &form);
	good = edit_form(new->run, new->store, draft, buf_view(&form), accept_edited, &editing, &new->findings);
	if (good) {
		write_case(new, buf_view(&editing.text));
		unlink(draft);
	}
	new->told = !good;
	buf_release(&editing.text);
	buf_release(&form);
	return good;
}

/* ---- the command ---- */

/* An id that no case here has, of the year in which the case is opened. */
static void
choose_id(struct new *new)
{
	int year, month, dom;

	date_split(new->opened, &year, &month, &dom);
	do {
		case_id_make(year, random_bits(), new->id);
		new->path = case_path_of(new->id, &new->arena);
	} while (snapshot_has(new->snapshot, new->path));
}

static void
choose_day(struct new *new)
{
	size_t i;

	new->opened = new->run->today;
	for (i = 0; i < new->givens.n; i++)
		if (str_is(new->givens.list[i].name, "Opened"))
			date_parse(new->givens.list[i].value, &new->opened, NULL);
}

static void
open_all(struct new *new, struct run *run, struct findings *ignored)
{
	memset(new, 0, sizeof(*new));
	new->run = run;
	arena_init(&new->arena);
	findings_init(&new->findings);
	new->store = run_store(run);
	if (store_root(new->store) == NULL)
		die("this is a bare repository, without files to add to: work in a clone of it");
	new->snapshot = store_worktree(new->store);
	new->archive = archive_open(new->snapshot, run->today, ignored);
	new->by_form = has_option(run, "edit");
	givens_read(run, 1, &new->arena, &new->givens);
	choose_day(new);
	choose_id(new);
	new->staff = staff_at_work(new->archive, new->store, new->opened, &new->arena);
}

static void
close_all(struct new *new)
{
	archive_free(new->archive);
	snapshot_free(new->snapshot);
	store_free(new->store);
	findings_release(&new->findings);
	arena_release(&new->arena);
}

static int
run_new(struct run *run)
{
	struct findings ignored; /* of the repository: not this command's to say */
	struct new new;
	bool good;

	if (run->argc < 1)
		usage(run, "for which service?");
	findings_init(&ignored);
	open_all(&new, run, &ignored);
	good = read_template(&new, str_of(run->argv[0])) && (new.by_form ? new_by_form(&new) : new_given(&new));
	if (!good)
		without_places(&new, &new.findings);
	if (run_finish(run, new.store, &new.findings) != 0 && !new.told)
		fputs("dossier new: nothing was written\n", stderr);
	if (!good && !new.told && !isatty(STDERR_FILENO))
		say_fixes(&new.outcome.broken, &new.file);
	close_all(&new);
	findings_release(&ignored);
	return good ? 0 : 1;
}

const struct command cmd_new = {
	.name = "new",
	.operands = "SERVICE [Field=value...]",
	.summary = "open a case from a template and print its path",
	.options = options,
	.complete = "service",
	.run = run_new,
};
