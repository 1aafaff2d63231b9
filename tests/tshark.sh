#!/usr/bin/env bash
# tshark.sh — tshark counts the connections of a capture as tcplab replay --list does.
#
# For each capture in traces/ (or those named) and each connection in it: the
# packets, and the octets of text that each end sent, by sequence numbers. Then
# the same of the recording: the text that a replay delivers to each end.
set -eu
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}

for tool in tshark jq; do
	command -v "$tool" >/dev/null || { echo "$tool is not installed"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A line a connection: packets, octets from its first speaker, octets to it.
by_tshark() { # FILE
	tshark -n -r "$1" -Y tcp -T fields -e tcp.stream -e ip.src -e ipv6.src -e tcp.srcport \
		-e tcp.seq -e tcp.len -e tcp.flags.reset 2>/dev/null |
		awk -F '\t' '
		{
			stream = $1; from = $2 $3 "," $4; end = $5 + $6
			if (!(stream in packets)) { order[++count] = stream; first[stream] = from }
			packets[stream]++
			side = from == first[stream] ? 0 : 1
			if ($6 > 0 && end > most[stream, side]) most[stream, side] = end
		}
		END {
			# Relative numbers begin with the SYN at 0, text with 1.
			for (i = 1; i <= count; i++) {
				s = order[i]
				sent = most[s, 0] ? most[s, 0] - 1 : 0
				got = most[s, 1] ? most[s, 1] - 1 : 0
				print packets[s], sent, got
			}
		}'
}

by_tcplab() { # FILE
	"$TCPLAB" replay "$1" --list | awk 'NR > 1 && $1 ~ /^[0-9]+$/ { print $4, $5, $6 }'
}

# The text that arrived at either end of a connection: RCV.NXT − IRS − 1, less a FIN.
delivered() { # FILE CONNECTION
	"$TCPLAB" replay "$1" --conn "$2" --json 2>/dev/null | jq -s -r '
		[.[] | select(.tcb["RCV.NXT"] != null or .tcb["IRS"] != null or .to != null)] |
		group_by(.host) | map({
			host: .[0].host,
			irs: ([.[] | .tcb["IRS"] // empty] | last // 0),
			nxt: ([.[] | .tcb["RCV.NXT"] // empty] | last // 0),
			fin: (any(.[]; .to == "CLOSE-WAIT" or .to == "CLOSING" or .to == "TIME-WAIT"))
		}) | map({key: .host, value: (if .nxt == 0 then 0 else
			((.nxt - .irs + 4294967296) % 4294967296) - 1 - (if .fin then 1 else 0 end) end)}) |
		from_entries | "\(.Server // 0) \(.Client // 0)"'
}

captures=("$@")
[ $# -gt 0 ] || captures=("$TOP"/traces/*.pcap "$TOP"/traces/*.pcapng)
bad=0
connections=0
for file in "${captures[@]}"; do
	by_tshark "$file" >"$scratch/tshark"
	by_tcplab "$file" >"$scratch/tcplab"
	if ! cmp -s "$scratch/tshark" "$scratch/tcplab"; then
		echo "$(basename "$file"): packets, octets sent, octets received (tshark's < and ours >)"
		diff "$scratch/tshark" "$scratch/tcplab" || true
		bad=$((bad + 1))
	fi
	number=0
	while read -r _ sent got; do
		number=$((number + 1))
		connections=$((connections + 1))
		if [ "$(delivered "$file" "$number")" != "$sent $got" ]; then
			echo "$(basename "$file") connection $number: delivers $(delivered "$file" "$number") octets, tshark says $sent $got"
			bad=$((bad + 1))
		fi
	done <"$scratch/tshark"
done
[ "$bad" -eq 0 ] || exit 1
echo "$connections connections, the same for tshark"
