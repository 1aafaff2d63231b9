/* export_inside.h — what the files of export_script.h share. Not for callers. */
#ifndef TCPLAB_DRILL_EXPORT_INSIDE_H
#define TCPLAB_DRILL_EXPORT_INSIDE_H

#include "base/text.h"
#include "drill/export_script.h"

enum { SCRIPT_LINE_MAX = 1024 };

struct script_writer {
	const struct recording *r;
	const struct script_end *end;
	const struct conn_record *conn;
	struct endpoint local; /* with the address, where it listened at all of its host's */
	uint32_t number;       /* of conn */
	FILE *out;
	nanos now; /* of the last event that was written */
	struct seq iss;
	struct seq irs;
	int64_t taken;     /* octets that the application has */
	uint32_t absorbed; /* SENDs to come that are part of one that was written */
	bool began;        /* an event was written */
	bool passive;
	bool accepted;
	bool standing;  /* the application takes what arrives at once */
	bool later;     /* and does so from its first RECEIVE on */
	bool with_syn;  /* the text of the next SEND went with the SYN */
	bool over;      /* what follows no script can say */
	uint8_t socket; /* the connection's descriptor */
};

/* "+0.05  ", for an event that is due now; the rest of the line is the caller's. */
void script_put_time(struct script_writer *w, nanos time);
void script_put_remark(struct script_writer *w, const char *words);

/* export_calls.c */
/* The socket, and what it does before the first call. */
void script_put_call(struct script_writer *w, uint32_t n, const struct event *event);
/* The connection is there to be taken. */
void script_put_accept(struct script_writer *w, nanos time);
/* What the application has by now, it has read. */
void script_put_reads(struct script_writer *w, nanos time, int64_t taken);

/* export_packets.c */
/* The first SYN of each side. */
void script_find_isns(struct script_writer *w);
bool script_is_of_connection(const struct script_writer *w, const struct packet_record *packet);
void script_put_packet(struct script_writer *w, uint32_t n, const struct event *event);

#endif
