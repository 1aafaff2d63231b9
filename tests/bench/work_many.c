/* work_many.c — many connections between two hosts. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/world.h"
#include "tests/bench/network.h"
#include "tests/bench/work.h"

enum { PORTS = 10, QUESTION = 100 };

struct many {
	struct world *world;
	unsigned node[2];
	bool close; /* the client, as soon as it has said something */
	uint64_t delivered;
	uint64_t ended;
	uint64_t digest;
};

static struct host *end_of(struct many *m, int who)
{
	return world_host(m->world, m->node[who]);
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct many *m = user;

	(void)tag;
	(void)offset;
	(void)octets;
	m->delivered += len;
	m->digest = digest_add(m->digest, (uint64_t)now + conn);
}

static void server_hears(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct many *m = user;

	(void)tag;
	if (notice == NOTICE_CLOSING)
		host_close(end_of(m, 1), now, conn);
}

static void client_hears(void *user, nanos now, uint32_t conn, uint64_t tag, enum notice notice)
{
	struct many *m = user;

	(void)tag;
	if (notice == NOTICE_CONNECTED && m->close)
		host_close(end_of(m, 0), now, conn);
	m->ended += notice == NOTICE_ENDED;
}

static void open_one(void *who, nanos now, uint64_t number)
{
	struct many *m = who;
	struct endpoint remote = {.address = {{10, 0, 0, 2}, 4},
				  .port = (uint16_t)(1000 + number % PORTS)};
	uint32_t taken;
	uint32_t conn;

	if (host_open_active(end_of(m, 0), now, 0, &remote, &conn) != CALL_OK ||
	    host_send(end_of(m, 0), now, conn, NULL, QUESTION, 0, &taken) != CALL_OK)
		abort();
}

static void begin(struct many *m)
{
	const struct way_setup way = {.delay = nanos_from_ms(1)};
	const struct host_user users[2] = {
		{.user = m, .notice = client_hears},
		{.user = m, .notice = server_hears, .delivered = delivered}};

	m->world = world_new(1, NULL);
	for (int who = 0; who < 2; who++) {
		struct host_setup setup = {.name = who ? "server" : "client",
					   .addresses = {{{10, 0, 0, (uint8_t)(who + 1)}, 4}},
					   .seed = (uint64_t)who};

		profile_named("rfc", &setup.profile);
		m->node[who] = world_add_host(m->world, &setup);
		host_set_user(end_of(m, who), &users[who]);
	}
	world_add_link(m->world, m->node[0], m->node[1], &way, &way);
	for (int i = 0; i < PORTS; i++) {
		struct endpoint local = {.port = (uint16_t)(1000 + i)};
		uint32_t conn;

		if (host_open_passive(end_of(m, 1), 0, &local, 0, &conn) != CALL_OK ||
		    host_receive_all(end_of(m, 1), 0, conn, true) != CALL_OK)
			abort();
	}
}

/* One each millisecond: all are open, or in TIME-WAIT, before the first ends. */
static void open_many(struct many *m, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		world_at(m->world, nanos_from_ms(1) * (int64_t)i, open_one, m, i);
}

static struct outcome short_ones(uint64_t count)
{
	struct many m = {.close = true};
	int64_t before = cpu_time();

	begin(&m);
	open_many(&m, count);
	world_run(m.world, NANOS_NEVER);
	if (m.ended != count || m.delivered != count * QUESTION) {
		fprintf(stderr, "%llu connections ended, %llu octets\n",
			(unsigned long long)m.ended, (unsigned long long)m.delivered);
		exit(1);
	}
	world_free(m.world);
	return (struct outcome){cpu_time() - before, count, m.digest};
}

struct outcome work_short(void)
{
	return short_ones(10000);
}

struct outcome work_ten_times_short(void)
{
	return short_ones(100000);
}

static int64_t allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return (int64_t)(info.uordblks + info.hblkhd);
}

struct outcome work_idle(void)
{
	struct many m = {0};
	struct outcome outcome = {.count = 20000}; /* the ends of 10,000 */

	begin(&m);
	outcome.cpu = -allocated();
	open_many(&m, 10000);
	world_run(m.world, nanos_from_s(60));
	outcome.cpu += allocated();
	if (m.delivered != 10000 * QUESTION)
		abort();
	outcome.digest = m.digest;
	world_free(m.world);
	return outcome;
}
