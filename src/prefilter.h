/*
 * A necessary condition, cheap to test, for any of up to 64 patterns to match: bytes that a text must hold,
 * words that it must hold. What passes may match; what does not pass cannot.
 */
#ifndef PREFILTER_H
#define PREFILTER_H

#include "base.h"

#define PREFILTER_PATTERNS 64
#define PREFILTER_HALVES 2

struct prefilter {
	uint64_t all; /* bit i: pattern i */
	struct prefilter_byte {
		uint64_t first, needs;
	} byte[256];
	uint64_t any_first, no_need; /* begin with any byte; need none */
	struct prefilter_set {
		bool bytes[256];
		struct {
			unsigned char from, until; /* until is one of them */
		} ranges[128]; /* the same bytes */
		size_t n_ranges;
		uint8_t bits[PREFILTER_HALVES];
	} *sets;
	size_t n_sets;
	/* Bytes by their halves: one is in a set when low[its low half] & high[its high half] has one of the set's bits. */
	struct prefilter_halves {
		uint8_t low[16], high[16];
		int n; /* bits taken */
	} halves[PREFILTER_HALVES];
	uint8_t letters[PREFILTER_HALVES], begins[PREFILTER_HALVES]; /* of letters, of those with which words begin */
	bool by_halves; /* that suffices for all sets, and the machine has the instructions */
	struct prefilter_least {
		uint64_t pattern;
		size_t set, least; /* so many bytes of the set are in a match */
	} least[PREFILTER_PATTERNS];
	size_t n_least;
	uint8_t letter[256]; /* 0 to 25; 26: none of ASCII */
	uint32_t second[27]; /* by its first letter: the letters that a word goes on with; bit 26: it has but one */
	uint64_t by_word; /* patterns that need a word */
	struct prefilter_word {
		char text[30];
		uint8_t n;
		bool is_beginning;
		uint64_t set;
	} *words; /* in order of their first letters */
	size_t n_words;
	size_t words_from[27]; /* by its first letter: where its words begin, up to those of the next */
};

void prefilter_init(struct prefilter *filter);
void prefilter_release(struct prefilter *filter);
/* Pattern `bit`: each match begins with one of the bytes `first` and holds one of the bytes `needs`; NULL: nothing is known. */
void prefilter_add(struct prefilter *filter, int bit, const bool first[256], const bool needs[256]);
/* Each match of that pattern holds at least so many of these bytes; said once of a pattern, instead of what was studied. */
void prefilter_count(struct prefilter *filter, int bit, const bool bytes[256], size_t least);
/* Each match of that pattern holds one of its words, in any case: a run of ASCII letters, or, of "born*", the beginning of
 * one. False when it is no such word. */
bool prefilter_word(struct prefilter *filter, int bit, struct str word);
/* The set of patterns that could match in `text`. */
uint64_t prefilter_test(const struct prefilter *filter, struct str text);

#endif
