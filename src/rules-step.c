/*
 * The step from one version of a case to the next. Entries have no ids: an entry is its bytes, and a version of a case a
 * multiset of them, so that moving, numbering and merging change nothing, and what a step adds or loses is a
 * difference of multisets. A verdict is old when a parent has one of the same rule on the same bytes; only an entry that was
 * itself rewritten is known by its name instead.
 */
#include "rules-parts.h"

#include <string.h>
#include <strings.h>

#define NAMED_MAX 50

/* ---- entries as bytes ---- */

/* How often the same entry stands in each version. */
struct tally {
	size_t now, shared, most; /* in the new one, on the main branch, in the parent that has most */
	size_t *old; /* in each parent */
	size_t said; /* of those lost, or seen of those added */
};

struct weighing {
	const struct rules *rules;
	const struct case_step *step;
	struct findings *findings;
	struct arena arena;
	struct map tallies; /* by bytes */
	bool exception_refused; /* one that is added */
};

static struct str
bytes_of(const struct casefile *file, const struct record *record)
{
	struct str bytes = { file->source.bytes.p + record->at, record->end - record->at };

	while (bytes.n > 0 && bytes.p[bytes.n - 1] == '\n')
		bytes.n--;
	return bytes;
}

static struct str
entry_bytes(const struct casefile *file, size_t entry)
{
	return entry == NO_ENTRY ? STR("") : bytes_of(file, file->entries[entry].record);
}

static struct tally *
tally_of(struct weighing *w, struct str bytes)
{
	bool is_new;
	struct map_slot *slot = map_put(&w->tallies, bytes, &is_new);
	struct tally *tally;

	if (!is_new)
		return slot->value.p;
	tally = slot->value.p = ARENA_NEW(&w->arena, struct tally, 1);
	tally->old = ARENA_NEW(&w->arena, size_t, w->step->n_old + 1);
	return tally;
}

static void
weigh(struct weighing *w)
{
	const struct case_step *step = w->step;
	struct tally *tally;
	size_t i, p;

	for (i = 0; i < step->new.file->n; i++)
		tally_of(w, entry_bytes(step->new.file, i))->now++;
	for (i = 0; step->shared != NULL && i < step->shared->n; i++)
		tally_of(w, entry_bytes(step->shared, i))->shared++;
	for (p = 0; p < step->n_old; p++)
		for (i = 0; i < step->old[p].file->n; i++) {
			tally = tally_of(w, entry_bytes(step->old[p].file, i));
			if (++tally->old[p] > tally->most)
				tally->most = tally->old[p];
		}
}

/* ---- what History records are asked about ---- */

struct question {
	const struct weighing *w;
	struct entry_context context;
	struct subject plain; /* the entry alone */
	const struct record *old; /* NULL when it is added */
	const struct record *new; /* NULL when it was taken away */
};

static bool
nth_of(const struct record *record, int symbol, size_t i, struct str *value)
{
	const struct field *field = record ? record_field(record, symbol) : NULL;

	while (field != NULL && i-- > 0)
		field = record_next(record, symbol, field);
	if (field != NULL)
		*value = field->value;
	return field != NULL;
}

/* Of a record that was read with other symbols. */
static bool
nth_named(const struct record *record, struct str name, size_t i, struct str *value)
{
	uint32_t j;

	for (j = 0; j < record->n; j++)
		if (str_eq(record->fields[j].name, name) && i-- == 0) {
			*value = record->fields[j].value;
			return true;
		}
	return false;
}

static bool
answer(void *context, const struct record *self, const struct name *name, size_t i, struct str *value)
{
	const struct question *q = context;
	const struct book *book = q->w->rules->book;

	if (name->sub != 0 && name->field == book->old)
		return nth_of(q->old, name->sub, i, value);
	if (name->sub != 0 && name->field == book->new)
		return nth_of(q->new, name->sub, i, value);
	if (name->sub != 0 && name->field == book->committer)
		return q->w->step->committer != NULL && nth_named(q->w->step->committer->record,
		    symbol_name(q->w->rules->symbols, name->sub), i, value);
	return q->plain.get(q->plain.context, self, name, i, value);
}

/* Asks it of an entry of `file`, seen as it is there. */
static bool
asks(const struct weighing *w, const struct expr *expr, struct casefile *file, size_t entry,
    const struct record *old, const struct record *new)
{
	struct question q = { .w = w, .old = old, .new = new };
	struct subject subject;

	entry_subject(file, &file->entries[entry], w->findings, &q.context, &q.plain);
	subject = q.plain;
	subject.get = answer;
	subject.context = &q;
	return expr_test(expr, &subject);
}

static bool
holds_on(const struct history *h, day on)
{
	return !h->faulty && (h->since == DAY_NONE || on >= h->since) &&
	    (h->expires == DAY_NONE || on < h->expires);
}

/* ---- saying it ---- */

static struct str
said(const struct history *h, const char *name)
{
	const struct field *field = record_named(h->record, str_of(name));

	return field ? str_trim(field->value) : STR("");
}

static struct span
entry_span(const struct casefile *file, const struct record *record)
{
	return record_span(&file->file, record);
}

/* Whole about the file. */
static struct span
nowhere_in(struct source *source, const struct casefile *file)
{
	*source = (struct source){ file->path, STR_NULL };
	return (struct span){ source, 0, 0 };
}

/* "MESSAGE: DETAIL"; mend stands before what the record says, NULL when that is enough. */
static void
refuse(struct weighing *w, const struct history *h, struct span at, const char *entry,
    const char *detail, const char *mend)
{
	struct arena *arena = &w->findings->arena;
	struct str basis = said(h, "Basis");
	struct buf own = BUF_INIT;
	struct finding *f;

	w->findings->case_id = w->step->new.file->id;
	w->findings->entry = entry;
	f = find(w->findings, MSG_HISTORY_RULE, at, "%s: %s", nam(w->findings, said(h, "Message")), detail);
	f->rule = arena_cstr(arena, h->name);
	f->basis = basis.n > 0 ? arena_cstr(arena, basis) : NULL;
	rules_write_fix(said(h, "Fix"), w->step->new.file, &own);
	fix(w->findings, f, "%s%s%.*s", mend ? mend : "", mend && own.n > 0 ? "\n" : "", STRF(buf_view(&own)));
	buf_release(&own);
	w->findings->case_id = w->findings->entry = NULL;
}

/* ---- append-only ---- */

/* What a lost entry became: an added one of its name, else of its date and kind. NO_ENTRY: nothing. */
static size_t
became(struct weighing *w, const struct casefile *old, size_t lost, size_t parent)
{
	const struct casefile *new = w->step->new.file;
	const struct entry *from = &old->entries[lost];
	size_t i, near = NO_ENTRY;

	for (i = 0; i < new->n; i++) {
		const struct entry *to = &new->entries[i];
		const struct tally *tally = tally_of(w, entry_bytes(new, i));

		if (to->date != from->date || tally->now <= tally->old[parent])
			continue;
		if (str_eq(to->kind, from->kind) && to->nth == from->nth)
			return i;
		if (near == NO_ENTRY || str_eq(to->kind, from->kind))
			near = i;
	}
	return near;
}

static const char *
put_back(struct weighing *w)
{
	return arena_printf(&w->findings->arena, "put it back as it was: git checkout -p origin/main -- %s",
	    w->step->new.file->path);
}

static void
refuse_loss(struct weighing *w, const struct history *h, size_t parent, size_t lost)
{
	struct casefile *old = w->step->old[parent].file;
	const struct casefile *new = w->step->new.file;
	size_t to = became(w, old, lost, parent);
	const struct record *after = to == NO_ENTRY ? NULL : new->entries[to].record;
	const char *name = entry_name(&old->entries[lost], &w->findings->arena);
	struct source source;

	if (h->on != NULL && !asks(w, h->on, old, lost, old->entries[lost].record, after))
		return;
	refuse(w, h, after ? entry_span(new, after) : nowhere_in(&source, new), name,
	    arena_printf(&w->findings->arena, "%s was %s", name,
	    after ? "changed" : "taken away"), put_back(w));
}

static size_t
count_lost(const struct tally *tally, size_t parent)
{
	size_t held = tally->old[parent] < tally->shared ? tally->old[parent] : tally->shared;

	return held > tally->now ? held - tally->now : 0;
}

/* False when something was lost. Of one case so many are named as anybody reads. */
static bool
check_lost(struct weighing *w, const struct history *h)
{
	size_t p, i, lost = 0;

	for (p = 0; p < w->step->n_old; p++)
		for (i = 0; i < w->step->old[p].file->n; i++) {
			struct tally *tally = tally_of(w, entry_bytes(w->step->old[p].file, i));

			if (tally->said >= count_lost(tally, p))
				continue;
			tally->said++;
			if (++lost <= NAMED_MAX)
				refuse_loss(w, h, p, i);
		}
	return lost == 0;
}

static void
reset_said(struct weighing *w)
{
	size_t i;

	for (i = 0; i < w->tallies.size; i++)
		if (w->tallies.slots[i].key.p != NULL)
			((struct tally *)w->tallies.slots[i].value.p)->said = 0;
}

static bool
matches(const struct weighing *w, const struct history *h, struct casefile *file, size_t entry)
{
	const struct record *record = file->entries[entry].record;

	return h->on == NULL || asks(w, h->on, file, entry, record, record);
}

/* Entries of one day happened in the order of their places: those that are shared stay in it. */
static void
check_order(struct weighing *w, const struct history *h)
{
	const struct casefile *new = w->step->new.file, *shared = w->step->shared;
	struct source source;
	struct tally *tally;
	const char *name;
	size_t i, at = 0;

	for (i = 0; i < shared->n; i++) {
		tally = tally_of(w, entry_bytes(shared, i));
		if (tally->said++ >= tally->now || !matches(w, h, w->step->shared, i))
			continue;
		while (at < new->n && !str_eq(entry_bytes(new, at), entry_bytes(shared, i)))
			at++;
		if (at++ < new->n)
			continue;
		name = entry_name(&shared->entries[i], &w->findings->arena);
		refuse(w, h, nowhere_in(&source, new), name, arena_printf(&w->findings->arena,
		    "%s was moved past another of its day", name), put_back(w));
		return;
	}
}

static void
check_append_only(struct weighing *w, const struct history *h)
{
	if (w->step->shared == NULL)
		return;
	reset_said(w);
	if (check_lost(w, h)) {
		reset_said(w);
		check_order(w, h);
	}
}

/* ---- fixed ---- */

static bool
is_same_value(const struct record *a, const struct record *b, int symbol)
{
	struct str x, y;
	size_t i;

	for (i = 0; nth_of(a, symbol, i, &x); i++)
		if (!nth_of(b, symbol, i, &y) || !str_eq(x, y))
			return false;
	return !nth_of(b, symbol, i, &y);
}

static void
refuse_change(struct weighing *w, const struct history *h, const struct record *header, int symbol)
{
	const struct casefile *new = w->step->new.file;
	const struct field *field = header ? record_field(header, symbol) : NULL;
	const char *name = nam(w->findings, symbol_name(w->rules->symbols, symbol));
	struct source source;

	refuse(w, h, field ? value_span(&new->file, field) : header ? entry_span(new, header) :
	    nowhere_in(&source, new), NULL, arena_printf(&w->findings->arena, "'%s' was %s",
	    name, field ? "changed" : "taken away"), put_back(w));
}

static void
check_fixed(struct weighing *w, const struct history *h)
{
	const struct case_step *step = w->step;
	const struct record *shared = step->shared ? step->shared->header : NULL;
	const struct record *header = step->new.file->header, *old;
	struct str value;
	size_t i, p;

	for (i = 0; shared != NULL && i < h->n_fields; i++)
		for (p = 0; p < step->n_old; p++) {
			old = step->old[p].file->header;
			if (!nth_of(shared, h->fields[i], 0, &value) ||
			    !is_same_value(shared, old, h->fields[i]) ||
			    is_same_value(old, header, h->fields[i]))
				continue;
			refuse_change(w, h, header, h->fields[i]);
			break;
		}
}

/* ---- entries that are added ---- */

static bool
has_value(const struct record *record, int symbol, struct str wanted)
{
	struct str value;
	size_t i;

	for (i = 0; nth_of(record, symbol, i, &value); i++)
		if (str_eq(value, wanted))
			return true;
	return false;
}

static bool
share_email(const struct record *a, const struct record *b)
{
	struct str x, y;
	size_t i, j;

	for (i = 0; nth_named(a, STR("Email"), i, &x); i++)
		for (j = 0; nth_named(b, STR("Email"), j, &y); j++)
			if (x.n == y.n && x.n > 0 && strncasecmp(x.p, y.p, x.n) == 0)
				return true;
	return false;
}

/* Why this one's word does not count; NULL when it does. */
static const char *
unfit_approver(struct weighing *w, const struct entry *entry, struct str id)
{
	const struct casefile *file = w->step->new.file;
	const struct entity *committer = w->step->committer, *staff;
	struct arena *arena = &w->findings->arena;
	day days[] = { entry->date, w->step->on };
	char date[DATE_SIZE];
	size_t i;

	if (has_value(entry->record, file->terms->known.by, id))
		return "only its author is named";
	for (i = 0; i < 2; i++) {
		staff = days[i] == DAY_NONE ? NULL : directory_find(file->terms->directory, STR("Staff"), id,
		    days[i], NULL);
		if (staff == NULL)
			return days[i] == DAY_NONE ? "it has no date" :
			    arena_printf(arena, "'%s' was not active staff on %s", val(w->findings, id),
			    date_format(days[i], date));
	}
	if (committer != NULL && (str_eq(committer->key, id) || share_email(staff->record, committer->record)))
		return arena_printf(arena, "'%s', who is named, commits it", nam(w->findings, committer->key));
	return NULL;
}

/* Why nobody of those named in a field counts as a second person; NULL when one does. */
static const char *
no_second_person(struct weighing *w, const struct entry *entry, int symbol)
{
	const char *why = NULL, *last = NULL;
	struct str id;
	size_t i;

	for (i = 0; nth_of(entry->record, symbol, i, &id); i++) {
		last = unfit_approver(w, entry, str_trim(id));
		if (last == NULL)
			return NULL;
		why = why ? why : last;
	}
	return why ? why : "nobody is named";
}

static bool
committer_has_role(const struct weighing *w, const struct history *h)
{
	struct str role;
	size_t i, j;

	for (i = 0; nth_named(w->step->committer->record, STR("Role"), i, &role); i++)
		for (j = 0; j < h->n_roles; j++)
			if (str_eq(role, h->roles[j]))
				return true;
	return false;
}

static const char *
wrong_committer(struct weighing *w, const struct history *h)
{
	struct buf roles = BUF_INIT;
	const char *text;
	size_t i;

	if (w->step->committer == NULL || committer_has_role(w, h))
		return NULL;
	for (i = 0; i < h->n_roles; i++)
		buf_printf(&roles, "%s%.*s", i ? " or " : "", STRF(h->roles[i]));
	text = arena_printf(&w->findings->arena, "'%s' is no %.*s", nam(w->findings, w->step->committer->key),
	    STRF(buf_view(&roles)));
	buf_release(&roles);
	return text;
}

static const char *
late_without_reason(struct weighing *w, const struct history *h, size_t i)
{
	struct casefile *file = w->step->new.file;
	const struct entry *entry = &file->entries[i];

	if (entry->date == DAY_NONE || w->step->on <= date_add(entry->date, h->within, 1) ||
	    asks(w, h->need, file, i, NULL, entry->record))
		return NULL;
	return arena_printf(&w->findings->arena, "recorded %d days after its date", (int)(w->step->on - entry->date));
}

static const char *
without_approval(struct weighing *w, const struct history *h, const struct entry *entry)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; i < h->n_fields; i++) {
		why = no_second_person(w, entry, h->fields[i]);
		if (why == NULL)
			return NULL;
	}
	return why;
}

/* What is wrong with an added entry; NULL when nothing is. */
static const char *
judge_added(struct weighing *w, const struct history *h, size_t i)
{
	struct casefile *file = w->step->new.file;
	const struct entry *entry = &file->entries[i];

	if (h->on != NULL && !asks(w, h->on, file, i, NULL, entry->record))
		return NULL;
	switch (h->check) {
	case HISTORY_ONLY_BY:
		return wrong_committer(w, h);
	case HISTORY_REASON_NEEDED:
		return late_without_reason(w, h, i);
	case HISTORY_APPROVED_BY:
		return without_approval(w, h, entry);
	default:
		return NULL;
	}
}

/* False after a finding. */
static bool
check_added(struct weighing *w, size_t i)
{
	const struct book *book = w->rules->book;
	const struct casefile *file = w->step->new.file;
	const struct record *record = file->entries[i].record;
	const char *wrong;
	size_t j, n = w->findings->n;

	for (j = 0; book != NULL && j < book->n; j++) {
		if (!holds_on(&book->list[j], w->step->on))
			continue;
		wrong = judge_added(w, &book->list[j], i);
		if (wrong != NULL)
			refuse(w, &book->list[j], entry_span(file, record),
			    entry_name(&file->entries[i], &w->findings->arena), wrong, NULL);
	}
	return w->findings->n == n;
}

/* An exception counts because somebody else agreed. */
static void
check_exception(struct weighing *w, size_t i)
{
	const struct casefile *file = w->step->new.file;
	const struct entry *entry = &file->entries[i];
	const struct field *field = record_field(entry->record, w->rules->approved_by);
	const char *why;

	if (!str_is(entry->kind, "exception"))
		return;
	why = no_second_person(w, entry, w->rules->approved_by);
	if (why == NULL)
		return;
	w->exception_refused = true;
	w->findings->case_id = file->id;
	w->findings->entry = entry_name(entry, &w->findings->arena);
	fix(w->findings, find(w->findings, MSG_EXCEPTION_APPROVAL, field ? value_span(&file->file, field) :
	    entry_span(file, entry->record), "an exception that nobody else agreed to: %s", why),
	    "ask a colleague, and write: Approved_by: ID of that colleague");
	w->findings->case_id = w->findings->entry = NULL;
}

/* ---- verdicts that are new ---- */

/* Verdicts of one parent, in chains by what they are looked for by. */
struct chains {
	struct map heads; /* to the number of the first, and one */
	size_t *next;
	const struct version *version;
	bool *used;
};

static bool
is_waived(const struct judgement *j)
{
	return j->waiver != NO_ENTRY;
}

static void
chain(struct chains *chains, struct arena *arena, const struct version *version)
{
	*chains = (struct chains){ .version = version };
	chains->next = ARENA_NEW(arena, size_t, version->n + 1);
	chains->used = ARENA_NEW(arena, bool, version->n + 1);
}

static void
chain_put(struct chains *chains, struct str key, size_t i)
{
	struct map_slot *slot = map_put(&chains->heads, key, NULL);

	chains->next[i] = slot->value.i;
	slot->value.i = i + 1;
}

/* Takes one of that rule, waived or not, off the chain. */
static bool
chain_take(struct chains *chains, struct str key, const struct judgement *wanted, bool waived)
{
	struct map_slot *slot = map_get(&chains->heads, key);
	size_t *from = slot ? &slot->value.i : NULL;

	for (; from != NULL && *from != 0; from = &chains->next[*from - 1]) {
		const struct judgement *j = &chains->version->broken[*from - 1];

		if (is_waived(j) != waived || !str_eq(j->rule->name, wanted->rule->name))
			continue;
		chains->used[*from - 1] = true;
		*from = chains->next[*from - 1];
		return true;
	}
	return false;
}

/* One that is waived was old when it was there at all; one that is not, when it was not waived before. */
static bool
take_either(struct chains *chains, struct str key, const struct judgement *j)
{
	return chain_take(chains, key, j, is_waived(j)) ||
	    (is_waived(j) && chain_take(chains, key, j, false));
}

static void
match_bytes(struct weighing *w, const struct version *old, struct chains *chains, bool *is_old)
{
	const struct version *new = &w->step->new;
	size_t i;

	for (i = old->n; i-- > 0;)
		chain_put(chains, entry_bytes(old->file, old->broken[i].entry), i);
	for (i = 0; i < new->n; i++)
		is_old[i] |= take_either(chains, entry_bytes(new->file, new->broken[i].entry),
		    &new->broken[i]);
}

static struct str
key_name(struct weighing *w, const struct version *version, size_t i)
{
	return str_of(entry_name(&version->file->entries[version->broken[i].entry], &w->arena));
}

/* Entries that were rewritten keep their name, and with it what was wrong with them. */
static void
match_names(struct weighing *w, size_t parent, const struct chains *by_bytes, bool *is_old)
{
	const struct version *old = &w->step->old[parent], *new = &w->step->new;
	struct chains chains;
	size_t i;

	chain(&chains, &w->arena, old);
	for (i = old->n; i-- > 0;)
		if (!by_bytes->used[i] && old->broken[i].entry != NO_ENTRY &&
		    tally_of(w, entry_bytes(old->file, old->broken[i].entry))->now == 0)
			chain_put(&chains, key_name(w, old, i), i);
	for (i = 0; i < new->n && chains.heads.n > 0; i++)
		if (!is_old[i] && new->broken[i].entry != NO_ENTRY &&
		    tally_of(w, entry_bytes(new->file, new->broken[i].entry))->old[parent] == 0)
			is_old[i] = take_either(&chains, key_name(w, new, i), &new->broken[i]);
	map_release(&chains.heads);
}

static bool
is_added(struct weighing *w, size_t entry)
{
	const struct tally *tally = tally_of(w, entry_bytes(w->step->new.file, entry));

	return tally->now > tally->most;
}

static bool
names_entry(struct weighing *w, const struct record *exception, const struct entry *blamed)
{
	struct str named = record_value(exception, w->rules->entry);
	char name[256];

	if (str_ends(named, STR("/1")))
		named.n -= 2;
	entry_name_write(blamed, name, sizeof(name));
	return str_is(named, name);
}

/* Whether an exception that the step adds speaks of the verdict. */
static bool
is_waived_now(struct weighing *w, const struct judgement *j)
{
	const struct casefile *file = w->step->new.file;
	const struct entry *blamed = j->entry == NO_ENTRY ? NULL : &file->entries[j->entry];
	size_t i;

	if (is_added(w, j->waiver))
		return true;
	for (i = 0; i < file->n; i++) {
		const struct entry *entry = &file->entries[i];
		bool any = record_field(entry->record, w->rules->entry) == NULL;

		if (str_is(entry->kind, "exception") && is_added(w, i) &&
		    str_eq(record_value(entry->record, w->rules->waives), j->rule->name) &&
		    (any ? blamed == NULL || entry->date >= blamed->date :
		    blamed != NULL && names_entry(w, entry->record, blamed)))
			return true;
	}
	return false;
}

/* One line more to what the rule says. */
static void
add_fix(struct weighing *w, struct finding *f, const char *line)
{
	fix(w->findings, f, "%s%s%s", f->fix ? f->fix : "", f->fix ? "\n" : "", line);
}

static void
report_new(struct weighing *w, const struct judgement *j)
{
	struct casefile *file = w->step->new.file;
	bool outdated = j->rule->severity == ERROR && is_waived(j) && !w->step->is_same &&
	    !is_waived_now(w, j);
	struct judgement told = *j;
	struct finding *f;

	if (is_waived(j) && !outdated && w->exception_refused)
		return; /* what waives it was refused, which says enough */
	if (outdated)
		told.waiver = NO_ENTRY;
	judgement_report(&told, file, w->step->on, w->findings);
	f = &w->findings->list[w->findings->n - 1];
	if (f->severity < ERROR)
		return;
	if (outdated)
		add_fix(w, f, arena_printf(&w->findings->arena, "%s is an older exception: it was made for another entry",
		    entry_name(&file->entries[j->waiver], &w->arena)));
	else if (w->step->is_same)
		add_fix(w, f, "if what was recorded before may stay as it is: give the rule a 'Since'");
}

static void
check_verdicts(struct weighing *w)
{
	const struct case_step *step = w->step;
	bool *is_old = ARENA_NEW(&w->arena, bool, step->new.n + 1), *here;
	struct chains chains;
	size_t p, i;

	for (p = 0; p < step->n_old; p++) {
		here = ARENA_NEW(&w->arena, bool, step->new.n + 1);
		chain(&chains, &w->arena, &step->old[p]);
		match_bytes(w, &step->old[p], &chains, here);
		match_names(w, p, &chains, here);
		map_release(&chains.heads);
		for (i = 0; i < step->new.n; i++)
			is_old[i] |= here[i];
	}
	for (i = 0; i < step->new.n; i++)
		if (!is_old[i])
			report_new(w, &step->new.broken[i]);
}

/* ---- a step ---- */

static void
check_kept(struct weighing *w)
{
	const struct book *book = w->rules->book;
	size_t i;

	for (i = 0; book != NULL && i < book->n; i++) {
		const struct history *h = &book->list[i];

		if (!holds_on(h, w->step->on))
			continue;
		if (h->check == HISTORY_APPEND_ONLY)
			check_append_only(w, h);
		else if (h->check == HISTORY_FIXED)
			check_fixed(w, h);
	}
}

static void
check_all_added(struct weighing *w)
{
	const struct casefile *file = w->step->new.file;
	struct tally *tally;
	size_t i;

	reset_said(w);
	for (i = 0; i < file->n; i++) {
		tally = tally_of(w, entry_bytes(file, i));
		if (tally->said >= tally->now - (tally->most < tally->now ? tally->most : tally->now))
			continue;
		tally->said++;
		if (check_added(w, i))
			check_exception(w, i);
		else
			w->exception_refused |= str_is(file->entries[i].kind, "exception");
	}
}

void
rules_check_step(const struct rules *rules, const struct case_step *step, struct findings *findings)
{
	struct weighing w = { .rules = rules, .step = step, .findings = findings, .tallies = MAP_INIT };

	arena_init(&w.arena);
	weigh(&w);
	if (!step->is_same)
		check_kept(&w);
	if (!step->is_same && !step->kept_only)
		check_all_added(&w);
	if (!step->kept_only)
		check_verdicts(&w);
	map_release(&w.tallies);
	arena_release(&w.arena);
}
