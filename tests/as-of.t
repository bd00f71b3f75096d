#!/bin/sh
# What was known when: the shared repository by the order in which it received, a clone by the dates of commits; and the
# same bytes from the same commit, whenever and wherever a report is made.
# shellcheck source=tests/lib.sh disable=SC2016
. "$(dirname "$0")/lib.sh"

cat >define.rec <<'END2'

%rec: Report

Report: small
Title: A small one
Profile: commissioner
Param: municipality rec Municipality Name
Param: shown_by line
Scope: #Param.municipality => (Municipality = Param.municipality)

%rec: Table

Table: services
Report: small
Title: Entries by kind
Count: entries
Rows: Kind
END2
make_centre centre
cat define.rec >>centre/reports/overview.rec
in_git centre
git init -q --bare shared.git
git -C shared.git config core.logAllRefUpdates true
cd centre || exit 99
log=$tmp/shared.git/logs/refs/heads/main

# received DAY WRITTEN WHAT: a commit dated WRITTEN with one more entry, received on DAY.
received() {
	printf '\nDate: 2026-03-05\nKind: %s\nBy: aj\nWith: mother\n' "$3" >>cases/2026/7/2026-7KQ43.rec
	GIT_COMMITTER_DATE="$2T10:00:00 +0000" git commit -q --no-verify -a -m "$3" || exit 99
	GIT_COMMITTER_DATE="$1T23:30:00 +0100" git push -q "$tmp/shared.git" HEAD:main || exit 99
	git rev-parse HEAD
}
# The log's time is the server's clock, which git takes of GIT_COMMITTER_DATE in this test.
first=$(git rev-parse HEAD)
GIT_COMMITTER_DATE='2026-03-10T09:00:00 +0100' git push -q "$tmp/shared.git" HEAD:main
second=$(received 2026-03-12 2026-03-11 conversation)
late=$(received 2026-03-20 2026-03-11 note)
ahead=$(received 2026-03-22 2026-03-25 conversation)
ok 'the shared repository keeps a log' test "$(wc -l <"$log")" = 4
ok 'the test is as it should be' grep -q "$ahead.* 177421[0-9]* +0100" "$log"

report() { dossier --today 2026-04-30 report small -p 2026-01..2026-03-09 "$@"; }
made_from() { report "$@" | sed -n 's/^Made from *commit //p'; }
is() { [ -s "$tmp/want" ] || echo nothing >"$tmp/got"; same "$1" "$tmp/want" "$tmp/got"; }
# as_of WHERE DAY COMMIT
as_of() {
	echo "$3" >"$tmp/want"
	made_from -C "$1" --as-of "$2" >"$tmp/got"
	is "$(basename "$1"): as of $2"
}
cd "$tmp" || exit 99
as_of shared.git 2026-03-10 "$first"
as_of shared.git 2026-03-11 "$first"
as_of shared.git 2026-03-12 "$second"
as_of shared.git 2026-03-19 "$second"
as_of shared.git 2026-03-20 "$late"
as_of shared.git 2026-03-22 "$ahead"
as_of shared.git 2026-04-30 "$ahead"
fails 2 'on a day that is not over for anybody yet' dossier --today 2026-04-30 -C centre report small --as-of 2026-05-01
fails 2 'before anything was received' dossier --today 2026-04-30 -C shared.git report small --as-of 2026-03-09
said 'in so many words' 'nothing had been received by the end of 2026-03-09'
as_of centre 2026-03-10 "$first"
as_of centre 2026-03-11 "$late"
as_of centre 2026-03-24 "$late"
as_of centre 2026-03-25 "$ahead"
fails 2 'before anything was committed' dossier --today 2026-04-30 -C centre report small --as-of 2026-03-08

report -C shared.git --as-of 2026-03-12 >got
ok 'the foot names the day' grep -q '^As of      *12 March 2026$' got
report -C centre --as-of 2026-03-12 >got
ok 'and says where only dates of commits are known' sh -c 'tr -s "\n " " " <got | grep -q "As of 12 March 2026, as commits are dated; the shared repository knows when they were received"'
report -C shared.git --as-of "$late" >got
ok 'a commit is asked for, no day: none is named' sh -c '! grep -q "^As of" got'

# A log that was turned on later, lines in it that are none, and none at all.
cp "$log" log.kept
sed 1d log.kept >"$log"
as_of shared.git 2026-03-11 "$first"
report -C shared.git --as-of 2026-03-11 >got
ok 'before the log begins dates must do' grep -q 'as commits are dated' got
as_of shared.git 2026-03-12 "$second"
{ echo; echo 'no line of a log'; cat log.kept; printf 'cut off\000'; } >"$log"
as_of shared.git 2026-03-19 "$second"
: >"$log"
as_of shared.git 2026-03-12 "$late"
rm "$log"
as_of shared.git 2026-03-12 "$late"
cp log.kept "$log"
git clone -q --bare shared.git mirror.git
as_of mirror.git 2026-03-12 "$late"

# ---- the same bytes ----

cd centre || exit 99
report >"$tmp/want"
dossier --today 2031-01-01 report small -p 2026-01..2026-03-09 >"$tmp/got"
is 'on another day'
report --as-of HEAD >"$tmp/got"
is 'by its name'
report -C "$tmp/shared.git" >"$tmp/got"
is 'in the shared repository'
git clone -q "$tmp/shared.git" "$tmp/clone"
report -C "$tmp/clone" >"$tmp/got"
is 'in a clone'
TZ=Pacific/Auckland LC_ALL=C report >"$tmp/got"
is 'in another zone'
dossier report small >"$tmp/want"
dossier --today 2031-01-01 report small >"$tmp/got"
is 'without a period: that of the commit'
ok 'up to the day of the commit' grep -q '^Period  *1 January 2026 to 25 March 2026$' "$tmp/got"
touch cases/2026/7/2026-7KQ43.rec
dossier report small >"$tmp/got"
is 'a file touched, not changed'

# The command in the foot gives the report again.
again() {
	what=$1
	shift
	"$@" -f csv >"$tmp/want"
	tr -d '\r' <"$tmp/want" | sed -n 's/^about,,,Made with,\(.*\),,,,$/\1/p' |
		sed '/^"/{ s/^"//; s/"$//; s/""/"/g; }' >"$tmp/command"
	ok "$what: the foot has a command" test -s "$tmp/command"
	(eval "$(cat "$tmp/command") -f csv") >"$tmp/got"
	is "$what: which gives it again"
}
again 'plain' dossier report small
again 'a period' dossier report small -p ..2026-02
again 'parameters' dossier report small --shown-by "it's \"a\" \$HOME  two; blanks" --municipality GM0344
again 'as of a day' dossier --today 2026-04-30 report small --as-of 2026-03-12
cd "$tmp/shared.git" || exit 99
again 'as received by a day' dossier --today 2026-04-30 report small --as-of 2026-03-12
cp "$tmp/want" "$tmp/received"
cd "$tmp/centre" || exit 99
(eval "$(cat "$tmp/command") -f csv") >"$tmp/got"
same 'in the clone too, which has no log' "$tmp/received" "$tmp/got"

echo '# more' >>cases/2026/7/2026-7KQ43.rec
dossier report small >"$tmp/got"
ok 'what is not committed cannot be made again' sh -c '! grep -q "^Made with" "$1"' - "$tmp/got"
git checkout -q .
echo x >notes.txt
report >"$tmp/got"
report --as-of HEAD >"$tmp/want"
is 'a file that is no record does not matter'
mkdir cases/2026/8
cp cases/2026/7/2026-7KQ43.rec cases/2026/8/2026-8KQ43.rec
dossier report small >"$tmp/got" 2>&1
ok 'a case not added yet does' grep -q 'work tree, not committed: 1 file changed' "$tmp/got"

done_testing
