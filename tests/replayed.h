/* replayed.h — captures made into recordings, and read back, for tests. */
#ifndef TCPLAB_TESTS_REPLAYED_H
#define TCPLAB_TESTS_REPLAYED_H

#include "source/replay.h"
#include "talk.h"

enum { CLIENT_HOST, SERVER_HOST }; /* as every replay numbers them */

struct replayed {
	struct recording *r;
	struct replay_summary summary;
};

/* Replays a capture of traces/, or a talk; fails the test where that cannot be done.
 * replayed_end() it. */
struct replayed replayed_file(const char *name, enum replay_play play);
struct replayed replayed_talk(const struct talk *talk, enum replay_play play);
void replayed_end(struct replayed *replayed);

/* Where a capture of traces/ is. */
const char *replayed_path(const char *name);

/* The states that a host went through: "SYN-SENT ESTABLISHED FIN-WAIT-1 …". */
const char *replayed_states(const struct replayed *replayed, unsigned host);

/* Both ends' states when a packet of the capture, by its number, has arrived or was lost:
 * "ESTABLISHED SYN-RECEIVED"; "-" where there is no TCB. */
const char *replayed_states_after(const struct replayed *replayed, int64_t packet);

/* The newest connection of a host, as it stood at the end. */
struct tcb replayed_tcb(const struct replayed *replayed, unsigned host);

/* How many events of a kind a host has. */
unsigned replayed_count(const struct replayed *replayed, unsigned host, enum event_kind kind);

/* The first event of a kind at a host; its number, or EVENT_NONE. */
uint32_t replayed_first(const struct replayed *replayed, unsigned host, enum event_kind kind);

/* The text of an event; "" where it has none. */
const char *replayed_text(const struct replayed *replayed, uint32_t event);

/* The calls of a host's application, in order: "OPEN SEND 89 CLOSE". */
const char *replayed_calls(const struct replayed *replayed, unsigned host);

#endif
