/* stage.h — one thing that a link does to some of its packets.
 *
 * A stage picks its victims and does one thing to them: lose, duplicate,
 * hold back, corrupt. Each kind is one file and one line in stages.def. */
#ifndef TCPLAB_NET_STAGE_H
#define TCPLAB_NET_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "net/parcel.h"

/* What a packet is, for naming victims and for counting. */
enum packet_class {
	PACKETS_ALL,
	PACKETS_DATA,    /* with text */
	PACKETS_NO_DATA, /* without */
	PACKETS_SYN,     /* SYN without ACK */
	PACKETS_SYN_ACK,
	PACKETS_ACK, /* ACK and nothing else: no text, SYN, FIN, RST */
	PACKETS_FIN, /* FIN, whatever else it carries */
	PACKETS_RST,
	PACKET_CLASS_COUNT,
};

const char *packet_class_name(enum packet_class c); /* "packet", "data", …, "SYN,ACK" */
bool packet_class_named(const char *name, enum packet_class *out);
bool packet_class_holds(enum packet_class c, uint16_t flags, uint32_t text_len);

enum { VICTIMS_NTH_MAX = 16, ALL_MILLION = 1000000 };

/* Which packets: of this class, with this sequence number, in this time;
 * of these the nth ones, counted from 1; of these so many in a million. */
struct victims {
	nanos after;                   /* this time or later … */
	nanos until;                   /* … and before this */
	uint32_t nth[VICTIMS_NTH_MAX]; /* rising */
	uint32_t nth_count;            /* 0: all */
	uint32_t per_million;
	uint32_t seq; /* where has_seq */
	bool has_seq;
	uint8_t what; /* enum packet_class */
};

/* All packets at all times. */
struct victims victims_all(void);

struct stage_kind;

struct stage_setup {
	const struct stage_kind *kind;
	struct victims victims;
	nanos by;          /* how long to hold back, where the kind asks for it */
	const char *words; /* "rule 1: the first SYN,ACK from server", up to 119 octets; copied */
	/* The same for each of victims.nth alone, or NULL. Not copied. */
	const char *const *each;
	uint64_t *hits; /* counts what it was done to, or NULL */
};

struct stage;

struct stage_kind {
	const char *name;    /* as scenarios say it: "lose" */
	const char *meaning; /* a phrase: "the packet never arrives" */
	bool takes_time;     /* wants stage_setup.by */
	/* Has the parcel for good: gives it back or lets it go on, stage_pass(). */
	void (*act)(struct stage *stage, nanos now, struct parcel *parcel);
};

/* In a fixed order; *count gets their number. */
const struct stage_kind *const *stage_kinds(unsigned *count);
const struct stage_kind *stage_kind_named(const char *name); /* NULL where there is none */

#endif
