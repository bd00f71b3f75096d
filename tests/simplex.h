/*
 * Linear programming for tests that attack what is published: Dantzig's tableau in two phases.
 */
#ifndef SIMPLEX_H
#define SIMPLEX_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define EPSILON 1e-7

static double
away(double x)
{
	return x < 0 ? -x : x;
}

static long
near_to(double x)
{
	return (long)(x < 0 ? x - 0.5 : x + 0.5);
}

/* Of what is not whole, and not below 0. */
static long
down(double x)
{
	return (long)x;
}

/* Rows: sum of a[i][j] x[j] = b[i], x >= 0. */
struct program {
	int n_rows, n_vars;
	double *a; /* row by row, with b as the last column */
};

static double *
at(const struct program *p, int row, int column)
{
	return &p->a[(size_t)row * (size_t)(p->n_vars + 1) + (size_t)column];
}

/* A tableau: a program with artificial variables, its basis, and the row of costs. */
struct tableau {
	int m, n; /* n counts artificial variables too */
	double *a; /* (m + 1) rows of n + 1 */
	int *basis;
};

static double *
cell(const struct tableau *t, int row, int column)
{
	return &t->a[(size_t)row * (size_t)(t->n + 1) + (size_t)column];
}

static void
pivot(struct tableau *t, int row, int column)
{
	double by = *cell(t, row, column);
	int i, j;

	for (j = 0; j <= t->n; j++)
		*cell(t, row, j) /= by;
	for (i = 0; i <= t->m; i++) {
		double times = *cell(t, i, column);

		if (i == row || away(times) < 1e-12)
			continue;
		for (j = 0; j <= t->n; j++)
			*cell(t, i, j) -= times * *cell(t, row, j);
		*cell(t, i, column) = 0;
	}
	t->basis[row] = column;
}

/* Goes down the costs over columns below `limit`; false when there is no end to it. */
static bool
descend(struct tableau *t, int limit)
{
	int steps, i, j;

	for (steps = 0; steps < 20000; steps++) {
		int column = -1, row = -1;
		double best = -EPSILON, least = 0;

		/* The steepest column, and after many steps the first: it cannot go round in circles. */
		for (j = 0; j < limit; j++)
			if (*cell(t, t->m, j) < best) {
				best = steps < 500 ? *cell(t, t->m, j) : -EPSILON;
				column = j;
				if (steps >= 500)
					break;
			}
		if (column < 0)
			return true;
		for (i = 0; i < t->m; i++) {
			double step;

			if (*cell(t, i, column) < EPSILON)
				continue;
			step = *cell(t, i, t->n) / *cell(t, i, column);
			if (row < 0 || step < least - 1e-12 || (step < least + 1e-12 && t->basis[i] < t->basis[row])) {
				row = i;
				least = step;
			}
		}
		if (row < 0)
			return false;
		pivot(t, row, column);
	}
	return true;
}

static void
cost_row(struct tableau *t, const double *costs)
{
	int i, j;

	for (j = 0; j <= t->n; j++)
		*cell(t, t->m, j) = j < t->n ? costs[j] : 0;
	for (i = 0; i < t->m; i++) {
		double times = *cell(t, t->m, t->basis[i]);

		for (j = 0; times != 0 && j <= t->n; j++)
			*cell(t, t->m, j) -= times * *cell(t, i, j);
	}
}

/* The x of least cost; false when there is none. Without an end the x found last is taken. */
static bool
minimize(const struct program *p, const double *costs, double *x)
{
	int m = p->n_rows, n = p->n_vars + m, i, j;
	struct tableau t = { m, n, calloc((size_t)(m + 1) * (size_t)(n + 1), sizeof(double)), calloc((size_t)m + 1, sizeof(int)) };
	double *all = calloc((size_t)n + 1, sizeof(double));
	bool good;

	for (i = 0; i < m; i++) {
		double sign = *at(p, i, p->n_vars) < 0 ? -1 : 1;

		for (j = 0; j < p->n_vars; j++)
			*cell(&t, i, j) = sign * *at(p, i, j);
		*cell(&t, i, n) = sign * *at(p, i, p->n_vars);
		*cell(&t, i, p->n_vars + i) = 1;
		t.basis[i] = p->n_vars + i;
		all[p->n_vars + i] = 1;
	}
	cost_row(&t, all);
	descend(&t, p->n_vars);
	good = *cell(&t, m, n) > -1e-5;
	/* Artificial variables that stay, at 0, must not grow again. */
	for (i = 0; good && i < m; i++)
		for (j = 0; t.basis[i] >= p->n_vars && j < p->n_vars; j++)
			if (away(*cell(&t, i, j)) > EPSILON)
				pivot(&t, i, j);
	if (good) {
		memset(all, 0, ((size_t)n + 1) * sizeof(double));
		for (j = 0; j < p->n_vars; j++)
			all[j] = costs[j];
		cost_row(&t, all);
		descend(&t, p->n_vars);
		for (j = 0; j < p->n_vars; j++)
			x[j] = 0;
		for (i = 0; i < m; i++)
			if (t.basis[i] < p->n_vars)
				x[t.basis[i]] = *cell(&t, i, n);
	}
	free(t.a);
	free(t.basis);
	free(all);
	return good;
}

#endif
