#include "live/wake.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void wake_init(struct wake *wake)
{
	int ends[2];

	if (pipe(ends) != 0)
		abort(); /* whoever is to be woken has descriptors already */
	for (unsigned i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, fcntl(ends[i], F_GETFL) | O_NONBLOCK);
	}
	*wake = (struct wake){.fd = ends[0], .other = ends[1]};
}

void wake_up(struct wake *wake)
{
	/* Where there is no room it is awake. */
	(void)!write(wake->other, "", 1);
}

void wake_clear(struct wake *wake)
{
	char octets[64];

	while (read(wake->fd, octets, sizeof octets) > 0)
		continue;
}

void wake_free(struct wake *wake)
{
	close(wake->fd);
	close(wake->other);
}
