/* The end of a connection: where the FIN lies, who waits in TIME-WAIT and
 * for how long, and what may begin there anew. RFC 9293 §3.6, §3.10.7.4. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

/* A receive buffer of `octets` octets. */
static struct dialogue with_room_for(uint32_t octets)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = octets;
	return established_with(&profile);
}

/* A server that closed first: TIME-WAIT, with RCV.NXT and SND.NXT at 2. */
static struct dialogue in_time_wait(bool timestamps)
{
	struct dialogue d = listening();

	d.profile.timestamps = timestamps;
	in(&d, timestamps ? "S 0:0(0) win 3000 <mss 1000,nop,nop,TS val 70 ecr 0>"
			  : "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, timestamps ? ". 1:1(0) ack 1 win 3000 <nop,nop,TS val 71 ecr 0>"
			  : ". 1:1(0) ack 1 win 3000");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, timestamps ? "F. 1:1(0) ack 2 win 3000 <nop,nop,TS val 72 ecr 0>"
			  : "F. 1:1(0) ack 2 win 3000");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
	return d;
}

static void fin_before_text_that_is_held_is_ignored(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "F. 1501:1501(0) ack 1 win 65535");
	fired(&d, RULE_FIN_BEFORE_TEXT);
	out(&d, ". 1:1(0) ack 1"); /* what is out of order is acknowledged: RFC 5681 §4.2 */
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001");
	in_state(&d, ESTABLISHED);
	in(&d, "F. 2001:2001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2002");
	in_state(&d, CLOSE_WAIT);
}

static void fin_that_is_next_counts_whatever_is_held(void **state)
{
	(void)state;
	for (unsigned from = 0; from < 3; from++) {
		struct dialogue d = established();

		in(&d, ". 1001:2001(1000) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 1");
		in(&d, ". 3001:4001(1000) ack 1 win 65535");
		out(&d, ". 1:1(0) ack 1");
		/* Before the text that is held, in its middle, and behind it. */
		in(&d, from == 0   ? "F. 1:1(0) ack 1 win 65535"
		       : from == 1 ? "F. 1:1501(1500) ack 1 win 65535"
				   : "F. 1:2501(2500) ack 1 win 65535");
		fired(&d, RULE_FIN_ENDS_TEXT);
		out(&d, from == 0   ? ". 1:1(0) ack 2"
			: from == 1 ? ". 1:1(0) ack 1502"
				    : ". 1:1(0) ack 2502");
		in_state(&d, CLOSE_WAIT);
		assert_int_equal(d.tcb.rcv.unread, from == 0 ? 0 : 500 + 1000 * from);
	}
}

static void fin_that_is_next_counts_before_one_that_waits(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "F. 1:501(500) ack 1 win 65535");
	fired(&d, RULE_FIN_ENDS_TEXT);
	out(&d, ". 1:1(0) ack 502");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.tcb.rcv.unread, 500);
}

static void fin_that_waited_is_taken_when_it_comes_again(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1001:2001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "F. 1:2001(2000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2002");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 2000);
}

static void text_behind_a_fin_is_not_taken(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "P. 1002:1502(500) ack 1 win 65535");
	fired(&d, RULE_TEXT_LATE);
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1002");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 1000);
}

static void text_that_is_next_passes_a_fin_that_waits(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "P. 1:1201(1200) ack 1 win 65535");
	fired(&d, RULE_TEXT_PASSES_FIN);
	out(&d, ". 1:1(0) ack 1201");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.rcv.unread, 1200);
	in(&d, "F. 1201:1201(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1202");
	in_state(&d, CLOSE_WAIT);
}

/* The FIN is the octet after the text: where the window ends at the text, it
 * lies outside and is cut off. */
/* Two ends that answered each other's bare ACKs would never stop. */
static void bare_ack_from_beyond_a_waiting_fin_is_not_answered(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 5:9(4) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1");
	in(&d, ". 20:20(0) ack 1 win 65535");
	silent(&d);
}

static void fin_is_taken_only_inside_the_window(void **state)
{
	(void)state;
	for (unsigned len = 997; len <= 1002; len++) {
		struct dialogue d = with_room_for(1000);
		unsigned taken = len < 1000 ? len : 1000;
		bool fits = len < 1000;
		char line[80];

		snprintf(line, sizeof line, "FP. 1:%u(%u) ack 1 win 65535", 1 + len, len);
		in(&d, line);
		in_state(&d, fits ? CLOSE_WAIT : ESTABLISHED);
		snprintf(line, sizeof line, ". 1:1(0) ack %u", 1 + taken + fits);
		out(&d, line);
		assert_int_equal(d.delivered, taken);
	}
}

static void fin_that_was_cut_off_is_taken_when_it_comes_again(void **state)
{
	struct dialogue d = with_room_for(1000);

	(void)state;
	in(&d, "FP. 1:1001(1000) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001 win 0");
	fired(&d, RULE_TEXT_CUT);
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001 win 0");
	app_receive(&d, 1000);
	out(&d, ". 1:1(0) ack 1001 win 1000");
	in(&d, "F. 1001:1001(0) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1002");
	in_state(&d, CLOSE_WAIT);
}

/* LAST-ACK is entered with the FIN, not with the text before it. */
static void close_wait_lasts_until_the_fin_has_room(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "F. 1:1(0) ack 1 win 10");
	out(&d, ". 1:1(0) ack 2");
	app_send(&d, 10);
	app_close(&d);
	out(&d, "P. 1:11(10) ack 2");
	in_state(&d, CLOSE_WAIT);
	in(&d, ". 2:2(0) ack 11 win 10");
	out(&d, "F. 11:11(0) ack 2");
	in_state(&d, LAST_ACK);
}

/* Whoever sent a FIN will not send into the window any more. */
static void room_is_no_news_after_the_fin(void **state)
{
	struct dialogue d = with_room_for(1000);

	(void)state;
	in(&d, "FP. 1:1000(999) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 1001 win 0");
	app_receive(&d, 999);
	silent(&d);
}

static void nothing_is_owed_once_the_connection_is_gone(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 9"); /* its ACK waits */
	in(&d, "R 11:11(0) win 0");
	in_state(&d, CLOSED);
	silent(&d);
	assert_int_equal(tcp_next_deadline(&d.tcb), NANOS_NEVER);
}

/* ---- TIME-WAIT ---- */

static void fin_elsewhere_does_not_prolong_time_wait(void **state)
{
	struct dialogue d = in_time_wait(false);

	(void)state;
	pass_ms(&d, 200000);
	in(&d, "F. 0:0(0) ack 2 win 3000");
	out(&d, ". 2:2(0) ack 2");
	in(&d, "F. 70000:70000(0) ack 2 win 3000");
	out(&d, ". 2:2(0) ack 2");
	not_fired(&d, RULE_FIN_AGAIN);
	pass_ms(&d, 40000);
	in_state(&d, CLOSED);
}

static void fin_with_its_text_again_prolongs_time_wait(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "FP. 1:101(100) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 102");
	pass_ms(&d, 200000);
	in(&d, "FP. 1:101(100) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 102");
	fired(&d, RULE_FIN_AGAIN);
	pass_ms(&d, 239999);
	in_state(&d, TIME_WAIT);
}

/* RFC 6191 §2, case by case: was there a timestamp, is there one, how new are
 * timestamp and sequence number? */
static void syn_in_time_wait_opens_only_what_is_newer(void **state)
{
	static const struct {
		bool before;
		const char *syn;
		enum tcp_state then;
	} cases[] = {
		{true, "S 1:1(0) win 9 <mss 1000,nop,nop,TS val 73 ecr 0>", SYN_RECEIVED},
		{true, "S 2:2(0) win 9 <mss 1000,nop,nop,TS val 72 ecr 0>", SYN_RECEIVED},
		{true, "S 1:1(0) win 9 <mss 1000,nop,nop,TS val 72 ecr 0>", TIME_WAIT},
		{true, "S 9:9(0) win 9 <mss 1000,nop,nop,TS val 71 ecr 0>", TIME_WAIT},
		{true, "S 2:2(0) win 9 <mss 1000>", SYN_RECEIVED},
		{true, "S 1:1(0) win 9 <mss 1000>", TIME_WAIT},
		{false, "S 2:2(0) win 9 <mss 1000>", SYN_RECEIVED},
		{false, "S 1:1(0) win 9 <mss 1000>", TIME_WAIT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dialogue d = in_time_wait(cases[i].before);

		in(&d, cases[i].syn);
		in_state(&d, cases[i].then);
		if (cases[i].then == SYN_RECEIVED)
			fired(&d, RULE_SYN_REOPENS);
		else if (strstr(cases[i].syn, "TS") != NULL)
			fired(&d, RULE_SYN_NOT_NEWER);
		out_any(&d);
	}
}

static void syn_with_timestamps_is_newer_than_a_connection_without(void **state)
{
	struct dialogue d = in_time_wait(false);

	(void)state;
	d.profile.timestamps = true;
	in(&d, "S 1:1(0) win 9 <mss 1000,nop,nop,TS val 5 ecr 0>");
	in_state(&d, SYN_RECEIVED);
}

static void active_opener_is_not_opened_anew(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	in(&d, "S 70000:70000(0) win 3000 <mss 1000>");
	out(&d, ". 2:2(0) ack 2");
	in_state(&d, TIME_WAIT);
}

static void reopened_connection_goes_on_in_the_same_streams(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, "P. 1:101(100) ack 1 win 3000");
	app_send(&d, 50);
	app_close(&d);
	out(&d, "FP. 1:51(50) ack 101");
	in(&d, "F. 101:101(0) ack 52 win 3000");
	out(&d, ". 52:52(0) ack 102");
	in(&d, "S 70000:70000(0) win 3000 <mss 1000>");
	in_state(&d, TIME_WAIT); /* 100 octets are unread: they would be lost */
	out(&d, ". 52:52(0) ack 102");
	app_receive(&d, 100);
	in(&d, "S 70000:70000(0) win 3000 <mss 1000>");
	in_state(&d, SYN_RECEIVED);
	assert_int_equal(tcb_send_offset(&d.tcb, seq_add(d.tcb.snd.iss, 1)), 50);
	assert_int_equal(tcb_receive_offset(&d.tcb, d.tcb.rcv.nxt), 100);
}

static void old_duplicate_syn_leads_back_to_time_wait(void **state)
{
	(void)state;
	for (int timestamps = 0; timestamps <= 1; timestamps++) {
		struct dialogue d = in_time_wait(timestamps);
		struct tcb before = d.tcb;

		pass_ms(&d, 100000);
		in(&d, timestamps ? "S 70000:70000(0) win 9 <mss 1000,nop,nop,TS val 80 ecr 0>"
				  : "S 70000:70000(0) win 9 <mss 1000>");
		in_state(&d, SYN_RECEIVED);
		out(&d, "S. 65538:65538(0) ack 70001");
		in(&d, "R 70001:70001(0) win 0");
		in_state(&d, TIME_WAIT);
		fired(&d, RULE_RST_RETURNS_TO_TIME_WAIT);
		assert_int_equal(d.tcb.timers[TIMER_TIME_WAIT], before.timers[TIMER_TIME_WAIT]);
		assert_int_equal(d.tcb.snd.una_offset, before.snd.una_offset);
		assert_int_equal(d.tcb.rcv.nxt_offset, before.rcv.nxt_offset);
		in(&d, timestamps ? "F. 1:1(0) ack 2 win 9 <nop,nop,TS val 81 ecr 0>"
				  : "F. 1:1(0) ack 2 win 9");
		out(&d, ". 2:2(0) ack 2");
		fired(&d, RULE_FIN_AGAIN);
		assert_memory_equal(&d.tcb.remote, &before.remote, sizeof before.remote);
		in(&d, timestamps ? "S 90000:90000(0) win 9 <mss 1000,nop,nop,TS val 90 ecr 0>"
				  : "S 90000:90000(0) win 9 <mss 1000>");
		assert_true(out_any(&d));
		assert_int_equal(d.last_rule, RULE_LISTEN_SYN);
	}
}

static void wait_that_ended_meanwhile_is_over_at_once(void **state)
{
	struct dialogue d = in_time_wait(false);

	(void)state;
	pass_ms(&d, 239900);
	in(&d, "S 70000:70000(0) win 9 <mss 1000>");
	out(&d, "S. 65538:65538(0) ack 70001");
	pass_ms(&d, 500);
	in(&d, "R 70001:70001(0) win 0");
	in_state(&d, TIME_WAIT);
	pass_ms(&d, 0);
	in_state(&d, CLOSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fin_before_text_that_is_held_is_ignored),
		cmocka_unit_test(fin_that_is_next_counts_whatever_is_held),
		cmocka_unit_test(fin_that_is_next_counts_before_one_that_waits),
		cmocka_unit_test(fin_that_waited_is_taken_when_it_comes_again),
		cmocka_unit_test(text_behind_a_fin_is_not_taken),
		cmocka_unit_test(text_that_is_next_passes_a_fin_that_waits),
		cmocka_unit_test(bare_ack_from_beyond_a_waiting_fin_is_not_answered),
		cmocka_unit_test(fin_is_taken_only_inside_the_window),
		cmocka_unit_test(fin_that_was_cut_off_is_taken_when_it_comes_again),
		cmocka_unit_test(close_wait_lasts_until_the_fin_has_room),
		cmocka_unit_test(room_is_no_news_after_the_fin),
		cmocka_unit_test(nothing_is_owed_once_the_connection_is_gone),
		cmocka_unit_test(fin_elsewhere_does_not_prolong_time_wait),
		cmocka_unit_test(fin_with_its_text_again_prolongs_time_wait),
		cmocka_unit_test(syn_in_time_wait_opens_only_what_is_newer),
		cmocka_unit_test(syn_with_timestamps_is_newer_than_a_connection_without),
		cmocka_unit_test(active_opener_is_not_opened_anew),
		cmocka_unit_test(reopened_connection_goes_on_in_the_same_streams),
		cmocka_unit_test(old_duplicate_syn_leads_back_to_time_wait),
		cmocka_unit_test(wait_that_ended_meanwhile_is_over_at_once),
	};

	return DIALOGUE_RUN("closing", tests);
}
