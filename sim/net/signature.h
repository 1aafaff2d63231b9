/* signature.h — keys, and the signatures that they make. RFC 2385 (TCP MD5),
 * RFC 5925 (TCP-AO) with the algorithms of RFC 5926.
 *
 * Which segments are signed, and what becomes of those that are not as they
 * should be, the engine says (tcp/signature.c). Here are the bytes: MD5,
 * SHA-1 and AES come from libnettle. */
#ifndef TCPLAB_NET_SIGNATURE_H
#define TCPLAB_NET_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "tcp/tcp.h"
#include "wire/packet.h"

enum { SIGNING_KEYS_MAX = 8, SECRET_MAX = 80, SIGNATURE_MAX = 16, TRAFFIC_KEY_MAX = 20 };

enum signing_algorithm {
	SIGNING_MD5,
	SIGNING_HMAC_SHA1, /* KDF_HMAC_SHA1 and HMAC-SHA-1-96, RFC 5926 §3.1.1.1, §3.2.1 */
	SIGNING_AES_CMAC,  /* KDF_AES_128_CMAC and AES-128-CMAC-96, §3.1.1.2, §3.2.2 */
};

/* What two hosts have agreed on: of TCP-AO a Master Key Tuple, RFC 5925 §3.1. */
struct signing_key {
	struct address peer[2]; /* its addresses; version 0 where it has no other */
	nanos from;             /* TCP-AO: when we begin to prefer it to those before it */
	uint8_t secret[SECRET_MAX];
	uint8_t secret_len;
	uint8_t algorithm;
	uint8_t send_id;    /* TCP-AO: KeyID of what we sign with it … */
	uint8_t receive_id; /* … and of what the peer does */
	bool text_only;     /* TCP-AO: other options are not covered, RFC 5925 §3.1 */
};

struct signing_keys {
	struct signing_key all[SIGNING_KEYS_MAX];
	unsigned count;
};

/* What the engine is to know before a turn with `peer`. */
struct signing signing_with(const struct signing_keys *keys, const struct address *peer, nanos now);

/* Fills in the blank option of a segment that is about to be sent. */
void signature_write(const struct signing_keys *keys, const struct tcb *tcb, struct packet *packet,
		     const uint8_t *text);

/* Holds an arrived segment against the keys that we have for its sender. */
void signature_verify(const struct signing_keys *keys, const struct tcb *tcb,
		      const struct packet *packet, const uint8_t *text, struct signing *signing);

/* ---- the arithmetic, for the tests too ---- */

/* Of one direction, RFC 5925 §5.2; the numbers are those of the sender and of
 * the receiver of the segment. Returns its length. */
unsigned traffic_key(const struct signing_key *key, const struct packet *packet, struct seq src_isn,
		     struct seq dst_isn, uint8_t out[TRAFFIC_KEY_MAX]);

/* The MAC of RFC 5925 §5.1, of 12 octets. What the option holds does not matter. */
void mac_of_segment(const struct signing_key *key, const uint8_t *traffic, uint32_t extension,
		    const struct packet *packet, const uint8_t *text, uint8_t out[12]);

/* The digest of RFC 2385 §2.0. */
void md5_of_segment(const struct signing_key *key, const struct packet *packet, const uint8_t *text,
		    uint8_t out[16]);

#endif
