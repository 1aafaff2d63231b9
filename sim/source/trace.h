/* trace.h — a capture, packet by packet: pcap and pcapng, through libpcap, or
 * frames that somebody else holds.
 *
 * Times are read to the nanosecond. A capture is evidence, and often damaged:
 * whatever could be read is handed out, and what was wrong is kept as
 * sentences for the user (trace_complaint). Only where nothing at all can be
 * read does trace_open() fail.
 *
 * A capture can be read any number of times: trace_rewind(). */
#ifndef TCPLAB_SOURCE_TRACE_H
#define TCPLAB_SOURCE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"

struct trace; /* opaque: trace.c */

/* One frame. `bytes` stays valid until the next call that takes the trace. */
struct trace_packet {
	uint64_t number;      /* from 1, as other tools count */
	nanos time;           /* since 1970 */
	const uint8_t *bytes; /* the IP datagram; NULL where the frame holds none */
	size_t len;           /* octets at hand */
	size_t wire_len;      /* octets there were on the wire: `len` or more */
	bool time_known;      /* false: the capture's time is impossible, and `time` is the
				 one of the packet before */
};

/* What is odd about a capture, counted during the newest reading. */
struct trace_health {
	uint64_t packets;
	uint64_t cut;              /* fewer octets at hand than were on the wire */
	uint64_t impossible_times; /* see trace_packet.time_known */
	uint64_t first_impossible; /* number of the first such packet */
	uint64_t backward_times;   /* earlier than the packet before */
	uint64_t first_backward;
	uint64_t impossible_lengths; /* fewer octets on the wire than at hand, or far too many */
	uint64_t first_impossible_length;
	char stopped[512]; /* why reading ended before the file did; "" where it did not */
};

/* Opens `path` ("-": standard input). On true *out is the caller's to close. */
bool trace_open(struct trace **out, const char *path, struct error *err);

/* The same for a capture that is in memory: `bytes` must outlive the trace. */
bool trace_open_memory(struct trace **out, const void *bytes, size_t len, struct error *err);

/* Frames that are no file: of a network that is being watched. */
struct trace_frame {
	uint64_t number; /* from 1, rising; not every number need be there */
	nanos time;      /* since 1970 */
	const uint8_t *bytes;
	uint32_t len;      /* octets at hand */
	uint32_t wire_len; /* octets there were on the wire */
};

struct trace_frames {
	int link_type;                                      /* as in wire/link.h */
	bool (*next)(void *who, struct trace_frame *frame); /* false: there are no more */
	void (*rewind)(void *who);                          /* back to the first */
	void *who;
};

/* The same for those, of which errors and recordings speak as `name`. They must
 * outlive the trace. */
bool trace_open_frames(struct trace **out, const char *name, const struct trace_frames *frames,
		       struct error *err);

void trace_close(struct trace *trace);

/* The next packet; false at the end, or where the file cannot be read further. */
bool trace_next(struct trace *trace, struct trace_packet *packet);

/* Back to the first packet; also counts anew. */
bool trace_rewind(struct trace *trace, struct error *err);

const struct trace_health *trace_health(const struct trace *trace);
const char *trace_name(const struct trace *trace);

/* The sentence number `index` (from 0) about what is wrong with the capture
 * and what was done about it; false where there is none. Call after the last
 * packet. */
bool trace_complaint(const struct trace *trace, unsigned index, struct error *sentence);

#endif
