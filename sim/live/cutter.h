/* cutter.h — a super-packet, cut into the segments that were on the wire.
 *
 * The kernel merges segments that follow each other into one datagram of up to
 * 64 KiB and more, and hands its own large ones out before the network card
 * would cut them. The octets are those of the wire; so are the first header's
 * fields. What the merging forgot is put there again as the card would: the
 * identification counts on, FIN and PSH are the last one's, CWR (RFC 3168 §6.1.2)
 * is the first one's, and checksums are computed.
 *
 *     cutter_begin(&cutter, bytes, len, piece, unsummed);
 *     while (cutter_next(&cutter, &segment, &segment_len)) … */
#ifndef TCPLAB_LIVE_CUTTER_H
#define TCPLAB_LIVE_CUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cutter {
	uint8_t *bytes; /* the caller's; checksums are written there */
	size_t len;
	size_t ip_len;
	size_t header_len; /* IP and TCP; 0: it is no TCP that can be read, and is left whole */
	size_t text_len;
	size_t piece; /* octets of text in each segment */
	size_t at;    /* octets of text that were cut off already */
	unsigned count;
	bool unsummed;
	bool over;
	uint8_t out[1 << 16];
};

/* `piece` 0: it is one segment. `unsummed`: its TCP checksum is not computed yet. */
void cutter_begin(struct cutter *cutter, uint8_t *bytes, size_t len, uint16_t piece, bool unsummed);
bool cutter_next(struct cutter *cutter, const uint8_t **out, size_t *len);

#endif
