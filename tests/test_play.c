/* test_play.c — our engine in the place of one end of a captured connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replayed.h"
#include "source/compare.h"
#include "source/trace.h"

static void assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

/* Segments with text or control bits are all the same: none is different, cut
 * differently, missing or too many. */
static void sends_the_same(const char *file, enum replay_play play, uint32_t segments)
{
	struct replayed one = replayed_file(file, play);

	print_message("%s: %s\n", file, one.summary.report);
	assert_int_equal(one.summary.same, segments);
	assert_int_equal(one.summary.different, 0);
	assert_int_equal(one.summary.cut, 0);
	assert_int_equal(one.summary.missing, 0);
	assert_int_equal(one.summary.extra, 0);
	replayed_end(&one);
}

static void our_client_sends_what_the_captured_one_sent(void **state)
{
	(void)state;
	sends_the_same("fetch.pcapng", REPLAY_PLAY_CLIENT, 3);
	sends_the_same("ipv6.pcapng", REPLAY_PLAY_CLIENT, 3);
	sends_the_same("half-close.pcap", REPLAY_PLAY_CLIENT, 5);
	sends_the_same("simultaneous-open.pcap", REPLAY_PLAY_CLIENT, 4);
	sends_the_same("refused.pcap", REPLAY_PLAY_CLIENT, 1);
	sends_the_same("transfer.pcap", REPLAY_PLAY_CLIENT, 3);
	sends_the_same("transfer-receiver.pcap", REPLAY_PLAY_CLIENT, 3);
	sends_the_same("reordered.pcap", REPLAY_PLAY_CLIENT, 3);
	sends_the_same("zero-window.pcap", REPLAY_PLAY_CLIENT, 3);
	sends_the_same("rto.pcap", REPLAY_PLAY_CLIENT, 3);
}

static void our_server_sends_what_the_captured_one_sent(void **state)
{
	(void)state;
	sends_the_same("fetch.pcapng", REPLAY_PLAY_SERVER, 3);
	sends_the_same("ipv6.pcapng", REPLAY_PLAY_SERVER, 5);
	sends_the_same("half-close.pcap", REPLAY_PLAY_SERVER, 5);
	sends_the_same("simultaneous-open.pcap", REPLAY_PLAY_SERVER, 4);
	sends_the_same("refused.pcap", REPLAY_PLAY_SERVER, 1);
}

/* A captured host's loss recovery need not be ours, but what it sends for the
 * first time is, in the same order. */
static void octets_sent_first_are_the_same_in_the_same_order(const char *file,
							     enum replay_play play, int64_t octets)
{
	struct replayed one = replayed_file(file, play);
	unsigned host = play == REPLAY_PLAY_CLIENT ? CLIENT_HOST : SERVER_HOST;
	int64_t next = 0;

	for (uint32_t n = 0; n < recording_packets(one.r); n++) {
		struct packet_record record;

		recording_packet(one.r, n, &record);
		if (record.host != host || record.captured || record.again_of != EVENT_NONE ||
		    record.packet.tcp.len == 0)
			continue;
		assert_int_equal(record.offset, next);
		next += record.packet.tcp.len;
	}
	assert_int_equal(next, octets);
	assert_int_equal(one.summary.missing, 0);
	replayed_end(&one);
}

static void a_transfer_with_losses_is_repeated_octet_by_octet(void **state)
{
	(void)state;
	octets_sent_first_are_the_same_in_the_same_order("transfer.pcap", REPLAY_PLAY_SERVER,
							 150400);
	octets_sent_first_are_the_same_in_the_same_order("transfer.pcap", REPLAY_PLAY_CLIENT, 19);
	octets_sent_first_are_the_same_in_the_same_order("loopback.pcap", REPLAY_PLAY_SERVER,
							 100000);
}

static void every_segment_of_ours_has_its_verdict_beside_it(void **state)
{
	struct replayed one = replayed_file("fetch.pcapng", REPLAY_PLAY_SERVER);
	unsigned sent = 0;

	(void)state;
	for (uint32_t n = 0; n < recording_events(one.r); n++) {
		struct event event = recording_event(one.r, n);
		bool compared = false;
		uint32_t first;
		uint32_t count;

		if (event.kind != EVENT_SEND || event.host != SERVER_HOST ||
		    event.conn == EVENT_NONE)
			continue;
		sent++;
		recording_turn(one.r, event.turn, &first, &count);
		for (uint32_t i = first; i < first + count; i++)
			compared |= recording_event(one.r, i).kind == EVENT_COMPARED &&
				    recording_event(one.r, i).packet == event.packet;
		assert_true(compared);
	}
	assert_int_equal(sent, 5);
	assert_string_equal(replayed_text(&one, replayed_first(&one, SERVER_HOST, EVENT_COMPARED)),
			    "Same as packet 4 of the capture.");
	replayed_end(&one);
}

static void ours_is_run_and_the_other_end_is_inferred(void **state)
{
	struct replayed one = replayed_file("fetch.pcapng", REPLAY_PLAY_CLIENT);

	(void)state;
	for (uint32_t i = 0; i < recording_conns(one.r); i++)
		assert_int_equal(recording_conn(one.r, i)->inferred,
				 recording_conn(one.r, i)->host == SERVER_HOST);
	assert_string_equal(replayed_states(&one, SERVER_HOST),
			    "LISTEN SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT");
	assert_says(recording_info(one.r)->title, ", our engine as the client");
	replayed_end(&one);
}

static void what_only_the_captured_host_sent_reaches_the_other_end(void **state)
{
	struct talk talk = talk_begin();
	struct replayed one;
	unsigned captured = 0;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 101 win 65535 <mss 1460>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 64240");
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 64240");
	talk_says(&talk, 30010, "< . 301:301(0) ack 201 win 65535");
	talk_says(&talk, 90000, "< . 301:301(0) ack 201 win 65000");
	one = replayed_talk(&talk, REPLAY_PLAY_SERVER);
	for (uint32_t n = 0; n < recording_packets(one.r); n++) {
		struct packet_record record;

		recording_packet(one.r, n, &record);
		if (record.host != SERVER_HOST || !record.captured)
			continue;
		captured++;
		assert_int_equal(record.conn, EVENT_NONE);
		assert_true(record.arrived != EVENT_NONE);
		assert_string_equal(replayed_text(&one, record.sent), "in the capture only");
	}
	assert_int_equal(captured, 1); /* the second ACK, for which ours has no reason */
	replayed_end(&one);
	talk_end(&talk);
}

static void a_segment_that_only_we_send_goes_nowhere(void **state)
{
	struct talk talk = talk_begin();
	struct replayed one;
	uint32_t lost;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 101 win 65535 <mss 1460>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 64240");
	talk_says(&talk, 30000, "> P. 101:201(100) ack 301 win 64240");
	/* The captured client waits two seconds for an ACK; ours repeats sooner. */
	talk_says(&talk, 2030000, "< . 301:301(0) ack 201 win 65535");
	one = replayed_talk(&talk, REPLAY_PLAY_CLIENT);
	assert_int_equal(one.summary.same, 2);
	assert_true(one.summary.extra >= 2);
	lost = replayed_first(&one, CLIENT_HOST, EVENT_LOST);
	assert_string_equal(replayed_text(&one, lost),
			    "it has no place in the capture, and goes nowhere");
	assert_says(one.summary.report, "Sent by our engine only");
	replayed_end(&one);
	talk_end(&talk);
}

static void what_was_lost_is_lost_for_us_too(void **state)
{
	struct replayed one = replayed_file("transfer.pcap", REPLAY_PLAY_SERVER);
	unsigned lost = 0;

	(void)state;
	for (uint32_t n = 0; n < recording_events(one.r); n++) {
		struct event event = recording_event(one.r, n);
		struct packet_record record;

		if (event.kind != EVENT_LOST)
			continue;
		recording_packet(one.r, event.packet, &record);
		assert_false(record.captured);
		assert_int_equal(record.offset, lost++ == 0 ? 28960 : 31856);
		assert_string_equal(replayed_text(&one, n), "as the captured one was");
	}
	assert_int_equal(lost, 2);
	replayed_end(&one);
}

/* The captured client acknowledges at once, ours only later: then our window
 * does not reach as far. */
static void a_window_that_would_refuse_is_widened_and_said_to_be(void **state)
{
	struct talk talk = talk_begin();
	struct replayed one;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 4000 <mss 1460>");
	talk_says(&talk, 20000, "< S. 300:300(0) ack 101 win 65535 <mss 1460>");
	talk_says(&talk, 20010, "> . 101:101(0) ack 301 win 4000");
	talk_says(&talk, 30000, "< P. 301:401(100) ack 101 win 65535");
	talk_says(&talk, 30010, "> . 101:101(0) ack 401 win 4000");
	talk_says(&talk, 50010, "< P. 401:4401(4000) ack 101 win 65535");
	talk_says(&talk, 50020, "> . 101:101(0) ack 4401 win 4000");
	one = replayed_talk(&talk, REPLAY_PLAY_CLIENT);
	assert_int_equal(replayed_tcb(&one, CLIENT_HOST).rcv.nxt.v, 4401);
	assert_says(one.summary.report, "Its receive buffer is 8000 octets: with 4000, ");
	replayed_end(&one);
	talk_end(&talk);
}

static void nobody_takes_over_in_the_middle(void **state)
{
	const struct replay_options options = {.play = REPLAY_PLAY_CLIENT};
	struct talk talk = talk_begin();
	struct recording *r;
	struct trace *trace;
	struct error err;

	(void)state;
	talk_says(&talk, 0, "> P. 5000:5100(100) ack 700 win 501");
	talk_says(&talk, 20000, "< . 700:700(0) ack 5100 win 501");
	assert_true(trace_open_memory(&trace, talk.bytes, talk.len, &err));
	assert_false(replay_trace(trace, &options, &r, NULL, &err));
	assert_says(err.text, "cannot take over in the middle of a connection");
	trace_close(trace);
	talk_end(&talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_client_sends_what_the_captured_one_sent),
		cmocka_unit_test(our_server_sends_what_the_captured_one_sent),
		cmocka_unit_test(a_transfer_with_losses_is_repeated_octet_by_octet),
		cmocka_unit_test(every_segment_of_ours_has_its_verdict_beside_it),
		cmocka_unit_test(ours_is_run_and_the_other_end_is_inferred),
		cmocka_unit_test(what_only_the_captured_host_sent_reaches_the_other_end),
		cmocka_unit_test(a_segment_that_only_we_send_goes_nowhere),
		cmocka_unit_test(what_was_lost_is_lost_for_us_too),
		cmocka_unit_test(a_window_that_would_refuse_is_widened_and_said_to_be),
		cmocka_unit_test(nobody_takes_over_in_the_middle),
	};

	return cmocka_run_group_tests_name("play", tests, NULL, NULL);
}
