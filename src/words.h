/*
 * words hides a language: what the files' own words and the program's are called in it, and how it writes
 * dates and numbers. All of that are Label records of the centre: Language, Label (the word, or a whole sentence,
 * in English), Text (what it is called), Field (only as a value of that field; optional). What has no Label stays
 * as it is, so every language works; NULL is English without any Label. See dossier-labels(5).
 *
 * Made by one thread, then read by many. Texts handed out live as long as the directory, or are the word asked about.
 */
#ifndef WORDS_H
#define WORDS_H

#include "base.h"
#include "schema.h"
#include "value.h"

struct words;

/* The Labels of that language; the directory must outlive them. Never NULL. */
struct words *words_load(const struct directory *directory, struct str language);
void words_free(struct words *words);
/* "en" for NULL. */
struct str words_language(const struct words *words);
/* Whether there is a Label of it; English is always there. */
bool language_exists(const struct directory *directory, struct str language);
/* "en, nl": English, and those that have Labels. */
void language_list(const struct directory *directory, struct buf *out);

/*
 * The program's own words. tests/labels.t finds them by these calls and by WORD() in the source and wants a Dutch
 * Label for each; WORD marks a text that is handed over in a variable.
 */
#define WORD(text) text
struct str word(const struct words *words, const char *english);
/* A place in a sentence, {name}, and what stands there. Sentences that name quantities are filled, never pasted: each
 * language has its own order. */
struct blank {
	const char *name;
	struct str text;
};

/* A place that no blank names is written as it stands. */
void words_fill(const struct words *words, const char *english, const struct blank *blanks, size_t n,
    struct buf *out);

/*
 * The files' words. A value of `field` ("Severity", "Case.Severity", "Municipality.Province", "Kind"; "measure" for what
 * is measured): by the Label with that Field, else with its last part, else with none; field "": a title, a note.
 * Line ends in the word count as blanks: Labels are single lines.
 */
struct str words_label(const struct words *words, struct str field, struct str word);
/* A field's own name as a heading: the Label of "Case.Ended_by", else of "Ended_by", else "Ended by". */
void words_heading(const struct words *words, struct str field, struct buf *out);
/* Whether there is a Label that words_label would use. */
bool words_know(const struct words *words, struct str field, struct str word);

/* 24 November 2026. */
void words_date(const struct words *words, day d, struct buf *out);
/* The month, the quarter that the day lies in: March 2026, Q1 2026. */
void words_month(const struct words *words, day d, struct buf *out);
void words_quarter(const struct words *words, day d, struct buf *out);
/* 1 January 2026 to 31 March 2026; open ends stay out. */
void words_period(const struct words *words, struct period period, struct buf *out);
/* An exact number ("-41000.5") with the language's marks; what is no number stays as it is. */
void words_number(const struct words *words, struct str exact, struct buf *out);

#endif
