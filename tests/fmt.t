#!/bin/sh
# fmt: what it changes, what it leaves, and when it does not write.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre centre
in_git centre
cd centre || exit 99
case=cases/2026/7/2026-7KQ43.rec
cp $case "$tmp/case"

ok 'the skeleton and its case are in canonical form' dossier fmt --check
cp -R . "$tmp/before"

printf '\n\n# c \nCase:2026-7KQ43\nOpened: 2026-03-02\t\nService:  support\n\n \n\n  Date:\t2026-03-02\nText:\n+  a \n+b\n+\n+ \n+ c\n\n# d\n\n\n' >$case
cp $case "$tmp/ugly"
cat >"$tmp/want" <<'END'
# c
Case: 2026-7KQ43
Opened: 2026-03-02
Service: support

Date: 2026-03-02
Text:
+  a
+ b
+
+
+ c

# d
END
fails 1 '--check says that something would change' dossier fmt --check
same 'and names the file' "$tmp/.out" - <<END
$case
END
same 'but changes nothing' "$tmp/ugly" $case
ok '--diff shows what would change' dossier fmt --diff
cp "$tmp/.out" "$tmp/patch"
same 'and changes nothing' "$tmp/ugly" $case
fails 1 'both: the diff, and status 1' dossier fmt --diff --check
same 'the same diff' "$tmp/patch" "$tmp/.out"
ok 'the diff is one that git applies' git apply "$tmp/patch"
same 'and gives the canonical form' "$tmp/want" $case
cp "$tmp/ugly" $case
chmod 640 $case
ok 'fmt writes' dossier fmt
same 'the canonical form' "$tmp/want" $case
ok 'and keeps the mode' sh -c "[ \$(stat -c %a $case) = 640 ]"
ok 'which it then leaves alone' dossier fmt --check
cp "$tmp/case" $case

printf 'Case: 2026-7KQ43\\\n' >"$tmp/w"
printf 'A: x\\\ny: 1\n' >$case
ok 'a trailing backslash is never written' dossier fmt -q
same 'but its line joined' - $case <<END
A: xy: 1
END
cp "$tmp/case" $case

# Not understood whole: never written, but the others are.
printf 'A:1\nno field\nB : 2\n' >$case
cp $case "$tmp/faulty"
printf 'Key:1' >directory/x.rec
fails 1 'faults are found' dossier fmt
same 'all of them, and the other file is done' - "$tmp/.out" <<END
directory/x.rec
$case:2:1: error: 'no field' is no field: expected 'Name: value', '+ ' and more of a value, or '# ' and a comment [missing-plus]
$case:3:1: error: a blank stands between 'B' and its colon [field-name]
END
same 'a file that was not understood is not written' "$tmp/faulty" $case
same 'another is' - directory/x.rec <<END
Key: 1
END
rm directory/x.rec
for fault in '\000' 'A: 1\r\n' '\357\273\277A:1\n' 'A:\377\n' '<<<<<<< a\nA:1\n'; do
	printf "$fault" >$case
	cp $case "$tmp/faulty"
	fails 1 "a file with $fault" dossier fmt $case
	same 'is left as it was' "$tmp/faulty" $case
done
cp "$tmp/case" $case

# Operands.
printf 'Key:1' >directory/x.rec
printf 'A:1' >$case
ok 'a case by its id' dossier fmt 2026-7KQ43
same 'is done' - $case <<END
A: 1
END
printf 'A:1' >$case
ok 'by the beginning of its id' dossier fmt 2026-7
same 'is done' - $case <<END
A: 1
END
printf 'A:1' >$case
ok 'by its path from elsewhere' sh -c 'cd cases && dossier fmt 2026/7/2026-7KQ43.rec'
same 'named from there' - "$tmp/.out" <<END
../$case
END
same 'is done' - $case <<END
A: 1
END
printf 'A:1' >$case
ok 'by a folder' dossier -C cases fmt ../cases
same 'is done' - $case <<END
A: 1
END
ok 'what was not named is left' grep -qx Key:1 directory/x.rec
fails 1 'a case that is not there' dossier fmt 2026-XXXXX
fails 2 'a path without records' dossier fmt README.md
fails 2 'an unknown option' dossier fmt --chekc
chmod 0 $case
if [ -r $case ]; then
	skip 'an unreadable file' 'root reads everything'
else
	fails 1 'an unreadable file' dossier fmt $case
fi
chmod 644 $case
git init -q --bare "$tmp/bare"
fails 2 'a bare repository' dossier -C "$tmp/bare" fmt

# For generated files: the form is its own, and recsel reads the same but for blanks at the ends of lines.
tool=${DOSSIER_BUILD:-$top/build}/tests/record
generated() {
	rm -rf cases/g && mkdir -p cases/g before after || return 1
	seed=0
	while [ $seed -lt 150 ]; do
		seed=$((seed + 1))
		"$tool" --generate $seed >cases/g/$seed.rec
		"$tool" cases/g/$seed.rec >before/$seed 2>/dev/null || rm cases/g/$seed.rec before/$seed
	done
	dossier fmt -q cases/g || return 1
	dossier fmt --check cases/g || return 1
	for file in cases/g/*.rec; do
		seed=${file##*/} seed=${seed%.rec}
		"$tool" "$file" >after/"$seed" || return 1
		sed 's/[ \t]*$//; s/^\([A-Za-z0-9_]*:\)[ \t]*/\1 /' before/"$seed" >a
		sed 's/[ \t]*$//; s/^\([A-Za-z0-9_]*:\)[ \t]*/\1 /' after/"$seed" >b
		cmp a b || return 1
	done
}
ok 'generated files keep what they say' generated
done_testing
