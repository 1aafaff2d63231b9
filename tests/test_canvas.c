/* What a view draws is recorded as it was said, measured the same everywhere,
 * and comes out as SVG that is read back by eye: the golden below. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "viz/commands.h"
#include "viz/hit.h"
#include "viz/plain_metrics.h"
#include "viz/svg_canvas.h"
#include "viz/theme.h"

static const struct font label_font = {FACE_UI, WEIGHT_REGULAR, false, 20};
static const struct font number_font = {FACE_NUMBER, WEIGHT_REGULAR, false, 20};

static struct canvas *opened(void)
{
	struct canvas *c = canvas_open(&plain_metrics);

	canvas_reset(c, 400, 300, rgb(0xffffff));
	return c;
}

static struct text_style label(void)
{
	return text_style(label_font, rgb(0x16191d));
}

/* The caller frees. */
static char *svg_of(const struct canvas *c, const struct svg_options *options)
{
	char *svg = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&svg, &len);

	svg_write(out, c, options);
	fclose(out);
	return svg;
}

static void assert_written(const struct canvas *c, const char *expected)
{
	char *svg = svg_of(c, &(struct svg_options){.inlined = true});

	if (strstr(svg, expected) == NULL)
		fail_msg("missing: %s\nin:\n%s", expected, svg);
	free(svg);
}

/* ---- recording ---- */

static void what_draws_nothing_leaves_no_command(void **state)
{
	struct canvas *c = opened();
	struct text_style unseen = text_style(label_font, NO_FILL);

	(void)state;
	canvas_rect(c, box(0, 0, 10, 10), NO_FILL);
	canvas_line(c, at(0, 0), at(9, 9), NO_STROKE);
	canvas_text(c, at(0, 20), "unseen", &unseen);
	canvas_text(c, at(0, 20), "", &(struct text_style){.font = label_font});
	assert_int_equal(c->command_count, 0);
	canvas_close(c);
}

static void reset_forgets_the_last_picture(void **state)
{
	struct canvas *c = opened();
	struct text_style style = label();

	(void)state;
	canvas_begin(c, "first");
	canvas_text(c, at(10, 20), "before", &style);
	canvas_end(c);
	canvas_reset(c, 100, 100, rgb(0));
	canvas_rect(c, box(0, 0, 1, 1), rgb(0xff0000));
	assert_int_equal(c->command_count, 1);
	assert_int_equal(c->text_count, 0);
	assert_string_equal(group_id(c, c->commands[0].group), "");
	canvas_close(c);
}

static void commands_know_their_innermost_group(void **state)
{
	struct canvas *c = opened();

	(void)state;
	canvas_begin(c, "ladder");
	canvas_begin_box(c, box(0, 0, 50, 50), "segment-%d", 7);
	canvas_rect(c, box(0, 0, 5, 5), rgb(0));
	canvas_end(c);
	canvas_rect(c, box(0, 0, 5, 5), rgb(0));
	canvas_end(c);
	assert_string_equal(group_id(c, c->commands[2].group), "segment-7");
	assert_string_equal(group_id(c, c->commands[4].group), "ladder");
	canvas_close(c);
}

static void clips_meet_the_clips_around_them(void **state)
{
	struct canvas *c = opened();

	(void)state;
	canvas_clip(c, box(10, 10, 100, 100), CLIP_FRAME);
	canvas_clip(c, box(50, 0, 500, 40), CLIP_WINDOW);
	assert_int_equal(c->commands[1].clip.r.x, 50);
	assert_int_equal(c->commands[1].clip.r.y, 10);
	assert_int_equal(c->commands[1].clip.r.w, 60);
	assert_int_equal(c->commands[1].clip.r.h, 30);
	canvas_unclip(c);
	canvas_unclip(c);
	assert_int_equal(c->clip.w, 400);
	canvas_close(c);
}

/* True when `misuse` ends in an assertion. */
static bool aborts(void (*misuse)(struct canvas *))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		static const struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		misuse(opened());
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void end_without_begin(struct canvas *c)
{
	canvas_end(c);
}

static void clip_across_a_group(struct canvas *c)
{
	canvas_begin(c, "a");
	canvas_clip(c, box(0, 0, 1, 1), CLIP_FRAME);
	canvas_end(c);
}

static void picture_left_open(struct canvas *c)
{
	canvas_begin(c, "a");
	canvas_reset(c, 1, 1, NO_FILL);
}

static void id_with_a_blank(struct canvas *c)
{
	canvas_begin(c, "not an id");
}

static void well_behaved(struct canvas *c)
{
	canvas_begin(c, "a");
	canvas_clip(c, box(0, 0, 1, 1), CLIP_FRAME);
	canvas_unclip(c);
	canvas_end(c);
}

static void scopes_that_do_not_pair_up_are_asserted(void **state)
{
	(void)state;
	assert_true(aborts(end_without_begin));
	assert_true(aborts(clip_across_a_group));
	assert_true(aborts(picture_left_open));
	assert_true(aborts(id_with_a_blank));
	assert_false(aborts(well_behaved));
}

/* ---- text ---- */

static void numbers_are_all_as_wide(void **state)
{
	struct canvas *c = opened();

	(void)state;
	assert_int_equal(lround(canvas_measure(c, &number_font, "1.050").width), 60);
	assert_int_equal(lround(canvas_measure(c, &number_font, "9:+é→").width), 60);
	canvas_close(c);
}

static void text_in_a_box_is_centred_on_its_capitals(void **state)
{
	struct canvas *c = opened();
	struct text_style style = label();

	(void)state;
	style.align = ALIGN_CENTRE;
	canvas_text_in(c, box(100, 100, 200, 40), "CLOSED", &style);
	assert_int_equal(lround(c->texts[0].anchor.x), 200);
	assert_int_equal(lround(c->texts[0].anchor.y), 127);
	assert_true(c->texts[0].boxed);
	canvas_close(c);
}

static void long_names_are_cut_between_characters(void **state)
{
	struct canvas *c = opened();
	struct text_style style = text_style(number_font, rgb(0));

	(void)state;
	canvas_text_cut(c, box(0, 0, 60, 20), "ééééé", &style);
	canvas_text_cut(c, box(0, 0, 60, 20), "éééééé", &style);
	canvas_text_cut(c, box(0, 0, 3, 20), "éé", &style);
	assert_string_equal(text_of(c, &c->texts[0]), "ééééé");
	assert_string_equal(text_of(c, &c->texts[1]), "éééé…");
	assert_string_equal(text_of(c, &c->texts[2]), "…");
	canvas_close(c);
}

static void prose_breaks_at_blanks_and_newlines(void **state)
{
	struct canvas *c = opened();
	struct text_style style = text_style(number_font, rgb(0));
	const char *prose = "the timer fired\nagain and unbreakableword";
	double height = canvas_paragraph(c, at(0, 0), 12 * 12, prose, &style);
	const char *const lines[] = {"the timer", "fired", "again and", "unbreakablew", "ord"};

	(void)state;
	assert_int_equal(c->text_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(text_of(c, &c->texts[i]), lines[i]);
	assert_int_equal(lround(height), lround(5 * line_pitch(&number_font)));
	assert_int_equal(lround(canvas_paragraph_height(c, 12 * 12, prose, &number_font)),
			 lround(height));
	canvas_close(c);
}

/* ---- SVG ---- */

static void draw_sample(struct canvas *c)
{
	struct text_style style = label();
	struct stroke again = {2, rgb(0xb35900), DASH_DASHED};
	const struct point edge[4] = {{46, 7.8}, {46, 12}, {46, 15.126}, {46, 19.2}};

	canvas_begin_box(c, box(10, 10, 380, 280), "panel");
	canvas_round_rect(c, box(10, 10, 380, 280), 6, rgb(0xf6f7f9), stroke(1, rgb(0xdde1e6)));
	canvas_clip(c, box(10, 10, 380, 200), CLIP_FRAME);
	canvas_begin(c, "segment-9");
	canvas_line(c, at(20, 40), at(320, 100), again);
	canvas_head(c, at(320, 100), at(310, 100), 10, again);
	style.align = ALIGN_CENTRE;
	style.angle = atan2(60, 300);
	style.font.weight = WEIGHT_BOLD;
	canvas_text(c, at(170, 64), "SYN,ACK  <again>", &style);
	canvas_end(c);
	canvas_unclip(c);
	canvas_curve(c, edge, stroke(1, rgb(0x3a3f47)));
	canvas_circle(c, at(60, 250), 4.5, NO_FILL, stroke(1.5, (struct color){0, 0, 0, 128}));
	style = text_style(number_font, rgb(0x59616b));
	style.font.italic = true;
	style.align = ALIGN_RIGHT;
	canvas_text(c, at(390, 280), "-1.050", &style);
	canvas_end(c);
}

static const char golden[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 300\" width=\"400\" "
	"height=\"300\" xml:space=\"preserve\" font-family=\"Inter, 'DejaVu Sans', sans-serif\">\n"
	"<title>Step 9 &amp; on</title>\n"
	"<style>.n{font-family:'JetBrains Mono','DejaVu Sans Mono',monospace;"
	"font-variant-ligatures:none}</style>\n"
	"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
	"<g id=\"s9-panel\">\n"
	"<rect x=\"10\" y=\"10\" width=\"380\" height=\"280\" rx=\"6\" fill=\"#f6f7f9\" "
	"stroke=\"#dde1e6\"/>\n"
	"<clipPath id=\"s9-clip.1\"><rect x=\"10\" y=\"10\" width=\"380\" height=\"200\"/>"
	"</clipPath>\n"
	"<g clip-path=\"url(#s9-clip.1)\">\n"
	"<g id=\"s9-segment-9\">\n"
	"<path d=\"M20 40L320 100\" fill=\"none\" stroke=\"#b35900\" stroke-width=\"2\" "
	"stroke-dasharray=\"6 4\"/>\n"
	"<path d=\"M320 100L310 104.2 310 95.8Z\" fill=\"#b35900\"/>\n"
	"<text x=\"170\" y=\"64\" text-anchor=\"middle\" transform=\"rotate(11.31 170 64)\" "
	"font-size=\"20\" font-weight=\"700\" textLength=\"182.36\" fill=\"#16191d\">"
	"SYN,ACK  &lt;again&gt;</text>\n"
	"</g>\n"
	"</g>\n"
	"<path d=\"M46 7.8C46 12 46 15.13 46 19.2\" fill=\"none\" stroke=\"#3a3f47\"/>\n"
	"<circle cx=\"60\" cy=\"250\" r=\"4.5\" fill=\"none\" stroke=\"#000000\" "
	"stroke-opacity=\"0.5\" stroke-width=\"1.5\"/>\n"
	"<text x=\"390\" y=\"280\" text-anchor=\"end\" class=\"n\" font-size=\"20\" "
	"font-style=\"italic\" textLength=\"72\" fill=\"#59616b\">-1.050</text>\n"
	"</g>\n"
	"</svg>\n";

static void the_svg_is_the_golden_one(void **state)
{
	struct canvas *c = opened();
	struct svg_options options = {"Step 9 & on", "s9-", false, true};
	char *svg;

	(void)state;
	draw_sample(c);
	svg = svg_of(c, &options);
	assert_string_equal(svg, golden);
	free(svg);
	canvas_close(c);
}

static void every_kind_of_bad_text_is_escaped(void **state)
{
	struct canvas *c = opened();
	struct text_style style = label();

	(void)state;
	canvas_text(c, at(1, 1), "<a href=\"&'\">", &style);
	assert_written(c, ">&lt;a href=&quot;&amp;&#39;&quot;&gt;</text>");
	canvas_text(c, at(1, 1), "bell\a, tab\t, del\x7f", &style);
	assert_written(c, ">bell\xef\xbf\xbd, tab\xef\xbf\xbd, del\xef\xbf\xbd</text>");
	canvas_text(c, at(1, 1), "cut \xe2\x86", &style);
	assert_written(c, ">cut \xef\xbf\xbd\xef\xbf\xbd</text>");
	canvas_text(c, at(1, 1), "long \xc0\xaf half \xed\xa0\x80 not \xef\xbf\xbf", &style);
	assert_written(c,
		       ">long \xef\xbf\xbd\xef\xbf\xbd half \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
		       "not \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd</text>");
	canvas_text(c, at(1, 1), "kept → é 漢 😀", &style);
	assert_written(c, ">kept → é 漢 😀</text>");
	canvas_close(c);
}

static void numbers_are_short_and_keep_their_sign(void **state)
{
	struct canvas *c = opened();

	(void)state;
	canvas_line(c, at(-0.25, -12.5), at(-0.001, 3.0049), stroke(1, rgb(0)));
	assert_written(c, "<path d=\"M-0.25 -12.5L0 3\"");
	canvas_close(c);
}

/* ---- the pointer ---- */

static void the_pointer_finds_what_is_drawn_last(void **state)
{
	struct canvas *c = opened();
	struct text_style style = label();

	(void)state;
	canvas_begin_box(c, box(0, 0, 200, 200), "panel");
	canvas_begin(c, "slanted");
	canvas_line(c, at(10, 10), at(110, 60), stroke(1, rgb(0)));
	canvas_end(c);
	canvas_begin(c, "word");
	style.angle = atan2(50, 100);
	canvas_text(c, at(40, 100), "hello", &style);
	canvas_end(c);
	canvas_begin(c, "hollow");
	canvas_polygon(c, (struct point[]){{150, 10}, {190, 10}, {190, 50}}, 3, NO_FILL,
		       stroke(2, rgb(0)));
	canvas_end(c);
	canvas_end(c);

	assert_string_equal(canvas_hit(c, at(170, 30), 2), "hollow"); /* on the closing side */
	assert_string_equal(canvas_hit(c, at(183, 17), 2), "panel");  /* in the hollow */
	assert_string_equal(canvas_hit(c, at(60, 36), 4), "slanted");
	assert_string_equal(canvas_hit(c, at(60, 50), 4), "panel");
	assert_string_equal(canvas_hit(c, at(62, 106), 0), "word");
	assert_string_equal(canvas_hit(c, at(72, 88), 0), "panel"); /* beside, within its bounds */
	assert_string_equal(canvas_hit(c, at(300, 250), 4), "");
	canvas_close(c);
}

static void the_pointer_does_not_find_what_is_clipped_away(void **state)
{
	struct canvas *c = opened();

	(void)state;
	canvas_clip(c, box(0, 0, 100, 100), CLIP_WINDOW);
	canvas_begin_box(c, box(0, 90, 100, 20), "row");
	canvas_end(c);
	canvas_unclip(c);
	assert_string_equal(canvas_hit(c, at(50, 95), 0), "row");
	assert_string_equal(canvas_hit(c, at(50, 105), 0), "");
	canvas_close(c);
}

static void a_strip_never_exceeds_what_is_left(void **state)
{
	struct rect rest = box(10, 10, 100, 50);
	struct rect left = cut_left(&rest, 30);
	struct rect bottom = cut_bottom(&rest, 80);

	(void)state;
	assert_int_equal(left.w, 30);
	assert_int_equal(rest.x, 40);
	assert_int_equal(bottom.h, 50);
	assert_int_equal(bottom.w, 70);
	assert_int_equal(rest.h, 0);
	assert_int_equal(cut_right(&rest, 10).x, 100);
	assert_int_equal(cut_top(&rest, 10).h, 0);
	assert_int_equal(rect_inset(box(0, 0, 10, 10), 8, 2).w, 0);
	assert_int_equal(rect_meet(box(0, 0, 5, 5), box(9, 9, 5, 5)).w, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_draws_nothing_leaves_no_command),
		cmocka_unit_test(reset_forgets_the_last_picture),
		cmocka_unit_test(commands_know_their_innermost_group),
		cmocka_unit_test(clips_meet_the_clips_around_them),
		cmocka_unit_test(scopes_that_do_not_pair_up_are_asserted),
		cmocka_unit_test(numbers_are_all_as_wide),
		cmocka_unit_test(text_in_a_box_is_centred_on_its_capitals),
		cmocka_unit_test(long_names_are_cut_between_characters),
		cmocka_unit_test(prose_breaks_at_blanks_and_newlines),
		cmocka_unit_test(the_svg_is_the_golden_one),
		cmocka_unit_test(every_kind_of_bad_text_is_escaped),
		cmocka_unit_test(numbers_are_short_and_keep_their_sign),
		cmocka_unit_test(the_pointer_finds_what_is_drawn_last),
		cmocka_unit_test(the_pointer_does_not_find_what_is_clipped_away),
		cmocka_unit_test(a_strip_never_exceeds_what_is_left),
	};

	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
