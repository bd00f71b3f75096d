/* A text is cut into words: letters and digits of any script, with single hyphens inside. Each is looked up in lower case. */
#define _GNU_SOURCE
#include "mask.h"

#include <stdlib.h>
#include <string.h>

struct person {
	struct str name;
	enum mask_when when;
	bool is_named; /* by a label of the case */
	size_t labels; /* of the case, other than the asker's */
};

struct mask {
	struct str asker, marker;
	struct arena arena;
	struct map persons; /* by name */
	struct map words; /* in lower case, to persons */
	struct map labels; /* of the case */
};

/* ---- words ---- */

/* ASCII, and the letters of Latin-1 in UTF-8. */
static void
lower(struct str word, struct buf *out)
{
	size_t i;

	buf_reset(out);
	for (i = 0; i < word.n; i++) {
		unsigned char c = (unsigned char)word.p[i], before = i ? (unsigned char)word.p[i - 1] : 0;

		if ((c >= 'A' && c <= 'Z') || (before == 0xc3 && c >= 0x80 && c <= 0x9e && c != 0x97))
			c += 0x20;
		buf_char(out, (char)c);
	}
}

/* Length of the letter or digit at the beginning; 0 when there is none. */
static size_t
letter(struct str text)
{
	uint32_t code;
	size_t n;

	if (text.n == 0)
		return 0;
	n = utf8_decode(text, &code);
	if (n == 0)
		return 0;
	if (n == 1)
		return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
	/* spaces, quotes and dashes beyond ASCII */
	return code < 0xc0 || (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x303f) ||
	    code == 0xfeff ? 0 : n;
}

static struct str
from(struct str text, size_t i)
{
	return (struct str){ text.p + i, text.n - i };
}

/* The word at the beginning, hyphens inside it and all. */
static size_t
word_length(struct str text)
{
	size_t i = 0, n;

	for (;;) {
		while ((n = letter(from(text, i))) > 0)
			i += n;
		if (i == 0 || i + 1 >= text.n || text.p[i] != '-' || letter(from(text, i + 1)) == 0)
			return i;
		i++;
	}
}

/* "child" of "child-2"; *number is then "2", else STR_NULL. */
static struct str
base_of(struct str label, struct str *number)
{
	size_t n = label.n;

	*number = STR_NULL;
	while (n > 0 && label.p[n - 1] >= '0' && label.p[n - 1] <= '9')
		n--;
	if (n == label.n || n < 2 || label.p[n - 1] != '-')
		return label;
	*number = from(label, n);
	return (struct str){ label.p, n - 1 };
}

/* ---- people ---- */

struct mask *
mask_new(struct str asker, struct str marker)
{
	struct mask *mask = xcalloc(1, sizeof(*mask));

	mask->asker = asker;
	mask->marker = marker;
	arena_init(&mask->arena);
	return mask;
}

void
mask_free(struct mask *mask)
{
	if (mask == NULL)
		return;
	map_release(&mask->persons);
	map_release(&mask->words);
	map_release(&mask->labels);
	arena_release(&mask->arena);
	free(mask);
}

static struct person *
person_named(const struct mask *mask, struct str name)
{
	struct map_slot *slot = map_get(&mask->persons, name);

	return slot ? slot->value.p : NULL;
}

void
mask_add_person(struct mask *mask, struct str name, enum mask_when when)
{
	struct person *person = ARENA_NEW(&mask->arena, struct person, 1);

	person->name = name;
	person->when = when;
	map_put(&mask->persons, name, NULL)->value.p = person;
	mask_add_word(mask, name, name);
}

void
mask_add_word(struct mask *mask, struct str name, struct str word)
{
	struct person *person = person_named(mask, name);
	struct buf key = BUF_INIT;

	lower(word, &key);
	if (person != NULL && key.n > 0)
		map_put(&mask->words, arena_str(&mask->arena, buf_view(&key)), NULL)->value.p = person;
	buf_release(&key);
}

void
mask_add_label(struct mask *mask, struct str label)
{
	struct str number;
	struct person *person = person_named(mask, base_of(label, &number));
	bool is_new;

	if (person == NULL)
		return;
	map_put(&mask->labels, label, &is_new);
	person->is_named = true;
	person->labels += is_new && !str_eq(label, mask->asker);
}

bool
mask_is_person(const struct mask *mask, struct str label)
{
	struct str number;

	return person_named(mask, base_of(label, &number)) != NULL;
}

/* Whether the word for a person, with a number or without, speaks of somebody else. */
static bool
is_other(const struct mask *mask, const struct person *person, struct str number)
{
	struct str of_asker, asker = base_of(mask->asker, &of_asker);

	if (person->when == MASK_NEVER || (person->when == MASK_NAMED && !person->is_named))
		return false;
	if (!str_eq(asker, person->name))
		return true;
	if (number.p != NULL)
		return !str_eq(number, of_asker);
	/* "the child" is child-2 when there is no other */
	return of_asker.p != NULL && person->labels > 0;
}

void
mask_label(struct mask *mask, struct str label, struct buf *out)
{
	struct str number;
	const struct person *person = person_named(mask, base_of(label, &number));

	if (person == NULL || person->when == MASK_NEVER || str_eq(label, mask->asker)) {
		buf_str(out, label);
		return;
	}
	buf_str(out, mask->marker);
}

/* ---- prose ---- */

static const struct person *
person_of_word(const struct mask *mask, struct str word, struct buf *room)
{
	const struct map_slot *slot;

	lower(word, room);
	slot = map_get(&mask->words, buf_view(room));
	return slot ? slot->value.p : NULL;
}

/* The blanks and the number behind "child" in "child 2", when the case has such a label; else 0. */
static size_t
number_behind(const struct mask *mask, const struct person *person, struct str text, struct str *number)
{
	struct buf label = BUF_INIT;
	size_t i = 0, n;
	bool is_label;

	while (i < text.n && text.p[i] == ' ')
		i++;
	for (n = i; n < text.n && text.p[n] >= '0' && text.p[n] <= '9'; n++)
		;
	if (i == 0 || n == i || letter(from(text, n)) > 0)
		return 0;
	*number = (struct str){ text.p + i, n - i };
	buf_str(&label, person->name);
	buf_char(&label, '-');
	buf_str(&label, *number);
	is_label = map_get(&mask->labels, buf_view(&label)) != NULL || str_eq(buf_view(&label), mask->asker);
	buf_release(&label);
	return is_label ? n : 0;
}

static void
write_person(struct mask *mask, const struct person *person, struct str number, struct str word, struct buf *out)
{
	if (!is_other(mask, person, number)) {
		buf_str(out, word);
		return;
	}
	buf_str(out, mask->marker);
}

static bool
are_people(const struct mask *mask, struct str word, struct buf *room)
{
	struct str piece;

	while (str_cut(&word, '-', &piece))
		if (person_of_word(mask, piece, room) == NULL)
			return false;
	return true;
}

/* One word, and the number that belongs to it; returns how much of the text that is. */
static size_t
mask_word(struct mask *mask, struct str text, size_t n, struct buf *room, struct buf *out)
{
	struct str word = { text.p, n }, number = STR_NULL, rest = word, piece, base;
	const struct person *person = person_of_word(mask, word, room);

	if (person != NULL) {
		n += number_behind(mask, person, from(text, n), &number);
		if (n == word.n)
			number = STR_NULL;
		write_person(mask, person, number, (struct str){ text.p, n }, out);
		return n;
	}
	base = base_of(word, &number);
	person = number.p ? person_of_word(mask, base, room) : NULL;
	if (person != NULL) {
		write_person(mask, person, number, word, out);
	} else if (memchr(word.p, '-', word.n) != NULL && are_people(mask, word, room)) {
		while (str_cut(&rest, '-', &piece)) {
			write_person(mask, person_of_word(mask, piece, room), STR_NULL, piece, out);
			if (rest.p != NULL)
				buf_char(out, '-');
		}
	} else {
		buf_str(out, word);
	}
	return word.n;
}

void
mask_text(struct mask *mask, struct str text, struct buf *out)
{
	struct buf room = BUF_INIT;
	size_t i = 0, n;

	while (i < text.n) {
		n = word_length(from(text, i));
		if (n == 0) {
			buf_char(out, text.p[i++]);
			continue;
		}
		i += mask_word(mask, from(text, i), n, &room, out);
	}
	buf_release(&room);
}
