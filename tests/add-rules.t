#!/bin/sh
# add and new use the rules before they write: what would break one is refused, or written with an exception; what is due
# now is said.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre "$tmp/c"
cd "$tmp/c" || exit 99
without_reports_and_documents .
rm -rf rules && mkdir rules && cp "$tests/rules-small.rec" rules/process.rec
in_git .
case=cases/2026/7/2026-7KQ43.rec
add() { dossier --today 2026-03-09 add 2026-7K "$@" </dev/null; }
again() { git clean -qfd cases && git checkout -q .; }
added() { what=$1; git diff -U0 $case | sed -n 's/^+//p' | sed 1d >"$tmp/added"; same "$what" - "$tmp/added"; }
has_line() { what=$1; cp "$tmp/.out" "$tmp/lines"; shift; ok "$what" grep -q -- "$1" "$tmp/lines"; cp "$tmp/lines" "$tmp/.out"; }
said() { same "$1" - "$tmp/.out"; }

# ---- refused ----

sed -i 's/^Scope: support$/Scope: aftercare/' $case && git commit -qam 'no consent to support'
fails 1 'an entry that breaks a rule' add action Action=guidance
said 'says which, what would mend it, and the way past it' <<'END'
dossier: error: the family has not agreed to support [support-needs-consent]
dossier add: nothing was written
support-needs-consent: ask the family, and write down what it says: dossier add 2026-7KQ43 consent From=... Decision=given Scope=support
if it happened all the same, and a colleague agrees that it is written down so:
  dossier add 2026-7K action Action=guidance --waive 'WHY' --approved-by STAFF
END
ok 'and nothing was written' git diff --quiet
fails 1 'form before rules: one thing at a time' add action Action=gidance
said 'says the form' <<'END'
dossier: error: 'gidance' is not a choice of 'Action', did you mean 'guidance'? [unknown-choice]
dossier add: nothing was written
END

# ---- with an exception ----

ok 'with an exception' add action Action=guidance --waive 'the house was on fire' --approved-by bk
added 'both are written' <<'END'

Date: 2026-03-09
Kind: action
By: aj
Action: guidance

Date: 2026-03-09
Kind: exception
By: aj
Waives: support-needs-consent
Entry: 2026-03-09/action
Reason: the house was on fire
Approved_by: bk
END
ok 'and pass' dossier --today 2026-03-09 check
again
fails 1 'nobody approves what is their own' add action Action=guidance -w 'it was late' -a aj
ok 'which is not written' git diff --quiet
fails 1 'nor one who is not there' add action Action=guidance -w 'it was late' -a xx
fails 1 'nor one who has left' dossier --today 2026-03-11 add 2026-7K action Action=guidance -w late -a bk
ok 'which is not written either' git diff --quiet
fails 2 'a reason without a colleague' add action Action=guidance --waive 'it was late'
fails 2 'a colleague without a reason' add action Action=guidance --approved-by bk
ok 'an exception that is not needed' add note Text=x --waive 'just so' --approved-by bk
said 'is not written' <<'END'
dossier add: it breaks no rule: no exception was needed
END
added 'only the entry is' <<'END'

Date: 2026-03-09
Kind: note
By: aj
Text: x
END
again
ok 'the exception first' add exception Waives=support-needs-consent Entry=2026-03-09/action Reason=x Approved_by=bk
ok 'then the entry' add action Action=guidance
again
ok 'the entry first, anyway' add action Action=guidance --anyway
said 'says what the commit must hold too' <<'END'
dossier: warning: the family has not agreed to support [support-needs-consent]
written; a commit takes it together with an exception that a colleague agrees to:
  dossier add 2026-7K exception Waives=support-needs-consent Entry=2026-03-09/action Reason='WHY' Approved_by=STAFF
END
fails 1 'which check finds' dossier --today 2026-03-09 check
ok 'old findings do not stand in the way of what is new' add note Text=x
ok 'the exception' add exception Waives=support-needs-consent Entry=2026-03-09/action Reason=x Approved_by=bk
ok 'and check is content' dossier --today 2026-03-09 check
again

# ---- by a form ----

printf '#!/bin/sh\nsed -i "s/^Action: $/Action: guidance/" "$1"\n' >"$tmp/editor" && chmod +x "$tmp/editor"
EDITOR=$tmp/editor fails 1 'a form whose entry breaks a rule is opened again' add action -e
has_line 'until one gives up' '^error: the family has not agreed to support \[support-needs-consent\]\|^dossier: error: the family has not agreed'
has_line 'the way out is said' '^if it happened all the same: with --anyway'
ok 'nothing was written' git diff --quiet
ok 'the draft holds the finding' grep -q '^#: error: the family has not agreed to support' .git/dossier/drafts/add-2026-7KQ43-action.rec
rm -r .git/dossier/drafts
EDITOR=$tmp/editor ok 'anyway' add action -e --anyway
ok 'it is written' grep -q '^Action: guidance' $case
again

# ---- due, late ----

git checkout -q HEAD~1 -- $case && git commit -qm 'consent again'
cp $case "$tmp/with-consent"
ok 'what an entry makes due' add question Text=x
said 'is said' <<'END'
due by 2026-03-23: a question waits for its answer [answer-in-time]
END
ok 'not with -q' add question Text=x -q
said 'then nothing is' </dev/null
again
ok 'what is late' dossier --today 2026-03-20 add 2026-7K conversation With=mother
said 'is said, and written' <<'END'
cases/2026/7/2026-7KQ43.rec:17:1: warning: no conversation with the family after it agreed to support: due 2026-03-18, done 2026-03-20 by 2026-03-20/conversation, 2 days over [first-conversation]
END
ok 'it was' grep -q '^Kind: conversation' $case
again
ok 'what ends the case' add end End=moved
ok 'and breaks what is only a warning is written' grep -q '^Kind: end' $case
fails 1 'then the case is closed' add conversation With=mother
ok 'the way back' add reopening Reason='they called'
ok 'is open' add conversation With=mother
again
ok 'an entry dated before others is judged where it belongs' add action Action=guidance Date=2026-03-06
fails 1 'before the consent too' add action Action=guidance Date=2026-03-03
again
sed -i 's/^Fix: .*//; s/^Check: after/Check: aftr/' rules/process.rec
ok 'rules that are not understood are for check to say' add note Text=x

# ---- new ----

again
ok 'a new case says what is due' dossier --today 2026-03-09 new advice Applicant=mother Question=x
has_line 'by when' '^due by 2026-03-23: a question waits for its answer \[answer-in-time\]$'
ok 'prints the path alone on stdout' sh -c 'dossier --today 2026-03-09 new advice Applicant=mother Question=x 2>/dev/null |
	grep -qxE "cases/.*\.rec"'
sed -i '/^Kind: question/,$d' templates/new-advice.rec
printf 'Kind: action\nBy: {{Staff}}\nAction: guidance\n' >>templates/new-advice.rec
git clean -qfd cases
fails 1 'a template that breaks a rule' dossier --today 2026-03-09 new advice Applicant=mother
has_line 'is refused' 'error: the family has not agreed to support.*\[support-needs-consent\]'
ok 'and nothing written' sh -c '[ -z "$(git status --porcelain cases)" ]'

# ---- the rules that are shipped ----

rm -rf "$tmp/s" && make_centre "$tmp/s" && cd "$tmp/s" || exit 99
sed -i '/^Until:/d' directory/staff.rec
in_git .
ship() { dossier --today 2026-03-09 "$@" </dev/null; }
# What a commit would be refused for is said before: History records.
fails 1 'written down weeks later' dossier --today 2026-03-30 add 2026-7 note Text=x Date=2026-03-06
has_line 'wants to know why' '^dossier: error: written down .* after its date.*\[late-says-why\]$'
ok 'which is said' dossier --today 2026-03-30 add 2026-7 note Text=x Date=2026-03-06 'Late=I was ill'
git checkout -q .
GIT_AUTHOR_EMAIL=bk@centre.example fails 1 'who commits it does not approve it too' dossier --today 2026-03-09 \
	add 2026-7 note Text=x By=aj Approved_by=bk
has_line 'says who' "'bk', who is named, commits it"
fails 1 'an exception that is approved by who writes it' ship add 2026-7 action Action=guidance --waive x --approved-by aj
ok 'nothing was written' git diff --quiet

ok 'advice in one command' ship new advice Applicant=education Specialism=family-relations \
	'Question=A pupil has become silent. How do I begin?' 'Answer=Begin with what you see.' End=completed Hours=0.5
ok 'information too' ship new information Applicant=mother Topic=procedure Means=telephone
ok 'support' ship new support Applicant=mother Municipality=GM0344 'Text=She asks for help.'
ok 'expertise' ship new expertise Applicant=youth-care Municipality=GM0344 'Text=What do children need to know?'
ok 'a question that waits' ship new advice Applicant=mother Question=x
has_line 'is due' '^due by '
ok 'all of it is right' ship check
ok 'and shows' sh -c 'dossier --today 2026-03-09 show $(git ls-files -o cases) >/dev/null'
ok 'and is in the list of what is due' sh -c 'dossier --today 2026-03-09 due -c | grep -qv "^0$"'
done_testing
