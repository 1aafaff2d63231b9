#!/usr/bin/env bash
# bad_captures.sh — no capture, however damaged, makes tcplab crash, hang or be silent.
#
# make_bad_captures.py writes the captures and says what a careful reader makes
# of each: refuse it, read it to where it is cut, or read the whole of it. Each
# is listed, replayed, and replayed with our engine as either end, and printed
# as a ladder or as JSON Lines. A refusal is exit status 2 and one sentence
# that names the file; a cut is said, with the number of packets before it.
# Then come captures that are no regular files.
set -eu
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}

command -v python3 >/dev/null || { echo "python3 is not installed"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$TOP/tests/make_bad_captures.py" "$scratch" >"$scratch/table.tsv"
bad=0
tried=0

complain() {
	echo "$*"
	bad=$((bad + 1))
}

# Runs tcplab with these arguments; sets $status and $said.
tcplab() {
	tried=$((tried + 1))
	status=0
	timeout -k 5 60 "$TCPLAB" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	said=$(cat "$scratch/out" "$scratch/err")
}

# What must hold of every run: it ends by itself, with 0, or with 2 and a
# sentence that names the file.
behaves() { # NAME WHAT
	case $status in
	0) ;;
	2)
		[ "$(wc -l <"$scratch/err")" -eq 1 ] || complain "$2: not one line, but: $(cat "$scratch/err")"
		grep -qF "$1" "$scratch/err" || complain "$2: does not name the file: $(cat "$scratch/err")"
		;;
	*) complain "$2: exit status $status: $(tail -n 3 "$scratch/err")" ;;
	esac
}

listed() { # NAME OUTCOME RECORDS
	tcplab replay "$scratch/$1" --list
	behaves "$1" "$1 --list"
	case $2 in
	refuse) [ "$status" -eq 2 ] || complain "$1: must be refused, and was not" ;;
	cut)
		case $said in
		*"packet $(($3 + 1)) cannot be read: "*"the $3 packet"*"before it"*"used."*) ;;
		*) complain "$1: does not say that it ends after $3 packets: $said" ;;
		esac
		;;
	whole)
		case $said in
		*"cannot be read"*) complain "$1: has $3 packets, but: $said" ;;
		esac
		;;
	esac
}

while IFS=$'\t' read -r name outcome records what; do
	listed "$name" "$outcome" "$records"
	for mode in "--text" "--text --play client" "--json --play server"; do
		# shellcheck disable=SC2086 # words
		tcplab replay "$scratch/$name" $mode
		behaves "$name" "$name $mode ($what)"
	done
done <"$scratch/table.tsv"
[ "$tried" -gt 500 ] || complain "only $tried runs: where are the captures?"

# ---- what is no regular file ----

good=$scratch/good.pcap
"$TCPLAB" replay "$good" --text >"$scratch/from-file" 2>/dev/null
"$TCPLAB" replay - --text <"$good" >"$scratch/from-stdin" 2>/dev/null
cat "$good" | "$TCPLAB" replay - --text >"$scratch/from-pipe" 2>/dev/null
mkfifo "$scratch/fifo"
cat "$good" >"$scratch/fifo" &
"$TCPLAB" replay "$scratch/fifo" --text >"$scratch/from-fifo" 2>/dev/null
wait $!
for from in stdin pipe fifo; do
	# They differ in the name alone.
	sed 1d "$scratch/from-file" | cmp -s - <(sed 1d "$scratch/from-$from") ||
		complain "from a $from the capture looks another way than from its file"
done

# A pipe whose writer goes on for ever is not read for ever if it is no capture.
tcplab replay /dev/zero --list
[ "$status" -eq 2 ] || complain "/dev/zero: exit status $status"
# Growing while it is read: what is there now counts.
head -c -30 "$good" >"$scratch/growing.pcap"
tcplab replay "$scratch/growing.pcap" --list
case $said in
*"still being written"*) ;;
*) complain "growing.pcap: does not say that it may still be written: $said" ;;
esac
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 "$scratch/good.pcap"
	tcplab replay "$scratch/good.pcap" --list
	[ "$status" -eq 2 ] || complain "a file that may not be read: exit status $status"
fi

if [ "$bad" -gt 0 ]; then
	echo "$bad complaints in $tried runs"
	exit 1
fi
echo "$tried runs over $(wc -l <"$scratch/table.tsv") captures, each ended with a result or a reason"
