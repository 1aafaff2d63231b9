/* pass.h — a message with file descriptors, from one process to another. */
#ifndef TCPLAB_LIVE_PASS_H
#define TCPLAB_LIVE_PASS_H

#include <stdbool.h>
#include <stddef.h>

enum { PASSED_MAX = 8 };

/* Over a Unix socket that keeps messages apart. `count` descriptors go along. */
bool pass_descriptors(int socket, const void *message, size_t len, const int *fds, unsigned count);
/* Waits for a message of exactly `len` octets. As many descriptors as came along, at most `count`,
 * are in `fds`, the rest of which is −1. */
bool take_descriptors(int socket, void *message, size_t len, int *fds, unsigned count);

#endif
