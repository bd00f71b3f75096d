#!/bin/sh
# bench.sh DOSSIER TOOLS: measures the program against recutils, ripgrep and git, side by side, on generated centres of
# $BENCH_SIZES cases, and prints a row for each of them: the shortest times of several runs in turn, and what the
# design asks for. TOOLS is where `generate` and `run` were built. The centres are kept in build/bench/ for the next time.
set -u
dossier=$1 tools=$(cd "$2" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)
store=$top/build/bench
sizes=${BENCH_SIZES:-1000 10000 100000}
runs=${BENCH_RUNS:-7} seconds=${BENCH_SECONDS:-20}
today=2026-03-09

unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
HOME=$store/home GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$store/home/.gitconfig LC_ALL=C.UTF-8 TZ=UTC
DOSSIER_TEMPLATES=$top/templates DOSSIER_HOOKS=$top/hooks
export HOME GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL LC_ALL TZ DOSSIER_TEMPLATES DOSSIER_HOOKS
mkdir -p "$HOME" || exit 2
git config --global user.name Aj
git config --global user.email aj@centre.test
git config --global gc.auto 0

fail() {
	echo "bench: $*" >&2
	exit 2
}

# A centre of $1 cases in $store/$1: clone (work tree, hooks installed), shared.git (our hook), plain.git (a hook that does
# nothing). Made anew when the generator or the skeleton changed.
prepare() {
	size=$1 dir=$store/$1
	stamp=$(find "$top/tests/bench/generate.c" "$top/templates" -type f -exec cksum {} + | sort | cksum)
	[ "$(cat "$dir/stamp" 2>/dev/null)" = "$stamp" ] && return
	echo "making a centre of $size cases" >&2
	rm -rf "$dir"
	mkdir -p "$dir"
	git init -q -b main "$dir/clone"
	"$tools/generate" -n "$size" "$top/templates" | git -C "$dir/clone" fast-import --quiet || fail "cannot generate $size cases"
	git -C "$dir/clone" reset -q --hard
	git -C "$dir/clone" repack -q -a -d
	"$dossier" init -q "$dir/clone" >/dev/null || fail "cannot set up the clone"
	for bare in shared plain; do
		git clone -q --bare "$dir/clone" "$dir/$bare.git"
		"$dossier" init -q --shared "$dir/$bare.git" >/dev/null || fail "cannot set up $bare.git"
	done
	printf '#!/bin/sh\nexit 0\n' >"$dir/plain.git/hooks/pre-receive"
	"$dossier" -C "$dir/clone" cat >"$dir/all.rec"
	find "$dir/clone/cases" -name '*.rec' | sort | head -n $((size / 2 + 1)) | tail -n 1 >"$dir/case"
	echo "$stamp" >"$dir/stamp"
}

heading() {
	printf '%-42s %8s %12s %12s %10s %14s  %s\n' "$@"
}

# row NAME SIZE most|least|none BOUND OURS KIB THEIRS KIB: the ratio is ours to theirs, for least theirs to ours; none: no target.
row() {
	awk -v name="$1" -v size="$2" -v way="$3" -v bound="$4" -v ours="$5" -v theirs="$7" '
	function span(s) { return s < 1 ? sprintf("%.2f ms", s * 1000) : sprintf("%.2f s", s) }
	BEGIN {
		ratio = way == "least" ? theirs / ours : ours / theirs
		met = way == "least" ? ratio >= bound : ratio <= bound
		printf "%-42s %8d %12s %12s %10s %14s  %s\n", name, size, span(ours), span(theirs), sprintf("%.2f", ratio),
			way == "none" ? "" : "at " way " " bound, way == "none" ? "" : met ? "met" : "NOT MET"
	}'
	memory="$memory$1|$2|$6|$8
"
}

# measure NAME SIZE most|least|none BOUND [option of run...] OURS THEIRS
measure() {
	name=$1 size=$2 way=$3 bound=$4
	shift 4
	result=$("$tools/run" -n "$runs" -t "$seconds" "$@") || { echo "$name: could not be measured"; return; }
	# shellcheck disable=SC2086
	row "$name" "$size" "$way" "$bound" $result
}

# One case of 100,000 entries, judged by fifty rules of every kind that waits or looks back, with a severity that changes.
deep_rows() {
	dir=$store/deep
	if [ ! -f "$dir/stamp" ]; then
		rm -rf "$dir"
		mkdir -p "$dir/clone/rules" "$dir/clone/cases/2026/7"
		cp -R "$top/templates/schema" "$top/templates/directory" "$top/templates/centre.rec" "$dir/clone"
		awk 'BEGIN {
			print "%rec: State\n\nState: closed\nStart: Kind = \047end\047\n"
			print "State: agreed\nStart: Kind = \047plan\047\nStop: Kind = \047review\047\n\n%rec: Rule"
			split("action conversation note review plan", kinds)
			for (i = 1; i <= 5; i++) {
				on = "On: Kind = \047" kinds[i] "\047\n"
				rule("while", on "While: agreed\n")
				rule("before", on "Need: Kind = \047consultation\047\nWithin: P30D\n")
				rule("before", on "Need: Kind = \047plan\047\nEach: yes\nSame: By\n")
				rule("after", on "Need: Kind = \047conversation\047\nWithin: P3D if Severity = \047high\047\nWithin: P14D\n")
				rule("after", on "Need: Kind = \047answer\047\nSame: By\nWithin: P14D\n")
				rule("together", on "Need: Kind = \047answer\047\n")
				rule("never", on "With: Kind = \047answer\047\nSame: By\n")
				rule("never", on "After: Kind = \047plan\047\nUntil: Kind = \047consultation\047\n")
				rule("every", "While: agreed\nNeed: Kind = \047" kinds[i] "\047\nWithin: P1Y if Severity = \047high\047\nWithin: P2Y\n")
				rule("must", on "Must: By = Case.Counsellor\n")
			}
		}
		function rule(check, body) {
			printf "\nRule: r%d\nCheck: %s\n%sSeverity: note\nMessage: m\nBasis: b\n", ++n, check, body
		}' >"$dir/clone/rules/process.rec"
		awk 'BEGIN {
			srand(1)
			n = split("action conversation note review plan consultation assessment", kinds)
			print "Case: 2026-7KQ43\nOpened: 2020-01-01\nCounsellor: aj"
			for (i = 0; i < 100000; i++) {
				day = int(i / 60)
				kind = kinds[int(rand() * n) + 1]
				printf "\nDate: %d-%02d-%02d\nKind: %s\nBy: aj\n", 2020 + int(day / 336), int(day / 28) % 12 + 1, day % 28 + 1, kind
				if (kind == "assessment")
					print "Severity: " (rand() < 0.5 ? "high" : "low")
			}
		}' >"$dir/clone/cases/2026/7/2026-7KQ43.rec"
		: >"$dir/stamp"
	fi
	measure 'one case of 100000 entries: 50 rules / list' 1 none 0 \
		"$dossier -C $dir/clone list -q --today $today -e #agreed -p Id" "$dossier -C $dir/clone list -q --today $today -p Id"
}

has() {
	"$dossier" "$1" -h >/dev/null 2>&1 || { echo "$1: there is no such command yet"; return 1; }
}

check_rows() {
	dir=$store/$1
	measure "check, whole tree / rg -c '^Kind:'" "$1" most 2 \
		"$dossier -C $dir/clone check --today $today" "rg -c ^Kind: $dir/clone/cases"
	# recfix takes the square of the records.
	[ "$1" -gt "${BENCH_RECFIX:-1000}" ] || measure 'check / recfix' "$1" least 200 \
		"$dossier -C $dir/clone check --today $today" "recfix $dir/all.rec"
}

rule_rows() {
	dir=$store/$1
	measure 'check with all rules / form and schema' "$1" most 1.5 "$dossier -C $dir/clone check -q --today $today" \
		"$dossier -C $dir/clone check -q --no-rules --today $today"
	has due || return
	measure 'due / check, form and schema' "$1" none 0 "$dossier -C $dir/clone due -q --today $today" \
		"$dossier -C $dir/clone check -q --no-rules --today $today"
}

list_rows() {
	dir=$store/$1 expr="Kind = 'consent' && Decision = 'given'"
	has list || return
	measure 'list -e / recsel -e' "$1" least 20 "$dossier -C $dir/clone list -q --entries --today $today -e \"$expr\"" \
		"recsel -t Entry -e \"$expr\" -p Case,Date,Kind $dir/all.rec"
}

hook_rows() {
	dir=$store/$1 case=$(cat "$store/$1/case")
	change="sh $top/tests/bench/change.sh $dir/clone $case"
	# The target is of pre-commit; the two hooks for the message come on top, and what git takes for three that do nothing.
	rm -rf "$dir/alone" "$dir/exits"
	mkdir "$dir/alone" "$dir/exits"
	cp "$dir/clone/.git/hooks/pre-commit" "$dir/alone"
	for hook in pre-commit prepare-commit-msg commit-msg; do
		printf '#!/bin/sh\nexit 0\n' >"$dir/exits/$hook"
		chmod +x "$dir/exits/$hook"
	done
	commit="commit -q -m one-entry" without="git -C $dir/clone -c core.hooksPath=/dev/null commit -q -m one-entry"
	measure 'git commit, pre-commit / without' "$1" most 1.5 -p "$change" -P "$change" \
		"git -C $dir/clone -c core.hooksPath=$dir/alone $commit" "$without"
	measure 'git commit, all three hooks / without' "$1" none 0 -p "$change" -P "$change" \
		"git -C $dir/clone $commit" "$without"
	measure 'git commit, three that exit / without' "$1" none 0 -p "$change" -P "$change" \
		"git -C $dir/clone -c core.hooksPath=$dir/exits $commit" "$without"
	for bare in shared plain; do git -C "$dir/$bare.git" fetch -q "$dir/clone" +main:main; done
	measure 'git push, pre-receive / a hook that exits' "$1" most 1.2 -p "$change commit" \
		"git -C $dir/clone push -q $dir/shared.git main" "git -C $dir/clone push -q $dir/plain.git main"
}

# The same two tables by sqlite3, of data loaded and indexed before. Ours are those of a commit in a repository beside the
# others: the centre with a report of its own, one case changed, and one changed before that.
report_rows() {
	dir=$store/$1 own=$store/$1/report.git
	has report || return
	if [ ! -f "$dir/report.db" ]; then
		rm -rf "$own" "$dir/report-tree"
		git clone -q "$dir/clone" "$dir/report-tree" || return
		cat "$top/tests/bench/report.rec" >>"$dir/report-tree/reports/overview.rec"
		git -C "$dir/report-tree" commit -q --no-verify -a -m 'a report'
		case=$(basename "$(cat "$dir/case")")
		for change in older newer newest; do
			echo "# $change" >>"$(find "$dir/report-tree/cases" -name "$case")"
			git -C "$dir/report-tree" commit -q --no-verify -a -m "$change"
		done
		git clone -q --bare "$dir/report-tree" "$own"
		awk -v cases="$dir/cases.psv" -v entries="$dir/entries.psv" '
		/^%rec:/ { type = $2; next }
		/^$/ { put(); next }
		{ name = $1; sub(/:$/, "", name); if (!(name in f)) f[name] = $2 }
		END { put() }
		function put() {
			if (type == "Case" && "Case" in f) print f["Case"] "|" f["Opened"] "|" f["Service"] >cases
			if (type == "Entry" && "Date" in f) print f["Case"] "|" f["Date"] "|" f["Kind"] >entries
			split("", f)
		}' "$dir/all.rec"
		sqlite3 "$dir/report.new" 'create table cases(id text primary key, opened text, service text);
			create table entries(id text, date text, kind text);' '.separator |' ".import $dir/cases.psv cases" \
			".import $dir/entries.psv entries" 'create index by_service on cases(service, opened);
			create index by_kind on entries(kind, date); analyze;'
		rm -f "$dir/cases.psv" "$dir/entries.psv"
		mv "$dir/report.new" "$dir/report.db"
	fi
	period=2018..2026
	quarter() { echo "strftime('%Y', $1) || '-Q' || ((strftime('%m', $1) + 2) / 3)"; }
	echo "select service, $(quarter opened), count(*) from cases where opened >= '2018-01-01' and opened < '2027-01-01' group by 1, 2;
		select kind, $(quarter date), count(*) from entries where date >= '2018-01-01' and date < '2027-01-01' group by 1, 2;" >"$dir/report.sql"
	report="$dossier -C $own report bench -q -p $period --as-of"
	# By their ids: git is asked what HEAD~1 is. The cache is as it was before the newest commit was ever counted.
	newest=$(git -C "$own" rev-parse HEAD) newer=$(git -C "$own" rev-parse HEAD~1) older=$(git -C "$own" rev-parse HEAD~2)
	rm -rf "$own/dossier"
	$report "$newer" >/dev/null
	rm -rf "$dir/kept"
	cp -R "$own/dossier" "$dir/kept"
	before="rm -rf $own/dossier && cp -R $dir/kept $own/dossier"
	"$dossier" -C "$dir/report-tree" report bench -q -p $period >/dev/null
	# Of some milliseconds each, so that the shortest of a few is chance.
	usual=$runs runs=40
	measure 'report, warm / sqlite3' "$1" most 1 "$report $newer" "sqlite3 $dir/report.db <$dir/report.sql"
	measure 'report after one more commit / warm' "$1" most 1.2 -p "$before" -P "$before" "$report $newest" "$report $newer"
	measure 'report as of an older commit / warm' "$1" most 1.2 -p "$before" -P "$before" "$report $older" "$report $newer"
	runs=$usual
	measure 'report, cold / warm' "$1" none 0 "$report $newer --no-cache" "$report $newer"
	measure 'report, warm, of a clean work tree / sqlite3' "$1" none 0 "$dossier -C $dir/report-tree report bench -q -p $period" \
		"sqlite3 $dir/report.db <$dir/report.sql"
}

# Two reports told apart, entry by entry, where the directory changed too, so that all cases are counted again.
explain_rows() {
	dir=$store/$1 own=$store/$1/explained
	if [ ! -s "$own/stamp" ]; then
		rm -rf "$own"
		mkdir "$own"
		git clone -q --shared "$dir/clone" "$own/tree" || return
		case=$(grep -rl '^Municipality: ' "$own/tree/cases/2025" | sort | head -n 1)
		printf '\nDate: 2025-12-30\nKind: note\nBy: aj\nText: Written later.\n' >>"$case"
		sed '0,/^Name: .*/s//& (new)/' "$own/tree/directory/municipalities.rec" >"$own/new"
		mv "$own/new" "$own/tree/directory/municipalities.rec"
		git -C "$own/tree" commit -q --no-verify -a -m 'an entry, and a name'
		sed -n 's/^Municipality: //p' "$case" | head -n 1 >"$own/stamp"
	fi
	for commit in HEAD HEAD~1; do
		"$dossier" -C "$own/tree" report municipality --municipality "$(cat "$own/stamp")" -q -p 2025 --as-of "$commit" \
			-o "$own/$commit.json" || return
	done
	measure 'verify, two reports explained / rg' "$1" none 0 \
		"$dossier -C $own/tree verify $own/HEAD~1.json $own/HEAD.json; true" "rg -c ^Kind: $dir/clone/cases"
}

other_rows() {
	dir=$store/$1
	for command in cat "show $(basename "$(cat "$dir/case")" .rec)" 'report overview'; do
		has "${command%% *}" >/dev/null || continue
		result=$("$tools/run" -n 2 -t "$seconds" "$dossier -C $dir/clone $command --today $today") || continue
		memory="$memory$command|$1|$(echo "$result" | cut -d' ' -f2)|
"
	done
}

memory=
for size in $sizes; do prepare "$size"; done
# What was just written would still be on its way to the disk while the first rows are measured.
sync
heading row cases ours theirs ratio target ''
for size in $sizes; do
	check_rows "$size"
	rule_rows "$size"
	list_rows "$size"
	hook_rows "$size"
	report_rows "$size"
	explain_rows "$size"
	other_rows "$size"
done
deep_rows
seconds=3 runs=200
measure 'dossier --version / git --version' 0 most 1.5 "$dossier --version" 'git --version'
measure 'dossier help / git --version' 0 most 1.5 "$dossier help" 'git --version'
echo
echo 'peak memory (of the largest process), under 100 MB:'
heading row cases ours theirs '' '' ''
printf '%s' "$memory" | awk -F'|' '
function mb(kib) { return kib == "" ? "" : sprintf("%.1f MB", kib / 1024) }
$3 { printf "%-42s %8d %12s %12s %10s %14s  %s\n", $1, $2, mb($3), mb($4), "", "under 100 MB",
	$3 < 100 * 1024 || $3 <= $4 ? "met" : "NOT MET" }'
