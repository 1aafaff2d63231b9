#include "wire/options.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"

enum {
	SACK_BLOCK_SIZE = 8,
	FAST_OPEN_COOKIE_MIN = 4,
	ACCECN_FIELDS = 3,
	ACCECN_FIELD_SIZE = 3,
	STOPPED = HAS_END | HAS_MALFORMED,
};

static bool size_is_legal(uint8_t kind, unsigned size)
{
	switch (kind) {
	case OPTION_MSS: return size == 4;
	case OPTION_WINDOW_SCALE: return size == 3;
	case OPTION_SACK_PERMITTED: return size == 2;
	case OPTION_SACK: return size > 2 && (size - 2) % SACK_BLOCK_SIZE == 0;
	case OPTION_TIMESTAMPS: return size == 10;
	case OPTION_MD5: return size == 18;
	case OPTION_USER_TIMEOUT: return size == 4;
	case OPTION_AO: return size >= 4;
	default: return size >= 2;
	}
}

unsigned options_size_at(const struct options *o, unsigned at)
{
	uint8_t kind = o->bytes[at];
	unsigned size;

	assert(at < o->len);
	if (kind == OPTION_EOL || kind == OPTION_NOP)
		return 1;
	if (at + 1 == o->len)
		return 0;
	size = o->bytes[at + 1];
	return size <= o->len - at && size_is_legal(kind, size) ? size : 0;
}

/* Marks what has come; false where it had come before. */
static bool first(struct options *o, unsigned bit)
{
	bool is_first = !(o->has & bit);

	o->has |= (uint16_t)bit;
	return is_first;
}

static void take_sack(struct options *o, const uint8_t *blocks, unsigned size)
{
	o->sack_count = (uint8_t)(size / SACK_BLOCK_SIZE);
	for (unsigned i = 0; i < o->sack_count; i++, blocks += SACK_BLOCK_SIZE) {
		o->sack[i].left = seq_of(get_be32(blocks));
		o->sack[i].right = seq_of(get_be32(blocks + 4));
	}
}

static bool is_cookie_len(unsigned len)
{
	return len == 0 ||
	       (len % 2 == 0 && len >= FAST_OPEN_COOKIE_MIN && len <= FAST_OPEN_COOKIE_MAX);
}

/* RFC 7413 §4.1.1: with an invalid length it must be ignored, which is less
 * than malformed: reading goes on behind it. */
static void take_fast_open(struct options *o, const uint8_t *cookie, unsigned len)
{
	if (!is_cookie_len(len)) {
		o->has |= HAS_UNKNOWN;
	} else if (first(o, HAS_FAST_OPEN)) {
		o->fast_open_len = (uint8_t)len;
		memcpy(o->fast_open, cookie, len);
	}
}

/* Any length is legal: the whole fields that fit count, and the rest is
 * padding (RFC 9768 §3.2.3). */
static void take_accecn(struct options *o, bool order1, const uint8_t *data, unsigned size)
{
	for (unsigned i = 0; i < ACCECN_FIELDS && size >= (i + 1) * ACCECN_FIELD_SIZE; i++) {
		unsigned field = order1 ? ACCECN_FIELDS - 1 - i : i;
		uint32_t *value[] = {&o->accecn_e0b, &o->accecn_ceb, &o->accecn_e1b};

		*value[field] = get_be24(data + i * ACCECN_FIELD_SIZE);
		o->accecn_fields |= (uint8_t)(1 << field);
	}
}

static void take_timestamps(struct options *o, uint32_t val, uint32_t ecr)
{
	if (first(o, HAS_TIMESTAMPS)) {
		o->ts_val = val;
		o->ts_ecr = ecr;
	}
}

/* Adds what the option at `at`, of legal size, means. */
static void take(struct options *o, unsigned at, unsigned size)
{
	const uint8_t *data = o->bytes + at + 2;

	switch (o->bytes[at]) {
	case OPTION_MSS:
		if (first(o, HAS_MSS))
			o->mss = get_be16(data);
		return;
	case OPTION_WINDOW_SCALE:
		if (first(o, HAS_WINDOW_SCALE))
			o->window_scale = data[0];
		return;
	case OPTION_SACK:
		if (first(o, HAS_SACK))
			take_sack(o, data, size - 2);
		return;
	case OPTION_TIMESTAMPS: take_timestamps(o, get_be32(data), get_be32(data + 4)); return;
	case OPTION_USER_TIMEOUT:
		if (first(o, HAS_USER_TIMEOUT))
			o->user_timeout = get_be16(data);
		return;
	case OPTION_FAST_OPEN: take_fast_open(o, data, size - 2); return;
	case OPTION_SACK_PERMITTED: o->has |= HAS_SACK_PERMITTED; return;
	case OPTION_MD5: o->has |= HAS_MD5; return;
	case OPTION_AO: o->has |= HAS_AO; return;
	case OPTION_ACCECN0:
	case OPTION_ACCECN1:
		if (first(o, HAS_ACCECN))
			take_accecn(o, o->bytes[at] == OPTION_ACCECN1, data, size - 2);
		return;
	default: o->has |= HAS_UNKNOWN; return;
	}
}

/* Piece by piece: a compiler makes a few stores of that, but a slow string
 * instruction of an assignment to the whole. */
static void clear(struct options *o)
{
	memset(o->bytes, 0, sizeof o->bytes);
	o->len = 0;
	o->window_scale = 0;
	o->has = 0;
	o->mss = 0;
	o->user_timeout = 0;
	o->ts_val = 0;
	o->ts_ecr = 0;
	memset(o->sack, 0, sizeof o->sack);
	o->sack_count = 0;
	o->fast_open_len = 0;
	memset(o->fast_open, 0, sizeof o->fast_open);
	o->accecn_fields = 0;
	o->unused = 0;
	o->accecn_e0b = 0;
	o->accecn_ceb = 0;
	o->accecn_e1b = 0;
}

/* Nearly every segment of a connection with timestamps has the layout that
 * RFC 7323 appendix A recommends: two NOPs, so that the numbers are aligned. */
enum { ALIGNED_TIMESTAMPS = 0x0101080a, ALIGNED_TIMESTAMPS_LEN = 12 };

static bool is_aligned_timestamps(const uint8_t *bytes, size_t len)
{
	return len == ALIGNED_TIMESTAMPS_LEN && get_be32(bytes) == ALIGNED_TIMESTAMPS;
}

void options_parse(struct options *o, const uint8_t *bytes, size_t len)
{
	unsigned size;

	assert(len <= OPTIONS_LEN_MAX);
	clear(o);
	o->len = (uint8_t)len;
	if (is_aligned_timestamps(bytes, len)) {
		memcpy(o->bytes, bytes, ALIGNED_TIMESTAMPS_LEN);
		take_timestamps(o, get_be32(bytes + 4), get_be32(bytes + 8));
		return;
	}
	if (len > 0)
		memcpy(o->bytes, bytes, len);
	for (unsigned at = 0; at < o->len; at += size) {
		size = options_size_at(o, at);
		if (size == 0)
			o->has |= HAS_MALFORMED;
		else if (o->bytes[at] == OPTION_EOL)
			o->has |= HAS_END;
		else if (o->bytes[at] != OPTION_NOP)
			take(o, at, size);
		if (o->has & STOPPED)
			return;
	}
}

unsigned options_find(const struct options *o, uint8_t kind)
{
	unsigned size;

	for (unsigned at = 0; at < o->len; at += size) {
		size = options_size_at(o, at);
		if (size == 0 || (o->bytes[at] == OPTION_EOL && kind != OPTION_EOL))
			break;
		if (o->bytes[at] == kind)
			return at;
	}
	return OPTION_MISSING;
}

/* Room for an option with `len` bytes of data: where they go, or NULL. */
static uint8_t *append(struct options *o, uint8_t kind, unsigned len)
{
	uint8_t *at = o->bytes + o->len;

	if (len > OPTIONS_LEN_MAX || o->len + 2 + len > OPTIONS_LEN_MAX)
		return NULL;
	o->len += (uint8_t)(2 + len);
	at[0] = kind;
	at[1] = (uint8_t)(2 + len);
	return at + 2;
}

/* Takes the meaning of the option that was appended with data at `data`. */
static bool appended(struct options *o, const uint8_t *data)
{
	unsigned at = (unsigned)(data - o->bytes) - 2;

	if (o->has & STOPPED)
		return true;
	if (options_size_at(o, at) == 0)
		o->has |= HAS_MALFORMED;
	else
		take(o, at, o->bytes[at + 1]);
	return true;
}

bool options_put_nop(struct options *o)
{
	if (o->len == OPTIONS_LEN_MAX)
		return false;
	o->bytes[o->len++] = OPTION_NOP;
	return true;
}

bool options_put_mss(struct options *o, uint16_t mss)
{
	uint8_t *data = append(o, OPTION_MSS, 2);

	if (!data)
		return false;
	put_be16(data, mss);
	return appended(o, data);
}

bool options_put_window_scale(struct options *o, uint8_t shift)
{
	return options_put_other(o, OPTION_WINDOW_SCALE, &shift, 1);
}

bool options_put_sack_permitted(struct options *o)
{
	return options_put_other(o, OPTION_SACK_PERMITTED, NULL, 0);
}

bool options_put_sack(struct options *o, const struct sack_block *blocks, unsigned count)
{
	uint8_t *data;

	assert(count >= 1 && count <= SACK_BLOCKS_MAX);
	data = append(o, OPTION_SACK, SACK_BLOCK_SIZE * count);
	if (!data)
		return false;
	for (unsigned i = 0; i < count; i++) {
		put_be32(data + SACK_BLOCK_SIZE * i, blocks[i].left.v);
		put_be32(data + SACK_BLOCK_SIZE * i + 4, blocks[i].right.v);
	}
	return appended(o, data);
}

bool options_put_timestamps(struct options *o, uint32_t val, uint32_t ecr)
{
	uint8_t *data = append(o, OPTION_TIMESTAMPS, 8);

	if (!data)
		return false;
	put_be32(data, val);
	put_be32(data + 4, ecr);
	if (!(o->has & STOPPED))
		take_timestamps(o, val, ecr);
	return true;
}

bool options_put_timestamps_aligned(struct options *o, uint32_t val, uint32_t ecr)
{
	uint8_t *at = o->bytes + o->len;

	if (o->len + ALIGNED_TIMESTAMPS_LEN > OPTIONS_LEN_MAX)
		return false;
	o->len += ALIGNED_TIMESTAMPS_LEN;
	put_be32(at, ALIGNED_TIMESTAMPS);
	put_be32(at + 4, val);
	put_be32(at + 8, ecr);
	if (!(o->has & STOPPED))
		take_timestamps(o, val, ecr);
	return true;
}

bool options_put_user_timeout(struct options *o, uint16_t value)
{
	uint8_t *data = append(o, OPTION_USER_TIMEOUT, 2);

	if (!data)
		return false;
	put_be16(data, value);
	return appended(o, data);
}

bool options_put_fast_open(struct options *o, const uint8_t *cookie, unsigned len)
{
	assert(is_cookie_len(len));
	return options_put_other(o, OPTION_FAST_OPEN, cookie, len);
}

bool options_put_accecn(struct options *o, bool order1, unsigned count, uint32_t e0b, uint32_t ceb,
			uint32_t e1b)
{
	const uint32_t fields[] = {order1 ? e1b : e0b, ceb, order1 ? e0b : e1b};
	uint8_t data[ACCECN_FIELDS * ACCECN_FIELD_SIZE];

	assert(count <= ACCECN_FIELDS);
	for (unsigned i = 0; i < count; i++)
		put_be24(data + i * ACCECN_FIELD_SIZE, fields[i]);
	return options_put_other(o, order1 ? OPTION_ACCECN1 : OPTION_ACCECN0, data,
				 count * ACCECN_FIELD_SIZE);
}

bool options_put_other(struct options *o, uint8_t kind, const uint8_t *data, unsigned len)
{
	uint8_t *at;

	assert(kind != OPTION_EOL && kind != OPTION_NOP);
	at = append(o, kind, len);
	if (!at)
		return false;
	if (len > 0)
		memcpy(at, data, len);
	return appended(o, at);
}
