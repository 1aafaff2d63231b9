#include "net/world_inside.h"

static void lose(struct stage *stage, nanos now, struct parcel *parcel)
{
	stage_record(stage, now, EVENT_LOST, parcel, "lost");
	way_lose(stage->way->world, now, parcel, NULL);
}

const struct stage_kind stage_lose = {
	.name = "lose",
	.meaning = "the packet never arrives",
	.act = lose,
};
