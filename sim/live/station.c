#include "live/station.h"

#include <poll.h>
#include <string.h>

#include "base/bytes.h"
#include "live/clock.h"
#include "wire/packet.h"

enum {
	/* RFC 5227 §1.1 looks three times, one to two seconds apart, and RFC 4862 §5.4 once for a
	 * second: for networks where switches still wake up. Somebody waits here. */
	PROBES = 3,
	PROBE_WAIT_MS = 150,
};

#define DEFENDS_EVERY (10 * nanos_from_ms(1000)) /* RFC 5227 §1.1, DEFEND_INTERVAL */
#define DOUBTS_AFTER  nanos_from_ms(1000)

void station_init(struct station *station)
{
	memset(station, 0, sizeof *station);
	station->fd = -1;
	inlet_init(&station->inlet);
}

/* ---- the link ---- */

static void write_link(const struct station *station, const uint8_t to[MAC_LEN],
		       uint8_t out[LINK_HEADER])
{
	memcpy(out, to, MAC_LEN);
	memcpy(out + MAC_LEN, station->neighbours.mac, MAC_LEN);
	put_be16(out + 2 * MAC_LEN, station->neighbours.ours.version == 6 ? 0x86dd : 0x0800);
}

static void send_frame(struct station *station, const uint8_t *frame, size_t len)
{
	station->send(station, frame, frame + LINK_HEADER, len - LINK_HEADER);
}

static void ask(struct station *station, const struct address *ours, const struct address *whom)
{
	uint8_t frame[NEIGHBOUR_FRAME_MAX];

	send_frame(station, frame, neighbour_ask(frame, station->neighbours.mac, ours, whom));
}

static void tell(struct station *station, const struct neighbour_message *asked)
{
	const struct neighbours *n = &station->neighbours;
	uint8_t frame[NEIGHBOUR_FRAME_MAX];

	send_frame(station, frame, neighbour_tell(frame, n->mac, &n->ours, asked));
}

static bool send_to(struct station *station, const struct neighbour *to, const uint8_t *datagram,
		    size_t len)
{
	uint8_t link[LINK_HEADER];

	write_link(station, to->mac, link);
	return station->send(station, link, datagram, len);
}

static void send_waiting(struct station *station, struct neighbour *to)
{
	if (!to->is_known || to->waiting_len == 0)
		return;
	send_to(station, to, to->waiting, to->waiting_len);
	to->waiting_len = 0;
}

/* Once in ten seconds we say whose the address is; the other may not hear it. */
static void defend(struct station *station)
{
	nanos now = clock_now();

	if (station->defended_at != 0 && now - station->defended_at < DEFENDS_EVERY)
		return;
	station->defended_at = now;
	tell(station, NULL);
}

/* False where the frame is no message between neighbours. */
static bool hear(struct station *station, const struct arrival *arrival, enum heard *heard)
{
	size_t len = arrival->len + (size_t)(arrival->bytes - arrival->link);
	struct neighbour_message message;
	struct neighbour *who;

	if (!neighbour_read(arrival->link, len, &message))
		return false;
	*heard = neighbours_hear(&station->neighbours, &message, &who);
	if (*heard == HEARD_QUESTION)
		tell(station, &message);
	if (who != NULL) {
		who->heard_at = clock_now();
		send_waiting(station, who);
	}
	return true;
}

/* ---- where to ---- */

bool station_is_on_link(const struct station *station, const struct address *address)
{
	const struct address *ours = &station->neighbours.ours;
	unsigned whole = station->prefix / 8;
	uint8_t mask = (uint8_t)(0xff00 >> station->prefix % 8);

	return address->version == ours->version &&
	       memcmp(address->bytes, ours->bytes, whole) == 0 &&
	       (station->prefix % 8 == 0 ||
		((address->bytes[whole] ^ ours->bytes[whole]) & mask) == 0);
}

bool station_look_around(struct station *station, const struct gate_request *request,
			 struct interface *link, struct error *err)
{
	static const struct address anyone[2] = {{{192, 0, 2, 1}, 4},
						 {{0x20, 1, 0xd, 0xb8, [15] = 1}, 6}};
	const char *name = request->interface != NULL ? request->interface : "";
	bool v6 = (request->local.version | request->remote.address.version) == 6;
	struct route away;
	struct error unused;

	station->remote = request->remote.address;
	if (name[0] == '\0' && station->remote.version != 0 &&
	    !route_to(&station->remote, 0, &station->to_remote, err))
		return false;
	if (!interface_find(station->to_remote.interface, name, link, err))
		return false;
	if (station->remote.version != 0)
		route_to(&station->remote, link->index, &station->to_remote, &unused);
	if (route_to(&anyone[v6], link->index, &away, &unused))
		station->gateway = away.gateway;
	station->prefix = link->addresses[v6].version != 0 ? link->prefix[v6] : v6 ? 64 : 24;
	return true;
}

static const struct address *next_hop(const struct station *station, const struct address *to)
{
	if (station->answers_back)
		return to;
	if (address_eq(to, &station->remote) && station->to_remote.gateway.version == to->version)
		return &station->to_remote.gateway;
	if (address_eq(to, &station->remote) && station->to_remote.interface != 0)
		return to;
	if (station->gateway.version == to->version && !station_is_on_link(station, to))
		return &station->gateway;
	return to;
}

/* The place of the one to whom a datagram for that address goes. */
static struct neighbour *hop_to(struct station *station, const struct address *to)
{
	return neighbours_at(&station->neighbours, next_hop(station, to));
}

bool station_link_to(struct station *station, const struct address *to, uint8_t out[LINK_HEADER])
{
	const struct neighbour *hop = hop_to(station, to);

	if (hop->is_known)
		write_link(station, hop->mac, out);
	return hop->is_known;
}

/* ---- an address ---- */

void station_announce(struct station *station)
{
	tell(station, NULL);
}

bool station_is_taken(struct station *station)
{
	struct pollfd in = {.fd = station->fd, .events = POLLIN};
	const struct address nobody = {.version = 0};
	struct arrival arrival;
	enum heard heard;

	for (unsigned i = 0; i < PROBES; i++) {
		nanos until = clock_now() + nanos_from_ms(PROBE_WAIT_MS);

		ask(station, &nobody, &station->neighbours.ours);
		while (clock_now() < until) {
			poll(&in, 1, (int)((until - clock_now()) / 1000000 + 1));
			while (station->receive(station, &arrival)) {
				if (hear(station, &arrival, &heard) && heard == HEARD_CONFLICT)
					return true;
			}
		}
	}
	return false;
}

/* ---- what comes, and what goes ---- */

/* An off-link sender is behind the one who handed its frame on. */
static void learn(struct station *station, const struct arrival *arrival,
		  const struct address *from)
{
	struct neighbour *who;

	if (!station->answers_back || station_is_on_link(station, from))
		return;
	who = neighbours_at(&station->neighbours, from);
	memcpy(who->mac, arrival->link + MAC_LEN, MAC_LEN);
	who->is_known = true;
}

static void confirm(struct station *station, const struct arrival *arrival,
		    const struct address *from)
{
	struct neighbour *who = hop_to(station, from);

	if (who->is_known && memcmp(who->mac, arrival->link + MAC_LEN, MAC_LEN) == 0)
		who->heard_at = clock_now();
}

static bool is_for_us(struct station *station, const struct arrival *arrival)
{
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	if (!packet_is_filled_in(packet_parse(&packet, arrival->bytes, arrival->len, arrival->len,
					      0, &text, &text_len)) ||
	    !address_eq(&packet.dst, &station->neighbours.ours))
		return false;
	learn(station, arrival, &packet.src);
	confirm(station, arrival, &packet.src);
	return true;
}

bool station_receive(struct station *station, struct arrival *out)
{
	enum heard heard;

	while (station->receive(station, out)) {
		if (!hear(station, out, &heard)) {
			if (is_for_us(station, out))
				return true;
		} else if (heard == HEARD_CONFLICT) {
			defend(station);
		}
	}
	return false;
}

static struct address destination_of(const uint8_t *datagram)
{
	struct address to = {.version = datagram[0] >> 4};

	memcpy(to.bytes, datagram + (to.version == 6 ? 24 : 16), to.version == 6 ? 16 : 4);
	return to;
}

/* What is known may be wrong by now, and is asked for again where nothing comes from there:
 * RFC 1122 §2.3.2.1. Until there is an answer it counts. */
static void doubt(struct station *station, struct neighbour *hop)
{
	nanos now = clock_now();

	if (now - hop->heard_at < DOUBTS_AFTER || now - hop->asked_at < DOUBTS_AFTER)
		return;
	hop->asked_at = now;
	ask(station, &station->neighbours.ours, &hop->address);
}

bool station_send(struct station *station, const uint8_t *datagram, size_t len)
{
	struct address to = destination_of(datagram);
	struct neighbour *hop = hop_to(station, &to);

	if (hop->is_known) {
		doubt(station, hop);
		return send_to(station, hop, datagram, len);
	}
	hop->waiting_len = len <= WAITING_MAX ? len : 0;
	memcpy(hop->waiting, datagram, hop->waiting_len);
	ask(station, &station->neighbours.ours, &hop->address);
	return true;
}
