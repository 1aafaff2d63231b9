#!/usr/bin/env bash
# cli.sh — the program as people call it, and as they call it wrongly: each
# mistake is answered with a sentence and the right exit status, and nothing
# crashes, hangs or is written where it should not be.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
RELEASE=${TCPLAB_RELEASE:-$TCPLAB}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER NO_COLOR
[ -x "$TCPLAB" ] || { echo "$TCPLAB is not built" && exit 1; }

scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
cd "$scratch"
shopt -s nullglob
scenarios=("$TOP"/scenarios/[0-9]*.json)
good=${scenarios[0]}
capture=$TOP/traces/transfer.pcap
cp "$good" a.json

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "${1:0:200}"
	[ ! -s err ] || { echo "  on stderr:" && head -c 400 err && echo; }
}

# expects STATUS WORDS ARGUMENT…: the words, "|" between them, are on stderr
# in one sentence that begins with "tcplab: ".
expects() {
	local status=$1 words=$2 got=0
	shift 2
	checks=$((checks + 1))
	timeout 60 "$TCPLAB" "$@" >out 2>err </dev/null || got=$?
	judge "$status" "$words" "$got" "tcplab $*"
}

judge() { # STATUS WORDS GOT CALL
	local word words
	[ "$3" -eq "$1" ] || { fail "$4: exit status $3, not $1" && return; }
	! grep -qE 'AddressSanitizer|runtime error' err || { fail "$4: a sanitizer speaks" && return; }
	[ -n "$2" ] || return 0
	grep -q '^tcplab: ' err || { fail "$4: no sentence of ours" && return; }
	IFS='|' read -ra words <<<"$2"
	for word in "${words[@]}"; do
		grep -qF -- "$word" err || { fail "$4: no \"$word\" is said" && return; }
	done
}

is_silent() { # what the last call said besides
	[ ! -s err ] || fail "$1: nothing was to be said"
}

# ---- what is right ----
expects 0 '' --help
grep -q 'usage: tcplab' out || fail 'no usage'
expects 0 '' --version
grep -qx 'tcplab [0-9.]*' out || fail 'no version'
for command in run replay check export watch; do
	expects 0 '' "$command" --help
	grep -q "usage: tcplab $command" out || fail "no usage of $command"
done
expects 0 '' run a.json --text
is_silent 'run --text'
[ "$(wc -l <out)" -gt 10 ] || fail 'the ladder is short'
expects 0 '' run a.json --json
jq -es 'length > 10 and (.[1:] | all(has("t_ns")))' out >jq.out 2>&1 || fail 'no JSON Lines'
expects 0 'there is no display' run a.json
expects 0 '' check "$TOP/scenarios"
grep -q 'expectations hold in' out || fail 'no verdict'
expects 2 'there is no host "clint"' check a.json --set hosts.clint.tcp.mss=500
grep -q 'hold in' out && fail 'a verdict on nothing'
expects 0 'links.0.faults.1 never hit anything' \
	check a.json --set 'links.0.faults.+={"lose": "ninth RST from client"}'
expects 2 'there is no step 999' export a.json -o never.svg --step 999
expects 2 'no step 9999' run a.json --dump-ui --step 9999
expects 2 'no step 9999' run 'a.json#step=9999' --dump-ui
expects 0 '' replay "$capture" --list
expects 0 '' export "$capture" -o capture.txt
[ -s capture.txt ] || fail 'no text of a capture'
for ending in svg png pdf html txt jsonl pcapng; do
	expects 0 '' export a.json -o "out.$ending"
	[ -s "out.$ending" ] || fail "out.$ending is empty"
done
expects 0 '' export a.json --seed 7 --set links.0.delay_ms=70 -o changed.json
expects 0 '' run a.json --seed 7 --set links.0.delay_ms=70 --json -o changed.jsonl
expects 0 '' run changed.json --json -o again.jsonl
for output in changed again; do sed 's/"source":"[^"]*"//' "$output.jsonl" >"$output.told"; done
cmp -s changed.told again.told || fail 'a scenario that was written runs otherwise'
expects 2 'only a scenario can be written as one' export "$capture" -o capture.json
[ ! -e capture.json ] || fail 'a capture became a scenario'
grep -q 'const first = 0;' out.html || fail 'a shared lesson does not begin at its start'
grep -q 'or a click goes a step forward' out.html || fail 'a shared lesson says not how to go on'
xmllint --noout out.svg || fail 'out.svg is no XML'
[ "$(head -c 5 out.pdf)" = %PDF- ] || fail 'out.pdf is no PDF'
expects 0 '' export a.json -o - --text
cmp -s out out.txt || fail 'the ladder on stdout is another one'
expects 0 '' export 'a.json#step=2' -o link.svg
expects 0 '' export a.json -o step.svg --step 2
cmp -s link.svg step.svg || fail 'a link to a step is not that step'
expects 0 '' run a.json -o shown.svg --step 2
cmp -s shown.svg step.svg || fail 'run -o is not what export writes'
! cmp -s out.svg step.svg || fail 'every step looks the same'
expects 0 '' export a.json -o dark.svg --step 2 --theme dark
! cmp -s dark.svg step.svg || fail 'the dark theme is light'
expects 0 '' export a.json -o large.svg --step 2 --size 2560x1440
grep -q 'viewBox="0 0 2560 1440"' large.svg || fail '--size does nothing'
expects 0 '' run a.json --text --color=always
grep -q $'\e\[' out || fail 'no colours'
expects 0 '' run a.json --text
! grep -q $'\e' out || fail 'colours in a file'
expects 0 '' run a.json --dump-ui
jq -e '.ui | any(.id == "play" and .w > 10)' out >jq.out 2>&1 || fail 'no play button'
expects 0 '' run a.json a.json --text
[ "$(grep -c 'OPEN active' out)" -eq 2 ] || fail 'two scenarios are not two ladders'

checks=$((checks + 1)) got=0
(cd "$TOP" && "$TCPLAB") >out 2>err || got=$?
judge 0 'there is no display' "$got" 'tcplab alone'
[ "$(grep -c '^ *time, s' out)" -eq 1 ] || fail 'tcplab alone shows more than the first scenario'

# ---- seeds and settings ----
expects 0 '' run a.json --json --seed 7
mv out seven
expects 0 '' run a.json --json --seed 7
cmp -s out seven || fail 'one seed, two runs'
expects 2 'no_such_key|--set' run a.json --text --set no_such_key=3
expects 2 'replay takes no --seed' replay "$capture" --seed 1
expects 2 '--conn|captures' export a.json -o x.svg --conn 1
expects 2 '--set|scenarios' export "$capture" -o x.txt --set seed=3

# ---- words ----
for call in '' run live; do
	"$TCPLAB" help $call >out 2>err && "$TCPLAB" $call --help | cmp -s - out ||
		fail "tcplab help $call is not tcplab $call --help"
	checks=$((checks + 1))
done
expects 2 'rum|run?' rum a.json
expects 2 '--sed|--seed?' run a.json --sed 3
expects 2 'tcplab run a.json' a.json
expects 2 'run needs a file' run
expects 2 'is a directory: name a scenario in it' run .
expects 2 'live needs to know what to do' live
expects 2 'run.json: a live run is no scenario|RUN.live' live get http://127.0.0.1:9/ --save run.json
expects 2 '--text|--json' run a.json --text --json
expects 2 'export needs to know' export a.json
expects 2 '.svg|.png|.pdf|.html|.txt|.jsonl|.pcapng|.json|.pkt' export a.json -o a.jpg
expects 2 '.svg' export a.json -o svg
expects 2 '.svg' export a.json -o -
expects 2 'tcplab replay' run "$capture"
expects 2 'tcplab run' replay a.json
expects 2 '1280x720' run a.json --size 0x0
expects 2 'whole number|abc' run a.json --seed abc
expects 2 '\x1b[31mrun' $'\e[31mrun' a.json
! grep -q $'\e' err || fail 'a terminal would obey what is quoted'

# ---- files ----
expects 2 'missing.json' run missing.json --text
expects 2 'missing.pcap' replay missing.pcap --text
expects 2 'dir' run dir.json --text
mkdir dir.json empty
expects 2 'dir.json|directory' run dir.json --text
expects 2 'directory' replay "$scratch" --text
expects 2 'empty|.json' check empty
expects 2 'given twice' export a.json -o out.svg -o other.svg
expects 2 'dir.json' check dir.json/a.json
mkdir dir.svg
expects 2 'dir.svg|directory' export a.json -o dir.svg
expects 2 'nowhere/a.svg' export a.json -o nowhere/a.svg
long=$(printf 'x%.0s' {1..5000})
expects 2 'too long' run "$long.json" --text
expects 2 'too long' export a.json -o "$long.svg"
cp a.json ./-x.json
expects 0 '' run --text -- -x.json
cp a.json $'\xff.json'
expects 0 '' run --text $'\xff.json'
: >nothing.json
expects 2 'nothing.json' run nothing.json --text
echo '{' >half.json
expects 2 'half.json:' run half.json --text
expects 2 'half.json:' check a.json half.json
grep -q 'a.json: ' out || fail 'one bad file hides a good one'
ln -s /dev/zero endless.json
expects 2 'endless.json' run endless.json --text
ln -s /dev/zero endless.pcap
expects 2 'endless.pcap' replay endless.pcap --text
checks=$((checks + 1)) got=0
timeout 60 "$TCPLAB" replay - --text <"$capture" >out 2>err || got=$?
judge 0 '' "$got" 'a capture on standard input'
mkfifo pipe.json
cat a.json >pipe.json &
expects 0 '' run pipe.json --text
wait $!
expects 2 'empty' run ''

jq '.expect += [{"lost": 12345}]' a.json >wrong.json
expects 1 '' check wrong.json
grep -q '^FAILED' out || fail 'the expectation that fails is not told'
grep -q '^ok' out || fail 'the expectations that hold are not told'
expects 2 'half.json:' check wrong.json half.json
jq '.expect += [{"lots": 1}]' a.json >unknown.json
expects 2 'unknown.json|lots' check unknown.json

# ---- writing ----
cp a.json input.json
ln -s input.json link.jsonl
ln input.json hard.jsonl
for output in link.jsonl hard.jsonl; do
	expects 2 'input.json|overwritten' export input.json -o "$output"
	expects 2 'input.json|overwritten' run input.json --json -o "$output"
	cmp -s a.json input.json || fail "$output destroyed its input"
done
echo old >old.svg
expects 0 '' export a.json -o old.svg
grep -q '<svg' old.svg || fail 'a file of that name was to be replaced'
for ending in svg png pdf html txt jsonl pcapng; do
	ln -sf /dev/full "full.$ending"
	expects 2 "full.$ending|No space left" export a.json -o "full.$ending"
done
for call in --help --version; do
	checks=$((checks + 1)) got=0
	"$TCPLAB" $call >/dev/full 2>err || got=$?
	judge 2 'No space left' "$got" "tcplab $call >/dev/full"
done
for how in --text --json; do
	checks=$((checks + 1)) got=0
	"$TCPLAB" run a.json $how >/dev/full 2>err || got=$?
	judge 2 'No space left' "$got" "tcplab run $how >/dev/full"
	checks=$((checks + 1)) got=0
	"$TCPLAB" run a.json $how >&- 2>err || got=$?
	judge 2 'Bad file descriptor' "$got" "tcplab run $how with closed stdout"
done
checks=$((checks + 1)) got=0
"$TCPLAB" check a.json >/dev/full 2>err || got=$?
judge 2 'No space left' "$got" 'tcplab check >/dev/full'
checks=$((checks + 1))
"$TCPLAB" replay "$capture" --json 2>err | head -n 1 >out
got=${PIPESTATUS[0]}
judge 2 'Broken pipe' "$got" 'tcplab replay | head'
checks=$((checks + 1)) got=0
"$TCPLAB" run a.json --json -o closed.jsonl <&- >&- 2>&- || got=$?
: >err
judge 0 '' "$got" 'with all descriptors closed'
cmp -s closed.jsonl out.jsonl || fail 'closed descriptors went into the file'
if [ "$(id -u)" -ne 0 ]; then
	mkdir locked && chmod a-w locked
	expects 2 'locked/a.svg|denied' export a.json -o locked/a.svg
fi

# ---- surroundings ----
for surroundings in 'LC_ALL=de_DE.UTF-8' 'TZ=Pacific/Chatham' 'HOME=/nonexistent' 'LC_ALL=xx'; do
	checks=$((checks + 1)) got=0
	env "$surroundings" "$TCPLAB" export a.json -o again.svg >out 2>err || got=$?
	judge 0 '' "$got" "with $surroundings"
	cmp -s again.svg out.svg || fail "$surroundings changes the picture"
done
expects 0 'there is no display' run a.json
echo 'key Right' >a.ui
expects 3 'display|--text|export' run a.json --ui-script a.ui
checks=$((checks + 1)) got=0
DISPLAY=:54321 timeout 60 "$TCPLAB" run a.json >out 2>err || got=$?
judge 3 'display|--text|export' "$got" 'with a display that is not there'
checks=$((checks + 1)) got=0
(ulimit -n 4 && "$RELEASE" run a.json --text >out 2>err) || got=$?
judge 0 '' "$got" 'with 4 descriptors'
checks=$((checks + 1)) got=0
(ulimit -v 3000000 && "$RELEASE" export a.json -o small.svg >out 2>err) || got=$?
judge 0 '' "$got" 'with 3 GB of address space'
checks=$((checks + 1)) got=0
yes a.json | head -n 20000 | xargs "$RELEASE" check >out 2>err || got=$?
judge 0 '' "$got" 'with 20,000 files'

# ---- what is written about it ----
man=$TOP/docs/tcplab.1
completion=$TOP/docs/tcplab.bash
"$TCPLAB" --help >out
for option in $(sed -n 's/^  \(-[-a-z]*\) .*/\1/p' out); do
	checks=$((checks + 1))
	plain=${option//-/\\\\-}
	grep -q -- "$plain" "$man" || fail "$option is not in the man page"
	grep -q -- "$option" "$completion" || fail "$option is not in the completion"
done
# The other way round: nothing is promised that is not there.
for option in $(grep -o '\\-\\-[a-z\\-]*' "$man" | sed 's/\\//g' | sort -u); do
	checks=$((checks + 1))
	grep -q -- "^  $option" out || fail "the man page has $option, and the program has not"
done
for option in $(sed -n "/local options=/,/'$/p" "$completion" | grep -o -- '--[a-z-]*'); do
	checks=$((checks + 1))
	grep -q -- "^  $option" out || fail "the completion has $option, and the program has not"
done

[ "$failures" -eq 0 ] || { echo "$failures of $checks calls went wrong" && exit 1; }
echo "$checks calls, each answered as it should"
