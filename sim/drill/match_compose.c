/* match_compose.c — the datagram that an inbound packet of a script is. */
#include "drill/match_inside.h"

#include <string.h>

struct packet packet_of_spec(const struct match *m, const struct packet_spec *spec)
{
	enum { USUAL_TTL = 255 };
	struct packet p = {
		.src = m->settings->addresses.remote,
		.dst = m->settings->addresses.local,
		.kind = PACKET_TCP,
		.ttl = spec->ttl != 0 ? spec->ttl : USUAL_TTL,
	};

	switch ((enum mark)spec->mark) {
	case MARK_NONE: break;
	case MARK_ECN: p.traffic_class = spec->ecn; break;
	case MARK_ECT01: p.traffic_class = ECT0; break;
	case MARK_TOS: p.traffic_class = spec->traffic_class; break;
	case MARK_DSCP: p.traffic_class = spec->traffic_class & (uint8_t)~ECN_MASK; break;
	case MARK_DSCP_ECT01:
		p.traffic_class = (uint8_t)((spec->traffic_class & ~ECN_MASK) | ECT0);
		break;
	}
	if (spec->flow_label_said)
		p.flow_label = spec->flow_label;
	return p;
}

static size_t compose_tcp(struct match *m, const struct packet_spec *spec, uint8_t *out,
			  size_t size, struct error *why)
{
	struct packet p = packet_of_spec(m, spec);
	struct mapping *map = mapping_inbound(m, spec);
	size_t header;

	p.tcp = spec->tcp;
	map_learn_inbound(map, &p.tcp);
	map_inbound(map, spec, &p.tcp);
	p.tcp.src_port = map->remote_port;
	p.tcp.dst_port = map->local_port;
	header = packet_ip_len(&p) + segment_header_len(&p.tcp);
	if (header + p.tcp.len > size) {
		error_set(why, "a packet with %u octets of text is longer than IP can have it",
			  p.tcp.len);
		return 0;
	}
	memset(out, 0, header + p.tcp.len);
	return packet_emit(&p, out + header, out, size);
}

size_t match_compose(struct match *m, const struct packet_spec *spec, uint8_t *out, size_t size,
		     struct error *why)
{
	switch ((enum packet_spec_kind)spec->kind) {
	case SPEC_TCP: return compose_tcp(m, spec, out, size, why);
	case SPEC_UDP: return compose_udp(m, spec, out, size, why);
	case SPEC_ICMP: return compose_icmp(m, spec, out, size, why);
	case SPEC_RAW: break; /* quoted alone */
	}
	return 0;
}
