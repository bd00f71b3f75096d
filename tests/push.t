#!/bin/sh
# What the shared repository takes and what it refuses: real pushes, over a path, ssh and http.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/serve.sh
. "$tests/serve.sh"

GIT_AUTHOR_DATE='2025-06-02T10:00:00 +0200' GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_COMMITTER_DATE GIT_AUTHOR_DATE
case=cases/2026/7/2026-7KQ43.rec

make_centre seed
sed -i '/^Until: 2026-03-10/d' seed/directory/staff.rec
cat >>seed/directory/staff.rec <<'END'

Staff: ck
Name: Ck
Email: ck@centre.example
Role: counsellor
From: 2024-01-01
Until: 2025-06-01
END
in_git seed
git clone -q --bare seed shared.git
dossier init -q --shared shared.git || exit 99
start=$(git -C shared.git rev-parse main)

git clone -q shared.git work

# Who commits, with what e-mail; a coordinator is aj.
be() {
	GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1 GIT_AUTHOR_EMAIL=${2:-$1@centre.example} GIT_COMMITTER_EMAIL=${2:-$1@centre.example}
	export GIT_AUTHOR_NAME GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_EMAIL
}
coordinator() { be aj; }
# The clone without its hooks, and the server, as they were; bk, a counsellor, works there.
fresh() {
	be bk
	cd "$tmp" || exit 99
	git -C shared.git update-ref refs/heads/main "$start"
	cd work && git checkout -q -f -B main "$start" && git clean -qfdx || exit 99
	git update-ref refs/remotes/origin/main "$start" && git remote set-url origin "$tmp/shared.git"
}
entry() { printf '\nDate: 2026-03-06\nKind: %s\nBy: aj\nText: %s\n' "$1" "${2:-Called.}" >>"$case"; }
commit() { git add -A && git commit -q -m "${1:-2026-7KQ43: entry added}"; }
tip() { git -C "$tmp/shared.git" rev-parse main; }
# partner FILE KEY
partner() { printf '%%rec: Partner\n\nPartner: %s\nName: A partner\nSector: education\n' "$2" >"directory/$1.rec" && commit "directory: $2"; }
taken() {
	ok "$1" git push -q origin "${2:-HEAD:main}"
	ok "$1: the server has it" [ "$(tip)" = "$(git rev-parse HEAD)" ]
}
# judged WHAT RULE STATUS COMMAND...: it fails with that status, and names the rule.
judged() {
	what=$1 rule=$2 want=$3
	shift 3
	fails "$want" "$what" "$@"
	cp "$tmp/.out" "$tmp/refusal"
	said "$what: says $rule" "\\[$rule\\]"
}
# refused WHAT RULE [REFSPEC...]: by a real push; the server is as it was, and holds none of it.
refused() {
	what=$1 rule=$2
	shift 2
	[ $# -gt 0 ] || set -- HEAD:main
	before=$(tip)
	judged "$what" "$rule" 1 git push -q origin "$@"
	[ "$(tip)" = "$before" ] || tap_line 1 "$what: the server is as it was"
	[ -z "$(find "$tmp/shared.git/objects" -name 'tmp_objdir*' -o -name 'incoming*')" ] || tap_line 1 "$what: something is left"
}
hook() { (cd "$tmp/shared.git" && GIT_DIR=. dossier hook pre-receive "$@"); }
# denied WHAT RULE: as refused, but only the hook is called, in the clone.
denied() {
	echo "$start $(git rev-parse HEAD) refs/heads/main" >../update
	git update-ref refs/heads/main "$start" && git symbolic-ref HEAD refs/heads/main
	judged "$1" "$2" 1 sh -c 'GIT_DIR=.git dossier hook pre-receive <../update'
}

# ---- good ones
fresh
entry note && commit
taken 'an entry'
entry note && commit && entry note Again. && commit
taken 'two commits'
mkdir -p cases/2026/8 && sed 's/^Case:.*/Case: 2026-8MNPX/' "$case" >cases/2026/8/2026-8MNPX.rec && commit '2026-8MNPX: opened'
taken 'a case'
printf '\nPartner: new-partner\nName: A new partner\nSector: education\n' >>directory/partners.rec && commit 'directory: a partner'
taken 'a partner, by a counsellor'
git checkout -q -b side HEAD~1 && entry note Side. && commit && git checkout -q - && git merge -q --no-edit side || exit 99
taken 'a merge'
ok 'which it is' git rev-parse -q --verify HEAD^2
ok 'nothing to push is nothing to say' git push -q origin HEAD:main
coordinator
sed -i 's/^Small_counts: .*/Small_counts: 7/' centre.rec && commit 'centre: small counts'
taken 'a setting, by a coordinator'
printf '\nStaff: dk\nName: Dk\nEmail: dk@centre.example\nRole: counsellor\nFrom: 2025-01-01\n' >>directory/staff.rec && commit 'staff: dk'
taken 'a member of staff, by a coordinator'
be dk && entry note 'By dk.' && commit
taken 'who may push from then on'

# ---- content
fresh
entry consnet && commit
refused 'an unknown kind' unknown-kind
ok 'the first line is the verdict' sh -c "sed -n 1p '$tmp/refusal' | grep -q '^remote: dossier: REJECTED cases/2026/7/2026-7KQ43.rec:[0-9]*: '"
ok 'values are masked' sh -c "! grep -q consnet '$tmp/refusal'"
git checkout -q origin/main -- "$case" && commit 'mended'
refused 'a fault that a later commit mends' unknown-kind
said 'names the commit' '(commit [0-9a-f]\{10\})'
ok 'once' [ "$(grep -c '\[unknown-kind\]' "$tmp/refusal")" = 1 ]
fresh
printf 'Case: 2026-8MNPX\n' >"$case" && commit
refused 'an id that is not the file name' case-path
fresh
mkdir -p cases/2026/8 && sed 's/^Case:.*/Case: 2026-8MNP2/' "$case" >cases/2026/8/2026-8MNP2.rec && commit
refused 'a wrong check symbol' case-id-check
fresh
sed -i 's/GM0344/GM9999/' "$case" && commit
refused 'an unknown municipality' unknown-reference
fresh
entry note 'The number 06 12345678.' && commit
refused 'an identifier' identifier
fresh
printf '<<<<<<< HEAD\n' >>"$case" && commit
refused 'conflict markers' merge-conflict
fresh
: >"$case" && commit
refused 'an empty case' empty-case
fresh
sed -i 's/$/\r/' "$case" && git config core.autocrlf false && rm .gitattributes && commit && git checkout -q HEAD~1 -- .gitattributes && commit
refused 'CRLF past .gitattributes' carriage-return
fresh
sed -i '/^Municipality: GM0344/,/^$/d' directory/municipalities.rec && commit
refused 'a record that a case refers to, taken away' unknown-reference
said 'names the case' "$case"
fresh
printf '\n%%rec: Presentation\n\nDate: 2025-03-12\nBy: aj\nRequested: 2025-02-20\nRequester: education\nMunicipality: GM0518\nAudience: mentors\n' >activities/2025.rec && commit 'an activity'
taken 'an activity'
sed -i '/^Municipality: GM0518/,/^$/d' directory/municipalities.rec && commit
refused 'a record that an activity refers to, taken away' unknown-reference
said 'names the activity' 'activities/2025.rec'
ok 'so does check' sh -c "dossier check --range origin/main..HEAD | grep 'activities/2025.rec.*\[unknown-reference\]'"
git reset -q --soft HEAD~1
fails 1 'the pre-commit hook' sh -c 'dossier hook pre-commit'
said 'too' 'activities/2025.rec.*\[unknown-reference\]'
fresh
git checkout -q -B side && partner one p && git checkout -q -B main "$start" && partner two p && git merge -q --no-edit side
refused 'the same record from two sides of a merge' duplicate-key
fresh
coordinator
printf '%%rec: Loose\n' >schema/loose.rec && commit 'a type that asks for nothing'
taken 'a type that asks for nothing'
sed -i 's/^%rec: Municipality/%rec: Loose/' directory/municipalities.rec && commit
refused 'records that become another type' unknown-reference

# ---- paths
fresh
git rm -q "$case" && commit
denied 'a case taken away' case-removed
fresh
git mv "$case" cases/2026/7/2026-7KQ44.rec && commit
denied 'a case renamed' case-removed
fresh
mkdir notes && echo >notes/todo.txt && commit
denied 'a foreign folder' foreign-path
for path in cases/2026/2026-7KQ43.rec cases/2026/8/2026-7KQ43.rec cases/2026/7/2026-7kq43.rec cases/x.rec directory/x.txt \
	directory/con.rec directory/x.rec. 'directory/x y.rec' directory/sub/x.rec activities/May.rec templates/partials/sub/x.txt templates/partials/x.rec templates/x.sh centre.rec.orig .gitmodules \
	.github/workflows/x.yml "$(printf 'directory/\033[31m.rec')" "$(printf 'directory/e\314\201.rec')" "$(printf 'directory/\303\251.rec')" \
	"$(printf 'directory/new\nline.rec')" 'directory/-x.rec' 'directory/a:b.rec' 'directory/..\..\a.rec' "$(printf 'directory/\377.rec')" \
	"$(printf 'directory/\342\200\256x.rec')"; do
	fresh
	blob=$(printf '%%rec: Note\n' | git hash-object -w --stdin)
	printf '100644 %s\t%s\0' "$blob" "$path" | git update-index -z --index-info && git commit -qm 'a file'
	shown=$(printf %s "$path" | tr -c ' -~' '?')
	denied "the path $shown" foreign-path
	ok "the path $shown: nothing raw reaches the terminal" sh -c "! LC_ALL=C grep -q '$(printf '\033')' ../refusal"
done
fresh
chmod +x "$case" && commit
denied 'an executable' file-mode
fresh
ln -sf ../../../centre.rec "$case" && commit
denied 'a link' file-mode
fresh
rm .gitattributes && ln -s README.md .gitattributes && coordinator && commit
denied 'a link for .gitattributes' file-mode
fresh
git update-index --add --cacheinfo "160000,$start,cases/2026/9" && git commit -qm x
denied 'a submodule' file-mode
fresh
mkdir -p d/e/f/g/h/i/j/k/l/m/n/o/p/q/r && echo >d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/x && commit
denied 'folders in folders' foreign-path
fresh
echo x >directory/Partners.rec && commit
denied 'names that differ in capitals' name-collision
fresh
git checkout -q -B side && partner More one && git checkout -q -B main "$start" && partner more two && git merge -q --no-edit side
denied 'names that differ in capitals, by a merge' name-collision
fresh
dd if=/dev/zero bs=1024 count=2000 2>/dev/null | tr '\0' '#' >directory/large.rec && commit
denied 'a large file' file-size
fresh
coordinator
printf 'a\0b' >templates/x.md && commit
denied 'a template that is no text' text-file
fresh
coordinator
printf 'Yours,\n' >templates/partials/yours.en.txt && commit 'templates: an ending'
taken 'a partial of templates'

# ---- templates and definitions of reports
fresh
coordinator
printf '{{#Entry}}{{Counselor}}\n' >>templates/closing.en.txt && commit 'templates: closing'
denied 'a template with an unknown field' template-name
said 'and an open section' '\[template-section\]'
fresh
coordinator
sed -i 's/^Rows: Service/Rows: Servce/' reports/municipality.rec && commit 'reports: rows'
denied 'a definition of a report with a misspelt field' report-field
fresh
coordinator
sed -i 's/^Rows: Service/Rows: Servce/' reports/municipality.rec && commit 'reports: rows'
sed -i 's/^Rows: Servce/Rows: Service/' reports/municipality.rec && commit 'reports: mended'
denied 'also when a later commit mends it' report-field
fresh
coordinator
sed -i 's/^Document: closing$/Document: closure/' templates/documents.rec && commit 'templates: closure'
denied 'a record of documents without its template' document-template
fresh
coordinator
sed -i 's/^Document: closing$/Document: closure/' templates/documents.rec
git mv templates/closing.en.txt templates/closure.en.txt && git mv templates/closing.nl.txt templates/closure.nl.txt && commit 'templates: closure'
taken 'with its templates'
fresh
coordinator
sed -i 's/\bHours\b/Time_spent/g' schema/case.rec && commit 'schema: time'
denied 'a schema that a report does not fit' report-field
fresh
coordinator
git checkout -q -B side && git rm -q templates/partials/voluntary.en.txt templates/plan.en.html && sed -i 's/{{>voluntary}}//' templates/*.en.* && commit 'templates: without it'
git checkout -q -B main "$start" && printf '{{>voluntary}}\n' >>templates/closing.en.txt && commit 'templates: with it' && git merge -q --no-edit side >/dev/null 2>&1
denied 'a merge of a partial taken away and a template that holds it' template-partial
fresh
coordinator
printf '{{#Entry}}\n' >>templates/closing.en.txt && commit 'an old fault'
start_was=$start start=$(git rev-parse HEAD)
git -C "$tmp/shared.git" fetch -q "$tmp/work" HEAD:refs/heads/fault && git -C "$tmp/shared.git" update-ref -d refs/heads/fault
fresh
coordinator
printf 'Yours\n' >>templates/closing.nl.txt && commit 'templates: an ending'
taken 'an old fault is not in the way'
fresh
entry note && commit
taken 'of a case even less'
start=$start_was

# ---- rights
for file in schema/case.rec centre.rec .gitattributes README.md reports/overview.rec templates/handover.en.ms \
	templates/documents.rec templates/partials/voluntary.en.txt; do
	fresh
	echo '# a line' >>"$file" && commit
	denied "$file, by a counsellor" coordinator-only
done
fresh
sed -i '/^Staff: bk/,/^$/s/^Role: .*/Role: coordinator/' directory/staff.rec && commit
denied 'a promotion of oneself' coordinator-only
fresh
printf '%%rec: Staff\n\nStaff: evil\nName: E\nEmail: e@centre.example\nRole: coordinator\n' >directory/more.rec && commit
denied 'staff in another file' coordinator-only
fresh
printf '%%rec: Staff\n\nStaff: evil\nName: E\nEmail: e@centre.example\nRole: coordinator\n' >activities/2025.rec && commit
denied 'staff among the activities' coordinator-only
fresh
coordinator
sed -i '/^Staff: bk/,/^$/s/^Role: .*/Role: coordinator/' directory/staff.rec && commit 'bk coordinates'
promoted=$(git rev-parse HEAD)
sed -i '/^Staff: bk/,/^$/s/^Role: .*/Role: counsellor/' directory/staff.rec && commit 'bk counsels again'
demoted=$(git rev-parse HEAD)
be bk
git checkout -q -B old "$promoted" && entry note && commit && git checkout -q -B main "$demoted" && git merge -q --no-commit --no-ff old &&
	git checkout -q old -- directory/staff.rec && commit
start_was=$start start=$demoted
denied 'staff of an older time, by a merge' coordinator-only
start=$start_was
fresh
sed -i '/^Staff: bk/,/^$/s/^Role: .*/Role: coordinator/' directory/staff.rec && commit && echo '# x' >>schema/case.rec && commit
denied 'a promotion and its use in one push' coordinator-only
fresh
coordinator
sed -i 's/^%mandatory: Case.*/& Weather/;s/^%allowed: Case.*/& Weather/' schema/case.rec && commit
denied 'a schema that valid cases do not fit' missing-field
said 'names the case' "$case"
fresh
coordinator
git rm -qr schema && commit
denied 'the schema taken away, by a coordinator' no-schema
fresh
coordinator
sed -i 's/^%rec: Staff/%rec: Person/;s/^%key: Staff/%key: Person/' schema/directory.rec && commit
denied 'a schema that knows no staff' unknown-record-type
fresh
# schema/ by a coordinator, then a case that only the new schema allows
coordinator
cat >>schema/case.rec <<'END'

%rec: phonecall
%doc: A call.
%allowed: Minutes
%type: Minutes int
END
commit 'schema: calls' && printf '\nDate: 2026-03-06\nKind: phonecall\nBy: aj\nMinutes: 3\n' >>"$case" && commit
taken 'a schema and its use, by a coordinator'

# The old tip's schema judges what stands on an older one.
fresh
coordinator
sed -i 's/^%type: Lead enum /&nobody /' schema/case.rec
sed -i '/^%rec: note/,/^$/s/^%doc:.*/&\n%mandatory: Topic/' schema/case.rec && commit 'schema: notes have a topic'
taken 'a stricter schema'
strict=$(tip)
git checkout -q -B old "$start" && entry note 'Without a topic.' && commit && git reset -q --hard HEAD
git merge -q --no-edit "$strict" >/dev/null 2>&1
git checkout -q "$start" -- "$case" && git commit -q --amend --no-edit
refused 'a case by an older schema, taken back in the merge' missing-field

# ---- people and dates
fresh
be x stranger@elsewhere.example && entry note && commit
denied 'a stranger' not-staff
fresh
be ck && entry note && commit
denied 'one who has left' not-staff
said 'says so' "('ck') was not active staff on 2025-06-02"
fresh
entry note && git add -A && GIT_AUTHOR_EMAIL=somebody@elsewhere.example git commit -qm x
denied 'a strange author' not-staff
fresh
entry note && git add -A && GIT_COMMITTER_DATE='2099-01-01T00:00:00 +0000' git commit -qm x
denied 'a date to come' commit-date
fresh
entry note && git add -A && GIT_COMMITTER_DATE='2024-02-01T00:00:00 +0000' git commit -qm x && entry note && commit
[ "$(git log -1 --format=%ct "$start")" -gt 1706745600 ] || exit 99
denied 'a date before the parent' commit-date
fresh
entry note && commit
ok 'the one who pushes' env DOSSIER_USER=bk git push -q origin HEAD:main
entry note && commit
ok 'by e-mail' env REMOTE_USER=BK@centre.example git push -q origin HEAD:main
fresh
entry note && commit
export DOSSIER_USER=aj
denied "another's commit" other-committer
unset DOSSIER_USER

# ---- commits
fresh
entry note && commit 'called 06 12345678'
denied 'an identifier in the message' message-identifier
ok 'which is not repeated' sh -c "! grep -q 12345678 '$tmp/refusal'"
fresh
entry note && git add -A && git commit -q --allow-empty-message -m ''
denied 'an empty message' empty-subject
fresh
entry note && git add -A && git commit -qm "$(printf 'x \033[31m red')"
denied 'an escape in the message' message-text
fresh
tree=$(git rev-parse 'HEAD^{tree}')
raw() { printf "$1" | sed "s/TREE/$tree/;s/PARENT/$start/" >../raw && git reset -q --hard "$(git hash-object -t commit --literally -w ../raw)"; }
me='Bk <bk@centre.example> 1748851200 +0200'
raw "tree TREE\nparent PARENT\nauthor $me\nauthor $me\ncommitter $me\n\nx\n"
denied 'two authors' commit-header
raw "tree TREE\nparent PARENT\nauthor $me\ncommitter $me\nencoding UTF-16\n\nx\n"
denied 'an encoding' commit-header
raw "tree TREE\nparent PARENT\nauthor $me\ncommitter $me\nsecret 1\n\nx\n"
denied 'an unknown line' commit-header
raw "tree TREE\nparent PARENT\nauthor B\033[31m <bk@centre.example> 1748851200 +0200\ncommitter $me\n\nx\n"
denied 'an escape in a name' commit-header
raw "tree TREE\nparent PARENT\nauthor $me\ncommitter Bk <> 1748851200 +0200\n\nx\n"
denied 'no e-mail' commit-header
raw "tree TREE\nparent PARENT\nauthor Bk <bk@centre.example> 0 +0000\ncommitter $me\n\nx\n"
denied 'the date 0' commit-date
raw "tree TREE\nparent PARENT\nauthor $me\ncommitter Bk <bk@centre.example> 1748851200 +9959\n\nx\n"
denied 'a time zone that is none' commit-date
raw "tree TREE\nparent PARENT\nparent PARENT\nauthor $me\ncommitter $me\n\nx\n"
denied 'the same parent twice' many-parents
raw "tree TREE\nauthor $me\ncommitter $me\n\nx\n"
denied 'a second root' second-root
fresh
for i in 1 2 3; do git checkout -q -B "b$i" "$start" && echo "# $i" >>"directory/experts.rec" && sed -i "s/^# $i/# $i/" directory/experts.rec && mv directory/experts.rec e && git checkout -q -- directory && cp e "directory/experts$i.rec" && sed -i 's/^Expert: /Expert: x-/' "directory/experts$i.rec" && sed -i "s/^Expert: x-/Expert: x$i-/" "directory/experts$i.rec" && rm e && commit "$i"; done
git merge -q --no-edit b1 b2 >/dev/null 2>&1
denied 'an octopus' many-parents
fresh
git checkout -q -B side && entry note Side. && commit && git checkout -q main && mkdir -p cases/2026/8 &&
	sed 's/^Case:.*/Case: 2026-8MNPX/' "$case" >cases/2026/8/2026-8MNPX.rec && commit && git merge -q -s ours --no-edit side >/dev/null &&
	git rm -q cases/2026/8/2026-8MNPX.rec && git commit -q --amend --no-edit
denied 'a merge that loses a case' case-removed
fresh
git checkout -q -B side && entry note Side. && commit && git checkout -q main && printf '\nPartner: p\nName: P\nSector: education\n' >>directory/partners.rec && commit && git merge -q --no-commit side && entry consnet && commit
denied 'a merge with something of its own' unknown-kind

# ---- refs
fresh
entry note && commit
refused 'another branch' other-ref HEAD:refs/heads/work
refused 'a tag' other-ref HEAD:refs/tags/v1
refused 'notes' other-ref HEAD:refs/notes/commits
refused 'a replacement' other-ref "HEAD:refs/replace/$start"
refused 'a branch named like an option' other-ref 'HEAD:refs/heads/--upload-pack=x'
refused 'a branch named like a command' other-ref 'HEAD:refs/heads/$(id)'
refused 'a branch below main' other-ref HEAD:refs/heads/main/x
refused 'main beside another' other-ref HEAD:main HEAD:refs/heads/work
taken 'main alone'
git commit -q --amend -m 'another'
git -C "$tmp/shared.git" config receive.denyNonFastForwards false
refused 'a forced push' history-rewritten +HEAD:main
git -C "$tmp/shared.git" config receive.denyNonFastForwards true
git -C "$tmp/shared.git" config receive.denyDeletes false
git -C "$tmp/shared.git" config receive.denyDeleteCurrent ignore
refused 'the deletion of main' main-deleted :main
git -C "$tmp/shared.git" config receive.denyDeletes true
fresh
coordinator
sed -i 's/^Language: .*/&\nBranches: allowed/' centre.rec && commit 'centre: branches'
taken 'branches allowed, by a coordinator'
allowed=$(tip)
be bk
entry note && commit
ok 'then another branch is taken' git push -q origin HEAD:work
entry consnet && commit
refused 'but not with what main would refuse' unknown-kind HEAD:work
refused 'nor a tag' other-ref HEAD:refs/tags/v1
git reset -q --hard "$allowed" && entry note && commit && git push -q -f origin HEAD:refs/heads/theirs
export DOSSIER_USER=aj
ok 'one may merge what another pushed to a branch' git push -q origin HEAD:main
git reset -q --hard "$allowed" && git -C "$tmp/shared.git" update-ref refs/heads/main "$allowed" && entry note New. && commit
refused 'but not push it for them' other-committer
unset DOSSIER_USER
git -C "$tmp/shared.git" update-ref -d refs/heads/theirs
git reset -q --hard "$allowed" && entry consnet && commit && git -C "$tmp/shared.git" fetch -q "$tmp/work" HEAD:refs/heads/bad
refused 'what lies on another branch already is judged anew' unknown-kind
git -C "$tmp/shared.git" update-ref -d refs/heads/bad
git -C "$tmp/shared.git" update-ref -d refs/heads/work

# ---- the hook itself
nothing=0000000000000000000000000000000000000000
fresh
ok 'no updates' hook </dev/null
echo 'not a line of git' >../lines
fails 2 'lines that git does not write' hook <../lines
fails 1 'a time limit' sh -c "cd '$tmp/shared.git' && sleep 2 | GIT_DIR=. dossier hook pre-receive --time-limit 1"
said 'is said' 'REJECTED the check took too long'
echo "$start $nothing refs/heads/main" >../lines
fails 1 'without any environment' env -i "PATH=$PATH" GIT_DIR="$tmp/shared.git" dossier hook pre-receive <../lines
said 'it works' '\[main-deleted\]'
echo "$start $start refs/heads/main" >../lines
ok 'a Turkish locale does not matter' env LC_ALL=tr_TR.UTF-8 sh -c "cd '$tmp/shared.git' && GIT_DIR=. dossier hook pre-receive <../lines"
mv "$tmp/shared.git" "$tmp/a: b\"c.git"
git remote set-url origin "$tmp/a: b\"c.git"
entry note && commit
ok 'a server folder with colon, blank and quote' git push -q origin HEAD:main
entry consnet && commit
fails 1 'refuses there too' git push -q origin HEAD:main
said 'with its reason' '\[unknown-kind\]'
mv "$tmp/a: b\"c.git" "$tmp/shared.git"
cd "$tmp" && git init -q --bare empty.git && cp -R shared.git/hooks empty.git/ && git -C empty.git symbolic-ref HEAD refs/heads/main
ok 'into an empty repository' git -C work push -q ../empty.git "$start:refs/heads/main"
fails 1 'but not by a stranger' sh -c "rm -rf empty.git/refs/heads/main && cd work && git checkout -q --orphan o && GIT_COMMITTER_EMAIL=x@elsewhere.example git commit -qm x && git push -q ../empty.git HEAD:main"
fresh
i=0
while [ $i -lt 40 ]; do printf '\nDate: 2026-03-06\nKind: kind%s\nBy: aj\n' $i >>"$case"; i=$((i + 1)); done
commit
fails 1 'forty faults' git push -q origin HEAD:main
said 'are counted, and cut' '^remote: and 24 more: '

# ---- over ssh and http, which say who pushes
if serve_ssh bk; then
	fresh
	git remote set-url origin "$ssh_url/shared.git"
	entry note && commit
	ok 'ssh: a good push' git push -q origin HEAD:main
	entry consnet && commit
	fails 1 'ssh: a bad one' git push -q origin HEAD:main
	said 'ssh: with its reason' '\[unknown-kind\]'
	git reset -q --hard HEAD~1 && coordinator && entry note && commit
	fails 1 "ssh: another's commit" git push -q origin HEAD:main
	said 'ssh: with its reason' "'bk' pushes what 'aj' committed"
else
	skip 'ssh: pushes' 'no sshd here'
fi
if serve_http bk; then
	fresh
	git remote set-url origin "$http_url/shared.git"
	entry note && commit
	ok 'http: a good push' git push -q origin HEAD:main
	entry consnet && commit
	fails 1 'http: a bad one' git push -q origin HEAD:main
	said 'http: with its reason' '\[unknown-kind\]'
	git reset -q --hard HEAD~1 && coordinator && entry note && commit
	fails 1 "http: another's commit" git push -q origin HEAD:main
	said 'http: with its reason' "'bk' pushes what 'aj' committed"
else
	skip 'http: pushes' 'no nginx, fcgiwrap or git-http-backend here'
fi
serve_no_more

done_testing
