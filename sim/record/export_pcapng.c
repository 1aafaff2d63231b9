/* export_pcapng.c — a recording as packets, as each host saw them.
 *
 * A packet stands at its sender's interface when it was sent and at its
 * receiver's when it arrived; one that was lost only at the sender's. */
#include "record/export.h"
#include "wire/ecn.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"
#include "record/pcapng.h"
#include "record/plain.h"
#include "wire/link.h"

enum {
	HEADERS_MAX = 60 + TCP_HEADER_MAX + 64, /* IP and TCP; ICMP with what it quotes is less */
	COMMENT_MAX = 2048,
};

struct capture {
	const struct recording *r;
	FILE *out;
	int host;       /* whose view, or EVERY_HOST */
	uint8_t *bytes; /* of the packet being written */
	size_t room;
	bool *is_damaged; /* for each packet: a link changed its bytes … */
	bool *is_marked;  /* … or marked it CE, which shows where it arrives */
};

static bool is_seen(const struct capture *c, uint8_t host)
{
	return c->host == EVERY_HOST || c->host == host;
}

/* ---- comments ---- */

static void add_sentence(struct text *out, const char *before)
{
	if (out->len > 0)
		text_add(out, before);
}

static void add_reasons(const struct recording *r, uint32_t n, struct text *out)
{
	add_sentence(out, "\n");
	explain_what(r, n, out);
	if (recording_event(r, n).rule != 0) {
		add_sentence(out, " ");
		explain_why(r, n, out);
	}
}

/* Why it was sent, and what became of it. */
static void comment_sending(const struct capture *c, uint32_t n, const struct packet_record *packet,
			    struct text *out)
{
	if (recording_event(c->r, n).rule != 0)
		add_reasons(c->r, n, out);
	if (packet->again_of != EVENT_NONE) {
		add_sentence(out, "\n");
		text_add(out, "Sent again.");
	}
	if (packet->ended != EVENT_NONE)
		add_reasons(c->r, packet->ended, out);
}

/* What it led to. */
static void comment_arrival(const struct capture *c, uint32_t n, const struct packet_record *packet,
			    bool is_damaged, struct text *out)
{
	uint32_t story[STORY_MAX];
	unsigned count = recording_story(c->r, recording_event(c->r, n).turn, story);
	unsigned i = 0;

	/* A loss is told where the lost packet was sent. */
	if (recording_event(c->r, story[0]).kind == EVENT_LOST && count > 1)
		i = 1;

	struct event led_to = recording_event(c->r, story[i]);

	if (led_to.kind != EVENT_SEND && led_to.kind != EVENT_LOST && story[i] != n)
		add_reasons(c->r, story[i], out);
	if (packet->overtaken) {
		add_sentence(out, "\n");
		text_add(out, "A later packet came before it.");
	}
	if (is_damaged) {
		add_sentence(out, "\n");
		text_add(out, "Bytes of it were changed on the way; it is shown as it was sent.");
	}
}

/* ---- packets ---- */

static const struct stream *text_of(const struct recording *r, const struct packet_record *packet)
{
	const struct stream *stream;

	if (packet->captured || packet->offset < 0 || packet->conn == EVENT_NONE)
		return NULL;
	stream = &recording_conn(r, packet->conn)->sent;
	return packet->offset + (int64_t)packet->packet.tcp.len <= stream->len ? stream : NULL;
}

/* Makes the packet's bytes. Returns how many there are to show: text that is not kept is cut
 * off. *len gets the length that it had. */
static uint32_t make_packet(struct capture *c, const struct packet_record *packet, uint32_t *len)
{
	const struct packet *p = &packet->packet;
	const struct stream *stream = text_of(c->r, packet);
	size_t text_len = p->kind == PACKET_TCP ? p->tcp.len : 0;
	uint8_t *text;

	if (c->room < HEADERS_MAX + text_len) {
		c->room = HEADERS_MAX + text_len;
		c->bytes = memory_resize(c->bytes, c->room);
	}
	text = c->bytes + packet_ip_len(p) + segment_header_len(&p->tcp);
	if (stream != NULL)
		stream_read(stream, packet->offset, text, text_len);
	else
		memset(text, 0, text_len);
	*len = (uint32_t)packet_emit(p, text, c->bytes, c->room);
	assert(*len > 0);

	uint32_t kept = stream != NULL ? *len : *len - (uint32_t)text_len;

	return kept < PCAPNG_SNAPLEN ? kept : PCAPNG_SNAPLEN;
}

static void put_packet(struct capture *c, uint32_t n, const char *comment,
		       const struct packet_record *packet)
{
	struct event event = recording_event(c->r, n);
	uint32_t len;
	uint32_t caplen = make_packet(c, packet, &len);
	uint32_t interface = c->host == EVERY_HOST ? event.host : 0;

	pcapng_packet(c->out, interface, event.time + recording_info(c->r)->epoch, c->bytes, caplen,
		      len, comment);
}

static void put_event(struct capture *c, uint32_t n)
{
	struct event event = recording_event(c->r, n);
	char comment[COMMENT_MAX];
	struct text text = text_in(comment, sizeof comment);
	struct packet_record packet;

	if (event.kind == EVENT_CORRUPTED)
		c->is_damaged[event.packet] = true;
	if (event.kind == EVENT_MARKED)
		c->is_marked[event.packet] = true;
	if ((event.kind != EVENT_SEND && event.kind != EVENT_ARRIVE) || !is_seen(c, event.host))
		return;
	recording_packet(c->r, event.packet, &packet);
	if (event.kind == EVENT_SEND)
		comment_sending(c, n, &packet, &text);
	else
		comment_arrival(c, n, &packet, c->is_damaged[event.packet], &text);
	if (event.kind == EVENT_ARRIVE && c->is_marked[event.packet])
		packet.packet.traffic_class |= CE;
	put_packet(c, n, comment, &packet);
}

/* libpcap up to 1.10 reads several interfaces of type "raw IP" as if their types differed, so
 * the type says which IP where there is only one. */
static uint32_t link_type_of(const struct recording *r)
{
	bool seen[2] = {false, false};

	for (uint32_t n = 0; n < recording_packets(r); n++) {
		struct packet_record packet;

		recording_packet(r, n, &packet);
		seen[packet.packet.src.version == 6] = true;
	}
	if (seen[0] && seen[1])
		return LINK_RAW;
	return seen[1] ? LINK_IPV6 : LINK_IPV4;
}

bool export_pcapng(const struct recording *r, int host, FILE *out, struct error *err)
{
	struct capture c = {.r = r, .out = out, .host = host};
	uint32_t link_type = link_type_of(r);
	char title[COMMENT_MAX];
	struct text text = text_in(title, sizeof title);

	assert(host == EVERY_HOST || (host >= 0 && (uint32_t)host < recording_hosts(r)));
	c.is_damaged = memory_get(recording_packets(r) * sizeof *c.is_damaged);
	memset(c.is_damaged, 0, recording_packets(r) * sizeof *c.is_damaged);
	c.is_marked = memory_get(recording_packets(r) * sizeof *c.is_marked);
	memset(c.is_marked, 0, recording_packets(r) * sizeof *c.is_marked);
	plain_add(&text, recording_info(r)->title);
	pcapng_section(out, title);
	for (uint32_t i = 0; i < recording_hosts(r); i++) {
		char name[256];

		text = text_in(name, sizeof name);
		plain_add(&text, recording_host(r, i)->name);
		if (is_seen(&c, (uint8_t)i))
			pcapng_interface(out, link_type, name);
	}
	for (uint32_t n = 0; n < recording_events(r); n++)
		put_event(&c, n);
	free(c.bytes);
	free(c.is_damaged);
	free(c.is_marked);
	if (fflush(out) == 0 && !ferror(out))
		return true;
	return error_set(err, "the capture could not be written: %s", strerror(errno));
}
