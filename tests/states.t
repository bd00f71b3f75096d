#!/bin/sh
# States are fields of the case: in list, in reports, in completion.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre "$tmp/c"
cd "$tmp/c" || exit 99
rm -rf rules reports && mkdir rules reports && cp "$tests/rules-small.rec" rules/process.rec
cat >>rules/process.rec <<'END'

%rec: State

State: in_talks
Start: Kind = 'consultation'
Stop: Kind = 'end'
END
mkdir -p cases/2026/8
cat >cases/2026/8/2026-82Q45.rec <<'END'
Case: 2026-82Q45
Opened: 2026-03-02
Service: support
Applicant: mother
Municipality: GM0363
Counsellor: bk

Date: 2026-03-02
Kind: request
By: bk
From: mother
Service: support

Date: 2026-03-03
Kind: consent
By: bk
From: mother
Decision: given
Scope: support

Date: 2026-03-05
Kind: end
By: bk
End: completed
END
list() { dossier --today 2026-03-09 list "$@"; }
shows() { what=$1; shift; "$@" >"$tmp/got" 2>&1; same "$what" - "$tmp/got"; }

shows 'a State in a condition' list -e '#support' -p Id <<'END'
Id
2026-7KQ43
END
shows 'with others' list -e "#aftercare && Municipality = 'GM0363'" -p Id,aftercare <<'END'
Id          aftercare
2026-82Q45  2026-03-05
END
shows 'as a column, missing when it does not hold' sh -c 'dossier --today 2026-03-09 list -p Id,support,closed,in_talks -f csv | tr -d "\r"' <<'END'
Id,support,closed,in_talks
2026-7KQ43,2026-03-04,,2026-03-05
2026-82Q45,,2026-03-05,
END
shows 'its value is a date' list -e "support << '2026-03-05'" -p Id <<'END'
Id
2026-7KQ43
END
shows 'on the day that is asked about' dossier --today 2026-03-04 list -e '#support' -s -support -p Id,support <<'END'
Id          support
2026-7KQ43  2026-03-04
2026-82Q45  2026-03-03
END
shows 'a State of the case of an entry' list -n -e '#Case.support' -p Case,Self <<'END'
Case        Self
2026-7KQ43  2026-03-04/consent
2026-7KQ43  2026-03-05/consultation
2026-82Q45  2026-03-03/consent
END
shows 'with an underscore too' list -n -e '#Case.in_talks' -c <<'END'
1
END
shows 'by groups' list -g '#support' <<'END'
#support  Count
       0      1
       1      1
END
fails 2 'an entry has none itself' list -n -e '#in_talks'
said 'says how to ask' "it is a State of the case: write Case.in_talks"
fails 2 'a misspelt one' list -e '#suport'
said 'is corrected' "did you mean 'support'"
fails 2 'of the case of an entry too' list -n -e '#Case.suport'
said 'is corrected' "did you mean 'support'"
fails 2 'a misspelt field of the case' list -n -e '#Case.Servce'
said 'too' "did you mean 'Service'"

cat >reports/states.rec <<'END'
%rec: Report

Report: states
Title: States
Profile: commissioner

%rec: Table

Table: running
Report: states
Title: Cases in support
Count: cases
Where: #support
On: end
Rows: Municipality
Empty: hide

Table: entries
Report: states
Title: Entries during support
Count: entries
Where: #Case.support
Rows: Kind
Empty: hide
END
ok 'a report' dossier --today 2026-03-09 report states
said 'counts cases by a State' '^GM0344.* 1$'
ok 'does not count the others' sh -c '! grep -q GM0363 "$1"' sh "$tmp/.out"
sed -i 's/^Where: #support/Where: #suport/' reports/states.rec
fails 2 'a misspelt State in a report' dossier --color always report states
said 'is corrected' "did you mean 'support'"

ok 'completion knows States' sh -c 'dossier help --complete name | grep -qx in_talks'
ok 'and fields' sh -c 'dossier help --complete name | grep -qx Municipality'
ok 'and staff who are there' sh -c 'dossier --today 2026-03-10 help --complete staff | grep -vqx bk'
done_testing
