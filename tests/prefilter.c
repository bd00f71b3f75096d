/* What passes must be all that can match: patterns, words, counts and texts made by chance, against the plain reading. */
#include "prefilter.h"
#include "value.h"
#include "tap.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct arena arena;

static uint64_t random_state = 88172645463325252u;

static unsigned
roll(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 33) % n;
}

static void
add_atom(struct buf *out, int depth)
{
	static const char *const atoms[] = { "a", "b", "K", "s", "1", "2", "é", "É", "ſ", "ß", "[ab]", "[^a]", "[0-9]",
		"\\d", "\\w", "\\b", "\\B", ".", "^", "$", "\\s", "[é-ü]", "\\x{212a}", "\\p{L}", "\\P{L}", "@", "-", "\\h",
		"[[:alpha:]]", "\\A", "\\z", "\\K", "(*ACCEPT)", "\\R", "\\X", "[K\\x{212a}]", "[^\\w]", "(?!)", "\\Q*\\E" };
	static const char *const open[] = { "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i)(?:", "(?i:", "(?|", "(?-i:",
		"(?(?=a)", "(?m)(?:" };

	if (depth <= 0 || roll(3) > 0) {
		buf_text(out, atoms[roll(N(atoms))]);
		return;
	}
	buf_text(out, open[roll(N(open))]);
	do
		add_atom(out, depth - 1);
	while (roll(2));
	if (roll(2)) {
		buf_text(out, "|");
		if (roll(4))
			add_atom(out, depth - 1);
	}
	buf_text(out, ")");
}

static void
add_pattern(struct buf *out)
{
	static const char *const repeats[] = { "", "", "", "?", "*", "+", "{2}", "{0,2}", "*?", "++", "{2,}", "{0}" };
	int i, n = 1 + (int)roll(4);

	buf_reset(out);
	for (i = 0; i < n; i++) {
		add_atom(out, 2);
		buf_text(out, repeats[roll(N(repeats))]);
		if (i + 1 < n && roll(8) == 0)
			buf_text(out, "|");
	}
}

static void
add_subject(struct buf *out)
{
	static const char *const pieces[] = { "a", "b", "A", "B", "k", "K", "s", "S", "1", "2", "é", "É", "ſ", "ß", "ẞ",
		"\xe2\x84\xaa", " ", "\n", "@", "-", "*", "ü", "\xff", "\xc3", "0", "z" };
	unsigned n = roll(12);

	buf_reset(out);
	buf_text(out, "");
	while (n-- > 0)
		buf_text(out, pieces[roll(N(pieces))]);
}

static void
add_studied(struct prefilter *filter, int bit, const struct pattern *pattern)
{
	struct pattern_study study;

	pattern_study(pattern, &study);
	prefilter_add(filter, bit, study.has_first ? study.first : NULL, study.has_needs ? study.needs : NULL);
}

/* The patterns whose words stand in the text: bit 1 of "mr", "heer", bit 3 of "born*", bit 5 of "d". */
static const struct {
	const char *text;
	uint64_t want;
} worded[] = {
	{ "", 0 }, { "mr", 2 }, { "Mr. Jansen", 2 }, { "the mr", 2 }, { "amr", 0 }, { "mrx", 0 }, { "MR", 2 },
	{ "de heer", 2 }, { "the here heers", 0 }, { "\xe2\x80\x99mr", 2 }, { "mr\xc3\xa9", 2 }, { "1mr2", 2 },
	{ "born", 8 }, { "Borne in mind", 8 }, { "newborn", 0 }, { "d", 32 }, { "D.O.B.", 32 }, { "do", 0 },
	{ "mr born d", 42 }, { "m r b o r n", 0 }, { "d-d", 32 }, { "ad", 0 },
};

static void
test_words(void)
{
	struct prefilter filter;
	struct pattern *any;
	const char *reason;
	size_t offset, i;
	int bit;

	prefilter_init(&filter);
	any = pattern_compile(STR("(?s)."), false, &arena, &reason, &offset);
	for (bit = 1; bit <= 5; bit += 2)
		add_studied(&filter, bit, any);
	ok(prefilter_word(&filter, 1, STR("mr")) && prefilter_word(&filter, 1, STR("heer")) &&
	    prefilter_word(&filter, 3, STR("born*")) && prefilter_word(&filter, 5, STR("D")), "words");
	ok(!prefilter_word(&filter, 1, STR("d.o.b")) && !prefilter_word(&filter, 1, STR("*")) &&
	    !prefilter_word(&filter, 1, STR("")) && !prefilter_word(&filter, 1, STR("\xc3\xa9")), "no words");
	for (i = 0; i < sizeof(worded) / sizeof(*worded); i++)
		is_number((long long)prefilter_test(&filter, str_of(worded[i].text)),
		    (long long)(worded[i].text[0] ? worded[i].want : 0), worded[i].text);
	prefilter_release(&filter);
	pattern_free(any);
}

/* What matches must have passed: on patterns and texts made by chance, in both case modes. */
static void
test_patterns(void)
{
	struct prefilter one, all;
	struct pattern *patterns[64];
	struct buf text = BUF_INIT, subject = BUF_INIT;
	long matches = 0, missed = 0, refused = 0, differ = 0, tests = 0;
	const char *reason;
	size_t at;
	uint64_t set, single;
	int round, bit, i;
	enum match match;

	for (round = 0; round < 30; round++) {
		prefilter_init(&all);
		for (bit = 0; bit < 64; bit++) {
			do
				add_pattern(&text);
			while ((patterns[bit] = pattern_compile(buf_view(&text), roll(2), &arena, &reason, &at)) == NULL);
			add_studied(&all, bit, patterns[bit]);
		}
		for (i = 0; i < 150; i++) {
			add_subject(&subject);
			set = prefilter_test(&all, buf_view(&subject));
			for (bit = 0; bit < 64; bit++, tests++) {
				match = pattern_match(patterns[bit], buf_view(&subject), 0, NULL);
				matches += match == MATCH;
				missed += match != NO_MATCH && !(set >> bit & 1);
				refused += !(set >> bit & 1);
				if (i > 0)
					continue;
				prefilter_init(&one);
				add_studied(&one, 5, patterns[bit]);
				single = prefilter_test(&one, buf_view(&subject));
				differ += single != (set >> bit & 1) << 5;
				prefilter_release(&one);
			}
		}
		for (bit = 0; bit < 64; bit++)
			pattern_free(patterns[bit]);
		prefilter_release(&all);
	}
	printf("# %ld tests, %ld matches, %ld refused by the filter\n", tests, matches, refused);
	is_number(missed, 0, "the prefilter never refuses a text that matches");
	is_number(differ, 0, "a pattern among 64 is filtered as it is alone");
	ok(matches > tests / 50 && refused > tests / 50, "and the test saw both often");
	buf_release(&text);
	buf_release(&subject);
}

static struct pattern *
compiled(const char *text)
{
	const char *reason;
	size_t at;

	return pattern_compile(str_of(text), false, &arena, &reason, &at);
}

static void
test_use(void)
{
	struct prefilter filter;
	struct pattern *number = compiled("\\b[0-9]{9}\\b"), *mail = compiled("\\w+@\\w+"),
	    *any = compiled("^x?");

	prefilter_init(&filter);
	ok(prefilter_test(&filter, STR("abc")) == 0, "an empty prefilter lets nothing through");
	add_studied(&filter, 0, number);
	add_studied(&filter, 1, mail);
	ok(prefilter_test(&filter, STR("plain words")) == 0, "plain words pass neither number nor address");
	ok(prefilter_test(&filter, STR("on 9 may")) == 1, "a digit passes the number");
	ok(prefilter_test(&filter, STR("aj@centre")) == 2, "an at sign the address");
	add_studied(&filter, 63, any);
	ok(prefilter_test(&filter, STR("")) == (uint64_t)1 << 63, "what may be empty always passes");
	prefilter_release(&filter);
	pattern_free(number);
	pattern_free(mail);
	pattern_free(any);
}

/* ---- words and counts, read plainly ---- */

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Goes from one run of letters to the next. */
static bool
has_word(struct str text, const char *word)
{
	size_t i = 0, start, k, n = strlen(word);
	bool is_beginning = word[n - 1] == '*';

	n -= is_beginning;
	while (i < text.n) {
		for (; i < text.n && !is_ascii_letter(text.p[i]); i++)
			;
		for (start = i; i < text.n && is_ascii_letter(text.p[i]); i++)
			;
		for (k = 0; k < n && start + k < i && (text.p[start + k] | 0x20) == word[k]; k++)
			;
		if (k == n && (is_beginning || start + k == i))
			return true;
	}
	return false;
}

static size_t
count_of(struct str text, const bool bytes[256])
{
	size_t i, n = 0;

	for (i = 0; i < text.n; i++)
		n += bytes[(unsigned char)text.p[i]];
	return n;
}

static const char *const some_words[] = { "mr", "mrs", "heer", "born*", "d", "do", "x*", "geb", "z", "ab*" };

/* Texts of all lengths around those that are read at once, ended where memory ends. */
static void
add_text(struct buf *out)
{
	static const char *const pieces[] = { "mr", "Mrs", "HEER", "heer", "born", "Borne", "d", "do", "x", "xa", "geb", "z", "ab",
		"abc", " ", " ", " ", ".", "1", "23", "\xc3\xa9", "\xff", "@", "[", "`", "{", "m", "r", "\n", "" };
	size_t want = roll(5) ? roll(80) : roll(300);

	buf_reset(out);
	buf_text(out, "");
	while (out->n < want)
		buf_text(out, pieces[roll(N(pieces))]);
	out->n = want;
}

static void
test_plainly(void)
{
	static const bool digits[256] = { ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, [0xff] = true };
	static const bool marks[256] = { ['@'] = true, ['['] = true, ['\0'] = true };
	struct buf made = BUF_INIT;
	struct prefilter filter;
	long wrong = 0, passed = 0, tests = 0;
	uint64_t set, want;
	struct str text;
	char *exact;
	size_t i;
	int round;
	bool by_halves;

	prefilter_init(&filter);
	for (i = 0; i < N(some_words) + 3; i++)
		prefilter_add(&filter, (int)i, NULL, NULL);
	for (i = 0; i < N(some_words); i++)
		prefilter_word(&filter, (int)i, str_of(some_words[i]));
	prefilter_count(&filter, (int)i, digits, 1);
	prefilter_count(&filter, (int)i + 1, digits, 9);
	prefilter_count(&filter, (int)i + 2, marks, 2);
	by_halves = filter.by_halves;
	for (round = 0; round < 40000; round++, tests++) {
		add_text(&made);
		exact = malloc(made.n > 0 ? made.n : 1);
		text = (struct str){ memcpy(exact, made.p, made.n), made.n };
		want = 0;
		for (i = 0; i < N(some_words); i++)
			want |= (uint64_t)has_word(text, some_words[i]) << i;
		want |= (uint64_t)(count_of(text, digits) >= 1) << i;
		want |= (uint64_t)(count_of(text, digits) >= 9) << (i + 1);
		want |= (uint64_t)(count_of(text, marks) >= 2) << (i + 2);
		/* In both ways, where there are two. */
		filter.by_halves = by_halves && round % 2;
		set = prefilter_test(&filter, text);
		/* What stands behind the text may count as a byte NUL, no more. */
		wrong += (set ^ want) != 0 && (set ^ want) != (uint64_t)1 << (i + 2);
		wrong += (want & ~set) != 0;
		passed += set != 0;
		free(exact);
	}
	printf("# %ld texts, %ld pass something\n", tests, passed);
	is_number(wrong, 0, "words and counts as plain reading finds them");
	ok(passed > tests / 4 && passed < tests, "and the test saw both often");
	prefilter_release(&filter);
	buf_release(&made);
}

/* Sets of bytes by chance, from few to more than fit the tables of halves. */
static void
test_sets(void)
{
	bool sets[6][256];
	struct prefilter filter;
	long wrong = 0, by_halves = 0, round;
	size_t i, n, byte, k;
	char text[128];
	uint64_t set, want;

	for (round = 0; round < 3000; round++) {
		prefilter_init(&filter);
		n = 1 + roll(6);
		for (i = 0; i < n; i++) {
			unsigned rare = 1 + roll(200);

			for (byte = 0; byte < 256; byte++)
				sets[i][byte] = roll(rare) == 0 && byte > 0;
			prefilter_add(&filter, (int)i, NULL, NULL);
			prefilter_count(&filter, (int)i, sets[i], 1 + roll(3));
		}
		for (want = 0, k = 0; k < sizeof(text); k++)
			text[k] = (char)roll(256);
		for (i = 0; i < n; i++)
			want |= (uint64_t)(count_of((struct str){ text, sizeof(text) }, sets[i]) >= filter.least[i].least) << i;
		by_halves += filter.by_halves;
		set = prefilter_test(&filter, (struct str){ text, sizeof(text) });
		wrong += set != want;
		filter.by_halves = false;
		wrong += prefilter_test(&filter, (struct str){ text, sizeof(text) }) != want;
		prefilter_release(&filter);
	}
	is_number(wrong, 0, "sets of bytes by chance");
	printf("# %ld of %ld by their halves\n", by_halves, round);
}

int
main(void)
{
	test_patterns();
	test_words();
	test_use();
	test_plainly();
	test_sets();
	arena_release(&arena);
	return tap_done();
}
