/* Requirements of RFC 9293 that no other file asks for, by their tags. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

/* MUST-1, REC-1 */
static void window_of_65535_is_large_and_a_scaled_one_larger(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.window_scaling = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,wscale 14>");
	out(&d, ". 1:1(0) ack 1");
	assert_int_equal(d.tcb.snd.wnd, 65535);
	in(&d, ". 1:1(0) ack 1 win 65535");
	assert_int_equal(d.tcb.snd.wnd, 65535u << 14);
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
}

/* MUST-5, MUST-6, MUST-65 */
static void options_may_stand_in_any_segment_and_mss_counts_only_in_a_syn(void **state)
{
	static const char *const lines[] = {
		"P. 1:11(10) ack 1 win 65535 <mss 100>",
		"P. 11:21(10) ack 1 win 65535 <wscale 7,sackOK>",
		"P. 21:31(10) ack 1 win 65535 <nop,unknown-253 0x010203,nop>",
		"P. 31:41(10) ack 1 win 65535 <TS val 1 ecr 1>",
	};
	struct dialogue d = established();

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		in(&d, lines[i]);
		out_any(&d);
	}
	assert_int_equal(d.delivered, 40);
	assert_int_equal(d.tcb.snd.mss, 1000);
	assert_int_equal(d.tcb.snd.shift, 0);
	assert_false(d.tcb.sack_on || d.tcb.ts.on);
	app_send(&d, 10);
	assert_true(out_any(&d));
	assert_int_equal(d.last.options.len, 0);
}

/* MUST-16, MUST-67 */
static void largest_segment_is_the_smaller_of_both_sides(void **state)
{
	static const struct {
		uint16_t mtu;
		const char *syn;
		unsigned theirs;
		unsigned used;
	} cases[] = {
		{576, "S 0:0(0) <mss 536>", 1460, 536},
		{1500, "S 0:0(0) <mss 1460>", 536, 536},
		{1500, "S 0:0(0) <mss 1460>", 9000, 1460},
		{9000, "S 0:0(0) <mss 8960>", 1460, 1460},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dialogue d = dialogue_new();
		char line[60];

		d.mtu = cases[i].mtu;
		d.profile.mss = 0;
		app_connect(&d);
		out(&d, cases[i].syn);
		snprintf(line, sizeof line, "S. 0:0(0) ack 1 win 65535 <mss %u>", cases[i].theirs);
		in(&d, line);
		out(&d, ". 1:1(0) ack 1");
		app_send(&d, 20000);
		assert_true(out_any(&d));
		assert_int_equal(d.last.len, cases[i].used);
	}
}

/* MUST-31: a pointer of 16 bits reaches only so far; it moves on with the text. */
static void urgent_data_may_be_longer_than_the_pointer_reaches(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.send_buffer = d.tcb.snd.buffer = 100000;
	app_send_urgent(&d, 70000);
	out(&d, "U. 1:1001(1000) ack 1 urg 65535");
	out(&d, "U. 1001:2001(1000) ack 1 urg 65535");
	while (d.tcb.snd.una_offset < 69000) {
		while (out_any(&d))
			assert_true(d.last.flags & URG);
		in_ack(&d, d.tcb.snd.nxt.v - d.profile.isn);
	}
	assert_true(d.last.up <= 1000);

	/* And so it is received: each segment tells more of it. */
	d = established();
	in(&d, "U. 1:1001(1000) ack 1 win 65535 urg 65535");
	assert_int_equal(tcb_urgent_left(&d.tcb), 65535);
	d.notices = 0;
	in(&d, "U. 1001:2001(1000) ack 1 win 65535 urg 65535");
	assert_int_equal(tcb_urgent_left(&d.tcb), 66535);
	assert_true(d.notices & NOTICE_URGENT); /* MUST-32 */
}

/* §3.8.5: "the user must also send at least one data octet". */
static void urgent_data_has_an_octet_at_least(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send_urgent(&d, 0);
	assert_false(d.tcb.snd.urgent);
}

/* Of several under way, the one that is timed was the first (RFC 6298 §3). */
static void round_trip_is_measured_though_more_is_sent_meanwhile(void **state)
{
	struct dialogue d = established();

	(void)state;
	d.profile.rto_min = 1;
	app_send(&d, 2000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	d.tcb.rtt.srtt = 0; /* as if the handshake had not been measured */
	d.now += nanos_from_ms(50);
	in(&d, ". 1:1(0) ack 1001 win 65535");
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(50));
}

/* MUST-20, SHLD-9, SHLD-10: the same segment, three times again. */
static void r1_counts_anew_for_each_segment(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 3000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	for (int i = 0; i < 2; i++) {
		pass_ms(&d, 1000 << i);
		out(&d, ". 1:1001(1000) ack 1");
	}
	in(&d, ". 1:1(0) ack 1001 win 65535");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	for (int i = 0; i < 3; i++) {
		assert_false(d.notices & NOTICE_R1);
		pass_ms(&d, 4000 << i);
		out(&d, ". 1001:2001(1000) ack 1");
	}
	assert_true(d.notices & NOTICE_R1);
	d.notices = 0;
	pass_ms(&d, 32000);
	out(&d, ". 1001:2001(1000) ack 1");
	assert_false(d.notices & NOTICE_R1);
}

/* MUST-58, MUST-59 */
static void segments_that_wait_are_answered_with_one_ack(void **state)
{
	struct dialogue d = established();
	struct tcp t = dialogue_turn(&d);

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		struct segment seg = {.flags = ACK, .wnd = UINT16_MAX, .len = 1000};

		seg.seq = seq_add(d.tcb.rcv.irs, 1 + 1000 * i);
		seg.ack = d.tcb.snd.nxt;
		tcp_arrives(&t, &seg);
	}
	out(&d, ". 1:1(0) ack 10001");
	silent(&d);
}

/* An ACK that is owed at once needs no timer, even before it is sent. */
static void ack_that_waits_to_be_sent_is_not_delayed_too(void **state)
{
	struct dialogue d = established();
	struct tcp t = dialogue_turn(&d);
	struct segment seg = {.flags = ACK, .wnd = UINT16_MAX, .len = 1000};

	(void)state;
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	seg.seq = seq_add(d.tcb.rcv.nxt, 1000);
	seg.ack = d.tcb.snd.nxt;
	tcp_arrives(&t, &seg);
	tcp_check(&d.tcb, &d.profile, d.now);
	assert_int_equal(d.tcb.timers[TIMER_DELAYED_ACK], NANOS_NEVER);
	out(&d, ". 1:1(0) ack 1001");
}

/* MUST-66: also where there is no room for a single octet. */
static void urg_and_rst_are_read_at_a_closed_window(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.receive_buffer = 1000;
	d = established_with(&profile);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	pass_ms(&d, 200);
	out(&d, ". 1:1(0) ack 1001 win 0");
	in(&d, "U. 1001:1002(1) ack 1 win 65535 urg 500");
	assert_true(d.notices & NOTICE_URGENT);
	assert_int_equal(tcb_urgent_left(&d.tcb), 1500);
	out(&d, ". 1:1(0) ack 1001 win 0");
	in(&d, "R 1001:1001(0) win 0");
	in_state(&d, CLOSED);
}

/* SHLD-27, SHLD-28, MAY-16 */
static void small_sends_become_large_segments(void **state)
{
	struct dialogue d = established();

	(void)state;
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 1");
	for (int i = 0; i < 150; i++)
		app_send(&d, 10);
	out(&d, ". 11:1011(1000) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 1011 win 65535");
	out(&d, "P. 1011:1511(500) ack 1");
}

/* MUST-37, SHLD-29: the FIN takes a number, and needs a window like text. */
static void fin_probes_a_closed_window(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	app_close(&d);
	in_state(&d, FIN_WAIT_1);
	silent(&d);
	pass_ms(&d, 1000);
	out(&d, "F. 1:1(0) ack 1");
	in(&d, ". 1:1(0) ack 2 win 0");
	in_state(&d, FIN_WAIT_2);

	d = established();
	in(&d, "F. 1:1(0) ack 1 win 0");
	out(&d, ". 1:1(0) ack 2");
	app_close(&d);
	in_state(&d, CLOSE_WAIT); /* until the FIN is sent */
	pass_ms(&d, 1000);
	out(&d, "F. 1:1(0) ack 2");
	in_state(&d, LAST_ACK);
	in(&d, ". 2:2(0) ack 1 win 0");
	pass_ms(&d, 2000);
	out(&d, "F. 1:1(0) ack 2");
	in(&d, ". 2:2(0) ack 2 win 0");
	in_state(&d, CLOSED);
}

/* SHLD-19: or 2·RMSS octets, should the peer send more at a time than we offered. */
static void twice_the_mss_is_acknowledged_at_once(void **state)
{
	struct dialogue d = established();

	(void)state;
	in(&d, ". 1:1501(1500) ack 1 win 65535");
	silent(&d);
	in(&d, ". 1501:2001(500) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 2001");
}

/* RFC 5961 §4 is a MUST, RFC 7323 §3.2 a SHOULD: a peer that has restarted,
 * and forgotten its timestamps, is answered. */
static void syn_without_timestamps_is_answered(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.timestamps = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,TS val 70 ecr 0>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "S 9000:9000(0) win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "S 900000:900000(0) win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	in(&d, "S 900000:900000(0) win 65535 <mss 1000,TS val 3 ecr 0>");
	out(&d, ". 1:1(0) ack 1");
	in_state(&d, ESTABLISHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_of_65535_is_large_and_a_scaled_one_larger),
		cmocka_unit_test(options_may_stand_in_any_segment_and_mss_counts_only_in_a_syn),
		cmocka_unit_test(largest_segment_is_the_smaller_of_both_sides),
		cmocka_unit_test(urgent_data_may_be_longer_than_the_pointer_reaches),
		cmocka_unit_test(urgent_data_has_an_octet_at_least),
		cmocka_unit_test(round_trip_is_measured_though_more_is_sent_meanwhile),
		cmocka_unit_test(r1_counts_anew_for_each_segment),
		cmocka_unit_test(segments_that_wait_are_answered_with_one_ack),
		cmocka_unit_test(ack_that_waits_to_be_sent_is_not_delayed_too),
		cmocka_unit_test(urg_and_rst_are_read_at_a_closed_window),
		cmocka_unit_test(small_sends_become_large_segments),
		cmocka_unit_test(fin_probes_a_closed_window),
		cmocka_unit_test(twice_the_mss_is_acknowledged_at_once),
		cmocka_unit_test(syn_without_timestamps_is_answered),
	};

	return DIALOGUE_RUN("requirements", tests);
}
