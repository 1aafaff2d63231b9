/* fuzz_options.c — any bytes as options of any segment, on a connection in any
 * of several states.
 *
 * Reading them takes no longer than there are bytes, says the same when read
 * again, and what is put together from what they mean means the same. The
 * engine survives them. The first byte chooses the flags and the state. */
#include <assert.h>
#include <string.h>

#include "tests/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct isn_secret secret = {{11, 12}};

static void walk(const struct options *o)
{
	unsigned steps = 0;

	for (unsigned at = 0; at < o->len && o->bytes[at] != OPTION_EOL; steps++) {
		unsigned size = options_size_at(o, at);

		if (size == 0) {
			assert(o->has & HAS_MALFORMED);
			break;
		}
		at += size;
	}
	assert(steps <= OPTIONS_LEN_MAX);
}

/* Each that has a meaning, put into an empty list, is read as the same. */
static void rebuild(const struct options *o)
{
	struct options again = {.len = 0};
	struct options read;

	if (o->has & HAS_MSS)
		assert(options_put_mss(&again, o->mss));
	if (o->has & HAS_WINDOW_SCALE)
		assert(options_put_window_scale(&again, o->window_scale));
	if (o->has & HAS_TIMESTAMPS)
		assert(options_put_timestamps(&again, o->ts_val, o->ts_ecr));
	if (o->has & HAS_SACK && o->sack_count <= 2)
		assert(options_put_sack(&again, o->sack, o->sack_count));
	options_parse(&read, again.bytes, again.len);
	assert(memcmp(&read, &again, sizeof read) == 0);
	assert(!(o->has & HAS_MSS) || read.mss == o->mss);
	assert(!(o->has & HAS_TIMESTAMPS) || read.ts_val == o->ts_val);
	assert(!(o->has & HAS_WINDOW_SCALE) || read.window_scale == o->window_scale);
}

static void drain(struct tcp *t)
{
	struct segment seg;
	int64_t offset;
	enum rule rule;
	unsigned count = 0;

	while (tcp_next_segment(t, &seg, &offset, &rule))
		assert(++count < 100);
}

/* A handshake whose SYN, or SYN,ACK, bears them, and then a segment that does. */
static void converse(const struct options *o, uint8_t how)
{
	const uint8_t head[8] = {how, 120, 0x3f, how, how, how, how, how};
	struct endpoint us = {.address = {.version = 4, .bytes = {10, 0, 0, 1}}, .port = 80};
	struct endpoint peer = {.address = {.version = 4, .bytes = {10, 0, 0, 2}}, .port = 9};
	struct sent_record records[ARENA_SENT_RECORDS];
	struct tcb tcb = {.state = CLOSED};
	struct held held;
	struct profile profile = arena_profile(head);
	struct tcp t = {.tcb = &tcb,
			.profile = &profile,
			.secret = &secret,
			.now = nanos_from_s(1),
			.held = &held,
			.records = records,
			.record_room = ARENA_SENT_RECORDS};
	struct segment seg = {.flags = SYN, .wnd = 4000, .seq = seq_of(700), .options = *o};
	uint32_t taken;

	arena_flip_switches(&profile, head);
	if (how & 1) {
		assert(tcp_open_passive(&t, &us) == CALL_OK);
		tcp_arrives_in_listen(&t, &seg, &peer, &us);
	} else {
		assert(tcp_open_active(&t, &us, &peer) == CALL_OK);
		drain(&t);
		seg.flags = SYN | ACK;
		seg.ack = tcb.snd.nxt;
		tcp_arrives(&t, &seg);
	}
	drain(&t);
	tcp_check(&tcb, &profile, t.now);
	tcp_send(&t, 3000, SEND_PUSH, &taken);
	drain(&t);
	seg = (struct segment){.flags = ACK | (how & 2 ? FIN : 0),
			       .seq = tcb.rcv.nxt,
			       .ack = how & 4 ? tcb.snd.nxt : tcb.snd.una,
			       .wnd = 5000,
			       .len = how & 8 ? 10 : 0,
			       .options = *o};
	tcp_arrives(&t, &seg);
	drain(&t);
	tcp_check(&tcb, &profile, t.now);
	flight_check(&t);
	held_check(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct options o;
	struct options again;

	if (size < 1)
		return 0;
	options_parse(&o, data + 1, size - 1 < OPTIONS_LEN_MAX ? size - 1 : OPTIONS_LEN_MAX);
	options_parse(&again, o.bytes, o.len);
	assert(memcmp(&o, &again, sizeof o) == 0);
	walk(&o);
	rebuild(&o);
	converse(&o, data[0]);
	return 0;
}
