#!/bin/sh
# Killed at any moment, and several at once: each file is as before or whole, nothing is left that is in the way of the next
# run, and no entry is lost.
# shellcheck source=tests/lib.sh disable=SC2317 # functions are called by name
. "$(dirname "$0")/lib.sh"

make_centre c
in_git c
(cd c && dossier init -q)
own() { cp -R "$all/c" c && cd c || exit 99; }
id=2026-7KQ43 case=cases/2026/7/2026-7KQ43.rec
printf 'code,name,province,safety_region\nGM0344,Utrecht,Utrecht,R\nGM9999,Newtown,North,R North\n' >table.csv
# The time that a command takes, in ms, is cut into pieces: it is killed after each.
pieces=15
time_of() {
	before=$(date +%s%N)
	"$@" >/dev/null 2>&1
	echo $((($(date +%s%N) - before) / 1000000 + 5))
}
# seconds US: so many microseconds, as timeout reads them
seconds() { printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)); }
# What stays when a process is killed may only be a whole file under another name, of the moment before it gets its own.
leftovers() { find . -name '*.new-*' | sort; }
locks() { find . -name '*.lock' | grep .; }

# killed WHAT GOOD RESET COMMAND...: GOOD says whether what the command writes is as before or whole.
killed() {
	name=$1 good=$2 reset=$3
	shift 3
	$reset
	took=$(time_of "$@")
	wrong='' unfinished=0
	i=0
	while [ $i -lt $pieces ]; do
		$reset
		timeout -s KILL "$(seconds $((took * i * 1000 / pieces + 500)))" "$@" >/dev/null 2>&1
		[ $? = 137 ] && unfinished=$((unfinished + 1))
		$good >"$tmp/good" 2>&1 || wrong="$wrong after $i of $pieces pieces of $took ms: $(head -n 3 "$tmp/good");"
		leftovers >"$tmp/left"
		while read -r left; do
			[ "$(tail -c 1 "$left" | od -An -tx1 | tr -d ' ')" = 0a ] || wrong="$wrong a part of a file is left: $left;"
			rm "$left"
		done <"$tmp/left"
		i=$((i + 1))
	done
	tap_line "$(test -z "$wrong"; echo $?)" "$name: killed $unfinished times, it left each file as before or whole"
	[ -z "$wrong" ] || echo "# $wrong"
	ok "$name: some of it was killed" [ $unfinished -gt 0 ]
	ok "$name: no lock is left" eval '! locks'
	$reset
	ok "$name: the next run is in nobody's way" "$@"
	ok "$name: and right" $good
}

reset() { git checkout -q -f . && git clean -qfd; }
one_of() { cmp -s "$1" "$2" || cmp -s "$1" "$3"; }

entries() {
	own
	cp $case "$tmp/old"
	dossier --today 2026-03-09 add $id note Text=Called. >/dev/null
	cp $case "$tmp/new"
	entry_whole() { one_of $case "$tmp/old" "$tmp/new" && dossier --today 2026-03-09 check; }
	killed 'add' entry_whole reset dossier --today 2026-03-09 add $id note Text=Called.

	cases_whole() { dossier --today 2026-03-09 check && [ -z "$(find cases -name '*.rec' -size -80c)" ]; }
	killed 'new' cases_whole reset dossier --today 2026-03-09 new information Applicant=mother Lead=centre Counsellor=aj
}

ordered() {
	own
	for i in 0 1 2 3 4 5 6 7 8 9; do dossier --today 2026-03-09 new information Applicant=mother Lead=centre Counsellor=aj >/dev/null; done
	find cases -name '*.rec' -exec sed -i 's/^Kind: /Kind:   /' {} +
	cp -R cases "$tmp/before"
	dossier -q fmt
	cp -R cases "$tmp/after"
	unformat() { rm -rf cases && cp -R "$tmp/before" cases; }
	differing() { diff -rq -x '*.new-*' cases "$tmp/$1" | sed "s|$tmp/$1|OTHER|g" | sort >"$tmp/differs-$1"; }
	each_whole() { differing before; differing after; comm -12 "$tmp/differs-before" "$tmp/differs-after" | { ! grep .; }; }
	killed 'fmt' each_whole unformat dossier -q fmt
	ok 'fmt: one that is neither is found' sh -c 'f=$(find cases -name "*.rec" | head -n 1); head -c 100 "$f" >part; mv part "$f"'
	fails 1 'fmt: by what looks for it' each_whole
}

written() {
	own
	cp directory/municipalities.rec "$tmp/old"
	dossier --today 2026-03-09 import municipalities "$all/table.csv" --yes >/dev/null
	cp directory/municipalities.rec "$tmp/new"
	table_whole() { one_of directory/municipalities.rec "$tmp/old" "$tmp/new"; }
	killed 'import' table_whole reset dossier --today 2026-03-09 import municipalities "$all/table.csv" --yes

	reset
	report() { dossier --today 2026-03-09 report overview -p 2026; }
	report >"$tmp/want"
	forget() { rm -rf .git/dossier; }
	same_report() { report | cmp - "$tmp/want"; }
	killed 'report' same_report forget dossier --today 2026-03-09 report overview -p 2026
	echo precious >"$tmp/r.html"
	cp "$tmp/r.html" "$tmp/old"
	dossier --today 2026-03-09 report overview -p 2026 -o "$tmp/r.html"
	cp "$tmp/r.html" "$tmp/new"
	old_one() { cp "$tmp/old" "$tmp/r.html"; }
	page_whole() { one_of "$tmp/r.html" "$tmp/old" "$tmp/new"; }
	killed 'report -o' page_whole old_one dossier --today 2026-03-09 report overview -p 2026 -o "$tmp/r.html"
	# What a killed report left in its cache goes one day; what another is just writing stays.
	mkdir -p .git/dossier/report
	touch -d '2 hours ago' .git/dossier/report/0123456789abcdef.123
	touch .git/dossier/report/0123456789abcdef.456
	dossier --today 2026-03-09 report overview -p 2025 >/dev/null
	ok 'what a killed report left is cleared away' [ ! -e .git/dossier/report/0123456789abcdef.123 ]
	ok 'what is being written is not' [ -e .git/dossier/report/0123456789abcdef.456 ]
}

# In memory, where there is enough of it: an init waits for the disk at each of its files, and a kill leaves the same there.
begun() {
	if [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 100000 ] 2>/dev/null; then
		tmp=$(mktemp -d /dev/shm/dossier-test.XXXXXX) || exit 99
		trap 'rm -rf "$tmp"' EXIT
	fi
	cd "$tmp" || exit 99
	gone() { rm -rf "$tmp/made" "$tmp"/made.new-*; }
	all_or_nothing() { [ ! -e made ] || dossier -C made check; }
	pieces=8
	# What a killed init was making has a name of its own: it is in nobody's way.
	leftovers() { :; }
	locks() { find . -name '*.lock' ! -path './made.new-*' | grep .; }
	killed 'init' all_or_nothing gone dossier init -q "$tmp/made"
	gone
	mkdir made made/.new-abc123 && echo x >made/.new-abc123/file
	ok 'init where one was killed' dossier init made
	said 'says what it left' "'.*/made/.new-abc123' was left by one that was ended: it can go"
	ok 'does not touch that' test -e made/.new-abc123/file
	gone
	took=$(time_of dossier init made)
	gone
	for signal in INT TERM HUP; do
		wrong=''
		for fifth in 1 2 3; do
			delay=$(seconds $((took * 1000 * fifth / 5)))
			timeout -s $signal "$delay" env dossier init made >/dev/null 2>&1
			if [ -e made ]; then gone; elif ls -d made.new-* >/dev/null 2>&1; then wrong="$wrong after $delay s"; gone; fi
		done
		tap_line "$(test -z "$wrong"; echo $?)" "init ended by SIG$signal clears away what it had made"
		[ -z "$wrong" ] || echo "# $wrong"
	done
}

# With all that runs for it on the server.
pushed() {
	make_centre seed
	in_git seed
	git clone -q --bare seed shared.git
	dossier init -q --shared shared.git
	git clone -q shared.git work && cd work || exit 99
	tip() { git -C ../shared.git rev-parse main; }
	took='' wrong='' unfinished=0
	i=0
	while [ $i -lt 12 ]; do
		printf '\nDate: 2026-03-06\nKind: note\nBy: aj\nText: Called, %s.\n' $i >>$case
		git commit -q --no-verify -am "$id: note added"
		old=$(tip)
		[ -n "$took" ] || took=$(time_of git push -q --dry-run origin HEAD:main)
		timeout -s KILL "$(seconds $((took * 4 * i * 1000 / 12 + 500)))" git push -q origin HEAD:main >/dev/null 2>&1
		[ $? = 137 ] && unfinished=$((unfinished + 1))
		sleep 0.05
		[ "$(tip)" = "$old" ] || [ "$(tip)" = "$(git rev-parse HEAD)" ] || wrong="$wrong $i: the branch is at $(tip);"
		git -C ../shared.git fsck --connectivity-only >"$tmp/out" 2>&1 || wrong="$wrong $i: $(head -n 2 "$tmp/out");"
		# git's own lock, in the moment in which the branch moves
		rm -f ../shared.git/refs/heads/main.lock
		i=$((i + 1))
	done
	tap_line "$(test -z "$wrong"; echo $?)" "push: killed $unfinished times with its hook, the branch is where it was or where it should be"
	[ -z "$wrong" ] || echo "# $wrong"
	# What was killed last may have been in the kernel still.
	sleep 1
	rm -f ../shared.git/refs/heads/main.lock
	ok 'the next push is taken' git push -q origin HEAD:main
	ok 'and is there' [ "$(tip)" = "$(git rev-parse HEAD)" ]
	ok 'the hook left nothing' [ -z "$(find ../shared.git -path '*/dossier/*' -type f)" ]
}

# Several at once, and one who thinks it over.
shared() {
	own
	several() {
		for i in 1 2 3 4; do
			(for j in 1 2 3 4 5 6; do dossier --today 2026-03-09 add $id note "Text=entry $i $j" >/dev/null || echo "$i $j"; done) &
		done
		# Others order the file meanwhile; what they worked out from an older one is not written.
		(for j in 1 2 3 4 5 6 7 8; do sed -n p $case >/dev/null; dossier -q fmt $case >/dev/null 2>&1; [ $? -lt 3 ] || echo "fmt $j"; done) &
		wait
	}
	sed -i 's/^Text: Discussed/Text:Discussed/' $case
	several >"$tmp/wrong" 2>&1
	ok 'four add to a case at once, and one orders it: none fails' [ ! -s "$tmp/wrong" ]
	ok 'no entry is lost' [ "$(grep -c '^Text: entry [1-4] [1-6]$' $case)" = 24 ]
	ok 'none is there twice' [ -z "$(grep '^Text: entry' $case | sort | uniq -d)" ]
	ok 'and all is right' dossier --today 2026-03-09 check
	reset
	# While one who imports thinks it over, somebody writes the table.
	printf 'code,name,province,safety_region\nGM9999,Newtown,North,R North\n' >"$tmp/table.csv"
	# until_shown TEXT: waits for the terminal to show it, ten seconds at most
	until_shown() { for i in $(seq 200); do grep -q "$1" "$tmp/out" && break; sleep 0.05; done; }
	if script -qec true /dev/null >/dev/null 2>&1; then
		: >"$tmp/out"
		(until_shown 'apply this'
		printf '\n# by hand\n' >>directory/municipalities.rec; echo y; until_shown 'that is kept') |
		    script -qec "dossier --today 2026-03-09 import municipalities $tmp/table.csv" /dev/null >"$tmp/out" 2>&1
		ok 'an import that thought it over does not undo what was written meanwhile' grep -qx '# by hand' directory/municipalities.rec
		sed 's/^/# /' "$tmp/out"
		ok 'and says so' grep -q 'something else changed it meanwhile, and that is kept: run this again' "$tmp/out"
	else
		skip 'an import that thought it over' 'no terminal can be made here'
	fi
	reset

	# A file that an editor has open.
	cp $case "$tmp/old"
	: >cases/2026/7/.2026-7KQ43.rec.swp
	ok 'an entry is added while an editor has the case open' dossier --today 2026-03-09 add $id note Text=Called.
	said 'and that is said' "an editor has '$case' open: load it again there before you save"
	ok 'what the editor keeps stays' test -e cases/2026/7/.2026-7KQ43.rec.swp
	ln -s nobody@nowhere.123 cases/2026/7/.#2026-7KQ43.rec
	ok 'another editor' dossier --today 2026-03-09 add $id note Text=Called.
	ok 'the case has both entries' [ "$(grep -c '^Text: Called.' $case)" = 2 ]
	ok 'check minds neither' dossier --today 2026-03-09 check
}

together entries ordered written begun pushed shared
done_testing
