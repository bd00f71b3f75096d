/*
 * What the parts of rules share, and nobody else includes: rules.c makes rules of records, rules-names.c holds their
 * expressions against the schema, rules-judge.c goes through journals, rules-history.c reads History records,
 * rules-step.c holds steps against them, rules-say.c puts verdicts and rules into words, rules-examine.c tries rules on
 * examples.
 */
#ifndef RULES_PARTS_H
#define RULES_PARTS_H

#include "rules.h"

#define RULES_MAX 1000 /* rules and States together */

enum check {
	CHECK_FIRST,
	CHECK_COUNT,
	CHECK_BEFORE,
	CHECK_AFTER,
	CHECK_EVERY,
	CHECK_TOGETHER,
	CHECK_NEVER,
	CHECK_WHILE,
	CHECK_MUST,
	CHECK_SETTLED,
	CHECK_NONE,
};

extern const char *const check_names[]; /* by enum check, NULL-terminated */

/* An expression that entries are asked; equal texts are one. */
struct predicate {
	struct expr *expr;
	struct str text;
};

/* "P14D if EXPR"; the condition is asked of the case. */
struct within {
	struct duration span;
	struct expr *condition; /* NULL: always */
	struct str text; /* as written */
};

struct state {
	struct str name;
	int symbol;
	size_t number; /* in rules->states */
	int start, stop; /* predicates; stop -1: it never stops by an entry */
	int ends; /* symbol of the date field of the starting entry on which it ends by itself; 0 */
	bool is_closed; /* the State named closed */
	const struct rules *rules; /* its own */
	const struct recfile *file;
	const struct record *record;
};

/* Compared between the blamed entry and the other: On_field=Need_field; ENTRY_NAME stands for the entry's own name. */
#define ENTRY_NAME (-1)
struct pairing {
	int own, other;
	bool differs;
};

struct rule {
	struct str name;
	size_t number; /* in rules->rules */
	enum check check;
	enum severity severity;
	int on, need, after, until, with; /* predicates, -1: none */
	int *must; /* predicates */
	size_t n_must;
	struct expr *when; /* of the case; NULL: always */
	struct within *within;
	size_t n_within;
	const struct state **while_; /* one of these must hold */
	size_t n_while;
	const struct state *pause;
	struct pairing *pairings; /* Same and Differs: all must hold */
	size_t n_pairings;
	bool each, next;
	size_t min, max; /* max SIZE_MAX: none */
	int due; /* symbol of the date field of the blamed entry that holds the last day; 0 */
	int who; /* symbol of a field of the case; 0 */
	day since, expires; /* since <= d < expires; DAY_NONE: open */
	const struct rules *rules; /* its own */
	const struct recfile *file;
	const struct record *record;
};

/* A record of rules/ as it came. */
struct definition {
	const struct recfile *file;
	const struct record *record;
	struct str set; /* State, Rule, History or Upkeep */
	size_t faults; /* found in its name */
};

enum history_check {
	HISTORY_APPEND_ONLY,
	HISTORY_FIXED,
	HISTORY_ONLY_BY,
	HISTORY_REASON_NEEDED,
	HISTORY_APPROVED_BY,
	HISTORY_NONE,
};

struct history {
	struct str name;
	enum history_check check;
	struct expr *on, *need; /* NULL: every entry; nothing */
	int *fields; /* symbols */
	size_t n_fields;
	struct str *roles;
	size_t n_roles;
	struct duration within;
	day since, expires;
	const struct rules *rules; /* its own */
	const struct recfile *file;
	const struct record *record;
	bool faulty; /* left out */
};

/* All of them. */
struct book {
	struct history *list;
	size_t n, size;
	int old, new, committer; /* symbols of what expressions may speak of beside the entry */
};

struct rules {
	const struct schema *schema;
	struct symbols *symbols;
	struct arena arena;
	struct predicate *predicates;
	size_t n_predicates;
	struct state *states;
	size_t n_states;
	struct rule *rules;
	size_t n_rules;
	const struct state *closed; /* NULL when no State is named so */
	/* Symbols of what an exception says, and of the rest that C knows of entries. */
	int kind, date, by, waives, entry, approved_by, case_;
	struct definition *definitions; /* of rules.c alone */
	size_t n_definitions, definitions_size, predicates_size;
	struct book *book; /* History records; NULL when there are none */
	struct upkeeps *upkeeps; /* of rules-upkeep.c alone; NULL when there are none */
	const struct record *centre; /* NULL when there is none */
	struct str *dropped; /* names of States that had a fault */
	size_t n_dropped;
};

/* Says that `word` is none of `words` (NULL-terminated), and which of them it might be. */
struct finding *rules_unknown_word(struct findings *findings, struct span at, const char *what, struct str word,
    const char *const *words);

/*
 * Whether a journal shows it, as far as a search among short ones can tell (rules-search.c): true when it cannot. An entry
 * that the rule concerns; a State that begins; a rule that is kept where it applies, together with a second one (NULL:
 * alone; then *beside, by number, are set for those that the journal found does not break, if one was found; may be NULL).
 */
bool rules_may_apply(const struct rule *rule, const struct terms *terms);
bool rules_may_enter(const struct state *state, const struct terms *terms);
bool rules_may_be_kept(const struct rule *first, const struct rule *second, const struct terms *terms,
    bool *beside);

/* "14 days" */
void rules_say_duration(struct buf *out, struct duration span);
/* "an action or expert entry with a Partner": what an expression that entries are asked says, behind `before`, where "a"
 * stands for its article and "*" for the plural. NULL: any entry. */
void rules_say_entry(struct buf *out, const char *before, const struct rules *rules, const struct expr *expr);
/* "Decision 'given' and a Partner" */
void rules_say_expr(struct buf *out, const struct rules *rules, const struct expr *expr, bool of_case);
/* " It holds for what is dated from 2026-01-01 on." */
void rules_say_period(struct buf *out, const char *what, day since, day expires);
/* The i-th value of a field, without blanks around it. */
struct str rules_nth_text(const struct record *record, const char *name, size_t i);
/* A Fix with the case's id for the word CASE. */
void rules_write_fix(struct str fix, const struct casefile *file, struct buf *out);

/* History records, read by rules-history.c: one after another, then linked when all Rules are there. False after a fault: it
 * is left out. */
bool history_add(struct rules *rules, const struct recfile *file, const struct record *record,
    struct findings *findings);
void history_link(struct rules *rules, struct findings *findings);
void history_free(struct rules *rules);

/* Upkeep records, read by rules-upkeep.c. One with a fault is left out, which was said. */
void upkeep_link(struct rules *rules, const struct recfile *file, const struct record *record,
    struct findings *findings);
void upkeep_free(struct rules *rules);

/* "P14D", or "Centre.SETTING"; the reason as duration_parse gives it. */
bool rules_duration(const struct rules *rules, struct str word, struct duration *span, const char **reason);

/*
 * What an expression says, held against the schema; each returns how many faults were found. A condition is asked of the
 * case, a predicate of an entry that is of one of `kinds` (list NULL: any).
 */
size_t rules_check_condition(const struct rules *rules, const struct expr *expr, struct findings *findings);
size_t rules_check_predicate(const struct rules *rules, const struct expr *expr, struct choice kinds,
    struct span at, struct findings *findings);
/* Of an entry in a History record. */
size_t rules_check_step_predicate(const struct rules *rules, const struct expr *expr, struct findings *findings);
/* A field that entries of one of these kinds must have; is_date: it holds a date. */
size_t rules_check_field(const struct rules *rules, int symbol, struct choice kinds, bool is_date, struct span at,
    struct findings *findings);
/* A field of the case. */
size_t rules_check_case_field(const struct rules *rules, int symbol, struct span at, struct findings *findings);
/* Says that a State was left out; false when it was not. */
bool rules_check_dropped(const struct rules *rules, struct str name, struct span at, struct findings *findings);

#endif
