/* A thousand peers that open, take nothing and answer every probe: what they cost,
 * and when it ends. RFC 9293 §3.8.6.1, RFC 6429. */
#include "tests/flood.h"

#include <string.h>

enum {
	PEERS = 1000,
	ROUNDS = 13, /* of 30 s: longer than R2 and the user timeout */
};

static uint32_t isn_of(uint32_t n)
{
	return n * 2654435761u;
}

static void shut_window_arrives(struct flood *f, uint32_t n)
{
	struct endpoint from = flood_source(f, n);
	const struct tcb *tcb = flood_connection(f, &from);
	struct segment ack = {.flags = ACK, .seq = seq_of(isn_of(n) + 1)};

	if (tcb == NULL)
		return;
	ack.ack = seq_add(tcb->snd.iss, 1);
	flood_arrives(f, &from, &ack, "");
}

/* Our application has something for everyone who comes. */
static void peer_opens(struct flood *f, uint32_t n)
{
	struct endpoint from = flood_source(f, n);
	uint32_t taken;

	flood_syn(f, n);
	shut_window_arrives(f, n);
	assert_non_null(flood_connection(f, &from));
	assert_int_equal(host_send(f->server, f->now, f->conn, NULL, 3000, 0, &taken), CALL_OK);
	assert_int_equal(taken, 3000);
}

static void a_thousand_open(struct flood *f)
{
	struct profile profile;

	assert_true(profile_named("rfc", &profile));
	flood_begin(f, &profile, 4, 0);
	for (uint32_t n = 0; n < PEERS; n++)
		peer_opens(f, n);
	assert_int_equal(host_connections(f->server), PEERS + 1);
}

/* Probes come at intervals that double, up to a minute: 1, 2, 4 … s. */
static void a_thousand_shut_windows_cost_a_few_probes_each(void **state)
{
	struct flood f;
	uint64_t before;

	(void)state;
	a_thousand_open(&f);
	before = f.answers;
	for (int round = 0; round < 8; round++) { /* four minutes */
		flood_pass_ms(&f, 30000);
		for (uint32_t n = 0; n < PEERS; n++)
			shut_window_arrives(&f, n);
	}
	assert_true(f.answers > before);
	assert_in_range(f.answers - before, 1, 12 * PEERS);
	/* None of them has more than the octet of a probe under way. */
	for (uint32_t n = 0; n < PEERS; n++) {
		struct endpoint from = flood_source(&f, n);
		const struct tcb *tcb = flood_connection(&f, &from);

		assert_non_null(tcb);
		assert_in_range(tcb_outstanding(tcb), 0, 1);
		assert_in_range(tcb->flight.count, 0, 1);
	}
	flood_end(&f);
}

static void an_honest_client_is_served_among_them(void **state)
{
	struct flood f;
	uint32_t taken;
	uint64_t before;

	(void)state;
	a_thousand_open(&f);
	flood_pass_ms(&f, 30000);
	f.conn = 0;
	assert_true(flood_client(&f, 5000, 0));
	before = f.answers;
	assert_int_equal(host_send(f.server, f.now, f.conn, NULL, 1000, 0, &taken), CALL_OK);
	assert_int_equal(f.answers, before + 1);
	assert_int_equal(f.last.tcp.len, 1000);
	flood_end(&f);
}

/* As long as probes are answered TCP itself ends nothing (MUST-36). An application
 * that has waited enough can, and no timer is left of them (RFC 6429). */
static void the_application_ends_all_of_them(void **state)
{
	struct flood f;

	(void)state;
	a_thousand_open(&f);
	for (int round = 0; round < ROUNDS; round++) {
		flood_pass_ms(&f, 30000);
		for (uint32_t n = 0; n < PEERS; n++)
			shut_window_arrives(&f, n);
	}
	assert_int_equal(host_connections(f.server), PEERS + 1);
	for (uint32_t n = 0; n < PEERS; n++) {
		struct endpoint from = flood_source(&f, n);
		uint32_t conn = host_find(f.server, &f.local, &from);

		assert_int_equal(host_abort(f.server, f.now, conn), CALL_OK);
		assert_int_equal(f.last.tcp.flags & RST, RST);
		assert_null(flood_connection(&f, &from));
	}
	assert_int_equal(host_next_deadline(f.server), NANOS_NEVER);
	flood_end(&f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_shut_windows_cost_a_few_probes_each),
		cmocka_unit_test(an_honest_client_is_served_among_them),
		cmocka_unit_test(the_application_ends_all_of_them),
	};

	return cmocka_run_group_tests_name("shut_windows", tests, NULL, NULL);
}
