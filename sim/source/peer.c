#include "source/peer.h"

#include <stdlib.h>
#include <string.h>

#include "base/sip.h"
#include "record/memory.h"

enum { TABLE_LEAST = 64, HOSTS_MOST = 200 };

void peers_free(struct peers *peers)
{
	for (uint32_t i = 0; i < peers->count; i++)
		free(peers->all[i]);
	free(peers->all);
	free(peers->queue);
	free(peers->table);
}

/* ---- finding ---- */

static uint32_t *slot_of(const struct peers *peers, const struct endpoint *ours,
			 const struct endpoint *theirs)
{
	static const uint64_t key[2];
	const struct endpoint both[2] = {*ours, *theirs};
	uint64_t at = sip_hash(key, both, sizeof both);

	for (;; at++) {
		uint32_t *slot = &peers->table[at & (peers->table_size - 1)];

		if (*slot == 0 || (endpoint_eq(&peers->all[*slot - 1]->ours, ours) &&
				   endpoint_eq(&peers->all[*slot - 1]->theirs, theirs)))
			return slot;
	}
}

static void grow_table(struct peers *peers)
{
	uint32_t size = peers->table_size > 0 ? 2 * peers->table_size : TABLE_LEAST;

	free(peers->table);
	peers->table = memory_get(size * sizeof *peers->table);
	memset(peers->table, 0, size * sizeof *peers->table);
	peers->table_size = size;
	for (uint32_t i = 0; i < peers->count; i++)
		*slot_of(peers, &peers->all[i]->ours, &peers->all[i]->theirs) = i + 1;
}

/* A computer is a host of the recording. When there are too many, the last
 * stands for the rest. */
static uint8_t host_at(struct recording *r, const struct address *address)
{
	struct host_record host = {.addresses = {{.version = 0}}};
	char name[ADDRESS_TEXT_MAX];
	uint32_t count = recording_hosts(r);

	for (uint32_t i = 0; i < count; i++) {
		const struct host_record *other = recording_host(r, i);

		if (address_eq(&other->addresses[0], address) ||
		    address_eq(&other->addresses[1], address))
			return (uint8_t)i;
	}
	if (count >= HOSTS_MOST)
		return (uint8_t)(count - 1);
	host.addresses[address->version == 6] = *address;
	address_format(address, name);
	name[sizeof host.name - 1] = '\0';
	strcpy(host.name, name);
	return recording_add_host(r, &host);
}

static struct peer *add(struct peers *peers, const struct endpoint *ours,
			const struct endpoint *theirs)
{
	struct peer *peer = memory_get(sizeof *peer);

	*peer = (struct peer){.ours = *ours, .theirs = *theirs, .sent_at = -1};
	peer->host = host_at(peers->recording, &theirs->address);
	peers->all =
		memory_grow(peers->all, &peers->capacity, peers->count + 1, sizeof *peers->all);
	peers->all[peers->count++] = peer;
	if (2 * peers->count > peers->table_size)
		grow_table(peers);
	else
		*slot_of(peers, ours, theirs) = peers->count;
	return peer;
}

struct peer *peers_find(struct peers *peers, const struct endpoint *ours,
			const struct endpoint *theirs)
{
	uint32_t slot = peers->table_size > 0 ? *slot_of(peers, ours, theirs) : 0;

	return slot > 0 ? peers->all[slot - 1] : add(peers, ours, theirs);
}

struct peer *peers_of(struct peers *peers, const struct packet *packet, bool ours)
{
	struct endpoint src = {.address = packet->src, .port = packet->tcp.src_port};
	struct endpoint dst = {.address = packet->dst, .port = packet->tcp.dst_port};

	return ours ? peers_find(peers, &src, &dst) : peers_find(peers, &dst, &src);
}

/* ---- what it gets ---- */

static void close_ranks(struct peers *peers)
{
	memmove(peers->queue, peers->queue + peers->first,
		(peers->queued - peers->first) * sizeof *peers->queue);
	peers->queued -= peers->first;
	peers->first = 0;
}

void peer_will_get(struct peers *peers, struct peer *peer, nanos now, const struct packet *packet,
		   uint32_t number)
{
	if (peers->queued == peers->queue_capacity && peers->first > peers->queued / 2)
		close_ranks(peers);
	peers->queue = memory_grow(peers->queue, &peers->queue_capacity, peers->queued + 1,
				   sizeof *peers->queue);
	peers->queue[peers->queued++] =
		(struct under_way){.to = peer, .packet = *packet, .left = now, .number = number};
}

struct under_way *peers_next(struct peers *peers)
{
	while (peers->first < peers->queued && peers->queue[peers->first].arrived)
		peers->first++;
	for (uint32_t i = peers->first; i < peers->queued; i++) {
		if (!peers->queue[i].arrived && peers->queue[i].to->speaks)
			return &peers->queue[i];
	}
	return NULL;
}

static void arrives_at_nobody(struct peers *peers, const struct peer *peer, nanos now,
			      uint32_t number)
{
	struct event event = event_at(now, peer->host, EVENT_ARRIVE);

	event.packet = number;
	recording_add(peers->recording, &event);
}

void peer_gets(struct peers *peers, struct under_way *which, nanos now)
{
	struct peer *peer = which->to;

	which->arrived = true;
	if (peer->is_known && which->packet.kind == PACKET_TCP)
		follower_gets(&peer->follower, now, &which->packet, which->number);
	else
		arrives_at_nobody(peers, peer, now, which->number);
}

void peer_misses(struct peers *peers, struct under_way *which, nanos now)
{
	struct packet_record record;
	struct event event;

	which->arrived = true;
	recording_packet(peers->recording, which->number, &record);
	event = event_at(now, record.host, EVENT_LOST);
	event.packet = which->number;
	event.conn = record.conn;
	event.text = recording_add_text(
		peers->recording, "inferred: what was sent after it has arrived, and this has not");
	recording_add(peers->recording, &event);
}

/* ---- what it sends ---- */

/* What it can do is what its SYN says. */
static struct profile profile_of(const struct segment *syn)
{
	struct profile profile;

	profile_named("rfc", &profile);
	profile.sack = (syn->options.has & HAS_SACK_PERMITTED) != 0;
	profile.timestamps = (syn->options.has & HAS_TIMESTAMPS) != 0;
	profile.window_scaling = (syn->options.has & HAS_WINDOW_SCALE) != 0;
	profile.window_scale = profile.window_scaling ? syn->options.window_scale : 0;
	if ((syn->options.has & HAS_MSS) != 0)
		profile.mss = syn->options.mss;
	profile.receive_buffer = 1 << 20;
	profile.send_buffer = 1 << 30; /* whatever it sent had room */
	profile.isn_fixed = true;      /* it is seen what it begins with */
	return profile;
}

/* The first datagram that it sends tells how it begins: with a SYN of its own, or
 * with the answer to ours. Anything else is from somebody without a connection. */
static void begins(struct peers *peers, struct peer *peer, nanos now, const struct packet *packet)
{
	const struct segment *seg = &packet->tcp;
	struct profile profile;

	peer->speaks = true;
	if (packet->kind != PACKET_TCP || !(seg->flags & SYN))
		return;
	profile = profile_of(seg);
	peer->is_known = true;
	follower_begin(&peer->follower, peers->recording, peer->host, &profile, &peer->theirs,
		       &peer->ours);
	recording_set_inferred(peers->recording, peer->follower.conn, true);
	if (seg->flags & ACK)
		follower_listens(&peer->follower, now, seg->seq);
}

/* What it acknowledges has reached it, however short a time that took. */
static void gets_what_it_acknowledges(struct peers *peers, const struct peer *peer, nanos now,
				      const struct segment *seg)
{
	for (uint32_t i = peers->first; i < peers->queued && (seg->flags & ACK); i++) {
		struct under_way *which = &peers->queue[i];

		if (which->to == peer && !which->arrived && which->packet.kind == PACKET_TCP &&
		    seq_le(segment_end(&which->packet.tcp), seg->ack))
			peer_gets(peers, which, now);
	}
}

static uint32_t sends_without_connection(struct peers *peers, const struct peer *peer, nanos now,
					 const struct packet *packet)
{
	struct packet_record record = {.packet = *packet,
				       .offset = -1,
				       .conn = EVENT_NONE,
				       .copy_of = EVENT_NONE,
				       .host = peer->host,
				       .captured = true};
	struct event event = event_at(now, peer->host, EVENT_SEND);

	return recording_add_packet(peers->recording, &record, &event);
}

uint32_t peer_sends(struct peers *peers, struct peer *peer, nanos now, const struct packet *packet)
{
	static const struct sighting nothing;

	if (!peer->speaks)
		begins(peers, peer, now, packet);
	if (packet->kind == PACKET_TCP)
		gets_what_it_acknowledges(peers, peer, now, &packet->tcp);
	if (!peer->is_known || packet->kind != PACKET_TCP)
		return sends_without_connection(peers, peer, now, packet);
	return follower_sends(&peer->follower, now, packet, &nothing);
}
