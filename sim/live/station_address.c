/* station_address.c — which address a station has: the one that was asked for, or
 * one that nobody has. */
#include <string.h>

#include "base/bytes.h"
#include "live/clock.h"
#include "live/station.h"

enum { CANDIDATES = 16 }; /* addresses that are tried where none was given */

static bool try_address(struct station *station, const struct gate_request *request,
			const struct address *ours, const struct station_link *link,
			struct error *err)
{
	char text[ADDRESS_TEXT_MAX];

	if (!link->open(station, request, ours, err))
		return false;
	if (!station_is_taken(station)) {
		station_announce(station);
		return true;
	}
	link->close(station);
	*request->trouble = GATE_REFUSED;
	address_format(ours, text);
	return error_set(err, "%s is taken: another station on the link has it", text);
}

/* The ones behind this machine's own, and round to the first. */
static struct address next_ipv4(const struct interface *link, unsigned number)
{
	uint32_t own = get_be32(link->addresses[0].bytes);
	uint32_t hosts = link->prefix[0] >= 31 ? 0 : (UINT32_MAX >> link->prefix[0]) - 1;
	struct address out = {.version = hosts > number ? 4 : 0};
	uint32_t at;

	if (hosts == 0)
		return out;
	at = ((own & (UINT32_MAX >> link->prefix[0])) - 1 + number) % hosts +
	     1; /* neither network nor broadcast */
	put_be32(out.bytes, (own & ~(UINT32_MAX >> link->prefix[0])) | at);
	return out;
}

static struct address any_ipv6(const struct interface *link)
{
	struct address out = link->addresses[1];
	uint64_t chance = clock_secret();

	memcpy(out.bytes + 8, &chance, 8);
	return out;
}

bool station_settle(struct station *station, const struct gate_request *request,
		    const struct interface *interface, const struct station_link *link,
		    struct error *err)
{
	bool v6 = request->remote.address.version == 6;

	if (request->local.version != 0)
		return try_address(station, request, &request->local, link, err);
	for (unsigned number = 1; number <= CANDIDATES; number++) {
		struct address ours;

		if (interface->addresses[v6].version == 0 || (v6 && interface->prefix[1] > 64))
			break;
		ours = v6 ? any_ipv6(interface) : next_ipv4(interface, number);
		if (ours.version == 0)
			break;
		if (address_eq(&ours, &request->remote.address) ||
		    address_eq(&ours, &station->gateway))
			continue;
		if (try_address(station, request, &ours, link, err))
			return true;
		if (*request->trouble != GATE_REFUSED)
			return false;
		*request->trouble = GATE_UNABLE;
	}
	return error_set(err, "no unused address was found on %s: --address gives one",
			 interface->name);
}
