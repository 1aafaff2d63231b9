#!/usr/bin/env bash
# hybrid.sh — the kernel's own TCP in a scenario's network: it comes through a TUN
# device in a user namespace, where curl and a server of Python's live.
#
#     curl ─ kernel ─ TUN ─ link: 20 ms, a loss ─ our TCP, or a second kernel
#
# Every octet arrives, and the inputs that were kept give the same recording again.
#
# mostly waits
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0

unshare -Urn true 2>/dev/null && [ -w /dev/net/tun ] || {
	echo 'user namespaces or /dev/net/tun are missing: no kernel comes into our network here'
	exit 77
}
for tool in curl python3; do
	command -v "$tool" >/dev/null || {
		echo "$tool is missing: not tried"
		exit 77
	}
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 600 err
}
check() { # SENTENCE COMMAND…: it succeeds
	checks=$((checks + 1))
	local sentence=$1
	shift
	"$@" || fail "$sentence"
}
says() { # WORDS FILE
	grep -qF -- "$1" "$2"
}

# live STATUS WHAT ARGUMENT…: leaves the recording in story.jsonl and the run in run.json, and
# runs that again.
live() {
	local status=$1 what=$2 got=0
	shift 2
	checks=$((checks + 1))
	timeout -k 2 60 "$TCPLAB" live tun "$@" --via space --json -o run.json >story.jsonl 2>err || got=$?
	[ "$got" -eq "$status" ] || fail "$what: exit status $got, not $status"
	! grep -qE 'AddressSanitizer|runtime error|other datagrams' err || fail "$what: it says so itself"
	cp err err.live
	"$TCPLAB" run run.json --json 2>err >again.jsonl || fail "$what: what was kept is not read"
	cmp -s story.jsonl again.jsonl || fail "$what: what was kept runs otherwise"
}

# acknowledged OCTETS PORT: so many and a few more, by the end at that port.
acknowledged() {
	python3 - "$@" <<-'END'
		import json, sys
		acks = [e["segment"]["ack"] for e in map(json.loads, open("story.jsonl"))
		        if e.get("kind") == "send" and e["segment"]["sport"] == int(sys.argv[2])
		        and "ack" in e["segment"]]
		had = (acks[-1] - acks[0]) % 2**32
		sys.exit(not int(sys.argv[1]) < had < int(sys.argv[1]) + 1000)
	END
}

head -c 100000 /dev/urandom >text

# ---- curl asks our server, whose second segment with data is lost ----
body=$(head -c 9000 /dev/zero | tr '\0' x)
cat >ours.json <<END
{
  "title": "curl asks our server",
  "hosts": {"client": {"address": "10.77.0.1", "real": true}, "server": {"address": "10.77.0.2"}},
  "links": [{"between": ["client", "server"], "delay_ms": 20,
             "faults": [{"lose": "the second segment with data from server"}]}],
  "applications": {"server": [
    {"listen": 80},
    {"on_received": 10, "send": "HTTP/1.0 200 OK\r\nContent-Length: 9000\r\n\r\n$body"},
    {"close": true}]}
}
END
live 0 'curl asks' ours.json --command 'curl -s -o page http://10.77.0.2/'
printf %s "$body" | cmp -s - page || fail 'curl asks: other octets'
check 'curl asks: the loss is told' says '"kind":"lost"' story.jsonl
check 'curl asks: and repaired' grep -qE 'retransmit|rtx|loss' story.jsonl
check 'how late it was is said' grep -qE 'late on average|timing invalid' err.live

# ---- our client asks a real server, by both versions of IP and through a router ----
for server in '10.77.0.2' '[fd00::2]'; do
	cat >theirs.json <<END
{
  "title": "our client asks a real server",
  "hosts": {"client": {"address": "10.77.0.1", "address6": "fd00::1"},
            "server": {"address": "10.77.0.2", "address6": "fd00::2"}},
  "routers": ["middle"],
  "links": [{"between": ["client", "middle"], "delay_ms": 10},
            {"between": ["middle", "server"], "delay_ms": 10, "rate_mbps": 50}],
  "applications": {"client": [{"connect": "$server:8000"}, {"send": "GET /text HTTP/1.0\r\n\r\n"},
                              {"on": "closing", "close": true}]}
}
END
	live 0 "our client asks $server" theirs.json --real server --for 3 \
		--command 'exec python3 -m http.server --bind :: 8000 2>/dev/null'
	check "our client asks $server: all of it came" acknowledged 100000 49152
done

# ---- two kernels ----
cat >both.json <<END
{
  "title": "two kernels",
  "hosts": {"server": {"address": "10.77.0.2", "real": true},
            "client": {"address": "10.77.0.1", "real": true}},
  "links": [{"between": ["client", "server"], "delay_ms": 20,
             "faults": [{"lose": "the second segment with data from server"}]}]
}
END
live 0 'two kernels' both.json \
	--command 'python3 -m http.server 8000 2>/dev/null & until [ -e done ]; do sleep 0.1; done; kill $!' \
	--command 'curl -s --retry 20 --retry-connrefused --retry-delay 1 -o came http://10.77.0.2:8000/text; touch done'
check 'two kernels: every octet' cmp -s text came

# ---- this machine's kernel: at the end it hears that the network is gone, however that ended ----
cat >kept.json <<END
{
  "title": "a connection that stays",
  "hosts": {"client": {"address": "10.77.0.1", "address6": "fd00::1", "real": true},
            "server": {"address": "10.77.0.2", "address6": "fd00::2"}},
  "links": [{"between": ["client", "server"], "delay_ms": 5}],
  "applications": {"server": [{"listen": 80}, {"on_received": 5, "send": "hello"}]}
}
END
cat >ends.sh <<'END'
# ends.sh HOW ADDRESS: the run, and a connection to there, in a network namespace; what is left
until_so() { for _ in $(seq 600); do ! "$@" || break; sleep 0.05; done; }
is_here() { [ -n "$(ip -br link show type tun)" ]; }
is_gone() { ! is_here; }
"$TCPLAB" live tun kept.json --via tun --for 60 --text >/dev/null 2>err & run=$!
until_so is_here
python3 -c 'import socket, sys, time
for _ in range(300):
    try:
        s = socket.create_connection((sys.argv[1], 80), 5)
        break
    except OSError:
        time.sleep(0.1)
s.sendall(b"hello"); assert s.recv(5) == b"hello"; open("said", "w"); s.settimeout(60)
try: s.recv(1)
except ConnectionResetError: open("heard", "w")' "$2" & child=$!
until_so [ -e said ]
case $1 in
deleted) ip link del "$(ip -br link show type tun | cut -d ' ' -f 1)" ;;
*) kill -"$1" $run ;;
esac
wait $run 2>/dev/null
status=$?
[ "$1" = deleted ] || until_so [ -e heard ]
kill $child 2>/dev/null
until_so is_gone
ip -br link show type tun
exit $status
END
for how in KILL INT deleted; do
	for address in 10.77.0.2 fd00::2; do
		checks=$((checks + 1)) got=0
		rm -f said heard
		left=$(TCPLAB=$TCPLAB unshare -Urn bash ends.sh $how $address 2>/dev/null) || got=$?
		[ -e said ] || fail "$how, $address: no connection"
		[ -z "$left" ] || fail "$how, $address: left: $left"
		case $how in
		KILL) [ -e heard ] || fail "killed, $address: the kernel never hears of it" ;;
		INT) { [ -e heard ] && [ $got -eq 0 ]; } || fail "ended, $address: exit status $got" ;;
		deleted) { [ $got -eq 1 ] && says 'TUN device was deleted' err; } ||
			fail "deleted, $address: exit status $got" ;;
		esac
	done
done

# ---- in the window, links are changed by hand ----
if [ -e "$(dirname "$TCPLAB")/tcplab-window.so" ]; then
	cat >hands.ui <<-'END'
		expect live=follows
		expect by-hand=20 ms, 0 % lost
		click id=lose-right
		key }
		click id=more-delay
		key )
		key (
		expect by-hand=40 ms, 0 % lost
		dump changed.json
		wait text~By hand
		wait live=ended
		expect by-hand=
		key >
		expect notice~that runs
	END
	checks=$((checks + 1))
	SDL_VIDEODRIVER=dummy timeout -k 2 60 "$TCPLAB" live tun ours.json -o run.json --ui-script hands.ui \
		--reduce-motion --command 'until [ -e changed.json ]; do sleep 0.1; done; curl -s -o page http://10.77.0.2/' 2>err ||
		fail 'by hand: the window'
	printf %s "$body" | cmp -s - page || fail 'by hand: other octets'
	"$TCPLAB" run run.json --text >story 2>err || fail 'by hand: what was kept is not read'
	check 'by hand: a loss' says 'lost by hand' story
	check 'by hand: a delay' says 'packets now take' story
fi

# ---- what is said where it cannot be ----
refused() { # STATUS WORDS ARGUMENT…
	local status=$1 words=$2 got=0
	shift 2
	checks=$((checks + 1))
	timeout -k 2 60 "$TCPLAB" "$@" >out 2>err || got=$?
	[ "$got" -eq "$status" ] || fail "$*: exit status $got, not $status"
	says "$words" err || fail "$*: it does not say: $words"
}
refused 2 'tcplab live tun ours.json' run ours.json
refused 2 'tcplab run run.json' live tun run.json
refused 2 '--real NAME' live tun "$TOP/scenarios/$(cd "$TOP/scenarios" && ls 01-*.json)"
refused 2 'there is no host "clint"' live tun both.json --real clint
refused 2 'by way of tun or space' live tun ours.json --via raw
refused 2 'needs a scenario' live tun
refused 2 'one kernel' live tun both.json --via tun
refused 1 'ended with status 3' live tun ours.json --text --command 'exit 3'
sed 's/"datagram": "45/"datagram": "4x/' run.json >broken.json
refused 2 'pairs of the digits' run broken.json
sed '0,/"datagram": "45/s//"datagram": "95/' run.json >broken.json
refused 2 'no IP datagram' run broken.json

if [ "$failures" -gt 0 ]; then
	echo "$failures of $checks checks failed"
	exit 1
fi
echo "$checks checks passed"
