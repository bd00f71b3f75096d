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
# Of every kind of table.
cat >centre/reports/all.rec <<'END2'
%rec: Report

Report: all
Title: Every kind of table
Profile: commissioner

%rec: Table

Table: conditions
Report: all
Title: Cases by what they have
Count: cases
On: end
Date: Opened
Row: Severe: Severity = 'high'
Column: Utrecht: Municipality = 'GM0344'
Column: Elsewhere: Municipality != 'GM0344'

Table: bins
Report: all
Title: Presentations by participants
Count: Presentation
Rows: Participants
Bins: Participants 10 50

Table: hours
Report: all
Title: Hours
Count: Presentation
Sum: Hours
Rows: Requester
Empty: hide

Table: compared
Report: all
Title: Compared
Count: entries
Compare: before
Rows: Kind
Empty: hide

Table: open
Report: all
Title: Open cases
Stock: not closed
Rows: Municipality
Columns: month

Table: days
Report: all
Title: From request to answer
From: Kind = 'request'
To: Kind = 'conversation' || Kind = 'consultation'
Target: P2D
Show: number median longest within waiting overdue

Table: rules
Report: all
Title: What rules say
Count: findings
Where: Rule = 'first-conversation'
Rows: Verdict

Table: work
Report: all
Title: Open
List: Case Opened Municipality Severity
Limit: 2
END2
cat >>centre/activities/2026.rec <<'END2'

%rec: Presentation

Date: 2026-02-10
By: aj
Requested: 2026-01-20
Requester: education
Place: School
Audience: Teachers
Participants: 8
Hours: 1.5
Topic: What we do
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
	{ printf '\357\273\277'; tr -d '\r' <"../small.$format" | sed 's/$/\r/'; } >../mailed
	tr -d '\r' <"../small.$format" >../saved
	for copy in mailed saved; do
		cmp -s ../$copy "../small.$format" && continue
		fails 1 "$format: $copy, its lines end otherwise" dossier verify ../$copy
		cp "$tmp/.out" "$tmp/got"
		said 'that is said' 'the same in every line, made again from'
		ok 'and that alone' sh -c '! grep -q "^ *says " "$1"' - "$tmp/got"
	done
	sed 's/support/sUpport/' ../mailed >../changed
	fails 1 "$format: mailed and changed" dossier verify ../changed
	cp "$tmp/.out" "$tmp/got"
	said 'what was changed is said' 'says .*sUpport'
	ok 'and no end of a line' sh -c '! grep -q "<U+000D>" "$1"' - "$tmp/got"
done
{ echo '<<<<<<< mine'; cat ../small.text; } >../changed
fails 1 'a copy with a conflict' dossier verify ../changed
cp "$tmp/.out" "$tmp/got"
said 'is held against the text' '^    says   <<<<<<< mine'
ok 'the rest of which is the same' sh -c '[ "$(grep -c "^ *says " "$1")" = 1 ]' - "$tmp/got"
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

# ---- every kind of table ----

# explained 'what' FIGURE LINE...: in what the last command wrote, the figure's line and, before the next one's, each of the others
explained() {
	what=$1 figure=$2
	shift 2
	awk -v figure="$figure" '/^[^ ]/ { is_it = index($0, figure) == 1 } is_it' "$tmp/.out" >"$tmp/block"
	[ -s "$tmp/block" ]
	tap_line $? "$what"
	for line; do
		grep -qF -- "$line" "$tmp/block" || { tap_line 1 "$what: $line"; sed 's/^/# /' "$tmp/block"; }
	done
	[ $# = 0 ] || ! grep -q 'same cases and entries' "$tmp/block" || tap_line 1 "$what: not led back"
}

git reset -q --hard HEAD~2
file=cases/2026/7/2026-7KQ43.rec
sed -i '/^Small_counts:/d' centre.rec
echo 'Small_counts: 1' >>centre.rec # measures of one case are shown
commit 2026-03-09 'nothing is small' >"$tmp/.log"
dossier report all -p 2026-03..2026-03-31 >../all.txt
printf '\nDate: 2026-03-04\nKind: conversation\nBy: aj\nWith: mother\n' >>$file
talk=$(commit 2026-03-10 'a conversation')
sed -i '/^Kind: request/,/^$/s/^Service: support/&\nSeverity: high\nMunicipality: GM0363/' $file
moved=$(commit 2026-03-11 'another municipality')
sed -i 's/^Hours: 1.5/Hours: 2/; s/^Participants: 8/Participants: 12/; s/^Date: 2026-02-10/Date: 2026-03-02/' activities/2026.rec
hours=$(commit 2026-03-12 'a longer one')
fails 1 'all that changed' dossier verify ../all.txt --now
explained 'a row of a condition' 'conditions, Severe, Elsewhere: 0 became 1' '  + 2026-7KQ43, where this changed:' \
	"      ~ 2026-03-02/request, changed on 2026-03-11 ($moved)"
explained 'a bin of records' 'bins, 10 to 49: 0 became 1' \
	"  + Presentation 2026-03-02; in activities/2026.rec, as it is since 2026-03-12 ($hours)"
explained 'a sum' 'hours, education: 0 became 2' "as it is since 2026-03-12 ($hours)"
explained 'a period that is compared' 'compared, conversation, this period: 0 became 1' \
	"  + 2026-7KQ43 2026-03-04/conversation, recorded on 2026-03-10 ($talk)"
explained 'a step into a stock' 'open, GM0363, March 2026, in: 0 became 1' '  + 2026-7KQ43, '
explained 'and out of it' 'open, GM0344, March 2026, in: 1 became 0' '  - 2026-7KQ43, '
explained 'and the stock' 'open, GM0363, March 2026, end: 0 became 1' ', by what is said above'
explained 'a median' 'days, median (days): 3 became 2' '  ~ 2026-7KQ43 2026-03-02/request: 3 became 2, where this changed:' \
	"      + 2026-03-04/conversation, recorded on 2026-03-10 ($talk)"
explained 'a share' 'days, within 2 days (%): 0 became 100' \
	'  ~ 2026-7KQ43 2026-03-02/request: within the target now, '
explained 'findings of the rules' 'rules, due: 1 became 0' '  - 2026-7KQ43 2026-03-04/consent, rule first-conversation, '
explained 'a line of a list' 'work: + 2026-7KQ43, 2026-03-02, GM0363, high' '  + 2026-7KQ43, '
explained 'a line that is gone' 'work: - 2026-7KQ43, 2026-03-02, GM0344, -' '  - 2026-7KQ43, '
explained 'a total' 'compared, total, this period: 3 became 4' ', by what is said above'
said 'what else changed is told first' '^beside cases, this changed: the activities'
dossier report all -p 2026-03..2026-03-31 -f json >../later.json
fails 1 'two of them, in other formats' dossier verify ../all.txt ../later.json
explained 'say the same' 'days, '
explained 'and name the same' 'compared, conversation' "recorded on 2026-03-10 ($talk)"
fails 1 'the later before the earlier' dossier verify ../later.json ../all.txt
explained 'what came is gone, and when it came' 'compared, conversation, this period: 1 became 0' \
	"  - 2026-7KQ43 2026-03-04/conversation, recorded on 2026-03-10 ($talk)"

# What no entry explains.
dossier report all -p 2026-03..2026-03-31 >../all.txt
sed -i '/^Rule: first-conversation$/,/^$/s/^On: .*/On: Kind = "request"/' rules/*.rec
commit 2026-03-12 'another rule' >"$tmp/.log"
dossier verify ../all.txt --now >"$tmp/.out" 2>&1
said 'a change of the rules is told' '^beside cases, this changed: the rules'
sed -i 's/^Row: Severe: .*/Row: Severe: Severity = "high" || #Opened/; s/^Rows: Requester/Rows: Audience/' reports/all.rec
sed -i 's/^Severity: high/Severity: low/' $file
commit 2026-03-12 'another definition' >"$tmp/.log"
fails 1 'another definition' dossier verify ../all.txt --now
said 'is told' '^beside cases, this changed: the definition, the rules'
said 'and a table of other rows' '^hours: other rows, columns or fields; the definition changed'
git reset -q --hard HEAD~2
GIT_COMMITTER_DATE='2026-04-20T10:00:00 +0000' git commit -q --no-verify --allow-empty -m 'time goes by'
dossier report overview -p 2026-01..2026-12 >../public.txt
fails 0 'a public report' dossier verify ../public.txt --now
git reset -q --hard HEAD~1
awk '/^Table: rules/ { print; getline; print; getline; print "Title: What rules say"; getline; print; print "Where: Rule = \"explained-with-consent\""; getline; next } 1' \
	reports/all.rec >x && mv x reports/all.rec
commit 2026-03-12 'another rule' >"$tmp/.log"
dossier report all -p 2026-03..2026-03-31 >../all.txt
GIT_COMMITTER_DATE='2026-04-20T10:00:00 +0000' git commit -q --no-verify --allow-empty -m 'time goes by'
fails 1 'no record changed, but time went by' dossier verify ../all.txt --now
explained 'so what was due is overdue, and that is why' 'rules, overdue: 0 became 1' \
	'its records are the same; what changed: known up to 2026-03-31 (before: 2026-03-12)'
git reset -q --hard HEAD~1
dossier report all -p 2026-03..2026-03-31 --lang nl -f html >../dutch.html
GIT_COMMITTER_DATE='2026-03-13T10:00:00 +0000' git commit -q --no-verify --allow-empty -m 'another day'
dossier report all -p 2026-03..2026-03-31 >../english.txt
dossier verify ../dutch.html ../english.txt >"$tmp/.out" 2>&1
said 'two languages: the figures are compared' 'no figure that is shown differs'

# ---- which program ----

for format in text csv json rec html; do
	dossier report small -p 2026-01..2026-03-20 -f $format >"../small.$format"
	dossier --version | sed 's/[][\.*^$\/]/\\&/g; s/.*/s\/&\/dossier 0.0-other\//' >../other.sed
	sed -f ../other.sed "../small.$format" >../changed
	ok "$format: made by another version" dossier verify ../changed
	said 'it is said' "^../changed: it was made by another version of the program, dossier 0.0-other; this is dossier "
	said 'and compared' 'the same to the byte'
	sed -i 's/consultation/consultatiom/' ../changed
	fails 1 'one that somebody changed as well' dossier verify ../changed
	said 'it is said' 'made by another version'
	said 'the line, as it is there' '^    says  .*consultatiom'
	said 'and as it should be' '^    gives .*consultation'
	said 'and that no entry explains it' '^  no case or entry explains this'
done

# ---- whether a day stands for a commit ----

git clone -q --bare . ../shared.git
git -C ../shared.git config core.logAllRefUpdates always
base=$(git rev-parse HEAD)
of_may() { GIT_COMMITTER_DATE="2026-05-0$1T10:00:00 +0000" git commit -q --no-verify --allow-empty -m "of May $1" && git rev-parse HEAD; }
c1=$(of_may 1) c2=$(of_may 2) c3=$(of_may 3)
# Received on the fifth, twice, and on the seventh.
received() { (cd ../shared.git && git fetch -q ../centre && GIT_COMMITTER_DATE="$2" git update-ref -m push refs/heads/main "$1"); }
received "$c1" '2026-05-05T08:00:00 +0000'
received "$c2" '2026-05-05T17:00:00 +0000'
received "$c3" '2026-05-07T08:00:00 +0000'
in_may() { dossier --today 2026-06-01 "$@"; }
in_may -C ../shared.git report small -p 2026-Q1 --as-of 2026-05-06 >../may.txt
ok 'a day that stands for its commit' in_may -C ../shared.git verify ../may.txt
of_commit() { dossier -C ../shared.git report small -p 2026-Q1 --as-of "$1" >../may.txt; }
of_commit "2026-05-05=$c1"
fails 1 'one after which more was received that day' in_may -C ../shared.git verify ../may.txt
said 'it is said' "at the end of 2026-05-05 it was commit $c2: more was received that day after"
of_commit "2026-05-06=$c1"
fails 1 'one that had been received, but was not the last' in_may -C ../shared.git verify ../may.txt
said 'what it stands for' "what was received by the end of 2026-05-06 is commit $c2, not $c1"
of_commit "2026-05-01=$c3"
fails 1 'a commit of a later day' in_may -C ../shared.git verify ../may.txt
said 'cannot be' "cannot be what was known on 2026-05-01: it is dated later"
of_commit "2026-04-25=$base"
ok 'a day before the log begins' in_may -C ../shared.git verify ../may.txt
said 'is not known' 'whether 2026-04-25 stands for its commit is not known in this repository'
of_commit "2026-05-02~$c2"
ok 'by the dates of commits' in_may verify ../may.txt
of_commit "2026-05-02~$c1"
fails 1 'by the dates of commits, another' in_may verify ../may.txt
said 'it is named' "by the dates of commits 2026-05-02 stands for commit $c2 here, not for $c1"
of_commit "2026-05-06=$c2"
ok 'in a clone it is not known' in_may verify ../may.txt
said 'and where it is' 'where pushes are received, it is'

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
