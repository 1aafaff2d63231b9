#!/usr/bin/env bash
# soak.sh — random worlds (tests/soak/), always the same ones here; `make soak`
# runs others, and more. Without sanitizers, with all assertions: many worlds
# show more than few that are looked at closely.
set -eu
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
BUILD=${BUILD:-$TOP/build}
mkdir -p "$BUILD/soak"
"$BUILD/clang-O2/tests/soak/soak" -o "$BUILD/soak" 1 2000
