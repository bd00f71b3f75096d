/* Files that are replaced, made and updated: with what the file system can, and where it can less. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"
#include "tap.h"

/* Stand before those of the library: file systems without files that have no name, without second names, without room. */
static bool no_nameless, no_links, no_room;
static size_t room;

int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if ((flags & O_TMPFILE) == O_TMPFILE && no_nameless) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
link(const char *from, const char *to)
{
	if (no_links) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	if (no_room && fd > 2) {
		if (room == 0) {
			errno = ENOSPC;
			return -1;
		}
		n = n < room ? n : room;
		room -= n;
	}
	return syscall(SYS_write, fd, bytes, n);
}

static char folder[] = "/tmp/dossier-files.XXXXXX";

static const char *
in(const char *name)
{
	static char paths[4][128];
	static int i;

	i = (i + 1) % 4;
	snprintf(paths[i], sizeof(paths[i]), "%s/%s", folder, name);
	return paths[i];
}

static bool
holds(const char *name, const char *text)
{
	struct arena arena;
	struct str bytes;
	bool good;

	arena_init(&arena);
	good = file_read(AT_FDCWD, in(name), &arena, &bytes) == 0 && str_is(bytes, text);
	arena_release(&arena);
	return good;
}

/* Files of the folder, hidden ones too. */
static int
count(void)
{
	char command[200];
	FILE *pipe;
	int n = -1;

	snprintf(command, sizeof(command), "find %s -mindepth 1 | wc -l", folder);
	pipe = popen(command, "r");
	if (pipe == NULL || fscanf(pipe, "%d", &n) != 1)
		n = -1;
	if (pipe != NULL)
		pclose(pipe);
	return n;
}

static void
test_rights(void)
{
	mode_t mask = umask(077);
	struct stat st;

	is_number(file_create(in("new"), STR("new\n")), 0, "a new file");
	ok(stat(in("new"), &st) == 0 && (st.st_mode & 07777) == 0600, "has what umask leaves");
	chmod(in("new"), 0664);
	is_number(file_replace(in("new"), STR("newer\n")), 0, "replaced");
	ok(stat(in("new"), &st) == 0 && (st.st_mode & 07777) == 0664, "it keeps its mode");
	chmod(in("new"), 0440);
	if (getuid() == 0)
		is_number(seteuid(65534), 0, "as somebody else");
	is_number(file_replace(in("new"), STR("newest\n")), EACCES, "a protected file is not replaced");
	if (getuid() == 0)
		is_number(seteuid(0), 0, "as before");
	ok(holds("new", "newer\n"), "and stays");
	chmod(in("new"), 0640);
	if (getuid() == 0 && chown(in("new"), 65534, 65533) == 0) {
		is_number(file_replace(in("new"), STR("theirs\n")), 0, "somebody else's file");
		ok(stat(in("new"), &st) == 0 && st.st_uid == 65534 && st.st_gid == 65533 && (st.st_mode & 07777) == 0640,
		    "stays theirs, their group's, and of that mode");
	} else {
		ok(true, "somebody else's file # SKIP only root can make one");
	}
	umask(mask);
	unlink(in("new"));
}

/* Whoever may write to a file of another group, and is not in that group, does not open it to their own. */
static void
test_group(void)
{
	struct stat st;

	if (getuid() != 0) {
		ok(true, "a group that cannot be kept # SKIP only root can become another");
		return;
	}
	is_number(chmod(folder, 0777), 0, "a folder for all");
	file_create(in("group"), STR("one\n"));
	is_number(chown(in("group"), 0, 65533), 0, "of another group");
	is_number(chmod(in("group"), 0662), 0, "which all may write to");
	ok(setegid(65532) == 0 && seteuid(65534) == 0, "as somebody else");
	is_number(file_replace(in("group"), STR("two\n")), 0, "replaced");
	ok(seteuid(0) == 0 && setegid(0) == 0, "as before");
	ok(stat(in("group"), &st) == 0 && st.st_uid == 65534 && st.st_gid == 65532, "it is theirs now");
	is_number(st.st_mode & 07777, 0622, "and their group may do what all might");
	unlink(in("group"));
}

static void
test_names(void)
{
	struct stat st;

	file_create(in("case"), STR("one\n"));
	is_number(link(in("case"), in("second")), 0, "a file with two names");
	is_number(file_replace(in("case"), STR("two\n")), 0, "replaced under one");
	ok(holds("case", "two\n") && holds("second", "one\n"), "the other keeps the old one whole");
	is_number(symlink("case", in("link")), 0, "a symbolic link");
	is_number(file_replace(in("link"), STR("three\n")), 0, "replaced through it");
	ok(holds("case", "three\n") && lstat(in("link"), &st) == 0 && S_ISLNK(st.st_mode), "it stays a link");
	unlink(in("case"));
	is_number(file_replace(in("link"), STR("four\n")), ENOENT, "a link that leads nowhere is not replaced");
	ok(lstat(in("link"), &st) == 0 && S_ISLNK(st.st_mode), "and stays");
	unlink(in("link"));
	is_number(symlink("link", in("link")), 0, "a link to itself");
	is_number(file_replace(in("link"), STR("four\n")), ELOOP, "is not followed");
	unlink(in("link"));
	unlink(in("second"));
}

static void
test_update(void)
{
	pid_t child;
	int lock;

	is_number(file_update(in("case"), STR("one\n"), STR("two\n")), ESTALE, "what is gone is not updated");
	is_number(file_update(in("case"), STR_NULL, STR("one\n")), 0, "nor what was not there: it is made");
	is_number(file_update(in("case"), STR_NULL, STR("other\n")), ESTALE, "but not twice");
	is_number(file_update(in("case"), STR("one\n"), STR("two\n")), 0, "updated from what it holds");
	is_number(file_update(in("case"), STR("one\n"), STR("three\n")), ESTALE, "not from what it held");
	ok(holds("case", "two\n"), "it stays");
	child = fork();
	if (child == 0) {
		lock = open(folder, O_RDONLY | O_DIRECTORY);
		flock(lock, LOCK_EX);
		usleep(300000);
		_exit(0);
	}
	usleep(100000);
	is_number(file_update(in("case"), STR("two\n"), STR("three\n")), 0, "who has its folder locked is waited for");
	ok(child > 0 && waitpid(child, NULL, WNOHANG) != 0, "until they end");
	unlink(in("case"));
}

static void
count_up(void)
{
	char old[32], new[32];
	int i, error, n;

	for (i = 0; i < 50; i++)
		do {
			struct arena arena;
			struct str bytes;

			arena_init(&arena);
			n = file_read(AT_FDCWD, in("count"), &arena, &bytes) == 0 ? (int)strtol(bytes.p, NULL, 10) : -1;
			arena_release(&arena);
			snprintf(old, sizeof(old), "%d\n", n);
			snprintf(new, sizeof(new), "%d\n", n + 1);
			error = file_update(in("count"), str_of(old), str_of(new));
		} while (error == ESTALE);
}

static void
test_several(void)
{
	pid_t children[4];
	int i;

	file_create(in("count"), STR("0\n"));
	fflush(stdout);
	for (i = 0; i < 4; i++)
		if ((children[i] = fork()) == 0) {
			count_up();
			_exit(0);
		}
	for (i = 0; i < 4; i++)
		waitpid(children[i], NULL, 0);
	ok(holds("count", "200\n"), "four at once, each fifty times: none is lost");
	unlink(in("count"));
}

static void
test_full(void)
{
	struct replacement r;

	file_create(in("case"), STR("one\n"));
	no_room = true;
	for (room = 0; room < 6; room += 2) {
		size_t left = room;

		is_number(file_replace(in("case"), STR("a longer text\n")), ENOSPC, "little room");
		is_number(file_create(in("new"), STR("a longer text\n")), ENOSPC, "none for a new one");
		room = left;
	}
	room = 6;
	replacement_begin(&r, in("case"));
	replacement_add(&r, STR("four\n"));
	replacement_add(&r, STR("five\n"));
	replacement_add(&r, STR("six\n"));
	is_number(r.error, ENOSPC, "it is known on the way");
	is_number(replacement_end(&r, true), ENOSPC, "and said at the end");
	no_room = false;
	replacement_begin(&r, in("case"));
	replacement_add(&r, STR("four\n"));
	is_number(replacement_end(&r, false), 0, "given up");
	ok(holds("case", "one\n"), "the old one stands");
	is_number(count(), 1, "and nothing else");
	unlink(in("case"));
}

/* Ends in the middle of writing, in several ways. */
static void
test_end(void)
{
	struct replacement r;
	pid_t child;
	int how;

	file_create(in("case"), STR("one\n"));
	for (how = no_nameless; how < 2; how++) {
		fflush(stdout);
		child = fork();
		if (child == 0) {
			replacement_begin(&r, in("case"));
			replacement_add(&r, STR("two\n"));
			if (how == 0)
				kill(getpid(), SIGKILL);
			if (freopen("/dev/null", "w", stderr) == NULL)
				_exit(1);
			die("of something else");
		}
		waitpid(child, NULL, 0);
		ok(holds("case", "one\n"), "the old one stands");
		is_number(count(), 1, "and nothing else");
	}
	unlink(in("case"));
}

static void
test_all(const char *where)
{
	printf("# %s\n", where);
	test_rights();
	test_group();
	test_names();
	test_update();
	test_several();
	test_full();
	test_end();
}

int
main(void)
{
	char command[64];

	if (!ok(mkdtemp(folder) != NULL, "a scratch folder"))
		return tap_done();
	test_all("all that there is");
	no_nameless = true;
	test_all("no file without a name");
	file_create(in("case"), STR("one\n"));
	no_links = true;
	is_number(file_create(in("case"), STR("two\n")), EEXIST, "without second names: not made twice");
	unlink(in("case"));
	is_number(file_create(in("case"), STR("three\n")), 0, "but once");
	ok(holds("case", "three\n"), "whole");
	is_number(count(), 1, "and alone");
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	is_number(system(command), 0, "cleared away");
	return tap_done();
}
