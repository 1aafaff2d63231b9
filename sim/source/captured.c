#include "source/captured.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum {
	PACKETS_MAX = 1 << 25, /* what a heap of headers can number, with room to spare */
	HEADERS_MAX = 200,     /* of one packet */
};

/* Whether a packet of these endpoints is of `flow`, and who sent it. */
static bool is_of_flow(const struct flow *flow, const struct packet *packet, enum side *side)
{
	const bool icmp = packet->kind == PACKET_ICMP_ERROR;
	struct endpoint src = {.address = packet->src, .port = packet->tcp.src_port};
	struct endpoint dst = {.address = packet->dst, .port = packet->tcp.dst_port};

	if (icmp) {
		src = packet->icmp.quoted_src;
		dst = packet->icmp.quoted_dst;
	}
	for (*side = CLIENT; *side < SIDES; ++*side)
		if (endpoint_eq(&flow->ends[*side], &src) &&
		    endpoint_eq(&flow->ends[other_side(*side)], &dst))
			break;
	if (*side == SIDES)
		return false;
	/* An ICMP error comes from where the quoted packet went. */
	if (icmp)
		*side = other_side(*side);
	return true;
}

/* The headers as they were captured, up to the text; or made anew, where they
 * are long (IPv6 with many extension headers) or no TCP's. */
static size_t headers_of(const struct trace_packet *frame, const struct packet *packet,
			 const uint8_t *text, uint8_t out[HEADERS_MAX])
{
	struct packet headers = *packet;

	if (text != NULL && text - frame->bytes <= HEADERS_MAX) {
		memcpy(out, frame->bytes, (size_t)(text - frame->bytes));
		return (size_t)(text - frame->bytes);
	}
	headers.tcp.len = 0;
	return packet_emit(&headers, NULL, out, HEADERS_MAX);
}

static void keep(struct captured *captured, const struct trace_packet *frame,
		 const struct packet *packet, const uint8_t *text, enum side side)
{
	struct captured_packet *kept = pile_add(&captured->packets, &captured->pool);
	uint8_t bytes[HEADERS_MAX];
	size_t len = headers_of(frame, packet, text, bytes);

	assert(len > 0 && len <= HEADERS_MAX);
	*kept = (struct captured_packet){
		.time = frame->time,
		.number = frame->number,
		.headers = heap_add(&captured->headers, &captured->pool, bytes, len),
		.text_len = packet->tcp.len,
		.headers_len = (uint8_t)len,
		.side = (uint8_t)side,
		.cut = text == NULL && packet->kind == PACKET_TCP,
		.icmp = packet->kind == PACKET_ICMP_ERROR,
	};
	captured->count++;
}

/* From times since 1970, where known, to times since the first. Packets before
 * the first known time stand at that time. */
static void settle_times(struct captured *captured, uint32_t first_known)
{
	nanos newest;

	if (captured->count == 0)
		return;
	newest = captured_at(captured, first_known < captured->count ? first_known : 0)->time;
	captured->epoch = newest;
	for (uint32_t i = 0; i < captured->count; i++) {
		struct captured_packet *packet = pile_at(&captured->packets, i);

		if (i > first_known)
			newest = nanos_max(newest, packet->time);
		packet->time = newest - captured->epoch;
	}
}

bool captured_load(struct captured *out, struct trace *trace, const struct flow *flow,
		   struct error *err)
{
	struct trace_packet frame;
	struct packet packet;
	uint32_t first_known = UINT32_MAX;
	enum side side;

	*out = (struct captured){.flow = *flow,
				 .packets = pile_of(sizeof(struct captured_packet), 8)};
	if (!trace_rewind(trace, err))
		return false;
	while (trace_next(trace, &frame) && frame.number <= flow->last_packet) {
		enum packet_problem problem;
		const uint8_t *text;
		size_t text_len;

		if (frame.number < flow->first_packet || frame.bytes == NULL)
			continue;
		problem = packet_parse(&packet, frame.bytes, frame.len, frame.wire_len,
				       PACKET_TAKE_CUT, &text, &text_len);
		if (!packet_is_filled_in(problem) || !is_of_flow(flow, &packet, &side))
			continue;
		if (out->count == PACKETS_MAX) {
			captured_free(out);
			return error_set(err,
					 "%s: the connection has more than %d packets: cut it "
					 "with editcap -r",
					 trace_name(trace), PACKETS_MAX);
		}
		if (frame.time_known && first_known == UINT32_MAX)
			first_known = out->count;
		keep(out, &frame, &packet, text, side);
	}
	settle_times(out, first_known);
	return true;
}

void captured_free(struct captured *captured)
{
	pile_free(&captured->packets);
	heap_free(&captured->headers);
	pool_free(&captured->pool);
	*captured = (struct captured){.count = 0};
}

void captured_packet(const struct captured *captured, uint32_t n, struct packet *out)
{
	const struct captured_packet *kept = captured_at(captured, n);
	const uint8_t *text;
	size_t text_len;
	size_t on_wire = (size_t)kept->headers_len + kept->text_len;
	enum packet_problem problem = packet_parse(out, heap_at(&captured->headers, kept->headers),
						   kept->headers_len, on_wire, 0, &text, &text_len);

	assert(packet_is_filled_in(problem));
	out->tcp.len = kept->text_len;
}
