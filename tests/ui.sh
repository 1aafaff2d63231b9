#!/usr/bin/env bash
# ui.sh — the window, driven by scripts, without a display: keys, clicks,
# wheel, search, overlays, sizes. And what scripts say when they are wrong.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
# To look up the names of functions, for what libraries keep, takes longer than many a script.
export ASAN_OPTIONS=symbolize=0
export SDL_VIDEODRIVER=dummy
unset DISPLAY WAYLAND_DISPLAY

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
shopt -s nullglob
scenarios=("$TOP"/scenarios/[0-9]*.json)
first=${scenarios[0]}
lost=$(echo "$TOP"/scenarios/03-*.json)

scripts=0 failures=0
motion=--reduce-motion
# drive NAME FILE… <SCRIPT: a script that must succeed.
drive() {
	local name=$1 status=0
	shift
	scripts=$((scripts + 1))
	cat >"$name.ui"
	timeout 120 "$TCPLAB" run "$@" $motion --size 1280x720 --ui-script "$name.ui" \
		>out 2>err || status=$?
	[ "$status" -eq 0 ] && [ ! -s err ] && return
	failures=$((failures + 1))
	echo "$name ends with $status:"
	head -c 600 err
}

# refuse STATUS WORDS <SCRIPT: one that must fail, with these words.
refuse() {
	local status=0 word words
	scripts=$((scripts + 1))
	cat >wrong.ui
	timeout 120 "$TCPLAB" run "$first" --reduce-motion --ui-script wrong.ui >out 2>err || status=$?
	IFS='|' read -ra words <<<"$2"
	for word in "${words[@]}"; do
		grep -qF -- "$word" err && [ "$status" -eq "$1" ] && continue
		failures=$((failures + 1))
		echo "this script ends with $status, not $1 and \"$word\":"
		cat wrong.ui
		head -c 400 err
		return
	done
}

# ---- every step of every scenario: there and back, by all ways, alike ----
steps_of() { "$TCPLAB" run "$1" --dump-ui | jq -r .steps; }
for scenario in "${scenarios[@]}"; do
	count=$(steps_of "$scenario")
	[ "$count" -gt 0 ] || { echo "$scenario has no steps" && exit 1; }
	# The first 30 steps of the first scenario and 14 of the others; the last
	# one is looked at by all ways.
	[ "$scenario" = "$first" ] && reach=30 || reach=14
	[ "$count" -ge "$reach" ] || reach=$count
	{
		echo 'expect step=0'
		for ((n = 1; n <= reach; n++)); do
			echo "key PageDown"
			echo "expect step=$n"
			[ $((n % 7)) -ne 0 ] || echo "shot there-$n.png"
		done
		for ((n = reach - 1; n >= 0; n--)); do
			[ $(((n + 1) % 7)) -ne 0 ] || echo "shot back-$((n + 1)).png"
			echo 'key PageUp'
			echo "expect step=$n"
		done
		echo 'key End'
		echo "expect step=$count"
		echo 'shot jump.png'
		echo 'key Left'
		echo 'key Right'
		echo 'shot step.png'
	} >walk
	drive "walk-$(basename "$scenario" .json)" "$scenario" <walk
	for there in there-*.png; do
		cmp -s "$there" "${there/there/back}" || {
			failures=$((failures + 1))
			echo "$scenario: step ${there//[^0-9]/} looks different on the way back"
		}
	done
	cmp -s jump.png step.png || {
		failures=$((failures + 1))
		echo "$scenario: the last step looks different after a jump"
	}
	rm -f there-*.png back-*.png jump.png step.png
done

# ---- keys ----
drive keys "$lost" <<'END'
key Home
expect step=0
key Space
expect playing=yes
expect text~Pause
key Space
expect playing=no
expect text!~Pause
key Home
key Right
key Ctrl+Right
key Ctrl+Left
expect step=1
key Shift+Right
key Shift+Left
key End
expect step!=0
key d
expect notice~Nothing is lost
key Home
key d
expect text~lost
key D
expect notice~before
key Escape
expect notice=
key ]
expect speed=2x
expect text~2x
key \
expect speed=1x
key [
expect speed=0.5x
key +
expect zoom=125%
key 0
expect zoom=100%
key r
expect relative=yes
key r
key m
expect notice~bookmark
key Home
expect text~1.050
key p
expect predict=yes
expect text!~1.050
key p
expect predict=no
key '
expect step!=0
key t
expect theme=dark
key T
expect theme=light
key F1
expect overlay=help
expect text~play, pause
expect text~sent again
key ?
expect overlay=none
expect text!~play, pause
key .
expect view=blank
expect text=
key PageDown
expect view=lesson
key Escape
key Escape
key Escape
key Escape
expect view=lesson
END

drive search "$lost" <<'END'
key /
expect overlay=search
type again
expect search=again
expect text~again
key Enter
expect overlay=none
expect text~again
expect step=4
key n
expect step=5
key N
expect step=4
key n
key /
key Backspace
key Backspace
key Backspace
key Backspace
key Backspace
type no such words
key Enter
expect notice~no such words
expect step=5
key /
key Escape
expect overlay=none
END

drive projector "$first" <<'END'
key F5
wait size=1280x960
expect view=projector
key PageDown
expect step=1
expect text~Server listens
key t
shot projector.png
key Escape
wait size=1280x720
expect view=lesson
expect step=1
END

drive play "$lost" <<'END'
key ]
key ]
expect speed=4x
click id=play
expect playing=yes
wait playing=no
expect step=6
click id=play
expect step=0
key Escape
END

# ---- motion: it ends in the picture of the step, and a key does not wait for it ----
{
	for n in 1 2 3 4 5 6; do
		printf 'key Right\nexpect step=%d\nwait idle\nshot moved-%d.png\n' $n $n
	done
	printf 'key Home\nkey Right\nkey Right\nkey Right\nexpect step=3\nwait idle\nshot hurried.png\n'
} >moving
motion='' drive motion "$lost" <moving
sed 's/moved/still/; s/hurried/unhurried/' moving >resting
drive still "$lost" <resting
for n in 1 2 3 4 5 6; do
	cmp -s moved-$n.png still-$n.png || { failures=$((failures + 1)) && echo "motion leaves a trace in step $n"; }
done
cmp -s hurried.png moved-3.png || { failures=$((failures + 1)) && echo 'motion that is cut short leaves a trace'; }

# ---- pointer ----
drive pointer "$lost" <<'END'
click id=forward
expect step=1
click id=back
expect step=0
click id=end
expect step=6
click id=start
expect step=0
click id=theme
expect theme=dark
click id=help
expect overlay=help
click 20,700
expect overlay=none
click id=search
expect overlay=search
key Escape
click id=faster
expect speed=2x
click id=normal-speed
expect speed=1x
click id=packet-0
expect selected=0
expect step=2
move id=packet-0
expect hovered=packet-0
expect text~S 100:100(0)
move id=timeline
expect hovered=timeline
expect text!~S 100:100(0)
drag id=timeline 0 1
expect step=6
drag id=timeline 1 0
expect step=1
wheel -1 at id=why
expect step=2
wheel 1 at id=why
expect step=1
wheel -3 at id=ladder
expect step=1
wheel 3 at id=ladder with Ctrl
expect zoom!=100%
wheel -3 at id=ladder with Ctrl
expect zoom=100%
END

drive focus "$first" <<'END'
key Tab
expect focus=start
key Tab
key Tab
expect focus=play
key Tab
key Enter
expect step=1
key Shift+Tab
expect focus=play
key Escape
expect focus=none
END

# ---- what if ----
drive what_if "$lost" <<'END'
key x
expect notice~Select a segment
click id=packet-1
key x
expect notice~lost already
expect what-if=0
click id=packet-2
key x
expect notice~What if
expect what-if=1
expect text~1 more segment is lost
key End
expect steps!=6
expect steps!=5
key X
expect steps=6
expect what-if=0
expect text!~more segment
expect notice~the scenario again
key X
expect notice~Nothing is to be taken back
END

# ---- several files ----
drive files "$first" "$lost" <<'END'
expect text~1/2
key End
key Ctrl+PageUp
expect notice~first file
key Ctrl+PageDown
expect file~03-
expect step=0
expect text~2/2
key Ctrl+PageDown
expect notice~last file
key Ctrl+PageUp
expect text~1/2
END

# ---- sizes ----
drive sizes "$first" <<'END'
resize 1920x1080
wait size=1920x1080
key PageDown
resize 3840x2160
wait size=3840x2160
shot large.png
resize 1280x720
wait size=1280x720
expect step=1
END
[ "$(head -c 24 large.png | tail -c 8 | od -An -tx1 | tr -d ' \n')" = 00000f0000000870 ] ||
	{ failures=$((failures + 1)) && echo 'the shot is not 3840x2160'; }

# ---- what it writes ----
mkdir saved && cp "$lost" saved/lesson.json && cd saved
drive save lesson.json <<'END'
key Right
key S
expect notice~lesson-step1.png
key S
expect notice~lesson-step1-2.png
click id=export
expect overlay=export
click id=export-svg
expect notice~lesson-step1.svg
key E
key Tab
key Tab
key Tab
key Enter
expect notice~lesson.pdf
key E
click id=export-pcapng
expect notice~lesson.pcapng
key c
expect notice~lesson.json#step=1
dump state.json
END
for file in lesson-step1.png lesson-step1-2.png lesson-step1.svg lesson.pdf lesson.pcapng; do
	[ -s "$file" ] || { failures=$((failures + 1)) && echo "$file was not saved"; }
done

# ---- a forger is a guest ----
for scenario in "$TOP"/scenarios/{21,24,25,28}-*.json; do
	drive "guest-$(basename "$scenario" .json)" "$scenario" <<-'END'
		expect text!~attacker variables
		expect text!~forger variables
		expect text~server variables
	END
done

# ---- the connections of a capture ----
cat >choose.ui <<'END'
expect connections=40
expect connection=1
click id=connections
expect overlay=connections
key j
key j
key Enter
expect connection=3
expect overlay=none
expect text~40002
key End
click id=connections
click id=choice-3
expect connection=4
expect text~[2001:db8::1]:40003
expect step=0
END
scripts=$((scripts + 1))
timeout 120 "$TCPLAB" replay "$TOP/traces/many.pcap" --reduce-motion --ui-script choose.ui \
	>out 2>err || { failures=$((failures + 1)) && echo 'no other connection:' && tail -n 1 err; }
cat >twice.ui <<'END'
click id=connections
key j
key Enter
expect notice~cannot be read twice
expect connection=1
END
scripts=$((scripts + 1))
timeout 120 "$TCPLAB" replay - --reduce-motion --ui-script twice.ui <"$TOP/traces/many.pcap" \
	>out 2>err || { failures=$((failures + 1)) && echo 'of a pipe:' && tail -n 1 err; }

# ---- a what-if becomes a scenario ----
mkdir -p what-if
(
	cd what-if
	failures=0
	drive lost-one ../lesson.json <<-'END'
		key PageDown
		key PageDown
		key E
		expect text~json
		key Escape
		click id=packet-0
		key x
		expect what-if=1
		expect notice~E saves it
		key E
		click id=export-json
		expect notice~lesson.json
	END
	drive what-was-saved lesson.json <<-'END'
		expect what-if=0
		key d
		expect text~lost
	END
	"$TCPLAB" run ../lesson.json --dump-ui | jq -r .steps >before
	"$TCPLAB" run lesson.json --dump-ui | jq -r .steps >after
	[ "$(cat before)" != "$(cat after)" ] || { failures=1 && echo 'what x lost was not saved'; }
	[ "$failures" -eq 0 ]
) || failures=$((failures + 1))
scripts=$((scripts + 2))
jq -e '.step == "1" and (.ui | any(.id == "ladder"))' state.json >/dev/null ||
	{ failures=$((failures + 1)) && echo 'the dump is not the state'; }
cd ..

# ---- scripts that are wrong ----
refuse 2 'wrong.ui:2:|there is no command|click?' <<'END'
key Right
clik id=play
END
refuse 2 'wrong.ui:1:|PageDown?' <<<'key PgeDown'
refuse 2 'wrong.ui:1:|step?' <<<'expect stp=3'
refuse 2 'wrong.ui:1:|as in' <<<'expect step'
refuse 2 'wrong.ui:1:|WIDTHxHEIGHT' <<<'resize large'
refuse 2 'wrong.ui:1:|id=NAME' <<<'click here'
refuse 2 'wrong.ui:1:|more' <<<'key Right Left'
refuse 2 'wrong.ui:1:|no number' <<<'wheel much at 3,4'
refuse 1 'wrong.ui:1:|nothing to be seen is called "paly"|play?' <<<'click id=paly'
refuse 1 'wrong.ui:2:|expected step to be "5", but it is "1"' <<'END'
key Right
expect step=5
END
refuse 1 'wrong.ui:1:|but it is "|A connection from beginning to end' <<<'expect text~these words are nowhere'
refuse 1 'wrong.ui:1:|cannot be written' <<<'shot /nonexistent/a.png'
refuse 2 'wrong.ui: is no text' < <(printf 'key Right\n\0')
scripts=$((scripts + 1))
"$TCPLAB" run "$first" --ui-script missing.ui 2>err
[ $? -eq 2 ] && grep -q 'missing.ui' err || { failures=$((failures + 1)) && echo 'a missing script' && cat err; }

[ "$failures" -eq 0 ] || { echo "$failures of $scripts scripts went wrong" && exit 1; }
echo "$scripts scripts, each as it should be"
