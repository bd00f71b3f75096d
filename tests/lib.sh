# What every shell test begins with: `. "$(dirname "$0")/lib.sh"`. Gives a scratch folder ($tmp, the current one), the
# built program first in PATH, fixed names, dates, locale and zone, and TAP:
#   ok 'what' COMMAND...        passes when COMMAND succeeds
#   fails N 'what' COMMAND...   passes when COMMAND exits with status N
#   same 'what' WANT GOT        two files (or - for standard input as GOT) are equal; shows the difference
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

done_testing() {
	echo "1..$tap"
	[ $tap_failed = 0 ]
	exit
}
