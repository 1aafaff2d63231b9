/* drill_inside.h — what the files of drill_kernel.h share. Not for callers. */
#ifndef TCPLAB_LIVE_DRILL_INSIDE_H
#define TCPLAB_LIVE_DRILL_INSIDE_H

#include <pthread.h>

#include "machine/machine.h"
#include "machine/settings.h"
#include "live/tun.h"

enum { KERNEL_SOCKETS_MAX = 256, KERNEL_DEPARTURES_MAX = 4096 };
enum { KERNEL_NO_DESCRIPTOR = 1 << 20 }; /* more than a process may have */

/* What left, and was not taken yet. */
struct kernel_departure {
	nanos time;
	size_t len;
	uint8_t *datagram;
};

/* The system call that is being made, by a thread. */
struct kernel_work {
	pthread_mutex_t lock;
	pthread_cond_t wanted;
	const struct system_call *call; /* or NULL */
	struct call_outcome outcome;
	nanos returned;
	bool done;
	bool over; /* no more calls */
};

struct drill_kernel {
	struct tun tun;
	struct drill_addresses addresses;
	nanos tolerance;
	nanos began; /* of the clock; 0: not yet */
	struct kernel_departure departures[KERNEL_DEPARTURES_MAX];
	uint32_t first;
	uint32_t count;
	uint8_t *taken;      /* the datagram that was handed out last */
	uint16_t merged_mss; /* 0: nothing is merged */
	struct kernel_work work;
	pthread_t worker;
	int wake; /* readable when the call has returned */
	bool pending;
	int sockets[KERNEL_SOCKETS_MAX]; /* by the script's number; −1: none */
	int newest;                      /* the kernel's number of the last TCP socket */
	uint32_t socket_count;
	char congestion[16]; /* control that a new socket asks for; "": the namespace's */
};

/* drill_calls.c: makes it, and waits as long as it takes. */
struct call_outcome kernel_call(struct drill_kernel *k, const struct system_call *call);

/* drill_kernel.c: since the script began. */
nanos kernel_now(const struct drill_kernel *k);

/* drill_wire.c. What has left is kept; false where the kernel does not take it. */
void kernel_receive(struct drill_kernel *k);
bool kernel_deliver(struct drill_kernel *k, const uint8_t *datagram, size_t len);

/* drill_info.c */
bool kernel_info(const struct drill_kernel *k, const char *name, int64_t *value);
/* How many connections of the namespace are in that state; −1: there is no such state. */
int64_t kernel_count_in_state(const char *state);
/* "net.ipv4.tcp_sack", "0": false where it is none that a script may set, or cannot be set. */
bool kernel_sysctl(const char *name, const char *value);
/* The congestion control of sockets that are made from now on. False where there is none of that
 * name. */
bool kernel_congestion(struct drill_kernel *k, const char *name);

#endif
