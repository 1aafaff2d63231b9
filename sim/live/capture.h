/* capture.h — libpcap on an interface: AF_PACKET on Linux, BPF on macOS and the
 * BSDs. What a sniffer and a gate share. */
#ifndef TCPLAB_LIVE_CAPTURE_H
#define TCPLAB_LIVE_CAPTURE_H

#include <pcap/pcap.h>
#include <stdbool.h>

#include "base/error.h"

struct capture_setup {
	int snap;         /* octets of each frame */
	int ring;         /* octets of the kernel's buffer, where it may be that large */
	bool promiscuous; /* what is not for this machine too */
};

/* In immediate mode, since without it a frame waits for tens of milliseconds; with nanoseconds
 * where those are there. To ask for frames never waits. NULL
 * with a sentence; *denied: a privilege is missing. */
pcap_t *capture_open(const char *interface, const struct capture_setup *setup, bool *denied,
		     struct error *err);
/* False with what libpcap says. */
bool capture_filter(pcap_t *pcap, const char *filter, struct error *err);

#endif
