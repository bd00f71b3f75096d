# shellcheck shell=sh disable=SC2034,SC2154
# Small changes of a case, for the lines of RULE/run: an entry is named DATE/KIND[/N] as everywhere.
#   drop CASE ENTRY                 without it
#   put CASE ENTRY Field=value...   with these fields, in place of those it had
#   lose CASE ENTRY Field           without the field
#   move CASE ENTRY DATE            on another day
#   add CASE DATE KIND Field=value...
#   upto CASE DATE                  nothing after that day
# CASE is support, advice, information or expertise; those that were touched are checked, on the day today=DATE.

begin() {
	file=$(eval "echo \$$1")
	case " $touched" in *" $file"*) ;; *) touched="$touched $file" ;; esac
}

edit() {
	begin "$1"
	awk -v RS= -v FS='\n' -v verb="$2" -v named="$3" -v value="$4" '
	function field(name,    i) {
		for (i = 1; i <= NF; i++)
			if (index($i, name ": ") == 1)
				return substr($i, length(name) + 3)
	}
	function without(name,    i, text, skip) {
		for (i = 1; i <= NF; i++) {
			if ($i !~ /^\+/)
				skip = index($i, name ":") == 1
			if (!skip)
				text = text (text == "" ? "" : "\n") $i
		}
		return text
	}
	NR > 1 {
		name = field("Date") "/" field("Kind")
		n = ++seen[name]
		hit = name == named && n == 1 || name "/" n == named
		found += hit
		if (hit && verb == "drop" || verb == "upto" && field("Date") > named)
			next
		if (hit && verb == "lose")
			$0 = without(value)
		if (hit && verb == "move")
			sub(/Date: [-0-9]*/, "Date: " value)
		if (hit && verb == "put") {
			split(value, pair, "=")
			if (!(pair[1] in put))
				$0 = without(pair[1])
			$0 = $0 "\n" pair[1] ": " substr(value, length(pair[1]) + 2)
		}
	}
	{ print (NR > 1 ? "\n" : "") $0 }
	END { if (!found && verb != "upto") print "edit.sh: no entry " named >"/dev/stderr" }' "$file" >"$file.new" && mv "$file.new" "$file"
}

drop() { edit "$1" drop "$2"; }
lose() { edit "$1" lose "$2" "$3"; }
move() { edit "$1" move "$2" "$3"; }
upto() { edit "$1" upto "$2"; }
put() {
	case=$1 entry=$2
	shift 2
	for pair in "$@"; do edit "$case" put "$entry" "$pair"; done
}
add() {
	begin "$1"
	{
		printf '\nDate: %s\nKind: %s\n' "$2" "$3"
		shift 3
		case " $*" in *' By='*) ;; *) echo 'By: aj' ;; esac
		for pair in "$@"; do printf '%s: %s\n' "${pair%%=*}" "${pair#*=}"; done
	} >>"$file"
}

# For History records: what is shared; then, after other edits, who commits when. The step between them is checked.
share() {
	touched=''
	git init -q . && git add -A && commit "${1:-aj}" "${2:-2026-03-09}" && look='dossier check --range HEAD~1..HEAD'
}
commit() {
	touched=''
	git add -A
	GIT_COMMITTER_EMAIL=$1@centre.example GIT_COMMITTER_DATE="$2T10:00:00 +0000" \
		git commit -q --no-verify -m "by $1"
}
