/* Records of the directory that tables count: partners, presentations. */
#include "report-parts.h"

/* A record that is asked about, on a day: what its references name is what they named then. */
struct asked {
	const struct report *report;
	const struct entity *entity;
	day on;
};

static bool
nth_value(const struct record *record, int symbol, size_t i, struct str *value)
{
	const struct field *field = record_field(record, symbol);

	for (; field != NULL && i > 0; i--)
		field = record_next(record, symbol, field);
	if (field != NULL)
		*value = field->value;
	return field != NULL;
}

/* The i-th value of a field of the records that a field refers to, one after another. */
static bool
follow(const struct asked *asked, const struct name *name, size_t i, struct str *value)
{
	const struct field_info *info = rectype_field(asked->entity->type, name->field);
	const struct entity *entity;
	struct str key;
	size_t k, j;

	if (info == NULL || info->target.n == 0)
		return false;
	for (k = 0; nth_value(asked->entity->record, name->field, k, &key); k++) {
		entity = directory_find(asked->report->directory, info->target, str_trim(key), asked->on, NULL);
		if (entity == NULL)
			continue;
		for (j = 0; nth_value(entity->record, name->sub, j, value); j++)
			if (i-- == 0)
				return true;
	}
	return false;
}

static bool
get(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct asked *asked = context;

	(void)self;
	if (name->sub != 0 && follow(asked, name, i, value))
		return true;
	return nth_value(asked->entity->record, name->joined, i, value);
}

/* The record's date; DAY_NONE when it has no valid one. */
static day
date_of(const struct tally *t, const struct entity *entity)
{
	const struct field *field = record_field(entity->record, t->date.joined);
	day d;

	return field != NULL && date_parse(str_trim(field->value), &d, NULL) ? d : DAY_NONE;
}

/* In one window; false when the record wants a date and has none. */
static bool
count_record(struct counts *counts, struct cube *cube, const struct entity *entity, uint32_t window)
{
	const struct tally *t = cube->tally;
	const struct window *w = &t->windows[window];
	struct asked asked = { counts->report, entity, final_day(&w->period) };
	struct subject subject = { .file = entity->file, .self = entity->record, .get = get, .context = &asked,
		.at = record_span(entity->file, entity->record) };
	struct asking asking;

	if (t->date.field != 0) {
		asked.on = date_of(t, entity);
		if (asked.on == DAY_NONE)
			return false;
		if (!is_in(&w->period, asked.on))
			return true;
	} else if (!meets(entity, &w->period)) {
		return true;
	}
	ask_also(&asking, counts, w, entity->type, asked.on, &subject);
	if (t->where == NULL || expr_test(t->where, &subject))
		place_unit(counts, cube, &subject, SIZE_MAX, asked.on, window);
	return true;
}

static void
count_table(struct counts *counts, struct cube *cube)
{
	size_t n, i;
	const struct entity *const *all = directory_all(counts->report->directory, cube->tally->type, &n);

	for (i = 0; i < n; i++) {
		bool dated = true;
		uint32_t w;

		counts->entity = all[i];
		begin_unit(cube);
		for (w = 0; w < cube->tally->n_windows; w++)
			dated = count_record(counts, cube, all[i], w) && dated;
		end_unit(cube);
		cube->undated += !dated;
	}
	counts->entity = NULL;
}

void
counts_records(struct counts *counts)
{
	size_t k;

	for (k = 0; k < counts->report->n; k++)
		if (counts->report->tables[k].counted == COUNT_RECORDS)
			count_table(counts, &counts->cubes[k]);
}
