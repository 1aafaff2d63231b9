/* match_window.c — windows that a script does not say, where it is strict: a receiver
 * takes back no room that it has offered. RFC 9293 §3.8.6, SHLD-14. What rounding to the
 * scale takes does not count: RFC 7323 §2.4. */
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

bool window_compare(const struct match *m, struct mapping *map, const struct packet_spec *spec,
		    const struct segment *seg, struct error *why)
{
	bool scaled = map->scale_offered && map->scale_agreed && !(seg->flags & SYN);
	unsigned shift = scaled ? map->shift : 0;
	struct seq edge = seq_add(seg->ack, (uint32_t)seg->wnd << shift);
	int32_t back = map->edge_known ? seq_diff(map->edge, edge) : 0;

	if (!(seg->flags & ACK) || (seg->flags & RST))
		return true;
	map->edge = edge;
	map->edge_known = true;
	if (!m->settings->strict || !spec->no_window || back < 1 << shift)
		return true;
	return error_set(why,
			 "the window takes back %d octets that were offered before; say \"win %u\" "
			 "where that is meant",
			 back, seg->wnd);
}
