/*
 * Keys that order as values do; rows that come out sorted, whether they were sorted at once or in many runs.
 */
#include "rows.h"
#include "tap.h"

static struct buf written;

static void
write_out(struct str bytes)
{
	buf_str(&written, bytes);
}

static struct result
text(const char *value)
{
	return (struct result){ value == NULL ? RESULT_MISSING : RESULT_TEXT, { 0, 0 }, str_of(value) };
}

static void
add(struct rows *rows, const char *key, bool is_descending, const char *cell)
{
	struct buf packed = BUF_INIT;
	struct result value = text(key);
	struct row row;

	row_begin(&row, &packed);
	row_key(&row, &value, is_descending);
	row_cell(&row);
	value = text(cell);
	row_value(&row, &value);
	row_end(&row);
	rows_take(rows, buf_view(&packed));
	buf_release(&packed);
}

static struct rows *
new_rows(enum rows_format format, size_t memory, size_t limit)
{
	static const struct str names[] = { { "V", 1 } };
	struct rows_style style = { .format = format, .names = names, .n = 1, .is_sorted = true,
		.memory = memory, .limit = limit, .write = write_out };

	buf_reset(&written);
	return rows_new(&style);
}

static void
test_keys(void)
{
	static const char *const ascending[] = {
		"-100000", "-12", "-9.25", "-9.2", "-9", "-0.5", "0", "0.05", "0.5", "2", "2.5", "9", "10", "10.01", "11",
		"99999999999999999999", "", "2026-03-04", "2026-03-05", "A", "Ab", "B", "a", "\xc3\xa9", NULL,
	};
	size_t n = sizeof(ascending) / sizeof(*ascending), i;
	struct buf want = BUF_INIT;
	struct rows *rows;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		rows = new_rows(ROWS_CSV, 0, 0);
		buf_reset(&want);
		buf_text(&want, "V\r\n");
		for (i = 0; i < n; i++)
			add(rows, ascending[i * 7 % n], turn == 1, ascending[i * 7 % n]);
		for (i = 0; i < n; i++)
			buf_printf(&want, "%s\r\n", ascending[i + 1 == n ? i : turn ? n - 2 - i : i] ?
			    ascending[i + 1 == n ? i : turn ? n - 2 - i : i] : "");
		rows_finish(rows);
		rows_free(rows);
		is_text(written.p, want.p, turn ? "descending, what is missing last" : "ascending");
	}
	buf_release(&want);
}

/* Ten thousand rows of a hundred keys: equal ones keep their order. */
static void
fill(struct rows *rows, size_t n)
{
	char key[16], cell[64];
	uint32_t seed = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		snprintf(key, sizeof(key), "k%u", (unsigned)(seed >> 16) % 100);
		snprintf(cell, sizeof(cell), "%s-%05zu", key, i);
		add(rows, key, false, cell);
	}
}

static bool
is_sorted(struct str lines)
{
	struct str line, last = STR("");

	str_cut(&lines, '\n', &line);
	while (str_cut(&lines, '\n', &line) && line.n > 0) {
		/* "k1-00007" before "k10-00003": by the key, then the order of adding */
		struct str key = line, last_key = last, a, b;

		str_cut(&key, '-', &a);
		str_cut(&last_key, '-', &b);
		if (str_cmp(b, a) > 0 || (str_eq(a, b) && str_cmp(last, line) > 0))
			return false;
		last = line;
	}
	return true;
}

static void
test_runs(void)
{
	static const enum rows_format formats[] = { ROWS_CSV, ROWS_TEXT, ROWS_JSON, ROWS_REC };
	static const size_t limits[] = { 0, 1, 1500 };
	struct buf whole = BUF_INIT;
	struct rows *rows;
	size_t i, k;

	for (i = 0; i < 4; i++)
		for (k = 0; k < 3; k++) {
			rows = new_rows(formats[i], 0, limits[k]);
			fill(rows, 10000);
			rows_finish(rows);
			rows_free(rows);
			buf_reset(&whole);
			buf_str(&whole, buf_view(&written));
			rows = new_rows(formats[i], 4000, limits[k]);
			fill(rows, 10000);
			is_number((long long)rows_finish(rows), limits[k] ? (long long)limits[k] : 10000,
			    "as many as asked for");
			rows_free(rows);
			ok(str_eq(buf_view(&whole), buf_view(&written)), "many runs give what one gives");
			ok(formats[i] != ROWS_CSV || is_sorted(buf_view(&written)), "in order");
		}
	buf_release(&whole);
}

static void
test_escapes(void)
{
	static const struct {
		enum rows_format format;
		const char *cell, *want;
	} table[] = {
		{ ROWS_CSV, "a\"b", "V\r\n\"a\"\"b\"\r\n" },
		{ ROWS_CSV, "a,b", "V\r\n\"a,b\"\r\n" },
		{ ROWS_CSV, " a", "V\r\n\" a\"\r\n" },
		{ ROWS_CSV, "", "V\r\n\r\n" },
		{ ROWS_JSON, "a\"\\\n\x01", "[{\"V\": \"a\\\"\\\\\\n\\u0001\"}]\n" },
		{ ROWS_JSON, "\xff", "[{\"V\": \"\xef\xbf\xbd\"}]\n" },
		{ ROWS_JSON, NULL, "[{\"V\": null}]\n" },
		{ ROWS_REC, "a\n\nb", "V: a\n+\n+ b\n" },
		{ ROWS_TEXT, "a\nb\tc", "V\na b c\n" },
		{ ROWS_TEXT, "\x1b[2J", "V\n<U+001B>[2J\n" },
	};
	struct rows *rows;
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		rows = new_rows(table[i].format, 0, 0);
		add(rows, "1", false, table[i].cell);
		rows_finish(rows);
		rows_free(rows);
		is_text(written.p, table[i].want, "a cell with what its format escapes");
	}
}

int
main(void)
{
	test_keys();
	test_runs();
	test_escapes();
	buf_release(&written);
	return tap_done();
}
