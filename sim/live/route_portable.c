/* route_portable.c — which way this machine would send, by what every system
 * tells: an address of ours that UDP would use, and whose interface it is. To
 * whom a datagram is given there is not told, and `gateway` stays unknown. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/route.h"

union place {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

enum { DISCARD = 9 }; /* some port: nothing is sent */

static socklen_t put_place(union place *out, const struct address *address)
{
	memset(out, 0, sizeof *out);
	if (address->version == 6) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(DISCARD);
		memcpy(&out->v6.sin6_addr, address->bytes, 16);
		return sizeof out->v6;
	}
	out->v4.sin_family = AF_INET;
	out->v4.sin_port = htons(DISCARD);
	memcpy(&out->v4.sin_addr, address->bytes, 4);
	return sizeof out->v4;
}

static bool take_place(const struct sockaddr *from, struct address *out)
{
	union place place;

	*out = (struct address){.version = 0};
	if (from == NULL || (from->sa_family != AF_INET && from->sa_family != AF_INET6))
		return false;
	out->version = from->sa_family == AF_INET6 ? 6 : 4;
	memcpy(&place, from, out->version == 6 ? sizeof place.v6 : sizeof place.v4);
	if (out->version == 6)
		memcpy(out->bytes, &place.v6.sin6_addr, 16);
	else
		memcpy(out->bytes, &place.v4.sin_addr, 4);
	return true;
}

static bool is_group(const struct address *to)
{
	return to->version == 6 ? to->bytes[0] == 0xff : to->bytes[0] >> 4 == 14;
}

/* Whose interface it is, and what `to` is to this machine. */
static void look_among_interfaces(const struct ifaddrs *all, const struct address *to,
				  struct route *out)
{
	struct address here;

	for (; all != NULL; all = all->ifa_next) {
		if (!take_place(all->ifa_addr, &here))
			continue;
		if (address_eq(&here, &out->source) && out->interface == 0)
			out->interface = if_nametoindex(all->ifa_name);
		if (address_eq(&here, to))
			out->is_local = true;
		if ((all->ifa_flags & IFF_BROADCAST) != 0 &&
		    take_place(all->ifa_broadaddr, &here) && address_eq(&here, to))
			out->is_for_many = true;
	}
}

static int ask(const struct address *to, struct address *source)
{
	const int yes = 1;
	union place place;
	socklen_t len = put_place(&place, to);
	int s = socket(place.any.sa_family, SOCK_DGRAM, 0);
	int problem = s < 0 ? errno : 0;

	if (problem == 0)
		setsockopt(s, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
	if (problem == 0 && (connect(s, &place.any, len) != 0 ||
			     (len = sizeof place, getsockname(s, &place.any, &len)) != 0))
		problem = errno;
	if (s >= 0)
		close(s);
	if (problem == 0)
		take_place(&place.any, source);
	return problem;
}

bool route_to(const struct address *to, unsigned interface, struct route *out, struct error *err)
{
	struct ifaddrs *all = NULL;
	char text[ADDRESS_TEXT_MAX];
	int problem;

	*out = (struct route){.is_for_many = is_group(to)};
	problem = ask(to, &out->source);
	if (problem == 0 && getifaddrs(&all) != 0)
		problem = errno;
	if (problem == 0) {
		look_among_interfaces(all, to, out);
		freeifaddrs(all);
		if (interface == 0 || out->is_local || interface == out->interface)
			return true;
		problem = ENETUNREACH;
	}
	address_format(to, text);
	return error_set(err, "no way leads from this machine to %s: %s", text, strerror(problem));
}
