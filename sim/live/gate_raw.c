/* gate_raw.c — GATE_RAW: raw sockets beside the kernel's own TCP. What they are
 * and what keeps the kernel quiet is in netd_raw.c, which opens them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/gate_inside.h"
#include "live/inlet.h"
#include "live/netd.h"
#include "record/memory.h"
#include "wire/packet.h"

struct state {
	struct netd netd;
	struct inlet inlet;
	uint64_t resets_sent;
	uint64_t resets_seen; /* that left this machine from our port */
};

/* ---- the beginning ---- */

static void say_why(struct gate *gate, const struct netd_answer *answer)
{
	const struct address *ours = &answer->addresses[answer->addresses[0].version == 0];
	char text[ADDRESS_TEXT_MAX];

	address_format(ours, text);
	snprintf(gate->why, sizeof gate->why,
		 "through raw sockets on %s: we are %s, port %u, where a guard by %s keeps "
		 "the kernel's own TCP quiet",
		 answer->interface, text, answer->port,
		 answer->has_guard_filter ? "TTL and filter" : "TTL");
}

static bool open_raw(struct gate *gate, const struct gate_request *request, struct error *err)
{
	struct netd_request wanted;
	struct state *state;
	struct netd netd;

	if (!netd_fill_in(&wanted, GATE_RAW, request, err) ||
	    !netd_ask(&netd, request, &wanted, err))
		return false;
	state = memory_get(sizeof *state);
	memset(state, 0, sizeof *state);
	state->netd = netd;
	inlet_init(&state->inlet);
	gate->state = state;
	gate->fd = netd.outlet.in;
	gate->half_open = netd.table;
	gate->port = netd.answer.port;
	gate->mtu = netd.answer.mtu;
	memcpy(gate->interface, netd.answer.interface, sizeof gate->interface);
	gate->interface_index = netd.answer.interface_index;
	memcpy(gate->addresses, netd.answer.addresses, sizeof gate->addresses);
	say_why(gate, &netd.answer);
	return true;
}

static void close_raw(struct gate *gate)
{
	struct state *state = gate->state;

	netd_end(&state->netd);
	free(state);
}

/* ---- what comes ---- */

/* The kernel has no business at our port: what it says there is counted. */
static void sees_reset(struct gate *gate)
{
	struct state *state = gate->state;

	state->resets_seen++;
	if (state->resets_seen <= state->resets_sent)
		return;
	state->resets_seen = state->resets_sent;
	gate->counts.foreign_resets++;
}

/* An ICMP error is ours where the datagram that it quotes is. */
static bool is_about_us(const struct gate *gate, const struct arrival *arrival)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	return packet_is_filled_in(packet_parse(&packet, arrival->bytes, arrival->len, arrival->len,
						0, &text, &text_len)) &&
	       (packet.kind == PACKET_TCP || packet.icmp.quoted_src.port == gate->port);
}

static bool next(struct gate *gate, struct arrival *out)
{
	struct state *state = gate->state;

	while (outlet_receive(&state->netd.outlet, state->inlet.buffer, sizeof state->inlet.buffer,
			      out)) {
		if (out->is_of_ours)
			sees_reset(gate);
		else if (is_about_us(gate, out))
			return true;
	}
	return false;
}

static bool receive(struct gate *gate, struct datagram *out)
{
	return inlet_receive(&((struct state *)gate->state)->inlet, gate, next, out);
}

static void count(struct gate *gate)
{
	gate->counts.lost += outlet_lost(&((struct state *)gate->state)->netd.outlet);
}

/* ---- what goes ---- */

static bool is_reset(const uint8_t *datagram, size_t len)
{
	size_t at = datagram[0] >> 4 == 6 ? IPV6_HEADER : (size_t)(datagram[0] & 15) * 4;

	return len > at + 13 && (datagram[at + 13] & RST) != 0;
}

static bool send_raw(struct gate *gate, const uint8_t *datagram, size_t len)
{
	struct state *state = gate->state;

	half_open_notes_syn(gate->half_open, datagram, len, NULL);
	/* Before it is seen. */
	state->resets_sent += is_reset(datagram, len);
	return outlet_send(&state->netd.outlet, NULL, datagram, len);
}

const struct gate_functions gate_raw = {
	.open = open_raw,
	.close = close_raw,
	.receive = receive,
	.send = send_raw,
	.count = count,
};
