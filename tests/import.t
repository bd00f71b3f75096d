#!/bin/sh
# dossier import: tables of several shapes, what changes and what does not, what is refused.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
cd "$tmp/centre" || exit 99
m=directory/municipalities.rec

# ours: a small directory with comments and an order of its own.
cat >small.rec <<'END'
# A comment that stays.
%rec: Municipality

# The first.
Municipality: GM0001
Name: Oldtown
# within
Province: North
Note: kept by hand

Municipality: GM0003
Name: Thirdham
Until: 2020-01-01
Successor: GM0001

Municipality: GM0002
Name:   Secondford
Province: South
END
cp small.rec $m
sed -i 's/GM0344/GM0001/' cases/2026/7/2026-7KQ43.rec
ok 'the small directory is right' dossier check

printf 'code,name,province,safety_region\nGM0001,Oldtown,North,R North\nGM0002,Secondford,South West,\nGM0004,Fourthness,East,R East\n' >table.csv

cat >want <<'END'
~ GM0001 Region: R North
~ GM0002 Province: South -> South West
+ GM0004 Fourthness, East, R East
directory/municipalities.rec: 1 new, 2 changed, 0 ended, 0 the same
END
dossier import municipalities table.csv --dry-run >got 2>&1
same 'a dry run shows what would change' want got
same 'and changes nothing' small.rec $m

fails 1 'without a terminal and --yes nothing is written' dossier import municipalities table.csv
said 'and it says so' 'nothing was written; --yes applies it'
same 'nothing was written' small.rec $m

ok 'it is applied' dossier import municipalities table.csv --yes
cat >want <<'END'
# A comment that stays.
%rec: Municipality

# The first.
Municipality: GM0001
Name: Oldtown
# within
Province: North
Note: kept by hand
Region: R North

Municipality: GM0003
Name: Thirdham
Until: 2020-01-01
Successor: GM0001

Municipality: GM0002
Name:   Secondford
Province: South West

Municipality: GM0004
Name: Fourthness
Province: East
Region: R East
END
same 'only what differs is touched: comments, order, blanks and other fields stay' want $m
ok 'the directory is right afterwards' dossier check
cp $m before
dossier import municipalities table.csv --yes >got 2>&1
echo 'directory/municipalities.rec: 0 new, 0 changed, 0 ended, 3 the same' >want
same 'a second import changes nothing' want got
same 'to the byte' before $m

# What the table lacks.
printf 'code,name,province,safety_region\nGM0001,Oldtown,North,R North\n' >less.csv
cat >want <<'END'
- GM0002 ends: Until: 2026-03-09
- GM0004 ends: Until: 2026-03-09
directory/municipalities.rec: 0 new, 0 changed, 2 ended, 1 the same
END
dossier import municipalities less.csv --dry-run --today 2026-03-09 >got 2>&1
same 'what the table lacks ends, what had ended stays, nothing goes' want got
ok 'on a day of its own' dossier import municipalities less.csv --yes --ended 2026-01-01
ok 'the records are there, with their end' sh -c "[ \$(grep -c '^Until: 2026-01-01' $m) = 2 ]"
ok 'and all is right' dossier check
fails 2 'a day that there is not' dossier import municipalities less.csv --ended 2026-02-30

# Shapes of tables.
shape() {
	cp small.rec $m
	dossier import municipalities "$2" --dry-run >got 2>&1
	printf '+ GM0009 Nine, the "9th", West, W\n- GM0001 ends: Until: 2026-03-09\n- GM0002 ends: Until: 2026-03-09\n%s\n' \
		'directory/municipalities.rec: 1 new, 0 changed, 2 ended, 0 the same' >want
	dossier import municipalities "$2" --dry-run --today 2026-03-09 2>&1 | sort >got
	sort want >want.sorted
	same "$1" want.sorted got
}
printf 'code,name,province,safety_region\r\nGM0009,"Nine, the ""9th""",West,W\r\n' >t.csv
shape 'CRLF and quotes' t.csv
printf '\357\273\277code,name,province,safety_region\nGM0009,"Nine, the ""9th""",West,W' >t.csv
shape 'a byte order mark, no line end at the end' t.csv
printf 'code;name;province;safety_region\nGM0009;Nine, the "9th";West;W\n' >t.csv
shape 'semicolons' t.csv
printf 'code\tname\tprovince\tsafety_region\nGM0009\tNine, the "9th"\tWest\tW\n' >t.csv
shape 'tabs' t.csv
printf 'safety_region,x,name,code,province\nW,?,"Nine, the ""9th"""," GM0009 ",West\n\n,,,,\n' >t.csv
shape 'columns in another order, another column, blanks and empty rows' t.csv

# What is refused, with its place, and nothing is written.
refuse() {
	cp small.rec $m
	# shellcheck disable=SC2059 # its escapes are meant
	printf "$3" >t.csv
	fails 1 "$1" dossier import "${4:-municipalities}" t.csv --yes
	said "$1: said" "$2"
	same "$1: nothing is written" small.rec $m
}
head='code,name,province,safety_region\n'
refuse 'an empty table' '^t.csv:1:1: error: an empty table' ''
refuse 'an open quote' '^t.csv:2:8: error: a quote that nothing closes' "$head"'GM0009,"Nine,West,W\n'
refuse 'text behind a quote' '^t.csv:2:14: error: text behind a closing quote' "$head"'GM0009,"Nine"x,West,W\n'
refuse 'a short row' '^t.csv:2:1: error: 2 cells in a table of 4 columns' "$head"'GM0009,Nine\n'
refuse 'a long row' '^t.csv:2:1: error: 5 cells in a table of 4 columns' "$head"'GM0009,Nine,West,W,W\n'
refuse 'Latin-1' '^t.csv:2:9: error: the table is not UTF-8' "$head"'GM0009,S\372dwest,West,W\n'
refuse 'a NUL' '^t.csv:2:9: error: a character that may not stand' "$head"'GM0009,N\000ne,West,W\n'
refuse 'a row without a key' "^t.csv:2:1: error: a row without 'Municipality'" "$head"',Nine,West,W\n'
refuse 'two rows of one key' "^t.csv:3:1: error: a second row for 'GM0009', the first is on line 2" "$head"'GM0009,Nine,West,W\nGM0009,Nine,West,W\n'
refuse 'a key that the schema refuses' "'GM9' does not fit 'Municipality'" "$head"'GM9,Nine,West,W\n'
refuse 'a date that there is not' "^t.csv:2:[0-9]*: error: '20140231' is not a date written YYYYMMDD" \
	'code,name,start,end,successor\n0009,Nine,20140231,,\n' municipality-codes
refuse 'a reference to nothing' "'GM0008' of 'Successor' is no record of type 'Municipality'" \
	'code,name,start,end,successor\n0009,Nine,,20140228,0008\n' municipality-codes
refuse 'a table of another shape' "the table has no column 'start'" "$head"'GM0009,Nine,West,W\n' municipality-codes

printf '%s\n' 'code,name,start,end,successor' '0000,Unknown,,,' '0009,Nine,,20140228,0001' '1999,Nowhere,,,' >codes.csv
cp small.rec $m
cat >want <<'END'
+ GM0009 Nine, 2014-02-28, GM0001
directory/municipalities.rec: 1 new, 0 changed, 0 ended, 0 the same
END
dossier import municipality-codes codes.csv --yes >got 2>&1
same 'a prefix, dates of another form, and rows that are left out' want got
printf '%s\n' code,name,ended,successor,successor_name,current_code,current_name,split_over \
	'GM0009,Nine (9.),2014-02-28,GM0001,,,,GM0001;GM0002;' >mergers.csv
cat >want <<'END'
~ GM0009 Successor: GM0002
directory/municipalities.rec: 0 new, 1 changed, 0 ended, 0 the same
END
dossier import municipality-mergers mergers.csv --yes >got 2>&1
same 'several values in one cell; fill leaves the name, add keeps what was there' want got
dossier import municipality-codes codes.csv --yes >got 2>&1
echo 'directory/municipalities.rec: 0 new, 0 changed, 0 ended, 1 the same' >want
same 'the two tables live together' want got
ok 'the directory is right' dossier check

# The last record of a file gets a field, and a new record comes behind it.
cp small.rec $m
printf 'code,name,start,end,successor\n0005,Five,,,\n0002,Two,20000101,,\n' >t.csv
ok 'a change at the end of the file, and a new record' dossier import municipality-codes t.csv --yes
tail -6 $m >got
printf 'Province: South\nFrom: 2000-01-01\n\nMunicipality: GM0005\nName: Five\n' >want
tail -5 $m >got
same 'each in its own record' want got

rm $m
ok 'a file that is not there is made' dossier import municipality-codes t.csv --yes
head -3 $m >got
printf '%%rec: Municipality\n\nMunicipality: GM0005\n' >want
same 'with its record type' want got

cp small.rec $m
printf 'broken line\n' >>$m
cp $m before
fails 1 'a directory that was not understood is not rewritten' dossier import municipalities table.csv --yes
same 'it stays as it is' before $m
cp small.rec $m
fails 2 'no such import' dossier import provinces table.csv
said 'it names those that there are' 'there is municipalities, municipality-codes, municipality-mergers'
fails 2 'no such table' dossier import municipalities nothing.csv
fails 2 'a folder' dossier import municipalities directory
fails 2 'one operand' dossier import municipalities

# The statistics office's own tables, where they are at hand.
if [ -r "$DOSSIER_TABLES/municipalities.csv" ]; then
	cp "$top/templates/directory/municipalities.rec" $m
	for pass in 1 2; do
		for pair in municipalities:municipalities municipality-mergers:municipality_mergers municipality-codes:municipality_codes_rvig; do
			ok "pass $pass: ${pair%%:*}" dossier import "${pair%%:*}" "$DOSSIER_TABLES/${pair#*:}.csv" --yes
			[ $pass = 1 ] || said 'nothing new' ': 0 new, 0 changed, 0 ended, '
		done
	done
	ok 'the directory is right' dossier check directory
else
	skip 'the whole tables' 'DOSSIER_TABLES names no folder with them'
fi
done_testing
