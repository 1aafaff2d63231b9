#include "viz/ladder_layout.h"

#include <math.h>
#include <stdlib.h>

#include "record/memory.h"

/* Where the cursor stands in a ladder that is longer than its rectangle. */
static const double cursor_share = 0.6;

static const double lead_in = 2.4;  /* pitches above the first row, for the first states */
static const double lead_out = 1.6; /* and below the last */

/* A segment that gets lost is drawn up to here. */
static const double lost_least = 0.58;
static const double lost_most = 0.75;

static bool is_in_step(const struct scene *s, uint32_t event)
{
	return scene_has_happened(s, event) && recording_event(s->recording, event)->turn ==
						       cursor_turn(s->recording, s->cursor);
}

/* ---- columns ---- */

/* Where there is room for few letters, a name takes two lines. */
static const char *const broken_names[STATE_COUNT][2] = {
	[CLOSED] = {"CLOSED", ""},      [LISTEN] = {"LISTEN", ""},
	[SYN_SENT] = {"SYN", "SENT"},   [SYN_RECEIVED] = {"SYN", "RCVD"},
	[ESTABLISHED] = {"ESTAB", ""},  [FIN_WAIT_1] = {"FIN", "WAIT-1"},
	[FIN_WAIT_2] = {"FIN", "WAIT-2"}, [CLOSE_WAIT] = {"CLOSE", "WAIT"},
	[CLOSING] = {"CLOSING", ""},    [LAST_ACK] = {"LAST", "ACK"},
	[TIME_WAIT] = {"TIME", "WAIT"},
};

unsigned ladder_state_name(const struct theme *t, enum tcp_state state, const char *lines[2])
{
	lines[0] = t->projector ? broken_names[state][0] : state_name(state);
	lines[1] = t->projector ? broken_names[state][1] : "";
	return lines[1][0] != '\0' ? 2 : 1;
}

static double names_width(const struct theme *t, const struct canvas *c)
{
	double widest = 0;

	for (int i = 0; i < STATE_COUNT; i++) {
		const char *lines[2];
		unsigned count = ladder_state_name(t, (enum tcp_state)i, lines);

		for (unsigned k = 0; k < count; k++)
			widest = fmax(widest,
				      canvas_measure(c, &t->font[TYPE_STRONG], lines[k]).width);
	}
	return ceil(widest);
}

static struct ladder_columns columns_of(const struct theme *t, const struct canvas *c,
					struct rect area)
{
	struct rect rest = rect_inset(area, t->pad, 0);
	double names = names_width(t, c);
	double beside = t->lifeline / 2 + t->gap * 3; /* from a lifeline to the names */
	struct ladder_columns col = {0};

	cut_top(&rest, t->pad);
	col.header = cut_top(&rest, t->button + t->gap);
	cut_bottom(&rest, t->gap);
	col.body = box(area.x, rest.y, area.w, rest.h);
	if (!t->projector)
		col.time = right_of(cut_left(
			&rest, canvas_measure(c, &t->font[TYPE_NUMBER_SMALL], "00.000").width));
	if (!t->projector)
		cut_left(&rest, t->gap * 2);
	col.names[SIDE_CLIENT] = cut_left(&rest, names);
	col.names[SIDE_SERVER] = cut_right(&rest, names);
	col.life[SIDE_CLIENT] = right_of(col.names[SIDE_CLIENT]) + beside;
	col.life[SIDE_SERVER] = col.names[SIDE_SERVER].x - beside;
	col.bracket[SIDE_CLIENT] = right_of(col.names[SIDE_CLIENT]) + t->gap * 1.5;
	col.bracket[SIDE_SERVER] = col.names[SIDE_SERVER].x - t->gap * 1.5;
	col.lane = box(col.life[SIDE_CLIENT] + t->lifeline / 2 + t->gap / 2, rest.y, 0, rest.h);
	col.lane.w = fmax(0, col.life[SIDE_SERVER] - t->lifeline / 2 - t->gap / 2 - col.lane.x);
	return col;
}

/* ---- heights ---- */

static struct ladder_scale scale_of(const struct scene *s, const struct theme *t, double height)
{
	double pitch = ceil(t->font[TYPE_NUMBER].size * 1.55);

	return (struct ladder_scale){
		.pitch = pitch * s->zoom,
		.flight = fmin(fmax(height / 8, pitch * 2.4), pitch * 5.5) * s->zoom,
		.flight_time = ladder_flight_time(s),
	};
}

/* From the heights of the rows to the canvas: the cursor in its place, but
 * nothing blank above the beginning or below the end. */
static double shift_of(const struct ladder_rows *rows, const struct ladder_scale *scale,
		       struct rect body, double scroll)
{
	double shift = body.y + body.h * cursor_share - scroll;
	double first;
	double last;

	if (rows->count == 0)
		return body.y;
	first = rows->rows[0].y - lead_in * scale->pitch;
	last = rows->rows[rows->count - 1].y + lead_out * scale->pitch;
	if (rows->to_end)
		shift = fmax(shift, bottom_of(body) - last);
	if (rows->from_start)
		shift = fmin(shift, body.y - first);
	return shift;
}

static void build_rows(struct ladder_layout *l, const struct scene *s)
{
	struct rect body = l->columns.body;
	struct ladder_rows *rows = &l->rows;

	/* Arrows that begin above or end below need their rows as well. */
	ladder_rows_build(rows, s, &l->scale, body.h * 1.5 + fmax(0, -s->scroll),
			  body.h * 1.5 + fmax(0, s->scroll));
	l->shift = shift_of(rows, &l->scale, body, s->scroll);
	for (uint32_t i = 0; i < rows->count; i++)
		rows->rows[i].y += l->shift;
	for (uint32_t i = 0; i < rows->gap_count; i++) {
		rows->gaps[i].top += l->shift;
		rows->gaps[i].bottom += l->shift;
	}
}

static double height_of_event(const struct ladder_layout *l, uint32_t event)
{
	const struct ladder_row *row = ladder_row_of(&l->rows, event);

	return row ? row->y : l->columns.body.y - l->columns.body.h;
}

/* ---- the step at the cursor ---- */

static void find_band(struct ladder_layout *l, const struct scene *s)
{
	uint32_t first;
	uint32_t count;
	const struct ladder_row *row;
	const struct ladder_row *end = l->rows.rows + l->rows.count;

	l->now = l->columns.body.y;
	l->band_top = l->band_bottom = l->now;
	if (cursor_is_at_start(s->cursor) || l->rows.count == 0)
		return;
	l->now = height_of_event(l, s->cursor.event);
	l->band_top = l->band_bottom = l->now;
	recording_turn(s->recording, cursor_turn(s->recording, s->cursor), &first, &count);
	row = ladder_row_of(&l->rows, first);
	if (!row || row->event != first)
		return;
	l->band_top = row->y - l->scale.pitch * 0.7;
	while (row + 1 < end && row[1].event < first + count)
		row++;
	l->band_bottom = row->y + l->scale.pitch * 0.7;
}

/* ---- arrows ---- */

static struct ladder_arrow *add_arrow(struct ladder_layout *l)
{
	l->arrows = memory_grow(l->arrows, &l->arrow_room, l->arrow_count + 1,
				sizeof l->arrows[0]);
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
	return height_of_event(l, end);
}

static double start_height(const struct ladder_layout *l, const struct packet_record *p)
{
	if (p->sent < l->rows.first_event)
		return height_of_event(l, end_event(p)) - l->scale.flight;
	return height_of_event(l, p->sent);
}

static enum when when_of(const struct scene *s, const struct packet_record *p)
{
	if (!scene_has_happened(s, p->sent))
		return WHEN_FUTURE;
	if (!scene_has_happened(s, end_event(p)))
		return WHEN_UNDER_WAY;
	/* It has arrived at the cursor, but is still seen coming. */
	return recording_event(s->recording, end_event(p))->time > scene_moment(s)
		       ? WHEN_UNDER_WAY
		       : WHEN_PAST;
}

static void place_ends(const struct ladder_layout *l, struct ladder_arrow *a)
{
	const struct rect *lane = &l->columns.lane;
	double forth = a->side == SIDE_CLIENT ? 1 : -1;
	double share = 1;

	a->from.x = a->side == SIDE_CLIENT ? lane->x : right_of(*lane);
	a->from.y = start_height(l, &a->record);
	a->to.y = end_height(l, &a->record, a->from.y);
	if (a->fate == FATE_LOST)
		share = fmin(fmax((a->to.y - a->from.y) / l->scale.flight, lost_least), lost_most);
	a->to.x = a->from.x + forth * share * lane->w;
}

static double share_travelled(const struct ladder_layout *l, const struct scene *s,
			      const struct packet_record *p)
{
	nanos sent = recording_event(s->recording, p->sent)->time;
	nanos now = scene_moment(s);
	uint32_t end = end_event(p);
	nanos way = l->scale.flight_time;

	if (end != EVENT_NONE)
		way = recording_event(s->recording, end)->time - sent;
	return way > 0 ? fmin(fmax((double)(now - sent) / (double)way, 0), 1) : 0;
}

static void consider_packet(struct ladder_layout *l, const struct scene *s, uint32_t packet,
			    enum side side)
{
	struct rect body = l->columns.body;
	struct ladder_arrow a = {.packet = packet, .side = side};

	recording_packet(s->recording, packet, &a.record);
	a.fate = a.record.ended != EVENT_NONE     ? FATE_LOST
		 : a.record.arrived != EVENT_NONE ? FATE_ARRIVES
						  : FATE_OPEN;
	place_ends(l, &a);
	if (a.to.y < body.y - l->scale.pitch || a.from.y > bottom_of(body) + l->scale.pitch)
		return;
	a.when = when_of(s, &a.record);
	if (a.when == WHEN_FUTURE && s->hide_future)
		return;
	a.sent_now = is_in_step(s, a.record.sent);
	a.current = a.sent_now || is_in_step(s, end_event(&a.record));
	a.travelled = a.when == WHEN_PAST ? 1 : 0;
	if (a.when == WHEN_UNDER_WAY)
		a.travelled = share_travelled(l, s, &a.record);
	*add_arrow(l) = a;
}

static void find_arrows(struct ladder_layout *l, const struct scene *s)
{
	l->arrow_count = 0;
	for (uint32_t i = 0; i < l->rows.count; i++) {
		const struct ladder_row *row = &l->rows.rows[i];
		const struct event *event = recording_event(s->recording, row->event);
		struct packet_record p;

		if (event->packet == EVENT_NONE)
			continue;
		if (event->kind == EVENT_SEND || event->kind == EVENT_DUPLICATED) {
			consider_packet(l, s, event->packet, row->side);
			continue;
		}
		/* Sent above all that was built? */
		recording_packet(s->recording, event->packet, &p);
		if (p.sent < l->rows.first_event && end_event(&p) == row->event)
			consider_packet(l, s, event->packet,
					event->kind == EVENT_LOST ? row->side
								  : other_side(row->side));
	}
}

/* ---- lifelines ---- */

static struct ladder_track *add_track(struct ladder_layout *l)
{
	l->tracks = memory_grow(l->tracks, &l->track_room, l->track_count + 1,
				sizeof l->tracks[0]);
	return &l->tracks[l->track_count++];
}

/* Of the connection that is followed at that moment, which may change. */
static bool is_followed(const struct scene *s, enum side side, uint32_t n)
{
	const struct focus *f = &s->focus;
	uint32_t conn = recording_event(s->recording, n)->conn;

	if (f->conn[side] != EVENT_NONE)
		return conn == f->conn[side];
	if (recording_conn_at(s->recording, f->host[side], f->host[other_side(side)], n) == conn)
		return true;
	/* It may have ended here. */
	return n > 0 && recording_conn_at(s->recording, f->host[side],
					  f->host[other_side(side)], n - 1) == conn;
}

static void start_tracks(struct ladder_layout *l, const struct scene *s)
{
	struct cursor before = {l->rows.first_event > 0 ? l->rows.first_event - 1 : EVENT_NONE};
	double top = l->columns.body.y;

	if (l->rows.from_start && l->rows.count > 0)
		top = l->rows.rows[0].y - lead_in * l->scale.pitch + l->scale.pitch * 0.4;
	for (int side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		struct end end;

		focus_end(s->recording, &s->focus, (enum side)side, before, &end);
		*add_track(l) = (struct ladder_track){
			.side = (enum side)side,
			.state = end.state,
			.inferred = end.inferred,
			.named = l->rows.from_start,
			.since = EVENT_NONE,
			.top = top,
		};
	}
}

static void find_tracks(struct ladder_layout *l, const struct scene *s)
{
	struct rect body = l->columns.body;
	double bottom = bottom_of(body);
	uint32_t open[SIDE_COUNT] = {0, 1}; /* the track that goes on */

	l->track_count = 0;
	start_tracks(l, s);
	for (uint32_t n = l->rows.first_event; n < l->rows.end_event; n++) {
		const struct event *event = recording_event(s->recording, n);
		enum side side;
		double y;

		if (event->kind != EVENT_TRANSITION || !focus_side(&s->focus, event->host, &side) ||
		    !is_followed(s, side, n) || (s->hide_future && !scene_has_happened(s, n)))
			continue;
		y = height_of_event(l, n);
		l->tracks[open[side]].bottom = y;
		open[side] = l->track_count;
		*add_track(l) = (struct ladder_track){
			.side = side,
			.state = (enum tcp_state)event->to,
			.inferred = l->tracks[side].inferred,
			.named = true,
			.current = is_in_step(s, n),
			.since = n,
			.top = y,
		};
	}
	if (l->rows.to_end && l->rows.count > 0)
		bottom = l->rows.rows[l->rows.count - 1].y + l->scale.pitch;
	for (int side = SIDE_CLIENT; side <= SIDE_SERVER; side++)
		l->tracks[open[side]].bottom = fmax(bottom, l->tracks[open[side]].top);
}

/* ---- timers ---- */

static struct ladder_bracket *add_bracket(struct ladder_layout *l)
{
	l->brackets = memory_grow(l->brackets, &l->bracket_room, l->bracket_count + 1,
				  sizeof l->brackets[0]);
	return &l->brackets[l->bracket_count++];
}

/* A bracket per side at a time; an earlier one of a timer that matters less
 * gives way. */
static bool has_room(const struct ladder_layout *l, const struct ladder_bracket *b)
{
	for (uint32_t i = 0; i < l->bracket_count; i++) {
		const struct ladder_bracket *other = &l->brackets[i];

		if (other->side == b->side && other->top < b->bottom && other->bottom > b->top)
			return false;
	}
	return true;
}

static void consider_timer(struct ladder_layout *l, const struct scene *s, uint32_t n)
{
	const struct event *event = recording_event(s->recording, n);
	const struct event *started;
	struct ladder_bracket b = {.timer = (enum timer)event->timer, .fires = n};

	if (event->cause == EVENT_NONE || !focus_holds(s->recording, &s->focus, event, &b.side))
		return;
	started = recording_event(s->recording, event->cause);
	if (started->kind != EVENT_TIMER_STARTED ||
	    (s->hide_future && !scene_has_happened(s, event->cause)))
		return;
	b.length = event->time - started->time;
	b.top = event->cause < l->rows.first_event ? l->columns.body.y - l->columns.body.h
						   : height_of_event(l, event->cause);
	b.bottom = n < l->rows.end_event ? height_of_event(l, n)
					 : bottom_of(l->columns.body) + l->columns.body.h;
	b.when = scene_has_happened(s, n)              ? WHEN_PAST
		 : scene_has_happened(s, event->cause) ? WHEN_UNDER_WAY
						       : WHEN_FUTURE;
	if (b.bottom > l->columns.body.y && b.top < bottom_of(l->columns.body) && has_room(l, &b))
		*add_bracket(l) = b;
}

static void find_brackets(struct ladder_layout *l, const struct scene *s)
{
	/* A timer that is started in sight may fire a little later. */
	enum { AHEAD = 512 };
	uint32_t events = recording_events(s->recording);
	uint32_t end = l->rows.end_event;

	end = events - end < AHEAD ? events : end + AHEAD;
	l->bracket_count = 0;
	for (uint32_t n = l->rows.first_event; n < end; n++) {
		const struct event *event = recording_event(s->recording, n);

		if (event->kind == EVENT_TIMER && event->timer != TIMER_DELAYED_ACK)
			consider_timer(l, s, n);
	}
	for (uint32_t n = l->rows.first_event; n < end; n++) {
		const struct event *event = recording_event(s->recording, n);

		if (event->kind == EVENT_TIMER && event->timer == TIMER_DELAYED_ACK)
			consider_timer(l, s, n);
	}
}

/* ---- all ---- */

void ladder_layout_build(struct ladder_layout *l, const struct scene *s, const struct theme *t,
			 const struct canvas *c, struct rect area)
{
	l->columns = columns_of(t, c, area);
	l->scale = scale_of(s, t, l->columns.body.h);
	build_rows(l, s);
	find_band(l, s);
	find_arrows(l, s);
	find_tracks(l, s);
	find_brackets(l, s);
}

void ladder_layout_free(struct ladder_layout *l)
{
	ladder_rows_free(&l->rows);
	free(l->arrows);
	free(l->tracks);
	free(l->brackets);
	*l = (struct ladder_layout){0};
}

struct scene ladder_scrolled(const struct scene *s, const struct theme *t, const struct canvas *c,
			     struct rect area, double by)
{
	struct scene moved = *s;
	struct ladder_layout l = {0};
	double stands;

	moved.scroll += by;
	ladder_layout_build(&l, &moved, t, c, area);
	stands = l.columns.body.y + l.columns.body.h * cursor_share;
	for (uint32_t i = 0; i < l.rows.count; i++) {
		/* The row that stands where the cursor would: it holds the place. */
		if (i > 0 && l.rows.rows[i].y > stands)
			break;
		moved.look_at = l.rows.rows[i].event;
		moved.scroll = stands - l.rows.rows[i].y;
	}
	ladder_layout_free(&l);
	return moved;
}
