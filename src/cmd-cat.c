/*
 * One typed rec stream: first all headers as records of Case, then all entries as records of Entry with
 * their Case, then the directory. Cases are walked twice rather than held.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ 't', "type", "TYPE", "only this record set: Case, Entry, or one of the directory", NULL },
	{ 0, "commit", "REV", "as it stood at a commit", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

static void
write_raw(struct buf *out, const struct recfile *file, const struct record *record)
{
	struct str raw = { file->source->bytes.p + record->at, record->end - record->at };

	buf_str(out, raw);
	if (!str_ends(raw, STR("\n")))
		buf_char(out, '\n');
	buf_char(out, '\n');
}

static void
see_header(void *context, struct visit *visit, struct casefile *file)
{
	(void)context;
	if (file->header != NULL)
		write_raw(visit->out, &file->file, file->header);
}

static void
see_entries(void *context, struct visit *visit, struct casefile *file)
{
	size_t i;

	(void)context;
	for (i = 0; i < file->n; i++) {
		buf_printf(visit->out, "Case: %s\n", file->id);
		write_raw(visit->out, &file->file, file->entries[i].record);
	}
}

static void
write_out(void *context, struct str out)
{
	(void)context;
	print(out);
}

static void
write_descriptor(const struct archive *archive, struct str name, struct str extra)
{
	const struct rectype *type = schema_type(archive->schema, name);
	struct buf out = BUF_INIT;

	if (type != NULL)
		schema_write_recutils(archive->schema, archive->directory, type, extra, &out);
	else
		buf_printf(&out, "%%rec: %.*s\n", STRF(name));
	if (!str_ends(buf_view(&out), STR("\n\n")))
		buf_char(&out, '\n');
	print(buf_view(&out));
	buf_release(&out);
}

static bool
is_data(const struct entity *entity)
{
	struct str path = str_of(entity->file->source->name);

	return str_starts(path, STR("directory/")) || str_starts(path, STR("activities/"));
}

static void
write_directory(const struct archive *archive, struct str name)
{
	size_t i, n, shown = 0;
	const struct entity *const *all = directory_all(archive->directory, name, &n);
	struct buf out = BUF_INIT;

	for (i = 0; i < n; i++) {
		if (!is_data(all[i]))
			continue;
		if (shown++ == 0)
			write_descriptor(archive, name, STR_NULL);
		write_raw(&out, all[i]->file, all[i]->record);
	}
	print(buf_view(&out));
	buf_release(&out);
}

static bool
wanted(const struct run *run, struct str name)
{
	const char *type = option(run, "type");

	return type == NULL || str_is(name, type);
}

static void
check_type(const struct run *run, const struct archive *archive)
{
	size_t i, n;
	const struct str *types = schema_types(archive->schema, &n);
	const char *type = option(run, "type");
	struct str near;

	for (i = 0; type && i < n; i++)
		if (str_is(types[i], type))
			return;
	if (type == NULL)
		return;
	near = nearest(str_of(type), types, n);
	if (near.p != NULL)
		usage(run, "there is no record type '%s'; did you mean '%.*s'?", type, STRF(near));
	usage(run, "there is no record type '%s'", type);
}

static void
write_cases(struct run *run, struct archive *archive, struct store *store, struct findings *findings)
{
	struct visitor headers = { .see = see_header, .write = write_out };
	struct visitor entries = { .see = see_entries, .write = write_out };
	struct selection selection;
	struct findings quiet;
	const char **names = arena_alloc(&archive->arena, sizeof(*names) * (size_t)(run->argc + 1));
	int i;

	for (i = 0; i < run->argc; i++)
		names[i] = run_path(run, store, run->argv[i], &archive->arena);
	selection = (struct selection){ names, (size_t)run->argc };
	findings_init(&quiet);
	if (wanted(run, STR("Case"))) {
		write_descriptor(archive, STR("Case"), STR_NULL);
		archive_each(archive, &selection, &headers, findings);
	}
	if (wanted(run, STR("Entry"))) {
		write_descriptor(archive, STR("Entry"), STR("Case"));
		archive_each(archive, &selection, &entries,
		    wanted(run, STR("Case")) ? &quiet : findings);
	}
	findings_release(&quiet);
}

static int
run_cat(struct run *run)
{
	struct store *store = run_store(run);
	struct snapshot *snapshot;
	struct archive *archive;
	struct findings findings;
	size_t i, n;
	int status;

	snapshot = run_snapshot(run, store);
	findings_init(&findings);
	archive = archive_open(snapshot, run->today, &findings);
	check_type(run, archive);
	write_cases(run, archive, store, &findings);
	if (run->argc == 0) {
		const struct str *types = schema_types(archive->schema, &n);

		for (i = 0; i < n; i++)
			if (!str_is(types[i], "Case") && !str_is(types[i], "Entry") &&
			    wanted(run, types[i]))
				write_directory(archive, types[i]);
	}
	status = run_finish(run, store, &findings);
	archive_free(archive);
	snapshot_free(snapshot);
	findings_release(&findings);
	store_free(store);
	return status;
}

const struct command cmd_cat = {
	.name = "cat",
	.operands = "[CASE...]",
	.summary = "everything as one typed rec stream, for GNU recutils",
	.options = options,
	.complete = "case",
	.run = run_cat,
};
