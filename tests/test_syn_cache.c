/* A SYN cache: a few octets a SYN, and a connection only when the ACK comes.
 * RFC 4987 §3.5. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

static struct dialogue caching(void)
{
	struct dialogue d = listening();

	d.profile.syn_defence = SYN_DEFENCE_CACHE;
	return d;
}

static void syn_from(struct dialogue *d, uint8_t host)
{
	d->peer.address.bytes[3] = host;
	in(d, "S 0:0(0) win 3000 <mss 1000>");
	out(d, "S. 0:0(0) ack 1 <mss 1000>");
}

static void syn_makes_no_connection(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	silent(&d);
	in_state(&d, LISTEN);
	fired(&d, RULE_SYN_CACHED);
	assert_int_equal(d.cache.count, 1);
	assert_int_equal(d.listener.half_open, 0);
}

static void ack_goes_from_listen_to_established_in_one_turn(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	pass_ms(&d, 70);
	in(&d, "P. 1:11(10) ack 1 win 2000");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_CACHE_COMPLETES);
	fired(&d, RULE_SYN_RECEIVED_ESTABLISHED);
	assert_int_equal(d.delivered, 10);
	assert_int_equal(d.cache.count, 0);
	assert_int_equal(d.tcb.snd.wnd, 2000);
	app_send(&d, 10);
	out(&d, "P. 1:11(10) ack 11");
}

static void round_trip_is_measured_from_the_cache(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	pass_ms(&d, 70);
	in(&d, ". 1:1(0) ack 1 win 2000");
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(70));
}

/* The TCB that the ACK makes, and the one that a SYN makes at once, are equal
 * octet for octet when the handshake is done. */
static void connection_is_the_same_as_without_a_cache(void **state)
{
	struct tcb tcbs[2];

	(void)state;
	for (int cached = 0; cached < 2; cached++) {
		struct dialogue d = listening();
		char line[100];

		assert_true(profile_named("rfc", &d.profile));
		d.profile.isn_fixed = true;
		d.profile.syn_defence = cached ? SYN_DEFENCE_CACHE : SYN_DEFENCE_NONE;
		in(&d, "S 0:0(0) win 3000 <mss 1400,sackOK,TS val 7 ecr 0,nop,wscale 7>");
		out(&d, "S. 0:0(0) ack 1");
		pass_ms(&d, 40);
		snprintf(line, sizeof line, ". 1:1(0) ack 1 win 300 <nop,nop,TS val 50 ecr %u>",
			 d.last.options.ts_val);
		in(&d, line);
		in_state(&d, ESTABLISHED);
		tcbs[cached] = d.tcb;
		/* When the clock for giving up began is all that may differ. */
		tcbs[cached].cc.last_sent = 0;
		tcbs[cached].ts.recent_age = 0;
	}
	assert_memory_equal(&tcbs[0], &tcbs[1], sizeof tcbs[0]);
}

static void lost_syn_ack_comes_again_and_later_each_time(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	pass_ms(&d, 999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, "S. 0:0(0) ack 1");
	fired(&d, RULE_SYN_CACHE_AGAIN);
	pass_ms(&d, 1999);
	silent(&d);
	pass_ms(&d, 1);
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 2000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.rtt.srtt, 0); /* Karn: which of them was it? */
	assert_int_equal(d.tcb.rtt.rto, nanos_from_s(3));
}

static void syn_without_an_answer_is_forgotten(void **state)
{
	struct dialogue d = caching();

	(void)state;
	d.profile.syn_ack_retries = 2;
	syn_from(&d, 2);
	pass_ms(&d, 1000);
	out(&d, "S. 0:0(0) ack 1");
	pass_ms(&d, 2000);
	out(&d, "S. 0:0(0) ack 1");
	pass_ms(&d, 3999);
	assert_int_equal(d.cache.count, 1);
	pass_ms(&d, 1);
	silent(&d);
	fired(&d, RULE_SYN_CACHE_EXPIRED);
	assert_int_equal(d.cache.count, 0);
	assert_int_equal(tcp_next_deadline(&d.tcb), NANOS_NEVER);
	in(&d, ". 1:1(0) ack 1 win 2000");
	out(&d, "R 1:1(0)");
	in_state(&d, LISTEN);
}

static void syn_that_comes_again_is_answered_again_with_the_same_number(void **state)
{
	struct dialogue d = caching();
	uint32_t first;

	(void)state;
	d.profile.isn_fixed = false;
	syn_from(&d, 2);
	first = d.iss;
	pass_ms(&d, 500);
	syn_from(&d, 2);
	assert_int_equal(d.iss, first);
	assert_int_equal(d.cache.count, 1);
	/* Twice it went: until the next time it is two initial RTOs. */
	assert_true(d.tcb.timers[TIMER_RETRANSMISSION] == d.now + 2 * d.profile.rto_initial);
	d.peer_isn += 70000; /* the peer has begun anew */
	syn_from(&d, 2);
	assert_int_not_equal(d.iss, first);
	assert_int_equal(d.cache.count, 1);
}

static void peers_wait_side_by_side(void **state)
{
	struct dialogue d = caching();

	(void)state;
	for (uint8_t host = 2; host < 10; host++)
		syn_from(&d, host);
	assert_int_equal(d.cache.count, 8);
	d.peer.address.bytes[3] = 5;
	in(&d, ". 1:1(0) ack 1 win 2000");
	in_state(&d, ESTABLISHED);
	assert_int_equal(d.tcb.remote.address.bytes[3], 5);
	assert_int_equal(d.cache.count, 7);
}

static void all_that_are_due_at_once_are_answered(void **state)
{
	struct dialogue d = caching();

	(void)state;
	for (uint8_t host = 2; host < 10; host++)
		syn_from(&d, host);
	pass_ms(&d, 1000);
	for (uint8_t host = 2; host < 10; host++)
		out(&d, "S. 0:0(0) ack 1");
	silent(&d);
}

static void oldest_of_a_full_bucket_is_evicted(void **state)
{
	struct dialogue d = caching();

	(void)state;
	for (unsigned n = 0; n < 20 * SYN_CACHE_MAX; n++) {
		d.peer.port = (uint16_t)(1000 + n);
		in(&d, "S 0:0(0) win 3000 <mss 1000>");
		out(&d, "S. 0:0(0) ack 1");
		assert_true(d.cache.count <= SYN_CACHE_MAX);
		d.now++;
	}
	fired(&d, RULE_SYN_CACHE_EVICTS);
	assert_int_equal(d.cache.count, SYN_CACHE_MAX);
	/* The first is gone, the last is not. */
	d.peer.port = 1000;
	in(&d, ". 1:1(0) ack 1 win 2000");
	out(&d, "R 1:1(0)");
	d.peer.port = 1000 + 20 * SYN_CACHE_MAX - 1;
	in(&d, ". 1:1(0) ack 1 win 2000");
	in_state(&d, ESTABLISHED);
}

static void wrong_ack_is_answered_with_rst_and_the_syn_waits_on(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	in(&d, ". 1:1(0) ack 2 win 2000");
	out(&d, "R 2:2(0)");
	in(&d, ". 1:1(0) ack 0 win 2000");
	out(&d, "R 0:0(0)");
	in(&d, ". 1:1(0) ack 1 win 2000");
	in_state(&d, ESTABLISHED);
}

static void ack_outside_the_window_is_dropped_and_the_syn_waits_on(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	in(&d, ". 0:0(0) ack 1 win 2000");
	in(&d, ". 70000:70000(0) ack 1 win 2000");
	silent(&d);
	fired(&d, RULE_SYN_CACHE_UNFIT);
	in_state(&d, LISTEN);
	in(&d, ". 11:21(10) ack 1 win 2000"); /* what went before is lost */
	in_state(&d, ESTABLISHED);
	out(&d, ". 1:1(0) ack 1");
}

static void ack_without_the_timestamps_is_dropped(void **state)
{
	struct dialogue d = caching();

	(void)state;
	d.profile.timestamps = true;
	in(&d, "S 0:0(0) win 3000 <mss 1000,nop,nop,TS val 70 ecr 0>");
	out(&d, "S. 0:0(0) ack 1");
	in(&d, ". 1:1(0) ack 1 win 2000");
	in(&d, ". 1:1(0) ack 1 win 2000 <nop,nop,TS val 69 ecr 0>");
	in_state(&d, LISTEN);
	fired(&d, RULE_SYN_CACHE_UNFIT);
	in(&d, ". 1:1(0) ack 1 win 2000 <nop,nop,TS val 70 ecr 0>");
	in_state(&d, ESTABLISHED);
	assert_true(d.tcb.ts.on);
}

/* As with the profile lwip: what is due at 1.6 s is looked at at 2 s, whatever is between. */
static void overdue_syn_ack_waits_for_the_tick(void **state)
{
	struct dialogue d = caching();
	struct tcp t = {.tcb = &d.tcb,
			.profile = &d.profile,
			.listener = &d.listener,
			.syn_cache = &d.cache};

	(void)state;
	d.profile.slow_tick = nanos_from_ms(500);
	d.profile.rto_initial = nanos_from_ms(600);
	syn_from(&d, 2);
	pass_ms(&d, 700);
	silent(&d);
	t.now = d.now;
	tcp_listens_again(&t); /* a connection came out of it meanwhile */
	assert_int_equal(d.tcb.timers[TIMER_RETRANSMISSION], nanos_from_s(2));
	pass_ms(&d, 300);
	out(&d, "S. 0:0(0) ack 1");
}

static void rst_frees_the_place(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	in(&d, "R 2:2(0) win 0");
	fired(&d, RULE_LISTEN_RST);
	assert_int_equal(d.cache.count, 1);
	in(&d, "R 1:1(0) win 0");
	fired(&d, RULE_SYN_CACHE_RESET);
	assert_int_equal(d.cache.count, 0);
	silent(&d);
	in_state(&d, LISTEN);
}

static void close_forgets_the_timer(void **state)
{
	struct dialogue d = caching();

	(void)state;
	syn_from(&d, 2);
	app_close(&d);
	in_state(&d, CLOSED);
	pass_ms(&d, 5000);
	silent(&d);
}

static void handshake_over_ipv6_is_the_same(void **state)
{
	struct dialogue d = caching();

	(void)state;
	over_ipv6(&d);
	in(&d, "S 0:0(0) win 3000 <mss 1000>");
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	pass_ms(&d, 1000);
	out(&d, "S. 0:0(0) ack 1 <mss 1000>");
	in(&d, ". 1:1(0) ack 1 win 2000");
	in_state(&d, ESTABLISHED);
	fired(&d, RULE_SYN_CACHE_COMPLETES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_makes_no_connection),
		cmocka_unit_test(ack_goes_from_listen_to_established_in_one_turn),
		cmocka_unit_test(round_trip_is_measured_from_the_cache),
		cmocka_unit_test(connection_is_the_same_as_without_a_cache),
		cmocka_unit_test(lost_syn_ack_comes_again_and_later_each_time),
		cmocka_unit_test(syn_without_an_answer_is_forgotten),
		cmocka_unit_test(syn_that_comes_again_is_answered_again_with_the_same_number),
		cmocka_unit_test(peers_wait_side_by_side),
		cmocka_unit_test(all_that_are_due_at_once_are_answered),
		cmocka_unit_test(oldest_of_a_full_bucket_is_evicted),
		cmocka_unit_test(wrong_ack_is_answered_with_rst_and_the_syn_waits_on),
		cmocka_unit_test(ack_outside_the_window_is_dropped_and_the_syn_waits_on),
		cmocka_unit_test(ack_without_the_timestamps_is_dropped),
		cmocka_unit_test(overdue_syn_ack_waits_for_the_tick),
		cmocka_unit_test(rst_frees_the_place),
		cmocka_unit_test(close_forgets_the_timer),
		cmocka_unit_test(handshake_over_ipv6_is_the_same),
	};

	return DIALOGUE_RUN("syn cache", tests);
}
