#!/usr/bin/env bash
# diff.sh — the kernel's TCP and ours, side by side (tests/diff/), always the
# same sequences here; `make diff-kernel` runs others, and more. And
# docs/kernel.md is what the table of differences says: TCPLAB_UPDATE=1 writes it.
#
# The table was reviewed with one series of kernels. Others differ from it here
# and there, which is no fault of ours.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
BUILD=${BUILD:-$TOP/build}
REVIEWED=6.18
N=${N:-3000}
table=$TOP/tests/diff/differences.tsv
page=$TOP/docs/kernel.md

# The rows with one verdict.
rows() { # VERDICT
	awk -F '\t' -v verdict="$1" '
		function code(s) { gsub(/\|/, "\\|", s); gsub(/ or /, "`<br>`", s); return "`" s "`" }
		/^#/ || $6 != verdict { next }
		{ printf "| %s | %s | %s | %s | %s |\n", $1, code($2), code($3), code($4), $7 }
	' "$table"
}

section() { # VERDICT TITLE
	[ -n "$(rows "$1")" ] || return 0
	printf '\n## %s\n\n| | Where | The kernel | We | Why |\n|---|---|---|---|---|\n' "$2"
	rows "$1"
}

write_page() {
	cat <<-END
	# Where Linux does otherwise

	\`make diff-kernel N=1000000 SEED=1\` acts out random short sequences of segments and socket calls before two TCPs: the kernel of this machine, by sockets on one side of a TUN device in a namespace of its own, and our engine with the profile \`linux\`. The segments are told relative to what each has said, so that both get the same: one octet before RCV.NXT, acknowledging what was not sent, at the edge of the window, in each of the eleven states. After each step the answers, the state, what the call said and the text that was read are compared.

	Pinned, so that neither chance nor a timer counts: on the kernel's side what \`tests/diff/space.c\` lists, and \`quickack\` on the route; on ours \`delayed_ack_ms\` 0 and Reno. PSH, the timestamp that is echoed, SACK blocks and SEG.SEQ of a bare ACK are compared by themselves; of the window only whether it is zero.

	Each difference is in \`tests/diff/differences.tsv\`, of which this page is made by \`tests/diff.sh\`. It was reviewed with Linux $REVIEWED. One that is not there fails, with both ladders and a command that shows it again. The patterns: flags are F, S, R, P, A, U, E (ECE), W (CWR) and X (AE); \`seq\` and \`ack\` say how SEG.SEQ and SEG.ACK lie; \`ack+0\` counts from RCV.NXT before the step; \`-\` is silence.
	END
	section 'open' 'Open: perhaps we should do otherwise'
	section 'ours right' 'The RFC says what we do'
	section 'both allowed' 'Both are allowed'
	section "kernel's choice" 'No RFC says it: the choice of the kernel'
}

if [ -n "${TCPLAB_UPDATE:-}" ]; then
	write_page >"$page"
elif ! write_page | cmp -s - "$page"; then
	echo "docs/kernel.md is not what tests/diff/differences.tsv says: TCPLAB_UPDATE=1 tests/diff.sh writes it"
	exit 1
fi

said=$("$BUILD/clang-O2/tests/diff/diff" "$table" 1 "$N" 2>&1)
status=$?
echo "$said"
case $status in
0 | 77) exit $status ;;
esac
case $(uname -r) in
"$REVIEWED".*) exit 1 ;;
esac
echo "skipped: the table was reviewed with Linux $REVIEWED, and this is $(uname -r)"
exit 77
