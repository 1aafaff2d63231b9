/* strip.h — the free places along a line.
 *
 * A strip is the ground beside an arrow on which its label may stand. What
 * lies there already blocks stretches of it, found once; then a label of any
 * width goes to the free place nearest to where one would like it.
 *
 * Distances along count from the strip's left end, those across from the
 * line, down being positive. Start from all 0, begin as often as you like,
 * free once. */
#ifndef TCPLAB_VIZ_STRIP_H
#define TCPLAB_VIZ_STRIP_H

#include "viz/placer.h"

struct stretch {
	double from;
	double to;
};

struct strip {
	struct point origin; /* left end of the line */
	double c;            /* its direction */
	double s;
	double length;
	double top;
	double bottom;
	struct stretch *blocked; /* in order after strip_sort() */
	uint32_t count;
	uint32_t room;
};

/* From `left` to `right` (which lies to the right of it), nothing blocked. */
void strip_begin(struct strip *strip, struct point left, struct point right, double top,
		 double bottom);
void strip_free(struct strip *strip);

/* Blocks where the placer's texts lie; its lines as well, but for those of
 * `owner`, where `lines`. */
void strip_block(struct strip *strip, const struct placer *placer, bool lines, uint32_t owner);

/* Blocks what is blocked in `other`, a strip along the same line. */
void strip_block_both(struct strip *strip, const struct strip *other);
void strip_sort(struct strip *strip);

/* The middle, nearest to `wish` and within least … most, of a free stretch of
 * that width; false where there is none. After strip_sort(). */
bool strip_find(const struct strip *strip, double width, double least, double most, double wish,
		double *middle);

/* A point of the canvas by its distances along and across. */
struct point strip_point(const struct strip *strip, double along, double across);

#endif
