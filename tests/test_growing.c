/* test_growing.c — the window stays where the reader is while the recording
 * that it shows grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replayed.h"
#include "source/trace.h"
#include "viz/app_draw.h"
#include "viz/app_input.h"
#include "viz/hit.h"
#include "tests/lint.h"
#include "viz/plain_metrics.h"

enum { ROOM = 1 << 20, WIDTH = 1280, HEIGHT = 720 };

/* A capture, of which more and more is there. */
struct growing {
	uint8_t bytes[ROOM];
	size_t len;   /* of all */
	size_t there; /* so far */
	struct recording *r;
	struct app app;
	struct canvas *canvas;
};

static struct recording *replay_of(const struct growing *g)
{
	const struct replay_options options = {.connection = 1};
	struct recording *r;
	struct trace *trace;
	struct error err;

	if (!trace_open_memory(&trace, g->bytes, g->there, &err))
		fail_msg("%s", err.text);
	if (!replay_trace(trace, &options, &r, NULL, &err))
		fail_msg("%s", err.text);
	trace_close(trace);
	return r;
}

static void draw(struct growing *g)
{
	app_draw(g->canvas, &g->app, WIDTH, HEIGHT);
}

static int set_up(void **state)
{
	struct growing *g = calloc(1, sizeof *g);
	FILE *in = fopen(replayed_path("transfer.pcap"), "rb");

	assert_non_null(g);
	assert_non_null(in);
	g->len = fread(g->bytes, 1, ROOM, in);
	fclose(in);
	assert_in_range(g->len, 10000, ROOM - 1);
	g->there = 24 + 5 * 100;
	g->r = replay_of(g);
	g->canvas = canvas_open(&plain_metrics);
	app_init(&g->app, g->r, "eth0");
	g->app.reduce_motion = true;
	g->app.live.on = true;
	draw(g);
	*state = g;
	return 0;
}

static int tear_down(void **state)
{
	struct growing *g = *state;

	canvas_close(g->canvas);
	recording_free(g->r);
	free(g);
	return 0;
}

/* More of the capture is there: a longer recording takes the shorter one's place. */
static bool grow(struct growing *g, size_t by)
{
	struct recording *before = g->r;

	if (g->there == g->len)
		return false;
	g->there = g->there + by < g->len ? g->there + by : g->len;
	g->r = replay_of(g);
	app_grow(&g->app, g->r);
	recording_free(before);
	draw(g);
	return true;
}

static void press(struct growing *g, const char *key)
{
	app_key(&g->app, key, false);
	draw(g);
}

static const char *live(const struct growing *g)
{
	static char buf[32];
	struct text text = text_in(buf, sizeof buf);

	assert_true(app_fact(&g->app, "live", &text));
	return buf;
}

/* The packet of the capture that is sent at the cursor. */
static int64_t packet_here(const struct growing *g)
{
	uint32_t first;
	uint32_t count;

	recording_turn(g->r, cursor_turn(g->r, g->app.scene.cursor), &first, &count);
	for (uint32_t n = first; n < first + count; n++)
		if (recording_event(g->r, n).kind == EVENT_SEND)
			return recording_event(g->r, n).value;
	return 0;
}

/* ---- replaced by longer ones ---- */

static void at_the_end_the_window_follows(void **state)
{
	struct growing *g = *state;
	uint32_t steps = 0;

	assert_string_equal(live(g), "behind");
	press(g, "End");
	assert_string_equal(live(g), "follows");
	while (grow(g, 3000)) {
		assert_int_equal(app_step(&g->app), app_steps(&g->app));
		assert_true(app_steps(&g->app) >= steps);
		steps = app_steps(&g->app);
		assert_string_equal(live(g), "follows");
	}
	assert_true(steps > 100);
}

static void before_the_end_the_window_stays_where_it_is(void **state)
{
	struct growing *g = *state;
	int64_t packet;

	press(g, "End");
	grow(g, 2000);
	while (packet_here(g) == 0)
		press(g, "Left");
	press(g, "+");
	press(g, "m");
	packet = packet_here(g);
	g->app.scene.selected = recording_event(g->r, g->app.scene.cursor.event).packet;
	g->app.scene.hovered = g->app.scene.selected;
	while (grow(g, 1500)) {
		assert_int_equal(g->app.scene.hovered, g->app.scene.selected);
		assert_int_equal(packet_here(g), packet);
		assert_string_equal(live(g), "behind");
		assert_true(g->app.scene.zoom > 1.2 && g->app.scene.zoom < 1.3);
	}
	press(g, "Left");
	press(g, "'");
	assert_int_equal(packet_here(g), packet);
	press(g, "End");
	assert_string_equal(live(g), "follows");
}

static void who_scrolled_back_is_not_taken_to_the_end(void **state)
{
	struct growing *g = *state;
	uint32_t step;

	press(g, "End");
	grow(g, 3000);
	press(g, "Up");
	step = app_step(&g->app);
	assert_string_equal(live(g), "behind");
	grow(g, 3000);
	assert_true(app_step(&g->app) < app_steps(&g->app));
	assert_int_equal(app_step(&g->app), step);
	press(g, "End");
	assert_string_equal(live(g), "follows");
}

static void what_is_selected_stays_selected(void **state)
{
	struct growing *g = *state;
	struct packet_record p;
	int64_t number;

	grow(g, 3000);
	g->app.scene.selected = recording_packets(g->r) - 1;
	recording_packet(g->r, g->app.scene.selected, &p);
	number = recording_event(g->r, p.sent).value;
	assert_true(number > 0);
	while (grow(g, 5000)) {
		recording_packet(g->r, g->app.scene.selected, &p);
		assert_int_equal(recording_event(g->r, p.sent).value, number);
	}
}

/* ---- added to ---- */

static void a_recording_that_is_added_to_is_followed_too(void **state)
{
	const struct recording_info info = {.title = "Live"};
	const struct host_record hosts[] = {{.name = "A"}, {.name = "B"}};
	struct growing *g = *state;
	struct recording *r = recording_new(&info);
	struct event event = event_at(0, 0, EVENT_CAPTION);

	recording_add_host(r, &hosts[0]);
	recording_add_host(r, &hosts[1]);
	app_init(&g->app, r, "live");
	g->app.reduce_motion = true;
	g->app.live.on = true;
	draw(g);
	assert_string_equal(live(g), "follows");
	for (int i = 0; i < 3; i++) {
		event.time = i;
		event.text = recording_add_text(r, "more");
		recording_add(r, &event);
		app_grow(&g->app, r);
		draw(g);
		assert_int_equal(app_step(&g->app), i + 1);
	}
	press(g, "Left");
	event.time = 9;
	recording_add(r, &event);
	app_grow(&g->app, r);
	assert_int_equal(app_step(&g->app), 2);
	assert_string_equal(live(g), "behind");
	app_init(&g->app, g->r, "eth0");
	recording_free(r);
}

/* ---- what is shown of it ---- */

static void each_page_says_whether_it_follows(void **state)
{
	struct growing *g = *state;
	struct rect area;
	struct rect line;

	snprintf(g->app.live.note, sizeof g->app.live.note, "12 lost in the capture");
	for (int i = 0; i < 8; i++) {
		const struct lint_rules rules = {.min_type = i & 1 ? HEIGHT / 30.0 : 10,
						 .min_contrast = 4.5};
		struct lint_finding finding;

		g->app.projector = i & 1;
		g->app.live.ended = i & 2;
		g->app.palette = i & 4 ? PALETTE_DARK : PALETTE_LIGHT;
		draw(g);
		assert_true(canvas_find(g->canvas, "live", &area));
		assert_true(canvas_find(g->canvas, "timeline", &line));
		assert_true(line.w > WIDTH / 2.0);
		if (lint_canvas(g->canvas, &rules, &finding, 1) > 0)
			fail_msg("%s", finding.text);
	}
	g->app.live.on = false;
	for (int projector = 0; projector < 2; projector++) {
		g->app.projector = projector;
		draw(g);
		assert_false(canvas_find(g->canvas, "live", &area));
	}
	g->app.projector = false;
}

/* ---- a list to choose from ---- */

static void add_flow(struct flows *flows, uint8_t last, uint16_t port)
{
	struct flow *flow = &flows->all[flows->count++];

	*flow = (struct flow){.number = ++flows->numbered * 2, .older = FLOW_NONE};
	flow->ends[CLIENT] = (struct endpoint){
		.address = {.version = 6, .bytes = {0x20, 1, 0xd, 0xb8, 1}}, .port = port};
	flow->ends[CLIENT].address.bytes[15] = last;
	flow->ends[SERVER] = (struct endpoint){
		.address = {.version = 4, .bytes = {198, 51, 100, 7}}, .port = 443};
	flow->ways[CLIENT].packets = 1234567;
	flow->ways[CLIENT].highest = 4000000000;
	flow->ways[CLIENT].syn_seen = true;
	flow->ways[SERVER].packets = 3;
}

static void list(struct growing *g, struct flows *flows)
{
	g->app.choices = (struct choices){.flows = flows, .shown = 6};
	snprintf(g->app.choices.words, sizeof g->app.choices.words,
		 "eth0: 48211 packets, 0 lost in the capture");
	press(g, "l");
	assert_int_equal(g->app.overlay, OVERLAY_CONNECTIONS);
}

static void a_connection_is_chosen_from_the_list(void **state)
{
	struct growing *g = *state;
	struct flow all[100];
	struct flows flows = {.all = all};
	struct rect row;

	for (uint8_t i = 0; i < 100; i++)
		add_flow(&flows, i, (uint16_t)(40000 + i));
	list(g, &flows);
	assert_int_equal(g->app.choices.marked, 6);
	press(g, "j");
	press(g, "Down");
	press(g, "k");
	assert_int_equal(g->app.choices.marked, 8);
	assert_int_equal(g->app.request, REQUEST_NONE);
	press(g, "Enter");
	assert_int_equal(g->app.request, REQUEST_CHOOSE);
	assert_int_equal(g->app.choices.marked, 8);
	assert_int_equal(g->app.overlay, OVERLAY_NONE);
	g->app.request = REQUEST_NONE;
	list(g, &flows);
	press(g, "End");
	assert_int_equal(g->app.choices.marked, 200);
	assert_true(canvas_find(g->canvas, "choice-99", &row));
	assert_false(canvas_find(g->canvas, "choice-0", &row));
	assert_true(canvas_find(g->canvas, "choice-95", &row));
	app_button_down(&g->app, middle_of(row));
	app_button_up(&g->app, middle_of(row));
	assert_int_equal(g->app.request, REQUEST_CHOOSE);
	assert_int_equal(g->app.choices.marked, 192);
	/* What was forgotten meanwhile gives its place to the next. */
	list(g, &flows);
	flows.count -= 3;
	memmove(all, all + 3, 97 * sizeof *all);
	press(g, "Home");
	assert_int_equal(g->app.choices.marked, 8);
	press(g, "Escape");
	assert_int_equal(g->app.overlay, OVERLAY_NONE);
}

static void the_list_has_no_fault(void **state)
{
	struct growing *g = *state;
	const struct lint_rules rules = {.min_type = 10, .min_contrast = 4.5};
	struct lint_finding finding;
	struct flow all[30];
	struct flows flows = {.all = all};

	for (uint8_t i = 0; i < 30; i++) {
		add_flow(&flows, i, (uint16_t)(40000 + i));
		if (i > 2 && i < 29)
			continue;
		for (int look = 0; look < 4; look++) {
			g->app.palette = look & 1 ? PALETTE_DARK : PALETTE_LIGHT;
			g->app.projector = (look & 2) != 0;
			list(g, &flows);
			if (lint_canvas(g->canvas, &rules, &finding, 1) > 0)
				fail_msg("%s", finding.text);
			press(g, "Escape");
		}
	}
}

static void without_a_list_it_is_said_that_there_is_none(void **state)
{
	struct growing *g = *state;

	press(g, "l");
	assert_int_equal(g->app.overlay, OVERLAY_NONE);
	assert_true(strstr(g->app.notice, "no other connections") != NULL);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(at_the_end_the_window_follows),
		WITH(before_the_end_the_window_stays_where_it_is),
		WITH(who_scrolled_back_is_not_taken_to_the_end),
		WITH(what_is_selected_stays_selected),
		WITH(a_recording_that_is_added_to_is_followed_too),
		WITH(each_page_says_whether_it_follows),
		WITH(a_connection_is_chosen_from_the_list),
		WITH(the_list_has_no_fault),
		WITH(without_a_list_it_is_said_that_there_is_none),
	};

	return cmocka_run_group_tests_name("growing", tests, NULL, NULL);
}
