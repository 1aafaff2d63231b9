/* ladder_build.h — the parts of ladder_layout.c that have a file of their own.
 *
 * Each fills one array of the layout, from its rows and columns. */
#ifndef TCPLAB_VIZ_LADDER_BUILD_H
#define TCPLAB_VIZ_LADDER_BUILD_H

#include "viz/ladder_layout.h"

/* Pitches above the first row, for the states that all begins with. */
#define LADDER_LEAD_IN 2.4

/* The height of an event; above all that is in sight where it is out of it. */
double ladder_height_of(const struct ladder_layout *l, uint32_t event);

/* Whether an event has happened in the step at the cursor. */
bool ladder_is_in_step(const struct scene *s, uint32_t event);

void ladder_find_guests(struct ladder_layout *l, const struct scene *s);   /* ladder_guests.c */
void ladder_find_arrows(struct ladder_layout *l, const struct scene *s);   /* ladder_flights.c */
void ladder_find_tracks(struct ladder_layout *l, const struct scene *s);   /* ladder_tracks.c */
void ladder_find_brackets(struct ladder_layout *l, const struct scene *s); /* ladder_tracks.c */

#endif
