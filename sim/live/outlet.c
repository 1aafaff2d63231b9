#include "live/outlet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of struct virtio_net_hdr, what PACKET_VNET_HDR puts before a frame. */
enum { VNET_HEADER = sizeof(struct virtio_net_hdr) };

void outlet_init(struct outlet *outlet, enum gate_way way)
{
	*outlet = (struct outlet){.way = way, .in = -1, .out = {-1, -1}};
}

void outlet_close(struct outlet *outlet)
{
	const int fds[] = {outlet->in, outlet->out[0], outlet->out[1]};

	for (unsigned i = 0; i < 3; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	outlet_init(outlet, outlet->way);
}

/* ---- what comes ---- */

static bool receive_from_tun(const struct outlet *outlet, uint8_t *buffer, size_t size,
			     struct arrival *out)
{
	ssize_t len = read(outlet->in, buffer, size);

	*out = (struct arrival){.bytes = buffer, .len = len > 0 ? (size_t)len : 0};
	return len > 0;
}

/* A frame of another VLAN only passes by. */
static bool is_of_a_vlan(struct msghdr *header)
{
	struct tpacket_auxdata aux;

	for (const struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL;
	     c = CMSG_NXTHDR(header, (struct cmsghdr *)(void *)c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof aux);
		return (aux.tp_status & TP_STATUS_VLAN_VALID) != 0;
	}
	return false;
}

static void read_offload(const struct virtio_net_hdr *offload, struct arrival *out)
{
	uint8_t kind = offload->gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;

	out->unsummed = (offload->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0;
	if (kind == VIRTIO_NET_HDR_GSO_TCPV4 || kind == VIRTIO_NET_HDR_GSO_TCPV6)
		out->piece = offload->gso_size;
}

/* What is before the datagram: a TUN device, and what is like it, has nothing. */
static size_t link_header_of(const struct sockaddr_ll *from)
{
	bool is_ethernet = from->sll_hatype == ARPHRD_ETHER || from->sll_hatype == ARPHRD_LOOPBACK;

	return is_ethernet ? LINK_HEADER : 0;
}

static ssize_t receive_frame(const struct outlet *outlet, uint8_t *buffer, size_t size,
			     struct arrival *out)
{
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct virtio_net_hdr offload;
	struct sockaddr_ll from = {0};
	struct iovec parts[2] = {{&offload, sizeof offload}, {buffer, size}};
	struct msghdr header = {.msg_name = &from,
				.msg_namelen = sizeof from,
				.msg_iov = parts,
				.msg_iovlen = 2,
				.msg_control = space,
				.msg_controllen = sizeof space};
	ssize_t got = recvmsg(outlet->in, &header, MSG_DONTWAIT);

	if (got < VNET_HEADER)
		return -1;
	errno = 0;
	if ((header.msg_flags & MSG_TRUNC) != 0 || is_of_a_vlan(&header))
		return 0;
	read_offload(&offload, out);
	out->is_of_ours = from.sll_pkttype == PACKET_OUTGOING;
	out->link = buffer;
	out->bytes = buffer + link_header_of(&from);
	return got - VNET_HEADER - (out->bytes - buffer);
}

bool outlet_receive(const struct outlet *outlet, uint8_t *buffer, size_t size, struct arrival *out)
{
	ssize_t len;

	if (outlet->way == GATE_TUN)
		return receive_from_tun(outlet, buffer, size, out);
	do {
		*out = (struct arrival){.bytes = buffer};
		errno = 0;
		len = receive_frame(outlet, buffer, size, out);
		/* The interface is down, or has gone: that was told, and is over. */
		if (len < 0 && errno != ENETDOWN && errno != 0)
			return false;
	} while (len <= 0);
	out->len = (size_t)len;
	return true;
}

uint64_t outlet_lost(const struct outlet *outlet)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof stats;

	/* Asking sets it to 0. */
	return getsockopt(outlet->in, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0
		       ? stats.tp_drops
		       : 0;
}

/* ---- what goes ---- */

static bool send_raw(const struct outlet *outlet, const uint8_t *datagram, size_t len)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (datagram[0] >> 4 == 4) {
		memcpy(&v4.sin_addr, datagram + 16, 4);
		return sendto(outlet->out[0], datagram, len, MSG_DONTWAIT,
			      (const struct sockaddr *)&v4, sizeof v4) == (ssize_t)len;
	}
	memcpy(&v6.sin6_addr, datagram + 24, 16);
	/* Such an address says nothing without the link that it is of. */
	if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr))
		v6.sin6_scope_id = outlet->interface;
	return sendto(outlet->out[1], datagram, len, MSG_DONTWAIT, (const struct sockaddr *)&v6,
		      sizeof v6) == (ssize_t)len;
}

static bool send_frame(const struct outlet *outlet, const uint8_t *link, const uint8_t *datagram,
		       size_t len)
{
	static const struct virtio_net_hdr nothing;
	struct iovec parts[3] = {{(void *)&nothing, sizeof nothing},
				 {(void *)link, LINK_HEADER},
				 {(void *)datagram, len}};
	struct msghdr header = {.msg_iov = parts, .msg_iovlen = 3};

	return sendmsg(outlet->in, &header, MSG_DONTWAIT) ==
	       (ssize_t)(sizeof nothing + LINK_HEADER + len);
}

bool outlet_send(const struct outlet *outlet, const uint8_t *link, const uint8_t *datagram,
		 size_t len)
{
	switch (outlet->way) {
	case GATE_RAW: return send_raw(outlet, datagram, len);
	case GATE_OWN: return send_frame(outlet, link, datagram, len);
	default: return write(outlet->in, datagram, len) == (ssize_t)len;
	}
}
