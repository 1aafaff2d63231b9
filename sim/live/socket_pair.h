/* socket_pair.h — two connected descriptors: the run has one end, its application
 * the other. */
#ifndef TCPLAB_LIVE_SOCKET_PAIR_H
#define TCPLAB_LIVE_SOCKET_PAIR_H

#include <stdbool.h>
#include <sys/socket.h>

static inline bool socket_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
}

#endif
