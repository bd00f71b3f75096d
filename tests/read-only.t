#!/bin/sh
# Folders in which one may not write: what reads works there and leaves nothing, what writes says one clear thing and leaves
# everything as it was. What cannot be read is said, and never counted as nothing.
# shellcheck source=tests/lib.sh disable=SC2317,SC2086 # functions are called by name; $as is words
. "$(dirname "$0")/lib.sh"

# Root may do everything: then somebody else works there.
as=
if [ "$(id -u)" = 0 ]; then
	as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	chmod 755 "$tmp"
	if ! $as dossier --version >/dev/null 2>&1 || ! $as test -r "$DOSSIER_TEMPLATES/centre.rec"; then
		skip 'folders in which one may not write' 'nobody but root can reach the program'
		done_testing
	fi
fi
theirs() { [ -z "$as" ] || chown -R 65534:65534 "$@"; }
id=2026-7KQ43 case=cases/2026/7/2026-7KQ43.rec
dossier() { $as env dossier --today 2026-03-09 "$@"; }
everything() { find . -exec stat -c '%n %s %A %Y' {} + | sort; }

make_centre c
in_git c
git clone -q --bare c shared.git
cd c || exit 99
command dossier init -q
sed -i 's/^Text: Discussed/Text:Discussed/' $case
printf 'code,name,province,safety_region\nGM9999,Newtown,North,R North\n' >../table.csv
for file in r.html e.xes; do echo precious >$file; done
chmod 644 ../table.csv
theirs ../c ../shared.git ../home

# reads WHERE: whatever only reads works, and makes nothing.
reads() {
	everything >"$tmp/before"
	for command in list due cat explain check 'check --staged' 'check --commit HEAD' 'fmt --diff' "show $id" 'export -f jsonl' \
		'report overview' 'report overview --as-of HEAD' "render confirmation.en.txt $id"; do
		ok "$1: $command" dossier $command
	done
	everything >"$tmp/after"
	same "$1: nothing was made" "$tmp/before" "$tmp/after"
}
# refused WHAT COMMAND...: one line that says why and what to do; everything stays.
refused() {
	name=$1
	shift
	everything >"$tmp/before"
	fails 2 "$name fails" "$@"
	said "$name: says why, and what to do" "Permission denied; it is as it was: ask its owner to let you write there"
	ok "$name: once" [ "$(grep -c 'Permission denied' "$tmp/.out")" = 1 ]
	everything >"$tmp/after"
	same "$name: everything is as it was" "$tmp/before" "$tmp/after"
}

chmod -R a-w .git
reads 'a repository one may not write to'
refused 'a draft' env EDITOR=true $as env dossier add -e $id note Text=x
ok 'an entry goes into the folder all the same' dossier add $id note Text=Called.
ok 'a report into a file' dossier report overview -o r.html
chmod -R u+w .git
rm .git/hooks/commit-msg
chmod a-w .git/hooks
refused 'a hook' dossier init
chmod u+w .git/hooks
ok 'a hook, when one may' dossier init
echo precious >r.html
theirs r.html

chmod -R a-w .
reads 'folders one may not write to'
refused 'add' dossier add $id note Text=Called.
refused 'new' dossier new information Applicant=mother Lead=centre Counsellor=aj
refused 'fmt' dossier fmt
refused 'import' dossier import municipalities ../table.csv --yes
refused 'report -o, over a file' dossier report overview -o r.html
refused 'report -o, a new one' dossier report overview -o r2.html
refused 'export -o' dossier export -f xes -o e.xes
refused 'export -o FOLDER/' dossier export -f csv -o cases/
refused 'render -o' dossier render confirmation.en.txt $id -o d.txt
fails 2 'init' dossier init new
said 'says where it cannot' "cannot make a folder beside '.*/new': Permission denied"
fails 2 'init --shared' dossier init --shared new.git
chmod -R u+w .

# The file itself is protected, its folder is not: nobody's wish is got round.
chmod a-w $case r.html
refused 'add to a protected case' dossier add $id note Text=Called.
refused 'fmt of a protected case' dossier fmt
refused 'report -o over a protected file' dossier report overview -o r.html
chmod -R u+w .

# ---- what cannot be read
for folder in cases cases/2026 cases/2026/7 schema; do
	chmod 0 $folder
	for command in list check cat 'report overview' 'export -f jsonl' due; do
		fails 2 "$command where $folder cannot be read" dossier $command
		said 'says which folder' "cannot read the folder '$folder/': Permission denied"
	done
	chmod 755 $folder
done
chmod 0 .git
ok 'check needs no repository' dossier check
fails 2 'what does says so' dossier check --staged
said 'by its name' "cannot open the git repository '.*/c/.git'"
chmod 755 .git

# ---- the shared repository
cd ../shared.git || exit 99
chmod -R a-w .
ok 'a report from a shared repository one may only read' dossier report overview
ok 'a check of it' dossier check
cd ../c || exit 99
$as git checkout -q -f . && echo '# a line' >>centre.rec && $as git commit -q --no-verify -am 'a line'
old=$(git --git-dir=../shared.git -c safe.directory='*' rev-parse main)
fails 1 'a push to it' $as git push -q ../shared.git HEAD:main
ok 'changes nothing' [ "$(git --git-dir=../shared.git -c safe.directory='*' rev-parse main)" = "$old" ]
chmod -R u+w ../shared.git

done_testing
