#include "tests/random_segment.h"

#include <string.h>

void random_bytes(struct random *r, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)random_next(r);
}

static bool put_random_sack(struct random *r, struct options *o)
{
	struct sack_block blocks[SACK_BLOCKS_MAX];

	for (size_t i = 0; i < SACK_BLOCKS_MAX; i++) {
		blocks[i].left = seq_of((uint32_t)random_next(r));
		blocks[i].right = seq_of((uint32_t)random_next(r));
	}
	return options_put_sack(o, blocks, (unsigned)random_below(r, SACK_BLOCKS_MAX) + 1);
}

static bool put_random_option(struct random *r, struct options *o)
{
	static const uint8_t cookie_lens[] = {0, 4, 6, 8, 10, 12, 14, 16};
	uint8_t data[OPTIONS_LEN_MAX];
	uint32_t number = (uint32_t)random_next(r);

	random_bytes(r, data, sizeof data);
	switch (random_below(r, 13)) {
	case 0: return options_put_mss(o, (uint16_t)number);
	case 1: return options_put_window_scale(o, (uint8_t)number);
	case 2: return options_put_sack_permitted(o);
	case 3: return put_random_sack(r, o);
	case 4: return options_put_timestamps(o, number, ~number);
	case 5: return options_put_user_timeout(o, (uint16_t)number);
	case 6: return options_put_fast_open(o, data, cookie_lens[random_below(r, 8)]);
	case 7: return options_put_other(o, OPTION_MD5, data, 16);
	case 8: return options_put_other(o, OPTION_AO, data, 2 + (unsigned)random_below(r, 17));
	case 9:
		return options_put_accecn(o, random_below(r, 2), (unsigned)random_below(r, 4),
					  number, ~number, number >> 7);
	case 10: return options_put_other(o, 253, data, (unsigned)random_below(r, 9));
	case 11: /* of any length */
		return options_put_other(o, OPTION_ACCECN1, data, (unsigned)random_below(r, 14));
	default: return options_put_nop(o);
	}
}

static void pad(struct random *r, struct options *o)
{
	uint8_t bytes[OPTIONS_LEN_MAX] = {0};
	size_t len = o->len;
	unsigned end = (unsigned)random_below(r, 3);

	memcpy(bytes, o->bytes, len);
	if (end == 0) {
		while (len % 4 != 0)
			bytes[len++] = OPTION_NOP;
	} else if (end == 1) {
		len = (len + 3) / 4 * 4;
	} else if (len < OPTIONS_LEN_MAX) {
		bytes[len++] = OPTION_EOL;
		while (len % 4 != 0)
			bytes[len++] = (uint8_t)random_next(r);
	}
	options_parse(o, bytes, len);
}

struct options random_options(struct random *r)
{
	struct options o = {0};

	for (uint64_t left = random_below(r, 8); left > 0; left--)
		put_random_option(r, &o);
	pad(r, &o);
	return o;
}

struct segment random_segment(struct random *r, uint32_t text_max)
{
	struct segment seg = {
		.src_port = (uint16_t)random_next(r),
		.dst_port = (uint16_t)random_next(r),
		.seq = seq_of((uint32_t)random_next(r)),
		.ack = seq_of((uint32_t)random_next(r)),
		.flags = (uint16_t)random_below(r, 0x1000),
		.wnd = (uint16_t)random_next(r),
		.up = (uint16_t)random_next(r),
		.len = (uint32_t)random_below(r, text_max + 1),
		.options = random_options(r),
	};

	return seg;
}

struct address random_address(struct random *r, uint8_t version)
{
	struct address a = {.version = version};

	random_bytes(r, a.bytes, version == 4 ? 4 : 16);
	return a;
}

/* A source route that begins, or octets that mean nothing or only by chance. */
static void random_ip_options(struct random *r, struct packet *p)
{
	struct source_route route = {.count = (uint8_t)(1 + random_below(r, ROUTE_STOPS_MAX)),
				     .strict = random_chance(r, 500000)};

	p->ip_options_len = (uint32_t)source_route_len(&route);
	if (random_chance(r, 500000)) {
		random_bytes(r, route.stops[0], 4u * route.count);
		source_route_emit(&route, &p->dst, p->ip_options);
		memcpy(p->via, route.stops[0], 4);
		return;
	}
	do
		random_bytes(r, p->ip_options, p->ip_options_len);
	while (source_route_end(p->ip_options, p->ip_options_len) != NULL);
}

static struct packet random_datagram(struct random *r, uint8_t version)
{
	struct packet p = {
		.src = random_address(r, version),
		.dst = random_address(r, version),
		.traffic_class = (uint8_t)random_next(r),
		.ttl = (uint8_t)random_next(r),
	};

	if (version == 4) {
		p.dont_fragment = random_chance(r, 500000);
		p.id = (uint16_t)random_next(r);
		if (random_chance(r, 100000))
			random_ip_options(r, &p);
	} else {
		p.flow_label = (uint32_t)random_below(r, 1 << 20);
	}
	return p;
}

struct packet random_packet(struct random *r, uint8_t version, uint32_t text_max)
{
	struct packet p = random_datagram(r, version);

	p.kind = PACKET_TCP;
	p.tcp = random_segment(r, text_max);
	return p;
}

struct packet random_icmp_error(struct random *r, uint8_t version)
{
	static const uint8_t types[2][4] = {{3, 4, 11, 12}, {1, 2, 3, 4}};
	struct packet p = random_datagram(r, version);
	bool too_big;

	p.kind = PACKET_ICMP_ERROR;
	p.icmp.type = types[version == 6][random_below(r, 4)];
	p.icmp.code = (uint8_t)random_below(r, 6);
	too_big = version == 4 ? p.icmp.type == 3 && p.icmp.code == 4 : p.icmp.type == 2;
	if (too_big)
		p.icmp.mtu = (uint32_t)random_next(r) & (version == 4 ? 0xffff : 0xffffffff);
	p.icmp.quoted_src.address = random_address(r, version);
	p.icmp.quoted_src.port = (uint16_t)random_next(r);
	p.icmp.quoted_dst.address = random_address(r, version);
	p.icmp.quoted_dst.port = (uint16_t)random_next(r);
	p.icmp.quoted_seq = seq_of((uint32_t)random_next(r));
	p.icmp.quoted_len = (uint16_t)(60 + random_below(r, 65000));
	return p;
}
