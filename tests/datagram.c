#include "tests/datagram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "tests/random_segment.h"

struct datagram *datagram_make(uint8_t version, uint32_t text_len)
{
	static uint8_t text[DATAGRAM_ROOM];
	struct random r = random_seeded(20, version);
	struct datagram *d = calloc(1, sizeof *d);

	d->packet = random_packet(&r, version, 0);
	d->packet.tcp.len = text_len;
	d->len = packet_emit(&d->packet, text, d->bytes, sizeof d->bytes);
	return d;
}

void datagram_insert(struct datagram *d, size_t at, const uint8_t *bytes, size_t len)
{
	memmove(d->bytes + at + len, d->bytes + at, d->len - at);
	memcpy(d->bytes + at, bytes, len);
	d->len += len;
}

void datagram_mend_ipv4(struct datagram *d, size_t header_len)
{
	d->bytes[0] = (uint8_t)(0x40 | header_len / 4);
	put_be16(d->bytes + 2, (uint16_t)d->len);
	put_be16(d->bytes + 10, 0);
	put_be16(d->bytes + 10, checksum_fold(checksum_add(0, d->bytes, header_len)));
	d->packet.ip_options_len = (uint32_t)(header_len - IPV4_HEADER_MIN);
	memcpy(d->packet.ip_options, d->bytes + IPV4_HEADER_MIN, header_len - IPV4_HEADER_MIN);
	if (source_route_end(d->bytes + IPV4_HEADER_MIN, header_len - IPV4_HEADER_MIN) != NULL)
		memcpy(d->packet.via, d->bytes + 16, 4);
}

void datagram_extend(struct datagram *d, uint8_t kind, const uint8_t *header, size_t len)
{
	datagram_insert(d, IPV6_HEADER, header, len);
	d->bytes[IPV6_HEADER] = d->bytes[6];
	d->bytes[6] = kind;
	put_be16(d->bytes + 4, (uint16_t)(d->len - IPV6_HEADER));
}

enum packet_problem datagram_parse(const struct datagram *d, struct packet *p)
{
	uint8_t *copy = malloc(d->len);
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem;

	memcpy(copy, d->bytes, d->len);
	problem = packet_parse(p, copy, d->len, d->len, PACKET_VERIFY, &text, &text_len);
	free(copy);
	return problem;
}

void datagram_reads_as_made(const struct datagram *d)
{
	struct packet p;

	assert_int_equal(datagram_parse(d, &p), PACKET_OK);
	assert_memory_equal(&p, &d->packet, sizeof p);
}
