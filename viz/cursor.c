#include "viz/cursor.h"

struct cursor cursor_start(void)
{
	return (struct cursor){EVENT_NONE};
}

struct cursor cursor_end(const struct recording *r)
{
	uint32_t events = recording_events(r);

	return (struct cursor){events > 0 ? events - 1 : EVENT_NONE};
}

bool cursor_is_at_start(struct cursor c)
{
	return c.event == EVENT_NONE;
}

bool cursor_is_at_end(const struct recording *r, struct cursor c)
{
	return c.event == cursor_end(r).event;
}

struct cursor cursor_after_turn(const struct recording *r, uint32_t turn)
{
	uint32_t first;
	uint32_t count;

	recording_turn(r, turn, &first, &count);
	return (struct cursor){first + count - 1};
}

struct cursor cursor_at_packet(const struct recording *r, uint32_t packet)
{
	struct packet_record p;

	recording_packet(r, packet, &p);
	return cursor_after_turn(r, recording_event(r, p.sent).turn);
}

uint32_t cursor_turn(const struct recording *r, struct cursor c)
{
	return cursor_is_at_start(c) ? EVENT_NONE : recording_event(r, c.event).turn;
}

nanos cursor_time(const struct recording *r, struct cursor c)
{
	if (!cursor_is_at_start(c))
		return recording_event(r, c.event).time;
	return recording_events(r) > 0 ? recording_event(r, 0).time : 0;
}

struct cursor cursor_before_turn(const struct recording *r, struct cursor c)
{
	uint32_t first;
	uint32_t count;

	if (cursor_is_at_start(c))
		return c;
	recording_turn(r, cursor_turn(r, c), &first, &count);
	return (struct cursor){first > 0 ? first - 1 : EVENT_NONE};
}

/* ---- steps ---- */

static bool ends_its_turn(const struct recording *r, struct cursor c)
{
	return c.event == cursor_after_turn(r, cursor_turn(r, c)).event;
}

static struct cursor forward_one_turn(const struct recording *r, struct cursor c)
{
	if (cursor_is_at_end(r, c))
		return c;
	if (cursor_is_at_start(c))
		return cursor_after_turn(r, 0);
	if (!ends_its_turn(r, c))
		return cursor_after_turn(r, cursor_turn(r, c));
	return cursor_after_turn(r, cursor_turn(r, c) + 1);
}

static bool has_segment(const struct recording *r, uint32_t turn)
{
	uint32_t first;
	uint32_t count;

	recording_turn(r, turn, &first, &count);
	for (uint32_t n = first; n < first + count; n++) {
		uint8_t kind = recording_event(r, n).kind;

		if (kind == EVENT_SEND || kind == EVENT_ARRIVE || kind == EVENT_LOST)
			return true;
	}
	return false;
}

struct cursor cursor_forward(const struct recording *r, struct cursor c, enum step step)
{
	switch (step) {
	case STEP_EVENT:
		if (cursor_is_at_end(r, c))
			return c;
		return (struct cursor){cursor_is_at_start(c) ? 0 : c.event + 1};
	case STEP_TURN: return forward_one_turn(r, c);
	case STEP_SEGMENT:
		do
			c = forward_one_turn(r, c);
		while (!cursor_is_at_end(r, c) && !has_segment(r, cursor_turn(r, c)));
		return c;
	}
	return c;
}

struct cursor cursor_back(const struct recording *r, struct cursor c, enum step step)
{
	if (cursor_is_at_start(c))
		return c;
	switch (step) {
	case STEP_EVENT: return (struct cursor){c.event > 0 ? c.event - 1 : EVENT_NONE};
	case STEP_TURN: return cursor_before_turn(r, c);
	case STEP_SEGMENT:
		do
			c = cursor_before_turn(r, c);
		while (!cursor_is_at_start(c) && !has_segment(r, cursor_turn(r, c)));
		return c;
	}
	return c;
}

/* ---- trouble ---- */

static bool is_trouble(const struct recording *r, const struct event *event)
{
	struct packet_record packet;

	if (event->kind == EVENT_LOST)
		return true;
	if (event->kind != EVENT_SEND)
		return false;
	recording_packet(r, event->packet, &packet);
	return packet.again_of != EVENT_NONE;
}

bool cursor_next_trouble(const struct recording *r, struct cursor *c)
{
	uint32_t after =
		cursor_is_at_start(*c) ? 0 : cursor_after_turn(r, cursor_turn(r, *c)).event + 1;

	for (uint32_t n = after; n < recording_events(r); n++) {
		struct event event = recording_event(r, n);

		if (is_trouble(r, &event)) {
			*c = cursor_after_turn(r, event.turn);
			return true;
		}
	}
	return false;
}

bool cursor_previous_trouble(const struct recording *r, struct cursor *c)
{
	struct cursor before = cursor_before_turn(r, *c);

	if (cursor_is_at_start(before))
		return false;
	for (uint32_t n = before.event + 1; n-- > 0;) {
		struct event event = recording_event(r, n);

		if (is_trouble(r, &event)) {
			*c = cursor_after_turn(r, event.turn);
			return true;
		}
	}
	return false;
}
