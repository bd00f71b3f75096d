/*
 * generate [-n CASES] [-s SEED] [-c COMMITS] TEMPLATES
 *
 * Writes a `git fast-import` stream to standard output: the skeleton from TEMPLATES, then CASES case files over eight
 * years, about ten entries each, that keep to the Centre's way of working, if now and then late; each file twice (as it
 * began, and as it is), in COMMITS commits by date. The same arguments give the same bytes. Case i is made from the seed and
 * i alone, so nothing is kept but the order of the commits.
 */
#define _GNU_SOURCE
#include "value.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define PICK(array) (array)[roll(N(array))]

#define FIRST_DAY 17532 /* 2018-01-01 */
#define LAST_DAY 20520 /* 2026-03-08 */

static const char *const staff[] = { "aj", "bk", "cm", "dv", "eh", "fs", "gw", "hb", "ik", "jd", "kp", "lr", "mt", "nz", "ow",
	"pc", "qa", "rb", "sd", "te" };
static const char *const municipalities[] = { "GM0344", "GM0363", "GM0518", "GM0599", "GM1945", "GM1940", "GM0757",
	"GM0824", "GM0855", "GM0865" };
static const char *const relatives[] = { "mother", "father", "sibling", "partner", "grandparent" };
static const char *const professionals[] = { "municipality", "youth-care", "health", "education", "police-or-justice",
	"probation" };
static const char *const people[] = { "mother", "father", "son", "daughter", "brother", "sister", "child-2", "grandmother",
	"partner" };
static const char *const situations[] = { "becoming-radicalised", "wants-to-leave", "stopped-on-the-way", "in-conflict-area",
	"returned", "arrested-or-imprisoned", "died-in-conflict-area", "safety-risk-or-danger" };
static const char *const needs[] = { "understanding", "communication", "other-children", "trauma-and-grief",
	"loneliness-and-peer-contact", "legal-and-authorities", "documents", "media", "safety", "finances-work-housing",
	"religion-and-worldview", "mental-health", "parenting" };
static const char *const severities[] = { "low", "moderate", "moderate", "high", "acute" };
static const char *const complexities[] = { "simple", "compound", "complex" };
static const char *const levels[] = { "light", "standard", "standard", "intensive" };
static const char *const means[] = { "in-person", "home-visit", "home-visit", "telephone", "video", "email", "message" };
static const char *const actions[] = { "guidance", "practical-help", "mediation", "peer-contact", "accompaniment", "liaison",
	"training" };
static const char *const specialisms[] = { "radicalisation", "family-relations", "upbringing", "religion-and-worldview",
	"conflict-area-and-return", "detention", "trauma-and-grief", "peer-support", "online", "law", "safety", "support-offer" };
static const char *const providers[] = { "team-north", "team-south" };
static const char *const partners[] = { "slachtofferhulp", "smn-helpline", "mothers-for-life", "girds", "youth-care" };
static const char *const experts[] = { "trauma-1", "law-1", "online-1", "faith-1" };
static const char *const hours[] = { "0.25", "0.5", "0.75", "1", "1", "1.5", "2", "2.5", "3" };

static const char *const subjects[] = { "The mother", "The father", "The sister of the young man", "The municipality",
	"The school", "The youth worker", "The care coordinator", "The brother", "The grandmother", "The counsellor",
	"The neighbourhood team", "The family", "The eldest daughter", "The parents together", "The probation service",
	"The general practitioner" };
static const char *const verbs[] = { "tells that", "asks whether", "is worried that", "has noticed for some months that",
	"finds it hard that", "is relieved (and says so) that", "does not yet know how it can be that", "explains once more that",
	"would like to discuss that", "hopes in the coming 6 weeks to see that", "agrees with the plan now that",
	"wrote down on two sheets of paper why" };
static const char *const clauses[] = { "contact with the son has become less", "nobody at home talks about it any more",
	"the talks at school go better than before", "the younger children ask about their brother every evening",
	"the letter about the passport has not arrived", "there is help nearby in the neighbourhood",
	"the anger of the first weeks makes room for grief", "he spends whole nights on the computer",
	"old friends from the football club came by again", "the rent and the debts weigh on everything else",
	"somebody of the café on the corner offered work for 12 hours a week", "the imam and the teacher both want to help",
	"privé and public are hard to keep apart in the media", "a reünion with the cousins is being prepared",
	"it is not clear who is in charge of the next step", "the visits to the prison are far and tiring",
	"the waiting list at the clinic takes another 4 months" };
static const char *const closings[] = { "We agreed to speak again next week.", "No further action is needed now.",
	"The counsellor looks for somebody with experience in this.", "To be discussed in the team.",
	"The plan stays as it is.", "A short report goes to the family first.", "Everybody knows whom to reach at night." };

static uint64_t random_state;

static unsigned
roll(size_t n)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) % n);
}

static bool
chance(unsigned percent)
{
	return roll(100) < percent;
}

/* ---- one case ---- */

struct made {
	struct buf text;
	char id[CASE_ID_SIZE], date[DATE_SIZE];
	day opened, now, end; /* nothing is written that happens after `end` */
	const char *counsellor, *municipality, *by, *person; /* person: who of the family agreed */
	day consulted, reviewed, review; /* the last consultation and look at the plan; the day agreed for the next */
	unsigned severity, level;
	size_t entries, after_first; /* text.n after the first half of the journal */
};

static void
field(struct made *made, const char *name, const char *value)
{
	buf_text(&made->text, name);
	buf_add(&made->text, ": ", 2);
	buf_text(&made->text, value);
	buf_char(&made->text, '\n');
}

static void
sentences(struct made *made, unsigned n)
{
	while (n-- > 0) {
		buf_text(&made->text, PICK(subjects));
		buf_char(&made->text, ' ');
		buf_text(&made->text, PICK(verbs));
		buf_char(&made->text, ' ');
		buf_text(&made->text, PICK(clauses));
		buf_text(&made->text, n ? ". " : ".");
	}
}

/* Mostly two or three sentences; now and then a page. */
static void
text(struct made *made)
{
	unsigned paragraphs = chance(4) ? 3 + roll(8) : chance(25) ? 2 : 1;

	buf_text(&made->text, "Text: ");
	while (paragraphs-- > 0) {
		sentences(made, 1 + roll(4));
		buf_text(&made->text, paragraphs ? "\n+\n+ " : "\n+ ");
	}
	buf_text(&made->text, PICK(closings));
	buf_char(&made->text, '\n');
}

/* Begins an entry some days after the last one; false when that would be in the future. */
static bool
entry(struct made *made, const char *kind, unsigned most_days)
{
	made->now += most_days ? 1 + (day)roll(most_days) : 0;
	if (made->now > made->end)
		return false;
	if (made->entries++ == 4)
		made->after_first = made->text.n;
	buf_char(&made->text, '\n');
	field(made, "Date", date_format(made->now, made->date));
	field(made, "Kind", kind);
	made->by = chance(95) ? made->counsellor : PICK(staff);
	field(made, "By", made->by);
	return true;
}

/* The same with the family, which somebody else than the counsellor sees for a reason only. Now and then it is late. */
static bool
with_family(struct made *made, const char *kind)
{
	if (chance(2))
		made->now += 21;
	if (!entry(made, kind, 22))
		return false;
	if (made->by != made->counsellor)
		field(made, "Instead", chance(50) ? "the counsellor was ill" : "the counsellor was away");
	return true;
}

static const char *
second_person(const struct made *made)
{
	return made->by == staff[0] ? staff[1] : staff[0];
}

static void
reference(struct made *made, const char *kind)
{
	char value[64];

	snprintf(value, sizeof(value), "%s/%s", made->date, kind);
	field(made, "Entry", value);
}

static void
date_field(struct made *made, const char *name, day date)
{
	char value[DATE_SIZE];

	field(made, name, date_format(date, value));
}

static void
effort(struct made *made)
{
	field(made, "Hours", PICK(hours));
	field(made, "Means", PICK(means));
}

static void
header(struct made *made, const char *service, const char *applicant, const char *lead)
{
	field(made, "Case", made->id);
	date_field(made, "Opened", made->opened);
	field(made, "Service", service);
	field(made, "Applicant", applicant);
	if (made->municipality != NULL)
		field(made, "Municipality", made->municipality);
	field(made, "Counsellor", made->counsellor);
	field(made, "Lead", lead);
	if (strcmp(service, "information") != 0 && chance(70))
		field(made, "Situation", PICK(situations));
	entry(made, "request", 0);
	field(made, "From", applicant);
	field(made, "Service", service);
	text(made);
}

static bool
finish(struct made *made, const char *reason)
{
	if (!entry(made, "end", 9))
		return false;
	field(made, "End", reason);
	if (strcmp(reason, "withdrawn") == 0 || strcmp(reason, "declined") == 0)
		field(made, "Origin", "family");
	if (strcmp(reason, "completed") == 0)
		field(made, "Result", chance(60) ? "reached" : "partly-reached");
	field(made, "Approved_by", second_person(made));
	text(made);
	return true;
}

static day
review_within(const struct made *made)
{
	return made->severity > 2 ? 42 : 90;
}

/* When we look again: nearly always in time. */
static void
agree_review(struct made *made)
{
	made->reviewed = made->now;
	made->review = made->now + review_within(made) - 10 + (day)roll(10);
	date_field(made, "Review", made->review);
}

static void
plan(struct made *made)
{
	unsigned n;

	if (!entry(made, "plan", 14))
		return;
	for (n = 1 + roll(3); n > 0; n--)
		field(made, "Need", PICK(needs));
	field(made, "Goal", PICK(clauses));
	field(made, "Profile", made->municipality);
	field(made, "Provider", PICK(providers));
	agree_review(made);
	text(made);
}

static bool
consultation(struct made *made, const char *about)
{
	if (!entry(made, "consultation", 3))
		return false;
	made->consulted = made->now;
	field(made, "With", made->municipality);
	field(made, "Form", chance(80) ? "identified" : "anonymous");
	field(made, "About", about);
	field(made, "Outcome", "agreed");
	text(made);
	return true;
}

static bool
conversation(struct made *made)
{
	if (!with_family(made, "conversation"))
		return false;
	field(made, "With", PICK(people));
	if (chance(20))
		field(made, "With", PICK(people));
	effort(made);
	text(made);
	return true;
}

static bool
action(struct made *made)
{
	if (made->now - made->consulted > 40 && !consultation(made, "plan"))
		return false;
	if (chance(15)) {
		if (!entry(made, "expert", 20))
			return false;
		field(made, "Expert", PICK(experts));
		field(made, "For", PICK(needs));
		return true;
	}
	if (!with_family(made, "action"))
		return false;
	field(made, "Action", PICK(actions));
	field(made, "With", PICK(people));
	field(made, "For", PICK(needs));
	if (chance(30))
		field(made, "Provider", PICK(providers));
	effort(made);
	text(made);
	return true;
}

static bool
review(struct made *made)
{
	if (!with_family(made, "review"))
		return false;
	field(made, "Outcome", "continue");
	agree_review(made);
	field(made, "With", made->person);
	return true;
}

static void
begin_support(struct made *made)
{
	made->person = PICK(people);
	if (entry(made, "explained", 7)) {
		field(made, "To", made->person);
		field(made, "Topic", "voluntary");
		field(made, "Topic", "partners");
	}
	if (entry(made, "consent", 5)) {
		field(made, "From", made->person);
		field(made, "Decision", "given");
		field(made, "Scope", "support");
		field(made, "Scope", "share-with-municipality");
		field(made, "Form", chance(50) ? "written" : "spoken");
	}
	consultation(made, "request");
	if (entry(made, "assessment", 4)) {
		made->severity = roll(N(severities));
		made->level = roll(N(levels));
		field(made, "Severity", severities[made->severity]);
		field(made, "Complexity", PICK(complexities));
		field(made, "Level", levels[made->level]);
		text(made);
	}
	if (entry(made, "conversation", 4)) {
		field(made, "With", made->person);
		if (made->by != made->counsellor)
			field(made, "Instead", "the counsellor was ill");
		effort(made);
		text(made);
	}
	plan(made);
}

static void
hand_over(struct made *made)
{
	if (!entry(made, "handover", 20))
		return;
	field(made, "With", made->municipality);
	field(made, "Step", "offered");
	field(made, "Approved_by", second_person(made));
	if (made->now + 14 > made->end) {
		made->now = made->end + 1; /* the answer has not come yet */
		return;
	}
	made->now += 3;
	buf_char(&made->text, '\n');
	date_field(made, "Date", made->now);
	field(made, "Kind", "handover");
	field(made, "By", made->counsellor);
	field(made, "With", made->municipality);
	field(made, "Step", "accepted");
	reference(made, "handover");
	made->entries++;
}

/* Days between contacts after support, at least; the Centre's table has more. */
static unsigned
aftercare_within(const struct made *made)
{
	static const unsigned days[][3] = { { 180, 120, 90 }, { 120, 90, 60 }, { 60, 42, 28 }, { 28, 14, 7 } };
	unsigned severity = made->severity > 1 ? made->severity - 1 : made->severity;

	return days[severity][made->level > 1 ? made->level - 1 : made->level];
}

/* Mostly in time, until the family wants no more. */
static void
aftercare(struct made *made)
{
	unsigned n, within = aftercare_within(made);

	for (n = 1 + roll(3); n > 0; n--) {
		made->now += (day)(within - 7) + (chance(2) ? 20 : 0);
		if (!entry(made, "aftercare", 7))
			return;
		field(made, "Who", chance(70) || n == 1 ? "family" : "municipality");
		field(made, "Wish", n > 1 || made->now > LAST_DAY - 200 ? "continue" : "stop");
		text(made);
	}
}

static void
support(struct made *made)
{
	unsigned n;
	bool open = true;

	made->municipality = PICK(municipalities);
	header(made, "support", chance(50) ? PICK(relatives) : "municipality", "centre");
	begin_support(made);
	if (chance(8)) {
		finish(made, "withdrawn");
		return;
	}
	for (n = 2 + roll(7); n > 0 && open; n--)
		open = made->now > made->review - 26 ? review(made) : chance(50) ? conversation(made) : action(made);
	if (chance(15)) {
		finish(made, "no-contact");
		return;
	}
	if (made->now > made->review - 33)
		review(made);
	hand_over(made);
	if (finish(made, "completed"))
		aftercare(made);
}

static void
advice(struct made *made)
{
	unsigned n;

	made->municipality = chance(60) ? PICK(municipalities) : NULL;
	header(made, "advice", chance(20) ? PICK(relatives) : PICK(professionals), "applicant");
	for (n = 1 + roll(4); n > 0; n--) {
		if (!entry(made, "question", 14))
			return;
		field(made, "Specialism", PICK(specialisms));
		text(made);
		if (made->now + 9 > made->end)
			return;
		entry(made, "answer", 0);
		field(made, "Specialism", PICK(specialisms));
		reference(made, "question");
		effort(made);
		text(made);
	}
	finish(made, chance(90) ? "completed" : "out-of-scope");
}

static void
information(struct made *made)
{
	header(made, "information", chance(40) ? PICK(relatives) : PICK(professionals), "centre");
	if (entry(made, "information", 10)) {
		field(made, "Topic", "procedure");
		field(made, "Audience", "a group of teachers");
		effort(made);
	}
	if (entry(made, "note", 10))
		text(made);
	finish(made, "completed");
}

/* What came of a referral, some days later. */
static void
refer(struct made *made, const char *partner)
{
	char offered[64];

	snprintf(offered, sizeof(offered), "%s/referral", made->date);
	if (!entry(made, "referral", 14))
		return;
	field(made, "Step", chance(80) ? "accepted" : "no-answer");
	field(made, "Partner", partner);
	field(made, "Entry", offered);
}

static void
expertise(struct made *made)
{
	const char *partner = PICK(partners);

	header(made, "expertise", PICK(professionals), "organisation");
	if (entry(made, "question", 10)) {
		field(made, "Specialism", PICK(specialisms));
		text(made);
	}
	if (made->now + 9 <= made->end && entry(made, "answer", 0)) {
		field(made, "Specialism", PICK(specialisms));
		reference(made, "question");
		effort(made);
		text(made);
	}
	if (entry(made, "referral", 10)) {
		field(made, "Step", "offered");
		field(made, "Partner", partner);
		field(made, "For", PICK(needs));
		text(made);
		refer(made, partner);
	}
	if (entry(made, "disclosure", 10)) {
		field(made, "Partner", PICK(partners));
		field(made, "Sector", "well-being");
		field(made, "What", PICK(clauses));
		field(made, "Ground", "conflict-of-duties");
		field(made, "Weighing", PICK(clauses));
	}
	finish(made, "referred");
}

/* Case i of n; its id is unique because an odd multiplier permutes the 20 bits. */
static void
make_case(struct made *made, uint64_t seed, uint32_t i, uint32_t n)
{
	int year, month, dom;

	random_state = seed * 0x2545f4914f6cdd1du + i;
	buf_reset(&made->text);
	made->opened = FIRST_DAY + (day)((uint64_t)i * (LAST_DAY - FIRST_DAY) / n);
	made->now = made->opened;
	made->end = LAST_DAY;
	made->entries = made->after_first = 0;
	made->counsellor = PICK(staff);
	made->municipality = NULL;
	date_split(made->opened, &year, &month, &dom);
	case_id_make(year, (uint32_t)(i * 0x9e375u + seed) & 0xfffff, made->id);
	switch (roll(20)) {
	case 0: case 1: information(made); break;
	case 2: case 3: expertise(made); break;
	case 4: case 5: case 6: case 7: case 8: case 9: case 10: advice(made); break;
	default: support(made);
	}
	if (made->after_first == 0)
		made->after_first = made->text.n;
}

/* ---- the stream ---- */

static void
blob(const char *path, const char *bytes, size_t n)
{
	printf("M 100644 inline %s\ndata %zu\n", path, n);
	fwrite(bytes, 1, n, stdout);
	putchar('\n');
}

static void
commit(day date, long number, const char *who, const char *words)
{
	printf("commit refs/heads/main\ncommitter %s <%s@centre.test> %lld +0000\ndata %zu\n%s\n", who, who,
	    (long long)date * 86400 + 28800 + number % 28800, strlen(words), words);
}

static void
templates(const char *root, const char *under)
{
	char path[4096], name[2048];
	struct arena arena;
	struct dirent **entries;
	struct stat st;
	struct str bytes;
	int i, n;

	snprintf(path, sizeof(path), "%s/%s", root, under);
	if ((n = scandir(path, &entries, NULL, alphasort)) < 0)
		die("cannot read folder '%s': %s", path, strerror(errno));
	arena_init(&arena);
	for (i = 0; i < n; i++) {
		if (strcmp(entries[i]->d_name, ".") == 0 || strcmp(entries[i]->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s%s%s", under, *under ? "/" : "", entries[i]->d_name);
		snprintf(path, sizeof(path), "%s/%s", root, name);
		if (strcmp(name, "directory/staff.rec") == 0 || strcmp(name, "directory/experts.rec") == 0)
			continue;
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			templates(root, name);
		else if (file_read(AT_FDCWD, path, &arena, &bytes) == 0)
			blob(name, bytes.p, bytes.n);
	}
	arena_release(&arena);
}

static void
directory(void)
{
	struct buf out = BUF_INIT;
	size_t i;

	buf_text(&out, "%rec: Staff\n");
	for (i = 0; i < N(staff); i++)
		buf_printf(&out, "\nStaff: %s\nName: %c. Example\nEmail: %s@centre.test\nRole: %s\nFrom: 2017-01-01\n", staff[i],
		    staff[i][0] - 32, staff[i], i == 0 ? "coordinator" : "counsellor");
	blob("directory/staff.rec", out.p, out.n);
	buf_reset(&out);
	buf_text(&out, "%rec: Expert\n");
	for (i = 0; i < N(experts); i++)
		buf_printf(&out, "\nExpert: %s\nName: an expert\nTopic: safety\n", experts[i]);
	blob("directory/experts.rec", out.p, out.n);
	buf_reset(&out);
	buf_text(&out, "%rec: Partner\n");
	for (i = 0; i < N(providers); i++)
		buf_printf(&out, "\nPartner: %s\nName: a neighbourhood team\nSector: well-being\nLocal: yes\n", providers[i]);
	blob("directory/providers.rec", out.p, out.n);
	buf_release(&out);
}

struct event {
	day date;
	uint32_t i;
	bool whole;
};

static int
by_date(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return x->i != y->i ? (x->i < y->i ? -1 : 1) : x->whole - y->whole;
}

static struct event *
plan_events(uint64_t seed, uint32_t n)
{
	struct event *events = xcalloc(2 * (size_t)n + 1, sizeof(*events));
	struct made made = { .text = BUF_INIT };
	uint32_t i;

	for (i = 0; i < n; i++) {
		make_case(&made, seed, i, n);
		events[2 * (size_t)i] = (struct event){ made.opened, i, made.after_first == made.text.n };
		events[2 * (size_t)i + 1] = (struct event){ made.now < LAST_DAY ? made.now : LAST_DAY, i, true };
	}
	buf_release(&made.text);
	qsort(events, 2 * (size_t)n, sizeof(*events), by_date);
	return events;
}

static void
history(uint64_t seed, uint32_t n, long commits)
{
	struct event *events = plan_events(seed, n);
	struct made made = { .text = BUF_INIT };
	char path[64];
	long number = -1, at;
	size_t i;

	for (i = 0; i < 2 * (size_t)n; i++) {
		make_case(&made, seed, events[i].i, n);
		at = (long)(i * (uint64_t)commits / (2 * (uint64_t)n));
		if (at != number)
			commit(events[i].date, number = at, made.counsellor, made.id);
		snprintf(path, sizeof(path), "cases/%.4s/%c/%s.rec", made.id, made.id[5], made.id);
		blob(path, made.text.p, events[i].whole ? made.text.n : made.after_first);
	}
	buf_release(&made.text);
	free(events);
}

int
main(int argc, char **argv)
{
	struct number cases = number_of(1000), seed = number_of(1), commits = number_of(0);
	int option;

	while ((option = getopt(argc, argv, "n:s:c:")) != -1)
		if (option == '?' || !number_is_integer(str_of(optarg)) || !number_parse(str_of(optarg),
		    option == 'n' ? &cases : option == 's' ? &seed : &commits))
			die("usage: generate [-n CASES] [-s SEED] [-c COMMITS] TEMPLATES");
	if (optind + 1 != argc || cases.mantissa < 1 || cases.mantissa > 1 << 20)
		die("usage: generate [-n CASES] [-s SEED] [-c COMMITS] TEMPLATES");
	if (commits.mantissa < 1)
		commits = number_of((int64_t)cases.mantissa / 10 + 1);
	commit(FIRST_DAY - 1, 0, staff[0], "centre: begins");
	templates(argv[optind], "");
	directory();
	history((uint64_t)seed.mantissa, (uint32_t)cases.mantissa, (long)commits.mantissa);
	printf("done\n");
	return fflush(stdout) != 0 || ferror(stdout);
}
