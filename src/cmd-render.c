#include "command-document.h"
#include "command.h"

#include <stdio.h>
#include <string.h>

static const struct option options[] = {
	{ 'o', "output", "FILE", "write to FILE", NULL },
	{ 'l', "lang", "LANGUAGE", "in this language", NULL },
	{ 0, "entry", "ENTRY", "about this entry of the case: DATE/KIND, DATE/KIND/2", NULL },
	{ 0, "redact", "PERSON", "for this person of the case: everybody else is masked", NULL },
	{ 0, "commit", "REV", "the case as it stood at a commit", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct render {
	struct run *run;
	struct store *store;
	struct archive *archive;
	struct document *document;
	struct making_of how;
	struct findings findings;
	struct buf out;
	bool is_made;
};

static void
see(void *context, struct visit *visit, struct casefile *file)
{
	struct render *r = context;

	(void)visit;
	if (!file->file.whole || file->header == NULL)
		return; /* that was said */
	r->how.file = file;
	r->is_made = document_write(r->document, &r->how, &r->findings, &r->out);
}

static void
say_masked(const struct render *r)
{
	if (!r->is_made || r->how.asker.p == NULL || r->run->quiet)
		return;
	fprintf(stderr, "dossier render: others than '%.*s' were masked in %zu place%s; what speaks of them in other words was not: "
	    "read it before you give it away\n", STRF(r->how.asker), r->how.masked, r->how.masked == 1 ? "" : "s");
}

static void
write_out(const struct render *r)
{
	const char *file = option(r->run, "output");
	int error;

	if (file == NULL)
		print(buf_view(&r->out));
	else if ((error = file_replace(file, buf_view(&r->out))) != 0)
		die_unwritten(file, error);
}

static void
make_of_case(struct render *r, const char *name)
{
	struct visitor visitor = { .see = see, .context = r, .judge = true, .report = VERDICT_OK, .alone = true };
	struct selection selection = { &name, 1 };

	archive_each(r->archive, &selection, &visitor, &r->findings);
}

static void
make(struct render *r)
{
	struct run *run = r->run;
	const char *entry = option(run, "entry"), *asker = option(run, "redact");
	struct arena arena;

	if (document_needs_case(r->document) != (run->argc == 2))
		usage(run, run->argc == 2 ? "'%s' is about no case" : "'%s' of which case?", run->argv[0]);
	r->how.entry = entry ? str_of(entry) : STR_NULL;
	r->how.asker = asker ? str_of(asker) : STR_NULL;
	if (run->argc < 2) {
		archive_name_fields(r->archive);
		r->is_made = document_write(r->document, &r->how, &r->findings, &r->out);
		return;
	}
	arena_init(&arena);
	make_of_case(r, run_path(run, r->store, run->argv[1], &arena));
	arena_release(&arena);
}

static void
list(struct documents *documents)
{
	struct buf out = BUF_INIT;

	documents_list(documents, &out);
	print(buf_view(&out));
	buf_release(&out);
}

static void
check_language(struct render *r, const char *language)
{
	struct buf all = BUF_INIT;

	if (language == NULL || language_exists(r->archive->directory, str_of(language)))
		return;
	language_list(r->archive->directory, &all);
	usage(r->run, "there are no Labels in '%s'; there are: %s", language, all.p);
}

static int
run_render(struct run *run)
{
	struct render r = { .run = run, .out = BUF_INIT };
	const char *language = option(run, "lang");
	struct documents *documents;
	struct snapshot *snapshot;
	struct findings quiet; /* of the repository: dossier check says them */
	int status;

	if (run->argc > 2)
		usage(run, "one document of one case at a time");
	r.store = run_store(run);
	snapshot = run_snapshot(run, r.store);
	findings_init(&r.findings);
	findings_init(&quiet);
	r.archive = archive_open(snapshot, run->today, &quiet);
	documents = documents_open(r.archive);
	check_language(&r, language);
	if (run->argc == 0)
		list(documents);
	else if ((r.document = document_load(documents, str_of(run->argv[0]), language ? str_of(language) : STR_NULL,
	    &r.findings)) != NULL)
		make(&r);
	if (r.is_made)
		write_out(&r);
	status = run_finish(run, r.store, &r.findings);
	say_masked(&r);
	document_close(r.document);
	documents_free(documents);
	archive_free(r.archive);
	snapshot_free(snapshot);
	store_free(r.store);
	findings_release(&quiet);
	findings_release(&r.findings);
	buf_release(&r.out);
	return run->argc > 0 && !r.is_made && status == 0 ? 1 : status;
}

const struct command cmd_render = {
	.name = "render",
	.operands = "[DOCUMENT [CASE]]",
	.summary = "a document: letter, handover report, plan",
	.options = options,
	.complete = "document",
	.run = run_render,
};
