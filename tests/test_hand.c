/* What somebody does to a link by hand, while packets are on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "tests/outside.h"

static const nanos ms = 1000000;

/* .1 and .2, 10 ms apart; every datagram of 100 octets takes 1 ms where there is a rate. */
static struct link *begin(struct outside *o, uint64_t seed, struct recording *r, int64_t rate)
{
	struct way_setup way = {.delay = 10 * ms, .rate = rate, .queue_packets = 2};

	*o = (struct outside){.world = world_new(seed, r)};
	if (r != NULL) {
		recording_add_host(r, &(struct host_record){.name = "one"});
		recording_add_host(r, &(struct host_record){.name = "two"});
	}
	if (rate == 0)
		way.queue_packets = 0;
	outside_node(o, "one", 1, 0);
	outside_node(o, "two", 2, 1);
	return world_add_link(o->world, 0, 1, &way, &way);
}

static void end(struct outside *o)
{
	assert_int_equal(world_pool(o->world)->out, 0);
	world_free(o->world);
}

/* So many, whose ids follow `id`. */
static void send(struct outside *o, uint16_t id, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		outside_send(o, 0, 1, 2, (uint16_t)(id + i), ACK, 100);
}

/* "1@10 2@11": the ids that arrived, each with its time in ms. */
static void arrived(struct outside *o, const char *expected)
{
	char buf[400];
	struct text text = text_in(buf, sizeof buf);

	world_run(o->world, NANOS_NEVER);
	for (unsigned i = 0; i < o->count; i++)
		text_addf(&text, "%s%u@%u", i > 0 ? " " : "", (unsigned)o->arrivals[i].id,
			  (unsigned)(o->arrivals[i].time / ms));
	assert_string_equal(buf, expected);
}

static void as_many_are_lost_as_were_asked_for(void **state)
{
	struct outside o;
	struct link *link = begin(&o, 1, NULL, 0);

	(void)state;
	link_lose_next(link, 0);
	link_lose_next(link, 0);
	send(&o, 1, 4);
	arrived(&o, "3@10 4@10");
	end(&o);
}

static void the_other_way_is_left_alone(void **state)
{
	struct outside o;
	struct link *link = begin(&o, 1, NULL, 0);

	(void)state;
	link_lose_next(link, 1);
	link_set_loss(link, 1, ALL_MILLION);
	link_set_delay(link, 1, 0);
	send(&o, 1, 2);
	arrived(&o, "1@10 2@10");
	end(&o);
}

static void a_loss_by_hand_is_told(void **state)
{
	struct recording_info info = {.title = "by hand"};
	struct recording *r = recording_new(&info);
	struct outside o;
	struct link *link = begin(&o, 1, r, 0);
	struct event event;

	(void)state;
	link_lose_next(link, 0);
	send(&o, 1, 1);
	arrived(&o, "");
	event = recording_event(r, recording_events(r) - 1);
	assert_int_equal(event.kind, EVENT_LOST);
	assert_non_null(strstr(recording_text(r, event.text), "by hand"));
	end(&o);
	recording_free(r);
}

static void a_longer_delay_is_for_those_that_come_later(void **state)
{
	struct outside o;
	struct link *link = begin(&o, 1, NULL, 0);

	(void)state;
	send(&o, 1, 1);
	link_set_delay(link, 0, 50 * ms);
	send(&o, 2, 1);
	arrived(&o, "1@10 2@50");
	end(&o);
}

static void a_shorter_delay_lets_nobody_overtake(void **state)
{
	struct outside o;
	struct link *link = begin(&o, 1, NULL, 0);

	(void)state;
	send(&o, 1, 1);
	link_set_delay(link, 0, ms);
	send(&o, 2, 1);
	world_run(o.world, 20 * ms);
	send(&o, 3, 1);
	arrived(&o, "1@10 2@10 3@11");
	end(&o);
}

/* One is being sent, two wait, and the fourth finds no room; 1 ms later it would have. */
static void a_new_delay_does_not_change_who_waits(void **state)
{
	static const nanos delays[] = {0, 10 * ms, 500 * ms};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct outside o;
		struct link *link = begin(&o, 1, NULL, 800000);

		send(&o, 1, 3);
		link_set_delay(link, 0, delays[i]);
		send(&o, 4, 1);
		world_run(o.world, ms + 1);
		send(&o, 5, 1);
		world_run(o.world, NANOS_NEVER);
		assert_int_equal(o.count, 4);
		assert_int_equal(o.arrivals[3].id, 5);
		assert_int_equal(o.arrivals[3].time, i == 0 ? 13 * ms : 4 * ms + delays[i]);
		end(&o);
	}
}

static unsigned lost_of_1000(uint64_t seed, uint32_t per_million)
{
	struct outside o;
	struct link *link = begin(&o, seed, NULL, 0);
	unsigned arrivals = 0;

	link_set_loss(link, 0, per_million);
	for (unsigned i = 0; i < 1000; i++) {
		o.count = 0;
		send(&o, 1, 1);
		world_run(o.world, NANOS_NEVER);
		arrivals += o.count;
	}
	end(&o);
	return 1000 - arrivals;
}

static void chance_is_as_was_set_and_comes_from_the_seed(void **state)
{
	unsigned lost = lost_of_1000(7, 100000);

	(void)state;
	assert_in_range(lost, 60, 140);
	assert_int_equal(lost, lost_of_1000(7, 100000));
	assert_int_equal(lost_of_1000(7, 0), 0);
	assert_int_equal(lost_of_1000(7, ALL_MILLION), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_are_lost_as_were_asked_for),
		cmocka_unit_test(the_other_way_is_left_alone),
		cmocka_unit_test(a_loss_by_hand_is_told),
		cmocka_unit_test(a_longer_delay_is_for_those_that_come_later),
		cmocka_unit_test(a_shorter_delay_lets_nobody_overtake),
		cmocka_unit_test(a_new_delay_does_not_change_who_waits),
		cmocka_unit_test(chance_is_as_was_set_and_comes_from_the_seed),
	};

	return cmocka_run_group_tests_name("hand", tests, NULL, NULL);
}
