/* Each look is a line: what it is about, whether it is well, and what to do when it is not. */
#define _GNU_SOURCE
#include "command.h"
#include "setup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define GIT_LEAST "2.31"
#define STALE_SECONDS (24 * 60 * 60)

struct look {
	const char *name, *text, *mend; /* mend NULL: it is well */
};

struct doctor {
	struct run *run;
	struct store *store;
	struct arena arena;
	struct look *list;
	size_t n, size;
	bool shared;
	bool bad;
};

static void
add(struct doctor *doctor, const char *name, const char *text, const char *mend)
{
	if (doctor->n == doctor->size) {
		doctor->list = arena_grow(&doctor->arena, doctor->list,
		    doctor->size * sizeof(*doctor->list), (2 * doctor->size + 16) * sizeof(*doctor->list));
		doctor->size = 2 * doctor->size + 16;
	}
	doctor->list[doctor->n++] = (struct look){ name, text, mend };
	doctor->bad |= mend != NULL;
}

/* ---- looks ---- */

static bool
is_at_least(struct str have, struct str least)
{
	struct str a, b;
	struct number x, y;
	int order;

	while (str_cut(&least, '.', &b)) {
		if (!str_cut(&have, '.', &a) || !number_parse(a, &x) || !number_parse(b, &y))
			return false;
		order = number_cmp(x, y);
		if (order != 0)
			return order > 0;
	}
	return true;
}

static void
look_at_git(struct doctor *doctor)
{
	const char *const args[] = { "--version", NULL };
	struct buf out = BUF_INIT;
	struct str text, prefix = STR("git version ");

	if (store_git(doctor->store, args, &out, NULL) != 0)
		die("cannot run git");
	text = arena_str(&doctor->arena, str_trim(buf_view(&out)));
	buf_release(&out);
	if (str_starts(text, prefix))
		text = (struct str){ text.p + prefix.n, text.n - prefix.n };
	add(doctor, "git", text.p, is_at_least(text, STR(GIT_LEAST)) ? NULL :
	    "install git " GIT_LEAST " or newer");
}

static const char *
hook_trouble(enum hook_state state, const char *folder, const char *hook, bool shared,
    struct arena *arena)
{
	switch (state) {
	case HOOK_CURRENT:
		return NULL;
	case HOOK_FOREIGN:
		return arena_printf(arena, "move another program's hook away: "
		    "mv '%s/%s' '%s/%s.local'; then dossier init%s", folder, hook, folder, hook,
		    shared ? " --shared" : "");
	default:
		return shared ? "run: dossier init --shared" : "run: dossier init";
	}
}

static void
look_at_hooks(struct doctor *doctor)
{
	static const char *const states[] = { "installed", "is missing",
		"is of another version or calls another program", "is not executable, so git skips it",
		"is another program's" };
	const char *const *hook = doctor->shared ? setup_shared_hooks : setup_clone_hooks;
	const char *folder = setup_hooks_folder(doctor->store, &doctor->arena);
	enum hook_state state;

	for (; *hook != NULL; hook++) {
		state = setup_hook_state(folder, *hook, &doctor->arena);
		add(doctor, *hook, states[state],
		    hook_trouble(state, folder, *hook, doctor->shared, &doctor->arena));
	}
}

static void
look_at_hooks_path(struct doctor *doctor)
{
	struct str path = store_config(doctor->store, "core.hooksPath", &doctor->arena);
	const char *common = store_common_dir(doctor->store);
	size_t n = strlen(common);

	if (path.p == NULL)
		add(doctor, "core.hooksPath", "not set", NULL);
	else if (strncmp(path.p, common, n) == 0 && path.p[n] == '/')
		add(doctor, "core.hooksPath", path.p, NULL);
	else
		add(doctor, "core.hooksPath", path.p, arena_printf(&doctor->arena,
		    "have git look in this repository: git config core.hooksPath '%s/hooks'", common));
}

static void
look_at_settings(struct doctor *doctor)
{
	const struct setting *setting = doctor->shared ? setup_shared_settings : setup_clone_settings;
	struct str value;

	for (; setting->name != NULL; setting++) {
		value = store_config(doctor->store, setting->name, &doctor->arena);
		add(doctor, setting->name, value.p ? value.p : "not set",
		    value.p != NULL && str_is(value, setting->value) ? NULL :
		    arena_printf(&doctor->arena, "so that %s: git config %s %s", setting->why,
		    setting->name, setting->value));
	}
}

static void
look_at_identity(struct doctor *doctor, const struct archive *archive)
{
	const struct entity *staff;
	struct person person;
	const char *email;

	if (!store_committer(doctor->store, (int64_t)time(NULL), &doctor->arena, &person)) {
		add(doctor, "identity", "git does not know who you are",
		    "git config user.name 'Your Name'; git config user.email you@centre.example");
		return;
	}
	email = arena_str(&doctor->arena, person.email).p;
	staff = archive_staff_by_email(archive, person.email, doctor->run->today);
	if (staff == NULL)
		add(doctor, "identity", arena_printf(&doctor->arena, "<%s> is not active staff", email),
		    "use the e-mail of your staff record (git config user.email), or have a coordinator add "
		    "one to directory/staff.rec");
	else
		add(doctor, "identity", arena_printf(&doctor->arena, "%.*s <%s>", STRF(staff->key), email),
		    NULL);
}

static void
look_at_content(struct doctor *doctor)
{
	struct findings findings;
	const char *reason;
	struct snapshot *snapshot = doctor->shared ? store_commit(doctor->store, "HEAD", &reason) :
	    store_worktree(doctor->store);
	struct archive *archive;

	if (snapshot == NULL) {
		add(doctor, "main branch", "there is no commit yet",
		    "push one, or make the repository with dossier init --shared");
		return;
	}
	findings_init(&findings);
	archive = archive_open(snapshot, doctor->run->today, &findings);
	add(doctor, "centre", findings.count[ERROR] ? arena_printf(&doctor->arena,
	    "%zu errors in its schema, directory or settings", findings.count[ERROR]) :
	    "schema, directory and settings are readable", findings.count[ERROR] ?
	    "see them with: dossier check" : NULL);
	add(doctor, ".gitattributes", snapshot_has(snapshot, ".gitattributes") ? "present" :
	    "is missing", snapshot_has(snapshot, ".gitattributes") ? NULL :
	    "bring it back: git checkout origin/main -- .gitattributes");
	if (!doctor->shared)
		look_at_identity(doctor, archive);
	archive_free(archive);
	snapshot_free(snapshot);
	findings_release(&findings);
}

/* What a push that was cut off leaves behind: it may hold text that was refused. */
static void
look_at_quarantine(struct doctor *doctor)
{
	const char *objects = arena_printf(&doctor->arena, "%s/objects",
	    store_common_dir(doctor->store));
	DIR *folder = opendir(objects);
	const struct dirent *entry;
	struct stat st;
	size_t n = 0;

	if (folder == NULL)
		die("cannot read '%s': %s", objects, strerror(errno));
	while ((entry = readdir(folder)) != NULL)
		if ((strncmp(entry->d_name, "tmp_objdir-", 11) == 0 ||
		    strncmp(entry->d_name, "incoming-", 9) == 0) &&
		    fstatat(dirfd(folder), entry->d_name, &st, 0) == 0 &&
		    time(NULL) - st.st_mtime > STALE_SECONDS)
			n++;
	closedir(folder);
	if (n == 0)
		add(doctor, "leftovers", "none", NULL);
	else
		add(doctor, "leftovers", arena_printf(&doctor->arena,
		    "%zu folders of pushes that were cut off", n), arena_printf(&doctor->arena,
		    "they may hold text that was refused; while nobody pushes: git -C '%s' prune --expire=now",
		    store_common_dir(doctor->store)));
}

static void
look_at_remote(struct doctor *doctor)
{
	struct str url = store_config(doctor->store, "remote.origin.url", &doctor->arena);

	add(doctor, "origin", url.p ? url.p : "not set", url.p ? NULL :
	    "say where the shared repository is: git remote add origin ADDRESS");
}

/* ---- output ---- */

static void
write_text(const struct doctor *doctor, struct buf *out)
{
	size_t i;

	for (i = 0; i < doctor->n; i++) {
		const struct look *look = &doctor->list[i];

		if (doctor->run->quiet && look->mend == NULL)
			continue;
		buf_printf(out, "%-7s %s: ", look->mend ? "not ok" : "ok", look->name);
		escape_text(out, str_of(look->text), false);
		buf_char(out, '\n');
		if (look->mend == NULL)
			continue;
		buf_text(out, "        ");
		escape_text(out, str_of(look->mend), false);
		buf_char(out, '\n');
	}
}

static void
write_json_string(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;
	const char *p;

	escape_text(&safe, str_of(text), false);
	buf_char(out, '"');
	for (p = safe.p ? safe.p : ""; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_char(out, '\\');
		if (*p == '\t')
			buf_text(out, "\\t");
		else
			buf_char(out, *p);
	}
	buf_char(out, '"');
	buf_release(&safe);
}

static void
write_json(const struct doctor *doctor, struct buf *out)
{
	size_t i;

	buf_text(out, "{\"version\": 1, \"looks\": [");
	for (i = 0; i < doctor->n; i++) {
		const struct look *look = &doctor->list[i];

		buf_printf(out, "%s\n  {\"ok\": %s, \"name\": ", i ? "," : "",
		    look->mend ? "false" : "true");
		write_json_string(out, look->name);
		buf_text(out, ", \"text\": ");
		write_json_string(out, look->text);
		if (look->mend != NULL) {
			buf_text(out, ", \"mend\": ");
			write_json_string(out, look->mend);
		}
		buf_char(out, '}');
	}
	buf_text(out, "\n]}\n");
}

static int
run_doctor(struct run *run)
{
	struct doctor doctor = { .run = run };
	struct buf out = BUF_INIT;

	if (run->argc > 0)
		usage(run, "it takes no operands");
	arena_init(&doctor.arena);
	doctor.store = run_store(run);
	if (store_git_dir(doctor.store) == NULL)
		die("'%s' is no git repository: clone the centre, or make one with 'dossier init DIR'",
		    run->dir);
	doctor.shared = store_root(doctor.store) == NULL;
	add(&doctor, "program", version, NULL);
	look_at_git(&doctor);
	look_at_hooks(&doctor);
	look_at_hooks_path(&doctor);
	look_at_settings(&doctor);
	look_at_content(&doctor);
	if (doctor.shared)
		look_at_quarantine(&doctor);
	else
		look_at_remote(&doctor);
	if (run->format != NULL && strcmp(run->format, "json") == 0)
		write_json(&doctor, &out);
	else
		write_text(&doctor, &out);
	print(buf_view(&out));
	buf_release(&out);
	store_free(doctor.store);
	arena_release(&doctor.arena);
	return doctor.bad;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "is this repository set up: hooks, settings, versions, identity",
	.formats = "text|json",
	.run = run_doctor,
};
