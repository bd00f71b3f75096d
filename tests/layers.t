#!/bin/sh
# The storeys of the house: a file includes only headers of lower storeys and of its own module; what each module hides
# is hidden; the world (stdout, the environment, the clock) is met in commands only; no function of the kind that
# overflows. Each header compiles alone.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# Storey: modules. A module is NAME.[ch] and NAME-*.[ch]; parts under another name stand as PART=MODULE.
cat >storeys <<'END'
0 base
1 diag messages=diag
2 value record store csv mask prefilter
3 expr ical cache
4 schema
5 words
6 journal
7 rules report table=report disclosure=report rows export template history merge
8 archive
9 command commands=command setup making
10 push
11 cmd hook
12 main
END

cat >layers.awk <<'END'
FNR == NR {
	for (i = 2; i <= NF; i++) {
		n = split($i, pair, "=")
		storey[pair[1]] = $1
		module[pair[1]] = pair[n]
	}
	next
}
FNR == 1 {
	file = FILENAME
	sub(/.*\//, "", file)
	own = known(file)
	if (own == "")
		print file ": has no storey: give it one in tests/layers.t"
}
/^#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	other = known(quoted[2])
	if (other == "")
		print file ":" FNR ": " quoted[2] " has no storey"
	else if (own != "" && module[own] != module[other] && storey[other] >= storey[own])
		print file ":" FNR ": storey " storey[own] " includes " quoted[2] " of storey " storey[other]
}
function known(name) {
	sub(/\.[ch]$/, "", name)
	if (name in storey)
		return name
	sub(/-.*/, "", name)
	return name in storey ? name : ""
}
END

# none WHAT FILE: passes when the file is empty, shows it otherwise
none() {
	: >nothing
	same "$1" nothing "$2"
}

src=$top/src
sed 's/#.*//' storeys | cat - >storeys.plain
awk -f layers.awk storeys.plain "$src"/*.[ch] >upstairs
none 'no include upstairs or sideways' upstairs

# Code without comments and texts.
mkdir code
for file in "$src"/*.c; do
	sed -e 's/\\"//g' -e 's/"[^"]*"/""/g' -e 's|/\*.*\*/||' -e '/\/\*/,/\*\//d' "$file" >"code/${file##*/}"
done

# outside WHAT WHERE PATTERN: no file holds the pattern but those whose names match WHERE
outside() {
	(cd code && grep -nE "(^|[^a-zA-Z0-9_])($3)" -- *.c) | grep -vE "^($2)\.c:" >found
	none "$1" found
}

commands='main|command[a-z-]*|cmd-[a-z]*'
grep -n 'git2\.h\|git2/' "$src"/*.[ch] | grep -vE "/store(\.c|-[a-z]+\.[ch]):" >found
none 'libgit2 in store alone' found
grep -n 'pcre2\.h' "$src"/*.[ch] | grep -v "/value\.c:" >found
none 'PCRE2 in value alone' found
outside 'stdout in commands alone' "$commands|base" 'stdout|(printf|puts|putchar)\('
outside 'the environment in commands alone' "$commands|store(-[a-z]+)?|setup" '(getenv|secure_getenv)\(|environ\>'
outside 'the clock in commands alone' "$commands" '(time|gettimeofday)\(|CLOCK_REALTIME'
outside 'no function that overflows, keeps hidden state or reads the locale' none \
	'(strcpy|strcat|v?sprintf|strtok|ato[ilf]|localtime|gmtime|setlocale|gets)\('

for header in "$src"/*.h; do
	name=${header##*/}
	case $name in messages.h | commands.h) continue ;; esac # lists, included in many places
	echo "#include \"$name\"" | ${CC:-gcc} -std=c11 -Wall -Werror -I"$src" -fsyntax-only -x c - ||
		echo "$name does not compile alone"
done >found 2>&1
none 'each header compiles alone' found

done_testing
