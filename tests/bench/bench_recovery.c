/* bench_recovery.c — how well losses are repaired: goodput over a path that loses
 * packets, for each way to repair them. Writes a table in Markdown.
 *
 * Integers only, and a fixed list of seeds: the table is the same everywhere. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/network.h"
#include "tcp/congestion.h"

enum { SEEDS = 20 };

static const struct {
	const char *name;
	const char *control;
	bool sack;
	bool rack;
} ways[] = {
	{"Reno, no SACK", "reno", false, false}, {"Reno, SACK", "reno", true, false},
	{"Reno, RACK-TLP", "reno", true, true},  {"CUBIC, no SACK", "cubic", false, false},
	{"CUBIC, SACK", "cubic", true, false},   {"CUBIC, RACK-TLP", "cubic", true, true},
};

enum { WAYS = sizeof ways / sizeof ways[0] };

static const uint32_t losses[] = {0, 100, 1000, 10000, 30000, 100000, 300000};
static const int64_t delays_ms[] = {10, 50};

static struct network network_of(unsigned way, nanos delay, uint32_t loss)
{
	struct network n = {.rate = 100000000,
			    .delay = delay,
			    .queue = 100,
			    .loss = loss,
			    .lasts = nanos_from_s(20)};

	profile_named("linux", &n.profile);
	n.profile.congestion_control = congestion_control_named(ways[way].control);
	n.profile.sack = ways[way].sack;
	n.profile.rack = ways[way].rack;
	n.profile.receive_buffer = 4 << 20;
	n.profile.send_buffer = 8 << 20;
	n.profile.user_timeout = 0;
	return n;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median over the seeds, in kbit/s. */
static int64_t goodput(unsigned way, nanos delay, uint32_t loss)
{
	int64_t rates[SEEDS];
	unsigned count = loss > 0 ? SEEDS : 1;

	for (unsigned i = 0; i < count; i++) {
		struct network n = network_of(way, delay, loss);

		rates[i] = network_transfer(&n, i + 1) * 8 * 1000000 / n.lasts;
	}
	qsort(rates, count, sizeof rates[0], compare);
	return rates[count / 2];
}

static void print_table(nanos delay)
{
	printf("\n| loss |");
	for (unsigned way = 0; way < WAYS; way++)
		printf(" %s |", ways[way].name);
	printf("\n|---:|");
	for (unsigned way = 0; way < WAYS; way++)
		printf("---:|");
	printf("\n");
	for (unsigned i = 0; i < sizeof losses / sizeof losses[0]; i++) {
		printf("| %u.%02u %% |", losses[i] / 10000, losses[i] / 100 % 100);
		for (unsigned way = 0; way < WAYS; way++) {
			int64_t kbits = goodput(way, delay, losses[i]);

			printf(" %lld.%02lld |", (long long)kbits / 1000,
			       (long long)kbits / 10 % 100);
			fflush(stdout);
		}
		printf("\n");
	}
}

int main(void)
{
	printf("Goodput in Mb/s: 100 Mb/s, a queue of 100 packets, 20 s, median of %d seeds.\n",
	       SEEDS);
	for (unsigned i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
		printf("\n%lld ms each way:\n", (long long)delays_ms[i]);
		print_table(nanos_from_ms(delays_ms[i]));
	}
	return 0;
}
