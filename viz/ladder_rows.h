/* ladder_rows.h — how high on the ladder each moment stands.
 *
 * Time runs down, to scale: a typical flight has a fixed height. But the map
 * from time to height is made of straight pieces, so that everything can be
 * read:
 *
 *   - rows of one host are at least a pitch apart: where more happens than
 *     the type allows, time is stretched;
 *   - a long silence is cut to a band, and a segment slants even where a
 *     capture says that it arrived when it was sent.
 *
 * It never runs backwards: a later instant stands lower, or level. All rows of
 * one instant begin level, and follow each other at their own host.
 *
 * Only what lies near the cursor, or near what the reader has scrolled to, is
 * built. Heights are found in blocks of
 * events whose borders are fixed, so that a row has the same distance to its
 * neighbours wherever the cursor is, and scrolling does not make it jump.
 *
 * A `struct ladder_rows` owns its arrays: start from all 0, build as often
 * as you like, free once. */
#ifndef TCPLAB_VIZ_LADDER_ROWS_H
#define TCPLAB_VIZ_LADDER_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "viz/scene.h"

struct ladder_scale {
	double pitch;      /* pixels between rows of one host, at least */
	double flight;     /* pixels that a typical flight falls */
	nanos flight_time; /* how long that is, > 0 */
};

/* A moment with a height of its own: a call, a segment sent, arrived or lost,
 * a timer, a caption. */
struct ladder_row {
	uint32_t event;
	enum side side;
	nanos time;
	double y; /* 0: the row of the cursor, or of scene.look_at */
};

/* Above and below a caption as many pitches are free. */
#define LADDER_CAPTION_PITCHES 1.4

/* A silence that was cut. */
struct ladder_gap {
	double top; /* the rows around it */
	double bottom;
	nanos length;
	bool silent; /* no segment was on its way */
};

struct ladder_rows {
	struct ladder_row *rows;
	struct ladder_gap *gaps;
	uint32_t count;
	uint32_t room;
	uint32_t gap_count;
	uint32_t gap_room;
	bool from_start; /* the first row of the recording is among them */
	bool to_end;
	uint32_t first_event; /* of the events that were looked at */
	uint32_t end_event;   /* one after the last */
};

/* How long a typical flight takes in this recording: the median of the first
 * few hundred. Where a capture shows none, the time between segments. */
nanos ladder_flight_time(const struct scene *s);

/* The rows from `above` pixels above the cursor's to `below` pixels below. */
void ladder_rows_build(struct ladder_rows *rows, const struct scene *s,
		       const struct ladder_scale *scale, double above, double below);
void ladder_rows_free(struct ladder_rows *rows);

/* The row at which event `n` stands: its own, or that of the last one before
 * it. NULL where that is not among them. */
const struct ladder_row *ladder_row_of(const struct ladder_rows *rows, uint32_t n);

/* The height of the lowest row; there must be one. */
double ladder_rows_bottom(const struct ladder_rows *rows);

/* The height of a moment: below all rows up to then, in proportion to the
 * time until the next. */
double ladder_y_at(const struct ladder_rows *rows, nanos time);

#endif
