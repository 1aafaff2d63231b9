/* flights.h — packets that move while time passes from one step to the next.
 *
 * The ladder shows packets under way where they are at scene.moment, which
 * app_moment() moves from the step before to this one. Between two frames
 * only the places that these packets pass change: the window draws no more. */
#ifndef TCPLAB_VIZ_FLIGHTS_H
#define TCPLAB_VIZ_FLIGHTS_H

#include "viz/app_state.h"
#include "viz/canvas.h"

enum { FLIGHTS_MAX = 48 };

struct flight {
	struct point from; /* where it was at the step before */
	struct point to;   /* and is now */
};

struct flights {
	struct flight all[FLIGHTS_MAX];
	unsigned count;
	double radius;    /* of a dot, and the line's width */
	struct rect area; /* packets show inside only */
};

/* The flights of app->motion, in the picture that was drawn last. None where
 * nothing moves, or something lies over the ladder. */
void flights_find(struct flights *out, const struct app *app);

/* What changes of a flight when the motion comes from one share of its way to
 * another. */
struct rect flight_passes(const struct flights *flights, unsigned flight, double from, double to);

#endif
