#include "live/filter.h"

#include <assert.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "wire/checksum.h"

enum { PROGRAM_MAX = 192, ALL = 0x40000 };

/* Where things are, in octets. */
enum {
	ETHER_TYPE = 12,
	IPV4_FRAGMENT = 6,
	IPV4_PROTOCOL = 9,
	IPV4_SOURCE = 12,
	IPV4_DESTINATION = 16,
	IPV6_NEXT = 6,
	IPV6_SOURCE = 8,
	IPV6_DESTINATION = 24,
	IPV6_PAYLOAD = 40,
	TCP_DESTINATION = 2,
	TCP_FLAGS = 13,
	TCP_RST = 4,
};

/* Written front to back. A chain of conditions all of which must hold ends with a verdict;
 * where one does not hold, what follows the chain goes on. */
struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short len;
	unsigned short chain; /* where the chain began */
};

static void add(struct program *p, unsigned short op, uint8_t yes, uint8_t no, uint32_t value)
{
	assert(p->len < PROGRAM_MAX);
	p->code[p->len++] = (struct sock_filter){op, yes, no, value};
}

/* A jump to where the chain ends is not known yet: 255 stands for it. */
enum { NEXT_CHAIN = 255 };

/* From the beginning of the frame; from that of the datagram in it, wherever that is. */
static void load_of_frame(struct program *p, unsigned short size, uint32_t at)
{
	add(p, (unsigned short)(BPF_LD | size | BPF_ABS), 0, 0, at);
}

static void load(struct program *p, unsigned short size, uint32_t at)
{
	load_of_frame(p, size, (uint32_t)SKF_NET_OFF + at);
}

static void must_be(struct program *p, uint32_t value)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, NEXT_CHAIN, value);
}

static void must_not_be(struct program *p, uint32_t value)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, NEXT_CHAIN, 0, value);
}

static void must_have(struct program *p, uint32_t bits)
{
	add(p, BPF_JMP | BPF_JSET | BPF_K, 0, NEXT_CHAIN, bits);
}

static void must_not_have(struct program *p, uint32_t bits)
{
	add(p, BPF_JMP | BPF_JSET | BPF_K, NEXT_CHAIN, 0, bits);
}

static void verdict(struct program *p, uint32_t octets)
{
	add(p, BPF_RET | BPF_K, 0, 0, octets);
	for (unsigned short i = p->chain; i < p->len; i++) {
		struct sock_filter *at = &p->code[i];
		uint8_t rest = (uint8_t)(p->len - i - 1);

		if (BPF_CLASS(at->code) != BPF_JMP)
			continue;
		if (at->jt == NEXT_CHAIN)
			at->jt = rest;
		if (at->jf == NEXT_CHAIN)
			at->jf = rest;
	}
	p->chain = p->len;
}

static bool install(struct program *p, int socket)
{
	const struct sock_fprog program = {.len = p->len, .filter = p->code};
	const int yes = 1;

	return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 &&
	       setsockopt(socket, SOL_SOCKET, SO_LOCK_FILTER, &yes, sizeof yes) == 0;
}

/* ---- conditions ---- */

static void must_go(struct program *p, bool out)
{
	load_of_frame(p, BPF_W, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
	if (out)
		must_be(p, PACKET_OUTGOING);
	else
		must_not_be(p, PACKET_OUTGOING);
}

static void must_be_version(struct program *p, uint8_t version)
{
	load(p, BPF_B, 0);
	add(p, BPF_ALU | BPF_RSH | BPF_K, 0, 0, 4);
	must_be(p, version);
}

static void must_be_address(struct program *p, uint32_t at, const struct address *address)
{
	for (unsigned i = 0; i < (address->version == 6 ? 16 : 4); i += 4) {
		load(p, BPF_W, at + i);
		must_be(p, get_be32(address->bytes + i));
	}
}

/* A whole datagram of that protocol; what it carries is then found by register X. */
static void must_carry(struct program *p, uint8_t version, uint8_t protocol)
{
	load(p, BPF_B, version == 6 ? IPV6_NEXT : IPV4_PROTOCOL);
	must_be(p, protocol);
	if (version == 6) {
		add(p, BPF_LDX | BPF_W | BPF_IMM, 0, 0, IPV6_PAYLOAD);
		return;
	}
	load(p, BPF_H, IPV4_FRAGMENT);
	must_not_have(p, 0x1fff);
	add(p, BPF_LDX | BPF_B | BPF_MSH, 0, 0, (uint32_t)SKF_NET_OFF);
}

static void load_behind(struct program *p, unsigned short size, uint32_t at)
{
	add(p, (unsigned short)(BPF_LD | size | BPF_IND), 0, 0, (uint32_t)SKF_NET_OFF + at);
}

/* ---- programs ---- */

static void accept_arrivals(struct program *p, const struct address *address, uint16_t port,
			    const struct endpoint *remote)
{
	bool v6 = address->version == 6;

	must_go(p, false);
	must_be_version(p, address->version);
	must_be_address(p, v6 ? IPV6_DESTINATION : IPV4_DESTINATION, address);
	must_carry(p, address->version, PROTOCOL_TCP);
	load_behind(p, BPF_H, TCP_DESTINATION);
	must_be(p, port);
	if (remote->address.version != 0) {
		load_behind(p, BPF_H, 0);
		must_be(p, remote->port);
		must_be_address(p, v6 ? IPV6_SOURCE : IPV4_SOURCE, &remote->address);
	}
	verdict(p, ALL);
	must_go(p, false);
	must_be_version(p, address->version);
	must_be_address(p, v6 ? IPV6_DESTINATION : IPV4_DESTINATION, address);
	must_carry(p, address->version, v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMPV4);
	/* Above 127 ICMPv6 informs: neighbours, groups, echoes. */
	load_behind(p, BPF_B, 0);
	if (v6)
		must_not_have(p, 0x80);
	verdict(p, ALL);
}

static void accept_our_resets(struct program *p, const struct address *address, uint16_t port)
{
	must_go(p, true);
	must_be_version(p, address->version);
	must_be_address(p, address->version == 6 ? IPV6_SOURCE : IPV4_SOURCE, address);
	must_carry(p, address->version, PROTOCOL_TCP);
	load_behind(p, BPF_H, 0);
	must_be(p, port);
	load_behind(p, BPF_B, TCP_FLAGS);
	must_have(p, TCP_RST);
	verdict(p, ALL);
}

bool filter_for_port(int socket, const struct address addresses[2], uint16_t port,
		     const struct endpoint *remote)
{
	static const struct endpoint anyone;
	struct program p = {.len = 0};

	for (unsigned i = 0; i < 2; i++) {
		bool theirs = remote->address.version == addresses[i].version;

		if (addresses[i].version == 0)
			continue;
		accept_arrivals(&p, &addresses[i], port, theirs ? remote : &anyone);
		accept_our_resets(&p, &addresses[i], port);
	}
	verdict(&p, 0);
	return install(&p, socket);
}

static void must_be_frame_of(struct program *p, uint16_t type)
{
	must_go(p, false);
	load_of_frame(p, BPF_H, ETHER_TYPE);
	must_be(p, type);
}

bool filter_for_address(int socket, const struct address *address)
{
	bool v6 = address->version == 6;
	struct program p = {.len = 0};

	must_be_frame_of(&p, v6 ? 0x86dd : 0x0800);
	must_be_address(&p, v6 ? IPV6_DESTINATION : IPV4_DESTINATION, address);
	verdict(&p, ALL);
	if (v6) {
		/* To the group of its solicited node, RFC 4291 §2.7.1, or to all of the link. */
		must_be_frame_of(&p, 0x86dd);
		load(&p, BPF_H, IPV6_DESTINATION);
		must_be(&p, 0xff02);
		load(&p, BPF_B, IPV6_NEXT);
		must_be(&p, PROTOCOL_ICMPV6);
	} else {
		must_be_frame_of(&p, 0x0806);
	}
	verdict(&p, ALL);
	verdict(&p, 0);
	return install(&p, socket);
}

bool filter_everything(int socket)
{
	struct program p = {.len = 0};

	verdict(&p, 0);
	return install(&p, socket);
}
