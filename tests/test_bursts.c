/* PSH on the last of what a network card cuts into segments, as Linux has it.
 * RFC 9293 §3.9.1.2 wants it where nothing more is queued. */
#include "tests/dialogue.h"

/* The round trip of the handshake decides how much is handed over as one. */
static struct dialogue bursting(uint32_t burst, uint32_t window, int64_t round_trip_ms)
{
	struct dialogue d = dialogue_new();

	assert_true(profile_named("plain", &d.profile));
	d.profile.isn_fixed = true;
	d.profile.mss = 1000;
	d.profile.burst = burst;
	d.profile.initial_window = window;
	app_connect(&d);
	out(&d, "S 0:0(0)");
	pass_ms(&d, round_trip_ms);
	in(&d, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
	out(&d, ". 1:1(0) ack 1");
	return d;
}

static void without_it_only_the_last_octet_is_pushed(void **state)
{
	struct dialogue d = bursting(0, 4, 100);

	(void)state;
	app_send(&d, 4000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	out(&d, "P. 3001:4001(1000) ack 1");
	not_fired(&d, RULE_BURST_PUSHED);
}

static void on_a_long_path_two_segments_are_one(void **state)
{
	struct dialogue d = bursting(2, 5, 100);

	(void)state;
	app_send(&d, 9000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	out(&d, "P. 3001:4001(1000) ack 1");
	out(&d, ". 4001:5001(1000) ack 1"); /* by itself: cwnd is full */
	silent(&d);
	fired(&d, RULE_BURST_PUSHED);
}

static void on_a_short_path_half_of_cwnd_is_one(void **state)
{
	struct dialogue d = bursting(2, 10, 0);

	(void)state;
	app_send(&d, 20000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	out(&d, ". 3001:4001(1000) ack 1");
	out(&d, "P. 4001:5001(1000) ack 1");
	out(&d, ". 5001:6001(1000) ack 1");
	out(&d, ". 6001:7001(1000) ack 1");
	out(&d, ". 7001:8001(1000) ack 1");
	out(&d, ". 8001:9001(1000) ack 1");
	out(&d, "P. 9001:10001(1000) ack 1");
	silent(&d);
}

/* Half of two is one, and one by itself is no burst. */
static void two_segments_of_cwnd_go_one_by_one(void **state)
{
	struct dialogue d = bursting(2, 2, 100);

	(void)state;
	app_send(&d, 9000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	silent(&d);
	not_fired(&d, RULE_BURST_PUSHED);
}

static void what_nagle_holds_back_is_no_part_of_it(void **state)
{
	struct dialogue d = bursting(4, 10, 100);

	(void)state;
	app_send(&d, 3500);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, "P. 2001:3001(1000) ack 1");
	silent(&d);
	in_ack(&d, 3001);
	out(&d, "P. 3001:3501(500) ack 1");
}

static void one_segment_alone_is_no_burst(void **state)
{
	struct dialogue d = bursting(2, 1, 100);

	(void)state;
	app_send(&d, 5000);
	out(&d, ". 1:1001(1000) ack 1");
	silent(&d);
	not_fired(&d, RULE_BURST_PUSHED);
	in_ack(&d, 1001);
	out(&d, ". 1001:2001(1000) ack 1");
	out(&d, ". 2001:3001(1000) ack 1");
	in_ack(&d, 2001);
	out(&d, ". 3001:4001(1000) ack 1");
	out(&d, "P. 4001:5001(1000) ack 1");
}

static void the_window_ends_it(void **state)
{
	struct dialogue d = bursting(4, 10, 100);

	(void)state;
	in(&d, ". 1:1(0) ack 1 win 2000");
	app_send(&d, 5000);
	out(&d, ". 1:1001(1000) ack 1");
	out(&d, "P. 1001:2001(1000) ack 1");
	silent(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_it_only_the_last_octet_is_pushed),
		cmocka_unit_test(on_a_long_path_two_segments_are_one),
		cmocka_unit_test(on_a_short_path_half_of_cwnd_is_one),
		cmocka_unit_test(two_segments_of_cwnd_go_one_by_one),
		cmocka_unit_test(what_nagle_holds_back_is_no_part_of_it),
		cmocka_unit_test(one_segment_alone_is_no_burst),
		cmocka_unit_test(the_window_ends_it),
	};

	return DIALOGUE_RUN("bursts", tests);
}
