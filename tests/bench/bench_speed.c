/* bench_speed.c — how much CPU time things take, and whether that is enough.
 *
 *     bench_speed TCPLAB
 *     bench_speed TCPLAB bulk     that piece of work alone, in this process: for a profiler
 *
 * Each piece of work is done ROUNDS times, each time in a process of its own,
 * and all of them before one is done again: what else the machine does meets
 * all alike. The median counts. A piece of work that comes out differently
 * another time is an error. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/network.h"
#include "tests/bench/work.h"

enum { ROUNDS = 5 };

static const char *program;

/* The program starts, says its version and ends. */
static struct outcome work_start(void)
{
	struct outcome outcome = {.count = 100};
	struct rusage usage;

	for (uint64_t i = 0; i < outcome.count; i++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			int null = open("/dev/null", O_WRONLY);

			dup2(null, STDOUT_FILENO);
			execl(program, program, "--version", (char *)NULL);
			_exit(127);
		}
		if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
			fprintf(stderr, "%s --version failed\n", program);
			exit(1);
		}
	}
	getrusage(RUSAGE_CHILDREN, &usage);
	outcome.cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
		      (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
	return outcome;
}

enum { SKELETON, BULK, RECORDED, FACE, FACE_64K, SHORT, SHORT_10, SEEDS, DUMBBELL, IDLE, START };

static const struct {
	const char *name;
	struct outcome (*work)(void);
} works[] = {
	[SKELETON] = {"skeleton", work_skeleton},
	[BULK] = {"bulk", work_bulk},
	[RECORDED] = {"bulk, recorded", work_bulk_recorded},
	[FACE] = {"face to face", work_face_to_face},
	[FACE_64K] = {"face to face, 64 KiB", work_face_to_face_64k},
	[SHORT] = {"10,000 connections", work_short},
	[SHORT_10] = {"100,000 connections", work_ten_times_short},
	[SEEDS] = {"1,000 seeds", work_seeds},
	[DUMBBELL] = {"dumbbell", work_dumbbell},
	[IDLE] = {"idle", work_idle},
	[START] = {"start", work_start},
};

enum { WORKS = sizeof works / sizeof works[0] };

static struct outcome outcomes[WORKS];

/* In a process of its own: what one leaves behind in memory is no burden to the next. */
static struct outcome do_once(unsigned which)
{
	struct outcome outcome;
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0) {
		perror("bench");
		exit(1);
	}
	if (child == 0) {
		outcome = works[which].work();
		_exit(write(ends[1], &outcome, sizeof outcome) != sizeof outcome);
	}
	close(ends[1]);
	if (read(ends[0], &outcome, sizeof outcome) != sizeof outcome) {
		fprintf(stderr, "%s failed\n", works[which].name);
		exit(1);
	}
	close(ends[0]);
	waitpid(child, NULL, 0);
	return outcome;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void measure(void)
{
	int64_t cpu[WORKS][ROUNDS];

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < WORKS; i++) {
			struct outcome outcome = do_once(i);

			cpu[i][round] = outcome.cpu;
			if (round > 0 && (outcome.digest != outcomes[i].digest ||
					  outcome.count != outcomes[i].count)) {
				fprintf(stderr, "%s came out differently\n", works[i].name);
				exit(1);
			}
			outcomes[i] = outcome;
		}
	}
	for (unsigned i = 0; i < WORKS; i++) {
		qsort(cpu[i], ROUNDS, sizeof cpu[i][0], compare);
		outcomes[i].cpu = cpu[i][ROUNDS / 2];
	}
}

/* ---- telling ---- */

static double per_second(unsigned which)
{
	return (double)outcomes[which].count / (double)outcomes[which].cpu * 1e9;
}

static double each(unsigned which)
{
	return (double)outcomes[which].cpu / (double)outcomes[which].count;
}

static double times(unsigned which, unsigned other)
{
	return (double)outcomes[which].cpu / (double)outcomes[other].cpu;
}

static void row(const char *work, const char *unit, double value, const char *aim, bool reached)
{
	printf("| %s | %.2f %s | %s | %s |\n", work, value, unit, aim, reached ? "yes" : "no");
}

static void tell_bulk(void)
{
	double share = per_second(BULK) / per_second(SKELETON);

	printf("| skeleton of the bulk transfer: bytes, checksums and links, no TCP | "
	       "%.2f M segments/s | | |\n",
	       per_second(SKELETON) / 1e6);
	row("bulk: 100 MB, 100 Mb/s, 10 ms, queue 100, 0.1 % loss (ns-3, quoted: 0.119)",
	    "M segments/s", per_second(BULK) / 1e6, "25 × ns-3", per_second(BULK) >= 25 * 119e3);
	row("… beside the skeleton", "×", share, "≥ 0.6", share >= 0.6);
	row("the same with all of it recorded, beside without", "×", times(RECORDED, BULK), "≤ 2",
	    times(RECORDED, BULK) <= 2);
}

static void tell(void)
{
	printf("| Work, by CPU time | Measured | Aim | Reached |\n|---|---:|---:|---|\n");
	tell_bulk();
	row("two engines face to face, MTU 1500", "GB/s", per_second(FACE) / 1e9, "≥ 6",
	    per_second(FACE) >= 6e9);
	row("… MTU 65,535", "GB/s", per_second(FACE_64K) / 1e9, "≥ 6", per_second(FACE_64K) >= 6e9);
	row("10,000 short connections with TIME-WAIT (ns-3, quoted: 14.3)", "s",
	    (double)outcomes[SHORT].cpu / 1e9, "≤ 0.143", outcomes[SHORT].cpu <= 143000000);
	row("100,000 of them, beside 10,000", "×", times(SHORT_10, SHORT), "≤ 11",
	    times(SHORT_10, SHORT) <= 11);
	row("10 kB with 1 % loss, each of 1,000 seeds (ns-3, quoted: 20.9)", "ms",
	    each(SEEDS) / 1e6, "≤ 0.2", each(SEEDS) <= 2e5);
	row("dumbbell, 100 flows, 100 Mb/s, 60 simulated s (ns-3, quoted: 15.2)", "s",
	    (double)outcomes[DUMBBELL].cpu / 1e9, "≤ 0.76", outcomes[DUMBBELL].cpu <= 760000000);
	row("one end of an idle connection, all memory beside the network's", "KiB",
	    each(IDLE) / 1024, "≤ 2", each(IDLE) <= 2048);
	row("the program starts and says its version", "ms", each(START) / 1e6, "≤ 5",
	    each(START) <= 5e6);
}

static int do_only(const char *name)
{
	for (unsigned i = 0; i < WORKS; i++) {
		struct outcome outcome;

		if (strcmp(works[i].name, name) != 0)
			continue;
		outcome = works[i].work();
		printf("%lld %llu %llx\n", (long long)outcome.cpu,
		       (unsigned long long)outcome.count, (unsigned long long)outcome.digest);
		return 0;
	}
	fprintf(stderr, "there is no work \"%s\"\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc == 3) {
		program = argv[1];
		return do_only(argv[2]);
	}
	if (argc != 2) {
		fprintf(stderr, "usage: %s TCPLAB [WORK]\n", argv[0]);
		return 2;
	}
	program = argv[1];
	measure();
	tell();
	return 0;
}
