#!/bin/sh
# The Centre's way of working (templates/rules): four whole cases keep to it, from the first entry to the last; then each rule is
# broken once by a small edit of them, and the whole output of check stands beside it.
#   process/good/CASE.rec   the four cases
#   process/RULE/run        the edit, in the words of process/edit.sh
#   process/RULE/expect     what check says, and a last line "status N"
#   process/sentences       what the rules quote, by number
#   sh tests/process.t [RULE...]            these only
#   UPDATE=1 sh tests/process.t [RULE...]   writes expect anew, for review
# shellcheck disable=SC2016,SC2317,SC1091 # functions and scripts are run by ok; edit.sh is sourced by them
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
rules=$top/templates/rules

make_centre centre
rm -r centre/cases
cat >>centre/directory/staff.rec <<'EOF'

Staff: ck
Name: Ck
Email: ck@centre.example
Role: counsellor

Staff: an
Name: An
Email: an@centre.example
Role: analyst
EOF
cat >>centre/directory/partners.rec <<'EOF'

Partner: team-utrecht
Name: a neighbourhood team
Sector: well-being
Local: yes
Municipality: GM0344
EOF
cat >>centre/directory/experts.rec <<'EOF'

Expert: trauma-1
Name: an expert
Country: NL
Topic: trauma-and-grief

Expert: peer-1
Name: a network abroad
Country: DE
Topic: peer-support
EOF
support=cases/2026/7/2026-7KQ43.rec advice=cases/2026/8/2026-8MNPX.rec
information=cases/2026/Q/2026-QRSTT.rec expertise=cases/2026/4/2026-4WXYS.rec
export support advice information expertise tmp tests
for case in support advice information expertise; do
	file=centre/$(eval "echo \$$case")
	mkdir -p "$(dirname "$file")"
	cp "$tests/process/good/$case.rec" "$file"
done

silent() {
	"$@" >"$tmp/.said" 2>&1
	status=$?
	cat "$tmp/.said"
	[ "$status" = 0 ] && [ ! -s "$tmp/.said" ]
}

# Each day on which something was written down, with what had been written by then.
day_by_day() (
	cp -R "$tmp/centre" "$tmp/days"
	cd "$tmp/days" || return 1
	for case in support advice information expertise; do
		file=$(eval "echo \$$case")
		for day in $(sed -n 's/^Date: //p' "$tests/process/good/$case.rec" | sort -u); do
			cp "$tests/process/good/$case.rec" "$file"
			upto $case "$day"
			dossier check --today "$day" "$file"
		done
	done >"$tmp/.days" 2>&1
	cat "$tmp/.days"
	[ ! -s "$tmp/.days" ]
)

if [ $# = 0 ]; then
	. "$tests/process/edit.sh"
	ok 'the rules are in order, and their examples do what they say' silent dossier -C centre check --today 2027-09-01 rules
	ok 'four cases keep to the way of working' silent dossier -C centre check --today 2027-09-01
	fails 0 'nothing is due in them any more' dossier -C centre due --today 2027-09-01 -c cases
	said 'nothing at all' '^0$'
	ok 'and did on each day' day_by_day
	ok 'GNU recfix accepts all of it' sh -c 'dossier -C centre cat >all.rec && recfix all.rec'

	# Every rule stands on something that is quoted as it was said, and has its examples and its row here.
	awk -v RS= -v FS='\n' '
	FILENAME ~ /sentences$/ { for (i = 1; i <= NF; i++) sentence[$i]; next }
	{
		name = basis = good = bad = ""
		for (i = 1; i <= NF; i++) {
			if ($i ~ /^(Rule|State|History): /) { name = $i; sub(/: /, " ", name) }
			if ($i ~ /^Good: /) good = 1
			if ($i ~ /^Bad: /) bad = 1
			if ($i !~ /^Basis: /) continue
			basis = substr($i, 8)
			if (!(basis in sentence) && basis !~ /^Default, to be set by the Centre( \(.*\))?$/)
				print name ": no such sentence: " basis
		}
		if (name == "") next
		if (basis == "") print name ": no basis"
		if (name ~ /^Rule/ && !(good && bad)) print name ": no Good and Bad"
	}' "$tests/process/sentences" "$rules"/*.rec >wrong
	same 'every rule has a basis that is quoted to the letter, Good and Bad' /dev/null wrong
	sed -n 's/^\(Rule\|History\): //p' "$rules"/*.rec | sort >names
	(cd "$tests/process" && for run in */run; do echo "${run%/run}"; done) | sort >rows
	same 'every rule and History record is broken once below' names rows
	sed -n 's/^Basis: \(S[0-9]*\):.*/\1/p' "$rules"/*.rec | sort -u >quoted
	ok 'every sentence that states a rule is quoted' sh -c \
		'for s in S2 S3 S4 S5 S6 S8 S10 S11 S12 S13 S14 S15 S18 S19 S21 S22 S23; do grep -qx $s quoted || { echo $s; exit 1; }; done'
	cp rows asked

	# The examples of dossier-rules(5): literal blocks that begin with a record, all of them in one centre.
	cp -R centre manual && rm -r manual/rules manual/cases && mkdir manual/rules
	awk '
	/^\.Bd -literal/ { block = 1; next }
	/^\.Ed/ { block = record = 0; next }
	!block { next }
	/^(State|Rule|History): / { record = 1; print "\n%rec: " substr($1, 1, length($1) - 1) "\n" }
	record { gsub(/\\e/, "\\"); print }' "$top/src/dossier-rules.5" >manual/rules/manual.rec
	ok 'the examples of dossier-rules(5) do what they say' silent dossier -C manual check rules
	ok 'and show each check and each History check' sh -c 'test "$(sed -n "s/^Check: //p" manual/rules/manual.rec | sort -u | wc -l)" = 15'
else
	printf '%s\n' "$@" >asked
fi

cat >one <<'EOF'
cp -R "$tmp/centre" "$tmp/work-$1" && cd "$tmp/work-$1" || exit 99
. "$tests/process/edit.sh"
today=2027-09-01 look='dossier check' touched=''
{ . "$tests/process/$1/run"; $look --today $today $touched; echo "status $?"; } </dev/null 2>&1 |
	sed 's/^[0-9a-f]\{10\}:/COMMIT:/; s/(commit [0-9a-f]*)/(commit)/' >"$tmp/got-$1"
cd "$tmp" && rm -rf "$tmp/work-$1"
EOF
xargs -P 2 -I NAME sh "$tmp/one" NAME <asked
while read -r name; do
	expect=$tests/process/$name/expect
	[ -z "$UPDATE" ] || cp "got-$name" "$expect"
	[ -e "$expect" ] || expect=/dev/null
	same "$name" "$expect" "got-$name"
	grep -q "\[$name\]\$" "got-$name" || tap_line 1 "$name is broken by its own row"
done <asked

# What had to be so is written down with it, and a second person agrees.
if [ $# = 0 ]; then
	cd centre || exit 99
	. "$tests/process/consent-first/run"
	add support 2026-06-15 exception Waives=consent-first Entry=2026-06-15/action \
		Reason='the other mothers had come from far; she wanted to go' Approved_by=ck
	ok 'an exception waives a rule' dossier check --today 2027-09-01 "$support"
	said 'and says who agreed' 'note: .*: waived by 2026-06-15/exception, approved by ck \[consent-first\]'
	put support 2026-06-15/exception Approved_by=bk
	fails 1 'not when a colleague agreed who had left' dossier check --today 2027-09-01 "$support"
fi
done_testing
