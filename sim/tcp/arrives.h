/* arrives.h — what the files of SEGMENT ARRIVES share. RFC 9293 §3.10.7. */
#ifndef TCPLAB_TCP_ARRIVES_H
#define TCPLAB_TCP_ARRIVES_H

#include "tcp/turn.h"

RARE void arrives_in_syn_sent(struct tcp *t, const struct segment *seg);
void arrives_in_other_states(struct tcp *t, const struct segment *seg);

/* predicted.c: the segment is as foretold; and a shorter way for it then. */
bool is_predicted(const struct tcp *t, const struct segment *seg);
void arrives_as_predicted(struct tcp *t, const struct segment *seg);
/* predicted_twin.c: this way, and beside it the long one. */
void arrives_beside_twin(struct tcp *t, const struct segment *seg);
/* arrives.c: that; and before an ACK is read. */
void arrives_unpredicted(struct tcp *t, const struct segment *seg);
void begin_sample(struct tcp *t, const struct segment *seg);

/* The peer's SYN sets RCV.NXT, IRS, the window and the options. */
RARE void take_syn(struct tcp *t, const struct segment *seg);

/* SND.UNA <- SEG.ACK and all that follows from it. */
void advance_una(struct tcp *t, const struct segment *seg);

/* RCV.UP moves to what the segment says; true where that is news. */
bool take_urgent_pointer(struct tcp *t, const struct segment *seg);

void sixth_check_urg(struct tcp *t, const struct segment *seg);
enum verdict seventh_process_text(struct tcp *t, const struct segment *seg);
void eighth_check_fin(struct tcp *t, const struct segment *seg);

/* fin.c — a FIN has a number like an octet, and may come before the text that it ends. */
void remember_fin(struct tcp *t, const struct segment *seg);
/* All before it has come: RCV.NXT passes over it. */
void take_fin(struct tcp *t);

/* A handshake that began in LISTEN may go back there. */
bool came_from_listen(const struct tcb *tcb);
RARE void back_to_listen(struct tcp *t, enum rule rule);

/* reopen.c — a SYN in TIME-WAIT: DONE where that was all to be said of it. */
RARE enum verdict new_connection_in_time_wait(struct tcp *t, const struct segment *seg);
RARE void reopen(struct tcp *t, const struct segment *syn);
RARE bool hangs_on_isns(const struct tcp *t); /* signatures: no new connection comes of it */
bool was_reopened(const struct tcb *tcb);     /* and is not ESTABLISHED yet */
RARE void back_to_time_wait(struct tcp *t, enum rule rule);
/* bsd_closing.c — any segment in TIME-WAIT; and whether the ACK beside a FIN that came before is
 * to be read. */
RARE enum verdict arrives_in_time_wait_of_bsd(struct tcp *t, const struct segment *seg);
RARE bool fin_again_is_read(struct tcp *t, const struct segment *seg);

#endif
