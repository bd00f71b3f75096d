#!/bin/sh
# The shipped rules over real pushes: what each sentence forbids is refused, and taken when it is mended.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

GIT_AUTHOR_DATE='2026-03-09T12:00:00 +0000' GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
make_centre seed
in_git seed
git clone -q --bare seed shared.git
dossier init -q --shared shared.git || exit 99
start=$(git -C shared.git rev-parse main)
git clone -q shared.git work
cd work || exit 99

# entry DATE KIND [FIELD: VALUE...]: to the case.
entry() {
	printf '\nDate: %s\nKind: %s\nBy: aj\n' "$1" "$2" >>"$case"
	shift 2
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$case"
}
explained() { entry 2026-03-06 explained 'To: mother' 'Topic: voluntary'; }
action() { entry 2026-03-08 action 'Action: guidance' 'With: mother'; }
anonymous() { entry 2026-03-05 consultation 'With: GM0344' 'Form: anonymous'; }
# The server and the clone as they were, and the case of the seed.
fresh() {
	git -C "$tmp/shared.git" update-ref refs/heads/main "$start"
	git checkout -q -f -B main "$start" && git clean -qfd && git update-ref refs/remotes/origin/main "$start"
	case=cases/2026/7/2026-7KQ43.rec
}
# opened SERVICE LEAD [FIELD: VALUE]: a case that the push opens, for which nobody has agreed to anything.
opened() {
	fresh
	case=cases/2026/8/2026-8MNPX.rec
	mkdir -p cases/2026/8
	{
		printf '%s\n' 'Case: 2026-8MNPX' 'Opened: 2026-03-02' "Service: $1" 'Applicant: mother' 'Counsellor: aj' "Lead: $2"
		[ $# -eq 2 ] || printf '%s\n' "$3"
	} >"$case"
	entry 2026-03-02 request 'From: mother' "Service: $1"
}
push() { git add -A && git commit -q -m 'entries' && git push -q origin HEAD:main; }
taken() { ok "$1" push; }
# refused WHAT RULE: and the commit is taken back, its work kept.
refused() {
	fails 1 "$1" push
	said "$1: $2" "\\[$2\\]"
	git reset -q --soft HEAD~1
}

fresh
explained && action
taken 'an action, explained, agreed to and discussed'
opened support centre 'Municipality: GM0344'
anonymous && explained && action
refused 'an action without consent' consent-first
entry 2026-03-09 exception 'Waives: consent-first' 'Entry: 2026-03-08/action' 'Reason: A life in danger.' 'Approved_by: bk'
taken 'with an exception that a colleague agreed to'
fresh
explained && entry 2026-03-07 consent 'From: mother' 'Decision: withdrawn' 'Scope: support' && action
refused 'an action after consent was withdrawn' consent-first
opened support centre 'Municipality: GM0344'
entry 2026-03-03 commission 'Municipality: GM0344' 'Reference: ZK-1' && anonymous && explained && action
refused 'a municipality commissions, nobody agreed' consent-first
entry 2026-03-07 consent 'From: mother' 'Decision: given' 'Scope: support'
taken 'and when the mother did'
opened advice applicant
action
refused 'an action on advice' advice-no-action
fresh
explained && entry 2026-03-06 conversation 'With: mother' && entry 2026-03-07 handover 'With: GM0344' 'Step: offered' 'Approved_by: bk' &&
	entry 2026-03-08 end 'End: completed' 'Severity: low' 'Level: light' 'Approved_by: bk'
refused 'support completed without an accepted handover' completed-after-handover
entry 2026-03-07 handover 'With: GM0344' 'Step: accepted' 'Entry: 2026-03-07/handover' 'Approved_by: bk'
taken 'and with one'
fresh
entry 2026-03-08 end 'End: withdrawn' 'Origin: family'
refused 'an end without a second person' end-approved
echo 'Approved_by: aj' >>"$case"
refused 'that its author approves' second-person
sed -i 's/^Approved_by: aj/Approved_by: bk/' "$case"
taken 'and that a colleague does'
fresh
sed -i 's/^Text: Discussed the plan.*/Text: Discussed nothing./' "$case"
refused 'an entry changed afterwards' entries-stay
git checkout -q -f origin/main -- "$case" && entry 2026-03-09 correction 'Entry: 2026-03-05/consultation' 'Field: Text' 'Reason: A mistake.'
taken 'and a correction'
fresh
sed -i 's/^Municipality: GM0344/Municipality: GM0518/' "$case"
refused 'the header changed afterwards' header-stays
fresh
GIT_COMMITTER_DATE='2026-03-20T12:00:00 +0000'
entry 2026-03-10 note 'Text: Called.'
refused 'a backdated entry without a reason' late-says-why
echo 'Late: I was ill.' >>"$case"
taken 'and with one'

done_testing
