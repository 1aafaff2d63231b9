/* netd_raw.c — raw sockets beside the kernel's own TCP.
 *
 * The kernel would answer what comes for our port with a RST: it knows of no
 * connection there. So a socket of its own listens at that port and hears
 * nothing: a segment whose TTL is under 255 is too far away for it (IP_MINTTL, RFC
 * 5082), and a filter drops those from the link itself, where we may set
 * one. Such a segment the kernel drops without an answer. The guard goes away
 * with the last process that has it. That all this holds is tried before it
 * is relied on. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/filter.h"
#include "live/netd.h"
#include "live/route.h"

enum {
	TTL_OF_THE_LINK = 255,
	ROOM = 16 << 20, /* of the capture: octets that wait for us */
	PATIENCE_MS = 10,
	HOP_COUNT_MIN = 73, /* IPV6_MINHOPCOUNT, which not every C library names */
};

bool netd_refuse(struct netd_answer *answer, const char *sentence)
{
	answer->trouble = GATE_REFUSED;
	return error_set(&answer->err, "%s", sentence);
}

/* ---- who we are ---- */

static bool choose_addresses(struct netd_answer *answer, const struct netd_request *request)
{
	const struct address *remote = &request->remote.address;
	struct interface interface;
	struct route route = {.interface = 0};

	if (request->interface[0] != '\0') {
		if (!interface_find(0, request->interface, &interface, &answer->err))
			return false;
		route.interface = interface.index;
	}
	if (remote->version != 0 && !route_to(remote, route.interface, &route, &answer->err))
		return false;
	if (route.is_for_many)
		return netd_refuse(answer, "TCP never talks to a broadcast or multicast address");
	if (!interface_find(route.interface, "", &interface, &answer->err))
		return false;
	if (remote->version != 0)
		answer->addresses[remote->version == 6] = route.source;
	else
		memcpy(answer->addresses, interface.addresses, sizeof answer->addresses);
	if (request->local.version != 0) {
		memset(answer->addresses, 0, sizeof answer->addresses);
		answer->addresses[request->local.version == 6] = request->local;
	}
	if (answer->addresses[0].version == 0 && answer->addresses[1].version == 0)
		return error_set(&answer->err, "this machine has no address on %s", interface.name);
	answer->interface_index = interface.index;
	answer->mtu = interface.mtu;
	memcpy(answer->interface, interface.name, sizeof answer->interface);
	return true;
}

/* ---- the guard ---- */

static socklen_t socket_address(const struct address *address, uint16_t port, unsigned interface,
				struct sockaddr_storage *out)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	memset(out, 0, sizeof *out);
	memcpy(&v4.sin_addr, address->bytes, 4);
	memcpy(&v6.sin6_addr, address->bytes, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr))
		v6.sin6_scope_id = interface;
	if (address->version == 4)
		memcpy(out, &v4, sizeof v4);
	else
		memcpy(out, &v6, sizeof v6);
	return address->version == 4 ? sizeof v4 : sizeof v6;
}

static uint16_t port_of(int s)
{
	struct sockaddr_storage own;
	socklen_t len = sizeof own;

	/* The port is at the same place in both. */
	if (getsockname(s, (struct sockaddr *)&own, &len) != 0)
		return 0;
	return ntohs(((const struct sockaddr_in *)(const void *)&own)->sin_port);
}

static bool make_deaf(int s, uint8_t version)
{
	const int far = TTL_OF_THE_LINK;

	if (version == 4)
		return setsockopt(s, IPPROTO_IP, IP_MINTTL, &far, sizeof far) == 0;
	return setsockopt(s, IPPROTO_IPV6, HOP_COUNT_MIN, &far, sizeof far) == 0;
}

static bool say_why_not(struct netd_answer *answer, const struct endpoint *at)
{
	struct error *err = &answer->err;
	char text[ENDPOINT_TEXT_MAX];

	answer->trouble = GATE_REFUSED;
	endpoint_format(at, text);
	switch (errno) {
	case EADDRINUSE:
		return error_set(err, "%s is in use: somebody on this machine has it", text);
	case EADDRNOTAVAIL:
		return error_set(err, "%s is no address of this machine: --via own takes one",
				 text);
	case EACCES:
		return error_set(err, "%s is a port for root alone: take one from 1024 on", text);
	default: return error_set(err, "%s cannot be kept for us: %s", text, strerror(errno));
	}
}

static bool open_guard(struct opened *opened, const struct address *address, uint16_t port)
{
	struct endpoint at = {.address = *address, .port = port};
	struct netd_answer *answer = &opened->answer;
	struct sockaddr_storage own;
	socklen_t len = socket_address(address, port, answer->interface_index, &own);
	int s = socket(own.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int yes = 1;

	opened->guards[address->version == 6] = s;
	if (s < 0)
		return error_set(&answer->err, "no guard: %s", strerror(errno));
	if (address->version == 6)
		setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
	if (!make_deaf(s, address->version))
		return error_set(&answer->err, "this kernel cannot be kept quiet: %s: %s",
				 "it has no least TTL", strerror(errno));
	answer->has_guard_filter = filter_everything(s);
	if (bind(s, (const struct sockaddr *)&own, len) != 0 || listen(s, 1) != 0)
		return say_why_not(answer, &at);
	answer->port = port_of(s);
	return true;
}

/* A connection of the kernel to the guard must hear nothing at all, neither yes nor no. */
static bool is_quiet(const struct opened *opened, const struct address *address)
{
	struct sockaddr_storage guard;
	socklen_t len = socket_address(address, opened->answer.port, opened->answer.interface_index,
				       &guard);
	int s = socket(guard.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd answers = {.fd = s, .events = POLLOUT};
	bool quiet = connect(s, (const struct sockaddr *)&guard, len) != 0 &&
		     errno == EINPROGRESS && poll(&answers, 1, PATIENCE_MS) == 0;

	close(s);
	return quiet;
}

static bool set_up_guards(struct opened *opened, const struct netd_request *request)
{
	struct netd_answer *answer = &opened->answer;

	answer->port = request->local_port;
	for (unsigned i = 0; i < 2; i++) {
		const struct address *address = &answer->addresses[i];

		if (address->version == 0)
			continue;
		if (!open_guard(opened, address, answer->port))
			return false;
		if (is_quiet(opened, address))
			continue;
		answer->trouble = GATE_ANSWERED;
		return error_set(&answer->err,
				 "this kernel answers at our port in spite of the guard: "
				 "--via own takes an address that is not the kernel's");
	}
	return true;
}

/* ---- sockets ---- */

static bool needs_privilege(struct error *err)
{
	return error_set(err,
			 "raw sockets need a privilege (%s): run tcplab as root, or let root do "
			 "make install-live once, or take --via space, which needs none",
			 strerror(errno));
}

static bool open_out(struct opened *opened)
{
	for (unsigned i = 0; i < 2; i++) {
		int *out = &opened->outlet.out[i];

		if (opened->answer.addresses[i].version == 0)
			continue;
		/* Whole datagrams go out, and nothing comes in. */
		*out = socket(i == 0 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      IPPROTO_RAW);
		if (*out < 0)
			return needs_privilege(&opened->answer.err);
	}
	return true;
}

bool netd_open_capture(struct opened *opened)
{
	const int yes = 1;
	const int room = ROOM;
	/* Until it has its filter, it gets nothing: protocol 0. */
	int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	opened->outlet.in = s;
	if (s < 0)
		return needs_privilege(&opened->answer.err);
	if (setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
		setsockopt(s, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (setsockopt(s, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof yes) != 0 ||
	    setsockopt(s, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes) != 0)
		return error_set(&opened->answer.err, "this kernel does not tell of offloading: %s",
				 strerror(errno));
	return true;
}

bool netd_begin_capture(struct opened *opened)
{
	const struct sockaddr_ll where = {.sll_family = AF_PACKET,
					  .sll_protocol = htons(ETH_P_ALL),
					  .sll_ifindex = (int)opened->answer.interface_index};

	opened->outlet.interface = opened->answer.interface_index;
	return bind(opened->outlet.in, (const struct sockaddr *)&where, sizeof where) == 0 ||
	       error_set(&opened->answer.err, "nothing can be captured on %s: %s",
			 opened->answer.interface, strerror(errno));
}

bool netd_open_raw(struct opened *opened, const struct netd_request *request)
{
	struct netd_answer *answer = &opened->answer;

	if (!choose_addresses(answer, request) || !open_out(opened) || !netd_open_capture(opened) ||
	    !set_up_guards(opened, request))
		return false;
	if (!filter_for_port(opened->outlet.in, answer->addresses, answer->port, &request->remote))
		return error_set(&answer->err, "no filter: %s", strerror(errno));
	return netd_begin_capture(opened);
}
