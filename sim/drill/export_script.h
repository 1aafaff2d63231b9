/* export_script.h — a recording as a packetdrill script, seen from one end of one
 * connection.
 *
 * What that end's application called, what it sent, and what reached it, in the
 * order in which it happened there: what the network lost on the way to it the
 * script does not know. The sequence numbers of each side count from its SYN.
 * Times are exact to the nanosecond.
 *
 * `tcplab drill` passes on it, for the script's head says how the TCP is
 * configured, in a comment that other implementations of the language read over. */
#ifndef TCPLAB_DRILL_EXPORT_SCRIPT_H
#define TCPLAB_DRILL_EXPORT_SCRIPT_H

#include <stdio.h>

#include "base/error.h"
#include "base/side.h"
#include "record/recording.h"
#include "tcp/profile.h"

/* How the end is configured that the script speaks for. */
struct script_end {
	struct profile profile;
	uint64_t seed; /* of its host's chance */
	uint16_t mtu;  /* of its link; 0: 1500 */
};

/* The end of connection `number`, from 1: pairs in the order in which they began, and what
 * never found its other end. The client is who opened actively, of two that did who began. False
 * with a sentence where there is no such connection or end. *several: it has others beside it. */
bool export_script_find(const struct recording *r, uint32_t number, enum side side, uint32_t *conn,
			bool *several, struct error *err);

/* False with a sentence where the connection cannot be a script, or writing fails. */
bool export_script(const struct recording *r, uint32_t conn, const struct script_end *end,
		   FILE *out, struct error *err);

#endif
