/*
 * base hides memory and the file system: where bytes live, how they grow, how a file is read and
 * how it is replaced so that a crash leaves either the old bytes or the new ones.
 *
 * Nothing here knows what a record is. Running out of memory ends the program.
 */
#ifndef BASE_H
#define BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN __attribute__((noreturn))
#else
#define PRINTF_LIKE(f, a)
#define NORETURN
#endif

/* Ends the program with status 2 after "dossier: MESSAGE" on stderr: for the world (disk, git,
 * permissions), never for a fault in the data. */
void die(const char *format, ...) PRINTF_LIKE(1, 2) NORETURN;

/*
 * A view of bytes that it does not own and that need not end in NUL. p is NULL only in STR_NULL,
 * which stands for "there is none"; an empty text has p and no n.
 */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NULL ((struct str){ NULL, 0 })
/* For printf: printf("%.*s", STRF(s)). */
#define STRF(s) (int)(s).n, (s).p

struct str str_of(const char *text);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *text);
/* Bytewise, so UTF-8 sorts by code point; the shorter of two that agree comes first. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Without blanks (space, tab, LF) at either end. */
struct str str_trim(struct str s);
/* Takes off the front of *rest what comes before the first `separator` and drops that; false when
 * *rest is STR_NULL. After the last piece *rest is STR_NULL. */
bool str_cut(struct str *rest, char separator, struct str *piece);
/* The next run of bytes that are not blank, taken off the front of *rest; n is 0 at the end. */
struct str str_word(struct str *rest);
/* Not for an adversary's keys in number: a table degrades to its collisions. */
uint64_t str_hash(struct str s);

/*
 * Memory that is released all at once: one arena for the run, one for a case, reset after each.
 * Nothing in the run's arena may point into a case's. Under sanitizers each allocation is a malloc
 * of its own. All memory is aligned for any type and not zeroed unless said.
 */
struct arena {
	struct arena_chunk *chunk;
	char *p, *end;
};

void arena_init(struct arena *arena);
/* Forgets everything allocated, keeps the largest chunk for what comes next. */
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);
/* What was allocated in `from` lives on in `arena`, `from` is as after arena_init. */
void arena_take(struct arena *arena, struct arena *from);
void *arena_alloc(struct arena *arena, size_t size);
/* count * size bytes, zeroed. */
void *arena_zero(struct arena *arena, size_t count, size_t size);
/* An array that had `old` bytes, now of `size`: in place when it was the last thing allocated. */
void *arena_grow(struct arena *arena, void *p, size_t old, size_t size);
#define ARENA_NEW(arena, type, count) ((type *)arena_zero((arena), (count), sizeof(type)))
struct str arena_str(struct arena *arena, struct str s);
/* Ends in NUL; a NUL inside s ends it sooner. */
char *arena_cstr(struct arena *arena, struct str s);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *text);

/* Bytes that it owns and that grow; p[n] is always NUL once anything was added. */
struct buf {
	char *p;
	size_t n, size;
};

#define BUF_INIT ((struct buf){ NULL, 0, 0 })

void buf_release(struct buf *buf);
void buf_reset(struct buf *buf);
/* Room for `more` bytes behind n; returns where they begin. */
char *buf_room(struct buf *buf, size_t more);
void buf_add(struct buf *buf, const void *p, size_t n);
void buf_str(struct buf *buf, struct str s);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *buf, const char *format, va_list args);
struct str buf_view(const struct buf *buf);

/* Text to pointer or number. Keys are not copied: they must outlive the map. */
struct map {
	struct map_slot *slots;
	size_t n, size;
};

struct map_slot {
	struct str key;
	uint64_t hash;
	union {
		void *p;
		size_t i;
	} value;
};

#define MAP_INIT ((struct map){ NULL, 0, 0 })

void map_release(struct map *map);
/* The slot of `key`, or NULL. */
struct map_slot *map_get(const struct map *map, struct str key);
/* The slot of `key`, made with a zero value when it was not there (then *is_new). */
struct map_slot *map_put(struct map *map, struct str key, bool *is_new);

/*
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
/* Length of the character at s.p, 0 when it is not valid; *code is its code point. */
size_t utf8_decode(struct str s, uint32_t *code);
/* Characters in s; an invalid byte counts as one. */
size_t utf8_count(struct str s);
/* Terminal columns that s takes: combining marks 0, East Asian wide characters 2. */
size_t utf8_width(struct str s);

enum text_fault {
	TEXT_OK,
	TEXT_NUL,
	TEXT_CR,
	TEXT_CONTROL, /* C0 but tab and LF, DEL, C1 */
	TEXT_BIDI, /* U+202A..202E, U+2066..2069, U+200E, U+200F, U+061C */
	TEXT_BOM, /* U+FEFF, wherever it stands */
	TEXT_INVALID, /* not UTF-8 */
};

/* The first byte from *at on that may not stand in our text; *at moves there. Call again from
 * beyond it for the next. */
enum text_fault text_check(struct str s, size_t *at);

/* Files. A result of 0 is success, else an errno. */

/* The most bytes of a file that is read at all: a larger one is EFBIG. */
#define FILE_MAX_BYTES ((size_t)1 << 30)

/* Reads `path`, relative to directory dirfd (AT_FDCWD for the current one), whole into the arena;
 * bytes->p[bytes->n] is NUL. A folder is EISDIR, anything else that is not a regular file EINVAL;
 * never blocks on a FIFO. */
int file_read(int dirfd, const char *path, struct arena *arena, struct str *bytes);
/* Replaces or makes `path` with `bytes`: a temporary file beside it, flushed, given the old file's owner, group and
 * mode as far as the user may (0666 less umask when new), renamed; the folder flushed too. On failure the old file stands
 * and the temporary one is gone; killed, at most a complete one named `path`.new-* stays. A symbolic link is followed,
 * so that the link stays; of a file with several names this one alone is replaced. EACCES when the file itself may not be
 * written to. A device or a pipe is written to as it is. */
int file_replace(const char *path, struct str bytes);
/* Like file_replace, but EEXIST when there is one already. */
int file_create(const char *path, struct str bytes);
/* Like file_replace, for who worked `bytes` out from `old`: ESTALE, and nothing done, when the file does not hold these any
 * more (STR_NULL: when there is one). Of several at once in a folder, one after another; EBUSY after ten seconds in vain. */
int file_update(const char *path, struct str old, struct str bytes);
/* Dies of such a failure, saying what to do. */
void die_unwritten(const char *path, int error) NORETURN;
/* file_replace for what is too much to be held: bytes are added one after another, and the old file stands until the end. Once
 * something failed, nothing more is done, and the end says what. */
struct replacement {
	char *path; /* links followed */
	char *temp; /* the name of the new file until it is whole; NULL: it has none yet */
	int fd, error;
	bool is_direct; /* path is a device or a pipe, written to as it is */
	bool is_new; /* there may be none yet */
};

void replacement_begin(struct replacement *replacement, const char *path);
void replacement_add(struct replacement *replacement, struct str bytes);
/* Puts the new file in place; to be called once. keep false: the old one stays. */
int replacement_end(struct replacement *replacement, bool keep);
/* Makes the folders on the way to `path` (not path itself). */
int file_make_parents(const char *path);

#endif
