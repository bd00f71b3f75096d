/* Labels by their word; those of one word, which differ by field, in a list. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

struct label {
	struct str field, text;
	const struct label *next;
};

struct words {
	struct str language;
	struct arena arena;
	struct map labels; /* word to the first of its labels */
};

static const char *const months[] = { WORD("January"), WORD("February"), WORD("March"), WORD("April"),
	WORD("May"), WORD("June"), WORD("July"), WORD("August"), WORD("September"), WORD("October"),
	WORD("November"), WORD("December") };

/* ---- the Labels ---- */

static struct str
text_of(const struct record *record, struct str name)
{
	const struct field *field = record_named(record, name);

	return field ? str_trim(field->value) : STR_NULL;
}

static void
add_label(struct words *words, const struct record *record)
{
	struct str name = text_of(record, STR("Label")), text = text_of(record, STR("Text"));
	struct label *label;
	struct map_slot *slot;

	if (name.p == NULL || text.n == 0)
		return;
	label = ARENA_NEW(&words->arena, struct label, 1);
	slot = map_put(&words->labels, name, NULL);
	*label = (struct label){ text_of(record, STR("Field")), text, slot->value.p };
	slot->value.p = label;
}

struct words *
words_load(const struct directory *directory, struct str language)
{
	struct words *words = xcalloc(1, sizeof(*words));
	size_t n, i;
	const struct entity *const *all = directory_all(directory, STR("Label"), &n);

	arena_init(&words->arena);
	words->language = arena_str(&words->arena, language);
	for (i = 0; i < n; i++)
		if (str_eq(text_of(all[i]->record, STR("Language")), language))
			add_label(words, all[i]->record);
	return words;
}

void
words_free(struct words *words)
{
	if (words == NULL)
		return;
	map_release(&words->labels);
	arena_release(&words->arena);
	free(words);
}

struct str
words_language(const struct words *words)
{
	return words ? words->language : STR("en");
}

bool
language_exists(const struct directory *directory, struct str language)
{
	size_t n, i;
	const struct entity *const *all = directory_all(directory, STR("Label"), &n);

	for (i = 0; i < n; i++)
		if (str_eq(text_of(all[i]->record, STR("Language")), language))
			return true;
	return str_is(language, "en");
}

static int
compare_languages(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

void
language_list(const struct directory *directory, struct buf *out)
{
	size_t n, i;
	const struct entity *const *all = directory_all(directory, STR("Label"), &n);
	struct str *list = xcalloc(n + 1, sizeof(*list));

	for (i = 0; i < n; i++)
		list[i] = text_of(all[i]->record, STR("Language"));
	list[n] = STR("en");
	qsort(list, n + 1, sizeof(*list), compare_languages);
	for (i = 0; i <= n; i++)
		if (list[i].n > 0 && (i == 0 || !str_eq(list[i], list[i - 1])))
			buf_printf(out, "%s%.*s", out->n > 0 ? ", " : "", STRF(list[i]));
	free(list);
}

/* ---- looking up ---- */

static struct str
last_part(struct str field)
{
	struct str rest = field, part = field;

	while (str_cut(&rest, '.', &part))
		;
	return part;
}

static const struct map_slot *
slot_of(const struct words *words, struct str word)
{
	struct buf line = BUF_INIT;
	const struct map_slot *slot;
	size_t i;

	if (words == NULL || words->labels.n == 0 || word.n == 0)
		return NULL;
	if (memchr(word.p, '\n', word.n) == NULL)
		return map_get(&words->labels, word);
	buf_str(&line, word);
	for (i = 0; i < line.n; i++)
		if (line.p[i] == '\n')
			line.p[i] = ' ';
	slot = map_get(&words->labels, buf_view(&line));
	buf_release(&line);
	return slot;
}

/* The Label for that field, else for its last part, else for any. */
static const struct label *
find_label(const struct words *words, struct str field, struct str word)
{
	const struct map_slot *slot = slot_of(words, word);
	const struct label *label, *best = NULL;
	struct str part = last_part(field);
	int rank = 0, r;

	for (label = slot ? slot->value.p : NULL; label != NULL; label = label->next) {
		if (label->field.n == 0)
			r = 1;
		else if (str_eq(label->field, field))
			r = 3;
		else
			r = str_eq(label->field, part) ? 2 : 0;
		if (r >= rank && r > 0) {
			rank = r;
			best = label;
		}
	}
	return best;
}

struct str
words_label(const struct words *words, struct str field, struct str word)
{
	const struct label *label = find_label(words, field, word);

	return label ? label->text : word;
}

bool
words_know(const struct words *words, struct str field, struct str word)
{
	return find_label(words, field, word) != NULL;
}

struct str
word(const struct words *words, const char *english)
{
	return words_label(words, STR(""), str_of(english));
}

void
words_heading(const struct words *words, struct str field, struct buf *out)
{
	const struct label *label = find_label(words, STR(""), field);
	struct str part = str_starts(field, STR("Case.")) ? last_part(field) : field;
	size_t i;

	if (label == NULL)
		label = find_label(words, STR(""), part);
	if (label != NULL) {
		buf_str(out, label->text);
		return;
	}
	for (i = 0; i < part.n; i++) {
		char c = part.p[i];

		if (i == 0 && c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		buf_char(out, c == '_' || c == '.' ? ' ' : c);
	}
}

/* ---- sentences ---- */

static const struct blank *
blank_named(const struct blank *blanks, size_t n, struct str name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_is(name, blanks[i].name))
			return &blanks[i];
	return NULL;
}

void
words_fill(const struct words *words, const char *english, const struct blank *blanks, size_t n,
    struct buf *out)
{
	struct str text = word(words, english);
	size_t i = 0, end;

	while (i < text.n) {
		const struct blank *blank = NULL;

		for (end = i; text.p[i] == '{' && end < text.n && text.p[end] != '}'; end++)
			;
		if (end > i && end < text.n)
			blank = blank_named(blanks, n, (struct str){ text.p + i + 1, end - i - 1 });
		if (blank == NULL) {
			buf_char(out, text.p[i++]);
			continue;
		}
		buf_str(out, blank->text);
		i = end + 1;
	}
}

/* ---- dates and numbers ---- */

/* "{day} {month} {year}" and its shorter forms. */
static void
fill_date(const struct words *words, const char *pattern, day d, struct buf *out)
{
	char day_text[NUMBER_SIZE], year_text[NUMBER_SIZE], quarter_text[2] = "";
	struct blank blanks[4];
	int year, month, dom;
	char *p;

	date_split(d, &year, &month, &dom);
	quarter_text[0] = (char)('1' + (month - 1) / 3);
	p = number_format(number_of(dom), day_text);
	blanks[0] = (struct blank){ "day", str_of(p) };
	blanks[1] = (struct blank){ "month", word(words, months[month - 1]) };
	blanks[2] = (struct blank){ "quarter", str_of(quarter_text) };
	p = number_format(number_of(year), year_text);
	blanks[3] = (struct blank){ "year", str_of(p) };
	words_fill(words, pattern, blanks, 4, out);
}

void
words_date(const struct words *words, day d, struct buf *out)
{
	fill_date(words, WORD("{day} {month} {year}"), d, out);
}

void
words_month(const struct words *words, day d, struct buf *out)
{
	fill_date(words, WORD("{month} {year}"), d, out);
}

void
words_quarter(const struct words *words, day d, struct buf *out)
{
	fill_date(words, WORD("Q{quarter} {year}"), d, out);
}

void
words_period(const struct words *words, struct period period, struct buf *out)
{
	struct buf from = BUF_INIT, until = BUF_INIT;
	struct blank blanks[2];
	const char *sentence = WORD("{from} to {until}");

	buf_text(&from, "");
	buf_text(&until, "");
	if (period.from == DAY_NONE)
		sentence = WORD("up to {until}");
	else
		words_date(words, period.from, &from);
	if (period.to == DAY_NONE)
		sentence = WORD("from {from}");
	else
		words_date(words, period.to - 1, &until);
	blanks[0] = (struct blank){ "from", buf_view(&from) };
	blanks[1] = (struct blank){ "until", buf_view(&until) };
	words_fill(words, sentence, blanks, 2, out);
	buf_release(&from);
	buf_release(&until);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A sign, digits, and perhaps a point and digits. */
static bool
is_plain_number(struct str text)
{
	size_t i = text.n > 0 && text.p[0] == '-', start = i;

	while (i < text.n && is_digit(text.p[i]))
		i++;
	if (i == start)
		return false;
	if (i < text.n && text.p[i] == '.')
		for (start = ++i; i < text.n && is_digit(text.p[i]); i++)
			;
	return i == text.n && i > start;
}

static struct str
mark(const struct words *words, const char *name, const char *fallback)
{
	struct str text = word(words, name);

	return str_is(text, name) ? str_of(fallback) : text;
}

void
words_number(const struct words *words, struct str exact, struct buf *out)
{
	struct str thousands = mark(words, WORD("thousands mark"), ","), digits = exact;
	size_t i, whole;

	if (!is_plain_number(exact)) {
		buf_str(out, exact);
		return;
	}
	str_cut(&digits, '.', &exact);
	whole = exact.n;
	for (i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0 && is_digit(exact.p[i - 1]))
			buf_str(out, thousands);
		buf_char(out, exact.p[i]);
	}
	if (digits.p != NULL) {
		buf_str(out, mark(words, WORD("decimal mark"), "."));
		buf_str(out, digits);
	}
}
