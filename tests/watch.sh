#!/usr/bin/env bash
# watch.sh — tcplab watch, on networks that this test makes itself:
#
#     client 10.9.0.1 ─ near ══ veth ══ far ─ 10.9.0.2 server
#
# and, with a relay that loses packets between two such pairs. What is watched
# while it happens is what tcplab replay makes of the saved capture.
# Linux's namespaces and their packets take root.
#
# mostly waits
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
if [ "$(id -u)" -ne 0 ]; then
	echo 'this is not root, who alone may make networks and watch them: not tried'
	exit 77
fi
if ! unshare --net true 2>/dev/null; then
	echo 'root may not make network namespaces here: not tried'
	exit 77
fi
if ! { ip netns add "tcplab-$$" && ip netns exec "tcplab-$$" true; } 2>/dev/null; then
	ip netns del "tcplab-$$" 2>/dev/null
	echo 'ip netns exec does not work here, as in a chroot: not tried'
	exit 77
fi
ip netns del "tcplab-$$"

scratch=$(mktemp -d)
cd "$scratch"
spaces=() pids=()
clean() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null
	wait 2>/dev/null
	for space in "${spaces[@]}"; do ip netns del "$space"; done
	rm -rf "$scratch"
}
trap clean EXIT

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	[ ! -s err ] || { echo '  on stderr:' && head -c 600 err; }
}
check() { # SENTENCE COMMAND…: it succeeds
	checks=$((checks + 1))
	local sentence=$1
	shift
	"$@" || fail "$sentence"
}
says() { # WORDS FILE
	grep -qF -- "$1" "$2" 2>/dev/null
}

# ---- networks and traffic ----
space() { # NAME
	ip netns add "tcplab-$$-$1" || exit 1
	spaces+=("tcplab-$$-$1")
	inside "$1" ip link set lo up
}
inside() { # NAME COMMAND…
	local name=$1
	shift
	ip netns exec "tcplab-$$-$name" "$@"
}
join() { # SPACE LINK ADDRESS SPACE LINK ADDRESS
	ip -n "tcplab-$$-$1" link add "$2" type veth peer name "$5" netns "tcplab-$$-$4"
	for end in "$1 $2 $3" "$4 $5 $6"; do
		read -r where link address <<<"$end"
		[ "$address" = - ] || inside "$where" ip address add "$address" dev "$link"
		inside "$where" ip link set "$link" up
	done
}

cat >server.py <<'END'
import socket, sys, threading
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
listener = socket.socket(family)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((sys.argv[1], int(sys.argv[2])))
listener.listen(64)
print("ready", flush=True)
def answer(peer):
    wanted = int(peer.recv(100).split()[0])
    peer.sendall(bytes(wanted))
    peer.close()
while True:
    peer, _ = listener.accept()
    threading.Thread(target=answer, args=(peer,), daemon=True).start()
END
cat >client.py <<'END'
import socket, sys, time
host, port, octets, times, pause = sys.argv[1:]
for _ in range(int(times)):
    peer = socket.create_connection((host, int(port)))
    peer.sendall(b"%s\n" % octets.encode())
    got = 0
    while data := peer.recv(1 << 20):
        got += len(data)
    assert got == int(octets), got
    peer.close()
    time.sleep(float(pause))
END
# Carries frames between two links, and loses every LOSE-th large one.
cat >relay.py <<'END'
import select, socket, sys
links = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in "ab"]
for link, name in zip(links, sys.argv[1:3]):
    link.bind((name, 0))
print("ready", flush=True)
large = 0
while True:
    for link in select.select(links, [], [])[0]:
        frame, address = link.recvfrom(65536)
        if address[2] == socket.PACKET_OUTGOING:
            continue
        large += len(frame) > 1000
        if len(frame) > 1000 and large % int(sys.argv[3]) == 0:
            continue
        try:
            links[link is links[0]].send(frame)
        except OSError:
            pass
END
# Leaves neither checksums nor cutting to the card: ETHTOOL_STXCSUM, ETHTOOL_SGSO.
cat >no_offload.py <<'END'
import array, fcntl, socket, struct, sys
for command in (0x17, 0x24):
    value = array.array("B", struct.pack("II", command, 0))
    request = struct.pack("16sP", sys.argv[1].encode(), value.buffer_info()[0])
    fcntl.ioctl(socket.socket(), 0x8946, request)
END
background() { # SPACE COMMAND…: which says when it is ready
	local name=$1
	shift
	: >ready
	ip netns exec "tcplab-$$-$name" "$@" >ready 2>/dev/null &
	pids+=($!)
	for ((i = 0; i < 600; i++)); do
		[ ! -s ready ] || return
		sleep 0.05
	done
	echo "$* does not begin" && exit 1
}

watch() { # SPACE NAME ARGUMENT…: begins to, and waits until it does
	local name=$1 into=$2
	shift 2
	ip netns exec "tcplab-$$-$name" env --default-signal=INT "$TCPLAB" watch "$@" \
		>"$into.out" 2>"$into.err" &
	watcher=$!
	for ((i = 0; i < 600; i++)); do
		! says 'Watching' "$into.err" || break
		kill -0 "$watcher" 2>/dev/null || break
		sleep 0.05
	done
	sleep 0.1
}
interrupt() { # ip netns exec becomes the program
	sleep "${1:-0.4}"
	kill -INT "$watcher"
	status=0
	wait "$watcher" || status=$?
}

space near
space far
join near near 10.9.0.1/24 far far 10.9.0.2/24
inside near ip address add fd00:9::1/64 dev near nodad
inside far ip address add fd00:9::2/64 dev far nodad
background far python3 server.py 10.9.0.2 8000
background far python3 server.py fd00:9::2 8001

# ---- as text, and as the saved capture is replayed ----
same_as_replayed() { # FILE CONNECTIONS LINK: each, in what it says
	local n
	"$TCPLAB" replay "$1" --list >list.out 2>err || return 1
	[ "$(sed 1d list.out | grep -c '^ *[0-9]')" -eq "$2" ] || return 1
	for ((n = 1; n <= $2; n++)); do
		"$TCPLAB" replay "$1" --conn "$n" --json >"replayed-$n" 2>err || return 1
	done
}
watch near first near --json --conn 2 -o first.pcapng
inside near python3 client.py 10.9.0.2 8000 200000 2 0
inside near python3 client.py fd00:9::2 8001 3000 1 0
interrupt
check "^C ends it with status $status" [ "$status" -eq 0 ]
check 'the saved capture does not hold the three connections' same_as_replayed first.pcapng 3
sed 's/"first.pcapng/"near/; s/first.pcapng:/near:/' replayed-2 >expected
check 'what was watched is not what is replayed' cmp -s expected first.out
check 'the recording is empty' [ "$(wc -l <first.out)" -gt 50 ]
check 'the losses of the capture are not told' says 'lost in the capture: 0' first.err
check 'super-packets are not told of' says "larger than the receiver's MSS" first.err
check 'tshark does not read the capture' tshark -r first.pcapng -c 1 >/dev/null 2>&1

# ---- a list; a filter; every interface at once ----
watch near list near --list port 8000
inside near python3 client.py fd00:9::2 8001 3000 2 0
inside near python3 client.py 10.9.0.2 8000 3000 3 0
interrupt
check 'the filter lets others through, or not all' [ "$(grep -c 'closed$' list.out)" -eq 3 ]
watch near any any --list
inside near python3 client.py 10.9.0.2 8000 3000 2 0
interrupt
check 'any shows other connections' [ "$(grep -c '10.9.0.2:8000 .*closed$' any.out)" -eq 2 ]
background near python3 server.py 127.0.0.1 8002
watch near lo lo --text -o lo.pcapng --for 5
inside near python3 client.py 127.0.0.1 8002 100000 1 0
status=0
wait "$watcher" || status=$?
check '--for does not end it' [ "$status" -eq 0 ]
check 'a connection on lo is not told to its end' says 'TIME-WAIT' lo.out

# ---- little memory ----
watch near small near --list --memory 1
inside near python3 client.py 10.9.0.2 8000 1000 1000 0
interrupt
check 'with 1 MB nothing is forgotten' says 'connections forgotten, as the memory was full' small.err
check 'with 1 MB the newest is forgotten' grep -q '^ *1000 ' small.out

# ---- with losses ----
space lossy-near
space relay
space lossy-far
join lossy-near left 10.8.0.1/24 relay east -
join lossy-far right 10.8.0.2/24 relay west -
inside lossy-near python3 no_offload.py left
inside lossy-far python3 no_offload.py right
background relay python3 relay.py east west 40
background lossy-far python3 server.py 10.8.0.2 8000
watch lossy-near lossy left --text -o lossy.pcapng
inside lossy-near python3 client.py 10.8.0.2 8000 300000 1 0
interrupt
check 'a lossy connection is not told as such' says 'again' lossy.out
"$TCPLAB" replay lossy.pcapng --text 2>err | sed 's/lossy.pcapng/left/' >expected
check 'a lossy connection is replayed otherwise' diff -q <(sed 's/: .*//' expected) <(sed 's/: .*//' lossy.out)

# ---- more than the ring has room for ----
join near narrow 10.6.0.1/24 far wide 10.6.0.2/24
inside near python3 no_offload.py narrow
inside far python3 no_offload.py wide
background far python3 server.py 10.6.0.2 8000
watch near stopped narrow --list
kill -STOP "$watcher"
inside near python3 client.py 10.6.0.2 8000 120000000 1 0
kill -CONT "$watcher"
interrupt
check 'what the capture lost is not told' grep -q 'lost in the capture: [1-9]' stopped.err

# ---- the interface goes away ----
join near going 10.7.0.1/24 far gone 10.7.0.2/24
watch near gone going --list -o gone.pcapng
ip -n "tcplab-$$-near" link del going
for ((i = 0; i < 600; i++)); do
	kill -0 "$watcher" 2>/dev/null || break
	sleep 0.05
done
kill -0 "$watcher" 2>/dev/null && fail 'it goes on without the interface' && kill "$watcher"
wait "$watcher"
check 'that the interface is gone is not told' says 'is not watched any more' gone.err

# ---- in the window ----
drive() { # NAME ARGUMENT… <SCRIPT
	local name=$1 status=0
	shift
	cat >"$name.ui"
	checks=$((checks + 1))
	SDL_VIDEODRIVER=dummy timeout 100 ip netns exec "tcplab-$$-near" "$TCPLAB" watch "$@" \
		--reduce-motion --size 1280x720 --ui-script "$name.ui" >out 2>err || status=$?
	[ "$status" -eq 0 ] || fail "$name ends with $status"
}
(
	for ((i = 0; i < 600; i++)); do
		[ -e watching.json ] || { sleep 0.1 && continue; }
		inside near timeout 20 python3 client.py 10.9.0.2 8000 4000 1 0.2 2>/dev/null || exit
	done
) &
pids+=($!)
drive window near <<'END'
expect live=follows
expect text~no connection yet
dump watching.json
wait text~10.9.0.2:8000
expect live=follows
wait text~TIME-WAIT
key Left
expect live=behind
expect text~End follows
key Left
key End
expect live=follows
wait connections!=1
key l
expect overlay=connections
expect text~10.9.0.1
key j
expect marked=2
key Enter
wait connection=2
expect live=follows
key l
click id=choice-0
wait connection=1
END

# ---- mistakes ----
wrong() { # STATUS WORDS ARGUMENT…
	local status=0 wanted=$1 words=$2 word
	shift 2
	checks=$((checks + 1))
	timeout 60 ip netns exec "tcplab-$$-near" "$TCPLAB" watch "$@" >out 2>err </dev/null || status=$?
	[ "$status" -eq "$wanted" ] || { fail "watch $*: exit status $status, not $wanted" && return; }
	IFS='|' read -ra words <<<"$words"
	for word in "${words[@]}"; do
		says "$word" err || fail "watch $*: no \"$word\" is said"
	done
}
wrong 2 'there is no interface "nowhere"|near|lo|any' nowhere
wrong 2 'needs an interface|near|any'
wrong 2 'the filter "port 80 and" is wrong|syntax error' near port 80 and
wrong 2 'saved as pcapng' near -o file.pcap
wrong 2 '--for takes' near --for soon
wrong 2 '--memory takes' near --memory 0
wrong 2 'there was no TCP connection' lo --text --for 1
wrong 2 'there was no connection 7' lo --text --for 1 --conn 7
wrong 2 'nowhere/a.pcapng' near --list --for 1 -o nowhere/a.pcapng
ln -s /dev/full full.pcapng
wrong 2 'full.pcapng|No space left' near --list --for 1 -o full.pcapng
checks=$((checks + 1)) status=0
cp "$TCPLAB" plain 2>/dev/null && chmod 755 . plain
setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all ./plain watch lo --list \
	>out 2>err || status=$?
[ "$status" -eq 3 ] && says 'run it as root' err || fail "without privilege: exit status $status"

[ "$failures" -eq 0 ] || { echo "$failures of $checks things went wrong" && exit 1; }
echo "$checks things are as they should be"
