#include "wire/line.h"

#include <inttypes.h>

#include "base/bytes.h"
#include "wire/line_words.h"

void flags_add(struct text *t, uint16_t flags)
{
	const char *between = "";

	for (size_t i = 0; i < FLAG_WORDS; i++) {
		if (flags & flag_words[i].bit) {
			text_addf(t, "%s%s", between, flag_words[i].name);
			between = ",";
		}
	}
	if (*between == '\0')
		text_add(t, "none");
}

static void add_letters(struct text *t, uint16_t flags)
{
	bool any = false;

	for (size_t i = 0; i < FLAG_WORDS; i++) {
		if (flags & flag_words[i].bit) {
			text_addf(t, "%c", flag_words[i].letter);
			any = true;
		}
	}
	if (!any)
		text_add(t, "-");
}

/* A name, and the bytes that follow it, if any: "unknown-253 0x0102". */
static void add_bytes(struct text *t, const char *name, const uint8_t *bytes, unsigned len)
{
	text_add(t, name);
	if (len > 0)
		text_add(t, " 0x");
	for (unsigned i = 0; i < len; i++)
		text_addf(t, "%02x", (unsigned)bytes[i]);
}

static void add_sack(struct text *t, const uint8_t *blocks, unsigned size)
{
	text_addf(t, "sack %u ", size / 8);
	for (unsigned at = 0; at < size; at += 8)
		text_addf(t, "{%" PRIu32 ":%" PRIu32 "}", get_be32(blocks + at),
			  get_be32(blocks + at + 4));
}

/* RFC 5482 §3.3: the first bit says that the others count minutes. */
static void add_user_timeout(struct text *t, uint16_t value)
{
	text_addf(t, "uto %d%c", value & 0x7fff, value & 0x8000 ? 'm' : 's');
}

static void add_fast_open(struct text *t, const uint8_t *cookie, unsigned len)
{
	if (len == 0)
		text_add(t, "tfo cookiereq");
	else
		add_bytes(t, "tfo cookie", cookie, len);
}

static bool has_whole_fields(unsigned len)
{
	return len % ACCECN_WORD_SIZE == 0 && len <= ACCECN_WORDS * ACCECN_WORD_SIZE;
}

static void add_accecn(struct text *t, uint8_t kind, const uint8_t *data, unsigned len)
{
	bool order1 = kind == OPTION_ACCECN1;

	text_add(t, order1 ? "accecn1" : "accecn0");
	for (unsigned i = 0; i < len / ACCECN_WORD_SIZE; i++)
		text_addf(t, " %s %" PRIu32, accecn_words[order1 ? ACCECN_WORDS - 1 - i : i],
			  get_be24(data + i * ACCECN_WORD_SIZE));
}

static void add_other(struct text *t, uint8_t kind, const uint8_t *data, unsigned len)
{
	for (size_t i = 0; i < BYTES_WORDS; i++) {
		if (bytes_words[i].kind == kind) {
			add_bytes(t, bytes_words[i].name, data, len);
			return;
		}
	}
	text_addf(t, "unknown-%u", (unsigned)kind);
	add_bytes(t, "", data, len);
}

/* An option of legal size, from its bytes: even where it is the second of
 * its kind and means nothing. */
static void add_option(struct text *t, const uint8_t *option, unsigned size)
{
	const uint8_t *data = option + 2;
	unsigned len = size - 2;

	switch (option[0]) {
	case OPTION_MSS: text_addf(t, "mss %u", (unsigned)get_be16(data)); return;
	case OPTION_WINDOW_SCALE: text_addf(t, "wscale %u", (unsigned)data[0]); return;
	case OPTION_SACK_PERMITTED: text_add(t, "sackOK"); return;
	case OPTION_SACK: add_sack(t, data, len); return;
	case OPTION_TIMESTAMPS:
		text_addf(t, "TS val %" PRIu32 " ecr %" PRIu32, get_be32(data), get_be32(data + 4));
		return;
	case OPTION_USER_TIMEOUT: add_user_timeout(t, get_be16(data)); return;
	case OPTION_FAST_OPEN: add_fast_open(t, data, len); return;
	case OPTION_ACCECN0:
	case OPTION_ACCECN1:
		if (has_whole_fields(len))
			add_accecn(t, option[0], data, len);
		else
			add_other(t, option[0], data, len);
		return;
	default: add_other(t, option[0], data, len); return;
	}
}

/* End-of-list, and what fills the header behind it. */
static void add_end(struct text *t, const uint8_t *bytes, unsigned len)
{
	unsigned zeros = 0;

	while (zeros < len && bytes[zeros] == OPTION_EOL)
		zeros++;
	text_add(t, "eol");
	for (unsigned i = 1; i < zeros; i++)
		text_add(t, ",eol");
	if (zeros < len)
		add_bytes(t, ",padding", bytes + zeros, len - zeros);
}

static void add_options(struct text *t, const struct options *o)
{
	unsigned size;

	for (unsigned at = 0; at < o->len; at += size) {
		if (at > 0)
			text_add(t, ",");
		size = options_size_at(o, at);
		if (size == 0) {
			add_bytes(t, "malformed", o->bytes + at, o->len - at);
			return;
		}
		if (o->bytes[at] == OPTION_EOL) {
			add_end(t, o->bytes + at, o->len - at);
			return;
		}
		if (o->bytes[at] == OPTION_NOP)
			text_add(t, "nop");
		else
			add_option(t, o->bytes + at, size);
	}
}

void line_add(struct text *t, const struct segment *seg)
{
	add_letters(t, seg->flags);
	text_addf(t, " %" PRIu32 ":%" PRIu32 "(%" PRIu32 ")", seg->seq.v,
		  seq_add(seg->seq, seg->len).v, seg->len);
	if ((seg->flags & ACK) || seg->ack.v != 0)
		text_addf(t, " ack %" PRIu32, seg->ack.v);
	text_addf(t, " win %u", (unsigned)seg->wnd);
	if ((seg->flags & URG) || seg->up != 0)
		text_addf(t, " urg %u", (unsigned)seg->up);
	if (seg->options.len > 0) {
		text_add(t, " <");
		add_options(t, &seg->options);
		text_add(t, ">");
	}
}
