/* match_window.c — windows that a script does not say, where it is strict: a receiver
 * takes back no room that it has offered, and offers none that its buffer never had.
 * RFC 9293 §3.8.6, SHLD-14. What rounding to the scale takes or adds does not count:
 * RFC 7323 §2.4. */
#include "drill/match_inside.h"

void window_learn(struct mapping *map, const struct segment *seg, bool outbound)
{
	bool offers = (seg->options.has & HAS_WINDOW_SCALE) != 0;

	if (!(seg->flags & SYN))
		return;
	if (outbound) {
		map->scale_offered = offers;
		map->shift = seg->options.window_scale < 14 ? seg->options.window_scale : 14;
		map->edge_known = false;
	} else {
		map->scale_heard = offers;
	}
	if (!map->edge_known)
		map->scale_agreed = map->scale_heard;
}

static bool takes_back(const struct segment *seg, int32_t back, struct error *why)
{
	return error_set(why,
			 "the window takes back %d octets that were offered before; say \"win %u\" "
			 "where that is meant",
			 back, seg->wnd);
}

static bool offers_too_much(const struct segment *seg, uint32_t offered, uint32_t room,
			    struct error *why)
{
	return error_set(why,
			 "the window offers %u octets, and the receive buffer never had room for "
			 "more than %u; say \"win %u\" where that is meant",
			 offered, room, seg->wnd);
}

bool window_compare(const struct match *m, struct mapping *map, const struct packet_spec *spec,
		    const struct segment *seg, struct error *why)
{
	bool scaled = map->scale_offered && map->scale_agreed && !(seg->flags & SYN);
	unsigned shift = scaled ? map->shift : 0;
	uint32_t offered = (uint32_t)seg->wnd << shift;
	struct seq edge = seq_add(seg->ack, offered);
	int32_t back = map->edge_known ? seq_diff(map->edge, edge) : 0;
	bool moves = !map->edge_known || back < 0;
	bool judged = m->settings->strict && spec->no_window;

	if (!(seg->flags & ACK) || (seg->flags & RST))
		return true;
	map->edge = edge;
	map->edge_known = true;
	if (judged && back >= 1 << shift)
		return takes_back(seg, back, why);
	if (judged && moves && m->count == 1 && m->room > 0 && offered >= m->room + (1u << shift))
		return offers_too_much(seg, offered, m->room, why);
	return true;
}
