#include "command-definitions.h"
#include "command-document.h"
#include "report.h"

#include <string.h>

static bool
has_schema(const struct archive *archive)
{
	return schema_type(archive->schema, STR("Case")) != NULL;
}

void
definitions_check_documents(struct archive *archive, struct findings *findings)
{
	struct documents *documents;

	if (!has_schema(archive))
		return;
	documents = documents_open(archive);
	documents_check(documents, findings);
	documents_free(documents);
}

void
definitions_check_reports(struct archive *archive, struct findings *findings)
{
	size_t n, i;
	const struct entity *const *all = directory_all(archive->directory, STR("Report"), &n);
	struct more_names states;
	struct findings found;
	struct arena arena;

	if (!has_schema(archive))
		return;
	arena_init(&arena);
	findings_init(&found);
	found.hide_values = findings->hide_values;
	states.symbols = archive_states(archive, &arena, &states.n);
	for (i = 0; i < n; i++)
		report_free(report_load(archive->schema, archive->directory, states, &archive->symbols, all[i]->key,
		    &found));
	findings_move_unsaid(findings, &found);
	findings_release(&found);
	arena_release(&arena);
}

/* ---- a step ---- */

static bool
are_concerned(const struct changes *changes)
{
	size_t i;

	for (i = 0; i < changes->n; i++)
		if (!str_starts(str_of(changes->list[i].path), STR("cases/")))
			return true;
	return false;
}

static void
check_both(struct archive *archive, struct findings *findings)
{
	definitions_check_documents(archive, findings);
	definitions_check_reports(archive, findings);
}

void
definitions_check_step(struct archive *archive, struct archive *const *before, size_t n,
    const struct changes *changes, struct findings *findings)
{
	struct findings now, old;
	bool has_old = false;
	size_t i;

	if (!are_concerned(changes))
		return;
	findings_init(&now);
	findings_init(&old);
	now.hide_values = findings->hide_values;
	check_both(archive, &now);
	for (i = 0; i < n && now.n > 0; i++)
		if (before[i] != NULL) {
			check_both(before[i], &old);
			has_old = true;
		}
	archive_keep_new(&now, changes, has_old ? &old : NULL);
	findings_move_unsaid(findings, &now);
	findings_release(&now);
	findings_release(&old);
}
