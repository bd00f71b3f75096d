#!/bin/sh
# dossier explain, and the manual made by it.
. "$(dirname "$0")/lib.sh"

cat >want <<'END'
missing-colon (error)

A line begins with the name of a field, but no colon follows.

What to do: Write 'Name: value'.

This fails:
    Date 2026-03-04

This passes:
    Date: 2026-03-04
END
dossier explain missing-colon >got
same 'a rule' want got
dossier explain '[missing-colon]' >got
same 'as a finding shows it' want got
dossier explain missing-colon missing-colon >got
{ cat want && echo && cat want; } >twice
same 'several' twice got
mkdir nowhere
ok 'needs no repository' dossier -C nowhere explain missing-colon

echo "dossier: there is no rule 'mising-colon'; did you mean 'missing-colon'?
status 2" >want
transcript . dossier explain mising-colon >got
same 'a rule mistyped' want got
echo "dossier: there is no rule 'xyzzy'; 'dossier explain' lists them
status 2" >want
transcript . dossier explain xyzzy >got
same 'no such rule' want got
fails 2 'an empty name' dossier explain ''
fails 2 'one of several is unknown' dossier explain missing-colon xyzzy
fails 2 'no such format' dossier explain -f xml missing-colon

dossier explain >list
ok 'the list is sorted' sort -c list
fails 1 'each with its severity' grep -Ev '^[a-z0-9-]+ +(error|warning|note) +[A-Z].*\.$' list
dossier explain -f rec >rec
ok 'rec' recfix --check rec
grep -c . list >want
recsel -t Rule -c rec >got
same 'every rule' want got
echo 'Text: one two' >want
recsel -t Rule -e "Rule = 'trailing-backslash'" -P Good rec >got
same 'a field of it' want got

dossier explain -f mdoc >dossier-findings.7
mandoc -T lint -W warning dossier-findings.7 >lint 2>&1
ok 'the manual is correct' test ! -s lint
mandoc -T ascii -O width=200 dossier-findings.7 >page
ok 'and shows backslashes and points as they are' grep -q "convert with sed -i 's/\\\\r\$//' FILE" page

done_testing
