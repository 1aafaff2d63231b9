/* fuzz_segment.c — any bytes as a TCP header, cut anywhere.
 *
 * It is refused for what it is, and for each shorter length too; or read, and
 * then written as it was. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory that ends where the bytes end, so that reading on is seen. */
static enum segment_problem parse(const uint8_t *data, size_t size, struct segment *seg,
				  size_t *header_len)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);
	enum segment_problem problem;

	assert(exact != NULL);
	memcpy(exact, data, size);
	problem = segment_parse(seg, exact, size, header_len);
	free(exact);
	return problem;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bytes[TCP_HEADER_MAX];
	uint8_t out[TCP_HEADER_MAX];
	struct segment seg;
	struct segment again;
	size_t len;
	size_t read;

	if (size > TCP_HEADER_MAX)
		size = TCP_HEADER_MAX;
	if (parse(data, size, &seg, &len) != SEGMENT_OK) {
		assert(size < TCP_HEADER_MIN || data[12] >> 4 < 5 ||
		       size < (size_t)(data[12] >> 4) * 4);
		return 0;
	}
	assert(len == (size_t)(data[12] >> 4) * 4 && len <= size);
	for (size_t cut = 0; cut < len; cut++)
		assert(parse(data, cut, &again, &read) != SEGMENT_OK);
	memcpy(bytes, data, len);
	bytes[16] = 0; /* the checksum is written elsewhere */
	bytes[17] = 0;
	assert(segment_emit(&seg, out) == len && memcmp(out, bytes, len) == 0);
	assert(parse(out, len, &again, &read) == SEGMENT_OK && read == len);
	assert(memcmp(&seg, &again, sizeof seg) == 0);
	return 0;
}
