#!/bin/sh
# What reports measure beside counts, through the whole program: States and findings of the rules, the directory,
# settings of the Centre. A few cases, small enough to be counted by hand.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
in_git centre
cd centre || exit 99
rm -r cases
mkdir -p cases/2025/A cases/2026/7

# case ID OPENED SERVICE MUNICIPALITY: the head of a case, and its request
case_of() {
	printf 'Case: %s\nOpened: %s\nService: %s\nApplicant: mother\nMunicipality: %s\nCounsellor: aj\n' "$1" "$2" "$3" "$4"
	printf '\nDate: %s\nKind: request\nBy: aj\nFrom: mother\nService: %s\n' "$2" "$3"
}
entry() { printf '\nDate: %s\nKind: %s\nBy: aj\n' "$1" "$2"; }

# Opened 2025, ended in February 2026, an answer after 5 days.
{
	case_of 2025-AAAA0 2025-11-03 advice GM0344
	entry 2025-11-05 question
	entry 2025-11-10 answer
	entry 2026-02-10 end; echo 'End: completed'
} >cases/2025/A/2025-AAAA0.rec
# Opened and ended in January; begun anew in March.
{
	case_of 2026-7KQ43 2026-01-12 advice GM0344
	entry 2026-01-12 question
	entry 2026-01-13 answer
	entry 2026-01-20 end; echo 'End: completed'
	entry 2026-03-02 reopening
	entry 2026-03-02 question
} >cases/2026/7/2026-7KQ43.rec
# Moves from one municipality to another, and waits for its answer.
{
	case_of 2026-7AAA0 2026-01-30 advice GM0344
	entry 2026-02-01 question
	entry 2026-02-20 note; echo 'Municipality: GM0363'
} >cases/2026/7/2026-7AAA0.rec
cat >reports/kinds.rec <<'END'
%rec: Report

Report: kinds
Title: All kinds of tables
Profile: commissioner

%rec: Table

Table: open
Report: kinds
Title: Open cases
Stock: not closed
Rows: Municipality
Columns: month
Chart: flow

Table: answers
Report: kinds
Title: From a question to its answer
From: Kind = 'question'
To: Kind = 'answer'
Each: every
Target: Centre.Answer_within
Show: number median longest within waiting overdue

Table: due
Report: kinds
Title: What the rules say
Count: findings
Where: Rule = 'question-answered'
Rows: Rule Verdict

Table: partners
Report: kinds
Title: Partners by sector
Count: Partner
Rows: Sector

Table: work
Report: kinds
Title: Open on the last day
Count: cases
On: end
Date: Opened
Where: !#closed
List: Case Opened Municipality
Shown_by: Name

Table: before
Report: kinds
Title: Compared
Count: cases
Compare: before year
END
printf 'Answer_within: P14D\n' >>centre.rec

report() { dossier --today 2026-03-31 report kinds -f csv "$@" 2>/dev/null | tr -d '\r'; }
# figures TABLE: lines of row, column and value, without those of 0; what is summed over is left out
figures() {
	awk -F, -v table="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		($1 == "cell" || $1 == "total") && $2 == table && $at["value"] != 0 {
			line = ""
			for (i = 5; i < at["value"]; i += 2) if ($i != "") line = line $i " "
			print line $at["value"]
		}'
}
report --period 2026-Q1 >../all.csv

cat >../want <<'END'
GM0344 2026-01 start 1
GM0344 2026-01 in 2
GM0344 2026-01 out 1
GM0344 2026-01 end 2
GM0344 2026-02 start 2
GM0344 2026-02 out 1
GM0344 2026-02 moved-out 1
GM0344 2026-03 in 1
GM0344 2026-03 end 1
GM0344 start 1
GM0344 in 3
GM0344 out 2
GM0344 moved-out 1
GM0344 end 1
GM0363 2026-02 moved-in 1
GM0363 2026-02 end 1
GM0363 2026-03 start 1
GM0363 2026-03 end 1
GM0363 moved-in 1
GM0363 end 1
2026-01 start 1
2026-01 in 2
2026-01 out 1
2026-01 end 2
2026-02 start 2
2026-02 out 1
2026-02 end 1
2026-03 start 1
2026-03 in 1
2026-03 end 2
start 1
in 3
out 2
end 2
END
figures open <../all.csv >../got
same 'open cases, by a State of the rules' ../want ../got

# Of one interval there are no measures.
printf '%s\n' 'number 1' 'median ' 'longest ' 'within ' 'waiting 2' 'overdue 2' >../want
figures answers <../all.csv >../got
same 'days to an answer, with a target of centre.rec' ../want ../got

printf '%s\n' 'question-answered 2' 'question-answered overdue 2' '2' >../want
figures due <../all.csv >../got
same 'what the rules say on the last day' ../want ../got
printf '%s\n' 'question-answered 1' 'question-answered overdue 1' '1' >../want
report --period 2026-02 | figures due >../got
same 'on an earlier one, by what was dated until then' ../want ../got

printf '%s\n' 'healthcare 1' 'well-being 3' 'safety 1' '5' >../want
figures partners <../all.csv >../got
same 'records of the directory' ../want ../got

printf '%s\n' '2026-Q1 2' '2025-Q4 1' >../want
figures before <../all.csv >../got
same 'periods side by side, by their names' ../want ../got

for period in 2026-Q1 2026-H1; do
	dossier --today 2026-03-31 report kinds --period $period 2>/dev/null | grep '^this period: '
done >../got
printf 'this period: 1 January 2026 to %s\n' '31 March 2026' '30 June 2026 (not over: known up to 31 March' >../want
same 'beside them, which of them is not over' ../want ../got

dossier --today 2026-03-31 report kinds --period 2026-Q1 2>/dev/null >../text
sed -n '/^Open on/,/^$/p' ../text | grep "^2026-" >../got
printf '%s\n' '2026-7AAA0  2026-01-30  GM0363 Amsterdam' '2026-7KQ43  2026-01-12  GM0344 Utrecht' >../want
same 'a work list' ../want ../got

# ---- a journal up to a day, and whose an entry is that counts on another day ----

{
	case_of 2026-7BBB0 2026-02-01 support GM0344
	entry 2026-02-02 consent; printf 'From: mother\nDecision: given\nScope: support\nUntil: 2026-03-15\n'
	entry 2026-02-20 assignment; printf 'Municipality: GM0363\nReason: they moved\n'
} >cases/2026/7/2026-7BBB0.rec
cat >reports/journal.rec <<'END'
%rec: Report

Report: journal
Title: What the journal says
Profile: commissioner
Param: municipality rec Municipality Name
Scope: !#Param.municipality || Municipality = Param.municipality

%rec: Table

Table: begun
Report: journal
Title: Begun anew, by when they were opened
Count: cases
Where: Entry = 'reopening'

Table: last
Report: journal
Title: The same, as they stood on the last day
Count: cases
On: end
Row: begun anew: Entry = 'reopening'
Row: with a question: Entry = 'question'

Table: among
Report: journal
Title: Open cases that were begun anew
Stock: not closed
Where: Entry = 'reopening'
Rows: month

Table: ends
Report: journal
Title: Consent that ended
Count: entries
Where: Kind = 'consent'
Date: Until
Rows: Case.Municipality
END
journal() { dossier --today 2026-03-31 report journal -f csv "$@" 2>/dev/null | tr -d '\r'; }
journal --period 2026-01 >../january.csv
journal --period 2026-Q1 >../all.csv
figures begun <../january.csv >../got
figures begun <../all.csv >>../got
echo 1 >../want
same 'of a journal counts what was dated by the end of the period' ../want ../got
printf '%s\n' 'with a question 1' '(none of these) 1' 2 >../want
figures last <../january.csv >../got
same 'so it does as cases stand on the last day' ../want ../got
printf '%s\n' '2026-03 in 1' '2026-03 end 1' 'in 1' 'end 1' >../want
figures among <../all.csv >../got
same 'and of a stock on each day' ../want ../got
printf '%s\n' 'GM0344 1' 1 >../want
for town in '' GM0344; do
	journal --period 2026-03 ${town:+--municipality "$town"} | figures ends >../got
	same "an entry is its own day's, whichever date counts it: ${town:-all}" ../want ../got
done
journal --period 2026-03 --municipality GM0363 | figures ends >../got
: >../want
same 'and not of who has the case on that date' ../want ../got
rm reports/journal.rec cases/2026/7/2026-7BBB0.rec

sed -i '/^Answer_within/d' centre.rec
fails 2 'a setting that the Centre has not' dossier --today 2026-03-31 report kinds --period 2026-Q1
said 'is asked for' "centre.rec has no 'Answer_within'"
printf 'Answer_within: soon\n' >>centre.rec
fails 2 'one that is no duration' dossier --today 2026-03-31 report kinds --period 2026-Q1
said 'says so' "'Answer_within' of centre.rec is not a duration"
done_testing
