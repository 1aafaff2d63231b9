/* run_packet.c — a packet that the script sends, and one that it expects. */
#include "drill/run_inside.h"

#include <stdlib.h>

/* ---- inbound ---- */

static bool inject(struct run *run, const struct script_event *event, struct due due)
{
	struct error why;
	size_t len;

	if (!run_wait_for_event(run, event, due))
		return false;
	len = match_compose(run->match, event->packet, run->datagram, sizeof run->datagram, &why);
	if (len == 0)
		return run_end(run, event, DRILL_FAILED, why.text);
	run_tell_event(run, event);
	run->machine->inject(run->machine->machine, run->now, run->datagram, len);
	run_take_departures(run);
	return run_look_at_blocked(run);
}

/* ---- outbound ---- */

/* Beyond what is tolerated, to tell what came too late. */
enum { PATIENCE_S = 2 };

static bool nothing_came(struct run *run, const struct script_event *event, struct due due,
			 bool begun)
{
	struct error why;
	struct text t = text_in(why.text, sizeof why.text);

	text_add(&t, begun ? "the rest of this packet did not come" : "this packet did not come");
	if (!due.any) {
		text_add(&t, "; the script expects it at ");
		text_add_seconds(&t, due.begin, 6);
		text_add(&t, " s, and now it is ");
		text_add_seconds(&t, run->now, 6);
		text_add(&t, " s");
	}
	text_addf(&t, "\n  expected  %s", event->source);
	return run_end(run, event, DRILL_FAILED, why.text);
}

/* The difference, and both packets; or, where the script forgives that, a line. */
static bool differs(struct run *run, const struct script_event *event, const struct departed *d,
		    const char *difference)
{
	struct error why;
	struct text t = text_in(why.text, sizeof why.text);

	if (run->settings->non_fatal_packet) {
		run->result->forgiven++;
		run_tell(run, d->time, event->place.line, difference);
		return true;
	}
	text_addf(&t, "%s\n  expected  %s\n  came      ", difference, event->source);
	match_tell(run->match, d->datagram, d->len, true, &t);
	text_add(&t, "  at ");
	text_add_seconds(&t, d->time, 6);
	text_add(&t, " s");
	return run_end(run, event, DRILL_FAILED, why.text);
}

static struct departed *take(struct run *run)
{
	struct departed *d = run->first;

	run->first = d->next;
	if (run->first == NULL)
		run->end = &run->first;
	return d;
}

static uint32_t receive_room(const struct run *run)
{
	int64_t room;

	if (!run->settings->strict ||
	    !run->machine->info(run->machine->machine, run->now, "tcplab_rcv_room", &room))
		return 0;
	return room > 0 && room < UINT32_MAX ? (uint32_t)room : 0;
}

/* The next packet: false where the script ends with it. */
static bool judge(struct run *run, const struct script_event *event, struct due due,
		  const struct departed *d, enum matching *found)
{
	struct error why;

	match_receive_room(run->match, receive_room(run));
	*found = match_outbound(run->match, event->packet, d->datagram, d->len, &why);
	run_tell_packet(run, d->time, *found == MATCHING_OTHER ? 0 : event->place.line, d->datagram,
			d->len, true);
	switch (*found) {
	case MATCHING_OTHER: run->result->left_over++; return true;
	case MATCHING_SO_FAR: return true;
	case MATCHING_NOT: return differs(run, event, d, why.text);
	case MATCHING: break;
	}
	return run_is_due(run, event, due, d->time, "this packet left", &why) ||
	       differs(run, event, d, why.text);
}

static bool expect(struct run *run, const struct script_event *event, struct due due)
{
	nanos until =
		due.any ? NANOS_NEVER
			: nanos_max(run->now, due.end + due.tolerance) + nanos_from_s(PATIENCE_S);
	enum matching found = MATCHING_OTHER;
	bool begun = false;
	bool fine = true;

	while (fine && (found == MATCHING_OTHER || found == MATCHING_SO_FAR)) {
		struct departed *d;

		run_take_departures(run);
		if (!run_wait_for_departure(run, until))
			return false;
		if (run->first == NULL)
			return nothing_came(run, event, due, begun);
		d = take(run);
		fine = judge(run, event, due, d, &found);
		begun = begun || found == MATCHING_SO_FAR;
		free(d);
	}
	return fine;
}

bool run_packet(struct run *run, const struct script_event *event, struct due due)
{
	return event->packet->outbound ? expect(run, event, due) : inject(run, event, due);
}
