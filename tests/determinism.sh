#!/usr/bin/env bash
# determinism.sh — the same scenario gives the same bytes, whoever compiled us.
#
# Three builds (gcc without and with optimisation, and clang) export each
# scenario; the first one's files are what the others must equal. The one by
# gcc -O2 is the program as it is; the others are built without a window.
set -eu
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
BUILD=${BUILD:-$TOP/build}
cd "$TOP"
unset MAKEFLAGS MFLAGS MAKELEVEL

shopt -s nullglob
scenarios=(scenarios/[0-9]*.json)
if [ ${#scenarios[@]} -eq 0 ]; then
	echo "there is no scenario to export yet"
	exit 77
fi

# Prints the program that COMPILER makes at LEVEL.
program() { # COMPILER LEVEL
	local dir=$BUILD/det-$1-$2

	if [ "$1-$2" = gcc-O2 ] && [ -x "${TCPLAB_RELEASE:-}" ]; then
		echo "$TCPLAB_RELEASE"
		return
	fi
	make -s BUILD="$dir" CC="$1" CFLAGS="-$2" HEADLESS=1 all >&2
	echo "$dir/tcplab"
}

different=0
for build in 'gcc O0' 'gcc O2' 'clang O2'; do
	# shellcheck disable=SC2086 # words
	tcplab=$(program $build)
	dir=$BUILD/det-${build/ /-}
	rm -rf "$dir/export"
	mkdir -p "$dir/export"
	for scenario in "${scenarios[@]}"; do
		for format in jsonl pcapng; do
			out=export/$(basename "$scenario" .json).$format
			"$tcplab" export "$scenario" -o "$dir/$out"
			cmp "$BUILD/det-gcc-O0/$out" "$dir/$out" || different=$((different + 1))
		done
	done
done
if [ "$different" -gt 0 ]; then
	echo "$different files differ from the ones that the build with gcc -O0 writes"
	exit 1
fi
echo "$((2 * ${#scenarios[@]})) files, the same from 3 builds"
