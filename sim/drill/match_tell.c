/* match_tell.c — a packet on the wire as a script would write it. */
#include "drill/match_inside.h"

#include "script/notation.h"

/* Marks of the IP header, where there are any. */
static void add_marks(struct text *t, const struct packet *p)
{
	if (p->traffic_class > ECN_MASK)
		text_addf(t, "[tos 0x%02x] ", p->traffic_class);
	else if (p->traffic_class > 0)
		notation_add_ecn(t, p->traffic_class);
}

void match_tell(struct match *m, const uint8_t *datagram, size_t len, bool outbound,
		struct text *out)
{
	struct packet p;
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem = packet_parse(&p, datagram, len, len, 0, &text, &text_len);
	const struct mapping *map;
	bool is_tcp = packet_is_filled_in(problem) && p.kind == PACKET_TCP;

	text_add(out, outbound ? "> " : "< ");
	if (!is_tcp) {
		if (!tell_datagram(datagram, len, out))
			text_addf(out, "%zu octets: %s", len, packet_problem_text(problem));
		return;
	}
	map = outbound ? mapping_between(m, p.tcp.src_port, p.tcp.dst_port)
		       : mapping_between(m, p.tcp.dst_port, p.tcp.src_port);
	if (map != NULL)
		map_to_script(map, &p.tcp, outbound);
	add_marks(out, &p);
	if (map == NULL || map != m->current)
		text_addf(out, "%u > %u: ", p.tcp.src_port, p.tcp.dst_port);
	notation_add_segment(out, &p.tcp);
}
