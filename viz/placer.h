/* placer.h — finding room for labels, so that they cover nothing.
 *
 * A view tells the placer what it has drawn: lines with an owner, and the
 * texts that are already there. Then it asks for each label whether a place
 * is free, in the order of how much the label matters. Two labels never
 * overlap; a line may touch a label only where it is the label's own.
 *
 * Start from all 0 and free once. */
#ifndef TCPLAB_VIZ_PLACER_H
#define TCPLAB_VIZ_PLACER_H

#include <stdbool.h>
#include <stdint.h>

#include "viz/canvas.h"

/* Where a line of text stands: a rectangle turned around its middle. */
struct slab {
	struct point centre;
	double half_width;  /* along the text */
	double half_height; /* across */
	double angle;
};

struct placer_line {
	struct point a;
	struct point b;
	struct point normal; /* of length 1 */
	struct rect bounds;
	uint32_t owner;
};

struct placer {
	struct slab *slabs;
	struct placer_line *lines;
	uint32_t slab_count;
	uint32_t slab_room;
	uint32_t line_count;
	uint32_t line_room;
};

enum { OWNED_BY_NONE = INT32_MAX };

void placer_free(struct placer *p);

void placer_add_line(struct placer *p, struct point a, struct point b, uint32_t owner);
void placer_add_slab(struct placer *p, const struct slab *slab);
void placer_add_rect(struct placer *p, struct rect r);

bool placer_has_room(const struct placer *p, const struct slab *slab, uint32_t owner);

/* The same where lines may be covered. */
bool placer_has_room_over_lines(const struct placer *p, const struct slab *slab);

/* The place that canvas_text() takes for this anchor, style and width. */
struct slab slab_of_text(struct point anchor, const struct text_style *style, double width);

/* An upright rectangle around it. */
struct rect slab_bounds(const struct slab *slab);

#endif
