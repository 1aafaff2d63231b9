/* view_why.h — the step at the cursor in words: one sentence of what
 * happened, the RFC's section, and why.
 *
 * The sentence is the headline of the turn, or of the single event where the
 * cursor stands inside a turn. Before everything it says what the recording
 * is about. */
#ifndef TCPLAB_VIZ_VIEW_WHY_H
#define TCPLAB_VIZ_VIEW_WHY_H

#include "viz/canvas.h"
#include "viz/scene.h"

void view_why_draw(struct canvas *c, const struct theme *t, const struct scene *s,
		   struct rect area);

/* The height that two lines of sentence and two of reason need. */
double view_why_height(const struct theme *t);

#endif
