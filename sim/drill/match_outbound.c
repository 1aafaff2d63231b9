/* match_outbound.c — one packet of the machine against what the script expects,
 * and segments in a row that are what it expects together. */
#include "drill/match_inside.h"

#include <string.h>

static bool is_zero(const uint8_t *text, size_t len)
{
	return len == 0 || (text[0] == 0 && memcmp(text, text + 1, len - 1) == 0);
}

/* ---- merging ---- */

/* The segment in the script's numbers. */
static struct segment in_script(const struct mapping *map, const struct packet_spec *spec,
				const struct segment *wire)
{
	struct segment seg = *wire;

	map_to_script(map, &seg, true);
	if (spec->absolute_seq)
		seg.seq = wire->seq;
	return seg;
}

/* What a network card may send in place of one long segment: a part of its text each, all but the
 * last of one length, and of one header but for what FIN, PSH and CWR say. */
static bool continues(const struct merging *so_far, const struct packet *p, uint32_t expected)
{
	enum { MAY_DIFFER = FIN | PSH | CWR };
	const struct segment *last = &so_far->last.tcp;
	const struct segment *next = &p->tcp;
	bool is_last = so_far->len + next->len >= expected;

	return seq_eq(next->seq, segment_end(last)) && seq_eq(next->ack, last->ack) &&
	       ((next->flags ^ last->flags) & ~MAY_DIFFER) == 0 && next->wnd == last->wnd &&
	       next->options.len == last->options.len && (is_last || next->len == last->len);
}

/* The first may be judged before the others have come. */
static bool begins(const struct packet_spec *spec, const struct segment *seg, struct error *why)
{
	const struct segment *expected = &spec->tcp;

	if (!spec->any_seq && !seq_eq(seg->seq, expected->seq))
		return error_set(why, "the sequence number is %u; the script expects %u",
				 seg->seq.v, expected->seq.v);
	if ((seg->flags ^ expected->flags) & (SYN | RST | ACK | URG))
		return error_set(why, "its flags are others than the script expects");
	if ((seg->flags & ACK) && !seq_eq(seg->ack, expected->ack))
		return error_set(why, "ack is %u; the script expects %u", seg->ack.v,
				 expected->ack.v);
	return true;
}

static enum matching part_of(struct match *m, const struct mapping *map,
			     const struct packet_spec *spec, const struct packet *p,
			     struct error *why)
{
	struct merging *so_far = &m->merging;
	struct segment seg = in_script(map, spec, &p->tcp);

	if (!so_far->begun) {
		if (!begins(spec, &seg, why))
			return MATCHING_NOT;
		*so_far = (struct merging){.begun = true, .first = *p};
	} else if (!continues(so_far, p, spec->tcp.len)) {
		error_set(why,
			  "after %u octets of the %u that the script expects comes a segment that "
			  "does not continue them",
			  so_far->len, spec->tcp.len);
		return MATCHING_NOT;
	}
	so_far->last = *p;
	so_far->len += p->tcp.len;
	return so_far->len < spec->tcp.len ? MATCHING_SO_FAR : MATCHING;
}

/* The packet that the parts together are. */
static void merge(const struct merging *parts, struct packet *p)
{
	*p = parts->last;
	p->tcp.seq = parts->first.tcp.seq;
	p->tcp.len = parts->len;
	p->tcp.flags = (uint16_t)((p->tcp.flags & ~CWR) | (parts->first.tcp.flags & CWR));
}

/* ---- all of it ---- */

static enum matching compare_whole(struct match *m, struct mapping *map,
				   const struct packet_spec *spec, const struct packet *p,
				   struct error *why)
{
	struct segment seg;

	map_learn_stamp(map, &spec->tcp.options, &p->tcp.options);
	seg = in_script(map, spec, &p->tcp);
	return compare_segment(m, spec, &seg, why) && compare_marks(spec, p, map, why) &&
			       window_compare(m, map, spec, &p->tcp, why)
		       ? MATCHING
		       : MATCHING_NOT;
}

static enum matching match_tcp(struct match *m, const struct packet_spec *spec,
			       const uint8_t *datagram, size_t len, struct error *why)
{
	struct packet p;
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem =
		packet_parse(&p, datagram, len, len, PACKET_VERIFY, &text, &text_len);
	struct mapping *map;
	enum matching found = MATCHING;

	if (!packet_is_filled_in(problem) || p.kind != PACKET_TCP)
		return MATCHING_OTHER;
	map = mapping_outbound(m, spec, &p);
	if (map == NULL)
		return MATCHING_OTHER;
	map_learn_outbound(map, &spec->tcp, &p.tcp);
	if (problem != PACKET_OK) {
		error_set(why, "%s", packet_problem_text(problem));
		return MATCHING_NOT;
	}
	if (!is_zero(text, text_len)) {
		error_set(why, "its text is not the zeros that the script wrote");
		return MATCHING_NOT;
	}
	if (m->merging.begun || (p.tcp.len > 0 && p.tcp.len < spec->tcp.len)) {
		found = part_of(m, map, spec, &p, why);
		if (found == MATCHING)
			merge(&m->merging, &p);
	}
	return found == MATCHING ? compare_whole(m, map, spec, &p, why) : found;
}

enum matching match_outbound(struct match *m, const struct packet_spec *spec,
			     const uint8_t *datagram, size_t len, struct error *why)
{
	enum matching found = MATCHING_OTHER;

	switch ((enum packet_spec_kind)spec->kind) {
	case SPEC_TCP: found = match_tcp(m, spec, datagram, len, why); break;
	case SPEC_UDP: found = match_udp(m, spec, datagram, len, why); break;
	case SPEC_ICMP: found = match_icmp(m, spec, datagram, len, why); break;
	case SPEC_RAW: break; /* quoted alone */
	}
	if (found == MATCHING || found == MATCHING_NOT)
		m->merging.begun = false;
	return found;
}
