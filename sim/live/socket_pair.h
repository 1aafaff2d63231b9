/* socket_pair.h — two connected descriptors: the run has one end, its application
 * the other. */
#ifndef TCPLAB_LIVE_SOCKET_PAIR_H
#define TCPLAB_LIVE_SOCKET_PAIR_H

#include <stdbool.h>

bool socket_pair(int ends[2]);

#endif
