/* What is in force when, how entries are named, what expressions see, and how cases are named. */
#define _GNU_SOURCE
#include "archive.h"
#include "tap.h"

#include <sys/stat.h>
#include <unistd.h>

static struct findings findings;
static struct arena arena;
static struct archive *archive;

static void
put(const char *path, const char *text)
{
	if (file_make_parents(path) != 0 || file_replace(path, str_of(text)) != 0)
		die("cannot write '%s'", path);
}

static const char schema_text[] =
	"%rec: Case\n%type: Region rec Region\n\n"
	"%rec: Entry\n%mandatory: Date Kind\n%type: Region rec Region\n\n"
	"%rec: note\n\n%rec: plan\n";

static const char regions_text[] =
	"%rec: Region\n\n"
	"Region: north\nName: North\n\n"
	"Region: south\nName: Old South\nUntil: 2026-03-05\n\n"
	"Region: south\nName: New South\nFrom: 2026-03-05\n";

static const char case_text[] =
	"Case: 2026-7KQ43\nOpened: 2026-03-01\nSeverity: low\nNeed: a\nNeed: b\nRegion: south\n\n"
	"Date: 2026-03-09\nKind: plan\nSeverity: high\n\n"
	"Date: 2026-03-04\nKind: note\nSeverity: moderate\nNeed: c\nRegion: south\n\n"
	"Date: 2026-03-04\nKind: note\nHours: 2\n\n"
	"Date: nonsense\nKind: note\nSeverity: acute\n\n"
	"Date: 2026-03-06\nKind: note\nHours: 3\nHours: 4\nRegion: south\n";

static void
set_up(void)
{
	put("centre.rec", "%rec: Centre\n\nName: Test\nSmall_counts: 7\n");
	put("schema/case.rec", schema_text);
	put("schema/directory.rec",
	    "%rec: Centre\n\n%rec: Staff\n%key: Staff\n%valid: From Until\n%type: From,Until date\n\n"
	    "%rec: Region\n%key: Region\n%valid: From Until\n%type: From,Until date\n");
	put("directory/regions.rec", regions_text);
	put("directory/staff.rec", "%rec: Staff\n\nStaff: aj\nEmail: Aj@Centre.example\nRole: coordinator\n"
	    "Role: counsellor\n\nStaff: bk\nEmail: bk@centre.example\nUntil: 2026-03-10\n");
	put("cases/2026/7/2026-7KQ43.rec", case_text);
	put("cases/2026/8/2026-8MNPX.rec", "Case: 2026-8MNPX\nOpened: 2026-03-01\n");
}

static day
on(const char *text)
{
	day d;

	if (!date_parse(str_of(text), &d, NULL))
		die("bad date in the test: %s", text);
	return d;
}

static const char *
in_force(const struct casefile *file, const char *name, const char *date, size_t i)
{
	struct str value;

	return case_value(file, symbol_find(&archive->symbols, str_of(name)), on(date), i, &value) ?
	    arena_cstr(&arena, value) : "(none)";
}

static void
test_in_force(const struct casefile *file)
{
	static const struct {
		const char *name, *date;
		size_t i;
		const char *want;
	} rows[] = {
		{ "Severity", "2026-03-01", 0, "low" },
		{ "Severity", "2026-03-03", 0, "low" },
		{ "Severity", "2026-03-04", 0, "moderate" },
		{ "Severity", "2026-03-08", 0, "moderate" },
		{ "Severity", "2026-03-09", 0, "high" },
		{ "Severity", "2030-01-01", 0, "high" },
		{ "Need", "2026-03-03", 0, "a" },
		{ "Need", "2026-03-03", 1, "b" },
		{ "Need", "2026-03-03", 2, "(none)" },
		{ "Need", "2026-03-04", 0, "c" },
		{ "Need", "2026-03-04", 1, "(none)" },
		{ "Hours", "2026-03-03", 0, "(none)" },
		{ "Hours", "2026-03-31", 1, "4" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char what[80];

		snprintf(what, sizeof(what), "%s in force on %s, value %zu", rows[i].name, rows[i].date,
		    rows[i].i);
		is_text(in_force(file, rows[i].name, rows[i].date, rows[i].i), rows[i].want, what);
	}
}

static void
test_names(const struct casefile *file)
{
	static const char *const want[] = { "2026-03-04/note", "2026-03-04/note/2", "2026-03-06/note",
		"2026-03-09/plan", "(no date)/note" };
	size_t i;

	is_number((long long)file->n, 5, "five entries");
	for (i = 0; i < file->n && i < 5; i++)
		is_text(entry_name(&file->entries[i], &arena), want[i], want[i]);
}

static bool
holds(const char *text, const struct subject *subject)
{
	struct source source = { "test", str_of(text) };
	struct expr *expr = expr_compile(str_of(text), (struct span){ &source, 0, source.bytes.n },
	    &archive->symbols, &arena, &findings);
	bool result = expr != NULL && expr_test(expr, subject);

	if (expr != NULL)
		expr_free(expr);
	return result;
}

static void
test_case_subject(struct casefile *file)
{
	static const char *const yes[] = { "Severity = 'high'", "#Need = 1", "#Entry = 5",
		"Entry = 'plan'", "Entry.Hours = 2", "Entry.Hours = 4", "#Entry.Hours = 3",
		"Region.Name = 'New South'", "Case.Severity = 'high'", "Entry.Hours = 2 && Entry.Hours = 4" };
	static const char *const no[] = { "Severity = 'low'", "Entry.Hours = 5", "Entry = 'other'",
		"Region.Name = 'Old South'", "#Region.Nothing" };
	struct subject subject;
	size_t i;

	case_subject(file, &findings, &subject);
	for (i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		ok(holds(yes[i], &subject), yes[i]);
	for (i = 0; i < sizeof(no) / sizeof(*no); i++)
		ok(!holds(no[i], &subject), no[i]);
}

static void
test_entry_subject(struct casefile *file)
{
	struct entry_context context;
	struct subject subject;

	entry_subject(file, &file->entries[0], &findings, &context, &subject);
	ok(holds("Case.Severity = 'moderate' && Severity = 'moderate'", &subject), "in force on its date");
	ok(holds("Region.Name = 'Old South'", &subject), "a reference on its date");
	ok(holds("Case.Case = '2026-7KQ43'", &subject), "the header behind it");
	ok(!holds("#Hours", &subject), "no field of another entry");
	entry_subject(file, &file->entries[2], &findings, &context, &subject);
	ok(holds("Region.Name = 'New South'", &subject), "the same reference later");
}

static void
test_case_names(void)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "2026-7KQ43", "cases/2026/7/2026-7KQ43.rec" },
		{ "2026-7kq43", "cases/2026/7/2026-7KQ43.rec" },
		{ "20267KQ43", "cases/2026/7/2026-7KQ43.rec" },
		{ "2026-7K", "cases/2026/7/2026-7KQ43.rec" },
		{ "2026-8", "cases/2026/8/2026-8MNPX.rec" },
		{ "20268", "cases/2026/8/2026-8MNPX.rec" },
		{ "cases/2026/8/2026-8MNPX.rec", "cases/2026/8/2026-8MNPX.rec" },
		{ "./cases/2026/8/2026-8MNPX.rec", "cases/2026/8/2026-8MNPX.rec" },
		{ "2026-8MNPX.rec", "cases/2026/8/2026-8MNPX.rec" },
		{ "2026-", NULL }, { "2026-9", NULL }, { "", NULL }, { "2026-7KQ44", NULL },
		{ "cases/2026/8/2026-8MNPX", NULL }, { "../x.rec", NULL }, { "mother", NULL },
		{ "2026-7KQ43999999999999", NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t before = findings.n;
		const char *path = archive_case_path(archive, rows[i].name, &arena, &findings);

		is_text(path, rows[i].want, arena_printf(&arena, "the case '%s'", rows[i].name));
		ok((path == NULL) == (findings.n == before + 1), "found when it is none");
	}
}

static void
test_staff(void)
{
	const struct entity *aj = archive_staff_by_email(archive, STR("aj@centre.EXAMPLE"), on("2026-03-09"));

	ok(aj != NULL && str_is(aj->key, "aj"), "staff by e-mail, whatever the letter case");
	ok(aj != NULL && staff_has_role(archive, aj, STR("counsellor")), "the second of two roles");
	ok(aj != NULL && !staff_has_role(archive, aj, STR("analyst")), "a role that is not theirs");
	ok(archive_staff_by_email(archive, STR("bk@centre.example"), on("2026-03-09")) != NULL, "the last day");
	ok(archive_staff_by_email(archive, STR("bk@centre.example"), on("2026-03-10")) == NULL, "the first day after");
	ok(archive_staff_by_email(archive, STR(""), on("2026-03-09")) == NULL, "no e-mail is nobody's");
	is_text(arena_cstr(&arena, archive_setting(archive, STR("Small_counts"))), "7", "a setting");
	ok(archive_setting(archive, STR("Nothing")).p == NULL, "a setting that is not there");
}

/* Many entries of one date: their numbers are those of a plain count. */
static void
test_many(void)
{
	struct buf text = BUF_INIT;
	struct casefile file;
	unsigned seen[3] = { 0, 0, 0 };
	bool good = true;
	int i;

	buf_text(&text, "Case: 2026-7KQ43\n");
	for (i = 0; i < 5000; i++)
		buf_printf(&text, "\nDate: 2026-03-0%d\nKind: %c\n", 1 + i / 2500, 'a' + i * 7 % 3);
	case_parse(&archive->terms, "cases/2026/7/2026-7KQ43.rec", buf_view(&text), &arena, &findings, &file);
	is_number((long long)file.n, 5000, "5000 entries");
	for (i = 0; i < 5000 && (size_t)i < file.n; i++) {
		if (i == 2500)
			seen[0] = seen[1] = seen[2] = 0;
		good &= file.entries[i].nth == ++seen[file.entries[i].kind.p[0] - 'a'];
	}
	ok(good, "each knows the how many-th of its date and kind it is");
	buf_release(&text);
}

int
main(void)
{
	char folder[] = "/tmp/dossier-archive.XXXXXX";
	struct store *store;
	struct snapshot *snapshot;
	struct casefile file;
	struct str bytes;

	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		die("cannot make a folder");
	set_up();
	findings_init(&findings);
	arena_init(&arena);
	store = store_open(".");
	snapshot = store_worktree(store);
	archive = archive_open(snapshot, on("2026-03-20"), &findings);
	is_number((long long)findings.n, 0, "nothing wrong with the centre");
	for (size_t i = 0; i < findings.n; i++)
		printf("# %s:%u: %s\n", findings.list[i].path, findings.list[i].line, findings.list[i].text);
	symbol(&archive->symbols, STR("Severity"));
	symbol(&archive->symbols, STR("Need"));
	symbol(&archive->symbols, STR("Hours"));
	symbol(&archive->symbols, STR("Name"));
	archive_name_fields(archive);
	snapshot_read(snapshot, "cases/2026/7/2026-7KQ43.rec", &arena, &bytes);
	case_parse(&archive->terms, "cases/2026/7/2026-7KQ43.rec", bytes, &arena, &findings, &file);
	test_in_force(&file);
	test_names(&file);
	test_case_subject(&file);
	test_entry_subject(&file);
	test_case_names();
	test_staff();
	test_many();
	archive_free(archive);
	snapshot_free(snapshot);
	store_free(store);
	arena_release(&arena);
	findings_release(&findings);
	if (chdir("/") != 0 || system(arena_printf(&arena, "rm -rf %s", folder)) != 0)
		return 1;
	arena_release(&arena);
	return tap_done();
}
