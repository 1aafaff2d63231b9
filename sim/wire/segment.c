#include "wire/segment.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/checksum.h"

/* RFC 9293 §3.1, Figure 1:
 *
 *    0 source port              2 destination port
 *    4 sequence number
 *    8 acknowledgment number
 *   12 data offset (4 bits), reserved and control bits (12)
 *   14 window                  16 checksum         18 urgent pointer
 *   20 options */

enum { CONTROL_BITS = 0xfff }; /* with the reserved ones */

static void take_fields(struct segment *seg, const uint8_t *bytes, size_t options_len)
{
	seg->src_port = get_be16(bytes);
	seg->dst_port = get_be16(bytes + 2);
	seg->seq = seq_of(get_be32(bytes + 4));
	seg->ack = seq_of(get_be32(bytes + 8));
	seg->flags = get_be16(bytes + 12) & CONTROL_BITS;
	seg->wnd = get_be16(bytes + 14);
	seg->up = get_be16(bytes + 18);
	seg->unused = 0;
	seg->len = 0;
	options_parse(&seg->options, bytes + TCP_HEADER_MIN, options_len);
}

enum segment_problem segment_parse(struct segment *seg, const uint8_t *bytes, size_t len,
				   size_t *header_len)
{
	size_t size;

	if (len < TCP_HEADER_MIN)
		return SEGMENT_SHORT;
	size = 4u * (bytes[12] >> 4);
	if (size < TCP_HEADER_MIN)
		return SEGMENT_BAD_OFFSET;
	if (len < size)
		return SEGMENT_SHORT;
	take_fields(seg, bytes, size - TCP_HEADER_MIN);
	*header_len = size;
	return SEGMENT_OK;
}

/* How many bytes of the options are whole ones. */
static size_t whole_options(const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	while (at < len) {
		bool single = bytes[at] == OPTION_EOL || bytes[at] == OPTION_NOP;
		size_t size = single ? 1 : at + 1 < len ? bytes[at + 1] : 0;

		if (size == 0 || (!single && size < 2) || size > len - at)
			break;
		at += size;
	}
	return at;
}

bool segment_parse_cut(struct segment *seg, const uint8_t *bytes, size_t len, size_t *header_len)
{
	size_t size;

	if (len < TCP_HEADER_MIN)
		return false;
	size = 4u * (bytes[12] >> 4);
	if (len >= size)
		return false;
	take_fields(seg, bytes, whole_options(bytes + TCP_HEADER_MIN, len - TCP_HEADER_MIN));
	*header_len = size;
	return true;
}

size_t segment_emit(const struct segment *seg, uint8_t *out)
{
	size_t size = segment_header_len(seg);

	assert(seg->options.len <= OPTIONS_LEN_MAX);
	put_be16(out, seg->src_port);
	put_be16(out + 2, seg->dst_port);
	put_be32(out + 4, seg->seq.v);
	put_be32(out + 8, seg->ack.v);
	put_be16(out + 12, (uint16_t)(size / 4 << 12 | (seg->flags & CONTROL_BITS)));
	put_be16(out + 14, seg->wnd);
	put_be16(out + 16, 0);
	put_be16(out + 18, seg->up);
	/* The bytes beyond the options' length are 0, and so is the padding. */
	for (size_t at = 0; at < size - TCP_HEADER_MIN; at += 4)
		memcpy(out + TCP_HEADER_MIN + at, seg->options.bytes + at, 4);
	return size;
}

uint16_t segment_checksum(const struct address *src, const struct address *dst,
			  const uint8_t *bytes, size_t len)
{
	uint64_t sum = checksum_pseudo_header(src, dst, PROTOCOL_TCP, len);

	return checksum_fold(checksum_add(sum, bytes, len));
}
