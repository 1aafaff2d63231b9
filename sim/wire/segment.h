/* segment.h — a TCP segment: its header as numbers. RFC 9293 §3.1.
 *
 * Holds no pointers; the text (payload) travels beside it. */
#ifndef TCPLAB_WIRE_SEGMENT_H
#define TCPLAB_WIRE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/seq.h"
#include "wire/address.h"
#include "wire/options.h"

enum flag {
	FIN = 0x001,
	SYN = 0x002,
	RST = 0x004,
	PSH = 0x008,
	ACK = 0x010,
	URG = 0x020,
	ECE = 0x040, /* RFC 3168 */
	CWR = 0x080, /* RFC 3168 */
	AE = 0x100,  /* RFC 9768 */
};

struct segment {
	uint16_t src_port;
	uint16_t dst_port;
	struct seq seq;
	struct seq ack;
	uint16_t flags;  /* of enum flag; bits 0xe00 are the reserved ones as seen */
	uint16_t wnd;    /* as on the wire, not scaled; unsigned (MUST-1) */
	uint16_t up;     /* urgent pointer */
	uint16_t unused; /* 0; keeps the struct free of padding */
	uint32_t len;    /* octets of text: SEG.LEN without SYN and FIN */
	struct options options;
};

/* SEG.LEN of §3.4: the sequence space the segment occupies. */
static inline uint32_t segment_len(const struct segment *seg)
{
	return seg->len + ((seg->flags & SYN) != 0) + ((seg->flags & FIN) != 0);
}

/* The sequence number after its last. */
static inline struct seq segment_end(const struct segment *seg)
{
	return seq_add(seg->seq, segment_len(seg));
}

enum { TCP_HEADER_MIN = 20, TCP_HEADER_MAX = 60 };

/* How many bytes segment_emit() writes: options are padded to 32-bit words. */
static inline size_t segment_header_len(const struct segment *seg)
{
	return TCP_HEADER_MIN + ((seg->options.len + 3u) & ~3u);
}

enum segment_problem {
	SEGMENT_OK,
	SEGMENT_SHORT,      /* fewer than 20 bytes, or fewer than the data offset says */
	SEGMENT_BAD_OFFSET, /* data offset under 5 */
};

/* Reads a TCP header from `bytes`, of which `len` are at hand; `*header_len`
 * is then how many it took. The caller sets seg->len, 0 until then: only the
 * IP header tells it when the capture was cut. Malformed options are no
 * problem here: they are marked in seg->options (MUST-7). Where there is a
 * problem, nothing is written. The checksum field is not looked at. */
enum segment_problem segment_parse(struct segment *seg, const uint8_t *bytes, size_t len,
				   size_t *header_len);

/* The same for a header whose options end too early, as in a capture that keeps few bytes of
 * each packet: with the options that are whole. `*header_len` is what it had on the wire. False,
 * and nothing is written, where not even 20 bytes are at hand, or all are. */
bool segment_parse_cut(struct segment *seg, const uint8_t *bytes, size_t len, size_t *header_len);

/* Writes the header with checksum field 0, options padded with 0 to a
 * multiple of 4 (MUST-69); returns its length, segment_header_len(), and
 * touches nothing beyond. Exact inverse of parse. */
size_t segment_emit(const struct segment *seg, uint8_t *out);

/* One's complement checksum of a segment, `len` bytes of header and text, with
 * the pseudo-header of src and dst (§3.1). Over bytes whose checksum field is right it is 0;
 * over bytes whose field is 0 it is the value to put there. */
uint16_t segment_checksum(const struct address *src, const struct address *dst,
			  const uint8_t *bytes, size_t len);

#endif
