#!/bin/sh
# Upkeep records: what of the directory is kept up, in due, check and explain, and what is wrong with such a record.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# unsaid WHAT PATTERN: the last command wrote no such line
unsaid() {
	tap_line "$(grep -c -- "$2" "$tmp/.out")" "$1"
}

make_centre centre
cd centre || exit 99
cat >rules/upkeep.rec <<'END'
%rec: Upkeep

Upkeep: partner-contact
Of: Partner
Field: Contacted
Within: Interval
Within: P6M if Sector = 'safety'
Within: Centre.Contact_within
When: Name != 'Youth care'
Message: speaking with the partner
Fix: ring it up
Basis: Default
END
cat >directory/partners.rec <<'END'
%rec: Partner

Partner: own-interval
Name: Own interval
Sector: safety
Contacted: 2026-01-31
Interval: P1M

Partner: by-sector
Name: By its sector
Sector: safety
Contacted: 2025-09-09

Partner: by-centre
Name: By the Centre
Sector: education
Contacted: 2025-03-10

Partner: never
Name: Never spoken with
Sector: education

Partner: ended
Name: No longer a partner
Sector: education
Contacted: 2020-01-01
Until: 2026-03-09

Partner: left-out
Name: Youth care
Sector: healthcare
Contacted: 2020-01-01
END

ok 'due lists them' dossier due --today 2026-03-09 -f csv
said 'by the interval of the record itself, months clamped' '^,overdue,2026-02-28,-9,,,partner-contact,speaking with the partner,ring it up,Partner/own-interval'
said 'by a condition on the record, on its last day' '^,due,2026-03-09,0,.*Partner/by-sector'
said 'by what centre.rec sets' '^,due,2026-03-10,1,.*Partner/by-centre'
said 'without a date' '^,due,,,.*Partner/never'
unsaid 'not one that is no longer valid' 'ended'
unsaid 'not one that When leaves out' 'left-out'
ok 'a person sees them by their keys' dossier due --today 2026-03-09
said 'overdue first' '^2026-02-28  9 over  *own-interval'
ok 'only what is overdue' dossier due --today 2026-03-09 --overdue -f csv
unsaid 'and nothing else' 'by-sector'
ok 'with the cases that are asked for they are left out' dossier due --today 2026-03-09 2026-7KQ43
unsaid 'none of them' 'own-interval'
ok 'a calendar' dossier due --today 2026-03-09 -f ical
said 'holds them' '^UID:partner-contact/own-interval@'

ok 'check warns of what is overdue' dossier check --today 2026-03-09
said 'at the date' '^directory/partners.rec:6:12: warning: speaking with the partner: due 2026-02-28, 9 days over \[partner-contact\]'
unsaid 'of nothing that is not' 'by-sector'
ok 'and with --due tells what is due' dossier check --today 2026-03-09 --due
said 'that it was never written down' 'partners.rec:.*: note: speaking with the partner: it was never written down'
ok 'not without rules' dossier check --today 2026-03-09 --no-rules
unsaid 'nothing' 'partner-contact'
ok 'explain says it in words' dossier explain partner-contact
said 'where the durations come from' 'the date in Contacted is renewed within what Interval says; else within 6 months where .*; else within 1 year'

# wrong TEXT PATTERN: a record with that line in place of the one of the same name
wrong() {
	sed "s|^${1%%:*}: .*|$1|" "$tmp/upkeep.rec" >rules/upkeep.rec
	fails 1 "$1" dossier check --today 2026-03-09 rules
	said "$1: is said" "$2"
}
cp rules/upkeep.rec "$tmp/upkeep.rec"
wrong 'Of: Partnr' "error: unknown type of record 'Partnr', did you mean 'Partner'"
wrong 'Field: Contactd' "error: unknown field 'Contactd', did you mean 'Contacted'"
wrong 'Field: Name' "error: 'Name' does not hold a date"
wrong 'Within: 12 months' "unknown field '12'"
wrong 'Within: Centre.Contact' "'Centre.Contact' is not a duration: centre.rec sets nothing by that name"
wrong 'Within: P12M when Name' "'when' stands behind a duration"
wrong 'When: Nme = 1' "unknown field 'Nme'"
wrong 'Message:' "'Message' has no value"
done_testing
