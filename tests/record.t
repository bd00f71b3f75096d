#!/bin/sh
# Generated files through recsel and through record, printed alike. What differs is known:
#   a file that ends in '\' or in '+' without LF: recutils refuses it, we read it (E below)
#   '%' alone or before anything but a letter is a name to recutils: not generated
#   text faults (NUL, CR, control characters, encoding): not generated, see tests/record.c
. "$(dirname "$0")/lib.sh"
tool=${DOSSIER_BUILD:-$top/build}/tests/record

# 0: alike. 1: read differently. 2: only one of us refuses it.
compare() {
	recsel "$1" >want 2>/dev/null
	theirs=$?
	"$tool" "$1" >got 2>found
	ours=$?
	[ $theirs = 0 ] || theirs=1
	if [ $theirs != $ours ]; then return 2; fi
	[ $theirs = 1 ] || cmp -s want got || return 1
}

# Whether the file ends as recutils does not like it.
ends_badly() {
	case $(tail -c 1 "$1" | od -An -t x1 | tr -d ' ') in 5c | 2b) return 0 ;; esac
	return 1
}

if ! command -v recsel >/dev/null; then
	skip 'differential test' 'recutils is not installed'
	done_testing
fi

all_alike() {
	read_by_both=0 refused_by_both=0
	seed=0
	while [ $seed -lt "${RECORD_SEEDS:-200}" ]; do
		seed=$((seed + 1))
		"$tool" --generate $seed >f.rec
		compare f.rec
		result=$?
		if [ $result = 2 ] && ends_badly f.rec; then
			printf '\n' >>f.rec
			compare f.rec
			result=$?
		fi
		if [ $result != 0 ]; then
			echo "seed $seed: result $result"
			cat -A f.rec
			diff want got
			cat found
			return 1
		fi
		if [ $ours = 0 ]; then read_by_both=$((read_by_both + 1)); else refused_by_both=$((refused_by_both + 1)); fi
	done
	echo "$read_by_both read, $refused_by_both refused"
	[ $read_by_both -gt 40 ] && [ $refused_by_both -gt 40 ]
}

ok 'generated files read as recsel reads them' all_alike
rm -f f.rec
printf 'A: 1\\' >f.rec
fails 2 'known: recutils refuses a file that ends in a backslash' compare f.rec
printf 'A: 1\n+' >f.rec
fails 2 'known: recutils refuses a file that ends in a plus' compare f.rec
printf '%%: 1\n' >f.rec
fails 2 "known: recutils has a field named '%'" compare f.rec
printf 'A: 1\r\n' >f.rec
fails 2 'known: recutils keeps CR in values' compare f.rec
printf 'A: \377\n' >f.rec
fails 1 'known: recutils takes byte 0xFF for the end of the file' sh -c '! recsel f.rec >/dev/null 2>&1 && exit 1'

# The case of the manual.
for file in "$tests"/record/*.rec; do
	[ -e "$file" ] || continue
	ok "$(basename "$file") reads as recsel reads it" compare "$file"
done
done_testing
