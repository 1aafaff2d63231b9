/* sniffer.h — the frames that an interface sends and receives, as they come.
 *
 * Opening one takes a privilege. sniffer_open() takes it from the program's
 * own, through libpcap; a sniffer on a descriptor that a privileged helper
 * opened is another file that fills in the same struct. */
#ifndef TCPLAB_LIVE_SNIFFER_H
#define TCPLAB_LIVE_SNIFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "source/trace.h"

struct sniffer_counts {
	uint64_t lost; /* for want of room in the kernel's ring, or in the interface's */
};

struct sniffer {
	int link_type; /* as in wire/link.h */
	int fd;        /* readable when a frame may wait */
	/* Hands on all frames that wait, which have no numbers yet. False with a sentence
	 * where there will be no more. */
	bool (*take)(struct sniffer *sniffer, void (*each)(void *who, struct trace_frame *frame),
		     void *who, struct error *err);
	void (*counts)(struct sniffer *sniffer, struct sniffer_counts *out);
	void (*close)(struct sniffer *sniffer); /* and frees it */
	void *state;
};

enum sniffer_trouble { SNIFFER_BAD_INPUT, SNIFFER_NO_PRIVILEGE };

/* `interface` may be "any"; `filter` is in libpcap's language, NULL for all. Only TCP, and
 * ICMP errors about it, come. NULL with a sentence, and of what kind it is. */
struct sniffer *sniffer_open(const char *interface, const char *filter,
			     enum sniffer_trouble *trouble, struct error *err);

/* "WHAT: there are lo, eth0, and any, which is all of them" */
void sniffer_name_interfaces(const char *what, struct error *err);

#endif
