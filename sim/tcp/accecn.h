/* accecn.h — what ecn.c asks of accecn.c. Not for callers. */
#ifndef TCPLAB_TCP_ACCECN_H
#define TCPLAB_TCP_ACCECN_H

#include "tcp/turn.h"

/* What flags AE, CWR, ECE of a SYN ask for, and those of a SYN,ACK agree to. */
enum ecn_mode accecn_flags_ask(uint16_t bits);
enum ecn_mode accecn_flags_agree(uint16_t bits);

void accecn_begin(struct tcp *t);
void accecn_answer(struct tcp *t, struct segment *syn_ack);
void accecn_syn_ack(struct tcp *t, const struct segment *syn_ack);
void accecn_syn_again(struct tcp *t, const struct segment *syn);
void accecn_establishes(struct tcp *t, const struct segment *seg);

void accecn_arrives(struct tcp *t, const struct segment *seg);
/* True where it tells of new marks to which we respond. */
bool accecn_acked(struct tcp *t, const struct segment *seg);
void add_accecn(struct tcp *t, struct segment *seg);
void accecn_sent(struct tcp *t, const struct segment *seg);

/* accecn_option.c */
/* Takes the counters; returns by how much s.ceb grew. */
uint32_t accecn_take_option(struct tcp *t, const struct segment *seg);

#endif
