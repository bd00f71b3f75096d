#!/bin/sh
# list: which cases and entries, which columns, in which order, in every format.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/c"
cd "$tmp/c" || exit 99
mkdir -p cases/2026/8 cases/2025/0
cat >cases/2025/0/2025-0ABCS.rec <<'END'
Case: 2025-0ABCS
Opened: 2025-11-30
Service: advice
Applicant: health
Counsellor: bk

Date: 2025-12-01
Kind: question
By: bk
From: health
Hours: 1.5
Text: A nurse asks, "what now?", and waits;
+ she will call again.

Date: 2025-12-02
Kind: answer
By: bk
Hours: 10
Text: Listen.
END
cat >cases/2026/8/2026-8ABCH.rec <<'END'
Case: 2026-8ABCH
Opened: 2026-01-15
Service: support
Applicant: mother
Municipality: GM0363
Counsellor: bk
Severity: low

Date: 2026-01-16
Kind: assessment
By: bk
Severity: high

Date: 2026-05-01
Kind: assessment
By: aj
Severity: acute
END

list() { dossier list --today 2026-03-09 "$@"; }
# shows WHAT [OPTION...]: what list prints, errors too, and its status, are what stands on standard input.
shows() {
	what=$1
	shift
	cat >"$tmp/want"
	{ list "$@" 2>&1; status=$?; [ $status = 0 ] || echo "status $status"; } >"$tmp/got"
	same "$what" "$tmp/want" "$tmp/got"
}

shows 'cases by id, with the columns of centre.rec' <<'END'
Id          Opened      Service  Municipality  Counsellor  Last
2025-0ABCS  2025-11-30  advice                 bk          2025-12-02/answer
2026-7KQ43  2026-03-02  support  GM0344        aj          2026-03-05/consultation
2026-8ABCH  2026-01-15  support  GM0363        bk          2026-05-01/assessment
END
shows 'entries' -n <<'END'
Case        Date        Kind          By
2025-0ABCS  2025-12-01  question      bk
2025-0ABCS  2025-12-02  answer        bk
2026-7KQ43  2026-03-02  request       aj
2026-7KQ43  2026-03-04  consent       aj
2026-7KQ43  2026-03-05  consultation  aj
2026-8ABCH  2026-01-16  assessment    bk
2026-8ABCH  2026-05-01  assessment    aj
END
shows 'an expression' -e "Service = 'support' && Opened >> '2026-02-01'" -p Id <<'END'
Id
2026-7KQ43
END
shows 'two expressions: both hold' -e "Service = 'support'" -e "Counsellor = 'bk'" -p Id <<'END'
Id
2026-8ABCH
END
shows 'a value in force today, not in the future' -e "Severity = 'high'" -p Id,Severity <<'END'
Id          Severity
2026-8ABCH  high
END
shows 'and on another day' --today 2026-01-15 -e "Severity = 'low'" -p Id <<'END'
Id
2026-8ABCH
END
shows 'the case of an entry, on its date' -n -e "Case.Severity = 'acute'" -p Self <<'END'
Self
2026-05-01/assessment
END
shows 'references' -e "Municipality.Name = 'Utrecht'" -p 'Municipality.Name:Town, Counsellor.Name' <<'END'
Town     Counsellor.Name
Utrecht  Aj
END
shows 'counts, sums, choices; figures stand to the right' \
	-p "Id, #Entry:N, #Entry * 10, (Service = 'advice' ? 'short, quick' : 'long'), Entry" <<'END'
Id          N  #Entry * 10  (Service = 'advice' ? 'short, quick' : 'long')  Entry
2025-0ABCS  2           20  short, quick                                    question, answer
2026-7KQ43  3           30  long                                            request, consent, consultation
2026-8ABCH  2           20  long                                            assessment, assessment
END
shows 'fields of the last entry and of any' -e "Last.Date << '2026-03-01' && Entry.Hours > 5" -p Id,Last.Kind,Entry.Hours <<'END'
Id          Last.Kind  Entry.Hours
2025-0ABCS  answer     1.5, 10
END
shows 'kinds' -k question -k answer -p Case,Kind <<'END'
Case        Kind
2025-0ABCS  question
2025-0ABCS  answer
END
shows 'one case' -p Id 2026-8 <<'END'
Id
2026-8ABCH
END
shows 'a folder' -p Id,Path cases/2025 <<'END'
Id          Path
2025-0ABCS  cases/2025/0/2025-0ABCS.rec
END

# ---- order ----

shows 'numbers by size, what is missing last' -n -s Hours -p Self,Hours -l 3 <<'END'
Self                 Hours
2025-12-01/question    1.5
2025-12-02/answer       10
2026-03-02/request
END
shows 'turned round, still missing last' -n -s -Hours -p Self,Hours -l 3 <<'END'
Self                 Hours
2025-12-02/answer       10
2025-12-01/question    1.5
2026-03-02/request
END
shows 'by two keys; equal ones stay in order' -s '-Service, -Opened' -p Service,Opened <<'END'
Service  Opened
support  2026-03-02
support  2026-01-15
advice   2025-11-30
END
shows 'the first of a few' -l 1 -p Id <<'END'
Id
2025-0ABCS
END

# ---- groups ----

shows 'groups; nothing is a group too' -g Municipality.Name <<'END'
Municipality.Name  Count
Amsterdam              1
Utrecht                1
                       1
END
shows 'a repeated field counts once for each value' -n -g Scope -s -Count,Scope <<'END'
Scope                    Count
                             6
share-with-municipality      1
support                      1
END
shows 'two fields' -n -g Case.Service,Kind -l 2 <<'END'
Case.Service  Kind      Count
advice        answer        1
advice        question      1
END
shows 'a count' -c -e "#Municipality" <<'END'
2
END
shows 'a count of entries' -c -n <<'END'
7
END

# ---- formats ----

shows 'JSON' -f json -p 'Id, Municipality, #Entry, Entry, Opened' -e "Counsellor = 'bk'" <<'END'
[{"Id": "2025-0ABCS", "Municipality": null, "#Entry": 2, "Entry": ["question", "answer"], "Opened": "2025-11-30"},
{"Id": "2026-8ABCH", "Municipality": "GM0363", "#Entry": 2, "Entry": ["assessment", "assessment"], "Opened": "2026-01-15"}]
END
list -f json -p Id,Text >"$tmp/got.json"
ok 'is read by jq' jq -e 'length == 3' "$tmp/got.json"
list -f csv -p Text,Case -k question | od -c >"$tmp/got"
printf 'Text,Case\r\n"A nurse asks, ""what now?"", and waits;\nshe will call again.",2025-0ABCS\r\n' | od -c >"$tmp/want"
same 'CSV as RFC 4180 has it' "$tmp/want" "$tmp/got"
shows 'rec with columns' -f rec -p 'Id, #Entry, Municipality.Name, Entry, Last.Text' -e "Opened << '2026-02-01'" <<'END'
Id: 2025-0ABCS
Entry_count: 2
Entry: question
Entry: answer
Last_Text: Listen.

Id: 2026-8ABCH
Entry_count: 2
Municipality_Name: Amsterdam
Entry: assessment
Entry: assessment
END
list -f rec >"$tmp/headers.rec"
list -n -f rec -s -Date >"$tmp/entries.rec"
{ recsel -P Case -e "Service = 'support'" "$tmp/headers.rec"; recsel -P Date "$tmp/entries.rec" | head -n 3; } >"$tmp/got"
printf '2026-7KQ43\n\n2026-8ABCH\n2026-05-01\n\n2026-03-05\n' >"$tmp/want"
same 'rec without columns is whole records, which recsel reads' "$tmp/want" "$tmp/got"
shows 'nothing: no heading either' -e "#Level" <<'END'
END
shows 'nothing, as JSON' -f json -e "#Level" <<'END'
[]
END

# ---- faults ----

shows 'a misspelt field' -e "Servise = 'support'" <<'END'
-e:1:1: error: no field is named 'Servise', did you mean 'Service'? [no-such-field]
status 2
END
shows 'of a reference' -p 'Municipality.Nam' <<'END'
--print:1:1: error: no field is named 'Nam', did you mean 'Name'? [no-such-field]
status 2
END
shows 'in every option, all at once' -e Servise -s Opend -p Kounsellor <<'END'
--print:1:1: error: no field is named 'Kounsellor', did you mean 'Counsellor'? [no-such-field]
--sort:1:1: error: no field is named 'Opend', did you mean 'Opened'? [no-such-field]
-e:1:1: error: no field is named 'Servise', did you mean 'Service'? [no-such-field]
status 2
END
shows 'a field of entries, asked of cases' -e "Kind = 'consent'" <<'END'
-e:1:1: error: a case has no 'Kind': list entries with --entries, or write Entry.Kind for any entry's [no-such-field]
status 2
END
shows 'a word that the field never is' -e "Service = 'advise'" <<'END'
-e:1:11: error: 'Service' is never 'advise', did you mean 'advice'? [no-such-value]
status 2
END
shows 'nor by being another' -e "Service != 'Advice'" <<'END'
-e:1:12: error: 'Service' is never 'Advice', did you mean 'advice'? [no-such-value]
status 2
END
shows 'of an entry, by the kinds that can be meant' -n -e "Kind = 'answer' && Decision = 'given'" <<'END'
-e:1:31: error: 'Decision' is never 'given', it is one of: accepted, declined [no-such-value]
status 2
END
shows 'a kind' -n -e "Kind = 'consnet'" <<'END'
-e:1:8: error: 'Kind' is never 'consnet', did you mean 'consent'? [no-such-value]
status 2
END
shows 'of the last entry, of any, of the case, of what is referred to' \
	-p "Last.Kind = 'consnet', Entry.Kind = 'pln', Case.Severity = 'hihg', Partner.Sector = 'healthcar'" <<'END'
--print:1:13: error: 'Last.Kind' is never 'consnet', did you mean 'consent'? [no-such-value]
--print:1:37: error: 'Entry.Kind' is never 'pln', did you mean 'plan'? [no-such-value]
--print:1:60: error: 'Case.Severity' is never 'hihg', did you mean 'high'? [no-such-value]
--print:1:85: error: 'Partner.Sector' is never 'healthcar', did you mean 'healthcare'? [no-such-value]
status 2
END
shows 'what is yes or no' -n -e "Partner.Local = 'perhaps' || Partner.Local = 'Yes' || Partner.Local != 'fals'" <<'END'
-e:1:17: error: 'Partner.Local' is never 'perhaps', it is one of: yes, no, true, false, 1, 0 [no-such-value]
-e:1:46: error: 'Partner.Local' is never 'Yes', did you mean 'yes'? [no-such-value]
-e:1:72: error: 'Partner.Local' is never 'fals', did you mean 'false'? [no-such-value]
status 2
END
shows 'in each of the ways in which it can be written' -n -e "Partner.Local = 'true' && Partner.Local = '0' && Partner.Local = 'no'" </dev/null
shows 'a pattern of no word: so a faulty value is looked for' -e "Service ~ '^advise$'" <<'END'
-e:1:11: warning: '^advise$' matches nothing that 'Service' can be, it is one of: information, advice, support, expertise [no-such-value]
END
shows 'a name in the place of a key' -e "Municipality = 'Amsterdam'" <<'END'
-e:1:16: warning: 'Municipality' is never 'Amsterdam': no Municipality is called so, did you mean 'GM0363'? [no-such-value]
END
dossier list -e "Service = 'support' && Municipality = 'GM0344' && Service ~ '^(advice|support)$' && Entry.Kind != 'end'" 2>&1 >/dev/null |
	cat >"$tmp/got"
: >"$tmp/want"
same 'not a word about those that are' "$tmp/want" "$tmp/got"
shows 'an unknown kind' -k consult <<'END'
dossier list: there is no kind 'consult', did you mean 'consent'?
usage: dossier list [OPTION...] [CASE|PATH...]
More: dossier list -h
status 2
END
shows 'a value that is no number' -k consultation -e 'Kind < 5 || #Form' -p Self <<'END'
Self
2026-03-05/consultation
cases/2026/7/2026-7KQ43.rec:26:7: error: 'consultation' is not a number, which "Kind < 5" needs [number-needed]
status 1
END
fails 2 'a limit that is no number' list -l x
fails 2 'a limit of none' list -l 0
fails 2 '--group and --print' list -g Service -p Id
fails 2 'a sort key that is not in the group' list -g Service -s Opened
fails 2 'an unknown format' list -f xml
fails 1 'an unknown case' list 2026-ZZZZZ
fails 2 'a commit that is none' list --commit nothing

# ---- much ----

mkdir -p many && cp -R schema directory centre.rec many/ && cd many || exit 99
awk 'BEGIN {
	for (i = 0; i < 3000; i++) {
		id = sprintf("2024-%04dX", i)
		dir = "cases/2024/" substr(id, 6, 1)
		if (!(dir in made)) { system("mkdir -p " dir); made[dir] = 1 }
		file = dir "/" id ".rec"
		printf "Case: %s\nOpened: 2024-%02d-%02d\nService: advice\nApplicant: health\nCounsellor: aj\n\n", \
			id, i % 12 + 1, i % 28 + 1 >file
		printf "Date: 2024-12-30\nKind: note\nBy: aj\nHours: %d\nText: %d\n", (i * 7919) % 3000, i >file
		close(file)
	}
}'
list -p Id >"$tmp/got"
{ echo Id; find cases -name '*.rec' | sed 's|.*/||; s|\.rec||' | LC_ALL=C sort; } >"$tmp/want"
same '3,000 cases in order, from several threads' "$tmp/want" "$tmp/got"
list -n -s -Hours -f csv -p Hours | tr -d '\r' | sed 1d >"$tmp/got"
seq 2999 -1 0 >"$tmp/want"
same '3,000 entries sorted by number' "$tmp/want" "$tmp/got"
list -n -g 'Hours % 10' | awk 'NR > 1 { print $1, $2 }' >"$tmp/got"
for i in 0 1 2 3 4 5 6 7 8 9; do echo "$i 300"; done >"$tmp/want"
same 'groups from several threads are added up' "$tmp/want" "$tmp/got"
dossier cat >"$tmp/all.rec"
recsel -t Entry -e "Hours < 100 && Text ~ '[05]\$'" -P Text "$tmp/all.rec" | sed '/^$/d' | sort >"$tmp/want"
list -n -e "Hours < 100 && Text ~ '[05]\$'" -f csv -p Text | tr -d '\r' | sed 1d | sort >"$tmp/got"
same 'the same entries as recsel finds' "$tmp/want" "$tmp/got"
list -n -e "Text < 5 || Kind > 3" >"$tmp/out" 2>"$tmp/err"
status=$?
lines=$(wc -l <"$tmp/err")
ok 'the same fault 3,000 times is not shown as often' test $status = 1 -a "$lines" -lt 300

# A code that has ended still says when, so that cases under it can be looked for.
make_centre "$tmp/ended"
mkdir -p "$tmp/ended/cases/2020/X"
printf 'Case: 2020-X000Z\nOpened: 2020-12-01\nService: advice\nApplicant: health\nMunicipality: GM0788\nCounsellor: aj\n' \
	>"$tmp/ended/cases/2020/X/2020-X000Z.rec"
printf 'Id,Municipality.Until,Municipality.Name\r\n2020-X000Z,2021-01-01,Haaren\r\n' >"$tmp/want"
dossier -C "$tmp/ended" list -f csv -e "Municipality.Until << '2026-03-09'" -p Id,Municipality.Until,Municipality.Name --today 2026-03-09 >"$tmp/got"
same 'open cases under a code that has ended' "$tmp/want" "$tmp/got"
done_testing
