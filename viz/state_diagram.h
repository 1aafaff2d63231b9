/* state_diagram.h — where the states and arrows of RFC 9293's Figure 5 stand.
 *
 * Placed by hand in a unit square, with CLOSED at the top, where a connection
 * begins, and at the bottom, where it ends. Never laid out by a program: a
 * reader must find each state where it was the last time.
 *
 * Apart from the figure's arrows there are those in the text of the RFC,
 * which are drawn only while they are being taken: a connection that is
 * reset or given up goes to CLOSED from anywhere. */
#ifndef TCPLAB_VIZ_STATE_DIAGRAM_H
#define TCPLAB_VIZ_STATE_DIAGRAM_H

#include "tcp/state.h"
#include "viz/canvas.h"

/* "SYN RCVD": as the figure writes it, for where there is little room. */
const char *state_short_name(enum tcp_state state);

/* Boxes: one a state, and CLOSED again. */
enum { NODE_CLOSED_AGAIN = STATE_COUNT, NODE_COUNT };

struct diagram_edge {
	unsigned char from; /* nodes */
	unsigned char to;
	bool rare; /* not in the figure */
	struct point curve[4];
	struct point label; /* the middle of its side that `align` names */
	enum align align;
	const char *lines[2]; /* what happens / what is sent; the second may be NULL */
};

/* The middle of a box. */
extern const struct point diagram_nodes[NODE_COUNT];

enum { DIAGRAM_BOX_WIDTH = 224, DIAGRAM_BOX_HEIGHT = 56 }; /* in thousandths of the square */

const struct diagram_edge *diagram_edges(unsigned *count);

/* The edge of a transition, NULL where there is none. */
const struct diagram_edge *diagram_edge(enum tcp_state from, enum tcp_state to);

/* Which of the two CLOSED it is, where the last edge that was taken leads there. */
unsigned diagram_node(enum tcp_state state, const struct diagram_edge *came_by);

#endif
