#include <string.h>

#include "base/text.h"
#include "net/world_inside.h"

/* The copy is a packet of its own in the recording, which knows whose. */
static uint32_t record_copy(const struct stage *stage, nanos now, uint32_t original)
{
	struct recording *r = stage->way->world->recording;
	struct packet_record record;
	struct event event;
	char words[EVENT_TEXT_MAX];
	struct text text = text_in(words, sizeof words);

	if (r == NULL || original == EVENT_NONE)
		return EVENT_NONE;
	recording_packet(r, original, &record);
	record.copy_of = original;
	event = event_at(now, record.host, EVENT_DUPLICATED);
	event.conn = record.conn;
	text_addf(&text, "duplicated by %s", stage->words);
	event.text = recording_add_text(r, words);
	return recording_add_packet(r, &record, &event);
}

static void duplicate(struct stage *stage, nanos now, struct parcel *parcel)
{
	struct parcel *copy = parcel_take(&stage->way->world->pool);

	copy->len = parcel->len;
	copy->from = parcel->from;
	copy->to = parcel->to;
	copy->hop = parcel->hop;
	memcpy(copy->bytes, parcel->bytes, parcel->len);
	copy->packet = record_copy(stage, now, parcel->packet);
	stage_pass(stage, now, parcel);
	way_enter_copy(stage, now, copy);
}

const struct stage_kind stage_duplicate = {
	.name = "duplicate",
	.meaning = "the packet arrives twice",
	.act = duplicate,
};
