/* Requirements of RFC 9293 on the interfaces to applications and to IP, by their
 * tags: two hosts, and every datagram of the first in sight. */
#include "tests/two_hosts.h"

static void came_from(const struct two_hosts *b, unsigned n, struct address address)
{
	struct packet packet = on_the_wire(b, n);

	assert_true(address_eq(&packet.src, &address));
}

/* From port 4000. */
static uint32_t connect_towards(struct two_hosts *b, struct address address)
{
	struct endpoint remote = {.address = address, .port = 80};
	uint32_t conn;

	assert_int_equal(host_open_active(b->hosts[0], b->now, 4000, &remote, &conn), CALL_OK);
	return conn;
}

/* MUST-41 */
static void passive_open_makes_a_record_of_its_own_or_fails(void **state)
{
	struct two_hosts b;
	struct endpoint local = {.port = 80};
	struct tcb before;
	uint32_t first;
	uint32_t second;

	(void)state;
	hosts_begin(&b, HOSTS_WITH_IPV6);
	first = listen_at(&b, 80, 0);
	connect_towards(&b, four(2));
	carry(&b);
	assert_int_equal(state_of(&b, 1, first), ESTABLISHED);
	before = *host_tcb(b.hosts[1], first);
	assert_int_equal(host_open_passive(b.hosts[1], 0, &local, 0, &second), CALL_EXISTS);
	assert_int_equal(second, EVENT_NONE);
	local.port = 81;
	assert_int_equal(host_open_passive(b.hosts[1], 0, &local, 0, &second), CALL_OK);
	assert_int_not_equal(second, first);
	assert_memory_equal(host_tcb(b.hosts[1], first), &before, sizeof before);
	hosts_end(&b);
}

/* MUST-42 */
static void one_may_listen_beside_syn_sent_and_syn_received(void **state)
{
	struct two_hosts b;
	struct endpoint remote = {.address = four(9), .port = 9};
	uint32_t sent;
	uint32_t listens;
	uint32_t received;

	(void)state;
	hosts_begin(&b, HOSTS_WITH_IPV6);
	assert_int_equal(host_open_active(b.hosts[1], 0, 80, &remote, &sent), CALL_OK);
	parcel_give_back(&b.pool, b.wire[--b.sent]);
	received = listen_at(&b, 80, 0);
	connect_towards(&b, four(2));
	host_arrives(b.hosts[1], 0, b.wire[0]->bytes, b.wire[0]->len, EVENT_NONE);
	assert_int_equal(state_of(&b, 1, sent), SYN_SENT);
	assert_int_equal(state_of(&b, 1, received), SYN_RECEIVED);
	listens = host_find(b.hosts[1], &(struct endpoint){.port = 80},
			    &(struct endpoint){.port = 0});
	assert_int_equal(state_of(&b, 1, listens), LISTEN);
	hosts_end(&b);
}

/* MUST-43, MUST-44, MUST-45 */
static void open_takes_a_local_address_or_the_one_towards_the_peer(void **state)
{
	struct two_hosts b;
	struct endpoint from = {.address = six(1), .port = 4000};
	struct endpoint to = {.address = six(2), .port = 80};
	uint32_t conn;

	(void)state;
	hosts_begin(&b, HOSTS_WITH_IPV6);
	assert_int_equal(host_open_active_from(b.hosts[0], 0, &from, &to, &conn), CALL_OK);
	came_from(&b, 0, six(1));
	from.address = six(7); /* which is not ours */
	assert_int_equal(host_open_active_from(b.hosts[0], 0, &from, &to, &conn), CALL_BAD_ADDRESS);
	from.address = four(1); /* which cannot reach it */
	assert_int_equal(host_open_active_from(b.hosts[0], 0, &from, &to, &conn), CALL_BAD_ADDRESS);
	from = (struct endpoint){.port = 4001};
	to.address = four(2);
	assert_int_equal(host_open_active_from(b.hosts[0], 0, &from, &to, &conn), CALL_OK);
	came_from(&b, 1, four(1));
	assert_int_equal(host_tcb(b.hosts[0], conn)->local.address.version, 4);
	b.now = nanos_from_s(1); /* the same for the SYN that goes again */
	host_timeouts(b.hosts[0], b.now);
	for (unsigned i = 2; i < b.sent; i++) {
		struct packet packet = on_the_wire(&b, i);
		struct address ours = packet.src.version == 4 ? four(1) : six(1);

		assert_true(address_eq(&packet.src, &ours));
	}
	assert_int_equal(b.sent, 4);
	hosts_end(&b);
}

static void passive_open_may_be_for_one_address(void **state)
{
	struct endpoint ours = {.address = six(2), .port = 80};
	struct two_hosts b;
	uint32_t listener;

	(void)state;
	hosts_begin(&b, HOSTS_WITH_IPV6);
	assert_int_equal(host_open_passive(b.hosts[1], 0, &ours, 0, &listener), CALL_OK);
	connect_towards(&b, four(2));
	carry(&b);
	assert_int_equal(state_of(&b, 1, listener), LISTEN);
	connect_towards(&b, six(2));
	carry(&b);
	assert_int_equal(state_of(&b, 1, listener), ESTABLISHED);
	hosts_end(&b);
}

/* MUST-48, SHLD-21, SHLD-22, MAY-9, MUST-49 */
static void ds_field_and_ttl_are_the_applications_choice(void **state)
{
	static const uint8_t values[] = {46, 0, 63};
	struct two_hosts b;
	uint8_t arrived;
	uint32_t listener;
	uint32_t conn;
	uint32_t taken;

	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		hosts_begin(&b, HOSTS_WITH_IPV6);
		listener = listen_at(&b, 80, 0);
		conn = connect_towards(&b, version == 4 ? four(2) : six(2));
		assert_int_equal(on_the_wire(&b, 0).ttl, 64);
		carry(&b);
		for (size_t i = 0; i < sizeof values; i++) { /* it may change on the way */
			assert_int_equal(host_set_ds(b.hosts[0], conn, values[i]), CALL_OK);
			assert_int_equal(host_set_hop_limit(b.hosts[0], conn, (uint8_t)(i + 1)),
					 CALL_OK);
			host_send(b.hosts[0], 0, conn, NULL, 1460, SEND_PUSH, &taken);
			assert_int_equal(on_the_wire(&b, 0).traffic_class, values[i] << 2);
			assert_int_equal(on_the_wire(&b, 0).ttl, i + 1);
			carry(&b);
			assert_int_equal(host_get_ds(b.hosts[1], listener, &arrived), CALL_OK);
			assert_int_equal(arrived, values[i]);
		}
		assert_int_equal(host_set_ds(b.hosts[0], 99, 0), CALL_NO_CONNECTION);
		hosts_end(&b);
	}
}

/* MUST-47, SHLD-20, SHLD-25 */
static void soft_errors_are_told_to_who_wants_them(void **state)
{
	(void)state;
	for (int muted = 0; muted < 2; muted++) {
		struct two_hosts b;
		struct packet syn;
		struct packet error;
		uint8_t bytes[200];
		uint32_t conn;
		size_t len;

		hosts_begin(&b, HOSTS_WITH_IPV6);
		conn = connect_towards(&b, four(2));
		assert_int_equal(host_mute_errors(b.hosts[0], conn, muted), CALL_OK);
		syn = on_the_wire(&b, 0);
		error = (struct packet){
			.src = four(9),
			.dst = four(1),
			.kind = PACKET_ICMP_ERROR,
			.ttl = 64,
			.icmp = {.type = 3,
				 .code = 1,
				 .quoted_src = {.address = syn.src, .port = syn.tcp.src_port},
				 .quoted_dst = {.address = syn.dst, .port = syn.tcp.dst_port},
				 .quoted_seq = syn.tcp.seq}};
		len = packet_emit(&error, NULL, bytes, sizeof bytes);
		host_arrives(b.hosts[0], 0, bytes, len, EVENT_NONE);
		assert_int_equal(was_told(&b, NOTICE_SOFT_ERROR), !muted);
		assert_int_equal(state_of(&b, 0, conn), SYN_SENT);
		hosts_end(&b);
	}
}

/* MUST-17 */
static void nagle_is_switched_for_one_connection(void **state)
{
	struct two_hosts b;
	uint32_t conn;
	uint32_t taken;

	(void)state;
	hosts_begin(&b, HOSTS_WITH_IPV6);
	listen_at(&b, 80, 0);
	conn = connect_towards(&b, four(2));
	carry(&b);
	host_send(b.hosts[0], 0, conn, NULL, 10, SEND_PUSH, &taken);
	host_send(b.hosts[0], 0, conn, NULL, 10, SEND_PUSH, &taken);
	assert_int_equal(b.sent, 1);
	assert_int_equal(host_set_nagle(b.hosts[0], 0, conn, false), CALL_OK);
	assert_int_equal(b.sent, 2);
	assert_int_equal(on_the_wire(&b, 1).tcp.len, 10);
	assert_int_equal(host_set_nagle(b.hosts[0], 0, 99, false), CALL_NO_CONNECTION);
	hosts_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passive_open_makes_a_record_of_its_own_or_fails),
		cmocka_unit_test(one_may_listen_beside_syn_sent_and_syn_received),
		cmocka_unit_test(open_takes_a_local_address_or_the_one_towards_the_peer),
		cmocka_unit_test(passive_open_may_be_for_one_address),
		cmocka_unit_test(ds_field_and_ttl_are_the_applications_choice),
		cmocka_unit_test(soft_errors_are_told_to_who_wants_them),
		cmocka_unit_test(nagle_is_switched_for_one_connection),
	};

	return cmocka_run_group_tests_name("requirements of the host", tests, NULL, NULL);
}
