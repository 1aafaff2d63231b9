/* fuzz_trace.c — any capture: refused with a sentence, or replayed, with both
 * ends inferred or with our engine as either end.
 *
 * With a first byte below 64 the rest is a file, as it is. Otherwise it is a
 * list of records of 8 bytes, each a packet between two hosts, with numbers
 * relative to what the hosts sent before: so nearly every input is a
 * conversation, and most of them are strange. Bits of the first byte choose who
 * plays, and whether a second replay must make the same recording. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/flows.h"
#include "source/replay.h"
#include "source/trace.h"
#include "wire/link.h"
#include "wire/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORD = 8, PACKETS_MAX = 64, HEADERS_ROOM = 200, FILE_MAX = 1 << 16 };

/* A capture in the making, and what its two hosts sent last. */
struct making {
	uint8_t bytes[24 + PACKETS_MAX * (16 + HEADERS_ROOM)];
	size_t len;
	uint32_t next[2]; /* sequence numbers */
	uint16_t id[2];
	uint64_t us;
	uint16_t port;
};

static void put_le32(struct making *m, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		m->bytes[m->len++] = (uint8_t)(v >> 8 * i);
}

static void begin(struct making *m)
{
	*m = (struct making){.next = {0xffffff00, 1000}, .id = {1, 40000}, .port = 40000};
	put_le32(m, 0xa1b2c3d4);
	put_le32(m, 2 | 4 << 16);
	put_le32(m, 0);
	put_le32(m, 0);
	put_le32(m, 262144);
	put_le32(m, LINK_RAW);
}

/* Near the number where it should be, or further and further away. */
static uint32_t near(uint32_t number, uint8_t how)
{
	static const uint32_t units[] = {0, 1, 1000, 1 << 20};

	return number + (uint32_t)(int32_t)((int8_t)(how << 2) >> 2) * units[how >> 6];
}

static void add_options(struct segment *seg, const struct making *m, unsigned side, uint8_t which)
{
	uint32_t other = m->next[!side];

	if ((seg->flags & SYN) != 0 && (which & 1) != 0) {
		options_put_mss(&seg->options, (uint16_t)(which << 4));
		options_put_window_scale(&seg->options, which & 15);
		options_put_sack_permitted(&seg->options);
	}
	if ((which & 2) != 0)
		options_put_timestamps(&seg->options, (uint32_t)(m->us / 1000), which);
	if ((which & 4) != 0) {
		struct sack_block blocks[2] = {
			{seq_of(other - 100u * (which >> 4)), seq_of(other)},
			{seq_of(other - 2000), seq_of(other - 500)},
		};

		options_put_sack(&seg->options, blocks, 1 + (which >> 3 & 1));
	}
}

static void add_packet(struct making *m, const uint8_t *r)
{
	static const uint32_t lens[] = {0, 0, 1, 100, 1000, 1460, 20000, 65000};
	unsigned side = r[0] & 1;
	uint32_t len = lens[r[4] & 7];
	struct packet p = {.kind = PACKET_TCP, .ttl = 64, .id = m->id[side], .dont_fragment = true};
	struct segment *seg = &p.tcp;
	size_t at;
	size_t headers;

	m->us += (uint64_t)1 << (r[6] & 31);
	if ((r[0] & 0xe0) == 0xe0)
		m->port++;
	m->id[side] = (uint16_t)(m->id[side] + ((r[0] & 2) == 0));
	p.src = (struct address){.bytes = {10, 0, 0, (uint8_t)(1 + side)}, .version = 4};
	p.dst = (struct address){.bytes = {10, 0, 0, (uint8_t)(2 - side)}, .version = 4};
	seg->src_port = side == 0 ? m->port : 80;
	seg->dst_port = side == 0 ? 80 : m->port;
	seg->flags = r[1] & 0x1ff;
	seg->seq = seq_of(near(m->next[side], r[2]));
	seg->ack = seq_of((seg->flags & ACK) != 0 ? near(m->next[!side], r[3]) : 0);
	seg->wnd = (uint16_t)(r[5] << (r[5] & 7));
	add_options(seg, m, side, r[7]);
	/* The text is cut off, as with a small snapshot length. */
	at = m->len + 16;
	headers = packet_emit(&p, NULL, m->bytes + at, HEADERS_ROOM);
	assert(headers > 0);
	m->bytes[at + 2] = (uint8_t)((headers + len) >> 8);
	m->bytes[at + 3] = (uint8_t)(headers + len);
	put_le32(m, (uint32_t)(m->us / 1000000));
	put_le32(m, (uint32_t)(m->us % 1000000));
	put_le32(m, (uint32_t)headers);
	put_le32(m, (uint32_t)headers + len);
	m->len += headers;
	seg->len = len;
	if (seq_gt(segment_end(seg), seq_of(m->next[side])))
		m->next[side] = segment_end(seg).v;
}

static void list(struct trace *trace)
{
	struct flows flows;
	struct error err;

	if (!flows_find(&flows, trace, &err))
		return;
	for (unsigned i = 0; trace_complaint(trace, i, &err); i++)
		assert(err.text[0] != '\0');
	for (uint32_t i = 0; i < flows.count; i++)
		assert(flow_text(&flows.all[i], CLIENT) < (uint64_t)1 << 62);
	flows_free(&flows);
}

/* 0 where it cannot be replayed. */
static uint64_t replay(struct trace *trace, enum replay_play play)
{
	const struct replay_options options = {.play = (uint8_t)play};
	struct replay_summary summary;
	struct recording *recording;
	struct error err = {.text = ""};
	uint64_t hash;

	if (!replay_trace(trace, &options, &recording, &summary, &err)) {
		assert(err.text[0] != '\0');
		return 0;
	}
	assert(summary.report[0] != '\0');
	hash = recording_hash(recording);
	free(summary.report);
	recording_free(recording);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct making m;
	struct trace *trace;
	struct error err;
	uint64_t hash;
	uint8_t how;

	if (size < 1 || size > FILE_MAX)
		return 0;
	how = *data++;
	size--;
	if (how >= 64) {
		begin(&m);
		for (size_t at = 0, n = 0; at + RECORD <= size && n < PACKETS_MAX;
		     at += RECORD, n++)
			add_packet(&m, data + at);
		data = m.bytes;
		size = m.len;
	}
	if (!trace_open_memory(&trace, data, size, &err))
		return 0;
	list(trace);
	hash = replay(trace, how % 3);
	assert((how & 16) == 0 || replay(trace, how % 3) == hash);
	trace_close(trace);
	return 0;
}
