/* Marks: what links do to packets that are ECN-capable, and where it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "record/explain.h"
#include "record/export.h"
#include "tests/outside.h"
#include "wire/ecn.h"

static const struct recording_info info = {.title = "marks"};

/* .1 and .2 over a link whose way from .1 is `way`. */
static struct link *begin(struct outside *o, struct recording *r, const struct way_setup *way)
{
	*o = (struct outside){.world = world_new(1, r)};
	if (r != NULL) {
		recording_add_host(r, &(struct host_record){.name = "one"});
		recording_add_host(r, &(struct host_record){.name = "two"});
	}
	outside_node(o, "one", 1, 0);
	outside_node(o, "two", 2, 1);
	return world_add_link(o->world, 0, 1, way, way);
}

static void end(struct outside *o)
{
	assert_int_equal(world_pool(o->world)->out, 0);
	world_free(o->world);
}

static void add_stage(struct link *link, uint32_t nth)
{
	struct stage_setup stage = {
		.kind = stage_kind_named("mark"), .victims = victims_all(), .words = "rule 1"};

	if (nth > 0)
		stage.victims.nth[stage.victims.nth_count++] = nth;
	link_add_stage(link, 0, &stage);
}

/* Each id and, behind it, the codepoint with which it arrived: "1:2 2:3". */
static void arrived(struct outside *o, const char *expected)
{
	char buf[400];
	struct text text = text_in(buf, sizeof buf);

	world_run(o->world, NANOS_NEVER);
	for (unsigned i = 0; i < o->count; i++) {
		assert_int_equal(o->arrivals[i].problem, PACKET_OK); /* the checksum, too */
		text_addf(&text, "%s%u:%u", i > 0 ? " " : "", (unsigned)o->arrivals[i].id,
			  (unsigned)o->arrivals[i].ecn);
	}
	assert_string_equal(buf, expected);
}

static void the_stage_marks_what_is_capable_and_loses_what_is_not(void **state)
{
	struct outside o;

	(void)state;
	add_stage(begin(&o, NULL, &(struct way_setup){.delay = 1000000}), 0);
	for (uint8_t ecn = 0; ecn < 4; ecn++) {
		o.ecn = ecn;
		outside_send(&o, 0, 1, 2, ecn + 1, ACK, 40);
	}
	arrived(&o, "2:3 3:3 4:3");
	end(&o);
}

static void the_stage_marks_the_nth(void **state)
{
	struct outside o;

	(void)state;
	add_stage(begin(&o, NULL, &(struct way_setup){.delay = 1000000}), 2);
	o.ecn = ECT0;
	for (uint16_t id = 1; id <= 3; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	arrived(&o, "1:2 2:3 3:2");
	end(&o);
}

/* 100 octets at 8 Mb/s take 100 µs: the first leaves at once, two may wait. */
static void a_queue_marks_who_finds_it_long(void **state)
{
	struct outside o;
	struct way_setup way = {.delay = 1000000, .rate = 8000000, .mark_packets = 2};

	(void)state;
	begin(&o, NULL, &way);
	o.ecn = ECT0;
	for (uint16_t id = 1; id <= 5; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 100);
	arrived(&o, "1:2 2:2 3:2 4:3 5:3");
	end(&o);
}

static void a_queue_neither_marks_nor_loses_who_is_not_capable(void **state)
{
	struct outside o;
	struct way_setup way = {
		.delay = 1000000, .rate = 8000000, .mark_packets = 1, .queue_packets = 3};

	(void)state;
	begin(&o, NULL, &way);
	for (uint16_t id = 1; id <= 5; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 100);
	arrived(&o, "1:0 2:0 3:0 4:0"); /* the fifth finds it full */
	end(&o);
}

/* ---- where it shows ---- */

static struct recording *one_marked(struct outside *o)
{
	struct recording *r = recording_new(&info);
	struct way_setup way = {.delay = 1000000, .rate = 8000000, .mark_packets = 1};

	begin(o, r, &way);
	o->ecn = ECT0;
	for (uint16_t id = 1; id <= 3; id++)
		outside_send(o, 0, 1, 2, id, ACK, 100);
	world_run(o->world, NANOS_NEVER);
	return r;
}

static struct event the_mark(const struct recording *r, uint32_t *number)
{
	struct event found;

	*number = EVENT_NONE;
	for (uint32_t n = 0; n < recording_events(r); n++) {
		if (recording_event(r, n).kind != EVENT_MARKED)
			continue;
		assert_int_equal(*number, EVENT_NONE);
		found = recording_event(r, n);
		*number = n;
	}
	assert_int_not_equal(*number, EVENT_NONE);
	return found;
}

static void a_mark_is_told_with_its_reason(void **state)
{
	struct outside o;
	struct recording *r = one_marked(&o);
	uint32_t n = 0;
	struct event mark = the_mark(r, &n);
	char buf[400];
	struct text text = text_in(buf, sizeof buf);

	(void)state;
	assert_int_equal(mark.host, 0);
	assert_int_equal(mark.cause, n - 1); /* the third was sent */
	assert_string_equal(recording_text(r, mark.text),
			    "marked CE: in the queue from one to two 1 packet waits");
	explain_what(r, n, &text);
	assert_string_equal(buf,
			    "One's segment of 60 octets is marked CE: in the queue from one to "
			    "two 1 packet waits.");
	end(&o);
	recording_free(r);
}

static char *exported(const struct recording *r, int host, size_t *len)
{
	char *out = NULL;
	FILE *file = open_memstream(&out, len);
	struct error err;

	if (host < 0)
		assert_true(export_json_lines(r, file, &err));
	else
		assert_true(export_pcapng(r, host, file, &err));
	fclose(file);
	return out;
}

static void a_mark_is_an_event_of_json_lines(void **state)
{
	struct outside o;
	struct recording *r = one_marked(&o);
	size_t len;
	char *json = exported(r, -1, &len);

	(void)state;
	assert_non_null(strstr(json, "\"kind\":\"marked\""));
	assert_non_null(strstr(json, "\"ecn\":\"ECT(0)\""));
	free(json);
	end(&o);
	recording_free(r);
}

/* Type of service 2 in an IPv4 header without options, and 3. */
static unsigned count_headers(const char *bytes, size_t len, char tos)
{
	unsigned count = 0;

	for (size_t i = 0; i + 4 <= len; i++)
		count += bytes[i] == 0x45 && bytes[i + 1] == tos && bytes[i + 2] == 0 &&
			 bytes[i + 3] == 100;
	return count;
}

static void a_capture_shows_the_mark_where_the_packet_arrives(void **state)
{
	struct outside o;
	struct recording *r = one_marked(&o);
	size_t len;
	char *sender = exported(r, 0, &len);
	char *receiver;

	(void)state;
	for (uint32_t p = 0; p < 3; p++) {
		struct event arrival = event_at(nanos_from_ms(10), 1, EVENT_ARRIVE);

		arrival.packet = p;
		recording_add(r, &arrival);
	}
	assert_int_equal(count_headers(sender, len, ECT0), 3);
	assert_int_equal(count_headers(sender, len, CE), 0);
	free(sender);
	receiver = exported(r, 1, &len);
	assert_int_equal(count_headers(receiver, len, ECT0), 2);
	assert_int_equal(count_headers(receiver, len, CE), 1);
	free(receiver);
	end(&o);
	recording_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stage_marks_what_is_capable_and_loses_what_is_not),
		cmocka_unit_test(the_stage_marks_the_nth),
		cmocka_unit_test(a_queue_marks_who_finds_it_long),
		cmocka_unit_test(a_queue_neither_marks_nor_loses_who_is_not_capable),
		cmocka_unit_test(a_mark_is_told_with_its_reason),
		cmocka_unit_test(a_mark_is_an_event_of_json_lines),
		cmocka_unit_test(a_capture_shows_the_mark_where_the_packet_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
