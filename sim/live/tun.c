#include "live/tun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MTU = 1500, MTU_LEAST_IPV6 = 1280, PREFIX_IPV4 = 30, PREFIX_IPV6 = 126 };

/* <linux/ipv6.h> and <netinet/in.h> do not go together. */
struct ipv6_request {
	struct in6_addr address;
	uint32_t prefix;
	int interface;
};

static bool failed(struct error *err, const char *what)
{
	return error_set(err, "a TUN device could not be made: %s: %s", what, strerror(errno));
}

static bool make(struct tun *tun, short flags, struct error *err)
{
	struct ifreq request = {.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | flags)};

	tun->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tun->fd < 0)
		return failed(err, "/dev/net/tun");
	strcpy(request.ifr_name, "tcplab%d");
	if (ioctl(tun->fd, TUNSETIFF, &request) != 0) {
		failed(err, "TUNSETIFF (it needs CAP_NET_ADMIN)");
		close(tun->fd);
		return false;
	}
	memcpy(tun->name, request.ifr_name, TUN_NAME_MAX);
	tun->mtu = MTU;
	return true;
}

static const uint8_t prefix_ipv4[] = {198, 18};
static const uint8_t prefix_ipv6[] = {0xfd, 0x74, 0x63, 0x70, 0x6c, 0x61, 0x62};

bool tun_leads_to(const struct address *address)
{
	return address->version == 6 ? memcmp(address->bytes, prefix_ipv6, sizeof prefix_ipv6) == 0
				     : address->version == 4 && memcmp(address->bytes, prefix_ipv4,
								       sizeof prefix_ipv4) == 0;
}

/* Device number n has 198.18.n.1 for the kernel and 198.18.n.2 for us. */
static void choose_addresses(struct tun *tun)
{
	unsigned long number = strtoul(tun->name + strlen("tcplab"), NULL, 10);

	for (unsigned us = 0; us < 2; us++) {
		struct address *v4 = us ? &tun->ours[0] : &tun->kernels[0];
		struct address *v6 = us ? &tun->ours[1] : &tun->kernels[1];

		*v4 = (struct address){.version = 4};
		memcpy(v4->bytes, prefix_ipv4, sizeof prefix_ipv4);
		v4->bytes[2] = (uint8_t)number;
		v4->bytes[3] = (uint8_t)(1 + us);
		*v6 = (struct address){.version = 6};
		memcpy(v6->bytes, prefix_ipv6, sizeof prefix_ipv6);
		v6->bytes[7] = (uint8_t)number;
		v6->bytes[15] = (uint8_t)(1 + us);
	}
}

static void put_ipv4(struct sockaddr *out, const uint8_t bytes[4])
{
	struct sockaddr_in address = {.sin_family = AF_INET};

	memcpy(&address.sin_addr, bytes, 4);
	memcpy(out, &address, sizeof *out);
}

static bool set_ipv4(const struct tun *tun, struct ifreq *request, struct error *err)
{
	static const uint8_t mask[4] = {255, 255, 255, 252};
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool fine;

	put_ipv4(&request->ifr_addr, tun->kernels[0].bytes);
	fine = s >= 0 && ioctl(s, SIOCSIFADDR, request) == 0;
	put_ipv4(&request->ifr_netmask, mask);
	fine = fine && ioctl(s, SIOCSIFNETMASK, request) == 0 &&
	       ioctl(s, SIOCGIFFLAGS, request) == 0;
	request->ifr_flags |= IFF_UP;
	fine = fine && ioctl(s, SIOCSIFFLAGS, request) == 0;
	if (!fine)
		failed(err, "its IPv4 address");
	if (s >= 0)
		close(s);
	return fine;
}

/* Where the kernel has no IPv6 there is none here either. */
static void set_ipv6(struct tun *tun, struct ifreq *request)
{
	struct ipv6_request own = {.prefix = PREFIX_IPV6};
	int s = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&own.address, tun->kernels[1].bytes, sizeof own.address);
	if (s >= 0 && ioctl(s, SIOCGIFINDEX, request) == 0) {
		own.interface = request->ifr_ifindex;
		if (ioctl(s, SIOCSIFADDR, &own) == 0) {
			close(s);
			return;
		}
	}
	if (s >= 0)
		close(s);
	memset(&tun->kernels[1], 0, sizeof tun->kernels[1]);
	memset(&tun->ours[1], 0, sizeof tun->ours[1]);
}

bool tun_open(struct tun *tun, struct error *err)
{
	struct ifreq request = {.ifr_flags = 0};

	memset(tun, 0, sizeof *tun);
	if (!make(tun, 0, err))
		return false;
	choose_addresses(tun);
	memcpy(request.ifr_name, tun->name, TUN_NAME_MAX);
	if (!set_ipv4(tun, &request, err)) {
		close(tun->fd);
		return false;
	}
	set_ipv6(tun, &request);
	return true;
}

/* ---- a network that is given ---- */

static bool set_mtu(int s, struct ifreq *request, uint16_t mtu)
{
	request->ifr_mtu = mtu;
	return ioctl(s, SIOCSIFMTU, request) == 0;
}

static bool raise(int s, struct ifreq *request)
{
	if (ioctl(s, SIOCGIFFLAGS, request) != 0)
		return false;
	request->ifr_flags |= IFF_UP;
	return ioctl(s, SIOCSIFFLAGS, request) == 0;
}

/* As an address alone: which others are reached through the device, the routes say. */
static bool add_address(int s, struct ifreq *request, int interface, const struct address *address)
{
	static const uint8_t alone[4] = {255, 255, 255, 255};
	struct ipv6_request own = {.prefix = 128, .interface = interface};

	if (address->version == 6) {
		memcpy(&own.address, address->bytes, sizeof own.address);
		return ioctl(s, SIOCSIFADDR, &own) == 0;
	}
	put_ipv4(&request->ifr_addr, address->bytes);
	if (ioctl(s, SIOCSIFADDR, request) != 0)
		return false;
	put_ipv4(&request->ifr_netmask, alone);
	return ioctl(s, SIOCSIFNETMASK, request) == 0;
}

static bool add_route(int s, char *device, int interface, const struct address *address)
{
	struct in6_rtmsg six = {.rtmsg_dst_len = 128, .rtmsg_metric = 1, .rtmsg_flags = RTF_UP};
	struct rtentry four = {.rt_flags = RTF_UP | RTF_HOST, .rt_dev = device};

	if (address->version == 6) {
		memcpy(&six.rtmsg_dst, address->bytes, sizeof six.rtmsg_dst);
		six.rtmsg_ifindex = interface;
		return ioctl(s, SIOCADDRT, &six) == 0;
	}
	put_ipv4(&four.rt_dst, address->bytes);
	return ioctl(s, SIOCADDRT, &four) == 0;
}

static bool has_route_of(const struct tun_network *network, uint8_t version)
{
	return network->kernels[0].version == version || network->kernels[1].version == version;
}

/* All of one version of IP. */
static bool set_up(int s, const struct tun *tun, const struct tun_network *network, uint8_t version,
		   struct error *err)
{
	struct ifreq request = {.ifr_flags = 0};
	char device[TUN_NAME_MAX];
	char name[ADDRESS_TEXT_MAX];
	int interface;

	memcpy(request.ifr_name, tun->name, TUN_NAME_MAX);
	memcpy(device, tun->name, TUN_NAME_MAX);
	interface = (int)if_nametoindex(tun->name);
	for (unsigned i = 0; i < 2; i++) {
		if (network->kernels[i].version != version)
			continue;
		address_format(&network->kernels[i], name);
		if (!add_address(s, &request, interface, &network->kernels[i]))
			return failed(err, name);
	}
	if (!raise(s, &request) || !set_mtu(s, &request, network->mtu))
		return failed(err, "it does not go up");
	for (unsigned i = 0; i < network->route_count; i++) {
		if (network->routes[i].version != version)
			continue;
		address_format(&network->routes[i], name);
		if (!add_route(s, device, interface, &network->routes[i]))
			return error_set(err,
					 "there can be no route to %s through a TUN device: "
					 "%s",
					 name, strerror(errno));
	}
	return true;
}

bool tun_open_network(struct tun *tun, const struct tun_network *network, struct error *err)
{
	static const uint8_t versions[] = {4, 6};

	memset(tun, 0, sizeof *tun);
	if (!make(tun, network->merges ? IFF_VNET_HDR : 0, err))
		return false;
	tun->mtu = network->mtu;
	memcpy(tun->kernels, network->kernels, sizeof tun->kernels);
	for (unsigned i = 0; i < 2; i++) {
		int s;
		bool fine;

		if (!has_route_of(network, versions[i]))
			continue;
		if (versions[i] == 6 && network->mtu < MTU_LEAST_IPV6) {
			close(tun->fd);
			return error_set(err,
					 "the kernel speaks IPv6 where packets of %d octets go "
					 "whole (RFC 8200 §5), and the real host's link takes %u",
					 MTU_LEAST_IPV6, (unsigned)network->mtu);
		}
		s = socket(versions[i] == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		fine = s >= 0 ? set_up(s, tun, network, versions[i], err)
			      : failed(err, "this kernel does not speak that version of IP");
		if (s >= 0)
			close(s);
		if (!fine) {
			close(tun->fd);
			return false;
		}
	}
	return true;
}
