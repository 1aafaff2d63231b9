/* The host, without a network: which connection a datagram is for, which ports
 * and addresses a connection has, and how it goes. */
#include <string.h>

#include "tests/two_hosts.h"

/* ---- who it is for ---- */

static void a_syn_goes_on_in_the_connection_that_listened(void **state)
{
	struct two_hosts b;
	uint32_t listener;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void who_listens_once_is_gone_after_the_first(void **state)
{
	struct two_hosts b;
	uint32_t second;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void each_of_many_connections_gets_its_own(void **state)
{
	enum { MANY = 1000 };
	static uint32_t conns[MANY];
	struct two_hosts b;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void a_segment_for_nobody_is_answered_with_rst(void **state)
{
	struct two_hosts b;
	struct packet reset;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void what_is_wrong_never_reaches_tcp(void **state)
{
	struct two_hosts b;
	uint8_t bytes[1500];
	size_t len;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void a_reset_passive_open_listens_again_alone(void **state)
{
	struct endpoint any = {.port = 80};
	const struct endpoint nobody = {0};
	struct two_hosts b;
	uint32_t listener;
	uint32_t client;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
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
	hosts_end(&b);
}

/* Nor is it text of the connection that comes after. */
static void the_next_peer_gets_nothing_that_was_for_the_last(void **state)
{
	(void)state;
	for (int recorded = 0; recorded < 2; recorded++) {
		struct two_hosts b;
		uint32_t listener;
		uint32_t taken;

		hosts_begin(&b, recorded ? HOSTS_RECORDED : 0);
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
		hosts_end(&b);
	}
}

/* What a router says of `seq` from the client's port to the server's port 80. */
static void router_says(struct two_hosts *b, uint8_t code, uint16_t port, struct seq seq)
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
	struct two_hosts b;
	uint32_t first;
	uint32_t second;
	struct event last;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
	first = connect_to(&b, 4000, 80);
	second = connect_to(&b, 4001, 80);
	router_says(&b, 3, 4001, host_tcb(b.hosts[0], second)->snd.iss);
	assert_null(host_tcb(b.hosts[0], second));
	assert_int_equal(host_tcb(b.hosts[0], first)->state, SYN_SENT);
	router_says(&b, 3, 4001, seq_of(0));
	last = recording_event(b.recording, recording_events(b.recording) - 1);
	assert_int_equal(last.rule, RULE_ICMP_NO_CONNECTION);
	assert_int_equal(host_tcb(b.hosts[0], first)->state, SYN_SENT);
	hosts_end(&b);
}

/* ---- ports ---- */

static void ports_are_taken_in_turn_and_never_twice(void **state)
{
	struct endpoint remote = server_port(80);
	struct two_hosts b;
	uint32_t conn;

	(void)state;
	hosts_begin(&b, 0);
	connect_to(&b, 49153, 80);
	assert_int_equal(host_tcb(b.hosts[0], connect_to(&b, 0, 80))->local.port, 49152);
	assert_int_equal(host_tcb(b.hosts[0], connect_to(&b, 0, 80))->local.port, 49154);
	assert_int_equal(host_open_active(b.hosts[0], 0, 49153, &remote, &conn), CALL_EXISTS);
	assert_int_equal(conn, EVENT_NONE);
	hosts_end(&b);
}

static void a_port_is_listened_at_once(void **state)
{
	struct endpoint local = {.port = 80};
	struct two_hosts b;
	uint32_t conn;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
	listen_at(&b, 80, 0);
	assert_int_equal(host_open_passive(b.hosts[1], 0, &local, 0, &conn), CALL_EXISTS);
	/* What was refused is in the recording, too. */
	assert_string_equal(
		recording_text(
			b.recording,
			recording_event(b.recording, recording_events(b.recording) - 1).text),
		"connection already exists");
	hosts_end(&b);
}

static void open_refuses_what_cannot_be_spoken_to(void **state)
{
	struct endpoint remote = server_port(80);
	struct two_hosts b;
	uint32_t conn;

	(void)state;
	hosts_begin(&b, 0);
	remote.address = (struct address){{0x20, 1, 0xd, 0xb8}, 6}; /* we have no IPv6 */
	assert_int_equal(host_open_active(b.hosts[0], 0, 0, &remote, &conn), CALL_BAD_ADDRESS);
	remote.address = (struct address){{224, 0, 0, 1}, 4};
	assert_int_equal(host_open_active(b.hosts[0], 0, 0, &remote, &conn), CALL_BAD_ADDRESS);
	remote.address = (struct address){{0}, 0};
	assert_int_equal(host_open_active(b.hosts[0], 0, 0, &remote, &conn),
			 CALL_REMOTE_UNSPECIFIED);
	assert_int_equal(host_close(b.hosts[0], 0, 17), CALL_NO_CONNECTION);
	assert_int_equal(b.sent, 0);
	hosts_end(&b);
}

/* ---- the end ---- */

static void a_rebooted_host_has_forgotten_all(void **state)
{
	struct two_hosts b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
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
	hosts_end(&b);
}

/* An application that answers the end of each connection with a new one. */
static void reconnect(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct two_hosts *b = user;
	struct endpoint remote = server_port(81);
	uint32_t next;

	(void)tag;
	hosts_hear(user, now, conn, tag, notice);
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
	struct two_hosts b;

	(void)state;
	hosts_begin(&b, 0);
	user.user = &b;
	host_set_user(b.hosts[0], &user);
	connect_to(&b, 0, 81);
	carry(&b);
	assert_int_equal(b.heard_count, 6);
	assert_in_range(host_connections(b.hosts[0]), 2, 3); /* numbers are used again */
	hosts_end(&b);
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
		cmocka_unit_test(icmp_error_reaches_the_connection_that_it_quotes),
		cmocka_unit_test(ports_are_taken_in_turn_and_never_twice),
		cmocka_unit_test(a_port_is_listened_at_once),
		cmocka_unit_test(open_refuses_what_cannot_be_spoken_to),
		cmocka_unit_test(a_rebooted_host_has_forgotten_all),
		cmocka_unit_test(an_application_may_call_while_it_is_told),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
