/* flight.h — what is under way: the stretches of sequence space between
 * SND.UNA and SND.NXT, each with when it was sent and what is known of it.
 * The scoreboard of RFC 6675 §3, the per-segment variables of RFC 8985 §5.2.
 *
 * The records lie in an array outside the TCB, tcp.records, which the caller
 * owns and enlarges: before each call of the engine and each segment that is
 * pulled it should hold FLIGHT_MARGIN more than tcb.flight.count, and for
 * speed twice that. With the TCB they are the connection: copy both. A
 * connection with nothing under way needs none.
 *
 * What left at one instant, in segments of one length, is one record, as long
 * as it shares one fate; what arrived beyond a gap is one, however it was sent. So a scoreboard has
 * about as many records as there are gaps. Where there is no room the records
 * grow coarser, and what a SACK block says may be forgotten: it is advice.
 * And a block that would be one stretch too many is not kept.
 *
 * Without records (tcp.records is NULL) a TCP repairs as RFC 6582 does. */
#ifndef TCPLAB_TCP_FLIGHT_H
#define TCPLAB_TCP_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/seq.h"

struct tcp;
struct tcb;

enum {
	FLIGHT_MARGIN = 16,
	/* Stretches that SACK blocks may name, apart from each other. Who names every
	 * second octet would make each of its ACKs as dear as the window is large. */
	FLIGHT_STRETCHES_MAX = 512,
};

enum flight_fate {
	FLIGHT_UNKNOWN, /* under way, as far as we know */
	FLIGHT_LOST,    /* taken for lost, and not sent again since */
	FLIGHT_SACKED,  /* has arrived: a SACK block said so */
};

struct sent_record {
	struct seq left; /* octets left … right−1; SYN and FIN count */
	struct seq right;
	nanos sent_at; /* the last time */
	/* What had been delivered by then: for the delivery rate. */
	uint64_t delivered;
	nanos delivered_at;
	nanos first_sent_at;
	uint32_t lost;         /* `lost_ever` then */
	uint32_t tx_in_flight; /* octets in the network with it */
	uint8_t fate;
	bool repeated : 1;    /* sent more than once */
	bool app_limited : 1; /* the application had no more to send */
	uint8_t zero : 6;
	uint8_t burst; /* segments of those that were handed over as one, bursts.c; 0: each alone …
			*/
	uint8_t place;     /* … and which of them the first one here is */
	uint32_t segments; /* that it was sent in: of one length, while they have not arrived */
};

/* In the TCB. Octets, unless said otherwise. */
struct flight_variables {
	uint32_t first; /* index of the oldest record */
	uint32_t count; /* of records */
	uint32_t sacked;
	uint32_t lost;
	struct seq lost_from;   /* left of it nothing is lost */
	struct seq high_sacked; /* after the highest octet that a SACK block named */
	uint32_t stretches;     /* records that are SACKED */
	uint32_t segments;      /* in these: RACK.segs_sacked of RFC 8985 */
	uint64_t delivered;     /* in all, by SND.UNA or SACK */
	uint64_t lost_ever;     /* in all, taken for lost */
	uint64_t app_limited;   /* when `delivered` passes this, the sender is not; 0: it is not */
	nanos delivered_at;     /* when `delivered` grew last */
	nanos first_sent_at;    /* when what was delivered last had been sent */
};

/* What one acknowledgment told; filled while it is read. */
struct ack_sample {
	uint32_t delivered; /* octets that are now known to have arrived */
	uint32_t originals; /* of these, sent once, before recovery began */
	uint32_t lost;      /* octets that are now taken for lost */
	struct seq fack;    /* RACK.fack before it came */
	uint32_t echo;      /* its TSecr … */
	bool echoes;        /* … which it has */
	bool is_sack;       /* it carried a block that named octets not known before */
	bool is_dsack;      /* it says that something arrived twice … */
	bool is_of_repeat;  /* … which went again since the last reduction */
	struct seq dsack_left;
	struct seq dsack_right;
	nanos rack_at; /* of what was sent last among those that RACK believes … */
	struct seq rack_end;
	/* Of the record sent last among the delivered: */
	bool measured;
	bool app_limited;
	bool repeated;
	struct seq right;
	nanos rtt;
	nanos sent_at;
	uint64_t prior_delivered;
	uint32_t prior_lost;
	uint32_t tx_in_flight;
	nanos prior_at;
	nanos send_elapsed;
};

/* Nothing is under way. */
void flight_clear(struct tcb *tcb);
/* left … right−1 goes out, for the first time or again. */
void flight_sent(struct tcp *t, struct seq left, struct seq right);
/* SND.UNA has moved. */
void flight_acked(struct tcp *t);
/* Whether a block left … right−1 would be one stretch more than may be apart. */
bool flight_is_too_ragged(const struct tcp *t, struct seq left, struct seq right);
/* A block names left … right−1; returns how many octets of it are news. */
uint32_t flight_sacked(struct tcp *t, struct seq left, struct seq right);
/* A receiver has thrown away what it had acknowledged selectively. */
void flight_forget_sacks(struct tcp *t);

/* Index of the first record that ends after `s`; count where there is none. */
unsigned flight_find(const struct tcp *t, struct seq s);
/* Takes record `i` for lost, or (fate UNKNOWN) for under way after all. */
void flight_set_fate(struct tcp *t, unsigned i, enum flight_fate fate);
/* The first stretch that is lost; false where nothing is. */
bool flight_first_lost(struct tcp *t, struct seq *left, struct seq *right);
/* Splits the record around `s` there, if it can and all of it has not arrived. */
void flight_split(struct tcp *t, struct seq s);

/* Of the segments of bursts, which in its own the one behind `count` others of the record is. */
static inline unsigned flight_place(const struct sent_record *record, uint32_t count)
{
	return record->burst > 0 ? (record->place + count) % record->burst : 0;
}

/* Asserts what holds of the records; see check.c. */
void flight_check(const struct tcp *t);

#endif
