#!/bin/sh
# The skeleton that `dossier init` commits: valid by our own check and by GNU recutils, within its limits, and every
# kind and identifier does what its text says.
# shellcheck disable=SC2016,SC2317 # functions and scripts are run by ok
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
skeleton=$top/templates

cp -R "$skeleton" centre
cd centre || exit 99
git init -q .
cat >>directory/staff.rec <<END

Staff: aj
Name: Aj
Email: aj@centre.example
Role: coordinator
Role: counsellor
From: 2026-01-01

Staff: bk
Name: Bk
Email: bk@centre.example
Role: counsellor
From: 2026-01-01
END

silent() {
	"$@" >"$tmp/.said" 2>&1
	status=$?
	cat "$tmp/.said"
	[ "$status" = 0 ] && [ ! -s "$tmp/.said" ]
}

recutils_reads() {
	dossier cat >"$tmp/cat.rec" && recfix "$tmp/cat.rec" && recinf "$tmp/cat.rec" >/dev/null
}

ok 'the skeleton passes check' silent dossier check
ok 'recfix and recinf read the skeleton through cat' recutils_reads
for file in "$skeleton"/*.rec "$skeleton"/*/*.rec; do
	case $file in */templates/templates/*) continue ;; esac
	ok "recinf reads ${file#"$skeleton"/}" recinf "$file"
done
for file in "$skeleton"/schema/*.rec; do
	ok "recfix reads ${file#"$skeleton"/}" recfix "$file"
done
for file in municipalities:Municipality partners:Partner; do
	ok "recsel finds the records of directory/${file%:*}.rec" \
		sh -c "test \$(recsel -c -t ${file#*:} directory/${file%:*}.rec) -ge 5"
done

limits() {
	awk '
	/regexp / && length($0) - index($0, "regexp ") - 8 > 200 { print FILENAME ": " FNR ": a regexp of more than 200 bytes"; bad = 1 }
	{ for (i = 1; i <= NF; i++) if (length($i) > 100 && $0 !~ /regexp|constraint|Pattern/ && $0 !~ /^\+ \(/) { print FILENAME ": " FNR ": a long word"; bad = 1 } }
	/^%rec:/ { typedefs = 0 }
	/^%typedef:/ && ++typedefs > 25 { print FILENAME ": more than 25 typedefs"; bad = 1 }
	END { exit bad }' "$skeleton"/schema/case.rec "$skeleton"/schema/directory.rec "$skeleton"/schema/report.rec
}
ok 'within the limits of recutils' limits

kinds='request explained commission consent consultation assessment assignment plan conversation action expert referral
review question answer information handover end aftercare disclosure correction statement exception suspension
resumption reopening note'
explained() {
	awk '
	FILENAME ~ /case.rec$/ && /^%rec:/ { kind = $2; next }
	FILENAME ~ /case.rec$/ { if (/^%doc: ./) doc[kind] = 1; next }
	/^\| [a-z, ]+ \| / { gsub(/[|,]/, " "); for (i = 1; i <= NF; i++) said[$i] = 1 }
	END { for (kind in doc) if (kind !~ /^[A-Z]/) print kind (kind in said ? "" : " is not in the README") }' schema/case.rec README.md | sort
}
echo "$kinds" | tr ' ' '\n' | sort >"$tmp/wanted"
explained >"$tmp/explained"
same 'these kinds and no others have a %doc and a line in the README' "$tmp/wanted" "$tmp/explained"

# Entries in a case that is good but for them: a line "= " and the messages expected ("good": none), then the entry's fields.
case=cases/2026/7/2026-7KQ43.rec
mkdir -p cases/2026/7
header='Case: 2026-7KQ43
Opened: 2026-03-02
Service: support
Applicant: mother
Municipality: GM0344
Counsellor: aj'
{
	echo "$header"
	awk '/^#/ { next } /^= / { print "\nDate: 2026-03-04\nBy: aj"; next } { print }' "$tests/skeleton/entries.txt"
} >$case
dossier check --no-rules --today 2026-03-09 2>&1 | sed -n 's/^[^:]*:\([0-9]*\):.*\[\(.*\)\]$/\1 \2/p' | sort -u >"$tmp/found"
awk -v table="$tests/skeleton/entries.txt" '
FILENAME ~ /found$/ { at[++n] = $1; rule[n] = $2; next }
/^$/ { entry++ }
entry { entry_of[FNR] = entry }
END {
	for (i = 1; i <= n; i++) {
		e = entry_of[at[i]] + 0
		if (!((e, rule[i]) in seen)) got[e] = got[e] (got[e] ? " " : "") rule[i]
		seen[e, rule[i]] = 1
	}
	if (got[0]) print "header: " got[0]
	while ((getline line <table) > 0) {
		if (line ~ /^= /) line = "= " (got[++k] ? got[k] : "good")
		print line
	}
}' "$tmp/found" $case >"$tmp/entries"
same 'entries of every kind are right or wrong as the table says' "$tests/skeleton/entries.txt" "$tmp/entries"
ok "the table has a good entry of nearly every kind" test \
	"$(grep -A 1 '^= good' "$tests/skeleton/entries.txt" | grep -c '^Kind:')" -ge 26

# Identifiers: each line of the table in one entry of one case; what was found on its line.
{
	echo "$header"
	sed '/^#/d; /^$/d; s/^[^|]*|//' "$tests/skeleton/identifiers.txt" |
		while IFS= read -r text; do
			printf '\nDate: 2026-03-04\nKind: note\nBy: aj\nText: %s\n' "$text"
		done
} >$case
dossier check --no-rules --today 2026-03-09 >"$tmp/said" 2>&1
sed '/^#/d; /^$/d' "$tests/skeleton/identifiers.txt" >"$tmp/table"
sed -n 's/^Identifier: //p' schema/identifiers.rec >"$tmp/names"
awk -F '|' '
FILENAME ~ /names$/ { name[$0]; next }
FILENAME ~ /said$/ {
	split($0, part, ":")
	for (m in name) if (index($0, "(" m "): ")) found[part[2]] = found[part[2]] (found[part[2]] ? " " : "") m
	next
}
{ line = 6 + FNR * 5; print (found[line] ? found[line] : "-") "|" $2 }' "$tmp/names" "$tmp/said" "$tmp/table" >"$tmp/got"
same 'identifiers are found, and what only looks like one is not' "$tmp/table" "$tmp/got"
ok 'no message shows what it found' sh -c "! grep -E '123456782|0612345678|NL91ABNA0417164300|someone@example' $tmp/said"

done_testing
