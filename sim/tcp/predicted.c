/* predicted.c — header prediction: a shorter way to what arrives_others.c says. Nothing is
 * decided here that is not decided there; who wants to know what TCP does may skip this file.
 *
 * Nearly every segment of a transfer is one that could be foretold: the text that is next, or
 * an ACK that moves SND.UNA, and nothing else about it is new. (V. Jacobson, "4BSD Header
 * Prediction", ACM Computer Communication Review 20 (2), 1990.) Then most paragraphs of
 * §3.10.7.4 find nothing. So one question is asked before all of theirs, whether the segment
 * is as foretold; and if so, only what they would have come to is done, in their order, by the
 * same functions. On the smallest doubt the segment goes the long way.
 *
 * Both ways must lead to the same TCB, the same notes and the same text. In thorough builds
 * predicted_twin.c goes both, each time. */
#include "tcp/arrives.h"

/* 0 while a connection goes its usual way and the segment is next. */
static uint32_t strangeness(const struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	return (uint32_t)(tcb->state ^ ESTABLISHED) | ((seg->flags ^ ACK) & (uint32_t)~PSH) |
	       (seg->seq.v ^ tcb->rcv.nxt.v) |
	       (seg->options.has ^ (uint32_t)(tcb->ts.on * HAS_TIMESTAMPS)) | tcb->rcv.held_count |
	       tcb->rcv.fin_seen | tcb->snd.probing | tcb->keepalive.on | tcb->ecn.mode |
	       tcb->signature;
}

/* It acknowledges something; or, with text, everything was acknowledged before. */
static bool ack_is_plain(const struct tcb *tcb, const struct segment *seg)
{
	uint32_t acked = (uint32_t)seq_diff(seg->ack, tcb->snd.una);
	uint32_t outstanding = tcb_outstanding(tcb);

	return outstanding > 0 ? acked - 1 < outstanding : acked == 0 && seg->len > 0;
}

bool is_predicted(const struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;

	return strangeness(t, seg) == 0 && ack_is_plain(tcb, seg) && seg->len <= tcb->rcv.wnd &&
	       seg->wnd > 0 && window_is_fresh(tcb, seg) &&
	       (int32_t)(seg->options.ts_val - tcb->ts.recent) >= 0 && t->route_back == NULL;
}

void arrives_as_predicted(struct tcp *t, const struct segment *seg)
{
	take_timestamp(t, seg);          /* first */
	congestion_check_app_limited(t); /* fifth */
	if (seq_gt(seg->ack, t->tcb->snd.una)) {
		begin_sample(t, seg);
		ecn_acked(t, seg);
		advance_una(t, seg);
		congestion_sampled(t);
	}
	take_window(t, seg);
	if (seg->len > 0) /* seventh */
		take_text(t, seg, seg->seq, segment_end(seg));
}
