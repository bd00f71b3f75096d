/*
 * What is written is read back by a reader that knows nothing of the writer: lines unfolded, text unescaped. No line
 * is longer than 75 bytes, and each is valid UTF-8 by itself.
 */
#include "ical.h"
#include "tap.h"

static struct buf out, unfolded;

/* The value of the first line of that name, unfolded and unescaped; NULL when there is none. */
static const char *
value_of(const char *name)
{
	static struct buf value;
	const char *p, *line;
	size_t i;

	buf_reset(&unfolded);
	for (i = 0; i < out.n; i++) {
		if (i + 2 < out.n && memcmp(out.p + i, "\r\n ", 3) == 0) {
			i += 2;
			continue;
		}
		buf_char(&unfolded, out.p[i]);
	}
	for (line = unfolded.p; line != NULL; line = strstr(line, "\r\n"), line = line ? line + 2 : NULL)
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			break;
	if (line == NULL)
		return NULL;
	buf_reset(&value);
	buf_text(&value, "");
	for (p = line + strlen(name) + 1; *p != '\r'; p++)
		if (*p == '\\')
			p++, buf_char(&value, *p == 'n' ? '\n' : *p);
		else
			buf_char(&value, *p);
	buf_char(&value, '\0');
	return value.p;
}

static void
write_event(const char *summary)
{
	struct ical_event event = { .uid = STR("u"), .on = date_make(2026, 3, 18), .summary = str_of(summary) };

	buf_reset(&out);
	ical_begin(&out, STR("A; centre"));
	ical_event(&out, &event, date_make(2026, 3, 9));
	ical_end(&out);
}

static bool
lines_are_good(void)
{
	struct str rest = buf_view(&out), line;
	size_t at;

	while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
		at = 0;
		if (line.n == 0 || line.p[line.n - 1] != '\r')
			return false;
		line.n--;
		if (line.n > 75 || text_check(line, &at) != TEXT_OK)
			return false;
	}
	return true;
}

static void
test_texts(void)
{
	static const struct { const char *text, *want, *what; } rows[] = {
		{ "first conversation", "first conversation", "plain" },
		{ "a, b; c\\d\ne: \"f\"", "a, b; c\\d\ne: \"f\"", "escapes" },
		{ "bell\aend\rof", "bellendof", "control characters are left out" },
		{ "a\xff" "b", "a\xef\xbf\xbd" "b", "bytes that are no text" },
		{ "\\n is not a newline", "\\n is not a newline", "a backslash before n" },
		{ "", "", "nothing" },
	};
	char line[1000];
	size_t i, n;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		write_event(rows[i].text);
		is_text(value_of("SUMMARY"), rows[i].want, rows[i].what);
	}
	for (n = 0; n < 400; n++) {
		/* Each length with a character of two, three and four bytes behind it, and an escape. */
		memset(line, 'x', n);
		strncpy(line + n, "\xc3\xab\xe2\x82\xac\xf0\x9f\x98\x80,;\\yz", sizeof(line) - n - 1);
		write_event(line);
		if (!lines_are_good() || value_of("SUMMARY") == NULL || strcmp(value_of("SUMMARY"), line) != 0)
			break;
	}
	is_number((long long)n, 400, "lines of any length are folded between characters, and read back");
}

static void
test_event(void)
{
	write_event("x");
	is_text(value_of("DTSTART;VALUE=DATE"), "20260318", "it begins on its day");
	is_text(value_of("DTEND;VALUE=DATE"), "20260319", "and ends before the next");
	is_text(value_of("DTSTAMP"), "20260309T000000Z", "stamped with the day it is made");
	is_text(value_of("X-WR-CALNAME"), "A; centre", "the calendar has a name");
	ok(value_of("DESCRIPTION") == NULL, "what is empty is left out");
	ok(strncmp(out.p, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", 30) == 0, "begins as it must");
}

int
main(void)
{
	test_texts();
	test_event();
	return tap_done();
}
