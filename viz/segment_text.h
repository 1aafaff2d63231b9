/* segment_text.h — a segment as the label of an arrow.
 *
 * In parts, so that a view can put them side by side, above and below the
 * arrow, or leave the less important ones out where there is no room. */
#ifndef TCPLAB_VIZ_SEGMENT_TEXT_H
#define TCPLAB_VIZ_SEGMENT_TEXT_H

#include "record/recording.h"
#include "viz/scene.h"

struct segment_text {
	char head[48];    /* "SYN,ACK", "FIN,ACK", "RST"; empty for plain data */
	char numbers[96]; /* "seq=300 ack=101" */
	char brief[48];   /* what matters most: "SYN,ACK", "seq=300", "ack=101" */
	char mark[24];    /* "again", "copy", "overtaken", or empty */
};

/* Numbers count from `origin`, whose .own belongs to the sender. */
void segment_text_of(struct segment_text *out, const struct packet_record *p,
		     const struct origin *origin);

#endif
