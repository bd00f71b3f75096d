#!/bin/sh
# What diag writes, as the programs read it that it is written for.
# shellcheck source=tests/lib.sh disable=SC2016 # jq's variables
. "$(dirname "$0")/lib.sh"
diag=${DOSSIER_BUILD:-$top/build}/tests/diag
for format in gcc rec json sarif github gitlab; do
	"$diag" "$format" >"$tmp/$format" || echo "# $format failed"
done

# is WHAT JQ-CONDITION FILE
is() { ok "$1" jq -e "$2" "$3"; }

# rec
ok 'recfix accepts rec' recfix --check rec
echo 3 >want
recsel -t Finding -e "Rule = 'unreadable-file' && Severity = 'error'" -c rec >got
same 'recsel counts' want got
cat >want <<'END'
cases/2026/7/2026-7KQ43.rec
4
did you mean 'consent'?
or add it
END
recsel -t Finding -e "#Case" -P Path,Line,Fix rec >got
same 'recsel reads places and long values' want got
echo '100% "odd": a, b\ ' >want
recsel -t Finding -e "Severity = 'warning'" -P Message rec >got
same 'a backslash takes nothing in' want got

# json
is 'version and findings' '.version == 1 and (.findings | length) == 5' json
is 'names in lower case' '.findings[2] | keys == ["basis", "case", "column", "due", "entry", "fix", "line",
	"message", "path", "rule", "severity", "state"]' json
is 'numbers are numbers' '.findings[2] | .line == 4 and .column == 7' json
is 'line ends in a fix' '.findings[2].fix == "did you mean '\''consent'\''?\nor add it"' json
is 'what there is not is left out' '.findings[-1] | has("path") or has("line") or has("fix") | not' json
is 'quotes and backslashes' '.findings[3].message == "100% \"odd\": a, b\\"' json

# sarif: what SARIF 2.1.0 requires, and what code scanning reads
is 'sarif version and schema' '.version == "2.1.0" and (."$schema" | test("sarif-schema-2.1.0.json$"))' sarif
is 'driver has a name and rules' '.runs[0].tool.driver | .name == "dossier" and (.rules | length > 0)' sarif
is 'each rule has what it needs' '[.runs[0].tool.driver.rules[] | (.id | test("^[a-z0-9-]+$")) and
	(.shortDescription.text | length > 0) and (.help.text | length > 0) and
	(.defaultConfiguration.level | IN("note", "warning", "error"))] | all' sarif
is 'no rule twice' '.runs[0].tool.driver.rules | map(.id) | length == (unique | length)' sarif
is 'columns are code points' '.runs[0].columnKind == "unicodeCodePoints"' sarif
is 'each result names its rule' '.runs[0] | .tool.driver.rules as $rules | [.results[] |
	$rules[.ruleIndex].id == .ruleId and (.message.text | length > 0) and
	(.level | IN("note", "warning", "error"))] | all' sarif
is 'a region' '.runs[0].results[2].locations[0].physicalLocation.region == {"startLine": 4, "startColumn": 7}' sarif
is 'a path as URI' '[.runs[0].results[].locations[].physicalLocation.artifactLocation.uri] |
	index("activities/a%20b%2Cc%3Ad%25%C3%A9%5C") != null' sarif
is 'the base of each URI is defined' '.runs[0] | .originalUriBaseIds as $bases | [.results[].locations[] |
	.physicalLocation.artifactLocation.uriBaseId | in($bases)] | all' sarif
is 'what to do is in the text' '.runs[0].results[2].message.text ==
	"unknown kind '\''consnt'\''; did you mean '\''consent'\''?\nor add it"' sarif
is 'no place for what is about no file' '.runs[0].results[-1].locations == []' sarif
is 'fingerprints differ' '[.runs[0].results[].partialFingerprints[]] | length == (unique | length)' sarif

# gitlab
is 'an array' 'type == "array" and length == 5' gitlab
is 'each has what Code Quality needs' '[.[] | (.description | length > 0) and (.check_name | length > 0) and
	(.fingerprint | test("^[0-9a-f]{16}$")) and (.severity | IN("info", "minor", "major", "critical", "blocker")) and
	(.location.path | length > 0) and (.location.lines.begin >= 1)] | all' gitlab
is 'fingerprints are unique' 'map(.fingerprint) | length == (unique | length)' gitlab
"$diag" gitlab >again
same 'and stay the same' gitlab again

# github
fails 1 'every line is a command' grep -Ev '^::(error|warning|notice) [^:]*::.' github

done_testing
