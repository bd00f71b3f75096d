/* Templates: the Mustache specification's behaviour (tests/mustache/), names that are expressions, escaping, faults. */
#define _GNU_SOURCE
#include "template.h"
#include "tap.h"

#include <fcntl.h>

/* ---- data ---- */

enum value_kind {
	V_NULL,
	V_FALSE,
	V_TRUE,
	V_TEXT, /* and numbers */
	V_LIST,
	V_THING,
};

/* JSON; a thing is its own sort. */
struct value {
	struct sort sort;
	enum value_kind kind;
	struct str key, text;
	struct value *first, *next;
};

static struct symbols symbols;
static struct arena arena;

static const struct value *
member(const struct value *value, int symbol)
{
	const struct value *v;

	for (v = value->kind == V_THING ? value->first : NULL; v != NULL; v = v->next)
		if (symbol != 0 && str_eq(v->key, symbol_name(&symbols, symbol)))
			return v;
	return NULL;
}

static bool
knows(const struct sort *sort, int symbol)
{
	return member((const struct value *)sort, symbol) != NULL;
}

static void
item_of(const struct value *value, struct item *item)
{
	*item = (struct item){ .text = value->text, .is_false = value->kind == V_FALSE || value->kind == V_NULL };
	if (value->kind == V_THING || (value->kind == V_LIST && value->first != NULL))
		item->thing = (struct thing){ &value->sort, value, 0 };
	if (item->text.p == NULL)
		item->text = STR("");
}

static bool
nth(const struct value *list, size_t i, struct item *item)
{
	const struct value *v = list->first;

	while (v != NULL && i-- > 0)
		v = v->next;
	if (v != NULL)
		item_of(v, item);
	return v != NULL;
}

static bool
get(const struct thing *thing, int symbol, size_t i, struct item *item)
{
	const struct value *value = thing->p;

	if (symbol != 0)
		value = member(value, symbol);
	if (value == NULL || value->kind == V_NULL)
		return false;
	if (value->kind == V_LIST)
		return nth(value, i, item);
	item_of(value, item);
	return i == 0;
}

static size_t
names(const struct sort *sort, struct str *list, size_t max)
{
	const struct value *v;
	size_t n = 0;

	for (v = ((const struct value *)sort)->first; v != NULL && n < max; v = v->next)
		list[n++] = v->key;
	return n;
}

static const struct sort *
inside(const struct sort *sort, int symbol)
{
	const struct value *v = member((const struct value *)sort, symbol);

	if (v != NULL && v->kind == V_LIST)
		v = v->first;
	return v != NULL && v->kind == V_THING ? &v->sort : NULL;
}

static void
skip_blanks(struct str *text)
{
	while (text->n > 0 && strchr(" \t\n,:", text->p[0]))
		*text = (struct str){ text->p + 1, text->n - 1 };
}

static struct str
read_string(struct str *text)
{
	struct buf out = BUF_INIT;
	struct str copy;
	size_t i;

	for (i = 1; i < text->n && text->p[i] != '"'; i++) {
		char c = text->p[i];

		if (c == '\\' && i + 1 < text->n)
			switch (text->p[++i]) {
			case 'n': c = '\n'; break;
			case 'r': c = '\r'; break;
			case 't': c = '\t'; break;
			default: c = text->p[i];
			}
		buf_char(&out, c);
	}
	*text = (struct str){ text->p + i + 1, text->n - i - 1 };
	copy = out.n ? arena_str(&arena, buf_view(&out)) : STR("");
	buf_release(&out);
	return copy;
}

static struct value *read_value(struct str *text);

static void
read_members(struct str *text, struct value *value, char end)
{
	struct value **last = &value->first;
	struct str key = STR("");

	*text = (struct str){ text->p + 1, text->n - 1 };
	for (skip_blanks(text); text->n > 0 && text->p[0] != end; skip_blanks(text)) {
		if (end == '}')
			key = read_string(text);
		skip_blanks(text);
		*last = read_value(text);
		(*last)->key = key;
		last = &(*last)->next;
	}
	*text = (struct str){ text->p + 1, text->n - 1 };
}

static struct value *
read_value(struct str *text)
{
	struct value *value = ARENA_NEW(&arena, struct value, 1);
	size_t i = 0;

	value->sort = (struct sort){ .what = "the data", .knows = knows, .get = get, .names = names, .inside = inside };
	value->kind = V_TEXT;
	if (text->p[0] == '{' || text->p[0] == '[') {
		value->kind = text->p[0] == '{' ? V_THING : V_LIST;
		read_members(text, value, text->p[0] == '{' ? '}' : ']');
		return value;
	}
	if (text->p[0] == '"') {
		value->text = read_string(text);
		return value;
	}
	while (i < text->n && !strchr(" \n,]}", text->p[i]))
		i++;
	value->text = arena_str(&arena, (struct str){ text->p, i });
	*text = (struct str){ text->p + i, text->n - i };
	value->kind = str_is(value->text, "null") ? V_NULL : str_is(value->text, "true") ? V_TRUE :
	    str_is(value->text, "false") ? V_FALSE : V_TEXT;
	return value;
}

/* ---- filling in ---- */

struct partials {
	struct str names[8];
	struct source sources[8];
	bool is_text[8];
	size_t n;
};

static const struct source *
find_partial(void *context, struct str name, bool *is_text, struct str *near)
{
	struct partials *partials = context;
	size_t i;

	*near = nearest(name, partials->names, partials->n);
	for (i = 0; i < partials->n; i++)
		if (str_eq(partials->names[i], name)) {
			*is_text = partials->is_text[i];
			return &partials->sources[i];
		}
	return NULL;
}

static char *
fill(struct str text, struct value *data, struct partials *partials, enum escaping escaping,
    struct findings *findings)
{
	struct source source = { "letter.html", text };
	struct templates *templates = templates_new(&symbols, find_partial, partials);
	const struct template *template = template_read(templates, &source, findings);
	struct item item;
	struct filling filling = { .items = &item, .n = 1, .escaping = escaping, .findings = findings };
	struct buf out = BUF_INIT;
	char *copy;

	item_of(data, &item);
	template_fill(template, &filling, &out);
	copy = arena_cstr(&arena, out.p ? buf_view(&out) : STR(""));
	buf_release(&out);
	templates_free(templates);
	return copy;
}

/* ---- the specification ---- */

static void
run_case(const char *file, struct str name, struct value *data, struct partials *partials, struct str in,
    struct str out)
{
	struct findings findings;

	findings_init(&findings);
	is_text(fill(in, data, partials, ESCAPE_HTML, &findings), arena_cstr(&arena, out),
	    arena_printf(&arena, "%s: %.*s", file, STRF(name)));
	findings_release(&findings);
}

static void
run_file(const char *file, const char *folder)
{
	struct str bytes, line, name = STR(""), in = STR(""), rest;
	struct value *data = NULL;
	struct partials partials = { .n = 0 };

	if (file_read(AT_FDCWD, arena_printf(&arena, "%s/mustache/%s.txt", folder, file), &arena, &bytes) != 0) {
		ok(false, file);
		return;
	}
	while (str_cut(&bytes, '\n', &line)) {
		rest = line;
		if (str_starts(line, STR("= "))) {
			name = (struct str){ line.p + 2, line.n - 2 };
			partials.n = 0;
		} else if (str_starts(line, STR("data "))) {
			rest = (struct str){ line.p + 5, line.n - 5 };
			data = read_value(&rest);
		} else if (str_starts(line, STR("partial "))) {
			str_word(&rest);
			partials.names[partials.n] = str_word(&rest);
			rest = str_trim(rest);
			partials.is_text[partials.n] = false;
			partials.sources[partials.n++] = (struct source){ "partial", read_string(&rest) };
		} else if (str_starts(line, STR("in "))) {
			rest = (struct str){ line.p + 3, line.n - 3 };
			in = read_string(&rest);
		} else if (str_starts(line, STR("out "))) {
			rest = (struct str){ line.p + 4, line.n - 4 };
			run_case(file, name, data, &partials, in, read_string(&rest));
		}
	}
}

/* ---- names that are expressions ---- */

static const char data_text[] = "{\"Case\": \"2026-7KQ43\", \"Severity\": \"high\", \"Hours\": 1.5, \"Local_care\": \"well\","
    " \"Text\": \".so /etc/passwd\", \"Empty\": null,"
    " \"Partner\": {\"Name\": \"Slachtofferhulp\", \"Town\": {\"Name\": \"Utrecht\"}},"
    " \"Entry\": [{\"Kind\": \"request\", \"Need\": [\"safety\", \"media\"]},"
    " {\"Kind\": \"plan\", \"Need\": \"safety\", \"Late\": \"ill\"}, {\"Kind\": \"plan\"}]}";

static const struct {
	const char *in, *out;
} expressions[] = {
	{ "{{Hours * 2}}", "3" },
	{ "{{#Entry}}{{Kind}} {{/Entry}}", "request plan plan " },
	{ "{{#Entry Kind = 'plan'}}({{Need}}){{/Entry}}", "(safety)()" },
	{ "{{#Entry Kind = 'plan' && Severity = 'high'}}x{{/Entry}}", "xx" },
	{ "{{#Entry Kind = 'plan'}}x{{/Entry Kind = 'plan'}}", "xx" },
	{ "{{#Entry !#Late}}{{Kind}},{{/Entry}}", "request,plan," },
	{ "{{#Entry #Late}}{{Kind}}{{/Entry}}", "plan" },
	{ "{{#Entry (Kind = 'plan')}}.{{/Entry}}", ".." },
	{ "{{^Entry Kind = 'end'}}not ended{{/Entry}}", "not ended" },
	{ "{{^Entry Kind = 'plan'}}no plan{{/Entry}}", "" },
	{ "{{#Severity = 'high'}}act{{/Severity = 'high'}}", "act" },
	{ "{{#Severity = 'high'}}act{{/Severity}}", "act" },
	{ "{{^Severity = 'high'}}wait{{/Severity}}", "" },
	{ "{{#Severity != 'low'}}act{{/Severity}}", "act" },
	{ "{{#Entry}}{{#Need}}{{.}} {{/Need}}{{/Entry}}", "safety media safety " },
	{ "{{#Entry Need = 'media'}}{{Kind}}{{/Entry}}", "request" },
	{ "{{Partner.Name}} {{Partner_Name}} {{Partner.Town.Name}}", "Slachtofferhulp Slachtofferhulp Utrecht" },
	{ "{{Local_care}} {{Local.care}}", "well well" },
	{ "{{#Partner.Town}}{{Name}}{{/Partner.Town}}", "Utrecht" },
	{ "{{#Partner.Name = 'Slachtofferhulp'}}y{{/Partner.Name}}", "y" },
	{ "{{Severity & ' ' & Case}}", "high 2026-7KQ43" },
	{ "{{#Entry.Kind = 'plan'}}any{{/Entry.Kind}}", "any" },
	{ "{{#Empty}}x{{/Empty}}{{^Empty}}none{{/Empty}}", "none" },
	{ "{{\"a}}", "" },
};

static void
try_expressions(void)
{
	struct str text = str_of(data_text);
	struct value *data = read_value(&text);
	size_t i;

	for (i = 0; i < sizeof(expressions) / sizeof(*expressions); i++) {
		struct partials partials = { .n = 0 };
		struct findings findings;
		char *got;

		findings_init(&findings);
		got = fill(str_of(expressions[i].in), data, &partials, ESCAPE_NONE, &findings);
		is_text(got, expressions[i].out, expressions[i].in);
		findings_release(&findings);
	}
}

/* ---- escaping ---- */

static const struct {
	enum escaping escaping;
	const char *before, *value, *want;
} escapes[] = {
	{ ESCAPE_HTML, "<a title=\"", "\"><script>'&", "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;" },
	{ ESCAPE_HTML, "", "l'\xc3\xa9t\xc3\xa9", "l&#39;\xc3\xa9t\xc3\xa9" },
	{ ESCAPE_ROFF, "", ".so /etc/passwd", "\\&.so /etc/passwd" },
	{ ESCAPE_ROFF, "", "'br", "\\&'br" },
	{ ESCAPE_ROFF, "", "it's. So", "it's. So" },
	{ ESCAPE_ROFF, ".PP\n", ".x\n.y\n'z\n  w\n\ttab\nend", ".PP\n\\&.x\n\\&.y\n\\&'z\n\\&  w\n\\& tab\nend" },
	{ ESCAPE_ROFF, "a ", ".b", "a .b" },
	{ ESCAPE_ROFF, "", "\\X'ps: exec'\\*[x]\\\n.so x", "\\[rs]X'ps: exec'\\[rs]*[x]\\[rs]\n\\&.so x" },
	{ ESCAPE_ROFF, ".IP \"", "two\nlines \"quoted\"", ".IP \"two lines \\[dq]quoted\\[dq]" },
	{ ESCAPE_ROFF, ".TL\n", "x\ny", ".TL\nx\ny" },
	{ ESCAPE_ROFF, "", "~^`", "\\[ti]\\[ha]\\[ga]" },
	{ ESCAPE_ROFF, "", "a\x01\r" "b\x7f", "a  b " },
	{ ESCAPE_ROFF, "", "S\xc3\xba" "dwest-Frysl\xc3\xa2n", "S\xc3\xba" "dwest-Frysl\xc3\xa2n" },
	{ ESCAPE_NONE, "", ".a <b> & \\", ".a <b> & \\" },
};

static void
try_escapes(void)
{
	size_t i;

	for (i = 0; i < sizeof(escapes) / sizeof(*escapes); i++) {
		struct buf out = BUF_INIT;

		buf_text(&out, escapes[i].before);
		escape_value(escapes[i].escaping, str_of(escapes[i].value), &out);
		is_text(out.p, escapes[i].want, arena_printf(&arena, "escaped: %s", escapes[i].value));
		buf_release(&out);
	}
}

/* A partial that is text is escaped as values are; one that is not stays as it is. */
static void
try_text_partials(void)
{
	struct partials partials = { { STR("note"), STR("raw") }, { { "note.txt", STR("a < b\n.c\n") },
		{ "raw.html", STR("<b>") } }, { true, false }, 2 };
	struct str text = STR("{}"), again = STR("{}");
	struct findings findings;

	findings_init(&findings);
	is_text(fill(STR("<p>{{>note}}{{>raw}}"), read_value(&text), &partials, ESCAPE_HTML, &findings),
	    "<p>a &lt; b\n.c\n<b>", "a partial of text is escaped");
	is_text(fill(STR("{{>note}}"), read_value(&again), &partials, ESCAPE_ROFF, &findings),
	    "a < b\n\\&.c\n", "a partial of text begins no request");
	findings_release(&findings);
}

/* ---- faults ---- */

static const struct {
	const char *in;
	const char *want; /* line:column rule, one after another */
} faults[] = {
	{ "Dear {{Case", "1:6 template-tag" },
	{ "a\n {{{Case}} b", "2:2 template-tag" },
	{ "{{}}", "1:3 template-tag" },
	{ "x {{ }}", "1:6 template-tag" },
	{ "{{=a=}}", "1:4 template-tag" },
	{ "{{=a b c=}}", "1:4 template-tag" },
	{ "{{#Case}}x", "1:4 template-section" },
	{ "x\n{{/Case}}", "2:4 template-section" },
	{ "{{#Case}}\n{{#Severity}}\n{{/Case}}", "2:4 template-section" },
	{ "{{#Case}}{{/Severity}}{{/Case}}", "1:13 template-section" },
	{ "{{>nte}}", "1:4 template-partial" },
	{ "{{>loop}}", "1:7 template-partial" }, /* in the partial */
	{ "{{Case =}}", "1:9 bad-expression" },
	{ "{{#Entry Kind =}}{{/Entry}}", "1:16 bad-expression" },
	{ "{{Sevrity}}", "1:3 template-name" },
	{ "{{Partner.Nam}}", "1:3 template-name" },
	{ "{{Partner.Town.Nam}}", "1:3 template-name" },
	{ "{{Case.Name}}", "1:3 template-name" },
	{ "{{#Entry Kindd = 'plan'}}{{/Entry}}", "1:10 template-name" },
	{ "{{#Entry}}{{Neeed}}{{/Entry}}", "1:13 template-name" },
	{ "{{#Sevrity}}{{Nothing}}{{/Sevrity}}", "1:4 template-name" },
	{ "{{#Severity = 'high' && Hrs > 1}}{{/Severity}}", "1:25 template-name" },
	{ "\xc3\xa9\xc3\xa9 {{Sevrity}}", "1:6 template-name" },
	{ "{{{Text}}}", "1:4 unescaped-value" },
	{ "{{& Text}}", "1:5 unescaped-value" },
	{ "{{Case}} {{Severity}} {{#Entry Kind = 'plan'}}{{Need}}{{Severity}}{{/Entry}}", "" },
};

static void
try_faults(void)
{
	struct partials partials = { { STR("note"), STR("loop") }, { { "note", STR("n") }, { "loop", STR("xyz{{>loop}}") } },
		{ false }, 2 };
	size_t i, k;

	for (i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct str text = str_of(data_text);
		struct source source = { "letter.html", str_of(faults[i].in) };
		struct templates *templates = templates_new(&symbols, find_partial, &partials);
		const struct value *data = read_value(&text);
		const struct sort *sort = &data->sort;
		const struct template *template;
		struct findings findings;
		struct buf got = BUF_INIT;

		findings_init(&findings);
		template = template_read(templates, &source, &findings);
		if (findings.n == 0)
			template_check(template, &sort, 1, ESCAPE_HTML, &findings);
		for (k = 0; k < findings.n; k++)
			buf_printf(&got, "%s%u:%u %s", k ? ", " : "", findings.list[k].line, findings.list[k].column,
			    findings.list[k].rule);
		is_text(got.p ? got.p : "", faults[i].want, faults[i].in);
		buf_release(&got);
		findings_release(&findings);
		templates_free(templates);
	}
}

/* A tag without an end: what to write, and that reading goes on behind it. */
static void
try_unclosed(void)
{
	static const struct {
		const char *in, *want; /* line:column and what to do, or the rule where that says nothing to do */
	} cases[] = {
		{ "Dear {{Case}", "1:6 write {{Case}}" },
		{ "Dear {{Case, and\nso", "1:6 write {{Case}}" },
		{ "Dear {{Case} and {{Severity}}", "1:6 write {{Case}}" },
		{ "Dear {{Case} and {{Severity}", "1:6 write {{Case}}, 1:18 write {{Severity}}" },
		{ "{{ Case }\n{{Severity}}", "1:1 write {{ Case}}" },
		{ "{{Partner.Name} {{Case}}", "1:1 write {{Partner.Name}}" },
		{ "{{{Case}} b {{{Severity}}}", "1:1 write {{{Case}}}" },
		{ "{{#Entry Kind = 'plan'} x{{/Entry}}", "1:1 write {{#Entry Kind = 'plan'}}" },
		{ "{{#Entry Kind = 'plan'\n{{Date}}\n{{/Entry}}", "1:1 write {{#Entry Kind = 'plan'}}" },
		{ "{{^Severity}\nx\n{{/Severity}\ny", "1:1 write {{^Severity}}, 3:1 write {{/Severity}}" },
		{ "{{>note} {{Case}}", "1:1 write {{>note}}" },
		{ "{{! a remark\nof two lines", "1:1 write {{! a remark}}" },
		{ "{{! {{ begins a tag }}{{Case}}", "" },
		{ "{{=<% %>=}}<%Case% <%Severity%>", "1:12 write <%Case%>" },
		{ "{{=| |=}}|Case| and |Severity", "1:21 write |Severity|" },
		{ "{{=<% %>}} x", "1:1 end it with =}}" },
		{ "{{", "1:1 end it with }}" },
		{ "{{{{{{", "1:1 end it with }}}, 1:3 end it with }}}, 1:5 end it with }}" },
		{ "{{ {{Case}}", "1:1 end it with }}" },
		{ "{{(1 {{Case}}", "1:1 end it with }}" },
	};
	struct partials partials = { { STR("note") }, { { "note", STR("n") } }, { false }, 1 };
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct source source = { "letter.txt", str_of(cases[i].in) };
		struct templates *templates = templates_new(&symbols, find_partial, &partials);
		struct findings findings;
		struct buf got = BUF_INIT;

		findings_init(&findings);
		template_read(templates, &source, &findings);
		for (k = 0; k < findings.n; k++)
			buf_printf(&got, "%s%u:%u %s", k ? ", " : "", findings.list[k].line, findings.list[k].column,
			    findings.list[k].fix ? findings.list[k].fix : findings.list[k].rule);
		is_text(got.p ? got.p : "", cases[i].want, cases[i].in);
		buf_release(&got);
		findings_release(&findings);
		templates_free(templates);
	}
}

/* Whatever stands inside itself ends. */
static void
try_endless(void)
{
	static const char *const texts[] = { "{{>a}}", "{{#list}}{{>a}}{{/list}}", "{{>a}}{{>a}}" };
	struct partials partials = { { STR("a") }, { { "a", STR("") } }, { false }, 1 };
	size_t i;

	for (i = 0; i < 3; i++) {
		struct str text = STR("{\"list\": [1, 2, 3]}");
		struct findings findings;

		findings_init(&findings);
		partials.sources[0].bytes = str_of(texts[i]);
		fill(STR("{{>a}}"), read_value(&text), &partials, ESCAPE_NONE, &findings);
		ok(findings.n >= 2 && strcmp(findings.list[findings.n - 1].rule, "template-endless") == 0,
		    arena_printf(&arena, "it ends: %s", texts[i]));
		findings_release(&findings);
	}
}

static void
try_suffixes(void)
{
	enum escaping escaping;

	ok(escaping_of(STR("a.en.txt"), &escaping) && escaping == ESCAPE_NONE, "a.en.txt");
	ok(escaping_of(STR("a.html"), &escaping) && escaping == ESCAPE_HTML, "a.html");
	ok(escaping_of(STR("a.ms"), &escaping) && escaping == ESCAPE_ROFF, "a.ms");
	ok(!escaping_of(STR("a.rec"), &escaping), "a.rec is no template");
}

int
main(int argc, char **argv)
{
	static const char *const modules[] = { "interpolation", "sections", "inverted", "partials", "comments",
		"delimiters" };
	const char *folder = argc > 1 ? argv[1] : "tests";
	size_t i;

	symbols_init(&symbols);
	arena_init(&arena);
	for (i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		run_file(modules[i], folder);
	try_expressions();
	try_escapes();
	try_text_partials();
	try_faults();
	try_unclosed();
	try_endless();
	try_suffixes();
	arena_release(&arena);
	symbols_release(&symbols);
	return tap_done();
}
