/* variables.h — the variables of a TCB by name, for views, JSON, and expectations: what STATUS of
 * RFC 9293 §3.10.6 answers. */
#ifndef TCPLAB_TCP_VARIABLES_H
#define TCPLAB_TCP_VARIABLES_H

#include "tcp/tcb.h"

enum variable_kind {
	VARIABLE_SEQ,      /* sequence number */
	VARIABLE_OCTETS,   /* unsigned 32-bit count */
	VARIABLE_COUNT,    /* small count */
	VARIABLE_NANOS,    /* a length of time */
	VARIABLE_DEADLINE, /* a point in time, NANOS_NEVER: stopped */
	VARIABLE_BOOL,
	VARIABLE_STATE,
	VARIABLE_OFFSET, /* 64-bit stream offset */
};

/* Whose a variable is; a TCB of another congestion control has 0 for it. */
enum variable_owner { OF_ALL_CONTROLS, OF_BBR, OF_ALL_BUT_BBR };

struct variable {
	const char *name; /* "SND.UNA", "cwnd", "RTO" */
	const char *meaning;
	uint8_t kind;
	uint8_t size;  /* 1, 2, 4 or 8 bytes */
	uint8_t owner; /* enum variable_owner */
	uint16_t offset;
};

/* In a fixed order; *count gets their number. */
const struct variable *tcb_variables(unsigned *count);
const struct variable *tcb_variable(const char *name); /* NULL where there is none */
int64_t tcb_value(const struct tcb *tcb, const struct variable *variable);

#endif
