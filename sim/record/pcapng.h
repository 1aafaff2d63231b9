/* pcapng.h — blocks of a pcapng file, little-endian.
 *
 * libpcap reads this format but cannot write it. Section Header (with the
 * program's name), Interface Description and Enhanced Packet blocks are all
 * that is needed; draft-ietf-opsawg-pcapng §4. */
#ifndef TCPLAB_RECORD_PCAPNG_H
#define TCPLAB_RECORD_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/nanos.h"

enum { PCAPNG_SNAPLEN = 262144 };

/* `comment` may be "". */
void pcapng_section(FILE *out, const char *comment);

/* Times in ns, `link_type` as in wire/link.h. Interfaces are numbered from 0 in the order in
 * which they come. */
void pcapng_interface(FILE *out, uint32_t link_type, const char *name);

/* `caplen` bytes of a packet of `len`, at `time` ns since 1970. */
void pcapng_packet(FILE *out, uint32_t interface, nanos time, const uint8_t *bytes, uint32_t caplen,
		   uint32_t len, const char *comment);

#endif
