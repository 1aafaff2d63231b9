#!/usr/bin/env bash
# comparators.sh — the same work done by tcplab and by others, one right after
# the other in the same run: what else the machine does meets both alike.
#
#     tests/bench/comparators.sh DIRECTORY          where bench_speed is
#     tests/bench/comparators.sh DIRECTORY long     what takes ns-3 minutes
#
# The others' programs are in tests/bench/others/ and built here, against what
# Debian's libns3-dev and liblwip-dev installed; nothing is installed here. What
# is missing is said on stderr, and the exit status is 3.
set -eu
export LC_ALL=C
dir=$1
others=$(dirname "$0")/others
missing=0

built() { # LIBRARY PACKAGE COMMAND…
	if ! pkg-config --exists "$1"; then
		echo "$2 is not installed, and so not compared with." >&2
		missing=1
		return 1
	fi
	shift 2
	"$@"
}

# Each program prints CPU time in ns, a count of what was done, and a digest.
measure() { # FILE COMMAND…: adds ns for one of what was done
	local file=$1 ns count digest
	shift
	read -r ns count digest < <("$@") || { echo "$* failed" >&2 && exit 1; }
	[ ! -e "$file.digest" ] || [ "$(<"$file.digest")" = "$count $digest" ] ||
		{ echo "$* came out differently" >&2 && exit 1; }
	echo "$count $digest" >"$file.digest"
	awk "BEGIN { printf \"%.9f\\n\", $ns / $count }" >>"$file"
}

median() { sort -g "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

# WORK is told in UNITs of so many ns for SCALE of what is counted.
row() { # ROUNDS WORK UNIT NS SCALE AIM OUR-WORK THEIR-COMMAND…
	local rounds=$1 work=$2 unit=$3 ns=$4 scale=$5 aim=$6 our=$7 scratch
	shift 7
	scratch=$(mktemp -d)
	for ((i = 0; i < rounds; i++)); do
		measure "$scratch/ours" "$dir/bench_speed" "$TCPLAB" "$our"
		measure "$scratch/theirs" "$@"
	done
	awk -v ours="$(median "$scratch/ours")" -v theirs="$(median "$scratch/theirs")" \
		-v k="$scale" -v ns="$ns" -v aim="$aim" -v work="$work" -v unit="$unit" 'BEGIN {
		faster = theirs / ours
		reached = (faster >= aim + 0) ? "yes" : "no"
		printf "| %s | %.3g %s | %.3g %s | %.1f × | %s | %s |\n", work,
			ours * k / ns, unit, theirs * k / ns, unit, faster,
			(aim == "") ? "" : "≥ " aim, (aim == "") ? "" : reached
	}'
	rm -r "$scratch"
}

has_ns3() {
	built ns3-applications libns3-dev g++ -std=c++17 -O2 -o "$dir/ns3" "$others/ns3.cc" \
		-lns3-applications -lns3-internet -lns3-point-to-point -lns3-traffic-control \
		-lns3-network -lns3-core
}

has_lwip() {
	# shellcheck disable=SC2046 # several words
	built lwip liblwip-dev gcc -std=c11 -D_DEFAULT_SOURCE -O2 -o "$dir/lwip" "$others/lwip.c" \
		$(pkg-config --cflags --libs lwip 2>/dev/null)
}

short_ones() {
	local ms=1000000
	if has_lwip; then
		row 5 'face to face, MTU 1500, lwIP' 'ms a MB' $ms 1000000 3.75 'face to face' "$dir/lwip"
	fi
	if has_ns3; then
		row 5 'bulk, ns-3' 'µs a segment' 1000 1 25 bulk "$dir/ns3" bulk
		row 5 '10 kB with 1 % loss, ns-3' 'ms a run' $ms 1 '' '1,000 seeds' "$dir/ns3" seeds
	fi
}

long_ones() {
	local s=1000000000
	has_ns3 || return 0
	row 1 '10,000 short connections, ns-3' s $s 10000 100 '10,000 connections' "$dir/ns3" short
	row 1 'dumbbell, ns-3 with one pair of hosts' s $s 60 20 dumbbell "$dir/ns3" dumbbell
	row 1 'dumbbell, ns-3 with a pair for each flow' s $s 60 50 dumbbell "$dir/ns3" hosts
}

echo '| Work, by CPU time | tcplab | other | times as fast | Aim | Reached |'
echo '|---|---:|---:|---:|---|---|'
if [ "${2-}" = long ]; then long_ones; else short_ones; fi
[ "$missing" -eq 0 ] || exit 3
