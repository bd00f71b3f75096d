#!/bin/sh
# check: what is read (work tree, index, commit, range), what is selected, and the formats.
. "$(dirname "$0")/lib.sh"

# The case is of March 2026: what it asks for next is not overdue then.
dossier() { command dossier --today 2026-03-09 "$@"; }

make_centre "$tmp/c"
in_git "$tmp/c"
cd "$tmp/c" || exit 99
case_file=cases/2026/7/2026-7KQ43.rec

ok 'a clean centre is status 0' dossier check
dossier check >"$tmp/out" 2>&1
ok 'and says nothing where nobody watches' [ ! -s "$tmp/out" ]

# ---- what is selected ----
mkdir -p cases/2026/8
sed 's/2026-7KQ43/2026-8MNPX/; s/^Kind: consent/Kind: consnet/' $case_file >cases/2026/8/2026-8MNPX.rec
fails 1 'an error anywhere is status 1' dossier check
ok 'another case is clean' dossier check 2026-7KQ43
ok 'by the beginning of its id' dossier check 2026-7k
ok 'by its file' dossier check ./$case_file
ok 'from a folder below' sh -c 'cd cases/2026/7 && dossier check 2026-7KQ43.rec'
ok 'with -C' sh -c 'cd / && dossier -C "$1" check 2026-7KQ43' sh "$tmp/c"
ok 'by a folder' dossier check cases/2026/7
fails 1 'the folder with the error' dossier check cases/2026/8
fails 1 'a year' dossier check cases/2026
fails 1 'an id that is not there' dossier check 2026-9ZZZZ
cat >"$tmp/want" <<'END'
error: '2026-7KQ44' is mistyped: its last symbol does not fit the others [no-such-case]
status 1
END
transcript . dossier check 2026-7KQ44 | sed 's/^[^:]*: error/error/' >"$tmp/got"
same 'a mistyped id says so' "$tmp/want" "$tmp/got"
cat >"$tmp/want" <<'END'
../../cases/2026/8/2026-8MNPX.rec:18:7: error: 'consnet' is not a kind of entry [unknown-kind]
status 1
END
transcript cases/2026 dossier check 2026-8 >"$tmp/got"
same 'paths begin where the user stands' "$tmp/want" "$tmp/got"

# ---- the index, commits, ranges ----
git add cases/2026/8 && sed -i 's/consnet/consent/' cases/2026/8/2026-8MNPX.rec
ok 'the work tree is mended' dossier check
fails 1 'what is staged is not' dossier check --staged
git add -A
ok 'staged as mended' dossier check --staged
git commit -q --no-verify -m 'a second case'
sed -i 's/^Decision: given/Decision: givn/' cases/2026/8/2026-8MNPX.rec
git commit -qa --no-verify -m 'broken'
broken=$(git rev-parse HEAD)
sed -i 's/^Decision: givn/Decision: given/' cases/2026/8/2026-8MNPX.rec
git commit -qa --no-verify -m 'mended'
ok 'HEAD is clean' dossier check --commit HEAD
fails 1 'the commit before is not' dossier check --commit HEAD~1
fails 1 'and a range finds it, though its end is clean' dossier check --range HEAD~3..HEAD
printf '%.10s:cases/2026/8/2026-8MNPX.rec:21:11\n' "$broken" >"$tmp/want"
dossier check --range HEAD~3..HEAD | cut -d: -f1-4 >"$tmp/got"
same 'naming the commit' "$tmp/want" "$tmp/got"
fails 1 'a range after it changes what was shared' dossier check --range HEAD~1..HEAD
said 'and only that' '^[0-9a-f]*:cases/2026/8/.*\[entries-stay\]$'
ok 'an empty range is clean' dossier check --range HEAD..HEAD
fails 2 'no such commit' dossier check --commit nowhere
fails 2 'a range that is none' dossier check --range HEAD
fails 2 'two at once' dossier check --staged --commit HEAD
ok 'a clean bare repository' sh -c 'git clone -q --bare . "$1" && dossier -C "$1" check' sh "$tmp/bare.git"

# ---- a change that reaches cases it does not touch ----
sed -i '/^Staff: bk/,$d' directory/staff.rec
sed -i 's/^By: aj/By: bk/' $case_file && git checkout -q -- $case_file
printf '\nDate: 2026-03-06\nKind: note\nBy: bk\nText: Called.\n' >>$case_file
git checkout -q -- directory && git commit -qam 'by bk' --no-verify
sed -i '/^Staff: bk/,$d' directory/staff.rec && git add -A
fails 1 'taking a member of staff away who is referred to' dossier check --staged
said 'names the case' "^$case_file:.*\[unknown-reference\]"
git checkout -q HEAD -- directory
printf '\nStaff: cl\nName: Cl\nEmail: cl@centre.example\nRole: counsellor\n' >>directory/staff.rec && git add -A
ok 'adding one' dossier check --staged
git checkout -q HEAD -- directory
sed -i 's/^%type: Decision enum given/%type: Decision enum granted/' schema/case.rec && git add -A
fails 1 'a schema that makes valid cases invalid' dossier check --staged
said 'names both cases' "^cases/2026/8/.*unknown-choice"
git checkout -q HEAD -- schema

# ---- what a centre lacks ----
git mv schema elsewhere
fails 1 'a centre without schema' dossier check
said 'says so' 'no-schema'
git reset -q --hard
mkdir -p rules && printf '%%rec: Rule\n\nRule: first\nChek: before\n' >rules/strange.rec
fails 1 'a process rule that would have no effect' dossier check
said 'is named' '^rules/strange.rec:4:1: error: .*\[rule-word\]'
rm rules/strange.rec
echo x >cases/2026/notes.txt
ok 'a stray file is a warning' dossier check
dossier check >"$tmp/.out"
said 'that is shown' '^cases/2026/notes.txt:1:1: warning: .*\[stray-file\]'
mv cases/2026/notes.txt cases/2026/.notes.txt.swp
dossier check >"$tmp/.out"
ok 'what an editor leaves is not' [ ! -s "$tmp/.out" ]
fails 2 'outside of any centre' dossier -C / check

# ---- formats ----
sed -i 's/^Kind: consent/Kind: consnet/' $case_file
sed -i 's/^Decision: given/Decision: givn/' cases/2026/8/2026-8MNPX.rec
dossier check -f json >"$tmp/f.json"
ok 'json is json with the rule' sh -c 'jq -e ".version == 1 and (.findings | map(.rule) | sort) == [\"unknown-choice\", \"unknown-kind\"]" "$1"' sh "$tmp/f.json"
ok 'and with case and entry' sh -c 'jq -e ".findings | any(.case == \"2026-7KQ43\" and .entry == \"2026-03-04/consnet\")" "$1"' sh "$tmp/f.json"
dossier check -f rec >"$tmp/f.rec"
ok 'rec is read by recsel' sh -c 'test "$(recsel -t Finding -e "Severity = '"'error'"'" -c "$1")" = 2' sh "$tmp/f.rec"
dossier check -f sarif >"$tmp/f.sarif"
ok 'sarif has version and results' sh -c 'jq -e ".version == \"2.1.0\" and (.runs[0].results | length) == 2" "$1"' sh "$tmp/f.sarif"
dossier check -f github >"$tmp/f.github"
ok 'github commands' sh -c 'test "$(grep -c "^::error file=cases/2026/" "$1")" = 2' sh "$tmp/f.github"
dossier check -f gitlab >"$tmp/f.gitlab"
ok 'gitlab has fingerprints' sh -c 'jq -e "length == 2 and all(.fingerprint | length > 0)" "$1"' sh "$tmp/f.gitlab"
fails 2 'no such format' dossier check -f xml
dossier check --color always >"$tmp/out"
ok 'in colour with the line and a caret' sh -c 'grep -q "^  Kind: consnet" "$1" && grep -q "\^~~" "$1"' sh "$tmp/out"

# ---- nothing is left out without a word ----
cd "$tmp" && make_centre "$tmp/quiet" && cd "$tmp/quiet" || exit 99
unread() {
	fails "$2" "$1" dossier check
	said "$1: is said" "$3"
}
mv directory/partners.rec directory/partners.txt
unread 'records in a file of another name' 0 "'directory/partners.txt' is not read.*\\[stray-file\\]"
mv directory/partners.txt directory/partners.rec
for path in activities cases cases/2026/7 directory/partners.rec; do
	mv "$path" aside && ln -s "$PWD/aside" "$path"
	unread "a link for $path" 1 "'$path' cannot be read.*\\[unreadable-file\\]"
	rm "$path" && mv aside "$path"
done
cp schema/case.rec case.rec
: >schema/case.rec
unread 'an empty schema' 1 "no '%rec: Case'.*\\[no-schema\\]"
echo '%rec: Case' >schema/case.rec
unread 'a schema without entries' 1 "no '%rec: Entry'.*\\[no-schema\\]"
mv case.rec schema/case.rec
fails 1 'a file of the directory that is not there' dossier check directory/nosuch.rec
said 'is said' "'directory/nosuch.rec' is not there"
ok 'as it was, nothing is wrong' dossier check

# ---- many, by threads, in order ----
cd "$tmp" && make_centre "$tmp/many" && cd "$tmp/many" || exit 99
i=0
while [ $i -lt 300 ]; do
	mkdir -p cases/2025/$((i % 10))
	printf 'Case: 2025-X\nOpened: 2025-01-02\nService: information\nApplicant: mother\nCounsellor: zz\n' \
	    >cases/2025/$((i % 10))/file-$i.rec
	i=$((i + 1))
done
dossier check >"$tmp/one"
dossier check >"$tmp/two"
same 'the order is the same each time' "$tmp/one" "$tmp/two"
ok 'all are found' [ "$(grep -c 'unknown-reference' "$tmp/one")" = 300 ]
sort -t: -k1,1 -s "$tmp/one" >"$tmp/two"
same 'in order of path' "$tmp/two" "$tmp/one"

done_testing
