/* watch.h — `tcplab watch`: a network's connections as they happen.
 *
 * One thread takes frames from a sniffer into what was seen (seen.h), and
 * writes them to a file where that is wanted. Another makes the recording of
 * the connection that is followed: by replaying what is there of it, again
 * and again, but not more often than leaves most of the time free. So the
 * recording is what `tcplab replay` makes of the saved capture, at any time.
 *
 *     watch_start(&options)
 *     …ready(who): watch_take(watch, &watched)…      recordings, ever longer
 *     watch_stop(watch)
 *     watch_finish(watch, &watched, &err)            of all that came
 *     watch_free(watch) */
#ifndef TCPLAB_LIVE_WATCH_H
#define TCPLAB_LIVE_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "live/seen.h"
#include "live/sniffer.h"
#include "record/recording.h"
#include "source/replay.h"

struct watch;

struct watch_options {
	const char *name;         /* what recordings are of: the interface */
	size_t memory;            /* octets for what is seen; 0: SEEN_MEMORY */
	FILE *save;               /* where all frames go, as pcapng; NULL: nowhere */
	uint32_t connection;      /* to follow, from 1; 0: as in a capture */
	bool made_at_end;         /* no recordings on the way, only watch_finish()'s */
	void (*ready)(void *who); /* in a thread: there is something new, or it has ended */
	void *who;
};

/* A recording: the taker frees both. */
struct watched {
	struct recording *recording;
	struct replay_summary summary;
	uint32_t number; /* of the connection */
};

struct watch_state {
	struct seen_counts seen;
	uint64_t lost;     /* frames that the capture had no room for */
	uint32_t followed; /* 0: none yet */
	nanos replaying;   /* how long the newest recording took to make */
	uint32_t replayed; /* how many were made */
	bool ended;        /* the interface is gone, or watch_stop() was called */
	int save_failed;   /* errno of the first time that the file could not be written; 0 */
	char why[ERROR_TEXT_MAX]; /* it ended by itself, in a sentence */
};

/* Takes over the sniffer. */
struct watch *watch_start(struct sniffer *sniffer, const struct watch_options *options);

/* The newest recording, where it was not taken yet. */
bool watch_take(struct watch *watch, struct watched *out);

/* Another connection, which is then also kept to; that which is followed: keeps to it. */
void watch_follow(struct watch *watch, uint32_t number);

void watch_state(struct watch *watch, struct watch_state *out);

/* A copy of what is known of the connections; flows_free() it. */
void watch_flows(struct watch *watch, struct flows *out);

/* No more frames, after those that came already. */
void watch_stop(struct watch *watch);

/* After that: the recording of all that there is of the connection. False with a sentence
 * where there is none. */
bool watch_finish(struct watch *watch, struct watched *out, struct error *err);

/* Stops first, where that was not done. */
void watch_free(struct watch *watch);

#endif
