#!/usr/bin/env bash
# window.sh — the window on a real X server, with a real keyboard, pointer and
# screen: what is pressed arrives, what is drawn shows, and idle is idle.
#
# A script inside waits for each state and leaves a file when it is there;
# from outside xdotool does what leads to the next one.
#
# mostly waits
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB_RELEASE:-${TCPLAB:-$TOP/build/tcplab}}

for tool in Xvfb xdotool jq python3; do
	command -v "$tool" >/dev/null && continue
	echo "$tool is not installed: the window was not tried on an X server"
	exit 77
done

scratch=$(mktemp -d)
server='' program='' slow=''
clean() {
	[ -z "$program" ] || kill "$program" 2>/dev/null
	[ -z "$slow" ] || { kill "$slow" && rm -f "/tmp/.X11-unix/X$slow_number"; } 2>/dev/null
	[ -z "$server" ] || kill "$server" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$scratch"
}
trap clean EXIT
cd "$scratch"
cp "$(echo "$TOP"/scenarios/03-*.json)" lesson.json

# The screen's pixels lie in a file, which saves a tool to read them.
Xvfb -displayfd 3 -screen 0 1920x1080x24 -fbdir "$scratch" -nolisten tcp 3>number 2>server.log &
server=$!
for ((i = 0; i < 600; i++)); do
	[ ! -s number ] || break
	kill -0 "$server" 2>/dev/null || break
	sleep 0.1
done
[ -s number ] || { echo "Xvfb does not start: $(tail -n 1 server.log)" && exit 77; }
DISPLAY=:$(cat number)
export DISPLAY
unset WAYLAND_DISPLAY SDL_VIDEODRIVER

die() {
	echo "$1"
	[ ! -s err ] || head -c 600 err
	exit 1
}

# Mean brightness of the screen, and how many colours are on it.
screen() {
	python3 - <<-'END'
		import struct
		data = open("Xvfb_screen0", "rb").read()
		head = struct.unpack(">25I", data[:100])
		width, height, bits, pitch = head[4], head[5], head[11] // 8, head[12]
		start = head[0] + head[19] * 12
		seen, total, count = set(), 0, 0
		for y in range(100, height - 100, 3):
		    row = data[start + y * pitch + 200 * bits : start + y * pitch + (width - 200) * bits]
		    for x in range(0, len(row), 3 * bits):
		        pixel = row[x : x + 3]
		        seen.add(pixel)
		        total += sum(pixel)
		        count += 3
		print(total // count, len(seen))
	END
}

# What a window manager sends when somebody presses its button: WM_DELETE_WINDOW.
ask_to_close() {
	python3 - "$1" <<-'END'
		import ctypes, sys
		x11 = ctypes.CDLL("libX11.so.6")
		x11.XOpenDisplay.restype = ctypes.c_void_p
		x11.XInternAtom.restype = ctypes.c_ulong
		class Message(ctypes.Structure):
		    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong),
		                ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
		                ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
		                ("format", ctypes.c_int), ("data", ctypes.c_long * 5),
		                ("rest", ctypes.c_long * 24)]
		display = ctypes.c_void_p(x11.XOpenDisplay(None))
		window = ctypes.c_ulong(int(sys.argv[1]))
		atom = lambda name: x11.XInternAtom(display, name, 0)
		message = Message(type=33, window=window.value, message_type=atom(b"WM_PROTOCOLS"), format=32)
		message.data[0] = atom(b"WM_DELETE_WINDOW")
		x11.XSendEvent(display, window, 0, ctypes.c_long(0), ctypes.byref(message))
		x11.XCloseDisplay(display)
	END
}

# The same server under another number, where every second connection lags: in each
# program that is the one through which SDL wakes itself.
slow_server() { # NUMBER OF-THE-SERVER
	exec python3 - "/tmp/.X11-unix/X$1" "/tmp/.X11-unix/X$2" <<-'END'
		import itertools, socket, sys, threading, time

		def carry(source, sink, lag):
		    try:
		        while data := source.recv(65536):
		            time.sleep(lag)
		            sink.sendall(data)
		        sink.shutdown(socket.SHUT_WR)
		    except OSError:
		        pass

		listener = socket.socket(socket.AF_UNIX)
		listener.bind(sys.argv[1])
		listener.listen()
		for lag in itertools.cycle((0, 0.05)):
		    client, server = listener.accept()[0], socket.socket(socket.AF_UNIX)
		    server.connect(sys.argv[2])
		    for ends in ((client, server, lag), (server, client, 0)):
		        threading.Thread(target=carry, args=ends, daemon=True).start()
	END
}

# ---- keys, pointer and window manager, one after the other ----
stage=0
declare -a doing
after() { # FACT DOING…: what is to be the case after that
	stage=$((stage + 1))
	printf 'wait %s\ndump stage-%d\n' "$1" "$stage" >>real.ui
	shift
	doing[stage]="$*"
}
at() { # NAME: its middle, on the screen
	jq -r --arg id "$1" '.ui[] | select(.id == $id) | "\(.x + .w / 2 | floor) \(.y + .h / 2 | floor)"' \
		"stage-$((stage - 1))"
}
key() { xdotool key "$@"; }
point() { # NAME or X Y in the window
	local place=("$@")
	[ $# -ne 1 ] || read -ra place <<<"$(at "$1")"
	xdotool mousemove --window "$window" "${place[0]}" "${place[1]}"
}
click() { point "$1" && xdotool click 1; }
turn() { # BUTTON NAME
	point "$2" && xdotool click "$1"
}
zoom() { point ladder && xdotool keydown ctrl click 4 keyup ctrl; }
drag() {
	local x y
	read -r x y <<<"$(at timeline)"
	point 30 "$y" && xdotool mousedown 1
	point $((x / 2)) "$y" && point "$x" "$y" && point 1260 "$y" && xdotool mouseup 1
}
size() { xdotool windowsize "$window" "$1" "$2"; }

: >real.ui
after step=0 :
after step=1 key Right
after step=2 key Page_Down
after step=1 key Page_Up
after step=6 key End
after step=0 key Home
after overlay=help key question
after overlay=none key Escape
after theme=dark key t
after theme=light key shift+t
after step=1 click forward
after step=0 click back
after step=1 turn 5 why
after step=0 turn 4 why
after zoom!=100% zoom
after zoom=100% key 0
after step=6 drag
after overlay=search key slash
after search=SYN,ACK xdotool type SYN,ACK
after step=3 key Return
after view=blank key period
after view=lesson key period
after overlay=export key shift+e
after overlay=none key Escape
after view=projector key F11
after size=1920x1080 :
after view=lesson key Escape
after size=1280x720 :
after size=1500x800 size 1500 800
after size=1920x1080 size 1920 1080
after step=4 key Right
echo 'key Ctrl+Q' >>real.ui

"$TCPLAB" run lesson.json --size 1280x720 --reduce-motion --ui-script real.ui 2>err &
program=$!
last=$stage
for ((stage = 1; stage <= last; stage++)); do
	[ "$stage" -eq 1 ] || eval "${doing[stage]}"
	for ((i = 0; i < 1200; i++)); do
		# Written whole: it ends with the closing brace.
		[ "$(tail -c 2 "stage-$stage" 2>/dev/null)" != '}' ] || break
		kill -0 "$program" 2>/dev/null || die "the window is gone at \"${doing[stage]}\""
		sleep 0.05
	done
	[ -s "stage-$stage" ] || die "nothing comes of \"${doing[stage]}\""
	if [ "$stage" -eq 1 ]; then
		window=$(timeout 30 xdotool search --sync --name 'tcplab$' | head -n 1)
		[ "$(xdotool getwindowname "$window")" = 'The SYN,ACK is lost - tcplab' ] ||
			die 'the window has another title'
		xdotool windowfocus "$window" 2>/dev/null
	fi
	case ${doing[stage]} in
	'key t') read -r dark colours <<<"$(screen)" ;;
	'key shift+t') read -r light colours <<<"$(screen)" ;;
	esac
done
wait "$program" || die "the script ends with $?"
program=''
[ $((light - dark)) -gt 100 ] && [ "$colours" -gt 50 ] ||
	die "the screen does not show it: brightness $light light and $dark dark, $colours colours"

# ---- idle, and the ways to close ----
start_window() { # [DISPLAY]
	# Without job control, bash starts it with SIGINT ignored.
	env --default-signal=INT DISPLAY="${1:-$DISPLAY}" "$TCPLAB" run lesson.json --size 1280x720 2>err &
	program=$!
	window=$(timeout 30 xdotool search --sync --name 'tcplab$' | head -n 1)
	[ -n "$window" ] || die 'no window opens'
	xdotool windowfocus "$window" 2>/dev/null
	settles
}
# Until it has done what there is to do at first: half a second without a tick.
settles() {
	local before=none
	for ((i = 0; i < 60; i++)); do
		[ "$(ticks)" != "$before" ] || return
		before=$(ticks)
		sleep 0.5
	done
}
ends_well() { # HOW
	for ((i = 0; i < 600; i++)); do
		kill -0 "$program" 2>/dev/null || break
		sleep 0.05
	done
	! kill -0 "$program" 2>/dev/null || die "$1 does not close the window"
	wait "$program" || die "after $1 the exit status is $?"
	program=''
}
ticks() { awk '{ print $14 + $15 }' "/proc/$program/stat"; }

start_window
before=$(ticks)
sleep 3
spent=$(($(ticks) - before))
[ "$spent" -le 1 ] || die "idle for 3 s, it used $spent ticks of the processor"
key ctrl+q
ends_well Ctrl+Q
start_window
ask_to_close "$window"
ends_well 'the window manager'
number=${DISPLAY#:}
slow_number=$((number + 10000))
slow_server "$slow_number" "$number" &
slow=$!
for ((i = 0; i < 600; i++)); do
	[ ! -S "/tmp/.X11-unix/X$slow_number" ] || break
	sleep 0.1
done
start_window ":$slow_number"
ask_to_close "$window"
ends_well 'the window manager of a slow server'
start_window
kill -TERM "$program"
ends_well SIGTERM
start_window
kill -INT "$program"
ends_well SIGINT

echo "$last keys, clicks and sizes arrive; idle uses $spent ticks in 3 s"
