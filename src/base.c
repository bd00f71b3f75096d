/*
 * Arenas are chains of chunks that double in size. Files are replaced in the way of POSIX: write a
 * neighbour, flush it, rename it over the old name, flush the folder (T. Pillai et al., "All File
 * Systems Are Not Created Equal", OSDI 2014). Where the system can, the neighbour has no name until
 * it is whole, so that a killed process leaves none behind.
 */
#define _GNU_SOURCE
#include "base.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define EACH_ITS_OWN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ITS_OWN 1
#endif
#endif
#ifndef EACH_ITS_OWN
#define EACH_ITS_OWN 0
#endif

#define CHUNK_MIN ((size_t)64 << 10)

void
die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("dossier: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

static void
out_of_memory(size_t size)
{
	die("out of memory (%zu bytes were asked for)", size);
}

static size_t
times(size_t a, size_t b)
{
	size_t product;

	if (__builtin_mul_overflow(a, b, &product))
		out_of_memory(SIZE_MAX);
	return product;
}

void *
xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

void *
xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

void *
xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (p == NULL)
		out_of_memory(size);
	return p;
}

char *
xstrdup(const char *text)
{
	size_t n = strlen(text) + 1;

	return memcpy(xmalloc(n), text, n);
}

/* ---- views ---- */

struct str
str_of(const char *text)
{
	return text == NULL ? STR_NULL : (struct str){ text, strlen(text) };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_is(struct str a, const char *text)
{
	return str_eq(a, str_of(text));
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	    (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_cut(struct str *rest, char separator, struct str *piece)
{
	const char *end;

	if (rest->p == NULL)
		return false;
	end = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
	if (end == NULL) {
		*piece = *rest;
		*rest = STR_NULL;
		return true;
	}
	*piece = (struct str){ rest->p, (size_t)(end - rest->p) };
	*rest = (struct str){ end + 1, rest->n - piece->n - 1 };
	return true;
}

struct str
str_word(struct str *rest)
{
	struct str word;

	while (rest->n && is_blank(rest->p[0]))
		rest->p++, rest->n--;
	word = (struct str){ rest->p, 0 };
	while (word.n < rest->n && !is_blank(word.p[word.n]))
		word.n++;
	if (word.n > 0)
		*rest = (struct str){ rest->p + word.n, rest->n - word.n };
	return word;
}

uint64_t
str_hash(struct str s)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ s.n, w;

	for (; s.n >= 8; s.p += 8, s.n -= 8) {
		memcpy(&w, s.p, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	w = 0;
	if (s.n)
		memcpy(&w, s.p, s.n);
	h = (h ^ w) * 0xff51afd7ed558ccdu;
	h ^= h >> 29;
	h *= 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 32;
}

/* ---- arenas ---- */

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	max_align_t bytes[];
};

void
arena_init(struct arena *arena)
{
	memset(arena, 0, sizeof(*arena));
}

static void
free_chunks(struct arena_chunk *chunk)
{
	struct arena_chunk *next;

	for (; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
}

void
arena_release(struct arena *arena)
{
	free_chunks(arena->chunk);
	arena_init(arena);
}

void
arena_reset(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunk;

	if (chunk == NULL)
		return;
	if (EACH_ITS_OWN) {
		arena_release(arena);
		return;
	}
	/* The first is the largest but for one made for a single huge thing: give that back. */
	free_chunks(chunk->next);
	chunk->next = NULL;
	if (chunk->size > (size_t)32 << 20) {
		arena_release(arena);
		return;
	}
	arena->p = (char *)chunk->bytes;
	arena->end = arena->p + chunk->size;
}

static void
add_chunk(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;
	size_t want = arena->chunk ? arena->chunk->size : CHUNK_MIN / 2;

	if (EACH_ITS_OWN)
		want = size;
	else
		want = want < (size_t)8 << 20 ? want * 2 : want;
	if (want < size)
		want = size;
	if (want > SIZE_MAX - sizeof(*chunk))
		out_of_memory(size);
	chunk = xmalloc(sizeof(*chunk) + want);
	chunk->size = want;
	chunk->next = arena->chunk;
	arena->chunk = chunk;
	arena->p = (char *)chunk->bytes;
	arena->end = arena->p + want;
}

void
arena_take(struct arena *arena, struct arena *from)
{
	struct arena_chunk **last = &from->chunk;

	if (arena->chunk == NULL) {
		*arena = *from;
	} else {
		while (*last != NULL)
			last = &(*last)->next;
		*last = arena->chunk->next;
		arena->chunk->next = from->chunk;
	}
	arena_init(from);
}

static size_t
aligned(size_t size)
{
	size_t a = _Alignof(max_align_t);

	if (size > SIZE_MAX - a)
		out_of_memory(size);
	return (size + a - 1) & ~(a - 1);
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	void *p;
	size_t room = EACH_ITS_OWN ? (size ? size : 1) : aligned(size ? size : 1);

	if (EACH_ITS_OWN || (size_t)(arena->end - arena->p) < room)
		add_chunk(arena, room);
	p = arena->p;
	arena->p += room;
	return p;
}

void *
arena_zero(struct arena *arena, size_t count, size_t size)
{
	size_t n = times(count, size);

	return memset(arena_alloc(arena, n), 0, n);
}

void *
arena_grow(struct arena *arena, void *p, size_t old, size_t size)
{
	void *to;

	if (!EACH_ITS_OWN && p != NULL && old > 0 && (char *)p + aligned(old) == arena->p &&
	    aligned(size) <= (size_t)(arena->end - (char *)p)) {
		arena->p = (char *)p + aligned(size);
		return p;
	}
	to = arena_alloc(arena, size);
	if (old > 0)
		memcpy(to, p, old < size ? old : size);
	return to;
}

struct str
arena_str(struct arena *arena, struct str s)
{
	if (s.p == NULL)
		return s;
	return (struct str){ arena_cstr(arena, s), s.n };
}

char *
arena_cstr(struct arena *arena, struct str s)
{
	char *p = arena_alloc(arena, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(n >= 0);
	p = arena_alloc(arena, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	return p;
}

/* ---- growing buffers ---- */

void
buf_release(struct buf *buf)
{
	free(buf->p);
	*buf = BUF_INIT;
}

void
buf_reset(struct buf *buf)
{
	buf->n = 0;
	if (buf->p != NULL)
		buf->p[0] = '\0';
}

char *
buf_room(struct buf *buf, size_t more)
{
	size_t want;

	if (more > SIZE_MAX / 2 - buf->n - 1)
		out_of_memory(more);
	want = buf->n + more + 1;
	if (want > buf->size) {
		buf->size = want > buf->size * 2 ? want : buf->size * 2;
		if (buf->size < 64)
			buf->size = 64;
		buf->p = xrealloc(buf->p, buf->size);
	}
	return buf->p + buf->n;
}

void
buf_add(struct buf *buf, const void *p, size_t n)
{
	char *to = buf_room(buf, n);

	if (n)
		memcpy(to, p, n);
	buf->n += n;
	buf->p[buf->n] = '\0';
}

void
buf_str(struct buf *buf, struct str s)
{
	buf_add(buf, s.p, s.n);
}

void
buf_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void
buf_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void
buf_vprintf(struct buf *buf, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	assert(n >= 0);
	vsnprintf(buf_room(buf, (size_t)n), (size_t)n + 1, format, again);
	va_end(again);
	buf->n += (size_t)n;
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(buf, format, args);
	va_end(args);
}

struct str
buf_view(const struct buf *buf)
{
	return (struct str){ buf->p ? buf->p : "", buf->n };
}

/* ---- map: open addressing, linear probing, at most three quarters full ---- */

void
map_release(struct map *map)
{
	free(map->slots);
	*map = MAP_INIT;
}

static struct map_slot *
probe(const struct map *map, struct str key, uint64_t hash)
{
	size_t i = (size_t)hash & (map->size - 1);

	while (map->slots[i].key.p != NULL &&
	    (map->slots[i].hash != hash || !str_eq(map->slots[i].key, key)))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

struct map_slot *
map_get(const struct map *map, struct str key)
{
	struct map_slot *slot;

	if (map->n == 0)
		return NULL;
	slot = probe(map, key, str_hash(key));
	return slot->key.p == NULL ? NULL : slot;
}

static void
grow_map(struct map *map)
{
	struct map old = *map;
	size_t i;

	map->size = old.size ? times(old.size, 2) : 16;
	map->slots = xcalloc(map->size, sizeof(*map->slots));
	for (i = 0; i < old.size; i++)
		if (old.slots[i].key.p != NULL)
			*probe(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

struct map_slot *
map_put(struct map *map, struct str key, bool *is_new)
{
	uint64_t hash = str_hash(key);
	struct map_slot *slot;

	assert(key.p != NULL);
	if (map->n >= map->size / 4 * 3)
		grow_map(map);
	slot = probe(map, key, hash);
	if (is_new != NULL)
		*is_new = slot->key.p == NULL;
	if (slot->key.p == NULL) {
		slot->key = key;
		slot->hash = hash;
		map->n++;
	}
	return slot;
}

/* ---- UTF-8 ---- */

size_t
utf8_decode(struct str s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n, i;
	uint32_t c;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 && p[0] < 0xf8 ? 4 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 :
	    p[0] >= 0xc0 && p[0] < 0xe0 ? 2 : 0;
	if (n == 0 || n > s.n)
		return 0;
	c = p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return n;
}

size_t
utf8_count(struct str s)
{
	size_t count = 0, i, n;
	uint32_t c;

	for (i = 0; i < s.n; i += n, count++)
		if ((n = utf8_decode((struct str){ s.p + i, s.n - i }, &c)) == 0)
			n = 1;
	return count;
}

static bool
is_combining(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) ||
	    (c >= 0x591 && c <= 0x5bd) || (c >= 0x610 && c <= 0x61a) ||
	    (c >= 0x64b && c <= 0x65f) || c == 0x670 || (c >= 0x6d6 && c <= 0x6dc) ||
	    (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
	    (c >= 0x200b && c <= 0x200f) || (c >= 0x20d0 && c <= 0x20ff) ||
	    (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f) || c == 0xad;
}

static bool
is_wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0x303e) ||
	    (c >= 0x3041 && c <= 0x33ff) || (c >= 0x3400 && c <= 0x4dbf) ||
	    (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xa000 && c <= 0xa4cf) ||
	    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1f64f) ||
	    (c >= 0x1f900 && c <= 0x1f9ff) || (c >= 0x20000 && c <= 0x3fffd);
}

size_t
utf8_width(struct str s)
{
	size_t width = 0, i, n;
	uint32_t c;

	for (i = 0; i < s.n; i += n) {
		if ((n = utf8_decode((struct str){ s.p + i, s.n - i }, &c)) == 0) {
			n = 1;
			width++;
		} else {
			width += is_combining(c) ? 0 : is_wide(c) ? 2 : 1;
		}
	}
	return width;
}

static enum text_fault
fault_of(uint32_t c)
{
	if (c == 0)
		return TEXT_NUL;
	if (c == '\r')
		return TEXT_CR;
	if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c <= 0x9f))
		return TEXT_CONTROL;
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
	    c == 0x200f || c == 0x61c)
		return TEXT_BIDI;
	if (c == 0xfeff)
		return TEXT_BOM;
	return TEXT_OK;
}

#define PLAIN_RUN 32

/* Where the C library chooses by the machine, a function is compiled for wider vectors too. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#define FOR_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define FOR_VECTORS
#endif

/* Whether all bytes of a run are 0x20..0x7e, tab or LF. The loop has no branch and a known length, so
 * that compilers make it a few vector instructions. */
static inline bool
is_plain_run(const char *p)
{
	unsigned char bad = 0, c;
	int i;

	for (i = 0; i < PLAIN_RUN; i++) {
		c = (unsigned char)p[i];
		bad |= (unsigned char)(((unsigned char)(c - 0x20) > 0x7e - 0x20) & (c != '\n') &
		    (c != '\t'));
	}
	return bad == 0;
}

FOR_VECTORS enum text_fault
text_check(struct str s, size_t *at)
{
	size_t i = *at, slow = i, n;
	enum text_fault fault;
	uint32_t c;

	while (i < s.n) {
		if (i >= slow && s.n - i >= PLAIN_RUN) {
			if (is_plain_run(s.p + i)) {
				i += PLAIN_RUN;
				continue;
			}
			slow = i + PLAIN_RUN;
		}
		if (s.p[i] == '\n' || (s.p[i] >= 0x20 && s.p[i] < 0x7f)) {
			i++;
			continue;
		}
		n = utf8_decode((struct str){ s.p + i, s.n - i }, &c);
		fault = n == 0 ? TEXT_INVALID : fault_of(c);
		if (fault != TEXT_OK) {
			*at = i;
			return fault;
		}
		i += n;
	}
	*at = s.n;
	return TEXT_OK;
}

/* ---- files ---- */

static int
read_whole(int fd, struct arena *arena, struct str *bytes)
{
	struct stat st;
	size_t size, n = 0;
	ssize_t got;
	char *p;

	if (fstat(fd, &st) != 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	if (st.st_size > (off_t)FILE_MAX_BYTES)
		return EFBIG;
	size = (size_t)st.st_size;
	p = arena_alloc(arena, size + 1);
	while (n < size) {
		got = read(fd, p + n, size - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	p[n] = '\0';
	*bytes = (struct str){ p, n };
	return 0;
}

int
file_read(int dirfd, const char *path, struct arena *arena, struct str *bytes)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), result;

	if (fd < 0)
		return errno;
	result = read_whole(fd, arena, bytes);
	close(fd);
	return result;
}

static int
write_all(int fd, struct str bytes)
{
	ssize_t done;

	while (bytes.n > 0) {
		done = write(fd, bytes.p, bytes.n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		bytes.p += done;
		bytes.n -= (size_t)done;
	}
	return 0;
}

static const char *
folder_of(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	snprintf(folder, PATH_MAX, "%.*s", slash ? (int)(slash - path) + (slash == path) : 1, slash ? path : ".");
	return folder;
}

/* What cannot be opened or flushed is no loss: the file is in place. */
static int
flush_folder(const char *path)
{
	char folder[PATH_MAX];
	int fd = open(folder_of(path, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;

	if (fd < 0)
		return errno == EACCES ? 0 : errno;
	if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
		result = errno;
	close(fd);
	return result;
}

/* The name of what was opened without one, for linkat. */
static const char *
name_of_fd(int fd, char name[32])
{
	snprintf(name, 32, "/proc/self/fd/%d", fd);
	return name;
}

/* A new file in the folder of `path` that goes with the process that made it, as it has no name; -1 where there is none such. */
static int
open_nameless(const char *path)
{
	char folder[PATH_MAX], name[32];
	int fd = open(folder_of(path, folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	if (fd >= 0 && access(name_of_fd(fd, name), F_OK) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Names that are to go when the program ends before their files are in place. */
struct unfinished {
	struct unfinished *next;
	char name[];
};

static struct unfinished *unfinished;

static void
remove_unfinished(void)
{
	for (; unfinished != NULL; unfinished = unfinished->next)
		unlink(unfinished->name);
}

static void
begin_name(const char *name)
{
	static bool is_registered;
	size_t n = strlen(name) + 1;
	struct unfinished *this = xmalloc(sizeof(*this) + n);

	if (!is_registered)
		atexit(remove_unfinished);
	is_registered = true;
	memcpy(this->name, name, n);
	this->next = unfinished;
	unfinished = this;
}

static void
end_name(const char *name)
{
	struct unfinished **at = &unfinished, *this;

	while (*at != NULL && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	if ((this = *at) == NULL)
		return;
	*at = this->next;
	free(this);
}

/* A new file beside path: without a name where that can be, else with one that is not taken. */
static void
open_new(struct replacement *r)
{
	size_t size = strlen(r->path) + sizeof(".new-XXXXXX");

	r->fd = open_nameless(r->path);
	if (r->fd >= 0)
		return;
	r->temp = xmalloc(size);
	snprintf(r->temp, size, "%s.new-XXXXXX", r->path);
	r->fd = mkostemp(r->temp, O_CLOEXEC);
	if (r->fd >= 0) {
		begin_name(r->temp);
		return;
	}
	r->error = errno;
	free(r->temp);
	r->temp = NULL;
}

/* Whose group cannot be kept, for them holds what held for all others. */
static mode_t
keep_owner(int fd, const struct stat *old)
{
	mode_t mode = old->st_mode & 07777;
	struct stat new;

	if (fstat(fd, &new) != 0 || (new.st_uid == old->st_uid && new.st_gid == old->st_gid))
		return mode;
	if (fchown(fd, old->st_uid, old->st_gid) == 0 || new.st_gid == old->st_gid ||
	    fchown(fd, (uid_t)-1, old->st_gid) == 0)
		return mode;
	return (mode & (mode_t)~07070) | (mode & 07) << 3;
}

/* Owner, group and mode of the old file where there is one, else what umask leaves of 0666. */
static int
set_rights(const struct replacement *r)
{
	struct stat old;
	mode_t mask, mode;

	if (!r->is_new && stat(r->path, &old) == 0) {
		mode = keep_owner(r->fd, &old);
	} else {
		mask = umask(0);
		umask(mask);
		mode = 0666 & ~mask;
	}
	return fchmod(r->fd, mode) == 0 ? 0 : errno;
}

/* Gives the new file a name beside path. */
static int
name_it(struct replacement *r)
{
	size_t size = strlen(r->path) + sizeof(".new-ffffffffffffffff");
	unsigned long long number = (unsigned long long)getpid() << 24;
	char own[32];
	int result;

	r->temp = xmalloc(size);
	do {
		snprintf(r->temp, size, "%s.new-%llx", r->path, number++);
		result = linkat(AT_FDCWD, name_of_fd(r->fd, own), AT_FDCWD, r->temp, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
	} while (result == EEXIST && (number & 0xff) != 0);
	if (result == 0) {
		begin_name(r->temp);
		return 0;
	}
	free(r->temp);
	r->temp = NULL;
	return result;
}

static int
rename_it(struct replacement *r)
{
	if (rename(r->temp, r->path) != 0)
		return errno;
	end_name(r->temp);
	free(r->temp);
	r->temp = NULL;
	return 0;
}

/* A file system without a second name for a file: the name is taken first, then given away. */
static int
create_by_rename(struct replacement *r)
{
	int fd = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), result;

	if (fd < 0)
		return errno;
	close(fd);
	result = rename_it(r);
	if (result != 0)
		unlink(r->path);
	return result;
}

static int
put_in_place(struct replacement *r)
{
	char own[32];
	int result;

	if (!r->is_new) {
		result = r->temp == NULL ? name_it(r) : 0;
		return result ? result : rename_it(r);
	}
	if (r->temp == NULL)
		result = linkat(AT_FDCWD, name_of_fd(r->fd, own), AT_FDCWD, r->path, AT_SYMLINK_FOLLOW);
	else
		result = link(r->temp, r->path);
	if (result == 0)
		return 0;
	return r->temp != NULL && errno != EEXIST ? create_by_rename(r) : errno;
}

static void
begin(struct replacement *r, const char *path, bool is_new)
{
	struct stat st;
	char *real = NULL;

	*r = (struct replacement){ .fd = -1, .is_new = is_new };
	if (!is_new && stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		r->is_direct = true;
		r->path = xstrdup(path);
		r->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
		r->error = r->fd < 0 ? errno : 0;
		return;
	}
	if (!is_new && lstat(path, &st) == 0 && (real = realpath(path, NULL)) == NULL)
		r->error = errno;
	/* Who may not write to the file as it stands is not to replace it either. */
	if (real != NULL && faccessat(AT_FDCWD, real, W_OK, AT_EACCESS) != 0)
		r->error = errno;
	r->path = xstrdup(real ? real : path);
	free(real);
	if (r->error == 0 && strlen(r->path) >= PATH_MAX)
		r->error = ENAMETOOLONG;
	if (r->error == 0)
		open_new(r);
}

void
replacement_begin(struct replacement *replacement, const char *path)
{
	begin(replacement, path, false);
}

void
replacement_add(struct replacement *replacement, struct str bytes)
{
	if (replacement->error == 0)
		replacement->error = write_all(replacement->fd, bytes);
}

int
replacement_end(struct replacement *r, bool keep)
{
	bool flush = keep && r->error == 0;
	int result = r->error;

	if (flush && !r->is_direct)
		result = set_rights(r);
	/* A device or a pipe has nothing to flush. */
	if (flush && result == 0 && fsync(r->fd) != 0 && errno != EINVAL && errno != EROFS)
		result = errno;
	if (flush && result == 0 && !r->is_direct)
		result = put_in_place(r);
	if (r->fd >= 0 && close(r->fd) != 0 && result == 0)
		result = errno;
	if (r->temp != NULL) {
		unlink(r->temp);
		end_name(r->temp);
	}
	if (flush && result == 0 && !r->is_direct)
		result = flush_folder(r->path);
	free(r->path);
	free(r->temp);
	return result;
}

static int
write_file(const char *path, struct str bytes, bool is_new)
{
	struct replacement r;

	begin(&r, path, is_new);
	replacement_add(&r, bytes);
	return replacement_end(&r, true);
}

int
file_replace(const char *path, struct str bytes)
{
	return write_file(path, bytes, false);
}

int
file_create(const char *path, struct str bytes)
{
	return write_file(path, bytes, true);
}

/* Those who update files in a folder take turns; the lock ends with the process. -1, and *error: it stays taken. */
static int
lock_folder(const char *path, int *error)
{
	const struct timespec a_while = { .tv_nsec = 10000000 };
	char folder[PATH_MAX];
	int fd = open(folder_of(path, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC), i;

	*error = 0;
	for (i = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0; i++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fd; /* a file system without locks: the look before writing remains */
		if (i == 1000) {
			*error = EBUSY;
			break;
		}
		nanosleep(&a_while, NULL);
	}
	return fd;
}

static int
look_at(const char *path, struct str old)
{
	struct arena arena;
	struct str bytes;
	int result;

	arena_init(&arena);
	result = file_read(AT_FDCWD, path, &arena, &bytes);
	if (result == 0)
		result = old.p != NULL && str_eq(bytes, old) ? 0 : ESTALE;
	else if (result == ENOENT)
		result = old.p == NULL ? 0 : ESTALE;
	arena_release(&arena);
	return result;
}

int
file_update(const char *path, struct str old, struct str bytes)
{
	char *real = realpath(path, NULL);
	int result, lock;

	if (real != NULL)
		path = real;
	lock = lock_folder(path, &result);
	if (result == 0)
		result = look_at(path, old);
	if (result == 0)
		result = old.p == NULL ? file_create(path, bytes) : file_replace(path, bytes);
	if (result == EEXIST)
		result = ESTALE;
	if (lock >= 0)
		close(lock);
	free(real);
	return result;
}

void
die_unwritten(const char *path, int error)
{
	const char *todo = "";

	if (error == ENOSPC || error == EDQUOT || error == EFBIG)
		todo = "; it is as it was: make room, then run this again";
	else if (error == EACCES || error == EPERM)
		todo = "; it is as it was: ask its owner to let you write there";
	else if (error == EROFS)
		todo = "; it is as it was: nothing can be written on that disk";
	else if (error == ESTALE)
		die("cannot write '%s': something else changed it meanwhile, and that is kept: run this again", path);
	else if (error == EBUSY)
		die("cannot write '%s': another program has its folder locked: wait for it, then run this again", path);
	die("cannot write '%s': %s%s", path, strerror(error), todo);
}

int
file_make_parents(const char *path)
{
	char folder[PATH_MAX];
	const char *name = strrchr(path, '/');
	size_t i;

	if (strlen(path) >= sizeof(folder))
		return ENAMETOOLONG;
	if (name == NULL || name == path)
		return 0;
	/* Most often it is there, or it alone is missing. */
	memcpy(folder, path, (size_t)(name - path));
	folder[name - path] = '\0';
	if (mkdir(folder, 0777) == 0 || errno == EEXIST)
		return 0;
	for (i = 0; path[i] != '\0'; i++) {
		folder[i] = path[i];
		if (path[i + 1] != '/' || i + 1 == 0)
			continue;
		folder[i + 1] = '\0';
		if (mkdir(folder, 0777) != 0 && errno != EEXIST)
			return errno;
	}
	return 0;
}
