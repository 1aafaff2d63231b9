/* peer.h — the other end of a connection: turns a sketch into a segment for
 * one TCP, and says what that answers in words that fit any ISN and window.
 *
 * Of the TCP that is tried out it knows what a peer can know: what was on the
 * wire. In its words SEG.SEQ counts from that TCP's ISS and SEG.ACK from what
 * it had acknowledged before this step, or from its right edge. */
#ifndef TCPLAB_TESTS_DIFF_PEER_H
#define TCPLAB_TESTS_DIFF_PEER_H

#include "tests/diff/plan.h"
#include "wire/packet.h"

enum { WORDS_MAX = 200 };

struct peer {
	const struct plan *plan;
	struct address ours;
	struct address theirs;
	bool knows_iss;
	bool heard_ack; /* of that connection */
	struct seq iss; /* all of the TCP that is tried out … */
	struct seq snd_nxt;
	struct seq snd_una;
	struct seq rcv_nxt;
	struct seq edge;
	bool scaled; /* it has offered a shift, as we have */
	uint8_t shift;
	bool stamped; /* it has sent timestamps */
	uint32_t ts_val;
	struct seq before_nxt; /* … and RCV.NXT and the edge as they were before this step */
	struct seq before_edge;
	uint32_t clock;                  /* our own timestamps, one for each step … */
	char doubts[PLAN_STEPS_MAX + 1]; /* … and what is doubtful of its segment, see peer.c */
	bool has_fin; /* what we have sent into its window, and it need not believe: a FIN … */
	bool has_text;
	bool torn;     /* … and text beyond it, or another FIN */
	bool doubtful; /* text beside a SYN or an ACK that is old: it may take it or not */
	struct seq fin;
	struct seq text_end;
};

struct peer peer_of(const struct plan *plan, const struct address *ours,
		    const struct address *theirs);

/* A step begins. */
void peer_goes_on(struct peer *peer);

/* The segment, and its text in `text`, which has room for sketch->len octets. */
struct packet peer_draws(struct peer *peer, const struct sketch *sketch, uint8_t *text);

/* It goes out. */
void peer_sends(struct peer *peer, const struct segment *seg);

/* Before that: how it lies, "FA seq next, ack dup, text, ts". */
void peer_situation(const struct peer *peer, const struct sketch *sketch, const struct segment *seg,
		    char words[WORDS_MAX]);

/* Segments in words. What a receiver may do in more than one way without another
 * course of things is kept apart: PSH, SEG.SEQ of a bare ACK, the timestamp that is
 * echoed, the SACK blocks. */
struct heard {
	char answer[WORDS_MAX];
	char push[WORDS_MAX];
	char seq[WORDS_MAX];
	char echo[WORDS_MAX];
	char sack[WORDS_MAX];
};

void peer_hears(struct peer *peer, const struct packet *packet, const uint8_t *text,
		struct heard *heard);

uint32_t text_hash(const uint8_t *text, size_t len);

#endif
