#!/bin/sh
# The Centre's way of working, held by the shared repository: real pushes, each refused, then accepted when it is mended.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/serve.sh
. "$tests/serve.sh"

one=cases/2026/7/2026-7KQ43.rec two=cases/2026/8/2026-8MNPX.rec advice=cases/2026/Q/2026-QRSTT.rec

make_centre seed
cat >>seed/directory/staff.rec <<'END'

Staff: ck
Name: Ck
Email: ck@centre.example
Role: counsellor
From: 2024-01-01

Staff: dk
Name: Dk
Email: dk@centre.example
Role: counsellor
From: 2024-01-01

Staff: left
Name: Left
Email: left@centre.example
Role: counsellor
From: 2024-01-01
Until: 2026-03-08
END
without_reports_and_documents seed
rm -rf seed/rules && mkdir -p seed/rules seed/cases/2026/8 seed/cases/2026/Q
cat >seed/rules/process.rec <<'END'
%rec: State

State: closed
Start: Kind = 'end'
Stop: Kind = 'reopening'

State: agreed
Start: Kind = 'consent' && Decision = 'given' && Scope = 'support'
Stop: Kind = 'consent' && (Decision = 'refused' || Decision = 'withdrawn')

%rec: Rule

Rule: consent-first
Check: while
On: Kind = 'action'
While: agreed
Message: support without consent in force
Fix: record the consent: dossier add CASE consent From=LABEL Decision=given Scope=support
Basis: S5

Rule: consultation-first
Check: before
On: Kind = 'action'
Need: Kind = 'consultation'
Severity: warning
Message: an action before the consultation with the municipality
Fix: discuss it first
Basis: S3

Rule: advice-without-action
Check: never
On: Kind = 'action'
When: Service = 'advice'
Message: the Centre does not act on advice
Fix: let the case become support: dossier add CASE request From=LABEL Service=support
Basis: S11

Rule: handed-over
Check: before
On: Kind = 'end' && End = 'completed'
Need: Kind = 'handover' && Step = 'accepted'
When: Service = 'support'
Message: support completed before the municipality took over
Fix: record the accepted handover
Basis: S15

Rule: first-talk
Check: after
On: Kind = 'consent' && Decision = 'given'
Need: Kind = 'conversation'
Within: P1D
Message: no conversation after the consent
Fix: talk
Basis: S13

%rec: History

History: entries-stay
Check: append-only
Message: an entry that was pushed stays
Fix: then add what is right: dossier add CASE correction Entry=DATE/KIND Reason='...'
Basis: Beyond the document

History: header-stays
Check: fixed
Field: Opened Service
Message: the header says how the case began
Fix: then add an entry that says what holds now
Basis: S2

History: late-reason
Check: reason-needed
Within: P7D
Need: #Late
Message: an entry written down late says why
Fix: add the reason: Late: ...
Basis: Default, to be set by the Centre

History: second-person
Check: approved-by
On: Kind = 'end'
Field: Approved_by
Message: a second person signs off the end
Fix: ask a colleague: Approved_by: ID
Basis: Beyond the document

History: who-reopens
Check: only-by
On: Kind = 'reopening'
Role: coordinator
Message: a coordinator reopens a case
Fix: ask a coordinator
Basis: Default, to be set by the Centre
END
sed '/^Kind: consent/,/^$/d;s/^Case:.*/Case: 2026-8MNPX/;s/^Date: 2026-03-04//' seed/$one | cat -s >seed/$two
sed '/^Date: 2026-03-04/,$d;s/^Case:.*/Case: 2026-QRSTT/;s/^Service: support/Service: advice/;s/^Lead: centre/Lead: applicant/' seed/$one >seed/$advice
in_git seed
git clone -q --bare seed shared.git
dossier init -q --shared shared.git || exit 99
start=$(git -C shared.git rev-parse main)
git clone -q shared.git work

# be WHO [WHEN]: who commits; aj is a coordinator.
be() {
	GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1 GIT_AUTHOR_EMAIL=$1@centre.example GIT_COMMITTER_EMAIL=$1@centre.example
	GIT_AUTHOR_DATE="${2:-2026-03-09}T12:00:00 +0100" GIT_COMMITTER_DATE="${2:-2026-03-09}T12:00:00 +0100"
	export GIT_AUTHOR_NAME GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}
# The server at $start, and a clone without hooks; ck works there.
fresh() {
	be ck
	cd "$tmp" || exit 99
	git -C shared.git update-ref refs/heads/main "${1:-$start}"
	cd work && git merge --abort 2>/dev/null
	git fetch -q origin && git checkout -q -f -B main "${1:-$start}" && git clean -qfdx || exit 99
	git update-ref refs/remotes/origin/main "${1:-$start}" && git remote set-url origin "$tmp/shared.git"
}
# entry FILE DATE KIND [FIELD: VALUE...]: by ck, but for what is said.
entry() {
	file=$1 date=$2 kind=$3
	shift 3
	printf '\nDate: %s\nKind: %s\nBy: ck\n' "$date" "$kind" >>"$file"
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$file"
}
action() { entry "$1" "${2:-2026-03-06}" action 'Action: guidance' "Text: ${3:-Helped.}"; }
# before FILE LINE TEXT: puts lines before the record that begins with LINE.
before() { awk -v line="$2" -v text="$3" '$0 == line && !done { print text; print ""; done = 1 } { print }' "$1" >../edited && cp ../edited "$1"; }
exception() { entry "$1" 2026-03-09 exception 'Waives: consent-first' "${3:-Entry: 2026-03-06/action}" 'Reason: A life in danger.' ${2:+"Approved_by: $2"}; }
commit() { git add -A && git commit -q -m "${1:-an entry}"; }
tip() { git -C "$tmp/shared.git" rev-parse main; }
taken() {
	ok "$1" git push -q origin HEAD:main
	[ "$(tip)" = "$(git rev-parse HEAD)" ] || tap_line 1 "$1: the server has it"
}
# refused WHAT RULE: by a real push; the server is as it was.
refused() {
	what=$1 rule=$2 was=$(tip)
	fails 1 "$what" git push -q origin HEAD:main
	said "$what: says $rule" "^remote: [^ ]*.* error: .*\\[$rule\\]\\|^remote: error: .*\\[$rule\\]\\|\\[$rule\\]"
	[ "$(tip)" = "$was" ] || tap_line 1 "$what: the server is as it was"
}
silent() { if grep -q -- "$2" "$tmp/.out"; then tap_line 1 "$1" && sed 's/^/# /' "$tmp/.out"; else tap_line 0 "$1"; fi; }
# Takes the commit back, keeps the work.
again() { git reset -q --soft HEAD~1; }

# ---- what is broken, and exceptions
fresh
action "$one" && commit
taken 'an action with consent'
fresh
action "$two" && commit
refused 'an action without consent' consent-first
said 'its place' "^remote: $two:[0-9]*:1: error"
said 'what to do' 'record the consent: dossier add'
said 'or how to record it all the same' "if it had to be so: dossier add 2026-8MNPX exception Waives=consent-first Entry=2026-03-06/action Reason=... Approved_by=..."
ok 'once' [ "$(grep -c '\[consent-first\]' "$tmp/.out")" = 1 ]
silent 'no value is shown' Helped
again && exception "$two" dk && commit
taken 'with an exception that a colleague agreed to'
action "$two" 2026-03-07 'Helped again.' && commit
refused 'which is not for the next action' consent-first
fresh
action "$two" && commit && exception "$two" dk && commit
refused 'an exception in a later commit is too late' consent-first
for who in ck left '' nobody; do
	fresh
	action "$two" && exception "$two" "$who" && commit
	fails 1 "approved by '${who:-no one}'" git push -q origin HEAD:main
	said 'says that nobody else agreed' '\[exception-approval\]\|\[missing-field\]\|\[unknown-reference\]\|\[not-valid-then\]'
done
fresh
action "$two" && entry "$two" 2026-03-07 exception 'Waives: consent-first' 'Entry: 2026-03-06/action' 'Reason: Danger.' 'Approved_by: left' && commit
refused 'approved by somebody who has left since' exception-approval
said 'says when' 'was not active staff on 2026-03-09'
fresh
action "$two" && exception "$two" dk && sed -i '$!b;s/.*/&/' "$two" && be dk && commit
refused 'approved by who commits' exception-approval
fresh
action "$two" && exception "$two" dk 'Entry: 2026-03-05/action' && commit
refused 'an exception for another entry' consent-first
fresh
action "$two" && exception "$two" dk && sed -i 's/^Waives: .*/Waives: handed-over/' "$two" && commit
refused 'for another rule' consent-first
fresh
action "$two" && exception "$two" dk 'Field: x' && sed -i '/^Field: x/d' "$two" && commit
taken 'an exception for all entries until then'
action "$two" 2026-03-07 && entry "$two" 2026-03-09 note 'Text: x' && commit
refused 'but not for a new one' consent-first

fresh
entry "$one" 2026-03-06 consent 'From: mother' 'Decision: withdrawn' && action "$one" 2026-03-07 && commit
refused 'an action after consent was withdrawn' consent-first
fresh
entry "$two" 2026-03-05 commission 'Municipality: GM0344' 'Reference: W-1' && action "$two" && commit
refused 'a municipality commissions, nobody agreed' consent-first
fresh
action "$advice" && commit
refused 'an action on advice' advice-without-action
fresh
entry "$one" 2026-03-08 end 'End: completed' 'Approved_by: dk' && commit
refused 'support completed before it was handed over' handed-over
again && before "$one" 'Date: 2026-03-08' "$(printf 'Date: 2026-03-08\nKind: handover\nBy: ck\nWith: GM0344\nStep: accepted')" && commit
fails 1 'closed while something waits' git push -q origin HEAD:main
said 'says that too' '\[first-talk\]'
again && before "$one" 'Date: 2026-03-08' "$(printf 'Date: 2026-03-07\nKind: conversation\nBy: ck\nWith: mother')" && commit
taken 'and when it was handed over'

# ---- warnings and the clock do not refuse
fresh
entry "$two" 2026-03-03 consent 'From: mother' 'Decision: given' 'Scope: support' && be ck 2026-05-01 && sed -i 's/^Kind: consent/&\nLate: A feast./' "$two" && commit
taken 'what is overdue does not refuse'
entry "$two" 2026-04-30 conversation 'With: mother' && commit
taken 'nor what is late'
fresh
sed -i '/^Date: 2026-03-05/,$d' "$two" && printf '\nDate: 2026-03-03\nKind: note\nBy: ck\nText: x\n' >>"$two"
git checkout -q -- "$two" && printf 'Case: 2026-ABCDA\nOpened: 2026-03-02\nService: support\nApplicant: mother\nMunicipality: GM0344\nCounsellor: ck\n' >x &&
	mkdir -p cases/2026/A && mv x cases/2026/A/2026-ABCDA.rec && entry cases/2026/A/2026-ABCDA.rec 2026-03-03 consent 'From: mother' 'Decision: given' 'Scope: support' &&
	action cases/2026/A/2026-ABCDA.rec && commit
taken 'a warning does not refuse'

# ---- what was pushed stays
fresh
sed -i 's/^Text: Discussed the plan.*/Text: Discussed nothing./' "$one" && commit
refused 'an entry changed afterwards' entries-stay
said 'names it' '2026-03-05/consultation was changed'
said 'says what to do' "git checkout -p origin/main -- $one\$\|git checkout -p origin/main -- $one *\$"
said 'and then' 'add what is right: dossier add 2026-7KQ43 correction'
git checkout -q origin/main -- "$one" && entry "$one" 2026-03-09 correction 'Entry: 2026-03-05/consultation' 'Field: Text' 'Reason: A mistake.' && git add -A && git commit -q --amend -m x
taken 'a correction'
fresh
sed -i '/^Date: 2026-03-05/,$d' "$one" && commit
refused 'an entry removed afterwards' entries-stay
said 'names it' '2026-03-05/consultation was taken away'
git checkout -q origin/main -- "$one" && commit mended
refused 'also when a later commit brings it back' entries-stay
fresh
sed -i 's/^Opened: .*/Opened: 2026-03-01/' "$one" && commit
refused 'a field of the header changed' header-stays
fresh
sed -i '1a # a comment' "$one" && sed -i 's/^Counsellor: aj/Counsellor: ck/' "$one" && commit
taken 'what no record speaks of may change'
fresh
entry "$one" 2026-03-06 note 'Text: First words.' && commit && sed -i 's/First words/Second thoughts/' "$one" && commit
taken 'an entry may change until it is pushed'
sed -i 's/Second thoughts/Third/' "$one" && commit
refused 'and then no more' entries-stay
fresh
entry "$one" 2026-03-06 note 'Text: First words.' && commit && sed -i 's/First words/Better ones/' "$one" && git add -A && git commit -q --amend --no-edit
taken 'an amended one'
fresh
before "$one" 'Date: 2026-03-02' "$(printf 'Date: 2026-03-05\nKind: consultation\nBy: ck\nWith: GM0344\nForm: anonymous')" && commit
taken 'a new entry above the others'
fresh
entry "$one" 2026-03-05 note 'Text: A.' && entry "$one" 2026-03-05 note 'Text: B.' && commit && git push -q origin HEAD:main && sed -i 's/^Text: A\./Text: C./;s/^Text: B\./Text: A./;s/^Text: C\./Text: B./' "$one" && commit
refused 'entries of one day, exchanged' entries-stay
said 'says so' 'moved past another'

fresh
entry "$two" 2026-03-03 note 'Text: x' && be ck 2026-03-10 && commit
taken 'seven days later'
entry "$two" 2026-03-03 note 'Text: y' && be ck 2026-03-11 && commit
refused 'a backdated entry without a reason' late-reason
said 'says how late' 'recorded 8 days after its date'
again && echo 'Late: I was ill.' >>"$two" && commit
taken 'and with one'

fresh
ended() { entry "$advice" 2026-03-08 end 'End: declined' 'Origin: family' "$@"; }
ended && commit
refused 'an end without a second person' second-person
said 'says so' 'nobody is named'
git reset -q --hard "$start" && ended 'Approved_by: left' && commit
fails 1 'by somebody who has left' git push -q origin HEAD:main
git reset -q --hard "$start" && ended 'Approved_by: dk' && be dk && commit
refused 'by who commits' second-person
git reset -q --hard "$start" && be ck && ended 'Approved_by: dk' && commit
taken 'an end with a second person'

entry "$advice" 2026-03-09 reopening 'Reason: They asked again.' && commit
refused 'reopened by a counsellor' who-reopens
be aj && git commit -q --amend --no-edit --reset-author
taken 'and by a coordinator'

# What a History record may ask: the committer, and the entry before and after.
fresh
be aj
cat >>rules/process.rec <<'END'

History: own-words
Check: only-by
On: Kind = 'statement' && Committer.Staff != By
Role: coordinator
Message: a statement is written down by who heard it
Fix: let them write it
Basis: Default, to be set by the Centre
Since: 2026-03-09
END
sed -i "s/^Check: append-only/&\nOn: Old.Kind != 'note' || New.Text != 'Nothing.'/" rules/process.rec && commit 'rules: statements' && git push -q origin HEAD:main
be ck && entry "$one" 2026-03-06 statement 'From: mother' 'Text: We were never asked.' && commit
taken 'a statement by who heard it'
be dk && entry "$one" 2026-03-07 statement 'From: mother' 'Text: Never.' && commit
refused 'and by another' own-words
git reset -q --hard "$(tip)" && entry "$one" 2026-03-07 note 'Text: x' && commit && git push -q origin HEAD:main
sed -i 's/^Text: x$/Text: Something./' "$one" && commit
refused 'a note changed' entries-stay
again && sed -i 's/^Text: Something.$/Text: Nothing./' "$one" && commit
taken 'but as the record allows'
fresh
be aj && sed -i 's/^On: Kind = .reopening./& \&\& Committer.Shoe = 1/' rules/process.rec && commit
fails 1 'a field that staff have not' git push -q origin HEAD:main
said 'is named' 'Shoe'
git reset -q --hard "$start" && sed -i 's/^On: Kind = .reopening.$/On: Kind = '"'reopning'/" rules/process.rec && commit
fails 1 'a kind that is none' git push -q origin HEAD:main
said 'is named' 'reopning'

# ---- merges
fresh
git checkout -q -B side && entry "$one" 2026-03-06 note 'Text: Side.' && commit && git checkout -q main && entry "$two" 2026-03-06 note 'Text: Main.' && commit && git push -q origin HEAD:main
git merge -q --no-edit side
taken 'a merge'
fresh
git checkout -q -B side && entry "$one" 2026-03-06 note 'Text: Side.' && commit && git checkout -q main && entry "$one" 2026-03-06 note 'Text: Main.' && commit && git push -q origin HEAD:main
git checkout -q side && git merge -q -s ours --no-edit main
refused 'a merge that drops what was pushed (-s ours)' entries-stay
fresh
git checkout -q -B side && entry "$two" 2026-03-06 note 'Text: Side.' && commit && git checkout -q main && entry "$one" 2026-03-06 note 'Text: Main.' && commit && git push -q origin HEAD:main
git checkout -q side && git merge -q --no-commit main && git checkout -q HEAD -- "$one" && git commit -q -m merged
refused 'a merge that takes an old file over' entries-stay
fresh
git checkout -q -B side && action "$one" 2026-03-08 && commit && git checkout -q main && entry "$one" 2026-03-07 consent 'From: mother' 'Decision: withdrawn' && commit && git push -q origin HEAD:main
git checkout -q side && git merge -q main >/dev/null 2>&1
git show main:"$one" >"$one" && action "$one" 2026-03-08 && commit merged
refused 'two sides that are right, and wrong together' consent-first

# ---- old findings
fresh
be aj
cp rules/process.rec .. && git rm -q rules/process.rec && commit 'no rules' && action "$two" 2026-03-06 Old. && commit && git push -q origin HEAD:main
mkdir -p rules && mv ../process.rec rules/ && commit 'rules again'
refused 'rules that make a case invalid, which is named' consent-first
said 'names the case' "$two"
said 'says what a coordinator can do' "give the rule a 'Since'"
sed -i 's/^Rule: consent-first/&\nSince: 2026-03-07/' rules/process.rec && git add -A && git commit -q --amend --no-edit
taken 'which begin later'
fresh
git -C "$tmp/shared.git" fetch -q "$tmp/work" "+$start:refs/heads/x" && git -C "$tmp/shared.git" update-ref -d refs/heads/x
action "$two" 2026-03-06 Old. && git -c core.hooksPath=/dev/null commit -qam old && broken=$(git rev-parse HEAD)
git -C "$tmp/shared.git" fetch -q "$tmp/work" "$broken" && fresh "$broken"
entry "$two" 2026-03-07 note 'Text: New.' && commit
taken 'an old finding does not block new work'
before "$two" 'Date: 2026-03-06' "$(printf 'Date: 2026-03-06\nKind: action\nBy: ck\nAction: guidance\nText: Before it.')" && commit
refused 'an entry of its kind before it does not take its number' consent-first
fresh "$broken"
before "$two" 'Date: 2026-03-06' "$(printf 'Date: 2026-03-06\nKind: action\nBy: ck\nAction: guidance\nText: Before it.')" && sed -i 's/^Text: Old\./Text: Old, edited./' "$two" && commit
fails 1 'nor with the old one edited' git push -q origin HEAD:main
said 'says the rule' '\[consent-first\]'
said 'and that it was changed' '\[entries-stay\]'
fresh "$broken"
before "$two" 'Date: 2026-03-06' "$(printf 'Date: 2026-03-05\nKind: consent\nBy: ck\nFrom: mother\nDecision: given\nScope: support')" && commit
taken 'what repairs it'
entry "$two" 2026-03-05 consent 'From: mother' 'Decision: refused' && commit
refused 'what breaks it anew' consent-first
fresh "$broken"
exception "$two" dk && commit
taken 'an exception for an old finding'
waived=$(tip)
before "$two" 'Date: 2026-03-06' "$(printf 'Date: 2026-03-06\nKind: action\nBy: ck\nAction: guidance\nText: Before it.')" && commit
fails 1 'an entry slipped under the exception of another' git push -q origin HEAD:main
said 'says that the exception is another entry'"'"'s' '2026-03-09/exception is an older exception'
ok 'both are named: the new one, and the one without its exception' [ "$(grep -c '^remote: cases.*\[consent-first\]' "$tmp/.out")" = 2 ]
fresh "$waived"
sed -i 's/^Waives: consent-first/Waives: handed-over/' "$two" && commit
refused 'an exception taken away' consent-first
fresh "$broken"
git checkout -q -B side "$start" && entry "$two" 2026-03-06 note 'Text: Side.' && commit && git merge -q "$broken" >/dev/null 2>&1
git show "$broken:$two" >"$two" && entry "$two" 2026-03-06 note 'Text: Side.' && commit merged
taken 'a merge with an old finding of the main branch'

# ---- rules that change
fresh
be aj
sed -i 's/^Check: while/Chek: while/' rules/process.rec && commit
refused 'a misspelt field' rule-word
said 'guesses' "did you mean 'Check'"
git reset -q --hard "$start" && sed -i "s/^Check: append-only/Check: append-onyl/" rules/process.rec && commit
refused 'a misspelt check' rule-word
git reset -q --hard "$start" && sed -i "s/^Field: Opened Service/Field: Opened Servise/" rules/process.rec && commit
fails 1 'a field that no header has' git push -q origin HEAD:main
said 'says so' '\[rule-name\]\|\[rule-word\]'
git reset -q --hard "$start" && sed -i "s/^Role: coordinator/Role: cordinator/" rules/process.rec && commit
refused 'a role that the schema does not know' rule-word
fresh
sed -i '/^Rule: consent-first/,/^$/d' rules/process.rec && commit && action "$two" && commit
refused 'a rule changed by a counsellor' coordinator-only
said 'and what it would have allowed' '\[consent-first\]'
fresh
be aj
action "$two" && commit && sed -i '/^Rule: consent-first/,/^$/d' rules/process.rec && commit
refused 'before the change the old rules hold' consent-first
fresh
be aj
sed -i '/^Rule: consent-first/,/^$/d' rules/process.rec && commit && action "$two" && commit
taken 'after it the new ones'
fresh
be aj
sed -i 's/^On: Kind = .action.$/On: Kind = '"'note'/" rules/process.rec && commit && entry "$two" 2026-03-06 note 'Text: x' && commit
refused 'a stricter rule counts from the next commit on' consent-first
fresh
be aj && sed -i 's/^Within: P7D/Within: P70D/' rules/process.rec && commit && git push -q origin HEAD:main && later=$(tip)
git checkout -q -B old "$start" && be ck 2026-04-01 && entry "$two" 2026-03-03 note 'Text: x' && commit && git merge -q --no-edit "$later"
taken 'an older branch is judged by the rules of the main branch'

# ---- people
fresh
be aj
printf '\nStaff: fk\nName: Fk\nEmail: fk@centre.example\nRole: coordinator\nFrom: 2024-01-01\nUntil: 2026-03-09\n\nStaff: fk\nName: Fk\nEmail: fk@centre.example\nRole: counsellor\nFrom: 2026-03-09\n' >>directory/staff.rec && commit 'staff: fk counsels' &&
	git push -q origin HEAD:main
git reset -q --hard "$(tip)" && ended 'Approved_by: dk' && commit && git push -q origin HEAD:main && was=$(tip)
be fk 2026-03-09 && entry "$advice" 2026-03-09 reopening 'Reason: They asked again.' && commit
refused 'a coordinator until yesterday' who-reopens


fresh
be aj
sed -i '/^Staff: bk/,/^$/{s/^Role: .*/Role: coordinator/;/^Until:/d}' directory/staff.rec && commit 'staff: bk coordinates' && git push -q origin HEAD:main && was=$(tip)
sed -i '/^Staff: bk/,/^$/s/^Role: .*/Role: counsellor/' directory/staff.rec && commit 'staff: bk counsels again'
be bk && entry "$one" 2026-03-09 reopening 'Reason: x' && commit
refused 'a role that was taken away earlier in the push' who-reopens
git reset -q --hard HEAD~1 && sed -i 's/^Small_counts: .*/Small_counts: 7/' centre.rec && commit
refused 'nor may they change the centre any more' coordinator-only
git reset -q --hard "$was" && entry "$one" 2026-03-09 reopening 'Reason: x' && commit
taken 'which they may while they have it'
fresh
be aj && action "$two" && exception "$two" dk && commit && git push -q origin HEAD:main
sed -i '/^Staff: dk/,/^$/s/^From: .*/&\nUntil: 2026-03-09/' directory/staff.rec && commit 'staff: dk left, it is said now'
fails 1 'a member of staff who turns out to have left' git push -q origin HEAD:main
said 'what they agreed to is named' "$two:.*\[\(consent-first\|not-valid-then\)\]"

# ---- the clone says it early
cd "$tmp" && fresh && cd "$tmp" && rm -rf clone && git clone -q shared.git clone && (cd clone && dossier init -q) && cd clone || exit 99
action "$two" && fails 1 'pre-commit: an action without consent' git commit -qam x
said 'says the rule' '\[consent-first\]'
ok 'check --staged says the same' sh -c "git add -A; dossier check --staged | grep -q '\[consent-first\]'"
exception "$two" dk && ok 'with an exception' git commit -qam x
said 'which is mentioned' '\[consent-first\]'
git reset -q --hard origin/main && action "$two" && git commit -qanm bypassed && fails 1 'a bypassed hook' git push -q origin HEAD:main
said 'is made up for' '\[consent-first\]'
ok 'check --range says the same' sh -c "dossier check --range origin/main..HEAD | grep -q '\[consent-first\]'"
git reset -q --hard origin/main && sed -i 's/^Text: Discussed the plan.*/Text: Nothing./' "$one" && fails 1 'pre-commit: a pushed entry changed' git commit -qam x
said 'says the rule' '\[entries-stay\]'
git reset -q --hard origin/main && entry "$one" 2026-03-06 note 'Text: x' && git commit -qam x && sed -i 's/^Text: x/Text: y/' "$one"
ok 'pre-commit: an entry of one'"'"'s own, changed' git commit -qa --amend --no-edit
# A merge that goes on after a conflict: what the other side brings was recorded there, by who it was.
git reset -q --hard origin/main && be ck && entry "$one" 2026-03-06 note 'Text: Mine.' && git commit -qam mine
git checkout -q -b side origin/main && be aj && entry "$one" 2026-03-08 reopening 'Reason: They asked again.' && git commit -qanm side
git checkout -q main && be ck && git merge -q side >/dev/null 2>&1
git show side:"$one" >"$one" && before "$one" 'Date: 2026-03-08' "$(printf 'Date: 2026-03-06\nKind: note\nBy: ck\nText: Mine.')" && git add -A
ok 'pre-commit: a merge adds nothing of its own' git commit -q -m merged
git reset -q --hard HEAD~1 && entry "$one" 2026-03-08 reopening 'Reason: They asked again.'
fails 1 'pre-commit: which its author could not have added' git commit -qam x
said 'says the rule' '\[who-reopens\]'

# ---- over ssh and http
over() { # HOW URL
	fresh
	git remote set-url origin "$2/shared.git"
	action "$two" && commit
	refused "$1: an action without consent" consent-first
	again && exception "$two" ck && sed -i 's/^Approved_by: ck/Approved_by: dk/' "$two" && commit
	taken "$1: with an exception"
	sed -i 's/^Action: guidance/Action: mediation/' "$two" && commit
	refused "$1: changed afterwards" entries-stay
}
if serve_ssh ck; then over ssh "$ssh_url"; else skip 'ssh: pushes' 'no sshd here'; fi
if serve_http ck; then over http "$http_url"; else skip 'http: pushes' 'no nginx, fcgiwrap or git-http-backend here'; fi
serve_no_more

done_testing
