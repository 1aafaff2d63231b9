/* gate_pcap.c — GATE_PCAP: an address of our own on a link, through libpcap: the
 * way of macOS and the BSDs, where that is BPF, and compiled and tested on Linux
 * too. Nothing here is of one system.
 *
 * The hardware address is the interface's own, which every network takes, Wi-Fi
 * among them; the kernel drops what comes for an IP address that it does not
 * have. To whom it gives what is not for the link itself is found out by
 * first_hop.h; who calls from elsewhere is answered where the frame came from.
 *
 * Who is left without a word, by SIGKILL, hears of it from tcplab-keeper, keeper.h. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "live/capture.h"
#include "live/first_hop.h"
#include "live/gate_inside.h"
#include "live/keeper.h"
#include "live/station.h"
#include "record/memory.h"
#include "wire/checksum.h"
#include "wire/link.h"

enum {
	RING = 4 << 20,
	FRAME_MAX = LINK_HEADER + UINT16_MAX,
};

struct state {
	struct station station;
	pcap_t *pcap;
	struct interface interface;
	struct keeper keeper;
	int group;     /* a socket that is a member of our address's group; −1: there is none */
	uint64_t lost; /* as libpcap counts */
	uint8_t frame[FRAME_MAX];
};

/* ---- frames ---- */

static uint16_t type_of(const struct station *station)
{
	return station->neighbours.ours.version == 6 ? 0x86dd : 0x0800;
}

/* TCP behind an IP header without options or extensions; 0: something else. */
static size_t tcp_at(const struct arrival *a)
{
	const uint8_t *ip = a->bytes;

	if (a->len >= 40 && ip[0] == 0x45 && ip[9] == PROTOCOL_TCP)
		return 20;
	return a->len >= 60 && ip[0] >> 4 == 6 && ip[6] == PROTOCOL_TCP ? 40 : 0;
}

/* What the kernel has not summed yet has the sum of its pseudo-header for a checksum; what is
 * longer than the link takes, it has merged: to segments as long as the link takes them. libpcap
 * does not tell of either. */
static void guess_offload(struct arrival *a, uint16_t mtu)
{
	size_t at = tcp_at(a);
	struct address src = {.version = at == 40 ? 6 : 4};
	struct address dst = src;
	unsigned address_len = at == 40 ? 16 : 4;
	size_t header;
	uint64_t sum;

	if (at == 0)
		return;
	memcpy(src.bytes, a->bytes + at - 2 * address_len, address_len);
	memcpy(dst.bytes, a->bytes + at - address_len, address_len);
	sum = checksum_pseudo_header(&src, &dst, PROTOCOL_TCP, a->len - at);
	a->unsummed = (get_be16(a->bytes + at + 16) ^ checksum_fold(sum)) == 0xffff;
	header = at + (size_t)(a->bytes[at + 12] >> 4) * 4;
	if (a->len > mtu && mtu > header)
		a->piece = (uint16_t)(mtu - header);
}

/* Behind a short datagram a frame is filled up. */
static size_t datagram_len(const uint8_t *ip, size_t len)
{
	size_t says = 0;

	if (len >= 20 && ip[0] >> 4 == 4)
		says = get_be16(ip + 2);
	else if (len >= 40 && ip[0] >> 4 == 6)
		says = 40 + (size_t)get_be16(ip + 4);
	return says > 0 && says < len ? says : len;
}

static bool take_frame(struct station *station, struct arrival *out)
{
	struct state *state = station->owner;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got;

	while ((got = pcap_next_ex(state->pcap, &header, &bytes)) == 1) {
		uint8_t *copy = station->inlet.buffer;

		/* A frame of another VLAN only passes by. */
		if (header->caplen <= LINK_HEADER || header->caplen > ARRIVAL_MAX ||
		    header->caplen != header->len ||
		    (get_be16(bytes + 12) != type_of(station) && get_be16(bytes + 12) != 0x0806))
			continue;
		memcpy(copy, bytes, header->caplen);
		*out = (struct arrival){
			.bytes = copy + LINK_HEADER,
			.link = copy,
			.len = datagram_len(copy + LINK_HEADER, header->caplen - LINK_HEADER)};
		guess_offload(out, state->interface.mtu);
		return true;
	}
	/* The interface has gone: it would be readable for ever. */
	if (got < 0)
		station->fd = -1;
	return false;
}

static bool put_frame(struct station *station, const uint8_t *link, const uint8_t *datagram,
		      size_t len)
{
	struct state *state = station->owner;
	int whole = (int)(LINK_HEADER + len);

	if (len > UINT16_MAX)
		return false;
	/* Before we are settled there are no connections. */
	if (state->keeper.table != NULL)
		half_open_notes_syn(state->keeper.table, datagram, len, link);
	memcpy(state->frame, link, LINK_HEADER);
	memcpy(state->frame + LINK_HEADER, datagram, len);
	return pcap_inject(state->pcap, state->frame, (size_t)whole) == whole;
}

/* ---- the link ---- */

/* The card is told to hear who looks for us, RFC 4291 §2.7.1, and the switches as well. */
static void join_group(struct state *state, const struct address *ours)
{
	struct ipv6_mreq wanted = {.ipv6mr_interface = state->interface.index};
	uint8_t *group = (uint8_t *)&wanted.ipv6mr_multiaddr;

	group[0] = 0xff;
	group[1] = 2;
	group[11] = 1;
	group[12] = 0xff;
	memcpy(group + 13, ours->bytes + 13, 3);
	state->group = socket(AF_INET6, SOCK_DGRAM, 0);
	if (state->group >= 0)
		setsockopt(state->group, IPPROTO_IPV6, IPV6_JOIN_GROUP, &wanted, sizeof wanted);
}

static void close_link(struct station *station)
{
	struct state *state = station->owner;

	if (state->group >= 0)
		close(state->group);
	state->group = -1;
	pcap_close(state->pcap);
	station->fd = -1;
}

/* What is for us, and what neighbours say. */
static bool listen_as(struct state *state, const struct address *ours, struct error *err)
{
	char text[ADDRESS_TEXT_MAX];
	char filter[200];

	address_format(ours, text);
	snprintf(filter, sizeof filter,
		 ours->version == 6 ? "ip6 and (dst host %s or (icmp6 and dst net ff02::/16))"
				    : "arp or (ip and dst host %s)",
		 text);
	/* Where the direction cannot be chosen, our own frames come back to us: they have our
	 * address as source, and are not for us. */
	pcap_setdirection(state->pcap, PCAP_D_IN);
	return capture_filter(state->pcap, filter, err);
}

static bool is_reached_alone(struct station *station, const struct address *ours)
{
	return station->remote.version == 0 || station->remote.version != ours->version ||
	       station_is_on_link(station, &station->remote);
}

/* Whoever is not on the link is behind the first router. */
static bool know_hop(struct station *station, struct error *err)
{
	struct state *state = station->owner;
	struct neighbour *who = neighbours_at(&station->neighbours, &station->remote);

	who->is_known = first_hop(state->pcap, &state->interface, &station->remote, who->mac, err);
	return who->is_known;
}

static bool open_link(struct station *station, const struct gate_request *request,
		      const struct address *ours, struct error *err)
{
	const struct capture_setup setup = {.snap = ARRIVAL_MAX, .ring = RING};
	struct state *state = station->owner;
	bool denied;
	bool fine;

	(void)request;
	state->pcap = capture_open(state->interface.name, &setup, &denied, err);
	if (state->pcap == NULL)
		return false;
	station->fd = pcap_get_selectable_fd(state->pcap);
	neighbours_init(&station->neighbours, ours, state->interface.mac);
	fine = pcap_datalink(state->pcap) == LINK_ETHERNET ||
	       error_set(err,
			 "%s is no Ethernet, where an address of our own could be: "
			 "--interface names one",
			 state->interface.name);
	if (fine && !is_reached_alone(station, ours))
		fine = know_hop(station, err);
	fine = fine && listen_as(state, ours, err);
	if (fine && ours->version == 6)
		join_group(state, ours);
	if (!fine)
		close_link(station);
	return fine;
}

static const struct station_link through_pcap = {.open = open_link, .close = close_link};

/* ---- the beginning and the end ---- */

static bool refuse(const struct gate_request *request, struct error *err, const char *sentence)
{
	*request->trouble = GATE_REFUSED;
	return error_set(err, "%s", sentence);
}

/* False where that can be no address of our own, or no peer's. */
static bool is_possible(const struct gate_request *request, struct error *err)
{
	struct route route;
	struct error unused;

	if (request->remote.address.version != 0 &&
	    route_to(&request->remote.address, 0, &route, &unused)) {
		if (route.is_local)
			return refuse(request, err,
				      "this machine does not hear what it sends to a link itself: "
				      "with --via pcap the peer is another");
		if (route.is_for_many)
			return refuse(request, err,
				      "TCP never talks to a broadcast or multicast address");
	}
	if (request->local.version == 0)
		return true;
	if (address_is_unusable(&request->local))
		return refuse(request, err, "our address can be no host's");
	if (request->remote.address.version != 0 &&
	    request->local.version != request->remote.address.version)
		return refuse(request, err, "the addresses are of two versions of IP");
	if (!route_to(&request->local, 0, &route, &unused))
		return true;
	if (route.is_local)
		return refuse(request, err,
			      "that address is this machine's already: --via pcap takes one that "
			      "nobody has");
	return !route.is_for_many || refuse(request, err, "that address can be no host's");
}

static bool settle(struct state *state, const struct gate_request *request, struct error *err)
{
	struct station *station = &state->station;

	if (!is_possible(request, err) ||
	    !station_look_around(station, request, &state->interface, err))
		return false;
	if (!state->interface.is_ethernet)
		return refuse(request, err,
			      "that way leads over no Ethernet, where an address of our own could "
			      "be: --interface names one");
	return station_settle(station, request, &state->interface, &through_pcap, err);
}

static bool leave_keeper(struct state *state, const struct gate_request *request, struct error *err)
{
	const struct keeper_link link = {.interface = state->interface.name,
					 .ours = state->station.neighbours.ours,
					 .port = request->local_port};

	if (keeper_start(&state->keeper, request->keeper, &link, err))
		return true;
	close_link(&state->station);
	return false;
}

static void say_why(struct gate *gate, const struct state *state)
{
	char text[ADDRESS_TEXT_MAX];

	address_format(&state->station.neighbours.ours, text);
	snprintf(gate->why, sizeof gate->why,
		 "through libpcap, with an address of our own on %s: we are %s at the hardware "
		 "address of this machine, whose TCP is not involved",
		 state->interface.name, text);
}

static bool open_pcap(struct gate *gate, const struct gate_request *request, struct error *err)
{
	struct state *state = memory_get(sizeof *state);
	const struct address *ours = &state->station.neighbours.ours;

	memset(state, 0, sizeof *state);
	station_init(&state->station);
	state->group = -1;
	state->station.receive = take_frame;
	state->station.send = put_frame;
	state->station.owner = state;
	state->station.answers_back = true;
	if (!settle(state, request, err) || !leave_keeper(state, request, err)) {
		free(state);
		return false;
	}
	gate->state = state;
	gate->fd = state->station.fd;
	gate->half_open = state->keeper.table;
	gate->port = gate_any_port(request);
	gate->mtu = state->interface.mtu;
	memcpy(gate->interface, state->interface.name, sizeof gate->interface);
	gate->interface_index = state->interface.index;
	gate->addresses[ours->version == 6] = *ours;
	say_why(gate, state);
	return true;
}

static void close_pcap(struct gate *gate)
{
	struct state *state = gate->state;

	close_link(&state->station);
	half_open_forget_all(state->keeper.table);
	keeper_end(&state->keeper);
	free(state);
}

/* ---- datagrams ---- */

static bool next(struct gate *gate, struct arrival *out)
{
	return station_receive(&((struct state *)gate->state)->station, out);
}

static bool receive(struct gate *gate, struct datagram *out)
{
	struct station *station = &((struct state *)gate->state)->station;
	bool got = inlet_receive(&station->inlet, gate, next, out);

	gate->fd = station->fd;
	gate->is_gone |= station->fd < 0;
	return got;
}

static void count(struct gate *gate)
{
	struct state *state = gate->state;
	struct pcap_stat stat;

	if (pcap_stats(state->pcap, &stat) != 0)
		return;
	gate->counts.lost += stat.ps_drop - state->lost;
	state->lost = stat.ps_drop;
}

static bool send_pcap(struct gate *gate, const uint8_t *datagram, size_t len)
{
	return station_send(&((struct state *)gate->state)->station, datagram, len);
}

static bool write_link(struct gate *gate, const struct address *to, uint8_t out[LINK_HEADER])
{
	return station_link_to(&((struct state *)gate->state)->station, to, out);
}

const struct gate_functions gate_pcap = {
	.open = open_pcap,
	.close = close_pcap,
	.receive = receive,
	.send = send_pcap,
	.write_link = write_link,
	.count = count,
};
