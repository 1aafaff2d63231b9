# spaces.bash — for scripts that make network namespaces: sourced, it leaves TOP, TCPLAB
# and $peer, and begin_spaces().
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
PATH=$PATH:/usr/sbin:/sbin
# shellcheck disable=SC2034
peer="python3 $TOP/tests/live_peer.py"

clean_up() {
	for space in "${spaces[@]}"; do
		ip netns pids "$space" 2>/dev/null | xargs -r kill -9 2>/dev/null
		ip netns del "$space" 2>/dev/null
	done
	rm -rf "$scratch"
}

# Makes the namespaces, and a folder for scratch in which the script goes on; both go when it
# ends. Where that cannot be, it is skipped.
begin_spaces() { # WHAT-IS-NOT-TRIED NAMESPACE…
	local what=$1
	shift
	ip netns add "$1" 2>/dev/null || {
		echo "network namespaces take root: $what"
		exit 77
	}
	spaces=("$@")
	scratch=$(mktemp -d)
	trap clean_up EXIT
	trap 'exit 130' INT TERM
	cd "$scratch" || exit 1
	chmod 755 .
	unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
	for space in "${@:2}"; do ip netns add "$space"; done
}

joins() { # NAMESPACE DEVICE ADDRESS ADDRESS
	ip -n "$1" addr add "$3/24" brd + dev "$2"
	ip -n "$1" addr add "$4/64" dev "$2" nodad
	ip -n "$1" link set "$2" up
}

# Until that is so, for half a minute at most: a busy machine takes its time.
until_so() { # COMMAND…
	local since=$SECONDS
	until "$@"; do
		[ $((SECONDS - since)) -lt 30 ] || return 1
		sleep 0.05
	done
}

# Until somebody listens at that port. fail() is the script's.
listens() { # NAMESPACE PORT
	[ -n "$(ip netns exec "$1" ss -Htln "sport = :$2")" ]
}
await() { # NAMESPACE PORT
	until_so listens "$@" || fail "nobody listens at port $2"
}
is_connected() { # NAMESPACE PORT [STATE]
	[ -n "$(ip netns exec "$1" ss -Htn state "${3:-established}" "sport = :$2")" ]
}
has_come() { # FILE OCTETS
	[ "$(stat -c %s "$1" 2>/dev/null || echo 0)" -ge "$2" ]
}

has_ended() { # PID
	! kill -0 "$1" 2>/dev/null
}

# A command that connects to that port is killed: the first one idle, the others in the middle of
# sending the file `text` to a slow peer. Fails where the peer never hears of it.
is_killed() { # NUMBER PEERS-NAMESPACE PORT NAMESPACE COMMAND…
	local number=$1 there=$2 port=$3 space=$4 child run heard=0
	shift 4
	[ -p silence ] || mkfifo silence
	[ -e long ] || cat text text text text text text text text >long
	# shellcheck disable=SC2086 # words of the command
	ip netns exec "$there" $peer slow killed $port 2>/dev/null & child=$!
	await "$there" $port
	if [ "$number" -eq 1 ]; then exec 4<>silence; else exec 4<long; fi
	ip netns exec "$space" "$@" <&4 >/dev/null 2>err & run=$!
	exec 4<&-
	until_so is_connected "$there" "$port"
	sleep "0.$((RANDOM % 4))"
	kill -9 $run
	wait $run 2>/dev/null
	until_so has_ended $child || heard=1
	kill $child 2>/dev/null
	wait $child 2>/dev/null
	return $heard
}

# A command that connects to 10.8.0.2 over a link of its own, which is taken away while the
# connection is idle, waits for the peer's FIN, or for its window. Its exit status.
loses_its_link() { # idle|fin|window PORT NAMESPACE PEERS-NAMESPACE COMMAND…
	local awaiting=$1 port=$2 space=$3 there=$4 act=keeps state=established child run got=0
	shift 4
	ip link add side netns "$space" type veth peer name edge netns "$there"
	joins "$space" side 10.8.0.1 fd08::1
	joins "$there" edge 10.8.0.2 fd08::2
	[ "$awaiting" != window ] || act=ignores
	[ "$awaiting" != fin ] || state=close-wait
	# shellcheck disable=SC2086 # words of the command
	ip netns exec "$there" $peer $act "$port" 2>/dev/null & child=$!
	await "$there" "$port"
	[ -p silence ] || mkfifo silence
	case $awaiting in
	idle) exec 4<>silence ;;
	fin) exec 4</dev/null ;;
	window) exec 4</dev/zero ;;
	esac
	timeout -k 2 60 ip netns exec "$space" "$@" <&4 >/dev/null 2>err & run=$!
	exec 4<&-
	until_so is_connected "$there" "$port" $state
	[ "$awaiting" != window ] || sleep 1
	ip -n "$space" link del side
	wait $run || got=$?
	kill $child 2>/dev/null
	wait $child 2>/dev/null
	return $got
}
