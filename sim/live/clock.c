#include "live/clock.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<sys/random.h>)
#include <sys/random.h> /* getentropy(), where it is not in <unistd.h> */
#endif

static nanos read_clock(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (nanos)now.tv_sec * 1000000000 + now.tv_nsec;
}

nanos clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

nanos clock_calendar(void)
{
	return read_clock(CLOCK_REALTIME);
}

uint64_t clock_secret(void)
{
	uint64_t secret;

	if (getentropy(&secret, sizeof secret) != 0)
		abort(); /* with at most 256 octets asked for it does not happen */
	return secret;
}
