/* rack.h — where conversations about RACK begin. */
#ifndef TCPLAB_TESTS_RACK_H
#define TCPLAB_TESTS_RACK_H

#include "tests/dialogue.h"

/* SRTT, RACK.rtt and min_RTT are the round trip; ten segments may be under way. */
struct dialogue with_rack(int64_t round_trip_ms);

/* The same, of a round trip of 100 ms, when so many octets were sent 100 ms ago. */
struct dialogue under_way(uint32_t octets);

#endif
