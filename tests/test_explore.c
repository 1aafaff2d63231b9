/* Every order in which segments arrive, are lost and come twice, timers fire
 * and applications act, for small connections: two real engines in a small
 * world (tests/small_world.h), explored to the end (tests/explore.h).
 *
 * Each test prints how many states and transitions there were. To go further,
 * in some minutes and a few GB:
 *
 *     make explore
 *
 * It adds a copy, a loss, a time-out and room on the way to each scene, and
 * goes up to 4 million states; where there are more it says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "tests/explore.h"

enum { STATES_MAX = 400000, STATES_MAX_LONG = 4000000 };

static void explore_all(struct small_scene scene)
{
	bool is_long = getenv("TCPLAB_EXPLORE") != NULL;
	struct explored e;
	clock_t start = clock();

	if (is_long) {
		scene.losses++;
		scene.copies++;
		scene.timeouts++;
		scene.capacity++;
	}
	e = explore(&scene, is_long ? STATES_MAX_LONG : STATES_MAX, stderr);
	print_message("%s: %u states, %u transitions, %u deep, %u healed, %ld ms%s\n", scene.name,
		      e.states, e.transitions, e.depth, e.healed,
		      (long)((clock() - start) / (CLOCKS_PER_SEC / 1000)),
		      e.cut ? " (not all)" : "");
	if (e.wrong != NULL)
		fail_msg("%s: %s", scene.name, e.wrong);
	assert_true(is_long || !e.cut);
}

static void handshake_and_close_end_well_whoever_closes(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "handshake and close",
					 .capacity = 3,
					 .losses = 1,
					 .copies = 1,
					 .timeouts = 1});
}

static void simultaneous_open_ends_in_one_connection(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "simultaneous open",
					 .simultaneous = true,
					 .capacity = 3,
					 .losses = 1,
					 .timeouts = 1});
}

static void old_duplicate_syn_does_no_harm(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "old duplicate SYN",
					 .old_syn = true,
					 .capacity = 3,
					 .losses = 1,
					 .timeouts = 1});
}

static void blind_attacker_does_no_harm(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "one segment of an attacker",
					 .chunks = {{2}, {2}},
					 .capacity = 3,
					 .attacks = 1});
}

static void blind_attacker_and_a_loss_do_no_harm(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "an attacker and a loss",
					 .chunks = {{2}, {0}},
					 .capacity = 2,
					 .losses = 1,
					 .timeouts = 1,
					 .attacks = 1,
					 .closes_last = {false, true}});
}

static void overlapping_retransmissions_deliver_each_octet_once(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "overlaps, cut anew",
					 .established = true,
					 .mss = 3,
					 .chunks = {{2, 3}, {0}},
					 .capacity = 3,
					 .copies = 1,
					 .timeouts = 1,
					 .closes_last = {false, true}});
}

static void text_each_way_arrives_whole(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "text each way",
					 .established = true,
					 .chunks = {{2}, {1}},
					 .capacity = 3,
					 .losses = 1,
					 .timeouts = 1,
					 .closes_last = {false, true}});
}

static void full_receiver_is_waited_for(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "a full receiver",
					 .established = true,
					 .mss = 3,
					 .buffer = 3,
					 .slow_reader = true,
					 .chunks = {{5}, {0}},
					 .capacity = 2,
					 .losses = 1,
					 .timeouts = 2,
					 .closes_last = {false, true}});
}

static void delayed_acks_hold_nothing_up(void **state)
{
	(void)state;
	explore_all((struct small_scene){.name = "delayed ACKs",
					 .established = true,
					 .delayed_ack = true,
					 .chunks = {{1, 1}, {1}},
					 .capacity = 2,
					 .timeouts = 1,
					 .closes_last = {false, true}});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handshake_and_close_end_well_whoever_closes),
		cmocka_unit_test(simultaneous_open_ends_in_one_connection),
		cmocka_unit_test(old_duplicate_syn_does_no_harm),
		cmocka_unit_test(blind_attacker_does_no_harm),
		cmocka_unit_test(blind_attacker_and_a_loss_do_no_harm),
		cmocka_unit_test(overlapping_retransmissions_deliver_each_octet_once),
		cmocka_unit_test(text_each_way_arrives_whole),
		cmocka_unit_test(full_receiver_is_waited_for),
		cmocka_unit_test(delayed_acks_hold_nothing_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
