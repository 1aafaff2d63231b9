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
#include "script/notation.h"
#include "script/script_options_inside.h"

enum { EXPERIMENT_TARR = 0x00ac, MD5_LEN_MAX = 16 };

/* ---- each option ---- */

static bool read_nop(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_put(r, o, (const uint8_t[]){OPTION_NOP}, 1);
}

static bool read_eol(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_put(r, o, (const uint8_t[]){OPTION_EOL}, 1);
}

static bool read_mss(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[2];
	int64_t mss;

	(void)p;
	if (!script_want_number(r, "the MSS", 0, 65535, &mss))
		return false;
	put_be16(data, (uint16_t)mss);
	return script_put_option(r, o, OPTION_MSS, data, sizeof data);
}

static bool read_wscale(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	int64_t shift = 0;

	if (p->outbound && script_take_mark(r, '*')) {
		p->any_wscale = true;
		return script_put_option(r, o, OPTION_WINDOW_SCALE, (const uint8_t[]){0}, 1);
	}
	return script_want_number(r, "the window scale", 0, 255, &shift) &&
	       script_put_option(r, o, OPTION_WINDOW_SCALE, (const uint8_t[]){(uint8_t)shift}, 1);
}

static bool read_sack_ok(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_put_option(r, o, OPTION_SACK_PERMITTED, o->at, 0);
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
		if (!script_read_u32(r, "the left edge of a SACK block", data + len) ||
		    !script_want_mark(r, ':', "a : between the edges of a SACK block") ||
		    !script_read_u32(r, "the right edge of a SACK block", data + len + 4))
			return false;
		len += 8;
	} while (r->token.kind == TOKEN_NUMBER);
	return script_put_option(r, o, OPTION_SACK, data, len);
}

static bool read_timestamps(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[8] = {0};

	if (!script_take_word(r, "val"))
		return script_expected(r, "val and the timestamp's value");
	if (r->token.kind == TOKEN_ELLIPSIS && p->outbound) {
		p->any_ts_val = true;
		script_next(r);
	} else if (!script_read_u32(r, "the timestamp's value", data)) {
		return false;
	}
	if (!script_take_word(r, "ecr"))
		return script_expected(r, "ecr and the timestamp that is echoed");
	if (!script_read_u32(r, "the timestamp that is echoed", data + 4))
		return false;
	if (script_take_mark(r, '!'))
		p->absolute_ts_ecr = true;
	return script_put_option(r, o, OPTION_TIMESTAMPS, data, sizeof data);
}

static bool read_fast_open(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_blob(r, o, OPTION_FAST_OPEN, "the cookie", OPTIONS_LEN_MAX - 2);
}

static bool read_old_fast_open(struct script_reader *r, struct packet_spec *p,
			       struct option_bytes *o)
{
	uint8_t cookie[OPTIONS_LEN_MAX];
	unsigned len;

	(void)p;
	return script_read_hex(r, "the cookie", OPTIONS_LEN_MAX - 4, cookie, &len) &&
	       script_put_experiment(r, o, EXPERIMENT_FAST_OPEN, cookie, len);
}

static bool read_md5(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_blob(r, o, OPTION_MD5, "the MD5 digest", MD5_LEN_MAX);
}

static bool read_tarr(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t data[2] = {0};
	int64_t rate;

	(void)p;
	if (r->token.kind != TOKEN_NUMBER)
		return script_put_experiment(r, o, EXPERIMENT_TARR, data, 0);
	if (!script_want_number(r, "the ACK rate", 0, 2047, &rate))
		return false;
	put_be16(data, (uint16_t)(rate << 5));
	return script_put_experiment(r, o, EXPERIMENT_TARR, data, sizeof data);
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
	return script_put_option(r, o, OPTION_USER_TIMEOUT, data, sizeof data);
}

static bool read_malformed(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	uint8_t bytes[OPTIONS_LEN_MAX];
	unsigned len;

	(void)p;
	if (!script_read_hex(r, "the octets", OPTIONS_LEN_MAX, bytes, &len))
		return false;
	return len > 0 ? script_put(r, o, bytes, len) : script_expected(r, "octets, such as 0204");
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
	       script_read_blob(r, o, (uint8_t)kind, "the option", OPTIONS_LEN_MAX - 2);
}

static bool read_ecn(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_accecn(r, o, -1, false);
}

static bool read_accecn0(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_accecn(r, o, 0, false);
}

static bool read_accecn1(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_accecn(r, o, 1, false);
}

static bool read_old_accecn0(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_accecn(r, o, 0, true);
}

static bool read_old_accecn1(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	(void)p;
	return script_read_accecn(r, o, 1, true);
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

/* Forks of the language have those. */
static bool is_multipath(const struct script_reader *r)
{
	static const char *const words[] = {
		"mp_capable",      "mp_capable_no_cs", "mpcapable", "mp_join_syn",
		"mp_join_syn_ack", "mp_join_ack",      "mp_fail",   "mp_fastclose",
		"mp_reset",        "mp_prio",          "dss",       "add_address",
		"add_addr",        "remove_address",   "rm_addr",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (script_is_word(r, words[i]))
			return true;
	return false;
}

static bool read_option(struct script_reader *r, struct packet_spec *p, struct option_bytes *o)
{
	o->place = r->token.place;
	if (script_take_word(r, "exp") || script_take_word(r, "EXP"))
		return read_experiment(r, p, o);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (script_take_word(r, known[i].name))
			return known[i].read(r, p, o);
	if (is_multipath(r))
		return script_beyond_us(
			r, o->place, "%.*s is an option of Multipath TCP, which is not supported",
			(int)r->token.len, r->token.text);
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
