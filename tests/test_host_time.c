/* When a host wants to be woken, and by whose choice. */
#include "tests/two_hosts.h"

static void the_next_deadline_is_exact(void **state)
{
	struct two_hosts b;

	(void)state;
	hosts_begin(&b, 0);
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
	hosts_end(&b);
}

static void a_deadline_that_moved_is_found(void **state)
{
	struct two_hosts b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	hosts_begin(&b, 0);
	host_receive_all(b.hosts[1], 0, listen_at(&b, 80, 0), true);
	client = connect_to(&b, 0, 80);
	carry(&b);
	assert_int_equal(host_next_deadline(b.hosts[0]), NANOS_NEVER); /* the SYN's is over */
	b.now = nanos_from_ms(1500);
	host_send(b.hosts[0], b.now, client, NULL, 100, 0, &taken);
	assert_int_equal(host_next_deadline(b.hosts[0]), nanos_from_ms(2500));
	carry(&b);
	assert_int_equal(host_next_deadline(b.hosts[1]), nanos_from_ms(1700)); /* delayed ACK */
	hosts_end(&b);
}

static void patience_is_chosen_for_each_connection(void **state)
{
	struct two_hosts b;
	uint32_t client;
	uint32_t taken;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
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
	hosts_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_deadline_is_exact),
		cmocka_unit_test(a_deadline_that_moved_is_found),
		cmocka_unit_test(patience_is_chosen_for_each_connection),
	};

	return cmocka_run_group_tests_name("time of a host", tests, NULL, NULL);
}
