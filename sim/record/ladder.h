/* ladder.h — a ladder being written: for export_ladder.c, which goes through
 * the turns, ladder_arrow.c, which draws packets, ladder_list.c, which writes
 * lines where there are more than two hosts to draw between, and
 * ladder_frame.c, which writes what stands above and below. */
#ifndef TCPLAB_RECORD_LADDER_H
#define TCPLAB_RECORD_LADDER_H

#include <stdbool.h>

#include "record/export.h"
#include "record/page.h"
#include "tcp/rule.h"

/* What was drawn, so that the legend explains no more than that. */
enum mark {
	MARK_TEXT,
	MARK_ACK,
	MARK_AGAIN,
	MARK_COPY,
	MARK_LOST,
	MARK_OVERTAKEN,
	MARK_DAMAGED,
	MARK_FRAME, /* of a capture */
	MARK_COUNT
};

struct ladder {
	const struct recording *r;
	const struct ladder_style *style;
	struct page page;
	uint8_t hosts[2];        /* left and right */
	bool is_list;            /* more than two hosts send */
	uint32_t *conn_tags;     /* a number for each connection, or NULL where one pair is all */
	bool *is_damaged;        /* for each packet: a link changed its bytes … */
	bool *is_marked;         /* … or marked it CE */
	nanos gap;               /* the shortest silence worth a line */
	nanos shown;             /* time of the last row; −1: none yet */
	nanos quiet_from;        /* no packet is under way from then on */
	bool told[RULE_COUNT];   /* why was written before */
	char last[ROW_TEXT_MAX]; /* the sentence told last: not told twice in a row */
	uint32_t drawn[MARK_COUNT];
	uint32_t packets;
};

/* The rows of one turn share these. */
struct telling {
	int side;        /* 0 left, 1 right; −1: between the hosts, on the way */
	bool marked;     /* the dot at the lifeline is there already */
	unsigned labels; /* that are still to be written beside the lifeline, in order */
	unsigned written;
	char label[6][ROW_TEXT_MAX];
};

int ladder_side(const struct ladder *l, uint8_t host);

/* Fills in time and gap, the labels and the mark, and prints. */
void ladder_row(struct ladder *l, struct telling *t, nanos time, struct row *row);

/* A packet's arrow, at the time of its SEND or DUPLICATED event. */
void ladder_arrow(struct ladder *l, struct telling *t, uint32_t packet);

/* Counts a packet, and says what kind it is. */
enum mark ladder_count(struct ladder *l, const struct packet_record *packet, bool is_damaged);

/* " again", " copy", " damaged", " overtaken": what is to be said of a packet of that
 * kind. */
void ladder_add_tags(const struct ladder *l, uint32_t number, const struct packet_record *packet,
		     enum mark mark, struct text *out);

/* "#7": its number in the capture, where it has one. */
void ladder_add_frame(const struct ladder *l, const struct packet_record *packet, struct text *out);

/* "#2 " in front of what belongs to the second connection, where there are several. */
void ladder_tag(const struct ladder *l, uint32_t conn, struct text *out);

/* Title and what to look for; the hosts above their lifelines; counts and legend. */
void ladder_heading(const struct ladder *l);
void ladder_names(const struct ladder *l);
void ladder_ending(const struct ladder *l);

/* All turns, as lines "who > whom: what". */
void ladder_list(struct ladder *l);

/* What a reader hears of event `n` in its turn: paragraphs, or nothing. `said` is what was
 * said in this turn already: the rules of up to SAID_MAX sentences. */
enum { SAID_MAX = 16 };

struct said {
	uint16_t rules[SAID_MAX];
	unsigned count;
};

bool ladder_says(struct ladder *l, struct said *said, uint32_t n, struct text *what,
		 struct text *why);

#endif
