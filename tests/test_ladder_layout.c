/* The ladder's map from time to height, and where arrows go by it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sample_recording.h"
#include "viz/ladder_layout.h"
#include "viz/plain_metrics.h"

/* Far more than a window shows. */
enum { BULK = 10000 };

struct samples {
	struct recording *lesson;
	struct recording *crossing;
	struct recording *capture;
	struct recording *bulk;
	struct canvas *canvas;
	struct theme theme;
	struct rect area;
};

static int open_samples(void **state)
{
	struct samples *s = calloc(1, sizeof *s);

	s->lesson = sample_lesson();
	s->crossing = sample_crossing();
	s->capture = sample_capture();
	s->bulk = sample_bulk(BULK);
	s->canvas = canvas_open(&plain_metrics);
	s->area = box(10, 40, 900, 900);
	theme_init(&s->theme, PALETTE_LIGHT, false, 1920, 1080);
	*state = s;
	return 0;
}

static int close_samples(void **state)
{
	struct samples *s = *state;

	recording_free(s->lesson);
	recording_free(s->crossing);
	recording_free(s->capture);
	recording_free(s->bulk);
	canvas_close(s->canvas);
	free(s);
	return 0;
}

static struct ladder_layout layout_of(const struct samples *s, const struct scene *scene)
{
	struct ladder_layout l = {0};

	ladder_layout_build(&l, scene, &s->theme, s->canvas, s->area);
	return l;
}

static struct scene scene_at_turn(const struct recording *r, uint32_t turn)
{
	struct scene scene = scene_of(r);

	scene.cursor = cursor_after_turn(r, turn);
	return scene;
}

/* Its height must be at hand. */
static double height_at(const struct ladder_layout *l, nanos time)
{
	for (uint32_t i = 0; i < l->rows.count; i++)
		if (l->rows.rows[i].time == time)
			return l->rows.rows[i].y;
	fail_msg("no row at %lld", (long long)time);
	return 0;
}

/* ---- rows ---- */

static void assert_monotone(const struct ladder_layout *l)
{
	double lowest = -HUGE_VAL; /* of earlier instants */
	double instant = -HUGE_VAL;

	for (uint32_t i = 0; i < l->rows.count; i++) {
		const struct ladder_row *row = &l->rows.rows[i];

		if (i > 0 && row->time > row[-1].time)
			lowest = instant;
		assert_true(row->y >= lowest);
		instant = fmax(instant, row->y);
	}
}

static void a_later_instant_never_stands_higher(void **state)
{
	const struct samples *s = *state;
	const struct recording *all[] = {s->lesson, s->crossing, s->capture};

	for (int i = 0; i < 3; i++)
		for (uint32_t turn = 0; turn < recording_turns(all[i]); turn++) {
			struct scene scene = scene_at_turn(all[i], turn);
			struct ladder_layout l = layout_of(s, &scene);

			assert_monotone(&l);
			ladder_layout_free(&l);
		}
}

static void the_height_of_a_time_never_runs_backwards(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 9);
	struct ladder_layout l = layout_of(s, &scene);
	double before = -HUGE_VAL;

	for (nanos time = 0; time < nanos_from_ms(2900); time += nanos_from_us(500)) {
		double y = ladder_y_at(&l.rows, time);

		assert_true(y >= before);
		before = y;
	}
	ladder_layout_free(&l);
}

/* Heads and tails each; an answer may leave closer to what it answers. */
static void parallel_arrows_are_as_far_apart_as_their_labels_need(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->bulk, 3000);
	struct ladder_layout l = layout_of(s, &scene);
	double last[SIDES][2] = {{-HUGE_VAL, -HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
	uint32_t compared = 0;

	assert_true(l.scale.pitch >= 1.3 * s->theme.font[TYPE_NUMBER].size);
	for (uint32_t i = 0; i < l.rows.count; i++) {
		const struct ladder_row *row = &l.rows.rows[i];
		uint8_t kind = recording_event(s->bulk, row->event).kind;
		double *before = &last[row->side][kind == EVENT_SEND];

		if (kind != EVENT_SEND && kind != EVENT_ARRIVE)
			continue;
		assert_true(row->y - *before >= 0.99 * l.scale.pitch);
		*before = row->y;
		compared++;
	}
	assert_true(compared > 50);
	ladder_layout_free(&l);
}

static void a_flight_alone_is_to_scale(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 4);
	struct ladder_layout l = layout_of(s, &scene);
	double height = height_at(&l, nanos_from_ms(50)) - height_at(&l, 0);

	assert_int_equal(l.scale.flight_time, nanos_from_ms(50));
	assert_true(fabs(height - l.scale.flight) < 0.01);
	ladder_layout_free(&l);
}

static void a_long_silence_is_cut_and_says_how_long_it_was(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 4);
	struct ladder_layout l = layout_of(s, &scene);
	const struct ladder_gap *gap = &l.rows.gaps[0];

	assert_true(l.rows.gap_count > 0);
	assert_int_equal(gap->length, nanos_from_ms(975));
	assert_true(gap->silent);
	assert_true(gap->bottom - gap->top < l.scale.flight * 2);
	assert_true(gap->top >= height_at(&l, nanos_from_ms(75)));
	assert_true(gap->bottom <= height_at(&l, nanos_from_ms(1050)));
	ladder_layout_free(&l);
}

static void distances_are_the_same_wherever_the_cursor_is(void **state)
{
	const struct samples *s = *state;
	struct scene here = scene_at_turn(s->bulk, 5000);
	struct scene there = scene_at_turn(s->bulk, 5020);
	struct ladder_layout a = layout_of(s, &here);
	struct ladder_layout b = layout_of(s, &there);
	uint32_t from = recording_event(s->bulk, here.cursor.event).turn;
	const struct ladder_row *first = NULL;
	double shift = 0;
	uint32_t compared = 0;

	for (uint32_t i = 0; i < a.rows.count; i++) {
		const struct ladder_row *row = &a.rows.rows[i];
		const struct ladder_row *same = ladder_row_of(&b.rows, row->event);

		if (!same || same->event != row->event)
			continue;
		if (!first)
			shift = same->y - row->y;
		first = row;
		assert_true(fabs(same->y - row->y - shift) < 0.01);
		compared++;
	}
	assert_int_equal(from, 5000);
	assert_true(compared > 50);
	ladder_layout_free(&a);
	ladder_layout_free(&b);
}

static void only_what_is_near_is_built(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->bulk, 15000);
	struct ladder_layout l = layout_of(s, &scene);

	assert_true(recording_events(s->bulk) > 7 * BULK);
	assert_in_range(l.rows.end_event - l.rows.first_event, 100, 2000);
	assert_in_range(l.arrow_count, 20, 200);
	ladder_layout_free(&l);
}

/* ---- arrows ---- */

static void every_arrow_points_down_and_across(void **state)
{
	const struct samples *s = *state;
	const struct recording *all[] = {s->lesson, s->crossing, s->capture};

	for (int i = 0; i < 3; i++)
		for (uint32_t turn = 0; turn < recording_turns(all[i]); turn++) {
			struct scene scene = scene_at_turn(all[i], turn);
			struct ladder_layout l = layout_of(s, &scene);

			for (uint32_t k = 0; k < l.arrow_count; k++) {
				const struct ladder_arrow *a = &l.arrows[k];

				assert_true(a->to.y >= a->from.y + l.scale.pitch);
				assert_true((a->to.x > a->from.x) == (a->side == CLIENT));
				assert_true(a->travelled >= 0 && a->travelled <= 1);
			}
			ladder_layout_free(&l);
		}
}

static const struct ladder_arrow *arrow_of(const struct ladder_layout *l, uint32_t packet)
{
	for (uint32_t i = 0; i < l->arrow_count; i++)
		if (l->arrows[i].packet == packet)
			return &l->arrows[i];
	fail_msg("packet %u has no arrow", packet);
	return NULL;
}

static void a_lost_segment_ends_between_the_lifelines(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 3);
	struct ladder_layout l = layout_of(s, &scene);
	const struct ladder_arrow *lost = arrow_of(&l, 1);
	const struct rect *lane = &l.columns.lane;

	assert_int_equal(lost->fate, FATE_LOST);
	assert_true(lost->to.x > lane->x + lane->w * 0.2);
	assert_true(lost->to.x < lane->x + lane->w * 0.5);
	ladder_layout_free(&l);
}

static void a_segment_under_way_is_where_its_time_says(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->crossing, 7); /* 10 ms after the RST left */
	struct ladder_layout l = layout_of(s, &scene);
	const struct ladder_arrow *rst = arrow_of(&l, 4);

	assert_int_equal(rst->when, WHEN_UNDER_WAY);
	assert_true(fabs(rst->travelled - 0.2) < 0.001);
	ladder_layout_free(&l);
	scene.moment = nanos_from_ms(155);
	l = layout_of(s, &scene);
	assert_true(fabs(arrow_of(&l, 4)->travelled - 0.5) < 0.001);
	ladder_layout_free(&l);
}

static void while_moving_on_what_has_arrived_is_still_seen_coming(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->crossing, 8); /* the RST arrives */
	struct ladder_layout l = layout_of(s, &scene);

	assert_int_equal(arrow_of(&l, 4)->when, WHEN_PAST);
	ladder_layout_free(&l);
	scene.moment = nanos_from_ms(160);
	l = layout_of(s, &scene);
	assert_int_equal(arrow_of(&l, 4)->when, WHEN_UNDER_WAY);
	ladder_layout_free(&l);
}

static void a_hidden_future_shows_nothing_that_is_to_come(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 8);
	struct ladder_layout l;

	scene.hide_future = true;
	l = layout_of(s, &scene);
	assert_true(l.arrow_count > 4);
	for (uint32_t i = 0; i < l.arrow_count; i++) {
		const struct ladder_arrow *a = &l.arrows[i];

		assert_int_not_equal(a->when, WHEN_FUTURE);
		/* Neither that one will be lost nor that one will be overtaken. */
		if (a->when == WHEN_UNDER_WAY)
			assert_int_equal(a->fate, FATE_OPEN);
	}
	for (uint32_t i = 0; i < l.bracket_count; i++)
		assert_int_equal(l.brackets[i].when, WHEN_PAST);
	ladder_layout_free(&l);
}

/* ---- states and timers ---- */

static void a_lifeline_tells_the_states_in_their_order(void **state)
{
	static const enum tcp_state expected[] = {CLOSED, SYN_SENT, ESTABLISHED};
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 4);
	struct ladder_layout l = layout_of(s, &scene);
	unsigned seen = 0;
	double bottom = 0;

	for (uint32_t i = 0; i < l.track_count; i++) {
		const struct ladder_track *track = &l.tracks[i];

		if (track->side != CLIENT || track->top > bottom_of(s->area))
			continue;
		if (seen > 0)
			assert_true(fabs(track->top - bottom) < 0.01);
		bottom = track->bottom;
		assert_in_range(seen, 0, 2);
		assert_int_equal(track->state, expected[seen++]);
	}
	assert_int_equal(seen, 3);
	ladder_layout_free(&l);
}

static void a_host_that_restarts_is_closed_from_then_on(void **state)
{
	const struct samples *s = *state;
	struct recording *r = sample_restart();
	struct scene scene = scene_of(r);
	struct ladder_layout l;
	const struct ladder_track *last = NULL;

	scene.cursor = cursor_end(r);
	l = layout_of(s, &scene);
	for (uint32_t i = 0; i < l.track_count; i++)
		if (l.tracks[i].side == SERVER)
			last = &l.tracks[i];
	assert_non_null(last);
	assert_int_equal(last->state, CLOSED);
	assert_true(fabs(last->top - height_at(&l, nanos_from_ms(1400))) < 0.01);
	ladder_layout_free(&l);
	recording_free(r);
}

static void a_timer_reaches_from_its_start_to_when_it_fires(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 4);
	struct ladder_layout l = layout_of(s, &scene);
	const struct ladder_bracket *b = &l.brackets[0];

	assert_true(l.bracket_count > 0);
	assert_int_equal(b->side, SERVER);
	assert_int_equal(b->length, nanos_from_s(1));
	assert_true(b->bottom - height_at(&l, nanos_from_ms(1050)) < 0.01);
	assert_int_equal(b->when, WHEN_PAST);
	ladder_layout_free(&l);
}

/* ---- scrolling ---- */

static double height_of_row(const struct ladder_layout *l, uint32_t event)
{
	const struct ladder_row *row = ladder_row_of(&l->rows, event);

	assert_non_null(row);
	return row->y;
}

static void the_cursor_is_always_in_sight(void **state)
{
	const struct samples *s = *state;

	for (uint32_t turn = 0; turn < recording_turns(s->lesson); turn++) {
		struct scene scene = scene_at_turn(s->lesson, turn);
		struct ladder_layout l = layout_of(s, &scene);

		assert_true(l.band_top >= l.columns.body.y);
		assert_true(l.band_bottom <= bottom_of(l.columns.body));
		ladder_layout_free(&l);
	}
}

static void scrolling_moves_everything_by_as_much(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->bulk, 15000);
	struct ladder_layout before = layout_of(s, &scene);
	struct scene moved = ladder_scrolled(&scene, &s->theme, s->canvas, s->area, 5000);
	struct ladder_layout after;
	uint32_t event = before.rows.rows[before.rows.count / 2].event;
	double height = height_of_row(&before, event);

	after = layout_of(s, &moved);
	/* So far that the old place is not built any more. */
	assert_true(after.rows.first_event > scene.cursor.event);
	moved = ladder_scrolled(&moved, &s->theme, s->canvas, s->area, -4900);
	ladder_layout_free(&after);
	after = layout_of(s, &moved);
	assert_true(fabs(height_of_row(&after, event) - (height - 100)) < 0.01);
	ladder_layout_free(&before);
	ladder_layout_free(&after);
}

static void one_cannot_scroll_beyond_the_ends(void **state)
{
	const struct samples *s = *state;
	struct scene scene = scene_at_turn(s->lesson, 10);
	struct scene up = ladder_scrolled(&scene, &s->theme, s->canvas, s->area, -1e5);
	struct scene down = ladder_scrolled(&scene, &s->theme, s->canvas, s->area, 1e5);
	struct ladder_layout top = layout_of(s, &up);
	struct ladder_layout bottom = layout_of(s, &down);
	struct rect body = top.columns.body;

	assert_true(top.rows.rows[0].y > body.y && top.rows.rows[0].y < body.y + 100);
	assert_true(ladder_rows_bottom(&bottom.rows) < bottom_of(body));
	assert_true(ladder_rows_bottom(&bottom.rows) > bottom_of(body) - 100);
	ladder_layout_free(&top);
	ladder_layout_free(&bottom);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_later_instant_never_stands_higher),
		cmocka_unit_test(the_height_of_a_time_never_runs_backwards),
		cmocka_unit_test(parallel_arrows_are_as_far_apart_as_their_labels_need),
		cmocka_unit_test(a_flight_alone_is_to_scale),
		cmocka_unit_test(a_long_silence_is_cut_and_says_how_long_it_was),
		cmocka_unit_test(distances_are_the_same_wherever_the_cursor_is),
		cmocka_unit_test(only_what_is_near_is_built),
		cmocka_unit_test(every_arrow_points_down_and_across),
		cmocka_unit_test(a_lost_segment_ends_between_the_lifelines),
		cmocka_unit_test(a_segment_under_way_is_where_its_time_says),
		cmocka_unit_test(while_moving_on_what_has_arrived_is_still_seen_coming),
		cmocka_unit_test(a_hidden_future_shows_nothing_that_is_to_come),
		cmocka_unit_test(a_lifeline_tells_the_states_in_their_order),
		cmocka_unit_test(a_host_that_restarts_is_closed_from_then_on),
		cmocka_unit_test(a_timer_reaches_from_its_start_to_when_it_fires),
		cmocka_unit_test(the_cursor_is_always_in_sight),
		cmocka_unit_test(scrolling_moves_everything_by_as_much),
		cmocka_unit_test(one_cannot_scroll_beyond_the_ends),
	};

	return cmocka_run_group_tests_name("ladder_layout", tests, open_samples, close_samples);
}
