#include "net/world_inside.h"
#include "wire/ecn.h"

/* What a router does that is congested, RFC 3168 §5: mark what can be marked,
 * lose what cannot. What another has marked already stays so. */
static void mark(struct stage *stage, nanos now, struct parcel *parcel)
{
	enum ecn_codepoint codepoint = ecn_of_datagram(parcel->bytes);

	if (codepoint == NOT_ECT) {
		stage_record(stage, now, EVENT_LOST, parcel, "lost, not being ECN-capable,");
		way_lose(stage->way->world, now, parcel, NULL);
		return;
	}
	if (ecn_is_capable(codepoint)) {
		ecn_mark_datagram(parcel->bytes);
		stage_record(stage, now, EVENT_MARKED, parcel, "marked CE");
	}
	stage_pass(stage, now, parcel);
}

const struct stage_kind stage_mark = {
	.name = "mark",
	.meaning =
		"the packet is marked: congestion experienced. One that is not ECN-capable is lost",
	.act = mark,
};
