/* reopen.c — a new connection out of TIME-WAIT, and back if it was none.
 * RFC 9293 §3.6.1 (MAY-2, SHLD-4), RFC 6191 §2.
 *
 * Only a connection that came from a passive OPEN is opened anew: with the
 * other, nobody listens. The streams of text go on where they ended. */
#include "tcp/arrives.h"

#include <string.h>

/* The cases of RFC 6191 §2, in its order. The last number seen is the FIN's. */
static bool is_newer(const struct tcp *t, const struct segment *syn)
{
	const struct tcb *tcb = t->tcb;
	bool stamped = t->profile->timestamps && (syn->options.has & HAS_TIMESTAMPS);
	int32_t later = (int32_t)(syn->options.ts_val - tcb->ts.recent);

	if (stamped && !tcb->ts.on)
		return true;
	if (stamped && later != 0)
		return later > 0;
	return seq_ge(syn->seq, tcb->rcv.nxt);
}

/* After all numbers that the last connection used, as MAY-2 (1) asks for. */
static struct seq iss_beyond(const struct tcp *t, struct seq last)
{
	return seq_max(isn_select(t), seq_add(last, 1 << 16));
}

void reopen(struct tcp *t, const struct segment *syn)
{
	struct tcb *tcb = t->tcb;
	const struct tcb last = *tcb;
	struct seq iss = iss_beyond(t, last.snd.nxt);

	stop_timer(t, TIMER_TIME_WAIT, RULE_SYN_REOPENS);
	set_state(t, SYN_RECEIVED, RULE_SYN_REOPENS);
	tcb_begin(t, &last.local);
	tcb->passive = true;
	tcb->remote = last.remote;
	route_arrives(t);
	tcb->last.time_wait = last.timers[TIMER_TIME_WAIT];
	tcb->last.snd_nxt = last.snd.nxt;
	tcb->last.rcv_nxt = last.rcv.nxt;
	tcb->last.ts = last.ts;
	begin_sending(t, iss);
	tcb->snd.una_offset = last.snd.una_offset - 2; /* the SYN in place of the FIN */
	tcb->rcv.nxt_offset = last.rcv.nxt_offset - 1;
	take_syn(t, syn);
}

/* The last connection, whose ISNs the way back would no longer know; or, with a key that was
 * configured meanwhile, the next one: its streams go on where those of the last one ended, and
 * TCP-AO counts from the ISN (RFC 5925 §6.2). */
bool hangs_on_isns(const struct tcp *t)
{
	return t->tcb->signature != SIGNATURE_NONE || t->signing.kind != SIGNATURE_NONE;
}

enum verdict new_connection_in_time_wait(struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = t->tcb;
	bool syn = (seg->flags & (SYN | ACK | RST)) == SYN;

	if (!tcb->passive || !syn || tcb->rcv.unread > 0)
		return NEXT;
	if (hangs_on_isns(t))
		return NEXT;
	if (is_newer(t, seg)) {
		reopen(t, seg);
		return DONE;
	}
	/* RFC 6191 drops each of these without a word. One without timestamps may as well
	 * come from a peer that restarted: RFC 9293 answers it with an ACK. */
	if (tcb->ts.on && (seg->options.has & HAS_TIMESTAMPS))
		return drop(t, RULE_SYN_NOT_NEWER);
	return NEXT;
}

bool was_reopened(const struct tcb *tcb)
{
	return tcb->last.time_wait != 0;
}

static void all_was_sent(struct send_variables *snd, struct seq nxt, int64_t offset)
{
	snd->iss = seq_sub(nxt, 2);
	snd->una = snd->nxt = snd->rtx = snd->rtx_end = nxt;
	snd->end = seq_sub(nxt, 1);
	snd->up = snd->end;
	snd->fin_queued = true;
	snd->syn_acked = true;
	snd->una_offset = offset;
}

static void all_was_received(struct receive_variables *rcv, struct seq nxt, int64_t offset)
{
	rcv->irs = seq_sub(nxt, 2);
	rcv->nxt = rcv->edge = rcv->up = nxt;
	rcv->fin = seq_sub(nxt, 1);
	rcv->fin_seen = true;
	rcv->nxt_offset = offset;
}

/* MAY-2 (2). */
void back_to_time_wait(struct tcp *t, enum rule rule)
{
	struct tcb *tcb = t->tcb;
	const struct tcb failed = *tcb;

	for (int timer = 0; timer < TIMER_COUNT; timer++)
		stop_timer(t, (enum timer)timer, rule);
	set_state(t, TIME_WAIT, rule);
	tcb_begin(t, &failed.local);
	tcb->passive = true;
	tcb->remote = failed.remote;
	tcb->route = failed.route;
	all_was_sent(&tcb->snd, failed.last.snd_nxt, failed.snd.una_offset + 2);
	all_was_received(&tcb->rcv, failed.last.rcv_nxt, failed.rcv.nxt_offset + 1);
	tcb->ts = failed.last.ts;
	congestion_started(t);
	start_timer(t, TIMER_TIME_WAIT, nanos_max(failed.last.time_wait, t->now),
		    RULE_TIME_WAIT_STARTED);
}
