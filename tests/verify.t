#!/bin/sh
# dossier verify: a published report made again, its commit looked for, and what changed said entry by entry.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre centre
cat >>centre/reports/overview.rec <<'END2'

%rec: Report

Report: small
Title: A small one
Profile: commissioner
Param: shown_by line

%rec: Table

Table: done
Report: small
Title: Entries by kind
Count: entries
Rows: Kind
Columns: quarter
Empty: hide

Table: opened
Report: small
Title: Cases by service
Count: cases
Rows: Service
END2
cd centre || exit 99
in_git .
commit() { GIT_COMMITTER_DATE="$1T10:00:00 +0000" git commit -q --no-verify -a -m "$2" && git rev-parse --short=7 HEAD; }

for format in text csv json rec html; do
	dossier report small -p 2026-01..2026-03-20 --shown-by "it's \"<&>\" two" -f $format >"../small.$format"
	ok "$format: the same" dossier verify "../small.$format"
	said "$format: says so" 'the same to the byte'
	sed 's/support/sUpport/' "../small.$format" >../changed
	fails 1 "$format: a changed one is not" dossier verify ../changed
done
dossier report overview -p 2026-01..2026-03-20 -f csv >../public.csv
dossier report small -p 2026-01..2026-03-20 >../old.txt
git clone -q . ../clone
ok 'in a clone' dossier -C ../clone verify ../old.txt
git clone -q --bare . ../bare.git
ok 'in a bare repository' dossier -C ../bare.git verify ../old.txt
ok 'nothing changed' dossier verify ../old.txt --now
said 'says so' 'no figure that is shown differs'

printf '\nDate: 2026-03-06\nKind: consultation\nBy: aj\nWith: GM0344\nForm: anonymous\nText: Late.\n' >>cases/2026/7/2026-7KQ43.rec
late=$(commit 2026-03-20 'recorded late')
sed -i 's/^Kind: consent/Kind: request/; s/^Decision: given/Service: support/; /^Scope:/d' cases/2026/7/2026-7KQ43.rec
moved=$(commit 2026-03-21 'another kind')
fails 1 'what became of it' dossier verify ../old.txt --now
sed 1d "$tmp/.out" >"$tmp/got"
ok 'an entry that came is named, with its commit' grep -q "+ 2026-7KQ43 2026-03-06/consultation/*[0-9]*, recorded on 2026-03-20 ($late)" "$tmp/got"
ok 'the figure of before and after' grep -q 'done, consultation, Q1 2026: 1 became 2' "$tmp/got"
ok 'the other kind too' grep -q "+ 2026-7KQ43 2026-03-04/request, recorded on 2026-03-21 ($moved)" "$tmp/got"
dossier report small -p 2026-01..2026-03-20 >../new.txt
fails 1 'two reports' dossier verify ../old.txt ../new.txt
said 'the figure of before and after' 'done, consultation, Q1 2026: 1 became 2'
ok 'a report of before still is the same' dossier verify ../old.txt
fails 1 'as of a day between' dossier --today 2026-04-30 verify ../old.txt --as-of 2026-03-20
said 'is what was known by then' 'done, consultation, Q1 2026: 1 became 2'
awk 'NR == 9 { $0 = $0 " " } { print }' ../old.txt >../changed.txt
fails 1 'a report that somebody changed' dossier verify ../changed.txt
said 'and where' '^  line 9, table done:$'
dossier verify ../public.csv --now >"$tmp/got"
ok 'a public report: no entry is named' sh -c '! grep -q 2026-7KQ43 "$1"' - "$tmp/got"
ok 'and no hidden figure' sh -c '! grep -Eq "[: ][1-4] became|became [1-4]$" "$1"' - "$tmp/got"

# Its commit
git checkout -q --orphan other && git commit -q --no-verify -m other && git branch -q -M other main
fails 1 'a rewritten history is noticed' dossier verify ../new.txt
said 'by its name' 'not part of the history of the main branch'
cd "$tmp" || exit 99
git clone -q --bare --depth 1 "file://$tmp/centre" young.git
fails 1 'a repository without it' dossier -C young.git verify old.txt
said 'in so many words' 'is not in this repository'
fails 2 'no report at all' dossier -C centre verify centre/centre.rec
said 'that does not say how it was made' 'does not say which command made it'
: >empty
fails 2 'an empty file' dossier -C centre verify empty
fails 2 'no file' dossier -C centre verify nowhere
fails 2 'no name' dossier -C centre verify
echo "dossier report small --period 'x" >broken
fails 2 'half a command' dossier -C centre verify broken
echo "dossier report nonsense --period 2026 --as-of $(git -C centre rev-parse HEAD)" >broken
fails 2 'a report that there is not' dossier -C centre verify broken

done_testing
