#include "machine/ours.h"

#include <stdlib.h>
#include <string.h>

#include "machine/sockets.h"
#include "record/memory.h"
#include "source/peer.h"

struct kept {
	nanos time;
	uint8_t *datagram;
	size_t len;
	uint32_t number;
};

struct ours {
	struct drill_settings settings;
	struct recording *recording; /* or NULL */
	struct host *host;
	struct sockets *sockets;
	struct parcel_pool pool;
	struct peers peers;
	struct kept *kept; /* datagrams that left: those from `taken` on were not taken yet */
	uint32_t taken;
	uint32_t count;
	uint32_t capacity;
	uint8_t *given; /* by departed(), and not freed yet */
};

/* ---- datagrams leave ---- */

static void keep(struct ours *o, nanos now, const uint8_t *datagram, size_t len, uint32_t number)
{
	struct kept kept = {.time = now, .len = len, .number = number};

	kept.datagram = memory_get(len);
	memcpy(kept.datagram, datagram, len);
	o->kept = memory_grow(o->kept, &o->capacity, o->count + 1, sizeof *o->kept);
	o->kept[o->count++] = kept;
}

static void transmit(void *link, nanos now, struct parcel *parcel)
{
	struct ours *o = link;
	struct packet packet;

	keep(o, now, parcel->bytes, parcel->len, parcel->packet);
	if (packet_read(&packet, parcel->bytes, parcel->len)) {
		sockets_see(o->sockets, now, &packet, true);
		if (o->recording != NULL)
			peer_will_get(&o->peers, peers_of(&o->peers, &packet, true), now, &packet,
				      parcel->packet);
	}
	parcel_give_back(&o->pool, parcel);
}

static void send_other(void *who, nanos now, const uint8_t *datagram, size_t len)
{
	keep(who, now, datagram, len, EVENT_NONE);
}

/* What has left is there at once: between the two there is no network. */
static void script_gets(struct ours *o, nanos now)
{
	struct under_way *which;

	while (o->recording != NULL && (which = peers_next(&o->peers)) != NULL)
		peer_gets(&o->peers, which, now);
}

/* ---- a machine ---- */

static void timers_before(struct ours *o, nanos now)
{
	nanos deadline;

	while ((deadline = host_next_deadline(o->host)) < now) {
		host_timeouts(o->host, deadline);
		script_gets(o, deadline);
		sockets_go_on(o->sockets, deadline);
		script_gets(o, deadline);
	}
}

static struct call_outcome call(void *machine, nanos now, const struct system_call *call)
{
	struct ours *o = machine;
	struct call_outcome outcome;

	timers_before(o, now);
	outcome = sockets_call(o->sockets, now, call);
	script_gets(o, now);
	return outcome;
}

static struct call_outcome pending(void *machine, nanos *returned)
{
	struct ours *o = machine;

	return sockets_pending(o->sockets, returned);
}

static bool is_of_tcp(const struct packet *packet, enum packet_problem problem)
{
	return problem != PACKET_NOT_TCP && problem != PACKET_BAD_ICMP &&
	       packet_is_filled_in(problem) && packet->src.version != 0;
}

static void inject(void *machine, nanos now, const uint8_t *datagram, size_t len)
{
	struct ours *o = machine;
	uint32_t number = EVENT_NONE;
	struct packet packet;
	const uint8_t *text;
	size_t text_len;
	enum packet_problem problem;

	timers_before(o, now);
	problem = packet_parse(&packet, datagram, len, len, 0, &text, &text_len);
	if (is_of_tcp(&packet, problem)) {
		if (o->recording != NULL)
			number = peer_sends(&o->peers, peers_of(&o->peers, &packet, false), now,
					    &packet);
		sockets_see(o->sockets, now, &packet, false);
		host_arrives(o->host, now, datagram, len, number);
		sockets_hear(o->sockets, now);
	} else {
		sockets_datagram_arrives(o->sockets, now, datagram, len);
	}
	script_gets(o, now);
	sockets_go_on(o->sockets, now);
	script_gets(o, now);
}

static nanos wait_for(void *machine, nanos now, nanos until)
{
	struct ours *o = machine;
	uint32_t left = o->count;

	for (;;) {
		nanos deadline = host_next_deadline(o->host);
		nanos next = nanos_min(deadline, sockets_deadline(o->sockets));
		bool returned;

		if (next > until || next == NANOS_NEVER)
			return until;
		now = nanos_max(now, next);
		if (deadline <= now)
			host_timeouts(o->host, now);
		script_gets(o, now);
		returned = sockets_go_on(o->sockets, now);
		script_gets(o, now);
		if (returned || o->count > left)
			return now;
	}
}

static bool departed(void *machine, struct departure *out)
{
	struct ours *o = machine;
	const struct kept *kept;

	free(o->given);
	o->given = NULL;
	if (o->taken == o->count)
		return false;
	kept = &o->kept[o->taken++];
	o->given = kept->datagram;
	*out = (struct departure){.time = kept->time,
				  .datagram = kept->datagram,
				  .len = kept->len,
				  .number = kept->number};
	return true;
}

static bool info(void *machine, nanos now, const char *name, int64_t *value)
{
	struct ours *o = machine;

	return sockets_info(o->sockets, now, name, value);
}

static int64_t count_in_state(void *machine, const char *state)
{
	struct ours *o = machine;

	return sockets_count_in_state(o->sockets, state);
}

static bool drop_those(void *machine, nanos now, const char *state)
{
	struct ours *o = machine;

	timers_before(o, now);
	if (!sockets_drop(o->sockets, now, state))
		return false;
	script_gets(o, now);
	sockets_go_on(o->sockets, now);
	return true;
}

static bool configure(void *machine, const struct profile *profile)
{
	struct ours *o = machine;

	sockets_configure(o->sockets, profile);
	return true;
}

struct machine ours_machine(struct ours *ours)
{
	return (struct machine){
		.machine = ours,
		.call = call,
		.pending = pending,
		.inject = inject,
		.wait = wait_for,
		.departed = departed,
		.info = info,
		.count_in_state = count_in_state,
		.drop = drop_those,
		.configure = configure,
	};
}

/* ---- beginning and end ---- */

static void name_the_script(struct ours *o)
{
	struct host_record script = {.name = "script"};
	const struct address *address = &o->settings.addresses.remote;

	script.addresses[address->version == 6] = *address;
	recording_add_host(o->recording, &script);
}

struct ours *ours_new(const struct drill_settings *settings, uint64_t seed,
		      struct recording *recording)
{
	struct ours *o = memory_get(sizeof *o);
	struct host_setup setup = {
		.name = "machine",
		.profile = settings->profile,
		.seed = seed,
		.recording = recording,
		.mtu = (uint16_t)settings->mtu,
		.checked = true,
		.forgetful = true,
	};
	struct host_link link = {.link = o, .transmit = transmit};
	struct sockets_setup above = {.send = send_other, .who = o};
	const struct address *local = &settings->addresses.local;

	memset(o, 0, sizeof *o);
	o->settings = *settings;
	o->recording = recording;
	o->peers.recording = recording;
	o->pool = parcel_pool_of(settings->mtu + PACKET_HEADER_MAX);
	setup.addresses[local->version == 6] = *local;
	o->host = host_new(&setup);
	link.pool = &o->pool;
	host_set_link(o->host, &link);
	if (recording != NULL)
		name_the_script(o);
	above.host = o->host;
	above.settings = &o->settings;
	o->sockets = sockets_new(&above);
	return o;
}

void ours_free(struct ours *ours)
{
	if (ours == NULL)
		return;
	sockets_free(ours->sockets);
	host_free(ours->host);
	peers_free(&ours->peers);
	parcel_pool_free(&ours->pool);
	for (uint32_t i = ours->taken; i < ours->count; i++)
		free(ours->kept[i].datagram);
	free(ours->kept);
	free(ours->given);
	free(ours);
}
