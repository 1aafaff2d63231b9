#!/usr/bin/env bash
# drill_spoiled.sh — no script of ours passes whatever happens: with PSH toggled in the last
# packet that it expects, each fails at that line.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER NO_COLOR
[ -x "$TCPLAB" ] || { echo "$TCPLAB is not built" && exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# Prints the script, and where it was changed into the file `lines`.
spoil() {
	awk -v name="$1" '
	{ line[NR] = $0 }
	/^[-+0-9.*~ \t]+>[ \t]*(\[[^]]*\][ \t]*)?([0-9]+ > [0-9]+ )?[FSRPEWUA.0-9]+[ \t]/ { last = NR }
	END {
		if (!last)
			exit
		match(line[last], />[ \t]*(\[[^]]*\][ \t]*)?([0-9]+ > [0-9]+ )?/)
		head = substr(line[last], 1, RSTART + RLENGTH - 1)
		rest = substr(line[last], RSTART + RLENGTH)
		flags = rest
		sub(/[ \t].*/, "", flags)
		rest = substr(rest, length(flags) + 1)
		if (!sub(/P/, "", flags))
			flags = "P" flags
		line[last] = head (flags == "" ? "-" : flags) rest
		for (i = 1; i <= NR; i++)
			print line[i]
		print name ":" last ":" >>"lines"
	}'
}

: >lines
mkdir spoiled
scripts=0
while read -r script; do
	scripts=$((scripts + 1))
	name=spoiled/$scripts.pkt
	spoil "$name" <"$script" >"$name"
	[ -s "$name" ] || rm "$name"
done < <(find "$TOP/tests/drill" -name '*.pkt' | sort)

spoiled=$(wc -l <lines)
timeout 120 "$TCPLAB" drill spoiled >out 2>err </dev/null
failures=0
while read -r where; do
	grep -qF -- "FAILED       $where" out && continue
	failures=$((failures + 1))
	echo "$where does not fail there: $(sed -n "$(echo "$where" | cut -d: -f2)p" "${where%%:*}")"
done <lines
grep -E 'AddressSanitizer|runtime error' err && failures=$((failures + 1))
[ "$spoiled" -gt $((scripts * 9 / 10)) ] || { echo "only $spoiled of $scripts could be spoiled" && exit 1; }
[ "$failures" -eq 0 ] || { echo "$failures of $spoiled spoiled scripts do not fail" && exit 1; }
echo "drill: each of $spoiled spoiled scripts fails where it is spoiled"
