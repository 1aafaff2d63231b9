/* sample_recording.h — recordings made by hand, for the tests of the views.
 *
 * They need no engine and no network: each event is put there as a lesson
 * would have it, so that a view can be tested against something known. The
 * caller frees with recording_free(). */
#ifndef TCPLAB_TESTS_SAMPLE_RECORDING_H
#define TCPLAB_TESTS_SAMPLE_RECORDING_H

#include "record/recording.h"

/* A lesson: the SYN,ACK is lost and sent again after a second; then some
 * text, of which a segment is lost, one overtaken and one duplicated; then
 * both sides close and the client waits in TIME-WAIT. */
struct recording *sample_lesson(void);

/* Both sides open at once, and one is reset: arrows that cross. */
struct recording *sample_crossing(void);

/* A connection that is established, until the server starts anew. */
struct recording *sample_restart(void);

/* `packets` segments and their ACKs over 10 ms, three in a thousand lost. */
struct recording *sample_bulk(uint32_t packets);

/* The beginning of a capture: nothing is known of when segments were sent,
 * so they arrive when they are sent, and all states are inferred. */
struct recording *sample_capture(void);

#endif
