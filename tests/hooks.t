#!/bin/sh
# The hooks of a clone: what is staged is checked, not the work tree; messages are named, and kept free of people.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

make_centre centre
in_git centre
dossier -C centre init -q || exit 99
cd centre || exit 99
case=cases/2026/7/2026-7KQ43.rec
export GIT_EDITOR=true
head=$(git rev-parse HEAD)
again() { git checkout -q -f main 2>/dev/null; git reset -q --hard "$head"; git clean -qfd; }
entry() { printf '\nDate: 2026-03-06\nKind: %s\nBy: aj\nText: %s\n' "$1" "$2" >>"$case"; }

# ---- pre-commit
entry note 'Called back.'
ok 'a good entry is committed' git commit -qa
git log -1 --format=%s >../subject
ok 'the message names case and entry' grep -qx '2026-7KQ43: note added' ../subject
again
entry consnet 'Called back.'
fails 1 'a bad one is not, with commit -a' git commit -qam x
said 'values are masked' "'\*\*\*'"
head -n 1 "$tmp/.out" >../first
ok 'the first line is a verdict with its place' grep -q '^dossier: REJECTED cases/2026/7/2026-7KQ43.rec:[0-9]*: ' ../first
git add "$case"
fails 1 'nor when it was added' git commit -qm x
again
entry consnet 'Called back.'
fails 1 'nor with commit PATH' git commit -qm x "$case"
again
entry consnet 'Called back.'
git add "$case"
git show "$head:$case" >"$case"
fails 1 'what is staged counts, not the work tree' git commit -qm x
again
entry note 'Staged.'
git add "$case"
entry consnet 'Not staged.'
ok 'and not what is not staged' git commit -qm x
again
echo >>README.md
git add README.md
entry consnet 'Not staged.'
ok 'commit PATH takes only the path' git commit -qm 'readme: a line' README.md
again
entry consnet 'Seen from a folder.'
fails 1 'from a folder below' sh -c 'cd cases/2026 && git commit -qam x'
again
git worktree add -q ../linked -b linked
(cd ../linked && entry consnet 'In a worktree.')
fails 1 'in a linked worktree' git -C ../linked commit -qam x
git -C ../linked reset -q --hard
(cd ../linked && entry note 'In a worktree.')
ok 'where a good one goes' git -C ../linked commit -qam x
fails 1 'with --git-dir and --work-tree' sh -c "cd '$tmp' && printf '\nDate: x\nKind: note\n' >>centre/$case && git --git-dir=centre/.git --work-tree=centre commit -qam x"
again
git update-index --split-index
entry consnet 'Split.'
fails 1 'with a split index' git commit -qam x
again
git update-index --no-split-index
git sparse-checkout set --sparse-index cases directory >/dev/null
entry consnet 'Sparse.'
fails 1 'with a sparse index' git commit -qam x
again
git sparse-checkout disable
ok 'nothing staged is nothing to say' git commit -q --allow-empty -m 'empty: on purpose'
again
mkdir -p cases/2026/8
sed 's/^Case:.*/Case: 2026-8MNP2/' "$case" >cases/2026/8/2026-8MNP2.rec
git add cases
fails 1 'a wrong check symbol' git commit -qm x
again
git rm -q "$case"
fails 1 'a case is not removed' git commit -qm x
said 'and its name says so' '\[case-removed\]'
again
git mv "$case" cases/2026/7/2026-7KQ4X.rec
fails 1 'nor renamed' git commit -qm x
again
sed -i '/^Municipality: GM0344/,/^$/d' directory/municipalities.rec
fails 1 'a directory record that cases refer to is not taken away' git commit -qam x
said 'and the case is named' "^$case"
again
sed -i 's/^%mandatory: .*/& Weather/;s/^%allowed: .*/& Weather/' schema/case.rec
fails 1 'a schema that cases do not fit' git commit -qam x
said 'and the case is named' "^$case"
again
ln -s ../../../centre.rec cases/2026/7/link.rec
git add cases
fails 1 'a link' git commit -qm x
said 'is not a plain file' '\[file-mode\]'
again
mkdir notes && echo >notes/todo.txt && git add notes
fails 1 'a stranger among the files' git commit -qm x
said 'is named' '\[foreign-path\]'
again
# ---- templates and definitions of reports, as dossier check sees them
printf '{{#Entry}}{{Counselor}}\n' >>templates/closing.en.txt
dossier check >../checked
fails 1 'a template with an unknown field and an open section' git commit -qam x
said 'the field is named, and the right one' "did you mean 'Counsellor'"
said 'so is the section' "section 'Entry' has no end \[template-section\]"
grep -o '^templates/[^ ]*:[0-9]*:[0-9]*: error' "$tmp/.out" >../got
grep -o '^templates/[^ ]*:[0-9]*:[0-9]*: error' ../checked >../want
same 'no more and no less than dossier check finds' ../want ../got
git add -A
fails 1 'nor by dossier check --staged' dossier check --staged
said 'which says the same' '\[template-section\]'
git checkout -q "$head" -- templates && git reset -q && printf '{{#Entry}}\n' >>templates/closing.en.txt
entry note 'Called.'
git add cases
ok 'what is not staged stays out of it' git commit -qm x
again
sed -i 's/^Rows: Service/Rows: Servce/' reports/municipality.rec
fails 1 'a definition of a report with a misspelt field' git commit -qam x
said 'is named' "no field 'Servce' in cases \[report-field\]"
said 'and the right one' "did you mean 'Service'"
again
sed -i 's/^Document: closing$/Document: closure/' templates/documents.rec
fails 1 'a record of documents without its template' git commit -qam x
said 'is named' '\[document-template\]'
said 'and so is the template without its record' '^templates/closing.en.txt'
again
git rm -q templates/partials/voluntary.en.txt
fails 1 'a partial that is taken away' git commit -qm x
said 'is missed in the documents that hold it' '^templates/[a-z]*\.en\.[a-z]*:[0-9]*:[0-9]*: error: .*voluntary'
again
sed -i 's/\bHours\b/Time_spent/g' schema/case.rec
git commit -qam x >../said 2>&1
ok 'a schema that a report does not fit' grep -q '^reports/municipality.rec:.*\[report-field\]' ../said
again
sed -i 's/^State: aftercare$/State: afterwards/' rules/states.rec
git commit -qam x >../said 2>&1
ok 'rules that a report or template does not fit' grep -q "^\(reports\|templates\)/.*'aftercare'" ../said
again
printf '{{#Entry}}\n' >>templates/closing.en.txt
git commit -qanm 'an old fault'
printf 'Yours\n' >>templates/closing.nl.txt
ok 'an old fault is not in the way' git commit -qam x
echo >>templates/closing.en.txt
fails 1 'but where it stands' git commit -qam x
again
echo x >templates/HANDOVER.en.ms && git add templates
fails 1 'names that differ in case' git commit -qm x
said 'are named' '\[name-collision\]'
again
dd if=/dev/zero bs=1024 count=1100 2>/dev/null | tr '\0' '#' >directory/large.rec && git add directory
fails 1 'a large file' git commit -qm x
said 'is named' '\[file-size\]'
again
entry note 'Changed by somebody.'
fails 1 'a committer who is no staff' env GIT_COMMITTER_EMAIL=stranger@elsewhere.example git commit -qam x
said 'is told what to set' 'git config user.email'
fails 1 'one who has left' env GIT_COMMITTER_EMAIL=bk@centre.example GIT_COMMITTER_DATE='2026-03-10T10:00:00 +0100' git commit -qam x
said 'is named' "('bk') was not active staff on 2026-03-10"
ok 'but not the day before' env GIT_COMMITTER_EMAIL=bk@centre.example GIT_COMMITTER_DATE='2026-03-09T23:59:00 +0100' git commit -qam x
again
sed -i 's/^Small_counts: .*/Small_counts: 7/' centre.rec
fails 1 'centre.rec is not for everybody' env GIT_COMMITTER_EMAIL=bk@centre.example git commit -qam x
said 'but for a coordinator' '\[coordinator-only\]'
ok 'who may' git commit -qam x
again
entry note 'Bad: the number 06 12345678 of the mother.'
fails 1 'an identifier in a case' git commit -qam x
ok 'is not repeated in full' sh -c "! grep -q 12345678 '$tmp/.out'"
again
i=0
while [ $i -lt 30 ]; do entry consnet 'Again.'; i=$((i + 1)); done
fails 1 'many findings' git commit -qam x
said 'are cut, and counted' '^and [0-9]* more: dossier check --staged$'
again
git checkout -q -b side && entry note 'Side.' && git commit -qam side && git checkout -q main && entry plan 'Main.' &&
	git commit -qanm main
fails 1 'a merge with a conflict' git merge side
fails 1 'is not committed with its markers' git commit -qam x
git merge --abort
again
git branch -q -D side

# ---- prepare-commit-msg
said_subject() { git log -1 --format=%s >"$tmp/subject"; printf '%s\n' "$2" >"$tmp/want"; same "$1" "$tmp/want" "$tmp/subject"; }
entry note 'One.'
entry note 'Two.'
entry information 'Three.'
echo 'Topic: partners' >>"$case"
sed -i 's/^Lead: centre/Lead: applicant/' "$case"
git commit -qa
said_subject 'several kinds and the header' '2026-7KQ43: note, information added; header changed'
again
sed -i 's/^Text: The parents.*/Text: The parents of somebody ask./' "$case"
git commit -qa
said_subject 'a changed entry' '2026-7KQ43: request changed'
again
mkdir -p cases/2026/8
sed 's/^Case:.*/Case: 2026-8MNPX/' "$case" >cases/2026/8/2026-8MNPX.rec
git add -A
ok 'a new case' git commit -q
said_subject 'and it is named' "2026-8MNPX: opened"
again
entry note 'One.'
git commit -qam 'my own words'
said_subject 'a message of your own stays' 'my own words'
git commit -q --amend
said_subject 'so does one that is amended' 'my own words'
again
echo 'Why:' >../template
cat >../editor <<'END'
#!/bin/sh
cp "$1" "${0%/*}/shown"
[ ! -e "${0%/*}/words" ] || cp "${0%/*}/words" "$1"
END
chmod +x ../editor
echo 'own words' >../words
entry note 'One.'
GIT_EDITOR=../editor git -c commit.template=../template commit -qa
sed -n '1p;$p' ../shown >../ends
printf 'Why:\n# 2026-7KQ43: note added\n' >../want
same 'a template stays, with a comment below it' ../want ../ends
said_subject 'and what was written counts' 'own words'
again
rm ../words
entry note 'One.'
GIT_EDITOR=../editor git commit -qa
ok 'the suggestion is the first line' sh -c "head -n 1 ../shown | grep -qx '2026-7KQ43: note added'"
again

# ---- commit-msg
entry note 'One.'
fails 1 'a telephone number in a message' git commit -qam 'called 06 12345678 today'
said 'is refused' '\[message-identifier\]'
ok 'and not repeated' sh -c "! grep -q 12345678 '$tmp/.out'"
fails 1 'an address of somebody' git commit -qam 'mail from someone@elsewhere.example'
ok 'but staff may be named' git commit -qam 'note

Signed-off-by: Aj <aj@centre.example>'
again
entry note 'One.'
printf 'note: one\n# 06 12345678\n' >../words
ok 'and comments do not count' env GIT_EDITOR=../editor git commit -qa
again
entry note 'Two.'
fails 1 'an escape character' git commit -qam "$(printf 'x\033[31mred')"
said 'is refused' '\[message-text\]'
again

# ---- without starting git: each start would cost more than the check
mkdir ../counting
cat >../counting/git <<END
#!/bin/sh
echo "\$*" >>"$tmp/started"
exec $(command -v git) "\$@"
END
chmod +x ../counting/git
# starts_none WHAT COMMAND...
starts_none() {
	what=$1
	shift
	rm -f "$tmp/started"
	ok "$what" env -u GIT_COMMITTER_NAME -u GIT_COMMITTER_EMAIL -u GIT_COMMITTER_DATE \
		PATH="$tmp/counting:$PATH" "$@" --today 2026-03-09
	[ -e "$tmp/started" ] || : >"$tmp/started"
	same "$what: and starts no git" /dev/null "$tmp/started"
}
again
entry note 'One.' && echo 'Late: it is long ago' >>"$case"
git add "$case"
git write-tree >../tree # as git commit does
echo 'note: one' >../words
starts_none 'pre-commit' dossier hook pre-commit
starts_none 'prepare-commit-msg' dossier hook prepare-commit-msg ../words
starts_none 'commit-msg' dossier hook commit-msg ../words
git clone -q . ../follows
cd ../follows || exit 99
entry note 'One.' && echo 'Late: it is long ago' >>"$case"
git add "$case"
git write-tree >../tree
starts_none 'pre-commit in a clone that follows another' dossier hook pre-commit
git add -N README.md
printf 'x' >>new.rec && git add -N new.rec
ok 'where the index is not plain' env PATH="$tmp/counting:$PATH" dossier hook pre-commit
ok 'git is asked' grep -q diff-index "$tmp/started"
cd ../centre || exit 99
again

# ---- called wrongly
fails 2 'no name' dossier hook
fails 2 'a name that does nothing' dossier hook post-update
fails 2 'a message file that is not there' dossier hook commit-msg nowhere

done_testing
