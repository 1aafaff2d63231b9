/* last_words.h — whom we left without a word hears that we are gone. */
#ifndef TCPLAB_LIVE_LAST_WORDS_H
#define TCPLAB_LIVE_LAST_WORDS_H

#include "live/half_open.h"

/* Who speaks and listens in our place. */
struct voice {
	int in; /* readable when something may have come */
	/* The next datagram that came for us; false where none waits. */
	bool (*hear)(const void *who, struct arrival *out);
	void (*say)(const void *who, const uint8_t *link, const uint8_t *datagram, size_t len);
	const void *who;
	bool for_all;           /* whoever the table names */
	struct address ours[2]; /* otherwise: IPv4, IPv6; version 0: none */
	uint16_t port;          /* 0: any */
};

/* RSTs for what the table says, and for what still comes in answer. */
void last_words(const struct voice *voice, const struct half_open *table);

#endif
