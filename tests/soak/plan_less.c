/* plan_less.c — a plan without one of its parts, or with less of something. */
#include "tests/soak/plan.h"

#include <string.h>

#include "net/script.h"

#define TAKE_OUT(list, count, n)                                                                   \
	memmove(&(list)[n], &(list)[(n) + 1], (--(count) - (n)) * sizeof(list)[0])

static bool makes_connections(const struct plan_step *step)
{
	return step->action == SCRIPT_LISTEN || step->action == SCRIPT_CONNECT;
}

/* A step that makes connections goes with all that follow for them. */
static void take_steps_out(struct plan_host *host, unsigned n)
{
	bool head = makes_connections(&host->steps[n]);

	do {
		TAKE_OUT(host->steps, host->step_count, n);
	} while (head && n < host->step_count && !makes_connections(&host->steps[n]));
}

/* Each of the next three counts *n down by its parts, or takes the nth out. */
static bool without_faults(struct plan *plan, unsigned *n)
{
	for (unsigned i = 0; i < plan->link_count; i++) {
		struct plan_link *link = &plan->links[i];

		if (*n < link->fault_count) {
			TAKE_OUT(link->faults, link->fault_count, *n);
			return true;
		}
		*n -= link->fault_count;
		if (link->rate_kbps == 0 && link->mtu == 1500)
			continue;
		if ((*n)-- == 0) {
			link->rate_kbps = 0;
			link->mtu = 1500;
			return true;
		}
	}
	return false;
}

static bool without_steps(struct plan *plan, unsigned *n)
{
	for (unsigned i = 0; i < plan->host_count; i++) {
		for (unsigned k = 0; k < plan->hosts[i].step_count; k++) {
			if (plan->hosts[i].steps[k].keep || (*n)-- > 0)
				continue;
			take_steps_out(&plan->hosts[i], k);
			return true;
		}
	}
	return false;
}

static bool without_fields(struct plan *plan, unsigned *n)
{
	for (unsigned i = 0; i < plan->host_count; i++) {
		struct plan_host *host = &plan->hosts[i];

		if (*n < host->field_count) {
			TAKE_OUT(host->fields, host->field_count, *n);
			return true;
		}
		*n -= host->field_count;
	}
	return false;
}

/* The last host, where nobody connects to it and it does nothing. */
static bool without_host(struct plan *plan)
{
	unsigned last = plan->host_count - 1;

	if (plan->host_count <= 2 || plan->hosts[last].step_count > 0)
		return false;
	plan->host_count--;
	plan->link_count--;
	return true;
}

bool plan_without(struct plan *plan, unsigned n)
{
	if (n == 0 && without_host(plan))
		return true;
	return without_steps(plan, &n) || without_faults(plan, &n) || without_fields(plan, &n);
}

static bool halve(int64_t *number, int64_t least, unsigned *n)
{
	if (*number <= least || (*n)-- > 0)
		return false;
	*number = least + (*number - least) / 2;
	return true;
}

static bool halve32(uint32_t *number, uint32_t least, unsigned *n)
{
	int64_t wide = *number;
	bool done = halve(&wide, least, n);

	*number = (uint32_t)wide;
	return done;
}

bool plan_with_less(struct plan *plan, unsigned n)
{
	for (unsigned i = 0; i < plan->host_count; i++) {
		for (unsigned k = 0; k < plan->hosts[i].step_count; k++) {
			struct plan_step *step = &plan->hosts[i].steps[k];

			if (halve(&step->octets, 1, &n) || halve32(&step->times, 1, &n) ||
			    halve(&step->after_ms, 0, &n) ||
			    (!step->keep && halve(&step->at_ms, 0, &n)))
				return true;
		}
	}
	for (unsigned i = 0; i < plan->link_count; i++) {
		if (halve32(&plan->links[i].delay_us, 0, &n))
			return true;
	}
	return false;
}
