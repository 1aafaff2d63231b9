/* fates.h — what became of each packet of a captured connection.
 *
 * A capture shows that a packet passed one place. Whether it arrived must be
 * inferred, and so must packets that never passed: those lost before they
 * came here, and those that the capture itself missed.
 *
 *   - An octet that was sent more than once arrived with the newest copy that
 *     the acknowledgment of it can have answered, given the end's shortest
 *     answer time (vantage.h). Older copies were lost, newer ones in vain. A
 *     D-SACK (RFC 2883) says that an older copy arrived all the same.
 *   - A gap that is filled later was a loss before the capture if what fills
 *     it was sent after what jumped over it, and a delay if before (late.h).
 *   - What is acknowledged and never seen was missed by the capture.
 *   - A host that repeats what was acknowledged did not get the ACK.
 *
 * Everything else is taken to have arrived. All of it is inference, and each
 * fate says from what. */
#ifndef TCPLAB_SOURCE_FATES_H
#define TCPLAB_SOURCE_FATES_H

#include "source/captured.h"
#include "source/vantage.h"

enum fate_kind {
	FATE_ARRIVED,
	FATE_LOST,
	FATE_COPY,      /* the same packet as `other`, captured twice */
	FATE_OVERTAKEN, /* sent before `other`, which the capture has before it */
};

/* From what it is inferred. */
enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_REPEATED,     /* not acknowledged before it was sent again */
	EVIDENCE_PASSED,       /* the same, while octets behind it were acknowledged */
	EVIDENCE_IGNORED,      /* the other end's later packets do not acknowledge it */
	EVIDENCE_NO_ANSWER,    /* the other end never said anything */
	EVIDENCE_FILLED,       /* never seen; a copy, sent later, fills its place */
	EVIDENCE_ACKNOWLEDGED, /* never seen, yet acknowledged */
	EVIDENCE_ASKED_AGAIN,  /* the other end repeats what this acknowledges */
	EVIDENCE_COUNT,
};

/* A clause for people: "it was not acknowledged before it was sent again". */
const char *evidence_text(enum evidence evidence);

struct fate {
	uint32_t other;  /* see enum fate_kind */
	uint32_t answer; /* the first packet that acknowledges it, or ANSWER_NONE */
	uint8_t kind;
	uint8_t evidence;
	bool alone; /* … and no other with it: the answer may have waited */
};

#define ANSWER_NONE UINT32_MAX

/* A packet that must have been there, and was not captured. */
struct unseen {
	uint32_t before; /* the captured packet before which it left … */
	bool before_ack; /* … and, where that is the other side's ACK of it, arrived */
	uint8_t side;    /* that sent it */
	uint8_t kind;    /* FATE_ARRIVED or FATE_LOST */
	uint8_t evidence;
	uint16_t flags; /* of SYN, FIN, ACK */
	struct seq seq;
	uint32_t len; /* octets of text */
};

struct fates {
	struct vantage vantage;
	struct fate *of; /* of each captured packet */
	struct unseen *unseen;
	uint32_t unseen_count;
	uint32_t unseen_capacity;
};

/* fates_free() it. */
void fates_find(struct fates *out, const struct captured *captured);
void fates_free(struct fates *fates);

#endif
