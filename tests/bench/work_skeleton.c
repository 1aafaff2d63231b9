/* work_skeleton.c — what the network and the bytes alone cost: as many
 * segments of 1448 octets as the bulk transfer has, written, summed, carried
 * and verified by the same code, each second one acknowledged; but nobody
 * keeps a TCB, and nothing gets lost. No engine can be faster than this. */
#include <stdio.h>
#include <stdlib.h>

#include "net/world.h"
#include "tests/bench/network.h"
#include "tests/bench/work.h"
#include "wire/packet.h"

enum { TEXT = 1448, WINDOW = 64 };

struct skeleton {
	struct world *world;
	struct stream stream;
	unsigned node[2];
	struct address address[2];
	int64_t sent;
	int64_t arrived;
	int64_t all;
	uint64_t segments;
	uint64_t digest;
};

static void say(struct skeleton *s, int who, uint32_t len)
{
	struct packet packet = {.src = s->address[who],
				.dst = s->address[1 - who],
				.ttl = 64,
				.dont_fragment = true,
				.tcp = {.src_port = 80, .dst_port = 80, .flags = ACK, .len = len}};
	struct parcel *parcel = parcel_take(world_pool(s->world));
	uint8_t *text;

	packet.tcp.seq.v = (uint32_t)s->sent;
	packet.tcp.ack.v = (uint32_t)s->arrived;
	options_put_nop(&packet.tcp.options);
	options_put_nop(&packet.tcp.options);
	options_put_timestamps(&packet.tcp.options, (uint32_t)s->segments, 1);
	text = parcel->bytes + IPV4_HEADER_MIN + segment_header_len(&packet.tcp);
	if (len > 0)
		stream_read(&s->stream, s->sent, text, len);
	parcel->len =
		(uint32_t)packet_emit(&packet, text, parcel->bytes, world_pool(s->world)->size);
	parcel->packet = EVENT_NONE;
	s->segments++;
	world_transmit(s->world, s->node[who], parcel);
}

static void say_text(struct skeleton *s)
{
	int64_t left = s->all - s->sent;
	uint32_t len = left < TEXT ? (uint32_t)left : TEXT;

	if (len == 0)
		return;
	say(s, 0, len);
	s->sent += len;
}

static void read_packet(struct skeleton *s, struct parcel *parcel, struct packet *packet)
{
	const uint8_t *text;
	size_t len;

	if (packet_parse(packet, parcel->bytes, parcel->len, parcel->len, PACKET_VERIFY, &text,
			 &len) != PACKET_OK)
		abort();
	s->digest = digest_add(s->digest, packet->tcp.ack.v + len);
	parcel_give_back(world_pool(s->world), parcel);
}

static void text_arrives(void *who, nanos now, struct parcel *parcel)
{
	struct skeleton *s = who;
	struct packet packet;

	(void)now;
	read_packet(s, parcel, &packet);
	s->arrived += packet.tcp.len;
	if (s->arrived / TEXT % 2 == 0 || s->arrived == s->all)
		say(s, 1, 0);
}

static void ack_arrives(void *who, nanos now, struct parcel *parcel)
{
	struct packet packet;

	(void)now;
	read_packet(who, parcel, &packet);
	say_text(who);
	say_text(who);
}

struct outcome work_skeleton(void)
{
	struct way_setup way = {
		.delay = nanos_from_ms(10), .rate = 100000000, .queue_packets = 100};
	struct address address[2][2] = {{{{10, 0, 0, 1}, 4}}, {{{10, 0, 0, 2}, 4}}};
	struct skeleton s = {.world = world_new(1, NULL),
			     .address = {address[0][0], address[1][0]},
			     .all = 100000000};
	int64_t before = cpu_time();

	stream_add_pattern(&s.stream, s.all);
	s.node[0] = world_add_node(s.world, "client", address[0], 0, ack_arrives, &s);
	s.node[1] = world_add_node(s.world, "server", address[1], 0, text_arrives, &s);
	world_add_link(s.world, s.node[0], s.node[1], &way, &way);
	for (int i = 0; i < WINDOW; i++)
		say_text(&s);
	world_run(s.world, nanos_from_s(1000));
	if (s.arrived != s.all)
		abort();
	world_free(s.world);
	stream_free(&s.stream);
	return (struct outcome){cpu_time() - before, s.segments, s.digest};
}
