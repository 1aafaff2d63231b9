/* What a connection learns from those before it: RFC 9040. */
#include "tests/dialogue.h"

#include <string.h>

static struct dialogue sharing(void)
{
	struct dialogue d = dialogue_new();

	d.profile.tcb_sharing = true;
	d.profile.mss = 0;
	d.profile.rto_min = nanos_from_ms(1);
	return d;
}

static void handshake(struct dialogue *d, int64_t rtt_ms)
{
	app_connect(d);
	out(d, "S 0:0(0)");
	d->now += nanos_from_ms(rtt_ms);
	in(d, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
	out(d, ". 1:1(0) ack 1");
}

static void reset(struct dialogue *d)
{
	in(d, "R 1:1(0) win 0");
	in_state(d, CLOSED);
	memset(d->rules, 0, sizeof d->rules);
}

static void the_next_syn_knows_the_round_trip(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(100));
	reset(&d);
	app_connect(&d);
	fired(&d, RULE_SHARED_PATH);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(100));
	assert_int_equal(d.tcb.rtt.rttvar, nanos_from_ms(50));
	out(&d, "S 0:0(0)");
	pass_ms(&d, 300); /* 100 + 4·50, not a second */
	out(&d, "S 0:0(0)");
}

static void on_linux_a_syn_does_not_and_text_waits_the_longer_of_both(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	d.profile.rto_recalled_late = true;
	handshake(&d, 300);
	reset(&d);
	app_connect(&d);
	assert_int_equal(d.tcb.rtt.srtt, 0);
	assert_int_equal(d.tcb.rtt.rto, d.profile.rto_initial);
	out(&d, "S 0:0(0)");
	d.now += nanos_from_ms(100);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
	fired(&d, RULE_SHARED_RTO);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(100));
	assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(900)); /* 300 + 2·300 */
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 1000);
	out(&d, "P. 1:1001(1000) ack 1");
	d.now += nanos_from_ms(100);
	in(&d, ". 1:1(0) ack 1001 win 65535");
	assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(100 + 4 * 75 / 2)); /* (2.3) */
}

static void longer_than_all_before_is_as_it_is(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	d.profile.rto_recalled_late = true;
	handshake(&d, 100);
	reset(&d);
	handshake(&d, 200);
	not_fired(&d, RULE_SHARED_RTO);
	assert_int_equal(d.tcb.rtt.rto, nanos_from_ms(200 + 4 * 100));
}

static void two_connections_are_merged(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	reset(&d);
	handshake(&d, 180);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(110)); /* 7/8 · 100 + 1/8 · 180 */
	reset(&d);
	app_connect(&d);
	assert_int_equal(d.tcb.rtt.srtt, nanos_from_ms(105));
}

static void the_path_mtu_is_remembered(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	app_send(&d, 1460);
	out(&d, "P. 1:1461(1460) ack 1");
	icmp(&d, 3, 4, 1400, 1);
	assert_true(out_any(&d));
	assert_true(out_any(&d));
	reset(&d);
	handshake(&d, 100);
	assert_int_equal(d.tcb.path.mtu, 1400);
	app_send(&d, 1460);
	out(&d, ". 1:1361(1360) ack 1");
}

/* Ten minutes after the router spoke: RFC 1191 §6.3. */
static void but_no_longer_than_a_router_is_believed(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	app_send(&d, 1460);
	out(&d, "P. 1:1461(1460) ack 1");
	icmp(&d, 3, 4, 1400, 1);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 1461 win 65535");
	d.now += nanos_from_s(590);
	reset(&d);
	d.now += nanos_from_s(10);
	handshake(&d, 100);
	assert_int_equal(d.tcb.path.mtu, 1500);
}

static void slow_start_ends_where_the_last_one_had_to(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	assert_int_equal(d.tcb.cc.ssthresh, UINT32_MAX);
	app_send(&d, 14600);
	out_rest(&d);
	pass_ms(&d, 300);
	assert_true(out_any(&d));
	assert_int_equal(d.tcb.cc.ssthresh, 2920);
	reset(&d);
	handshake(&d, 100);
	fired(&d, RULE_SHARED_SSTHRESH);
	assert_int_equal(d.tcb.cc.ssthresh, 2920);
	assert_int_not_equal(d.tcb.cc.cwnd, 1460); /* cwnd is not shared */
}

static void another_address_is_another_path(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	reset(&d);
	d.sharing.peers[0].address.bytes[3]++; /* as if it had been its neighbour */
	app_connect(&d);
	not_fired(&d, RULE_SHARED_PATH);
	assert_int_equal(d.tcb.rtt.srtt, 0);
}

static void what_is_old_is_forgotten(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	reset(&d);
	d.now += nanos_from_s(601);
	app_connect(&d);
	not_fired(&d, RULE_SHARED_PATH);
	assert_int_equal(d.tcb.rtt.srtt, 0);
}

/* A time-out says little of the path but that it may be gone. */
static void a_connection_that_timed_out_teaches_nothing(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	d.profile.r2 = nanos_from_ms(1);
	handshake(&d, 100);
	app_send(&d, 100);
	assert_true(out_any(&d));
	pass_ms(&d, 300);
	in_state(&d, CLOSED);
	assert_int_equal(d.tcb.ending, ENDING_TIMED_OUT);
	assert_int_equal(d.sharing.count, 0);
}

static void without_the_switch_nothing_is_remembered(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	d.profile.tcb_sharing = false;
	handshake(&d, 100);
	reset(&d);
	assert_int_equal(d.sharing.count, 0);
	app_connect(&d);
	assert_int_equal(d.tcb.rtt.srtt, 0);
}

static void an_orderly_close_is_saved_once(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	app_close(&d);
	out(&d, "F. 1:1(0) ack 1");
	d.now += nanos_from_ms(100);
	in(&d, ". 1:1(0) ack 2 win 65535");
	in(&d, "F. 1:1(0) ack 2 win 65535");
	out(&d, ". 2:2(0) ack 2");
	fired(&d, RULE_SHARED_SAVED);
	memset(d.rules, 0, sizeof d.rules);
	pass_ms(&d, 240000);
	in_state(&d, CLOSED);
	not_fired(&d, RULE_SHARED_SAVED);
	assert_int_equal(d.sharing.count, 1);
}

/* The one that was not used for longest makes room. */
static void of_many_peers_the_latest_are_known(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	for (unsigned i = 0; i <= SHARED_MAX; i++) {
		d.peer.address.bytes[2] = (uint8_t)i;
		handshake(&d, 100);
		reset(&d);
		if (i == SHARED_MAX - 1) { /* the first is used once more */
			d.peer.address.bytes[2] = 0;
			handshake(&d, 100);
			reset(&d);
		}
	}
	assert_int_equal(d.sharing.count, SHARED_MAX);
	for (unsigned i = 0; i <= SHARED_MAX; i++) {
		bool known = false;

		for (unsigned k = 0; k < SHARED_MAX; k++)
			known = known || d.sharing.peers[k].address.bytes[2] == i;
		assert_int_equal(known, i != 1);
	}
}

static void a_higher_ssthresh_is_recalled_as_it_was(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	d.profile.initial_window = 10;
	handshake(&d, 100);
	app_send(&d, 14600);
	out_rest(&d);
	pass_ms(&d, 300);
	assert_true(out_any(&d));
	assert_int_equal(d.tcb.cc.ssthresh, 7300);
	reset(&d);
	handshake(&d, 100);
	assert_int_equal(d.tcb.cc.ssthresh, 7300);
}

static void one_that_never_slowed_down_says_nothing_of_ssthresh(void **state)
{
	struct dialogue d = sharing();

	(void)state;
	handshake(&d, 100);
	reset(&d);
	handshake(&d, 100);
	fired(&d, RULE_SHARED_PATH);
	not_fired(&d, RULE_SHARED_SSTHRESH);
	assert_int_equal(d.tcb.cc.ssthresh, UINT32_MAX);
}

/* Another connection, meanwhile, had to slow down. */
static void but_it_raises_what_another_one_found_to_half_of_its_cwnd(void **state)
{
	static const uint32_t others[][2] = {{2920, 10000}, {12000, 12000}};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct dialogue d = sharing();

		handshake(&d, 100);
		reset(&d);
		handshake(&d, 100);
		d.tcb.cc.cwnd = 20000;
		d.sharing.peers[0].ssthresh = others[i][0];
		reset(&d);
		assert_int_equal(d.sharing.peers[0].ssthresh, others[i][1]);
	}
}

/* When to look for more is counted from when the router spoke, not from here. */
static void the_next_connection_looks_for_a_larger_mtu_at_the_same_time(void **state)
{
	struct dialogue d = sharing();
	nanos at;

	(void)state;
	handshake(&d, 100);
	app_send(&d, 1460);
	out(&d, "P. 1:1461(1460) ack 1");
	icmp(&d, 3, 4, 1400, 1);
	out_rest(&d);
	at = d.tcb.path.raise_at;
	assert_true(at > d.now);
	in(&d, ". 1:1(0) ack 1461 win 65535");
	d.now += nanos_from_s(100);
	reset(&d);
	handshake(&d, 100);
	assert_true(d.tcb.path.raise_at == at);
}

static void the_peer_that_was_asked_for_longest_ago_makes_room(void **state)
{
	(void)state;
	for (uint32_t oldest = 0; oldest < SHARED_MAX; oldest += SHARED_MAX - 1) {
		struct dialogue d = sharing();
		struct address lost;

		d.sharing.count = SHARED_MAX;
		d.sharing.uses = 100;
		for (uint32_t i = 0; i < SHARED_MAX; i++) {
			d.sharing.peers[i].address =
				(struct address){.version = 4, .bytes = {192, 0, 2, (uint8_t)i}};
			d.sharing.peers[i].used = 50 + (i + SHARED_MAX - oldest) % SHARED_MAX;
		}
		lost = d.sharing.peers[oldest].address;
		handshake(&d, 100);
		reset(&d);
		assert_int_equal(d.sharing.count, SHARED_MAX);
		for (uint32_t i = 0; i < SHARED_MAX; i++)
			assert_false(address_eq(&d.sharing.peers[i].address, &lost));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_syn_knows_the_round_trip),
		cmocka_unit_test(on_linux_a_syn_does_not_and_text_waits_the_longer_of_both),
		cmocka_unit_test(longer_than_all_before_is_as_it_is),
		cmocka_unit_test(two_connections_are_merged),
		cmocka_unit_test(the_path_mtu_is_remembered),
		cmocka_unit_test(but_no_longer_than_a_router_is_believed),
		cmocka_unit_test(slow_start_ends_where_the_last_one_had_to),
		cmocka_unit_test(another_address_is_another_path),
		cmocka_unit_test(what_is_old_is_forgotten),
		cmocka_unit_test(a_connection_that_timed_out_teaches_nothing),
		cmocka_unit_test(without_the_switch_nothing_is_remembered),
		cmocka_unit_test(an_orderly_close_is_saved_once),
		cmocka_unit_test(of_many_peers_the_latest_are_known),
		cmocka_unit_test(a_higher_ssthresh_is_recalled_as_it_was),
		cmocka_unit_test(one_that_never_slowed_down_says_nothing_of_ssthresh),
		cmocka_unit_test(but_it_raises_what_another_one_found_to_half_of_its_cwnd),
		cmocka_unit_test(the_next_connection_looks_for_a_larger_mtu_at_the_same_time),
		cmocka_unit_test(the_peer_that_was_asked_for_longest_ago_makes_room),
	};

	return DIALOGUE_RUN("sharing", tests);
}
