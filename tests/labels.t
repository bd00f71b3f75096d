#!/bin/sh
# The Labels of the skeleton. Dutch: every title, note, value, field of a report and every word of the program has one, and what
# they fill in is what the English sentence fills in. English: every word that does not read as it stands has one.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
nl=$top/templates/reports/labels-nl.rec en=$top/templates/reports/labels-en.rec

perl "$tests/labels.pl" "$top"/src/*.c -- "$top/templates" >needed || exit 99
ok 'words are found' sh -c 'test "$(wc -l <needed)" -gt 300'
# FIELD<TAB>LABEL<TAB>TEXT a line
cat >labels.awk <<'EOF'
	function flush() { if (label != "") print field "\t" label "\t" text; label = field = text = "" }
	/^$/ { flush() }
	/^Label: / { label = substr($0, 8) }
	/^Field: / { field = substr($0, 8) }
	/^Text: / { text = substr($0, 7) }
	END { flush() }
EOF
awk -f labels.awk "$nl" >labels
awk -f labels.awk "$en" >labels.en

# missing LABELS NEEDED: those that have no Label for their field, nor one for any
missing() {
	awk -F '\t' 'NR == FNR { has[$1 "\t" $2] = 1; next } !(($1 "\t" $2) in has) && !(("\t" $2) in has) &&
		!($1 == "" && ("measure\t" $2) in has)' "$1" "$2"
}
missing labels needed >found
: >nothing
same 'nothing lacks a Dutch Label' nothing found
grep -v '	Total	' labels >fewer
missing fewer needed >found
printf '\tTotal\n' >want
same 'one that is taken away is missed' want found

# What is written with hyphens or dots, but names of rules, which dossier explain wants as they are.
awk -F '\t' '($1 != "" || $2 ~ /^[A-Z][A-Za-z_]*\.[A-Za-z_.]+$/) && $1 != "Rule" && $2 ~ /[-_.]/ && $2 != "well-being"' needed >ids
ok 'ids are found' sh -c 'test "$(wc -l <ids)" -gt 50'
missing labels.en ids >found
same 'no id lacks an English Label' nothing found
grep -v '	wants-to-leave	' labels.en >fewer
missing fewer ids >found
printf 'Situation\twants-to-leave\n' >want
same 'one that is taken away is missed' want found
awk -F '\t' 'NR == FNR { has[$1 "\t" $2] = has["\t" $2] = 1; next } !(($1 "\t" $2) in has) && $1 !~ /^(measure|Interval)$/ && $2 != "Lead"' needed labels.en >found
same 'no English Label is for nothing' nothing found
awk -F '\t' '$2 == $3 || $3 ~ /[a-z]-[a-z]|_|[a-z]\.[a-z]/' labels.en >found
same 'each reads otherwise than the id' nothing found
ok 'each is English' sh -c '[ "$(grep -c "^Language: en$" "$1")" = "$(grep -c "^Label:" "$1")" ]' sh "$en"

cat labels labels.en >both
for language in labels labels.en; do
	cut -f 1,2 $language | sort | uniq -d
done >found
same 'no word has two' nothing found
awk -F '\t' '
	function places(s, list) { list = ""; while (match(s, /\{[a-z]+\}/)) { list = list substr(s, RSTART, RLENGTH) "\n"; s = substr(s, RSTART + RLENGTH) } return list }
	function sorted(s, n, a, i, j, t) { n = split(s, a, "\n"); for (i = 1; i < n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t } s = ""; for (i = 1; i <= n; i++) s = s a[i]; return s }
	sorted(places($2)) != sorted(places($3)) { print }' both >found
same 'the same places are filled in' nothing found
awk -F '\t' '$3 == "" || $3 ~ /^ | $/' both >found
same 'none is empty' nothing found

make_centre "$tmp/centre"
sed -i '/^Until:/d' centre/directory/staff.rec
in_git centre
ok 'the skeleton with Labels is in order' dossier -C centre check --no-rules
command -v recfix >/dev/null && { cat centre/schema/report.rec "$nl" "$en" | sed '0,/^%rec: Label$/b; /^%rec: Label$/d' >both.rec; ok 'recutils accept them' recfix --check both.rec; }

# ---- a report in Dutch ----

report() { dossier -C centre --today 2026-03-09 report municipality --municipality GM0344 "$@"; }
ok 'in Dutch' report --lang nl
said 'its title' '^Rapport aan de gemeente$'
said 'its period' '^Periode  *1 januari 2026 tot en met 9 maart 2026$'
said 'a value' '^ondersteuning '
said 'a total' '^Totaal '
said 'the foot' '^Profiel  *opdrachtgever$'
said 'the command says the language' ' nl$'
ok 'in English' report
said 'a period in English' '^Period  *1 January 2026 to 9 March 2026$'
report --lang nl -f json >nl.json
report -f json >en.json
ok 'the reports that there are, in Dutch' dossier -C centre report --lang nl
said 'by their titles' '^municipality  *Rapport aan de gemeente$'
fails 2 'a language without Labels' dossier -C centre report --lang de
said 'is said' "no Labels in 'de'"
ok 'JSON says which language' jq -e '.language == "nl" and .title == "Rapport aan de gemeente"' nl.json
ok 'a value stays, its label stands beside' jq -e '.tables[0] | .labels.support == "ondersteuning" and any(.cells[].row[0]; . == "support")' nl.json
jq '[.tables[] | .name, .cells]' nl.json >nl.cells
jq '[.tables[] | .name, .cells]' en.json >en.cells
same 'the figures are the same' en.cells nl.cells
ok 'CSV: labels follow' sh -c 'dossier -C centre --today 2026-03-09 report municipality --municipality GM0344 --lang nl -f csv | tr -d "\r" | head -n 1 | grep -q ",value,note,row_label,row_label_2,column_label"'
ok 'HTML says its language' sh -c 'dossier -C centre --today 2026-03-09 report municipality --municipality GM0344 --lang nl -f html | grep -q "<html lang=\"nl\">"'
fails 2 'a language that there is not' report --lang xx
said 'which there are' 'choose one of: en, nl'
sed -i 's/^Language: en$/Language: nl/' centre/centre.rec
ok 'the language of the Centre' report
said 'is the default' '^Rapport aan de gemeente$'
ok 'another may be asked for' report --lang en
said 'English needs no Labels of its own' '^Report to the municipality$'
sed -i 's/^Service: support/&\nSituation: wants-to-leave/' centre/cases/2026/7/2026-7KQ43.rec
ok 'English too has words for values' report --lang en
said 'a value' '^wants to leave for a conflict area '
said 'a head' '^Reason for ending '
report --lang en -f csv >en.csv
ok 'machine formats keep the ids' grep -q ',Situation,wants-to-leave,' en.csv
ok 'JSON has the words beside' sh -c 'dossier -C centre --today 2026-03-09 report municipality --municipality GM0344 --lang en -f json |
	jq -e "[.tables[] | select(.name == \"situations\") | .labels.\"wants-to-leave\" == \"wants to leave for a conflict area\", any(.cells[].row[]; . == \"wants-to-leave\")] | all"'
for name in municipality overview caseload lead-times data-quality activities partners; do
	set -- "$name"
	[ "$name" != municipality ] || set -- "$name" --municipality GM0344
	dossier -C centre --today 2026-03-09 report "$@" --lang en
done >all.txt 2>&1
sed -n '/^[a-z]*-[a-z-]*  .*[0-9]$/p;/^ *Entry [A-Z]/p;/Municipality Province/p' all.txt | grep -v "^well-being \| 12 *$" >found
same 'no report shows ids to people' nothing found
rm centre/reports/labels-nl.rec centre/reports/labels-en.rec
ok 'a Centre whose language has no Labels' report
said 'reports in English' '^Report to the municipality$'

done_testing
