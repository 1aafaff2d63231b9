/* test_watch.c — a network that is watched, with a sniffer of the test's own
 * in the place of an interface. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "live/watch.h"
#include "replayed.h"
#include "wire/link.h"

/* Hands on the packets of a capture, some at a time. */
struct feed {
	struct sniffer sniffer;
	struct trace *trace;
	int pipe[2]; /* an octet in it: `step` packets more */
	unsigned step;
	uint64_t total;   /* packets */
	bool gone_at_end; /* after the last one the interface is gone */
	uint64_t lost;
};

static bool take(struct sniffer *sniffer, void (*each)(void *who, struct trace_frame *frame),
		 void *who, struct error *err)
{
	struct feed *feed = sniffer->state;
	struct trace_packet packet;
	char octet;

	if (feed->step == 0 || read(feed->pipe[0], &octet, 1) != 1)
		return true;
	for (unsigned i = 0; i < feed->step; i++) {
		struct trace_frame frame;

		if (!trace_next(feed->trace, &packet))
			return !feed->gone_at_end || error_set(err, "The interface disappeared");
		frame = (struct trace_frame){
			.time = packet.time,
			.bytes = packet.bytes,
			.len = (uint32_t)packet.len,
			.wire_len = (uint32_t)packet.wire_len,
		};
		each(who, &frame);
	}
	return true;
}

static void counts(struct sniffer *sniffer, struct sniffer_counts *out)
{
	*out = (struct sniffer_counts){.lost = ((struct feed *)sniffer->state)->lost};
}

static void close_feed(struct sniffer *sniffer)
{
	struct feed *feed = sniffer->state;

	trace_close(feed->trace);
	close(feed->pipe[0]);
	close(feed->pipe[1]);
	free(feed);
}

static struct feed *feed_of(const char *name, unsigned step)
{
	struct feed *feed = calloc(1, sizeof *feed);
	struct error err;

	assert_non_null(feed);
	assert_int_equal(pipe(feed->pipe), 0);
	assert_int_equal(fcntl(feed->pipe[0], F_SETFL, O_NONBLOCK), 0);
	if (!trace_open(&feed->trace, replayed_path(name), &err))
		fail_msg("%s", err.text);
	for (struct trace_packet packet; trace_next(feed->trace, &packet); feed->total++)
		;
	assert_true(trace_rewind(feed->trace, &err));
	feed->step = step;
	feed->sniffer = (struct sniffer){
		.link_type = LINK_RAW,
		.fd = feed->pipe[0],
		.take = take,
		.counts = counts,
		.close = close_feed,
		.state = feed,
	};
	return feed;
}

static void give(struct feed *feed)
{
	assert_int_equal(write(feed->pipe[1], "", 1), 1);
}

static void wait_a_little(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* The next recording, within five seconds. */
static struct watched await(struct watch *watch)
{
	struct watched watched;

	for (int i = 0; i < 2500; i++) {
		if (watch_take(watch, &watched))
			return watched;
		wait_a_little();
	}
	fail_msg("no recording comes");
	return watched;
}

static void forget(struct watched *watched)
{
	recording_free(watched->recording);
	free(watched->summary.report);
}

static void recordings_come_and_grow(void **state)
{
	const struct watch_options options = {.name = "transfer.pcap"};
	struct replayed replayed = replayed_file("transfer.pcap", REPLAY_BOTH);
	struct feed *feed = feed_of("transfer.pcap", 40);
	struct watch *watch = watch_start(&feed->sniffer, &options);
	struct watched watched;
	struct error err;
	uint32_t events = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		give(feed);
		watched = await(watch);
		assert_int_equal(watched.number, 1);
		assert_true(recording_events(watched.recording) > events);
		events = recording_events(watched.recording);
		forget(&watched);
	}
	for (unsigned given = 3 * 40; given < feed->total; given += 40)
		give(feed);
	for (struct watch_state now = {.lost = 0}; now.seen.frames < feed->total; wait_a_little())
		watch_state(watch, &now);
	watch_stop(watch);
	assert_true(watch_finish(watch, &watched, &err));
	assert_true(recording_hash(watched.recording) == recording_hash(replayed.r));
	forget(&watched);
	watch_free(watch);
	replayed_end(&replayed);
}

static void another_connection_can_be_followed(void **state)
{
	const struct watch_options options = {.name = "many.pcap", .connection = 3};
	struct feed *feed = feed_of("many.pcap", 100000);
	struct watch *watch = watch_start(&feed->sniffer, &options);
	struct watched watched;
	struct flows flows;
	struct error err;

	(void)state;
	give(feed);
	watched = await(watch);
	assert_int_equal(watched.number, 3);
	forget(&watched);
	watch_flows(watch, &flows);
	assert_true(flows.count > 5);
	flows_free(&flows);
	watch_follow(watch, 5);
	watched = await(watch);
	assert_int_equal(watched.number, 5);
	forget(&watched);
	/* One that is not there (any more): what was followed goes on. */
	watch_follow(watch, 100000);
	if (!watch_finish(watch, &watched, &err))
		fail_msg("%s", err.text);
	assert_int_equal(watched.number, 5);
	forget(&watched);
	watch_free(watch);
}

static void an_interface_that_goes_away_ends_it(void **state)
{
	const struct watch_options options = {.name = "eth0"};
	struct feed *feed = feed_of("reset.pcap", 100000);
	struct watch *watch;
	struct watch_state now = {.ended = false};
	struct watched watched;
	struct error err;

	(void)state;
	feed->gone_at_end = true;
	feed->lost = 12;
	watch = watch_start(&feed->sniffer, &options);
	give(feed);
	for (int i = 0; i < 2500 && !now.ended; i++) {
		wait_a_little();
		watch_state(watch, &now);
	}
	assert_true(now.ended);
	assert_string_equal(now.why, "The interface disappeared");
	assert_int_equal(now.lost, 12);
	assert_true(watch_finish(watch, &watched, &err));
	forget(&watched);
	watch_free(watch);
}

static void what_is_saved_can_be_replayed(void **state)
{
	struct watch_options options = {.name = "the capture in memory", .made_at_end = true};
	struct feed *feed = feed_of("rto.pcap", 100000);
	struct watch *watch;
	struct watched watched;
	struct trace *trace;
	struct recording *r = NULL;
	struct error err;
	char *bytes;
	size_t len;

	(void)state;
	options.save = open_memstream(&bytes, &len);
	watch = watch_start(&feed->sniffer, &options);
	give(feed);
	assert_true(watch_finish(watch, &watched, &err));
	fclose(options.save);
	if (!trace_open_memory(&trace, bytes, len, &err) ||
	    !replay_trace(trace, &(struct replay_options){.connection = 0}, &r, NULL, &err))
		fail_msg("%s", err.text);
	assert_true(recording_hash(r) == recording_hash(watched.recording));
	recording_free(r);
	trace_close(trace);
	forget(&watched);
	watch_free(watch);
	free(bytes);
}

static void a_network_without_connections_is_said_to_be_one(void **state)
{
	const struct watch_options options = {.name = "eth0"};
	struct feed *feed = feed_of("reset.pcap", 0);
	struct watch *watch = watch_start(&feed->sniffer, &options);
	struct watched watched;
	struct error err;

	(void)state;
	assert_false(watch_take(watch, &watched));
	assert_false(watch_finish(watch, &watched, &err));
	assert_string_equal(err.text, "eth0: there was no TCP connection");
	watch_free(watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings_come_and_grow),
		cmocka_unit_test(another_connection_can_be_followed),
		cmocka_unit_test(an_interface_that_goes_away_ends_it),
		cmocka_unit_test(what_is_saved_can_be_replayed),
		cmocka_unit_test(a_network_without_connections_is_said_to_be_one),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
