/* gate_own.c — GATE_OWN: an address of our own on a link, with a hardware address
 * of its own, through an AF_PACKET socket that tcplab-netd opens. Who is where on the link is
 * station.h's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/gate_inside.h"
#include "live/netd.h"
#include "live/station.h"
#include "record/memory.h"

struct state {
	struct station station;
	struct netd netd;
	struct netd_request wanted;
};

/* ---- frames ---- */

static bool take_frame(struct station *station, struct arrival *out)
{
	struct state *state = station->owner;

	return outlet_receive(&state->netd.outlet, station->inlet.buffer,
			      sizeof station->inlet.buffer, out);
}

static bool put_frame(struct station *station, const uint8_t *link, const uint8_t *datagram,
		      size_t len)
{
	struct state *state = station->owner;

	half_open_notes_syn(state->netd.table, datagram, len, link);
	return outlet_send(&state->netd.outlet, link, datagram, len);
}

/* ---- the beginning and the end ---- */

static bool open_link(struct station *station, const struct gate_request *request,
		      const struct address *ours, struct error *err)
{
	struct state *state = station->owner;

	state->wanted.local = *ours;
	if (!netd_ask(&state->netd, request, &state->wanted, err))
		return false;
	station->fd = state->netd.outlet.in;
	neighbours_init(&station->neighbours, ours, state->netd.answer.mac);
	return true;
}

static void close_link(struct station *station)
{
	netd_end(&((struct state *)station->owner)->netd);
}

static const struct station_link through_netd = {.open = open_link, .close = close_link};

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

static void say_why(struct gate *gate, const struct state *state)
{
	const uint8_t *mac = state->station.neighbours.mac;
	char text[ADDRESS_TEXT_MAX];

	address_format(&state->station.neighbours.ours, text);
	snprintf(gate->why, sizeof gate->why,
		 "with an address of our own on %s: we are %s at %02x:%02x:%02x:%02x:%02x:%02x, "
		 "and the kernel's TCP is not involved",
		 state->netd.answer.interface, text, mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5]);
}

static bool settle(struct state *state, const struct gate_request *request, struct error *err)
{
	struct interface link;

	if (!station_look_around(&state->station, request, &link, err) ||
	    !netd_fill_in(&state->wanted, GATE_OWN, request, err))
		return false;
	memcpy(state->wanted.interface, link.name, sizeof state->wanted.interface);
	if (!must_keep_mac(link.name))
		invent_mac(&state->wanted);
	return station_settle(&state->station, request, &link, &through_netd, err);
}

static bool open_own(struct gate *gate, const struct gate_request *request, struct error *err)
{
	struct state *state = memory_get(sizeof *state);

	memset(state, 0, sizeof *state);
	station_init(&state->station);
	state->station.receive = take_frame;
	state->station.send = put_frame;
	state->station.owner = state;
	if (!settle(state, request, err)) {
		free(state);
		return false;
	}
	gate->state = state;
	gate->fd = state->station.fd;
	gate->half_open = state->netd.table;
	gate->port = gate_any_port(request);
	gate->mtu = state->netd.answer.mtu;
	memcpy(gate->interface, state->netd.answer.interface, sizeof gate->interface);
	gate->interface_index = state->netd.answer.interface_index;
	memcpy(gate->addresses, state->netd.answer.addresses, sizeof gate->addresses);
	say_why(gate, state);
	return true;
}

static void close_own(struct gate *gate)
{
	struct state *state = gate->state;

	netd_end(&state->netd);
	free(state);
}

/* ---- datagrams ---- */

static bool next(struct gate *gate, struct arrival *out)
{
	return station_receive(&((struct state *)gate->state)->station, out);
}

static bool receive(struct gate *gate, struct datagram *out)
{
	return inlet_receive(&((struct state *)gate->state)->station.inlet, gate, next, out);
}

static void count(struct gate *gate)
{
	gate->counts.lost += outlet_lost(&((struct state *)gate->state)->netd.outlet);
}

static bool send_own(struct gate *gate, const uint8_t *datagram, size_t len)
{
	return station_send(&((struct state *)gate->state)->station, datagram, len);
}

static bool write_link(struct gate *gate, const struct address *to, uint8_t out[LINK_HEADER])
{
	return station_link_to(&((struct state *)gate->state)->station, to, out);
}

const struct gate_functions gate_own = {
	.open = open_own,
	.close = close_own,
	.receive = receive,
	.send = send_own,
	.write_link = write_link,
	.count = count,
};
