#!/bin/sh
# export: what other programs read in each format is, field by field, what GNU recutils reads in `dossier cat`, and prose never
# is. CSV is read by sqlite3, JSON by jq, XES by xmllint and xsltproc.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

helpers=$tests/export
today=2026-11-20
tab=$(printf '\t')
sh "$tests/demo/centre.sh" "$tmp/c" $today || exit 99
cd "$tmp/c" || exit 99

# Beside what the demo holds: two entries of a kind on a day, numbers in other forms, several values, a reference to an entry,
# words that look like more, a key that stands twice, prose with everything in it that a format could trip over.
mkdir -p cases/2026/7
cat >cases/2026/7/2026-7KQ43.rec <<'END'
Case: 2026-7KQ43
Opened: 2026-03-02
Service: support
Applicant: municipality
Municipality: GM0344
Counsellor: aj
Severity: low
Need: media
Need: safety
Need: media
Text: "Quoted", <angled> & then; a line
+ =cmd()
+ 	with a tab

Date: 2026-03-02
Kind: request
By: aj
From: municipality
Service: support
Hours: 2.50
Text: Zoë said "no", twice.

Date: 2026-03-02
Kind: assessment
By: aj
Severity: moderate
Hours: 1.0

Date: 2026-03-02
Kind: assessment
By: bk
Severity: high
Need: documents

Date: 2026-03-04
Kind: correction
By: aj
Entry: 2026-03-02/assessment/2
Field: Severity
Field: Need
Reason: it was not that

Date: 2026-03-05
Kind: assessment
By: aj
Severity: acute

Date: 2026-03-05
Kind: note
By: aj
Partner: youth-care
Partner: youth-care
Expert: peer-1
Text: twice the same
END
cat >>activities/2026.rec <<'END'

%rec: Presentation

Date: 2026-05-01
By: aj
By: bk
Requested: 2026-04-01
Requester: education
Audience: mentors, with a comma
Municipality: GM0344
Participants: 0x10
Hours: 1.25
END
cat >>directory/partners.rec <<'END'

Partner: twice
Name: First
Sector: safety
Local: no
Until: 2025-01-01

Partner: twice
Name: Then
Sector: education
Local: 1
Municipality: GM0363
Municipality: GM0344
From: 2025-01-01
END
git add -A && git commit -qm more --no-verify
dossier check --today $today 2>&1 | grep error: >"$tmp/check"
none() { : >"$tmp/nothing"; same "$1" "$tmp/nothing" "$2"; }
none 'nothing is wrong with the centre' "$tmp/check"

# ---- what recutils reads ----

dossier cat >"$tmp/all.rec"
case_prose='Text Allow'
entry_prose='Text Instead Late Allow Reference commission.Scope Reason Goal expert.Outcome Organisation Audience What Law Weighing'
# By record and field, values in the order in which they came.
ordered() { sort -s -t "$tab" -k1,1 -k2,2; }
# shellcheck disable=SC2086 # lists of words
{
	recsel -t Case "$tmp/all.rec" | perl "$helpers/values.pl" case $case_prose | ordered >"$tmp/cases.want"
	recsel -t Entry "$tmp/all.rec" | perl "$helpers/values.pl" entry $entry_prose | ordered >"$tmp/entries.want"
}
typed() {
	type=$1
	shift
	recsel -t "$type" "$tmp/all.rec" | perl "$helpers/values.pl" "$type" "$@"
}
{
	typed Municipality Name Province Region Local_care Note
	typed Staff Name Email Specialism Note
	typed Partner Name Does Website Region Note
	typed Expert Name Organisation Note
	typed Presentation Audience Place Topic Text Allow
	typed Knowledge Topic Text Allow
} | ordered >"$tmp/types.want"
types='Municipality Staff Partner Expert Presentation Knowledge'
ok 'there is enough to compare' sh -c 'test $(wc -l <"$1") -gt 300 && test $(wc -l <"$2") -gt 4000 && test $(wc -l <"$3") -gt 150' sh \
	"$tmp/cases.want" "$tmp/entries.want" "$tmp/types.want"

# ---- CSV ----

ok 'all tables into a folder' dossier export -o "$tmp/csv/"
said 'what is left out is said' '^dossier: left out, as they may hold prose: Case: Text, Allow; Entry: Text, '
said 'and where only some kinds are meant' 'Scope of commission'
dossier export -q -o "$tmp/csv" >"$tmp/got" 2>&1
none '-q says nothing' "$tmp/got"
find "$tmp/csv" -name '*.csv' -exec awk '!/\r$/ { print FILENAME ": " $0 }' {} + >"$tmp/got"
none 'every line ends in CR LF' "$tmp/got"
for file in "$tmp"/csv/*.csv; do
	name=${file##*/}
	printf '.import "%s" "%s"\n' "$file" "${name%.csv}"
done >"$tmp/import"
sqlite3 -csv "$tmp/centre.db" <"$tmp/import" >"$tmp/got" 2>&1
none 'sqlite3 takes them in' "$tmp/got"
# Rows of a query as record, field, value; those named after the query stand before the fields.
unpivot='.[] | .record as $r | del(.record, .Self, .Case, .n) | to_entries[] | select(.value != "") | .key as $k | (.value | split(" "))[] | [$r, $k, .] | @tsv'
sqlite3 -json "$tmp/centre.db" 'SELECT "Case" AS record, * FROM cases' | jq -r "$unpivot" | ordered >"$tmp/got"
same 'CSV: headers' "$tmp/cases.want" "$tmp/got"
sqlite3 -json "$tmp/centre.db" \
	'SELECT "Case" || " " || row_number() OVER (PARTITION BY "Case" ORDER BY rowid) AS record, * FROM entries' |
	jq -r "$unpivot" | ordered >"$tmp/got"
same 'CSV: entries' "$tmp/entries.want" "$tmp/got"
for type in $types; do
	sqlite3 -json "$tmp/centre.db" "SELECT Self AS record, * FROM $type" | jq -r "$unpivot"
done | ordered >"$tmp/got"
same 'CSV: the directory and the activities' "$tmp/types.want" "$tmp/got"

# A line a value: the same as what stands in the cells of fields that may repeat.
for file in "$tmp"/csv/*-*.csv; do
	name=${file##*/} name=${name%.csv}
	case $name in
	cases-*) record='"Case"' ;;
	entries-*) record='"Case" || " " || (SELECT n FROM numbered WHERE numbered."Case" = v."Case" AND numbered.Self = v.Self)' ;;
	*) record=Self ;;
	esac
	sqlite3 -separator "$tab" "$tmp/centre.db" "WITH numbered AS (SELECT \"Case\", Self, row_number() OVER
		(PARTITION BY \"Case\" ORDER BY rowid) AS n FROM entries) SELECT $record, '${name#*-}', \"${name#*-}\" FROM \"$name\" v"
done | ordered >"$tmp/got"
for file in "$tmp"/csv/*-*.csv; do
	name=${file##*/} name=${name%.csv}
	case $name in
	cases-* | entries-*) awk -F "$tab" -v field="${name#*-}" '$2 == field' "$tmp/${name%-*}.want" ;;
	*) awk -F "$tab" -v type="${name%-*}/" -v field="${name#*-}" '$2 == field && index($1, type) == 1' "$tmp/types.want" ;;
	esac
done | ordered >"$tmp/want"
same 'CSV: a line a value' "$tmp/want" "$tmp/got"
printf 'Case,Need\r\n2026-7KQ43,media\r\n2026-7KQ43,safety\r\n2026-7KQ43,media\r\n' >"$tmp/want"
dossier export -q -f csv -t cases-Need 2026-7KQ43 >"$tmp/got"
same 'one such table, one case' "$tmp/want" "$tmp/got"

# ---- JSON lines ----

dossier export -q >"$tmp/all.jsonl"
jq -r '.Case as $c | del(.Case, .Entries) | to_entries[] | .key as $k | .value | (if type == "array" then .[] else . end) | [$c, $k, .] | @tsv' \
	"$tmp/all.jsonl" | ordered >"$tmp/got"
same 'JSON lines: headers' "$tmp/cases.want" "$tmp/got"
jq -r '.Case as $c | .Entries | to_entries[] | "\($c) \(.key + 1)" as $r | .value | del(.Self) | to_entries[] | .key as $k | .value |
	(if type == "array" then .[] else . end) | [$r, $k, .] | @tsv' "$tmp/all.jsonl" | ordered >"$tmp/got"
same 'JSON lines: entries' "$tmp/entries.want" "$tmp/got"
for type in $types; do
	dossier export -q -t "$type" | jq -r '.Self as $r | del(.Self) | to_entries[] | .key as $k | .value |
		(if type == "array" then .[] else . end) | [$r, $k, .] | @tsv'
done | ordered >"$tmp/got"
same 'JSON lines: the directory and the activities' "$tmp/types.want" "$tmp/got"
dossier export -q -o "$tmp/lines/" -f jsonl
cat "$tmp/lines/cases.jsonl" >"$tmp/got"
same 'JSON lines in a folder' "$tmp/all.jsonl" "$tmp/got"
jq -c '[.Case, .Self] as $n | del(.Case, .Self) | [$n, .]' >"$tmp/got" <<END
$(dossier export -q -t entries)
END
jq -c '.Case as $c | .Entries[] | [[$c, .Self], del(.Self)]' "$tmp/all.jsonl" >"$tmp/want"
same 'JSON lines: a line an entry' "$tmp/want" "$tmp/got"
jq -r '.. | objects | to_entries[] | select(.key != "Entries") | "\(.key) \(.value | type)"' "$tmp/all.jsonl" | sort -u |
	awk '$1 == last { print } { last = $1 }' >"$tmp/got"
none 'a field is always an array or never, always a number or never' "$tmp/got"

# ---- XES ----

dossier export -q -o "$tmp/log.xes"
ok 'XES has the form of the standard' xmllint --noout --schema "$helpers/xes.xsd" "$tmp/log.xes"
sed 's/<date key="time:timestamp" value="[^"]*"/<date key="time:timestamp" value="2026-13-01"/' "$tmp/log.xes" >"$tmp/bad.xes"
fails 3 'and the schema would find a date that is none' xmllint --noout --schema "$helpers/xes.xsd" "$tmp/bad.xes"
sed 's/key="Applicant"/key="Service"/' "$tmp/log.xes" >"$tmp/bad.xes"
fails 3 'and a key that stands twice' xmllint --noout --schema "$helpers/xes.xsd" "$tmp/bad.xes"
xsltproc "$helpers/xes.xsl" "$tmp/log.xes" >"$tmp/log.values"
grep -v '^[^ ]* ' "$tmp/log.values" | ordered >"$tmp/got"
same 'XES: traces' "$tmp/cases.want" "$tmp/got"
grep '^[^ ]* [0-9]' "$tmp/log.values" | ordered >"$tmp/got"
same 'XES: events' "$tmp/entries.want" "$tmp/got"

# ---- OCEL ----

dossier export -q -o "$tmp/log.ocel"
jq -r -f "$helpers/ocel.jq" "$tmp/log.ocel" >"$tmp/got" 2>&1
none 'OCEL has the form of the standard' "$tmp/got"
for damage in '.objects[3].id = .objects[4].id' '.events[2].attributes[0].value = "x"' 'del(.objects[-1])' '.events[5].time = "2026-01-01"' \
	'.eventTypes[0].attributes[1].type = "text"' '.events[9].relationships += [.events[9].relationships[0]]'; do
	jq "$damage" "$tmp/log.ocel" | jq -r -f "$helpers/ocel.jq" >"$tmp/got" 2>&1
	ok "which would find $damage" test -s "$tmp/got"
done
cat >"$tmp/ocel-values.jq" <<'END'
def day: sub("T.*"; "");
def values($types; $of): (.attributes[] | select(.name != "Position") | .name as $k | ($types[$of][$k]) as $t |
	(if $t == "time" then [.value | day] elif (.value | type) == "string" then .value | split(" ") else [.value] end)[] | [$k, "\(.)"]),
	(.relationships[] | select(.qualifier != "Case") | [.qualifier, (.objectId | sub("^[^/]*/"; ""))]);
(.eventTypes | map({ (.name): (.attributes | map({ (.name): .type }) | add // {}) }) | add) as $types
| .events[] | (.relationships | map(select(.qualifier == "Case"))) as $of | .type as $type
| if $of == [] then .id as $r | ["Date", (.time | day)], values($types; $type) | [$r] + .
	else ($of[0].objectId | sub("Case/"; "")) as $c | "\($c) \(.attributes[] | select(.name == "Position").value)" as $r |
	["Date", (.time | day)], ["Kind", $type], values($types; $type) | [$r] + . end | @tsv
END
# Twice the same relationship is once.
jq -r -f "$tmp/ocel-values.jq" "$tmp/log.ocel" | ordered >"$tmp/got"
cat "$tmp/entries.want" "$tmp/types.want" | grep -vE '^(Municipality|Staff|Partner|Expert)/' |
	awk -F "$tab" '$2 != "Partner" || !seen[$0]++' | ordered >"$tmp/want"
same 'OCEL: entries and activities' "$tmp/want" "$tmp/got"
# What a case began with, and each change: of a day the last.
perl -F'\t' -lane '
	BEGIN { open my $h, "<", shift or die; while (<$h>) { chomp; my ($c, $k, $v) = split /\t/; push @{$header{$c}{$k}}, $v; } }
	my ($c, $n) = split / /, $F[0];
	push @{$entry{$c}[$n]{$F[1]}}, $F[2];
	END {
		for my $c (keys %header) {
			for my $k (qw(Opened Service Applicant Lead Situation Need Severity Complexity Level Language)) {
				my %on;
				$on{$header{$c}{Opened}[0]} = join " ", @{$header{$c}{$k}} if $header{$c}{$k};
				for my $e (@{$entry{$c}}) { $on{$e->{Date}[0]} = join " ", @{$e->{$k}} if $e && $e->{$k} }
				print join "\t", $c, $k, $_, $on{$_} for keys %on;
			}
			for my $k (qw(Municipality Counsellor Partner)) { print join "\t", $c, $k, "-", $_ for @{$header{$c}{$k} || []} }
		}
	}' "$tmp/cases.want" "$tmp/entries.want" | sort >"$tmp/want"
jq -r '.objects[] | select(.type == "Case") | (.id | sub("Case/"; "")) as $c |
	(.attributes[] | [$c, .name, (.time | sub("T.*"; "")), (.value | if type == "string" then sub("T00:00:00Z"; "") else . end)]),
	(.relationships[] | [$c, .qualifier, "-", (.objectId | sub("^[^/]*/"; ""))]) | @tsv' "$tmp/log.ocel" | sort >"$tmp/got"
same 'OCEL: a case and how it changed' "$tmp/want" "$tmp/got"
# One object a key: its records by their place, in the order of the file.
jq -r '.objects[] | select(.type != "Case") | .id as $r |
	(.attributes[] | .name as $k | (.value | if type == "string" then sub("T00:00:00Z"; "") | split(" ")[] else . end) | [$r, $k, .]),
	(.relationships[] | [$r, .qualifier, (.objectId | sub("^[^/]*/"; ""))]) | @tsv' "$tmp/log.ocel" | ordered >"$tmp/got"
awk -F "$tab" '{ type = $1; sub("/.*", "", type) } $2 == type { key[$1] = type "/" $3 } { line[NR] = $0 }
	END { for (i = 1; i <= NR; i++) { split(line[i], f, "\t"); if (f[1] in key) print key[f[1]] "\t" f[2] "\t" f[3] } }' \
	"$tmp/types.want" | ordered >"$tmp/want"
same 'OCEL: the directory' "$tmp/want" "$tmp/got"

# ---- prose stays ----

mark=xyzzy
sed -i "s/^Text: /&$mark /; s/^Reason: /&$mark /; s/^Goal: /&$mark /; s/^Name: /&$mark /; s/^Audience: /&$mark /; s/^Reference: /&$mark /" \
	cases/*/*/*.rec directory/*.rec activities/*.rec
ok 'there is prose everywhere' sh -c 'test $(grep -rl xyzzy cases directory activities | wc -l) -gt 60'
for format in jsonl xes ocel; do
	dossier export -q -f $format
done >"$tmp/got"
dossier export -q -o "$tmp/prose/"
grep -r $mark "$tmp/got" "$tmp/prose" >"$tmp/found"
none 'and none of it in any format' "$tmp/found"
git checkout -q .
# Nor where a word belongs.
sed -i "s/^Severity: acute/Severity: $mark/; s/^Counsellor: aj/&\nLead: $mark and more/; s/^Partner: youth-care/Partner: $mark/; s/^Hours: 2.50/Hours: $mark/" \
	cases/2026/7/2026-7KQ43.rec
printf '\nDate: 2026-03-06\nKind: %s\nBy: aj\n\nDate: %s\nKind: note\nBy: aj\nText: x\n' $mark $mark >>cases/2026/7/2026-7KQ43.rec
for format in jsonl xes ocel; do
	fails 1 "$format: what is not as the schema says is left out" dossier export -q -f $format 2026-7KQ43
	said 'and that is said' 'not as the schema says'
	cat "$tmp/.out" >>"$tmp/all.out"
done
fails 1 'csv too' dossier export -q -o "$tmp/prose/"
grep -r $mark "$tmp/all.out" "$tmp/prose" >"$tmp/found"
none 'and nothing of it came out' "$tmp/found"
dossier export -q 2026-7KQ43 2>/dev/null | jq '.Entries | length' >"$tmp/got"
echo 6 >"$tmp/want"
same 'entries without a day or a kind stay whole' "$tmp/want" "$tmp/got"
dossier export -q -f ocel 2>/dev/null | jq -r -f "$helpers/ocel.jq" >"$tmp/got" 2>&1
none 'what comes out is well-formed all the same' "$tmp/got"
git checkout -q .

# ---- which cases, which day, where to ----

dossier export -q -e "Applicant = 'mother' && Opened >> '2025-01-01'" | jq -r .Case | sort >"$tmp/got"
recsel -t Case -e "Applicant = 'mother' && Opened >> '2025-01-01'" -P Case "$tmp/all.rec" | grep . | sort >"$tmp/want"
same '-e chooses cases' "$tmp/want" "$tmp/got"
dossier export -q -e "Service = 'advice'" -e "#closed" --today $today | jq -r .Case | sort >"$tmp/got"
dossier list -e "Service = 'advice' && #closed" --today $today -f csv -p Id | tr -d '\r' | sed 1d | sort >"$tmp/want"
same 'States too' "$tmp/want" "$tmp/got"
fails 2 'a misspelt name' dossier export -e "Servise = 'advice'"
said 'is corrected' "did you mean 'Service'"
fails 2 'a word that the field never is' dossier export -e "Service = 'advise'"
said 'the right one is named' "^-e:1:11: error: 'Service' is never 'advise', did you mean 'advice'? \[no-such-value\]"
sed -i 's/^%type: Lead enum .*/&\n%type: Urgent bool/; s/^%allowed: Language Partner Text Allow/& Urgent/' schema/case.rec
fails 2 'what is yes or no' dossier export -e "Urgent = 'perhaps'"
said 'and all that it can be' "^-e:1:10: error: 'Urgent' is never 'perhaps', it is one of: yes, no, true, false, 1, 0 \[no-such-value\]"
ok 'which it may be' dossier export -q -e "Urgent = 'yes' || Urgent = '0'"
git checkout -q schema
fails 2 'half an expression' dossier export -e 'Service ='
fails 2 'a field that only entries have' dossier export -e "Kind = 'note'"
said 'with advice that is true here' "a case has no 'Kind': write Entry.Kind for any entry's"
dossier export -q -f ocel -e "Case = 'none'" | jq -r -f "$helpers/ocel.jq" >"$tmp/got" 2>&1
none 'a log without a case is one' "$tmp/got"
dossier export -q -f xes -e "Case = 'none'" >"$tmp/log.xes"
ok 'XES too' xmllint --noout --schema "$helpers/xes.xsd" "$tmp/log.xes"
dossier export -q --as-of HEAD >"$tmp/got"
same 'as of a commit' "$tmp/all.jsonl" "$tmp/got"
dossier export -q --as-of 2025-01-01 | jq -r '.Entries[].Date' | sort | tail -n 1 >"$tmp/got"
ok 'as of a day nothing later is known' sh -c 'test "$(cat "$1")" \< 2025-01-02' sh "$tmp/got"
dossier export -q -f jsonl | head -n 1 >"$tmp/got"
head -n 1 "$tmp/all.jsonl" >"$tmp/want"
same 'one case after another' "$tmp/want" "$tmp/got"
fails 2 'CSV is one table' dossier export -f csv
said 'and says so' 'say which (--table cases)'
fails 2 'a table that is none' dossier export -t Staf
said 'is corrected' "did you mean 'Staff'"
fails 2 'definitions are no tables of ours' dossier export -t Nothing
fails 2 'a suffix that says nothing' dossier export -o "$tmp/x.doc"
fails 2 'a log is no folder' dossier export -f xes -o "$tmp/csv/"
fails 2 'nor a table' dossier export -f ocel -t cases
fails 2 'a folder that cannot be' dossier export -q -o /dev/null/x/
echo old >"$tmp/kept.xes"
fails 2 'what cannot be read' dossier export --as-of nothing -o "$tmp/kept.xes"
echo old >"$tmp/want"
same 'leaves the old file' "$tmp/want" "$tmp/kept.xes"
ok 'a device is written to' dossier export -q -o /dev/null -f xes
find "$tmp" -name '*.new-*' >"$tmp/got"
none 'nothing half written stays' "$tmp/got"
mv schema "$tmp/schema"
fails 2 'without a schema nothing is known to be no prose' dossier export
done_testing
