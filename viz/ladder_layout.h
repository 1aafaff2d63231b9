/* ladder_layout.h — what is where on the ladder: arrows, lifelines, timers.
 *
 * Turns the rows near the cursor (ladder_rows.h) into positions on the
 * canvas; view_ladder.c draws them. Nothing outside the visible part is kept.
 *
 *        time   names  ¦ |                      | ¦  names
 *        0.000  SYN-SENT ¦|==================>  |¦   LISTEN
 *                     bracket   lane            bracket
 *
 * Whoever takes part beside the two stands between them.
 *
 * A `struct ladder_layout` owns its arrays: start from all 0, build as often
 * as you like, free once. */
#ifndef TCPLAB_VIZ_LADDER_LAYOUT_H
#define TCPLAB_VIZ_LADDER_LAYOUT_H

#include "base/text.h"
#include "viz/canvas.h"
#include "viz/guests.h"
#include "viz/ladder_rows.h"

struct ladder_columns {
	struct rect header;       /* the hosts' names */
	struct rect body;         /* what scrolls */
	struct rect lane;         /* between the lifelines */
	double life[SIDES];       /* middle of a lifeline */
	double bracket[SIDES];    /* x of a timer's bracket */
	struct rect names[SIDES]; /* column of the states' names */
	double time;              /* right end of the times; 0: no room for them */
};

enum when { WHEN_PAST, WHEN_UNDER_WAY, WHEN_FUTURE };

enum fate {
	FATE_ARRIVES,
	FATE_LOST,
	FATE_OPEN, /* the recording ends, or does not say */
};

struct ladder_arrow {
	struct packet_record record;
	uint32_t packet;
	enum side side; /* of the sender */
	enum fate fate;
	enum when when;
	bool current;     /* sent, arrived or lost in the step at the cursor */
	bool sent_now;    /* sent in it */
	double corrupted; /* share of its way where a link changed it; 0: none did */
	bool marked;      /* a link marked it CE */
	int guest;        /* at the other end; −1: it is between the two */
	bool from_guest;  /* who sent it */
	bool forged;      /* … in somebody else's name */
	double travelled; /* share of its way that it has gone at the cursor, 0 … 1 */
	struct point from;
	struct point to;
};

struct ladder_track {
	enum side side;
	enum tcp_state state;
	bool inferred;
	bool named;     /* its beginning is in sight */
	bool current;   /* entered in the step at the cursor */
	uint32_t since; /* event; EVENT_NONE: from the beginning */
	double top;
	double bottom;
};

struct ladder_bracket {
	enum side side;
	enum timer timer;
	enum when when;
	uint32_t fires; /* event */
	nanos length;
	double top;
	double bottom;
};

struct ladder_layout {
	struct ladder_columns columns;
	struct ladder_scale scale;
	struct ladder_rows rows; /* heights are those of the canvas here */
	struct guests guests;
	double guest_x[GUESTS_MAX];
	struct ladder_arrow *arrows;
	struct ladder_track *tracks;
	struct ladder_bracket *brackets;
	uint32_t arrow_count;
	uint32_t arrow_room;
	uint32_t track_count;
	uint32_t track_room;
	uint32_t bracket_count;
	uint32_t bracket_room;
	double now;      /* height of the cursor */
	double band_top; /* of the step at the cursor; equal where there is none */
	double band_bottom;
	double shift; /* from heights of ladder_rows_build() to those of the canvas */
};

/* `c` is only measured with. */
void ladder_layout_build(struct ladder_layout *l, const struct scene *s, const struct theme *t,
			 const struct canvas *c, struct rect area);
void ladder_layout_free(struct ladder_layout *l);

/* Scrolls by `by` pixels (down is positive): returns the scene with look_at
 * and scroll set, so that however far one scrolls only what is near is built. */
struct scene ladder_scrolled(const struct scene *s, const struct theme *t, const struct canvas *c,
			     struct rect area, double by);

/* Decimals of the times: microseconds where milliseconds tell nothing apart. */
int ladder_time_places(const struct scene *s);

/* "0.975 s", "240 s", "32 µs": a length of time as precisely as it matters. */
void ladder_add_duration(struct text *out, nanos length);

/* The name beside a lifeline, in one or two lines; how many. On the projector
 * they are those of the RFC's figure 5, which abbreviates. */
unsigned ladder_state_name(const struct theme *t, enum tcp_state state, const char *lines[2]);

#endif
