#include "tests/outside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void arrives(void *who, nanos now, struct parcel *parcel)
{
	struct outside *o = who;
	struct packet packet;
	const uint8_t *text;
	size_t text_len;
	struct arrival arrival = {.time = now, .len = parcel->len};

	arrival.problem = packet_parse(&packet, parcel->bytes, parcel->len, parcel->len,
				       PACKET_VERIFY, &text, &text_len);
	arrival.id = packet.id;
	arrival.ecn = packet.traffic_class & 3;
	assert_true(o->count < ARRIVALS_MAX);
	o->arrivals[o->count++] = arrival;
	parcel_give_back(world_pool(o->world), parcel);
}

static struct address ours(uint8_t last)
{
	return (struct address){.version = 4, .bytes = {10, 0, 0, last}};
}

unsigned outside_node(struct outside *o, const char *name, uint8_t last, uint8_t recorded_as)
{
	struct address addresses[2] = {ours(last), {.version = 0}};

	return world_add_node(o->world, name, addresses, recorded_as, arrives, o);
}

static uint32_t record(struct outside *o, const struct packet *packet, uint8_t host)
{
	struct recording *r = world_recording(o->world);
	struct packet_record record = {.packet = *packet,
				       .offset = -1,
				       .conn = EVENT_NONE,
				       .copy_of = EVENT_NONE,
				       .host = host};
	struct event sent = event_at(world_now(o->world), host, EVENT_SEND);

	return r != NULL ? recording_add_packet(r, &record, &sent) : EVENT_NONE;
}

void outside_send(struct outside *o, unsigned node, uint8_t from, uint8_t to, uint16_t id,
		  uint16_t flags, uint32_t len)
{
	static const uint8_t text[65536];
	struct parcel *parcel = parcel_take(world_pool(o->world));
	struct packet packet = {.src = ours(from),
				.dst = ours(to),
				.kind = PACKET_TCP,
				.traffic_class = o->ecn,
				.ttl = 64,
				.id = id,
				.tcp = {.src_port = 1000, .dst_port = 2000, .flags = flags}};

	packet.tcp.len = len - IPV4_HEADER_MIN - TCP_HEADER_MIN;
	packet.tcp.seq = seq_of(id);
	parcel->len =
		(uint32_t)packet_emit(&packet, text, parcel->bytes, world_pool(o->world)->size);
	assert_int_equal(parcel->len, len);
	parcel->packet = record(o, &packet, (uint8_t)node);
	world_transmit(o->world, node, parcel);
}
