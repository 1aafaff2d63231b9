#include "viz/segment_text.h"

#include <stdio.h>

#include "base/text.h"
#include "wire/line.h"

static void add_part(struct text *t, const char *name, uint32_t number)
{
	text_addf(t, "%s%s=%u", t->len > 0 ? " " : "", name, number);
}

static void add_sack(struct text *t, const struct options *o, const struct origin *origin)
{
	if (!(o->has & HAS_SACK) || o->sack_count == 0)
		return;
	text_addf(t, " sack=%u-%u", o->sack[0].left.v - origin->peer.v,
		  o->sack[0].right.v - origin->peer.v);
	if (o->sack_count > 1)
		text_addf(t, " +%u", o->sack_count - 1u);
}

static void add_numbers(struct text *t, const struct segment *seg, const struct origin *origin)
{
	bool pure_data = seg->len > 0 && !(seg->flags & (SYN | FIN | RST));

	add_part(t, "seq", seg->seq.v - origin->own.v);
	if (seg->len > 0)
		add_part(t, "len", seg->len);
	if ((seg->flags & ACK) && !pure_data)
		add_part(t, "ack", seg->ack.v - origin->peer.v);
	if (seg->wnd == 0 && !(seg->flags & RST))
		text_add(t, " win=0");
	add_sack(t, &seg->options, origin);
}

/* An ICMP message by the name of what it reports: RFC 792, RFC 4443. */
static void icmp_text(struct segment_text *out, const struct icmp_error *icmp)
{
	struct text head = text_in(out->head, sizeof out->head);
	struct text numbers = text_in(out->numbers, sizeof out->numbers);

	text_add(&head, "ICMP");
	snprintf(out->brief, sizeof out->brief, "ICMP");
	if (icmp->mtu > 0)
		text_addf(&numbers, "too big, mtu=%u", icmp->mtu);
	else
		text_addf(&numbers, "type=%u code=%u", icmp->type, icmp->code);
}

void segment_text_of(struct segment_text *out, const struct packet_record *p,
		     const struct origin *origin)
{
	const struct segment *seg = &p->packet.tcp;
	struct text head = text_in(out->head, sizeof out->head);
	struct text numbers = text_in(out->numbers, sizeof out->numbers);
	struct text brief = text_in(out->brief, sizeof out->brief);
	struct text mark = text_in(out->mark, sizeof out->mark);
	uint16_t telling = seg->flags & (SYN | FIN | RST | URG | CWR);

	text_add(&mark, p->copy_of != EVENT_NONE    ? "copy"
			: p->again_of != EVENT_NONE ? "again"
			: p->overtaken              ? "overtaken"
						    : "");
	if (p->packet.kind != PACKET_TCP) {
		icmp_text(out, &p->packet.icmp);
		return;
	}
	/* PSH and ACK are on nearly all segments with text, and tell nothing there. */
	if (telling || seg->len == 0)
		flags_add(&head, seg->flags & (uint16_t)~PSH);
	add_numbers(&numbers, seg, origin);
	if (telling)
		text_add(&brief, out->head);
	else if (seg->len > 0)
		add_part(&brief, "seq", seg->seq.v - origin->own.v);
	else
		add_part(&brief, "ack", seg->ack.v - origin->peer.v);
}
