/*
 * table hides how figures are laid out: a sheet of finished tables as aligned text for a terminal and
 * paper, as CSV, JSON and rec for programs, as HTML with charts for a browser and its printer. It knows labels and
 * cells, nothing of what was counted.
 */
#ifndef TABLE_H
#define TABLE_H

#include "base.h"
#include "words.h"

enum cell_kind {
	CELL_NONE, /* nothing belongs here */
	CELL_FIGURE,
	CELL_HIDDEN, /* there is a figure, and it is not shown */
	CELL_TEXT, /* words: of a list, which stand to the left */
};

struct cell {
	enum cell_kind kind;
	struct str text; /* a figure exactly, in no language: 41, 7.5 */
};

/*
 * A row's or column's heading: a label for each level of its axis from the outermost on. A heading with
 * fewer labels than levels is the total of what begins alike; one with none is the total of all. A label that is STR_NULL
 * is a total too, of that level, under what is never added up: {STR_NULL, "median"}, {STR_NULL, "this period"}.
 */
struct heading {
	const struct str *labels;
	size_t n;
	bool marked; /* a footnote of the table speaks of it */
	/* The labels in no language, one each: "advice", "2026-Q1", "median"; STR_NULL: not stated. NULL: they are the labels. Of a
	 * list's line, which has no label: its fields' values. */
	const struct str *ids;
};

/* How a table may be drawn beside its figures, where a format draws. */
enum chart {
	CHART_NONE,
	CHART_BARS, /* a bar for each row; for each of its columns, side by side */
	CHART_STACKED, /* a bar for each row, its columns one behind the other */
	CHART_LINES, /* a line for each row over the columns, or one over the rows */
	CHART_FLOW, /* start, in, out, end: the measures of a stock */
};

struct axis {
	const struct str *names; /* of its levels */
	size_t n_levels; /* 0: the axis has one heading, the total */
	const struct heading *list; /* a group's total stands before the group in rows, behind it in columns */
	size_t n;
	/* The names in no language: "Case.Service", "quarter"; the innermost of columns is "measure" where a table has several.
	 * NULL: they are the names. */
	const struct str *ids;
};

struct table {
	struct str name, title;
	struct str measure; /* what a cell holds: "cases" */
	struct str measure_id; /* the same in no language; STR_NULL: it is the measure */
	struct axis rows, columns;
	const struct cell *cells; /* row by row */
	const struct str *notes;
	size_t n_notes;
	enum chart chart;
	bool is_list; /* a line a row, without headings of rows; the columns' one level names fields */
};

/* What is written at the head and the foot beside the tables: "Period", "2026-01-01 to 2026-03-31". */
struct about {
	struct str name, value;
	const char *id; /* the name in no language: "period" */
	/* The value in the language, "1 January 2026 to 31 March 2026", for people; STR_NULL: it is the value. */
	struct str text;
};

struct sheet {
	struct str name, title;
	const struct about *head, *foot;
	size_t n_head, n_foot;
	const struct table *tables;
	size_t n;
	const struct str *notes;
	size_t n_notes;
	const struct words *words; /* the language; NULL: English */
};

typedef void sheet_writer_fn(const struct sheet *sheet, struct buf *out);

/*
 * For people, in the sheet's language. Text is at most 80 columns wide wherever the labels allow: wide tables go on
 * below, some columns at a time. HTML is one file without a script that needs nothing else: a chart where a table asks for
 * one, above its figures; light or dark as the reader's system is, and on paper.
 */
sheet_writer_fn sheet_text;
sheet_writer_fn sheet_html;
/*
 * For programs: figures exactly, values and names of fields in no language, titles and notes in the sheet's.
 *
 * CSV, RFC 4180: one line a cell, every line with the same fields, so that a pivot table and a script read it alike: part,
 * table, measure, row_field, row (once a level), column_field, column (once a level), value, note. In another language
 * than English what the rows and columns are called in it follows: row_label, column_label (once a level).
 *
 * JSON, RFC 8259: {"version": 1, "report", "title", "language", "head": {id: value}, "tables": [{"name", "title", "measure",
 * "rows": [levels], "columns": [levels], "labels": {word: label}, "cells": [{"row": [values], "column": [values],
 * "value": 41}], "notes": []}], "notes": [], "foot": {id: value}}. A cell of a total has null where it is summed over; what is
 * not stated is an empty text; "hidden": true stands instead of a value, "partial": true beside one. Of a list there are
 * "fields": [names] and "lines": [[texts]] instead of measure, rows, columns and cells.
 *
 * rec: a record set Report (head and foot), then Figure (Table, Measure, a field for each level, named after it, Value,
 * or Hidden: yes; Total: yes, Partial: yes), Line (Table, a field for each of a list's), Note (Table, Text).
 */
sheet_writer_fn sheet_csv;
sheet_writer_fn sheet_json;
sheet_writer_fn sheet_rec;

/* The writer of a format or of a file name's suffix; NULL when there is none. */
sheet_writer_fn *sheet_writer(struct str format);

#endif
