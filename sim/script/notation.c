#include "script/notation.h"

#include <inttypes.h>

#include "base/bytes.h"
#include "wire/ecn.h"

/* ---- options ---- */

static void add_hex(struct text *t, const char *name, const uint8_t *bytes, unsigned len)
{
	text_add(t, name);
	for (unsigned i = 0; i < len; i++)
		text_addf(t, "%02x", (unsigned)bytes[i]);
}

static void add_sack(struct text *t, const uint8_t *blocks, unsigned len)
{
	text_add(t, "sack");
	for (unsigned at = 0; at + 8 <= len; at += 8)
		text_addf(t, " %" PRIu32 ":%" PRIu32, get_be32(blocks + at),
			  get_be32(blocks + at + 4));
}

enum { WORD = 3 }; /* octets of a counter of AccECN */

static void add_accecn(struct text *t, bool order1, const uint8_t *data, unsigned len)
{
	static const char *const names[] = {"e0b", "ceb", "e1b"};

	text_add(t, "ECN");
	for (unsigned i = 0; i < len / WORD; i++)
		text_addf(t, " %s %" PRIu32, names[order1 ? 2 - i : i], get_be24(data + i * WORD));
}

/* RFC 6994: the first two octets of the data tell the experiment. */
static bool add_experiment(struct text *t, const uint8_t *option, unsigned size)
{
	unsigned experiment = size >= 4 ? get_be16(option + 2) : 0;

	if (option[0] != OPTION_EXPERIMENT || experiment != EXPERIMENT_FAST_OPEN)
		return false;
	add_hex(t, size > 4 ? "FOEXP " : "FOEXP", option + 4, size - 4);
	return true;
}

static void add_other(struct text *t, const uint8_t *option, unsigned size)
{
	if (add_experiment(t, option, size))
		return;
	text_addf(t, "unknown-%u", (unsigned)option[0]);
	add_hex(t, size > 2 ? " " : "", option + 2, size - 2);
}

static void add_option(struct text *t, const uint8_t *option, unsigned size)
{
	const uint8_t *data = option + 2;
	unsigned len = size - 2;
	bool whole = len % WORD == 0 && len > 0 && len <= 3 * WORD;

	switch (option[0]) {
	case OPTION_MSS: text_addf(t, "mss %u", (unsigned)get_be16(data)); return;
	case OPTION_WINDOW_SCALE: text_addf(t, "wscale %u", (unsigned)data[0]); return;
	case OPTION_SACK_PERMITTED: text_add(t, "sackOK"); return;
	case OPTION_SACK: add_sack(t, data, len); return;
	case OPTION_TIMESTAMPS:
		text_addf(t, "TS val %" PRIu32 " ecr %" PRIu32, get_be32(data), get_be32(data + 4));
		return;
	case OPTION_MD5: add_hex(t, "md5 ", data, len); return;
	case OPTION_FAST_OPEN: add_hex(t, len > 0 ? "FO " : "FO", data, len); return;
	case OPTION_ACCECN0:
	case OPTION_ACCECN1:
		if (whole)
			add_accecn(t, option[0] == OPTION_ACCECN1, data, len);
		else
			add_other(t, option, size);
		return;
	default: add_other(t, option, size); return;
	}
}

unsigned notation_add_option(struct text *t, const struct options *o, unsigned at)
{
	unsigned size = options_size_at(o, at);

	if (size == 0) {
		add_hex(t, "malformed ", o->bytes + at, o->len - at);
		return o->len - at;
	}
	if (o->bytes[at] == OPTION_EOL)
		text_add(t, "eol");
	else if (o->bytes[at] == OPTION_NOP)
		text_add(t, "nop");
	else
		add_option(t, o->bytes + at, size);
	return size;
}

void notation_add_options(struct text *t, const struct options *o)
{
	for (unsigned at = 0; at < o->len;) {
		if (at > 0)
			text_add(t, ",");
		at += notation_add_option(t, o, at);
	}
}

/* ---- packets ---- */

/* The point comes last: the language has letters before it, and none behind. */
void notation_add_flags(struct text *t, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		char letter;
	} letters[] = {{SYN, 'S'}, {FIN, 'F'}, {RST, 'R'}, {ECE, 'E'}, {CWR, 'W'},
		       {AE, 'A'},  {PSH, 'P'}, {URG, 'U'}, {ACK, '.'}};
	bool any = false;

	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
		if (!(flags & letters[i].bit))
			continue;
		text_addf(t, "%c", letters[i].letter);
		any = true;
	}
	if (!any)
		text_add(t, "-");
}

static void add_range(struct text *t, struct seq first, uint32_t len)
{
	text_addf(t, "%" PRIu32 ":%" PRIu32 "(%" PRIu32 ")", first.v, seq_add(first, len).v, len);
}

void notation_add_segment(struct text *t, const struct segment *seg)
{
	notation_add_flags(t, seg->flags);
	text_add(t, " ");
	add_range(t, seg->seq, seg->len);
	if (seg->flags & ACK)
		text_addf(t, " ack %" PRIu32, seg->ack.v);
	text_addf(t, " win %u", (unsigned)seg->wnd);
	if (seg->up != 0 || (seg->flags & URG))
		text_addf(t, " urg %u", (unsigned)seg->up);
	if (seg->options.len == 0)
		return;
	text_add(t, " <");
	notation_add_options(t, &seg->options);
	for (unsigned at = seg->options.len; at % 4 != 0; at++)
		text_add(t, ",eol"); /* as segment_emit() pads them */
	text_add(t, ">");
}

void notation_add_ecn(struct text *t, uint8_t traffic_class)
{
	static const char *const marks[] = {
		[NOT_ECT] = "[noecn] ", [ECT0] = "[ect0] ", [ECT1] = "[ect1] ", [CE] = "[ce] "};

	text_add(t, marks[traffic_class & 3]);
}

/* ---- ICMP ---- */

struct icmp_words {
	uint8_t version;
	uint8_t type;
	uint8_t code;
	const char *words;
};

/* RFC 792, RFC 1122 §3.2.2, RFC 1812 §5.2.7.1; RFC 4443. */
static const struct icmp_words icmp_words[] = {
	{4, 3, 0, "unreachable net_unreachable"},
	{4, 3, 1, "unreachable host_unreachable"},
	{4, 3, 2, "unreachable protocol_unreachable"},
	{4, 3, 3, "unreachable port_unreachable"},
	{4, 3, 4, "unreachable frag_needed"},
	{4, 3, 5, "unreachable source_route_failed"},
	{4, 3, 6, "unreachable net_unknown"},
	{4, 3, 7, "unreachable host_unknown"},
	{4, 3, 8, "unreachable source_host_isolated"},
	{4, 3, 9, "unreachable net_prohibited"},
	{4, 3, 10, "unreachable host_prohibited"},
	{4, 3, 11, "unreachable net_unreachable_for_tos"},
	{4, 3, 12, "unreachable host_unreachable_for_tos"},
	{4, 3, 13, "unreachable packet_filtered"},
	{4, 4, 0, "source_quench"},
	{4, 11, 0, "time_exceeded exc_ttl"},
	{4, 12, 0, "parameter_problem"},
	{6, 1, 0, "unreachable no_route"},
	{6, 1, 1, "unreachable administratively_prohibited"},
	{6, 1, 3, "unreachable address_unreachable"},
	{6, 1, 4, "unreachable port_unreachable"},
	{6, 2, 0, "packet_too_big"},
	{6, 3, 0, "time_exceeded exc_hop_limit"},
	{6, 4, 0, "parameter_problem"},
};

bool notation_add_icmp(struct text *t, const struct icmp_error *icmp, uint8_t version)
{
	unsigned headers = (version == 6 ? IPV6_HEADER : IPV4_HEADER_MIN) + TCP_HEADER_MIN;

	for (size_t i = 0; i < sizeof icmp_words / sizeof icmp_words[0]; i++) {
		const struct icmp_words *w = &icmp_words[i];

		if (w->version != version || w->type != icmp->type || w->code != icmp->code)
			continue;
		text_addf(t, "icmp %s", w->words);
		if (icmp->mtu > 0)
			text_addf(t, " mtu %" PRIu32, icmp->mtu);
		text_add(t, " [");
		add_range(t, icmp->quoted_seq,
			  icmp->quoted_len > headers ? icmp->quoted_len - headers : 0);
		text_add(t, "]");
		return true;
	}
	return false;
}
