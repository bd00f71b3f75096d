# shellcheck shell=sh disable=SC2154 # the caller says which days and whose
# How figures are counted a second time, by SQLite over what `dossier export` wrote. Each function writes SQL for one table of a report,
# from what dossier-report(5) says it means, into `want`: table, row, row_2, column, column_2, value. The caller sets first, last (days),
# and town (a municipality's code, or nothing).
#   unit TABLE ID ROW ROW_2 COLUMN AMOUNT FROM...    what counts once under each total; '*' for a level that there is not
#   list TABLE VALUE... FROM                         a line each, of values that may be empty
#   stock TABLE STATE ROWS COLUMNS LEVEL             open at start, in, out, at end by two fields; or LEVEL quarter or year as rows
#   between TABLE FROM TO first|every GIVEN_UP DAYS rows|columns LEVEL   days between entries; LEVEL municipality is the case's

# The value of a field of the case in force on a day.
at() {
	echo "coalesce((SELECT v FROM hist WHERE hist.c = $2 AND hist.f = '$1' AND hist.since <= $3 ORDER BY hist.since DESC, hist.pos DESC LIMIT 1), '(not stated)')"
}

has() { echo "instr(' ' || $1 || ' ', ' $2 ') > 0"; }

# Whether the case is the municipality's on that day.
in_scope() { if [ -n "$town" ]; then echo "$(at "${scope_field:-Municipality}" "$1" "$2") = '$town'"; else echo 1; fi; }

quarter() { echo "substr($1, 1, 4) || '-Q' || ((substr($1, 6, 2) + 2) / 3)"; }
stated() { echo "coalesce(nullif($1, ''), '(not stated)')"; }
in_period() { echo "$1 >= '$first' AND $1 <= '$last'"; }

# Everything that is asked again and again: values and when they began, entries with the service in force, States, buckets.
prepare() {
	cat <<END
CREATE TABLE ent AS SELECT rowid AS id, "Case" AS c, Date AS d, row_number() OVER (PARTITION BY "Case" ORDER BY rowid) AS n, * FROM entries;
CREATE TABLE head AS SELECT "Case" AS c, * FROM cases;
CREATE TABLE hist(c, f, since, pos, v);
END
	for field in Service Applicant Municipality Counsellor Severity Level Complexity Lead; do
		echo "INSERT INTO hist SELECT c, '$field', '0000', 0, $field FROM head WHERE $field <> '';"
		echo "INSERT INTO hist SELECT c, '$field', d, n, $field FROM ent WHERE $field <> '';"
	done
	for field in Situation Need; do
		echo "INSERT INTO hist SELECT c, '$field', '0000', 0, $field FROM head WHERE $field <> '';"
		echo "INSERT INTO hist SELECT c, '$field', d, n, $field FROM ent WHERE $field <> '';"
	done
	cat <<END
CREATE INDEX hist_by ON hist(c, f, since, pos);
CREATE INDEX ent_by ON ent(c, n);
ALTER TABLE ent ADD svc;
UPDATE ent SET svc = $(at Service ent.c ent.d);
CREATE TABLE step AS WITH RECURSIVE s AS (
	SELECT c, 0 AS n, Opened AS d, 0 AS closed, 0 AS aftercare, 0 AS no_aftercare, 0 AS consent, 0 AS support FROM head
	UNION ALL SELECT s.c, e.n, e.d,
		CASE WHEN s.closed THEN Kind <> 'reopening'
			ELSE (Kind = 'end' AND ("End" <> 'completed' OR svc <> 'support' OR s.aftercare OR s.no_aftercare))
			OR (s.aftercare AND Kind = 'aftercare' AND Who = 'family' AND Wish = 'stop')
			OR (s.aftercare AND Kind = 'consent' AND Decision <> 'given' AND ($(has Scope aftercare) OR Scope = '')) END,
		CASE WHEN s.aftercare THEN NOT (Kind = 'end' OR Kind = 'reopening' OR (Kind = 'aftercare' AND Who = 'family' AND Wish = 'stop')
				OR (Kind = 'consent' AND Decision <> 'given' AND ($(has Scope aftercare) OR Scope = '')))
			ELSE Kind = 'end' AND "End" = 'completed' AND svc = 'support' AND NOT s.no_aftercare AND NOT s.closed END,
		CASE WHEN s.no_aftercare THEN NOT (Kind = 'consent' AND Decision = 'given' AND $(has Scope aftercare))
			ELSE Kind = 'consent' AND Decision <> 'given' AND $(has Scope aftercare) END,
		CASE WHEN s.consent THEN NOT (Kind = 'end' OR (Kind = 'consent' AND Decision <> 'given' AND ($(has Scope support) OR Scope = '')))
			ELSE Kind = 'consent' AND Decision = 'given' AND $(has Scope support) END,
		CASE WHEN s.support THEN NOT (Kind = 'end' OR (Service <> '' AND Service <> 'support')
				OR (Kind = 'consent' AND Decision <> 'given' AND ($(has Scope support) OR Scope = '')))
			ELSE (Kind = 'consent' AND Decision = 'given' AND $(has Scope support) AND svc = 'support') OR (Service = 'support' AND s.consent) END
	FROM s JOIN ent e ON e.c = s.c AND e.n = s.n + 1)
	SELECT *, NOT closed AS "not closed" FROM s;
CREATE TABLE spell(state, c, f, u);
END
	for state in 'not closed' support aftercare; do
		cat <<END
INSERT INTO spell SELECT '$state', c, d, (SELECT min(x.d) FROM step x WHERE x.c = b.c AND x.n > b.n AND NOT x."$state")
	FROM step b WHERE b."$state" AND NOT coalesce((SELECT p."$state" FROM step p WHERE p.c = b.c AND p.n = b.n - 1), 0);
END
	done
}

begin_period() {
	cat <<END
CREATE TABLE want(t, r, r2, k, k2, v);
CREATE TABLE unit(t, id, r, r2, k, amount);
CREATE TABLE iv(c, f, u, how);
CREATE TABLE want_line(t, line);
CREATE TABLE bucket(level, label, f, l);
INSERT INTO bucket WITH RECURSIVE days(d) AS (SELECT '$first' UNION ALL SELECT date(d, '+1 day') FROM days WHERE d < '$last')
	SELECT 'quarter', $(quarter d), min(d), max(d) FROM days GROUP BY 2 UNION ALL
	SELECT 'year', substr(d, 1, 4), min(d), max(d) FROM days GROUP BY 2;
INSERT INTO bucket SELECT DISTINCT level, '', '$first', '$last' FROM bucket;
INSERT INTO bucket VALUES('none', '', '$first', '$last');
END
}

unit() {
	table=$1 id=$2 row=$3 row_2=$4 column=$5 amount=$6
	shift 6
	echo "INSERT INTO unit SELECT '$table', $id, $row, $row_2, $column, $amount FROM $*;"
}

list() {
	table=$1 line=
	shift
	while [ $# -gt 1 ]; do
		line="$line${line:+ || '|' || }replace(coalesce($1, ''), '(not stated)', '')"
		shift
	done
	echo "INSERT INTO want_line SELECT '$table', $line FROM $1;"
}

# After the last unit: each total counts a thing once.
add_up() {
	cat <<'END'
INSERT INTO want SELECT t, r, r2, k, '', sum(amount) FROM (
	SELECT DISTINCT t, id, amount, CASE WHEN lr > 0 AND r <> '*' THEN r ELSE '' END AS r, CASE WHEN lr > 1 AND r2 <> '*' THEN r2 ELSE '' END AS r2,
		CASE WHEN lk > 0 AND k <> '*' THEN k ELSE '' END AS k
	FROM unit, (SELECT 0 AS lr UNION SELECT 1 UNION SELECT 2), (SELECT 0 AS lk UNION SELECT 1)) GROUP BY 1, 2, 3, 4;
END
}

# One measure of a stock: MEASURE ROW COLUMN FROM...
stock_measure() {
	measure=$1 row=$2 column=$3
	shift 3
	place="$column, '$measure'"
	[ -n "$columns" ] || place="'$measure', ''"
	echo "INSERT INTO want SELECT '$table', $row, '', $place, count(*) FROM $* GROUP BY $row, $column;"
}

# A stock by what a case's row and column are called on a day: at one depth of each.
stock_depth() { # ROWS COLUMNS
	rows=$1 by=$2
	key() {
		if [ "$level" != none ]; then echo 'b.label'; elif [ -n "$rows" ]; then at "$rows" s.c "$1"; else echo "''"; fi
	}
	key_2() { if [ -n "$by" ]; then at "$by" s.c "$1"; else echo "''"; fi; }
	source="spell s, bucket b WHERE s.state = '$state' AND b.level = '$level'"
	before="date(b.f, '-1 day')" moved="date(h.since, '-1 day')"
	stock_measure start "$(key "$before")" "$(key_2 "$before")" "$source AND s.f <= $before AND (s.u IS NULL OR s.u > $before) AND $(in_scope s.c "$before")"
	stock_measure end "$(key b.l)" "$(key_2 b.l)" "$source AND s.f <= b.l AND (s.u IS NULL OR s.u > b.l) AND $(in_scope s.c b.l)"
	stock_measure in "$(key s.f)" "$(key_2 s.f)" "$source AND s.f BETWEEN b.f AND b.l AND $(in_scope s.c s.f)"
	stock_measure out "$(key s.u)" "$(key_2 s.u)" "$source AND s.u BETWEEN b.f AND b.l AND $(in_scope s.c s.u)"
	changes="(SELECT DISTINCT c, since FROM hist) h, $source AND h.c = s.c AND h.since BETWEEN b.f AND b.l AND h.since > s.f AND (s.u IS NULL OR h.since <= s.u)"
	same="$(key h.since) = $(key "$moved") AND $(key_2 h.since) = $(key_2 "$moved")"
	stock_measure moved-in "$(key h.since)" "$(key_2 h.since)" "$changes AND $(in_scope s.c h.since) AND NOT ($(in_scope s.c "$moved") AND $same)"
	stock_measure moved-out "$(key "$moved")" "$(key_2 "$moved")" "$changes AND $(in_scope s.c "$moved") AND NOT ($(in_scope s.c h.since) AND $same)"
}

stock() {
	table=$1 state=$2 field=$3 columns=$4 level=${5:-none}
	stock_depth "$field" "$columns"
	[ -z "$columns" ] || stock_depth "$field" ''
	[ -z "$field" ] || stock_depth '' ''
	[ -z "$columns" ] || stock_depth '' "$columns"
}

# Hyndman and Fan's second definition: of n values in order the (n p)-th, or the mean of it and the next where n p is whole.
quantile() {
	echo "(SELECT avg(x.days) FROM days x WHERE x.label = b.label AND (x.i = (b.n * $1 + 99) / 100 OR (b.n * $1 % 100 = 0 AND x.i = b.n * $1 / 100 + 1)))"
}

between() {
	table=$1 from=$2 to=$3 each=$4 given_up=${5:-0} days=$6 axis=$7 level=$8
	case $axis in rows) place="b.label, '', m.name, ''" ;; *) place="'', '', b.label, m.name" ;; esac
	again='CASE WHEN f THEN 1 ELSE 0 END'
	[ "$each" = every ] || again=2
	cat <<END
DROP TABLE IF EXISTS ev;
CREATE TABLE ev AS SELECT c, d, row_number() OVER (PARTITION BY c ORDER BY n) AS i, coalesce($from, 0) AS f, coalesce($to, 0) AS t, coalesce($given_up, 0) AS g
	FROM ent WHERE $from OR $to OR $given_up;
DELETE FROM iv;
INSERT INTO iv WITH RECURSIVE run AS (
	SELECT c, 0 AS i, 0 AS st, NULL AS since, NULL AS f0, NULL AS u0, NULL AS how FROM head
	UNION ALL SELECT run.c, ev.i,
		CASE WHEN st = 2 THEN 2 WHEN st = 1 AND (t OR g) THEN $again WHEN st = 0 AND f THEN 1 ELSE st END,
		CASE WHEN st = 1 AND NOT (t OR g) THEN since WHEN f THEN d END,
		since, CASE WHEN st = 1 AND (t OR g) THEN d END, CASE WHEN st = 1 AND t THEN 'ended' WHEN st = 1 AND g THEN 'given up' END
	FROM run JOIN ev ON ev.c = run.c AND ev.i = run.i + 1)
	SELECT c, f0, u0, how FROM run WHERE how IS NOT NULL
	UNION ALL SELECT c, since, NULL, 'runs' FROM run WHERE st = 1 AND i = (SELECT count(*) FROM ev WHERE ev.c = run.c);
DROP TABLE IF EXISTS days;
DROP TABLE IF EXISTS n;
END
	if [ "$level" = municipality ]; then between_municipalities; else between_buckets; fi
	measure() { # NAME VALUE CONDITION
		echo "INSERT INTO want SELECT '$table', $(echo "$place" | sed "s/m.name/'$1'/"), $2 FROM n b WHERE $3;"
	}
	measure number b.n 1
	measure median "$(quantile 50)" 'b.n > 0'
	measure p90 "$(quantile 90)" 'b.n > 0'
	measure longest '(SELECT max(days) FROM days x WHERE x.label = b.label)' 'b.n > 0'
	waits="(SELECT count(*) FROM iv WHERE iv.f <= b.l AND (iv.u IS NULL OR iv.u > b.l) AND $(in_scope iv.c b.l)"
	[ "$level" != municipality ] || waits="$waits AND (b.label = '' OR b.label = $(at Municipality iv.c b.l))"
	measure waiting "$waits)" 1
	[ -n "$days" ] || return 0
	met="(SELECT count(*) FROM days x WHERE x.label = b.label AND x.days <= $days)"
	measure within "(200 * $met + b.n) / (2 * b.n)" 'b.n > 0' # half a percent is rounded up
	measure overdue "$waits AND julianday(b.l) - julianday(iv.f) > $days)" 1
}

province() { echo "coalesce((SELECT nullif(Province, '') FROM names WHERE Municipality = $(at Municipality "$1" "$2")), '(not stated)')"; }

between_municipalities() {
	cat <<END
CREATE TABLE days AS SELECT label, days, row_number() OVER (PARTITION BY label ORDER BY days) AS i FROM (
	SELECT $(at Municipality iv.c iv.u) AS label, julianday(u) - julianday(f) AS days FROM iv WHERE how = 'ended' AND $(in_period u) AND $(in_scope iv.c iv.u)
	UNION ALL SELECT '', julianday(u) - julianday(f) FROM iv WHERE how = 'ended' AND $(in_period u) AND $(in_scope iv.c iv.u));
CREATE TABLE n AS SELECT label, '$first' AS f, '$last' AS l, (SELECT count(*) FROM days WHERE days.label = x.label) AS n
	FROM (SELECT DISTINCT Municipality AS label FROM names UNION VALUES(''), ('(not stated)')) x;
END
}

between_buckets() {
	cat <<END
CREATE TABLE days AS SELECT b.label, julianday(u) - julianday(iv.f) AS days, row_number() OVER (PARTITION BY b.label ORDER BY julianday(u) - julianday(iv.f)) AS i
	FROM iv, bucket b WHERE b.level = '$level' AND how = 'ended' AND u BETWEEN b.f AND b.l AND $(in_scope iv.c iv.u);
CREATE TABLE n AS SELECT label, f, l, (SELECT count(*) FROM days WHERE days.label = bucket.label) AS n FROM bucket WHERE level = '$level';
END
}
