#!/usr/bin/env bash
# run.sh — runs the measurements, and prints what they say.
#
#     tests/bench/run.sh DIRECTORY      where bench_* are
#
# UPDATE=1 writes it into docs/measurements.md, between the lines <!-- NAME -->
# and <!-- end of NAME -->. TCPLAB is the program, TOP the source tree.
set -eu
export LC_ALL=C
cd "$TOP"
page=docs/measurements.md

machine() {
	printf 'Measured on %s, %s processors, with %s.\n\n' \
		"$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1 | grep . || uname -m)" \
		"$(nproc)" "$(gcc --version | head -n 1)"
}

put() { # NAME FILE
	awk -v name="$1" -v file="$2" '
		$0 == "<!-- end of " name " -->" { inside = 0 }
		!inside { print }
		$0 == "<!-- " name " -->" {
			print ""
			while ((getline line < file) > 0)
				print line
			print ""
			inside = 1
		}' "$page" >"$page.new"
	mv "$page.new" "$page"
}

for program in ${ONLY:-speed sharing recovery}; do
	out=$1/$program.md
	if [ "$program" = speed ]; then
		{ machine; "$1/bench_speed" "$TCPLAB"; } >"$out"
	else
		"$1/bench_$program" >"$out"
	fi
	cat "$out"
	echo
	[ -z "${UPDATE:-}" ] || put "$program" "$out"
done
for tool in ns3-config lwip; do
	[ "$tool" = lwip ] && [ -e /usr/include/lwip/tcp.h ] && continue
	[ "$tool" != lwip ] && command -v "$tool" >/dev/null && continue
	echo "$tool is not installed: its figures are quoted, not measured here."
done
