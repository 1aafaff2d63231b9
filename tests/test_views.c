/* What each view draws: inside its rectangle, legible, and saying the right
 * things. The lint is the eye. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/views.h"
#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/page_lesson.h"
#include "viz/page_projector.h"
#include "viz/view_ladder.h"
#include "viz/view_sequence_space.h"
#include "viz/view_states.h"
#include "viz/view_timeline.h"
#include "viz/view_variables.h"
#include "viz/view_why.h"

/* ---- inside ---- */

static void draw_view(int view, struct canvas *c, const struct theme *t, const struct scene *s,
		      struct rect area)
{
	switch (view) {
	case 0: view_ladder_draw(c, t, s, area); break;
	case 1: view_states_draw(c, t, s, CLIENT, area); break;
	case 2: view_variables_draw(c, t, s, SERVER, area); break;
	case 3: view_sequence_space_draw(c, t, s, SERVER, area); break;
	case 4: view_why_draw(c, t, s, area); break;
	default: view_timeline_draw(c, t, s, area); break;
	}
}

/* All that can be seen of the picture lies in `area`, up to an outline. */
static void assert_inside(const struct canvas *c, struct rect area)
{
	enum { DEPTH = 8 };
	struct rect clips[DEPTH] = {box(0, 0, c->width, c->height)};
	int depth = 0;

	area = rect_inset(area, -4, -4);
	for (size_t i = 0; i < c->command_count; i++) {
		const struct command *command = &c->commands[i];
		struct rect seen;

		if (command->kind == COMMAND_CLIP)
			clips[++depth] = command->clip.r;
		if (command->kind == COMMAND_UNCLIP)
			depth--;
		seen = rect_meet(command_bounds(c, command), clips[depth]);
		if (seen.w <= 0 || seen.h <= 0)
			continue;
		if (seen.x < area.x || seen.y < area.y || right_of(seen) > right_of(area) ||
		    bottom_of(seen) > bottom_of(area))
			fail_msg("%s leaves its rectangle at %g,%g %gx%g",
				 group_id(c, command->group), seen.x, seen.y, seen.w, seen.h);
	}
}

static void every_view_stays_in_its_rectangle(void **state)
{
	static const struct rect areas[] = {
		{100, 60, 590, 560}, {100, 60, 335, 330}, {100, 60, 335, 110},
		{100, 60, 335, 110}, {100, 60, 900, 70},  {100, 60, 900, 22},
	};
	const struct samples *s = *state;

	for (int view = 0; view < 6; view++)
		for (int i = 0; i < SAMPLES; i++)
			for (uint32_t turn = 0; turn < recording_turns(s->recordings[i]); turn++) {
				struct theme t = clear(s->canvas, false, 1280, 720);
				struct scene scene = scene_at_turn(s->recordings[i], turn);

				draw_view(view, s->canvas, &t, &scene, areas[view]);
				assert_inside(s->canvas, areas[view]);
			}
}

static void views_draw_into_a_rectangle_of_no_size(void **state)
{
	const struct samples *s = *state;

	for (int view = 0; view < 6; view++) {
		struct theme t = clear(s->canvas, false, 1280, 720);
		struct scene scene = scene_at_turn(s->recordings[0], 9);

		draw_view(view, s->canvas, &t, &scene, box(50, 50, 0, 0));
		draw_view(view, s->canvas, &t, &scene, box(50, 50, 30, 12));
		assert_true(s->canvas->command_count > 0);
	}
}

static bool apart(struct rect a, struct rect b)
{
	struct rect both = rect_meet(a, b);

	return both.w <= 0 || both.h <= 0;
}

static void the_parts_of_a_page_are_apart_and_inside(void **state)
{
	static const double sizes[][2] = {{1280, 720}, {1920, 1080}, {3840, 2160}, {1280, 1024}};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct rect all = box(0, 0, sizes[i][0], sizes[i][1]);
		struct theme t;
		struct page_lesson p;

		theme_init(&t, PALETTE_LIGHT, false, all.w, all.h);
		p = page_lesson_layout(&t, all);
		const struct rect parts[] = {
			p.header,       p.ladder,   p.states[0], p.states[1], p.variables[0],
			p.variables[1], p.space[0], p.space[1],  p.why,       p.timeline};
		enum { PARTS = sizeof parts / sizeof parts[0] };

		for (int a = 0; a < PARTS; a++) {
			assert_true(parts[a].w > 100 && parts[a].h > 10);
			assert_true(rect_meet(parts[a], all).w == parts[a].w);
			assert_true(rect_meet(parts[a], all).h == parts[a].h);
			for (int b = a + 1; b < PARTS; b++)
				assert_true(apart(parts[a], parts[b]));
		}
	}
}

/* ---- legible ---- */

static void lint_every_step(const struct samples *s, enum palette palette, bool projector,
			    double width, double height)
{
	struct theme t;

	theme_init(&t, palette, projector, width, height);
	for (int i = 0; i < SAMPLES; i++) {
		struct scene scene = scene_of(s->recordings[i]);

		for (;;) {
			canvas_reset(s->canvas, width, height, t.color[ROLE_BACKGROUND]);
			draw_page(s->canvas, &t, &scene);
			assert_lint_is_silent(s->canvas, &t, i, &scene);
			if (cursor_is_at_end(scene.recording, scene.cursor))
				break;
			scene.cursor = cursor_forward(scene.recording, scene.cursor, STEP_TURN);
		}
	}
}

static void no_step_of_a_page_has_a_label_that_cannot_be_read(void **state)
{
	lint_every_step(*state, PALETTE_LIGHT, false, 1280, 720);
	lint_every_step(*state, PALETTE_DARK, false, 1920, 1080);
}

static void no_step_of_the_projector_has_a_label_that_cannot_be_read(void **state)
{
	lint_every_step(*state, PALETTE_DARK, true, 1280, 720);
	lint_every_step(*state, PALETTE_LIGHT, true, 1920, 1080);
}

static void selections_zooms_and_predictions_are_legible_as_well(void **state)
{
	static const double zooms[] = {0.2, 0.5, 1.7, 4};
	const struct samples *s = *state;

	for (int i = 0; i < SAMPLES; i++)
		for (uint32_t turn = 0; turn < recording_turns(s->recordings[i]); turn += 5) {
			struct theme t = clear(s->canvas, false, 1920, 1080);
			struct scene scene = scene_at_turn(s->recordings[i], turn);

			scene.zoom = zooms[turn % 4];
			scene.selected = turn / 3;
			scene.hovered = turn / 3 + 2;
			scene.relative = true;
			scene.hide_future = turn % 2 == 0;
			draw_page(s->canvas, &t, &scene);
			assert_lint_is_silent(s->canvas, &t, i, &scene);
		}
}

static void projected_type_is_a_thirtieth_of_the_height(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, true, 1280, 720);
	struct scene scene = scene_at_turn(s->recordings[0], 9);

	draw_page(s->canvas, &t, &scene);
	assert_true(s->canvas->text_count > 20);
	for (size_t i = 0; i < s->canvas->text_count; i++)
		assert_true(s->canvas->texts[i].style.font.size >= 720 / 30.0);
}

/* ---- the ladder ---- */

static void the_ladder_says_what_is_sent_lost_and_sent_again(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[0], 4);

	view_ladder_draw(s->canvas, &t, &scene, box(10, 40, 900, 900));
	assert_true(says(s->canvas, "SYN seq=100"));
	assert_true(says(s->canvas, "SYN,ACK seq=300 ack=101"));
	assert_true(says(s->canvas, "SYN,ACK seq=300 ack=101 again"));
	assert_true(says(s->canvas, "lost by rule 1"));
	assert_true(says(s->canvas, "0.975 s with no segments (not to scale)"));
	assert_true(says(s->canvas, "SYN-RECEIVED"));
	assert_true(says(s->canvas, "RTO 1.000 s"));
}

static void relative_numbers_count_from_the_isn(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[0], 4);

	scene.relative = true;
	view_ladder_draw(s->canvas, &t, &scene, box(10, 40, 900, 900));
	assert_true(says(s->canvas, "SYN seq=0"));
	assert_true(says(s->canvas, "SYN,ACK seq=0 ack=1"));
	assert_false(says(s->canvas, "seq=300 "));
}

static void the_pointer_finds_a_segment_on_its_arrow(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[0], 4);
	unsigned found = 0;

	view_ladder_draw(s->canvas, &t, &scene, box(10, 40, 900, 900));
	for (size_t i = 0; i < s->canvas->command_count; i++) {
		const struct command *command = &s->canvas->commands[i];
		const char *id = group_id(s->canvas, command->group);
		const struct point *p;

		if (command->kind != COMMAND_LINE || strncmp(id, "packet-", 7) != 0)
			continue;
		p = &s->canvas->points[command->path.first];
		if (p[0].y < 200 || p[1].y > 800)
			continue;
		assert_string_equal(canvas_hit(s->canvas, p[0], 3), id);
		found++;
	}
	assert_true(found >= 3);
}

static void a_label_returns_when_its_segment_is_selected(void **state)
{
	const struct samples *s = *state;
	const struct recording *bulk = s->recordings[3];
	struct theme t = clear(s->canvas, false, 1280, 720);
	struct scene scene = scene_at_turn(bulk, 60);
	struct packet_record p;
	char label[32];

	scene.zoom = 0.3;
	recording_packet(bulk, 20, &p);
	snprintf(label, sizeof label, "seq=%u len", p.packet.tcp.seq.v);
	assert_true(p.packet.tcp.len > 0);
	view_ladder_draw(s->canvas, &t, &scene, box(10, 40, 590, 560));
	assert_false(says(s->canvas, label));
	clear(s->canvas, false, 1280, 720);
	scene.selected = 20;
	view_ladder_draw(s->canvas, &t, &scene, box(10, 40, 590, 560));
	assert_true(says(s->canvas, label));
}

static void inferred_states_are_italic(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[2], 5);
	int seen = 0;

	draw_page(s->canvas, &t, &scene);
	for (size_t i = 0; i < s->canvas->text_count; i++) {
		const struct text_line *line = &s->canvas->texts[i];

		if (line->style.color.b == t.color[ROLE_CLIENT].b &&
		    strcmp(text_of(s->canvas, line), "ESTABLISHED") == 0) {
			assert_true(line->style.font.italic);
			seen++;
		}
	}
	assert_int_equal(seen, 2); /* beside the lifeline, and in the diagram */
}

/* ---- the others ---- */

static void a_change_shows_the_old_and_the_new_value(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[0], 4);

	view_variables_draw(s->canvas, &t, &scene, SERVER, box(10, 10, 490, 150));
	assert_true(says(s->canvas, "1.000 → 2.000 s"));
	clear(s->canvas, false, 1920, 1080);
	view_variables_draw(s->canvas, &t, &scene, CLIENT, box(10, 10, 490, 150));
	assert_false(says(s->canvas, "→"));
}

static void held_text_is_in_the_receive_bar(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[0], 12);

	view_sequence_space_draw(s->canvas, &t, &scene, SERVER, box(10, 10, 490, 140));
	assert_true(says(s->canvas, "NXT 1101"));
	assert_true(says(s->canvas, "held 2101"));
}

static void a_step_says_what_why_and_which_it_is(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1920, 1080);
	struct scene scene = scene_at_turn(s->recordings[0], 4);

	view_why_draw(s->canvas, &t, &scene, box(10, 10, 1900, view_why_height(&t)));
	assert_true(says(s->canvas, "timer fired"));
	assert_true(says(s->canvas, "RFC 6298 §5.4"));
	assert_true(says(s->canvas, "step 5 of 28"));
}

static void how_to_go_on_is_told_at_the_start_alone(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1280, 720);
	struct scene scene = scene_of(s->recordings[0]);
	const struct rect area = box(10, 10, 1260, view_why_height(&t));

	scene.hint = "→ goes on";
	view_why_draw(s->canvas, &t, &scene, area);
	assert_true(says(s->canvas, "→ goes on"));
	clear(s->canvas, false, 1280, 720);
	scene.cursor = cursor_forward(scene.recording, scene.cursor, STEP_TURN);
	view_why_draw(s->canvas, &t, &scene, area);
	assert_false(says(s->canvas, "→ goes on"));
}

static void the_projector_begins_with_the_question_where_there_is_room(void **state)
{
	static const struct {
		const char *look_for;
		bool title;
		bool question;
	} lessons[] = {
		{"", true, false},
		{"Who asks?", true, true},
		{"Who asks? A question of this length takes the whole room of the place, and "
		 "leaves not even a line for the title: so that is not there.",
		 false, true},
		{"Who asks? A question of this length takes more than the room of the place, and "
		 "so it is not there at all: the title is, and a teacher can read the question "
		 "aloud from a page of paper, or from the lesson's page, where all has its room.",
		 true, false},
	};
	const struct samples *s = *state;

	for (size_t i = 0; i < sizeof lessons / sizeof lessons[0]; i++) {
		struct recording_info info = {
			.title = "A title of some length, as many a title of a lesson is"};
		struct theme t = clear(s->canvas, true, 1280, 720);
		struct recording *r;
		struct scene scene;

		snprintf(info.look_for, sizeof info.look_for, "%s", lessons[i].look_for);
		r = recording_new(&info);
		scene = scene_of(r);
		view_why_draw(s->canvas, &t, &scene,
			      page_projector_layout(&t, box(0, 0, 1280, 720)).why);
		assert_int_equal(says(s->canvas, "A title"), lessons[i].title);
		assert_int_equal(says(s->canvas, "Who asks?"), lessons[i].question);
		assert_lint_is_silent(s->canvas, &t, (int)i, &scene);
		recording_free(r);
	}
}

static void a_click_on_a_mark_of_the_timeline_finds_its_turn(void **state)
{
	const struct samples *s = *state;
	struct theme t = clear(s->canvas, false, 1280, 720);
	struct rect area = box(10, 680, 1260, 24);

	for (uint32_t turn = 0; turn < recording_turns(s->recordings[0]); turn++) {
		struct scene scene = scene_at_turn(s->recordings[0], turn);
		const struct command *disc = NULL;

		clear(s->canvas, false, 1280, 720);
		view_timeline_draw(s->canvas, &t, &scene, area);
		for (size_t i = 0; i < s->canvas->command_count && !disc; i++) {
			const struct command *command = &s->canvas->commands[i];

			if (command->kind == COMMAND_CIRCLE &&
			    strcmp(group_id(s->canvas, command->group), "cursor") == 0)
				disc = command;
		}
		assert_non_null(disc);
		assert_int_equal(view_timeline_turn(&t, &scene, area, disc->circle.centre), turn);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_stays_in_its_rectangle),
		cmocka_unit_test(views_draw_into_a_rectangle_of_no_size),
		cmocka_unit_test(the_parts_of_a_page_are_apart_and_inside),
		cmocka_unit_test(no_step_of_a_page_has_a_label_that_cannot_be_read),
		cmocka_unit_test(no_step_of_the_projector_has_a_label_that_cannot_be_read),
		cmocka_unit_test(selections_zooms_and_predictions_are_legible_as_well),
		cmocka_unit_test(projected_type_is_a_thirtieth_of_the_height),
		cmocka_unit_test(the_ladder_says_what_is_sent_lost_and_sent_again),
		cmocka_unit_test(relative_numbers_count_from_the_isn),
		cmocka_unit_test(the_pointer_finds_a_segment_on_its_arrow),
		cmocka_unit_test(a_label_returns_when_its_segment_is_selected),
		cmocka_unit_test(inferred_states_are_italic),
		cmocka_unit_test(a_change_shows_the_old_and_the_new_value),
		cmocka_unit_test(held_text_is_in_the_receive_bar),
		cmocka_unit_test(a_step_says_what_why_and_which_it_is),
		cmocka_unit_test(how_to_go_on_is_told_at_the_start_alone),
		cmocka_unit_test(the_projector_begins_with_the_question_where_there_is_room),
		cmocka_unit_test(a_click_on_a_mark_of_the_timeline_finds_its_turn),
	};

	return cmocka_run_group_tests_name("views", tests, open_samples, close_samples);
}
