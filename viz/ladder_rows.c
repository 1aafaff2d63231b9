#include "viz/ladder_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

/* Events in a block. Inside, heights follow from all rows before; from block
 * to block only from the two rows at the border. */
enum { BLOCK = 256 };

/* Shares of the pitch. */
static const double turnaround = 0.8;  /* from an arrival to the answer */
static const double after_timer = 0.5; /* from a timer to what it sends */
static const double least_slant = 1.5; /* of a segment that takes no time */
static const double least_loss = 2.2;  /* of one that gets lost: it has less way for its label */
static const double gap_height = 4.0; /* of a silence that is cut */

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
		sent = recording_event(r, p.sent)->time;
		if (p.arrived != EVENT_NONE && flight_count < SAMPLES &&
		    recording_event(r, p.arrived)->time > sent)
			flights[flight_count++] = recording_event(r, p.arrived)->time - sent;
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
		return event->turn == before->turn ? after_timer : turnaround;
	if (before->kind == EVENT_ARRIVE && event->kind == EVENT_SEND)
		return turnaround;
	return ends_an_arrow(event->kind) && ends_an_arrow(before->kind) ? 1 : turnaround;
}

static double to_scale(const struct ladder_scale *scale, nanos length)
{
	return scale->flight * (double)length / (double)scale->flight_time;
}

static bool is_cut(const struct ladder_scale *scale, nanos length)
{
	double height = to_scale(scale, length);

	return height > scale->flight * longest_flights && height > scale->pitch * gap_height;
}

static double height_of(const struct ladder_scale *scale, nanos length)
{
	return is_cut(scale, length) ? scale->pitch * gap_height : to_scale(scale, length);
}

/* ---- a block ---- */

/* Heights in a block count from its first row. */
struct block {
	struct ladder_rows *rows;
	const struct scene *scene;
	const struct ladder_scale *scale;
	uint32_t last[SIDE_COUNT]; /* newest row of each host; EVENT_NONE: none yet */
};

static const struct event *event_of(const struct scene *s, const struct ladder_row *row)
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

static double below_side(const struct block *b, enum side side, const struct event *event)
{
	const struct ladder_row *row;

	if (b->last[side] == EVENT_NONE)
		return -HUGE_VAL;
	row = &b->rows->rows[b->last[side]];
	return row->y + b->scale->pitch * pitches_between(event_of(b->scene, row), event);
}

static double row_height(const struct block *b, const struct event *event, enum side side)
{
	const struct ladder_row *before;
	double y;

	if (b->rows->count == 0)
		return 0;
	before = &b->rows->rows[b->rows->count - 1];
	y = before->y + height_of(b->scale, event->time - before->time);
	y = fmax(y, below_side(b, side, event));
	/* A caption is as wide as both hosts. */
	if (event->kind == EVENT_CAPTION || event_of(b->scene, before)->kind == EVENT_CAPTION)
		y = fmax(y, below_side(b, other_side(side), event));
	if (event->kind == EVENT_ARRIVE || event->kind == EVENT_LOST)
		y = fmax(y, below_its_start(b, event));
	return y;
}

static void add_row(struct ladder_rows *rows, struct ladder_row row)
{
	rows->rows = memory_grow(rows->rows, &rows->room, rows->count + 1, sizeof row);
	rows->rows[rows->count++] = row;
}

static void build_block(struct ladder_rows *rows, const struct scene *s,
			const struct ladder_scale *scale, uint32_t number)
{
	struct block b = {rows, s, scale, {EVENT_NONE, EVENT_NONE}};
	uint32_t events = recording_events(s->recording);
	uint32_t end = events - number * BLOCK < BLOCK ? events : (number + 1) * BLOCK;

	rows->count = 0;
	for (uint32_t n = number * BLOCK; n < end; n++) {
		const struct event *event = recording_event(s->recording, n);
		struct ladder_row row = {.event = n, .time = event->time};

		if (!has_row(event) ||
		    !focus_holds(s->recording, &s->focus, event, &row.side))
			continue;
		row.y = row_height(&b, event, row.side);
		b.last[row.side] = rows->count;
		if (event->kind == EVENT_CAPTION)
			b.last[other_side(row.side)] = rows->count;
		add_row(rows, row);
	}
}

/* ---- blocks put together ---- */

/* Makes room for `count` rows in front. */
static void open_front(struct ladder_rows *rows, uint32_t count)
{
	rows->rows = memory_grow(rows->rows, &rows->room, rows->count + count,
				 sizeof rows->rows[0]);
	if (rows->count > 0)
		memmove(rows->rows + count, rows->rows, rows->count * sizeof rows->rows[0]);
	rows->count += count;
}

static double seam(const struct ladder_scale *scale, const struct ladder_row *above,
		   const struct ladder_row *below)
{
	return fmax(scale->pitch, height_of(scale, below->time - above->time));
}

static void append(struct ladder_rows *rows, const struct ladder_rows *part,
		   const struct ladder_scale *scale)
{
	double base = 0;

	if (part->count == 0)
		return;
	if (rows->count > 0) {
		const struct ladder_row *last = &rows->rows[rows->count - 1];

		base = last->y + seam(scale, last, &part->rows[0]);
	}
	for (uint32_t i = 0; i < part->count; i++) {
		struct ladder_row row = part->rows[i];

		row.y += base;
		add_row(rows, row);
	}
}

static void prepend(struct ladder_rows *rows, const struct ladder_rows *part,
		    const struct ladder_scale *scale)
{
	const struct ladder_row *last;
	double base;

	if (part->count == 0 || rows->count == 0) {
		append(rows, part, scale);
		return;
	}
	last = &part->rows[part->count - 1];
	base = rows->rows[0].y - seam(scale, last, &rows->rows[0]) - last->y;
	open_front(rows, part->count);
	for (uint32_t i = 0; i < part->count; i++) {
		rows->rows[i] = part->rows[i];
		rows->rows[i].y += base;
	}
}

/* ---- silences ---- */

/* Once no segment that was sent has yet to arrive or be lost. */
static void find_gaps(struct ladder_rows *rows, const struct scene *s,
		      const struct ladder_scale *scale)
{
	uint32_t busy_until = 0;

	rows->gap_count = 0;
	for (uint32_t i = 0; i + 1 < rows->count; i++) {
		const struct ladder_row *row = &rows->rows[i];
		const struct event *event = event_of(s, row);
		nanos length = row[1].time - row->time;
		struct packet_record p;

		if (event->kind == EVENT_SEND || event->kind == EVENT_DUPLICATED) {
			recording_packet(s->recording, event->packet, &p);
			if (p.arrived != EVENT_NONE && p.arrived > busy_until)
				busy_until = p.arrived;
			if (p.ended != EVENT_NONE && p.ended > busy_until)
				busy_until = p.ended;
		}
		if (!is_cut(scale, length))
			continue;
		rows->gaps = memory_grow(rows->gaps, &rows->gap_room, rows->gap_count + 1,
					 sizeof rows->gaps[0]);
		rows->gaps[rows->gap_count++] = (struct ladder_gap){
			row->y, row[1].y, length, busy_until <= row->event};
	}
}

/* ---- all ---- */

static uint32_t anchor_event(const struct scene *s)
{
	uint32_t first;
	uint32_t count;

	if (s->look_at != EVENT_NONE)
		return s->look_at;
	if (cursor_is_at_start(s->cursor))
		return 0;
	recording_turn(s->recording, cursor_turn(s->recording, s->cursor), &first, &count);
	return first;
}

/* Heights count from the row of `anchor`, or the one before it. */
static void shift_to(struct ladder_rows *rows, uint32_t anchor)
{
	const struct ladder_row *row = ladder_row_of(rows, anchor);
	double zero;

	if (rows->count == 0)
		return;
	zero = row ? row->y : rows->rows[0].y;
	for (uint32_t i = 0; i < rows->count; i++)
		rows->rows[i].y -= zero;
}

void ladder_rows_build(struct ladder_rows *rows, const struct scene *s,
		       const struct ladder_scale *scale, double above, double below)
{
	uint32_t events = recording_events(s->recording);
	uint32_t blocks = (events + BLOCK - 1) / BLOCK;
	uint32_t first = anchor_event(s) / BLOCK;
	uint32_t end = first;
	struct ladder_rows part = {0};

	rows->count = 0;
	/* The anchor's row may lie in a block before its own. */
	while (end < blocks && (end == first || rows->count == 0 ||
				rows->rows[rows->count - 1].y < below)) {
		build_block(&part, s, scale, end++);
		append(rows, &part, scale);
		if (end - 1 == first)
			shift_to(rows, anchor_event(s));
	}
	while (first > 0 && (rows->count == 0 || rows->rows[0].y > -above)) {
		build_block(&part, s, scale, --first);
		prepend(rows, &part, scale);
	}
	ladder_rows_free(&part);
	shift_to(rows, anchor_event(s));
	rows->from_start = first == 0;
	rows->to_end = end >= blocks;
	rows->first_event = first * BLOCK;
	rows->end_event = end >= blocks ? events : end * BLOCK;
	find_gaps(rows, s, scale);
}

void ladder_rows_free(struct ladder_rows *rows)
{
	free(rows->rows);
	free(rows->gaps);
	*rows = (struct ladder_rows){0};
}

const struct ladder_row *ladder_row_of(const struct ladder_rows *rows, uint32_t n)
{
	uint32_t low = 0; /* rows before it stand at `n` or before */
	uint32_t high = rows->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (rows->rows[middle].event <= n)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &rows->rows[low - 1] : NULL;
}

double ladder_y_at(const struct ladder_rows *rows, nanos time)
{
	uint32_t low = 0; /* rows before it are not later than `time` */
	uint32_t high = rows->count;
	const struct ladder_row *row;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (rows->rows[middle].time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	if (rows->count == 0)
		return 0;
	if (low == 0)
		return rows->rows[0].y;
	row = &rows->rows[low - 1];
	if (low == rows->count)
		return row->y;
	return row->y + (row[1].y - row->y) * (double)(time - row->time) /
				(double)(row[1].time - row->time);
}
