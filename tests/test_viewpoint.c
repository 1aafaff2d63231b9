/* test_viewpoint.c — what tcplab writes as every host saw it is replayed as one of them saw it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/export.h"
#include "source/scenario.h"
#include "source/trace.h"
#include "tests/replayed.h"

static struct recording *recording_of_a_loss(void)
{
	char path[4096];
	const char *top = getenv("TOP");
	struct recording *r;
	struct scenario *s;
	struct error err;

	snprintf(path, sizeof path, "%s/scenarios/01-a-whole-connection.json",
		 top != NULL ? top : ".");
	if (!scenario_load(path, NULL, &s, &err))
		fail_msg("%s", err.text);
	r = scenario_recording(s);
	scenario_run(s, r);
	scenario_free(s);
	return r;
}

/* The capture in memory; free() it. */
static struct talk exported(const struct recording *r, int host)
{
	struct talk talk = {.len = 0};
	char *bytes;
	FILE *out = open_memstream(&bytes, &talk.len);
	struct error err;

	assert_non_null(out);
	assert_true(export_pcapng(r, host, out, &err));
	fclose(out);
	talk.bytes = (uint8_t *)bytes;
	return talk;
}

static void both_hosts_views_are_replayed_as_one(void **state)
{
	struct recording *r = recording_of_a_loss();
	struct talk talk = exported(r, EVERY_HOST);
	struct replayed both = replayed_talk(&talk, REPLAY_BOTH);

	(void)state;
	assert_string_equal(replayed_states(&both, CLIENT_HOST),
			    "SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT");
	assert_string_equal(replayed_states(&both, SERVER_HOST),
			    "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
	assert_int_equal(replayed_count(&both, CLIENT_HOST, EVENT_DUPLICATED), 0);
	assert_int_equal(replayed_count(&both, SERVER_HOST, EVENT_DUPLICATED), 0);
	assert_int_equal(replayed_count(&both, CLIENT_HOST, EVENT_LOST), 1);
	assert_int_equal(recording_packets(both.r), recording_packets(r));
	assert_non_null(strstr(both.summary.report, "tcplab wrote it as every host saw it"));
	replayed_end(&both);
	free(talk.bytes);
	recording_free(r);
}

static void one_hosts_view_is_replayed_as_it_is(void **state)
{
	struct recording *r = recording_of_a_loss();
	struct talk talk = exported(r, SERVER_HOST);
	struct replayed both = replayed_talk(&talk, REPLAY_BOTH);

	(void)state;
	assert_null(strstr(both.summary.report, "tcplab wrote it"));
	assert_non_null(strstr(both.summary.report, "Captured at the server"));
	replayed_end(&both);
	free(talk.bytes);
	recording_free(r);
}

static unsigned packets_read(const uint8_t *bytes, size_t len)
{
	struct trace_packet packet;
	struct trace *trace;
	struct error err;
	unsigned count = 0;

	if (!trace_open_memory(&trace, bytes, len, &err))
		return 0;
	while (trace_next(trace, &packet))
		count++;
	trace_close(trace);
	return count;
}

static void a_file_that_ends_anywhere_is_read_to_there(void **state)
{
	struct recording *r = recording_of_a_loss();
	struct talk talk = exported(r, EVERY_HOST);
	unsigned before = 0;

	(void)state;
	for (size_t len = 1; len <= talk.len; len += 3) {
		unsigned count = packets_read(talk.bytes, len);

		assert_true(count >= before || count == 0);
		assert_true(count <= before + 1);
		before = count;
	}
	assert_true(before > 10);
	free(talk.bytes);
	recording_free(r);
}

/* An editor of captures, another program's: its interfaces mean something else. */
static void of_another_program_every_packet_is_read(void **state)
{
	struct recording *r = recording_of_a_loss();
	struct talk talk = exported(r, EVERY_HOST);
	unsigned ours = packets_read(talk.bytes, talk.len);
	bool renamed = false;

	(void)state;
	for (size_t i = 0; i + 6 <= talk.len && !renamed; i++) {
		renamed = memcmp(talk.bytes + i, "tcplab", 6) == 0;
		if (renamed)
			memcpy(talk.bytes + i, "editor", 6);
	}
	assert_true(renamed);
	assert_true(packets_read(talk.bytes, talk.len) > ours);
	free(talk.bytes);
	recording_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_hosts_views_are_replayed_as_one),
		cmocka_unit_test(one_hosts_view_is_replayed_as_it_is),
		cmocka_unit_test(a_file_that_ends_anywhere_is_read_to_there),
		cmocka_unit_test(of_another_program_every_packet_is_read),
	};

	return cmocka_run_group_tests_name("viewpoint", tests, NULL, NULL);
}
