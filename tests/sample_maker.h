/* sample_maker.h — events put into a recording as a host would have led to them: for
 * sample_recording.c. A maker is a plain value; whoever begins it frees its recording. */
#ifndef TCPLAB_TESTS_SAMPLE_MAKER_H
#define TCPLAB_TESTS_SAMPLE_MAKER_H

#include "record/recording.h"

enum { CLIENT, SERVER, HOSTS };

/* A recording being made: who stands where. */
struct maker {
	struct recording *r;
	struct tcb tcb[HOSTS];
	struct held held[HOSTS];
	uint32_t conn[HOSTS];
	nanos flight;
};

static inline nanos ms(int64_t n)
{
	return nanos_from_ms(n);
}

void maker_begin(struct maker *m, const char *title, bool inferred);
void maker_opens(struct maker *m, int host, uint32_t iss);
void maker_keeps(struct maker *m, int host);
void maker_calls(struct maker *m, nanos t, int host, enum call call, enum rule rule);
void maker_goes(struct maker *m, nanos t, int host, enum tcp_state to, enum rule rule);
void maker_notes(struct maker *m, nanos t, int host, enum rule rule);
void maker_starts_timer(struct maker *m, nanos t, int host, enum timer timer, nanos after);
void maker_fires(struct maker *m, nanos t, int host, enum timer timer, enum rule rule);
struct packet_record maker_packet(const struct maker *m, int host, unsigned flags, uint32_t seq,
				  uint32_t ack, uint32_t len);
/* Returns the packet's number. */
uint32_t maker_sends(struct maker *m, nanos t, int host, unsigned flags, uint32_t seq, uint32_t ack,
		     uint32_t len);
void maker_gets(struct maker *m, nanos t, int host, uint32_t packet);
void maker_loses(struct maker *m, nanos t, int host, uint32_t packet, const char *why);
void maker_says(struct maker *m, nanos t, const char *sentence);

#endif
