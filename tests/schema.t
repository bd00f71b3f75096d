#!/bin/sh
# The same descriptors and records through recfix and through dossier check: where the two differ, the row says why.
# Then what dossier cat makes of the schema, and the manual's examples.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
cd "$tmp/centre" || exit 99

# judge RECFIX DOSSIER WHAT TEXT: 0 takes it, 1 refuses it.
judge() {
	# shellcheck disable=SC2059 # its escapes are meant
	printf "$4" >schema/extra.rec
	recfix schema/extra.rec >"$tmp/recfix" 2>&1
	got=$?
	dossier check --today 2026-03-09 >"$tmp/ours" 2>&1
	got="$got $?"
	[ "$got" = "$1 $2" ]
	tap_line $? "$3"
	[ "$got" = "$1 $2" ] || sed 's/^/# /' "$tmp/recfix" "$tmp/ours"
}
# Both say so: good, bad. Only we refuse, or only they: stricter, laxer, with the reason.
good() { judge 0 0 "$1: taken" "%%rec: T\n$2"; }
bad() { judge 1 1 "$1: refused" "%%rec: T\n$2"; }
stricter() { judge 0 1 "$1: refused here only: $3" "%%rec: T\n$2"; }
laxer() { judge 1 0 "$1: taken here only: $3" "%%rec: T\n$2"; }
# typed TYPE GOOD BAD...: values of a type.
typed() {
	type=$1
	good "$type '$2'" "%%type: F $type\n\nF: $2\n"
	shift 2
	for value; do bad "$type '$value'" "%%type: F $type\n\nF: $value\n"; done
}

typed int 12 1.5 x +5 '' '- 5' 0x
typed int -010 0xG
typed int 0x1F ' '
typed int ' 7 ' '7 8'
typed real 3.5 1e5 abc -2. 1,5 +1.0
typed real -.5 .
typed real 5 inf
typed bool yes Yes '' 2
typed bool no
typed bool true
typed bool false
typed bool 0
typed bool 1
typed 'range 1 5' 5 6 0 x ''
typed 'range 5' 0 -1 6
typed 'range MIN 5' -7 6
typed 'range 0x10 MAX' 16 15
typed 'range 0 10' 010 08 11
typed 'range 0 10' ' 9 ' x9
typed line 'a b'
bad 'line of two' '%%type: F line\n\nF: a\n+ b\n'
typed line ''
typed 'size 3' abc abcd
typed 'size 0' '' a
typed 'size 0x3' abc abcd
typed 'regexp /^a+$/' aa ab ''
typed 'regexp |a/b|' xa/bx ab
typed 'regexp ~[0-9]~' a1 ab
typed 'enum low high' low Low medium ''
typed 'enum low (not much) high' high not
typed 'enum a-b c_d 1x' 1x x
typed date 2026-03-04 2026-02-29 '' foo
typed date 2024-02-29 2023-13-01
typed email aj@centre.org 'a b@c' aj@ @centre.org aj
typed uuid 550e8400-e29b-41d4-a716-446655440000 5 550e8400
typed field Foo_Bar 9x A-b A:
stricter 'date yesterday' '%%type: F date\n\nF: yesterday\n' 'a date is YYYY-MM-DD'
stricter 'date 4 March 2026' '%%type: F date\n\nF: 4 March 2026\n' 'a date is YYYY-MM-DD'
stricter 'range of 1.5' '%%type: F range 0 10\n\nF: 1.5\n' 'an integer'
stricter "real ''" '%%type: F real\n\nF:\n' 'a number has a digit'
stricter "enum ' low'" '%%type: F enum low high\n\nF:  low\n' 'a word has no blanks around it'
laxer 'size in characters' '%%type: F size 3\n\nF: éèê\n' 'characters, not bytes'
laxer 'range beyond 32 bits' '%%type: F range 0 MAX\n\nF: 3000000000\n' 'no limit of 32 bits'
laxer 'PCRE2' '%%type: F regexp /^\\d+$/\n\nF: 12\n' 'patterns are PCRE2'
laxer 'email under a long domain' '%%type: F email\n\nF: aj@centre.example\n' 'domains have grown'

# The words of types.
bad 'range without ends' '%%type: F range\n\nF: 3\n'
bad 'enum without words' '%%type: F enum\n\nF: a\n'
bad 'enum of a comment' '%%type: F enum (a)\n\nF: a\n'
bad 'enum of a bad word' '%%type: F enum a/b\n\nF: a\n'
bad 'regexp with its mark inside' '%%type: F regexp /a/b/\n\nF: a\n'
bad 'regexp that cannot be read' '%%type: F regexp /[/\n\nF: a\n'
bad 'an unknown type' '%%type: F what\n\nF: a\n'
bad 'no type' '%%type: F\n\nF: a\n'
bad 'rec without a type' '%%type: F rec\n\nF: a\n'
bad 'rec with two types' '%%type: F rec A B\n\nF: a\n'
bad 'a blank in a list of fields' '%%type: F, G int\n\nF: 1\n'
bad 'a list of fields: the second' '%%type: F,G int\n\nG: x\n'
good 'a list of fields' '%%type: F,G int\n\nF: 1\nG: 2\n'
stricter 'range reversed' '%%type: F range 5 1\n\nG: 3\n' 'no number is in it'
stricter 'enum with a word twice' '%%type: F enum a b a\n\nF: a\n' 'one of them was meant to be another'
stricter 'rec of an unknown type' '%%type: F rec Nowhere\n\nF: a\n' 'references are checked'
stricter 'rec to an unknown record' '%%key: F\n%%type: G rec Municipality\n\nF: a\nG: GM9999\n' 'references are checked'
good 'rec to a record' '%%key: F\n%%type: G rec Municipality\n\nF: a\nG: GM0344\n'
stricter 'a type twice' '%%type: F int\n%%type: F real\n\nF: 1.5\n' 'which of them holds?'

# Typedefs.
good 'a chain' '%%typedef: A B\n%%typedef: B int\n%%type: F A\n\nF: 1\n'
bad 'a chain: the value' '%%typedef: A B\n%%typedef: B int\n%%type: F A\n\nF: x\n'
bad 'a loop' '%%typedef: A B\n%%typedef: B A\n%%type: F A\n\nF: x\n'
bad 'a loop of one' '%%typedef: A A\n%%type: F A\n\nF: x\n'
bad 'a chain into nothing' '%%typedef: A what\n%%type: F A\n\nF: x\n'
bad 'a name that is none' '%%typedef: 9 int\n\nF: x\n'
stricter 'a typedef twice' '%%typedef: A int\n%%typedef: A real\n%%type: F A\n\nF: 1.5\n' 'which of them holds?'

# Special fields.
good '%mandatory' '%%mandatory: F G\n%%mandatory: H\n\nF: 1\nG: 2\nH: 3\n'
bad '%mandatory: missing' '%%mandatory: F G\n\nF: 1\n'
bad '%mandatory with a comma' '%%mandatory: F,G\n\nF: 1\n'
bad '%mandatory: nothing' '%%mandatory:\n\nF: 1\n'
stricter '%mandatory: empty' '%%mandatory: F\n\nF:\n' 'an empty field says nothing'
good '%unique' '%%unique: F\n\nF: 1\nG: 1\nG: 2\n'
bad '%unique: twice' '%%unique: F\n\nF: 1\nF: 2\n'
good '%key' '%%key: F\n\nF: 1\n\nF: 2\n'
bad '%key: the same' '%%key: F\n\nF: 1\n\nF: 1\n'
bad '%key: missing' '%%key: F\n\nF: 1\n\nG: 1\n'
bad '%key: twice in a record' '%%key: F\n\nF: 1\nF: 2\n'
bad '%key twice' '%%key: F\n%%key: G\n\nF: 1\nG: 1\n'
stricter '%key of two fields' '%%key: F G\n\nF: 1\nG: 1\n' 'it would silently do nothing'
good '%prohibit' '%%prohibit: F\n\nG: 1\n'
bad '%prohibit: there' '%%prohibit: F\n\nF: 1\n'
bad '%prohibit and %mandatory' '%%prohibit: F\n%%mandatory: F\n\nF: 1\n'
stricter '%prohibit and %mandatory, no record' '%%prohibit: F\n%%mandatory: F\n\n%%rec: U\n\nF: 1\n' 'no record can obey'
good '%allowed' '%%allowed: F\n%%mandatory: G\n\nF: 1\nG: 1\n'
bad '%allowed: another' '%%allowed: F\n\nF: 1\nG: 1\n'
laxer '%allowed: named by %type' '%%allowed: F\n%%type: G int\n\nF: 1\nG: 1\n' 'a field that is described is allowed'
good '%singular' '%%singular: F\n\nF: 1\n\nF: 2\n'
bad '%singular: the same' '%%singular: F\n\nF: 1\n\nF: 1\n'
stricter '%singular of two fields' '%%singular: F G\n\nF: 1\nG: 1\n' 'it would silently do nothing'
good '%size' '%%size: 1\n\nF: 1\n'
bad '%size: more' '%%size: < 2\n\nF: 1\n\nF: 2\n'
bad '%size: fewer' '%%size: >= 2\n\nF: 1\n'
bad '%size: fewer than more than' '%%size: > 0x1\n\nF: 1\n'
bad '%size: no number' '%%size: x\n\nF: 1\n'
bad '%size twice' '%%size: 1\n%%size: 5\n\nF: 1\n'
good '%constraint' '%%constraint: F > 3\n\nF: 4\n'
bad '%constraint: broken' '%%constraint: F > 3\n\nF: 1\n'
bad '%constraint: no expression' '%%constraint: F >\n\nF: 1\n'
stricter '%constraint on a field that there is not' '%%allowed: F\n%%constraint: G = 0\n\nF: 1\n' 'it would always hold, or never'
good '%confidential' '%%confidential: F\n\nF: encrypted-AAAA\n'
bad '%confidential: plain' '%%confidential: F\n\nF: x\n'
good '%sort' '%%sort: F\n\nF: 2\n\nF: 1\n'
good '%auto' '%%auto: F\n%%type: F int\n\nF: 2\n\nG: 1\n'
bad '%auto of text' '%%auto: F\n%%type: F line\n\nF: 2\n'
good '%doc twice' '%%doc: one\n%%doc: two\n\nF: 1\n'
stricter 'a misspelt special field' '%%mandatry: F\n\nG: 1\n' 'it would silently do nothing'
stricter 'an unknown special field' '%%colour: F\n\nG: 1\n' 'it would silently do nothing'
good '%valid' '%%valid: From Until\n%%type: From,Until date\n\nFrom: 2020-01-01\n'
stricter '%valid: reversed' '%%valid: From Until\n%%type: From,Until date\n\nFrom: 2020-01-01\nUntil: 2019-01-01\n' 'recutils does not know it'
bad '%rec twice' '%%rec: U\n\nF: 1\n'
judge 1 1 'a bad name: refused' '%%rec: 1A\n\nF: 1\n'
judge 1 1 'no name: refused' '%%rec:\n\nF: 1\n'
judge 1 1 'a descriptor elsewhere: refused' '%%rec: A elsewhere.rec\n\nF: 1\n'
judge 1 1 'a type twice: refused' '%%rec: A\n\nF: 1\n\n%%rec: A\n\nF: 2\n'
rm schema/extra.rec

# What cat writes, recutils takes, with a case that uses much of the schema.
ok 'the centre is right' dossier check --today 2026-03-09
dossier cat >"$tmp/all.rec"
ok 'recfix takes the whole centre' recfix "$tmp/all.rec"
ok 'recinf too' sh -c "recinf '$tmp/all.rec' | grep -q Entry"
# broken WHAT FIELD TEXT: recfix refuses cat's rendering of an entry that breaks what its kind demands.
broken() {
	awk -v text="$2" '1; /^Kind: consent/ && !done { printf text; done = 1 }' "$tmp/all.rec" >"$tmp/broken.rec"
	fails 1 "recfix refuses $1" recfix "$tmp/broken.rec"
}
broken 'a field of no kind' 'Zebra: 1\n'
broken 'a unique field of the kind twice' 'Decision: refused\n'
broken 'a broken constraint of the kind' 'Until: 2020-01-01\n'
sed '/^Decision: given/d' "$tmp/all.rec" >"$tmp/broken.rec"
fails 1 'recfix refuses a kind without its mandatory field' recfix "$tmp/broken.rec"
sed '0,/^By: aj/s//By: nobody/' "$tmp/all.rec" >"$tmp/joined.rec"
ok 'recsel follows a reference' sh -c "recsel -t Entry -j By -p By_Name '$tmp/all.rec' | grep -q '^By_Name: Aj'"
[ "$(dossier cat | sed -n 's/^%type: [^ ]* regexp .\(.*\).$/\1/p' | awk '{ if (length > n) n = length } END { print n < 200 }')" = 1 ]
tap_line $? 'no regexp is longer than recutils can take'

# The manual's examples.
cat >>schema/case.rec <<'END'

%rec: complaint
%doc: Somebody complains about the Centre.
+ About: what it is about. Outcome: what came of it.
%mandatory: From About Text
%unique: About Outcome
%allowed: Outcome
%type: From enum mother father other-relative municipality
%type: About enum treatment delay privacy other
%type: Outcome line
%constraint: (Date >> '2026-12-31') => #Outcome
END
ok 'the kind of the manual is taken' dossier check --today 2026-03-09
printf '\nDate: 2026-03-09\nKind: complaint\nBy: aj\nFrom: mother\nAbout: delay\nText: It took long.\n' >>cases/2026/7/2026-7KQ43.rec
ok 'an entry of it' dossier check --today 2026-03-09
sed -i 's/^About: delay/About: dealy/; s/^Date: 2026-03-09/Date: 2027-01-01/' cases/2026/7/2026-7KQ43.rec
fails 1 'a wrong one' dossier check --today 2026-03-09
said 'says what was meant' "'dealy' is not a choice of 'About', did you mean 'delay'?"
said 'and what holds from a day on' 'broken-constraint'
done_testing
