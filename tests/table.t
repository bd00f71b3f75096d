#!/bin/sh
# A report as text, CSV, JSON and rec: each read back by somebody else's program, and all saying the same figures.
# shellcheck source=tests/lib.sh disable=SC2016 # jq's and awk's variables
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
sed -i '/^Until:/d' centre/directory/staff.rec
new() { # new YEAR SYMBOLS OPENED SERVICE APPLICANT [Field: value...]
	id=$1-$2
	file=cases/$1/$(printf %.1s "$2")/$id.rec
	mkdir -p "${file%/*}"
	printf 'Case: %s\nOpened: %s\nService: %s\nApplicant: %s\nCounsellor: aj\n' "$id" "$3" "$4" "$5" >"$file"
	printf '%s\n' "$6" ${7:+"$7"} >>"$file"
	printf '\nDate: %s\nKind: request\nBy: aj\nFrom: %s\nService: %s\nHours: 1.25\n' "$3" "$5" "$4" >>"$file"
}
cd centre || exit 99
new 2026 0000G 2026-01-10 advice mother 'Municipality: GM0344' 'Situation: returned'
new 2026 1000F 2026-02-10 advice mother 'Municipality: GM0344' 'Situation: returned
Situation: wants-to-leave'
new 2026 2000E 2026-05-11 information father 'Municipality: GM0344'
cat >reports/formats.rec <<'END'
%rec: Report

Report: formats
Title: "Formats", <all> & more
Profile: commissioner

%rec: Table

Table: services
Report: formats
Title: Opened
Count: cases
Rows: Service Applicant
Columns: quarter
Note: A note, with "quotes"

Table: hours
Report: formats
Title: Hours
Count: entries
Sum: Hours
Rows: Case.Service

Table: places
Report: formats
Title: By province
Count: cases
Rows: Municipality.Province Situation

Table: none
Report: formats
Title: Nothing
Count: entries
Where: Kind = 'end'
Rows: End
Empty: hide
Total: none
END
in_git .
report() { dossier --today 2026-06-30 report formats --period 2026-02-01..2026-06-30 "$@"; }
ok 'JSON' report -f json -o "$tmp/r.json"
ok 'rec' report -f rec -o "$tmp/r.rec"
ok 'CSV' report -f csv -o "$tmp/r.csv"
report -f json >"$tmp/r2.json"
same 'the suffix says the format' "$tmp/r.json" "$tmp/r2.json"
cd "$tmp" || exit 99

ok 'jq reads it' jq -e . r.json
ok 'version, name, title' jq -e '.version == 1 and .report == "formats" and .title == "\"Formats\", <all> & more" and .language == "en"' r.json
ok 'tables in order' jq -e '[.tables[].name] == ["services", "hours", "places", "none"]' r.json
ok 'levels by the names of the fields' jq -e '.tables[2].rows == ["Municipality.Province", "Situation"] and .tables[1].rows == ["Case.Service"] and .tables[0].columns == ["quarter"]' r.json
ok 'a cell' jq -e '.tables[0].cells | any(.row == ["advice", "mother"] and .column == ["2026-Q1"] and .value == 1 and .partial)' r.json
ok 'a total has no values' jq -e '.tables[0].cells | any(.row == [null, null] and .column == [null] and .value == 3)' r.json
ok 'what is not stated is empty' jq -e '.tables[2].cells | any(.row[1] == "")' r.json
ok 'a decimal' jq -e '.tables[1].cells | any(.row == ["advice"] and .value == 1.25)' r.json
ok 'notes' jq -e '.tables[0].notes[0] == "A note, with \"quotes\"" and (.tables[3].cells == [])' r.json

# The same figures, three times.
jq -r '.tables[] | .name as $t | .cells[] | [$t, (.row + .column | map(select(. != null) | if . == "" then "(not stated)" else . end) | join("/")), (.value // "hidden" | tostring)] | join(" ")' r.json |
	sort >json.cells
tr -d '\r' <r.csv | awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$1 == "cell" || $1 == "total" {
		key = ""
		n = split("row row_2 column", name, " ")
		for (i = 1; i <= n; i++) if ($at[name[i]] != "") key = key (key ? "/" : "") $at[name[i]]
		print $2, key, $at["value"]
	}' | sort >csv.cells
same 'JSON and CSV agree' json.cells csv.cells
if command -v recsel >/dev/null; then
	ok 'recfix accepts it' recfix --check r.rec
	recsel -t Figure -p Table,Service,Case_Service,Municipality_Province,Situation,Applicant,quarter,Value r.rec | awk '
		function flush() { if (table != "") print table, key, value; table = key = value = "" }
		/^$/ { flush(); next }
		{ v = substr($0, index($0, ": ") + 2) }
		/^Table:/ { table = v; next }
		/^Value:/ { value = v; next }
		{ key = key (key != "" ? "/" : "") v }
		END { flush() }' | sort >rec.unordered
	# recsel gives fields in the order asked for: Situation stands before Applicant, which no table has together
	same 'JSON and rec agree' json.cells rec.unordered
	ok 'found by a level' sh -c 'test "$(recsel -t Figure -e "Table = \"services\" && Service = \"information\" && quarter = \"2026-Q2\" && #Applicant = 0" -P Value r.rec)" = 1'
	ok 'the head is a record' sh -c 'recsel -t Report -P Title r.rec | grep -q "^\"Formats\", <all> & more$"'
	ok 'notes are records' sh -c 'recsel -t Note -e "Table = \"services\"" -P Text r.rec | grep -q quotes'
else
	skip 'rec read by recutils' 'no recutils'
fi

# A sheet with everything a sheet may have.
mkdir all
ok 'everything' "${DOSSIER_BUILD:-$top/build}/tests/table" all
ok 'jq reads everything' jq -e '.tables | length == 12 and (map(select(.name == "list"))[0].lines | length) == 3' all/all.json
command -v recfix >/dev/null && ok 'recfix accepts everything' recfix --check all/all.rec
ok 'a total under a measure is null' jq -e '.tables[] | select(.name == "flow") | .cells | any(.row == [null] and .column == [null, "end"] and .value == 48)' all/all.json
ok 'sqlite reads the CSV' sh -c 'test "$(sqlite3 :memory: -cmd ".mode csv" -cmd ".import all/all.csv t" "select count(*) from t where part = '"'line'"'")" = 15'

fails 2 'a format that there is not' dossier -C centre report formats -f xml
done_testing
