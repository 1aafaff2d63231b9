/* script_inside.h — what the files of the applications share. Not for callers. */
#ifndef TCPLAB_NET_SCRIPT_INSIDE_H
#define TCPLAB_NET_SCRIPT_INSIDE_H

#include "net/script.h"

/* One connection and how far its part of the script is. */
struct session {
	struct script *script;
	uint32_t number;
	uint32_t conn; /* of the host, or EVENT_NONE when it is over */
	uint32_t head; /* the step that made it: its steps are those after */
	uint32_t recorded;
	uint64_t fired;      /* steps whose trigger has come: bits */
	uint64_t sending;    /* SEND steps that wait for room */
	uint32_t sends_left; /* repetitions of SENDs still to come */
	int64_t octets;      /* read so far */
	int64_t left;        /* the connection ended before they were read */
	int64_t wrong_at;
	int64_t slow_octets; /* to read at a time */
	nanos slow_every;
	nanos slow_start;
	uint8_t *echoes; /* read, and still to be sent back */
	uint32_t echoes_len;
	uint32_t echoes_capacity;
	bool echo;
	bool slow;
	bool slow_waits; /* a reading is scheduled */
	bool close_waits;
	bool peer_closed; /* no more will come than what is there */
	bool over;        /* the connection has ended; what is left is still read */
};

struct script {
	struct world *world;
	struct host *host;
	const struct script_step *steps;
	uint32_t count;
	uint64_t accepting; /* listening steps that will take a connection: bits */
	struct session **sessions;
	uint32_t session_count;
	uint32_t session_capacity;
};

/* script.c */
/* Step `step` is done: the one that follows may begin. `s` is NULL before there
 * is a connection. */
void step_done(struct script *script, struct session *s, uint32_t step, nanos now);
void session_trigger(struct session *s, enum script_trigger trigger, nanos now);

/* The actions, as script_actions.c lists them. */
void script_listen(struct script *script, struct session *s, uint32_t step, nanos now);
void script_connect(struct script *script, struct session *s, uint32_t step, nanos now);
void script_send(struct script *script, struct session *s, uint32_t step, nanos now);
void script_take(struct script *script, struct session *s, uint32_t step, nanos now);
void script_echo(struct script *script, struct session *s, uint32_t step, nanos now);
void script_close(struct script *script, struct session *s, uint32_t step, nanos now);
void script_abort(struct script *script, struct session *s, uint32_t step, nanos now);
void script_buffer(struct script *script, struct session *s, uint32_t step, nanos now);
void script_reboot(struct script *script, struct session *s, uint32_t step, nanos now);
void script_forge(struct script *script, struct session *s, uint32_t step, nanos now);

/* script_send.c: there is room again; text was read that is to be sent back */
void session_has_room(struct session *s, nanos now);
void session_send_echoes(struct session *s, nanos now);
void session_keep_echo(struct session *s, const uint8_t *octets, uint32_t len);

/* script_read.c: octets are there, or there will be no more; they are handed
 * over; they are read after the end */
void session_has_text(struct session *s, nanos now);
void session_read_left(struct session *s, int64_t max, nanos now);
void session_delivered(struct session *s, int64_t offset, const uint8_t *octets, uint32_t len);

#endif
