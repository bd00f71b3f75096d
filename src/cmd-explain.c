/*
 * What a rule says and what to do. Rules are the messages of the catalogue and, in a centre, what its folder rules/ defines:
 * rules, States, History and Upkeep records. The centre is opened only for a name that is no message's, and for the list.
 */
#define _GNU_SOURCE
#include "command.h"
#include "record.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ 0, NULL, NULL, NULL, NULL },
};

/* One of these is set. */
struct topic {
	const struct message_info *message;
	const struct rule *rule;
	const struct state *state;
	const struct history *history;
	const struct upkeep *upkeep;
};

/* The centre at hand, if there is one. */
struct centre {
	struct store *store;
	struct snapshot *snapshot;
	struct archive *archive;
	struct findings findings;
};

static bool
open_centre(const struct run *run, struct centre *centre)
{
	const char *reason;

	memset(centre, 0, sizeof(*centre));
	findings_init(&centre->findings);
	centre->store = store_open(run->dir);
	if (centre->store == NULL)
		return false;
	centre->snapshot = store_root(centre->store) ? store_worktree(centre->store) :
	    store_commit(centre->store, "HEAD", &reason);
	if (centre->snapshot != NULL)
		centre->archive = archive_open(centre->snapshot, run->today, &centre->findings);
	return centre->archive != NULL;
}

static void
close_centre(struct centre *centre)
{
	archive_free(centre->archive);
	findings_release(&centre->findings);
	snapshot_free(centre->snapshot);
	store_free(centre->store);
}

/* ---- topics ---- */

static struct str
topic_name(const struct topic *topic)
{
	if (topic->message != NULL)
		return str_of(topic->message->name);
	if (topic->rule != NULL)
		return rule_name(topic->rule);
	if (topic->upkeep != NULL)
		return upkeep_name(topic->upkeep);
	return topic->state != NULL ? state_name(topic->state) : history_name(topic->history);
}

/* Its severity; STR_NULL when it has none. */
static struct str
topic_severity(const struct topic *topic)
{
	static const char *const words[] = { "note", "warning", "error" };

	if (topic->state != NULL)
		return STR_NULL;
	return str_of(words[topic->message ? topic->message->severity :
	    topic->rule ? rule_severity(topic->rule) : topic->upkeep ? WARNING : ERROR]);
}

static const char *
topic_type(const struct topic *topic)
{
	return topic->message ? "message" : topic->rule ? "rule" : topic->state ? "state" :
	    topic->upkeep ? "upkeep" : "history";
}

/* The i-th value of what a topic of rules/ has by that name. */
static struct str
defined_text(const struct topic *topic, const char *field, size_t i)
{
	if (topic->rule != NULL)
		return rule_text(topic->rule, field, i);
	if (topic->upkeep != NULL)
		return upkeep_text(topic->upkeep, field, i);
	return topic->state != NULL ? state_text(topic->state, field, i) :
	    history_text(topic->history, field, i);
}

static struct str
topic_text(const struct topic *topic, const char *field, size_t i)
{
	const struct message_info *message = topic->message;

	if (message == NULL)
		return defined_text(topic, topic->state && strcmp(field, "Message") == 0 ? "Doc" : field, i);
	if (i > 0)
		return STR_NULL;
	if (strcmp(field, "Message") == 0)
		return str_of(message->meaning);
	if (strcmp(field, "Fix") == 0)
		return str_of(message->mend);
	return strcmp(field, "Bad") == 0 ? str_of(message->bad) : strcmp(field, "Good") == 0 ?
	    str_of(message->good) : STR_NULL;
}

/* What the fields of a topic of rules/ come to, in words. */
static void
topic_say(const struct topic *topic, struct buf *out)
{
	buf_reset(out);
	if (topic->rule != NULL)
		rule_say(topic->rule, out);
	else if (topic->state != NULL)
		state_say(topic->state, out);
	else if (topic->history != NULL)
		history_say(topic->history, out);
	else if (topic->upkeep != NULL)
		upkeep_say(topic->upkeep, out);
}

static int
topic_order(const void *left, const void *right)
{
	return str_cmp(topic_name(left), topic_name(right));
}

/* Those of the centre, then the messages, each by name; the array is the caller's. */
static struct topic *
all_topics(const struct rules *rules, size_t *n)
{
	size_t own = rules ? rules_count(rules) + rules_state_count(rules) + rules_history_count(rules) +
	    rules_upkeep_count(rules) : 0, i;
	struct topic *topics = xcalloc(own + MESSAGE_COUNT, sizeof(*topics));

	*n = 0;
	for (i = 0; rules != NULL && i < rules_count(rules); i++)
		topics[(*n)++].rule = rules_at(rules, i);
	for (i = 0; rules != NULL && i < rules_state_count(rules); i++)
		topics[(*n)++].state = rules_state_at(rules, i);
	for (i = 0; rules != NULL && i < rules_history_count(rules); i++)
		topics[(*n)++].history = rules_history_at(rules, i);
	for (i = 0; rules != NULL && i < rules_upkeep_count(rules); i++)
		topics[(*n)++].upkeep = rules_upkeep_at(rules, i);
	qsort(topics, own, sizeof(*topics), topic_order);
	for (i = 0; i < MESSAGE_COUNT; i++)
		topics[(*n)++].message = message_info((enum message)i);
	qsort(topics + own, MESSAGE_COUNT, sizeof(*topics), topic_order);
	return topics;
}

static void
unknown_topic(const struct rules *rules, struct str name)
{
	struct topic *topics;
	struct str *names, near;
	size_t n, i;

	if (rules != NULL && rules_defines(rules, name))
		die("'%.*s' stands in rules/ but was not understood: 'dossier check rules' says why", STRF(name));
	topics = all_topics(rules, &n);
	names = xcalloc(n, sizeof(*names));
	for (i = 0; i < n; i++)
		names[i] = topic_name(&topics[i]);
	near = nearest(name, names, n);
	free(names);
	if (near.p != NULL)
		die("there is no rule '%.*s'; did you mean '%.*s'?", STRF(name), STRF(near));
	die("there is no rule '%.*s'; 'dossier explain' lists them", STRF(name));
}

/* As a finding shows it, with or without its brackets. */
static struct str
operand_name(const char *operand)
{
	struct str name = str_trim(str_of(operand));

	if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		name = (struct str){ name.p + 1, name.n - 2 };
	return name;
}

static struct topic
find_topic(const struct rules *rules, struct str name)
{
	enum message message = message_named(name);
	struct topic *topics, found = { NULL };
	size_t n, i;

	if (message != MESSAGE_COUNT)
		return (struct topic){ .message = message_info(message) };
	topics = all_topics(rules, &n);
	for (i = 0; i < n; i++)
		if (str_eq(topic_name(&topics[i]), name))
			found = topics[i];
	free(topics);
	if (found.rule == NULL && found.state == NULL && found.history == NULL && found.upkeep == NULL)
		unknown_topic(rules, name);
	return found;
}

/* ---- text ---- */

static void
write_indented(struct buf *out, const char *heading, const char *text)
{
	struct str rest = str_of(text), line;

	if (text[0] == '\0')
		return;
	buf_printf(out, "\n%s:\n", heading);
	while (str_cut(&rest, '\n', &line))
		buf_printf(out, "%s%.*s\n", line.n ? "    " : "", STRF(line));
}

static void
write_text(const struct topic *topic, struct buf *out)
{
	const struct message_info *message = topic->message;

	if (topic->rule != NULL) {
		rule_explain(topic->rule, out);
	} else if (topic->state != NULL) {
		state_explain(topic->state, out);
	} else if (topic->history != NULL) {
		history_explain(topic->history, out);
	} else if (topic->upkeep != NULL) {
		upkeep_explain(topic->upkeep, out);
	} else {
		buf_printf(out, "%s (%.*s)\n\n%s\n\nWhat to do: %s\n", message->name,
		    STRF(topic_severity(topic)), message->meaning, message->mend);
		write_indented(out, "This fails", message->bad);
		write_indented(out, "This passes", message->good);
	}
}

/* The centre's own come first, with an empty line behind them. */
static void
write_list(const struct topic *topics, size_t n, struct buf *out)
{
	struct str severity, text, line;
	size_t i, width = 0;

	for (i = 0; i < n; i++)
		if (topic_name(&topics[i]).n > width)
			width = topic_name(&topics[i]).n;
	for (i = 0; i < n; i++) {
		if (i > 0 && topics[i].message != NULL && topics[i - 1].message == NULL)
			buf_char(out, '\n');
		severity = topic_severity(&topics[i]);
		text = topic_text(&topics[i], "Message", 0);
		line = STR("");
		if (text.p != NULL)
			str_cut(&text, '\n', &line);
		buf_printf(out, "%-*.*s  %-7.*s  %.*s\n", (int)width, STRF(topic_name(&topics[i])),
		    STRF(severity.p ? severity : STR("State")), STRF(line));
	}
}

/* ---- rec and json ---- */

static void
write_rec_field(struct buf *out, const struct topic *topic, struct str name, const char *field)
{
	struct str text;
	size_t i;

	for (i = 0; (text = topic_text(topic, field, i)).p != NULL; i++)
		record_write_field(out, name, text);
}

static void
write_rec(const struct topic *topics, size_t n, struct buf *out)
{
	struct buf words = BUF_INIT;
	size_t i;

	buf_text(out, "%rec: Rule\n%key: Rule\n%type: Severity enum error warning note\n"
	    "%type: Type enum message rule state history upkeep\n");
	for (i = 0; i < n; i++) {
		buf_char(out, '\n');
		record_write_field(out, STR("Rule"), topic_name(&topics[i]));
		record_write_field(out, STR("Type"), str_of(topic_type(&topics[i])));
		if (topic_severity(&topics[i]).p != NULL)
			record_write_field(out, STR("Severity"), topic_severity(&topics[i]));
		write_rec_field(out, &topics[i], STR("Meaning"), "Message");
		topic_say(&topics[i], &words);
		if (words.n > 0)
			record_write_field(out, STR("Words"), buf_view(&words));
		write_rec_field(out, &topics[i], STR("Fix"), "Fix");
		write_rec_field(out, &topics[i], STR("Basis"), "Basis");
		write_rec_field(out, &topics[i], STR("Bad"), "Bad");
		write_rec_field(out, &topics[i], STR("Good"), "Good");
	}
	buf_release(&words);
}

static void
add_cell(struct row *row, struct str text)
{
	struct result value = { .kind = RESULT_TEXT, .text = text };

	row_cell(row);
	if (text.p != NULL)
		row_value(row, &value);
}

static void
add_values(struct row *row, const struct topic *topic, const char *field)
{
	struct result value = { .kind = RESULT_TEXT };
	size_t i;

	row_cell(row);
	for (i = 0; (value.text = topic_text(topic, field, i)).p != NULL; i++)
		row_value(row, &value);
}

static void
write_json(const struct topic *topics, size_t n)
{
	static const struct str names[] = { STR("rule"), STR("type"), STR("severity"), STR("meaning"),
		STR("words"), STR("fix"), STR("basis"), STR("bad"), STR("good") };
	struct rows_style style = { .format = ROWS_JSON, .names = names,
		.n = sizeof(names) / sizeof(*names), .write = print };
	struct rows *rows = rows_new(&style);
	struct buf packed = BUF_INIT, words = BUF_INIT;
	struct row row;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_reset(&packed);
		row_begin(&row, &packed);
		add_cell(&row, topic_name(&topics[i]));
		add_cell(&row, str_of(topic_type(&topics[i])));
		add_cell(&row, topic_severity(&topics[i]));
		add_values(&row, &topics[i], "Message");
		topic_say(&topics[i], &words);
		add_cell(&row, words.n > 0 ? buf_view(&words) : STR_NULL);
		add_values(&row, &topics[i], "Fix");
		add_values(&row, &topics[i], "Basis");
		add_values(&row, &topics[i], "Bad");
		add_values(&row, &topics[i], "Good");
		row_end(&row);
		rows_take(rows, buf_view(&packed));
	}
	rows_finish(rows);
	rows_free(rows);
	buf_release(&packed);
	buf_release(&words);
}

/* ---- mdoc ---- */

/* One line of text: nothing in it is a request or an escape, and it is ASCII. */
static void
write_roff_line(struct buf *out, struct str line)
{
	size_t i, n;
	uint32_t code;

	if (line.n > 0 && (line.p[0] == '.' || line.p[0] == '\''))
		buf_text(out, "\\&");
	for (i = 0; i < line.n; i += n) {
		n = utf8_decode((struct str){ line.p + i, line.n - i }, &code);
		if (n == 0)
			n = 1;
		if (code == '\\')
			buf_text(out, "\\e");
		else if (code >= 0x80)
			buf_printf(out, "\\[u%04X]", (unsigned)code);
		else
			buf_add(out, line.p + i, n);
	}
	buf_char(out, '\n');
}

static void
write_example(struct buf *out, const char *heading, const char *text)
{
	struct str rest = str_of(text), line;

	if (text[0] == '\0')
		return;
	buf_printf(out, ".Pp\n%s:\n.Bd -literal -offset indent -compact\n", heading);
	while (str_cut(&rest, '\n', &line))
		write_roff_line(out, line);
	buf_text(out, ".Ed\n");
}

/* Each sentence on its own line. */
static void
write_sentences(struct buf *out, const char *text)
{
	struct str rest = str_of(text), line;
	const char *end;

	while ((end = memmem(rest.p, rest.n, ". ", 2)) != NULL) {
		line = (struct str){ rest.p, (size_t)(end - rest.p) + 1 };
		write_roff_line(out, line);
		rest.p += line.n + 1;
		rest.n -= line.n + 1;
	}
	write_roff_line(out, rest);
}

static void
write_mdoc(const struct topic *topics, size_t n, struct buf *out)
{
	size_t i;

	buf_text(out, ".\\\" Made by dossier explain -f mdoc from src/messages.h.\n"
	    ".Dd November 24, 2026\n.Dt DOSSIER-FINDINGS 7\n.Os\n.Sh NAME\n.Nm dossier-findings\n"
	    ".Nd what dossier finds, and what to do\n.Sh DESCRIPTION\n"
	    "Every finding of\n.Xr dossier 1\nends with the name of a rule in brackets.\n"
	    "This page lists the rules by name, each with the severity that it has unless its text says otherwise.\n"
	    "An error makes\n.Ic dossier check\nexit with status 1; warnings and notes do not.\n"
	    ".Pp\n.Ic dossier explain Ar rule\nshows one of them.\n.Bl -tag -width Ds\n");
	for (i = 0; i < n; i++) {
		const struct message_info *message = topics[i].message;

		buf_printf(out, ".It Sy %s Pq %.*s\n", message->name, STRF(topic_severity(&topics[i])));
		write_sentences(out, message->meaning);
		write_sentences(out, message->mend);
		write_example(out, "Fails", message->bad);
		write_example(out, "Passes", message->good);
	}
	buf_text(out, ".El\n.Sh SEE ALSO\n.Xr dossier 1 ,\n.Xr dossier-check 1 ,\n"
	    ".Xr dossier-explain 1\n");
}

/* ---- the command ---- */

static void
write_topics(const struct run *run, const struct topic *topics, size_t n, struct buf *out)
{
	const char *format = run->format ? run->format : "text";
	size_t i;

	if (strcmp(format, "rec") == 0) {
		write_rec(topics, n, out);
	} else if (strcmp(format, "json") == 0) {
		write_json(topics, n);
	} else if (strcmp(format, "mdoc") == 0) {
		write_mdoc(topics, n, out);
	} else if (run->argc == 0) {
		write_list(topics, n, out);
	} else {
		for (i = 0; i < n; i++) {
			if (i > 0)
				buf_char(out, '\n');
			write_text(&topics[i], out);
		}
	}
}

/* Whether the centre is to be opened: the manual is of the messages alone. */
static bool
wants_centre(const struct run *run)
{
	int i;

	if (run->format != NULL && strcmp(run->format, "mdoc") == 0)
		return false;
	for (i = 0; i < run->argc; i++)
		if (message_named(operand_name(run->argv[i])) == MESSAGE_COUNT)
			return true;
	return run->argc == 0;
}

static int
run_explain(struct run *run)
{
	struct centre centre = { NULL };
	const struct rules *rules = NULL;
	struct topic *topics;
	struct buf out = BUF_INIT;
	size_t n = (size_t)run->argc, i;

	if (wants_centre(run) && open_centre(run, &centre))
		rules = centre.archive->rules;
	if (n == 0) {
		topics = all_topics(rules, &n);
	} else {
		topics = xcalloc(n, sizeof(*topics));
		for (i = 0; i < n; i++)
			topics[i] = find_topic(rules, operand_name(run->argv[i]));
	}
	write_topics(run, topics, n, &out);
	print(buf_view(&out));
	buf_release(&out);
	free(topics);
	close_centre(&centre);
	return 0;
}

const struct command cmd_explain = {
	.name = "explain",
	.operands = "[RULE...]",
	.summary = "what a rule says, what to do, an example that fails and one that passes",
	.options = options,
	.formats = "text|rec|json|mdoc",
	.complete = "rule",
	.run = run_explain,
};
