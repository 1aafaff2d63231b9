#!/usr/bin/env bash
# drill_live.sh — packetdrill scripts against our TCP and against the kernel's, through a TUN device
# in a namespace of its own: scripts for Linux pass on both, and one that expects something
# wrong fails on both.
#
# mostly waits
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0

unshare -Urn true 2>/dev/null && [ -w /dev/net/tun ] || {
	echo 'user namespaces or /dev/net/tun are missing: no script meets a kernel here'
	exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 1500 out err
}

# Times are compared: whatever else runs here comes after this, where that may be.
at_once=''
! chrt --fifo 1 true 2>/dev/null || at_once='chrt --fifo 1'

# both STATUS WORDS ARGUMENT…: exit status, and what is said of the only script. A machine that
# is busy is late, and what it measures is too long: it is asked again, with more tolerance.
both() {
	local status=$1 words=$2 got tolerance
	shift 2
	checks=$((checks + 1))
	for tolerance in 100 100 200 300 400 400; do
		got=0
		# shellcheck disable=SC2086 # words of the command
		timeout -k 2 30 $at_once "$TCPLAB" drill --live --tolerance $tolerance "$@" >out 2>err || got=$?
		[ "$got" -eq "$status" ] && grep -qF "$words" out && return
		sleep 0.2
	done
	fail "tcplab drill --live $*: exit status $got, not $status and \"$words\""
}

for script in "$TOP"/tests/drill/linux/*.pkt; do
	both 0 'engine passed, kernel passed' "$script"
done
sed 's/mss 1460/mss 1440/' "$TOP/tests/drill/linux/close-both.pkt" >ipv6.pkt
both 0 'engine passed, kernel passed' --ip_version ipv6 ipv6.pkt
both 0 'engine passed, kernel passed' --ip_version ipv4-mapped-ipv6 "$TOP/tests/drill/linux/close-both.pkt"

# Another acknowledgment, another answer of a call, another time.
sed 's/> \. 2:2(0) ack 2/> . 2:2(0) ack 1/' "$TOP/tests/drill/linux/close-both.pkt" >ack.pkt
sed 's/= 20000$/= 19999/' "$TOP/tests/drill/linux/initial-window-of-ten.pkt" >answer.pkt
sed 's/^+0 \( *> \. 1:1(0) ack 1001\)/+.9\1/' "$TOP/tests/drill/linux/quick-acks.pkt" >time.pkt
for wrong in ack answer time; do
	both 1 'engine FAILED, kernel FAILED' $wrong.pkt
done

# A sysctl is written in the namespace of the script, and nowhere else.
before=$(cat /proc/sys/net/ipv4/tcp_sack)
cat >sysctl.pkt <<'END'
`sysctl -q net.ipv4.tcp_sack=0`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 65535 <mss 1000,sackOK,nop,nop,nop,wscale 7>
+0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 7>
+0 < . 1:1(0) ack 1 win 257
+0 accept(3, ..., ...) = 4
+0 write(4, ..., 1000) = 1000
+0 > P. 1:1001(1000) ack 1
+0 %{ assert tcpi_snd_cwnd == 10; assert tcpi_unacked == 1 }%
+0 < . 1:1(0) ack 1001 win 257
+0...0.1 read(4, ..., 1000) = 5
+.1 < P. 1:6(5) ack 1001 win 257
+0 > . 1001:1001(0) ack 6
END
both 0 'engine passed, kernel passed' sysctl.pkt
[ "$(cat /proc/sys/net/ipv4/tcp_sack)" = "$before" ] || fail 'the sysctl was written for everybody'
sed 's/net.ipv4.tcp_sack=0/kernel.panic=1/' sysctl.pkt >other.pkt
both 0 'engine unsupported, kernel unsupported' other.pkt

# A congestion control that only an administrator may choose is asked for by each socket.
grep -qw cubic /proc/sys/net/ipv4/tcp_available_congestion_control && {
	sed 's/tcp_sack=0/& net.ipv4.tcp_congestion_control=cubic/' sysctl.pkt >cubic.pkt
	both 0 'engine passed, kernel passed' cubic.pkt
}
sed 's/tcp_sack=0/& net.ipv4.tcp_congestion_control=none/' sysctl.pkt >none.pkt
both 0 'engine unsupported, kernel unsupported' none.pkt

# How our TCP is configured is no question for the kernel.
both 0 'engine passed, kernel unsupported' "$TOP/tests/drill/newreno/three-holes-three-round-trips.pkt"

[ "$failures" -eq 0 ] || exit 1
echo "$checks scripts, each against both"
