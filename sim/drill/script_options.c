/* The TCP options of a packet, "<mss 1460,nop,wscale 8>", as the octets that
 * they are, in their order.
 *
 *     nop  eol  mss 1460  wscale 8  sackOK  sack 1:1001 2001:3001
 *     TS val 100 ecr 0  TS val ... ecr 1!  FO  FO 0011aabb  FOEXP 0011aabb
 *     md5 00112233445566778899aabbccddeeff
 *     ECN e0b 1 ceb 0 e1b 1  AccECN0 EE0B 1 ECEB 0 EE1B 1  exp-AccECN1  exp-TARR 10
 *     exp-FO 0011aabb
 *
 * and three that are ours, for what has no name in the language: an option of
 * any kind, octets that need not make an option, such as one whose length is
 * illegal, and the user timeout of RFC 5482:
 *
 *     unknown-253 0102  malformed 020305b4  uto 90s  uto 5m */
#include <string.h>

#include "base/bytes.h"
#include "drill/notation.h"
#include "drill/script_inside.h"

enum {
	EXPERIMENT_ACCECN0 = 0xacc0,
	EXPERIMENT_ACCECN1 = 0xacc1,
	EXPERIMENT_TARR = 0x00ac,
	MD5_LEN_MAX = 16,
};

struct option_bytes {
	uint8_t at[OPTIONS_LEN_MAX];
	unsigned len;
	struct place place; /* of the option that is being read */
};

/* ---- octets ---- */

static bool put(struct script_reader *r, struct option_bytes *o, const uint8_t *bytes, size_t len)
{
	if (len > sizeof o->at - o->len)
		return script_refuse(r, o->place,
				     "the options take more than %d octets: leave some out",
				     OPTIONS_LEN_MAX);
	memcpy(o->at + o->len, bytes, len);
	o->len += (unsigned)len;
	return true;
}

static bool put_option(struct script_reader *r, struct option_bytes *o, uint8_t kind,
		       const uint8_t *data, unsigned len)
{
	uint8_t head[] = {kind, (uint8_t)(len + 2)};

	return put(r, o, head, sizeof head) && put(r, o, data, len);
}

static bool put_experiment(struct script_reader *r, struct option_bytes *o, uint16_t experiment,
			   const uint8_t *data, unsigned len)
{
	uint8_t head[] = {OPTION_EXPERIMENT, (uint8_t)(len + 4), (uint8_t)(experiment >> 8),
			  (uint8_t)experiment};

	return put(r, o, head, sizeof head) && put(r, o, data, len);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The token as octets, two digits each, perhaps behind 0x. Where it is none, there are none. */
static bool read_hex(struct script_reader *r, const char *what, unsigned max, uint8_t *bytes,
		     unsigned *len)
{
	const struct token *token = &r->token;
	size_t begin = token->len >= 2 && memcmp(token->text, "0x", 2) == 0 ? 2 : 0;

	*len = 0;
	if (token->kind != TOKEN_WORD && token->kind != TOKEN_NUMBER)
		return true;
	if ((token->len - begin) % 2 != 0)
		return script_refuse(r, token->place,
				     "%s has an odd number of digits: two make an octet", what);
	if ((token->len - begin) / 2 > max)
		return script_refuse(r, token->place, "%s is %zu octets long, at most %u fit", what,
				     (token->len - begin) / 2, max);
	for (size_t i = begin; i < token->len; i += 2) {
		int high = hex_digit(token->text[i]);
		int low = hex_digit(token->text[i + 1]);

		if (high < 0 || low < 0)
			return script_refuse(r, token->place, "%s is no hexadecimal number", what);
		bytes[(*len)++] = (uint8_t)(high << 4 | low);
	}
	script_next(r);
	return true;
}

static bool read_blob(struct script_reader *r, struct option_bytes *o, uint8_t kind,
		      const char *what, unsigned max)
{
	uint8_t bytes[OPTIONS_LEN_MAX];
	unsigned len;

	return read_hex(r, what, max, bytes, &len) && put_option(r, o, kind, bytes, len);
}

static bool read_u32(struct script_reader *r, const char *what, uint8_t *bytes)
{
	int64_t value;

	if (!script_want_number(r, what, 0, UINT32_MAX, &value))
		return false;
	put_be32(bytes, (uint32_t)value);
	return true;
}

/* ---- each option ---- */

static bool read_nop(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return put(r, o, (const uint8_t[]){OPTION_NOP}, 1);
}

static bool read_eol(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return put(r, o, (const uint8_t[]){OPTION_EOL}, 1);
}

static bool read_mss(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[2];
	int64_t mss;

	(void)p;
	if (!script_want_number(r, "the MSS", 0, 65535, &mss))
		return false;
	put_be16(data, (uint16_t)mss);
	return put_option(r, o, OPTION_MSS, data, sizeof data);
}

static bool read_wscale(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	int64_t shift;

	(void)p;
	return script_want_number(r, "the window scale", 0, 255, &shift) &&
	       put_option(r, o, OPTION_WINDOW_SCALE, (const uint8_t[]){(uint8_t)shift}, 1);
}

static bool read_sack_ok(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return put_option(r, o, OPTION_SACK_PERMITTED, o->at, 0);
}

static bool read_sack(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[OPTIONS_LEN_MAX];
	unsigned len = 0;

	(void)p;
	do {
		if (len + 8 > sizeof data - 2)
			return script_refuse(r, r->token.place,
					     "more than four SACK blocks do not fit");
		if (!read_u32(r, "the left edge of a SACK block", data + len) ||
		    !script_want_mark(r, ':', "a : between the edges of a SACK block") ||
		    !read_u32(r, "the right edge of a SACK block", data + len + 4))
			return false;
		len += 8;
	} while (r->token.kind == TOKEN_NUMBER);
	return put_option(r, o, OPTION_SACK, data, len);
}

static bool read_timestamps(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[8] = {0};

	if (!script_take_word(r, "val"))
		return script_expected(r, "val and the timestamp's value");
	if (r->token.kind == TOKEN_ELLIPSIS && p->outbound) {
		p->any_ts_val = true;
		script_next(r);
	} else if (!read_u32(r, "the timestamp's value", data)) {
		return false;
	}
	if (!script_take_word(r, "ecr"))
		return script_expected(r, "ecr and the timestamp that is echoed");
	if (!read_u32(r, "the timestamp that is echoed", data + 4))
		return false;
	if (script_take_mark(r, '!'))
		p->absolute_ts_ecr = true;
	return put_option(r, o, OPTION_TIMESTAMPS, data, sizeof data);
}

static bool read_fast_open(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_blob(r, o, OPTION_FAST_OPEN, "the cookie", OPTIONS_LEN_MAX - 2);
}

static bool read_old_fast_open(struct script_reader *r, struct packet_spec *p,
			       struct option_bytes *o)
{
	uint8_t cookie[OPTIONS_LEN_MAX];
	unsigned len;

	(void)p;
	return read_hex(r, "the cookie", OPTIONS_LEN_MAX - 4, cookie, &len) &&
	       put_experiment(r, o, EXPERIMENT_FAST_OPEN, cookie, len);
}

static bool read_md5(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_blob(r, o, OPTION_MD5, "the MD5 digest", MD5_LEN_MAX);
}

static bool read_tarr(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[2] = {0};
	int64_t rate;

	(void)p;
	if (r->token.kind != TOKEN_NUMBER)
		return put_experiment(r, o, EXPERIMENT_TARR, data, 0);
	if (!script_want_number(r, "the ACK rate", 0, 2047, &rate))
		return false;
	put_be16(data, (uint16_t)(rate << 5));
	return put_experiment(r, o, EXPERIMENT_TARR, data, sizeof data);
}

/* "90s", "5m": one word. */
static bool read_user_timeout(struct script_reader *r, struct packet_spec *p,
			      struct option_bytes *o)
{
	const struct token *token = &r->token;
	uint32_t value = 0;
	uint8_t data[2];

	(void)p;
	for (size_t i = 0; token->kind == TOKEN_WORD && i + 1 < token->len && value <= 0x7fff; i++)
		value = token->text[i] >= '0' && token->text[i] <= '9'
				? value * 10 + (uint32_t)(token->text[i] - '0')
				: 0x8000;
	if (token->kind != TOKEN_WORD || token->len < 2 || value > 0x7fff ||
	    !strchr("sm", token->text[token->len - 1]))
		return script_expected(r, "a user timeout of up to 32767 seconds or minutes, such "
					  "as 90s or 5m");
	put_be16(data, (uint16_t)(value | (token->text[token->len - 1] == 'm' ? 0x8000 : 0)));
	script_next(r);
	return put_option(r, o, OPTION_USER_TIMEOUT, data, sizeof data);
}

static bool read_malformed(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t bytes[OPTIONS_LEN_MAX];
	unsigned len;

	(void)p;
	if (!read_hex(r, "the octets", OPTIONS_LEN_MAX, bytes, &len))
		return false;
	return len > 0 ? put(r, o, bytes, len) : script_expected(r, "octets, such as 0204");
}

/* The rest of "unknown-253 0x0102". */
static bool read_unknown(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	int64_t kind;

	(void)p;
	if (r->token.kind == TOKEN_NUMBER && r->token.text[0] == '-') {
		/* Its hyphen was taken for a minus. */
		r->token.value = -r->token.value;
		r->token.text++;
		r->token.len--;
	}
	return script_want_number(r, "the option's kind", 2, 255, &kind) &&
	       read_blob(r, o, (uint8_t)kind, "the option", OPTIONS_LEN_MAX - 2);
}

/* ---- AccECN: which counter comes first says which of the two kinds it is ---- */

enum { COUNTERS = 3 };

static const char *const counters[COUNTERS][2] = {
	{"e0b", "EE0B"}, {"ceb", "ECEB"}, {"e1b", "EE1B"}};

/* Which counter the word is; COUNTERS: none. */
static unsigned counter_at(const struct script_reader *r)
{
	unsigned i;

	for (i = 0; i < COUNTERS; i++)
		if (script_is_word(r, counters[i][0]) || script_is_word(r, counters[i][1]))
			break;
	return i;
}

/* `order`: 0 and 1, or −1 where the first counter tells. */
static bool read_counters(struct script_reader *r, int *order, uint8_t *data, unsigned *len)
{
	*len = 0;
	for (unsigned i = 0; i < COUNTERS; i++) {
		unsigned counter = counter_at(r);
		int64_t value;

		if (counter == COUNTERS)
			break;
		if (*order < 0)
			*order = counter == 2;
		if (counter != (*order ? COUNTERS - 1 - i : i))
			return script_refuse(r, r->token.place,
					     "the counters come in the order %s, and only the last "
					     "of them can be left out",
					     *order ? "e1b ceb e0b" : "e0b ceb e1b");
		script_next(r);
		if (!script_want_number(r, "the counter", 0, 0xffffff, &value))
			return false;
		put_be24(data + *len, (uint32_t)value);
		*len += 3;
	}
	if (*order < 0)
		*order = 0;
	return true;
}

static bool read_accecn(struct script_reader *r, struct option_bytes *o, int order, bool experiment)
{
	uint8_t data[9];
	unsigned len;

	if (!read_counters(r, &order, data, &len))
		return false;
	if (experiment)
		return put_experiment(r, o, order ? EXPERIMENT_ACCECN1 : EXPERIMENT_ACCECN0, data,
				      len);
	return put_option(r, o, order ? OPTION_ACCECN1 : OPTION_ACCECN0, data, len);
}

static bool read_ecn(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_accecn(r, o, -1, false);
}

static bool read_accecn0(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_accecn(r, o, 0, false);
}

static bool read_accecn1(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_accecn(r, o, 1, false);
}

static bool read_old_accecn0(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_accecn(r, o, 0, true);
}

static bool read_old_accecn1(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return read_accecn(r, o, 1, true);
}

/* ---- the list ---- */

static const struct {
	const char *name;
	bool (*read)(struct script_reader *r, struct packet_spec *p, struct option_bytes *o);
} known[] = {
	{"nop", read_nop},
	{"eol", read_eol},
	{"mss", read_mss},
	{"wscale", read_wscale},
	{"sackOK", read_sack_ok},
	{"sack", read_sack},
	{"TS", read_timestamps},
	{"FO", read_fast_open},
	{"FOEXP", read_old_fast_open},
	{"md5", read_md5},
	{"ECN", read_ecn},
	{"AccECN0", read_accecn0},
	{"AccECN1", read_accecn1},
	{"accecn0", read_accecn0},
	{"accecn1", read_accecn1},
	{"uto", read_user_timeout},
	{"malformed", read_malformed},
	{"unknown", read_unknown},
};

/* Those have a hyphen in their name. */
static const struct {
	const char *name;
	bool (*read)(struct script_reader *r, struct packet_spec *p, struct option_bytes *o);
} experimental[] = {
	{"FO", read_old_fast_open}, {"AccECN0", read_old_accecn0}, {"AccECN1", read_old_accecn1},
	{"TARR", read_tarr},        {"tarr", read_tarr},
};

static bool read_experiment(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	if (!script_want_mark(r, '-', "the name of an experiment, such as exp-FO"))
		return false;
	for (size_t i = 0; i < sizeof experimental / sizeof *experimental; i++)
		if (script_take_word(r, experimental[i].name))
			return experimental[i].read(r, p, o);
	return script_expected(r, "FO, AccECN0, AccECN1 or TARR behind exp-");
}

static bool read_option(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	o->place = r->token.place;
	if (script_take_word(r, "exp") || script_take_word(r, "EXP"))
		return read_experiment(r, p, o);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (script_take_word(r, known[i].name))
			return known[i].read(r, p, o);
	return script_expected(r, "a TCP option: nop, eol, mss, wscale, sackOK, sack, TS, FO, "
				  "FOEXP, md5, ECN, uto, unknown-N or malformed");
}

/* <...>: any. */
static bool read_any(struct script_reader *r, struct packet_spec *p)
{
	struct place place = r->token.place;

	script_next(r);
	if (!p->outbound)
		return script_refuse(r, place,
				     "<...> says what is expected: an inbound packet needs options "
				     "of its own, or none");
	p->any_options = true;
	return script_want_mark(r, '>', "> behind the options");
}

static bool has_old_fast_open(const struct options *o)
{
	unsigned at = options_find(o, OPTION_EXPERIMENT);

	return at != OPTION_MISSING && options_size_at(o, at) >= 4 &&
	       get_be16(o->bytes + at + 2) == EXPERIMENT_FAST_OPEN;
}

bool script_read_options(struct script_reader *r, struct packet_spec *packet)
{
	struct place place = r->token.place;
	struct option_bytes o = {.len = 0};

	if (r->token.kind == TOKEN_ELLIPSIS)
		return read_any(r, packet);
	do {
		if (!read_option(r, packet, &o))
			return false;
	} while (script_take_mark(r, ','));
	if (!script_want_mark(r, '>', "a comma or > behind the option"))
		return false;
	if (o.len % 4 != 0)
		return script_refuse(
			r, place,
			"the options take %u octet%s, and a header has a multiple of 4: "
			"add nop or eol",
			o.len, o.len == 1 ? "" : "s");
	options_parse(&packet->tcp.options, o.at, o.len);
	packet->fast_open_experimental = has_old_fast_open(&packet->tcp.options);
	return true;
}
