#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef AF_LINK /* a BSD, or macOS */
#include <net/if_dl.h>
#endif

#include "live/route.h"

uint16_t interface_mtu(const char *name)
{
	struct ifreq request;
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	bool fine;

	memset(&request, 0, sizeof request);
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	fine = s >= 0 && ioctl(s, SIOCGIFMTU, &request) == 0;
	if (s >= 0)
		close(s);
	if (!fine || request.ifr_mtu <= 0)
		return 0;
	return request.ifr_mtu > UINT16_MAX ? UINT16_MAX : (uint16_t)request.ifr_mtu;
}

/* The BSDs list a hardware address like others; elsewhere it is asked for. */
#ifdef AF_LINK
static void take_link(struct interface *out, const struct ifaddrs *all)
{
	for (; all != NULL; all = all->ifa_next) {
		const struct sockaddr_dl *link = (const void *)all->ifa_addr;

		if (link == NULL || link->sdl_family != AF_LINK ||
		    strcmp(all->ifa_name, out->name) != 0)
			continue;
		out->is_ethernet = link->sdl_alen == sizeof out->mac &&
				   !(all->ifa_flags & (IFF_LOOPBACK | IFF_POINTOPOINT));
		if (out->is_ethernet)
			memcpy(out->mac, LLADDR(link), sizeof out->mac);
	}
}
#else
static void take_link(struct interface *out, const struct ifaddrs *all)
{
	struct ifreq request;
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	(void)all;
	memset(&request, 0, sizeof request);
	memcpy(request.ifr_name, out->name, sizeof out->name);
	if (s >= 0 && ioctl(s, SIOCGIFHWADDR, &request) == 0) {
		out->is_ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
		memcpy(out->mac, request.ifr_hwaddr.sa_data, sizeof out->mac);
	}
	if (s >= 0)
		close(s);
}
#endif

static bool is_of_the_link(const struct address *address)
{
	return address->version == 6 && address->bytes[0] == 0xfe &&
	       (address->bytes[1] & 0xc0) == 0x80;
}

static uint8_t bits_of(const uint8_t *mask, unsigned len)
{
	unsigned bits = 0;

	while (bits < 8 * len && mask[bits / 8] & 0x80 >> bits % 8)
		bits++;
	return (uint8_t)bits;
}

static void take_address(struct interface *out, const struct ifaddrs *from)
{
	bool v6 = from->ifa_addr->sa_family == AF_INET6;
	size_t at = v6 ? offsetof(struct sockaddr_in6, sin6_addr)
		       : offsetof(struct sockaddr_in, sin_addr);
	unsigned len = v6 ? 16 : 4;
	struct address *slot = &out->addresses[v6];
	struct address address = {.version = v6 ? 6 : 4};

	memcpy(address.bytes, (const uint8_t *)from->ifa_addr + at, len);
	if (slot->version != 0 && !(is_of_the_link(slot) && !is_of_the_link(&address)))
		return;
	*slot = address;
	if (from->ifa_netmask != NULL)
		out->prefix[v6] = bits_of((const uint8_t *)from->ifa_netmask + at, len);
}

static void take(struct interface *out, const struct ifaddrs *from)
{
	if (from->ifa_addr == NULL)
		return;
	if (from->ifa_addr->sa_family == AF_INET || from->ifa_addr->sa_family == AF_INET6)
		take_address(out, from);
}

/* One with an address, not this machine alone, that is up. */
static const char *best_of(const struct ifaddrs *all)
{
	const char *loopback = NULL;

	for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
		if (!(one->ifa_flags & IFF_UP) || one->ifa_addr == NULL ||
		    (one->ifa_addr->sa_family != AF_INET && one->ifa_addr->sa_family != AF_INET6))
			continue;
		if (!(one->ifa_flags & IFF_LOOPBACK))
			return one->ifa_name;
		loopback = one->ifa_name;
	}
	return loopback;
}

/* By the way to an address that no one has: RFC 5737. */
static unsigned default_index(void)
{
	static const struct address anyone = {{192, 0, 2, 1}, 4};
	struct route route;
	struct error err;

	return route_to(&anyone, 0, &route, &err) ? route.interface : 0;
}

static bool name_wanted(unsigned index, const char *name, const struct ifaddrs *all,
			char out[IF_NAMESIZE], struct error *err)
{
	const char *best = best_of(all);

	if (index == 0 && name[0] == '\0')
		index = default_index();
	if (index != 0 && if_indextoname(index, out) != NULL)
		return true;
	if (name[0] == '\0')
		name = best != NULL ? best : "";
	snprintf(out, IF_NAMESIZE, "%s", name);
	if (if_nametoindex(out) != 0)
		return true;
	return name[0] != '\0' ? error_set(err, "there is no interface \"%s\" here", name)
			       : error_set(err, "no interface is up here");
}

bool interface_find(unsigned index, const char *name, struct interface *out, struct error *err)
{
	char wanted[IF_NAMESIZE];
	struct ifaddrs *all;
	uint16_t mtu;
	bool fine;

	*out = (struct interface){.index = 0};
	if (getifaddrs(&all) != 0)
		return error_set(err, "the interfaces are not told: %s", strerror(errno));
	fine = name_wanted(index, name, all, wanted, err);
	for (const struct ifaddrs *one = all; fine && one != NULL; one = one->ifa_next) {
		if (strcmp(one->ifa_name, wanted) == 0)
			take(out, one);
	}
	if (fine) {
		memcpy(out->name, wanted, sizeof out->name);
		out->index = if_nametoindex(wanted);
		mtu = interface_mtu(wanted);
		out->mtu = mtu > 0 ? mtu : 1500;
		take_link(out, all);
	}
	freeifaddrs(all);
	return fine;
}
