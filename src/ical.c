/*
 * A content line is at most 75 bytes without its CRLF; a longer one goes on behind CRLF and a blank, which is folded
 * between characters (RFC 5545, 3.1). In text, backslash, comma, semicolon and newline are escaped (3.3.11); other
 * control characters have no place in it.
 */
#include "ical.h"

#include <stdio.h>

#define LINE_MAX_BYTES 75

struct line {
	struct buf *out;
	size_t n; /* bytes of the physical line so far */
};

/* One character, or an escape, that is not to be torn apart. */
static void
put(struct line *line, const char *p, size_t n)
{
	if (line->n + n > LINE_MAX_BYTES) {
		buf_text(line->out, "\r\n ");
		line->n = 1;
	}
	buf_add(line->out, p, n);
	line->n += n;
}

static void
put_character(struct line *line, const char *p, size_t n, uint32_t code)
{
	char escaped[2] = { '\\', (char)code };

	if (n == 0) {
		put(line, "\xef\xbf\xbd", 3);
	} else if (code == '\n') {
		put(line, "\\n", 2);
	} else if (code == '\\' || code == ',' || code == ';') {
		put(line, escaped, 2);
	} else if (code == '\t' || (code >= ' ' && code != 0x7f && !(code >= 0x80 && code < 0xa0))) {
		put(line, p, n);
	}
}

static void
text_line(struct buf *out, const char *name, struct str text)
{
	struct line line = { out, 0 };
	uint32_t code;
	size_t n;

	for (; *name != '\0'; name++)
		put(&line, name, 1);
	put(&line, ":", 1);
	for (; text.n > 0; text.p += n, text.n -= n) {
		n = utf8_decode(text, &code);
		put_character(&line, text.p, n, code);
		n = n ? n : 1;
	}
	buf_text(out, "\r\n");
}

/* 20260309 */
static void
plain_date(struct buf *out, day date)
{
	int year, month, dom;

	date_split(date, &year, &month, &dom);
	buf_printf(out, "%04d%02d%02d", year, month, dom);
}

static void
date_line(struct buf *out, const char *name, day date)
{
	buf_printf(out, "%s;VALUE=DATE:", name);
	plain_date(out, date);
	buf_text(out, "\r\n");
}

void
ical_begin(struct buf *out, struct str name)
{
	buf_text(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//dossier//due//EN\r\nCALSCALE:GREGORIAN\r\n"
	    "METHOD:PUBLISH\r\n");
	/* NAME is RFC 7986, the other what most calendars look for. */
	text_line(out, "NAME", name);
	text_line(out, "X-WR-CALNAME", name);
}

void
ical_event(struct buf *out, const struct ical_event *event, day today)
{
	buf_text(out, "BEGIN:VEVENT\r\n");
	text_line(out, "UID", event->uid);
	buf_text(out, "DTSTAMP:");
	plain_date(out, today);
	buf_text(out, "T000000Z\r\n");
	date_line(out, "DTSTART", event->on);
	if (event->on < date_make(9999, 12, 31))
		date_line(out, "DTEND", event->on + 1);
	text_line(out, "SUMMARY", event->summary);
	if (event->description.n > 0)
		text_line(out, "DESCRIPTION", event->description);
	if (event->category.n > 0)
		text_line(out, "CATEGORIES", event->category);
	buf_text(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

void
ical_end(struct buf *out)
{
	buf_text(out, "END:VCALENDAR\r\n");
}
