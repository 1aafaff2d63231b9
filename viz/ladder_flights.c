/* ladder_flights.c — which segments are in sight, and from where to where. */
#include "viz/ladder_build.h"

#include <math.h>

#include "record/memory.h"

/* A segment that gets lost is drawn about as far as it got, but so that its
 * label has room, and one sees that it does not arrive. */
static const double lost_least = 0.6;
static const double lost_most = 0.75;

static struct ladder_arrow *add_arrow(struct ladder_layout *l)
{
	l->arrows = memory_grow(l->arrows, &l->arrow_room, l->arrow_count + 1, sizeof l->arrows[0]);
	return &l->arrows[l->arrow_count++];
}

static uint32_t end_event(const struct packet_record *p)
{
	return p->ended != EVENT_NONE ? p->ended : p->arrived;
}

/* The height of the far end; where it is not at hand, after a usual flight. */
static double end_height(const struct ladder_layout *l, const struct packet_record *p, double from)
{
	uint32_t end = end_event(p);

	if (end == EVENT_NONE || end >= l->rows.end_event)
		return from + l->scale.flight;
	return ladder_height_of(l, end);
}

static double start_height(const struct ladder_layout *l, const struct packet_record *p)
{
	if (p->sent < l->rows.first_event)
		return ladder_height_of(l, end_event(p)) - l->scale.flight;
	return ladder_height_of(l, p->sent);
}

static enum when when_of(const struct scene *s, const struct packet_record *p)
{
	if (!scene_has_happened(s, p->sent))
		return WHEN_FUTURE;
	if (!scene_has_happened(s, end_event(p)))
		return WHEN_UNDER_WAY;
	/* It has arrived at the cursor, but is still seen coming. */
	return recording_event(s->recording, end_event(p)).time > scene_moment(s) ? WHEN_UNDER_WAY
										  : WHEN_PAST;
}

static double share_until_lost(const struct ladder_layout *l, const struct scene *s,
			       const struct packet_record *p)
{
	nanos way = recording_event(s->recording, p->ended).time -
		    recording_event(s->recording, p->sent).time;

	return fmin(fmax((double)way / (double)l->scale.flight_time, lost_least), lost_most);
}

/* How far a segment falls that was sent at the same moment before it and
 * arrived: a loss among them keeps to their slope, and overtakes nobody. */
static double fall_of_its_burst(const struct ladder_layout *l, const struct scene *s,
				const struct ladder_arrow *a, double otherwise)
{
	const struct ladder_arrow *before = NULL;

	if (l->arrow_count > 0)
		before = &l->arrows[l->arrow_count - 1];
	if (before == NULL || before->side != a->side || before->fate != FATE_ARRIVES ||
	    recording_event(s->recording, before->record.sent).time !=
		    recording_event(s->recording, a->record.sent).time)
		return otherwise;
	return before->to.y - before->from.y;
}

static void place_ends(const struct ladder_layout *l, const struct scene *s, struct ladder_arrow *a)
{
	const struct rect *lane = &l->columns.lane;
	const double ends[SIDES] = {lane->x, right_of(*lane)};
	double far = ends[other_side(a->side)];
	double share = 1;

	a->from.x = ends[a->side];
	if (a->guest >= 0 && a->from_guest)
		a->from.x = l->guest_x[a->guest];
	else if (a->guest >= 0)
		far = l->guest_x[a->guest];
	a->from.y = start_height(l, &a->record);
	a->to.y = end_height(l, &a->record, a->from.y);
	if (a->fate == FATE_LOST) {
		share = share_until_lost(l, s, &a->record);
		a->to.y = a->from.y +
			  fall_of_its_burst(l, s, a, (a->to.y - a->from.y) / share) * share;
	}
	a->to.x = a->from.x + share * (far - a->from.x);
}

static double share_travelled(const struct ladder_layout *l, const struct scene *s,
			      const struct packet_record *p)
{
	nanos sent = recording_event(s->recording, p->sent).time;
	nanos now = scene_moment(s);
	uint32_t end = end_event(p);
	nanos way = l->scale.flight_time;

	if (end != EVENT_NONE)
		way = recording_event(s->recording, end).time - sent;
	return way > 0 ? fmin(fmax((double)(now - sent) / (double)way, 0), 1) : 0;
}

/* A reader who predicts sees that it was sent, and no more. */
static void forget_fate(struct packet_record *p)
{
	p->arrived = EVENT_NONE;
	p->ended = EVENT_NONE;
	p->overtaken = false;
}

static void consider_packet(struct ladder_layout *l, const struct scene *s, uint32_t packet,
			    enum side side)
{
	struct rect body = l->columns.body;
	struct ladder_arrow a = {.packet = packet, .side = side};
	struct passage passage = {0};

	recording_packet(s->recording, packet, &a.record);
	a.guest = guests_meet(&l->guests, s->recording, &s->focus, &a.record, &passage);
	a.from_guest = a.guest >= 0 && passage.inward;
	a.forged = a.guest >= 0 && passage.forged;
	a.when = when_of(s, &a.record);
	if (a.when == WHEN_FUTURE && s->hide_future)
		return;
	if (a.when == WHEN_UNDER_WAY && s->hide_future)
		forget_fate(&a.record);
	a.fate = a.record.ended != EVENT_NONE     ? FATE_LOST
		 : a.record.arrived != EVENT_NONE ? FATE_ARRIVES
						  : FATE_OPEN;
	place_ends(l, s, &a);
	if (a.to.y < body.y - l->scale.pitch || a.from.y > bottom_of(body) + l->scale.pitch)
		return;
	a.sent_now = ladder_is_in_step(s, a.record.sent);
	a.current = a.sent_now || ladder_is_in_step(s, end_event(&a.record));
	a.travelled = a.when == WHEN_PAST ? 1 : 0;
	if (a.when == WHEN_UNDER_WAY)
		a.travelled = share_travelled(l, s, &a.record);
	*add_arrow(l) = a;
}

/* Where on its way, kept clear of both ends. */
static void mark_corrupted(struct ladder_layout *l, const struct scene *s,
			   const struct event *event)
{
	for (uint32_t i = 0; i < l->arrow_count; i++) {
		struct ladder_arrow *a = &l->arrows[i];
		nanos sent = recording_event(s->recording, a->record.sent).time;

		if (a->packet == event->packet)
			a->corrupted = fmin(
				fmax((double)(event->time - sent) / (double)l->scale.flight_time,
				     0.2),
				0.8);
	}
}

static void mark_marked(struct ladder_layout *l, const struct event *event)
{
	for (uint32_t i = 0; i < l->arrow_count; i++)
		l->arrows[i].marked = l->arrows[i].marked || l->arrows[i].packet == event->packet;
}

static void find_corrupted(struct ladder_layout *l, const struct scene *s)
{
	for (uint32_t n = l->rows.first_event; n < l->rows.end_event; n++) {
		struct event event = recording_event(s->recording, n);

		if (event.kind == EVENT_CORRUPTED && (!s->hide_future || scene_has_happened(s, n)))
			mark_corrupted(l, s, &event);
		if (event.kind == EVENT_MARKED && (!s->hide_future || scene_has_happened(s, n)))
			mark_marked(l, &event);
	}
}

void ladder_find_arrows(struct ladder_layout *l, const struct scene *s)
{
	l->arrow_count = 0;
	for (uint32_t i = 0; i < l->rows.count; i++) {
		const struct ladder_row *row = &l->rows.rows[i];
		struct event event = recording_event(s->recording, row->event);
		struct packet_record p;

		if (event.packet == EVENT_NONE)
			continue;
		if (event.kind == EVENT_SEND || event.kind == EVENT_DUPLICATED) {
			consider_packet(l, s, event.packet, row->side);
			continue;
		}
		/* Sent above all that was built? */
		recording_packet(s->recording, event.packet, &p);
		if (p.sent < l->rows.first_event && end_event(&p) == row->event)
			consider_packet(l, s, event.packet,
					event.kind == EVENT_LOST ? row->side
								 : other_side(row->side));
	}
	find_corrupted(l, s);
}
