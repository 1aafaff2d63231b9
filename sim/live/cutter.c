#include "live/cutter.h"

#include <string.h>

#include "base/bytes.h"
#include "wire/packet.h"

enum {
	IPV4_LENGTH = 2,
	IPV4_ID = 4,
	IPV4_CHECKSUM = 10,
	IPV6_LENGTH = 4,
	TCP_SEQ = 4,
	TCP_FLAGS = 13,
	TCP_CHECKSUM = 16,
};

/* What lies where, when this is TCP behind one plain IP header. */
static void find_headers(struct cutter *c)
{
	const uint8_t *bytes = c->bytes;
	bool v6 = c->len > 0 && bytes[0] >> 4 == 6;
	size_t ip_len = v6 ? IPV6_HEADER : (size_t)(bytes[0] & 15) * 4;
	size_t tcp_len;

	if (c->len < ip_len + TCP_HEADER_MIN || (!v6 && (bytes[0] >> 4 != 4 || ip_len < 20)) ||
	    bytes[v6 ? 6 : 9] != PROTOCOL_TCP)
		return;
	tcp_len = (size_t)(bytes[ip_len + 12] >> 4) * 4;
	if (tcp_len < TCP_HEADER_MIN || c->len < ip_len + tcp_len)
		return;
	c->ip_len = ip_len;
	c->header_len = ip_len + tcp_len;
	c->text_len = c->len - c->header_len;
}

/* Ethernet pads short frames: what is behind the datagram is not its own. */
static void leave_padding(struct cutter *c)
{
	bool v6 = c->len >= IPV6_HEADER && c->bytes[0] >> 4 == 6;
	size_t said = c->len < 20 ? 0
		      : v6        ? get_be16(c->bytes + IPV6_LENGTH)
				  : get_be16(c->bytes + IPV4_LENGTH);

	/* A length of 0 is one that 16 bits cannot say. */
	if (said > 0 && v6)
		said += IPV6_HEADER;
	if (said > 0 && said < c->len)
		c->len = said;
}

void cutter_begin(struct cutter *c, uint8_t *bytes, size_t len, uint16_t piece, bool unsummed)
{
	/* `out` is large, and written before it is read. */
	memset(c, 0, offsetof(struct cutter, out));
	c->bytes = bytes;
	c->len = len;
	c->piece = piece;
	c->unsummed = unsummed;
	leave_padding(c);
	c->over = c->len == 0;
	if (!c->over)
		find_headers(c);
}

static void sum_tcp(const struct cutter *c, uint8_t *datagram, size_t len)
{
	struct address src = {.version = datagram[0] >> 4};
	struct address dst = {.version = datagram[0] >> 4};
	size_t size = src.version == 6 ? 16 : 4;
	const uint8_t *from = datagram + (src.version == 6 ? 8 : 12);
	uint8_t *tcp = datagram + c->ip_len;

	memcpy(src.bytes, from, size);
	memcpy(dst.bytes, from + size, size);
	put_be16(tcp + TCP_CHECKSUM, 0);
	put_be16(tcp + TCP_CHECKSUM, segment_checksum(&src, &dst, tcp, len - c->ip_len));
}

static void write_ip(const struct cutter *c, uint8_t *out, size_t len)
{
	if (out[0] >> 4 == 6) {
		put_be16(out + IPV6_LENGTH, (uint16_t)(len - IPV6_HEADER));
		return;
	}
	put_be16(out + IPV4_LENGTH, (uint16_t)len);
	put_be16(out + IPV4_ID, (uint16_t)(get_be16(out + IPV4_ID) + c->count));
	put_be16(out + IPV4_CHECKSUM, 0);
	put_be16(out + IPV4_CHECKSUM, checksum_fold(checksum_add(0, out, c->ip_len)));
}

static void write_tcp(const struct cutter *c, uint8_t *tcp, bool is_last)
{
	put_be32(tcp + TCP_SEQ, get_be32(tcp + TCP_SEQ) + (uint32_t)c->at);
	if (!is_last)
		tcp[TCP_FLAGS] &= (uint8_t) ~(FIN | PSH);
	if (c->count > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~CWR;
}

static size_t cut(struct cutter *c)
{
	size_t left = c->text_len - c->at;
	size_t text_len = left < c->piece ? left : c->piece;
	size_t len = c->header_len + text_len;

	memcpy(c->out, c->bytes, c->header_len);
	memcpy(c->out + c->header_len, c->bytes + c->header_len + c->at, text_len);
	write_ip(c, c->out, len);
	write_tcp(c, c->out + c->ip_len, text_len == left);
	sum_tcp(c, c->out, len);
	c->at += text_len;
	c->count++;
	c->over = c->at == c->text_len;
	return len;
}

bool cutter_next(struct cutter *c, const uint8_t **out, size_t *len)
{
	if (c->over)
		return false;
	if (c->header_len > 0 && c->piece > 0 && c->piece < c->text_len &&
	    c->header_len + c->piece <= sizeof c->out) {
		*len = cut(c);
		*out = c->out;
		return true;
	}
	c->over = true;
	if (c->unsummed && c->header_len > 0)
		sum_tcp(c, c->bytes, c->len);
	*out = c->bytes;
	*len = c->len;
	return true;
}
