/* fuzz_packet.c — any bytes, read as a frame of each link type, as options
 * and as a line.
 *
 * Reading must not crash, and what was read must be a fixed point: written
 * and read once more it is the same. The first byte chooses the link type,
 * the second how much of the frame a cut capture kept. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "wire/line.h"
#include "wire/link.h"
#include "wire/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int link_types[] = {
	LINK_RAW,  LINK_NULL,   LINK_ETHERNET, LINK_RAW_BSD, LINK_RAW_OPENBSD,
	LINK_LOOP, LINK_COOKED, LINK_IPV4,     LINK_IPV6,    LINK_COOKED2,
};

static void options_are_a_fixed_point(const uint8_t *bytes, size_t len)
{
	struct options read;
	struct options again;

	options_parse(&read, bytes, len < OPTIONS_LEN_MAX ? len : OPTIONS_LEN_MAX);
	options_parse(&again, read.bytes, read.len);
	assert(memcmp(&read, &again, sizeof read) == 0);
}

static void a_segment_is_its_line(const struct segment *seg)
{
	struct segment without_ports = *seg;
	struct segment read;
	struct error err;
	char buf[LINE_TEXT_MAX];
	struct text t = text_in(buf, sizeof buf);

	without_ports.src_port = 0;
	without_ports.dst_port = 0;
	line_add(&t, seg);
	assert(!t.cut);
	if (!line_parse(&read, buf, &err))
		abort();
	assert(memcmp(&read, &without_ports, sizeof read) == 0);
}

static void a_packet_is_a_fixed_point(const struct packet *p, const uint8_t *text, size_t text_len)
{
	size_t room = PACKET_HEADER_MAX + text_len;
	uint8_t *out = malloc(room);
	struct packet whole = *p;
	struct packet read;
	const uint8_t *text_read;
	size_t text_read_len;
	size_t len;

	if (p->kind == PACKET_TCP)
		whole.tcp.len = (uint32_t)text_len; /* of a cut capture there is no more */
	len = packet_emit(&whole, text, out, room);
	assert(len > 0);
	if (packet_parse(&read, out, len, len, PACKET_VERIFY, &text_read, &text_read_len))
		abort();
	assert(memcmp(&read, &whole, sizeof read) == 0);
	assert(text_read_len == text_len);
	assert(text_len == 0 || memcmp(text_read, text, text_len) == 0);
	free(out);
}

static void read_as_frame(int link_type, const uint8_t *frame, size_t len, size_t wire_len)
{
	int offset = link_ip_offset(link_type, frame, len);
	size_t ip = (size_t)offset;

	if (offset < 0)
		return;
	assert(ip < len);
	for (unsigned flags = 0; flags <= PACKET_VERIFY; flags++) {
		struct packet p;
		const uint8_t *text;
		size_t text_len;
		enum packet_problem problem = packet_parse(&p, frame + ip, len - ip, wire_len - ip,
							   flags, &text, &text_len);

		assert(packet_problem_text(problem));
		if (!packet_is_filled_in(problem))
			continue;
		a_packet_is_a_fixed_point(&p, text, text_len);
		if (p.kind == PACKET_TCP)
			a_segment_is_its_line(&p.tcp);
	}
}

static void read_as_line(const uint8_t *data, size_t size)
{
	char *line = malloc(size + 1);
	struct segment seg;
	struct error err;

	memcpy(line, data, size);
	line[size] = '\0';
	if (line_parse(&seg, line, &err))
		a_segment_is_its_line(&seg);
	else
		assert(strncmp(err.text, "column ", 7) == 0);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	read_as_frame(link_types[data[0] % (sizeof link_types / sizeof link_types[0])], data + 2,
		      size - 2, size - 2 + data[1]);
	options_are_a_fixed_point(data + 2, size - 2);
	read_as_line(data + 2, size - 2);
	return 0;
}
