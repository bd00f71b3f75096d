/*
 * What is staged, against git itself: after each of many random changes of an index, and in the hooks of every kind of
 * commit. Also indexes cut off and damaged at every byte.
 */
#define _GNU_SOURCE
#include "store-parts.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS 40

/* libgit2 1.5 leaks what it matches the extensions of a repository with. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2-8";
}

static struct arena arena;
static unsigned seed = 7;
/* Where the indexes that git shall write trees of are copied. */
static const char *copied;

static unsigned
number(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

/* False when it fails. */
static bool
sh(const char *format, ...)
{
	struct buf command = BUF_INIT;
	va_list args;
	bool good;

	va_start(args, format);
	buf_vprintf(&command, format, args);
	va_end(args);
	good = system(command.p) == 0;
	buf_release(&command);
	return good;
}

static void
must(bool good, const char *what)
{
	if (good)
		return;
	printf("Bail out! %s\n", what);
	exit(1);
}

static const char *
git_says(const char *const *args)
{
	struct buf out = BUF_INIT;
	const char *text = "(failed)";

	if (store_run_git(".", args, &out, NULL) == 0)
		text = arena_str(&arena, buf_view(&out)).p;
	buf_release(&out);
	return text;
}

/* As diff-index writes it, in lines sorted by path. */
static const char *
what_git_finds(bool is_born)
{
	const char *const args[] = { "-c", "core.quotePath=false", "diff-index", "--cached", "--raw",
		"--no-renames", "--no-abbrev", "--ita-invisible-in-index",
		is_born ? "HEAD" : "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "--", NULL };

	return git_says(args);
}

static const char *
what_we_find(struct store *store)
{
	struct snapshot *index = store_index(store), *head;
	const char *reason, *text;
	struct changes changes;
	struct buf out = BUF_INIT;
	char old[OID_HEX + 1], new[OID_HEX + 1];
	size_t i;

	head = store_commit(store, "HEAD", &reason);
	snapshot_changes(head, index, &arena, &changes);
	for (i = 0; i < changes.n; i++) {
		const struct change *c = &changes.list[i];

		buf_printf(&out, ":%06o %06o %s %s %c\t%s\n", c->old_mode, c->new_mode,
		    oid_format(&c->old_oid, old), oid_format(&c->new_oid, new),
		    !c->is_old ? 'A' : !c->is_new ? 'D' :
		    (c->old_mode & 0170000) != (c->new_mode & 0170000) ? 'T' : 'M', c->path);
	}
	snapshot_free(head);
	snapshot_free(index);
	text = arena_str(&arena, buf_view(&out)).p;
	buf_release(&out);
	return text;
}

/* Hex of the tree that the index names, "" when it names none. */
static const char *
named_tree(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char hex[OID_HEX + 1];
	struct oid tree;
	bool known = fd >= 0 && index_tree(fd, &tree);

	if (fd >= 0)
		close(fd);
	return known ? arena_cstr(&arena, str_of(oid_format(&tree, hex))) : "";
}

/* What git would commit, by a copy of the index. */
static const char *
written_tree(const char *path)
{
	const char *const args[] = { "write-tree", NULL };
	const char *before = getenv("GIT_INDEX_FILE"), *text;

	if (before != NULL)
		before = arena_cstr(&arena, str_of(before));
	must(sh("cp '%s' %s", path, copied), "cannot copy the index");
	setenv("GIT_INDEX_FILE", copied, 1);
	text = git_says(args);
	if (before != NULL)
		setenv("GIT_INDEX_FILE", before, 1);
	else
		unsetenv("GIT_INDEX_FILE");
	return arena_cstr(&arena, str_trim(str_of(text)));
}

/* ---- one random change after another ---- */

/* D and F are files and folders that take each other's place; S is a submodule. */
static const char *const steps[] = {
	"echo %u >a.rec && git add a.rec",
	"mkdir -p cases/2026/7 && echo %u >cases/2026/7/x%u.rec && git add cases",
	"mkdir -p cases/2025/A && echo %u >cases/2025/A/y%u.rec && git add cases",
	"git rm -qrf --ignore-unmatch cases/2025",
	"git rm -qf --cached --ignore-unmatch a.rec",
	"rm -rf f && mkdir -p f/f && echo %u >f/f/f && git add -A f",
	"rm -rf f && echo %u >f && git add -A f",
	"rm -rf f && ln -s x%u f && git add -A f",
	"echo >f.a && echo >f0 && git add f.a f0",
	"touch a.rec && git update-index --add --chmod=+x a.rec",
	"touch a.rec && git update-index --add --chmod=-x a.rec",
	"git update-index --add --cacheinfo 160000,%040u,s",
	"echo new >n%u && git add -N n%u",
	"git rm -qf --cached --ignore-unmatch 'n*'",
	"touch k && git update-index --add k && git update-index --skip-worktree k",
	"git rm -qf --cached --ignore-unmatch k",
	"git rm -rqf --cached .",
	"git write-tree >.git/out",
	"git write-tree >.git/out",
	"git write-tree >.git/out",
	"git reset -q",
	"git read-tree HEAD",
	"git read-tree --empty",
	"git add -A && git commit -qm %u --allow-empty",
	"git commit -qm %u --allow-empty",
	"git commit -qm %u --allow-empty --amend",
	"git checkout -q HEAD -- .",
	"git update-index --index-version 2",
	"git update-index --index-version 4",
	"git update-index --force-write-index",
	"git config index.threads true && git update-index --force-write-index",
	"git config index.threads true && git update-index --force-write-index",
	"git config index.threads 1",
};

/* Before the first commit some of the steps fail: so they do nothing. */
static void
take_step(void)
{
	const char *step = steps[number(sizeof(steps) / sizeof(*steps))];
	unsigned n = number(5);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	sh(arena_printf(&arena, "(%s) >.git/out 2>&1", step), n, n, n);
#pragma GCC diagnostic pop
}

static bool
is_same(struct store *store, size_t *named)
{
	const char *const head[] = { "rev-parse", "-q", "--verify", "HEAD", NULL };
	const char *index = getenv("GIT_INDEX_FILE"), *tree;
	const char *theirs = what_git_finds(strcmp(git_says(head), "(failed)") != 0),
	    *ours = what_we_find(store);

	if (strcmp(ours, theirs) != 0) {
		printf("# ours:\n%s# git's:\n%s", ours, theirs);
		return false;
	}
	if (index == NULL)
		index = ".git/index";
	tree = named_tree(index);
	*named += *tree != '\0';
	if (*tree != '\0' && strcmp(tree, written_tree(index)) != 0) {
		printf("# the index names the tree %s, git writes %s\n", tree, written_tree(index));
		return false;
	}
	return true;
}

static void
test_random(const char *what, const char *set_up, size_t least)
{
	struct store *store;
	size_t named = 0, i;

	must(sh("rm -rf r && git init -q -b main r") && chdir("r") == 0 && sh("%s", set_up), what);
	store = store_open(".");
	for (i = 0; i < STEPS; i++) {
		take_step();
		if (!is_same(store, &named))
			break;
		arena_reset(&arena);
	}
	is_number((long long)i, STEPS, arena_printf(&arena, "%s: as git says, after each step", what));
	ok(named >= least, arena_printf(&arena, "%s: often without asking git", what));
	store_free(store);
	must(chdir("..") == 0, "cannot go back");
}

/* ---- in a hook ---- */

static const char *self;

/* This program as pre-commit hook: says in a file how it went. */
static int
compare_in_hook(void)
{
	struct store *store = store_open(".");
	size_t named = 0;
	bool same = is_same(store, &named);
	FILE *out = fopen(getenv("SAID"), "w");

	fprintf(out, "%s%s", same ? "same" : "differs", named ? ", named" : "");
	fclose(out);
	store_free(store);
	return 0;
}

static void
test_commit(const char *command, const char *want)
{
	struct str said = STR("(nothing)");

	unlink(getenv("SAID"));
	must(sh("(%s) >../out 2>&1 || { cat ../out; exit 1; }", command), command);
	file_read(AT_FDCWD, getenv("SAID"), &arena, &said);
	is_text(said.p, want, command);
}

static void
test_commits(void)
{
	must(sh("git init -q -b main c") && chdir("c") == 0 && sh(
	    "printf '#!/bin/sh\\nexec %s in-hook\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/* &&"
	    "mkdir -p cases/1 cases/2 && for i in a b c; do echo $i >cases/1/$i; echo $i >cases/2/$i; done;"
	    "echo >x.rec", self), "a repository with a hook");
	test_commit("git add . && git commit -qm first", "same, named");
	test_commit("echo 1 >cases/1/a && git add . && git commit -qm one", "same, named");
	test_commit("echo 2 >cases/1/a && echo 2 >cases/2/a && git commit -qam all", "same, named");
	test_commit("echo 3 >cases/1/a && echo 3 >cases/2/b && git add cases/2 && git commit -qm path cases/1",
	    "same");
	test_commit("echo 4 >cases/1/b && git commit -qim rest cases/1", "same, named");
	test_commit("echo 5 >x.rec && git add x.rec && git commit -q --amend -m amended", "same, named");
	test_commit("cd cases/1 && echo 6 >a && git commit -qam below", "same, named");
	test_commit("git commit -q --allow-empty -m empty", "same, named");
	test_commit("git rm -rq cases/2 && git commit -qm removed", "same, named");
	test_commit("git worktree add -q ../linked -b linked && cd ../linked && echo 7 >x.rec &&"
	    "git commit -qam linked && cd ../c", "same, named");
	test_commit("echo 8 >x.rec && git commit -qam other && ! git merge -q linked &&"
	    "echo 9 >x.rec && git commit -qam merged", "same, named");
	test_commit("git update-index --index-version 4 && echo 10 >x.rec && git commit -qam four",
	    "same, named");
	test_commit("git update-index --split-index && echo 11 >x.rec && git commit -qam split", "same");
	test_commit("git update-index --no-split-index && git -c core.fsmonitor=false "
	    "-c core.untrackedCache=true -c index.threads=4 -c index.recordEndOfIndexEntries=true "
	    "-c index.recordOffsetTable=true commit -qm extensions --allow-empty", "same, named");
	test_commit("git config index.threads true && echo 12 >x.rec && git commit -qam threads", "same, named");
	test_commit("echo 13 >new && git add -N new && echo 13 >x.rec && git add x.rec && git commit -qm meant",
	    "same");
	test_commit("git add new && git commit -qm new && git config --unset index.threads", "same, named");
	test_commit("git --git-dir=.git --work-tree=. commit -q --allow-empty -m work-tree", "same, named");
	must(chdir("..") == 0, "cannot go back");
}

/* ---- damage ---- */

static bool
names_tree(const char *bytes, size_t n)
{
	int fd = memfd_create("index", MFD_CLOEXEC);
	struct oid tree;
	bool known;

	must(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0, "memfd");
	known = index_tree(fd, &tree);
	close(fd);
	return known;
}

/* `whole`: lengths to which it may be cut and is whole: without its last extension, as git reads it too. */
static void
test_damage(const char *version, long long whole)
{
	struct str bytes;
	char *copy;
	size_t i, cut = 0, known = 0, bit;

	must(sh("git update-index --index-version %s && git write-tree >../out", version) &&
	    file_read(AT_FDCWD, ".git/index", &arena, &bytes) == 0, "an index");
	ok(names_tree(bytes.p, bytes.n), arena_printf(&arena, "version %s is read", version));
	for (i = 0; i < bytes.n; i++)
		cut += names_tree(bytes.p, i);
	is_number((long long)cut, whole, "cut off anywhere, it is not, but where it is whole");
	copy = arena_alloc(&arena, bytes.n + 1);
	memcpy(copy, bytes.p, bytes.n);
	copy[bytes.n] = '\0';
	ok(!names_tree(copy, bytes.n + 1), "nor with a byte too many");
	for (i = 0; i < 12; i++)
		for (bit = 0; bit < 8; bit++) {
			copy[i] = (char)(bytes.p[i] ^ 1 << bit);
			/* Versions 2 and 3 differ in what they allow alone. */
			known += names_tree(copy, bytes.n) && !(i == 7 && (copy[7] == 2 || copy[7] == 3));
			copy[i] = bytes.p[i];
		}
	is_number((long long)known, 0, "nor with a bit of its head turned");
	for (i = 12; i < bytes.n; i++)
		for (bit = 0; bit < 8; bit++) {
			copy[i] = (char)(bytes.p[i] ^ 1 << bit);
			names_tree(copy, bytes.n);
			copy[i] = bytes.p[i];
		}
	ok(true, "and any other bit is survived");
}

/* What a child that reads the index here ends with. */
static int
status_of_reading(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		must(freopen("/dev/null", "w", stderr) != NULL, "stderr");
		store_index(store_open("."));
		_exit(0);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid, "fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_refusal(void)
{
	is_number(status_of_reading(), 0, "a whole index is read");
	must(sh("cp .git/index .git/whole && head -c 200 .git/whole >.git/index"), "cut");
	is_number(status_of_reading(), 2, "one that is cut off is no empty one");
	must(sh("printf DIRC >.git/index"), "cut");
	is_number(status_of_reading(), 2, "nor one without an entry");
	must(sh("cp .git/whole .git/index && git write-tree >../out &&"
	    "rm .git/objects/$(cut -c1-2 ../out)/$(cut -c3- ../out)"), "a tree that is gone");
	is_number(status_of_reading(), 0, "a tree that is gone is made again by git");
}

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/dossier-index.XXXXXX";

	arena_init(&arena);
	copied = getenv("COPIED");
	if (argc > 1)
		return compare_in_hook();
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_AUTHOR_NAME", "Aj", 1);
	setenv("GIT_AUTHOR_EMAIL", "aj@centre.example", 1);
	setenv("GIT_COMMITTER_NAME", "Aj", 1);
	setenv("GIT_COMMITTER_EMAIL", "aj@centre.example", 1);
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	self = realpath(argv[0], NULL);
	if (self == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	copied = arena_printf(&arena, "%s/copied", folder);
	setenv("COPIED", copied, 1);
	setenv("SAID", arena_printf(&arena, "%s/said", folder), 1);
	copied = getenv("COPIED");
	test_random("version 2", "git config index.version 2", STEPS / 10);
	test_random("version 4", "git config index.version 4", STEPS / 10);
	test_random("a split index", "git config core.splitIndex true && git update-index --split-index", 0);
	test_commits();
	must(sh("git init -q -b main d") && chdir("d") == 0 && sh("mkdir -p cases/1 cases/2 &&"
	    "for i in a b c; do echo $i >cases/1/$i; echo $i >cases/2/$i; done && echo >x.rec &&"
	    "git add . && git commit -qm one && echo 2 >x.rec && git add ."), "a repository");
	test_damage("2", 0);
	test_damage("4", 0);
	must(sh("git config index.threads true && git update-index --force-write-index && grep -q EOIE .git/index"),
	    "an index that says where its entries end");
	test_damage("2", 1);
	must(sh("git config --unset index.threads && git rm -q --cached x.rec && git add -f x.rec && git update-index --skip-worktree x.rec"),
	    "an entry with extended flags");
	test_damage("3", 0);
	test_refusal();
	must(chdir("/") == 0 && sh("rm -rf %s", folder), "cannot clean up");
	arena_release(&arena);
	return tap_done();
}
