#include "live/tun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MTU = 1500, PREFIX_IPV4 = 30, PREFIX_IPV6 = 126 };

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

static bool make(struct tun *tun, struct error *err)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

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
	if (!make(tun, err))
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
