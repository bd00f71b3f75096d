/*
 * OCEL 2.0 (Berti et al., "OCEL (Object-Centric Event Log) 2.0 Specification", 2024): cases and the records of the directory that have
 * a key are objects, entries and dated activities are events. A reference is a relationship, named by its field. An object's
 * values have a time from which they hold: so a case tells what it began with and how it changed. Several values of a field are
 * one, with a blank between, as a format with one value for each name wants it.
 */
#include "export-parts.h"

#include <string.h>

/* ---- types ---- */

static bool
is_attribute(const struct slot *slot)
{
	return slot->form != FORM_REFERENCE;
}

static const char *
type_of(enum field_form form, bool repeats)
{
	if (repeats)
		return "string";
	switch (form) {
	case FORM_INTEGER:
		return "integer";
	case FORM_DECIMAL:
		return "float";
	case FORM_BOOL:
		return "boolean";
	case FORM_DATE:
		return "time";
	default:
		return "string";
	}
}

/* What of an entry is no attribute, as the event says it: its kind and its day. */
static bool
is_of_event(const struct export *export, const struct plan *plan, const struct slot *slot)
{
	const struct known *known = &export->terms->known;

	if (plan->table == &export->entries && slot->symbol == known->kind)
		return !export->is_free;
	return slot->symbol == known->date && (plan->table == &export->entries || rectype_key(plan->type) == 0);
}

/* Activities: what has a day and no key. Objects: what has a key. */
static bool
is_event_type(const struct export *export, const struct plan *plan)
{
	int date = export->terms->known.date;

	return rectype_key(plan->type) == 0 && (size_t)date < plan->n_symbols && plan->by_symbol[date] != 0;
}

static void
write_type(const struct export *export, const struct plan *plan, bool *is_first, struct buf *out)
{
	bool is_entry = plan->table == &export->entries;
	size_t i, n = 0;

	buf_text(out, *is_first ? "\n{\"name\":" : ",\n{\"name\":");
	*is_first = false;
	write_json_text(out, plan->name);
	buf_text(out, ",\"attributes\":[");
	if (is_entry) {
		buf_text(out, "{\"name\":\"Position\",\"type\":\"integer\"}");
		n++;
	}
	for (i = 0; i < plan->n; i++) {
		const struct slot *slot = &plan->slots[i];

		if (!is_attribute(slot) || is_of_event(export, plan, slot))
			continue;
		buf_text(out, n++ > 0 ? ",{\"name\":" : "{\"name\":");
		write_json_text(out, slot->name);
		buf_printf(out, ",\"type\":\"%s\"}", type_of(slot->form, slot->repeats));
	}
	buf_text(out, "]}");
}

void
ocel_begin(const struct export *export, const struct export_part *part, struct buf *out)
{
	bool is_first = true;
	size_t i;

	if (part->what == EXPORT_EVENTS) {
		buf_text(out, "\"events\":[");
		return;
	}
	buf_text(out, "{\"objectTypes\":[");
	if (export->header != NULL)
		write_type(export, export->header, &is_first, out);
	for (i = 0; i < export->n_types; i++)
		if (rectype_key(export->types[i].type) != 0 && export->types[i].n_entities > 0)
			write_type(export, &export->types[i], &is_first, out);
	buf_text(out, "],\n\"eventTypes\":[");
	is_first = true;
	for (i = 0; i < export->n_kinds; i++)
		write_type(export, &export->kinds[i], &is_first, out);
	for (i = 0; i < export->n_types; i++)
		if (is_event_type(export, &export->types[i]) && export->types[i].n_entities > 0)
			write_type(export, &export->types[i], &is_first, out);
	buf_text(out, "],\n\"objects\":[");
}

void
ocel_end(const struct export_part *part, struct buf *out)
{
	buf_text(out, part->what == EXPORT_OBJECTS ? "],\n" : "]}\n");
}

/* ---- attributes and relationships ---- */

static void
write_time(day date, struct buf *out)
{
	char text[DATE_SIZE];

	buf_printf(out, "\"%sT00:00:00Z\"", date_format(date == DAY_NONE ? 0 : date, text));
}

/* All values of a field as one. */
static void
write_value(const struct exporter *exporter, const struct pick *pick, struct buf *out)
{
	struct buf text = BUF_INIT;

	if (pick->slot->form == FORM_DATE && !pick->slot->repeats) {
		buf_printf(out, "\"%.*sT00:00:00Z\"", STRF(pick->value));
	} else if (!pick->slot->repeats) {
		write_json_value(out, pick->slot->form, pick->value);
	} else {
		write_joined(exporter, pick, &text);
		write_json_text(out, buf_view(&text));
	}
	buf_release(&text);
}

/* since: from when on it holds; NULL: it is an event's. */
static void
write_attribute(const struct exporter *exporter, const struct pick *pick, const day *since, size_t *n, struct buf *out)
{
	buf_text(out, (*n)++ > 0 ? ",{\"name\":" : "{\"name\":");
	write_json_text(out, pick->slot->name);
	if (since != NULL) {
		buf_text(out, ",\"time\":");
		write_time(*since, out);
	}
	buf_text(out, ",\"value\":");
	write_value(exporter, pick, out);
	buf_char(out, '}');
}

static void
write_relationship(struct str type, struct str key, struct str qualifier, size_t *n, struct buf *out)
{
	struct buf id = BUF_INIT;

	buf_printf(&id, "%.*s/%.*s", STRF(type), STRF(key));
	buf_text(out, (*n)++ > 0 ? ",{\"objectId\":" : "{\"objectId\":");
	write_json_text(out, buf_view(&id));
	buf_text(out, ",\"qualifier\":");
	write_json_text(out, qualifier);
	buf_char(out, '}');
	buf_release(&id);
}

/* One of the same object and name would say nothing new, and must not be. */
static bool
is_said(const struct exporter *exporter, const struct pick *pick)
{
	const struct pick *other = first_pick(exporter, pick->slot->column);

	for (; other != pick; other = next_pick(exporter, other))
		if (str_eq(other->value, pick->value))
			return true;
	return false;
}

static void
write_relationships(const struct exporter *exporter, const struct plan *plan, size_t *n, struct buf *out)
{
	const struct pick *pick;
	size_t i;

	for (i = 0; i < plan->n; i++)
		if (!is_attribute(&plan->slots[i]))
			for (pick = first_pick(exporter, plan->slots[i].column); pick != NULL;
			    pick = next_pick(exporter, pick))
				if (!is_said(exporter, pick))
					write_relationship(pick->slot->target, pick->value, pick->slot->name, n, out);
}

static void
write_attributes(const struct exporter *exporter, const struct plan *plan, const day *since, size_t *n, struct buf *out)
{
	size_t i;

	for (i = 0; i < plan->n; i++) {
		const struct pick *pick = first_pick(exporter, plan->slots[i].column);

		if (pick != NULL && is_attribute(&plan->slots[i]) &&
		    !is_of_event(exporter->export, plan, &plan->slots[i]))
			write_attribute(exporter, pick, since, n, out);
	}
}

/* ---- events ---- */

static void
write_event(struct exporter *exporter, const struct casefile *file, size_t i, struct buf *out)
{
	const struct entry *entry = &file->entries[i];
	const struct plan *plan = plan_of_entry(exporter, entry);
	size_t n = 1;

	if (plan == NULL)
		return;
	pick_record(exporter, plan, entry->record);
	buf_printf(out, ",\n{\"id\":\"%s/", file->id);
	write_entry_name(entry, out);
	buf_text(out, "\",\"type\":");
	write_json_text(out, plan->name);
	buf_text(out, ",\"time\":");
	write_time(entry->date, out);
	buf_printf(out, ",\"attributes\":[{\"name\":\"Position\",\"value\":%zu}", i + 1);
	write_attributes(exporter, plan, NULL, &n, out);
	buf_text(out, "],\"relationships\":[");
	n = 0;
	write_relationship(STR("Case"), str_of(file->id), STR("Case"), &n, out);
	write_relationships(exporter, plan, &n, out);
	buf_text(out, "]}");
}

/* ---- objects ---- */

/* A field of the case as it changes: of several entries of a day the last one counts. */
static void
write_history(struct exporter *exporter, const struct casefile *file, const struct slot *field, size_t *n, struct buf *out)
{
	const struct export *export = exporter->export;
	const struct plan *plan = export->header, *next;
	const struct record *record = record_field(file->header, field->symbol) ? file->header : NULL;
	const struct pick *pick;
	day since = file->opened;
	size_t i;

	for (i = 0; i <= file->n; i++) {
		const struct entry *entry = i < file->n ? &file->entries[i] : NULL;

		next = entry == NULL ? NULL : plan_of_entry(exporter, entry);
		if (entry != NULL && (next == NULL || record_field(entry->record, field->symbol) == NULL ||
		    next->by_symbol[field->symbol] == 0))
			continue;
		if (record != NULL && (entry == NULL || entry->date != since)) {
			pick_record(exporter, plan, record);
			pick = first_pick(exporter, plan->slots[plan->by_symbol[field->symbol] - 1].column);
			if (pick != NULL)
				write_attribute(exporter, pick, &since, n, out);
		}
		if (entry != NULL) {
			record = entry->record;
			since = entry->date;
			plan = next;
		}
	}
}

static void
write_case(struct exporter *exporter, const struct casefile *file, struct buf *out)
{
	const struct plan *plan = exporter->export->header;
	size_t i, n = 0;

	buf_printf(out, ",\n{\"id\":\"Case/%s\",\"type\":\"Case\",\"attributes\":[", file->id);
	for (i = 0; i < plan->n; i++)
		if (is_attribute(&plan->slots[i]))
			write_history(exporter, file, &plan->slots[i], &n, out);
	buf_text(out, "],\"relationships\":[");
	n = 0;
	pick_record(exporter, plan, file->header);
	write_relationships(exporter, plan, &n, out);
	buf_text(out, "]}");
}

void
ocel_case(struct exporter *exporter, const struct export_part *part, const struct casefile *file, struct buf *out)
{
	size_t i;

	if (part->what == EXPORT_OBJECTS)
		write_case(exporter, file, out);
	else
		for (i = 0; i < file->n; i++)
			write_event(exporter, file, i, out);
}

static void
write_activity(struct exporter *exporter, const struct plan *plan, size_t i, struct buf *out)
{
	int date = exporter->export->terms->known.date;
	day on;
	size_t n = 0;

	pick_record(exporter, plan, plan->entities[i]->record);
	if (!date_parse(record_value(plan->entities[i]->record, date), &on, NULL))
		return;
	buf_text(out, ",\n{\"id\":\"");
	write_record_name(plan, i, out);
	buf_text(out, "\",\"type\":");
	write_json_text(out, plan->name);
	buf_text(out, ",\"time\":");
	write_time(on, out);
	buf_text(out, ",\"attributes\":[");
	write_attributes(exporter, plan, NULL, &n, out);
	buf_text(out, "],\"relationships\":[");
	n = 0;
	write_relationships(exporter, plan, &n, out);
	buf_text(out, "]}");
}

/* Records of one key are one object, each with its values from its first day on. */
static void
write_object(struct exporter *exporter, const struct plan *plan, size_t i, struct buf *out)
{
	struct buf id = BUF_INIT, related = BUF_INIT, more = BUF_INIT;
	size_t n = 0, n_related = 0;

	buf_printf(&id, "%.*s/%.*s", STRF(plan->name), STRF(plan->entities[i]->key));
	buf_text(out, ",\n{\"id\":");
	write_json_text(out, buf_view(&id));
	buf_text(out, ",\"type\":");
	write_json_text(out, plan->name);
	buf_text(out, ",\"attributes\":[");
	for (; i != SIZE_MAX; i = plan->next[i]) {
		pick_record(exporter, plan, plan->entities[i]->record);
		write_attributes(exporter, plan, &plan->entities[i]->from, &n, out);
		buf_reset(&more);
		write_relationships(exporter, plan, &n_related, &more);
		/* What came of it earlier in the same words is not said again. */
		if (more.n > 0 && (related.n == 0 || strstr(related.p, more.p + (*more.p == ',')) == NULL))
			buf_str(&related, buf_view(&more));
	}
	buf_text(out, "],\"relationships\":[");
	buf_str(out, buf_view(&related));
	buf_text(out, "]}");
	buf_release(&more);
	buf_release(&related);
	buf_release(&id);
}

void
ocel_record(struct exporter *exporter, const struct export_part *part, const struct plan *plan, size_t i, struct buf *out)
{
	if (part->what == EXPORT_OBJECTS && rectype_key(plan->type) != 0 && plan->is_first[i])
		write_object(exporter, plan, i, out);
	else if (part->what == EXPORT_EVENTS && is_event_type(exporter->export, plan))
		write_activity(exporter, plan, i, out);
}
