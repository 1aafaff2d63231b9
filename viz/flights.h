/* flights.h — packets that move while time passes from one step to the next.
 *
 * The page shows each step as it is; between two steps the window moves a dot
 * for each packet under way over that picture, along the arrow that the
 * ladder has for it. */
#ifndef TCPLAB_VIZ_FLIGHTS_H
#define TCPLAB_VIZ_FLIGHTS_H

#include "viz/app_state.h"
#include "viz/canvas.h"

enum { FLIGHTS_MAX = 48 };

struct flight {
	struct point from; /* where it was at the step before */
	struct point to;   /* and is now */
	struct color color;
};

struct flights {
	struct flight all[FLIGHTS_MAX];
	unsigned count;
	double radius;
	struct rect area; /* dots show inside only */
};

/* The flights of app->motion, in the picture that was drawn last. None where
 * nothing moves. */
void flights_find(struct flights *out, const struct app *app);

/* Where one is when the motion has come `share` of its way. */
struct point flight_at(const struct flight *flight, double share);

#endif
