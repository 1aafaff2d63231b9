/* rack.h — where conversations about RACK begin. */
#ifndef TCPLAB_TESTS_RACK_H
#define TCPLAB_TESTS_RACK_H

#include "tests/dialogue.h"

/* SRTT, RACK.rtt and min_RTT are 100 ms; ten segments may be under way. */
struct dialogue with_rack(void);

/* The same when so many octets were sent 100 ms ago. */
struct dialogue under_way(uint32_t octets);

#endif
