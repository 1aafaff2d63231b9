/* story.h — a recording in which everything happens once: every kind of
 * event, segments that are lost, sent again, copied, overtaken and damaged,
 * an ICMP error, a reboot. */
#ifndef TCPLAB_TESTS_STORY_H
#define TCPLAB_TESTS_STORY_H

#include "tests/recorder.h"

struct run story(void);

/* Three segments of a handshake, of which the SYN,ACK is lost once. */
struct run story_of_a_handshake(void);

#endif
