#include "net/host_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "record/memory.h"

enum { PORT_FIRST_DYNAMIC = 49152 }; /* RFC 6335 §6 */

/* ---- set-up ---- */

static void add_to_recording(struct host *host)
{
	struct host_record record = {0};

	memcpy(record.name, host->name, sizeof record.name);
	memcpy(record.addresses, host->addresses, sizeof record.addresses);
	host->recorded_as = recording_add_host(host->recording, &record);
}

static void draw_secret(struct host *host, struct random *chance)
{
	host->secret.key[0] = random_next(chance);
	host->secret.key[1] = random_next(chance);
}

struct host *host_new(const struct host_setup *setup)
{
	struct host *host = memory_get(sizeof *host);
	struct random chance = random_seeded(setup->seed, 0);

	*host = (struct host){.profile = setup->profile,
			      .recording = setup->recording,
			      .dead = EVENT_NONE,
			      .because = EVENT_NONE,
			      .announced = NANOS_NEVER,
			      .mtu = setup->mtu,
			      .port = PORT_FIRST_DYNAMIC,
			      .recorded_as = setup->recorded_as,
			      .checked = setup->checked,
			      .unverified = setup->unverified,
			      .forgetful = setup->forgetful};
	assert(strlen(setup->name) < sizeof host->name);
	memcpy(host->name, setup->name, strlen(setup->name));
	memcpy(host->addresses, setup->addresses, sizeof host->addresses);
	assert(setup->key_count <= SIGNING_KEYS_MAX);
	for (unsigned i = 0; i < setup->key_count; i++)
		host->keys.all[i] = setup->keys[i];
	host->keys.count = setup->key_count;
	draw_secret(host, &chance);
	host->connections = connections_none(random_next(&chance));
	if (host->recording != NULL && !setup->known_to_recording)
		add_to_recording(host);
	return host;
}

void host_free(struct host *host)
{
	if (host == NULL)
		return;
	connections_free(&host->connections);
	backlog_free(host);
	free(host->pending);
	free(host->spare);
	free(host->spare_held);
	free(host);
}

void host_set_link(struct host *host, const struct host_link *link)
{
	host->link = *link;
}

void host_set_mtu(struct host *host, uint16_t mtu)
{
	host->mtu = mtu;
}

void host_set_user(struct host *host, const struct host_user *user)
{
	host->user = *user;
}

struct connection *host_add(struct host *host)
{
	return connections_add(&host->connections);
}

void host_remove(struct host *host, struct connection *c)
{
	backlog_leave(host, c);
	connections_remove(&host->connections, c);
}

bool host_has(const struct host *host, const struct address *address)
{
	return address_eq(address, &host->addresses[0]) || address_eq(address, &host->addresses[1]);
}

void host_record_conn(struct host *host, struct connection *c, const struct endpoint *local,
		      const struct endpoint *remote)
{
	if (host->recording != NULL)
		c->recorded = recording_add_conn(host->recording, host->recorded_as, local, remote);
}

/* ---- looking ---- */

uint8_t host_recorded_as(const struct host *host)
{
	return host->recorded_as;
}

const struct tcb *host_tcb(const struct host *host, uint32_t conn)
{
	const struct connection *c = connections_get(&host->connections, conn);

	return c != NULL ? &c->tcb : NULL;
}

uint32_t host_connections(const struct host *host)
{
	return host->connections.count;
}

uint32_t host_recorded_conn(const struct host *host, uint32_t conn)
{
	const struct connection *c = connections_get(&host->connections, conn);

	return c != NULL ? c->recorded : EVENT_NONE;
}

uint32_t host_find(struct host *host, const struct endpoint *local, const struct endpoint *remote)
{
	const struct connection *c = connections_find(&host->connections, local, remote);

	return c != NULL ? c->number : EVENT_NONE;
}

const struct stream *host_stream(const struct host *host, uint32_t conn)
{
	const struct connection *c = connections_get(&host->connections, conn);

	if (c == NULL)
		return NULL;
	return host->recording != NULL ? recording_stream(host->recording, c->recorded)
				       : &c->stream;
}

int64_t host_unqueued(const struct host *host, uint32_t conn)
{
	const struct connection *c = connections_get(&host->connections, conn);

	return c != NULL ? c->unqueued : 0;
}

void host_set_tag(struct host *host, uint32_t conn, uint64_t tag)
{
	struct connection *c = connections_get(&host->connections, conn);

	assert(c != NULL);
	c->tag = tag;
}

uint64_t host_tag(const struct host *host, uint32_t conn)
{
	const struct connection *c = connections_get(&host->connections, conn);

	return c != NULL ? c->tag : 0;
}

static const struct fast_open_server *known_server(const struct host *host,
						   const struct address *server)
{
	for (int i = 0; i < FAST_OPEN_SERVERS; i++) {
		const struct fast_open_server *known = &host->fast_open.servers[i];

		if (address_eq(&known->address, server))
			return known;
	}
	return NULL;
}

bool host_has_cookie(const struct host *host, const struct address *server, nanos now)
{
	const struct fast_open_server *known = known_server(host, server);

	return known != NULL && known->cookie_len > 0 && now >= known->avoid_until;
}

uint16_t host_cookie_mss(const struct host *host, const struct address *server)
{
	const struct fast_open_server *known = known_server(host, server);

	return known != NULL ? known->mss : 0;
}

const struct host_counts *host_counts(const struct host *host)
{
	return &host->counts;
}
