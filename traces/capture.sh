#!/bin/bash
# capture.sh — makes the captures of this directory anew, from the TCP of the
# Linux kernel that runs here. README.md says what each one shows.
#
#     sudo traces/capture.sh DIRECTORY [NAME …]
#
# Everything happens in two network namespaces of its own, which are removed
# at the end, however it ends. Two kinds of link join them:
#
#     ┌─ namespace a ──────────┐                        ┌─ namespace b ──────────┐
#     │ 10.0.0.1  2001:db8::1  │── wire ─ veth ─ wire ──│ 10.0.0.2  2001:db8::2  │
#     │ client                 │                        │ server                 │
#     │ 10.0.0.1               │── line ─ relay ─ line ─│ 10.0.0.2               │
#     └────────────────────────┘   TUN  .py        TUN  └────────────────────────┘
#
# veth is an Ethernet without delay. The relay is a link in user space which
# delays all packets and drops those that it is told to by name, so that the
# same losses happen every time. Ports and addresses are always the same;
# initial sequence numbers and times are not.
#
# Needs root, ip, tcpdump, python3, and /dev/net/tun.
set -eu

export PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "$0")" && pwd)
a=tcplab-$$-a
b=tcplab-$$-b
running=()

say() { echo "capture.sh: $*" >&2; }

stop_all()
{
	local pid

	for pid in "${running[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	running=()
}

remove_namespaces()
{
	local name

	for name in "$a" "$b"; do
		if [ -e "/run/netns/$name" ]; then
			ip netns delete "$name"
		fi
	done
}

clean_up()
{
	stop_all
	remove_namespaces
	if [ -n "${scratch:-}" ]; then
		rm -rf "$scratch"
	fi
}

# wait_for WORD FILE: until the program that writes FILE has said WORD.
wait_for()
{
	local tries

	for tries in {1..200}; do
		if grep -q -s "$1" "$2"; then
			return
		fi
		sleep 0.02
	done
	say "nobody said \"$1\" within 4 s, but:"
	cat "$2" >&2
	exit 1
}

# --- namespaces and links ---------------------------------------------------

# What this machine's administrator tuned shall not show in a capture.
set_defaults()
{
	ip netns exec "$1" sysctl -q -w \
		net.ipv4.tcp_no_metrics_save=1 \
		net.ipv4.tcp_rmem="4096 131072 6291456" \
		net.ipv4.tcp_wmem="4096 16384 4194304" \
		net.ipv6.conf.default.disable_ipv6="$2"
}

new_namespaces()
{
	local name

	for name in "$a" "$b"; do
		ip netns add "$name"
		set_defaults "$name" "$1"
		ip -n "$name" link set lo up
	done
}

# No automatic IPv6 address, so that no router is looked for.
link_by_veth()
{
	new_namespaces 0
	ip -n "$a" link add wire address 02:00:00:00:00:01 type veth \
		peer name wire address 02:00:00:00:00:02 netns "$b"
	python3 "$here/make/offload.py" "$a" wire
	python3 "$here/make/offload.py" "$b" wire
	ip -n "$a" link set wire addrgenmode none up
	ip -n "$b" link set wire addrgenmode none up
	ip -n "$a" address add 10.0.0.1/24 dev wire
	ip -n "$b" address add 10.0.0.2/24 dev wire
	ip -n "$a" address add 2001:db8::1/64 dev wire nodad
	ip -n "$b" address add 2001:db8::2/64 dev wire nodad
}

# link_by_relay [OPTION …]: options as relay.py takes them.
link_by_relay()
{
	local name

	new_namespaces 1
	for name in "$a" "$b"; do
		ip -n "$name" tuntap add dev line mode tun
		ip -n "$name" link set line up
	done
	ip -n "$a" address add 10.0.0.1 peer 10.0.0.2 dev line
	ip -n "$b" address add 10.0.0.2 peer 10.0.0.1 dev line
	python3 "$here/make/relay.py" "$a" "$b" "$@" > "$scratch/relay" 2>&1 &
	running+=($!)
	wait_for ready "$scratch/relay"
}

# --- one capture ------------------------------------------------------------

# listen_in SIDE FILE FILTER [OPTION …]: options as tcpdump takes them.
listen_in()
{
	local namespace=$1 file=$2 filter=$3

	shift 3
	ip netns exec "$namespace" tcpdump -Z root -U --immediate-mode -B 65536 "$@" \
		-w "$scratch/$file" "$filter" 2> "$scratch/$file.said" &
	running+=($!)
	wait_for "listening on" "$scratch/$file.said"
}

# Half a second lets the last ACKs pass.
talk()
{
	python3 "$here/make/talk.py" "$a" "$b" "$1"
	sleep 0.5
	stop_all
	remove_namespaces
	if [ -e "$scratch/relay" ]; then
		sed "/^ready$/d; s/^/$1: relay: /" "$scratch/relay"
		rm "$scratch/relay"
	fi
}

keep()
{
	local file

	for file in "$@"; do
		grep -q "^0 packets dropped by kernel" "$scratch/${file%ng}.said" || {
			say "$file: the capture is not complete, try again"
			cat "$scratch/${file%ng}.said" >&2
			exit 1
		}
		case $file in
		*.pcapng) python3 "$here/make/pcapng.py" "$scratch/${file%ng}" "$out/$file" ;;
		*) cp "$scratch/$file" "$out/$file" ;;
		esac
		echo "$file: $(stat -c %s "$out/$file") bytes"
	done
}

# --- the captures -----------------------------------------------------------

names="fetch ipv6 refused reset many half-close cooked loopback
transfer reordered rto zero-window simultaneous-open"

capture_fetch()
{
	link_by_veth
	listen_in "$a" fetch.pcap "arp or tcp" -i wire
	talk fetch
	keep fetch.pcapng
}

# Types 135 and 136: IPv6's way to ask for an Ethernet address.
capture_ipv6()
{
	link_by_veth
	listen_in "$a" ipv6.pcap "tcp or icmp6[0] = 135 or icmp6[0] = 136" \
		-i wire --time-stamp-precision=nano
	talk ipv6
	keep ipv6.pcapng
}

capture_refused()
{
	link_by_veth
	listen_in "$a" refused.pcap "arp or tcp" -i wire
	talk refused
	keep refused.pcap
}

capture_reset()
{
	link_by_veth
	listen_in "$a" reset.pcap tcp -i wire
	talk reset
	keep reset.pcap
}

capture_many()
{
	link_by_veth
	listen_in "$a" many.pcap tcp -i wire
	talk many
	keep many.pcap
}

capture_half-close()
{
	link_by_veth
	listen_in "$a" half-close.pcap tcp -i any -y LINUX_SLL
	talk half-close
	keep half-close.pcap
}

capture_cooked()
{
	link_by_veth
	listen_in "$a" cooked.pcap tcp -i any -y LINUX_SLL2
	talk cooked
	keep cooked.pcap
}

# lo keeps its offloads: the large segments and the checksums which nobody
# computed are what this one shows.
capture_loopback()
{
	new_namespaces 1
	listen_in "$a" loopback.pcap tcp -i lo
	talk loopback
	keep loopback.pcap
}

# The receiver's capture keeps the headers only.
capture_transfer()
{
	link_by_relay --delay-ms 10 --rate-mbps 20 --drop b@28960 --drop b@31856
	listen_in "$b" transfer.pcap tcp -i line
	listen_in "$a" transfer-receiver.pcap tcp -i line -s 96
	talk transfer
	keep transfer.pcap transfer-receiver.pcap
}

capture_reordered()
{
	link_by_relay --delay-ms 10 --rate-mbps 20 --late b@28960+4 --late b@60816+8
	listen_in "$a" reordered.pcap tcp -i line -s 96
	talk reordered
	keep reordered.pcap
}

capture_rto()
{
	link_by_relay --delay-ms 10 --drop b@11519*4
	listen_in "$b" rto.pcap tcp -i line
	talk rto
	keep rto.pcap
}

capture_zero-window()
{
	link_by_relay --delay-ms 10
	listen_in "$b" zero-window.pcap tcp -i line
	talk zero-window
	keep zero-window.pcap
}

capture_simultaneous-open()
{
	link_by_relay --delay-ms 20
	listen_in "$a" simultaneous-open.pcap tcp -i line --time-stamp-precision=nano
	talk simultaneous-open
	keep simultaneous-open.pcap
}

# ----------------------------------------------------------------------------

if [ $# -lt 1 ] || [ "${1#-}" != "$1" ]; then
	echo "usage: traces/capture.sh DIRECTORY [NAME …]"
	echo "names: " $names
	exit 2
fi
if [ "$(id -u)" -ne 0 ]; then
	say "needs root to make network namespaces: sudo traces/capture.sh $*"
	exit 3
fi
for tool in ip tcpdump python3; do
	command -v "$tool" > /dev/null || { say "needs $tool"; exit 3; }
done
[ -c /dev/net/tun ] || { say "needs /dev/net/tun: modprobe tun"; exit 3; }

mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
for name in "$@"; do
	case " $(echo $names) " in
	*" $name "*) ;;
	*) say "there is no capture \"$name\", but: " $names; exit 2 ;;
	esac
done

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
scratch=$(mktemp -d)

for name in ${*:-$names}; do
	"capture_$name"
done
