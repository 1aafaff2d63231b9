/* user_timeout.c — how long text may remain unacknowledged, and telling the
 * peer. RFC 9293 §3.9.1.1, §3.10.8; RFC 5482.
 *
 * USER_TIMEOUT begins as the profile says, and the application can set it for
 * a connection. With the option on, each end also tells what it chose, so
 * that the other is as patient: on the SYN, on the first segment after it (a
 * SYN is all that a busy server may forget), and with every change. The
 * option is advice: what an application has set, no peer changes. */
#include "tcp/turn.h"

enum {
	UTO_OPTION_LEN = 4,
	UTO_IN_MINUTES = 1 << 15, /* G: the granularity of the other 15 bits */
	UTO_VALUE_MAX = UTO_IN_MINUTES - 1,
};

void user_timeout_begin(struct tcp *t)
{
	nanos user_timeout = t->profile->user_timeout;

	t->tcb->uto = (struct user_timeout_variables){
		.user_timeout = user_timeout,
		.adv_uto = t->profile->uto ? user_timeout : 0,
		.changeable = true,
	};
}

/* The timer counts from when the oldest octet was sent or last got further. */
void user_timeout_guard(struct tcp *t)
{
	nanos length = t->tcb->uto.user_timeout;

	if (length > 0)
		start_timer(t, TIMER_USER_TIMEOUT, nanos_max(t->now, t->tcb->rtt.since + length),
			    RULE_USER_TIMEOUT_STARTED);
}

static void change(struct tcp *t, nanos length, enum rule rule)
{
	t->tcb->uto.user_timeout = length;
	note(t, rule);
	if (length == 0)
		stop_timer(t, TIMER_USER_TIMEOUT, rule);
	else if (tcb_outstanding(t->tcb) > 0)
		user_timeout_guard(t);
}

void user_timeout_set(struct tcp *t, nanos length)
{
	struct user_timeout_variables *uto = &t->tcb->uto;

	change(t, length, RULE_USER_TIMEOUT_SET);
	uto->changeable = false;
	if (!t->profile->uto || length == uto->adv_uto)
		return;
	uto->adv_uto = length;
	uto->tell = length > 0;
}

/* §3.3: seconds where they fit into 15 bits, otherwise minutes, rounded up. */
static uint16_t as_option(nanos length)
{
	nanos seconds = (length + nanos_from_s(1) - 1) / nanos_from_s(1);
	nanos minutes = (seconds + 59) / 60;

	if (seconds <= UTO_VALUE_MAX)
		return (uint16_t)seconds;
	return (uint16_t)(UTO_IN_MINUTES | (minutes < UTO_VALUE_MAX ? minutes : UTO_VALUE_MAX));
}

static nanos from_option(uint16_t value)
{
	nanos unit = value & UTO_IN_MINUTES ? nanos_from_s(60) : nanos_from_s(1);

	return (value & UTO_VALUE_MAX) * unit;
}

/* USER_TIMEOUT = min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT)), §3.1. */
void take_user_timeout(struct tcp *t, const struct segment *seg)
{
	struct user_timeout_variables *uto = &t->tcb->uto;
	nanos remote_uto;
	nanos length;

	if (!t->profile->uto || !(seg->options.has & HAS_USER_TIMEOUT))
		return;
	remote_uto = from_option(seg->options.user_timeout);
	if (remote_uto == 0) { /* §3.4: reserved */
		note(t, RULE_UTO_RESERVED);
		return;
	}
	if (!uto->changeable) {
		note(t, RULE_UTO_NOT_TAKEN);
		return;
	}
	length = nanos_max(uto->adv_uto, nanos_max(remote_uto, t->profile->uto_lower));
	length = nanos_min(length, t->profile->uto_upper);
	if (length != uto->user_timeout)
		change(t, length, RULE_UTO_TAKEN);
}

void add_user_timeout(struct tcp *t, struct segment *seg)
{
	struct user_timeout_variables *uto = &t->tcb->uto;
	bool syn = (seg->flags & SYN) != 0;

	if (!(syn || uto->tell))
		return;
	/* It waits for a segment that has room. */
	if (!syn && seg->len + UTO_OPTION_LEN > effective_send_mss(t->tcb))
		return;
	if (!options_put_user_timeout(&seg->options, as_option(uto->adv_uto)))
		return;
	uto->tell = syn; /* once more behind the SYN, §3 */
	note(t, RULE_UTO_TOLD);
}
