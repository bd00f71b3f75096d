#!/bin/sh
# dossier report --repo A --repo B: several centres added up. Expected figures come from the case files by awk and sort.
# shellcheck source=tests/lib.sh disable=SC2016 # awk's variables
. "$(dirname "$0")/lib.sh"

# case_file CENTRE ID OPENED SERVICE MUNICIPALITY: begins a case; its entries come on standard input
case_file() {
	folder=$1/cases/${2%%-*}/$(echo "$2" | cut -c6)
	mkdir -p "$folder"
	{
		printf 'Case: %s\nOpened: %s\nService: %s\nApplicant: mother\nMunicipality: %s\nCounsellor: aj\nLead: centre\n' \
			"$2" "$3" "$4" "$5"
		cat
	} >"$folder/$2.rec"
}

# entry DATE KIND [LINE...]
entry() {
	printf '\nDate: %s\nKind: %s\nBy: aj\n' "$1" "$2"
	shift 2
	[ $# = 0 ] || printf '%s\n' "$@"
}

# Symbols of ids end in a check symbol: `dossier new` would make them at random.
cat >ids.awk <<'END2'
function check(id, i, n, twice, sum) {
	twice = 1
	for (i = length(id); i > 0; i--) {
		n = (index(symbols, substr(id, i, 1)) - 1) * (twice ? 2 : 1)
		sum += int(n / 32) + n % 32
		twice = !twice
	}
	return substr(symbols, (32 - sum % 32) % 32 + 1, 1)
}
BEGIN {
	symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for (i = 1; i <= 12; i++) {
		id = substr(symbols, i + 1, 1) "ABC"
		print "2026-" id check("2026" id)
	}
}
END2
awk -f ids.awk >ids
id() { sed -n "$1p" ids; }

make_centre north
sed -i '/^Until:/d' north/directory/staff.rec
sed -i 's/^Name: .*/Name: North/' north/centre.rec
rm -r north/cases
cp -R north south
sed -i 's/^Name: .*/Name: South/' south/centre.rec

# Six in the north, five in the south; two of them moved from the one to the other.
for n in 1 2 3 4 5 6; do
	{ entry "2026-01-0$n" request 'From: mother' 'Service: advice'
	  entry "2026-02-0$n" conversation 'With: mother'; } |
		case_file north "$(id $n)" "2026-01-0$n" advice GM0344
done
for n in 7 8 9; do
	{ entry "2026-01-1$n" request 'From: mother' 'Service: advice'
	  [ $n = 8 ] || entry "2026-03-0$n" conversation 'With: mother'; } |
		case_file south "$(id $n)" "2026-01-1$n" advice GM0363
done
# Moved, with what the north knew, and more; the north wrote on as well.
{ entry 2026-01-05 request 'From: mother' 'Service: advice'
  entry 2026-02-05 conversation 'With: mother'
  entry 2026-02-20 conversation 'With: mother' 'Text: in the south'; } |
	case_file south "$(id 5)" 2026-01-05 advice GM0344
{ entry 2026-01-06 request 'From: mother' 'Service: advice'
  entry 2026-02-06 conversation 'With: mother'
  entry 2026-03-01 end 'Approved_by: bk' 'End: completed'; } |
	case_file south "$(id 6)" 2026-02-25 advice GM0363
entry 2026-02-26 conversation 'With: mother' 'Text: in the north' >>"north/cases/2026/$(id 5 | cut -c6)/$(id 5).rec"

# What tests count.
for centre in north south; do
	cat >$centre/reports/sum.rec <<'END2'
%rec: Report

Report: sum
Title: A sum
Profile: commissioner
Param: municipality rec Municipality Name
Scope: !#Param.municipality || Municipality = Param.municipality

%rec: Table

Table: cases
Report: sum
Title: Cases
Count: cases
Rows: Municipality
Total: rows

Table: talks
Report: sum
Title: Conversations
Count: entries
Where: Kind = 'conversation'
Rows: Case.Municipality
Total: rows

Table: stock
Report: sum
Title: Open cases
Stock: not closed

Table: days
Report: sum
Title: Days from request to conversation
From: Kind = 'request'
To: Kind = 'conversation'
Show: number median longest waiting

Table: partners
Report: sum
Title: Partners
Count: Partner
END2
done
cat >>north/directory/partners.rec <<'END2'

Partner: both
Name: Both know it
Sector: safety

Partner: north
Name: The north alone
Sector: safety
END2
cat >>south/directory/partners.rec <<'END2'

Partner: both
Name: Both know it
Sector: safety

Partner: south
Name: The south alone
Sector: safety
END2
in_git north
in_git south
dossier -C north check --no-rules; dossier -C south check --no-rules; dossier report sum --repo north --repo south --period 2026-Q1; cp -r . /tmp/repos-try; exit
