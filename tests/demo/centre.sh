#!/bin/sh
# The demo's centre without its ceremony: the same three years of cases, all told at once, in a repository without hooks. For
# tests that need many cases: sh tests/demo/centre.sh FOLDER TODAY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
centre=$1 today=$2
start=$(date -d "$today - 3 years - 20 days" +%F)
day() { date -d "$start + $1 days" +%F; }

mkdir -p "$centre"
cp -R "$top/templates/." "$centre"
cd "$centre"
for who in aj:0: bk:1: cm:1:800 dv:300: ev:780:; do
	id=${who%%:*} rest=${who#*:}
	printf '\nStaff: %s\nName: Staff %s\nEmail: %s@centre.example\nRole: counsellor\nRole: coordinator\nFrom: %s\n' \
		"$id" "$id" "$id" "$(day "${rest%:*}")"
	[ -z "${rest#*:}" ] || printf 'Until: %s\n' "$(day "${rest#*:}")"
done >>directory/staff.rec
for code in GM0344 GM0363 GM0518 GM0599 GM0855 GM1945; do
	printf '\nPartner: team-%s\nName: A neighbourhood team in %s\nSector: well-being\nLocal: yes\nMunicipality: %s\nInterval: P6M\n' \
		"$(echo "$code" | tr GM gm)" "$code" "$code"
done >>directory/partners.rec
for expert in lawyer-1:NL:law trauma-1:NL:trauma-and-grief peer-1:DE:peer-support; do
	rest=${expert#*:}
	printf '\nExpert: %s\nName: An expert on %s\nCountry: %s\nTopic: %s\nTopic: mental-health\nInterval: P12M\n' \
		"${expert%%:*}" "${rest#*:}" "${rest%:*}" "${rest#*:}"
done >>directory/experts.rec
git init -q -b main .
git add -A
GIT_AUTHOR_DATE="$start 09:00:00 +0100" GIT_COMMITTER_DATE="$start 09:00:00 +0100" git commit -q --no-verify -m 'the centre'
awk -v today="$today" -v start_date="$start" -v first=2 -v last=9999 -v cases=60 -f "$here/make-history.awk" "$here/stories.txt" |
	git fast-import --quiet --done
git reset --quiet --hard
