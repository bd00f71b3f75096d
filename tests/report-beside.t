#!/bin/sh
# Tables of a public report beside each other: what the program cannot prove safe it tells of, until `Checked` says why it
# is; what it can prove it says nothing of. And the windows of `Compare` that a public report leaves out.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
in_git centre
cd centre || exit 99

# report [PROFILE]: reports/odd.rec; one table for each paragraph of standard input, which begins with its name
report() {
	{
		printf '%%rec: Report\n\nReport: odd\nTitle: Odd\nProfile: %s\n\n%%rec: Table\n\n' "${1:-public}"
		awk -v RS= -F '\n' '{
			print "Table: " $1 "\nReport: odd\nTitle: T"
			for (i = 2; i <= NF; i++) print $i
			print ""
		}'
	} >reports/odd.rec
}
# says 'what' STATUS LINE...: all that the check of the report says, with what to do, without places
says() {
	what=$1 wanted=$2
	shift 2
	: >"$tmp/want"
	[ $# = 0 ] || printf '%s\n' "$@" >"$tmp/want"
	dossier --today 2026-03-09 check -f json reports/odd.rec >"$tmp/said" 2>&1
	status=$?
	jq -r '.findings[] | .severity + ": " + .message + (if .fix then "; " + .fix else "" end) + " [" + .rule + "]"' "$tmp/said" >"$tmp/bare"
	same "$what" "$tmp/want" "$tmp/bare"
	[ $status = "$wanted" ] || tap_line 1 "$what: status $status, expected $wanted"
}
# beside TABLE OTHERS REASON: the warning
beside() {
	echo "warning: table '$1' cannot be proved safe beside $2: $3; make them one table, leave one out, or look yourself" \
		"and say so there: 'Checked: TABLE: REASON' [tables-beside]"
}
quietly() { says "$1" 0; }
doubts() { says "$1" 0 "$(beside "$2" "$3" "$4")"; }

# ---- intervals against a target ----

answers="From: Kind = 'question'
To: Kind = 'answer'
Each: every"
target='they hold the same intervals against different targets'

# against FIRST SECOND [LINE]: two tables of the same intervals, each with a target, the second with one more line
against() {
	report <<-END
		soon
		$answers
		Target: $1

		later
		$answers
		Target: $2
		${3:-Rows: year}
	END
}
against P7D P14D
doubts 'different targets' later "'soon'" "$target"
against P14D P14D
quietly 'the same target'
against P7D P14D 'Show: number median'
quietly 'different targets, of which one table says nothing'
against P7D P14D 'Show: number overdue'
doubts 'what is overdue is held against the target too' later "'soon'" "$target"
against P14D Centre.Answer_within
doubts "a target of the Centre's settings, whatever it is today" later "'soon'" "$target"
against "P7D if By = 'aj'
Target: P14D" "P7D if By = 'bk'
Target: P14D"
doubts 'the same targets under other conditions' later "'soon'" "$target"

# ---- bins of days, and a share within a target ----

bins='one has bins of days, the other a share of those within a target'

# spread SHOW [TO]: bins of days, then a table of intervals with a target
spread() {
	report <<-END
		spread
		$answers
		Rows: days
		Bins: days 7 14

		share
		From: Kind = 'question'
		To: ${2:-Kind = 'answer'}
		Each: every
		Target: P14D
		Show: $1
	END
}
spread 'number within'
doubts 'bins of days and a share' share "'spread'" "$bins"
spread 'number overdue'
doubts 'bins of days and what is overdue' share "'spread'" "$bins"
spread 'number median'
quietly 'bins of days and a median'
spread 'number within' "Kind = 'end'"
doubts 'days to something else are other units' share "'spread'" 'they count different things of the same cases'
report <<END
share
$answers
Target: P14D

spread
$answers
Rows: days
Bins: days 7 14
END
doubts 'in either order' spread "'share'" "$bins"

# ---- the day on which cases stand ----

day='one counts cases as they stand on another day than the other'

# stand FIRST SECOND: two tables of cases, each with a line that says when
stand() {
	report <<-END
		first
		Count: cases
		Rows: Service
		$1

		second
		Count: cases
		Rows: Applicant
		$2
	END
}
stand 'On: date' 'On: end'
doubts 'On: date and end' second "'first'" "$day"
stand 'On: end' 'On: standing'
doubts 'On: end and standing' second "'first'" "$day"
stand 'Empty: hide' 'On: standing'
doubts 'On: none and standing' second "'first'" "$day"
stand 'On: end' 'On: end'
quietly 'On: end in both'
stand 'Empty: hide' 'On: date'
quietly 'On: date is what it is without'

# ---- findings of the rules ----

# judged LINES: findings of one rule, then a table with these lines
judged() {
	report <<-END
		first
		Count: findings
		Where: Rule = 'question-answered'

		second
		Count: findings
		$1
	END
}
field='they have other conditions or rows on one field,'
judged 'Rows: Severity'
doubts 'Rule beside Severity' second "'first'" "$field Severity"
judged "Where: Severity = 'error'"
doubts 'a condition on Severity' second "'first'" "$field Severity"
judged 'Rows: Verdict'
quietly 'Rule beside Verdict'
judged "Where: Rule = 'question-answered'
Rows: Severity"
quietly 'Severity within the same rule'
judged 'Rows: Rule'
quietly 'a rule among all'

# ---- Checked ----

# checked LINES [PROFILE]: cases, their entries, and cases by something else, the second with more lines
checked() {
	report "${2:-public}" <<-END
		cases
		Count: cases
		Rows: Service

		contacts
		Count: entries
		Rows: Kind
		$1

		applicants
		Count: cases
		Rows: Applicant
	END
}
units='they count different things of the same cases'
reason='a case has as many entries as it takes'
rest=$(beside applicants "'contacts'" "$units")
word() { echo "error: $1 [report-word]"; }
needless() { echo "warning: $1 [needless-checked]"; }

checked 'Empty: hide'
says 'without Checked, each of both that it stands beside' 0 "$(beside contacts "'cases'" "$units")" "$rest"
checked "Checked: cases: $reason"
says 'one of them' 0 "$rest"
checked "Checked: cases applicants: $reason: one, or more"
quietly 'both, in one line; a colon in the reason'
checked "Checked: cases: $reason
Checked: applicants: $reason"
quietly 'a line each'
report <<END
cases
Count: cases
Checked: contacts: $reason

contacts
Count: entries
END
quietly 'in the one that stands first'

checked "Checked: cases applicant: $reason"
says 'no such table, and one like it' 1 "$(word "the report has no table 'applicant'; did you mean 'applicants'?")"
checked "Checked: cases somebody: $reason"
says 'no such table, and none like it' 1 "$(word "the report has no table 'somebody'")"
ok 'another report has services' grep -q '^Table: services$' reports/overview.rec
checked "Checked: services: $reason"
says 'a table of another report' 1 "$(word "the report has no table 'services'")"
for line in 'Checked: cases applicants' 'Checked: cases applicants:' "Checked: $reason" 'Checked:'; do
	checked "$line"
	says "no reason: $line" 1 "$(word "'Checked' lacks a reason, expected TABLE: REASON")"
done
checked "Checked: : $reason"
says 'no table' 1 "$(word "'Checked' lacks a table, expected TABLE: REASON")"
checked "Checked: cases applicants cases: $reason"
says 'twice in a line' 1 "$(word "'Checked' names 'cases' twice")"
checked "Checked: cases applicants: $reason
Checked: cases: and another reason"
says 'twice in two lines' 1 "$(word "'Checked' names 'cases' twice")"
report <<END
cases
Count: cases
Checked: contacts: $reason

contacts
Count: entries
Checked: cases: $reason
END
says 'by both of two tables' 1 "$(word "'Checked' of 'cases' names 'contacts' already")"
checked "Checked: cases applicants: $reason" commissioner
says 'in a report that is not public' 1 "$(word "'Checked' says nothing in a report that is not public; leave it out")"
checked 'Empty: hide' commissioner
quietly 'which needs none'

checked "Checked: cases applicants contacts: $reason"
says 'itself, with nothing to look at' 0 \
	"$(needless "the rows of table 'contacts' are proved safe beside each other; take 'contacts' out of 'Checked'")"
# early LINE: rows that the program cannot compare
early() {
	report <<-END
		early
		Count: cases
		Row: one: Opened << '2026-01-05'
		Row: other: Opened << '2026-01-06'
		$1
	END
}
early 'Empty: hide'
doubts 'rows of one table' early 'its own rows' "$field Opened"
early 'Checked: early: nobody asks on a Monday'
quietly 'itself, with something to look at'
report <<'END'
cases
Count: cases
Rows: Service

applicants
Count: cases
Rows: Applicant
Checked: cases: they are the same cases
END
says 'a table that needs no look' 0 \
	"$(needless "table 'applicants' is proved safe beside 'cases'; take 'cases' out of 'Checked'")"
report <<'END'
cases
Count: cases
Checked: partners: no partner is a case

partners
Count: Partner
Rows: Sector
END
says 'the directory needs none' 0 "$(needless "table 'cases' is proved safe beside 'partners'; take 'partners' out of 'Checked'")"
checked "Checked: contacts: $reason
Columns: Kindd"
ok 'a definition with another fault is not asked what it proves' sh -c '! dossier check reports/odd.rec | grep needless'

# ---- windows of Compare ----

# windows PROFILE COMPARE...: tables, each compared so
windows() {
	profile=$1
	shift
	for compare in "$@"; do
		printf '%s\nCount: cases\nCompare: %s\n\n' "$(echo "$compare" | tr ' ' -)" "$compare"
	done | report "$profile"
}
# compares 'what' PERIOD LINE...: for each table what it sets side by side, then the note about what it does not
compares() {
	what=$1 period=$2
	shift 2
	printf '%s\n' "$@" >"$tmp/want"
	dossier --today 2026-12-31 report odd --period "$period" -f json "$lang" >"$tmp/odd.json" 2>"$tmp/errors" || cat "$tmp/errors"
	jq -r '.tables[] | .name + ": " + ([.cells[] | .column[0]] | join(" ")), (.notes[] | select(test("^(Not|Niet) ")))' "$tmp/odd.json" >"$tmp/got"
	same "$what" "$tmp/want" "$tmp/got"
}
lang=--lang=en
left_out='Not compared with a year before, which overlaps another period of this report in part.'

windows public 'before year'
compares 'nine months: the year before begins in the middle of the months before' 2026-01..2026-09 \
	'before-year: 2026-01-01..2026-09-30 2025-04-01..2025-12-31' "$left_out"
compares 'six months: all are apart' 2026-01..2026-06 \
	'before-year: 2026-01-01..2026-06-30 2025-07-01..2025-12-31 2025-01-01..2025-06-30'
compares 'a year: the year before is the one before' 2025 'before-year: 2025 2024'
lang=--lang=nl
compares 'in Dutch' 2026-01..2026-09 'before-year: 2026-01-01..2026-09-30 2025-04-01..2025-12-31' \
	'Niet vergeleken met een jaar eerder, dat deels samenvalt met een andere periode van dit rapport.'
lang=--lang=en
windows public year
compares 'nine months, without those before' 2026-01..2026-09 'year: 2026-01-01..2026-09-30 2025-01-01..2025-09-30'
compares 'two years overlap themselves' 2025..2026 'year: 2025-01-01..2026-12-31' "$left_out"
windows public year before
compares 'the months before of another table' 2026-01..2026-09 'year: 2026-01-01..2026-09-30' "$left_out" \
	'before: 2026-01-01..2026-09-30 2025-04-01..2025-12-31'
windows commissioner 'before year'
compares 'not public' 2026-01..2026-09 'before-year: 2026-01-01..2026-09-30 2025-04-01..2025-12-31 2025-01-01..2025-09-30'
done_testing
