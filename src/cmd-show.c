#define _GNU_SOURCE
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	(void)file;
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
	const struct show *show = context;
	const struct rectype *type = schema_type(show->archive->schema, STR("Case"));
	struct buf *out = visit->out;
	char today[DATE_SIZE];
	uint32_t i;

	bold(show, out, true);
	buf_printf(out, "%s", file->id[0] ? file->id : "(no id)");
	bold(show, out, false);
	buf_printf(out, "  on %s  %s\n\n", date_format(show->archive->today, today), file->path);
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
	struct visitor visitor = { .see = see, .write = write_out, .context = &show, .alone = true };
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
	.summary = "a case for a person: what it is, what is in force, its journal",
	.options = options,
	.complete = "case",
	.run = run_show,
};
