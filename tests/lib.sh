# shellcheck shell=sh disable=SC2034 # read by those that source it
# What every shell test begins with: `. "$(dirname "$0")/lib.sh"`. Gives a scratch folder ($tmp, the current one), the
# built program first in PATH, fixed names, dates, locale and zone, and TAP:
#   ok 'what' COMMAND...        passes when COMMAND succeeds
#   said 'what' PATTERN         the command of the last ok or fails wrote a line that matches
#   fails N 'what' COMMAND...   passes when COMMAND exits with status N
#   same 'what' WANT GOT        two files (or - for standard input as GOT) are equal; shows the difference
#   together PART...            functions that run at once, each in a folder of its own; they are reported one after another
#   done_testing
top=$(cd "$(dirname "$0")/.." && pwd)
tests=$top/tests
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dossier-test.XXXXXX")
trap 'chmod -R u+rwx "$tmp" 2>/dev/null; rm -rf "$tmp"' EXIT
PATH=${DOSSIER_BUILD:-$top/build}:$PATH
HOME=$tmp/home
TZ=UTC LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$HOME/.gitconfig
GIT_AUTHOR_NAME='Aj' GIT_AUTHOR_EMAIL=aj@centre.example GIT_AUTHOR_DATE='2026-03-09T10:00:00 +0000'
GIT_COMMITTER_NAME='Aj' GIT_COMMITTER_EMAIL=aj@centre.example GIT_COMMITTER_DATE='2026-03-09T10:00:00 +0000'
DOSSIER_TEMPLATES=$top/templates DOSSIER_HOOKS=$top/hooks
export PATH HOME TZ LC_ALL GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE
export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE DOSSIER_TEMPLATES DOSSIER_HOOKS
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE EDITOR VISUAL PAGER
mkdir -p "$HOME"
git config --global user.name Aj
git config --global user.email aj@centre.example
git config --global init.defaultBranch main
git config --global advice.detachedHead false
cd "$tmp" || exit 99
tap=0 tap_failed=0

tap_line() {
	tap=$((tap + 1))
	if [ "$1" = 0 ]; then echo "ok $tap - $2"; else echo "not ok $tap - $2"; tap_failed=$((tap_failed + 1)); fi
}

ok() {
	what=$1
	shift
	"$@" >"$tmp/.out" 2>&1
	status=$?
	tap_line $status "$what"
	[ $status = 0 ] || sed 's/^/# /' "$tmp/.out"
}

fails() {
	want=$1 what=$2
	shift 2
	"$@" >"$tmp/.out" 2>&1
	status=$?
	if [ $status = "$want" ]; then tap_line 0 "$what"; else
		tap_line 1 "$what"
		echo "# status $status, expected $want"
		sed 's/^/# /' "$tmp/.out"
	fi
}

# said 'what' PATTERN: the last command of ok or fails wrote a line that matches.
said() {
	if grep -q -- "$2" "$tmp/.out"; then tap_line 0 "$1"; else
		tap_line 1 "$1"
		sed 's/^/# /' "$tmp/.out"
	fi
}

same() {
	if [ "$3" = - ]; then cat >"$tmp/.got"; else cp "$3" "$tmp/.got"; fi
	if diff -u "$2" "$tmp/.got" >"$tmp/.diff"; then tap_line 0 "$1"; else
		tap_line 1 "$1"
		sed 's/^/# /' "$tmp/.diff"
	fi
}

skip() {
	tap=$((tap + 1))
	echo "ok $tap - $1 # SKIP $2"
}

# Each part has its own $tmp, which is its current folder; what they share stands in $all.
together() {
	all=$tmp
	for part in "$@"; do
		mkdir "$all/$part" || exit 99
		(tap=0 tap_failed=0 tmp=$all/$part && cd "$tmp" && "$part"; echo "the end of a part") >"$all/$part.said" &
	done
	wait
	for part in "$@"; do
		while IFS= read -r line; do
			case $line in
			'ok '*' # SKIP '*) line=${line#ok * - } && skip "${line% # SKIP *}" "${line##* # SKIP }" ;;
			'ok '*) tap_line 0 "${line#ok * - }" ;;
			'not ok '*) tap_line 1 "${line#not ok * - }" ;;
			'the end of a part') continue 2 ;;
			*) echo "$line" ;;
			esac
		done <"$all/$part.said"
		tap_line 1 "$part came to its end"
	done
}

# A centre without git in folder $1: the skeleton, two members of staff (aj is coordinator), and the case of the design,
# 2026-7KQ43. `in_git DIR` makes it a repository with one commit.
make_centre() {
	mkdir -p "$1/cases/2026/7" && cp -R "$top/templates/." "$1/" || exit 99
	cat >>"$1/directory/staff.rec" <<'END'

Staff: aj
Name: Aj
Email: aj@centre.example
Role: coordinator
Role: counsellor
From: 2024-01-01

Staff: bk
Name: Bk
Email: bk@centre.example
Role: counsellor
From: 2024-01-01
Until: 2026-03-10
END
	cat >"$1/cases/2026/7/2026-7KQ43.rec" <<'END'
# one family, one file
Case: 2026-7KQ43
Opened: 2026-03-02
Service: support
Applicant: municipality
Municipality: GM0344
Counsellor: aj
Lead: centre

Date: 2026-03-02
Kind: request
By: aj
From: municipality
Service: support
Text: The parents of a young man ask, through the municipality, for help.

Date: 2026-03-04
Kind: consent
By: aj
From: mother
Decision: given
Scope: support
Scope: share-with-municipality

Date: 2026-03-05
Kind: consultation
By: aj
With: GM0344
Form: identified
Text: Discussed the plan with the care coordinator.
+
+ Agreed to ask Slachtofferhulp Nederland for the mother.
END
}

# Reports and documents ask for the States of the shipped rules: a test with other rules does without.
without_reports_and_documents() {
	rm -rf "$1/templates/partials" "$1/templates/documents.rec" "$1/reports"
	find "$1/templates" -type f ! -name '*.rec' -exec rm {} +
}

in_git() {
	git -C "$1" init -q && git -C "$1" add -A && git -C "$1" commit -q --no-verify -m 'the centre' || exit 99
}

# Runs a command in folder $1, its output, errors and status as one text.
transcript() {
	(cd "$1" && shift && "$@" 2>&1; echo "status $?")
}

done_testing() {
	echo "1..$tap"
	[ $tap_failed = 0 ]
	exit
}
