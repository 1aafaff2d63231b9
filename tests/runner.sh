#!/usr/bin/env bash
# runner.sh — run.sh counts right, and is not fooled: it runs programs that
# crash, hang, leave early, leak or say nothing, and its summary is compared.
#
# mostly waits
set -eu
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

cat >program.c <<'END'
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const char *ending;

static void passes(void **state)
{
	(void)state;
	printf("no end of line");
}

static void ends(void **state)
{
	(void)state;
	if (strcmp(ending, "fails") == 0 || strcmp(ending, "ignores") == 0)
		fail();
	if (strcmp(ending, "skips") == 0)
		skip();
	if (strcmp(ending, "crashes") == 0)
		abort();
	if (strcmp(ending, "leaves") == 0)
		exit(0);
	if (strcmp(ending, "lies") == 0) {
		puts("[       OK ] one\n[       OK ] two");
		exit(0);
	}
	if (strcmp(ending, "hangs") == 0)
		pause();
}

static int cannot(void **state)
{
	(void)state;
	return -1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes), cmocka_unit_test(ends), cmocka_unit_test(passes)};

	ending = strrchr(argv[argc - 1], '_') + 1;
	if (strcmp(ending, "silent") == 0)
		return 0;
	int failed = cmocka_run_group_tests_name(ending, tests, strcmp(ending, "unready") ? NULL : cannot,
						 strcmp(ending, "untidy") ? NULL : cannot);
	return strcmp(ending, "ignores") ? failed : 0;
}
END
gcc -o program program.c -lcmocka

expect() { # SUMMARY STATUS TEST…
	local summary=$1 expected_status=$2 said status=0
	shift 2
	said=$(LIMIT=${LIMIT:-60} "$TOP/tests/run.sh" "$@") || status=$?
	if [ "$(tail -n 1 <<<"$said")" != "$summary" ] || [ "$status" -ne "$expected_status" ]; then
		echo "for $*, run.sh should end with status $expected_status and \"$summary\"; with $status it says:"
		echo "$said"
		exit 1
	fi
}

program() { # SUMMARY STATUS ENDING
	ln -f program "test_$3"
	expect "$1" "$2" "test_$3"
}

LIMIT=10 program '1 passed, 2 failed' 1 hangs & hanging=$!
program '3 passed, 0 failed' 0 well
program '2 passed, 1 failed' 1 fails
program '2 passed, 1 failed' 1 ignores
program '2 passed, 0 failed, 1 skipped' 0 skips
program '1 passed, 2 failed' 1 crashes
program '1 passed, 2 failed' 1 leaves
program '3 passed, 1 failed' 1 lies
program '0 passed, 3 failed' 1 unready
program '3 passed, 1 failed' 1 untidy
program '0 passed, 1 failed' 1 silent
expect '0 passed, 1 failed' 1 test_absent

script() { # NAME COMMANDS
	printf '#!/bin/sh\n%s\n' "$2" >"$1.sh"
	chmod +x "$1.sh"
}
script good 'echo fine'
script bad 'echo fine; exit 3'
script skips 'echo the reason; exit 77'
echo 'exit 0' >not_executable.sh
expect '1 passed, 0 failed' 0 good.sh
expect '0 passed, 1 failed' 1 bad.sh
expect '1 passed, 0 failed, 1 skipped' 0 good.sh skips.sh
expect '0 passed, 0 failed, 1 skipped' 1 skips.sh
expect '0 passed, 1 failed' 1 not_executable.sh
expect '6 passed, 3 failed, 1 skipped' 1 test_fails test_well good.sh bad.sh skips.sh not_executable.sh
expect '0 passed, 0 failed' 1

says() { # PATTERN TEST
	"$TOP/tests/run.sh" "$2" >said || true
	grep -q "$1" said || { echo "run.sh $2 should say \"$1\"" && cat said && exit 1; }
}
says '^skip .* the reason$' skips.sh
says '^\[  FAILED  \] ends$' test_fails
says '^FAIL .* 2 passed, 1 failed, exit status 1$' test_fails
[ "$("$TOP/tests/run.sh" test_well | wc -l)" -eq 2 ]

# At the end those are named that failed, and no others.
for order in 'test_fails test_well bad.sh good.sh' 'bad.sh test_fails good.sh test_well'; do
	# shellcheck disable=SC2086 # words
	"$TOP/tests/run.sh" $order | tail -n 3 | sort >said
	printf '%s\n' '6 passed, 2 failed' 'failed: bad.sh' 'failed: test_fails ends' | cmp -s - said ||
		{ echo "run.sh does not name those that failed, but says:" && cat said && exit 1; }
done

# Who waits and who computes run at the same time; who is to be alone comes last.
script computes 'echo >computes; until [ -e waits ]; do sleep 0.01; done'
script waits '
# mostly waits
echo >waits; until [ -e computes ]; do sleep 0.01; done'
script alone '
# run alone
rm waits computes'
JOBS=1 expect '3 passed, 0 failed' 0 alone.sh waits.sh computes.sh
# A test inherits no file that is open here and not there.
for kind in 'run alone' 'mostly waits' computes; do
	script open "
# $kind
ls /proc/self/fd | wc -l >open"
	./open.sh </dev/null >said 2>&1
	mv open outside
	expect '1 passed, 0 failed' 0 open.sh
	cmp -s open outside || { echo "$kind: $(<open) files are open, and $(<outside) outside of run.sh" && exit 1; }
done
wait $hanging
echo "every way to end is counted right"
