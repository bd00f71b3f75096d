/*
 * A record a line. CSV holds several values of a field in one cell, with a blank between, which no value holds; and each field that
 * may repeat has a table of its own besides, a value a line, to be joined and counted. In JSON lines such a field is an
 * array, always, and a missing one is not there.
 */
#include "export-parts.h"

/* ---- CSV ---- */

static void
write_csv_text(struct buf *out, struct str text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.p[i] == '"' || text.p[i] == ',' || (unsigned char)text.p[i] <= ' ')
			break;
	if (i == text.n) {
		buf_str(out, text);
		return;
	}
	buf_char(out, '"');
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, text.p[i]);
	}
	buf_char(out, '"');
}

/* The columns before the fields: what a line is about. */
enum line_of {
	OF_CASE, /* Case */
	OF_ENTRY, /* Case, Self */
	OF_RECORD, /* Self */
};

static enum line_of
line_of(const struct export_table *table)
{
	return str_is(table->name, "cases") ? OF_CASE : str_is(table->name, "entries") ? OF_ENTRY : OF_RECORD;
}

void
rows_begin_part(const struct export_part *part, struct buf *out)
{
	static const char *const own[] = { [OF_CASE] = "Case", [OF_ENTRY] = "Case,Self", [OF_RECORD] = "Self" };
	const struct export_table *table = part->table;
	size_t i;

	if (part->format != EXPORT_CSV)
		return;
	buf_text(out, own[line_of(table)]);
	for (i = 0; i < table->n; i++)
		if (part->what == EXPORT_TABLE || i == part->column)
			buf_printf(out, ",%.*s", STRF(table->columns[i].name));
	buf_text(out, "\r\n");
}

/* `own` is what stands before the fields, written already. */
static void
csv_row(struct exporter *exporter, const struct export_part *part, struct str own, struct buf *out)
{
	struct buf cell = BUF_INIT;
	size_t i;

	buf_str(out, own);
	for (i = 0; i < part->table->n; i++) {
		const struct pick *pick = first_pick(exporter, i);

		buf_char(out, ',');
		if (pick == NULL)
			continue;
		if (pick->next == 0) {
			write_csv_text(out, pick->value);
			continue;
		}
		buf_reset(&cell);
		write_joined(exporter, pick, &cell);
		write_csv_text(out, buf_view(&cell));
	}
	buf_text(out, "\r\n");
	buf_release(&cell);
}

static void
csv_values(struct exporter *exporter, const struct export_part *part, struct str own, struct buf *out)
{
	const struct pick *pick = first_pick(exporter, part->column);

	for (; pick != NULL; pick = next_pick(exporter, pick)) {
		buf_str(out, own);
		buf_char(out, ',');
		write_csv_text(out, pick->value);
		buf_text(out, "\r\n");
	}
}

static void
csv_line(struct exporter *exporter, const struct export_part *part, const struct plan *plan, const struct record *record,
    struct str own, struct buf *out)
{
	pick_record(exporter, plan, record);
	if (part->what == EXPORT_VALUES)
		csv_values(exporter, part, own, out);
	else
		csv_row(exporter, part, own, out);
}

/* ---- JSON lines ---- */

static void
json_value(struct exporter *exporter, const struct column *column, const struct pick *pick, struct buf *out)
{
	const struct pick *first = pick;

	if (column->repeats)
		buf_char(out, '[');
	for (; pick != NULL; pick = next_pick(exporter, pick)) {
		if (pick != first)
			buf_char(out, ',');
		write_json_value(out, column->form, pick->value);
	}
	if (column->repeats)
		buf_char(out, ']');
}

/* The fields of a record, each after a comma. */
static void
json_fields(struct exporter *exporter, const struct plan *plan, const struct record *record, struct buf *out)
{
	const struct export_table *table = plan->table;
	size_t i;

	pick_record(exporter, plan, record);
	for (i = 0; i < table->n; i++) {
		const struct pick *pick = first_pick(exporter, i);

		if (pick == NULL)
			continue;
		buf_char(out, ',');
		write_json_text(out, table->columns[i].name);
		buf_char(out, ':');
		json_value(exporter, &table->columns[i], pick, out);
	}
}

static void
json_entry(struct exporter *exporter, const struct plan *plan, const struct entry *entry, struct buf *out)
{
	buf_text(out, "\"Self\":\"");
	write_entry_name(entry, out);
	buf_char(out, '"');
	json_fields(exporter, plan, entry->record, out);
}

static void
json_journal(struct exporter *exporter, const struct casefile *file, struct buf *out)
{
	const struct plan *plan;
	size_t i, shown = 0;

	buf_printf(out, "{\"Case\":\"%s\"", file->id);
	json_fields(exporter, exporter->export->header, file->header, out);
	buf_text(out, ",\"Entries\":[");
	for (i = 0; i < file->n; i++) {
		plan = plan_of_entry(exporter, &file->entries[i]);
		if (plan == NULL)
			continue;
		buf_text(out, shown++ > 0 ? ",{" : "{");
		json_entry(exporter, plan, &file->entries[i], out);
		buf_char(out, '}');
	}
	buf_text(out, "]}\n");
}

/* ---- both ---- */

static void
rows_entry(struct exporter *exporter, const struct export_part *part, const struct casefile *file,
    const struct entry *entry, struct buf *own, struct buf *out)
{
	const struct plan *plan = plan_of_entry(exporter, entry);

	if (plan == NULL)
		return;
	if (part->format == EXPORT_JSONL) {
		buf_printf(out, "{\"Case\":\"%s\",", file->id);
		json_entry(exporter, plan, entry, out);
		buf_text(out, "}\n");
		return;
	}
	buf_reset(own);
	buf_printf(own, "%s,", file->id);
	write_entry_name(entry, own);
	csv_line(exporter, part, plan, entry->record, buf_view(own), out);
}

static void
rows_header(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out)
{
	const struct plan *plan = exporter->export->header;

	if (part->format == EXPORT_CSV) {
		csv_line(exporter, part, plan, file->header, str_of(file->id), out);
		return;
	}
	buf_printf(out, "{\"Case\":\"%s\"", file->id);
	json_fields(exporter, plan, file->header, out);
	buf_text(out, "}\n");
}

void
rows_case(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out)
{
	struct buf own = BUF_INIT;
	size_t i;

	if (part->what == EXPORT_JOURNALS)
		json_journal(exporter, file, out);
	else if (line_of(part->table) == OF_CASE)
		rows_header(exporter, part, file, out);
	else if (line_of(part->table) == OF_ENTRY)
		for (i = 0; i < file->n; i++)
			rows_entry(exporter, part, file, &file->entries[i], &own, out);
	buf_release(&own);
}

void
rows_record(struct exporter *exporter, const struct export_part *part, const struct plan *plan, size_t i, struct buf *out)
{
	struct buf name = BUF_INIT;

	write_record_name(plan, i, &name);
	if (part->format == EXPORT_CSV) {
		csv_line(exporter, part, plan, plan->entities[i]->record, buf_view(&name), out);
	} else {
		buf_printf(out, "{\"Self\":\"%s\"", name.p);
		json_fields(exporter, plan, plan->entities[i]->record, out);
		buf_text(out, "}\n");
	}
	buf_release(&name);
}
