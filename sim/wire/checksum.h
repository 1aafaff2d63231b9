/* checksum.h — the Internet checksum. RFC 1071.
 *
 * The one's complement of the one's complement sum of 16-bit words. A sum
 * starts at 0 and is nobody's business until checksum_fold(). Over bytes
 * that hold their own right checksum the result is 0. */
#ifndef TCPLAB_WIRE_CHECKSUM_H
#define TCPLAB_WIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "wire/address.h"

/* What an IP header may say that it carries, as IANA numbers it. */
enum protocol {
	PROTOCOL_ICMPV4 = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_ICMPV6 = 58,
};

/* `sum` and the words of `bytes`. Each piece but the last has an even length;
 * an odd byte at the end counts as the first half of a word. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len);

/* The checksum: `sum` folded to 16 bits, and inverted. */
uint16_t checksum_fold(uint64_t sum);

/* The sum of the pseudo-header that TCP and ICMPv6 include: RFC 9293 §3.1,
 * RFC 8200 §8.1. `len` counts what the IP header is followed by. */
uint64_t checksum_pseudo_header(const struct address *src, const struct address *dst,
				enum protocol protocol, size_t len);

#endif
