/* perform.c — our engine plays its part, recorded, and what becomes of what it
 * sends: a segment that matches one of the capture goes the way of that one, and
 * any other goes nowhere. */
#include <assert.h>
#include <stdlib.h>

#include "source/play.h"

static enum side other(const struct play *play)
{
	return other_side(play->side);
}

/* ---- what is recorded ---- */

/* Called in the middle of our host's turn, just behind the SEND. */
static void record_verdict(void *who, nanos now, uint32_t sent)
{
	struct play *play = who;
	struct recording *r = play->replay->recording;
	struct event event = event_at(now, play->replay->hosts[play->side], EVENT_COMPARED);
	char buf[PLAY_TEXT_MAX];
	struct text text = text_in(buf, sizeof buf);

	/* The performance is the rehearsal again. */
	assert(sent < play->ours.count &&
	       seq_eq(play->ours.all[sent].seq, play->player.sent.all[sent].seq) &&
	       play->ours.all[sent].flags == play->player.sent.all[sent].flags);
	compare_tell(&play->ours, &play->theirs, sent, &text);
	event.packet = play->player.numbers[sent];
	event.value = play->ours.all[sent].verdict;
	event.text = recording_add_text(r, buf);
	recording_add(r, &event);
}

static void record_loss(struct play *play, nanos now, uint32_t packet, const char *why)
{
	struct recording *r = play->replay->recording;
	struct event event = event_at(now, play->replay->hosts[play->side], EVENT_LOST);

	event.packet = packet;
	event.text = recording_add_text(r, why);
	recording_add(r, &event);
}

static void record_arrival(struct play *play, nanos now, uint32_t packet)
{
	struct event event = event_at(now, play->replay->hosts[other(play)], EVENT_ARRIVE);

	event.packet = packet;
	event.conn = play->replay->followers[other(play)].conn;
	recording_add(play->replay->recording, &event);
}

/* A packet of the captured host that has no match: it is shown without a
 * connection, so that nobody takes it for ours. */
static void record_missing(struct play *play, const struct step *step)
{
	struct replay *r = play->replay;
	uint8_t host = r->hosts[play->side];
	struct event send = event_at(step->time, host, EVENT_SEND);
	struct event compared = event_at(step->time, host, EVENT_COMPARED);
	struct packet_record record = {.offset = -1,
				       .conn = EVENT_NONE,
				       .copy_of = EVENT_NONE,
				       .host = host,
				       .captured = true};
	const struct sent_segment *their = &play->theirs.all[play->their_of[step->packet]];
	char buf[PLAY_TEXT_MAX];
	struct text text = text_in(buf, sizeof buf);

	replay_packet(r, step->packet, &record.packet);
	send.value = their->number;
	send.text = recording_add_text(r->recording, "in the capture only");
	r->recorded[step->packet] = recording_add_packet(r->recording, &record, &send);
	compare_tell_missing(their, &text);
	compared.packet = r->recorded[step->packet];
	compared.value = VERDICT_ALONE;
	compared.text = recording_add_text(r->recording, buf);
	recording_add(r->recording, &compared);
}

/* ---- segments of ours that stand for captured ones ---- */

/* The one of ours with which one of theirs has come; SENT_NONE if it has no match. */
static uint32_t stand_in(const struct play *play, uint32_t their)
{
	const struct sent_segment *s = &play->theirs.all[their];

	return s->matched != SENT_NONE ? s->last : s->match;
}

/* All of ours that stand for `their`, which is due, were sent: they arrive, and
 * the other end's follower gets the captured segment with the last of them; or
 * they are lost as it was. */
static void deal_with(struct play *play, nanos now, uint32_t their)
{
	struct replay *r = play->replay;
	uint32_t packet = play->packet_of[their];
	uint32_t last = stand_in(play, their);
	bool lost = packet < r->captured.count
			    ? r->fates.of[packet].kind == FATE_LOST
			    : r->fates.unseen[packet - r->captured.count].kind == FATE_LOST;
	struct packet captured;

	for (uint32_t i = play->theirs.all[their].matched; i != SENT_NONE;
	     i = play->ours.all[i].next) {
		if (lost)
			record_loss(play, now, play->player.numbers[i], "as the captured one was");
		else if (i != last)
			record_arrival(play, now, play->player.numbers[i]);
	}
	if (lost)
		return;
	replay_packet(r, packet, &captured);
	follower_gets(&r->followers[other(play)], now, &captured, play->player.numbers[last]);
}

/* One of theirs is due at the other end, or is lost. */
static void come_due(struct play *play, const struct step *step)
{
	uint32_t their = play->their_of[step->packet];
	uint32_t last = stand_in(play, their);

	if (last == SENT_NONE) {
		struct packet packet;

		replay_packet(play->replay, step->packet, &packet);
		if (step->kind == STEP_LOSE)
			record_loss(play, step->time, play->replay->recorded[step->packet],
				    "it is inferred");
		else
			follower_gets(&play->replay->followers[other(play)], step->time, &packet,
				      play->replay->recorded[step->packet]);
		return;
	}
	if (last < play->performed) {
		deal_with(play, step->time, their);
		return;
	}
	play->late = memory_grow(play->late, &play->late_capacity, play->late_count + 1,
				 sizeof *play->late);
	play->late[play->late_count++] = their;
}

/* Our host has had its turn: what did it send? */
static void take_what_was_sent(struct play *play, nanos now)
{
	uint32_t kept = 0;

	if (play->performed == play->player.sent.count)
		return;
	for (; play->performed < play->player.sent.count; play->performed++)
		if (play->ours.all[play->performed].match == SENT_NONE)
			record_loss(play, now, play->player.numbers[play->performed],
				    "it has no place in the capture, and goes nowhere");
	for (uint32_t i = 0; i < play->late_count; i++) {
		if (stand_in(play, play->late[i]) < play->performed)
			deal_with(play, now, play->late[i]);
		else
			play->late[kept++] = play->late[i];
	}
	play->late_count = kept;
}

/* ---- time and steps ---- */

/* Our timers, and TIME-WAIT at the other end, in order. */
static void wait_until(struct play *play, nanos now)
{
	struct follower *f = &play->replay->followers[other(play)];
	nanos deadline;

	while ((deadline = player_deadline(&play->player)) <= now) {
		follower_waits(f, deadline);
		player_waits(&play->player, deadline);
		take_what_was_sent(play, deadline);
	}
	follower_waits(f, now);
}

/* The other end does what it did in the capture. */
static void step_of_other(struct play *play, const struct step *step)
{
	if (step->kind == STEP_ARRIVE) {
		player_gets(&play->player, step->time, step->packet);
		return;
	}
	if (step->kind == STEP_SEND)
		replay_follow(play->replay, other(play), step);
	replay_link_event(play->replay, step);
}

/* The captured host does what our engine has done, or has not. */
static void step_of_ours(struct play *play, const struct step *step)
{
	if (play->their_of[step->packet] == SENT_NONE)
		return; /* ICMP, or a second copy: nothing that a TCP sends */
	if (step->kind != STEP_SEND)
		come_due(play, step);
	else if (stand_in(play, play->their_of[step->packet]) == SENT_NONE)
		record_missing(play, step);
}

void play_perform(struct play *play)
{
	struct replay *r = play->replay;

	player_begin(&play->player, r, play->side, play->buffer, &play->calls, r->recording);
	play->player.sent_one = record_verdict;
	play->player.who = play;
	replay_begin_following(r, other(play));
	for (uint32_t i = 0; i < r->steps.count; i++) {
		const struct step *step = &r->steps.all[i];

		wait_until(play, step->time);
		player_calls_before(&play->player, step->time, i);
		take_what_was_sent(play, step->time);
		if (replay_side(r, step->packet) == play->side)
			step_of_ours(play, step);
		else
			step_of_other(play, step);
		take_what_was_sent(play, step->time);
	}
	wait_until(play, play_end(play));
	sent_free(&play->player.sent);
	player_end(&play->player);
	free(play->late);
}
