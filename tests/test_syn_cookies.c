/* SYN cookies: a SYN is answered and forgotten, and its ACK brings back all
 * that is needed. RFC 4987 §3.6, Appendix A. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

static struct dialogue baking(const char *profile)
{
	struct dialogue d = listening();
	struct profile own = d.profile;

	assert_true(profile_named(profile, &d.profile));
	d.profile.isn_fixed = true;
	d.profile.isn = own.isn;
	d.profile.syn_defence = SYN_DEFENCE_ALWAYS;
	return d;
}

/* The SYN, our cookie, and its return after `ms`. */
static void shake_hands(struct dialogue *d, int64_t ms)
{
	in(d, "S 0:0(0) win 3000 <mss 1460>");
	out(d, "S. 0:0(0) ack 1");
	pass_ms(d, ms);
	in(d, ". 1:1(0) ack 1 win 3000");
}

static void cookie_leaves_nothing_behind(void **state)
{
	struct dialogue d = baking("rfc");
	struct tcb before = d.tcb;

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1460,sackOK,TS val 7 ecr 0,nop,wscale 7>");
	out(&d, "S. 0:0(0) ack 1");
	silent(&d);
	fired(&d, RULE_SYN_COOKIE_SENT);
	assert_memory_equal(&d.tcb, &before, sizeof before);
	assert_int_equal(d.listener.half_open, 0);
	assert_int_equal(d.cache.count, 0);
	assert_false(d.listener.cookie.waits);
}

static void ack_goes_from_listen_to_established_in_one_turn(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	shake_hands(&d, 100);
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_COOKIE_VALID);
	fired(&d, RULE_SYN_RECEIVED_ESTABLISHED);
	assert_int_equal(d.notices & NOTICE_CONNECTED, NOTICE_CONNECTED);
	assert_int_equal(d.listener.half_open, 0);
	assert_int_equal(d.tcb.snd.wnd, 3000);
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
}

static void text_on_the_ack_is_delivered(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, "FP. 1:11(10) ack 1 win 3000");
	in_state(&d, CLOSE_WAIT);
	assert_int_equal(d.delivered, 10);
	out(&d, ". 1:1(0) ack 12");
}

/* 1460 of an Ethernet is the mark's own; what lies between is rounded down. */
static void mss_comes_back_and_is_never_larger(void **state)
{
	static const unsigned asked[] = {48, 535, 536, 999, 1300, 1400, 1459, 1460, 4000, 9000};

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		for (int six = 0; six < 2; six++) {
			struct dialogue d = baking("plain");
			char line[80];

			app_close(&d); /* and listen anew, on a link of jumbo frames */
			d.mtu = 9100;
			app_listen(&d);
			if (six)
				over_ipv6(&d);
			snprintf(line, sizeof line, "S 0:0(0) win 3000 <mss %u>", asked[i]);
			in(&d, line);
			out(&d, "S. 0:0(0) ack 1");
			in(&d, ". 1:1(0) ack 1 win 3000");
			in_state(&d, ESTABLISHED);
			assert_true(d.tcb.snd.mss <= asked[i]);
			assert_true(2u * d.tcb.snd.mss >= asked[i] || asked[i] == 535 ||
				    asked[i] == 4000);
		}
	}
}

static void mss_that_was_not_said_is_the_default(void **state)
{
	(void)state;
	for (int six = 0; six < 2; six++) {
		struct dialogue d = baking("plain");

		if (six)
			over_ipv6(&d);
		in(&d, "S 0:0(0) win 3000");
		out(&d, "S. 0:0(0) ack 1");
		in(&d, ". 1:1(0) ack 1 win 3000");
		assert_int_equal(d.tcb.snd.mss, six ? 1220 : 536);
	}
}

/* What a SYN with these options leads to, whether it is remembered or not. */
static struct tcb opened_with(const char *options, bool cookie)
{
	struct dialogue d = baking("rfc");
	char line[160];

	if (!cookie)
		d.profile.syn_defence = SYN_DEFENCE_NONE;
	snprintf(line, sizeof line, "S 0:0(0) win 3000 <mss 1460%s>", options);
	in(&d, line);
	out(&d, "S. 0:0(0) ack 1");
	if (d.last.options.has & HAS_TIMESTAMPS)
		snprintf(line, sizeof line, ". 1:1(0) ack 1 win 3000 <nop,nop,TS val 90 ecr %u>",
			 d.last.options.ts_val);
	else
		snprintf(line, sizeof line, ". 1:1(0) ack 1 win 3000");
	pass_ms(&d, 30);
	in(&d, line);
	in_state(&d, ESTABLISHED);
	return d.tcb;
}

static void options_come_back_in_the_timestamp(void **state)
{
	static const char *const options[] = {
		",nop,nop,TS val 70 ecr 0",
		",sackOK,TS val 70 ecr 0",
		",sackOK,TS val 70 ecr 0,nop,wscale 0",
		",sackOK,TS val 70 ecr 0,nop,wscale 7",
		",nop,nop,TS val 70 ecr 0,nop,wscale 14",
		",nop,nop,TS val 70 ecr 0,nop,wscale 200",
	};

	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		struct tcb kept = opened_with(options[i], false);
		struct tcb baked = opened_with(options[i], true);

		assert_int_equal(baked.ts.on, kept.ts.on);
		assert_int_equal(baked.sack_on, kept.sack_on);
		assert_int_equal(baked.rcv.scaling, kept.rcv.scaling);
		assert_int_equal(baked.snd.shift, kept.snd.shift);
		assert_int_equal(baked.rcv.shift, kept.rcv.shift);
		assert_int_equal(baked.snd.wnd, kept.snd.wnd);
		assert_int_equal(baked.snd.mss, kept.snd.mss);
		assert_int_equal(baked.ts.offset, kept.ts.offset);
	}
}

static void without_timestamps_only_the_mss_is_agreed_on(void **state)
{
	struct dialogue d = baking("rfc");

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1460,nop,nop,sackOK,nop,wscale 7>");
	out(&d, "S. 0:0(0) ack 1 <mss 1460>");
	in(&d, ". 1:1(0) ack 1 win 3000");
	assert_false(d.tcb.sack_on);
	assert_false(d.tcb.rcv.scaling);
}

/* The clock of the SYN,ACK's timestamp is bent by up to 63 ms. */
static void bent_timestamp_measures_no_round_trip(void **state)
{
	struct tcb baked = opened_with(",sackOK,TS val 70 ecr 0", true);

	(void)state;
	assert_int_equal(baked.rtt.srtt, 0);
	assert_int_equal(baked.rtt.rto, nanos_from_s(1));
}

static void cookie_is_good_for_a_minute_and_not_for_three(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	shake_hands(&d, 60000);
	in_state(&d, ESTABLISHED);
	d = baking("plain");
	shake_hands(&d, 129000);
	in_state(&d, LISTEN);
	out(&d, "R 1:1(0)");
}

static void old_cookie_is_told_from_one_of_today_though_others_are_given(void **state)
{
	struct dialogue d = baking("plain");
	uint32_t old;

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	old = d.iss;
	pass_ms(&d, 64000 * 32); /* its five bits of time are the same again */
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	assert_int_not_equal(d.iss, old);
	d.iss = old;
	in(&d, ". 1:1(0) ack 1 win 3000");
	fired(&d, RULE_SYN_COOKIE_WRONG);
	fired(&d, RULE_LISTEN_ACK);
	out(&d, "R 1:1(0)");
	in_state(&d, LISTEN);
}

static void changed_cookie_is_answered_with_rst(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		struct dialogue d = baking("plain");

		in(&d, "S 0:0(0) win 3000 <mss 1460>");
		out(&d, "S. 0:0(0) ack 1");
		d.iss ^= 1u << bit;
		in(&d, ". 1:1(0) ack 1 win 3000");
		fired(&d, RULE_SYN_COOKIE_WRONG);
		out(&d, "R 1:1(0)");
		in_state(&d, LISTEN);
	}
}

static void cookie_is_for_one_peer_one_port_and_one_isn(void **state)
{
	(void)state;
	for (unsigned what = 0; what < 4; what++) {
		struct dialogue d = baking("plain");

		in(&d, "S 0:0(0) win 3000 <mss 1460>");
		out(&d, "S. 0:0(0) ack 1");
		switch (what) {
		case 0: d.peer.port++; break;
		case 1: d.peer.address.bytes[3]++; break;
		case 2: d.us.port++; break;
		default: /* the whole moves along with the peer's ISN */
			d.peer_isn += 100;
			d.iss += 100;
		}
		in(&d, ". 1:1(0) ack 1 win 3000");
		out(&d, "R 1:1(0)");
		in_state(&d, LISTEN);
	}
}

static void nobody_guesses_a_cookie_in_a_hundred_thousand_tries(void **state)
{
	struct dialogue d = baking("plain");
	struct journal journal;
	uint32_t guess = 1;

	(void)state;
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	for (int i = 0; i < 100000; i++) {
		static const struct isn_secret secret = {{1, 2}};
		struct segment ack = {.flags = ACK, .seq = seq_of(d.peer_isn + 1), .wnd = 3000};
		struct tcp t = {.tcb = &d.tcb,
				.profile = &d.profile,
				.secret = &secret,
				.journal = &journal,
				.listener = &d.listener,
				.now = d.now};

		journal.count = 0;
		guess = guess * 1664525 + 1013904223;
		ack.ack = seq_of(guess);
		if (guess == d.iss + 1)
			continue;
		tcp_arrives_in_listen(&t, &ack, &d.peer, &d.us);
		assert_int_equal(d.tcb.state, LISTEN);
	}
}

static void where_no_cookie_is_out_an_ack_is_just_an_ack(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 3000");
	out(&d, "R 1:1(0)");
	not_fired(&d, RULE_SYN_COOKIE_WRONG);
	fired(&d, RULE_LISTEN_ACK);
}

static void cookies_wait_until_the_backlog_is_full(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	d.profile.syn_defence = SYN_DEFENCE_COOKIES;
	d.profile.backlog = 3;
	d.listener.half_open = 2;
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	in_state(&d, SYN_RECEIVED);
	not_fired(&d, RULE_SYN_COOKIE_SENT);
	d = baking("plain");
	d.profile.syn_defence = SYN_DEFENCE_COOKIES;
	d.profile.backlog = 3;
	d.listener.half_open = 3;
	shake_hands(&d, 100);
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_COOKIE_VALID);
	assert_int_equal(d.listener.half_open, 3);
}

static void syn_that_comes_again_gets_the_same_cookie(void **state)
{
	struct dialogue d = baking("plain");
	uint32_t first;

	(void)state;
	d.now = nanos_from_s(640);
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	first = d.iss;
	pass_ms(&d, 1000);
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	assert_int_equal(d.iss, first);
}

static void cookie_with_no_room_for_the_connection_waits_for_the_next_ack(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	d.profile.accept_queue = 1;
	in(&d, "S 0:0(0) win 3000 <mss 1460>");
	out(&d, "S. 0:0(0) ack 1");
	d.listener.untaken = 1;
	in(&d, ". 1:1(0) ack 1 win 3000");
	fired(&d, RULE_ACCEPT_QUEUE_FULL);
	in_state(&d, LISTEN);
	silent(&d);
	d.listener.untaken = 0;
	in(&d, "P. 1:11(10) ack 1 win 3000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.delivered, 10);
}

static void handshake_over_ipv6_is_the_same(void **state)
{
	struct dialogue d = baking("plain");

	(void)state;
	over_ipv6(&d);
	shake_hands(&d, 100);
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_COOKIE_VALID);
}

/* What the SYN asked for, and no more: without timestamps it is forgotten. */
static void ecn_comes_back_in_the_timestamp(void **state)
{
	static const struct {
		const char *syn;
		enum ecn_mode mode;
	} rows[] = {{"SEW 0:0(0) win 3000 <mss 1460,nop,nop,TS val 70 ecr 0>", ECN_CLASSIC},
		    {"S 0:0(0) win 3000 <mss 1460,nop,nop,TS val 70 ecr 0>", ECN_OFF},
		    {"SEW 0:0(0) win 3000 <mss 1460>", ECN_OFF}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dialogue d = baking("rfc");
		char line[120] = ". 1:1(0) ack 1 win 3000";

		d.profile.ecn = ECN_CLASSIC;
		in(&d, rows[i].syn);
		out(&d, rows[i].mode == ECN_CLASSIC ? "S.E 0:0(0) ack 1" : "S. 0:0(0) ack 1");
		if (d.last.options.has & HAS_TIMESTAMPS)
			snprintf(line, sizeof line,
				 ". 1:1(0) ack 1 win 3000 <nop,nop,TS val 90 ecr %u>",
				 d.last.options.ts_val);
		in(&d, line);
		in_state(&d, ESTABLISHED);
		assert_int_equal(d.tcb.ecn.mode, rows[i].mode);
	}
}

static void all_options_come_back_together_with_ecn(void **state)
{
	struct dialogue d = baking("rfc");
	char line[120];

	(void)state;
	d.profile.ecn = ECN_CLASSIC;
	in(&d, "SEW 0:0(0) win 3000 <mss 1460,sackOK,TS val 70 ecr 0,nop,wscale 7>");
	out(&d, "S.E 0:0(0) ack 1");
	snprintf(line, sizeof line, ". 1:1(0) ack 1 win 3000 <nop,nop,TS val 90 ecr %u>",
		 d.last.options.ts_val);
	in(&d, line);
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.ecn.mode, ECN_CLASSIC);
	assert_true(d.tcb.sack_on);
	assert_int_equal(d.tcb.snd.shift, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookie_leaves_nothing_behind),
		cmocka_unit_test(ack_goes_from_listen_to_established_in_one_turn),
		cmocka_unit_test(text_on_the_ack_is_delivered),
		cmocka_unit_test(mss_comes_back_and_is_never_larger),
		cmocka_unit_test(mss_that_was_not_said_is_the_default),
		cmocka_unit_test(options_come_back_in_the_timestamp),
		cmocka_unit_test(without_timestamps_only_the_mss_is_agreed_on),
		cmocka_unit_test(bent_timestamp_measures_no_round_trip),
		cmocka_unit_test(cookie_is_good_for_a_minute_and_not_for_three),
		cmocka_unit_test(old_cookie_is_told_from_one_of_today_though_others_are_given),
		cmocka_unit_test(changed_cookie_is_answered_with_rst),
		cmocka_unit_test(cookie_is_for_one_peer_one_port_and_one_isn),
		cmocka_unit_test(nobody_guesses_a_cookie_in_a_hundred_thousand_tries),
		cmocka_unit_test(where_no_cookie_is_out_an_ack_is_just_an_ack),
		cmocka_unit_test(cookies_wait_until_the_backlog_is_full),
		cmocka_unit_test(syn_that_comes_again_gets_the_same_cookie),
		cmocka_unit_test(cookie_with_no_room_for_the_connection_waits_for_the_next_ack),
		cmocka_unit_test(handshake_over_ipv6_is_the_same),
		cmocka_unit_test(ecn_comes_back_in_the_timestamp),
		cmocka_unit_test(all_options_come_back_together_with_ecn),
	};

	return DIALOGUE_RUN("syn cookies", tests);
}
