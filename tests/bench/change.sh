#!/bin/sh
# change.sh CLONE CASE [commit]: one entry more in one case, staged, or committed past the hooks.
set -e
printf '\nDate: 2026-03-09\nKind: note\nBy: aj\nText: The counsellor called the municipality about the next step.\nLate: it was written for a measurement\n' >>"$2"
cd "$1"
git add "$2"
[ -z "${3-}" ] || git -c core.hooksPath=/dev/null commit -q -m 'one entry'
