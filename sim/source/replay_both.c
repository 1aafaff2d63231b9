/* replay_both.c — both ends of a captured connection are followed. */
#include "source/replay_inside.h"

#include <inttypes.h>

/* ---- beginning ---- */

bool replay_find_syn(const struct replay *r, enum side side, struct packet *out)
{
	for (uint32_t i = 0; i < r->fates.unseen_count; i++) {
		uint32_t number = r->captured.count + i;

		if (replay_side(r, number) != side || (r->fates.unseen[i].flags & SYN) == 0)
			continue;
		replay_packet(r, number, out);
		return true;
	}
	if (!r->captured.flow.ways[side].syn_seen)
		return false;
	for (uint32_t i = 0; i < r->captured.count; i++) {
		if (replay_side(r, i) != side || captured_at(&r->captured, i)->icmp)
			continue;
		replay_packet(r, i, out);
		if ((out->tcp.flags & SYN) != 0)
			return true;
	}
	return false;
}

/* The first octet that `side` is seen to send, or that the other acknowledges. */
static bool first_octet(const struct replay *r, enum side side, struct seq *out)
{
	struct packet packet;

	for (uint32_t i = 0; i < r->captured.count; i++) {
		bool own = replay_side(r, i) == side;

		if (captured_at(&r->captured, i)->icmp)
			continue;
		replay_packet(r, i, &packet);
		if ((packet.tcp.flags & RST) != 0 || (!own && (packet.tcp.flags & ACK) == 0))
			continue;
		*out = own ? packet.tcp.seq : packet.tcp.ack;
		return true;
	}
	*out = seq_of(0);
	return false;
}

static void adopt(struct replay *r)
{
	struct event caption = event_at(0, r->hosts[CLIENT], EVENT_CAPTION);
	nanos round_trip = nanos_max(2 * r->fates.vantage.flight, nanos_from_ms(1));
	struct seq first[SIDES];
	bool known = first_octet(r, CLIENT, &first[CLIENT]);

	if (!first_octet(r, SERVER, &first[SERVER]) || !known)
		return; /* nothing but RST: there is no connection to speak of */
	caption.text = recording_add_text(
		r->recording, "The capture begins in the middle of the connection. Both ends are "
			      "taken to be ESTABLISHED; what their SYNs agreed on is guessed from "
			      "what is in use: the MSS, and the least window scale that fits.");
	recording_add(r->recording, &caption);
	for (enum side side = CLIENT; side < SIDES; side++)
		follower_adopts(&r->followers[side], 0, first[side], first[other_side(side)],
				round_trip);
}

void replay_begin_following(struct replay *r, enum side side)
{
	const struct endpoint *ends = r->captured.flow.ends;
	struct follower *f = &r->followers[side];
	struct packet syn;

	follower_begin(f, r->recording, r->hosts[side], &r->profiles[side].profile, &ends[side],
		       &ends[other_side(side)]);
	/* Who begins with SYN,ACK was listening. */
	if (replay_find_syn(r, side, &syn) && (syn.tcp.flags & ACK) != 0)
		follower_listens(f, 0, syn.tcp.seq);
}

/* ---- steps ---- */

static const char *sighting_text(const struct replay *r, uint32_t packet)
{
	static char buf[160]; /* used up before the next is made */
	struct text out = text_in(buf, sizeof buf);

	if (packet < r->captured.count)
		return NULL;
	text_addf(
		&out, "not in the capture, inferred: %s",
		evidence_text((enum evidence)r->fates.unseen[packet - r->captured.count].evidence));
	return buf;
}

static void send(struct replay *r, enum side side, const struct step *step)
{
	struct sighting sighting = {.text = sighting_text(r, step->packet)};
	struct packet packet;

	if (step->packet < r->captured.count)
		sighting.number = (int64_t)captured_at(&r->captured, step->packet)->number;
	replay_packet(r, step->packet, &packet);
	sighting.forged = replay_is_forged(r, step->packet, &packet);
	if (sighting.forged)
		sighting.text = "inferred: somebody else sent it, as this host goes on";
	r->recorded[step->packet] =
		follower_sends(&r->followers[side], step->time, &packet, &sighting);
}

void replay_follow(struct replay *r, enum side side, const struct step *step)
{
	struct packet packet;

	if (step->kind == STEP_SEND) {
		send(r, side, step);
		return;
	}
	replay_packet(r, step->packet, &packet);
	follower_gets(&r->followers[side], step->time, &packet, r->recorded[step->packet]);
}

static enum evidence evidence_of(const struct replay *r, uint32_t packet)
{
	if (packet < r->captured.count)
		return (enum evidence)r->fates.of[packet].evidence;
	return (enum evidence)r->fates.unseen[packet - r->captured.count].evidence;
}

/* It came after a packet that was sent later. */
static void record_delay(struct replay *r, const struct step *step)
{
	const struct fate *fate = &r->fates.of[step->packet];
	struct event event =
		event_at(step->time, r->hosts[replay_side(r, step->packet)], EVENT_DELAYED);
	char buf[160];
	struct text text = text_in(buf, sizeof buf);

	text_addf(&text,
		  "held back, it is inferred: it left before packet %" PRIu64
		  ", which the capture has first",
		  captured_at(&r->captured, fate->other)->number);
	event.packet = r->recorded[step->packet];
	event.conn = r->followers[replay_side(r, step->packet)].conn;
	event.text = recording_add_text(r->recording, buf);
	recording_add(r->recording, &event);
}

static void record_copy(struct replay *r, const struct step *step)
{
	enum side side = replay_side(r, step->packet);
	struct event event = event_at(step->time, r->hosts[side], EVENT_DUPLICATED);
	struct packet_record record = {
		.offset = -1,
		.conn = r->followers[side].conn,
		.copy_of = r->recorded[r->fates.of[step->packet].other],
		.host = r->hosts[side],
		.captured = true,
	};

	replay_packet(r, step->packet, &record.packet);
	event.conn = record.conn;
	event.value = (int64_t)captured_at(&r->captured, step->packet)->number;
	r->recorded[step->packet] = recording_add_packet(r->recording, &record, &event);
}

static void record_loss(struct replay *r, const struct step *step)
{
	enum side side = replay_side(r, step->packet);
	struct event event = event_at(step->time, r->hosts[side], EVENT_LOST);
	char buf[160];
	struct text text = text_in(buf, sizeof buf);

	text_addf(&text, "lost, it is inferred: %s", evidence_text(evidence_of(r, step->packet)));
	event.packet = r->recorded[step->packet];
	event.conn = r->followers[side].conn;
	event.text = recording_add_text(r->recording, buf);
	recording_add(r->recording, &event);
}

void replay_link_event(struct replay *r, const struct step *step)
{
	if (step->kind == STEP_LOSE)
		record_loss(r, step);
	else if (step->kind == STEP_COPY)
		record_copy(r, step);
	else if (step->kind == STEP_SEND && step->packet < r->captured.count &&
		 r->fates.of[step->packet].kind == FATE_OVERTAKEN)
		record_delay(r, step);
}

static void wait_until(struct replay *r, nanos now)
{
	struct follower *first = &r->followers[CLIENT];

	/* The one that is due first; of equals, the client. */
	if (r->followers[SERVER].tcb.timers[TIMER_TIME_WAIT] < first->tcb.timers[TIMER_TIME_WAIT])
		first = &r->followers[SERVER];
	follower_waits(first, now);
	follower_waits(first->peer, now);
}

static void step_both(struct replay *r, const struct step *step)
{
	enum side sender = replay_side(r, step->packet);

	wait_until(r, step->time);
	if (step->kind == STEP_SEND)
		replay_follow(r, sender, step);
	if (step->kind == STEP_ARRIVE)
		replay_follow(r, other_side(sender), step);
	else
		replay_link_event(r, step);
}

void replay_both(struct replay *r, void (*after)(void *who, uint32_t step), void *who)
{
	struct packet syn;

	for (enum side side = CLIENT; side < SIDES; side++)
		replay_begin_following(r, side);
	for (enum side side = CLIENT; side < SIDES; side++) {
		struct follower *f = &r->followers[side];

		f->peer = &r->followers[other_side(side)];
		recording_set_remote(r->recording, f->conn, &f->remote, f->peer->conn);
	}
	if (!replay_find_syn(r, CLIENT, &syn) && !replay_find_syn(r, SERVER, &syn))
		adopt(r);
	for (uint32_t i = 0; i < r->steps.count; i++) {
		step_both(r, &r->steps.all[i]);
		if (after != NULL)
			after(who, i);
	}
}
