#!/bin/sh
# new: cases from templates, from the schema alone, from a form, from questions; refusals.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre "$tmp/centre"
rm -rf "$tmp/centre/rules" # what they do here stands in add-rules.t
without_reports_and_documents "$tmp/centre"
in_git "$tmp/centre"
cd "$tmp/centre" || exit 99
new() { dossier --today 2026-03-09 new "$@" </dev/null; }
again() { git clean -qfd && git checkout -q . && rm -rf .git/dossier; }
nothing() { ok "$1" sh -c '[ -z "$(git status --porcelain cases)" ]'; }
said() { same "$1" - "$tmp/.out"; }
# has 'what' <<END: the new case, its id taken out
has() {
	path=$(cat "$tmp/path")
	id=${path##*/} id=${id%.rec}
	sed "s/$id/ID/" "$path" >"$tmp/case"
	same "$1" - "$tmp/case"
}

ok 'a case from a template' new support Applicant=mother Municipality=GM0344 'Text=She asks for help.'
cp "$tmp/.out" "$tmp/path"
ok 'prints its path' grep -qxE 'cases/2026/(.)/2026-\1[0-9A-Z]{4}\.rec' "$tmp/path"
has 'which holds the template filled in' <<'END'
# support: voluntary, temporary, and its actions are always discussed with the municipality
Case: ID
Opened: 2026-03-09
Service: support
Applicant: mother
Municipality: GM0344
Counsellor: aj
Lead: centre

Date: 2026-03-09
Kind: request
By: aj
From: mother
Service: support
Text: She asks for help.
END
ok 'and passes' dossier --today 2026-03-09 check
ok 'it is in canonical form' dossier fmt --check cases
again
ok 'fields that repeat, fields the template has no place for, fields in its place' new advice Applicant=health Question=x \
	Situation=returned Need=safety Need=media Means=telephone Opened=2026-03-05 By=bk Counsellor=bk
cp "$tmp/.out" "$tmp/path"
has 'go where they belong' <<'END'
# advice: the one who asks stays in charge
Case: ID
Opened: 2026-03-05
Service: advice
Applicant: health
Counsellor: bk
Lead: applicant
Situation: returned
Need: safety
Need: media

Date: 2026-03-05
Kind: request
By: bk
From: health
Service: advice
Means: telephone

Date: 2026-03-05
Kind: question
By: bk
Text: x
END
ok 'and passes' dossier --today 2026-03-09 check
again
printf 'one\n\ntwo\n' >"$tmp/text"
ok 'a long text from a file, from a folder below' sh -c 'cd cases && dossier --today 2026-03-09 new information Applicant=mother \
	Text=@"$1"' - "$tmp/text"
cp "$tmp/.out" "$tmp/path"
ok 'prints the path from there' grep -qx '\.\./cases/2026/.*' "$tmp/path"
again
several() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do new support Applicant=mother Municipality=GM0344 || return 1; done >"$tmp/paths"
	[ "$(sort -u "$tmp/paths" | wc -l)" = 10 ] && dossier --today 2026-03-09 check
}
ok 'ten cases are ten files, with ids that pass' several
again

# ---- refusals ----

fails 1 'values are missing' new support
said 'each is named with its choices, and a command' <<'END'
dossier new: nothing was written: a case of 'support' also needs
  Applicant      one of mother, father, sibling, partner, grandparent, other-relative, municipality, youth-care, health, education, police-or-justice, probation, other-professional
fill in and run: dossier new support Applicant=
dossier: error: 'Case' must satisfy (Service = 'support') => #Municipality [broken-constraint]
END
fails 1 'values are missing, others are wrong' new advice Applicant=mothr Munic=x
said 'all of it in one run' <<'END'
dossier new: nothing was written: a case of 'advice' also needs
  Question       text
fill in and run: dossier new advice Applicant=mothr Munic=x Question=
dossier: error: 'mothr' is not a choice of 'Applicant', did you mean 'mother'? [unknown-choice]
dossier: error: 'mothr' is not a choice of 'From', did you mean 'mother'? [unknown-choice]
dossier: error: 'Case' has no field 'Munic' [unknown-field]
END
fails 1 'a municipality that is not there' new support Applicant=mother Municipality=GM9999
fails 1 'a date that is none' new support Applicant=mother Municipality=GM0344 Opened=2026-02-30
fails 1 'an e-mail address in a text' new support Applicant=mother Municipality=GM0344 Text=a@b.example
fails 2 'a service that is not there' new supprt
said 'did you mean' <<'END'
dossier new: there is no 'supprt'; did you mean 'support'?
usage: dossier new [OPTION...] SERVICE [Field=value...]
More: dossier new -h
END
fails 2 'no service' new
fails 2 'a way out of templates/' new ../../etc/passwd
fails 2 'not Field=value' new support mother
GIT_AUTHOR_EMAIL=nobody@centre.example fails 1 'nobody at work' new support Applicant=mother Municipality=GM0344
said 'says who git thinks you are' <<'END'
dossier new: nothing was written: a case of 'support' also needs
  Counsellor     a Staff: aj, bk
  By             a Staff: aj, bk
fill in and run: dossier new support Applicant=mother Municipality=GM0344 Counsellor= By=
git's e-mail 'nobody@centre.example' belongs to no member of staff active on that day: use the one in directory/staff.rec (git config user.email), or have a coordinator add it
END
GIT_AUTHOR_EMAIL=bk@centre.example fails 1 'staff who have left' dossier --today 2026-03-10 new support Applicant=mother \
	Municipality=GM0344
nothing 'nothing of it was written'
printf 'Case {{Case}}\n' >templates/new-support.rec
fails 1 'a template that is not understood' new support Applicant=mother
said 'is found' <<'END'
templates/new-support.rec:1:1: error: no colon after 'Case' [missing-colon]
dossier new: nothing was written
END
nothing 'and nothing written'
again
git init -q --bare "$tmp/bare"
fails 2 'a bare repository' dossier -C "$tmp/bare" new support

# ---- entries that may be left out ----

ok 'advice in one command' new advice Applicant=mother Specialism=online 'Question=How do I begin?' \
	'Answer=Ask him what he reads.' End=completed Approved_by=bk
cp "$tmp/.out" "$tmp/path"
has 'question, answer and end' <<'END'
# advice: the one who asks stays in charge
Case: ID
Opened: 2026-03-09
Service: advice
Applicant: mother
Counsellor: aj
Lead: applicant

Date: 2026-03-09
Kind: request
By: aj
From: mother
Service: advice

Date: 2026-03-09
Kind: question
By: aj
Specialism: online
Text: How do I begin?

Date: 2026-03-09
Kind: answer
By: aj
Specialism: online
Text: Ask him what he reads.

Date: 2026-03-09
Kind: end
By: aj
End: completed
Approved_by: bk
END
ok 'and passes' dossier --today 2026-03-09 check
again
fails 1 'what only an entry has that is left out' new advice Applicant=mother Question=x Result=reached
said 'is not lost' <<'END'
dossier: error: 'Case' has no field 'Result': it belongs to 'end' [unknown-field]
dossier new: nothing was written
END
again

# ---- without templates ----

rm templates/new-*.rec
ok 'from what the schema asks for' new support Applicant=mother Municipality=GM0344 Need=safety
cp "$tmp/.out" "$tmp/path"
has 'and what was given' <<'END'
Case: ID
Opened: 2026-03-09
Service: support
Applicant: mother
Counsellor: aj
Municipality: GM0344
Need: safety
END
printf 'Case: {{Case}}\nOpened: {{ Today }}\nService: {{Service}}\nApplicant: {{Applicant}}\nCounsellor: {{Staff}}\nText: By {{Applicant}}, {{Today}}.\nLanguage: {{Language}}\n' >templates/case.rec
ok 'from templates/case.rec' new advice Applicant=mother
cp "$tmp/.out" "$tmp/path"
has 'values inside others are filled in, a field without its value is left out' <<'END'
Case: ID
Opened: 2026-03-09
Service: advice
Applicant: mother
Counsellor: aj
Text: By mother, 2026-03-09.
END
again

# ---- the form ----

cat >"$tmp/editor" <<'END'
n=$(($(cat "$tmp/opened" 2>/dev/null || echo 0) + 1))
echo $n >"$tmp/opened"
cp "$1" "$tmp/form.$n"
if [ $n = 1 ]; then sed -i 's/^Applicant: $/Applicant: mothr/; s/^From: $/From: mother/' "$1"; fi
if [ $n = 2 ]; then sed -i 's/mothr/mother/; s/^Municipality: $/Municipality: GM0344/' "$1"; fi
END
EDITOR="sh $tmp/editor"
export EDITOR tmp
ok 'a case from a form' new support -e
cp "$tmp/.out" "$tmp/path"
has 'opened until it passes, without hints and empty fields' <<'END'
# support: voluntary, temporary, and its actions are always discussed with the municipality
Case: ID
Opened: 2026-03-09
Service: support
Applicant: mother
Municipality: GM0344
Counsellor: aj
Lead: centre

Date: 2026-03-09
Kind: request
By: aj
From: mother
Service: support
END
ok 'the form says what fields take' grep -q '^#: Municipality: a Municipality: GM0344, ' "$tmp/form.1"
ok 'and what is wrong' grep -qx "#: error: 'mothr' is not a choice of 'Applicant', did you mean 'mother'?" "$tmp/form.2"
ok 'no draft is left' sh -c '[ -z "$(ls .git/dossier/drafts)" ]'
again
EDITOR=: fails 1 'a form left as it was' new support -e
nothing 'opens no case'
rm -f "$tmp/opened"
EDITOR="grep -q much \"\$1\" || echo 'Text: much' >>\"\$1\"; :" fails 1 'giving up' new support -e
cp "$tmp/.out" "$tmp/out"
nothing 'opens no case'
rm -f "$tmp/opened"
ok 'but keeps the draft' grep -qx 'Text: much' "$(sed -n 's/^what you typed is kept in \(.*\); .*/\1/p' "$tmp/out")"
ok 'which the same command opens again' new support -e
cp "$tmp/.out" "$tmp/path"
ok 'with nothing lost' sh -c 'grep -qx "Text: much" "$(cat "$tmp/path")"'
ok 'and under its id' dossier --today 2026-03-09 check
again

# ---- questions ----

if script -qec true /dev/null >/dev/null 2>&1; then
	answer() { printf "$1" | script -qec "dossier --today 2026-03-09 new support" /dev/null; }
	ok 'on a terminal it asks' answer 'mothr\nmother\nGM034\nGM0344\n\n'
	cp "$tmp/.out" "$tmp/out"
	ok 'with choices' grep -q 'Applicant (one of mother, father' "$tmp/out"
	ok 'what does not fit again' grep -q "'mothr' is not one of them; did you mean 'mother'?" "$tmp/out"
	ok 'and writes' sh -c 'grep -qx "From: mother" $(git ls-files -o cases)'
	again
	advice() { printf "$1" | script -qec "dossier --today 2026-03-09 new advice Applicant=mother Municipality=GM0344 Specialism=online" /dev/null; }
	ok 'an entry that may be left out is asked for' advice 'How do I begin?\nWith what you see.\n0.5\n\n'
	ok 'and written when there is an answer' sh -c 'grep -qx "Text: With what you see." $(git ls-files -o cases)'
	ok 'and left out when there is none' sh -c '! grep -q "^Kind: end" $(git ls-files -o cases)'
	again
	fails 1 'when the answers end' answer 'mother\n\004'
	nothing 'nothing is written'
else
	skip 'questions' 'there is no script(1)'
fi
done_testing
