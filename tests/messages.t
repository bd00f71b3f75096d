#!/bin/sh
# Every message of src/messages.h has a folder messages/NAME that provokes it: `run`, shell lines for a fresh copy of a small
# centre (make_centre in lib.sh, committed), and `expect`, all that they print and a last line `status N`. Every message has
# its entry in dossier-findings(7).
#   sh tests/messages.t [NAME...]            these only
#   UPDATE=1 sh tests/messages.t [NAME...]   writes expect anew, for review
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/centre"
in_git "$tmp/centre"
git -C "$tmp/centre" gc -q && rm -f "$tmp/centre/.git/hooks/"*.sample # few files: it is copied often
mkdir work got
dossier explain >catalogue || exit 99
sed 's/ .*//' catalogue | sort >names
dossier explain -f mdoc | sed -n 's/^\.It Sy \([^ ]*\) .*/\1/p' | sort >manual
(cd "$tests/messages" && for run in */run; do echo "${run%/run}"; done) | sort >folders
if [ $# -gt 0 ]; then
	printf '%s\n' "$@" >asked
else
	cp folders asked
fi

# The paths of the copy and of the sources differ from machine to machine.
cat >one <<'END'
work=$tmp/work/$1
cp -R "$tmp/centre" "$work" && cd "$work" || exit 99
{ sh "$tests/messages/$1/run" </dev/null 2>&1; echo "status $?"; } |
	sed -e "s|$work|HERE|g" -e "s|$top|SOURCE|g" >"$tmp/got/$1"
cd "$tmp" && chmod -R u+rwX "$work" && rm -rf "$work"
END
export tmp tests top
xargs -P 2 -I NAME sh "$tmp/one" NAME <asked

while read -r name; do
	expect=$tests/messages/$name/expect
	[ -z "$UPDATE" ] || cp "got/$name" "$expect"
	[ -e "$expect" ] || expect=/dev/null
	same "$name" "$expect" "got/$name"
	grep -q -e "\[$name\]\$" -e "^Rule: $name\$" -e "^$name (error)" "got/$name" || tap_line 1 "$name is provoked by its own test"
done <asked

if [ $# = 0 ]; then
	same 'every message has a folder messages/NAME, and every folder a message' names folders
	same 'every message has its entry in dossier-findings(7)' names manual
fi
done_testing
