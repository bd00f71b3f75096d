#!/bin/sh
# dossier init: a centre, its clones, its shared repository; what it refuses, and that it then leaves nothing.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

mode() { stat -c %a "$1"; }
nothing_left() { [ -z "$(find "$tmp" -maxdepth 1 -name '*.new-*' -print)" ] && [ ! -e "$1" ]; }

# ---- a new centre
ok 'makes a centre' dossier init one
said 'says who its coordinator is' "you are 'aj', its coordinator"
ok 'which passes check' dossier -C one check
ok 'and is committed whole' sh -c '[ -z "$(git -C one status --porcelain)" ]'
git -C one log --format='%an <%ae> %s' >log
echo 'Aj <aj@centre.example> centre: the skeleton' >want
same 'by who ran it' want log
tail -n 5 one/directory/staff.rec >staff
cat >want <<'END'
Staff: aj
Name: Aj
Email: aj@centre.example
Role: coordinator
From: 2026-03-09
END
same 'who is its first member of staff' want staff
for hook in pre-commit prepare-commit-msg commit-msg; do
	ok "$hook is executable" test -x "one/.git/hooks/$hook"
	ok "$hook is sh and ASCII" sh -c "head -n 1 one/.git/hooks/$hook | grep -qx '#!/bin/sh' && ! LC_ALL=C grep -q '[^ -~	]' one/.git/hooks/$hook"
	ok "$hook calls this program" grep -qF "$(command -v dossier | xargs realpath)" "one/.git/hooks/$hook"
done
ok 'no driver is configured that does not exist' sh -c '! git -C one config --get-regexp "^(merge|diff)\..*\.(driver|textconv|command)"'
ok 'again, it has nothing to do' dossier init one
said 'and says so' 'is set up already'
ok 'from inside it, too' dossier -C one init
ok 'in the current, empty folder' sh -c 'mkdir here && cd here && dossier init && git rev-parse HEAD && [ "$(ls -A | grep -c "^.new")" = 0 ]'
(umask 077 && dossier init private >/dev/null)
ok 'umask is honoured' [ "$(mode private) $(mode private/centre.rec)" = '700 600' ]
ok 'a name with blanks, quotes and a newline' dossier init "it's
a \"centre\": yes"
ok 'whose hook runs' sh -c 'cd it* && echo >>README.md && GIT_EDITOR=true git commit -qam "readme: a line"'

# ---- who
ok 'initials' sh -c 'GIT_COMMITTER_NAME="Aïcha el Mansouri-Berg" dossier init two && grep -qx "Staff: aemb" two/directory/staff.rec || { tail -5 two/directory/staff.rec; false; }'
ok 'a name in other letters: the address' sh -c 'GIT_COMMITTER_NAME="Юля" dossier init three && grep -qx "Staff: aj" three/directory/staff.rec || { tail -5 three/directory/staff.rec; false; }'
git config --global --unset user.email
fails 2 'without an e-mail' env -u GIT_COMMITTER_EMAIL -u GIT_AUTHOR_EMAIL dossier init none
said 'the command to run' 'git config --global user.email'
ok 'nothing is left' nothing_left none
git config --global user.email aj@centre.example
fails 2 'with one that is none' env GIT_COMMITTER_EMAIL=aj dossier init none
ok 'nothing is left' nothing_left none

# ---- what it does not touch
mkdir full && echo precious >full/file
fails 2 'a folder with something in it' dossier init full
ok 'stays as it is' grep -qx precious full/file
echo precious >file
fails 2 'a file' dossier init file
git init -q other && echo x >other/x && git -C other add x && git -C other commit -qm x
fails 2 'another repository' dossier init other
said 'is said to be none' 'is a git repository, but no centre'
fails 2 'two folders' dossier init a b
fails 2 'below what is not there' dossier init no/where
fails 2 'a broken skeleton' env DOSSIER_TEMPLATES="$tmp/full" dossier init broken
ok 'nothing is left' nothing_left broken
mkdir locked && chmod 500 locked
if [ "$(id -u)" = 0 ]; then
	skip 'a folder without the right to write' 'root may write everywhere'
else
	fails 2 'a folder without the right to write' dossier init locked/x
fi

# ---- the shared repository
ok 'makes the shared repository' dossier init --shared shared.git
said 'and says what comes next' 'git clone shared.git'
ok 'it is bare' sh -c '[ "$(git -C shared.git config core.bare)" = true ] && [ ! -e shared.git/index ] && [ ! -e shared.git/skeleton ]'
for setting in receive.fsckObjects=true receive.denyNonFastForwards=true receive.denyDeletes=true gc.auto=0 \
	receive.autogc=false core.logAllRefUpdates=true commitGraph.generationVersion=1; do
	ok "$setting" [ "$(git -C shared.git config "${setting%=*}")" = "${setting#*=}" ]
done
ok 'with pre-receive alone' [ "$(ls shared.git/hooks)" = pre-receive ]
ok 'a clone of it is ready to work in' sh -c 'git clone -q shared.git clone && dossier -C clone check && dossier init clone'
said 'after init' 'installed the hook pre-commit'
ok 'again on the shared one, nothing to do' dossier init --shared shared.git
said 'and says so' 'is set up already'
fails 2 'a bare repository without --shared' dossier init shared.git
said 'says what to do' 'dossier init --shared'
fails 2 '--shared on one with a work tree' dossier init --shared clone
git clone -q --bare shared.git mirror.git
ok '--shared sets a bare clone up' dossier init --shared mirror.git
ok 'with the hook' test -x mirror.git/hooks/pre-receive
git -C mirror.git config gc.auto 5000
ok 'a setting of your own' dossier init --shared mirror.git
said 'is kept, and named' 'kept gc.auto = 5000'

# ---- hooks that are there
echo '#!/bin/sh' >clone/.git/hooks/pre-commit
fails 2 "another program's hook" dossier init clone
said 'is not overwritten: how to keep both' "mv '.*/pre-commit' '.*/pre-commit.local'"
ok 'and stays' grep -qx '#!/bin/sh' clone/.git/hooks/pre-commit
printf '#!/bin/sh\necho local ran >>"%s/ran"\n' "$tmp" >clone/.git/hooks/pre-commit.local
chmod +x clone/.git/hooks/pre-commit.local && rm clone/.git/hooks/pre-commit
ok 'kept as .local' dossier init clone
ok 'it runs first' sh -c 'cd clone && echo >>README.md && git commit -qam "readme: a line" && grep -q "local ran" ../ran'
echo '#!/bin/sh
exit 7' >clone/.git/hooks/pre-commit.local
fails 1 'and may refuse' sh -c 'cd clone && echo >>README.md && git commit -qam "readme: a line"'
sed -i 's/^exec.*/exec old/' clone/.git/hooks/commit-msg
ok 'an old hook of ours' dossier init clone
said 'is replaced' 'installed the hook commit-msg'
git config --global core.hooksPath "$tmp/everywhere"
fails 2 'hooks that git looks for elsewhere' dossier init clone
said 'are said, with the command that mends it' 'git config core.hooksPath'
ok 'a new centre overrules them' sh -c 'dossier init five && cd five && echo >>README.md && git commit -qam "06 12345678"; [ $? = 1 ]'
git config --global --unset core.hooksPath
git -C clone worktree add -q ../linked -b linked
ok 'a linked worktree' dossier init linked
said 'shares the hooks' 'is set up already'

done_testing
