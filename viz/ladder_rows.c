#include "viz/ladder_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "viz/ladder_block.h"

/* ---- blocks put together ---- */

/* Makes room for `count` rows in front. */
static void open_front(struct ladder_rows *rows, uint32_t count)
{
	rows->rows =
		memory_grow(rows->rows, &rows->room, rows->count + count, sizeof rows->rows[0]);
	if (rows->count > 0)
		memmove(rows->rows + count, rows->rows, rows->count * sizeof rows->rows[0]);
	rows->count += count;
}

static double seam(const struct ladder_scale *scale, nanos above, nanos below)
{
	return fmax(scale->pitch, ladder_height_for(scale, below - above));
}

static void append(struct ladder_rows *rows, const struct ladder_rows *part,
		   const struct ladder_scale *scale)
{
	double base = 0;

	if (part->count == 0)
		return;
	if (rows->count > 0)
		base = ladder_rows_bottom(rows) +
		       seam(scale, rows->rows[rows->count - 1].time, part->rows[0].time);
	for (uint32_t i = 0; i < part->count; i++) {
		struct ladder_row row = part->rows[i];

		row.y += base;
		ladder_add_row(rows, row);
	}
}

static void prepend(struct ladder_rows *rows, const struct ladder_rows *part,
		    const struct ladder_scale *scale)
{
	double base;

	if (part->count == 0 || rows->count == 0) {
		append(rows, part, scale);
		return;
	}
	base = rows->rows[0].y - ladder_rows_bottom(part) -
	       seam(scale, part->rows[part->count - 1].time, rows->rows[0].time);
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
	double lowest = -HUGE_VAL;

	rows->gap_count = 0;
	for (uint32_t i = 0; i + 1 < rows->count; i++) {
		const struct ladder_row *row = &rows->rows[i];
		struct event event = recording_event(s->recording, row->event);
		nanos length = row[1].time - row->time;
		struct packet_record p;

		if (event.kind == EVENT_SEND || event.kind == EVENT_DUPLICATED) {
			recording_packet(s->recording, event.packet, &p);
			if (p.arrived != EVENT_NONE && p.arrived > busy_until)
				busy_until = p.arrived;
			if (p.ended != EVENT_NONE && p.ended > busy_until)
				busy_until = p.ended;
		}
		lowest = fmax(lowest, row->y);
		if (!ladder_is_cut(scale, length))
			continue;
		rows->gaps = memory_grow(rows->gaps, &rows->gap_room, rows->gap_count + 1,
					 sizeof rows->gaps[0]);
		rows->gaps[rows->gap_count++] =
			(struct ladder_gap){lowest, row[1].y, length, busy_until <= row->event};
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
	uint32_t blocks = (events + LADDER_BLOCK - 1) / LADDER_BLOCK;
	uint32_t first = anchor_event(s) / LADDER_BLOCK;
	uint32_t end = first;
	struct ladder_rows part = {0};

	rows->count = 0;
	/* The anchor's row may lie in a block before its own. */
	while (end < blocks &&
	       (end == first || rows->count == 0 || ladder_rows_bottom(rows) < below)) {
		ladder_block_build(&part, s, scale, end++);
		append(rows, &part, scale);
		if (end - 1 == first)
			shift_to(rows, anchor_event(s));
	}
	while (first > 0 && (rows->count == 0 || rows->rows[0].y > -above)) {
		ladder_block_build(&part, s, scale, --first);
		prepend(rows, &part, scale);
	}
	ladder_rows_free(&part);
	shift_to(rows, anchor_event(s));
	rows->from_start = first == 0;
	rows->to_end = end >= blocks;
	rows->first_event = first * LADDER_BLOCK;
	rows->end_event = end >= blocks ? events : end * LADDER_BLOCK;
	find_gaps(rows, s, scale);
}

void ladder_rows_free(struct ladder_rows *rows)
{
	free(rows->rows);
	free(rows->gaps);
	*rows = (struct ladder_rows){0};
}

double ladder_rows_bottom(const struct ladder_rows *rows)
{
	nanos last = rows->count > 0 ? rows->rows[rows->count - 1].time : 0;
	double bottom = -HUGE_VAL;

	/* Only rows of the same instant may stand lower than a later one. */
	for (uint32_t i = rows->count; i-- > 0 && rows->rows[i].time == last;)
		bottom = fmax(bottom, rows->rows[i].y);
	return bottom;
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
	double bottom;

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
	bottom = row->y;
	for (uint32_t i = low - 1; i-- > 0 && rows->rows[i].time == row->time;)
		bottom = fmax(bottom, rows->rows[i].y);
	if (low == rows->count || time == row->time)
		return bottom;
	return bottom +
	       (row[1].y - bottom) * (double)(time - row->time) / (double)(row[1].time - row->time);
}
