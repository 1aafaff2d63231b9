/* A RST counts only where its sequence number is the next one that the peer
 * expects (RFC 5961 §3.2), and we may have sent something that never arrived,
 * or died before we could write down what we sent. So behind each RST goes an
 * old segment, which a peer that still lives answers with an ACK (RFC 9293
 * §3.10.7.4); so does RFC 5961's challenge. What an ACK acknowledges is the number to take. */
#include "live/last_words.h"

#include <poll.h>

#include "wire/packet.h"

enum {
	QUIET_MS = 250, /* so long nobody has answered: that was the last */
	ROUNDS = 2000,  /* answers at most, of peers that never stop */
	DATAGRAM_MAX = 256,
};

static void say(const struct voice *voice, const struct half_open_row *row, uint16_t flags,
		uint32_t seq)
{
	const struct abandoned *which = &row->which;
	struct packet packet = {
		.src = which->local.address,
		.dst = which->remote.address,
		.kind = PACKET_TCP,
		.ttl = 64,
		.dont_fragment = true,
		.tcp = {.src_port = which->local.port,
			.dst_port = which->remote.port,
			.seq = {seq},
			.ack = {which->rcv_nxt},
			.flags = flags},
	};
	uint8_t datagram[DATAGRAM_MAX];
	size_t len = packet_emit(&packet, NULL, datagram, sizeof datagram);

	voice->say(voice->who, row->link, datagram, len);
}

/* The table is theirs to write: we speak only as who we opened for. */
static bool is_ours(const struct voice *voice, const struct abandoned *which)
{
	const struct address *local = &which->local.address;

	return (local->version == 4 || local->version == 6) &&
	       which->remote.address.version == local->version &&
	       !address_is_unusable(&which->remote.address) &&
	       (voice->for_all || (address_eq(local, &voice->ours[local->version == 6]) &&
				   (voice->port == 0 || which->local.port == voice->port)));
}

/* False where there is nothing in it for us. */
static bool read_slot(const struct voice *voice, const struct half_open *table, unsigned slot,
		      struct half_open_row *out)
{
	return half_open_read(table, slot, out) && is_ours(voice, &out->which);
}

static unsigned say_goodbye(const struct voice *voice, const struct half_open *table)
{
	unsigned count = 0;
	struct half_open_row row;

	for (unsigned slot = 0; slot < HALF_OPEN_SLOTS; slot++) {
		if (!read_slot(voice, table, slot, &row))
			continue;
		say(voice, &row, RST | ACK, row.which.snd_nxt);
		say(voice, &row, ACK, row.which.snd_nxt - 1);
		count++;
	}
	return count;
}

static void answer(const struct voice *voice, const struct half_open *table,
		   const struct packet *packet)
{
	const struct endpoint from = {.address = packet->src, .port = packet->tcp.src_port};
	const struct endpoint to = {.address = packet->dst, .port = packet->tcp.dst_port};
	struct half_open_row row;

	for (unsigned slot = 0; slot < HALF_OPEN_SLOTS; slot++) {
		if (!read_slot(voice, table, slot, &row) || !endpoint_eq(&row.which.local, &to) ||
		    !endpoint_eq(&row.which.remote, &from))
			continue;
		say(voice, &row, RST, packet->tcp.ack.v);
		return;
	}
}

static void answer_arrivals(const struct voice *voice, const struct half_open *table)
{
	struct arrival arrival;
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	while (voice->hear(voice->who, &arrival)) {
		/* Its text may be cut off. */
		if (packet_is_filled_in(packet_parse(&packet, arrival.bytes, arrival.len,
						     ARRIVAL_MAX, 0, &text, &text_len)) &&
		    packet.kind == PACKET_TCP && (packet.tcp.flags & (RST | ACK)) == ACK)
			answer(voice, table, &packet);
	}
}

void last_words(const struct voice *voice, const struct half_open *table)
{
	struct pollfd arrives = {.fd = voice->in, .events = POLLIN};

	if (say_goodbye(voice, table) == 0)
		return;
	for (unsigned i = 0; i < ROUNDS && poll(&arrives, 1, QUIET_MS) > 0; i++)
		answer_arrivals(voice, table);
}
