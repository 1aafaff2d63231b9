/* pass.h — a message with a file descriptor, from one process to another. */
#ifndef TCPLAB_LIVE_PASS_H
#define TCPLAB_LIVE_PASS_H

#include <stdbool.h>
#include <stddef.h>

/* Over a Unix socket that keeps messages apart. `fd` −1: none goes along. */
bool pass_descriptor(int socket, const void *message, size_t len, int fd);
/* Waits for a message of exactly `len` octets. *fd is −1 where none came along. */
bool take_descriptor(int socket, void *message, size_t len, int *fd);

#endif
