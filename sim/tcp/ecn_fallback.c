/* ecn_fallback.c — what if the path does not let a SYN through that asks for
 * ECN? RFC 3168 §6.1.1.1, RFC 9768 §3.1.4.1.
 *
 * Some firewalls lose such SYNs, others answer them with a RST. So after one
 * or two the next SYN does not ask. A lost SYN proves little; but where that
 * happens time and again, the peer is not asked for a while (sharing.c). */
#include "tcp/turn.h"

/* One may be chance: "until it is clear that the blockage is persistently and
 * specifically due to" the question. */
enum { FAILURES_THAT_TELL = 2 };

bool ecn_may_ask(struct tcp *t)
{
	const struct ecn_variables *ecn = &t->tcb->ecn;
	uint32_t syns = t->profile->ecn_syns;

	if (ecn->plain_syn) /* "and any subsequent SYN retransmissions" */
		return false;
	if (ecn->rst_answered)
		return false;
	if (syns > 0 && t->tcb->rtt.transmissions_again >= syns) {
		note(t, RULE_ECN_NOT_ASKED_AGAIN);
		return false;
	}
	if (t->tcb->rtt.transmissions_again == 0 && sharing_ecn_failures(t) >= FAILURES_THAT_TELL) {
		note(t, RULE_ECN_NOT_ASKED_HERE);
		return false;
	}
	return true;
}

bool ecn_tries_without(struct tcp *t)
{
	struct tcb *tcb = t->tcb;

	if (!t->profile->ecn_after_rst || tcb->ecn.asked == ECN_OFF || tcb->ecn.plain_syn)
		return false;
	tcb->ecn.rst_answered = true;
	send_again(t, tcb->snd.iss, fast_open_syn_end(tcb), RULE_ECN_RST_ANSWERED);
	return true;
}

void ecn_setup_ends(struct tcp *t, enum ecn_mode mode)
{
	const struct ecn_variables *ecn = &t->tcb->ecn;

	if (ecn->asked == ECN_OFF)
		return;
	if (!ecn->plain_syn || mode != ECN_OFF) { /* a SYN that asked got through */
		sharing_ecn_worked(t);
		return;
	}
	if (sharing_ecn_failed(t))
		note(t, RULE_ECN_SETUP_FAILED);
}
