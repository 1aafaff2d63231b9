#include "wire/checksum.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"

/* Words of 64 bits serve as well as four of 16, in whichever byte order the
 * machine has, if only the carries come back in below and the bytes of the
 * result are then read in network order: RFC 1071 §2 (A) to (C). */

static uint64_t word_at(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* Shorter words count as much: 2¹⁶ and its powers are 1 in this arithmetic. */
static uint32_t half_word_at(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

static uint16_t quarter_word_at(const uint8_t *p)
{
	uint16_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

static uint64_t add_around(uint64_t a, uint64_t b)
{
	a += b;
	return a + (a < b);
}

/* Two sums side by side, their carries counted apart, because an addition
 * that waits for the one before takes twice the time. */
static uint64_t add_long(uint64_t sum, const uint8_t *bytes, size_t len)
{
	uint64_t other = 0;
	uint64_t carries = 0;
	uint64_t other_carries = 0;

	for (; len >= 32; len -= 32, bytes += 32) {
		uint64_t a = word_at(bytes);
		uint64_t b = word_at(bytes + 8);
		uint64_t c = word_at(bytes + 16);
		uint64_t d = word_at(bytes + 24);

		sum += a;
		carries += sum < a;
		other += b;
		other_carries += other < b;
		sum += c;
		carries += sum < c;
		other += d;
		other_carries += other < d;
	}
	return add_around(add_around(sum, other), carries + other_carries);
}

/* ---- where the machine adds four words at once ---- */

#ifdef __x86_64__
#define FOUR_AT_ONCE __attribute__((target("avx2")))
static bool machine_is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
#define FOUR_AT_ONCE
static bool machine_is_wide(void)
{
	return false;
}
#endif

/* Upper halves in whole words, so that nothing is carried out of these. Out of the sum of whole
 * words much is, but that of their lower halves is what it is more than the upper ones. */
FOUR_AT_ONCE static uint64_t add_wide(uint64_t sum, const uint8_t *bytes, size_t len)
{
	uint64_t whole[4] = {0};
	uint64_t upper[4] = {0};

	for (; len >= 32; len -= 32, bytes += 32) {
		for (int i = 0; i < 4; i++) {
			whole[i] += word_at(bytes + 8 * i);
			upper[i] += word_at(bytes + 8 * i) >> 32;
		}
	}
	for (int i = 0; i < 4; i++)
		sum = add_around(sum, (whole[i] - (upper[i] << 32)) + upper[i]);
	return sum;
}

/* ---- any length ---- */

enum { LONG_MIN = 128 }; /* octets: for fewer, sums side by side do not pay */

/* Fewer than 8 bytes. */
static uint64_t add_rest(uint64_t sum, const uint8_t *bytes, size_t len)
{
	if (len & 4) {
		sum = add_around(sum, half_word_at(bytes));
		bytes += 4;
	}
	if (len & 2) {
		sum = add_around(sum, quarter_word_at(bytes));
		bytes += 2;
	}
	if (len & 1) {
		const uint8_t with_zero[2] = {bytes[0], 0};

		sum = add_around(sum, quarter_word_at(with_zero));
	}
	return sum;
}

uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len)
{
	if (len >= LONG_MIN) {
		size_t in_fours = len & ~(size_t)31;

		sum = (machine_is_wide() ? add_wide : add_long)(sum, bytes, in_fours);
		bytes += in_fours;
		len -= in_fours;
	}
	for (; len >= 8; len -= 8, bytes += 8)
		sum = add_around(sum, word_at(bytes));
	return add_rest(sum, bytes, len);
}

uint16_t checksum_fold(uint64_t sum)
{
	uint8_t bytes[2];
	uint16_t folded;

	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 32) + (sum & 0xffffffff);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	folded = (uint16_t)~sum;
	memcpy(bytes, &folded, sizeof folded);
	return get_be16(bytes);
}

uint64_t checksum_pseudo_header(const struct address *src, const struct address *dst,
				enum protocol protocol, size_t len)
{
	uint8_t bytes[4];
	uint64_t sum;

	/* The bytes that IPv4 does not use are 0, and 0 adds nothing. */
	sum = add_around(word_at(src->bytes), word_at(src->bytes + 8));
	sum = add_around(sum, word_at(dst->bytes));
	sum = add_around(sum, word_at(dst->bytes + 8));
	put_be32(bytes, (uint32_t)len);
	sum = add_around(sum, half_word_at(bytes));
	put_be32(bytes, protocol);
	return add_around(sum, half_word_at(bytes));
}
