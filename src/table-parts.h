/* What the writers of table share, and nobody else includes. */
#ifndef TABLE_PARTS_H
#define TABLE_PARTS_H

#include "table.h"

#define HIDDEN_MARK "x"

/* The heading's own label: its innermost. */
struct str heading_label(const struct words *words, const struct heading *heading);
/* Whether it has a value of that level, and is not the total there. */
bool heading_stands_at(const struct heading *heading, size_t level);
/* A total in any level. */
bool heading_is_total(const struct axis *axis, const struct heading *heading);
/* In no language: a level's name, a heading's value where it stands (STR_NULL: not stated), what a cell holds. */
struct str level_id(const struct axis *axis, size_t level);
struct str heading_id(const struct heading *heading, size_t level);
struct str measure_id(const struct table *table);
/* Whether the columns' innermost level says what is measured. */
bool has_measures(const struct table *table);
/* How many columns are worth showing: a total beside the only column would say the same again. */
size_t columns_shown(const struct table *table);
const struct cell *cell_at(const struct table *table, size_t row, size_t column);
/* What stands there in no language: of a list's line the field's value. */
struct str cell_id(const struct table *table, size_t row, size_t column);
/* As people read it: a figure in the language's way. Lives in the arena or where the cell's text does. */
struct str cell_words(const struct words *words, const struct cell *cell, struct arena *arena);

/* What a table counts and by what: "cases by Service, Quarter"; of a list, how long it is. */
void table_caption(const struct words *words, const struct table *table, struct buf *out);
/* Takes what fits into `width` off the front of *rest, at least one word; with `hyphens` they end a line too. */
struct str take_part(struct str *rest, size_t width, bool hyphens);
/* With hyphens. */
struct str take_line(struct str *rest, size_t width);

/* The table's chart as an inline SVG with its own title and description; false, and nothing written, when there is
 * nothing to draw. `n` numbers the table in the page, for ids. */
bool write_chart(const struct sheet *sheet, size_t n, struct buf *out);

#endif
