#include "viz/command_live_tun.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "live/tun.h"
#include "record/memory.h"
#include "viz/cli.h"
#include "viz/directory.h"
#include "viz/hybrid_session.h"
#include "viz/output.h"

/* ---- the scenario, twice ---- */

enum { SETTING_MAX = 64 };

/* What --set and --real say; free() the list. */
static const char **settings_of(const struct args *args, char reals[REALS_MAX][SETTING_MAX])
{
	size_t count = args->setting_count + args->real_count;
	const char **all = memory_get((count + 1) * sizeof *all);

	memcpy(all, args->settings, args->setting_count * sizeof *all);
	for (size_t i = 0; i < args->real_count; i++) {
		snprintf(reals[i], SETTING_MAX, "hosts.%.40s.real=true", args->reals[i]);
		all[args->setting_count + i] = reals[i];
	}
	return all;
}

/* The world that runs and the one that tells of it are two, of the same text. */
static bool parse_twin(const struct scenario *s, const char *name, const struct args *args,
		       struct scenario **out, struct error *err)
{
	const struct scenario_options options = {
		.has_seed = args->has_seed, .seed = args->seed, .live = true};
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	bool fine;

	scenario_write(s, file);
	fclose(file);
	fine = scenario_parse(name, text, len, &options, out, err);
	free(text);
	return fine;
}

static bool load(struct hybrid_session *s, struct error *err)
{
	const struct args *args = s->args;
	char reals[REALS_MAX][SETTING_MAX];
	const char **all = settings_of(args, reals);
	const struct scenario_options options = {
		.sets = all,
		.set_count = (unsigned)(args->setting_count + args->real_count),
		.has_seed = args->has_seed,
		.seed = args->seed,
		.live = true,
	};
	bool fine = scenario_load(s->name, &options, &s->setup.scenario, err);

	free(all);
	if (fine && !parse_twin(s->setup.scenario, s->name, args, &s->twin, err)) {
		scenario_free(s->setup.scenario);
		return false;
	}
	return fine;
}

/* ---- the gates ---- */

/* All other hosts are reached through the device of a real one. */
static bool draw_network(const struct scenario *s, uint32_t host, struct tun_network *network,
			 struct error *err)
{
	uint32_t other;
	uint32_t link = scenario_link_of(s, host, &other);
	uint32_t mtu;
	nanos delay;

	scenario_way_of(s, link, host, &delay, &mtu);
	*network = (struct tun_network){.mtu = (uint16_t)mtu};
	memcpy(network->kernels, scenario_host_addresses(s, host), sizeof network->kernels);
	for (uint32_t i = 0; i < scenario_hosts(s); i++) {
		const struct address *addresses = scenario_host_addresses(s, i);

		for (unsigned k = 0; k < 2 && i != host; k++) {
			if (addresses[k].version == 0 ||
			    (addresses[k].version != network->kernels[0].version &&
			     addresses[k].version != network->kernels[1].version))
				continue;
			if (network->route_count == TUN_ROUTES_MAX)
				return error_set(err, "too many hosts for one TUN device");
			network->routes[network->route_count++] = addresses[k];
		}
	}
	return true;
}

static unsigned count_reals(const struct scenario *s)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < scenario_hosts(s); i++)
		count += scenario_host_is_real(s, i);
	return count;
}

static bool choose_way(const struct hybrid_session *s, enum gate_way *out, struct error *err)
{
	const struct args *args = s->args;
	const char *via = args->via != NULL ? args->via : "auto";

	*out = GATE_SPACE;
	if (strcmp(via, "tun") == 0 || (strcmp(via, "auto") == 0 && args->command == NULL))
		*out = GATE_TUN;
	else if (strcmp(via, "auto") != 0 && strcmp(via, "space") != 0)
		return error_set(err, "live tun goes by way of tun or space, not \"%s\"", via);
	if (*out == GATE_TUN && args->command != NULL)
		return error_set(err, "--command lives in a user namespace: --via space");
	if (*out == GATE_TUN && count_reals(s->setup.scenario) > 1)
		return error_set(err,
				 "this machine has one kernel, which would speak to itself: two "
				 "real hosts go --via space");
	return true;
}

static bool open_gate(struct hybrid_session *s, uint32_t host, enum gate_way way, struct error *err)
{
	struct hybrid_setup *setup = &s->setup;
	char keeper[PATH_MAX];
	struct tun_network network;
	struct gate_request request = {
		.way = way, .network = &network, .keeper = directory_part(keeper, "tcplab-keeper")};
	unsigned n = setup->gate_count;

	if (n == HYBRID_GATES_MAX)
		return error_set(err, "%s: more than %d real hosts", s->name, HYBRID_GATES_MAX);
	if (!draw_network(setup->scenario, host, &network, err))
		return false;
	if (way == GATE_SPACE && n < s->args->command_count)
		request.space = s->args->commands[n];
	request.remote.port = scenario_port_at(setup->scenario, host);
	if (!gate_open(&setup->gates[n].gate, &request, err))
		return false;
	setup->gates[n].host = host;
	setup->gate_count++;
	if (s->args->verbose)
		fprintf(stderr, "tcplab: %s: %s\n", scenario_host_name(setup->scenario, host),
			gate_why(setup->gates[n].gate));
	return true;
}

/* Servers first: whoever is called is there when the others begin. */
static bool open_gates(struct hybrid_session *s, enum gate_way way, struct error *err)
{
	for (uint32_t i = 0; i < scenario_hosts(s->setup.scenario); i++) {
		if (scenario_host_is_real(s->setup.scenario, i) && !open_gate(s, i, way, err))
			return false;
	}
	return true;
}

/* ---- the command ---- */

static int run(struct hybrid_session *s)
{
	enum gate_way way;
	struct error err;
	int status;

	if (!choose_way(s, &way, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	if (open_gates(s, way, &err))
		status = hybrid_session_present(s);
	else
		status = complain(STATUS_ENVIRONMENT, err.text);
	for (unsigned i = 0; i < s->setup.gate_count; i++)
		gate_close(s->setup.gates[i].gate);
	return status;
}

int command_live_tun(const struct args *args)
{
	enum { LATE_BOUND_MS = 5 };
	struct hybrid_session s = {.args = args};
	struct error err;
	int status;

	if (args->file_count != 2)
		return complain(STATUS_BAD_INPUT,
				"live tun needs a scenario: tcplab live tun SCENARIO.json");
	s.name = args->files[1];
	if (!load(&s, &err))
		return complain(STATUS_BAD_INPUT, err.text);
	s.setup.late_bound = nanos_from_ms(args->late_bound > 0 ? args->late_bound : LATE_BOUND_MS);
	s.setup.until = scenario_duration(s.setup.scenario);
	if (args->for_seconds > 0)
		s.setup.until = nanos_min(s.setup.until, nanos_from_s(args->for_seconds));
	status = run(&s);
	scenario_free(s.setup.scenario);
	scenario_free(s.twin);
	return status;
}
