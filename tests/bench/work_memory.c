/* work_memory.c — two engines face to face: what one sends is at the other at
 * once. Whole datagrams with both checksums written and verified, but there is
 * no network between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/host.h"
#include "tests/bench/network.h"
#include "tests/bench/work.h"

enum { OCTETS = 500000000 };

struct wire {
	struct host *host[2];
	struct parcel_pool pool;
	struct parcel *first[2]; /* on their way to each */
	struct parcel *last[2];
	uint64_t delivered;
};

struct end {
	struct wire *wire;
	int who;
};

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	const struct end *end = link;
	struct wire *wire = end->wire;
	int to = 1 - end->who;

	(void)now;
	parcel->next = NULL;
	if (wire->first[to] == NULL)
		wire->first[to] = parcel;
	else
		wire->last[to]->next = parcel;
	wire->last[to] = parcel;
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct wire *wire = user;

	(void)now;
	(void)conn;
	(void)tag;
	(void)offset;
	(void)octets;
	wire->delivered += len;
}

static struct host *host_of(struct end *end, uint16_t mtu)
{
	struct host_setup setup = {.name = end->who ? "server" : "client",
				   .addresses = {{{10, 0, 0, (uint8_t)(end->who + 1)}, 4}},
				   .seed = (uint64_t)end->who,
				   .mtu = mtu};
	struct host_link link = {.link = end, .transmit = transmit, .pool = &end->wire->pool};
	struct host_user user = {.user = end->wire, .delivered = delivered};
	struct host *host;

	profile_named("linux", &setup.profile);
	setup.profile.receive_buffer = 1 << 20;
	setup.profile.send_buffer = 1 << 20;
	host = host_new(&setup);
	host_set_link(host, &link);
	host_set_user(host, &user);
	return host;
}

/* A step of time is a microsecond: a round trip has to take some. */
static nanos carry(struct wire *wire)
{
	nanos now = 0;

	while (wire->delivered < OCTETS) {
		bool moved = false;

		for (int who = 0; who < 2; who++) {
			struct parcel *parcel = wire->first[who];

			if (parcel == NULL)
				continue;
			moved = true;
			now += 1000;
			wire->first[who] = parcel->next;
			host_arrives(wire->host[who], now, parcel->bytes, parcel->len, EVENT_NONE);
			parcel_give_back(&wire->pool, parcel);
		}
		for (int who = 0; who < 2; who++) {
			nanos due = host_next_deadline(wire->host[who]);

			if (!moved && due != NANOS_NEVER && due > now)
				now = due;
			if (due <= now)
				host_timeouts(wire->host[who], now);
		}
	}
	return now;
}

static struct outcome face_to_face(uint16_t mtu)
{
	struct wire wire = {.pool = parcel_pool_of(mtu)};
	struct end ends[2] = {{&wire, 0}, {&wire, 1}};
	struct endpoint remote = {.address = {{10, 0, 0, 2}, 4}, .port = 80};
	struct endpoint local = {.port = 80};
	struct outcome outcome = {.count = OCTETS};
	int64_t before = cpu_time();
	uint32_t conn;

	for (int who = 0; who < 2; who++)
		wire.host[who] = host_of(&ends[who], mtu);
	if (host_open_passive(wire.host[1], 0, &local, 0, &conn) != CALL_OK ||
	    host_receive_all(wire.host[1], 0, conn, true) != CALL_OK ||
	    host_open_active(wire.host[0], 0, 0, &remote, &conn) != CALL_OK ||
	    host_send_all(wire.host[0], 0, conn, NULL, OCTETS, 0) != CALL_OK)
		abort();
	outcome.digest = digest_add(outcome.digest, (uint64_t)carry(&wire));
	outcome.digest = digest_add(outcome.digest, host_counts(wire.host[0])->segments_out);
	for (int who = 0; who < 2; who++)
		host_free(wire.host[who]);
	parcel_pool_free(&wire.pool);
	outcome.cpu = cpu_time() - before;
	return outcome;
}

struct outcome work_face_to_face(void)
{
	return face_to_face(1500);
}

struct outcome work_face_to_face_64k(void)
{
	return face_to_face(65535);
}
