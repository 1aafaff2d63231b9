/* Positions: every way to move, and that a position says the same whichever
 * way one came there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sample_recording.h"
#include "viz/focus.h"

static int open_lesson(void **state)
{
	*state = sample_lesson();
	return 0;
}

static int close_lesson(void **state)
{
	recording_free(*state);
	return 0;
}

/* ---- steps ---- */

static void nothing_has_happened_at_the_start(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_start();

	assert_true(cursor_is_at_start(c));
	assert_int_equal(cursor_turn(r, c), EVENT_NONE);
	assert_int_equal(cursor_time(r, c), 0);
	assert_true(cursor_is_at_start(cursor_before_turn(r, c)));
}

static void steps_by_turns_visit_every_turn_once(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_start();

	for (uint32_t turn = 0; turn < recording_turns(r); turn++) {
		c = cursor_forward(r, c, STEP_TURN);
		assert_int_equal(cursor_turn(r, c), turn);
	}
	assert_true(cursor_is_at_end(r, c));
}

static void stepping_back_undoes_stepping_forward(void **state)
{
	static const enum step steps[] = {STEP_EVENT, STEP_TURN, STEP_SEGMENT};
	const struct recording *r = *state;

	for (int i = 0; i < 3; i++) {
		struct cursor c = cursor_start();

		while (!cursor_is_at_end(r, c)) {
			struct cursor next = cursor_forward(r, c, steps[i]);

			if (!cursor_is_at_end(r, next))
				assert_int_equal(cursor_back(r, next, steps[i]).event, c.event);
			c = next;
		}
	}
}

static void a_step_from_inside_a_turn_ends_or_undoes_it(void **state)
{
	const struct recording *r = *state;
	struct cursor inside = {cursor_after_turn(r, 2).event - 1};

	assert_int_equal(cursor_turn(r, inside), 2);
	assert_int_equal(cursor_forward(r, inside, STEP_TURN).event, cursor_after_turn(r, 2).event);
	assert_int_equal(cursor_back(r, inside, STEP_TURN).event, cursor_after_turn(r, 1).event);
}

static void steps_at_the_ends_stay_there(void **state)
{
	const struct recording *r = *state;

	for (int step = STEP_EVENT; step <= STEP_SEGMENT; step++) {
		struct cursor start = cursor_start();
		struct cursor end = cursor_end(r);

		assert_int_equal(cursor_back(r, start, (enum step)step).event, start.event);
		assert_int_equal(cursor_forward(r, end, (enum step)step).event, end.event);
	}
}

static void steps_by_segments_skip_captions_and_bare_timers(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_start();
	int captions = 0;

	for (c = cursor_forward(r, c, STEP_SEGMENT); !cursor_is_at_end(r, c);
	     c = cursor_forward(r, c, STEP_SEGMENT)) {
		uint32_t first;
		uint32_t count;

		recording_turn(r, cursor_turn(r, c), &first, &count);
		captions += recording_event(r, first).kind == EVENT_CAPTION;
	}
	assert_int_equal(captions, 0);
}

/* ---- trouble ---- */

static bool is_trouble(const struct recording *r, struct cursor c)
{
	uint32_t first;
	uint32_t count;

	recording_turn(r, cursor_turn(r, c), &first, &count);
	for (uint32_t n = first; n < first + count; n++) {
		struct event event = recording_event(r, n);
		struct packet_record p;

		if (event.kind == EVENT_LOST)
			return true;
		if (event.kind != EVENT_SEND)
			continue;
		recording_packet(r, event.packet, &p);
		if (p.again_of != EVENT_NONE)
			return true;
	}
	return false;
}

static void trouble_is_found_in_both_directions(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_start();
	uint32_t found[16];
	int count = 0;

	while (cursor_next_trouble(r, &c)) {
		assert_true(is_trouble(r, c));
		found[count++] = c.event;
	}
	/* The SYN,ACK is lost and sent again, a segment is lost and sent again. */
	assert_int_equal(count, 4);
	c = cursor_end(r);
	while (cursor_previous_trouble(r, &c))
		assert_int_equal(c.event, found[--count]);
	assert_int_equal(count, 0);
}

static void without_more_trouble_the_cursor_stays(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_end(r);

	assert_false(cursor_next_trouble(r, &c));
	assert_int_equal(c.event, cursor_end(r).event);
	c = cursor_start();
	assert_false(cursor_previous_trouble(r, &c));
	assert_true(cursor_is_at_start(c));
}

/* ---- search ---- */

static uint32_t turn_found(const struct recording *r, struct cursor from, const char *query,
			   bool forward)
{
	return cursor_search(r, &from, query, forward) ? cursor_turn(r, from) : EVENT_NONE;
}

static void a_state_is_found_by_its_name_in_any_case(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_start();

	assert_true(cursor_search(r, &c, "close-wait", true));
	assert_int_equal(cursor_time(r, c), nanos_from_ms(2450));
}

static void all_words_of_a_query_must_match(void **state)
{
	const struct recording *r = *state;
	struct cursor start = cursor_start();
	uint32_t both = turn_found(r, start, "timer  client", true);

	assert_int_equal(recording_event(r, cursor_after_turn(r, both).event).host, 0);
	assert_int_equal(turn_found(r, start, "timer nonsense", true), EVENT_NONE);
	assert_int_equal(turn_found(r, start, "   ", true), EVENT_NONE);
}

static void a_number_is_a_sequence_or_acknowledgment_number(void **state)
{
	const struct recording *r = *state;
	struct cursor c = cursor_start();

	assert_true(cursor_search(r, &c, "4101", true));
	assert_int_equal(cursor_time(r, c), nanos_from_ms(2250));
	/* 410 is part of 4101, but not that number. */
	assert_int_equal(turn_found(r, cursor_start(), "410", true), EVENT_NONE);
}

static void a_search_goes_round_at_the_ends(void **state)
{
	const struct recording *r = *state;
	uint32_t only = turn_found(r, cursor_start(), "close-wait", true);

	assert_int_equal(turn_found(r, cursor_end(r), "close-wait", true), only);
	assert_int_equal(turn_found(r, cursor_after_turn(r, only), "close-wait", true), only);
	assert_int_equal(turn_found(r, cursor_start(), "close-wait", false), only);
	assert_int_equal(turn_found(r, cursor_after_turn(r, 0), "close-wait", false), only);
}

/* ---- what is followed ---- */

static void the_client_is_who_sends_first(void **state)
{
	const struct recording *r = *state;
	struct focus f = focus_of_recording(r);

	assert_string_equal(focus_name(r, &f, CLIENT), "Client");
	assert_string_equal(focus_name(r, &f, SERVER), "Server");
	assert_int_equal(f.conn[CLIENT], EVENT_NONE);
}

static void a_connection_is_followed_with_its_peer(void **state)
{
	const struct recording *r = *state;
	struct focus f = focus_of_conn(r, 1);
	struct event other = event_at(0, f.host[CLIENT], EVENT_NOTE);
	enum side side;

	assert_int_equal(f.conn[CLIENT], 1);
	other.conn = 1;
	assert_true(focus_holds(r, &f, &other, &side));
	assert_int_equal(side, CLIENT);
	other.conn = 0;
	assert_false(focus_holds(r, &f, &other, &side));
}

/* Hosts 10.0.0.1 … 10.0.0.3; a packet from each of the first two to the third. */
static struct recording *three_hosts(void)
{
	struct recording *r = recording_new(&(struct recording_info){.title = "three"});
	struct address all[3];

	for (int h = 0; h < 3; h++) {
		struct host_record host = {.name = "host"};

		all[h] = (struct address){{10, 0, 0, (uint8_t)(h + 1)}, 4};
		host.addresses[0] = all[h];
		recording_add_host(r, &host);
	}
	for (uint8_t h = 0; h < 2; h++) {
		struct event sent = event_at(h, h, EVENT_SEND);
		struct event there = event_at(h + 10, 2, EVENT_ARRIVE);
		struct packet_record p = {.host = h, .conn = EVENT_NONE, .copy_of = EVENT_NONE};

		p.packet.src = all[h];
		p.packet.dst = all[2];
		there.packet = recording_add_packet(r, &p, &sent);
		if (h == 1) /* of the other one it is not known yet */
			recording_add(r, &there);
	}
	return r;
}

static void of_many_hosts_two_are_followed(void **state)
{
	struct recording *r = three_hosts();
	struct focus f = focus_of_recording(r);
	struct event events[] = {recording_event(r, 0), recording_event(r, 1),
				 recording_event(r, 2)};
	enum side side;

	(void)state;
	assert_int_equal(f.host[CLIENT], 0);
	assert_int_equal(f.host[SERVER], 2);
	assert_true(focus_holds(r, &f, &events[0], &side));
	/* What the other one sends to the server stands opposite to the server … */
	assert_true(focus_holds(r, &f, &events[1], &side));
	assert_int_equal(side, CLIENT);
	assert_true(focus_holds(r, &f, &events[2], &side));
	assert_int_equal(side, SERVER);
	/* … but not where one connection is followed. */
	f.conn[CLIENT] = f.conn[SERVER] =
		recording_add_conn(r, 2, &(struct endpoint){.port = 80}, &(struct endpoint){0});
	assert_false(focus_holds(r, &f, &events[1], &side));
	recording_free(r);
}

static void before_everything_both_ends_are_closed(void **state)
{
	const struct recording *r = *state;
	struct focus f = focus_of_recording(r);

	for (int side = CLIENT; side <= SERVER; side++) {
		struct end end;

		focus_end(r, &f, (enum side)side, cursor_start(), &end);
		assert_false(end.exists);
		assert_int_equal(end.state, CLOSED);
	}
}

static void assert_same_end(const struct end *a, const struct end *b)
{
	assert_int_equal(a->exists, b->exists);
	assert_int_equal(a->conn, b->conn);
	assert_int_equal(a->state, b->state);
	assert_memory_equal(&a->tcb, &b->tcb, sizeof a->tcb);
}

/* Forward, backward, and in leaps that visit every position. */
static void an_end_at_a_position_is_the_same_however_one_came_there(void **state)
{
	enum { MOST = 128, LEAP = 37 };
	static struct end forward[MOST];
	const struct recording *r = *state;
	struct focus f = focus_of_recording(r);
	uint32_t events = recording_events(r);
	struct cursor c = cursor_start();
	struct end end;

	assert_in_range(events, 1, MOST);
	assert_int_not_equal(events % LEAP, 0);
	for (uint32_t n = 0; n < events; n++) {
		c = cursor_forward(r, c, STEP_EVENT);
		focus_end(r, &f, SERVER, c, &forward[n]);
	}
	for (uint32_t n = events; n-- > 0; c = cursor_back(r, c, STEP_EVENT)) {
		focus_end(r, &f, SERVER, c, &end);
		assert_same_end(&end, &forward[n]);
	}
	for (uint32_t i = 0; i < events; i++) {
		uint32_t n = i * LEAP % events;

		focus_end(r, &f, SERVER, (struct cursor){n}, &end);
		assert_same_end(&end, &forward[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_has_happened_at_the_start),
		cmocka_unit_test(steps_by_turns_visit_every_turn_once),
		cmocka_unit_test(stepping_back_undoes_stepping_forward),
		cmocka_unit_test(a_step_from_inside_a_turn_ends_or_undoes_it),
		cmocka_unit_test(steps_at_the_ends_stay_there),
		cmocka_unit_test(steps_by_segments_skip_captions_and_bare_timers),
		cmocka_unit_test(trouble_is_found_in_both_directions),
		cmocka_unit_test(without_more_trouble_the_cursor_stays),
		cmocka_unit_test(a_state_is_found_by_its_name_in_any_case),
		cmocka_unit_test(all_words_of_a_query_must_match),
		cmocka_unit_test(a_number_is_a_sequence_or_acknowledgment_number),
		cmocka_unit_test(a_search_goes_round_at_the_ends),
		cmocka_unit_test(the_client_is_who_sends_first),
		cmocka_unit_test(a_connection_is_followed_with_its_peer),
		cmocka_unit_test(of_many_hosts_two_are_followed),
		cmocka_unit_test(before_everything_both_ends_are_closed),
		cmocka_unit_test(an_end_at_a_position_is_the_same_however_one_came_there),
	};

	return cmocka_run_group_tests_name("cursor", tests, open_lesson, close_lesson);
}
