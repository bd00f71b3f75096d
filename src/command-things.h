/*
 * command-things hides what names in documents stand for: which are known of a case, its entries, records of the directory and
 * the document itself, how their values are read, and which of them a document may not see.
 */
#ifndef COMMAND_THINGS_H
#define COMMAND_THINGS_H

#include "archive.h"
#include "mask.h"
#include "template.h"
#include "words.h"

struct things; /* the sorts; of one archive */

/* Interns its names. */
struct things *things_new(struct archive *archive);
void things_free(struct things *things);

/* A kind of entry or a field of which something stands outside of the document. */
struct left_out {
	struct str name;
	size_t n;
};

/* What is seen of one case, on archive->today, by one document. All of it is the caller's. */
struct view {
	struct casefile *file; /* NULL: the document is about no case */
	const struct words *words;
	const struct entity *document; /* its record */
	const int *fields; /* of the header and entries, which may be seen; NULL: all */
	size_t n_fields;
	const size_t *shown; /* entries, as indexes, in their order */
	size_t n_shown;
	size_t about; /* the entry that it is about; NO_ENTRY */
	bool of_today; /* Case.X in an entry is what holds today, not what held on its date */
	struct str asker; /* STR_NULL: nobody */
	const int *people; /* fields that hold labels of people */
	size_t n_people;
	struct mask *mask; /* NULL: nothing is masked */
	size_t masked; /* how often something is, as the document says */
	const struct left_out *kinds, *left_fields;
	size_t n_kinds, n_left_fields, n_left;
};

/* Until the next call, things are seen so. view NULL, or with file NULL: for checking. */
void things_set_view(struct things *things, const struct view *view);
/* Whether a field of the header or an entry may be seen in the view. */
bool view_shows(const struct things *things, const struct view *view, int symbol);

/* For template_check: around a whole document, outermost first. Returns how many. */
size_t things_sorts(const struct things *things, bool has_case, const struct sort *sorts[3]);
/* The sort of entries of any kind. */
const struct sort *things_entry_sort(const struct things *things);
/* For template_fill; the same. */
size_t things_items(const struct things *things, struct item items[3]);
void things_entry_item(const struct things *things, size_t entry, struct item *item);

/* What a person reads of a value: dates, numbers and words in the view's language. For struct filling, with context
 * things. */
void things_show(void *context, const struct item *item, struct buf *out);
void things_show_number(void *context, struct str exact, struct buf *out);

/* "Left_out", which a document for outside has to say. */
int things_left_out(const struct things *things);

#endif
