/* Views, maps, arenas, UTF-8 and files: what all else stands on. */
#define _GNU_SOURCE
#include "base.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t random_state = 88172645463325252u;

static unsigned
roll(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 33) % n;
}

static void
test_views(void)
{
	struct str rest = STR("a,,b"), piece;
	int n = 0;

	while (str_cut(&rest, ',', &piece))
		n++;
	is_number(n, 3, "three pieces, one of them empty");
	ok(rest.p == NULL && str_is(piece, "b"), "the last piece ends the row");
	rest = STR("");
	ok(str_cut(&rest, ',', &piece) && piece.n == 0 && !str_cut(&rest, ',', &piece), "an empty text is one piece");
	rest = STR(" \tone  two\n");
	ok(str_is(str_word(&rest), "one") && str_is(str_word(&rest), "two") && str_word(&rest).n == 0, "words");
	ok(str_is(str_trim(STR(" \n a b\t ")), "a b") && str_trim(STR(" \n ")).n == 0, "trimmed");
	ok(str_cmp(STR("ab"), STR("abc")) < 0 && str_cmp(STR("b"), STR("abc")) > 0 && str_cmp(STR_NULL, STR("")) == 0 &&
	    str_cmp(STR("\xc3\xa9"), STR("z")) > 0, "order is by bytes, the shorter first");
	ok(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")) && str_ends(STR("abc"), STR("bc")) &&
	    str_starts(STR("a"), STR("")), "beginnings and ends");
}

static void
test_maps(void)
{
	struct map map = MAP_INIT;
	struct arena arena;
	char text[16];
	int i, wrong = 0;
	bool is_new;

	arena_init(&arena);
	ok(map_get(&map, STR("a")) == NULL, "nothing in an empty map");
	for (i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		map_put(&map, arena_str(&arena, str_of(text)), &is_new)->value.i = (size_t)i;
		wrong += !is_new;
		map_put(&map, str_of(text), &is_new);
		wrong += is_new;
	}
	for (i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		wrong += map_get(&map, str_of(text)) == NULL || map_get(&map, str_of(text))->value.i != (size_t)i;
	}
	ok(wrong == 0 && map.n == 5000 && map_get(&map, STR("5000")) == NULL, "five thousand keys, each once");
	map_release(&map);
	arena_release(&arena);
}

static void
test_arenas(void)
{
	struct arena arena;
	char *p, *q;
	int i, wrong = 0;

	arena_init(&arena);
	p = arena_alloc(&arena, 3);
	memcpy(p, "abc", 3);
	p = arena_grow(&arena, p, 3, 100000);
	ok(memcmp(p, "abc", 3) == 0, "what grows keeps its bytes");
	for (i = 0; i < 10000; i++) {
		q = arena_alloc(&arena, (size_t)(i % 97));
		wrong += (uintptr_t)q % _Alignof(max_align_t) != 0;
	}
	is_number(wrong, 0, "all is aligned");
	arena_reset(&arena);
	q = arena_zero(&arena, 100, 10);
	for (i = 0; i < 1000; i++)
		wrong += q[i] != 0;
	is_number(wrong, 0, "zeroed though it was used before");
	is_text(arena_printf(&arena, "%s-%d", "x", 7), "x-7", "printed");
	arena_release(&arena);
}

static void
test_utf8(void)
{
	static const struct { const char *text; size_t n; uint32_t code; } rows[] = {
		{ "a", 1, 'a' }, { "\xc3\xa9", 2, 0xe9 }, { "\xe2\x82\xac", 3, 0x20ac }, { "\xf0\x9f\x98\x80", 4, 0x1f600 },
		{ "\xc0\xaf", 0, 0 }, { "\xe0\x80\xaf", 0, 0 }, { "\xf0\x80\x80\xaf", 0, 0 }, { "\xed\xa0\x80", 0, 0 },
		{ "\xf4\x90\x80\x80", 0, 0 }, { "\xf4\x8f\xbf\xbf", 4, 0x10ffff }, { "\x80", 0, 0 }, { "\xff", 0, 0 },
		{ "\xc3", 0, 0 }, { "\xe2\x82", 0, 0 }, { "\xc3z", 0, 0 }, { "", 0, 0 },
	};
	uint32_t code;
	size_t i;

	for (i = 0; i < N(rows); i++) {
		code = 0;
		ok(utf8_decode(str_of(rows[i].text), &code) == rows[i].n && (rows[i].n == 0 || code == rows[i].code),
		    "a character, or none");
	}
	is_number((long long)utf8_count(STR("a\xc3\xa9\xff")), 3, "an invalid byte counts as one");
	is_number((long long)utf8_width(STR("e\xcc\x81\xe6\x97\xa5")), 3, "combining marks take no column, wide characters two");
}

/* One byte or character after the other, as the header says. */
static enum text_fault
slow_check(struct str s, size_t *at)
{
	uint32_t c = 0;
	size_t n;

	for (; *at < s.n; *at += n) {
		n = utf8_decode((struct str){ s.p + *at, s.n - *at }, &c);
		if (n == 0)
			return TEXT_INVALID;
		if (c == 0)
			return TEXT_NUL;
		if (c == '\r')
			return TEXT_CR;
		if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0))
			return TEXT_CONTROL;
		if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x61c)
			return TEXT_BIDI;
		if (c == 0xfeff)
			return TEXT_BOM;
	}
	return TEXT_OK;
}

static void
test_text_check(void)
{
	static const char *const odd[] = { "\n", "\t", "\r", "\x01", "\x1f", "\x7f", "\x80", "\xc2\x85", "\xc3\xa9", "\xc3", "\xff",
		"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8e", "\xd8\x9c", "\xef\xbb\xbf", "\xf0\x9f\x98\x80", "\xed\xa0\x80", " ", "~" };
	char bytes[300];
	struct str s;
	size_t fast, slow;
	int round, byte, wrong = 0;
	enum text_fault a, b;
	const char *p;

	for (round = 0; round < 200000; round++) {
		s = (struct str){ bytes, roll(sizeof(bytes) - 8) };
		memset(bytes, 'a' + (int)roll(26), sizeof(bytes));
		for (unsigned k = roll(4); k > 0 && s.n > 0; k--) {
			p = odd[roll(N(odd))];
			memcpy(bytes + roll((unsigned)s.n), p, strlen(p));
		}
		if (roll(8) == 0 && s.n > 0)
			bytes[roll((unsigned)s.n)] = '\0';
		fast = slow = s.n ? roll((unsigned)s.n) : 0;
		a = text_check(s, &fast);
		b = slow_check(s, &slow);
		wrong += a != b || fast != slow;
	}
	is_number(wrong, 0, "text that may not stand here is found where it is, by chance");
	for (byte = 0; byte < 256; byte++) {
		memset(bytes, 'x', 64);
		bytes[37] = (char)byte;
		fast = slow = 0;
		a = text_check((struct str){ bytes, 64 }, &fast);
		b = slow_check((struct str){ bytes, 64 }, &slow);
		wrong += a != b || fast != slow;
	}
	is_number(wrong, 0, "every byte alone among plain ones");
}

static void
test_files(void)
{
	char folder[] = "/tmp/dossier-base.XXXXXX", path[64], link_path[64];
	struct arena arena;
	struct str bytes = STR_NULL;
	struct stat st;

	arena_init(&arena);
	if (!ok(mkdtemp(folder) != NULL, "a scratch folder"))
		return;
	snprintf(path, sizeof(path), "%s/a/b/file", folder);
	is_number(file_make_parents(path), 0, "the folders on the way");
	is_number(file_create(path, STR("one\n")), 0, "made");
	is_number(file_create(path, STR("two\n")), EEXIST, "not made twice");
	chmod(path, 0640);
	snprintf(link_path, sizeof(link_path), "%s/link", folder);
	is_number(symlink(path, link_path), 0, "a link to it");
	is_number(file_replace(link_path, STR("three\n")), 0, "replaced through the link");
	ok(lstat(link_path, &st) == 0 && S_ISLNK(st.st_mode), "the link stays");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640, "the mode stays");
	ok(file_read(AT_FDCWD, path, &arena, &bytes) == 0 && str_is(bytes, "three\n") && bytes.p[bytes.n] == '\0', "read");
	is_number(file_read(AT_FDCWD, folder, &arena, &bytes), EISDIR, "a folder is none");
	snprintf(link_path, sizeof(link_path), "%s/fifo", folder);
	mkfifo(link_path, 0600);
	is_number(file_read(AT_FDCWD, link_path, &arena, &bytes), EINVAL, "a FIFO neither, and nobody waits");
	snprintf(path, sizeof(path), "%s/none/file", folder);
	is_number(file_replace(path, STR("x")), ENOENT, "no folder, no file");
	is_number(file_read(AT_FDCWD, path, &arena, &bytes), ENOENT, "nothing to read");
	snprintf(path, sizeof(path), "rm -rf %s", folder);
	is_number(system(path), 0, "cleared away");
	arena_release(&arena);
}

int
main(void)
{
	test_views();
	test_maps();
	test_arenas();
	test_utf8();
	test_text_check();
	test_files();
	return tap_done();
}
