/*
 * What a value may not do in a document. HTML: the five characters that can end a text or an attribute. Roff: a backslash begins
 * an escape; a dot, an apostrophe or a blank at the beginning of a line a request or a break; a double quote ends an
 * argument; the end of a line ends a request. "\&" is nothing, and what follows it does not begin its line.
 */
#include "template-parts.h"

#include <string.h>

bool
escaping_of(struct str path, enum escaping *escaping)
{
	static const struct {
		const char *suffix;
		enum escaping escaping;
	} kinds[] = {
		{ ".txt", ESCAPE_NONE }, { ".md", ESCAPE_NONE }, { ".html", ESCAPE_HTML }, { ".ms", ESCAPE_ROFF },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_ends(path, str_of(kinds[i].suffix))) {
			*escaping = kinds[i].escaping;
			return true;
		}
	return false;
}

static bool
ends_line(const struct buf *out)
{
	return out->n == 0 || out->p[out->n - 1] == '\n';
}

/* Whether what is written now stands on the line of a request. */
static bool
is_in_request(const struct buf *out)
{
	size_t from = out->n;

	while (from > 0 && out->p[from - 1] != '\n')
		from--;
	return from < out->n && (out->p[from] == '.' || out->p[from] == '\'');
}

static void
escape_roff_char(char c, struct buf *out)
{
	switch (c) {
	case '\\':
		buf_text(out, "\\[rs]");
		break;
	case '"':
		buf_text(out, "\\[dq]");
		break;
	case '~':
		buf_text(out, "\\[ti]");
		break;
	case '^':
		buf_text(out, "\\[ha]");
		break;
	case '`':
		buf_text(out, "\\[ga]");
		break;
	default:
		if ((unsigned char)c >= ' ' && c != 0x7f)
			buf_char(out, c);
		else
			buf_char(out, ' ');
	}
}

static void
escape_roff(struct str value, struct buf *out)
{
	bool is_line = is_in_request(out);
	size_t i;

	for (i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\n' && !is_line) {
			buf_char(out, '\n');
			continue;
		}
		if (ends_line(out) && (c == '.' || c == '\'' || c == ' ' || c == '\t'))
			buf_text(out, "\\&");
		escape_roff_char(c, out);
	}
}

void
escape_value(enum escaping escaping, struct str value, struct buf *out)
{
	switch (escaping) {
	case ESCAPE_NONE:
		buf_str(out, value);
		break;
	case ESCAPE_HTML:
		markup_text(out, value);
		break;
	case ESCAPE_ROFF:
		escape_roff(value, out);
		break;
	}
}
