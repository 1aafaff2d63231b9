#include "tcp/state.h"

#include <assert.h>
#include <string.h>

static const char *const names[STATE_COUNT] = {
	[CLOSED] = "CLOSED",           [LISTEN] = "LISTEN",
	[SYN_SENT] = "SYN-SENT",       [SYN_RECEIVED] = "SYN-RECEIVED",
	[ESTABLISHED] = "ESTABLISHED", [FIN_WAIT_1] = "FIN-WAIT-1",
	[FIN_WAIT_2] = "FIN-WAIT-2",   [CLOSE_WAIT] = "CLOSE-WAIT",
	[CLOSING] = "CLOSING",         [LAST_ACK] = "LAST-ACK",
	[TIME_WAIT] = "TIME-WAIT",
};

/* Figure 5, row by row, then what the text adds to it. */
static const struct {
	enum tcp_state from;
	enum tcp_state to;
	enum arrow_kind kind;
} arrows[] = {
	{CLOSED, LISTEN, ARROW_FIGURE_5},            /* passive OPEN */
	{LISTEN, CLOSED, ARROW_FIGURE_5},            /* CLOSE */
	{CLOSED, SYN_SENT, ARROW_FIGURE_5},          /* active OPEN / snd SYN */
	{SYN_SENT, CLOSED, ARROW_FIGURE_5},          /* CLOSE */
	{LISTEN, SYN_RECEIVED, ARROW_FIGURE_5},      /* rcv SYN / snd SYN,ACK */
	{SYN_RECEIVED, LISTEN, ARROW_FIGURE_5},      /* rcv RST, note 1 */
	{LISTEN, SYN_SENT, ARROW_FIGURE_5},          /* SEND / snd SYN */
	{SYN_SENT, SYN_RECEIVED, ARROW_FIGURE_5},    /* rcv SYN / snd SYN,ACK */
	{SYN_RECEIVED, ESTABLISHED, ARROW_FIGURE_5}, /* rcv ACK of SYN */
	{SYN_SENT, ESTABLISHED, ARROW_FIGURE_5},     /* rcv SYN,ACK / snd ACK */
	{SYN_RECEIVED, FIN_WAIT_1, ARROW_FIGURE_5},  /* CLOSE / snd FIN */
	{ESTABLISHED, FIN_WAIT_1, ARROW_FIGURE_5},   /* CLOSE / snd FIN */
	{ESTABLISHED, CLOSE_WAIT, ARROW_FIGURE_5},   /* rcv FIN / snd ACK */
	{FIN_WAIT_1, FIN_WAIT_2, ARROW_FIGURE_5},    /* rcv ACK of FIN */
	{FIN_WAIT_1, CLOSING, ARROW_FIGURE_5},       /* rcv FIN / snd ACK */
	{FIN_WAIT_2, TIME_WAIT, ARROW_FIGURE_5},     /* rcv FIN / snd ACK */
	{CLOSING, TIME_WAIT, ARROW_FIGURE_5},        /* rcv ACK of FIN */
	{CLOSE_WAIT, LAST_ACK, ARROW_FIGURE_5},      /* CLOSE / snd FIN */
	{LAST_ACK, CLOSED, ARROW_FIGURE_5},          /* rcv ACK of FIN */
	{TIME_WAIT, CLOSED, ARROW_FIGURE_5},         /* timeout = 2 MSL */
	{FIN_WAIT_1, TIME_WAIT, ARROW_NOTE_2},       /* rcv FIN that acknowledges ours */
	{TIME_WAIT, SYN_RECEIVED, ARROW_REOPEN},     /* rcv new SYN, MAY-2 */
	{SYN_RECEIVED, TIME_WAIT, ARROW_REOPEN},     /* it was an old duplicate, MAY-2 (2) */
	{SYN_RECEIVED, CLOSED, ARROW_GIVEN_UP},
	{ESTABLISHED, CLOSED, ARROW_GIVEN_UP},
	{FIN_WAIT_1, CLOSED, ARROW_GIVEN_UP},
	{FIN_WAIT_2, CLOSED, ARROW_GIVEN_UP},
	{CLOSE_WAIT, CLOSED, ARROW_GIVEN_UP},
	{CLOSING, CLOSED, ARROW_GIVEN_UP},
};

const char *state_name(enum tcp_state state)
{
	assert(state < STATE_COUNT);
	return names[state];
}

bool state_from_name(const char *name, enum tcp_state *out)
{
	for (int s = 0; s < STATE_COUNT; s++) {
		if (strcmp(name, names[s]) == 0) {
			*out = (enum tcp_state)s;
			return true;
		}
	}
	return false;
}

enum arrow_kind state_arrow(enum tcp_state from, enum tcp_state to)
{
	for (unsigned i = 0; i < sizeof arrows / sizeof arrows[0]; i++) {
		if (arrows[i].from == from && arrows[i].to == to)
			return arrows[i].kind;
	}
	return ARROW_NONE;
}
