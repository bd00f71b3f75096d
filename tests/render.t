#!/bin/sh
# render: the documents of the skeleton, in both languages; what consent covers; who is masked; paper that can be signed.
# shellcheck source=tests/lib.sh disable=SC2016,SC2317 # functions are called by name
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
cd centre || exit 99
case=cases/2026/7/2026-7KQ43.rec
cat >>$case <<'END'

Date: 2026-03-06
Kind: plan
By: aj
Need: safety
Need: trauma-and-grief
Goal: The mother sleeps again.
Provider: slachtofferhulp
Review: 2026-05-01
Hours: 2.5
Text: .so /etc/passwd
+ 'br \X'ps: exec evil' <b>bold</b> & "quotes"
+ — Súdwest-Fryslân, ’s-Gravenhage.

Date: 2026-03-07
Kind: action
By: aj
Action: guidance
With: mother
For: safety
Severity: high
Text: Talked with the mother and the father about her son; her fatherland is far, said child-2.

Date: 2026-03-08
Kind: conversation
By: aj
With: father
Text: Only the father spoke, of a secret.

Date: 2026-03-08
Kind: statement
By: aj
From: father
Text: I, and no other, disagree.

Date: 2026-03-08
Kind: conversation
By: aj
With: mother
With: child-2
Text: Mother said that child-2 argues.

Date: 2026-03-08
Kind: statement
By: aj
From: mother
Text: I agree with all of it.
END
in_git .
cp $case "$tmp/case"
on=2026-03-09
render() { dossier --today $on -q render "$@"; }
to() { render "$@" >"$tmp/out"; }
has() { grep -qF -- "$1" "$tmp/out"; }
lacks() { ! grep -qF -- "$1" "$tmp/out"; }
add() { printf '\n%s\n' "$1" >>$case; }
again() { cp "$tmp/case" $case; }
consent='Date: 2026-03-08
Kind: consent
By: aj
From: mother
Decision: given
Scope: share-with-partner
Scope: aftercare
Partner: slachtofferhulp'
referral='Date: 2026-03-09
Kind: referral
By: aj
Partner: slachtofferhulp
Step: offered
For: trauma-and-grief
Approved_by: bk
Text: They would like to talk.'
end='Date: 2026-03-09
Kind: end
By: aj
End: completed
Result: reached
Approved_by: bk'

# ---- all of them ----

ok 'the list' to
ok 'says for whom a document is' grep -q '^handover  *outside  *en.ms nl.ms  *Handover report$' "$tmp/out"
ok 'the skeleton and its templates pass' dossier check --no-rules --today $on templates
add "$consent"
add "$referral"
add "$end"
ok 'the story that the documents tell is valid' dossier check --no-rules --today $on 2026-7KQ43

framework() { tr '\n' ' ' <"$tmp/out" | grep -qF "$1"; }
no_tag() { ! grep -n '{{\|}}' "$tmp/out"; }
for document in confirmation.txt plan.html consultation.txt handover.ms closing.txt aftercare.txt referral.ms consent.ms access.html; do
	name=${document%.*} suffix=${document#*.}
	again
	case $name in
	referral) add "$consent" && add "$referral" ;;
	closing | aftercare) add "$consent" && add "$end" ;;
	esac
	set -- $case
	[ "$name" != access ] || set -- $case --redact mother
	for lang in en nl; do
		sentence='works within a voluntary framework'
		[ $lang = en ] || sentence='werkt op vrijwillige basis'
		ok "$name in $lang" to "$name.$lang.$suffix" "$@"
		ok "$name in $lang says that support is voluntary" framework "$sentence"
		ok "$name in $lang: no tag is left" no_tag
		cp "$tmp/out" "$tmp/$name.$lang"
		ok "$name --lang $lang" to "$name" "$@" --lang "$lang"
		same "$name --lang $lang is the same" "$tmp/$name.$lang" "$tmp/out"
	done
done
again
ok 'one about no case' to procedure.html
ok 'with its partners' has 'Slachtofferhulp Nederland (Dutch Victim Support)'
ok 'and the day' has '9 March 2026'
ok 'in Dutch' to procedure --lang nl
ok 'and the day in Dutch' has '9 maart 2026'
fails 2 'it takes no case' render procedure $case
fails 2 'others do' render plan

# ---- languages, names, output ----

ok 'by the id and a suffix' to handover.ms 2026-7KQ43
ok 'words of lists in English' has 'trauma and grief'
ok 'in Dutch' to handover.nl 2026-7K
ok 'dates in Dutch' has '6 maart 2026'
ok 'words of lists in Dutch' has 'trauma en rouw'
ok 'what is in force today' has 'Ernst: hoog'
fails 2 'a language without Labels' render handover $case --lang xx
said 'those that there are' 'en, nl'
fails 1 'no document of that name' render handovr $case
fails 1 'a name in one language and an option in another' render handover.en.ms $case --lang nl
ok 'to a file' render plan.html $case -o "$tmp/plan.html"
same 'which is the whole' "$tmp/plan.en" "$tmp/plan.html"
ok 'at a commit' to plan.html 2026-7KQ43 --commit HEAD
same 'as it stood' "$tmp/plan.en" "$tmp/out"
ok 'about the last of several' to consultation $case
ok 'about one that is named' to consultation $case --entry 2026-03-05/consultation
fails 1 'about one that it cannot be about' render consultation $case --entry 2026-03-06/plan
on=2026-03-06
ok 'on an earlier day' to access $case --redact mother
ok 'what lies ahead is not in it' lacks 'fatherland'
ok 'what does not, is' has 'sleeps again'
on=2026-03-09

# ---- for outside ----

to handover.ms $case
ok 'what was left out is said' has 'Other entries of the journal that are not in this document: 6.'
ok 'and which fields' has 'Hours;'
ok 'other kinds are not in it' lacks secret
ok 'nor are they named' lacks statement
sed -i '/^Scope: share/d' $case
fails 1 'without consent to share it is not made' render handover $case
said 'and the message says what is missing' "may not leave the Centre on 2026-03-09: #sharing"
fails 1 'nor written' render handover $case -o "$tmp/none"
ok 'nothing is written' test ! -e "$tmp/none"
fails 1 'nor is the note of a consultation with the family named' render consultation $case
sed -i 's/^Form: identified/Form: anonymous/' $case
ok 'an anonymous one is made without' to consultation $case
ok 'names no case' lacks 7KQ43
ok 'and tells nothing of it' lacks 'Slachtofferhulp'
ok 'and says so' has 'The family was not named'
again
add 'Date: 2026-03-08
Kind: consent
By: aj
From: son
Decision: withdrawn
Scope: share-with-municipality'
fails 1 'withdrawn by one of the family: not any more' render handover $case
on=2026-03-07
ok 'it was made the day before' render handover $case
on=2026-03-09
again
sed -i 's/^Scope: share-with-municipality/&\nUntil: 2026-03-08/' $case
fails 1 'consent that ended by itself covers nothing' render handover $case
again
add "$referral"
fails 1 'a referral without consent to share with a partner' render referral $case
add "$consent"
ok 'with it' to referral.ms $case
ok 'to that partner' has 'Slachtofferhulp Nederland'
ok 'what stands elsewhere is not in it' lacks 'sleeps again'
again
add "$referral"
add "$(echo "$consent" | sed 's/^Partner: .*/Partner: girds/')"
fails 1 'consent for another partner covers nothing' render referral $case
said 'the message says so' 'no entry is'
again
add "$referral"
add "$(echo "$consent" | sed '/^Partner: /d')"
ok 'consent for any partner does' render referral $case
again
fails 1 'a letter about an end that is not there' render closing $case
printf '{{Applicant}}{{Left_out}}' >templates/consultation.txt
fails 1 'a template that asks for more than its record allows is not filled in' render consultation.txt $case
rm templates/consultation.txt

# ---- roff and HTML ----

to handover.ms $case
ok 'a value begins no request' has '\&.so /etc/passwd'
ok 'nor the other kind' has "\\&'br"
ok 'and no escape' lacks '\X'
to plan.html $case
ok 'HTML is escaped' has '&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quotes&quot;'
paper() { groff -k -ms -Tpdf -ww <"$tmp/$1" >"$tmp/out.pdf" 2>"$tmp/warnings" && pdftotext -layout "$tmp/out.pdf" "$tmp/out"; }
: >"$tmp/empty"
if command -v pdftotext >/dev/null && groff -Tpdf </dev/null >/dev/null 2>&1; then
	for document in handover.en handover.nl consent.en consent.nl referral.en referral.nl; do
		ok "$document becomes a page" paper "$document"
		same "$document: without a warning" "$tmp/empty" "$tmp/warnings"
		ok "$document: with its number" grep -Eq 'page 1|pagina 1' "$tmp/out"
		ok "$document: and a line to sign on" grep -q "^\\\\l'7c'" "$tmp/$document"
		case $document in
		handover*) ok "$document: letters beyond ASCII" has 'Súdwest-Fryslân' ;;
		consent.nl) ok "$document: letters beyond ASCII" has 'geëindigd' ;;
		esac
	done
else
	skip 'pages' 'no pdftotext, or no groff that writes PDF'
fi

# ---- for one person ----

cp "$tmp/access.en" "$tmp/out"
ok 'other labels are masked in fields' has '<dt>With</dt><dd>[somebody else]</dd>'
ok 'her own is not' has '<dt>With</dt><dd>mother</dd>'
ok 'words in prose are' has 'Talked with the mother and the [somebody else] about her [somebody else]; her fatherland is far, said [somebody else].'
ok 'talks without her are not in it' lacks secret
ok 'what he said of himself is not' lacks disagree
ok 'what she said is' has 'I agree with all of it.'
times=$(grep -o '\[somebody else\]' "$tmp/out" | wc -l)
ok 'how often, it says itself' has "replaced: $times times"
ok 'and how many entries are not in it' has 'did not take part: 2 of the entries'
ok 'names of whom it refers to' has 'slachtofferhulp (Slachtofferhulp Nederland'
cp "$tmp/access.nl" "$tmp/out"
ok 'the mark is Dutch' has '[iemand anders]'
ok 'so is her label' has 'voor: moeder.'
ok 'for the other' to access $case --redact child-2
ok 'her words are masked' has '[somebody else] said that child-2 argues.'
ok 'her statement is not in it' lacks 'I agree with all of it.'
fails 1 'for nobody it is not made' render access $case
fails 1 'nor for somebody who is not in the case' render access $case --redact uncle
said 'which is said' "nobody in the case is 'uncle'"
fails 1 'another document is for no one person' render plan $case --redact mother
ok 'to a file' dossier --today $on render access $case --redact mother -o "$tmp/access"
said 'how often is said' "others than 'mother' were masked in $times places"

# ---- cases that are not as they should be ----

printf 'Case: 2026-7KQ43\nno field\n' >$case
fails 1 'a case that was not understood whole' render confirmation $case
again
fails 1 'a case that is not there' render confirmation 2026-0000
printf '\nDate: 2026-03-09\nKind: nonsense\nBy: aj\nText: rubbish\n' >>$case
ok 'an entry of an unknown kind' to handover $case
ok 'is left out of what is for outside' lacks rubbish
printf '\nDate: 2026-03-09\nBy: aj\nText: rubbish\n' >>$case
ok 'and one of none' to handover $case
ok 'too' lacks rubbish
again

# ---- templates that are not as they should be ----

letter=templates/confirmation.en.txt
cp $letter "$tmp/letter"
{ echo '<<<<<<< HEAD'; cat "$tmp/letter"; echo =======; echo '>>>>>>> mine'; } >$letter
fails 1 'a template with a merge conflict' render confirmation.en $case
said 'which is said' "^$letter:1:1: error: a merge conflict"
ok 'check finds it too' sh -c 'dossier check templates | grep "^$1:1:1: error: a merge conflict"' - $letter
head -c 20000000 /dev/zero | tr '\0' a >$letter
fails 1 'one that is longer than any document' render confirmation.en $case
cp "$tmp/.out" "$tmp/said"
said 'which is said' "^$letter:1:1: error: the document grows without end"
ok 'in a line that can be read' sh -c '[ "$(wc -c <"$1")" -lt 400 ]' - "$tmp/said"
cp "$tmp/letter" $letter

done_testing
