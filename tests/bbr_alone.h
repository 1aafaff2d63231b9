/* bbr_alone.h — BBR without a path: ACK by ACK, as a test says. draft-ietf-ccwg-bbr-06. */
#ifndef TCPLAB_TESTS_BBR_ALONE_H
#define TCPLAB_TESTS_BBR_ALONE_H

#include "tcp/bbr.h"
#include "tcp/congestion.h"
#include "tcp/flight.h"
#include "tcp/rate.h"
#include "tcp/turn.h"

struct lone_flow {
	struct tcb tcb;
	struct profile profile;
	struct sent_record records[32];
	struct journal journal; /* of the last turn */
	nanos now;
};

struct tcp bbr_turn(struct lone_flow *f);
struct lone_flow bbr_flow(void);
/* An ACK of `octets` that came at `rate`, 100 ms later, after a round trip of `rtt_ms`. */
void bbr_ack_after(struct lone_flow *f, uint32_t octets, uint64_t rate, bool app_limited,
		   int rtt_ms);
void bbr_ack(struct lone_flow *f, uint32_t octets, uint64_t rate, bool app_limited);
void bbr_until(struct lone_flow *f, enum bbr_state state);
/* A round trip at 200000 octets per second, in ten ACKs. */
void bbr_steady_round(struct lone_flow *f);

#endif
