/* ACKs that are not delayed. RFC 9293 §3.8.6.3, as Linux goes about it. */
#include "tests/dialogue.h"

#include <stdio.h>

static struct dialogue quick(uint32_t acks)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.quick_acks = acks;
	profile.delayed_ack = nanos_from_ms(40);
	return established_with(&profile);
}

/* `n` full segments from `from` on, each answered at once. */
static unsigned acknowledged_at_once(struct dialogue *d, unsigned from, unsigned n)
{
	unsigned at_once = 0;

	for (unsigned i = from; i < from + n; i++) {
		char line[80];

		snprintf(line, sizeof line, ". %u:%u(1000) ack 1 win 65535", 1 + 1000 * i,
			 1001 + 1000 * i);
		in(d, line);
		app_receive(d, 1000);
		at_once += out_any(d);
	}
	return at_once;
}

static void without_them_every_second_segment_is_acknowledged(void **state)
{
	struct dialogue d = quick(0);

	(void)state;
	assert_int_equal(acknowledged_at_once(&d, 0, 20), 10);
	not_fired(&d, RULE_QUICK_ACK);
}

static void first_segments_are_acknowledged_at_once(void **state)
{
	struct dialogue d = quick(16);

	(void)state;
	assert_int_equal(acknowledged_at_once(&d, 0, 16), 16);
	fired(&d, RULE_QUICK_ACK);
	assert_int_equal(d.tcb.quick.left, 0);
	assert_int_equal(acknowledged_at_once(&d, 16, 20), 10); /* then as everyone does */
}

static void a_small_window_needs_fewer(void **state)
{
	struct profile profile;
	struct dialogue d;

	(void)state;
	assert_true(profile_named("plain", &profile));
	profile.mss = 1000;
	profile.quick_acks = 16;
	profile.receive_buffer = 8000;
	d = established_with(&profile);
	in(&d, ". 1:1001(1000) ack 1 win 65535");
	assert_int_equal(d.tcb.quick.left, 3); /* of 7000 octets of room */
}

static void a_pause_begins_them_anew(void **state)
{
	struct dialogue d = quick(4);

	(void)state;
	acknowledged_at_once(&d, 0, 6);
	pass_ms(&d, 900);
	assert_int_equal(acknowledged_at_once(&d, 6, 2), 1);
	pass_ms(&d, 1001); /* longer than RTO */
	assert_int_equal(acknowledged_at_once(&d, 8, 4), 4);
}

static void answers_let_acks_wait_for_them(void **state)
{
	struct dialogue d = quick(16);

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 11");
	app_send(&d, 20);
	out(&d, "P. 1:21(20) ack 11");
	fired(&d, RULE_PINGPONG);
	in(&d, "P. 11:21(10) ack 21 win 65535");
	silent(&d); /* although quick ACKs are left */
	assert_true(d.tcb.quick.left > 0);
	app_send(&d, 20);
	out(&d, "P. 21:41(20) ack 21");
	in(&d, "P. 21:31(10) ack 41 win 65535");
	pass_ms(&d, 40);
	out(&d, ". 41:41(0) ack 31");
}

static void text_that_comes_late_is_no_answer(void **state)
{
	struct dialogue d = quick(16);

	(void)state;
	in(&d, "P. 1:11(10) ack 1 win 65535");
	out(&d, ". 1:1(0) ack 11");
	pass_ms(&d, 40);
	app_send(&d, 20);
	out(&d, "P. 1:21(20) ack 11");
	not_fired(&d, RULE_PINGPONG);
}

/* MUST-58: however many wait, there is one. */
static void segments_that_come_together_share_an_ack(void **state)
{
	struct dialogue d = quick(16);
	struct segment seg;
	struct tcp t;
	int64_t offset;
	enum rule rule;
	static const struct isn_secret secret;

	(void)state;
	t = (struct tcp){.tcb = &d.tcb, .profile = &d.profile, .secret = &secret, .now = d.now};
	for (uint32_t i = 0; i < 3; i++) {
		seg = (struct segment){.seq = seq_add(d.tcb.rcv.nxt, 0),
				       .ack = d.tcb.snd.nxt,
				       .flags = ACK,
				       .wnd = UINT16_MAX,
				       .len = 100};
		tcp_arrives(&t, &seg);
	}
	assert_true(tcp_next_segment(&t, &seg, &offset, &rule));
	assert_true(seq_eq(seg.ack, seq_add(d.tcb.rcv.irs, 301)));
	assert_false(tcp_next_segment(&t, &seg, &offset, &rule)); /* MUST-59 */
}

static void a_small_window_is_good_for_two_at_least(void **state)
{
	struct dialogue d = quick(16);

	(void)state;
	d.tcb.rcv.buffer = d.tcb.rcv.promised = d.tcb.rcv.wnd = 1000;
	d.tcb.rcv.edge = seq_add(d.tcb.rcv.nxt, 1000);
	assert_int_equal(acknowledged_at_once(&d, 0, 1), 1);
	fired(&d, RULE_QUICK_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_them_every_second_segment_is_acknowledged),
		cmocka_unit_test(first_segments_are_acknowledged_at_once),
		cmocka_unit_test(a_small_window_needs_fewer),
		cmocka_unit_test(a_pause_begins_them_anew),
		cmocka_unit_test(answers_let_acks_wait_for_them),
		cmocka_unit_test(text_that_comes_late_is_no_answer),
		cmocka_unit_test(segments_that_come_together_share_an_ack),
		cmocka_unit_test(a_small_window_is_good_for_two_at_least),
	};

	return DIALOGUE_RUN("quick ACKs", tests);
}
