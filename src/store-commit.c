/* Commits are parsed here, as strictly or as loosely as their readers want: libgit2 mends what it reads. */
#define _GNU_SOURCE
#include "store-parts.h"

#include <fcntl.h>
#include <string.h>

/* A line of a commit's header, taken off the front; false at the blank line or the end. */
static bool
header_line(struct str *rest, struct str *name, struct str *value)
{
	struct str line;

	if (!str_cut(rest, '\n', &line) || line.n == 0)
		return false;
	*value = line;
	if (!str_cut(value, ' ', name) || value->p == NULL)
		*value = STR("");
	return true;
}

static bool
parse_integer(struct str text, int64_t *number)
{
	bool negative = text.n && (text.p[0] == '-' || text.p[0] == '+');
	int64_t n = 0;
	size_t i = negative;

	if (i == text.n)
		return false;
	for (; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || n > INT64_MAX / 10 - 1)
			return false;
		n = n * 10 + (text.p[i] - '0');
	}
	*number = text.p[0] == '-' ? -n : n;
	return true;
}

/* "Name <e-mail> 1772000000 +0100"; what cannot be read stays empty. */
static void
parse_person(struct str text, struct person *person)
{
	const char *open = text.n ? memchr(text.p, '<', text.n) : NULL, *close;
	struct str rest, time, zone;
	int64_t offset;

	memset(person, 0, sizeof(*person));
	person->name = person->email = STR("");
	if (open == NULL)
		return;
	close = memchr(open, '>', (size_t)(text.p + text.n - open));
	if (close == NULL)
		return;
	person->name = str_trim((struct str){ text.p, (size_t)(open - text.p) });
	person->email = (struct str){ open + 1, (size_t)(close - open - 1) };
	rest = (struct str){ close + 1, (size_t)(text.p + text.n - close - 1) };
	time = str_word(&rest);
	zone = str_word(&rest);
	if (!parse_integer(time, &person->time) || !parse_integer(zone, &offset))
		return;
	person->offset = (int)(offset % 10000 / 100 * 60 + offset % 100);
}

bool
store_committer(struct store *store, int64_t now, struct arena *arena, struct person *person)
{
	const char *const args[] = { "var", "GIT_COMMITTER_IDENT", NULL };
	struct buf out = BUF_INIT, err = BUF_INIT;
	bool known;

	if (plain_committer(store, now, arena, person))
		return true;
	known = store_git(store, args, &out, &err) == 0;
	if (known)
		parse_person(arena_str(arena, str_trim(buf_view(&out))), person);
	buf_release(&out);
	buf_release(&err);
	return known && person->email.n > 0;
}

/* "OLD NEW Name <e-mail> 1772000000 +0100<tab>push" */
static bool
parse_move(struct str line, struct move *move)
{
	struct str rest = line, ids[2];
	struct person person;
	size_t i;

	str_cut(&rest, '\t', &line);
	for (i = 0; i < 2; i++)
		if (!str_cut(&line, ' ', &ids[i]))
			return false;
	if (line.p == NULL || !oid_parse(ids[0], &move->old) || !oid_parse(ids[1], &move->new))
		return false;
	parse_person(line, &person);
	move->time = person.time;
	move->offset = person.offset;
	return person.time > 0;
}

void
store_moves(struct store *store, const char *reference, struct arena *arena, struct moves *moves)
{
	const char *folder = store_common_dir(store);
	struct str rest, line;
	size_t size = 0;

	*moves = (struct moves){ NULL, 0 };
	if (folder == NULL ||
	    file_read(AT_FDCWD, arena_printf(arena, "%s/logs/%s", folder, reference), arena, &rest) != 0)
		return;
	while (str_cut(&rest, '\n', &line)) {
		if (moves->n == size) {
			moves->list = arena_grow(arena, moves->list, size * sizeof(struct move),
			    (2 * size + 16) * sizeof(struct move));
			size = 2 * size + 16;
		}
		moves->n += parse_move(line, &moves->list[moves->n]);
	}
}

static void
parse_commit(struct str bytes, struct arena *arena, struct commit *commit)
{
	struct str rest = bytes, name, value;
	size_t size = 0;
	struct oid oid;

	while (header_line(&rest, &name, &value)) {
		if (str_is(name, "parent") && oid_parse(value, &oid)) {
			if (commit->n_parents == size) {
				commit->parents = arena_grow(arena, commit->parents,
				    size * sizeof(oid), (2 * size + 2) * sizeof(oid));
				size = 2 * size + 2;
			}
			commit->parents[commit->n_parents++] = oid;
		} else if (str_is(name, "author")) {
			parse_person(value, &commit->author);
		} else if (str_is(name, "committer")) {
			parse_person(value, &commit->committer);
		}
	}
	commit->message = rest.p ? rest : STR("");
	commit->raw_header = (struct str){ bytes.p, bytes.n - commit->message.n };
}

static bool
read_commit(struct handle *handle, const struct oid *oid, struct arena *arena,
    struct commit *commit)
{
	struct str bytes;

	memset(commit, 0, sizeof(*commit));
	commit->oid = *oid;
	commit->author.name = commit->author.email = STR("");
	commit->committer = commit->author;
	if (read_object(handle, oid, GIT_OBJECT_COMMIT, FILE_MAX_BYTES, arena, &bytes) != 0)
		return false;
	parse_commit(bytes, arena, commit);
	return true;
}

bool
store_read_commit(struct store *store, const struct oid *oid, struct arena *arena,
    struct commit *commit)
{
	struct handle *handle = take_handle(store);
	bool found = read_commit(handle, oid, arena, commit);

	give_handle(store, handle);
	return found;
}

static bool
is_nothing(const char *hex)
{
	return hex[strspn(hex, "0")] == '\0';
}

static bool
begin_walk(struct handle *handle, const char *old, const char *new, git_revwalk **walk)
{
	struct oid from, to;

	if (!oid_parse(str_of(new), &to) || git_revwalk_new(walk, handle->repository) != 0)
		return false;
	git_revwalk_sorting(*walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
	if (git_revwalk_push(*walk, their(&to)) == 0 &&
	    (is_nothing(old) || (oid_parse(str_of(old), &from) &&
	    git_revwalk_hide(*walk, their(&from)) == 0)))
		return true;
	git_revwalk_free(*walk);
	return false;
}

bool
store_new_commits(struct store *store, const char *old, const char *new, struct arena *arena,
    struct commits *commits, const char **reason)
{
	struct handle *handle = take_handle(store);
	git_revwalk *walk;
	struct oid oid;
	size_t size = 0;
	int result = 0;

	*commits = (struct commits){ NULL, 0 };
	*reason = "its history cannot be read whole: is a clone shallow?";
	if (!begin_walk(handle, old, new, &walk)) {
		give_handle(store, handle);
		return false;
	}
	while ((result = git_revwalk_next((git_oid *)&oid, walk)) == 0) {
		if (commits->n == size) {
			commits->list = arena_grow(arena, commits->list,
			    size * sizeof(*commits->list), (2 * size + 4) * sizeof(*commits->list));
			size = 2 * size + 4;
		}
		if (!read_commit(handle, &oid, arena, &commits->list[commits->n++]))
			break;
	}
	git_revwalk_free(walk);
	give_handle(store, handle);
	return result == GIT_ITEROVER;
}

bool
store_is_ancestor(struct store *store, const char *ancestor, const char *commit)
{
	struct handle *handle;
	struct oid a, b;
	int result;

	if (!oid_parse(str_of(ancestor), &a) || !oid_parse(str_of(commit), &b))
		return false;
	if (oid_eq(&a, &b))
		return true;
	handle = take_handle(store);
	result = git_graph_descendant_of(handle->repository, their(&b), their(&a));
	give_handle(store, handle);
	return result == 1;
}
