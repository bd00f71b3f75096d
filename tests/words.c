/* Words of a language: which Label counts, sentences with places, dates and numbers. */
#include "tap.h"
#include "words.h"

static struct symbols symbols;
static struct arena arena;
static struct findings findings;
static struct schema *schema;
static struct directory *directory;
static struct source sources[2];

static const char descriptors[] = "%rec: Label\n%type: Language regexp /^[a-z][a-z]$/\n";
static const char labels[] =
	"%rec: Label\n\n"
	"Label: high\nLanguage: nl\nText: hoog\n\n"
	"Label: high\nLanguage: nl\nField: Severity\nText: ernstig\n\n"
	"Label: high\nLanguage: nl\nField: Case.Severity\nText: zeer ernstig\n\n"
	"Label: high\nLanguage: nl\nField: Tide\nText: vloed\n\n"
	"Label: low\nLanguage: nl\nField: Severity\nText: laag\n\n"
	"Label: Ended_by\nLanguage: nl\nText: Be\xc3\xabindigd door\n\n"
	"Label: Total\nLanguage: nl\nText: Totaal\n\n"
	"Label: {n} of {what} are {n} too many\nLanguage: nl\nText: Van {what} zijn er {n} te veel ({niets}, {n)\n\n"
	"Label: {from} to {until}\nLanguage: nl\nText: {from} tot en met {until}\n\n"
	"Label: Q{quarter} {year}\nLanguage: nl\nText: {quarter}e kwartaal {year}\n\n"
	"Label: January\nLanguage: nl\nText: januari\n\n"
	"Label: March\nLanguage: nl\nText: maart\n\n"
	"Label: decimal mark\nLanguage: nl\nText: ,\n\n"
	"Label: thousands mark\nLanguage: nl\nText: .\n\n"
	"Label: A note that goes on\nLanguage: nl\nText: Een opmerking die doorloopt\n\n"
	"Label: Total\nLanguage: fr\nText: Ensemble\n\n"
	"Label: Empty\nLanguage: de\nText:\n";

static void
parse(size_t i, const char *path, const char *text, struct recfile *file)
{
	sources[i].name = path;
	sources[i].bytes = str_of(text);
	record_parse(&sources[i], &symbols, &arena, &findings, file);
}

static void
open_world(void)
{
	struct recfile file;

	symbols_init(&symbols);
	arena_init(&arena);
	findings_init(&findings);
	schema = schema_new(&symbols);
	parse(0, "schema/report.rec", descriptors, &file);
	schema_add(schema, &file, &findings);
	schema_link(schema, &findings);
	directory = directory_new(schema);
	parse(1, "reports/labels.rec", labels, &file);
	directory_add(directory, &file, &findings);
	directory_link(directory, &findings);
}

static void
close_world(void)
{
	directory_free(directory);
	schema_free(schema);
	findings_release(&findings);
	arena_release(&arena);
	symbols_release(&symbols);
}

static void
is_str(struct str got, const char *want, const char *what)
{
	is_text(arena_cstr(&arena, got), want, what);
}

static void
test_labels(const struct words *nl)
{
	static const struct {
		const char *field, *word, *text;
	} rows[] = {
		{ "", "high", "hoog" },
		{ "Severity", "high", "ernstig" },
		{ "Case.Severity", "high", "zeer ernstig" },
		{ "Entry.Severity", "high", "ernstig" },
		{ "Danger", "high", "hoog" },
		{ "Severity", "low", "laag" },
		{ "", "low", "low" },
		{ "Danger", "low", "low" },
		{ "Severity", "unheard-of", "unheard-of" },
		{ "", "", "" },
		{ "", "A note that\ngoes on", "Een opmerking die doorloopt" },
		{ "", "Empty", "Empty" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(words_label(nl, str_of(rows[i].field), str_of(rows[i].word)), rows[i].text,
		    rows[i].text);
	is_str(words_label(NULL, STR("Severity"), STR("high")), "high", "English without Labels");
	is_str(word(nl, "Total"), "Totaal", "the program's word");
	is_str(word(NULL, "Total"), "Total", "in English");
	ok(words_know(nl, STR("Severity"), STR("low")) && !words_know(nl, STR(""), STR("low")), "known words");
}

static void
test_headings(const struct words *nl)
{
	static const struct {
		const char *field, *english, *dutch;
	} rows[] = {
		{ "Case.Ended_by", "Ended by", "Be\xc3\xabindigd door" },
		{ "Ended_by", "Ended by", "Be\xc3\xabindigd door" },
		{ "Municipality.Province", "Municipality Province", "Municipality Province" },
		{ "quarter", "Quarter", "Quarter" },
		{ "", "", "" },
	};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		buf_reset(&out);
		buf_text(&out, "");
		words_heading(NULL, str_of(rows[i].field), &out);
		is_text(out.p, rows[i].english, rows[i].field);
		buf_reset(&out);
		buf_text(&out, "");
		words_heading(nl, str_of(rows[i].field), &out);
		is_text(out.p, rows[i].dutch, "and in Dutch");
	}
	buf_release(&out);
}

static void
test_sentences(const struct words *nl)
{
	static const char sentence[] = "{n} of {what} are {n} too many";
	struct blank blanks[] = { { "n", STR("3") }, { "what", STR("{n} dossiers") } };
	struct buf out = BUF_INIT;

	words_fill(NULL, sentence, blanks, 2, &out);
	is_text(out.p, "3 of {n} dossiers are 3 too many", "each place is filled, once");
	buf_reset(&out);
	words_fill(nl, sentence, blanks, 2, &out);
	is_text(out.p, "Van {n} dossiers zijn er 3 te veel ({niets}, {n)",
	    "in another order; what is no place stays");
	buf_release(&out);
}

static void
test_numbers(const struct words *nl)
{
	static const struct {
		const char *exact, *english, *dutch;
	} rows[] = {
		{ "0", "0", "0" },
		{ "41", "41", "41" },
		{ "999", "999", "999" },
		{ "1000", "1,000", "1.000" },
		{ "7.5", "7.5", "7,5" },
		{ "-1234567.25", "-1,234,567.25", "-1.234.567,25" },
		{ "-100", "-100", "-100" },
		{ "123456789012345678901", "123,456,789,012,345,678,901", "123.456.789.012.345.678.901" },
		{ "0.0005", "0.0005", "0,0005" },
		{ "1000.", "1000.", "1000." },
		{ ".5", ".5", ".5" },
		{ "1e3000", "1e3000", "1e3000" },
		{ "2026-03", "2026-03", "2026-03" },
		{ "", "", "" },
		{ "-", "-", "-" },
	};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		buf_reset(&out);
		buf_text(&out, "");
		words_number(NULL, str_of(rows[i].exact), &out);
		is_text(out.p, rows[i].english, rows[i].exact);
		buf_reset(&out);
		buf_text(&out, "");
		words_number(nl, str_of(rows[i].exact), &out);
		is_text(out.p, rows[i].dutch, "and in Dutch");
	}
	buf_release(&out);
}

static const char *
period_in(const struct words *words, const char *text)
{
	struct period period;
	struct buf out = BUF_INIT;
	char *kept;

	period_parse(str_of(text), &period, NULL);
	words_period(words, period, &out);
	kept = arena_cstr(&arena, buf_view(&out));
	buf_release(&out);
	return kept;
}

static void
test_dates(const struct words *nl)
{
	struct buf out = BUF_INIT;
	day d;

	date_parse(STR("2026-03-09"), &d, NULL);
	words_date(NULL, d, &out);
	buf_char(&out, '/');
	words_date(nl, d, &out);
	buf_char(&out, '/');
	words_month(NULL, d, &out);
	buf_char(&out, '/');
	words_month(nl, d, &out);
	buf_char(&out, '/');
	words_quarter(NULL, d, &out);
	buf_char(&out, '/');
	words_quarter(nl, d, &out);
	is_text(out.p, "9 March 2026/9 maart 2026/March 2026/maart 2026/Q1 2026/1e kwartaal 2026",
	    "a day, its month, its quarter");
	is_text(period_in(NULL, "2026-01-01..2026-03-31"), "1 January 2026 to 31 March 2026", "a period");
	is_text(period_in(nl, "2026-Q1"), "1 januari 2026 tot en met 31 maart 2026", "in Dutch");
	is_text(period_in(NULL, "..2026-03-31"), "up to 31 March 2026", "without a beginning");
	is_text(period_in(NULL, "2026.."), "from 1 January 2026", "without an end");
	is_text(period_in(NULL, "9999"), "1 January 9999 to 31 December 9999", "the last year");
	buf_release(&out);
}

int
main(void)
{
	struct words *nl, *none;
	struct buf list = BUF_INIT;

	open_world();
	nl = words_load(directory, STR("nl"));
	none = words_load(directory, STR("xx"));
	is_str(words_language(nl), "nl", "the language");
	is_str(words_language(NULL), "en", "English without being asked");
	is_str(word(none, "Total"), "Total", "a language without Labels changes nothing");
	language_list(directory, &list);
	is_text(list.p, "de, en, fr, nl", "the languages there are");
	ok(language_exists(directory, STR("en")) && language_exists(directory, STR("fr")) &&
	    !language_exists(directory, STR("xx")) && !language_exists(directory, STR("")), "which exist");
	test_labels(nl);
	test_headings(nl);
	test_sentences(nl);
	test_numbers(nl);
	test_dates(nl);
	buf_release(&list);
	words_free(nl);
	words_free(none);
	words_free(NULL);
	close_world();
	return tap_done();
}
