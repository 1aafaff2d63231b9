#!/usr/bin/env bash
# layers.sh — the rules of the house, checked.
#
#   base ← wire ← tcp ← record ← net ← source ← script ← machine ← drill ← live ← viz
#
# A layer includes and calls only itself and the layers to its left. What a
# source says is read from it, without its comments and strings; what it calls
# is read from its object file's undefined symbols. Each violation is a line
# "file:line: the rule". A planted tree of violations first proves that every
# rule fires, and where none is broken stays silent.
set -eu
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
BUILD=${BUILD:-$TOP/build}

# Reads C sources, prints what they say against the rules.
says() {
	awk '
	BEGIN { split("base wire tcp record net source script machine drill live viz", names); for (i in names) level[names[i]] = i + 0 }
	FNR == 1 {
		in_comment = 0
		layer = FILENAME
		sub(/^sim\//, "", layer)
		sub(/\/.*/, "", layer)
		has_window = FILENAME ~ /^viz\/(sdl_|cairo_|window)[^\/]*$/
	}
	function bad(rule) { printf "%s:%d: %s\n", FILENAME, FNR, rule }
	function code(line,   out, i) { # without comments, strings and characters
		while (line != "") {
			if (in_comment) {
				i = index(line, "*/")
				line = i ? substr(line, i + 2) : ""
				in_comment = !i
			} else if (match(line, /^[^"\047\/]+/)) {
				out = out substr(line, 1, RLENGTH)
				line = substr(line, RLENGTH + 1)
			} else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^\047([^\047\\]|\\.)*\047/)) {
				line = substr(line, RLENGTH + 1)
			} else if (line ~ /^\/\//) {
				line = ""
			} else if (line ~ /^\/\*/) {
				in_comment = 1
				line = substr(line, 3)
			} else {
				out = out substr(line, 1, 1)
				line = substr(line, 2)
			}
		}
		return out
	}
	!in_comment && /^[ \t]*#[ \t]*include[ \t]*["<]/ {
		header = $0
		sub(/^[^"<]*["<]/, "", header)
		sub(/[">].*/, "", header)
		home = header
		sub(/^sim\//, "", home)
		sub(/\/.*/, "", home)
		if (header ~ /\.\./)
			bad("includes are relative to the root or to sim/, not \"" header "\"")
		if (home in level && level[home] > level[layer])
			bad(layer " lies below " home " and may not include \"" header "\"")
		if (header ~ /^(SDL|SDL2\/|cairo|pango|fontconfig)/ && !has_window)
			bad("<" header "> belongs in viz/sdl_*, viz/cairo_* or viz/window*, which HEADLESS=1 leaves out")
	}
	{
		line = " " code($0) " "
		if (layer != "viz" && line ~ /[^A-Za-z0-9_](float|double|_Float[0-9]+|_Complex)[^A-Za-z0-9_]/)
			bad("no floating point in sim/: the same input must give the same bytes everywhere")
		else if (layer != "viz" && line ~ /[^A-Za-z0-9_.]([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+[eE][-+]?[0-9]+)/)
			bad("no floating-point number in sim/: the same input must give the same bytes everywhere")
	}' "$@"
}

# Reads object files, prints what they call against the rules.
calls() { # OBJECT-DIR SOURCE…
	local dir=$1 objects file name rule
	shift
	objects=("${@/%.c/.o}")
	{
		cd "$dir"
		nm -A -g --defined-only "${objects[@]}"
		nm -A -u "${objects[@]}"
	} | judge_calls | while read -r file name rule; do
		echo "$file:$(nm -u -l "$dir/${file%.c}.o" | sed -n "s/^ *[Uw] $name\t.*:\([0-9]*\)$/\1/p"): $rule"
	done
}

# Reads lines of nm, definitions first: "sim/tcp/calls.o: U malloc".
judge_calls() {
	awk '
	BEGIN { split("base wire tcp record net source script machine drill live viz", names); for (i in names) level[names[i]] = i + 0 }
	function bad(rule) { print file, name, rule }
	{
		file = layer = $1
		sub(/\.o:.*/, ".c", file)
		sub(/^sim\//, "", layer)
		sub(/\/.*/, "", layer)
		name = $3
	}
	$2 !~ /^[Uw]$/ { home[name] = layer; next }
	name ~ /^__(asan|ubsan|tsan|msan|sanitizer|stack_chk|gcov|llvm)_/ || name == "_GLOBAL_OFFSET_TABLE_" { next }
	name in home {
		if (level[home[name]] > level[layer])
			bad(layer " lies below " home[name] " and may not use its " name)
		next
	}
	level[layer] <= level["tcp"] && name ~ /^(malloc|calloc|realloc|reallocarray|free|aligned_alloc|posix_memalign|strn?dup|v?asprintf|getline|open_memstream)$/ {
		bad(layer " does not allocate, so no " name "(): capacities are fixed, beside their arrays")
		next
	}
	layer != "viz" && file !~ /^sim\/live\// && name ~ /^(time|clock|clock_gettime|gettimeofday|timespec_get|times|localtime(_r)?|mktime|nanosleep|clock_nanosleep|usleep|sleep|alarm|timer_.*|setitimer)$/ {
		bad("sim/ reads no clock, so no " name "(): the caller says what time it is")
		next
	}
	layer != "viz" && file !~ /^sim\/live\// && name ~ /^(s?rand|rand_r|s?random(_r)?|[dejlmn]rand48|arc4random.*|getrandom|getentropy)$/ {
		bad("chance is seeded: base/random.h, not " name "()")
		next
	}
	layer != "viz" && name ~ /^(sqrt|cbrt|pow|exp|exp2|log|log2|log10|floor|ceil|l*round|trunc|l*rint|nearbyint|fabs|fmod|ldexp|frexp|strto(d|f|ld)|atof)f?$/ {
		bad("no floating point in sim/, so no " name "()")
		next
	}
	file !~ /^sim\/live\// && name ~ /^(socket|socketpair|bind|listen|accept4?|connect|shutdown|send|sendto|sendm?msg|recv|recvfrom|recvm?msg|[gs]etsockopt|getpeername|getsockname|getaddrinfo|gethostbyname.*|if_nametoindex|pcap_(create|activate|open_live|inject|sendpacket))$/ {
		bad("only sim/live touches the network, so no " name "() here")
		next
	}
	layer == "tcp" && name !~ /^((__)?mem(cpy|move|set|cmp|chr)(_chk)?|strn?(cmp|len))$/ && name != "__assert_fail" {
		bad("the engine calls nothing outside the project but mem*(), strcmp(), strlen() and assert(), so no " name "()")
	}'
}

# Says every violation in the tree under $1, whose objects lie under $2.
violations() {
	(
		cd "$1"
		shopt -s nullglob
		says sim/*/*.[ch] viz/*.[ch]
		local compiled=()
		for source in sim/*/*.c viz/*.c; do
			[ ! -e "$2/${source%.c}.o" ] || compiled+=("$source")
		done
		calls "$2" "${compiled[@]}"
	)
}

# Each planted line that breaks a rule carries, in a comment, words of its message.
prove_that_rules_fire() {
	local tree=$1 file expected found

	mkdir -p "$tree"/sim/{base,wire,tcp,record,net,source,script,machine,drill,live} "$tree"/viz
	cat >"$tree/sim/base/low.c" <<-'END'
		#include <stdlib.h>
		#include <time.h>
		#include "wire/high.h" /* ! base lies below wire and may not include */
		#include "../wire/high.h" /* ! not "../wire/high.h" */
		/* malloc(1), double, 1.5 and
		 * #include "net/net.h" in a comment are no violation. */
		const char *word(void);
		const char *word(void) { return "double 1.5 \" float"; }
		void *allocates(void);
		void *allocates(void) { return malloc(8); } /* ! base does not allocate, so no malloc() */
		long reads_clock(void);
		long reads_clock(void) { return (long)time(NULL); } /* ! no time(): the caller */
		int throws_dice(void);
		int throws_dice(void) { return rand(); } /* ! base/random.h, not rand() */
		double fraction; /* ! no floating point in sim/ */
		int third = (int)(10 * .25); /* ! no floating-point number in sim/ */
		int fine = 0x1e5 + 'f' + '"'; // 2.5
		int upward(void);
		int calls_up(void);
		int calls_up(void) { return upward(); } /* ! base lies below net and may not use its upward */
	END
	cat >"$tree/sim/tcp/engine.c" <<-'END'
		#include <assert.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/socket.h>
		#include "wire/high.h"
		int connect(int a, const struct sockaddr *b, socklen_t c);
		void says(char *s);
		void says(char *s) { assert(s); memset(s, 0, 4); puts(s); } /* ! the engine calls nothing outside */
	END
	cat >"$tree/sim/net/up.c" <<-'END'
		#include <stdlib.h>
		int upward(void);
		int upward(void) { return 1; }
		void *may_allocate(void);
		void *may_allocate(void) { return malloc(8); }
	END
	cat >"$tree/sim/live/raw.c" <<-'END'
		#include <sys/socket.h>
		#include <time.h>
		int opens(void);
		int opens(void) { return socket(1, 2, (int)time(NULL)); }
	END
	cat >"$tree/sim/source/trace.c" <<-'END'
		#include <sys/socket.h>
		int opens_too(void);
		int opens_too(void) { return socket(1, 2, 3); } /* ! so no socket() here */
		#include <math.h>
		int roots(int n);
		int roots(int n) { return (int)sqrt(n); } /* ! no sqrt() */
	END
	echo 'void high(void);' >"$tree/sim/wire/high.h"
	echo '#include <SDL.h> /* ! <SDL.h> belongs in viz/sdl_*' >"$tree/viz/view.h"
	echo '#include <SDL.h>' >"$tree/viz/sdl_canvas.h"

	for file in "$tree"/sim/*/*.c; do
		gcc -std=c11 -D_DEFAULT_SOURCE -O2 -g -fno-builtin-sqrt -I"$tree/sim" -c -o "${file%.c}.o" "$file"
	done
	violations "$tree" "$tree" | sort >"$tree/found"
	expected=$(cd "$tree" && grep -n '/\* ! ' sim/*/*.c viz/*.h | sort)
	found=$(wc -l <"$tree/found")
	if [ "$found" -ne "$(wc -l <<<"$expected")" ]; then
		echo "layers.sh is broken: of the violations planted it finds these, and should find the second list:"
		cat "$tree/found" && echo "$expected"
		return 1
	fi
	while IFS= read -r file; do
		grep -F "${file%%:*}:$(cut -d: -f2 <<<"$file"): " "$tree/found" |
			grep -qF "$(sed 's/.*! //; s/ \*\/$//' <<<"$file")" || {
			echo "layers.sh is broken: it does not find this planted violation: $file"
			return 1
		}
	done <<<"$expected"
	echo "$found planted violations found"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
proved=$(prove_that_rules_fire "$scratch") || { echo "$proved" && exit 1; }

unset MAKEFLAGS MFLAGS MAKELEVEL
make -s -C "$TOP" BUILD="$BUILD" objects >&2
violations "$TOP" "$BUILD" >"$scratch/violations"
if [ -s "$scratch/violations" ]; then
	cat "$scratch/violations"
	exit 1
fi
echo "the layers hold; $proved"
