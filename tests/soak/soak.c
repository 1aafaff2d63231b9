/* soak.c — random worlds by the thousand: `make soak SEED=… N=…`.
 *
 *     soak [-j PROCESSES] [-o DIRECTORY] SEED N
 *
 * Each seed is a world (plan.h) which is run and watched (run.h). A seed that
 * fails is named in one line; what is left of its world when all that is not
 * needed was taken away is DIRECTORY/soak-SEED.json, for `tcplab run`. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tcp/tcb.h"
#include "tests/soak/run.h"
#include "tests/soak/shrink.h"

enum { PROCESSES_MAX = 16, FAILURES_MAX = 10, SECONDS_MAX = 60, GROWTH_MAX = 4 << 20 };

/* Seen by all processes; each writes its own. */
struct worker {
	pid_t pid;
	uint64_t next; /* the seed it is at */
	uint64_t worlds;
	uint64_t segments;
	uint64_t octets;
	uint64_t connections;
	uint64_t half_open;
	uint64_t endings[8];
};

struct soak {
	uint64_t first;
	uint64_t end;
	unsigned processes;
	const char *directory;
	struct worker *workers;
	unsigned failures;
};

/* ---- in a process of its own ---- */

static void add_up(struct worker *worker, const struct run_report *report)
{
	worker->worlds++;
	worker->segments += report->segments;
	worker->octets += report->octets;
	worker->connections += report->connections;
	worker->half_open += report->half_open;
	for (unsigned i = 0; i < 8; i++)
		worker->endings[i] += report->endings[i];
}

/* What is in use grows no more once the first worlds have been. */
static bool memory_grows(uint64_t worlds, size_t *at_first)
{
	size_t now = mallinfo2().uordblks;

	if (worlds == 1000)
		*at_first = now;
	return worlds > 1000 && now > *at_first + GROWTH_MAX;
}

/* Ends at the first seed that fails, which stays worker->next. */
static void work(const struct soak *soak, struct worker *worker)
{
	static char text[PLAN_TEXT_MAX];
	static struct plan plan;
	size_t at_first = 0;
	uint64_t here = 0;

	for (; worker->next < soak->end; worker->next += soak->processes) {
		struct run_report report;
		struct run_limits limits;
		size_t len;

		alarm(SECONDS_MAX);
		plan_make(&plan, worker->next);
		limits = plan_limits(&plan);
		len = plan_write(&plan, text, sizeof text);
		run_scenario(text, len, &limits, &report);
		if (report.sort != FAULT_NONE)
			_exit(1);
		add_up(worker, &report);
		if (++here % 1000 == 0 && memory_grows(here, &at_first)) {
			fprintf(stderr, "memory grows: %zu octets, at first %zu\n",
				(size_t)mallinfo2().uordblks, at_first);
			_exit(2);
		}
	}
	_exit(0);
}

static void start(const struct soak *soak, struct worker *worker)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("soak");
		exit(2);
	}
	if (pid > 0)
		worker->pid = pid;
	else {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		work(soak, worker);
	}
}

/* ---- failures ---- */

static void report_failure(struct soak *soak, uint64_t seed)
{
	static char text[PLAN_TEXT_MAX];
	static struct plan plan;
	struct failure failure;
	char path[400];
	FILE *out;

	soak->failures++;
	plan_make(&plan, seed);
	plan_try(&plan, &failure);
	printf("make soak SEED=%llu N=1   # %s\n", (unsigned long long)seed,
	       failure.failed ? failure.what : "failed, and did not when tried alone");
	fflush(stdout);
	if (!failure.failed)
		return;
	plan_shrink(&plan, &failure);
	snprintf(path, sizeof path, "%s/soak-%llu.json", soak->directory, (unsigned long long)seed);
	out = fopen(path, "w");
	if (out == NULL) {
		perror(path);
		return;
	}
	fwrite(text, 1, plan_write(&plan, text, sizeof text), out);
	fclose(out);
	printf("  tcplab run %s   # %s\n", path, failure.what);
	fflush(stdout);
}

/* ---- all of them ---- */

static void wait_for_all(struct soak *soak)
{
	int status;
	pid_t pid;

	while ((pid = wait(&status)) > 0) {
		for (unsigned i = 0; i < soak->processes; i++) {
			struct worker *worker = &soak->workers[i];

			if (worker->pid != pid || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
				continue;
			report_failure(soak, worker->next);
			worker->next += soak->processes;
			if (soak->failures < FAILURES_MAX)
				start(soak, worker);
		}
	}
}

static void sum_up(const struct soak *soak)
{
	struct worker all = {0};
	struct rusage usage;
	double seconds;

	for (unsigned i = 0; i < soak->processes; i++) {
		const struct worker *w = &soak->workers[i];

		all.worlds += w->worlds;
		all.segments += w->segments;
		all.octets += w->octets;
		all.connections += w->connections;
		all.half_open += w->half_open;
		for (unsigned k = 0; k < 8; k++)
			all.endings[k] += w->endings[k];
	}
	getrusage(RUSAGE_CHILDREN, &usage);
	seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
		  (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	printf("%llu connections (", (unsigned long long)all.connections);
	for (unsigned i = 1; i < 8; i++) {
		if (all.endings[i] > 0)
			printf("%llu %s, ", (unsigned long long)all.endings[i],
			       ending_name((enum ending)i));
	}
	printf("%llu half-open), %llu segments, %llu octets\n", (unsigned long long)all.half_open,
	       (unsigned long long)all.segments, (unsigned long long)all.octets);
	printf("%llu worlds in %.1f s of CPU time, %u failed\n", (unsigned long long)all.worlds,
	       seconds, soak->failures);
}

static bool read_arguments(struct soak *soak, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "j:o:")) != -1) {
		if (option == 'j')
			soak->processes = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'o')
			soak->directory = optarg;
		else
			return false;
	}
	if (argc - optind != 2 || soak->processes < 1 || soak->processes > PROCESSES_MAX)
		return false;
	soak->first = strtoull(argv[optind], NULL, 10);
	soak->end = soak->first + strtoull(argv[optind + 1], NULL, 10);
	return true;
}

int main(int argc, char **argv)
{
	struct soak soak = {.processes = 2, .directory = "."};

	if (!read_arguments(&soak, argc, argv)) {
		fprintf(stderr, "soak [-j PROCESSES] [-o DIRECTORY] SEED N\n");
		return 2;
	}
	soak.workers = mmap(NULL, PROCESSES_MAX * sizeof *soak.workers, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (soak.workers == MAP_FAILED) {
		perror("soak");
		return 2;
	}
	for (unsigned i = 0; i < soak.processes; i++) {
		soak.workers[i].next = soak.first + i;
		start(&soak, &soak.workers[i]);
	}
	wait_for_all(&soak);
	sum_up(&soak);
	return soak.failures > 0;
}
