/* What is kept, and what damage does to it: nothing but that it is computed anew. */
#define _GNU_SOURCE
#include "cache.h"
#include "making.h"
#include "tap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct oid
id_of(unsigned n)
{
	struct oid oid;

	memset(&oid, 0, sizeof(oid));
	memcpy(oid.id, &n, sizeof(n));
	return oid;
}

static struct str
value_of(unsigned n, struct arena *arena)
{
	struct buf text = BUF_INIT;
	struct str kept;
	unsigned i;

	for (i = 0; i < n % 7; i++)
		buf_printf(&text, "value %u of %u\n", i, n);
	kept = arena_str(arena, buf_view(&text));
	buf_release(&text);
	return kept;
}

/* How many of the first n are there; SIZE_MAX when one is wrong. */
static size_t
count_kept(struct cache *cache, unsigned n)
{
	struct arena arena;
	size_t kept = 0;
	struct str bytes;
	struct oid id;
	unsigned i;

	arena_init(&arena);
	for (i = 0; i < n && kept != SIZE_MAX; i++) {
		id = id_of(i);
		if (cache_get(cache, &id, &bytes))
			kept = str_eq(bytes, value_of(i, &arena)) ? kept + 1 : SIZE_MAX;
	}
	arena_release(&arena);
	return kept;
}

static size_t
kept_in(struct str bytes, const char *key, unsigned n)
{
	struct cache *cache = cache_new(str_of(key));
	size_t kept;

	cache_read(cache, bytes);
	kept = count_kept(cache, n);
	cache_free(cache);
	return kept;
}

static void
fill(struct cache *cache, unsigned n)
{
	struct arena arena;
	struct oid id;
	unsigned i;

	arena_init(&arena);
	for (i = 0; i < n; i++) {
		id = id_of(i);
		cache_put(cache, &id, value_of(i, &arena));
	}
	arena_release(&arena);
}

static void
test_container(void)
{
	struct cache *cache = cache_new(STR("key"));
	struct buf out = BUF_INIT, copy = BUF_INIT;
	size_t i, least = 20, most = 0, kept;
	bool right = true;
	unsigned bit;

	fill(cache, 20);
	is_number((long long)count_kept(cache, 30), 20, "what was put is there, nothing else");
	cache_write(cache, SIZE_MAX, &out);
	is_number((long long)kept_in(buf_view(&out), "key", 30), 20, "written and read");
	is_number((long long)kept_in(buf_view(&out), "other", 30), 0, "nothing under another key");
	buf_str(&copy, buf_view(&out));
	for (i = 0; i < out.n; i++) {
		for (bit = 0; bit < 9; bit++) {
			copy.p[i] = (char)(out.p[i] ^ (bit == 8 ? 0xff : 1 << bit));
			kept = kept_in(buf_view(&copy), "key", 30);
			right = right && kept < 20;
			least = kept < least ? kept : least;
		}
		copy.p[i] = out.p[i];
	}
	ok(right, "every bit of every byte changed: something is missing, nothing wrong");
	for (i = 0; i < out.n; i++) {
		kept = kept_in((struct str){ out.p, i }, "key", 30);
		right = right && kept < 20;
		most = kept > most ? kept : most;
	}
	ok(right, "cut off at every byte: the same");
	is_number((long long)least, 0, "nothing is left where the top is damaged");
	is_number((long long)most, 19, "all but the last where that is cut off");
	buf_char(&copy, 'x');
	is_number((long long)kept_in(buf_view(&copy), "key", 30), 20, "bytes behind the end cost nothing");
	buf_reset(&copy);
	cache_write(cache, out.n / 2, &copy);
	ok(copy.n <= out.n / 2 && kept_in(buf_view(&copy), "key", 30) > 5, "no more than the limit");
	ok(kept_in((struct str){ copy.p, copy.n }, "key", 1) == 0, "what was used longest ago goes");
	buf_release(&copy);
	buf_release(&out);
	cache_free(cache);
}

static void
test_files(const char *folder)
{
	struct cache *cache = cache_new(STR("key"));
	char text[8192], large[1000];
	struct stat st;

	fill(cache, 20);
	cache_save(cache, folder, 1 << 20);
	cache_free(cache);
	cache = cache_new(STR("key"));
	cache_load(cache, folder);
	is_number((long long)count_kept(cache, 30), 20, "saved and loaded");
	cache_free(cache);
	cache = cache_new(STR("key"));
	cache_load(cache, "/nowhere/at/all");
	cache_save(cache, "/proc/nowhere", 1 << 20);
	is_number((long long)count_kept(cache, 30), 0, "no folder: nothing, and no complaint");
	fill(cache, 3);
	cache_save(cache, "/proc/nowhere", 1 << 20);
	cache_free(cache);
	snprintf(text, sizeof(text), "%s/old", folder);
	memset(large, 'x', sizeof(large));
	ok(file_create(text, (struct str){ large, sizeof(large) }) == 0 && stat(text, &st) == 0, "an old file");
	cache = cache_new(STR("more"));
	fill(cache, 3);
	cache_save(cache, folder, 700);
	ok(stat(text, &st) != 0, "goes when there is too much");
	cache_free(cache);
	cache = cache_new(STR("more"));
	cache_load(cache, folder);
	ok(count_kept(cache, 30) > 0, "what was saved last stays");
	cache_free(cache);
}

/* ---- figures ---- */

static struct str
figures(const char *centre, struct arena *arena, bool cached)
{
	struct making making;
	struct store *store = store_open(centre);
	struct buf out = BUF_INIT;
	struct sheet sheet;
	struct str kept;

	making_open(&making, store, "HEAD", 20000, "dossier");
	making.cached = cached;
	if (!making_load(&making, STR("overview")) ||
	    !making_begin(&making, (struct period){ DAY_NONE, DAY_NONE }))
		die("the report cannot be made");
	making_count(&making, NULL);
	making_sheet(&making, &sheet);
	sheet_csv(&sheet, &out);
	kept = arena_str(arena, buf_view(&out));
	buf_release(&out);
	making_close(&making);
	store_free(store);
	return kept;
}

static const char make[] =
    "set -e; cd %s; mkdir centre; cp -R \"$OLDPWD\"/templates/. centre; cd centre; mkdir -p cases/2026/7\n"
    "printf 'Case: 2026-7KQ43\\nOpened: 2026-03-02\\nService: support\\nApplicant: mother\\nMunicipality: GM0344\\nCounsellor: aj\\nLead: centre\\n\\n"
    "Date: 2026-03-02\\nKind: request\\nBy: aj\\nFrom: mother\\nService: support\\n' >cases/2026/7/2026-7KQ43.rec\n"
    "printf '\\nStaff: aj\\nName: Aj\\nEmail: aj@centre.example\\nRole: coordinator\\nFrom: 2024-01-01\\n' >>directory/staff.rec\n"
    "git init -q; git add -A; GIT_AUTHOR_DATE='2026-03-09T10:00:00Z' GIT_COMMITTER_DATE='2026-03-09T10:00:00Z' "
    "git -c user.name=Aj -c user.email=aj@centre.example commit -q --no-verify -m one\n";

/* The only file of the cache. */
static char *
file_in(const char *centre, struct arena *arena)
{
	const char *path = arena_printf(arena, "%s/.git/dossier/report", centre);
	const char *list = arena_printf(arena, "ls %s", path);
	FILE *names = popen(list, "r");
	char name[100] = "";

	if (names == NULL || fscanf(names, "%99s", name) != 1)
		die("no cache was made");
	pclose(names);
	return arena_printf(arena, "%s/%s", path, name);
}

static void
spoil(const char *path, struct str bytes)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(bytes.p, 1, bytes.n, file) != bytes.n || fclose(file) != 0)
		die("cannot write '%s'", path);
}

static void
test_figures(const char *folder)
{
	struct arena arena, one;
	const char *centre, *path;
	struct str want, bytes;
	size_t wrong = 0, i, n = 0;
	char *copy;

	arena_init(&arena);
	arena_init(&one);
	centre = arena_printf(&arena, "%s/centre", folder);
	want = figures(centre, &arena, false);
	ok(want.n > 500 && memmem(want.p, want.n, "support", 7) != NULL, "a report without a cache");
	ok(str_eq(want, figures(centre, &arena, true)), "one that fills it");
	ok(str_eq(want, figures(centre, &arena, true)), "one from it");
	path = file_in(centre, &arena);
	if (file_read(AT_FDCWD, path, &arena, &bytes) != 0)
		die("cannot read '%s'", path);
	copy = xmalloc(bytes.n);
	/* Every byte and every length, unless there are thousands. */
	for (i = 0; i < bytes.n; i += 1 + bytes.n / 2000, n++) {
		memcpy(copy, bytes.p, bytes.n);
		copy[i] = (char)(copy[i] ^ (1 << n % 8));
		spoil(path, (struct str){ copy, bytes.n });
		wrong += !str_eq(want, figures(centre, &one, true));
		spoil(path, (struct str){ bytes.p, i });
		wrong += !str_eq(want, figures(centre, &one, true));
		arena_reset(&one);
	}
	printf("# %zu damaged caches of %zu bytes\n", 2 * n, bytes.n);
	is_number((long long)wrong, 0, "damaged caches give the right figures");
	ok(file_read(AT_FDCWD, path, &arena, &bytes) == 0 && bytes.n > i / 2, "and are mended");
	free(copy);
	arena_release(&arena);
	arena_release(&one);
}

int
main(void)
{
	char folder[] = "/tmp/dossier-cache.XXXXXX", text[4096];

	if (mkdtemp(folder) == NULL)
		die("no folder for the test");
	test_container();
	snprintf(text, sizeof(text), "%s/files", folder);
	test_files(text);
	snprintf(text, sizeof(text), make, folder);
	if (system(text) != 0)
		die("no centre for the test");
	test_figures(folder);
	snprintf(text, sizeof(text), "rm -rf %s", folder);
	return system(text) != 0 || tap_done();
}
