#include "viz/ladder_block.h"

#include <math.h>
#include <stdlib.h>

#include "record/memory.h"

/* Shares of the pitch. */
static const double turnaround = 0.55;   /* from an arrival to the answer */
static const double next_arrival = 0.45; /* from an answer to what arrives next */
static const double between_marks = 0.8; /* from or to what is no arrow */
static const double after_timer = 0.5;   /* from a timer to what it sends */
static const double least_slant = 1.5;   /* of a segment that takes no time */
static const double least_loss = 1.8;    /* of one that gets lost */
static const double gap_height = 3.6;    /* of a silence that is cut */

/* What is longer than this many flights is cut. */
static const double longest_flights = 2.6;

/* ---- scale ---- */

static int by_size(const void *a, const void *b)
{
	nanos x = *(const nanos *)a;
	nanos y = *(const nanos *)b;

	return (x > y) - (x < y);
}

nanos ladder_flight_time(const struct scene *s)
{
	enum { SAMPLES = 256 };
	const struct recording *r = s->recording;
	nanos flights[SAMPLES];
	nanos pauses[SAMPLES];
	size_t flight_count = 0;
	size_t pause_count = 0;
	nanos before = -1;

	for (uint32_t n = 0; n < recording_packets(r) && n < 2 * SAMPLES; n++) {
		struct packet_record p;
		enum side side;
		nanos sent;

		recording_packet(r, n, &p);
		if (!focus_side(&s->focus, p.host, &side))
			continue;
		sent = recording_event(r, p.sent).time;
		if (p.arrived != EVENT_NONE && flight_count < SAMPLES &&
		    recording_event(r, p.arrived).time > sent)
			flights[flight_count++] = recording_event(r, p.arrived).time - sent;
		if (before >= 0 && sent > before && pause_count < SAMPLES)
			pauses[pause_count++] = sent - before;
		before = sent;
	}
	qsort(flights, flight_count, sizeof flights[0], by_size);
	qsort(pauses, pause_count, sizeof pauses[0], by_size);
	if (flight_count > 0)
		return flights[flight_count / 2];
	/* Most pauses are inside a burst; the longer ones are round trips. */
	return pause_count > 0 ? pauses[pause_count * 3 / 4] : nanos_from_ms(50);
}

/* ---- rows ---- */

static bool has_row(const struct event *event)
{
	switch (event->kind) {
	case EVENT_CALL:
	case EVENT_ARRIVE:
	case EVENT_TIMER:
	case EVENT_SEND:
	case EVENT_LOST:
	case EVENT_DUPLICATED:
	case EVENT_CAPTION: return true;
	default: return false;
	}
}

static bool ends_an_arrow(uint8_t kind)
{
	return kind == EVENT_SEND || kind == EVENT_ARRIVE || kind == EVENT_DUPLICATED;
}

/* Calls that change the connection's state get a place for its name. */
static bool is_plain_call(const struct event *event)
{
	return event->kind == EVENT_CALL &&
	       (event->call == CALL_SEND || event->call == CALL_RECEIVE);
}

/* Pitches between two rows at the same host. */
static double pitches_between(const struct event *before, const struct event *event)
{
	if (event->kind == EVENT_CAPTION || before->kind == EVENT_CAPTION)
		return LADDER_CAPTION_PITCHES;
	if (is_plain_call(event) || before->kind == EVENT_CALL)
		return 0;
	if (event->kind == EVENT_LOST || before->kind == EVENT_LOST)
		return 0;
	if (before->kind == EVENT_TIMER && ends_an_arrow(event->kind))
		return event->turn == before->turn ? after_timer : between_marks;
	if (before->kind == EVENT_ARRIVE && event->kind == EVENT_SEND)
		return turnaround;
	if (before->kind == EVENT_SEND && event->kind == EVENT_ARRIVE)
		return next_arrival;
	return ends_an_arrow(event->kind) && ends_an_arrow(before->kind) ? 1 : between_marks;
}

static double to_scale(const struct ladder_scale *scale, nanos length)
{
	return scale->flight * (double)length / (double)scale->flight_time;
}

bool ladder_is_cut(const struct ladder_scale *scale, nanos length)
{
	double height = to_scale(scale, length);

	return height > scale->flight * longest_flights && height > scale->pitch * gap_height;
}

double ladder_height_for(const struct ladder_scale *scale, nanos length)
{
	return ladder_is_cut(scale, length) ? scale->pitch * gap_height : to_scale(scale, length);
}

/* ---- a block ---- */

/* Heights in a block count from its first row. */
struct block {
	struct ladder_rows *rows;
	const struct scene *scene;
	const struct ladder_scale *scale;
	uint32_t last[SIDES];      /* newest row of each host; EVENT_NONE: none yet */
	uint32_t last_head[SIDES]; /* the same of arrows that end there */
	uint32_t last_tail[SIDES]; /* and of those that begin */
	double instant;            /* where the rows of this instant begin */
	double lowest;             /* of all rows so far */
};

static struct event event_of(const struct scene *s, const struct ladder_row *row)
{
	return recording_event(s->recording, row->event);
}

/* Where the packet of an ARRIVE or LOST was sent in this block, it slants. */
static double below_its_start(const struct block *b, const struct event *event)
{
	double share = event->kind == EVENT_LOST ? least_loss : least_slant;
	const struct ladder_row *start;
	struct packet_record p;

	if (event->packet == EVENT_NONE)
		return -HUGE_VAL;
	recording_packet(b->scene->recording, event->packet, &p);
	start = ladder_row_of(b->rows, p.sent);
	if (!start || start->event != p.sent)
		return -HUGE_VAL;
	return start->y + share * b->scale->pitch;
}

static double below_row(const struct block *b, uint32_t number, const struct event *event)
{
	const struct ladder_row *row;
	struct event before;

	if (number == EVENT_NONE)
		return -HUGE_VAL;
	row = &b->rows->rows[number];
	before = event_of(b->scene, row);
	return row->y + b->scale->pitch * pitches_between(&before, event);
}

/* Under the newest row of the host, and under its newest arrows. */
static double below_side(const struct block *b, enum side side, const struct event *event)
{
	return fmax(below_row(b, b->last[side], event),
		    fmax(below_row(b, b->last_head[side], event),
			 below_row(b, b->last_tail[side], event)));
}

/* All rows of one instant begin level, each at its own host. */
static double row_height(struct block *b, const struct event *event, enum side side)
{
	const struct ladder_row *before;
	double y;

	if (b->rows->count == 0)
		return 0;
	before = &b->rows->rows[b->rows->count - 1];
	if (event->time > before->time)
		b->instant = b->lowest + ladder_height_for(b->scale, event->time - before->time);
	y = fmax(b->instant, below_side(b, side, event));
	/* A caption is as wide as both hosts. */
	if (event->kind == EVENT_CAPTION || event_of(b->scene, before).kind == EVENT_CAPTION)
		y = fmax(y, below_side(b, other_side(side), event));
	if (event->kind == EVENT_ARRIVE || event->kind == EVENT_LOST)
		y = fmax(y, below_its_start(b, event));
	return y;
}

void ladder_block_build(struct ladder_rows *rows, const struct scene *s,
			const struct ladder_scale *scale, uint32_t number)
{
	struct block b = {
		.rows = rows,
		.scene = s,
		.scale = scale,
		.last = {EVENT_NONE, EVENT_NONE},
		.last_head = {EVENT_NONE, EVENT_NONE},
		.last_tail = {EVENT_NONE, EVENT_NONE},
	};
	uint32_t events = recording_events(s->recording);
	uint32_t end = events - number * LADDER_BLOCK < LADDER_BLOCK ? events
								     : (number + 1) * LADDER_BLOCK;

	rows->count = 0;
	for (uint32_t n = number * LADDER_BLOCK; n < end; n++) {
		struct event event = recording_event(s->recording, n);
		struct ladder_row row = {.event = n, .time = event.time};

		if (!has_row(&event) || !focus_holds(s->recording, &s->focus, &event, &row.side))
			continue;
		row.y = row_height(&b, &event, row.side);
		b.lowest = fmax(b.lowest, row.y);
		b.last[row.side] = rows->count;
		if (event.kind == EVENT_ARRIVE)
			b.last_head[row.side] = rows->count;
		else if (ends_an_arrow(event.kind))
			b.last_tail[row.side] = rows->count;
		if (event.kind == EVENT_CAPTION)
			b.last[other_side(row.side)] = rows->count;
		ladder_add_row(rows, row);
	}
}

void ladder_add_row(struct ladder_rows *rows, struct ladder_row row)
{
	rows->rows = memory_grow(rows->rows, &rows->room, rows->count + 1, sizeof row);
	rows->rows[rows->count++] = row;
}
