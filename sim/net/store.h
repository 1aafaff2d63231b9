/* store.h — octets that arrived and were not taken yet, in order or not.
 *
 * A ring addressed by stream offset: the octet at offset o lies at o modulo
 * its size, a power of two that grows on demand. Which octets are there is
 * the TCB's business; the store only keeps them. Empty, it costs nothing.
 *
 * What is taken at once need not be copied: it is lent to the store, and only
 * what then was not taken is kept. */
#ifndef TCPLAB_NET_STORE_H
#define TCPLAB_NET_STORE_H

#include <stddef.h>
#include <stdint.h>

struct store {
	uint8_t *ring;
	uint32_t size;
	uint32_t lent_len;
	int64_t taken;       /* offset of the first octet still to be taken */
	const uint8_t *lent; /* the octets from there on, lent_len of them */
};

void store_free(struct store *s);

/* Keeps octets offset … offset+len−1; offset ≥ s->taken. */
void store_put(struct store *s, int64_t offset, const uint8_t *octets, uint32_t len);

/* The same for octets that begin at s->taken, without a copy: they stay where
 * they are until store_keep(), which puts what was not taken. */
void store_lend(struct store *s, const uint8_t *octets, uint32_t len);
void store_keep(struct store *s);

/* The octets from `taken` on that lie in one piece, at most `max`, as *len. */
const uint8_t *store_peek(const struct store *s, uint32_t max, uint32_t *len);
void store_take(struct store *s, uint32_t len);

/* Gives its memory back; nothing may be kept in it. */
void store_shrink(struct store *s);

#endif
