#!/bin/sh
# show: where a case stands, what is to do, what may not come now and what would help; marks in the journal.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre "$tmp/c"
cd "$tmp/c" || exit 99
rm -rf rules && mkdir rules && cp "$tests/rules-small.rec" rules/process.rec
case=cases/2026/7/2026-7KQ43.rec
cp $case "$tmp/case"
show() { dossier show 2026-7KQ43 "$@"; }
shows() { what=$1; shift; "$@" >"$tmp/got" 2>&1; same "$what" - "$tmp/got"; }
# above: what stands above the header's fields
above() { show "$@" | sed '/^How it began/,$d'; }

shows 'a case in which something is overdue' above --today 2026-03-20 <<'END'
2026-7KQ43  on 2026-03-20  cases/2026/7/2026-7KQ43.rec

Where it stands
  support since 2026-03-04

To do
  2026-03-18  2 days over    no conversation with the family after it agreed to
                             support [first-conversation]
      talk with the family: dossier add 2026-7KQ43 conversation With=...
  no date                    no plan of action [plan]
      write one: dossier add 2026-7KQ43 plan Need=... Review=...

Would settle something
  plan: plan
  conversation: first-conversation

END
ok 'before it is due' sh -c 'dossier show 2026-7 --today 2026-03-17 | grep -q "^  2026-03-18  1 day left  "'
ok 'on its last day' sh -c 'dossier show 2026-7 --today 2026-03-18 | grep -q "^  2026-03-18  today  "'

cat >>$case <<'END'

Date: 2026-03-20
Kind: consent
By: aj
From: mother
Decision: withdrawn

Date: 2026-03-21
Kind: action
By: aj
Action: guidance

Date: 2026-03-21
Kind: conversation
By: aj
With: mother

Date: 2026-03-22
Kind: suspension
By: aj
Reason: holidays

Date: 2026-03-23
Kind: action
By: aj
Action: guidance

Date: 2026-03-23
Kind: exception
By: aj
Waives: support-needs-consent
Entry: 2026-03-23/action
Reason: it was urgent
Approved_by: cc
END
cat >>directory/staff.rec <<'END'

Staff: cc
Name: Cc
Email: cc@centre.example
Role: coordinator
From: 2024-01-01
END
show --today 2026-03-24 >"$tmp/all"
shows 'what may not come now, and why' sed '/^How it began/,$d' "$tmp/all" <<'END'
2026-7KQ43  on 2026-03-24  cases/2026/7/2026-7KQ43.rec

Where it stands
  resting since 2026-03-22

To do
  no date                    no plan of action [plan]
      write one: dossier add 2026-7KQ43 plan Need=... Review=...

Not as it should be
  2 things are marked ! in the journal: dossier check 2026-7KQ43

Not allowed now
  plan, action, expert: the family has not agreed to support
      [support-needs-consent]

END
grep -B1 -A1 '^  ! ' "$tmp/all" >"$tmp/marks"
shows 'what is broken or late is marked' cat "$tmp/marks" <<'END'
2026-03-04  consent  by Aj
  ! no conversation with the family after it agreed to support: due 2026-03-18,
    done 2026-03-21 by 2026-03-21/conversation, 3 days over [first-conversation]
--
2026-03-21  action  by Aj
  ! the family has not agreed to support: 'support' was ended by
    2026-03-20/consent [support-needs-consent]
END
ok 'what was waived is said, without the mark' sh -c 'tr -s "\n " "  " <"$1" | grep -q "Aj the family has not agreed to support: waived by"' sh "$tmp/all"

# A choice of a field may be what is forbidden: not the kind itself.
cp "$tmp/case" $case
cat >>rules/process.rec <<'END'

Rule: end-needs-handover
Check: before
On: Kind = 'end' && End = 'completed'
Need: Kind = 'handover' && Step = 'accepted'
Message: the municipality has not taken over
Fix: hand over first: dossier add CASE handover With=GM0344 Step=offered
Basis: S15
Good: 2026-03-04 handover Step=accepted
+ 2026-03-05 end End=completed
Bad: 2026-03-05 end End=completed

Rule: end-signed
Check: must
On: Kind = 'end'
Must: #Approved_by
Message: nobody signed the end
Fix: have a colleague sign it: Approved_by=...
Basis: Default, to be set by the Centre
Good: 2026-03-05 end End=moved Approved_by=bk
Bad: 2026-03-05 end End=moved
END
shows 'a choice that is forbidden; what a field would mend is not' sh -c \
	'dossier show 2026-7 --today 2026-03-09 | sed -n "/^Not allowed now/,/^$/p"' <<'END'
Not allowed now
  end End=completed: the municipality has not taken over [end-needs-handover]

END
cat >>$case <<'END'

Date: 2026-03-08
Kind: end
By: aj
End: moved
Approved_by: bk
END
shows 'a closed case' sh -c 'dossier show 2026-7 --today 2026-03-09 | sed -n "/^Where/,/^How/p"' <<'END'
Where it stands
  closed since 2026-03-08

Not as it should be
  2 things are marked ! in the journal: dossier check 2026-7KQ43

Not allowed now
  request, explained, commission, consent, consultation, assessment, assignment,
      plan, conversation, action, expert, referral, review, question, answer,
      information, handover, end, disclosure, correction, statement, suspension,
      resumption: the case has ended [closed-is-closed]

How it began
END
ok 'two cases' sh -c '[ "$(dossier show 2026-7 2026-7 --today 2026-03-09 | grep -c "^How it began")" = 2 ]'
printf 'Broken\n' >>$case
fails 1 'a file that is not understood whole is shown without it' show
ok 'its header and journal stand there all the same' sh -c 'dossier show 2026-7 2>/dev/null | grep -q "^Journal: "'
cp "$tmp/case" $case
awk 'BEGIN { for (i = 0; i < 6000; i++) printf "\nDate: 2026-03-06\nKind: note\nBy: aj\nText: x\n" }' >>$case
ok 'a long journal' sh -c 'dossier show 2026-7 --today 2026-03-20 -n 1 | grep -q "^  2026-03-18  2 days over"'
done_testing
