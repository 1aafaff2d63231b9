#!/usr/bin/env bash
# live_paths.sh — our own TCP over paths that are not straight: VLANs, links that
# take less than others and change it, routers with address translation, with a
# firewall that strips options or speaks for the server, with a strict source check, and one that drops
# without a word what is too long.
#
#     near  10.7.0.1  fd07::1 ── 10.7.0.2  fd07::2  mid  10.9.0.1  fd09::1 ── 10.9.0.2  fd09::2  off
#     our TCP                                  a router                          a kernel's TCP
#
# mostly waits
set -u
. "$(dirname "$0")/spaces.bash"
near=tcplab-$$-near mid=tcplab-$$-mid off=tcplab-$$-off
begin_spaces 'crooked paths are not tried' "$near" "$mid" "$off"

ip link add near netns "$near" type veth peer name in netns "$mid"
ip link add out netns "$mid" type veth peer name off netns "$off"
joins "$near" near 10.7.0.1 fd07::1
joins "$mid" in 10.7.0.2 fd07::2
joins "$mid" out 10.9.0.1 fd09::1
joins "$off" off 10.9.0.2 fd09::2
for space in "$near" "$mid" "$off"; do ip -n "$space" link set lo up; done
there() { ip netns exec "$mid" "$@"; }
routed() {
	ip -n "$near" route replace default via 10.7.0.2
	ip -n "$near" route replace default via fd07::2
	ip -n "$off" route replace default via 10.9.0.1
	ip -n "$off" route replace default via fd09::1
}
routed
there sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
head -c 300k /dev/urandom >text

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1" >&2 # what a run prints is looked at
	head -c 600 err >&2
}
live() { # WHAT ARGUMENT…
	local what=$1 got=0
	shift
	checks=$((checks + 1))
	timeout -k 2 60 ip netns exec "$near" "$TCPLAB" live "$@" -v 2>err || got=$?
	[ "$got" -eq 0 ] || fail "$what: exit status $got"
	! grep -qE 'AddressSanitizer|runtime error|other segments|kernel itself' err ||
		fail "$what: it says so itself"
}
port=9000
both() { # WHAT ADDRESS NAMESPACE ARGUMENT…
	local what=$1 address=$2 space=$3 child
	shift 3
	port=$((port + 1))
	# shellcheck disable=SC2086 # words of a command
	ip netns exec "$space" $peer gives text "$port" & child=$!
	await "$space" "$port"
	live "$what, down" connect "$address" "$port" "$@" <text >came
	cmp -s came text || fail "$what, down: other octets"
	wait $child
	port=$((port + 1))
	# shellcheck disable=SC2086
	ip netns exec "$space" $peer takes went "$port" & child=$!
	await "$space" "$port"
	live "$what, up" connect "$address" "$port" "$@" <text >/dev/null
	wait $child
	cmp -s went text || fail "$what, up: other octets"
}
ways='raw own pcap'
everywhere() { # WHAT
	for via in $ways; do
		both "$1, $via" 10.9.0.2 "$off" --via "$via"
	done
	both "$1, raw, IPv6" fd09::2 "$off" --via raw
}
mtu() { ip -n "$1" link set "$2" mtu "$3"; }

everywhere 'behind a router'

# ---- VLANs ----
if ip -n "$near" link add link near name near.5 type vlan id 5 2>/dev/null; then
	ip -n "$mid" link add link in name in.5 type vlan id 5
	joins "$near" near.5 10.5.0.1 fd05::1
	joins "$mid" in.5 10.5.0.2 fd05::2
	for via in $ways; do
		both "a VLAN, $via" 10.5.0.2 "$mid" --via "$via"
		both "a VLAN, $via, IPv6" fd05::2 "$mid" --via "$via"
	done
	ip -n "$near" link del near.5
	ip -n "$mid" link del in.5
else
	echo 'this kernel has no VLAN devices: none was tried'
fi
# Of another VLAN than ours, RSTs for each port of ours: none of our business.
cat >tagged.py <<'END'
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("in", 0))
us = socket.inet_aton(sys.argv[1])
while True:
    for port in range(49152, 65536, 8):
        tcp = struct.pack("!HHIIBBHHH", int(sys.argv[2]), port, 0, 0, 0x50, 4, 0, 0, 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0,
                         socket.inet_aton("10.7.0.2"), us)
        s.send(b"\xff" * 6 + b"\2" + bytes(5) + bytes.fromhex("810000050800") + ip + tcp)
END
beside_a_vlan() { # VIA ADDRESS
	ip netns exec "$mid" python3 tagged.py "$2" $((port + 1)) 2>/dev/null & flood=$!
	both "beside a VLAN, $1" 10.7.0.2 "$mid" --via "$1" --address "$2"
	kill $flood
	wait $flood 2>/dev/null
}
beside_a_vlan raw 10.7.0.1
beside_a_vlan own 10.7.0.77
beside_a_vlan pcap 10.7.0.78

# ---- links that take less ----
mtu "$near" near 1300
everywhere 'our link takes less'
mtu "$near" near 1500
mtu "$mid" out 1300
mtu "$off" off 1300
both "the peer's link takes less" 10.9.0.2 "$off" --via raw
mtu "$off" off 1500 # the peer does not know: the router says so to both
both 'a link on the way takes less' 10.9.0.2 "$off" --via raw
both 'a link on the way takes less, IPv6' fd09::2 "$off" --via raw
mtu "$mid" out 1500
routed

# changes WHAT VIA COMMAND: in the middle of a transfer to a peer that reads slowly.
changes() {
	local what=$1 via=$2 child run got=0
	shift 2
	checks=$((checks + 1)) port=$((port + 1))
	rm -f went over
	# shellcheck disable=SC2086
	ip netns exec "$off" $peer slow went $port 200000 over 2>/dev/null & child=$!
	await "$off" $port
	timeout -k 2 60 ip netns exec "$near" "$TCPLAB" live connect "${address:-10.9.0.2}" $port \
		--via "$via" -v <text >/dev/null 2>err & run=$!
	until_so has_come went 50000
	"$@"
	touch over
	wait $run || got=$?
	[ $got -eq 0 ] || { fail "$what, $via: exit status $got" && kill $child; }
	! grep -qE 'AddressSanitizer|runtime error|other segments|kernel itself' err ||
		fail "$what, $via: it says so itself"
	wait $child 2>/dev/null
	cmp -s went text || fail "$what, $via: other octets"
}
shrinks_there() { mtu "$mid" out 1280; }
shrinks_here() { mtu "$near" near 1280; }
for address in 10.9.0.2 fd09::2; do
	for via in $ways; do
		changes "a link on the way shrinks, $address" "$via" shrinks_there
		mtu "$mid" out 1500
		changes "our link shrinks, $address" "$via" shrinks_here
		mtu "$near" near 1500
		routed
	done
done
# ---- firewalls on the way ----
if command -v nft >/dev/null; then
	through() { # WHAT RULES [WAYS]: by the router
		if there nft "$2" 2>err; then
			for via in ${3:-raw}; do both "$1, $via" 10.9.0.2 "$off" --via "$via"; done
			there nft flush ruleset
		else
			echo "this kernel has no rule for it: $1"
		fi
	}
	through 'addresses are translated' 'table inet t { chain c {
		type nat hook postrouting priority 100; oif out masquerade; }; chain d {
		type filter hook forward priority 0; ct state invalid drop; }; }' "$ways"
	for option in 'sack-perm' timestamp window maxseg; do
		through "the option $option is taken out" "table inet t { chain c {
			type filter hook forward priority 0; reset tcp option $option; }; }"
	done
	through 'all options are taken out of what goes' 'table inet t { chain c {
		type filter hook forward priority 0; iif in reset tcp option sack-perm
		iif in reset tcp option timestamp; iif in reset tcp option window; }; }'
	through 'the MSS is clamped' 'table inet t { chain c { type filter hook forward priority 0;
		tcp flags syn tcp option maxseg size set 600; }; }'
	# It answers for the server, and then has other sequence numbers on both sides.
	there sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0 2>/dev/null
	through 'another speaks for the server' 'table inet t { chain r {
		type filter hook prerouting priority -300; iif in tcp flags syn notrack; }; chain c {
		type filter hook forward priority 0; ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
		ct state invalid drop; }; }'
fi

# ---- a strict source check ----
for space in "$near" "$mid"; do
	ip netns exec "$space" sysctl -qw net.ipv4.conf.all.rp_filter=1
done
for via in raw own; do both "the source is checked, $via" 10.9.0.2 "$off" --via "$via"; done
for space in "$near" "$mid"; do
	ip netns exec "$space" sysctl -qw net.ipv4.conf.all.rp_filter=0
done

# ---- what is too long goes, without a word ----
# Linux has no doubt where nothing is told (tcp_mtu_probing=0): it stalls, and so does our
# profile of it. A profile that probes gets through.
mtu "$mid" out 1280
there nft 'table inet t { chain c { type filter hook output priority 0;
	meta l4proto { icmp, icmpv6 } drop; }; }' 2>err || there iptables -A OUTPUT -p icmp -j DROP
stalls() { # WHAT COMMAND…: in three seconds it does not get through
	local child
	checks=$((checks + 1))
	# shellcheck disable=SC2086
	ip netns exec "$off" $peer takes went $port 2>/dev/null & child=$!
	await "$off" $port
	timeout -k 1 3 ip netns exec "$near" "${@:2}" >/dev/null 2>err <text && fail "a black hole: $1 gets through"
	kill $child
	wait $child 2>/dev/null
}
port=$((port + 1))
stalls 'the kernel' python3 -c "
import socket, sys
s = socket.create_connection(('10.9.0.2', $port))
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
s.recv(1)"
port=$((port + 1))
stalls 'the profile linux' "$TCPLAB" live connect 10.9.0.2 $port --via raw
both 'a black hole, and probes' 10.9.0.2 "$off" --via raw --set plpmtud=1
there nft flush ruleset
mtu "$mid" out 1500

# ---- a process that stands still for long ----
sleeps() {
	pkill -STOP -P "$run"
	sleep 3
	pkill -CONT -P "$run"
}
address=10.9.0.2
changes 'it stands still for three seconds' raw sleeps
changes 'it stands still for three seconds' pcap sleeps

echo "$checks runs over crooked paths"
[ "$failures" -eq 0 ]
