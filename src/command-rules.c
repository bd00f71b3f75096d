/*
 * What an entry needs to be allowed is not read out of the rules: it is tried. A hypothetical entry holds its date, its
 * kind, who writes it, likely values of what it must have, and at most one more choice. A rule that breaks by it forbids
 * it, unless the rule looks at a field that the kind may have and the hypothetical entry has not.
 */
#define _GNU_SOURCE
#include "command-rules.h"
#include "command-form.h"

#include <stdio.h>
#include <string.h>

void
verdicts_copy(const struct judgement *list, size_t n, struct arena *arena, struct verdicts *copy)
{
	copy->list = arena_alloc(arena, (n + 1) * sizeof(*list));
	copy->n = n;
	if (n > 0)
		memcpy(copy->list, list, n * sizeof(*list));
}

/* ---- comparing ---- */

enum class {
	CLASS_DUE, /* or overdue */
	CLASS_LATE,
	CLASS_BROKEN, /* not waived */
	CLASS_NONE,
};

/* A verdict of a case, whatever its entries' indexes are. */
struct key {
	const struct rule *rule;
	size_t at; /* of the blamed entry in the file */
	uint32_t class;
	int32_t due; /* DAY_NONE: whichever */
};

static enum class
class_of(const struct judgement *judgement)
{
	switch (judgement->verdict) {
	case VERDICT_DUE:
	case VERDICT_OVERDUE:
		return CLASS_DUE;
	case VERDICT_LATE:
		return CLASS_LATE;
	case VERDICT_BROKEN:
		return judgement->waiver == NO_ENTRY ? CLASS_BROKEN : CLASS_NONE;
	case VERDICT_OK:
		break;
	}
	return CLASS_NONE;
}

static struct str
key_of(const struct casefile *file, const struct judgement *judgement, enum class class, day due, struct arena *arena)
{
	struct key *key = arena_zero(arena, 1, sizeof(*key));

	key->rule = judgement->rule;
	key->at = judgement->entry == NO_ENTRY ? SIZE_MAX : file->entries[judgement->entry].record->at;
	key->class = (uint32_t)class;
	key->due = due;
	return (struct str){ (const char *)key, sizeof(*key) };
}

/* Each with its day, and whichever day it has. */
static void
know(struct map *known, const struct casefile *file, const struct verdicts *verdicts, struct arena *arena)
{
	size_t i;

	for (i = 0; i < verdicts->n; i++) {
		const struct judgement *judgement = &verdicts->list[i];
		enum class class = class_of(judgement);

		map_put(known, key_of(file, judgement, class, DAY_NONE, arena), NULL);
		map_put(known, key_of(file, judgement, class, judgement->due, arena), NULL);
	}
}

static bool
is_known(const struct map *known, const struct casefile *file, const struct judgement *judgement, enum class class,
    day due, struct arena *arena)
{
	return map_get(known, key_of(file, judgement, class, due, arena)) != NULL;
}

static void
sort_out_new(const struct map *known, const struct casefile *file, const struct verdicts *new, struct arena *arena,
    struct outcome *outcome)
{
	struct verdicts *to[] = { &outcome->due, &outcome->late, &outcome->broken };
	enum class class;
	size_t i;

	for (i = 0; i < sizeof(to) / sizeof(*to); i++)
		*to[i] = (struct verdicts){ arena_alloc(arena, (new->n + 1) * sizeof(*new->list)), 0 };
	for (i = 0; i < new->n; i++) {
		class = class_of(&new->list[i]);
		if (class != CLASS_NONE && !is_known(known, file, &new->list[i], class,
		    class == CLASS_DUE ? new->list[i].due : DAY_NONE, arena))
			to[class]->list[to[class]->n++] = new->list[i];
	}
}

static void
sort_out_settled(const struct map *known, const struct casefile *file, const struct verdicts *old, struct arena *arena,
    struct outcome *outcome)
{
	struct verdicts *settled = &outcome->settled;
	size_t i;

	settled->list = arena_alloc(arena, (old->n + 1) * sizeof(*old->list));
	settled->n = 0;
	for (i = 0; i < old->n; i++)
		if (class_of(&old->list[i]) == CLASS_DUE &&
		    !is_known(known, file, &old->list[i], CLASS_DUE, DAY_NONE, arena) &&
		    !is_known(known, file, &old->list[i], CLASS_BROKEN, DAY_NONE, arena))
			settled->list[settled->n++] = old->list[i];
}

void
outcome_of(struct judge *judge, const struct casefile *before, const struct verdicts *old, struct casefile *after,
    struct arena *arena, struct findings *findings, struct outcome *outcome)
{
	static const struct verdicts none = { NULL, 0 };
	struct map was = MAP_INIT, is = MAP_INIT;
	const struct judgement *list;
	struct verdicts new;
	size_t n;

	if (before == NULL)
		old = &none;
	list = judge_case(judge, after, after->terms->today, findings, &n);
	verdicts_copy(list, n, arena, &new);
	know(&was, before, old, arena);
	know(&is, after, &new, arena);
	sort_out_new(&was, after, &new, arena, outcome);
	sort_out_settled(&is, before, old, arena, outcome);
	map_release(&was);
	map_release(&is);
}

void
check_history(const struct archive *archive, struct store *store, struct casefile *before, struct casefile *after,
    struct findings *findings)
{
	const struct version old = { before, NULL, 0 };
	struct case_step step = { .new = { after, NULL, 0 }, .old = &old, .n_old = before != NULL, .shared = before,
		.on = archive->today };
	struct arena arena;
	struct str email;

	arena_init(&arena);
	email = run_email(store, &arena);
	if (email.p != NULL)
		step.committer = archive_staff_by_email(archive, email, archive->today);
	rules_check_step(archive->rules, &step, findings);
	arena_release(&arena);
}

void
say_fixes(const struct verdicts *broken, const struct casefile *file)
{
	struct buf fix = BUF_INIT;
	size_t i;

	for (i = 0; i < broken->n; i++) {
		const struct rule *rule = broken->list[i].rule;

		if (rule_severity(rule) != ERROR)
			continue;
		buf_reset(&fix);
		rule_fix_write(rule, file, &fix);
		fprintf(stderr, "%.*s: %s\n", STRF(rule_name(rule)), fix.n ? fix.p : "dossier explain tells what it asks");
	}
	buf_release(&fix);
}

void
say_due(const struct run *run, const struct verdicts *due)
{
	char date[DATE_SIZE];
	size_t i;

	for (i = 0; i < due->n && !run->quiet; i++) {
		const struct judgement *judgement = &due->list[i];

		if (judgement->due == DAY_NONE || judgement->paused)
			fputs("due: ", stderr);
		else
			fprintf(stderr, "%s %s: ", judgement->verdict == VERDICT_OVERDUE ? "was due" : "due by",
			    date_format(judgement->due, date));
		fprintf(stderr, "%.*s [%.*s]\n", STRF(rule_message(judgement->rule)), STRF(rule_name(judgement->rule)));
	}
}

/* ---- trying ---- */

struct trial {
	struct archive *archive;
	struct judge *judge;
	struct casefile *file;
	const struct verdicts *now;
	struct arena *arena; /* of what is found */
	struct arena scratch; /* of one hypothetical journal */
	struct findings ignored;
	struct str staff; /* who would write it */
	struct next *list;
	size_t n, size;
	/* Of the kind that is tried. */
	struct str kind;
	const struct rectype *type;
	struct map fields; /* that the hypothetical entry has */
};

static void
put_field(struct trial *trial, struct str name, struct str value, struct buf *out)
{
	map_put(&trial->fields, name, NULL);
	record_write_field(out, name, value);
}

/* Who is the case's, by the first field of the case that names a member of staff. */
static struct str
staff_of(const struct trial *trial)
{
	const struct rectype *type = schema_type(trial->archive->schema, STR("Case"));
	const struct field_info *fields;
	struct str value;
	size_t i, n = 0;

	fields = type ? rectype_fields(type, &n) : NULL;
	for (i = 0; i < n; i++)
		if (str_is(fields[i].target, "Staff") &&
		    case_value(trial->file, fields[i].symbol, trial->archive->today, 0, &value))
			return value;
	return STR_NULL;
}

static void
write_entry(struct trial *trial, const struct field_info *chosen, struct str choice, struct buf *out)
{
	size_t i, n;
	const struct field_info *fields = rectype_fields(trial->type, &n);
	day today = trial->archive->today;
	char date[DATE_SIZE];
	struct str value;

	map_release(&trial->fields);
	put_field(trial, STR("Date"), str_of(date_format(today, date)), out);
	put_field(trial, STR("Kind"), trial->kind, out);
	if (trial->staff.p != NULL)
		put_field(trial, STR("By"), trial->staff, out);
	if (chosen != NULL)
		put_field(trial, chosen->name, choice, out);
	for (i = 0; i < n; i++) {
		if (fields[i].use != FIELD_MANDATORY || map_get(&trial->fields, fields[i].name) != NULL)
			continue;
		value = likely_value(trial->archive, trial->file, &fields[i], today);
		if (value.p != NULL)
			put_field(trial, fields[i].name, value, out);
	}
}

/* The case with the entry at the end of its file. */
static bool
parse_with(struct trial *trial, struct str entry, struct casefile *after)
{
	struct buf out = BUF_INIT;
	struct edits edits;
	struct str bytes;

	edits_init(&edits);
	edit_append_record(&edits, &trial->file->file, entry);
	edits_apply(&edits, trial->file->source.bytes, &out);
	bytes = arena_str(&trial->scratch, buf_view(&out));
	edits_release(&edits);
	buf_release(&out);
	case_parse(&trial->archive->terms, trial->file->path, bytes, &trial->scratch, &trial->ignored, after);
	return after->file.whole && after->header != NULL;
}

struct asked {
	const struct trial *trial;
	bool lacks;
};

static void
see_field(void *context, int symbol)
{
	struct asked *asked = context;
	const struct field_info *info = rectype_field(asked->trial->type, symbol);

	if (info != NULL && info->use != FIELD_PROHIBITED && map_get(&asked->trial->fields, info->name) == NULL)
		asked->lacks = true;
}

/* Whether the verdict could be another if the entry said more. */
static bool
depends_on_more(const struct trial *trial, const struct casefile *after, const struct judgement *judgement)
{
	bool is_blamed = judgement->entry != NO_ENTRY &&
	    after->entries[judgement->entry].record->at >= trial->file->source.bytes.n;
	struct asked asked = { trial, false };

	rule_asks(judgement->rule, trial->kind, !is_blamed, see_field, &asked);
	return asked.lacks;
}

bool
next_is_forbidden_by(const struct next *next, const struct rule *rule)
{
	size_t i;

	for (i = 0; i < next->n_forbids; i++)
		if (next->forbids[i] == rule)
			return true;
	return false;
}

static void
find_forbidding(const struct trial *trial, const struct casefile *after, const struct outcome *outcome, struct next *next)
{
	const struct verdicts *broken = &outcome->broken;
	size_t i;

	next->forbids = arena_alloc(trial->arena, (broken->n + 1) * sizeof(const struct rule *));
	for (i = 0; i < broken->n; i++)
		if (rule_severity(broken->list[i].rule) == ERROR && !next_is_forbidden_by(next, broken->list[i].rule) &&
		    !depends_on_more(trial, after, &broken->list[i]))
			next->forbids[next->n_forbids++] = broken->list[i].rule;
}

/* Of what would be settled that which waits for such an entry: to end a State would settle much, and do nothing. */
static void
keep_met(const struct trial *trial, struct casefile *after, const struct verdicts *settled, struct next *next)
{
	const struct entry *entry = NULL;
	size_t i;

	for (i = 0; i < after->n; i++)
		if (after->entries[i].record->at >= trial->file->source.bytes.n)
			entry = &after->entries[i];
	next->settles = (struct verdicts){ arena_alloc(trial->arena, (settled->n + 1) * sizeof(*settled->list)), 0 };
	for (i = 0; entry != NULL && i < settled->n; i++)
		if (rule_is_met_by(settled->list[i].rule, after, entry))
			next->settles.list[next->settles.n++] = settled->list[i];
}

/* Tries one entry; false when it could not be tried. */
static bool
try_one(struct trial *trial, const struct field_info *chosen, struct str choice, struct next *next)
{
	struct buf entry = BUF_INIT;
	struct casefile after;
	struct outcome outcome;
	bool is_tried;

	*next = (struct next){ .kind = trial->kind };
	arena_reset(&trial->scratch);
	write_entry(trial, chosen, choice, &entry);
	is_tried = parse_with(trial, buf_view(&entry), &after);
	if (is_tried) {
		outcome_of(trial->judge, trial->file, trial->now, &after, &trial->scratch, &trial->ignored, &outcome);
		find_forbidding(trial, &after, &outcome, next);
		keep_met(trial, &after, &outcome.settled, next);
	}
	if (chosen != NULL) {
		next->field = chosen->name;
		next->choice = choice;
	}
	buf_release(&entry);
	return is_tried;
}

static void
keep(struct trial *trial, const struct next *next)
{
	size_t old = trial->size * sizeof(*trial->list);

	if (trial->n == trial->size) {
		trial->size = trial->size ? trial->size * 2 : 64;
		trial->list = arena_grow(trial->arena, trial->list, old, trial->size * sizeof(*trial->list));
	}
	trial->list[trial->n++] = *next;
}

struct wanted {
	int symbol;
	bool is_asked;
};

static void
see_wanted(void *context, int symbol)
{
	struct wanted *wanted = context;

	wanted->is_asked |= symbol == wanted->symbol;
}

/* Whether any rule looks at that field of entries of the kind. */
static bool
is_looked_at(const struct trial *trial, const struct field_info *field)
{
	const struct rules *rules = trial->archive->rules;
	struct wanted wanted = { field->symbol, false };
	size_t i;

	for (i = 0; i < rules_count(rules) && !wanted.is_asked; i++)
		rule_asks(rules_at(rules, i), trial->kind, true, see_wanted, &wanted);
	return wanted.is_asked;
}

static void
keep_common(struct next *common, const struct next *next)
{
	size_t i, n = 0;

	for (i = 0; i < common->n_forbids; i++)
		if (next_is_forbidden_by(next, common->forbids[i]))
			common->forbids[n++] = common->forbids[i];
	common->n_forbids = n;
}

/* Each choice of one field; a rule that forbids each choice of a field that must be there forbids the kind itself. */
static void
try_choices(struct trial *trial, const struct field_info *field, const struct next *plain)
{
	struct next next, common = { .kind = trial->kind };
	size_t before = trial->n, i;

	for (i = 0; i < field->n_choices; i++) {
		if (!try_one(trial, field, field->choices[i], &next))
			continue;
		if (i > 0)
			keep_common(&common, &next);
		else if (field->use == FIELD_MANDATORY) {
			common.forbids = arena_alloc(trial->arena, (next.n_forbids + 1) * sizeof(const struct rule *));
			for (; common.n_forbids < next.n_forbids; common.n_forbids++)
				common.forbids[common.n_forbids] = next.forbids[common.n_forbids];
		}
		if (next.n_forbids > 0 || next.settles.n > plain->settles.n)
			keep(trial, &next);
	}
	if (common.n_forbids > 0) {
		trial->n = before;
		keep(trial, &common);
	}
}

/* Any entry may hold what Entry says; what is worth trying are the fields of the kind itself. */
static bool
is_worth_trying(const struct trial *trial, const struct field_info *field)
{
	const struct rectype *entry = schema_type(trial->archive->schema, STR("Entry"));
	bool is_own = entry == NULL || rectype_field(entry, field->symbol) == NULL || field->use == FIELD_MANDATORY;

	return is_own && field->n_choices > 0 && field->use != FIELD_PROHIBITED && is_looked_at(trial, field);
}

static void
try_kind(struct trial *trial, struct str kind)
{
	size_t i, n;
	const struct field_info *fields;
	struct next plain;

	trial->kind = kind;
	trial->type = schema_kind(trial->archive->schema, kind);
	if (trial->type == NULL || !try_one(trial, NULL, STR_NULL, &plain))
		return;
	keep(trial, &plain);
	fields = rectype_fields(trial->type, &n);
	for (i = 0; i < n && plain.n_forbids == 0; i++)
		if (is_worth_trying(trial, &fields[i]))
			try_choices(trial, &fields[i], &plain);
}

struct next *
what_next(struct archive *archive, struct judge *judge, struct casefile *file, const struct verdicts *now,
    struct arena *arena, size_t *n)
{
	struct trial trial = { .archive = archive, .judge = judge, .file = file, .now = now, .arena = arena };
	size_t i, n_kinds;
	const struct str *kinds = schema_kinds(archive->schema, &n_kinds);

	arena_init(&trial.scratch);
	findings_init(&trial.ignored);
	trial.staff = staff_of(&trial);
	for (i = 0; i < n_kinds; i++)
		try_kind(&trial, kinds[i]);
	map_release(&trial.fields);
	findings_release(&trial.ignored);
	arena_release(&trial.scratch);
	*n = trial.n;
	return trial.list;
}
