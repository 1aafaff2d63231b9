/* What applications hand to a host, and what it hands over to them: all of it,
 * once, and in order. */
#include "tests/two_hosts.h"

static void a_long_send_goes_on_by_itself(void **state)
{
	struct two_hosts b;
	uint32_t listener;
	uint32_t client;
	unsigned rooms = 0;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void text_out_of_order_is_handed_over_in_order(void **state)
{
	static const char text[] = "The quick brown fox jumps over the lazy dog";
	struct two_hosts b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void what_is_not_read_waits(void **state)
{
	struct two_hosts b;
	uint8_t out[20];
	uint32_t listener;
	uint32_t taken;
	uint32_t client;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void garbage_of_a_keep_alive_is_not_of_the_stream(void **state)
{
	struct two_hosts b;
	struct packet probe;
	struct profile profile;

	(void)state;
	hosts_begin(&b, 0);
	assert_true(profile_named("plain", &profile));
	profile.keepalive = true;
	profile.keepalive_garbage = true;
	hosts_new_client(&b, &profile);
	host_receive_all(b.hosts[1], 0, listen_at(&b, 80, 0), true);
	connect_to(&b, 0, 80);
	carry(&b);
	b.now = nanos_from_s(7200);
	host_timeouts(b.hosts[0], b.now);
	probe = on_the_wire(&b, 0);
	assert_int_equal(probe.tcp.len, 1);
	carry(&b);
	assert_int_equal(b.delivered_len, 0);
	hosts_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_send_goes_on_by_itself),
		cmocka_unit_test(text_out_of_order_is_handed_over_in_order),
		cmocka_unit_test(what_is_not_read_waits),
		cmocka_unit_test(garbage_of_a_keep_alive_is_not_of_the_stream),
	};

	return cmocka_run_group_tests_name("text of a host", tests, NULL, NULL);
}
