/* No picture of the window has a label that covers, leaves or fades into
 * anything: every step of every scenario and of some captures where there is
 * least room, as a lesson and for a projector, and every fourth in the other
 * palette with more room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <stdio.h>
#include <cmocka.h>

#include "source/replay.h"
#include "source/scenario.h"
#include "viz/app_draw.h"
#include "viz/cairo_canvas.h"
#include "tests/lint.h"

enum { FINDINGS_SHOWN = 30 };

struct look {
	const char *name;
	double width;
	double height;
	enum palette palette;
	bool projector;
	uint32_t stride; /* of the steps that are looked at, and the last one */
};

static const struct look looks[] = {
	{"1280x720", 1280, 720, PALETTE_LIGHT, false, 1},
	{"1920x1080, dark", 1920, 1080, PALETTE_DARK, false, 4},
	{"1280x720, projector", 1280, 720, PALETTE_LIGHT, true, 1},
	{"1920x1080, projector, dark", 1920, 1080, PALETTE_DARK, true, 4},
};

struct linter {
	struct cairo_text *text;
	struct canvas *canvas;
	size_t pictures;
	size_t findings;
};

static void lint_picture(struct linter *l, struct app *app, const struct look *look)
{
	struct lint_finding findings[8];
	struct theme theme = app_theme(app, look->width, look->height);
	struct lint_rules rules = {.min_type = theme.min_type, .min_contrast = 4.5};
	size_t count;

	app_draw(l->canvas, app, look->width, look->height);
	count = lint_canvas(l->canvas, &rules, findings, 8);
	l->pictures++;
	for (size_t i = 0; i < count && i < 8; i++) {
		if (l->findings++ < FINDINGS_SHOWN)
			print_message("%s, %s, step %u: %s\n", app->path, look->name, app_step(app),
				      findings[i].text);
	}
}

static void lint_recording(struct linter *l, const struct recording *r, const char *path)
{
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		struct app app;

		app_init(&app, r, path);
		app.palette = looks[i].palette;
		app.projector = looks[i].projector;
		for (uint32_t step = 0; step <= app_steps(&app); step++) {
			if (step % looks[i].stride != 0 && step < app_steps(&app))
				continue;
			app_go_to_step(&app, step);
			lint_picture(l, &app, &looks[i]);
		}
	}
}

static void lint_scenario(struct linter *l, const char *path)
{
	struct scenario *s;
	struct recording *r;
	struct error err;

	if (!scenario_load(path, NULL, &s, &err))
		fail_msg("%s", err.text);
	r = scenario_recording(s);
	scenario_run(s, r);
	lint_recording(l, r, path);
	recording_free(r);
	scenario_free(s);
}

static void lint_capture(struct linter *l, const char *path)
{
	const struct replay_options options = {0};
	struct recording *r;
	struct error err;

	if (!replay_run(path, &options, &r, NULL, &err))
		fail_msg("%s", err.text);
	lint_recording(l, r, path);
	recording_free(r);
}

static struct linter begin(void)
{
	struct linter l = {.text = cairo_text_open()};

	l.canvas = canvas_open(cairo_text_metrics(l.text));
	return l;
}

static void end(struct linter *l)
{
	canvas_close(l->canvas);
	cairo_text_close(l->text);
	print_message("%zu pictures, %zu findings\n", l->pictures, l->findings);
	assert_true(l->pictures > 0);
	assert_int_equal(l->findings, 0);
}

static void every_step_of_every_scenario_is_legible(void **state)
{
	struct linter l = begin();
	glob_t found;

	(void)state;
	assert_int_equal(glob("scenarios/[0-9]*.json", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 10);
	for (size_t i = 0; i < found.gl_pathc; i++)
		lint_scenario(&l, found.gl_pathv[i]);
	globfree(&found);
	end(&l);
}

static void every_step_of_short_captures_is_legible(void **state)
{
	static const char *const captures[] = {
		"traces/fetch.pcapng",
		"traces/refused.pcap",
		"traces/reset.pcap",
		"traces/rto.pcap",
		"traces/half-close.pcap",
		"traces/ipv6.pcapng",
		"traces/simultaneous-open.pcap",
	};
	struct linter l = begin();

	(void)state;
	for (size_t i = 0; i < sizeof captures / sizeof captures[0]; i++)
		lint_capture(&l, captures[i]);
	end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_of_every_scenario_is_legible),
		cmocka_unit_test(every_step_of_short_captures_is_legible),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
