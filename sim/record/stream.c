#include "record/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>

#include "base/random.h"
#include "record/memory.h"

/* ---- the pattern ---- */

/* It repeats after PERIOD octets, a prime, so that no two places within a window's reach look
 * alike. Made once: to copy is three times as fast as to compute. */
enum { PERIOD = 65521 };

static uint8_t pattern[2 * PERIOD];
static pthread_once_t pattern_is_made = PTHREAD_ONCE_INIT;

/* Six bits of a number of its own for each octet, moved into "0" … "o". */
static void make_pattern(void)
{
	struct random random = random_seeded(0, 0);

	for (int i = 0; i < PERIOD; i++)
		pattern[i] = (uint8_t)('0' + random_below(&random, 64));
	memcpy(pattern + PERIOD, pattern, PERIOD);
}

uint8_t stream_pattern(int64_t offset)
{
	pthread_once(&pattern_is_made, make_pattern);
	return pattern[offset % PERIOD];
}

/* ---- its pieces ---- */

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
	pthread_once(&pattern_is_made, make_pattern);
	if (last != NULL && last->text == NULL) {
		last->len += len;
		s->len += len;
	} else {
		add_piece(s, len);
	}
}

void stream_forget(struct stream *s, int64_t offset)
{
	unsigned gone = 0;

	while (gone < s->count && s->pieces[gone].start + s->pieces[gone].len <= offset)
		gone++;
	if (gone < 2 || gone < s->count / 2) /* the rest would be moved for little */
		return;
	for (unsigned i = 0; i < gone; i++)
		free(s->pieces[i].text);
	s->count -= gone;
	memmove(s->pieces, s->pieces + gone, s->count * sizeof *s->pieces);
}

/* ---- reading ---- */

static void read_pattern(int64_t offset, uint8_t *out, size_t len)
{
	while (len > 0) {
		size_t part = len < PERIOD ? len : PERIOD;

		memcpy(out, pattern + offset % PERIOD, part);
		out += part;
		offset += (int64_t)part;
		len -= part;
	}
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
