#!/usr/bin/env bash
# live_pcap.sh — the way that macOS and the BSDs have to a network, an address of our own through
# libpcap, in a program without what is Linux's alone. The peers are kernels: one
# on the link, which routes as well, and one behind it.
#
#     near  10.7.0.1  fd07::1 ── 10.7.0.2  fd07::2  far  10.9.0.1  fd09::1 ── 10.9.0.2  fd09::2  off
#     our TCP                                  a kernel                              another kernel
#
# mostly waits
set -u
. "$(dirname "$0")/spaces.bash"
PORTABLE=$(dirname "$TCPLAB")/tcplab-portable
KILLS=${KILLS:-2}
near=tcplab-$$-near far=tcplab-$$-far off=tcplab-$$-off
begin_spaces 'the way through libpcap is not tried' "$near" "$far" "$off"

ip link add near netns "$near" type veth peer name far netns "$far"
ip link add out netns "$far" type veth peer name off netns "$off"
joins "$near" near 10.7.0.1 fd07::1
joins "$far" far 10.7.0.2 fd07::2
joins "$far" out 10.9.0.1 fd09::1
joins "$off" off 10.9.0.2 fd09::2
for space in "$near" "$far" "$off"; do ip -n "$space" link set lo up; done
ip -n "$near" route add default via 10.7.0.2
ip -n "$near" route add default via fd07::2
ip -n "$off" route add default via 10.9.0.1
ip -n "$off" route add default via fd09::1
ip netns exec "$far" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
head -c 1M /dev/urandom >text

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1" >&2 # what a run prints is looked at
	head -c 600 err >&2
}
# live STATUS WHAT ARGUMENT…: tcplab live in the near namespace.
live() {
	local status=$1 what=$2 got=0
	shift 2
	checks=$((checks + 1))
	timeout -k 2 60 ip netns exec "$near" "$program" live "$@" 2>err || got=$?
	[ "$got" -eq "$status" ] || fail "$what: exit status $got, not $status"
	! grep -qE 'AddressSanitizer|runtime error|other segments|kernel itself' err ||
		fail "$what: it says so itself"
}
says() { # WHAT WORDS
	grep -q "$2" err || fail "$1: it does not say \"$2\""
}
both() { # WHAT ADDRESS PORT NAMESPACE ARGUMENT…
	local what=$1 address=$2 port=$3 space=$4 child
	shift 4
	# shellcheck disable=SC2086 # words of a command
	ip netns exec "$space" $peer gives text "$port" & child=$!
	await "$space" "$port"
	live 0 "$what, down" connect "$address" "$port" "$@" <text >came
	cmp -s came text || fail "$what, down: other octets"
	wait $child
	# shellcheck disable=SC2086
	ip netns exec "$space" $peer takes went "$port" & child=$!
	await "$space" "$port"
	live 0 "$what, up" connect "$address" "$port" "$@" <text >/dev/null
	wait $child
	cmp -s went text || fail "$what, up: other octets"
}
echoes() { # WHAT ADDRESS NAMESPACE ARGUMENT…
	local what=$1 address=$2 space=$3 child
	shift 3
	# shellcheck disable=SC2086
	ip netns exec "$space" $peer calls text "$address" 7 & child=$!
	live 0 "$what" listen 7 --once --address "$address" "$@"
	wait $child || fail "$what: not what was sent"
}

# ---- octets ----
program=$PORTABLE
both 'on the link' 10.7.0.2 9000 "$far"
both 'on the link, IPv6' fd07::2 9001 "$far"
both 'behind a router' 10.9.0.2 9002 "$off"
both 'behind a router, IPv6' fd09::2 9003 "$off"
echoes 'served on the link' 10.7.0.77 "$far"
echoes 'served on the link, IPv6' fd07::77 "$far"
echoes 'served behind a router' 10.7.0.78 "$off"
echoes 'served behind a router, IPv6' fd07::78 "$off"
mkdir www && cp text www/page
ip netns exec "$off" python3 -m http.server -d www --bind :: 8000 >/dev/null 2>&1 & server=$!
await "$off" 8000
live 0 'a page' get 'http://[fd09::2]:8000/page' -o page -v
cmp -s page text || fail 'a page: other octets'
says 'a page' 'through libpcap, with an address of our own on near: we are fd07::'
live 0 'a page over a bad link' get http://10.9.0.2:8000/page -o page --loss 1 --duplication 1 \
	--reordering 2 --seed 5
cmp -s page text || fail 'a page over a bad link: other octets'
live 0 'a run that is kept' get http://10.9.0.2:8000/page -o page --save run.live --text >told
"$program" run run.live --text >again 2>err || fail 'a run that is kept: it is not done again'
{ [ ! -s err ] && cmp -s told again; } || fail 'a run that is kept: it is done otherwise'
kill $server
wait $server 2>/dev/null
program=$TCPLAB
both 'beside the ways of Linux' 10.9.0.2 9004 "$off" --via pcap
echoes 'served beside the ways of Linux' fd07::79 "$off" --via pcap
program=$PORTABLE

# ---- killed ----
are_empty() { # NAMESPACE
	left=$(ip netns pids "$near"; ip netns exec "$1" ss -Htan state connected exclude time-wait)
	[ -z "$left" ]
}
nothing_is_left() { # WHAT NAMESPACE: of ours, and of connections there
	checks=$((checks + 1))
	until_so are_empty "$2" || fail "$1: left behind: $left"
}
port=9100
for address in 10.7.0.2 fd07::2 10.9.0.2 fd09::2; do
	space=$far
	[[ $address != *09* && $address != *.9.* ]] || space=$off
	for i in $(seq "$KILLS"); do
		port=$((port + 1))
		is_killed "$i" "$space" $port "$near" "$program" live connect $address $port ||
			fail "killed ($i): $address never hears of it"
		nothing_is_left "killed ($i), $address" "$space"
	done
done
all_are_served() {
	[ "$(ip netns exec "$far" ss -Htn state established | wc -l)" -ge 20 ]
}
for i in $(seq "$KILLS"); do
	checks=$((checks + 1))
	ip netns exec "$near" "$program" live listen 7 --address 10.7.0.80 >/dev/null 2>err & run=$!
	# shellcheck disable=SC2086
	ip netns exec "$far" $peer holds 20 10.7.0.80 7 & child=$!
	until_so all_are_served
	kill -9 $run
	wait $run 2>/dev/null
	until_so has_ended $child || fail "killed ($i): not all whom it served hear of it"
	kill $child 2>/dev/null
	wait $child 2>/dev/null
	nothing_is_left "killed as a server ($i)" "$far"
done

# ---- what a link does meanwhile ----
port=9200
disturbed() { # WHAT COMMAND
	local child got=0
	checks=$((checks + 1)) port=$((port + 1))
	rm -f went over
	# shellcheck disable=SC2086
	ip netns exec "$far" $peer slow went $port 800000 over 2>/dev/null & child=$!
	await "$far" $port
	timeout -k 2 60 ip netns exec "$near" "$program" live connect 10.7.0.2 $port \
		--set user_timeout_ms=15000 <text >/dev/null 2>err & run=$!
	until_so has_come went 100000
	"$2"
	touch over
	wait $run || got=$?
	[ $got -eq "${3:-0}" ] || fail "$1: exit status $got"
	! grep -qE 'AddressSanitizer|runtime error|other segments' err || fail "$1: it says so itself"
	[ "${3:-0}" -eq 0 ] || kill $child
	wait $child 2>/dev/null
	[ "${3:-0}" -ne 0 ] || cmp -s went text || fail "$1: other octets"
}
flaps() {
	ip -n "$1" link set "$2" down
	sleep 0.3
	ip -n "$1" link set "$2" up
}
far_flaps() { flaps "$far" far; }
near_flaps() { flaps "$near" near; }
goes_away() { ip -n "$near" link del near; }
disturbed 'the link is down for a while' far_flaps
disturbed 'our end of it is down for a while' near_flaps
ip -n "$near" route replace default via 10.7.0.2

# ---- refused ----
for way in raw own tun space; do
	live 3 "the way $way" connect 10.7.0.2 80 --via $way </dev/null
	says "the way $way" "the way \"$way\" to the network is Linux's.*--via pcap"
done
live 3 'a command' connect 10.7.0.2 80 --command true </dev/null
says 'a command' "is Linux's"
live 2 'this machine' connect 10.7.0.1 80 </dev/null
live 2 'the loopback device' connect 127.0.0.1 80 </dev/null
live 2 'its address' connect 10.7.0.2 80 --address 10.7.0.1 </dev/null
live 2 'a taken address' connect 10.7.0.2 80 --address 10.7.0.2 </dev/null
says 'a taken address' taken
for address in 10.7.0.255 255.255.255.255 224.0.0.1 0.0.0.0 ff02::1; do
	live 2 "$address" connect $address 80 </dev/null
done
live 3 'an interface that is none' connect 10.7.0.2 80 --interface nowhere </dev/null
says 'an interface that is none' 'no interface "nowhere"'
ip -n "$far" link set far down
ip -n "$near" neigh flush all
live 3 'a router that is silent' connect 10.9.0.2 80 </dev/null
says 'a router that is silent' 'does not lead through near, or its router is silent'
ip -n "$far" link set far up
checks=$((checks + 1)) got=0
install "$program" "$(dirname "$program")"/tcplab-{keeper,*.so} . 2>/dev/null
ip netns exec "$near" setpriv --reuid 65534 --regid 65534 --clear-groups ./tcplab-portable \
	live connect 10.7.0.2 80 </dev/null 2>err || got=$?
[ $got -eq 3 ] || fail "without privilege: exit status $got, not 3"
says 'without privilege' 'run it as root'
checks=$((checks + 1)) got=0
"$program" drill --live "$TOP"/tests/drill/arrives/*.pkt 2>err || got=$?
[ $got -eq 3 ] || [ $got -eq 2 ] || fail "a script and the kernel: exit status $got"
says 'a script and the kernel' 'on Linux alone'

# ---- watch, and the end of it ----
checks=$((checks + 1))
# shellcheck disable=SC2086
ip netns exec "$far" $peer takes went 9300 & child=$!
await "$far" 9300
: >err
ip netns exec "$near" "$program" watch near --text --for 5 >ladder 2>err & watch=$!
until_so grep -q Watching err
head -c 3000 text >little
ip netns exec "$near" python3 -c "
import socket
s = socket.create_connection(('10.7.0.2', 9300))
s.sendall(open('little', 'rb').read())
s.close()"
wait $child
wait $watch || fail 'watch: it failed'
grep -q ESTABLISHED ladder || fail 'watch: no ladder'
checks=$((checks + 1))
: >err
ip netns exec "$near" "$program" watch near --list >list 2>err & watch=$!
until_so grep -q Watching err
kill -INT $watch
wait $watch || fail "watch: exit status $? after ^C"
disturbed 'an interface that goes away' goes_away 1
for awaiting in idle fin window; do
	checks=$((checks + 1)) port=$((port + 1)) got=0
	loses_its_link $awaiting $port "$near" "$far" "$program" live connect 10.8.0.2 $port || got=$?
	[ $got -eq 1 ] || fail "an interface that goes away ($awaiting): exit status $got"
	says "an interface that goes away ($awaiting)" 'the connection ended: the network interface'
done

echo "$checks runs of what macOS and the BSDs have"
[ "$failures" -eq 0 ]
