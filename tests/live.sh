#!/usr/bin/env bash
# live.sh — our own TCP on a network that needs privileges: raw sockets, an address
# of our own, a TUN device. The kernel's TCP is the peer, in a network namespace of
# its own; both are made here, and are gone afterwards.
#
#     near  10.7.0.1  fd07::1 ─── veth ─── 10.7.0.2  fd07::2  far
#     our TCP                                     the kernel's
#
# mostly waits
set -u
. "$(dirname "$0")/spaces.bash"
KILLS=${KILLS:-2}
near=tcplab-$$-near far=tcplab-$$-far
begin_spaces 'raw sockets, own addresses and TUN devices are not tried' "$near" "$far"

ip link add near netns "$near" type veth peer name far netns "$far"
for space in near far; do
	inside=tcplab-$$-$space
	number=$([ $space = near ] && echo 1 || echo 2)
	ip -n "$inside" link set lo up
	ip -n "$inside" addr add "10.7.0.$number/24" brd + dev $space
	ip -n "$inside" addr add "fd07::$number/64" dev $space nodad
	ip -n "$inside" link set $space up
done
head -c 1M /dev/urandom >text

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 600 err
}

here() { ip netns exec "$near" "$@"; }
there() { ip netns exec "$far" "$@"; }

# live STATUS WHAT ARGUMENT…: tcplab live in the near namespace.
live() {
	local status=$1 what=$2 got=0
	shift 2
	checks=$((checks + 1))
	# shellcheck disable=SC2086 # words of a command
	timeout -k 2 60 ip netns exec "$near" ${prefix:-} "$TCPLAB" live "$@" 2>err || got=$?
	[ "$got" -eq "$status" ] || fail "$what: exit status $got, not $status"
	! grep -qE "AddressSanitizer|runtime error|other segments|${mishap:-kernel itself}" err ||
		fail "$what: it says so itself"
}

same() { # WHAT A B
	cmp -s "$2" "$3" || fail "$1: other octets"
}

# comes, goes WHAT ADDRESS PORT NAMESPACE ARGUMENT…: a file, from a peer in that namespace, to it.
comes() {
	local what=$1 address=$2 port=$3 space=$4 child
	shift 4
	# shellcheck disable=SC2086 # words of the command
	ip netns exec "$space" $peer gives text "$port" & child=$!
	await "$space" "$port"
	live 0 "$what, down" connect "$address" "$port" "$@" <text >came
	same "$what, down" came text
	wait $child
}

goes() {
	local what=$1 address=$2 port=$3 space=$4 child
	shift 4
	# shellcheck disable=SC2086
	ip netns exec "$space" $peer takes went "$port" & child=$!
	await "$space" "$port"
	live 0 "$what, up" connect "$address" "$port" "$@" <text >/dev/null
	wait $child
	same "$what, up" went text
}

both() {
	comes "$@"
	goes "$@"
}

# echoes WHAT ADDRESS ARGUMENT…: the far kernel calls us.
echoes() {
	local what=$1 address=$2 child
	shift 2
	# shellcheck disable=SC2086
	ip netns exec "$far" $peer calls text "$address" 7 & child=$!
	live 0 "$what" listen 7 --once "$@"
	wait $child || fail "$what: not what was sent"
}

addresses() { ip -n "$near" -o addr | awk '{ print $2, $4 }' | grep -v ' fe80:' | sort; }
addresses_before=$(addresses)
both_are_empty() {
	left=$(ip netns pids "$near"; there ss -Htan state connected exclude time-wait
		here ss -Htan state connected exclude time-wait)
	[ -z "$left" ]
}
# Nothing of ours is left in the near namespace, and no connection in the far one.
nothing_is_left() { # WHAT
	checks=$((checks + 1))
	until_so both_are_empty || fail "$1: left behind: $left"
	[ "$(addresses)" = "$addresses_before" ] || fail "$1: addresses changed"
	[ -z "$(here nft list ruleset 2>/dev/null)" ] || fail "$1: rules are left"
}

# ---- octets ----
for v in 10.7.0. fd07::; do
	two=${v}2 one=${v}1 new=${v}77
	both "raw, $two" $two 9000 "$far" --via raw
	echoes "raw, served at $one" $one --via raw --address $one
	both "own, $new" $two 9001 "$far" --via own --address $new
	echoes "own, served at $new" $new --via own --address $new
done
nothing_is_left 'octets'
both 'raw, loopback' 127.0.0.1 9002 "$near" --via raw
both 'raw, loopback by IPv6' ::1 9003 "$near" --via raw
if [ -w /dev/net/tun ]; then
	both 'tun' 198.18.0.1 9004 "$near" --via tun
	nothing_is_left 'tun'
fi

# ---- what is chosen, and the guard ----
there sysctl -qw net.ipv4.ip_default_ttl=255
comes 'a peer on the link with TTL 255' 10.7.0.2 9005 "$far" -v
grep -q 'through raw sockets on near.*because' err || fail 'auto: not why'
there sysctl -qw net.ipv4.ip_default_ttl=64
if command -v nft >/dev/null; then
	here nft 'table ip t { chain c { type filter hook input priority 0; policy drop; }; }'
	goes 'behind a firewall that drops all' 10.7.0.2 9006 "$far"
	here nft delete table ip t
	there nft 'table ip t { chain c { type filter hook input priority 0; tcp dport 9 reject; }; }'
	live 1 'an ICMP error' connect 10.7.0.2 9 </dev/null
	there nft delete table ip t
fi
goes 'an unused address' 10.7.0.2 9008 "$far" --via own

# ---- the guard has a hole, and another way is taken ----
# The words by which live() knows that it went wrong: not the kernel's RSTs, here.
mishap='no other way'
begins_again() { # WHAT
	grep -q "the run began again, with an address of our own on near: we are.*because the kernel" \
		err || fail "$1: it does not say what it does, and why"
}
moves() { # WHAT ADDRESS PORT: far's kernel gives the text
	local child
	# shellcheck disable=SC2086
	ip netns exec "$far" $peer gives text "$3" & child=$!
	await "$far" "$3"
	live 0 "$1" connect "$2" "$3" <text >came
	same "$1" came text
	wait $child
}
# Without CAP_NET_ADMIN the guard goes by TTL alone, and such a peer is not far away.
there sysctl -qw net.ipv4.ip_default_ttl=255
there sysctl -qw net.ipv6.conf.all.hop_limit=255 net.ipv6.conf.far.hop_limit=255
prefix='setpriv --bounding-set -net_admin'
moves 'a hole in the guard' 10.7.0.2 9010
begins_again 'a hole in the guard'
moves 'a hole in the guard, IPv6' fd07::2 9011
begins_again 'a hole in the guard, IPv6'
mishap='address of our own'
# shellcheck disable=SC2086
there $peer gives text 9012 2>/dev/null & child=$!
await "$far" 9012
live 1 'a hole in the guard, and no other way' connect 10.7.0.2 9012 --via raw </dev/null >/dev/null
grep -q 'kernel itself sent 1 RST from our port' err || fail 'a hole in the guard: not told'
kill $child
wait $child 2>/dev/null
mishap='no other way'
prefix=
there sysctl -qw net.ipv4.ip_default_ttl=64
there sysctl -qw net.ipv6.conf.all.hop_limit=64 net.ipv6.conf.far.hop_limit=64
if command -v nft >/dev/null; then
	# A firewall that answers for us: on the loopback device too, and then only there where
	# the peer is.
	reject='table ip t { chain c { type filter hook input priority 0; tcp dport 9013 reject with tcp reset; }; }'
	here nft "${reject/tcp dport/iif near tcp dport}"
	# shellcheck disable=SC2086
	there $peer calls text 10.7.0.3 9013 & child=$!
	# shellcheck disable=SC2086
	there $peer calls text 10.7.0.1 9013 2>/dev/null & knocker=$!
	live 0 'a firewall that answers' listen 9013 --once
	kill $knocker 2>/dev/null
	wait $knocker 2>/dev/null
	wait $child || fail 'a firewall that answers: not what was sent'
	begins_again 'a firewall that answers'
	here nft delete table ip t
	here nft "$reject"
	# shellcheck disable=SC2086
	there $peer calls text 10.7.0.3 9013 & child=$!
	live 0 'a firewall that answers us' listen 9013 --once -v
	wait $child || fail 'a firewall that answers us: not what was sent'
	grep -q 'address of our own.*because the kernel answers' err ||
		fail 'a firewall that answers us: not why'
	here nft delete table ip t
fi
mishap=
# On trial, but all is well: what came meanwhile, and its end, is not forgotten.
head -c 1000 text >little
cp text whole; cp little text
echoes 'on trial' 10.7.0.1
cp whole text

# ---- refused ----
ip netns exec "$near" python3 -m http.server 8001 >/dev/null 2>&1 & server=$!
await "$near" 8001
live 2 'a port in use' listen 8001 --via raw
grep -q 'in use' err || fail 'a port in use: no such words'
kill $server
wait $server 2>/dev/null
for address in 10.7.0.255 255.255.255.255 224.0.0.1 0.0.0.0 ff02::1; do
	live 2 "$address" connect $address 80 </dev/null
done
live 2 'an address that is taken' connect 10.7.0.2 80 --via own --address 10.7.0.2 </dev/null
grep -q 'taken' err || fail 'an address that is taken: no such word'
live 2 "this machine's address" connect 10.7.0.2 80 --via own --address 10.7.0.1 </dev/null

# ---- without privilege, and with it for tcplab-netd alone ----
install "$TCPLAB" "$(dirname "$TCPLAB")/tcplab-netd" .
nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
checks=$((checks + 1))
got=0
# shellcheck disable=SC2086
here $nobody ./tcplab live connect 10.7.0.2 9000 --via raw </dev/null 2>err || got=$?
[ $got -eq 3 ] || fail "nobody: exit status $got, not 3"
[ "$(grep -c 'make install-live' err)" -eq 1 ] || fail 'nobody: not what to do'
if setcap cap_net_raw,cap_net_admin+ep tcplab-netd 2>/dev/null; then
	checks=$((checks + 1))
	# shellcheck disable=SC2086
	ip netns exec "$far" $peer takes went 9007 & child=$!
	await "$far" 9007
	# shellcheck disable=SC2086
	ip netns exec "$near" $nobody ./tcplab live connect 10.7.0.2 9007 --via raw \
		< <(cat text; until_so [ -e looked ]) >/dev/null 2>err & run=$!
	is_confined() {
		warden=$(for pid in $(ip netns pids "$near"); do
			grep -qsx tcplab-netd "/proc/$pid/comm" && echo "$pid"; done)
		grep -qs 'Seccomp:.*2' "/proc/${warden:-none}/status"
	}
	until_so is_confined
	status=/proc/$warden/status
	grep -q 'CapPrm:.*0000000000000000' "$status" || fail 'the warden keeps capabilities'
	grep -q 'NoNewPrivs:.*1' "$status" || fail 'the warden could get new privileges'
	grep -q 'Seccomp:.*2' "$status" || fail 'the warden may call all of the kernel'
	touch looked
	wait $child
	wait $run
	same 'tcplab-netd alone has the privilege' went text
	nothing_is_left 'tcplab-netd alone has the privilege'
fi

# ---- killed ----
ways='raw own pcap'
[ ! -w /dev/net/tun ] || ways='raw own pcap tun'
port=9100
for way in $ways; do
	for i in $(seq "$KILLS"); do
		space=$far address=10.7.0.2 port=$((port + 1))
		[ "$way" != tun ] || space=$near address=198.18.0.1
		checks=$((checks + 1))
		is_killed "$i" "$space" $port "$near" "$TCPLAB" live connect $address $port --via "$way" ||
			fail "killed, $way ($i): its peer never hears of it"
		nothing_is_left "killed, $way ($i)"
	done
done
# ---- what happens to a link meanwhile ----
# The peer reads slowly, so that it happens in the middle; every octet arrives all the same.
cp text longer
disturbed() { # WHAT VIA COMMAND…
	local what=$1 via=$2 child run got=0
	shift 2
	checks=$((checks + 1))
	port=$((port + 1))
	rm -f went over
	# shellcheck disable=SC2086
	there $peer slow went $port 800000 over & child=$!
	await "$far" $port
	timeout -k 2 60 ip netns exec "$near" "$TCPLAB" live connect 10.7.0.2 $port --via "$via" -v \
		<longer >/dev/null 2>err & run=$!
	until_so has_come went 100000
	"$@" >/dev/null
	touch over
	wait $run || got=$?
	[ $got -eq 0 ] || { fail "$what, $via: exit status $got" && kill $child; }
	! grep -qE 'AddressSanitizer|runtime error|other segments|kernel itself' err ||
		fail "$what, $via: it says so itself"
	wait $child 2>/dev/null
	same "$what, $via" went longer
}
flaps() {
	there ip link set far down
	sleep 0.3
	there ip link set far up
}
stalls() {
	pkill -STOP -P $run
	sleep 0.4
	pkill -CONT -P $run
}
loses_its_address() {
	there ip addr del 10.7.0.2/24 dev far
	sleep 0.3
	there ip addr add 10.7.0.2/24 brd + dev far
}
we_lose_our_address() {
	here ip addr del 10.7.0.1/24 dev near
	sleep 0.3
	here ip addr add 10.7.0.1/24 brd + dev near
}
is_routed_elsewhere() {
	here ip route add blackhole 10.7.0.2/32
	sleep 0.3
	here ip route del blackhole 10.7.0.2/32
}
is_flooded() { # segments from beyond the window, and what is none
	there python3 - <<-END
		import socket
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for i in range(20000):
		    s.sendto(b"x" * 900, ("10.7.0.1", 9))
	END
}
is_forged() { # "10.7.0.2 is at 02:00:00:00:00:99", which nobody asked for
	there python3 - <<-END
		import socket
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("far", 0))
		liar = bytes.fromhex("020000000099")
		two = socket.inet_aton("10.7.0.2")
		for i in range(3):
		    s.send(b"\xff" * 6 + liar + bytes.fromhex("08060001080006040001")
		           + liar + two + bytes(6) + two)
	END
}
port=9200
# Who has little to say has said it before the peer is there.
checks=$((checks + 1))
# shellcheck disable=SC2086
there $peer takes went 9200 & child=$!
await "$far" 9200
there ip link set far down
(sleep 0.5; there ip link set far up) &
echo hello | timeout -k 2 60 ip netns exec "$near" "$TCPLAB" live connect 10.7.0.2 9200 --via raw \
	>/dev/null 2>err || fail 'a word before the peer is there: it failed'
wait $child
[ "$(cat went)" = hello ] || fail 'a word before the peer is there: other octets'
for via in raw own; do
	disturbed 'the link is down for a while' $via flaps
	disturbed 'our process stands still' $via stalls
	disturbed 'the peer has no address for a while' $via loses_its_address
	disturbed 'a flood of other datagrams' $via is_flooded
done
disturbed 'no way leads there for a while' raw is_routed_elsewhere
disturbed 'we have no address for a while' raw we_lose_our_address
disturbed 'somebody claims the address of the peer' own is_forged
nothing_is_left 'what happens to a link'
# The calendar is set back by an hour and forward by a day, for our process alone: timers go on.
cat >steps.c <<'END'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec *out)
{
	static long asked;
	int answer = (int)syscall(SYS_clock_gettime, which, out);
	if (which == CLOCK_REALTIME)
		out->tv_sec += ++asked % 2 ? -3600 : 86400;
	return answer;
}
time_t time(time_t *out)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return out ? *out = now.tv_sec : now.tv_sec;
}
END
if cc -shared -fPIC -o steps.so steps.c 2>err; then
	prefix="env LD_PRELOAD=$scratch/steps.so ASAN_OPTIONS=verify_asan_link_order=0"
	both 'the calendar is set' 10.7.0.2 9300 "$far" --via raw --loss 2 --seed 3
	prefix=
fi
# One version of IP alone. A link that was down has lost its addresses of IPv6.
here ip addr flush dev near scope global
there ip addr replace fd07::2/64 dev far nodad
here ip addr add fd07::1/64 dev near nodad
both 'IPv6 alone' fd07::2 9301 "$far"
live 3 'IPv6 alone, and a peer by IPv4' connect 10.7.0.2 9 </dev/null
grep -q 'no way leads' err || fail 'IPv6 alone, and a peer by IPv4: not why'
here ip addr add 10.7.0.1/24 brd + dev near
# Another of us at the same port.
checks=$((checks + 1))
timeout -k 2 60 ip netns exec "$near" "$TCPLAB" live listen 9302 --via raw 2>err & run=$!
await "$near" 9302
live 2 'another of us at that port' listen 9302 --via raw
grep -q 'in use' err || fail 'another of us at that port: not why'
kill -INT $run
wait $run || fail 'another of us at that port: the first one fails'
# Gone for good: the run ends, and says why, whatever it waits for.
is_told() { # WHAT EXIT-STATUS
	[ "$2" -eq 1 ] || fail "$1: exit status $2, not 1"
	grep -q 'the connection ended: the network interface' err || fail "$1: not why"
}
for via in raw own; do
	for awaiting in idle fin window; do
		checks=$((checks + 1)) port=$((port + 1)) got=0
		loses_its_link $awaiting $port "$near" "$far" "$TCPLAB" live connect 10.8.0.2 $port \
			--via $via || got=$?
		is_told "an interface that goes away ($awaiting), $via" $got
	done
done
if [ -w /dev/net/tun ]; then
	checks=$((checks + 1)) port=$((port + 1)) got=0
	# shellcheck disable=SC2086
	here $peer keeps $port & child=$!
	await "$near" $port
	timeout -k 2 60 ip netns exec "$near" "$TCPLAB" live connect 198.18.0.1 $port --via tun \
		<silence >/dev/null 2>err & run=$!
	exec 4>silence
	until_so is_connected "$near" $port
	here ip link del "$(here ip -br link show type tun | cut -d ' ' -f 1)"
	wait $run || got=$?
	exec 4>&-
	is_told 'a TUN device that is deleted' $got
	kill $child
	wait $child 2>/dev/null
fi
echo "$checks runs against the kernel through raw sockets, own addresses and TUN devices"
[ "$failures" -eq 0 ]
