/* too_long.c — a datagram that is longer than the next link takes.
 * RFC 1191 §4, RFC 4443 §3.2.
 *
 * Nothing is cut into fragments here: hosts forbid it in IPv4, and IPv6 knows
 * none on the way. A router drops the datagram and tells its sender; on a
 * silent link it tells nobody, which makes a black hole. */
#include <string.h>

#include "base/text.h"
#include "net/world_inside.h"
#include "wire/packet.h"

enum { TTL_DEFAULT = 64 };

static struct packet too_big(const struct way *way, const struct packet *about, uint32_t len)
{
	bool v4 = about->src.version == 4;

	return (struct packet){
		.src = world_router_address(way->from, about->src.version),
		.dst = about->src,
		.kind = PACKET_ICMP_ERROR,
		.ttl = TTL_DEFAULT,
		.icmp = {.type = v4 ? 3 : 2,
			 .code = v4 ? 4 : 0,
			 .mtu = way->setup.mtu,
			 .quoted_len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX),
			 .quoted_src = {.address = about->src, .port = about->tcp.src_port},
			 .quoted_dst = {.address = about->dst, .port = about->tcp.dst_port},
			 .quoted_seq = about->tcp.seq}};
}

/* On the ladder it comes from the side to which the datagram was going. */
static uint32_t record_message(const struct way *way, nanos now, const struct packet *message,
			       uint16_t towards, uint32_t lost)
{
	const struct world *w = way->world;
	uint8_t host = w->nodes[towards]->recorded_as;
	struct packet_record record = {.packet = *message,
				       .offset = -1,
				       .conn = EVENT_NONE,
				       .copy_of = EVENT_NONE,
				       .host = host};
	struct event sent = event_at(now, host, EVENT_SEND);
	char words[EVENT_TEXT_MAX];
	struct text text = text_in(words, sizeof words);

	if (w->recording == NULL)
		return EVENT_NONE;
	text_addf(&text, "Router %s", w->nodes[way->from]->name);
	sent.cause = lost;
	sent.rule = RULE_ROUTER_REPORTS;
	sent.text = recording_add_text(w->recording, words);
	return recording_add_packet(w->recording, &record, &sent);
}

static void tell_sender(struct way *way, nanos now, const struct parcel *parcel, uint32_t lost)
{
	struct world *w = way->world;
	struct packet about;
	struct packet message;
	unsigned towards;
	struct parcel *out;
	const uint8_t *text;
	size_t text_len;

	if (packet_parse(&about, parcel->bytes, parcel->len, parcel->len, 0, &text, &text_len) !=
		    PACKET_OK ||
	    about.kind != PACKET_TCP || (about.src.version == 4 && !about.dont_fragment))
		return;
	towards = route_find(w, &about.dst); /* not the next stop of a source route */
	if (towards == WORLD_NODES_MAX)
		return;
	message = too_big(way, &about, parcel->len);
	out = parcel_take(&w->pool);
	out->len = (uint32_t)packet_emit(&message, NULL, out->bytes, w->pool.size);
	out->packet = record_message(way, now, &message, (uint16_t)towards, lost);
	out->from = (uint16_t)towards;
	out->to = parcel->from;
	out->hop = 0;
	world_send_on(w, way->from, now, out);
}

void way_too_long(struct way *way, nanos now, struct parcel *parcel)
{
	struct world *w = way->world;
	bool router = w->nodes[way->from]->arrives == NULL;
	char words[EVENT_TEXT_MAX];
	struct text text = text_in(words, sizeof words);
	uint32_t lost;

	text_addf(&text, "lost: longer than the link's MTU, %u octets from %s to %s",
		  (unsigned)way->setup.mtu, w->nodes[way->from]->name, w->nodes[way->to]->name);
	lost = way_record(w, now, EVENT_LOST, parcel, words);
	if (router && !way->setup.silent)
		tell_sender(way, now, parcel, lost);
	way_lose(w, now, parcel, NULL);
}
