/*
 * mask hides how people are taken out of what somebody else is to read: which words of a text speak of a person, and whether
 * that is the one who asked. People are labels: "mother", "child-2". Which words prose has for them is the caller's to say.
 * A text can speak of people in ways that no list of words knows: whoever sends it reads it first.
 */
#ifndef MASK_H
#define MASK_H

#include "base.h"

struct mask;

/* asker: the label of who asked; marker: what stands in place of the others. Both, and all texts below, must outlive it. */
struct mask *mask_new(struct str asker, struct str marker);
void mask_free(struct mask *mask);

enum mask_when {
	MASK_ALWAYS,
	MASK_NAMED, /* in prose only when the case names such a person: the word means other things too */
	MASK_NEVER, /* several people, the one who asked perhaps among them: "family" */
};

/* A label without number: "child". */
void mask_add_person(struct mask *mask, struct str person, enum mask_when when);
/* A word that prose has for it, in any case: "children", "kinderen". */
void mask_add_word(struct mask *mask, struct str person, struct str word);
/* A label that the case uses: "child-2". All of them before the first text. */
void mask_add_label(struct mask *mask, struct str label);

/* Whether a value is the label of a person that was added. */
bool mask_is_person(const struct mask *mask, struct str label);
/* A field's value that is a label: writes it, or the marker. */
void mask_label(struct mask *mask, struct str label, struct buf *out);
/* Prose: whole words only, numbered ones too ("child-2", "child 2"), and words joined by hyphens when each is a person
 * ("mother-daughter"). Everything else stays as it is. */
void mask_text(struct mask *mask, struct str text, struct buf *out);

#endif
