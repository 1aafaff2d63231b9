#include "tests/soak/run.h"

#include <stdio.h>
#include <string.h>

#include "net/host_inside.h"
#include "source/scenario_inside.h"
#include "tests/soak/life.h"

enum { HAPPENINGS_MAX = 3000000 };

static const nanos second = 1000000000;

/* A host, its script, and what stands between them. */
struct listened {
	struct running *running;
	struct host_user script;
	unsigned node;
};

struct running {
	struct scenario *scenario;
	struct world *world;
	struct script *scripts[WORLD_NODES_MAX];
	struct listened hosts[LIFE_HOSTS_MAX];
	struct lives lives;
	const struct run_limits *limits;
	struct run_report *report;
	nanos second_ends;
	uint64_t before; /* packets before this second */
};

static void wrong(struct running *run, enum fault_sort sort, const char *what)
{
	if (run->report->sort != FAULT_NONE)
		return;
	run->report->sort = sort;
	snprintf(run->report->what, sizeof run->report->what, "%.230s", what);
	if (run->world != NULL)
		world_stop(run->world);
}

/* ---- between host and script ---- */

static void notice(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice what)
{
	const struct listened *l = user;

	l->script.notice(l->script.user, now, conn, tag, what);
}

static void accepted(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	const struct listened *l = user;

	l->script.accepted(l->script.user, now, conn, tag, listener);
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	const struct listened *l = user;

	lives_delivered(&l->running->lives, l->node, conn, offset, octets, len);
	l->script.delivered(l->script.user, now, conn, tag, offset, octets, len);
}

static void listen_in(struct running *run, unsigned node)
{
	struct listened *l = &run->hosts[node];
	struct host *host = world_host(run->world, node);
	struct host_user user = {
		.user = l, .notice = notice, .accepted = accepted, .delivered = delivered};

	*l = (struct listened){.running = run, .script = host->user, .node = node};
	host_set_user(host, &user);
}

/* ---- while it runs ---- */

static uint64_t packets(const struct running *run)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < run->scenario->host_count; i++)
		count += host_counts(world_host(run->world, i))->segments_out;
	return count;
}

static void watch(void *who, nanos now)
{
	struct running *run = who;

	lives_look(&run->lives);
	if (now < run->second_ends) {
		if (packets(run) - run->before > run->limits->a_second)
			wrong(run, FAULT_TOO_MANY, "too many packets within a second");
		return;
	}
	run->before = packets(run);
	run->second_ends = (now / second + 1) * second;
	if (run->before > run->limits->packets)
		wrong(run, FAULT_TOO_MANY, "too many packets in all");
	if (world_happenings(run->world) > HAPPENINGS_MAX)
		wrong(run, FAULT_TOO_MANY, "too many things happen");
}

/* ---- the world ---- */

static void build(struct running *run)
{
	const struct scenario *s = run->scenario;

	for (unsigned i = 0; i < s->host_count; i++) {
		struct host_setup setup = {
			.name = s->hosts[i].name, .profile = s->hosts[i].profile, .checked = true};

		memcpy(setup.addresses, s->hosts[i].addresses, sizeof setup.addresses);
		world_add_host(run->world, &setup);
	}
	for (unsigned i = 0; i < s->router_count; i++)
		world_add_router(run->world, s->routers[i]);
	for (unsigned i = 0; i < s->link_count; i++) {
		const struct scenario_link *from = &s->links[i];
		struct link *link = world_add_link(run->world, from->ends[0], from->ends[1],
						   &from->ways[0], &from->ways[1]);

		for (unsigned n = 0; n < 2 * from->fault_count; n++) {
			struct scenario_fault *fault = &from->faults[n / 2];

			if (fault->from == NO_HOST || fault->from == from->ends[n % 2])
				link_add_stage(link, from->ends[n % 2], &fault->stage);
		}
	}
	for (unsigned i = 0; i < s->script_count; i++) {
		const struct scenario_host *host = &s->hosts[s->scripts[i]];

		run->scripts[i] =
			script_new(run->world, s->scripts[i], host->steps, host->step_count);
		listen_in(run, s->scripts[i]);
	}
}

/* ---- the end ---- */

/* It waits for a peer that is no more, and has nothing to tell it. */
static bool is_half_open(struct running *run, const struct life *life)
{
	const struct life *peer = life_peer(&run->lives, life);
	const struct tcb *tcb = host_tcb(world_host(run->world, life->host), life->conn);

	return (peer == NULL || peer->over || peer->gone) && tcb_outstanding(tcb) == 0 &&
	       tcb_queued(tcb) == 0;
}

/* Both have known each other: the handshake was not given up on the way. Who only
 * waited in TIME-WAIT may be reset by an old duplicate, without RFC 5961. */
static bool met(const struct life *life, const struct life *peer)
{
	return life->synchronized && !life->waited && peer != NULL && peer->synchronized &&
	       seq_eq(life->iss, peer->irs);
}

/* Its CLOSE threw away what nobody had read, as BSD's does: a FIN, where others send a RST. */
static bool forgot(struct running *run, const struct life *life)
{
	return life->reads_no_more && world_host(run->world, life->host)->profile.close_forgets;
}

static void judge_life(struct running *run, const struct life *life)
{
	struct lives *lives = &run->lives;
	const struct life *peer = life_peer(lives, life);

	run->report->connections++;
	if (life->over)
		run->report->endings[life->ending % 8]++;
	if (!life->over && !life->gone) {
		run->report->half_open += is_half_open(run, life);
		if (!is_half_open(run, life)) {
			lives_wrong(lives, life, "it never ends");
			wrong(run, FAULT_STUCK, lives->wrong);
		}
	}
	if (peer == NULL || !life_is_unlike_others(lives, life) ||
	    !life_is_unlike_others(lives, peer))
		return;
	if (run->limits->gentle && !life->over && !life->gone && met(life, peer)) {
		lives_wrong(lives, life, "its peer has left");
		wrong(run, FAULT_BADLY_ENDED, lives->wrong);
	}
	if (life->over && life->ending == ENDING_CLOSED && life->read != peer->sent &&
	    !forgot(run, life)) {
		lives_wrong(lives, life, "it closed after %lld of %lld octets",
			    (long long)life->read, (long long)peer->sent);
		wrong(run, FAULT_NOT_WHOLE, lives->wrong);
	}
	if (run->limits->gentle && life->over && life->ending != ENDING_CLOSED && met(life, peer)) {
		lives_wrong(lives, life, "it ended: %s, after %lld of %lld octets",
			    ending_name((enum ending)life->ending), (long long)life->read,
			    (long long)peer->sent);
		wrong(run, FAULT_BADLY_ENDED, lives->wrong);
	}
}

static void judge(struct running *run, enum world_end end)
{
	struct run_report *report = run->report;

	for (unsigned i = 0; i < run->scenario->host_count; i++)
		report->octets += host_counts(world_host(run->world, i))->octets_delivered;
	report->segments = packets(run);
	lives_look(&run->lives);
	if (run->lives.wrong[0] != '\0')
		wrong(run, FAULT_TEXT, run->lives.wrong);
	for (uint32_t i = 0; i < run->lives.count; i++)
		judge_life(run, &run->lives.all[i]);
	if (end == WORLD_TIME_UP)
		wrong(run, FAULT_STUCK, "the world never falls quiet");
	if (end == WORLD_LIVELOCK)
		wrong(run, FAULT_TOO_MANY, "time does not go on");
	if (end == WORLD_QUIET && world_pool(run->world)->out > 0)
		wrong(run, FAULT_LEFT_OVER, "packets are left over");
}

static void run_world(struct running *run)
{
	enum world_end end;

	run->world = world_new(run->scenario->seed, NULL);
	lives_begin(&run->lives, run->world, run->limits->patterned);
	build(run);
	world_watch(run->world, watch, run);
	end = world_run(run->world, run->scenario->duration);
	judge(run, end);
	for (unsigned i = 0; i < run->scenario->script_count; i++)
		script_end(run->scripts[i]);
	world_free(run->world);
	run->world = NULL;
}

void run_scenario(const char *json, size_t len, const struct run_limits *limits,
		  struct run_report *report)
{
	static struct running run;
	struct error err;

	*report = (struct run_report){0};
	run.limits = limits;
	run.report = report;
	run.second_ends = 0;
	run.before = 0;
	if (!scenario_parse("world", json, len, NULL, &run.scenario, &err)) {
		wrong(&run, FAULT_NOT_A_WORLD, err.text);
		return;
	}
	run_world(&run);
	scenario_free(run.scenario);
}
