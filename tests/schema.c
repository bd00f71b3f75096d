/* Descriptors, records against them, the directory, identifiers: each row a file or three and the findings as text. */
#include "schema.h"
#include "tap.h"

#include <string.h>

struct world {
	struct symbols symbols;
	struct arena arena;
	struct findings findings;
	struct schema *schema;
	struct directory *directory;
};

static void
read_file(struct world *world, const char *path, const char *text, struct recfile *file)
{
	struct source *source = ARENA_NEW(&world->arena, struct source, 1);

	source->name = path;
	source->bytes = arena_str(&world->arena, str_of(text));
	record_parse(source, &world->symbols, &world->arena, &world->findings, file);
}

static void
world_open(struct world *world, const char *const schemas[][2], const char *directory)
{
	struct recfile file;

	memset(world, 0, sizeof *world);
	symbols_init(&world->symbols);
	arena_init(&world->arena);
	findings_init(&world->findings);
	world->schema = schema_new(&world->symbols);
	for (size_t i = 0; schemas[i][0] != NULL; i++) {
		read_file(world, schemas[i][0], schemas[i][1], &file);
		schema_add(world->schema, &file, &world->findings);
	}
	schema_link(world->schema, &world->findings);
	world->directory = directory_new(world->schema);
	if (directory != NULL) {
		read_file(world, "directory/all.rec", directory, &file);
		directory_add(world->directory, &file, &world->findings);
	}
	directory_link(world->directory, &world->findings);
}

static void
world_close(struct world *world)
{
	directory_free(world->directory);
	schema_free(world->schema);
	findings_release(&world->findings);
	arena_release(&world->arena);
	symbols_release(&world->symbols);
}

/* "LINE:COLUMN severity rule: text | fix", one a line, in the order of their being found. */
static const char *
told(struct world *world)
{
	static const char *const severities[] = { "note", "warning", "error" };
	struct buf out = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < world->findings.n; i++) {
		const struct finding *finding = &world->findings.list[i];

		buf_printf(&out, "%u:%u %s %s: %s%s%s\n", (unsigned)finding->line, (unsigned)finding->column, severities[finding->severity],
		    finding->rule, finding->text, finding->fix ? " | " : "", finding->fix ? finding->fix : "");
	}
	text = arena_cstr(&world->arena, buf_view(&out));
	buf_release(&out);
	return text;
}

/* Several lines as one, for a line of TAP. */
static const char *
flat(const char *text, char line[2048])
{
	size_t n = 0;

	for (; *text != '\0' && n < 2045; text++)
		if (*text == '\n')
			n += (size_t)snprintf(line + n, 3, "\\n");
		else
			line[n++] = *text;
	line[n] = '\0';
	return line;
}

static void
is_told(struct world *world, const char *want, const char *what)
{
	char lines[3][2048];

	is_text(flat(told(world), lines[0]), flat(want, lines[1]), flat(what, lines[2]));
}

/* Descriptors alone: what stands below %rec, and the findings. */
static const struct {
	const char *body, *want;
} descriptors[] = {
	{ "%mandatory: A B\n%unique: A\n%key: K\n%doc: d\n%typedef: T int\n%type: A,C T\n%auto: A\n%sort: A\n%size: < 9\n"
	  "%confidential: P\n%allowed: A B\n%prohibit: X\n%singular: S\n%constraint: A > 0\n", NULL },
	{ "%mandatry: A\n", "2:1 error unknown-special-field: '%mandatry' is not a special field, did you mean '%mandatory'?\n" },
	{ "%foobar: A\n", "2:1 error unknown-special-field: '%foobar' is not a special field\n" },
	{ "Name: A\n", "2:1 error unknown-special-field: 'Name' is not a special field: a descriptor has special fields only\n" },
	{ "%mandatory: A,B\n", "2:13 error bad-special-field: 'A,B' is not a field name | names are separated by blanks: "
	  "letters, digits and '_', beginning with a letter\n" },
	{ "%mandatory:\n", "2:12 error bad-special-field: '%mandatory' names no field | name a field, or take the line out\n" },
	{ "%key: A B\n", "2:9 error bad-special-field: '%key' names one field | a record type has one key\n" },
	{ "%key: A\n%key: B\n", "3:1 error bad-special-field: '%key' stands twice in 'T'\n" },
	{ "%singular: A B\n", "2:14 error bad-special-field: '%singular' names one field | write a line '%singular: FIELD' for each\n" },
	{ "%mandatory: A\n%prohibit: A\n", "3:12 error contradiction: 'A' of 'T' is mandatory and prohibited at once | take one of the two out\n" },
	{ "%size: x\n", "2:8 error bad-special-field: '%size' is a number of records | for example: %size: >= 1\n" },
	{ "%size: >= 2\n", "2:8 error wrong-size: 0 records of type 'T', at least 2 expected\n" },
	{ "%size: > 2\n", "2:8 error wrong-size: 0 records of type 'T', at least 3 expected\n" },
	{ "%size: 1\n", "2:8 error wrong-size: 0 records of type 'T', at least 1 expected\n" },
	{ "%size: < 1\n", NULL },
	{ "%type: A\n", "2:8 error bad-special-field: '%type' names fields and their type | for example: %type: From,Until date\n" },
	{ "%type: A, B int\n", "2:8 error bad-special-field: a blank within a list of fields | write the fields with commas alone: From,Until\n" },
	{ "%type: A,,B int\n", "2:10 error bad-special-field: '' is not a field name | names are separated by blanks: letters, "
	  "digits and '_', beginning with a letter\n" },
	{ "%type: A int\n%type: A int\n", "3:8 error duplicate-type: 'A' of 'T' is given a second type\n" },
	{ "%type: A dat\n", "2:10 error unknown-type: no type 'dat', did you mean 'date'? | types are int, bool, range, real, line, "
	  "size, regexp, enum, date, email, uuid, field, rec, and what %typedef names\n" },
	{ "%type: A int 5\n", "2:14 error bad-type: '5' is too much here | take it out\n" },
	{ "%type: A range\n", "2:15 error bad-type: a range without its ends | for example: range 0 10\n" },
	{ "%type: A range 5 1\n", "2:16 error bad-type: a range that ends before it begins | write the smaller end first\n" },
	{ "%type: A range MAX MIN\n", "2:16 error bad-type: a range that ends before it begins | write the smaller end first\n" },
	{ "%type: A range -5\n", "2:16 error bad-type: a range that ends before it begins | write the smaller end first\n" },
	{ "%type: A range 0 x\n", "2:18 error bad-type: a range ends at an integer, MIN or MAX | for example: range 0 10\n" },
	{ "%type: A range 0x10 MAX\n", NULL },
	{ "%type: A range MIN MAX\n", NULL },
	{ "%type: A size\n", "2:14 error bad-type: a size is a number of characters | for example: size 80\n" },
	{ "%type: A size -1\n", "2:15 error bad-type: a size is a number of characters | for example: size 80\n" },
	{ "%type: A regexp\n", "2:16 error bad-type: a regexp stands between two marks that are the same | for example: regexp /^GM[0-9]{4}$/\n" },
	{ "%type: A regexp /a/b/\n", "2:19 error bad-type: the regexp ended before this | choose a mark that does not stand in the "
	  "regexp itself, as in |a/b|\n" },
	{ "%type: A regexp |a/b|\n", NULL },
	{ "%type: A enum\n", "2:14 error bad-type: an enum without words | write what may be chosen: enum low high\n" },
	{ "%type: A enum (only a comment)\n", "2:31 error bad-type: an enum without words | write what may be chosen: enum low high\n" },
	{ "%type: A enum a b a\n", "2:19 error bad-type: this word stands twice in the enum | take one of them out\n" },
	{ "%type: A enum a (one) b\n+ (two\n+ lines) c\n", NULL },
	{ "%type: A enum a (open\n", "2:17 error bad-type: a comment in an enum does not end | close it with ')'\n" },
	{ "%type: A enum a/b\n", "2:15 error bad-type: not a word of an enum | use letters, digits, '-' and '_', beginning with a letter or digit\n" },
	{ "%type: A rec\n", "2:13 error bad-type: a rec type names the record type it refers to | for example: rec Municipality\n" },
	{ "%type: A rec Q\n", "2:14 error unknown-record-type: no record type 'Q'\n" },
	{ "%type: A rec T\n", "2:14 error unknown-record-type: record type 'T' has no key to refer to | give 'T' a %key\n" },
	{ "%key: K\n%type: A rec T\n", NULL },
	{ "%typedef: U V\n%typedef: V int\n%type: A U\n", NULL },
	{ "%typedef: U V\n%typedef: V U\n%type: A U\n", "2:11 error typedef-loop: type 'U' is defined by itself\n" },
	{ "%typedef: U U\n", "2:11 error typedef-loop: type 'U' is defined by itself\n" },
	{ "%typedef: U int\n%typedef: U real\n", "3:11 error duplicate-type: type 'U' is defined twice in 'T'\n" },
	{ "%typedef: int line\n", "2:11 error bad-type: 'int' cannot be the name of a type | letters, digits and '_', beginning with "
	  "a letter; not a type that there is\n" },
	{ "%typedef: U\n", "2:12 error bad-type: a type is missing here | for example: %type: Hours real\n" },
	{ "%auto: A\n%type: A line\n", "2:8 error bad-special-field: 'A' is of type line, which %auto cannot fill in: int, range, uuid or date\n" },
	{ "%valid: From\n", "2:9 error bad-special-field: '%valid' names two fields | the first day and the first day no more: %valid: From Until\n" },
	{ "%valid: From Until\n%type: From date\n", "2:14 error bad-special-field: 'Until' of %valid is no date | add %type: Until date\n" },
	{ "%valid: From Until\n%type: From,Until date\n", NULL },
	{ "%succession: A B\n", "2:16 error bad-special-field: '%succession' names one field | write a line '%succession: FIELD' for each\n" },
	{ "%key: K\n%valid: F U\n%type: F,U date\n%succession: S\n", "5:14 error bad-special-field: 'S' of %succession does not "
	  "refer to 'T' | add %type: S rec T\n" },
	{ "%key: K\n%valid: F U\n%type: F,U date\n%type: S line\n%succession: S\n", "5:8 error bad-special-field: 'S' of %succession "
	  "does not refer to 'T' | add %type: S rec T\n" },
	{ "%key: K\n%type: S rec T\n%succession: S\n", "3:8 error bad-special-field: %succession of 'T', whose records never "
	  "end | say with %valid: FROM UNTIL when they do\n" },
	{ "%key: K\n%valid: F U\n%type: F,U date\n%type: S rec T\n%succession: S\n", NULL },
	{ "%key: K\n%valid: F U\n%type: F,U date\n%type: S rec T\n%succession: S\n%succession: S\n",
	  "7:1 error bad-special-field: '%succession' stands twice in 'T'\n" },
};

static void
test_descriptors(void)
{
	for (size_t i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++) {
		char text[1024];
		const char *schemas[][2] = { { "schema/other.rec", text }, { NULL, NULL } };
		struct world world;
		const char *want = descriptors[i].want ? descriptors[i].want : "";

		snprintf(text, sizeof text, "%%rec: T\n%s", descriptors[i].body);
		world_open(&world, schemas, NULL);
		is_told(&world, want, descriptors[i].body);
		world_close(&world);
	}
}

/* One field F of a type: values that are of it, and what is said of others. */
static const struct {
	const char *type, *value, *want;
} values[] = {
	{ "int", "12", NULL },
	{ "int", "-010", NULL },
	{ "int", "0x1F", NULL },
	{ "int", " 7 ", NULL },
	{ "int", "+5", "'+5' does not fit 'F': expected an integer" },
	{ "int", "1.5", "'1.5' does not fit 'F': expected an integer" },
	{ "int", "0x", "'0x' does not fit 'F': expected an integer" },
	{ "int", "", "'F' is empty: expected an integer" },
	{ "int", "99999999999999999999999999999999999999999999", NULL },
	{ "bool", "yes", NULL },
	{ "bool", "0", NULL },
	{ "bool", "Yes", "'Yes' does not fit 'F': expected yes or no" },
	{ "range 1 5", "5", NULL },
	{ "range 1 5", "0", "'0' does not fit 'F': expected an integer from 1 to 5" },
	{ "range 5", "0", NULL },
	{ "range 5", "6", "'6' does not fit 'F': expected an integer from 0 to 5" },
	{ "range 5", "-1", "'-1' does not fit 'F': expected an integer from 0 to 5" },
	{ "range MIN 5", "-3000000000", NULL },
	{ "range MIN 5", "6", "'6' does not fit 'F': expected an integer of at most 5" },
	{ "range 0x10 MAX", "15", "'15' does not fit 'F': expected an integer of at least 16" },
	{ "real", "3.5", NULL },
	{ "real", "-.5", NULL },
	{ "real", "5", NULL },
	{ "real", "1e5", "'1e5' does not fit 'F': expected a number such as 1.5" },
	{ "real", "1,5", "'1,5' does not fit 'F': expected a number such as 1.5" },
	{ "real", "-2.", "'-2.' does not fit 'F': expected a number such as 1.5" },
	{ "real", "-", "'-' does not fit 'F': expected a number such as 1.5" },
	{ "line", "a b", NULL },
	{ "line", "a\n+ b", "'a...' does not fit 'F': expected one line" },
	{ "size 3", "\303\251\303\251\303\251", NULL },
	{ "size 3", "abcd", "'abcd' does not fit 'F': expected at most 3 characters" },
	{ "size 0", "", NULL },
	{ "regexp /^GM[0-9]{4}$/", "GM0344", NULL },
	{ "regexp /^GM[0-9]{4}$/", "GM34", "'GM34' does not fit 'F': expected what matches ^GM[0-9]{4}$" },
	{ "regexp |^\\d+$|", "12", NULL },
	{ "enum low high", "low", NULL },
	{ "enum low high", "Low", "'Low' is not a choice of 'F', did you mean 'low'?" },
	{ "enum low high", "hihg", "'hihg' is not a choice of 'F', did you mean 'high'?" },
	{ "enum low high", "medium", "'medium' is not a choice of 'F'" },
	{ "enum low high", "", "'' is not a choice of 'F'" },
	{ "date", "2024-02-29", NULL },
	{ "date", "2026-02-30", "'2026-02-30' of 'F' is not a date: February 2026 has 28 days" },
	{ "date", "4-3-2026", "'4-3-2026' of 'F' is not a date: a date is written YYYY-MM-DD, did you mean '2026-03-04'?" },
	{ "email", "a.b@centre.example", NULL },
	{ "email", "a b@c", "'a b@c' does not fit 'F': expected an e-mail address" },
	{ "uuid", "550e8400-e29b-41d4-a716-446655440000", NULL },
	{ "uuid", "550e8400", "'550e8400' does not fit 'F': expected a UUID such as 550e8400-e29b-41d4-a716-446655440000" },
	{ "field", "Foo_Bar", NULL },
	{ "field", "9x", "'9x' does not fit 'F': expected a field's name: letters, digits and '_', beginning with a letter" },
};

static void
test_values(void)
{
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char schema[256], directory[256], what[256];
		const char *schemas[][2] = { { "schema/other.rec", schema }, { NULL, NULL } };
		struct world world;

		snprintf(schema, sizeof schema, "%%rec: T\n%%type: F %s\n", values[i].type);
		snprintf(directory, sizeof directory, "%%rec: T\n\nF: %s\n", values[i].value);
		snprintf(what, sizeof what, "%s: '%s'", values[i].type, values[i].value);
		for (char *p = what; *p != '\0'; p++)
			*p = *p == '\n' ? ' ' : *p;
		world_open(&world, schemas, directory);
		is_text(world.findings.n ? world.findings.list[0].text : NULL, values[i].want, what);
		world_close(&world);
	}
}

static const char case_schema[] =
	"%rec: Case\n%key: Case\n%mandatory: Opened\n%type: Opened date\n%allowed: Case Opened Service Municipality\n"
	"%type: Service enum advice support\n%type: Municipality rec Municipality\n\n"
	"%rec: Entry\n%mandatory: Date Kind\n%unique: Date Kind Text\n%allowed: Date Kind By Text Allow\n%type: Date date\n"
	"%type: By rec Staff\n%typedef: Who_t enum mother father municipality\n\n"
	"%rec: consent\n%mandatory: From Decision\n%unique: Decision\n%type: Decision enum given refused withdrawn\n"
	"%type: From Who_t\n%constraint: (Decision = 'refused') => #Text\n%doc: yes or no\n\n"
	"%rec: consultation\n%mandatory: With\n%type: With rec Municipality\n%allowed: Form\n%type: Form regexp /^[a-z]+$/\n%prohibit: By\n\n"
	"%rec: note\n";

static const char directory_schema[] =
	"%rec: Municipality\n%key: Code\n%valid: From Until\n%mandatory: Name\n%type: From,Until date\n"
	"%type: Successor rec Municipality\n%succession: Successor\n\n"
	"%rec: Staff\n%key: Id\n%singular: Email\n%type: Email email\n%valid: From Until\n%type: From,Until date\n";

static const char identifier_schema[] =
	"%rec: Identifier\n%key: Identifier\n%mandatory: Pattern\n\n"
	"Identifier: number\nPattern: \\b\\d{9}\\b\nCheck: bsn\nMessage: a citizen service number\nAllow: no\n\n"
	"Identifier: telephone\nPattern: \\b06-?\\d{8}\\b\nSeverity: warning\n\n"
	"Identifier: digits\nPattern: \\d{4,}\nSeverity: note\nFiles: cases/\n";

static const char directory_records[] =
	"%rec: Municipality\n\n"
	"Code: GM0344\nName: Utrecht\n\n"
	"Code: GM0363\nName: Amsterdam\n\n"
	"Code: GM0457\nName: Weesp\nUntil: 2022-03-24\nSuccessor: GM0363\n\n"
	"Code: GM1945\nName: Berg en Dal\nFrom: 2016-01-01\n\n"
	"Code: GM0788\nName: Haaren\nUntil: 2021-01-01\nSuccessor: GM0344\nSuccessor: GM0363\n\n"
	"%rec: Staff\n\n"
	"Id: aj\nEmail: aj@centre.example\n\n"
	"Id: bo\nEmail: bo@centre.example\nFrom: 2024-01-01\nUntil: 2025-01-01\n";

/* Entries of a case, with the findings of each. */
static const struct {
	const char *record, *want;
} entries[] = {
	{ "Date: 2026-03-04\nKind: consent\nFrom: mother\nDecision: given\nBy: aj\n", "" },
	{ "Date: 2026-03-04\nKind: note\n", "" },
	{ "Date: 2026-03-04\nKind: consent\nFrom: mother\n",
	  "1:1 error missing-field: 'consent' needs 'Decision' | add a line 'Decision: ' with given, refused or withdrawn\n" },
	{ "Date: 2026-03-04\nKind: consent\nFrom: mother\nDecision:\n",
	  "4:1 error missing-field: 'consent' needs 'Decision', which is empty | add a line 'Decision: ' with given, refused or withdrawn\n" },
	{ "Date: 2026-03-04\nKind: consent\nFrom: mother\nDecision: gven\n",
	  "4:11 error unknown-choice: 'gven' is not a choice of 'Decision', did you mean 'given'? | choose given, refused or withdrawn\n" },
	{ "Date: 2026-03-04\nKind: consent\nFrom: mother\nDecision: given\nDecision: refused\n",
	  "5:1 error repeated-field: 'Decision' stands twice, first at cases/2026/7/2026-7KQ43.rec:4 | keep one of them; if a new record begins here, put an empty line above it\n"
	  "4:1 error broken-constraint: 'consent' must satisfy (Decision = 'refused') => #Text | add a line 'Text: ', or change what stands left of '=>'; see dossier help consent\n" },
	{ "Date: 2026-03-04\nKind: consent\nFrom: mother\nDecison: given\nDecision: given\n",
	  "4:1 error unknown-field: 'consent' has no field 'Decison', did you mean 'Decision'?\n" },
	{ "Date: 2026-03-04\nKind: note\nDecision: given\n",
	  "3:1 error unknown-field: 'note' has no field 'Decision': it belongs to 'consent' | make an entry of its own for it, or take it out\n" },
	{ "Date: 2026-03-04\nKind: note\nZebra: x\n",
	  "3:1 error unknown-field: 'note' has no field 'Zebra' | fields of 'note' are Date, Kind, Text, By or Allow; if the value above goes on here, begin the line with '+ '\n" },
	{ "Date: 2026-03-04\nKind: consultation\nWith: GM0344\nBy: aj\n",
	  "4:1 error prohibited-field: 'By' may not stand in 'consultation' | take it out\n" },
	{ "Date: 2026-03-04\nKind: consultation\nWith: GM0344\nForm: By phone\n",
	  "4:7 error bad-value: 'By phone' does not fit 'Form': expected what matches ^[a-z]+$ | "
	  "dossier help consultation says in words what 'Form' holds\n" },
	{ "Date: 2026-03-04\nKind: consultation\nWith: GM0345\n",
	  "3:7 error unknown-reference: 'GM0345' of 'With' is no record of type 'Municipality', did you mean 'GM0344'? | "
	  "write the 'Code' of a record of type 'Municipality' in the directory\n" },
	{ "Date: 2026-03-04\nKind: consultation\nWith: amsterdam\n",
	  "3:7 error unknown-reference: 'amsterdam' of 'With' is no record of type 'Municipality', did you mean 'GM0363'? | write the key: GM0363\n" },
	{ "Date: 2026-03-04\nKind: consultation\nWith: GM0457\n",
	  "3:7 error not-valid-then: 'GM0457' of 'With' does not hold on 2026-03-04: it ended on 2022-03-24, did you mean 'GM0363'? | "
	  "write GM0363, which holds on that day\n" },
	{ "Date: 2022-03-23\nKind: consultation\nWith: GM0457\n", "" },
	{ "Date: 2022-03-24\nKind: consultation\nWith: GM0457\n",
	  "3:7 error not-valid-then: 'GM0457' of 'With' does not hold on 2022-03-24: it ended on 2022-03-24, did you mean 'GM0363'? | "
	  "write GM0363, which holds on that day\n" },
	{ "Date: 2026-03-04\nKind: consultation\nWith: GM0788\n",
	  "3:7 error not-valid-then: 'GM0788' of 'With' does not hold on 2026-03-04: it ended on 2021-01-01 | "
	  "'GM0788' was split: write the one that it is now, GM0344 or GM0363\n" },
	{ "Date: 2015-12-31\nKind: consultation\nWith: GM1945\n",
	  "3:7 error not-valid-then: 'GM1945' of 'With' does not hold on 2015-12-31: it holds from 2016-01-01 | "
	  "write a record of type 'Municipality' that holds on that day, or mend the date\n" },
	{ "Date: 2026-03-04\nKind: note\nBy: bo\n",
	  "3:5 error not-valid-then: 'bo' of 'By' does not hold on 2026-03-04: it ended on 2025-01-01 | "
	  "write a record of type 'Staff' that holds on that day, or mend the date\n" },
	{ "Date: 2026-03-04\nKind: note\nText: call 123456782 now\n",
	  "3:12 error identifier: '123****82' (number): a citizen service number | take it out\n" },
	{ "Date: 2026-03-04\nKind: note\nText: number 123456789\n",
	  "3:14 note identifier: '123****89' (digits): an identifier stands here | take it out, or say why it may stand here: Allow: digits REASON\n" },
	{ "Date: 2026-03-04\nKind: note\nText: call\n+ 0612345678\n",
	  "4:3 warning identifier: '061*****78' (telephone): an identifier stands here | "
	  "take it out, or say why it may stand here: Allow: telephone REASON\n" },
	{ "Date: 2026-03-04\nKind: note\nText: call 0612345678\nAllow: telephone the helpline's number\n", "" },
	{ "Date: 2026-03-04\nKind: note\nAllow: telephone\n",
	  "3:8 error bad-allowance: 'telephone' is allowed without a reason | say why it may stand here, behind the name\n" },
	{ "Date: 2026-03-04\nKind: note\nAllow: telefone why\n",
	  "3:8 error bad-allowance: no identifier 'telefone' to allow, did you mean 'telephone'?\n" },
	{ "Date: 2026-03-04\nKind: note\nAllow: number why not\n", "3:8 error bad-allowance: 'number' cannot be allowed\n" },
	{ "Date: 4 March 2026\nKind: note\n",
	  "1:7 error bad-date: '4 March 2026' of 'Date' is not a date: a date is written YYYY-MM-DD, did you mean '2026-03-04'? | write 2026-03-04\n" },
};

static void
test_entries(void)
{
	const char *schemas[][2] = { { "schema/case.rec", case_schema }, { "schema/directory.rec", directory_schema },
		{ "schema/identifiers.rec", identifier_schema }, { NULL, NULL } };
	struct world world;

	world_open(&world, schemas, directory_records);
	is_told(&world, "", "a schema and a directory without fault");
	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
		struct recfile file;
		day on = DAY_NONE;
		const struct rectype *type;

		findings_release(&world.findings);
		findings_init(&world.findings);
		read_file(&world, "cases/2026/7/2026-7KQ43.rec", entries[i].record, &file);
		date_parse(file.records[0].fields[0].value, &on, NULL);
		type = schema_kind(world.schema, file.records[0].fields[1].value);
		schema_check(world.schema, world.directory, type, &file, &file.records[0], on, NULL, &world.findings);
		is_told(&world, entries[i].want, entries[i].record);
	}
	world_close(&world);
}

static const struct {
	const char *what, *directory, *want;
} directories[] = {
	{ "a key twice", "%rec: Staff\n\nId: aj\n\nId: aj\n",
	  "5:5 error duplicate-key: two records of type 'Staff' have the key 'aj', the other at directory/all.rec:3 | "
	  "give one of them another key, or times that do not overlap\n" },
	{ "a key twice, not at one time", "%rec: Staff\n\nId: aj\nUntil: 2020-01-01\n\nId: aj\nFrom: 2020-01-01\n", "" },
	{ "a key twice, at one time for a day", "%rec: Staff\n\nId: aj\nUntil: 2020-01-02\n\nId: aj\nFrom: 2020-01-01\n",
	  "6:5 error overlapping-validity: 'aj' holds twice at one time, also at directory/all.rec:3 | "
	  "let the earlier one end where the later begins\n" },
	{ "ends before it begins", "%rec: Staff\n\nId: aj\nFrom: 2020-01-02\nUntil: 2020-01-02\n",
	  "5:8 error reversed-validity: 'aj' ends before it begins | the last of the two is the first day that it no longer holds\n" },
	{ "a key is missing", "%rec: Staff\n\nEmail: aj@centre.example\n",
	  "3:1 error missing-field: 'Staff' needs 'Id' | add a line 'Id: ' with its value\n" },
	{ "a singular value twice", "%rec: Staff\n\nId: aj\nEmail: a@b.nl\n\nId: bo\nEmail: a@b.nl\n",
	  "7:8 error duplicate-value: 'a@b.nl' of 'Email' stands on another record too, at directory/all.rec:3 | "
	  "each record has a value of its own here\n" },
	{ "an unknown record type", "%rec: Stff\n\nId: aj\n", "1:7 error unknown-record-set: no record type 'Stff' in the schema, did you mean 'Staff'?\n" },
	{ "no record type", "Id: aj\n\nId: bo\n", "1:1 error no-record-type: a record that belongs to no record type | "
	  "put a line '%rec: NAME' and an empty line before it\n" },
	{ "special fields in a directory", "%rec: Staff\n%mandatory: Email\n\nId: aj\n",
	  "2:1 error misplaced-special-field: '%mandatory' means nothing outside of schema/ | "
	  "move it to the descriptor under schema/\n" },
	{ "a reference within the directory", "%rec: Municipality\n\nCode: X\nName: x\nSuccessor: Y\n",
	  "5:12 error unknown-reference: 'Y' of 'Successor' is no record of type 'Municipality' | "
	  "write the 'Code' of a record of type 'Municipality' in the directory\n" },
	{ "a reference further on", "%rec: Municipality\n\nCode: X\nName: x\nSuccessor: Y\n\nCode: Y\nName: y\n", "" },
	{ "its own successor", "%rec: Municipality\n\nCode: X\nName: x\nUntil: 2020-01-01\nSuccessor: X\n",
	  "6:12 error succession-cycle: 'X' comes after itself: X, then X | "
	  "name what came after it; the last of a chain names nothing\n" },
	{ "successors in a ring, with a way into it", "%rec: Municipality\n\nCode: W\nName: w\nUntil: 2020-01-01\nSuccessor: X\n\n"
	  "Code: X\nName: x\nUntil: 2020-01-01\nSuccessor: Y\n\nCode: Y\nName: y\nUntil: 2020-01-01\nSuccessor: X\n",
	  "16:12 error succession-cycle: 'X' comes after itself: X, then Y, then X | "
	  "name what came after it; the last of a chain names nothing\n" },
	{ "a ring behind one branch of a split", "%rec: Municipality\n\nCode: W\nName: w\nUntil: 2020-01-01\nSuccessor: X\n"
	  "Successor: Y\n\nCode: X\nName: x\n\nCode: Y\nName: y\nUntil: 2020-01-01\nSuccessor: W\n",
	  "15:12 error succession-cycle: 'W' comes after itself: W, then Y, then W | "
	  "name what came after it; the last of a chain names nothing\n" },
	{ "two that come together again", "%rec: Municipality\n\nCode: W\nName: w\nUntil: 2020-01-01\nSuccessor: X\n"
	  "Successor: Y\n\nCode: X\nName: x\nUntil: 2021-01-01\nSuccessor: Z\n\nCode: Y\nName: y\nUntil: 2022-01-01\n"
	  "Successor: Z\n\nCode: Z\nName: z\n", "" },
	{ "a code that came back at another time", "%rec: Municipality\n\nCode: X\nName: x\nUntil: 2010-01-01\nSuccessor: Y\n\n"
	  "Code: Y\nName: y\nUntil: 2020-01-01\nSuccessor: X\n\nCode: X\nName: x\nFrom: 2020-01-01\n", "" },
	{ "nothing", "", "" },
};

static void
test_directories(void)
{
	const char *schemas[][2] = { { "schema/directory.rec", directory_schema }, { NULL, NULL } };

	for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
		struct world world;

		world_open(&world, schemas, directories[i].directory);
		is_told(&world, directories[i].want, directories[i].what);
		world_close(&world);
	}
}

static void
test_find(void)
{
	const char *schemas[][2] = { { "schema/directory.rec", directory_schema }, { NULL, NULL } };
	const struct entity *found, *near;
	struct world world;
	size_t n;
	day on;

	world_open(&world, schemas, "%rec: Staff\n\nId: aj\nFrom: 2020-01-01\n\nId: aj\nUntil: 2015-01-01\n\nId: bo\n");
	date_parse(STR("2017-01-01"), &on, NULL);
	found = directory_find(world.directory, STR("Staff"), STR("aj"), on, &near);
	ok(found == NULL && near != NULL && near->from == DAY_NONE, "between two times: near is the earlier");
	date_parse(STR("2020-01-01"), &on, NULL);
	found = directory_find(world.directory, STR("Staff"), STR("aj"), on, &near);
	ok(found != NULL && found->from == on && near == NULL, "the first day holds");
	found = directory_find(world.directory, STR("Staff"), STR("aj"), DAY_NONE, NULL);
	ok(found != NULL && found->from == on, "without a day: the last");
	ok(directory_find(world.directory, STR("Staff"), STR("AJ"), DAY_NONE, &near) == NULL && near == NULL, "keys are exact");
	ok(directory_find(world.directory, STR("Stuff"), STR("aj"), DAY_NONE, &near) == NULL && near == NULL, "no such type");
	ok(str_is(directory_all(world.directory, STR("Staff"), &n)[2]->key, "bo") && n == 3, "all, in their order");
	world_close(&world);
}

/* Where a code stands on a day: "KEY" or "KEY split". */
static const struct {
	const char *key, *on, *want;
} successors[] = {
	{ "GM0265", "2014-12-31", "GM0265" },
	{ "GM0265", "2015-01-01", "GM0241" },
	{ "GM0265", "2015-12-31", "GM0241" },
	{ "GM0265", "2016-01-01", "GM1945" },
	{ "GM0265", "", "GM1945" },
	{ "GM1945", "2010-01-01", "GM1945" },
	{ "GM1921", "2015-07-01", "GM1940" },
	{ "GM0457", "2022-03-23", "GM0457" },
	{ "GM0457", "2022-03-24", "GM0363" },
	{ "GM0788", "2020-12-31", "GM0788" },
	{ "GM0788", "2021-01-01", "GM0788 split" },
	{ "OLD", "2021-01-01", "GM0788 split" },
	{ "OLD", "2020-12-31", "GM0788" },
	{ "TWICE", "2021-01-01", "GM0363" },
	{ "GONE", "2021-01-01", "GONE" },
	{ "LATE", "2021-01-01", "GM0363" },
	{ "BACK", "2021-01-01", "BACK" },
	{ "AHEAD", "2021-01-01", "SOON" },
};

static void
test_succession(void)
{
	const char *schemas[][2] = { { "schema/directory.rec", directory_schema }, { NULL, NULL } };
	struct world world;
	bool is_split = true;

	world_open(&world, schemas, "%rec: Municipality\n\n"
	    "Code: GM0265\nName: a\nUntil: 2015-01-01\nSuccessor: GM0241\n\n"
	    "Code: GM0241\nName: a\nUntil: 2016-01-01\nSuccessor: GM1945\n\n"
	    "Code: GM1945\nName: a\nFrom: 2016-01-01\n\n"
	    "Code: GM1921\nName: a\nFrom: 2014-01-01\nUntil: 2015-07-01\nSuccessor: GM1940\n\n"
	    "Code: GM1940\nName: a\nFrom: 2015-07-01\n\n"
	    "Code: GM0457\nName: a\nUntil: 2022-03-24\nSuccessor: GM0363\n\nCode: GM0363\nName: a\n\n"
	    "Code: GM0788\nName: a\nUntil: 2021-01-01\nSuccessor: GM0363\nSuccessor: GM1940\n\n"
	    "Code: OLD\nName: a\nUntil: 1990-01-01\nSuccessor: GM0788\n\n"
	    "Code: TWICE\nName: a\nUntil: 1990-01-01\nSuccessor: GM0363\nSuccessor: GM0363\n\n"
	    "Code: GONE\nName: a\nUntil: 1990-01-01\n\n"
	    "Code: LATE\nName: a\nUntil: 1990-01-01\nSuccessor: EARLY\n\n"
	    "Code: EARLY\nName: a\nUntil: 1980-01-01\nSuccessor: GM0363\n\n"
	    "Code: BACK\nName: a\nUntil: 2000-01-01\nSuccessor: FORTH\n\n"
	    "Code: FORTH\nName: a\nFrom: 2000-01-01\nUntil: 2010-01-01\nSuccessor: BACK\n\n"
	    "Code: BACK\nName: a\nFrom: 2010-01-01\n\n"
	    "Code: AHEAD\nName: a\nUntil: 2020-01-01\nSuccessor: SOON\n\nCode: SOON\nName: a\nFrom: 2030-01-01\n");
	is_told(&world, "", "a directory of successors");
	for (size_t i = 0; i < sizeof successors / sizeof successors[0]; i++) {
		const struct entity *entity = directory_find(world.directory, STR("Municipality"), str_of(successors[i].key),
		    DAY_NONE, NULL);
		day on = DAY_NONE;
		char got[80], what[80];

		date_parse(str_of(successors[i].on), &on, NULL);
		entity = directory_successor(world.directory, entity, on, &is_split);
		snprintf(got, sizeof got, "%.*s%s", STRF(entity->key), is_split ? " split" : "");
		snprintf(what, sizeof what, "%s on %s", successors[i].key, successors[i].on);
		is_text(got, successors[i].want, what);
	}
	ok(rectype_successor(schema_type(world.schema, STR("Staff"))) == 0, "a type without succession");
	world_close(&world);
	world_open(&world, schemas, "%rec: Municipality\n\nCode: X\nName: x\nUntil: 2010-01-01\nSuccessor: Y\n\n"
	    "Code: Y\nName: y\nUntil: 2010-01-01\nSuccessor: X\n");
	ok(directory_successor(world.directory, directory_find(world.directory, STR("Municipality"), STR("X"), DAY_NONE, NULL),
	    DAY_NONE, &is_split) != NULL && !is_split, "a ring ends somewhere");
	world_close(&world);
}

static void
test_info(void)
{
	const char *schemas[][2] = { { "schema/case.rec", case_schema }, { "schema/directory.rec", directory_schema }, { NULL, NULL } };
	const struct field_info *fields;
	struct world world;
	struct buf order = BUF_INIT;
	size_t n;

	world_open(&world, schemas, NULL);
	fields = rectype_fields(schema_type(world.schema, STR("consent")), &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&order, "%.*s%s ", STRF(fields[i].name), fields[i].use == FIELD_MANDATORY ? "!" : "");
	is_text(buf_view(&order).p, "Date! Kind! From! Decision! Text By Allow ", "fields in the order of a form");
	buf_release(&order);
	schema_kinds(world.schema, &n);
	is_number(n, 3, "three kinds");
	ok(schema_kind(world.schema, STR("Entry")) == NULL && schema_kind(world.schema, STR("Staff")) == NULL, "no kinds");
	ok(rectype_field(schema_type(world.schema, STR("consent")), 100000) == NULL, "a symbol beyond the table");
	is_text(rectype_doc(schema_type(world.schema, STR("consent"))).p ? "doc" : NULL, "doc", "%doc");
	ok(str_is(rectype_special(schema_type(world.schema, STR("Staff")), STR("%singular")), "Email"), "a special field");
	ok(rectype_special(schema_type(world.schema, STR("Staff")), STR("%sort")).p == NULL, "a special field that is not there");
	world_close(&world);
}

static void
test_no_kinds(void)
{
	const char *schemas[][2] = { { "schema/case.rec", "%rec: Entry\n%mandatory: Date\n" }, { NULL, NULL } };
	struct world world;

	world_open(&world, schemas, NULL);
	ok(!schema_has_kinds(world.schema) && schema_kind(world.schema, STR("any")) == schema_type(world.schema, STR("Entry")),
	    "without kinds every kind is an Entry");
	world_close(&world);
}

static void
test_comments(void)
{
	const char *schemas[][2] = { { "schema/case.rec", case_schema }, { "schema/directory.rec", directory_schema },
		{ "schema/identifiers.rec", identifier_schema }, { NULL, NULL } };
	struct world world;
	struct recfile file;

	world_open(&world, schemas, directory_records);
	read_file(&world, "cases/x.rec", "# 0612345678\nDate: 2026-03-04\n# 123456782\n\n# nothing\nKind: note\n# 4444", &file);
	schema_check_comments(world.schema, &file, &world.findings);
	is_told(&world, "1:3 warning identifier: '061*****78' (telephone): an identifier stands here | take it out, or say why "
	    "it may stand here: Allow: telephone REASON\n"
	    "3:3 error identifier: '123****82' (number): a citizen service number | take it out\n"
	    "7:3 note identifier: '4**4' (digits): an identifier stands here | take it out, or say why it may stand here: Allow: digits REASON\n",
	    "identifiers in comments");
	findings_release(&world.findings);
	findings_init(&world.findings);
	read_file(&world, "directory/x.rec", "# 0612345678\nDate: 2026-03-04\n", &file);
	schema_check_comments(world.schema, &file, &world.findings);
	is_told(&world, "", "elsewhere nothing is looked for");
	world_close(&world);
}

/* Whole files of descriptors that are wrong together. */
static const struct {
	const char *what, *schema, *want;
} schemas_wrong[] = {
	{ "nothing", "", "" },
	{ "a descriptor twice", "%rec: consent\n\n%rec: consent\n",
	  "3:7 error duplicate-descriptor: 'consent' is described already, at schema/case.rec:1\n" },
	{ "no %rec", "%mandatory: A\n",
	  "1:1 error bad-special-field: special fields without '%rec' | begin the descriptor with %rec: and the record type's name\n" },
	{ "an outer descriptor", "%rec: A b.rec\n",
	  "1:9 error bad-special-field: the descriptor of 'A' is not taken from elsewhere | write the descriptor here, under schema/\n" },
	{ "no name", "%rec:\n", "1:6 error bad-special-field: '' cannot be the name of a record type | letters, digits and '_', beginning with a letter\n" },
	{ "a kind forbids what Entry wants", "%rec: Entry\n%mandatory: Text\n\n%rec: note\n%prohibit: Text\n",
	  "4:7 error contradiction: 'Text' of 'note' is mandatory and prohibited at once | take one of the two out\n" },
	{ "a key of entries", "%rec: Entry\n%key: A\n",
	  "2:1 error bad-special-field: '%key' cannot hold for 'Entry': cases are read one at a time | "
	  "take it out; it is for record types of the directory\n" },
	{ "a type of Entry's typedefs", "%rec: note\n%type: A Who_t\n\n%rec: Entry\n%typedef: Who_t enum a b\n", "" },
	{ "a loop over two descriptors", "%rec: note\n%typedef: A B\n\n%rec: Entry\n%typedef: B A\n%typedef: A B\n",
	  "5:11 error typedef-loop: type 'B' is defined by itself\n" },
	{ "an identifier without pattern", "%rec: Identifier\n\nIdentifier: a\n\nIdentifier: a b\nPattern: x\n\n"
	  "Identifier: c\nPattern: (\n\nIdentifier: d\nPattern: x\nCheck: bns\n\nIdentifier: e\nPattern: x\nSeverity: bad\n",
	  NULL },
};

static void
test_schemas(void)
{
	for (size_t i = 0; i < sizeof schemas_wrong / sizeof schemas_wrong[0]; i++) {
		const char *schemas[][2] = { { "schema/case.rec", schemas_wrong[i].schema }, { NULL, NULL } };
		struct world world;

		world_open(&world, schemas, NULL);
		if (schemas_wrong[i].want != NULL)
			is_told(&world, schemas_wrong[i].want, schemas_wrong[i].what);
		else
			is_number(world.findings.n, 5, schemas_wrong[i].what);
		world_close(&world);
	}
}

int
main(void)
{
	test_descriptors();
	test_schemas();
	test_values();
	test_entries();
	test_directories();
	test_find();
	test_succession();
	test_info();
	test_no_kinds();
	test_comments();
	return tap_done();
}
