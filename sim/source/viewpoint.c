#include "source/viewpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "record/memory.h"
#include "wire/link.h"
#include "wire/packet.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 6,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d, /* little-endian, as tcplab writes */
	OPTION_PROGRAM = 4,
	BLOCK_HEAD = 8,   /* type and length */
	BLOCK_TAIL = 4,   /* the length again */
	BODY_KEPT = 1024, /* octets of a block that are looked at */
	SECTION_BODY = 16,
	PACKET_BODY = 20,
	INTERFACES_MAX = 64, /* bits of a mask */
	NO_PAIR = -1,
};

/* Two addresses, and who saw what they said. */
struct talkers {
	struct address low;
	struct address high;
	uint64_t seen[2]; /* interfaces that saw what the lower one sent, and the higher one */
	uint8_t first;    /* the interface that saw the first packet */
};

struct seen_packet {
	int32_t pair;
	uint8_t interface;
};

struct viewpoint {
	struct talkers *pairs;
	uint32_t pair_count;
	uint32_t pair_capacity;
	int32_t *table; /* pairs by their addresses; NO_PAIR is empty */
	uint32_t table_size;
	struct seen_packet *packets;
	uint32_t packet_count;
	uint32_t packet_capacity;
	unsigned interfaces;
	int link_type;
};

/* ---- two addresses ---- */

static uint32_t hash(const struct address *low, const struct address *high)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof low->bytes; i++)
		h = (h ^ low->bytes[i]) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < sizeof high->bytes; i++)
		h = (h ^ high->bytes[i]) * UINT64_C(0x100000001b3);
	return (uint32_t)(h >> 32);
}

/* Where in the table the pair is, or belongs. */
static int32_t *slot(struct viewpoint *v, const struct address *low, const struct address *high)
{
	uint32_t at = hash(low, high) & (v->table_size - 1);

	while (v->table[at] != NO_PAIR && (!address_eq(&v->pairs[v->table[at]].low, low) ||
					   !address_eq(&v->pairs[v->table[at]].high, high)))
		at = (at + 1) & (v->table_size - 1);
	return &v->table[at];
}

static void grow_table(struct viewpoint *v)
{
	if (v->pair_count * 2 < v->table_size)
		return;
	v->table_size = v->table_size > 0 ? v->table_size * 2 : 64;
	v->table = memory_resize(v->table, v->table_size * sizeof *v->table);
	for (uint32_t i = 0; i < v->table_size; i++)
		v->table[i] = NO_PAIR;
	for (uint32_t i = 0; i < v->pair_count; i++)
		*slot(v, &v->pairs[i].low, &v->pairs[i].high) = (int32_t)i;
}

static int32_t pair_of(struct viewpoint *v, const struct address *src, const struct address *dst,
		       uint8_t interface)
{
	bool rising = memcmp(src, dst, sizeof *src) <= 0;
	const struct address *low = rising ? src : dst;
	const struct address *high = rising ? dst : src;
	int32_t *at;

	grow_table(v);
	at = slot(v, low, high);
	if (*at == NO_PAIR) {
		*at = (int32_t)v->pair_count;
		v->pairs = memory_grow(v->pairs, &v->pair_capacity, v->pair_count + 1,
				       sizeof *v->pairs);
		v->pairs[v->pair_count++] =
			(struct talkers){.low = *low, .high = *high, .first = interface};
	}
	v->pairs[*at].seen[rising ? 0 : 1] |= UINT64_C(1) << interface;
	return *at;
}

static unsigned chosen(const struct talkers *pair)
{
	uint64_t both = pair->seen[0] & pair->seen[1];
	unsigned i = 0;

	if (both == 0 || (both >> pair->first & 1) != 0)
		return pair->first;
	while ((both >> i & 1) == 0)
		i++;
	return i;
}

/* ---- blocks ---- */

/* The program's name stands among the options of the section header. */
static bool is_ours(const uint8_t *body, size_t len)
{
	static const char name[] = "tcplab";
	size_t at = SECTION_BODY;

	if (len < SECTION_BODY || get_le32(body) != BYTE_ORDER_MAGIC)
		return false;
	while (at + 4 <= len) {
		unsigned code = get_le16(body + at);
		size_t size = get_le16(body + at + 2);

		if (code == 0 || at + 4 + size > len)
			return false;
		if (code == OPTION_PROGRAM)
			return size == strlen(name) && memcmp(body + at + 4, name, size) == 0;
		at += 4 + ((size + 3) & ~(size_t)3);
	}
	return false;
}

static bool add_interface(struct viewpoint *v, const uint8_t *body, size_t len)
{
	if (len < 8 || v->interfaces == INTERFACES_MAX)
		return false;
	v->link_type = (int)get_le16(body);
	v->interfaces++;
	return true;
}

/* What an ICMP error is about belongs to those whose packet it quotes. */
static bool add_packet(struct viewpoint *v, const uint8_t *body, size_t len)
{
	struct seen_packet seen = {.pair = NO_PAIR};
	const uint8_t *text;
	size_t text_len;
	struct packet p;
	size_t caplen;
	int offset;

	if (len < PACKET_BODY || get_le32(body) >= v->interfaces || v->packet_count == INT32_MAX)
		return false;
	seen.interface = body[0];
	caplen = get_le32(body + 12);
	if (caplen > len - PACKET_BODY)
		caplen = len - PACKET_BODY;
	body += PACKET_BODY;
	offset = link_ip_offset(v->link_type, body, caplen);
	if (offset >= 0 &&
	    packet_is_filled_in(packet_parse(&p, body + offset, caplen - (size_t)offset, UINT16_MAX,
					     PACKET_TAKE_CUT, &text, &text_len))) {
		bool error = p.kind == PACKET_ICMP_ERROR;

		seen.pair = pair_of(v, error ? &p.icmp.quoted_src.address : &p.src,
				    error ? &p.icmp.quoted_dst.address : &p.dst, seen.interface);
	}
	v->packets = memory_grow(v->packets, &v->packet_capacity, v->packet_count + 1,
				 sizeof *v->packets);
	v->packets[v->packet_count++] = seen;
	return true;
}

static bool take_block(struct viewpoint *v, uint32_t type, const uint8_t *body, size_t len)
{
	if (type == BLOCK_INTERFACE)
		return v->packet_count == 0 && add_interface(v, body, len);
	return type == BLOCK_PACKET && add_packet(v, body, len);
}

/* One block: its type, and the beginning of its body; false at the end. */
static bool read_block(FILE *in, uint32_t *type, uint8_t *body, size_t *len)
{
	uint8_t head[BLOCK_HEAD];
	uint32_t size;

	if (fread(head, 1, sizeof head, in) != sizeof head)
		return false;
	*type = get_le32(head);
	size = get_le32(head + 4);
	if (size < BLOCK_HEAD + BLOCK_TAIL || size % 4 != 0 || size > INT32_MAX)
		return false;
	size -= BLOCK_HEAD;
	*len = size - BLOCK_TAIL < BODY_KEPT ? size - BLOCK_TAIL : BODY_KEPT;
	return fread(body, 1, *len, in) == *len && fseek(in, (long)(size - *len), SEEK_CUR) == 0;
}

struct viewpoint *viewpoint_find(FILE *in)
{
	struct viewpoint *v;
	uint8_t body[BODY_KEPT];
	uint32_t type;
	size_t len;
	bool ours = true;

	if (!read_block(in, &type, body, &len) || type != BLOCK_SECTION || !is_ours(body, len))
		return NULL;
	v = memory_get(sizeof *v);
	*v = (struct viewpoint){.interfaces = 0};
	while (ours && read_block(in, &type, body, &len))
		ours = take_block(v, type, body, len);
	if (ours && v->interfaces > 1)
		return v;
	viewpoint_free(v);
	return NULL;
}

void viewpoint_free(struct viewpoint *v)
{
	if (v == NULL)
		return;
	free(v->pairs);
	free(v->table);
	free(v->packets);
	free(v);
}

bool viewpoint_takes(const struct viewpoint *v, uint64_t number)
{
	const struct seen_packet *seen;

	if (number == 0 || number > v->packet_count)
		return true;
	seen = &v->packets[number - 1];
	return seen->pair == NO_PAIR || seen->interface == chosen(&v->pairs[seen->pair]);
}
