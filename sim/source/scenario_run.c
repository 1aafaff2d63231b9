/* scenario_run.c — a scenario's world is built, run, and forgotten. */
#include "source/scenario_run_inside.h"

#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

/* ---- captions ---- */

static void add_caption(const struct scenario_run *run, const struct scenario_caption *caption,
			nanos now, uint8_t host, uint32_t cause)
{
	struct event event = event_at(now, host, EVENT_CAPTION);

	event.cause = cause;
	event.text = recording_add_text(run->recording, caption->text);
	recording_add(run->recording, &event);
}

static void caption_at(void *who, nanos now, uint64_t n)
{
	const struct scenario_run *run = who;

	add_caption(run, &run->scenario->captions[n], now, 0, EVENT_NONE);
}

static void look_at_event(struct scenario_run *run, uint32_t n, nanos now)
{
	for (unsigned i = 0; i < run->scenario->caption_count; i++) {
		struct scenario_caption *caption = &run->scenario->captions[i];

		if (caption->moment.kind == MOMENT_TIME ||
		    !moment_is(&caption->moment, run->recording, n))
			continue;
		if (++caption->seen == caption->moment.nth)
			add_caption(run, caption, now, (uint8_t)caption->moment.host, n);
	}
}

/* After every turn: captions that hang on what happened in it. */
static void watch(void *who, nanos now)
{
	struct scenario_run *run = who;
	uint32_t events = recording_events(run->recording);

	if (run->scenario->caption_count > 0) {
		for (; run->scanned < events; run->scanned++)
			look_at_event(run, run->scanned, now);
	}
	if (events > SCENARIO_EVENTS_MAX && !run->too_long) {
		run->too_long = true;
		world_stop(run->world);
	}
}

static void begin_captions(struct scenario_run *run)
{
	const struct scenario *s = run->scenario;

	for (unsigned i = 0; i < s->caption_count; i++) {
		s->captions[i].seen = 0;
		if (s->captions[i].moment.kind == MOMENT_TIME)
			world_at(run->world, s->captions[i].moment.time, caption_at, run, i);
	}
	world_watch(run->world, watch, run);
}

/* ---- the world ---- */

/* Tests check the whole engine after each turn; otherwise the segments that go out. */
#ifdef TCPLAB_THOROUGH
enum { THOROUGH = true };
#else
enum { THOROUGH = false };
#endif

static void add_nodes(struct scenario_run *run)
{
	const struct scenario *s = run->scenario;

	for (unsigned i = 0; i < s->host_count; i++) {
		struct host_setup setup = {.name = s->hosts[i].name,
					   .profile = s->hosts[i].profile,
					   .keys = s->hosts[i].keys.all,
					   .key_count = s->hosts[i].keys.count,
					   .checked = THOROUGH};

		memcpy(setup.addresses, s->hosts[i].addresses, sizeof setup.addresses);
		if (s->hosts[i].real)
			scenario_add_real(run, i);
		else
			world_add_host(run->world, &setup);
	}
	for (unsigned i = 0; i < s->router_count; i++)
		world_add_router(run->world, s->routers[i]);
}

/* Of several links the last counts, as in the world. */
static uint16_t mtu_of(const struct scenario *s, uint32_t host)
{
	uint32_t mtu = 0;

	for (unsigned i = 0; i < s->link_count; i++)
		for (unsigned end = 0; end < 2; end++)
			if (s->links[i].ends[end] == host)
				mtu = s->links[i].ways[end].mtu;
	return (uint16_t)mtu;
}

bool scenario_host_setup(const struct scenario *s, uint32_t host, struct profile *profile,
			 uint64_t *seed, uint16_t *mtu)
{
	if (host >= s->host_count || s->hosts[host].real)
		return false;
	*profile = s->hosts[host].profile;
	*seed = world_host_seed(s->seed, host);
	*mtu = mtu_of(s, host);
	return true;
}

static void add_links(struct scenario_run *run)
{
	const struct scenario *s = run->scenario;

	for (unsigned i = 0; i < s->link_count; i++) {
		const struct scenario_link *from = &s->links[i];
		struct link *link = world_add_link(run->world, from->ends[0], from->ends[1],
						   &from->ways[0], &from->ways[1]);

		run->links[i] = link;
		for (unsigned f = 0; f < from->fault_count; f++) {
			from->faults[f].hits = 0;
			for (unsigned end = 0; end < 2; end++) {
				if (from->faults[f].from == NO_HOST ||
				    from->faults[f].from == from->ends[end])
					link_add_stage(link, from->ends[end],
						       &from->faults[f].stage);
			}
		}
	}
}

static void begin_scripts(struct scenario_run *run)
{
	const struct scenario *s = run->scenario;

	for (unsigned i = 0; i < s->script_count; i++) {
		const struct scenario_host *host = &s->hosts[s->scripts[i]];

		run->scripts[i] =
			script_new(run->world, s->scripts[i], host->steps, host->step_count);
	}
}

/* ---- the end ---- */

static void keep_reads(struct scenario *s, const struct script *script,
		       struct scenario_result *result)
{
	for (uint32_t i = 0; i < script_reads(script); i++) {
		struct script_outcome read = script_outcome(script, i);

		result->octets += (uint64_t)read.octets;
		if (read.recorded == EVENT_NONE)
			continue;
		s->reads = memory_grow(s->reads, &s->read_capacity, s->read_count + 1,
				       sizeof *s->reads);
		s->reads[s->read_count++] = read;
	}
}

void scenario_tell_notes(const struct scenario *s, FILE *out)
{
	for (unsigned i = 0; i < s->link_count; i++) {
		for (unsigned f = 0; f < s->links[i].fault_count; f++) {
			const struct scenario_fault *fault = &s->links[i].faults[f];

			/* That chance hits nobody may be. */
			if (fault->hits > 0 || fault->stage.victims.per_million < ALL_MILLION)
				continue;
			fprintf(out,
				"tcplab: note: %s: links.%u.faults.%u never hit anything: %s\n",
				s->name, i, f, strchr(fault->words, ':') + 2);
		}
	}
}

struct scenario_run *scenario_begin(struct scenario *s, struct recording *r,
				    const struct scenario_outlet *outlet)
{
	struct scenario_run *run = memory_get(sizeof *run);

	*run = (struct scenario_run){.scenario = s,
				     .recording = r,
				     .world = world_new(s->seed, r),
				     .peers = {.recording = r}};
	if (outlet != NULL)
		run->outlet = *outlet;
	run->links = memory_get((s->link_count + 1) * sizeof *run->links);
	add_nodes(run);
	add_links(run);
	if (r != NULL)
		begin_captions(run);
	begin_scripts(run);
	return run;
}

struct scenario_result scenario_end(struct scenario_run *run)
{
	struct scenario *s = run->scenario;
	struct scenario_result result = {
		.end = run->end, .time = world_now(run->world), .too_long = run->too_long};

	s->read_count = 0;
	for (unsigned i = 0; i < s->host_count; i++) {
		const struct host *host = world_host(run->world, i);

		result.segments += host != NULL ? host_counts(host)->segments_out : 0;
	}
	for (unsigned i = 0; i < s->script_count; i++) {
		keep_reads(s, run->scripts[i], &result);
		script_end(run->scripts[i]);
	}
	world_free(run->world);
	peers_free(&run->peers);
	free(run->links);
	free(run);
	return result;
}

void scenario_waits(struct scenario_run *run, nanos now)
{
	if (run->end != WORLD_STOPPED && run->end != WORLD_LIVELOCK)
		run->end = world_run(run->world, now);
}

struct scenario_result scenario_run(struct scenario *s, struct recording *r)
{
	struct scenario_run *run = scenario_begin(s, r, NULL);

	for (unsigned i = 0; i < s->outside_count && s->outside[i].time <= s->duration; i++)
		scenario_takes(run, &s->outside[i]);
	scenario_waits(run, s->duration);
	return scenario_end(run);
}
