#!/usr/bin/env bash
# drill.sh — packetdrill scripts by `tcplab drill`: our own all pass, a wrong one fails with
# its line, what is unsupported is counted apart, what cannot be read ends with 2; and
# what is printed does not depend on how many run at the same time.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
TCPLAB=${TCPLAB:-$TOP/build/tcplab}
export LSAN_OPTIONS=suppressions=$TOP/tests/leaks.txt:print_suppressions=0
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER NO_COLOR
[ -x "$TCPLAB" ] || { echo "$TCPLAB is not built" && exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

checks=0 failures=0
fail() {
	failures=$((failures + 1))
	echo "$1"
	head -c 1000 out err 2>/dev/null
}

# drills STATUS ARGUMENT…
drills() {
	local status=$1 got=0
	shift
	checks=$((checks + 1))
	timeout 60 "$TCPLAB" drill "$@" >out 2>err </dev/null || got=$?
	[ "$got" -eq "$status" ] || fail "tcplab drill $*: exit status $got, not $status"
	! grep -qE 'AddressSanitizer|runtime error' err || fail "tcplab drill $*: a sanitizer speaks"
}

says() { # in which file, what
	checks=$((checks + 1))
	grep -qF -- "$2" "$1" || fail "no \"$2\" in $1"
}

# How long it took is another each time.
timeless() { sed -E 's/ in [0-9.]+ s$//; s/ time="[0-9.]+"//' "$@"; }

well_formed() {
	checks=$((checks + 1))
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1" || fail "$1 is no XML"
	elif command -v python3 >/dev/null; then
		python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1" ||
			fail "$1 is no XML"
	fi
}

# ---- our own ----
count=$(find "$TOP/tests/drill" -name '*.pkt' | wc -l)
drills 0 --strict "$TOP/tests/drill"
says out "$count passed in "
[ "$(wc -l <out)" -eq 1 ] || fail 'more than the counts is said'
for version in ipv6 ipv4-mapped-ipv6; do
	drills 0 "--ip_version=$version" "$TOP"/tests/drill/handshake-*.pkt
done

# ---- what does not pass ----
cat >good.pkt <<'END'
0    socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0   bind(3, ..., ...) = 0
+0   listen(3, 1) = 0
+0   < S 0:0(0) win 32792 <mss 1000>
+0   > S. 0:0(0) ack 1 <...>
END
sed 's/^\(+0   > S.*\) ack 1 /\1 ack 2 /' good.pkt >wrong.pkt
{ cat good.pkt && echo "+0 \`frobnicate 'a<b>&\"'\`"; } >strange.pkt
{ cat good.pkt && echo '+0 < nonsense'; } >malformed.pkt
{ cat good.pkt && echo '+9 < . 1:1(0) ack 1 win 9' && echo '+0 > P. 1:2(1) ack 1'; } >late.pkt
drills 0 good.pkt
says out '1 passed in '
drills 1 wrong.pkt
says out 'FAILED       wrong.pkt:5: ack is 1; the script expects 2'
says out 'expected  +0   > S. 0:0(0) ack 2 <...>'
says out 'came      > S. 0:0(0) ack 1 win '
says out '    4  0.000000  +0   < S 0:0(0) win 32792 <mss 1000>'
says out '0 passed, 1 failed in '
drills 0 strange.pkt good.pkt
says out 'unsupported  strange.pkt:6: '
says out '1 passed, 1 unsupported in '
drills 1 --strict strange.pkt
drills 2 malformed.pkt wrong.pkt
says out 'unreadable   malformed.pkt:6:'
says out '0 passed, 1 failed, 1 unreadable in '
drills 2 not-there.pkt
says out 'not-there.pkt'
drills 1 late.pkt
says out 'late.pkt:7: '
drills 0 -v good.pkt
says out '0.000000  > S. 0:0(0) ack 1'
says out 'passed       good.pkt: 5 events'

# ---- directories, and many at once ----
mkdir -p suite/below
for i in 1 2 3 4 5 6 7 8; do cp good.pkt "suite/$i.pkt" && cp wrong.pkt "suite/below/$i.pkt"; done
cp strange.pkt malformed.pkt suite
drills 2 -j 1 --junit one.xml suite
says out '8 passed, 8 failed, 1 unsupported, 1 unreadable in '
timeless out >one
drills 2 -j 2 --junit two.xml suite
timeless out | cmp -s - one || fail 'with two at once, something else is printed'
cmp -s <(timeless one.xml) <(timeless two.xml) || fail 'with two at once, other verdicts are written'
well_formed one.xml
says one.xml 'tests="18" failures="8" errors="1" skipped="1"'
says one.xml '<testcase classname="suite/below" name="3.pkt"'
says one.xml 'a&lt;b&gt;&amp;'
mkdir empty
drills 2 empty
says err 'no script is in this directory'

# ---- names that stand for something ----
sed 's/mss 1000/mss THE_MSS/' good.pkt >named.pkt
drills 2 named.pkt
drills 0 -D THE_MSS=1000 named.pkt
drills 2 -D 7=1 named.pkt
says err '-D takes NAME=VALUE'

# ---- shown ----
drills 0 good.pkt -o good.svg
[ -s good.svg ] || fail 'no picture'
drills 0 good.pkt -o good.pcapng
[ -s good.pcapng ] || fail 'no packets'
checks=$((checks + 1))
timeout 60 "$TCPLAB" run good.pkt --text >out 2>err || fail 'run shows no script'
says out 'SYN-RECEIVED'
says out 'good.pkt'
says out 'SYN,ACK seq=0 ack=1'
checks=$((checks + 1))
timeout 60 "$TCPLAB" run wrong.pkt --text >out 2>err || fail 'run shows no script that fails'
says err 'note: failed: wrong.pkt:5: ack is 1; the script expects 2'
checks=$((checks + 1))
timeout 60 "$TCPLAB" check good.pkt wrong.pkt >out 2>err && fail 'check finds a wrong script right'
says out '1 of 2 expectations hold in 2 files'

[ "$failures" -eq 0 ] || { echo "$failures of $checks checks failed" && exit 1; }
echo "drill: $checks checks, $count scripts"
