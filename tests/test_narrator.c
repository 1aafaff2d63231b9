/* test_narrator.c — a live run done again from its inputs, and told.
 *
 * The peer is another host of ours, 10 ms away; only what our host gets is
 * kept, as in a run on a real network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/narrator.h"

enum { FLIGHT_MS = 10, QUEUE = 4096, OCTETS = 20000 };

struct datagram {
	uint8_t bytes[2000];
	size_t len;
	nanos arrives;
	bool to_us;
};

/* Both ends, and what lies between them. */
struct stage {
	struct actor us;
	struct actor peer;
	struct inputs *inputs;
	struct datagram *queue;
	unsigned first;
	unsigned count;
	unsigned lose; /* every so many of ours is lost; 0: none */
	unsigned sent;
	uint32_t conn;
};

static void put(struct stage *stage, nanos now, const uint8_t *datagram, size_t len, bool to_us)
{
	struct datagram *d = &stage->queue[stage->count++];

	assert_true(stage->count <= QUEUE && len <= sizeof d->bytes);
	memcpy(d->bytes, datagram, len);
	d->len = len;
	d->arrives = now + nanos_from_ms(FLIGHT_MS);
	d->to_us = to_us;
}

static void we_send(void *who, nanos now, const uint8_t *datagram, size_t len, uint32_t packet)
{
	struct stage *stage = who;

	(void)packet;
	inputs_add_sent(stage->inputs, datagram, len);
	if (stage->lose == 0 || ++stage->sent % stage->lose != 0)
		put(stage, now, datagram, len, false);
}

static void peer_sends_one(void *who, nanos now, const uint8_t *datagram, size_t len,
			   uint32_t packet)
{
	(void)packet;
	put(who, now, datagram, len, true);
}

static struct actor_answer input(struct stage *stage, struct input in)
{
	inputs_add(stage->inputs, &in);
	return actor_takes(&stage->us, &in, EVENT_NONE, NULL);
}

static struct actor_setup setup_of(uint8_t last)
{
	struct actor_setup setup = {.name = last == 1 ? "client" : "server",
				    .addresses = {{{10, 0, 0, last}, 4}},
				    .seed = last,
				    .mtu = 1500};

	profile_named("linux", &setup.profile);
	return setup;
}

static struct endpoint endpoint_of(uint8_t last, uint16_t port)
{
	return (struct endpoint){.address = {{10, 0, 0, last}, 4}, .port = port};
}

/* What is under way arrives, and timers fire, until `until`. */
static void go_on(struct stage *stage, nanos until)
{
	for (;;) {
		nanos ours = host_next_deadline(stage->us.host);
		nanos theirs = host_next_deadline(stage->peer.host);
		nanos arrives = stage->first < stage->count ? stage->queue[stage->first].arrives
							    : NANOS_NEVER;
		const struct datagram *d = &stage->queue[stage->first];

		if (nanos_min(nanos_min(ours, theirs), arrives) > until)
			break;
		if (ours <= theirs && ours <= arrives) {
			actor_waits(&stage->us, ours);
		} else if (theirs <= arrives) {
			actor_waits(&stage->peer, theirs);
		} else {
			stage->first++;
			if (d->to_us)
				input(stage, (struct input){.time = arrives,
							    .kind = INPUT_DATAGRAM,
							    .octets = d->bytes,
							    .len = (uint32_t)d->len});
			else
				host_arrives(stage->peer.host, arrives, d->bytes, d->len,
					     EVENT_NONE);
		}
	}
	inputs_reach(stage->inputs, until);
}

static void begin(struct stage *stage, unsigned lose, bool listens)
{
	struct actor_setup us = setup_of(1);
	struct actor_setup peer = setup_of(2);
	struct endpoint local = {.port = 80};
	uint32_t listener;

	*stage = (struct stage){.lose = lose};
	stage->queue = malloc(QUEUE * sizeof *stage->queue);
	stage->inputs = inputs_new();
	actor_begin(&stage->us, &us, NULL);
	actor_begin(&stage->peer, &peer, NULL);
	stage->us.sends = we_send;
	stage->us.who = stage;
	stage->peer.sends = peer_sends_one;
	stage->peer.who = stage;
	if (!listens) {
		host_open_passive(stage->peer.host, 0, &local, 0, &listener);
		host_receive_all(stage->peer.host, 0, listener, true);
	}
}

static void finish(struct stage *stage)
{
	actor_end(&stage->us);
	actor_end(&stage->peer);
	inputs_free(stage->inputs);
	free(stage->queue);
}

/* Our client sends OCTETS, and closes; the server never does. */
static void perform(struct stage *stage, unsigned lose)
{
	static uint8_t text[OCTETS];
	struct endpoint remote = endpoint_of(2, 80);

	begin(stage, lose, false);
	stage->conn =
		input(stage,
		      (struct input){.time = 1000, .kind = INPUT_OPEN_ACTIVE, .remote = remote})
			.conn;
	go_on(stage, nanos_from_ms(50));
	input(stage, (struct input){.time = nanos_from_ms(50),
				    .kind = INPUT_SEND,
				    .conn = stage->conn,
				    .octets = text,
				    .len = OCTETS});
	go_on(stage, nanos_from_s(3));
	input(stage,
	      (struct input){.time = nanos_from_s(3), .kind = INPUT_CLOSE, .conn = stage->conn});
	go_on(stage, nanos_from_s(4));
}

static struct recording *told(struct stage *stage, struct actor_setup setup, bool in_pieces)
{
	const struct recording_info info = {.title = "told"};
	struct recording *r = recording_new(&info);
	struct narrator *n = narrator_new(&setup, stage->inputs, r);

	if (in_pieces) {
		while (narrator_goes_on(n, false))
			;
	}
	narrator_goes_on(n, true);
	assert_false(narrator_goes_on(n, true));
	assert_true(narrator_agrees(n));
	narrator_free(n);
	return r;
}

static bool has_rule(const struct recording *r, enum rule rule)
{
	for (uint32_t i = 0; i < recording_events(r); i++) {
		if (recording_event(r, i).rule == rule)
			return true;
	}
	return false;
}

static enum tcp_state last_state(const struct recording *r, uint8_t host)
{
	struct tcb tcb = {.state = CLOSED};

	for (uint32_t conn = 0; conn < recording_conns(r); conn++) {
		if (recording_conn(r, conn)->host == host)
			recording_tcb(r, conn, recording_events(r) - 1, &tcb);
	}
	return (enum tcp_state)tcb.state;
}

static void the_second_host_does_what_the_first_did(void **state)
{
	struct stage stage;
	struct recording *r;

	(void)state;
	perform(&stage, 0);
	r = told(&stage, setup_of(1), false);
	assert_int_equal(recording_hosts(r), 2);
	assert_int_equal(last_state(r, 0), FIN_WAIT_2);
	assert_int_equal(last_state(r, 1), CLOSE_WAIT);
	recording_free(r);
	finish(&stage);
}

static void the_peer_is_half_a_round_trip_away(void **state)
{
	struct packet_record syn;
	struct packet_record syn_ack;
	struct stage stage;
	struct recording *r;

	(void)state;
	perform(&stage, 0);
	r = told(&stage, setup_of(1), false);
	recording_packet(r, 0, &syn);
	recording_packet(r, 1, &syn_ack);
	assert_int_equal(syn.packet.tcp.flags, SYN);
	assert_int_equal(recording_event(r, syn.arrived).time,
			 recording_event(r, syn.sent).time + nanos_from_ms(FLIGHT_MS));
	assert_int_equal(syn_ack.packet.tcp.flags, SYN | ACK);
	assert_int_equal(recording_event(r, syn_ack.arrived).time,
			 recording_event(r, syn_ack.sent).time + nanos_from_ms(FLIGHT_MS));
	recording_free(r);
	finish(&stage);
}

/* Nobody sees how large its buffer is. */
static void a_peer_may_have_any_amount_under_way(void **state)
{
	enum { MUCH = 130000 };
	static uint8_t text[MUCH];
	struct actor_setup us = setup_of(1);
	struct actor_setup peer = setup_of(2);
	struct endpoint local = {.port = 80};
	struct endpoint remote = endpoint_of(2, 80);
	struct stage stage = {.inputs = inputs_new()};
	struct endpoint ours;
	uint32_t listener;
	uint32_t server;
	uint32_t taken;
	struct recording *r;

	(void)state;
	profile_named("rfc", &us.profile);
	us.profile.receive_buffer = 1 << 20;
	us.profile.window_scaling = true;
	us.profile.window_scale = 7;
	peer.profile.initial_window = 100;
	stage.queue = malloc(QUEUE * sizeof *stage.queue);
	actor_begin(&stage.us, &us, NULL);
	actor_begin(&stage.peer, &peer, NULL);
	stage.us.sends = we_send;
	stage.us.who = stage.peer.who = &stage;
	stage.peer.sends = peer_sends_one;
	host_open_passive(stage.peer.host, 0, &local, 0, &listener);
	stage.conn =
		input(&stage,
		      (struct input){.time = 1000, .kind = INPUT_OPEN_ACTIVE, .remote = remote})
			.conn;
	go_on(&stage, nanos_from_ms(50));
	ours = host_tcb(stage.us.host, stage.conn)->local;
	server = host_find(stage.peer.host, &remote, &ours);
	host_send(stage.peer.host, nanos_from_ms(50), server, text, MUCH, 0, &taken);
	assert_int_equal(taken, MUCH);
	host_close(stage.peer.host, nanos_from_ms(50), server);
	go_on(&stage, nanos_from_s(1));
	assert_int_equal(host_tcb(stage.us.host, stage.conn)->state, CLOSE_WAIT);
	r = told(&stage, us, false);
	assert_int_equal(last_state(r, 0), CLOSE_WAIT);
	assert_int_equal(last_state(r, 1), FIN_WAIT_2);
	recording_free(r);
	finish(&stage);
}

static void a_run_is_told_the_same_way_twice(void **state)
{
	struct recording *first;
	struct recording *second;
	struct stage stage;

	(void)state;
	perform(&stage, 7);
	first = told(&stage, setup_of(1), false);
	second = told(&stage, setup_of(1), false);
	assert_true(recording_hash(first) == recording_hash(second));
	recording_free(first);
	recording_free(second);
	finish(&stage);
}

static void a_run_with_losses_is_done_again_exactly(void **state)
{
	struct recording *r;
	struct stage stage;

	(void)state;
	perform(&stage, 5);
	r = told(&stage, setup_of(1), true);
	assert_true(has_rule(r, RULE_RACK_REPEATS) || has_rule(r, RULE_RTO_FIRED) ||
		    has_rule(r, RULE_TLP_REPEATS));
	assert_int_equal(last_state(r, 0), FIN_WAIT_2);
	recording_free(r);
	finish(&stage);
}

static unsigned count_kind(const struct recording *r, enum event_kind kind)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < recording_events(r); i++)
		count += recording_event(r, i).kind == kind;
	return count;
}

/* Of those with text; what an ACK alone becomes of nobody tells. */
static void what_was_lost_is_inferred_from_what_the_peer_says(void **state)
{
	struct recording *r;
	struct stage stage;

	(void)state;
	perform(&stage, 0);
	r = told(&stage, setup_of(1), false);
	assert_int_equal(count_kind(r, EVENT_LOST), 0);
	recording_free(r);
	finish(&stage);
	perform(&stage, 5);
	r = told(&stage, setup_of(1), false);
	assert_in_range(count_kind(r, EVENT_LOST), 1, stage.sent / 5);
	recording_free(r);
	finish(&stage);
}

static void another_seed_is_not_the_same_run(void **state)
{
	const struct recording_info info = {.title = "told"};
	struct actor_setup other = setup_of(1);
	struct recording *r = recording_new(&info);
	struct narrator *n;
	struct stage stage;

	(void)state;
	perform(&stage, 0);
	other.seed++;
	n = narrator_new(&other, stage.inputs, r);
	narrator_goes_on(n, true);
	assert_false(narrator_agrees(n));
	narrator_free(n);
	recording_free(r);
	finish(&stage);
}

static void nothing_is_told_before_its_time_has_passed(void **state)
{
	const struct recording_info info = {.title = "told"};
	const struct actor_setup setup = setup_of(1);
	struct recording *r = recording_new(&info);
	struct narrator *n;
	struct stage stage;

	(void)state;
	begin(&stage, 0, false);
	n = narrator_new(&setup, stage.inputs, r);
	input(&stage, (struct input){.time = 1000,
				     .kind = INPUT_OPEN_ACTIVE,
				     .remote = endpoint_of(2, 80)});
	assert_false(narrator_goes_on(n, false));
	assert_int_equal(recording_events(r), 0);
	go_on(&stage, nanos_from_ms(15));
	assert_false(narrator_goes_on(n, false)); /* nobody knows yet how far away the peer is */
	go_on(&stage, nanos_from_ms(500));
	assert_true(narrator_goes_on(n, false));
	assert_int_equal(last_state(r, 0), ESTABLISHED);
	narrator_free(n);
	recording_free(r);
	finish(&stage);
}

static void a_client_that_calls_us_is_told_too(void **state)
{
	struct endpoint local = {.port = 80};
	struct endpoint us = endpoint_of(1, 80);
	struct stage stage;
	struct recording *r;
	uint32_t conn;

	(void)state;
	begin(&stage, 0, true);
	input(&stage, (struct input){.time = 1000, .kind = INPUT_OPEN_PASSIVE, .local = local});
	go_on(&stage, nanos_from_ms(100));
	host_open_active(stage.peer.host, nanos_from_ms(100), 0, &us, &conn);
	go_on(&stage, nanos_from_ms(300));
	r = told(&stage, setup_of(1), false);
	assert_int_equal(last_state(r, 1), ESTABLISHED);
	assert_true(has_rule(r, RULE_SYN_RECEIVED_ESTABLISHED));
	recording_free(r);
	finish(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_host_does_what_the_first_did),
		cmocka_unit_test(the_peer_is_half_a_round_trip_away),
		cmocka_unit_test(a_peer_may_have_any_amount_under_way),
		cmocka_unit_test(a_run_is_told_the_same_way_twice),
		cmocka_unit_test(a_run_with_losses_is_done_again_exactly),
		cmocka_unit_test(what_was_lost_is_inferred_from_what_the_peer_says),
		cmocka_unit_test(another_seed_is_not_the_same_run),
		cmocka_unit_test(nothing_is_told_before_its_time_has_passed),
		cmocka_unit_test(a_client_that_calls_us_is_told_too),
	};

	return cmocka_run_group_tests_name("narrator", tests, NULL, NULL);
}
