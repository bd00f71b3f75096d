/*
 * The bytes are a schema, its directory and a record at once: compiled, written for recutils,
 * read again, and each record checked. A schema without fault, written for recutils, is parsed
 * whole; what stands in it is checked twice with the same findings.
 */
#include <stdlib.h>
#include <string.h>

#include "schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

struct world {
	struct symbols symbols;
	struct arena arena;
	struct findings findings;
	struct source source;
	struct recfile file;
	struct schema *schema;
	struct directory *directory;
};

static void
open_world(struct world *world, const char *name, struct str bytes)
{
	memset(world, 0, sizeof *world);
	symbols_init(&world->symbols);
	arena_init(&world->arena);
	findings_init(&world->findings);
	world->source = (struct source){ name, bytes };
	record_parse(&world->source, &world->symbols, &world->arena, &world->findings,
	    &world->file);
	world->schema = schema_new(&world->symbols);
	schema_add(world->schema, &world->file, &world->findings);
	schema_link(world->schema, &world->findings);
	for (size_t r = 0; r < world->file.n; r++)
		for (uint32_t f = 0; f < world->file.records[r].n; f++) {
			struct field *field = &world->file.records[r].fields[f];

			field->symbol = symbol_find(&world->symbols, field->name);
		}
	world->directory = directory_new(world->schema);
	directory_add(world->directory, &world->file, &world->findings);
	directory_link(world->directory, &world->findings);
}

static void
close_world(struct world *world)
{
	directory_free(world->directory);
	schema_free(world->schema);
	findings_release(&world->findings);
	arena_release(&world->arena);
	symbols_release(&world->symbols);
}

/* Every record against every type. */
static size_t
check_all(const struct world *world, bool hide)
{
	struct findings findings;
	size_t n, found;
	const struct str *types = schema_types(world->schema, &n);

	findings_init(&findings);
	findings.hide_values = hide;
	for (size_t t = 0; t < n && t < 8; t++)
		for (size_t r = 0; r < world->file.n && r < 64; r++)
			schema_check(world->schema, world->directory,
			    schema_type(world->schema, types[t]), &world->file,
			    &world->file.records[r], 20000, NULL, &findings);
	found = findings.n;
	for (size_t i = 0; i < findings.n; i++)
		must(findings.list[i].text != NULL);
	findings_release(&findings);
	return found;
}

static void
write_and_read(const struct world *world)
{
	size_t n;
	const struct str *types = schema_types(world->schema, &n);
	struct buf out = BUF_INIT;
	struct findings findings;
	struct recfile file;
	struct arena arena;

	findings_init(&findings);
	arena_init(&arena);
	for (size_t i = 0; i < n; i++) {
		schema_write_recutils(world->schema, world->directory,
		    schema_type(world->schema, types[i]), STR("Case"), &out);
		buf_char(&out, '\n');
	}
	record_parse(&(struct source){ "written", buf_view(&out) }, NULL, &arena, &findings, &file);
	must(file.whole && file.n == n);
	arena_release(&arena);
	findings_release(&findings);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world;

	if (data == NULL || size > 1 << 16)
		return 0;
	open_world(&world, "cases/schema/case.rec", (struct str){ (const char *)data, size });
	must(check_all(&world, false) == check_all(&world, true));
	schema_check_comments(world.schema, &world.file, &world.findings);
	if (world.findings.n == 0 && world.file.n > 0)
		write_and_read(&world);
	close_world(&world);
	return 0;
}
