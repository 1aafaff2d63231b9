#include "live/neighbours.h"

#include <string.h>

void neighbours_init(struct neighbours *n, const struct address *ours, const uint8_t mac[MAC_LEN])
{
	memset(n, 0, sizeof *n);
	n->ours = *ours;
	memcpy(n->mac, mac, MAC_LEN);
}

static struct neighbour *find(struct neighbours *n, const struct address *address)
{
	for (unsigned i = 0; i < NEIGHBOURS_MAX; i++) {
		if (address_eq(&n->all[i].address, address))
			return &n->all[i];
	}
	return NULL;
}

static struct neighbour *make_room(struct neighbours *n)
{
	struct neighbour *oldest = &n->all[0];

	for (unsigned i = 1; i < NEIGHBOURS_MAX; i++) {
		if (n->all[i].used < oldest->used)
			oldest = &n->all[i];
	}
	memset(oldest, 0, sizeof *oldest);
	return oldest;
}

struct neighbour *neighbours_at(struct neighbours *n, const struct address *address)
{
	struct neighbour *one = find(n, address);

	if (one == NULL) {
		one = make_room(n);
		one->address = *address;
	}
	one->used = ++n->uses;
	return one;
}

enum heard neighbours_hear(struct neighbours *n, const struct neighbour_message *message,
			   struct neighbour **who)
{
	bool is_for_us = address_eq(&message->target, &n->ours);

	*who = NULL;
	if (memcmp(message->mac, n->mac, MAC_LEN) == 0)
		return HEARD_NOTHING; /* our own words, that some switch gives back */
	if (address_eq(&message->sender, &n->ours) ||
	    (message->asks && message->sender.version == 0 && is_for_us))
		return HEARD_CONFLICT;
	/* Whom we never looked for cannot put itself in: RFC 826's merge. But whoever asks for us
	 * will be answered, and told more. */
	if (message->sender.version != 0)
		*who = is_for_us && message->asks ? neighbours_at(n, &message->sender)
						  : find(n, &message->sender);
	if (*who != NULL) {
		memcpy((*who)->mac, message->mac, MAC_LEN);
		(*who)->is_known = true;
	}
	if (message->asks && is_for_us)
		return HEARD_QUESTION;
	return *who != NULL ? HEARD_ANSWER : HEARD_NOTHING;
}
