/* half_open.c — a handshake without a connection. RFC 4987 §3.5, §3.6.
 *
 * The SYN is remembered in a few octets, or not at all, and given back when it
 * is needed: for the SYN,ACK, and for the connection when the ACK has come.
 * Both are made as they always are, from LISTEN by a SYN. For the SYN,ACK that
 * happens to a TCB which is then thrown away; so what is answered and what is
 * made of it later cannot differ. */
#include "tcp/syn_defence.h"

#include <assert.h>

#include "tcp/flight.h"

struct half_open half_open_of(const struct segment *syn, const struct endpoint *from,
			      const struct endpoint *to)
{
	return (struct half_open){
		.remote = *from,
		.local = *to,
		.irs = syn->seq,
		.ts_val = syn->options.ts_val,
		.has = syn->options.has &
		       (HAS_MSS | HAS_WINDOW_SCALE | HAS_SACK_PERMITTED | HAS_TIMESTAMPS),
		.mss = syn->options.mss,
		.wnd = syn->wnd,
		.flags = syn->flags & (SYN | ECE | CWR | AE),
		.shift = syn->options.window_scale,
	};
}

/* The SYN, as far as it is remembered. Its text is not: it will come again. */
static struct segment remembered_syn(const struct half_open *h)
{
	struct segment syn = {.src_port = h->remote.port,
			      .dst_port = h->local.port,
			      .seq = h->irs,
			      .flags = h->flags,
			      .wnd = h->wnd};

	if (h->has & HAS_MSS)
		options_put_mss(&syn.options, h->mss);
	if (h->has & HAS_WINDOW_SCALE)
		options_put_window_scale(&syn.options, h->shift);
	if (h->has & HAS_SACK_PERMITTED)
		options_put_sack_permitted(&syn.options);
	if (h->has & HAS_TIMESTAMPS)
		options_put_timestamps(&syn.options, h->ts_val, 0);
	return syn;
}

/* The TCB in LISTEN becomes one in SYN-RECEIVED, its SYN,ACK not sent yet. */
static void half_open_begins(struct tcp *t, const struct half_open *h, enum rule rule)
{
	struct segment syn = remembered_syn(h);

	/* Only the cache's timer runs in LISTEN, and it stays with the listener. */
	stop_timer(t, TIMER_RETRANSMISSION, rule);
	t->tcb->remote = h->remote;
	t->tcb->local = h->local;
	t->tcb->fast_open.gives = (h->has & HAS_FAST_OPEN) != 0;
	begin_sending(t, h->iss);
	set_state(t, SYN_RECEIVED, rule);
	take_syn(t, &syn);
}

void half_open_answers(const struct tcp *t, const struct half_open *h, struct segment *syn_ack)
{
	struct tcb throwaway = *t->tcb;
	struct tcp aside = *t;
	int64_t offset;
	enum rule rule;
	bool made;

	aside.tcb = &throwaway;
	aside.journal = NULL;
	aside.listener = NULL;
	aside.syn_cache = NULL;
	aside.records = NULL;
	aside.held = NULL;
	aside.signing = (struct signing){
		.kind = h->signature, .send_id = h->send_id, .receive_id = h->receive_id};
	half_open_begins(&aside, h, RULE_LISTEN_SYN);
	if (!h->kept)
		cookie_hides_options(&aside, h);
	made = tcp_next_segment(&aside, syn_ack, &offset, &rule);
	assert(made && (syn_ack->flags & SYN));
}

/* The TCB has just counted the SYN,ACK as sent. It went before there was a TCB,
 * and can be timed only where it is known when, and it went once. */
static void it_was_sent_before(struct tcp *t, const struct half_open *h)
{
	nanos when = h->sent > 0 ? h->sent_at : t->now;
	struct sent_record *record;

	rtt_syn_was_sent(t, when, h->sent);
	if (t->records == NULL || t->tcb->flight.count == 0)
		return;
	record = flight_at(t, 0);
	record->sent_at = when;
	record->repeated = h->sent != 1;
}

void half_open_completes(struct tcp *t, const struct half_open *h, const struct segment *ack,
			 enum rule rule)
{
	struct segment syn_ack;
	int64_t offset;
	enum rule why;

	note(t, rule);
	half_open_begins(t, h, rule);
	tcp_next_segment(t, &syn_ack, &offset, &why); /* it was sent before */
	it_was_sent_before(t, h);
	arrives_in_other_states(t, ack);
}

bool next_syn_answer(struct tcp *t, struct segment *syn_ack, enum rule *rule)
{
	struct listener *listener = t->listener;

	if (listener != NULL && listener->cookie.waits) {
		half_open_answers(t, &listener->cookie, syn_ack);
		t->tcb->remote = listener->cookie.remote;
		t->tcb->local = listener->cookie.local;
		listener->cookie = (struct half_open){.waits = false};
		*rule = RULE_SYN_COOKIE_SENT;
		return true;
	}
	return t->syn_cache != NULL && syn_cache_next(t, syn_ack, rule);
}
