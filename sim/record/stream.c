#include "record/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "record/memory.h"

void stream_free(struct stream *s)
{
	for (unsigned i = 0; i < s->count; i++)
		free(s->pieces[i].text);
	free(s->pieces);
	*s = (struct stream){0};
}

static struct stream_piece *add_piece(struct stream *s, int64_t len)
{
	uint32_t capacity = s->capacity;

	s->pieces = memory_grow(s->pieces, &capacity, s->count + 1, sizeof *s->pieces);
	s->capacity = capacity;

	struct stream_piece *piece = &s->pieces[s->count++];

	*piece = (struct stream_piece){.start = s->len, .len = len};
	s->len += len;
	return piece;
}

void stream_add_text(struct stream *s, const void *text, size_t len)
{
	if (len == 0)
		return;

	struct stream_piece *piece = add_piece(s, (int64_t)len);

	piece->text = memory_get(len);
	memcpy(piece->text, text, len);
}

void stream_add_pattern(struct stream *s, int64_t len)
{
	struct stream_piece *last = s->count > 0 ? &s->pieces[s->count - 1] : NULL;

	assert(len >= 0);
	if (len == 0)
		return;
	if (last != NULL && last->text == NULL) {
		last->len += len;
		s->len += len;
	} else {
		add_piece(s, len);
	}
}

/* The pattern comes in words of eight octets, each of them six bits of the word's number
 * spread by a multiplication (the high half, which no small period survives, is folded onto
 * the low one), and moved into "0" … "o". */
static uint64_t pattern_word(uint64_t number)
{
	uint64_t x = (number + 1) * 0x9e3779b97f4a7c15u;

	x ^= x >> 32;
	return (x & 0x3f3f3f3f3f3f3f3fu) + 0x3030303030303030u;
}

uint8_t stream_pattern(int64_t offset)
{
	return (uint8_t)(pattern_word((uint64_t)offset / 8) >> (offset % 8 * 8));
}

/* Lowest octet first on every machine. Written out, compilers make one store of it. */
static void put_word(uint8_t *out, uint64_t word)
{
	out[0] = (uint8_t)word;
	out[1] = (uint8_t)(word >> 8);
	out[2] = (uint8_t)(word >> 16);
	out[3] = (uint8_t)(word >> 24);
	out[4] = (uint8_t)(word >> 32);
	out[5] = (uint8_t)(word >> 40);
	out[6] = (uint8_t)(word >> 48);
	out[7] = (uint8_t)(word >> 56);
}

static void read_pattern(int64_t offset, uint8_t *out, size_t len)
{
	for (; len > 0 && offset % 8 != 0; len--)
		*out++ = stream_pattern(offset++);
	for (uint64_t number = (uint64_t)offset / 8; len >= 8; number++, len -= 8, offset += 8) {
		put_word(out, pattern_word(number));
		out += 8;
	}
	for (; len > 0; len--)
		*out++ = stream_pattern(offset++);
}

/* The piece that holds `offset`. Mostly it is the last one. */
static const struct stream_piece *piece_at(const struct stream *s, int64_t offset)
{
	unsigned low = 0;
	unsigned high = s->count - 1;

	if (offset >= s->pieces[high].start)
		return &s->pieces[high];
	while (low < high) {
		unsigned middle = low + (high - low + 1) / 2;

		if (s->pieces[middle].start <= offset)
			low = middle;
		else
			high = middle - 1;
	}
	return &s->pieces[low];
}

void stream_read(const struct stream *s, int64_t offset, uint8_t *out, size_t len)
{
	assert(offset >= 0 && offset <= s->len && len <= (uint64_t)(s->len - offset));
	if (len == 0)
		return;
	for (const struct stream_piece *piece = piece_at(s, offset); len > 0; piece++) {
		int64_t from = offset - piece->start;
		size_t part =
			(uint64_t)(piece->len - from) < len ? (size_t)(piece->len - from) : len;

		if (piece->text == NULL)
			read_pattern(offset, out, part);
		else
			memcpy(out, piece->text + from, part);
		out += part;
		offset += (int64_t)part;
		len -= part;
	}
}
