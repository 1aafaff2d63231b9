/* netd_own.c — an address of our own on a link: one AF_PACKET socket that sees
 * what is for it, and nothing else. */
#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "live/filter.h"
#include "live/netd.h"
#include "live/route.h"

static bool choose_link(struct netd_answer *answer, const struct netd_request *request,
			struct interface *out)
{
	struct route route = {.interface = 0};

	if (request->interface[0] == '\0' && request->remote.address.version != 0 &&
	    !route_to(&request->remote.address, 0, &route, &answer->err))
		return false;
	if (!interface_find(route.interface, request->interface, out, &answer->err))
		return false;
	if (out->is_ethernet)
		return true;
	answer->trouble = GATE_REFUSED;
	return error_set(&answer->err,
			 "%s is no Ethernet, where an address of our own could be: --interface "
			 "names one, --via raw does without",
			 out->name);
}

static bool is_free(struct netd_answer *answer, const struct netd_request *request,
		    const struct interface *link)
{
	struct route route;
	struct error err;

	if (request->remote.address.version != 0 &&
	    route_to(&request->remote.address, 0, &route, &err) &&
	    (route.is_local || route.is_for_many))
		return netd_refuse(answer, route.is_local
						   ? "this machine does not hear what it sends to "
						     "a link itself: --via raw reaches it"
						   : "TCP never talks to a broadcast or multicast "
						     "address");
	if (!route_to(&request->local, link->index, &route, &err))
		return true;
	if (route.is_local)
		return netd_refuse(answer, "that address is this machine's already: --via raw "
					   "uses it beside the kernel");
	return !route.is_for_many || netd_refuse(answer, "that address can be no host's");
}

/* A card drops what is for a MAC that is not its own, and for groups that nobody joined. */
static void hear_more(int s, unsigned interface, bool own_mac)
{
	struct packet_mreq more = {.mr_ifindex = (int)interface,
				   .mr_type = own_mac ? PACKET_MR_PROMISC : PACKET_MR_ALLMULTI};

	setsockopt(s, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &more, sizeof more);
}

bool netd_open_own(struct opened *opened, const struct netd_request *request)
{
	static const uint8_t none[6];
	bool own_mac = memcmp(request->mac, none, sizeof none) != 0;
	struct netd_answer *answer = &opened->answer;
	struct interface link;

	if (!choose_link(answer, request, &link) || !is_free(answer, request, &link) ||
	    !netd_open_capture(opened))
		return false;
	answer->interface_index = link.index;
	answer->mtu = link.mtu;
	answer->addresses[request->local.version == 6] = request->local;
	memcpy(answer->interface, link.name, sizeof answer->interface);
	memcpy(answer->mac, own_mac ? request->mac : link.mac, sizeof answer->mac);
	if (!filter_for_address(opened->outlet.in, &request->local))
		return error_set(&answer->err, "no filter: %s", strerror(errno));
	hear_more(opened->outlet.in, link.index, own_mac);
	return netd_begin_capture(opened);
}
