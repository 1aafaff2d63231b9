/* The state diagram of one end: which state is lit, how warm each edge is, and
 * what stands beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/recorder.h"
#include "tests/views.h"
#include "viz/state_heat.h"
#include "viz/view_states.h"

static void every_transition_there_is_has_its_edge(void **state)
{
	unsigned figure = 0;

	(void)state;
	for (int from = 0; from < STATE_COUNT; from++)
		for (int to = 0; to < STATE_COUNT; to++) {
			enum arrow_kind kind =
				state_arrow((enum tcp_state)from, (enum tcp_state)to);
			const struct diagram_edge *edge =
				diagram_edge((enum tcp_state)from, (enum tcp_state)to);

			assert_int_equal(edge != NULL, kind != ARROW_NONE);
			if (edge)
				assert_int_equal(edge->rare,
						 kind == ARROW_GIVEN_UP || kind == ARROW_REOPEN);
			figure += edge && !edge->rare;
		}
	assert_int_equal(figure, 21);
}

static void all_labels_of_the_diagram_have_room_from_460_pixels(void **state)
{
	static const double sizes[] = {460, 560, 900};
	const struct samples *s = *state;

	for (int i = 0; i < 3; i++) {
		struct theme t = clear(s->canvas, false, 1920, 1080);
		struct scene scene = scene_of(s->recordings[0]);
		unsigned count;
		const struct diagram_edge *edges = diagram_edges(&count);

		view_states_draw(s->canvas, &t, &scene, CLIENT, box(10, 10, sizes[i], sizes[i]));
		for (unsigned k = 0; k < count; k++)
			for (int n = 0; n < 2; n++)
				if (!edges[k].rare && edges[k].lines[n] &&
				    !says(s->canvas, edges[k].lines[n]))
					fail_msg("%g px: no \"%s\"", sizes[i], edges[k].lines[n]);
		assert_lint_is_silent(s->canvas, &t, 0, &scene);
	}
}

static void the_edge_taken_in_this_step_is_the_hottest(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->recordings[0], 2);
	const struct diagram_edge *edge = diagram_edge(LISTEN, SYN_RECEIVED);
	struct diagram_heat heat;
	unsigned count;
	const struct diagram_edge *edges = diagram_edges(&count);

	diagram_heat_find(&heat, &scene, SERVER);
	assert_int_equal(heat.node, SYN_RECEIVED);
	assert_int_equal(heat.heat[edge - edges], HEAT_NOW);
	scene.cursor = cursor_forward(scene.recording, scene.cursor, STEP_TURN);
	diagram_heat_find(&heat, &scene, SERVER);
	assert_int_equal(heat.heat[edge - edges], HEAT_LAST);
}

static void a_connection_that_ended_is_in_the_lower_closed(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_of(s->recordings[0]);
	struct diagram_heat heat;

	diagram_heat_find(&heat, &scene, SERVER);
	assert_int_equal(heat.node, CLOSED);
	scene.cursor = cursor_end(scene.recording);
	diagram_heat_find(&heat, &scene, SERVER);
	assert_int_equal(heat.node, NODE_CLOSED_AGAIN);
}

static void a_host_that_restarts_is_in_the_upper_closed_by_no_edge(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_of(s->recordings[4]);
	struct diagram_heat heat;

	scene.cursor = cursor_end(scene.recording);
	diagram_heat_find(&heat, &scene, SERVER);
	assert_int_equal(heat.node, CLOSED);
	for (int i = 0; i < DIAGRAM_EDGES_MAX; i++)
		assert_true(heat.heat[i] < HEAT_LAST);
}

static void an_abort_is_told_on_the_edge_it_took(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[1], 6);

	view_states_draw(s->canvas, &t, &scene, CLIENT, box(10, 10, 490, 600));
	assert_true(says(s->canvas, "ABORT"));
}

/* A speaks with B, which is followed, and then with C. */
static struct recording *two_connections_of_a(void)
{
	struct run run = run_begin();
	struct endpoint here = run_endpoint(A, 1001);
	struct endpoint there = run_endpoint(C, 80);
	uint32_t second = recording_add_conn(run.r, A, &here, &there);
	struct event event = run_event(1, A, EVENT_TRANSITION);

	run_send(&run, 0, A, 1, 0, SYN);
	event.conn = run.conn[A];
	event.from = CLOSED;
	event.to = SYN_SENT;
	recording_add(run.r, &event);
	event = run_event(2, A, EVENT_TRANSITION);
	event.conn = second;
	event.from = TIME_WAIT;
	event.to = CLOSED;
	recording_add(run.r, &event);
	return run.r;
}

static void an_edge_that_another_connection_takes_is_cold(void **state)
{
	struct recording *r = two_connections_of_a();
	struct scene scene = scene_of(r);
	struct diagram_heat heat;
	unsigned count;
	const struct diagram_edge *edges = diagram_edges(&count);

	(void)state;
	assert_int_equal(scene.focus.host[CLIENT], A);
	assert_int_equal(scene.focus.host[SERVER], B);
	scene.cursor = cursor_end(r);
	diagram_heat_find(&heat, &scene, CLIENT);
	assert_true(heat.heat[diagram_edge(TIME_WAIT, CLOSED) - edges] < HEAT_LAST);
	recording_free(r);
}

static void what_took_another_connection_to_closed_is_not_the_reason(void **state)
{
	struct recording *r = two_connections_of_a();
	struct scene scene = scene_of(r);
	struct event event = run_event(3, A, EVENT_CALL);
	struct diagram_heat heat;

	(void)state;
	event.call = CALL_ABORT;
	recording_add(r, &event);
	event.kind = EVENT_TRANSITION;
	event.conn = 2;
	event.from = ESTABLISHED;
	event.to = CLOSED;
	event.turn = recording_event(r, recording_events(r) - 1).turn;
	recording_add(r, &event);
	scene.cursor = cursor_end(r);
	diagram_heat_find(&heat, &scene, CLIENT);
	assert_null(heat.reason);
	recording_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transition_there_is_has_its_edge),
		cmocka_unit_test(all_labels_of_the_diagram_have_room_from_460_pixels),
		cmocka_unit_test(the_edge_taken_in_this_step_is_the_hottest),
		cmocka_unit_test(a_connection_that_ended_is_in_the_lower_closed),
		cmocka_unit_test(a_host_that_restarts_is_in_the_upper_closed_by_no_edge),
		cmocka_unit_test(an_abort_is_told_on_the_edge_it_took),
		cmocka_unit_test(an_edge_that_another_connection_takes_is_cold),
		cmocka_unit_test(what_took_another_connection_to_closed_is_not_the_reason),
	};

	return cmocka_run_group_tests_name("view_states", tests, open_samples, close_samples);
}
