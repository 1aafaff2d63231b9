#!/usr/bin/env bash
# pcapng.sh — tshark sees in an exported capture what the recording holds.
#
# Each scenario is exported as pcapng and as JSON Lines. For every packet that
# a host sent or got, tshark's sequence and acknowledgment number, flags and
# length must be ours, at the same host and nanosecond; for an ICMP error its
# type, code, MTU and the sequence number that it quotes. And tshark must find
# no wrong checksum and nothing malformed.
set -eu
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LC_ALL=C
cd "$TOP"

shopt -s nullglob
scenarios=("$@")
[ $# -gt 0 ] || scenarios=(scenarios/[0-9]*.json)
if [ ${#scenarios[@]} -eq 0 ]; then
	echo "there is no scenario to export yet"
	exit 77
fi
for tool in tshark jq; do
	command -v "$tool" >/dev/null || { echo "$tool is not installed"; exit 77; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# ns, host, seq, ack, flags, len; or ns, host, "icmp", type, code, MTU, quoted seq
ours() { # FILE.jsonl
	jq -r '
		def bit(name; n): if any(. == name) then n else 0 end;
		select((.kind == "send" or .kind == "arrive") and (.segment or .icmp)) |
		[.t_ns, .host] +
		if .icmp then
			["icmp", .icmp.type, .icmp.code, .icmp.mtu // 0, .icmp.about_seq]
		else
			[.segment.seq, .segment.ack // 0,
			 (.segment.flags | split(",") |
			  bit("FIN"; 1) + bit("SYN"; 2) + bit("RST"; 4) + bit("PSH"; 8) + bit("ACK"; 16) +
			  bit("URG"; 32) + bit("ECE"; 64) + bit("CWR"; 128)),
			 .segment.len]
		end | @tsv' "$1"
}

# A packet's checksums and what is malformed in it, and all the rest, which begins with its time.
fields=(_ws.malformed ip.checksum.status tcp.checksum.status icmp.checksum.status
	icmpv6.checksum.status frame.time_epoch frame.interface_name tcp.seq tcp.ack tcp.flags
	tcp.len icmp.type icmp.code icmp.mtu icmpv6.type icmpv6.code icmpv6.mtu)

tshark_fields() { # FILE.pcapng
	# shellcheck disable=SC2046 # words
	tshark -r "$1" -n -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -o tcp.relative_sequence_numbers:FALSE \
		-o tcp.desegment_tcp_streams:FALSE -T fields $(printf -- '-e %s ' "${fields[@]}") 2>>"$scratch/complaints"
}

theirs() { # FIELDS
	cut -f 6- "$1" |
		awk -F '\t' -v OFS='\t' '
			function last_octet(flags,   value, i) {
				for (i = 3; i <= length(flags); i++)
					value = value * 16 + index("0123456789abcdef", substr(flags, i, 1)) - 1
				return value % 256
			}
			{
				split($1, time, ".")
				ns = time[1] time[2]
				sub(/^0+/, "", ns)
				ns = ns == "" ? 0 : ns
			}
			$7 $10 != "" { print ns, $2, "icmp", $7 $10, $8 $11, $9 $12 == "" ? 0 : $9 $12, $3; next }
			{ print ns, $2, $3, ($4 == "" ? 0 : $4), last_octet($5), $6 }'
}

packets=0
for scenario in "${scenarios[@]}"; do
	name=$scratch/$(basename "$scenario" .json)
	"$TCPLAB" export "$scenario" -o "$name.pcapng"
	"$TCPLAB" export "$scenario" -o "$name.jsonl"
	: >"$scratch/complaints"
	ours "$name.jsonl" >"$name.ours"
	tshark_fields "$name.pcapng" >"$name.fields"
	theirs "$name.fields" >"$name.theirs"
	if ! diff "$name.ours" "$name.theirs" >"$name.diff"; then
		echo "$scenario: ours (<) and tshark's (>) differ in $(grep -c '^[<>]' "$name.diff") lines:"
		head -20 "$name.diff"
		exit 1
	fi
	cut -f -5 "$name.fields" |
		awk '/^[^\t]/ || /[\t,]0/ { print NR ": " $0 }' >"$name.bad"
	if [ -s "$name.bad" ]; then
		echo "$scenario: tshark finds wrong checksums or malformed packets:"
		head "$name.bad"
		exit 1
	fi
	if grep -v 'Running as user' "$scratch/complaints" | grep -q .; then
		echo "$scenario: tshark complains:"
		cat "$scratch/complaints"
		exit 1
	fi
	packets=$((packets + $(wc -l <"$name.ours")))
done
[ "$packets" -gt 0 ] || { echo "no scenario has a packet"; exit 1; }
echo "$packets packets of ${#scenarios[@]} scenarios are what tshark reads"
