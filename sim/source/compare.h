/* compare.h — what our engine sent against what a captured host sent.
 *
 * Segments are matched by what they carry, not by when they were sent: text
 * and control bits by their place in the sequence space, once for the first
 * sending and then in order for each repetition; ACKs alone by their number.
 * Matched segments may still differ. What must agree is counted:
 *
 *   the control bits but PSH, the acknowledgment, the MSS and window scale of
 *   a SYN, and which of SACK-permitted, SACK and timestamps are there.
 *
 * What may be different on any two hosts is told and not counted: the window,
 * PSH, and what timestamps say (their values are clocks). The same octets cut
 * at other places count as cut differently, neither as same nor as missing.
 * ACKs alone are counted apart: hosts have leave to delay and to join them. */
#ifndef TCPLAB_SOURCE_COMPARE_H
#define TCPLAB_SOURCE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/text.h"
#include "wire/segment.h"

#define SENT_NONE UINT32_MAX

enum verdict_kind {
	VERDICT_SAME,
	VERDICT_DIFFERENT,
	VERDICT_CUT,   /* the same octets, cut differently */
	VERDICT_ALONE, /* nothing of the other's matches it */
	VERDICT_COUNT,
};

/* What is different in matched segments: bits. */
enum {
	DIFFERS_FLAGS = 1 << 0,
	DIFFERS_ACK = 1 << 1,
	DIFFERS_SEQ = 1 << 2,
	DIFFERS_MSS = 1 << 3,
	DIFFERS_WINDOW_SCALE = 1 << 4,
	DIFFERS_SACK_PERMITTED = 1 << 5,
	DIFFERS_SACK = 1 << 6,
	DIFFERS_TIMESTAMPS = 1 << 7,
	DIFFERS_COUNTED = (1 << 8) - 1,
	DIFFERS_WINDOW = 1 << 8, /* told, not counted */
	DIFFERS_PSH = 1 << 9,
};

/* A segment that was sent. The caller fills in the first part. */
struct sent_segment {
	nanos time;
	int64_t number; /* in the capture; 0 for ours */
	struct seq seq;
	struct seq ack;
	uint32_t len;
	uint16_t flags;
	uint16_t wnd;
	uint16_t has; /* options */
	uint16_t mss;
	uint8_t window_scale;
	/* Found by compare(). */
	uint8_t verdict;
	bool again; /* it repeats what was sent before */
	uint16_t differs;
	uint32_t match;   /* the first one of the other's that matches, or SENT_NONE */
	uint32_t next;    /* the next one whose `match` is the same, or SENT_NONE */
	uint32_t matched; /* the first one of the other's whose `match` this is … */
	uint32_t last;    /* … and the last */
	int64_t left;     /* in the sequence space, from the SYN at 0 */
	int64_t right;
};

struct sent_list {
	struct sent_segment *all;
	uint32_t count;
	uint32_t capacity;
};

struct sent_counts {
	uint32_t same;
	uint32_t different;
	uint32_t cut;
	uint32_t alone;
	uint32_t acks_same; /* ACKs alone, with or without differences */
	uint32_t acks_alone;
	uint32_t windows; /* matched segments with another window, … */
	uint32_t pushes;  /* … and with PSH in one of them */
};

void sent_add(struct sent_list *list, nanos time, int64_t number, const struct segment *seg);
void sent_free(struct sent_list *list);

/* Whether it is an ACK alone: no text, no SYN, FIN or RST. */
bool sent_is_ack(const struct sent_segment *s);

/* Matches two lists, each in the order of sending. `isn` is where both begin. */
void compare(struct sent_list *ours, struct sent_list *theirs, struct seq isn);

struct sent_counts sent_count(const struct sent_list *list);

/* "Packet 12 of the capture, but the window is 500 here and 501 there (not counted)." */
void compare_tell(const struct sent_list *ours, const struct sent_list *theirs, uint32_t our,
		  struct text *out);
/* The same for one of theirs that our engine did not send. */
void compare_tell_missing(const struct sent_segment *their, struct text *out);

#endif
