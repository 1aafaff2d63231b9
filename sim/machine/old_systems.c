#include "machine/old_systems.h"

#include <string.h>

#include "tcp/congestion.h"

/* Linux before RACK, 4.4 or so, on a machine with less memory. */
static void as_old_linux(struct profile *profile)
{
	profile->receive_memory = MEMORY_HALVED; /* tcp_adv_win_scale = 1 */
	profile->receive_buffer_max = 2097152;
	profile->initial_receive_window = 20;
	profile->takes_whole = false;
	profile->window_scale = 6;
	profile->rack = false;
	profile->hystart = false;
	profile->challenge_random = false;
	profile->challenge_limit = 100;
}

/* FreeBSD 12, before 2020: RFC 2988's first RTO, a longer delay of ACKs, and scaling, timestamps,
 * ECN and recovery without what was mended since. */
static void as_old_freebsd(struct profile *profile)
{
	profile->rto_initial = nanos_from_s(3);
	profile->delayed_ack = nanos_from_ms(100);
	profile->window_rounds_down = true;
	profile->ts_may_miss = true;
	profile->cwr_at_once = true;
	profile->prr = false;
	profile->congestion_control = congestion_control_named("reno");
}

static const struct {
	const char *name;
	const char *since; /* the profile of what they have become */
	void (*change)(struct profile *profile);
} old_systems[] = {
	{"linux-old", "linux", as_old_linux},
	{"freebsd-old", "freebsd", as_old_freebsd},
};

const char *old_system(const char *name, struct profile *profile)
{
	for (size_t i = 0; i < sizeof old_systems / sizeof old_systems[0]; i++) {
		if (strcmp(name, old_systems[i].name) != 0)
			continue;
		profile_named(old_systems[i].since, profile);
		old_systems[i].change(profile);
		return old_systems[i].name;
	}
	return NULL;
}
