/* The host, without a network: which connection a datagram is for, what is
 * recorded, what its application hears, when it wakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "net/host.h"
#include "wire/packet.h"

enum { WIRE_MAX = 256, HEARD_MAX = 1024 };

/* Two hosts, 10.0.0.1 and 10.0.0.2, and what they have sent so far. */
struct bench {
	struct recording *recording;
	struct parcel_pool pool;
	struct host *hosts[2];
	struct parcel *wire[WIRE_MAX];
	unsigned sent;
	unsigned passed; /* of these, carried to the other side */
	enum notice heard[HEARD_MAX];
	uint32_t heard_of[HEARD_MAX];
	unsigned heard_count;
	uint32_t accepted_conn;
	uint32_t accepted_listener;
	uint8_t delivered[70000];
	int64_t delivered_len;
	nanos now;
};

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct bench *b = link;

	(void)now;
	assert_true(b->sent < WIRE_MAX);
	b->wire[b->sent++] = parcel;
}

static void hear(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct bench *b = user;

	(void)now;
	(void)tag;
	assert_true(b->heard_count < HEARD_MAX);
	b->heard[b->heard_count] = notice;
	b->heard_of[b->heard_count++] = conn;
}

static void accept_it(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	struct bench *b = user;

	(void)now;
	(void)tag;
	b->accepted_conn = conn;
	b->accepted_listener = listener;
}

static void take_delivery(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
			  const uint8_t *octets, uint32_t len)
{
	struct bench *b = user;

	(void)now;
	(void)conn;
	(void)tag;
	assert_int_equal(offset, b->delivered_len);
	memcpy(b->delivered + offset, octets, len);
	b->delivered_len += len;
}

static void begin(struct bench *b, bool recorded)
{
	static const struct recording_info info = {.title = "hosts"};
	static const char *const names[] = {"client", "server"};

	*b = (struct bench){.pool = parcel_pool_of(1500),
			    .recording = recorded ? recording_new(&info) : NULL};
	for (uint8_t i = 0; i < 2; i++) {
		struct host_setup setup = {.name = names[i],
					   .addresses = {{{10, 0, 0, (uint8_t)(i + 1)}, 4}},
					   .seed = i,
					   .recording = b->recording,
					   .checked = true};
		struct host_link link = {.link = b, .transmit = transmit, .pool = &b->pool};
		struct host_user user = {.user = b,
					 .notice = hear,
					 .accepted = accept_it,
					 .delivered = take_delivery};

		profile_named("plain", &setup.profile);
		setup.profile.mss = 1000;
		b->hosts[i] = host_new(&setup);
		host_set_link(b->hosts[i], &link);
		host_set_user(b->hosts[i], &user);
	}
}

static void end(struct bench *b)
{
	host_free(b->hosts[0]);
	host_free(b->hosts[1]);
	parcel_pool_free(&b->pool);
	recording_free(b->recording);
}

/* Carries what is on the wire to the other side, and what that answers, until
 * all is quiet. */
static void carry(struct bench *b)
{
	while (b->passed < b->sent) {
		struct parcel *parcel = b->wire[b->passed++];
		unsigned to = parcel->bytes[19] - 1u; /* last octet of the destination */

		host_arrives(b->hosts[to], b->now, parcel->bytes, parcel->len, parcel->packet);
		parcel_give_back(&b->pool, parcel);
	}
	b->sent = 0;
	b->passed = 0;
}

static struct packet on_the_wire(const struct bench *b, unsigned n)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	assert_true(n < b->sent);
	assert_int_equal(packet_parse(&packet, b->wire[n]->bytes, b->wire[n]->len, b->wire[n]->len,
				      PACKET_VERIFY, &text, &text_len),
			 PACKET_OK);
	return packet;
}

static struct endpoint server_port(uint16_t port)
{
	return (struct endpoint){.address = {{10, 0, 0, 2}, 4}, .port = port};
}

static uint32_t listen_at(struct bench *b, uint16_t port, unsigned flags)
{
	struct endpoint local = {.port = port};
	uint32_t conn;

	assert_int_equal(host_open_passive(b->hosts[1], b->now, &local, flags, &conn), CALL_OK);
	return conn;
}

static uint32_t connect_to(struct bench *b, uint16_t from, uint16_t port)
{
	struct endpoint remote = server_port(port);
	uint32_t conn;

	assert_int_equal(host_open_active(b->hosts[0], b->now, from, &remote, &conn), CALL_OK);
	return conn;
}

static unsigned state_of(const struct bench *b, unsigned host, uint32_t conn)
{
	const struct tcb *tcb = host_tcb(b->hosts[host], conn);

	return tcb != NULL ? tcb->state : CLOSED;
}

/* ---- who it is for ---- */

static void a_syn_goes_on_in_the_connection_that_listened(void **state)
{
	struct bench b;
	uint32_t listener;

	(void)state;
	begin(&b, false);
	listener = listen_at(&b, 80, 0);
	connect_to(&b, 0, 80);
	carry(&b);
	assert_int_equal(b.accepted_conn, listener);
	assert_int_equal(state_of(&b, 1, listener), ESTABLISHED);
	assert_int_not_equal(b.accepted_listener, EVENT_NONE);
	assert_int_equal(state_of(&b, 1, b.accepted_listener), LISTEN);
	connect_to(&b, 0, 80);
	carry(&b);
	assert_int_not_equal(b.accepted_conn, listener);
	assert_int_equal(state_of(&b, 1, b.accepted_conn), ESTABLISHED);
	end(&b);
}

static void who_listens_once_is_gone_after_the_first(void **state)
{
	struct bench b;
	uint32_t second;

	(void)state;
	begin(&b, false);
	listen_at(&b, 80, LISTEN_ONCE);
	connect_to(&b, 0, 80);
	carry(&b);
	assert_int_equal(b.accepted_listener, EVENT_NONE);
	second = connect_to(&b, 0, 80);
	b.heard_count = 0;
	carry(&b);
	assert_int_equal(b.heard_count, 1);
	assert_int_equal(b.heard[0], NOTICE_ENDED);
	assert_int_equal(b.heard_of[0], second);
	end(&b);
}

static void each_of_many_connections_gets_its_own(void **state)
{
	enum { MANY = 1000 };
	static uint32_t conns[MANY];
	struct bench b;

	(void)state;
	begin(&b, false);
	listen_at(&b, 80, 0);
	listen_at(&b, 81, 0);
	for (uint16_t i = 0; i < MANY; i++) {
		conns[i] = connect_to(&b, (uint16_t)(1000 + i / 2), (uint16_t)(80 + i % 2));
		carry(&b);
		b.heard_count = 0;
	}
	for (uint16_t i = 0; i < MANY; i++) {
		const struct tcb *mine = host_tcb(b.hosts[0], conns[i]);
		uint32_t other = host_find(b.hosts[1], &mine->remote, &mine->local);
		uint32_t taken;

		assert_int_not_equal(other, EVENT_NONE);
		host_send(b.hosts[0], 0, conns[i], NULL, i + 1u, 0, &taken);
		carry(&b);
		b.heard_count = 0;
		assert_int_equal(host_tcb(b.hosts[1], other)->rcv.unread, i + 1);
	}
	/* Abort every third, and the others are still found. */
	for (uint16_t i = 0; i < MANY; i += 3) {
		host_abort(b.hosts[0], 0, conns[i]);
		carry(&b);
		b.heard_count = 0;
	}
	for (uint16_t i = 0; i < MANY; i++) {
		struct endpoint local = {{{10, 0, 0, 1}, 4}, 0, (uint16_t)(1000 + i / 2)};
		struct endpoint remote = server_port((uint16_t)(80 + i % 2));
		uint32_t found = host_find(b.hosts[0], &local, &remote);

		assert_int_equal(found, i % 3 == 0 ? EVENT_NONE : conns[i]);
	}
	end(&b);
}

static void a_segment_for_nobody_is_answered_with_rst(void **state)
{
	struct bench b;
	struct packet reset;

	(void)state;
	begin(&b, false);
	connect_to(&b, 0, 81);
	assert_int_equal(b.sent, 1);
	host_arrives(b.hosts[1], 0, b.wire[0]->bytes, b.wire[0]->len, EVENT_NONE);
	assert_int_equal(b.sent, 2);
	reset = on_the_wire(&b, 1);
	assert_int_equal(reset.tcp.flags, RST | ACK);
	assert_int_equal(reset.tcp.src_port, 81);
	/* A RST for nobody is answered with nothing. */
	host_reboot(b.hosts[0], 0);
	host_arrives(b.hosts[0], 0, b.wire[1]->bytes, b.wire[1]->len, EVENT_NONE);
	assert_int_equal(b.sent, 2);
	end(&b);
}

static void what_is_wrong_never_reaches_tcp(void **state)
{
	struct bench b;
	uint8_t bytes[1500];
	size_t len;

	(void)state;
	begin(&b, false);
	connect_to(&b, 0, 81);
	len = b.wire[0]->len;
	memcpy(bytes, b.wire[0]->bytes, len);
	for (size_t cut = 0; cut < len; cut++)
		host_arrives(b.hosts[1], 0, bytes, cut, EVENT_NONE);
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x10;
		host_arrives(b.hosts[1], 0, bytes, len, EVENT_NONE);
		bytes[i] ^= 0x10;
	}
	host_arrives(b.hosts[0], 0, bytes, len, EVENT_NONE); /* not for this host */
	assert_int_equal(b.sent, 1);
	assert_int_equal(host_counts(b.hosts[1])->segments_in, 0);
	assert_int_equal(host_counts(b.hosts[1])->refused, 2 * len);
	assert_int_equal(host_counts(b.hosts[0])->refused, 1);
	host_arrives(b.hosts[1], 0, bytes, len, EVENT_NONE);
	assert_int_equal(host_counts(b.hosts[1])->segments_in, 1);
	end(&b);
}

static void a_reset_passive_open_listens_again_alone(void **state)
{
	struct endpoint any = {.port = 80};
	const struct endpoint nobody = {0};
	struct bench b;
	uint32_t listener;
	uint32_t client;

	(void)state;
	begin(&b, true);
	listener = listen_at(&b, 80, 0);
	client = connect_to(&b, 4000, 80);
	host_arrives(b.hosts[1], 0, b.wire[0]->bytes, b.wire[0]->len, b.wire[0]->packet);
	assert_int_equal(state_of(&b, 1, listener), SYN_RECEIVED);
	/* The client has forgotten, and answers the SYN,ACK with a RST (MUST-11). */
	host_reboot(b.hosts[0], 0);
	b.passed = 1;
	carry(&b);
	assert_int_equal(state_of(&b, 1, listener), LISTEN);
	assert_int_equal(host_find(b.hosts[1], &any, &nobody), listener);
	for (uint32_t i = 0; i < host_connections(b.hosts[1]); i++)
		assert_true(i == listener || host_tcb(b.hosts[1], i) == NULL);
	client = connect_to(&b, 4000, 80);
	carry(&b);
	assert_int_equal(state_of(&b, 0, client), ESTABLISHED);
	assert_int_equal(state_of(&b, 1, listener), ESTABLISHED);
	end(&b);
}

/* Nor is it text of the connection that comes after. */
static void the_next_peer_gets_nothing_that_was_for_the_last(void **state)
{
	(void)state;
	for (int recorded = 0; recorded < 2; recorded++) {
		struct bench b;
		uint32_t listener;
		uint32_t taken;

		begin(&b, recorded);
		listener = listen_at(&b, 80, 0);
		connect_to(&b, 4000, 80);
		host_arrives(b.hosts[1], 0, b.wire[0]->bytes, b.wire[0]->len, b.wire[0]->packet);
		assert_int_equal(host_send(b.hosts[1], 0, listener, "secret", 6, 0, &taken),
				 CALL_OK);
		host_send_all(b.hosts[1], 0, listener, NULL, 100000, 0);
		host_reboot(b.hosts[0], 0);
		b.passed = 1;
		b.heard_count = 0;
		carry(&b);
		assert_int_equal(state_of(&b, 1, listener), LISTEN);
		assert_int_equal(b.heard_count, 1);
		assert_int_equal(b.heard[0], NOTICE_ENDED);
		assert_int_equal(host_unqueued(b.hosts[1], listener), 0);
		connect_to(&b, 4000, 80);
		carry(&b);
		assert_int_equal(state_of(&b, 1, listener), ESTABLISHED);
		host_receive_all(b.hosts[0], 0, 0, true);
		assert_int_equal(host_send(b.hosts[1], 0, listener, "hello", 5, SEND_PUSH, &taken),
				 CALL_OK);
		carry(&b);
		assert_int_equal(b.delivered_len, 5);
		assert_memory_equal(b.delivered, "hello", 5);
		end(&b);
	}
}

/* ---- ports ---- */

static void ports_are_taken_in_turn_and_never_twice(void **state)
{
	struct endpoint remote = server_port(80);
	struct bench b;
	uint32_t conn;

	(void)state;
	begin(&b, false);
	connect_to(&b, 49153, 80);
	assert_int_equal(host_tcb(b.hosts[0], connect_to(&b, 0, 80))->local.port, 49152);
	assert_int_equal(host_tcb(b.hosts[0], connect_to(&b, 0, 80))->local.port, 49154);
	assert_int_equal(host_open_active(b.hosts[0], 0, 49153, &remote, &conn), CALL_EXISTS);
	assert_int_equal(conn, EVENT_NONE);
	end(&b);
}

static void a_port_is_listened_at_once(void **state)
{
	struct endpoint local = {.port = 80};
	struct bench b;
	uint32_t conn;

	(void)state;
	begin(&b, true);
	listen_at(&b, 80, 0);
	assert_int_equal(host_open_passive(b.hosts[1], 0, &local, 0, &conn), CALL_EXISTS);
	/* What was refused is in the recording, too. */
	assert_string_equal(
		recording_text(
			b.recording,
			recording_event(b.recording, recording_events(b.recording) - 1)->text),
		"connection already exists");
	end(&b);
}

static void open_refuses_what_cannot_be_spoken_to(void **state)
{
	struct endpoint remote = server_port(80);
	struct bench b;
	uint32_t conn;

	(void)state;
	begin(&b, false);
	remote.address = (struct address){{0x20, 1, 0xd, 0xb8}, 6}; /* we have no IPv6 */
	assert_int_equal(host_open_active(b.hosts[0], 0, 0, &remote, &conn), CALL_BAD_ADDRESS);
	remote.address = (struct address){{224, 0, 0, 1}, 4};
	assert_int_equal(host_open_active(b.hosts[0], 0, 0, &remote, &conn), CALL_BAD_ADDRESS);
	remote.address = (struct address){{0}, 0};
	assert_int_equal(host_open_active(b.hosts[0], 0, 0, &remote, &conn),
			 CALL_REMOTE_UNSPECIFIED);
	assert_int_equal(host_close(b.hosts[0], 0, 17), CALL_NO_CONNECTION);
	assert_int_equal(b.sent, 0);
	end(&b);
}

/* ---- text ---- */

static void a_long_send_goes_on_by_itself(void **state)
{
	struct bench b;
	uint32_t listener;
	uint32_t client;
	unsigned rooms = 0;

	(void)state;
	begin(&b, false);
	listener = listen_at(&b, 80, 0);
	host_receive_all(b.hosts[1], 0, listener, true);
	client = connect_to(&b, 0, 80);
	carry(&b);
	b.heard_count = 0;
	/* The send buffer holds 65536. */
	assert_int_equal(host_send_all(b.hosts[0], 0, client, NULL, 70000, 0), CALL_OK);
	assert_int_equal(host_unqueued(b.hosts[0], client), 70000 - 65536);
	for (int i = 0; i < 40; i++) {
		carry(&b);
		b.now += nanos_from_ms(250);
		host_timeouts(b.hosts[1], b.now); /* delayed ACKs */
	}
	assert_int_equal(host_unqueued(b.hosts[0], client), 0);
	assert_int_equal(b.delivered_len, 70000);
	for (int64_t i = 0; i < 70000; i++)
		assert_int_equal(b.delivered[i], stream_pattern(i));
	for (unsigned i = 0; i < b.heard_count; i++)
		rooms += b.heard[i] == NOTICE_ROOM;
	assert_int_equal(rooms, 1); /* news once, when all is queued */
	end(&b);
}

static void text_out_of_order_is_handed_over_in_order(void **state)
{
	static const char text[] = "The quick brown fox jumps over the lazy dog";
	struct bench b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	begin(&b, false);
	host_receive_all(b.hosts[1], 0, listen_at(&b, 80, 0), true);
	client = connect_to(&b, 0, 80);
	carry(&b);
	for (size_t i = 0; i < sizeof text; i += 11)
		host_send(b.hosts[0], 0, client, text + i, 11, SEND_PUSH, &taken);
	/* Nagle holds the small ones; the wire is turned round all the same. */
	for (int rounds = 0; rounds < 5; rounds++) {
		for (unsigned i = 0; i < b.sent / 2; i++) {
			struct parcel *swap = b.wire[i];

			b.wire[i] = b.wire[b.sent - 1 - i];
			b.wire[b.sent - 1 - i] = swap;
		}
		carry(&b);
		b.now += nanos_from_ms(250);
		host_timeouts(b.hosts[1], b.now);
	}
	assert_int_equal(b.delivered_len, sizeof text);
	assert_string_equal((char *)b.delivered, text);
	end(&b);
}

static void what_is_not_read_waits(void **state)
{
	struct bench b;
	uint8_t out[20];
	uint32_t listener;
	uint32_t taken;
	uint32_t client;

	(void)state;
	begin(&b, false);
	listener = listen_at(&b, 80, 0);
	client = connect_to(&b, 0, 80);
	carry(&b);
	host_send(b.hosts[0], 0, client, "0123456789", 10, SEND_PUSH, &taken);
	carry(&b);
	assert_int_equal(b.delivered_len, 0);
	assert_int_equal(host_receive(b.hosts[1], 0, listener, out, 4, &taken), CALL_OK);
	assert_int_equal(taken, 4);
	assert_memory_equal(out, "0123", 4);
	assert_int_equal(host_receive(b.hosts[1], 0, listener, out, 20, &taken), CALL_OK);
	assert_int_equal(taken, 6);
	assert_memory_equal(out, "456789", 6);
	assert_memory_equal(b.delivered, "0123456789", 10);
	end(&b);
}

/* ---- time ---- */

static void the_next_deadline_is_exact(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, false);
	assert_int_equal(host_next_deadline(b.hosts[0]), NANOS_NEVER);
	connect_to(&b, 0, 80);
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_s(1));
	b.now = nanos_from_ms(400);
	connect_to(&b, 0, 80);
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_s(1));
	host_timeouts(b.hosts[0], nanos_from_s(1) - 1);
	assert_int_equal(b.sent, 2);
	host_timeouts(b.hosts[0], nanos_from_s(1));
	assert_int_equal(b.sent, 3);
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_ms(1400));
	end(&b);
}

static void a_deadline_that_moved_is_found(void **state)
{
	struct bench b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	begin(&b, false);
	host_receive_all(b.hosts[1], 0, listen_at(&b, 80, 0), true);
	client = connect_to(&b, 0, 80);
	carry(&b);
	assert_int_equal(host_next_deadline(b.hosts[0]), NANOS_NEVER); /* the SYN's is over */
	b.now = nanos_from_ms(1500);
	host_send(b.hosts[0], b.now, client, NULL, 100, 0, &taken);
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_ms(2500));
	carry(&b);
	assert_int_equal(host_next_deadline(b.hosts[1]), nanos_from_ms(1700)); /* delayed ACK */
	end(&b);
}

static void patience_is_chosen_for_each_connection(void **state)
{
	struct bench b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	begin(&b, true);
	listen_at(&b, 80, 0);
	client = connect_to(&b, 0, 80);
	carry(&b);
	assert_int_equal(host_set_keepalive(b.hosts[0], 0, client, true), CALL_OK);
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_s(7200));
	b.now = nanos_from_s(7200);
	host_timeouts(b.hosts[0], b.now);
	assert_int_equal(on_the_wire(&b, 0).tcp.len, 0);
	carry(&b); /* and its answer */
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_s(14400));
	assert_int_equal(host_set_keepalive(b.hosts[0], b.now, client, false), CALL_OK);
	assert_int_equal(host_set_user_timeout(b.hosts[0], b.now, client, 500), CALL_OK);
	host_send(b.hosts[0], b.now, client, NULL, 100, 0, &taken);
	assert_int_equal(host_next_deadline(b.hosts[0]), b.now + 500);
	assert_int_equal(host_set_keepalive(b.hosts[0], b.now, 9, true), CALL_NO_CONNECTION);
	assert_int_equal(host_set_user_timeout(b.hosts[0], b.now, 9, 1), CALL_NO_CONNECTION);
	while (b.passed < b.sent)
		parcel_give_back(&b.pool, b.wire[b.passed++]);
	end(&b);
}

static void garbage_of_a_keep_alive_is_not_of_the_stream(void **state)
{
	struct bench b;
	struct packet probe;
	struct host_setup setup = {
		.name = "old", .addresses = {{{10, 0, 0, 1}, 4}}, .checked = true};
	struct host_link link = {.link = &b, .transmit = transmit, .pool = &b.pool};

	(void)state;
	begin(&b, false);
	host_free(b.hosts[0]);
	profile_named("plain", &setup.profile);
	setup.profile.keepalive = true;
	setup.profile.keepalive_garbage = true;
	b.hosts[0] = host_new(&setup);
	host_set_link(b.hosts[0], &link);
	host_receive_all(b.hosts[1], 0, listen_at(&b, 80, 0), true);
	connect_to(&b, 0, 80);
	carry(&b);
	b.now = nanos_from_s(7200);
	host_timeouts(b.hosts[0], b.now);
	probe = on_the_wire(&b, 0);
	assert_int_equal(probe.tcp.len, 1);
	carry(&b);
	assert_int_equal(b.delivered_len, 0);
	end(&b);
}

/* ---- the end ---- */

static void a_rebooted_host_has_forgotten_all(void **state)
{
	struct bench b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	begin(&b, true);
	listen_at(&b, 80, 0);
	client = connect_to(&b, 0, 80);
	carry(&b);
	host_reboot(b.hosts[1], 0);
	for (uint32_t i = 0; i < host_connections(b.hosts[1]); i++)
		assert_null(host_tcb(b.hosts[1], i));
	assert_int_equal(host_next_deadline(b.hosts[1]), NANOS_NEVER);
	b.heard_count = 0;
	host_send(b.hosts[0], 0, client, NULL, 10, 0, &taken);
	carry(&b);
	assert_int_equal(b.heard_count, 1);
	assert_int_equal(b.heard[0], NOTICE_ENDED);
	end(&b);
}

/* An application that answers the end of each connection with a new one. */
static void reconnect(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct bench *b = user;
	struct endpoint remote = server_port(81);
	uint32_t next;

	(void)tag;
	hear(user, now, conn, tag, notice);
	if (notice != NOTICE_ENDED || b->heard_count > 5)
		return;
	/* The number of the one that ended is not given again before this is over. */
	assert_int_equal(host_open_active(b->hosts[0], now, 0, &remote, &next), CALL_OK);
	assert_int_not_equal(next, conn);
	assert_int_equal(host_tcb(b->hosts[0], conn)->ending, ENDING_REFUSED);
}

static void an_application_may_call_while_it_is_told(void **state)
{
	struct host_user user = {.notice = reconnect};
	struct bench b;

	(void)state;
	begin(&b, false);
	user.user = &b;
	host_set_user(b.hosts[0], &user);
	connect_to(&b, 0, 81);
	carry(&b);
	assert_int_equal(b.heard_count, 6);
	assert_in_range(host_connections(b.hosts[0]), 2, 3); /* numbers are used again */
	end(&b);
}

/* ---- the recording ---- */

static void both_ends_of_a_connection_know_each_other(void **state)
{
	struct bench b;
	uint32_t server;
	uint32_t client;

	(void)state;
	begin(&b, true);
	server = host_recorded_conn(b.hosts[1], listen_at(&b, 80, 0));
	client = host_recorded_conn(b.hosts[0], connect_to(&b, 4000, 80));
	carry(&b);
	assert_int_equal(recording_conn(b.recording, client)->peer, server);
	assert_int_equal(recording_conn(b.recording, server)->peer, client);
	assert_int_equal(recording_conn(b.recording, server)->remote.port, 4000);
	end(&b);
}

/* The last call that an application made. */
static const struct event *last_call(const struct bench *b)
{
	uint32_t n = recording_events(b->recording);

	while (n > 0) {
		const struct event *event = recording_event(b->recording, --n);

		if (event->kind == EVENT_CALL)
			return event;
	}
	fail_msg("nobody has called");
	return NULL;
}

static void what_an_application_chooses_is_recorded(void **state)
{
	struct bench b;
	uint32_t client;

	(void)state;
	begin(&b, true);
	client = connect_to(&b, 0, 80);
	assert_int_equal(host_set_user_timeout(b.hosts[0], 0, client, nanos_from_s(5)), CALL_OK);
	assert_int_equal(last_call(&b)->call, CALL_USER_TIMEOUT);
	assert_int_equal(last_call(&b)->value, 5000);
	assert_int_equal(host_set_keepalive(b.hosts[0], 0, client, true), CALL_OK);
	assert_int_equal(last_call(&b)->call, CALL_KEEPALIVE);
	assert_int_equal(last_call(&b)->value, true);
	assert_int_equal(host_set_receive_buffer(b.hosts[0], 0, client, 3000), CALL_OK);
	assert_int_equal(last_call(&b)->call, CALL_RECEIVE_BUFFER);
	assert_int_equal(last_call(&b)->value, 3000);
	assert_int_equal(host_set_nagle(b.hosts[0], 0, client, false), CALL_OK);
	assert_int_equal(last_call(&b)->call, CALL_NAGLE);
	assert_int_equal(last_call(&b)->value, false);
	assert_int_equal(last_call(&b)->conn, host_recorded_conn(b.hosts[0], client));
	end(&b);
}

static void what_was_dropped_says_why(void **state)
{
	struct bench b;
	const struct event *last;

	(void)state;
	begin(&b, true);
	connect_to(&b, 0, 80);
	b.wire[0]->bytes[30] ^= 1;
	carry(&b);
	last = recording_event(b.recording, recording_events(b.recording) - 1);
	assert_int_equal(last->rule, RULE_CHECKSUM_WRONG);
	last = recording_event(b.recording, recording_events(b.recording) - 2);
	assert_int_equal(last->kind, EVENT_ARRIVE);
	assert_string_equal(recording_text(b.recording, last->text),
			    "dropped by server: the TCP checksum is wrong");
	end(&b);
}

/* What a router says of `seq` from the client's port to the server's port 80. */
static void router_says(struct bench *b, uint8_t code, uint16_t port, struct seq seq)
{
	static const struct address client = {{10, 0, 0, 1}, 4};
	static const struct address server = {{10, 0, 0, 2}, 4};
	static const struct address router = {{10, 0, 0, 254}, 4};
	struct packet p = {.src = router,
			   .dst = client,
			   .kind = PACKET_ICMP_ERROR,
			   .ttl = 64,
			   .icmp = {.type = 3,
				    .code = code,
				    .quoted_src = {.address = client, .port = port},
				    .quoted_dst = {.address = server, .port = 80},
				    .quoted_seq = seq}};
	struct packet_record record = {
		.packet = p, .offset = -1, .conn = EVENT_NONE, .copy_of = EVENT_NONE, .host = 1};
	struct event sent = event_at(0, 1, EVENT_SEND);
	uint8_t bytes[100];
	size_t len;

	len = packet_emit(&p, NULL, bytes, sizeof bytes);
	host_arrives(b->hosts[0], 0, bytes, len,
		     recording_add_packet(b->recording, &record, &sent));
}

/* MUST-54: the datagram that is quoted tells which one. */
static void icmp_error_reaches_the_connection_that_it_quotes(void **state)
{
	struct bench b;
	uint32_t first;
	uint32_t second;
	const struct event *last;

	(void)state;
	begin(&b, true);
	first = connect_to(&b, 4000, 80);
	second = connect_to(&b, 4001, 80);
	router_says(&b, 3, 4001, host_tcb(b.hosts[0], second)->snd.iss);
	assert_null(host_tcb(b.hosts[0], second));
	assert_int_equal(host_tcb(b.hosts[0], first)->state, SYN_SENT);
	router_says(&b, 3, 4001, seq_of(0));
	last = recording_event(b.recording, recording_events(b.recording) - 1);
	assert_int_equal(last->rule, RULE_ICMP_NO_CONNECTION);
	assert_int_equal(host_tcb(b.hosts[0], first)->state, SYN_SENT);
	end(&b);
}

static void recording_changes_nothing(void **state)
{
	struct bench with;
	struct bench without;

	(void)state;
	begin(&with, true);
	begin(&without, false);
	for (int i = 0; i < 2; i++) {
		struct bench *b = i == 0 ? &with : &without;
		uint32_t listener = listen_at(b, 80, 0);
		uint32_t client = connect_to(b, 0, 80);

		carry(b);
		host_send_all(b->hosts[0], 0, client, NULL, 5000, 0);
		host_receive_all(b->hosts[1], 0, listener, true);
		carry(b);
		host_close(b->hosts[0], 0, client);
		carry(b);
	}
	assert_int_equal(with.delivered_len, 5000);
	assert_int_equal(without.delivered_len, 5000);
	assert_int_equal(with.heard_count, without.heard_count);
	assert_memory_equal(with.heard, without.heard, sizeof with.heard);
	assert_memory_equal(host_counts(with.hosts[0]), host_counts(without.hosts[0]),
			    sizeof(struct host_counts));
	end(&with);
	end(&without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_goes_on_in_the_connection_that_listened),
		cmocka_unit_test(who_listens_once_is_gone_after_the_first),
		cmocka_unit_test(each_of_many_connections_gets_its_own),
		cmocka_unit_test(a_segment_for_nobody_is_answered_with_rst),
		cmocka_unit_test(what_is_wrong_never_reaches_tcp),
		cmocka_unit_test(a_reset_passive_open_listens_again_alone),
		cmocka_unit_test(the_next_peer_gets_nothing_that_was_for_the_last),
		cmocka_unit_test(ports_are_taken_in_turn_and_never_twice),
		cmocka_unit_test(a_port_is_listened_at_once),
		cmocka_unit_test(open_refuses_what_cannot_be_spoken_to),
		cmocka_unit_test(a_long_send_goes_on_by_itself),
		cmocka_unit_test(text_out_of_order_is_handed_over_in_order),
		cmocka_unit_test(what_is_not_read_waits),
		cmocka_unit_test(the_next_deadline_is_exact),
		cmocka_unit_test(a_deadline_that_moved_is_found),
		cmocka_unit_test(patience_is_chosen_for_each_connection),
		cmocka_unit_test(garbage_of_a_keep_alive_is_not_of_the_stream),
		cmocka_unit_test(a_rebooted_host_has_forgotten_all),
		cmocka_unit_test(an_application_may_call_while_it_is_told),
		cmocka_unit_test(both_ends_of_a_connection_know_each_other),
		cmocka_unit_test(what_an_application_chooses_is_recorded),
		cmocka_unit_test(what_was_dropped_says_why),
		cmocka_unit_test(icmp_error_reaches_the_connection_that_it_quotes),
		cmocka_unit_test(recording_changes_nothing),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
