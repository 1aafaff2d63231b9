#!/usr/bin/env bash
# conformance.sh — each requirement of RFC 9293 has a verdict and the tests that show it.
#
# tests/conformance.tsv is the list, docs/conformance.md is made of it and of the tags in
# sim/tcp/rules_*.def: with TCPLAB_UPDATE=1 this writes it, otherwise it compares. A tag that
# is missing, that names no test or one that is not run, or that is refused without a reason fails.
set -u
export LC_ALL=C
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$TOP" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

. tests/named_tests
named_tests >"$work/tests"

# Every rule with a tag of RFC 9293 (other RFCs say more of it), as "tag id".
cat sim/tcp/rules_*.def | tr '\n' ' ' | sed 's/RULE(/\n&/g' |
	sed -n 's/^RULE([A-Z0-9_]*, *"\([^"]*\)", *[A-Z]*, *[0-9]*, *"[^"]*", *"\([A-Z]*-[0-9]*\)".*/\2 \1/p' >"$work/rules"

# Complains about a table; says nothing about a sound one.
examine() { # TABLE
	awk -F '\t' -v tests="$work/tests" -v rules="$work/rules" '
		function wrong(what) { print "tests/conformance.tsv: " $1 ": " what }
		function expect(prefix, last, i) {
			for (i = 1; i <= last; i++)
				wanted[++count] = prefix "-" i
		}
		BEGIN {
			while ((getline line <tests) > 0) known[line] = 1
			while ((getline line <rules) > 0) { split(line, part, " "); rule[part[1]] = part[2] }
			expect("MUST", 69); expect("SHLD", 31); expect("MAY", 18); expect("REC", 1)
		}
		NR == 1 { next }
		{
			seen[$1] = 1
			if ($1 != wanted[NR - 1]) wrong("here should be " wanted[NR - 1])
			if (NF != 7) wrong("there are " NF " columns, not 7")
			if ($3 !~ /^[EAID]$/ || $2 !~ /^3\./ || $4 == "") wrong("section, layer and requirement")
			met = $5 == "met" || $5 == "met by a switch"
			if (!met && $5 != "not met" && $5 != "not taken up" && $5 != "does not apply") wrong("no verdict: " $5)
			if (met && $6 == "") wrong("no test shows it")
			if ($5 != "met" && $7 == "") wrong("no reason is given")
			if (!met && $6 != "") wrong("it has a reason in place of tests")
			if (!met && ($1 in rule)) wrong("but the rule " rule[$1] " is about it")
			if ($5 == "not taken up" && $1 !~ /^MAY-/) wrong("only what MAY be done may be left")
			shown = split($6, test, " ")
			for (i = 1; i <= shown; i++)
				if (!(test[i] in known)) wrong("no such test is run: " test[i])
		}
		END {
			if (NR - 1 != count) print "tests/conformance.tsv has " NR - 1 " requirements, not " count
		}' "$1"
}

write() { # TABLE
	awk -F '\t' -v rules="$work/rules" '
		BEGIN {
			while ((getline line <rules) > 0) {
				split(line, part, " ")
				named[part[1]] = named[part[1]] (named[part[1]] == "" ? "" : ", ") "`" part[2] "`"
			}
			layer["E"] = "engine"; layer["A"] = "application"; layer["I"] = "IP"; layer["D"] = "default"
			title["MUST"] = "MUST"; title["SHLD"] = "SHOULD"; title["MAY"] = "MAY"; title["REC"] = "RECOMMENDED"
		}
		NR == 1 { next }
		{
			prefix = $1; sub(/-.*/, "", prefix)
			total[prefix]++; verdicts[prefix, $5]++
			cell = ""
			shown = split($6, test, " ")
			for (i = 1; i <= shown; i++) {
				split(test[i], part, ":")
				cell = cell (i > 1 ? "<br>" : "") "[" part[1] "](../tests/" part[1] ".c): `" part[2] "`"
			}
			if ($7 != "") cell = cell (cell == "" ? "" : "<br>") $7
			rows[prefix] = rows[prefix] "| " $1 " | [" $2 "](https://www.rfc-editor.org/rfc/rfc9293#section-" $2 ") | " \
				layer[$3] " | " $4 " | " ($5 == "met" ? "met" : "**" $5 "**") " | " cell " | " named[$1] " |\n"
		}
		END {
			print "# Conformance to RFC 9293\n"
			print "The requirements that RFC 9293 labels, each with a verdict and the tests that show it. `tests/conformance.sh` makes this page of `tests/conformance.tsv` and of the tags in `sim/tcp/rules_*.def`; it fails where a test that is named here is not run. *Met* is what the profile `rfc` does, or does as soon as an application or a switch asks for it where the RFC leaves that open; *met by a switch* means that `rfc` departs from the RFC by itself, for the reason that is given. *Not taken up* is what MAY be done and is not, by decision. Where Appendix B of the RFC ticks another column than its text, the text counts.\n"
			print "| | met | by a switch | not met | not taken up | does not apply | in all |\n|---|--:|--:|--:|--:|--:|--:|"
			order = split("MUST SHLD MAY REC", prefixes, " ")
			for (i = 1; i <= order; i++) {
				p = prefixes[i]
				printf "| %s | %d | %d | %d | %d | %d | %d |\n", title[p], verdicts[p, "met"], verdicts[p, "met by a switch"], verdicts[p, "not met"], verdicts[p, "not taken up"], verdicts[p, "does not apply"], total[p]
			}
			for (i = 1; i <= order; i++) {
				p = prefixes[i]
				printf "\n## %s\n\n| Tag | Section | Layer | Requirement | Verdict | Shown by | Rules |\n|---|---|---|---|---|---|---|\n%s", title[p], rows[p]
			}
		}' "$1"
}

# Faults that must be found.
planted() { # WHAT SED-SCRIPT
	sed "$2" tests/conformance.tsv >"$work/planted.tsv"
	[ -n "$(examine "$work/planted.tsv")" ] || { echo "a fault is not found: $1"; exit 1; }
}

examine tests/conformance.tsv >"$work/complaints"
[ ! -s "$work/complaints" ] || { cat "$work/complaints"; exit 1; }
planted 'a requirement is missing' '/^MUST-8\t/d'
planted 'a test that is not run' 's/simultaneous_open_ends_in_one_connection/simultaneous_open_ends_well/'
planted 'nothing shows it' 's/^\(MUST-8\t.*\tmet\)\t[^\t]*/\1\t/'
planted 'no reason' 's/^\(SHLD-6\t.*\tdoes not apply\t\t\).*/\1/'
planted 'a MUST that is not taken up' 's/^\(MUST-10\t.*\t\)met\t[^\t]*\t.*/\1not taken up\t\tno/'
planted 'a switch that is not named' 's/^\(MUST-1\t.*\)\tmet\t/\1\tmet by a switch\t/'
planted 'not met, but a rule is about it' 's/^\(MUST-10\t.*\t\)met\t[^\t]*\t.*/\1not met\t\tno/'

write tests/conformance.tsv >"$work/conformance.md"
if [ -n "${TCPLAB_UPDATE-}" ]; then
	cp "$work/conformance.md" docs/conformance.md
elif ! diff -u docs/conformance.md "$work/conformance.md"; then
	echo 'docs/conformance.md is stale: TCPLAB_UPDATE=1 tests/conformance.sh writes it anew'
	exit 1
fi
sed -n 's/^| \([A-Z]*\) | \([0-9]*\) | .* | \([0-9]*\) |$/\1 \2 of \3/p' "$work/conformance.md" | paste -sd, | sed 's/,/, /g; s/$/ met as they are/'
