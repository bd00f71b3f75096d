# shellcheck shell=sh disable=SC2154 # the caller says which days and whose
# The shipped reports, table by table, for second.sh: what each counts, said anew in SQL. A table that is missing here makes
# the test fail.

# cases TABLE ROW ROW_2 COLUMN [WHERE]: cases opened, as they stood then
cases() { unit "$1" c "$2" "$3" "$4" 1 "head WHERE $(in_period Opened) AND $(in_scope head.c Opened) AND ${5:-1}"; }

# entries TABLE ROW ROW_2 COLUMN WHERE [AMOUNT [ID]]: by default each is a unit
entries() { unit "$1" "${7:-id}" "$2" "$3" "$4" "${6:-1}" "ent WHERE $(in_period d) AND $(in_scope ent.c ent.d) AND $5"; }
with_entries() { entries "$1" "$2" "$3" "$4" "$5" 1 c; }

# A line a value of a field that may repeat, beside the entry's own.
entry_values() { echo "(SELECT ent.*, v.\"$1\" AS value FROM ent LEFT JOIN \"entries-$1\" v ON v.\"Case\" = ent.c AND v.Self = ent.Self) ent"; }

# Values of a repeated field of the case in force on a day: those of the last record that has any.
case_values() { # TABLE FIELD COLUMN
	cat <<END
INSERT INTO unit SELECT '$1', x.c, coalesce((SELECT NULL WHERE 0), '(not stated)'), '*', $3, 1 FROM head x
	WHERE $(in_period Opened) AND $(in_scope x.c x.Opened) AND $(at "$2" x.c Opened) = '(not stated)';
INSERT INTO unit WITH RECURSIVE cut(c, Opened, value, rest) AS (
	SELECT c, Opened, '', $(at "$2" head.c Opened) || ' ' FROM head WHERE $(in_period Opened) AND $(in_scope head.c Opened) AND $(at "$2" head.c Opened) <> '(not stated)'
	UNION ALL SELECT c, Opened, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM cut WHERE rest <> '')
	SELECT '$1', c, value, '*', $3, 1 FROM cut WHERE value <> '';
END
}

# Cases by period, beside the period before and a year before.
windows() { # TABLE ROW before|year...
	table=$1 row=$2
	shift 2
	for window in this "$@"; do
		from=$(window "$window" | cut -d ' ' -f 1) to=$(window "$window" | cut -d ' ' -f 2)
		# A public report leaves out a year before that is not apart from the period.
		[ "$window" != year ] || [ -z "$is_public" ] || [ "$(echo "$to" | tr -d -)" -lt "$(echo "$first" | tr -d -)" ] || continue
		echo "INSERT INTO unit SELECT '$table', c, $row, '*', '$from..$to', 1 FROM head WHERE head.Opened BETWEEN '$from' AND '$to' AND $(in_scope head.c Opened);"
	done
}

service=$(at Service head.c Opened) applicant=$(at Applicant head.c Opened)
is_question="Kind = 'question'" is_answer="Kind = 'answer'" is_end="Kind = 'end'"
is_consent="(Kind = 'consent' AND Decision = 'given' AND $(has Scope support))"
is_no="(Kind = 'end' OR Service NOT IN ('', 'support') OR (Kind = 'consent' AND Decision <> 'given' AND ($(has Scope support) OR Scope = '')))"
is_offer="(Kind = 'handover' AND Step = 'offered')" is_accepted="(Kind = 'handover' AND Step = 'accepted')"
is_turned_down="(Kind = 'end' OR (Kind = 'handover' AND Step = 'declined'))"
asks_support="(Kind = 'request' AND Service = 'support')"
activity_in="Date >= '$first' AND Date <= '$last'"

is_public=

report_municipality() {
	cases services "$service" "$applicant" "$(quarter Opened)"
	windows compared "$service" before year
	case_values situations Situation "$(quarter Opened)"
	cases months 'substr(Opened, 1, 7)' "'*'" "$service"
	stock open 'not closed' '' '' quarter
	stock open-services 'not closed' Service ''
	stock support support '' '' quarter
	stock aftercare aftercare '' '' quarter
	entries contacts Kind "'*'" "$(quarter d)" 1
	entries hours svc "'*'" "$(quarter d)" "Hours <> ''" 'CAST(Hours AS REAL)'
	unit presentations Self "$(stated Requester)" "'*'" "$(quarter Date)" 1 "Presentation WHERE $activity_in AND Municipality = '$town'"
	between answers "$is_question" "$is_answer" every "$is_end" 14 rows quarter
	between consultations "$asks_support" "Kind = 'consultation'" first "$is_end" '' rows quarter
	between conversations "$is_consent" "Kind = 'conversation'" first "$is_no" 14 rows quarter
	between acceptances "$is_offer" "$is_accepted" every "$is_turned_down" '' rows quarter
	entries commissions "'*'" "'*'" "$(quarter d)" "Kind = 'commission'"
	unit commissions-not-started head.c "coalesce((SELECT \"End\" FROM ent e WHERE e.c = head.c AND \"End\" <> '' AND d <= '$last'), '(not stated)')" "'*'" "'*'" 1 "head
		WHERE $(in_period Opened) AND $(in_scope head.c "'$last'") AND EXISTS (SELECT 1 FROM ent e WHERE e.c = head.c AND Kind = 'commission' AND d <= '$last')
		AND NOT EXISTS (SELECT 1 FROM ent e WHERE e.c = head.c AND Kind IN ('plan', 'conversation', 'action') AND d <= '$last')"
	with_entries handovers "$(stated Step)" "'*'" "$(quarter d)" "Kind = 'handover'"
	with_entries ends "$(stated '"End"')" "'*'" "$(quarter d)" "$is_end"
	with_entries results "$(stated Result)" "'*'" "$(quarter d)" "$is_end AND svc = 'support'"
	with_entries refusals "$(stated '"End"')" "$(stated Origin)" "$(quarter d)" "$is_end AND \"End\" IN ('declined', 'withdrawn')"
	no_entry() { echo "NOT EXISTS (SELECT 1 FROM ent WHERE ent.c = head.c AND d <= '$last' AND ent.$1 <> '')"; }
	group() { cases quality "'$1'" "'*'" "'*'" "$2"; }
	no_situation="($(at Situation head.c Opened) = '(not stated)' AND $(no_entry Situation) AND $service <> 'information')"
	no_need="($service = 'support' AND $(at Need head.c Opened) = '(not stated)' AND $(no_entry Need))"
	no_severity="($service = 'support' AND $(at Severity head.c Opened) = '(not stated)' AND $(no_entry Severity))"
	no_hours="$(no_entry Hours)"
	group 'no situation' "$no_situation"
	group 'support without a stated need' "$no_need"
	group 'support without severity' "$no_severity"
	group 'no hours written down' "$no_hours"
	group '(none of these)' "NOT ($no_situation OR $no_need OR $no_severity OR $no_hours)"
	entries late Kind "'*'" "$(quarter d)" "EXISTS (SELECT 1 FROM prose WHERE prose.c = ent.c AND prose.n = ent.n AND prose.field = 'Late')"
}

report_overview() {
	year_opened='substr(Opened, 1, 4)' year='substr(d, 1, 4)'
	cases services "$service" "'*'" "$year_opened"
	is_public=1
	windows compared "$service" year
	is_public=
	cases applicants "$applicant" "'*'" "$year_opened"
	cases quarters "$(quarter Opened)" "'*'" "'*'"
	case_values situations Situation "'*'"
	cases provinces "$(province head.c Opened)" "'*'" "$service"
	stock open 'not closed' '' '' year
	entries contacts Kind "'*'" "$year" 1
	with_entries ends "$(stated '"End"')" "'*'" "'*'" "$is_end"
	between answers "$is_question" "$is_answer" every "$is_end" 14 rows year
	unit presentations Self "$(stated Requester)" "'*'" "'*'" 1 "Presentation WHERE $activity_in"
}

report_caseload() {
	stock flow 'not closed' '' '' quarter
	stock counsellors 'not closed' Counsellor ''
	stock severities support Severity Level
	stock services 'not closed' Counsellor Service
	stock complexities support Complexity ''
	stock aftercare aftercare Counsellor ''
	unit due n "$(at Counsellor f.c "'$last'")" "'*'" state 1 'finding f'
	unit overdue n rule "'*'" "$(at Service f.c "'$last'")" 1 "finding f WHERE state = 'overdue'"
	entries hours "\"By\"" "'*'" "$(quarter d)" "Hours <> ''" 'CAST(Hours AS REAL)'
	entries changes "$(stated Counsellor)" "'*'" "$(quarter d)" "Kind = 'assignment'"
}

report_lead_times() {
	between answers "$is_question" "$is_answer" every "$is_end" 14 rows quarter
	between first-consultation "$asks_support" "Kind = 'consultation'" first "$is_end" '' rows quarter
	between first-conversation "$is_consent" "Kind = 'conversation'" first "$is_no" 14 rows quarter
	cat <<END
INSERT INTO want SELECT 'first-conversation-spread', r, '', 'number', '', count(*) FROM (
	SELECT CASE WHEN days < 1 THEN '..1' WHEN days < 4 THEN '1..4' WHEN days < 8 THEN '4..8' WHEN days < 15 THEN '8..15' WHEN days < 29 THEN '15..29' ELSE '29..' END AS r
	FROM days WHERE label = '' UNION ALL SELECT '' FROM days WHERE label = '') GROUP BY 2;
END
	between commissions "Kind = 'commission'" "($is_answer AND Decision <> '')" every "$is_end" 14 rows quarter
	between plans "$is_consent" "Kind = 'plan'" first "$is_no" '' rows quarter
	between handovers "$is_offer" "$is_accepted" every "$is_turned_down" '' rows quarter
	between end-to-acceptance "(Kind = 'end' AND svc = 'support')" "$is_accepted" first "Kind = 'reopening'" '' rows quarter
	between duration "$is_consent" "$is_no" first 0 '' rows quarter
	between by-municipality "$is_question" "$is_answer" every "$is_end" 14 rows municipality
}

report_activities() {
	unit presentations Self "$(stated Requester)" "'*'" "$(quarter Date)" 1 "Presentation WHERE $activity_in"
	unit places Self "$(stated Municipality)" "'*'" "$(quarter Date)" 1 "Presentation WHERE $activity_in"
	unit participants Self "$(stated Requester)" "'*'" "$(quarter Date)" 'CAST(Participants AS REAL)' "Presentation WHERE $activity_in"
	unit presentation-hours Self "$(stated Requester)" "'*'" "$(quarter Date)" 'CAST(Hours AS REAL)' "Presentation WHERE $activity_in"
	unit knowledge Self Activity "'*'" "$(quarter Date)" 1 "Knowledge WHERE $activity_in"
	unit knowledge-hours Self Activity "'*'" "$(quarter Date)" 'CAST(Hours AS REAL)' "Knowledge WHERE $activity_in"
	unit countries Self Country "'*'" 'substr(Date, 1, 4)' 1 "Knowledge WHERE $activity_in AND Country <> ''"
	unit information id "$(stated value)" "'*'" "$(quarter d)" 1 "$(entry_values Topic) WHERE $(in_period d) AND Kind = 'information'"
}

report_data_quality() {
	scope="$(in_period Opened)" service_then=$(at Service head.c "'$last'")
	gap() { unit missing c "'$1'" "'*'" "$service_then" 1 "head WHERE $scope AND $2"; }
	lacks() { echo "$(at "$1" head.c "'$last'") = '(not stated)'"; }
	no_hours="NOT EXISTS (SELECT 1 FROM ent WHERE ent.c = head.c AND d <= '$last' AND Hours <> '')"
	gap 'no municipality' "$(lacks Municipality)"
	gap 'no situation' "$service_then <> 'information' AND $(lacks Situation)"
	gap 'support without a need' "$service_then = 'support' AND $(lacks Need)"
	for field in Severity Complexity Level; do
		gap "support without $(echo $field | tr A-Z a-z)" "$service_then = 'support' AND $(lacks $field)"
	done
	gap 'no hours on any entry' "$no_hours"
	gap '(none of these)' "NOT ($(lacks Municipality) OR ($service_then <> 'information' AND $(lacks Situation)) OR ($service_then = 'support' AND
		($(lacks Need) OR $(lacks Severity) OR $(lacks Complexity) OR $(lacks Level))) OR $no_hours)"
	work="Kind IN ('conversation', 'action', 'consultation', 'answer', 'information', 'aftercare', 'review', 'expert')"
	entries hours Kind "'*'" "CASE WHEN Hours <> '' THEN 'with hours' ELSE 'without hours' END" "$work"
	entries late Kind "'*'" "$(quarter d)" "EXISTS (SELECT 1 FROM prose WHERE prose.c = ent.c AND prose.n = ent.n AND prose.field = 'Late')"
	unit corrections id "$(stated value)" "'*'" "$(quarter d)" 1 "$(entry_values Field) WHERE $(in_period d) AND Kind = 'correction'"
	entries exceptions "$(stated Waives)" "'*'" "$(quarter d)" "Kind = 'exception'"
	now() { at "$1" head.c "'$last'"; }
	is_in() { echo "EXISTS (SELECT 1 FROM spell s WHERE s.c = head.c AND s.state = '$1' AND s.f <= '$last' AND (s.u IS NULL OR s.u > '$last'))"; }
	of_town() { echo "(SELECT \"$1\" FROM $2 WHERE Municipality = $(now Municipality))"; }
	list ended-codes head.c "$(now Municipality)" "$(of_town Name names)" "$(of_town Until Municipality)" "replace($(of_town Successor Municipality), ' ', ', ')" "$(now Counsellor)" \
		"head WHERE $(is_in 'not closed') AND $(of_town Until Municipality) <> '' AND $(of_town Until Municipality) <= '$last'"
	list unsaid head.c Opened "$(now Counsellor)" "$(now Severity)" "$(now Complexity)" "$(now Level)" \
		"head WHERE $(is_in support) AND ($(lacks Severity) OR $(lacks Complexity) OR $(lacks Level))"
	unit rules n rule "'*'" state 1 "finding f WHERE state <> 'due'"
}

report_partners() {
	partner_entries="(SELECT ent.*, p.Partner AS value FROM ent JOIN \"entries-Partner\" p ON p.\"Case\" = ent.c AND p.Self = ent.Self) ent"
	expert_entries="(SELECT ent.*, p.Expert AS value FROM ent JOIN \"entries-Expert\" p ON p.\"Case\" = ent.c AND p.Self = ent.Self) ent"
	provider_entries="(SELECT ent.*, p.Provider AS value FROM ent JOIN \"entries-Provider\" p ON p.\"Case\" = ent.c AND p.Self = ent.Self) ent"
	unit partners c value "'*'" "$(quarter d)" 1 "$partner_entries WHERE $(in_period d)"
	unit contacts id value "'*'" Kind 1 "$partner_entries WHERE $(in_period d)"
	unit providers c value "'*'" Kind 1 "$provider_entries WHERE $(in_period d)"
	unit experts c value "'*'" "$(quarter d)" 1 "$expert_entries WHERE $(in_period d)"
	reason="EXISTS (SELECT 1 FROM prose WHERE prose.c = ent.c AND prose.n = ent.n AND prose.field = 'Reason')"
	entries without-provider "CASE WHEN Provider <> '' THEN 'with a local provider' WHEN $reason THEN 'without, and says why' ELSE 'without, and does not say why' END" \
		"'*'" "$(quarter d)" "Kind = 'plan'"
	entries referrals "$(stated Step)" "'*'" "$(quarter d)" "Kind = 'referral'"
	entries disclosures "$(stated Sector)" "$(stated Ground)" "$(quarter d)" "Kind = 'disclosure'"
	list contacted Partner '(SELECT Name FROM partner_names n WHERE n.Partner = Partner.Partner)' Sector Country Contacted Interval \
		"Partner WHERE (\"From\" = '' OR \"From\" <= '$last') AND (\"Until\" = '' OR \"Until\" > '$first')"
	unit directory Partner Sector "'*'" "'*'" 1 "Partner WHERE (\"From\" = '' OR \"From\" <= '$last') AND (\"Until\" = '' OR \"Until\" > '$first')"
}
