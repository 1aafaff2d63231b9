/* Room for labels: what blocks it, and where the nearest free place is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "viz/strip.h"

enum { OURS = 1, OTHERS = 2 };

static struct slab level(double x, double y, double width, double height)
{
	return (struct slab){at(x, y), width / 2, height / 2, 0};
}

/* ---- placer ---- */

static void labels_that_overlap_have_no_room(void **state)
{
	struct placer p = {0};
	struct slab first = level(100, 100, 80, 20);
	struct slab over = level(150, 110, 80, 20);
	struct slab under = level(100, 121, 80, 20);

	(void)state;
	placer_add_slab(&p, &first);
	assert_false(placer_has_room(&p, &over, OURS));
	assert_true(placer_has_room(&p, &under, OURS));
	placer_free(&p);
}

/* Their upright bounds meet; they themselves do not. */
static void slanted_labels_may_lie_side_by_side(void **state)
{
	struct placer p = {0};
	struct slab first = {at(100, 100), 60, 8, 0.6};
	struct slab second = {at(88, 118), 60, 8, 0.6};

	(void)state;
	placer_add_slab(&p, &first);
	assert_true(slab_bounds(&first).y < bottom_of(slab_bounds(&second)));
	assert_true(placer_has_room(&p, &second, OURS));
	second.angle = -0.6;
	assert_false(placer_has_room(&p, &second, OURS));
	placer_free(&p);
}

static void a_line_takes_room_from_all_labels_but_its_own(void **state)
{
	struct placer p = {0};
	struct slab slab = level(100, 100, 80, 20);

	(void)state;
	placer_add_line(&p, at(0, 0), at(200, 200), OTHERS);
	assert_false(placer_has_room(&p, &slab, OURS));
	assert_false(placer_has_room(&p, &slab, OWNED_BY_NONE));
	assert_true(placer_has_room(&p, &slab, OTHERS));
	assert_true(placer_has_room_over_lines(&p, &slab));
	placer_free(&p);
	assert_true(placer_has_room(&p, &slab, OURS));
}

static void a_slab_lies_where_the_text_is_drawn(void **state)
{
	struct font font = {FACE_UI, WEIGHT_REGULAR, false, 20};
	struct text_style style = text_style(font, rgb(0));
	struct slab slab;

	(void)state;
	slab = slab_of_text(at(100, 100), &style, 60);
	assert_true(fabs(slab.centre.x - 130) < 0.01);
	assert_true(slab.centre.y < 100 && slab.centre.y > 85);
	style.align = ALIGN_RIGHT;
	assert_true(fabs(slab_of_text(at(100, 100), &style, 60).centre.x - 70) < 0.01);
	style.angle = atan2(1, 0); /* downwards: what was up is to the right */
	slab = slab_of_text(at(100, 100), &style, 60);
	assert_true(slab.centre.x > 100);
	assert_true(fabs(slab.centre.y - 70) < 0.01);
}

/* ---- strip ---- */

static struct strip strip_above_a_level_line(void)
{
	struct strip s = {0};

	strip_begin(&s, at(0, 100), at(400, 100), -20, -4);
	return s;
}

static void a_label_goes_to_the_middle_of_what_is_free(void **state)
{
	struct strip s = strip_above_a_level_line();
	double middle;

	(void)state;
	strip_sort(&s);
	assert_true(strip_find(&s, 100, 50, 350, 200, &middle));
	assert_true(fabs(middle - 200) < 0.01);
	assert_false(strip_find(&s, 100, 350, 50, 200, &middle));
	strip_free(&s);
}

static void a_blocked_middle_moves_the_label_as_little_as_possible(void **state)
{
	struct placer p = {0};
	struct strip s = strip_above_a_level_line();
	double middle;

	(void)state;
	/* Crosses the strip at about 190 … 206, rather left of the middle. */
	placer_add_line(&p, at(170, 100), at(210, 80), OTHERS);
	strip_block(&s, &p, true, OURS);
	strip_sort(&s);
	assert_true(strip_find(&s, 100, 50, 350, 200, &middle));
	assert_true(middle > 250 && middle < 270);
	strip_free(&s);
	placer_free(&p);
}

static void own_lines_and_what_lies_beside_do_not_block(void **state)
{
	struct placer p = {0};
	struct strip s = strip_above_a_level_line();
	double middle;

	(void)state;
	placer_add_line(&p, at(200, 0), at(200, 200), OURS);
	placer_add_line(&p, at(0, 105), at(400, 105), OTHERS);
	placer_add_rect(&p, box(150, 100, 100, 30));
	placer_add_rect(&p, box(150, 50, 100, 30));
	strip_block(&s, &p, true, OURS);
	strip_sort(&s);
	assert_int_equal(s.count, 0);
	assert_true(strip_find(&s, 400, 200, 200, 200, &middle));
	strip_free(&s);
	placer_free(&p);
}

static void without_a_gap_wide_enough_there_is_no_place(void **state)
{
	struct placer p = {0};
	struct strip s = strip_above_a_level_line();
	double middle;

	(void)state;
	for (int x = 0; x <= 400; x += 50)
		placer_add_line(&p, at(x, 60), at(x, 140), OTHERS);
	strip_block(&s, &p, true, OURS);
	strip_sort(&s);
	assert_false(strip_find(&s, 60, 30, 370, 200, &middle));
	assert_true(strip_find(&s, 40, 30, 370, 200, &middle));
	assert_true(fabs(middle - 175) < 5 || fabs(middle - 225) < 5);
	strip_free(&s);
	placer_free(&p);
}

static void a_place_on_both_sides_is_free_on_each(void **state)
{
	struct placer p = {0};
	struct strip above = strip_above_a_level_line();
	struct strip below = {0};
	struct strip both = {0};
	double middle;

	(void)state;
	strip_begin(&below, at(0, 100), at(400, 100), 4, 20);
	strip_begin(&both, at(0, 100), at(400, 100), -20, 20);
	placer_add_rect(&p, box(150, 85, 60, 8));
	placer_add_rect(&p, box(190, 108, 100, 8));
	strip_block(&above, &p, true, OURS);
	strip_block(&below, &p, true, OURS);
	strip_block_both(&both, &above);
	strip_block_both(&both, &below);
	strip_sort(&both);
	assert_true(strip_find(&both, 80, 40, 360, 200, &middle));
	assert_true(middle <= 110 || middle >= 330);
	strip_free(&above);
	strip_free(&below);
	strip_free(&both);
	placer_free(&p);
}

static void a_slanted_strip_leads_to_points_beside_its_line(void **state)
{
	struct strip s = {0};
	struct point p;

	(void)state;
	strip_begin(&s, at(10, 10), at(40, 50), -20, -4);
	p = strip_point(&s, 50, 0);
	assert_true(fabs(p.x - 40) < 0.01 && fabs(p.y - 50) < 0.01);
	/* Up is to the right of a line that falls steeply. */
	assert_true(strip_point(&s, 50, -10).x > 40);
	strip_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_that_overlap_have_no_room),
		cmocka_unit_test(slanted_labels_may_lie_side_by_side),
		cmocka_unit_test(a_line_takes_room_from_all_labels_but_its_own),
		cmocka_unit_test(a_slab_lies_where_the_text_is_drawn),
		cmocka_unit_test(a_label_goes_to_the_middle_of_what_is_free),
		cmocka_unit_test(a_blocked_middle_moves_the_label_as_little_as_possible),
		cmocka_unit_test(own_lines_and_what_lies_beside_do_not_block),
		cmocka_unit_test(without_a_gap_wide_enough_there_is_no_place),
		cmocka_unit_test(a_place_on_both_sides_is_free_on_each),
		cmocka_unit_test(a_slanted_strip_leads_to_points_beside_its_line),
	};

	return cmocka_run_group_tests_name("placer", tests, NULL, NULL);
}
