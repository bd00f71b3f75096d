#!/bin/sh
# add: entries from values, from a form, from questions; refusals; two at once.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre "$tmp/centre"
rm -rf "$tmp/centre/rules" # what they do here stands in add-rules.t
without_reports_and_documents "$tmp/centre"
in_git "$tmp/centre"
cd "$tmp/centre" || exit 99
case=cases/2026/7/2026-7KQ43.rec
cp $case "$tmp/case"
add() { dossier --today 2026-03-09 add "$@" </dev/null; }
again() { cp "$tmp/case" $case; }
unchanged() { same "$1" "$tmp/case" $case; }
# said 'what' <<END: all that the last command said
said() { same "$1" - "$tmp/.out"; }
# has 'what' <<END: the case with these lines behind
has() {
	cat "$tmp/case" - >"$tmp/want"
	same "$1" "$tmp/want" $case
}

# ---- from values ----

ok 'an entry from values' add 2026-7KQ43 note 'Text=She called.'
has 'is appended, with today and who is at work' <<'END'

Date: 2026-03-09
Kind: note
By: aj
Text: She called.
END
ok 'and passes' dossier --today 2026-03-09 check
again
ok 'Date and By may be given, fields repeat, the case is a prefix' add 2026-7 consent Scope=support From=father \
	Decision=given Scope=aftercare Date=2026-03-06 By=bk
has 'Date, Kind, By, then the order given' <<'END'

Date: 2026-03-06
Kind: consent
By: bk
Scope: support
From: father
Decision: given
Scope: aftercare
END
again
printf 'one\n\n two\n\n' >"$tmp/text"
ok 'a value from a file, the case by path' add $case note "Text=@$tmp/text"
has 'over several lines' <<'END'

Date: 2026-03-09
Kind: note
By: aj
Text: one
+
+  two
END
again
ok 'a value from standard input' sh -c 'printf "a\nb\n" | dossier --today 2026-03-09 add 2026-7KQ43 note Text=-'
has 'ends without the last line end' <<'END'

Date: 2026-03-09
Kind: note
By: aj
Text: a
+ b
END
again
ok 'from a folder below' sh -c 'cd cases/2026 && dossier --today 2026-03-09 add 7/2026-7KQ43.rec note Text=@@x </dev/null'
has '@@ is @' <<'END'

Date: 2026-03-09
Kind: note
By: aj
Text: @x
END

# Only its own bytes are touched.
printf '#  ugly\nCase:2026-7KQ43\nOpened:   2026-03-02 \nService: advice\nApplicant: mother\nCounsellor: aj\n\n\n# end' >$case
cp $case "$tmp/ugly"
chmod 640 $case
ok 'to a file that is not pretty' add 2026-7KQ43 note Text=x
{ cat "$tmp/ugly"; printf '\n\nDate: 2026-03-09\nKind: note\nBy: aj\nText: x\n'; } >"$tmp/want"
same 'which stays as it was' "$tmp/want" $case
ok 'with its mode' sh -c "[ \$(stat -c %a $case) = 640 ]"
again

# ---- refusals ----

fails 1 'values are missing' add 2026-7KQ43 consent
said 'each is named with its choices, and a command' <<'END'
dossier add: nothing was written: an entry of kind 'consent' also needs
  From           text
  Decision       one of given, refused, withdrawn
fill in and run: dossier add 2026-7KQ43 consent From= Decision=
what they mean: dossier help consent
END
fails 1 'a name is misspelt' add 2026-7KQ43 note 'Txt=it is so'
said 'did you mean' <<'END'
dossier add: nothing was written: an entry of kind 'note' also needs
  Text           text
fill in and run: dossier add 2026-7KQ43 note 'Txt=it is so' Text=
what they mean: dossier help note
'Txt' is not a field of 'note'; did you mean 'Text'?
dossier: error: 'note' has no field 'Txt', did you mean 'Text'? [unknown-field]
END
fails 1 'a value is wrong' add 2026-7KQ43 consent From=mother Decision=givn
said 'what the schema says' <<'END'
dossier: error: 'givn' is not a choice of 'Decision', did you mean 'given'? [unknown-choice]
dossier add: nothing was written
END
fails 1 'a date that is none' add 2026-7KQ43 note Text=x Date=2026-02-30
fails 1 'a citizen service number' add 2026-7KQ43 note 'Text=her number is 111222333'
fails 1 'staff who have left' dossier --today 2026-03-10 add 2026-7KQ43 note Text=x By=bk
fails 2 'an unknown kind' add 2026-7KQ43 consnt
fails 1 'an unknown case' add 2026-XXXXX note Text=x
fails 2 'no kind' add 2026-7KQ43
fails 2 'no case' add
fails 2 'not Field=value' add 2026-7KQ43 note text
fails 2 'no name' add 2026-7KQ43 note =x
fails 2 'no such file' add 2026-7KQ43 note Text=@nowhere
fails 2 'the kind twice' add 2026-7KQ43 note Kind=consent
fails 2 'standard input twice' add 2026-7KQ43 note Text=- Hours=-
unchanged 'nothing of it was written'
git config --global user.email nobody@centre.example
GIT_AUTHOR_EMAIL=nobody@centre.example fails 1 'nobody at work' add 2026-7KQ43 note Text=x
said 'says who git thinks you are' <<'END'
dossier add: nothing was written: an entry of kind 'note' also needs
  By             a Staff: aj, bk
fill in and run: dossier add 2026-7KQ43 note Text=x By=
what they mean: dossier help note
git's e-mail 'nobody@centre.example' belongs to no member of staff active on that day: use the one in directory/staff.rec (git config user.email), or have a coordinator add it
END
git config --global user.email aj@centre.example

for fault in '\nDate 2026\n' '\nText: \000\n' '\n<<<<<<< HEAD\n' '\nText: \377\n' '\r\n'; do
	again
	printf "$fault" >>$case
	cp $case "$tmp/faulty"
	fails 1 'a file that is not understood whole' add 2026-7KQ43 note Text=x
	same 'is left as it was' "$tmp/faulty" $case
done
again
printf '\nDate: 2026-03-06\nKind: note\nBy: zz\n' >>$case
cp $case "$tmp/old"
ok 'old findings do not block new work' add 2026-7KQ43 note Text=x
head -n "$(wc -l <"$tmp/old")" $case >"$tmp/head"
same 'and stay' "$tmp/old" "$tmp/head"
again

# ---- two at once ----

many() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		add 2026-7KQ43 note "Text=entry $i" &
	done
	wait
	[ "$(grep -c '^Text: entry' $case)" = 12 ] && dossier --today 2026-03-09 check -q
}
ok 'twelve at once lose nothing' many
ok 'and leave nothing beside' sh -c '[ "$(git status --porcelain)" = " M cases/2026/7/2026-7KQ43.rec" ]'
again

# ---- the form ----

# editor COMMANDS...: an editor that runs them one by one, each time it opens
editor() {
	rm -f "$tmp/opened"
	n=0
	for command; do
		n=$((n + 1))
		echo "$command" >"$tmp/edit.$n"
	done
	cat >"$tmp/editor" <<'END'
n=$(($(cat "$tmp/opened" 2>/dev/null || echo 0) + 1))
echo $n >"$tmp/opened"
cp "$1" "$tmp/form.$n"
[ ! -e "$tmp/edit.$n" ] || file=$1 sh "$tmp/edit.$n"
END
}
EDITOR="sh $tmp/editor"
export EDITOR tmp
drafts=.git/dossier/drafts
no_drafts() { [ -z "$(ls $drafts)" ]; }

# shellcheck disable=SC2016
editor 'sed -i "s/^From: \$/From: mother/; s/^Decision: \$/Decision: given/; s/^Scope: \$/Scope: support/" "$file"'
ok 'an entry from a form' add -e 2026-7KQ43 consent
has 'without hints and empty fields' <<'END'

Date: 2026-03-09
Kind: consent
By: aj
From: mother
Decision: given
Scope: support
END
ok 'no draft is left' no_drafts
sed -n '/^Date/,$p' "$tmp/form.1" >"$tmp/fields"
same 'the form names each field, what it takes, and which are needed' - "$tmp/fields" <<'END'
Date: 2026-03-09
Kind: consent
By: aj
#: From, needed: text
From: 
#: Decision, needed: one of given, refused, withdrawn
Decision: 
#: Form: one of written, spoken
Form: 
#: Until: a date, YYYY-MM-DD
Until: 
#: Scope, may be repeated: one of support, share-with-municipality, share-with-partner, share-with-expert, aftercare
Scope: 
#: Reason, may be repeated: text
Reason: 
#: Text: text
Text: 
END
again

# shellcheck disable=SC2016
editor 'sed -i "s/^From: \$/From: mother/; s/^Decision: \$/Decision: givn/" "$file"' \
	'sed -i "s/givn/given/; s/^Scope: \$/Scope: support/" "$file"'
ok 'what does not pass is opened again' add -e 2026-7KQ43 consent
sed -n '1,/^#:$/p' "$tmp/form.2" >"$tmp/top"
same 'with what is wrong on top' - "$tmp/top" <<'END'
#: It does not pass yet. Mend it, or leave it unchanged to give up.
#: error: 'givn' is not a choice of 'Decision', did you mean 'given'?
#:   in: Decision: givn
#:   choose given, refused or withdrawn
#:
END
ok 'and written when it passes' grep -qx 'Decision: given' $case
again

# shellcheck disable=SC2016
editor 'echo "Text: much typed" >>"$file"'
fails 1 'giving up' add -e 2026-7KQ43 consent
cp "$tmp/.out" "$tmp/out"
unchanged 'writes nothing'
ok 'says where the draft is' grep -q "kept in .*/add-2026-7KQ43-consent.rec" "$tmp/out"
ok 'which holds what was typed' grep -qx 'Text: much typed' $drafts/add-2026-7KQ43-consent.rec
# shellcheck disable=SC2016
editor 'sed -i "s/^From: \$/From: mother/; s/^Decision: \$/Decision: refused/" "$file"'
ok 'and is opened again by the same command' add -e 2026-7KQ43 consent
ok 'with nothing lost' grep -qx 'Text: much typed' $case
ok 'and is gone then' no_drafts
again
editor :
fails 1 'a form left as it was' add -e 2026-7KQ43 note
unchanged 'adds nothing'
ok 'and leaves no draft' no_drafts
# shellcheck disable=SC2016
editor ': >"$file"'
fails 1 'an empty form' add -e 2026-7KQ43 note
unchanged 'adds nothing'
# shellcheck disable=SC2016
editor 'echo "Text: kept" >>"$file"; exit 1'
fails 1 'an editor that fails' add -e 2026-7KQ43 note
unchanged 'adds nothing'
ok 'but loses nothing' grep -qx 'Text: kept' $drafts/add-2026-7KQ43-note.rec
rm -r .git/dossier
# shellcheck disable=SC2016
editor 'printf "Text: typed in a note\n+\n+ over lines\n# mine\n" >>"$file"; echo "# another" >>'$case
ok 'a case that changed meanwhile' add -e 2026-7KQ43 note Hours=1
has 'keeps both' <<'END'
# another

Date: 2026-03-09
Kind: note
By: aj
Hours: 1
Text: typed in a note
+
+ over lines
# mine
END
again

# ---- questions ----

if script -qec true /dev/null >/dev/null 2>&1; then
	answer() {
		printf "$1" | script -qec "dossier --today 2026-03-09 add 2026-7KQ43 consent Scope=support" /dev/null
	}
	ok 'on a terminal it asks' answer 'mother\ngivn\ngiven\n'
	cp "$tmp/.out" "$tmp/out"
	ok 'and asks again' grep -q "'givn' is not one of them; did you mean 'given'?" "$tmp/out"
	ok 'and writes' grep -qx 'Decision: given' $case
	again
	offered() { printf "$1" | script -qec "dossier --today 2026-03-09 add 2026-7KQ43 consultation Form=anonymous" /dev/null; }
	ok 'what is likely is offered: the municipality of the case' offered '\n'
	cp "$tmp/.out" "$tmp/out"
	ok 'in brackets' grep -q '\[GM0344\]: ' "$tmp/out"
	ok 'and Return takes it' sh -c 'tail -n 2 "$1" | grep -qx "With: GM0344"' sh $case
	again
	ok 'anything else may be answered' offered 'GM0363\n'
	ok 'and is written' sh -c 'tail -n 2 "$1" | grep -qx "With: GM0363"' sh $case
	again
else
	skip 'questions' 'there is no script(1)'
fi
done_testing
