/*
 * Most text holds nothing that is looked for, so what is quick is to see that: 64 bytes at a time, is there a
 * byte that some pattern needs, and do the first two letters of a word begin one of the words? Only then is
 * text read byte by byte. Where the machine has AVX2, 32 bytes at once are put into their sets by two tables of 16, of
 * their low and their high halves (G. Langdale, D. Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28,
 * 2019, section 3.1.2). Elsewhere letters are told in 64-bit words, eight at a time (Warren, Hacker's Delight, 2nd
 * ed. 2012, chapter 6: a byte in a range, and the flags gathered by a multiplication).
 */
#include "prefilter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define RUN 64

/* 0x01 in each byte of a word. */
#define EACH (~(uint64_t)0 / 255)

/* ---- making ---- */

static bool
has_vectors(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2");
#else
	return false;
#endif
}

/* The low halves that bytes of a set with this high half have. */
static unsigned
lows_of(const bool bytes[256], unsigned high)
{
	unsigned lows = 0, low;

	for (low = 0; low < 16; low++)
		lows |= (unsigned)bytes[high << 4 | low] << low;
	return lows;
}

/* High halves with the same low halves share a bit. */
static void
add_halves(struct prefilter *filter, const bool bytes[256], uint8_t bits[PREFILTER_HALVES])
{
	unsigned high, low, lows, same;
	int at, bit;

	for (high = 0; high < 16; high++) {
		lows = lows_of(bytes, high);
		for (same = 0; same < high && lows_of(bytes, same) != lows; same++)
			;
		if (lows == 0 || same < high)
			continue;
		for (at = 0; at < PREFILTER_HALVES && filter->halves[at].n == 8; at++)
			;
		if (at == PREFILTER_HALVES) {
			filter->by_halves = false;
			return;
		}
		bit = 1 << filter->halves[at].n++;
		bits[at] |= (uint8_t)bit;
		for (low = 0; low < 16; low++)
			filter->halves[at].low[low] |= (uint8_t)(lows >> low & 1 ? bit : 0);
		for (; same < 16; same++)
			filter->halves[at].high[same] |= (uint8_t)(lows_of(bytes, same) == lows ? bit : 0);
	}
}

/* All sets anew: of letters, of those that words begin with, and those that are counted. */
static void
make_halves(struct prefilter *filter)
{
	bool letters[256] = { false }, begins[256] = { false };
	size_t i;

	memset(filter->halves, 0, sizeof(filter->halves));
	memset(filter->letters, 0, sizeof(filter->letters));
	memset(filter->begins, 0, sizeof(filter->begins));
	filter->by_halves = has_vectors();
	for (i = 0; i < 256; i++) {
		letters[i] = filter->letter[i] < 26;
		begins[i] = letters[i] && filter->second[filter->letter[i]] != 0;
	}
	add_halves(filter, letters, filter->letters);
	add_halves(filter, begins, filter->begins);
	for (i = 0; i < filter->n_sets; i++) {
		memset(filter->sets[i].bits, 0, sizeof(filter->sets[i].bits));
		add_halves(filter, filter->sets[i].bytes, filter->sets[i].bits);
	}
}

void
prefilter_init(struct prefilter *filter)
{
	size_t i;

	memset(filter, 0, sizeof(*filter));
	for (i = 0; i < 256; i++)
		filter->letter[i] = (uint8_t)(((i | 0x20) >= 'a' && (i | 0x20) <= 'z') ? (i | 0x20) - 'a' : 26);
	make_halves(filter);
}

void
prefilter_release(struct prefilter *filter)
{
	free(filter->words);
	free(filter->sets);
	memset(filter, 0, sizeof(*filter));
}

void
prefilter_add(struct prefilter *filter, int bit, const bool first[256], const bool needs[256])
{
	uint64_t set;
	size_t i;

	assert(bit >= 0 && bit < PREFILTER_PATTERNS);
	set = (uint64_t)1 << bit;
	filter->all |= set;
	for (i = 0; i < 256; i++) {
		filter->byte[i].first |= first != NULL && first[i] ? set : 0;
		filter->byte[i].needs |= needs != NULL && needs[i] ? set : 0;
	}
	filter->any_first |= first == NULL ? set : 0;
	filter->no_need |= needs == NULL ? set : 0;
}

static size_t
set_of(struct prefilter *filter, const bool bytes[256])
{
	struct prefilter_set *set;
	size_t i;

	for (i = 0; i < filter->n_sets; i++)
		if (memcmp(filter->sets[i].bytes, bytes, sizeof(set->bytes)) == 0)
			return i;
	filter->sets = xrealloc(filter->sets, (filter->n_sets + 1) * sizeof(*filter->sets));
	set = &filter->sets[filter->n_sets++];
	memset(set, 0, sizeof(*set));
	memcpy(set->bytes, bytes, sizeof(set->bytes));
	for (i = 0; i < 256; i++) {
		if (!bytes[i])
			continue;
		if (i == 0 || !bytes[i - 1])
			set->ranges[set->n_ranges++].from = (unsigned char)i;
		set->ranges[set->n_ranges - 1].until = (unsigned char)i;
	}
	return filter->n_sets - 1;
}

void
prefilter_count(struct prefilter *filter, int bit, const bool bytes[256], size_t least)
{
	uint64_t pattern = (uint64_t)1 << bit;

	assert(filter->n_least < PREFILTER_PATTERNS);
	filter->least[filter->n_least++] = (struct prefilter_least){ pattern, set_of(filter, bytes), least };
	filter->any_first |= pattern;
	filter->no_need |= pattern;
	make_halves(filter);
}

static void
add_word(struct prefilter *filter, const struct prefilter_word *word)
{
	size_t letter = (size_t)(word->text[0] - 'a'), at = filter->words_from[letter];

	filter->words = xrealloc(filter->words, (filter->n_words + 1) * sizeof(*filter->words));
	memmove(filter->words + at + 1, filter->words + at, (filter->n_words - at) * sizeof(*filter->words));
	filter->words[at] = *word;
	filter->n_words++;
	filter->by_word |= word->set;
	while (++letter < 27)
		filter->words_from[letter]++;
}

bool
prefilter_word(struct prefilter *filter, int bit, struct str word)
{
	struct prefilter_word made = { .set = (uint64_t)1 << bit };
	size_t i;

	if (word.n > 1 && word.p[word.n - 1] == '*') {
		made.is_beginning = true;
		word.n--;
	}
	if (word.n == 0 || word.n > sizeof(made.text))
		return false;
	for (i = 0; i < word.n; i++) {
		made.text[i] = (char)(word.p[i] | 0x20);
		if (made.text[i] < 'a' || made.text[i] > 'z')
			return false;
	}
	made.n = (uint8_t)word.n;
	add_word(filter, &made);
	if (made.n > 1)
		filter->second[made.text[0] - 'a'] |= 1U << (made.text[1] - 'a');
	else
		filter->second[made.text[0] - 'a'] |= made.is_beginning ? ~0U : 1U << 26;
	make_halves(filter);
	return true;
}

/* ---- words ---- */

/* 0 to 25; 26 for what is no ASCII letter. */
static unsigned
letter_of(struct str text, size_t i)
{
	unsigned letter = i < text.n ? ((unsigned)(unsigned char)text.p[i] | 0x20) - 'a' : 26;

	return letter < 26 ? letter : 26;
}

/* Of a text that begins with the same letter. */
static bool
begins_with(struct str text, const struct prefilter_word *word)
{
	size_t i;

	for (i = 1; i < word->n; i++)
		if (letter_of(text, i) != (unsigned)(word->text[i] - 'a'))
			return false;
	return word->is_beginning || letter_of(text, word->n) == 26;
}

static uint64_t
words_at(const struct prefilter *filter, struct str text)
{
	unsigned letter = letter_of(text, 0);
	uint64_t found = 0;
	size_t i;

	for (i = filter->words_from[letter]; i < filter->words_from[letter + 1]; i++)
		if (begins_with(text, &filter->words[i]))
			found |= filter->words[i].set;
	return found;
}

/* ---- 64 bytes at a time ---- */

/* What a run holds: bit i of its byte i. */
struct run {
	uint64_t letters, begins; /* begins: at least the letters that words begin with */
};

/* Written so that compilers see one load in it. */
static uint64_t
eight(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	    (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* Bit i: p[i] is a letter of ASCII. */
static uint64_t
letters_in(const char *p)
{
	uint64_t letters = 0, word, low, flags;
	int i;

	for (i = 0; i < RUN; i += 8) {
		word = eight(p + i);
		low = (word | 0x20 * EACH) & 0x7f * EACH;
		flags = (low + (0x80 - 'a') * EACH) & ~(low + (0x80 - 'z' - 1) * EACH) & ~word & 0x80 * EACH;
		letters |= ((flags >> 7) * 0x0102040810204080u >> 56) << i;
	}
	return letters;
}

/* In loops of a known length, which compilers make vector instructions of. */
static size_t
count_in(const struct prefilter_set *set, const char *p)
{
	unsigned char from, length, n;
	size_t count = 0, i, j;

	for (i = 0; i < set->n_ranges; i++) {
		from = set->ranges[i].from;
		length = (unsigned char)(set->ranges[i].until - from);
		n = 0;
		for (j = 0; j < RUN; j++)
			n = (unsigned char)(n + ((unsigned char)(p[j] - from) <= length));
		count += n;
	}
	return count;
}

static void
look(const struct prefilter *filter, const char *p, struct run *run, size_t *counts)
{
	size_t i;

	run->letters = run->begins = letters_in(p);
	for (i = 0; i < filter->n_sets; i++)
		counts[i] += count_in(&filter->sets[i], p);
}

#ifdef __x86_64__
#define VECTORS __attribute__((target("avx2,popcnt")))

/* The bytes of which a class has one of the bits. */
VECTORS static inline uint64_t
among(const __m256i classes[PREFILTER_HALVES][2], const uint8_t bits[PREFILTER_HALVES])
{
	uint64_t found = 0;
	int at;

	for (at = 0; at < PREFILTER_HALVES; at++) {
		__m256i mask = _mm256_set1_epi8((char)bits[at]), none = _mm256_setzero_si256();
		uint32_t low, high;

		if (bits[at] == 0)
			continue;
		low = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(classes[at][0], mask), none));
		high = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(classes[at][1], mask), none));
		found |= (uint64_t)high << 32 | low;
	}
	return found;
}

VECTORS static inline __m256i
table_of(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

VECTORS static void
look_by_halves(const struct prefilter *filter, const char *p, struct run *run, size_t *counts)
{
	__m256i classes[PREFILTER_HALVES][2], half = _mm256_set1_epi8(0x0f), bytes, low, high;
	size_t i, at;

	for (i = 0; i < 2; i++) {
		bytes = _mm256_loadu_si256((const __m256i *)(p + i * 32));
		low = _mm256_and_si256(bytes, half);
		high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
		for (at = 0; at < PREFILTER_HALVES; at++)
			classes[at][i] = _mm256_and_si256(_mm256_shuffle_epi8(table_of(filter->halves[at].low), low),
			    _mm256_shuffle_epi8(table_of(filter->halves[at].high), high));
	}
	run->letters = among(classes, filter->letters);
	run->begins = among(classes, filter->begins);
	for (i = 0; i < filter->n_sets; i++)
		counts[i] += (size_t)__builtin_popcountll(among(classes, filter->sets[i].bits));
}
#else
#define look_by_halves look
#endif

/* The words of the run at `from`, of which `p` is a copy with a byte behind it. */
static uint64_t
words_in(const struct prefilter *filter, struct str text, size_t from, const char *p, uint64_t starts)
{
	uint64_t found = 0;
	size_t i;

	for (; starts != 0; starts &= starts - 1) {
		i = (size_t)__builtin_ctzll(starts);
		if (filter->second[filter->letter[(unsigned char)p[i]]] >>
			filter->letter[(unsigned char)p[i + 1]] & 1)
			found |= words_at(filter, (struct str){ text.p + from + i, text.n - from - i });
	}
	return found;
}

/* Those of the patterns of which the text holds a first byte and one that they need. */
static uint64_t
bytes_test(const struct prefilter *filter, struct str text, uint64_t patterns)
{
	uint64_t first = filter->any_first, needs = filter->no_need;
	size_t i;

	if ((patterns & ~(first & needs)) == 0)
		return patterns;
	for (i = 0; i < text.n; i++) {
		first |= filter->byte[(unsigned char)text.p[i]].first;
		needs |= filter->byte[(unsigned char)text.p[i]].needs;
	}
	return patterns & first & needs;
}

uint64_t
prefilter_test(const struct prefilter *filter, struct str text)
{
	uint64_t patterns = ~filter->by_word, before;
	struct run run = { 0, 0 };
	size_t counts[PREFILTER_PATTERNS], i, j;
	char last[2 * RUN] = { 0 };
	const char *p;

	memset(counts, 0, filter->n_sets * sizeof(*counts));
	for (i = 0; i < text.n; i += RUN) {
		p = text.n - i > RUN ? text.p + i : memcpy(last, text.p + i, text.n - i);
		before = run.letters >> (RUN - 1);
		if (filter->by_halves)
			look_by_halves(filter, p, &run, counts);
		else
			look(filter, p, &run, counts);
		patterns |= words_in(filter, text, i, p, run.begins & ~(run.letters << 1 | before));
	}
	patterns &= filter->all;
	for (j = 0; j < filter->n_least; j++)
		if (counts[filter->least[j].set] < filter->least[j].least)
			patterns &= ~filter->least[j].pattern;
	return bytes_test(filter, text, patterns);
}
