#!/usr/bin/env bash
# mutants.sh — do the tests notice? The engine is spoilt in one place, in a
# copy, and the state oracle, the exploration and the conversations are run
# against it until one of them fails. A mutant that none of them catches fails
# this test, as does one that no longer applies: then its line below is out of
# date.
#
#     tests/mutants.sh            all of them; the last line says how it went
#     tests/mutants.sh --each     what each of the three kinds of tests catches
#     tests/mutants.sh NAME…      these alone
#
# A mutant is a name, a file of sim/tcp and an expression for sed.
set -u
export LC_ALL=C
TOP=${TOP:-$(realpath "$(dirname "$0")/..")}
CC=${MUTANTS_CC:-gcc}
command -v ccache >/dev/null && CC="ccache $CC"
export TOP CC

ORACLE='oracle'
EXPLORE='explore'
CONVERSATIONS='states closing handshake arrives timestamps attacks windows transfer urgent
	recovery congestion bug_classes more_bug_classes patience predicted'

mutants() {
	sed 's/^[[:space:]]*//; /^$/d; /^#/d' <<'END'
	# The order and the words of section 3.10.7.
	syn-after-ack | arrives_others.c | /^void arrives_in_other/,/^}/{s/fourth_check_syn(/FIFTH(/;s/fifth_check_ack(/fourth_check_syn(/;s/FIFTH(/fifth_check_ack(/}
	in-window-rst-resets | arrives_others.c | s/if (t->profile->rfc5961 && !t->profile->rst_in_window && .*/if (false)/
	rst-outside-the-window-resets | arrives_others.c | /^static RARE enum verdict is_outside_window/,/^}/s/return drop(t, RULE_OUTSIDE_WINDOW_RST)/return NEXT/
	rst-outside-draws-an-ack | arrives_others.c | s/: drop(t, RULE_OUTSIDE_WINDOW_RST)/: challenge(t, RULE_OUTSIDE_WINDOW_RST)/
	rst-ends-time-wait | arrives_others.c | s/tcb->state == TIME_WAIT && t->profile->rfc1337/false/
	rst-in-syn-received-closes | arrives_others.c | s/^\t\tif (came_from_listen(tcb))$/\t\tif (false)/
	syn-in-the-window-resets | arrives_others.c | /^static enum verdict fourth_check/,/^}/s/if (t->profile->rfc5961 && .*/if (false)/
	ack-bit-not-needed | arrives_others.c | /^static enum verdict fifth/,/^}/s/if (!(seg->flags & ACK))/if (false)/
	ack-of-unsent-accepted | arrives_others.c | /^static enum verdict fifth/,/^}/s/if (seq_gt(seg->ack, tcb->snd.nxt))/if (false)/
	ack-of-unsent-establishes | arrives_others.c | s/ || seq_gt(seg->ack, tcb->snd.nxt)) {/) {/
	old-ack-accepted | arrives_others.c | s/if (t->profile->rfc5961 && seq_lt(seg->ack, seq_sub(/if (false \&\& seq_lt(seg->ack, seq_sub(/
	una-moves-back | arrives_others.c | s/if (seq_gt(seg->ack, tcb->snd.una)) /if (!seq_eq(seg->ack, tcb->snd.una)) /
	zero-window-drops-acks | arrives_others.c | s/if (is_window_probe(tcb, seg))/if (false)/
	ack-of-iss-in-syn-sent | arrives.c | s/seq_gt(seg->ack, tcb->snd.iss) &&/seq_ge(seg->ack, tcb->snd.iss) \&\&/
	rst-without-ack-refuses | arrives.c | /^static enum verdict second_check_rst/,/^}/s/if (!(seg->flags & ACK))/if (false)/
	closed-answers-rst | arrives.c | /^bool tcp_arrives_in_closed/,/^}/s/if (seg->flags & RST)/if (false)/
	reset-without-length | arrives.c | s/reply->ack = segment_end(seg)/reply->ack = seg->seq/
	crossing-syn-unanswered | arrives.c | s/^\t\tsend_again(t, tcb->snd.iss, fast_open_syn_end(tcb), RULE_SYN_SENT_SIMULTANEOUS);//
	window-compared-as-integers | window.c | /^bool is_in_window/,/^}/s/seq_within(s, tcb->rcv.nxt, seq_add(tcb->rcv.nxt, tcb->rcv.wnd))/(s.v >= tcb->rcv.nxt.v \&\& s.v < tcb->rcv.nxt.v + tcb->rcv.wnd)/
	# FIN.
	fin-out-of-order | arrives_others.c | s/if (!rcv->fin_seen || !seq_eq(rcv->nxt, rcv->fin))/if (!rcv->fin_seen)/
	fin-ahead-forgotten | arrives_others.c | /^void eighth/,/^}/s/if (seg->flags & FIN)/if ((seg->flags \& FIN) \&\& seq_eq(seq_sub(segment_end(seg), 1), rcv->nxt))/
	fin-beyond-the-window | fin.c | s/ || seq_ge(fin, rcv->edge))/)/
	fin-not-counted | fin.c | s/tcb->rcv.nxt = seq_add(tcb->rcv.nxt, 1);//
	fin-wait-1-to-time-wait | arrives_others.c | s/set_state(t, CLOSING, RULE_FIN_TO_CLOSING)/enter_time_wait(t, RULE_FIN_TO_CLOSING)/
	fin-acked-by-any-ack | arrives_others.c | s/!our_fin_is_acked(tcb)/!(tcb->snd.fin_queued \&\& seq_ge(tcb->snd.una, tcb->snd.end))/
	fin-not-sent-again | output.c | /^static RARE bool plan_stretch/,/^}/s/plan->flags = FIN/plan->flags = 0/
	fin-not-acked-again | arrives_others.c | s/return answer_with_ack(t, seg, RULE_FIN_AGAIN)/return drop(t, RULE_FIN_AGAIN)/
	time-wait-not-prolonged | arrives_others.c | s/^\t\trestart_time_wait(t);//
	# Text and windows.
	overlap-not-trimmed | reassembly.c | s/left = seq_max(start, rcv->nxt);/left = start;/
	text-kept-twice | reassembly.c | s/gap_end = more ? seq_min(t->held->ranges\[i\].left, right) : right/gap_end = right/
	text-beyond-the-window | reassembly.c | s/return rcv->fin_seen ? seq_min(rcv->fin, rcv->edge) : rcv->edge/return seq_add(rcv->edge, 5)/
	duplicate-not-acked | arrives_others.c | s/return answer_with_ack(t, seg, RULE_OUTSIDE_WINDOW)/return drop(t, RULE_OUTSIDE_WINDOW)/
	window-of-old-segments | window.c | /^bool window_is_fresh/,/^}/s/return .*/return true;/;/^bool window_is_fresh/,/^}/s/^\t       (.*//
	window-by-seq-alone | window.c | s/return seq_lt(tcb->snd.wl1, seg->seq) ||/return seq_le(tcb->snd.wl1, seg->seq) ||/
	right-edge-taken-back | window.c | /^static struct seq right_edge/,/^}/s/? edge : rcv->edge/? edge : seq_sub(rcv->edge, 1)/;s/^\tif (field << shift < .*/\tif (false)/
	window-update-unsaid | window.c | /^void consider_window_update/,/^}/s/owe_ack(t, RULE_WINDOW_REOPENS)/(void)0/
	probe-octet-not-sent-again | window.c | s/^\t\tsend_again(t, snd->una, snd->nxt, RULE_WINDOW_OPENED);//
	beyond-the-peers-window | output.c | s/len = least(len, (uint32_t)window_room);//
	# Timers and pace.
	no-retransmission-timer | sent.c | s/if (tcb->timers\[TIMER_RETRANSMISSION\] == NANOS_NEVER)/if (false)/
	no-probes | timeouts.c | /^static void probe_window/,/^}/s/tcb->snd.override = true/tcb->snd.override = false/
	delayed-ack-forgotten | timeouts.c | s/owe_ack(t, RULE_DELAYED_ACK_FIRED)/t->tcb->ack_owed = ACK_NOT_OWED/
	karn-ignored | rtt.c | /^void rtt_forget/,/^}/s/t->tcb->rtt.timing = false/t->tcb->rtt.timing = true/
	no-backoff | rtt.c | s/nanos_min(2 \* rtt->rto + slop/nanos_min(rtt->rto + slop/
	loss-window-of-two | recovery.c | /^void recovery_timed_out/,/^}/s/cc->cwnd = tcb->snd.mss/cc->cwnd = 2 * tcb->snd.mss/
	# Against injection.
	challenges-unlimited | turn.c | s/if (tcb->challenge_count >= tcb->challenge_allowed)/if (false)/
	paws-off | timestamps.c | /^bool timestamp_is_too_old/,/^}/s/return (int32_t).*/return false;/
	timestamp-of-later-text | timestamps.c | s/if (seq_gt(seg->seq, ts->last_ack_sent))/if (false)/
	reopened-below-old-numbers | reopen.c | s/return seq_max(isn_select(t), seq_add(last, 1 << 16))/return isn_select(t)/
	old-syn-reopens | reopen.c | /^static bool is_newer/,/^}/s/return seq_ge(syn->seq, tcb->rcv.nxt)/return true/
	# Header prediction.
	foretold-in-any-state | predicted.c | s/(uint32_t)(tcb->state ^ ESTABLISHED) |//
	foretold-with-any-flag | predicted.c | s/((seg->flags ^ ACK) & (uint32_t)~PSH) |//
	foretold-beyond-a-gap | predicted.c | s/(seg->seq.v ^ tcb->rcv.nxt.v) |//
	foretold-before-a-gap | predicted.c | s/tcb->rcv.held_count/0u/
	foretold-with-options | predicted.c | s/(seg->options.has ^ .*/0 |/
	foretold-without-news | predicted.c | s/acked - 1 < outstanding/acked <= outstanding/
	foretold-beyond-the-window | predicted.c | s/ && seg->len <= tcb->rcv.wnd//
	foretold-in-an-old-window | predicted.c | s/ && window_is_fresh(tcb, seg)//
	foretold-in-the-past | predicted.c | s/(int32_t)(seg->options.ts_val - tcb->ts.recent) >= 0/true/
	foretold-and-shut | predicted.c | s/seg->wnd > 0/true/
END
}

# Compiles what all mutants share: the engine as a library, of which each
# replaces one file, and the tests.
prepare() { # DIR
	local flags='-std=c11 -D_DEFAULT_SOURCE -DTCPLAB_THOROUGH -w -O1 -fPIC' file
	mkdir -p "$1/o" "$1/good"
	{
		for file in sim/tcp/*.c sim/wire/*.c sim/base/*.c; do echo "$file"; done
		for file in oracle oracle_states departures situations small_world small_truth small_key explore \
			dialogue dialogue_calls dialogue_lines ecn conversation two_ends; do echo "tests/$file.c"; done
		for file in $ORACLE $EXPLORE $CONVERSATIONS; do echo "tests/test_$file.c"; done
	} | xargs -P "${JOBS:-2}" -I{} sh -c \
		'$CC '"$flags"' -Isim -I. -c -o "'"$1"'/o/$(echo {} | tr / _).o" {}' || return 1
	gcc -shared -o "$1/good/libengine.so" "$1"/o/sim_*.o || return 1
	for file in $ORACLE $EXPLORE $CONVERSATIONS; do
		gcc -o "$1/test_$file" "$1/o/tests_test_$file.c.o" \
			$(find "$1/o" -name 'tests_*.o' ! -name 'tests_test_*') -L"$1/good" -lengine -lcmocka || return 1
	done
}

# The first of the tests that fails against the engine in DIR.
fails() { # DIR ENGINE TEST…
	local dir=$1 engine=$2 test
	shift 2
	for test in "$@"; do
		LD_LIBRARY_PATH=$engine timeout "${LIMIT:-30}" "$dir/test_$test" >"$engine/$test.log" 2>&1 || {
			echo "$test"
			return 0
		}
	done
	return 1
}

# Prints "NAME by WHAT"; WHAT is "nothing" where it lives.
try() { # DIR EACH NAME FILE SED
	local dir=$1 each=$2 name=$3 file=$4 at=$1/$3 by
	mkdir -p "$at"
	sed "$5" "$TOP/sim/tcp/$file" >"$at/$file"
	if cmp -s "$at/$file" "$TOP/sim/tcp/$file"; then
		echo "$name | does not apply to sim/tcp/$file"
		return
	fi
	# The copy includes what lies beside it.
	$CC -std=c11 -D_DEFAULT_SOURCE -DTCPLAB_THOROUGH -w -O0 -fPIC -I"$TOP/sim" -I"$TOP" -c -o "$at/mutant.o" "$at/$file" &&
		gcc -shared -o "$at/libengine.so" "$at/mutant.o" \
			$(find "$dir/o" -name 'sim_*.o' ! -name "sim_tcp_$file.o") || {
		echo "$name | does not compile"
		return
	}
	if [ "$each" = yes ]; then
		by="$(fails "$dir" "$at" $ORACLE || echo -) $(fails "$dir" "$at" $EXPLORE || echo -)"
		by="$by $(fails "$dir" "$at" $CONVERSATIONS || echo -)"
		[ "$by" != '- - -' ] || by=nothing
	else
		by=$(fails "$dir" "$at" $ORACLE $EXPLORE $CONVERSATIONS) || by=nothing
	fi
	echo "$name | $by"
	rm -rf "$at"
}

if [ "${1-}" = --try ]; then
	IFS='|' read -r name file expression <<<"$4"
	name=${name%% *} file=${file// /} expression=${expression# }
	try "$2" "$3" "$name" "$file" "$expression"
	exit
fi

each=no
[ "${1-}" != --each ] || { each=yes && shift; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$TOP" || exit 1
export ORACLE EXPLORE CONVERSATIONS
prepare "$dir" || { echo 'the tests do not compile'; exit 1; }
spoilt=$(fails "$dir" "$dir/good" $ORACLE $EXPLORE $CONVERSATIONS) &&
	{ tail -n 20 "$dir/good/$spoilt.log"; echo "test_$spoilt fails without any mutant"; exit 1; }

chosen=$(mutants)
[ $# -eq 0 ] || chosen=$(mutants | grep -E "^($(IFS='|'; echo "$*")) ")
printf '%s\n' "$chosen" | tr '\n' '\0' |
	xargs -0 -P "${JOBS:-2}" -I{} "$0" --try "$dir" "$each" {} >"$dir/table"
sort "$dir/table" | awk -F ' [|] ' '{ printf "%-30s %s\n", $1, $2 }'
count=$(printf '%s\n' "$chosen" | wc -l)
alive=$(grep -cE '\| (nothing|does not)' "$dir/table")
[ "$(wc -l <"$dir/table")" -eq "$count" ] || alive=$count
echo "$count mutants, $alive not caught"
[ "$alive" -eq 0 ]
