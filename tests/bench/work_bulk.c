/* work_bulk.c — transfers through a bottleneck. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/network.h"
#include "tests/bench/work.h"
#include "tests/dumbbell.h"
#include "tcp/congestion.h"

static struct network bulk(int64_t octets)
{
	struct network n = {.rate = 100000000,
			    .delay = nanos_from_ms(10),
			    .queue = 100,
			    .loss = 1000,
			    .lasts = nanos_from_s(1000),
			    .octets = octets};

	profile_named("rfc", &n.profile);
	n.profile.congestion_control = congestion_control_named("reno");
	n.profile.timestamps = true;
	n.profile.window_scaling = true;
	n.profile.window_scale = 8;
	n.profile.sack = true;
	n.profile.receive_buffer = 4 << 20;
	n.profile.send_buffer = 8 << 20;
	return n;
}

static struct outcome transfer(struct network *n, uint64_t seed)
{
	int64_t before = cpu_time();
	int64_t octets = network_transfer(n, seed);

	if (octets != n->octets) {
		fprintf(stderr, "only %lld octets arrived\n", (long long)octets);
		exit(1);
	}
	return (struct outcome){
		.cpu = cpu_time() - before - n->hashing,
		.count = n->segments,
		.digest = digest_add(digest_add(n->hash, (uint64_t)n->took), n->segments)};
}

struct outcome work_bulk(void)
{
	struct network n = bulk(100000000);

	return transfer(&n, 1);
}

struct outcome work_bulk_recorded(void)
{
	struct network n = bulk(100000000);

	n.recorded = true;
	return transfer(&n, 1);
}

struct outcome work_seeds(void)
{
	struct outcome all = {.count = 1000};

	for (uint64_t seed = 1; seed <= all.count; seed++) {
		struct network n = bulk(10000);
		struct outcome one;

		n.loss = 10000;
		one = transfer(&n, seed);
		all.cpu += one.cpu;
		all.digest = digest_add(all.digest, one.digest);
	}
	return all;
}

struct outcome work_dumbbell(void)
{
	struct dumbbell_setup setup = {.flows = FLOWS_MAX,
				       .control = "reno",
				       .mbps = 100,
				       .delay_ms = 10,
				       .queue = 1000,
				       .seed = 1,
				       .unchecked = true,
				       .profile = dumbbell_profile()};
	struct outcome outcome = {.count = 60};
	int64_t before = cpu_time();
	struct dumbbell d;

	dumbbell_begin(&d, &setup);
	dumbbell_run(&d, nanos_from_s(60));
	for (unsigned i = 0; i < setup.flows; i++)
		outcome.digest = digest_add(outcome.digest, d.delivered[i]);
	dumbbell_end(&d);
	outcome.cpu = cpu_time() - before;
	return outcome;
}
