/*
 * Taking away what was added. Counts are figures under keys, and merging adds them one by one: so what a case added is
 * taken away figure by figure, and a figure in which no unit is left goes. All is looked at before anything is
 * changed. A sum of which something could not be added is the sum of the rest in an order that nobody kept: nothing is
 * taken from such a one.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

/* The key of a figure of `b` among those of `a`; false when `a` does not know one of its values. */
static bool
key_among(const struct cube *a, const struct cube *b, const struct figure *figure, uint32_t *key)
{
	const struct tally *t = a->tally;
	struct map_slot *slot;
	size_t k;

	memcpy(key, figure->key, sizeof(figure->key));
	for (k = 0; k < t->n_levels; k++) {
		if (!has_values(&t->levels[k]) || key[k] == ANY || key[k] == MISSING)
			continue;
		slot = map_get(&a->values[k].map, b->values[k].list[key[k]]);
		if (slot == NULL)
			return false;
		key[k] = (uint32_t)slot->value.i;
	}
	return true;
}

/* What is left of a figure; false when the other is no part of it. */
static bool
left_of(const struct tally *t, struct figure *figure, const struct figure *part)
{
	if (figure->n < part->n)
		return false;
	figure->n -= part->n;
	if (t->sum.field == 0)
		return true;
	return number_sub(figure->sum, part->sum, &figure->sum) &&
	    (figure->n > 0 || figure->sum.mantissa == 0);
}

static bool
holds(const struct cube *a, const struct cube *b)
{
	uint32_t key[KEY_SIZE];
	size_t i;

	if (a->spread < b->spread || a->undated < b->undated || a->unsummed != 0 || b->unsummed != 0)
		return false;
	if (b->n > a->n)
		return false;
	for (i = 0; i < b->size; i++) {
		struct figure left;

		if (b->figures[i].n == 0)
			continue;
		if (!key_among(a, b, &b->figures[i], key))
			return false;
		left = *figure_at(a, key);
		if (!left_of(a->tally, &left, &b->figures[i]))
			return false;
	}
	return true;
}

/* Puts all figures in which something is left into a table of their own: a gap would hide those behind it. */
static void
close_gaps(struct cube *cube)
{
	struct figure *all = xmalloc(cube->size * sizeof(*all));
	size_t i;

	memcpy(all, cube->figures, cube->size * sizeof(*all));
	cube->n = 0;
	memset(cube->figures, 0, cube->size * sizeof(*cube->figures));
	for (i = 0; i < cube->size; i++)
		if (all[i].n > 0) {
			*figure_at(cube, all[i].key) = all[i];
			cube->n++;
		}
	free(all);
}

#define GONE (-1) /* units of a figure in which none is left: until gaps are closed it keeps its place */

static void
take_away(struct cube *a, const struct cube *b)
{
	uint32_t key[KEY_SIZE];
	struct figure *figure;
	bool has_gaps = false;
	size_t i;

	for (i = 0; i < b->size; i++) {
		if (b->figures[i].n == 0 || !key_among(a, b, &b->figures[i], key))
			continue;
		figure = figure_at(a, key);
		left_of(a->tally, figure, &b->figures[i]);
		if (figure->n == 0) {
			figure->n = GONE;
			has_gaps = true;
		}
	}
	if (has_gaps)
		close_gaps(a);
	a->spread -= b->spread;
	a->undated -= b->undated;
}

bool
counts_remove(struct counts *into, const struct counts *from)
{
	size_t i;

	for (i = 0; i < into->report->n; i++)
		if (!holds(&into->cubes[i], &from->cubes[i]))
			return false;
	for (i = 0; i < into->report->n_splits; i++)
		if (into->splits[i] < from->splits[i])
			return false;
	for (i = 0; i < into->report->n; i++)
		take_away(&into->cubes[i], &from->cubes[i]);
	for (i = 0; i < into->report->n_splits; i++)
		into->splits[i] -= from->splits[i];
	return true;
}
