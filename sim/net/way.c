/* way.c — one direction of a link: stages, queue, transmitter, distance. */
#include "net/world_inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/memory.h"
#include "wire/ecn.h"

static const nanos second = 1000000000;

/* The generator for copies has a place beside that of its stage. */
static const uint64_t copies_place = UINT64_C(1) << 31;

/* ---- telling ---- */

uint32_t way_record(const struct world *w, nanos now, enum event_kind kind,
		    const struct parcel *parcel, const char *words)
{
	struct event event = event_at(now, w->nodes[parcel->from]->recorded_as, kind);

	if (w->recording == NULL)
		return EVENT_NONE;
	event.packet = parcel->packet;
	event.text = recording_add_text(w->recording, words);
	return recording_add(w->recording, &event);
}

/* Which of several victims this one is, where that can be said. */
static const char *words_for(const struct stage *stage, const struct parcel *parcel)
{
	for (uint32_t i = 0; stage->each != NULL && i < stage->victims.nth_count; i++) {
		if (stage->packet[i] == parcel->packet && parcel->packet != EVENT_NONE)
			return stage->each[i];
	}
	return stage->words;
}

void stage_record(const struct stage *stage, nanos now, enum event_kind kind,
		  const struct parcel *parcel, const char *what)
{
	char buf[EVENT_TEXT_MAX];
	struct text text = text_in(buf, sizeof buf);

	if (stage->way->world->recording == NULL)
		return;
	text_addf(&text, "%s by %s", what, words_for(stage, parcel));
	way_record(stage->way->world, now, kind, parcel, buf);
}

void way_lose(struct world *w, nanos now, struct parcel *parcel, const char *why)
{
	if (why != NULL)
		way_record(w, now, EVENT_LOST, parcel, why);
	parcel_give_back(&w->pool, parcel);
}

/* ---- the distance: parcels in flight, in the order in which they arrive ---- */

static void arrive(void *who, nanos now, uint64_t arg);

static void expect_first(struct way *way)
{
	struct happening arrival = {
		.time = way->first->time, .serial = way->first->serial, .what = arrive, .who = way};

	queue_add(&way->world->queue, &arrival);
}

static void off_the_transmitter(struct way *way, nanos now)
{
	while (way->waiting != NULL && way->waiting->sent <= now) {
		way->waiting_count--;
		way->waiting_octets -= way->waiting->len;
		way->waiting = way->waiting->next;
		if (way->waiting != NULL)
			__builtin_prefetch(way->waiting->next); /* as in arrive() */
	}
}

static void arrive(void *who, nanos now, uint64_t arg)
{
	struct way *way = who;
	struct parcel *parcel = way->first;

	(void)arg;
	if (way->waiting == parcel)
		off_the_transmitter(way, now);
	way->first = parcel->next;
	if (way->first != NULL) {
		expect_first(way);
		/* Long lines do not stay in the cache: ask for the one after next. */
		__builtin_prefetch(way->first->next);
		__builtin_prefetch(way->first->bytes);
	} else {
		way->last = NULL;
	}
	world_node_arrives(way->world, way->to, now, parcel);
}

static void put_in_line(struct way *way, nanos arrives, struct parcel *parcel)
{
	/* A delay that was made shorter lets nobody overtake. */
	parcel->time = way->last != NULL ? nanos_max(arrives, way->last->time) : arrives;
	parcel->serial = queue_draw(&way->world->queue);
	parcel->next = NULL;
	if (way->last != NULL) {
		way->last->next = parcel;
		way->last = parcel;
		return;
	}
	way->first = parcel;
	way->last = parcel;
	expect_first(way);
}

/* ---- queue and transmitter ---- */

static bool queue_has_room(const struct way *way, const struct parcel *parcel)
{
	uint32_t ahead = way->waiting_count; /* one of them is being sent, not waiting */

	if (ahead == 0)
		return true;
	if (way->setup.queue_packets > 0 && ahead - 1 >= way->setup.queue_packets)
		return false;
	return way->setup.queue_octets == 0 ||
	       way->waiting_octets - way->waiting->len + parcel->len <= way->setup.queue_octets;
}

static void lose_for_want_of_room(struct way *way, nanos now, struct parcel *parcel)
{
	char buf[EVENT_TEXT_MAX];
	struct text text = text_in(buf, sizeof buf);

	text_addf(&text, "lost: the queue from %s to %s is full, %u packet%s",
		  way->world->nodes[way->from]->name, way->world->nodes[way->to]->name,
		  (unsigned)(way->waiting_count - 1),
		  way->waiting_count == 2 ? " waits" : "s wait");
	way_lose(way->world, now, parcel, buf);
}

/* RFC 3168 §5, with the instantaneous length of the queue as in RFC 8257 §3.1. */
static void mark_if_long(struct way *way, nanos now, struct parcel *parcel)
{
	uint32_t waiting = way->waiting_count > 0 ? way->waiting_count - 1 : 0;
	char buf[EVENT_TEXT_MAX];
	struct text text = text_in(buf, sizeof buf);

	if (waiting < way->setup.mark_packets || !ecn_is_capable(ecn_of_datagram(parcel->bytes)))
		return;
	ecn_mark_datagram(parcel->bytes);
	text_addf(&text, "marked CE: in the queue from %s to %s %u packet%s",
		  way->world->nodes[way->from]->name, way->world->nodes[way->to]->name,
		  (unsigned)waiting, waiting == 1 ? " waits" : "s wait");
	way_record(way->world, now, EVENT_MARKED, parcel, buf);
}

/* Rounded up: a link is never faster than its rate. */
static nanos time_to_send(int64_t rate, uint32_t len)
{
	return (8 * (int64_t)len * second + rate - 1) / rate;
}

static void send_off(struct way *way, nanos now, struct parcel *parcel)
{
	if (parcel->len > way->setup.mtu) {
		way_too_long(way, now, parcel);
		return;
	}
	if (way->setup.rate == 0) {
		put_in_line(way, now + way->setup.delay, parcel);
		return;
	}
	off_the_transmitter(way, now);
	if (!queue_has_room(way, parcel)) {
		lose_for_want_of_room(way, now, parcel);
		return;
	}
	if (way->setup.mark_packets > 0)
		mark_if_long(way, now, parcel);
	way->free_at = nanos_max(way->free_at, now) + time_to_send(way->setup.rate, parcel->len);
	parcel->sent = way->free_at;
	put_in_line(way, way->free_at + way->setup.delay, parcel);
	if (way->waiting == NULL)
		way->waiting = parcel;
	way->waiting_count++;
	way->waiting_octets += parcel->len;
}

/* ---- stages ---- */

/* Whose victim a packet is, is decided when it enters the way, so that "the
 * second SYN" is the second that was sent, whatever other stages do. */
static void pass_from(struct way *way, uint32_t place, nanos now, struct parcel *parcel)
{
	for (; parcel->victim_of >> place != 0; place++) {
		struct stage *stage = way->stages[place];

		if (!(parcel->victim_of >> place & 1))
			continue;
		parcel->victim_of &= ~(UINT64_C(1) << place);
		if (stage->hits != NULL)
			(*stage->hits)++;
		stage->kind->act(stage, now, parcel);
		return;
	}
	send_off(way, now, parcel);
}

void stage_pass(struct stage *stage, nanos now, struct parcel *parcel)
{
	pass_from(stage->way, stage->place, now, parcel);
}

void way_enter(struct way *way, nanos now, struct parcel *parcel)
{
	parcel->victim_of = 0;
	for (uint32_t i = 0; i < way->stage_count; i++)
		parcel->victim_of |= (uint64_t)stage_picks(way->stages[i], now, parcel) << i;
	if (way->hand == NULL || !hand_takes(way, now, parcel))
		pass_from(way, 0, now, parcel);
}

void way_enter_copy(struct stage *stage, nanos now, struct parcel *copy)
{
	struct way *way = stage->way;

	copy->victim_of = 0;
	for (uint32_t i = stage->place + 1; i < way->stage_count; i++)
		copy->victim_of |= (uint64_t)stage_picks_copy(way->stages[i], now, copy) << i;
	stage_pass(stage, now, copy);
}

void link_add_stage(struct link *link, unsigned from, const struct stage_setup *setup)
{
	struct way *way = link->ways[0].from == from ? &link->ways[0] : &link->ways[1];
	struct stage *stage = memory_get(sizeof *stage);
	uint32_t place = way->stage_count;
	uint64_t generator = (uint64_t)(way->number + 1) << 32 | place;

	assert(way->from == from && place < WAY_STAGES_MAX);
	*stage = (struct stage){.kind = setup->kind,
				.way = way,
				.victims = setup->victims,
				.by = setup->by,
				.place = place,
				.each = setup->each,
				.hits = setup->hits};
	for (uint32_t i = 0; i < VICTIMS_NTH_MAX; i++)
		stage->packet[i] = EVENT_NONE;
	stage->chance = random_seeded(way->world->seed, generator);
	stage->copies = random_seeded(way->world->seed, generator | copies_place);
	if (setup->words != NULL)
		snprintf(stage->words, sizeof stage->words, "%s", setup->words);
	else
		snprintf(stage->words, sizeof stage->words, "stage %u", (unsigned)place + 1);
	way->stages =
		memory_grow(way->stages, &way->stage_capacity, place + 1, sizeof *way->stages);
	way->stages[way->stage_count++] = stage;
}
