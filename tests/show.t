#!/bin/sh
# show: a case for a person.
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/c"
cd "$tmp/c" || exit 99
rm -rf rules # what they do here stands in show-rules.t
cat >>cases/2026/7/2026-7KQ43.rec <<'END'

Date: 2026-03-08
Kind: assessment
By: bk
Severity: high
Text: The young man has bought a ticket, and his mother is afraid that he will leave before the end of the month if nobody talks to him.

Date: 2026-03-06
Kind: note
By: bk
Text: Called; no answer.
END
cat >"$tmp/want" <<'END'
2026-7KQ43  on 2026-03-09  cases/2026/7/2026-7KQ43.rec

  Opened        2026-03-02
  Service       support
  Applicant     municipality
  Municipality  GM0344 (Utrecht)
  Counsellor    aj (Aj)
  Lead          centre

Journal: 5 entries

2026-03-02  request  by Aj
    From     municipality
    Service  support
    Text     The parents of a young man ask, through the municipality, for help.

2026-03-04  consent  by Aj
    From      mother
    Decision  given
    Scope     support
    Scope     share-with-municipality

2026-03-05  consultation  by Aj
    With  GM0344 (Utrecht)
    Form  identified
    Text  Discussed the plan with the care coordinator.

          Agreed to ask Slachtofferhulp Nederland for the mother.

2026-03-06  note  by Bk
    Text  Called; no answer.

2026-03-08  assessment  by Bk
    Severity  high
    Text      The young man has bought a ticket, and his mother is afraid that
              he will leave before the end of the month if nobody talks to him.
status 0
END
transcript . dossier show 2026-7k --today 2026-03-09 >"$tmp/got"
same 'header, names of references, journal in order of date' "$tmp/want" "$tmp/got"

sed -i 's/^Lead: centre/Lead: centre\nSeverity: low/' cases/2026/7/2026-7KQ43.rec
cat >"$tmp/want" <<'END'
In force since
  2026-03-08  Severity: high

Journal: 5 entries, 1 shown

2026-03-08  assessment  by Bk
END
dossier show 2026-7k --today 2026-03-09 -n 1 | sed -n '/^In force/,/^2026-03-08/p' >"$tmp/got"
same 'what changed since the header, and the last entry' "$tmp/want" "$tmp/got"
ok 'not yet in force the day before' sh -c '! dossier show 2026-7k --today 2026-03-07 | grep -q "In force"'
printf '2026-03-06\n2026-03-02\n' >"$tmp/want"
dossier show 2026-7k -r -k note -k request | grep -o '^2026-..-..' | grep -v 2026-7 >"$tmp/got"
same 'some kinds, newest first' "$tmp/want" "$tmp/got"

sed -i 's/Called; no answer/Called \x1b[31m; no answer/' cases/2026/7/2026-7KQ43.rec
fails 1 'a file with a fault' dossier show 2026-7k
said 'names it' 'control-character'
said 'shows what there is, without the control character' 'Called <U+001B>\[31m; no answer'
fails 2 'no case named' dossier show
fails 2 'a number that is none' dossier show 2026-7k -n many
fails 1 'a case that is not there' dossier show 2026-9

in_git .
rm cases/2026/7/2026-7KQ43.rec
fails 1 'gone from the work tree' dossier show 2026-7K
dossier show 2026-7K --commit HEAD >"$tmp/got" 2>&1
ok 'still there in the commit' grep -q '^2026-7KQ43' "$tmp/got"
done_testing
