#include "source/vantage.h"

enum { WAITING_MAX = 1024 };

/* Segments of one side that wait for their acknowledgment, oldest first. */
struct waiting {
	struct seq end[WAITING_MAX];
	nanos time[WAITING_MAX];
	unsigned first;
	unsigned count;
	struct seq highest;
	bool begun;
	bool both_answer; /* with SYN,ACK */
};

static void wait_for_answer(struct waiting *w, const struct segment *seg, nanos time)
{
	struct seq end = segment_end(seg);
	unsigned last;

	/* Where both open at once, and both answer, the SYN,ACK repeats nothing. */
	if (w->begun && w->both_answer && (seg->flags & SYN) != 0)
		return;
	if (w->begun && seq_lt(seg->seq, w->highest)) {
		/* Sent again: which copy an acknowledgment answers cannot be told. */
		w->count = 0;
		return;
	}
	if (w->count == WAITING_MAX) {
		w->first = (w->first + 1) % WAITING_MAX;
		w->count--;
	}
	last = (w->first + w->count++) % WAITING_MAX;
	w->end[last] = end;
	w->time[last] = time;
	w->highest = end;
	w->begun = true;
}

static void take_answer(struct waiting *w, struct seq ack, nanos time, nanos *shortest)
{
	nanos newest = ANSWER_UNKNOWN;

	while (w->count > 0 && seq_le(w->end[w->first], ack)) {
		newest = w->time[w->first];
		w->first = (w->first + 1) % WAITING_MAX;
		w->count--;
	}
	if (newest == ANSWER_UNKNOWN)
		return;
	if (*shortest == ANSWER_UNKNOWN || time - newest < *shortest)
		*shortest = time - newest;
}

static enum side near_side(const nanos answer[SIDES])
{
	if (answer[CLIENT] == ANSWER_UNKNOWN)
		return CLIENT;
	if (answer[SERVER] == ANSWER_UNKNOWN)
		return SERVER;
	return answer[CLIENT] <= answer[SERVER] ? CLIENT : SERVER;
}

struct vantage vantage_of(const struct captured *captured)
{
	struct vantage v = {.answer = {ANSWER_UNKNOWN, ANSWER_UNKNOWN}};
	const struct way *ways = captured->flow.ways;
	const bool both_answer = ways[CLIENT].syn_ack_seen && ways[SERVER].syn_ack_seen;
	struct waiting waiting[SIDES] = {{.both_answer = both_answer},
					 {.both_answer = both_answer}};
	struct packet packet;

	for (uint32_t i = 0; i < captured->count; i++) {
		const struct captured_packet *kept = captured_at(captured, i);
		enum side side = (enum side)kept->side;
		enum side other = other_side(side);

		if (kept->icmp)
			continue;
		captured_packet(captured, i, &packet);
		if ((packet.tcp.flags & ACK) != 0)
			take_answer(&waiting[other], packet.tcp.ack, kept->time, &v.answer[side]);
		if (segment_len(&packet.tcp) > 0 && (packet.tcp.flags & RST) == 0)
			wait_for_answer(&waiting[side], &packet.tcp, kept->time);
	}
	v.near = (uint8_t)near_side(v.answer);
	if (v.answer[other_side((enum side)v.near)] != ANSWER_UNKNOWN)
		v.flight = v.answer[other_side((enum side)v.near)] / 2;
	return v;
}
