/* How long a datagram may be, by what routers say: RFC 1191, RFC 8201, RFC 5927 §7. */
#include "tests/dialogue.h"

#include <string.h>

/* MSS 1460 each way, SACK apart: datagrams of 1500 octets. */
static struct dialogue wide(void)
{
	struct dialogue d = dialogue_new();

	d.profile.mss = 0;
	d.profile.initial_window = 4;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
	out(&d, ". 1:1(0) ack 1");
	memset(d.rules, 0, sizeof d.rules);
	return d;
}

static struct dialogue wide_with_three_out(void)
{
	struct dialogue d = wide();

	app_send(&d, 4380);
	out(&d, ". 1:1461(1460) ack 1");
	out(&d, ". 1461:2921(1460) ack 1");
	out(&d, "P. 2921:4381(1460) ack 1");
	return d;
}

static void too_big_lowers_the_path_mtu_and_sends_smaller_at_once(void **state)
{
	struct dialogue d = wide_with_three_out();
	uint32_t cwnd = d.tcb.cc.cwnd;

	(void)state;
	icmp(&d, 3, 4, 1400, 1);
	fired(&d, RULE_PATH_MTU_LOWERED);
	assert_int_equal(d.tcb.path.mtu, 1400);
	assert_int_equal(d.tcb.snd.mss, 1360);
	out(&d, ". 1:1361(1360) ack 1");
	out(&d, ". 1361:2721(1360) ack 1");
	out(&d, ". 2721:4081(1360) ack 1");
	out(&d, "P. 4081:4381(300) ack 1");
	fired(&d, RULE_PATH_MTU_RESENDS);
	/* Dropped for its length: no sign of congestion. */
	assert_int_equal(d.tcb.cc.cwnd, cwnd);
	assert_int_equal(d.tcb.cc.ssthresh, UINT32_MAX);
	/* Each of the three was dropped; the other two messages bring nothing new. */
	icmp(&d, 3, 4, 1400, 1461);
	icmp(&d, 3, 4, 1400, 2921);
	fired(&d, RULE_PATH_MTU_KNOWN);
	silent(&d);
	in(&d, ". 1:1(0) ack 4381 win 65535");
	app_send(&d, 2000);
	out(&d, ". 4381:5741(1360) ack 1");
}

static void what_came_before_the_one_that_was_too_big_does_not_go_again(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	icmp(&d, 3, 4, 1400, 1461);
	out(&d, ". 1461:2821(1360) ack 1");
	out(&d, ". 2821:4181(1360) ack 1");
	out(&d, "P. 4181:4381(200) ack 1");
	silent(&d);
}

static void a_path_narrows_twice(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	icmp(&d, 3, 4, 1400, 1);
	out_rest(&d);
	icmp(&d, 3, 4, 1000, 1);
	assert_int_equal(d.tcb.path.mtu, 1000);
	out(&d, ". 1:961(960) ack 1");
}

static void options_take_their_part_of_the_datagram(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.mss = 0;
	d.profile.timestamps = true;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,TS val 70 ecr 1000>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 2000);
	out(&d, ". 1:1449(1448) ack 1");
	icmp(&d, 3, 4, 1400, 1);
	out(&d, ". 1:1349(1348) ack 1");
}

static void old_router_leaves_the_size_to_be_guessed(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	icmp(&d, 3, 4, 0, 1);
	fired(&d, RULE_PATH_MTU_GUESSED);
	assert_int_equal(d.tcb.path.mtu, 1492);
	out_rest(&d);
	icmp(&d, 3, 4, 0, 1);
	assert_int_equal(d.tcb.path.mtu, 1006);
	out_rest(&d);
	icmp(&d, 3, 4, 0, 1);
	assert_int_equal(d.tcb.path.mtu, 508);
	out(&d, ". 1:469(468) ack 1");
}

/* ---- what is not believed ---- */

static void only_less_than_what_was_sent_is_news(void **state)
{
	static const uint32_t mtus[] = {1500, 1501, 9000, 65535};

	(void)state;
	for (size_t i = 0; i < sizeof mtus / sizeof mtus[0]; i++) {
		struct dialogue d = wide_with_three_out();

		icmp(&d, 3, 4, mtus[i], 1);
		fired(&d, RULE_PATH_MTU_KNOWN);
		assert_int_equal(d.tcb.path.mtu, 1500);
		silent(&d);
	}
}

static void a_short_segment_cannot_have_been_too_big(void **state)
{
	struct dialogue d = wide();

	(void)state;
	app_send(&d, 100);
	out(&d, "P. 1:101(100) ack 1");
	icmp(&d, 3, 4, 1400, 1);
	fired(&d, RULE_PATH_MTU_KNOWN);
	assert_int_equal(d.tcb.path.mtu, 1500);
}

static void nor_can_a_syn(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	icmp(&d, 3, 4, 576, 0);
	fired(&d, RULE_PATH_MTU_KNOWN);
	silent(&d);
	in_state(&d, SYN_SENT);
}

static void less_than_any_link_carries_is_ignored(void **state)
{
	(void)state;
	for (uint32_t mtu = 1; mtu < 68; mtu++) {
		struct dialogue d = wide_with_three_out();

		icmp(&d, 3, 4, mtu, 1);
		fired(&d, RULE_PATH_MTU_TOO_SMALL);
		assert_int_equal(d.tcb.path.mtu, 1500);
		silent(&d);
	}
}

static void the_profile_says_how_low_it_goes(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	d.profile.pmtu_least = 552;
	icmp(&d, 3, 4, 68, 1);
	fired(&d, RULE_PATH_MTU_LEAST);
	assert_int_equal(d.tcb.path.mtu, 552);
	out(&d, ". 1:513(512) ack 1");
}

/* ---- RFC 5927 §7.2 ---- */

static struct dialogue with_one_acknowledged(void)
{
	struct dialogue d = wide();

	app_send(&d, 1460);
	out(&d, "P. 1:1461(1460) ack 1");
	in(&d, ". 1:1(0) ack 1461 win 65535");
	app_send(&d, 2920);
	out(&d, ". 1461:2921(1460) ack 1");
	out(&d, "P. 2921:4381(1460) ack 1");
	assert_int_equal(d.tcb.path.acked, 1500);
	return d;
}

static void less_than_what_was_acknowledged_is_doubted(void **state)
{
	struct dialogue d = with_one_acknowledged();

	(void)state;
	icmp(&d, 3, 4, 576, 1461);
	fired(&d, RULE_PATH_MTU_DOUBTED);
	assert_int_equal(d.tcb.path.mtu, 1500);
	silent(&d);
	in(&d, ". 1:1(0) ack 2921 win 65535");
	fired(&d, RULE_PATH_MTU_DISPROVED);
	pass_ms(&d, 1000);
	not_fired(&d, RULE_PATH_MTU_CONFIRMED);
	out(&d, "P. 2921:4381(1460) ack 1");
}

static void a_path_that_became_narrower_is_believed_at_the_time_out(void **state)
{
	struct dialogue d = with_one_acknowledged();

	(void)state;
	icmp(&d, 3, 4, 1000, 1461);
	fired(&d, RULE_PATH_MTU_DOUBTED);
	pass_ms(&d, 1000);
	fired(&d, RULE_PATH_MTU_CONFIRMED);
	assert_int_equal(d.tcb.path.mtu, 1000);
	out(&d, ". 1461:2421(960) ack 1");
}

static void the_profile_may_believe_at_once(void **state)
{
	struct dialogue d = with_one_acknowledged();

	(void)state;
	d.profile.pmtu_doubt = false;
	icmp(&d, 3, 4, 1000, 1461);
	assert_int_equal(d.tcb.path.mtu, 1000);
	out(&d, ". 1461:2421(960) ack 1");
}

/* What went again may have arrived in pieces. */
static void the_ack_of_what_went_again_proves_no_length(void **state)
{
	struct dialogue d = wide();

	(void)state;
	app_send(&d, 1460);
	out(&d, "P. 1:1461(1460) ack 1");
	pass_ms(&d, 1000);
	out(&d, "P. 1:1461(1460) ack 1");
	in(&d, ". 1:1(0) ack 1461 win 65535");
	assert_int_equal(d.tcb.path.acked, 68);
}

/* ---- the other way ---- */

static void ten_minutes_later_more_is_tried(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	icmp(&d, 3, 4, 1400, 1);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 4381 win 65535");
	pass_ms(&d, 599999);
	app_send(&d, 1360);
	out(&d, "P. 4381:5741(1360) ack 1");
	in(&d, ". 1:1(0) ack 5741 win 65535");
	pass_ms(&d, 1);
	app_send(&d, 2920);
	out(&d, ". 5741:7201(1460) ack 1");
	fired(&d, RULE_PATH_MTU_RAISED);
	out(&d, "P. 7201:8661(1460) ack 1");
	/* And if the path has not changed, one message sets it right at once. */
	icmp(&d, 3, 4, 1400, 5741);
	out(&d, ". 5741:7101(1360) ack 1");
	out(&d, ". 7101:8461(1360) ack 1");
	out(&d, "P. 8461:8661(200) ack 1");
}

static void the_profile_may_never_try_more(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	d.profile.pmtu_raise = 0;
	icmp(&d, 3, 4, 1400, 1);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 4381 win 65535");
	pass_ms(&d, 6000000);
	app_send(&d, 1360);
	out(&d, "P. 4381:5741(1360) ack 1");
	not_fired(&d, RULE_PATH_MTU_RAISED);
}

/* ---- without it ---- */

/* RFC 1122 counts "fragmentation needed" among the hard errors. */
static void in_1981_it_is_a_hard_error(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	d.profile.path_mtu_discovery = false;
	icmp(&d, 3, 4, 1400, 1);
	fired(&d, RULE_HARD_ERROR_SOFT);
	assert_int_equal(d.tcb.path.mtu, 1500);
	assert_int_equal(d.tcb.path.error, ERROR_TOO_BIG);
}

static void a_closed_window_takes_nothing_smaller(void **state)
{
	struct dialogue d = wide_with_three_out();

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 0");
	icmp(&d, 3, 4, 1400, 1);
	assert_int_equal(d.tcb.path.mtu, 1400);
	silent(&d);
}

/* ---- IPv6 ---- */

static struct dialogue wide_over_ipv6(void)
{
	struct dialogue d;

	dialogue_speaks_ip(6);
	d = dialogue_new();
	d.profile.mss = 0;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1440>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 2880);
	out(&d, ". 1:1441(1440) ack 1");
	out(&d, "P. 1441:2881(1440) ack 1");
	dialogue_speaks_ip(4);
	return d;
}

static void packet_too_big_does_the_same_in_ipv6(void **state)
{
	struct dialogue d = wide_over_ipv6();

	(void)state;
	icmp(&d, 2, 0, 1280, 1);
	assert_int_equal(d.tcb.path.mtu, 1280);
	out(&d, ". 1:1221(1220) ack 1");
	out(&d, ". 1221:2441(1220) ack 1");
	out(&d, "P. 2441:2881(440) ack 1");
}

static void ipv6_knows_nothing_below_1280(void **state)
{
	static const uint32_t mtus[] = {0, 1, 68, 1279};

	(void)state;
	for (size_t i = 0; i < sizeof mtus / sizeof mtus[0]; i++) {
		struct dialogue d = wide_over_ipv6();

		icmp(&d, 2, 0, mtus[i], 1);
		fired(&d, RULE_PATH_MTU_TOO_SMALL);
		assert_int_equal(d.tcb.path.mtu, 1500);
		silent(&d);
	}
}

/* With SACK all of it counts as lost; what goes at once is one segment, and the
 * rest as cwnd allows. */
static void with_sack_the_rest_waits_for_cwnd(void **state)
{
	struct dialogue d = dialogue_new();

	(void)state;
	d.profile.mss = 0;
	d.profile.sack = true;
	d.profile.initial_window = 4;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK>");
	out(&d, ". 1:1(0) ack 1");
	app_send(&d, 4380);
	out_rest(&d);
	d.tcb.cc.cwnd = 2000;
	icmp(&d, 3, 4, 1400, 1);
	out(&d, ". 1:1361(1360) ack 1");
	silent(&d);
	in(&d, ". 1:1(0) ack 1361 win 65535");
	out(&d, ". 1361:2721(1360) ack 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_big_lowers_the_path_mtu_and_sends_smaller_at_once),
		cmocka_unit_test(what_came_before_the_one_that_was_too_big_does_not_go_again),
		cmocka_unit_test(a_path_narrows_twice),
		cmocka_unit_test(options_take_their_part_of_the_datagram),
		cmocka_unit_test(old_router_leaves_the_size_to_be_guessed),
		cmocka_unit_test(only_less_than_what_was_sent_is_news),
		cmocka_unit_test(a_short_segment_cannot_have_been_too_big),
		cmocka_unit_test(nor_can_a_syn),
		cmocka_unit_test(less_than_any_link_carries_is_ignored),
		cmocka_unit_test(the_profile_says_how_low_it_goes),
		cmocka_unit_test(less_than_what_was_acknowledged_is_doubted),
		cmocka_unit_test(a_path_that_became_narrower_is_believed_at_the_time_out),
		cmocka_unit_test(the_profile_may_believe_at_once),
		cmocka_unit_test(the_ack_of_what_went_again_proves_no_length),
		cmocka_unit_test(ten_minutes_later_more_is_tried),
		cmocka_unit_test(the_profile_may_never_try_more),
		cmocka_unit_test(in_1981_it_is_a_hard_error),
		cmocka_unit_test(a_closed_window_takes_nothing_smaller),
		cmocka_unit_test(packet_too_big_does_the_same_in_ipv6),
		cmocka_unit_test(ipv6_knows_nothing_below_1280),
		cmocka_unit_test(with_sack_the_rest_waits_for_cwnd),
	};

	return DIALOGUE_RUN("path mtu", tests);
}
