#include "live/socket_pair.h"

#include <fcntl.h>
#include <sys/socket.h>

bool socket_pair(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		return false;
	for (unsigned i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	return true;
}
