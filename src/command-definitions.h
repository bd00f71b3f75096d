/*
 * command-definitions hides what of a centre's texts rests on its schema and rules: templates of documents and definitions of
 * reports; and what of all that is wrong in them a change has brought.
 */
#ifndef COMMAND_DEFINITIONS_H
#define COMMAND_DEFINITIONS_H

#include "archive.h"
#include "diag.h"
#include "store.h"

/* Everything in templates/ that is wrong. Nothing is found where there is no schema, in which no name is known. */
void definitions_check_documents(struct archive *archive, struct findings *findings);
/* What is wrong in definitions of reports, but on lines about which something was found already. */
void definitions_check_reports(struct archive *archive, struct findings *findings);

/*
 * From what one or two archives hold (NULL, or n 0: definitions are those of `archive`) to what `archive` does: finds what
 * is wrong in files of `changes`, and elsewhere what was not so before. Does nothing when only cases changed.
 */
void definitions_check_step(struct archive *archive, struct archive *const *before, size_t n,
    const struct changes *changes, struct findings *findings);

#endif
