/* talk.h — captures made from lines of text, for tests.
 *
 *     struct talk talk = talk_begin();
 *     talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460>");
 *     talk_says(&talk, 10000, "< S. 300:300(0) ack 101 win 65535");
 *     trace_open_memory(&trace, talk.bytes, talk.len, &err);
 *     …
 *     talk_end(&talk);
 *
 * Lines are as in wire/line.h, after who speaks: > the client (10.0.0.1:40000),
 * < the server (10.0.0.2:80). Link type raw IP, times in microseconds. */
#ifndef TCPLAB_TESTS_TALK_H
#define TCPLAB_TESTS_TALK_H

#include <stddef.h>
#include <stdint.h>

#include "wire/packet.h"

struct talk {
	uint8_t *bytes; /* the capture so far */
	size_t len;
	size_t capacity;
	uint16_t ids[2];      /* the next IP identification of client and server */
	uint16_t client_port; /* 40000; may be changed between packets */
	size_t cut;           /* octets of text that the capture keeps; SIZE_MAX: all */
	size_t snap;          /* octets of a datagram that it keeps; SIZE_MAX: all */
};

struct talk talk_begin(void);
/* With a handshake of the client, whose server is this many microseconds away. */
struct talk talk_begins_at_distance(int64_t round_trip);
void talk_end(struct talk *talk);

/* Adds a packet at `us` microseconds. Each side counts its identifications up. */
void talk_says(struct talk *talk, int64_t us, const char *line);
/* The same with an identification of its own, which is not counted. */
void talk_says_with_id(struct talk *talk, int64_t us, uint16_t id, const char *line);
/* Any datagram, with the time's two fields as they shall stand in the file. */
void talk_adds(struct talk *talk, uint32_t seconds, uint32_t fraction, const void *bytes,
	       size_t len, size_t wire_len);

#endif
