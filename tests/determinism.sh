#!/usr/bin/env bash
# determinism.sh — the same scenario gives the same bytes, whoever compiled us.
#
# Four builds without a window (gcc and clang, without and with optimisation)
# export each scenario; the first one's files are what the others must equal.
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

different=0
for compiler in gcc clang; do
	for level in O0 O2; do
		name=$compiler-$level
		dir=$BUILD/det-$name
		make -s BUILD="$dir" CC=$compiler CFLAGS=-$level HEADLESS=1 all
		rm -rf "$dir/export"
		mkdir "$dir/export"
		for scenario in "${scenarios[@]}"; do
			for format in jsonl pcapng; do
				out=export/$(basename "$scenario" .json).$format
				"$dir/tcplab" export "$scenario" -o "$dir/$out"
				cmp "$BUILD/det-gcc-O0/$out" "$dir/$out" || different=$((different + 1))
			done
		done
	done
done
if [ "$different" -gt 0 ]; then
	echo "$different files differ from the ones that the build with gcc -O0 writes"
	exit 1
fi
echo "$((2 * ${#scenarios[@]})) files, the same from 4 builds"
