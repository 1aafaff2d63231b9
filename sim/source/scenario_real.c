#include "source/scenario_run_inside.h"

#include <string.h>

#include "base/text.h"

enum { CAPTION_MAX = 200 };

/* ---- what leaves ---- */

static void tell_arrivals(struct scenario_run *run, nanos now)
{
	struct under_way *which;

	while ((which = peers_next(&run->peers)) != NULL)
		peer_gets(&run->peers, which, now);
}

static void tell_arrival(struct scenario_run *run, nanos now, const struct parcel *parcel)
{
	struct packet packet;

	if (run->recording == NULL || !packet_read(&packet, parcel->bytes, parcel->len))
		return;
	peer_will_get(&run->peers, peers_of(&run->peers, &packet, true), now, &packet,
		      parcel->packet);
	tell_arrivals(run, now);
}

static void leaves(void *who, nanos now, struct parcel *parcel)
{
	struct real_end *end = who;
	struct scenario_run *run = end->run;

	tell_arrival(run, now, parcel);
	if (run->outlet.leaves != NULL)
		run->outlet.leaves(run->outlet.who, now, end->host, parcel->bytes, parcel->len);
	parcel_give_back(world_pool(run->world), parcel);
}

void scenario_add_real(struct scenario_run *run, uint32_t host)
{
	const struct scenario_host *real = &run->scenario->hosts[host];
	struct host_record record = {.addresses = {{.version = 0}}};
	uint8_t recorded_as = 0;

	memcpy(record.addresses, real->addresses, sizeof record.addresses);
	memcpy(record.name, real->name, strlen(real->name) + 1);
	if (run->recording != NULL)
		recorded_as = recording_add_host(run->recording, &record);
	run->reals[host] = (struct real_end){.run = run, .host = host};
	world_add_node(run->world, real->name, real->addresses, recorded_as, leaves,
		       &run->reals[host]);
}

/* ---- what comes in ---- */

static void transmit(void *who, nanos now, uint64_t arg)
{
	const struct scenario_run *run = who;
	struct parcel *parcel = (struct parcel *)(uintptr_t)arg;

	(void)now;
	world_transmit(run->world, parcel->from, parcel);
}

/* The world says what time it is when something happens in it: so this is a happening. */
static void put_into_world(struct scenario_run *run, const struct outside *what)
{
	struct parcel_pool *pool = world_pool(run->world);
	struct packet packet;
	struct parcel *parcel;

	if (what->len > pool->size || !packet_read(&packet, what->octets, what->len))
		return;
	parcel = parcel_take(pool);
	memcpy(parcel->bytes, what->octets, what->len);
	parcel->len = what->len;
	parcel->from = (uint16_t)what->from;
	parcel->packet = EVENT_NONE;
	parcel->hop = 0;
	if (run->recording != NULL) {
		parcel->packet = peer_sends(&run->peers, peers_of(&run->peers, &packet, false),
					    what->time, &packet);
		tell_arrivals(run, what->time);
	}
	world_at(run->world, what->time, transmit, run, (uintptr_t)parcel);
}

static void change_link(struct scenario_run *run, const struct outside *what)
{
	struct link *link = run->links[what->link];

	if (what->kind == OUTSIDE_LOSE_NEXT)
		link_lose_next(link, what->from);
	else if (what->kind == OUTSIDE_DELAY)
		link_set_delay(link, what->from, what->value);
	else
		link_set_loss(link, what->from, (uint32_t)what->value);
}

static void caption(const struct scenario_run *run, const struct outside *what)
{
	const struct scenario_link *link = &run->scenario->links[what->link];
	const char *to = scenario_node_name(run->scenario, link->ends[link->ends[0] == what->from]);
	const char *from = scenario_node_name(run->scenario, what->from);
	uint8_t host = what->from < run->scenario->host_count ? (uint8_t)what->from : 0;
	struct event event = event_at(what->time, host, EVENT_CAPTION);
	char buf[CAPTION_MAX];
	struct text text = text_in(buf, sizeof buf);

	if (run->recording == NULL)
		return;
	text_addf(&text, "By hand: from %s to %s ", from, to);
	if (what->kind == OUTSIDE_LOSE_NEXT)
		text_add(&text, "the next packet will be lost.");
	else if (what->kind == OUTSIDE_DELAY)
		text_addf(&text, "packets now take %lld ms.", (long long)(what->value / 1000000));
	else
		text_addf(&text, "%lld.%02lld %% of the packets will be lost.",
			  (long long)(what->value / 10000), (long long)(what->value / 100 % 100));
	event.text = recording_add_text(run->recording, buf);
	recording_add(run->recording, &event);
}

void scenario_takes(struct scenario_run *run, const struct outside *what)
{
	scenario_waits(run, what->time);
	if (run->end == WORLD_STOPPED || run->end == WORLD_LIVELOCK)
		return;
	if (what->kind == OUTSIDE_DATAGRAM) {
		put_into_world(run, what);
		return;
	}
	change_link(run, what);
	caption(run, what);
}

nanos scenario_next(const struct scenario_run *run)
{
	return world_next(run->world);
}

/* ---- hosts and links ---- */

uint32_t scenario_hosts(const struct scenario *s)
{
	return s->host_count;
}

uint32_t scenario_links(const struct scenario *s)
{
	return s->link_count;
}

nanos scenario_duration(const struct scenario *s)
{
	return s->duration;
}

bool scenario_host_is_real(const struct scenario *s, uint32_t host)
{
	return s->hosts[host].real;
}

const char *scenario_host_name(const struct scenario *s, uint32_t host)
{
	return s->hosts[host].name;
}

const struct address *scenario_host_addresses(const struct scenario *s, uint32_t host)
{
	return s->hosts[host].addresses;
}

uint32_t scenario_link_of(const struct scenario *s, uint32_t host, uint32_t *other)
{
	uint32_t link = 0;

	while (link + 1 < s->link_count && s->links[link].ends[0] != host &&
	       s->links[link].ends[1] != host)
		link++;
	*other = s->links[link].ends[s->links[link].ends[0] == host];
	return link;
}

void scenario_way_of(const struct scenario *s, uint32_t link, uint32_t from, nanos *delay,
		     uint32_t *mtu)
{
	const struct scenario_link *at = &s->links[link];
	const struct way_setup *way = &at->ways[at->ends[0] != from];

	*delay = way->delay;
	*mtu = way->mtu;
}

uint16_t scenario_port_at(const struct scenario *s, uint32_t host)
{
	const struct address *real = s->hosts[host].addresses;

	for (unsigned i = 0; i < s->script_count; i++) {
		const struct scenario_host *own = &s->hosts[s->scripts[i]];

		for (unsigned k = 0; k < own->step_count; k++) {
			const struct script_step *step = &own->steps[k];

			if (step->action == SCRIPT_CONNECT &&
			    (address_eq(&step->to.address, &real[0]) ||
			     address_eq(&step->to.address, &real[1])))
				return step->to.port;
		}
	}
	return 0;
}
