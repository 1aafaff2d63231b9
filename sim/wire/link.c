#include "wire/link.h"

#include "base/bytes.h"

enum {
	VLAN_TAGS_MAX = 8,
	VLAN_TAG = 4, /* bytes: priority and VLAN number, then the next type */

	ETHERNET_TYPE_AT = 12,
	COOKED_TYPE_AT = 14, /* and the payload follows */
	COOKED2_TYPE_AT = 0,
	COOKED2_HEADER = 20,
	LOOPBACK_HEADER = 4,
};

enum ether_type {
	ETHER_IPV4 = 0x0800,
	ETHER_IPV6 = 0x86dd,
	ETHER_VLAN = 0x8100,         /* IEEE 802.1Q */
	ETHER_VLAN_SERVICE = 0x88a8, /* IEEE 802.1ad, "QinQ" */
	ETHER_VLAN_OLD = 0x9100,     /* the same before there was a standard */
};

bool link_is_known(int link_type)
{
	switch (link_type) {
	case LINK_NULL:
	case LINK_ETHERNET:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_RAW:
	case LINK_LOOP:
	case LINK_COOKED:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_COOKED2: return true;
	default: return false;
	}
}

static bool is_vlan(uint16_t type)
{
	return type == ETHER_VLAN || type == ETHER_VLAN_SERVICE || type == ETHER_VLAN_OLD;
}

/* What the type field at `type_at` announces begins at `at`: IP, or a VLAN
 * tag that ends with a type field of its own. */
static int behind_ether_type(const uint8_t *frame, size_t len, size_t type_at, size_t at)
{
	for (unsigned tags = 0; tags <= VLAN_TAGS_MAX && at < len; tags++) {
		uint16_t type = get_be16(frame + type_at);

		if (type == ETHER_IPV4 || type == ETHER_IPV6)
			return (int)at;
		if (!is_vlan(type))
			return -1;
		type_at = at + 2;
		at += VLAN_TAG;
	}
	return -1;
}

/* The address families of IPv4, and of IPv6 on Linux, NetBSD, FreeBSD and
 * macOS. */
static bool is_ip_family(uint32_t family)
{
	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

/* BSD systems write the address family before the datagram: in their own
 * byte order (LINK_NULL), which is not known here, or in the network's
 * (LINK_LOOP). No family is another one's reverse. */
static int behind_family(const uint8_t *frame, size_t len)
{
	uint32_t family;
	uint32_t reverse;

	if (len <= LOOPBACK_HEADER)
		return -1;
	family = get_be32(frame);
	reverse = family << 24 | (family << 8 & 0xff0000) | (family >> 8 & 0xff00) | family >> 24;
	return is_ip_family(family) || is_ip_family(reverse) ? LOOPBACK_HEADER : -1;
}

int link_ip_offset(int link_type, const uint8_t *frame, size_t len)
{
	switch (link_type) {
	case LINK_ETHERNET:
		return behind_ether_type(frame, len, ETHERNET_TYPE_AT, ETHERNET_TYPE_AT + 2);
	case LINK_COOKED: return behind_ether_type(frame, len, COOKED_TYPE_AT, COOKED_TYPE_AT + 2);
	case LINK_COOKED2: return behind_ether_type(frame, len, COOKED2_TYPE_AT, COOKED2_HEADER);
	case LINK_NULL:
	case LINK_LOOP: return behind_family(frame, len);
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6: return len > 0 ? 0 : -1;
	default: return -1;
	}
}
