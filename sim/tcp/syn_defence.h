/* syn_defence.h — what the files of the defences against SYN floods share, and
 * what SEGMENT ARRIVES asks them. RFC 4987. Not for callers. */
#ifndef TCPLAB_TCP_SYN_DEFENCE_H
#define TCPLAB_TCP_SYN_DEFENCE_H

#include "tcp/arrives.h"

/* syn_defence.c: a SYN in LISTEN: DONE where no connection is made of it now. */
enum verdict defend_against_syn(struct tcp *t, const struct segment *syn,
				const struct endpoint *from, const struct endpoint *to);
/* An ACK in LISTEN: DONE where it ends a handshake that has begun there. */
enum verdict ack_may_complete(struct tcp *t, const struct segment *ack, const struct endpoint *from,
			      const struct endpoint *to);
/* The connection of t went from one state to another. */
RARE void listener_counts(struct tcp *t, enum tcp_state from, enum tcp_state to);

/* half_open.c */
struct half_open half_open_of(const struct segment *syn, const struct endpoint *from,
			      const struct endpoint *to);
void half_open_answers(const struct tcp *t, const struct half_open *h, struct segment *syn_ack);
/* LISTEN → SYN-RECEIVED → ESTABLISHED in this turn. */
void half_open_completes(struct tcp *t, const struct half_open *h, const struct segment *ack,
			 enum rule rule);
/* The next SYN,ACK of a listener, and why. */
RARE bool next_syn_answer(struct tcp *t, struct segment *syn_ack, enum rule *rule);

/* syn_cache.c */
void syn_cache_take(struct tcp *t, const struct half_open *asked);
enum verdict syn_cache_completes(struct tcp *t, const struct segment *ack,
				 const struct endpoint *from, const struct endpoint *to);
bool syn_cache_next(struct tcp *t, struct segment *syn_ack, enum rule *rule);
void syn_cache_timeout(struct tcp *t);
/* A RST: true where it ends a handshake. */
bool syn_cache_reset(struct tcp *t, const struct segment *rst, const struct endpoint *from,
		     const struct endpoint *to);

/* syn_cookies.c */
void cookie_answers(struct tcp *t, const struct half_open *asked);
enum verdict cookie_completes(struct tcp *t, const struct segment *ack, const struct endpoint *from,
			      const struct endpoint *to);
/* Before the SYN,ACK is made: what of the SYN only its timestamp can tell us again. */
void cookie_hides_options(struct tcp *t, const struct half_open *h);

#endif
