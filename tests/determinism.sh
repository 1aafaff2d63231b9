#!/usr/bin/env bash
# determinism.sh — the same scenario gives the same bytes, whoever compiled us.
#
# Three builds (gcc without and with optimisation, and clang) export each
# scenario; the first one's files are what the others must equal. The one by
# gcc -O2 is the program as it is; the others are of the layers that write them.
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

first=$BUILD/gcc-O0/exported
for build in 'gcc O0' 'clang O2'; do
	read -r compiler level <<<"$build"
	dir=$BUILD/$compiler-$level
	make -s BUILD="$dir" CC="$compiler" CFLAGS="-$level" HEADLESS=1 LDFLAGS="${LDFLAGS-}" \
		"$dir/tests/determinism/export" >&2
	rm -rf "$dir/exported"
	mkdir "$dir/exported"
	"$dir/tests/determinism/export" "$dir/exported" "${scenarios[@]}"
done
different=0
same() { # A B
	cmp "$1" "$2" || different=$((different + 1))
}
[ -x "${TCPLAB_RELEASE:-}" ] || TCPLAB_RELEASE=$BUILD/tcplab
for scenario in "${scenarios[@]}"; do
	for format in jsonl pcapng; do
		name=$(basename "$scenario" .json).$format
		same "$first/$name" "$BUILD/clang-O2/exported/$name"
		"$TCPLAB_RELEASE" export "$scenario" -o "$BUILD/clang-O2/exported/$name"
		same "$first/$name" "$BUILD/clang-O2/exported/$name"
	done
done
if [ "$different" -gt 0 ]; then
	echo "$different files differ from the ones that the build with gcc -O0 writes"
	exit 1
fi
echo "$((2 * ${#scenarios[@]})) files, the same from 3 builds"
