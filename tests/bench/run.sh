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

measure() { # PROGRAM DIRECTORY
	case $1 in
	speed) machine && "$2/bench_speed" "$TCPLAB" ;;
	comparators) machine && tests/bench/comparators.sh "$2" ;;
	long-comparators) machine && tests/bench/comparators.sh "$2" long ;;
	*) "$2/bench_$1" ;;
	esac
}

for program in ${ONLY:-speed sharing recovery}; do
	out=$1/$program.md
	status=0
	measure "$program" "$1" >"$out" || status=$?
	cat "$out"
	echo
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || exit "$status"
	# What could not be measured does not replace what was.
	[ -z "${UPDATE:-}" ] || [ "$status" -ne 0 ] || put "$program" "$out"
done
[ -n "${ONLY:-}" ] ||
	echo 'ns-3 and lwIP are quoted here; ONLY=comparators measures them beside tcplab.'
