#include "live/gate_inside.h"

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/clock.h"
#include "live/route.h"
#include "record/memory.h"

static const char *const names[GATE_WAYS] = {
	[GATE_AUTO] = "auto", [GATE_RAW] = "raw",     [GATE_OWN] = "own",
	[GATE_TUN] = "tun",   [GATE_SPACE] = "space", [GATE_PCAP] = "pcap",
};

const char *gate_way_name(enum gate_way way)
{
	assert(way < GATE_WAYS);
	return names[way];
}

static struct gate *begin(enum gate_way way)
{
	struct gate *gate = memory_get(sizeof *gate);

	memset(gate, 0, sizeof *gate);
	gate->way = way;
	gate->functions = gate_ways_here[way];
	gate->fd = -1;
	gate->command = -1;
	return gate;
}

static bool open_way(struct gate **out, enum gate_way way, const struct gate_request *request,
		     struct error *err)
{
	struct gate *gate;

	if (gate_ways_here[way] == NULL)
		return error_set(err,
				 "the way \"%s\" to the network is Linux's; here there is one, "
				 "--via pcap: an address of our own on the link",
				 gate_way_name(way));
	gate = begin(way);
	if (gate->functions->open(gate, request, err)) {
		*out = gate;
		return true;
	}
	free(gate);
	return false;
}

/* ---- which way ---- */

static bool is_this_machines(const struct address *address)
{
	struct route route;
	struct error err;

	return route_to(address, 0, &route, &err) && route.is_local;
}

/* Beside the kernel there is an address of our own: where nobody asked for this machine's, nor
 * speaks to this machine. */
static bool may_move(const struct gate_request *request)
{
	return request->local.version == 0 && (request->remote.address.version == 0 ||
					       !is_this_machines(&request->remote.address));
}

bool gate_may_change(const struct gate *gate, const struct gate_request *request)
{
	return request->way == GATE_AUTO && gate->way == GATE_RAW && may_move(request);
}

static enum gate_way choose(const struct gate_request *request, const char **because)
{
	*because = "a command is to live there";
	if (request->space != NULL)
		return GATE_SPACE;
	*because = "this system has no other";
	if (gate_ways_here[GATE_RAW] == NULL)
		return GATE_PCAP;
	*because = "that address is of the network behind a TUN device";
	if (gate_is_behind_tun(&request->remote.address))
		return GATE_TUN;
	*because = "the address that was asked for is not this machine's";
	if (request->local.version != 0 && !is_this_machines(&request->local))
		return GATE_OWN;
	*because = "the kernel answers at our port in spite of the guard";
	if (request->not_raw)
		return GATE_OWN;
	*because = "any peer is reached that this machine reaches";
	return GATE_RAW;
}

static bool open_auto(struct gate **out, struct gate_request *request, struct error *err)
{
	const char *because;
	enum gate_way way = choose(request, &because);
	bool fine = open_way(out, way, request, err);
	struct gate *gate;
	size_t len;

	/* The same network, without the privilege. */
	if (!fine && way == GATE_TUN) {
		because = "it takes no privilege";
		fine = open_way(out, GATE_SPACE, request, err);
	}
	if (!fine && *request->trouble == GATE_ANSWERED && may_move(request)) {
		request->not_raw = true;
		fine = open_way(out, choose(request, &because), request, err);
	}
	if (!fine)
		return false;
	gate = *out;
	len = strlen(gate->why);
	snprintf(gate->why + len, sizeof gate->why - len, "; this way because %s", because);
	return true;
}

bool gate_open(struct gate **out, const struct gate_request *wanted, struct error *err)
{
	struct gate_request request = *wanted;
	enum gate_trouble unasked;

	if (request.trouble == NULL)
		request.trouble = &unasked;
	*request.trouble = GATE_UNABLE;
	if (request.way == GATE_AUTO)
		return open_auto(out, &request, err);
	return open_way(out, request.way, &request, err);
}

uint16_t gate_any_port(const struct gate_request *request)
{
	enum { FIRST = 49152, COUNT = 16384 }; /* RFC 6335 §6 */

	if (request->local_port != 0 || request->remote.address.version == 0)
		return request->local_port;
	return (uint16_t)(FIRST + clock_secret() % COUNT);
}

void gate_close(struct gate *gate)
{
	if (gate == NULL)
		return;
	gate->functions->close(gate);
	impair_free(gate->outwards);
	impair_free(gate->inwards);
	if (gate->command >= 0)
		close(gate->command);
	free(gate);
}

int gate_command_fd(const struct gate *gate)
{
	return gate->command;
}

int gate_command_status(const struct gate *gate)
{
	int status = 0;

	/* A namespace that was killed has said nothing. */
	return recv(gate->command, &status, sizeof status, MSG_DONTWAIT) == sizeof status ? status
											  : 1;
}

int gate_fd(const struct gate *gate)
{
	return gate->fd;
}

void gate_impair(struct gate *gate, const struct impair_setup *setup)
{
	impair_free(gate->outwards);
	impair_free(gate->inwards);
	gate->outwards = impair_new(setup, 0);
	gate->inwards = impair_new(setup, 1);
}

static void hand_out(struct gate *gate, const uint8_t *datagram, size_t len)
{
	errno = 0;
	if (gate->functions->send(gate, datagram, len))
		return;
	gate->counts.refused++;
	if (errno == EMSGSIZE)
		gate->report_len = shrunk_report(gate->interface, datagram, len, gate->report);
}

static void send_what_is_left(struct gate *gate, bool idle)
{
	const uint8_t *datagram;
	size_t len;

	while (impair_take(gate->outwards, idle, &datagram, &len))
		hand_out(gate, datagram, len);
}

/* What was held back comes when nothing else does. */
static bool receive_impaired(struct gate *gate, struct datagram *out)
{
	bool idle = false;

	for (;;) {
		if (impair_take(gate->inwards, idle, &out->bytes, &out->len))
			return true;
		if (idle)
			break;
		idle = !gate->functions->receive(gate, out);
		if (!idle)
			impair_put(gate->inwards, out->bytes, out->len);
	}
	send_what_is_left(gate, true);
	return false;
}

static bool take_report(struct gate *gate, struct datagram *out)
{
	*out = (struct datagram){.bytes = gate->report, .len = gate->report_len};
	gate->report_len = 0;
	return out->len > 0;
}

bool gate_receive(struct gate *gate, struct datagram *out)
{
	if (take_report(gate, out))
		return true;
	if (!(gate->inwards != NULL ? receive_impaired(gate, out)
				    : gate->functions->receive(gate, out)))
		return false;
	gate->counts.received++;
	return true;
}

void gate_send(struct gate *gate, const uint8_t *datagram, size_t len)
{
	gate->counts.sent++;
	if (gate->outwards == NULL) {
		hand_out(gate, datagram, len);
		return;
	}
	impair_put(gate->outwards, datagram, len);
	send_what_is_left(gate, false);
}

bool gate_is_gone(const struct gate *gate)
{
	char name[IF_NAMESIZE];

	return gate->is_gone ||
	       (gate->interface_index != 0 && if_indextoname(gate->interface_index, name) == NULL);
}

enum gate_way gate_way(const struct gate *gate)
{
	return gate->way;
}

const char *gate_why(const struct gate *gate)
{
	return gate->why;
}

struct address gate_address(const struct gate *gate, uint8_t version)
{
	return gate->addresses[version == 6];
}

uint16_t gate_port(const struct gate *gate)
{
	return gate->port;
}

uint16_t gate_mtu(const struct gate *gate)
{
	return gate->mtu;
}

const struct gate_counts *gate_counts(struct gate *gate)
{
	if (gate->functions->count != NULL)
		gate->functions->count(gate);
	return &gate->counts;
}

void gate_remember(struct gate *gate, unsigned slot, const struct abandoned *which)
{
	bool has_link = gate->functions->write_link != NULL;
	uint8_t link[LINK_HEADER];

	assert(slot < ABANDONED_MAX);
	if (gate->half_open == NULL)
		return;
	/* Where the link is not known, the peer has heard nothing from us. */
	if (!has_link || gate->functions->write_link(gate, &which->remote.address, link))
		half_open_remember(gate->half_open, slot, which, has_link ? link : NULL);
}

void gate_forget(struct gate *gate, unsigned slot)
{
	assert(slot < ABANDONED_MAX);
	if (gate->half_open != NULL)
		half_open_forget(gate->half_open, slot);
}
