/* test_follower.c — TCBs are inferred from odd captures too: without a
 * beginning, one-sided, or of hosts that do what the engine would not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replayed.h"

static void assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

/* A handshake 20 ms apart, with a window scale of 7. */
static struct talk handshake(void)
{
	struct talk talk = talk_begin();

	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460,nop,wscale 7>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 101 win 65535 <mss 1460,nop,wscale 7>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 502");
	return talk;
}

static void end(struct replayed *both, struct talk *talk)
{
	replayed_end(both);
	talk_end(talk);
}

/* ---- captures that begin late, or see half ---- */

static void a_capture_from_the_middle_begins_established(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;
	uint32_t caption;

	(void)state;
	talk_says(&talk, 0, "> P. 5000:5100(100) ack 700 win 501");
	talk_says(&talk, 20000, "< . 700:700(0) ack 5100 win 501");
	talk_says(&talk, 30000, "> F. 5100:5100(0) ack 700 win 501");
	talk_says(&talk, 50000, "< F. 700:700(0) ack 5101 win 501");
	talk_says(&talk, 50010, "> . 5101:5101(0) ack 701 win 501");
	both = replayed_talk(&talk, REPLAY_BOTH);
	caption = replayed_first(&both, CLIENT_HOST, EVENT_CAPTION);
	assert_int_equal(caption, 0);
	assert_says(replayed_text(&both, caption), "begins in the middle");
	assert_string_equal(replayed_states_after(&both, 1), "ESTABLISHED ESTABLISHED");
	assert_string_equal(replayed_states(&both, CLIENT_HOST), "FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT");
	assert_string_equal(replayed_states(&both, SERVER_HOST), "CLOSE-WAIT LAST-ACK CLOSED");
	assert_int_equal(replayed_tcb(&both, SERVER_HOST).rcv.nxt_offset, 100 + 1);
	end(&both, &talk);
}

static void the_window_scale_of_a_late_capture_is_the_least_that_fits(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;

	(void)state;
	talk_says(&talk, 0, "< . 700:700(0) ack 5000 win 1000");
	talk_says(&talk, 1, "> . 5000:6000(1000) ack 700 win 501");
	talk_says(&talk, 2, "> . 6000:7000(1000) ack 700 win 501");
	talk_says(&talk, 3, "> . 7000:8000(1000) ack 700 win 501");
	talk_says(&talk, 20000, "< . 700:700(0) ack 8000 win 1000");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).snd.shift, 2);
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).snd.wnd, 4000);
	assert_int_equal(replayed_tcb(&both, SERVER_HOST).rcv.nxt_offset, 3000);
	end(&both, &talk);
}

static void one_direction_is_enough_to_follow_its_sender(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460>");
	talk_says(&talk, 20000, "> . 101:101(0) ack 301 win 64240");
	talk_says(&talk, 20001, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 60000, "> F. 201:201(0) ack 501 win 64240");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, CLIENT_HOST), "SYN-SENT ESTABLISHED FIN-WAIT-1");
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).rcv.nxt_offset, 200);
	assert_says(both.summary.report, "Missed by the capture, inferred from ACKs: 2.");
	end(&both, &talk);
}

static void a_syn_that_was_not_captured_opens_all_the_same(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;

	(void)state;
	talk_says(&talk, 0, "< S. 300:300(0) ack 101 win 65535 <mss 1460,nop,wscale 7>");
	talk_says(&talk, 10, "> . 101:101(0) ack 301 win 502");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, CLIENT_HOST), "SYN-SENT ESTABLISHED");
	assert_string_equal(replayed_states(&both, SERVER_HOST), "LISTEN SYN-RECEIVED ESTABLISHED");
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).snd.iss.v, 100);
	end(&both, &talk);
}

/* ---- what hosts do and engines would not ---- */

static void a_host_that_took_what_the_engine_refuses_is_caught_up_with(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240 <nop,nop,TS val 5000 ecr 0>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 101 win 65535 <nop,nop,TS val 9 ecr 5000>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 64240 <nop,nop,TS val 5020 ecr 9>");
	/* PAWS would refuse this, and the option is missing in the next. */
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 64240 <nop,nop,TS val 7 ecr 9>");
	talk_says(&talk, 50000, "< . 301:301(0) ack 201 win 65535 <nop,nop,TS val 50 ecr 7>");
	talk_says(&talk, 60000, "> P. 201:301(100) ack 301 win 64240");
	talk_says(&talk, 80000, "< . 301:301(0) ack 301 win 65535 <nop,nop,TS val 80 ecr 7>");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_int_equal(replayed_tcb(&both, SERVER_HOST).rcv.nxt.v, 301);
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).snd.una.v, 301);
	end(&both, &talk);
}

static void a_fin_that_the_engine_refused_is_caught_up_with(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	/* A window of 0 in all that the server says: its TCB has no room. */
	talk_says(&talk, 40000, "< . 301:301(0) ack 101 win 0");
	talk_says(&talk, 90000, "> FP. 101:1101(1000) ack 301 win 502");
	talk_says(&talk, 110000, "< . 301:301(0) ack 1102 win 0");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, SERVER_HOST),
			    "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT");
	assert_string_equal(replayed_states(&both, CLIENT_HOST),
			    "SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2");
	end(&both, &talk);
}

static void text_behind_a_fin_changes_nothing(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	talk_says(&talk, 30000, "> F. 101:101(0) ack 301 win 502");
	talk_says(&talk, 50000, "< . 301:301(0) ack 102 win 512");
	talk_says(&talk, 60000, "> P. 102:202(100) ack 301 win 502");
	talk_says(&talk, 80000, "< . 301:301(0) ack 102 win 512");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_calls(&both, CLIENT_HOST), "OPEN CLOSE");
	assert_string_equal(replayed_states_after(&both, 7), "FIN-WAIT-2 CLOSE-WAIT");
	end(&both, &talk);
}

static void text_with_a_syn_is_sent_before_the_connection_is_there(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;

	(void)state;
	talk_says(&talk, 0, "> S 100:110(10) win 64240 <mss 1460>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 111 win 65535 <mss 1460>");
	talk_says(&talk, 20010, "> . 111:111(0) ack 301 win 64240");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_calls(&both, CLIENT_HOST), "OPEN SEND 10");
	assert_int_equal(replayed_tcb(&both, SERVER_HOST).rcv.nxt_offset, 10);
	assert_string_equal(replayed_states_after(&both, 3), "ESTABLISHED ESTABLISHED");
	end(&both, &talk);
}

static void a_reset_in_the_window_but_not_at_rcv_nxt_resets_nothing(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 502");
	talk_says(&talk, 50000, "< R 311:311(0) win 0");
	talk_says(&talk, 50010, "> . 201:201(0) ack 301 win 502");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states_after(&both, 5), "ESTABLISHED CLOSED");
	end(&both, &talk);
}

/* What the two say when packet 5, a RST in the server's name, has ended nothing. */
static struct replayed it_goes_on_after_packet_5(struct talk *talk)
{
	struct replayed both;

	talk_says(talk, 50000, "< P. 301:401(100) ack 201 win 512");
	talk_says(talk, 50010, "> F. 201:201(0) ack 401 win 502");
	talk_says(talk, 70000, "< F. 401:401(0) ack 202 win 512");
	talk_says(talk, 70010, "> . 202:202(0) ack 402 win 502");
	both = replayed_talk(talk, REPLAY_BOTH);
	assert_string_equal(replayed_states_after(&both, 5), "ESTABLISHED ESTABLISHED");
	assert_string_equal(replayed_states(&both, SERVER_HOST),
			    "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
	assert_string_equal(replayed_calls(&both, SERVER_HOST), "LISTEN SEND 100 CLOSE");
	assert_says(both.summary.report, "How it ended: closed.");
	return both;
}

/* 502 << 7 octets from 301 on would be taken; these numbers are nobody's. */
static void a_reset_outside_the_window_ends_neither_end(void **state)
{
	static const char *const forged[] = {"< R 70000:70000(0) win 0",
					     "< R 4000000000:4000000000(0) win 0",
					     "< R. 250:250(0) ack 101 win 0"};

	(void)state;
	for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
		struct talk talk = handshake();
		struct replayed both;

		talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 502");
		talk_says(&talk, 40000, forged[i]);
		both = it_goes_on_after_packet_5(&talk);
		assert_says(both.summary.report,
			    "RSTs outside the receiver's window, which end nothing: 1.");
		end(&both, &talk);
	}
}

/* In the window, where the peer asks who that was: RFC 5961 §3. The host in whose name it came
 * has not sent it. */
static void a_reset_that_its_sender_survives_is_somebody_elses(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 502");
	talk_says(&talk, 40000, "< R 311:311(0) win 0");
	talk_says(&talk, 40010, "> . 201:201(0) ack 301 win 502");
	both = it_goes_on_after_packet_5(&talk);
	assert_says(both.summary.report, "Somebody else's RSTs, after which the host in whose name "
					 "they came goes on: packets 5.");
	end(&both, &talk);
}

/* Its own text, which the capture has behind the RST: they left the other way round. */
static void a_reset_that_overtakes_text_ends_its_sender(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 502");
	talk_says(&talk, 50000, "< R. 401:401(0) ack 201 win 0");
	talk_says(&talk, 50001, "< P. 301:401(100) ack 201 win 512");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_says(both.summary.report, "How it ended: reset by server.");
	assert_null(strstr(both.summary.report, "Somebody else"));
	end(&both, &talk);
}

/* The last segment again, after two round trips, and once more after RTO. */
static unsigned told(const struct replayed *both, enum rule rule)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < recording_events(both->r); i++)
		count += recording_event(both->r, i).rule == rule;
	return count;
}

/* Ten segments are what the engine lets a host begin with; this one begins with thirty. */
static void more_under_way_than_cwnd_shows_that_cwnd_was_larger(void **state)
{
	enum { LEN = 1000, COUNT = 30 };
	struct talk talk = handshake();
	struct replayed both;
	char line[100];

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		snprintf(line, sizeof line, "> P. %u:%u(%u) ack 301 win 502", 101 + i * LEN,
			 101 + (i + 1) * LEN, (unsigned)LEN);
		talk_says(&talk, 20200 + i, line);
	}
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).cc.cwnd, COUNT * LEN);
	assert_true(told(&both, RULE_CWND_SEEN) > 0);
	end(&both, &talk);
}

/* On the machine where they were captured, segments are as long as 64 KiB, and lie in memory
 * otherwise than what came by a network card. */
static void a_window_that_was_seen_has_room_for_super_packets(void **state)
{
	enum { LEN = 60000, COUNT = 30 };
	struct talk talk = handshake();
	struct replayed both;
	char line[100];

	(void)state;
	talk_says(&talk, 20100, "> . 101:101(0) ack 301 win 20000");
	for (unsigned i = 0; i < COUNT; i++) {
		snprintf(line, sizeof line, "< P. %u:%u(%u) ack 101 win 512", 301 + i * LEN,
			 301 + (i + 1) * LEN, (unsigned)LEN);
		talk_says(&talk, 20200 + i, line);
	}
	snprintf(line, sizeof line, "> . 101:101(0) ack %u win 20000", 301 + COUNT * LEN);
	talk_says(&talk, 20300, line);
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_int_equal(replayed_tcb(&both, CLIENT_HOST).rcv.nxt_offset, COUNT * LEN);
	assert_int_equal(told(&both, RULE_TEXT_IN_ORDER), COUNT);
	assert_int_equal(told(&both, RULE_MEMORY_EXHAUSTED), 0);
	assert_int_equal(told(&both, RULE_OUTSIDE_WINDOW), 0);
	end(&both, &talk);
}

static void a_repeated_tail_is_a_probe_before_it_is_a_timeout(void **state)
{
	struct talk talk = talk_begin();
	struct replayed both;
	uint32_t first;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460,sackOK,nop,wscale 7>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 101 win 65535 <mss 1460,sackOK,nop,wscale 7>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 502");
	talk_says(&talk, 30000, "> . 101:1101(1000) ack 301 win 502");
	talk_says(&talk, 30010, "> P. 1101:2101(1000) ack 301 win 502");
	talk_says(&talk, 75000, "> P. 1101:2101(1000) ack 301 win 502");
	talk_says(&talk, 300000, "> . 101:1101(1000) ack 301 win 502");
	talk_says(&talk, 320000, "< . 301:301(0) ack 2101 win 512");
	both = replayed_talk(&talk, REPLAY_BOTH);
	first = replayed_first(&both, CLIENT_HOST, EVENT_TIMER);
	assert_int_equal(recording_event(both.r, first).timer, TIMER_TAIL_PROBE);
	assert_int_equal(recording_event(both.r, first).time, nanos_from_ms(75));
	assert_int_equal(replayed_count(&both, CLIENT_HOST, EVENT_TIMER), 2);
	end(&both, &talk);
}

/* Of a segment that is alone, a probe waits as long as RTO, which is not doubled after it. */
static void a_segment_that_is_alone_is_probed_with_once(void **state)
{
	struct replayed both = replayed_file("rto.pcap", REPLAY_BOTH);
	static const uint8_t timers[] = {TIMER_TAIL_PROBE, TIMER_RETRANSMISSION,
					 TIMER_RETRANSMISSION, TIMER_RETRANSMISSION};
	unsigned fired = 0;

	(void)state;
	for (uint32_t n = 0; n < recording_events(both.r); n++) {
		struct event event = recording_event(both.r, n);

		if (event.kind != EVENT_TIMER || event.host != SERVER_HOST)
			continue;
		assert_true(fired < 4);
		assert_int_equal(event.timer, timers[fired++]);
	}
	assert_int_equal(fired, 4);
	replayed_end(&both);
}

static void a_host_that_never_gives_up_is_not_given_up(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 502");
	for (int i = 0; i < 20; i++)
		talk_says(&talk, 1000000 + INT64_C(100000000) * i,
			  "> P. 101:201(100) ack 301 win 502");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, CLIENT_HOST), "SYN-SENT ESTABLISHED");
	assert_true(replayed_count(&both, CLIENT_HOST, EVENT_TIMER) >= 5);
	assert_int_equal(replayed_count(&both, CLIENT_HOST, EVENT_LOST), 20);
	end(&both, &talk);
}

static void time_wait_ends_when_the_capture_goes_on_long_enough(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	talk_says(&talk, 30000, "> F. 101:101(0) ack 301 win 502");
	talk_says(&talk, 50000, "< F. 301:301(0) ack 102 win 512");
	talk_says(&talk, 50010, "> . 102:102(0) ack 302 win 502");
	talk_says(&talk, 200000000, "< . 302:302(0) ack 102 win 512");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, CLIENT_HOST),
			    "SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED");
	/* 2·MSL of a Linux host, from the arrival of the FIN. */
	assert_int_equal(
		recording_event(both.r, replayed_first(&both, CLIENT_HOST, EVENT_TIMER)).time,
		INT64_C(60050000000));
	end(&both, &talk);
}

static void a_packet_captured_twice_arrives_twice_and_was_sent_once(void **state)
{
	struct talk talk = handshake();
	struct replayed both;

	(void)state;
	for (int i = 0; i < 4; i++)
		talk_says(&talk, 30000 + i, "> . 101:101(0) ack 301 win 502");
	talk_says_with_id(&talk, 40000, 1020, "> P. 101:201(100) ack 301 win 502");
	talk_says_with_id(&talk, 40002, 1020, "> P. 101:201(100) ack 301 win 502");
	talk_says(&talk, 60000, "< . 301:301(0) ack 201 win 512");
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_int_equal(replayed_count(&both, CLIENT_HOST, EVENT_DUPLICATED), 1);
	assert_string_equal(replayed_calls(&both, CLIENT_HOST), "OPEN SEND 100");
	assert_says(both.summary.report, "Captured twice: packets 9.");
	end(&both, &talk);
}

static void a_host_that_talks_to_itself_is_followed(void **state)
{
	const uint8_t land[40] = {0x45, 0, 0, 40, 0,  0, 0x40, 0, 64,   6,    0,    0,
				  10,   0, 0, 1,  10, 0, 0,    1, 0,    80,   0,    80,
				  0,    0, 0, 1,  0,  0, 0,    0, 0x50, 0x02, 0xff, 0xff};
	struct talk talk = talk_begin();
	struct replayed both;

	(void)state;
	talk_adds(&talk, 0, 0, land, sizeof land, sizeof land);
	both = replayed_talk(&talk, REPLAY_BOTH);
	assert_string_equal(replayed_states(&both, CLIENT_HOST), "SYN-SENT");
	end(&both, &talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_capture_from_the_middle_begins_established),
		cmocka_unit_test(the_window_scale_of_a_late_capture_is_the_least_that_fits),
		cmocka_unit_test(one_direction_is_enough_to_follow_its_sender),
		cmocka_unit_test(a_syn_that_was_not_captured_opens_all_the_same),
		cmocka_unit_test(a_host_that_took_what_the_engine_refuses_is_caught_up_with),
		cmocka_unit_test(a_fin_that_the_engine_refused_is_caught_up_with),
		cmocka_unit_test(text_behind_a_fin_changes_nothing),
		cmocka_unit_test(text_with_a_syn_is_sent_before_the_connection_is_there),
		cmocka_unit_test(a_reset_in_the_window_but_not_at_rcv_nxt_resets_nothing),
		cmocka_unit_test(a_reset_outside_the_window_ends_neither_end),
		cmocka_unit_test(a_reset_that_its_sender_survives_is_somebody_elses),
		cmocka_unit_test(a_reset_that_overtakes_text_ends_its_sender),
		cmocka_unit_test(more_under_way_than_cwnd_shows_that_cwnd_was_larger),
		cmocka_unit_test(a_window_that_was_seen_has_room_for_super_packets),
		cmocka_unit_test(a_repeated_tail_is_a_probe_before_it_is_a_timeout),
		cmocka_unit_test(a_segment_that_is_alone_is_probed_with_once),
		cmocka_unit_test(a_host_that_never_gives_up_is_not_given_up),
		cmocka_unit_test(time_wait_ends_when_the_capture_goes_on_long_enough),
		cmocka_unit_test(a_packet_captured_twice_arrives_twice_and_was_sent_once),
		cmocka_unit_test(a_host_that_talks_to_itself_is_followed),
	};

	return cmocka_run_group_tests_name("follower", tests, NULL, NULL);
}
