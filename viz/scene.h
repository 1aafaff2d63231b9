/* scene.h — what a view is shown: a recording, whom to follow in it, a
 * position, and the reader's choices.
 *
 * A view is a function of a scene, a theme and a rectangle. It keeps nothing
 * of its own and changes nothing here. */
#ifndef TCPLAB_VIZ_SCENE_H
#define TCPLAB_VIZ_SCENE_H

#include "record/recording.h"
#include "viz/cursor.h"
#include "viz/focus.h"
#include "viz/theme.h"

struct scene {
	const struct recording *recording;
	struct focus focus;
	struct cursor cursor;
	/* When packets under way are seen: while the window moves from one step
	 * to the next it lies between them. Negative: the time of the cursor. */
	nanos moment;
	uint32_t selected; /* packet, or EVENT_NONE */
	uint32_t hovered;  /* packet under the pointer, or EVENT_NONE */
	bool relative;     /* sequence numbers count from each side's ISN */
	const char *hint;  /* how to go on from the start, told there; or NULL */
	bool hide_future;  /* while the reader predicts what comes next */
	double zoom;       /* of the ladder: 1 gives every label its room */
	uint32_t look_at;  /* event that the ladder shows instead of the cursor's, or EVENT_NONE */
	double scroll;     /* of the ladder: pixels further down than that */
};

/* The time at which packets under way are shown. */
nanos scene_moment(const struct scene *s);

/* Whether an event lies at or before the cursor. */
bool scene_has_happened(const struct scene *s, uint32_t event);

/* At the start of a recording, absolute numbers, nothing selected. */
struct scene scene_of(const struct recording *r);

struct color side_color(const struct theme *t, enum side side);

/* The ISNs of both directions as one end knows them, for relative numbers. */
struct origin {
	struct seq own;  /* what it sends counts from here */
	struct seq peer; /* what it acknowledges counts from here */
};

/* Zero where numbers are shown as they are, or nothing is known. */
struct origin scene_origin(const struct scene *s, uint32_t conn, uint32_t event);

#endif
