/*
 * Each thread counts for itself; what they counted is added up in the end, in whatever order they finish: the same
 * counts give the same report.
 *
 * Of a commit, counts are kept by the objects of cases/ and of the folders below it, to the second level: what is equal
 * is never counted again, and where much changed only its folder is counted and the folders above it are added up
 * anew. What a folder counts for depends on everything that the key names, and on its path. Kept are only folders
 * in which nothing was found: the findings of the others are said every time. A date that has not come yet is such a
 * finding, so a folder counts as it was counted only up to a day on or after its last date.
 *
 * Where little of a folder differs from what it held in the commit that was counted before, and that is kept, the cases that
 * changed are counted as they were then, which is taken from the folder and from those above it, and as they are now. Which
 * commit that was is kept too.
 */
#define _GNU_SOURCE
#include "cache.h"
#include "making-parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_BYTES ((size_t)64 << 20)
#define DEPTH 2 /* cases/YYYY/X */
#define FEW 4 /* a folder with more than one changed case in so many is counted anew */

/* What was counted below a folder. */
struct sum {
	struct counts *counts;
	uint64_t cases;
	day last; /* date in it, DAY_NONE when there is none */
	bool kept; /* it may be */
};

struct job {
	struct making *making;
	struct sum *sum; /* where threads add to */
	struct cache *cache;
	const struct visitor *progress;
	size_t done, total; /* cases of folders before this one, and of all that are counted */
	void (*watch)(void *context, const struct made_unit *unit); /* NULL: nobody watches */
	void *watch_context;
	const struct selection *chosen; /* these cases alone; NULL: all */
	bool strange; /* what stands below cases/ is not as a centre's: all of it is looked at */
	bool counted; /* something was not kept */
	struct snapshot *before; /* the commit that was counted before; NULL: it is not known, or not there any more */
	bool looked; /* for it */
	bool again; /* what is counted was counted before, and nothing found in it */
};

/* ---- a case ---- */

/* A thread's own. */
struct thread {
	struct counts *counts;
	struct casefile *file;
	struct findings *findings;
	struct entry_context context;
	uint64_t cases;
	day last;
	const struct job *job;
	const struct judge *judged; /* the case as it is known */
	struct judge *then; /* as it was on a day; NULL: nothing asked */
	struct report_finding *said;
	size_t size_said;
};

/* How many entries are dated after the day, or have no date: these come last. */
static size_t
entries_after(const struct casefile *file, day last)
{
	size_t low = 0, high = file->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		day date = file->entries[middle].date;

		if (date == DAY_NONE || date > last)
			high = middle;
		else
			low = middle + 1;
	}
	return file->n - low;
}

static void
on_day(void *context, day on, struct subject *subject)
{
	struct thread *thread = context;

	thread->file->today = on;
	case_subject(thread->file, thread->findings, subject);
}

static void
read_until(void *context, day last)
{
	struct thread *thread = context;

	thread->file->n_later = entries_after(thread->file, last);
}

static day
nth_entry(void *context, size_t i, struct subject *subject)
{
	struct thread *thread = context;
	const struct entry *entry = &thread->file->entries[i];

	entry_subject(thread->file, entry, thread->findings, &thread->context, subject);
	return entry->date;
}

static size_t
state_spells(void *context, int state, struct period *list, size_t max)
{
	struct thread *thread = context;
	struct str name = symbol_name(thread->file->terms->symbols, state);
	size_t n, i, m = 0;
	const struct spell *spells = judge_spells(thread->judged, &n);

	for (i = 0; i < n; i++) {
		if (!str_eq(state_name(spells[i].state), name))
			continue;
		if (m < max)
			list[m] = (struct period){ spells[i].from, spells[i].until };
		m++;
	}
	return m;
}

static const char *
severity_word(enum severity severity)
{
	return severity == ERROR ? "error" : severity == WARNING ? "warning" : "note";
}

/* What the rules say of the case without what was dated after the day. */
static const struct report_finding *
findings_on(void *context, day on, size_t *n)
{
	struct thread *thread = context;
	struct casefile *file = thread->file;
	const struct standing *standing = file->standing;
	size_t entries = file->n, i, m;
	const struct judgement *list;

	file->n -= entries_after(file, on);
	file->n_later = 0;
	list = judge_case(thread->then, file, on, thread->findings, n);
	file->n = entries;
	read_until(thread, on);
	file->standing = standing;
	if (*n > thread->size_said) {
		thread->size_said = 2 * *n;
		thread->said = xrealloc(thread->said, thread->size_said * sizeof(*thread->said));
	}
	for (i = m = 0; i < *n; i++)
		if (list[i].waiver == NO_ENTRY)
			thread->said[m++] = (struct report_finding){ rule_name(list[i].rule),
				str_of(verdict_name(list[i].verdict)), str_of(severity_word(rule_severity(list[i].rule))),
				list[i].entry == NO_ENTRY ? SIZE_MAX : list[i].entry };
	*n = m;
	return thread->said;
}

static void
sighted(void *context, const struct sighting *sighting)
{
	struct thread *thread = context;
	const struct casefile *file = thread->file;
	const struct entry *entry = sighting->entry < file->n ? &file->entries[sighting->entry] : NULL;
	const struct record *record = entry ? entry->record : file->header;
	struct made_unit unit = { thread->job->making, sighting->table, sighting->place, file->path, file->id,
		.amount = sighting->amount };
	char name[256];

	unit.entry = (struct str){ name, entry ? entry_name_write(entry, name, sizeof(name)) : 0 };
	unit.bytes = (struct str){ file->source.bytes.p + record->at, record->end - record->at };
	if (sighting->finding != NULL)
		unit.rule = sighting->finding->rule;
	thread->job->watch(thread->job->watch_context, &unit);
}

static void
record_sighted(void *context, const struct sighting *sighting)
{
	const struct job *job = context;
	const struct entity *entity = sighting->entity;
	const struct record *record = entity->record;
	const struct source *source = entity->file->source;
	const struct field *date = record_named(record, STR("Date"));
	struct str key = entity->key.n > 0 ? entity->key : date ? str_trim(date->value) : STR("");
	char name[256];
	int n = snprintf(name, sizeof(name), "%.*s%s%.*s", STRF(rectype_name(entity->type)), key.n ? " " : "", STRF(key));
	struct made_unit unit = { job->making, sighting->table, sighting->place, source->name, "",
		{ name, (size_t)n < sizeof(name) ? (size_t)n : sizeof(name) - 1 }, STR_NULL,
		{ source->bytes.p + record->at, record->end - record->at }, sighting->amount };

	job->watch(job->watch_context, &unit);
}

static void *
begin(void *context)
{
	struct job *job = context;
	struct thread *thread = xcalloc(1, sizeof(*thread));

	thread->counts = counts_new(job->making->report);
	thread->last = DAY_NONE;
	thread->job = job;
	if (job->watch != NULL)
		counts_watch(thread->counts, sighted, thread);
	if (report_asks_findings(job->making->report))
		thread->then = judge_new(job->making->archive->rules);
	return thread;
}

static day
later(day a, day b)
{
	return b != DAY_NONE && (a == DAY_NONE || b > a) ? b : a;
}

static void
see_case(void *context, struct visit *visit, struct casefile *file)
{
	struct thread *thread = visit->state;
	struct report_case c;
	size_t i;

	(void)context;
	file = parts_case(thread->job->making, visit, file);
	if (file == NULL)
		return;
	thread->cases++;
	if (file->header == NULL)
		return;
	thread->file = file;
	thread->findings = visit->findings;
	thread->judged = visit->judge;
	c = (struct report_case){ thread, file->opened, file->n, on_day, nth_entry, state_spells, findings_on,
		read_until };
	counts_case(thread->counts, &c);
	thread->last = later(thread->last, file->opened);
	for (i = 0; i < file->n; i++)
		thread->last = later(thread->last, file->entries[i].date);
}

static void
end(void *context, void *state)
{
	struct job *job = context;
	struct thread *thread = state;

	counts_merge(job->sum->counts, thread->counts);
	job->sum->cases += thread->cases;
	job->sum->last = later(job->sum->last, thread->last);
	counts_free(thread->counts);
	if (thread->then != NULL)
		judge_free(thread->then);
	free(thread->said);
	free(thread);
}

static void
show_progress(void *context, size_t done, size_t total)
{
	struct job *job = context;

	if (job->total < job->done + total)
		job->total = job->done + total;
	job->progress->progress(job->progress->progress_context, job->done + done, job->total);
}

/* Counts some cases and those below folders; all when there are none. */
static void
count(struct job *job, const char *const *names, size_t n, struct sum *sum)
{
	struct making *making = job->making;
	struct visitor visitor = { .see = see_case, .context = job, .begin = begin, .end = end,
		.check = !job->again, .judge = report_asks_states(making->report), .alone = job->watch != NULL };
	struct selection selection = { names, n };
	const struct selection *chosen = job->chosen ? job->chosen : n > 0 ? &selection : NULL;
	size_t errors = making->findings.count[ERROR];
	uint64_t before = sum->cases;

	if (job->progress != NULL && job->progress->progress != NULL) {
		visitor.progress = show_progress;
		visitor.progress_context = job;
	}
	job->sum = sum;
	archive_each(making->archive, chosen, &visitor, &making->findings);
	job->done += (size_t)(sum->cases - before);
	sum->kept = making->findings.count[ERROR] == errors;
}

/* ---- what is kept ---- */

static void
add_object(struct making *making, const char *path, struct buf *key)
{
	char hex[OID_HEX + 1] = "none";
	struct oid oid;

	if (snapshot_oid(making->snapshot, path, &oid))
		oid_format(&oid, hex);
	buf_printf(key, "%s %s\n", path, hex);
}

/* Everything on which figures depend, but the cases. */
static void
write_key(struct making *making, struct buf *key)
{
	static const char *const paths[] = { "centre.rec", "schema", "rules", "reports", "directory",
		"activities" };
	size_t n, i;
	const struct param *params = report_params(making->report, &n);

	buf_printf(key, "%s\nreport %.*s\nperiod %d %d\n", making->program, STRF(making->name),
	    making->period.from, making->period.to);
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		add_object(making, paths[i], key);
	for (i = 0; i < n; i++)
		if (params[i].value.p != NULL)
			buf_printf(key, "%.*s %zu %.*s\n", STRF(params[i].name), params[i].value.n,
			    STRF(params[i].value));
}

/* A folder's path counts too: the same files elsewhere are misplaced. */
static struct oid
id_of(const struct file *folder)
{
	uint64_t path = str_hash(str_of(folder->path)), word;
	struct oid id = folder->oid;

	memcpy(&word, id.id, sizeof(word));
	word ^= path;
	memcpy(id.id, &word, sizeof(word));
	return id;
}

struct kept {
	uint64_t cases;
	day last;
};

static bool
get(struct job *job, const struct file *folder, struct sum *sum)
{
	struct oid id = id_of(folder);
	struct kept kept;
	struct str bytes;

	if (!cache_get(job->cache, &id, &bytes) || bytes.n < sizeof(kept))
		return false;
	memcpy(&kept, bytes.p, sizeof(kept));
	if (kept.last != DAY_NONE && kept.last > job->making->today)
		return false;
	bytes = (struct str){ bytes.p + sizeof(kept), bytes.n - sizeof(kept) };
	if (!counts_read(sum->counts, bytes))
		return false;
	sum->cases += kept.cases;
	sum->last = later(sum->last, kept.last);
	return true;
}

static void
put(struct job *job, const struct file *folder, const struct sum *sum)
{
	struct kept kept;
	struct buf bytes = BUF_INIT;
	struct oid id = id_of(folder);

	memset(&kept, 0, sizeof(kept));
	kept.cases = sum->cases;
	kept.last = sum->last;
	buf_add(&bytes, &kept, sizeof(kept));
	counts_write(sum->counts, &bytes);
	cache_put(job->cache, &id, buf_view(&bytes));
	buf_release(&bytes);
}

static bool
is_case_file(const struct file *file)
{
	const char *name = strrchr(file->path, '/') + 1;

	return file->kind == FILE_REGULAR && str_ends(str_of(name), STR(".rec")) && *name != '.' &&
	    *name != '#';
}

/* Whether a folder holds but folders, or on the last level but cases. */
static bool
is_plain(const struct files *files, size_t depth)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		if (depth < DEPTH ? files->list[i].kind != FILE_FOLDER : !is_case_file(&files->list[i]))
			return false;
	return true;
}

/* Cases of folders that are not kept: how far the work goes. */
static void
foresee(struct job *job, const struct file *folder, size_t depth)
{
	struct making *making = job->making;
	struct oid id = id_of(folder);
	struct files files;
	struct str bytes;
	size_t i;

	if (cache_get(job->cache, &id, &bytes))
		return;
	snapshot_list(making->snapshot, folder->path, &making->arena, &files);
	for (i = 0; i < files.n; i++)
		if (depth < DEPTH)
			foresee(job, &files.list[i], depth + 1);
	if (depth == DEPTH)
		job->total += files.n;
}

/* ---- what changed ---- */

static struct oid
id_of_before(void)
{
	struct oid id;

	memcpy(id.id, "counted before this:", sizeof(id.id));
	return id;
}

static struct snapshot *
before(struct job *job)
{
	struct oid id = id_of_before(), commit;
	struct str bytes;

	if (!job->looked && cache_get(job->cache, &id, &bytes) && bytes.n == sizeof(commit)) {
		memcpy(&commit, bytes.p, sizeof(commit));
		job->before = store_commit_oid(job->making->store, &commit);
	}
	job->looked = true;
	return job->before;
}

static void
put_before(struct job *job)
{
	struct oid id = id_of_before(), commit;

	if (oid_parse(str_of(snapshot_commit(job->making->snapshot)), &commit))
		cache_put(job->cache, &id, (struct str){ (const char *)commit.id, sizeof(commit.id) });
}

/* What of a folder is gone or was otherwise, and what is new or otherwise. */
struct turnover {
	struct file *gone, *come;
	size_t n_gone, n_come;
};

/* False when there is much. Both lists are in order of their paths. */
static bool
find_turnover(struct making *making, const struct files *old, const struct files *new, struct turnover *t)
{
	size_t i = 0, k = 0;

	*t = (struct turnover){ ARENA_NEW(&making->arena, struct file, old->n + 1),
		ARENA_NEW(&making->arena, struct file, new->n + 1), 0, 0 };
	while (i < old->n || k < new->n) {
		int order = i == old->n ? 1 : k == new->n ? -1 : strcmp(old->list[i].path, new->list[k].path);

		if (order == 0 && memcmp(&old->list[i].oid, &new->list[k].oid, sizeof(struct oid)) == 0) {
			i++;
			k++;
			continue;
		}
		if (order <= 0)
			t->gone[t->n_gone++] = old->list[i++];
		if (order >= 0)
			t->come[t->n_come++] = new->list[k++];
	}
	return FEW * t->n_gone <= old->n && FEW * t->n_come <= new->n;
}

static void
count_files(struct job *job, const struct file *files, size_t n, struct sum *sum)
{
	const char **paths = ARENA_NEW(&job->making->arena, const char *, n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		paths[i] = files[i].path;
	if (n > 0)
		count(job, paths, n, sum);
}

/* Counts cases as they were in the commit before; false when one cannot be read any more. */
static bool
count_before(struct job *job, const struct file *files, size_t n, struct sum *sum)
{
	struct making *making = job->making;
	struct snapshot *now = making->archive->snapshot;
	struct findings findings = making->findings;
	size_t done = job->done;

	findings_init(&making->findings);
	making->archive->snapshot = job->before;
	job->again = true;
	count_files(job, files, n, sum);
	job->again = false;
	making->archive->snapshot = now;
	findings_release(&making->findings);
	making->findings = findings;
	job->done = done;
	return sum->kept && sum->cases == n;
}

/* A folder of which little differs. */
struct level {
	struct file folder;
	size_t above; /* the one that it stands in; the first stands in none */
	struct sum sum, gone, come; /* what it counts for, and the cases below it that changed */
	struct turnover t; /* of cases, on the last level */
	size_t n_files;
};

struct levels {
	struct level *list;
	size_t n, size;
};

static struct sum
sum_new(const struct job *job)
{
	return (struct sum){ counts_new(job->making->report), 0, DAY_NONE, true };
}

static struct level *
add_level(struct job *job, const struct file *folder, size_t above, struct levels *levels)
{
	struct level *level;

	if (levels->n == levels->size) {
		levels->size = levels->size * 2 + 4;
		levels->list = xrealloc(levels->list, levels->size * sizeof(*levels->list));
	}
	level = &levels->list[levels->n++];
	*level = (struct level){ *folder, above, sum_new(job), sum_new(job), sum_new(job), { NULL, NULL, 0, 0 }, 0 };
	return level;
}

/* What a folder counted for before, and the folders in it that differ; false when that is not kept of all of them, or much
 * differs. */
static bool
find_levels(struct job *job, const struct file *folder, size_t depth, size_t above, struct levels *levels)
{
	struct making *making = job->making;
	struct level *level = add_level(job, folder, above, levels);
	size_t own = levels->n - 1, i;
	struct file was = *folder;
	struct files old, now;
	struct turnover t;

	if (!snapshot_oid(job->before, folder->path, &was.oid) || !get(job, &was, &level->sum))
		return false;
	snapshot_list(job->before, folder->path, &making->arena, &old);
	snapshot_list(making->snapshot, folder->path, &making->arena, &now);
	if (!is_plain(&old, depth) || !is_plain(&now, depth) || !find_turnover(making, &old, &now, &t))
		return false;
	if (depth == DEPTH) {
		level->t = t;
		level->n_files = now.n;
		return level->sum.cases == old.n;
	}
	for (i = 0; i < t.n_come && t.n_come == t.n_gone; i++)
		if (strcmp(t.gone[i].path, t.come[i].path) != 0 || !find_levels(job, &t.come[i], depth + 1, own, levels))
			return false;
	return t.n_come == t.n_gone;
}

static void
merge_sum(struct sum *into, const struct sum *sum)
{
	counts_merge(into->counts, sum->counts);
	into->cases += sum->cases;
	into->last = later(into->last, sum->last);
	into->kept = into->kept && sum->kept;
}

/* Takes away what changed as it was then; false when something cannot be. */
static bool
take_gone(struct job *job, struct levels *levels)
{
	struct level *list = levels->list;
	size_t i;

	for (i = 0; i < levels->n; i++)
		if (!count_before(job, list[i].t.gone, list[i].t.n_gone, &list[i].gone))
			return false;
	for (i = levels->n; i-- > 1;)
		merge_sum(&list[list[i].above].gone, &list[i].gone);
	for (i = 0; i < levels->n; i++) {
		if (list[i].gone.cases > list[i].sum.cases || !counts_remove(list[i].sum.counts, list[i].gone.counts))
			return false;
		list[i].sum.cases -= list[i].gone.cases;
	}
	return true;
}

/* And adds it as it is. */
static void
add_come(struct job *job, struct levels *levels)
{
	struct level *list = levels->list;
	size_t i;

	for (i = 0; i < levels->n; i++) {
		count_files(job, list[i].t.come, list[i].t.n_come, &list[i].come);
		job->done += list[i].n_files - list[i].t.n_come;
	}
	for (i = levels->n; i-- > 1;)
		merge_sum(&list[list[i].above].come, &list[i].come);
	for (i = 0; i < levels->n; i++)
		merge_sum(&list[i].sum, &list[i].come);
	for (i = 1; i < levels->n; i++)
		if (list[i].sum.kept)
			put(job, &list[i].folder, &list[i].sum);
}

/* The last day stays at least what it was: a day too late costs no more than counting again. */
static bool
count_changes(struct job *job, const struct file *folder, size_t depth, struct sum *sum)
{
	struct levels levels = { NULL, 0, 0 };
	bool done = before(job) != NULL && find_levels(job, folder, depth, 0, &levels) && take_gone(job, &levels);
	size_t i;

	if (done) {
		add_come(job, &levels);
		*sum = levels.list[0].sum;
	}
	for (i = 0; i < levels.n; i++) {
		if (!done || i > 0)
			counts_free(levels.list[i].sum.counts);
		counts_free(levels.list[i].gone.counts);
		counts_free(levels.list[i].come.counts);
	}
	free(levels.list);
	return done;
}

/* ---- all of it ---- */

static void add_up(struct job *job, const struct file *folder, size_t depth, struct sum *into);

static void
count_folder(struct job *job, const struct file *folder, const struct files *files, size_t depth, struct sum *sum)
{
	size_t i;

	*sum = sum_new(job);
	if (depth == DEPTH)
		count(job, &folder->path, 1, sum);
	for (i = 0; i < files->n && depth < DEPTH && !job->strange; i++)
		add_up(job, &files->list[i], depth + 1, sum);
}

static void
add_sum(struct sum *into, struct sum *sum)
{
	struct counts *counts = into->counts;

	if (into->cases == 0) {
		into->counts = sum->counts;
		sum->counts = counts;
	}
	merge_sum(into, sum);
	counts_free(sum->counts);
}

static void
add_up(struct job *job, const struct file *folder, size_t depth, struct sum *into)
{
	struct making *making = job->making;
	struct files files;
	struct sum sum;

	if (get(job, folder, into))
		return;
	job->counted = true;
	snapshot_list(making->snapshot, folder->path, &making->arena, &files);
	job->strange = job->strange || !is_plain(&files, depth);
	if (job->strange)
		return;
	if (!count_changes(job, folder, depth, &sum))
		count_folder(job, folder, &files, depth, &sum);
	if (sum.kept && !job->strange)
		put(job, folder, &sum);
	add_sum(into, &sum);
}

/* False when there is nothing to go by, or what was counted is not all there is. */
static bool
count_kept(struct job *job, struct sum *sum)
{
	struct making *making = job->making;
	struct file cases = { .path = "cases" };
	const char *folder = store_common_dir(making->store);
	struct buf key = BUF_INIT;

	if (!making->cached || *snapshot_commit(making->snapshot) == '\0' || folder == NULL ||
	    !snapshot_oid(making->snapshot, "cases", &cases.oid))
		return false;
	folder = arena_printf(&making->arena, "%s/dossier/report", folder);
	write_key(making, &key);
	job->cache = cache_new(buf_view(&key));
	buf_release(&key);
	cache_load(job->cache, folder);
	if (job->progress != NULL && job->progress->progress != NULL)
		foresee(job, &cases, 0);
	add_up(job, &cases, 0, sum);
	snapshot_free(job->before);
	if (job->counted)
		put_before(job);
	if (!job->strange)
		cache_save(job->cache, folder, CACHE_BYTES);
	cache_free(job->cache);
	return !job->strange;
}

void
making_count(struct making *making, const struct visitor *progress)
{
	struct job job = { .making = making, .progress = progress };
	struct sum sum = { NULL, 0, DAY_NONE, true };
	struct findings before;

	if (making->n_parts > 0) {
		parts_count(making, progress);
		return;
	}
	sum.counts = counts_new(making->report);
	findings_init(&before);
	findings_copy(&before, &making->findings);
	if (!count_kept(&job, &sum)) {
		counts_free(sum.counts);
		sum = (struct sum){ counts_new(making->report), 0, DAY_NONE, true };
		findings_release(&making->findings);
		making->findings = before;
		job.done = job.total = 0;
		count(&job, NULL, 0, &sum);
	} else {
		findings_release(&before);
	}
	making->counts = sum.counts;
	making->cases = (size_t)sum.cases;
	archive_name_fields(making->archive);
	if (making->place == NULL)
		counts_records(making->counts);
	making_keep_errors(making);
}

void
making_watch(struct making *making, const char *const *paths, size_t n,
    void (*see)(void *context, const struct made_unit *unit), void *context)
{
	struct selection chosen = { paths, n };
	struct job job = { .making = making, .watch = see, .watch_context = context,
		.chosen = n > 0 ? &chosen : NULL };
	struct sum sum = { counts_new(making->report), 0, DAY_NONE, true };
	size_t i;

	for (i = 0; i < making->n_parts; i++)
		making_watch(&making->parts[i], NULL, 0, see, context);
	if (making->n_parts == 0)
		count(&job, NULL, 0, &sum);
	if (making->place == NULL) {
		archive_name_fields(making->archive);
		counts_watch(sum.counts, record_sighted, &job);
		counts_records(sum.counts);
	}
	making_keep_errors(making);
	counts_free(sum.counts);
}
