/*
 * For any bytes: the spans of what is parsed lie in the source, in order, and hold what they say; of a whole file
 * nothing but blank lines and comments lies between them. For any whole file: an edit gives its value, and leaves
 * every other field and every other byte alone; its canonical form holds the same. For any value: writing and parsing
 * gives it back.
 */
#include <stdlib.h>
#include <string.h>

#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

struct parsed {
	struct source source;
	struct arena arena;
	struct findings findings;
	struct recfile file;
};

static void
parse(struct parsed *parsed, struct str bytes)
{
	arena_init(&parsed->arena);
	findings_init(&parsed->findings);
	parsed->source = (struct source){ "f", bytes };
	record_parse(&parsed->source, NULL, &parsed->arena, &parsed->findings, &parsed->file);
}

static void
forget(struct parsed *parsed)
{
	findings_release(&parsed->findings);
	arena_release(&parsed->arena);
}

/* Only lines of blanks, comments, and blanks before a field. */
static void
check_gap(struct str gap)
{
	struct str line;

	while (str_cut(&gap, '\n', &line)) {
		line = str_trim(line);
		must(line.n == 0 || line.p[0] == '#');
	}
}

static void
check_field(const struct parsed *parsed, const struct field *field, size_t at)
{
	struct str bytes = parsed->source.bytes;
	struct span span = value_span(&parsed->file, field);

	must(field->at >= at && field->end > field->at && field->end <= bytes.n);
	must(field->value_at > field->at && field->value_at <= field->end);
	must(field->name.p == bytes.p + field->at && is_field_name(field->name));
	must(span.at + span.n <= field->end);
	if (field->value.p >= bytes.p && field->value.p <= bytes.p + bytes.n)
		must(field->value.p == bytes.p + field->value_at);
	if (parsed->file.whole)
		check_gap((struct str){ bytes.p + at, field->at - at });
}

static void
check_spans(const struct parsed *parsed)
{
	struct str bytes = parsed->source.bytes;
	const struct record *record;
	size_t i, at = 0;
	uint32_t j;

	for (i = 0; i < parsed->file.n; i++) {
		record = &parsed->file.records[i];
		must(record->n > 0 && record->at == record->fields[0].at);
		must(record->end == record->fields[record->n - 1].end);
		for (j = 0; j < record->n; j++) {
			check_field(parsed, &record->fields[j], at);
			at = record->fields[j].end;
		}
	}
	if (parsed->file.whole)
		check_gap((struct str){ bytes.p + at, bytes.n - at });
	must(parsed->file.whole == (parsed->findings.count[ERROR] == 0));
}

static bool
same_field(const struct field *a, const struct field *b)
{
	return str_eq(a->name, b->name) && str_eq(a->value, b->value);
}

/* What a writer makes of a value: a blank behind each backslash that ends a line. */
static void
written_form(struct str value, struct buf *out)
{
	size_t i;

	for (i = 0; i < value.n; i++) {
		buf_char(out, value.p[i]);
		if (value.p[i] == '\\' && (i + 1 == value.n || value.p[i + 1] == '\n'))
			buf_char(out, ' ');
	}
}

/* The edited file has the same records but for the field that was set, added or removed in the r-th one. */
static void
check_edited(const struct parsed *old, struct str bytes, size_t r, uint32_t f, int removed, struct str value)
{
	struct parsed new;
	const struct record *was, *is;
	size_t i;
	uint32_t j, k;

	parse(&new, bytes);
	must(new.file.whole && new.file.n == old->file.n);
	for (i = 0; i < new.file.n; i++) {
		was = &old->file.records[i];
		is = &new.file.records[i];
		for (j = k = 0; j < was->n; j++, k++) {
			if (i == r && j == f && removed)
				k--;
			else if (i == r && j == f)
				must(k < is->n && str_eq(is->fields[k].value, value));
			else
				must(k < is->n && same_field(&was->fields[j], &is->fields[k]));
		}
		if (i == r && f == was->n)
			must(k < is->n && str_eq(is->fields[k].value, value)), k++;
		must(k == is->n);
	}
	forget(&new);
}

static void
check_edits(const struct parsed *parsed, struct str value, unsigned which)
{
	const struct record *record;
	struct buf out = BUF_INIT, want = BUF_INIT;
	struct edits edits;
	size_t r = parsed->file.n ? which % parsed->file.n : 0;
	uint32_t f;

	if (parsed->file.n == 0)
		return;
	record = &parsed->file.records[r];
	f = which / 7 % (record->n + 1);
	edits_init(&edits);
	written_form(value, &want);
	edit_set_field(&edits, &parsed->file, record, f < record->n ? &record->fields[f] : NULL,
	    f < record->n ? record->fields[f].name : STR("New"), value);
	edits_apply(&edits, parsed->source.bytes, &out);
	check_edited(parsed, buf_view(&out), r, f, 0, buf_view(&want));
	/* All before and all behind is as it was. */
	if (f < record->n)
		must(memcmp(out.p, parsed->source.bytes.p, record->fields[f].at) == 0);
	edits_release(&edits);
	if (f < record->n && record->n > 1) {
		edits_init(&edits);
		edit_remove_field(&edits, &record->fields[f]);
		buf_reset(&out);
		edits_apply(&edits, parsed->source.bytes, &out);
		must(out.n == parsed->source.bytes.n - (record->fields[f].end - record->fields[f].at));
		check_edited(parsed, buf_view(&out), r, f, 1, STR(""));
		edits_release(&edits);
	}
	buf_release(&want);
	buf_release(&out);
}

static void
check_append(const struct parsed *parsed, struct str value)
{
	struct buf text = BUF_INIT, out = BUF_INIT, want = BUF_INIT;
	struct edits edits;
	struct parsed new;
	size_t i, n = parsed->file.n;

	edits_init(&edits);
	record_write_field(&text, STR("New"), value);
	written_form(value, &want);
	edit_append_record(&edits, &parsed->file, buf_view(&text));
	edit_append_record(&edits, &parsed->file, buf_view(&text));
	edits_apply(&edits, parsed->source.bytes, &out);
	must(memcmp(out.p, parsed->source.bytes.p, parsed->source.bytes.n) == 0);
	parse(&new, buf_view(&out));
	must(new.file.whole && new.file.n == n + 2);
	for (i = n; i < n + 2; i++)
		must(new.file.records[i].n == 1 && str_eq(new.file.records[i].fields[0].value, buf_view(&want)));
	forget(&new);
	edits_release(&edits);
	buf_release(&want);
	buf_release(&text);
	buf_release(&out);
}

/* Equal but for blanks at the ends of lines, and before the first. */
static void
check_same_value(struct str a, struct str b)
{
	struct str x, y;
	bool first = true, more;

	while ((more = str_cut(&a, '\n', &x)) == str_cut(&b, '\n', &y) && more) {
		while (first && x.n && (x.p[0] == ' ' || x.p[0] == '\t'))
			x.p++, x.n--;
		while (x.n && (x.p[x.n - 1] == ' ' || x.p[x.n - 1] == '\t'))
			x.n--;
		if (x.n && x.p[x.n - 1] == '\\' && y.n)
			must(y.p[--y.n] == ' ');
		must(str_eq(x, y));
		first = false;
	}
	must(a.p == NULL && b.p == NULL);
}

/* The canonical form holds the same, and is its own. */
static void
check_canonical(const struct parsed *parsed)
{
	struct buf out = BUF_INIT;
	struct edits edits;
	struct parsed new;
	size_t i;
	uint32_t j;

	edits_init(&edits);
	edit_canonical(&edits, &parsed->file);
	edits_apply(&edits, parsed->source.bytes, &out);
	edits_release(&edits);
	parse(&new, buf_view(&out));
	must(new.file.whole && new.findings.n == 0 && new.file.n == parsed->file.n);
	for (i = 0; i < new.file.n; i++) {
		const struct record *was = &parsed->file.records[i], *is = &new.file.records[i];

		must(was->n == is->n);
		for (j = 0; j < was->n; j++) {
			must(str_eq(was->fields[j].name, is->fields[j].name));
			check_same_value(was->fields[j].value, is->fields[j].value);
		}
	}
	edits_init(&edits);
	edit_canonical(&edits, &new.file);
	must(edits.n == 0);
	edits_release(&edits);
	forget(&new);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes, value;
	struct parsed parsed;
	char *copy;
	size_t at = 0;
	unsigned which;

	if (size < 2)
		return 0;
	which = data[0] | (unsigned)data[1] << 8;
	size -= 2;
	copy = malloc(size ? size : 1);
	memcpy(copy, data + 2, size);
	bytes = (struct str){ copy, size };
	parse(&parsed, bytes);
	check_spans(&parsed);
	/* The first bytes serve as a value, where they can stand in one. */
	value = (struct str){ copy, size < 20 ? size : which % 20 };
	if (text_check(value, &at) != TEXT_OK)
		value.n = at;
	if (parsed.file.whole) {
		check_edits(&parsed, value, which);
		check_append(&parsed, value);
		check_canonical(&parsed);
	}
	forget(&parsed);
	free(copy);
	return 0;
}
