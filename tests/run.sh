#!/usr/bin/env bash
# run.sh — runs the tests that it is given, and counts them.
#
# A test is a cmocka program or a script. A script passes with exit status 0
# and is skipped with 77; the last line that it says becomes its note. Of a
# program each test function counts, and a program is believed only when it
# exits with 0 and every test it announced ends in OK or SKIPPED: whoever
# crashes, hangs or says nothing has failed.
#
# JOBS tests run at a time (2), each for LIMIT seconds at most (600). Beside
# them run WAITING (4) of the scripts with the line "# mostly waits": for peers,
# timers and devices, and not for the processor. Scripts with the line
# "# run alone" run by themselves, at the end. The last lines name what failed.
set -u
export LC_ALL=C
# Our leaks count; what libraries keep until the process ends does not.
export LSAN_OPTIONS=suppressions=$(dirname "$(realpath "$0")")/leaks.txt:print_suppressions=0

# The sum of N in a log's lines "[MARK] N AFTER" or "[MARK] group: N AFTER".
sum() { # MARK BEFORE AFTER LOG
	sed -n "s/^\[$1\] \(.*: \)\{0,1\}$2\([0-9][0-9]*\) test(s)$3.*/\2/p" "$4" | awk '{ n += $1 } END { print n + 0 }'
}

# Sets passed, failed and skipped for a cmocka program.
count_functions() {
	local status=$1 log=$2 announced run

	announced=$(sum '==========' 'Running ' '' "$log")
	run=$(sum '==========' '' ' run' "$log")
	passed=$(grep -aoF '[       OK ] ' "$log" | wc -l)
	skipped=$(sum '  SKIPPED ' '' ', listed' "$log")
	failed=$((announced - passed - skipped))
	if [ "$failed" -lt 1 ]; then
		failed=0
		if [ "$status" -ne 0 ] || [ "$announced" -eq 0 ] || [ "$run" -ne "$announced" ] ||
			[ $((passed + skipped)) -ne "$announced" ] || grep -qaF '[  FAILED  ]' "$log"; then
			failed=1
		fi
	fi
}

count_script() {
	passed=0 failed=0 skipped=0
	case $1 in
	0) passed=1 ;;
	77) skipped=1 ;;
	*) failed=1 ;;
	esac
}

one() {
	local file=$1 dir=$2 name log start status passed failed skipped note='' verdict=ok

	name=$(basename "$file")
	log=$dir/$name.log
	start=$(date +%s%N)
	timeout -k 10 "$LIMIT" "$(realpath "$file")" >"$log" 2>&1 </dev/null &
	trap 'kill $!; exit 130' INT TERM
	wait $! 2>/dev/null
	status=$?
	case $name in
	*.sh) count_script "$status" && note=$(tail -n 1 "$log") ;;
	*)
		count_functions "$status" "$log"
		note="$passed passed"
		[ "$skipped" -eq 0 ] || note="$note, $skipped skipped"
		;;
	esac
	if [ "$failed" -gt 0 ]; then
		verdict=FAIL
		note="$passed passed, $failed failed, exit status $status"
		[ "$status" -ne 124 ] || note="$note: stopped after $LIMIT s"
	elif [ "$skipped" -gt 0 ]; then
		verdict=skip
	fi
	{
		flock 9
		[ "$failed" -eq 0 ] || { echo && cat "$log"; }
		printf '%-4s  %-24s %6d ms  %s\n' "$verdict" "$name" \
			$((($(date +%s%N) - start) / 1000000)) "$note"
	} 9>"$dir/lock"
	echo "$passed $failed $skipped" >"$dir/$name.count"
}

# Of a cmocka program with its functions.
tell_failure() { # NAME LOG
	sed -n 's/^\[  FAILED  \] \([A-Za-z_][A-Za-z_0-9]*\)$/\1/p' "$2" 2>/dev/null | sort -u | xargs echo "failed: $1"
}

several() { # JOBS FILE…
	local jobs=$1
	shift
	[ $# -eq 0 ] || printf '%s\0' "$@" | xargs -0 -P "$jobs" -I {} "$0" --one {} "$dir"
}

export LIMIT=${LIMIT:-600}
if [ "${1-}" = --one ]; then
	one "$2" "$3"
	exit 0
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Where python3 is a script that looks for a Python each time, that one is found once for all.
if [ "$(head -c 2 "$(command -v python3)" 2>/dev/null)" = '#!' ]; then
	mkdir "$dir/bin"
	ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$dir/bin/python3"
	PATH=$dir/bin:$PATH
fi
computing=() waiting=() alone=()
for file in "$@"; do
	case $(grep -sxm 1 -e '# run alone' -e '# mostly waits' "$file") in
	*alone) alone+=("$file") ;;
	*waits) waiting+=("$file") ;;
	*) computing+=("$file") ;;
	esac
done
# Nothing goes through this pipe: it makes two jobs of one, which ^C ends.
{ several "${WAITING:-4}" "${waiting[@]}" >&3 3>&- | several "${JOBS:-2}" "${computing[@]}" >&3 3>&-; } 3>&1
several 1 "${alone[@]}"

total_passed=0 total_failed=0 total_skipped=0
for file in "$@"; do
	# No count: the runner itself was stopped, so the test did not pass.
	read -r passed failed skipped <"$dir/$(basename "$file").count" 2>/dev/null || { passed=0 failed=1 skipped=0; }
	[ "$failed" -eq 0 ] || tell_failure "$(basename "$file")" "$dir/$(basename "$file").log"
	total_passed=$((total_passed + passed))
	total_failed=$((total_failed + failed))
	total_skipped=$((total_skipped + skipped))
done
summary="$total_passed passed, $total_failed failed"
[ "$total_skipped" -eq 0 ] || summary="$summary, $total_skipped skipped"
echo "$summary"
[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
