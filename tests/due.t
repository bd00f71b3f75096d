#!/bin/sh
# due: what must happen, by when, by whom, in every format; calendars.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
make_centre "$tmp/c"
cd "$tmp/c" || exit 99
rm -rf rules && mkdir rules && cp "$tests/rules-small.rec" rules/process.rec
due() { dossier due --today 2026-03-20 "$@"; }
shows() { what=$1; shift; "$@" >"$tmp/got" 2>&1; same "$what" - "$tmp/got"; }

mkdir -p cases/2026/8
# A question that waits, another counsellor and municipality; and support that rests.
cat >cases/2026/8/2026-82Q45.rec <<'END'
Case: 2026-82Q45
Opened: 2026-03-02
Service: advice
Applicant: health
Municipality: GM0363
Counsellor: aj
Lead: applicant

Date: 2026-03-02
Kind: request
By: aj
From: health
Service: advice

Date: 2026-03-10
Kind: question
By: aj
Text: A patient's son has gone; may the school be told, or "only" the parents; and who?
END
cat >cases/2026/8/2026-8AAAP.rec <<'END'
Case: 2026-8AAAP
Opened: 2026-03-02
Service: support
Applicant: mother
Municipality: GM0363
Counsellor: aj

Date: 2026-03-02
Kind: request
By: aj
From: mother
Service: support

Date: 2026-03-03
Kind: consent
By: aj
From: mother
Decision: given
Scope: support

Date: 2026-03-04
Kind: assignment
By: aj
Counsellor: bk
Reason: holidays

Date: 2026-03-05
Kind: suspension
By: bk
Reason: holidays
END
shows 'overdue first, then by date, what stands still, what has no date' due <<'END'
Due         Days    Case        Who  For                  Rule                What
2026-03-18  2 over  2026-7KQ43  aj   2026-03-04/consent   first-conversation  no conversation with the family after it agreed to support
2026-03-24  4 left  2026-82Q45  aj   2026-03-10/question  answer-in-time      a question waits for its answer
paused              2026-8AAAP  bk   2026-03-03/consent   first-conversation  no conversation with the family after it agreed to support
-                   2026-7KQ43  aj   2026-03-04/consent   plan                no plan of action
-                   2026-8AAAP  bk   2026-03-03/consent   plan                no plan of action
END
ok 'which is status 0' due
shows 'the last day itself is not over' dossier due --today 2026-03-18 2026-7KQ43 <<'END'
Due         Days   Case        Who  For                 Rule                What
2026-03-18  today  2026-7KQ43  aj   2026-03-04/consent  first-conversation  no conversation with the family after it agreed to support
-                  2026-7KQ43  aj   2026-03-04/consent  plan                no plan of action
END

# ---- which ----

count() { printf '%s\n' "$1" >"$tmp/want"; what=$2; shift 2; due -c "$@" >"$tmp/got" 2>&1; same "$what" "$tmp/want" "$tmp/got"; }
count 5 'all'
count 2 'of one case' 2026-7k
count 3 'of several' 2026-7k cases/2026/8/2026-82Q45.rec
count 3 'by who must do it, as it stands today' --by aj
count 2 'another' -b bk
count 5 'any of them' -b bk -b aj
count 3 'mine, by the e-mail of git' --mine
count 1 'until a day: overdue too, without what has no date' --until 2026-03-23
count 2 'the day itself counts' -u 2026-03-24
count 2 'days from today' --days 4
count 1 'today only' --days 0
count 1 'overdue' -o
count 2 'an option of a field that refers to the directory' --municipality GM0344
count 3 'with =' --municipality=GM0363
count 5 'any of its values' --municipality GM0363 --municipality GM0344
count 2 'several fields must all hold; values are those in force' --municipality GM0363 --counsellor bk
count 0 'none' --municipality GM0599

fails 2 'a code that the directory has not' due --municipality GM0345
said 'is corrected' "the directory has no such Municipality; did you mean 'GM0344'?"
fails 2 'staff that is not there' due --by ja
said 'too' "no such Staff"
fails 2 'an option that no field has' due --municipalty GM0344
said 'is corrected' "did you mean '--municipality'"
fails 2 'a field that refers to nothing' due --service support
fails 2 'an option without its value' due --municipality
said 'says what it wants' 'wants a value: --municipality Municipality'
fails 2 'two ends' due --days 3 --until 2026-03-24
fails 2 'no number' due --days soon
fails 2 'no date' due --until 2026-02-30
said 'with the reason' 'February 2026 has 28 days'
fails 2 'a format that is none' due -f icla
said 'is corrected' "did you mean 'ical'"
fails 1 'a case that is not there' due 2026-99999
GIT_AUTHOR_EMAIL=nobody@centre.example fails 2 'nobody at work' due --mine
said 'says who git thinks you are' "nobody@centre.example"
ok 'help lists the options of the fields' sh -c 'dossier due -h | grep -q -- "--municipality CODE"'
ok 'and there is help outside of a centre' dossier -C / due -h

# ---- formats ----

shows 'csv' sh -c 'dossier due --today 2026-03-20 -f csv --until 2026-03-24 | tr -d "\r"' <<'END'
Case,State,Due,Days,Who,Entry,Rule,Message,Fix,Record
2026-7KQ43,overdue,2026-03-18,-2,aj,2026-03-04/consent,first-conversation,no conversation with the family after it agreed to support,talk with the family: dossier add 2026-7KQ43 conversation With=...,
2026-82Q45,due,2026-03-24,4,aj,2026-03-10/question,answer-in-time,a question waits for its answer,answer it: dossier add 2026-82Q45 answer Text=...,
END
shows 'json' sh -c 'dossier due --today 2026-03-20 -f json | jq -c ".[] | [.Case, .State, .Due, .Days]"' <<'END'
["2026-7KQ43","overdue","2026-03-18",-2]
["2026-82Q45","due","2026-03-24",4]
["2026-8AAAP","paused",null,null]
["2026-7KQ43","due",null,null]
["2026-8AAAP","due",null,null]
END
shows 'rec' sh -c 'dossier due --today 2026-03-20 -f rec | recsel -e "State = '"'paused'"'" -p Case,Rule' <<'END'
Case: 2026-8AAAP
Rule: first-conversation
END
ok 'the same to the byte, whatever the threads do' sh -c 'for i in 1 2 3 4 5 6 7 8; do
	dossier due --today 2026-03-20 | cksum; done | uniq | wc -l | grep -qx 1'

# ---- a terminal ----

if script -qec true /dev/null >/dev/null 2>&1; then
	screen() { script -qec "stty cols $1; dossier --color never --today 2026-03-20 due $2" /dev/null </dev/null | tr -d '\r'; }
	shows 'a narrow terminal has no room for the entry and the rule' screen 80 '-o' <<'END'
Due         Days    Case        Who  What
2026-03-18  2 over  2026-7KQ43  aj   no conversation with the family after it a…
END
	shows 'a wider one for the rule' screen 105 '-o' <<'END'
Due         Days    Case        Who  Rule                What
2026-03-18  2 over  2026-7KQ43  aj   first-conversation  no conversation with the family after it agreed…
END
	shows 'nothing is said to be nothing' screen 80 '--until 2026-03-24 --municipality GM0599' <<'END'
nothing is due until 2026-03-24
END
	shows 'not with -q' screen 80 '-q --municipality GM0599' </dev/null
else
	skip 'a terminal' 'there is no script(1)'
fi

# ---- calendars ----

# Reads a calendar as RFC 5545 has it, and knows nothing of who wrote it: lines of at most 75 bytes that end in CRLF and
# are UTF-8 each, unfolded; components that nest; properties that must be there, once; text unescaped.
cat >"$tmp/calendar" <<'END'
use strict;
use warnings;
use Encode;
local $/;
my $text = <STDIN>;
my (@open, %seen, %uid, @events, $event);
die "the last line has no CRLF\n" unless $text =~ /\r\n\z/;
for my $line (split /\r\n/, $text, -1) {
	die "longer than 75 bytes: $line\n" if length $line > 75;
	die "a CR or LF inside: $line\n" if $line =~ /[\r\n]/;
	eval { decode('UTF-8', $line, Encode::FB_CROAK) } // die "no UTF-8: $line\n";
}
$text =~ s/\r\n[ \t]//g;
for (split /\r\n/, $text) {
	/^([A-Z-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)\z/ or die "no content line: $_\n";
	my ($name, $parameters, $value) = ($1, $2, $3);
	if ($name eq 'BEGIN') {
		push @open, $value;
		%seen = () if $value eq 'VEVENT';
		$event = {} if $value eq 'VEVENT';
		next;
	}
	if ($name eq 'END') {
		die "END:$value\n" unless @open && pop @open eq $value;
		next if $value ne 'VEVENT';
		exists $event->{$_} or die "no $_\n" for qw(UID DTSTAMP DTSTART SUMMARY);
		die "UID twice: $event->{UID}\n" if $uid{$event->{UID}}++;
		push @events, $event;
		next;
	}
	die "outside: $_\n" unless @open;
	next if $open[-1] ne 'VEVENT';
	die "$name twice\n" if $seen{$name}++;
	die "an unescaped comma or semicolon: $_\n" if $name =~ /^(SUMMARY|DESCRIPTION)\z/ &&
	    (my $rest = $value =~ s/\\[\\,;nN]//gr) =~ /[,;\\]/;
	die "no date: $_\n" if $name =~ /^DT(START|END)\z/ && "$parameters:$value" !~ /^;VALUE=DATE:\d{8}\z/;
	die "no time: $_\n" if $name eq 'DTSTAMP' && $value !~ /^\d{8}T\d{6}Z\z/;
	$event->{$name} = $value =~ s/\\(.)/lc $1 eq 'n' ? "\n" : $1/ger;
}
die "not closed: @open\n" if @open;
for my $e (sort { $a->{DTSTART} cmp $b->{DTSTART} || $a->{UID} cmp $b->{UID} } @events) {
	print "$e->{DTSTART}-$e->{DTEND} $e->{CATEGORIES} $e->{UID}\n  $e->{SUMMARY}\n";
	print "  $_\n" for split /\n/, $e->{DESCRIPTION};
}
END
read_calendar() { due -f ical "$@" >"$tmp/ics"; perl "$tmp/calendar" <"$tmp/ics"; }
shows 'a calendar: what is overdue stands on today, what has no date stands nowhere' read_calendar <<'END'
20260320-20260321 overdue 2026-7KQ43/first-conversation/2026-03-04/consent@family-support-centre
  2026-7KQ43: no conversation with the family after it agreed to support (overdue, was due 2026-03-18)
  talk with the family: dossier add 2026-7KQ43 conversation With=...
  
  Due: 2026-03-18
  For: 2026-03-04/consent
  Rule: first-conversation
20260324-20260325 due 2026-82Q45/answer-in-time/2026-03-10/question@family-support-centre
  2026-82Q45: a question waits for its answer
  answer it: dossier add 2026-82Q45 answer Text=...
  
  Due: 2026-03-24
  For: 2026-03-10/question
  Rule: answer-in-time
END
ok 'nothing that was written in a case stands in it' sh -c '! grep -Eq "patient|holidays" "$1"' sh "$tmp/ics"
due -f ical >"$tmp/again"
same 'the same to the byte' "$tmp/ics" "$tmp/again"
ok 'on another day an item keeps its UID' sh -c 'dossier due -f ical --today 2026-03-09 | tr -d "\r" | grep -qx "UID:$(
	sed -n "s/^UID://p" "$1" | tr -d "\r" | head -n 1)"' sh "$tmp/ics"
sed -i 's/^Message: a question waits.*/Message: Eén vraag, "open"; pad C:\\new — дождитесь ответа и дождитесь ответа, ещё раз 😀/' rules/process.rec
shows 'words of any kind' sh -c 'dossier due --today 2026-03-20 -f ical 2026-82 | perl "$1" | sed -n 2p' sh "$tmp/calendar" <<'END'
  2026-82Q45: Eén vraag, "open"; pad C:\new — дождитесь ответа и дождитесь ответа, ещё раз 😀
END
shows 'nothing due: an empty calendar' sh -c 'dossier due --today 2026-03-20 -f ical --municipality GM0599 | tr -d "\r" | tail -n 1' <<'END'
END:VCALENDAR
END

# ---- rules ----

rm rules/process.rec
shows 'without rules nothing is due' due </dev/null
printf '%%rec: Rule\n\nRule: x\nCheck: aftr\n' >rules/process.rec
fails 1 'a rule that is not understood is said: something may be missing from the list' due
said 'where' '^rules/process.rec:'
done_testing
