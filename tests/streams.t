#!/bin/sh
# Where output cannot go, and where there is less around a program than usual: no input, no home, no locale, a strange zone.
# Whatever prints and cannot is status 2 and says so; nothing that was to be printed gets into somebody's file.
# shellcheck source=tests/lib.sh disable=SC2317,SC2086 # functions are called by name; commands are words
. "$(dirname "$0")/lib.sh"

make_centre c
in_git c
cd c || exit 99
env dossier init -q
program=$(command -v dossier)
id=2026-7KQ43 case=cases/2026/7/2026-7KQ43.rec
dossier() { env dossier --today 2026-03-09 "$@"; }
everything() { find . -type f ! -path './.git/*' -exec cksum {} + | sort; }

# ---- nowhere to print to
everything >"$tmp/before"
for command in help -h 'check -h' 'report -h' 'report overview --help' 'help --completion bash' list 'list -f csv' 'list -f json' \
	"show $id" due 'due -f ical' 'due -f csv' 'report overview' 'report overview -f csv' 'report overview -f json' \
	'report overview -f html' 'report overview -f rec' "render confirmation.en.txt $id" cat 'export -f jsonl' 'export -f xes' \
	'export -f ocel' doctor explain 'explain aftercare' 'explain -f mdoc' 'check -f json' 'check -f sarif' 'check -f rec'; do
	fails 2 "a full disk under '$command'" sh -c "dossier --today 2026-03-09 $command >/dev/full"
	said 'is said' 'dossier: cannot write the output: No space left on device$'
	fails 2 "no output for '$command'" sh -c "dossier --today 2026-03-09 $command >&-"
	said 'is said' 'dossier: cannot write the output: Bad file descriptor$'
	# Who reads the first line alone has it, and the program ends without a word.
	(dossier $command 2>"$tmp/errors"; echo $? >"$tmp/status") | head -n 1 >"$tmp/first"
	ok "the first line of '$command' is enough" [ -s "$tmp/first" ]
	case $(cat "$tmp/status") in
	0 | 1 | 141) tap_line 0 'and nobody complains' ;;
	*) tap_line 1 "and nobody complains: $(cat "$tmp/status") $(cat "$tmp/errors")" ;;
	esac
done
fails 2 'a full disk under --version' sh -c 'dossier --version >/dev/full'
everything >"$tmp/after"
same 'all of them left everything as it was' "$tmp/before" "$tmp/after"
for command in 'check no-such-case' 'list -e =' 'show nothing'; do
	ok "no errors for '$command': its status" sh -c "dossier $command 2>&-; [ \$? -gt 0 ]"
	ok "a full disk for them" sh -c "dossier $command 2>/dev/full; [ \$? -gt 0 ]"
done
# What is written is written; that its name cannot be printed is said with its name.
fails 2 'a new case whose name cannot be printed' sh -c 'dossier --today 2026-03-09 new information Applicant=mother Lead=centre Counsellor=aj >/dev/full'
made=$(sed -n "s/^dossier: made '\(.*\)', but cannot write its name: No space left on device$/\1/p" "$tmp/.out")
ok 'is named' test -s "$made"
ok 'and right' dossier check

# ---- standard streams that are closed do not become files
for streams in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	git checkout -q -f . && git clean -qfd && sed -i 's/^Text: Discussed/Text:Discussed/' $case
	{
		sh -c "dossier --today 2026-03-09 add $id note Text=Called. $streams"
		sh -c "dossier -q fmt $streams"
		sh -c "dossier --today 2026-03-09 report overview -o r.html $streams"
		sh -c "dossier --today 2026-03-09 new information Applicant=mother Lead=centre Counsellor=aj $streams"
		sh -c "printf 'code,name,province,safety_region\nGM9999,Newtown,North,R North\n' >table.csv; dossier --today 2026-03-09 import municipalities table.csv --yes $streams"
	} >/dev/null 2>&1
	git diff --numstat | awk '{ print $3 }' >"$tmp/changed"
	printf '%s\n' $case directory/municipalities.rec >"$tmp/want"
	same "with $streams, what was asked for is written and nothing else" "$tmp/want" "$tmp/changed"
	ok 'and is right' dossier check
	ok 'as it is with them' [ "$(grep -c '^Text: Called\.$\|^Text: Discussed' $case)" = 2 ]
	ok 'with a report' grep -q '^</html>' r.html
done
git checkout -q -f . && git clean -qfd
fails 1 'questions that nobody can answer' sh -c "dossier --today 2026-03-09 add $id consent <&-"
said 'are not asked' 'nothing was written'
fails 1 'nor of an import' sh -c "printf 'code,name,province,safety_region\nGM9999,Newtown,North,R\n' >../table.csv; dossier import municipalities ../table.csv <&-"
said 'which is not applied' 'nothing was written; --yes applies it'

# ---- surroundings
for command in list check due 'report overview -p 2026' cat "show $id" 'export -f jsonl'; do
	dossier $command >"$tmp/want" 2>"$tmp/want-errors"
	for around in 'env -u HOME' 'env HOME=/nonexistent' 'env -u LC_ALL -u LANG' 'env LC_ALL=tr_TR.UTF-8' 'env LC_ALL=xx_YY.nonsense' \
		'env TZ=Mars/Phobos' 'env TZ=:::' 'env TZ=UTC+99' 'env TZ=' 'env -u TERM' 'env TERM=nonsense' 'env COLUMNS=0' 'env COLUMNS=-1'; do
		$around dossier --today 2026-03-09 $command >"$tmp/got" 2>"$tmp/got-errors"
		same "$command with $around" "$tmp/want" "$tmp/got"
		same 'without a word more' "$tmp/want-errors" "$tmp/got-errors"
	done
	env -i "$program" --today 2026-03-09 $command >"$tmp/got" 2>&1
	cat "$tmp/want" "$tmp/want-errors" | sort >"$tmp/sorted"
	sort "$tmp/got" >"$tmp/got-sorted"
	same "$command with nothing around it" "$tmp/sorted" "$tmp/got-sorted"
done
for zone in Pacific/Kiritimati Etc/GMT+12 Mars/Phobos UTC+99 '<x>-167:59:59' "$(head -c 5000 /dev/zero | tr '\0' x)"; do
	ok 'a day in a strange zone is a day' sh -c 'TZ=$1 dossier new information Applicant=mother Lead=centre Counsellor=aj' sh "$zone"
	ok 'of today or beside it' dossier --today "$(date -u -d '+1 day' +%F)" check
	git clean -qfd
done

# ---- what a rewritten file is like
chmod 640 $case
umask 077
ok 'an entry, under a strict mask' dossier add $id note Text=Called.
ok 'leaves the mode of the case' [ "$(stat -c %a $case)" = 640 ]
sed -i 's/^Text: Called/Text:Called/' $case && chmod 664 $case
ok 'so does the order of it' dossier -q fmt
ok 'too' [ "$(stat -c %a $case)" = 664 ]
made=$(dossier new information Applicant=mother Lead=centre Counsellor=aj 2>/dev/null)
ok 'a new case has what the mask leaves' [ "$(stat -c %a "$made")" = 600 ]
umask 022
git clean -qfd
ln $case "$tmp/second"
cksum <$case >"$tmp/want"
ok 'an entry, to a case with a second name elsewhere' dossier add $id note Text=Called.
cksum <"$tmp/second" >"$tmp/got"
same 'which keeps what it had' "$tmp/want" "$tmp/got"
echo old >"$tmp/page.html" && ln -s page.html "$tmp/link.html"
ok 'a report, through a link' dossier report overview -o "$tmp/link.html"
ok 'which stays one' test -L "$tmp/link.html"
ok 'to a page' grep -q '</html>' "$tmp/page.html"
ln -s nowhere.html "$tmp/dangling.html"
fails 2 'a link that leads nowhere' dossier report overview -o "$tmp/dangling.html"
said 'is said' "cannot write '.*/dangling.html': No such file or directory"
mkfifo "$tmp/pipe"
cat "$tmp/pipe" >"$tmp/got" &
ok 'a report, into a pipe' dossier report overview -f csv -o "$tmp/pipe"
wait
ok 'which somebody reads' [ -s "$tmp/got" ]
fails 2 'a report, onto a full device' dossier report overview -f csv -o /dev/full
said 'is said' "cannot write '/dev/full': No space left on device"
ok 'which stays a device' test -c /dev/full

# ---- a limit on the size of files
# shellcheck disable=SC3045 # dash has it
small() { (ulimit -f 1 && dossier "$@"); }
everything >"$tmp/before"
fails 2 'a file beyond the limit' small add $id note "Text=$(head -c 5000 /dev/zero | tr '\0' x)"
said 'is said' 'File too large; it is as it was: make room'
everything >"$tmp/after"
same 'and everything is as it was' "$tmp/before" "$tmp/after"

# ---- drafts, where there is no repository to keep them in
if [ "$(id -u)" = 0 ] || ln -s "$tmp" "$tmp/theirs" 2>/dev/null; then
	cp -R . ../plain && rm -rf ../plain/.git && cd ../plain || exit 99
	mkdir "$tmp/t" "$tmp/theirs-there"
	ln -s "$tmp/theirs-there" "$tmp/t/dossier-$(id -u)"
	fails 2 'a draft goes nowhere that somebody else prepared' env TMPDIR="$tmp/t" EDITOR=true dossier add -e $id note
	said 'and says so' "is not yours alone: remove it, or name another place with TMPDIR"
	rm "$tmp/t/dossier-$(id -u)"
	EDITOR='sh -c "echo x >>\"\$1\"; exit 1" sh' TMPDIR="$tmp/t" dossier add -e $id note >"$tmp/.out" 2>&1
	ok 'a draft is for nobody else' [ "$(find "$tmp/t" -mindepth 1 -exec stat -c %a {} + | tr '\n' ' ')" = '700 600 ' ]
fi

done_testing
