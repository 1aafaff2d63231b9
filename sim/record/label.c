#include "record/label.h"

#include <inttypes.h>
#include <string.h>

#include "record/plain.h"
#include "wire/ecn.h"
#include "wire/line.h"

enum { PART_MAX = 128 };

/* Windows are not scaled in segments with SYN, RFC 7323 §2.2. */
static uint32_t window_of(const struct recording *r, const struct packet_record *packet)
{
	const struct segment *seg = &packet->packet.tcp;
	struct tcb tcb;

	if ((seg->flags & SYN) == 0 && packet->conn != EVENT_NONE &&
	    recording_tcb_settled(r, packet->conn, packet->sent, &tcb))
		return (uint32_t)seg->wnd << tcb.rcv.shift;
	return seg->wnd;
}

static void add_sack(struct text *out, const struct options *options)
{
	if (options->has & HAS_SACK) {
		text_add(out, "sack=");
		for (unsigned i = 0; i < options->sack_count; i++)
			text_addf(out, "%s%" PRIu32 ":%" PRIu32, i > 0 ? "," : "",
				  options->sack[i].left.v, options->sack[i].right.v);
	}
}

static void add_icmp(struct text *out, const struct icmp_error *icmp)
{
	enum network_error means = tcp_icmp_means(icmp);

	if (means != ERROR_NONE)
		text_addf(out, "ICMP %s", network_error_text(means));
	else
		text_addf(out, "ICMP type %u code %u", icmp->type, icmp->code);
	if (icmp->mtu > 0)
		text_addf(out, " mtu=%" PRIu32, icmp->mtu);
	text_addf(out, " about seq=%" PRIu32, icmp->quoted_seq.v);
}

/* The codepoint it was sent with; most are not ECN-capable. */
static void add_codepoint(struct text *out, const struct packet *packet)
{
	enum ecn_codepoint codepoint = packet->traffic_class & ECN_MASK;

	if (codepoint != NOT_ECT)
		text_add(out, ecn_codepoint_name(codepoint));
}

/* In the order in which they are written. */
enum part {
	PART_SEQ,
	PART_ACK,
	PART_LEN,
	PART_URG,
	PART_SACK,
	PART_ECN,
	PART_WINDOW,
	PART_MSS,
	PART_SCALE,
	PART_SACK_PERMITTED,
	PART_TIMESTAMPS,
	PART_SIGNATURE,
	PART_COUNT,
};

static void add_part(struct text *out, const struct recording *r,
		     const struct packet_record *packet, enum part part)
{
	const struct segment *seg = &packet->packet.tcp;
	const struct options *options = &seg->options;

	switch (part) {
	case PART_SEQ: text_addf(out, "seq=%" PRIu32, seg->seq.v); break;
	case PART_ACK:
		if (seg->flags & ACK)
			text_addf(out, "ack=%" PRIu32, seg->ack.v);
		break;
	case PART_LEN:
		if (seg->len > 0)
			text_addf(out, "len=%" PRIu32, seg->len);
		break;
	case PART_URG:
		if (seg->flags & URG)
			text_addf(out, "up=%u", seg->up);
		break;
	case PART_SACK: add_sack(out, options); break;
	case PART_ECN: add_codepoint(out, &packet->packet); break;
	case PART_WINDOW:
		if ((seg->flags & RST) == 0)
			text_addf(out, "win=%" PRIu32, window_of(r, packet));
		break;
	case PART_MSS:
		if (options->has & HAS_MSS)
			text_addf(out, "mss=%u", options->mss);
		break;
	case PART_SCALE:
		if (options->has & HAS_WINDOW_SCALE)
			text_addf(out, "wscale=%u", options->window_scale);
		break;
	case PART_SACK_PERMITTED:
		if (options->has & HAS_SACK_PERMITTED)
			text_add(out, "sackOK");
		break;
	case PART_SIGNATURE:
		if (options->has & (HAS_MD5 | HAS_AO))
			text_add(out, options->has & HAS_MD5 ? "md5" : "ao");
		break;
	default:
		if ((seg->flags & SYN) && (options->has & HAS_TIMESTAMPS))
			text_add(out, "TS");
		break;
	}
}

void label_add(struct text *out, const struct recording *r, const struct packet_record *packet,
	       unsigned columns)
{
	static const enum part by_weight[PART_COUNT] = {
		PART_SEQ,    PART_LEN, PART_ACK, PART_URG,   PART_SACK,           PART_SIGNATURE,
		PART_WINDOW, PART_ECN, PART_MSS, PART_SCALE, PART_SACK_PERMITTED, PART_TIMESTAMPS,
	};
	char words[PART_COUNT][PART_MAX];
	size_t start = out->len;

	if (packet->packet.kind == PACKET_ICMP_ERROR) {
		add_icmp(out, &packet->packet.icmp);
		return;
	}
	flags_add(out, packet->packet.tcp.flags);

	unsigned used = plain_width(out->at + start);

	for (int i = 0; i < PART_COUNT; i++) {
		char *word = words[by_weight[i]];
		struct text text = text_in(word, PART_MAX);

		add_part(&text, r, packet, by_weight[i]);
		if (text.len > 0)
			used += 1 + (unsigned)text.len;
		if (used > columns)
			word[0] = '\0'; /* and nothing that weighs less */
	}
	for (int i = 0; i < PART_COUNT; i++)
		text_addf(out, "%s%s", words[i][0] != '\0' ? " " : "", words[i]);
}

const char *label_router(const struct recording *r, const struct packet_record *packet)
{
	struct event sent;

	if (packet->packet.kind != PACKET_ICMP_ERROR)
		return NULL;
	sent = recording_event(r, packet->sent);
	return sent.rule == RULE_ROUTER_REPORTS && sent.text != EVENT_NONE
		       ? recording_text(r, sent.text)
		       : NULL;
}

bool label_is_more_than_ack(const struct packet_record *packet)
{
	const struct segment *seg = &packet->packet.tcp;

	return packet->packet.kind == PACKET_ICMP_ERROR || seg->len > 0 ||
	       (seg->flags & (SYN | FIN | RST | URG)) != 0;
}
