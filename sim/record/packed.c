#include "record/packed.h"

#include <assert.h>
#include <string.h>

/* A header as it lies in the heap: this, then `options_len` bytes of options, for an ICMP error a
 * struct icmp_error, and where IPv4 has options their length, `via` and they. */
struct packed_header {
	struct seq seq;
	struct seq ack;
	uint32_t len;
	uint32_t flow_label;
	uint16_t flags;
	uint16_t wnd;
	uint16_t up;
	uint16_t id;
	uint8_t ttl;
	uint8_t traffic_class;
	uint8_t options_len;
	uint8_t bits;
};

enum { BIT_DONT_FRAGMENT = 1, BIT_ICMP = 2, BIT_IP_OPTIONS = 4 };

_Static_assert(sizeof(struct packed_header) == 28, "no padding");
_Static_assert(sizeof(struct packed_slot) == 40, "no padding");

struct packed packed_new(void)
{
	return (struct packed){
		.slots = pile_of(sizeof(struct packed_slot), 10),
		.flows = pile_of(sizeof(struct flow), 5),
	};
}

void packed_free(struct packed *p)
{
	pile_free(&p->slots);
	pile_free(&p->flows);
	heap_free(&p->headers);
}

/* ---- packing ---- */

static uint32_t flow_of(struct packed *p, struct pool *pool, const struct packet *packet,
			uint32_t last)
{
	struct flow flow = {
		.src = {.address = packet->src, .port = packet->tcp.src_port},
		.dst = {.address = packet->dst, .port = packet->tcp.dst_port},
	};

	if (last != UINT32_MAX && memcmp(pile_at(&p->flows, last), &flow, sizeof flow) == 0)
		return last;
	memcpy(pile_add(&p->flows, pool), &flow, sizeof flow);
	return p->flows.count - 1;
}

static size_t ip_options_room(const struct packet *packet)
{
	assert(packet->ip_options_len <= IP_OPTIONS_MAX);
	return packet->ip_options_len > 0 ? 1 + sizeof packet->via + packet->ip_options_len : 0;
}

static void put_ip_options(uint8_t *out, const struct packet *packet)
{
	out[0] = (uint8_t)packet->ip_options_len;
	memcpy(out + 1, packet->via, sizeof packet->via);
	memcpy(out + 1 + sizeof packet->via, packet->ip_options, packet->ip_options_len);
}

static size_t icmp_room(const struct packet *packet)
{
	return packet->kind == PACKET_ICMP_ERROR ? sizeof packet->icmp : 0;
}

static uint8_t bits_of(const struct packet *packet)
{
	return (uint8_t)((packet->dont_fragment ? BIT_DONT_FRAGMENT : 0) |
			 (packet->kind == PACKET_ICMP_ERROR ? BIT_ICMP : 0) |
			 (packet->ip_options_len > 0 ? BIT_IP_OPTIONS : 0));
}

/* Written where it stays; each begins at a multiple of 4. */
static uint32_t add_header(struct heap *headers, struct pool *pool, const struct packet *packet)
{
	const struct segment *seg = &packet->tcp;
	size_t len = sizeof(struct packed_header) + seg->options.len + icmp_room(packet) +
		     ip_options_room(packet);
	uint32_t number;
	size_t room = (len + 3) / 4 * 4;
	uint8_t *bytes = heap_take(headers, pool, room, &number);

	assert(seg->options.len <= OPTIONS_LEN_MAX);
	memset(bytes + len, 0, room - len); /* it is hashed with the rest */
	*(struct packed_header *)(void *)bytes = (struct packed_header){
		.seq = seg->seq,
		.ack = seg->ack,
		.len = seg->len,
		.flow_label = packet->flow_label,
		.flags = seg->flags,
		.wnd = seg->wnd,
		.up = seg->up,
		.id = packet->id,
		.ttl = packet->ttl,
		.traffic_class = packet->traffic_class,
		.options_len = seg->options.len,
		.bits = bits_of(packet),
	};
	bytes += sizeof(struct packed_header);
	memcpy(bytes, seg->options.bytes, seg->options.len);
	bytes += seg->options.len;
	if (packet->kind == PACKET_ICMP_ERROR)
		memcpy(bytes, &packet->icmp, sizeof packet->icmp);
	if (packet->ip_options_len > 0)
		put_ip_options(bytes + icmp_room(packet), packet);
	return number;
}

struct packed_slot *packed_add(struct packed *p, struct pool *pool,
			       const struct packet_record *record, uint32_t *flow)
{
	struct packed_slot *slot = pile_add(&p->slots, pool);

	*flow = flow_of(p, pool, &record->packet, *flow);
	*slot = (struct packed_slot){
		.offset = record->offset,
		.conn = record->conn,
		.arrived = EVENT_NONE,
		.ended = EVENT_NONE,
		.is_copy = record->copy_of != EVENT_NONE,
		.flow = *flow,
		.header = add_header(&p->headers, pool, &record->packet),
		.host = record->host,
		.captured = record->captured,
	};
	return slot;
}

/* ---- unpacking ---- */

static void read_header(const uint8_t *bytes, struct packet *out)
{
	struct packed_header header;

	memcpy(&header, bytes, sizeof header);
	bytes += sizeof header;
	out->kind = header.bits & BIT_ICMP ? PACKET_ICMP_ERROR : PACKET_TCP;
	out->traffic_class = header.traffic_class;
	out->ttl = header.ttl;
	out->dont_fragment = header.bits & BIT_DONT_FRAGMENT;
	out->id = header.id;
	out->flow_label = header.flow_label;
	out->tcp.seq = header.seq;
	out->tcp.ack = header.ack;
	out->tcp.flags = header.flags;
	out->tcp.wnd = header.wnd;
	out->tcp.up = header.up;
	out->tcp.len = header.len;
	options_parse(&out->tcp.options, bytes, header.options_len);
	bytes += header.options_len;
	if (out->kind == PACKET_ICMP_ERROR) {
		memcpy(&out->icmp, bytes, sizeof out->icmp);
		bytes += sizeof out->icmp;
	}
	if (header.bits & BIT_IP_OPTIONS) {
		out->ip_options_len = bytes[0];
		memcpy(out->via, bytes + 1, sizeof out->via);
		memcpy(out->ip_options, bytes + 1 + sizeof out->via, bytes[0]);
	}
}

void packed_read(const struct packed *p, uint32_t n, struct packet_record *out)
{
	const struct packed_slot *slot = packed_slot(p, n);
	const struct flow *flow = pile_at(&p->flows, slot->flow);

	memset(out, 0, sizeof *out);
	read_header(heap_at(&p->headers, slot->header), &out->packet);
	out->packet.src = flow->src.address;
	out->packet.dst = flow->dst.address;
	out->packet.tcp.src_port = flow->src.port;
	out->packet.tcp.dst_port = flow->dst.port;
	out->offset = slot->offset;
	out->conn = slot->conn;
	out->sent = slot->sent;
	out->arrived = slot->arrived;
	out->ended = slot->ended;
	out->copy_of = slot->is_copy ? slot->earlier : EVENT_NONE;
	out->again_of = slot->is_copy ? EVENT_NONE : slot->earlier;
	out->host = slot->host;
	out->overtaken = slot->overtaken;
	out->captured = slot->captured;
}
