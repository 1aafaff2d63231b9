/* fates_inside.h — what the files of fates.h share. Not for callers.
 *
 * The capture is read once, packet by packet. For each side a struct sender
 * keeps what it has under way; fates_sent.c adds to that, fates_acked.c takes
 * away, and fates.c begins and ends. */
#ifndef TCPLAB_SOURCE_FATES_INSIDE_H
#define TCPLAB_SOURCE_FATES_INSIDE_H

#include "source/fates.h"
#include "source/unacked.h"

enum { VERDICTS_KEPT = 64, RECENT = 8 };

/* A packet that was found lost, for when a D-SACK says that it was not. */
struct verdict {
	int64_t left;
	int64_t right;
	uint32_t packet;
};

/* What tells two captured copies of one packet from two packets. */
struct recent {
	struct sending_mark mark;
	struct seq seq;
	struct seq ack;
	uint32_t len;
	uint32_t packet;
	uint16_t flags;
};

/* What one side sends. */
struct sender {
	struct unacked unacked;
	struct id_habit ids;
	struct verdict verdicts[VERDICTS_KEPT];      /* a ring */
	struct recent recent[RECENT];                /* a ring */
	struct sack_block reported[SACK_BLOCKS_MAX]; /* in the newest ACK of it */
	uint32_t verdict_count;
	uint32_t recent_count;
	uint32_t reported_count;
	struct seq window_edge; /* that the other side offers, where edge_known */
	int64_t probe;          /* position of an octet sent beyond the window, or −1 */
	uint32_t probe_packet;
	uint32_t newest_answer; /* the other side's newest packet with ACK, where answered */
	bool answered;
	bool plain_syn; /* a SYN without ACK was sent, and no SYN,ACK since */
	bool edge_known;
	bool over; /* one of the sides sent RST */
};

struct finder {
	const struct captured *captured;
	struct fates *fates;
	struct sender senders[SIDES];
	uint32_t settled; /* packets that the ACK which is looked at has answered */
	uint32_t newest_settled;
	uint8_t shift[SIDES]; /* of the windows that a side offers */
	bool shift_known;
};

/* The packet that is looked at. */
struct passing {
	uint32_t number;
	enum side side;
	nanos time;
	struct packet packet;
};

static inline nanos time_of(const struct finder *f, uint32_t packet)
{
	return captured_at(f->captured, packet)->time;
}

/* fates.c */
void mark_lost(struct finder *f, uint32_t packet, enum evidence evidence);
/* The octets left … right−1 of `side`, never seen, that left before `before`. */
void add_unseen_text(struct finder *f, enum side side, int64_t left, int64_t right, uint32_t before,
		     enum evidence evidence);

/* fates_sent.c: the packet has sequence space. */
void fates_take_sent(struct finder *f, const struct passing *p);

/* fates_acked.c: the packet has the ACK bit; `side` sent what it acknowledges. */
void fates_take_ack(struct finder *f, enum side side, const struct passing *p);
/* The capture ends: what was never acknowledged? */
void fates_settle_rest(struct finder *f, enum side side);

#endif
