/* follower.h — one end of a captured connection, whose TCB is inferred.
 *
 * The engine decides nothing here. It is told what the host was seen to send,
 * with the calls of the application that explain it: OPEN for a SYN, SEND for
 * new text, CLOSE for a FIN, ABORT for a RST, RECEIVE where the window opens
 * again; and what arrived. From that it keeps the TCB that the host must have
 * had, if it follows the RFC. Everything goes into the recording: this file
 * is the host of those who have none.
 *
 * The two ends of a connection know each other: where one acknowledges more
 * than its TCB has received (the engine refused what the host took), the
 * other tells what it was, and the TCB catches up. */
#ifndef TCPLAB_SOURCE_FOLLOWER_H
#define TCPLAB_SOURCE_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "record/recording.h"

struct follower {
	struct recording *recording;
	struct follower *peer; /* or NULL */
	struct profile profile;
	struct endpoint local;
	struct endpoint remote;
	struct tcb tcb;
	struct held held;
	struct journal journal;
	uint32_t conn;     /* in the recording */
	uint32_t buffer;   /* the largest window offered so far */
	uint8_t host;      /* in the recording */
	bool exists;       /* an OPEN was called */
	uint32_t armed;    /* the event that started the retransmission timer, or EVENT_NONE */
	struct seq probed; /* SND.UNA when it sent a tail loss probe, where it has */
	bool has_probed;
	bool reads_late; /* unread text has narrowed its window by half */
	bool tells_all;  /* set by the caller: every RECEIVE is recorded */
};

/* What the recording says beside a packet's events. */
struct sighting {
	int64_t number;   /* in the capture, the value of its SEND event; 0: not captured */
	const char *text; /* of its SEND event, or NULL */
	bool forged;      /* a RST that the host did not send */
};

/* Begins an end that has no TCB yet. `profile` is that of its host, whose
 * number in the recording is `host`. */
void follower_begin(struct follower *f, struct recording *recording, uint8_t host,
		    const struct profile *profile, const struct endpoint *local,
		    const struct endpoint *remote);

/* The application listens. The SYN will be answered with sequence number `isn`. */
void follower_listens(struct follower *f, nanos now, struct seq isn);

/* Two ends whose handshake nobody saw are ESTABLISHED. `first` is the sequence
 * number of the first octet that each of them will be seen to send. Needs an
 * event to hang on: call after one was recorded. */
void follower_adopts(struct follower *f, nanos now, struct seq own_first, struct seq peer_first,
		     nanos round_trip);

/* The host sends. Returns the packet's number in the recording. */
uint32_t follower_sends(struct follower *f, nanos now, const struct packet *packet,
			const struct sighting *sighting);

/* Packet `number` of the recording arrives. */
void follower_gets(struct follower *f, nanos now, const struct packet *packet, uint32_t number);

/* Time has passed until `now`: ends TIME-WAIT when that was due. */
void follower_waits(struct follower *f, nanos now);

#endif
