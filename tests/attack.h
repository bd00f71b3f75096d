/*
 * What both attacks on public reports begin with: numbers that look random and are the same each time, and a world of one
 * definition file. A test gives its schemas; settings come from the environment.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include <stdio.h>
#include <stdlib.h>

#include "report.h"

#define T 5 /* counts below it are small */

static uint64_t seed;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static long
setting(const char *name, long fallback)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : fallback;
}

static struct symbols symbols;
static struct arena arena;
static struct findings findings;
static struct schema *schema;
static struct directory *directory;

static void
parse(const char *path, const char *text, struct recfile *file)
{
	struct source *source = ARENA_NEW(&arena, struct source, 1);

	source->name = path;
	source->bytes = arena_str(&arena, str_of(text));
	record_parse(source, &symbols, &arena, &findings, file);
}

static void
open_world(const char *schema_case, const char *definitions)
{
	static const char others[] = "%rec: Report\n%key: Report\n\n%rec: Table\n\n%rec: Label\n";
	struct recfile file;

	symbols_init(&symbols);
	arena_init(&arena);
	findings_init(&findings);
	schema = schema_new(&symbols);
	parse("schema/case.rec", schema_case, &file);
	schema_add(schema, &file, &findings);
	parse("schema/directory.rec", others, &file);
	schema_add(schema, &file, &findings);
	schema_link(schema, &findings);
	directory = directory_new(schema);
	parse("reports/test.rec", definitions, &file);
	directory_add(directory, &file, &findings);
	directory_link(directory, &findings);
}

static void
close_world(void)
{
	directory_free(directory);
	schema_free(schema);
	findings_release(&findings);
	arena_release(&arena);
	symbols_release(&symbols);
}

/* A report of that name, begun; a definition that is not good ends the test. */
static struct report *
load(const char *name, struct more_names states, struct period period)
{
	struct report *report = report_load(schema, directory, states, &symbols, str_of(name), &findings);
	size_t i;

	if (report == NULL || !report_begin(report, period, T, &findings)) {
		for (i = 0; i < findings.n; i++)
			printf("# %s\n", findings.list[i].text);
		abort();
	}
	return report;
}

#endif
