#include "live/first_hop.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/arrival.h"
#include "live/capture.h"
#include "live/clock.h"

enum {
	DISCARD = 9, /* a port where nobody is */
	TRIES = 4,
	WAIT_MS = 300,
};

/* An empty datagram that the first router drops. */
static bool send_probe(const struct address *to)
{
	const int one = 1;
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(DISCARD)};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(DISCARD)};
	bool is_v6 = to->version == 6;
	int s = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	bool fine = s >= 0;

	memcpy(&v6.sin6_addr, to->bytes, 16);
	memcpy(&v4.sin_addr, to->bytes, 4);
	fine = fine && setsockopt(s, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP,
				  is_v6 ? IPV6_UNICAST_HOPS : IP_TTL, &one, sizeof one) == 0;
	fine = fine && sendto(s, "", 0, 0,
			      is_v6 ? (const struct sockaddr *)&v6 : (const struct sockaddr *)&v4,
			      is_v6 ? sizeof v6 : sizeof v4) == 0;
	if (s >= 0)
		close(s);
	return fine;
}

static bool sees_probe(pcap_t *pcap, const struct interface *link, uint8_t hop[MAC_LEN])
{
	struct pollfd in = {.fd = pcap_get_selectable_fd(pcap), .events = POLLIN};
	nanos until = clock_now() + nanos_from_ms(WAIT_MS);
	struct pcap_pkthdr *header;
	const u_char *bytes;

	while (clock_now() < until) {
		poll(&in, 1, (int)((until - clock_now()) / 1000000 + 1));
		while (pcap_next_ex(pcap, &header, &bytes) == 1) {
			if (header->caplen < LINK_HEADER ||
			    memcmp(bytes + MAC_LEN, link->mac, MAC_LEN) != 0)
				continue;
			memcpy(hop, bytes, MAC_LEN);
			return true;
		}
	}
	return false;
}

bool first_hop(pcap_t *pcap, const struct interface *link, const struct address *to,
	       uint8_t hop[MAC_LEN], struct error *err)
{
	char text[ADDRESS_TEXT_MAX];
	char filter[120];

	address_format(to, text);
	snprintf(filter, sizeof filter, "udp and dst host %s and dst port %d", text, DISCARD);
	if (!capture_filter(pcap, filter, err))
		return false;
	for (unsigned i = 0; i < TRIES; i++) {
		if (send_probe(to) && sees_probe(pcap, link, hop))
			return true;
	}
	return error_set(err, "the way to %s does not lead through %s, or its router is silent",
			 text, link->name);
}
