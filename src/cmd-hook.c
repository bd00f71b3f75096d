/* What git calls. The first line of a refusal is a verdict of its own, for clients that show just one line. */
#define _GNU_SOURCE
#include "command-definitions.h"
#include "command.h"
#include "push.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SHOWN_MAX 20
#define TIME_LIMIT 300
#define TIME_OUT "dossier: REJECTED the check took too long and was given up; push less at once\n"

static const struct option options[] = {
	{ 0, "values", NULL, "show values of fields in messages", NULL },
	{ 0, "time-limit", "SECONDS", "give up, and refuse, after so long", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct hook {
	struct run *run;
	struct store *store;
	struct arena arena;
	struct findings findings;
};

/* ---- saying it ---- */

static void
write_verdict(const struct finding *finding, struct buf *out)
{
	buf_text(out, "dossier: REJECTED ");
	if (finding->path != NULL) {
		escape_text(out, str_of(finding->path), false);
		if (finding->line > 0)
			buf_printf(out, ":%u", (unsigned)finding->line);
		buf_text(out, ": ");
	}
	buf_printf(out, "%s\n", finding->text);
}

/* Sorted by findings_write; what is beyond the first so many is counted. */
static void
write_findings(struct hook *hook, const char *all, struct buf *out)
{
	struct diag_style style;
	struct buf lines = BUF_INIT;
	size_t more = 0;

	run_style(hook->run, NULL, false, &hook->arena, &style);
	style.prefix = "";
	style.excerpts = true;
	findings_write(&hook->findings, &style, &lines);
	if (hook->findings.n > SHOWN_MAX) {
		more = hook->findings.n - SHOWN_MAX;
		hook->findings.n = SHOWN_MAX;
		buf_reset(&lines);
		findings_write(&hook->findings, &style, &lines);
	}
	if (findings_status(&hook->findings))
		write_verdict(&hook->findings.list[0], out);
	buf_str(out, buf_view(&lines));
	if (more > 0)
		buf_printf(out, "and %zu more: %s\n", more, all);
	buf_release(&lines);
}

/* advice: the last line of a refusal. */
static int
finish(struct hook *hook, const char *all, const char *advice)
{
	int status = findings_status(&hook->findings);
	struct buf out = BUF_INIT;

	if (hook->findings.n > 0) {
		write_findings(hook, all, &out);
		if (status)
			buf_printf(&out, "%s\n", advice);
		fwrite(out.p, 1, out.n, stderr);
	}
	buf_release(&out);
	return status;
}

/* ---- pre-commit ---- */

static bool
touches_definitions(const struct changes *changes)
{
	size_t i;

	for (i = 0; i < changes->n; i++)
		if (!str_starts(str_of(changes->list[i].path), STR("cases/")))
			return true;
	return false;
}

/* What the server would say of who commits, and of whose files they are. */
static const struct entity *
check_committer(struct hook *hook, const struct archive *authority, const struct person *committer,
    const struct changes *changes)
{
	const struct entity *staff = push_check_staff(authority, committer->email, hook->run->today,
	    "committer", &hook->findings);

	push_check_rights(authority, staff, changes, &hook->findings);
	return staff;
}

#define PARENTS 2

/* What a commit made now would have as parents: HEAD, and the other side of a merge that goes on. */
struct staged {
	struct snapshot *index;
	struct snapshot *parents[PARENTS];
	struct changes changes[PARENTS]; /* one, against nothing, before the first commit */
	struct archive *before[PARENTS]; /* NULL: its definitions are those staged */
	struct findings quiet[PARENTS];
	size_t n;
	struct changes own;
};

static void
open_staged(struct hook *hook, struct staged *staged)
{
	const char *reason;
	size_t i;

	*staged = (struct staged){ .index = store_index(hook->store) };
	staged->parents[0] = store_commit(hook->store, "HEAD", &reason);
	staged->parents[1] = staged->parents[0] ? store_commit(hook->store, "MERGE_HEAD", &reason) : NULL;
	staged->n = staged->parents[1] ? 2 : 1;
	for (i = 0; i < staged->n; i++) {
		snapshot_changes(staged->parents[i], staged->index, &hook->arena, &staged->changes[i]);
		findings_init(&staged->quiet[i]);
	}
	staged->own = staged->changes[0];
	if (staged->n == 2)
		push_own_changes(&staged->changes[0], &staged->changes[1], &hook->arena, &staged->own);
}

static void
close_staged(struct staged *staged)
{
	size_t i;

	for (i = 0; i < staged->n; i++) {
		archive_free(staged->before[i]);
		snapshot_free(staged->parents[i]);
		findings_release(&staged->quiet[i]);
	}
	snapshot_free(staged->index);
}

static void
open_before(struct hook *hook, struct staged *staged)
{
	size_t i;

	for (i = 0; i < staged->n; i++)
		if (staged->parents[i] != NULL && touches_definitions(&staged->changes[i]))
			staged->before[i] = archive_open(staged->parents[i], hook->run->today,
			    &staged->quiet[i]);
}

static void
check_step(struct hook *hook, struct staged *staged, struct archive *now, const struct entity *committer)
{
	struct origin origins[PARENTS];
	struct archive_step step = { .archive = now, .origins = origins, .n = staged->n,
		.committer = committer, .shared = push_shared(hook->store) };
	size_t i;

	for (i = 0; i < staged->n; i++)
		origins[i] = (struct origin){ staged->before[i], &staged->changes[i] };
	archive_check_step(&step, &hook->findings);
	snapshot_free(step.shared);
}

static void
check_staged(struct hook *hook, struct staged *staged)
{
	const struct entity *committer = NULL;
	struct archive *now, *authority;
	struct person person;
	bool known = store_committer(hook->store, (int64_t)time(NULL), &hook->arena, &person);

	if (known)
		hook->run->today = date_of_time(person.time, person.offset);
	now = archive_open(staged->index, hook->run->today, &hook->findings);
	open_before(hook, staged);
	authority = staged->before[0] ? staged->before[0] : now;
	archive_keep_new(&hook->findings, &staged->own, staged->before[0] ? &staged->quiet[0] : NULL);
	if (staged->parents[0] != NULL && known)
		committer = check_committer(hook, authority, &person, &staged->own);
	if (push_check_files(authority, staged->index, &staged->own, &hook->findings)) {
		definitions_check_step(now, staged->before, staged->n, &staged->own, &hook->findings);
		check_step(hook, staged, now, committer);
	}
	archive_free(now);
}

static int
pre_commit(struct hook *hook)
{
	struct staged staged;

	open_staged(hook, &staged);
	if (staged.changes[0].n > 0)
		check_staged(hook, &staged);
	close_staged(&staged);
	return finish(hook, "dossier check --staged",
	    "nothing was committed: mend it, git add, and commit again");
}

/* ---- messages ---- */

static const char *
message_file(struct hook *hook)
{
	if (hook->run->argc < 2)
		usage(hook->run, "%s wants the file that holds the message", hook->run->argv[0]);
	return hook->run->argv[1];
}

static struct str
read_message(struct hook *hook, const char *path)
{
	struct str text;
	int failed = file_read(AT_FDCWD, path, &hook->arena, &text);

	if (failed)
		die("cannot read '%s': %s", path, strerror(failed));
	return text;
}

/* Asking git costs more than all else: only when a line could be a comment. */
static bool
may_have_comments(struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		if (line.n > 0 && strchr("#;@!$%^&|:", line.p[0]) != NULL)
			return true;
	return false;
}

static char
comment_char(struct hook *hook)
{
	struct str value = store_config(hook->store, "core.commentChar", &hook->arena);

	return value.n == 1 ? value.p[0] : '#';
}

/* Without comments, and without the difference that `git commit -v` puts below the scissors. */
static struct str
without_comments(struct hook *hook, struct str text)
{
	struct buf out = BUF_INIT;
	struct str rest = text, line, whole;
	char comment;

	if (!may_have_comments(text))
		return str_trim(text);
	comment = comment_char(hook);
	while (str_cut(&rest, '\n', &line)) {
		if (line.n > 0 && line.p[0] == comment) {
			if (memmem(line.p, line.n, " >8 ", 4) != NULL)
				break;
			continue;
		}
		buf_str(&out, line);
		buf_char(&out, '\n');
	}
	whole = arena_str(&hook->arena, str_trim(buf_view(&out)));
	buf_release(&out);
	return whole;
}

/* Most messages are right by schema/ alone; only who is named in one may excuse it, and stands in the directory. */
static void
check_message(struct hook *hook, struct str message)
{
	struct snapshot *work = store_worktree(hook->store);
	struct archive *archive;
	struct findings quiet, first;

	findings_init(&quiet);
	findings_init(&first);
	archive = archive_open_schema(work, hook->run->today, &quiet);
	push_check_message(archive, message, &first);
	archive_free(archive);
	if (first.n > 0) {
		archive = archive_open(work, hook->run->today, &quiet);
		push_check_message(archive, message, &hook->findings);
		archive_free(archive);
	}
	snapshot_free(work);
	findings_release(&first);
	findings_release(&quiet);
}

static int
commit_msg(struct hook *hook)
{
	check_message(hook, without_comments(hook, read_message(hook, message_file(hook))));
	return finish(hook, "read your message",
	    "nothing was committed; your message is kept in .git/COMMIT_EDITMSG");
}

/* ---- prepare-commit-msg ---- */

struct kind_count {
	struct str kind;
	bool added, gone;
};

static void
count_kinds(const struct recfile *file, const struct recfile *other, bool added,
    struct kind_count *kinds, size_t *n, struct map *by_name)
{
	struct map raw = MAP_INIT;
	struct map_slot *slot;
	const struct field *kind;
	bool is_new;
	size_t i;

	for (i = 0; i < other->n; i++)
		map_put(&raw, (struct str){ other->source->bytes.p + other->records[i].at,
		    other->records[i].end - other->records[i].at }, NULL);
	for (i = 1; i < file->n; i++) {
		kind = record_named(&file->records[i], STR("Kind"));
		if (kind == NULL || map_get(&raw, (struct str){ file->source->bytes.p +
		    file->records[i].at, file->records[i].end - file->records[i].at }) != NULL)
			continue;
		slot = map_put(by_name, kind->value, &is_new);
		if (is_new) {
			slot->value.p = &kinds[*n];
			kinds[(*n)++] = (struct kind_count){ kind->value, false, false };
		}
		((struct kind_count *)slot->value.p)->added |= added;
		((struct kind_count *)slot->value.p)->gone |= !added;
	}
	map_release(&raw);
}

static void
write_kinds(const struct kind_count *kinds, size_t n, bool changed, struct buf *out)
{
	size_t i, written = 0;

	for (i = 0; i < n; i++)
		if (kinds[i].gone == changed)
			buf_printf(out, "%s%.*s", written++ ? ", " : "", STRF(kinds[i].kind));
	if (written > 0)
		buf_text(out, changed ? " changed" : " added");
}

static void
separate(struct buf *out, size_t from)
{
	if (out->n > from)
		buf_text(out, "; ");
}

static bool
is_header_changed(const struct recfile *old, const struct recfile *new)
{
	if (old->n == 0 || new->n == 0)
		return false;
	return !str_eq((struct str){ old->source->bytes.p + old->records[0].at,
	    old->records[0].end - old->records[0].at },
	    (struct str){ new->source->bytes.p + new->records[0].at,
	    new->records[0].end - new->records[0].at });
}

/* "consent, consultation added; plan changed" */
static void
describe_case(struct hook *hook, struct str old_bytes, struct str new_bytes, struct buf *out)
{
	struct source old_source = { "", old_bytes }, new_source = { "", new_bytes };
	struct recfile old, new;
	struct findings quiet;
	struct kind_count *kinds;
	struct map by_name = MAP_INIT;
	size_t n = 0, from = out->n, i, gone = 0;

	findings_init(&quiet);
	record_parse(&old_source, NULL, &hook->arena, &quiet, &old);
	record_parse(&new_source, NULL, &hook->arena, &quiet, &new);
	kinds = ARENA_NEW(&hook->arena, struct kind_count, old.n + new.n + 1);
	count_kinds(&new, &old, true, kinds, &n, &by_name);
	count_kinds(&old, &new, false, kinds, &n, &by_name);
	map_release(&by_name);
	write_kinds(kinds, n, false, out);
	for (i = 0; i < n; i++)
		gone += kinds[i].gone;
	if (gone > 0) {
		separate(out, from);
		write_kinds(kinds, n, true, out);
	}
	if (is_header_changed(&old, &new)) {
		separate(out, from);
		buf_text(out, "header changed");
	}
	if (out->n == from)
		buf_text(out, "comments changed");
	findings_release(&quiet);
}

static void
describe_change(struct hook *hook, const struct change *change, struct buf *out)
{
	struct str path = str_of(change->path), old = STR(""), new = STR("");
	const char *name = strrchr(change->path, '/');

	if (!str_starts(path, STR("cases/")) || !str_ends(path, STR(".rec")) || name == NULL) {
		buf_printf(out, "%s %s", change->path, !change->is_old ? "added" :
		    change->is_new ? "changed" : "removed");
		return;
	}
	buf_printf(out, "%.*s: ", (int)(strlen(name) - 5), name + 1);
	if (!change->is_new)
		buf_text(out, "removed");
	else if (!change->is_old)
		buf_text(out, "opened");
	else if (store_blob(hook->store, &change->old_oid, RECORD_FILE_MAX, &hook->arena, &old) == 0 &&
	    store_blob(hook->store, &change->new_oid, RECORD_FILE_MAX, &hook->arena, &new) == 0)
		describe_case(hook, old, new, out);
}

/* One line for all that is staged. */
static void
describe(struct hook *hook, struct buf *out)
{
	const char *reason;
	struct snapshot *index = store_index(hook->store);
	struct snapshot *head = store_commit(hook->store, "HEAD", &reason);
	struct changes changes;
	size_t i, cases = 0, from = out->n;

	snapshot_changes(head, index, &hook->arena, &changes);
	for (i = 0; i < changes.n; i++)
		cases += str_starts(str_of(changes.list[i].path), STR("cases/"));
	if (changes.n > 3)
		buf_printf(out, "%zu cases and %zu other files", cases, changes.n - cases);
	for (i = 0; changes.n <= 3 && i < changes.n; i++) {
		separate(out, from);
		describe_change(hook, &changes.list[i], out);
	}
	snapshot_free(head);
	snapshot_free(index);
}

/* A message that somebody gave, or that git made for a merge, a squash or an amendment, stays as it is. */
static int
prepare_commit_msg(struct hook *hook)
{
	const char *path = message_file(hook), *source = hook->run->argc > 2 ? hook->run->argv[2] : "";
	bool template = strcmp(source, "template") == 0;
	struct buf out = BUF_INIT;
	struct str text;
	int failed = 0;

	if (source[0] != '\0' && !template)
		return 0;
	text = read_message(hook, path);
	if (!template && without_comments(hook, text).n > 0)
		return 0;
	if (template) {
		buf_str(&out, text);
		if (text.n > 0 && text.p[text.n - 1] != '\n')
			buf_char(&out, '\n');
		buf_printf(&out, "%c ", comment_char(hook));
		describe(hook, &out);
		buf_char(&out, '\n');
	} else {
		describe(hook, &out);
		if (out.n > 0) {
			buf_char(&out, '\n');
			buf_str(&out, text);
		}
	}
	if (out.n > 0)
		failed = file_replace(path, buf_view(&out));
	if (failed)
		die_unwritten(path, failed);
	buf_release(&out);
	return 0;
}

/* ---- pre-receive ---- */

static void
out_of_time(int signal)
{
	ssize_t done = write(STDERR_FILENO, TIME_OUT, sizeof(TIME_OUT) - 1);

	(void)signal;
	_exit(done < 0 ? 2 : 1);
}

/* A check that hangs would hold the push for ever: git has no limit of its own. */
static void
limit_time(struct hook *hook)
{
	const char *given = option(hook->run, "time-limit");
	struct number seconds = number_of(TIME_LIMIT);

	if (given != NULL && (!number_parse(str_of(given), &seconds) || seconds.scale != 0 ||
	    seconds.mantissa < 1 || seconds.mantissa > 86400))
		usage(hook->run, "--time-limit '%s' is not a number of seconds", given);
	signal(SIGALRM, out_of_time);
	alarm((unsigned)seconds.mantissa);
}

static const char *
who_pushes(void)
{
	static const char *const names[] = { "DOSSIER_USER", "GL_USER", "REMOTE_USER" };
	const char *user;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		user = getenv(names[i]);
		if (user != NULL && user[0] != '\0')
			return user;
	}
	return NULL;
}

static void
read_all(int fd, struct buf *text)
{
	ssize_t got;

	do {
		got = read(fd, buf_room(text, 65536), 65536);
		if (got > 0)
			text->n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0)
		die("cannot read what git says: %s", strerror(errno));
}

/* "OLD NEW REF" a line. */
static struct push_update *
read_updates(struct hook *hook, size_t *n)
{
	struct buf text = BUF_INIT;
	struct str rest, line, old, new;
	struct push_update *updates;
	struct oid oid;
	size_t i, lines = 0;

	read_all(STDIN_FILENO, &text);
	rest = arena_str(&hook->arena, buf_view(&text));
	for (i = 0; i < rest.n; i++)
		lines += rest.p[i] == '\n';
	updates = ARENA_NEW(&hook->arena, struct push_update, lines + 1);
	*n = 0;
	while (str_cut(&rest, '\n', &line) && line.n > 0) {
		if (!str_cut(&line, ' ', &old) || !str_cut(&line, ' ', &new) || line.n == 0 ||
		    !oid_parse(old, &oid) || !oid_parse(new, &oid))
			die("REJECTED git did not say 'OLD NEW REF' for each ref, with ids of SHA-1");
		updates[*n].old = arena_cstr(&hook->arena, old);
		updates[*n].new = arena_cstr(&hook->arena, new);
		updates[(*n)++].ref = arena_cstr(&hook->arena, line);
	}
	buf_release(&text);
	return updates;
}

static int
pre_receive(struct hook *hook)
{
	struct push push = { .store = hook->store, .findings = &hook->findings };
	struct push_update *updates;
	size_t n;

	limit_time(hook);
	updates = read_updates(hook, &n);
	push.now = (int64_t)time(NULL);
	push.pusher = who_pushes();
	push_check(&push, updates, n);
	/* What is allowed goes in without a word. */
	if (!findings_status(&hook->findings))
		return 0;
	return finish(hook, "dossier check --range origin/main..HEAD", push.n_commits == 0 ?
	    "nothing was stored" : push.n_commits == 1 ?
	    "nothing was stored: mend it, git add, git commit --amend, and push again" :
	    "nothing was stored: mend the commit that has the fault (git rebase -i origin/main) and push "
	    "again");
}

/* ---- dispatch ---- */

static const struct {
	const char *name;
	int (*run)(struct hook *hook);
} hooks[] = {
	{ "pre-commit", pre_commit },
	{ "prepare-commit-msg", prepare_commit_msg },
	{ "commit-msg", commit_msg },
	{ "pre-receive", pre_receive },
};

static int
run_hook(struct run *run)
{
	struct hook hook = { .run = run };
	size_t i;
	int status;

	if (run->argc < 1)
		usage(run, "it wants the name of a hook");
	for (i = 0; i < sizeof(hooks) / sizeof(*hooks); i++)
		if (strcmp(run->argv[0], hooks[i].name) == 0)
			break;
	if (i == sizeof(hooks) / sizeof(*hooks))
		usage(run, "there is nothing to do in the hook '%s'", run->argv[0]);
	arena_init(&hook.arena);
	findings_init(&hook.findings);
	hook.findings.hide_values = !has_option(run, "values");
	hook.store = run_store(run);
	status = hooks[i].run(&hook);
	store_free(hook.store);
	findings_release(&hook.findings);
	arena_release(&hook.arena);
	return status;
}

const struct command cmd_hook = {
	.name = "hook",
	.operands = "NAME [ARGUMENT...]",
	.summary = "what git calls before it commits or receives",
	.options = options,
	.run = run_hook,
	.hidden = true,
};
