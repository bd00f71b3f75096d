/*
 * git's index (gitformat-index(5), versions 2 to 4) names the tree that a commit of it holds: its cache tree, which git
 * brings up to date before it calls pre-commit, and from which it makes the commit. Only that is read here; entries are
 * passed over, unread where the index says where they end (index.threads has git write so). What is staged is then what differs between two trees. Anything but a plain index whose cache tree is
 * whole is left to git.
 *
 * The checksum at the end is not computed, as git does not either: what counts is the tree that git will take. The file
 * is read in pieces, through one small buffer: fresh memory for all of it would cost more than reading does.
 */
#define _GNU_SOURCE
#include "store-parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_SIZE 12
#define HASH_SIZE 20
/* Up to the flags, and with the second flags that an entry may have since version 3. */
#define ENTRY_SIZE 62
#define EXTENDED_SIZE 64
#define STAGE 0x3000u
#define EXTENDED 0x4000u
#define NAME_SIZE 0x0fffu /* all ones: that long or longer */
#define SKIP_WORKTREE 0x4000u
/* A varint has no more bytes. */
#define STRIP_MOST 9
#define FOLDER_MOST 8192
/* "EOIE", its size, the end of the entries, a hash of the extensions before it. */
#define END_SIZE (8 + 4 + HASH_SIZE)

struct reader {
	int fd;
	uint64_t left; /* not taken yet, without the checksum */
	size_t at, n; /* of bytes */
	unsigned char bytes[1 << 16];
};

/* Reads on until n bytes are there to be taken. */
static bool
fill(struct reader *reader, size_t n)
{
	ssize_t got;

	if (n > sizeof(reader->bytes))
		return false;
	reader->n -= reader->at;
	memmove(reader->bytes, reader->bytes + reader->at, reader->n);
	reader->at = 0;
	while (reader->n < n) {
		got = read(reader->fd, reader->bytes + reader->n, sizeof(reader->bytes) - reader->n);
		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		reader->n += got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* The next n bytes, where they stay until the next call; NULL when there are not so many. */
static inline const unsigned char *
peek(struct reader *reader, size_t n)
{
	if (n > reader->left || (n > reader->n - reader->at && !fill(reader, n)))
		return NULL;
	return reader->bytes + reader->at;
}

/* What was peeked at. */
static void
take(struct reader *reader, size_t n)
{
	reader->at += n;
	reader->left -= n;
}

static const unsigned char *
peek_most(struct reader *reader, size_t most, uint64_t end, size_t *n)
{
	*n = reader->left - end < most ? (size_t)(reader->left - end) : most;
	return peek(reader, *n);
}

static bool
skip(struct reader *reader, uint64_t end)
{
	size_t n;

	while (reader->left > end) {
		if (peek_most(reader, sizeof(reader->bytes), end, &n) == NULL)
			return false;
		take(reader, n);
	}
	return true;
}

static uint32_t
number16(const unsigned char *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
number32(const unsigned char *p)
{
	return number16(p) << 16 | number16(p + 2);
}

/* ---- entries ---- */

/* The whole name and one to eight NULs. */
static bool
skip_name(struct reader *reader, size_t before, size_t length)
{
	size_t size = (before + length + 8) & ~(size_t)7;
	const unsigned char *entry = peek(reader, size);

	if (entry == NULL || memchr(entry + before, '\0', size - before) != entry + before + length)
		return false;
	take(reader, size);
	return true;
}

/* How much of the name before to cut off, then what follows, and one NUL. */
static bool
skip_name_suffix(struct reader *reader, size_t before, size_t length)
{
	size_t i = before, n;
	const unsigned char *entry = peek_most(reader, before + STRIP_MOST + length + 1, 0, &n), *end;

	if (entry == NULL)
		return false;
	while (i < n && entry[i] & 0x80)
		i++;
	end = ++i < n ? memchr(entry + i, '\0', n - i) : NULL;
	if (end == NULL)
		return false;
	take(reader, (size_t)(end - entry) + 1);
	return true;
}

/* False at what is not merged, or only meant to be added. */
static bool
skip_entry(struct reader *reader, unsigned version)
{
	const unsigned char *entry = peek(reader, ENTRY_SIZE);
	size_t before = ENTRY_SIZE, length;
	unsigned flags;

	if (entry == NULL)
		return false;
	flags = number16(entry + ENTRY_SIZE - 2);
	length = flags & NAME_SIZE;
	if (flags & STAGE || length == 0 || length == NAME_SIZE)
		return false;
	if (flags & EXTENDED) {
		before = EXTENDED_SIZE;
		entry = version < 3 ? NULL : peek(reader, before);
		if (entry == NULL || number16(entry + ENTRY_SIZE) & ~SKIP_WORKTREE)
			return false;
	}
	return version == 4 ? skip_name_suffix(reader, before, length) :
	    skip_name(reader, before, length);
}

/* ---- extensions ---- */

struct folder {
	struct str name;
	uint32_t entries, folders;
	struct oid oid;
};

static bool
parse_count(struct str text, uint32_t *count)
{
	if (text.n == 0 || text.n > 9)
		return false;
	for (*count = 0; text.n > 0; text.p++, text.n--) {
		if (*text.p < '0' || *text.p > '9')
			return false;
		*count = *count * 10 + (uint32_t)(*text.p - '0');
	}
	return true;
}

/* NAME NUL ENTRIES ' ' FOLDERS '\n' OID. A folder that changed since has -1 entries, and no id. */
static bool
read_folder(struct reader *reader, uint64_t end, struct folder *folder)
{
	struct str rest, entries, folders;
	const char *start;

	rest.p = start = (const char *)peek_most(reader, FOLDER_MOST, end, &rest.n);
	if (start == NULL || !str_cut(&rest, '\0', &folder->name) ||
	    !str_cut(&rest, ' ', &entries) || !str_cut(&rest, '\n', &folders) ||
	    rest.p == NULL || rest.n < HASH_SIZE ||
	    !parse_count(entries, &folder->entries) || !parse_count(folders, &folder->folders))
		return false;
	memcpy(folder->oid.id, rest.p, HASH_SIZE);
	take(reader, (size_t)(rest.p - start) + HASH_SIZE);
	return true;
}

/* The root, and each folder with those below it behind it. All are read: git drops a cache tree that it cannot read. */
static bool
read_cache_tree(struct reader *reader, uint64_t end, uint32_t entries, struct oid *tree)
{
	struct folder folder;
	uint64_t more;

	if (!read_folder(reader, end, &folder) || folder.name.n > 0 || folder.entries != entries)
		return false;
	*tree = folder.oid;
	for (more = folder.folders; more > 0; more += folder.folders, more--)
		if (!read_folder(reader, end, &folder) || folder.name.n == 0)
			return false;
	return reader->left == end;
}

/* Those in lower case change what the entries mean: a split index, a sparse one. */
static bool
read_extensions(struct reader *reader, uint32_t entries, struct oid *tree)
{
	const unsigned char *head;
	bool found = false, is_tree;
	uint64_t size;

	while (reader->left > 0) {
		head = peek(reader, 8);
		if (head == NULL || head[0] < 'A' || head[0] > 'Z')
			return false;
		is_tree = memcmp(head, "TREE", 4) == 0;
		size = number32(head + 4);
		take(reader, 8);
		if (size > reader->left || (is_tree && found))
			return false;
		if (!(is_tree ? read_cache_tree(reader, reader->left - size, entries, tree) :
		    skip(reader, reader->left - size)))
			return false;
		found |= is_tree;
	}
	return found;
}

static bool
read_header(struct reader *reader, uint32_t *version, uint32_t *entries)
{
	const unsigned char *head = peek(reader, HEADER_SIZE);

	if (head == NULL || memcmp(head, "DIRC", 4) != 0)
		return false;
	*version = number32(head + 4);
	*entries = number32(head + 8);
	take(reader, HEADER_SIZE);
	return *version >= 2 && *version <= 4;
}

static bool
start_at(struct reader *reader, int fd, uint64_t at, uint64_t end)
{
	reader->fd = fd;
	reader->left = end - at;
	reader->at = reader->n = 0;
	return lseek(fd, (off_t)at, SEEK_SET) == (off_t)at;
}

/* Where the last extension says that the entries end: then they need not be read, whatever their number. The cache tree
 * behind them is whole only when all are merged and none is merely meant to be added. */
static bool
entries_end(int fd, uint64_t end, uint64_t *at)
{
	unsigned char last[END_SIZE];

	if (end < HEADER_SIZE + END_SIZE || pread(fd, last, END_SIZE, (off_t)(end - END_SIZE)) != END_SIZE ||
	    memcmp(last, "EOIE", 4) != 0 || number32(last + 4) != END_SIZE - 8)
		return false;
	*at = number32(last + 8);
	return *at >= HEADER_SIZE && *at < end;
}

static bool
read_index(struct reader *reader, int fd, uint64_t end, struct oid *tree)
{
	uint32_t version, entries, i;
	uint64_t at;

	if (!start_at(reader, fd, 0, end) || !read_header(reader, &version, &entries))
		return false;
	if (entries_end(fd, end, &at) && start_at(reader, fd, at, end) && read_extensions(reader, entries, tree))
		return true;
	if (!start_at(reader, fd, HEADER_SIZE, end))
		return false;
	for (i = 0; i < entries; i++)
		if (!skip_entry(reader, version))
			return false;
	return read_extensions(reader, entries, tree);
}

bool
index_tree(int fd, struct oid *tree)
{
	struct reader reader;
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < HASH_SIZE)
		return false;
	return read_index(&reader, fd, (uint64_t)st.st_size - HASH_SIZE, tree);
}
