#include "viz/focus.h"

#include <string.h>

/* ---- choosing ---- */

static bool host_with(const struct recording *r, const struct address *address, uint8_t *host)
{
	for (uint32_t h = 0; h < recording_hosts(r); h++) {
		const struct host_record *record = recording_host(r, h);

		for (int i = 0; i < 2; i++)
			if (address->version != 0 && address_eq(&record->addresses[i], address)) {
				*host = (uint8_t)h;
				return true;
			}
	}
	return false;
}

static bool is_own_address(const struct recording *r, uint8_t host, const struct address *address)
{
	const struct host_record *record = recording_host(r, host);

	return address_eq(&record->addresses[0], address) ||
	       address_eq(&record->addresses[1], address);
}

/* Who speaks first in their own name: a forger is a guest, even where it begins. */
struct focus focus_of_recording(const struct recording *r)
{
	struct focus f = {{0, recording_hosts(r) > 1 ? 1 : 0}, {EVENT_NONE, EVENT_NONE}};
	bool found = false;
	bool own = false;

	for (uint32_t n = 0; n < recording_packets(r) && !own; n++) {
		struct packet_record p;
		uint8_t to;

		recording_packet(r, n, &p);
		if (!host_with(r, &p.packet.dst, &to) || to == p.host)
			continue;
		own = is_own_address(r, p.host, &p.packet.src);
		if (found && !own)
			continue;
		f.host[CLIENT] = p.host;
		f.host[SERVER] = to;
		found = true;
	}
	return f;
}

struct focus focus_of_conn(const struct recording *r, uint32_t conn)
{
	const struct conn_record *record = recording_conn(r, conn);
	uint32_t peer = record->peer;
	uint8_t remote = record->host;
	struct cursor end = cursor_end(r);
	struct tcb tcb;
	struct focus f;

	if (peer != EVENT_NONE)
		remote = recording_conn(r, peer)->host;
	else
		(void)host_with(r, &record->remote.address, &remote);
	f = (struct focus){{record->host, remote}, {conn, peer}};
	if (end.event != EVENT_NONE && recording_tcb(r, conn, end.event, &tcb) && tcb.passive)
		f = (struct focus){{remote, record->host}, {peer, conn}};
	return f;
}

/* ---- asking ---- */

bool focus_side(const struct focus *f, uint8_t host, enum side *side)
{
	*side = host == f->host[CLIENT] ? CLIENT : SERVER;
	return host == f->host[*side];
}

/* Segments in the peer's name, and errors about our segments. */
static bool is_about(const struct recording *r, uint32_t conn, const struct packet_record *p)
{
	const struct conn_record *record = recording_conn(r, conn);
	const struct packet *packet = &p->packet;

	if (packet->kind == PACKET_ICMP_ERROR)
		return endpoint_eq(&packet->icmp.quoted_src, &record->local) &&
		       endpoint_eq(&packet->icmp.quoted_dst, &record->remote);
	return packet->tcp.dst_port == record->local.port &&
	       packet->tcp.src_port == record->remote.port &&
	       address_eq(&packet->src, &record->remote.address);
}

bool focus_passage(const struct recording *r, const struct focus *f, const struct packet_record *p,
		   struct passage *out)
{
	enum side from;
	uint8_t to;
	bool own = is_own_address(r, p->host, &p->packet.src);

	if (recording_info(r)->inferred || !host_with(r, &p->packet.dst, &to))
		return false;
	*out = (struct passage){.host = p->host};
	/* It is recorded as the host's at the far end of the way; a forger has its own name. */
	out->by_router = p->packet.kind == PACKET_ICMP_ERROR && !own &&
			 recording_event(r, p->sent).text != EVENT_NONE;
	out->inward = focus_side(f, to, &out->side);
	if (out->by_router || !focus_side(f, p->host, &from)) {
		out->forged = !out->by_router && !own;
		return out->inward &&
		       (f->conn[out->side] == EVENT_NONE || is_about(r, f->conn[out->side], p));
	}
	out->host = to;
	out->side = from;
	return !out->inward && f->conn[from] == EVENT_NONE;
}

/* What happens to such a packet, at the end where it happens. */
static bool is_of_passage(const struct recording *r, const struct focus *f,
			  const struct event *event, enum side *side)
{
	struct packet_record p;
	struct passage passage;

	if (event->packet == EVENT_NONE)
		return false;
	recording_packet(r, event->packet, &p);
	if (!focus_passage(r, f, &p, &passage))
		return false;
	*side = event->host == f->host[passage.side] ? passage.side : other_side(passage.side);
	return true;
}

/* Whether a connection runs between the two hosts, as far as is known. */
static bool is_between(const struct recording *r, const struct focus *f, uint32_t conn,
		       enum side side)
{
	const struct conn_record *record = recording_conn(r, conn);
	uint8_t remote;

	if (record->peer != EVENT_NONE)
		remote = recording_conn(r, record->peer)->host;
	else if (!host_with(r, &record->remote.address, &remote))
		return true; /* it listens, or its peer has no host here */
	return remote == f->host[other_side(side)];
}

/* Its sender and its receiver are followed. */
static bool packet_is_between(const struct recording *r, const struct focus *f, uint32_t packet)
{
	struct packet_record p;
	enum side side;
	uint8_t to;

	recording_packet(r, packet, &p);
	/* ICMP errors come from anywhere on the path. */
	if (!focus_side(f, p.host, &side))
		return p.packet.kind == PACKET_ICMP_ERROR;
	if (p.conn != EVENT_NONE && f->conn[side] != EVENT_NONE)
		return p.conn == f->conn[side];
	if (!host_with(r, &p.packet.dst, &to))
		return true;
	return focus_side(f, to, &side);
}

bool focus_holds(const struct recording *r, const struct focus *f, const struct event *event,
		 enum side *side)
{
	if (event->kind == EVENT_CAPTION) {
		*side = CLIENT;
		return true;
	}
	if (!focus_side(f, event->host, side))
		return is_of_passage(r, f, event, side);
	/* Two hosts and all their connections: nothing else is there. */
	if (recording_hosts(r) <= 2 && f->conn[*side] == EVENT_NONE)
		return true;
	if (event->conn != EVENT_NONE && f->conn[*side] != EVENT_NONE)
		return event->conn == f->conn[*side];
	if (event->packet != EVENT_NONE)
		return packet_is_between(r, f, event->packet) || is_of_passage(r, f, event, side);
	if (event->conn != EVENT_NONE)
		return is_between(r, f, event->conn, *side);
	return true;
}

/* ---- ends ---- */

void focus_end(const struct recording *r, const struct focus *f, enum side side, struct cursor c,
	       struct end *out)
{
	memset(out, 0, sizeof *out);
	out->conn = EVENT_NONE;
	out->state = CLOSED;
	out->inferred = recording_info(r)->inferred;
	if (cursor_is_at_start(c))
		return;
	out->conn = f->conn[side];
	if (out->conn == EVENT_NONE)
		out->conn = recording_conn_at(r, f->host[side], f->host[other_side(side)], c.event);
	if (out->conn == EVENT_NONE)
		return;
	out->inferred = recording_conn(r, out->conn)->inferred;
	out->exists = recording_tcb(r, out->conn, c.event, &out->tcb);
	if (out->exists)
		out->state = (enum tcp_state)out->tcb.state;
	else
		out->conn = EVENT_NONE;
}

const char *focus_name(const struct recording *r, const struct focus *f, enum side side)
{
	const char *name =
		recording_hosts(r) > f->host[side] ? recording_host(r, f->host[side])->name : "";

	if (name[0] != '\0')
		return name;
	return side == CLIENT ? "Client" : "Server";
}
