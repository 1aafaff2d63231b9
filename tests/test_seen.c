/* test_seen.c — what was seen of a network is replayed as the saved capture
 * is, and takes no more memory than it may. */
#define _GNU_SOURCE /* memmem */
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "live/seen.h"
#include "record/pcapng.h"
#include "replayed.h"
#include "source/replay.h"
#include "wire/line.h"
#include "wire/link.h"

/* ---- as a capture is replayed ---- */

struct saved {
	struct seen *seen;
	char *bytes; /* the same as pcapng */
	size_t len;
};

/* Adds every packet of a capture, and saves what was kept of each. */
static struct saved save_all(const char *name)
{
	struct saved saved = {.seen = seen_new(LINK_RAW, SEEN_MEMORY)};
	FILE *out = open_memstream(&saved.bytes, &saved.len);
	struct trace *trace;
	struct trace_packet packet;
	struct error err;

	if (!trace_open(&trace, replayed_path(name), &err))
		fail_msg("%s", err.text);
	pcapng_section(out, "");
	pcapng_interface(out, LINK_RAW, "eth0");
	while (trace_next(trace, &packet)) {
		struct trace_frame frame = {
			.time = packet.time,
			.bytes = packet.bytes,
			.len = (uint32_t)packet.len,
			.wire_len = (uint32_t)packet.wire_len,
		};

		if (frame.bytes == NULL) /* no IP in it */
			continue;
		frame.len = seen_add(saved.seen, &frame);
		pcapng_packet(out, 0, frame.time, frame.bytes, frame.len, frame.wire_len, "");
	}
	fclose(out);
	trace_close(trace);
	return saved;
}

static uint64_t hash_of(struct trace *trace, uint32_t connection, char **report)
{
	const struct replay_options options = {.connection = connection};
	struct replay_summary summary;
	struct recording *r;
	struct error err;
	uint64_t hash;

	if (!replay_trace(trace, &options, &r, &summary, &err))
		fail_msg("%s", err.text);
	hash = recording_hash(r);
	assert_true(recording_events(r) > 0);
	*report = summary.report;
	recording_free(r);
	return hash;
}

static void a_connection_is_replayed_as_from_the_saved_capture(void **state)
{
	static const char *const names[] = {
		"transfer.pcap",         "many.pcap",   "rto.pcap",        "reordered.pcap",
		"zero-window.pcap",      "ipv6.pcapng", "half-close.pcap", "fetch.pcapng",
		"refused.pcap",          "reset.pcap",  "loopback.pcap",   "cooked.pcap",
		"simultaneous-open.pcap"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct saved saved = save_all(names[i]);
		struct trace *file;
		struct flows flows;
		struct error err;

		assert_true(trace_open_memory(&file, saved.bytes, saved.len, &err));
		seen_flows(saved.seen, &flows);
		assert_true(flows.count > 0);
		for (uint32_t n = 1; n <= flows.count; n++) {
			char *of_file;
			char *of_seen;
			struct trace *trace;
			uint64_t hash = hash_of(file, n, &of_file);

			assert_true(seen_follow(saved.seen, n));
			assert_true(seen_trace(saved.seen, trace_name(file), &trace, &err));
			if (hash_of(trace, 0, &of_seen) != hash)
				fail_msg("%s, connection %" PRIu32 ": another recording", names[i],
					 n);
			/* Apart from how many connections there are. */
			assert_string_equal(strchr(of_file, '\n'), strchr(of_seen, '\n'));
			trace_close(trace);
			free(of_file);
			free(of_seen);
		}
		flows_free(&flows);
		trace_close(file);
		seen_free(saved.seen);
		free(saved.bytes);
	}
}

static void no_text_of_anybody_is_kept(void **state)
{
	struct saved saved = save_all("fetch.pcapng");

	(void)state;
	assert_null(memmem(saved.bytes, saved.len, "GET ", 4));
	assert_null(memmem(saved.bytes, saved.len, "HTTP/", 5));
	seen_free(saved.seen);
	free(saved.bytes);
}

/* ---- memory ---- */

static void add_segment(struct seen *seen, nanos time, uint16_t client_port, bool from_client,
			const char *line)
{
	struct packet packet = {.ttl = 64};
	const struct address ends[2] = {{.version = 4, .bytes = {10, 0, 0, 1}},
					{.version = 4, .bytes = {10, 0, 0, 2}}};
	uint8_t bytes[2000];
	static const uint8_t text[1500];
	struct trace_frame frame = {.time = time, .bytes = bytes};
	struct error err;

	if (!line_parse(&packet.tcp, line, &err))
		fail_msg("%s", err.text);
	packet.src = ends[!from_client];
	packet.dst = ends[from_client];
	packet.tcp.src_port = from_client ? client_port : 80;
	packet.tcp.dst_port = from_client ? 80 : client_port;
	frame.len = frame.wire_len = (uint32_t)packet_emit(&packet, text, bytes, sizeof bytes);
	assert_true(frame.len > 0);
	seen_add(seen, &frame);
}

static void add_connection(struct seen *seen, nanos time, uint16_t port, bool closes)
{
	add_segment(seen, time, port, true, "S 100:100(0) win 1000");
	add_segment(seen, time + 1, port, false, "S. 300:300(0) ack 101 win 1000");
	add_segment(seen, time + 2, port, true, "P. 101:1101(1000) ack 301 win 1000");
	if (!closes)
		return;
	add_segment(seen, time + 3, port, true, "F. 1101:1101(0) ack 301 win 1000");
	add_segment(seen, time + 4, port, false, "F. 301:301(0) ack 1102 win 1000");
}

static bool is_there(struct seen *seen, uint32_t number)
{
	struct flows flows;
	bool there = false;

	seen_flows(seen, &flows);
	for (uint32_t i = 0; i < flows.count; i++)
		there |= flows.all[i].number == number;
	flows_free(&flows);
	return there;
}

static void memory_stays_below_what_was_given(void **state)
{
	struct seen *seen = seen_new(LINK_RAW, SEEN_MEMORY_LEAST);
	struct seen_counts counts;

	(void)state;
	for (unsigned i = 0; i < 30000; i++) {
		add_connection(seen, (nanos)i * 1000, (uint16_t)(1024 + i), true);
		seen_counts(seen, &counts);
		/* The newest one's, which comes first and is then kept within. */
		assert_true(counts.memory <= SEEN_MEMORY_LEAST + 2048);
	}
	assert_int_equal(counts.connections, 30000);
	assert_true(counts.forgotten_connections > 25000);
	assert_true(counts.forgotten >= counts.forgotten_connections * 5);
	assert_true(is_there(seen, 30000));
	assert_false(is_there(seen, 1));
	seen_free(seen);
}

static void what_is_over_is_forgotten_before_what_goes_on(void **state)
{
	struct seen *seen = seen_new(LINK_RAW, SEEN_MEMORY_LEAST);
	struct seen_counts counts;

	(void)state;
	for (unsigned i = 0; i < 500; i++)
		add_connection(seen, i, (uint16_t)(1024 + i), false);
	for (unsigned i = 0; i < 5000; i++)
		add_connection(seen, 1000 + i, (uint16_t)(10000 + i), true);
	seen_counts(seen, &counts);
	assert_true(counts.forgotten_connections > 3000);
	for (uint32_t n = 1; n <= 500; n++)
		assert_true(is_there(seen, n));
	assert_false(is_there(seen, 501));
	seen_free(seen);
}

static void the_followed_connection_stays(void **state)
{
	struct seen *seen = seen_new(LINK_RAW, SEEN_MEMORY_LEAST);
	uint64_t frames;

	(void)state;
	add_connection(seen, 0, 1000, true);
	assert_int_equal(seen_default(seen), 1);
	assert_true(seen_follow(seen, 1));
	assert_false(seen_follow(seen, 2));
	for (unsigned i = 0; i < 5000; i++)
		add_connection(seen, 10 + i, (uint16_t)(10000 + i), i % 2 == 0);
	assert_true(is_there(seen, 1));
	assert_int_equal(seen_followed(seen, &frames), 1);
	assert_int_equal(frames, 5);
	seen_free(seen);
}

static void a_followed_connection_that_fills_the_memory_is_kept_up_to_there(void **state)
{
	struct seen *seen = seen_new(LINK_RAW, SEEN_MEMORY_LEAST);
	struct seen_counts counts;
	uint64_t frames;
	uint64_t before;

	(void)state;
	add_connection(seen, 0, 1000, false);
	assert_true(seen_follow(seen, 1));
	for (unsigned i = 0; i < 30000; i++)
		add_segment(seen, 10 + i, 1000, true, "P. 101:1101(1000) ack 301 win 1000");
	seen_counts(seen, &counts);
	assert_int_equal(seen_followed(seen, &frames), 1);
	assert_int_equal(frames + counts.without_room, 30003);
	assert_in_range(frames, 10000, 20000);
	/* Others come and go; what is kept of it has no gap. */
	for (unsigned i = 0; i < 2000; i++)
		add_connection(seen, 50000 + i, (uint16_t)(10000 + i), true);
	before = frames;
	add_segment(seen, 60000, 1000, true, "P. 1101:2101(1000) ack 301 win 1000");
	seen_followed(seen, &frames);
	assert_int_equal(frames, before);
	seen_free(seen);
}

/* ---- reading while more comes ---- */

static void *add_many(void *who)
{
	for (unsigned i = 0; i < 20000; i++)
		add_segment(who, 10 + i, i % 3 == 0 ? 1000 : (uint16_t)(1001 + i % 50), true,
			    "P. 101:1101(1000) ack 301 win 1000");
	return NULL;
}

static void a_trace_holds_what_was_there_when_it_was_opened(void **state)
{
	struct seen *seen = seen_new(LINK_RAW, SEEN_MEMORY_LEAST * 4);
	struct trace_packet packet;
	struct trace *trace;
	struct error err;
	pthread_t thread;

	(void)state;
	add_connection(seen, 0, 1000, false);
	assert_true(seen_follow(seen, 1));
	assert_int_equal(pthread_create(&thread, NULL, add_many, seen), 0);
	for (int round = 0; round < 200; round++) {
		uint64_t frames;
		uint64_t count = 0;
		nanos newest = -1;

		seen_followed(seen, &frames);
		assert_true(seen_trace(seen, "eth0", &trace, &err));
		for (int pass = 0; pass < 2; pass++) {
			uint64_t here = 0;

			assert_true(trace_rewind(trace, &err));
			for (newest = -1; trace_next(trace, &packet); here++) {
				assert_true(packet.time > newest);
				newest = packet.time;
			}
			assert_true(here >= frames);
			if (pass == 1)
				assert_int_equal(here, count);
			count = here;
		}
		trace_close(trace);
	}
	pthread_join(thread, NULL);
	seen_free(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_is_replayed_as_from_the_saved_capture),
		cmocka_unit_test(no_text_of_anybody_is_kept),
		cmocka_unit_test(memory_stays_below_what_was_given),
		cmocka_unit_test(what_is_over_is_forgotten_before_what_goes_on),
		cmocka_unit_test(the_followed_connection_stays),
		cmocka_unit_test(a_followed_connection_that_fills_the_memory_is_kept_up_to_there),
		cmocka_unit_test(a_trace_holds_what_was_there_when_it_was_opened),
	};

	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
