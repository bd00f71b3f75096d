#define _GNU_SOURCE
#include "command-rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIED_MAX 5000 /* entries of a journal in which it is tried what could come next */

static const struct option options[] = {
	{ 'n', "last", "N", "only the last N entries", NULL },
	{ 'k', "kind", "KIND", "only entries of this kind (may repeat)", NULL },
	{ 'r', "reverse", NULL, "newest entry first", NULL },
	{ 0, "commit", "REV", "as it stood at a commit", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct show {
	struct run *run;
	struct archive *archive;
	size_t width; /* of a line of text */
	size_t last;
	struct verdicts now; /* of the case at hand */
};

/* ---- text ---- */

static void
bold(const struct show *show, struct buf *out, bool on)
{
	if (show->run->color_out)
		buf_text(out, on ? "\033[1m" : "\033[0m");
}

/* Words of one paragraph, wrapped, each line indented. */
static void
wrap_line(struct buf *out, struct str text, size_t indent, size_t width, size_t column)
{
	struct buf safe = BUF_INIT;
	struct str rest, word;
	bool first = true;

	escape_text(&safe, text, false);
	rest = buf_view(&safe);
	while ((word = str_word(&rest)).n > 0) {
		size_t w = utf8_width(word);

		if (!first && column + 1 + w > width) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			buf_char(out, ' ');
			column++;
		}
		buf_str(out, word);
		column += w;
		first = false;
	}
	buf_release(&safe);
}

/* A value: its lines wrapped one by one, so that paragraphs and lists stay apart. */
static void
wrap(struct buf *out, struct str text, size_t indent, size_t width)
{
	struct str line;
	bool first = true;

	while (str_cut(&text, '\n', &line)) {
		if (!first)
			buf_printf(out, str_trim(line).n ? "\n%*s" : "\n%.*s", (int)indent, "");
		wrap_line(out, line, indent, width, indent);
		first = false;
	}
	buf_char(out, '\n');
}

/* What a reference stands for: the record's Name, or the first of its fields that is a text. */
static struct str
name_of(const struct show *show, const struct rectype *type, const struct field *field, day on)
{
	const struct field_info *info = type ? rectype_field(type, field->symbol) : NULL;
	const struct entity *entity;
	const struct field *name;

	if (info == NULL || info->target.n == 0)
		return STR_NULL;
	entity = directory_find(show->archive->directory, info->target, field->value, on, NULL);
	name = entity ? record_named(entity->record, STR("Name")) : NULL;
	return name && !str_eq(name->value, field->value) ? name->value : STR_NULL;
}

static size_t
widest_name(const struct record *record)
{
	size_t widest = 0;
	uint32_t i;

	for (i = 0; i < record->n; i++)
		if (record->fields[i].name.n > widest)
			widest = record->fields[i].name.n;
	return widest < 24 ? widest : 24;
}

static void
write_field(const struct show *show, const struct rectype *type, const struct field *field, day on,
    size_t indent, size_t width_of_names, struct buf *out)
{
	struct str name = name_of(show, type, field, on), label = field->name;
	size_t column = indent + width_of_names + 2;
	struct buf value = BUF_INIT;
	size_t i, start = out->n;

	buf_printf(out, "%*s", (int)indent, "");
	for (i = 0; i < label.n; i++)
		buf_char(out, label.p[i] == '_' ? ' ' : label.p[i]);
	buf_printf(out, "%*s", (int)(start + column > out->n ? start + column - out->n : 1), "");
	buf_str(&value, field->value);
	if (name.p != NULL) {
		buf_text(&value, " (");
		buf_str(&value, name);
		buf_char(&value, ')');
	}
	wrap(out, buf_view(&value), column, show->width);
	buf_release(&value);
}

/* ---- where it stands ---- */

static void
heading(const struct show *show, struct buf *out, const char *text)
{
	buf_char(out, '\n');
	bold(show, out, true);
	buf_text(out, text);
	bold(show, out, false);
	buf_char(out, '\n');
}

/* Text that goes on below itself. */
static void
write_wrapped(const struct show *show, struct str text, size_t indent, struct buf *out)
{
	size_t lf = out->n;

	while (lf > 0 && out->p[lf - 1] != '\n')
		lf--;
	if (out->n - lf < indent)
		buf_printf(out, "%*s", (int)(indent - (out->n - lf)), "");
	wrap(out, text, indent, show->width);
}

/* The first line begins further left than the others. */
static void
write_hanging(const struct show *show, struct str text, size_t first, size_t indent, struct buf *out)
{
	buf_printf(out, "%*s", (int)first, "");
	wrap_line(out, text, indent, show->width, first);
	buf_char(out, '\n');
}

static void
write_rule(const struct show *show, const struct rule *rule, size_t indent, struct buf *out)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%.*s [%.*s]", STRF(rule_message(rule)), STRF(rule_name(rule)));
	write_wrapped(show, buf_view(&text), indent, out);
	buf_release(&text);
}

/* Never broken into lines: a command in it is to be copied. */
static void
write_fix(const struct casefile *file, const struct rule *rule, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct str rest, line;

	rule_fix_write(rule, file, &text);
	rest = buf_view(&text);
	while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
		buf_text(out, "      ");
		escape_text(out, line, false);
		buf_char(out, '\n');
	}
	buf_release(&text);
}

static void
write_states(const struct show *show, struct judge *judge, struct buf *out)
{
	day today = show->archive->today;
	size_t i, n;
	const struct spell *spells = judge_spells(judge, &n);
	char date[DATE_SIZE];
	bool any = false;

	for (i = 0; i < n; i++) {
		if (spells[i].from > today || (spells[i].until != DAY_NONE && spells[i].until <= today))
			continue;
		if (!any)
			heading(show, out, "Where it stands");
		any = true;
		buf_printf(out, "  %.*s since %s", STRF(state_name(spells[i].state)), date_format(spells[i].from, date));
		if (spells[i].until != DAY_NONE)
			buf_printf(out, ", until %s", date_format(spells[i].until, date));
		buf_char(out, '\n');
	}
}

/* "2026-03-18  2 days over  " */
static void
write_day(const struct show *show, const struct judgement *judgement, struct buf *out)
{
	char date[DATE_SIZE], days[32] = "";
	int left;

	if (judgement->paused || judgement->due == DAY_NONE) {
		buf_printf(out, "  %-27s", judgement->paused ? "paused" : "no date");
		return;
	}
	left = judgement->due - show->archive->today;
	if (left == 0)
		snprintf(days, sizeof(days), "today");
	else
		snprintf(days, sizeof(days), "%d %s %s", abs(left), abs(left) == 1 ? "day" : "days", left < 0 ? "over" : "left");
	if (left < 0 && show->run->color_out)
		buf_text(out, "\033[31m");
	buf_printf(out, "  %s  %-15s", date_format(judgement->due, date), days);
	if (left < 0 && show->run->color_out)
		buf_text(out, "\033[0m");
}

static int
by_urgency(const void *a, const void *b)
{
	const struct judgement *x = *(const struct judgement *const *)a, *y = *(const struct judgement *const *)b;
	int64_t dx = x->due == DAY_NONE || x->paused ? INT64_MAX : x->due;
	int64_t dy = y->due == DAY_NONE || y->paused ? INT64_MAX : y->due;

	if (dx != dy)
		return dx < dy ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void
write_due(const struct show *show, const struct casefile *file, struct buf *out)
{
	const struct verdicts *now = &show->now;
	const struct judgement **list = arena_alloc(&show->archive->arena, (now->n + 1) * sizeof(*list));
	size_t i, n = 0;

	for (i = 0; i < now->n; i++)
		if (now->list[i].verdict == VERDICT_DUE || now->list[i].verdict == VERDICT_OVERDUE)
			list[n++] = &now->list[i];
	qsort(list, n, sizeof(*list), by_urgency);
	for (i = 0; i < n; i++) {
		if (i == 0)
			heading(show, out, "To do");
		write_day(show, list[i], out);
		write_rule(show, list[i]->rule, 29, out);
		write_fix(file, list[i]->rule, out);
	}
}

static bool
is_wrong(const struct judgement *judgement)
{
	return judgement->waiver == NO_ENTRY &&
	    (judgement->verdict == VERDICT_BROKEN || judgement->verdict == VERDICT_LATE);
}

/* What stands at no entry; the rest is marked in the journal. */
static void
write_wrong(const struct show *show, const struct casefile *file, struct buf *out)
{
	const struct verdicts *now = &show->now;
	struct buf text = BUF_INIT;
	size_t i, n = 0;

	for (i = 0; i < now->n; i++)
		n += is_wrong(&now->list[i]);
	if (n == 0)
		return;
	heading(show, out, "Not as it should be");
	buf_printf(out, "  %zu %s marked ! in the journal: dossier check %s\n", n, n == 1 ? "thing is" : "things are",
	    file->id);
	for (i = 0; i < now->n; i++) {
		if (!is_wrong(&now->list[i]) || now->list[i].entry != NO_ENTRY)
			continue;
		buf_reset(&text);
		judgement_say(&now->list[i], file, show->archive->today, &text);
		buf_printf(&text, " [%.*s]", STRF(rule_name(now->list[i].rule)));
		write_wrapped(show, buf_view(&text), 2, out);
	}
	buf_release(&text);
}

/* "action, plan, end End=completed|referred": what one rule forbids and was not named yet. */
static void
name_forbidden(const struct next *list, size_t n, const struct rule *rule, bool *named, struct buf *out)
{
	const struct next *last = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (named[i] || !next_is_forbidden_by(&list[i], rule))
			continue;
		named[i] = true;
		if (last != NULL && list[i].field.p != NULL && str_eq(last->kind, list[i].kind) &&
		    str_eq(last->field, list[i].field)) {
			buf_printf(out, "|%.*s", STRF(list[i].choice));
			continue;
		}
		buf_printf(out, "%s%.*s", last ? ", " : "", STRF(list[i].kind));
		if (list[i].field.p != NULL)
			buf_printf(out, " %.*s=%.*s", STRF(list[i].field), STRF(list[i].choice));
		last = &list[i];
	}
}

/* The rule that forbids most of what was not named yet, the first of equals; NULL when all was named. */
static const struct rule *
most_forbidding(const struct rules *rules, const struct next *list, size_t n, const bool *named)
{
	const struct rule *best = NULL;
	size_t i, k, count, most = 0;

	for (k = 0; k < rules_count(rules); k++) {
		for (count = i = 0; i < n; i++)
			count += !named[i] && next_is_forbidden_by(&list[i], rules_at(rules, k));
		if (count > most) {
			most = count;
			best = rules_at(rules, k);
		}
	}
	return best;
}

static void
write_forbidden(const struct show *show, const struct next *list, size_t n, struct buf *out)
{
	bool *named = arena_zero(&show->archive->arena, n, sizeof(*named)), any = false;
	const struct rule *rule;
	struct buf names = BUF_INIT;

	while ((rule = most_forbidding(show->archive->rules, list, n, named)) != NULL) {
		if (!any)
			heading(show, out, "Not allowed now");
		any = true;
		buf_reset(&names);
		name_forbidden(list, n, rule, named, &names);
		buf_printf(&names, ": %.*s [%.*s]", STRF(rule_message(rule)), STRF(rule_name(rule)));
		write_hanging(show, buf_view(&names), 2, 6, out);
	}
	buf_release(&names);
}

/* "first-conversation, silence" */
static void
name_settled(const struct next *next, struct buf *out)
{
	const struct verdicts *settles = &next->settles;
	size_t k;

	for (k = 0; k < settles->n; k++)
		if (k == 0 || settles->list[k].rule != settles->list[k - 1].rule)
			buf_printf(out, "%s%.*s", k ? ", " : "", STRF(rule_name(settles->list[k].rule)));
}

static void
write_settling(const struct show *show, const struct next *list, size_t n, struct buf *out)
{
	struct buf what = BUF_INIT, other = BUF_INIT, text = BUF_INIT;
	bool *named = arena_zero(&show->archive->arena, n, sizeof(*named)), any = false;
	size_t i, j;

	for (i = 0; i < n; i++) {
		if (named[i] || list[i].n_forbids > 0 || list[i].settles.n == 0)
			continue;
		if (!any)
			heading(show, out, "Would settle something");
		any = true;
		buf_reset(&what);
		name_settled(&list[i], &what);
		buf_reset(&text);
		for (j = i; j < n; j++) {
			buf_reset(&other);
			name_settled(&list[j], &other);
			if (named[j] || list[j].n_forbids > 0 || !str_eq(buf_view(&what), buf_view(&other)))
				continue;
			named[j] = true;
			buf_printf(&text, "%s%.*s", text.n ? ", " : "", STRF(list[j].kind));
			if (list[j].field.p != NULL)
				buf_printf(&text, " %.*s=%.*s", STRF(list[j].field), STRF(list[j].choice));
		}
		buf_printf(&text, ": %.*s", STRF(buf_view(&what)));
		write_hanging(show, buf_view(&text), 2, 6, out);
	}
	buf_release(&what);
	buf_release(&other);
	buf_release(&text);
}

/* States come first: what could be next is tried with the same judge. False when no rule says anything. */
static bool
write_standing(struct show *show, struct visit *visit, struct casefile *file, struct buf *out)
{
	struct next *list;
	size_t n = 0;

	verdicts_copy(visit->judgements, visit->n_judgements, visit->arena, &show->now);
	if (!file->file.whole || file->header == NULL || rules_count(show->archive->rules) == 0)
		return false;
	write_states(show, visit->judge, out);
	write_due(show, file, out);
	write_wrong(show, file, out);
	if (file->n > TRIED_MAX)
		return true;
	list = what_next(show->archive, visit->judge, file, &show->now, visit->arena, &n);
	write_forbidden(show, list, n, out);
	write_settling(show, list, n, out);
	return true;
}

/* Below an entry: what is broken or late by it, and what was waived. */
static void
write_marks(const struct show *show, const struct casefile *file, const struct entry *entry, struct buf *out)
{
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < show->now.n; i++) {
		const struct judgement *judgement = &show->now.list[i];

		if (judgement->entry != (size_t)(entry - file->entries) || judgement->verdict < VERDICT_LATE)
			continue;
		buf_reset(&text);
		judgement_say(judgement, file, show->archive->today, &text);
		buf_printf(&text, " [%.*s]", STRF(rule_name(judgement->rule)));
		if (is_wrong(judgement) && show->run->color_out)
			buf_text(out, "\033[31m");
		buf_text(out, is_wrong(judgement) ? "  ! " : "    ");
		wrap(out, buf_view(&text), 4, show->width);
		if (is_wrong(judgement) && show->run->color_out)
			buf_text(out, "\033[0m");
	}
	buf_release(&text);
}

/* ---- the case ---- */

/* Fields that changed since the header, with the date since when. */
static void
write_in_force(const struct show *show, const struct casefile *file, struct buf *out)
{
	const struct archive *archive = show->archive;
	struct map seen = MAP_INIT;
	bool any = false, is_new;
	uint32_t i;
	size_t j;

	for (i = 0; i < file->header->n; i++) {
		const struct field *field = &file->header->fields[i], *now = NULL;
		const struct entry *since = NULL;
		char date[DATE_SIZE];

		map_put(&seen, field->name, &is_new);
		if (field->symbol == 0 || !is_new)
			continue;
		for (j = file->n; j-- > 0 && now == NULL;)
			if (file->entries[j].date != DAY_NONE &&
			    file->entries[j].date <= archive->today) {
				now = record_field(file->entries[j].record, field->symbol);
				since = &file->entries[j];
			}
		if (now == NULL || str_eq(now->value, field->value))
			continue;
		if (!any)
			buf_text(out, "\nIn force since\n");
		any = true;
		buf_printf(out, "  %s  %.*s: ", date_format(since->date, date), STRF(now->name));
		wrap(out, now->value, 14, show->width);
	}
	map_release(&seen);
}

static bool
is_shown(const struct show *show, const struct entry *entry)
{
	const char *const *kinds = option_all(show->run, "kind");
	size_t i;

	for (i = 0; kinds[i] != NULL; i++)
		if (str_is(entry->kind, kinds[i]))
			return true;
	return i == 0;
}

static void
write_entry(const struct show *show, const struct casefile *file, const struct entry *entry,
    struct buf *out)
{
	const struct known *known = &show->archive->known;
	const struct rectype *type = schema_kind(show->archive->schema, entry->kind);
	size_t widest = widest_name(entry->record);
	const struct field *by = record_field(entry->record, known->by);
	char date[DATE_SIZE] = "(no date)";
	uint32_t i;

	if (type == NULL)
		type = schema_type(show->archive->schema, STR("Entry"));
	if (entry->date != DAY_NONE)
		date_format(entry->date, date);
	buf_char(out, '\n');
	bold(show, out, true);
	buf_printf(out, "%s  ", date);
	escape_text(out, entry->kind.p ? entry->kind : STR("(no kind)"), false);
	bold(show, out, false);
	if (by != NULL) {
		struct str name = name_of(show, type, by, entry->date);

		buf_text(out, "  by ");
		escape_text(out, name.p ? name : by->value, false);
	}
	buf_char(out, '\n');
	write_marks(show, file, entry, out);
	for (i = 0; i < entry->record->n; i++) {
		const struct field *field = &entry->record->fields[i];

		if ((field->symbol == known->date && entry->date != DAY_NONE) ||
		    field->symbol == known->kind || field == by)
			continue;
		write_field(show, type, field, entry->date, 4, widest, out);
	}
}

static void
write_journal(const struct show *show, const struct casefile *file, struct buf *out)
{
	size_t i, n = 0, skipped;
	const struct entry **list = arena_alloc(&show->archive->arena,
	    (file->n + 1) * sizeof(*list));

	for (i = 0; i < file->n; i++)
		if (is_shown(show, &file->entries[i]))
			list[n++] = &file->entries[i];
	skipped = show->last && show->last < n ? n - show->last : 0;
	buf_printf(out, "\nJournal: %zu %s", file->n, file->n == 1 ? "entry" : "entries");
	if (n - skipped < file->n)
		buf_printf(out, ", %zu shown", n - skipped);
	buf_char(out, '\n');
	for (i = skipped; i < n; i++)
		write_entry(show, file, list[has_option(show->run, "reverse") ?
		    n - 1 - (i - skipped) : i], out);
}

static void
see(void *context, struct visit *visit, struct casefile *file)
{
	struct show *show = context;
	const struct rectype *type = schema_type(show->archive->schema, STR("Case"));
	struct buf *out = visit->out;
	char today[DATE_SIZE];
	uint32_t i;

	bold(show, out, true);
	buf_printf(out, "%s", file->id[0] ? file->id : "(no id)");
	bold(show, out, false);
	buf_printf(out, "  on %s  %s\n", date_format(show->archive->today, today), file->path);
	if (write_standing(show, visit, file, out))
		heading(show, out, "How it began");
	else
		buf_char(out, '\n');
	if (file->header != NULL) {
		size_t widest = widest_name(file->header);

		for (i = 0; i < file->header->n; i++)
			if (file->header->fields[i].symbol != show->archive->known.case_)
				write_field(show, type, &file->header->fields[i], file->opened, 2,
				    widest, out);
		write_in_force(show, file, out);
	}
	write_journal(show, file, out);
}

static void
write_out(void *context, struct str out)
{
	static bool again;

	(void)context;
	if (again)
		print(STR("\n"));
	again = true;
	print(out);
}

/* Lines longer than that are hard to read. */
static size_t
line_width(void)
{
	size_t width = terminal_width();

	return width < 40 ? 80 : width < 100 ? width : 100;
}

static size_t
number_option(const struct run *run, const char *name)
{
	const char *text = option(run, name), *p;
	size_t n = 0;

	for (p = text; p && *p; p++) {
		if (*p < '0' || *p > '9' || n > 1000000)
			usage(run, "--%s '%s' is no number such as 10", name, text);
		n = n * 10 + (size_t)(*p - '0');
	}
	if (text && n == 0)
		usage(run, "--%s wants a number from 1 on", name);
	return n;
}

static int
run_show(struct run *run)
{
	struct show show = { .run = run, .width = line_width() };
	struct visitor visitor = { .see = see, .write = write_out, .context = &show, .alone = true,
		.judge = true };
	struct findings findings, loading;
	struct snapshot *snapshot;
	struct store *store;
	const char **names;
	int i, status;

	if (run->argc == 0)
		usage(run, "which case? Name it by id, the beginning of one, or its file");
	show.last = number_option(run, "last");
	store = run_store(run);
	snapshot = run_snapshot(run, store);
	findings_init(&findings);
	findings_init(&loading);
	show.archive = archive_open(snapshot, run->today, &loading);
	names = arena_alloc(&show.archive->arena, sizeof(*names) * (size_t)run->argc);
	for (i = 0; i < run->argc; i++)
		names[i] = run_path(run, store, run->argv[i], &show.archive->arena);
	archive_each(show.archive, &(struct selection){ names, (size_t)run->argc }, &visitor,
	    &findings);
	status = run_finish(run, store, &findings);
	archive_free(show.archive);
	snapshot_free(snapshot);
	findings_release(&findings);
	findings_release(&loading);
	store_free(store);
	return status;
}

const struct command cmd_show = {
	.name = "show",
	.operands = "CASE...",
	.summary = "a case for a person: where it stands, what is due, its journal",
	.options = options,
	.complete = "case",
	.run = run_show,
};
