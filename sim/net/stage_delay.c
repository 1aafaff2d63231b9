#include "net/world_inside.h"

static void let_go(void *who, nanos now, uint64_t arg)
{
	stage_pass(who, now, (struct parcel *)(uintptr_t)arg);
}

static void hold_back(struct stage *stage, nanos now, struct parcel *parcel)
{
	stage_record(stage, now, EVENT_DELAYED, parcel, "held back");
	world_at(stage->way->world, now + stage->by, let_go, stage, (uintptr_t)parcel);
}

const struct stage_kind stage_delay = {
	.name = "delay",
	.meaning = "the packet is held back, so that later ones overtake it",
	.takes_time = true,
	.act = hold_back,
};
