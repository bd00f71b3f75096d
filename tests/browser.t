#!/bin/sh
# Reports and documents in a browser, where Chromium is installed: nothing wider than a small screen but what scrolls by itself, no error, no
# request to elsewhere, enough contrast in light and in dark, charts that lie within their canvas; on paper no table is cut
# that fits a page, and each page says which report it is of. With DOSSIER_AXE=FOLDER, which holds axe.min.js (npm package
# axe-core), the accessibility checker looks at them too. Downloads nothing.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

browser=
for name in chromium chromium-browser google-chrome; do
	[ -n "$browser" ] || browser=$(command -v $name)
done
if [ -z "$browser" ]; then
	skip 'reports in a browser' 'no chromium'
	done_testing
fi
dark=--blink-settings=preferredColorScheme=0

# chromium OPTION...: headless, with a folder of its own, $profile
profile=browser
chromium() {
	timeout 120 "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking \
		--user-data-dir="$tmp/$profile" --no-first-run --hide-scrollbars "$@" 2>>browser.log
}

# ---- the pages: one with everything a report may have, one of the skeleton in Dutch ----

mkdir pages
"${DOSSIER_BUILD:-$top/build}/tests/table" pages || exit 99
make_centre "$tmp/centre"
sed -i '/^Until:/d' centre/directory/staff.rec
cat >centre/reports/charts.rec <<'END'
%rec: Report

Report: charts
Title: Charts of a few cases
Profile: commissioner

%rec: Table

Table: flow
Report: charts
Title: Open cases, by quarter
Stock: not closed
Rows: quarter
Chart: flow

Table: lines
Report: charts
Title: Cases opened, by quarter
Count: cases
Rows: quarter
Chart: lines

Table: bars
Report: charts
Title: What was done, by kind of entry
Count: entries
Rows: Kind
Columns: quarter
Chart: bars
END
dossier -C centre --today 2026-03-09 report charts --period 2025-04-01..2026-03-31 --lang nl -o "$tmp/pages/nl.html" || exit 99

# ---- documents of a case: each of HTML, in every language ----

cat >>centre/cases/2026/7/2026-7KQ43.rec <<'END'

Date: 2026-03-06
Kind: plan
By: aj
With: GM0344
Need: other-children
Need: trauma-and-grief
Goal: each of the girls has an afternoon of her own, away from the house-and-everybody-who-is-always-asking
Provider: slachtofferhulp
Profile: GM0344
Review: 2026-06-01
Text: What we do, at some length.
+ And more of it.

Date: 2026-03-07
Kind: conversation
By: aj
With: mother
With: father
Hours: 1.5
Text: The mother and the father talk about the son.
END
documents=
for file in centre/templates/*.html; do
	name=${file##*/} name=${name%.html}
	case $name in
	access.*) set -- --redact mother "$name" 2026-7KQ43 ;;
	procedure.*) set -- "$name" ;;
	*) set -- "$name" 2026-7KQ43 ;;
	esac
	dossier -C centre --today 2026-03-09 render -q -o "$tmp/pages/$name.html" "$@" >>said 2>&1 && documents="$documents $name"
done
ok 'every document of HTML is made' test "$documents" = ' access.en access.nl plan.en plan.nl procedure.en procedure.nl'

# What looks at a page: writes findings, a line each, into a pre that is last in the document; in a frame, tells them to the
# page around it.
cat >look.js <<'END'
addEventListener('error', e => say('error: ' + e.message));
const found = [];
function say(text) { found.push(text); }
function rgb(text) { const m = text.match(/[\d.]+/g).map(Number); return { c: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 }; }
function light(c) {
	const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) { const x = light(a), y = light(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); }
function behind(e) {
	for (; e; e = e.parentElement) {
		const b = rgb(getComputedStyle(e).backgroundColor);
		if (b.a === 1) return b.c;
	}
	return [255, 255, 255];
}
function looks() {
	const root = document.documentElement;
	let texts = 0;
	if (root.scrollWidth > root.clientWidth) say('the page is wider than the screen: ' + root.scrollWidth);
	for (const e of document.querySelectorAll('body *')) {
		const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim() !== '');
		if (!own || e.closest('title,desc,script,#found')) continue;
		const style = getComputedStyle(e), svg = e.closest('svg');
		const ink = rgb(svg ? style.fill : style.color).c;
		const ratio = contrast(ink, behind(svg || e));
		texts++;
		if (ratio < 4.5) say('contrast ' + ratio.toFixed(2) + ': ' + e.textContent.trim().slice(0, 40));
	}
	if (texts < 15) say('only ' + texts + ' texts');
	if (!/^(en|nl)$/.test(root.lang)) say('no language');
	if (document.title.trim() === '') say('no title');
	if (document.querySelectorAll('h1').length !== 1) say('not one h1');
	if (document.querySelectorAll('main').length !== 1) say('not one main');
	for (const e of document.querySelectorAll('dt, dd, li, p, h1, h2, h3')) if (e.textContent.trim() === '') say('an empty ' + e.tagName);
	for (const e of document.querySelectorAll('dl > *')) if (!/^D[TDI]/.test(e.tagName)) say('in a list of terms: ' + e.tagName);
	for (const e of document.querySelectorAll('svg rect[style], svg .curve, svg path[transform]')) {
		const stroke = getComputedStyle(e).stroke;
		if (stroke !== 'none' && contrast(rgb(stroke).c, behind(e.closest('svg'))) < 3) say('a faint line: ' + stroke);
	}
	for (const svg of document.querySelectorAll('svg')) {
		const box = svg.viewBox.baseVal;
		for (const t of svg.querySelectorAll('text')) {
			const b = t.getBBox();
			if (b.x < -1 || b.y < -1 || b.x + b.width > box.width + 1 || b.y + b.height > box.height + 1)
				say('beyond its canvas: ' + t.textContent);
		}
		if (!svg.querySelector('title').textContent || !svg.querySelector('desc').textContent) say('a chart without words');
	}
	let level = 0;
	for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
		const l = +h.tagName[1];
		if (l > level + 1) say('a heading skipped: ' + h.textContent);
		level = l;
	}
	for (const t of document.querySelectorAll('table')) {
		let widths = new Set([...t.tBodies].flatMap(b => [...b.rows].map(r => r.cells.length)));
		if (widths.size > 1) say('rows of different length: ' + t.caption.textContent);
		for (const th of t.querySelectorAll('th')) if (!th.scope) say('a head without scope: ' + th.textContent);
	}
	const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
	if (new Set(ids).size !== ids.length) say('an id twice');
	for (const r of performance.getEntriesByType('resource')) say('asks for ' + r.name);
}
async function look() {
	looks();
	if (window.axe) {
		const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		for (const v of result.violations) for (const n of v.nodes) say('axe ' + v.id + ': ' + n.target);
		say('axe passes: ' + (result.passes.length > 15));
	}
	if (parent !== window) {
		if (matchMedia('(prefers-color-scheme: dark)').matches) say('dark');
		parent.postMessage([...found, innerWidth + ' px'], '*');
		return;
	}
	const pre = document.createElement('pre');
	pre.id = 'found';
	pre.textContent = ['', ...found, 'done'].join("\nfound: ") + "\n";
	document.body.append(pre);
}
addEventListener('load', look);
END

# looked NAME [AXE]: NAME.html with the script in it
looked() {
	{
		sed '/<\/body>/,$d' "pages/$1.html"
		if [ -n "$2" ]; then echo '<script>'; cat "$2"; echo '</script>'; fi
		echo '<script>'
		cat look.js
		echo '</script></body></html>'
	} >"pages/$1-looked.html"
}

# finds WHAT FILE OPTION...: nothing is found
finds() {
	what=$1 file=$2
	shift 2
	chromium --virtual-time-budget=20000 "$@" --dump-dom "file://$tmp/pages/$file" | sed -n 's/^found: //p' |
		sed 's/&amp;/\&/g; s/&lt;/</g; s/&gt;/>/g' >found
	same "$what" want found
}

# All of them at once, each in a frame of its own for each screen: one start of the browser. A frame's lines begin with its name.
frame() { echo "<iframe name=\"$1\" src=\"$2\" style=\"width:$3px;height:800px;border:0;color-scheme:$4\"></iframe>"; }
{
	cat <<'END'
<!DOCTYPE html><html lang="en"><meta name="color-scheme" content="light dark"><title>All</title><body><pre id="found"></pre>
<script>
addEventListener('message', e => {
	const name = [...document.querySelectorAll('iframe')].find(f => f.contentWindow === e.source).name;
	document.querySelector('#found').textContent += e.data.map(line => '\nfound: ' + name + ': ' + line).join('') + '\n';
});
</script>
END
	for page in all nl $documents; do
		looked "$page" ''
		frame "$page-320" "$page-looked.html" 320 light
		frame "$page-1280" "$page-looked.html" 1280 light
		frame "$page-dark" "$page-looked.html" 1280 dark
	done
	sed 's/--soft:#54565f/--soft:#999/; s/<th scope="row"/<th/; s/max-width:68rem/width:68rem/' pages/all-looked.html >pages/bad.html
	sed 's/<html lang="en">/<html>/; s/#1d1d1f/#aaa/; s/<h1>/<h4>/; s/max-width: 44rem/width: 44rem/' pages/plan.en-looked.html >pages/bad-document.html
	sed 's/--soft:#b4b6c0/--soft:#444/' pages/all-looked.html >pages/bad-dark.html
	frame bad bad.html 320 light
	frame bad-dark bad-dark.html 1280 dark
	frame fair bad-dark.html 1280 light
	frame bad-document bad-document.html 320 light
	echo '</body></html>'
} >pages/frames.html
chromium --virtual-time-budget=20000 --window-size=1280,800 --dump-dom "file://$tmp/pages/frames.html" >dom
if ! grep -q '</html>' dom; then
	skip 'reports and documents in a browser' 'chromium does not run here'
	done_testing
fi
sed -n 's/^found: //p' dom | sed 's/&amp;/\&/g; s/&lt;/</g; s/&gt;/>/g' >frames
# of NAME: what was found in that frame
of() { sed -n "s/^$1: //p" frames; }
for page in all nl $documents; do
	for width in 320 1280; do
		echo "$width px" >want
		of "$page-$width" >found
		same "$page: $width px" want found
	done
	printf 'dark\n1280 px\n' >want
	of "$page-dark" >found
	same "$page: dark" want found
done
of bad >found
of bad-document >bad
said_of() { for f in 'no language' 'contrast 2' 'not one h1' 'a heading skipped' 'the page is wider'; do grep -q "^$f" "$1" || return 1; done; }
ok 'a document too' said_of bad
of bad-dark >dim
of fair >fair
ok 'one that is faint in the dark alone too' sh -c 'grep -q "^contrast 1" dim && ! grep "^contrast" fair'
ok 'one that is faint, without scope and too wide is found' sh -c 'grep -q "^contrast 2" found && grep -q "^a head without" found && grep -q "^the page is wider" found'

if [ -f "$DOSSIER_AXE/axe.min.js" ]; then
	printf 'axe passes: true\ndone\n' >want
	for page in all nl $documents; do
		looked "$page" "$DOSSIER_AXE/axe.min.js"
		finds "$page: axe" "$page-looked.html" --window-size=1280,800
		finds "$page: axe, dark" "$page-looked.html" --window-size=1280,800 "$dark"
		finds "$page: axe, 320 px" "$page-looked.html" --window-size=320,800
	done
else
	skip 'the accessibility checker' 'no DOSSIER_AXE=FOLDER with axe.min.js'
fi

# ---- on paper ----

if command -v pdftotext >/dev/null; then
	# printed PROFILE PAGE...: one after another
	printed() {
		profile=$1
		shift
		for page in "$@"; do
			chromium --no-pdf-header-footer --print-to-pdf="$tmp/$page.pdf" "file://$tmp/pages/$page.html" >/dev/null
			pdftotext -layout "$page.pdf" "$page.txt"
		done
	}
	some='' others=''
	for page in $documents; do
		case $page in *.nl) others="$others $page" ;; *) some="$some $page" ;; esac
	done
	printed other all $some &
	printed browser $others
	wait
	pages=$(tr -cd '\f' <all.txt | wc -c)
	ok 'printed' test "$pages" -ge 4
	awk 'BEGIN { RS = "\f" } NF && !/Report with "everything"/ { print "page " NR " does not say of what" }
		NF && !/[0-9] ?\/ ?[0-9]/ { print "page " NR " has no number" }' all.txt >found
	: >nothing
	same 'each page says of which report it is, and which page' nothing found
	awk 'BEGIN { RS = "\f" } /Cases opened, by service and applicant/ && !/1,221 .*1,279/ { print "cut" }' all.txt >found
	same 'a table is not cut' nothing found
	ok 'the whole table is there, the widest too' sh -c 'for m in 2024-01 2025-06 2026-12; do grep -q -- "$m" all.txt || exit 1; done'
	# The last thing that a person is told, and no page that holds nothing.
	for page in $documents; do
		last=$(sed 's/<[^>]*>//g' "pages/$page.html" | grep -v '^ *$' | tail -n 1 | sed 's/.* \([^ ]* [^ ]*\)$/\1/')
		tr '\n\f' '  ' <"$page.txt" | tr -s ' ' | grep -qF -- "$last" || echo "$page ends before '$last'"
		awk -v page="$page" 'BEGIN { RS = "\f" } !NF && NR > 1 { empty = NR } NF { last = NR } END { if (empty && empty < last) print page ": page " empty " is empty" }' "$page.txt"
	done >found
	same 'documents are whole on paper' nothing found
else
	skip 'on paper' 'no pdftotext'
fi
done_testing
