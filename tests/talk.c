#include "talk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/line.h"
#include "wire/link.h"

enum { DATAGRAM_MAX = 65536 + 200 };

static void add_bytes(struct talk *talk, const void *bytes, size_t len)
{
	if (talk->len + len > talk->capacity) {
		talk->capacity = 2 * (talk->len + len);
		talk->bytes = realloc(talk->bytes, talk->capacity);
		assert(talk->bytes != NULL);
	}
	if (len > 0)
		memcpy(talk->bytes + talk->len, bytes, len);
	talk->len += len;
}

struct talk talk_begin(void)
{
	struct talk talk = {
		.ids = {1000, 5000}, .client_port = 40000, .cut = SIZE_MAX, .snap = SIZE_MAX};
	const uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, LINK_RAW};

	add_bytes(&talk, header, sizeof header);
	return talk;
}

void talk_end(struct talk *talk)
{
	free(talk->bytes);
}

void talk_adds(struct talk *talk, uint32_t seconds, uint32_t fraction, const void *bytes,
	       size_t len, size_t wire_len)
{
	const uint32_t header[] = {seconds, fraction, (uint32_t)len, (uint32_t)wire_len};

	add_bytes(talk, header, sizeof header);
	add_bytes(talk, bytes, len);
}

void talk_says_with_id(struct talk *talk, int64_t us, uint16_t id, const char *line)
{
	static uint8_t text[DATAGRAM_MAX];
	static uint8_t datagram[DATAGRAM_MAX];
	struct packet packet = {.kind = PACKET_TCP, .ttl = 64, .dont_fragment = true, .id = id};
	bool from_client = line[0] == '>';
	struct error err;
	size_t len;
	size_t kept;

	assert(line[0] == '>' || line[0] == '<');
	if (!line_parse(&packet.tcp, line + 2, &err)) {
		fprintf(stderr, "%s: %s\n", line, err.text);
		abort();
	}
	address_parse(from_client ? &packet.src : &packet.dst, "10.0.0.1");
	address_parse(from_client ? &packet.dst : &packet.src, "10.0.0.2");
	packet.tcp.src_port = from_client ? talk->client_port : 80;
	packet.tcp.dst_port = from_client ? 80 : talk->client_port;
	len = packet_emit(&packet, text, datagram, sizeof datagram);
	assert(len > 0);
	kept = len - packet.tcp.len;
	kept += packet.tcp.len < talk->cut ? packet.tcp.len : talk->cut;
	kept = kept < talk->snap ? kept : talk->snap;
	talk_adds(talk, (uint32_t)(us / 1000000), (uint32_t)(us % 1000000), datagram, kept, len);
}

void talk_says(struct talk *talk, int64_t us, const char *line)
{
	talk_says_with_id(talk, us, talk->ids[line[0] != '>']++, line);
}

struct talk talk_begins_at_distance(int64_t round_trip)
{
	struct talk talk = talk_begin();

	talk_says(&talk, 0, "> S 100:100(0) win 64240 <mss 1460,sackOK>");
	talk_says(&talk, round_trip, "< S. 300:300(0) ack 101 win 65535 <mss 1460,sackOK>");
	talk_says(&talk, round_trip + 10, "> . 101:101(0) ack 301 win 64240");
	return talk;
}
