/* The world: in which order things happen, how long links take, where packets go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "tests/outside.h"

/* ---- order ---- */

enum { MANY = 1000 };

struct diary {
	struct world *world;
	uint64_t args[MANY];
	nanos times[MANY];
	unsigned count;
};

static void note_down(void *who, nanos now, uint64_t arg)
{
	struct diary *diary = who;

	diary->times[diary->count] = now;
	diary->args[diary->count++] = arg;
}

static void what_is_scheduled_first_happens_first(void **state)
{
	struct diary diary = {.world = world_new(1, NULL)};

	(void)state;
	for (uint64_t i = 0; i < MANY; i++)
		world_at(diary.world, 77, note_down, &diary, i);
	assert_int_equal(world_run(diary.world, 77), WORLD_QUIET);
	assert_int_equal(diary.count, MANY);
	for (uint64_t i = 0; i < MANY; i++)
		assert_int_equal(diary.args[i], i);
	world_free(diary.world);
}

static void things_happen_in_the_order_of_time(void **state)
{
	struct diary diary = {.world = world_new(1, NULL)};
	struct random chance = random_seeded(5, 5);

	(void)state;
	for (uint64_t i = 0; i < MANY; i++)
		world_at(diary.world, (nanos)random_below(&chance, 100), note_down, &diary, i);
	world_run(diary.world, 100);
	assert_int_equal(diary.count, MANY);
	for (unsigned i = 1; i < MANY; i++) {
		assert_true(diary.times[i - 1] <= diary.times[i]);
		if (diary.times[i - 1] == diary.times[i])
			assert_true(diary.args[i - 1] < diary.args[i]);
	}
	world_free(diary.world);
}

static void what_is_later_waits(void **state)
{
	struct diary diary = {.world = world_new(1, NULL)};

	(void)state;
	world_at(diary.world, 10, note_down, &diary, 1);
	world_at(diary.world, 20, note_down, &diary, 2);
	assert_int_equal(world_next(diary.world), 10);
	assert_int_equal(world_run(diary.world, 19), WORLD_TIME_UP);
	assert_int_equal(diary.count, 1);
	assert_int_equal(world_now(diary.world), 19);
	assert_true(world_step(diary.world));
	assert_int_equal(world_now(diary.world), 20);
	assert_false(world_step(diary.world));
	assert_int_equal(world_next(diary.world), NANOS_NEVER);
	world_free(diary.world);
}

static void stop(void *who, nanos now, uint64_t arg)
{
	(void)now;
	(void)arg;
	world_stop(who);
}

static void a_world_can_be_stopped(void **state)
{
	struct diary diary = {.world = world_new(1, NULL)};

	(void)state;
	world_at(diary.world, 1, stop, diary.world, 0);
	world_at(diary.world, 1, note_down, &diary, 0);
	assert_int_equal(world_run(diary.world, 10), WORLD_STOPPED);
	assert_int_equal(diary.count, 0);
	assert_int_equal(world_run(diary.world, 10), WORLD_QUIET);
	assert_int_equal(diary.count, 1);
	world_free(diary.world);
}

static void again_at_once(void *who, nanos now, uint64_t arg)
{
	world_at(who, now, again_at_once, who, arg);
}

static void time_that_stands_still_is_noticed(void **state)
{
	struct world *w = world_new(1, NULL);

	(void)state;
	world_at(w, 5, again_at_once, w, 0);
	assert_int_equal(world_run(w, 10), WORLD_LIVELOCK);
	assert_int_equal(world_now(w), 5);
	world_free(w);
}

/* ---- links ---- */

/* Two nodes, .1 and .2, and a link with this way from the first to the second. */
#define PAIR(o, ...)                                                                               \
	struct outside o = {.count = 0};                                                           \
	begin_pair(&o, (struct way_setup){__VA_ARGS__}, NULL)

static void begin_pair(struct outside *o, struct way_setup there, struct recording *r)
{
	o->world = world_new(1, r);
	outside_node(o, "one", 1, 0);
	outside_node(o, "two", 2, 1);
	world_add_link(o->world, 0, 1, &there, &(struct way_setup){.delay = 7});
}

static void expect_arrivals(const struct outside *o, const nanos *times, unsigned count)
{
	assert_int_equal(o->count, count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(o->arrivals[i].time, times[i]);
}
#define ARRIVE_AT(o, ...)                                                                          \
	expect_arrivals(&(o), (const nanos[]){__VA_ARGS__},                                        \
			sizeof((const nanos[]){__VA_ARGS__}) / sizeof(nanos))

static void a_packet_arrives_after_the_delay(void **state)
{
	PAIR(o, .delay = 123456789);

	(void)state;
	outside_send(&o, 0, 1, 2, 1, ACK, 1500);
	outside_send(&o, 0, 1, 2, 2, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 123456789, 123456789);
	assert_int_equal(o.arrivals[0].id, 1);
	assert_int_equal(o.arrivals[1].id, 2);
	assert_int_equal(o.arrivals[0].problem, PACKET_OK);
	world_free(o.world);
}

static void the_two_ways_of_a_link_are_independent(void **state)
{
	PAIR(o, .delay = 50, .rate = 1000);

	(void)state;
	outside_send(&o, 1, 2, 1, 1, ACK, 1500);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 7);
	world_free(o.world);
}

static void a_rate_takes_its_time_for_each_octet(void **state)
{
	/* 1500 octets at 10 Mb/s: 1.2 ms; 40 octets: 32 us. */
	PAIR(o, .delay = 1000000, .rate = 10000000);

	(void)state;
	outside_send(&o, 0, 1, 2, 1, ACK, 1500);
	outside_send(&o, 0, 1, 2, 2, ACK, 40);
	outside_send(&o, 0, 1, 2, 3, ACK, 1500);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 2200000, 2232000, 3432000);
	world_free(o.world);
}

static void an_odd_rate_is_rounded_up_to_the_nanosecond(void **state)
{
	/* 320 bits at 3 b/s are 106.666… s. */
	PAIR(o, .rate = 3);

	(void)state;
	outside_send(&o, 0, 1, 2, 1, ACK, 40);
	outside_send(&o, 0, 1, 2, 2, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 106666666667, 2 * INT64_C(106666666667));
	world_free(o.world);
}

static void an_idle_transmitter_begins_at_once(void **state)
{
	PAIR(o, .rate = 8000000); /* an octet a microsecond */
	struct diary diary = {.world = o.world};

	(void)state;
	outside_send(&o, 0, 1, 2, 1, ACK, 100);
	world_at(o.world, 500000, note_down, &diary, 0);
	world_run(o.world, NANOS_NEVER);
	outside_send(&o, 0, 1, 2, 2, ACK, 100);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 100000, 600000);
	world_free(o.world);
}

static void a_full_queue_loses_the_last(void **state)
{
	PAIR(o, .delay = 1000000, .rate = 8000000, .queue_packets = 2);

	(void)state;
	for (uint16_t id = 1; id <= 5; id++) /* one is sent, two wait, two are lost */
		outside_send(&o, 0, 1, 2, id, ACK, 100);
	world_run(o.world, 100000); /* the first has just left: there is room for one */
	outside_send(&o, 0, 1, 2, 6, ACK, 100);
	outside_send(&o, 0, 1, 2, 7, ACK, 100);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 1100000, 1200000, 1300000, 1400000);
	assert_int_equal(o.arrivals[3].id, 6);
	assert_int_equal(world_pool(o.world)->out, 0);
	world_free(o.world);
}

static void a_queue_can_be_counted_in_octets(void **state)
{
	PAIR(o, .rate = 8000000, .queue_octets = 250);

	(void)state;
	outside_send(&o, 0, 1, 2, 1, ACK, 1000); /* being sent: does not wait */
	outside_send(&o, 0, 1, 2, 2, ACK, 200);
	outside_send(&o, 0, 1, 2, 3, ACK, 51); /* would make 251 */
	outside_send(&o, 0, 1, 2, 4, ACK, 50);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 1000000, 1200000, 1250000);
	assert_int_equal(o.arrivals[2].id, 4);
	world_free(o.world);
}

static void what_is_longer_than_the_mtu_is_lost(void **state)
{
	PAIR(o, .mtu = 576);

	(void)state;
	outside_send(&o, 0, 1, 2, 1, ACK, 577);
	outside_send(&o, 0, 1, 2, 2, ACK, 576);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 0);
	assert_int_equal(o.arrivals[0].id, 2);
	world_free(o.world);
}

static void each_loss_has_its_reason(void **state)
{
	static const struct recording_info info = {.title = "losses"};
	struct recording *r = recording_new(&info);
	struct outside o = {.count = 0};
	static const char *const reasons[] = {
		"lost: longer than the link's MTU, 600 octets from one to two",
		"lost: the queue from one to two is full, 1 packet waits",
		"lost: nobody has the address that it goes to",
		"lost: it is addressed to its sender",
	};
	unsigned found = 0;

	(void)state;
	recording_add_host(r, &(struct host_record){.name = "one"});
	recording_add_host(r, &(struct host_record){.name = "two"});
	begin_pair(&o, (struct way_setup){.rate = 8000, .queue_packets = 1, .mtu = 600}, r);
	outside_send(&o, 0, 1, 2, 1, ACK, 601);
	for (uint16_t id = 2; id <= 4; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	outside_send(&o, 0, 1, 9, 5, ACK, 40);
	outside_send(&o, 0, 1, 1, 6, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	for (uint32_t n = 0; n < recording_events(r); n++) {
		struct event event = recording_event(r, n);

		if (event.kind != EVENT_LOST)
			continue;
		assert_true(found < sizeof reasons / sizeof reasons[0]);
		assert_string_equal(recording_text(r, event.text), reasons[found++]);
		assert_int_equal(event.host, 0);
	}
	assert_int_equal(found, sizeof reasons / sizeof reasons[0]);
	assert_int_equal(o.count, 2);
	world_free(o.world);
	recording_free(r);
}

/* ---- the way ---- */

/*   .1 ─ r1 ─ r2 ─ .2, and .3 at r1 */
static void routers_pass_on_by_the_fewest_links(void **state)
{
	struct outside o = {.world = world_new(1, NULL)};
	struct way_setup ms = {.delay = 1000000};
	unsigned one = outside_node(&o, "one", 1, 0);
	unsigned two = outside_node(&o, "two", 2, 1);
	unsigned three = outside_node(&o, "three", 3, 2);
	unsigned r1 = world_add_router(o.world, "r1");
	unsigned r2 = world_add_router(o.world, "r2");
	unsigned r3 = world_add_router(o.world, "r3");

	(void)state;
	world_add_link(o.world, one, r1, &ms, &ms);
	world_add_link(o.world, r1, r3, &ms, &ms); /* a longer way round */
	world_add_link(o.world, r3, r2, &ms, &ms);
	world_add_link(o.world, r1, r2, &ms, &ms);
	world_add_link(o.world, r2, two, &ms, &ms);
	world_add_link(o.world, r1, three, &ms, &ms);
	outside_send(&o, one, 1, 2, 1, ACK, 40);
	outside_send(&o, one, 1, 3, 2, ACK, 40);
	outside_send(&o, two, 2, 3, 3, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	ARRIVE_AT(o, 2000000, 3000000, 3000000);
	assert_int_equal(o.arrivals[0].id, 2);
	world_free(o.world);
}

static void a_host_is_no_router(void **state)
{
	struct outside o = {.world = world_new(1, NULL)};
	struct way_setup ms = {.delay = 1000000};
	unsigned one = outside_node(&o, "one", 1, 0);
	unsigned middle = outside_node(&o, "middle", 2, 1);
	unsigned two = outside_node(&o, "two", 3, 2);

	(void)state;
	world_add_link(o.world, one, middle, &ms, &ms);
	world_add_link(o.world, middle, two, &ms, &ms);
	outside_send(&o, one, 1, 3, 1, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	assert_int_equal(o.count, 0);
	assert_int_equal(world_pool(o.world)->out, 0);
	world_free(o.world);
}

static void packets_go_round_in_no_circle(void **state)
{
	/* Nobody leads to the one who is not linked, so there is no way at all. */
	struct outside o = {.world = world_new(1, NULL)};
	struct way_setup ms = {.delay = 1000000};
	unsigned one = outside_node(&o, "one", 1, 0);
	unsigned r1 = world_add_router(o.world, "r1");
	unsigned r2 = world_add_router(o.world, "r2");

	(void)state;
	outside_node(&o, "island", 2, 1);
	world_add_link(o.world, one, r1, &ms, &ms);
	world_add_link(o.world, r1, r2, &ms, &ms);
	outside_send(&o, one, 1, 2, 1, ACK, 40);
	assert_int_equal(world_run(o.world, NANOS_NEVER), WORLD_QUIET);
	assert_int_equal(o.count, 0);
	world_free(o.world);
}

static void count_one(void *who, nanos now, struct parcel *parcel)
{
	struct outside *o = who;

	(void)now;
	o->count++;
	parcel_give_back(world_pool(o->world), parcel);
}

static void a_node_for_all_others_gets_what_nobody_has(void **state)
{
	struct outside o = {.world = world_new(1, NULL)};
	struct outside rest = {.world = o.world};
	struct way_setup ms = {.delay = 1000000};
	unsigned one = outside_node(&o, "one", 1, 0);
	unsigned other = world_add_node(o.world, "internet", NULL, 1, count_one, &rest);

	(void)state;
	world_add_link(o.world, one, other, &ms, &ms);
	outside_send(&o, one, 1, 99, 1, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	assert_int_equal(rest.count, 1);
	assert_int_equal(world_node_at(o.world, &(struct address){{10, 0, 0, 9}, 4}), other);
	assert_int_equal(world_node_at(o.world, &(struct address){{10, 0, 0, 1}, 4}), one);
	assert_int_equal(world_node_named(o.world, "internet"), other);
	assert_int_equal(world_node_named(o.world, "nobody"), WORLD_NODES_MAX);
	world_free(o.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_scheduled_first_happens_first),
		cmocka_unit_test(things_happen_in_the_order_of_time),
		cmocka_unit_test(what_is_later_waits),
		cmocka_unit_test(a_world_can_be_stopped),
		cmocka_unit_test(time_that_stands_still_is_noticed),
		cmocka_unit_test(a_packet_arrives_after_the_delay),
		cmocka_unit_test(the_two_ways_of_a_link_are_independent),
		cmocka_unit_test(a_rate_takes_its_time_for_each_octet),
		cmocka_unit_test(an_odd_rate_is_rounded_up_to_the_nanosecond),
		cmocka_unit_test(an_idle_transmitter_begins_at_once),
		cmocka_unit_test(a_full_queue_loses_the_last),
		cmocka_unit_test(a_queue_can_be_counted_in_octets),
		cmocka_unit_test(what_is_longer_than_the_mtu_is_lost),
		cmocka_unit_test(each_loss_has_its_reason),
		cmocka_unit_test(routers_pass_on_by_the_fewest_links),
		cmocka_unit_test(a_host_is_no_router),
		cmocka_unit_test(packets_go_round_in_no_circle),
		cmocka_unit_test(a_node_for_all_others_gets_what_nobody_has),
	};

	return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
