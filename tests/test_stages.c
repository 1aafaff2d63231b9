/* What links do to packets: to which, by which chance, and what becomes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "tests/outside.h"

struct fault {
	const char *kind;
	struct victims victims;
	nanos by;
};

static struct victims every(uint8_t what, uint32_t per_million)
{
	struct victims v = victims_all();

	v.what = what;
	v.per_million = per_million;
	return v;
}

static struct victims nth(uint8_t what, uint32_t first, uint32_t second)
{
	struct victims v = every(what, ALL_MILLION);

	v.nth[v.nth_count++] = first;
	if (second > 0)
		v.nth[v.nth_count++] = second;
	return v;
}

/* .1 and .2, 1 ms apart, with these faults on the way from .1. */
static void begin(struct outside *o, uint64_t seed, struct recording *r, const struct fault *faults,
		  unsigned count)
{
	struct way_setup way = {.delay = 1000000};
	struct link *link;

	*o = (struct outside){.world = world_new(seed, r)};
	if (r != NULL) {
		recording_add_host(r, &(struct host_record){.name = "one"});
		recording_add_host(r, &(struct host_record){.name = "two"});
	}
	outside_node(o, "one", 1, 0);
	outside_node(o, "two", 2, 1);
	link = world_add_link(o->world, 0, 1, &way, &way);
	for (unsigned i = 0; i < count; i++) {
		char words[20];
		struct stage_setup stage = {.kind = stage_kind_named(faults[i].kind),
					    .victims = faults[i].victims,
					    .by = faults[i].by,
					    .words = words};

		snprintf(words, sizeof words, "rule %u", i + 1);
		assert_non_null(stage.kind);
		link_add_stage(link, 0, &stage);
	}
}

static void end(struct outside *o)
{
	assert_int_equal(world_pool(o->world)->out, 0);
	world_free(o->world);
}

/* The ids that arrived, in order: "1 2 4". */
static void arrived(struct outside *o, const char *expected)
{
	char buf[400];
	struct text text = text_in(buf, sizeof buf);

	world_run(o->world, NANOS_NEVER);
	for (unsigned i = 0; i < o->count; i++)
		text_addf(&text, "%s%u", i > 0 ? " " : "", (unsigned)o->arrivals[i].id);
	assert_string_equal(buf, expected);
}

/* A conversation: SYN, ACK, data, data, ACK, data, FIN with data, RST. */
static void send_all_kinds(struct outside *o)
{
	static const struct {
		uint16_t flags;
		uint32_t len;
	} packets[] = {{SYN, 40},  {ACK, 40},        {ACK | PSH, 100}, {ACK, 100},      {ACK, 40},
		       {ACK, 100}, {FIN | ACK, 100}, {RST, 40},        {SYN | ACK, 40}, {0, 40}};

	for (uint16_t i = 0; i < 10; i++)
		outside_send(o, 0, 1, 2, (uint16_t)(i + 1), packets[i].flags, packets[i].len);
}

static void victims_are_named_by_what_they_are(void **state)
{
	static const struct {
		uint8_t what;
		const char *left;
	} cases[] = {
		{PACKETS_ALL, ""},
		{PACKETS_DATA, "1 2 5 8 9 10"},
		{PACKETS_NO_DATA, "3 4 6 7"},
		{PACKETS_SYN, "2 3 4 5 6 7 8 9 10"},
		{PACKETS_SYN_ACK, "1 2 3 4 5 6 7 8 10"},
		{PACKETS_ACK, "1 3 4 6 7 8 9 10"},
		{PACKETS_FIN, "1 2 3 4 5 6 8 9 10"},
		{PACKETS_RST, "1 2 3 4 5 6 7 9 10"},
	};
	struct outside o;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fault fault = {"lose", every(cases[i].what, ALL_MILLION), 0};

		begin(&o, 1, NULL, &fault, 1);
		send_all_kinds(&o);
		arrived(&o, cases[i].left);
		end(&o);
	}
}

static void victims_are_counted_among_their_kind(void **state)
{
	struct fault fault = {"lose", nth(PACKETS_DATA, 2, 3), 0};
	struct outside o;

	(void)state;
	begin(&o, 1, NULL, &fault, 1);
	send_all_kinds(&o);
	arrived(&o, "1 2 3 5 7 8 9 10");
	end(&o);
}

static void what_is_counted_is_what_was_sent(void **state)
{
	/* The first is lost by the first rule: the second rule's "second" is 2 all the same. */
	struct fault faults[] = {{"lose", nth(PACKETS_ALL, 1, 0), 0},
				 {"duplicate", nth(PACKETS_ALL, 3, 0), 0},
				 {"lose", nth(PACKETS_ALL, 2, 5), 0}};
	struct outside o;

	(void)state;
	begin(&o, 1, NULL, faults, 3);
	send_all_kinds(&o);
	arrived(&o, "3 3 4 6 7 8 9 10");
	end(&o);
}

static void a_sequence_number_names_a_segment_and_its_repetitions(void **state)
{
	struct fault fault = {"lose", nth(PACKETS_ALL, 1, 2), 0};
	struct outside o;

	(void)state;
	fault.victims.has_seq = true;
	fault.victims.seq = 7;
	begin(&o, 1, NULL, &fault, 1);
	for (int i = 0; i < 3; i++) {
		outside_send(&o, 0, 1, 2, 6, ACK, 100);
		outside_send(&o, 0, 1, 2, 7, ACK, 100); /* the test's id is its sequence number */
	}
	arrived(&o, "6 6 6 7");
	end(&o);
}

static void send_later(void *who, nanos now, uint64_t id)
{
	(void)now;
	outside_send(who, 0, 1, 2, (uint16_t)id, ACK, 40);
}

static void faults_have_their_time(void **state)
{
	struct fault fault = {"lose", every(PACKETS_ALL, ALL_MILLION), 0};
	struct outside o;

	(void)state;
	fault.victims.after = 200;
	fault.victims.until = 400;
	begin(&o, 1, NULL, &fault, 1);
	for (uint64_t id = 1; id <= 5; id++)
		world_at(o.world, (nanos)id * 100, send_later, &o, id);
	arrived(&o, "1 4 5");
	end(&o);
}

static unsigned lost_of_4000(uint64_t seed, uint32_t per_million)
{
	struct fault fault = {"lose", every(PACKETS_ALL, per_million), 0};
	struct outside o;
	unsigned lost;

	begin(&o, seed, NULL, &fault, 1);
	for (uint16_t id = 0; id < 4000; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	lost = 4000 - o.count;
	end(&o);
	return lost;
}

static void chance_hits_as_often_as_it_should(void **state)
{
	(void)state;
	assert_int_equal(lost_of_4000(1, 0), 0);
	assert_int_equal(lost_of_4000(1, ALL_MILLION), 4000);
	for (uint64_t seed = 1; seed <= 20; seed++) /* 10 %: 400, and five deviations of 19 */
		assert_in_range(lost_of_4000(seed, 100000), 305, 495);
}

static void a_seed_decides_whom_chance_hits(void **state)
{
	struct fault fault = {"lose", every(PACKETS_ALL, 500000), 0};
	char first[400] = "";

	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct outside o;
		char buf[400];
		struct text text = text_in(buf, sizeof buf);

		begin(&o, seed < 3 ? 42 : 43, NULL, &fault, 1);
		for (uint16_t id = 1; id <= 60; id++)
			outside_send(&o, 0, 1, 2, id, ACK, 40);
		world_run(o.world, NANOS_NEVER);
		for (unsigned i = 0; i < o.count; i++)
			text_addf(&text, "%u ", (unsigned)o.arrivals[i].id);
		if (seed == 1)
			memcpy(first, buf, sizeof buf);
		else if (seed == 2)
			assert_string_equal(buf, first);
		else
			assert_string_not_equal(buf, first);
		end(&o);
	}
}

/* Which of 40 packets arrive, and when, where this stage is the `place`th. */
static uint64_t hit_by_second_stage(const struct fault *faults, unsigned count)
{
	struct outside o;
	uint64_t hits = 0;

	begin(&o, 9, NULL, faults, count);
	for (uint16_t id = 0; id < 40; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	for (unsigned i = 0; i < o.count; i++) {
		if (o.arrivals[i].time > 1000000)
			hits |= UINT64_C(1) << o.arrivals[i].id;
	}
	end(&o);
	return hits;
}

static void another_stage_does_not_reshuffle_chance(void **state)
{
	struct fault faults[] = {{"duplicate", every(PACKETS_ALL, 0), 0},
				 {"delay", every(PACKETS_ALL, 300000), 500},
				 {"duplicate", every(PACKETS_ALL, 0), 0}};
	uint64_t hits = hit_by_second_stage(faults, 2);

	(void)state;
	assert_int_not_equal(hits, 0);
	assert_int_equal(hit_by_second_stage(faults, 3), hits);
	faults[0].victims.per_million = 500000; /* now the first stage draws, too */
	assert_int_equal(hit_by_second_stage(faults, 3) & hits, hits);
}

static void a_delayed_packet_is_overtaken(void **state)
{
	struct fault fault = {"delay", nth(PACKETS_ALL, 2, 0), 500};
	struct outside o;

	(void)state;
	begin(&o, 1, NULL, &fault, 1);
	for (uint16_t id = 1; id <= 3; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	arrived(&o, "1 3 2");
	assert_int_equal(o.arrivals[2].time, 1000500);
	end(&o);
}

static void a_corrupted_packet_fails_its_checksum(void **state)
{
	struct fault fault = {"corrupt", every(PACKETS_ALL, ALL_MILLION), 0};
	struct outside o;

	(void)state;
	begin(&o, 1, NULL, &fault, 1);
	for (uint16_t id = 0; id < 2000; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40 + id % 4 * 300u);
	world_run(o.world, NANOS_NEVER);
	assert_int_equal(o.count, 2000);
	for (unsigned i = 0; i < o.count; i++)
		assert_int_not_equal(o.arrivals[i].problem, PACKET_OK);
	end(&o);
}

static void a_duplicate_may_be_lost_by_chance(void **state)
{
	struct fault faults[] = {{"duplicate", every(PACKETS_ALL, ALL_MILLION), 0},
				 {"lose", every(PACKETS_ALL, 500000), 0}};
	struct outside o;

	(void)state;
	begin(&o, 1, NULL, faults, 2);
	for (uint16_t id = 0; id < 1000; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	assert_in_range(o.count, 850, 1150);
	end(&o);
}

static void what_a_link_does_is_recorded_with_a_sentence(void **state)
{
	static const struct recording_info info = {.title = "stages"};
	static const char *const expected[] = {"lost by rule 1", "duplicated by rule 2",
					       "held back by rule 3",
					       "one octet changed by rule 4"};
	static const uint8_t kinds[] = {EVENT_LOST, EVENT_DUPLICATED, EVENT_DELAYED,
					EVENT_CORRUPTED};
	struct fault faults[] = {{"lose", nth(PACKETS_ALL, 1, 0), 0},
				 {"duplicate", nth(PACKETS_ALL, 2, 0), 0},
				 {"delay", nth(PACKETS_ALL, 3, 0), 10},
				 {"corrupt", nth(PACKETS_ALL, 4, 0), 0}};
	struct recording *r = recording_new(&info);
	struct outside o;
	unsigned found = 0;

	(void)state;
	begin(&o, 1, r, faults, 4);
	for (uint16_t id = 1; id <= 4; id++)
		outside_send(&o, 0, 1, 2, id, ACK, 40);
	world_run(o.world, NANOS_NEVER);
	for (uint32_t n = 0; n < recording_events(r); n++) {
		struct event event = recording_event(r, n);
		struct packet_record packet;

		if (event.kind == EVENT_SEND)
			continue;
		assert_true(found < 4);
		assert_int_equal(event.kind, kinds[found]);
		assert_int_equal(event.host, 0);
		recording_packet(r, event.packet, &packet);
		assert_int_equal(packet.packet.id, found + 1);
		assert_true((packet.copy_of != EVENT_NONE) == (event.kind == EVENT_DUPLICATED));
		assert_string_equal(recording_text(r, event.text), expected[found++]);
	}
	assert_int_equal(found, 4);
	end(&o);
	recording_free(r);
}

static void every_kind_is_found_by_its_name(void **state)
{
	unsigned count;
	const struct stage_kind *const *kinds = stage_kinds(&count);

	(void)state;
	assert_in_range(count, 4, 100);
	for (unsigned i = 0; i < count; i++)
		assert_ptr_equal(stage_kind_named(kinds[i]->name), kinds[i]);
	assert_null(stage_kind_named("eat"));
	for (unsigned i = 0; i < PACKET_CLASS_COUNT; i++) {
		enum packet_class c = PACKET_CLASS_COUNT;

		assert_true(packet_class_named(packet_class_name((enum packet_class)i), &c));
		assert_int_equal(c, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(victims_are_named_by_what_they_are),
		cmocka_unit_test(victims_are_counted_among_their_kind),
		cmocka_unit_test(what_is_counted_is_what_was_sent),
		cmocka_unit_test(a_sequence_number_names_a_segment_and_its_repetitions),
		cmocka_unit_test(faults_have_their_time),
		cmocka_unit_test(chance_hits_as_often_as_it_should),
		cmocka_unit_test(a_seed_decides_whom_chance_hits),
		cmocka_unit_test(another_stage_does_not_reshuffle_chance),
		cmocka_unit_test(a_delayed_packet_is_overtaken),
		cmocka_unit_test(a_corrupted_packet_fails_its_checksum),
		cmocka_unit_test(a_duplicate_may_be_lost_by_chance),
		cmocka_unit_test(what_a_link_does_is_recorded_with_a_sentence),
		cmocka_unit_test(every_kind_is_found_by_its_name),
	};

	return cmocka_run_group_tests_name("stages", tests, NULL, NULL);
}
