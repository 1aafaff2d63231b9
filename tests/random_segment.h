/* random_segment.h — segments and packets of every shape, for tests that
 * go there and back. The same generator gives the same ones. */
#ifndef TCPLAB_TESTS_RANDOM_SEGMENT_H
#define TCPLAB_TESTS_RANDOM_SEGMENT_H

#include "base/random.h"
#include "wire/packet.h"

void random_bytes(struct random *r, uint8_t *out, size_t len);

/* All that TCP has and some that it has not, in any order: NOPs between,
 * twice the same, and behind them nothing, NOPs, EOL, or junk after EOL. The
 * length is a multiple of 4. */
struct options random_options(struct random *r);

/* Any value in every field but `len`, which is 0 … text_max. */
struct segment random_segment(struct random *r, uint32_t text_max);

struct address random_address(struct random *r, uint8_t version);

/* A TCP packet over IPv4 or IPv6; fields of the other version are 0. */
struct packet random_packet(struct random *r, uint8_t version, uint32_t text_max);

struct packet random_icmp_error(struct random *r, uint8_t version);

#endif
