/* plan.h — a short sequence of segments and calls, told without numbers.
 *
 * A segment is sketched relative to what its receiver has said so far: "one
 * octet before RCV.NXT, acknowledging SND.UNA". So the same plan can be acted
 * out before two TCPs that have chosen different ISNs and windows. The first
 * steps lead to the state that the plan is about, the others are drawn. */
#ifndef TCPLAB_TESTS_DIFF_PLAN_H
#define TCPLAB_TESTS_DIFF_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "tcp/state.h"

enum { PLAN_STEPS_MAX = 20, TEXT_MAX = 20000 };

enum step_kind {
	STEP_LISTEN,
	STEP_CONNECT,
	STEP_SEGMENT,
	STEP_SEND,
	STEP_RECEIVE,
	STEP_CLOSE, /* shutdown() for writing, or close(): see plan.reads_no_more */
	STEP_ABORT,
};

enum seq_from { SEQ_NXT, SEQ_EDGE, SEQ_IRS, SEQ_FAR };
enum ack_from { ACK_NXT, ACK_UNA, ACK_ISS };
enum ts_sort { TS_AGREED, TS_MISSING, TS_OLD, TS_ECHO_WRONG };

/* The receiver is the TCP that is tried out: NXT, EDGE and IRS are its RCV.NXT, the
 * right edge of its window, and IRS; ACK_NXT and ACK_UNA its SND.NXT and SND.UNA. */
struct sketch {
	uint16_t flags;
	uint8_t seq_from;
	uint8_t ack_from;
	int32_t seq;
	int32_t ack;
	uint32_t len;
	uint16_t wnd;
	uint16_t up;
	uint8_t ts;
	bool sack; /* one block, from `left` octets after SND.UNA to `right` */
	uint32_t left;
	uint32_t right;
};

struct step {
	uint8_t kind;
	uint32_t len; /* of SEND */
	struct sketch seg;
};

struct plan {
	uint64_t seed;
	uint64_t number;
	bool ipv6;
	bool reads_no_more; /* CLOSE is close(), which ends reading too */
	bool nagle;
	bool timestamps; /* offered by the peer, as are the next two */
	bool sack;
	bool scaling;
	uint8_t shift;
	uint16_t mss;
	uint16_t wnd;    /* that the peer usually offers */
	uint32_t iss;    /* of the peer */
	uint32_t ts_val; /* its clock */
	uint16_t port;   /* of the TCP that is tried out */
	uint16_t peers_port;
	enum tcp_state about;
	unsigned count;
	struct step steps[PLAN_STEPS_MAX];
};

/* The same for the same `seed` and `number`, but for the ports, which also depend on how
 * often it has been `tried`. */
void plan_make(struct plan *plan, uint64_t seed, uint64_t number, unsigned tried);

#endif
