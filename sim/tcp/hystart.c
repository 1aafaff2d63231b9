#include "tcp/hystart.h"

#include "tcp/congestion.h"
#include "tcp/turn.h"

/* RFC 9406 §4.3. */
enum {
	N_RTT_SAMPLE = 8,
	CSS_GROWTH_DIVISOR = 4,
	CSS_ROUNDS = 5,
	MIN_RTT_DIVISOR = 8,
};
static const nanos min_rtt_thresh = 4000000;
static const nanos max_rtt_thresh = 16000000;

static void begin_round(struct tcp *t)
{
	struct hystart_variables *h = &t->tcb->hystart;

	h->last_min = h->current_min;
	h->current_min = 0;
	h->samples = 0;
	h->window_end = t->tcb->snd.nxt;
}

void hystart_begin(struct tcp *t)
{
	t->tcb->hystart = (struct hystart_variables){.window_end = t->tcb->snd.nxt};
}

bool hystart_applies(const struct tcp *t)
{
	return t->profile->hystart && t->tcb->cc.ssthresh == UINT32_MAX &&
	       !congestion_is_bbr(t->tcb);
}

void hystart_measured(struct tcp *t, nanos rtt)
{
	struct hystart_variables *h = &t->tcb->hystart;

	if (h->current_min == 0 || rtt < h->current_min)
		h->current_min = rtt;
	if (h->samples < UINT16_MAX)
		h->samples++;
}

uint32_t hystart_step(const struct tcp *t, uint32_t step)
{
	return t->tcb->hystart.css ? step / CSS_GROWTH_DIVISOR : step;
}

static nanos threshold(nanos last_min)
{
	return nanos_max(min_rtt_thresh, nanos_min(last_min / MIN_RTT_DIVISOR, max_rtt_thresh));
}

static void look_at_delay(struct tcp *t)
{
	struct hystart_variables *h = &t->tcb->hystart;

	if (h->samples < N_RTT_SAMPLE)
		return;
	if (h->css) {
		if (h->current_min >= h->baseline)
			return;
		h->css = false;
		h->baseline = 0;
		note(t, RULE_HYSTART_RESUMES);
	} else if (h->last_min > 0 && h->current_min >= h->last_min + threshold(h->last_min)) {
		h->css = true;
		h->css_rounds = 1; /* this one counts, though part of it is over */
		h->baseline = h->current_min;
		note(t, RULE_HYSTART_CSS);
	}
}

/* The ACK may be of what was sent before this round: it is over when all of
 * that, and with it the first of what was sent in it, is acknowledged. */
void hystart_acked(struct tcp *t)
{
	struct hystart_variables *h = &t->tcb->hystart;

	look_at_delay(t);
	if (seq_lt(t->tcb->snd.una, h->window_end))
		return;
	if (h->css && h->css_rounds == CSS_ROUNDS) {
		h->css = false;
		h->baseline = 0;
		t->tcb->cc.ssthresh = t->tcb->cc.cwnd;
		note(t, RULE_HYSTART_ENDS);
		return;
	}
	h->css_rounds = (uint8_t)(h->css_rounds + h->css);
	begin_round(t);
}
