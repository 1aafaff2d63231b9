#include "wire/line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire/line_words.h"

struct reader {
	const char *line;
	const char *at;
	struct error *err;
};

/* What stands at `at`, for an error message: a word that can be printed. */
static const char *found(const char *at, char out[24])
{
	size_t len = 0;

	if (*at == '\0')
		return "the end";
	while (len < 16 && at[len] > ' ' && at[len] <= '~')
		len++;
	if (len == 0)
		snprintf(out, 24, "byte 0x%02x", (unsigned)(unsigned char)*at);
	else
		snprintf(out, 24, "\"%.*s\"", (int)len, at);
	return out;
}

__attribute__((format(printf, 3, 4))) static bool fail(struct reader *r, const char *at,
						       const char *format, ...)
{
	char sentence[256];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	return error_set(r->err, "column %td: %s", at - r->line + 1, sentence);
}

static bool expected(struct reader *r, const char *what)
{
	char word[24];

	return fail(r, r->at, "expected %s, found %s", what, found(r->at, word));
}

static void skip_spaces(struct reader *r)
{
	r->at += strspn(r->at, " \t\r\n");
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Goes past `word`, and spaces, where it stands here as a whole. */
static bool accept(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(r->at, word, len) != 0)
		return false;
	if (is_word(word[len - 1]) && is_word(r->at[len]))
		return false;
	r->at += len;
	skip_spaces(r);
	return true;
}

static bool expect(struct reader *r, const char *word)
{
	char what[24];

	if (accept(r, word))
		return true;
	snprintf(what, sizeof what, "\"%s\"", word);
	return expected(r, what);
}

static bool read_number(struct reader *r, uint32_t max, uint32_t *out)
{
	const char *start = r->at;
	uint64_t value = 0;

	if (*start < '0' || *start > '9')
		return expected(r, "a number");
	for (; *r->at >= '0' && *r->at <= '9'; r->at++) {
		value = 10 * value + (uint64_t)(*r->at - '0');
		if (value > max)
			return fail(r, start, "the number is more than %" PRIu32, max);
	}
	*out = (uint32_t)value;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "0x" and pairs of digits, as many bytes as options can have at most. */
static bool read_bytes(struct reader *r, uint8_t out[OPTIONS_LEN_MAX], unsigned *len)
{
	const char *start = r->at;
	int high;

	*len = 0;
	if (strncmp(r->at, "0x", 2) != 0)
		return expected(r, "bytes such as 0x0102");
	for (r->at += 2; (high = hex_digit(r->at[0])) >= 0; r->at += 2) {
		int low = hex_digit(r->at[1]);

		if (low < 0)
			return fail(r, r->at, "half a byte: give each two digits");
		if (*len == OPTIONS_LEN_MAX)
			return fail(r, start, "more than %d bytes", OPTIONS_LEN_MAX);
		out[(*len)++] = (uint8_t)(high << 4 | low);
	}
	skip_spaces(r);
	return *len > 0 || expected(r, "a hexadecimal digit");
}

static bool read_bytes_if_any(struct reader *r, uint8_t out[OPTIONS_LEN_MAX], unsigned *len)
{
	*len = 0;
	return *r->at != '0' || read_bytes(r, out, len);
}

/* Bytes as they are, without kind and length. */
static bool put_raw(struct options *o, const uint8_t *bytes, unsigned len)
{
	if (len > (unsigned)(OPTIONS_LEN_MAX - o->len))
		return false;
	memcpy(o->bytes + o->len, bytes, len);
	o->len += (uint8_t)len;
	return true;
}

static bool put(struct reader *r, const char *start, bool done)
{
	return done || fail(r, start, "the options take more than %d bytes", OPTIONS_LEN_MAX);
}

static bool read_sack(struct reader *r, struct options *o, const char *start)
{
	struct sack_block blocks[SACK_BLOCKS_MAX];
	const char *count_at = r->at;
	uint32_t count;

	if (!read_number(r, SACK_BLOCKS_MAX, &count))
		return false;
	if (count == 0)
		return fail(r, count_at, "a sack option has 1 to %d blocks", SACK_BLOCKS_MAX);
	skip_spaces(r);
	for (uint32_t i = 0; i < count; i++) {
		if (!expect(r, "{") || !read_number(r, UINT32_MAX, &blocks[i].left.v) ||
		    !expect(r, ":") || !read_number(r, UINT32_MAX, &blocks[i].right.v) ||
		    !expect(r, "}"))
			return false;
	}
	return put(r, start, options_put_sack(o, blocks, count));
}

static bool read_timestamps(struct reader *r, struct options *o, const char *start)
{
	uint32_t val;
	uint32_t ecr;

	if (!expect(r, "val") || !read_number(r, UINT32_MAX, &val))
		return false;
	skip_spaces(r);
	if (!expect(r, "ecr") || !read_number(r, UINT32_MAX, &ecr))
		return false;
	return put(r, start, options_put_timestamps(o, val, ecr));
}

static bool read_user_timeout(struct reader *r, struct options *o, const char *start)
{
	uint32_t value;

	if (!read_number(r, 0x7fff, &value))
		return false;
	if (*r->at == 'm')
		value |= 0x8000;
	else if (*r->at != 's')
		return expected(r, "s for seconds or m for minutes");
	r->at++;
	return put(r, start, options_put_user_timeout(o, (uint16_t)value));
}

static bool read_fast_open(struct reader *r, struct options *o, const char *start)
{
	uint8_t cookie[OPTIONS_LEN_MAX];
	unsigned len = 0;

	if (!accept(r, "cookiereq") && !(expect(r, "cookie") && read_bytes(r, cookie, &len)))
		return false;
	return put(r, start, options_put_other(o, OPTION_FAST_OPEN, cookie, len));
}

static bool read_other(struct reader *r, struct options *o, const char *start, uint8_t kind)
{
	uint8_t data[OPTIONS_LEN_MAX];
	unsigned len;

	return read_bytes_if_any(r, data, &len) &&
	       put(r, start, options_put_other(o, kind, data, len));
}

/* Its fields by name, or bytes where they are not whole. */
static bool read_accecn(struct reader *r, struct options *o, const char *start, bool order1)
{
	uint32_t fields[ACCECN_WORDS] = {0};
	unsigned count = 0;

	if (*r->at == '0')
		return read_other(r, o, start, order1 ? OPTION_ACCECN1 : OPTION_ACCECN0);
	for (; count < ACCECN_WORDS; count++) {
		unsigned field = order1 ? ACCECN_WORDS - 1 - count : count;

		if (!accept(r, accecn_words[field]))
			break;
		if (!read_number(r, 0xffffff, &fields[field]))
			return false;
		skip_spaces(r);
	}
	return put(r, start, options_put_accecn(o, order1, count, fields[0], fields[1], fields[2]));
}

static bool read_unknown(struct reader *r, struct options *o, const char *start)
{
	const char *kind_at = r->at;
	uint32_t kind;

	if (!read_number(r, UINT8_MAX, &kind))
		return false;
	if (kind <= OPTION_NOP)
		return fail(r, kind_at, "kinds 0 and 1 have no data: write eol or nop");
	skip_spaces(r);
	return read_other(r, o, start, (uint8_t)kind);
}

static bool read_raw(struct reader *r, struct options *o, const char *start)
{
	uint8_t bytes[OPTIONS_LEN_MAX];
	unsigned len;

	return read_bytes(r, bytes, &len) && put(r, start, put_raw(o, bytes, len));
}

static bool read_option(struct reader *r, struct options *o)
{
	static const uint8_t eol = OPTION_EOL;
	const char *start = r->at;
	uint32_t number;

	if (accept(r, "nop"))
		return put(r, start, options_put_nop(o));
	if (accept(r, "eol"))
		return put(r, start, put_raw(o, &eol, 1));
	if (accept(r, "mss"))
		return read_number(r, UINT16_MAX, &number) &&
		       put(r, start, options_put_mss(o, (uint16_t)number));
	if (accept(r, "wscale"))
		return read_number(r, UINT8_MAX, &number) &&
		       put(r, start, options_put_window_scale(o, (uint8_t)number));
	if (accept(r, "sackOK"))
		return put(r, start, options_put_sack_permitted(o));
	if (accept(r, "sack"))
		return read_sack(r, o, start);
	if (accept(r, "TS"))
		return read_timestamps(r, o, start);
	if (accept(r, "uto"))
		return read_user_timeout(r, o, start);
	if (accept(r, "tfo"))
		return read_fast_open(r, o, start);
	if (accept(r, "accecn0"))
		return read_accecn(r, o, start, false);
	if (accept(r, "accecn1"))
		return read_accecn(r, o, start, true);
	if (accept(r, "unknown-"))
		return read_unknown(r, o, start);
	if (accept(r, "malformed") || accept(r, "padding"))
		return read_raw(r, o, start);
	for (size_t i = 0; i < BYTES_WORDS; i++) {
		if (accept(r, bytes_words[i].name))
			return read_other(r, o, start, bytes_words[i].kind);
	}
	return expected(r, "an option such as mss, sackOK or unknown-253");
}

/* The bytes come first; what they mean is then read from them, as it is
 * when they arrive. */
static bool read_options(struct reader *r, struct options *o)
{
	struct options collected = {0};

	do {
		if (!read_option(r, &collected))
			return false;
		skip_spaces(r);
	} while (accept(r, ","));
	if (!accept(r, ">"))
		return expected(r, "\",\" or \">\" after an option");
	options_parse(o, collected.bytes, collected.len);
	return true;
}

static bool read_flag(struct reader *r, uint16_t *flags)
{
	for (size_t i = 0; i < FLAG_WORDS; i++) {
		if (flag_words[i].letter != *r->at)
			continue;
		if (*flags & flag_words[i].bit)
			return fail(r, r->at, "the flag %c is there twice", *r->at);
		*flags |= flag_words[i].bit;
		r->at++;
		return true;
	}
	return expected(r, "flags (of S F R P . U E W A, or - for none)");
}

static bool read_flags(struct reader *r, uint16_t *flags)
{
	if (accept(r, "-"))
		return true;
	do {
		if (!read_flag(r, flags))
			return false;
	} while (*r->at != '\0' && *r->at != ' ' && *r->at != '\t');
	skip_spaces(r);
	return true;
}

static bool read_numbers(struct reader *r, struct segment *seg)
{
	const char *start = r->at;
	uint32_t end;

	if (!read_number(r, UINT32_MAX, &seg->seq.v) || !expect(r, ":") ||
	    !read_number(r, UINT32_MAX, &end) || !expect(r, "(") ||
	    !read_number(r, UINT32_MAX, &seg->len) || !expect(r, ")"))
		return false;
	if (seq_add(seg->seq, seg->len).v != end)
		return fail(r, start,
			    "%" PRIu32 ":%" PRIu32 " is a length of %" PRIu32 ", not %" PRIu32,
			    seg->seq.v, end, end - seg->seq.v, seg->len);
	return true;
}

/* A word with a number behind it, where it stands here. */
static bool read_field(struct reader *r, const char *word, uint32_t max, uint32_t *out)
{
	*out = 0;
	if (!accept(r, word))
		return true;
	if (!read_number(r, max, out))
		return false;
	skip_spaces(r);
	return true;
}

bool line_parse(struct segment *seg, const char *line, struct error *err)
{
	struct reader r = {.line = line, .at = line, .err = err};
	struct segment read = {0};
	uint32_t wnd;
	uint32_t up;

	skip_spaces(&r);
	if (!read_flags(&r, &read.flags) || !read_numbers(&r, &read) ||
	    !read_field(&r, "ack", UINT32_MAX, &read.ack.v) ||
	    !read_field(&r, "win", UINT16_MAX, &wnd) || !read_field(&r, "urg", UINT16_MAX, &up))
		return false;
	read.wnd = (uint16_t)wnd;
	read.up = (uint16_t)up;
	if (accept(&r, "<") && !read_options(&r, &read.options))
		return false;
	if (*r.at != '\0')
		return expected(&r, read.options.len > 0
					    ? "the end of the line"
					    : "ack, win, urg or <options>, in this order");
	*seg = read;
	return true;
}
