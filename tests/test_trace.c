/* test_trace.c — captures are read to their last readable packet, and what is
 * odd about them is said. */
#define _GNU_SOURCE /* memfd_create */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/trace.h"
#include "talk.h"

static struct trace *opened(const struct talk *talk)
{
	struct trace *trace;
	struct error err;

	if (!trace_open_memory(&trace, talk->bytes, talk->len, &err))
		fail_msg("%s", err.text);
	return trace;
}

/* What the capture complains of, in one string. */
static const char *complaints(const struct trace *trace)
{
	static char all[4096];
	struct error sentence;

	all[0] = '\0';
	for (unsigned i = 0; trace_complaint(trace, i, &sentence); i++) {
		assert_true(strlen(all) + strlen(sentence.text) + 2 < sizeof all);
		strcat(strcat(all, sentence.text), "\n");
	}
	return all;
}

static void read_all(struct trace *trace)
{
	struct trace_packet packet;

	while (trace_next(trace, &packet))
		;
}

static void assert_says(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static void packets_come_with_number_time_and_datagram(void **state)
{
	struct talk talk = talk_begin();
	struct trace_packet packet;
	struct trace *trace;

	(void)state;
	talk_says(&talk, 1500000, "> S 100:100(0) win 64240");
	talk_says(&talk, 1500007, "< S. 300:300(0) ack 101 win 65535 <mss 1460>");
	trace = opened(&talk);
	assert_true(trace_next(trace, &packet));
	assert_int_equal(packet.number, 1);
	assert_int_equal(packet.time, 1500000000);
	assert_int_equal(packet.len, 40);
	assert_int_equal(packet.bytes[0], 0x45);
	assert_true(trace_next(trace, &packet));
	assert_int_equal(packet.number, 2);
	assert_int_equal(packet.time, 1500007000);
	assert_int_equal(packet.wire_len, 44);
	assert_false(trace_next(trace, &packet));
	assert_string_equal(complaints(trace), "");
	trace_close(trace);
	talk_end(&talk);
}

static void a_capture_can_be_read_again(void **state)
{
	struct talk talk = talk_begin();
	struct trace *trace;
	struct error err;

	(void)state;
	talk_says(&talk, 5, "> S 100:100(0) win 64240");
	talk_says(&talk, 3, "< R. 0:0(0) ack 101 win 0");
	trace = opened(&talk);
	read_all(trace);
	assert_int_equal(trace_health(trace)->packets, 2);
	assert_true(trace_rewind(trace, &err));
	read_all(trace);
	assert_int_equal(trace_health(trace)->packets, 2);
	assert_int_equal(trace_health(trace)->backward_times, 1);
	trace_close(trace);
	talk_end(&talk);
}

static void a_pipe_is_read_like_a_file(void **state)
{
	struct talk talk = talk_begin();
	char path[32];
	struct trace *trace;
	struct error err;
	int ends[2];

	(void)state;
	talk_says(&talk, 5, "> S 100:100(0) win 64240");
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], talk.bytes, talk.len), (ssize_t)talk.len);
	close(ends[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	assert_true(trace_open(&trace, path, &err));
	close(ends[0]);
	for (int pass = 0; pass < 2; pass++) {
		read_all(trace);
		assert_int_equal(trace_health(trace)->packets, 1);
		assert_true(trace_rewind(trace, &err));
	}
	trace_close(trace);
	talk_end(&talk);
}

static void packets_before_the_cut_are_kept(void **state)
{
	struct talk talk = talk_begin();
	struct trace *trace;

	(void)state;
	talk_says(&talk, 0, "> S 100:100(0) win 64240");
	talk_says(&talk, 1, "> S 100:100(0) win 64240");
	for (int cut = 1; cut < 40 + 16; cut++) {
		const struct talk shorter = {.bytes = talk.bytes, .len = talk.len - (size_t)cut};

		trace = opened(&shorter);
		read_all(trace);
		assert_int_equal(trace_health(trace)->packets, 1);
		assert_says(complaints(trace), "packet 2 cannot be read: truncated");
		assert_says(complaints(trace), "the 1 packet before it is used");
		trace_close(trace);
	}
	talk_end(&talk);
}

static void impossible_times_become_the_time_before(void **state)
{
	static const uint32_t odd[][2] = {{7, 1000000}, {7, 2000000}, {7, UINT32_MAX}};
	const uint8_t byte = 0x45;

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		struct talk talk = talk_begin();
		struct trace_packet packet;
		struct trace *trace;

		talk_adds(&talk, 5, 999999, &byte, 1, 1);
		talk_adds(&talk, odd[i][0], odd[i][1], &byte, 1, 1);
		trace = opened(&talk);
		assert_true(trace_next(trace, &packet));
		assert_true(packet.time_known);
		assert_true(trace_next(trace, &packet));
		assert_false(packet.time_known);
		assert_int_equal(packet.time, 5999999000);
		assert_false(trace_next(trace, &packet));
		assert_says(complaints(trace), "packet 2 has an impossible time");
		trace_close(trace);
		talk_end(&talk);
	}
}

static void more_bytes_than_on_the_wire_count_as_being_there(void **state)
{
	struct talk talk = talk_begin();
	const uint8_t bytes[60] = {0x45};
	struct trace_packet packet;
	struct trace *trace;

	(void)state;
	talk_adds(&talk, 0, 0, bytes, 60, 40);
	talk_adds(&talk, 0, 0, bytes, 60, 100);
	trace = opened(&talk);
	assert_true(trace_next(trace, &packet));
	assert_int_equal(packet.wire_len, 60);
	assert_true(trace_next(trace, &packet));
	assert_int_equal(packet.len, 60);
	assert_int_equal(packet.wire_len, 100);
	assert_int_equal(trace_health(trace)->cut, 1);
	assert_says(complaints(trace), "packet 1 claims an impossible number of bytes on the wire");
	trace_close(trace);
	talk_end(&talk);
}

static void an_empty_capture_says_so(void **state)
{
	struct talk talk = talk_begin();
	struct trace *trace = opened(&talk);

	(void)state;
	read_all(trace);
	assert_says(complaints(trace), "there is no packet in it");
	trace_close(trace);
	talk_end(&talk);
}

static void an_unknown_link_type_is_refused_by_name(void **state)
{
	struct talk talk = talk_begin();
	struct trace *trace;
	struct error err;

	(void)state;
	talk.bytes[20] = 127;
	assert_false(trace_open_memory(&trace, talk.bytes, talk.len, &err));
	assert_says(err.text, "link type 127 (IEEE802_11_RADIO");
	talk_end(&talk);
}

/* A file with these bytes is refused with these words. */
static void refused(const void *bytes, size_t len, const char *words)
{
	int fd = memfd_create("capture", 0);
	struct trace *trace;
	struct error err;
	char path[32];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	assert_false(trace_open(&trace, path, &err));
	close(fd);
	assert_says(err.text, path);
	assert_says(err.text, words);
}

static void what_is_no_capture_is_refused_with_a_remedy(void **state)
{
	struct talk talk = talk_begin();
	struct trace *trace;
	struct error err;

	(void)state;
	refused("", 0, "is empty");
	refused("\xd4\xc3", 2, "too few");
	refused(talk.bytes, 20, "damaged before its first packet");
	refused("\x1f\x8b\x08\x00", 4, "is compressed: gunzip it first");
	refused("\x28\xb5\x2f\xfd....", 8, "unzstd");
	refused("{ \"hosts\"", 9, "scenario");
	refused("root:x:0", 8, "is not a capture: it begins with bytes 72 6f 6f 74");
	assert_false(trace_open(&trace, "/", &err));
	assert_says(err.text, "/: is a directory");
	assert_false(trace_open(&trace, "/no/such/file", &err));
	assert_says(err.text, "No such file");
	assert_false(trace_open(&trace, "/dev/zero", &err));
	assert_says(err.text, "is not a capture");
	talk_end(&talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_with_number_time_and_datagram),
		cmocka_unit_test(a_capture_can_be_read_again),
		cmocka_unit_test(a_pipe_is_read_like_a_file),
		cmocka_unit_test(packets_before_the_cut_are_kept),
		cmocka_unit_test(impossible_times_become_the_time_before),
		cmocka_unit_test(more_bytes_than_on_the_wire_count_as_being_there),
		cmocka_unit_test(an_empty_capture_says_so),
		cmocka_unit_test(an_unknown_link_type_is_refused_by_name),
		cmocka_unit_test(what_is_no_capture_is_refused_with_a_remedy),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
