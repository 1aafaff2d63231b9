/* What must be true of a small world after each step, and in the end. */
#include "tests/small_world.h"

/* ---- after each step ---- */

static bool know_each_other(const struct small_world *world)
{
	const struct tcb *a = &world->ends[0].tcb;
	const struct tcb *b = &world->ends[1].tcb;

	return state_is_synchronized((enum tcp_state)a->state) &&
	       state_is_synchronized((enum tcp_state)b->state) && seq_eq(a->rcv.irs, b->snd.iss) &&
	       seq_eq(b->rcv.irs, a->snd.iss);
}

static const char *check_across(const struct small_end *one, const struct small_end *other)
{
	const struct tcb *a = &one->tcb;
	const struct tcb *b = &other->tcb;

	if (seq_gt(a->snd.una, b->rcv.nxt))
		return "something is acknowledged that has not arrived";
	if (seq_gt(b->rcv.nxt, a->snd.nxt))
		return "something has arrived that was not sent";
	/* When the window was taken it ended at SND.WL2+SND.WND. (An ACK with an older
	 * SEQ moves SND.UNA on and leaves SND.WND, which then reaches too far: such is
	 * the rule.) */
	if (a->snd.syn_acked && seq_gt(seq_add(a->snd.wl2, a->snd.wnd), b->rcv.edge))
		return "the sender believes in a larger window than was ever offered";
	return NULL;
}

static const char *check_end(const struct small_scene *scene, const struct small_world *world,
			     int who)
{
	const struct small_end *end = &world->ends[who];
	const struct small_end *peer = &world->ends[1 - who];
	const struct tcb *tcb = &end->tcb;
	int64_t arrived = tcb->rcv.nxt_offset - end->heard_fin;

	if (end->babbles)
		return "it does not stop sending";
	if (tcb->ending != ENDING_NONE && tcb->ending != ENDING_CLOSED)
		return "a connection ends that nobody ended";
	if ((tcb->state == FIN_WAIT_2 || tcb->state == TIME_WAIT) && !peer->heard_fin)
		return "it takes its FIN for acknowledged, which the peer has not heard";
	if (end->heard_fin && !peer->closed)
		return "it heard a FIN that was not sent";
	if (!state_is_synchronized((enum tcp_state)tcb->state))
		return NULL;
	if (arrived > (int64_t)small_total(scene, 1 - who))
		return "more has arrived than is sent";
	for (int64_t i = 0; i < arrived; i++) {
		if (end->heard[i] != small_octet(1 - who, i))
			return "RCV.NXT passed over an octet that is not there";
	}
	if (end->heard_fin && arrived < (int64_t)small_total(scene, 1 - who))
		return "the FIN was heard before the text";
	return NULL;
}

static const char *check_moved(const struct tcb *before, const struct tcb *after)
{
	if (!state_is_synchronized((enum tcp_state)before->state) ||
	    !state_is_synchronized((enum tcp_state)after->state) ||
	    !seq_eq(before->rcv.irs, after->rcv.irs))
		return NULL;
	if (seq_gt(before->rcv.edge, after->rcv.edge))
		return "the right edge of the window was taken back";
	if (seq_gt(before->snd.una, after->snd.una) || seq_gt(before->rcv.nxt, after->rcv.nxt))
		return "SND.UNA or RCV.NXT moved back";
	return NULL;
}

const char *small_wrong(const struct small_scene *scene, const struct small_world *before,
			const struct small_world *after)
{
	const char *wrong = NULL;

	for (int who = 0; who < 2 && wrong == NULL; who++) {
		wrong = check_moved(&before->ends[who].tcb, &after->ends[who].tcb);
		if (wrong == NULL)
			wrong = check_end(scene, after, who);
		if (wrong == NULL && know_each_other(after))
			wrong = check_across(&after->ends[who], &after->ends[1 - who]);
	}
	return wrong;
}

/* ---- the end ---- */

static bool is_over(const struct small_scene *scene, const struct small_world *world)
{
	for (int who = 0; who < 2; who++) {
		const struct small_end *end = &world->ends[who];

		if (end->tcb.state != CLOSED || end->tcb.ending != ENDING_CLOSED || !end->heard_fin)
			return false;
		for (uint32_t i = 0; i < small_total(scene, 1 - who); i++) {
			if (end->heard[i] != small_octet(1 - who, i))
				return false;
		}
	}
	return true;
}

/* The order in which a healthy network and patient hosts go on: what is under
 * way arrives, applications act, timers fire, 2·MSL passes. All have their
 * turn: two ends that find each other's ACKs outside their windows (Appendix
 * A.2) answer each other until something else arrives, or a timer fires. */
static unsigned patience(const struct small_event *event, int not_yet, unsigned step)
{
	enum { LONG = 12 };

	switch ((enum small_kind)event->kind) {
	case SMALL_ARRIVES: return 10 + (event->index + step) % SMALL_NET;
	case SMALL_SEND:
	case SMALL_READ:
	case SMALL_CLOSE: return 20;
	case SMALL_TIMER:
		if (event->index == TIMER_TIME_WAIT)
			return 40;
		return (step % LONG == LONG - 1 ? 0 : 30) + (event->who != not_yet);
	default: return 50;
	}
}

const char *small_heal(const struct small_scene *scene, struct small_world *world, FILE *told)
{
	enum { STEPS_MAX = 300, TOLD_MAX = 40 };
	struct small_scene healed = *scene;
	struct small_event events[SMALL_EVENTS];
	int not_yet = 0;

	healed.capacity = SMALL_NET;
	world->losses = world->copies = world->attacks = 0;
	for (unsigned step = 0; step < STEPS_MAX; step++) {
		unsigned best = 0;
		unsigned count;
		const char *wrong;

		world->ends[0].timeouts = 1;
		world->ends[1].timeouts = 1;
		count = small_events(&healed, world, events);
		if (count == 0)
			return is_over(scene, world) ? NULL : "it stops before the clean end";
		for (unsigned i = 1; i < count; i++) {
			if (patience(&events[i], not_yet, step) <
			    patience(&events[best], not_yet, step))
				best = i;
		}
		if (events[best].kind == SMALL_TIMER)
			not_yet = 1 - events[best].who;
		wrong = small_step(&healed, world, events[best], step < TOLD_MAX ? told : NULL);
		if (wrong != NULL)
			return wrong;
	}
	return "it goes on and on, and there is no end";
}
