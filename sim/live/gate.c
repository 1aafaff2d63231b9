#include "live/gate_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

static const struct {
	const char *name;
	const struct gate_functions *functions;
} ways[GATE_WAYS] = {
	[GATE_AUTO] = {"auto", NULL},
	[GATE_RAW] = {"raw", NULL},
	[GATE_OWN] = {"own", NULL},
	[GATE_TUN] = {"tun", &gate_tun},
	[GATE_SPACE] = {"space", &gate_space},
};

const char *gate_way_name(enum gate_way way)
{
	assert(way < GATE_WAYS);
	return ways[way].name;
}

static struct gate *begin(enum gate_way way)
{
	struct gate *gate = memory_get(sizeof *gate);

	memset(gate, 0, sizeof *gate);
	gate->way = way;
	gate->functions = ways[way].functions;
	gate->fd = -1;
	return gate;
}

static bool open_way(struct gate **out, enum gate_way way, const struct gate_request *request,
		     struct error *err)
{
	struct gate *gate = begin(way);

	if (gate->functions->open(gate, request, err)) {
		*out = gate;
		return true;
	}
	free(gate);
	return false;
}

bool gate_open(struct gate **out, const struct gate_request *request, struct error *err)
{
	if (request->way != GATE_AUTO && ways[request->way].functions == NULL)
		return error_set(err, "this build has no way \"%s\"", gate_way_name(request->way));
	if (request->way != GATE_AUTO)
		return open_way(out, request->way, request, err);
	for (enum gate_way way = GATE_AUTO + 1; way < GATE_WAYS; way++) {
		if (ways[way].functions != NULL && open_way(out, way, request, err))
			return true;
	}
	return false;
}

void gate_close(struct gate *gate)
{
	if (gate == NULL)
		return;
	gate->functions->close(gate);
	free(gate);
}

int gate_fd(const struct gate *gate)
{
	return gate->fd;
}

bool gate_receive(struct gate *gate, struct datagram *out)
{
	if (!gate->functions->receive(gate, out))
		return false;
	gate->counts.received++;
	return true;
}

void gate_send(struct gate *gate, const uint8_t *datagram, size_t len)
{
	gate->functions->send(gate, datagram, len);
	gate->counts.sent++;
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
	return &gate->counts;
}

void gate_remember(struct gate *gate, unsigned slot, const struct abandoned *which)
{
	assert(slot < ABANDONED_MAX);
	if (gate->functions->remember != NULL)
		gate->functions->remember(gate, slot, which);
}

void gate_forget(struct gate *gate, unsigned slot)
{
	assert(slot < ABANDONED_MAX);
	if (gate->functions->forget != NULL)
		gate->functions->forget(gate, slot);
}
