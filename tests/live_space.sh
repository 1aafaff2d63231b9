#!/usr/bin/env bash
# live_space.sh — our own TCP against the kernel's, through a TUN device in a user
# namespace, which needs no privilege: both roles, both versions of IP, good links
# and bad ones, peers that refuse, reset and read slowly; and nothing is left
# behind, whenever we are killed.
#
#     MB=1024 CONNECTIONS=1000 tests/live_space.sh     the long way
#
# mostly waits
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
MB=${MB:-2}
CONNECTIONS=${CONNECTIONS:-100}
KILLS=${KILLS:-10}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
peer="python3 $TOP/tests/live_peer.py"
kernel=198.18.0.1
us=198.18.0.2
kernel6='fd74:6370:6c61:6200::1'

unshare -Urn true 2>/dev/null && [ -w /dev/net/tun ] || {
	echo 'user namespaces or /dev/net/tun are missing: our TCP meets no kernel here'
	exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
head -c "${MB}M" /dev/urandom >text
mkdir www && cp text www/text && echo 'a page' >www/index.html

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 600 err
}

# live STATUS WHAT ARGUMENT…: tcplab live with a peer on the other side.
live() {
	local status=$1 what=$2 got=0
	shift 2
	checks=$((checks + 1))
	timeout -k 5 $((60 + MB)) "$TCPLAB" live "$@" --via space 2>err || got=$?
	[ "$got" -eq "$status" ] || fail "$what: exit status $got, not $status"
	! grep -qE 'AddressSanitizer|runtime error|other segments' err || fail "$what: it says so itself"
}

same() { # WHAT A B
	cmp -s "$2" "$3" || fail "$1: other octets"
}

# ---- a page ----
live 0 'a page' get "http://$kernel:8000/" -o page -v \
	--command "cd www && exec python3 -m http.server 8000 >/dev/null 2>&1"
same 'a page' page www/index.html
grep -q 'ESTABLISHED' err || fail 'a page: no ladder'
live 0 'a page by IPv6' get "http://[$kernel6]:8000/text" -o page \
	--command "cd www && exec python3 -m http.server --bind :: 8000 >/dev/null 2>&1"
same 'a page by IPv6' page text
live 1 'no such page' get "http://$kernel:8000/none" \
	--command "cd www && exec python3 -m http.server 8000 >/dev/null 2>&1" >/dev/null
grep -q '404' err || fail 'no such page: the server said so'

answer() { # LINE…: what the peer says, which never closes
	printf '%s\r\n' "$@" '' >answer
	live "$status" "$what" get "http://$kernel:8000/" -o page --set fin_wait_2_ms=100 \
		--command "exec $peer says answer 8000"
}

status=0 what='a server that never closes'
answer 'HTTP/1.1 200 OK' 'Content-Length: 0'
status=1 what='a page that moved'
answer 'HTTP/1.1 302 Found' 'Location: /new' 'Content-Length: 0'
grep -q "live get http://$kernel:8000/new" err || fail 'a page that moved: not told where to'

cat >nginx.conf <<-END
	daemon off;
	user root;
	error_log stderr crit;
	pid nginx.pid;
	events {}
	http {
		access_log off;
		server { listen 8000; listen [::]:8000; root www; }
	}
END
live 0 'a page of nginx' get "http://$kernel:8000/text" -o page --loss 1 --seed 3 \
	--command "exec nginx -p $scratch -c nginx.conf -e stderr"
same 'a page of nginx' page text

# ---- both ways, over links of all kinds ----
for link in '--loss 0' '--loss 1' '--loss 5' '--loss 1 --duplication 2 --reordering 3'; do
	# shellcheck disable=SC2086 # words of the command
	live 0 "down, $link" connect "$kernel" 9000 $link --seed 1 \
		--command "exec $peer gives text 9000" <text >came
	same "down, $link" came text
	# shellcheck disable=SC2086
	live 0 "up, $link" connect "$kernel6" 9000 $link --seed 2 \
		--command "$peer takes went 9000" <text >/dev/null
	same "up, $link" went text
done
head -c 300000 text >little
live 0 'up, to a slow reader' connect "$kernel" 9000 \
	--command "$peer slow went 9000" <little >/dev/null
same 'up, to a slow reader' went little

# ---- we serve ----
live 0 'an echo' listen 7 --once --command "$peer calls $scratch/text $us 7 && touch echoed"
[ -e echoed ] || fail 'an echo: not what was sent'
live 0 'an echo over a bad link' listen 7 --once --loss 3 --seed 4 \
	--command "$peer calls $scratch/little $us 7 && touch echoed-too"
[ -e echoed-too ] || fail 'an echo over a bad link: not what was sent'

checks=$((checks + 1))
"$TCPLAB" live listen 7 --via space --set backlog=0 --set accept_queue=0 --text \
	--command "$peer many $CONNECTIONS $us 7 && touch all-came" >ladder 2>err &
run=$!
for _ in $(seq 300); do [ -e all-came ] || sleep 0.1; done
kill -INT "$run"
wait "$run" || fail "many at once: exit status $? after ^C"
[ -e all-came ] || fail "many at once: not all of $CONNECTIONS came back"
grep -q 'LAST-ACK' ladder || fail 'many at once: no ladder after ^C'

live 0 'files for curl' listen 80 --serve www --once --loss 2 --seed 5 \
	--command "curl -sS --retry 20 --retry-connrefused --retry-delay 1 -o $scratch/curled http://$us/text"
same 'files for curl' curled text

mkdir www/below && cp little www/below && ln -s below www/through
live 0 'files below' listen 80 --serve www --once --command "curl -sS --retry 20 --retry-connrefused \
	--retry-delay 1 -w '%{http_code} ' http://$us/below/little -o /dev/null \
	http://$us/through/little -o /dev/null >$scratch/codes"
[ "$(cat codes)" = '200 404 ' ] || fail "files below: $(cat codes)"

live 0 'a run that is kept' connect "$kernel" 9000 --save run.pcapng --loss 2 --seed 6 \
	--command "$peer takes went 9000" <little >/dev/null
"$TCPLAB" replay run.pcapng --text >ladder 2>err || fail 'a run that is kept: not opened again'
grep -q 'TIME-WAIT' ladder || fail 'a run that is kept: its ladder has no end'

live 0 'a run that is done again' connect "$kernel" 9000 --save run.live --text --loss 2 --seed 7 \
	--command "$peer takes went 9000" <little >/dev/null
"$TCPLAB" run run.live --text >ladder 2>again || fail 'a run that is done again: it is not'
[ ! -s again ] && cmp -s ladder err || fail 'a run that is done again: otherwise'
sed 's/"at_ns": \([0-9]*\), "what": "datagram"/"at_ns": \1, "what": "abort", "conn": 99/' run.live >other.live
"$TCPLAB" run other.live --text 2>&1 >/dev/null | grep -q 'sent other segments' ||
	fail 'a run that was changed: not told'

# ---- what goes wrong ----
live 1 'nobody listens' connect "$kernel" 9 </dev/null
grep -q 'refused' err || fail 'nobody listens: no such word'
live 1 'a reset' connect "$kernel" 9000 --command "exec $peer resets 9000" < <(echo x; sleep 2)
grep -q 'reset' err || fail 'a reset: no such word'
live 1 'a full disk' connect "$kernel" 9000 --command "exec $peer gives little 9000" \
	</dev/null >/dev/full
grep -q 'standard output: .*No space' err || fail 'a full disk: not told'
live 1 'what cannot be read' connect "$kernel" 9000 --command "exec $peer takes went 9000" <www
grep -q 'standard input: .*directory' err || fail 'what cannot be read: not told'

# ---- killed ----
for i in $(seq "$KILLS"); do
	checks=$((checks + 1))
	"$TCPLAB" live connect "$kernel" 9000 --via space --loss 2 \
		--command "exec $peer slow went-$$ 9000" <text >/dev/null 2>&1 &
	run=$!
	sleep "0.$((RANDOM % 9 + 1))"
	kill -9 "$run"
	wait "$run" 2>/dev/null
	for _ in $(seq 300); do
		pgrep -f "slow went-$$" >/dev/null || continue 2
		sleep 0.1
	done
	fail "killed: its peer lives on ($i)"
done

echo "$checks runs against the kernel, $MB MiB each way"
[ "$failures" -eq 0 ]
