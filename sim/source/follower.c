#include "source/follower.h"

#include <assert.h>

/* More than this between two sequence numbers is damage or forgery. */
enum { AHEAD_MAX = 1 << 30 };

/* A followed host gives up when it is seen to, and not before. */
#define NEVER_GIVES_UP (INT64_MAX / 4)

/* An engine that is not asked for its ISN needs no secret, but has one. */
static const struct isn_secret no_secret;

static struct tcp turn_of(struct follower *f, nanos now)
{
	return (struct tcp){
		.tcb = &f->tcb,
		.held = &f->held,
		.profile = &f->profile,
		.secret = &no_secret,
		.journal = &f->journal,
		.now = now,
		.mtu = UINT16_MAX,
	};
}

/* What our engine would repair now, the host may not, or otherwise: SACK tells
 * it more. A repair is told when it is seen, by the segment's own reason; until
 * then only cwnd is other than it was. */
static bool announces_a_repair(enum rule rule)
{
	return rule == RULE_FAST_RETRANSMIT || rule == RULE_PARTIAL_ACK || rule == RULE_FULL_ACK ||
	       rule == RULE_FAST_RECOVERY_INFLATES;
}

static void say_only_what_is_seen(struct journal *journal)
{
	for (unsigned i = 0; i < journal->count; i++) {
		if (announces_a_repair((enum rule)journal->notes[i].rule))
			journal->notes[i].rule = RULE_CWND_INFERRED;
	}
}

static void settle(struct follower *f, nanos now)
{
	uint32_t n = recording_events(f->recording);

	say_only_what_is_seen(&f->journal);
	recording_add_journal(f->recording, now, f->host, f->conn, &f->journal);
	for (; n < recording_events(f->recording); n++) {
		struct event event = recording_event(f->recording, n);

		if (event.kind == EVENT_TIMER_STARTED && event.timer == TIMER_RETRANSMISSION)
			f->armed = n;
	}
	recording_set_tcb(f->recording, f->conn, &f->tcb, &f->held);
}

static void record_call(struct follower *f, nanos now, enum call call, int64_t value)
{
	struct event event = event_at(now, f->host, EVENT_CALL);

	event.conn = f->conn;
	event.call = (uint8_t)call;
	event.value = value;
	recording_add(f->recording, &event);
}

static void tell_application(struct follower *f, nanos now)
{
	enum notice notice;

	while ((notice = tcp_next_notice(&f->tcb)) != 0) {
		struct event event = event_at(now, f->host, EVENT_NOTICE);

		if (notice == NOTICE_TEXT || notice == NOTICE_ROOM)
			continue; /* who reads and writes at once hears nothing new */
		event.conn = f->conn;
		event.value = notice;
		recording_add(f->recording, &event);
	}
	recording_set_tcb(f->recording, f->conn, &f->tcb, &f->held);
}

static bool has_tcb(const struct follower *f)
{
	return f->exists && f->tcb.state != CLOSED;
}

/* ---- beginning ---- */

void follower_begin(struct follower *f, struct recording *recording, uint8_t host,
		    const struct profile *profile, const struct endpoint *local,
		    const struct endpoint *remote)
{
	*f = (struct follower){.recording = recording,
			       .profile = *profile,
			       .armed = EVENT_NONE,
			       .local = *local,
			       .remote = *remote,
			       .host = host};
	f->profile.user_timeout = 0;
	f->profile.r2 = NEVER_GIVES_UP;
	f->profile.syn_r2 = NEVER_GIVES_UP;
	f->buffer = profile->receive_buffer;
	f->conn = recording_add_conn(recording, host, local, remote);
}

void follower_listens(struct follower *f, nanos now, struct seq isn)
{
	struct tcp t = turn_of(f, now);

	f->profile.isn = isn.v;
	if (tcp_open_passive(&t, &f->local) != CALL_OK)
		return;
	f->exists = true;
	record_call(f, now, CALL_OPEN_PASSIVE, 0);
	settle(f, now);
}

static void opens(struct follower *f, struct tcp *t, struct seq isn)
{

	f->profile.isn = isn.v;
	f->journal.count = 0;
	if (tcp_open_active(t, &f->local, &f->remote) != CALL_OK)
		return;
	f->exists = true;
	record_call(f, t->now, CALL_OPEN_ACTIVE, 0);
	settle(f, t->now);
}

/* The SYN,ACK that the other end must have sent once. */
static struct segment syn_ack_of(const struct follower *f, const struct profile *peer,
				 struct seq seq)
{
	struct segment seg = {.src_port = f->remote.port,
			      .dst_port = f->local.port,
			      .seq = seq,
			      .ack = seq_add(f->tcb.snd.iss, 1),
			      .flags = SYN | ACK,
			      .wnd = UINT16_MAX};

	if (peer->mss > 0)
		options_put_mss(&seg.options, (uint16_t)peer->mss);
	if (peer->sack)
		options_put_sack_permitted(&seg.options);
	if (peer->timestamps)
		options_put_timestamps(&seg.options, 0, 0);
	if (peer->window_scaling)
		options_put_window_scale(&seg.options, (uint8_t)peer->window_scale);
	return seg;
}

void follower_adopts(struct follower *f, nanos now, struct seq own_first, struct seq peer_first,
		     nanos round_trip)
{
	struct tcp t = turn_of(f, now - round_trip);
	struct segment seg = {.seq = seq_sub(own_first, 1), .flags = SYN, .wnd = UINT16_MAX};

	f->profile.isn = seg.seq.v;
	t.journal = NULL; /* nobody saw it */
	if (tcp_open_active(&t, &f->local, &f->remote) != CALL_OK)
		return;
	tcp_sent(&t, &seg);
	t.now = now;
	seg = syn_ack_of(f, f->peer != NULL ? &f->peer->profile : &f->profile,
			 seq_sub(peer_first, 1));
	tcp_arrives(&t, &seg);
	seg = (struct segment){
		.seq = own_first, .ack = peer_first, .flags = ACK, .wnd = UINT16_MAX};
	tcp_sent(&t, &seg);
	while (tcp_next_notice(&f->tcb) != 0)
		;
	f->exists = true;
	recording_set_tcb(f->recording, f->conn, &f->tcb, &f->held);
}

/* ---- what the application must have called ---- */

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
	record_call(f, t->now, CALL_SEND, new);
	stream_add_pattern(recording_stream(f->recording, f->conn), new);
	tcp_send(t, (uint32_t) new, flags, &taken);
	settle(f, t->now);
}

static void infer_close(struct follower *f, struct tcp *t, const struct segment *seg)
{
	struct seq fin = seq_sub(segment_end(seg), 1);

	if ((seg->flags & FIN) == 0 || !may_queue(&f->tcb) || f->tcb.state == SYN_SENT ||
	    !seq_eq(fin, f->tcb.snd.end))
		return;
	record_call(f, t->now, CALL_CLOSE, 0);
	tcp_close(t);
	settle(f, t->now);
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
static enum rule infer_abort(struct follower *f, struct tcp *t, const struct segment *seg)
{
	struct segment reply;
	int64_t offset;
	enum rule rule = RULE_NONE;

	if (!has_tcb(f) || f->tcb.state == LISTEN)
		return RULE_CLOSED_ANSWER;
	if ((f->tcb.reply.flags & RST) == 0 && is_strange_reset(&f->tcb, seg))
		return RULE_NONE;
	if ((f->tcb.reply.flags & RST) == 0) {
		record_call(f, t->now, CALL_ABORT, 0);
		tcp_abort(t);
		settle(f, t->now);
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
			record_call(f, t->now, CALL_RECEIVE, len);
		tcp_receive(t, len, &taken);
		if (told)
			settle(f, t->now);
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
	settle(f, t->now);
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
	settle(f, t->now);
}

/* Why the host sends it, if it does as the engine would. */
static enum rule inferred_rule(const struct tcb *tcb, const struct segment *seg)
{
	uint16_t flags = seg->flags;

	if (segment_len(seg) > 0 && seq_lt(seg->seq, tcb->snd.nxt)) {
		bool wanted =
			seq_lt(tcb->snd.rtx, tcb->snd.rtx_end) && seq_ge(seg->seq, tcb->snd.rtx);

		return wanted ? (enum rule)tcb->rtx_rule : RULE_NONE;
	}
	if ((flags & SYN) != 0)
		return (flags & ACK) != 0 ? RULE_LISTEN_SYN : RULE_OPEN_ACTIVE;
	if ((flags & FIN) != 0)
		return seg->len > 0 ? RULE_SEND_TEXT_FIN : RULE_SEND_FIN;
	if (seg->len > 0)
		return RULE_SEND_TEXT;
	return tcb->ack_owed == ACK_NOW ? (enum rule)tcb->ack_rule : RULE_NONE;
}

/* tcp_sent() may be told of what was queued, and of no numbers that the two
 * ends could not have. */
static bool can_be_told(const struct tcb *tcb, const struct segment *seg)
{
	struct seq queued = seq_add(tcb->snd.end, tcb->snd.fin_queued);
	int32_t ahead = seq_diff(seg->ack, tcb->rcv.nxt);

	if (tcb->state == CLOSED || tcb->state == LISTEN || (seg->flags & RST) != 0)
		return false;
	if (segment_len(seg) > 0 &&
	    (seq_gt(segment_end(seg), queued) || seq_diff(seg->seq, tcb->snd.una) < -AHEAD_MAX))
		return false;
	if ((seg->flags & ACK) == 0)
		return true;
	return tcb->state != SYN_SENT && ahead < AHEAD_MAX && ahead > -AHEAD_MAX;
}

/* ---- sending ---- */

static void infer_calls(struct follower *f, struct tcp *t, const struct segment *seg)
{
	bool opens_here = (seg->flags & (SYN | ACK | RST)) == SYN;

	if (opens_here && (!f->exists || f->tcb.state == CLOSED || f->tcb.state == LISTEN))
		opens(f, t, seg->seq);
	if (!has_tcb(f) || f->tcb.state == LISTEN)
		return;
	infer_timeout(f, t, seg);
	infer_send(f, t, seg);
	infer_close(f, t, seg);
	if ((seg->flags & ACK) != 0)
		catch_up(f, t, seg->ack);
	infer_receive(f, t, seg);
}

static int64_t stream_offset(const struct follower *f, const struct segment *seg)
{
	struct seq text = seq_add(seg->seq, (seg->flags & SYN) != 0);
	int64_t offset = tcb_send_offset(&f->tcb, text);
	int64_t len = recording_conn(f->recording, f->conn)->sent.len;

	if (seg->len == 0 || !has_tcb(f) || offset < 0 || offset + seg->len > len)
		return -1;
	return offset;
}

uint32_t follower_sends(struct follower *f, nanos now, const struct packet *packet,
			const struct sighting *sighting)
{
	const struct segment *seg = &packet->tcp;
	struct packet_record record = {.packet = *packet,
				       .offset = -1,
				       .conn = EVENT_NONE,
				       .copy_of = EVENT_NONE,
				       .host = f->host,
				       .captured = true};
	struct event event = event_at(now, f->host, EVENT_SEND);
	struct tcp t = turn_of(f, now);
	uint32_t number;

	event.value = sighting->number;
	if (sighting->text != NULL)
		event.text = recording_add_text(f->recording, sighting->text);
	if (packet->kind != PACKET_TCP)
		return recording_add_packet(f->recording, &record, &event);
	if ((seg->flags & RST) != 0)
		event.rule = (uint16_t)infer_abort(f, &t, seg);
	else
		infer_calls(f, &t, seg);
	if (f->exists) {
		event.conn = record.conn = f->conn;
		record.offset = stream_offset(f, seg);
	}
	if ((seg->flags & RST) == 0 && has_tcb(f))
		event.rule = (uint16_t)inferred_rule(&f->tcb, seg);
	number = recording_add_packet(f->recording, &record, &event);
	if (!f->exists)
		return number;
	if (can_be_told(&f->tcb, seg))
		tcp_sent(&t, seg);
	settle(f, now);
	return number;
}

/* ---- receiving ---- */

static void gets_without_tcb(struct follower *f, nanos now, const struct segment *seg)
{
	struct event note = event_at(now, f->host, EVENT_NOTE);
	struct segment reply;
	enum rule rule;

	tcp_arrives_in_closed(seg, &reply, &rule);
	note.rule = (uint16_t)rule;
	recording_add(f->recording, &note);
}

void follower_gets(struct follower *f, nanos now, const struct packet *packet, uint32_t number)
{
	struct event event = event_at(now, f->host, EVENT_ARRIVE);
	struct segment seg = packet->tcp;
	struct endpoint from = {.address = packet->src, .port = seg.src_port};
	struct endpoint to = {.address = packet->dst, .port = seg.dst_port};
	struct tcp t = turn_of(f, now);

	event.packet = number;
	event.conn = f->exists ? f->conn : EVENT_NONE;
	recording_add(f->recording, &event);
	if (packet->kind != PACKET_TCP)
		return;
	if (!has_tcb(f)) {
		gets_without_tcb(f, now, &seg);
		return;
	}
	/* What it echoes is the host's clock, of which the engine knows nothing. */
	seg.options.ts_ecr = 0;
	t.ecn_arrived = packet->traffic_class & ECN_MASK;
	if (f->tcb.state == LISTEN)
		tcp_arrives_in_listen(&t, &seg, &from, &to);
	else
		tcp_arrives(&t, &seg);
	settle(f, now);
	tell_application(f, now);
}

/* ---- waiting ---- */

void follower_waits(struct follower *f, nanos now)
{
	nanos due = f->tcb.timers[TIMER_TIME_WAIT];
	struct event event;
	struct tcp t;

	if (!has_tcb(f) || f->tcb.state != TIME_WAIT || due > now)
		return;
	event = event_at(due, f->host, EVENT_TIMER);
	event.conn = f->conn;
	event.timer = TIMER_TIME_WAIT;
	recording_add(f->recording, &event);
	t = turn_of(f, due);
	tcp_timeout(&t);
	settle(f, due);
	tell_application(f, due);
}
