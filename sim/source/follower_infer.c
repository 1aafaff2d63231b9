/* follower_infer.c — what a segment that was seen says of the host that sent it: which calls its
 * application must have made, what must have reached it, which of its timers must have fired. */
#include "source/follower_inside.h"

/* ---- calls ---- */

static void opens(struct follower *f, struct tcp *t, struct seq isn)
{
	f->profile.isn = isn.v;
	f->journal.count = 0;
	if (tcp_open_active(t, &f->local, &f->remote) != CALL_OK)
		return;
	f->exists = true;
	follower_calls(f, t->now, CALL_OPEN_ACTIVE, 0);
	follower_settles(f, t->now);
}

static bool may_queue(const struct tcb *tcb)
{
	return !tcb->snd.fin_queued && (tcb->state == SYN_SENT || tcb->state == SYN_RECEIVED ||
					tcb->state == ESTABLISHED || tcb->state == CLOSE_WAIT);
}

/* SEND for text that goes beyond all that was queued. */
static void infer_send(struct follower *f, struct tcp *t, const struct segment *seg)
{
	struct seq end = seq_add(seg->seq, seg->len + ((seg->flags & SYN) != 0));
	int32_t new = seq_diff(end, f->tcb.snd.end);
	unsigned flags = (seg->flags & PSH) != 0 ? SEND_PUSH : 0;
	uint32_t taken;

	if (seg->len == 0 || new <= 0 || new > AHEAD_MAX || !may_queue(&f->tcb))
		return;
	if ((seg->flags & URG) != 0)
		flags |= SEND_URGENT;
	follower_calls(f, t->now, CALL_SEND, new);
	stream_add_pattern(recording_stream(f->recording, f->conn), new);
	tcp_send(t, (uint32_t) new, flags, &taken);
	follower_settles(f, t->now);
}

static void infer_close(struct follower *f, struct tcp *t, const struct segment *seg)
{
	struct seq fin = seq_sub(segment_end(seg), 1);

	if ((seg->flags & FIN) == 0 || !may_queue(&f->tcb) || f->tcb.state == SYN_SENT ||
	    !seq_eq(fin, f->tcb.snd.end))
		return;
	follower_calls(f, t->now, CALL_CLOSE, 0);
	tcp_close(t);
	follower_settles(f, t->now);
}

/* A RST with numbers that the host cannot have used, and that its peer ignores: whoever sent
 * it, the host goes on. */
static bool is_strange_reset(const struct tcb *tcb, const struct segment *seg)
{
	struct seq left = seq_sub(tcb->snd.una, 1); /* of a FIN that was counted since */
	struct seq right = seq_max(tcb->snd.nxt, seq_add(tcb->snd.una, tcb->snd.wnd));

	return tcb->state > SYN_SENT && !seq_within(seg->seq, left, seq_add(right, 1));
}

/* A RST that does not answer a segment comes from an ABORT. */
enum rule follower_must_have_aborted(struct follower *f, struct tcp *t, const struct segment *seg)
{
	struct segment reply;
	int64_t offset;
	enum rule rule = RULE_NONE;

	if (!follower_has_tcb(f) || f->tcb.state == LISTEN)
		return RULE_CLOSED_ANSWER;
	if ((f->tcb.reply.flags & RST) == 0 && is_strange_reset(&f->tcb, seg))
		return RULE_NONE;
	if ((f->tcb.reply.flags & RST) == 0) {
		follower_calls(f, t->now, CALL_ABORT, 0);
		tcp_abort(t);
		follower_settles(f, t->now);
	}
	/* The reply that the engine has ready is the one that was seen. */
	if (f->tcb.reply.flags != 0)
		tcp_next_segment(t, &reply, &offset, &rule);
	return rule;
}

/* RECEIVE: the window says how much of what arrived is unread at most. Who
 * reads soon calls without a trace; who let half of the largest window fill up
 * is seen to call when it opens again. */
static void infer_receive(struct follower *f, struct tcp *t, const struct segment *seg)
{
	uint8_t shift = (seg->flags & SYN) != 0 ? 0 : f->tcb.rcv.shift;
	uint32_t window = (uint32_t)seg->wnd << shift;
	int32_t left; /* of the window, beyond what arrived since the ACK was made */
	uint32_t unread;
	uint32_t taken;

	if ((seg->flags & ACK) == 0)
		return;
	if (window > f->buffer)
		f->buffer = window;
	left = seq_diff(seq_add(seg->ack, window), f->tcb.rcv.nxt);
	unread = left > 0 && (uint32_t)left < f->buffer ? f->buffer - (uint32_t)left : 0;
	if (left <= 0)
		unread = f->buffer;
	if (f->tcb.rcv.unread > unread) {
		uint32_t len = f->tcb.rcv.unread - unread;
		bool told = f->reads_late || f->tells_all;

		if (told)
			follower_calls(f, t->now, CALL_RECEIVE, len);
		tcp_receive(t, len, &taken);
		if (told)
			follower_settles(f, t->now);
	}
	f->reads_late = f->tcb.rcv.unread > f->buffer / 2;
}

/* ---- what the engine must be told ---- */

/* The host acknowledges more than its TCB has: it took what the engine, for
 * want of room or knowledge, did not. */
static void catch_up(struct follower *f, struct tcp *t, struct seq ack)
{
	struct tcb *tcb = &f->tcb;
	int32_t ahead = seq_diff(ack, tcb->rcv.nxt);
	struct segment seg;

	if (ahead <= 0 || ahead > AHEAD_MAX || tcb->state <= SYN_SENT)
		return;
	seg = (struct segment){.src_port = f->remote.port,
			       .dst_port = f->local.port,
			       .seq = tcb->rcv.nxt,
			       .ack = tcb->snd.una,
			       .flags = ACK,
			       .wnd = (uint16_t)(tcb->snd.wnd >> tcb->snd.shift)};
	seg.len = (uint32_t)ahead;
	if (f->peer != NULL && f->peer->tcb.snd.fin_queued &&
	    seq_eq(seq_add(f->peer->tcb.snd.end, 1), ack)) {
		seg.flags |= FIN;
		seg.len--;
	}
	if (tcb->ts.on)
		options_put_timestamps(&seg.options, tcb->ts.recent, 0);
	tcp_arrives(t, &seg);
}

/* The last segment again, after two round trips: RFC 8985 §7, once for an SND.UNA. One that
 * is alone waits for a delayed ACK too, but no longer than RTO; much later it is a time-out. */
static bool is_tail_probe(const struct follower *f, nanos now, const struct segment *seg)
{
	const struct tcb *tcb = &f->tcb;
	nanos rto = tcb->rtt.rto;
	nanos waited = now - (tcb->timers[TIMER_RETRANSMISSION] - rto);
	bool alone = seq_eq(seg->seq, tcb->snd.una);
	nanos alone_waits = nanos_min(rto, 2 * tcb->rtt.srtt + nanos_from_ms(200));

	if (!f->profile.rack || f->profile.no_tail_probe || !tcb->sack_on || tcb->rtt.srtt == 0 ||
	    tcb->timers[TIMER_RETRANSMISSION] == NANOS_NEVER || tcb->rtt.transmissions_again > 0)
		return false;
	if (f->has_probed && seq_eq(f->probed, tcb->snd.una))
		return false;
	return !tcb->cc.fast_recovery && seq_eq(segment_end(seg), tcb->snd.nxt) &&
	       waited > tcb->rtt.srtt * 3 / 2 && (!alone || waited < alone_waits * 5 / 4);
}

static void probe_tail(struct follower *f, struct tcp *t)
{
	struct event event = event_at(t->now, f->host, EVENT_TIMER);

	event.conn = f->conn;
	event.timer = TIMER_TAIL_PROBE;
	event.cause = f->armed; /* both timers are started by the same */
	recording_add(f->recording, &event);
	f->has_probed = true;
	f->probed = f->tcb.snd.una;
	tcp_probes_tail(t);
	follower_settles(f, t->now);
}

/* A copy at a time when the timer is due: it has fired. */
static void infer_timeout(struct follower *f, struct tcp *t, const struct segment *seg)
{
	const struct tcb *tcb = &f->tcb;
	struct event event = event_at(t->now, f->host, EVENT_TIMER);

	if (segment_len(seg) == 0 || seq_ge(seg->seq, tcb->snd.nxt) ||
	    seq_lt(seg->seq, tcb->snd.una) || seq_lt(tcb->snd.rtx, tcb->snd.rtx_end))
		return;
	if (is_tail_probe(f, t->now, seg)) {
		probe_tail(f, t);
		return;
	}
	if (tcb->timers[TIMER_RETRANSMISSION] > t->now)
		return;
	event.conn = f->conn;
	event.timer = TIMER_RETRANSMISSION;
	recording_add(f->recording, &event);
	tcp_timeout(t);
	follower_settles(f, t->now);
}

void follower_must_have_called(struct follower *f, struct tcp *t, const struct segment *seg)
{
	bool opens_here = (seg->flags & (SYN | ACK | RST)) == SYN;

	if (opens_here && (!f->exists || f->tcb.state == CLOSED || f->tcb.state == LISTEN))
		opens(f, t, seg->seq);
	if (!follower_has_tcb(f) || f->tcb.state == LISTEN)
		return;
	infer_timeout(f, t, seg);
	infer_send(f, t, seg);
	infer_close(f, t, seg);
	if ((seg->flags & ACK) != 0)
		catch_up(f, t, seg->ack);
	infer_receive(f, t, seg);
}
