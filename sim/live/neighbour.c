#include "live/neighbour.h"

#include <string.h>

#include "base/bytes.h"
#include "wire/checksum.h"

enum {
	ETHER_HEADER = 14,
	ETHER_ARP = 0x0806,
	ETHER_IPV6 = 0x86dd,
	ARP_LEN = 28,
	ARP_ASKS = 1,
	ARP_TELLS = 2,
	IPV6_HEADER = 40,
	ND_HEADER = 24, /* and a hardware address of eight octets behind it */
	ND_OPTION = 8,
	ND_SOLICITATION = 135,
	ND_ADVERTISEMENT = 136,
	ND_SOURCE = 1,
	ND_TARGET = 2,
	HOPS = 255, /* whoever is not on the link cannot say so: RFC 4861 §11.2 */
};

static const uint8_t everyone[MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static struct address read_address(const uint8_t *bytes, uint8_t version)
{
	struct address address = {.version = version};

	memcpy(address.bytes, bytes, version == 6 ? 16 : 4);
	return address;
}

static bool is_zero(const struct address *address)
{
	static const uint8_t none[16];

	return memcmp(address->bytes, none, sizeof none) == 0;
}

/* ---- reading ---- */

static bool read_arp(const uint8_t *arp, size_t len, struct neighbour_message *out)
{
	/* Ethernet's and IPv4's addresses, of 6 and 4 octets. */
	static const uint8_t kinds[] = {0, 1, 8, 0, 6, 4};
	uint16_t operation;

	if (len < ARP_LEN || memcmp(arp, kinds, sizeof kinds) != 0)
		return false;
	operation = get_be16(arp + 6);
	out->asks = operation == ARP_ASKS;
	memcpy(out->mac, arp + 8, MAC_LEN);
	out->sender = read_address(arp + 14, 4);
	out->target = read_address(arp + 24, 4);
	if (is_zero(&out->sender))
		out->sender.version = 0;
	return operation == ARP_ASKS || operation == ARP_TELLS;
}

/* What an option says, or the frame's own sender. */
static void read_link_option(const uint8_t *options, size_t len, uint8_t kind, uint8_t mac[MAC_LEN])
{
	while (len >= ND_OPTION) {
		size_t size = (size_t)options[1] * 8;

		if (size == 0 || size > len)
			return;
		if (options[0] == kind)
			memcpy(mac, options + 2, MAC_LEN);
		options += size;
		len -= size;
	}
}

static bool is_right_nd(const uint8_t *ip, const uint8_t *nd, size_t len)
{
	struct address src = read_address(ip + 8, 6);
	struct address dst = read_address(ip + 24, 6);
	uint64_t sum = checksum_pseudo_header(&src, &dst, PROTOCOL_ICMPV6, len);

	return ip[7] == HOPS && nd[1] == 0 && checksum_fold(checksum_add(sum, nd, len)) == 0;
}

static bool read_nd(const uint8_t *ip, size_t len, struct neighbour_message *out)
{
	const uint8_t *nd = ip + IPV6_HEADER;
	size_t nd_len;

	if (len < IPV6_HEADER + ND_HEADER || ip[0] >> 4 != 6 || ip[6] != PROTOCOL_ICMPV6)
		return false;
	nd_len = get_be16(ip + 4);
	if (nd_len < ND_HEADER || nd_len > len - IPV6_HEADER || !is_right_nd(ip, nd, nd_len))
		return false;
	out->asks = nd[0] == ND_SOLICITATION;
	out->target = read_address(nd + 8, 6);
	out->sender = out->asks ? read_address(ip + 8, 6) : out->target;
	if (is_zero(&out->sender))
		out->sender.version = 0;
	read_link_option(nd + ND_HEADER, nd_len - ND_HEADER, out->asks ? ND_SOURCE : ND_TARGET,
			 out->mac);
	return nd[0] == ND_SOLICITATION || nd[0] == ND_ADVERTISEMENT;
}

bool neighbour_read(const uint8_t *frame, size_t len, struct neighbour_message *out)
{
	memset(out, 0, sizeof *out);
	if (len < ETHER_HEADER)
		return false;
	memcpy(out->mac, frame + MAC_LEN, MAC_LEN);
	switch (get_be16(frame + 2 * MAC_LEN)) {
	case ETHER_ARP: return read_arp(frame + ETHER_HEADER, len - ETHER_HEADER, out);
	case ETHER_IPV6: return read_nd(frame + ETHER_HEADER, len - ETHER_HEADER, out);
	default: return false;
	}
}

/* ---- writing ---- */

static void write_link(uint8_t *out, const uint8_t *to, const uint8_t *from, uint16_t type)
{
	memcpy(out, to, MAC_LEN);
	memcpy(out + MAC_LEN, from, MAC_LEN);
	put_be16(out + 2 * MAC_LEN, type);
}

static size_t write_arp(uint8_t *out, uint16_t operation, const uint8_t *mac,
			const struct address *ours, const uint8_t *to, const struct address *target)
{
	static const uint8_t kinds[] = {0, 1, 8, 0, 6, 4};
	uint8_t *arp = out + ETHER_HEADER;

	write_link(out, to, mac, ETHER_ARP);
	memset(arp, 0, ARP_LEN);
	memcpy(arp, kinds, sizeof kinds);
	put_be16(arp + 6, operation);
	memcpy(arp + 8, mac, MAC_LEN);
	memcpy(arp + 14, ours->bytes, 4);
	if (operation == ARP_TELLS)
		memcpy(arp + 18, to, MAC_LEN);
	memcpy(arp + 24, target->bytes, 4);
	return ETHER_HEADER + ARP_LEN;
}

/* The frame of a group has its last four octets: RFC 2464 §7. */
static void mac_of_group(const struct address *group, uint8_t out[MAC_LEN])
{
	out[0] = out[1] = 0x33;
	memcpy(out + 2, group->bytes + 12, 4);
}

/* RFC 4291 §2.7.1. */
static struct address solicited_node(const struct address *of)
{
	struct address group = {{0xff, 2, [11] = 1, [12] = 0xff}, 6};

	memcpy(group.bytes + 13, of->bytes + 13, 3);
	return group;
}

static size_t write_nd(uint8_t *out, const struct address *src, const struct address *dst,
		       const struct address *target, uint8_t type, const uint8_t *mac)
{
	uint8_t *ip = out + ETHER_HEADER;
	uint8_t *nd = ip + IPV6_HEADER;
	bool has_option = src->version != 0;
	size_t len = ND_HEADER + (has_option ? ND_OPTION : 0);
	const struct address from = {.version = 6};
	uint64_t sum;

	memset(ip, 0, IPV6_HEADER + ND_HEADER + ND_OPTION);
	ip[0] = 0x60;
	put_be16(ip + 4, (uint16_t)len);
	ip[6] = PROTOCOL_ICMPV6;
	ip[7] = HOPS;
	memcpy(ip + 8, src->bytes, 16);
	memcpy(ip + 24, dst->bytes, 16);
	nd[0] = type;
	memcpy(nd + 8, target->bytes, 16);
	if (has_option) {
		nd[ND_HEADER] = type == ND_SOLICITATION ? ND_SOURCE : ND_TARGET;
		nd[ND_HEADER + 1] = 1;
		memcpy(nd + ND_HEADER + 2, mac, MAC_LEN);
	}
	if (type == ND_ADVERTISEMENT)
		nd[4] = 0x20 | (dst->bytes[0] != 0xff ? 0x40 : 0); /* override; solicited */
	sum = checksum_pseudo_header(has_option ? src : &from, dst, PROTOCOL_ICMPV6, len);
	put_be16(nd + 2, checksum_fold(checksum_add(sum, nd, len)));
	return ETHER_HEADER + IPV6_HEADER + len;
}

size_t neighbour_ask(uint8_t out[NEIGHBOUR_FRAME_MAX], const uint8_t mac[MAC_LEN],
		     const struct address *ours, const struct address *target)
{
	struct address group;
	uint8_t to[MAC_LEN];

	if (target->version == 4)
		return write_arp(out, ARP_ASKS, mac, ours, everyone, target);
	group = solicited_node(target);
	mac_of_group(&group, to);
	write_link(out, to, mac, ETHER_IPV6);
	return write_nd(out, ours, &group, target, ND_SOLICITATION, mac);
}

size_t neighbour_tell(uint8_t out[NEIGHBOUR_FRAME_MAX], const uint8_t mac[MAC_LEN],
		      const struct address *ours, const struct neighbour_message *asked)
{
	static const struct address all_nodes = {{0xff, 2, [15] = 1}, 6};
	bool to_one = asked != NULL && asked->sender.version != 0;
	uint8_t to[MAC_LEN];

	/* An announcement is a question for oneself: RFC 5227 §2.3. */
	if (ours->version == 4 && asked == NULL)
		return write_arp(out, ARP_ASKS, mac, ours, everyone, ours);
	if (ours->version == 4)
		return write_arp(out, ARP_TELLS, mac, ours, asked->mac,
				 to_one ? &asked->sender : ours);
	if (to_one)
		memcpy(to, asked->mac, MAC_LEN);
	else
		mac_of_group(&all_nodes, to);
	write_link(out, to, mac, ETHER_IPV6);
	return write_nd(out, ours, to_one ? &asked->sender : &all_nodes, ours, ND_ADVERTISEMENT,
			mac);
}
