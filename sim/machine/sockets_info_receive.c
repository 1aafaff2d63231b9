/* sockets_info_receive.c — what Linux tells of a receive buffer: fields of TCP_INFO, and of
 * SO_MEMINFO. Half of the memory counts as room. */
#include "machine/sockets_inside.h"

#include <string.h>

/* The window as it was told, of which some may have come since. */
static int64_t rcv_wnd(const struct tcb *tcb)
{
	return seq_diff(tcb->rcv.edge, tcb->ts.last_ack_sent);
}

static int64_t rcv_ssthresh(const struct tcb *tcb)
{
	return counts_memory(&tcb->rcv) ? tcb->rcv.memory.limit : tcb->rcv.buffer;
}

static int64_t rcv_space(const struct tcb *tcb)
{
	return tcb->rcv.memory.space;
}

static int64_t rcv_rtt(const struct tcb *tcb)
{
	return tcb->rcv.memory.rtt / 1000;
}

static int64_t memory_of_buffer(const struct tcb *tcb)
{
	return 2 * (int64_t)tcb->rcv.buffer;
}

static int64_t memory_used(const struct tcb *tcb)
{
	return tcb->rcv.memory.used;
}

/* Ours: the most that there ever was room for. */
static int64_t room(const struct tcb *tcb)
{
	return tcb->rcv.promised;
}

static const struct {
	const char *name;
	int64_t (*value)(const struct tcb *tcb);
} fields[] = {
	{"tcpi_rcv_wnd", rcv_wnd},
	{"tcpi_rcv_ssthresh", rcv_ssthresh},
	{"tcpi_rcv_space", rcv_space},
	{"tcpi_rcv_rtt", rcv_rtt},
	{"tcplab_rcv_room", room},
	{"SK_MEMINFO_RCVBUF", memory_of_buffer},
	{"SK_MEMINFO_RMEM_ALLOC", memory_used},
};

bool receive_info(const struct tcb *tcb, const char *name, int64_t *value)
{
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (strcmp(name, fields[i].name) == 0) {
			*value = fields[i].value(tcb);
			return true;
		}
	}
	return false;
}
