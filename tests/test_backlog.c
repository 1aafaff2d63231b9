/* How many connections a listener has at once: half open, and waiting for their
 * application. RFC 4987 §2.2, §3.2, §3.5, §3.6. */
#include "tests/flood.h"

#include <string.h>

#include "base/text.h"

static struct profile with(enum syn_defence defence, uint32_t backlog)
{
	struct profile profile;

	assert_true(profile_named("plain", &profile));
	profile.syn_defence = defence;
	profile.backlog = backlog;
	return profile;
}

static void syn_beyond_the_backlog_is_dropped(void **state)
{
	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		struct profile profile = with(SYN_DEFENCE_NONE, 4);
		struct flood f;

		flood_begin(&f, &profile, version, 0);
		for (uint32_t n = 0; n < 10; n++)
			flood_syn(&f, n);
		assert_int_equal(f.answers, 4);
		assert_int_equal(host_connections(f.server), 5); /* and the listener */
		assert_false(flood_client(&f, 5000, 0));
		flood_end(&f);
	}
}

static void place_in_the_backlog_is_free_again_when_the_handshake_ends(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE, 2);
	struct endpoint one;
	struct segment rst = {.flags = RST};
	struct flood f;

	(void)state;
	flood_begin(&f, &profile, 4, 0);
	flood_syn(&f, 1);
	assert_true(flood_client(&f, 5000, 0)); /* half open for a moment */
	assert_true(flood_client(&f, 5001, 0));
	flood_syn(&f, 2);
	assert_false(flood_client(&f, 5002, 0));
	one = flood_source(&f, 1);
	rst.seq = seq_of(2654435761u + 1);
	flood_arrives(&f, &one, &rst, ""); /* it goes back to LISTEN */
	assert_true(flood_client(&f, 5002, 0));
	flood_end(&f);
}

static void place_is_free_when_nobody_answers_for_three_minutes(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE, 2);
	struct flood f;

	(void)state;
	flood_begin(&f, &profile, 4, 0);
	flood_syn(&f, 1);
	flood_syn(&f, 2);
	flood_pass_ms(&f, 170000);
	assert_false(flood_client(&f, 5000, 0));
	flood_pass_ms(&f, 130000);
	assert_true(flood_client(&f, 5000, 0));
	flood_end(&f);
}

static void reboot_empties_the_backlog(void **state)
{
	struct profile profile = with(SYN_DEFENCE_CACHE, 2);
	struct endpoint local = {.port = 80};
	struct flood f;
	uint32_t conn;

	(void)state;
	flood_begin(&f, &profile, 4, 0);
	for (uint32_t n = 0; n < 300; n++)
		flood_syn(&f, n);
	host_reboot(f.server, f.now);
	assert_int_equal(host_next_deadline(f.server), NANOS_NEVER);
	assert_int_equal(host_open_passive(f.server, f.now, &local, 0, &conn), CALL_OK);
	assert_true(flood_client(&f, 5000, 0));
	flood_end(&f);
}

/* ---- the defences, in a host ---- */

static void client_gets_in_with_each_defence(void **state)
{
	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		for (uint32_t d = SYN_DEFENCE_CACHE; d < SYN_DEFENCE_COUNT; d++) {
			struct profile profile = with(d, 4);
			struct flood f;

			flood_begin(&f, &profile, version, 0);
			for (uint32_t n = 0; n < 1000; n++)
				flood_syn(&f, n);
			assert_int_equal(f.answers, 1000);
			assert_true(flood_client(&f, 5000, 10));
			assert_true(flood_client(&f, 5001, 10));
			flood_end(&f);
		}
	}
}

/* The new listener takes the cache over, with its timer. */
static void cache_goes_on_when_a_connection_comes_out_of_it(void **state)
{
	struct profile profile = with(SYN_DEFENCE_CACHE, 0);
	struct flood f;

	(void)state;
	flood_begin(&f, &profile, 4, 0);
	flood_syn(&f, 1);
	assert_true(flood_client(&f, 5000, 0));
	f.answers = 0;
	flood_pass_ms(&f, 1000);
	assert_int_equal(f.answers, 2); /* the ACK of "hello", and the SYN,ACK once more */
	assert_int_equal(f.last.tcp.flags, SYN | ACK);
	flood_pass_ms(&f, 300000);
	assert_int_equal(f.answers, 1 + 5); /* as often as syn_ack_retries says */
	assert_int_equal(host_next_deadline(f.server), NANOS_NEVER);
	flood_end(&f);
}

static void empty_cache_waits_for_nothing(void **state)
{
	struct profile profile = with(SYN_DEFENCE_CACHE, 0);
	struct flood f;

	(void)state;
	profile.delayed_ack = 0;
	flood_begin(&f, &profile, 4, 0);
	assert_true(flood_client(&f, 5000, 0));
	assert_int_equal(host_next_deadline(f.server), NANOS_NEVER);
	flood_end(&f);
}

static void what_listens_once_may_complete_one(void **state)
{
	struct profile profile = with(SYN_DEFENCE_ALWAYS, 0);
	struct flood f;

	(void)state;
	flood_begin(&f, &profile, 4, LISTEN_ONCE);
	flood_syn(&f, 1);
	assert_true(flood_client(&f, 5000, 0));
	assert_false(flood_client(&f, 5001, 0));
	assert_int_equal(f.last.tcp.flags & RST, RST);
	flood_end(&f);
}

/* ---- the line ---- */

static void connection_waits_in_line_and_is_heard_of_when_taken(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE, 0);
	struct flood f;
	uint32_t conn;

	(void)state;
	flood_begin(&f, &profile, 4, LISTEN_IN_LINE);
	assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_NO_CONNECTION);
	assert_true(flood_client(&f, 5000, 0));
	assert_int_equal(f.in_line, 1);
	assert_int_equal(f.accepted, 0);
	assert_int_equal(f.notices, 0);
	assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_OK);
	assert_int_equal(f.accepted, 1);
	assert_int_equal(f.conn, conn);
	assert_int_equal(f.notices, NOTICE_CONNECTED | NOTICE_TEXT);
	assert_int_equal(host_tcb(f.server, conn)->rcv.unread, 5);
	assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_NO_CONNECTION);
	flood_end(&f);
}

static void who_came_first_is_taken_first(void **state)
{
	struct profile profile = with(SYN_DEFENCE_CACHE, 0);
	struct flood f;
	uint32_t conn;

	(void)state;
	flood_begin(&f, &profile, 4, LISTEN_IN_LINE);
	for (uint16_t port = 5000; port < 5003; port++)
		assert_true(flood_client(&f, port, 0));
	for (uint16_t port = 5000; port < 5003; port++) {
		assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_OK);
		assert_int_equal(host_tcb(f.server, conn)->remote.port, port);
	}
	flood_end(&f);
}

static void syn_is_dropped_while_the_line_is_full(void **state)
{
	(void)state;
	for (uint32_t d = 0; d < SYN_DEFENCE_COUNT; d++) {
		struct profile profile = with(d, 0);
		struct flood f;
		uint32_t conn;

		profile.accept_queue = 2;
		flood_begin(&f, &profile, 4, LISTEN_IN_LINE);
		assert_true(flood_client(&f, 5000, 0));
		assert_true(flood_client(&f, 5001, 0));
		assert_false(flood_client(&f, 5002, 0));
		assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_OK);
		assert_true(flood_client(&f, 5002, 0));
		flood_end(&f);
	}
}

static void who_is_reset_in_line_leaves_it(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE, 0);
	struct segment rst = {.flags = RST, .seq = seq_of(7006)};
	struct flood f;

	(void)state;
	for (uint16_t gone = 5000; gone < 5003; gone++) {
		struct endpoint from;
		uint32_t conn;

		flood_begin(&f, &profile, 4, LISTEN_IN_LINE);
		for (uint16_t port = 5000; port < 5003; port++)
			assert_true(flood_client(&f, port, 0));
		from = flood_source(&f, UINT32_MAX);
		from.port = gone;
		flood_arrives(&f, &from, &rst, "");
		assert_true(flood_client(&f, 5003, 0));
		for (uint16_t port = 5000; port < 5004; port++) {
			if (port == gone)
				continue;
			assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_OK);
			assert_int_equal(host_tcb(f.server, conn)->remote.port, port);
		}
		assert_int_equal(host_accept(f.server, f.now, 80, &conn), CALL_NO_CONNECTION);
		assert_false(f.notices & NOTICE_ENDED);
		flood_end(&f);
	}
}

static void listener_that_closes_resets_those_in_line(void **state)
{
	struct profile profile = with(SYN_DEFENCE_NONE, 0);
	struct endpoint from;
	struct flood f;
	uint32_t listener = 0;

	(void)state;
	flood_begin(&f, &profile, 4, LISTEN_IN_LINE);
	assert_true(flood_client(&f, 5000, 0));
	while (host_tcb(f.server, listener)->state != LISTEN)
		listener++;
	host_close(f.server, f.now, listener);
	from = flood_source(&f, UINT32_MAX);
	from.port = 5000;
	assert_null(flood_connection(&f, &from));
	assert_int_equal(f.last.tcp.flags & RST, RST);
	flood_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_beyond_the_backlog_is_dropped),
		cmocka_unit_test(place_in_the_backlog_is_free_again_when_the_handshake_ends),
		cmocka_unit_test(place_is_free_when_nobody_answers_for_three_minutes),
		cmocka_unit_test(reboot_empties_the_backlog),
		cmocka_unit_test(client_gets_in_with_each_defence),
		cmocka_unit_test(cache_goes_on_when_a_connection_comes_out_of_it),
		cmocka_unit_test(empty_cache_waits_for_nothing),
		cmocka_unit_test(what_listens_once_may_complete_one),
		cmocka_unit_test(connection_waits_in_line_and_is_heard_of_when_taken),
		cmocka_unit_test(who_came_first_is_taken_first),
		cmocka_unit_test(syn_is_dropped_while_the_line_is_full),
		cmocka_unit_test(who_is_reset_in_line_leaves_it),
		cmocka_unit_test(listener_that_closes_resets_those_in_line),
	};

	return cmocka_run_group_tests_name("backlog", tests, NULL, NULL);
}
