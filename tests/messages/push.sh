# For messages about pushes: `judge` commits all there is and asks the hook of the shared repository about it.
start=$(git rev-parse HEAD)
nothing=0000000000000000000000000000000000000000
case=cases/2026/7/2026-7KQ43.rec
receive() { # OLD NEW REF
	git update-ref refs/heads/main "$start"
	echo "$@" | GIT_DIR=.git dossier hook pre-receive
}
judge() { # [MESSAGE]
	git add -A && git commit -q --allow-empty --allow-empty-message -m "${1-2026-7KQ43: changed}"
	receive "$start" "$(git rev-parse HEAD)" refs/heads/main
}
# A commit written by hand: the lines behind its tree.
judge_raw() {
	{ echo "tree $(git rev-parse 'HEAD^{tree}')"; cat; } >../raw-commit
	new=$(git hash-object -t commit --literally -w ../raw-commit)
	rm ../raw-commit
	receive "$start" "$new" refs/heads/main
}
as_counsellor() { GIT_COMMITTER_EMAIL=bk@centre.example GIT_AUTHOR_EMAIL=bk@centre.example; }
