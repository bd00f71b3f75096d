/*
 * IEEE 1849-2016: a trace a case, an event an entry. What an entry says of itself (kind, name, day, by whom) stands under the keys of
 * the standard's extensions concept, time and org; every other field under its own name. A field that may repeat is a
 * list. An entry has a day and no hour: it stands at the day's beginning, and the order of events is that of the journal.
 */
#include "export-parts.h"

static void
write_attribute(struct buf *out, const char *type, struct str key, struct str value, const char *behind)
{
	buf_printf(out, "<%s key=\"", type);
	markup_text(out, key);
	buf_text(out, "\" value=\"");
	markup_text(out, value);
	buf_printf(out, "%s\"/>\n", behind);
}

/* The first moment of a day, in the form of xs:dateTime that every reader takes. */
#define MIDNIGHT "T00:00:00.000+00:00"

/* An integer of the standard has 64 bits. */
#define INTEGER_DIGITS 18

static void
write_value(struct buf *out, enum field_form form, struct str key, struct str value)
{
	const char *type = form == FORM_DATE ? "date" : form == FORM_BOOL ? "boolean" :
	    form == FORM_DECIMAL ? "float" :
	    form == FORM_INTEGER && value.n <= INTEGER_DIGITS ? "int" : "string";

	write_attribute(out, type, key, value, form == FORM_DATE ? MIDNIGHT : "");
}

static void
write_field(struct exporter *exporter, const struct column *column, const struct pick *pick, const char *indent,
    struct buf *out)
{
	if (!column->repeats) {
		buf_text(out, indent);
		write_value(out, column->form, column->name, pick->value);
		return;
	}
	buf_printf(out, "%s<list key=\"%.*s\">\n%s\t<values>\n", indent, STRF(column->name), indent);
	for (; pick != NULL; pick = next_pick(exporter, pick)) {
		buf_printf(out, "%s\t\t", indent);
		write_value(out, column->form, column->name, pick->value);
	}
	buf_printf(out, "%s\t</values>\n%s</list>\n", indent, indent);
}

static bool
has_standard_key(const struct exporter *exporter, const struct slot *slot)
{
	const struct known *known = &exporter->export->terms->known;

	return slot->symbol == known->date || slot->symbol == known->kind || slot->symbol == known->by;
}

static void
write_event(struct exporter *exporter, const struct entry *entry, struct buf *out)
{
	const struct plan *plan = plan_of_entry(exporter, entry);
	char date[DATE_SIZE];
	size_t i;

	if (plan == NULL)
		return;
	pick_record(exporter, plan, entry->record);
	buf_text(out, "\t\t<event>\n\t\t\t");
	write_attribute(out, "string", STR("concept:name"), entry->kind, "");
	buf_text(out, "\t\t\t<string key=\"concept:instance\" value=\"");
	write_entry_name(entry, out);
	buf_text(out, "\"/>\n\t\t\t");
	write_attribute(out, "date", STR("time:timestamp"), str_of(date_format(entry->date, date)), MIDNIGHT);
	buf_text(out, "\t\t\t<string key=\"lifecycle:transition\" value=\"complete\"/>\n");
	for (i = 0; i < plan->table->n; i++) {
		const struct pick *pick = first_pick(exporter, i);

		if (pick == NULL)
			continue;
		if (!has_standard_key(exporter, pick->slot)) {
			write_field(exporter, &plan->table->columns[i], pick, "\t\t\t", out);
		} else if (pick->slot->symbol == exporter->export->terms->known.by) {
			buf_text(out, "\t\t\t");
			write_attribute(out, "string", STR("org:resource"), pick->value, "");
		}
	}
	buf_text(out, "\t\t</event>\n");
}

void
xes_begin(struct buf *out)
{
	static const char *const extensions[][2] = {
		{ "Concept", "concept" },
		{ "Time", "time" },
		{ "Organizational", "org" },
		{ "Lifecycle", "lifecycle" },
	};
	size_t i;

	buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1849.2016\" xes.features=\"\" "
	    "xmlns=\"http://www.xes-standard.org/\">\n");
	for (i = 0; i < sizeof(extensions) / sizeof(*extensions); i++)
		buf_printf(out, "\t<extension name=\"%s\" prefix=\"%s\" uri=\"http://www.xes-standard.org/%s.xesext\"/>\n",
		    extensions[i][0], extensions[i][1], extensions[i][1]);
	buf_text(out, "\t<global scope=\"trace\">\n\t\t<string key=\"concept:name\" value=\"\"/>\n\t</global>\n"
	    "\t<global scope=\"event\">\n\t\t<string key=\"concept:name\" value=\"\"/>\n"
	    "\t\t<string key=\"concept:instance\" value=\"\"/>\n"
	    "\t\t<date key=\"time:timestamp\" value=\"1970-01-01" MIDNIGHT "\"/>\n"
	    "\t\t<string key=\"lifecycle:transition\" value=\"complete\"/>\n\t</global>\n"
	    "\t<classifier name=\"Kind\" scope=\"event\" keys=\"concept:name\"/>\n"
	    "\t<string key=\"lifecycle:model\" value=\"standard\"/>\n");
}

void
xes_case(struct exporter *exporter, const struct casefile *file, struct buf *out)
{
	const struct plan *plan = exporter->export->header;
	size_t i;

	pick_record(exporter, plan, file->header);
	buf_text(out, "\t<trace>\n\t\t");
	write_attribute(out, "string", STR("concept:name"), str_of(file->id), "");
	for (i = 0; i < plan->table->n; i++)
		if (first_pick(exporter, i) != NULL)
			write_field(exporter, &plan->table->columns[i], first_pick(exporter, i), "\t\t", out);
	for (i = 0; i < file->n; i++)
		write_event(exporter, &file->entries[i], out);
	buf_text(out, "\t</trace>\n");
}

void
xes_end(struct buf *out)
{
	buf_text(out, "</log>\n");
}
