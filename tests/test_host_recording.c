/* What a host tells its recording, and that telling changes nothing. */
#include "tests/two_hosts.h"

static void both_ends_of_a_connection_know_each_other(void **state)
{
	struct two_hosts b;
	uint32_t server;
	uint32_t client;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
	server = host_recorded_conn(b.hosts[1], listen_at(&b, 80, 0));
	client = host_recorded_conn(b.hosts[0], connect_to(&b, 4000, 80));
	carry(&b);
	assert_int_equal(recording_conn(b.recording, client)->peer, server);
	assert_int_equal(recording_conn(b.recording, server)->peer, client);
	assert_int_equal(recording_conn(b.recording, server)->remote.port, 4000);
	hosts_end(&b);
}

/* The last call that an application made. */
static struct event last_call(const struct two_hosts *b)
{
	uint32_t n = recording_events(b->recording);
	struct event event;

	do {
		assert_true(n > 0);
		event = recording_event(b->recording, --n);
	} while (event.kind != EVENT_CALL);
	return event;
}

static void what_an_application_chooses_is_recorded(void **state)
{
	struct two_hosts b;
	uint32_t client;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
	client = connect_to(&b, 0, 80);
	assert_int_equal(host_set_user_timeout(b.hosts[0], 0, client, nanos_from_s(5)), CALL_OK);
	assert_int_equal(last_call(&b).call, CALL_USER_TIMEOUT);
	assert_int_equal(last_call(&b).value, 5000);
	assert_int_equal(host_set_keepalive(b.hosts[0], 0, client, true), CALL_OK);
	assert_int_equal(last_call(&b).call, CALL_KEEPALIVE);
	assert_int_equal(last_call(&b).value, true);
	assert_int_equal(host_set_receive_buffer(b.hosts[0], 0, client, 3000), CALL_OK);
	assert_int_equal(last_call(&b).call, CALL_RECEIVE_BUFFER);
	assert_int_equal(last_call(&b).value, 3000);
	assert_int_equal(host_set_nagle(b.hosts[0], 0, client, false), CALL_OK);
	assert_int_equal(last_call(&b).call, CALL_NAGLE);
	assert_int_equal(last_call(&b).value, false);
	assert_int_equal(last_call(&b).conn, host_recorded_conn(b.hosts[0], client));
	hosts_end(&b);
}

static void what_was_dropped_says_why(void **state)
{
	struct two_hosts b;
	struct event last;

	(void)state;
	hosts_begin(&b, HOSTS_RECORDED);
	connect_to(&b, 0, 80);
	b.wire[0]->bytes[30] ^= 1;
	carry(&b);
	last = recording_event(b.recording, recording_events(b.recording) - 1);
	assert_int_equal(last.rule, RULE_CHECKSUM_WRONG);
	last = recording_event(b.recording, recording_events(b.recording) - 2);
	assert_int_equal(last.kind, EVENT_ARRIVE);
	assert_string_equal(recording_text(b.recording, last.text),
			    "dropped by server: the TCP checksum is wrong");
	hosts_end(&b);
}

static void recording_changes_nothing(void **state)
{
	struct two_hosts with;
	struct two_hosts without;

	(void)state;
	hosts_begin(&with, HOSTS_RECORDED);
	hosts_begin(&without, 0);
	for (int i = 0; i < 2; i++) {
		struct two_hosts *b = i == 0 ? &with : &without;
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
	hosts_end(&with);
	hosts_end(&without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_of_a_connection_know_each_other),
		cmocka_unit_test(what_an_application_chooses_is_recorded),
		cmocka_unit_test(what_was_dropped_says_why),
		cmocka_unit_test(recording_changes_nothing),
	};

	return cmocka_run_group_tests_name("recording of a host", tests, NULL, NULL);
}
