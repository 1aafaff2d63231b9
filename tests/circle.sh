#!/usr/bin/env bash
# circle.sh — every connection of every scenario, seen from either end, is written as a
# packetdrill script, and `tcplab drill --strict` passes on it: what was recorded happens again,
# to the nanosecond. Captures become scripts that are read; whether our TCP passes on what
# another one did is news, and no failure.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 600 err 2>/dev/null
}

# What no script can say.
cat >expected <<'END'
14-refused 1 server: connection 1 has no server of ours
22-fast-open 2 client: begins with a cookie that an earlier one got
25-signed 1 client: segments are signed
25-signed 1 server: segments are signed
END

# script INPUT OUT ARGUMENT…
script() {
	local input=$1 out=$2
	shift 2
	timeout -k 2 30 "$TCPLAB" export "$input" -o "$out" "$@" 2>err
}

mkdir scripts
for scenario in "$TOP"/scenarios/[0-9]*.json; do
	name=$(basename "$scenario" .json)
	for number in 1 2 3 4 5 6 7 8 9; do
		for side in client server; do
			out=scripts/$name-$number-$side.pkt
			if script "$scenario" "$out" --conn $number --side $side; then
				continue
			fi
			rm -f "$out"
			grep -qF 'there is no connection' err && break 2
			why=$(grep "^$name $number $side: " expected | cut -d: -f2- | cut -c2-)
			[ -n "$why" ] && grep -qF -- "$why" err ||
				fail "$name, connection $number, $side: no script, and not the sentence for it"
		done
	done
done
count=$(find scripts -name '*.pkt' | wc -l)
[ "$count" -ge 60 ] || fail "only $count scripts"
timeout -k 2 60 "$TCPLAB" drill --strict scripts >out 2>err || {
	cat out
	fail 'an exported script does not pass'
}
grep -q "^$count passed in " out || fail 'not every script passed'

# A script that lies is found out: another window, another time.
sed '0,/> \. .* win 65535/s/\(> \. .* win \)65535/\165534/' scripts/01-*-1-client.pkt >window.pkt
sed '0,/^+1\t> /s/^+1\t> /+1.3\t> /' scripts/05-*-1-client.pkt >time.pkt
for lie in window time; do
	timeout -k 2 30 "$TCPLAB" drill --strict $lie.pkt >out 2>err
	[ $? -eq 1 ] || fail "$lie.pkt passes"
done

captured=0
for capture in "$TOP"/traces/*.pcap "$TOP"/traces/*.pcapng; do
	for side in client server; do
		script "$capture" captured.pkt --side $side || {
			fail "$(basename "$capture"), $side: no script"
			continue
		}
		timeout -k 2 60 "$TCPLAB" drill captured.pkt >out 2>err
		[ $? -le 1 ] || fail "$(basename "$capture"), $side: its script is not read"
		captured=$((captured + 1))
	done
done

[ "$failures" -eq 0 ] || exit 1
echo "$count scripts of scenarios pass, and $captured of captures are read"
