#include "live/socket_pair.h"

#include <sys/socket.h>

bool socket_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
}
