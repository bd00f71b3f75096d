#!/bin/sh
# dossier doctor: what is well, what is not, and that doing what it says makes it so.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre seed
in_git seed
git clone -q --bare seed shared.git
dossier init -q --shared shared.git && git clone -q shared.git work && dossier init -q work || exit 99
cd work || exit 99
git config commit.gpgSign false

# sick WHAT LINE MEND...: it says LINE; after MEND all is well again
sick() {
	what=$1 line=$2
	shift 2
	fails 1 "$what" dossier doctor --today 2026-03-09
	said "$what: says so" "^not ok  $line"
	ok "$what: once" [ "$(grep -c '^not ok' "$tmp/.out")" = 1 ]
	"$@" >/dev/null 2>&1
	ok "$what: mended" dossier doctor --today 2026-03-09
}
ok 'a clone that is set up' dossier doctor --today 2026-03-09
said 'the identity is named' '^ok      identity: aj <aj@centre.example>$'
ok 'quietly: nothing' sh -c '[ -z "$(dossier doctor -q --today 2026-03-09)" ]'
ok 'as JSON' sh -c 'dossier doctor -f json --today 2026-03-09 | jq -e ".version == 1 and (.looks | length > 8) and all(.looks[]; .ok)"'

hooks=.git/hooks
rm $hooks/pre-commit
sick 'a hook is missing' 'pre-commit: is missing' dossier init
chmod a-x $hooks/commit-msg
sick 'a hook that git skips' 'commit-msg: is not executable' dossier init
echo 'exit 0' >>$hooks/commit-msg
sick 'a hook of another version' 'commit-msg: is of another version' dossier init
echo '#!/bin/sh' >$hooks/pre-commit
sick 'a foreign hook' "pre-commit: is another program's" sh -c "mv $hooks/pre-commit $hooks/pre-commit.local && dossier init"
git config core.hooksPath /dev/null
fails 1 'hooks that git looks for elsewhere' dossier doctor --today 2026-03-09
said 'are said' '^not ok  core.hooksPath: /dev/null'
git config --unset core.hooksPath
git config pull.rebase false
sick 'another setting' 'pull.rebase: false' git config pull.rebase true
rm .gitattributes
sick 'no .gitattributes' '.gitattributes: is missing' git checkout -- .gitattributes
echo '%recc: X' >>schema/case.rec
sick 'a schema with a fault' 'centre: [0-9]* errors' git checkout -- schema
GIT_COMMITTER_EMAIL=x@elsewhere.example
sick 'an identity that is no staff' 'identity: <x@elsewhere.example> is not active staff' eval GIT_COMMITTER_EMAIL=aj@centre.example
git remote rename origin upstream
sick 'no origin' 'origin: not set' git remote rename upstream origin
fails 1 'as JSON, something to mend' sh -c 'git config pull.rebase x; dossier doctor -f json --today 2026-03-09 >../json'
ok 'with what to do' jq -e '[.looks[] | select(.ok | not) | .mend] | length == 1' ../json
git config pull.rebase true

cd ../shared.git || exit 99
ok 'a shared repository that is set up' dossier doctor
chmod a-x hooks/pre-receive
sick 'its hook that git skips' 'pre-receive: is not executable' dossier init --shared
git config receive.fsckObjects false
sick 'its settings' 'receive.fsckObjects: false' git config receive.fsckObjects true
mkdir objects/tmp_objdir-incoming-abc && touch -d '3 days ago' objects/tmp_objdir-incoming-abc
sick 'leftovers of a push' 'leftovers: 1 folders' git prune --expire=now
mkdir objects/tmp_objdir-incoming-now
ok 'but not a push that goes on' dossier doctor
cd "$tmp" || exit 99
git init -q --bare empty.git
fails 1 'an empty one' dossier -C empty.git doctor
said 'is said' 'there is no commit yet'
mkdir plain && echo >plain/centre.rec
fails 2 'without git' dossier -C plain doctor
fails 2 'nowhere' dossier -C / doctor
fails 2 'operands' dossier -C work doctor x

done_testing
