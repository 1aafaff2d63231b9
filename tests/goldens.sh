#!/bin/sh
# Each scenario and each capture, told as text, is what tests/golden/ holds.
#
#   tests/goldens.sh            compares; prints the first differences
#   tests/goldens.sh --update   writes them anew: look at the diff before you commit it
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
golden=$TOP/tests/golden
cd "$TOP" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The text of one input goes to standard output.
tell() {
	case $1 in
	scenarios/*) "$TCPLAB" run "$1" --text --color=never ;;
	*) "$TCPLAB" replay "$1" --text --color=never ;;
	esac
}

# A capture of many packets would be a golden that nobody reads: the shorter ones.
inputs() {
	ls scenarios/[0-9]*.json
	for name in fetch.pcapng refused.pcap reset.pcap ipv6.pcapng rto.pcap half-close.pcap \
		simultaneous-open.pcap; do
		echo "traces/$name"
	done
}

bad=0
count=0
for input in $(inputs); do
	name=$(basename "${input%.*}").txt
	case $input in traces/*) name=trace-$name ;; esac
	if ! tell "$input" >"$work/$name" 2>"$work/err"; then
		echo "$input: tcplab failed:"
		cat "$work/err"
		bad=1
		continue
	fi
	count=$((count + 1))
	if [ "$1" = --update ]; then
		mkdir -p "$golden" && cp "$work/$name" "$golden/$name"
	elif ! diff -u "$golden/$name" "$work/$name" >"$work/diff" 2>&1; then
		echo "$input: not as tests/golden/$name has it:"
		head -30 "$work/diff"
		bad=1
	fi
done

# A golden without its input is stale.
for file in "$golden"/*.txt; do
	[ -f "$work/$(basename "$file")" ] && continue
	echo "tests/golden/$(basename "$file") belongs to no scenario or capture: remove it"
	bad=1
done
[ "$bad" = 0 ] && echo "$count texts are as before"
exit $bad
