#!/bin/sh
# A disk that is full, in the clone and on the server: what stood there stands there still, nothing half-written is left, and
# it is said what to do.
# shellcheck source=tests/lib.sh disable=SC2317 # functions are called by name
. "$(dirname "$0")/lib.sh"

# A small disk takes the right to mount one; who has not got it may have it in a name space of their own.
disk=$tmp/disk
mkdir "$disk"
if ! mount -t tmpfs -o size=3m tmpfs "$disk" 2>/dev/null; then
	if [ -z "${DOSSIER_TEST_MOUNT:-}" ] && unshare -rm true 2>/dev/null; then
		cd / && rm -rf "$tmp"
		DOSSIER_TEST_MOUNT=1 exec unshare -rm sh "$tests/full-disk.t"
	fi
	skip 'a full disk' 'no disk can be mounted here'
	done_testing
fi
trap 'cd / && umount "$disk"; rm -rf "$tmp"' EXIT

fill() { rm -f "$disk/filler" && cat /dev/zero >"$disk/filler" 2>/dev/null; }
# leave N: all but N kilobytes are taken.
leave() { fill; truncate -s "-${1}K" "$disk/filler"; }
everything() { find "$disk" -type f ! -name filler ! -name index -exec cksum {} + | sort; }

make_centre "$disk/c"
in_git "$disk/c"
cd "$disk/c" || exit 99
dossier init -q || exit 99
case=cases/2026/7/2026-7KQ43.rec
long=$(head -c 20000 /dev/zero | tr '\0' x)
printf '\nDate: 2026-03-06\nKind: note\nBy: aj\nText: %s\n' "$long" >>$case
git commit -q --no-verify -am 'a long entry'
sed -i 's/^Text: Discussed/Text :Discussed/; s/^Text :/Text:/' $case
printf 'code,name,province,safety_region\nGM9999,Newtown,North,R North\n' >"$tmp/table.csv"
mkdir out
for file in r.html d.txt e.xes cases.csv entries.csv; do echo precious >out/$file; done

# stays WHAT COMMAND...: it fails as the world does, says why and what to do, and leaves all as it was.
stays() {
	name=$1
	shift
	everything >"$tmp/before"
	fails 2 "$name fails" "$@"
	said "$name: says why, and what to do" 'No space left on device; it is as it was: make room, then run this again'
	everything >"$tmp/after"
	same "$name: everything is as it was" "$tmp/before" "$tmp/after"
}

# add: an entry of 20 kB
add() { dossier --today 2026-03-09 add 2026-7KQ43 note "Text=$long"; }
new() { dossier --today 2026-03-09 new information Applicant=mother Lead=centre Counsellor=aj "Text=$long"; }
message() { dossier hook prepare-commit-msg .git/COMMIT_EDITMSG; }
# Writing fails at the first byte, or on the way.
for room in 0 8; do
	leave $room
	stays "add, $room kB left" add
	stays "add -e, $room kB left" env EDITOR=true dossier --today 2026-03-09 add -e 2026-7KQ43 note "Text=$long"
	stays "new, $room kB left" new
	stays "fmt, $room kB left" dossier fmt
	stays "report -o, $room kB left" dossier report overview -o out/r.html
	stays "export -o FOLDER/, $room kB left" dossier export -f csv -o out/
	stays "init, $room kB left" dossier init "$disk/new"
	stays "init --shared, $room kB left" dossier init --shared "$disk/new.git"
done
fill
stays 'import' dossier import municipalities "$tmp/table.csv" --yes
stays 'export -o' dossier export -f xes -o out/e.xes
stays 'render -o' dossier render confirmation.en.txt 2026-7KQ43 -o out/d.txt
ok 'a report is made all the same' dossier report overview
ok 'and what it would have kept leaves nothing half-written' [ -z "$(find .git/dossier -type f 2>/dev/null)" ]
rm "$disk/filler"
echo '# a line' >>centre.rec && git add centre.rec && : >.git/COMMIT_EDITMSG
fill
stays 'the message of a commit' message
rm .git/hooks/pre-commit
fill
stays 'a hook of a clone' dossier init
rm "$disk/filler"
ok 'with room again, an entry is added' add
ok 'a case is opened' new
ok 'hooks are installed' dossier init
ok 'and all of it is right' dossier check

# ---- the shared repository
cd "$tmp" || exit 99
make_centre seed
in_git seed
git clone -q --bare seed "$disk/shared.git"
dossier init -q --shared "$disk/shared.git" || exit 99
git clone -q "$disk/shared.git" work && cd work || exit 99
entry() {
	printf '\nDate: 2026-03-06\nKind: note\nBy: aj\nText: %s\n' "$(head -c 6000 /dev/urandom | od -An -tx1 | tr -d ' \n' | tr 0-9 g-p)" >>$case
	git commit -q --no-verify -am '2026-7KQ43: note added'
}
tip() { git -C "$disk/shared.git" rev-parse main; }
whole() { git -C "$disk/shared.git" fsck --strict --connectivity-only && [ -z "$(find "$disk/shared.git" -name 'tmp_objdir*' -o -name '*.lock' -o -name 'tmp_*')" ]; }
entry
old=$(tip)
fill
fails 1 'a push to a full server fails' git push -q origin HEAD:main
said 'and git says why' 'No space left on device'
ok 'the branch stands where it stood' [ "$(tip)" = "$old" ]
ok 'the repository is whole, and nothing is left of the push' whole
# Little room: wherever it ends, the push is taken whole or not at all. What is refused for want of room is taken later.
wrong='' taken=0 refused=0
for room in 4 8 12 16 20 24 28 32 40 48 64; do
	old=$(tip)
	leave $room
	git push -q origin HEAD:main >"$tmp/push" 2>&1
	status=$?
	if [ $status = 0 ]; then want=$(git rev-parse HEAD) taken=$((taken + 1)); else want=$old refused=$((refused + 1)); fi
	[ "$(tip)" = "$want" ] && whole >/dev/null 2>&1 || wrong="$wrong $room kB: status $status;"
	[ $status = 0 ] && entry
done
ok 'with little room a push is taken whole or not at all' [ -z "$wrong" ] || echo "# $wrong"
ok 'of these some were refused, some taken' [ "$((taken > 0 && refused > 0))" = 1 ] || echo "# $taken taken, $refused refused"
rm "$disk/filler"
ok 'with room again, it is taken' git push -q origin HEAD:main
ok 'and is there' [ "$(tip)" = "$(git rev-parse HEAD)" ]
ok 'whole' whole

done_testing
