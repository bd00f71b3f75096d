#!/bin/sh
# What was counted is kept by object id: a report from it has the same bytes as one that counts every case.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre centre
cd centre || exit 99
in_git .
kept=.git/dossier/report
# new: a case opened now, the skeleton's way
n=0
for day in 2026-01-05 2026-02-10 2026-03-01; do
	dossier --today "$day" new information Applicant=mother Lead=centre Counsellor=aj >>../paths || exit 99
	git add -A
	GIT_COMMITTER_DATE="2026-03-1${n}T10:00:00 +0000" git commit -q --no-verify -m "a case of $day"
	n=$((n + 1))
done

# same_as_counted WHAT [option...]: cold, warm and without a cache are the same, for every shipped report
same_as_counted() {
	what=$1
	shift
	for report in overview 'municipality --municipality GM0344' caseload; do
		# shellcheck disable=SC2086
		dossier report --no-cache $report -p 2026-01..2026-06 "$@" >"$tmp/want"
		# shellcheck disable=SC2086
		for time in first second; do
			dossier report $report -p 2026-01..2026-06 "$@" >"$tmp/got"
			same "$what: ${report%% *}, $time time" "$tmp/want" "$tmp/got"
		done
	done
}
same_as_counted 'new'
ok 'something is kept' test "$(find $kept -type f | wc -l)" -ge 3
same_as_counted 'Dutch' --lang nl
same_as_counted 'before' --as-of HEAD~1
same_as_counted 'the first commit' --as-of HEAD~3
same_as_counted 'a day' --today 2026-04-30 --as-of 2026-03-11
rm -r .git/dossier
same_as_counted 'deleted'
path=$(sed -n 2p ../paths)
printf '\nDate: 2026-03-12\nKind: conversation\nBy: aj\nWith: mother\n' >>"$path"
same_as_counted 'not committed'
GIT_COMMITTER_DATE='2026-03-13T10:00:00 +0000' git commit -q --no-verify -a -m 'one more'
same_as_counted 'one more commit'
# That entry was not yet to come on the day of its commit, but on an earlier one
same_as_counted 'an earlier day, which an entry is ahead of' --as-of "2026-03-11=$(git rev-parse HEAD)"
sed -i 's/^Small_counts:.*/Small_counts: 2/' centre.rec
grep -q '^Small_counts' centre.rec || echo 'Small_counts: 2' >>centre.rec
GIT_COMMITTER_DATE='2026-03-14T10:00:00 +0000' git commit -q --no-verify -a -m 'another threshold'
same_as_counted 'another setting'
sed -i '0,/^Kind: conversation/s//Kind: conversatoin/' "$path"
GIT_COMMITTER_DATE='2026-03-14T10:00:00 +0000' git commit -q --no-verify -a -m 'a fault'
same_as_counted 'a case with an error'
fails 1 'is said the first time' dossier report caseload -p 2026-01..2026-06
fails 1 'and every time' dossier report caseload -p 2026-01..2026-06
said 'by its place' 'conversatoin'
git revert -q --no-edit HEAD || git revert --no-edit HEAD >/dev/null
mkdir -p cases/2026/Q/deep && cp "$path" cases/2026/Q/deep/ && echo x >cases/README
git add -A && git commit -q --no-verify -m 'what does not belong there'
same_as_counted 'files that do not belong there'
git rm -q -r cases/2026/Q cases/README && git commit -q --no-verify -m 'tidy'
mkdir -p cases/2026/Z && cp cases/2026/7/* cases/2026/Z/ && git add -A && git commit -q --no-verify -m 'a folder twice'
same_as_counted 'the same folder in two places'
git rm -q -r cases/2026/Z && git commit -q --no-verify -m 'once'
git rm -q -r cases && git commit -q --no-verify -m 'no case'
same_as_counted 'no case at all'
git reset -q --hard HEAD~1

# Other files than ours, and places that cannot be written
dossier report caseload -p 2026-01..2026-06 >"$tmp/want"
for file in "$kept"/*; do printf 'dossier cache 0\nof another version' >"$file"; done
dossier report caseload -p 2026-01..2026-06 >"$tmp/got"
same 'of another version' "$tmp/want" "$tmp/got"
for file in "$kept"/*; do rm "$file" && mkfifo "$file"; done
dossier report caseload -p 2026-01..2026-06 >"$tmp/got"
same 'a pipe in its place' "$tmp/want" "$tmp/got"
rm -r .git/dossier
(trap '' XFSZ; ulimit -f 1; dossier report caseload -p 2026-01..2026-06) | cat >"$tmp/got"
same 'no room to write' "$tmp/want" "$tmp/got"
ok 'leaves nothing behind' test -z "$(find .git/dossier -type f)"
rm -rf .git/dossier
: >.git/dossier
ok 'nowhere to write is no error' dossier report caseload -p 2026-01..2026-06
said 'and the report is there' '^Made with'
rm .git/dossier
GIT_QUARANTINE_PATH=$tmp dossier report caseload -p 2026-01..2026-06 >"$tmp/got"
same 'in a quarantine' "$tmp/want" "$tmp/got"
ok 'nothing is written' test ! -e .git/dossier
for i in 1 2 3 4 5 6; do
	(for j in 1 2 3 4 5; do
		[ $((j % 3)) = 0 ] && rm -rf .git/dossier
		dossier report caseload -p 2026-01..2026-06 | cmp -s - "$tmp/want" || echo "$i $j"
	done) &
done >"$tmp/wrong"
wait
ok 'several at once, and one that deletes' test ! -s "$tmp/wrong"
ok 'a bare repository keeps them too' sh -c 'git clone -q --bare . ../bare.git && dossier -C ../bare.git report overview -p 2026-01..2026-06'
ok 'in its own folder' test -d ../bare.git/dossier/report

done_testing
