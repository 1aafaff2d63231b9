/* Who takes part beside the two hosts of a ladder: further hosts, forgers,
 * routers. They stand between the lifelines, and nothing of theirs covers
 * anything. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sample_recording.h"
#include "viz/ladder_layout.h"
#include "tests/lint.h"
#include "viz/plain_metrics.h"
#include "viz/view_ladder.h"

static struct address address_of(unsigned host)
{
	return (struct address){{10, 0, 0, (uint8_t)(host + 1)}, 4};
}

/* 10.0.0.1, .2 … by these names; the first two talk. */
static struct recording *begin(const char *const *names, unsigned count, bool inferred)
{
	struct recording *r =
		recording_new(&(struct recording_info){.title = "guests", .inferred = inferred});

	for (unsigned i = 0; i < count; i++) {
		struct host_record host = {.addresses = {address_of(i)}};

		snprintf(host.name, sizeof host.name, "%s", names[i]);
		recording_add_host(r, &host);
	}
	return r;
}

/* A packet of `from` in the name of `as`; it arrives 20 ms later. */
static uint32_t send_as(struct recording *r, int64_t ms, unsigned from, unsigned as, unsigned to)
{
	struct event sent = event_at(nanos_from_ms(ms), (uint8_t)from, EVENT_SEND);
	struct event there = event_at(nanos_from_ms(ms + 20), (uint8_t)to, EVENT_ARRIVE);
	struct packet_record p = {.host = (uint8_t)from, .conn = EVENT_NONE, .copy_of = EVENT_NONE};

	p.packet.src = address_of(as);
	p.packet.dst = address_of(to);
	p.packet.tcp.flags = RST;
	there.packet = recording_add_packet(r, &p, &sent);
	recording_add(r, &there);
	return there.packet;
}

static struct ladder_layout layout_of(const struct recording *r)
{
	struct canvas *c = canvas_open(&plain_metrics);
	struct scene scene = scene_of(r);
	struct ladder_layout l = {0};
	struct theme t;

	theme_init(&t, PALETTE_LIGHT, false, 1920, 1080);
	scene.cursor = cursor_end(r);
	ladder_layout_build(&l, &scene, &t, c, box(10, 40, 900, 900));
	canvas_close(c);
	return l;
}

static const struct ladder_arrow *arrow_of(const struct ladder_layout *l, uint32_t packet)
{
	for (uint32_t i = 0; i < l->arrow_count; i++)
		if (l->arrows[i].packet == packet)
			return &l->arrows[i];
	return NULL;
}

static const char *const three[] = {"client", "server", "attacker"};

static void a_forger_stands_between_the_two_whom_it_speaks_to(void **state)
{
	struct recording *r = begin(three, 3, false);
	uint32_t honest = send_as(r, 0, 0, 0, 1);
	uint32_t forged = send_as(r, 50, 2, 1, 0); /* in the server's name */
	struct ladder_layout l = layout_of(r);
	const struct ladder_arrow *a = arrow_of(&l, forged);

	(void)state;
	assert_int_equal(l.guests.count, 1);
	assert_string_equal(l.guests.all[0].name, "attacker");
	assert_int_equal(arrow_of(&l, honest)->guest, -1);
	assert_non_null(a);
	assert_int_equal(a->guest, 0);
	assert_true(a->from_guest && a->forged);
	assert_true(a->from.x > l.columns.life[CLIENT] && a->from.x < l.columns.life[SERVER]);
	assert_true(fabs(a->from.x - l.guest_x[0]) < 0.01);
	assert_true(fabs(a->to.x - l.columns.lane.x) < 0.01);
	assert_true(a->to.y > a->from.y);
	ladder_layout_free(&l);
	recording_free(r);
}

static void what_goes_to_a_guest_ends_at_its_line(void **state)
{
	static const char *const names[] = {"one", "two", "three"};
	struct recording *r = begin(names, 3, false);
	uint32_t there;
	uint32_t back;
	struct ladder_layout l;

	(void)state;
	send_as(r, 0, 0, 0, 1);
	there = send_as(r, 50, 1, 1, 2);
	back = send_as(r, 100, 2, 2, 1);
	l = layout_of(r);
	assert_int_equal(l.guests.count, 1);
	assert_false(arrow_of(&l, there)->from_guest);
	assert_true(fabs(arrow_of(&l, there)->to.x - l.guest_x[0]) < 0.01);
	assert_int_equal(arrow_of(&l, there)->side, SERVER);
	assert_true(arrow_of(&l, back)->from_guest);
	assert_false(arrow_of(&l, back)->forged);
	/* With the server alone it speaks: so it stands nearer to the client. */
	assert_true(l.guest_x[0] < (l.columns.life[CLIENT] + l.columns.life[SERVER]) / 2);
	ladder_layout_free(&l);
	recording_free(r);
}

static void a_router_that_complains_has_its_own_line(void **state)
{
	struct recording *r = begin(three, 2, false);
	struct packet_record p = {.host = 1, .conn = EVENT_NONE, .copy_of = EVENT_NONE};
	struct event sent = event_at(nanos_from_ms(50), 1, EVENT_SEND);
	struct event there = event_at(nanos_from_ms(70), 0, EVENT_ARRIVE);
	struct ladder_layout l;

	(void)state;
	send_as(r, 0, 0, 0, 1);
	p.packet.kind = PACKET_ICMP_ERROR;
	p.packet.src = address_of(98);
	p.packet.dst = address_of(0);
	sent.text = recording_add_text(r, "Router left");
	there.packet = recording_add_packet(r, &p, &sent);
	recording_add(r, &there);
	l = layout_of(r);
	assert_int_equal(l.guests.count, 1);
	assert_string_equal(l.guests.all[0].name, "Router left");
	assert_true(arrow_of(&l, there.packet)->from_guest);
	assert_false(arrow_of(&l, there.packet)->forged);
	assert_true(arrow_of(&l, there.packet)->from.x < l.columns.life[SERVER] - 50);
	ladder_layout_free(&l);
	recording_free(r);
}

/* Where a capture's packets came from nobody knows. */
static void a_capture_has_no_guests(void **state)
{
	struct recording *r = begin(three, 3, true);
	struct ladder_layout l;

	(void)state;
	send_as(r, 0, 0, 0, 1);
	send_as(r, 50, 2, 1, 0);
	l = layout_of(r);
	assert_int_equal(l.guests.count, 0);
	ladder_layout_free(&l);
	recording_free(r);
}

/* What others say among themselves is another page's. */
static void guests_among_themselves_are_not_heard(void **state)
{
	static const char *const names[] = {"client", "server", "third", "fourth"};
	struct recording *r = begin(names, 4, false);
	struct ladder_layout l;
	uint32_t aside;

	(void)state;
	send_as(r, 0, 0, 0, 1);
	aside = send_as(r, 50, 2, 2, 3);
	l = layout_of(r);
	assert_int_equal(l.guests.count, 0);
	assert_null(arrow_of(&l, aside));
	ladder_layout_free(&l);
	recording_free(r);
}

static const char *const many[] = {
	"client", "server", "a rather long name", "another of them", "a third", "four", "five"};

static void more_than_three_share_the_last_line(void **state)
{
	struct recording *r = begin(many, 7, false);
	struct ladder_layout l;
	uint32_t last = 0;

	(void)state;
	send_as(r, 0, 0, 0, 1);
	for (unsigned h = 2; h < 7; h++)
		last = send_as(r, 50 * h, h, h, h % 2);
	l = layout_of(r);
	assert_int_equal(l.guests.count, GUESTS_MAX);
	assert_string_equal(l.guests.all[GUESTS_MAX - 1].name, "others");
	assert_int_equal(arrow_of(&l, last)->guest, GUESTS_MAX - 1);
	for (unsigned i = 0; i < GUESTS_MAX; i++)
		for (unsigned k = 0; k < i; k++)
			assert_true(fabs(l.guest_x[i] - l.guest_x[k]) > 50);
	ladder_layout_free(&l);
	recording_free(r);
}

/* In each theme, on a page and on the projector, whoever many there are. */
static void their_names_and_lines_cover_nothing(void **state)
{
	(void)state;
	for (unsigned hosts = 3; hosts <= 7; hosts++)
		for (int look = 0; look < 4; look++) {
			struct recording *r = begin(many, hosts, false);
			struct canvas *c = canvas_open(&plain_metrics);
			struct scene scene = scene_of(r);
			struct lint_finding found[4];
			struct theme t;

			theme_init(&t, look & 1 ? PALETTE_DARK : PALETTE_LIGHT, look & 2, 1280,
				   720);
			send_as(r, 0, 0, 0, 1);
			for (unsigned h = 2; h < hosts; h++)
				send_as(r, 30 * h, h, 0, 1);
			for (unsigned h = 2; h < hosts; h++)
				send_as(r, 300 + 30 * h, 0, 0, h);
			scene = scene_of(r);
			scene.cursor = cursor_end(r);
			view_ladder_draw(c, &t, &scene, box(10, 10, 620, 600));
			if (lint_canvas(c, &(struct lint_rules){t.min_type, 4.5}, found, 4) > 0)
				fail_msg("%u hosts, look %d: %s", hosts, look, found[0].text);
			canvas_close(c);
			recording_free(r);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forger_stands_between_the_two_whom_it_speaks_to),
		cmocka_unit_test(what_goes_to_a_guest_ends_at_its_line),
		cmocka_unit_test(a_router_that_complains_has_its_own_line),
		cmocka_unit_test(a_capture_has_no_guests),
		cmocka_unit_test(guests_among_themselves_are_not_heard),
		cmocka_unit_test(more_than_three_share_the_last_line),
		cmocka_unit_test(their_names_and_lines_cover_nothing),
	};

	return cmocka_run_group_tests_name("guests", tests, NULL, NULL);
}
