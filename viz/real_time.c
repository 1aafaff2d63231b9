#include "viz/real_time.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

void real_time_follow(bool (*goes_on)(void *who), void *who)
{
	const struct sigaction action = {.sa_handler = interrupt};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!interrupted && goes_on(who))
		poll(NULL, 0, (int)(GROWS_EVERY / 1000000));
}

void real_time_await(bool (*goes_on)(void *who), void *who)
{
	enum { SOON_MS = 10 };

	while (goes_on(who))
		poll(NULL, 0, SOON_MS);
}
