/*
 * rules hides the Centre's way of working: State, Rule and History records (dossier-rules(5)), the clocks
 * and monitors behind them, and what follows for a journal: what is broken, what is due and by when.
 *
 * A rule is a constraint of Declare (M. Pesic, H. Schonenberg, W. van der Aalst, "DECLARE: Full Support for
 * Loosely-Structured Processes", 2007) with conditions on data and time. On a closed case the verdicts are those of
 * linear temporal logic on finite traces (G. De Giacomo, M. Vardi, IJCAI 2013), on a running one those of RV-LTL
 * (A. Bauer, M. Leucker, C. Schallhart, 2010).
 */
#ifndef RULES_H
#define RULES_H

#include "base.h"
#include "diag.h"
#include "journal.h"
#include "record.h"
#include "schema.h"
#include "value.h"

struct rules;
struct rule;
struct state;

/* schema and symbols stay the caller's and must outlive it. */
struct rules *rules_new(const struct schema *schema, struct symbols *symbols);
void rules_free(struct rules *rules);
/* Takes the records of one parsed file of rules/; its bytes must outlive the rules. */
void rules_add(struct rules *rules, const struct recfile *file, struct findings *findings);
/* The record of centre.rec, where "Within: Centre.SETTING" is looked up; NULL when there is none. Before rules_link. */
void rules_set_centre(struct rules *rules, const struct record *centre);
/* After the last rules_add: compiles expressions, resolves names of States, finds every word that is not known. A
 * rule with a fault is left out, which was said. */
void rules_link(struct rules *rules, struct findings *findings);

/* Those that were understood, in order of the files. */
size_t rules_count(const struct rules *rules);
const struct rule *rules_at(const struct rules *rules, size_t i);
const struct rule *rules_named(const struct rules *rules, struct str name);
size_t rules_state_count(const struct rules *rules);
const struct state *rules_state_at(const struct rules *rules, size_t i);
/* Whether a name is a State's. */
bool rules_is_state(const struct rules *rules, int symbol);

struct str state_name(const struct state *state);
struct str rule_name(const struct rule *rule);
/* The i-th value of a field of its record, STR_NULL when there are no more. */
struct str rule_text(const struct rule *rule, const char *field, size_t i);
struct str state_text(const struct state *state, const char *field, size_t i);
/* What it says of itself; STR_NULL when it does not. Basis: its first. */
struct str rule_message(const struct rule *rule);
struct str rule_fix(const struct rule *rule);
struct str rule_basis(const struct rule *rule);
/* What to do about a case: its Fix, with the case's id for the word CASE, so that a command in it can be copied. */
void rule_fix_write(const struct rule *rule, const struct casefile *file, struct buf *out);
enum severity rule_severity(const struct rule *rule);
/* The field of the case that holds who must do what is due; 0 when nobody is named. */
int rule_who(const struct rule *rule);

/* History records, in order of the files. */
struct history;
size_t rules_history_count(const struct rules *rules);
const struct history *rules_history_at(const struct rules *rules, size_t i);
struct str history_name(const struct history *history);
struct str history_text(const struct history *history, const char *field, size_t i);
/* Whether a record of that name stands in rules/, even if it was not understood. */
bool rules_defines(const struct rules *rules, struct str name);

/*
 * Calls `see` for each field of its own by which the rule looks at an entry of a kind that it blames: in On and Must, and
 * what Same and Differs compare. With `any_part` also by what it asks of other entries. What a missing field would
 * change is known by that.
 */
void rule_asks(const struct rule *rule, struct str kind, bool any_part, void (*see)(void *context, int field),
    void *context);
/* Whether an entry of a judged case is what the rule waits for. */
bool rule_is_met_by(const struct rule *rule, struct casefile *file, const struct entry *entry);

/* ---- judging a case ---- */

enum verdict {
	VERDICT_OK,
	VERDICT_DUE, /* not yet, and its date (if it has one) has not passed */
	VERDICT_OVERDUE, /* the date has passed; it can still be done late */
	VERDICT_LATE, /* done after its date, or its time ended without it */
	VERDICT_BROKEN, /* no further entry can repair it */
};

const char *verdict_name(enum verdict verdict);

#define NO_ENTRY SIZE_MAX

/* Entries are indexes into casefile->entries. */
struct judgement {
	const struct rule *rule;
	enum verdict verdict;
	size_t entry; /* the entry blamed; NO_ENTRY: the case */
	size_t near; /* the nearest miss, or the entry that broke it; NO_ENTRY when there is none */
	size_t waiver; /* the exception that waives it (BROKEN only), NO_ENTRY when none does */
	day due; /* its last day, DAY_NONE when it has no date */
	day done; /* LATE: the day of `near`, or on which its time ended; DAY_NONE else */
	bool paused; /* DUE: its clock stands still */
	bool at_end; /* BROKEN because the case was closed while it was due: near is the entry that closed it */
};

/* One thread's memory for judging, reused from case to case: a journal is gone through once, and nothing is
 * allocated per entry once it has grown. */
struct judge;

struct judge *judge_new(const struct rules *rules);
void judge_free(struct judge *judge);
/*
 * Judges a case on a day. All verdicts but OK, in order of the blamed entry, then of the rules; NO_ENTRY last. The
 * list is good until the next judge_case. Sets file->standing, so that names of States answer; it
 * is good as long as the list. Findings: conversion errors of expressions.
 */
const struct judgement *judge_case(struct judge *judge, struct casefile *file, day today,
    struct findings *findings, size_t *n);

/* A time in which a State holds. */
struct spell {
	const struct state *state;
	size_t start, stop; /* entries; stop NO_ENTRY: it still holds, or ended by itself */
	day from, until; /* from <= d < until; DAY_NONE: it still holds */
};

/* Of the case judged last, in order of their start. */
const struct spell *judge_spells(const struct judge *judge, size_t *n);

/* Writes a verdict as a finding: place, text with the nearest miss and the days over, fix, basis. `today` is the day it
 * was judged on. Broken has the rule's severity; overdue and late are at most warnings, due is a note. */
void judgement_report(const struct judgement *judgement, const struct casefile *file, day today,
    struct findings *findings);
/* What is said of it in one line, without place and name: "no consultation with the municipality ...: the last was
 * 2026-01-21/consultation, 43 days before". */
void judgement_say(const struct judgement *judgement, const struct casefile *file, day today,
    struct buf *out);

/* ---- the step from what the shared main branch holds to what is pushed ---- */

/* A case as one commit has it, and what is broken in it: those of judge_case with VERDICT_BROKEN, copied. */
struct version {
	struct casefile *file;
	const struct judgement *broken;
	size_t n;
};

/* What one commit does to one case. All versions are read by the terms of the new one. */
struct case_step {
	struct version new;
	const struct version *old; /* of each parent that has the case */
	size_t n_old;
	struct casefile *shared; /* as the main branch has it; NULL: it has not */
	const struct entity *committer; /* their staff record; NULL when it is not known, which was said */
	day on; /* the commit's date */
	bool kept_only; /* the rest was judged elsewhere: look only for what the step loses */
	bool is_same; /* only rules or directory change: look only for verdicts that are new */
};

/*
 * What History records, and rules of which the verdict was in no parent, have against a step. What is broken is old when
 * a parent has the same rule broken by the same bytes, or by an entry of that name that was rewritten. A new one of
 * severity error is waived only by an exception that the step adds; one that a second person did not agree to is found.
 */
void rules_check_step(const struct rules *rules, const struct case_step *step, struct findings *findings);

/* ---- records that are kept up ---- */

/* An Upkeep record: a date in each directory record of a type may only be so old. */
struct upkeep;

size_t rules_upkeep_count(const struct rules *rules);
const struct upkeep *rules_upkeep_at(const struct rules *rules, size_t i);
struct str upkeep_name(const struct upkeep *upkeep);
/* The i-th value of one of its fields, STR_NULL when there is none. */
struct str upkeep_text(const struct upkeep *upkeep, const char *field, size_t i);

struct upkept {
	const struct upkeep *upkeep;
	const struct entity *entity;
	enum verdict verdict; /* DUE or OVERDUE */
	day last, due; /* the date in the record, and until when it will do; DAY_NONE: it has none, or may be of any age */
};

/* Of every record that is valid today, in order of the rules and the files; in the arena. */
const struct upkept *rules_upkeep(const struct rules *rules, const struct directory *directory, day today,
    struct arena *arena, size_t *n);
/* The i-th value of the field that says who must do it. */
bool upkept_who(const struct upkept *item, size_t i, struct str *value);
void upkept_report(const struct upkept *item, day today, struct findings *findings);
void upkeep_say(const struct upkeep *upkeep, struct buf *out);
void upkeep_explain(const struct upkeep *upkeep, struct buf *out);

/* ---- rules about rules ---- */

/* Runs each rule's Good and Bad examples, and finds those that do not do what they say. */
void rules_try_examples(const struct rules *rules, const struct terms *terms, struct findings *findings);
/* Does that too; finds rules without examples, rules that can never apply, pairs that no journal satisfies, States that
 * are never entered. */
void rules_examine(const struct rules *rules, const struct terms *terms, struct findings *findings);
/* A rule or State in words, made from its fields: "Each action entry needs before it a consent entry." */
void rule_say(const struct rule *rule, struct buf *out);
void state_say(const struct state *state, struct buf *out);
void history_say(const struct history *history, struct buf *out);
/* The same with its message, fix, basis and examples; the text of `dossier explain NAME`. */
void rule_explain(const struct rule *rule, struct buf *out);
void state_explain(const struct state *state, struct buf *out);
void history_explain(const struct history *history, struct buf *out);

#endif
