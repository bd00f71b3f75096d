#!/bin/sh
# The demo's centre: made on whatever day it is (and on a leap day), nothing wrong in it, and GNU recutils reads every file.
# shellcheck disable=SC2016,SC2317 # functions and scripts are run by ok
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE

silent() {
	"$@" >said 2>&1
	status=$?
	cat said
	[ "$status" = 0 ] && [ ! -s said ]
}

files_read() {
	find cases -name '*.rec' | while read -r file; do
		[ "$(recsel -c "$file")" -ge 2 ] || echo "$file"
	done >unread
	find activities directory reports schema centre.rec -name '*.rec' | while read -r file; do
		recinf "$file" >/dev/null || echo "$file"
	done >>unread
	cat unread
	[ ! -s unread ]
}

through_cat() {
	dossier cat >all.rec && recfix all.rec && recinf all.rec
}

same_counts() {
	dossier cat >all.rec
	entries=$(recsel -c -t Entry all.rec)
	headers=$(recsel -c -t Case all.rec)
	echo "$headers cases and $entries entries through cat, $(recsel -c cases/*/*/*.rec) records in the files"
	[ "$headers" -ge 60 ] && [ $((headers + entries)) = "$(recsel -c cases/*/*/*.rec)" ]
}

ok 'the demo runs through' sh "$tests/demo/demo.sh" "$tmp/demo"
cp "$tmp/.out" "$tmp/transcript"
ok 'a commit is refused for a misspelt kind' grep -q "unknown kind 'anwser'.*did you mean 'answer'\|unknown-kind" "$tmp/transcript"
ok 'an action without consent is not written' grep -q 'error:.*\[consent-first\]' "$tmp/transcript"
ok 'a push is refused for a citizen service number' grep -q 'remote:.*\[identifier\]' "$tmp/transcript"
ok 'and does not show it' sh -c "! grep 'remote:.*123456782' '$tmp/transcript'"

cd "$tmp/demo/bk" || exit 99
ok 'check says nothing' silent dossier check
ok 'the shared repository holds what the clone holds' sh -c \
	'test "$(git rev-parse HEAD)" = "$(git -C ../centre.git rev-parse main)"'
ok 'the number is in no object of the shared repository' sh -c \
	'! git -C ../centre.git cat-file --batch-all-objects --batch | grep -a 123456782'
ok 'recsel and recinf read every file' files_read
ok 'recfix and recinf read all of it through cat' through_cat
ok 'cat holds every record of the cases' same_counts
ok 'all four services are there' sh -c \
	'test "$(recsel -P Service -e "#Opened" cases/*/*/*.rec | sort -u | grep -c .)" = 4'
ok 'three years are there' sh -c 'test "$(ls cases | wc -l)" -ge 3'
ok 'five people have committed' sh -c 'test "$(git shortlog -se main | wc -l)" = 5'
ok 'no later date than today' sh -c \
	'test -z "$(recsel -P Date cases/*/*/*.rec | sort -u | awk -v today="$(date +%F)" "\$1 > today")"'

cd "$tmp" || exit 99
ok 'the demo of a leap day' env DEMO_TODAY=2024-02-29 sh "$tests/demo/demo.sh" "$tmp/leap"
cd "$tmp/leap/bk" || exit 99
ok 'check says nothing there either' silent dossier check --today 2024-02-29

done_testing
