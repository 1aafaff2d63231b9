/* state.h — the eleven states of a connection and the arrows between them.
 * RFC 9293 §3.3.2, Figure 5. */
#ifndef TCPLAB_TCP_STATE_H
#define TCPLAB_TCP_STATE_H

#include <stdbool.h>

enum tcp_state {
	CLOSED, /* fictional: there is no TCB */
	LISTEN,
	SYN_SENT,
	SYN_RECEIVED,
	ESTABLISHED,
	FIN_WAIT_1,
	FIN_WAIT_2,
	CLOSE_WAIT,
	CLOSING,
	LAST_ACK,
	TIME_WAIT,
	STATE_COUNT,
};

/* "SYN-SENT", as the RFC writes it. */
const char *state_name(enum tcp_state state);

/* Finds a state by that name; false where there is none. */
bool state_from_name(const char *name, enum tcp_state *out);

/* Why an arrow is there. The first group is Figure 5; the others are named
 * in the text of the RFC: any state goes to CLOSED when the connection is
 * reset, aborted or given up. */
enum arrow_kind {
	ARROW_NONE,
	ARROW_FIGURE_5,
	ARROW_NOTE_2,   /* FIN-WAIT-1 → TIME-WAIT: the ACK of our FIN comes with the peer's FIN */
	ARROW_REOPEN,   /* TIME-WAIT → SYN-RECEIVED (MAY-2), and back */
	ARROW_GIVEN_UP, /* → CLOSED by RST, ABORT or time-out */
};

enum arrow_kind state_arrow(enum tcp_state from, enum tcp_state to);

/* Both sides know of each other's SYN: ESTABLISHED and after. */
static inline bool state_is_synchronized(enum tcp_state state)
{
	return state >= ESTABLISHED;
}

#endif
