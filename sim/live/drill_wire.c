/* drill_wire.c — datagrams between the script and the kernel, through the TUN device.
 *
 * Where a script says --mss, a network card has merged what is longer: such a datagram arrives with
 * a header before it that says so (struct virtio_net_hdr), and all others with an empty one. */
#include <errno.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "live/drill_inside.h"
#include "record/memory.h"
#include "wire/packet.h"

/* ---- what leaves ---- */

/* What the kernel says for itself, such as that it looks for routers, is none of the script's. */
static bool is_for_the_peer(const struct drill_kernel *k, const uint8_t *bytes, size_t len)
{
	const struct address *peer = &k->addresses.remote;

	if (len >= 20 && bytes[0] >> 4 == 4)
		return peer->version == 4 && memcmp(bytes + 16, peer->bytes, 4) == 0;
	if (len >= 40 && bytes[0] >> 4 == 6)
		return peer->version == 6 && memcmp(bytes + 24, peer->bytes, 16) == 0;
	return false;
}

static void keep(struct drill_kernel *k, const uint8_t *bytes, size_t len)
{
	struct kernel_departure *d;

	if (!is_for_the_peer(k, bytes, len) || k->count == KERNEL_DEPARTURES_MAX)
		return;
	d = &k->departures[(k->first + k->count++) % KERNEL_DEPARTURES_MAX];
	*d = (struct kernel_departure){
		.time = kernel_now(k), .len = len, .datagram = memory_get(len)};
	memcpy(d->datagram, bytes, len);
}

void kernel_receive(struct drill_kernel *k)
{
	struct virtio_net_hdr header;
	uint8_t bytes[DATAGRAM_MAX];
	struct iovec parts[] = {{&header, sizeof header}, {bytes, sizeof bytes}};
	ssize_t len;

	if (k->merged_mss == 0) {
		while ((len = read(k->tun.fd, bytes, sizeof bytes)) > 0)
			keep(k, bytes, (size_t)len);
		return;
	}
	while ((len = readv(k->tun.fd, parts, 2)) > (ssize_t)sizeof header)
		keep(k, bytes, (size_t)len - sizeof header);
}

/* ---- what arrives ---- */

/* A segment with more than --mss octets was several. */
static struct virtio_net_hdr header_of(const struct drill_kernel *k, const uint8_t *datagram,
				       size_t len)
{
	struct virtio_net_hdr header = {.gso_type = VIRTIO_NET_HDR_GSO_NONE};
	struct packet packet;
	const uint8_t *text;
	size_t text_len;

	if (packet_parse(&packet, datagram, len, len, 0, &text, &text_len) != PACKET_OK ||
	    text_len <= k->merged_mss)
		return header;
	header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM; /* it does not: what is merged was checked */
	header.csum_start = packet.src.version == 6 ? 40 : (uint16_t)((datagram[0] & 0xf) * 4);
	header.csum_offset = 16;
	header.gso_type =
		packet.src.version == 6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
	header.gso_size = k->merged_mss;
	header.hdr_len = (uint16_t)len; /* in one piece of memory, as it comes without a header */
	return header;
}

bool kernel_deliver(struct drill_kernel *k, const uint8_t *datagram, size_t len)
{
	struct virtio_net_hdr header;
	struct iovec parts[] = {{&header, sizeof header}, {(void *)(uintptr_t)datagram, len}};

	if (k->merged_mss == 0)
		return write(k->tun.fd, datagram, len) >= 0;
	header = header_of(k, datagram, len);
	return writev(k->tun.fd, parts, 2) >= 0;
}
