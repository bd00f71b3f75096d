#!/bin/sh
# The demo: a shared repository, a clone, three years of invented cases, and what a day with them looks like. Everything is made in a
# new folder, which is left for the reader to play with. Run by `make demo`; by hand: sh tests/demo/demo.sh [FOLDER]
# DEMO_TODAY=YYYY-MM-DD takes another day for today.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${DOSSIER_BUILD:-$top/build}
demo=${1:-$(mktemp -d "${TMPDIR:-/tmp}/dossier-demo.XXXXXX")}
mkdir -p "$demo"
demo=$(cd "$demo" && pwd)

# The reader's own git settings (signing, hooks, templates) stay out of it.
PATH=$build:$PATH GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$demo/.gitconfig LC_ALL=C.UTF-8 GIT_PAGER=cat PAGER=cat
DOSSIER_TEMPLATES=$top/templates DOSSIER_HOOKS=$top/hooks
export PATH GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL LC_ALL GIT_PAGER PAGER DOSSIER_TEMPLATES DOSSIER_HOOKS
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE EDITOR VISUAL 2>/dev/null || :
cat >"$demo/.gitconfig" <<END
[init]
	defaultBranch = main
[advice]
	detachedHead = false
[user]
	name = Aj
	email = aj@centre.example
END

today=${DEMO_TODAY:-$(date +%F)}
start=$(date -d "$today - 3 years - 20 days" +%F)
if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[m'); else bold='' plain=''; fi

day() { date -d "$start + $1 days" +%F; }

# What is done, in words.
say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }

# A command, shown and run: `run` must succeed, `refused` must not.
run() {
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	eval "$*" 2>&1
}

refused() {
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	if eval "$*" 2>&1; then
		echo "demo: this should have been refused" >&2
		exit 1
	fi
}

# Shows a file, or what is typed into an editor.
typed() { sed 's/^/    /'; }

# Who commits, and when.
as() {
	GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1
	GIT_AUTHOR_EMAIL=$2@centre.example GIT_COMMITTER_EMAIL=$2@centre.example
	GIT_AUTHOR_DATE="$3 +0100" GIT_COMMITTER_DATE="$3 +0100"
	export GIT_AUTHOR_NAME GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# A person who works now, with the clock of today.
works_now() {
	if [ -n "${DEMO_TODAY:-}" ]; then as "$1" "$2" "$today 18:00:00"; else
		unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE GIT_AUTHOR_NAME GIT_COMMITTER_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_EMAIL
	fi
}

# A record for directory/staff.rec: id, first day, first day gone ("" when still there).
staff() {
	printf '\nStaff: %s\nName: %s\nEmail: %s@centre.example\nRole: counsellor\nFrom: %s\n' "$1" "$2" "$1" "$3"
	[ -z "$4" ] || printf 'Until: %s\n' "$4"
}

# The commits of some days, told from stories.txt, and pushed through the shared repository's hook.
years() {
	awk -v today="$today" -v start_date="$start" -v first="$1" -v last="$2" -v cases=60 -f "$here/make-history.awk" "$here/stories.txt" |
		git fast-import --quiet --done
	git reset --quiet --hard
	run "git rev-list --count origin/main..main"
	run git push --quiet
}

say "A Centre is a git repository. The shared one is made once, on a server; here it is a folder in $demo."
as Aj aj "$(day 0) 09:00:00"
cd "$demo"
run dossier init --today "$start" --shared centre.git

say "Everybody works in a clone of their own, and sets it up once: hooks, and a check of who they are."
run git clone --quiet centre.git aj
cd aj
git config user.name Aj
git config user.email aj@centre.example
run dossier init

say "The first coordinator adds colleagues, local providers and experts: text, in files."
as Aj aj "$(day 1) 10:00:00"
{ staff bk Bk "$(day 1)" ""; staff cm Cm "$(day 1)" ""; } >>directory/staff.rec
for town in GM0344:Utrecht GM0363:Amsterdam GM0518:"'s-Gravenhage" GM0599:Rotterdam GM0855:Tilburg GM1945:"Berg en Dal"; do
	code=${town%%:*}
	printf '\nPartner: team-%s\nName: A neighbourhood team in %s (invented)\nSector: well-being\nLocal: yes\nMunicipality: %s\nInterval: P6M\n' \
		"$(echo "$code" | tr GM gm)" "${town#*:}" "$code" >>directory/partners.rec
done
cat >>directory/experts.rec <<END

Expert: lawyer-1
Name: a lawyer who knows the law on return (invented)
Country: NL
Topic: law
Topic: conflict-area-and-return
Interval: P12M

Expert: trauma-1
Name: a child psychiatrist (invented)
Country: NL
Topic: trauma-and-grief
Topic: mental-health
Interval: P12M

Expert: peer-1
Name: a network of mothers abroad (invented)
Country: DE
Topic: peer-support
Interval: P6M
END
run tail -n 6 directory/experts.rec
run git commit --quiet -a -m "'directory: colleagues, local providers, experts'"
run git push --quiet

say "The first year; every push is checked by the shared repository, commit by commit:"
years 2 299
say "Dv joins, and can push from then on. The second year:"
as Aj aj "$(day 300) 08:00:00"
staff dv Dv "$(day 300)" "" >>directory/staff.rec
run git commit --quiet -a -m "'directory: Dv joins'"
run git push --quiet
years 300 779

say "Ev joins, Cm leaves and hands over; the third year, until yesterday:"
as Aj aj "$(day 780) 08:00:00"
staff ev Ev "$(day 780)" "" >>directory/staff.rec
sed -i "/^Staff: cm/,/^\$/s/^From: .*/&\nUntil: $(day 800)/" directory/staff.rec
run git commit --quiet -a -m "'directory: Ev joins, Cm leaves'"
run git push --quiet
years 780 9999

say "What is there now."
run "git shortlog -sn main"
run "ls cases/*/*/*.rec | wc -l"
run "dossier check && echo 'nothing wrong'"

say "A day's work: Bk has a clone too. A teacher calls."
works_now Bk bk
cd "$demo"
run git clone --quiet centre.git bk
cd bk
git config user.name Bk
git config user.email bk@centre.example
run dossier init
printf '%s$ %s%s\n' "$bold" 'dossier new advice Applicant=education Municipality=GM0344 Question="A pupil has become very silent. How do I begin?"' "$plain"
path=$(dossier --today "$today" new advice Applicant=education Municipality=GM0344 Question="A pupil has become very silent. How do I begin?")
echo "$path"
case=$(basename "$path" .rec)

say "Bk opens the file in an editor and writes the answer, in a hurry:"
cat >>"$path" <<END

Date: $today
Kind: anwser
By: bk
Specialism: family-relations
Hours: 0.5
Text: Begin with what you see, not with what you fear.
+
+ We spoke about how to ask the parents in, and who at school can join.
END
tail -n 9 "$path" | typed
run git add cases
refused git commit -m "'advice to a teacher'"

say "A word is misspelt, and the commit is refused: nothing is lost, mend the word and commit again."
run "sed -i 's/^Kind: anwser/Kind: answer/' $path"
run git commit --quiet -a -m "'advice to a teacher'"
run git push --quiet
run dossier show "$case"

say "Dv has a clone without 'dossier init', so nothing is checked there; and writes down what does not belong in a case."
works_now Dv dv
cd "$demo"
run git clone --quiet centre.git dv
cd dv
git config user.name Dv
git config user.email dv@centre.example
cat >>"$path" <<END

Date: $today
Kind: note
By: dv
Text: The teacher called again and gave the number of the pupil, 123456782.
END
tail -n 4 "$path" | typed
run git commit --quiet -a -m "'a note about the call'"
refused git push

say "The shared repository looks at every commit, whatever a clone did. The number is mended in the commit itself, so that it stays in no history:"
run "sed -i 's/gave the number of the pupil, 123456782/asked whether we could come by/' $path"
run git commit --quiet --amend -a --no-edit
run git push --quiet && echo 'accepted'

say "A mother calls, and Bk wants to begin at once. How the Centre works is text too (rules/): what has to come first is said before anything is written."
works_now Bk bk
cd "$demo/bk"
run git pull --quiet
printf '%s$ %s%s\n' "$bold" 'dossier new support Applicant=mother Municipality=GM0344 Text="A mother asks for help: her son does not come home any more."' "$plain"
path=$(dossier --today "$today" new support Applicant=mother Municipality=GM0344 Text="A mother asks for help: her son does not come home any more.")
echo "$path"
mother=$(basename "$path" .rec)
refused dossier --today "$today" add "$mother" action Action=guidance With=mother

say "First things first; then see where the case stands, and what comes next."
run dossier --today "$today" add "$mother" explained To=mother Topic=voluntary
run dossier --today "$today" add "$mother" consent From=mother Decision=given Scope=support Form=spoken
run dossier --today "$today" add "$mother" consultation With=GM0344 Form=anonymous About=request
run git add cases
run git commit --quiet -m "'support for a mother'"
run git push --quiet && echo 'accepted'
run "dossier --today $today show $mother | head -n 24"

say "What Bk must do, by when; and why a rule is there:"
run "dossier --today $today due --mine | head -n 12"
run dossier explain consent-first

say "What one asks of the files. Who has much to carry: the cases that are serious today, and when they last moved."
cd "$demo/bk"
run git pull --quiet
run "dossier list -e \"Severity = 'high' || Severity = 'acute'\""

say "One case, for a person (the first that was ever opened):"
first=$(basename "$(git log --format= --name-only --diff-filter=A --reverse -- cases | sed -n 1p)" .rec)
run "dossier show $first | head -n 40"

year=$(date -d "$today - 3 months" +%Y)
say "The report for a municipality:"
run "dossier report municipality --municipality GM0344 --period $year | head -n 60"
say "The same as one page for the municipality, in Dutch, with charts; and whether such a page is still what the files say:"
run dossier report municipality --municipality GM0344 --period "$year" --lang nl -o "$demo/gemeente.html"
run dossier verify "$demo/gemeente.html"

say "A handover report for the municipality, to sign (only what the consent in force covers), and the family's own copy of a plan:"
done=$(dossier --today "$today" list -p Id -e "#aftercare && #sharing" | sed -n 2p)
run "dossier --today $today render handover.ms $done >$demo/handover.ms"
if command -v groff >/dev/null && groff -k -ms -Tpdf /dev/null >/dev/null 2>&1; then
	run "groff -k -ms -Tpdf $demo/handover.ms >$demo/handover.pdf"
fi
now=$(dossier --today "$today" list -p Id -e "#planned && #consent && #support" | sed -n 2p)
run "dossier --today $today render plan.en.html $now -o $demo/plan.html"

say "GNU recutils reads the same files:"
if command -v recsel >/dev/null; then
	run "recsel -e \"Kind = 'consent' && Decision = 'withdrawn'\" -p Date,From,Reason cases/*/*/*.rec"
	run "dossier cat | recinf"
else
	echo "(install recutils to see it: apt-get install recutils)"
fi

cat <<END

${bold}It is all yours now, in $demo${plain}
(the clones of three people: aj, bk, dv; and the shared repository: centre.git). Try:

    PATH=$build:\$PATH; cd $demo/bk
    dossier list
    dossier add $case note && git commit -am 'a note' && git push
    dossier report overview --period $year
END
