/* receive_memory.c — a receive buffer that is memory, as Linux counts it.
 * RFC 9293 §3.8.6.2.2 lets a receiver choose its window; this is a choice.
 *
 * A segment takes more than its text: the structures that describe it, and the pages
 * that it lies in. So only a share of the buffer can be offered as window. A system
 * either takes half of it for granted (tcp_adv_win_scale), or measures the share on
 * full-sized segments as they come (scaling_ratio). Below the share there is a limit,
 * which grows with each segment that fits well (rcv_ssthresh): a sender of tiny segments
 * would fill the memory long before the window.
 *
 * The buffer grows while the application keeps up: what it read in a round trip, twice,
 * is what a sender that doubles its rate can use in the next ("dynamic right-sizing").
 *
 * Half of tcb.rcv.buffer's memory is for text in the beginning, so `buffer` counts
 * octets of room as in other hosts, and 2·buffer octets of memory. */
#include "tcp/turn.h"

enum {
	WHOLE = 256,           /* a share is in 256ths */
	TEXT_THAT_GROWS = 128, /* octets of text that are worth growing for */
	FULL_DEFAULT = 536,
	FULL_LEAST = 88,
	SEGMENTS_FIRST = 10,
	TIMESTAMPS_LEN = 12,
};

static uint32_t most(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t down_to(uint32_t octets, uint32_t step)
{
	return octets > step ? octets - octets % step : octets;
}

static uint32_t up_to(uint32_t octets, uint32_t step)
{
	return (octets + step - 1) / step * step;
}

/* ---- memory, and the text in it ---- */

/* What a segment of so many octets takes, headers and all: a structure, and one piece of
 * memory of 2^n octets, with room for lower layers; what is more than a page has its rest
 * in pages. As a TUN device receives it, and most network cards at an MTU of 1500. */
static uint32_t memory_of(uint32_t octets)
{
	enum { STRUCTURE = 256, LOWER = 64, TRAILER = 320, SMALL = 704, PAGE = 4096 };
	uint32_t head = least(octets, PAGE - LOWER - TRAILER);
	uint32_t block = up_to(LOWER + (octets + LOWER < PAGE ? octets : head), 64) + TRAILER;
	uint32_t size = 1024;

	if (block <= SMALL)
		return SMALL + STRUCTURE;
	while (size < block)
		size *= 2;
	return size + STRUCTURE + (octets + LOWER < PAGE ? 0 : up_to(octets - head, PAGE));
}

static uint32_t memory_of_segment(const struct tcb *tcb, const struct segment *seg)
{
	uint32_t headers = (tcb->local.address.version == 6 ? 60 : 40) + seg->options.len;

	return memory_of(headers + seg->len);
}

static uint32_t text_in(const struct receive_variables *rcv, uint64_t memory)
{
	return (uint32_t)(memory * rcv->memory.share / WHOLE);
}

static uint32_t all_memory(const struct receive_variables *rcv)
{
	return 2 * rcv->buffer;
}

static uint32_t free_memory(const struct receive_variables *rcv)
{
	uint32_t all = all_memory(rcv);

	return all > rcv->memory.used ? all - rcv->memory.used : 0;
}

/* ---- the beginning ---- */

/* Room for a segment and all that it takes: SOCK_MIN_RCVBUF. */
uint32_t receive_buffer_for(const struct profile *profile, uint32_t octets)
{
	enum { LEAST = 1152 };

	return profile->receive_memory != MEMORY_NOT_COUNTED && octets < LEAST ? LEAST : octets;
}

uint32_t initial_receive_window(const struct tcp *t, bool timestamps)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	uint32_t mss = rcv->mss - (timestamps ? TIMESTAMPS_LEN : 0);
	uint32_t segments = t->profile->initial_receive_window;
	uint32_t window = rcv->buffer;

	if (t->profile->receive_memory == MEMORY_NOT_COUNTED)
		return window;
	window = down_to(window, mss);
	return segments > 0 ? least(window, segments * mss) : window;
}

/* What the window field can tell, and one segment is kept in reserve. */
static uint32_t first_clamp(const struct receive_variables *rcv, uint32_t mss)
{
	uint32_t clamp = least((uint32_t)UINT16_MAX << rcv->shift, rcv->buffer);

	if (clamp > 2 * mss && clamp + mss > rcv->buffer)
		clamp = most(2 * mss, rcv->buffer - mss);
	return clamp;
}

void receive_memory_begin(struct tcp *t)
{
	struct tcb *tcb = t->tcb;
	struct receive_variables *rcv = &tcb->rcv;
	struct receive_memory *m = &rcv->memory;
	uint32_t window = initial_receive_window(t, tcb->passive && tcb->ts.on);
	uint32_t mss = rcv->mss - (tcb->ts.on ? TIMESTAMPS_LEN : 0);

	*m = (struct receive_memory){.share = WHOLE / 2, .fixed = m->fixed};
	m->clamp = first_clamp(rcv, mss);
	m->limit = least(window, m->clamp);
	m->space = least(m->limit, SEGMENTS_FIRST * mss);
	m->read_since = t->now;
	rcv->promised = most(rcv->promised, all_memory(rcv));
	rcv->wnd = least(window, UINT16_MAX);
	rcv->edge = seq_add(rcv->nxt, rcv->wnd);
	tcb->largest_text = most(least(least(mss, window / 2), FULL_DEFAULT), FULL_LEAST);
}

/* ---- segments come ---- */

/* Small segments are copied together, a page's worth in each block. */
static void copy_together(struct tcp *t)
{
	enum { IN_A_BLOCK = 3776, BLOCK = 4352 };
	struct receive_memory *m = &t->tcb->rcv.memory;
	uint32_t text = waiting_text(t);

	if (text <= 1u << 29)
		m->used = least(m->used, (text + IN_A_BLOCK - 1) / IN_A_BLOCK * BLOCK);
}

static void make_room(struct tcp *t)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	uint32_t used = rcv->memory.used / 2;

	if (!rcv->memory.fixed && used > rcv->buffer)
		rcv->buffer = most(rcv->buffer, least(used, t->profile->receive_buffer_max));
	rcv->promised = most(rcv->promised, all_memory(rcv));
	copy_together(t);
}

/* Is there memory for it? Linux 6.17 to 6.19 ask this; before and after, only whether there is
 * any. Text that is next is taken all the same where nothing else waits: else a large segment
 * could never come in. In any case the window is shut then. */
bool receive_memory_has_room(struct tcp *t, const struct segment *seg)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	if ((uint64_t)rcv->memory.used + seg->len <= all_memory(rcv))
		return true;
	make_room(t);
	if ((uint64_t)rcv->memory.used + seg->len <= all_memory(rcv))
		return true;
	rcv->memory.exhausted = true;
	note(t, RULE_MEMORY_EXHAUSTED);
	owe_ack(t, RULE_MEMORY_EXHAUSTED);
	if (rcv->unread == 0 && seq_le(seg->seq, rcv->nxt))
		return true;
	shut_window(t);
	return false;
}

static void use_clamp(struct tcp *t, uint32_t clamp)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct receive_memory *m = &rcv->memory;

	if (clamp < m->clamp)
		m->limit = least(m->limit, clamp);
	else
		m->limit = most(m->limit, least(rcv->wnd, clamp));
	m->clamp = clamp;
	m->space = least(m->space, clamp);
}

/* What the sender's full-sized segments have. What a network card has merged is of
 * several; a smaller segment counts when the next one is as small. */
static void measure_full_size(struct tcp *t, const struct segment *seg, uint32_t memory)
{
	struct tcb *tcb = t->tcb;
	struct receive_memory *m = &tcb->rcv.memory;
	uint32_t merged = t->profile->merged_mss;
	uint32_t len = merged > 0 && seg->len > merged ? merged : seg->len;
	uint32_t mss = tcb->rcv.mss - (tcb->ts.on ? TIMESTAMPS_LEN : 0);

	if (len < tcb->largest_text) {
		if (len >= FULL_DEFAULT || (len >= FULL_LEAST && !(seg->flags & PSH))) {
			if (len == m->last_len)
				tcb->largest_text = len;
			m->last_len = (uint16_t)len;
		}
		return;
	}
	if (len != tcb->largest_text && t->profile->receive_memory == MEMORY_MEASURED) {
		uint32_t share = (uint32_t)((uint64_t)seg->len * WHOLE / memory);
		uint32_t before = m->share;

		m->share = (uint16_t)(share > 0 ? share : 1);
		if (m->share != before) {
			use_clamp(t, text_in(&tcb->rcv, all_memory(&tcb->rcv)));
			note(t, RULE_MEMORY_MEASURED);
		}
	}
	tcb->largest_text = least(len, mss);
}

/* By how much, where the segment takes more memory than its share: only while the limit
 * is so low that such segments would fit all the same. */
static uint32_t careful_step(const struct tcp *t, uint32_t len, uint32_t memory)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	uint32_t takes = text_in(rcv, memory) / 2;
	uint32_t window =
		text_in(rcv, 2 * (uint64_t)most(t->profile->receive_buffer_max, rcv->buffer)) / 2;

	while (rcv->memory.limit <= window && window > 0) {
		if (takes <= len)
			return 2 * t->tcb->largest_text;
		takes /= 2;
		window /= 2;
	}
	return 0;
}

static bool limit_grows(struct tcp *t, uint32_t len, uint32_t memory)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct receive_memory *m = &rcv->memory;
	uint32_t window = least(m->clamp, text_in(rcv, free_memory(rcv)));
	uint32_t mss = rcv->mss - (t->tcb->ts.on ? TIMESTAMPS_LEN : 0);
	uint32_t step;

	if (window <= m->limit)
		return false;
	step = text_in(rcv, memory) <= len ? 2 * mss : careful_step(t, len, memory);
	if (step == 0)
		return false;
	m->limit += least(window - m->limit, most(step, 2 * len));
	return true;
}

/* ---- the buffer grows ---- */

static void grow_buffer(struct tcp *t, uint32_t read)
{
	struct receive_variables *rcv = &t->tcb->rcv;
	struct receive_memory *m = &rcv->memory;
	uint32_t before = most(m->space, 1);
	uint64_t window = 2 * (uint64_t)read;
	uint64_t buffer;

	m->space = read;
	if (m->fixed || t->profile->receive_buffer_max <= rcv->buffer)
		return;
	if (read > before)
		window += window * (read - before) / before * 2;
	if (rcv->held_count > 0)
		window += (uint32_t)seq_diff(t->held->ranges[rcv->held_count - 1].right, rcv->nxt);
	buffer = (window * WHOLE / m->share + 1) / 2;
	if (buffer <= rcv->buffer)
		return;
	rcv->buffer = buffer < t->profile->receive_buffer_max ? (uint32_t)buffer
							      : t->profile->receive_buffer_max;
	rcv->promised = most(rcv->promised, all_memory(rcv));
	m->clamp = text_in(rcv, all_memory(rcv));
	note(t, RULE_BUFFER_FOLLOWS);
}

static void round_trip_is(struct tcp *t, nanos sample, bool of_window)
{
	struct receive_memory *m = &t->tcb->rcv.memory;

	if (m->rtt == 0 || sample < m->rtt)
		m->rtt = sample;
	else if (!of_window && t->tcb->rcv.unread == 0)
		m->rtt += (sample - m->rtt) / 8;
}

/* A receiver sends nothing that would be timed: how long a window of text takes tells it,
 * or what its own timestamps come back with. */
static void measure_round_trip(struct tcp *t, const struct segment *seg)
{
	struct tcb *tcb = t->tcb;
	struct receive_memory *m = &tcb->rcv.memory;

	if (tcb->ts.on && (seg->options.has & HAS_TIMESTAMPS)) {
		uint32_t age = timestamp_now(t) - seg->options.ts_ecr;

		if (seg->options.ts_ecr != m->echo && seg->options.ts_ecr != 0 &&
		    seg->len >= tcb->largest_text && age < 1u << 30)
			round_trip_is(t, nanos_from_ms(age > 0 ? age : 1), false);
		m->echo = seg->options.ts_ecr;
		return;
	}
	if (m->rtt_since > 0 && seq_lt(tcb->rcv.nxt, m->rtt_end))
		return;
	if (m->rtt_since > 0)
		round_trip_is(t, nanos_max(t->now - m->rtt_since, 1000), true);
	m->rtt_end = tcb->rcv.edge;
	m->rtt_since = nanos_max(t->now, 1);
}

bool receive_memory_takes(struct tcp *t, const struct segment *seg, bool in_order)
{
	struct receive_memory *m = &t->tcb->rcv.memory;
	uint32_t memory = memory_of_segment(t->tcb, seg);
	bool grew = false;

	if (in_order) {
		m->used += memory;
		if (m->exhausted)
			shut_window(t);
		measure_full_size(t, seg, memory);
		measure_round_trip(t, seg);
		return seg->len >= TEXT_THAT_GROWS && limit_grows(t, seg->len, memory);
	}
	measure_full_size(t, seg, memory);
	if (t->tcb->sack_on)
		grew = limit_grows(t, seg->len, memory);
	m->used += memory;
	if (!t->untaken)
		grow_buffer(t, m->space);
	return grew;
}

/* `octets` of what waits do so no longer: read, or thrown away. */
void receive_memory_frees(struct tcp *t, uint32_t octets)
{
	struct receive_memory *m = &t->tcb->rcv.memory;
	uint32_t left = waiting_text(t);

	if (left == 0)
		m->used = 0;
	else
		m->used -= (uint32_t)((uint64_t)m->used * octets / (left + octets));
}

/* The application has read up to here. */
void receive_memory_was_read(struct tcp *t, uint32_t octets)
{
	const struct receive_variables *rcv = &t->tcb->rcv;
	struct receive_memory *m = &t->tcb->rcv.memory;
	int64_t until = rcv->nxt_offset - rcv->unread;
	int64_t read;

	receive_memory_frees(t, octets);
	if (m->rtt == 0 || t->now - m->read_since < m->rtt)
		return;
	read = until - m->read_offset - rcv->unread;
	if (read > m->space)
		grow_buffer(t, read < 1 << 29 ? (uint32_t)read : 1 << 29);
	m->read_offset = until;
	m->read_since = t->now;
}

void receive_memory_resized(struct tcp *t)
{
	struct receive_variables *rcv = &t->tcb->rcv;

	rcv->memory.fixed = true;
	if (rcv->memory.share == 0)
		return;
	rcv->promised = most(rcv->promised, all_memory(rcv));
	use_clamp(t, text_in(rcv, all_memory(rcv)));
}

/* ---- the window ---- */

bool receive_memory_is_short(const struct tcb *tcb)
{
	const struct receive_variables *rcv = &tcb->rcv;
	uint32_t full = least(rcv->memory.clamp, text_in(rcv, all_memory(rcv)));

	return text_in(rcv, free_memory(rcv)) < full / 2;
}

uint32_t receive_memory_window(const struct tcb *tcb)
{
	const struct receive_variables *rcv = &tcb->rcv;
	uint32_t all = text_in(rcv, all_memory(rcv));
	uint32_t full = least(rcv->memory.clamp, all);
	uint32_t segment = least(tcb->largest_text, full);
	uint32_t room = text_in(rcv, free_memory(rcv));
	uint32_t told = (uint32_t)seq_diff(rcv->edge, tcb->ts.last_ack_sent);

	if (room < full / 2) {
		room = room >> rcv->shift << rcv->shift;
		if (room < all / 16 || room < segment)
			return 0; /* soon there is none: better told too early */
	}
	room = least(room, most(rcv->memory.limit, segment));
	room = least(room, (uint32_t)UINT16_MAX << rcv->shift);
	if (rcv->shift > 0)
		return up_to(room, 1u << rcv->shift);
	/* Whole segments; what was told stays while it is less than one from that. */
	if (told + segment <= room || told > room)
		return room / segment * segment;
	if (segment == full && room > told + full / 2)
		return room;
	return told;
}

uint32_t receive_memory_window_now(const struct tcb *tcb)
{
	const struct receive_variables *rcv = &tcb->rcv;
	uint32_t all = text_in(rcv, all_memory(rcv));
	uint32_t full = least(rcv->memory.clamp, all);
	uint32_t limit = least(up_to(rcv->memory.limit, 1u << rcv->shift),
			       (uint32_t)UINT16_MAX << rcv->shift);
	uint32_t room = text_in(rcv, free_memory(rcv)) >> rcv->shift << rcv->shift;

	if (rcv->memory.used == 0) /* a step may be more than there is: never nothing for good */
		return least(up_to(full, 1u << rcv->shift), limit);
	if (room < full / 2 && (room < all / 16 || room < tcb->largest_text))
		return 0;
	return least(room, limit);
}
