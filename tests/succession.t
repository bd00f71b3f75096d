#!/bin/sh
# Municipalities over time: codes that ended are read as what took their place, chains to their end, splits never guessed.
# Expected figures are counted by hand from the cases below; for the statistics office's own tables by SQLite from the
# column that names today's code. Those tables are looked for in $DOSSIER_TABLES.
# shellcheck source=tests/lib.sh disable=SC2016,SC2317 # awk's variables; functions called by name
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
cd centre || exit 99
rm -r cases
sed -i '/^From: 2024-01-01$/d' directory/staff.rec

# Cases from lines "OPENED MUNICIPALITY [DATE MUNICIPALITY]": the second is an entry that moves the case.
cat >"$tmp/cases.awk" <<'END'
# Luhn mod 32: every second symbol from the right counts twice, its two digits added.
function check(id, i, n, twice, sum) {
	twice = 1
	for (i = length(id); i > 0; i--) {
		n = (index(symbols, substr(id, i, 1)) - 1) * (twice ? 2 : 1)
		sum += int(n / 32) + n % 32
		twice = !twice
	}
	return substr(symbols, (32 - sum % 32) % 32 + 1, 1)
}
BEGIN { symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" }
{
	year = substr($1, 1, 4)
	id = substr(symbols, 1 + NR % 32, 1) substr(symbols, 1 + int(NR / 32), 1) "7Q"
	id = year "-" id check(year id)
	folder = "cases/" year "/" substr(id, 6, 1)
	system("mkdir -p " folder)
	file = folder "/" id ".rec"
	print "Case: " id "\nOpened: " $1 "\nService: information\nApplicant: municipality\nMunicipality: " $2 > file
	print "Counsellor: aj\nLead: centre\n\nDate: " $1 "\nKind: request\nBy: aj\nFrom: municipality\nService: information" > file
	if (NF > 2) print "\nDate: " $3 "\nKind: assignment\nBy: aj\nCounsellor: aj\nMunicipality: " $4 "\nReason: moved" > file
	close(file)
}
END
cases() { rm -rf cases && awk -f "$tmp/cases.awk"; }

cat >reports/now.rec <<'END'
%rec: Report

Report: now
Title: Municipalities
Profile: commissioner
Param: municipality rec Municipality Name
Param: municipalities enum then now
Succession: Municipality Name if Param.municipalities = 'now'
Scope: #Param.municipality => (Municipality = Param.municipality)

Report: told
Title: Municipalities, for everybody
Profile: public
Succession: Municipality

%rec: Table

Table: codes
Report: now
Title: Cases
Count: cases
Rows: Municipality

Table: provinces
Report: now
Title: Cases by province
Count: cases
Rows: Municipality.Province

Table: entries
Report: now
Title: Entries
Count: entries
Columns: Case.Municipality

Table: amsterdam
Report: now
Title: Cases of Amsterdam
Count: cases
Where: Municipality = 'GM0363'

Table: named
Report: now
Title: Cases by the name
Count: cases
Where: Municipality.Name = 'Berg en Dal'

Table: codes
Report: told
Title: Cases
Count: cases
Rows: Municipality
END

# report PERIOD [OPTION...]: the cells of the report now, a line each: TABLE|VALUE|FIGURE, and its notes
report() {
	period=$1
	shift
	dossier report now --period "$period" -f csv "$@" >out.csv || return
	sqlite3 :memory: '.mode list' '.import --csv out.csv t' \
	    "SELECT \"table\", \"row\" || \"column\", \"value\" FROM t WHERE part = 'cell' ORDER BY 1, 2" >cells
	sqlite3 :memory: '.mode list' '.import --csv out.csv t' \
	    "SELECT \"row\" FROM t WHERE part = 'note' AND (\"row\" LIKE '%split over%' OR \"row\" LIKE '%read as%')" >notes
}

cases <<'END'
2014-05-01 GM0265
2015-05-01 GM0241
2016-05-01 GM1945
2015-06-30 GM1921
2015-07-01 GM1940
2022-02-01 GM0457
2022-03-23 GM0457
2022-03-24 GM0363
2020-01-05 GM0788
2020-02-05 GM0788
2020-12-31 GM0788 2021-02-01 GM0855
2021-05-01 GM0855
END
ok 'the sample is a good directory' dossier check

report 2014..2022 --municipalities 'then'
grep ^codes cells | sort >got
cat >want <<'END'
codes|GM0241|1
codes|GM0265|1
codes|GM0363|1
codes|GM0457|2
codes|GM0788|3
codes|GM0855|1
codes|GM1921|1
codes|GM1940|1
codes|GM1945|1
END
same 'as they were: each code of its day' want got
same 'as they were: no word of successors' /dev/null notes

report 2014..2022 --municipalities now
grep -v ^provinces cells >got
cat >want <<'END'
amsterdam||3
codes|GM0363|3
codes|GM0788|3
codes|GM0855|1
codes|GM1940|2
codes|GM1945|3
entries|GM0363|3
entries|GM0788|3
entries|GM0855|2
entries|GM1940|2
entries|GM1945|3
named||3
END
same 'as they are now: chains, a new name, the middle of a year; a split stays' want got
grep ^provinces cells >got
printf '%s\n' 'provinces|Fryslân|2' 'provinces|Gelderland|3' 'provinces|Noord-Brabant|4' 'provinces|Noord-Holland|3' >want
same 'fields of the successor' want got
cat >want <<'END'
GM0788 Haaren was split over GM0757 Boxtel, GM0824 Oisterwijk, GM0855 Tilburg and GM0865 Vught on 1 January 2021: its 3 cases are not added to any of them.
END
same 'the split is listed, with its cases' want notes

report 2014..2015 --municipalities now
grep ^codes cells >got
printf '%s\n' 'codes|GM0241|2' 'codes|GM1940|2' >want
same 'the last day of the period decides how far a chain goes' want got
report 2014-01-01..2015-06-30 --municipalities now
grep ^codes cells >got
printf '%s\n' 'codes|GM0241|2' 'codes|GM1921|1' >want
same 'a day before the new name' want got
report 2014-01-01..2015-07-01 --municipalities now
grep ^codes cells >got
printf '%s\n' 'codes|GM0241|2' 'codes|GM1940|2' >want
same 'the day of the new name' want got
report 2022-01-01..2022-03-23 --municipalities now
grep ^codes cells >got
printf '%s\n' 'codes|GM0457|2' >want
same 'a merger in the middle of a year: the day before' want got

# ---- a report for one municipality ----

report 2014..2022 --municipality GM0363 --municipalities now
grep ^codes cells >got
echo 'codes|GM0363|3' >want
same 'in scope: what it took over too' want got
same 'no word of a split that is not its own' /dev/null notes
report 2014..2022 --municipality GM0457 --municipalities now
grep ^codes cells >got
same 'the parameter may be the old code' want got
echo 'GM0457 Weesp ended on 24 March 2022 and is read as GM0363 Amsterdam.' >want
same 'and the report says so' want notes
dossier report municipality --municipality GM0457 --municipalities now --period 2014..2022 -f json 2>/dev/null | jq -r .head.municipality >got
echo 'GM0457 Weesp (ended on 2022-03-24, read as GM0363 Amsterdam)' >want
same 'at its head too' want got
report 2014..2022 --municipality GM0457 --municipalities 'then'
grep ^codes cells >got
echo 'codes|GM0457|2' >want
same 'as it was: its own cases only' want got
report 2014..2022 --municipality GM0265 --municipalities now
grep ^codes cells >got
echo 'codes|GM1945|3' >want
same 'the first of a chain as parameter' want got

report 2014..2022 --municipality GM0855 --municipalities now
grep -E '^(codes|entries)' cells >got
printf '%s\n' 'codes|GM0855|1' 'entries|GM0855|2' >want
same 'a part of a split: its own cases only' want got
cat >want <<'END'
GM0788 Haaren was split over GM0757 Boxtel, GM0824 Oisterwijk, GM0855 Tilburg and GM0865 Vught on 1 January 2021: its 3 cases are not added to any of them.
END
same 'and how many were left out' want notes
report 2020-12..2022 --municipality GM0855 --municipalities now
sed -i 's/3 cases are/one case is/' want
same 'those of the period alone' want notes
report 2014..2022 --municipality GM0788 --municipalities now
grep -E '^(codes|entries)' cells >got
printf '%s\n' 'codes|GM0788|3' 'entries|GM0788|3' >want
same 'the code that was split as parameter: what it had itself' want got
report 2020 --municipality GM0855 --municipalities now
same 'before the split nothing is left out' /dev/null notes

# ---- a public report: no figures in its notes, and the same notes whatever the figures are ----

dossier report told --period 2014..2022 -f csv >out
grep -o 'its [a-z]* *cases[^"]*' out >got
echo 'its cases are not added up.' >want
same 'a public report lists a split without its figure' want got
echo '2022-02-01 GM0457' | cases
dossier report told --period 2014..2022 -f csv >out
grep -o 'its [a-z]* *cases[^"]*' out >got
same 'and lists it also when it has no cases' want got
dossier report told --period 2021..2022 -f csv >out
grep -c 'split over' out >got
echo 0 >want
same 'but not a split from before the period' want got

# ---- definitions ----

wrong() {
	sed "s/^Succession: Municipality\$/Succession: $2/" reports/now.rec >reports/other.rec
	mv reports/now.rec kept
	fails 2 "$1" dossier report told
	said "$1: said" "$3"
	rm reports/other.rec
	mv kept reports/now.rec
}
wrong 'an unknown type' Municipalty "there is no record type 'Municipalty'"
wrong 'a type without succession' Staff "records of type 'Staff' have no successors: its descriptor has no %succession"
wrong 'a condition on a case' "Municipality if Service = 'advice'" "'Service' is no parameter, expected Param.NAME"
wrong 'an unknown parameter' "Municipality if Param.when = 'now'" "no field 'Param.when'"
wrong 'no condition' 'Municipality Name if' 'bad-expression'
wrong 'a word too many' 'Municipality Name or Code' "'or' stands where only 'if' can"

# ---- the tables of the statistics office ----

if [ -n "${DOSSIER_TABLES:-}" ] && [ -r "$DOSSIER_TABLES/municipality_mergers.csv" ]; then
	ok 'import: today' dossier import municipalities "$DOSSIER_TABLES/municipalities.csv" --yes
	ok 'import: every code' dossier import municipality-codes "$DOSSIER_TABLES/municipality_codes_rvig.csv" --yes
	ok 'import: mergers' dossier import municipality-mergers "$DOSSIER_TABLES/municipality_mergers.csv" --yes
	# A case of each code that ended, on its last day.
	sqlite3 :memory: '.mode csv' ".import $DOSSIER_TABLES/municipality_mergers.csv m" '.mode list' '.separator " "' \
	    "SELECT date(ended, '-1 day'), code FROM m" | cases
	ok 'the whole table is a good directory' dossier check
	report 2009..2024 --municipalities now
	grep ^codes cells >got
	sqlite3 :memory: '.mode csv' ".import $DOSSIER_TABLES/municipality_mergers.csv m" '.mode list' \
	    "SELECT 'codes', CASE split_over WHEN '' THEN current_code ELSE code END AS c, count(*) FROM m GROUP BY c ORDER BY c" >want
	same 'each code is read as the one that it is today' want got
	grep -c . got >n
	ok 'and there are many' test "$(cat n)" -gt 50
	sqlite3 :memory: '.mode csv' ".import $DOSSIER_TABLES/municipality_mergers.csv m" '.mode list' \
	    "SELECT code || ' ' || name FROM m WHERE split_over != '' ORDER BY 1" >want
	sed 's/ was split over.*//' notes | sort >got
	same 'each split is listed' want got
	sqlite3 :memory: '.mode csv' ".import $DOSSIER_TABLES/municipality_mergers.csv m" '.mode list' \
	    "SELECT count(*) FROM m WHERE current_code = 'GM1945' AND split_over = ''" >want
	report 2009..2024 --municipality GM0265 --municipalities now
	sed -n 's/^codes|GM1945|//p' cells >got
	same 'one municipality, by a code of its past' want got
	# Every code there ever was leads somewhere, by the register alone.
	sqlite3 :memory: '.mode csv' ".import $DOSSIER_TABLES/municipality_codes_rvig.csv c" '.mode list' '.separator " "' \
	    "SELECT date(substr(\"end\",1,4) || '-' || substr(\"end\",5,2) || '-' || substr(\"end\",7,2), '-1 day'), 'GM' || code
	    FROM c WHERE \"end\" != '' AND successor != '' AND code NOT IN ('0000') AND \"end\" > '19000102'
	    AND code NOT IN ('0788', '0053', '0055', '0140', '1671') ORDER BY code LIMIT 900" | cases
	report 1800..2024 --municipalities now
	grep ^codes cells >got
	sqlite3 :memory: '.mode csv' ".import $DOSSIER_TABLES/municipality_codes_rvig.csv c" \
	    ".import $DOSSIER_TABLES/municipality_mergers.csv m" '.mode list' "
	    CREATE TABLE next AS SELECT 'GM' || code AS a, 'GM' || successor AS b FROM c WHERE successor != '' AND \"end\" != ''
	        AND 'GM' || code NOT IN (SELECT code FROM m)
	        UNION SELECT code, successor FROM m WHERE split_over = '';
	    WITH RECURSIVE start AS (SELECT 'GM' || code AS code FROM c WHERE \"end\" != '' AND successor != ''
	        AND code NOT IN ('0000') AND \"end\" > '19000102' AND code NOT IN ('0788', '0053', '0055', '0140', '1671')
	        ORDER BY code LIMIT 900),
	    way(code, at) AS (SELECT code, code FROM start UNION ALL SELECT code, b FROM way JOIN next ON a = at)
	    SELECT 'codes', at, count(*) FROM way WHERE at NOT IN (SELECT a FROM next) GROUP BY at ORDER BY at" >want
	same 'every code of the register is followed to its end' want got
fi

done_testing
