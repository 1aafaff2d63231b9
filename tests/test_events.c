/* The events of a recording, packed: each comes out as it went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "record/events.h"

/* One time in ten: something that a row has no room for. */
static bool oddly(struct random *random)
{
	return random_chance(random, 100000);
}

static uint32_t number(struct random *random)
{
	return oddly(random) ? EVENT_NONE : (uint32_t)random_next(random);
}

/* Of any kind, with all that it may say, and now and then with what it has no need of. */
static struct event any_event(struct random *random, const struct event *first)
{
	struct event event = *first;

	event.kind = (uint8_t)random_below(random, EVENT_KIND_COUNT);
	event.rule = (uint16_t)random_next(random);
	event.value = 0;
	event.packet = event.text = EVENT_NONE;
	event.call = event.timer = event.from = event.to = 0;
	if (random_chance(random, 500000))
		event.packet = number(random);
	if (random_chance(random, 200000))
		event.text = number(random);
	if (random_chance(random, 500000))
		event.value = event.time + (int64_t)random_below(random, UINT32_MAX);
	if (oddly(random))
		event.value = (int64_t)random_next(random);
	if (oddly(random))
		event.value = event.time + nanos_from_s((int64_t)random_below(random, 10000));
	if (random_chance(random, 300000))
		event.timer = (uint8_t)random_below(random, TIMER_COUNT);
	if (random_chance(random, 300000))
		event.call = (uint8_t)random_below(random, CALL_REBOOT + 1);
	if (random_chance(random, 300000)) {
		event.from = (uint8_t)random_below(random, STATE_COUNT);
		event.to = (uint8_t)random_below(random, STATE_COUNT);
	}
	return event;
}

static void events_come_out_as_they_went_in(void **state)
{
	enum { EVENTS = 20000 };
	static struct event in[EVENTS];
	struct random random = random_seeded(1, 3);
	struct events e = events_new();
	struct pool pool = {0};
	struct event first = {.turn = UINT32_MAX};
	uint32_t number_of_first = 0;

	(void)state;
	for (uint32_t n = 0; n < EVENTS; n++) {
		bool begins = n == 0 || random_chance(&random, 300000);

		if (begins) {
			first = event_at(first.time + (int64_t)random_below(&random, 10000000000),
					 (uint8_t)random_below(&random, 3), EVENT_CALL);
			first.turn = e.turns.count;
			first.conn = number(&random);
			number_of_first = n;
		}
		in[n] = any_event(&random, &first);
		in[n].cause = begins ? number(&random) : number_of_first;
		if (!begins && oddly(&random))
			in[n].cause = number(&random);
		if (!begins && oddly(&random))
			in[n].conn = number(&random);
		if (!begins && oddly(&random))
			in[n].host = 7;
		events_add(&e, &pool, &in[n], in[n].turn, in[n].cause);
	}
	assert_in_range(e.whole.count, EVENTS / 20, EVENTS - EVENTS / 20);
	for (uint32_t n = 0; n < EVENTS; n++) {
		struct event out = events_at(&e, n);

		assert_memory_equal(&out, &in[n], sizeof out);
	}
	events_free(&e);
	pool_free(&pool);
}

static void a_note_fits_into_a_row_unless_its_deadline_is_far_and_odd(void **state)
{
	struct events e = events_new();
	struct pool pool = {0};
	struct event call = event_at(nanos_from_s(1), 2, EVENT_CALL);
	struct event out;

	(void)state;
	call.conn = 5;
	events_add(&e, &pool, &call, call.turn, call.cause);
	assert_true(events_add_note(&e, &pool,
				    &(struct note){.kind = NOTE_TIMER_STARTED,
						   .from = TIMER_PERSIST,
						   .rule = RULE_KARN,
						   .when = nanos_from_s(5)}));
	assert_true(events_add_note(
		&e, &pool, &(struct note){.kind = NOTE_TIMER_STARTED, .when = nanos_from_s(7201)}));
	assert_false(events_add_note(
		&e, &pool,
		&(struct note){.kind = NOTE_TIMER_STARTED, .when = nanos_from_s(7201) + 1}));
	assert_false(events_add_note(
		&e, &pool, &(struct note){.kind = NOTE_TIMER_STARTED, .when = 999999999}));
	assert_int_equal(e.rows.count, 3);
	assert_int_equal(events_at(&e, 2).value, nanos_from_s(7201));
	assert_int_equal(e.whole.count, 0);
	out = events_at(&e, 1);
	assert_int_equal(out.kind, EVENT_TIMER_STARTED);
	assert_int_equal(out.timer, TIMER_PERSIST);
	assert_int_equal(out.rule, RULE_KARN);
	assert_int_equal(out.value, nanos_from_s(5));
	assert_int_equal(out.time, nanos_from_s(1));
	assert_int_equal(out.conn, 5);
	assert_int_equal(out.host, 2);
	assert_int_equal(out.cause, 0);
	events_free(&e);
	pool_free(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_come_out_as_they_went_in),
		cmocka_unit_test(a_note_fits_into_a_row_unless_its_deadline_is_far_and_odd),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
