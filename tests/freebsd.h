/* freebsd.h — where the tests of FreeBSD's switches begin. */
#ifndef TCPLAB_TESTS_FREEBSD_H
#define TCPLAB_TESTS_FREEBSD_H

#include "tests/dialogue.h"

/* Profiles to which a test adds the one switch that it is about. */
struct profile plain(void);
struct profile freebsd(void);

/* Both have closed, the peer second: TIME-WAIT. */
struct dialogue in_time_wait(const struct profile *profile);

#endif
