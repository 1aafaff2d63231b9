/* scenario_what_if.c — "what if this packet had been lost?", as a setting. */
#include "source/scenario_inside.h"

#include <stdio.h>

static bool joins(const struct scenario_link *link, uint32_t node)
{
	return link->ends[0] == node || link->ends[1] == node;
}

static uint32_t node_at(const struct scenario *s, const struct address *address)
{
	for (uint32_t i = 0; i < s->host_count; i++) {
		if (address_eq(address, &s->hosts[i].addresses[0]) ||
		    address_eq(address, &s->hosts[i].addresses[1]))
			return i;
	}
	return NO_HOST;
}

/* The link that the packet enters first: its host's only one, or the one that
 * leads to the other end. */
static uint32_t first_link(const struct scenario *s, const struct packet_record *packet)
{
	uint32_t to = node_at(s, &packet->packet.dst);
	uint32_t only = NO_HOST;
	uint32_t direct = NO_HOST;
	unsigned count = 0;

	if (to == NO_HOST) /* nobody has the address: no link leads there */
		return NO_HOST;
	/* A router's message; but a forged segment is of the host that sent it. */
	if (packet->packet.kind == PACKET_ICMP_ERROR &&
	    node_at(s, &packet->packet.src) != packet->host)
		return NO_HOST;
	for (uint32_t i = 0; i < s->link_count; i++) {
		if (!joins(&s->links[i], packet->host))
			continue;
		count++;
		only = i;
		if (to != NO_HOST && joins(&s->links[i], to))
			direct = i;
	}
	return count == 1 ? only : direct;
}

bool scenario_losing(const struct scenario *s, const struct recording *r, uint32_t packet,
		     char *out, size_t size)
{
	struct packet_record record;
	unsigned nth = 0;
	uint32_t link;
	int len;

	recording_packet(r, packet, &record);
	link = first_link(s, &record);
	if (link == NO_HOST || record.copy_of != EVENT_NONE)
		return false;
	for (uint32_t i = 0; i <= packet; i++) {
		struct packet_record before;

		recording_packet(r, i, &before);
		nth += before.host == record.host && before.copy_of == EVENT_NONE &&
		       first_link(s, &before) == link;
	}
	len = snprintf(out, size, "links.%u.faults.+={\"lose\": {\"from\": \"%s\", \"nth\": %u}}",
		       (unsigned)link, s->hosts[record.host].name, nth);
	return len > 0 && (size_t)len < size;
}
