/* app_grow.c — a recording that grows while it is shown.
 *
 * Where it was added to, every number in it is still right. Where a longer
 * one takes its place, what was inferred before may be inferred otherwise
 * now, and events have other numbers: the place is found again by the packet
 * of the capture that was sent there. */
#include "viz/app_state.h"

#include <string.h>

/* The number in the capture of the packet that `event` sends; 0: none. */
static int64_t captured_number(const struct recording *r, uint32_t event)
{
	struct event e = recording_event(r, event);

	return e.kind == EVENT_SEND ? e.value : 0;
}

/* The event of `r` that sends a packet of the capture, looked for from `near`
 * on in both directions. */
static uint32_t find_captured(const struct recording *r, int64_t number, uint32_t near)
{
	uint32_t count = recording_events(r);

	for (uint32_t away = 0; away < count; away++) {
		if (near >= away && near - away < count &&
		    captured_number(r, near - away) == number)
			return near - away;
		if (near + away < count && captured_number(r, near + away) == number)
			return near + away;
		if (near + away >= count && near < away)
			break;
	}
	return EVENT_NONE;
}

static bool are_equal(struct event a, struct event b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

static uint32_t same_event(const struct recording *from, const struct recording *to, uint32_t event)
{
	uint32_t count = recording_events(to);
	uint32_t sent = event;
	uint32_t found;

	if (from == to || event == EVENT_NONE || count == 0)
		return count == 0 ? EVENT_NONE : event;
	if (event < count && are_equal(recording_event(from, event), recording_event(to, event)))
		return event;
	while (sent > 0 && captured_number(from, sent) == 0)
		sent--;
	if (captured_number(from, sent) == 0)
		return event < count ? event : count - 1;
	found = find_captured(to, captured_number(from, sent), sent);
	if (found == EVENT_NONE)
		return event < count ? event : count - 1;
	found += event - sent;
	return found < count ? found : count - 1;
}

/* Whoever stood at the end of a step still does. */
static struct cursor same_place(const struct recording *from, const struct recording *to,
				struct cursor c)
{
	struct cursor place = {same_event(from, to, c.event)};
	bool at_end_of_step;

	if (from == to || cursor_is_at_start(c) || place.event == EVENT_NONE)
		return place;
	at_end_of_step = cursor_after_turn(from, cursor_turn(from, c)).event == c.event;
	return at_end_of_step ? cursor_after_turn(to, cursor_turn(to, place)) : place;
}

static uint32_t same_packet(const struct recording *from, const struct recording *to,
			    uint32_t packet)
{
	struct packet_record p;
	uint32_t event;

	if (from == to || packet == EVENT_NONE)
		return packet;
	recording_packet(from, packet, &p);
	event = same_event(from, to, p.sent);
	return event != EVENT_NONE ? recording_event(to, event).packet : EVENT_NONE;
}

static bool is_at_end(const struct app *app)
{
	struct cursor c = app->scene.cursor;

	return cursor_is_at_start(c) ? app->live.events == 0 : c.event + 1 >= app->live.events;
}

/* Whoever scrolled looks at something else than the newest. */
static bool looks_at_end(const struct app *app)
{
	return is_at_end(app) && app->scene.look_at == EVENT_NONE && app->scene.scroll == 0 &&
	       !app->dragging;
}

bool app_follows(const struct app *app)
{
	return app->live.on && looks_at_end(app);
}

void app_grow(struct app *app, const struct recording *r)
{
	const struct recording *before = app->scene.recording;
	const struct focus focus = focus_of_recording(r);
	struct scene *s = &app->scene;
	bool follows = looks_at_end(app);

	s->recording = r;
	/* At first there may have been nobody to follow. */
	memcpy(s->focus.host, focus.host, sizeof focus.host);
	if (before != r)
		app->motion.on = false;
	s->cursor = same_place(before, r, s->cursor);
	s->look_at = same_event(before, r, s->look_at);
	s->selected = same_packet(before, r, s->selected);
	s->hovered = same_packet(before, r, s->hovered);
	app->bookmark = same_place(before, r, app->bookmark);
	app->live.events = recording_events(r);
	if (follows)
		app_go(app, cursor_end(r));
	/* An arrow that was under the pointer has moved away. */
	if (follows && s->hovered != EVENT_NONE) {
		s->hovered = EVENT_NONE;
		app->hovered[0] = '\0';
	}
	app->changed = true;
}
