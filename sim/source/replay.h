/* replay.h — `tcplab replay`: a captured connection becomes a recording.
 *
 * Either both ends are inferred: each host's TCB is followed through what it
 * was seen to send and what must have reached it. Or our engine takes the
 * place of one end: it gets what the other end sent, its application calls
 * what the captured one must have called, and what it sends is compared with
 * what the captured host sent.
 *
 * A SEND event of a captured packet has the packet's number in the capture as
 * its value; 0 means that the capture does not hold it. */
#ifndef TCPLAB_SOURCE_REPLAY_H
#define TCPLAB_SOURCE_REPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/side.h"
#include "record/recording.h"
#include "tcp/profile.h"

struct flows;
struct trace;

enum replay_play {
	REPLAY_BOTH,        /* both ends are inferred */
	REPLAY_PLAY_CLIENT, /* our engine is the client */
	REPLAY_PLAY_SERVER, /* our engine is the server */
};

struct replay_options {
	uint32_t connection; /* number in the list, from 1; 0: the first with a handshake */
	uint8_t play;        /* enum replay_play */
	struct flows *flows; /* where not NULL: the list is put there; flows_free() it on true */
};

/* What there is to say beside the recording. */
struct replay_summary {
	char *report; /* lines for people, about the capture, the connection, and how our
			 segments compare; free() it */
	/* Where our engine played: its segments with text or control bits against the
	 * captured ones; compare.h says what counts. */
	uint32_t same;
	uint32_t different;
	uint32_t cut;        /* the same octets, cut differently */
	uint32_t missing;    /* captured, and not sent by us */
	uint32_t extra;      /* sent by us, and not captured */
	uint32_t connection; /* that was replayed, its number in the list */
	/* How the ends are configured, as their segments show: captured_profile.h. */
	struct profile profiles[SIDES];
};

/* Reads the capture at `path` ("-": standard input) and replays one of its
 * connections. On true, recording_free(*out), and free(summary->report);
 * `summary` may be NULL. */
bool replay_run(const char *path, const struct replay_options *options, struct recording **out,
		struct replay_summary *summary, struct error *err);

/* The same for a capture that is open already. */
bool replay_trace(struct trace *trace, const struct replay_options *options, struct recording **out,
		  struct replay_summary *summary, struct error *err);

/* Writes the table of the capture's connections, and what is wrong with it. */
bool replay_list(const char *path, FILE *out, struct error *err);

#endif
