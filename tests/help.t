#!/bin/sh
# help, the command line itself, and completion.
. "$(dirname "$0")/lib.sh"

make_centre "$tmp/c"
cd "$tmp/c" || exit 99

ok 'help lists the commands' sh -c 'dossier help | grep -q "^  check "'
fails 2 'no command is a usage error' dossier
said 'with the list all the same' '^  check '
ok '--version' sh -c 'dossier --version | grep -q "^dossier [0-9a-z]"'
fails 2 'an unknown command' dossier chek
said 'is corrected' "did you mean 'dossier check'"
fails 2 'an unknown option' dossier check --stagd
said 'too' "did you mean '--staged'"
fails 2 'an option without its value' dossier check --commit
fails 2 'a switch with one' dossier check --staged=yes
fails 2 'a date that is none' dossier check --today 2026-02-30
said 'with the reason' 'February 2026 has 28 days'
fails 2 'a choice that is none' dossier check --color sometimes
ok 'options before the command' dossier -C "$tmp/c" --today 2026-03-09 check
ok 'and behind operands' dossier check 2026-7 --color=never -q
ok 'a command explains its options' sh -c 'dossier check -h | grep -q -- "--staged"'
for command in $(dossier help --complete command); do
	ok "$command -h" sh -c 'dossier "$1" -h | grep -q "^usage: dossier $1"' sh "$command"
	ok "$command has a manual" test -e "$top/src/dossier-$command.1"
done
mkdir "$tmp/bin" && printf '#!/bin/sh\necho "mine: $*"\n' >"$tmp/bin/dossier-mine" && chmod +x "$tmp/bin/dossier-mine"
PATH=$tmp/bin:$PATH
echo 'mine: a b' >"$tmp/want"
dossier mine a b >"$tmp/got"
same 'dossier-NAME in PATH is a command' "$tmp/want" "$tmp/got"

ok 'kinds' sh -c 'dossier help kinds | grep -q "^  consent  *What somebody"'
ok 'a kind' sh -c 'dossier help consent | grep -q "Decision .*given, refused, withdrawn"'
ok 'a type of the directory' sh -c 'dossier help Partner | grep -q "^Partner"'
fails 2 'no help' dossier help nonsense
fails 2 'kinds outside of a centre' dossier -C / help kinds

# What bash would offer for a line.
cat >"$tmp/complete" <<'END'
source <(dossier help --completion bash)
compopt() { :; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dossier
printf '%s\n' "${COMPREPLY[@]}"
END
offers() {
	what=$1 wanted=$2
	shift 2
	bash "$tmp/complete" "$@" >"$tmp/got" 2>&1
	ok "completes $what" grep -qx -- "$wanted" "$tmp/got"
}
offers 'commands' check dossier che
offers 'cases' 2026-7KQ43 dossier show 2026
offers 'options' --staged dossier check --st
offers 'choices' sarif dossier check -f s
offers 'options that are fields of the case' --municipality= dossier due --mun
offers 'States and fields' Severity dossier list -p Sev
offers 'staff' aj dossier due --by a
offers 'kinds after a case' consent dossier add 2026-7KQ43 con
offers 'services' support dossier new sup
offers 'rules' unknown-kind dossier explain unknown-k
ok 'the zsh script names every command' sh -c 'dossier help --completion zsh >"$1"; for c in $(dossier help --complete command); do grep -q "'"'"'$c:" "$1" || exit 1; done' sh "$tmp/zsh"
done_testing
