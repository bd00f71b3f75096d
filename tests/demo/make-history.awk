# Tells the stories of stories.txt as three years of commits, in git's fast-import format: the same cases for the same -v today.
# Writes the commits of the days -v first to -v last, counted from -v start; -v cases is how many cases there are.
# Nothing is random: choices follow from the number of the case.

function days_of(date,    y, m, d, era, yoe) { # H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"
	y = substr(date, 1, 4) + 0; m = substr(date, 6, 2) + 0; d = substr(date, 9, 2) + 0
	if (m <= 2) y--
	era = int(y / 400); yoe = y - era * 400
	return era * 146097 + yoe * 365 + int(yoe / 4) - int(yoe / 100) + int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1 - 719468
}

function date_of(n,    era, doe, yoe, doy, mp, m) {
	n += 719468; era = int(n / 146097); doe = n - era * 146097
	yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
	doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100)); mp = int((5 * doy + 2) / 153)
	m = mp < 10 ? mp + 3 : mp - 9
	return sprintf("%04d-%02d-%02d", yoe + era * 400 + (m <= 2), m, doy - int((153 * mp + 2) / 5) + 1)
}

# Nobody works at the weekend: the Monday after.
function workday(n,    w) {
	w = (n + 4) % 7
	return w == 6 ? n + 2 : w == 0 ? n + 1 : n
}

function mix(n) { return (n * 1103515 + 12345 + n * n * 7919) % 1048573 }

function case_id(n, year,    i, code, sum, id, x) {
	x = mix(n * 31 + 17) * 97 + mix(n + 400)
	for (i = 0; i < 4; i++) { id = id substr(BASE32, x % 32 + 1, 1); x = int(x / 32) }
	for (i = 8; i >= 1; i--) { # Luhn mod 32
		code = (index(BASE32, substr(year id, i, 1)) - 1) * (i % 2 ? 1 : 2)
		sum += int(code / 32) + code % 32
	}
	return year "-" id substr(BASE32, (32 - sum % 32) % 32 + 1, 1)
}

function choose(text, n,    at, end, inside, list, m) {
	while (at = index(text, "{")) {
		end = index(text, "}")
		inside = substr(text, at + 1, end - at - 1)
		m = split(inside, list, "|")
		sub(/^ /, "", list[n % m + 1])
		text = substr(text, 1, at - 1) list[n % m + 1] substr(text, end + 1)
	}
	return text
}

function second(who) { return who == "aj" ? "bk" : "aj" }

# Puts in what a story leaves open. day is the entry's, before weekends are taken out.
function fill(text, n, day, who,    at, number, rest) {
	text = choose(text, variant[n])
	gsub(/@M/, town[n], text)
	gsub(/@P/, "team-" tolower(town[n]), text)
	gsub(/@C/, who, text)
	gsub(/@2/, second(who), text)
	gsub(/@Y/, substr(date_of(day), 3, 2), text)
	while (match(text, /@[-+][0-9]+/)) {
		number = substr(text, RSTART + 1, RLENGTH - 1) + 0
		rest = substr(text, RSTART + RLENGTH)
		text = substr(text, 1, RSTART - 1) date_of(workday(day + number)) rest
	}
	return text
}

# A field, over several lines when it is long.
function field(text,    out, line, words, i, m) {
	if (length(text) <= 66) return text "\n"
	m = split(text, words, " ")
	line = words[1]
	for (i = 2; i <= m; i++) {
		if (length(line) + 1 + length(words[i]) > 66) { out = out line "\n"; line = "+ " words[i] }
		else line = line " " words[i]
	}
	return out line "\n"
}

function commit(day, who, message, path, text) {
	minute[day] += 4
	printf "commit refs/heads/main\nmark :%d\n", ++mark
	printf "author %s <%s@centre.example> %d +0100\n", toupper(substr(who, 1, 1)) substr(who, 2), who, day * 86400 + 8 * 3600 + minute[day] * 60
	printf "committer %s <%s@centre.example> %d +0100\n", toupper(substr(who, 1, 1)) substr(who, 2), who, day * 86400 + 8 * 3600 + minute[day] * 60
	printf "data <<END_OF_MESSAGE\n%s\nEND_OF_MESSAGE\n", message
	if (!begun) print "from refs/heads/main^0"
	begun = 1
	printf "M 100644 inline %s\ndata <<END_OF_FILE\n%sEND_OF_FILE\n\n", path, text
}

# An entry for case n on a day; by whom follows from who its counsellor is then.
function add(n, day, kind, by, fields,    k) {
	k = ++entries[n]
	entry_day[n, k] = day
	entry_kind[n, k] = kind
	entry_by[n, k] = by
	entry_fields[n, k] = fields
}

# The value of a field, "" when it is not there.
function value_of(fields, name) {
	return match("\n" fields, "\n" name ": [^\n]*") ? substr("\n" fields, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : ""
}

# What the story leaves out, since it goes without saying: that the counsellor keeps in touch with the family, and how often after
# the support (the table of rules/aftercare.rec). Up to a day, which the story tells itself.
function keep_in_touch(n, day, who,    days, w) {
	for (;;) {
		days = stands == "support" ? 24 : stands == "aftercare" ? interval[severity "/" level] - 4 : 0
		w = workday(last_contact + days)
		if (!days || w >= day || w >= today_n) return
		last_contact = w
		spoken++
		if (stands == "support")
			add(n, w, "conversation", who, field("With: " speaks) field("Means: telephone") field("Hours: " choose("{0.5|0.25|0.75}", spoken + n)) \
				field("Text: " choose("{Asked how the week was.|A short call, as agreed.|Nothing new, and that is good news.|Spoke about the coming days.|" \
				"A good talk; there was laughter too.|A hard day. We stayed on the line.}", spoken + 5 * n)))
		else if (w - ended > 420) {
			add(n, w, "aftercare", who, field("Who: family") field("With: " speaks) field("Wish: stop") field("Hours: 0.5") \
				field("Text: " choose("{We can stop calling, " "is the word; the number stays on the fridge.|They manage. We said goodbye.}", n)))
			stands = ""
			closed = 1
		} else
			add(n, w, "aftercare", who, field("Who: family") field("With: " speaks) field("Wish: continue") field("Hours: 0.5"))
	}
}

# Follows the case by what an entry says.
function follow(day, kind, fields) {
	if (value_of(fields, "Severity")) severity = value_of(fields, "Severity")
	if (value_of(fields, "Level")) level = value_of(fields, "Level")
	if (kind == "consent" && value_of(fields, "Decision") == "given") { speaks = value_of(fields, "From"); stands = "support" }
	else if (kind == "consent" || kind == "end" || kind == "suspension") stands = ""
	else if (kind == "resumption") stands = "support"
	if (kind == "end" && value_of(fields, "End") == "completed" && speaks) { stands = "aftercare"; ended = day }
	if (kind == "aftercare" && value_of(fields, "Wish") == "stop") stands = ""
	if (kind == "end" || kind == "aftercare") closed = stands == ""
	if (kind ~ /^(consent|conversation|action|review|plan|expert|resumption|end|aftercare)$/) last_contact = day
}

function tell(n, s,    k, day, who, f) {
	header[n] = severity = level = stands = speaks = closed = ""
	for (f = 1; f <= header_fields[s]; f++) header[n] = header[n] field(fill(header_field[s, f], n, opened[n], counsellor[n]))
	who = counsellor[n]
	for (k = 1; k <= story_entries[s] + 1; k++) {
		day = k <= story_entries[s] ? opened[n] + choose(offset[s, k], variant[n]) : today_n
		if (who == "cm" && workday(day) >= hands_over && !closed) {
			keep_in_touch(n, hands_over, who)
			if (!closed) add(n, hands_over, "assignment", "aj", "Counsellor: ev\nReason: cm leaves the Centre\n")
			who = "ev"
		}
		keep_in_touch(n, workday(day), who)
		if (workday(day) >= today_n) return
		fields = ""
		for (f = 1; f <= n_fields[s, k]; f++) fields = fields field(fill(entry_field[s, k, f], n, day, who))
		add(n, workday(day), kind[s, k], who, fields)
		follow(workday(day), kind[s, k], fields)
	}
}

function header_of(n,    text, where) {
	text = header[n]
	sub(/Service: /, "Case: " id[n] "\nOpened: " date_of(opened[n]) "\nService: ", text)
	where = text ~ /Service: information\nApplicant: (mother|father)/ ? "" : "Municipality: " town[n] "\n"
	if (!sub(/\nLead: /, "\n" where "Counsellor: " counsellor[n] "&", text)) text = text where "Counsellor: " counsellor[n] "\n"
	return text
}

# A presentation and something learnt, each quarter.
function do_activities(day,    nth, who, year, message) {
	nth = int((day - start) / 91)
	year = substr(date_of(day), 1, 4)
	who = nth % 2 ? "bk" : "aj"
	if (day == workday(start + nth * 91 + 43)) {
		message = "a presentation"
		presentations[year] = presentations[year] "\nDate: " date_of(day) "\nBy: " who "\nRequested: " date_of(workday(day - 30)) \
			"\nRequester: " choose("{education|municipality|youth-care}", nth) "\nMunicipality: " towns[nth % n_towns + 1] \
			"\nPlace: " choose("{a secondary school|the town hall|a youth centre|a library}", nth) \
			"\nAudience: " choose("{mentors and care coordinators|a neighbourhood team|foster parents}", nth) \
			"\nParticipants: " 9 + nth * 7 % 22 "\nHours: " choose("{2|2.5|3}", nth) "\n"
	} else if (day == workday(start + nth * 91 + 72)) {
		message = "what we learnt"
		knowledge[year] = knowledge[year] "\nDate: " date_of(day) "\nBy: " who \
			choose("{\nActivity: training\nTopic: grief without a farewell\nParticipants: 12|\nActivity: expert-contact\nExpert: peer-1\nCountry: DE\nTopic: mothers for each other|" \
			"\nActivity: peer-review\nTopic: three cases, without names\nParticipants: 5}", nth) "\nHours: " choose("{2|3}", nth) "\n"
	} else
		return
	if (day < start + first) return
	minute[day] += 60
	commit(day, who, "activities: " message, "activities/" year ".rec", "# What the Centre did without a family in " year ".\n\n%rec: Presentation\n" \
		presentations[year] "\n%rec: Knowledge\n" knowledge[year])
}

BEGIN {
	BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	start = days_of(start_date)
	today_n = days_of(today)
	hands_over = workday(start + 796) # cm's cases to ev
	n_towns = split("GM0344 GM0363 GM0344 GM0599 GM0518 GM0344 GM0855 GM0363 GM0344 GM0599 GM1945", towns, " ")
	n = split("low/light 180 low/standard 120 low/intensive 90 moderate/light 120 moderate/standard 90 moderate/intensive 60 " \
		"high/light 60 high/standard 42 high/intensive 28 acute/light 28 acute/standard 14 acute/intensive 7 / 90", words, " ")
	for (i = 1; i < n; i += 2) interval[words[i]] = words[i + 1]
	n_people = split("bk cm dv bk aj dv cm", people, " ")
}

/^#/ || /^$/ { next }
$1 == "story" { s++; k = 0; next }
/^\+[0-9{]/ { k = ++story_entries[s]; offset[s, k] = substr($1, 2); kind[s, k] = $2; next }
/^\+ / { # goes on
	if (k) entry_field[s, k, n_fields[s, k]] = entry_field[s, k, n_fields[s, k]] substr($0, 2)
	else header_field[s, header_fields[s]] = header_field[s, header_fields[s]] substr($0, 2)
	next
}
k { entry_field[s, k, ++n_fields[s, k]] = $0; next }
{ header_field[s, ++header_fields[s]] = $0 }

END {
	for (n = 0; n < cases; n++) {
		x = n / (cases - 1)
		opened[n] = workday(start + 8 + int((today_n - start - 16) * x * (1.25 - 0.25 * x)) + mix(n) % 5)
		variant[n] = int(n / s)
		town[n] = towns[mix(n) % n_towns + 1]
		counsellor[n] = people[n % n_people + 1]
		if (counsellor[n] == "dv" && opened[n] < start + 302) counsellor[n] = "bk"
		if (counsellor[n] == "cm" && opened[n] >= hands_over) counsellor[n] = "ev"
		id[n] = case_id(n, substr(date_of(opened[n]), 1, 4))
		tell(n, n * 7 % s + 1)
		place[n] = 1
	}
	for (day = start; day <= start + last && day < today_n; day++) {
		do_activities(day)
		for (n = 0; n < cases; n++) {
			kinds = ""
			while (place[n] <= entries[n] && entry_day[n, place[n]] <= day) {
				k = place[n]++
				if (text[n] == "") { text[n] = header_of(n); kinds = "opened" }
				text[n] = text[n] "\nDate: " date_of(entry_day[n, k]) "\nKind: " entry_kind[n, k] "\nBy: " entry_by[n, k] "\n" entry_fields[n, k]
				kinds = kinds (kinds == "" ? "" : ", ") entry_kind[n, k]
				who = entry_by[n, k]
			}
			if (kinds != "" && day >= start + first)
				commit(day, who, id[n] ": " kinds, "cases/" substr(id[n], 1, 4) "/" substr(id[n], 6, 1) "/" id[n] ".rec", text[n])
		}
	}
	print "done"
}
