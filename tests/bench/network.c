#include "tests/bench/network.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "net/stage.h"

int64_t cpu_time(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
}

static struct address address_of(uint8_t last)
{
	return (struct address){.version = 4, .bytes = {10, 0, 0, last}};
}

static unsigned add_host(struct world *w, const struct network *n, const char *name, uint8_t last)
{
	struct host_setup setup = {
		.name = name, .addresses = {address_of(last)}, .profile = n->profile, .seed = last};

	return world_add_host(w, &setup);
}

struct server {
	struct world *world;
	struct network *network;
	int64_t octets;
	unsigned client;
	uint32_t conn;
	uint32_t ssthresh; /* the client's, when last seen */
	uint32_t cwnd;
};

static void accepted(void *user, nanos now, uint32_t conn, uint64_t tag, uint32_t listener)
{
	(void)user;
	(void)now;
	(void)conn;
	(void)tag;
	(void)listener;
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct server *server = user;

	(void)conn;
	(void)tag;
	(void)offset;
	(void)octets;
	server->octets += len;
	if (server->network->octets > 0 && server->octets >= server->network->octets) {
		server->network->took = now;
		world_stop(server->world);
	}
}

static void watch(void *who, nanos now)
{
	struct server *server = who;
	const struct tcb *tcb = host_tcb(world_host(server->world, server->client), server->conn);

	(void)now;
	if (tcb == NULL || !state_is_synchronized((enum tcp_state)tcb->state))
		return;
	/* Where HyStart++ ends slow start ssthresh falls too, but not below cwnd. */
	server->network->reductions +=
		tcb->cc.ssthresh < server->ssthresh && tcb->cc.ssthresh < server->cwnd;
	server->ssthresh = tcb->cc.ssthresh;
	server->cwnd = tcb->cc.cwnd;
}

static void impair(struct link *link, unsigned from, const struct network *n)
{
	struct stage_setup lose = {
		.kind = stage_kind_named("lose"), .victims = victims_all(), .words = "loss"};
	struct stage_setup hold = {.kind = stage_kind_named("delay"),
				   .victims = victims_all(),
				   .by = n->jitter,
				   .words = "reordering"};

	lose.victims.per_million = n->loss;
	lose.victims.what = PACKETS_DATA;
	hold.victims.per_million = n->jittered;
	hold.victims.what = PACKETS_DATA;
	if (n->loss > 0)
		link_add_stage(link, from, &lose);
	if (n->jittered > 0)
		link_add_stage(link, from, &hold);
}

static void hash(struct network *n, const struct recording *recording)
{
	int64_t before = cpu_time();

	n->hash = recording_hash(recording);
	n->hashing = cpu_time() - before;
}

int64_t network_transfer(struct network *n, uint64_t seed)
{
	const struct recording_info info = {.title = "bench"};
	struct recording *recording = n->recorded ? recording_new(&info) : NULL;
	struct world *w = world_new(seed, recording);
	unsigned client = add_host(w, n, "client", 1);
	unsigned server = add_host(w, n, "server", 2);
	struct way_setup way = {.delay = n->delay, .rate = n->rate, .queue_packets = n->queue};
	struct server state = {.world = w, .network = n, .client = client, .ssthresh = UINT32_MAX};
	const struct host_user user = {
		.user = &state, .accepted = accepted, .delivered = delivered};
	struct endpoint local = {.port = 80};
	struct endpoint remote = {.address = address_of(2), .port = 80};
	int64_t endless = n->octets > 0 ? n->octets : INT64_MAX / 4;
	uint32_t listener;
	uint32_t conn;

	impair(world_add_link(w, client, server, &way, &way), client, n);
	host_set_user(world_host(w, server), &user);
	if (host_open_passive(world_host(w, server), 0, &local, 0, &listener) != CALL_OK ||
	    host_receive_all(world_host(w, server), 0, listener, true) != CALL_OK ||
	    host_open_active(world_host(w, client), 0, 0, &remote, &conn) != CALL_OK ||
	    host_send_all(world_host(w, client), 0, conn, NULL, endless, 0) != CALL_OK)
		abort();
	state.conn = conn;
	if (n->watched)
		world_watch(w, watch, &state);
	n->took = n->lasts;
	world_run(w, n->lasts);
	n->segments = host_counts(world_host(w, client))->segments_out +
		      host_counts(world_host(w, server))->segments_out;
	world_free(w);
	if (recording != NULL)
		hash(n, recording);
	recording_free(recording);
	return state.octets;
}
