/*
 * command-document hides what a document is: its record in templates/documents.rec, its files in templates/ by language and
 * suffix, whether it may be made of a case today and for whom, and what of the case stands in it. See dossier-template(5).
 */
#ifndef COMMAND_DOCUMENT_H
#define COMMAND_DOCUMENT_H

#include "archive.h"
#include "diag.h"
#include "words.h"

struct documents; /* of one archive, which outlives it */
struct document;

struct documents *documents_open(struct archive *archive);
void documents_free(struct documents *documents);

/* Everything in templates/ that is wrong: tags, names, records, files without record and records without file. */
void documents_check(struct documents *documents, struct findings *findings);
/* "handover  en nl  .ms  outside  Handover report", one document a line. */
void documents_list(struct documents *documents, struct buf *out);

/*
 * The document that `name` means: NAME, NAME.LANG, NAME.SUFFIX or NAME.LANG.SUFFIX. language: STR_NULL: what the name says,
 * else the Centre's. NULL after findings: there is none, or it has a fault. Interns symbols: before the case is read.
 */
struct document *document_load(struct documents *documents, struct str name, struct str language,
    struct findings *findings);
void document_close(struct document *document);
bool document_needs_case(const struct document *document);
const char *document_path(const struct document *document);

/* How it is made. */
struct making_of {
	struct casefile *file; /* judged on archive->today; NULL: it is about no case */
	struct str entry; /* which one it is about: DATE/KIND/N; STR_NULL: the last that its About lets through */
	struct str asker; /* for whom others are masked; STR_NULL: nobody */
	size_t masked; /* how often something was */
};

/* Writes it. False after findings: it may not be made of this case today. */
bool document_write(struct document *document, struct making_of *how, struct findings *findings, struct buf *out);

#endif
