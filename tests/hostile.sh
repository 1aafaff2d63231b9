#!/usr/bin/env bash
# hostile.sh — what files are called and what they say never commands a terminal
# or a page, and memory that runs out ends with a sentence.
set -u
export LC_ALL=C
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

wrong() { echo "$1"; failed=1; }

# Escape, bell, CSI in one octet, and a direction override: a name that any file may have.
bad=$'\e]0;owned\a\xc2\x9b2J\e[2J\xe2\x80\xae'
long=$(head -c 65536 /dev/zero | tr '\0' x)
cat >"$bad.json" <<END
{
  "title": "\\u001b]0;owned\\u0007\\u001b[2J\\u009b\\u202e<script>alert(1)</script>",
  "look_for": "\\u001b[31m\\u2066",
  "hosts": {"a": {"address": "10.0.0.1"}, "b": {"address": "10.0.0.2"}},
  "links": [{"between": ["a", "b"], "delay_ms": 10}],
  "applications": {
    "b": [{"at_ms": 0, "listen": 80}, {"on": "closing", "close": true}],
    "a": [{"at_ms": 0, "connect": "b:80"}, {"on": "connected", "send": 10}, {"close": true}]
  },
  "expect": [{"host": "b", "receives": 10}]
}
END
sed 's/"receives": 10/"receives": 11/' "$bad.json" >"failing$bad.json"
echo '{' >"broken$bad.json"
printf '{"title": "%s"}' "$long" >long.json
head -c 30 /dev/urandom >"broken$bad.pcap"
"$TCPLAB" export "$bad.json" -o "$bad.pcapng" >made.out 2>&1 || wrong "no capture: $(cat made.out)"

harmless() { # WHAT FILE
	[ -s "$2" ] || wrong "$1: says nothing"
	# C0 but tab and newline, DEL, C1, marks that turn the direction, NUL.
	if grep -qaP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$2"; then
		wrong "$1: $(grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80' "$2" | head -n 2 | cut -c 1-200 | cat -v)"
	fi
}

class_30_names_and_titles_never_reach_a_terminal_raw() {
	local n=0 line
	while IFS= read -r line; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words of the command
		"$TCPLAB" ${line%% FILE *} "$bad${line##* FILE }" >"out.$n" 2>&1 </dev/null
		harmless "tcplab $line" "out.$n"
	done <<-END
		check FILE .json
		run --text FILE .json
		run --json FILE .json
		check FILE .pcapng
		replay --text FILE .pcapng
		replay --json FILE .pcapng
		replay --list FILE .pcapng
		check --play client FILE .pcapng
		check FILE .absent
	END
	for line in long.json "failing$bad.json" "broken$bad.json" "broken$bad.pcap"; do
		"$TCPLAB" check "$line" >out.check 2>&1
		harmless "tcplab check" out.check
	done
	"$TCPLAB" check . >out.directory 2>&1
	harmless "tcplab check of a directory" out.directory
	"$TCPLAB" "$bad" >out.word 2>&1
	harmless "a word that is no command" out.word
	"$TCPLAB" check --set "$bad=1" "$bad.json" >out.set 2>&1
	harmless "a setting that is none" out.set
}

class_30_titles_never_reach_a_page_raw() {
	local ending
	for ending in svg html txt jsonl; do
		"$TCPLAB" export "$bad.json" -o "out.$ending" >out.export 2>&1 || {
			[ "$ending" = html ] && continue # not in each version
			wrong "export to $ending: $(cat -v out.export)"
			continue
		}
		harmless "export to $ending" "out.$ending"
		case $ending in
		svg | html) grep -qaF '<script>alert' "out.$ending" && wrong "export to $ending: a script of the title" ;;
		esac
	done
}

# The sentence, and no signal: whatever the limit is, from too little to begin up to enough.
class_29_memory_that_runs_out_ends_with_a_sentence() {
	local kib status told=0
	nm "$TCPLAB" 2>/dev/null | grep -q __asan_init && return # it reserves more than any limit
	for kib in $(seq 30000 15000 200000); do
		(ulimit -v "$kib" && exec "$TCPLAB" check --set applications.a.1.send=50000000 \
			--set hosts.a.tcp.send_buffer=100000000 "$bad.json") >out.memory 2>&1
		status=$?
		[ "$status" -gt 1 ] || break
		[ "$status" = 127 ] && continue # not even its libraries had room
		if [ "$status" = 3 ] && grep -qa '^tcplab: .*memory' out.memory; then
			told=$((told + 1))
		else
			wrong "$kib KiB: status $status: $(head -c 300 out.memory | cat -v)"
		fi
	done
	[ "$status" -le 1 ] || wrong "no memory was enough"
	[ "$told" -gt 0 ] || wrong "memory never ran out"
}

class_30_names_and_titles_never_reach_a_terminal_raw
class_30_titles_never_reach_a_page_raw
class_29_memory_that_runs_out_ends_with_a_sentence
[ "$failed" = 0 ] || exit 1
echo 'names, titles and lack of memory do no harm'
