#include "tests/dumbbell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "tcp/congestion.h"

static const int64_t for_ever = (int64_t)1 << 40;

struct profile dumbbell_profile(void)
{
	struct profile profile;

	assert_true(profile_named("rfc", &profile));
	profile.window_scale = 8;
	profile.send_buffer = 1 << 23;
	profile.receive_buffer = 1 << 23;
	return profile;
}

static void delivered(void *user, nanos now, uint32_t conn, uint64_t tag, int64_t offset,
		      const uint8_t *octets, uint32_t len)
{
	struct dumbbell *d = user;

	(void)now;
	(void)conn;
	(void)octets;
	assert_int_equal(offset, d->delivered[tag]);
	d->delivered[tag] += len;
}

static unsigned add_host(struct dumbbell *d, const char *name, uint8_t last,
			 const struct dumbbell_setup *of, const struct profile *profile)
{
	struct host_setup setup = {.name = name,
				   .addresses = {{{10, 0, 0, last}, 4}},
				   .profile = *profile,
				   .seed = last,
				   .checked = !of->unchecked};

	return world_add_host(d->world, &setup);
}

static void begin_flow(void *who, nanos now, uint64_t flow)
{
	struct dumbbell *d = who;
	struct host *host = world_host(d->world, d->sender[flow]);
	struct endpoint remote = {.address = {{10, 0, 0, 1}, 4}, .port = (uint16_t)(1000 + flow)};

	assert_int_equal(host_open_active(host, now, 0, &remote, &d->conn[flow]), CALL_OK);
	assert_int_equal(host_send_all(host, now, d->conn[flow], NULL, for_ever, 0), CALL_OK);
}

/* Without any chance the arrivals stay in step with the queue, and the same
 * flow finds it full each time: the phase effects of Floyd and Jacobson. So
 * ACKs are late by anything up to the time of a packet: half of them by a half
 * of it, half by a quarter, and so on. That they overtake does no harm. */
static void add_jitter(struct link *link, unsigned from, nanos packet_time)
{
	for (int i = 1; i <= 6; i++) {
		struct stage_setup late = {.kind = stage_kind_named("delay"),
					   .victims = victims_all(),
					   .by = packet_time >> i,
					   .words = "by chance"};

		late.victims.per_million = ALL_MILLION / 2;
		link_add_stage(link, from, &late);
	}
}

static void add_bottleneck(struct dumbbell *d, const struct dumbbell_setup *setup, unsigned r1,
			   unsigned r2)
{
	struct way_setup there = {.delay = nanos_from_ms(setup->delay_ms),
				  .rate = (int64_t)(setup->mbps * 1e6),
				  .queue_packets = setup->queue};
	struct way_setup back = {.delay = there.delay};
	struct link *link = world_add_link(d->world, r1, r2, &there, &back);
	struct stage_setup loss = {.kind = stage_kind_named("lose"),
				   .victims = victims_all(),
				   .words = "by chance",
				   .hits = &d->lost};

	loss.victims.what = PACKETS_DATA;
	loss.victims.per_million = setup->lost_per_million;
	if (setup->lost_per_million > 0)
		link_add_stage(link, r1, &loss);
	if (there.rate > 0)
		add_jitter(link, r2, (nanos)12000 * 1000000000 / there.rate);
}

void dumbbell_begin(struct dumbbell *d, const struct dumbbell_setup *setup)
{
	struct profile profile = setup->profile;
	struct way_setup edge = {.delay = nanos_from_ms(1)};
	struct host_user user = {.user = d, .delivered = delivered};
	unsigned receiver;
	unsigned r1;
	unsigned r2;

	*d = (struct dumbbell){.world = world_new(setup->seed, NULL), .flows = setup->flows};
	receiver = add_host(d, "receiver", 1, setup, &profile);
	host_set_user(world_host(d->world, receiver), &user);
	r1 = world_add_router(d->world, "r1");
	r2 = world_add_router(d->world, "r2");
	add_bottleneck(d, setup, r1, r2);
	world_add_link(d->world, r2, receiver, &edge, &edge);
	profile.congestion_control = congestion_control_named(setup->control);
	for (unsigned i = 0; i < setup->flows; i++) {
		struct host *host = world_host(d->world, receiver);
		struct endpoint local = {.port = (uint16_t)(1000 + i)};
		char name[20];
		uint32_t conn;

		snprintf(name, sizeof name, "sender %u", i);
		d->sender[i] = add_host(d, name, (uint8_t)(2 + i), setup, &profile);
		world_add_link(d->world, d->sender[i], r1, &edge, &edge);
		assert_int_equal(host_open_passive(host, 0, &local, LISTEN_ONCE, &conn), CALL_OK);
		host_set_tag(host, conn, i);
		host_receive_all(host, 0, conn, true);
		world_at(d->world, nanos_from_ms(10) * i, begin_flow, d, i);
	}
}

void dumbbell_run(struct dumbbell *d, nanos until)
{
	assert_int_equal(world_run(d->world, until), WORLD_TIME_UP);
}

const struct tcb *dumbbell_tcb(const struct dumbbell *d, unsigned flow)
{
	return host_tcb(world_host(d->world, d->sender[flow]), d->conn[flow]);
}

void dumbbell_end(struct dumbbell *d)
{
	world_free(d->world);
}

double jain_index(const uint64_t *x, unsigned n)
{
	double sum = 0;
	double squares = 0;

	for (unsigned i = 0; i < n; i++) {
		sum += (double)x[i];
		squares += (double)x[i] * (double)x[i];
	}
	return sum * sum / (n * squares);
}
