/* How a connection begins: SYNs that are lost, double, late, or carry more
 * than a SYN. RFC 9293 §3.5, §3.10.1–4, §3.10.7.2–3. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

/* A turn of our own, where the usual steps would pull segments. */
static struct tcp turn_at(struct dialogue *d)
{
	return (struct tcp){.tcb = &d->tcb, .profile = &d->profile, .now = d->now};
}

static void ack_in_listen_leaves_the_tcb_as_it_was(void **state)
{
	struct dialogue d = listening();
	struct tcb before = d.tcb;

	(void)state;
	in(&d, ". 5:5(0) ack 7 win 100");
	out(&d, "R 7:7(0)");
	silent(&d);
	assert_memory_equal(&d.tcb, &before, sizeof before);
}

/* The host may be slow to pull; its answer would go to the wrong one then. */
static void rst_for_one_peer_does_not_go_to_the_next(void **state)
{
	struct dialogue d = listening();
	struct endpoint peer = {.address = {.version = 4, .bytes = {10, 0, 0, 3}}, .port = 80};
	struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 4000};
	struct segment ack = {.flags = ACK, .wnd = 3000};
	struct segment syn = {.flags = SYN, .wnd = 3000};
	struct tcp t = turn_at(&d);

	(void)state;
	tcp_arrives_in_listen(&t, &ack, &peer, &us);
	peer.address.bytes[3] = 2;
	syn.seq = seq_of(d.peer_isn);
	tcp_arrives_in_listen(&t, &syn, &peer, &us);
	out(&d, "S. 0:0(0) ack 1");
}

static void text_that_comes_again_with_more_is_delivered_once(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:10(10) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, "P. 1:21(20) ack 1 win 3000");
	fired(&d, RULE_SYN_TEXT_DELIVERED);
	out(&d, ". 1:1(0) ack 21");
	assert_int_equal(d.delivered, 20);
	assert_int_equal(d.tcb.rcv.unread, 20);
	assert_int_equal(d.tcb.rcv.held_count, 0);
}

/* §3.10.7.4, fifth: its window counts without a look at WL1, which may so go back. */
static void text_from_before_the_syn_may_end_the_handshake(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 4294967197:20(119) ack 1 win 700");
	in_state(&d, ESTABLISHED);
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 20");
	assert_int_equal(d.delivered, 19);
	assert_int_equal(d.tcb.snd.wnd, 700);
	in(&d, ". 20:20(0) ack 1 win 900");
	assert_int_equal(d.tcb.snd.wnd, 900);
}

static void fin_and_urg_on_a_syn_wait_for_the_handshake(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "SFU 0:10(10) win 3000 urg 5 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	assert_false(d.notices & (NOTICE_TEXT | NOTICE_CLOSING | NOTICE_URGENT));
	in(&d, ". 12:12(0) ack 1 win 3000");
	out(&d, ". 1:1(0) ack 12");
	in_state(&d, CLOSE_WAIT);
	assert_true(d.notices & NOTICE_TEXT);
	assert_true(d.notices & NOTICE_CLOSING);
	assert_true(d.notices & NOTICE_URGENT);
}

/* "If there are other controls or text in the segment": on from the sixth step. */
static void syn_ack_may_carry_text_urg_and_fin(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "SFU. 0:10(10) ack 1 win 3000 urg 5 <mss 1000>");
	out(&d, ". 1:1(0) ack 12");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 10);
	assert_true(d.notices & NOTICE_URGENT);
	assert_true(d.notices & NOTICE_CONNECTED);
}

static void syn_is_sent_first_even_when_close_comes_before_it(void **state)
{
	struct dialogue d = listening();
	struct segment syn = {.flags = SYN, .wnd = 3000};
	struct endpoint peer = {.address = {.version = 4, .bytes = {10, 0, 0, 2}}, .port = 80};
	struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 4000};
	struct tcp t = turn_at(&d);

	(void)state;
	syn.seq = seq_of(d.peer_isn);
	tcp_arrives_in_listen(&t, &syn, &peer, &us);
	assert_int_equal(tcp_close(&t), CALL_OK);
	in_state(&d, FIN_WAIT_1);
	tcp_check(&d.tcb, &d.profile, d.now);
	out(&d, "S. 0:0(0) ack 1");
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 3000");
	in_state(&d, FIN_WAIT_2);
}

static void syn_that_crosses_an_unsent_syn_is_answered_with_syn_ack(void **state)
{
	struct dialogue d = dialogue_new();
	struct segment syn = {.flags = SYN, .wnd = 3000};
	struct tcp t = turn_at(&d);

	(void)state;
	app_connect(&d);
	syn.seq = seq_of(d.peer_isn);
	tcp_arrives(&t, &syn);
	tcp_check(&d.tcb, &d.profile, d.now);
	in_state(&d, SYN_RECEIVED);
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.last_rule, RULE_SYN_SENT_SIMULTANEOUS);
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
}

static void close_waits_for_the_handshake_and_the_text(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	app_send(&d, 100);
	app_close(&d);
	fired(&d, RULE_CLOSE_WAITS);
	in_state(&d, SYN_RECEIVED);
	app_refused(&d, CALL_CLOSING, tcp_close);
	in(&d, ". 1:1(0) ack 1 win 3000");
	in_state(&d, FIN_WAIT_1);
	out(&d, "FP. 1:101(100) ack 1");
}

static void rst_after_close_in_syn_received_ends_the_connection(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	app_send(&d, 100);
	app_close(&d);
	in(&d, "R 1:1(0) win 0");
	in_state(&d, CLOSED); /* nobody wants to listen any more */
	assert_int_equal(d.tcb.ending, ENDING_RESET);
}

static void listener_on_all_addresses_listens_on_all_again(void **state)
{
	struct dialogue d = listening();
	struct tcb before = d.tcb;

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, "R 1:1(0) win 0");
	in_state(&d, LISTEN);
	assert_memory_equal(&d.tcb, &before, sizeof before);
}

static void syn_after_close_in_syn_received_resets_without_rfc_5961(void **state)
{
	struct dialogue d = listening();

	(void)state;
	d.profile.rfc5961 = false;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	app_send(&d, 100);
	app_close(&d);
	in(&d, "S 50:50(0) win 3000");
	in_state(&d, CLOSED);
	assert_true(out_any(&d));
	assert_int_equal(d.last.flags, RST | ACK);
}

static void syn_ack_is_tried_for_three_minutes_after_close_too(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	while (d.tcb.state == FIN_WAIT_1) {
		pass_ms(&d, (tcp_next_deadline(&d.tcb) - d.now) / 1000000);
		if (d.tcb.state != FIN_WAIT_1)
			break;
		out(&d, "S. 0:0(0) ack 1");
		out(&d, "F. 1:1(0) ack 1");
	}
	assert_true(d.now - nanos_from_s(1) >= nanos_from_s(180)); /* MUST-23 */
}

/* RFC 6298 (5.7) and RFC 5681 §3.1. */
static void lost_syn_means_rto_of_3_s_and_a_window_of_one_segment(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	for (int s = 1; s <= 4; s *= 2) {
		pass_ms(&d, s * 1000);
		out(&d, "S 0:0(0)");
	}
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(3));
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	fired(&d, RULE_RTO_AFTER_SYN);
	fired(&d, RULE_WINDOW_AFTER_SYN);
	app_send(&d, 3000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
}

static void lost_syn_ack_means_a_window_of_one_segment_too(void **state)
{
	struct dialogue d = listening();

	(void)state;
	in(&d, "S 0:0(0) win 5000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1");
	pass_ms(&d, 1000);
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 5000");
	assert_int_equal(d.tcb.cc.cwnd, 1000);
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(3));
}

/* An initial window of RFC 6928 stays for one lost SYN: its RTO of 1 s may
 * just have been too short. */
static void larger_initial_window_survives_one_lost_syn(void **state)
{
	(void)state;
	for (int lost = 1; lost <= 2; lost++) {
		struct dialogue d = dialogue_new();

		d.profile.initial_window = 10;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		for (int i = 1; i <= lost; i++) {
			pass_ms(&d, i * 1000);
			out(&d, "S 0:0(0)");
		}
		in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
		out(&d, ". 1:1(0) ack 1");
		assert_int_equal(d.tcb.cc.cwnd, lost == 1 ? 10000 : 1000);
	}
}

/* RFC 6928 §2: min (10·MSS, max (2·MSS, 14600)). */
static void larger_initial_window_has_fewer_of_long_segments(void **state)
{
	static const struct {
		uint16_t mtu;
		uint16_t mss;
		uint32_t rfc6928;
	} cases[] = {{1500, 1000, 10000},
		     {1500, 1440, 14400},
		     {9000, 1500, 14600},
		     {9000, 7000, 14600},
		     {9000, 8900, 17800}};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
		struct dialogue d = dialogue_new();
		bool any = i % 2 == 1;
		uint32_t mss = cases[i / 2].mss;
		char line[80];

		d.mtu = cases[i / 2].mtu;
		d.profile.mss = 0;
		d.profile.initial_window = 10;
		d.profile.window_of_segments = any;
		app_connect(&d);
		out(&d, "S 0:0(0)");
		snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 65535 <mss %u>", mss);
		in(&d, line);
		out(&d, ". 1:1(0) ack 1");
		assert_int_equal(d.tcb.cc.cwnd, any ? 10 * mss : cases[i / 2].rfc6928);
		fired(&d,
		      d.tcb.cc.cwnd > 2 * mss ? RULE_LARGER_INITIAL_WINDOW : RULE_INITIAL_WINDOW);
	}
}

static void rto_after_a_lost_syn_respects_the_largest_rto(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.rto_initial = nanos_from_ms(100);
	d.profile.rto_max = nanos_from_s(1);
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, 100);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(1));
}

static void open_in_listen_takes_the_mss_of_the_new_address(void **state)
{
	struct dialogue d = dialogue_new();
	struct endpoint any = {.port = 4000};
	struct endpoint local = {.address = {.version = 6, .bytes = {0xfd, 1}}, .port = 4000};
	struct endpoint remote = {.address = {.version = 6, .bytes = {0xfd, 2}}, .port = 80};
	struct tcp t = turn_at(&d);

	(void)state;
	d.profile.mss = 0;
	assert_int_equal(tcp_open_passive(&t, &any), CALL_OK);
	assert_int_equal(tcp_open_active(&t, &local, &remote), CALL_OK);
	out(&d, "S 0:0(0) <mss 1440>");
	in(&d, "S. 0:0(0) ack 1 win 65535");
	assert_int_equal(d.tcb.snd.mss, 1220); /* MUST-15, no option */
	out(&d, ". 1:1(0) ack 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ack_in_listen_leaves_the_tcb_as_it_was),
		cmocka_unit_test(rst_for_one_peer_does_not_go_to_the_next),
		cmocka_unit_test(text_that_comes_again_with_more_is_delivered_once),
		cmocka_unit_test(text_from_before_the_syn_may_end_the_handshake),
		cmocka_unit_test(fin_and_urg_on_a_syn_wait_for_the_handshake),
		cmocka_unit_test(syn_ack_may_carry_text_urg_and_fin),
		cmocka_unit_test(syn_is_sent_first_even_when_close_comes_before_it),
		cmocka_unit_test(syn_that_crosses_an_unsent_syn_is_answered_with_syn_ack),
		cmocka_unit_test(close_waits_for_the_handshake_and_the_text),
		cmocka_unit_test(rst_after_close_in_syn_received_ends_the_connection),
		cmocka_unit_test(listener_on_all_addresses_listens_on_all_again),
		cmocka_unit_test(syn_after_close_in_syn_received_resets_without_rfc_5961),
		cmocka_unit_test(syn_ack_is_tried_for_three_minutes_after_close_too),
		cmocka_unit_test(lost_syn_means_rto_of_3_s_and_a_window_of_one_segment),
		cmocka_unit_test(lost_syn_ack_means_a_window_of_one_segment_too),
		cmocka_unit_test(larger_initial_window_survives_one_lost_syn),
		cmocka_unit_test(larger_initial_window_has_fewer_of_long_segments),
		cmocka_unit_test(rto_after_a_lost_syn_respects_the_largest_rto),
		cmocka_unit_test(open_in_listen_takes_the_mss_of_the_new_address),
	};

	return DIALOGUE_RUN("handshake", tests);
}
