#!/bin/sh
# A report after one more commit counts the cases that changed, and takes away what they counted before: over many commits it
# has the same bytes as one that counts every case.
# shellcheck source=tests/lib.sh disable=SC2016 # awk's variables
. "$(dirname "$0")/lib.sh"

sh "$tests/demo/centre.sh" "$tmp/demo" 2026-11-20 || exit 99
mv "$tmp/demo" centre && cd centre || exit 99
find cases -name '*.rec' | LC_ALL=C sort >../demo-cases
mkdir ../stories
xargs -I{} cp {} ../stories <../demo-cases
git rm -q -r cases
# And some of a municipality that was split, and of one that became part of another
sed -i 's/^From: .*/From: 2019-01-01/' directory/staff.rec
told=0
for code in 0788 0788 0457 0363 0855; do
	told=$((told + 1))
	cat >"../stories/2020-$told.rec" <<END
Case: 2020-$told
Opened: 2020-0$told-05
Service: information
Applicant: municipality
Municipality: GM$code
Counsellor: aj
Lead: centre

Date: 2020-0$told-05
Kind: request
By: aj
From: municipality
Service: information
Hours: 1.5
END
done

# The same stories under other ids, several to a folder and five folders to a year: story YEAR NUMBER
cat >../id.awk <<'END'
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
	id = substr("ABCDE", 1 + number % 5, 1) substr(symbols, 1 + int(number / 32), 1) substr(symbols, 1 + number % 32, 1) "Q"
	print year "-" id check(year id)
}
END
number=0
# told STORY: a new case with that story; $path is its file
told() {
	year=$(basename "$1" | cut -c1-4)
	number=$((number + 1))
	id=$(awk -v year="$year" -v number=$number -f ../id.awk)
	path=cases/$year/$(echo "$id" | cut -c6)/$id.rec
	mkdir -p "$(dirname "$path")"
	sed "s/^Case: .*/Case: $id/" "$1" >"$path"
}
for _ in 1 2 3; do
	for story in ../stories/*.rec; do told "$story"; done
done
git add -A && git commit -q --no-verify -m 'the same stories under other ids'

kept=.git/dossier/report
seed=11
# below N: sets $n
below() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	n=$((seed / 65536 % $1))
}
# any_case: sets $path
any_case() {
	below "$(git ls-files cases | wc -l)"
	path=$(git ls-files cases | sed -n "$((n + 1))p")
}
any_story() {
	below "$(find ../stories -type f | wc -l)"
	story=$(find ../stories -type f | LC_ALL=C sort | sed -n "$((n + 1))p")
}

# changed: does something to a case or two; $what says what
changed() {
	any_case
	[ $((step % 5)) != 0 ] || path=$(git ls-files cases/2020 | sed -n "$((step / 5))p")
	below 10
	case $n in
	0) what='another municipality'
		sed -i 's/^Municipality: GM.*/Municipality: GM0855/' "$path" ;;
	1) what='hours'
		below 400
		sed -i "s/^Hours: .*/Hours: $((n / 100)).$((n % 100 / 10))$((n % 10))/" "$path" ;;
	2 | 3) what='one entry less'
		awk -v RS= -v ORS='\n\n' 'NR > 1 { print last } { last = $0 }' "$path" | sed '$d' >../less
		[ ! -s ../less ] || cp ../less "$path" ;;
	4) what='a case more'
		any_story
		told "$story" ;;
	5) what='a case less'
		rm "$path" ;;
	6) what='a case under another id'
		cp "$path" ../moved
		year=$(echo "$path" | cut -d/ -f2)
		rm "$path"
		mv ../moved "../$year-moved.rec"
		told "../$year-moved.rec" ;;
	7) what='as it was some commits ago'
		below 6
		git checkout -q "HEAD~$n" -- "$(git ls-tree -r --name-only "HEAD~$n" cases | sed -n "$((seed % 100 + 1))p")" ;;
	8) what='a fault'
		sed -i '0,/^Kind: request/s//Kind: reqeust/' "$path" ;;
	9) what='another service, and another case'
		sed -i 's/^Service: advice/Service: information/' "$path"
		any_case
		sed -i 's/^Counsellor: .*/Counsellor: bk/' "$path" ;;
	esac
}

same_as_counted() {
	for report in overview 'municipality --municipality GM0344' 'municipality --municipality GM0855 --municipalities now' \
		caseload lead-times data-quality; do
		# shellcheck disable=SC2086
		dossier report --no-cache $report -p 2020..2026-11 "$@" >../want 2>&1
		# shellcheck disable=SC2086
		dossier report $report -p 2020..2026-11 "$@" >../got 2>&1
		cmp -s ../want ../got || echo "$report $*: $what" >>../wrong
	done
}

: >../wrong
what='at first'
same_as_counted
ok 'no story has a fault' dossier check -q
ok 'a split leaves cases out' sh -c 'dossier report municipality --municipality GM0855 --municipalities now -p 2020..2026-11 | grep -q GM0788'
for step in $(seq 30); do
	changed
	git add -A
	GIT_COMMITTER_DATE="2026-11-20T1$((step / 10)):1$((step % 10)):00 +0000" git commit -q --no-verify --allow-empty -m "$what"
	echo "# $what"
	same_as_counted
	case $what in
	'a fault')
		git revert --no-edit HEAD >/dev/null
		what='without the fault'
		same_as_counted ;;
	esac
	if [ $((step % 8)) = 0 ]; then
		below 12
		what="back and forth"
		same_as_counted --as-of "HEAD~$n"
		same_as_counted
	fi
done
same 'every report after every commit is as if all were counted' /dev/null ../wrong

# What did not change is not even read: in a repository that has lost it the report is there, and a whole count is not
git clone -q --bare --no-hardlinks . ../bare.git
cd ../bare.git || exit 99
mkdir ../packs && mv objects/pack/* ../packs
for pack in ../packs/*.pack; do [ ! -f "$pack" ] || git unpack-objects -q <"$pack"; done
cd ../centre || exit 99
told "$(find ../stories -name '2025*' | LC_ALL=C sort | head -n 1)"
git add -A && GIT_COMMITTER_DATE='2026-11-20T16:00:00 +0000' git commit -q --no-verify -m 'one more'
new=$(git rev-parse HEAD)
other=$(git ls-files cases/2025 | grep -v "$path" | head -n 1)
blob=$(git rev-parse "HEAD:$other")
dossier report --no-cache overview -p 2023-11..2026-11 --as-of "$new" >../want
dossier -C ../bare.git report overview -p 2023-11..2026-11 >/dev/null
git push -q --no-verify ../bare.git HEAD:main
lost=../bare.git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)
ok 'a case that did not change' test -f "$lost"
rm -f "$lost"
dossier -C ../bare.git report overview -p 2023-11..2026-11 --as-of "$new" >../got
same 'is not read' ../want ../got
fails 1 'nor can it be' dossier -C ../bare.git report --no-cache overview -p 2023-11..2026-11 --as-of "$new"
ok 'something is kept' test -d $kept

done_testing
