/* store against repositories that git itself makes, in folders with names that hurt. */
#define _GNU_SOURCE
#include "store-parts.h"
#include "tap.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* libgit2 1.5 leaks what it matches the extensions of a repository with. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2-8";
}

static struct arena arena;

/* A shell command that must succeed; its output is dropped. */
static void
sh(const char *format, ...)
{
	struct buf command = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&command, format, args);
	va_end(args);
	if (system(command.p) != 0) {
		printf("Bail out! failed: %s\n", command.p);
		exit(1);
	}
	buf_release(&command);
}

static void
set_up(void)
{
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_AUTHOR_NAME", "Aj", 1);
	setenv("GIT_AUTHOR_EMAIL", "aj@centre.example", 1);
	setenv("GIT_COMMITTER_NAME", "Aj", 1);
	setenv("GIT_COMMITTER_EMAIL", "aj@centre.example", 1);
	setenv("GIT_AUTHOR_DATE", "1772000000 +0100", 1);
	setenv("GIT_COMMITTER_DATE", "1772000000 -0230", 1);
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
}

static void
make_centre(void)
{
	sh("git init -q -b main . && mkdir -p cases/2026/7 directory && echo 'Centre: x' >centre.rec &&"
	   "echo one >cases/2026/7/a.rec && echo two >cases/2026/7/b.rec &&"
	   "echo staff >directory/staff.rec && echo odd >cases/2026.txt");
}

/* The paths, each with its kind, in one line. */
static const char *
listed(struct snapshot *snapshot, const char *prefix)
{
	static const char kinds[] = { ' ', '*', '@', '/', '?' };
	struct files files;
	struct buf out = BUF_INIT;
	const char *text;
	size_t i;

	snapshot_files(snapshot, prefix, &arena, &files);
	for (i = 0; i < files.n; i++)
		buf_printf(&out, "%s%c", files.list[i].path, kinds[files.list[i].kind]);
	text = arena_str(&arena, buf_view(&out)).p;
	buf_release(&out);
	return text;
}

static const char *
read_text(struct snapshot *snapshot, const char *path)
{
	struct str bytes;
	int result = snapshot_read(snapshot, path, &arena, &bytes);

	return result ? arena_printf(&arena, "(%s)", strerrorname_np(result)) : bytes.p;
}

static const char *
changed(struct snapshot *old, struct snapshot *new)
{
	struct changes changes;
	struct buf out = BUF_INIT;
	const char *text;
	size_t i;

	snapshot_changes(old, new, &arena, &changes);
	for (i = 0; i < changes.n; i++)
		buf_printf(&out, "%c%s:%06o-%06o ", changes.list[i].is_old ?
		    changes.list[i].is_new ? '~' : '-' : '+', changes.list[i].path,
		    changes.list[i].old_mode, changes.list[i].new_mode);
	text = arena_str(&arena, buf_view(&out)).p;
	buf_release(&out);
	return text;
}

static struct snapshot *
commit_of(struct store *store, const char *revision)
{
	const char *reason;

	return store_commit(store, revision, &reason);
}

static const char all[] = "cases/2026.txt cases/2026/7/a.rec cases/2026/7/b.rec centre.rec "
    "directory/staff.rec ";

/* Everything once, in the current folder, which holds nothing yet. */
static void
test_ordinary(const char *name)
{
	struct store *store;
	struct snapshot *work, *index, *first, *second;
	struct arena room;

	(void)name;
	make_centre();
	store = store_open("cases/2026");
	work = store_worktree(store);
	is_text(listed(work, ""), all, "the work tree is listed in order of paths");
	is_text(listed(work, "cases/2026"), "cases/2026/7/a.rec cases/2026/7/b.rec ",
	    "below a folder, not beside it");
	is_text(listed(work, "centre.rec"), "centre.rec ", "a file as prefix is that file");
	is_text(listed(work, "nowhere"), "", "nothing below a folder that is not there");
	is_text(read_text(work, "cases/2026/7/a.rec"), "one\n", "a file is read");
	is_text(read_text(work, "cases/2026"), "(EISDIR)", "a folder is not");
	is_text(read_text(work, "cases/none.rec"), "(ENOENT)", "nor one that is not there");
	index = store_index(store);
	is_text(listed(index, ""), "", "the index is empty before the first add");
	snapshot_free(index);
	sh("git add cases centre.rec");
	index = store_index(store);
	is_text(listed(index, "cases"), "cases/2026.txt cases/2026/7/a.rec cases/2026/7/b.rec ",
	    "staged before the first commit");
	is_text(read_text(index, "cases/2026/7/b.rec"), "two\n", "and read");
	is_text(changed(NULL, index), "+cases/2026.txt:000000-100644 "
	    "+cases/2026/7/a.rec:000000-100644 +cases/2026/7/b.rec:000000-100644 "
	    "+centre.rec:000000-100644 ", "all of it is new");
	snapshot_free(index);
	sh("git add . && git commit -qm one");
	first = commit_of(store, "HEAD");
	is_text(listed(first, ""), all, "a commit is listed alike");
	is_text(listed(first, "cases/2026/7"), "cases/2026/7/a.rec cases/2026/7/b.rec ",
	    "a folder of it too");
	is_text(listed(first, "centre.rec"), "centre.rec ", "a file of it too");
	is_text(read_text(first, "directory/staff.rec"), "staff\n", "a file of it is read");
	is_text(read_text(first, "directory"), "(EISDIR)", "a folder of it is not");
	is_text(read_text(first, "directory/x"), "(ENOENT)", "nor what is not there");
	is_text(read_text(first, "centre.rec/x"), "(ENOENT)", "nor what would be in a file");
	ok(snapshot_has(first, "cases/2026"), "it has a folder");
	ok(!snapshot_has(first, "cases/2027"), "and not another");
	sh("echo changed >cases/2026/7/a.rec && git add -A && echo later >cases/2026/7/a.rec &&"
	   "git rm -q --cached cases/2026.txt && ln -s a.rec cases/2026/7/l.rec &&"
	   "git add cases/2026/7/l.rec && chmod +x directory/staff.rec && git add directory");
	index = store_index(store);
	is_text(listed(index, ""), "cases/2026/7/a.rec cases/2026/7/b.rec cases/2026/7/l.rec@"
	    "centre.rec directory/staff.rec*", "HEAD and what is staged, merged");
	is_text(read_text(index, "cases/2026/7/a.rec"), "changed\n", "staged, not the work tree");
	is_text(read_text(index, "cases/2026/7/b.rec"), "two\n", "unchanged, from HEAD");
	is_text(read_text(index, "cases/2026.txt"), "(ENOENT)", "staged as removed");
	is_text(changed(first, index), "-cases/2026.txt:100644-000000 "
	    "~cases/2026/7/a.rec:100644-100644 +cases/2026/7/l.rec:000000-120000 "
	    "~directory/staff.rec:100644-100755 ", "what is staged");
	is_text(listed(work, "cases/2026/7"),
	    "cases/2026/7/a.rec cases/2026/7/b.rec cases/2026/7/l.rec@", "a link is listed as one");
	sh("git commit -qm two");
	second = commit_of(store, "main");
	is_text(changed(first, second), "-cases/2026.txt:100644-000000 "
	    "~cases/2026/7/a.rec:100644-100644 +cases/2026/7/l.rec:000000-120000 "
	    "~directory/staff.rec:100644-100755 ", "the same between two commits");
	snapshot_free(index);
	index = store_index(store);
	is_text(changed(second, index), "", "nothing staged after the commit");
	is_text(changed(first, index), changed(first, second), "index against an older commit");
	ok(commit_of(store, "nonsense") == NULL, "an unknown name is no commit");
	ok(commit_of(store, "-q") == NULL, "nor is an option");
	ok(commit_of(store, "HEAD:centre.rec") == NULL, "nor is a blob");
	arena_init(&room);
	ok(str_is(store_config(store, "core.bare", &room), "false"), "a setting is read");
	ok(store_config(store, "no.such", &room).p == NULL, "one that is not set is none");
	arena_release(&room);
	snapshot_free(work);
	snapshot_free(index);
	snapshot_free(first);
	snapshot_free(second);
	store_free(store);
}

static void
in_folder(const char *name, void (*test)(const char *))
{
	if (mkdir(name, 0777) != 0 || chdir(name) != 0) {
		printf("Bail out! cannot make %s\n", name);
		exit(1);
	}
	test(name);
	if (chdir("..") != 0)
		exit(1);
}

static void
test_commits(const char *name)
{
	struct store *store;
	struct commits commits;
	struct commit commit;
	const char *reason;
	char head[OID_HEX + 1], base[OID_HEX + 1];
	struct oid oid;
	size_t i;
	struct snapshot *a;

	(void)name;
	make_centre();
	sh("git add . && git commit -qm base && git checkout -qb side && echo s >>centre.rec &&"
	   "git commit -qam side && git checkout -q main && echo m >>directory/staff.rec &&"
	   "git commit -qam 'main line\n\nbody' && git merge -q --no-edit side");
	store = store_open(".");
	a = commit_of(store, "HEAD");
	snprintf(head, sizeof(head), "%s", snapshot_commit(a));
	snapshot_free(a);
	a = commit_of(store, "HEAD~2");
	snprintf(base, sizeof(base), "%s", snapshot_commit(a));
	snapshot_free(a);
	ok(store_new_commits(store, base, head, &arena, &commits, &reason), "a range is walked");
	is_number((long long)commits.n, 3, "of three commits");
	ok(commits.list[2].n_parents == 2 && memcmp(&commits.list[2].oid,
	    (oid_parse(str_of(head), &oid), &oid), sizeof(oid)) == 0, "parents first, the merge last");
	ok(str_is(commits.list[0].committer.email, "aj@centre.example") &&
	    commits.list[0].committer.time == 1772000000 && commits.list[0].committer.offset == -150 &&
	    commits.list[0].author.offset == 60, "with its people and their times");
	for (i = 0; i < 2 && !str_starts(commits.list[i].message, STR("main")); i++)
		;
	ok(str_is(commits.list[i].message, "main line\n\nbody\n"), "and its message");
	ok(str_starts(commits.list[0].raw_header, STR("tree ")) &&
	    str_ends(commits.list[0].raw_header, STR("-0230\n\n")), "and its header");
	ok(store_new_commits(store, "0000000000000000000000000000000000000000", head, &arena,
	    &commits, &reason) && commits.n == 4, "from nothing, all are new");
	ok(store_new_commits(store, head, base, &arena, &commits, &reason) && commits.n == 0,
	    "backwards, none is");
	ok(store_is_ancestor(store, base, head), "base is an ancestor");
	ok(!store_is_ancestor(store, head, base), "the merge is none of base");
	ok(store_is_ancestor(store, head, head), "each is its own");
	memset(&oid, 7, sizeof(oid));
	ok(!store_read_commit(store, &oid, &arena, &commit), "an id of nothing is no commit");
	store_free(store);
	sh("git clone -q --depth 1 file://\"$PWD\" ../shallow 2>/dev/null");
	store = store_open("../shallow");
	a = commit_of(store, "HEAD");
	ok(a != NULL && snapshot_has(a, "centre.rec"), "a shallow clone has its tip");
	ok(!store_new_commits(store, "", head, &arena, &commits, &reason),
	    "but its history cannot be walked, and that is said");
	snapshot_free(a);
	store_free(store);
}

static void
test_places(const char *name)
{
	struct store *store;
	struct snapshot *a;

	(void)name;
	make_centre();
	sh("git add . && git commit -qm base && git worktree add -q ../linked -b l &&"
	   "git clone -q --bare . ../bare.git && echo l >../linked/centre.rec &&"
	   "git -C ../linked add -A");
	store = store_open("../linked/cases");
	ok(strstr(store_git_dir(store), "/.git/worktrees/linked") != NULL, "a linked worktree");
	ok(strstr(store_common_dir(store), "worktrees/linked/../..") != NULL, "its common folder");
	a = store_index(store);
	is_text(read_text(a, "centre.rec"), "l\n", "its own index");
	snapshot_free(a);
	store_free(store);
	store = store_open("../bare.git/refs");
	ok(store != NULL && store_root(store) == NULL, "a bare repository has no root");
	a = commit_of(store, "main");
	is_text(listed(a, ""), all, "its commit is listed");
	snapshot_free(a);
	store_free(store);
	sh("git init -q --bare ../empty.git");
	store = store_open("../empty.git");
	ok(commit_of(store, "HEAD") == NULL, "an empty repository has no HEAD");
	a = store_index(store);
	is_text(listed(a, ""), "", "and nothing staged");
	snapshot_free(a);
	store_free(store);
	sh("mkdir ../plain && echo >../plain/centre.rec");
	store = store_open("../plain");
	ok(store != NULL && store_git_dir(store) == NULL, "a folder without git");
	ok(commit_of(store, "HEAD") == NULL, "has no commits");
	a = store_worktree(store);
	is_text(listed(a, ""), "centre.rec ", "but files");
	snapshot_free(a);
	store_free(store);
	ok(store_open("/") == NULL, "there is no centre at /");
}

static void
test_indexes(const char *name)
{
	struct store *store;
	struct snapshot *a;

	(void)name;
	make_centre();
	sh("git add . && git commit -qm base && git update-index --split-index &&"
	   "echo split >centre.rec && git add centre.rec");
	store = store_open(".");
	a = store_index(store);
	is_text(read_text(a, "centre.rec"), "split\n", "a split index");
	snapshot_free(a);
	sh("git commit -qam split && git update-index --no-split-index &&"
	   "git sparse-checkout set --sparse-index directory && echo sparse >directory/staff.rec &&"
	   "git add directory");
	a = store_index(store);
	is_text(read_text(a, "directory/staff.rec"), "sparse\n", "a sparse index");
	is_text(listed(a, ""), all, "lists what is not checked out too");
	snapshot_free(a);
	sh("git sparse-checkout disable && git commit -qam sparse && echo new >n.rec &&"
	   "git add -N n.rec");
	a = store_index(store);
	is_text(listed(a, "n.rec"), "", "an intent to add is not staged");
	snapshot_free(a);
	sh("git rm -q --cached n.rec && GIT_INDEX_FILE=.git/other git read-tree HEAD &&"
	   "GIT_INDEX_FILE=.git/other git rm -q --cached centre.rec");
	setenv("GIT_INDEX_FILE", ".git/other", 1);
	a = store_index(store);
	ok(!snapshot_has(a, "centre.rec"), "GIT_INDEX_FILE is honoured");
	snapshot_free(a);
	unsetenv("GIT_INDEX_FILE");
	sh("git config core.repositoryformatversion 1 && git config extensions.worktreeConfig true &&"
	   "git config extensions.preciousObjects true");
	store_free(store);
	store = store_open(".");
	a = commit_of(store, "HEAD");
	ok(a != NULL, "harmless extensions are accepted");
	snapshot_free(a);
	store_free(store);
}

/* Runs in a child: what it dies with. */
static void
dies(void (*act)(void), const char *words, const char *what)
{
	char text[4096] = "";
	size_t n = 0;
	ssize_t got;
	int pipes[2], status;
	pid_t pid;

	fflush(stdout);
	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		exit(1);
	if (pid == 0) {
		dup2(pipes[1], 2);
		act();
		_exit(0);
	}
	close(pipes[1]);
	while (n < sizeof(text) - 1 && (got = read(pipes[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	if (!ok(WIFEXITED(status) && WEXITSTATUS(status) == 2 && strstr(text, words), what))
		printf("# status %d, %s\n", status, text);
}

/* Where those that die leave their store, so that it is not lost. */
static struct store *volatile left;

static void
open_index(void)
{
	left = store_open(".");
	store_index(left);
}

static void
list_head(void)
{
	const char *reason;

	left = store_open(".");
	listed(store_commit(left, "HEAD", &reason), "");
}

static void
list_bare(void)
{
	left = store_open(".git");
	store_worktree(left);
}

static void
test_faults(const char *name)
{
	struct store *store;
	struct snapshot *a;
	char path[200] = "";
	int i;

	(void)name;
	make_centre();
	sh("git add . && git commit -qm base && git checkout -qb x && echo x >centre.rec &&"
	   "git commit -qam x && git checkout -q main && echo y >centre.rec && git commit -qam y &&"
	   "! git merge -q x >/dev/null 2>&1");
	dies(open_index, "'centre.rec' is not merged yet", "an unmerged index is refused");
	sh("git merge --abort");
	dies(list_bare, "it has no files, only commits", "a bare repository has no work tree");
	/* A folder in a folder, thirty deep. */
	for (i = 0; i < 30; i++)
		strcat(path, "d/");
	sh("mkdir -p %s && echo >%sx.rec && git add d && git commit -qm deep", path, path);
	store = store_open(".");
	a = commit_of(store, "HEAD");
	is_text(listed(a, "d"), "d/d/d/d/d/d/d/d/d/d/d/d/d/d/", "a commit is walked so deep");
	snapshot_free(a);
	a = store_worktree(store);
	is_text(listed(a, "d"), "d/d/d/d/d/d/d/d/d/d/d/d/d/d/", "a work tree too");
	snapshot_free(a);
	store_free(store);
	/* A tree with two equal names, and one out of order. */
	sh("b=$(git rev-parse HEAD:centre.rec) &&"
	   "o=$(echo $b | sed 's/../\\\\x&/g') && printf \"100644 b\\0$o\"\"100644 b\\0$o\" >t &&"
	   "c=$(git commit-tree -m bad $(git hash-object --literally -t tree -w t)) &&"
	   "git update-ref HEAD $c");
	dies(list_head, "is damaged", "two entries of one name");
	sh("b=$(git rev-parse HEAD~0 >/dev/null; git hash-object -w t) &&"
	   "o=$(echo $b | sed 's/../\\\\x&/g') && printf \"0100644 b\\0$o\" >t &&"
	   "c=$(git commit-tree -m bad $(git hash-object --literally -t tree -w t)) &&"
	   "git update-ref HEAD $c");
	dies(list_head, "is damaged", "a padded mode");
	sh("printf '100644 b\\0short' >t &&"
	   "c=$(git commit-tree -m bad $(git hash-object --literally -t tree -w t)) &&"
	   "git update-ref HEAD $c");
	dies(list_head, "is damaged", "an entry cut short");
}

static void *
read_many(void *context)
{
	struct snapshot *snapshot = context;
	struct arena room;
	struct str bytes;
	size_t i, good = 0;

	arena_init(&room);
	for (i = 0; i < 500; i++) {
		good += snapshot_read(snapshot, "cases/2026/7/a.rec", &room, &bytes) == 0 &&
		    str_is(bytes, "one\n");
		arena_reset(&room);
	}
	arena_release(&room);
	return (void *)good;
}

static void
test_threads(const char *name)
{
	struct store *store;
	struct snapshot *snapshots[2];
	pthread_t threads[8];
	size_t i, total = 0;
	void *good;

	(void)name;
	make_centre();
	sh("git add . && git commit -qm base");
	store = store_open(".");
	snapshots[0] = commit_of(store, "HEAD");
	snapshots[1] = store_worktree(store);
	for (i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, read_many, snapshots[i & 1]);
	for (i = 0; i < 8; i++) {
		pthread_join(threads[i], &good);
		total += (size_t)good;
	}
	is_number((long long)total, 4000, "eight threads read at once");
	snapshot_free(snapshots[0]);
	snapshot_free(snapshots[1]);
	store_free(store);
}

/* As in pre-receive: new objects in a folder of their own, the rest behind an alternate. */
static void
test_quarantine(const char *name)
{
	struct store *store;
	struct snapshot *a;
	struct buf out = BUF_INIT;
	struct commits commits;
	const char *reason, *const args[] = { "rev-parse", "new", NULL };
	const char *const old[] = { "rev-parse", "main", NULL };
	char new_hex[OID_HEX + 1], old_hex[OID_HEX + 1];

	(void)name;
	make_centre();
	sh("git add . && git commit -qm base && git clone -q . ../clone 2>/dev/null &&"
	   "cd ../clone && git checkout -qb new && echo n >>centre.rec && git commit -qam new");
	store_run_git("../clone", args, &out, NULL);
	snprintf(new_hex, sizeof(new_hex), "%s", out.p);
	buf_reset(&out);
	store_run_git("../clone", old, &out, NULL);
	snprintf(old_hex, sizeof(old_hex), "%s", out.p);
	buf_release(&out);
	setenv("GIT_DIR", ".git", 1);
	setenv("GIT_OBJECT_DIRECTORY", "../clone/.git/objects", 1);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", ".git/objects:\".git/\\157bjects\"", 1);
	store = store_open(".");
	a = commit_of(store, new_hex);
	ok(a != NULL, "a commit in quarantine is seen");
	ok(store_new_commits(store, old_hex, new_hex, &arena, &commits, &reason) && commits.n == 1,
	    "and is new against one that is not");
	snapshot_free(a);
	store_free(store);
	unsetenv("GIT_DIR");
	unsetenv("GIT_OBJECT_DIRECTORY");
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
}

static void
is_as_git_says(const char *name, const char *where)
{
	const char *args[] = { "rev-parse", "-q", "--verify", arena_printf(&arena, "%s^{commit}", name),
		NULL };
	struct store *store = store_open(".");
	struct snapshot *snapshot = commit_of(store, name);
	struct buf out = BUF_INIT, err = BUF_INIT;

	store_run_git(".", args, &out, &err);
	is_text(snapshot ? snapshot_commit(snapshot) : "", arena_cstr(&arena, str_trim(buf_view(&out))),
	    arena_printf(&arena, "%s: %s", where, name));
	snapshot_free(snapshot);
	store_free(store);
	buf_release(&out);
	buf_release(&err);
}

static void
all_as_git_says(const char *where)
{
	static const char *const names[] = { "HEAD", "MERGE_HEAD", "@{upstream}",
		"refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/heads/main",
		"refs/tags/light", "refs/tags/annotated", "refs/heads/none", "main", "HEAD~1", "none" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		is_as_git_says(names[i], where);
}

static void
test_names(const char *name)
{
	(void)name;
	make_centre();
	all_as_git_says("before the first commit");
	sh("git add . && git commit -qm base && git tag light && git tag -am x annotated");
	all_as_git_says("no remote");
	sh("echo 2 >centre.rec && git commit -qam two && git clone -q . clone");
	if (chdir("clone") != 0)
		exit(1);
	sh("echo 3 >centre.rec && git commit -qam three");
	all_as_git_says("a clone");
	sh("git branch --unset-upstream");
	all_as_git_says("that follows nothing");
	sh("git branch -q other light && git branch -q -u other && git pack-refs --all");
	all_as_git_says("that follows a branch of its own, references packed");
	sh("git checkout -q -b a light && echo a >a && git add a && git commit -qm a &&"
	   "git checkout -q -b b light && echo b >b && git add b && git commit -qm b &&"
	   "git checkout -q --detach main && git merge -q --no-commit a b >/dev/null 2>&1");
	all_as_git_says("in a merge of three, on no branch");
	sh("git reset -q --merge && git worktree add -q ../linked other");
	if (chdir("../linked") != 0)
		exit(1);
	all_as_git_says("a linked worktree");
	if (chdir("..") != 0)
		exit(1);
}

static const struct {
	const char *what, *global, *local, *environment; /* "NAME=value" or "" */
	bool plain;
} committers[] = {
	{ "the user's file", "[user]\n\tname = Aj Jansen\n\temail = aj@centre.example\n", "", "", true },
	{ "names in UTF-8", "[user]\nname=J\303\266rg\n email = joerg@centre.example", "", "", true },
	{ "the repository's goes first", "[user]\nname=Aj\nemail=a@x.example\n",
	    "[user]\n\temail = aj@centre.example\n", "", true },
	{ "the last goes first", "[user]\nname=A\nemail=a@x.example\n[core]\nx=y\n[User]\nNAME = B\n",
	    "", "", true },
	{ "comments", "# [user]\n; x\n[user]\n # name = X\n name = Aj\n email = aj@x.example\n", "", "",
	    true },
	{ "lines of other systems", "[user]\r\nname = Aj\r\nemail = aj@x.example\r\n", "", "", false },
	{ "other sections", "[user \"x\"]\nname=X\n[user]\nname=Aj\nemail=aj@x.example\n[users]\nname=Y\n",
	    "", "", true },
	{ "a name of the environment", "[user]\nname=Aj\nemail=aj@x.example\n", "",
	    "GIT_COMMITTER_NAME=Eve", true },
	{ "an e-mail of the environment", "[user]\nname=Aj\nemail=aj@x.example\n", "",
	    "GIT_COMMITTER_EMAIL=eve@x.example", true },
	{ "a command line that names neither", "[user]\nname=Aj\nemail=aj@x.example\n", "",
	    "GIT_CONFIG_PARAMETERS='core.hookspath'='/dev/null'", true },
	{ "a command line's name", "[user]\nname=Aj\nemail=aj@x.example\n", "",
	    "GIT_CONFIG_PARAMETERS='user.name'='Eve'", false },
	{ "a committer of their own", "[user]\nname=Aj\nemail=aj@x.example\n",
	    "[committer]\nemail=eve@x.example\n", "", false },
	{ "another file", "[user]\nname=Aj\nemail=aj@x.example\n[include]\npath=more\n", "", "", false },
	{ "another file at times", "[user]\nname=Aj\nemail=aj@x.example\n"
	    "[includeIf \"gitdir:**\"]\npath=more\n", "", "", false },
	{ "quotes", "[user]\nname=\"Aj\"\nemail=aj@x.example\n", "", "", false },
	{ "a comment behind", "[user]\nname=Aj # me\nemail=aj@x.example\n", "", "", false },
	{ "dirt", "[user]\nname=Aj,\nemail=<aj@x.example>\n", "", "", false },
	{ "a line that goes on", "[user]\nname=A\\\nj\nemail=aj@x.example\n", "", "", false },
	{ "two on a line", "[user]\nname=Aj\n[core] [user] email=aj@x.example\n", "", "", false },
	{ "a section with its first line", "[user] name=Aj\n email=aj@x.example\n", "", "", false },
	{ "a key without a value", "[user]\nname=Aj\nemail=aj@x.example\n[user]\nname\n", "", "", false },
	{ "no e-mail", "[user]\nname=Aj\n", "", "", false },
	{ "an empty name", "[user]\nname=\nemail=aj@x.example\n", "", "", false },
	{ "a date that is given", "[user]\nname=Aj\nemail=aj@x.example\n", "",
	    "GIT_COMMITTER_DATE=1772000000 -0230", false },
	{ "an empty name in the environment", "[user]\nname=Aj\nemail=aj@x.example\n", "",
	    "GIT_COMMITTER_NAME=", false },
	{ "values that are counted", "[user]\nname=Aj\nemail=aj@x.example\n", "", "GIT_CONFIG_COUNT=0",
	    false },
};

static void
write_text(const char *path, const char *text, const char *mode)
{
	FILE *out = fopen(path, mode);

	if (out == NULL || fputs(text, out) < 0 || fclose(out) != 0)
		exit(1);
}

/* "Name <e-mail> SECONDS +HHMM" */
static const char *
without_time(char *text)
{
	const char *end = strrchr(text, '>') + 1;

	text[strcspn(text, "\n")] = '\0';
	return arena_printf(&arena, "%.*s%s", (int)(end - text), text, strrchr(text, ' '));
}

static void
test_committer(size_t i, const char *home)
{
	const char *const args[] = { "var", "GIT_COMMITTER_IDENT", NULL };
	char *variable = arena_cstr(&arena, str_of(committers[i].environment)), *value = NULL;
	struct person ours = { STR_NULL, STR_NULL, 0, 0 };
	struct buf out = BUF_INIT;
	struct store *store;
	const char *what;

	write_text(arena_printf(&arena, "%s/.gitconfig", home), committers[i].global, "w");
	sh("cp .git/plain .git/config");
	write_text(".git/config", committers[i].local, "a");
	if (*variable != '\0') {
		value = strchr(variable, '=');
		*value++ = '\0';
		setenv(variable, value, 1);
	}
	store = store_open(".");
	what = arena_printf(&arena, "who commits: %s%s", committers[i].what,
	    committers[i].plain ? "" : ": git is asked");
	ok(plain_committer(store, 1772000000, &arena, &ours) == committers[i].plain, what);
	if (committers[i].plain && ok(store_run_git(".", args, &out, NULL) == 0, "git knows as well"))
		is_text(arena_printf(&arena, "%.*s <%.*s> %+03d%02d", STRF(ours.name),
		    STRF(ours.email), ours.offset / 60, abs(ours.offset % 60)),
		    without_time(out.p), "and says the same");
	buf_release(&out);
	store_free(store);
	if (*variable != '\0')
		unsetenv(variable);
}

/* In a zone that is not whole hours from UTC. */
static void
test_committers(const char *name)
{
	char home[4096];
	struct person person;
	struct store *store;
	size_t i;

	(void)name;
	sh("git init -q -b main . && cp .git/config .git/plain && mkdir home");
	if (getcwd(home, sizeof(home)) == NULL)
		exit(1);
	setenv("HOME", arena_printf(&arena, "%s/home", home), 1);
	setenv("TZ", "XST2:30", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("GIT_CONFIG_GLOBAL");
	unsetenv("GIT_COMMITTER_NAME");
	unsetenv("GIT_COMMITTER_EMAIL");
	unsetenv("GIT_COMMITTER_DATE");
	for (i = 0; i < sizeof(committers) / sizeof(*committers); i++)
		test_committer(i, getenv("HOME"));
	sh("git config extensions.worktreeConfig true && cp .git/config .git/plain &&"
	   "git config --worktree core.sparseCheckout false");
	test_committer(0, getenv("HOME"));
	sh("git config --worktree user.email eve@x.example");
	write_text(arena_printf(&arena, "%s/.gitconfig", getenv("HOME")), committers[0].global, "w");
	store = store_open(".");
	ok(!plain_committer(store, 1772000000, &arena, &person), "who commits: a worktree's own: git is asked");
	ok(store_committer(store, 1772000000, &arena, &person) && str_is(person.email, "eve@x.example"),
	    "and says it");
	store_free(store);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	unsetenv("TZ");
}

int
main(void)
{
	char folder[] = "/tmp/dossier-store.XXXXXX";

	arena_init(&arena);
	set_up();
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	in_folder("ordinary", test_ordinary);
	in_folder("with: colon", test_ordinary);
	in_folder("with \"quotes' \303\274ml\303\244ut\nline", test_ordinary);
	in_folder("commits", test_commits);
	in_folder("places", test_places);
	in_folder("indexes", test_indexes);
	in_folder("faults", test_faults);
	in_folder("threads", test_threads);
	in_folder("quarantine", test_quarantine);
	in_folder("names", test_names);
	in_folder("committers", test_committers);
	sh("rm -rf %s", folder);
	arena_release(&arena);
	return tap_done();
}
