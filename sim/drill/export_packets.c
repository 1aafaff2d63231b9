/* export_packets.c — the packets of a script that is written. */
#include "base/bytes.h"
#include "drill/export_inside.h"
#include "script/notation.h"

static bool same_endpoint(const struct address *address, uint16_t port, const struct endpoint *end)
{
	return port == end->port && address_eq(address, &end->address);
}

static bool goes(const struct packet *p, const struct endpoint *from, const struct endpoint *to)
{
	return same_endpoint(&p->src, p->tcp.src_port, from) &&
	       same_endpoint(&p->dst, p->tcp.dst_port, to);
}

static bool quotes_us(const struct script_writer *w, const struct icmp_error *icmp)
{
	return same_endpoint(&icmp->quoted_src.address, icmp->quoted_src.port, &w->local) &&
	       same_endpoint(&icmp->quoted_dst.address, icmp->quoted_dst.port, &w->conn->remote);
}

bool script_is_of_connection(const struct script_writer *w, const struct packet_record *record)
{
	const struct packet *p = &record->packet;

	if (p->kind == PACKET_ICMP_ERROR)
		return record->host != w->conn->host && quotes_us(w, &p->icmp);
	return goes(p, &w->local, &w->conn->remote) || goes(p, &w->conn->remote, &w->local);
}

/* ---- sequence numbers ---- */

void script_find_isns(struct script_writer *w)
{
	bool known[2] = {false, false};

	for (uint32_t n = w->conn->first_event; n < recording_events(w->r); n++) {
		const struct event event = recording_event(w->r, n);
		bool ours = event.kind == EVENT_SEND;
		struct packet_record record;

		if (event.host != w->conn->host || (!ours && event.kind != EVENT_ARRIVE))
			continue;
		recording_packet(w->r, event.packet, &record);
		if (record.packet.kind != PACKET_TCP || !(record.packet.tcp.flags & SYN) ||
		    known[ours] || !script_is_of_connection(w, &record))
			continue;
		known[ours] = true;
		*(ours ? &w->iss : &w->irs) = record.packet.tcp.seq;
		if (known[false] && known[true])
			return;
	}
}

static struct seq counted_from(struct seq seq, struct seq isn)
{
	return seq_of(seq.v - isn.v);
}

/* The blocks name octets that the other side sent. */
static void count_sack(struct options *o, struct seq isn)
{
	unsigned at = options_find(o, OPTION_SACK);
	unsigned size = at != OPTION_MISSING ? options_size_at(o, at) : 0;

	for (unsigned i = 2; i + 4 <= size; i += 4)
		put_be32(o->bytes + at + i, get_be32(o->bytes + at + i) - isn.v);
}

static struct segment as_the_script_counts(const struct script_writer *w, const struct segment *seg,
					   bool outbound)
{
	struct seq own = outbound ? w->iss : w->irs;
	struct seq other = outbound ? w->irs : w->iss;
	struct segment counted = *seg;

	counted.seq = counted_from(seg->seq, own);
	if (seg->flags & ACK)
		counted.ack = counted_from(seg->ack, other);
	count_sack(&counted.options, other);
	return counted;
}

/* ---- packets ---- */

/* A link did this to the packet on its way, before event `n`. */
static bool befell(const struct script_writer *w, uint32_t n, uint32_t packet, enum event_kind what)
{
	for (uint32_t k = n; k-- > 0;) {
		const struct event event = recording_event(w->r, k);

		if (event.packet != packet)
			continue;
		if (event.kind == what)
			return true;
		if (event.kind == EVENT_SEND || event.kind == EVENT_DUPLICATED)
			return false;
	}
	return false;
}

static void put_icmp(struct script_writer *w, nanos time, const struct packet *p)
{
	char line[SCRIPT_LINE_MAX];
	struct text text = text_in(line, sizeof line);
	struct icmp_error icmp = p->icmp;

	icmp.quoted_seq = counted_from(icmp.quoted_seq, w->iss);
	if (!notation_add_icmp(&text, &icmp, p->src.version)) {
		script_put_remark(w, "An ICMP message arrives for which scripts have no word.");
		return;
	}
	script_put_time(w, time);
	fprintf(w->out, "< %s\n", line);
}

void script_put_packet(struct script_writer *w, uint32_t n, const struct event *event)
{
	bool outbound = event->kind == EVENT_SEND;
	char line[SCRIPT_LINE_MAX];
	struct text text = text_in(line, sizeof line);
	struct packet_record record;
	struct segment seg;
	uint8_t mark;

	recording_packet(w->r, event->packet, &record);
	if (!script_is_of_connection(w, &record))
		return;
	if (!outbound && befell(w, n, event->packet, EVENT_CORRUPTED)) {
		script_put_remark(w, "A segment arrives damaged, and is not looked at.");
		return;
	}
	if (record.packet.kind == PACKET_ICMP_ERROR) {
		put_icmp(w, event->time, &record.packet);
		return;
	}
	mark = record.packet.traffic_class & ECN_MASK;
	if (!outbound && befell(w, n, event->packet, EVENT_MARKED))
		mark = CE;
	if (w->end->profile.ecn != ECN_OFF || mark != NOT_ECT)
		notation_add_ecn(&text, mark);
	seg = as_the_script_counts(w, &record.packet.tcp, outbound);
	notation_add_segment(&text, &seg);
	script_put_time(w, event->time);
	fprintf(w->out, "%s %s\n", outbound ? ">" : "<", line);
}
