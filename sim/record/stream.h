/* stream.h — the octets that an application sends: a growing sequence in
 * which a byte at an offset never changes.
 *
 * Made of pieces: texts, which are kept, and patterns, which are computed
 * from the offset and cost no memory however long they are. */
#ifndef TCPLAB_RECORD_STREAM_H
#define TCPLAB_RECORD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream_piece {
	int64_t start; /* stream offset */
	int64_t len;
	uint8_t *text; /* owned; NULL: the pattern */
};

struct stream {
	int64_t len;
	struct stream_piece *pieces;
	unsigned count;
	unsigned capacity;
};

void stream_free(struct stream *s);
void stream_add_text(struct stream *s, const void *text, size_t len); /* copies */
void stream_add_pattern(struct stream *s, int64_t len);

/* Nothing before `offset` will be read any more: texts that lie there are freed, in time. */
void stream_forget(struct stream *s, int64_t offset);

/* Copies octets offset … offset+len−1, all of which must exist. */
void stream_read(const struct stream *s, int64_t offset, uint8_t *out, size_t len);

/* The pattern's octet at a stream offset: printable, and without a short
 * period, so that a misplaced octet shows. */
uint8_t stream_pattern(int64_t offset);

#endif
