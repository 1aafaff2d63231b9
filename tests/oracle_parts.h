/* oracle_parts.h — what the files of the oracle share. See oracle.h. */
#ifndef TCPLAB_TESTS_ORACLE_PARTS_H
#define TCPLAB_TESTS_ORACLE_PARTS_H

#include "tests/oracle.h"

/* One arrival on its way through the paragraphs. A paragraph that ends with
 * "and return" returns true. */
struct arrival {
	struct oracle *tcb;
	const struct segment *seg;
	struct oracle_answer *answer;
	uint32_t text; /* octets of text that still count */
	bool fin;      /* and whether the FIN does */
};

/* oracle.c: arithmetic, replies, the receive window. */
bool oracle_has(const struct arrival *a, uint16_t flag);
uint32_t oracle_length(const struct segment *seg);
bool oracle_send_ack(struct arrival *a);
bool oracle_send_reset(struct arrival *a);
bool oracle_enter_closed(struct arrival *a, enum oracle_signal signal);
void oracle_enter_time_wait(struct arrival *a);
bool oracle_in_window(const struct oracle *tcb, uint32_t number);
void oracle_let_next_count(struct arrival *a);
void oracle_place_text(struct arrival *a);
void oracle_place_fin(struct arrival *a);
void oracle_advance(struct oracle *tcb);

/* oracle_states.c: the paragraphs. */
void oracle_in_closed(struct arrival *a);
void oracle_in_listen(struct arrival *a);
void oracle_in_syn_sent(struct arrival *a);
void oracle_in_other_states(struct arrival *a);

#endif
