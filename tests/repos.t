#!/bin/sh
# dossier report --repo A --repo B: several centres added up. Expected figures come from the case files by awk and sort.
# shellcheck source=tests/lib.sh disable=SC2016 # awk's variables
. "$(dirname "$0")/lib.sh"

# case_file CENTRE ID OPENED SERVICE MUNICIPALITY: begins a case; its entries come on standard input
case_file() {
	folder=$1/cases/${2%%-*}/$(echo "$2" | cut -c6)
	mkdir -p "$folder"
	{
		printf 'Case: %s\nOpened: %s\nService: %s\nApplicant: mother\nMunicipality: %s\nCounsellor: aj\nLead: applicant\n' \
			"$2" "$3" "$4" "$5"
		cat
	} >"$folder/$2.rec"
}

# entry DATE KIND [LINE...]
entry() {
	printf '\nDate: %s\nKind: %s\nBy: aj\n' "$1" "$2"
	shift 2
	[ $# = 0 ] || printf '%s\n' "$@"
}

# Symbols of ids end in a check symbol: `dossier new` would make them at random.
cat >ids.awk <<'END2'
function check(id, i, n, twice, sum) {
	twice = 1
	for (i = length(id); i > 0; i--) {
		n = (index(symbols, substr(id, i, 1)) - 1) * (twice ? 2 : 1)
		sum += int(n / 32) + n % 32
		twice = !twice
	}
	return substr(symbols, (32 - sum % 32) % 32 + 1, 1)
}
BEGIN {
	symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for (i = 1; i <= 12; i++) {
		id = substr(symbols, i + 1, 1) "ABC"
		print "2026-" id check("2026" id)
	}
}
END2
awk -f ids.awk >ids
id() { sed -n "$1p" ids; }

make_centre north
sed -i '/^Until:/d' north/directory/staff.rec
sed -i 's/^Name: .*/Name: North/' north/centre.rec
rm -r north/cases
cp -R north south
sed -i 's/^Name: .*/Name: South/' south/centre.rec

# Six in the north, five in the south; two of them moved from the one to the other.
for n in 1 2 3 4 5 6; do
	{ entry "2026-01-0$n" request 'From: mother' 'Service: advice'
	  entry "2026-02-0$n" conversation 'With: mother'; } |
		case_file north "$(id $n)" "2026-01-0$n" advice GM0344
done
for n in 7 8 9; do
	{ entry "2026-01-1$n" request 'From: mother' 'Service: advice'
	  [ $n = 8 ] || entry "2026-03-0$n" conversation 'With: mother'; } |
		case_file south "$(id $n)" "2026-01-1$n" advice GM0363
done
# Moved, with what the north knew, and more; the north wrote on as well.
{ entry 2026-01-05 request 'From: mother' 'Service: advice'
  entry 2026-02-05 conversation 'With: mother'
  entry 2026-02-20 conversation 'With: mother' 'Text: in the south'; } |
	case_file south "$(id 5)" 2026-01-05 advice GM0344
{ entry 2026-01-06 request 'From: mother' 'Service: advice'
  entry 2026-02-06 conversation 'With: mother'
  entry 2026-03-01 end 'Approved_by: bk' 'End: completed'; } |
	case_file south "$(id 6)" 2026-02-25 advice GM0363
entry 2026-02-26 conversation 'With: mother' 'Text: in the north' >>"north/cases/2026/$(id 5 | cut -c6)/$(id 5).rec"

# What tests count.
for centre in north south; do
	cat >$centre/reports/sum.rec <<'END2'
%rec: Report

Report: sum
Title: A sum
Profile: commissioner
Param: municipality rec Municipality Name
Scope: !#Param.municipality || Municipality = Param.municipality

%rec: Table

Table: cases
Report: sum
Title: Cases
Count: cases
Rows: Municipality
Total: rows

Table: talks
Report: sum
Title: Conversations
Count: entries
Where: Kind = 'conversation'
Rows: Case.Municipality
Total: rows

Table: stock
Report: sum
Title: Open cases
Stock: not closed

Table: days
Report: sum
Title: Days from request to conversation
From: Kind = 'request'
To: Kind = 'conversation'
Show: number median longest waiting

Table: partners
Report: sum
Title: Partners
Count: Partner
END2
done
cat >>north/directory/partners.rec <<'END2'

Partner: both
Name: Both know it
Sector: safety

Partner: north
Name: The north alone
Sector: safety
END2
cat >>south/directory/partners.rec <<'END2'

Partner: both
Name: Both know it
Sector: safety

Partner: south
Name: The south alone
Sector: safety
END2
for centre in north south; do
	sed 's/: sum/: open/; s/^Profile: .*/Profile: public/; s/^Table: /&open-/; s/ longest//' $centre/reports/sum.rec >$centre/reports/open.rec
done
in_git north
in_git south
ok 'what is added up is in order' dossier -C north check --no-rules
ok 'and in the other centre' dossier -C south check --no-rules

# ---- the same counted without dossier: a line per record, "ID MUNICIPALITY-of-its-first-header|record" ----

find north/cases south/cases -name '*.rec' | sort | xargs awk -v RS= '
	{ id = FILENAME; sub(/.*\//, "", id); sub(/\.rec$/, "", id)
	  gsub(/\n/, "|")
	  if (/^Case:/) { match($0, /Opened: [0-9-]*/); print "header", id, substr($0, RSTART + 8, 10), $0 }
	  else { match($0, /Kind: [a-z]*/); print "entry", id, substr($0, 7, 10), substr($0, RSTART + 6, RLENGTH - 6), $0 } }' |
	sort -u >records
# The header that was opened first.
sort -k2,3 records | awk '$1 == "header" && !seen[$2]++ { match($0, /GM[0-9]*/); print $2, substr($0, RSTART, RLENGTH) }' |
	sort >headers
awk '{ n[$2]++; all++ } END { for (m in n) print m "," n[m]; print "Total," all }' headers | sort >want-cases
awk 'NR == FNR { place[$1] = $2; next }
	$4 == "conversation" { n[place[$2]]++; all++ }
	END { for (m in n) print m "," n[m]; print "Total," all }' headers records | sort >want-talks
awk '$1 == "header" && !seen[$2]++ { opened++ } $4 == "end" { ended++ }
	END { print "start," 0; print "in," opened; print "out," ended; print "end," opened - ended }' records >want-stock
sort -k2,3 records | awk '
	function number(d, y, m) { y = substr(d, 1, 4); m = substr(d, 6, 2) + 0; return substr("000031059", 3 * m - 2, 3) + substr(d, 9) }
	$4 == "request" && !($2 in from) { from[$2] = number($3); n++ }
	$4 == "conversation" && !($2 in to) { to[$2] = number($3) }
	END { for (id in to) print to[id] - from[id] >"spans"; for (id in from) if (!(id in to)) waiting++; print waiting + 0 }' >waiting
sort -n spans | awk -v waiting="$(cat waiting)" '{ x[NR] = $1 } END { print "number," NR
	print "median," (NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2)
	print "longest," x[NR]; print "waiting," waiting }' >want-days

# of TABLE: its cells, "row,column,value", from the report in JSON
of() { jq -r --arg t "$1" '.tables[] | select(.name == $t) | .cells[] | [(.row + .column | map(. // "Total") | join(",")), .value] | join(",")' report.json; }

together() { dossier report sum --repo north --repo south --period 2026-Q1 "$@"; }
ok 'two centres are added up' together -f json -o report.json
of cases | sort >got
same 'cases that moved count once, where they were opened first' want-cases got
of talks | sort >got
same 'their journal is that of both, equal entries once' want-talks got
of stock | sed 's/^Total,//' >got
same 'what was open, came and went' want-stock got
of days | sed 's/^Total,//' >got
same 'days between entries of whichever centre' want-days got
cat north/directory/partners.rec south/directory/partners.rec | awk '/^Partner:/ && !seen[$2]++ { n++ } END { print n }' >want
of partners | sed 's/.*,//' >got
same 'a partner of both is one' want got

ok 'it is said for people' together
said 'that cases moved' '^2 cases stand in more than one centre'
said 'and that one was opened twice' 'Opened on different days, read as opened on the first: .*'"$(id 6)"
said 'from both' '^From .*North; South'
said 'with the commit of one' "^Made from  *North, commit $(git -C north rev-parse HEAD)"
said 'and of the other' "^Made from  *South, commit $(git -C south rev-parse HEAD)"
ok 'in Dutch' together --lang nl
said 'it is said so' '^2 dossiers staan in meer dan'
dossier report sum --repo south --repo north --period 2026-Q1 -f csv | sed -n '/municipality/I,$p' | grep -E '^(GM|Total|,)' >turned
together -f csv | sed -n '/municipality/I,$p' | grep -E '^(GM|Total|,)' >straight
same 'in the other order the figures are the same' straight turned

# ---- made again ----

together -f json -o first.json
sed -i 's/^Opened: .*/Opened: 2025-01-01/' "north/cases/2026/1/$(id 1).rec"
git -C south commit -q --no-verify --allow-empty -m 'later'
eval "$(jq -r '.foot.command' first.json) -f json" >again.json
same 'its own command makes the same again, to the byte' first.json again.json
git -C north checkout -q .
together --as-of 2026-03-09 -f json -o dated.json
eval "$(jq -r '.foot.command' dated.json) -f json" >again.json
same 'one as of a day too' dated.json again.json
fails 2 'a commit is not of both' together --as-of HEAD
said 'it is said how to name one' 'name that of each: --repo PATH@COMMIT'

# ---- verified ----

for format in text csv json rec html; do
	together -f $format -o "sum.$format"
	ok "$format: verified" dossier verify "sum.$format"
	said "$format: the same, of both" 'the same to the byte, made again from commit .* of north, .* of south$'
done
together --as-of 2026-03-09 -o dated.txt
ok 'as of a day' dossier verify dated.txt
sed "s/^\(GM0344 *\)6/\17/" sum.text >changed.txt
fails 1 'a figure that somebody changed' dossier verify changed.txt
said 'in which table' '^  line [0-9]*, table cases:'
said 'what it says' '^    says   *GM0344  *7'
said 'and what it is' '^    gives  *GM0344  *6'
# They are elsewhere at the reader's.
mkdir reader && mv north reader/n && mv south reader/s
fails 2 'centres that are not where they were' dossier verify sum.text
said 'it is said what to do' "say where they are, in any order: dossier verify --repo PATH --repo PATH sum.text"
ok 'they are found by their commits' dossier verify --repo reader/s --repo reader/n sum.text
said 'wherever they are' 'made again from commit .* of reader/n, .* of reader/s$'
ok 'and from elsewhere' dossier -C reader verify --repo n --repo s sum.html
fails 2 'one too few' dossier verify --repo reader/n sum.text
said 'it is said which there are' "is made from 2 centres: 'north' (commit [0-9a-f]*), 'south' (commit [0-9a-f]*); give --repo as often"
mv reader/n north && mv reader/s south
# One goes on.
ok 'nothing changed' dossier verify sum.json --now
moved="south/cases/2026/$(id 5 | cut -c6)/$(id 5).rec"
entry 2026-03-03 conversation 'With: mother' >>"$moved"
GIT_COMMITTER_DATE='2026-03-10T10:00:00 +0000' git -C south commit -q --no-verify -a -m 'wrote on'
wrote=$(git -C south rev-parse --short=7 HEAD)
fails 1 'one centre went on' dossier verify sum.json --now
said 'the figure' '^talks, GM0344: 8 became 9'
said 'the entry, where it is counted, and when and where it was recorded' \
	"^  + $(id 5) 2026-03-03/conversation (North), recorded on 2026-03-10 ($wrote)"
fails 1 'from copies elsewhere' dossier verify --repo south --repo north sum.rec --now
said 'says the same' '^talks, GM0344: 8 became 9'
together -f html -o later.html
fails 1 'two reports' dossier verify sum.csv later.html
said 'the same of them' '^talks, GM0344: 8 became 9'
fails 2 'a sum and one centre' sh -c 'dossier -C north report sum -p 2026-Q1 >one.txt; dossier verify sum.csv one.txt'
said 'are not compared' 'adds up several centres and .* is of one'
echo 'Topic_of_the_year: x' >>south/centre.rec
git -C south commit -q --no-verify -a -m 'a setting'
dossier verify sum.json --now >"$tmp/.out" 2>&1
said 'the centre where something else changed is named' 'this changed: the settings in centre.rec (South)'
git -C south reset -q --hard HEAD~2
# A commit that is gone in one, and one that the main branch left.
cp -R south young && rm -rf young/.git
in_git young
fails 1 'a commit that is gone in one' dossier verify --repo young --repo north sum.text
said 'the centre is named' "^sum.text: young: its commit $(git -C south rev-parse HEAD) is not in this repository"
was=$(git -C south rev-parse HEAD)
git -C south commit -q --no-verify --amend --allow-empty -m 'another history'
fails 1 'a commit that the main branch left' dossier verify sum.text
said 'is told' "^sum.text: south: its commit $was is not part of the history of the main branch"
said 'and the report made again all the same' 'the same to the byte'
git -C south reset -q --hard "$was"

# ---- parameters ----

ok 'of one municipality' together --municipality GM0363 -f json -o report.json
grep -c GM0363 headers >want
of cases | sed -n 's/^Total,//p' >got
same 'its cases alone' want got
cp -R south lacks
awk -v RS= -v ORS='\n\n' '!/Municipality: GM0344(\n|$)/' south/directory/municipalities.rec >lacks/directory/municipalities.rec
find lacks/cases -name "*.rec" -exec grep -q GM0344 {} \; -exec rm {} +
git -C lacks add -A && git -C lacks commit -q --no-verify -m 'no such municipality'
ok 'a code that one of them does not know' dossier report sum --repo lacks --repo north --municipality GM0344 \
	--period 2026-Q1 -f json -o report.json
of cases | sed -n 's/^Total,//p' >got
grep -l GM0344 north/cases/*/*/*.rec | wc -l | tr -d ' ' >want
same 'counts where it is known' want got
fails 2 'a code that none knows' together --municipality GM9999

# ---- what must not come out of a public report ----

ok 'a public report' dossier report open --repo north --repo south --period 2026-Q1 -f json -o report.json
of open-cases >got
fails 1 'hides small sums' grep '^GM0363,[0-9]' got
fails 1 'and says nothing of single cases' grep -E 'more than one centre|different days' report.json
sed -i 's|^Small_counts: .*|Small_counts: 20|' south/centre.rec
git -C south commit -q --no-verify -a -m 'hides more'
dossier report open --repo north --repo south --period 2026-Q1 -f json -o report.json
of open-cases >got
fails 1 'the strictest of the centres says what is small' grep ',[0-9][0-9]*$' got

# ---- days that have not come yet ----

for centre in north south; do
	cp -R $centre later-$centre
	file=$(cd later-$centre && grep -l '^Opened: 2026' cases/*/*/*.rec | head -n 1)
	sed -i 's/^Opened: .*/Opened: 2062-03-02/' "later-$centre/$file"
	git -C later-$centre commit -q --no-verify -a -m 'a slip'
done
ok 'a case of each' dossier report sum --repo later-north --repo later-south --period 2026-Q1
said 'are added up' '^2 case files have a date that has not come yet'
ok 'a case of one' dossier report sum --repo north --repo later-south --period 2026-Q1
said 'is said' '^1 case file has a date that has not come yet'
ok 'in public' dossier report open --repo later-north --repo later-south --period 2026-Q1
said 'without a figure' '^Some case files have a date that has not come yet'

# ---- staff of one id ----

cp -R south others
sed -i 's/^Name: Aj$/Name: Another/' others/directory/staff.rec
sed -i 's/^Rows: Municipality$/Rows: Counsellor/' north/reports/sum.rec others/reports/sum.rec
git -C others commit -q --no-verify -a -m 'another aj'
git -C north commit -q --no-verify -a -m 'by counsellor'
ok 'people of one id in two centres' dossier report sum --repo north --repo others --period 2026-Q1
said 'are told' '^Not the same in each centre, yet counted together: .*Staff aj'

# ---- what cannot be added up ----

fails 2 'another definition' together
said 'the record is named' "^south/reports/sum.rec:11:1: error: Table 'cases' is not as it is in 'north'"
git -C north revert --no-edit HEAD >"$tmp/.log" 2>&1
sed -i 's/^%rec: Entry$/&\n%size: < 1000/' south/schema/case.rec
git -C south commit -q --no-verify -a -m 'another schema'
fails 2 'another descriptor' together
said 'it is named' "^south/schema/case.rec:[0-9]*:1: error: %rec 'Entry' is not as it is in 'north'"
git -C south revert --no-edit HEAD >"$tmp/.log" 2>&1
sed -i 's/^Doc: The case has ended/Doc: This case has ended/' south/rules/states.rec
git -C south commit -q --no-verify -a -m 'the same State'
ok 'what is said of a State does not matter' together
sed -i "s/^Stop: Kind = 'reopening'$/& || Kind = 'request'/" south/rules/states.rec
git -C south commit -q --no-verify -a -m 'another State'
fails 2 'another State' together
said 'it is named' "^south/rules/states.rec:[0-9]*:1: error: State 'closed' is not as it is in 'north'"
git -C south revert --no-edit HEAD >"$tmp/.log" 2>&1
# All of them at once, each with its place.
sed -i "s/^Where: Kind = 'conversation'$/& || Kind = 'consultation'/; s/^Show: number median/Show: number p90/" south/reports/sum.rec
sed -i 's/^%rec: Entry$/&\n%size: < 1000/' south/schema/case.rec
sed -i "s/^Stop: Kind = 'reopening'$/& || Kind = 'request'/" south/rules/states.rec
sed -i '/^Table: partners$/,$d' south/reports/sum.rec
git -C south commit -q --no-verify -a -m 'much else'
fails 2 'several differences' together
for what in "south/reports/sum.rec:[0-9]*:1: error: Table 'talks'" "south/reports/sum.rec:[0-9]*:1: error: Table 'days'" \
	"south/schema/case.rec:[0-9]*:1: error: %rec 'Entry'" "south/rules/states.rec:[0-9]*:1: error: State 'closed'"; do
	said "${what##*error: } is one of them" "^$what is not as it is in 'north'"
done
said 'what one has alone is said where it stands' "^north/reports/sum.rec:[0-9]*:1: error: Table 'partners' is not there in 'south'"
git -C south revert --no-edit HEAD >"$tmp/.log" 2>&1
fails 2 'the same twice' dossier report sum --repo north --repo ./north
said 'it is said' "are the same centre: name each once"
git clone -q north copy
fails 2 'a copy of the same' dossier report sum --repo north --repo copy
said 'it is said' "are the same centre: name each once"
fails 2 'no folder' dossier report sum --repo north --repo nothing
said 'it is named' "'nothing'"
mkdir plain
fails 2 'no repository' dossier report sum --repo north --repo plain
said 'it is named' "no centre's repository in 'plain'"
fails 2 'an unknown report' dossier report summ --repo north --repo south
git clone -q --bare south south.git
ok 'a bare one' dossier report sum --repo north --repo south.git --period 2026-Q1
ok 'of one alone' dossier report sum --repo north --period 2026-Q1
fails 2 'a branch behind the @' dossier report sum --repo north@main --repo south --period 2026-Q1
said 'it is said what stands there' "'north@main': no whole commit stands behind the '@': git -C 'north' rev-parse 'main' says its 40 characters"
ok 'which does it' dossier report sum --repo "north@$(git -C north rev-parse main)" --repo south --period 2026-Q1
cp -R north 'north@home'
ok 'a folder with an @ in its name' dossier report sum --repo north@home --repo south --period 2026-Q1
rm -r 'north@home'
mkdir elsewhere
ok 'seen from -C' dossier -C elsewhere report sum --repo ../north --repo ../south.git --period 2026-Q1

done_testing
