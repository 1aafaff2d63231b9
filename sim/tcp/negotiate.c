/* negotiate.c — what two ends agree on in their SYNs.
 * RFC 9293 §3.7.1 (MSS), RFC 7323 (window scale, timestamps), RFC 2018. */
#include "tcp/turn.h"

#include <string.h>

enum {
	MSS_DEFAULT_IPV4 = 536,  /* MUST-15 */
	MSS_DEFAULT_IPV6 = 1220, /* MUST-15 */
	MSS_LEAST = 48,          /* less than this from a peer would be an attack on our CPU */
	SHIFT_MAX = 14,          /* RFC 7323 §2.3 */
	TIMESTAMPS_LEN = 12,     /* with two NOPs before */
	SACK_PERMITTED_LEN = 4,  /* the same */
	WINDOW_SCALE_LEN = 4,    /* with one */
	ACCECN_LEN = 12,         /* with all fields, and one behind */
	MTU_DEFAULT = 1500,
	TEXT_LEAST = 24, /* beside a source route */
};

uint16_t mss_of_mtu(const struct tcb *tcb, uint32_t mtu)
{
	uint32_t headers = tcb->local.address.version == 6 ? 60 : 40;

	return (uint16_t)(mtu > headers + MSS_LEAST ? mtu - headers : MSS_LEAST);
}

/* MMS_R − 20 (MUST-67): what fits behind fixed IP and TCP headers. */
static uint16_t mss_of_interface(const struct tcp *t)
{
	uint16_t mss = mss_of_mtu(t->tcb, t->mtu ? t->mtu : MTU_DEFAULT);

	if (t->profile->mss > 0 && t->profile->mss < mss)
		mss = (uint16_t)t->profile->mss;
	return mss;
}

void tcb_begin(struct tcp *t, const struct endpoint *local)
{
	struct tcb *tcb = t->tcb;
	uint8_t state = tcb->state; /* set_state() alone changes that */

	memset(tcb, 0, sizeof *tcb);
	tcb->state = state;
	tcb->local = *local;
	for (int timer = 0; timer < TIMER_COUNT; timer++)
		tcb->timers[timer] = NANOS_NEVER;
	tcb->snd.buffer = t->profile->send_buffer;
	tcb->rcv.buffer = receive_buffer_for(t->profile, t->profile->receive_buffer);
	tcb->rcv.promised = tcb->rcv.buffer;
	tcb->tells = t->profile->no_sws_avoidance                  ? TELLS_SILLY
		     : t->profile->window_updates != UPDATE_AS_RFC ? TELLS_ALL
								   : TELLS_USEFUL;
	tcb->cc.control = (uint8_t)t->profile->congestion_control;
	tcb->rcv.mss = mss_of_interface(t);
	tcb->snd.mss = tcb->rcv.mss;
	path_begin(t);
	rtt_begin(t);
	user_timeout_begin(t);
	tcb->keepalive.on = t->profile->keepalive;
}

/* What a SYN offers. */
struct offer {
	bool sack;
	bool timestamps;
	bool scaling;
};

static void put_nops(struct options *o, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		options_put_nop(o);
}

/* For what is agreed on and stands behind it. The peer would not scale its window by an option that
 * it never got, and we would. */
static bool leaves_room(const struct offer *offer, const struct options *o)
{
	unsigned behind = (offer->sack && !offer->timestamps ? SACK_PERMITTED_LEN : 0u) +
			  (offer->scaling ? WINDOW_SCALE_LEN : 0u);

	return o->len + ACCECN_LEN + behind <= OPTIONS_LEN_MAX;
}

/* As Linux orders them: the pair SACK-permitted and timestamps fills 12 bytes. */
static void put_options(struct tcp *t, const struct offer *offer, struct segment *syn)
{
	struct options *o = &syn->options;

	if (offer->timestamps) {
		if (offer->sack)
			options_put_sack_permitted(o);
		else
			put_nops(o, 2);
		options_put_timestamps(o, timestamp_now(t), t->tcb->ts.recent);
	}
	if (t->tcb->ecn.option == ACCECN_OPTION_ALWAYS && leaves_room(offer, o))
		accecn_add_test_option(t, syn);
	if (offer->sack && !offer->timestamps) {
		put_nops(o, 2);
		options_put_sack_permitted(o);
	}
	if (offer->scaling) {
		options_put_nop(o);
		options_put_window_scale(o, (uint8_t)t->profile->window_scale);
	}
}

/* As the BSDs do: the window scale comes first. */
static void put_options_as_bsd(const struct tcp *t, const struct offer *offer, struct options *o)
{
	if (offer->scaling) {
		options_put_nop(o);
		options_put_window_scale(o, (uint8_t)t->profile->window_scale);
	}
	if (offer->sack)
		options_put_sack_permitted(o); /* what lacks to four octets is the end of options */
	if (offer->timestamps) {
		put_nops(o, offer->sack ? 0 : 2);
		options_put_timestamps(o, timestamp_now(t), t->tcb->ts.recent);
	}
}

/* Too many of our SYNs had no answer. */
static bool options_are_given_up(const struct tcp *t)
{
	uint32_t tries = t->profile->syn_tries;

	return tries > 0 && !t->tcb->passive && t->tcb->rtt.transmissions_again >= tries;
}

/* The way from the peer need not be the way to it. But mostly it is, and takes no more. */
static uint16_t mss_to_offer(struct tcp *t)
{
	const struct tcb *tcb = t->tcb;
	uint16_t mss = mss_of_mtu(tcb, tcb->path.mtu);

	if (!t->profile->mss_of_path || mss >= tcb->rcv.mss)
		return tcb->rcv.mss;
	note(t, RULE_MSS_OF_PATH);
	return mss;
}

/* In SYN-SENT we offer what the profile allows; in answer to a SYN only what
 * the peer has offered too. */
void offer_options(struct tcp *t, struct segment *syn)
{
	const struct tcb *tcb = t->tcb;
	bool answer = tcb->state != SYN_SENT;
	struct offer offer;

	if (t->profile->no_options) {
		note(t, RULE_OPTIONS_LEFT_OUT);
		return;
	}
	if (options_are_given_up(t)) {
		note(t, RULE_OPTIONS_GIVEN_UP);
		options_put_mss(&syn->options, mss_to_offer(t));
		return;
	}
	offer = (struct offer){
		.sack = answer ? tcb->sack_on : t->profile->sack,
		.timestamps = answer ? tcb->ts.on : t->profile->timestamps,
		.scaling = answer ? tcb->rcv.scaling : t->profile->window_scaling,
	};

	options_put_mss(&syn->options, mss_to_offer(t));
	if (t->profile->bsd_options)
		put_options_as_bsd(t, &offer, &syn->options);
	else
		put_options(t, &offer, syn);
	fast_open_put_option(t, syn);
}

static uint32_t rounded_up(uint32_t octets, uint32_t mss)
{
	return octets <= mss ? octets : (octets + mss - 1) / mss * mss;
}

/* A window of whole segments: text then comes to an end with the window. */
static void round_buffers(struct tcb *tcb)
{
	tcb->snd.buffer = rounded_up(tcb->snd.buffer, tcb->snd.mss);
	tcb->rcv.buffer = rounded_up(tcb->rcv.buffer, tcb->snd.mss);
	if (tcb->rcv.promised < tcb->rcv.buffer)
		tcb->rcv.promised = tcb->rcv.buffer;
}

void take_syn_options(struct tcp *t, const struct segment *syn)
{
	static const struct options none;
	struct tcb *tcb = t->tcb;
	const struct options *o = t->profile->no_options ? &none : &syn->options;
	/* What we did not offer any more is not agreed on either. */
	bool mss_alone = tcb->state != LISTEN && options_are_given_up(t);
	bool v6 = tcb->local.address.version == 6;
	uint16_t mss = v6 ? MSS_DEFAULT_IPV6 : MSS_DEFAULT_IPV4;

	/* LISTEN on every address did not know yet how long IP's header would be. */
	if (tcb->any_local)
		tcb->rcv.mss = mss_of_interface(t);
	if (o->has & HAS_MSS)
		mss = o->mss > MSS_LEAST ? o->mss : MSS_LEAST;
	tcb->snd.mss = mss < tcb->rcv.mss ? mss : tcb->rcv.mss;
	path_agreed(t);
	if (t->profile->whole_buffers)
		round_buffers(tcb);

	tcb->sack_on = t->profile->sack && (o->has & HAS_SACK_PERMITTED) && !mss_alone;
	tcb->rcv.scaling = t->profile->window_scaling && (o->has & HAS_WINDOW_SCALE) && !mss_alone;
	if (tcb->rcv.scaling) {
		tcb->snd.shift = o->window_scale < SHIFT_MAX ? o->window_scale : SHIFT_MAX;
		tcb->rcv.shift = (uint8_t)t->profile->window_scale;
	}
	tcb->ts.on = t->profile->timestamps && (o->has & HAS_TIMESTAMPS) && !mss_alone;
	if (tcb->ts.on) {
		tcb->ts.recent = o->ts_val;
		tcb->ts.recent_age = t->now;
	}
	if (t->profile->receive_memory != MEMORY_NOT_COUNTED)
		receive_memory_begin(t);
	take_user_timeout(t, syn);
	congestion_started(t);
}

/* Besides timestamps, of which `room` is what they leave. */
static RARE uint32_t room_beside_options(const struct tcb *tcb, uint32_t room)
{
	uint32_t ip_options = route_len(tcb);

	room -= signature_len(tcb) + sack_len(tcb, true);

	if (tcb->ecn.option == ACCECN_OPTION_ALWAYS)
		room -= accecn_len(tcb, true);

	return room > ip_options + TEXT_LEAST ? room - ip_options : least(room, TEXT_LEAST);
}

/* Eff.snd.MSS: options of TCP and of IP leave less room for text, in each segment as
 * many as it carries (§3.7.1). A few octets of text go in any case. */
uint32_t effective_send_mss(const struct tcb *tcb)
{
	uint32_t room = tcb->snd.mss - (tcb->ts.on ? TIMESTAMPS_LEN : 0);
	bool others = tcb->signature | tcb->route.way.count | tcb->rcv.held_count | tcb->rcv.dsack |
		      (tcb->ecn.option == ACCECN_OPTION_ALWAYS);

	return others ? room_beside_options(tcb, room) : room;
}
