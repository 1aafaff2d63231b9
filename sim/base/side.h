/* side.h — the two ends of a connection. Which of them is the client is said
 * where it is decided: in a capture (source/flows.h), on a page (viz/focus.h). */
#ifndef TCPLAB_BASE_SIDE_H
#define TCPLAB_BASE_SIDE_H

enum side {
	CLIENT,
	SERVER,
	SIDES,
};

static inline enum side other_side(enum side side)
{
	return side == CLIENT ? SERVER : CLIENT;
}

static inline const char *side_name(enum side side)
{
	return side == CLIENT ? "client" : "server";
}

#endif
