#!/bin/sh
# docs/tour.md is true: every paragraph of RFC 9293 §3.10 is on its map, each function it names
# stands in the file it names, each file exists, and no file of the engine is left out.
cd "$TOP" || exit 1
tour=docs/tour.md
bad=0
rows=0
wrong() { echo "$tour: $*"; bad=1; }

for file in $(grep -oE '(sim|viz|docs|tests)/[a-z0-9_/]+\.(c|h|def|md)' $tour | sort -u); do
	[ -f "$file" ] || wrong "$file does not exist"
done

# Rows of the map: | section | paragraph | `function`, … | `file`, … |
while IFS='|' read -r _ section _ functions files _; do
	files=$(printf '%s' "$files" | tr -d '`,')
	for function in $(printf '%s' "$functions" | grep -oE '`[a-z_]+`' | tr -d '`'); do
		rows=$((rows + 1))
		grep -qE "^[a-z].*[ *]$function\(" $files ||
			wrong "$function (§$section) is not defined in $files"
	done
done <<ROWS
$(grep -E '^\| 3\.10' $tour)
ROWS

# Every paragraph of the RFC, in its words.
while read -r section paragraph; do
	grep -qE "^\| $section \| $paragraph[^|]*\|[^|]*\`[a-z_]+\`[^|]*\|" $tour ||
		wrong "nothing is said of §$section, \"$paragraph\""
done <<'PARAGRAPHS'
3.10.1 OPEN
3.10.2 SEND
3.10.3 RECEIVE
3.10.4 CLOSE
3.10.5 ABORT
3.10.6 STATUS
3.10.7 SEGMENT ARRIVES
3.10.7.1 CLOSED
3.10.7.2 LISTEN
3.10.7.2 First, check for a RST
3.10.7.2 Second, check for an ACK
3.10.7.2 Third, check for a SYN
3.10.7.2 Fourth, other data or control
3.10.7.3 SYN-SENT
3.10.7.3 First, check the ACK bit
3.10.7.3 Second, check the RST bit
3.10.7.3 Third, check the security
3.10.7.3 Fourth, check the SYN bit
3.10.7.3 Fifth, if neither of the SYN or RST bits is set
3.10.7.4 Other states
3.10.7.4 First, check sequence number
3.10.7.4 Second, check the RST bit
3.10.7.4 Third, check security
3.10.7.4 Fourth, check the SYN bit
3.10.7.4 Fifth, check the ACK field
3.10.7.4 Sixth, check the URG bit
3.10.7.4 Seventh, process the segment text
3.10.7.4 Eighth, check the FIN bit
3.10.8 Timeouts
3.10.8 USER TIMEOUT
3.10.8 RETRANSMISSION TIMEOUT
3.10.8 TIME-WAIT TIMEOUT
PARAGRAPHS

# The calls have a paragraph for each state; some have one in common.
for section in 1 2 3 4 5; do
	for state in CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 \
		CLOSE-WAIT CLOSING LAST-ACK TIME-WAIT; do
		grep -qE "^\| 3\.10\.$section \|[^|]*[ ;,]$state[ ;,]" $tour ||
			wrong "§3.10.$section says nothing of $state"
	done
done

# Mechanisms: | mechanism | RFC | `file`, … |
for file in sim/tcp/*.c; do
	grep -E '^\|[^|]*\|[^|]*\|[^|]*\|$' $tour | grep -qF "\`$file\`" ||
		wrong "no mechanism is said to be in $file"
done

[ "$rows" -ge 30 ] || wrong "only $rows functions are on the map"
[ "$bad" = 0 ] && echo "$rows functions are where the tour says"
exit $bad
