/* datagram.h — datagrams in the making, for tests of what is not as simple as
 * what we send ourselves. */
#ifndef TCPLAB_TESTS_DATAGRAM_H
#define TCPLAB_TESTS_DATAGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "wire/packet.h"

enum { DATAGRAM_ROOM = 70000 };

/* What a packet is written as, and then changed by hand. */
struct datagram {
	struct packet packet;
	uint8_t bytes[DATAGRAM_ROOM];
	size_t len;
};

/* A random TCP segment with zeros as text, on the heap. */
struct datagram *datagram_make(uint8_t version, uint32_t text_len);

/* Puts bytes at `at`, and what was there behind them. */
void datagram_insert(struct datagram *d, size_t at, const uint8_t *bytes, size_t len);

/* Sets IPv4's header length, total length and checksum. */
void datagram_mend_ipv4(struct datagram *d, size_t header_len);

/* Puts an extension header between the IPv6 header and what followed it. */
void datagram_extend(struct datagram *d, uint8_t kind, const uint8_t *header, size_t len);

/* Parses a copy on the heap at its exact size, so that a read beyond is
 * caught. */
enum packet_problem datagram_parse(const struct datagram *d, struct packet *p);

/* Fails the test unless the packet is read as it was made. */
void datagram_reads_as_made(const struct datagram *d);

#endif
