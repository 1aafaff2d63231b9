/* match_inside.h — what the files match*.c share. */
#ifndef TCPLAB_DRILL_MATCH_INSIDE_H
#define TCPLAB_DRILL_MATCH_INSIDE_H

#include "drill/match.h"
#include "wire/packet.h"

/* A timestamp of the machine: what the script has, and what was on the wire. */
struct stamp {
	uint32_t script;
	uint32_t wire;
};

/* One connection, as the script counts and as it is on the wire. */
struct mapping {
	uint16_t local_port; /* on the wire; 0: not known yet */
	uint16_t remote_port;
	bool ports_said; /* the script says them: others are not meant */
	bool local_known;
	bool remote_known;
	struct seq local_script; /* the ISN of the machine … */
	struct seq local_wire;
	struct seq remote;          /* … and of the script's side: the same in both */
	struct seq last_remote_syn; /* a connection that begins anew takes that */
	struct stamp *stamps;
	uint32_t stamp_count;
	uint32_t stamp_capacity;
	/* Of the windows that the machine offers. */
	bool scale_offered; /* by its SYN */
	bool scale_agreed;  /* by the script's, too */
	bool scale_heard;   /* by its last SYN, which may belong to the next connection */
	bool edge_known;
	uint8_t shift;
	struct seq edge; /* what it offered last ends there */

	uint32_t label_script; /* flow label; 0: none yet */
	uint32_t label_wire;
};

/* Segments that are a part of what is expected. */
struct merging {
	bool begun;
	struct packet first;
	struct packet last;
	uint32_t len; /* of all their text */
};

enum awaited { AWAITED_NOTHING, AWAITED_INBOUND, AWAITED_OUTBOUND };

enum { FIRST_REMOTE_PORT = 40001 };

struct match {
	const struct drill_settings *settings;
	struct mapping **mappings; /* they stay where they are */
	uint32_t count;
	uint32_t capacity;
	struct mapping *current; /* or NULL */
	uint8_t awaited;         /* enum awaited: what begins the next connection */
	uint16_t bind_port;
	uint16_t connect_port;
	uint16_t next_remote_port;
	uint32_t room; /* match_receive_room() */
	struct merging merging;
};

/* ---- match.c ---- */

struct mapping *mapping_add(struct match *m, uint16_t local_port, uint16_t remote_port);
/* Between these ports, or NULL. */
struct mapping *mapping_between(const struct match *m, uint16_t local_port, uint16_t remote_port);
/* What an inbound packet is to be sent in: perhaps a new one. */
struct mapping *mapping_inbound(struct match *m, const struct packet_spec *spec);
/* What this packet of the machine is a part of where the script expects `spec`; NULL: of
 * something that the script does not speak of. A SYN of the machine may begin one. */
struct mapping *mapping_outbound(struct match *m, const struct packet_spec *spec,
				 const struct packet *p);

/* ---- match_map.c ---- */

/* A segment of the script's side, from the script's numbers to those on the wire. */
void map_inbound(const struct mapping *map, const struct packet_spec *spec, struct segment *seg);
/* A segment of either side from the wire's numbers to those of the script. */
void map_to_script(const struct mapping *map, struct segment *seg, bool outbound);
/* Takes note of what the numbers of a SYN say. `script`: what the script has. */
void map_learn_outbound(struct mapping *map, const struct segment *script,
			const struct segment *wire);
void map_learn_inbound(struct mapping *map, const struct segment *seg);
void map_learn_stamp(struct mapping *map, const struct options *script, const struct options *wire);
/* The machine's sequence number on the wire for one of a segment without SYN in the script. */
struct seq map_local(const struct mapping *map, struct seq script);

/* ---- match_compare.c ---- */

/* `seg` has the script's numbers already. True where it is what is expected. */
bool compare_segment(const struct match *m, const struct packet_spec *spec,
		     const struct segment *seg, struct error *why);
bool compare_marks(const struct packet_spec *spec, const struct packet *p, struct mapping *map,
		   struct error *why);

/* ---- match_window.c ---- */

/* What the SYNs say of window scaling. */
void window_learn(struct mapping *map, const struct segment *seg, bool outbound);
/* A segment of the machine, in numbers of the wire, takes back no room that it offered;
 * looked at where the script is strict and does not say the window. */
bool window_compare(const struct match *m, struct mapping *map, const struct packet_spec *spec,
		    const struct segment *seg, struct error *why);

/* ---- match_datagram.c: UDP and ICMP ---- */

size_t compose_udp(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		   struct error *why);
size_t compose_icmp(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		    struct error *why);
enum matching match_udp(struct match *m, const struct packet_spec *spec, const uint8_t *datagram,
			size_t len, struct error *why);
enum matching match_icmp(struct match *m, const struct packet_spec *spec, const uint8_t *datagram,
			 size_t len, struct error *why);
/* False where it is neither. */
bool tell_datagram(const uint8_t *datagram, size_t len, struct text *out);

/* ---- match_compose.c ---- */

/* The IP header of an inbound packet: marks, TTL, flow label. */
struct packet packet_of_spec(const struct match *m, const struct packet_spec *spec);

#endif
