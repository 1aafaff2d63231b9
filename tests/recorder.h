/* recorder.h — recordings made by hand, event by event, for tests. */
#ifndef TCPLAB_TESTS_RECORDER_H
#define TCPLAB_TESTS_RECORDER_H

#include "record/recording.h"

enum { A, B, C };

/* Three hosts, 10.0.0.1 to 10.0.0.3; A (port 1000) and B (port 80) have a connection each, to
 * each other. */
struct run {
	struct recording *r;
	uint32_t conn[2];
};

struct run run_begin(void);
struct endpoint run_endpoint(int host, uint16_t port);
struct event run_event(int ms, uint8_t host, enum event_kind kind);

/* Each adds one event of the host, and of its connection where it has one, and returns the
 * event's number. */
uint32_t run_add(const struct run *run, int ms, uint8_t host, enum event_kind kind);
uint32_t run_add_about(const struct run *run, int ms, uint8_t host, enum event_kind kind,
		       uint32_t packet);

/* A segment of A to B, or of B to A; run_send() returns the packet's number. */
struct packet_record run_packet(const struct run *run, uint8_t host, uint32_t seq, uint32_t len,
				unsigned flags);
uint32_t run_send(const struct run *run, int ms, uint8_t host, uint32_t seq, uint32_t len,
		  unsigned flags);

uint32_t run_turn(const struct run *run, uint32_t event);
uint32_t run_cause(const struct run *run, uint32_t event);
struct packet_record run_packet_at(const struct run *run, uint32_t n);

#endif
