/* hand.c — what somebody does to a link by hand, while packets are on it. */
#include "net/world_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/memory.h"

/* Its generator has a place apart from those of stages and hosts. */
static const uint64_t hand_place = UINT64_C(1) << 62;

static struct way *way_from(struct link *link, unsigned from)
{
	return link->ways[0].from == from ? &link->ways[0] : &link->ways[1];
}

static struct hand *hand_at(struct way *way)
{
	if (way->hand == NULL) {
		way->hand = memory_get(sizeof *way->hand);
		*way->hand = (struct hand){
			.chance = random_seeded(way->world->seed, hand_place | way->number)};
	}
	return way->hand;
}

void link_lose_next(struct link *link, unsigned from)
{
	hand_at(way_from(link, from))->lose_next++;
}

void link_set_loss(struct link *link, unsigned from, uint32_t per_million)
{
	hand_at(way_from(link, from))->loss = per_million;
}

void link_set_delay(struct link *link, unsigned from, nanos delay)
{
	way_from(link, from)->setup.delay = delay;
}

bool hand_takes(struct way *way, nanos now, struct parcel *parcel)
{
	struct hand *hand = way->hand;
	char buf[EVENT_TEXT_MAX];
	struct text text = text_in(buf, sizeof buf);

	if (hand->lose_next > 0) {
		hand->lose_next--;
		way_lose(way->world, now, parcel, "lost by hand: the next one was to be lost");
		return true;
	}
	if (!random_chance(&hand->chance, hand->loss))
		return false;
	text_addf(&text, "lost by chance: %u.%02u %% are, as was set by hand",
		  (unsigned)(hand->loss / 10000), (unsigned)(hand->loss / 100 % 100));
	way_lose(way->world, now, parcel, buf);
	return true;
}
