#include "source/follower_inside.h"

/* A followed host gives up when it is seen to, and not before. */
#define NEVER_GIVES_UP (INT64_MAX / 4)

/* An engine that is not asked for its ISN needs no secret, but has one. */
static const struct isn_secret no_secret;

struct tcp follower_turn(struct follower *f, nanos now)
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

void follower_settles(struct follower *f, nanos now)
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

void follower_calls(struct follower *f, nanos now, enum call call, int64_t value)
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

bool follower_has_tcb(const struct follower *f)
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
	/* Its windows are seen. What memory it had for them is not, nor is a super-packet of the
	 * capture what it took. */
	f->profile.receive_memory = MEMORY_NOT_COUNTED;
	f->buffer = profile->receive_buffer;
	f->conn = recording_add_conn(recording, host, local, remote);
}

void follower_listens(struct follower *f, nanos now, struct seq isn)
{
	struct tcp t = follower_turn(f, now);

	f->profile.isn = isn.v;
	if (tcp_open_passive(&t, &f->local) != CALL_OK)
		return;
	f->exists = true;
	follower_calls(f, now, CALL_OPEN_PASSIVE, 0);
	follower_settles(f, now);
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
	struct tcp t = follower_turn(f, now - round_trip);
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

/* ---- sending ---- */

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

static int64_t stream_offset(const struct follower *f, const struct segment *seg)
{
	struct seq text = seq_add(seg->seq, (seg->flags & SYN) != 0);
	int64_t offset = tcb_send_offset(&f->tcb, text);
	int64_t len = recording_conn(f->recording, f->conn)->sent.len;

	if (seg->len == 0 || !follower_has_tcb(f) || offset < 0 || offset + seg->len > len)
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
	struct tcp t = follower_turn(f, now);
	uint32_t number;

	event.value = sighting->number;
	if (sighting->text != NULL)
		event.text = recording_add_text(f->recording, sighting->text);
	if (packet->kind != PACKET_TCP)
		return recording_add_packet(f->recording, &record, &event);
	if ((seg->flags & RST) != 0 && !sighting->forged)
		event.rule = (uint16_t)follower_must_have_aborted(f, &t, seg);
	else if ((seg->flags & RST) == 0)
		follower_must_have_called(f, &t, seg);
	if (f->exists) {
		event.conn = record.conn = f->conn;
		record.offset = stream_offset(f, seg);
	}
	if ((seg->flags & RST) == 0 && follower_has_tcb(f))
		event.rule = (uint16_t)inferred_rule(&f->tcb, seg);
	number = recording_add_packet(f->recording, &record, &event);
	if (!f->exists)
		return number;
	if (can_be_told(&f->tcb, seg)) {
		tcp_sent(&t, seg);
		if (seg->len > 0 && seq_eq(segment_end(seg), f->tcb.snd.nxt))
			tcp_had_room(&t);
	}
	follower_settles(f, now);
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
	struct tcp t = follower_turn(f, now);

	event.packet = number;
	event.conn = f->exists ? f->conn : EVENT_NONE;
	recording_add(f->recording, &event);
	if (packet->kind != PACKET_TCP)
		return;
	if (!follower_has_tcb(f)) {
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
	follower_settles(f, now);
	tell_application(f, now);
}

/* ---- waiting ---- */

void follower_waits(struct follower *f, nanos now)
{
	nanos due = f->tcb.timers[TIMER_TIME_WAIT];
	struct event event;
	struct tcp t;

	if (!follower_has_tcb(f) || f->tcb.state != TIME_WAIT || due > now)
		return;
	event = event_at(due, f->host, EVENT_TIMER);
	event.conn = f->conn;
	event.timer = TIMER_TIME_WAIT;
	recording_add(f->recording, &event);
	t = follower_turn(f, due);
	tcp_timeout(&t);
	follower_settles(f, due);
	tell_application(f, due);
}
