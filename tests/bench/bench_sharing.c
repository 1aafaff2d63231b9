/* bench_sharing.c — what happens without a loss on the path: how often a window
 * is reduced because packets overtake each other, and how flows share a link.
 * Writes tables in Markdown, of integers alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/congestion.h"
#include "tests/bench/network.h"
#include "tests/dumbbell.h"

/* ---- reordering ---- */

static const struct {
	const char *name;
	bool sack;
	bool rack;
	bool undo;
} ways[] = {
	{"no SACK", false, false, false},     {"SACK", true, false, false},
	{"SACK, undo", true, false, true},    {"RACK-TLP", true, true, false},
	{"RACK-TLP, undo", true, true, true},
};

static struct network reordered(unsigned way, nanos late, bool learns)
{
	struct network n = {.rate = 100000000,
			    .delay = nanos_from_ms(10),
			    .queue = 1000,
			    .jitter = late,
			    .jittered = 10000,
			    .watched = true,
			    .octets = 20000000,
			    .lasts = nanos_from_s(100)};

	profile_named("linux", &n.profile);
	n.profile.congestion_control = congestion_control_named("reno");
	n.profile.sack = ways[way].sack;
	n.profile.dsack = ways[way].sack;
	n.profile.rack = ways[way].rack;
	n.profile.eifel = ways[way].undo;
	n.profile.frto = ways[way].undo;
	n.profile.reordering_max = learns ? 300 : 0;
	n.profile.rack_jumps = learns;
	n.profile.receive_buffer = 400000; /* no more than the queue holds */
	n.profile.send_buffer = 8 << 20;
	return n;
}

static void tell_reordered(bool learns)
{
	static const int64_t late_us[] = {500, 2000, 5000, 10000, 20000};

	printf("| held back |");
	for (unsigned way = 0; way < sizeof ways / sizeof ways[0]; way++)
		printf(" %s |", ways[way].name);
	printf("\n|---:|---:|---:|---:|---:|---:|\n");
	for (unsigned i = 0; i < sizeof late_us / sizeof late_us[0]; i++) {
		printf("| %lld.%lld ms |", (long long)late_us[i] / 1000,
		       (long long)late_us[i] / 100 % 10);
		for (unsigned way = 0; way < sizeof ways / sizeof ways[0]; way++) {
			struct network n = reordered(way, late_us[i] * 1000, learns);
			int64_t octets = network_transfer(&n, 1);

			printf(" %llu (%lld) |", (unsigned long long)n.reductions,
			       (long long)(octets * 8000 / n.took));
		}
		printf("\n");
	}
}

static void tell_reordering(void)
{
	printf("Times that the window was reduced while 20 MB went over a path of 100 Mb/s, 10 ms "
	       "each "
	       "way,\n"
	       "that loses nothing but holds 1 %% of the packets back; and the Mb/s of it.\n\n");
	tell_reordered(false);
	printf("\nThe same with `reordering_max` 300 and `rack_jumps`:\n\n");
	tell_reordered(true);
}

/* ---- sharing ---- */

/* Jain's index in thousandths: (Σx)² / (n·Σx²). */
static uint64_t jain(const uint64_t *octets, unsigned n)
{
	uint64_t sum = 0;
	uint64_t squares = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t kb = octets[i] / 1000;

		sum += kb;
		squares += kb * kb;
	}
	return sum * sum / n * 1000 / squares;
}

static void share(const char *control, unsigned flows)
{
	struct dumbbell_setup setup = {.flows = flows,
				       .control = control,
				       .mbps = 2.0 * flows,
				       .delay_ms = 10,
				       .queue = 10 * flows,
				       .seed = 1,
				       .unchecked = true,
				       .profile = dumbbell_profile()};
	uint64_t octets[FLOWS_MAX];
	uint64_t before[FLOWS_MAX];
	struct dumbbell d;
	uint64_t sum = 0;
	uint64_t index;

	dumbbell_begin(&d, &setup);
	dumbbell_run(&d, nanos_from_s(20));
	memcpy(before, d.delivered, sizeof before);
	dumbbell_run(&d, nanos_from_s(80));
	for (unsigned i = 0; i < flows; i++) {
		octets[i] = d.delivered[i] - before[i];
		sum += octets[i];
	}
	dumbbell_end(&d);
	index = jain(octets, flows);
	printf(" %llu.%03llu, %llu %% |", (unsigned long long)index / 1000,
	       (unsigned long long)index % 1000,
	       (unsigned long long)(sum * 8 * 100 / (60 * UINT64_C(2000000) * flows)));
	fflush(stdout);
}

static void tell_sharing(void)
{
	printf("\nJain's index of n flows over a minute, and how much of the link they use: 2 Mb/s "
	       "and\n"
	       "a queue of 10 packets for each flow, 12 ms each way. 1 is equal shares; 0.95 is "
	       "the aim.\n\n"
	       "| flows |");
	for (uint32_t i = 0; i < congestion_control_count(); i++)
		printf(" %s |", congestion_control(i)->name);
	printf("\n|---:|");
	for (uint32_t i = 0; i < congestion_control_count(); i++)
		printf("---:|");
	printf("\n");
	for (unsigned flows = 2; flows <= 64; flows *= 2) {
		printf("| %u |", flows);
		for (uint32_t i = 0; i < congestion_control_count(); i++)
			share(congestion_control(i)->name, flows);
		printf("\n");
	}
}

int main(void)
{
	tell_reordering();
	tell_sharing();
	return 0;
}
