#!/bin/bash
# check.sh — do the captures show what README.md says of them?
#
#     traces/check.sh [DIRECTORY]
#
# Asks tshark, which knows nothing of tcplab. Times and initial sequence
# numbers differ from one making to the next, so it counts segments instead.
# Prints what is wrong; exit status 0 if nothing is.
set -eu

directory=${1:-$(dirname "$0")}
wrong=0

complain()
{
	echo "check.sh: $*" >&2
	wrong=$((wrong + 1))
}

# shows FILE LINK-TYPE: opens, is small, and holds nothing but packets.
shows()
{
	local file=$directory/$1 size

	judge
	if [ ! -f "$file" ]; then
		complain "$1 is missing"
		return
	fi
	size=$(stat -c %s "$file")
	[ "$size" -lt 300000 ] || complain "$1 has $size bytes, 300000 is too many"
	capinfos -T -r -E "$file" | grep -q -P "\t$2\$" || complain "$1 is not of link type $2"
	if grep -q -a -i -e wireshark -e tcpdump -e "linux [0-9]" -e "$(uname -r)" "$file"; then
		complain "$1 names the machine or the program that made it"
	fi
}

# What is claimed of the last file that was shown: FILTER, and how many packets match it.
claimed='' filters=() least=() most=()

exactly()
{
	claimed=$1
	filters+=("$3")
	least+=("$2")
	most+=("$2")
}

at_least()
{
	claimed=$1
	filters+=("$3")
	least+=("$2")
	most+=(1000000)
}

# All that is claimed of a file is asked of one tshark: a column for each filter.
judge()
{
	local columns found i=0

	[ -n "$claimed" ] || return 0
	columns=$(printf ',%s' "${filters[@]}")
	found=$(tshark -n -q -o tcp.check_checksum:TRUE -r "$directory/$claimed" -z "io,stat,0$columns" 2> /dev/null |
		sed -n 's/^|[^|]*<>[^|]*|//p' | tr '|' '\n' | awk 'NF && NR % 2 { print $1 }')
	[ "$(wc -w <<< "$found")" -eq ${#filters[@]} ] || complain "tshark does not count in $claimed"
	for count in $found; do
		[ "$count" -ge "${least[i]}" ] && [ "$count" -le "${most[i]}" ] ||
			complain "$claimed has $count packets with \"${filters[i]}\", not ${least[i]}$([ "${most[i]}" = "${least[i]}" ] || echo ' or more')"
		i=$((i + 1))
	done
	claimed='' filters=() least=() most=()
}

command -v tshark > /dev/null || { echo "check.sh: needs tshark" >&2; exit 3; }

opening="tcp.flags.syn == 1 && tcp.flags.ack == 0"
bad_sum="tcp.checksum.status == 0"

shows    fetch.pcapng ether
exactly  fetch.pcapng 12 frame
exactly  fetch.pcapng 2 arp
exactly  fetch.pcapng 1 "http.response.code == 200"
exactly  fetch.pcapng 2 "tcp.flags.fin == 1"
exactly  fetch.pcapng 0 "$bad_sum"

shows    ipv6.pcapng ether
exactly  ipv6.pcapng 16 frame
exactly  ipv6.pcapng 2 icmpv6
exactly  ipv6.pcapng 3 "tcp.srcport == 80 && tcp.len > 0"
exactly  ipv6.pcapng 0 "$bad_sum"

shows    refused.pcap ether
exactly  refused.pcap 4 frame
exactly  refused.pcap 1 "$opening"
exactly  refused.pcap 1 "tcp.flags == 0x014"

shows    reset.pcap ether
exactly  reset.pcap 12 frame
exactly  reset.pcap 1 "tcp.flags.reset == 1 && tcp.srcport == 80 && tcp.seq == 3201"
exactly  reset.pcap 0 "tcp.flags.fin == 1"

shows    half-close.pcap linux-sll
exactly  half-close.pcap 18 frame
exactly  half-close.pcap 3 "tcp.srcport == 7 && tcp.len > 0 && tcp.ack == 17"
exactly  half-close.pcap 0 "$bad_sum"

shows    cooked.pcap linux-sll2
exactly  cooked.pcap 20 frame
exactly  cooked.pcap 10 "sll.ifindex == 1"
exactly  cooked.pcap 10 "sll.ifindex == 2"

shows    loopback.pcap ether
at_least loopback.pcap 2 "tcp.len > 1460"
at_least loopback.pcap 10 "$bad_sum"
exactly  loopback.pcap 0 "tcp.checksum.status == 1"

shows    many.pcap ether
exactly  many.pcap 360 frame
exactly  many.pcap 40 "$opening"
exactly  many.pcap 6 "$opening && ipv6"
exactly  many.pcap 4 "tcp.flags.reset == 1 && tcp.srcport == 81"
exactly  many.pcap 4 "tcp.flags.reset == 1 && tcp.port == 80"
exactly  many.pcap 2 "$opening && tcp.srcport == 40004"

late="tcp.srcport == 80 && tcp.len > 0 && tcp.seq"
shows    transfer.pcap rawip
exactly  transfer.pcap 2 "$late == 28961"
exactly  transfer.pcap 2 "$late == 31857"
at_least transfer.pcap 100 "tcp.srcport == 80 && tcp.len > 0"
at_least transfer.pcap 10 "tcp.options.sack.count == 2"
exactly  transfer.pcap 0 "$bad_sum"

shows    transfer-receiver.pcap rawip
exactly  transfer-receiver.pcap 1 "$late == 28961"
exactly  transfer-receiver.pcap 1 "$late == 31857"
at_least transfer-receiver.pcap 100 "tcp.srcport == 80 && tcp.len > 0"

shows    reordered.pcap rawip
exactly  reordered.pcap 2 "$late == 28961"
exactly  reordered.pcap 1 "$late == 60817"
exactly  reordered.pcap 1 "tcp.options.sack.dsack"
at_least reordered.pcap 6 "tcp.options.sack.count == 1"

shows    rto.pcap rawip
exactly  rto.pcap 28 frame
exactly  rto.pcap 5 "tcp.len > 0 && tcp.seq == 10137"
exactly  rto.pcap 0 tcp.options.sack.count

shows    zero-window.pcap rawip
at_least zero-window.pcap 3 "tcp.window_size_value == 0"
at_least zero-window.pcap 3 "tcp.srcport == 80 && tcp.len == 0 && tcp.seq == 10196"
exactly  zero-window.pcap 0 "tcp.analysis.retransmission"

shows    simultaneous-open.pcap rawip
exactly  simultaneous-open.pcap 14 frame
exactly  simultaneous-open.pcap 2 "$opening"
exactly  simultaneous-open.pcap 2 "tcp.flags == 0x012"
exactly  simultaneous-open.pcap 1 "tcp.flags.fin == 1 && tcp.srcport == 4000 && tcp.ack == 15"
exactly  simultaneous-open.pcap 1 "tcp.flags.fin == 1 && tcp.srcport == 5000 && tcp.ack == 11"

judge
if [ "$wrong" -gt 0 ]; then
	echo "check.sh: $wrong claims are wrong" >&2
	exit 1
fi
echo "check.sh: the captures show what they should"
