#include "viz/live_way.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "live/clock.h"
#include "viz/cli.h"
#include "viz/directory.h"
#include "viz/output.h"

static bool read_via(const struct args *args, enum gate_way *out, struct error *err)
{
	const char *names[GATE_WAYS];
	const char *meant;

	*out = GATE_AUTO;
	if (args->via == NULL)
		return true;
	for (unsigned way = 0; way < GATE_WAYS; way++) {
		names[way] = gate_way_name((enum gate_way)way);
		if (strcmp(args->via, names[way]) == 0) {
			*out = (enum gate_way)way;
			return true;
		}
	}
	meant = nearest(args->via, names, GATE_WAYS);
	return error_set(err, "there is no way \"%s\" to the network: %s%s", args->via,
			 meant != NULL ? "did you mean "
				       : "there are auto, raw, own, tun, space, pcap",
			 meant != NULL ? meant : "");
}

/* Our host is who the gate says that we are. */
static void become(struct live_setup *setup, struct gate *gate)
{
	struct actor_setup *actor = &setup->actor;

	setup->gate = gate;
	actor->addresses[0] = gate_address(gate, 4);
	actor->addresses[1] = gate_address(gate, 6);
	actor->seed = clock_secret();
	actor->mtu = gate_mtu(gate);
	if (gate_port(gate) != 0)
		setup->local.port = gate_port(gate);
}

static void impair(const struct args *args, struct gate *gate)
{
	const struct impair_setup setup = {.seed = args->seed,
					   .loss = args->loss,
					   .duplication = args->duplication,
					   .reordering = args->reordering};

	if (setup.loss + setup.duplication + setup.reordering > 0)
		gate_impair(gate, &setup);
}

int live_way_open(struct live_way *way, struct live_setup *setup)
{
	const struct args *args = way->args;
	struct gate_request *request = &way->request;
	enum gate_trouble trouble;
	struct gate *gate;
	struct error err;

	request->interface = args->interface;
	request->local = args->address;
	request->space = args->command;
	request->helper = directory_part(way->helper, "tcplab-netd");
	request->keeper = directory_part(way->keeper, "tcplab-keeper");
	request->trouble = &trouble;
	if (!read_via(args, &request->way, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (!gate_open(&gate, request, &err))
		return complain(trouble == GATE_REFUSED ? STATUS_BAD_INPUT : STATUS_ENVIRONMENT,
				err.text);
	request->trouble = NULL;
	impair(args, gate);
	become(setup, gate);
	setup->on_trial = gate_may_change(gate, request);
	return STATUS_FINE;
}

bool live_way_change(struct live_way *way, struct live_setup *setup, struct error *err)
{
	struct gate *gate;

	way->request.not_raw = true;
	if (!gate_open(&gate, &way->request, err))
		return false;
	impair(way->args, gate);
	become(setup, gate);
	setup->on_trial = false;
	return true;
}
