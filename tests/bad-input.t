#!/bin/sh
# Every row of bad input: one located error with the name it should have, status 1, and every file as it was.
. "$(dirname "$0")/lib.sh"

# As much memory as it may take; sanitizers lay claim to more than there is.
# shellcheck disable=SC3045 # dash has it
memory=$( (ulimit -v 4000000 && dossier --version) >/dev/null 2>&1 && echo 4000000 || echo unlimited)

make_centre "$tmp/good"
ok 'the centre itself is clean' dossier -C "$tmp/good" check
case_file=cases/2026/7/2026-7KQ43.rec

begin() {
	rm -rf "$tmp/c"
	cp -R "$tmp/good" "$tmp/c"
	cd "$tmp/c" || exit 99
}

# row WHAT RULE LINE COLUMN: after the centre in $tmp/c was spoilt. `check` must name RULE at that place, once, and no other
# error; the file must be as it was.
row() {
	what=$1 rule=$2 line=$3 column=$4
	find . -type f -exec cksum {} + 2>/dev/null | sort >"$tmp/before"
	# shellcheck disable=SC3045 # dash has it
	(ulimit -v "$memory"; timeout 60 dossier check >"$tmp/out" 2>"$tmp/err")
	status=$?
	find . -type f -exec cksum {} + 2>/dev/null | sort >"$tmp/after"
	good=1
	[ $status = 1 ] || good=0
	[ "$(grep -c ' error: ' "$tmp/out")" = 1 ] || good=0
	grep -q "^$case_file:$line:$column: error: .*\[$rule\]\$" "$tmp/out" || good=0
	cmp -s "$tmp/before" "$tmp/after" || good=0
	tap_line $((1 - good)) "$what is one $rule at $line:$column, and the files stay"
	[ $good = 1 ] || { echo "# status $status"; head -c 2000 "$tmp/out" | sed 's/^/# /'; sed 's/^/# /' "$tmp/err"; }
	cd "$tmp" || exit 99
}

# edit SED-SCRIPT: changes the case.
edit() {
	sed -i "$1" $case_file
}

begin; : >$case_file; row 'an empty file' empty-case 1 1
begin; printf '# only\n\n# comments\n' >$case_file; row 'only comments' empty-case 1 1
begin; edit '/^Case:/d'; row 'no header' no-header 2 1
begin; printf '\nCase: 2026-7KQ43\nOpened: 2026-03-02\n' >>$case_file; row 'two headers' second-header 34 1
begin; edit 's/$/\r/'; row 'CRLF' carriage-return 1 23
begin; printf '\357\273\277' >x && cat $case_file >>x && mv x $case_file; row 'a BOM' byte-order-mark 1 1
begin; edit 's/young man/y\x00oung man/'; row 'NUL' nul-byte 15 25
begin; edit 's/young man/y\xffoung man/'; row 'invalid UTF-8' invalid-utf8 15 25
begin; edit 's/young man/y\x1bung man/'; row 'a control character' control-character 15 25
begin; edit 's/young man/y\xe2\x80\xaeung man/'; row 'a bidirectional character' bidirectional-character 15 25
begin; edit '/^Decision/{s/.*/<<<<<<< ours\nDecision: given\n=======\nDecision: refused\n>>>>>>> theirs/}'; row 'conflict markers' merge-conflict 21 1
begin; edit 's/^Decision: given/Decision given/'; row 'a missing colon' missing-colon 21 1
begin; edit 's/^Kind: consent/Kind: consnet/'; row 'an unknown kind' unknown-kind 18 7
begin; edit 's/^Scope: support/Scpe: support/'; row 'an unknown field' unknown-field 22 1
begin; edit 's/^Decision: given/Decision: givn/'; row 'a misspelt enum' unknown-choice 21 11
begin; edit '18,$s/^Date: 2026-03-05/Date: 2026-02-30/'; row 'an impossible date' bad-date 25 7
begin; edit 's/^Municipality: GM0344/Municipality: GM9999/'; row 'an unknown municipality' unknown-reference 6 15
begin; edit '18,$s/^Date: 2026-03-05/Date: 2026-03-11/; 18,$s/^By: aj/By: bk/'; edit '18,24s/^By: bk/By: aj/'; row 'staff who had left by then' not-valid-then 27 5
begin; mkdir -p cases/2026/8; cp $case_file cases/2026/8/2026-8MNPX.rec; case_file=cases/2026/8/2026-8MNPX.rec; row 'a duplicate id' duplicate-case 2 7
case_file=cases/2026/8/2026-8MNPX.rec
begin; mkdir -p cases/2026/8; mv cases/2026/7/2026-7KQ43.rec $case_file; row 'an id that is not the file name' case-path 2 7
case_file=cases/2026/7/2026-7KQ43.rec
begin; edit 's/^Case: 2026-7KQ43/Case: 2026-7KQ44/'; row 'a wrong check symbol' case-id-check 2 7
begin; edit 's/young man/young man (111222333)/'; row 'a citizen service number' identifier 15 35
begin; { printf 'Note: '; head -c 100000000 /dev/zero | tr '\0' x; echo; } >>$case_file; row 'a line of 100 MB' file-too-large 1 1
begin; awk 'BEGIN { for (i = 0; i < 1000000; i++) print "Scope: support" }' >>$case_file; row 'a million fields' too-many-fields 10027 1
begin; rm $case_file; mkdir $case_file; row 'a folder where the file belongs' unreadable-file 1 1
# Root reads everything: then somebody else looks, where they can reach the program.
as_other=
if [ "$(id -u)" = 0 ]; then
	as_other='setpriv --reuid=65534 --regid=65534 --clear-groups'
	chmod 755 "$tmp"
	$as_other dossier --version >/dev/null 2>&1 || as_other=skip
fi
begin; chmod 0 $case_file
if [ "$as_other" = skip ]; then
	skip 'an unreadable file' 'nobody else can reach the program'
else
	$as_other dossier check >"$tmp/out" 2>&1
	ok 'an unreadable file is status 1' [ $? = 1 ]
	ok 'an unreadable file is located and says what to do' \
	    grep -q "^$case_file:1:1: error: .*Permission denied \[unreadable-file\]" "$tmp/out"
fi

case_file=schema/case.rec
begin; edit 's/^%mandatory: Date Kind By/%mandatry: Date Kind By/'; row 'a misspelt special field' unknown-special-field "[0-9]*" 1
case_file=cases/2026/7/2026-7KQ43.rec

# A full disk while writing: nothing is lost and it is said.
begin
fails 2 'a full disk is not success' sh -c 'dossier list >/dev/full'
fails 2 'a full disk is not success for check' sh -c 'sed -i s/^Kind/Knd/ cases/2026/7/*.rec; dossier check >/dev/full'

done_testing
