#!/usr/bin/env bash
# live_replay.sh — our TCP does what a captured client did, against a real server:
# the kernel's, behind a TUN device in a user namespace.
#
# mostly waits
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0

unshare -Urn true 2>/dev/null && [ -w /dev/net/tun ] || {
	echo 'user namespaces or /dev/net/tun are missing: there is no kernel here to speak to'
	exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER

# Answers the first octets with so many, and closes then, or only after the client.
cat >server.py <<'END'
import socket, sys
octets, closes_first = int(sys.argv[1]), sys.argv[2] == "first"
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 9000))
s.listen()
c, _ = s.accept()
got = c.recv(65536)
c.sendall(b"x" * octets)
if closes_first:
    c.shutdown(socket.SHUT_WR)
while piece := c.recv(65536):
    got += piece
open("got", "wb").write(got)
END

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 900 err
}
# replay CAPTURE OPTION… OCTETS first|last
replay() {
	local got=0 how=${*: -1} octets=${*: -2:1}
	checks=$((checks + 1))
	rm -f got
	timeout -k 2 40 "$TCPLAB" live replay "${@:1:$#-2}" --to 198.18.0.1 9000 --via space --text \
		--command "exec python3 server.py $octets $how" >story 2>err || got=$?
	[ "$got" -eq 0 ] || fail "$1: exit status $got"
	! grep -qE 'AddressSanitizer|runtime error|other segments' err || fail "$1: it says so itself"
}
says() { # WORDS FILE
	checks=$((checks + 1))
	grep -qF -- "$1" "$2" || fail "$2 does not say: $1"
}

replay "$TOP/traces/fetch.pcapng" 98 first
says 'The application sent 89 octets, and heard 98.' err
says '0 different, 0 cut' err
says 'ESTABLISHED' story
checks=$((checks + 1))
printf 'GET /hello.txt HTTP/1.1\r\n' | cmp -s - <(head -c 25 got) || fail 'another text was sent'
checks=$((checks + 1))
[ "$(wc -c <got)" -eq 89 ] || fail "not 89 octets"

# A server that says less, and waits for us: we do not wait for ever.
replay "$TOP/traces/fetch.pcapng" 10 last
says 'did not wait for all' err

refused() { # WORDS ARGUMENT…
	local words=$1 got=0
	shift
	checks=$((checks + 1))
	"$TCPLAB" live replay "$@" >out 2>err || got=$?
	[ "$got" -eq 2 ] || fail "$*: exit status $got, not 2"
	says "$words" err
}
refused 'what, and to whom' "$TOP/traces/fetch.pcapng"
refused 'is no port' "$TOP/traces/fetch.pcapng" 198.18.0.1 http
refused 'name a file' - 198.18.0.1 9000
refused 'No such file' missing.pcap 198.18.0.1 9000

if [ "$failures" -gt 0 ]; then
	echo "$failures of $checks checks failed"
	exit 1
fi
echo "$checks checks passed"
