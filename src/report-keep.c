/*
 * Counts as bytes. The same counts give the same bytes in whatever order they were counted: values of a level are
 * written in order of their bytes, figures in order of their keys, numbers in their shortest form. Reading takes that
 * form and no other, so that what was read and is written again is what was read; it goes over the bytes twice, first to
 * see whether they are whole, then to add what they say.
 *
 *	counts  = fingerprint of the report, cube of each table, cases left out by each split
 *	cube    = undated, unsummed, spread, level..., number of figures, figure...
 *	level   = number of values, (length, bytes)...          of levels that have values of their own
 *	figure  = for each place of the key 0 ANY, 1 MISSING, else value + 2; units; of a sum: scale, mantissa
 *
 * All numbers are LEB128, the mantissa in zigzag.
 */
#include "report-parts.h"

#include <stdlib.h>
#include <string.h>

#define FIGURE_MAX ((uint64_t)1 << 40) /* far from overflow, however often it is added */

/* ---- writing ---- */

static void
write_number(struct buf *out, unsigned __int128 n)
{
	char bytes[19];
	size_t i = 0;

	for (; n >= 0x80; n >>= 7)
		bytes[i++] = (char)(0x80 | (unsigned)(n & 0x7f));
	bytes[i++] = (char)n;
	buf_add(out, bytes, i);
}

/* 2.50 as 2.5. */
static struct number
shortest(struct number n)
{
	while (n.scale > 0 && n.mantissa % 10 == 0) {
		n.mantissa /= 10;
		n.scale--;
	}
	return n;
}

static void
write_sum(struct buf *out, struct number sum)
{
	unsigned __int128 zigzag;

	sum = shortest(sum);
	zigzag = (unsigned __int128)sum.mantissa << 1;
	write_number(out, (unsigned)sum.scale);
	write_number(out, sum.mantissa < 0 ? ~zigzag : zigzag);
}

struct named {
	struct str value;
	uint32_t number;
};

static int
compare_named(const void *a, const void *b)
{
	return str_cmp(((const struct named *)a)->value, ((const struct named *)b)->value);
}

/* Writes the values of a level that occur; ranks[number] is where one stands among them. */
static void
write_values(struct buf *out, const struct cube *cube, size_t level, uint32_t *ranks)
{
	const struct values *values = &cube->values[level];
	struct named *list = xcalloc(values->n + 1, sizeof(*list));
	size_t i, n = 0;

	memset(ranks, 0, values->n * sizeof(*ranks));
	for (i = 0; i < cube->size; i++) {
		uint32_t value = cube->figures[i].key[level];

		if (cube->figures[i].n != 0 && value < MISSING)
			ranks[value] = 1;
	}
	for (i = 0; i < values->n; i++)
		if (ranks[i] != 0)
			list[n++] = (struct named){ values->list[i], (uint32_t)i };
	if (n > 1)
		qsort(list, n, sizeof(*list), compare_named);
	write_number(out, n);
	for (i = 0; i < n; i++) {
		ranks[list[i].number] = (uint32_t)i;
		write_number(out, list[i].value.n);
		buf_str(out, list[i].value);
	}
	free(list);
}

/* A figure, its key as it is written. */
struct line {
	uint32_t key[KEY_SIZE];
	const struct figure *figure;
};

static int
compare_keys(const uint32_t *a, const uint32_t *b)
{
	int k;

	for (k = 0; k < KEY_SIZE; k++)
		if (a[k] != b[k])
			return a[k] < b[k] ? -1 : 1;
	return 0;
}

static int
compare_lines(const void *a, const void *b)
{
	return compare_keys(((const struct line *)a)->key, ((const struct line *)b)->key);
}

static void
line_of(const struct cube *cube, const struct figure *figure, uint32_t *const *ranks,
    struct line *line)
{
	const struct tally *t = cube->tally;
	size_t k;

	memset(line, 0, sizeof(*line));
	line->figure = figure;
	for (k = 0; k < key_places(t); k++) {
		uint32_t value = figure->key[k];

		if (value == ANY)
			line->key[k] = 0;
		else if (value == MISSING)
			line->key[k] = 1;
		else
			line->key[k] = 2 + (ranks[k] != NULL ? ranks[k][value] : value);
	}
}

static void
write_figures(struct buf *out, const struct cube *cube, uint32_t *const *ranks)
{
	struct line *lines = xcalloc(cube->n + 1, sizeof(*lines));
	size_t i, k, n = 0;

	for (i = 0; i < cube->size; i++)
		if (cube->figures[i].n != 0)
			line_of(cube, &cube->figures[i], ranks, &lines[n++]);
	if (n > 1)
		qsort(lines, n, sizeof(*lines), compare_lines);
	write_number(out, n);
	for (i = 0; i < n; i++) {
		for (k = 0; k < key_places(cube->tally); k++)
			write_number(out, lines[i].key[k]);
		write_number(out, (uint64_t)lines[i].figure->n);
		if (cube->tally->sum.field != 0)
			write_sum(out, lines[i].figure->sum);
	}
	free(lines);
}

static void
write_cube(struct buf *out, const struct cube *cube)
{
	uint32_t *ranks[KEY_SIZE] = { NULL };
	size_t k;

	write_number(out, (uint64_t)cube->undated);
	write_number(out, (uint64_t)cube->unsummed);
	write_number(out, (uint64_t)cube->spread);
	for (k = 0; k < cube->tally->n_levels; k++)
		if (has_values(&cube->tally->levels[k])) {
			ranks[k] = xcalloc(cube->values[k].n + 1, sizeof(*ranks[k]));
			write_values(out, cube, k, ranks[k]);
		}
	write_figures(out, cube, ranks);
	for (k = 0; k < KEY_SIZE; k++)
		free(ranks[k]);
}

void
counts_write(const struct counts *counts, struct buf *out)
{
	size_t i;

	write_number(out, counts->report->fingerprint);
	for (i = 0; i < counts->report->n; i++)
		write_cube(out, &counts->cubes[i]);
	for (i = 0; i < counts->report->n_splits; i++)
		write_number(out, (uint64_t)counts->splits[i]);
}

/* ---- reading ---- */

struct reader {
	const char *p, *end;
	bool good;
	struct str *values[KEY_SIZE]; /* of the cube read now, in the bytes */
	bool *used[KEY_SIZE];
	size_t n_values[KEY_SIZE];
};

static unsigned __int128
read_number(struct reader *r, unsigned bits)
{
	unsigned __int128 n = 0;
	unsigned shift = 0, byte;

	do {
		if (r->p == r->end || shift >= bits) {
			r->good = false;
			return 0;
		}
		byte = (unsigned char)*r->p++;
		if (shift + 7 > bits && (byte & 0x7f) >> (bits - shift) != 0)
			r->good = false;
		n |= (unsigned __int128)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (byte == 0 && shift > 7)
		r->good = false; /* not the shortest */
	return r->good ? n : 0;
}

static uint64_t
read_count(struct reader *r)
{
	uint64_t n = (uint64_t)read_number(r, 64);

	if (n > FIGURE_MAX)
		r->good = false;
	return r->good ? n : 0;
}

static struct number
read_sum(struct reader *r)
{
	struct number sum = { 0, (int)read_number(r, 5) };
	unsigned __int128 zigzag = read_number(r, 128);

	sum.mantissa = (number_mantissa)(zigzag >> 1);
	if (zigzag & 1)
		sum.mantissa = ~sum.mantissa;
	if (sum.scale > 18 || sum.scale != shortest(sum).scale)
		r->good = false;
	return sum;
}

static void
read_values(struct reader *r, size_t level)
{
	size_t n = read_count(r), i;
	struct str *list;

	if (n > (size_t)(r->end - r->p))
		r->good = false;
	if (!r->good)
		return;
	list = r->values[level] = xcalloc(n + 1, sizeof(*list));
	r->used[level] = xcalloc(n + 1, sizeof(bool));
	r->n_values[level] = n;
	for (i = 0; i < n; i++) {
		size_t length = read_count(r);

		if (!r->good || length > (size_t)(r->end - r->p)) {
			r->good = false;
			return;
		}
		list[i] = (struct str){ r->p, length };
		r->p += length;
		if (i > 0 && str_cmp(list[i - 1], list[i]) >= 0)
			r->good = false;
	}
}

static void
read_key(struct reader *r, const struct tally *t, uint32_t *key)
{
	size_t k;

	memset(key, 0, KEY_SIZE * sizeof(*key));
	for (k = 0; k < key_places(t); k++) {
		uint32_t written = (uint32_t)read_number(r, 32), value = written - 2;

		key[k] = written;
		if (written < 2)
			continue;
		if (k < t->n_levels && has_values(&t->levels[k])) {
			if (value < r->n_values[k] && r->used[k] != NULL)
				r->used[k][value] = true;
			else
				r->good = false;
		} else if (!may_hold(t, k, value)) {
			r->good = false;
		}
	}
}

/* Adds one figure to the counts. */
static void
take_figure(struct reader *r, struct counts *into, struct cube *cube, const uint32_t *written,
    int64_t n, struct number sum)
{
	const struct tally *t = cube->tally;
	uint32_t key[KEY_SIZE] = { 0 };
	size_t k;

	for (k = 0; k < key_places(t); k++) {
		uint32_t value = written[k] - 2;

		if (written[k] < 2)
			key[k] = written[k] == 0 ? ANY : MISSING;
		else if (k < t->n_levels && has_values(&t->levels[k]))
			key[k] = value_number(into, &cube->values[k], r->values[k][value]);
		else
			key[k] = value;
	}
	add_figure(cube, key, 0, n, sum);
}

static bool
all_used(const struct reader *r)
{
	size_t k, i;

	for (k = 0; k < KEY_SIZE; k++)
		for (i = 0; i < r->n_values[k]; i++)
			if (!r->used[k][i])
				return false;
	return true;
}

static void
read_figures(struct reader *r, struct counts *into, struct cube *cube)
{
	uint32_t key[KEY_SIZE], last[KEY_SIZE] = { 0 };
	size_t n = read_count(r), i;

	/* In the second reading n is as many as there are. */
	if (into != NULL)
		expect_figures(cube, n);
	for (i = 0; i < n && r->good; i++) {
		struct number sum = { 0, 0 };
		uint64_t units;

		read_key(r, cube->tally, key);
		units = read_count(r);
		if (cube->tally->sum.field != 0)
			sum = read_sum(r);
		if (units == 0 || (i > 0 && compare_keys(last, key) >= 0))
			r->good = false;
		memcpy(last, key, sizeof(last));
		if (r->good && into != NULL)
			take_figure(r, into, cube, key, (int64_t)units, sum);
	}
}

/* Adds to the cube when `into` is given. */
static void
read_cube(struct reader *r, struct counts *into, struct cube *cube)
{
	int64_t undated = (int64_t)read_count(r), unsummed = (int64_t)read_count(r);
	int64_t spread = (int64_t)read_count(r);
	size_t k;

	memset(r->n_values, 0, sizeof(r->n_values));
	for (k = 0; k < cube->tally->n_levels && r->good; k++)
		if (has_values(&cube->tally->levels[k]))
			read_values(r, k);
	read_figures(r, into, cube);
	if (r->good && !all_used(r))
		r->good = false;
	for (k = 0; k < KEY_SIZE; k++) {
		free(r->values[k]);
		free(r->used[k]);
		r->values[k] = NULL;
		r->used[k] = NULL;
	}
	if (into == NULL)
		return;
	cube->undated += undated;
	cube->unsummed += unsummed;
	cube->spread += spread;
}

static bool
read_all(struct counts *counts, struct str bytes, bool add)
{
	struct reader r = { .p = bytes.p, .end = bytes.p + bytes.n, .good = true };
	size_t i;

	if (bytes.n == 0 || (uint64_t)read_number(&r, 64) != counts->report->fingerprint)
		return false;
	for (i = 0; i < counts->report->n && r.good; i++)
		read_cube(&r, add ? counts : NULL, &counts->cubes[i]);
	for (i = 0; i < counts->report->n_splits && r.good; i++) {
		int64_t cases = (int64_t)read_count(&r);

		counts->splits[i] += add ? cases : 0;
	}
	return r.good && r.p == r.end;
}

bool
counts_read(struct counts *into, struct str bytes)
{
	return read_all(into, bytes, false) && read_all(into, bytes, true);
}
