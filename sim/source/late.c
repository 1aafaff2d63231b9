#include "source/late.h"

/* A sender may fill a hundred segments or more between two of one connection
 * where it uses one counter for all; random identifications rarely come this
 * close. */
enum { ID_STEP_MAX = 1024, HABIT_MIN = 3 };

struct sending_mark sending_mark_of(const struct packet *packet)
{
	return (struct sending_mark){
		.ts_val = packet->tcp.options.ts_val,
		.id = packet->id,
		.has_ts = (packet->tcp.options.has & HAS_TIMESTAMPS) != 0,
		.has_id = packet->src.version == 4,
	};
}

void id_habit_learn(struct id_habit *habit, const struct packet *packet)
{
	uint16_t step = (uint16_t)(packet->id - habit->newest);
	uint16_t back = (uint16_t)(habit->newest - packet->id);

	/* Many stacks send their SYN with an identification from elsewhere. */
	if (packet->src.version != 4 || (packet->tcp.flags & SYN) != 0)
		return;
	if (habit->started && back > 0 && back <= ID_STEP_MAX)
		return; /* overtaken: says nothing about counting */
	if (habit->started && step > 0 && step <= ID_STEP_MAX)
		habit->rising = (uint16_t)(habit->rising + (habit->rising < UINT16_MAX));
	else if (habit->started)
		habit->jumping = (uint16_t)(habit->jumping + (habit->jumping < UINT16_MAX));
	habit->started = true;
	habit->newest = packet->id;
}

static bool counts_up(const struct id_habit *habit)
{
	return habit->rising >= HABIT_MIN && habit->jumping <= habit->rising / 4;
}

enum lateness lateness(const struct id_habit *habit, const struct sending_mark *late,
		       const struct sending_mark *before)
{
	/* Some put the same number, mostly 0, into all their packets. */
	if (late->has_id && before->has_id && late->id == before->id && late->id != 0 &&
	    habit->jumping <= habit->rising)
		return LATE_SAME;
	if (late->has_id && before->has_id && counts_up(habit)) {
		return (int16_t)(uint16_t)(late->id - before->id) > 0 ? LATE_AGAIN : LATE_OVERTAKEN;
	}
	if (late->has_ts && before->has_ts && late->ts_val != before->ts_val)
		return (int32_t)(late->ts_val - before->ts_val) > 0 ? LATE_AGAIN : LATE_OVERTAKEN;
	return LATE_UNKNOWN;
}
