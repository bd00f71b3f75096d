/*
 * diag hides how a finding is written: where a place is in lines and columns, the caret, the order,
 * colours, and the formats gcc, rec, json, sarif, github and gitlab.
 *
 * The step that knows most reports: it says the sentence with find() and goes on. Everything a
 * finding needs is copied into its collection at once, so sources may come and go.
 */
#ifndef DIAG_H
#define DIAG_H

#include "base.h"

/* Bytes with a name: a path as a person would type it, relative to the centre's root. Bytes that are STR_NULL
 * stand for a file that could not be read: what is found there has no line. */
struct source {
	const char *name;
	struct str bytes;
};

/* n bytes at `at` of a source; n may be 0: a place between two bytes. */
struct span {
	const struct source *source;
	size_t at, n;
};

enum severity {
	NOTE,
	WARNING,
	ERROR,
};

enum message {
#define M(id, name, severity, meaning, mend, bad, good) MSG_##id,
#include "messages.h"
#undef M
	MESSAGE_COUNT
};

/* One line of the catalogue. */
struct message_info {
	const char *name;
	enum severity severity;
	const char *meaning; /* what it says, one sentence */
	const char *mend; /* what to do, one sentence */
	const char *bad, *good; /* an example that provokes it, and one that does not */
};

const struct message_info *message_info(enum message message);
/* The message of that name, MESSAGE_COUNT when there is none. */
enum message message_named(struct str name);

struct finding {
	const char *rule; /* the message's name, or a process rule's */
	const char *state; /* "broken" for messages; ok, due, overdue, late, broken for rules; not copied */
	const char *path; /* NULL when it is about no file */
	const char *text; /* the message */
	const char *fix, *basis; /* NULL when there is none */
	const char *case_id, *entry, *due; /* NULL when there is none */
	const char *excerpt; /* the source line as a terminal shows it; NULL when values are hidden */
	uint32_t line, column; /* from 1; columns count characters; 0 when it is about the whole */
	uint32_t caret, caret_n; /* terminal columns before the caret and under it */
	enum severity severity; /* change it with regrade() only */
};

/* A collection of findings; one thread's at a time. */
struct findings {
	struct arena arena; /* for whatever a finding points to; lives as long as the collection */
	struct finding *list;
	size_t n, size;
	size_t count[3]; /* by severity */
	bool hide_values; /* what val() returns is masked and no excerpt is kept */
	const char *case_id, *entry; /* stamped on each finding; set by who walks the cases */
	/* diag's own: room for a text, texts kept lately, the place found last. */
	struct buf scratch, shown;
	const char *recent[256];
	struct place_cache {
		struct str bytes;
		uint64_t print;
		uint32_t *marks;
		size_t n_marks, size, line_from, at, column;
	} place;
};

void findings_init(struct findings *findings);
void findings_release(struct findings *findings);
/* Before a source whose bytes may stand where another's stood: places in it are looked up anew. */
void findings_new_source(struct findings *findings);
void findings_copy(struct findings *into, const struct findings *from);
/* Moves all of `from` to the end of `into`; `from` is empty afterwards. */
void findings_move(struct findings *into, struct findings *from);
/* The same but for those on a line of which `into` says already what is as bad: one fault is said once. */
void findings_move_unsaid(struct findings *into, struct findings *from);

/*
 * Reports. Wording: lower case, no full stop, the error first, the subject quoted ('...'), then what was
 * expected. What to do goes to fix(). span.source may be NULL for a finding about no file. The
 * pointer is good until the next find() on the same collection. Control characters in the text are
 * shown as <U+001B>.
 */
struct finding *find(struct findings *findings, enum message message, struct span at,
    const char *format, ...) PRINTF_LIKE(4, 5);
/* What to do, in the same wording; LF begins another line. */
void fix(struct findings *findings, struct finding *finding, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* Another severity than the catalogue's. */
void regrade(struct findings *findings, struct finding *finding, enum severity severity);
/* A text taken from a file, for %s in a message: its first line, shortened to 60 characters, masked when
 * values are hidden. Names of fields, kinds and files are not values. Lives as long as the findings. */
const char *val(struct findings *findings, struct str value);
/* The same without masking or shortening, as a C string: names. */
const char *nam(struct findings *findings, struct str name);

/* The candidate nearest to `word` (Damerau-Levenshtein distance, ASCII case folded, at most a third of
 * the longer one's length), the first of equals, or STR_NULL: for "did you mean". */
struct str nearest(struct str word, const struct str *candidates, size_t n);

enum diag_format {
	DIAG_GCC,
	DIAG_REC,
	DIAG_JSON,
	DIAG_SARIF, /* SARIF 2.1.0, OASIS */
	DIAG_GITHUB, /* workflow commands */
	DIAG_GITLAB, /* Code Quality report, a subset of the Code Climate format */
};

/* False when there is no format of that name. */
bool diag_format_named(struct str name, enum diag_format *format);

struct diag_style {
	enum diag_format format;
	bool excerpts; /* DIAG_GCC: the source line, a caret, the fix and the basis below each */
	bool color;
	/* DIAG_GCC: put before each path, NULL for nothing: the way from the folder where the user stands to the
	 * root. The other formats are read by programs, which know the root. */
	const char *prefix;
};

/* Sorts (severity, path, line, column), drops exact duplicates, and writes everything to `out`. With no
 * finding at all gcc and github write nothing, the others an empty set of their kind. */
void findings_write(struct findings *findings, const struct diag_style *style, struct buf *out);
/* 1 when there is an error, else 0. */
int findings_status(const struct findings *findings);

/* Line and column (both from 1, in characters) of a byte of a source. */
void source_position(const struct source *source, size_t at, size_t *line, size_t *column);

/* The line alone; quick when the same source is asked about again and again. */
size_t findings_line(struct findings *findings, const struct source *source, size_t at);

/* Text made safe for a terminal: control and bidirectional characters as <U+202E>, invalid bytes as
 * <0xFF>; tabs stay, and LF when `lines`. */
void escape_text(struct buf *out, struct str text, bool lines);
/* With its quotes, RFC 8259; bytes that are not UTF-8 become U+FFFD. */
void json_string(struct buf *out, struct str s);
/* Text in HTML or XML, in an attribute too: the five characters that mean something there. */
void markup_text(struct buf *out, struct str text);

#endif
