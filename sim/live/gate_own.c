/* gate_own.c — GATE_OWN: an address of our own on a link, with a hardware address
 * of its own. The kernel's TCP knows nothing of it, nor does its firewall. Who
 * has which hardware address we find out ourselves, and tell those who look
 * for us. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "live/clock.h"
#include "live/gate_inside.h"
#include "live/inlet.h"
#include "live/neighbours.h"
#include "live/netd.h"
#include "live/route.h"
#include "record/memory.h"
#include "wire/packet.h"

enum {
	/* RFC 5227 §1.1 looks three times, one to two seconds apart, and RFC 4862 §5.4 once for a
	 * second: for networks where switches still wake up. Somebody waits here. */
	PROBES = 3,
	PROBE_WAIT_MS = 150,
	CANDIDATES = 16, /* addresses that are tried where none was given */
};

#define DEFENDS_EVERY (10 * nanos_from_ms(1000)) /* RFC 5227 §1.1, DEFEND_INTERVAL */

struct state {
	struct netd netd;
	struct neighbours neighbours;
	struct address remote;
	struct route to_remote;
	struct address gateway; /* for who is not on the link; version 0: all are */
	uint8_t prefix;         /* bits of our address that are the link's */
	nanos defended_at;
	struct inlet inlet;
};

/* ---- the link ---- */

static void write_link(const struct state *state, const uint8_t to[MAC_LEN],
		       uint8_t out[LINK_HEADER])
{
	memcpy(out, to, MAC_LEN);
	memcpy(out + MAC_LEN, state->neighbours.mac, MAC_LEN);
	put_be16(out + 2 * MAC_LEN, state->neighbours.ours.version == 6 ? 0x86dd : 0x0800);
}

static void send_frame(const struct state *state, const uint8_t *frame, size_t len)
{
	outlet_send(&state->netd.outlet, frame, frame + LINK_HEADER, len - LINK_HEADER);
}

static void ask(const struct state *state, const struct address *ours, const struct address *whom)
{
	uint8_t frame[NEIGHBOUR_FRAME_MAX];

	send_frame(state, frame, neighbour_ask(frame, state->neighbours.mac, ours, whom));
}

static void tell(const struct state *state, const struct neighbour_message *asked)
{
	const struct neighbours *n = &state->neighbours;
	uint8_t frame[NEIGHBOUR_FRAME_MAX];

	send_frame(state, frame, neighbour_tell(frame, n->mac, &n->ours, asked));
}

static void send_waiting(struct state *state, struct neighbour *to)
{
	uint8_t link[LINK_HEADER];

	if (!to->is_known || to->waiting_len == 0)
		return;
	write_link(state, to->mac, link);
	netd_notes_syn(&state->netd, to->waiting, to->waiting_len, link);
	outlet_send(&state->netd.outlet, link, to->waiting, to->waiting_len);
	to->waiting_len = 0;
}

/* Once in ten seconds we say whose the address is; the other may not hear it. */
static void defend(struct state *state)
{
	nanos now = clock_now();

	if (state->defended_at != 0 && now - state->defended_at < DEFENDS_EVERY)
		return;
	state->defended_at = now;
	tell(state, NULL);
}

/* False where the frame is no message between neighbours. */
static bool hear(struct state *state, const struct arrival *arrival, enum heard *heard)
{
	size_t len = arrival->len + (size_t)(arrival->bytes - arrival->link);
	struct neighbour_message message;
	struct neighbour *who;

	if (!neighbour_read(arrival->link, len, &message))
		return false;
	*heard = neighbours_hear(&state->neighbours, &message, &who);
	if (*heard == HEARD_QUESTION)
		tell(state, &message);
	if (who != NULL)
		send_waiting(state, who);
	return true;
}

/* ---- an address ---- */

/* Is somebody there? Listens for so long as it takes. */
static bool is_taken(struct state *state)
{
	struct pollfd in = {.fd = state->netd.outlet.in, .events = POLLIN};
	const struct address nobody = {.version = 0};
	struct arrival arrival;
	enum heard heard;

	for (unsigned i = 0; i < PROBES; i++) {
		nanos until = clock_now() + nanos_from_ms(PROBE_WAIT_MS);

		ask(state, &nobody, &state->neighbours.ours);
		while (clock_now() < until) {
			poll(&in, 1, (int)((until - clock_now()) / 1000000 + 1));
			while (outlet_receive(&state->netd.outlet, state->inlet.buffer,
					      sizeof state->inlet.buffer, &arrival)) {
				if (hear(state, &arrival, &heard) && heard == HEARD_CONFLICT)
					return true;
			}
		}
	}
	return false;
}

/* Some cards and networks know only the hardware address that they gave out. */
static bool must_keep_mac(const char *interface)
{
	char path[64];

	snprintf(path, sizeof path, "/sys/class/net/%s/wireless", interface);
	return access(path, F_OK) == 0;
}

static void invent_mac(struct netd_request *wanted)
{
	uint64_t chance = clock_secret();

	memcpy(wanted->mac, &chance, sizeof wanted->mac);
	wanted->mac[0] = (wanted->mac[0] & 0xfc) | 2; /* a local one, of one station */
}

static bool try_address(struct gate *gate, struct state *state, const struct gate_request *request,
			const struct netd_request *wanted, struct error *err)
{
	char text[ADDRESS_TEXT_MAX];

	if (!netd_ask(&state->netd, request, wanted, err))
		return false;
	neighbours_init(&state->neighbours, &wanted->local, state->netd.answer.mac);
	if (!is_taken(state)) {
		tell(state, NULL);
		gate->state = state;
		return true;
	}
	netd_end(&state->netd);
	*request->trouble = GATE_REFUSED;
	address_format(&wanted->local, text);
	return error_set(err, "%s is taken: another station on the link has it", text);
}

/* ---- which address ---- */

static bool is_same_link(const struct address *a, const struct address *b, unsigned prefix)
{
	unsigned whole = prefix / 8;
	uint8_t mask = (uint8_t)(0xff00 >> prefix % 8);

	return a->version == b->version && memcmp(a->bytes, b->bytes, whole) == 0 &&
	       (prefix % 8 == 0 || ((a->bytes[whole] ^ b->bytes[whole]) & mask) == 0);
}

/* The ones behind this machine's own, and round to the first. */
static struct address next_ipv4(const struct interface *link, unsigned number)
{
	uint32_t own = get_be32(link->addresses[0].bytes);
	uint32_t hosts = link->prefix[0] >= 31 ? 0 : (UINT32_MAX >> link->prefix[0]) - 1;
	struct address out = {.version = hosts > number ? 4 : 0};
	uint32_t at;

	if (hosts == 0)
		return out;
	at = ((own & (UINT32_MAX >> link->prefix[0])) - 1 + number) % hosts +
	     1; /* neither network nor broadcast */
	put_be32(out.bytes, (own & ~(UINT32_MAX >> link->prefix[0])) | at);
	return out;
}

static struct address any_ipv6(const struct interface *link)
{
	struct address out = link->addresses[1];
	uint64_t chance = clock_secret();

	memcpy(out.bytes + 8, &chance, 8);
	return out;
}

static bool choose_address(struct gate *gate, struct state *state,
			   const struct gate_request *request, struct netd_request *wanted,
			   const struct interface *link, struct error *err)
{
	bool v6 = request->remote.address.version == 6;

	for (unsigned number = 1; number <= CANDIDATES; number++) {
		if (link->addresses[v6].version == 0 || (v6 && link->prefix[1] > 64))
			break;
		wanted->local = v6 ? any_ipv6(link) : next_ipv4(link, number);
		if (wanted->local.version == 0)
			break;
		if (address_eq(&wanted->local, &request->remote.address) ||
		    address_eq(&wanted->local, &state->gateway))
			continue;
		if (try_address(gate, state, request, wanted, err))
			return true;
		if (*request->trouble != GATE_REFUSED)
			return false;
		*request->trouble = GATE_UNABLE;
	}
	return error_set(err, "no unused address was found on %s: --address gives one", link->name);
}

/* ---- where to ---- */

static bool look_around(struct state *state, const struct gate_request *request,
			struct interface *link, struct error *err)
{
	static const struct address anyone[2] = {{{192, 0, 2, 1}, 4},
						 {{0x20, 1, 0xd, 0xb8, [15] = 1}, 6}};
	const char *name = request->interface != NULL ? request->interface : "";
	bool v6 = (request->local.version | request->remote.address.version) == 6;
	struct route away;
	struct error unused;

	state->remote = request->remote.address;
	if (name[0] == '\0' && state->remote.version != 0 &&
	    !route_to(&state->remote, 0, &state->to_remote, err))
		return false;
	if (!interface_find(state->to_remote.interface, name, link, err))
		return false;
	if (state->remote.version != 0)
		route_to(&state->remote, link->index, &state->to_remote, &unused);
	if (route_to(&anyone[v6], link->index, &away, &unused))
		state->gateway = away.gateway;
	state->prefix = link->addresses[v6].version != 0 ? link->prefix[v6] : v6 ? 64 : 24;
	return true;
}

static const struct address *next_hop(const struct state *state, const struct address *to)
{
	if (address_eq(to, &state->remote) && state->to_remote.gateway.version == to->version)
		return &state->to_remote.gateway;
	if (address_eq(to, &state->remote) && state->to_remote.interface != 0)
		return to;
	if (state->gateway.version == to->version &&
	    !is_same_link(to, &state->neighbours.ours, state->prefix))
		return &state->gateway;
	return to;
}

/* ---- the beginning and the end ---- */

static void say_why(struct gate *gate, const struct netd_answer *answer)
{
	const struct state *state = gate->state;
	const uint8_t *mac = state->neighbours.mac;
	char text[ADDRESS_TEXT_MAX];

	address_format(&state->neighbours.ours, text);
	snprintf(gate->why, sizeof gate->why,
		 "with an address of our own on %s: we are %s at %02x:%02x:%02x:%02x:%02x:%02x, "
		 "and the kernel's TCP is not involved",
		 answer->interface, text, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static bool open_state(struct gate *gate, struct state *state, const struct gate_request *request,
		       struct error *err)
{
	struct netd_request wanted;
	struct interface link;

	if (!look_around(state, request, &link, err) ||
	    !netd_fill_in(&wanted, GATE_OWN, request, err))
		return false;
	memcpy(wanted.interface, link.name, sizeof wanted.interface);
	if (!must_keep_mac(link.name))
		invent_mac(&wanted);
	return request->local.version != 0
		       ? try_address(gate, state, request, &wanted, err)
		       : choose_address(gate, state, request, &wanted, &link, err);
}

static bool open_own(struct gate *gate, const struct gate_request *request, struct error *err)
{
	struct state *state = memory_get(sizeof *state);
	const struct netd_answer *answer = &state->netd.answer;

	memset(state, 0, sizeof *state);
	inlet_init(&state->inlet);
	if (!open_state(gate, state, request, err)) {
		free(state);
		return false;
	}
	gate->fd = state->netd.outlet.in;
	gate->port = gate_any_port(request);
	gate->mtu = answer->mtu;
	memcpy(gate->addresses, answer->addresses, sizeof gate->addresses);
	say_why(gate, answer);
	return true;
}

static void close_own(struct gate *gate)
{
	struct state *state = gate->state;

	netd_end(&state->netd);
	free(state);
}

/* ---- what comes ---- */

static bool is_for_us(const struct state *state, const struct arrival *arrival)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	return packet_is_filled_in(packet_parse(&packet, arrival->bytes, arrival->len, arrival->len,
						0, &text, &text_len)) &&
	       address_eq(&packet.dst, &state->neighbours.ours);
}

static bool is_wanted(struct gate *gate, const struct arrival *arrival)
{
	struct state *state = gate->state;
	enum heard heard;

	if (!hear(state, arrival, &heard))
		return is_for_us(state, arrival);
	if (heard == HEARD_CONFLICT)
		defend(state);
	return false;
}

static bool receive(struct gate *gate, struct datagram *out)
{
	struct state *state = gate->state;

	return inlet_receive(&state->inlet, gate, &state->netd.outlet, is_wanted, out);
}

static void count(struct gate *gate)
{
	inlet_count(gate, &((struct state *)gate->state)->netd.outlet);
}

/* ---- what goes ---- */

static struct address destination_of(const uint8_t *datagram)
{
	struct address to = {.version = datagram[0] >> 4};

	memcpy(to.bytes, datagram + (to.version == 6 ? 24 : 16), to.version == 6 ? 16 : 4);
	return to;
}

static void send_own(struct gate *gate, const uint8_t *datagram, size_t len)
{
	struct state *state = gate->state;
	struct address to = destination_of(datagram);
	struct neighbour *hop = neighbours_at(&state->neighbours, next_hop(state, &to));
	uint8_t link[LINK_HEADER];

	if (!hop->is_known) {
		hop->waiting_len = len <= WAITING_MAX ? len : 0;
		memcpy(hop->waiting, datagram, hop->waiting_len);
		ask(state, &state->neighbours.ours, &hop->address);
		return;
	}
	write_link(state, hop->mac, link);
	netd_notes_syn(&state->netd, datagram, len, link);
	if (!outlet_send(&state->netd.outlet, link, datagram, len))
		gate->counts.refused++;
}

static void remember(struct gate *gate, unsigned slot, const struct abandoned *which)
{
	struct state *state = gate->state;
	const struct neighbour *hop =
		neighbours_at(&state->neighbours, next_hop(state, &which->remote.address));
	uint8_t link[LINK_HEADER];

	if (!hop->is_known)
		return; /* it has heard nothing from us */
	write_link(state, hop->mac, link);
	netd_remember(&state->netd, slot, which, link);
}

static void forget(struct gate *gate, unsigned slot)
{
	netd_forget(&((struct state *)gate->state)->netd, slot);
}

const struct gate_functions gate_own = {
	.open = open_own,
	.close = close_own,
	.receive = receive,
	.send = send_own,
	.remember = remember,
	.forget = forget,
	.count = count,
};
