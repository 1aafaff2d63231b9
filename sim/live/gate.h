/* gate.h — where the datagrams of one of our own hosts go out to a real
 * network, and where those that are meant for it come in.
 *
 * There are several ways (gate_raw.c, gate_own.c, gate_tun.c, gate_pcap.c), and not each
 * system has them all; each fills in one struct gate.
 * A gate speaks for certain addresses of ours, and sends and receives whole IP
 * datagrams, IPv4 and IPv6 alike. It knows no TCP beyond the ports that it was
 * told to keep.
 *
 *     if (!gate_open(&gate, &request, &err))
 *             …err says what to do
 *     poll gate->fd; while (gate_receive(gate, &datagram)) …
 *     gate_send(gate, bytes, len);
 *     gate_close(gate);
 *
 * What the kernel's offloading made of what was on the wire is undone here:
 * a super-packet comes out as the segments that it was made of. */
#ifndef TCPLAB_LIVE_GATE_H
#define TCPLAB_LIVE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "live/impair.h"
#include "wire/address.h"

struct gate;
struct tun_network;

enum gate_way {
	GATE_AUTO,  /* the one that leads there; gate_why() says why */
	GATE_RAW,   /* raw sockets, beside the kernel's own TCP, which is kept quiet by a guard */
	GATE_OWN,   /* an address of our own on the link: AF_PACKET with ARP and ND */
	GATE_TUN,   /* a TUN device: the peer is this machine's kernel, or whom it forwards to */
	GATE_SPACE, /* the same in a user namespace, without privilege */
	GATE_PCAP,  /* an address of our own on the link, through libpcap: on every system */
	GATE_WAYS,
};

const char *gate_way_name(enum gate_way way); /* "raw", as --via takes it */

/* Why a gate could not be opened. */
enum gate_trouble {
	GATE_UNABLE,   /* a privilege, or something of this machine, is missing */
	GATE_REFUSED,  /* the request itself is at fault, and no privilege would help */
	GATE_ANSWERED, /* the kernel answers at our port, in spite of the guard */
};

/* What is wanted. Strings are the caller's, and needed during gate_open() only. */
struct gate_request {
	enum gate_way way;
	struct address local;   /* version 0: whatever the way there needs */
	struct endpoint remote; /* whom an active OPEN will speak to; version 0: whoever comes */
	uint16_t local_port;    /* kept for us on `local`; 0: one that is free, see gate_port() */
	const char *interface;  /* NULL: the one that leads to `remote` */
	const char *helper;     /* where tcplab-netd is; NULL: nowhere */
	const char *keeper;     /* where tcplab-keeper is; NULL: nowhere */
	const char *space;      /* GATE_SPACE: the command that lives on its other side, or NULL */
	bool stdin_is_ours;     /* GATE_SPACE: its command reads nothing of it */
	bool not_raw;           /* GATE_AUTO: that was tried, and the kernel answers */
	enum gate_trouble *trouble;        /* where it cannot be opened; NULL: nobody asks */
	const struct tun_network *network; /* GATE_TUN, GATE_SPACE: who is who; NULL: see tun.h */
};

/* A datagram that came in. `bytes` are valid until the next gate_receive(). */
struct datagram {
	const uint8_t *bytes;
	size_t len;
	bool unverified; /* its checksums were never computed: a neighbour on this machine sent it
			  */
	bool was_merged; /* cut out of a super-packet: its headers are reconstructed */
};

struct gate_counts {
	uint64_t sent;
	uint64_t received;
	uint64_t refused;        /* by the kernel: what gate_send() could not get rid of */
	uint64_t lost;           /* that the capture had no room for */
	uint64_t merged;         /* super-packets that were taken apart */
	uint64_t foreign_resets; /* RSTs on our ports that were not ours: the guard has a hole */
};

bool gate_open(struct gate **out, const struct gate_request *request, struct error *err);
/* GATE_AUTO has chosen GATE_RAW, and not_raw would choose another. */
bool gate_may_change(const struct gate *gate, const struct gate_request *request);
void gate_close(struct gate *gate); /* NULL: nothing */

/* GATE_SPACE: readable when its command is over; −1: there is none. */
int gate_command_fd(const struct gate *gate);
/* When it is readable: what the command ended with, as a shell says it. */
int gate_command_status(const struct gate *gate);

/* Readable when a datagram may wait. */
int gate_fd(const struct gate *gate);
/* False where none waits any more. */
bool gate_receive(struct gate *gate, struct datagram *out);
/* To the wire, at once or never: a full queue loses it, as a router would. */
void gate_send(struct gate *gate, const uint8_t *datagram, size_t len);
/* The interface was taken away, and nothing passes any more. Who only waits is not told: look. */
bool gate_is_gone(const struct gate *gate);

enum gate_way gate_way(const struct gate *gate);
const char *gate_why(const struct gate *gate); /* a sentence: which way it is, and why */
/* Ours, of that version of IP; version 0 where the gate has none. */
struct address gate_address(const struct gate *gate, uint8_t version);
uint16_t gate_port(const struct gate *gate); /* the local port that is kept for us */
uint16_t gate_mtu(const struct gate *gate);
const struct gate_counts *gate_counts(struct gate *gate);

/* From now on the gate itself loses, doubles and disorders what passes it, both ways. */
void gate_impair(struct gate *gate, const struct impair_setup *setup);

/* The connections that would stay half open if we died at this moment: whoever holds
 * the gate's privilege sends a RST for each. Call when one begins, moves on or ends. */
struct abandoned {
	struct endpoint local;
	struct endpoint remote;
	uint32_t snd_nxt; /* the RST's sequence number: the peer takes no other, RFC 5961 §3 */
	uint32_t rcv_nxt;
};

enum { ABANDONED_MAX = 1024 };

void gate_remember(struct gate *gate, unsigned slot, const struct abandoned *which); /* < MAX */
void gate_forget(struct gate *gate, unsigned slot);

#endif
