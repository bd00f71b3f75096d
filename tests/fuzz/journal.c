/*
 * Journals under the shipped rules. The bytes are a case file; or, when the first of them is odd, they choose an entry
 * after the other: its kind, the days since the one before, and values of its fields. What is broken does not depend on
 * the clock; what is overdue stays so; judging again says the same; and of a chosen journal what is broken
 * stays broken with an entry of a later day.
 */
#include <stdlib.h>
#include <string.h>

#include "archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct archive *archive;
static struct judge *judge;

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
set_up(void)
{
	static struct findings findings;
	struct store *store;

	if (archive != NULL)
		return;
	findings_init(&findings);
	store = store_open_folder("templates");
	archive = archive_open(store_worktree(store), 20500, &findings);
	must(rules_count(archive->rules) > 20);
	judge = judge_new(archive->rules);
}

struct verdicts {
	struct judgement *list;
	size_t n;
};

static struct verdicts
judged(struct str text, day today, struct arena *arena)
{
	struct casefile *file = ARENA_NEW(arena, struct casefile, 1);
	struct findings findings;
	struct verdicts v;
	const struct judgement *list;
	struct buf said = BUF_INIT;
	size_t i;

	findings_init(&findings);
	case_parse(&archive->terms, "cases/2026/7/2026-7KQ43.rec", text, arena, &findings, file);
	list = judge_case(judge, file, today, &findings, &v.n);
	v.list = arena_alloc(arena, (v.n + 1) * sizeof(*list));
	if (v.n > 0)
		memcpy(v.list, list, v.n * sizeof(*list));
	for (i = 0; i < v.n; i++) {
		must(list[i].verdict != VERDICT_OK);
		must(list[i].entry == NO_ENTRY || list[i].entry < file->n);
		must(list[i].near == NO_ENTRY || list[i].near < file->n);
		must(list[i].verdict != VERDICT_OVERDUE || list[i].due < today);
		must(list[i].verdict != VERDICT_LATE || list[i].due < list[i].done);
		if (file->header != NULL)
			judgement_report(&list[i], file, today, &findings);
		judgement_say(&list[i], file, today, &said);
	}
	buf_release(&said);
	findings_release(&findings);
	return v;
}

static size_t
count(const struct verdicts *v, const struct judgement *like)
{
	size_t i, n = 0;

	for (i = 0; i < v->n; i++)
		n += v->list[i].verdict == like->verdict && v->list[i].rule == like->rule &&
		    v->list[i].entry == like->entry;
	return n;
}

/* All of one verdict in `a` are in `b` too. */
static void
stay(const struct verdicts *a, const struct verdicts *b, enum verdict verdict)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->list[i].verdict == verdict)
			must(count(b, &a->list[i]) >= 1);
}

static void
same_under_clocks(struct str text, day today, struct arena *arena)
{
	struct verdicts now = judged(text, today, arena), again = judged(text, today, arena);
	struct verdicts later = judged(text, today + 40, arena);
	size_t i;

	must(now.n == again.n);
	for (i = 0; i < now.n; i++)
		must(now.list[i].rule == again.list[i].rule && now.list[i].due == again.list[i].due &&
		    now.list[i].verdict == again.list[i].verdict &&
		    now.list[i].entry == again.list[i].entry && now.list[i].near == again.list[i].near);
	stay(&now, &later, VERDICT_BROKEN);
	stay(&later, &now, VERDICT_BROKEN);
	stay(&now, &later, VERDICT_OVERDUE);
}

/* ---- chosen journals ---- */

struct bytes {
	const uint8_t *p, *end;
};

static unsigned
choose(struct bytes *choice, size_t n)
{
	return choice->p < choice->end && n > 0 ? *choice->p++ % (unsigned)n : 0;
}

static void
choose_field(struct bytes *choice, const struct field_info *info, day today, struct buf *out)
{
	static const char *const texts[] = { "aj", "bk", "GM0344", "mother", "family", "municipality" };
	char date[DATE_SIZE];

	if (info->n_choices > 0)
		record_write_field(out, info->name, info->choices[choose(choice, info->n_choices)]);
	else if (str_is(info->type, "date"))
		record_write_field(out, info->name,
		    str_of(date_format(today + (day)choose(choice, 90), date)));
	else
		record_write_field(out, info->name, str_of(texts[choose(choice, 6)]));
}

static void
choose_entry(struct bytes *choice, day *today, struct buf *out)
{
	size_t n, fields, i;
	const struct str *kinds = schema_kinds(archive->schema, &n);
	struct str kind = kinds[choose(choice, n)];
	const struct field_info *info = rectype_fields(schema_kind(archive->schema, kind), &fields);
	char date[DATE_SIZE];

	*today += (day)choose(choice, 64);
	buf_printf(out, "\nDate: %s\nKind: %.*s\n", date_format(*today, date), STRF(kind));
	for (i = 0; i < fields; i++)
		if (!str_is(info[i].name, "Date") && !str_is(info[i].name, "Kind") &&
		    (info[i].use == FIELD_MANDATORY || choose(choice, 4) == 1))
			choose_field(choice, &info[i], *today, out);
}

static void
chosen(const uint8_t *data, size_t size)
{
	struct bytes choice = { data, data + size };
	struct verdicts before = { NULL, 0 }, after;
	struct buf text = BUF_INIT;
	struct arena arena;
	day today = 20000, last;
	size_t i, n, fields;
	const struct field_info *info = rectype_fields(schema_type(archive->schema, STR("Case")), &fields);

	arena_init(&arena);
	buf_text(&text, "Case: 2026-7KQ43\nOpened: 2024-10-04\n");
	for (i = 0; i < fields; i++)
		if (info[i].n_choices > 0)
			choose_field(&choice, &info[i], today, &text);
	for (n = 0; n < 40 && choice.p < choice.end; n++) {
		last = today;
		choose_entry(&choice, &today, &text);
		after = judged(buf_view(&text), today, &arena);
		if (today > last) /* on the same day it may still change what is in force on it */
			stay(&before, &after, VERDICT_BROKEN);
		before = after;
	}
	same_under_clocks(buf_view(&text), today + 10, &arena);
	arena_release(&arena);
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;

	set_up();
	if (size == 0)
		return 0;
	if (data[0] % 2 == 1) {
		chosen(data + 1, size - 1);
		return 0;
	}
	arena_init(&arena);
	same_under_clocks((struct str){ (const char *)data + 1, size - 1 },
	    20500 + data[0], &arena);
	arena_release(&arena);
	return 0;
}
