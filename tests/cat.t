#!/bin/sh
# cat: GNU recutils accepts and reads what it writes, and nothing is lost on the way.
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/c"
cd "$tmp/c" || exit 99
mkdir -p cases/2026/8
sed 's/2026-7KQ43/2026-8MNPX/; s/^Text: Discussed/# a comment in the middle\n&/' cases/2026/7/2026-7KQ43.rec >cases/2026/8/2026-8MNPX.rec
dossier cat >"$tmp/all.rec" 2>"$tmp/err"
ok 'nothing to complain of' [ ! -s "$tmp/err" ]
ok 'recfix accepts it' sh -c 'recfix "$1"' sh "$tmp/all.rec"
recinf "$tmp/all.rec" >"$tmp/got"
for set in '2 Case' '6 Entry' '2 Staff' '5 Partner'; do
	ok "recinf counts $set" grep -qx "$set" "$tmp/got"
done
printf '2026-03-05\n2026-03-05\n' >"$tmp/want"
recsel -t Entry -e "Kind = 'consultation'" -P Date "$tmp/all.rec" | grep . >"$tmp/got"
same 'recsel selects entries' "$tmp/want" "$tmp/got"
printf '2026-7KQ43\n' >"$tmp/want"
recsel -t Entry -e "Kind = 'consent'" -P Case "$tmp/all.rec" | grep . | head -n 1 >"$tmp/got"
same 'each entry knows its case' "$tmp/want" "$tmp/got"
grep -v '^#' cases/2026/7/2026-7KQ43.rec | grep . >"$tmp/want"
dossier cat 2026-7 | awk '/^%/ { next } /^\+ / && !seen { next } /^Case:/ { seen = 1 } { print }' | grep . | sort >"$tmp/got"
ok 'every line of the case is there' sh -c 'sort -u "$1" | comm -23 - "$2" | wc -l | grep -qx 0' sh "$tmp/want" "$tmp/got"
dossier cat 2026-8 >"$tmp/got"
ok 'a comment too' grep -qx '# a comment in the middle' "$tmp/got"
dossier cat -t Entry >"$tmp/entries.rec"
ok 'one type alone' sh -c 'test "$(recinf "$1")" = "6 Entry"' sh "$tmp/entries.rec"
fails 2 'an unknown type is a usage error' dossier cat -t Entri
said 'with a suggestion' "did you mean 'Entry'"
in_git .
dossier cat >"$tmp/all.rec"
rm -r cases
dossier cat --commit HEAD >"$tmp/got"
same 'a commit gives the same' "$tmp/all.rec" "$tmp/got"
fails 1 'a case that is not there' dossier cat 2026-7KQ43
done_testing
