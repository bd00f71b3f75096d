#define _GNU_SOURCE
#include "command-form.h"
#include "command-rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option options[] = {
	{ 'e', "edit", NULL, "fill in the entry in an editor", NULL },
	{ 'w', "waive", "REASON", "add an exception with it to each rule that it breaks", NULL },
	{ 'a', "approved-by", "STAFF", "who agreed to that exception", NULL },
	{ 0, "anyway", NULL, "write it though it breaks a rule; the exception comes later", NULL },
	{ 0, NULL, NULL, NULL, NULL },
};

struct add {
	struct run *run;
	struct store *store;
	struct snapshot *snapshot;
	struct archive *archive;
	struct findings schema_findings; /* of the repository: not this command's to say */
	struct findings findings;
	struct arena arena;
	const char *path; /* of the case, from the root */
	const char *file; /* from here */
	struct str kind;
	const struct rectype *type;
	struct givens givens;
	day date;
	bool told; /* that nothing was written */
	struct judge *judge;
	bool is_incomplete; /* what is missing was said: rules are not asked yet */
	struct casefile old, new; /* as judged last */
	struct outcome outcome; /* of the entry, for new */
};

/* ---- the case file ---- */

static struct str
read_case(struct add *add)
{
	struct str bytes;
	int error = snapshot_read(add->snapshot, add->path, &add->arena, &bytes);

	if (error != 0)
		die("cannot read '%s': %s", add->path, strerror(error));
	return bytes;
}

/* Two findings that say the same of a file, wherever they stand in it. */
static bool
is_same(const struct finding *a, const struct finding *b)
{
	return strcmp(a->rule, b->rule) == 0 && strcmp(a->text, b->text) == 0;
}

/* Keeps the findings on lines behind `last`, and those that `old` has not. The former stand in no file yet. */
static void
keep_new(struct findings *findings, const struct findings *old, size_t last)
{
	size_t i, j, kept = 0;

	for (i = 0; i < findings->n; i++) {
		struct finding *f = &findings->list[i];
		bool is_new = f->line > last;

		for (j = 0; j < old->n && !is_new; j++)
			if (is_same(f, &old->list[j]))
				break;
		if (is_new) {
			f->path = NULL;
			f->line = f->column = 0;
		}
		if (is_new || j == old->n)
			findings->list[kept++] = *f;
		else
			findings->count[f->severity]--;
	}
	findings->n = kept;
}

static void
check_bytes(struct add *add, struct str bytes, struct findings *findings, struct casefile *file)
{
	case_parse(&add->archive->terms, add->path, bytes, &add->arena, findings, file);
	if (file->file.whole)
		case_check(add->archive, file, findings);
}

/* The entry stands nowhere yet: there is no place to show; how to write it all the same is said once, below. */
static void
without_place(const struct add *add, const struct judgement *judgement, struct finding *f, struct findings *findings)
{
	struct buf text = BUF_INIT;

	f->path = f->excerpt = NULL;
	f->line = f->column = 0;
	f->fix = NULL;
	rule_fix_write(judgement->rule, &add->new, &text);
	if (text.n > 0)
		fix(findings, f, "%s", text.p);
	buf_release(&text);
}

/* What the rules say of the file with the entry, and did not say of it without. Beyond `last` stands the entry. */
static void
judge_entry(struct add *add, size_t last, struct findings *findings)
{
	size_t n, i, k, from;
	const struct judgement *list;
	struct findings ignored;
	struct verdicts old;
	const struct verdicts *told[] = { &add->outcome.broken, &add->outcome.late };

	findings_init(&ignored);
	list = judge_case(add->judge, &add->old, add->archive->today, &ignored, &n);
	verdicts_copy(list, n, &add->arena, &old);
	findings_release(&ignored);
	outcome_of(add->judge, &add->old, &old, &add->new, &add->arena, findings, &add->outcome);
	for (k = 0; k < sizeof(told) / sizeof(*told); k++)
		for (i = 0; i < told[k]->n; i++) {
			struct finding *f;

			judgement_report(&told[k]->list[i], &add->new, add->archive->today, findings);
			f = &findings->list[findings->n - 1];
			if (f->line > last)
				without_place(add, &told[k]->list[i], f, findings);
			if (has_option(add->run, "anyway") && f->severity == ERROR)
				regrade(findings, f, WARNING);
		}
	from = findings->n;
	check_history(add->archive, add->store, &add->old, &add->new, findings);
	for (i = from; i < findings->n; i++)
		if (findings->list[i].line > last) {
			findings->list[i].path = NULL;
			findings->list[i].line = findings->list[i].column = 0;
		}
}

/* The file with the entry; false when the file cannot be added to, or the entry is not right. */
static bool
try_entry(struct add *add, struct str bytes, struct str text, struct buf *out, struct findings *findings)
{
	struct findings before;
	struct edits edits;
	size_t line, column, last;
	bool good;

	findings_init(&before);
	edits_init(&edits);
	check_bytes(add, bytes, &before, &add->old);
	add->outcome = (struct outcome){ { NULL, 0 } };
	if (add->old.file.whole) {
		edit_append_record(&edits, &add->old.file, text);
		edits_apply(&edits, bytes, out);
		source_position(&add->old.source, bytes.n, &line, &column);
		last = column > 1 ? line : line - 1;
		check_bytes(add, arena_str(&add->arena, buf_view(out)), findings, &add->new);
		keep_new(findings, &before, last);
		if (findings->count[ERROR] == 0 && !add->is_incomplete && add->old.header != NULL &&
		    add->new.file.whole)
			judge_entry(add, last, findings);
	} else {
		fprintf(stderr, "dossier add: '%s' is not understood whole: mend it first\n", add->path);
		findings_move(findings, &before);
	}
	good = findings->count[ERROR] == 0;
	edits_release(&edits);
	findings_release(&before);
	return good;
}

/* What vim and emacs put beside a file that they have open. */
static void
warn_of_editor(const struct add *add)
{
	const char *slash = strrchr(add->file, '/'), *name = slash ? slash + 1 : add->file;
	struct buf path = BUF_INIT;
	struct stat st;
	size_t i;

	for (i = 0; i < 2; i++) {
		buf_reset(&path);
		buf_add(&path, add->file, (size_t)(name - add->file));
		buf_printf(&path, i ? ".#%s" : ".%s.swp", name);
		if (lstat(path.p, &st) == 0)
			fprintf(stderr, "dossier add: an editor has '%s' open: load it again there before you save\n",
			    add->path);
	}
	buf_release(&path);
}

/* Appends an entry that passes; to the file as somebody else has left it meanwhile, if so. */
static bool
write_entry(struct add *add, struct str text, struct findings *findings)
{
	struct findings these;
	struct buf out = BUF_INIT;
	struct str bytes;
	bool good;
	int error;

	do {
		buf_reset(&out);
		findings_init(&these);
		bytes = read_case(add);
		good = try_entry(add, bytes, text, &out, &these);
		error = good ? file_update(add->file, bytes, buf_view(&out)) : 0;
		if (error != ESTALE)
			findings_move(findings, &these);
		findings_release(&these);
	} while (error == ESTALE);
	if (error != 0)
		die_unwritten(add->path, error);
	if (good)
		warn_of_editor(add);
	buf_release(&out);
	return good;
}

/* ---- the entry ---- */

static const struct field_info *
info_of(const struct add *add, struct str name)
{
	return rectype_field(add->type, symbol_find(&add->archive->symbols, name));
}

static void
give(struct add *add, struct str name, struct str value)
{
	struct given *list = arena_alloc(&add->arena, (add->givens.n + 1) * sizeof(*list));

	memcpy(list, add->givens.list, add->givens.n * sizeof(*list));
	list[add->givens.n++] = (struct given){ name, value, false };
	add->givens.list = list;
}

/* Date, Kind and By, where they were not given. */
static void
give_defaults(struct add *add)
{
	char date[DATE_SIZE];
	struct str staff;
	size_t i;

	add->date = add->run->today;
	for (i = 0; i < add->givens.n; i++)
		if (str_is(add->givens.list[i].name, "Date"))
			date_parse(add->givens.list[i].value, &add->date, NULL);
	if (!givens_have(&add->givens, STR("Date")))
		give(add, STR("Date"), arena_str(&add->arena, str_of(date_format(add->run->today, date))));
	give(add, STR("Kind"), add->kind);
	if (givens_have(&add->givens, STR("By")))
		return;
	staff = staff_at_work(add->archive, add->store, add->date, &add->arena);
	if (staff.p != NULL)
		give(add, STR("By"), staff);
}

static void
write_given(const struct add *add, const char *name, struct buf *out)
{
	size_t i;

	for (i = 0; i < add->givens.n; i++)
		if (str_is(add->givens.list[i].name, name))
			record_write_field(out, add->givens.list[i].name, add->givens.list[i].value);
}

static bool
is_first(struct str name)
{
	return str_is(name, "Date") || str_is(name, "Kind") || str_is(name, "By");
}

/* The entry as it will stand: Date, Kind, By, then the fields in the order in which they were given. */
static void
write_text(const struct add *add, struct buf *out)
{
	size_t i;

	write_given(add, "Date", out);
	write_given(add, "Kind", out);
	write_given(add, "By", out);
	for (i = 0; i < add->givens.n; i++)
		if (!is_first(add->givens.list[i].name))
			record_write_field(out, add->givens.list[i].name, add->givens.list[i].value);
}

static bool
is_missing(const struct add *add, const struct field_info *info)
{
	return info->use == FIELD_MANDATORY && !givens_have(&add->givens, info->name);
}

/* Given names that the kind does not know, and are near to one that it does. */
static void
say_misspelt(const struct add *add)
{
	size_t i, n;
	const struct field_info *fields = rectype_fields(add->type, &n);
	struct str *names = xcalloc(n, sizeof(*names)), near;

	for (i = 0; i < n; i++)
		names[i] = fields[i].name;
	for (i = 0; i < add->givens.n; i++) {
		if (info_of(add, add->givens.list[i].name) != NULL)
			continue;
		near = nearest(add->givens.list[i].name, names, n);
		if (near.p != NULL)
			fprintf(stderr, "'%.*s' is not a field of '%.*s'; did you mean '%.*s'?\n",
			    STRF(add->givens.list[i].name), STRF(add->kind), STRF(near));
	}
	free(names);
}

/* Says what else is wrong with an entry from which fields are missing. */
static void
find_beside_missing(struct add *add)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	write_text(add, &text);
	add->is_incomplete = true;
	try_entry(add, read_case(add), buf_view(&text), &out, &add->findings);
	drop_findings(&add->findings, MSG_MISSING_FIELD);
	buf_release(&text);
	buf_release(&out);
}

/* Asks for what is missing, or says it; false when something still is. */
static bool
complete(struct add *add, const char *command)
{
	size_t i, n, n_missing = 0;
	const struct field_info *fields = rectype_fields(add->type, &n);
	const struct field_info **missing = arena_alloc(&add->arena, (n + 1) * sizeof(*missing));
	struct str value;

	for (i = 0; i < n; i++) {
		if (!is_missing(add, &fields[i]))
			continue;
		if (can_ask() && !ask_field(add->archive, &fields[i], true,
		    likely_value(add->archive, &add->old, &fields[i], add->date), add->date, &add->arena, &value))
			return false;
		if (can_ask())
			give(add, fields[i].name, value);
		else
			missing[n_missing++] = &fields[i];
	}
	if (n_missing == 0)
		return true;
	add->told = true;
	fprintf(stderr, "dossier add: nothing was written: an entry of kind '%.*s' also needs\n", STRF(add->kind));
	say_missing(add->archive, command, missing, n_missing, add->date);
	fprintf(stderr, "what they mean: dossier help %.*s\n", STRF(add->kind));
	if (!givens_have(&add->givens, STR("By")))
		say_nobody(add->store);
	say_misspelt(add);
	find_beside_missing(add);
	return false;
}

/* ---- the form ---- */

/* A field of the kind itself, not one that any entry may have. */
static bool
is_own(const struct add *add, const struct field_info *info)
{
	const struct rectype *entry = schema_type(add->archive->schema, STR("Entry"));
	const struct field_info *common = entry ? rectype_field(entry, info->symbol) : NULL;

	return common == NULL || info->use == FIELD_MANDATORY || str_is(info->name, "Text");
}

static void
write_form_field(const struct add *add, const struct field_info *info, struct buf *out)
{
	struct buf what = BUF_INIT;

	describe_field(add->archive, info, add->date, &what);
	buf_printf(out, "#: %.*s%s%s: %s\n", STRF(info->name), info->use == FIELD_MANDATORY ? ", needed" : "",
	    info->unique ? "" : ", may be repeated", what.p);
	if (givens_have(&add->givens, info->name))
		write_given(add, arena_cstr((struct arena *)&add->arena, info->name), out);
	else if (info->use == FIELD_MANDATORY)
		buf_printf(out, "%.*s: %.*s\n", STRF(info->name),
		    STRF(likely_value(add->archive, &add->old, info, add->date)));
	else
		buf_printf(out, "%.*s: \n", STRF(info->name));
	buf_release(&what);
}

/* Words on lines of at most 80 bytes. */
static void
add_word(struct buf *out, struct str word)
{
	const char *lf = out->n ? memrchr(out->p, '\n', out->n) : NULL;
	size_t line = lf ? (size_t)(out->p + out->n - lf) : out->n;

	if (out->n > 0)
		buf_char(out, line + word.n > 80 ? '\n' : ' ');
	buf_str(out, word);
}

static void
write_other_names(const struct add *add, const struct field_info *fields, size_t n, struct buf *out)
{
	struct buf names = BUF_INIT;
	size_t i;

	for (i = 0; i < n; i++)
		if (fields[i].use == FIELD_OPTIONAL && !is_own(add, &fields[i]) && !is_first(fields[i].name))
			add_word(&names, fields[i].name);
	if (names.n > 0) {
		write_hint(out, "", STR("Other fields that an entry may have:"));
		write_hint(out, "  ", buf_view(&names));
	}
	buf_release(&names);
}

/* Given fields that the form does not ask for. */
static void
write_other_given(const struct add *add, struct buf *out)
{
	const struct field_info *info;
	size_t i;

	for (i = 0; i < add->givens.n; i++) {
		const struct given *given = &add->givens.list[i];

		info = info_of(add, given->name);
		if (!is_first(given->name) && (info == NULL || !is_own(add, info) || info->use == FIELD_PROHIBITED))
			record_write_field(out, given->name, given->value);
	}
}

static void
write_form(const struct add *add, struct buf *out)
{
	size_t i, n;
	const struct field_info *fields = rectype_fields(add->type, &n);

	write_hint(out, "", rectype_doc(add->type).p ? rectype_doc(add->type) : add->kind);
	write_hint(out, "", STR("\nLines like these are left out, and so are fields left empty. A value goes on over several\n"
	    "lines when each further one begins with '+ '; an empty line in it is written '+'."));
	write_other_names(add, fields, n, out);
	write_hint(out, "", STR(""));
	write_given(add, "Date", out);
	write_given(add, "Kind", out);
	if (givens_have(&add->givens, STR("By")))
		write_given(add, "By", out);
	else
		buf_text(out, "By: \n");
	write_other_given(add, out);
	for (i = 0; i < n; i++)
		if (fields[i].use != FIELD_PROHIBITED && is_own(add, &fields[i]) && !is_first(fields[i].name))
			write_form_field(add, &fields[i], out);
}

static bool
accept_entry(void *context, struct str text, struct findings *findings)
{
	struct add *add = context;

	while (text.n > 0 && text.p[0] == '\n')
		text.p++, text.n--;
	while (text.n > 1 && text.p[text.n - 1] == '\n' && text.p[text.n - 2] == '\n')
		text.n--;
	return write_entry(add, text, findings);
}

static bool
add_by_form(struct add *add)
{
	const char *slash = strrchr(add->path, '/');
	struct str id = str_of(slash ? slash + 1 : add->path);
	const char *name = arena_printf(&add->arena, "add-%.*s-%.*s",
	    (int)(str_ends(id, STR(".rec")) ? id.n - 4 : id.n), id.p, STRF(add->kind));
	const char *draft = draft_path(add->store, name, &add->arena);
	struct buf form = BUF_INIT;
	bool good;

	write_form(add, &form);
	good = edit_form(add->run, add->store, draft, buf_view(&form), accept_entry, add, &add->findings);
	if (good)
		unlink(draft);
	add->told = !good;
	buf_release(&form);
	return good;
}

/* ---- rules ---- */

static size_t
count_errors(const struct verdicts *broken)
{
	size_t i, n = 0;

	for (i = 0; i < broken->n; i++)
		n += rule_severity(broken->list[i].rule) == ERROR;
	return n;
}

/* An exception to each rule that the entry would break, behind the entry. */
static void
write_exceptions(const struct add *add, struct buf *text)
{
	const struct verdicts *broken = &add->outcome.broken;
	char date[DATE_SIZE], name[280];
	size_t i;

	for (i = 0; i < broken->n; i++) {
		if (rule_severity(broken->list[i].rule) != ERROR)
			continue;
		buf_char(text, '\n');
		record_write_field(text, STR("Date"), str_of(date_format(add->run->today, date)));
		record_write_field(text, STR("Kind"), STR("exception"));
		write_given(add, "By", text);
		record_write_field(text, STR("Waives"), rule_name(broken->list[i].rule));
		if (broken->list[i].entry != NO_ENTRY) {
			entry_name_write(&add->new.entries[broken->list[i].entry], name, sizeof(name));
			record_write_field(text, STR("Entry"), str_of(name));
		}
		record_write_field(text, STR("Reason"), str_of(option(add->run, "waive")));
		record_write_field(text, STR("Approved_by"), str_of(option(add->run, "approved-by")));
	}
}

/* Tries the entry without writing it, to see which rules it breaks. */
static void
add_exceptions(struct add *add, struct buf *text)
{
	struct buf out = BUF_INIT;
	struct findings tried;

	findings_init(&tried);
	try_entry(add, read_case(add), buf_view(text), &out, &tried);
	if (count_errors(&add->outcome.broken) > 0)
		write_exceptions(add, text);
	else if (tried.count[ERROR] == 0)
		fputs("dossier add: it breaks no rule: no exception was needed\n", stderr);
	findings_release(&tried);
	buf_release(&out);
}

/* How to mend it, which a terminal has seen below each finding; and how to write it down all the same. */
static void
say_way_out(const struct add *add)
{
	const struct verdicts *broken = &add->outcome.broken;

	if (!isatty(STDERR_FILENO))
		say_fixes(broken, &add->new);
	if (has_option(add->run, "waive"))
		return;
	fprintf(stderr, "if it happened all the same, and a colleague agrees that it is written down so:\n  %s --waive 'WHY' "
	    "--approved-by STAFF\n", typed_command(add->run, (struct arena *)&add->arena));
}

/* What --anyway leaves to be done before the commit. */
static void
say_exceptions(const struct add *add)
{
	const struct verdicts *broken = &add->outcome.broken;
	char name[280];
	size_t i;

	if (count_errors(broken) > 0)
		fputs("written; a commit takes it together with an exception that a colleague agrees to:\n", stderr);
	for (i = 0; i < broken->n; i++) {
		if (rule_severity(broken->list[i].rule) != ERROR)
			continue;
		fprintf(stderr, "  dossier add %s exception Waives=%.*s", add->run->argv[0],
		    STRF(rule_name(broken->list[i].rule)));
		if (broken->list[i].entry != NO_ENTRY) {
			entry_name_write(&add->new.entries[broken->list[i].entry], name, sizeof(name));
			fprintf(stderr, " Entry=%s", name);
		}
		fputs(" Reason='WHY' Approved_by=STAFF\n", stderr);
	}
}

static bool
add_given(struct add *add)
{
	struct buf text = BUF_INIT;
	bool good;

	if (!complete(add, typed_command(add->run, &add->arena)))
		return false;
	write_text(add, &text);
	if (has_option(add->run, "waive"))
		add_exceptions(add, &text);
	good = write_entry(add, buf_view(&text), &add->findings);
	buf_release(&text);
	return good;
}

/* ---- the command ---- */

static void
find_kind(struct add *add, const char *name)
{
	size_t n;
	const struct str *kinds = schema_kinds(add->archive->schema, &n);
	struct str near = nearest(str_of(name), kinds, n);

	add->kind = str_of(name);
	add->type = schema_kind(add->archive->schema, add->kind);
	if (add->type != NULL)
		return;
	if (near.p != NULL)
		usage(add->run, "'%s' is not a kind of entry; did you mean '%.*s'?", name, STRF(near));
	usage(add->run, "'%s' is not a kind of entry", name);
}

static void
open_all(struct add *add, struct run *run)
{
	memset(add, 0, sizeof(*add));
	add->run = run;
	arena_init(&add->arena);
	findings_init(&add->findings);
	findings_init(&add->schema_findings);
	add->store = run_store(run);
	if (store_root(add->store) == NULL)
		die("this is a bare repository, without files to add to: work in a clone of it");
	add->snapshot = store_worktree(add->store);
	add->archive = archive_open(add->snapshot, run->today, &add->schema_findings);
	add->judge = judge_new(add->archive->rules);
}

static void
close_all(struct add *add)
{
	judge_free(add->judge);
	archive_free(add->archive);
	snapshot_free(add->snapshot);
	store_free(add->store);
	findings_release(&add->schema_findings);
	findings_release(&add->findings);
	arena_release(&add->arena);
}

static bool
add_entry(struct add *add)
{
	struct run *run = add->run;
	struct findings ignored;
	bool by_form;

	findings_init(&ignored);
	givens_read(run, 2, &add->arena, &add->givens);
	if (givens_have(&add->givens, STR("Kind")))
		usage(run, "the kind is said once: dossier add %s KIND", run->argv[0]);
	by_form = has_option(run, "edit") || (add->givens.n == 0 && can_ask());
	case_parse(&add->archive->terms, add->path, read_case(add), &add->arena, &ignored, &add->old);
	findings_release(&ignored);
	give_defaults(add);
	return by_form ? add_by_form(add) : add_given(add);
}

static int
run_add(struct run *run)
{
	struct add add;
	int status = 1;

	if (run->argc < 2)
		usage(run, run->argc < 1 ? "which case, and what kind of entry?" : "what kind of entry?");
	if (has_option(run, "waive") != has_option(run, "approved-by"))
		usage(run, has_option(run, "waive") ? "--waive: who agreed to it? Say it with --approved-by STAFF" :
		    "--approved-by is for an exception: say why with --waive REASON");
	if (has_option(run, "waive") && has_option(run, "edit"))
		usage(run, "--waive and --edit do not go together: with --edit, add the exception with a second command");
	open_all(&add, run);
	add.path = archive_case_path(add.archive, run_path(run, add.store, run->argv[0], &add.arena), &add.arena,
	    &add.findings);
	find_kind(&add, run->argv[1]);
	if (add.path != NULL) {
		add.file = arena_printf(&add.arena, "%s/%s", store_root(add.store), add.path);
		status = add_entry(&add) ? 0 : 1;
	}
	if (run_finish(run, add.store, &add.findings) != 0 && !add.told)
		fputs("dossier add: nothing was written\n", stderr);
	if (status == 0)
		say_due(run, &add.outcome.due);
	if (status == 0 && has_option(run, "anyway"))
		say_exceptions(&add);
	else if (status != 0 && count_errors(&add.outcome.broken) > 0 && !add.told)
		say_way_out(&add);
	else if (status != 0 && count_errors(&add.outcome.broken) > 0)
		fputs("if it happened all the same: with --anyway it is written, and it is said which exception it needs\n",
		    stderr);
	close_all(&add);
	return status;
}

const struct command cmd_add = {
	.name = "add",
	.operands = "CASE KIND [Field=value...]",
	.summary = "append an entry to a case",
	.options = options,
	.complete = "case kind",
	.run = run_add,
};
