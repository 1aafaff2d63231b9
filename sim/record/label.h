/* label.h — a packet in a few words, as an arrow of a ladder carries them:
 *
 *     SYN seq=100 win=64240 mss=1460
 *     PSH,ACK seq=101 ack=301 len=1000
 *
 * What does not fit is left out, the least important first. Windows are in
 * octets where the sender's scale is known. */
#ifndef TCPLAB_RECORD_LABEL_H
#define TCPLAB_RECORD_LABEL_H

#include "base/text.h"
#include "record/recording.h"

void label_add(struct text *out, const struct recording *r, const struct packet_record *packet,
	       unsigned columns);

/* Text, control bits or an error; not merely an acknowledgment. */
bool label_is_more_than_ack(const struct packet_record *packet);

/* "Router left", which complains of a packet between two hosts. It has no host in the recording,
 * and is recorded as the one at the far end of the way. NULL: a host sent the packet. */
const char *label_router(const struct recording *r, const struct packet_record *packet);

#endif
