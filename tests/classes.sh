#!/usr/bin/env bash
# classes.sh — each class of bugs and of attacks has tests with names.
#
# docs/attacks.md is made of tests/classes.tsv: with TCPLAB_UPDATE=1 this writes
# it, otherwise it compares. A class that is missing or names no test that is
# run fails; so does a test that test_rules.c names in place of a conversation.
set -u
export LC_ALL=C
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$TOP" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. tests/named_tests
named_tests >"$work/tests"

examine() { # TABLE
	awk -F '\t' -v tests="$work/tests" '
		function wrong(what) { print "tests/classes.tsv: " $1 ": " what }
		BEGIN { while ((getline line <tests) > 0) known[line] = 1 }
		NR == 1 { next }
		{
			wanted = NR <= 28 ? "bug-" (NR - 1) : "attack-" (NR - 28)
			if ($1 != wanted) wrong("here should be " wanted)
			if ($2 == "" || $3 == "") wrong("no words, or no test shows it")
			for (i = split($3, test, " "); i > 0; i--)
				if (!(test[i] in known)) wrong("no such test is run: " test[i])
		}
		END { if (NR != 58) print "tests/classes.tsv has " NR - 1 " classes, not 57" }' "$1"
}

write() {
	awk -F '\t' '
		NR == 1 {
			print "# Bugs that recur, and attacks\n\nWhat other TCPs got wrong and what attackers try, each with the tests that show it. `tests/classes.sh` makes this page of `tests/classes.tsv`."
			next
		}
		$1 == "bug-1" { print "\n## Bugs\n\n| | Class | Shown by |\n|--:|---|---|" }
		$1 == "attack-1" { print "\n## Attacks\n\n| | Class | Shown by |\n|--:|---|---|" }
		{
			sub(/.*-/, "", $1)
			cell = $4
			n = split($3, test, " ")
			for (i = 1; i <= n; i++) {
				split(test[i], part, ":")
				ending = part[1] == "hostile" ? ".sh" : ".c"
				cell = cell (cell == "" ? "" : "<br>") "[" part[1] "](../tests/" part[1] ending "): `" part[2] "`"
			}
			print "| " $1 " | " $2 " | " cell " |"
		}' tests/classes.tsv
}

{
	examine tests/classes.tsv
	grep -o '"test_[a-z_]*:[a-z0-9_]*"' tests/test_rules.c | tr -d '"' | sort -u | grep -vxFf "$work/tests" |
		sed 's/^/tests\/test_rules.c: no such test is run: /'
} >"$work/complaints"
[ ! -s "$work/complaints" ] || { cat "$work/complaints"; exit 1; }
sed '/^bug-8\t/d' tests/classes.tsv >"$work/planted.tsv"
[ -n "$(examine "$work/planted.tsv")" ] || { echo 'a missing class is not found'; exit 1; }
sed 's/counters_that_overflow/counters_that_grow/' tests/classes.tsv >"$work/planted.tsv"
[ -n "$(examine "$work/planted.tsv")" ] || { echo 'a test that is not run is not found'; exit 1; }
write >"$work/attacks.md"
if [ -n "${TCPLAB_UPDATE-}" ]; then
	cp "$work/attacks.md" docs/attacks.md
elif ! diff -u docs/attacks.md "$work/attacks.md"; then
	echo 'docs/attacks.md is stale: TCPLAB_UPDATE=1 tests/classes.sh writes it anew'
	exit 1
fi
echo '27 classes of bugs and 30 of attacks have their tests'
