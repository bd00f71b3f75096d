#!/bin/sh
# Every figure of the shipped reports is counted a second time: by SQLite, over the tables that `dossier export` writes, in SQL that
# says anew what each table counts (figures/). Prose that a table asks for (a province, whether there is a reason) comes from GNU
# recutils; what the rules find, from `dossier check`.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

today=2026-11-20
sh "$tests/demo/centre.sh" "$tmp/c" $today || exit 99
cd "$tmp/c" || exit 99
none() { : >"$tmp/nothing"; same "$1" "$tmp/nothing" "$2"; }
# A case that comes to another municipality, counsellor, severity; two situations; two spells; and a threshold that hides nothing.
sed -i 's/^Small_counts: .*/Small_counts: 1/' centre.rec
mkdir -p cases/2025/X
cat >cases/2025/X/2025-X000N.rec <<'END'
Case: 2025-X000N
Opened: 2025-09-01
Service: advice
Applicant: mother
Municipality: GM0344
Counsellor: aj
Situation: returned
Situation: safety-risk-or-danger

Date: 2025-09-01
Kind: request
By: aj
From: mother
Service: advice
Hours: 0.25

Date: 2025-09-02
Kind: question
By: aj
Text: one

Date: 2025-09-20
Kind: answer
By: aj
Text: one, after 18 days
Hours: 1.75

Date: 2025-10-05
Kind: request
By: aj
From: mother
Service: support

Date: 2025-10-10
Kind: assignment
By: aj
Municipality: GM0363
Counsellor: bk
Reason: they moved

Date: 2025-10-15
Kind: consent
By: bk
From: mother
Decision: given
Scope: support
Scope: share-with-municipality

Date: 2025-10-20
Kind: consent
By: bk
From: mother
Decision: refused
Scope: share-with-partner

Date: 2025-11-03
Kind: conversation
By: bk
With: mother
Hours: 2.5
Late: the mother did not want it written down before

Date: 2025-11-03
Kind: assessment
By: bk
Severity: moderate
Level: light

Date: 2026-01-15
Kind: assessment
By: bk
Severity: high
Situation: returned

Date: 2026-02-01
Kind: consent
By: bk
From: mother
Decision: withdrawn
Scope: support

Date: 2026-02-20
Kind: consent
By: bk
From: mother
Decision: given
Scope: support

Date: 2026-03-01
Kind: assignment
By: bk
Municipality: GM0344
Counsellor: aj
Reason: and back

Date: 2026-04-20
Kind: handover
By: aj
With: GM0344
Step: offered

Date: 2026-05-04
Kind: handover
By: aj
With: GM0344
Step: declined
Reason: not yet

Date: 2026-05-11
Kind: handover
By: aj
With: GM0344
Step: offered

Date: 2026-05-11
Kind: handover
By: aj
With: GM0344
Step: accepted

Date: 2026-05-20
Kind: end
By: aj
Approved_by: bk
End: completed
Result: reached
END
# A case under a code that has ended since, of which nobody wrote down how severe it is.
mkdir -p cases/2020/X
cat >cases/2020/X/2020-X000Z.rec <<'END'
Case: 2020-X000Z
Opened: 2020-12-01
Service: support
Applicant: father
Municipality: GM0788
Counsellor: aj

Date: 2020-12-01
Kind: request
By: aj
From: father
Service: support

Date: 2020-12-10
Kind: consent
By: aj
From: father
Decision: given
Scope: support

Date: 2020-12-15
Kind: question
By: aj
Text: still waiting
END
sed -i '/^Staff: aj/,/^$/s/^From: .*/From: 2020-01-01/' directory/staff.rec
dossier check --today $today 2>&1 | grep 'case-id\|schema' >"$tmp/got"
none 'they are well-formed' "$tmp/got"

# ---- what SQLite knows ----

# shellcheck source=tests/figures/second.sh
. "$tests/figures/second.sh"

dossier export -q -o "$tmp/csv/" || exit 99
for file in "$tmp"/csv/*.csv; do
	name=${file##*/}
	printf '.import "%s" "%s"\n' "$file" "${name%.csv}"
done >"$tmp/import"
dossier cat >"$tmp/all.rec"
recsel -t Municipality -p Municipality,Name,Province "$tmp/all.rec" | rec2csv >"$tmp/names.csv"
recsel -t Partner -p Partner,Name "$tmp/all.rec" | rec2csv >"$tmp/partners.csv"
recsel -t Entry "$tmp/all.rec" | perl "$tests/export/values.pl" entry |
	awk -F '\t' '$2 ~ /^(Reason|Late)$/ { split($1, name, " "); print name[1] "," name[2] "," $2 }' >"$tmp/prose.csv"
{
	cat "$tmp/import"
	echo ".import '$tmp/names.csv' names"
	echo ".import '$tmp/partners.csv' partner_names"
	echo 'CREATE TABLE prose(c, n INTEGER, field);'
	echo ".import '$tmp/prose.csv' prose"
	sed -n 's/^Rule: //p' rules/*.rec | sort -u >"$tmp/rules.csv"
	echo 'CREATE TABLE rules(rule);'
	echo ".import '$tmp/rules.csv' rules"
	echo 'BEGIN;'
	prepare
	echo 'COMMIT;'
} | sqlite3 -csv "$tmp/base.db" 2>&1 | grep -v 'unescaped " character' >"$tmp/got"
none 'the tables are read' "$tmp/got"

# First and last day of the period, of the one before it and of the one a year before: whole months by months, others by days.
window() {
	sqlite3 :memory: "WITH p(f, l) AS (SELECT '$first', '$last'), q AS (SELECT f, l, substr(f, 9) = '01' AND substr(date(l, '+1 day'), 9) = '01' AS whole,
		(substr(l, 1, 4) - substr(f, 1, 4)) * 12 + substr(l, 6, 2) - substr(f, 6, 2) + 1 AS months, julianday(l) - julianday(f) + 1 AS days FROM p)
		SELECT CASE '$1' WHEN 'this' THEN f WHEN 'year' THEN date(f, '-12 months') WHEN 'before' THEN iif(whole, date(f, -months || ' months'), date(f, -days || ' days')) END || ' ' ||
		CASE '$1' WHEN 'this' THEN l WHEN 'year' THEN date(l, '+1 day', '-12 months', '-1 day') ELSE date(f, '-1 day') END FROM q"
}

# The cells of a report as the second count names them.
read_report() { # FILE
	head -n 1 "$1" | tr -d '\r' | tr , '\n' >"$tmp/columns"
	column() { if grep -qx "$1" "$tmp/columns"; then echo "\"$1\""; else echo "''"; fi; }
	echo ".import '$1' raw"
	echo "CREATE TABLE listed AS SELECT t, group_concat(v, '|') AS line FROM (SELECT \"table\" AS t, \"row\" AS r, value AS v FROM raw WHERE part = 'line' ORDER BY rowid)
		GROUP BY t, r;"
	echo "CREATE TABLE got AS SELECT part, \"table\" AS t, \"row\" AS r, $(column row_2) AS r2, \"column\" AS k, $(column column_2) AS k2, value AS v, note
		FROM raw WHERE part IN ('cell', 'total');"
}

# A figure that was not counted the second time is nought; one that is not shown may only be nought.
cat >"$tmp/compare.sql" <<'END'
.mode list
SELECT 'differs', got.t, got.r, got.r2, got.k, got.k2, 'report: ' || got.v, 'second: ' || coalesce(want.v, 0) FROM got
	LEFT JOIN want ON want.t = got.t AND want.r = got.r AND want.r2 = got.r2 AND want.k = got.k AND want.k2 = got.k2
	WHERE got.note NOT LIKE '%hidden%' AND abs(CAST(got.v AS REAL) - coalesce(want.v, 0)) > 0.000001;
SELECT 'missing', want.* FROM want JOIN (SELECT DISTINCT t FROM got) USING (t)
	LEFT JOIN got ON want.t = got.t AND want.r = got.r AND want.r2 = got.r2 AND want.k = got.k AND want.k2 = got.k2
	WHERE got.t IS NULL AND want.v <> 0
	-- A table shows the measures that its definition asks for.
	AND NOT EXISTS (SELECT 1 FROM (SELECT 'number' AS m UNION VALUES ('median'), ('p90'), ('longest'), ('within'), ('waiting'), ('overdue'),
		('start'), ('in'), ('moved-in'), ('out'), ('moved-out'), ('end'))
		WHERE m IN (want.k, want.k2) AND m NOT IN (SELECT k FROM got g WHERE g.t = want.t UNION SELECT k2 FROM got g WHERE g.t = want.t));
SELECT 'not counted a second time', t FROM got GROUP BY t HAVING sum(v) > 0 AND t NOT IN (SELECT t FROM want);
SELECT 'listed', * FROM (SELECT * FROM listed EXCEPT SELECT * FROM want_line);
SELECT 'not listed', * FROM (SELECT * FROM want_line WHERE t IN (SELECT "table" FROM raw) EXCEPT SELECT * FROM listed);
SELECT 'twice', t, r, r2, k, k2 FROM got GROUP BY 2, 3, 4, 5, 6 HAVING count(*) > 1;
END

# The centre as it was on a day, in $tmp/then: what happened later is taken out.
centre_on() {
	rm -rf "$tmp/then"
	mkdir "$tmp/then"
	cp -R centre.rec schema rules directory "$tmp/then/"
	for file in cases/*/*/*.rec; do
		mkdir -p "$tmp/then/${file%/*}"
		awk -v RS= -v ORS='\n\n' -v last="$1" '{ day = "" } match($0, /(^|\n)(Opened|Date): [0-9-]+/) { day = substr($0, RSTART + RLENGTH - 10, 10) }
			day <= last' "$file" >"$tmp/then/$file"
	done
	find "$tmp/then/cases" -size 0 -delete
}

# second NAME: the figures of $tmp/report.csv counted again, in $tmp/second.db
second() {
	# shellcheck source=tests/figures/reports.sh
	. "$tests/figures/reports.sh"
	cp "$tmp/base.db" "$tmp/second.db"
	centre_on "$last"
	dossier -C "$tmp/then" check -f json --due --today "$last" 2>/dev/null | jq -r '.findings | to_entries[] | select(.value.case != null and .value.state != null) |
		[.key, .value.case, .value.rule, .value.state] | @csv' >"$tmp/finding.csv"
	{
		echo 'BEGIN;'
		echo 'CREATE TABLE finding(n INTEGER, c, rule, state);'
		echo ".import '$tmp/finding.csv' finding"
		echo 'DELETE FROM finding WHERE rule NOT IN (SELECT rule FROM rules);'
		begin_period
		"report_$(echo "$1" | tr - _)"
		add_up
		# Windows stand side by side and have no sum.
		echo "DELETE FROM want WHERE t = 'compared' AND k = '';"
		echo 'COMMIT;'
	} | sqlite3 -csv "$tmp/second.db" 2>&1 | grep -v 'unescaped " character' >"$tmp/said"
	against
}

# The report in $tmp/report.csv held against $tmp/second.db: a line for each figure that is not the same.
against() {
	{
		echo 'DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS got; DROP TABLE IF EXISTS listed;'
		read_report "$tmp/report.csv"
	} | sqlite3 -csv "$tmp/second.db" 2>&1 | grep -v 'unescaped " character' >>"$tmp/said"
	sqlite3 "$tmp/second.db" <"$tmp/compare.sql" 2>&1 | cat "$tmp/said" -
}

compare() { # REPORT OPTION...
	report=$1
	shift
	ok "$report is made" sh -c '"$@" >"$0"' "$tmp/report.csv" dossier report "$report" -f csv --today $today --period "$first..$last" "$@"
	second "$report" >"$tmp/got"
	none "$report, $first to $last $*: every figure" "$tmp/got"
	shown=$(sqlite3 "$tmp/second.db" "SELECT count(*) FROM got WHERE v > 0")
	ok "and there are some ($shown)" test "$shown" -gt 10
}

for period in '2025-07-01 2026-06-30' '2025-08-10 2026-05-20' '2020-11-15 2026-11-20'; do
	first=${period% *} last=${period#* } town=
	for report in "$top"/templates/reports/*.rec; do
		report=$(sed -n 's/^Report: //p' "$report" | head -n 1)
		case $report in
		'' ) ;;
		municipality)
			town=GM0344
			compare municipality --municipality GM0344
			town= ;;
		*) compare "$report" ;;
		esac
	done
done

# ---- it can fail ----

first=2025-07-01 last=2026-06-30 town=GM0344
dossier report municipality --municipality GM0344 -f csv --today $today --period "$first..$last" >"$tmp/report.csv"
second municipality >"$tmp/got"
none 'a report that is right' "$tmp/got"
cp "$tmp/report.csv" "$tmp/right.csv"
for table in $(awk -F, '$1 == "cell" && $(NF - 1) > 0 { print $2 }' "$tmp/right.csv" | sort -u); do
	awk -F, -v table="$table" 'BEGIN { OFS = "," } $1 == "cell" && $2 == table && !done && $(NF - 1) > 0 { $(NF - 1)++; done = 1 } { print }' "$tmp/right.csv" >"$tmp/report.csv"
	: >"$tmp/said"
	against >"$tmp/got"
	ok "$table: one more somewhere is noticed" sh -c 'test "$(grep -c "^differs|$1|" "$2")" = 1 && test "$(wc -l <"$2")" = 1' sh "$table" "$tmp/got"
done
grep -v '^total,services,cases,Service,advice,Applicant,,' "$tmp/right.csv" >"$tmp/report.csv"
against >"$tmp/got"
ok 'a line that is not there too' grep -q '^missing|services|advice|' "$tmp/got"
done_testing
