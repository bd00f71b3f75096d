#!/bin/sh
# What a centre's rules say of themselves: check rules, explain, and what a case that breaks one is told.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre c
without_reports_and_documents c
rm -rf c/rules && mkdir c/rules
in_git c
cd c || exit 99
case_file=cases/2026/7/2026-7KQ43.rec

cat >rules/odd.rec <<'END_RULES'
%rec: State

State: odd
Start: Kind = 'suspension'
Stop: Kind = 'resumption'
Doc: Nothing happens for a while.

State: closed
Start: Kind = 'end'
Stop: Kind = 'reopening'

%rec: Rule

Rule: plan-before-consultation
Check: before
On: Kind = 'consultation'
Need: Kind = 'plan'
Within: P30D
Message: no plan before the municipality was consulted
Fix: write it first: dossier add CASE plan Need=... Review=...
Basis: S3: the actions are always discussed with the municipality involved
Good: 2026-03-04 plan Need=safety Review=2026-06-01
+ 2026-03-05 consultation With=GM0344 Form=anonymous Text='what it says'
Bad: 2026-03-05 consultation With=GM0344 Form=anonymous

Rule: conversation-in-time
Check: after
On: Kind = 'consent' && Decision = 'given'
Need: Kind = 'conversation'
Within: P14D
Pause: odd
Severity: warning
Message: no conversation after consent
Basis: Default
Good: 2026-03-04 consent Decision=given
+ today 2026-03-18
Bad: 2026-03-04 consent Decision=given
+ today 2026-03-19
END_RULES

# ---- check rules ----
ok 'rules that are as they should be' dossier check rules
dossier check rules >"$tmp/out" 2>&1
ok 'and nothing is said' [ ! -s "$tmp/out" ]
ok 'by file' dossier check rules/odd.rec
cp rules/odd.rec "$tmp/right.rec"
sed -i 's/today 2026-03-19/today 2026-03-18/' rules/odd.rec
fails 1 'an example that does not do what it says' dossier check rules
said 'is named' '^rules/odd.rec:37:6: error: this is to be bad, .*\[rule-example\]$'
fails 1 'in a check of all too' dossier check
said 'the same' '^rules/odd.rec:37:6: error: .*\[rule-example\]$'
dossier check --no-rules >"$tmp/.out" 2>&1
ok 'not without rules' sh -c "! grep -q rule-example '$tmp/.out'"
cp "$tmp/right.rec" rules/odd.rec
ok 'mended' dossier check rules
sed 's/^Need: Kind = .plan./&\nNead: x/' rules/odd.rec >rules/other.rec
fails 1 'names that stand twice, a word that is none' dossier check rules
said 'the word' '^rules/other.rec:18:1: error: unknown field .Nead., did you mean .Need.? \[rule-word\]$'
said 'the names' '^rules/other.rec:3:8: error: .odd. is the name of what stands at rules/odd.rec:3 already \[duplicate-rule\]$'
rm rules/other.rec

# ---- what a case is told ----
cat >want <<'END_FINDING'
cases/2026/7/2026-7KQ43.rec:25:1: error: no plan before the municipality was consulted [plan-before-consultation]
  Date: 2026-03-05
  ^~~~~~~~~~~~~~~~
  fix: write it first: dossier add 2026-7KQ43 plan Need=... Review=...
       if it had to be so: dossier add 2026-7KQ43 exception Waives=plan-before-consultation Entry=2026-03-05/consultation Reason=... Approved_by=...
  basis: S3: the actions are always discussed with the municipality involved
END_FINDING
dossier check --today 2026-03-09 --color always | sed 's/\x1b\[[0-9;]*m//g' >got
same 'a broken rule' want got
dossier check --today 2026-03-30 -f rec >got
ok 'rec' recfix --check got
recsel -t Finding -e "State = 'overdue'" -P Rule,Severity,Case,Entry,Due,Message got >said
cat >want <<'END_FINDING'
conversation-in-time
warning
2026-7KQ43
2026-03-04/consent
2026-03-18
no conversation after consent: due 2026-03-18, 12 days over
END_FINDING
same 'what is overdue' want said
dossier check --today 2026-03-18 -f json >got
ok 'due today is not overdue' sh -c '! grep -q conversation-in-time got'
dossier check --today 2026-03-17 --due >got
ok 'with --due it is shown' grep -q ': note: no conversation after consent: due 2026-03-18, in 1 day \[conversation-in-time\]$' got
cat >>$case_file <<'END_ENTRY'

Date: 2026-03-06
Kind: exception
By: aj
Waives: plan-before-consultation
Entry: 2026-03-05/consultation
Reason: the municipality called
Approved_by: bk
END_ENTRY
ok 'waived it is no error' dossier check --today 2026-03-09
said 'but a note' ': note: no plan before the municipality was consulted: waived by 2026-03-06/exception, approved by bk \[plan-before-consultation\]$'
git add -A
dossier check --staged --today 2026-03-09 >"$tmp/.out" 2>&1
git checkout -q HEAD -- $case_file

# ---- explain ----
cat >want <<'END_TEXT'
plan-before-consultation (error)

no plan before the municipality was consulted

Each consultation entry needs before it a plan entry, at most 30 days before.

What to do: write it first: dossier add CASE plan Need=... Review=...

Basis: S3: the actions are always discussed with the municipality involved

This fails:
    2026-03-05 consultation With=GM0344 Form=anonymous

This passes:
    2026-03-04 plan Need=safety Review=2026-06-01
    2026-03-05 consultation With=GM0344 Form=anonymous Text='what it says'
END_TEXT
dossier explain plan-before-consultation >got
same 'a rule' want got
cat >want <<'END_TEXT'
odd (State)

Nothing happens for a while.

It holds from just after a suspension entry until there is a resumption entry.
END_TEXT
dossier explain odd >got
same 'a State' want got
dossier explain >list
head -n 5 list >got
cat >want <<'END_TEXT'
closed                    State    
conversation-in-time      warning  no conversation after consent
odd                       State    Nothing happens for a while.
plan-before-consultation  error    no plan before the municipality was consulted

END_TEXT
same 'the list begins with the Centre'"'"'s own' want got
dossier explain -f rec >rec
ok 'rec' recfix --check rec
recsel -t Rule -e "Rule = 'conversation-in-time'" -P Type,Words,Bad rec >got
ok 'with its words' grep -q "Each consent entry with Decision 'given' needs later a conversation entry, within 14 days" got
dossier explain -f json >json
ok 'json' sh -c 'jq -e ".[] | select(.rule == \"odd\") | .type == \"state\" and .severity == null" json'
ok 'of the catalogue too' sh -c 'jq -e ".[] | select(.rule == \"unknown-kind\") | .type == \"message\"" json'
fails 2 'a rule mistyped' dossier explain conversation-intime
said 'is guessed' "did you mean 'conversation-in-time'?"
sed -i 's/^Check: before/Check: befor/' rules/odd.rec
fails 2 'a rule with a fault' dossier explain plan-before-consultation
said 'was not understood' "stands in rules/ but was not understood: 'dossier check rules' says why"
git checkout -q HEAD -- . 2>/dev/null

# ---- the rules that are shipped ----
cd .. || exit 99
make_centre shipped
cd shipped || exit 99
if [ -d rules ]; then
	ok 'the shipped rules have no fault' dossier check rules
	dossier check rules >"$tmp/out" 2>&1
	ok 'and nothing to say of them' [ ! -s "$tmp/out" ]
	dossier explain -f rec >rec
	recsel -t Rule -e "Type = 'rule'" -c rec >got
	cat rules/*.rec | grep -c '^Rule:' >want
	same 'each explains itself' want got
	recsel -t Rule -e "Type = 'rule' && (Words = '' || Fix = '' || Basis = '')" -C -P Rule rec >got
	ok 'with words, fix and basis' [ ! -s got ]
	ok 'a table of durations' dossier explain aftercare-contact
	said 'is a list' "^    at least every 42 days if Severity 'high' and Level 'standard'\$"
fi

done_testing
