/*
 * A figure is explained by what counts in it: both versions are counted again, watched, and whoever stands in the one and
 * not in the other is named. Only cases whose files differ are counted, unless something else that decides figures differs too:
 * schema, rules, definition, directory, settings, the day up to which the centre is known.
 *
 * Why somebody came or went is told by the records of the case that differ, each with the first commit between the two
 * versions in which it is as it is in the later one. Where no record differs, it was the something else, and that is said.
 */
#define _GNU_SOURCE
#include "making-parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORY_MAX 8 /* records of a case that are named under one figure */

/* Who counts in a figure. */
struct unit {
	const struct making *making;
	struct str id, entry, rule, path, bytes;
	struct number amount;
	bool is_within; /* the target; only while a share is explained */
	struct unit *same; /* on the other side */
	size_t next; /* with the same key; 0: none */
};

struct units {
	struct unit *list;
	size_t n, size;
};

struct side {
	struct making *making;
	const struct sheet *sheet;
	struct arena *arena;
	const struct map *wanted; /* the places of figures that differ */
	struct map places; /* table and place to struct units */
	struct map texts; /* each once */
	struct buf room;
};

/* A record of a case that is not the same in both. */
struct difference {
	char sign; /* + - ~ */
	struct str name; /* "2026-03-05/consultation", "header" */
	struct str old, new; /* its bytes */
	struct str when; /* ", recorded on 2026-03-20 (1a2b3c4)" */
	const struct making *part;
};

struct story {
	struct difference *list;
	size_t n, size;
};

/* A commit between the two versions that touched a file, and the file in it. */
struct stage {
	struct str hex, date, bytes;
};

struct history {
	struct stage *list;
	size_t n;
};

struct compare {
	struct side old, new;
	struct arena *arena;
	struct map stories; /* by case */
	struct map histories; /* by centre and file */
	struct map said; /* in this table */
	struct str causes; /* what else differs: "the rules, the directory"; empty: nothing */
	bool few; /* only cases with other files can differ */
	bool looking; /* only which figures differ */
	struct map wanted; /* where they stand */
	bool watched;
	size_t n; /* figures that differ */
	struct buf *out;
};

/* ---- centres ---- */

static size_t
n_centres(const struct making *making)
{
	return making->n_parts > 0 ? making->n_parts : 1;
}

static const struct making *
centre_at(const struct making *making, size_t i)
{
	return making->n_parts > 0 ? &making->parts[i] : making;
}

/* The same centre in the other making; NULL when it has no part in that. */
static const struct making *
same_centre(const struct making *other, const struct making *part)
{
	size_t i;

	if (other->n_parts == 0)
		return other;
	for (i = 0; i < other->n_parts; i++)
		if (parts_is_same_folder(&other->parts[i], part))
			return &other->parts[i];
	return NULL;
}

static struct str
name_of(const struct making *part)
{
	struct str name = archive_setting(part->archive, STR("Name"));

	return name.p != NULL ? name : str_of(part->place ? part->place : "");
}

/* " (North)", where there are several. */
static void
add_centre(const struct compare *c, const struct making *part, struct buf *out)
{
	if (c->new.making->n_parts > 0) {
		buf_text(out, " (");
		escape_text(out, name_of(part), false);
		buf_char(out, ')');
	}
}

/* ---- what else differs ---- */

static void
add_cause(struct compare *c, struct str text)
{
	c->causes = str_of(arena_printf(c->arena, "%.*s%s%.*s", STRF(c->causes), c->causes.n ? ", " : "", STRF(text)));
	c->few = false;
}

static void
add_files(struct compare *c, const struct making *old, const struct making *new)
{
	static const struct {
		const char *path, *name;
	} files[] = { { "centre.rec", "the settings in centre.rec" }, { "schema", "the schema" }, { "rules", "the rules" },
		{ "directory", "the directory" }, { "activities", "the activities" } };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct oid a = { { 0 } }, b = { { 0 } };
		struct buf text = BUF_INIT;

		snapshot_oid(old->snapshot, files[i].path, &a);
		snapshot_oid(new->snapshot, files[i].path, &b);
		if (memcmp(&a, &b, sizeof(a)) == 0)
			continue;
		buf_text(&text, files[i].name);
		add_centre(c, new, &text);
		add_cause(c, buf_view(&text));
		buf_release(&text);
	}
}

static void
add_centres(struct compare *c, const struct making *making, const struct making *other, const char *which)
{
	size_t i;

	for (i = 0; i < n_centres(making); i++) {
		const struct making *part = centre_at(making, i), *same = same_centre(other, part);

		if (same == NULL)
			add_cause(c, str_of(arena_printf(c->arena, "%.*s is added up in the %s alone", STRF(name_of(part)),
			    which)));
		else if (making == c->old.making)
			add_files(c, part, same);
	}
}

/* Parameters and period. */
static void
add_params(struct compare *c)
{
	const struct making *old = c->old.making, *new = c->new.making;
	size_t n, m, i;
	const struct param *a = report_params(old->report, &n), *b = report_params(new->report, &m);

	if (old->period.from != new->period.from || old->period.to != new->period.to)
		add_cause(c, STR("the period"));
	for (i = 0; i < n && i < m; i++)
		if (!str_eq(a[i].value.p ? a[i].value : STR(""), b[i].value.p ? b[i].value : STR("")))
			add_cause(c, str_of(arena_printf(c->arena, "the parameter %.*s", STRF(b[i].name))));
}

/* What is due, and what waits, is judged on the last day that is known. */
static void
add_known(struct compare *c)
{
	day last = c->new.making->period.to - 1, then = c->old.making->today, now = c->new.making->today;
	char a[DATE_SIZE], b[DATE_SIZE];

	then = then < last ? then : last;
	now = now < last ? now : last;
	if (then == now)
		return;
	add_cause(c, str_of(arena_printf(c->arena, "known up to %s (before: %s)", date_format(now, b),
	    date_format(then, a))));
}

static void
find_causes(struct compare *c)
{
	c->causes = STR("");
	c->few = c->new.making->n_parts == 0;
	if (report_definition(c->old.making->report) != report_definition(c->new.making->report))
		add_cause(c, STR("the definition"));
	add_centres(c, c->old.making, c->new.making, "first");
	add_centres(c, c->new.making, c->old.making, "second");
	add_params(c);
	add_known(c);
}

/* ---- who counts where ---- */

static struct str
text_of(struct side *side, struct str text)
{
	struct map_slot *slot = map_get(&side->texts, text);

	if (slot == NULL)
		slot = map_put(&side->texts, arena_str(side->arena, text), NULL);
	return slot->key;
}

#define PLACE "%.*s\n%.*s" /* table and place */

static struct str
place_of(struct arena *arena, struct str table, struct str place)
{
	return str_of(arena_printf(arena, PLACE, STRF(table), STRF(place)));
}

static void
keep_unit(void *context, const struct made_unit *made)
{
	struct side *side = context;
	struct map_slot *slot;
	struct units *units;
	bool is_new;

	buf_reset(&side->room);
	buf_printf(&side->room, PLACE, STRF(side->sheet->tables[made->table].name), STRF(made->place));
	slot = map_get(side->wanted, buf_view(&side->room));
	if (slot == NULL)
		return;
	slot = map_put(&side->places, slot->key, &is_new);
	if (is_new)
		slot->value.p = ARENA_NEW(side->arena, struct units, 1);
	units = slot->value.p;
	if (units->n == units->size) {
		units->list = arena_grow(side->arena, units->list, units->size * sizeof(*units->list),
		    (units->size * 2 + 4) * sizeof(*units->list));
		units->size = units->size * 2 + 4;
	}
	units->list[units->n++] = (struct unit){ made->making, text_of(side, str_of(made->id)),
		text_of(side, made->entry), text_of(side, made->rule.p ? made->rule : STR("")),
		text_of(side, str_of(made->path)), text_of(side, str_trim(made->bytes)), made->amount, false, NULL, 0 };
}

/* Cases of a side whose files differ. */
static void
watch_few(struct compare *c, struct side *side, const struct changes *changes)
{
	const char **paths = ARENA_NEW(c->arena, const char *, changes->n + 1);
	size_t i, n = 0;

	for (i = 0; i < changes->n; i++)
		if (str_starts(str_of(changes->list[i].path), STR("cases/")) &&
		    (side == &c->new ? changes->list[i].is_new : changes->list[i].is_old))
			paths[n++] = changes->list[i].path;
	if (n > 0)
		making_watch(side->making, paths, n, keep_unit, side);
}

static void
watch(struct compare *c)
{
	struct changes changes;

	if (c->watched)
		return;
	c->watched = true;
	if (c->few) {
		snapshot_changes(c->old.making->snapshot, c->new.making->snapshot, c->arena, &changes);
		watch_few(c, &c->old, &changes);
		watch_few(c, &c->new, &changes);
	} else {
		making_watch(c->old.making, NULL, 0, keep_unit, &c->old);
		making_watch(c->new.making, NULL, 0, keep_unit, &c->new);
	}
}

static struct units *
units_at(struct compare *c, struct side *side, struct str place)
{
	static struct units none;
	struct map_slot *slot;

	if (c->looking) {
		map_put(&c->wanted, place, NULL);
		return &none;
	}
	watch(c);
	slot = map_get(&side->places, place);

	return slot ? slot->value.p : &none;
}

/* What a unit is known by: exactly, or by its name where its text changed. Empty: it has no such. */
static struct str
unit_key(const struct unit *unit, bool exact, struct arena *arena)
{
	bool is_case = unit->id.n > 0 && unit->entry.n == 0, is_named = unit->id.n > 0 || memchr(unit->entry.p, ' ',
	    unit->entry.n) != NULL;

	if (!exact && !is_named)
		return STR("");
	return str_of(arena_printf(arena, "%.*s\n%.*s\n%.*s", STRF(unit->id), STRF(unit->rule),
	    STRF(exact && !is_case ? unit->bytes : unit->entry)));
}

static void
pair(struct units *a, struct units *b, bool exact)
{
	struct map keys = MAP_INIT;
	struct arena arena;
	size_t i;

	arena_init(&arena);
	for (i = b->n; i-- > 0;) {
		struct str key = unit_key(&b->list[i], exact, &arena);
		struct map_slot *slot;

		if (b->list[i].same != NULL || key.n == 0)
			continue;
		slot = map_put(&keys, key, NULL);
		b->list[i].next = slot->value.i;
		slot->value.i = i + 1;
	}
	for (i = 0; i < a->n; i++) {
		struct map_slot *slot = a->list[i].same ? NULL : map_get(&keys, unit_key(&a->list[i], exact, &arena));

		if (slot == NULL || slot->value.i == 0)
			continue;
		a->list[i].same = &b->list[slot->value.i - 1];
		a->list[i].same->same = &a->list[i];
		slot->value.i = a->list[i].same->next;
	}
	map_release(&keys);
	arena_release(&arena);
}

/* Finds who stands on both sides of a figure. */
static void
match(struct compare *c, struct str place, struct units **before, struct units **after)
{
	*before = units_at(c, &c->old, place);
	*after = units_at(c, &c->new, place);
	pair(*after, *before, true);
	pair(*after, *before, false);
}

/* ---- when ---- */

/* Whether the file holds the record: as a whole, not as the beginning of a longer one. */
static bool
holds(struct str bytes, struct str record)
{
	const char *end = bytes.p + bytes.n, *p = bytes.p;

	while (record.n > 0 && p < end && (p = memmem(p, (size_t)(end - p), record.p, record.n)) != NULL) {
		const char *q = p + record.n;

		if ((p == bytes.p || p[-1] == '\n') && (q == end || (*q == '\n' && (q + 1 == end || q[1] == '\n'))))
			return true;
		p++;
	}
	return false;
}

/* Whether the old version is the later one. */
static bool
is_backwards(const struct making *old, const struct making *new)
{
	const char *a = snapshot_commit(old->snapshot), *b = snapshot_commit(new->snapshot);

	return strcmp(a, b) != 0 && store_is_ancestor(new->store, b, a);
}

static void
read_history(struct compare *c, struct history *history, const struct making *old, const struct making *new,
    struct str path)
{
	bool backwards = is_backwards(old, new);
	const char *from = snapshot_commit((backwards ? new : old)->snapshot), *reason;
	const char *to = snapshot_commit((backwards ? old : new)->snapshot), *file = arena_cstr(c->arena, path);
	const char *const args[] = { "log", "--format=%H %cs", "--reverse", arena_printf(c->arena, "%s..%s", from, to), "--",
		file, NULL };
	struct buf log = BUF_INIT, err = BUF_INIT;
	struct str rest, line;
	size_t size = 0;

	rest = store_git(new->store, args, &log, &err) == 0 && log.n > 0 ? buf_view(&log) : STR_NULL;
	while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
		struct stage v = { .bytes = STR("") };
		struct snapshot *snapshot;

		v.date = arena_str(c->arena, line);
		str_cut(&v.date, ' ', &v.hex);
		snapshot = store_commit(new->store, arena_cstr(c->arena, v.hex), &reason);
		if (snapshot == NULL)
			continue;
		if (snapshot_read(snapshot, file, c->arena, &v.bytes) != 0)
			v.bytes = STR("");
		snapshot_free(snapshot);
		if (history->n == size) {
			history->list = arena_grow(c->arena, history->list, size * sizeof(v), (size * 2 + 4) * sizeof(v));
			size = size * 2 + 4;
		}
		history->list[history->n++] = v;
	}
	buf_release(&log);
	buf_release(&err);
}

static const struct history *
history_of(struct compare *c, const struct making *old, const struct making *new, struct str path)
{
	struct str key = str_of(arena_printf(c->arena, "%p %.*s", (const void *)new, STRF(path)));
	bool is_new;
	struct map_slot *slot = map_put(&c->histories, key, &is_new);

	if (is_new) {
		slot->value.p = ARENA_NEW(c->arena, struct history, 1);
		read_history(c, slot->value.p, old, new, path);
	}
	return slot->value.p;
}

/* The first commit from which a record is as it is in the later of the two versions; NULL when none is known. */
static const struct stage *
first_stage(struct compare *c, const struct making *old, const struct making *new, struct str path, struct str before,
    struct str after)
{
	const struct history *history = history_of(c, old, new, path);
	bool backwards = is_backwards(old, new);
	struct str first = backwards ? after : before, last = backwards ? before : after;
	size_t i;

	for (i = 0; i < history->n; i++)
		if (last.n > 0 ? holds(history->list[i].bytes, last) : !holds(history->list[i].bytes, first))
			return &history->list[i];
	return NULL;
}

static struct str
when_of(struct compare *c, const struct making *old, const struct making *new, struct str path, struct str before,
    struct str after)
{
	const struct stage *stage = first_stage(c, old, new, path, before, after);
	bool backwards = is_backwards(old, new);
	const char *word = (backwards ? after : before).n == 0 ? "recorded" : (backwards ? before : after).n == 0 ?
	    "taken out" : "changed";

	return stage == NULL ? STR("") : str_of(arena_printf(c->arena, ", %s on %.*s (%.7s)", word, STRF(stage->date),
	    stage->hex.p));
}

/* ---- what happened to a case ---- */

static struct difference *
add_change(struct compare *c, struct story *story, char sign, struct str name, struct str old, struct str new)
{
	if (story->n == story->size) {
		story->list = arena_grow(c->arena, story->list, story->size * sizeof(*story->list),
		    (story->size * 2 + 4) * sizeof(*story->list));
		story->size = story->size * 2 + 4;
	}
	story->list[story->n] = (struct difference){ sign, name, old, new, STR(""), NULL };
	return &story->list[story->n++];
}

/* A record of a case file on its way to be found in the other. */
struct piece {
	struct str name, bytes;
	bool is_met;
};

static struct str
bytes_of(const struct casefile *file, const struct record *record)
{
	return str_trim((struct str){ file->source.bytes.p + record->at, record->end - record->at });
}

static size_t
pieces_of(struct compare *c, const struct making *part, struct str path, struct str bytes, struct piece **list)
{
	struct casefile file = { .path = "" };
	struct findings said; /* where the case was counted */
	size_t i, n = 0;

	if (bytes.n == 0)
		return 0;
	findings_init(&said);
	case_parse(&part->archive->terms, arena_cstr(c->arena, path), bytes, c->arena, &said, &file);
	findings_release(&said);
	*list = ARENA_NEW(c->arena, struct piece, file.n + 1);
	if (file.header != NULL)
		(*list)[n++] = (struct piece){ STR("header"), bytes_of(&file, file.header), false };
	for (i = 0; i < file.n; i++)
		(*list)[n++] = (struct piece){ str_of(entry_name(&file.entries[i], c->arena)),
			bytes_of(&file, file.entries[i].record), false };
	return n;
}

/* Takes away what is equal in both, by bytes or by name. */
static void
meet(struct compare *c, struct story *story, struct piece *old, size_t n, struct piece *new, size_t m, bool by_name)
{
	size_t i, k;

	for (k = 0; k < m; k++)
		for (i = 0; i < n && !new[k].is_met; i++) {
			if (old[i].is_met || !(by_name ? str_eq(old[i].name, new[k].name) : str_eq(old[i].bytes, new[k].bytes)))
				continue;
			old[i].is_met = new[k].is_met = true;
			if (by_name)
				add_change(c, story, '~', new[k].name, old[i].bytes, new[k].bytes);
		}
}

static void
tell_part(struct compare *c, struct story *story, const struct making *old, const struct making *new, struct str path)
{
	struct str before = STR(""), after = STR("");
	const char *file = arena_cstr(c->arena, path);
	struct piece *a = NULL, *b = NULL;
	size_t n, m, i, first = story->n;

	if (snapshot_read(old->snapshot, file, c->arena, &before) != 0)
		before = STR("");
	if (snapshot_read(new->snapshot, file, c->arena, &after) != 0)
		after = STR("");
	if (str_eq(before, after))
		return;
	n = pieces_of(c, old, path, before, &a);
	m = pieces_of(c, new, path, after, &b);
	meet(c, story, a, n, b, m, false);
	meet(c, story, a, n, b, m, true);
	for (i = 0; i < m; i++)
		if (!b[i].is_met)
			add_change(c, story, '+', b[i].name, STR(""), b[i].bytes);
	for (i = 0; i < n; i++)
		if (!a[i].is_met)
			add_change(c, story, '-', a[i].name, a[i].bytes, STR(""));
	for (i = first; i < story->n; i++) {
		story->list[i].part = new;
		story->list[i].when = when_of(c, old, new, path, story->list[i].old, story->list[i].new);
	}
}

static const struct story *
story_of(struct compare *c, const struct unit *unit)
{
	bool is_new;
	struct map_slot *slot = map_put(&c->stories, unit->id, &is_new);
	const struct making *making = c->new.making;
	size_t i;

	if (!is_new)
		return slot->value.p;
	slot->value.p = ARENA_NEW(c->arena, struct story, 1);
	for (i = 0; i < n_centres(making); i++) {
		const struct making *new = centre_at(making, i), *old = same_centre(c->old.making, new);
		struct str path = unit->making == old || unit->making == new ? unit->path :
		    str_of(case_path_of(arena_cstr(c->arena, unit->id), c->arena));

		if (old != NULL)
			tell_part(c, slot->value.p, old, new, path);
	}
	return slot->value.p;
}

/* ---- saying it ---- */

static void
say_story(struct compare *c, const struct story *story)
{
	size_t i;

	for (i = 0; i < story->n && i < STORY_MAX; i++) {
		const struct difference *change = &story->list[i];

		buf_printf(c->out, "      %c %.*s%.*s", change->sign, STRF(change->name), STRF(change->when));
		add_centre(c, change->part, c->out);
		buf_char(c->out, '\n');
	}
	if (i < story->n)
		buf_printf(c->out, "      and %zu more\n", story->n - i);
}

/* Why nothing but what is not of the case explains it. */
static void
say_causes(struct compare *c, const char *what, const char *otherwise)
{
	if (c->causes.n > 0)
		buf_printf(c->out, "%s; what changed: %.*s\n", what, STRF(c->causes));
	else
		buf_printf(c->out, "%s%s\n", what, otherwise);
}

/* The unit's own record, when that is what changed. */
static const struct difference *
own_change(const struct story *story, const struct unit *unit, char sign)
{
	size_t i;

	for (i = 0; i < story->n && unit->entry.n > 0; i++) {
		const struct difference *change = &story->list[i];

		if (sign != '~' && (change->sign == sign || change->sign == '~') &&
		    str_eq(sign == '+' ? change->new : change->old, unit->bytes))
			return change;
	}
	return NULL;
}

static void
say_record(struct compare *c, const struct unit *unit, char sign)
{
	const struct making *old = same_centre(c->old.making, unit->making);
	const struct making *new = same_centre(c->new.making, unit->making);
	struct str before = sign == '+' ? STR("") : sign == '-' ? unit->bytes : unit->same->bytes;
	const struct stage *stage = NULL;

	if (unit->making->n_parts > 0) { /* only the first centre's records are its own */
		old = centre_at(c->old.making, 0);
		new = centre_at(c->new.making, 0);
	}
	if (old != NULL && new != NULL)
		stage = first_stage(c, old, new, unit->path, before, sign == '-' ? STR("") : unit->bytes);
	buf_printf(c->out, "; in %.*s", STRF(unit->path));
	if (stage == NULL)
		say_causes(c, "", "");
	else
		buf_printf(c->out, ", as it %s %.*s (%.7s)\n", sign != '~' && (sign == '-') != is_backwards(old, new) ? "was until" :
		    "is since",
		    STRF(stage->date), stage->hex.p);
}

static void
say_reason(struct compare *c, const struct unit *unit, char sign)
{
	const struct story *story;
	const struct difference *own;
	bool is_new;

	if (unit->id.n == 0) {
		say_record(c, unit, sign);
		return;
	}
	story = story_of(c, unit);
	own = own_change(story, unit, sign);
	if (own != NULL) {
		buf_printf(c->out, "%.*s\n", STRF(own->when));
	} else if (story->n > 0) {
		map_put(&c->said, str_of(arena_printf(c->arena, "story %.*s", STRF(unit->id))), &is_new);
		buf_text(c->out, is_new ? ", where this changed:\n" : ", by what is said of it above\n");
		if (is_new)
			say_story(c, story);
	} else {
		say_causes(c, ": its records are the same", "");
	}
}

/* Who stands in a figure, as it is said: "2026-7KQ43 2026-03-30/consultation (North)". */
static void
say_unit(struct compare *c, const struct unit *unit, char sign, struct str how)
{
	buf_printf(c->out, "  %c %.*s%s%.*s%s%.*s", sign, STRF(unit->id), unit->id.n && unit->entry.n ? " " : "",
	    STRF(unit->entry), unit->rule.n ? ", rule " : "", STRF(unit->rule));
	if (unit->making->n_parts == 0)
		add_centre(c, unit->making, c->out);
	if (how.n > 0)
		buf_printf(c->out, ": %.*s", STRF(how));
	say_reason(c, unit, sign);
}

/* A figure that differs, while it is explained. */
struct figure {
	const struct table *table;
	struct str place, measure; /* the measure's value ends the place; empty: the table has but one */
	bool is_total;
};

/* What stands in its row and column whatever is measured. */
static struct str
row_of(const struct figure *figure)
{
	return (struct str){ figure->place.p, figure->place.n - figure->measure.n };
}

/* False when it was said under another measure of this figure; of a total, when it was said in this table. */
static bool
is_first(struct compare *c, const struct figure *figure, const struct unit *unit, char sign, struct str how)
{
	struct str key = str_of(arena_printf(c->arena, "%c %.*s\n%.*s\n%.*s %.*s\n", sign, STRF(unit->id), STRF(unit->rule),
	    STRF(unit->id.n > 0 ? unit->entry : unit->bytes), STRF(how)));
	bool is_new, is_new_here;

	map_put(&c->said, key, &is_new);
	map_put(&c->said, str_of(arena_printf(c->arena, "%.*s%.*s", STRF(key), STRF(row_of(figure)))), &is_new_here);
	return figure->is_total ? is_new : is_new_here;
}

/* How a figure is made of who counts in it. */
enum made_of {
	OF_UNITS, /* their number */
	OF_AMOUNTS, /* a sum, a quantile */
	OF_SHARE, /* of those within the target */
};

static enum made_of
made_of(struct str measure)
{
	if (str_is(measure, "within"))
		return OF_SHARE;
	return measure.n == 0 || str_is(measure, "median") || str_is(measure, "p90") || str_is(measure, "longest") ?
	    OF_AMOUNTS : OF_UNITS;
}

/* "3 became 5"; empty when it did not change. */
static struct str
amounts(struct compare *c, const struct unit *before, const struct unit *after)
{
	char a[NUMBER_SIZE], b[NUMBER_SIZE];

	if (number_cmp(before->amount, after->amount) == 0)
		return STR("");
	return str_of(arena_printf(c->arena, "%s became %s", number_format(before->amount, a),
	    number_format(after->amount, b)));
}

/* Marks units of a figure's base that stand in the share too. */
static void
mark_within(struct units *base, const struct units *share)
{
	struct map keys = MAP_INIT;
	struct arena arena;
	size_t i;

	arena_init(&arena);
	for (i = 0; i < share->n; i++)
		map_put(&keys, unit_key(&share->list[i], false, &arena), NULL);
	for (i = 0; i < base->n; i++)
		base->list[i].is_within = map_get(&keys, unit_key(&base->list[i], false, &arena)) != NULL;
	map_release(&keys);
	arena_release(&arena);
}

static struct str
otherwise(struct compare *c, const struct unit *unit, enum made_of of)
{
	if (of == OF_AMOUNTS)
		return amounts(c, unit->same, unit);
	if (of == OF_SHARE && unit->same->is_within != unit->is_within)
		return unit->is_within ? STR("within the target now") : STR("not within the target any more");
	return STR("");
}

/* Units on both sides that count otherwise. */
static size_t
say_otherwise(struct compare *c, const struct figure *figure, const struct units *after, enum made_of of)
{
	size_t i, n = 0;

	for (i = 0; i < after->n; i++) {
		const struct unit *unit = &after->list[i];
		struct str how = unit->same ? otherwise(c, unit, of) : STR("");

		if (how.n == 0)
			continue;
		n++;
		if (is_first(c, figure, unit, '~', how))
			say_unit(c, unit, '~', how);
	}
	return n;
}

/* Units on one side. */
static size_t
say_single(struct compare *c, const struct figure *figure, const struct units *units, char sign)
{
	size_t i, n = 0;

	for (i = 0; i < units->n; i++) {
		if (units->list[i].same != NULL)
			continue;
		n++;
		if (is_first(c, figure, &units->list[i], sign, STR("")))
			say_unit(c, &units->list[i], sign, STR(""));
	}
	return n;
}

static void
say_why(struct compare *c, const struct figure *figure)
{
	enum made_of of = made_of(figure->measure);
	struct str place = figure->place;
	struct units *before, *after;
	size_t n, start;

	if (figure->measure.n > 0 && of != OF_UNITS) /* it stands on the number */
		place = str_of(arena_printf(c->arena, "%.*snumber", STRF(row_of(figure))));
	match(c, place, &before, &after);
	if (of == OF_SHARE) {
		mark_within(before, units_at(c, &c->old, figure->place));
		mark_within(after, units_at(c, &c->new, figure->place));
	}
	start = c->out->n;
	n = say_single(c, figure, after, '+');
	n += say_single(c, figure, before, '-');
	n += say_otherwise(c, figure, after, of);
	if (n == 0) {
		say_causes(c, "  the same cases and entries stand in it", ", and nothing else that is looked at differs");
	} else if (c->out->n == start) {
		c->out->n--; /* on the figure's own line */
		buf_text(c->out, ", by what is said above\n");
	}
}

/* ---- figures ---- */

/* A level and its value as struct sighting has them. */
static void
add_level(struct buf *place, struct str level, struct str value)
{
	buf_printf(place, "%s%.*s=%.*s", place->n ? "\n" : "", STRF(level), STRF(value.p ? value : STR("(not stated)")));
}

/* Adds where a heading stands, and what it is called; whether it is a total. */
static bool
name_heading(const struct axis *axis, const struct heading *h, struct buf *place, struct buf *name)
{
	bool total = h->n < axis->n_levels;
	size_t k;

	for (k = 0; k < h->n; k++) {
		if (h->labels[k].p != NULL)
			add_level(place, axis->ids ? axis->ids[k] : axis->names[k], h->ids ? h->ids[k] : h->labels[k]);
		total = total || h->labels[k].p == NULL;
		buf_printf(name, ", %.*s", STRF(h->labels[k].p ? h->labels[k] : STR("total")));
	}
	if (h->n < axis->n_levels)
		buf_text(name, ", total");
	return total;
}

/* What a column measures, where a table has several. */
static struct str
measure_of(const struct table *table, size_t column)
{
	const struct axis *axis = &table->columns;
	const struct heading *h = &axis->list[column];

	if (axis->n_levels == 0 || h->n < axis->n_levels || axis->ids == NULL || h->ids == NULL ||
	    !str_is(axis->ids[axis->n_levels - 1], "measure"))
		return STR("");
	return h->ids[h->n - 1].p ? h->ids[h->n - 1] : STR("");
}

static void
name_cell(const struct table *table, size_t i, struct arena *arena, struct figure *figure, struct str *name)
{
	const struct heading *row = &table->rows.list[i / table->columns.n];
	const struct heading *column = &table->columns.list[i % table->columns.n];
	struct buf place = BUF_INIT, text = BUF_INIT;
	bool total;

	buf_str(&text, table->name);
	total = name_heading(&table->rows, row, &place, &text);
	total = name_heading(&table->columns, column, &place, &text) || total;
	*figure = (struct figure){ table, place_of(arena, table->name, place.n ? buf_view(&place) : STR("")),
		measure_of(table, i % table->columns.n), total };
	*name = arena_str(arena, buf_view(&text));
	buf_release(&place);
	buf_release(&text);
}

/* What stands where a sheet has no such row or column: nobody was counted. */
static struct str
nothing(struct str measure)
{
	return measure.n > 0 && made_of(measure) != OF_UNITS ? STR("none") : STR("0");
}

static struct str
cell_text(const struct cell *cell, struct str measure)
{
	return cell == NULL || cell->kind != CELL_FIGURE ? nothing(measure) : cell->text;
}

static void
compare_cell(struct compare *c, const struct figure *figure, struct str name, const struct cell *then,
    const struct cell *now)
{
	struct str a = cell_text(then, figure->measure), b = cell_text(now, figure->measure);

	/* What a public report hides, on either side, stays unsaid. */
	if ((then != NULL && then->kind == CELL_HIDDEN) || (now != NULL && now->kind == CELL_HIDDEN) || str_eq(a, b))
		return;
	c->n++;
	buf_printf(c->out, "%.*s: %.*s became %.*s\n", STRF(name), STRF(a), STRF(b));
	if (!report_is_public(c->new.making->report) && !report_is_public(c->old.making->report))
		say_why(c, figure);
}

/* A table's cells by where they stand. Rows of one name stand one behind the other. */
static void
index_cells(const struct table *table, struct arena *arena, struct map *cells)
{
	size_t i, n = table->rows.n * table->columns.n;
	struct figure figure;
	struct str name;
	bool is_new;

	for (i = 0; i < n; i++) {
		struct map_slot *slot;

		name_cell(table, i, arena, &figure, &name);
		slot = map_put(cells, figure.place, &is_new);
		if (is_new)
			slot->value.p = (void *)&table->cells[i];
	}
}

/* Cells that are totals, or that are not; of rows and columns that only the old sheet has when `gone`. */
static void
compare_cells(struct compare *c, const struct table *table, const struct map *others, bool totals, bool gone)
{
	size_t i, n = table->rows.n * table->columns.n;

	for (i = 0; i < n; i++) {
		const struct cell *cell = &table->cells[i];
		struct map_slot *slot;
		struct figure figure;
		struct str name;

		name_cell(table, i, c->arena, &figure, &name);
		slot = map_get(others, figure.place);
		if (figure.is_total != totals || (gone && slot != NULL))
			continue;
		if (gone)
			compare_cell(c, &figure, name, cell, NULL);
		else
			compare_cell(c, &figure, name, slot ? slot->value.p : NULL, cell);
	}
}

static void
compare_figures(struct compare *c, const struct table *then, const struct table *now)
{
	struct map before = MAP_INIT, after = MAP_INIT;
	int totals;

	index_cells(then, c->arena, &before);
	index_cells(now, c->arena, &after);
	for (totals = 0; totals < 2; totals++) {
		compare_cells(c, now, &before, totals, false);
		compare_cells(c, then, &after, totals, true);
	}
	map_release(&before);
	map_release(&after);
}

/* ---- lists ---- */

static struct str
line_place(const struct table *table, size_t line, struct arena *arena)
{
	struct buf place = BUF_INIT;
	struct str kept;
	size_t k;

	for (k = 0; k < table->columns.n; k++)
		add_level(&place, table->columns.list[k].ids[0], table->rows.list[line].ids[k]);
	kept = place_of(arena, table->name, buf_view(&place));
	buf_release(&place);
	return kept;
}

static void
say_line(struct compare *c, const struct table *table, size_t line, struct str place, char sign)
{
	const struct cell *cells = &table->cells[line * table->columns.n];
	const struct figure figure = { table, place, STR(""), false };
	struct units *before, *after;
	size_t k;

	c->n++;
	buf_printf(c->out, "%.*s: %c ", STRF(table->name), sign);
	for (k = 0; k < table->columns.n; k++)
		buf_printf(c->out, "%s%.*s", k ? ", " : "", STRF(cells[k].text.n ? cells[k].text : STR("-")));
	buf_char(c->out, '\n');
	match(c, place, &before, &after);
	if (say_single(c, &figure, sign == '+' ? after : before, sign) == 0)
		say_causes(c, "  its records are the same", ": the list ends before or after it");
}

/* Lines of one table that the other has not. */
static void
say_lines(struct compare *c, const struct table *table, const struct table *other, char sign)
{
	struct map lines = MAP_INIT;
	size_t i;

	for (i = 0; i < other->rows.n; i++)
		map_put(&lines, line_place(other, i, c->arena), NULL)->value.i++;
	for (i = 0; i < table->rows.n; i++) {
		struct str place = line_place(table, i, c->arena);
		struct map_slot *slot = map_get(&lines, place);

		if (slot != NULL && slot->value.i > 0)
			slot->value.i--;
		else
			say_line(c, table, i, place, sign);
	}
	map_release(&lines);
}

/* ---- sheets ---- */

static const struct table *
table_named(const struct sheet *sheet, struct str name)
{
	size_t i;

	for (i = 0; i < sheet->n; i++)
		if (str_eq(sheet->tables[i].name, name))
			return &sheet->tables[i];
	return NULL;
}

/* Whether two axes have the same levels. */
static bool
is_alike(const struct axis *a, const struct axis *b)
{
	size_t i;

	if (a->n_levels != b->n_levels)
		return false;
	for (i = 0; i < a->n_levels; i++)
		if (!str_eq(a->ids ? a->ids[i] : a->names[i], b->ids ? b->ids[i] : b->names[i]))
			return false;
	return true;
}

static bool
is_alike_list(const struct table *a, const struct table *b)
{
	size_t k;

	if (!a->is_list || !b->is_list || a->columns.n != b->columns.n)
		return false;
	for (k = 0; k < a->columns.n; k++)
		if (!str_eq(a->columns.list[k].ids[0], b->columns.list[k].ids[0]))
			return false;
	return true;
}

static void
say_notes(struct compare *c, struct str table, const struct str *notes, size_t n, const struct str *others, size_t m,
    const char *what)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < m && !str_eq(notes[i], others[k]); k++)
			continue;
		if (k == m)
			buf_printf(c->out, "%.*s%s: %.*s\n", STRF(table), what, STRF(notes[i]));
	}
}

static void
compare_notes(struct compare *c, struct str table, const struct str *then, size_t n, const struct str *now, size_t m)
{
	if (!str_eq(words_language(c->old.making->words), words_language(c->new.making->words)))
		return;
	say_notes(c, table, now, m, then, n, ", note");
	say_notes(c, table, then, n, now, m, ", no note any more");
}

static void
compare_table(struct compare *c, const struct table *then, const struct table *now)
{
	map_release(&c->said);
	if (now->is_list || then->is_list ? is_alike_list(then, now) : is_alike(&then->rows, &now->rows) &&
	    is_alike(&then->columns, &now->columns)) {
		if (now->is_list) {
			say_lines(c, now, then, '+');
			say_lines(c, then, now, '-');
		} else {
			compare_figures(c, then, now);
		}
	} else {
		c->n++;
		buf_printf(c->out, "%.*s: other rows, columns or fields; the definition changed\n", STRF(now->name));
	}
	compare_notes(c, now->name, then->notes, then->n_notes, now->notes, now->n_notes);
}

/* Tables that the other sheet has not. */
static void
say_tables(struct compare *c, const struct sheet *sheet, const struct sheet *other, const char *how)
{
	size_t t;

	for (t = 0; t < sheet->n; t++)
		if (table_named(other, sheet->tables[t].name) == NULL) {
			c->n++;
			buf_printf(c->out, "%.*s: the table is %s; the definition changed\n", STRF(sheet->tables[t].name), how);
		}
}

/* What stands at the head of both: the period, parameters. */
static void
compare_head(struct compare *c, const struct sheet *then, const struct sheet *now)
{
	size_t i, k;

	for (i = 0; i < now->n_head; i++)
		for (k = 0; k < then->n_head; k++)
			if (strcmp(now->head[i].id, then->head[k].id) == 0 && !str_eq(now->head[i].value, then->head[k].value))
				buf_printf(c->out, "%s: %.*s became %.*s\n", now->head[i].id, STRF(then->head[k].value),
				    STRF(now->head[i].value));
}

static void
compare_sheets(struct compare *c, const struct sheet *then, const struct sheet *now)
{
	size_t t;

	say_tables(c, now, then, "new");
	say_tables(c, then, now, "gone");
	for (t = 0; t < now->n; t++) {
		const struct table *before = table_named(then, now->tables[t].name);

		if (before != NULL)
			compare_table(c, before, &now->tables[t]);
	}
	compare_notes(c, now->name, then->notes, then->n_notes, now->notes, now->n_notes);
}

static void
release(struct compare *c)
{
	struct side *sides[] = { &c->old, &c->new };
	size_t i;

	for (i = 0; i < 2; i++) {
		map_release(&sides[i]->places);
		map_release(&sides[i]->texts);
		buf_release(&sides[i]->room);
	}
	map_release(&c->stories);
	map_release(&c->histories);
	map_release(&c->said);
	map_release(&c->wanted);
}

/* Twice: which figures differ is looked at first, so that only who counts in these is kept. */
size_t
making_compare(struct making *old, const struct sheet *then, struct making *new, const struct sheet *now,
    struct buf *out)
{
	struct compare c = { .arena = &new->arena, .out = out,
		.old = { .making = old, .sheet = then, .arena = &new->arena },
		.new = { .making = new, .sheet = now, .arena = &new->arena } };
	size_t start;

	c.old.wanted = c.new.wanted = &c.wanted;
	find_causes(&c);
	compare_head(&c, then, now);
	if (c.causes.n > 0)
		buf_printf(out, "beside cases, this changed: %.*s\n", STRF(c.causes));
	start = out->n;
	c.looking = true;
	compare_sheets(&c, then, now);
	out->n = start;
	c.n = 0;
	c.looking = false;
	compare_sheets(&c, then, now);
	if (c.n > 0 && (report_is_public(new->report) || report_is_public(old->report)))
		buf_text(out, "the report is public: cases and entries are not named\n");
	release(&c);
	return c.n;
}
