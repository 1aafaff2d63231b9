#!/usr/bin/env bash
# install.sh — what `make install` puts somewhere works from there and goes
# again; and without the part that draws, the program says so.
#
# run alone
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
BUILD=${BUILD:-$TOP/build}
unset MAKEFLAGS MFLAGS MAKELEVEL DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
prefix=$scratch/prefix
tcplab=$prefix/bin/tcplab
part=$prefix/lib/tcplab/tcplab-window.so
lesson=$(echo "$TOP"/scenarios/01-*.json)

fail() {
	echo "$1"
	[ ! -s err ] || cat err
	exit 1
}

make_there() {
	make -s -C "$TOP" BUILD="$BUILD" PREFIX="$prefix" "$@" >made 2>&1 || {
		cat made
		fail "make $* failed"
	}
}

draws() { # WHAT
	rm -f drawn.*
	"$tcplab" export "$lesson" -o drawn.png 2>err || fail "$1: no PNG"
	"$tcplab" export "$lesson" -o drawn.pdf 2>err || fail "$1: no PDF"
	SDL_VIDEODRIVER=dummy "$tcplab" run "$lesson" --ui-script one.ui 2>err || fail "$1: no window"
}

refuses() { # WHAT WORDS
	local status=0
	for call in '-o drawn.png' '-o drawn.pdf' --dump-ui '--ui-script one.ui'; do
		status=0
		# shellcheck disable=SC2086 # words of the command
		SDL_VIDEODRIVER=dummy "$tcplab" run "$lesson" $call >out 2>err || status=$?
		[ "$status" -eq 2 ] || fail "$1: run $call: exit status $status, not 2"
		[ "$(grep -c '^tcplab: .*--text' err)" -eq 1 ] || fail "$1: run $call: no sentence"
		grep -qF -- "$2" err || fail "$1: run $call: no \"$2\" is said"
	done
	"$tcplab" run "$lesson" --text >out 2>err || fail "$1: no text either"
	"$tcplab" export "$lesson" -o drawn.svg 2>err || fail "$1: no SVG either"
}

echo 'key Right' >one.ui
make_there install
[[ -x $tcplab && -f $part ]] || fail 'not all is installed'
draws 'installed'
(cd / && "$tcplab" >"$scratch/out" 2>"$scratch/err") || fail 'the scenarios are not found'
ln -s "$tcplab" link
tcplab=$scratch/link draws 'called by a link'

# Of what it takes to draw, nothing is loaded by those who do not.
! readelf -d "$tcplab" | grep -qE 'NEEDED.*(SDL|cairo|pango|fontconfig)' ||
	fail 'the program is linked with what only its window needs'

mv "$part" kept.so
refuses 'without the part' 'neither beside the program nor in ../lib/tcplab'
echo nonsense >"$part"
refuses 'with a broken part' 'cannot be loaded'
echo 'int nothing;' | gcc -shared -fPIC -x c -o "$part" -
refuses 'with something else' 'cannot be loaded'
cp kept.so "$prefix/bin/tcplab-window.so"
rm "$part"
draws 'beside the program'
rm "$prefix/bin/tcplab-window.so"

make_there uninstall
left=$(find "$prefix" -type f)
[ -z "$left" ] || fail "make uninstall leaves: $left"
echo 'installed, drawn from there, refused with a sentence, and gone again'
