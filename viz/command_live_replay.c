#include "viz/command_live_replay.h"

#include <inttypes.h>
#include <stdio.h>

#include "live/reenact.h"

enum { NAMED_MAX = 20, LINE_MAX_LEN = 400 };

bool live_replay_plug(void *who, const struct endpoint *peer, struct plug *out)
{
	struct live_replay *replay = who;
	struct error err;
	int socket;

	(void)peer;
	replay->reenactment = reenact(&replay->acts, &socket, &err);
	if (replay->reenactment == NULL)
		return false;
	*out = (struct plug){.in = socket, .out = socket};
	return true;
}

static void tell_differences(const struct sent_list *ours, const struct sent_list *theirs)
{
	unsigned told = 0;

	for (uint32_t i = 0; i < ours->count; i++) {
		const struct sent_segment *s = &ours->all[i];
		char buf[LINE_MAX_LEN];
		struct text text = text_in(buf, sizeof buf);

		if (sent_is_ack(s) || s->verdict == VERDICT_SAME)
			continue;
		if (told++ == NAMED_MAX) {
			fputs("  and so on.\n", stderr);
			return;
		}
		text_add_seconds(&text, s->time, 6);
		text_add(&text, "  ");
		compare_tell(ours, theirs, i, &text);
		fprintf(stderr, "  %s\n", buf);
	}
}

void live_replay_compare(void *who, const struct recording *r)
{
	struct live_replay *replay = who;
	struct sent_list *theirs = &replay->acts.sent;
	struct sent_list ours = acts_sent(r);
	struct sent_counts our;
	struct sent_counts their;

	compare(&ours, theirs, seq_of(0));
	our = sent_count(&ours);
	their = sent_count(theirs);
	fprintf(stderr,
		"Our segments with text or control bits against the captured client's, numbers "
		"from "
		"0: %" PRIu32 " the same, %" PRIu32 " different, %" PRIu32
		" cut differently (from %" PRIu32 "), %" PRIu32 " sent only by us, %" PRIu32
		" only in the capture. ACKs alone: %" PRIu32 " here, %" PRIu32
		" there. Another server acknowledges and says other things at other times.\n",
		our.same, our.different, our.cut, their.cut, our.alone, their.alone,
		our.acks_same + our.acks_alone, their.acks_same + their.acks_alone);
	tell_differences(&ours, theirs);
	sent_free(&ours);
}

void live_replay_end(struct live_replay *replay)
{
	int64_t heard = 0;
	uint32_t hasty = 0;

	if (replay->reenactment != NULL)
		reenact_end(replay->reenactment, &heard, &hasty);
	fprintf(stderr, "The application sent %" PRId64 " octets", replay->acts.text_len);
	if (replay->acts.unknown > 0)
		fprintf(stderr, ", of which the capture does not hold %" PRId64 " (dots)",
			replay->acts.unknown);
	fprintf(stderr, ", and heard %" PRId64 ".\n", heard);
	if (hasty > 0)
		fprintf(stderr,
			"It did not wait for all that the captured one had heard, as no more came, "
			"before %" PRIu32 " of its calls.\n",
			hasty);
	acts_free(&replay->acts);
}
