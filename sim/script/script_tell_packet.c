/* Packets in the notation that they are read from. */
#include <inttypes.h>

#include "base/bytes.h"
#include "script/notation.h"
#include "script/script.h"
#include "wire/ecn.h"

/* ---- the IP header ---- */

static const char *const ecn_words[] = {
	[NOT_ECT] = "noecn", [ECT0] = "ect0", [ECT1] = "ect1", [CE] = "ce"};

static void add_mark(struct text *out, const struct packet_spec *p)
{
	unsigned code_point = p->traffic_class >> 2;

	switch (p->mark) {
	case MARK_ECN: text_add(out, ecn_words[p->ecn & ECN_MASK]); return;
	case MARK_ECT01: text_add(out, "ect01"); return;
	case MARK_TOS: text_addf(out, "tos 0x%02x", (unsigned)p->traffic_class); return;
	case MARK_DSCP: text_addf(out, "dscp 0x%02x", code_point); return;
	case MARK_DSCP_ECT01: text_addf(out, "dscp 0x%02x, ecn ect01", code_point); return;
	default: return;
	}
}

static void add_marks(struct text *out, const struct packet_spec *p)
{
	const char *before = "[";

	if (p->mark != MARK_NONE) {
		text_add(out, before);
		add_mark(out, p);
		before = ", ";
	}
	if (p->flow_label_said) {
		text_addf(out, "%sflowlabel 0x%" PRIx32, before, p->flow_label);
		before = ", ";
	}
	if (p->ttl != 0) {
		text_addf(out, "%sttl %u", before, (unsigned)p->ttl);
		before = ", ";
	}
	text_add(out, before[0] == ',' ? "] " : "");
}

static void add_ports(struct text *out, const struct packet_spec *p)
{
	if (p->tcp.src_port != 0 || p->tcp.dst_port != 0)
		text_addf(out, "%u > %u ", (unsigned)p->tcp.src_port, (unsigned)p->tcp.dst_port);
}

/* ---- TCP ---- */

/* With the ACE counter as a digit behind the flags, where the script has it so. */
static void add_flags(struct text *out, const struct packet_spec *p)
{
	const uint16_t counter = AE | CWR | ECE;
	uint16_t others = (uint16_t)(p->tcp.flags & ~counter);

	if (!p->ace_said) {
		notation_add_flags(out, p->tcp.flags);
		return;
	}
	if (others != 0)
		notation_add_flags(out, others);
	text_addf(out, "%u", (unsigned)(p->tcp.flags & counter) / ECE);
}

static void add_seq(struct text *out, const struct packet_spec *p)
{
	uint32_t len = p->tcp.len;

	if (p->any_seq)
		text_add(out, "...");
	else
		text_addf(out, "%" PRIu32 ":%" PRIu32, p->tcp.seq.v, seq_add(p->tcp.seq, len).v);
	text_addf(out, "(%" PRIu32 ")%s", len, p->absolute_seq ? "!" : "");
}

/* What the script leaves open or marks has its own words, where it can be this option. */
static bool add_marked(struct text *out, const struct packet_spec *p, const uint8_t *option)
{
	uint32_t val;

	if (option[0] == OPTION_WINDOW_SCALE && p->any_wscale && option[2] == 0) {
		text_add(out, "wscale *");
		return true;
	}
	if (option[0] != OPTION_TIMESTAMPS || !(p->any_ts_val || p->absolute_ts_ecr))
		return false;
	val = get_be32(option + 2);
	if (p->any_ts_val && val == 0)
		text_add(out, "TS val ...");
	else
		text_addf(out, "TS val %" PRIu32, val);
	text_addf(out, " ecr %" PRIu32 "%s", get_be32(option + 6), p->absolute_ts_ecr ? "!" : "");
	return true;
}

static void add_option(struct text *out, const struct packet_spec *p, unsigned *at)
{
	const struct options *o = &p->tcp.options;
	unsigned size = options_size_at(o, *at);

	if (size > 1 && add_marked(out, p, o->bytes + *at))
		*at += size;
	else
		*at += notation_add_option(out, o, *at);
}

static void add_options(struct text *out, const struct packet_spec *p)
{
	if (p->any_options) {
		text_add(out, " <...>");
		return;
	}
	if (p->tcp.options.len == 0)
		return;
	text_add(out, " <");
	for (unsigned at = 0; at < p->tcp.options.len;) {
		if (at > 0)
			text_add(out, ",");
		add_option(out, p, &at);
	}
	text_add(out, ">");
}

static void add_tcp(struct text *out, const struct packet_spec *p)
{
	add_flags(out, p);
	text_add(out, " ");
	add_seq(out, p);
	if ((p->tcp.flags & ACK) || p->tcp.ack.v != 0)
		text_addf(out, " ack %" PRIu32, p->tcp.ack.v);
	if (!p->no_window)
		text_addf(out, " win %u", (unsigned)p->tcp.wnd);
	if ((p->tcp.flags & URG) || p->tcp.up != 0)
		text_addf(out, " urg %u", (unsigned)p->tcp.up);
	add_options(out, p);
}

/* ---- ICMP ---- */

static void add_quoted(struct text *out, const struct packet_spec *p)
{
	text_add(out, " [");
	if (p->quoted == SPEC_TCP)
		add_seq(out, p);
	else
		text_addf(out, "%s (%" PRIu32 ")", p->quoted == SPEC_UDP ? "udp" : "raw",
			  p->udp_len);
	text_add(out, "]");
}

static void add_icmp(struct text *out, const struct packet_spec *p)
{
	text_addf(out, "icmp %s", p->icmp_type);
	if (p->icmp_code)
		text_addf(out, " %s", p->icmp_code);
	if (p->icmp_mtu >= 0)
		text_addf(out, " mtu %" PRId64, p->icmp_mtu);
	if (p->icmp_id != 0)
		text_addf(out, " id %" PRId64, p->icmp_id);
	if (p->quotes)
		add_quoted(out, p);
}

void script_tell_packet(const struct packet_spec *p, struct text *out)
{
	text_add(out, p->outbound ? "> " : "< ");
	if (p->encapsulation) {
		text_add(out, p->encapsulation);
		text_add(out, " ");
	}
	add_marks(out, p);
	add_ports(out, p);
	switch (p->kind) {
	case SPEC_UDP: text_addf(out, "udp (%" PRIu32 ")", p->udp_len); return;
	case SPEC_ICMP: add_icmp(out, p); return;
	default: add_tcp(out, p); return;
	}
}
