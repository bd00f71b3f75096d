/*
 * command-rules hides what an entry changes in a journal that does not hold it yet: the case is judged without it and
 * with it, and the verdicts are compared.
 */
#ifndef COMMAND_RULES_H
#define COMMAND_RULES_H

#include "command.h"

/* Verdicts that outlive the next judge_case. */
struct verdicts {
	struct judgement *list;
	size_t n;
};

void verdicts_copy(const struct judgement *list, size_t n, struct arena *arena, struct verdicts *copy);

/* What one version of a case has that the one before had not. Entries are indexes into it, in `settled` into the one
 * before. */
struct outcome {
	struct verdicts broken; /* and not waived */
	struct verdicts late;
	struct verdicts due; /* newly due or overdue, or by another day */
	struct verdicts settled; /* was due or overdue, and is neither that nor broken now */
};

/*
 * Judges `after` and compares it with `before`, whose verdicts are `old`: entries are the same that begin at the same
 * byte. before NULL: there was nothing. All in the arena.
 */
void outcome_of(struct judge *judge, const struct casefile *before, const struct verdicts *old,
    struct casefile *after, struct arena *arena, struct findings *findings, struct outcome *outcome);

/* What History records have against writing down today what `after` has more than `before` (NULL: nothing was there): a
 * commit would be refused for it. */
void check_history(const struct archive *archive, struct store *store, struct casefile *before,
    struct casefile *after, struct findings *findings);

/* What would mend what is broken, each rule in a line on stderr. */
void say_fixes(const struct verdicts *broken, const struct casefile *file);
/* On stderr, unless -q: what must happen now, and by when. */
void say_due(const struct run *run, const struct verdicts *due);

/* What could be written next: an entry of a kind, or one with a choice for one of its fields. */
struct next {
	struct str kind, field, choice; /* field STR_NULL: whatever it holds */
	const struct rule **forbids; /* rules of severity error that it would break */
	size_t n_forbids; /* 0: it may be written */
	struct verdicts settles; /* what waits for it, not what would only be let go of; indexes as in `file` */
};

/* Tries each kind on today, and each choice that a rule looks at; what only depends on fields that were not tried is not
 * forbidden. Returns a list in order of the schema. `file` must be whole; the judge forgets its verdicts. */
struct next *what_next(struct archive *archive, struct judge *judge, struct casefile *file,
    const struct verdicts *now, struct arena *arena, size_t *n);
bool next_is_forbidden_by(const struct next *next, const struct rule *rule);

#endif
