/* Each finding of the lint fires on a picture that has the fault, and says
 * where; and the same picture put right is clean. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/lint.h"
#include "viz/plain_metrics.h"
#include "viz/theme.h"

static const struct lint_rules rules = {.min_type = 12, .min_contrast = 4.5};
static const struct font font = {FACE_UI, WEIGHT_REGULAR, false, 20};
static const struct font number = {FACE_NUMBER, WEIGHT_REGULAR, false, 20};

static struct canvas *opened(void)
{
	struct canvas *c = canvas_open(&plain_metrics);

	canvas_reset(c, 400, 300, rgb(0xffffff));
	return c;
}

static struct text_style black(void)
{
	return text_style(font, rgb(0x000000));
}

/* Closes the canvas. NULL: no finding; otherwise the only one. */
static void assert_finding(struct canvas *c, const char *sentence)
{
	struct lint_finding findings[8];
	size_t count = lint_canvas(c, &rules, findings, 8);

	canvas_close(c);
	if (sentence == NULL && count > 0)
		fail_msg("unexpected: %s", findings[0].text);
	if (sentence == NULL)
		return;
	if (count == 0)
		fail_msg("not found: %s", sentence);
	assert_string_equal(findings[0].text, sentence);
	assert_int_equal(count, 1);
}

static void assert_clean(struct canvas *c)
{
	assert_finding(c, NULL);
}

/* ---- text over text ---- */

/* The time of an arrow and the name of a state, as in the dark mock-up. */
static struct canvas *time_and_state(double state_x)
{
	struct canvas *c = opened();
	struct text_style style = text_style(number, rgb(0));

	canvas_begin(c, "time-4");
	canvas_text(c, at(20, 100), "1.100", &style);
	canvas_end(c);
	canvas_begin(c, "state-7");
	style = black();
	canvas_text(c, at(state_x, 101), "ESTABLISHED", &style);
	canvas_end(c);
	return c;
}

static void text_over_text_is_found(void **state)
{
	(void)state;
	assert_finding(time_and_state(50),
		       "\"1.100\" (time-4) and \"ESTABLISHED\" (state-7) overlap by 18 px");
	assert_clean(time_and_state(82));
}

/* A label along an arrow, and a note whose upright bounds it would cover. */
static struct canvas *slanted_and_note(double note_y)
{
	struct canvas *c = opened();
	struct text_style style = black();

	style.angle = atan2(100, 200);
	canvas_text(c, at(50, 50), "SYN,ACK  seq=300", &style);
	style.angle = 0;
	canvas_text(c, at(60, note_y), "lost", &style);
	return c;
}

static void slanted_text_is_a_slanted_rectangle(void **state)
{
	struct lint_finding finding;
	struct canvas *touching = slanted_and_note(75);

	(void)state;
	assert_int_equal(lint_canvas(touching, &rules, &finding, 1), 1);
	assert_int_equal(finding.kind, LINT_OVERLAP);
	canvas_close(touching);
	/* Within the upright bounds of the slanted label, but beside it. */
	assert_clean(slanted_and_note(118));
}

static struct canvas *stacked(double pitch)
{
	struct canvas *c = opened();
	struct text_style style = black();

	canvas_text(c, at(10, 100), "rcv SYN", &style);
	canvas_text(c, at(10, 100 + pitch), "snd SYN,ACK", &style);
	return c;
}

static void lines_of_one_label_may_be_close_but_not_too_close(void **state)
{
	(void)state;
	assert_clean(stacked(22));
	assert_finding(
		stacked(14),
		"\"rcv SYN\" (the picture) and \"snd SYN,ACK\" (the picture) overlap by 5 px");
}

static void a_menu_may_cover_text_but_a_panel_may_not_cover_half(void **state)
{
	struct canvas *c = opened();
	struct text_style style = black();

	(void)state;
	canvas_text(c, at(10, 100), "underneath it all", &style);
	canvas_begin_float(c, box(60, 60, 200, 100), "menu");
	canvas_rect(c, box(60, 60, 200, 100), rgb(0xffffff));
	canvas_text(c, at(70, 100), "Export", &style);
	canvas_line(c, at(20, 95), at(64, 95), stroke(1, rgb(0x000000)));
	canvas_end(c);
	assert_clean(c);

	c = opened();
	canvas_text(c, at(10, 100), "underneath it all", &style);
	canvas_begin(c, "panel");
	canvas_rect(c, box(60, 60, 200, 100), rgb(0xffffff));
	canvas_end(c);
	assert_finding(c, "\"underneath it all\" (the picture) is partly covered by a shape of "
			  "panel");
}

static void what_is_hidden_altogether_is_not_there(void **state)
{
	struct canvas *c = opened();
	struct text_style style = black();

	(void)state;
	canvas_text(c, at(10, 100), "below", &style);
	canvas_rect(c, box(0, 0, 400, 300), rgb(0xffffff));
	canvas_text(c, at(10, 100), "above", &style);
	assert_clean(c);
}

/* ---- edges ---- */

static void text_outside_of_the_picture_is_found(void **state)
{
	struct canvas *c = opened();
	struct text_style style = text_style(number, rgb(0));

	(void)state;
	style.align = ALIGN_RIGHT;
	canvas_text(c, at(400, 100), "1.050", &style);
	assert_clean(c);
	c = opened();
	canvas_text(c, at(405, 100), "1.050", &style);
	assert_finding(c, "\"1.050\" (the picture) is 5 px outside of the picture");
	c = opened();
	style.align = ALIGN_CENTRE;
	style.angle = 1.5707963267948966;
	canvas_text(c, at(200, 280), "1.050", &style);
	assert_finding(c, "\"1.050\" (the picture) is 10 px outside of the picture");
}

static struct canvas *clipped(enum clip kind, double y)
{
	struct canvas *c = opened();
	struct text_style style = black();

	canvas_clip(c, box(10, 100, 200, 100), kind);
	canvas_begin(c, "row-1");
	canvas_text(c, at(20, y), "10.0.0.5:5501", &style);
	canvas_end(c);
	canvas_unclip(c);
	return c;
}

static void text_cut_by_a_frame_is_found_but_a_list_may_scroll(void **state)
{
	(void)state;
	assert_clean(clipped(CLIP_FRAME, 120));
	assert_finding(clipped(CLIP_FRAME, 105),
		       "\"10.0.0.5:5501\" (row-1) is cut off by its frame, 10 px");
	assert_clean(clipped(CLIP_WINDOW, 105));
	assert_clean(clipped(CLIP_WINDOW, 50));
}

static void a_clip_cuts_nothing_after_its_end(void **state)
{
	struct canvas *c = clipped(CLIP_FRAME, 120);
	struct text_style style = black();

	(void)state;
	canvas_text(c, at(20, 280), "below the frame", &style);
	assert_clean(c);
	c = clipped(CLIP_FRAME, 120);
	style.color = rgb(0xffffff);
	canvas_text(c, at(20, 280), "unseen", &style);
	assert_finding(c, "\"unseen\" (the picture) has a contrast of 1.00, under 4.50");
}

static struct canvas *in_box(const char *text)
{
	struct canvas *c = opened();
	struct text_style style = text_style(number, rgb(0));

	canvas_begin(c, "box-3");
	style.align = ALIGN_CENTRE;
	canvas_text_in(c, box(100, 100, 110, 30), text, &style);
	canvas_end(c);
	return c;
}

static void text_wider_than_its_box_is_found(void **state)
{
	(void)state;
	assert_clean(in_box("SYN-SENT"));
	assert_finding(in_box("SYN-RECEIVED"), "\"SYN-RECEIVED\" (box-3) is 34 px wider than its "
					       "box");
}

static struct canvas *in_group(double y)
{
	struct canvas *c = opened();
	struct text_style style = black();

	canvas_begin_box(c, box(100, 100, 200, 100), "panel");
	canvas_begin(c, "word");
	canvas_text(c, at(110, y), "seq", &style);
	canvas_end(c);
	canvas_end(c);
	return c;
}

static void text_that_leaves_the_box_of_its_group_is_found(void **state)
{
	(void)state;
	assert_clean(in_group(190));
	assert_finding(in_group(203), "\"seq\" (word) sticks 7 px out of panel");
}

/* ---- looks ---- */

static void small_text_is_found(void **state)
{
	struct canvas *c = opened();
	struct text_style style = black();

	(void)state;
	style.font.size = 12;
	canvas_text(c, at(10, 100), "axis", &style);
	assert_clean(c);
	c = opened();
	style.font.size = 11.5;
	canvas_text(c, at(10, 100), "axis", &style);
	assert_finding(c, "\"axis\" (the picture) is set in 11.5 px, under the smallest size of "
			  "12.0 px");
}

static struct canvas *grey_on(struct color grey, struct color bar, double bar_x)
{
	struct canvas *c = opened();
	struct text_style style = text_style(font, grey);

	canvas_line(c, at(bar_x, 92), at(bar_x + 150, 92), stroke(40, bar));
	canvas_text(c, at(100, 100), "grey", &style);
	return c;
}

static void faint_text_is_found_with_what_lies_under_it(void **state)
{
	(void)state;
	assert_clean(grey_on(rgb(0x767676), rgb(0xffffff), 100));
	assert_finding(grey_on(rgb(0x777777), rgb(0xffffff), 100),
		       "\"grey\" (the picture) has a contrast of 4.48, under 4.50");
	/* Legible on the page, not on the bar which ends in the middle of it. */
	assert_finding(grey_on(rgb(0x767676), rgb(0xdde1e6), 120),
		       "\"grey\" (the picture) has a contrast of 3.46, under 4.50");
	assert_clean(grey_on(rgb(0x767676), rgb(0xdde1e6), 200));
}

static void half_transparent_text_is_judged_as_it_looks(void **state)
{
	struct canvas *c = opened();
	struct text_style style = text_style(font, (struct color){0, 0, 0, 100});

	(void)state;
	canvas_text(c, at(100, 100), "dim", &style);
	assert_finding(c, "\"dim\" (the picture) has a contrast of 2.78, under 4.50");
}

static struct canvas *with_line(double y, struct color color, bool plate)
{
	struct canvas *c = opened();
	struct text_style style = black();

	canvas_begin(c, "edge-5");
	canvas_line(c, at(0, y), at(400, y + 5), stroke(2, color));
	canvas_end(c);
	if (plate)
		canvas_rect(c, box(95, 80, 200, 30), rgb(0xffffff));
	canvas_text(c, at(100, 100), "rcv FIN", &style);
	return c;
}

static void a_line_through_letters_is_found(void **state)
{
	(void)state;
	assert_finding(with_line(94, rgb(0x3a3f47), false),
		       "\"rcv FIN\" (the picture) is crossed by a line of edge-5");
	assert_clean(with_line(104, rgb(0x3a3f47), false));
	assert_clean(with_line(94, rgb(0xdde1e6), false)); /* a grid */
	assert_clean(with_line(94, rgb(0x3a3f47), true));
}

static void a_curve_through_letters_is_found(void **state)
{
	struct canvas *c = opened();
	struct text_style style = black();
	const struct point points[4] = {{100, 50}, {100, 250}, {200, 250}, {200, 50}};

	(void)state;
	/* The curve's lowest point is at y = 200, its hull reaches to 250. */
	canvas_curve(c, points, stroke(1, rgb(0)));
	canvas_text(c, at(130, 245), "below", &style);
	assert_clean(c);
	c = opened();
	canvas_curve(c, points, stroke(1, rgb(0)));
	canvas_text(c, at(130, 206), "on it", &style);
	assert_finding(c, "\"on it\" (the picture) is crossed by a line of the picture");
}

static void one_name_for_two_groups_is_found_once(void **state)
{
	struct canvas *c = opened();

	(void)state;
	for (int i = 0; i < 3; i++) {
		canvas_begin(c, "segment-%d", 4);
		canvas_end(c);
		canvas_begin(c, "state-%d", i);
		canvas_end(c);
	}
	assert_finding(c, "more than one group is called segment-4");
}

static void all_findings_are_counted_even_without_room(void **state)
{
	struct canvas *c = opened();
	struct text_style style = text_style(font, rgb(0xffffff));
	struct lint_finding findings[2];

	(void)state;
	for (int i = 0; i < 5; i++)
		canvas_text(c, at(10, 40 + i * 40), "white", &style);
	assert_int_equal(lint_canvas(c, &rules, findings, 2), 5);
	assert_int_equal(findings[1].kind, LINT_CONTRAST);
	canvas_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_over_text_is_found),
		cmocka_unit_test(slanted_text_is_a_slanted_rectangle),
		cmocka_unit_test(lines_of_one_label_may_be_close_but_not_too_close),
		cmocka_unit_test(a_menu_may_cover_text_but_a_panel_may_not_cover_half),
		cmocka_unit_test(what_is_hidden_altogether_is_not_there),
		cmocka_unit_test(text_outside_of_the_picture_is_found),
		cmocka_unit_test(text_cut_by_a_frame_is_found_but_a_list_may_scroll),
		cmocka_unit_test(a_clip_cuts_nothing_after_its_end),
		cmocka_unit_test(text_wider_than_its_box_is_found),
		cmocka_unit_test(text_that_leaves_the_box_of_its_group_is_found),
		cmocka_unit_test(small_text_is_found),
		cmocka_unit_test(faint_text_is_found_with_what_lies_under_it),
		cmocka_unit_test(half_transparent_text_is_judged_as_it_looks),
		cmocka_unit_test(a_line_through_letters_is_found),
		cmocka_unit_test(a_curve_through_letters_is_found),
		cmocka_unit_test(one_name_for_two_groups_is_found_once),
		cmocka_unit_test(all_findings_are_counted_even_without_room),
	};

	return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
