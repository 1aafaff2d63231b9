/* Blind attacks by ICMP, RFC 5927: the forger knows addresses and ports, and
 * guesses the sequence number. What each can do to a profile, and what not. */
#include "tests/dialogue.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Ten segments of 1000 have arrived; 10001 … 13000 are under way. */
static struct dialogue victim(const char *profile_name)
{
	struct profile profile;
	struct dialogue d;

	assert_true(profile_named(profile_name, &profile));
	profile.mss = 1000;
	profile.timestamps = false;
	profile.sack = false;
	profile.nagle = false;
	profile.initial_window = 10;
	d = established_with(&profile);
	app_send(&d, 10000);
	out_rest(&d);
	in(&d, ". 1:1(0) ack 10001 win 65535");
	app_send(&d, 3000);
	out_rest(&d);
	memset(d.rules, 0, sizeof d.rules);
	d.notices = 0;
	return d;
}

static const char *const defended[] = {"rfc", "plain", "linux"};

/* Where a forger that knows nothing would have to hit. */
static const uint32_t outside[] = {0,     1,          10000,      13001,     65536,
				   70000, 0x7fffffff, 0x80000000, 0xfffffff0};
static const uint32_t inside[] = {10001, 10002, 11001, 12999, 13000};

static void must_be_unharmed(struct dialogue *d, const struct tcb *before)
{
	silent(d);
	assert_memory_equal(&d->tcb, before, sizeof *before);
	assert_int_equal(d->notices, 0);
}

/* ---- the sequence number ---- */

static void no_message_about_another_number_changes_anything(void **state)
{
	static const uint32_t mtus[] = {0, 1, 67, 68, 296, 576, 1280, 1500, 65535};

	(void)state;
	for (size_t p = 0; p < COUNT(defended); p++) {
		struct dialogue d = victim(defended[p]);
		struct tcb before = d.tcb;

		for (size_t s = 0; s < COUNT(outside); s++) {
			for (uint8_t code = 0; code < 16; code++)
				icmp(&d, 3, code, 0, outside[s]);
			for (size_t m = 0; m < COUNT(mtus); m++)
				icmp(&d, 3, 4, mtus[m], outside[s]);
			icmp(&d, 4, 0, 0, outside[s]);
			icmp(&d, 11, 0, 0, outside[s]);
			icmp(&d, 12, 0, 0, outside[s]);
		}
		must_be_unharmed(&d, &before);
	}
}

static void nor_does_any_where_nothing_is_under_way(void **state)
{
	(void)state;
	for (size_t p = 0; p < COUNT(defended); p++) {
		struct dialogue d = victim(defended[p]);
		struct tcb before;

		in(&d, ". 1:1(0) ack 13001 win 65535");
		silent(&d);
		before = d.tcb;
		d.notices = 0;
		for (uint8_t code = 0; code < 16; code++) {
			for (size_t s = 0; s < COUNT(outside); s++)
				icmp(&d, 3, code, 68, outside[s]);
			for (size_t s = 0; s < COUNT(inside); s++)
				icmp(&d, 3, code, 68, inside[s]);
			icmp(&d, 3, code, 68, 13001);
		}
		must_be_unharmed(&d, &before);
	}
}

/* ---- blind connection reset, §5: even a lucky guess ends nothing ---- */

static void hard_error_with_the_right_number_ends_no_connection(void **state)
{
	(void)state;
	for (size_t p = 0; p < COUNT(defended); p++) {
		for (size_t s = 0; s < COUNT(inside); s++) {
			for (uint8_t code = 2; code <= 3; code++) {
				struct dialogue d = victim(defended[p]);

				icmp(&d, 3, code, 0, inside[s]);
				in_state(&d, ESTABLISHED);
				fired(&d, RULE_HARD_ERROR_SOFT);
				silent(&d);
				in(&d, ". 1:1(0) ack 13001 win 65535");
				assert_int_equal(d.tcb.path.error, ERROR_NONE);
			}
		}
	}
}

/* Each state that a connection can stand in. */
static void hard_error_ends_no_connection_that_is_closing(void **state)
{
	struct dialogue d = victim("rfc");

	(void)state;
	app_close(&d);
	out(&d, "F. 13001:13001(0) ack 1");
	icmp(&d, 3, 3, 0, 13001);
	in_state(&d, FIN_WAIT_1);
	in(&d, "F. 1:1(0) ack 13001 win 65535");
	out(&d, ". 13002:13002(0) ack 2");
	icmp(&d, 3, 3, 0, 13001);
	in_state(&d, CLOSING);
	in(&d, ". 2:2(0) ack 13002 win 65535");
	icmp(&d, 3, 3, 0, 13001);
	in_state(&d, TIME_WAIT);
}

static void in_1981_one_message_with_any_number_ended_it(void **state)
{
	(void)state;
	for (size_t s = 0; s < COUNT(outside); s++) {
		struct dialogue d = victim("rfc793");

		icmp(&d, 3, 3, 0, outside[s]);
		in_state(&d, CLOSED);
		assert_int_equal(d.tcb.ending, ENDING_UNREACHABLE);
	}
}

/* ---- blind throughput reduction, §6 ---- */

static void source_quench_slows_nobody_down(void **state)
{
	(void)state;
	for (size_t p = 0; p < COUNT(defended); p++) {
		struct dialogue d = victim(defended[p]);
		struct tcb before = d.tcb;

		for (int i = 0; i < 1000; i++)
			icmp(&d, 4, 0, 0, inside[i % 5]);
		must_be_unharmed(&d, &before);
	}
}

/* ---- blind performance degrading, §7 ---- */

/* With the right number too: longer segments have been acknowledged. */
static void tiny_mtu_with_the_right_number_is_doubted(void **state)
{
	static const uint32_t mtus[] = {0, 68, 296, 576, 1039};

	(void)state;
	for (size_t m = 0; m < COUNT(mtus); m++) {
		for (size_t s = 0; s < COUNT(inside); s++) {
			struct dialogue d = victim("rfc");

			icmp(&d, 3, 4, mtus[m], inside[s]);
			fired(&d, RULE_PATH_MTU_DOUBTED);
			silent(&d);
			assert_int_equal(d.tcb.snd.mss, 1000);
			in(&d, ". 1:1(0) ack 13001 win 65535");
			fired(&d, RULE_PATH_MTU_DISPROVED);
			assert_int_equal(d.tcb.snd.mss, 1000);
		}
	}
}

/* Without that defence there is at least a floor. */
static void tiny_mtu_stops_at_the_least_of_the_profile(void **state)
{
	struct dialogue d = victim("linux");

	(void)state;
	icmp(&d, 3, 4, 68, 10001);
	assert_int_equal(d.tcb.path.mtu, 552);
	out(&d, ". 10001:10513(512) ack 1");
}

static void large_or_impossible_mtu_changes_nothing(void **state)
{
	static const uint32_t mtus[] = {1, 67, 1040, 1041, 1500, 9000, 65535};

	(void)state;
	for (size_t p = 0; p < COUNT(defended); p++) {
		struct dialogue d = victim(defended[p]);
		struct tcb before = d.tcb;

		for (size_t m = 0; m < COUNT(mtus); m++) {
			for (size_t s = 0; s < COUNT(inside); s++)
				icmp(&d, 3, 4, mtus[m], inside[s]);
		}
		must_be_unharmed(&d, &before);
	}
}

/* A flood of messages never makes us send more than the windows allow. */
static void a_flood_of_messages_makes_no_flood_of_segments(void **state)
{
	struct dialogue d = victim("linux");
	unsigned sent = 0;

	(void)state;
	for (uint32_t mtu = 1039; mtu > 60; mtu--) {
		icmp(&d, 3, 4, mtu, 10001);
		while (out_any(&d))
			sent++;
		assert_true(d.tcb.snd.nxt.v - d.tcb.snd.una.v <= d.tcb.cc.cwnd);
	}
	assert_in_range(d.tcb.path.mtu, 552, 552);
	/* Each lower MTU is believed once: 1039 … 552, and six segments each. */
	assert_in_range(sent, 1, (1040 - 552) * 6);
}

/* ---- an OPEN ---- */

/* The ISS is the only number that counts, and it is hard to guess. */
static void only_the_iss_ends_an_open(void **state)
{
	(void)state;
	for (size_t s = 1; s < COUNT(outside); s++) {
		struct dialogue d = dialogue_new();

		app_connect(&d);
		out(&d, "S 0:0(0)");
		for (uint8_t code = 0; code < 16; code++)
			icmp(&d, 3, code, 68, outside[s]);
		in_state(&d, SYN_SENT);
		silent(&d);
	}
}

/* ---- anything at any time ---- */

static uint32_t below(struct random *r, uint32_t bound)
{
	return (uint32_t)random_below(r, bound);
}

/* One of: text is queued, a message comes, an ACK comes, a timer fires. */
static void something_happens(struct dialogue *d, struct random *r)
{
	static const uint8_t types[] = {3, 3, 3, 3, 4, 11, 12};
	uint32_t una = d->tcb.snd.una.v - d->profile.isn;
	uint32_t flight = tcb_outstanding(&d->tcb);
	char line[80];

	switch (below(r, 4)) {
	case 0:
		if (tcb_queued(&d->tcb) < 30000)
			app_send(d, 1 + below(r, 20000));
		break;
	case 1:
		icmp(d, types[below(r, 7)], below(r, 3) ? 4 : (uint8_t)below(r, 16), below(r, 1600),
		     una + below(r, flight + 3) - 1);
		break;
	case 2:
		snprintf(line, sizeof line, ". 1:1(0) ack %u win %u", una + below(r, flight + 1),
			 65535 - below(r, 2) * 60000);
		in(d, line);
		break;
	default:
		if (tcp_next_deadline(&d->tcb) != NANOS_NEVER)
			d->now = tcp_next_deadline(&d->tcb);
		pass_ms(d, 0);
	}
	out_rest(d);
}

static void no_message_at_any_time_breaks_what_always_holds(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct random r = random_seeded(seed, 22);
		struct profile profile;
		struct dialogue d;

		assert_true(profile_named(defended[seed % 3], &profile));
		profile.mss = 1460;
		profile.timestamps = false;
		profile.delayed_ack = 0;
		profile.plpmtud = (uint32_t)(seed / 3 % 3);
		profile.initial_window = 10;
		profile.pmtu_raise = nanos_from_s(5);
		d = established_with(&profile);
		out_rest(&d);
		for (int i = 0; i < 150 && d.tcb.state == ESTABLISHED; i++)
			something_happens(&d, &r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_message_about_another_number_changes_anything),
		cmocka_unit_test(nor_does_any_where_nothing_is_under_way),
		cmocka_unit_test(hard_error_with_the_right_number_ends_no_connection),
		cmocka_unit_test(hard_error_ends_no_connection_that_is_closing),
		cmocka_unit_test(in_1981_one_message_with_any_number_ended_it),
		cmocka_unit_test(source_quench_slows_nobody_down),
		cmocka_unit_test(tiny_mtu_with_the_right_number_is_doubted),
		cmocka_unit_test(tiny_mtu_stops_at_the_least_of_the_profile),
		cmocka_unit_test(large_or_impossible_mtu_changes_nothing),
		cmocka_unit_test(a_flood_of_messages_makes_no_flood_of_segments),
		cmocka_unit_test(only_the_iss_ends_an_open),
		cmocka_unit_test(no_message_at_any_time_breaks_what_always_holds),
	};

	return DIALOGUE_RUN("attacks by icmp", tests);
}
