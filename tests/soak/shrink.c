#include "tests/soak/shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/soak/run.h"

enum { SECONDS_MAX = 60, TRIES_MAX = 2000 };

struct run_limits plan_limits(const struct plan *plan)
{
	uint64_t octets = 0;

	for (unsigned i = 0; i < plan->host_count; i++) {
		for (unsigned k = 0; k < plan->hosts[i].step_count; k++)
			octets += (uint64_t)plan->hosts[i].steps[k].octets *
				  plan->hosts[i].steps[k].times;
	}
	return (struct run_limits){.patterned = !plan->echo,
				   .gentle = plan->gentle,
				   .packets = 200000 + 40 * octets / plan->unit,
				   .a_second = (uint32_t)(4000 + 20 * octets / plan->unit)};
}

/* In the child: what is wrong goes to stderr, as a failed assertion does. */
static void try_here(const struct plan *plan)
{
	static char text[PLAN_TEXT_MAX];
	size_t len = plan_write(plan, text, sizeof text);
	struct run_limits limits = plan_limits(plan);
	struct run_report report;

	alarm(SECONDS_MAX);
	run_scenario(text, len, &limits, &report);
	if (report.sort != FAULT_NONE)
		fprintf(stderr, "%s", report.what);
	_exit((int)report.sort);
}

void plan_try(const struct plan *plan, struct failure *failure)
{
	int ends[2];
	int status = 0;
	size_t len = 0;
	ssize_t got;
	pid_t child;

	*failure = (struct failure){0};
	if (pipe(ends) != 0 || (child = fork()) < 0) {
		perror("soak");
		exit(2);
	}
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		try_here(plan);
	}
	close(ends[1]);
	while ((got = read(ends[0], failure->what + len, sizeof failure->what - 1 - len)) > 0)
		len += (size_t)got;
	close(ends[0]);
	waitpid(child, &status, 0);
	failure->failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	failure->what[strcspn(failure->what, "\n")] = '\0';
	if (WIFSIGNALED(status) && len == 0)
		snprintf(failure->what, sizeof failure->what, "%s", strsignal(WTERMSIG(status)));
	if (WIFSIGNALED(status))
		snprintf(failure->sort, sizeof failure->sort, "%.110s", failure->what);
	else
		snprintf(failure->sort, sizeof failure->sort, "%d", WEXITSTATUS(status));
}

static bool try_smaller(struct plan *plan, bool (*smaller)(struct plan *plan, unsigned n),
			unsigned n, struct failure *failure, bool *there)
{
	static struct plan candidate;
	struct failure now;

	candidate = *plan;
	*there = smaller(&candidate, n);
	if (!*there)
		return false;
	plan_try(&candidate, &now);
	if (!now.failed || strcmp(now.sort, failure->sort) != 0)
		return false;
	*plan = candidate;
	*failure = now;
	return true;
}

void plan_shrink(struct plan *plan, struct failure *failure)
{
	bool (*const ways[])(struct plan *, unsigned) = {plan_without, plan_with_less};
	unsigned tries = 0;
	bool progress = true;

	while (progress && tries < TRIES_MAX) {
		progress = false;
		for (unsigned way = 0; way < 2; way++) {
			bool there = true;

			for (unsigned n = 0; there && tries < TRIES_MAX; tries++) {
				if (try_smaller(plan, ways[way], n, failure, &there))
					progress = true;
				else
					n++;
			}
		}
	}
}
