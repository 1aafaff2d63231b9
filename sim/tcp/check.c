/* check.c — what holds of a TCB between any two events.
 *
 * Each is an assert: breaking one is our mistake. The simulator calls this
 * after every turn in tests. */
#include "tcp/turn.h"

#include <assert.h>

#include "tcp/congestion.h"

static bool runs(const struct tcb *tcb, enum timer timer)
{
	return tcb->timers[timer] != NANOS_NEVER;
}

/* RFC 9293 §3.3.1, §3.4: SND.UNA =< SND.NXT =< what is queued. */
static void check_send_space(const struct tcb *tcb)
{
	const struct send_variables *snd = &tcb->snd;

	assert(snd->syn_acked || seq_eq(snd->iss, snd->una));
	assert(seq_le(snd->una, snd->nxt));
	assert(seq_le(snd->nxt, queue_end(tcb)));
	assert(seq_le(snd->una, snd->rtx) && seq_le(snd->rtx, snd->rtx_end));
	assert(seq_le(snd->rtx_end, snd->nxt));
	assert(tcb_queued(tcb) <= snd->buffer);
	assert(snd->wnd <= snd->max_wnd || snd->max_wnd == 0);
	assert(snd->shift <= 14);
	/* 1: a SYN or a probe. With text on the SYN nothing was known of the window. */
	assert(tcb_outstanding(tcb) <= (uint64_t)snd->max_wnd + 1 + tcb->fast_open.syn_text);
}

/* §3.9.1.2: in order, and of what was queued. */
static void check_marks(const struct tcb *tcb)
{
	const struct mark_variables *marks = &tcb->marks;

	assert(marks->count <= MARKS_MAX);
	for (unsigned i = 0; i < marks->count; i++) {
		assert(marks->kind[i] != 0);
		assert(seq_le(marks->at[i], tcb->snd.end));
		assert(i == 0 || seq_lt(marks->at[i - 1], marks->at[i]));
	}
}

/* §3.8.6. A window may be rounded up by less than a step (RFC 7323 §2.4). */
static void check_receive_space(const struct tcb *tcb)
{
	const struct receive_variables *rcv = &tcb->rcv;

	assert(seq_le(rcv->nxt, rcv->edge));
	assert(rcv->wnd == (uint32_t)seq_diff(rcv->edge, rcv->nxt));
	assert(rcv->buffer <= rcv->promised);
	assert(rcv->unread < rcv->promised + (1u << rcv->shift));
	assert(rcv->shift <= 14);
	assert(rcv->memory.share <= 256 && rcv->memory.limit <= rcv->memory.clamp);
	assert(rcv->memory.share > 0 || rcv->memory.used == 0);
	if (rcv->fin_seen)
		assert(seq_le(rcv->nxt, seq_add(rcv->fin, 1)));
}

/* RFC 6298 §5, RFC 9293 §3.8.6.1: unacknowledged means guarded; or it goes again as soon as the
 * pace allows. */
static bool is_guarded(const struct tcb *tcb)
{
	return runs(tcb, TIMER_RETRANSMISSION) || runs(tcb, TIMER_PERSIST) ||
	       (runs(tcb, TIMER_PACING) && seq_lt(tcb->snd.rtx, tcb->snd.rtx_end));
}

static void check_timers(const struct tcb *tcb, nanos now)
{
	bool outstanding = tcb_outstanding(tcb) > 0;

	for (int timer = 0; timer < TIMER_COUNT; timer++)
		assert(tcb->timers[timer] >= now);
	assert(!(runs(tcb, TIMER_RETRANSMISSION) && runs(tcb, TIMER_PERSIST)));
	if (outstanding)
		assert(is_guarded(tcb));
	else
		assert(!runs(tcb, TIMER_RETRANSMISSION));
	assert(!runs(tcb, TIMER_PERSIST) || outstanding || something_waits(tcb));
	assert(runs(tcb, TIMER_TIME_WAIT) == (tcb->state == TIME_WAIT));
	assert(!runs(tcb, TIMER_FIN_WAIT_2) || (tcb->state == FIN_WAIT_2 && tcb->reads_no_more));
	assert(runs(tcb, TIMER_DELAYED_ACK) == (tcb->ack_owed == ACK_DELAYED));
}

/* §3.8.4: it runs while the connection can be idle; MUST-29. A CLOSE in SYN-RECEIVED
 * leads to FIN-WAIT-1 before the peer has said anything. */
static void check_keepalive(const struct tcb *tcb, const struct profile *profile)
{
	bool open = tcb->state >= ESTABLISHED && tcb->state != TIME_WAIT && tcb->snd.syn_acked;

	assert(runs(tcb, TIMER_KEEPALIVE) == (tcb->keepalive.on && open));
	assert(tcb->keepalive.unanswered <= profile->keepalive_count);
	assert(tcb->keepalive.on || tcb->keepalive.unanswered == 0);
	assert(tcb->quick.left <= (profile->quick_acks | 1));
}

static void check_quiet(const struct tcb *tcb)
{
	if (tcb->snd.buffer == 0) /* it was never opened */
		return;
	for (int timer = 0; timer < TIMER_COUNT; timer++) {
		bool of_syn_cache = timer == TIMER_RETRANSMISSION && tcb->state == LISTEN;

		assert(of_syn_cache || !runs(tcb, (enum timer)timer));
	}
	assert(tcb->ack_owed == ACK_NOT_OWED);
}

/* RFC 9293 §3.7.1: the least of what the peer takes and what the path takes. */
static void check_path(const struct tcb *tcb)
{
	const struct path_variables *path = &tcb->path;

	assert(path->mtu <= path->most);
	assert(tcb->snd.mss == least(path->mss, mss_of_mtu(tcb, path->mtu)));
	assert(path->larger == 0 || path->larger > path->acked);
	assert(path->doubted_mtu < path->mtu);
	assert(path->error < NETWORK_ERROR_COUNT);
	assert(path->high == 0 || (path->low <= path->high && path->high <= path->most));
	if (path->probe > 0) {
		assert(path->mtu < path->probe && path->probe <= path->high);
		assert(seq_lt(tcb->snd.una, path->probe_end));
		assert(seq_lt(path->probe_left, path->probe_end));
		assert(seq_le(path->probe_end, tcb->snd.nxt));
	}
}

/* RFC 9293 §3.9.2.1: only IPv4 has source routes, and whoever chose one has it. */
static void check_route(const struct tcb *tcb)
{
	const struct route_variables *route = &tcb->route;

	assert(route->way.count <= ROUTE_STOPS_MAX);
	assert(route->way.count == 0 || tcb->local.address.version == 4);
	assert(route->way.count > 0 || (!route->ours && !route->way.strict));
	assert(route->ours ? !tcb->passive : tcb->passive || route->way.count == 0);
}

/* RFC 6298 (2.4), (2.5); RFC 5681 §3.1. */
static void check_pace(const struct tcb *tcb, const struct profile *profile)
{
	assert(tcb->rtt.rto <= nanos_max(profile->rto_max, profile->rto_initial));
	assert(tcb->rtt.srtt >= 0 && tcb->rtt.rttvar >= 0);
	if (state_is_synchronized((enum tcp_state)tcb->state)) {
		assert(tcb->cc.cwnd >= tcb->snd.mss || tcb->cc.fast_recovery);
		assert(tcb->cc.ssthresh >= 2u * tcb->snd.mss);
	}
	assert(tcb->cc.reordering <= profile->reordering_max);
	assert(!tcb->rack.probing || (!tcb->cc.fast_recovery && !tcb->cc.loss_recovery));
}

/* RFC 3708 §3: what went again is kept in order, and apart. */
static void check_repeats(const struct congestion_variables *cc)
{
	assert(cc->again_count <= REPEATS_MAX);
	for (unsigned i = 0; i < cc->again_count; i++) {
		assert(seq_lt(cc->again[i].left, cc->again[i].right));
		assert(i == 0 || seq_lt(cc->again[i - 1].right, cc->again[i].left));
	}
}

/* RFC 7661 §4.3: cwnd is only doubted where something was measured. */
static void check_cwv(const struct tcb *tcb)
{
	const struct cwv_variables *cwv = &tcb->cwv;

	if (congestion_is_bbr(tcb))
		return;
	assert(cwv->slots <= CWV_SLOTS);
	assert(cwv->defined == (cwv->slots > 0));
	assert(cwv->defined || (!cwv->non_validated && cwv->pipe_ack == 0));
	assert(!cwv->sampling || seq_le(cwv->from, cwv->until));
}

/* RFC 2385, RFC 5925: signed from the first segment to the last, or not at all; and
 * beside the signature there is room for text. */
static void check_signed(const struct tcb *tcb)
{
	assert(tcb->signature <= SIGNATURE_AO);
	assert(tcb->signature == SIGNATURE_AO || tcb->key_id == 0);
	assert(effective_send_mss(tcb) > 0 && effective_send_mss(tcb) <= tcb->snd.mss);
}

/* RFC 3168 §6.1.2, RFC 9768 §3.1.5: CWR and ECE belong to the one mode, the
 * counters to the other; the window ends where SND.NXT was. */
static void check_ecn(const struct tcb *tcb)
{
	const struct ecn_variables *ecn = &tcb->ecn;

	assert(ecn->mode == ECN_CLASSIC || (!ecn->echo && !ecn->cwr));
	assert(ecn->mode == ECN_ACCURATE || (ecn->r.cep == 0 && ecn->s.cep == 0));
	assert(!ecn->rst_answered || ecn->asked != ECN_OFF);
	assert(!ecn->reduced || seq_le(ecn->reduced_to, tcb->snd.nxt));
	assert(ecn->r.cep - ecn->told.cep < 8 || tcb->ack_owed == ACK_NOW);
	assert(accecn_len_of_new(tcb) < effective_send_mss(tcb));
}

void tcp_check(const struct tcb *tcb, const struct profile *profile, nanos now)
{
	assert(tcb->state < STATE_COUNT);
	if (tcb->state == CLOSED || tcb->state == LISTEN) {
		check_quiet(tcb);
		return;
	}
	check_send_space(tcb);
	check_marks(tcb);
	check_signed(tcb);
	if (tcb->state != SYN_SENT)
		check_receive_space(tcb);
	check_timers(tcb, now);
	check_keepalive(tcb, profile);
	assert(!tcb->reads_no_more || (tcb->snd.fin_queued && tcb->rcv.unread == 0));
	check_path(tcb);
	check_route(tcb);
	check_pace(tcb, profile);
	check_ecn(tcb);
	check_cwv(tcb);
	check_repeats(&tcb->cc);
}
