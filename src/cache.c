/*
 * A file is a line that says what it is, the key, and items: the object's id, how many bytes, their checksum, a checksum
 * of that header, the bytes. A damaged header ends what can be found; damaged bytes are noticed when they are asked for.
 * Any change of eight bytes in a row changes the checksum (str_hash: each step of it is a bijection), others do all
 * but certainly. Numbers are in the machine's own order, which the first line tells.
 */
#define _GNU_SOURCE
#include "cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TITLE "dossier cache 1\n"
#define ORDER 0x01020304u
#define ABANDONED 3600 /* seconds after which nobody is still writing a temporary file */

struct top {
	char title[16];
	uint32_t order;
	uint32_t key_n;
	uint64_t key_sum, sum; /* sum: of what stands before it */
};

struct head {
	unsigned char id[20];
	uint32_t n;
	uint64_t bytes_sum, sum;
};

struct item {
	struct oid oid;
	struct str bytes;
	uint64_t sum;
	size_t used; /* when; 0: not this time */
	bool checked, gone;
};

struct cache {
	struct arena arena;
	struct str key;
	struct map by_id;
	struct item **items;
	size_t n, size, clock;
	bool changed; /* differs from the file */
};

struct cache *
cache_new(struct str key)
{
	struct cache *cache = xcalloc(1, sizeof(*cache));

	arena_init(&cache->arena);
	cache->key = arena_str(&cache->arena, key);
	return cache;
}

void
cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
	free(cache->items);
	map_release(&cache->by_id);
	arena_release(&cache->arena);
	free(cache);
}

static struct str
id_of(const struct oid *oid)
{
	return (struct str){ (const char *)oid->id, sizeof(oid->id) };
}

/* The item of that id, a new one when there was none. */
static struct item *
item_of(struct cache *cache, const struct oid *oid)
{
	struct item *item = ARENA_NEW(&cache->arena, struct item, 1);
	struct map_slot *slot;
	bool is_new;

	item->oid = *oid;
	slot = map_put(&cache->by_id, id_of(&item->oid), &is_new);
	if (!is_new)
		return slot->value.p;
	slot->value.p = item;
	if (cache->n == cache->size) {
		cache->size = cache->size * 2 + 64;
		cache->items = xrealloc(cache->items, cache->size * sizeof(*cache->items));
	}
	return cache->items[cache->n++] = item;
}

bool
cache_get(struct cache *cache, const struct oid *oid, struct str *bytes)
{
	struct map_slot *slot = map_get(&cache->by_id, id_of(oid));
	struct item *item = slot ? slot->value.p : NULL;

	if (item == NULL || item->gone)
		return false;
	if (!item->checked && str_hash(item->bytes) != item->sum) {
		item->gone = cache->changed = true;
		return false;
	}
	item->checked = true;
	item->used = ++cache->clock;
	*bytes = item->bytes;
	return true;
}

void
cache_put(struct cache *cache, const struct oid *oid, struct str bytes)
{
	struct item *item = item_of(cache, oid);

	item->bytes = arena_str(&cache->arena, bytes);
	item->sum = str_hash(bytes);
	item->used = ++cache->clock;
	item->checked = true;
	item->gone = false;
	cache->changed = true;
}

/* ---- bytes ---- */

static uint64_t
sum_before(const void *p, size_t n)
{
	return str_hash((struct str){ p, n });
}

static bool
take(struct str *rest, void *p, size_t n)
{
	if (rest->n < n)
		return false;
	memcpy(p, rest->p, n);
	*rest = (struct str){ rest->p + n, rest->n - n };
	return true;
}

static bool
take_top(const struct cache *cache, struct str *rest)
{
	struct str key;
	struct top top;

	if (!take(rest, &top, sizeof(top)) || memcmp(top.title, TITLE, sizeof(top.title)) != 0 ||
	    top.order != ORDER || top.sum != sum_before(&top, offsetof(struct top, sum)) ||
	    rest->n < top.key_n)
		return false;
	key = (struct str){ rest->p, top.key_n };
	*rest = (struct str){ rest->p + key.n, rest->n - key.n };
	return str_hash(key) == top.key_sum && str_eq(key, cache->key);
}

static bool
take_item(struct cache *cache, struct str *rest)
{
	struct item *item;
	struct head head;
	struct oid oid;

	if (!take(rest, &head, sizeof(head)) ||
	    head.sum != sum_before(&head, offsetof(struct head, sum)) || rest->n < head.n)
		return false;
	memcpy(oid.id, head.id, sizeof(oid.id));
	item = item_of(cache, &oid);
	item->bytes = (struct str){ rest->p, head.n };
	item->sum = head.bytes_sum;
	*rest = (struct str){ rest->p + head.n, rest->n - head.n };
	return true;
}

void
cache_read(struct cache *cache, struct str bytes)
{
	struct str rest = arena_str(&cache->arena, bytes);

	cache->changed = !take_top(cache, &rest);
	while (!cache->changed && rest.n > 0)
		cache->changed = !take_item(cache, &rest);
}

/* What was used last comes first, then what was not, as it stood. */
static int
item_cmp(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	return x->used > y->used ? -1 : x->used < y->used;
}

static void
write_item(const struct item *item, struct buf *out)
{
	struct head head;

	memset(&head, 0, sizeof(head));
	memcpy(head.id, item->oid.id, sizeof(head.id));
	head.n = (uint32_t)item->bytes.n;
	head.bytes_sum = item->sum;
	head.sum = sum_before(&head, offsetof(struct head, sum));
	buf_add(out, &head, sizeof(head));
	buf_str(out, item->bytes);
}

void
cache_write(const struct cache *cache, size_t limit, struct buf *out)
{
	struct item **items = xmalloc((cache->n + 1) * sizeof(*items));
	struct top top;
	size_t i;

	memset(&top, 0, sizeof(top));
	memcpy(top.title, TITLE, sizeof(top.title));
	top.order = ORDER;
	top.key_n = (uint32_t)cache->key.n;
	top.key_sum = str_hash(cache->key);
	top.sum = sum_before(&top, offsetof(struct top, sum));
	buf_add(out, &top, sizeof(top));
	buf_str(out, cache->key);
	if (cache->n > 0)
		memcpy(items, cache->items, cache->n * sizeof(*items));
	qsort(items, cache->n, sizeof(*items), item_cmp);
	for (i = 0; i < cache->n; i++)
		if (!items[i]->gone && items[i]->bytes.n <= UINT32_MAX &&
		    out->n + sizeof(struct head) + items[i]->bytes.n <= limit)
			write_item(items[i], out);
	free(items);
}

/* ---- files ---- */

static char *
file_of(struct cache *cache, const char *folder)
{
	return arena_printf(&cache->arena, "%s/%016llx", folder, (unsigned long long)str_hash(cache->key));
}

void
cache_load(struct cache *cache, const char *folder)
{
	const char *path = file_of(cache, folder);
	struct str bytes;

	if (file_read(AT_FDCWD, path, &cache->arena, &bytes) != 0)
		return;
	utimensat(AT_FDCWD, path, NULL, 0);
	cache_read(cache, bytes);
}

/* Not flushed to the disk: what a crash leaves of it is noticed. */
static void
replace(const char *path, const char *temporary, struct str bytes)
{
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	ssize_t n = 1;

	if (fd < 0)
		return;
	while (bytes.n > 0 && (n = write(fd, bytes.p, bytes.n)) > 0)
		bytes = (struct str){ bytes.p + n, bytes.n - (size_t)n };
	if (close(fd) != 0 || bytes.n > 0 || rename(temporary, path) != 0)
		unlink(temporary);
}

struct old_file {
	char *name;
	size_t size;
	struct timespec used;
};

static int
newest_first(const void *a, const void *b)
{
	const struct old_file *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec > y->used.tv_sec ? -1 : 1;
	if (x->used.tv_nsec != y->used.tv_nsec)
		return x->used.tv_nsec > y->used.tv_nsec ? -1 : 1;
	return strcmp(x->name, y->name);
}

static size_t
list_files(DIR *dir, struct arena *arena, struct old_file **files)
{
	struct dirent *entry;
	size_t n = 0, size = 0;
	struct stat st;

	while ((entry = readdir(dir)) != NULL) {
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (n == size) {
			*files = arena_grow(arena, *files, size * sizeof(**files),
			    (size * 2 + 16) * sizeof(**files));
			size = size * 2 + 16;
		}
		(*files)[n++] = (struct old_file){ arena_cstr(arena, str_of(entry->d_name)),
			(size_t)st.st_size, st.st_mtim };
	}
	return n;
}

/* What a process that was killed left on its way to a file of ours; `newest` was written just now. */
static bool
is_abandoned(const struct old_file *file, const struct old_file *newest)
{
	return strchr(file->name, '.') != NULL && file->used.tv_sec + ABANDONED < newest->used.tv_sec;
}

static void
tidy(const char *folder, size_t limit)
{
	DIR *dir = opendir(folder);
	struct old_file *files = NULL;
	struct arena arena;
	size_t n, i, sum = 0;

	if (dir == NULL)
		return;
	arena_init(&arena);
	n = list_files(dir, &arena, &files);
	if (n > 0)
		qsort(files, n, sizeof(*files), newest_first);
	for (i = 0; i < n; i++) {
		sum += files[i].size;
		if (sum > limit || is_abandoned(&files[i], &files[0]))
			unlinkat(dirfd(dir), files[i].name, 0);
	}
	closedir(dir);
	arena_release(&arena);
}

void
cache_save(struct cache *cache, const char *folder, size_t limit)
{
	const char *path = file_of(cache, folder);
	struct buf out = BUF_INIT;

	if (!cache->changed || file_make_parents(path) != 0)
		return;
	cache_write(cache, limit / 4, &out);
	replace(path, arena_printf(&cache->arena, "%s.%ld", path, (long)getpid()), buf_view(&out));
	buf_release(&out);
	tidy(folder, limit);
	cache->changed = false;
}
