/* station.h — an address of our own on a link, beside the kernel: what the ways
 * share that have one (gate_own.c, gate_pcap.c).
 *
 * The kernel's TCP knows nothing of it, nor does its firewall. Who has which
 * hardware address the station finds out itself, tells those who look for it,
 * and defends its address. How frames go and come is its owner's.
 *
 *     station_init(&station);
 *     …fill in `receive`, `send` and `owner`
 *     station_look_around(&station, request, &interface, &err)
 *     station_settle(&station, request, &interface, open, close, &err)
 *     while (station_receive(&station, &arrival)) …
 *     station_send(&station, datagram, len); */
#ifndef TCPLAB_LIVE_STATION_H
#define TCPLAB_LIVE_STATION_H

#include "base/nanos.h"
#include "live/inlet.h"
#include "live/neighbours.h"
#include "live/route.h"

struct station {
	int fd; /* readable when a frame may wait */
	/* The next frame that came, into inlet.buffer; false where none waits. */
	bool (*receive)(struct station *station, struct arrival *out);
	/* False: the kernel refuses it. */
	bool (*send)(struct station *station, const uint8_t *link, const uint8_t *datagram,
		     size_t len);
	void *owner;
	bool answers_back; /* whoever is not on the link is where its frames came from */

	struct neighbours neighbours;
	struct address remote;
	struct route to_remote;
	struct address gateway; /* for who is not on the link; version 0: all are */
	uint8_t prefix;         /* bits of our address that are the link's */
	nanos defended_at;
	struct inlet inlet;
};

void station_init(struct station *station);

/* Where the request leads: the link, and whom to give what is not for it. */
bool station_look_around(struct station *station, const struct gate_request *request,
			 struct interface *link, struct error *err);

/* Becomes the address that was asked for, or an unused one. `open` opens the link as that address,
 * with fd and neighbours_init(), or says in *request->trouble that it cannot be. */
struct station_link {
	bool (*open)(struct station *station, const struct gate_request *request,
		     const struct address *ours, struct error *err);
	void (*close)(struct station *station);
};
bool station_settle(struct station *station, const struct gate_request *request,
		    const struct interface *interface, const struct station_link *link,
		    struct error *err);

/* Does another have our address? Asks, and listens for so long as it takes. */
bool station_is_taken(struct station *station);
/* It is ours now. */
void station_announce(struct station *station);

bool station_is_on_link(const struct station *station, const struct address *address);
/* The header of a frame with a datagram for that address; false: to whom it goes is not known. */
bool station_link_to(struct station *station, const struct address *to, uint8_t out[LINK_HEADER]);

/* The next arrival that is for our TCP: what neighbours say is heard and answered here. */
bool station_receive(struct station *station, struct arrival *out);
/* Waits for its neighbour, where that is not known yet. False: the kernel refuses it. */
bool station_send(struct station *station, const uint8_t *datagram, size_t len);

#endif
